//! Who is away, as was said: of one person at a time, as each look is theirs to see.

use domain::access::Act;
use domain::watch::AbsenceKind;
use domain::{AbsenceId, CommandId, PersonId, limits};
use jiff::Timestamp;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::watch::{
    AbsenceView, AbsencesQuery, CreateAbsence, CreateAbsenceBody, EndAbsence, EndAbsenceBody,
    ListAbsences,
};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::people::pick::PersonPick;
use crate::i18n::{named, texts};
use crate::model::volunteer::typed;
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Chips, Field, Kind, Page, Paged, Rows, Send, Tag, Tone, TroubleNote, asked_now, say,
};
use crate::{api, clock, t};

#[component]
pub fn Absences() -> AnyView {
    let given = asked_now("person").and_then(|raw| raw.parse::<PersonId>().ok());
    let (given, chosen) = (RwSignal::new(given), RwSignal::new(None::<ResidentRow>));
    let who = Memo::new(move |_| given.get().or_else(|| chosen.get().map(|one| one.id)));
    let another = Callback::new(move |()| given.set(None));
    let pick = move || {
        match given.get() {
        Some(_) => view! { <Button label=t!(desk_watch.absences.another) name="another" kind=Kind::Text on_press=another /> }.into_any(),
        None => view! { <section class="card stack"><h2>{t!(desk_watch.people.who)}</h2><PersonPick chosen /></section> }.into_any(),
    }
    };
    let of = move || who.get().map(|person| view! { <Of person /> });
    let session = Session::get();
    let back = match (session.may(Act::Watch), session.may(Act::Desk)) {
        (true, _) => "/desk/watch",
        (false, true) => "/desk",
        (false, false) => "/desk/volunteering",
    };
    view! {
        <Page title=t!(desk_watch.absences.title) back=back wide=true>
            <p class="quiet">{t!(desk_watch.absences.words)}</p>
            {pick}
            {of}
        </Page>
    }
    .into_any()
}

#[component]
fn Of(person: PersonId) -> AnyView {
    let list = Paged::new(move |_| {
        let query = AbsencesQuery {
            person: Some(person),
        };
        api::get::<ListAbsences>((), query)
    });
    view! {
        <div class="desk-columns">
            <section class="stack-s">
                <h2 class="cells-title">{t!(desk_watch.absences.said)}</h2>
                <Rows from=list empty=t!(desk_watch.absences.none) name="absences" let:one>{card(&one, list)}</Rows>
            </section>
            <Report person list />
        </div>
    }
    .into_any()
}

fn card(one: &AbsenceView, list: Paged<AbsenceView>) -> AnyView {
    let now = clock::now();
    let (state, tone) = match one.ended_at {
        Some(_) => (t!(desk_watch.absences.ended), Tone::Calm),
        None if one.until.at <= now => (t!(desk_watch.absences.over), Tone::Calm),
        None if one.from.at > now => (t!(desk_watch.absences.coming), Tone::Info),
        None => (t!(desk_watch.absences.holds), Tone::Wait),
    };
    let (from, until) = (when::moment(one.from), when::moment(one.until));
    let span = t!(desk_watch.absences.span, from = from, until = until);
    let ended = one
        .ended_at
        .map(|at| t!(desk_watch.absences.ended_at, at = when::moment(at)));
    let by = t!(desk_watch.absences.by, name = one.by_name);
    let note = (!one.note.is_empty()).then(|| one.note.clone());
    let stands = one.ended_at.is_none() && one.until.at > now;
    let kind = named(texts::desk_watch::absence_kind::ALL, one.kind.as_str());
    view! {
        <article class="card stack-s" data-testid="absence" data-id=one.id.to_string()>
            <p class="booking-top"><span class="booking-name">{one.person_name.clone()}" · "{kind}</span><Tag words=state tone /></p>
            <p>{span}</p>
            {ended.map(|words| view! { <p>{words}</p> })}
            {note.map(|words| view! { <p class="prose">{words}</p> })}
            <p class="quiet">{by}</p>
            {stands.then(|| view! { <Back id=one.id list /> })}
        </article>
    }
    .into_any()
}

/// Back earlier than was said.
#[component]
fn Back(id: AbsenceId, list: Paged<AbsenceView>) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let go = Callback::new(move |()| {
        let body = EndAbsenceBody {
            id: attempt.id("back"),
        };
        send.run(
            api::call::<EndAbsence>((id,), None_ {}, body),
            move |_: AbsenceView| {
                say(t!(desk_watch.absences.back_done));
                list.again();
            },
        );
    });
    view! {
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_watch.absences.back) name="absence-end" kind=Kind::Plain busy=send.busy on_press=go />
    }
    .into_any()
}

/// Says for somebody that they are away.
#[component]
fn Report(person: PersonId, list: Paged<AbsenceView>) -> AnyView {
    let local = clock::local(&Session::get().zone());
    let kind = RwSignal::new(AbsenceKind::Family.to_string());
    let (from_day, from_time) = (
        RwSignal::new(local.date().to_string()),
        RwSignal::new(when::clock(local)),
    );
    let (until_day, until_time) = (
        RwSignal::new(String::new()),
        RwSignal::new("18:00".to_owned()),
    );
    let (note, send) = (RwSignal::new(String::new()), Send::default());
    let attempt: Attempt<AbsenceId> = Attempt::new();
    let read = move || -> Result<CreateAbsenceBody, Problem> {
        let (from, until) = (
            moment(from_day, from_time, "/from")?,
            moment(until_day, until_time, "/until")?,
        );
        let kind = kind.get_untracked().parse::<AbsenceKind>();
        let kind = kind.unwrap_or(AbsenceKind::Other);
        let note = note.get_untracked().trim().to_owned();
        Ok(CreateAbsenceBody {
            id: attempt.id(&format!("{person}{kind}{from}{until}{note}")),
            person: Some(person),
            kind,
            from,
            until,
            note,
        })
    };
    let go = Callback::new(move |()| match read() {
        Ok(body) => send.run(
            api::call::<CreateAbsence>((), None_ {}, body),
            move |_: AbsenceView| {
                attempt.taken();
                note.set(String::new());
                until_day.set(String::new());
                say(t!(desk_watch.absences.done));
                list.again();
            },
        ),
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let kinds = AbsenceKind::ALL
        .iter()
        .map(|kind| {
            let words = named(texts::desk_watch::absence_kind::ALL, kind.as_str());
            (kind.to_string(), words)
        })
        .collect::<Vec<_>>();
    let set = Callback::new(move |to: String| kind.set(to));
    let problem = send.problem;
    view! {
        <section class="card stack" data-testid="report">
            <h2>{t!(desk_watch.absences.report)}</h2>
            <Chips label=t!(desk_watch.absences.kind) options=kinds value=kind set name="kind" labelled=true />
            <div class="desk-pair">
                <Field label=t!(desk_watch.absences.from_day) value=from_day name="from-day" kind="date" pointer="/from" problem />
                <Field label=t!(desk_watch.absences.from_time) value=from_time name="from-time" kind="time" />
                <Field label=t!(desk_watch.absences.until_day) value=until_day name="until-day" kind="date" pointer="/until" problem />
                <Field label=t!(desk_watch.absences.until_time) value=until_time name="until-time" kind="time" />
            </div>
            <Field label=t!(desk_watch.absences.note) hint=t!(desk_watch.absences.note_hint) value=note name="absence-note" max=limits::LINE_CHARS pointer="/note" problem />
            <TroubleNote problem />
            <Button label=t!(desk_watch.absences.go) name="absence-go" busy=send.busy on_press=go />
        </section>
    }
    .into_any()
}

fn moment(
    day: RwSignal<String>,
    time: RwSignal<String>,
    pointer: &str,
) -> Result<Timestamp, Problem> {
    let missing = || Problem::new(Code::MissingField).at(pointer);
    let local = typed(&day.get_untracked(), &time.get_untracked()).ok_or_else(missing)?;
    let moment = clock::moment(local.local(), &Session::get().zone());
    moment.map(|moment| moment.at).ok_or_else(missing)
}
