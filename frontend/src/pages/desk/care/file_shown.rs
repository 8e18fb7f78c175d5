//! A file as one sees it: what one's part of the team does not see is not drawn.

use domain::access::Act;
use domain::care::{Contact, Field};
use leptos::prelude::*;
use wire::care::{CareFileView, ConsentSince, EventView, NoteView, PastCase};

use super::words;
use crate::i18n::{named, texts};
use crate::model::phone::said;
use crate::model::when;
use crate::session::Session;
use crate::t;
use crate::ui::{Cell, Cells, Fact, Facts, Kind, LinkButton, Tag};

/// All of it.
#[must_use]
pub fn shown(file: &CareFileView) -> AnyView {
    let sees = |field: Field| file.sees.contains(&field);
    let person = file.person;
    let case = file.case.map(|id| {
        let href = format!("/desk/care/cases/{id}");
        view! { <LinkButton label=t!(desk_care.file.to_case) href name="to-case" /> }
    });
    let looks = Session::get().may(Act::KeepNodes).then(|| {
        let href = format!("/desk/care/people/{person}/looked-at");
        view! { <LinkButton label=t!(desk_care.looks.to_at) href name="to-looks-at" kind=Kind::Plain /> }
    });
    let contacts = sees(Field::Contacts).then(|| contacts(&file.contacts));
    let cases = sees(Field::History).then(|| cases(&file.cases));
    let notes = sees(Field::Notes).then(|| notes(&file.notes));
    let told = sees(Field::History) || sees(Field::Health);
    let agreed = told.then(|| consents(&file.consents));
    let happened = sees(Field::History) || sees(Field::Notes);
    let happened = happened.then(|| events(&file.events));
    view! {
        <div class="desk-columns" data-testid="care-file" data-id=person.to_string() data-ver=file.ver.to_string()>
            <div class="stack">
                <section class="stack-s">
                    <h2 data-testid="file-name">{file.person_name.clone()}</h2>
                    {facts(file)}
                </section>
                {contacts}
                {agreed}
            </div>
            <div class="stack">
                <div class="button-stack">{case}{looks}</div>
                {cases}
                {happened}
                {notes}
            </div>
        </div>
    }
    .into_any()
}

fn facts(file: &CareFileView) -> AnyView {
    let none = || t!(desk.act.none).to_owned();
    let some = |words: String| match words.is_empty() {
        true => none(),
        false => words,
    };
    let sees = |field: Field| file.sees.contains(&field);
    let moment = |at: Option<wire::Moment>| at.map_or_else(none, when::moment);
    let factors = file.factors.iter().map(|one| words::factor(*one));
    let visited = match file.visited {
        true => t!(desk_care.file.visited),
        false => t!(desk_care.file.not_visited),
    };
    let phone = file.phone.as_deref().map_or_else(none, said);
    let rows = [
        (
            Field::Room,
            t!(desk_care.file.room),
            file.room.clone(),
            "file-room",
        ),
        (Field::Phone, t!(desk_care.file.phone), phone, "file-phone"),
        (
            Field::Household,
            t!(desk_care.file.household),
            words::joined(file.household.clone()),
            "file-household",
        ),
        (
            Field::Tier,
            t!(desk_care.file.often),
            file.tier.map(words::tier).unwrap_or_default(),
            "file-tier",
        ),
        (
            Field::Health,
            t!(desk_care.file.why_often),
            words::joined(factors.collect()),
            "file-factors",
        ),
        (
            Field::Tier,
            t!(desk_care.file.agreed),
            visited.to_owned(),
            "file-visited",
        ),
        (
            Field::Tier,
            t!(desk_care.file.due),
            moment(file.visit_due),
            "file-due",
        ),
        (
            Field::History,
            t!(desk_care.file.visited_at),
            moment(file.visited_at),
            "file-visited-at",
        ),
        (
            Field::Health,
            t!(desk_care.file.conditions),
            file.conditions.clone(),
            "file-conditions",
        ),
    ];
    let rows = rows.into_iter().filter(|(field, ..)| sees(*field));
    let rows: Vec<AnyView> = rows
        .map(|(_, label, value, name)| view! { <Fact label value=some(value) name /> }.into_any())
        .collect();
    let call = file.phone.as_ref().map(|number| {
        let label = t!(desk_watch.phone.call, number = said(number));
        view! { <LinkButton label href=format!("tel:{number}") name="call" kind=Kind::Plain /> }
    });
    view! { <Facts>{rows}</Facts>{call} }.into_any()
}

fn contacts(contacts: &[Contact]) -> AnyView {
    let row = |one: &Contact| {
        let mut told = vec![one.relation.clone(), said(&one.phone)];
        if one.may_be_told {
            told.push(t!(desk_care.file.may_be_told).to_owned());
        }
        if one.has_key {
            told.push(t!(desk_care.file.has_key).to_owned());
        }
        told.retain(|words| !words.is_empty());
        let (href, note) = (format!("tel:{}", one.phone), words::joined(told));
        view! { <Cell label=one.name.clone() note href name="contact-row" /> }.into_any()
    };
    let rows: Vec<AnyView> = contacts.iter().map(row).collect();
    if rows.is_empty() {
        return view! { <p class="card quiet" data-testid="no-contacts">{t!(desk_care.file.no_contacts)}</p> }.into_any();
    }
    view! { <Cells title=t!(desk_care.file.contacts)>{rows}</Cells> }.into_any()
}

fn cases(cases: &[PastCase]) -> AnyView {
    let row = |one: &PastCase| {
        let href = format!("/desk/care/cases/{}", one.id);
        let (stage, note) = (one.stage, one.reason.map(words::reason).unwrap_or_default());
        view! {
            <Cell label=when::moment(one.opened_at) note href name="file-case">
                <Tag words=words::stage(stage) tone=words::stage_tone(stage) />
            </Cell>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = cases.iter().map(row).collect();
    if rows.is_empty() {
        return view! { <p class="card quiet">{t!(desk_care.file.no_cases)}</p> }.into_any();
    }
    view! { <Cells title=t!(desk_care.file.cases)>{rows}</Cells> }.into_any()
}

/// What they agreed to, and since when.
fn consents(consents: &[ConsentSince]) -> AnyView {
    let row = |one: &ConsentSince| {
        let purpose = named(texts::desk_people::purpose::ALL, one.purpose.as_str());
        let note = match one.current {
            true => t!(desk_care.file.since, at = when::moment(one.at)),
            false => t!(desk_care.file.since_before, at = when::moment(one.at)),
        };
        view! { <Cell label=purpose note name="file-consent" /> }.into_any()
    };
    let rows: Vec<AnyView> = consents.iter().map(row).collect();
    if rows.is_empty() {
        return view! { <p class="card quiet" data-testid="no-consents">{t!(desk_care.file.no_consents)}</p> }.into_any();
    }
    view! { <Cells title=t!(desk_care.file.consents)>{rows}</Cells> }.into_any()
}

/// What happened, the latest first.
fn events(events: &[EventView]) -> AnyView {
    let row = |one: &EventView| {
        let label = named(texts::desk_care::event::ALL, one.kind.as_str());
        let more = [
            one.cause.map(words::cause),
            one.outcome.map(words::outcome),
            one.found.map(words::found),
            one.reason.map(words::reason),
        ];
        let more = words::joined(more.into_iter().flatten().collect());
        let note = match more.is_empty() {
            true => when::moment(one.at),
            false => [when::moment(one.at), more].join(" · "),
        };
        let href = match (one.alert, one.case) {
            (Some(alert), _) => format!("/desk/watch/alerts/{alert}"),
            (None, Some(case)) => format!("/desk/care/cases/{case}"),
            (None, None) => String::new(),
        };
        view! { <Cell label note href name="file-event" /> }.into_any()
    };
    let rows: Vec<AnyView> = events.iter().map(row).collect();
    if rows.is_empty() {
        return view! { <p class="card quiet" data-testid="no-events">{t!(desk_care.file.no_events)}</p> }.into_any();
    }
    view! { <Cells title=t!(desk_care.file.events)>{rows}</Cells> }.into_any()
}

fn notes(notes: &[NoteView]) -> AnyView {
    let rows: Vec<AnyView> = notes.iter().map(note).collect();
    if rows.is_empty() {
        return view! { <p class="card quiet">{t!(desk_care.file.no_notes)}</p> }.into_any();
    }
    view! { <section class="stack-s" data-testid="file-notes"><h2 class="cells-title">{t!(desk_care.file.notes)}</h2>{rows}</section> }.into_any()
}

fn note(note: &NoteView) -> AnyView {
    let said = [
        when::moment(note.on),
        words::note_form(note.form),
        note.by_name.clone(),
    ];
    let parts = [
        (t!(desk_care.file.facts), note.facts.clone()),
        (t!(desk_care.file.inference), note.inference.clone()),
        (t!(desk_care.file.plan), note.plan.clone()),
    ];
    let parts = parts.into_iter().filter(|(_, words)| !words.is_empty());
    let parts: Vec<AnyView> = parts
        .map(|(label, words)| view! { <Fact label value=words name="note-part" /> }.into_any())
        .collect();
    let added = note.addenda.iter().map(|one| {
        let by = [when::moment(one.at), one.by_name.clone()].join(" · ");
        view! { <p class="prose"><span class="quiet">{by}</span>" "{one.text.clone()}</p> }
            .into_any()
    });
    let added: Vec<AnyView> = added.collect();
    view! {
        <article class="card stack-s" data-testid="file-note" data-id=note.id.to_string()>
            <p class="quiet">{said.join(" · ")}</p>
            <dl class="facts">{parts}</dl>
            {added}
        </article>
    }
    .into_any()
}
