//! `GET /v1/alerts/stream`: says at once that an alert of one's community changed, as long as somebody listens
//! (`text/event-stream`). Only here, where the server is one process that lives on; elsewhere the duty screen
//! asks again and again, as it does here as well. What is said is the count of changes, and nothing of any alert.
//!
//! Who may listen is what the API says of the same session, at the start and each minute: listening keeps no
//! session alive, and ends with it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use domain::{CommunityId, PersonId, limits};
use futures_util::stream::unfold;
use http::{HeaderMap, HeaderValue, Uri, header};
use service::http::{Peer, problem};
use service::router::api;
use service::{Ctx, Error};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tower::ServiceExt;
use wire::identity::{GetMe, Me};
use wire::watch::GetWatchHealth;
use wire::{Code, Endpoint, Problem};

const PATH: &str = "/v1/alerts/stream";
/// How often the count is looked at, once for all who listen in a community.
const LOOK: Duration = Duration::from_secs(1);
/// How often something is said where nothing changed, so that no proxy takes the line for dead.
const BEAT: Duration = Duration::from_secs(15);
/// How often it is asked whether somebody still may listen.
const ASK: Duration = Duration::from_secs(60);

/// Who listens.
#[derive(Clone)]
pub struct Streams(Arc<Inner>);

struct Inner {
    ctx: Ctx,
    api: Router,
    quitting: watch::Receiver<bool>,
    counts: Mutex<HashMap<CommunityId, watch::Sender<u64>>>,
    seats: Mutex<HashMap<PersonId, usize>>,
}

impl Streams {
    #[must_use]
    pub fn new(ctx: Ctx, quitting: watch::Receiver<bool>) -> Self {
        Self(Arc::new(Inner {
            api: api(ctx.clone()),
            ctx,
            quitting,
            counts: Mutex::default(),
            seats: Mutex::default(),
        }))
    }

    pub fn routes(self) -> Router {
        Router::new()
            .route(PATH, get(answer))
            .method_not_allowed_fallback(async || problem(&Problem::new(Code::MethodNotAllowed)))
            .with_state(self)
    }

    /// Absent where this person listens often enough already.
    fn seat(&self, person: PersonId) -> Option<Seat> {
        let mut seats = lock(&self.0.seats);
        let taken = seats.entry(person).or_default();
        if *taken >= limits::STREAMS {
            return None;
        }
        *taken += 1;
        let streams = self.clone();
        Some(Seat { streams, person })
    }

    /// The count of a community, which is looked at as long as anybody listens.
    async fn heard(&self, com: CommunityId) -> Result<watch::Receiver<u64>, Error> {
        let now = self.0.ctx.store.alert_changes(com).await?;
        let mut counts = lock(&self.0.counts);
        if let Some(count) = counts.get(&com) {
            return Ok(count.subscribe());
        }
        let (count, heard) = watch::channel(now);
        counts.insert(com, count.clone());
        tokio::spawn(self.clone().look(com, count));
        Ok(heard)
    }

    async fn look(self, com: CommunityId, count: watch::Sender<u64>) {
        loop {
            tokio::select! {
                () = sleep(LOOK) => {}
                () = over(self.0.quitting.clone()) => return,
            }
            if self.is_left(com, &count) {
                return;
            }
            match self.0.ctx.store.alert_changes(com).await {
                Ok(now) => {
                    count.send_if_modified(|was| std::mem::replace(was, now) != now);
                }
                Err(error) => tracing::warn!("Changes of alerts could not be counted: {error:?}"),
            }
        }
    }

    /// Nobody listens any more, and whoever comes next begins anew.
    fn is_left(&self, com: CommunityId, count: &watch::Sender<u64>) -> bool {
        let mut counts = lock(&self.0.counts);
        let left = count.receiver_count() == 0;
        if left {
            counts.remove(&com);
        }
        left
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn over(mut quitting: watch::Receiver<bool>) {
    let _ = quitting.wait_for(|quit| *quit).await;
}

/// One of the streams a person may have, given back when it ends.
struct Seat {
    streams: Streams,
    person: PersonId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = lock(&self.streams.0.seats);
        if let Some(taken) = seats.get_mut(&self.person) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                seats.remove(&self.person);
            }
        }
    }
}

/// In whose name the API is asked.
struct Asker {
    api: Router,
    headers: HeaderMap,
    peer: Option<IpAddr>,
}

impl Asker {
    fn of(streams: &Streams, request: &Request) -> Self {
        let mut headers = request.headers().clone();
        headers.remove(header::IF_NONE_MATCH);
        headers.insert("x-background", HeaderValue::from_static("1"));
        Self {
            api: streams.0.api.clone(),
            headers,
            peer: request.extensions().get::<Peer>().map(|peer| peer.0),
        }
    }

    /// What the API answers; else its refusal.
    async fn ask(&self, path: &'static str) -> Result<Bytes, Box<Response>> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = Uri::from_static(path);
        *request.headers_mut() = self.headers.clone();
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(Peer(peer));
        }
        let asked = self.api.clone().oneshot(request).await;
        let answer = asked.into_response();
        if !answer.status().is_success() {
            return Err(Box::new(answer));
        }
        let body = to_bytes(answer.into_body(), limits::BODY_BYTES).await;
        body.map_err(|_| Box::new(problem(&Problem::new(Code::Failed))))
    }
}

async fn answer(State(streams): State<Streams>, request: Request) -> Response {
    let asker = Asker::of(&streams, &request);
    match listening(&streams, asker).await {
        Ok(listener) => Sse::new(unfold(listener, next))
            .keep_alive(KeepAlive::new().interval(BEAT))
            .into_response(),
        Err(refused) => *refused,
    }
}

struct Listener {
    asker: Asker,
    heard: watch::Receiver<u64>,
    quitting: watch::Receiver<bool>,
    /// When it is asked again whether this person may listen.
    ask_at: Instant,
    _seat: Seat,
}

async fn listening(streams: &Streams, asker: Asker) -> Result<Listener, Box<Response>> {
    let me = asker.ask(GetMe::PATH).await?;
    asker.ask(GetWatchHealth::PATH).await?;
    let failed = || Box::new(problem(&Problem::new(Code::Failed)));
    let me: Me = serde_json::from_slice(&me).map_err(|_| failed())?;
    let Some(seat) = streams.seat(me.id) else {
        let many = Problem::new(Code::TooManyCalls).with("retry_after_s", ASK.as_secs());
        return Err(Box::new(problem(&many)));
    };
    let heard = streams.heard(me.community.id).await;
    let mut heard = heard.map_err(|error| Box::new(error.into_response()))?;
    // How it is now is said at once.
    heard.mark_changed();
    Ok(Listener {
        asker,
        heard,
        quitting: streams.0.quitting.clone(),
        ask_at: Instant::now() + ASK,
        _seat: seat,
    })
}

/// The next change; none where the session ended, or the server does.
async fn next(mut listener: Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    loop {
        tokio::select! {
            () = over(listener.quitting.clone()) => return None,
            changed = listener.heard.changed() => {
                changed.ok()?;
                break;
            }
            () = sleep_until(listener.ask_at) => {
                listener.asker.ask(GetWatchHealth::PATH).await.ok()?;
                listener.ask_at = Instant::now() + ASK;
            }
        }
    }
    let count = *listener.heard.borrow_and_update();
    let event = Event::default().data(count.to_string());
    Some((Ok(event), listener))
}
