//! Activities of volunteers, with their hours and certificates, and what the API says of itself, behind the HTTP API.

use lambda_http::{Error, run};
use service::router::ACTIVITIES;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(lambda::edge::api(lambda::ctx().await?, ACTIVITIES)).await
}
