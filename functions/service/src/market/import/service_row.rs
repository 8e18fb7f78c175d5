//! A service as a row describes one.

use domain::limits;
use domain::provider::{Mode, Terms};
use domain::units::Fen;
use wire::Code;

use super::columns::{Column, Columns, Flaw};
use super::read::Row;
use super::values;

const YUAN: &[&str] = &["元", "yuan", "rmb", "cny"];
const MINUTE: &[&str] = &["分钟", "分", "minutes", "min"];
const HOUR: &[&str] = &["小时", "时", "hours", "h"];
const DAY: &[&str] = &["天", "日", "days"];

macro_rules! columns {
    ($($name:ident $required:literal $key:literal $zh:literal $also:expr, $units:expr;)+) => {
        $(pub static $name: Column = Column {
            key: $key, zh: $zh, also: &$also, units: $units, required: $required,
        };)+
        pub static COLUMNS: &[&Column] = &[$(&$name),+];
    };
}

columns! {
    CATEGORY true "category" "类别" ["分类", "服务类别"], &[];
    NAME true "name" "名称" ["服务名称", "服务", "service"], &[];
    NAME_EN false "nameen" "英文名" ["英文名称", "englishname"], &[];
    ABOUT false "about" "说明" ["服务说明", "介绍", "简介", "description"], &[];
    PRICE_FROM true "pricefrom" "最低价" ["价格", "price"], YUAN;
    PRICE_TO false "priceto" "最高价" [], YUAN;
    MINUTES true "minutes" "时长" ["duration"], MINUTE;
    BEFORE false "bufferbefore" "前缓冲" ["bufferbeforeminutes"], MINUTE;
    AFTER false "bufferafter" "后缓冲" ["bufferafterminutes"], MINUTE;
    LEAD false "leadhours" "提前" ["lead", "提前小时"], HOUR;
    HORIZON false "horizondays" "可约天数" ["horizon", "可约"], DAY;
    CUTOFF false "cutoffhours" "取消截止" ["cutoff"], HOUR;
    MODE false "mode" "方式" ["预约方式"], &[];
    PROVIDERS false "providers" "服务者电话" ["服务者", "服务者手机", "providerphones"], &[];
}

/// What a row asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// As it stands in the file: a slug or one of its names.
    pub category: String,
    pub name: String,
    pub name_en: Option<String>,
    pub about: String,
    pub terms: Terms,
    pub phones: Vec<String>,
}

pub fn parse(columns: &Columns, row: &Row) -> Result<Wanted, Flaw> {
    let name_en = columns.note(row, &NAME_EN, limits::TITLE_CHARS)?;
    let phones = columns
        .said(row, &PROVIDERS, values::phones)?
        .unwrap_or_default();
    let wanted = Wanted {
        category: columns.line(row, &CATEGORY, limits::TITLE_CHARS)?,
        name: columns.line(row, &NAME, limits::TITLE_CHARS)?,
        name_en: Some(name_en).filter(|text| !text.is_empty()),
        about: columns.note(row, &ABOUT, limits::STORY_CHARS)?,
        terms: terms(columns, row)?,
        phones,
    };
    if wanted.phones.len() > limits::SERVICE_PROVIDERS {
        return Err(columns.flaw(&PROVIDERS, Code::TooLong));
    }
    Ok(wanted)
}

/// Left empty: one price, no time before, and the rest as a new service's form proposes.
fn terms(columns: &Columns, row: &Row) -> Result<Terms, Flaw> {
    let price_from = needed(columns, row, &PRICE_FROM, values::yuan)?;
    let price_to = columns
        .said(row, &PRICE_TO, values::yuan)?
        .unwrap_or(price_from);
    let short = |raw: &str| u16::try_from(values::whole(raw)?).ok();
    let hours = |raw: &str| values::whole(raw)?.checked_mul(60);
    let terms = Terms {
        price_from,
        price_to,
        minutes: needed(columns, row, &MINUTES, short)?,
        buffer_before_minutes: columns.said(row, &BEFORE, short)?.unwrap_or(0),
        buffer_after_minutes: columns.said(row, &AFTER, short)?.unwrap_or(15),
        step_minutes: 30,
        lead_minutes: columns.said(row, &LEAD, hours)?.unwrap_or(2 * 60),
        horizon_days: columns.said(row, &HORIZON, short)?.unwrap_or(14),
        cutoff_minutes: columns.said(row, &CUTOFF, hours)?.unwrap_or(12 * 60),
        mode: columns
            .said(row, &MODE, values::mode)?
            .unwrap_or(Mode::OnRequest),
    };
    match flaw(&terms) {
        Some(column) => Err(columns.flaw(column, Code::BadValue)),
        None => Ok(terms),
    }
}

fn needed<T>(
    columns: &Columns,
    row: &Row,
    column: &Column,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Flaw> {
    let value = columns.said(row, column, parse)?;
    value.ok_or_else(|| columns.flaw(column, Code::EmptyText))
}

/// The column that breaks a limit.
fn flaw(terms: &Terms) -> Option<&'static Column> {
    if terms.price_from > Fen(limits::PRICE_FEN) {
        return Some(&PRICE_FROM);
    }
    Some(match terms.flaw()? {
        "price_from" => &PRICE_FROM,
        "price_to" => &PRICE_TO,
        "buffer_before_minutes" => &BEFORE,
        "buffer_after_minutes" => &AFTER,
        "lead_minutes" => &LEAD,
        "horizon_days" => &HORIZON,
        "cutoff_minutes" => &CUTOFF,
        _ => &MINUTES,
    })
}
