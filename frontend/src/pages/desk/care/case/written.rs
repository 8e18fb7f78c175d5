//! Notes about the person, the latest first. Whoever wrote one rewrites it for 72 hours; after that it is added to.

use domain::access::Act;
use domain::care::{Field as Seen, Words};
use domain::{CommandId, NoteId, limits};
use leptos::prelude::*;
use wire::Problem;
use wire::care::{AddAddendum, AddendumBody, AddendumView, NoteView, UpdateNote, UpdateNoteBody};
use wire::endpoint::None_;

use super::super::super::ask::Attempt;
use super::super::words;
use super::fold::Fold;
use super::notes::{Fields, Typed, phrase};
use super::{Work, told};
use crate::model::care_case::said;
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Fetch, Kind, Send, Tag, TextArea, TroubleNote, say};
use crate::{api, t};

/// Only where the reader sees notes.
#[component]
pub(super) fn Written(work: Work) -> AnyView {
    let sees = work.sees(Seen::Notes);
    let notes = work.part(|case| case.person.notes.clone());
    let list = move || {
        let notes = notes.get()?;
        let keeps = Session::get().may(Act::KeepFiles);
        let cards: Vec<AnyView> = notes.iter().map(|note| card(note, work, keeps)).collect();
        Some(match cards.is_empty() {
            true => view! { <p class="quiet">{t!(desk_case.note.none)}</p> }.into_any(),
            false => view! { <ul class="stack" data-testid="notes">{cards}</ul> }.into_any(),
        })
    };
    let shown = move || {
        sees.get().then(|| {
            view! {
                <section class="card stack" data-testid="case-notes">
                    <h2>{t!(desk_case.note.title)}</h2>
                    {list}
                </section>
            }
        })
    };
    shown.into_any()
}

fn card(note: &NoteView, work: Work, keeps: bool) -> AnyView {
    let me = Session::get().me_now().map(|me| me.id);
    let mine = me == Some(note.by) && !note.locked && keeps;
    let by = t!(
        desk_case.note.by,
        at = when::moment(note.on),
        who = note.by_name
    );
    let part = |label: &'static str, text: &str, name: &'static str| {
        let text = text.to_owned();
        (!text.is_empty()).then(
            || view! { <p class="quiet">{label}</p><p class="prose" data-testid=name>{text}</p> },
        )
    };
    let touched = note
        .phrases
        .iter()
        .map(|key| view! { <Tag words=phrase(key) />" " }.into_any());
    let touched: Vec<AnyView> = touched.collect();
    let until = match note.locked {
        true => t!(desk_case.note.locked).to_owned(),
        false => t!(desk_case.note.locks, at = when::moment(note.locks_at)),
    };
    let added: Vec<AnyView> = note.addenda.iter().map(addendum).collect();
    let added = (!added.is_empty()).then(|| view! { <ul class="stack-s">{added}</ul> });
    let rewrite = mine.then(|| view! { <Rewrite note=note.clone() work /> });
    let add = (keeps && !mine).then(|| view! { <Add note=note.id work /> });
    view! {
        <li class="stack-s" data-testid="note-of" data-id=note.id.to_string() data-locked=note.locked.to_string()>
            <p><strong>{words::note_form(note.form)}</strong>" "<span class="quiet">{by}</span></p>
            <p>{touched}</p>
            {part(t!(desk_case.note.facts), &note.facts, "note-facts")}
            {part(t!(desk_case.note.inference), &note.inference, "note-inference")}
            {part(t!(desk_case.note.plan), &note.plan, "note-plan")}
            {added}
            <p class="quiet">{until}</p>
            {rewrite}
            {add}
        </li>
    }
    .into_any()
}

fn addendum(one: &AddendumView) -> AnyView {
    let by = t!(
        desk_case.note.by,
        at = when::moment(one.at),
        who = one.by_name
    );
    view! { <li data-testid="addendum"><p class="prose">{one.text.clone()}</p><p class="quiet">{by}</p></li> }
        .into_any()
}

/// Where the note is another one by now, the case is asked for again; what was typed stays.
fn run(work: Work, send: Send, call: Fetch<NoteView>, done: impl FnOnce() + 'static) {
    send.run(told(work, call), move |_: NoteView| {
        done();
        work.case.again();
    });
}

#[component]
fn Rewrite(note: NoteView, work: Work) -> AnyView {
    let (id, ver) = (note.id, note.ver);
    let before = Words {
        form: note.form,
        facts: note.facts,
        inference: note.inference,
        plan: note.plan,
        phrases: note.phrases,
    };
    let open = RwSignal::new(false);
    let draft = Draft::of(&format!("note-{id}"));
    let typed = Typed::of(&draft, Some(&before));
    let draft = StoredValue::new(draft);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let go = Callback::new(move |()| match typed.read() {
        Ok(words) => {
            let body = UpdateNoteBody {
                id: attempt.id(&format!("{ver}{words:?}")),
                ver,
                words,
            };
            let call = api::call::<UpdateNote>((id,), None_ {}, body);
            run(work, send, call, move || {
                attempt.taken();
                draft.with_value(Draft::clear);
                say(t!(desk_case.note.saved));
            });
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let problem = send.problem;
    view! {
        <Fold title=t!(desk_case.note.rewrite) open name="note-rewrite">
            <Fields typed problem />
            <TroubleNote problem />
            <Button label=t!(desk_case.note.go) name="rewrite-go" kind=Kind::Plain busy=send.busy on_press=go />
        </Fold>
    }
    .into_any()
}

#[component]
fn Add(note: NoteId, work: Work) -> AnyView {
    let open = RwSignal::new(false);
    let draft = Draft::of(&format!("note-{note}-add"));
    let text = draft.field("text", "");
    let draft = StoredValue::new(draft);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let read = move || -> Result<AddendumBody, Problem> {
        let text = text.with_untracked(|raw| said(raw, "/text"))?;
        Ok(AddendumBody {
            id: attempt.id(&text),
            text,
        })
    };
    let go = Callback::new(move |()| match read() {
        Ok(body) => {
            let call = api::call::<AddAddendum>((note,), None_ {}, body);
            run(work, send, call, move || {
                attempt.taken();
                draft.with_value(Draft::clear);
                say(t!(desk_case.note.added));
            });
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    view! {
        <Fold title=t!(desk_case.note.add) open name="note-add">
            <TextArea label=t!(desk_case.note.addendum) value=text name="addendum-text" max=limits::STORY_CHARS pointer="/text" problem=send.problem rows=2 />
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_case.note.add_go) name="addendum-go" kind=Kind::Plain busy=send.busy on_press=go />
        </Fold>
    }
    .into_any()
}
