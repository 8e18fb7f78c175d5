//! The library's rules while they are edited: what was typed, and what it means.

use domain::availability::{Day, Weekly};
use domain::library::{ClosedDay, ItemKind, LoanRule, ReaderKind};
use domain::limits;
use domain::units::Minute;
use wire::{Code, Problem};

use super::desk_activity::number;

/// One rule as it is typed. Empty kinds: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleRow {
    pub reader: String,
    pub item: String,
    pub days: String,
    pub loans: String,
    pub renewals: String,
}

impl RuleRow {
    #[must_use]
    pub fn of(rule: &LoanRule) -> Self {
        Self {
            reader: rule.reader.map(|kind| kind.to_string()).unwrap_or_default(),
            item: rule.item.map(|kind| kind.to_string()).unwrap_or_default(),
            days: rule.days.to_string(),
            loans: rule.loans.to_string(),
            renewals: rule.renewals.to_string(),
        }
    }

    /// Refused at the field of row `place` that is wrong.
    pub fn rule(&self, place: usize) -> Result<LoanRule, Problem> {
        let at = |field: &str| format!("/rules/{place}/{field}");
        let most = u32::try_from(limits::READER_LOANS).unwrap_or(u32::MAX);
        Ok(LoanRule {
            reader: self.reader.parse::<ReaderKind>().ok(),
            item: self.item.parse::<ItemKind>().ok(),
            days: number(&self.days, 0, limits::LOAN_DAYS, &at("days"))?,
            loans: number(&self.loans, 0, most, &at("loans"))?,
            renewals: number(&self.renewals, 0, limits::LOAN_RENEWALS, &at("renewals"))?,
        })
    }
}

/// The hours of one weekday as they are typed: `09:00-12:00, 14:00-17:00`; nothing: closed.
#[must_use]
pub fn hours_text(hours: &[Weekly], day: Day) -> String {
    let spans: Vec<String> = hours
        .iter()
        .filter(|span| span.day == day)
        .map(|span| format!("{}-{}", span.from, span.to))
        .collect();
    spans.join(", ")
}

/// What was typed for each weekday, Monday first. Refused at `/hours`, with the day.
pub fn hours(typed: &[String]) -> Result<Vec<Weekly>, Problem> {
    let mut spans = Vec::new();
    for (day, text) in Day::ALL.iter().zip(typed) {
        let wrong = || {
            Problem::new(Code::BadValue)
                .at("/hours")
                .with("day", day.as_str())
        };
        for part in text.split([',', '，', '、']).map(str::trim) {
            if part.is_empty() {
                continue;
            }
            let (from, to) = part.split_once(['-', '–', '~']).ok_or_else(wrong)?;
            let minute = |raw: &str| minute(raw).ok_or_else(wrong);
            let (from, to) = (minute(from)?, minute(to)?);
            if from >= to {
                return Err(wrong());
            }
            spans.push(Weekly {
                day: *day,
                from,
                to,
            });
        }
    }
    Ok(spans)
}

/// `9:00` as well as `09:00`, with a colon of either width.
fn minute(raw: &str) -> Option<Minute> {
    let raw = raw.trim().replace('：', ":");
    let full = if raw.find(':') == Some(1) {
        format!("0{raw}")
    } else {
        raw
    };
    full.parse().ok()
}

/// Closed days as they are typed: one on each line, the day and why.
#[must_use]
pub fn closed_text(closed: &[ClosedDay]) -> String {
    let lines: Vec<String> = closed
        .iter()
        .map(|one| format!("{} {}", one.day, one.reason).trim().to_owned())
        .collect();
    lines.join("\n")
}

/// Refused at the line that does not begin with a day.
pub fn closed(typed: &str) -> Result<Vec<ClosedDay>, Problem> {
    let mut days = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (day, reason) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let place = days.len();
        let day = day
            .parse()
            .map_err(|_| Problem::new(Code::BadValue).at(format!("/closed/{place}/day")))?;
        days.push(ClosedDay {
            day,
            reason: reason.trim().to_owned(),
        });
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written() {
        let rule = LoanRule {
            reader: Some(ReaderKind::Child),
            item: None,
            days: 21,
            loans: 5,
            renewals: 2,
        };
        assert_eq!(RuleRow::of(&rule).rule(0), Ok(rule));
        let mut typed = vec![String::new(); 7];
        typed[5] = "9:00-12:00，14：00–17:00".into();
        let spans = hours(&typed).expect("hours");
        assert_eq!(
            hours_text(&spans, Day::Saturday),
            "09:00-12:00, 14:00-17:00"
        );
        assert_eq!(hours_text(&spans, Day::Monday), "");
        let days = closed("2026-12-31 元旦前\n\n2027-01-01").expect("days");
        assert_eq!(closed_text(&days), "2026-12-31 元旦前\n2027-01-01");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let pointer = |problem: Problem| problem.pointer.unwrap_or_default();
        let row = RuleRow {
            days: "21".into(),
            loans: "many".into(),
            renewals: "2".into(),
            ..RuleRow::default()
        };
        assert_eq!(row.rule(3).map_err(pointer), Err("/rules/3/loans".into()));
        for wrong in ["9-12", "12:00-9:00", "09:00", "a-b"] {
            let mut typed = vec![String::new(); 7];
            typed[1] = wrong.into();
            let problem = hours(&typed).expect_err(wrong);
            assert_eq!(problem.data["day"], "tue");
        }
        let problem = closed("2026-12-31\nsoon").expect_err("no day");
        assert_eq!(problem.pointer.as_deref(), Some("/closed/1/day"));
    }
}
