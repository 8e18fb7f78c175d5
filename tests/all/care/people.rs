//! Who acts in these tests, and what they do there again and again.

use acceptance::{Actor, TestApp};
use domain::care::{CallOutcome, CaseReason, Contacted, Found, VisitGrade};
use domain::watch::DoorSense;
use domain::{CaseId, PersonId, TaskId};
use wire::care::{
    AnswerTask, AnswerTaskBody, ArriveTask, ArriveTaskBody, AssessTask, AssessTaskBody, CaseRow,
    CaseView, CasesQuery, CloseCase, CloseCaseBody, GetCase, ListCases, ListTasks, OrderVisit,
    OrderVisitBody, RecordCall, RecordCallBody, TakeCase, TakeCaseBody, TaskView,
};
use wire::endpoint::None_;
use wire::{Page, Problem};

pub use crate::coverage::with_role;
pub use crate::market::race::nothing_is_wrong;
pub use crate::watch::people::{ADMIN, CARD, WORKER, alert, at, code, grown_ups, id, looks};
use crate::watch::people::{door, fields, watch_over};

/// Somebody who agreed to be watched over, behind a door.
pub async fn watched<'a>(app: &'a TestApp, desk: &Actor<'_>) -> Actor<'a> {
    let admin = at(app, ADMIN).await;
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(app, 1).await.remove(0);
    watch_over(desk, &who, fields(&door, &[CARD])).await;
    who
}

pub async fn open(desk: &Actor<'_>) -> Vec<CaseRow> {
    let query = CasesQuery {
        all: None,
        person: None,
        cursor: None,
        limit: Some(100),
    };
    let list = desk.call::<ListCases>((), query, None_ {}).await;
    list.expect("a list").items
}

/// The open case about somebody.
pub async fn case_of(desk: &Actor<'_>, person: PersonId) -> CaseRow {
    let mut open = open(desk).await;
    open.retain(|row| row.person == person);
    assert_eq!(open.len(), 1, "{open:#?}");
    open.remove(0)
}

pub async fn get(desk: &Actor<'_>, case: CaseId) -> CaseView {
    let view = desk.call::<GetCase>((case,), None_ {}, None_ {}).await;
    view.expect("a view")
}

pub async fn take(desk: &Actor<'_>, case: CaseId) -> Result<CaseView, Problem> {
    let body = TakeCaseBody {
        id: desk.app.command(),
        backup: None,
    };
    desk.call::<TakeCase>((case,), None_ {}, body).await
}

pub async fn ring(
    desk: &Actor<'_>,
    case: CaseId,
    outcome: CallOutcome,
) -> Result<CaseView, Problem> {
    let body = RecordCallBody {
        id: desk.app.command(),
        whom: Contacted::Person,
        outcome,
        note: String::new(),
    };
    desk.call::<RecordCall>((case,), None_ {}, body).await
}

pub async fn order(desk: &Actor<'_>, case: CaseId, to: &[PersonId]) -> Result<CaseView, Problem> {
    let body = OrderVisitBody {
        id: TaskId::new(desk.app.millis(), desk.app.chance()),
        grade: VisitGrade::Urgent,
        asks: "敲门看看".into(),
        to: to.to_vec(),
    };
    desk.call::<OrderVisit>((case,), None_ {}, body).await
}

pub async fn tasks(who: &Actor<'_>) -> Vec<TaskView> {
    let list = who.call::<ListTasks>((), None_ {}, None_ {}).await;
    list.expect("a list").items
}

pub async fn answer(
    who: &Actor<'_>,
    task: &TaskView,
    declines: Option<&str>,
) -> Result<Page<TaskView>, Problem> {
    let body = AnswerTaskBody {
        id: who.app.command(),
        accept: declines.is_none(),
        reason: declines.unwrap_or_default().into(),
    };
    let path = (task.case, task.task);
    who.call::<AnswerTask>(path, None_ {}, body).await
}

pub async fn arrive(who: &Actor<'_>, task: &TaskView) -> Result<Page<TaskView>, Problem> {
    let body = ArriveTaskBody {
        id: who.app.command(),
    };
    let path = (task.case, task.task);
    who.call::<ArriveTask>(path, None_ {}, body).await
}

pub async fn assess(
    who: &Actor<'_>,
    task: &TaskView,
    found: Found,
) -> Result<Page<TaskView>, Problem> {
    let body = AssessTaskBody {
        id: who.app.command(),
        found,
        facts: "坐在门口".into(),
        emergency: None,
    };
    let path = (task.case, task.task);
    who.call::<AssessTask>(path, None_ {}, body).await
}

pub async fn close(
    desk: &Actor<'_>,
    case: CaseId,
    reason: CaseReason,
) -> Result<CaseView, Problem> {
    let body = CloseCaseBody {
        id: desk.app.command(),
        reason,
        comment: String::new(),
        seen_at: None,
    };
    desk.call::<CloseCase>((case,), None_ {}, body).await
}
