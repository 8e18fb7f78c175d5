//! The whole API, behind the HTTP API, which sends everything but people and sign-in here.

use lambda_http::{Error, run};

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(lambda::edge::api(lambda::ctx().await?)).await
}
