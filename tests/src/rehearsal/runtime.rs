//! A Lambda Runtime API and the one function that polls it: an event is handed out, its answer taken.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path as Parts, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How long a function may take, and is told that it may.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a function answers: its reply, or the error it names.
type Answer = Result<Value, Value>;

/// A function in its own process.
pub struct Function {
    name: String,
    child: Mutex<Child>,
    begun: Instant,
    events: mpsc::UnboundedSender<Event>,
    desk: Arc<Desk>,
}

struct Event {
    event: Value,
    answer: oneshot::Sender<Answer>,
}

/// What the function finds when it polls.
struct Desk {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    under_way: Mutex<HashMap<String, oneshot::Sender<Answer>>>,
    /// When it polled for the first time.
    asked: OnceLock<Instant>,
    calls: AtomicU64,
    /// After so many milliseconds each call would be ended.
    ends_after: AtomicU64,
}

impl Function {
    /// `log`: where all it writes goes.
    pub async fn start(name: &str, environment: &[(&str, String)], log: &Path) -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk {
            events: tokio::sync::Mutex::new(waiting),
            under_way: Mutex::default(),
            asked: OnceLock::new(),
            calls: AtomicU64::new(0),
            ends_after: AtomicU64::new(millis(PATIENCE)),
        });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(replied),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
            .route("/2018-06-01/runtime/init/error", post(not_begun))
            .with_state(desk.clone());
        let api = super::listen(router).await;
        let log = File::create(log).expect("a log");
        let errors = log.try_clone().expect("the same log");
        let begun = Instant::now();
        let child = Command::new(super::program(name))
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", api.trim_start_matches("http://"))
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .expect("the function starts");
        Self {
            name: name.to_owned(),
            child: Mutex::new(child),
            begun,
            events,
            desk,
        }
    }

    /// One event and what came of it. Events wait for each other, as with one instance of the function.
    pub async fn call(&self, event: Value) -> Answer {
        let (answer, answered) = oneshot::channel();
        let sent = self.events.send(Event { event, answer });
        sent.unwrap_or_else(|_| panic!("{} takes nothing any more", self.name));
        match timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => answer,
            _ => panic!("{} did not answer", self.name),
        }
    }

    /// It is told of each call from now on that it has so much time. Nobody ends it then: a test sees what it took.
    pub fn ends_after(&self, time: Duration) {
        self.desk.ends_after.store(millis(time), Ordering::Relaxed);
    }

    /// From its start until it asked for its first event.
    pub async fn asked_after(&self) -> Duration {
        loop {
            if let Some(asked) = self.desk.asked.get() {
                return asked.duration_since(self.begun);
            }
            let spent = self.begun.elapsed();
            assert!(spent < PATIENCE, "{} does not begin", self.name);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Resident memory.
    pub fn rss_kib(&self) -> u32 {
        let child = self.child.lock().expect("nobody panics while holding it");
        crate::server::rss_kib(child.id())
    }

    pub fn calls(&self) -> u64 {
        self.desk.calls.load(Ordering::Relaxed)
    }

    pub fn stop(&self) {
        let mut child = self.child.lock().expect("nobody panics while holding it");
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.stop();
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).expect("short")
}

async fn next(State(desk): State<Arc<Desk>>) -> Response {
    let _ = desk.asked.set(Instant::now());
    let Some(Event { event, answer }) = desk.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let n = desk.calls.fetch_add(1, Ordering::Relaxed);
    let id = format!("8476a536-e9f4-11e8-9739-{n:012x}");
    let mut under_way = desk
        .under_way
        .lock()
        .expect("nobody panics while holding it");
    under_way.insert(id.clone(), answer);
    let time = i64::try_from(desk.ends_after.load(Ordering::Relaxed)).expect("short");
    let until = Timestamp::now().as_millisecond() + time;
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", until.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:local:123456789012:function:rehearsal".to_owned(),
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0".to_owned(),
        ),
        ("content-type", "application/json".to_owned()),
    ];
    (headers, event.to_string()).into_response()
}

async fn replied(
    State(desk): State<Arc<Desk>>,
    Parts(id): Parts<String>,
    body: String,
) -> StatusCode {
    desk.settle(&id, Ok(read(&body)))
}

async fn failed(
    State(desk): State<Arc<Desk>>,
    Parts(id): Parts<String>,
    body: String,
) -> StatusCode {
    desk.settle(&id, Err(read(&body)))
}

/// Nobody waits for an answer yet: whoever calls will wait in vain, and its log says why.
async fn not_begun(body: String) -> StatusCode {
    eprintln!("a function did not begin: {body}");
    StatusCode::ACCEPTED
}

fn read(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()))
}

impl Desk {
    fn settle(&self, id: &str, answer: Answer) -> StatusCode {
        let mut under_way = self
            .under_way
            .lock()
            .expect("nobody panics while holding it");
        match under_way.remove(id) {
            Some(waits) => {
                let _ = waits.send(answer);
                StatusCode::ACCEPTED
            }
            None => StatusCode::BAD_REQUEST,
        }
    }
}
