//! GET /v1/points/entries: the first page of a statement of ten thousand lines.

use std::time::Instant;

use acceptance::points::grant_on;
use domain::EntryId;
use jiff::Timestamp;
use wire::endpoint::None_;
use wire::points::ledger::{ListPointEntries, StatementQuery};

use crate::Times;
use crate::town::{Opening, Town};

const LINES: u128 = 10_000;
const CALLS: usize = 2_000;
const AIM_MS: f64 = 10.0;

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), 1, Opening::Usual).await;
    let (store, at) = (&town.running.ctx().store, Timestamp::now());
    let day = at.to_zoned(town.zone.clone()).date();
    let whose = (town.community, town.people[0].id);
    for n in 0..LINES {
        grant_on(store, whose, 1, None, (day, at), EntryId::new(1, n)).await;
    }
    let mut times = Vec::new();
    for n in 0..CALLS + 100 {
        let query = StatementQuery {
            person: None,
            cursor: None,
            limit: None,
        };
        let begun = Instant::now();
        let page = town.clients[0].call::<ListPointEntries>((), query, None_ {});
        let page = page.await.expect("a page");
        assert!(page.cursor.is_some(), "there are more");
        if n >= 100 {
            times.push(begun.elapsed());
        }
    }
    let times = Times::of(times);
    times.line("first page of a statement of 10,000 lines (aim 10 ms at p50)");
    assert!(times.at(0.5) <= AIM_MS, "more than 10 ms at the median");
    town.running.stop().await.expect("it stops");
}
