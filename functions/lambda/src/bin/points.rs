//! Points, rewards, and the national network, behind the HTTP API.

use lambda_http::{Error, run};
use service::router::POINTS;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(lambda::edge::api(lambda::ctx().await?, POINTS)).await
}
