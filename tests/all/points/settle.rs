//! What is settled of an attendance: row by row, once, by another, and also where nobody checked out.

use acceptance::TestApp;
use acceptance::app::join_all;
use domain::activity::SignUpState;
use domain::hours::{EntryStateName, PresenceName, Source};
use domain::notice::Topic;
use domain::{ActivityId, PersonId};
use jiff::SignedDuration;
use wire::Code;
use wire::endpoint::None_;
use wire::points::activities::{
    CancelActivity, CancelActivityBody, CreateActivityBody, CreateTeam, CreateTeamBody, ListSignUps,
};
use wire::points::hours::{
    AttendanceView, CheckBody, Forgotten, ListPendingHours, MarkMissed, MissedBody, PendingQuery,
    SettleBody, SettleHours, SettleRow,
};

use super::activities::{WORKER, join, join_for, plan, publish, seen, told};
use super::attendance::{
    GRID_WORKER, at_hand, begun, by_code, code, come, door, hours, leave, minutes, settle,
    settle_as, until,
};
use crate::market::race::nothing_is_wrong;

#[tokio::test]
async fn thirty_hours_of_an_open_attendance_are_the_planned_minutes_and_a_task() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    let (worker, id) = begun(&app, &[&wang]).await;
    let shown = door(&worker, id).await;
    come(&wang, id, by_code(&app, &shown.code))
        .await
        .expect("in");
    app.advance(SignedDuration::from_hours(4) - SignedDuration::from_secs(1));
    app.settle().await;
    let worker = at_hand(&app, WORKER).await;
    let shown = door(&worker, id).await;
    let body = by_code(&app, &shown.code);
    assert_eq!(
        leave(&wang, id, body)
            .await
            .expect("at the last moment")
            .minutes,
        Some(120)
    );

    let (worker, id) = begun(&app, &[&wang]).await;
    let shown = door(&worker, id).await;
    come(&wang, id, by_code(&app, &shown.code))
        .await
        .expect("in");
    app.advance(SignedDuration::from_hours(4));
    assert!(
        told(&wang, Topic::HoursForgotten).await.is_empty(),
        "asked next day"
    );
    let worker = at_hand(&app, WORKER).await;
    let query = PendingQuery {
        cursor: None,
        limit: Some(100),
    };
    let waits = worker.call::<ListPendingHours>((), query, None_ {}).await;
    let waits = waits.expect("those who approve").items;
    let task = waits
        .iter()
        .find_map(|row| row.forgotten.as_ref().filter(|one| one.activity == id));
    let task = task.expect("a task");
    assert_eq!((task.person, task.minutes), (me, 120));
    let late = door(&worker, id).await;
    let late = leave(&wang, id, by_code(&app, &late.code)).await;
    assert_eq!(code(late), Code::TooLate);

    app.advance(SignedDuration::from_hours(26));
    let (wang, worker) = (app.resident().await, at_hand(&app, WORKER).await);
    let asked = told(&wang, Topic::HoursForgotten).await;
    assert_eq!(asked.len(), 1);
    assert_eq!(told(&worker, Topic::HoursForgottenBy).await.len(), 1);
    app.advance(SignedDuration::from_hours(24));
    assert_eq!(
        told(&app.resident().await, Topic::HoursForgotten)
            .await
            .len(),
        1,
        "once"
    );
    let worker = at_hand(&app, WORKER).await;
    assert_eq!(settle(&worker, id, me, 121).await, Err(Code::MinutesAbove));
    settle(&worker, id, me, 120).await.expect("settled");
    let waits = worker.raw("GET", "/v1/hours/pending?limit=100", None).await;
    assert!(!waits.body.contains(&id.to_string()), "done");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn each_row_is_settled_by_itself_and_once() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, at_hand(&app, "13800000002").await);
    let (me, they) = (wang.id.expect("signed in"), other.id.expect("signed in"));
    // The organiser goes as well, and settles none of their own.
    let (worker, id) = {
        let worker = at_hand(&app, WORKER).await;
        begun(&app, &[&wang, &other, &worker]).await
    };
    let own = worker.id.expect("signed in");
    let shown = door(&worker, id).await;
    come(&worker, id, by_code(&app, &shown.code))
        .await
        .expect("in");
    come(&wang, id, by_code(&app, &shown.code))
        .await
        .expect("in");
    assert_eq!(
        settle(&worker, id, me, 60).await,
        Err(Code::TooEarly),
        "they are still there"
    );
    app.advance(minutes(120));
    let worker = at_hand(&app, WORKER).await;
    let nobody = PersonId::new(1, 1);
    let rows = [(me, 120), (they, 120), (own, 60), (nobody, 60)];
    let command = app.command();
    let first = settle_as(&worker, id, command, &rows).await;
    let codes: Vec<_> = first
        .iter()
        .map(|row| row.refused.as_ref().map(|no| no.code))
        .collect();
    let refused = [Code::NotCheckedIn, Code::OwnHours, Code::NotSignedUp].map(Some);
    assert_eq!((codes[0], &codes[1..]), (None, &refused[..]));
    assert_eq!(first[0].points, Some(20));
    assert_eq!(
        settle_as(&worker, id, command, &rows).await,
        first,
        "a repeat"
    );
    let other_words = settle_as(&worker, id, command, &[(me, 60)]).await;
    let no = other_words[0].refused.as_ref().map(|no| no.code);
    assert_eq!(no, Some(Code::IdReused));
    assert_eq!(
        settle(&worker, id, me, 120).await,
        Err(Code::AlreadySettled)
    );
    assert_eq!(wang.points().await.available, 20);
    let entry = &hours(&wang).await[0];
    assert_eq!((entry.minutes, entry.source), (120, Source::Attendance));
    assert_eq!((entry.state, entry.points), (EntryStateName::Approved, 20));
    assert_eq!(entry.approvals[0].by, own);
    assert_eq!(told(&wang, Topic::HoursSettled).await.len(), 1);
    let rows = worker.call::<ListSignUps>((id,), None_ {}, None_ {}).await;
    let rows = rows.expect("who goes").items;
    let mine = rows
        .iter()
        .find(|row| row.person == me)
        .expect("in the list");
    assert_eq!(
        (mine.settled, mine.minutes, mine.state),
        (true, Some(120), SignUpState::Going)
    );

    for bad in ["[]", "0", "721", "4294967296"] {
        let rows = match bad {
            "[]" => "[]".to_owned(),
            minutes => format!("[{{\"person\":\"{me}\",\"minutes\":{minutes}}}]"),
        };
        let body = format!("{{\"id\":\"{}\",\"rows\":{rows}}}", app.command());
        let path = format!("/v1/activities/{id}/settle");
        let raw = worker.raw("POST", &path, Some(body)).await;
        let wanted = if bad == "[]" { 200 } else { 422 };
        assert_eq!(raw.status, wanted, "{bad}: {}", raw.body);
    }
    let many = vec![(me, 1); 101];
    let body = SettleBody {
        id: app.command(),
        rows: many
            .iter()
            .map(|(person, minutes)| SettleRow {
                person: *person,
                minutes: *minutes,
            })
            .collect(),
    };
    let many = worker.call::<SettleHours>((id,), None_ {}, body).await;
    assert_eq!(code(many), Code::TooMany);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn whoever_leads_the_team_is_asked_about_a_forgotten_check_out_as_well() {
    let app = TestApp::start().await;
    let (wang, lead) = (app.resident().await, at_hand(&app, "13800000002").await);
    let worker = at_hand(&app, WORKER).await;
    let body = CreateTeamBody {
        id: domain::TeamId::new(app.millis(), app.chance()),
        name: "读书队".into(),
        lead: lead.id.expect("signed in"),
        members: vec![],
    };
    let team = worker.call::<CreateTeam>((), None_ {}, body).await;
    let body = CreateActivityBody {
        team: Some(team.expect("a team").id),
        ..plan(&app, 1, 5)
    };
    let made = publish(&worker, body).await;
    join(&wang, made.id).await.expect("a place");
    until(&app, made.starts.at);
    let shown = door(&lead, made.id).await;
    come(&wang, made.id, by_code(&app, &shown.code))
        .await
        .expect("in");
    for _ in 0..2 {
        app.advance(SignedDuration::from_hours(24));
        app.settle().await;
    }
    for phone in [WORKER, "13800000002"] {
        let asked = told(&at_hand(&app, phone).await, Topic::HoursForgottenBy).await;
        assert_eq!(asked.len(), 1, "{phone}");
    }
    app.stop().await;
}

/// What waits for a word on how long somebody was there.
pub async fn waits(app: &TestApp, id: ActivityId) -> Vec<Forgotten> {
    let query = PendingQuery {
        cursor: None,
        limit: Some(100),
    };
    let worker = at_hand(app, WORKER).await;
    let page = worker.call::<ListPendingHours>((), query, None_ {}).await;
    let rows = page.expect("may see").items.into_iter();
    rows.filter_map(|row| row.forgotten)
        .filter(|row| row.activity == id)
        .collect()
}

pub async fn missed(
    app: &TestApp,
    id: ActivityId,
    person: PersonId,
) -> Result<AttendanceView, wire::Problem> {
    let body = MissedBody {
        id: app.command(),
        person,
    };
    let worker = at_hand(app, WORKER).await;
    worker.call::<MarkMissed>((id,), None_ {}, body).await
}

#[tokio::test]
async fn whoever_forgot_and_was_not_there_is_marked_so_at_any_time() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, at_hand(&app, "13800000002").await);
    let (me, they) = (wang.id.expect("signed in"), other.id.expect("signed in"));
    let (worker, id) = begun(&app, &[&wang, &other]).await;
    let shown = door(&worker, id).await;
    come(&wang, id, by_code(&app, &shown.code))
        .await
        .expect("in");
    // In the last half minute: no minute of it can be confirmed.
    app.advance(minutes(120) - SignedDuration::from_secs(20));
    let shown = door(&at_hand(&app, WORKER).await, id).await;
    come(&other, id, by_code(&app, &shown.code))
        .await
        .expect("in");
    app.advance(SignedDuration::from_hours(30));
    app.settle().await;
    let rows: Vec<_> = waits(&app, id).await;
    let minutes_of = |person| {
        rows.iter()
            .find(|row| row.person == person)
            .map(|row| row.minutes)
    };
    assert_eq!((minutes_of(me), minutes_of(they)), (Some(120), Some(0)));
    let gone = missed(&app, id, they).await.expect("recorded");
    assert_eq!(gone.state, PresenceName::NoShow);
    // When it is too late for an entry, it is not too late to say that there is none.
    app.advance(SignedDuration::from_hours(24 * 91));
    let worker = at_hand(&app, WORKER).await;
    assert_eq!(settle(&worker, id, me, 60).await, Err(Code::TooLate));
    let gone = missed(&app, id, me).await.expect("recorded");
    assert_eq!(gone.minutes, None);
    assert!(waits(&app, id).await.is_empty());
    assert_eq!(settle(&worker, id, me, 60).await, Err(Code::TooLate));
    assert!(
        hours(&app.resident().await)
            .await
            .iter()
            .all(|one| one.activity != Some(id))
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn nobody_is_asked_about_what_was_called_off_nor_about_who_left() {
    let app = TestApp::start().await;
    let (wang, leaver) = (app.resident().await, at_hand(&app, "13800000309").await);
    let worker = at_hand(&app, WORKER).await;
    let mut made = Vec::new();
    for hours in [1, 6] {
        made.push(publish(&worker, plan(&app, hours, 5)).await);
    }
    let (off, on) = (&made[0], &made[1]);
    join(&wang, off.id).await.expect("a place");
    join(&leaver, on.id).await.expect("a place");
    until(&app, off.starts.at - minutes(10));
    let worker = at_hand(&app, WORKER).await;
    let shown = door(&worker, off.id).await;
    come(&wang, off.id, by_code(&app, &shown.code))
        .await
        .expect("in before the start");
    let body = CancelActivityBody {
        id: app.command(),
        reason: "下雨".into(),
    };
    let called_off = worker
        .call::<CancelActivity>((off.id,), None_ {}, body)
        .await;
    called_off.expect("called off");
    // Whoever had checked in is nowhere any more, at once and for everybody who looks.
    let rows = worker.call::<ListSignUps>((off.id,), None_ {}, None_ {});
    let rows = rows.await.expect("who goes").items;
    let row = rows.first().expect("one goes");
    assert_eq!((row.came, row.minutes, row.forgotten), (None, None, false));
    let part = seen(&wang, off.id).await.sign_up.expect("signed up");
    assert_eq!((part.came, part.presence), (None, PresenceName::Expected));

    until(&app, on.starts.at);
    let shown = door(&at_hand(&app, WORKER).await, on.id).await;
    come(&leaver, on.id, by_code(&app, &shown.code))
        .await
        .expect("in");
    let gone = serde_json::json!({ "phone": "13800000309" }).to_string();
    let gone = leaver.raw("POST", "/v1/me/deletion", Some(gone)).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    app.advance(SignedDuration::from_hours(48));
    app.settle().await;
    assert!(
        told(&app.resident().await, Topic::HoursForgotten)
            .await
            .is_empty()
    );
    assert!(waits(&app, off.id).await.is_empty() && waits(&app, on.id).await.is_empty());
    let due = store::schema::forgotten(app.home().await, app.now());
    let due = app.ctx().store.all(&due).await.expect("answers");
    let here = |item: &store::schema::Item| {
        let sign_up: domain::activity::SignUp =
            store::table::read(item.clone()).expect("a sign-up");
        [off.id, on.id].contains(&sign_up.activity)
    };
    assert!(!due.iter().any(here), "nothing is left to be looked at");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn nobody_settles_their_own_time_nor_their_childs() {
    let app = TestApp::start().await;
    let people = app.people().await;
    let today = app.today();
    let child = people
        .iter()
        .find(|one| one.guardian_on(today).is_some())
        .expect("a child");
    let is_guardian = |one: &&domain::person::Person| Some(one.id) == child.guardian;
    let guardian = people.iter().find(is_guardian).expect("their guardian");
    let worker = at_hand(&app, WORKER).await;
    // The guardian leads the team whose activity it is.
    let team = domain::TeamId::new(app.millis(), app.chance());
    let body = CreateTeamBody {
        id: team,
        name: "亲子队".into(),
        lead: guardian.id,
        members: vec![],
    };
    let made = worker.call::<CreateTeam>((), None_ {}, body).await;
    made.expect("a team");
    let body = CreateActivityBody {
        team: Some(team),
        ..plan(&app, 1, 5)
    };
    let made = publish(&worker, body).await;
    let lead = app.as_person(guardian).await;
    join(&lead, made.id).await.expect("a place");
    join_for(&lead, made.id, Some(child.id))
        .await
        .expect("a place");
    until(&app, made.starts.at);
    let shown = door(&lead, made.id).await;
    come(&lead, made.id, by_code(&app, &shown.code))
        .await
        .expect("in");
    let ward = CheckBody {
        person: Some(child.id),
        ..by_code(&app, &shown.code)
    };
    come(&lead, made.id, ward).await.expect("in");
    until(&app, made.ends.at);
    assert_eq!(
        settle(&lead, made.id, guardian.id, 60).await,
        Err(Code::OwnHours)
    );
    assert_eq!(
        settle(&lead, made.id, child.id, 60).await,
        Err(Code::OwnHours)
    );
    let worker = at_hand(&app, WORKER).await;
    settle(&worker, made.id, child.id, 60)
        .await
        .expect("by another");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_organisers_settle_at_once_and_it_counts_once() {
    let app = TestApp::start().await;
    let residents: Vec<_> = app
        .people()
        .await
        .into_iter()
        .filter(|one| !one.is_trusted())
        .collect();
    let mut going = Vec::new();
    for person in residents.iter().filter(|one| one.phone.is_some()).take(12) {
        going.push(app.as_person(person).await);
    }
    let (worker, id) = begun(&app, &going.iter().collect::<Vec<_>>()).await;
    let shown = door(&worker, id).await;
    let came = going
        .iter()
        .map(|who| come(who, id, by_code(&app, &shown.code)));
    for came in join_all(came).await {
        came.expect("in");
    }
    app.advance(minutes(120));
    let mut organisers = Vec::new();
    for phone in [WORKER, GRID_WORKER, "13800000221", "13800000211"] {
        organisers.push(at_hand(&app, phone).await);
    }
    let people: Vec<PersonId> = going.iter().map(|who| who.id.expect("signed in")).collect();
    let rows: Vec<_> = people.iter().map(|person| (*person, 90)).collect();
    let rows = &rows;
    // Each says it twice, as one whose answer was lost.
    let calls = organisers.iter().map(|who| async move {
        let command = who.app.command();
        let first = settle_as(who, id, command, rows).await;
        let second = settle_as(who, id, command, rows).await;
        assert_eq!(first, second);
        first
    });
    let answers = join_all(calls).await;
    for (n, person) in people.iter().enumerate() {
        let settled: Vec<_> = answers
            .iter()
            .filter(|rows| rows[n].refused.is_none())
            .collect();
        assert_eq!(settled.len(), 1, "{person}");
        let refused = answers.iter().filter_map(|rows| rows[n].refused.as_ref());
        assert!(
            refused
                .into_iter()
                .all(|no| no.code == Code::AlreadySettled)
        );
    }
    for who in &going {
        let entries = hours(who).await;
        let here: Vec<_> = entries
            .iter()
            .filter(|one| one.activity == Some(id))
            .collect();
        assert_eq!(here.len(), 1);
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}
