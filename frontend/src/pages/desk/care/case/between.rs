//! What went from one part of the team to another: who asked whom, and what they answered.

use domain::care::{NodeKind, TurnKind};
use leptos::prelude::*;
use wire::care::{BetweenView, TurnView};

use super::super::words;
use super::Work;
use crate::model::care_turn::line;
use crate::t;

#[component]
pub(super) fn Between(work: Work) -> AnyView {
    let all = work.part(|case| case.between.clone());
    let shown = move || {
        let all = all.get()?;
        let lines: Vec<AnyView> = all.iter().map(step).collect();
        (!lines.is_empty()).then(|| {
            view! {
                <section class="card stack" data-testid="case-between">
                    <h2>{t!(desk_case.between.title)}</h2>
                    <ol class="stack-s">{lines}</ol>
                </section>
            }
        })
    };
    shown.into_any()
}

fn step(one: &BetweenView) -> AnyView {
    let (from, to) = (part(one.from), part(one.to));
    let parts = t!(desk_case.between.parts, from = from, to = to);
    let turn = TurnView {
        at: one.at,
        what: one.what,
        who_name: one.who_name.clone(),
        to_name: one.to_name.clone(),
        reason: one.reason.clone(),
    };
    // Whoever cannot says so in the sentence itself.
    let told = one.what != TurnKind::Declined && !one.reason.is_empty();
    let reason = told.then(|| {
        let reason = one.reason.clone();
        view! { <p class="prose" data-testid="between-reason">{reason}</p> }
    });
    let task = one.task.to_string();
    view! {
        <li class="stack-s" data-testid="between" data-what=one.what.as_str() data-task=task>
            <p><strong>{parts}</strong></p>
            <p class="quiet">{line(&turn)}</p>
            {reason}
        </li>
    }
    .into_any()
}

/// A part of the team; the station where it is none.
fn part(kind: Option<NodeKind>) -> String {
    kind.map_or_else(
        || t!(desk_case.between.station).to_owned(),
        words::node_kind,
    )
}
