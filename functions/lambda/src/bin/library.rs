//! The children's library, behind the HTTP API.

use lambda_http::{Error, run};
use service::router::LIBRARY;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(lambda::edge::api(lambda::ctx().await?, LIBRARY)).await
}
