//! A day and a time that are typed.

use jiff::Timestamp;
use leptos::prelude::*;
use wire::{Code, Problem};

use crate::clock;
use crate::model::volunteer::typed;
use crate::session::Session;

/// As a moment of the community.
pub(super) fn moment(
    day: RwSignal<String>,
    time: RwSignal<String>,
    pointer: &str,
) -> Result<Timestamp, Problem> {
    let missing = || Problem::new(Code::MissingField).at(pointer);
    let local = typed(&day.get_untracked(), &time.get_untracked()).ok_or_else(missing)?;
    let moment = clock::moment(local.local(), &Session::get().zone());
    moment.map(|moment| moment.at).ok_or_else(missing)
}
