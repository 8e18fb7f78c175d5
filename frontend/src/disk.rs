//! Texts that outlive even a browser that is killed: an IndexedDB store of texts by key. `localStorage`
//! reaches the disk only up to a minute later.

use js_sys::{Function, Promise};
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode,
};

const NAME: &str = "linli";
const STORE: &str = "kept";

/// What is kept under a key.
pub async fn read(key: &str) -> Option<String> {
    let database = open().await?;
    let text = async {
        let (_, store) = begin(&database, IdbTransactionMode::Readonly)?;
        let found = of(&store.get(&key.into()).ok()?).await.ok()?;
        found.as_string()
    };
    let text = text.await;
    database.close();
    text
}

/// All keys.
pub async fn keys() -> Vec<String> {
    let Some(database) = open().await else {
        return Vec::new();
    };
    let found = async {
        let (_, store) = begin(&database, IdbTransactionMode::Readonly)?;
        let found = of(&store.get_all_keys().ok()?).await.ok()?;
        let keys = js_sys::Array::from(&found);
        Some(keys.iter().filter_map(|key| key.as_string()).collect())
    };
    let keys = found.await.unwrap_or_default();
    database.close();
    keys
}

/// Changes what is kept under a key, in one transaction: another window's change comes before or after.
/// `change` answers `None` to leave it. Whether it is kept.
pub async fn change(key: &str, change: impl FnOnce(Option<String>) -> Option<String>) -> bool {
    let Some(database) = open().await else {
        return false;
    };
    let done = async {
        let (transaction, store) = begin(&database, IdbTransactionMode::Readwrite)?;
        let found = of(&store.get(&key.into()).ok()?).await.ok()?;
        let text = change(found.as_string())?;
        store.put_with_key(&text.into(), &key.into()).ok()?;
        finished(&transaction).await.ok()
    };
    let done = done.await.is_some();
    database.close();
    done
}

/// Lets go of what is kept under a key.
pub fn forget(key: String) {
    spawn_local(async move {
        let Some(database) = open().await else { return };
        if let Some((_, store)) = begin(&database, IdbTransactionMode::Readwrite) {
            let _ = store.delete(&key.into());
        }
        database.close();
    });
}

fn begin(
    database: &IdbDatabase,
    mode: IdbTransactionMode,
) -> Option<(IdbTransaction, IdbObjectStore)> {
    let transaction = database.transaction_with_str_and_mode(STORE, mode).ok()?;
    let store = transaction.object_store(STORE).ok()?;
    Some((transaction, store))
}

/// None where the browser has no such thing, or refuses it.
async fn open() -> Option<IdbDatabase> {
    let factory = web_sys::window()?.indexed_db().ok()??;
    let request: IdbOpenDbRequest = factory.open_with_u32(NAME, 1).ok()?;
    let fresh = request.clone();
    let make = Closure::once_into_js(move || {
        if let Ok(database) = fresh.result() {
            let _ = database
                .unchecked_into::<IdbDatabase>()
                .create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(make.unchecked_ref()));
    let database = of(&request).await.ok()?;
    Some(database.unchecked_into())
}

/// What a request comes to.
fn of(request: &IdbRequest) -> JsFuture {
    let (asked, answered) = (request.clone(), request.clone());
    promised(
        move |done, failed| {
            asked.set_onsuccess(Some(done));
            asked.set_onerror(Some(failed));
        },
        move || answered.result().unwrap_or(JsValue::UNDEFINED),
    )
}

fn finished(transaction: &IdbTransaction) -> JsFuture {
    let transaction = transaction.clone();
    promised(
        move |done, failed| {
            transaction.set_oncomplete(Some(done));
            transaction.set_onabort(Some(failed));
        },
        || JsValue::UNDEFINED,
    )
}

fn promised(
    on: impl Fn(&Function, &Function),
    answer: impl Fn() -> JsValue + Clone + 'static,
) -> JsFuture {
    let promise = Promise::new(&mut |resolve, reject| {
        let answer = answer.clone();
        let done = Closure::once_into_js(move || {
            let _ = resolve.call1(&JsValue::UNDEFINED, &answer());
        });
        let failed = Closure::once_into_js(move || {
            let _ = reject.call0(&JsValue::UNDEFINED);
        });
        on(done.unchecked_ref(), failed.unchecked_ref());
    });
    JsFuture::from(promise)
}
