//! Counts beside each other: bars to look at, and the same in words for whoever hears them. The table below is what
//! holds.

use leptos::prelude::*;

use super::super::table::{Head, Plain};
use crate::model::care::bar;
use crate::t;

/// Bars alone.
#[must_use]
pub fn bars(title: &str, rows: &[(String, u32)]) -> AnyView {
    let most = rows.iter().map(|(_, count)| *count).max();
    let most = most.unwrap_or_default();
    let said = rows.iter().map(|(name, count)| format!("{name} {count}"));
    let said: Vec<String> = said.collect();
    let label = format!("{title}: {}", said.join(t!(desk.act.comma)));
    let row = |(name, count): &(String, u32)| {
        let width = bar(*count, most).to_string();
        view! {
            <div class="chart-row">
                <span class="chart-name">{name.clone()}</span>
                <svg class="chart-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="0" width=width height="10"></rect></svg>
                <span class="chart-count">{*count}</span>
            </div>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = rows.iter().map(row).collect();
    view! { <div class="chart" role="img" aria-label=label>{rows}</div> }.into_any()
}

/// A heading, bars, and the table they are drawn from. Nothing where nothing is counted.
#[must_use]
pub fn counted(title: &'static str, rows: Vec<(String, u32)>, name: &'static str) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let drawn = bars(title, &rows);
    let heads = vec![Head::always(title), Head::always(t!(desk_care.board.cases))];
    let line = |(name, count): (String, u32)| vec![name.into_any(), count.into_any()];
    let rows: Vec<Vec<AnyView>> = rows.into_iter().map(line).collect();
    view! {
        <section class="stack-s">
            <h3>{title}</h3>
            {drawn}
            <Plain caption=title heads rows name />
        </section>
    }
    .into_any()
}
