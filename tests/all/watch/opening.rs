//! Alerts that one pass opens together: whoever has to be left out of it harms none of the others.

use std::collections::BTreeSet;

use acceptance::TestApp;
use acceptance::capacity::Capacity;
use acceptance::faults::lost::Lost;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::care::CareFile;
use domain::notice::{Data, Topic};
use domain::watch::{Alert, AlertState, Cause, Confidence, Ladder, Rules, Watched};
use domain::{AlertId, PersonId, Refusal};
use service::notify::{relay, tell::tell};
use store::Error;
use store::care::care_file_item;
use store::notify::Message;
use store::schema::{self, Item, Kind};
use store::watch::{Opened, device_item, watched_item};

use super::homes::{LONG, all_alerts, hours, many, messages, pass};
use super::people::{WORKER, at, id};
use crate::care::month::nobody_of_the_demo;

const PEOPLE: usize = 40;

fn spoiled(mut item: Item) -> Item {
    let nothing = AttributeValue::S("{}".into());
    item.insert(schema::DOCUMENT.to_owned(), nothing);
    item
}

async fn alerted(app: &TestApp, people: &[PersonId]) -> Vec<PersonId> {
    let all = all_alerts(app).await.into_iter().map(|one| one.person);
    let mut all: Vec<PersonId> = all.filter(|one| people.contains(one)).collect();
    all.sort_unstable();
    all
}

/// Of their alerts.
async fn ids_of(app: &TestApp, people: &[PersonId]) -> BTreeSet<String> {
    let all = all_alerts(app).await.into_iter();
    let theirs = all.filter(|one| people.contains(&one.person));
    theirs.map(|one| one.id.to_string()).collect()
}

fn without(people: &[PersonId], out: &[PersonId]) -> Vec<PersonId> {
    let mut rest: Vec<PersonId> = people.to_vec();
    rest.retain(|one| !out.contains(one));
    rest.sort_unstable();
    rest
}

/// The number of those of whom something failed in the last pass.
async fn failed(app: &TestApp) -> u32 {
    let mark = app.ctx().store.sweep_mark(app.home().await).await;
    mark.expect("answers").expect("it passed").failed
}

#[tokio::test]
async fn whoever_does_not_read_holds_up_none_of_those_who_are_due_together() {
    let app = TestApp::start().await;
    let com = app.home().await;
    let (_, people) = many(&app, (PEOPLE, app.now()), LONG).await;
    let (door, behind) = many(&app, (2, app.now()), LONG).await;
    let store = &app.ctx().store;
    let device = store.device(com, door).await.expect("answers");
    let door = device_item(&device.expect("hangs there")).expect("an item");
    let file = care_file_item(&CareFile::new(com, people[7], app.now()).next()).expect("an item");
    let broken = vec![spoiled(door.clone()), spoiled(file.clone())];
    store.put_all(broken).await.expect("written");
    app.advance(hours(48));
    pass(&app, app.now()).await;
    assert_eq!(
        alerted(&app, &people).await,
        without(&people, &people[7..8])
    );
    assert!(alerted(&app, &behind).await.is_empty());
    assert!(failed(&app).await >= 3, "one file, two behind that door");

    store.put_all(vec![door, file]).await.expect("written");
    pass(&app, app.now()).await;
    let all = [people, behind].concat();
    assert_eq!(alerted(&app, &all).await, without(&all, &[]), "each once");
    assert_eq!(failed(&app).await, 0);
    app.stop().await;
}

/// As the sweeper opens it: the next version of whoever waits for it to be over, a new alert, and its notice.
fn opened(app: &TestApp, worker: PersonId, before: Watched) -> Opened {
    let alert = Alert {
        id: AlertId::new(app.millis(), app.chance()),
        community: before.community,
        person: before.person,
        cause: Cause::NoExit,
        metric: None,
        due: app.now(),
        opened_at: app.now(),
        confidence: Confidence::Identified,
        unconfirmed: false,
        state: AlertState::Open,
        owner: None,
        lease_until: None,
        ladder: Ladder::begun(&Rules::default().ladder, app.now()),
        reason: None,
        closed_by: None,
        closed_at: None,
        comment: String::new(),
        seen: None,
        rules_ver: 1,
        ver: 1,
    };
    let watched = Watched {
        alert: Some(alert.id),
        armed: None,
        ver: before.ver + 1,
        ..before
    };
    let data = Data::from([("alert".to_owned(), alert.id.to_string())]);
    let (com, topic) = (watched.community, Topic::WatchAlert);
    let notice = tell(app.ctx(), com, &[worker], topic, data, app.now());
    Opened {
        watched,
        alert,
        notices: notice.into_iter().collect(),
    }
}

#[tokio::test]
async fn whoever_moved_meanwhile_is_left_and_all_others_are_opened_in_a_few_trips() {
    let capacity = Capacity::default();
    let app = TestApp::with_faults(capacity.interceptor()).await;
    let (com, worker) = (app.home().await, id(&at(&app, WORKER).await));
    let (_, people) = many(&app, (2 * PEOPLE, app.now()), LONG).await;
    let store = &app.ctx().store;
    let watched = store.watched_among(com, &people).await.expect("answers");
    let watched: Vec<Watched> = watched.into_iter().flatten().collect();
    let all: Vec<Opened> = watched
        .into_iter()
        .map(|one| opened(&app, worker, one))
        .collect();
    let (quiet, met) = all.split_at(PEOPLE);

    let changes = store.alert_changes(com).await.expect("answers");
    capacity.begin();
    let came = store.open_alerts(com, quiet).await;
    let calls = capacity.end().calls;
    assert!(came.iter().all(Result::is_ok), "{came:?}");
    assert!(calls <= 4, "{calls} calls for {PEOPLE} alerts");
    let more = store.alert_changes(com).await.expect("answers") - changes;
    assert!(
        (1..=3).contains(&more),
        "whoever reads by the mark learns of it"
    );

    let moved = Watched {
        alert: None,
        ..met[9].watched.clone()
    };
    let item = watched_item(&moved).expect("an item");
    store.put_all(vec![item]).await.expect("written");
    let came = store.open_alerts(com, met).await;
    for (n, came) in came.iter().enumerate() {
        match n {
            9 => assert!(
                matches!(came, Err(Error::Refused(Refusal::Stale))),
                "{came:?}"
            ),
            _ => assert!(came.is_ok(), "{n}: {came:?}"),
        }
    }
    let expected = without(&people, &[met[9].alert.person]);
    assert_eq!(alerted(&app, &people).await, expected);
    let now = store.watched(com, met[9].alert.person).await;
    assert_eq!(now.expect("answers"), Some(moved));
    let told = told(&app, worker).await;
    assert_eq!(told.len(), 2 * PEOPLE - 1, "each once");
    let ids = ids_of(&app, &people).await;
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), ids);
    app.stop().await;
}

/// Of which alerts somebody was told, each by itself.
async fn told(app: &TestApp, reader: PersonId) -> Vec<String> {
    relay::settle(app.ctx()).await.expect("told");
    let all = messages(app, app.home().await, reader).await.into_iter();
    let alone = all.filter(|one| one.notice.topic == Topic::WatchAlert);
    let alert = |one: Message| one.notice.data.get("alert").cloned();
    alone.filter_map(alert).collect()
}

#[tokio::test]
async fn a_few_that_are_opened_together_are_each_told_of_by_themselves() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let (_, people) = many(&app, (3, app.now()), LONG).await;
    app.advance(hours(48));
    pass(&app, app.now()).await;
    assert_eq!(alerted(&app, &people).await, without(&people, &[]));
    let theirs = all_alerts(&app).await.into_iter();
    let theirs = theirs.filter(|one| people.contains(&one.person));
    let mut theirs: Vec<String> = theirs.map(|one| one.id.to_string()).collect();
    theirs.sort_unstable();
    let mut told = told(&app, worker).await;
    told.retain(|one| theirs.contains(one));
    told.sort_unstable();
    assert_eq!(told, theirs, "each once");
    app.stop().await;
}

#[tokio::test]
async fn alerts_whose_transaction_was_not_answered_are_opened_and_told_of_once() {
    let lost = Lost::default();
    let app = TestApp::with_faults(lost.interceptor()).await;
    let (com, worker) = (app.home().await, id(&at(&app, WORKER).await));
    let (_, people) = many(&app, (PEOPLE, app.now()), LONG).await;
    let store = &app.ctx().store;
    let watched = store.watched_among(com, &people).await.expect("answers");
    let watched: Vec<Watched> = watched.into_iter().flatten().collect();
    let all: Vec<Opened> = watched
        .into_iter()
        .map(|one| opened(&app, worker, one))
        .collect();
    lost.answers_of(1, Kind::Alert);
    let came = store.open_alerts(com, &all).await;
    assert_eq!(lost.left(), 0, "no game: nothing was lost");
    assert!(came.iter().all(Result::is_ok), "{came:?}");
    assert_eq!(alerted(&app, &people).await, without(&people, &[]));
    let again = store.open_alerts(com, &all[..1]).await;
    assert!(again[0].is_ok(), "it is there: {again:?}");
    let mut ids: Vec<String> = all.iter().map(|one| one.alert.id.to_string()).collect();
    ids.sort_unstable();
    let mut told = told(&app, worker).await;
    told.sort_unstable();
    assert_eq!(told, ids, "each once");
    app.stop().await;
}

/// Of a pass that finds so many that all are told as one: of the transaction that tells it, and of those after it.
#[tokio::test]
async fn a_pass_that_hears_no_answers_opens_once_and_tells_as_one_once() {
    for answers in [1, 2, 4] {
        let lost = Lost::default();
        let app = TestApp::with_faults(lost.interceptor()).await;
        let (com, worker) = (app.home().await, id(&at(&app, WORKER).await));
        nobody_of_the_demo(&app, com).await;
        let (_, people) = many(&app, (PEOPLE, app.now()), LONG).await;
        app.advance(hours(48));
        lost.answers_of(answers, Kind::Alert);
        pass(&app, app.now()).await;
        assert_eq!(lost.left(), 0, "no game: nothing was lost");
        for _ in 0..2 {
            let theirs = alerted(&app, &people).await;
            assert_eq!(theirs, without(&people, &[]), "each once");
            let ids = ids_of(&app, &people).await;
            let alone = told(&app, worker).await;
            assert!(!alone.iter().any(|one| ids.contains(one)), "as one");
            let all = messages(&app, com, worker).await.into_iter();
            let areas = all.filter(|one| one.notice.topic == Topic::WatchArea);
            assert_eq!(areas.count(), 1, "{answers} answers were lost");
            pass(&app, app.now()).await;
        }
        app.stop().await;
    }
}
