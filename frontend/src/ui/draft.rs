use leptos::prelude::*;

use crate::browser::{forget, keep, kept};
use crate::model::draft::key;
use crate::session::Session;

/// What was typed into a form and not sent yet. It is kept on this phone, survives a reload, a dead
/// battery and a sign-out, and is forgotten once the form was taken.
#[derive(Clone, Debug)]
pub struct Draft {
    prefix: String,
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
        let value = RwSignal::new(kept(&key).unwrap_or_else(|| first.to_owned()));
        let before = value.get_untracked();
        Effect::new(move |ran: Option<bool>| {
            let now = value.get();
            let changed = ran.unwrap_or(false) || now != before;
            if changed {
                keep(&key, &now);
            }
            changed
        });
        value
    }

    /// The form was taken: nothing of it is kept.
    pub fn clear(&self) {
        forget(&self.prefix);
    }
}
