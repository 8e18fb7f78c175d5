//! The functions as they are built for AWS, on this machine: each in its own process under a Lambda Runtime
//! API ([`runtime`]), behind an HTTP API that takes its routes from the template ([`gateway`]), with a
//! DynamoDB that answers over loopback ([`dynamo`]), each as far as its policy in the template allows. What a schedule,
//! a queue or the table's stream ([`stream`]) would do, a test does; where `cargo xtask rehearse` brought the template up, queue, secret and short
//! messages are moto's ([`aws`]).

pub mod aws;
pub mod dynamo;
pub mod gateway;
pub mod runtime;
pub mod stream;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use local::Running;
use local::running::TABLE;
use serde_json::{Value, json};
use store::schema::Key;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::app::TestApp;
use crate::template;
use aws::{Aws, record};
use dynamo::Guard;
use runtime::Function;
use stream::Stream;

/// What the store of a Linli in memory is opened with.
const SECRET: [u8; 32] = [7; 32];

/// A community of its own, and the functions that serve it.
pub struct Rehearsal {
    pub app: TestApp,
    functions: Functions,
    logs: TempDir,
    aws: Option<Aws>,
    guard: Arc<Guard>,
}

/// By the name of their program.
type Functions = Arc<BTreeMap<String, Function>>;

impl Rehearsal {
    /// Everything is called through the HTTP API from then on; nothing else runs.
    pub async fn start() -> Self {
        let logs = tempfile::tempdir().expect("a folder");
        let aws = Aws::here();
        let guard = Arc::new(Guard::of(&template::whole()));
        let mut started: Option<Functions> = None;
        let app = TestApp::behind(async |running: &Running| {
            let database = dynamo::serve_within(running.door(), guard.clone()).await;
            let functions = Arc::new(begin(&database, &logs, aws.as_ref()).await);
            started = Some(functions.clone());
            gateway::serve(gateway::routes(&template::whole()), functions).await
        })
        .await;
        Self {
            app,
            functions: started.expect("they were started"),
            logs,
            aws,
            guard,
        }
    }

    /// What programs asked of the table that their policies in the template do not allow: it was refused.
    pub fn refused(&self) -> Vec<String> {
        self.guard.refused()
    }

    fn function(&self, name: &str) -> &Function {
        self.functions.get(name).expect("a function of that name")
    }

    /// One event of a schedule; what the function answers.
    pub async fn minute(&self, name: &str) -> Value {
        let event = json!({
            "version": "0",
            "id": format!("{:032x}", self.app.chance()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": "123456789012",
            "time": Timestamp::now().to_string(),
            "region": "local",
            "resources": [format!("arn:aws:scheduler:local:123456789012:schedule/default/{name}")],
            "detail": "{}",
        });
        let answer = self.function(name).call(event).await;
        answer.unwrap_or_else(|error| panic!("{name} failed: {error}"))
    }

    /// What the stream makes of a row that was just written: the relay's answer, or `None` where the template's filter
    /// does not let it through.
    pub async fn written(&self, key: &Key) -> Option<Value> {
        let record = stream::told("INSERT", key);
        if !Stream::to(&template::whole(), "relay").lets_through(&record) {
            return None;
        }
        let event = json!({ "Records": [record] });
        let answer = self.function("relay").call(event).await;
        Some(answer.unwrap_or_else(|error| panic!("the relay failed: {error}")))
    }

    /// What the sweeper finds is told: minutes until neither has anything to do.
    pub async fn settle(&self) {
        while self.minute("sweeper").await != json!(0) {}
        while self.minute("relay").await != json!(0) {}
    }

    /// A batch of the queue of door events, as its event source brings it: which of the bodies are to be brought
    /// again, `m0` being the first.
    pub async fn queue(&self, bodies: &[Value]) -> Vec<String> {
        match &self.aws {
            Some(aws) => self.through(aws, bodies).await,
            None => {
                self.take(bodies.iter().enumerate().map(made).collect())
                    .await
            }
        }
    }

    /// The same by way of a queue.
    async fn through(&self, aws: &Aws, bodies: &[Value]) -> Vec<String> {
        let mut names = BTreeMap::new();
        for (n, body) in bodies.iter().enumerate() {
            names.insert(aws.send(body).await, format!("m{n}"));
        }
        let left = self.batch(aws).await;
        // What was left before is not asked for here.
        let mut left: Vec<String> = left
            .iter()
            .filter_map(|id| names.get(id).cloned())
            .collect();
        left.sort();
        left
    }

    /// One batch; the ids of what stays in the queue.
    async fn batch(&self, aws: &Aws) -> Vec<String> {
        let messages = aws.receive().await;
        let left = self.take(messages.iter().map(record).collect()).await;
        for message in &messages {
            let id = message["MessageId"].as_str().expect("an id");
            match left.iter().any(|one| one == id) {
                true => aws.again(message).await,
                false => aws.delete(message).await,
            }
        }
        left
    }

    /// Brings what is left in the queue until it is put aside; how many lie there then. `None` where there is no
    /// queue.
    pub async fn aside(&self) -> Option<usize> {
        let aws = self.aws.as_ref()?;
        for _ in 0..=aws.most {
            self.batch(aws).await;
        }
        Some(aws.aside().await)
    }

    /// What the function leaves of these.
    async fn take(&self, records: Vec<Value>) -> Vec<String> {
        if records.is_empty() {
            return Vec::new();
        }
        let event = json!({ "Records": records });
        let answer = self.function("door_events").call(event).await;
        let answer = answer.unwrap_or_else(|error| panic!("the queue's function failed: {error}"));
        let left = answer["batchItemFailures"].as_array().expect("a list");
        let id = |item: &Value| item["itemIdentifier"].as_str().expect("an id").to_owned();
        left.iter().map(id).collect()
    }

    /// What the function that makes a community answers to an operator.
    pub async fn found(&self, founding: &Value) -> Value {
        let answer = self.function("found").call(founding.clone()).await;
        answer.unwrap_or_else(|error| panic!("nothing was founded: {error}"))
    }

    /// How often each function was called.
    pub fn calls(&self) -> BTreeMap<&str, u64> {
        let calls = self.functions.iter();
        calls
            .map(|(name, function)| (name.as_str(), function.calls()))
            .collect()
    }

    /// All that the functions wrote.
    pub fn logs(&self) -> String {
        let files = std::fs::read_dir(self.logs.path()).expect("a folder");
        let text = |file: std::io::Result<std::fs::DirEntry>| {
            let bytes = std::fs::read(file.expect("a file").path()).expect("reads");
            String::from_utf8_lossy(&bytes).into_owned()
        };
        files.map(text).collect()
    }

    pub async fn stop(self) {
        for function in self.functions.values() {
            function.stop();
        }
        self.app.stop().await;
    }
}

/// A message without a queue.
fn made((n, body): (usize, &Value)) -> Value {
    let sent = Timestamp::now().as_millisecond().to_string();
    record(&json!({
        "MessageId": format!("m{n}"),
        "ReceiptHandle": format!("r{n}"),
        "Body": body.to_string(),
        "MD5OfBody": "",
        "Attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": sent,
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": sent,
        },
    }))
}

/// What a function is told of where it is. It signs with its own name.
fn environment(database: &str, name: &str, aws: Option<&Aws>) -> Vec<(&'static str, String)> {
    let mut shared = vec![
        ("TABLE", TABLE.to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", database.to_owned()),
        ("AWS_ACCESS_KEY_ID", name.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "rehearsal".to_owned()),
        ("RUST_LOG", "info".to_owned()),
    ];
    match aws {
        Some(aws) => shared.extend(aws.environment()),
        None => shared.extend([
            ("SECRET", STANDARD.encode(SECRET)),
            ("AWS_REGION", "local".to_owned()),
        ]),
    }
    shared
}

/// One function with nothing that calls it, where that DynamoDB answers.
pub async fn alone(database: &str, name: &str, log: &Path) -> Function {
    Function::start(name, &environment(database, name, None), log).await
}

/// A table that takes every question and answers none; where it is.
pub async fn silent() -> String {
    let router = Router::new().fallback(async || std::future::pending::<StatusCode>().await);
    listen(router).await
}

/// Every function of the template.
async fn begin(database: &str, logs: &TempDir, aws: Option<&Aws>) -> BTreeMap<String, Function> {
    let mut functions = BTreeMap::new();
    for name in gateway::programs(&template::whole()) {
        let log = logs.path().join(format!("{name}.log"));
        let told = environment(database, &name, aws);
        let function = Function::start(&name, &told, &log).await;
        functions.insert(name, function);
    }
    functions
}

/// A program of the crate `lambda`: where `LINLI_FUNCTIONS` says, or beside this test binary.
fn program(name: &str) -> PathBuf {
    let folder = match std::env::var_os("LINLI_FUNCTIONS") {
        Some(folder) => folder.into(),
        None => crate::server::linli().with_file_name(""),
    };
    let program = folder.join(name);
    assert!(
        program.is_file(),
        "{} is not built; `cargo xtask rehearse` does, or `cargo build -p lambda`",
        program.display()
    );
    program
}

/// Answers on a free port of loopback until the process ends; the address.
async fn listen(router: Router) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}
