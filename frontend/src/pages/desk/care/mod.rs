//! The care desk: what is done about an alert or a word, until it is over and learned from.
//!
//! [`board`] is the first; [`case`] is the way of one, [`refer`] where one is written down, [`list`] all of them,
//! [`tasks`] what one has to do oneself. [`file`] is what is known of somebody, [`looks`] who looked at whom,
//! [`nodes`] the team. [`report`] and [`workshop`] are for learning from it. [`words`] is how they say things.

pub mod board;
pub mod case;
mod chart;
mod contacts;
pub mod file;
mod file_form;
mod file_shown;
mod glass;
pub mod list;
pub mod looks;
pub mod nodes;
mod nodes_form;
pub mod refer;
mod reflect;
mod relay;
pub mod report;
mod report_rules;
pub mod tasks;
mod words;
pub mod workshop;

use domain::access::Act;
use leptos::prelude::*;

use crate::app::desk::{nowhere, of, open};

/// The page at an address below `/desk`.
#[must_use]
pub fn page_at(path: &[&str]) -> AnyView {
    match path {
        ["care"] => open(Act::Care, || view! { <board::Board /> }.into_any()),
        ["care", "cases"] => open(Act::Care, || view! { <list::Past /> }.into_any()),
        ["care", "cases", "new"] => open(Act::Care, || view! { <refer::New /> }.into_any()),
        ["care", "cases", id] => of(id, Act::Care, |id| view! { <case::Case id /> }.into_any()),
        ["care", "tasks"] => open(Act::Care, || view! { <tasks::Tasks /> }.into_any()),
        ["care", "report"] => open(Act::Care, || view! { <report::Report /> }.into_any()),
        ["care", "workshop"] => open(Act::Watch, || view! { <workshop::Workshop /> }.into_any()),
        ["care", "people", id] => of(id, Act::Care, |id| view! { <file::File id /> }.into_any()),
        ["care", "people", id, "looks"] => of(id, Act::KeepNodes, |id| {
            view! { <looks::Looks id /> }.into_any()
        }),
        ["care", "people", id, "looked-at"] => of(id, Act::KeepNodes, |id| {
            view! { <looks::LooksAt id /> }.into_any()
        }),
        ["care", "nodes"] => open(Act::Care, || view! { <nodes::Nodes /> }.into_any()),
        _ => nowhere(),
    }
}
