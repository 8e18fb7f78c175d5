//! Those who go there: who is asked, what they see, and what becomes of what nobody does.

use acceptance::TestApp;
use domain::access::Role;
use domain::care::Found;
use domain::notice::Topic;
use jiff::SignedDuration;
use wire::Code;

use super::people::{
    WORKER, alert, answer, arrive, assess, at, case_of, code, id, nothing_is_wrong, order, take,
    tasks, watched, with_role,
};
use crate::watch::homes::messages;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_building_head_sees_the_name_the_door_and_the_task() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let head = with_role(&app, Role::BuildingHead).await;
    let other = with_role(&app, Role::Volunteer).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    order(&desk, case, &[id(&head)]).await.expect("ordered");
    assert!(tasks(&other).await.is_empty(), "nobody sees others' tasks");
    let raw = head.raw("GET", "/v1/care/tasks", None).await;
    let said = raw.json();
    let task = said["items"][0].as_object().expect("a task").clone();
    let filled: Vec<&str> = task
        .iter()
        .filter(|(_, value)| !value.is_null() && **value != serde_json::json!([]))
        .map(|(name, _)| name.as_str())
        .collect();
    let known = [
        "answer_until",
        "asks",
        "case",
        "grade",
        "kind",
        "overdue",
        "person_name",
        "room",
        "task",
        "until",
    ];
    let mut filled = filled;
    filled.sort_unstable();
    assert_eq!(filled, known);
    for path in [format!("/v1/cases/{case}"), "/v1/cases".into()] {
        let refused = head.raw("GET", &path, None).await;
        assert_eq!(refused.code(), "not_allowed", "{path}");
    }
    let task = tasks(&head).await.remove(0);
    assert_eq!(
        code(arrive(&head, &task).await),
        Code::TaskTaken,
        "not theirs yet"
    );
    assert_eq!(code(answer(&other, &task, None).await), Code::NotFound);
    answer(&head, &task, None).await.expect("agreed");
    assess(&head, &task, Found::Well).await.expect("seen");
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_answer_passes_it_on_and_nobody_means_the_station() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let (one, two) = (
        with_role(&app, Role::GridWorker).await,
        with_role(&app, Role::GridWorker).await,
    );
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    take(&desk, case).await.expect("taken");
    order(&desk, case, &[id(&one), id(&two)])
        .await
        .expect("ordered");
    assert_eq!((tasks(&one).await.len(), tasks(&two).await.len()), (1, 0));
    app.advance(SignedDuration::from_mins(5));
    app.settle().await;
    assert_eq!((tasks(&one).await.len(), tasks(&two).await.len()), (0, 1));
    let task = tasks(&two).await.remove(0);
    answer(&two, &task, Some("不在小区"))
        .await
        .expect("declined");
    app.settle().await;
    assert!(tasks(&two).await.is_empty());
    let home = app.home().await;
    let told = messages(&app, home, id(&desk)).await;
    let about = told
        .iter()
        .filter(|one| one.notice.topic == Topic::CareStation);
    assert_eq!(about.count(), 1, "the station has it now");
    let asked = messages(&app, home, id(&two)).await;
    assert!(asked.iter().any(|one| one.notice.topic == Topic::CareTask));
    // Somebody of the station goes.
    answer(&desk, &task, None).await.expect("takes it");
    assert!(tasks(&desk).await.iter().any(|own| own.task == task.task));
    nothing_is_wrong(&app).await;
}
