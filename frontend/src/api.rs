//! The only fetch, but for what the board asks by itself (`frontend/src/pages/desk/watch/poll.rs`). `call::<GetService>((id,), None_ {}, None_ {})` gives the reply or a problem.
//!
//! What a network does wrong becomes a [`Problem`] too, so that pages know one kind of failure.
//! A call that moves something carries an id made here and may be repeated.

use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};
use wire::{Code, Endpoint, Method, Problem};

use crate::session;
use crate::ui::Fetch;

/// What stands in `Problem::data` when the network could not be reached.
const OFFLINE: &str = "offline";

/// One call of the contract.
pub fn call<E: Endpoint>(path: E::Path, query: E::Query, body: E::Body) -> Fetch<E::Reply> {
    let sends = !matches!(E::METHOD, Method::Get | Method::Delete);
    let body = sends.then(|| {
        (
            JsValue::from_str(&serde_json::to_string(&body).unwrap_or_default()),
            "application/json",
        )
    });
    let sent = started(E::METHOD, E::url(&path, &query), body);
    Box::pin(async move { read(&sent.await?) })
}

/// A call on its way, the same for every endpoint: compiled once, whatever is asked.
fn started(method: Method, url: String, body: Option<(JsValue, &'static str)>) -> Fetch<String> {
    Box::pin(async move { send(method, &url, body).await })
}

/// A call whose body is a file of this content type.
pub async fn upload<E: Endpoint>(
    path: E::Path,
    query: E::Query,
    file: impl Into<web_sys::Blob>,
    kind: &str,
) -> Result<E::Reply, Problem> {
    let file: web_sys::Blob = file.into();
    let body = Some((JsValue::from(file), kind));
    read(&send(E::METHOD, &E::url(&path, &query), body).await?)
}

/// JSON from an address outside of the contract; `None` for whatever goes wrong.
pub async fn peek<T: DeserializeOwned>(url: &str) -> Option<T> {
    let text = send(Method::Get, url, None).await.ok()?;
    serde_json::from_str(&text).ok()
}

/// Could the network not be reached?
#[must_use]
pub fn is_offline(problem: &Problem) -> bool {
    problem.data.contains_key(OFFLINE)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(if text.is_empty() { "null" } else { text })
        .map_err(|_| Problem::new(Code::Failed))
}

/// The network could not be reached.
pub(crate) fn offline() -> Problem {
    Problem::new(Code::Failed).with(OFFLINE, true)
}

async fn send(method: Method, url: &str, body: Option<(JsValue, &str)>) -> Result<String, Problem> {
    let (status, text) = fetch(method, url, body).await.map_err(|_| offline())?;
    if (200..300).contains(&status) {
        return Ok(text);
    }
    let problem =
        serde_json::from_str::<Problem>(&text).unwrap_or_else(|_| Problem::new(spoken(status)));
    match problem.code {
        Code::SignedOut => session::lost(),
        Code::SecondFactorRequired => session::owes_second_factor(),
        _ => {}
    }
    Err(problem)
}

/// The code for an answer that is not a problem document: something between us and the server spoke.
fn spoken(status: u16) -> Code {
    match status {
        404 => Code::NotFound,
        413 => Code::BodyTooLarge,
        429 | 502..=504 => Code::Busy,
        _ => Code::Failed,
    }
}

async fn fetch(
    method: Method,
    url: &str,
    body: Option<(JsValue, &str)>,
) -> Result<(u16, String), JsValue> {
    let init = RequestInit::new();
    init.set_method(method.as_str());
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    if let Some((body, kind)) = body {
        headers.set("content-type", kind)?;
        init.set_body(&body);
    }
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, &init))
        .await?
        .dyn_into()?;
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    let text = String::from_utf8(Uint8Array::new(&bytes).to_vec()).map_err(|_| JsValue::NULL)?;
    Ok((response.status(), text))
}

/// A question without a body, on its way.
pub fn get<E: Endpoint<Body = wire::endpoint::None_>>(
    path: E::Path,
    query: E::Query,
) -> Fetch<E::Reply> {
    call::<E>(path, query, wire::endpoint::None_ {})
}
