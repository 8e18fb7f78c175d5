//! Those who go there: who is asked, what they see, and what becomes of what nobody does.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::care::{Found, Stage};
use domain::notice::Topic;
use domain::{CaseId, TaskId};
use jiff::SignedDuration;
use wire::Code;
use wire::care::{
    CaseView, CreateCase, CreateCaseBody, EndTask, EndTaskBody, PlanFollowUp, PlanFollowUpBody,
};
use wire::endpoint::None_;

use super::people::{
    WORKER, alert, answer, arrive, assess, at, case_of, code, get, id, nothing_is_wrong, order,
    take, tasks, watched, with_role,
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_late_still_says_what_they_found() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let head = with_role(&app, Role::BuildingHead).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    order(&desk, case, &[id(&head)]).await.expect("ordered");
    let task = tasks(&head).await.remove(0);
    answer(&head, &task, None).await.expect("agreed");
    app.advance(SignedDuration::from_mins(21));
    app.settle().await;
    let lapsed = get(&desk, case).await;
    assert_eq!(lapsed.visits[0].task.owner, None, "the station has it");
    let own = tasks(&head).await;
    let kept = own.iter().find(|own| own.task == task.task);
    assert!(kept.is_some_and(|kept| kept.lapsed_at.is_some()), "{own:?}");
    arrive(&head, &task).await.expect("is there");
    let own = tasks(&head).await;
    let again = own.iter().find(|own| own.task == task.task);
    assert!(
        again.is_some_and(|own| own.lapsed_at.is_none()),
        "theirs again"
    );
    assess(&head, &task, Found::NeedsHelp).await.expect("seen");
    let view = get(&desk, case).await;
    assert_eq!(view.row.stage, Stage::Link);
    assert_eq!(view.visits[0].found, Some(Found::NeedsHelp));
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_is_named_those_of_the_same_building_are_asked_first() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    // All three behind doors of one building, where nobody of the demo lives.
    let who = with_role(&app, Role::Resident).await;
    let volunteer = with_role(&app, Role::Volunteer).await;
    let head = with_role(&app, Role::BuildingHead).await;
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "想有人来看看".into(),
    };
    let made = who.call::<CreateCase>((), None_ {}, body).await;
    let case = made.expect("a case").id;
    take(&desk, case).await.expect("taken");
    let asked = |view: &CaseView| view.visits[0].task.asked;
    let ordered = order(&desk, case, &[]).await.expect("ordered");
    assert_eq!(asked(&ordered), Some(id(&head)));
    for (goer, next) in [(&head, Some(&volunteer)), (&volunteer, None)] {
        let task = tasks(goer).await.remove(0);
        answer(goer, &task, Some("不在小区"))
            .await
            .expect("declined");
        let now = get(&desk, case).await;
        if let Some(next) = next {
            assert_eq!(asked(&now), Some(id(next)));
        }
    }
    // Then whoever else goes there, and no head of another building.
    let now = get(&desk, case).await;
    let people = app.people().await;
    let third = people.iter().find(|one| Some(one.id) == asked(&now));
    let third = third.expect("somebody is asked");
    assert!(third.roles.contains(&Role::GridWorker), "{third:?}");
    let home = app.home().await;
    let stored = app.ctx().store.case(home, case).await;
    let queue = stored.expect("answers").expect("is there").visits[0]
        .task
        .queue
        .clone();
    for one in people.iter().filter(|one| queue.contains(&one.id)) {
        let heads = one.roles.contains(&Role::BuildingHead);
        assert!(!heads, "{one:?}");
    }
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_may_still_tell_of_is_gone_after_a_day_or_once_somebody_else_has_it() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let head = with_role(&app, Role::BuildingHead).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    let late = async || {
        order(&desk, case, &[id(&head)]).await.expect("ordered");
        let task = tasks(&head).await.remove(0);
        answer(&head, &task, None).await.expect("agreed");
        app.advance(SignedDuration::from_mins(21));
        app.settle().await;
        let own = tasks(&head).await;
        assert!(own.iter().any(|own| own.task == task.task), "{own:?}");
        task
    };
    let first = late().await;
    answer(&desk, &first, None).await.expect("takes it");
    assert!(tasks(&head).await.is_empty(), "somebody else has it");
    assess(&desk, &first, Found::NotFound).await.expect("there");
    late().await;
    let people = app.people().await;
    let person = people.iter().find(|one| one.id == id(&head));
    let person = person.expect("is here");
    for (hours, kept) in [(23, 1), (1, 0)] {
        app.advance(SignedDuration::from_hours(hours));
        let head = app.as_person(person).await;
        assert_eq!(tasks(&head).await.len(), kept);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_up_of_somebody_who_is_ill_is_told_to_whoever_planned_it() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let ill = with_role(&app, Role::GridWorker).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    take(&desk, case).await.expect("taken");
    let later = TaskId::new(app.millis(), app.chance());
    let body = PlanFollowUpBody {
        id: later,
        what: "明天送药".into(),
        due: app.now() + SignedDuration::from_hours(2),
        owner: Some(id(&ill)),
    };
    let planned = desk.call::<PlanFollowUp>((case,), None_ {}, body).await;
    planned.expect("planned");
    app.settle().await;
    let theirs = async |who: &Actor<'_>| {
        let mut tasks = tasks(who).await;
        tasks.retain(|one| one.task == later);
        tasks.len()
    };
    let told = async || {
        let messages = messages(&app, app.home().await, id(&desk)).await;
        let about = Some(later.to_string());
        let messages = messages.iter();
        let messages = messages.filter(|one| one.notice.data.get("task") == about.as_ref());
        messages.count()
    };
    let people = app.people().await;
    let again = |who: &Actor<'_>| {
        let mut people = people.iter();
        people.find(|one| one.id == id(who)).expect("is here")
    };
    for (hours, want) in [(7, (1, 0, 0)), (1, (0, 1, 1))] {
        app.advance(SignedDuration::from_hours(hours));
        app.settle().await;
        let (desk, ill) = (again(&desk), again(&ill));
        let (desk, ill) = (app.as_person(desk).await, app.as_person(ill).await);
        let has = (theirs(&ill).await, theirs(&desk).await, told().await);
        assert_eq!(has, want, "after {hours} more");
    }
    let desk = app.as_person(again(&desk)).await;
    let body = EndTaskBody {
        id: app.command(),
        came: "都好".into(),
    };
    let done = desk.call::<EndTask>((case, later), None_ {}, body).await;
    assert!(
        done.expect("done")
            .items
            .iter()
            .all(|one| one.task != later)
    );
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_case_hears_what_a_visit_found_and_of_an_emergency_everybody_on_duty() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let goer = with_role(&app, Role::Volunteer).await;
    let station = with_role(&app, Role::Station).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    let heard = async |reader: &Actor<'_>| {
        let messages = messages(&app, app.home().await, id(reader)).await;
        let about = Some(case.to_string());
        let messages = messages.iter().map(|one| &one.notice);
        let messages = messages.filter(|one| one.topic == Topic::CareReferral);
        let messages = messages.filter(|one| one.data.get("case") == about.as_ref());
        messages.count()
    };
    // What was found, and how often each has heard of it by then.
    let rows = [
        (Found::Well, (0, 0)),
        (Found::NeedsHelp, (1, 0)),
        (Found::NotFound, (2, 0)),
        (Found::Emergency, (3, 1)),
    ];
    for (found, want) in rows {
        order(&desk, case, &[id(&goer)]).await.expect("ordered");
        let task = tasks(&goer).await.remove(0);
        answer(&goer, &task, None).await.expect("agreed");
        assess(&goer, &task, found).await.expect("seen");
        app.settle().await;
        let has = (heard(&desk).await, heard(&station).await);
        assert_eq!(has, want, "{found}");
    }
    assert_eq!(heard(&goer).await, 0, "who said it");
    nothing_is_wrong(&app).await;
}
