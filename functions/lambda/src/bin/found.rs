//! Makes a community and its first admin: called by the operator alone, with [`Founding`] as what it is told.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use service::identity::found::{Founding, found};
use wire::Problem;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let ctx = &lambda::ctx().await?;
    run(service_fn(|event: LambdaEvent<Founding>| async move {
        let founded = found(ctx, event.payload).await;
        founded.map_err(|error| {
            let problem = Problem::from(error);
            Error::from(serde_json::to_string(&problem).unwrap_or_default())
        })
    }))
    .await
}
