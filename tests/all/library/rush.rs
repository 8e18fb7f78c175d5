//! Many at once: one copy has one reader, whatever the network does; what happened to it has an order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use acceptance::app::join_all;
use acceptance::faults::{Faults, Rates};
use acceptance::{Actor, Chance, TestApp, length};
use domain::library::{LedgerEvent, Line};
use jiff::{SignedDuration, Timestamp};
use wire::Code;
use wire::endpoint::None_;
use wire::library::loans::{CancelHold, CancelHoldBody};

use super::linear::{Said, Step, has_an_order};
use super::people::{
    borrow, bring, free_labels, free_title, grown_ups, lend, loans, order, reserve,
};
use crate::market::race::nothing_is_wrong;

const SCANS: usize = 100;

/// A hundred readers scan the same copy. Answers who heard what.
async fn rush(app: &TestApp, faults: Option<&Faults>) -> BTreeMap<&'static str, usize> {
    let (_, labels) = free_title(app, 1).await;
    let people = grown_ups(app, SCANS).await;
    if let Some(faults) = faults {
        faults.switch(true);
    }
    let label = &labels[0];
    let calls = people.iter().map(|who| async move {
        let body = order(who, label);
        for _ in 0..100 {
            match lend(who, body.clone()).await {
                Err(problem) if problem.retryable => {}
                Err(problem) => return problem.code.as_str(),
                Ok(loan) => {
                    // Sent once more, it is the same loan.
                    match lend(who, body.clone()).await {
                        Ok(again) => assert_eq!(again.id, loan.id),
                        Err(problem) => assert!(problem.retryable, "{problem:?}"),
                    }
                    return "lent";
                }
            }
        }
        panic!("it never recovered")
    });
    let mut heard = BTreeMap::new();
    for said in join_all(calls).await {
        *heard.entry(said).or_default() += 1;
    }
    if let Some(faults) = faults {
        faults.switch(false);
    }
    let mut have = 0;
    for who in &people {
        have += loans(who, None, false).await.items.len();
    }
    assert_eq!(have, 1, "one reader has it");
    nothing_is_wrong(app).await;
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_scans_of_one_copy_one_is_a_loan() {
    let app = TestApp::start().await;
    let heard = rush(&app, None).await;
    assert_eq!(heard, BTreeMap::from([("lent", 1), ("on_loan", SCANS - 1)]));
    app.stop().await;
}

fn rates() -> Rates {
    Rates {
        conflict: 15,
        throttle: 8,
        server_error: 8,
        lost_reply: 8,
        timeout: 3,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_scans_one_is_a_loan_under_faults_too() {
    let seeds = length::long_or((1..=20).collect(), vec![3, 17]);
    let mut met = 0;
    for seed in &seeds {
        let faults = Faults::new(*seed, rates());
        let app = TestApp::with_faults(faults.interceptor()).await;
        let heard = rush(&app, Some(&faults)).await;
        assert_eq!(heard, BTreeMap::from([("lent", 1), ("on_loan", SCANS - 1)]));
        let injected = faults.injected.load(std::sync::atomic::Ordering::Relaxed);
        assert!(injected > 50, "only {injected} faults");
        met += injected;
        app.stop().await;
    }
    println!(
        "{SCANS} scans at once from {} seeds, {met} faults: one loan each",
        seeds.len()
    );
}

/// What happened to one copy, in the order it is written down.
pub async fn history(app: &TestApp, label: &str) -> Vec<LedgerEvent> {
    let (store, com) = (&app.ctx().store, app.home().await);
    let from = Timestamp::UNIX_EPOCH;
    let until = app.now() + SignedDuration::from_hours(1);
    let lines = store.ledger_lines(com, from, until).await.expect("lines");
    let of = |line: Line| (line.barcode == label).then_some(line.event);
    lines.into_iter().filter_map(of).collect()
}

/// Each copy is lent and given back in turns: what many did at once has an order all could have seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_to_a_copy_happens_one_after_the_other() {
    let (histories, mut steps, mut loans) = (length::long_or(20, 1), 0, 0);
    for seed in 0..histories {
        let (more_steps, more_loans) = in_turns(seed).await;
        (steps, loans) = (steps + more_steps, loans + more_loans);
    }
    assert!(loans > 12 * histories as usize, "only {loans} loans");
    println!("{histories} histories of {steps} steps and {loans} loans, each with an order");
}

/// How many steps it took, and how many of them were loans.
async fn in_turns(seed: u64) -> (usize, usize) {
    let faults = Faults::new(29 + seed, rates());
    let app = TestApp::with_faults(faults.interceptor()).await;
    let (title, labels) = free_title(&app, 2).await;
    let people = grown_ups(&app, 12).await;
    faults.switch(true);
    let clock = AtomicU64::new(0);
    let play = people.iter().enumerate().map(|(n, who)| {
        let (labels, clock) = (&labels, &clock);
        async move { turns(who, labels, title.id, (n, clock), seed).await }
    });
    let steps: Vec<(usize, Step)> = join_all(play).await.into_iter().flatten().collect();
    faults.switch(false);
    let lent = steps.iter().filter(|(_, step)| step.said == Said::Lent);
    let lent = lent.count();
    assert!(lent > 0, "nobody got a book");
    for (copy, label) in labels.iter().enumerate() {
        let of = steps.iter().filter(|(which, _)| *which == copy);
        let of: Vec<Step> = of.map(|(_, step)| *step).collect();
        assert!(has_an_order(&of), "{label}: {of:?}");
    }
    let mut written = 0;
    for label in &labels {
        let events = history(&app, label).await;
        let moved: Vec<LedgerEvent> = events
            .into_iter()
            .filter(|event| matches!(event, LedgerEvent::Lent | LedgerEvent::Returned))
            .collect();
        for (n, event) in moved.iter().enumerate() {
            let want = [LedgerEvent::Lent, LedgerEvent::Returned][n % 2];
            assert_eq!(*event, want, "{label}: {moved:?}");
        }
        written += moved
            .iter()
            .filter(|event| **event == LedgerEvent::Lent)
            .count();
    }
    assert_eq!(written, lent, "as many loans as were answered");
    nothing_is_wrong(&app).await;
    app.stop().await;
    (steps.len(), lent)
}

/// Borrows, brings back, reserves and gives up at random; what came of a call is asked until it is known. Answers
/// what was done to which copy.
async fn turns(
    who: &Actor<'_>,
    labels: &[String],
    title: domain::TitleId,
    (n, clock): (usize, &AtomicU64),
    seed: u64,
) -> Vec<(usize, Step)> {
    let tick = || clock.fetch_add(1, Ordering::SeqCst);
    let mut chance = Chance::new(0x5eed + (seed << 8) + u64::try_from(n).expect("few"));
    let (mut steps, mut waits) = (Vec::new(), None);
    for _ in 0..50 {
        let pick = chance.draw();
        let copy = usize::try_from(pick % 2).expect("two");
        let label = &labels[copy];
        match pick % 5 {
            0 => {
                if let Some(id) = waits.take() {
                    give_up(who, id).await;
                } else {
                    waits = reserve(who, title).await.ok().map(|hold| hold.id);
                }
            }
            _ => {
                let body = order(who, label);
                let first = tick();
                let (mut last, mut done) = (first, lend(who, body.clone()).await);
                while done.as_ref().is_err_and(|problem| problem.retryable) {
                    last = tick();
                    done = lend(who, body.clone()).await;
                }
                // What was lent may have been at any try; a no is of the last one.
                let (said, called) = match &done {
                    Ok(_) => (Said::Lent, first),
                    Err(problem) if problem.code == Code::OnLoan => (Said::OnLoan, last),
                    Err(problem) if problem.code == Code::KeptForOther => {
                        (Said::KeptForOther, last)
                    }
                    Err(problem) => panic!("{problem:?}"),
                };
                let answered = tick();
                let step = |said, called, answered| Step {
                    who: n,
                    said,
                    called,
                    answered,
                };
                steps.push((copy, step(said, called, answered)));
                if done.is_ok() {
                    let called = tick();
                    while let Err(problem) = bring(who, label).await {
                        // A lost answer, and it is back already.
                        if !problem.retryable {
                            assert_eq!(problem.code, Code::NotFound, "{problem:?}");
                            break;
                        }
                    }
                    steps.push((copy, step(Said::Returned, called, tick())));
                }
            }
        }
    }
    if let Some(id) = waits {
        give_up(who, id).await;
    }
    steps
}

/// Unless it was fetched, or passed on.
async fn give_up(who: &Actor<'_>, id: domain::HoldId) {
    let body = CancelHoldBody {
        id: who.app.command(),
    };
    while let Err(problem) = who.call::<CancelHold>((id,), None_ {}, body.clone()).await {
        if !problem.retryable {
            break;
        }
    }
}

/// Fifty reserve the same title at once: all of them stand in one queue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_reserve_at_once_stand_in_one_queue() {
    let app = TestApp::start().await;
    let (title, labels) = free_title(&app, 1).await;
    let people = grown_ups(&app, 51).await;
    borrow(&people[50], &labels[0]).await.expect("borrowed");
    let calls = people[..50].iter().map(|who| async move {
        loop {
            match reserve(who, title.id).await {
                Err(problem) if problem.retryable => {}
                done => return done.expect("there is room").before,
            }
        }
    });
    let mut places: Vec<_> = join_all(calls).await;
    places.sort_unstable();
    let want: Vec<Option<u32>> = (0..50).map(Some).collect();
    assert_eq!(places, want);
    let full = grown_ups(&app, 1).await.remove(0);
    let refused = reserve(&full, title.id).await.expect_err("fifty wait");
    assert_eq!(refused.code, wire::Code::HoldsFull);
    let labels = free_labels(&app, 1).await;
    borrow(&full, &labels[0]).await.expect("another book");
    nothing_is_wrong(&app).await;
    app.stop().await;
}
