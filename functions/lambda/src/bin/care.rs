//! The care desk, behind the HTTP API.

use lambda_http::{Error, run};
use service::router::CARE;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(lambda::edge::api(lambda::ctx().await?, CARE)).await
}
