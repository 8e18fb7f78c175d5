//! People and sign-in, behind the HTTP API.

use lambda_http::{Error, run};
use service::router::IDENTITY;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(lambda::edge::api(lambda::ctx().await?, IDENTITY)).await
}
