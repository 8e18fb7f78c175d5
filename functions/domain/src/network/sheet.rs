//! What leaves the house: the rows of a batch, and their cells. The fields are those of a service
//! record (民函〔2012〕340号, sections 6 and 7), with what identifies it here. How good it was is not
//! recorded here: that column is there, and empty. Of the volunteer there is name and number: the
//! number is there so that sex, birth, card and telephone need not leave. The last two columns are
//! for the answer, so that the file itself may come back as the answer file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Batch, Layout, Record};
use crate::access::named;
use crate::activity::Activity;
use crate::hours::{Entry, Sign, Source};
use crate::{ActivityId, EntryId, PersonId, limits};

named! {
    /// What the network is to do with a row.
    RowKind {
        New = "confirmed",
        /// It comes in the place of one they know.
        Revised = "revised",
        /// What they know did not take place.
        Voided = "voided",
    }
}

/// One record as it left. Nothing in it follows what changes later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub entry: EntryId,
    pub person: PersonId,
    /// Where its record lies.
    pub starts: Timestamp,
    pub name: String,
    pub number: String,
    pub activity: Option<ActivityId>,
    pub what: String,
    pub place: String,
    #[serde(default)]
    pub for_whom: String,
    pub about: String,
    /// In the community's zone.
    pub from: DateTime,
    pub until: DateTime,
    pub minutes: u32,
    pub organiser: Option<PersonId>,
    pub recorder: PersonId,
    pub confirmer: Option<PersonId>,
    pub confirmed: Option<DateTime>,
    pub source: Source,
    #[serde(default)]
    pub sign: Option<Sign>,
    pub kind: RowKind,
    pub revision_of: Option<EntryId>,
    pub revision_external: Option<String>,
}

/// What a row is made of, besides its record.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub entry: &'a Entry,
    pub name: &'a str,
    /// The unified number.
    pub number: &'a str,
    pub activity: Option<&'a Activity>,
    /// The record that this one comes in the place of.
    pub before: Option<&'a Record>,
    pub zone: &'a TimeZone,
}

impl Row {
    #[must_use]
    pub fn of(record: &Record, ground: &Ground) -> Self {
        let entry = ground.entry;
        let local = |at: Timestamp| ground.zone.to_datetime(at);
        let last = entry.approvals.last();
        let kind = match (record.revision_of, record.minutes) {
            (None, _) => RowKind::New,
            (Some(_), 0) => RowKind::Voided,
            (Some(_), _) => RowKind::Revised,
        };
        let text = |of: fn(&Activity) -> &String| ground.activity.map(|one| one_line(of(one)));
        Self {
            entry: record.entry,
            person: record.person,
            starts: record.starts,
            name: ground.name.to_owned(),
            number: ground.number.to_owned(),
            activity: entry.activity,
            what: one_line(&entry.what),
            place: text(|one| &one.place).unwrap_or_default(),
            for_whom: text(|one| &one.for_whom).unwrap_or_default(),
            about: text(|one| &one.about).unwrap_or_default(),
            from: local(entry.span.from),
            until: local(entry.span.until),
            minutes: record.minutes,
            organiser: ground.activity.map(|one| one.organiser),
            recorder: entry.submitted_by,
            confirmer: last.map(|approval| approval.by),
            confirmed: last.map(|approval| local(approval.at)),
            source: entry.source,
            sign: entry.sign,
            kind,
            revision_of: record.revision_of,
            revision_external: ground.before.and_then(Record::external).map(str::to_owned),
        }
    }

    /// The staff whose names stand in it.
    pub fn staff(&self) -> impl Iterator<Item = PersonId> {
        let ids = [self.organiser, Some(self.recorder), self.confirmer];
        ids.into_iter().flatten()
    }

    /// Forgets who it was, and their own words.
    pub fn hush(&mut self) {
        self.name.clear();
        self.number.clear();
        if self.activity.is_none() {
            self.what.clear();
        }
    }

    /// The cells, in the order of [`headings`].
    #[must_use]
    pub fn cells(&self, batch: &Batch) -> Vec<Cell> {
        let text = |said: &str| Cell::Text(said.to_owned());
        let name =
            |id: Option<PersonId>| text(id.and_then(|id| batch.names.get(&id)).map_or("", |n| n));
        let id = |id: Option<String>| Cell::Text(id.unwrap_or_default());
        match batch.layout {
            Layout::First => vec![
                Cell::Text(self.entry.to_string()),
                text(&self.name),
                text(&self.number),
                text(&self.what),
                id(self.activity.map(|id| id.to_string())),
                Cell::Text(self.from.date().to_string()),
                Cell::Text(clock(self.from)),
                Cell::Text(clock(self.until)),
                text(&self.place),
                text(&self.for_whom),
                text(&self.about),
                Cell::Number(hours(self.minutes)),
                Cell::Number(self.minutes.to_string()),
                text(""),
                name(self.organiser),
                name(Some(self.recorder)),
                name(self.confirmer),
                Cell::Text(self.confirmed.map(clock_of_day).unwrap_or_default()),
                text(match (self.source, self.sign) {
                    (Source::Attendance, Some(Sign::Card)) => "card",
                    (Source::Attendance, Some(Sign::Code) | None) => "qr",
                    (Source::Manual, _) => "manual",
                }),
                text(self.kind.as_str()),
                id(self.revision_of.map(|id| id.to_string())),
                text(self.revision_external.as_deref().unwrap_or_default()),
                text(&batch.issuer),
                Cell::Text(batch.community.to_string()),
                Cell::Text(batch.id.to_string()),
                text(""),
                text(""),
            ],
        }
    }
}

/// The headings of a layout.
#[must_use]
pub fn headings(layout: Layout) -> &'static [&'static str] {
    match layout {
        Layout::First => &[
            "记录编号",
            "志愿者姓名",
            "志愿者统一编号",
            "活动（项目）名称",
            "活动编号",
            "服务日期",
            "开始时间",
            "结束时间",
            "服务地点",
            "服务对象",
            "服务内容",
            "服务时间（小时）",
            "服务分钟",
            "服务质量评价",
            "活动（项目）负责人",
            "记录人",
            "确认人",
            "确认时间",
            "记录方式",
            "状态",
            "更正的记录编号",
            "更正的外部编号",
            "记录单位",
            "社区编号",
            "批次编号",
            "外部编号",
            "退回原因",
        ],
    }
}

/// What stands in a cell; a number as its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(String),
}

impl Cell {
    #[must_use]
    pub fn said(&self) -> &str {
        match self {
            Self::Text(said) | Self::Number(said) => said,
        }
    }
}

/// Hours with one decimal, rounded down.
#[must_use]
pub fn hours(minutes: u32) -> String {
    let tenths = minutes / 6;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn clock(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn clock_of_day(at: DateTime) -> String {
    format!("{} {}", at.date(), clock(at))
}

/// In one line, and cut where it is long.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    line.chars().take(limits::NETWORK_TEXT_CHARS).collect()
}

/// A table as separated text for spreadsheets: UTF-8 with its mark, lines ended as on Windows, and no
/// cell that a spreadsheet would take for a formula.
#[must_use]
pub fn csv<'a>(lines: impl IntoIterator<Item = Vec<&'a str>>) -> String {
    let mut text = String::from('\u{feff}');
    for line in lines {
        let cells: Vec<String> = line.into_iter().map(|said| quoted(&inert(said))).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A text that begins like a formula, with an apostrophe before it.
#[must_use]
pub fn inert(said: &str) -> String {
    let first = said.trim_start().chars().next();
    let formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
    );
    match formula || said.starts_with(['\t', '\r', '\n']) {
        true => format!("'{said}"),
        false => said.to_owned(),
    }
}

fn quoted(said: &str) -> String {
    match said.contains(['"', ',', ';', '\n', '\r', '\t']) {
        true => format!("\"{}\"", said.replace('"', "\"\"")),
        false => said.to_owned(),
    }
}

/// The names that a part of a batch needs, of all that were looked up.
#[must_use]
pub fn staff_names(rows: &[Row], names: &BTreeMap<PersonId, String>) -> BTreeMap<PersonId, String> {
    let ids = rows.iter().flat_map(Row::staff);
    ids.filter_map(|id| Some((id, names.get(&id)?.clone())))
        .collect()
}
