//! Delivers what waits in the outbox, each minute.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let ctx = &lambda::ctx()?;
    run(service_fn(|_: LambdaEvent<serde_json::Value>| async move {
        let done = service::notify::relay::run_once(ctx).await;
        done.map_err(|error| Error::from(format!("{error:?}")))
    }))
    .await
}
