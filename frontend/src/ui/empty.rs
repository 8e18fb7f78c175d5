use leptos::prelude::*;
use wire::Problem;

use super::field::Trouble;
use super::icon::Icon;
use crate::model::problem::words;

/// Nothing is there, and what one can do about it.
#[component]
pub fn Empty(#[prop(into)] words: String, #[prop(optional)] children: Option<Children>) -> AnyView {
    view! { <div class="empty" data-testid="empty"><p>{words}</p>{children.map(|children| children())}</div> }.into_any()
}

/// A problem in words, by its code.
#[component]
pub fn ProblemNote(problem: Problem) -> AnyView {
    view! { <div class="problem" role="alert" data-testid="problem" data-code=problem.code.as_str()>{Icon::Warn.draw()}<span>{words(&problem)}</span></div> }.into_any()
}

/// The problem of a form's last try, if there was one.
#[component]
pub fn TroubleNote(problem: Trouble) -> AnyView {
    (move || {
        problem
            .get()
            .map(|problem| view! { <ProblemNote problem /> })
    })
    .into_any()
}

/// Something good to know.
#[component]
pub fn Note(
    #[prop(into)] words: Signal<String>,
    #[prop(default = "note")] name: &'static str,
) -> AnyView {
    view! { <div class="note" data-testid=name>{Icon::Done.draw()}<span>{move || words.get()}</span></div> }.into_any()
}
