//! What a month came to, made anew from its cases each time. `GetCareReport`, `GetCareReportFile`: those who work on
//! cases; whoever there was a case about finds the look in their log of views. The workbook names nobody
//! but on its last sheet, which is there for those who see somebody's cases, and is a look too.

use std::collections::BTreeSet;

use bytes::Bytes;
use domain::care::board::Row;
use domain::care::{Case, CaseReason, CauseSeen, Field, Report, Source, Stage, report};
use domain::network::Month;
use domain::network::sheet::Cell;
use domain::watch::{Rules, Windows};
use domain::{PersonId, limits};
use jiff::Timestamp;
use store::schema;
use wire::care::{
    CareReportView, GetCareReport, GetCareReportFile, PersonRow, ReasonCount, ReportRow, RulesRow,
    SourceCount,
};
use wire::{Code, Endpoint};

use super::faces::{self, Faces};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Sheet, Who};
use crate::identity::views;
use crate::points::network::xlsx::{self, Tab};

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
const CASES: [&str; 7] = [
    "个案",
    "开启",
    "来源",
    "因为什么",
    "进展",
    "结案",
    "结案原因",
];

/// The cases of a month, and what they came to, to somebody who sees these fields of a person.
async fn month<E: Endpoint>(
    call: &Call<E>,
    month: Month,
    sees: &BTreeSet<Field>,
) -> Result<(Vec<Case>, Report), Error> {
    let who = &call.who;
    let bad = || Error::invalid(Code::BadValue, "?month");
    let (from, until) = month.span(&who.zone).ok_or_else(bad)?;
    let com = who.community.id;
    let cases = call.ctx.store.cases_between(com, from, until).await?;
    let report = report(&cases, (from, until), sees);
    Ok((cases, report))
}

fn row(cause: Option<CauseSeen>, row: &Row) -> ReportRow {
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
    let sees = faces::sees(ctx, who).await?;
    let (cases, report) = month(&call, call.query.month, &sees).await?;
    let people: Vec<PersonId> = report.by_person.keys().copied().collect();
    for some in people.chunks(limits::PAGE_ROWS) {
        views::log_all(ctx, who, some, GetCareReport::NAME, "", at).await?;
    }
    let faces = Faces::of(ctx, com, faces::of_rows(&cases)).await?;
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

/// The month, its cases, what each version of the rules came to, and, for those who see somebody's cases, each person.
pub async fn file(call: Call<GetCareReportFile>) -> Outcome<GetCareReportFile> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let sees = faces::sees(ctx, who).await?;
    let (cases, report) = month(&call, call.query.month, &sees).await?;
    let listed: Vec<Vec<Cell>> = cases.iter().map(|case| case_line(who, case)).collect();
    let by_rules = report.by_rules.iter();
    let by_rules = by_rules.map(|((ver, cause), one)| {
        let mut cells = line(word(Some(*cause)), one);
        cells.insert(0, Cell::Number(ver.to_string()));
        cells
    });
    let by_rules: Vec<Vec<Cell>> = by_rules.collect();
    let named = [Field::Name, Field::History];
    let people = match named.iter().all(|field| sees.contains(field)) {
        true => people(&call, &report, at).await?,
        false => Vec::new(),
    };
    let all = rows(&report);
    let mut rules_heading = vec!["版本"];
    rules_heading.extend(HEADING);
    let mut people_heading = vec!["姓名"];
    people_heading.extend(&HEADING[1..]);
    let tab = |name, heading, rows| Tab {
        name,
        heading,
        rows,
    };
    let mut tabs = vec![
        tab("月报", HEADING.as_slice(), all.as_slice()),
        tab("个案", CASES.as_slice(), listed.as_slice()),
        tab("各版时限", rules_heading.as_slice(), by_rules.as_slice()),
    ];
    if !people.is_empty() {
        tabs.push(tab("各人", people_heading.as_slice(), people.as_slice()));
    }
    Ok(Answer::sheet(Sheet {
        name: format!("care-{}.xlsx", call.query.month),
        content_type: xlsx::CONTENT_TYPE,
        bytes: Bytes::from(xlsx::book_of(&tabs)?),
    }))
}

/// What the month came to for each person; each finds the look in their log of views.
async fn people(
    call: &Call<GetCareReportFile>,
    report: &Report,
    at: Timestamp,
) -> Result<Vec<Vec<Cell>>, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let ids: Vec<PersonId> = report.by_person.keys().copied().collect();
    for some in ids.chunks(limits::PAGE_ROWS) {
        views::log_all(ctx, who, some, GetCareReportFile::NAME, "", at).await?;
    }
    let faces = Faces::of(ctx, who.community.id, ids.into_iter().collect()).await?;
    let rows = report.by_person.iter();
    Ok(rows
        .map(|(person, one)| line(&faces.name(*person), one))
        .collect())
}

/// Of one case, without whom it is about and without what a body says.
fn case_line(who: &Who, case: &Case) -> Vec<Cell> {
    let text = |said: &str| Cell::Text(said.to_owned());
    let moment = |at: Timestamp| {
        let at = who.moment(at).local();
        text(&at.strftime("%Y-%m-%d %H:%M").to_string())
    };
    let first = case.alerts.first();
    let cause = first.map(|alert| CauseSeen::to(&BTreeSet::new(), alert.cause));
    let closing = case.closing.as_ref();
    vec![
        text(&case.id.to_string()),
        moment(case.opened_at),
        text(source(case.source)),
        text(word(cause)),
        text(stage(case.stage())),
        closing.map_or_else(|| text(""), |one| moment(one.at)),
        text(closing.map_or("", |one| reason(one.reason))),
    ]
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

fn word(cause: Option<CauseSeen>) -> &'static str {
    match cause {
        Some(CauseSeen::NoExit) => "久未出门",
        Some(CauseSeen::NoReturn) => "久未回家",
        Some(CauseSeen::Sos) => "呼救",
        Some(CauseSeen::VitalHigh) => "身体数据偏高",
        Some(CauseSeen::VitalLow) => "身体数据偏低",
        Some(CauseSeen::NoReading) => "没有身体数据",
        Some(CauseSeen::General) => "需要留意",
        None => "求助和上报",
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Alert => "平安提醒",
        Source::Own => "本人求助",
        Source::Relative => "家人提出",
        Source::GridWorker => "网格员或楼组长上报",
        Source::Staff => "工作人员登记",
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Triage => "还没人接",
        Stage::Call => "该打电话",
        Stage::Visit => "该上门",
        Stage::Link => "该找帮助",
        Stage::FollowUp => "等着再看",
        Stage::Close => "可以结案",
        Stage::Reflect => "待写心得",
        Stage::Done => "办完了",
    }
}

fn reason(reason: CaseReason) -> &'static str {
    match reason {
        CaseReason::TrueAlarm => "真警",
        CaseReason::Away => "外出",
        CaseReason::Device => "设备",
        CaseReason::OpenDoor => "门常开或代刷",
        CaseReason::Others => "他人",
        CaseReason::Other => "其他",
        CaseReason::Settled => "办好了",
        CaseReason::Declined => "本人不需要",
        CaseReason::SignOfLife => "本人有了动静",
        CaseReason::Merged => "并入另一个案",
        CaseReason::Left => "已经不住这里",
    }
}
