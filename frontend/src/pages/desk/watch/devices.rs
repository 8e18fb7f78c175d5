//! Doors: whether they are heard from, and whose key they speak with.

use domain::access::Act;
use domain::watch::{DoorSense, Ways};
use domain::{CommandId, DeviceId, limits};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::watch::{
    CreateDevice, CreateDeviceBody, DeviceKeyView, DeviceView, ListDevices, RotateDeviceKey,
    RotateKeyBody,
};
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use super::super::people::pick::PersonPick;
use super::super::table::{Head, Table};
use super::leading::Leading;
use crate::browser::{copied, origin};
use crate::i18n::{named, texts};
use crate::model::desk_activity::number;
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Field, Icon, Kind, LinkButton, Page, Paged, Select, Send, TroubleNote, say,
};
use crate::{api, t};

#[component]
pub fn Devices() -> AnyView {
    let keeps = Session::get().may(Act::KeepDoors);
    let list = Paged::new(|_| api::get::<ListDevices>((), None_ {}));
    let (open, chosen, shown, send) = (
        RwSignal::new(false),
        RwSignal::new(None::<DeviceView>),
        RwSignal::new(None::<DeviceKeyView>),
        Send::default(),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let ask = Callback::new(move |one: DeviceView| {
        send.problem.set(None);
        chosen.set(Some(one));
        open.set(true);
    });
    let yes = move |()| {
        let Some(one) = chosen.get_untracked() else {
            return;
        };
        let body = RotateKeyBody {
            id: attempt.id(&format!("{}{}", one.id, one.key_ver)),
        };
        send.run(
            api::call::<RotateDeviceKey>((one.id,), None_ {}, body),
            move |key: DeviceKeyView| {
                attempt.taken();
                close_then(open, move || {
                    shown.set(Some(key));
                    list.again();
                });
            },
        );
    };
    let mut heads = vec![
        Head::always(t!(desk_watch.devices.name)),
        Head::always(t!(desk_watch.devices.state)),
        Head::wide(t!(desk_watch.devices.sense)),
        Head::wide(t!(desk_watch.devices.heard)),
        Head::wide(t!(desk_watch.devices.people)),
    ];
    if keeps {
        heads.push(Head::always(t!(desk_watch.devices.key)));
    }
    let row = move |one: DeviceView| line(one, keeps.then_some(ask));
    let add = keeps.then(|| view! { <div class="row"><LinkButton label=t!(desk_watch.devices.add) href="/desk/watch/devices/new" name="device-new" small=true /><LinkButton label=t!(desk_watch.history.title) href="/desk/watch/devices/history" name="history" kind=Kind::Plain small=true /></div> });
    let key = move || shown.get().map(|key| view! { <KeyShown key /> });
    let which = move || {
        chosen
            .get()
            .map(|one| view! { <p data-testid="rotate-which">{one.name}</p> })
    };
    view! {
        <Page title=t!(desk_watch.devices.title) back="/desk/watch" wide=true>
            {add}
            <div aria-live="polite">{key}</div>
            <Table from=list caption=t!(desk_watch.devices.title) heads empty=t!(desk_watch.devices.none) name="devices" row />
            <Ask open title=t!(desk_watch.devices.rotate_title) words=t!(desk_watch.devices.rotate_words) yes=t!(desk_watch.devices.rotate) send on_yes=yes>{which}</Ask>
        </Page>
    }
    .into_any()
}

fn line(one: DeviceView, ask: Option<Callback<DeviceView>>) -> Vec<AnyView> {
    let (icon, words, tone) = match (one.heard_at, one.dead_since) {
        (None, _) => (
            Icon::Unknown,
            t!(desk_watch.devices.never).to_owned(),
            "wait",
        ),
        (Some(_), Some(since)) => {
            let since = when::moment(since);
            (
                Icon::Warn,
                t!(desk_watch.devices.dead, since = since),
                "bad",
            )
        }
        (Some(_), None) => (Icon::Done, t!(desk_watch.devices.alive).to_owned(), "good"),
    };
    let heard = one.heard_at.map(when::moment).unwrap_or_default();
    let sense = named(texts::desk_watch::sense::ALL, one.sense.as_str());
    // Of the door of one home nothing is counted.
    let name = match one.sense {
        DoorSense::BothWays | DoorSense::EntryOnly => {
            let href = format!("/desk/watch/devices/{}", one.id);
            view! { <a class="grid-link" href=href>{one.name.clone()}</a> }.into_any()
        }
        DoorSense::HomeDoor | DoorSense::Health => one.name.clone().into_any(),
    };
    let mut cells = vec![
        view! { <span data-testid="device" data-id=one.id.to_string()>{name}</span> }.into_any(),
        view! { <span class="expiry" data-tone=tone data-testid="device-state">{icon.draw()}<span>{words}</span></span> }.into_any(),
        sense.into_any(),
        heard.into_any(),
        one.people.into_any(),
    ];
    if let Some(ask) = ask {
        let press = Callback::new(move |()| ask.run(one.clone()));
        cells.push(view! { <Button label=t!(desk_watch.devices.rotate) name="rotate" kind=Kind::Text on_press=press /> }.into_any());
    }
    cells
}

/// A key, while this page is open; nowhere else and never again.
#[component]
fn KeyShown(key: DeviceKeyView) -> AnyView {
    let result = RwSignal::new(None::<bool>);
    let (from, device) = (origin(), key.device.id);
    let addresses = ["hikvision", "dahua", "zkteco"].map(|maker| {
        let address = format!("{from}/v1/devices/{device}/{maker}?key={}", key.key);
        view! { <p class="secret">{address}</p> }.into_any()
    });
    let addresses: Vec<AnyView> = addresses.into();
    let (id, ver, name) = (key.device.id, key.key_ver, key.device.name);
    let secret = key.key;
    let text = StoredValue::new(secret.clone());
    let copy = Callback::new(move |()| {
        let text = text.get_value();
        spawn_local(async move {
            let done = copied(&text).await;
            result.try_set(Some(done));
        });
    });
    let said = move || {
        result.get().map(|done| {
            let words = match done {
                true => t!(desk_watch.key.copied),
                false => t!(desk_watch.key.by_hand),
            };
            view! { <p data-testid="copy-said">{words}</p> }
        })
    };
    view! {
        <section class="card stack-s" data-testid="key-shown">
            <h2>{t!(desk_watch.key.title, name = name)}</h2>
            <p>{t!(desk_watch.key.once)}</p>
            <p class="quiet">{t!(desk_watch.key.number)}</p>
            <p class="secret" data-testid="device-id">{id.to_string()}</p>
            <p class="quiet">{t!(desk_watch.key.key, ver = ver)}</p>
            <p class="secret" data-testid="device-key">{secret}</p>
            <p class="quiet">{t!(desk_watch.key.address)}</p>
            {addresses}
            <Button label=t!(desk_watch.key.copy) name="copy-key" kind=Kind::Plain on_press=copy />
            {said}
        </section>
    }
    .into_any()
}

#[component]
pub fn New() -> AnyView {
    let (name, sense, beat) = (
        RwSignal::new(String::new()),
        RwSignal::new(DoorSense::BothWays.to_string()),
        RwSignal::new("60".to_owned()),
    );
    let (home, shown, send) = (
        RwSignal::new(None::<ResidentRow>),
        RwSignal::new(None::<DeviceKeyView>),
        Send::default(),
    );
    let attempt: Attempt<DeviceId> = Attempt::new();
    let leading = Leading::of(&Ways::default());
    let is_home = move || sense.with(|sense| sense == DoorSense::HomeDoor.as_str());
    let read = move || -> Result<CreateDeviceBody, Problem> {
        let said = name.get_untracked().trim().to_owned();
        if said.is_empty() {
            return Err(Problem::new(Code::EmptyText).at("/name"));
        }
        let sense = sense.get_untracked().parse::<DoorSense>();
        let sense = sense.unwrap_or(DoorSense::BothWays);
        let picked = home.with_untracked(|one| one.as_ref().map(|one| one.id));
        let home_of = picked.filter(|_| sense == DoorSense::HomeDoor);
        if sense == DoorSense::HomeDoor && home_of.is_none() {
            return Err(Problem::new(Code::MissingField).at("/home_of"));
        }
        let heartbeat_minutes = number(
            &beat.get_untracked(),
            1,
            limits::HEARTBEAT_MINUTES,
            "/heartbeat_minutes",
        )?;
        let ways = match sense {
            DoorSense::BothWays | DoorSense::EntryOnly => leading.read()?,
            DoorSense::HomeDoor | DoorSense::Health => Ways::default(),
        };
        Ok(CreateDeviceBody {
            id: attempt.id(&format!(
                "{said}{sense}{home_of:?}{heartbeat_minutes}{ways:?}"
            )),
            name: said,
            sense,
            home_of,
            heartbeat_minutes,
            ways,
        })
    };
    let go = Callback::new(move |()| match read() {
        Ok(body) => send.run(
            api::call::<CreateDevice>((), None_ {}, body),
            move |key: DeviceKeyView| {
                attempt.taken();
                say(t!(desk_watch.devices.added));
                shown.set(Some(key));
            },
        ),
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let senses = move || {
        let all = DoorSense::ALL.iter().map(|sense| {
            let words = named(texts::desk_watch::sense::ALL, sense.as_str());
            (sense.to_string(), words)
        });
        all.collect::<Vec<_>>()
    };
    let whose = move || {
        is_home().then(|| view! {
            <section class="stack-s"><h2>{t!(desk_watch.devices.home_of)}</h2><PersonPick chosen=home /></section>
        })
    };
    let of_many = move || {
        let sense = sense.with(|sense| sense.parse::<DoorSense>());
        matches!(sense, Ok(DoorSense::BothWays | DoorSense::EntryOnly))
    };
    let leads = move || of_many().then(|| leading.fields(send));
    let body = move || {
        match shown.get() {
        Some(key) => view! { <KeyShown key /> }.into_any(),
        None => view! {
            <section class="card stack">
                <Field label=t!(desk_watch.devices.name) hint=t!(desk_watch.devices.name_hint) value=name name="device-name" max=limits::NAME_CHARS pointer="/name" problem=send.problem />
                <Select label=t!(desk_watch.devices.sense) value=sense options=senses() name="sense" />
                {whose}
                {leads}
                <Field label=t!(desk_watch.devices.heartbeat) hint=t!(desk_watch.devices.heartbeat_hint) value=beat name="heartbeat" inputmode="numeric" max=4 pointer="/heartbeat_minutes" problem=send.problem />
                <TroubleNote problem=send.problem />
                <Button label=t!(desk_watch.devices.add) name="device-save" busy=send.busy on_press=go />
            </section>
        }
        .into_any(),
    }
    };
    view! { <Page title=t!(desk_watch.devices.add) back="/desk/watch/devices">{body}</Page> }
        .into_any()
}
