//! The import page: what, which file, and what would come of it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wire::market::ImportMode;

use super::job::Job;
use super::report::Report;
use crate::browser::download;
use crate::i18n::language;
use crate::model::desk_import::{Subject, Unfit};
use crate::t;
use crate::ui::{Button, Chips, Kind, Page, Skeleton, TroubleNote, uid};

#[component]
pub fn Import() -> AnyView {
    let body = Job::get().map(|job| view! { <What job /><Choose job /><Result_ job /> });
    view! { <Page title=t!(desk_import.page.title) wide=true>{body}</Page> }.into_any()
}

fn name(subject: Subject) -> &'static str {
    match subject {
        Subject::Providers => t!(desk_import.page.providers),
        Subject::Services => t!(desk_import.page.services),
    }
}

#[component]
fn What(job: Job) -> AnyView {
    let options = Subject::ALL
        .map(|s| (s.as_str().to_owned(), name(s).to_owned()))
        .to_vec();
    let value = Signal::derive(move || job.subject.get().as_str().to_owned());
    let set = move |raw: String| {
        if let Some(subject) = Subject::ALL.into_iter().find(|s| s.as_str() == raw) {
            job.turn_to(subject);
        }
    };
    let get = move |()| {
        let subject = job.subject.get_untracked();
        download(
            &format!("{}.csv", name(subject)),
            &subject.template(language()),
        );
    };
    view! {
        <section class="card stack">
            <h2>{t!(desk_import.page.step_what)}</h2>
            <Chips label=t!(desk_import.page.what) options value set name="subject" />
            <p class="quiet">{t!(desk_import.page.template_hint)}</p>
            <div class="row"><Button label=t!(desk_import.page.template) kind=Kind::Plain small=true name="template" on_press=get /></div>
        </section>
    }
    .into_any()
}

#[component]
fn Choose(job: Job) -> AnyView {
    let id = uid();
    let pick = move |ev: leptos::ev::Event| {
        let input = ev
            .target()
            .and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        job.choose(input.files().and_then(|files| files.get(0)));
        // The same file, corrected, may be chosen again.
        input.set_value("");
    };
    let chosen = move || {
        job.file.get().map(|file| view! { <p data-testid="file-name">{t!(desk_import.page.chosen, name = file.name())}</p> })
    };
    let unfit = move || {
        job.unfit.get().map(|unfit| {
            let words = match unfit {
                Unfit::NotATable => t!(desk_import.unfit.not_table),
                Unfit::Empty => t!(desk_import.unfit.empty),
                Unfit::TooLarge => t!(desk_import.unfit.large),
            };
            view! { <p class="field-error" role="alert" data-testid="unfit">{words}</p> }
        })
    };
    let none = Signal::derive(move || job.file.with(Option::is_none));
    view! {
        <section class="card stack">
            <h2>{t!(desk_import.page.step_file)}</h2>
            <div class="file-pick">
                <input class="file-input" id=id.clone() type="file" accept=".csv,.xlsx,text/csv" data-testid="file" on:change=pick />
                <label class="weui-btn weui-btn_default button button-small" for=id>{t!(desk_import.page.file)}</label>
                <span class="quiet">{t!(desk_import.page.file_hint)}</span>
            </div>
            <div role="status">{chosen}</div>
            {unfit}
            <p class="quiet">{t!(desk_import.page.safe)}</p>
            <div class="row"><Button label=t!(desk_import.page.check) small=true name="check" busy=job.send.busy disabled=none on_press=move |()| job.start(ImportMode::Check) /></div>
        </section>
    }
    .into_any()
}

#[component]
fn Result_(job: Job) -> AnyView {
    let report = move || {
        job.outcome
            .get()
            .map(|outcome| view! { <Report outcome job /> })
    };
    let working = move || {
        job.send
            .busy
            .get()
            .then(|| view! { <p role="status">{t!(desk_import.page.working)}</p><Skeleton /> })
    };
    let column = move || {
        let column = job
            .send
            .problem
            .with(|p| p.as_ref()?.data.get("column")?.as_str().map(str::to_owned))?;
        Some(
            view! { <p data-testid="problem-column">{t!(desk_import.page.in_column, column = column)}</p> },
        )
    };
    view! { <TroubleNote problem=job.send.problem />{column}{working}{report} }.into_any()
}
