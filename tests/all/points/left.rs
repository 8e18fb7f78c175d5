//! A check-out that was forgotten: what its person says of it, what whoever runs the activity does about
//! it, and which reason is given where there are several.

use acceptance::{Actor, TestApp};
use domain::hours::{PresenceName, Source};
use domain::notice::Topic;
use domain::{ActivityId, PersonId};
use jiff::{SignedDuration, Timestamp};
use wire::endpoint::None_;
use wire::points::activities::{
    CancelActivity, CancelActivityBody, ListSignUps, SignUpView, WhoseQuery,
};
use wire::points::hours::{AttendanceView, CheckBody, LeftBody, SayLeft};
use wire::{Code, Problem};

use super::activities::{WORKER, join, join_for, moment, plan, publish, seen, told};
use super::attendance::{
    at_hand, begun, by_code, code, come, door, hours, leave, minutes, settle, until,
};
use super::settle::{missed, waits};
use crate::market::race::nothing_is_wrong;

async fn part(who: &Actor<'_>, id: ActivityId) -> SignUpView {
    seen(who, id).await.sign_up.expect("signed up")
}

fn left(app: &TestApp, left: Option<Timestamp>, ver: u64) -> LeftBody {
    LeftBody {
        id: app.command(),
        left: left.map(moment),
        person: None,
        ver,
    }
}

async fn say(who: &Actor<'_>, id: ActivityId, body: LeftBody) -> Result<AttendanceView, Problem> {
    who.call::<SayLeft>((id,), None_ {}, body).await
}

#[tokio::test]
async fn whoever_forgot_to_check_out_says_when_they_left_and_it_makes_no_hour() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    let (worker, id) = begun(&app, &[&wang]).await;
    let starts = app.now();
    let none = say(&wang, id, left(&app, None, part(&wang, id).await.ver)).await;
    assert_eq!(code(none), Code::NotCheckedIn);
    app.advance(minutes(5));
    let shown = door(&worker, id).await;
    let came = come(&wang, id, by_code(&app, &shown.code)).await;
    came.expect("in");
    let still = say(&wang, id, left(&app, None, part(&wang, id).await.ver)).await;
    assert_eq!(code(still), Code::AlreadyCheckedIn);

    app.advance(SignedDuration::from_hours(30));
    assert_eq!(told(&wang, Topic::HoursForgotten).await.len(), 1, "asked");
    let now = part(&wang, id).await;
    assert_eq!((now.presence, now.said_left), (PresenceName::Review, None));
    let ends = now.ends.at;
    let second = SignedDuration::from_secs(1);
    for (at, ver, wanted) in [
        (starts, now.ver, Code::BadValue),
        (ends + second, now.ver, Code::BadValue),
        (ends, now.ver - 1, Code::Stale),
    ] {
        let no = say(&wang, id, left(&app, Some(at), ver)).await;
        assert_eq!(code(no), wanted, "{at}");
    }
    let neighbour = at_hand(&app, "13800000002").await;
    let own = say(&neighbour, id, left(&app, None, now.ver)).await;
    assert_eq!(code(own), Code::NotSignedUp);
    let other = LeftBody {
        person: Some(me),
        ..left(&app, None, now.ver)
    };
    assert_eq!(code(say(&neighbour, id, other).await), Code::NotFound);

    let body = left(&app, None, now.ver);
    let said = say(&wang, id, body.clone()).await.expect("kept");
    assert_eq!(said.said_left.map(|at| at.at), Some(ends), "as planned");
    assert_eq!(
        (said.state, said.left_at, said.minutes),
        (PresenceName::Review, None, Some(120 - 5))
    );
    assert_eq!(say(&wang, id, body).await.expect("a repeat"), said);
    let at = starts + minutes(50);
    let body = left(&app, Some(at), part(&wang, id).await.ver);
    say(&wang, id, body).await.expect("thought again");
    let now = part(&wang, id).await;
    assert_eq!(now.said_left.map(|left| left.at), Some(at));
    let task = waits(&app, id).await.pop().expect("it waits as before");
    assert_eq!(
        (task.said_left.map(|left| left.at), task.said_minutes),
        (Some(at), Some(45))
    );
    assert_eq!(task.minutes, 115, "whoever settles it decides");
    let worker = at_hand(&app, WORKER).await;
    let rows = worker.call::<ListSignUps>((id,), None_ {}, None_ {}).await;
    let rows = rows.expect("who goes").items;
    assert_eq!(
        (rows[0].said_minutes, rows[0].minutes),
        (Some(45), Some(115))
    );
    assert_eq!(
        (hours(&wang).await.len(), wang.points().await.available),
        (0, 0)
    );

    settle(&worker, id, me, 45).await.expect("as they said");
    assert_eq!(hours(&wang).await[0].minutes, 45);
    let late = say(&wang, id, left(&app, None, part(&wang, id).await.ver)).await;
    assert_eq!(code(late), Code::AlreadySettled);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// It can be said soon after the end; then nobody asks for it the next morning.
#[tokio::test]
async fn who_said_so_before_is_not_asked() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let (worker, id) = begun(&app, &[&wang]).await;
    let shown = door(&worker, id).await;
    let came = come(&wang, id, by_code(&app, &shown.code)).await;
    came.expect("in");
    let ends = part(&wang, id).await.ends.at;
    until(&app, ends + SignedDuration::from_hours(3));
    app.settle().await;
    let ver = part(&wang, id).await.ver;
    let said = say(&wang, id, left(&app, None, ver)).await;
    said.expect("kept");
    app.advance(SignedDuration::from_hours(30));
    app.settle().await;
    assert!(told(&wang, Topic::HoursForgotten).await.is_empty());
    let worker = at_hand(&app, WORKER).await;
    let asked = told(&worker, Topic::HoursForgottenBy).await.len();
    assert_eq!(asked, 1, "whoever runs it still is");
    app.stop().await;
}

#[tokio::test]
async fn a_guardian_says_when_the_child_left() {
    let app = TestApp::start().await;
    let people = app.people().await;
    let today = app.today();
    let child = people
        .iter()
        .find(|one| one.guardian_on(today).is_some())
        .expect("a child");
    let guardian = people.iter().find(|one| Some(one.id) == child.guardian);
    let guardian = app.as_person(guardian.expect("their guardian")).await;
    let made = publish(&at_hand(&app, WORKER).await, plan(&app, 1, 5)).await;
    let id = made.id;
    join_for(&guardian, id, Some(child.id))
        .await
        .expect("a place");
    until(&app, made.starts.at);
    let shown = door(&at_hand(&app, WORKER).await, id).await;
    let ward = CheckBody {
        person: Some(child.id),
        ..by_code(&app, &shown.code)
    };
    come(&guardian, id, ward).await.expect("in");
    app.advance(SignedDuration::from_hours(5));
    app.settle().await;
    let query = WhoseQuery {
        person: Some(child.id),
    };
    let view = guardian.call::<wire::points::activities::GetActivity>((id,), query, None_ {});
    let part = view.await.expect("seen").sign_up.expect("signed up");
    let body = LeftBody {
        person: Some(child.id),
        ..left(&app, Some(made.starts.at + minutes(30)), part.ver)
    };
    say(&guardian, id, body).await.expect("kept");
    let task = waits(&app, id).await.pop().expect("it waits");
    assert_eq!((task.person, task.said_minutes), (child.id, Some(30)));
    app.stop().await;
}

#[tokio::test]
async fn what_was_seen_is_not_said_away_and_whoever_is_marked_missing_hears_of_it() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, at_hand(&app, "13800000002").await);
    let (me, they) = (wang.id.expect("signed in"), other.id.expect("signed in"));
    let (worker, id) = begun(&app, &[&wang, &other]).await;
    let shown = door(&worker, id).await;
    for who in [&wang, &other] {
        let came = come(who, id, by_code(&app, &shown.code)).await;
        came.expect("in");
    }
    app.advance(minutes(60));
    let shown = door(&at_hand(&app, WORKER).await, id).await;
    let out = leave(&other, id, by_code(&app, &shown.code)).await;
    assert_eq!(out.expect("out").minutes, Some(60));
    for later in [minutes(1), SignedDuration::from_hours(30)] {
        app.advance(later);
        app.settle().await;
        let no = missed(&app, id, they).await;
        assert_eq!(code(no), Code::AlreadyCheckedOut, "{later} later");
    }
    assert!(told(&wang, Topic::HoursMissed).await.is_empty());
    for _ in 0..2 {
        let gone = missed(&app, id, me).await.expect("recorded");
        assert_eq!(gone.state, PresenceName::NoShow);
        assert_eq!(told(&wang, Topic::HoursMissed).await.len(), 1, "once");
    }
    let now = part(&wang, id).await;
    assert_eq!(now.presence, PresenceName::NoShow);
    assert!(now.came.is_some(), "what was seen stays");
    // They were there after all.
    let worker = at_hand(&app, WORKER).await;
    assert_eq!(settle(&worker, id, me, 121).await, Err(Code::MinutesAbove));
    settle(&worker, id, me, 90).await.expect("confirmed");
    settle(&worker, id, they, 60).await.expect("confirmed");
    let entry = hours(&wang).await.remove(0);
    assert_eq!((entry.minutes, entry.source), (90, Source::Attendance));
    assert_eq!(part(&wang, id).await.presence, PresenceName::Settled);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// What the domain decides of this is in `functions/domain/tests/order.rs`.
#[tokio::test]
async fn of_several_reasons_the_first_in_the_list_is_said() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let (worker, id) = begun(&app, &[&wang]).await;
    let own = worker.id.expect("signed in");
    // No place, and their own.
    assert_eq!(settle(&worker, id, own, 60).await, Err(Code::NotSignedUp));
    let other = at_hand(&app, "13800000002").await;
    // An old code, and no place.
    let stale = come(&other, id, by_code(&app, "AAAAAAAA")).await;
    assert_eq!(code(stale), Code::CodeStale);
    let shown = door(&worker, id).await;
    let none = come(&other, id, by_code(&app, &shown.code)).await;
    assert_eq!(code(none), Code::NotSignedUp);
    // No place, and too early.
    let nobody = other.id.expect("signed in");
    assert_eq!(code(missed(&app, id, nobody).await), Code::NotSignedUp);
    assert_eq!(code(join(&wang, id).await), Code::AlreadySignedUp);
    assert_eq!(code(join(&other, id).await), Code::TooLate);

    let off = publish(&worker, plan(&app, 5, 5)).await;
    join(&wang, off.id).await.expect("a place");
    let body = CancelActivityBody {
        id: app.command(),
        reason: "下雨".into(),
    };
    let called_off = worker
        .call::<CancelActivity>((off.id,), None_ {}, body)
        .await;
    called_off.expect("called off");
    // Called off; with an old code, without a place, signed up before.
    let stale = come(&wang, off.id, by_code(&app, "AAAAAAAA")).await;
    assert_eq!(code(stale), Code::ActivityCancelled);
    for who in [PersonId::new(1, 1), nobody] {
        let no = missed(&app, off.id, who).await;
        assert_eq!(code(no), Code::ActivityCancelled);
    }
    assert_eq!(code(join(&wang, off.id).await), Code::ActivityCancelled);
    // Read before it was changed, and called off.
    let body = left(&app, None, part(&wang, off.id).await.ver + 1);
    assert_eq!(code(say(&wang, off.id, body).await), Code::Stale);
    app.stop().await;
}
