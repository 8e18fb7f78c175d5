//! "Tell this device": whoever is on duty has their telephone or computer told of what is urgent, also while
//! no page is open. The browser asks for leave; what it then shows names nobody.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wire::Problem;
use wire::endpoint::None_;
use wire::notify::{DeletePush, GetPushKey, PutPush, PutPushBody};

use crate::ui::{Button, Kind, Send, TroubleNote, say};
use crate::{api, t};

/// What can be done here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// This browser tells nobody anything; or it is not known yet.
    Unable,
    Off,
    /// Whoever sits before it said no.
    Refused,
    On,
}

/// What a browser says of a subscription.
#[derive(Deserialize)]
struct Subscription {
    endpoint: String,
    keys: Keys,
}

#[derive(Deserialize)]
struct Keys {
    p256dh: String,
    auth: String,
}

impl From<Subscription> for PutPushBody {
    fn from(subscription: Subscription) -> Self {
        Self {
            endpoint: subscription.endpoint,
            p256dh: subscription.keys.p256dh,
            auth: subscription.keys.auth,
        }
    }
}

/// A method of a browser's object. One it does not have is an error like any other.
fn method(of: &JsValue, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(of, &name.into())?.dyn_into()?;
    function.apply(of, arguments)
}

async fn said(answer: JsValue) -> Result<JsValue, JsValue> {
    let promise: Promise = answer.dyn_into()?;
    JsFuture::from(promise).await
}

/// The way to this browser's own server, through the worker that keeps the app.
async fn manager() -> Result<JsValue, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let workers = Reflect::get(&window.navigator(), &"serviceWorker".into())?;
    let worker = said(method(&workers, "getRegistration", &Array::new())?).await?;
    let manager = Reflect::get(&worker, &"pushManager".into())?;
    match manager.is_object() {
        true => Ok(manager),
        false => Err(JsValue::NULL),
    }
}

/// None where this device is not told.
async fn subscription() -> Result<Option<JsValue>, JsValue> {
    let found = said(method(&manager().await?, "getSubscription", &Array::new())?).await?;
    Ok(found.is_object().then_some(found))
}

fn read(subscription: &JsValue) -> Result<PutPushBody, JsValue> {
    let text = js_sys::JSON::stringify(subscription)?;
    let text = text.as_string().unwrap_or_default();
    let read: Subscription = serde_json::from_str(&text).map_err(|_| JsValue::NULL)?;
    Ok(read.into())
}

/// Asks the browser, which asks whoever sits before it.
async fn subscribe(key: &str) -> Result<PutPushBody, JsValue> {
    let options: Object = Object::new();
    Reflect::set(&options, &"userVisibleOnly".into(), &JsValue::TRUE)?;
    Reflect::set(&options, &"applicationServerKey".into(), &key.into())?;
    let arguments = Array::of1(&options);
    let made = said(method(&manager().await?, "subscribe", &arguments)?).await?;
    read(&made)
}

async fn unsubscribe() -> Result<(), JsValue> {
    if let Some(found) = subscription().await? {
        said(method(&found, "unsubscribe", &Array::new())?).await?;
    }
    Ok(())
}

/// Whether the browser lets us.
async fn turn_on() -> Result<bool, Problem> {
    let key = api::get::<GetPushKey>((), None_ {}).await?.key;
    let Ok(body) = subscribe(&key).await else {
        return Ok(false);
    };
    api::call::<PutPush>((), None_ {}, body).await?;
    Ok(true)
}

async fn turn_off() -> Result<(), Problem> {
    let _ = unsubscribe().await;
    api::call::<DeletePush>((), None_ {}, None_ {}).await
}

/// Nothing where this browser cannot be told.
#[component]
pub fn TellDevice() -> AnyView {
    let (state, send) = (RwSignal::new(State::Unable), Send::default());
    spawn_local(async move {
        match subscription().await {
            Ok(Some(found)) => {
                state.try_set(State::On);
                // The session may be another one than when it was asked.
                if let Ok(body) = read(&found) {
                    let _ = api::call::<PutPush>((), None_ {}, body).await;
                }
            }
            Ok(None) => {
                state.try_set(State::Off);
            }
            Err(_) => {}
        }
    });
    let on = Callback::new(move |()| {
        send.run(turn_on(), move |lets: bool| {
            if lets {
                state.set(State::On);
                say(t!(desk_watch.device.told));
            } else {
                state.set(State::Refused);
            }
        });
    });
    let off = Callback::new(move |()| {
        send.run(turn_off(), move |()| {
            state.set(State::Off);
            say(t!(desk_watch.device.not_told));
        });
    });
    let offer = move |words: &'static str| {
        view! {
            <p class="quiet">{words}</p>
            <Button label=t!(desk_watch.device.tell) name="tell-on" kind=Kind::Plain busy=send.busy on_press=on />
        }
        .into_any()
    };
    let shown = move || {
        let (name, inside) = match state.get() {
            State::Unable => return ().into_any(),
            State::Off => ("off", offer(t!(desk_watch.device.words))),
            State::Refused => ("refused", offer(t!(desk_watch.device.refused))),
            State::On => {
                let told = view! {
                    <p class="quiet">{t!(desk_watch.device.on)}</p>
                    <Button label=t!(desk_watch.device.stop) name="tell-off" kind=Kind::Text busy=send.busy on_press=off />
                };
                ("on", told.into_any())
            }
        };
        view! {
            <section class="card stack-s" data-testid="tell-device" data-state=name>
                {inside}
                <TroubleNote problem=send.problem />
            </section>
        }
        .into_any()
    };
    shown.into_any()
}
