//! What is typed about somebody's health is kept for a while only: in this window, and until nobody is signed in any
//! more. It survives a reload.

use std::collections::BTreeMap;

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Storage;

use crate::model::draft::key;
use crate::session::Session;

/// All of it under one key, so that it goes at once.
const PLACE: &str = "linli.passing";

/// As [`super::Draft`], of one field.
#[derive(Clone, Debug)]
pub struct Passing {
    key: String,
}

/// By its name: no browser function of its own is brought along for it.
fn storage() -> Option<Storage> {
    let window = web_sys::window()?;
    let storage = Reflect::get(&window, &"sessionStorage".into()).ok()?;
    let there = !storage.is_undefined() && !storage.is_null();
    there.then(|| storage.unchecked_into())
}

fn all() -> BTreeMap<String, String> {
    let raw = storage().and_then(|storage| storage.get_item(PLACE).ok()?);
    raw.and_then(|raw| serde_json::from_str(&raw).ok())
        .unwrap_or_default()
}

fn change(change: impl FnOnce(&mut BTreeMap<String, String>)) {
    let mut texts = all();
    change(&mut texts);
    if let (Some(storage), Ok(raw)) = (storage(), serde_json::to_string(&texts)) {
        let _ = storage.set_item(PLACE, &raw);
    }
}

/// Nobody is signed in any more: nothing of it stays.
pub fn forget_passing() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(PLACE);
    }
}

impl Passing {
    /// `form`: which form, and about what. Kept apart for each person.
    #[must_use]
    pub fn of(form: &str) -> Self {
        let person = Session::get().me_now().map(|me| me.id.to_string());
        Self {
            key: key(person.as_deref(), form),
        }
    }

    /// As it was left; empty where there is nothing.
    #[must_use]
    pub fn field(&self) -> RwSignal<String> {
        let key = self.key.clone();
        let value = RwSignal::new(all().remove(&key).unwrap_or_default());
        let before = value.get_untracked();
        Effect::new(move |ran: Option<bool>| {
            let now = value.get();
            let changed = ran.unwrap_or(false) || now != before;
            if changed && Session::get().me_now().is_some() {
                change(|texts| {
                    match now.is_empty() {
                        true => texts.remove(&key),
                        false => texts.insert(key.clone(), now),
                    };
                });
            }
            changed
        });
        value
    }

    /// The form was taken: nothing of it is kept.
    pub fn clear(&self) {
        change(|texts| {
            texts.remove(&self.key);
        });
    }
}
