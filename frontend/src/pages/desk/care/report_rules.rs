//! What alerts came to by each version of the rules, and about each person: for talking about limits.

use domain::CaseId;
use leptos::prelude::*;
use wire::care::{PersonRow, RulesRow};

use super::super::table::{Head, Plain};
use super::report::{cause, wait};
use crate::model::when;
use crate::t;

/// How much sooner somebody is looked after than by the outer limits.
fn lead(minutes: Option<i64>) -> String {
    match minutes {
        Some(minutes) if minutes < 0 => {
            let span = wait(minutes.checked_neg());
            t!(desk_care.report.later, span = span)
        }
        minutes => wait(minutes),
    }
}

fn version(row: &RulesRow) -> String {
    match row.rules_ver {
        0 => t!(desk_care.workshop.first).to_owned(),
        ver => t!(desk_watch.rules.version, ver = ver),
    }
}

/// The cases a version was made of.
fn taught(cases: &[CaseId]) -> AnyView {
    let link = |(place, case): (usize, &CaseId)| {
        let words = t!(desk_care.report.case, number = place + 1);
        view! { <a class="grid-link" href=format!("/desk/care/cases/{case}") data-testid="taught-by">{words}</a>" " }.into_any()
    };
    let links: Vec<AnyView> = cases.iter().enumerate().map(link).collect();
    links.into_any()
}

/// A table of versions, each with what its alerts came to. Nothing where there was no alert.
#[must_use]
pub fn rules(rows: &[RulesRow]) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let heads = [
        t!(desk_care.workshop.ver),
        t!(desk_care.report.cause),
        t!(desk_care.report.limits),
        t!(desk_care.report.lead),
        t!(desk_care.report.cases),
        t!(desk_care.report.real),
        t!(desk_care.report.unreal),
        t!(desk_care.report.taught),
    ];
    let heads = heads.map(|label| view! { <th scope="col">{label}</th> }.into_any());
    let heads: Vec<AnyView> = heads.into_iter().collect();
    let line = |one: &RulesRow| {
        let limits = one.windows.map(|windows| {
            let spans = [windows.no_exit_minutes, windows.no_return_minutes];
            spans.map(when::minutes).join(" / ")
        });
        let note =
            (!one.note.is_empty()).then(|| view! { <span class="quiet">{one.note.clone()}</span> });
        let row = &one.row;
        view! {
            <tr>
                <th scope="row">{version(one)}" "{note}</th>
                <td>{cause(row)}</td>
                <td>{limits}</td>
                <td>{lead(one.lead_minutes)}</td>
                <td>{row.cases}</td>
                <td>{row.true_alarms}</td>
                <td>{row.false_alarms}</td>
                <td>{taught(&one.taught_by)}</td>
            </tr>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = rows.iter().map(line).collect();
    view! {
        <section class="stack-s">
            <h3>{t!(desk_care.report.rules)}</h3>
            <div class="paper-scroll" tabindex="0" role="region" aria-label=t!(desk_care.report.rules)>
                <table class="paper-rows" data-testid="report-rules">
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// Of each person there were cases about; not on paper.
#[must_use]
pub fn people(rows: &[PersonRow]) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let line = |one: &PersonRow| {
        let href = format!("/desk/care/people/{}", one.person);
        let name = one.person_name.clone();
        vec![
            view! { <a class="grid-link" href=href data-testid="report-person">{name}</a> }
                .into_any(),
            one.row.cases.into_any(),
            one.row.true_alarms.into_any(),
            one.row.false_alarms.into_any(),
        ]
    };
    let heads = vec![
        Head::always(t!(desk_care.list.name)),
        Head::always(t!(desk_care.report.cases)),
        Head::always(t!(desk_care.report.real)),
        Head::always(t!(desk_care.report.unreal)),
    ];
    let rows: Vec<Vec<AnyView>> = rows.iter().map(line).collect();
    view! {
        <section class="screen-only">
            <h2 class="cells-title">{t!(desk_care.report.people)}</h2>
            <Plain caption=t!(desk_care.report.people) heads rows name="report-people" />
        </section>
    }
    .into_any()
}
