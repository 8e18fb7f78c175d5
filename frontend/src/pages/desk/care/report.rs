//! What a month came to: counts, and how long things took. For the team's own learning; it has no order among people.
//! What is printed and the workbook name nobody.

use domain::network::Month;
use leptos::prelude::*;
use wire::care::{
    CareReportQuery, CareReportView, CaseRow, GetCareReport, GetCareReportFile, ReportRow,
};
use wire::endpoint::Endpoint;

use super::super::table::{Head, Plain};
use super::report_rules::{people, rules};
use super::{chart, words};
use crate::browser::print;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Field, Kind, Load, Page, Remote, Tag};
use crate::{api, clock, t};

#[component]
pub fn Report() -> AnyView {
    let today = clock::today(&Session::get().zone());
    let month = RwSignal::new(format!("{:04}-{:02}", today.year(), today.month()));
    let asked = move || month.with(|raw| raw.parse::<Month>().ok());
    let report = Remote::new(move || match asked() {
        Some(month) => api::get::<GetCareReport>((), CareReportQuery { month }),
        None => Box::pin(async { Err(wire::Problem::new(wire::Code::BadValue).at("/month")) }),
    });
    let file = move || {
        let href = GetCareReportFile::url(&(), &CareReportQuery { month: asked()? });
        Some(
            view! { <a class="weui-btn weui-btn_default button button-small" href=href rel="external" download="" data-testid="report-file">{t!(desk_care.report.file)}</a> },
        )
    };
    view! {
        <Page title=t!(desk_care.report.title) back="/desk/care" wide=true>
            <div class="card stack screen-only">
                <p class="quiet">{t!(desk_care.report.words)}</p>
                <Field label=t!(desk_care.report.month) value=month name="month" kind="month" />
                <div class="row">
                    {file}
                    <Button label=t!(volunteer.card.print) name="print" small=true kind=Kind::Plain on_press=move |()| print() />
                </div>
            </div>
            <Load from=report let:now>{sheet(&now)}</Load>
        </Page>
    }
    .into_any()
}

/// Minutes in words; none where nothing was measured.
pub(super) fn wait(minutes: Option<i64>) -> String {
    let minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok());
    minutes.map_or_else(|| t!(desk.act.none).to_owned(), when::minutes)
}

fn sheet(report: &CareReportView) -> AnyView {
    let sources = report.sources.iter();
    let sources = sources.map(|one| (words::source(one.source), one.cases));
    let reasons = report.reasons.iter();
    let reasons = reasons.map(|one| (words::reason(one.reason), one.cases));
    let causes = report.causes.iter();
    let by_cause = causes
        .map(|one| (cause(one), one.cases))
        .collect::<Vec<_>>();
    let by_cause =
        (!by_cause.is_empty()).then(|| chart::bars(t!(desk_care.report.causes), &by_cause));
    view! {
        <section class="card paper stack" data-testid="report">
            <h2 class="paper-title">{t!(desk_care.report.heading, month = report.month.to_string())}</h2>
            {sums(report)}
            {outcomes(&report.all)}
            <section class="stack-s">
                <h3>{t!(desk_care.report.causes)}</h3>
                {by_cause}
                {causes_table(&report.causes)}
            </section>
            {rules(&report.rules)}
            {chart::counted(t!(desk_care.report.sources), sources.collect(), "report-sources")}
            {chart::counted(t!(desk_care.report.reasons), reasons.collect(), "report-reasons")}
        </section>
        {people(&report.people)}
        {listed(&report.cases)}
    }
    .into_any()
}

/// The counts of the month, and how long things took in the middle of all.
fn sums(report: &CareReportView) -> AnyView {
    let all = &report.all;
    let count =
        |label: &'static str, count: u32, name: &'static str| (label, count.to_string(), name);
    let rows = [
        count(t!(desk_care.report.cases), all.cases, "cases"),
        count(t!(desk_care.report.closed), all.closed, "closed"),
        count(t!(desk_care.report.real), all.true_alarms, "true-alarms"),
        count(
            t!(desk_care.report.unreal),
            all.false_alarms,
            "false-alarms",
        ),
        count(t!(desk_care.report.by_itself), all.by_itself, "by-itself"),
        (t!(desk_care.report.taken), wait(all.taken_minutes), "taken"),
        (
            t!(desk_care.report.reached),
            wait(all.reached_minutes),
            "reached",
        ),
        (
            t!(desk_care.report.until_closed),
            wait(all.closed_minutes),
            "until-closed",
        ),
        count(t!(desk_care.report.calls), report.calls, "calls"),
        count(t!(desk_care.report.visits), report.visits, "visits"),
        count(t!(desk_care.report.links), report.links, "links"),
        count(
            t!(desk_care.report.reflections),
            report.reflections,
            "reflections",
        ),
    ];
    let row = |(label, value, name): (&'static str, String, &'static str)| {
        view! { <tr><th scope="row">{label}</th><td data-testid=name>{value}</td></tr> }.into_any()
    };
    let rows: Vec<AnyView> = rows.into_iter().map(row).collect();
    view! {
        <table class="paper-rows" data-testid="report-sums">
            <caption class="sr">{t!(desk_care.report.sums)}</caption>
            <tbody>{rows}</tbody>
        </table>
        <p class="quiet">{t!(desk_care.report.middle)}</p>
    }
    .into_any()
}

/// How those that are closed ended: a picture of what stands above.
fn outcomes(all: &ReportRow) -> AnyView {
    if all.closed == 0 {
        return ().into_any();
    }
    let known = all.true_alarms + all.false_alarms + all.by_itself;
    let rows = [
        (t!(desk_care.report.real), all.true_alarms),
        (t!(desk_care.report.unreal), all.false_alarms),
        (t!(desk_care.report.by_itself), all.by_itself),
        (
            t!(desk_care.report.otherwise),
            all.closed.saturating_sub(known),
        ),
    ];
    let rows = rows.map(|(name, count)| (name.to_owned(), count));
    view! { <section class="stack-s"><h3>{t!(desk_care.report.ended)}</h3>{chart::bars(t!(desk_care.report.ended), &rows)}</section> }.into_any()
}

pub(super) fn cause(row: &ReportRow) -> String {
    let asked = || t!(desk_care.report.word).to_owned();
    row.cause.map_or_else(asked, words::cause)
}

fn causes_table(rows: &[ReportRow]) -> AnyView {
    let heads = [
        t!(desk_care.report.cause),
        t!(desk_care.report.cases),
        t!(desk_care.report.closed),
        t!(desk_care.report.real),
        t!(desk_care.report.unreal),
        t!(desk_care.report.by_itself),
        t!(desk_care.report.taken),
        t!(desk_care.report.reached),
        t!(desk_care.report.until_closed),
    ];
    let heads = heads.map(|label| view! { <th scope="col">{label}</th> }.into_any());
    let row = |row: &ReportRow| {
        let counts = [
            row.cases,
            row.closed,
            row.true_alarms,
            row.false_alarms,
            row.by_itself,
        ];
        let counts = counts.map(|count| view! { <td>{count}</td> }.into_any());
        let waits = [row.taken_minutes, row.reached_minutes, row.closed_minutes];
        let waits = waits.map(|minutes| view! { <td>{wait(minutes)}</td> }.into_any());
        let cells: Vec<AnyView> = counts.into_iter().chain(waits).collect();
        view! { <tr><th scope="row">{cause(row)}</th>{cells}</tr> }.into_any()
    };
    let rows: Vec<AnyView> = rows.iter().map(row).collect();
    if rows.is_empty() {
        return view! { <p class="quiet" data-testid="report-none">{t!(desk_care.report.none)}</p> }.into_any();
    }
    let heads: Vec<AnyView> = heads.into_iter().collect();
    view! {
        <div class="paper-scroll" tabindex="0" role="region" aria-label=t!(desk_care.report.causes)>
            <table class="paper-rows" data-testid="report-causes">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The cases behind the counts: to go on from here, and not on paper.
fn listed(cases: &[CaseRow]) -> AnyView {
    if cases.is_empty() {
        return ().into_any();
    }
    let line = |case: &CaseRow| {
        let href = format!("/desk/care/cases/{}", case.id);
        let reason = case.reason.map(words::reason).unwrap_or_default();
        let name = case.person_name.clone();
        vec![
            view! { <a class="grid-link" href=href data-testid="report-case">{name}</a> }
                .into_any(),
            view! { <Tag words=words::stage(case.stage) tone=words::stage_tone(case.stage) /> }
                .into_any(),
            when::moment(case.opened_at).into_any(),
            reason.into_any(),
        ]
    };
    let heads = vec![
        Head::always(t!(desk_care.list.name)),
        Head::always(t!(desk_care.list.stage)),
        Head::wide(t!(desk_care.list.opened)),
        Head::wide(t!(desk_care.list.reason)),
    ];
    let rows: Vec<Vec<AnyView>> = cases.iter().rev().map(line).collect();
    view! {
        <section class="screen-only">
            <h2 class="cells-title">{t!(desk_care.report.listed)}</h2>
            <Plain caption=t!(desk_care.report.listed) heads rows name="report-cases" />
        </section>
    }
    .into_any()
}
