//! Takes what doors said from the queue, and names the messages that are to be brought again.

use std::time::{Duration, Instant, SystemTime};

use lambda::metrics::{count, since, tell};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use service::watch::queue::{Batch, take_all};

/// Kept to answer in.
const MARGIN: Duration = Duration::from_secs(5);

/// How long the messages may take, so that whatever is not done is still answered for.
fn patience(deadline: SystemTime) -> Duration {
    let left = deadline.duration_since(SystemTime::now());
    left.unwrap_or_default().saturating_sub(MARGIN)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let ctx = &lambda::ctx().await?;
    run(service_fn(|event: LambdaEvent<Batch>| async move {
        let (begun, brought) = (Instant::now(), event.payload.records.len());
        let left = take_all(ctx, event.payload, patience(event.context.deadline())).await;
        let again = left.batch_item_failures.len();
        let taken = brought.saturating_sub(again);
        tell(&[count("Taken", taken), count("Again", again), since(begun)]);
        Ok::<_, Error>(left)
    }))
    .await
}
