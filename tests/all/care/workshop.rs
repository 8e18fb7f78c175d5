//! The threshold workshop: what other windows would have found is what they find, and each alert says by which version
//! of the rules it was raised, and that why it is there.

use acceptance::{Actor, TestApp};
use domain::PersonId;
use domain::care::{CallOutcome, CaseReason, CauseSeen, Stage};
use domain::notice::Topic;
use domain::watch::{Alert, DoorSense, Windows};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use service::points::Within;
use service::watch::sweep::pass;
use store::schema;
use store::table::read;
use wire::care::{
    CareReportQuery, CareReportView, CasesQuery, GetCareReport, ListCases, ReflectCase,
    ReflectCaseBody,
};
use wire::endpoint::None_;
use wire::watch::{
    BacktestBody, BacktestRules, BacktestView, GetAlert, PutWatchRules, PutWatchRulesBody,
};

use super::month::nobody_of_the_demo;
use super::people::{
    ADMIN, CARD, WORKER, at, case_of, close, grown_ups, id, nothing_is_wrong, ring,
};
use crate::watch::homes::messages;
use crate::watch::people::{door, event, fields, say, watch_over};

const OTHER: &str = "0099887766";
const NOTE: &str = "两天太久，冬天先改一天半";
/// Hours at which the one goes in and out: at home for forty hours, three times.
const PASSES: [(i64, &str); 5] = [
    (0, "entry"),
    (40, "exit"),
    (44, "entry"),
    (84, "exit"),
    (90, "entry"),
];
const END: i64 = 130;

fn hours(no_exit: u32, no_return: u32) -> Windows {
    Windows {
        no_exit_minutes: no_exit * 60,
        no_return_minutes: no_return * 60,
    }
}

async fn adopt(desk: &Actor<'_>, windows: Windows) {
    let body = PutWatchRulesBody {
        id: desk.app.command(),
        ver: 0,
        windows,
        ask_minutes: 60,
        area_least: 5,
        lease_minutes: 30,
        ladder: None,
        note: NOTE.into(),
    };
    let made = desk.call::<PutWatchRules>((), None_ {}, body).await;
    assert_eq!(made.expect("a version").ver, 1);
}

/// Some days behind one door, with a neighbour who passes it twice a day: who it is about.
async fn days(app: &TestApp) -> PersonId {
    let com = app.home().await;
    let zone = app.ctx().store.community(com).await.expect("answers");
    let zone = TimeZone::get(&zone.expect("is there").zone).expect("a zone");
    let (admin, desk) = (at(app, ADMIN).await, at(app, WORKER).await);
    let gate = door(&admin, DoorSense::BothWays, None).await;
    let mut people = grown_ups(app, 2).await;
    let (who, other) = (people.remove(0), people.remove(0));
    watch_over(&desk, &who, fields(&gate, &[CARD])).await;
    watch_over(&desk, &other, fields(&gate, &[OTHER])).await;
    let begun = app.now();
    let sweep = async || {
        let within = Within {
            community: com,
            zone: &zone,
            mover: None,
        };
        let done = pass(app.ctx(), &within, app.now()).await;
        done.expect("the sweeper passes");
    };
    let mut all: Vec<(i64, &str, &str)> = PASSES
        .iter()
        .map(|(hour, act)| (*hour, *act, CARD))
        .collect();
    all.extend((0..END / 12).map(|n| {
        let act = if n % 2 == 0 { "entry" } else { "exit" };
        (n * 12 + 1, act, OTHER)
    }));
    all.sort_unstable();
    for (seq, (hour, act, card)) in (1u64..).zip(all) {
        stand_at(app, begun + SignedDuration::from_hours(hour));
        sweep().await;
        let outcome = say(app, &gate, &[event(seq, app.now(), act, Some(card))]).await;
        assert_eq!(outcome, ["applied"], "{hour} {act}");
    }
    stand_at(app, begun + SignedDuration::from_hours(END));
    sweep().await;
    id(&who)
}

fn stand_at(app: &TestApp, at: Timestamp) {
    let ahead = at.duration_since(app.now());
    if ahead > SignedDuration::ZERO {
        app.advance(ahead);
    }
}

async fn alerts(app: &TestApp, person: PersonId) -> Vec<Alert> {
    let about = schema::alerts_of(app.home().await, person);
    let items = app.ctx().store.all(&about).await.expect("answers");
    let alerts = items.into_iter().map(|item| read(item).expect("an alert"));
    alerts.collect()
}

async fn tried(app: &TestApp, windows: Windows) -> BacktestView {
    let desk = at(app, WORKER).await;
    let body = BacktestBody { windows, days: 10 };
    let view = desk.call::<BacktestRules>((), None_ {}, body).await;
    view.expect("tried")
}

async fn report(desk: &Actor<'_>) -> CareReportView {
    let month = "2026-11".parse().expect("a month");
    let query = CareReportQuery { month };
    let report = desk.call::<GetCareReport>((), query, None_ {}).await;
    report.expect("a report")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_six_hours_tried_are_thirty_six_hours_lived() {
    let before = TestApp::start().await;
    nobody_of_the_demo(&before, before.home().await).await;
    let quiet = days(&before).await;
    assert!(alerts(&before, quiet).await.is_empty(), "nothing at 48");
    let would = tried(&before, hours(36, 72)).await;
    assert_eq!((would.alerts, would.alerts_now), (3, 0));
    before.stop().await;

    let app = TestApp::start().await;
    nobody_of_the_demo(&app, app.home().await).await;
    let (desk, admin) = (at(&app, WORKER).await, at(&app, ADMIN).await);
    adopt(&desk, hours(36, 72)).await;
    let who = days(&app).await;
    let found = alerts(&app, who).await;
    assert_eq!(found.len(), usize::try_from(would.alerts).expect("few"));
    let desk = at(&app, WORKER).await;
    for one in &found {
        let shown = desk.call::<GetAlert>((one.id,), None_ {}, None_ {}).await;
        assert_eq!(shown.expect("an alert").rules_ver, 1);
    }

    // Whoever sees to the doors is told of the version, and why.
    app.settle().await;
    let told = messages(&app, app.home().await, id(&admin)).await;
    let mut told = told
        .iter()
        .filter(|one| one.notice.topic == Topic::RulesChanged);
    let told = &told.next().expect("a notice").notice.data;
    assert_eq!(
        (told["version"].as_str(), told["note"].as_str()),
        ("1", NOTE)
    );

    let query = CasesQuery {
        all: Some(true),
        person: Some(who),
        cursor: None,
        limit: None,
    };
    let cases = desk.call::<ListCases>((), query, None_ {}).await;
    let cases = cases.expect("a list").items;
    let over = cases.iter().find(|row| row.stage == Stage::Reflect);
    let over = over.expect("one that ended by itself").id;
    let body = ReflectCaseBody {
        id: app.command(),
        lesson: NOTE.into(),
        rules_ver: Some(1),
    };
    let learned = desk.call::<ReflectCase>((over,), None_ {}, body).await;
    learned.expect("learned");
    let report = report(&desk).await;
    let rules: Vec<_> = report
        .rules
        .iter()
        .filter(|row| row.rules_ver == 1)
        .collect();
    assert_eq!(rules.len(), 1, "of one cause: {:#?}", report.rules);
    let row = rules[0];
    assert_eq!((row.row.cause, row.row.cases), (Some(CauseSeen::NoExit), 3));
    assert_eq!((row.lead_minutes, row.note.as_str()), (Some(12 * 60), NOTE));
    assert_eq!(
        (row.windows, &row.taught_by),
        (Some(hours(36, 72)), &vec![over])
    );
    let theirs = report.people.iter().find(|row| row.person == who);
    let theirs = theirs.expect("a row of theirs");
    assert_eq!(theirs.row.cases, 3);
    assert!(!theirs.person_name.is_empty());
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_other_windows_are_worth_is_told_from_how_cases_were_closed() {
    let app = TestApp::start().await;
    nobody_of_the_demo(&app, app.home().await).await;
    let who = days(&app).await;
    let counts = async |windows: Windows| {
        let view = tried(&app, windows).await;
        let alerts = (view.alerts, view.alerts_now);
        (alerts, (view.useful, view.useful_now))
    };
    assert_eq!(counts(hours(36, 72)).await, ((3, 0), (0, 0)));
    // At home for two days and more: they are rung, and need help.
    for _ in 0..12 {
        app.advance(SignedDuration::from_hours(1));
        app.settle().await;
    }
    let desk = at(&app, WORKER).await;
    let case = case_of(&desk, who).await.id;
    let rung = ring(&desk, case, CallOutcome::NeedsHelp).await;
    rung.expect("rung");
    assert_eq!(counts(hours(36, 72)).await, ((3, 1), (0, 0)), "not over");
    let closed = close(&desk, case, CaseReason::TrueAlarm).await;
    closed.expect("closed");
    assert_eq!(counts(hours(36, 72)).await, ((3, 1), (1, 1)));
    // Longer ones would have let them lie.
    assert_eq!(counts(hours(60, 72)).await, ((0, 1), (0, 1)));
    nothing_is_wrong(&app).await;
}
