//! Who is watched over: only whoever agreed, only for as long as they do, and never behind their back.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::care::{CareFile, Factor};
use domain::consent::Purpose;
use domain::watch::{AlertState, DoorSense, Grade, Watched, Windows};
use domain::{DeviceId, PersonId};
use jiff::SignedDuration;
use serde_json::json;
use store::care::care_file_item;
use store::schema;
use wire::endpoint::None_;
use wire::watch::{
    ListSigns, ListWatched, SignsQuery, UpdateWatched, UpdateWatchedBody, WatchedFields,
    WatchedQuery, WatchedView,
};
use wire::{Code, Problem};

use super::people::{
    ADMIN, CARD, Door, HELPER, WORKER, agree, alert, at, away, begin, code, door, event, fields,
    grown_ups, id, leave, look, looks, mine, say, stored, watch_over,
};
use crate::coverage::with_role;
use crate::market::race::nothing_is_wrong;

async fn update(
    desk: &Actor<'_>,
    person: PersonId,
    ver: u64,
    fields: WatchedFields,
) -> Result<WatchedView, Problem> {
    let body = UpdateWatchedBody {
        id: desk.app.command(),
        ver,
        fields,
    };
    desk.call::<UpdateWatched>((person,), None_ {}, body).await
}

pub async fn signs(desk: &Actor<'_>, person: PersonId, reason: &str) -> Result<usize, Problem> {
    let query = SignsQuery {
        reason: reason.into(),
        cursor: None,
        limit: None,
    };
    let list = desk.call::<ListSigns>((person,), query, None_ {}).await?;
    Ok(list.items.len())
}

pub async fn main_door(app: &TestApp) -> Door {
    let admin = at(app, ADMIN).await;
    door(&admin, DoorSense::BothWays, None).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_watched_who_did_not_agree_and_taking_it_back_leaves_no_trace() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let (me, com) = (id(&who), app.home().await);
    let asked = begin(&desk, me, fields(&door, &[CARD])).await;
    assert_eq!(code(asked), Code::WatchConsent);
    agree(&who, false).await;
    let asked = begin(&desk, me, fields(&door, &[CARD])).await;
    assert_eq!(code(asked), Code::WatchConsent);
    let pass = |seq: u64| event(seq, app.now(), "entry", Some(CARD));
    assert_eq!(say(&app, &door, &[pass(1)]).await, ["ignored"]);
    let store = &app.ctx().store;
    let trace = async || {
        let signs = store.all(&schema::signs(com, me)).await.expect("answers");
        let absences = store.absences(com, me).await.expect("answers");
        let card = store.credential(com, CARD).await.expect("answers");
        let watched = stored(&app, me).await;
        (
            signs.len(),
            absences.len(),
            card.is_some(),
            watched.is_some(),
        )
    };
    assert_eq!(trace().await, (0, 0, false, false));

    let made = watch_over(&desk, &who, fields(&door, &[CARD])).await;
    assert_eq!((made.person, made.seen_at), (me, None));
    let again = begin(&desk, me, fields(&door, &[CARD])).await;
    assert_eq!(code(again), Code::AlreadyWatched);
    assert_eq!(say(&app, &door, &[pass(2)]).await, ["applied"]);
    leave(&who, away(&app, None, 48)).await.expect("reported");
    let open = alert(&app, me).await;
    assert_eq!(trace().await, (1, 1, true, true));

    agree(&who, false).await;
    assert_eq!(trace().await, (0, 0, false, false));
    assert_eq!(code(mine(&who).await), Code::NotWatched);
    assert_eq!(code(look(&desk, me).await), Code::NotFound);
    assert_eq!(code(signs(&desk, me, "来电").await), Code::NotFound);
    let over = store.alert(com, open).await.expect("answers");
    assert!(over.is_none_or(|alert| alert.state == AlertState::Withdrawn));
    // The door goes on, and nothing of them is kept.
    assert_eq!(say(&app, &door, &[pass(3)]).await, ["ignored"]);
    app.settle().await;
    assert_eq!(trace().await, (0, 0, false, false));
    // Whoever agrees again begins anew.
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    assert_eq!(trace().await, (0, 0, true, true));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_consent_back_twice_is_as_good_as_once() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    app.advance(SignedDuration::from_secs(1));
    let version = Purpose::WatchDoors.version();
    let body = json!({ "id": app.command(), "given": false, "version": version }).to_string();
    let path = "/v1/me/consents/watch_doors";
    let first = who.raw("PUT", path, Some(body.clone())).await;
    let again = who.raw("PUT", path, Some(body.clone())).await;
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.body, again.body);
    assert_eq!(stored(&app, id(&who)).await, None);
    // An old call that comes once more forgets nobody who has agreed since.
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    assert_eq!(who.raw("PUT", path, Some(body)).await.status, 200);
    assert!(stored(&app, id(&who)).await.is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_leads_to_one_person_and_goes_where_it_is_moved() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let people = grown_ups(&app, 2).await;
    let (one, other) = (id(&people[0]), id(&people[1]));
    let first = watch_over(&desk, &people[0], fields(&door, &[CARD, "5"])).await;
    agree(&people[1], true).await;
    let taken = begin(&desk, other, fields(&door, &["5"])).await;
    assert_eq!(code(taken), Code::CredentialTaken);
    let second = begin(&desk, other, fields(&door, &["6"])).await;
    let second = second.expect("a free card");
    let stale = update(&desk, one, first.ver + 1, fields(&door, &[CARD])).await;
    assert_eq!(code(stale), Code::Stale);
    let moved = update(&desk, one, first.ver, fields(&door, &[CARD])).await;
    assert_eq!(moved.expect("one card less").ver, first.ver + 1);
    let taken = update(&desk, other, second.ver, fields(&door, &["5", "6"])).await;
    let shown = taken.expect("it is free").fields.expect("shown");
    assert_eq!(shown.credentials, ["5", "6"]);
    let pass = event(1, app.now(), "entry", Some("5"));
    say(&app, &door, &[pass]).await;
    let seen = async |person| {
        let watched: Watched = stored(&app, person).await.expect("is watched over");
        watched.presence.sign.is_some()
    };
    assert_eq!((seen(one).await, seen(other).await), (false, true));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_agreed_has_to_be_in_order() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    agree(&who, true).await;
    let plain = || fields(&door, &[CARD]);
    let short = Windows {
        no_exit_minutes: 1,
        ..Windows::OUTER
    };
    let long = Windows {
        no_return_minutes: Windows::OUTER.no_return_minutes + 1,
        ..Windows::OUTER
    };
    let rows = [
        (
            WatchedFields {
                own: Some(long),
                ..plain()
            },
            Code::WatchWindow,
            Some("/fields/own"),
        ),
        (
            WatchedFields {
                doors: Vec::new(),
                credentials: Vec::new(),
                ..plain()
            },
            Code::BadValue,
            Some("/fields/doors"),
        ),
        (
            WatchedFields {
                doors: vec![DeviceId::new(1, 1)],
                ..plain()
            },
            Code::NotFound,
            None,
        ),
        (
            WatchedFields {
                doors: vec![door.id; 9],
                ..plain()
            },
            Code::TooMany,
            Some("/fields/doors"),
        ),
        (
            fields(&door, &["1", "2", "1"]),
            Code::BadValue,
            Some("/fields/credentials/2"),
        ),
        (
            WatchedFields {
                relatives_credentials: vec![CARD.into()],
                ..plain()
            },
            Code::BadValue,
            Some("/fields/relatives_credentials/0"),
        ),
        (
            fields(&door, &[" "]),
            Code::EmptyText,
            Some("/fields/credentials/0"),
        ),
        (
            WatchedFields {
                own: Some(short),
                ..plain()
            },
            Code::WatchWindow,
            Some("/fields/own"),
        ),
        (
            WatchedFields {
                relative: Some(id(&who)),
                ..plain()
            },
            Code::BadValue,
            Some("/fields/relative"),
        ),
        (
            WatchedFields {
                relative: Some(PersonId::new(1, 1)),
                ..plain()
            },
            Code::NotFound,
            None,
        ),
    ];
    for (fields, code, pointer) in rows {
        let refused = begin(&desk, id(&who), fields).await;
        let refused = refused.expect_err("it is refused");
        let told = (refused.code, refused.pointer.as_deref());
        assert_eq!(told, (code, pointer));
    }
    assert_eq!(stored(&app, id(&who)).await, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_of_ones_own_tighten_and_who_set_them_is_there_to_read() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let own = Windows {
        no_exit_minutes: 24 * 60,
        ..Windows::OUTER
    };
    let with = |own: Option<Windows>| WatchedFields {
        own,
        ..fields(&door, &[CARD])
    };
    let made = watch_over(&desk, &who, with(Some(own))).await;
    say(&app, &door, &[event(1, app.now(), "entry", Some(CARD))]).await;
    let due = async || {
        mine(&who)
            .await
            .expect("a view")
            .due
            .expect("a deadline")
            .at
    };
    assert_eq!(due().await, app.now() + SignedDuration::from_hours(24));
    let ver = stored(&app, id(&who)).await.expect("is watched over").ver;
    assert!(ver > made.ver);
    update(&desk, id(&who), ver, with(None)).await.expect("off");
    assert_eq!(due().await, app.now() + SignedDuration::from_hours(48));
    let told = looks(&who).await;
    for (what, why) in [
        ("CreateWatched", "– → 24 h / 72 h"),
        ("UpdateWatched", "24 h / 72 h → –"),
    ] {
        let found = told.iter().any(|look| look.0 == what && look.1 == why);
        assert!(found, "{what} is not in {told:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_silent_come_first_page_by_page() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let people = grown_ups(&app, 3).await;
    let mut seq = 0;
    for (i, who) in people.iter().enumerate().rev() {
        let card = format!("{i}");
        watch_over(&desk, who, fields(&door, &[&card])).await;
        if i > 0 {
            seq += 1;
            let pass = event(seq, app.now(), "entry", Some(&card));
            assert_eq!(say(&app, &door, &[pass]).await, ["applied"]);
        }
    }
    let (mut cursor, mut found) = (None, Vec::new());
    loop {
        let query = WatchedQuery {
            reason: "查看名单".into(),
            blind: Some(false),
            cursor,
            limit: Some(1),
        };
        let page = desk.call::<ListWatched>((), query, None_ {}).await;
        let page = page.expect("a page");
        found.extend(page.items.into_iter().map(|one| one.person));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    found.retain(|person| people.iter().any(|who| id(who) == *person));
    // Never seen, then the one who was seen first.
    assert_eq!(found, [id(&people[0]), id(&people[2]), id(&people[1])]);
    let query = WatchedQuery {
        reason: "查看名单".into(),
        blind: None,
        cursor: Some("x".into()),
        limit: None,
    };
    let wrong = desk.call::<ListWatched>((), query, None_ {}).await;
    assert_eq!(code(wrong), Code::BadCursor);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_neighbour_learns_nothing_and_each_role_does_what_is_its() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let people = grown_ups(&app, 2).await;
    let (who, neighbour) = (&people[0], &people[1]);
    watch_over(&desk, who, fields(&door, &[CARD])).await;
    let open = alert(&app, id(who)).await;
    let person = id(who);
    let nobody = PersonId::new(1, app.chance());
    // Of somebody who is watched they hear what they hear of nobody.
    let answers = async |of: PersonId| {
        let list = neighbour
            .raw("GET", &format!("/v1/absences?person={of}"), None)
            .await;
        let away = leave(neighbour, away(&app, Some(of), 48)).await;
        (list.status, list.body, code(away))
    };
    assert_eq!(answers(person).await, answers(nobody).await);
    assert_eq!(answers(person).await.2, Code::NotFound);
    assert_eq!(code(mine(neighbour).await), Code::NotWatched);
    let calls = [
        ("GET", "/v1/watched?reason=xx".to_owned(), "watch"),
        ("GET", format!("/v1/watched/{person}?reason=xx"), "watch"),
        (
            "GET",
            format!("/v1/watched/{person}/signs?reason=xx"),
            "watch",
        ),
        ("GET", "/v1/devices".to_owned(), "watch"),
        ("GET", "/v1/alerts".to_owned(), "watch"),
        ("GET", format!("/v1/alerts/{open}"), "watch"),
        ("GET", "/v1/rules".to_owned(), "watch"),
        ("POST", "/v1/devices".to_owned(), "keep"),
        ("PUT", "/v1/rules".to_owned(), "set"),
    ];
    for role in Role::ALL.iter().copied() {
        let asking = with_role(&app, role).await;
        for (method, path, act) in &calls {
            let body = (*method != "GET").then(|| "{}".to_owned());
            let raw = asking.raw(method, path, body).await;
            let may = match *act {
                "watch" => matches!(role, Role::Station | Role::SocialWorker | Role::Admin),
                "keep" => role == Role::Admin,
                _ => matches!(role, Role::SocialWorker | Role::Admin),
            };
            assert_eq!(raw.status == 403, !may, "{role} {path}: {}", raw.body);
        }
    }
    let helper = at(&app, HELPER).await;
    assert_eq!(code(look(&helper, person).await), Code::NotAllowed);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relatives_card_is_known_at_several_homes_and_one_persons_own_is_theirs() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let couple = grown_ups(&app, 2).await;
    let (wife, husband) = (id(&couple[0]), id(&couple[1]));
    // The daughter's card is known to both, and the wife's own at his as well.
    let known = |own: &str, others: &[&str]| WatchedFields {
        relatives_credentials: others.iter().map(|card| (*card).to_owned()).collect(),
        ..fields(&door, &[own])
    };
    watch_over(&desk, &couple[0], known("101", &["77"])).await;
    watch_over(&desk, &couple[1], known("102", &["77", "101"])).await;
    let mut seq = 0;
    let mut pass = async |card: &str| {
        app.advance(SignedDuration::from_mins(1));
        seq += 1;
        let entry = event(seq, app.now(), "entry", Some(card));
        assert_eq!(say(&app, &door, &[entry]).await, ["applied"], "{card}");
        let mut seen = Vec::new();
        for person in [wife, husband] {
            let presence = stored(&app, person)
                .await
                .expect("is watched over")
                .presence;
            let now = Some(app.now());
            let sign = presence.sign.map(|sign| sign.at);
            seen.push((sign == now, presence.unsure_at == now));
        }
        seen
    };
    let (theirs, maybe, nothing) = ((true, false), (false, true), (false, false));
    assert_eq!(pass("77").await, [maybe, maybe]);
    assert_eq!(pass("101").await, [theirs, maybe]);
    assert_eq!(pass("102").await, [nothing, theirs]);
    // What one of them gives up, or takes along, stays the other's.
    let ver = stored(&app, husband).await.expect("is watched over").ver;
    let less = update(&desk, husband, ver, known("102", &["77"])).await;
    less.expect("one card less");
    assert_eq!(pass("101").await, [theirs, nothing]);
    agree(&couple[1], false).await;
    app.advance(SignedDuration::from_mins(1));
    let entry = event(9, app.now(), "entry", Some("77"));
    assert_eq!(say(&app, &door, &[entry]).await, ["applied"]);
    let presence = stored(&app, wife).await.expect("is watched over").presence;
    assert_eq!(presence.unsure_at, Some(app.now()));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_at_high_risk_is_looked_after_at_once_unless_something_else_was_agreed() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let (com, store) = (app.home().await, &app.ctx().store);
    let (first, once) = (Grade::AskFirst, Grade::AtOnce);
    let rows = [
        (vec![], None, first),
        (vec![Factor::RecentFall], None, first),
        (vec![Factor::Alone, Factor::Dementia], None, once),
        (vec![Factor::Dementia], Some(first), first),
        (vec![], Some(once), once),
    ];
    let people = grown_ups(&app, rows.len()).await;
    for (n, (who, (factors, said, want))) in people.iter().zip(rows).enumerate() {
        let file = CareFile {
            factors,
            ..CareFile::new(com, id(who), app.now())
        };
        let item = care_file_item(&file).expect("an item");
        store.put_all(vec![item]).await.expect("written");
        let card = format!("77{n:08}");
        let with = |grade: Option<Grade>| WatchedFields {
            grade,
            ..fields(&door, &[card.as_str()])
        };
        let shown = |view: &WatchedView| view.fields.as_ref().and_then(|fields| fields.grade);
        let begun = watch_over(&desk, who, with(said)).await;
        assert_eq!(shown(&begun), Some(want), "{n}");
        // Where nothing is said of it, it stays as it is.
        let after = update(&desk, id(who), begun.ver, with(None)).await;
        assert_eq!(shown(&after.expect("changed")), Some(want), "{n}");
    }
    app.stop().await;
}
