//! Months of communities on paper, each against its oracle, until a million passages are played. `SEED=…` plays one alone.

use std::time::Instant;

use acceptance::sim::world::Shape;
use acceptance::sim::{self, Sum};

/// Of some 430 passages each.
const SEEDS: u64 = 2_500;
const PASSAGES: usize = 1_000_000;

pub async fn run() {
    let seeds = sim::seeds(SEEDS);
    let begun = Instant::now();
    let (mut sum, mut wrong) = (Sum::default(), Vec::new());
    for seed in &seeds {
        match sim::check(*seed, Shape::MONTH) {
            Ok(one) => sum = sum.with(one),
            Err(other) => {
                println!("{other}");
                wrong.push(*seed);
            }
        }
    }
    println!(
        "{} months on paper in {:.0} s: {} passages, {} happenings, {} passes of two sweepers; {} alerts, of which {} were withdrawn as late \
         news came in and {} had to wait for a door that was dead; missed, early, twice or of nobody: {}",
        seeds.len(),
        begun.elapsed().as_secs_f64(),
        sum.passed,
        sum.came,
        sum.passes,
        sum.alerts,
        sum.late,
        sum.unseen,
        wrong.len(),
    );
    assert!(wrong.is_empty(), "seeds that failed: {wrong:?}");
    let alone = seeds.len() == 1;
    assert!(
        alone || sum.passed >= PASSAGES,
        "only {} passages",
        sum.passed
    );
}
