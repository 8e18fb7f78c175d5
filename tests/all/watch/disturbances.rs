//! Silence while machines fail: an index that lags, a sweeper that dies at any step, is down, or whose clock
//! leaps, rules that change under it, and a reader of many that is dead.

use std::collections::BTreeSet;
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use acceptance::app::join_all;
use acceptance::faults::gone::Gone;
use acceptance::{Chance, TestApp, length};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::notice::Topic;
use domain::watch::{AlertState, Cause, Grade, Passage, Sign, Windows};
use domain::{MessageId, PersonId, limits};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use service::points::Within;
use service::watch::arrive::Arrived;
use service::watch::sweep::pass as pass_of;
use store::watch::watched_item;
use wire::endpoint::None_;
use wire::watch::{PutWatchRules, PutWatchRulesBody};

use super::homes::{
    Home, LONG, alerts_told, all_alerts, blind, entered_at, hours, many, messages, minutes, pass,
};
use super::people::{WORKER, at, id};
use crate::care::month::nobody_of_the_demo;
use crate::market::race::nothing_is_wrong;

/// Goes on for so many steps and no further. Absent where that was too few.
async fn for_steps<F: Future>(steps: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = steps;
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

#[tokio::test]
async fn an_index_that_lags_nominates_and_decides_nothing() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let first = app.now();
    home.passes(Passage::Entry, first).await;
    let old = watched_item(&home.watched().await).expect("an item");
    app.advance(hours(47));
    let now = app.now();
    home.passes(Passage::Exit, now).await;
    // The table knows of the sign, and the index is where it was before.
    let mut lagging = watched_item(&home.watched().await).expect("an item");
    for place in ["dpk", "dsk"] {
        let was = old.get(place).cloned().expect("a place");
        assert!(matches!(was, AttributeValue::S(_)));
        lagging.insert(place.to_owned(), was);
    }
    let store = home.store();
    store.put_all(vec![lagging]).await.expect("written");
    app.advance(hours(3));
    pass(&app, app.now()).await;
    assert!(home.alerts().await.is_empty());
    app.advance(hours(69));
    pass(&app, app.now()).await;
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.cause, alert.due), (Cause::NoReturn, app.now()));
}

/// Whether a pass died after so many calls of the store, or was over by then.
async fn dies_after(app: &TestApp, gone: &Gone, calls: usize) -> bool {
    let within = Within {
        community: app.home().await,
        zone: &TimeZone::UTC,
        mover: None,
    };
    gone.after(calls);
    let over = gone
        .until_gone(pass_of(app.ctx(), &within, app.now()))
        .await;
    gone.back();
    over.is_none()
}

#[tokio::test]
async fn a_sweeper_that_dies_at_any_step_leaves_one_alert_and_one_notice() {
    let mut calls = 0;
    loop {
        calls += 1;
        let gone = Gone::default();
        let app = TestApp::with_faults(gone.interceptor()).await;
        let worker = id(&at(&app, WORKER).await);
        let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
        let last = app.now();
        home.passes(Passage::Entry, last).await;
        app.advance(hours(48));
        let died = dies_after(&app, &gone, calls).await;
        pass(&app, app.now()).await;
        app.settle().await;
        assert_eq!(home.alerts().await.len(), 1, "after {calls} calls");
        assert_eq!(alerts_told(&home, worker).await, 1, "after {calls} calls");
        nothing_is_wrong(&app).await;
        app.stop().await;
        if !died {
            break;
        }
    }
    assert!(calls > 9, "it died {calls} calls in at most");
}

#[tokio::test]
async fn a_sign_and_two_sweepers_at_once_leave_nobody_open_or_unwatched() {
    let app = TestApp::start().await;
    let mut opened = 0;
    for _ in 0..10 {
        let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
        let last = app.now();
        home.passes(Passage::Entry, last).await;
        app.advance(hours(48));
        let now = app.now();
        let both = join_all([pass(&app, now), pass(&app, now)]);
        let (_, arrived) = tokio::join!(both, home.passes(Passage::Exit, now));
        assert_eq!(arrived, Arrived::Applied);
        let alerts = home.alerts().await;
        opened += alerts.len();
        assert!(alerts.len() <= 1, "{alerts:#?}");
        assert!(alerts.iter().all(|one| one.state == AlertState::Withdrawn));
        let watched = home.watched().await;
        assert!(watched.alert.is_none() && watched.armed.is_some());
    }
    println!("{opened} of 10 were opened, and withdrawn");
    app.settle().await;
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn no_leap_of_the_sweepers_clock_opens_early_or_loses_anybody() {
    let leaps = [hours(-2), hours(-1), hours(0), hours(1), hours(25)];
    for first in (0..length::long_or(200, 10)).step_by(10) {
        let app = TestApp::start().await;
        for seed in first + 1..=first + 10 {
            leaps_of(seed, &leaps, &app).await;
        }
        app.settle().await;
        nothing_is_wrong(&app).await;
        app.stop().await;
    }
}

async fn leaps_of(seed: u64, leaps: &[SignedDuration], app: &TestApp) {
    let mut chance = Chance::new(seed);
    let mut home = Home::new(app, Grade::AtOnce, LONG).await;
    let due = app.now() + hours(48);
    home.passes(Passage::Entry, app.now()).await;
    let mut furthest = app.now();
    app.advance(hours(20));
    for _ in 0..6 {
        let on = i64::try_from(chance.below(8 * 60)).expect("small") + 1;
        app.advance(minutes(on));
        let leapt = app.now() + *chance.of(leaps);
        furthest = furthest.max(leapt);
        pass(app, leapt).await;
        let alerts = home.alerts().await;
        let expected = usize::from(furthest >= due);
        assert_eq!(alerts.len(), expected, "seed {seed}: {leapt} {due}");
        assert!(alerts.iter().all(|one| one.opened_at >= due));
    }
    app.advance(hours(30));
    pass(app, app.now()).await;
    assert_eq!(home.alerts().await.len(), 1, "seed {seed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweeper_that_was_down_opens_everything_once_and_tells_of_it_as_one() {
    let app = TestApp::start().await;
    nobody_of_the_demo(&app, app.home().await).await;
    let worker = id(&at(&app, WORKER).await);
    let com = app.home().await;
    let (few, many_more) = (length::long_or(20_000, 40), length::long_or(200_000, 200));
    let later = app.now() + hours(9 * 24);
    let (_, fine) = many(&app, (many_more, later), LONG).await;
    let fine: BTreeSet<PersonId> = fine.into_iter().collect();
    for (n, down) in [hours(1), hours(24), hours(7 * 24)].into_iter().enumerate() {
        let (_, due) = many(&app, (few, app.now() - hours(47)), LONG).await;
        let due: BTreeSet<PersonId> = due.into_iter().collect();
        app.advance(down);
        let mut passes = 1;
        let begun = Instant::now();
        // Of one partition of the index a pass looks at so many.
        while pass(&app, app.now()).await > 0 && length::is_long() {
            passes += 1;
        }
        println!(
            "{few} after {down:?}: {passes} passes, {:?}",
            begun.elapsed()
        );
        let found = all_alerts(&app).await;
        let of = |people: &BTreeSet<PersonId>| {
            let theirs = found.iter().filter(|one| people.contains(&one.person));
            theirs.count()
        };
        assert_eq!((of(&due), of(&fine)), (few, 0), "down for {down:?}");
        pass(&app, app.now()).await;
        assert_eq!(all_alerts(&app).await.len(), found.len());
        let mark = app.ctx().store.sweep_mark(com).await.expect("answers");
        let looked = mark.map(|mark| mark.at);
        assert_eq!(looked, Some(app.now()), "everything was looked at");
        service::notify::relay::settle(app.ctx())
            .await
            .expect("told");
        let told = messages(&app, com, worker).await.into_iter();
        let areas = told.filter(|one| one.notice.topic == Topic::WatchArea);
        // Those of the time before climb to their next step, as one as well.
        let times = 2 * n + 1;
        let each = match length::is_long() {
            // Once more whenever they are twice as many, in each pass.
            true => passes * (few / limits::SWEPT_TOGETHER).ilog2() as usize + passes,
            false => 1,
        };
        let areas = areas.count();
        assert!(
            (times..=times * each).contains(&areas),
            "{areas} times by {n}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_reader_of_many_is_one_incident_and_a_list_and_who_was_overdue_is_looked_for() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let (door, people) = many(&app, (length::long_or(300, 30), app.now()), 60).await;
    // One of them was due before it died.
    let com = app.home().await;
    let overdue = entered_at(&app, com, door, app.now() - hours(47) - minutes(30));
    let item = watched_item(&overdue).expect("an item");
    app.ctx().store.put_all(vec![item]).await.expect("written");
    for on in [minutes(30), minutes(91), hours(46), hours(12)] {
        app.advance(on);
        app.settle().await;
    }
    let found = all_alerts(&app).await;
    let behind = found.iter().filter(|one| people.contains(&one.person));
    assert_eq!(
        behind.count(),
        0,
        "nothing was seen, and nothing is claimed"
    );
    let of_one: Vec<_> = found
        .iter()
        .filter(|one| one.person == overdue.person)
        .collect();
    assert_eq!(of_one.len(), 1, "{of_one:#?}");
    let told = messages(&app, com, worker).await.into_iter();
    let of_the_door = told.filter(|one| one.notice.data.get("device") == Some(&door.to_string()));
    let topics: Vec<_> = of_the_door.map(|one| one.notice.topic).collect();
    assert_eq!(topics, [Topic::DoorDead], "once");
    let list = blind(&app).await.into_iter();
    let list: BTreeSet<PersonId> = list.map(|one| one.person).collect();
    for person in people.iter().chain([&overdue.person]) {
        assert!(list.contains(person), "{person}");
    }
    app.stop().await;
}

/// How many each notice of that topic says that there are, the fewest first, those aside that were known.
async fn said(
    app: &TestApp,
    reader: PersonId,
    topic: Topic,
    known: &mut BTreeSet<MessageId>,
) -> Vec<usize> {
    let told = messages(app, app.home().await, reader).await.into_iter();
    let told = told.filter(|one| one.notice.topic == topic && known.insert(one.id));
    let mut counts: Vec<usize> = told
        .filter_map(|one| one.notice.data.get("count")?.parse().ok())
        .collect();
    counts.sort_unstable();
    counts
}

/// A gateway dies, and with it every door behind it: hundreds of doors, and everybody who lives there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_gateway_is_told_of_again_only_when_it_is_twice_as_bad() {
    let app = TestApp::start().await;
    let com = app.home().await;
    nobody_of_the_demo(&app, com).await;
    let worker = id(&at(&app, WORKER).await);
    app.settle().await;
    let (doors, each) = (length::long_or(500, 250), length::long_or(100, 2));
    let mut people = BTreeSet::new();
    for _ in 0..doors {
        let (_, some) = many(&app, (each, app.now()), 60).await;
        people.extend(some);
    }
    let mut known = BTreeSet::new();
    for (on, topic, all) in [
        (hours(2) + minutes(1), Topic::DoorsDead, doors),
        (hours(46), Topic::WatchUnseen, people.len()),
        (hours(12), Topic::WatchUnseen, people.len()),
    ] {
        app.advance(on);
        loop {
            let done = pass(&app, app.now()).await;
            service::notify::relay::settle(app.ctx())
                .await
                .expect("told");
            let counts = said(&app, worker, topic, &mut known).await;
            let doubles = counts.windows(2).all(|pair| pair[1] >= pair[0] * 2);
            assert!(doubles, "{topic:?}: {counts:?}");
            if !length::is_long() {
                let most = counts.last().copied().unwrap_or(0);
                assert!(most * 2 > all, "how bad it is: {counts:?} of {all}");
                assert!(counts.len() <= 3, "not for each part: {counts:?}");
                break;
            }
            if done == 0 {
                break;
            }
        }
    }
    let claimed = all_alerts(&app).await.into_iter();
    let claimed = claimed.filter(|one| people.contains(&one.person));
    assert_eq!(claimed.count(), 0, "nothing was seen");
    // Nobody is forgotten, whether or not they were counted in a notice.
    let watched = app.ctx().store.all_watched(com).await.expect("answers");
    let noted = watched
        .iter()
        .filter(|one| people.contains(&one.person) && one.unseen_told_at == Some(app.now()));
    assert_eq!(noted.count(), people.len(), "each is told of again later");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_that_become_shorter_under_a_sweep_lose_nobody() {
    let app = TestApp::start().await;
    let mut steps = 1;
    loop {
        change(&app, 48).await;
        let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
        let first = app.now();
        home.passes(Passage::Entry, first).await;
        app.advance(hours(20));
        let second = app.now();
        home.says(Sign {
            at: second,
            seq: 2,
            passage: Passage::Entry,
        })
        .await;
        // The index has it where the first sign put it; by the shorter window it is overdue then.
        app.advance(hours(28));
        let ended = {
            let mut sweeper = pin!(pass(&app, app.now()));
            let ended = for_steps(steps, sweeper.as_mut()).await.is_some();
            change(&app, 24).await;
            if !ended {
                sweeper.await;
            }
            ended
        };
        pass(&app, app.now()).await;
        let alerts = home.alerts().await;
        assert_eq!(alerts.len(), 1, "after {steps} steps");
        assert_eq!(alerts[0].due, second + hours(24), "after {steps} steps");
        if ended {
            break;
        }
        steps += 3;
    }
    app.stop().await;
}

async fn change(app: &TestApp, no_exit: u32) {
    let com = app.home().await;
    let before = app.ctx().store.watch_rules(com).await.expect("answers");
    let desk = at(app, WORKER).await;
    let body = PutWatchRulesBody {
        id: app.command(),
        ver: before.ver,
        windows: Windows {
            no_exit_minutes: no_exit * 60,
            no_return_minutes: 72 * 60,
        },
        ask_minutes: 60,
        area_least: 5,
        lease_minutes: 30,
        ladder: None,
        note: "测试".into(),
    };
    let changed = desk.call::<PutWatchRules>((), None_ {}, body).await;
    changed.expect("another version");
}
