//! Writing a note: what was seen or said first, what one makes of it second. Without a network it is kept on this
//! device.

use domain::care::{NoteForm, Words};
use domain::{NoteId, limits};
use leptos::prelude::*;
use wire::Problem;
use wire::care::{CreateNote, CreateNoteBody, NoteView};
use wire::endpoint::None_;

use super::super::super::ask::Attempt;
use super::super::words;
use super::Work;
use super::kept::Waiting;
use super::moment::moment;
use crate::i18n::{named, texts};
use crate::model::care_case::this_minute;
use crate::model::care_note::{self, PHRASES, phrases, touch};
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Chips, Field, Send, Switch, TextArea, Trouble, TroubleNote, say};
use crate::{api, clock, t};

/// What a note says, as it is typed. Outlives what is drawn of it.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    form: RwSignal<String>,
    facts: RwSignal<String>,
    inference: RwSignal<String>,
    plan: RwSignal<String>,
    /// Keys with a space between them.
    phrases: RwSignal<String>,
}

impl Typed {
    pub fn of(draft: &Draft, before: Option<&Words>) -> Self {
        let form = before.map_or(NoteForm::Visit, |words| words.form);
        let text = |of: fn(&Words) -> &str| before.map(of).unwrap_or_default();
        let touched = before.map(|words| words.phrases.join(" "));
        Self {
            form: draft.field("form", form.as_str()),
            facts: draft.field("facts", text(|words| words.facts.as_str())),
            inference: draft.field("inference", text(|words| words.inference.as_str())),
            plan: draft.field("plan", text(|words| words.plan.as_str())),
            phrases: draft.field("phrases", &touched.unwrap_or_default()),
        }
    }

    pub fn read(self) -> Result<Words, Problem> {
        let touched = self.phrases.with_untracked(|raw| phrases(raw));
        let said: Vec<String> = touched.iter().map(|key| phrase(key)).collect();
        let (form, facts) = (self.form.get_untracked(), self.facts.get_untracked());
        let (inference, plan) = (self.inference.get_untracked(), self.plan.get_untracked());
        let texts = [facts.as_str(), inference.as_str(), plan.as_str()];
        care_note::words(&form, texts, touched, &words::joined(said))
    }

    pub fn clear(self) {
        for field in [self.facts, self.inference, self.plan, self.phrases] {
            field.set(String::new());
        }
        self.form.set(NoteForm::Visit.to_string());
    }
}

/// A phrase in words.
pub(super) fn phrase(key: &str) -> String {
    named(texts::desk_case::phrase::ALL, key)
}

/// The fields of a note.
#[component]
pub(super) fn Fields(typed: Typed, problem: Trouble) -> AnyView {
    let forms = NoteForm::ALL
        .iter()
        .map(|form| (form.to_string(), words::note_form(*form)))
        .collect::<Vec<_>>();
    let set = Callback::new(move |to: String| typed.form.set(to));
    let chip = |key: &'static str| {
        let touched = move || {
            typed
                .phrases
                .with(|raw| phrases(raw).iter().any(|one| one == key))
        };
        let press = move |_| {
            typed.phrases.update(|raw| {
                let mut keys = phrases(raw);
                touch(&mut keys, key);
                *raw = keys.join(" ");
            });
        };
        view! {
            <label class="chip" data-testid=format!("phrase-{key}")>
                <input class="chip-input" type="checkbox" prop:checked=touched on:change=press />
                <span class="chip-words">{phrase(key)}</span>
            </label>
        }
        .into_any()
    };
    let chips: Vec<AnyView> = PHRASES.into_iter().map(chip).collect();
    view! {
        <Chips label=t!(desk_case.note.form) options=forms value=typed.form set name="note-form" labelled=true />
        <fieldset class="chips" data-testid="phrases">
            <legend class="field-label">{t!(desk_case.note.phrases)}</legend>
            <div class="chips-row">{chips}</div>
        </fieldset>
        <TextArea label=t!(desk_case.note.facts) hint=t!(desk_case.note.facts_hint) value=typed.facts name="facts" max=limits::STORY_CHARS pointer="/words/facts" problem />
        <TextArea label=t!(desk_case.note.inference) hint=t!(desk_case.note.inference_hint) value=typed.inference name="inference" max=limits::STORY_CHARS pointer="/words/inference" problem rows=2 />
        <TextArea label=t!(desk_case.note.plan) hint=t!(desk.act.optional) value=typed.plan name="plan" max=limits::STORY_CHARS pointer="/words/plan" problem rows=2 />
    }
    .into_any()
}

/// A new one. It needs nothing that has to be asked for first, so that it can be written without a network.
#[component]
pub(super) fn Write(work: Work) -> AnyView {
    let draft = Draft::of(&format!("case-{}-note", work.id));
    let typed = Typed::of(&draft, None);
    let today = clock::today(&Session::get().zone());
    let earlier = draft.field("earlier", "");
    let (day, time) = (
        draft.field("day", &today.to_string()),
        draft.field("time", ""),
    );
    let draft = StoredValue::new(draft);
    let (send, attempt) = (Send::default(), Attempt::<NoteId>::new());
    let read = move || -> Result<CreateNoteBody, Problem> {
        let words = typed.read()?;
        let on = match earlier.with_untracked(String::is_empty) {
            true => None,
            false => Some(moment(day, time, "/on")?),
        };
        Ok(CreateNoteBody {
            id: attempt.id(&format!("{words:?}{on:?}")),
            on,
            words,
        })
    };
    let over = move || {
        attempt.taken();
        typed.clear();
        earlier.set(String::new());
        time.set(String::new());
        draft.with_value(Draft::clear);
    };
    let waiting = StoredValue::new(Waiting::get());
    let go = Callback::new(move |()| match read() {
        Ok(body) => {
            let (written, waiting) = (body.clone(), waiting.get_value());
            let call = api::call::<CreateNote>((work.id,), None_ {}, body);
            let told = async move {
                let answer = call.await;
                match answer {
                    // It happened now, whenever it comes in.
                    Err(problem) if api::is_offline(&problem) => {
                        let on = written.on.unwrap_or_else(|| this_minute(clock::now()));
                        let kept = CreateNoteBody {
                            on: Some(on),
                            ..written
                        };
                        match waiting.add(work.id, kept).await {
                            true => Ok(None),
                            false => Err(problem),
                        }
                    }
                    answer => answer.map(Some),
                }
            };
            send.run(told, move |note: Option<NoteView>| {
                over();
                match note {
                    Some(_) => {
                        say(t!(desk_case.note.saved));
                        work.case.again();
                    }
                    None => say(t!(desk_case.kept.noted)),
                }
            });
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let problem = send.problem;
    let is_earlier = Signal::derive(move || !earlier.with(String::is_empty));
    let set_earlier = Callback::new(move |on: bool| {
        earlier.set(if on { "1".to_owned() } else { String::new() });
    });
    let when = move || {
        is_earlier.get().then(|| view! {
            <div class="desk-pair">
                <Field label=t!(desk_case.note.day) value=day name="note-day" kind="date" pointer="/on" problem />
                <Field label=t!(desk_case.note.time) value=time name="note-time" kind="time" />
            </div>
        })
    };
    view! {
        <section class="card stack desk-form" data-testid="note-write">
            <h2>{t!(desk_case.note.write)}</h2>
            <p class="quiet">{t!(desk_case.note.words)}</p>
            <Fields typed problem />
            <Switch label=t!(desk_case.note.earlier) on=is_earlier set=set_earlier name="note-earlier" />
            {when}
            <TroubleNote problem />
            <Button label=t!(desk_case.note.go) name="note-go" busy=send.busy on_press=go />
        </section>
    }
    .into_any()
}
