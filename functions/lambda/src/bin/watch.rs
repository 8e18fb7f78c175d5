//! Doors, whoever is watched over, and alerts, behind the HTTP API.

use lambda_http::{Error, run};
use service::router::WATCH;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(lambda::edge::api(lambda::ctx().await?, WATCH)).await
}
