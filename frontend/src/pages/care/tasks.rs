use leptos::prelude::*;

use super::tasks_list::TaskList;
use crate::t;
use crate::ui::Page;

/// What one is asked to do for a neighbour, and what one agreed to do.
#[component]
pub fn Tasks() -> AnyView {
    view! {
        <Page title=t!(care.tasks.title) back="/me">
            <p>{t!(care.tasks.words)}</p>
            <TaskList desk=false />
        </Page>
    }
    .into_any()
}
