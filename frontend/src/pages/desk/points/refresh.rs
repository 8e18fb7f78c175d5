//! Somebody else was faster: what is typed stays, and the next try is made on their version.

use leptos::prelude::*;
use wire::{Code, Problem};

use crate::ui::{Fetch, Send};

/// Asks for the thing again whenever it was changed meanwhile; `take` keeps its version.
/// Answers whether that has happened, for words about it.
pub fn on_stale<T: 'static>(
    send: Send,
    fetch: impl Fn() -> Fetch<T> + 'static,
    take: impl Fn(T) + Clone + 'static,
) -> RwSignal<bool> {
    let (stale, renew) = (RwSignal::new(false), Send::default());
    let is_stale = |problem: &Option<Problem>| {
        problem
            .as_ref()
            .is_some_and(|problem| problem.code == Code::Stale)
    };
    Effect::new(move |_| {
        if send.problem.with(is_stale) {
            let take = take.clone();
            renew.run(fetch(), move |now| {
                take(now);
                send.problem.set(None);
                stale.set(true);
            });
        }
    });
    stale
}
