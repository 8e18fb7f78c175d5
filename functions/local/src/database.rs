//! The embedded DynamoDB: dynoxide on a free loopback port, on a thread of its own, and the
//! unmodified SDK client that talks to it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedInterceptor, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::Builder;
use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::stop::Stop;

/// A database that is being served.
pub struct Embedded {
    pub database: Database,
    address: SocketAddr,
    quit: oneshot::Sender<()>,
    thread: JoinHandle<Result<(), String>>,
}

impl Embedded {
    /// Opens the file, or a database in memory, and serves it.
    pub async fn open(file: Option<&Path>) -> Result<Self, Stop> {
        let opened = match file {
            Some(path) => Database::new(&path.to_string_lossy()),
            None => Database::memory(),
        };
        let database =
            opened.map_err(|error| Stop::because(format!("the database did not open: {error}")))?;
        let (told, address) = oneshot::channel();
        let (quit, quitting) = oneshot::channel();
        let served = database.clone();
        let thread = std::thread::Builder::new()
            .name("dynamodb".into())
            .spawn(move || serve(served, told, quitting))
            .map_err(|error| Stop::because(format!("no thread for the database: {error}")))?;
        match address.await {
            Ok(address) => Ok(Self {
                database,
                address,
                quit,
                thread,
            }),
            Err(_) => Err(Stop::because(match thread.join() {
                Ok(Err(why)) => format!("the database is not served: {why}"),
                _ => "the database is not served".into(),
            })),
        }
    }

    /// A client of it. `interceptor`: stands between every call and the store, for tests.
    #[must_use]
    pub fn client(&self, interceptor: Option<SharedInterceptor>) -> Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .endpoint_url(format!("http://{}", self.address))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .http_client(Builder::new().build_http())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(Duration::from_secs(3))
                    .build(),
            )
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(4)
                    .with_initial_backoff(Duration::from_millis(20)),
            );
        let config = match interceptor {
            Some(interceptor) => config.interceptor(interceptor),
            None => config,
        };
        Client::from_conf(config.build())
    }

    /// Lets the calls under way finish and closes the file.
    pub async fn close(self) -> Result<(), Stop> {
        let Self {
            database,
            quit,
            thread,
            ..
        } = self;
        let _ = quit.send(());
        let ended = tokio::task::spawn_blocking(move || thread.join()).await;
        drop(database);
        match ended {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(why))) => Err(Stop::because(why)),
            _ => Err(Stop::because("the database's thread did not end well")),
        }
    }
}

/// SQLite runs on this thread alone: it never holds up the thread of a page or of another call.
fn serve(
    database: Database,
    told: oneshot::Sender<SocketAddr>,
    quitting: oneshot::Receiver<()>,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(|error| error.to_string())?;
        // Accepted connections inherit it; without it every answer may wait 40 ms for an ACK.
        socket2::SockRef::from(&listener)
            .set_tcp_nodelay(true)
            .map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let _ = told.send(address);
        let shutdown = async {
            let _ = quitting.await;
        };
        dynoxide::server::serve_with_shutdown(listener, database, shutdown).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// dynoxide sets no `synchronous` of its own, so what SQLite is compiled with decides whether
    /// a commit that was acknowledged has reached the disk.
    #[test]
    fn sqlite_syncs_every_commit_unless_told_otherwise() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let file = temporary.path().join("probe.db");
        let own = rusqlite::Connection::open(&file).expect("opens");
        own.pragma_update(None, "journal_mode", "WAL").expect("WAL");
        let ask = |name| -> i64 {
            own.pragma_query_value(None, name, |row| row.get(0))
                .expect("answers")
        };
        const FULL: i64 = 2;
        assert_eq!(ask("synchronous"), FULL);
    }

    #[tokio::test]
    async fn the_sdk_talks_to_it() {
        let embedded = Embedded::open(None).await.expect("opens");
        let store = store::Store::new(embedded.client(None), "linli");
        store.create_table().await.expect("made");
        store.create_table().await.expect("made once");
        assert!(
            store
                .all(&store::schema::communities())
                .await
                .expect("answers")
                .is_empty()
        );
        drop(store);
        embedded.close().await.expect("closes");
    }
}
