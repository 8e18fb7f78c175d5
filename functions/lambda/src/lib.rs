//! What the functions share: the context of the use cases, made from the environment.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_runtime::Error;
use serde_json::{Value, json};
use service::Ctx;
use service::ctx::{SystemClock, SystemIds};
use service::notify::channel::{Channel, Outside};
use service::secret::Secret;
use store::{Store, schema};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::cloud::{Call, Cloud};
use crate::outside::{Sns, Web};

pub mod cloud;
pub mod edge;
mod https;
pub mod metrics;
pub mod outside;

/// The name of the table.
pub const TABLE: &str = "TABLE";
/// 32 bytes in base 64. Only where no [`SECRET_NAME`] is.
pub const SECRET: &str = "SECRET";
/// The parameter of Systems Manager that holds them.
pub const SECRET_NAME: &str = "SECRET_NAME";
/// Who carries short messages: `sns`, or nobody.
pub const SMS: &str = "SMS";

/// Where the residents' app is opened. Without it, texts have no link.
pub const SITE: &str = "SITE";

/// For the secret, on the way up.
const PATIENCE: Duration = Duration::from_secs(5);
/// For one question to the table: each time it is asked, and all of them together. A call asks several.
const EACH_TRY: Duration = Duration::from_secs(2);
const ALL_TRIES: Duration = Duration::from_secs(6);

/// Everything a use case is given, with the line to the table open: whoever calls first does not wait for it.
pub async fn ctx() -> Result<Ctx, Error> {
    tracing_subscriber::fmt().json().without_time().init();
    service::panics::log_places();
    let connector = https::connector()?;
    let cloud = Cloud::here(connector.clone())?;
    let store = Store::new(client(connector)?, variable(TABLE)?);
    let (secret, ()) = tokio::join!(known(&cloud), warm(&store));
    Ok(Ctx {
        store,
        secret: secret?,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        channels: channels(&cloud),
        outside: Outside {
            gateway: Some(Arc::new(Web(cloud))),
            site: env::var(SITE).unwrap_or_default().into(),
            ..Outside::default()
        },
        relay_bell: Arc::new(Notify::new()),
        budgets: Arc::default(),
        catalogues: Arc::default(),
    })
}

fn channels(cloud: &Cloud) -> Arc<[Arc<dyn Channel>]> {
    match env::var(SMS).as_deref() {
        Ok("sns") => Arc::new([Arc::new(Sns(cloud.clone())) as Arc<dyn Channel>]),
        _ => Arc::new([]),
    }
}

/// A table that does not answer now may answer the first call.
async fn warm(store: &Store) {
    if let Err(error) = store.page(&schema::communities(), 1, None).await {
        tracing::warn!("The table did not answer on the way up: {error:?}");
    }
}

fn client(connector: SharedHttpConnector) -> Result<Client, Error> {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(EACH_TRY)
        .operation_timeout(ALL_TRIES)
        .build();
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(cloud::credentials()?)
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .timeout_config(timeouts)
        .retry_partition(store::sdk_retries("dynamodb"))
        .retry_config(RetryConfig::standard().with_max_attempts(4));
    config.set_endpoint_url(cloud::endpoint("dynamodb"));
    Ok(Client::from_conf(config.build()))
}

pub(crate) fn variable(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|_| format!("the environment names no {name}").into())
}

/// The secret: from the parameter store, where the environment names it there.
async fn known(cloud: &Cloud) -> Result<Secret, Error> {
    match env::var(SECRET_NAME) {
        Ok(name) => secret(&parameter(cloud, &name).await?),
        Err(_) => secret(&variable(SECRET)?),
    }
}

async fn parameter(cloud: &Cloud, name: &str) -> Result<String, Error> {
    let call = Call {
        service: "ssm",
        content_type: "application/x-amz-json-1.1",
        target: Some("AmazonSSM.GetParameter"),
        body: json!({ "Name": name, "WithDecryption": true }).to_string(),
    };
    let said = timeout(PATIENCE, cloud.call(&call)).await??;
    let said: Value = serde_json::from_slice(&said)?;
    let value = said["Parameter"]["Value"].as_str();
    value
        .map(str::to_owned)
        .ok_or_else(|| format!("the parameter {name} has no value").into())
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
