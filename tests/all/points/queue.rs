//! Those who wait: a place that nobody could take stays theirs, and lists hold all of them.

use acceptance::{Actor, TestApp};
use domain::activity::SignUpState;
use domain::activity::SignUpState::{Going, Waiting};
use domain::notice::Topic;
use domain::{ActivityId, PersonId, limits};
use jiff::SignedDuration;
use wire::Endpoint;
use wire::endpoint::None_;
use wire::points::activities::{
    CancelActivity, CancelActivityBody, ListSignUps, UpdateActivity, UpdateActivityBody, WhoBody,
    Withdraw,
};

use super::activities::{WORKER, join, join_for, plan, publish, seen, told, withdraw};
use super::attendance::{GRID_WORKER, at_hand, until};
use crate::market::race::nothing_is_wrong;

const FIRST: &str = "13800000001";
const SECOND: &str = "13800000002";
const THIRD: &str = "13800000003";

/// One place, one who goes and one who waits; the latter goes to something else at that time by now.
/// The two activities, the one who goes, and the one who waits.
async fn busy_while_waiting(app: &TestApp) -> (ActivityId, ActivityId, Actor<'_>, Actor<'_>) {
    let worker = at_hand(app, WORKER).await;
    let one = publish(&worker, plan(app, 24, 1)).await.id;
    let two = publish(&worker, plan(app, 25, 9)).await.id;
    let (first, second) = (at_hand(app, FIRST).await, at_hand(app, SECOND).await);
    join(&first, one).await.expect("goes");
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(join(&second, one).await.expect("waits").state, Waiting);
    join(&second, two).await.expect("goes");
    (one, two, first, second)
}

async fn state(who: &Actor<'_>, id: ActivityId) -> SignUpState {
    seen(who, id).await.sign_up.expect("signed up").state
}

#[tokio::test]
async fn whoever_waits_is_told_their_place_and_moves_up_in_it() {
    let app = TestApp::start().await;
    let worker = at_hand(&app, WORKER).await;
    let id = publish(&worker, plan(&app, 24, 1)).await.id;
    let mut all = Vec::new();
    for (phone, place) in [
        (FIRST, None),
        (SECOND, Some(1)),
        (THIRD, Some(2)),
        ("13800000004", Some(3)),
    ] {
        let who = at_hand(&app, phone).await;
        let part = join(&who, id).await.expect("signed up");
        assert_eq!(part.queue, place, "{phone}");
        all.push(who);
        app.advance(SignedDuration::from_secs(1));
    }
    let places = async || {
        let mut places = Vec::new();
        for who in &all {
            places.push(seen(who, id).await.sign_up.and_then(|part| part.queue));
        }
        places
    };
    assert_eq!(places().await, [None, Some(1), Some(2), Some(3)]);
    let left = withdraw(&all[2], id).await.expect("given back");
    assert_eq!(left.queue, None);
    assert_eq!(places().await, [None, Some(1), None, Some(2)]);
    withdraw(&all[0], id).await.expect("given back");
    assert_eq!(places().await, [None, None, None, Some(1)], "one moved up");
    let again = join(&all[2], id).await.expect("at the end");
    assert_eq!(again.queue, Some(2));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

async fn counts(app: &TestApp, id: ActivityId) -> (u16, u16) {
    let activity = seen(&at_hand(app, WORKER).await, id).await;
    (activity.going, activity.waiting)
}

#[tokio::test]
async fn a_place_that_nobody_could_take_is_offered_again_when_somebody_can() {
    let app = TestApp::start().await;
    let (one, two, first, second) = busy_while_waiting(&app).await;
    withdraw(&first, one).await.expect("given back");
    app.settle().await;
    assert_eq!(
        counts(&app, one).await,
        (0, 1),
        "nobody has the time, and nobody is forgotten"
    );
    nothing_is_wrong(&app).await;
    withdraw(&second, two).await.expect("given back");
    app.settle().await;
    assert_eq!(
        (state(&second, one).await, counts(&app, one).await),
        (Going, (1, 0))
    );
    assert_eq!(told(&second, Topic::ActivityMovedUp).await.len(), 1);
    app.settle().await;
    assert_eq!(told(&second, Topic::ActivityMovedUp).await.len(), 1, "once");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn nobody_new_is_put_before_who_waits_and_has_the_time_again() {
    let app = TestApp::start().await;
    let (one, two, first, second) = busy_while_waiting(&app).await;
    withdraw(&first, one).await.expect("given back");
    withdraw(&second, two).await.expect("given back");
    // Before the sweeper came by.
    let third = at_hand(&app, THIRD).await;
    assert_eq!(join(&third, one).await.expect("signed up").state, Waiting);
    assert_eq!(state(&second, one).await, Going);
    nothing_is_wrong(&app).await;

    // While whoever waits is elsewhere, somebody new does take it.
    let (one, _, first, second) = busy_while_waiting_later(&app).await;
    withdraw(&first, one).await.expect("given back");
    assert_eq!(join(&third, one).await.expect("signed up").state, Going);
    assert_eq!(state(&second, one).await, Waiting);
    app.settle().await;
    assert_eq!(counts(&app, one).await, (1, 1));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// The same two days on.
async fn busy_while_waiting_later(app: &TestApp) -> (ActivityId, ActivityId, Actor<'_>, Actor<'_>) {
    app.advance(SignedDuration::from_hours(48));
    busy_while_waiting(app).await
}

#[tokio::test]
async fn who_was_passed_over_is_looked_at_with_each_place_that_is_free() {
    let app = TestApp::start().await;
    let (one, two, first, second) = busy_while_waiting(&app).await;
    let third = at_hand(&app, THIRD).await;
    app.advance(SignedDuration::from_secs(1));
    join(&third, one).await.expect("waits");
    withdraw(&first, one).await.expect("given back");
    assert_eq!(
        (state(&second, one).await, state(&third, one).await),
        (Waiting, Going)
    );

    // More places, and still no time for them.
    let worker = at_hand(&app, WORKER).await;
    let now = seen(&worker, one).await;
    let more = UpdateActivityBody {
        id: app.command(),
        title: now.title,
        about: now.about,
        for_whom: now.for_whom,
        place: now.place,
        grid: now.grid,
        skills: now.skills,
        starts: None,
        ends: None,
        capacity: 3,
        ver: now.ver,
    };
    worker
        .call::<UpdateActivity>((one,), None_ {}, more)
        .await
        .expect("changed");
    app.settle().await;
    assert_eq!(
        (state(&second, one).await, counts(&app, one).await),
        (Waiting, (1, 1))
    );
    nothing_is_wrong(&app).await;

    // What they went to is called off.
    let off = CancelActivityBody {
        id: app.command(),
        reason: "下雨".into(),
    };
    worker
        .call::<CancelActivity>((two,), None_ {}, off)
        .await
        .expect("called off");
    app.settle().await;
    assert_eq!(
        (state(&second, one).await, counts(&app, one).await),
        (Going, (2, 0))
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn what_has_begun_owes_no_place_and_is_not_looked_at_for_ever() {
    let app = TestApp::start().await;
    let (one, two, first, second) = busy_while_waiting(&app).await;
    withdraw(&first, one).await.expect("given back");
    app.settle().await;
    let (store, home) = (&app.ctx().store, app.home().await);
    let owed = async || {
        store
            .all(&store::schema::unfilled(home))
            .await
            .expect("answers")
            .len()
    };
    assert_eq!(owed().await, 1);
    until(&app, seen(&second, one).await.starts.at);
    app.settle().await;
    assert_eq!((owed().await, state(&second, one).await), (0, Waiting));
    let told = told(&second, Topic::ActivityMovedUp).await;
    assert!(told.is_empty(), "{two}: {told:?}");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn who_goes_is_listed_in_full_and_so_is_who_waits() {
    let app = TestApp::start().await;
    let worker = at_hand(&app, WORKER).await;
    let (places, more) = (45, 60);
    let id = publish(&worker, plan(&app, 24, places)).await.id;
    let people = app.people().await;
    let wanted = usize::from(places + more);
    let people: Vec<PersonId> = people.iter().map(|one| one.id).take(wanted).collect();
    assert_eq!(people.len(), wanted);
    assert!(wanted > limits::PAGE_ROWS, "more than a page of a list");
    for person in &people {
        app.advance(SignedDuration::from_millis(1));
        join_for(&worker, id, Some(*person))
            .await
            .expect("signed up");
    }
    let page = worker
        .call::<ListSignUps>((id,), None_ {}, None_ {})
        .await
        .expect("hers to run");
    assert_eq!(page.cursor, None);
    // Her own activity; whoever looks on as staff is written down, for each of them.
    let looks = async |person: &PersonId| {
        let log = store::schema::of_person(app.home().await, *person, "VIEW#");
        let views = app.ctx().store.all(&log).await.expect("answers");
        let views = views
            .into_iter()
            .map(|item| store::table::read(item).expect("a view"));
        let here = |view: &store::identity::View| view.what == ListSignUps::NAME;
        views.filter(here).count()
    };
    assert_eq!(looks(&people[0]).await, 0);
    let grid = at_hand(&app, GRID_WORKER).await;
    let same = grid.call::<ListSignUps>((id,), None_ {}, None_ {}).await;
    assert_eq!(same.expect("may run any").items, page.items);
    for person in people.iter().filter(|person| Some(**person) != grid.id) {
        assert_eq!(looks(person).await, 1, "{person}");
    }
    let listed: Vec<_> = page.items.iter().map(|row| row.person).collect();
    assert_eq!(
        listed, people,
        "all of them, in the order in which they came"
    );
    assert!(page.items.iter().all(|row| !row.name.is_empty()));
    let going = page.items.iter().filter(|row| row.state == Going).count();
    assert_eq!(
        (going, page.items.len() - going),
        (usize::from(places), usize::from(more))
    );

    // All who wait are elsewhere by now, but the last.
    let other = publish(&worker, plan(&app, 25, 300)).await.id;
    let (last, before) = people.split_last().expect("many");
    for person in &before[usize::from(places)..] {
        join_for(&worker, other, Some(*person)).await.expect("goes");
    }
    let body = WhoBody {
        id: app.command(),
        person: people.first().copied(),
    };
    worker
        .call::<Withdraw>((id,), None_ {}, body)
        .await
        .expect("given back");
    let row = app
        .ctx()
        .store
        .sign_up(app.home().await, id, *last)
        .await
        .expect("answers");
    assert_eq!(row.expect("signed up").state, Going);
    nothing_is_wrong(&app).await;
    app.stop().await;
}
