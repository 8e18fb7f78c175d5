//! Pictures and documents of a case. Each look at one is written down, so that a picture is fetched only when somebody
//! asks for it.

use domain::access::Act;
use domain::care::{AttachmentForm, Field as Seen};
use domain::{AttachmentId, CaseId, limits};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlInputElement};
use wire::care::{AttachFile, AttachQuery, CaseFileView, GetCaseFile};
use wire::endpoint::{Endpoint, None_};
use wire::{Code, Problem};

use super::super::super::ask::Attempt;
use super::fold::Fold;
use super::{Work, picture, told};
use crate::i18n::{named, texts};
use crate::model::care_picture::{FILE, kilobytes, most, refused};
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Fetch, Field, Icon, Kind, Send, say};
use crate::{api, t};

/// What it is says its beginning.
const CONTENT_TYPE: &str = "application/octet-stream";
const KINDS: &str = "image/jpeg,image/png,application/pdf";

/// Only where the reader sees notes.
#[component]
pub(super) fn Files(work: Work) -> AnyView {
    let sees = work.sees(Seen::Notes);
    let files = work.part(|case| case.files.clone());
    let keeps = Memo::new(move |_| Session::get().may(Act::KeepFiles));
    let list = move || {
        let (files, keeps) = (files.get()?, keeps.get());
        let lines = files.iter().map(|file| line(file, work.id, keeps));
        let lines: Vec<AnyView> = lines.collect();
        Some(match lines.is_empty() {
            true => view! { <p class="quiet">{t!(desk_case.files.none)}</p> }.into_any(),
            false => {
                view! { <ul class="stack" data-testid="case-files-list">{lines}</ul> }.into_any()
            }
        })
    };
    let full = work.is(|case| case.files.len() >= limits::CASE_FILES);
    let form = Form::of(work);
    let write = move || {
        match (keeps.get(), full.get()) {
        (false, _) => ().into_any(),
        (true, true) => {
            let words = t!(desk_case.files.full, max = limits::CASE_FILES);
            view! { <p class="quiet" data-testid="files-full">{words}</p> }.into_any()
        }
        (true, false) => view! { <Fold title=t!(desk_case.files.write) open=form.open name="attach-form"><Fields form /></Fold> }.into_any(),
    }
    };
    let shown = move || {
        sees.get().then(|| {
            view! {
                <section class="card stack" data-testid="case-files">
                    <h2>{t!(desk_case.files.title)}</h2>
                    {list}
                    {write}
                </section>
            }
        })
    };
    shown.into_any()
}

fn line(file: &CaseFileView, case: CaseId, keeps: bool) -> AnyView {
    let form = named(texts::desk_case::file_form::ALL, file.form.as_str());
    let by = t!(
        desk_case.files.by,
        at = when::moment(file.at),
        who = file.by_name,
        size = kilobytes(file.bytes)
    );
    let href = GetCaseFile::url(&(case, file.id), &None_ {});
    let about = file.about.clone();
    let alt = match about.is_empty() {
        true => form.clone(),
        false => about.clone(),
    };
    let picture = match file.form {
        AttachmentForm::Jpeg | AttachmentForm::Png => keeps.then(|| href.clone()),
        AttachmentForm::Pdf => None,
    };
    let picture = picture.map(|src| view! { <Picture src alt /> });
    let fetch = keeps.then(|| view! { <a class="weui-btn weui-btn_default button button-small" href=href rel="external" download="" data-testid="file-fetch">{t!(desk_case.files.fetch)}</a> });
    view! {
        <li class="stack-s" data-testid="case-file" data-id=file.id.to_string() data-form=file.form.as_str()>
            <p><strong>{form}</strong>" "<span class="quiet">{by}</span></p>
            {(!about.is_empty()).then(|| view! { <p class="prose" data-testid="file-about">{about}</p> })}
            {picture}
            {fetch}
        </li>
    }
    .into_any()
}

/// A picture, once somebody asks for it.
#[component]
fn Picture(src: String, alt: String) -> AnyView {
    let (open, lost) = (RwSignal::new(false), RwSignal::new(false));
    let label = Signal::derive(move || {
        let words = match open.get() {
            true => t!(desk_case.files.hide),
            false => t!(desk_case.files.show),
        };
        words.to_owned()
    });
    let press = Callback::new(move |()| {
        lost.set(false);
        open.update(|open| *open = !*open);
    });
    let shown = move || {
        match (open.get(), lost.get()) {
        (false, _) => ().into_any(),
        (true, true) => view! { <div class="problem" role="alert" data-testid="picture-lost">{Icon::Warn.draw()}<span>{t!(desk_case.files.lost)}</span></div> }.into_any(),
        (true, false) => {
            let (src, alt) = (src.clone(), alt.clone());
            view! { <img class="case-picture" src=src alt=alt data-testid="file-picture" on:error=move |_| lost.set(true) /> }.into_any()
        }
    }
    };
    view! {
        <Button label name="file-show" kind=Kind::Plain small=true on_press=press />
        {shown}
    }
    .into_any()
}

/// What was chosen, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chosen {
    name: String,
    bytes: u32,
    /// Which choice it is.
    turn: u32,
}

/// What is to be sent. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Form {
    work: Work,
    open: RwSignal<bool>,
    draft: StoredValue<Draft>,
    about: RwSignal<String>,
    chosen: RwSignal<Option<Chosen>>,
    /// As it is sent, so that a try that is repeated sends the same.
    file: RwSignal<Option<Blob>, LocalStorage>,
    turn: StoredValue<u32>,
    send: Send,
    attempt: Attempt<AttachmentId>,
}

impl Form {
    fn of(work: Work) -> Self {
        let draft = Draft::of(&format!("case-{}-file", work.id));
        Self {
            work,
            open: RwSignal::new(false),
            about: draft.field("about", ""),
            draft: StoredValue::new(draft),
            chosen: RwSignal::new(None),
            file: RwSignal::new_local(None),
            turn: StoredValue::new(0),
            send: Send::default(),
            attempt: Attempt::new(),
        }
    }

    fn pick(self, ev: &leptos::ev::Event) {
        let input = ev
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        // The same may be chosen again.
        input.set_value("");
        if self.send.busy.get_untracked() {
            return;
        }
        self.chosen.set(None);
        self.file.set(None);
        let name = file.name();
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.send
            .run(picture::fitting(file.into()), move |fits: Blob| {
                let chosen = Chosen {
                    name,
                    bytes: picture::bytes(&fits),
                    turn,
                };
                self.file.try_set(Some(fits));
                self.chosen.try_set(Some(chosen));
            });
    }

    fn read(self) -> Result<(AttachQuery, Blob), Problem> {
        let file = self.file.get_untracked();
        let chosen = self.chosen.get_untracked();
        let (Some(file), Some(chosen)) = (file, chosen) else {
            return Err(Problem::new(Code::MissingField).at(FILE));
        };
        let about = self.about.with_untracked(|raw| raw.trim().to_owned());
        let id = self.attempt.id(&format!("{}{about}", chosen.turn));
        let query = AttachQuery {
            id: Some(id),
            about: Some(about).filter(|about| !about.is_empty()),
        };
        Ok((query, file))
    }

    fn taken(self) {
        self.attempt.taken();
        self.about.set(String::new());
        self.chosen.set(None);
        self.file.set(None);
        self.draft.with_value(Draft::clear);
        self.open.set(false);
        say(t!(desk_case.files.saved));
    }
}

#[component]
fn Fields(form: Form) -> AnyView {
    let (work, send) = (form.work, form.send);
    let pick = move |ev: leptos::ev::Event| form.pick(&ev);
    let go = Callback::new(move |()| match form.read() {
        Ok((query, file)) => {
            let call: Fetch<CaseFileView> = Box::pin(async move {
                api::upload::<AttachFile>((work.id,), query, file, CONTENT_TYPE).await
            });
            send.run(told(work, call), move |_: CaseFileView| {
                form.taken();
                work.case.again();
            });
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let chosen = move || match form.chosen.get() {
        Some(one) => {
            let (name, size) = (one.name, kilobytes(one.bytes));
            let words = t!(desk_case.files.chosen, name = name, size = size);
            view! { <p data-testid="attach-chosen">{words}</p> }.into_any()
        }
        None => match send.busy.get() {
            true => view! { <p>{t!(desk_case.files.reading)}</p> }.into_any(),
            false => ().into_any(),
        },
    };
    let trouble = move || {
        send.problem.get().map(|problem| {
            let (code, words) = (problem.code.as_str(), refused(&problem));
            view! { <div class="problem" role="alert" data-testid="problem" data-code=code>{Icon::Warn.draw()}<span>{words}</span></div> }
        })
    };
    view! {
        <p class="quiet">{t!(desk_case.files.words)}</p>
        <p class="quiet">{t!(desk_case.files.kinds, most = most())}</p>
        <label class="weui-btn weui-btn_default button scan-photo">
            {t!(desk_case.files.camera)}
            <input type="file" accept="image/*" capture="environment" data-testid="attach-camera" on:change=pick />
        </label>
        <label class="weui-btn weui-btn_default button scan-photo">
            {t!(desk_case.files.choose)}
            <input type="file" accept=KINDS data-testid="attach-file" on:change=pick />
        </label>
        <div role="status">{chosen}</div>
        <Field label=t!(desk_case.files.about) hint=t!(desk.act.optional) value=form.about name="attach-about" max=limits::LINE_CHARS pointer="?about" problem=send.problem />
        {trouble}
        <Button label=t!(desk_case.files.go) name="attach-go" busy=send.busy on_press=go />
    }
    .into_any()
}
