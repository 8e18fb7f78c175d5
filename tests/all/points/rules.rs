//! How points are earned: which version of the rule an entry goes by, its caps, and whether points end.

use acceptance::points::ByHand;
use acceptance::{Actor, TestApp};
use domain::EntryId;
use domain::ledger::RuleWhy;
use jiff::{SignedDuration, Timestamp};
use wire::endpoint::None_;
use wire::points::hours::{CorrectHoursBody, CreateHours, DisputeHours};
use wire::points::ledger::{AboutOf, PutPointRule, PutPointRuleBody, RuleView};

use super::activities::{moment, plan, publish};
use super::attendance::at_hand;
use super::ledger::{SOCIAL_WORKER, STATION, days, explained, statement, told};
use crate::market::race::nothing_is_wrong;

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn by_hand(from: Timestamp, minutes: i64) -> ByHand {
    ByHand {
        activity: None,
        from,
        minutes,
    }
}

/// Says anew how points are earned: caps of 100 and 1,000.
async fn rule(who: &Actor<'_>, ver: u32, points_per_hour: u32, months: Option<u32>) -> RuleView {
    let body = PutPointRuleBody {
        id: who.app.command(),
        points_per_hour,
        cap_per_activity: 100,
        cap_per_day: 1_000,
        expire_months: months,
        ver,
    };
    let put = who.call::<PutPointRule>((), None_ {}, body).await;
    put.expect("the next version")
}

/// Served and handed in under one rule, approved under the next, corrected under the one after that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_goes_by_the_rule_in_force_when_it_was_confirmed_and_says_so() {
    let app = TestApp::start().await;
    let (lin, station) = (
        at_hand(&app, SOCIAL_WORKER).await,
        at_hand(&app, STATION).await,
    );
    let one = app.newcomer().await;
    let body = one.by_hand(by_hand(app.now() - hours(4), 120));
    let entry = body.id;
    one.call::<CreateHours>((), None_ {}, body)
        .await
        .expect("handed in");
    lin.approve(entry).await.expect("the first");
    rule(&lin, 0, 30, None).await;
    let approved = station.approve(entry).await.expect("the second");
    assert_eq!((approved.rule, approved.points), (Some(1), 60));
    let line = &statement(&one).await[0];
    let by = line.rule.as_ref().expect("a rule");
    assert_eq!((line.change, by.ver, by.points_per_hour), (60, 1, 30));
    assert_eq!(line.rule_why, Some(RuleWhy::InForce));
    assert_eq!(by.since.map(|since| since.at), Some(app.now()));

    // A correction goes by the rule of what it corrects, whatever holds by then.
    rule(&lin, 1, 50, None).await;
    let other = EntryId::new(app.millis(), app.chance());
    let fix = CorrectHoursBody {
        id: other,
        minutes: 60,
        reason: "只有一小时".into(),
    };
    let asked = one.call::<DisputeHours>((entry,), None_ {}, fix).await;
    asked.expect("asked for");
    lin.approve(other).await.expect("the first");
    let corrected = station.approve(other).await.expect("the second");
    assert_eq!((corrected.rule, corrected.points), (Some(1), 30));
    let line = &statement(&one).await[0];
    assert_eq!((line.about.of, line.change), (AboutOf::Correction, -30));
    assert_eq!(line.rule_why, Some(RuleWhy::AsBefore));
    assert_eq!(line.rule.as_ref().map(|rule| rule.ver), Some(1));

    // What is confirmed from now on goes by the newest; what was earned before stands.
    let next = one
        .serves(by_hand(app.now() - hours(8), 60), [&lin, &station])
        .await;
    assert_eq!((next.rule, next.points), (Some(2), 50));
    assert_eq!(one.points().await.available, 80);
    explained(&one).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_entries_of_one_activity_are_worth_no_more_than_its_cap() {
    let app = TestApp::start().await;
    let lin = at_hand(&app, SOCIAL_WORKER).await;
    rule(&lin, 0, 60, None).await;
    let begun = app.now();
    let first = publish(&lin, plan(&app, 1, 5)).await.id;
    let second = publish(&lin, plan(&app, 4, 5)).await.id;
    let one = app.newcomer().await;
    app.advance(hours(7));
    let (lin, station) = (
        at_hand(&app, SOCIAL_WORKER).await,
        at_hand(&app, STATION).await,
    );
    let mut worth = Vec::new();
    for (activity, hour, minutes) in [
        (Some(first), 1, 60),
        (Some(first), 2, 60),
        (Some(second), 4, 30),
        (None, -5, 120),
    ] {
        let time = ByHand {
            activity,
            ..by_hand(begun + hours(hour), minutes)
        };
        worth.push(one.serves(time, [&lin, &station]).await.points);
    }
    // 60, and 40 more up to the cap of the activity; the others have caps of their own.
    assert_eq!(worth, [60, 40, 30, 100]);
    assert_eq!(one.points().await.available, 230);
    explained(&one).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// From ten in the evening until two, written down as two entries.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_activity_beyond_midnight_has_one_cap() {
    let app = TestApp::start().await;
    let lin = at_hand(&app, SOCIAL_WORKER).await;
    rule(&lin, 0, 60, None).await;
    let begun = app.now();
    let mut night = plan(&app, 13, 5);
    night.ends = moment(begun + hours(17));
    let night = publish(&lin, night).await.id;
    let one = app.newcomer().await;
    app.advance(hours(18));
    let (lin, station) = (
        at_hand(&app, SOCIAL_WORKER).await,
        at_hand(&app, STATION).await,
    );
    let mut worth = Vec::new();
    for hour in [13, 15] {
        let time = ByHand {
            activity: Some(night),
            ..by_hand(begun + hours(hour), 120)
        };
        worth.push(one.serves(time, [&lin, &station]).await.points);
    }
    assert_eq!(worth, [100, 0]);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Earned while points do not end, while they do, and after that was taken back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_end_only_while_the_rule_says_so() {
    let app = TestApp::start().await;
    let (lin, station) = (
        at_hand(&app, SOCIAL_WORKER).await,
        at_hand(&app, STATION).await,
    );
    let one = app.newcomer().await;
    let approvers = [&lin, &station];
    let now = app.now();
    one.serves(by_hand(now - hours(20), 60), approvers).await;
    assert_eq!(
        one.points().await.rule.expire_months,
        None,
        "off unless it is switched on"
    );
    assert!(one.points().await.expiring.is_empty());
    rule(&lin, 0, 20, Some(1)).await;
    one.serves(by_hand(now - hours(18), 60), approvers).await;
    let ending = one.points().await.expiring;
    assert_eq!((ending.len(), ending[0].points), (1, 20));
    assert_eq!(ending[0].expires_on.to_string(), "2026-12-31");
    rule(&lin, 1, 40, None).await;
    one.serves(by_hand(now - hours(16), 60), approvers).await;
    assert_eq!(one.points().await.available, 70);
    let people = app.people().await;
    let me = people
        .into_iter()
        .find(|person| Some(person.id) == one.id)
        .expect("there");
    app.advance(days(40));
    app.settle().await;
    let one = app.as_person(&me).await;
    assert_eq!(told(&one).await, ["points_expired"]);
    for _ in 0..4 {
        app.advance(days(400));
        app.settle().await;
    }
    let one = app.as_person(&me).await;
    let account = one.points().await;
    assert_eq!((account.available, account.expiring.len()), (50, 0));
    let ended: Vec<i64> = statement(&one)
        .await
        .iter()
        .filter(|line| line.about.of == AboutOf::Expiry)
        .map(|line| line.change)
        .collect();
    assert_eq!(ended, [-20]);
    explained(&one).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}
