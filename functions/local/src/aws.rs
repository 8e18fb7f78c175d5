//! A table on AWS, as an operator reaches it from their own machine: with their own credentials, which the environment
//! names as it does for every tool of AWS (`aws configure export-credentials --format env` prints them).

use std::env;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use store::Store;

use crate::stop::Stop;

/// The table of that name. Nothing is asked of it yet.
pub fn table(name: &str) -> Result<Store, Stop> {
    let region = told(&["AWS_REGION", "AWS_DEFAULT_REGION"])?;
    let credentials = Credentials::new(
        told(&["AWS_ACCESS_KEY_ID"])?,
        told(&["AWS_SECRET_ACCESS_KEY"])?,
        said("AWS_SESSION_TOKEN"),
        None,
        "operator",
    );
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(30))
        .build();
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(credentials)
        .http_client(
            Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https(),
        )
        .timeout_config(timeouts)
        .retry_partition(store::sdk_retries("operator"))
        .retry_config(RetryConfig::standard().with_max_attempts(6));
    // Instead of AWS itself, as every SDK reads it.
    config.set_endpoint_url(said("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| said("AWS_ENDPOINT_URL")));
    Ok(Store::new(Client::from_conf(config.build()), name))
}

/// The first of these that the environment has.
fn told(names: &[&str]) -> Result<String, Stop> {
    let found = names.iter().find_map(|name| said(name));
    found.ok_or_else(|| {
        Stop::because(format!(
            "the environment names no {}; `aws configure export-credentials --format env` prints what is needed beside the region",
            names[0]
        ))
    })
}

fn said(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
