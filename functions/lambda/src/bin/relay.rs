//! Delivers what waits in the outbox: when something was put there, and each minute.

use std::time::Instant;

use lambda::metrics::{count, since, tell};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let ctx = &lambda::ctx().await?;
    run(service_fn(|_: LambdaEvent<serde_json::Value>| async move {
        let begun = Instant::now();
        let passed = service::notify::relay::pass(ctx).await;
        let passed = passed.map_err(|error| Error::from(format!("{error:?}")))?;
        tell(&[
            count("Passes", 1),
            count("Done", passed.done),
            count("Unsent", passed.unsent),
            count("Aside", passed.aside),
            since(begun),
        ]);
        Ok::<_, Error>(passed.done)
    }))
    .await
}
