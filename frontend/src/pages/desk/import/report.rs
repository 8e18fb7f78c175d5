//! What came of a file: in short, then row by row, those that need a hand first.

use leptos::prelude::*;
use wire::market::{ImportMode, ImportOutcome, ImportReport, ImportRow};

use super::super::table::{Head, Plain};
use super::job::{Job, Outcome};
use crate::model::desk_import::{Verdict, by_need, verdict};
use crate::model::problem;
use crate::t;
use crate::ui::{Button, Chips, Kind, Tag, Tone};
use wire::Problem;

#[component]
pub fn Report(outcome: Outcome, job: Job) -> AnyView {
    let checked = outcome.mode == ImportMode::Check;
    let title = if checked {
        t!(desk_import.report.checked)
    } else {
        t!(desk_import.report.imported)
    };
    let about = format!(
        "{} · {} · {}",
        t!(desk_import.report.file, name = outcome.file),
        t!(desk_import.report.read_as, kind = outcome.report.read_as),
        outcome.time
    );
    let take = (checked && outcome.report.taken > 0).then(|| view! { <Button label=t!(desk_import.page.take) small=true name="take" busy=job.send.busy on_press=move |()| job.start(ImportMode::Take) /> });
    let report = outcome.report;
    view! {
        <section class="card stack" data-testid="report" data-mode=if checked { "check" } else { "take" }>
            <div class="stack-close"><h2>{title}</h2><p class="quiet">{about}</p></div>
            {sums(&report, checked)}
            <p role="status" data-testid="verdict">{said(&report, checked)}</p>
            <div class="row">
                {take}
                <Button label=t!(desk_import.report.clear) kind=Kind::Plain small=true name="clear" on_press=move |()| job.outcome.set(None) />
            </div>
            <RowByRow report />
        </section>
    }
    .into_any()
}

fn said(report: &ImportReport, checked: bool) -> &'static str {
    match (verdict(report), checked) {
        (Verdict::AllFine | Verdict::Partly, false) => t!(desk_import.report.done),
        (Verdict::AllFine, true) => t!(desk_import.report.fine),
        (Verdict::Partly, true) => t!(desk_import.report.partly),
        (Verdict::NothingNew, _) => t!(desk_import.report.nothing),
        (Verdict::AllRefused, _) => t!(desk_import.report.refused_all),
    }
}

fn sums(report: &ImportReport, checked: bool) -> AnyView {
    let first = if checked {
        t!(desk_import.report.would)
    } else {
        t!(desk_import.report.taken)
    };
    let sum = |label: &'static str, count: u32, name: &'static str| view! { <div class="sum"><dt class="quiet">{label}</dt><dd class="count-number" data-testid=name>{count}</dd></div> };
    view! {
        <dl class="sums">
            {sum(first, report.taken, "sum-taken")}
            {sum(t!(desk_import.report.known), report.known, "sum-known")}
            {sum(t!(desk_import.report.refused), report.refused, "sum-refused")}
        </dl>
    }
    .into_any()
}

#[component]
fn RowByRow(report: ImportReport) -> AnyView {
    let rows = by_need(&report.rows);
    let only = RwSignal::new(if report.refused > 0 { "refused" } else { "all" }.to_owned());
    let options = vec![
        ("refused".to_owned(), t!(desk_import.report.only).to_owned()),
        ("all".to_owned(), t!(desk_import.report.whole).to_owned()),
    ];
    let filter = (report.refused > 0 && report.taken + report.known > 0).then(|| view! { <Chips label=t!(desk_import.report.caption) options value=only set=move |to| only.set(to) name="rows" /> });
    let table = move || {
        let all = only.get() == "all";
        let heads = vec![
            Head::always(t!(desk_import.report.row)),
            Head::always(t!(desk_import.report.name)),
            Head::always(t!(desk_import.report.outcome)),
            Head::wide(t!(desk_import.report.column)),
            Head::wide(t!(desk_import.report.why)),
        ];
        let shown = rows
            .iter()
            .filter(|r| all || r.outcome == ImportOutcome::Refused)
            .map(row)
            .collect();
        view! { <Plain caption=t!(desk_import.report.caption) heads rows=shown name="import-rows" /> }.into_any()
    };
    view! { {filter}{table} }.into_any()
}

fn row(row: &ImportRow) -> Vec<AnyView> {
    let (words, tone) = match row.outcome {
        ImportOutcome::Taken => (t!(desk_import.report.taken), Tone::Good),
        ImportOutcome::Known => (t!(desk_import.report.known), Tone::Calm),
        ImportOutcome::Refused => (t!(desk_import.report.refused), Tone::Bad),
    };
    let why = row
        .code
        .map(|code| problem::words(&Problem::new(code)))
        .unwrap_or_default();
    let column = row.column.clone().unwrap_or_default();
    // On a phone the reason stands below the outcome.
    let below = (!why.is_empty())
        .then(|| view! { <span class="cell-note grid-narrow">{format!("{column} {why}")}</span> });
    vec![
        row.row.to_string().into_any(),
        row.name.clone().into_any(),
        view! { <Tag words tone />{below} }.into_any(),
        column.into_any(),
        why.into_any(),
    ]
}
