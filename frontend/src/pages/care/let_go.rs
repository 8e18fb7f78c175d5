//! Notes that wait on this device for a network are about somebody's health: they go with a sign-out, and after three
//! days in any case. Whoever wrote them is told, and writes them anew.

use domain::PersonId;
use leptos::task::spawn_local;

use crate::browser::{forget, keep, kept};
use crate::disk;

/// Where they are kept; the person's id follows.
pub const PLACE: &str = "linli.notes.";
/// That some of them went; nothing of what they said.
const GONE: &str = "linli.notes-gone.";

#[must_use]
pub fn place(person: PersonId) -> String {
    format!("{PLACE}{person}")
}

/// Does a note of theirs wait here, or one that was not taken?
pub async fn waits(person: PersonId) -> bool {
    let raw = disk::read(&place(person)).await;
    raw.is_some_and(|raw| raw.len() > "[]".len())
}

/// They sign out: nothing of it stays.
pub fn let_go(person: PersonId) {
    spawn_local(async move {
        if waits(person).await {
            went(&person.to_string());
        }
        disk::forget(place(person));
    });
}

/// Some of theirs went.
pub fn went(person: &str) {
    keep(&format!("{GONE}{person}"), "1");
}

#[must_use]
pub fn is_gone(person: PersonId) -> bool {
    kept(&format!("{GONE}{person}")).is_some()
}

/// They were told.
pub fn told(person: PersonId) {
    forget(&format!("{GONE}{person}"));
}
