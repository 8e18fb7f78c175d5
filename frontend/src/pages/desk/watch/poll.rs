//! Questions that the board asks by itself. They do not keep a session alive, as nobody may be there for them;
//! and whoever brings the tag of the last answer is told that nothing is other without being told it all again. Where
//! the server can say by itself that something is, it is asked at once.

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, Headers, RequestInit, Response};
use wire::endpoint::None_;
use wire::{Code, Endpoint, Problem};

use crate::api::offline;
use crate::session;
use crate::ui::Fetch;

/// An answer, and by which it can be asked for again.
pub struct Fresh<T> {
    pub reply: T,
    pub tag: Option<String>,
}

struct Heard {
    status: u16,
    tag: Option<String>,
    text: String,
}

/// None where nothing is other than when that tag was given.
pub async fn again<E: Endpoint<Body = None_>>(
    path: E::Path,
    query: E::Query,
    tag: Option<String>,
) -> Result<Option<Fresh<E::Reply>>, Problem> {
    let heard = heard(E::url(&path, &query), tag).await?;
    if heard.status == 304 {
        return Ok(None);
    }
    let reply = read(&heard)?;
    Ok(Some(Fresh {
        reply,
        tag: heard.tag,
    }))
}

/// As [`crate::api::get`], without keeping the session alive.
pub fn quietly<E: Endpoint<Body = None_>>(path: E::Path, query: E::Query) -> Fetch<E::Reply> {
    let url = E::url(&path, &query);
    Box::pin(async move { read(&heard(url, None).await?) })
}

/// Calls `changed` as soon as an alert is other, as long as this page is open, where the server can say so by
/// itself. Where it cannot, nothing is called.
pub fn listen(changed: impl FnMut() + 'static) {
    let Ok(source) = EventSource::new("/v1/alerts/stream") else {
        return;
    };
    let told = Closure::<dyn FnMut()>::new(changed);
    source.set_onmessage(Some(told.as_ref().unchecked_ref()));
    let kept = StoredValue::new_local((source, told));
    on_cleanup(move || {
        kept.with_value(|(source, _)| {
            source.set_onmessage(None);
            source.close();
        });
    });
}

fn read<T: DeserializeOwned>(heard: &Heard) -> Result<T, Problem> {
    let failed = |_| Problem::new(Code::Failed);
    if (200..300).contains(&heard.status) {
        return serde_json::from_str(&heard.text).map_err(failed);
    }
    let problem = serde_json::from_str::<Problem>(&heard.text).unwrap_or_else(failed);
    match problem.code {
        Code::SignedOut => session::lost(),
        Code::SecondFactorRequired => session::owes_second_factor(),
        _ => {}
    }
    Err(problem)
}

async fn heard(url: String, tag: Option<String>) -> Result<Heard, Problem> {
    asked(&url, tag).await.map_err(|_| offline())
}

async fn asked(url: &str, tag: Option<String>) -> Result<Heard, JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    headers.set("x-background", "1")?;
    if let Some(tag) = tag {
        headers.set("if-none-match", &tag)?;
    }
    let init = RequestInit::new();
    init.set_method("GET");
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, &init))
        .await?
        .dyn_into()?;
    let tag = response.headers().get("etag")?;
    let text = JsFuture::from(response.text()?).await?;
    Ok(Heard {
        status: response.status(),
        tag,
        text: text.as_string().unwrap_or_default(),
    })
}
