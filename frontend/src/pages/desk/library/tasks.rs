//! What was lent or brought back without a line and could not be written down afterwards.

use domain::library::{TaskKind, TaskState};
use domain::{CommandId, LibraryTaskId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::desk::{
    ListLibraryTasks, SettleLibraryTask, SettleTaskBody, TaskView, TasksQuery,
};

use super::super::ask::Attempt;
use crate::i18n::{named, texts};
use crate::model::when;
use crate::ui::{Button, Field, Kind, LinkButton, Page, Paged, Rows, Send, TroubleNote, say};
use crate::{api, t};

#[component]
pub fn Tasks() -> AnyView {
    let list = Paged::new(|_| {
        let query = TasksQuery {
            settled: Some(true),
        };
        api::get::<ListLibraryTasks>((), query)
    });
    view! {
        <Page title=t!(desk_library.hub.tasks) back="/desk/library">
            <p class="quiet">{t!(desk_library.tasks.words)}</p>
            <Rows from=list empty=t!(desk_library.tasks.none) name="tasks" let:task>{card(&task, list)}</Rows>
        </Page>
    }
    .into_any()
}

fn card(task: &TaskView, list: Paged<TaskView>) -> AnyView {
    let stands = (!task.stands_reader_name.is_empty())
        .then(|| t!(desk_library.tasks.stands, name = task.stands_reader_name));
    let settled = task.settled_by_name.as_ref().map(|name| {
        t!(
            desk_library.tasks.settled,
            name = name,
            comment = task.comment
        )
    });
    let open = task.state == TaskState::Open;
    let (by, name, at) = (&task.by_name, &task.reader_name, when::moment(task.done_at));
    let what = match (task.kind, name.is_empty()) {
        (TaskKind::Lent, false) => t!(desk_library.tasks.lent, by = by, name = name, at = at),
        (TaskKind::Lent, true) => t!(desk_library.tasks.lent_somebody, by = by, at = at),
        (TaskKind::Returned, _) => t!(desk_library.tasks.returned, by = by, at = at),
    };
    let title = format!("/desk/library/titles/{}", task.title);
    let reader = task.reader.map(|id| format!("/desk/library/readers/{id}"));
    let to_reader = reader.filter(|_| !name.is_empty()).map(|href| {
        let label = t!(desk_library.tasks.to_reader, name = name);
        view! { <LinkButton label href name="to-reader" kind=Kind::Plain small=true /> }
    });
    view! {
        <article class="card stack-s" data-testid="task" data-id=task.id.to_string()>
            <h2><a class="booking-name" href=title>{task.title_name.clone()}</a></h2>
            <p class="quiet">{t!(library.loan.label, label = task.barcode)}</p>
            <p data-testid="what">{what}</p>
            <p data-testid="why">{named(texts::desk_library::why::ALL, task.why.as_str())}</p>
            {stands.map(|words| view! { <p>{words}</p> })}
            {to_reader}
            {settled.map(|words| view! { <p class="quiet" data-testid="settled">{words}</p> })}
            {open.then(|| view! { <Settle id=task.id list /> })}
        </article>
    }
    .into_any()
}

#[component]
fn Settle(id: LibraryTaskId, list: Paged<TaskView>) -> AnyView {
    let (comment, send) = (RwSignal::new(String::new()), Send::default());
    let attempt: Attempt<CommandId> = Attempt::new();
    let go = Callback::new(move |()| {
        let said = comment.get_untracked().trim().to_owned();
        let body = SettleTaskBody {
            id: attempt.id(&said),
            comment: said,
        };
        send.run(
            api::call::<SettleLibraryTask>((id,), None_ {}, body),
            move |_: TaskView| {
                say(t!(desk_library.tasks.done));
                list.again();
            },
        );
    });
    view! {
        <Field label=t!(desk_library.tasks.how) value=comment name="task-comment" pointer="/comment" problem=send.problem max=limits::LINE_CHARS />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_library.tasks.settle) name="task-settle" kind=Kind::Plain busy=send.busy on_press=go />
    }
    .into_any()
}
