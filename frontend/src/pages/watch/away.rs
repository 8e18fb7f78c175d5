use domain::watch::{Absence, AbsenceKind};
use domain::{AbsenceId, PersonId, limits};
use jiff::{Timestamp, ToSpan};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::watch::{
    AbsenceView, AbsencesQuery, CreateAbsence, CreateAbsenceBody, EndAbsence, EndAbsenceBody,
    ListAbsences, ListMyWatchPeople,
};
use wire::{Code, Problem};

use super::entry::mine;
use super::hub::Station;
use crate::i18n::{named, texts};
use crate::ids::Again;
use crate::model::volunteer::typed;
use crate::model::when;
use crate::pages::points::whose::{about, whose};
use crate::session::Session;
use crate::ui::{
    Button, Chips, Draft, Fetch, Field, Kind, LinkButton, Load, Page, Remote, Send, Tag, Tone,
    TroubleNote, say,
};
use crate::{api, clock, t};

/// By when somebody is back on the day they said, on the community's clock.
const BACK_BY: &str = "20:00";
/// For how many days one is away, unless another day is chosen.
const DAYS: i64 = 3;

/// Being away for some days, said beforehand: for oneself, or for a relative one may report for.
#[component]
pub fn Away() -> AnyView {
    let person = whose();
    let absences = Remote::new(move || absences_of(person.get()));
    let known = Memo::new(move |_| absences.value.with(|known| matches!(known, Some(Some(_)))));
    // Beside what is loaded, so that what is chosen stays when the list changes.
    let report = move || known.get().then(|| view! { <Report person absences /> });
    view! {
        <Page title=t!(watch.away.title) back="/watch">
            <Whom person />
            {report}
            <Load from=absences let:known>{
                match known {
                    Some(rows) => list(rows, absences),
                    None => nobody(person.get_untracked()),
                }
            }</Load>
        </Page>
    }
    .into_any()
}

/// `None`: nobody watches over them, or they are not the reader's to speak for.
fn absences_of(person: Option<PersonId>) -> Fetch<Option<Vec<AbsenceView>>> {
    Box::pin(async move {
        if person.is_none() && mine().await?.is_none() {
            return Ok(None);
        }
        match api::get::<ListAbsences>((), AbsencesQuery { person }).await {
            Ok(page) => Ok(Some(page.items)),
            Err(problem) if problem.code == Code::NotFound => Ok(None),
            Err(problem) => Err::<Option<Vec<AbsenceView>>, Problem>(problem),
        }
    })
}

/// Why there is nothing to report, and what to do instead.
fn nobody(person: Option<PersonId>) -> AnyView {
    match person {
        None => view! {
            <p class="card" data-testid="unwatched">{t!(watch.away.unwatched)}</p>
            <LinkButton label=t!(watch.away.to_watch) href="/watch" name="to-watch" kind=Kind::Plain />
        }
        .into_any(),
        Some(_) => view! {
            <p class="card" data-testid="not-theirs">{t!(watch.away.not_theirs)}</p>
            <Station />
        }
        .into_any(),
    }
}

/// Those who agreed to it, by name. Without them one still reports for oneself.
pub fn relatives() -> Fetch<Vec<(PersonId, String)>> {
    Box::pin(async move {
        let found = api::get::<ListMyWatchPeople>((), None_ {}).await;
        let people = found.map(|page| page.items).unwrap_or_default().into_iter();
        let named = people.map(|one| (one.person, one.name));
        Ok::<Vec<(PersonId, String)>, Problem>(named.collect())
    })
}

/// Chooses between oneself and the relatives one may report for; nothing for who has none.
#[component]
fn Whom(person: Memo<Option<PersonId>>) -> AnyView {
    let others = Remote::new(relatives);
    let navigate = StoredValue::new_local(use_navigate());
    let value = Signal::derive(move || person.get().map(|id| id.to_string()).unwrap_or_default());
    let pick = Callback::new(move |raw: String| {
        let to = about("/watch/away", raw.parse().ok());
        let quietly = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate.with_value(|navigate| navigate(&to, quietly));
    });
    let chips = move || {
        let others = others.value.get()?;
        if others.is_empty() {
            return None;
        }
        let own = Session::get().me_now().map(|me| me.name.clone());
        let own = t!(volunteer.whose.own, name = own.unwrap_or_default());
        let mut options = vec![(String::new(), own)];
        options.extend(others.into_iter().map(|(id, name)| (id.to_string(), name)));
        Some(view! { <Chips label=t!(watch.away.whom) labelled=true options value set=pick name="for" /> }.into_any())
    };
    chips.into_any()
}

/// What is said: what for, from which day, and on which day one is back.
#[component]
fn Report(person: Memo<Option<PersonId>>, absences: Remote<Option<Vec<AbsenceView>>>) -> AnyView {
    let zone = Session::get().zone();
    let today = clock::today(&zone);
    let draft = Draft::of("away");
    let note = draft.field("note", "");
    let kind = RwSignal::new(AbsenceKind::Family);
    let from = RwSignal::new(today.to_string());
    let until = RwSignal::new(today.saturating_add(DAYS.days()).to_string());
    let (send, again) = (Send::default(), Again::default());
    // A repeated call says the same, also from when on.
    let tried = StoredValue::new((String::new(), clock::now()));
    let submit = Callback::new(move |()| {
        let missing = |pointer| Some(Problem::new(Code::MissingField).at(pointer));
        let on_clock = |day: &str, time: &str| -> Option<Timestamp> {
            let local = typed(day, time)?.local();
            Some(clock::moment(local, &zone)?.at)
        };
        let (first, last) = (from.get_untracked(), until.get_untracked());
        let (person, kind) = (person.get_untracked(), kind.get_untracked());
        let note_said = note.get_untracked();
        let key = format!("{person:?}{kind}{first}{last}\n{note_said}");
        if tried.with_value(|(said, _)| *said != key) {
            tried.set_value((key.clone(), clock::now()));
        }
        let (_, now) = tried.get_value();
        let begins = if first == today.to_string() {
            Some(now)
        } else {
            on_clock(&first, "00:00")
        };
        let Some(begins) = begins else {
            send.problem.set(missing("/from"));
            return;
        };
        let Some(ends) = on_clock(&last, BACK_BY) else {
            send.problem.set(missing("/until"));
            return;
        };
        let absence = Absence {
            id: AbsenceId::from_bits(again.bits(&format!("{now}{key}"))),
            kind,
            from: begins,
            until: ends,
        };
        if let Err(refusal) = absence.refuse_span(clock::now()) {
            send.problem.set(Some(Problem::from(refusal)));
            return;
        }
        let body = CreateAbsenceBody {
            id: absence.id,
            person,
            kind,
            from: begins,
            until: ends,
            note: note_said,
        };
        let draft = draft.clone();
        send.run(
            api::call::<CreateAbsence>((), None_ {}, body),
            move |new: AbsenceView| {
                note.set(String::new());
                draft.clear();
                tried.set_value((String::new(), clock::now()));
                say(t!(watch.away.sent, until = when::moment(new.until)));
                absences.again();
            },
        );
    });
    let kinds = AbsenceKind::ALL
        .iter()
        .map(|kind| {
            (
                kind.to_string(),
                named(texts::watch::kind::ALL, kind.as_str()),
            )
        })
        .collect();
    // Also whoever lives elsewhere, whom only the address names.
    let other = move || {
        let named = person.get().is_some();
        named.then(|| view! { <p data-testid="for-other">{t!(watch.away.for_other)}</p> })
    };
    let value = Signal::derive(move || kind.get().to_string());
    let pick = Callback::new(move |raw: String| {
        raw.parse().into_iter().for_each(|picked| kind.set(picked));
    });
    view! {
        <section class="card stack" data-testid="report">
            {other}
            <Chips label=t!(watch.away.kind) labelled=true options=kinds value set=pick name="kind" />
            <Field label=t!(watch.away.from) value=from name="from" kind="date" pointer="/from" problem=send.problem />
            <Field label=t!(watch.away.until) hint=t!(watch.away.until_hint, time = BACK_BY) value=until name="until" kind="date" pointer="/until" problem=send.problem />
            <Field label=t!(watch.away.note) value=note name="note" pointer="/note" problem=send.problem max=limits::LINE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=t!(watch.away.send) name="away-send" busy=send.busy on_press=submit />
        </section>
    }
    .into_any()
}

/// The one that begins last first.
fn list(rows: Vec<AbsenceView>, absences: Remote<Option<Vec<AbsenceView>>>) -> AnyView {
    let none = rows
        .is_empty()
        .then(|| view! { <p class="card quiet">{t!(watch.away.none)}</p> });
    let card =
        |absence: AbsenceView| view! { <li><AbsenceCard absence absences /></li> }.into_any();
    let cards = rows.into_iter().map(card).collect::<Vec<_>>();
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(watch.away.list)}</h2>
            {none}
            <ul class="rows rows-cards" data-testid="absences">{cards}</ul>
        </section>
    }
    .into_any()
}

/// One absence, and being back earlier.
#[component]
fn AbsenceCard(absence: AbsenceView, absences: Remote<Option<Vec<AbsenceView>>>) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let (id, now) = (absence.id, clock::now());
    let back = Callback::new(move |()| {
        let body = EndAbsenceBody {
            id: again.id("back"),
        };
        send.run(
            api::call::<EndAbsence>((id,), None_ {}, body),
            move |_: AbsenceView| {
                say(t!(watch.away.ended));
                absences.again();
            },
        );
    });
    let (over, begun) = (
        absence.ended_at.is_some() || absence.until.at <= now,
        absence.from.at <= now,
    );
    let label = if begun {
        t!(watch.away.back)
    } else {
        t!(watch.away.cancel)
    };
    let (words, tone) = match (over, begun) {
        (true, _) => (t!(watch.away.over), Tone::Calm),
        (false, true) => (t!(watch.away.now), Tone::Good),
        (false, false) => (t!(watch.away.soon), Tone::Info),
    };
    let ended = absence
        .ended_at
        .map(|at| view! { <p>{t!(watch.away.ended_at, at = when::moment(at))}</p> });
    let by = (!absence.by_name.is_empty())
        .then(|| view! { <p class="quiet">{t!(watch.away.by, name = absence.by_name)}</p> });
    let note = (!absence.note.is_empty()).then(|| view! { <p class="prose">{absence.note}</p> });
    view! {
        <article class="card stack-s" data-testid="absence" data-id=id.to_string() data-over=over.to_string()>
            <p class="booking-top">
                <span class="booking-name">{named(texts::watch::kind::ALL, absence.kind.as_str())}</span>
                <Tag words tone />
            </p>
            <p>{t!(watch.away.span, from = when::moment(absence.from), until = when::moment(absence.until))}</p>
            {ended}
            {note}
            {by}
            <TroubleNote problem=send.problem />
            {(!over).then(|| view! { <Button label name="back-early" kind=Kind::Plain busy=send.busy on_press=back /> })}
        </article>
    }
    .into_any()
}
