//! The embedded DynamoDB: dynoxide on threads of its own, and the unmodified SDK client, whose
//! requests reach it as JSON through channels where a socket would be
//! (`infra/adr/0005-no-store-trait.md`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Region, SharedInterceptor, StalledStreamProtectionConfig,
};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot};

use crate::stop::Stop;

/// A database that answers.
pub struct Embedded {
    pub database: Database,
    door: Door,
    threads: Vec<JoinHandle<()>>,
}

impl Embedded {
    /// Opens the file, or a database in memory, and lets it answer.
    pub fn open(file: Option<&Path>) -> Result<Self, Stop> {
        let open = |file: Option<&Path>| {
            let opened = match file {
                Some(path) => Database::new(&path.to_string_lossy()),
                None => Database::memory(),
            };
            opened.map_err(|error| {
                let named = file.map_or_else(String::new, |path| format!(" {}", path.display()));
                Stop::because(format!("the database{named} did not open: {error}"))
            })
        };
        let database = open(file)?;
        let (writes, writer) = answering("dynamodb", database.clone())?;
        let mut threads = vec![writer];
        let mut readers = Vec::new();
        for _ in 0..file.map_or(0, |_| READERS) {
            let (reads, reader) = answering("dynamodb reads", open(file)?)?;
            readers.push(reads);
            threads.push(reader);
        }
        let door = Door {
            readers: readers.into(),
            turn: Arc::default(),
            writes,
        };
        Ok(Self {
            database,
            door,
            threads,
        })
    }

    /// A client of it. Its requests stay in this process, so they are not signed. `interceptor`:
    /// stands between every call and the store, for tests.
    #[must_use]
    pub fn client(&self, interceptor: Option<SharedInterceptor>) -> Client {
        let door = SharedHttpConnector::new(self.door.clone());
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .endpoint_url("http://embedded.invalid")
            .allow_no_auth()
            .http_client(http_client_fn(move |_, _| door.clone()))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(Duration::from_secs(3))
                    .build(),
            )
            // What one store has left to try again with is no other's.
            .retry_partition(store::sdk_retries("embedded"))
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

    /// The way in that its clients use, for whoever brings requests from elsewhere.
    #[must_use]
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// Writes all it holds into a new file.
    pub fn write_to(&self, file: &Path) -> Result<(), Stop> {
        let written = self.database.vacuum_into(&file.to_string_lossy());
        written.map_err(|error| Stop::because(format!("the database was not written: {error}")))
    }

    /// Holds what was written into this file, and nothing of what it held before.
    pub fn begin_with(&self, file: &Path) -> Result<(), Stop> {
        let read = self.database.restore_from(&file.to_string_lossy());
        read.map_err(|error| Stop::because(format!("the database was not read: {error}")))
    }

    /// Lets the calls under way finish and closes the file.
    pub async fn close(self) -> Result<(), Stop> {
        let Self {
            database,
            door,
            threads,
        } = self;
        for queue in door.readers.iter().chain([&door.writes]) {
            let _ = queue.send(Asked::ToStop);
        }
        let join = || threads.into_iter().try_for_each(JoinHandle::join);
        let ended = tokio::task::spawn_blocking(join).await;
        drop(database);
        match ended {
            Ok(Ok(())) => Ok(()),
            _ => Err(Stop::because("the database's threads did not end well")),
        }
    }
}

type Queue = mpsc::UnboundedSender<Asked>;

/// Connections that only read, beside the one that writes: what one call asks at the same time is
/// answered at the same time.
const READERS: usize = 2;

/// Where the SDK hands in what it would send. A file has connections of its own for reading: whoever
/// reads does not wait for a commit to reach the disk, and sees every commit that was acknowledged.
/// In memory there is one connection, and one queue.
#[derive(Clone, Debug)]
pub struct Door {
    readers: Arc<[Queue]>,
    /// Counts the reads: they go round the readers.
    turn: Arc<AtomicUsize>,
    writes: Queue,
}

impl Door {
    /// The status and the JSON that answer an operation; `None` once the database is closed.
    pub async fn answer(&self, operation: &str, body: Vec<u8>) -> Option<(u16, String)> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked::This {
            operation: operation.to_owned(),
            body: SdkBody::from(body),
            answer,
        };
        self.queue(operation).send(asked).ok()?;
        answered.await.ok()
    }

    fn queue(&self, operation: &str) -> &Queue {
        if self.readers.is_empty() || !READS.contains(&operation) {
            return &self.writes;
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        &self.readers[turn % self.readers.len()]
    }
}

/// Reads that look at one moment without a transaction's help.
const READS: [&str; 3] = ["GetItem", "BatchGetItem", "Query"];

#[derive(Debug)]
enum Asked {
    This {
        operation: String,
        body: SdkBody,
        answer: oneshot::Sender<(u16, String)>,
    },
    ToStop,
}

impl HttpConnector for Door {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.split('.').next_back().unwrap_or_default().to_owned();
        let (answer, answered) = oneshot::channel();
        let handed_in = self.queue(&operation).send(Asked::This {
            operation,
            body: request.take_body(),
            answer,
        });
        HttpConnectorFuture::new(async move {
            let closed = || ConnectorError::io("the embedded store is closed".into());
            handed_in.map_err(|_| closed())?;
            let (status, body) = answered.await.map_err(|_| closed())?;
            let status = StatusCode::try_from(status)
                .map_err(|error| ConnectorError::other(error.into(), None))?;
            Ok(HttpResponse::new(status, SdkBody::from(body)))
        })
    }
}

/// A thread that answers what is put into its queue.
fn answering(name: &str, database: Database) -> Result<(Queue, JoinHandle<()>), Stop> {
    let (queue, asked) = mpsc::unbounded_channel();
    let thread = std::thread::Builder::new()
        .name(name.into())
        .spawn(move || answer_all(&database, asked))
        .map_err(|error| Stop::because(format!("no thread for the database: {error}")))?;
    Ok((queue, thread))
}

/// SQLite runs on such threads alone: it never holds up the thread of a page or of another call.
fn answer_all(database: &Database, mut asked: mpsc::UnboundedReceiver<Asked>) {
    while let Some(Asked::This {
        operation,
        body,
        answer,
    }) = asked.blocking_recv()
    {
        if answer.is_closed() {
            // Whoever asked has given up waiting, and asks again: work for nobody would only make
            // the others wait longer.
            continue;
        }
        let answered = carry_out(database, &operation, body.bytes().unwrap_or_default());
        let _ = answer.send(match answered {
            Ok(body) => (200, body),
            Err(error) => (error.status_code(), error.to_json()),
        });
    }
}

/// The operations `store` uses, and the one that tells of a table.
fn carry_out(database: &Database, operation: &str, body: &[u8]) -> Result<String, DynoxideError> {
    match operation {
        "GetItem" => reply(body, |request| database.get_item(request)),
        "BatchGetItem" => reply(body, |request| database.batch_get_item(request)),
        "Query" => reply(body, |request| database.query(request)),
        "Scan" => reply(body, |request| database.scan(request)),
        "PutItem" => reply(body, |request| database.put_item(request)),
        "UpdateItem" => reply(body, |request| database.update_item(request)),
        "DeleteItem" => reply(body, |request| database.delete_item(request)),
        "BatchWriteItem" => reply(body, |request| database.batch_write_item(request)),
        "TransactWriteItems" => reply(body, |request| {
            database.transact_write_items(without_token(request))
        }),
        "TransactGetItems" => reply(body, |request| database.transact_get_items(request)),
        "CreateTable" => reply(body, |request| database.create_table(request)),
        "DeleteTable" => reply(body, |request| database.delete_table(request)),
        "DescribeTable" => reply(body, |request| database.describe_table(request)),
        "UpdateTimeToLive" => reply(body, |request| database.update_time_to_live(request)),
        "DescribeTimeToLive" => reply(body, |request| database.describe_time_to_live(request)),
        _ => Err(DynoxideError::ValidationException(format!(
            "{operation} is not answered here"
        ))),
    }
}

/// The SDK marks each transaction so that DynamoDB knows a repeated one for ten minutes. The record of
/// a command does that for good; the embedded store would look through all marks each time.
fn without_token(request: TransactWriteItemsRequest) -> TransactWriteItemsRequest {
    TransactWriteItemsRequest {
        client_request_token: None,
        ..request
    }
}

fn reply<Request: DeserializeOwned, Reply: Serialize>(
    body: &[u8],
    run: impl FnOnce(Request) -> Result<Reply, DynoxideError>,
) -> Result<String, DynoxideError> {
    let request = serde_json::from_slice(body)
        .map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    serde_json::to_string(&run(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::AttributeValue;

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
        let embedded = Embedded::open(None).expect("opens");
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

    /// Reads of a file have connections of their own, beside the writer's.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_read_sees_every_commit_that_was_acknowledged() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let embedded = Embedded::open(Some(&temporary.path().join("linli.db"))).expect("opens");
        let client = embedded.client(None);
        let store = store::Store::new(client.clone(), "linli");
        store.create_table().await.expect("made");
        let writer = async |who: usize| {
            for n in 0..50 {
                let (who, n) = (
                    AttributeValue::S(format!("writer {who}")),
                    AttributeValue::N(n.to_string()),
                );
                let row = client.put_item().table_name("linli");
                let row = row.item("pk", who.clone()).item("sk", who.clone());
                row.item("n", n.clone()).send().await.expect("written");
                let row = client.get_item().table_name("linli").consistent_read(true);
                let row = row.key("pk", who.clone()).key("sk", who);
                let seen = row.send().await.expect("read").item;
                assert_eq!(seen.and_then(|mut item| item.remove("n")), Some(n));
            }
        };
        tokio::join!(writer(1), writer(2), writer(3), writer(4));
        drop((store, client));
        embedded.close().await.expect("closes");
    }
}
