use leptos::prelude::*;
use wire::{Code, Problem};

use super::calendar_editor::CalendarEditor;
use crate::t;
use crate::ui::{Page, ProblemNote, asked_now};

/// A provider's own calendar.
#[component]
pub fn CalendarPage() -> AnyView {
    let provider = asked_now("provider").and_then(|raw| raw.parse().ok());
    let editor = match provider {
        Some(provider) => view! { <CalendarEditor provider /> }.into_any(),
        None => view! { <ProblemNote problem=Problem::new(Code::NotFound) /> }.into_any(),
    };
    view! { <Page title=t!(serve.page.calendar) back="/serve">{editor}</Page> }.into_any()
}
