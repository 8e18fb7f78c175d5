//! Five hundred kills under 32 writers.

pub async fn run() {
    let report = acceptance::crash::play(500, 77).await;
    println!(
        "kill -9 ×{} under 32 writers: {} acknowledged and there, {} unanswered and whole or absent, slowest restart {:.0} ms",
        report.kills,
        report.acknowledged,
        report.unanswered,
        report.slowest_restart.as_secs_f64() * 1_000.0
    );
}
