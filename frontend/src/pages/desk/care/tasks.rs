//! What this member of the team is asked to do, and what is theirs to do.

use leptos::prelude::*;

use crate::pages::care::tasks_list::TaskList;
use crate::t;
use crate::ui::Page;

#[component]
pub fn Tasks() -> AnyView {
    view! {
        <Page title=t!(desk_care.tasks.title) back="/desk/care">
            <p class="quiet">{t!(desk_care.tasks.words)}</p>
            <TaskList desk=true />
        </Page>
    }
    .into_any()
}
