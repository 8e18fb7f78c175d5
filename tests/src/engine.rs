//! Which DynamoDB the tests run on: the embedded one, or one that answers where `LINLI_DYNAMODB` says
//! (`cargo xtask test --engine dynamodb-local`). There each community has a table of its own.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedInterceptor};
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use store::Store;

use crate::intercept::{self, Passed};

const ENDPOINT: &str = "LINLI_DYNAMODB";

static TABLES: AtomicU64 = AtomicU64::new(0);

/// Is another than the embedded one meant?
#[must_use]
pub fn is_elsewhere() -> bool {
    env::var_os(ENDPOINT).is_some()
}

/// A store in that DynamoDB; `None` where the embedded one is meant. The same table for the same folder.
#[must_use]
pub fn elsewhere(interceptor: Option<SharedInterceptor>, folder: Option<&Path>) -> Option<Store> {
    let url = env::var(ENDPOINT).ok()?;
    let which = match folder {
        Some(folder) => {
            let mut hasher = DefaultHasher::new();
            folder.hash(&mut hasher);
            format!("{:016x}", hasher.finish())
        }
        None => TABLES.fetch_add(1, Ordering::Relaxed).to_string(),
    };
    let table = format!("linli-{}-{which}", process::id());
    Some(Store::new(client(url, interceptor), table))
}

fn client(url: String, interceptor: Option<SharedInterceptor>) -> Client {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(30))
        .build();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("local"))
        .credentials_provider(Credentials::new("tests", "tests", None, None, "tests"))
        .endpoint_url(url)
        .http_client(Builder::new().build_http())
        .timeout_config(timeouts)
        .retry_partition(RetryPartition::custom("tests").build())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(4)
                .with_initial_backoff(Duration::from_millis(20)),
        )
        .interceptor(intercept::changes("nothing passes", (), nothing_passes));
    let config = match interceptor {
        Some(interceptor) => config.interceptor(interceptor),
        None => config,
    };
    Client::from_conf(config.build())
}

/// The tests' clock stands, and that DynamoDB takes away by its own what is past its time: it is not told which
/// attribute says so.
fn nothing_passes((): &(), operation: &str, request: &mut HttpRequest) -> Passed {
    if operation == "UpdateTimeToLive" {
        let headers = request.headers_mut();
        headers.insert("x-amz-target", "DynamoDB_20120810.DescribeLimits");
    }
    Ok(())
}
