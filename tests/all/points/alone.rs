//! Nobody alone makes an hour: every way there is to one account, tried by one admin, and each done by
//! two. What somebody with a second account tries is in `one_hand.rs`.

use acceptance::{Actor, TestApp};
use domain::hours::{Entry, PresenceName};
use domain::{ActivityId, EntryId, PersonId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::schema;
use wire::Code;
use wire::endpoint::None_;
use wire::points::activities::{GetCard, WhoseQuery};
use wire::points::hours::{ListPendingHours, MarkMissed, MissedBody, PendingQuery};

use super::activities::{WORKER, join_for, moment, plan, publish};
use super::attendance::{at_hand, by_code, come, door, leave, scan, settle, until};
use super::ledger::STATION;
use crate::market::race::nothing_is_wrong;

pub const ADMIN: &str = "13800000211";

/// All service time of the community that counts, in minutes.
pub async fn counted(app: &TestApp) -> u32 {
    let year = SignedDuration::from_hours(24 * 365);
    let all = schema::entries(app.home().await, app.now() - year, app.now() + year);
    let items = app.ctx().store.all(&all).await.expect("answers");
    let entries = items
        .into_iter()
        .map(|item| store::table::read(item).expect("an entry"));
    let counts = entries.filter(|entry: &Entry| entry.counts());
    counts.map(|entry| entry.minutes).sum()
}

pub async fn say(who: &Actor<'_>, path: &str, body: Value) -> (u16, String) {
    let raw = who.raw("POST", path, Some(body.to_string())).await;
    match raw.status {
        200..300 => (raw.status, String::new()),
        _ => (raw.status, raw.code()),
    }
}

/// Writes an hour down for somebody; it began so many hours ago.
pub async fn write_down(who: &Actor<'_>, person: PersonId, hours_ago: i64) -> EntryId {
    let app = who.app;
    let id = EntryId::new(app.millis(), app.chance());
    let starts = app.now() - SignedDuration::from_hours(hours_ago);
    let ends = starts + SignedDuration::from_hours(1);
    let body = json!({ "id": id, "person": person, "what": "送餐",
        "starts": moment(starts).to_string(), "ends": moment(ends).to_string() });
    assert_eq!(say(who, "/v1/hours", body).await, (201, String::new()));
    id
}

pub async fn answer(who: &Actor<'_>, verb: &str, id: EntryId) -> String {
    let body = json!({ "id": who.app.command() });
    say(who, &format!("/v1/hours/{id}/{verb}"), body).await.1
}

/// Asks for other minutes: the new entry, or why not.
async fn other_minutes(who: &Actor<'_>, verb: &str, of: EntryId) -> Result<EntryId, String> {
    let id = EntryId::new(who.app.millis(), who.app.chance());
    let body = json!({ "id": id, "minutes": 30, "reason": "核对过了" });
    match say(who, &format!("/v1/hours/{of}/{verb}"), body).await {
        (201, _) => Ok(id),
        (_, code) => Err(code),
    }
}

#[tokio::test]
async fn one_admin_alone_makes_no_hours_by_hand() {
    let app = TestApp::start().await;
    let (admin, wang) = (at_hand(&app, ADMIN).await, app.resident().await);
    let (own, hers) = (admin.id.expect("signed in"), wang.id.expect("signed in"));
    let child = child_of(&admin).await;
    let stands = write_down(&wang, hers, 90).await;
    for phone in [WORKER, STATION] {
        assert_eq!(
            answer(&at_hand(&app, phone).await, "approve", stands).await,
            ""
        );
    }
    let before = counted(&app).await;

    for person in [own, child] {
        let id = write_down(&admin, person, 20).await;
        assert_eq!(answer(&admin, "approve", id).await, "own_hours");
        let no = json!({ "id": app.command(), "reason": "不" });
        let refused = say(&admin, &format!("/v1/hours/{id}/refuse"), no).await;
        assert_eq!(refused.1, "own_hours");
        let corrected = other_minutes(&admin, "correct", id).await;
        assert_eq!(corrected, Err("own_hours".into()));
    }
    let given = write_down(&admin, hers, 20).await;
    let agreed = write_down(&wang, hers, 30).await;
    assert_eq!(
        answer(&admin, "approve", agreed).await,
        "",
        "the first of two"
    );
    let corrected = other_minutes(&admin, "correct", stands)
        .await
        .expect("waits");
    for id in [given, agreed, corrected] {
        for _ in 0..2 {
            assert_eq!(answer(&admin, "approve", id).await, "same_approver");
        }
    }
    let second = other_minutes(&admin, "correct", stands).await;
    assert_eq!(second, Err("correction_open".into()));
    assert_eq!(counted(&app).await, before);

    let station = at_hand(&app, STATION).await;
    for id in [given, agreed, corrected] {
        assert_eq!(answer(&station, "approve", id).await, "");
    }
    assert_eq!(counted(&app).await, before + 60 + 60 - 30, "two make them");

    // What its person disputes takes two others as well.
    let asked = other_minutes(&wang, "dispute", given).await.expect("waits");
    assert_eq!(answer(&admin, "approve", asked).await, "");
    assert_eq!(answer(&admin, "approve", asked).await, "same_approver");
    assert_eq!(counted(&app).await, before + 90);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// A child whom they decide for, added by themselves.
async fn child_of(who: &Actor<'_>) -> PersonId {
    let app = who.app;
    let id = PersonId::new(app.millis(), app.chance());
    let body = json!({ "id": id, "name": "测试·小朋友", "born": "2019-01-01", "guardian": who.id });
    let added = say(who, "/v1/people", body).await;
    assert_eq!(added, (201, String::new()));
    id
}

/// How somebody was there, as far as the one who runs it had a hand in it.
#[derive(Clone, Copy, Debug)]
enum Way {
    CardBoth,
    CardIn,
    CardOut,
    /// Scanned in, and nobody scanned them out.
    Forgotten,
    /// Marked as missing first, then scanned.
    MissedFirst,
}

#[tokio::test]
async fn one_admin_alone_makes_no_hours_at_the_door() {
    let app = TestApp::start().await;
    let before = counted(&app).await;
    let ways = [
        Way::CardBoth,
        Way::CardIn,
        Way::CardOut,
        Way::Forgotten,
        Way::MissedFirst,
    ];
    let mut waits = Vec::new();
    for way in ways {
        waits.push((way, attended(&app, way).await));
    }
    let hers = app.resident().await.id.expect("signed in");
    let admin = at_hand(&app, ADMIN).await;
    for (way, activity) in &waits {
        assert_eq!(
            settle(&admin, *activity, hers, 60).await,
            Err(Code::SameApprover),
            "{way:?}"
        );
        assert_eq!(
            settle(&admin, *activity, hers, 121).await,
            Err(Code::SameApprover),
            "{way:?}"
        );
    }
    // What was forgotten waits in the list of those who approve, and is theirs no more than before.
    let query = PendingQuery {
        cursor: None,
        limit: Some(100),
    };
    let page = admin
        .call::<ListPendingHours>((), query, None_ {})
        .await
        .expect("may see");
    let rows = page.items.iter().filter_map(|row| row.forgotten.as_ref());
    let forgotten = waits.iter().find(|(way, _)| matches!(way, Way::Forgotten));
    let wanted = forgotten.map(|(_, activity)| *activity);
    assert!(rows.into_iter().any(|row| Some(row.activity) == wanted));
    assert_eq!(counted(&app).await, before);

    // Another confirms it, row by row, and is told why where it cannot be.
    let worker = at_hand(&app, WORKER).await;
    for (way, activity) in &waits {
        let settled = settle(&worker, *activity, hers, 60).await;
        assert!(settled.is_ok(), "{way:?}: {settled:?}");
        for (who, code) in [
            (&admin, Code::SameApprover),
            (&worker, Code::AlreadySettled),
        ] {
            let again = settle(who, *activity, hers, 60).await;
            assert_eq!(again, Err(code), "{way:?}");
        }
    }
    assert_eq!(counted(&app).await, before + 60 * 5);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// The demo resident at an activity of two hours that the admin runs, signed up by the admin.
async fn attended(app: &TestApp, way: Way) -> ActivityId {
    let wang = app.resident().await;
    let hers = wang.id.expect("signed in");
    let admin = at_hand(app, ADMIN).await;
    let made = publish(&admin, plan(app, 1, 5)).await;
    let id = made.id;
    join_for(&admin, id, Some(hers)).await.expect("a place");
    let query = WhoseQuery { person: Some(hers) };
    let card = admin
        .call::<GetCard>((), query, None_ {})
        .await
        .expect("may print it")
        .card;
    until(app, made.starts.at + SignedDuration::from_mins(20));
    let admin = at_hand(app, ADMIN).await;
    if matches!(way, Way::MissedFirst) {
        let body = MissedBody {
            id: app.command(),
            person: hers,
        };
        admin
            .call::<MarkMissed>((id,), None_ {}, body)
            .await
            .expect("recorded");
    }
    let shown = door(&admin, id).await;
    match way {
        Way::CardOut => come(&wang, id, by_code(app, &shown.code)).await,
        _ => scan(&admin, id, &card).await,
    }
    .expect("in");
    until(app, made.ends.at - SignedDuration::from_mins(10));
    let admin = at_hand(app, ADMIN).await;
    let shown = door(&admin, id).await;
    let out = match way {
        Way::CardIn => leave(&wang, id, by_code(app, &shown.code)).await,
        Way::Forgotten => {
            app.advance(SignedDuration::from_hours(30));
            app.settle().await;
            return id;
        }
        Way::CardBoth | Way::CardOut | Way::MissedFirst => scan(&admin, id, &card).await,
    };
    assert_eq!(out.expect("out").state, PresenceName::Out, "{way:?}");
    id
}

#[tokio::test]
async fn nobody_runs_an_activity_for_their_own_hours() {
    let app = TestApp::start().await;
    let before = counted(&app).await;
    let admin = at_hand(&app, ADMIN).await;
    let (own, child) = (admin.id.expect("signed in"), child_of(&admin).await);
    let made = publish(&admin, plan(&app, 1, 5)).await;
    for person in [None, Some(child)] {
        join_for(&admin, made.id, person).await.expect("a place");
    }
    until(&app, made.starts.at);
    let admin = at_hand(&app, ADMIN).await;
    let shown = door(&admin, made.id).await;
    for person in [None, Some(child)] {
        let mut body = by_code(&app, &shown.code);
        body.person = person;
        come(&admin, made.id, body).await.expect("in");
    }
    until(&app, made.ends.at);
    let admin = at_hand(&app, ADMIN).await;
    for person in [own, child] {
        assert_eq!(
            settle(&admin, made.id, person, 60).await,
            Err(Code::OwnHours)
        );
    }
    // A child whom they let go of is still one they brought.
    let written = write_down(&admin, child, 20).await;
    let file = app
        .ctx()
        .store
        .person(app.home().await, child)
        .await
        .expect("answers");
    let body = json!({ "id": app.command(), "name": "测试·小朋友", "reason": "长大了", "ver": file.expect("is there").ver });
    let raw = admin
        .raw(
            "PUT",
            &format!("/v1/people/{child}"),
            Some(body.to_string()),
        )
        .await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    assert_eq!(
        settle(&admin, made.id, child, 60).await,
        Err(Code::SameApprover)
    );
    assert_eq!(
        answer(&admin, "approve", written).await,
        "",
        "the first of two"
    );
    assert_eq!(answer(&admin, "approve", written).await, "same_approver");
    assert_eq!(counted(&app).await, before);
    let worker = at_hand(&app, WORKER).await;
    for person in [own, child] {
        settle(&worker, made.id, person, 60)
            .await
            .expect("by another");
    }
    assert_eq!(counted(&app).await, before + 120);
    nothing_is_wrong(&app).await;
    app.stop().await;
}
