//! What the published figures come from. `cargo xtask bench [booking|load|slots|crash]`.

mod booking;
mod crash;
mod load;
mod slots;
mod town;

use std::time::Duration;

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    if runs("booking") {
        runtime.block_on(booking::run());
    }
    if runs("slots") {
        runtime.block_on(slots::run());
    }
    if runs("load") {
        runtime.block_on(load::run());
    }
    if runs("crash") {
        runtime.block_on(crash::run());
    }
}

/// Times in order, and what stands at their parts.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds; `part`: 0.5 for the median.
    pub fn at(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index into a few thousand"
        )]
        let place = (last as f64 * part).round() as usize;
        self.0
            .get(place)
            .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }

    pub fn line(&self, what: &str) {
        println!(
            "{what}: p50 {:.2} ms, p99 {:.2} ms ({} calls)",
            self.at(0.5),
            self.at(0.99),
            self.count()
        );
    }
}
