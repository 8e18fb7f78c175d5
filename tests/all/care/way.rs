//! The way of a case, each stage following from what was done.

use acceptance::TestApp;
use acceptance::app::join_all;
use domain::access::Role;
use domain::care::{CallOutcome, CaseReason, Found, LinkKind, Source, Stage};
use domain::watch::{AlertReason, AlertState};
use domain::{CaseId, TaskId};
use jiff::SignedDuration;
use serde_json::json;
use wire::Code;
use wire::care::{
    CreateCase, CreateCaseBody, EndTask, EndTaskBody, LinkResource, LinkResourceBody, PlanFollowUp,
    PlanFollowUpBody, ReflectCase, ReflectCaseBody,
};
use wire::endpoint::None_;
use wire::watch::{CloseAlert, CloseAlertBody, GetAlert, SayWell, SayWellBody};

use super::people::{
    ADMIN, WORKER, alert, answer, arrive, assess, at, case_of, close, code, get, id, looks,
    nothing_is_wrong, open, order, ring, take, tasks, watched, with_role,
};
use crate::watch::people::stored;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_becomes_a_case_that_is_closed_and_learned_from() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let grid = with_role(&app, Role::GridWorker).await;
    let who = watched(&app, &desk).await;
    let found = alert(&app, id(&who)).await;
    let row = case_of(&desk, id(&who)).await;
    assert_eq!(
        (row.stage, row.source, row.owner),
        (Stage::Triage, Source::Alert, None)
    );
    let case = row.id;

    let taken = take(&desk, case).await.expect("taken");
    assert_eq!((taken.row.stage, taken.row.owner), (Stage::Call, desk.id));
    let seen = desk.call::<GetAlert>((found,), None_ {}, None_ {}).await;
    let seen = seen.expect("a view");
    assert_eq!(
        (seen.state, seen.owner),
        (AlertState::Acknowledged, desk.id)
    );
    let rung = ring(&desk, case, CallOutcome::NotReached)
        .await
        .expect("rung");
    assert_eq!(rung.row.stage, Stage::Visit);
    order(&desk, case, &[id(&grid)]).await.expect("ordered");
    let task = tasks(&grid).await.remove(0);
    assert!(task.answer_until.is_some());
    answer(&grid, &task, None).await.expect("agreed");
    arrive(&grid, &task).await.expect("there");
    assert_eq!(
        code(close(&desk, case, CaseReason::TrueAlarm).await),
        Code::TaskUnsettled
    );
    let left = assess(&grid, &task, Found::NeedsHelp).await.expect("seen");
    assert!(left.items.is_empty(), "nothing is left to do");
    assert_eq!(get(&desk, case).await.row.stage, Stage::Link);

    let body = LinkResourceBody {
        id: app.command(),
        kind: LinkKind::Relatives,
        what: "女儿今晚来".into(),
        service: None,
        provider: None,
        start: None,
    };
    let linked = desk.call::<LinkResource>((case,), None_ {}, body).await;
    assert_eq!(linked.expect("linked").row.stage, Stage::Close);
    let later = TaskId::new(app.millis(), app.chance());
    let body = PlanFollowUpBody {
        id: later,
        what: "明天再打电话".into(),
        due: app.now() + SignedDuration::from_hours(24),
        owner: None,
    };
    let planned = desk.call::<PlanFollowUp>((case,), None_ {}, body).await;
    assert_eq!(planned.expect("planned").row.stage, Stage::FollowUp);
    let body = EndTaskBody {
        id: app.command(),
        came: "都好".into(),
    };
    let done = desk.call::<EndTask>((case, later), None_ {}, body).await;
    done.expect("done");

    let closed = close(&desk, case, CaseReason::TrueAlarm)
        .await
        .expect("closed");
    assert_eq!(closed.row.stage, Stage::Reflect);
    let closing = closed.closing.expect("closed");
    assert!(closing.left.seen_at.is_some(), "somebody saw them");
    let over = desk.call::<GetAlert>((found,), None_ {}, None_ {}).await;
    let over = over.expect("a view");
    assert_eq!(
        (over.state, over.reason),
        (AlertState::Closed, Some(AlertReason::TrueAlarm))
    );
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert!(watched.alert.is_none() && watched.armed.is_some());
    let body = ReflectCaseBody {
        id: app.command(),
        lesson: "先打给女儿".into(),
        rules_ver: None,
    };
    let learned = desk.call::<ReflectCase>((case,), None_ {}, body).await;
    assert_eq!(learned.expect("learned").row.stage, Stage::Done);
    assert!(open(&desk).await.iter().all(|row| row.id != case));
    let looked = looks(&who).await;
    assert!(looked.iter().any(|look| look.0 == "GetCase"), "{looked:?}");
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_take_a_case_one_has_it_and_the_other_is_told_who() {
    let app = TestApp::start().await;
    let (desk, admin) = (at(&app, WORKER).await, at(&app, ADMIN).await);
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    let both = join_all([&desk, &admin].map(|one| take(one, case))).await;
    let (won, lost): (Vec<_>, Vec<_>) = both.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 1));
    let won = won.into_iter().next().expect("one").expect("has it");
    let lost = lost
        .into_iter()
        .next()
        .expect("one")
        .expect_err("has it not");
    assert_eq!(lost.code, Code::TaskTaken);
    assert_eq!(lost.data["owner"], json!(won.row.owner.expect("somebody")));
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_hears_of_a_sign_of_life_and_of_an_alert_that_is_closed() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    app.advance(SignedDuration::from_mins(1));
    let body = SayWellBody { id: app.command() };
    who.call::<SayWell>((), None_ {}, body).await.expect("well");
    let quiet = get(&desk, case).await;
    assert_eq!(quiet.row.reason, Some(CaseReason::SignOfLife));

    let found = alert(&app, id(&who)).await;
    let again = case_of(&desk, id(&who)).await.id;
    assert_ne!(again, case, "another silence, another case");
    app.advance(SignedDuration::from_mins(1));
    let body = CloseAlertBody {
        id: app.command(),
        reason: AlertReason::Device,
        comment: String::new(),
        seen_at: None,
    };
    let closed = desk.call::<CloseAlert>((found,), None_ {}, body).await;
    closed.expect("closed");
    let closed = get(&desk, again).await;
    assert_eq!(closed.row.reason, Some(CaseReason::Device));
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_opens_a_case_and_one_more_joins_it() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let grid = with_role(&app, Role::GridWorker).await;
    let who = with_role(&app, Role::Resident).await;
    let stranger = with_role(&app, Role::Resident).await;
    let body = |said: &str| CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: who.id,
        said: said.into(),
    };
    let none = stranger.call::<CreateCase>((), None_ {}, body("吵")).await;
    assert_eq!(code(none), Code::NotFound);
    let first = body("报纸堆了三天");
    let made = grid.call::<CreateCase>((), None_ {}, first.clone()).await;
    let made = made.expect("a case");
    let again = grid.call::<CreateCase>((), None_ {}, first).await;
    assert_eq!(again.expect("the same"), made);
    let own = who.call::<CreateCase>((), None_ {}, body("腿疼")).await;
    let own = own.expect("joins");
    assert!(own.joined && own.id == made.id);
    let row = case_of(&desk, id(&who)).await;
    assert_eq!((row.source, row.stage), (Source::GridWorker, Stage::Triage));
    let view = get(&desk, row.id).await;
    assert!(view.said.contains("报纸") && view.said.contains("腿疼"));
    nothing_is_wrong(&app).await;
}
