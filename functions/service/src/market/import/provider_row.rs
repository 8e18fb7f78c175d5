//! A provider as a row describes one, and how it compares to a file that is there.

use domain::availability::{Calendar, Weekly};
use domain::limits;
use domain::provider::{CredentialKind, Provider};
use jiff::civil::Date;
use wire::Code;

use super::columns::{Column, Columns, Flaw};
use super::read::Row;
use super::values;
use super::weekly::weekly;

/// Characters of a credential's number that are kept; never all of it.
const TAIL_CHARS: usize = 6;

macro_rules! columns {
    ($($name:ident $required:literal $key:literal $zh:literal $also:expr;)+) => {
        $(pub static $name: Column = Column {
            key: $key, zh: $zh, also: &$also, units: &[], required: $required,
        };)+
        pub static COLUMNS: &[&Column] = &[$(&$name),+];
    };
}

columns! {
    NAME true "name" "姓名" ["名称", "称呼", "服务者", "provider"];
    PHONE true "phone" "电话" ["手机", "手机号", "手机号码", "电话号码", "联系电话", "mobile", "phonenumber", "telephone"];
    INTRO false "intro" "简介" ["介绍", "introduction", "about"];
    KIND false "credential" "证件类型" ["证件", "证件种类", "credentialkind", "credentialtype", "kind"];
    TAIL false "numbertail" "证件尾号" ["尾号", "tail", "credentialnumber"];
    EXPIRES false "expires" "有效期" ["有效期至", "证件有效期", "到期日", "expiry", "validuntil"];
    HOURS false "hours" "每周时间" ["服务时间", "每周服务时间", "weeklyhours", "weekly"];
}

/// What a row asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub name: String,
    pub phone: String,
    pub intro: String,
    pub paper: Option<Paper>,
    pub weekly: Vec<Weekly>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    pub kind: CredentialKind,
    pub number_tail: String,
    pub expires: Date,
}

pub fn parse(columns: &Columns, row: &Row) -> Result<Wanted, Flaw> {
    let name = columns.line(row, &NAME, limits::NAME_CHARS)?;
    let phone = columns.said(row, &PHONE, values::phone)?;
    let phone = phone.ok_or_else(|| columns.flaw(&PHONE, Code::EmptyText))?;
    let intro = columns.note(row, &INTRO, limits::NOTE_CHARS)?;
    let paper = paper(columns, row)?;
    let weekly = weekly(columns.cell(row, &HOURS)).map_err(|code| columns.flaw(&HOURS, code))?;
    let calendar = Calendar {
        weekly: weekly.clone(),
        ..Calendar::default()
    };
    if calendar.flaw().is_some() {
        return Err(columns.flaw(&HOURS, Code::BadValue));
    }
    Ok(Wanted {
        name,
        phone,
        intro,
        paper,
        weekly,
    })
}

/// A credential has a kind and a last day, or there is none.
fn paper(columns: &Columns, row: &Row) -> Result<Option<Paper>, Flaw> {
    let kind = columns.said(row, &KIND, values::credential)?;
    let number_tail = columns.note(row, &TAIL, TAIL_CHARS)?;
    let expires = columns.said(row, &EXPIRES, values::day)?;
    match (kind, expires) {
        (None, None) if number_tail.is_empty() => Ok(None),
        (None, _) => Err(columns.flaw(&KIND, Code::EmptyText)),
        (_, None) => Err(columns.flaw(&EXPIRES, Code::EmptyText)),
        (Some(kind), Some(expires)) => Ok(Some(Paper {
            kind,
            number_tail,
            expires,
        })),
    }
}

impl Wanted {
    /// The first column that says something else than the file that is there. An empty cell says
    /// nothing, and what was added to the file since does not matter.
    #[must_use]
    pub fn differs(&self, file: &Provider) -> Option<&'static Column> {
        let paper = |paper: &Paper| {
            let mut credentials = file.credentials.iter();
            !credentials.any(|c| {
                (c.kind, &c.number_tail, c.expires)
                    == (paper.kind, &paper.number_tail, paper.expires)
            })
        };
        let mut weekly = file.calendar.weekly.clone();
        weekly.sort_unstable_by_key(|span| (span.day, span.from, span.to));
        if self.name != file.name {
            Some(&NAME)
        } else if !self.intro.is_empty() && self.intro != file.intro {
            Some(&INTRO)
        } else if self.paper.as_ref().is_some_and(paper) {
            Some(&KIND)
        } else if !self.weekly.is_empty() && self.weekly != weekly {
            Some(&HOURS)
        } else {
            None
        }
    }
}
