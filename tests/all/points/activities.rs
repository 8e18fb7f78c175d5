//! Activities and who runs them: published, changed, called off.

use acceptance::{Actor, TestApp};
use domain::activity::{Every, SignUpState, Skill};
use domain::notice::Topic;
use domain::{ActivityId, CommandId, PersonId, SignUpId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wire::endpoint::None_;
use wire::points::activities::{
    ActivitiesQuery, ActivityView, CancelActivity, CancelActivityBody, CreateActivity,
    CreateActivityBody, GetActivity, ListActivities, RemoveBody, RemoveSignUp, Repeat, SignUp,
    SignUpBody, SignUpView, UpdateActivity, UpdateActivityBody, WhoBody, WhoseQuery, Withdraw,
};
use wire::{Code, Moment, Page, Problem};

pub const WORKER: &str = "13800000201";

pub fn me() -> WhoseQuery {
    WhoseQuery { person: None }
}

pub fn command(app: &TestApp) -> CommandId {
    app.command()
}

pub fn moment(at: Timestamp) -> Moment {
    Moment::new(at, &TimeZone::get("Asia/Shanghai").expect("a zone"))
}

/// An activity of two hours that begins so many hours from now.
pub fn plan(app: &TestApp, hours: i64, capacity: u16) -> CreateActivityBody {
    let starts = app.now() + SignedDuration::from_hours(hours);
    CreateActivityBody {
        id: ActivityId::new(app.millis(), app.chance()),
        title: "给老人读报".into(),
        about: String::new(),
        for_whom: "独居老人".into(),
        place: "活动室".into(),
        grid: "第一网格".into(),
        skills: vec![Skill::Reading],
        team: None,
        starts: moment(starts),
        ends: moment(starts + SignedDuration::from_hours(2)),
        capacity,
        repeat: None,
    }
}

pub async fn publish(who: &Actor<'_>, body: CreateActivityBody) -> ActivityView {
    let made = who.call::<CreateActivity>((), None_ {}, body).await;
    made.expect("published")
}

pub async fn join(who: &Actor<'_>, id: ActivityId) -> Result<SignUpView, Problem> {
    join_for(who, id, None).await
}

pub async fn join_for(
    who: &Actor<'_>,
    id: ActivityId,
    person: Option<PersonId>,
) -> Result<SignUpView, Problem> {
    let sign_up = SignUpId::new(who.app.millis(), who.app.chance());
    let body = SignUpBody {
        id: sign_up,
        person,
    };
    who.call::<SignUp>((id,), None_ {}, body).await
}

pub async fn withdraw(who: &Actor<'_>, id: ActivityId) -> Result<SignUpView, Problem> {
    let body = WhoBody {
        id: command(who.app),
        person: None,
    };
    who.call::<Withdraw>((id,), None_ {}, body).await
}

pub async fn seen(who: &Actor<'_>, id: ActivityId) -> ActivityView {
    let seen = who.call::<GetActivity>((id,), me(), None_ {}).await;
    seen.expect("it is there")
}

/// An activity as it is, to be changed.
fn change(app: &TestApp, view: &ActivityView) -> UpdateActivityBody {
    UpdateActivityBody {
        id: command(app),
        title: view.title.clone(),
        about: view.about.clone(),
        for_whom: view.for_whom.clone(),
        place: view.place.clone(),
        grid: view.grid.clone(),
        skills: view.skills.clone(),
        starts: None,
        ends: None,
        capacity: view.capacity,
        ver: view.ver,
    }
}

async fn update(
    who: &Actor<'_>,
    id: ActivityId,
    body: UpdateActivityBody,
) -> Result<ActivityView, Problem> {
    who.call::<UpdateActivity>((id,), None_ {}, body).await
}

pub fn code<T: std::fmt::Debug>(said: Result<T, Problem>) -> Code {
    said.expect_err("refused").code
}

/// What lies in somebody's inbox of one kind, the newest first.
pub async fn told(who: &Actor<'_>, topic: Topic) -> Vec<serde_json::Value> {
    who.app.settle().await;
    let inbox = who.raw("GET", "/v1/inbox?limit=100", None).await.json();
    let rows = inbox["items"].as_array().expect("rows").clone();
    let of = |row: &serde_json::Value| row["topic"] == json!(topic);
    rows.into_iter().filter(of).collect()
}

#[tokio::test]
async fn an_activity_is_changed_by_who_runs_it_and_its_time_only_while_nobody_signed_up() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in(WORKER).await, app.resident().await);
    let made = publish(&worker, plan(&app, 24, 3)).await;
    let starts = made.starts.at + SignedDuration::from_hours(3);
    let later = UpdateActivityBody {
        starts: Some(moment(starts)),
        ends: Some(moment(starts + SignedDuration::from_hours(1))),
        ..change(&app, &made)
    };
    assert_eq!(
        code(update(&wang, made.id, later.clone()).await),
        Code::NotFound
    );
    let backwards = UpdateActivityBody {
        ends: Some(made.starts),
        ..later.clone()
    };
    assert_eq!(
        code(update(&worker, made.id, backwards).await),
        Code::SpanBackwards
    );
    let moved = update(&worker, made.id, later.clone())
        .await
        .expect("moved");
    assert_eq!((moved.starts.at, moved.ver), (starts, 2));
    let again = update(&worker, made.id, later.clone()).await;
    assert_eq!(
        again.expect("the first answer"),
        moved,
        "a repeat changes nothing"
    );
    let late = UpdateActivityBody {
        id: command(&app),
        ..later
    };
    assert_eq!(code(update(&worker, made.id, late).await), Code::Stale);

    assert_eq!(
        join(&wang, made.id).await.expect("goes").state,
        SignUpState::Going
    );
    assert_eq!(
        seen(&worker, made.id).await.ver,
        2,
        "coming and going is no change of words"
    );
    let earlier = UpdateActivityBody {
        starts: Some(made.starts),
        ..change(&app, &moved)
    };
    assert_eq!(
        code(update(&worker, made.id, earlier).await),
        Code::TimeSettled
    );
    let place = UpdateActivityBody {
        place: "图书室".into(),
        starts: Some(moved.starts),
        ends: Some(moved.ends),
        ..change(&app, &moved)
    };
    let moved = update(&worker, made.id, place)
        .await
        .expect("another place");
    assert_eq!((moved.place.as_str(), moved.going), ("图书室", 1));
    assert_eq!(told(&wang, Topic::ActivityChanged).await.len(), 1);

    let neighbour = app.sign_in("13800000002").await;
    join(&neighbour, made.id).await.expect("goes");
    let fewer = UpdateActivityBody {
        capacity: 1,
        ..change(&app, &moved)
    };
    assert_eq!(
        code(update(&worker, made.id, fewer).await),
        Code::PlacesTaken
    );
    app.stop().await;
}

#[tokio::test]
async fn more_places_go_to_those_who_wait_the_longest_first() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    let made = publish(&worker, plan(&app, 24, 1)).await;
    let mut people = Vec::new();
    for phone in ["13800000001", "13800000002", "13800000003", "13800000004"] {
        let who = app.sign_in(phone).await;
        app.advance(SignedDuration::from_secs(1));
        join(&who, made.id).await.expect("signed up");
        people.push(who);
    }
    let more = UpdateActivityBody {
        capacity: 3,
        ..change(&app, &made)
    };
    update(&worker, made.id, more).await.expect("changed");
    let now = seen(&worker, made.id).await;
    assert_eq!((now.going, now.waiting, now.ver), (3, 1, 2));
    let mut states = Vec::new();
    for who in &people {
        let mine = seen(who, made.id).await.sign_up.expect("signed up");
        states.push((mine.state, mine.moved_up));
    }
    let (goes, waits) = (SignUpState::Going, SignUpState::Waiting);
    assert_eq!(
        states,
        [(goes, false), (goes, true), (goes, true), (waits, false)]
    );
    assert_eq!(told(&people[1], Topic::ActivityMovedUp).await.len(), 1);
    assert_eq!(told(&people[3], Topic::ActivityMovedUp).await.len(), 0);
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("answers"), []);
    app.stop().await;
}

#[tokio::test]
async fn reasons_are_read_where_they_stand() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in(WORKER).await, app.resident().await);
    let (rain, noise) = ("要下大雨", "上次吵到了邻居");
    let called_off = publish(&worker, plan(&app, 24, 3)).await;
    let removed = publish(&worker, plan(&app, 48, 3)).await;
    for id in [called_off.id, removed.id] {
        join(&wang, id).await.expect("goes");
    }
    let body = CancelActivityBody {
        id: command(&app),
        reason: rain.into(),
    };
    let off = worker
        .call::<CancelActivity>((called_off.id,), None_ {}, body.clone())
        .await;
    assert_eq!(off.expect("called off").reason, rain);
    let again = worker
        .call::<CancelActivity>((called_off.id,), None_ {}, body)
        .await;
    assert_eq!(again.expect("the first answer").reason, rain);
    let who = wang.id.expect("signed in");
    let body = RemoveBody {
        id: command(&app),
        reason: noise.into(),
    };
    let path = (removed.id, who);
    let off = worker
        .call::<RemoveSignUp>(path, None_ {}, body.clone())
        .await;
    assert_eq!(off.expect("taken off").state, SignUpState::Removed);
    assert_eq!(
        code(wang.call::<RemoveSignUp>(path, None_ {}, body).await),
        Code::NotFound
    );
    assert_eq!(code(join(&wang, removed.id).await), Code::RemovedBefore);
    assert_eq!(seen(&worker, removed.id).await.going, 0);

    let said = told(&wang, Topic::ActivityCancelled).await;
    assert_eq!(said[0]["data"]["reason"], rain);
    let said = told(&wang, Topic::ActivityRemoved).await;
    assert_eq!(said[0]["data"]["reason"], noise);
    let mut stored = Vec::new();
    store::audit::export(&app.ctx().store, |line| {
        stored.push(line.to_owned());
        Ok(())
    })
    .await
    .expect("answers");
    let holding: Vec<&String> = stored.iter().filter(|line| line.contains(noise)).collect();
    assert_eq!(
        holding.len(),
        1,
        "nowhere but with the sign-up: {holding:#?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn lists_go_by_day_place_and_skill_and_lead_on() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    let other = CreateActivityBody {
        grid: "第九网格".into(),
        skills: vec![Skill::Repair, Skill::Repair],
        ..plan(&app, 30, 3)
    };
    let other = publish(&worker, other).await;
    assert_eq!(other.skills, [Skill::Repair]);
    let series = CreateActivityBody {
        grid: "第九网格".into(),
        repeat: Some(Repeat {
            every: Every::Week,
            times: 5,
        }),
        ..plan(&app, 24, 3)
    };
    let first = publish(&worker, series).await;
    let query = |days, cursor: Option<String>| ActivitiesQuery {
        from: None,
        days: Some(days),
        grid: Some("第九网格".into()),
        skill: None,
        cursor,
        limit: Some(2),
    };
    let ask = async |query| {
        let page = worker.call::<ListActivities>((), query, None_ {}).await;
        page.expect("a page")
    };
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let Page {
            items,
            cursor: next,
        } = ask(query(31, cursor)).await;
        found.extend(items);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 6, "the fifth week is within 31 days");
    assert!(found.is_sorted_by_key(|one| one.starts.at));
    assert_eq!(
        found
            .iter()
            .filter(|one| one.series == first.series)
            .count(),
        5
    );
    assert_eq!(ask(query(2, None)).await.items.len(), 2);
    let repair = ActivitiesQuery {
        skill: Some(Skill::Repair),
        ..query(31, None)
    };
    let found = ask(repair).await.items;
    assert_eq!(
        found.iter().map(|one| one.id).collect::<Vec<_>>(),
        [other.id]
    );
    for days in [0, 32] {
        let asked = worker
            .call::<ListActivities>((), query(days, None), None_ {})
            .await;
        assert_eq!(code(asked), Code::BadValue);
    }
    for from in ["-9999-01-01", "9999-12-31", "9999-12-01"] {
        let raw = worker
            .raw("GET", &format!("/v1/activities?from={from}&days=31"), None)
            .await;
        assert!(matches!(raw.status, 200 | 422), "{from}: {}", raw.body);
    }
    app.stop().await;
}
