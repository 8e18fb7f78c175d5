//! What the functions share: the context of the use cases, made from the environment.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_runtime::Error;
use service::Ctx;
use service::ctx::{SystemClock, SystemIds};
use service::notify::channel::Outside;
use service::secret::Secret;
use store::Store;
use tokio::sync::Notify;

/// The name of the table.
pub const TABLE: &str = "TABLE";
/// 32 bytes in base 64.
pub const SECRET: &str = "SECRET";
/// Where DynamoDB answers instead of in its region, as every SDK reads it; for rehearsals.
pub const ENDPOINT: &str = "AWS_ENDPOINT_URL_DYNAMODB";

/// Everything a use case is given. Lambda's own credentials last as long as the instance does.
pub fn ctx() -> Result<Ctx, Error> {
    tracing_subscriber::fmt().json().without_time().init();
    service::panics::log_places();
    Ok(Ctx {
        store: Store::new(client()?, variable(TABLE)?),
        secret: secret(&variable(SECRET)?)?,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        channels: Arc::new([]),
        outside: Outside::default(),
        relay_bell: Arc::new(Notify::new()),
        budgets: Arc::default(),
        catalogues: Arc::default(),
    })
}

fn client() -> Result<Client, Error> {
    let credentials = Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        env::var("AWS_SESSION_TOKEN").ok(),
        None,
        "lambda",
    );
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(3))
        .build();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(credentials)
        .http_client(
            Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https(),
        )
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(4));
    let config = match env::var(ENDPOINT) {
        Ok(url) => config.endpoint_url(url),
        Err(_) => config,
    };
    Ok(Client::from_conf(config.build()))
}

fn variable(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|_| format!("the environment names no {name}").into())
}

fn secret(base64: &str) -> Result<Secret, Error> {
    let bytes = STANDARD.decode(base64.trim())?;
    let bytes = bytes
        .try_into()
        .map_err(|_| format!("{SECRET} does not hold 32 bytes"))?;
    Ok(Secret::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_32_bytes() {
        let text = |bytes: usize| STANDARD.encode(vec![1; bytes]);
        assert!(secret(&text(32)).is_ok());
        assert!(secret(&text(31)).is_err());
        assert!(secret("?").is_err());
    }
}
