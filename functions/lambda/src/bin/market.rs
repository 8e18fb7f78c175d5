//! Services, providers, bookings, behind the HTTP API.

use lambda_http::{Error, run};

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service::router::api(lambda::ctx()?)).await
}
