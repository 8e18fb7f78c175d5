//! Small things asked of the browser, each in one place.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use leptos::prelude::{WindowListenerHandle, window_event_listener};
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlElement, Storage};

#[must_use]
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// A value kept on this phone.
#[must_use]
pub fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a value on this phone. Where storage is refused, nothing is kept and nothing breaks.
pub fn keep(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Forgets every kept value whose key begins so.
pub fn forget(prefix: &str) {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or(0);
    let keys: Vec<String> = (0..count)
        .filter_map(|i| storage.key(i).ok()?)
        .filter(|key| key.starts_with(prefix))
        .collect();
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}

/// Is there a network, as far as the phone knows?
#[must_use]
pub fn online() -> bool {
    web_sys::window().is_none_or(|w| w.navigator().on_line())
}

/// Waits before something is tried again, in milliseconds: twice as long each time, from the first to the last. Not
/// every device says when it is online again, and what it says comes before the first call gets through.
const SOON: i32 = 2_000;
const LATEST: i32 = 30_000;

/// When something is tried again. A new wait takes the place of the one under way.
#[derive(Clone)]
pub struct Again(Arc<(AtomicI32, AtomicU32)>);

impl Default for Again {
    fn default() -> Self {
        Self(Arc::new((AtomicI32::new(SOON), AtomicU32::new(0))))
    }
}

impl Again {
    /// The next wait is the first.
    pub fn anew(&self) {
        self.0.0.store(SOON, Ordering::Relaxed);
    }

    /// Waits, then does it, unless another wait was begun meanwhile.
    pub fn later(&self, then: impl FnOnce() + 'static) {
        let (pause, turn) = &*self.0;
        let wait = pause.load(Ordering::Relaxed);
        pause.store(wait.saturating_mul(2).min(LATEST), Ordering::Relaxed);
        let mine = turn.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let again = self.clone();
        spawn_local(async move {
            rest(wait).await;
            if again.0.1.load(Ordering::Relaxed) == mine {
                then();
            }
        });
    }
}

/// Calls `then` whenever the window fires `event`, as long as the app runs.
pub fn on_window(event: &str, then: impl FnMut() + 'static) {
    let then = Closure::<dyn FnMut()>::new(then);
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback(event, then.as_ref().unchecked_ref());
    }
    then.forget();
}

/// Does somebody see this page, as far as the browser knows?
#[must_use]
pub fn in_sight() -> bool {
    document().is_none_or(|document| !document.hidden())
}

/// Puts text where it can be pasted from. False where the browser does not let us.
pub async fn copied(text: &str) -> bool {
    let begun = || -> Result<js_sys::Promise, JsValue> {
        let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
        let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())?;
        let write = js_sys::Reflect::get(&clipboard, &"writeText".into())?;
        let write: js_sys::Function = write.dyn_into()?;
        write
            .call1(&clipboard, &JsValue::from_str(text))?
            .dyn_into()
    };
    match begun() {
        Ok(promise) => wasm_bindgen_futures::JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

/// The path and query shown in the address bar.
#[must_use]
pub fn here() -> String {
    let Some(location) = web_sys::window().map(|w| w.location()) else {
        return String::new();
    };
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Adds a script of this app to the page, unless the one of this `id` is there. One that fails is taken
/// away again.
pub fn bring(id: &str, file: &str, failed: impl FnOnce() + 'static) {
    let Some(document) = document().filter(|d| d.get_element_by_id(id).is_none()) else {
        return;
    };
    let Ok(script) = document.create_element("script") else {
        return failed();
    };
    let app = if here().starts_with("/desk") {
        "/desk"
    } else {
        ""
    };
    let gone = script.clone();
    let lost = Closure::once_into_js(move || {
        gone.remove();
        failed();
    });
    script.set_id(id);
    let _ = script.set_attribute("type", "module");
    let _ = script.add_event_listener_with_callback("error", lost.unchecked_ref());
    let _ = script.set_attribute("src", &format!("{app}/{file}"));
    if let Some(body) = document.body() {
        let _ = body.append_child(&script);
    }
}

/// Leaves for another app on this host.
pub fn leave_for(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href(address);
    }
}

/// Waits, without blocking anything.
pub async fn rest(millis: i32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, millis);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// The step back in the history that a closing dialog takes. The browser takes it in its own time, and
/// whoever goes to another page before would be taken back from there.
pub struct StepBack {
    listener: WindowListenerHandle,
    taken: Rc<Cell<bool>>,
}

impl StepBack {
    /// To be watched for before the dialog closes.
    #[must_use]
    pub fn watch() -> Self {
        let taken = Rc::new(Cell::new(false));
        let seen = taken.clone();
        let listener = window_event_listener(leptos::ev::popstate, move |_| seen.set(true));
        Self { listener, taken }
    }

    /// Waits for it; not for long, as a dialog may have taken none.
    pub async fn taken(self) {
        for _ in 0..STEP_TURNS {
            rest(STEP_MILLIS).await;
            if self.taken.get() {
                break;
            }
        }
        self.listener.remove();
    }
}

const STEP_MILLIS: i32 = 20;
const STEP_TURNS: u32 = 50;

/// Moves the focus to the first element that matches.
pub fn focus(selector: &str) {
    let found = document().and_then(|d| d.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Offers text as a file to keep.
pub fn download(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) else {
        return;
    };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else {
        return;
    };
    let link = document()
        .and_then(|d| d.create_element("a").ok())
        .and_then(|e| e.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&url);
}

/// Where this app is served: `https://linli.example`.
#[must_use]
pub fn origin() -> String {
    let location = web_sys::window().map(|w| w.location());
    location.and_then(|l| l.origin().ok()).unwrap_or_default()
}

/// Opens the browser's way to print.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}
