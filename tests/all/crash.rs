//! Kill -9 in the middle of the work.

use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_under_sixteen_writers_lose_nothing() {
    let report = acceptance::crash::play(20, 5).await;
    println!("{report:?}");
    assert!(report.acknowledged > 200, "no game: {report:?}");
    assert!(report.unanswered > 20, "nobody was interrupted: {report:?}");
    assert!(
        report.slowest_restart < Duration::from_secs(1),
        "{report:?}"
    );
}
