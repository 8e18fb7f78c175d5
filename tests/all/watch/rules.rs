//! How long a silence may be: in versions, within what can be looked after, and tried out before.

use acceptance::{Actor, TestApp};
use domain::watch::{DoorSense, Grade, Passage, Rules, Windows};
use jiff::SignedDuration;
use store::watch::WatchChange;
use wire::endpoint::None_;
use wire::identity::PageQuery;
use wire::watch::{
    BacktestBody, BacktestRules, BacktestView, GetWatchRules, ListWatchRules, PutWatchRules,
    PutWatchRulesBody, WatchRulesView,
};
use wire::{Code, Problem};

use super::homes::{Home, LONG};
use super::people::{
    ADMIN, CARD, WORKER, agree, at, code, door, event, fields, grown_ups, id, say, stored,
    watch_over,
};
use crate::market::race::nothing_is_wrong;

async fn current(desk: &Actor<'_>) -> WatchRulesView {
    let rules = desk.call::<GetWatchRules>((), None_ {}, None_ {}).await;
    rules.expect("the rules")
}

fn hours(no_exit: u32, no_return: u32) -> Windows {
    Windows {
        no_exit_minutes: no_exit * 60,
        no_return_minutes: no_return * 60,
    }
}

async fn change(desk: &Actor<'_>, ver: u32, windows: Windows) -> Result<WatchRulesView, Problem> {
    let body = PutWatchRulesBody {
        id: desk.app.command(),
        ver,
        windows,
        ask_minutes: 60,
        area_least: 5,
        lease_minutes: 20,
        ladder: None,
        note: "冬天短一些".into(),
    };
    desk.call::<PutWatchRules>((), None_ {}, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shorter_windows_move_everybodys_deadline_at_once() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    say(&app, &door, &[event(1, app.now(), "entry", Some(CARD))]).await;
    let first = current(&desk).await;
    assert_eq!(first.windows, Windows::OUTER);
    for windows in [hours(5, 72), hours(48, 15 * 24)] {
        let refused = change(&desk, first.ver, windows).await;
        assert_eq!(code(refused), Code::WatchWindow);
    }
    let stale = change(&desk, first.ver + 7, hours(24, 36)).await;
    assert_eq!(code(stale), Code::Stale);
    let made = change(&desk, first.ver, hours(24, 36)).await;
    let made = made.expect("another version");
    assert_eq!((made.ver, made.windows), (first.ver + 1, hours(24, 36)));
    assert!(!made.by_name.is_empty());
    assert_eq!(current(&desk).await, made);
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert_eq!(watched.rules_ver, made.ver);
    let due = app.now() + SignedDuration::from_hours(24);
    assert!(watched.armed.is_some_and(|armed| armed <= due));
    app.stop().await;
}

async fn tried(desk: &Actor<'_>, windows: Windows, days: u32) -> Result<BacktestView, Problem> {
    let body = BacktestBody { windows, days };
    desk.call::<BacktestRules>((), None_ {}, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_are_tried_on_what_was_and_change_nothing() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    // Home for 30 hours, out for 40.
    say(&app, &door, &[event(1, app.now(), "entry", Some(CARD))]).await;
    app.advance(SignedDuration::from_hours(30));
    say(&app, &door, &[event(2, app.now(), "exit", Some(CARD))]).await;
    app.advance(SignedDuration::from_hours(40));
    say(&app, &door, &[event(3, app.now(), "entry", Some(CARD))]).await;
    app.advance(SignedDuration::from_secs(1));
    let desk = at(&app, WORKER).await;
    let rows = [
        (hours(24, 24), (1, 1)),
        (hours(24, 72), (1, 0)),
        (hours(36, 36), (0, 1)),
        (hours(48, 72), (0, 0)),
    ];
    let all = async || {
        let mut views = Vec::new();
        for (windows, _) in rows {
            views.push(tried(&desk, windows, 7).await.expect("tried"));
        }
        views
    };
    let with = all().await;
    // Those of the demo are in it as well: what is theirs is left when they are alone.
    agree(&who, false).await;
    let without = all().await;
    for ((windows, want), (with, without)) in rows.iter().zip(with.iter().zip(&without)) {
        assert_eq!(with.people, without.people + 1);
        let more = (
            with.no_exit - without.no_exit,
            with.no_return - without.no_return,
        );
        assert_eq!(more, *want, "{windows:?}");
        assert_eq!(with.alerts, with.no_exit + with.no_return);
    }
    assert_eq!(with[3].alerts, with[3].alerts_now, "those in force");
    for days in [0, 91, u32::MAX] {
        let refused = tried(&desk, Windows::OUTER, days).await;
        assert_eq!(code(refused), Code::BadValue, "{days}");
    }
    assert_eq!(current(&desk).await.windows, Windows::OUTER);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_stay_to_be_read_with_who_made_them_and_why() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let list = async |cursor: Option<String>, limit: usize| {
        let query = PageQuery {
            cursor,
            limit: Some(limit),
        };
        let page = desk.call::<ListWatchRules>((), query, None_ {}).await;
        page.expect("a page")
    };
    assert_eq!(list(None, 10).await.items, []);
    let all = [hours(24, 36), hours(30, 40), hours(48, 72)];
    for (ver, windows) in (0..).zip(all) {
        app.advance(SignedDuration::from_mins(1));
        let made = change(&desk, ver, windows).await.expect("a version");
        assert_eq!(list(None, 10).await.items[0], made);
    }
    let first = list(None, 2).await;
    let rest = list(first.cursor.clone(), 2).await;
    let both = first.items.iter().chain(&rest.items);
    let shown: Vec<_> = both
        .map(|one| (one.ver, one.windows, one.note.as_str()))
        .collect();
    let note = "冬天短一些";
    let expected = [(3, all[2], note), (2, all[1], note), (1, all[0], note)];
    assert_eq!(shown, expected);
    let named = |one: &WatchRulesView| !one.by_name.is_empty() && one.at.is_some();
    assert!(first.items.iter().chain(&rest.items).all(named));
    app.stop().await;
}

#[tokio::test]
async fn whoever_was_not_reckoned_when_the_rules_changed_is_by_the_next_pass() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.settle().await;
    // Whoever changed the rules died before anybody's deadline was reckoned.
    let rules = Rules {
        windows: hours(24, 36),
        at: app.now(),
        ver: 1,
        ..Rules::default()
    };
    let change = WatchChange {
        rules: Some(rules),
        ..WatchChange::default()
    };
    home.write(&change).await;
    app.settle().await;
    let day = SignedDuration::from_hours(24);
    let watched = home.watched().await;
    assert_eq!(watched.rules_ver, 1);
    assert!(watched.armed.is_some_and(|armed| armed <= last + day));
    let mark = app.ctx().store.sweep_mark(home.com).await;
    let mark = mark.expect("answers").expect("it passed");
    assert_eq!(mark.rules_ver, 1, "and nobody is looked for any more");
    app.advance(day);
    app.settle().await;
    assert_eq!(home.alerts().await[0].due, last + day);
    nothing_is_wrong(&app).await;
}
