//! Takes what doors said from the queue, and names the messages that are to be brought again.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use service::watch::queue::{Batch, take_all};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let ctx = &lambda::ctx()?;
    run(service_fn(|event: LambdaEvent<Batch>| async move {
        Ok::<_, Error>(take_all(ctx, event.payload).await)
    }))
    .await
}
