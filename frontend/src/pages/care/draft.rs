//! What is typed about somebody who is looked after, and who is picked for them. A telephone in the street is put away,
//! killed and opened again, so that it stays on the device; but it is about somebody's health, so that it goes with a
//! sign-out, and after three days in any case.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::browser::{forget, keep, kept};
use crate::clock::millis;
use crate::model::care_draft::{Kept, read, without, written};
use crate::model::draft::key;
use crate::session::Session;

/// All of it under one key, so that it goes at once; with the other drafts where somebody deletes themselves.
const PLACE: &str = "linli.draft.care";

/// Whoever was here signed out: nothing of it stays, whoever wrote it.
pub fn forget_care_drafts() {
    forget(PLACE);
}

/// As [`crate::ui::Draft`], with an end.
#[derive(Clone, Debug)]
pub struct Draft {
    prefix: String,
}

/// What is over is written over with the next change.
fn all() -> Kept {
    kept(PLACE).map_or_else(Kept::new, |raw| read(&raw, millis()))
}

impl Draft {
    /// `form`: which form, and about what. Kept apart for each person.
    #[must_use]
    pub fn of(form: &str) -> Self {
        let person = Session::get().me_now().map(|me| me.id.to_string());
        Self {
            prefix: key(person.as_deref(), form),
        }
    }

    /// One field, as it was left; `first` where there is nothing.
    #[must_use]
    pub fn field(&self, name: &str, first: &str) -> RwSignal<String> {
        let key = format!("{}{name}", self.prefix);
        let left = all().remove(&key).map(|(_, text)| text);
        let value = RwSignal::new(left.unwrap_or_else(|| first.to_owned()));
        let before = value.get_untracked();
        Effect::new(move |ran: Option<bool>| {
            let now = value.get();
            let changed = ran.unwrap_or(false) || now != before;
            if changed && Session::get().me_now().is_some() {
                let mut kept = all();
                kept.insert(key.clone(), (millis(), now));
                keep(PLACE, &written(&kept));
            }
            changed
        });
        value
    }

    /// What was picked rather than typed, as it was left.
    #[must_use]
    pub fn picked<T>(&self, name: &str) -> RwSignal<T>
    where
        T: Clone + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let text = self.field(name, "");
        let left = text.with_untracked(|raw| serde_json::from_str::<T>(raw).ok());
        let value = RwSignal::new(left.unwrap_or_default());
        Effect::new(move |_| {
            let now = value.get();
            let raw = match now == T::default() {
                true => String::new(),
                false => serde_json::to_string(&now).unwrap_or_default(),
            };
            if text.with_untracked(|text| *text != raw) {
                text.set(raw);
            }
        });
        value
    }

    /// The form was taken: nothing of it is kept.
    pub fn clear(&self) {
        keep(PLACE, &written(&without(all(), &self.prefix)));
    }
}
