//! What a month came to, made anew from its cases each time. `GetCareReport`, `GetCareReportFile`: those who work on
//! cases; whoever there was a case about finds the look in their log of views. The workbook names nobody.

use bytes::Bytes;
use domain::care::board::Row;
use domain::care::{Case, Report, report};
use domain::network::Month;
use domain::network::sheet::Cell;
use domain::watch::{Cause, Rules, Windows};
use domain::{PersonId, limits};
use store::schema;
use wire::care::{
    CareReportView, GetCareReport, GetCareReportFile, PersonRow, ReasonCount, ReportRow, RulesRow,
    SourceCount,
};
use wire::{Code, Endpoint};

use super::faces::{self, Faces};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Sheet};
use crate::identity::views;
use crate::points::network::xlsx;

const HEADING: [&str; 9] = [
    "类别",
    "个案",
    "已结",
    "真警",
    "误报",
    "自行解除",
    "接手（分）",
    "联系上（分）",
    "结案（分）",
];

/// The cases of a month, and what they came to.
async fn month<E: Endpoint>(call: &Call<E>, month: Month) -> Result<(Vec<Case>, Report), Error> {
    let who = &call.who;
    let bad = || Error::invalid(Code::BadValue, "?month");
    let (from, until) = month.span(&who.zone).ok_or_else(bad)?;
    let com = who.community.id;
    let cases = call.ctx.store.cases_between(com, from, until).await?;
    let report = report(&cases, from, until);
    Ok((cases, report))
}

fn row(cause: Option<Cause>, row: &Row) -> ReportRow {
    ReportRow {
        cause,
        cases: row.cases,
        closed: row.closed,
        true_alarms: row.true_alarms,
        false_alarms: row.false_alarms,
        by_itself: row.by_itself,
        taken_minutes: row.taken_minutes,
        reached_minutes: row.reached_minutes,
        closed_minutes: row.closed_minutes,
    }
}

pub async fn get(call: Call<GetCareReport>) -> Outcome<GetCareReport> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let (cases, report) = month(&call, call.query.month).await?;
    let people: Vec<PersonId> = report.by_person.keys().copied().collect();
    for some in people.chunks(limits::PAGE_ROWS) {
        views::log_all(ctx, who, some, GetCareReport::NAME, "", at).await?;
    }
    let faces = Faces::of(ctx, com, faces::of_rows(&cases)).await?;
    let sees = faces::sees(ctx, who).await?;
    let causes = report.by_cause.iter();
    let sources = report.by_source.iter();
    let reasons = report.by_reason.iter();
    let people = report.by_person.iter();
    let people = people.map(|(person, one)| PersonRow {
        person: *person,
        person_name: faces.name(*person),
        row: row(None, one),
    });
    Ok(Answer::new(CareReportView {
        month: call.query.month,
        all: row(None, &report.all),
        causes: causes.map(|(cause, one)| row(*cause, one)).collect(),
        rules: rules(&call, &cases, &report).await?,
        people: people.collect(),
        sources: sources
            .map(|(source, cases)| SourceCount {
                source: *source,
                cases: *cases,
            })
            .collect(),
        reasons: reasons
            .map(|(reason, cases)| ReasonCount {
                reason: *reason,
                cases: *cases,
            })
            .collect(),
        visits: report.visits,
        calls: report.calls,
        links: report.links,
        reflections: report.reflections,
        cases: cases
            .iter()
            .map(|case| faces::case_row(who, &sees, case, &faces, at))
            .collect(),
    }))
}

/// What alerts of each version of the rules came to, and which cases it was made of.
async fn rules(
    call: &Call<GetCareReport>,
    cases: &[Case],
    report: &Report,
) -> Result<Vec<RulesRow>, Error> {
    let com = call.who.community.id;
    let mut rows = Vec::new();
    for ((ver, cause), one) in &report.by_rules {
        let found: Option<Rules> = call.ctx.store.get(&schema::watch_rules(com, *ver)).await?;
        let found = match ver {
            0 => Some(Rules::default()),
            _ => found,
        };
        let lead = |rules: &Rules| {
            let silence = cause.silence()?;
            let sooner = Windows::OUTER.of(silence) - rules.windows.of(silence);
            Some(sooner.as_mins())
        };
        let taught = cases.iter().filter(|case| {
            let mut lessons = case.reflections.iter();
            lessons.any(|lesson| lesson.rules_ver == Some(*ver))
        });
        rows.push(RulesRow {
            rules_ver: *ver,
            lead_minutes: found.as_ref().and_then(lead),
            windows: found.as_ref().map(|rules| rules.windows),
            note: found.map(|rules| rules.note).unwrap_or_default(),
            row: row(Some(*cause), one),
            taught_by: taught.map(|case| case.id).collect(),
        });
    }
    Ok(rows)
}

pub async fn file(call: Call<GetCareReportFile>) -> Outcome<GetCareReportFile> {
    let (_, report) = month(&call, call.query.month).await?;
    let book = xlsx::workbook(&HEADING, &rows(&report))?;
    Ok(Answer::sheet(Sheet {
        name: format!("care-{}.xlsx", call.query.month),
        content_type: xlsx::CONTENT_TYPE,
        bytes: Bytes::from(book),
    }))
}

fn rows(report: &Report) -> Vec<Vec<Cell>> {
    let causes = report.by_cause.iter();
    let mut rows: Vec<Vec<Cell>> = causes.map(|(cause, one)| line(word(*cause), one)).collect();
    rows.push(line("合计", &report.all));
    let counts = [
        ("电话", report.calls),
        ("上门", report.visits),
        ("链接资源", report.links),
        ("反思", report.reflections),
    ];
    rows.extend(counts.iter().map(|(name, count)| {
        let mut cells = vec![
            Cell::Text((*name).to_owned()),
            Cell::Number(count.to_string()),
        ];
        cells.resize(HEADING.len(), Cell::Text(String::new()));
        cells
    }));
    rows
}

fn line(name: &str, row: &Row) -> Vec<Cell> {
    let count = |count: u32| Cell::Number(count.to_string());
    let wait = |minutes: Option<i64>| match minutes {
        Some(minutes) => Cell::Number(minutes.to_string()),
        None => Cell::Text(String::new()),
    };
    vec![
        Cell::Text(name.to_owned()),
        count(row.cases),
        count(row.closed),
        count(row.true_alarms),
        count(row.false_alarms),
        count(row.by_itself),
        wait(row.taken_minutes),
        wait(row.reached_minutes),
        wait(row.closed_minutes),
    ]
}

fn word(cause: Option<Cause>) -> &'static str {
    match cause {
        Some(Cause::NoExit) => "久未出门",
        Some(Cause::NoReturn) => "久未回家",
        Some(Cause::Sos) => "呼救",
        Some(Cause::VitalHigh) => "身体数据偏高",
        Some(Cause::VitalLow) => "身体数据偏低",
        Some(Cause::NoReading) => "没有身体数据",
        None => "求助和上报",
    }
}
