//! Kill -9 in the middle of the work.

use std::time::Duration;

use acceptance::length;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_under_32_writers_lose_nothing() {
    let kills = length::long_or(500, 20);
    let report = acceptance::crash::play(kills, 5).await;
    println!("{report:?}");
    assert!(report.acknowledged > 10 * kills, "no game: {report:?}");
    assert!(
        report.unanswered > kills,
        "nobody was interrupted: {report:?}"
    );
    assert!(
        report.slowest_restart < Duration::from_secs(1),
        "{report:?}"
    );
}
