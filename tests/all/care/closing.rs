//! Nobody is left unwatched; what is closed can be opened again, and only one case about a person is open.

use acceptance::TestApp;
use domain::CaseId;
use domain::access::Role;
use domain::care::{CallOutcome, CaseReason, Stage};
use wire::Code;
use wire::care::{
    CreateCase, CreateCaseBody, MergeCase, MergeCaseBody, ReopenCase, ReopenCaseBody,
};
use wire::endpoint::None_;

use super::people::{
    WORKER, alert, at, case_of, close, code, get, id, nothing_is_wrong, ring, watched, with_role,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_of_somebody_nobody_has_seen_stays_open() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    assert_eq!(
        code(close(&desk, case, CaseReason::Other).await),
        Code::LeftUnwatched
    );
    assert_eq!(
        code(close(&desk, case, CaseReason::SignOfLife).await),
        Code::BadValue
    );
    ring(&desk, case, CallOutcome::Well).await.expect("rung");
    let closed = close(&desk, case, CaseReason::Away).await.expect("closed");
    assert_eq!(closed.row.reason, Some(CaseReason::Away));
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_case_about_a_person_is_open_and_the_others_become_part_of_it() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let said = async |said: &str| {
        let body = CreateCaseBody {
            id: CaseId::new(app.millis(), app.chance()),
            person: None,
            said: said.into(),
        };
        let made = who.call::<CreateCase>((), None_ {}, body).await;
        made.expect("a case").id
    };
    let first = said("腿疼").await;
    ring(&desk, first, CallOutcome::Well).await.expect("rung");
    close(&desk, first, CaseReason::Settled)
        .await
        .expect("closed");
    let second = said("又疼了").await;
    assert_ne!(first, second);
    let reopen = async |case: CaseId| {
        let body = ReopenCaseBody {
            id: app.command(),
            said: "没有好".into(),
        };
        desk.call::<ReopenCase>((case,), None_ {}, body).await
    };
    assert_eq!(code(reopen(first).await), Code::CaseOpen, "another one is");
    let merge = async |case: CaseId, into: CaseId| {
        let body = MergeCaseBody {
            id: app.command(),
            into,
        };
        desk.call::<MergeCase>((case,), None_ {}, body).await
    };
    let whole = merge(first, second).await.expect("one");
    assert_eq!((whole.row.id, whole.merged), (second, vec![first]));
    assert_eq!(get(&desk, first).await.row.stage, Stage::Done);
    assert_eq!(code(merge(first, second).await), Code::CaseClosed);
    ring(&desk, second, CallOutcome::Well).await.expect("rung");
    close(&desk, second, CaseReason::Settled)
        .await
        .expect("closed");
    let again = reopen(second).await.expect("open again");
    assert_eq!((again.row.owner, again.closed_before.len()), (desk.id, 1));
    nothing_is_wrong(&app).await;
}
