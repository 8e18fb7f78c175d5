//! Lapses what nobody answered and tells of credentials that end, each minute.

use std::time::Instant;

use lambda::metrics::{count, since, tell};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let ctx = &lambda::ctx().await?;
    run(service_fn(|_: LambdaEvent<serde_json::Value>| async move {
        let begun = Instant::now();
        let swept = service::market::sweep::pass(ctx).await;
        let swept = swept.map_err(|error| Error::from(format!("{error:?}")))?;
        tell(&[
            count("Passes", 1),
            count("Done", swept.done),
            count("Failed", swept.failed),
            count("Behind", swept.late),
            since(begun),
        ]);
        Ok::<_, Error>(swept.done)
    }))
    .await
}
