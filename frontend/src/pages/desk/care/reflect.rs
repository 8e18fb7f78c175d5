//! A version of the rules, written beside the case that taught it.

use domain::{CaseId, CommandId, limits};
use leptos::prelude::*;
use wire::care::{CaseRow, CaseView, CasesQuery, ListCases, ReflectCase, ReflectCaseBody};
use wire::endpoint::{None_, Page as Listed};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::words;
use crate::model::care::to_learn;
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::ui::{Button, Kind, LinkButton, Load, Remote, Select, Send, TextArea, TroubleNote, say};
use crate::{api, t};

/// Offers the cases that are closed and have taught nothing yet.
#[component]
pub fn Reflect(ver: u32) -> AnyView {
    let cases = Remote::new(|| {
        let query = CasesQuery {
            all: Some(true),
            person: None,
            cursor: None,
            limit: Some(limits::PAGE_ROWS),
        };
        api::get::<ListCases>((), query)
    });
    let written = RwSignal::new(None::<CaseId>);
    let draw = move |page: Listed<CaseRow>| {
        let rows = to_learn(&page.items);
        if rows.is_empty() {
            return view! { <p class="quiet" data-testid="reflect-none">{t!(desk_care.reflect.none)}</p> }.into_any();
        }
        view! { <Write rows ver written /> }.into_any()
    };
    let shown = move || match written.get() {
        Some(id) => {
            let href = format!("/desk/care/cases/{id}");
            view! {
                <p role="status" data-testid="reflect-done">{t!(desk_care.reflect.done)}</p>
                <LinkButton label=t!(desk_care.reflect.to_case) href name="to-case" kind=Kind::Plain />
            }
            .into_any()
        }
        None => view! { <Load from=cases children=draw /> }.into_any(),
    };
    view! {
        <section class="card stack" data-testid="reflect">
            <h2>{t!(desk_care.reflect.title)}</h2>
            <p class="quiet">{t!(desk_care.reflect.words)}</p>
            {shown}
        </section>
    }
    .into_any()
}

#[component]
fn Write(rows: Vec<CaseRow>, ver: u32, written: RwSignal<Option<CaseId>>) -> AnyView {
    let kept = Draft::of("care-lesson");
    let (chosen, lesson) = (RwSignal::new(String::new()), kept.field("lesson", ""));
    let kept = StoredValue::new(kept);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let problem = send.problem;
    let first = (String::new(), t!(desk_care.reflect.choose).to_owned());
    let option = |case: &CaseRow| {
        let closed = case.closed_at.map(when::moment).unwrap_or_default();
        let words = [case.person_name.clone(), words::about(case), closed];
        (case.id.to_string(), words.join(" · "))
    };
    let options = rows.iter().map(option);
    let options: Vec<_> = std::iter::once(first).chain(options).collect();
    let go = Callback::new(move |()| {
        let missing = |pointer: &str| Problem::new(Code::MissingField).at(pointer);
        let Ok(case) = chosen.with_untracked(|raw| raw.parse::<CaseId>()) else {
            return problem.set(Some(missing("/case")));
        };
        let words = lesson.get_untracked().trim().to_owned();
        if words.is_empty() {
            return problem.set(Some(Problem::new(Code::EmptyText).at("/lesson")));
        }
        let body = ReflectCaseBody {
            id: attempt.id(&format!("{case}{ver}{words}")),
            lesson: words,
            rules_ver: Some(ver),
        };
        send.run(
            api::call::<ReflectCase>((case,), None_ {}, body),
            move |_: CaseView| {
                attempt.taken();
                kept.with_value(Draft::clear);
                say(t!(desk_care.reflect.done));
                written.set(Some(case));
            },
        );
    });
    view! {
        <div class="stack">
            <Select label=t!(desk_care.reflect.case) value=chosen options name="reflect-case" pointer="/case" problem />
            <TextArea label=t!(desk_care.reflect.lesson) value=lesson name="lesson" max=limits::NOTE_CHARS pointer="/lesson" problem />
            <TroubleNote problem />
            <Button label=t!(desk_care.reflect.go) name="reflect-go" busy=send.busy on_press=go />
        </div>
    }
    .into_any()
}
