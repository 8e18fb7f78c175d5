//! A sweeper with more to do than there is time for: what it found is done, and what it did not get to is left for the
//! next pass and is not said to have been looked at.

use acceptance::TestApp;
use domain::PersonId;
use domain::limits;
use domain::notice::Topic;
use jiff::tz::TimeZone;
use service::points::Within;
use service::watch::sweep::{Turn, pass_within};

use super::disturbances::many;
use super::hard_cases::{all_alerts, hours};
use super::people::{WORKER, at, id};
use super::sweep::{LONG, messages};

async fn pass(app: &TestApp, turn: Turn) -> usize {
    let com = app.home().await;
    let community = app.ctx().store.community(com).await.expect("answers");
    let zone = TimeZone::get(&community.expect("is there").zone).expect("a zone");
    let within = Within {
        community: com,
        zone: &zone,
        mover: None,
    };
    let done = pass_within(app.ctx(), &within, app.now(), turn).await;
    done.expect("the sweeper passes")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_without_time_claims_nothing_and_the_next_does_everything() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    app.settle().await;
    let com = app.home().await;
    let mark = async || app.ctx().store.sweep_mark(com).await.expect("answers");
    let before = mark().await;
    let count = limits::SWEPT_TOGETHER * 2 + 20;
    let (_, people) = many(&app, (count, app.now() - hours(47)), LONG).await;
    app.advance(hours(2));
    assert_eq!(pass(&app, Turn::of_seconds(0)).await, 0);
    assert_eq!(mark().await, before, "nobody looked");
    let found = async |people: &[PersonId]| {
        let all = all_alerts(&app).await;
        let theirs = all.iter().filter(|one| people.contains(&one.person));
        theirs.count()
    };
    assert_eq!(found(&people).await, 0);
    pass(&app, Turn::of_seconds(300)).await;
    assert_eq!(mark().await.map(|mark| mark.at), Some(app.now()));
    assert_eq!(found(&people).await, count, "each has an alert");
    service::notify::relay::settle(app.ctx())
        .await
        .expect("told");
    let told = messages(&app, com, worker).await.into_iter();
    let areas: Vec<usize> = told
        .filter(|one| one.notice.topic == Topic::WatchArea)
        .filter_map(|one| one.notice.data.get("count")?.parse().ok())
        .collect();
    let sum: usize = areas.iter().sum();
    assert!(sum >= count, "every one of them is told of: {areas:?}");
    assert!(
        areas.len() <= 4,
        "as one with those that were found with it"
    );
    app.stop().await;
}
