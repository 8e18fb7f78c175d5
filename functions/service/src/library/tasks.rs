//! What was lent or brought back without a line and could not be written down: somebody has to look. `ListLibraryTasks`,
//! `SettleLibraryTask`: the desk. Settling is safe to repeat with the same id.

use domain::library::{LoanState, TaskState};
use domain::{LibraryTaskId, PersonId, Refusal, limits};
use store::library::{Change, LibraryTask};
use store::market::Beside;
use store::schema;
use store::table::read;
use wire::library::desk::{ListLibraryTasks, SettleLibraryTask, TaskView};
use wire::{Code, Endpoint, Page};

use super::faces::Faces;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::parse;

/// Those that are shown at once: as many open ones, and as many of the latest.
const SHOWN: usize = 100;

pub async fn list(call: Call<ListLibraryTasks>) -> Outcome<ListLibraryTasks> {
    let com = call.who.community.id;
    let some = async |pattern| -> Result<Vec<LibraryTask>, Error> {
        let (items, _) = call.ctx.store.page(&pattern, SHOWN, None).await?;
        Ok(items.into_iter().map(read).collect::<Result<_, _>>()?)
    };
    let mut tasks = some(schema::open_library_tasks(com)).await?;
    if call.query.settled == Some(true) {
        let latest = some(schema::library_tasks(com)).await?;
        let settled = |task: &LibraryTask| task.state == TaskState::Settled;
        tasks.extend(latest.into_iter().filter(settled));
    }
    Ok(Answer::new(Page::whole(shown(&call, &tasks).await?)))
}

async fn shown<E: Endpoint>(call: &Call<E>, tasks: &[LibraryTask]) -> Result<Vec<TaskView>, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let stands: Vec<_> = tasks.iter().filter_map(|task| task.stands).collect();
    let loans = ctx.store.loans_among(com, &stands).await?;
    // Who had what is over with the task, and with the loan.
    let reader = |task: &LibraryTask| task.reader.filter(|_| task.state == TaskState::Open);
    let holder = |task: &LibraryTask| {
        let loan = loans.iter().find(|loan| Some(loan.id) == task.stands)?;
        let open = task.state == TaskState::Open && loan.state == LoanState::Open;
        loan.reader.filter(|_| open)
    };
    let mut readers: Vec<PersonId> = tasks
        .iter()
        .flat_map(|task| reader(task).into_iter().chain(holder(task)))
        .collect();
    readers.sort_unstable();
    readers.dedup();
    for some in readers.chunks(100) {
        views::log_all(ctx, who, some, E::NAME, "", at).await?;
    }
    let mut people = readers;
    for task in tasks {
        people.extend(task.by);
        people.extend(task.settled_by);
    }
    let titles: Vec<_> = tasks.iter().map(|task| task.title).collect();
    let faces = Faces::of(ctx, who, titles, people, at).await?;
    let named = |id: Option<PersonId>| id.map(|id| faces.name(id)).unwrap_or_default();
    let view = |task: &LibraryTask| TaskView {
        id: task.id,
        barcode: task.barcode.clone(),
        title: task.title,
        title_name: faces.title_name(task.title),
        kind: task.kind,
        state: task.state,
        why: why(task),
        done_at: who.moment(task.done_at),
        by_name: named(task.by),
        reader: reader(task),
        reader_name: named(reader(task)),
        stands: task.stands,
        stands_reader_name: named(holder(task)),
        made_at: who.moment(task.made_at),
        comment: task.comment.clone(),
        settled_by_name: task.settled_by.map(|id| faces.name(id)),
        ver: task.ver,
    };
    Ok(tasks.iter().map(view).collect())
}

pub async fn settle(call: Call<SettleLibraryTask>) -> Outcome<SettleLibraryTask> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = close(&call, &once).await;
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn stored<E: Endpoint>(call: &Call<E>, id: LibraryTaskId) -> Result<TaskView, Error> {
    let task = call
        .ctx
        .store
        .library_task(call.who.community.id, id)
        .await?;
    let task = task.ok_or(Refusal::Missing)?;
    let view = shown(call, std::slice::from_ref(&task)).await?;
    Ok(view.into_iter().next().ok_or(Refusal::Missing)?)
}

async fn close(call: &Call<SettleLibraryTask>, once: &Once) -> Result<TaskView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let comment = parse::line(&call.body.comment, limits::LINE_CHARS, "/comment")?;
    let task = ctx.store.library_task(com, call.path.0).await?;
    let task = task.ok_or(Refusal::Missing)?;
    if task.state == TaskState::Settled {
        return Err(Refusal::TaskSettled.into());
    }
    let task = LibraryTask {
        state: TaskState::Settled,
        settled_by: Some(who.person.id),
        comment,
        ver: task.ver + 1,
        ..task
    };
    let change = Change {
        task: Some(task),
        ..Change::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_library(com, &change, &beside).await?;
    stored(call, call.path.0).await
}

/// Why it could not be written down; a reason that is not known any more says that it failed.
fn why(task: &LibraryTask) -> Code {
    let known = Code::ALL.iter().find(|code| code.as_str() == task.why);
    known.copied().unwrap_or(Code::Failed)
}
