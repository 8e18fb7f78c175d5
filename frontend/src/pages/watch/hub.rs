use domain::consent::Purpose;
use domain::watch::{Grade, Whereabouts};
use domain::{DeviceId, PersonId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{Consent, GetHousehold, ListConsents};
use wire::watch::{ListMySigns, SayWell, SayWellBody, SignView, WatchedFields, WatchedView};

use super::away::relatives;
use super::entry::mine;
use crate::i18n::{named, texts};
use crate::ids::Again;
use crate::model::phone::said;
use crate::model::when;
use crate::pages::identity::consents::one;
use crate::session::Session;
use crate::ui::{
    Button, Cell, Cells, Fact, Facts, Kind, LinkButton, Load, Note, Page, Remote, Send, TroubleNote,
};
use crate::{api, clock, t};

/// "I am well"; how it stands with oneself, who is told, what is noted, and how to stop it. `vitals`: the way to
/// what is known of one's body.
#[component]
pub fn Hub(vitals: AnyView) -> AnyView {
    let watch = Remote::new(mine);
    let watched = Memo::new(move |_| watch.value.with(|now| matches!(now, Some(Some(_)))));
    // Beside what is loaded, so that what it did stays in sight.
    let well = move || watched.get().then(|| view! { <Well watch /> });
    view! {
        <Page title=t!(watch.hub.title) back="/">
            {well}
            <Load from=watch let:now>{
                match now {
                    Some(now) => view! { <Standing now /> }.into_any(),
                    None => view! { <Unwatched /> }.into_any(),
                }
            }</Load>
            {vitals}
            <Station />
        </Page>
    }
    .into_any()
}

/// One large button, and what it did.
#[component]
fn Well(watch: Remote<Option<WatchedView>>) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let done = RwSignal::new(String::new());
    let press = Callback::new(move |()| {
        // Of the same minute it is the same press; a later one is a new sign of life.
        let minute = clock::now().as_second() / 60;
        let body = SayWellBody {
            id: again.id(&minute.to_string()),
        };
        let alert = watch
            .now()
            .flatten()
            .is_some_and(|before| before.alert.is_some());
        done.set(String::new());
        send.run(
            api::call::<SayWell>((), None_ {}, body),
            move |now: WatchedView| {
                done.set(heard(&now, alert));
                watch.put(Some(now));
            },
        );
    });
    let shown = move || {
        let words = done.get();
        (!words.is_empty()).then(|| view! { <Note words name="well-done" /> })
    };
    view! {
        <section class="stack-s well">
            <Button label=t!(watch.well.press) name="well" busy=send.busy on_press=press />
            <div role="status">{shown}</div>
            <TroubleNote problem=send.problem />
            <p class="quiet">{t!(watch.well.words)}</p>
        </section>
    }
    .into_any()
}

/// What the button did. `alert`: somebody was being sent before.
fn heard(now: &WatchedView, alert: bool) -> String {
    let at = now.seen_at.map(|at| when::clock(at.local()));
    let at = at.unwrap_or_default();
    if alert && now.alert.is_none() {
        t!(watch.well.called_off, at = at)
    } else {
        t!(watch.well.noted, at = at)
    }
}

#[component]
fn Standing(now: WatchedView) -> AnyView {
    let seen = match now.seen_at {
        Some(at) => when::moment(at),
        None => t!(watch.now.never).to_owned(),
    };
    let place = match now.whereabouts {
        Whereabouts::In => t!(watch.now.home),
        Whereabouts::Out => t!(watch.now.out),
        Whereabouts::Unknown => t!(watch.now.unknown),
    };
    let since = now
        .since
        .map(|since| t!(watch.now.since, at = when::moment(since)));
    let away = now.away_until.map(|until| view! { <Fact label=t!(watch.now.away) value=when::moment(until) name="away-until" /> });
    let looking = now.alert.is_some();
    let due = now.due.filter(|_| !looking).map(|due| view! { <p class="quiet" data-testid="due">{t!(watch.now.due, at = when::moment(due))}</p> });
    let told = now.fields.map(|fields| view! { <Told fields /> });
    view! {
        <section class="stack-s" data-testid="standing">
            <h2 class="cells-title">{t!(watch.now.title)}</h2>
            {looking.then(|| view! { <p class="card" data-testid="looking">{t!(watch.now.looking)}</p> })}
            {now.blind.then(|| view! { <p class="card" data-testid="blind">{t!(watch.now.blind)}</p> })}
            <Facts>
                <Fact label=t!(watch.now.seen) value=seen name="seen" />
                <Fact label=t!(watch.now.place) value=place note=since.unwrap_or_default() name="place" />
                {away}
            </Facts>
            {due}
        </section>
        <LinkButton label=t!(watch.hub.away) href="/watch/away" name="to-away" kind=Kind::Plain />
        {told}
        <section class="stack-s">
            <h2 class="cells-title">{t!(watch.kept.title)}</h2>
            <Facts>
                <Fact label=t!(watch.kept.what) value=t!(watch.kept.what_words) name="kept-what" />
                <Fact label=t!(watch.kept.long) value=t!(watch.kept.long_words, days = limits::EVENT_DAYS) name="kept-long" />
                <Fact label=t!(watch.kept.seen_by) value=t!(watch.kept.seen_by_words) name="kept-seen-by" />
            </Facts>
        </section>
        <Noted />
        <Cells><Cell label=t!(watch.kept.stop) note=t!(watch.kept.stop_note) href="/me/data" name="to-consents" /></Cells>
    }
    .into_any()
}

/// What was noted, the latest first.
#[component]
fn Noted() -> AnyView {
    let signs = Remote::new(|| api::get::<ListMySigns>((), None_ {}));
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(watch.noted.title)}</h2>
            <Load from=signs let:page>{
                match page.items.is_empty() {
                    true => view! { <p class="card quiet" data-testid="noted-none">{t!(watch.noted.none)}</p> }.into_any(),
                    false => {
                        let rows: Vec<AnyView> = page.items.iter().map(noted).collect();
                        view! { <Cells>{rows}</Cells> }.into_any()
                    }
                }
            }</Load>
        </section>
    }
    .into_any()
}

fn noted(sign: &SignView) -> AnyView {
    let at = when::moment(sign.at);
    let value = match sign.approximate {
        true => t!(watch.noted.about, at = at),
        false => at,
    };
    // No door has this number: it was said.
    let label = match sign.device == DeviceId::from_bits(0) {
        true => t!(watch.noted.said).to_owned(),
        false => named(texts::watch::passage::ALL, sign.passage.as_str()),
    };
    view! { <Cell label value name="noted" /> }.into_any()
}

/// Who is asked and who is told, in their order.
#[component]
fn Told(fields: WatchedFields) -> AnyView {
    let ask_first = fields.grade == Some(Grade::AskFirst);
    let reports = fields.relative_reports;
    let own = ask_first.then(
        || view! { <Fact label=t!(watch.told.first) value=t!(watch.told.own) name="told-own" /> },
    );
    // Where somebody is sent at once, a relative is not asked.
    let relative = fields.relative.filter(|_| ask_first || reports);
    let relative = relative.map(|id| view! { <Relative id asked=ask_first reports /> });
    let last = if ask_first {
        t!(watch.told.last)
    } else {
        t!(watch.told.at_once)
    };
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(watch.told.title)}</h2>
            <Facts>
                {own}
                {relative}
                <Fact label=last value=t!(watch.told.station) name="told-station" />
            </Facts>
        </section>
    }
    .into_any()
}

/// The relative by name, where they live behind the same door.
#[component]
fn Relative(id: PersonId, asked: bool, reports: bool) -> AnyView {
    let household = Remote::new(|| api::get::<GetHousehold>((), None_ {}));
    let (label, note) = match (asked, reports) {
        (true, true) => (t!(watch.told.then), t!(watch.told.reports)),
        (true, false) => (t!(watch.told.then), ""),
        (false, _) => (t!(watch.told.may_report), ""),
    };
    let shown = move || {
        let people = household.value.get().map(|found| found.people);
        let mut people = people.unwrap_or_default().into_iter();
        let name = people.find(|one| one.id == id).map(|one| one.name);
        let value = name.unwrap_or_else(|| t!(watch.told.relative).to_owned());
        view! { <Fact label value note name="told-relative" /> }
    };
    shown.into_any()
}

/// Nobody enrols themselves: they agree here, and the station does the rest.
#[component]
fn Unwatched() -> AnyView {
    let consents = Remote::new(|| api::get::<ListConsents>((), None_ {}));
    let others = Remote::new(relatives);
    // Whoever is not watched may still speak for somebody who is.
    let away = move || {
        let some = others.value.get().is_some_and(|some| !some.is_empty());
        some.then(|| view! { <LinkButton label=t!(watch.hub.away) href="/watch/away" name="to-away" kind=Kind::Plain /> })
    };
    view! {
        <section class="stack-s" data-testid="unwatched">
            <p class="card">{t!(watch.none.words)}</p>
            <h2 class="cells-title">{t!(watch.none.how)}</h2>
            <p class="quiet">{t!(watch.none.steps)}</p>
            <Load from=consents let:page>{
                let doors = |one: &Consent| one.purpose == Purpose::WatchDoors;
                let rows = page.items.into_iter().filter(doors).map(one).collect::<Vec<_>>();
                view! { <Cells>{rows}</Cells> }.into_any()
            }</Load>
            {away}
        </section>
    }
    .into_any()
}

/// Whom to call.
#[component]
pub fn Station() -> AnyView {
    let me = Session::get().me_now();
    let phone = me.map(|me| me.community.phone.clone()).unwrap_or_default();
    view! { <Cells><Cell label=t!(home.help.call) note=t!(watch.hub.call_note) value=said(&phone) href=format!("tel:{phone}") name="call-station" /></Cells> }.into_any()
}
