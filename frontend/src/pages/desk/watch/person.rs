//! Somebody who is watched over. It opens only with a reason, which is written down and theirs to read.

use domain::{CommandId, PersonId};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::watch::{GetWatched, UpdateWatched, UpdateWatchedBody, WatchedView, WhyQuery};

use super::super::ask::Attempt;
use super::super::why::{Asking, Why};
use super::faces::{self, Phone};
use super::fields::{Fields, Form};
use super::signs::Signs;
use crate::i18n::{named, texts};
use crate::model::when;
use crate::ui::{
    Button, Fact, Facts, Icon, Kind, LinkButton, Load, Page, Remote, Send, Tag, Tone, TroubleNote,
    say,
};
use crate::{api, t};

#[component]
pub fn Person(id: PersonId) -> AnyView {
    let reason = RwSignal::new(None::<String>);
    let shown = move || match reason.get() {
        None => view! { <Why asking=asking() reason /> }.into_any(),
        Some(reason) => view! { <Opened id reason /> }.into_any(),
    };
    view! { <Page title=t!(desk_watch.person.title) back="/desk/watch/people" wide=true>{shown}</Page> }
        .into_any()
}

pub(super) fn asking() -> Asking {
    Asking {
        title: t!(desk_watch.person.ask),
        words: t!(desk_watch.person.ask_words),
        label: t!(desk_watch.person.reason),
        usual: vec![
            t!(desk_watch.person.r_alert),
            t!(desk_watch.person.r_call),
            t!(desk_watch.person.r_door),
        ],
        other: t!(desk_watch.person.r_other),
        show: t!(desk_watch.person.show),
        name: "open-watched",
    }
}

#[component]
fn Opened(id: PersonId, reason: String) -> AnyView {
    let why = StoredValue::new(reason.clone());
    let person = Remote::new(move || {
        let query = WhyQuery {
            reason: why.get_value(),
        };
        api::get::<GetWatched>((id,), query)
    });
    let (looking, editing) = (RwSignal::new(false), RwSignal::new(false));
    let look = Callback::new(move |()| looking.set(true));
    let signs = move || {
        match looking.get() {
        true => view! { <Signs id reason=why.get_value() /> }.into_any(),
        false => view! { <Button label=t!(desk_watch.person.look) name="signs" kind=Kind::Plain on_press=look /> }.into_any(),
    }
    };
    let vitals = format!("/desk/watch/people/{id}/vitals");
    view! {
        <p class="note" data-testid="logged">{Icon::Done.draw()}<span>{t!(desk_watch.person.logged, reason = reason)}</span></p>
        <Load from=person let:one>{draw(&one, person, editing)}</Load>
        <LinkButton label=t!(desk_watch.vitals.title) href=vitals name="to-vitals" kind=Kind::Plain />
        <section class="card stack">
            <h2>{t!(desk_watch.person.signs)}</h2>
            {signs}
        </section>
    }
    .into_any()
}

fn draw(one: &WatchedView, from: Remote<WatchedView>, editing: RwSignal<bool>) -> AnyView {
    let moment = |at: Option<wire::Moment>| at.map(when::moment);
    let grade = one
        .fields
        .as_ref()
        .and_then(|fields| fields.grade)
        .map(|grade| named(texts::desk_watch::grade::ALL, grade.as_str()));
    let rows = [
        (t!(desk_watch.people.since), moment(one.since), "since"),
        (t!(desk_watch.people.seen), moment(one.seen_at), "seen-at"),
        (t!(desk_watch.people.due), moment(one.due), "due"),
        (
            t!(desk_watch.people.away),
            moment(one.away_until),
            "away-until",
        ),
        (t!(desk_watch.fields.grade), grade, "grade-now"),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter_map(|(label, value, name)| Some((label, value?, name)))
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    let surely = named(texts::desk_watch::confidence::ALL, one.confidence.as_str());
    let blind = one
        .blind
        .then(|| view! { <p><Tag words=t!(desk_watch.people.blind) tone=Tone::Wait /></p> });
    let alert = one.alert.map(|id| {
        let href = format!("/desk/watch/alerts/{id}");
        view! { <LinkButton label=t!(desk_watch.person.to_alert) href name="to-alert" /> }
    });
    let (person, view) = (one.person, StoredValue::new(one.clone()));
    let absences = format!("/desk/watch/absences?person={person}");
    let edit = Callback::new(move |()| editing.set(true));
    let form = move || {
        match editing.get() {
        true => {
            let view = view.get_value();
            view! { <Edit view from editing /> }.into_any()
        }
        false => view! { <Button label=t!(desk_watch.person.change) name="watched-change" kind=Kind::Plain on_press=edit /> }.into_any(),
    }
    };
    view! {
        <div class="desk-columns" data-testid="watched-page" data-id=person.to_string()>
            <div class="stack">
                <section class="card stack-s">
                    <h2 data-testid="watched-name">{one.name.clone()}</h2>
                    {faces::whereabouts(one.whereabouts)}
                    <p class="quiet">{surely}</p>
                    {blind}
                </section>
                <Facts>{rows}</Facts>
            </div>
            <section class="card stack">
                <h2>{t!(desk_watch.alert.moves)}</h2>
                {alert}
                <Phone person />
                <LinkButton label=t!(desk_watch.alert.to_absence) href=absences name="to-absence" kind=Kind::Plain />
                {move || (!editing.get()).then(&form)}
            </section>
        </div>
        {move || editing.get().then(&form)}
    }
    .into_any()
}

#[component]
fn Edit(view: WatchedView, from: Remote<WatchedView>, editing: RwSignal<bool>) -> AnyView {
    let (form, send) = (Form::of(view.fields.as_ref()), Send::default());
    let (person, ver) = (view.person, view.ver);
    let attempt: Attempt<CommandId> = Attempt::new();
    let save = Callback::new(move |()| match form.read() {
        Ok(fields) => {
            let body = UpdateWatchedBody {
                id: attempt.id(&format!("{ver}{fields:?}")),
                ver,
                fields,
            };
            send.run(
                api::call::<UpdateWatched>((person,), None_ {}, body),
                move |now: WatchedView| {
                    attempt.taken();
                    say(t!(desk_watch.person.saved));
                    editing.set(false);
                    from.put(now);
                },
            );
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let leave = Callback::new(move |()| editing.set(false));
    view! {
        <div class="stack desk-form" data-testid="watched-edit">
            <Fields form problem=send.problem />
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=t!(desk.act.save) name="watched-save" busy=send.busy on_press=save />
                <Button label=t!(desk.act.keep) name="watched-keep" kind=Kind::Plain on_press=leave />
            </div>
        </div>
    }
    .into_any()
}
