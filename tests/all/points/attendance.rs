//! Who was there: by the code at the door, by a card, on somebody's word.

use acceptance::{Actor, TestApp};
use domain::hours::PresenceName;
use domain::{ActivityId, CommandId, PersonId};
use jiff::{SignedDuration, Timestamp};
use wire::endpoint::None_;
use wire::points::activities::{CancelActivity, CancelActivityBody, GetCard};
use wire::points::hours::{
    AttendanceView, CheckBody, CheckIn, CheckOut, Door, EntryView, GetDoor, HoursQuery, ListHours,
    MarkMissed, MissedBody, ScanBody, ScanCard, SettleBody, SettleHours, SettleRow, SettledRow,
};
use wire::{Code, Problem};

use super::activities::{WORKER, join, join_for, me, plan, publish};
use crate::market::race::nothing_is_wrong;

/// Runs activities as well.
pub const GRID_WORKER: &str = "13800000251";

/// Somebody of the demo community by their number, without the way through codes, which takes time.
pub async fn at_hand<'a>(app: &'a TestApp, phone: &str) -> Actor<'a> {
    let people = app.people().await;
    let person = people
        .iter()
        .find(|one| one.phone.as_deref() == Some(phone));
    app.as_person(person.expect("a number of the demo")).await
}

pub async fn door(who: &Actor<'_>, id: ActivityId) -> Door {
    let door = who.call::<GetDoor>((id,), None_ {}, None_ {}).await;
    door.expect("whoever runs it sees the code")
}

pub fn by_code(app: &TestApp, code: &str) -> CheckBody {
    CheckBody {
        id: app.command(),
        code: code.into(),
        person: None,
    }
}

pub async fn come(
    who: &Actor<'_>,
    id: ActivityId,
    body: CheckBody,
) -> Result<AttendanceView, Problem> {
    who.call::<CheckIn>((id,), None_ {}, body).await
}

pub async fn leave(
    who: &Actor<'_>,
    id: ActivityId,
    body: CheckBody,
) -> Result<AttendanceView, Problem> {
    who.call::<CheckOut>((id,), None_ {}, body).await
}

pub async fn scan(who: &Actor<'_>, id: ActivityId, card: &str) -> Result<AttendanceView, Problem> {
    let body = ScanBody {
        id: who.app.command(),
        card: card.into(),
    };
    who.call::<ScanCard>((id,), None_ {}, body).await
}

pub async fn card(who: &Actor<'_>) -> String {
    let card = who.call::<GetCard>((), me(), None_ {}).await;
    card.expect("everybody may have one").card
}

pub async fn settle_as(
    who: &Actor<'_>,
    id: ActivityId,
    command: CommandId,
    rows: &[(PersonId, u32)],
) -> Vec<SettledRow> {
    let row = |(person, minutes): &(PersonId, u32)| SettleRow {
        person: *person,
        minutes: *minutes,
    };
    let body = SettleBody {
        id: command,
        rows: rows.iter().map(row).collect(),
    };
    let answer = who.call::<SettleHours>((id,), None_ {}, body).await;
    answer.expect("row by row").rows
}

/// Settles one person's minutes. Refused: with its code.
pub async fn settle(
    who: &Actor<'_>,
    id: ActivityId,
    person: PersonId,
    minutes: u32,
) -> Result<SettledRow, Code> {
    let command = who.app.command();
    let row = settle_as(who, id, command, &[(person, minutes)])
        .await
        .remove(0);
    match &row.refused {
        None => Ok(row),
        Some(problem) => Err(problem.code),
    }
}

pub async fn hours(who: &Actor<'_>) -> Vec<EntryView> {
    let query = HoursQuery {
        from: None,
        until: None,
        person: None,
        cursor: None,
        limit: Some(100),
    };
    let page = who.call::<ListHours>((), query, None_ {}).await;
    page.expect("one's own").items
}

pub fn code<T: std::fmt::Debug>(answer: Result<T, Problem>) -> Code {
    answer.expect_err("refused").code
}

pub fn until(app: &TestApp, at: Timestamp) {
    app.advance(at.duration_since(app.now()));
}

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// An activity of two hours whose door is open, and who signed up for it.
pub async fn begun<'a>(app: &'a TestApp, going: &[&Actor<'a>]) -> (Actor<'a>, ActivityId) {
    let worker = at_hand(app, WORKER).await;
    let made = publish(&worker, plan(app, 1, 30)).await;
    for who in going {
        join(who, made.id).await.expect("a place");
    }
    until(app, made.starts.at);
    (at_hand(app, WORKER).await, made.id)
}

#[tokio::test]
async fn a_code_opens_the_door_for_half_a_minute_and_to_those_who_have_a_place() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let (worker, id) = begun(&app, &[&wang]).await;
    let other = at_hand(&app, "13800000002").await;
    let hidden = wang.call::<GetDoor>((id,), None_ {}, None_ {}).await;
    assert_eq!(code(hidden), Code::NotFound, "the code is at the place");

    let shown = door(&worker, id).await;
    assert_eq!(shown.url, format!("/activities/{id}?code={}", shown.code));
    let body = by_code(&app, &shown.code);
    assert_eq!(code(come(&other, id, body).await), Code::NotSignedUp);
    let body = by_code(&app, "00000000");
    assert_eq!(code(come(&wang, id, body).await), Code::CodeStale);

    // Still taken a few seconds after it went, and no longer.
    until(&app, shown.valid_until.at + SignedDuration::from_secs(5));
    let body = by_code(&app, &shown.code);
    assert_eq!(code(come(&wang, id, body).await), Code::CodeStale);
    let shown = door(&worker, id).await;
    until(&app, shown.valid_until.at + SignedDuration::from_secs(4));
    let typed = shown
        .code
        .to_lowercase()
        .replace('0', "o")
        .replace('1', " l-");
    let body = by_code(&app, &typed);
    let came = come(&wang, id, body.clone()).await.expect("in time");
    assert_eq!((came.state, came.minutes), (PresenceName::In, None));

    // The answer was lost, and the code is another by now.
    app.advance(minutes(3));
    let again = come(&wang, id, body.clone()).await.expect("a repeat");
    assert_eq!(again, came);
    let worker = at_hand(&app, WORKER).await;
    let shown = door(&worker, id).await;
    let reused = CheckBody {
        code: shown.code.clone(),
        ..body
    };
    assert_eq!(code(come(&wang, id, reused).await), Code::IdReused);
    let twice = come(&wang, id, by_code(&app, &shown.code)).await;
    assert_eq!(code(twice), Code::AlreadyCheckedIn);

    app.advance(minutes(20));
    let worker = at_hand(&app, WORKER).await;
    let shown = door(&worker, id).await;
    let left = leave(&wang, id, by_code(&app, &shown.code))
        .await
        .expect("out");
    assert_eq!((left.state, left.minutes), (PresenceName::Out, Some(23)));
    let back = come(&wang, id, by_code(&app, &shown.code)).await;
    assert_eq!(code(back), Code::AlreadyCheckedOut);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_guardian_checks_a_child_in_and_nobody_elses() {
    let app = TestApp::start().await;
    let people = app.people().await;
    let today = app.today();
    let child = people.iter().find(|one| one.guardian_on(today).is_some());
    let child = child.expect("a child");
    let guardian = people.iter().find(|one| Some(one.id) == child.guardian);
    let guardian = app.as_person(guardian.expect("their guardian")).await;
    let worker = at_hand(&app, WORKER).await;
    let made = publish(&worker, plan(&app, 1, 3)).await;
    join_for(&guardian, made.id, Some(child.id))
        .await
        .expect("a place");
    until(&app, made.starts.at);
    let worker = at_hand(&app, WORKER).await;
    let shown = door(&worker, made.id).await;
    let body = |person| CheckBody {
        person: Some(person),
        ..by_code(&app, &shown.code)
    };
    // Not even staff, who have the card to scan.
    for who in [&worker, &at_hand(&app, "13800000002").await] {
        assert_eq!(
            code(come(who, made.id, body(child.id)).await),
            Code::NotFound
        );
    }
    let came = come(&guardian, made.id, body(child.id)).await.expect("in");
    assert_eq!((came.person, came.state), (child.id, PresenceName::In));
    app.stop().await;
}

#[tokio::test]
async fn a_card_is_in_then_out_and_nothing_where_the_activity_is_off() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, at_hand(&app, "13800000002").await);
    let (worker, id) = begun(&app, &[&wang]).await;
    let (mine, theirs) = (card(&wang).await, card(&other).await);
    assert_eq!(
        code(scan(&wang, id, &mine).await),
        Code::NotFound,
        "not who runs it"
    );
    assert_eq!(
        code(scan(&worker, id, "ABCDEFGHJKMN").await),
        Code::NotFound
    );
    let long = "A".repeat(60_000);
    for odd in ["", " ", "\0", "ABCDEFGHJKMN2", long.as_str()] {
        assert_eq!(code(scan(&worker, id, odd).await), Code::NotFound);
    }
    assert_eq!(code(scan(&worker, id, &theirs).await), Code::NotSignedUp);

    let came = scan(&worker, id, &mine).await.expect("in");
    assert_eq!(
        (came.state, came.name.as_str()),
        (PresenceName::In, "测试·王阿姨")
    );
    app.advance(SignedDuration::from_secs(30));
    let body = ScanBody {
        id: app.command(),
        card: format!(" {}-{}", mine[..4].to_lowercase(), &mine[4..]),
    };
    let still = async || {
        let scanned = worker.call::<ScanCard>((id,), None_ {}, body.clone());
        scanned.await.expect("seen twice")
    };
    assert_eq!(still().await, came, "held to the camera a moment too long");
    app.advance(minutes(25));
    assert_eq!(still().await, came, "a repeat of it is no step either");
    let left = scan(&worker, id, &mine).await.expect("out");
    assert_eq!((left.state, left.minutes), (PresenceName::Out, Some(25)));

    let later = publish(&worker, plan(&app, 5, 30)).await;
    join(&wang, later.id).await.expect("a place");
    let body = CancelActivityBody {
        id: app.command(),
        reason: "下雨".into(),
    };
    let off = worker
        .call::<CancelActivity>((later.id,), None_ {}, body)
        .await;
    off.expect("called off");
    until(&app, later.starts.at);
    let worker = at_hand(&app, WORKER).await;
    let refused = scan(&worker, later.id, &mine).await;
    assert_eq!(code(refused), Code::ActivityCancelled);
    let none = worker
        .call::<GetDoor>((later.id,), None_ {}, None_ {})
        .await;
    assert_eq!(code(none), Code::ActivityCancelled);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn who_did_not_come_is_recorded_and_loses_nothing() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.grant(me, 50).await;
    let (worker, id) = begun(&app, &[&wang]).await;
    let mark = async |who: &Actor<'_>| {
        let body = MissedBody {
            id: app.command(),
            person: me,
        };
        who.call::<MarkMissed>((id,), None_ {}, body).await
    };
    assert_eq!(code(mark(&worker).await), Code::TooEarly);
    let inbox = async || {
        app.settle().await;
        wang.raw("GET", "/v1/inbox?limit=100", None).await.body
    };
    let before = inbox().await;
    app.advance(minutes(15));
    assert_eq!(code(mark(&wang).await), Code::NotFound);
    let missed = mark(&worker).await.expect("recorded");
    assert_eq!(missed.state, PresenceName::NoShow);
    assert_eq!(mark(&worker).await.expect("said twice"), missed);
    assert_eq!(settle(&worker, id, me, 1).await, Err(Code::NotCheckedIn));
    assert_eq!(wang.points().await.available, 50);
    assert_eq!(inbox().await, before, "nobody is told off");

    // Late is not absent.
    let shown = door(&worker, id).await;
    let came = come(&wang, id, by_code(&app, &shown.code))
        .await
        .expect("in");
    assert_eq!(came.state, PresenceName::In);
    assert_eq!(code(mark(&worker).await), Code::AlreadyCheckedIn);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn what_is_elsewhere_is_not_there() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let (worker, id) = begun(&app, &[&wang]).await;
    let shown = door(&worker, id).await;
    let card = card(&wang).await;
    let admin = app.sign_in("13800009211").await;
    let stranger = app.sign_in("13800009001").await;
    for who in [&admin, &stranger] {
        let none = who.call::<GetDoor>((id,), None_ {}, None_ {}).await;
        assert_eq!(code(none), Code::NotFound);
        let body = by_code(&app, &shown.code);
        assert_eq!(code(come(who, id, body).await), Code::NotFound);
        assert_eq!(code(scan(who, id, &card).await), Code::NotFound);
    }
    // A card opens nothing in another community either.
    let body = wire::points::activities::CreateActivityBody {
        id: ActivityId::new(app.millis(), app.chance()),
        ..plan(&app, 1, 5)
    };
    let theirs = publish(&admin, body).await;
    until(&app, theirs.starts.at);
    let admin = app.sign_in("13800009211").await;
    assert_eq!(code(scan(&admin, theirs.id, &card).await), Code::NotFound);
    app.stop().await;
}
