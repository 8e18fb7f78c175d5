//! How a call arrives and leaves: one extractor for who is asking, one for what is asked, one way
//! out. Order of refusal: size, origin, session, second factor, act, budget, path, query, body.

use std::any::TypeId;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use domain::access::Act;
use domain::person::{Community, Person};
use domain::sign_in::Session;
use domain::{Refusal, limits};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::endpoint::{None_, PathArgs};
use wire::{Code, Endpoint, Method, Moment, Problem};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::fields;
use crate::identity::session::{self, Ticket};
use crate::parse;
use crate::request_id;

/// The header of a call that a page makes by itself.
pub const BACKGROUND: &str = "x-background";

/// Somebody signed in.
pub struct Who {
    pub person: Person,
    pub community: Arc<Community>,
    pub zone: TimeZone,
    pub session: Session,
    /// Under which the session is stored.
    pub session_digest: String,
}

impl Who {
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(at, &self.zone)
    }

    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        self.person.may(act)
    }
}

/// One call of an endpoint, checked. `W`: [`Who`], or `()` where the endpoint is public.
pub struct Call<E: Endpoint, W = Who> {
    pub ctx: Ctx,
    pub now: Timestamp,
    pub who: W,
    pub path: E::Path,
    pub query: E::Query,
    pub body: E::Body,
    /// The body as it came.
    pub file: Bytes,
    pub headers: HeaderMap,
    /// Where the call came from, as far as it is known.
    pub address: Option<IpAddr>,
}

/// What a use case answers with.
pub struct Answer<E: Endpoint> {
    status: u16,
    body: Option<String>,
    cookie: Option<String>,
    sheet: Option<Sheet>,
    /// Of what is answered with.
    content_type: &'static str,
    tag: Option<String>,
    endpoint: PhantomData<fn() -> E>,
}

/// A spreadsheet on its way out. `name`: plain ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    pub content_type: &'static str,
    pub bytes: Bytes,
}

pub type Outcome<E> = Result<Answer<E>, Error>;

impl<E: Endpoint> Answer<E> {
    #[must_use]
    pub fn new(reply: E::Reply) -> Self {
        let body = (E::SUCCESS != 204).then(|| serde_json::to_string(&reply).unwrap_or_default());
        Self {
            status: E::SUCCESS,
            body,
            cookie: None,
            sheet: None,
            content_type: "application/json",
            tag: None,
            endpoint: PhantomData,
        }
    }

    /// A word for a machine, where the endpoint answers with one.
    #[must_use]
    pub fn plain(word: &str) -> Self {
        assert!(E::PLAIN, "{} answers with JSON", E::PATH);
        Self {
            status: E::SUCCESS,
            body: Some(word.to_owned()),
            cookie: None,
            sheet: None,
            content_type: "text/plain",
            tag: None,
            endpoint: PhantomData,
        }
    }

    /// Nothing is other than when the caller was given this tag (RFC 9110, section 15.4.5).
    #[must_use]
    pub fn unchanged(tag: String) -> Self {
        Self {
            status: StatusCode::NOT_MODIFIED.as_u16(),
            body: None,
            cookie: None,
            sheet: None,
            content_type: "application/json",
            tag: Some(tag),
            endpoint: PhantomData,
        }
    }

    /// By which the caller can ask again whether anything is other.
    #[must_use]
    pub fn tagged(mut self, tag: String) -> Self {
        self.tag = Some(tag);
        self
    }

    /// A file for the caller to keep, where the endpoint answers with one.
    #[must_use]
    pub fn sheet(sheet: Sheet) -> Self {
        assert!(E::SHEET, "{} answers with JSON", E::PATH);
        Self {
            status: E::SUCCESS,
            body: None,
            cookie: None,
            content_type: sheet.content_type,
            sheet: Some(sheet),
            tag: None,
            endpoint: PhantomData,
        }
    }

    /// Sets the session cookie, or takes it away.
    #[must_use]
    pub fn cookie(mut self, cookie: String) -> Self {
        self.cookie = Some(cookie);
        self
    }
}

impl<E: Endpoint> IntoResponse for Answer<E> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match (self.body, self.sheet) {
            (_, Some(sheet)) => {
                let kept = format!("attachment; filename=\"{}\"", sheet.name);
                let headers = [
                    (header::CONTENT_TYPE, sheet.content_type.to_owned()),
                    (header::CONTENT_DISPOSITION, kept),
                ];
                (status, headers, sheet.bytes).into_response()
            }
            (Some(body), None) => {
                (status, [(header::CONTENT_TYPE, self.content_type)], body).into_response()
            }
            (None, None) => status.into_response(),
        };
        if let Some(cookie) = self
            .cookie
            .and_then(|cookie| HeaderValue::from_str(&cookie).ok())
        {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        if let Some(tag) = self.tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// A problem on its way out.
pub fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let number = request_id::current().filter(|_| status.is_server_error());
    let numbered = number.map(|number| problem.clone().of_request(number));
    let body = serde_json::to_string(numbered.as_ref().unwrap_or(problem)).unwrap_or_default();
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body,
    )
        .into_response();
    if let Some(wait) = problem
        .data
        .get("retry_after_s")
        .and_then(serde_json::Value::as_i64)
    {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        problem(&self.into())
    }
}

/// Who called from where; put into the request by the process that listens.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Mounts an endpoint that needs somebody signed in.
pub fn mount<E, F, R>(router: Router<Ctx>, handler: F) -> Router<Ctx>
where
    E: Endpoint,
    F: Fn(Call<E>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Outcome<E>> + Send,
{
    let nothing = |_: &Ctx, _: &Ticket, _: &Arrived| std::future::ready(());
    mount_ahead(router, nothing, move |call, ()| handler(call))
}

/// Mounts an endpoint that needs somebody signed in, and reads ahead while it is found out who that
/// is: one trip to the store less to wait for. `look` goes by what the call claims; what it found
/// reaches the use case only when the claim holds.
pub fn mount_ahead<E, L, P, F, R>(router: Router<Ctx>, look: L, handler: F) -> Router<Ctx>
where
    E: Endpoint,
    L: Fn(&Ctx, &Ticket, &Arrived) -> P + Clone + Send + Sync + 'static,
    P: Future + Send,
    P::Output: Send,
    F: Fn(Call<E>, P::Output) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Outcome<E>> + Send,
{
    route::<E, _, _>(router, move |ctx, request| {
        let (look, handler) = (look.clone(), handler.clone());
        async move {
            let now = ctx.clock.now();
            let arrived = Arrived::of::<E>(request).await?;
            let ticket = Ticket::of(&arrived.headers).ok_or(Refusal::SignedOut)?;
            let ahead = look(&ctx, &ticket, &arrived);
            let uses = !in_background::<E>(&arrived.headers);
            let (who, ahead) = tokio::join!(entered(&ctx, ticket, now, uses, E::ACT), ahead);
            let who = who?;
            ctx.budgets.spend::<E>(who.person.id, now)?;
            handler(arrived.call(ctx, now, who)?, ahead)
                .await
                .map_err(pointing::<E>)
        }
    })
}

/// Who called, if that is something they may do.
async fn entered(
    ctx: &Ctx,
    ticket: Ticket,
    now: Timestamp,
    uses: bool,
    act: Act,
) -> Result<Who, Error> {
    let who = session::who(ctx, ticket, now, uses).await?;
    if act != Act::SignIn && !who.session.second_factor.is_settled() {
        return Err(Refusal::SecondFactorRequired.into());
    }
    if act != Act::SignIn && !who.may(act) {
        return Err(Refusal::NotAllowed.into());
    }
    Ok(who)
}

/// Mounts an endpoint open to everybody.
pub fn mount_open<E, F, R>(router: Router<Ctx>, handler: F) -> Router<Ctx>
where
    E: Endpoint,
    F: Fn(Call<E, ()>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Outcome<E>> + Send,
{
    assert!(E::ACT == Act::Public, "{} is not public", E::PATH);
    route::<E, _, _>(router, move |ctx, request| {
        let handler = handler.clone();
        async move {
            let now = ctx.clock.now();
            let arrived = Arrived::of::<E>(request).await?;
            handler(arrived.call(ctx, now, ())?)
                .await
                .map_err(pointing::<E>)
        }
    })
}

/// A refusal knows the field it is about by the name most bodies have for it; where this one has no
/// such field, it points at nothing.
fn pointing<E: Endpoint>(error: Error) -> Error {
    let Error::Refused(refusal) = error else {
        return error;
    };
    let mut problem = Problem::from(refusal);
    problem.pointer = problem.pointer.filter(|pointer| {
        let field = pointer.split('/').nth(1);
        field.is_some_and(|field| fields::of::<E::Body>().contains(&field))
    });
    problem.into()
}

fn route<E, F, R>(router: Router<Ctx>, run: F) -> Router<Ctx>
where
    E: Endpoint,
    F: Fn(Ctx, Request) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome<E>> + Send + 'static,
{
    let filter = match E::METHOD {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    };
    let handle = Handle(Arc::new(move |ctx, request| {
        let run = run(ctx, request);
        Box::pin(async move { run.await.into_response() })
    }));
    router.route(E::PATH, on(filter, handle))
}

type Handled = Pin<Box<dyn Future<Output = Response> + Send>>;

/// What answers one endpoint. Of one type for all of them, so that what a router is made of is compiled once.
#[derive(Clone)]
struct Handle(Arc<dyn Fn(Ctx, Request) -> Handled + Send + Sync>);

impl Handler<(), Ctx> for Handle {
    type Future = Handled;

    fn call(self, request: Request, ctx: Ctx) -> Handled {
        (self.0)(ctx, request)
    }
}

/// A request read but not yet looked into.
pub struct Arrived {
    headers: HeaderMap,
    path: String,
    query: String,
    body: Bytes,
    peer: Option<IpAddr>,
}

impl Arrived {
    fn of<E: Endpoint>(request: Request) -> impl Future<Output = Result<Self, Error>> {
        let bytes_max = match (E::FILE, E::LARGE) {
            (false, _) => limits::BODY_BYTES,
            (true, false) => limits::IMPORT_BYTES,
            (true, true) => limits::IMPORT_LARGE_BYTES,
        };
        Self::read(request, bytes_max, E::METHOD != Method::Get)
    }

    /// `changes`: the call is one that only our own pages may make a browser make.
    async fn read(request: Request, bytes_max: usize, changes: bool) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let body = read_body(body, &parts.headers, bytes_max).await?;
        if changes {
            check_origin(&parts.headers)?;
        }
        Ok(Self {
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            peer: parts.extensions.get::<Peer>().map(|peer| peer.0),
            headers: parts.headers,
            body,
        })
    }

    /// The body as JSON; an empty object where the endpoint has none.
    pub fn body<E: Endpoint>(&self) -> Result<E::Body, Error> {
        let asks_nothing = TypeId::of::<E::Body>() == TypeId::of::<None_>();
        if !has_body::<E>() || asks_nothing && self.body.is_empty() {
            return parse::json(b"{}");
        }
        if !is_json(&self.headers) {
            return Err(Problem::new(Code::WrongContentType).into());
        }
        parse::json(&self.body)
    }

    /// What stands in the path. Refuses: `Missing`.
    pub fn path<E: Endpoint>(&self) -> Result<E::Path, Refusal> {
        let given: Vec<&str> = self
            .path
            .split('/')
            .zip(E::PATH.split('/'))
            .filter(|(_, part)| part.starts_with('{'))
            .map(|(value, _)| value)
            .collect();
        E::Path::parse(&given).ok_or(Refusal::Missing)
    }

    fn call<E: Endpoint, W>(self, ctx: Ctx, now: Timestamp, who: W) -> Result<Call<E, W>, Error> {
        let path = self.path::<E>()?;
        let query = parse::query(&self.query)?;
        let body = self.body::<E>()?;
        let address = forwarded(&self.headers, self.peer);
        Ok(Call {
            ctx,
            now,
            who,
            path,
            query,
            body,
            file: self.body,
            headers: self.headers,
            address,
        })
    }
}

fn has_body<E: Endpoint>() -> bool {
    !E::FILE && matches!(E::METHOD, Method::Post | Method::Put | Method::Patch)
}

/// Reads on without keeping anything.
async fn pass_over(mut body: Body) {
    let mut left = limits::BODY_PASSED_OVER;
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        left = left.saturating_sub(frame.data_ref().map_or(1, Bytes::len));
        if left == 0 {
            return;
        }
    }
}

async fn read_body(body: Body, headers: &HeaderMap, bytes_max: usize) -> Result<Bytes, Error> {
    let too_large = || Error::from(Problem::new(Code::BodyTooLarge).with("bytes_max", bytes_max));
    let said = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if let Some(length) = said.filter(|length| *length > bytes_max) {
        // Who is still sending hears no answer, but a line that breaks.
        if length <= limits::BODY_PASSED_OVER {
            pass_over(body).await;
        }
        return Err(too_large());
    }
    to_bytes(body, bytes_max).await.map_err(|_| too_large())
}

/// A page asks by itself, and nobody is there for it: such a call does not keep a session alive. Only what
/// changes nothing can be asked so.
fn in_background<E: Endpoint>(headers: &HeaderMap) -> bool {
    E::METHOD == Method::Get && headers.contains_key(BACKGROUND)
}

/// A browser says where a call comes from; only our own pages may change anything. Other clients
/// say nothing, and carry no cookie they were not given.
fn check_origin(headers: &HeaderMap) -> Result<(), Error> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let refused = || Err(Problem::new(Code::WrongOrigin).into());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return Ok(()),
        Some(_) => return refused(),
        None => {}
    }
    let Some(origin) = text("origin") else {
        return Ok(());
    };
    let host = text("x-forwarded-host")
        .or_else(|| text("host"))
        .unwrap_or_default();
    if origin
        .split_once("://")
        .is_some_and(|(_, from)| from == host)
    {
        Ok(())
    } else {
        refused()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    kind.split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The caller's address: the last hop a proxy on this very machine names, else the peer itself.
/// Callers whose proxy names nothing that can be read are one caller.
fn forwarded(headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    if peer.is_some_and(|peer| !peer.is_loopback()) {
        return peer;
    }
    let Some(line) = headers.get_all("x-forwarded-for").iter().next_back() else {
        return peer;
    };
    let hop = line.to_str().ok().and_then(|line| line.rsplit(',').next());
    Some(
        hop.and_then(address)
            .unwrap_or(Ipv4Addr::UNSPECIFIED.into()),
    )
}

/// An address with or without a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|hop| hop.ip());
    hop.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hop_of_the_last_line_is_the_caller() {
        let near = IpAddr::from(Ipv4Addr::LOCALHOST);
        let from = |lines: &[&str], peer| {
            let mut headers = HeaderMap::new();
            for line in lines {
                let line = line.parse().expect("a header's value");
                headers.append("x-forwarded-for", line);
            }
            forwarded(&headers, peer).map(|address| address.to_string())
        };
        let rows: &[(&[&str], &str)] = &[
            (&[], "127.0.0.1"),
            (&["203.0.113.7"], "203.0.113.7"),
            (&["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            (&["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
            (&["203.0.113.7:4711"], "203.0.113.7"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["203.0.113.7, unknown"], "0.0.0.0"),
            (&[""], "0.0.0.0"),
        ];
        for (lines, want) in rows {
            assert_eq!(from(lines, Some(near)).as_deref(), Some(*want), "{lines:?}");
        }
        let far = "192.0.2.9".parse().ok();
        assert_eq!(from(&["203.0.113.7"], far).as_deref(), Some("192.0.2.9"));
        assert_eq!(from(&[], None), None);
    }
}
