//! Importing a file: which kind it is, what a report says in short, and the template to fill in.

use domain::limits;
use domain::person::Language;
use wire::market::{ImportOutcome, ImportReport, ImportRow};

/// What is imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    #[default]
    Providers,
    Services,
}

impl Subject {
    pub const ALL: [Self; 2] = [Self::Providers, Self::Services];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Providers => "providers",
            Self::Services => "services",
        }
    }

    /// Each column: its heading in both languages, and what the example row has there.
    fn columns(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Providers => &[
                ("姓名", "name", "测试·开锁师傅"),
                ("电话", "phone", "13800009999"),
                ("简介", "intro", "上门开锁，先报价后动手"),
                ("证件类型", "credential", "开锁备案"),
                ("证件尾号", "number tail", "1234"),
                ("有效期", "expires", "2027-12-31"),
                (
                    "每周时间",
                    "hours",
                    "周一至周五 09:00-12:00, 14:00-18:00; 周六 09:00-12:00",
                ),
            ],
            Self::Services => &[
                ("类别", "category", "开锁"),
                ("名称", "name", "上门开锁"),
                ("英文名", "name en", "Locksmith"),
                ("说明", "about", "开锁不伤门"),
                ("最低价", "price from", "80"),
                ("最高价", "price to", "200"),
                ("时长", "minutes", "60"),
                ("前缓冲", "buffer before", "0"),
                ("后缓冲", "buffer after", "15"),
                ("提前", "lead hours", "2"),
                ("可约天数", "horizon days", "14"),
                ("取消截止", "cutoff hours", "12"),
                ("方式", "mode", "需确认"),
                ("服务者电话", "providers", "13800009999"),
            ],
        }
    }

    /// The template as CSV, with the mark by which spreadsheets know UTF-8.
    #[must_use]
    pub fn template(self, language: Language) -> String {
        let line = |fields: Vec<&str>| fields.into_iter().map(quoted).collect::<Vec<_>>().join(",");
        let heading = self
            .columns()
            .iter()
            .map(|(zh, en, _)| if language == Language::Zh { *zh } else { *en })
            .collect();
        let example = self
            .columns()
            .iter()
            .map(|(_, _, example)| *example)
            .collect();
        format!("\u{feff}{}\r\n{}\r\n", line(heading), line(example))
    }
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Why a file is not even sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    NotATable,
    Empty,
    TooLarge,
}

/// The content type of a chosen file, by its name and size in bytes.
pub fn content_type(name: &str, bytes: f64) -> Result<&'static str, Unfit> {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let kind = match ending.as_deref() {
        Some("csv") => "text/csv",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => return Err(Unfit::NotATable),
    };
    #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^52")]
    let max = limits::IMPORT_BYTES as f64;
    if bytes <= 0.0 {
        Err(Unfit::Empty)
    } else if bytes > max {
        Err(Unfit::TooLarge)
    } else {
        Ok(kind)
    }
}

/// What a checked file comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row would be taken or is there already, and some are new.
    AllFine,
    /// Some rows are new, some refused.
    Partly,
    /// Nothing in it is new.
    NothingNew,
    /// Nothing could be taken.
    AllRefused,
}

#[must_use]
pub fn verdict(report: &ImportReport) -> Verdict {
    match (report.taken, report.refused) {
        (0, 0) => Verdict::NothingNew,
        (0, _) if report.known == 0 => Verdict::AllRefused,
        (0, _) => Verdict::NothingNew,
        (_, 0) => Verdict::AllFine,
        _ => Verdict::Partly,
    }
}

/// The rows as a worker reads them: refused ones first, each group in the order of the file.
#[must_use]
pub fn by_need(rows: &[ImportRow]) -> Vec<ImportRow> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| (row.outcome != ImportOutcome::Refused, row.row));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(taken: u32, known: u32, refused: u32) -> ImportReport {
        ImportReport {
            taken,
            refused,
            known,
            rows: Vec::new(),
            read_as: "utf-8".into(),
        }
    }

    #[test]
    fn files_by_name_and_size() {
        assert_eq!(content_type("名单.CSV", 10.0), Ok("text/csv"));
        assert!(content_type("a.b.xlsx", 10.0).is_ok_and(|kind| kind.ends_with("sheet")));
        assert_eq!(content_type("名单.xls", 10.0), Err(Unfit::NotATable));
        assert_eq!(content_type("名单", 10.0), Err(Unfit::NotATable));
        assert_eq!(content_type("名单.csv", 0.0), Err(Unfit::Empty));
        assert_eq!(
            content_type("名单.csv", 2.0 * 1024.0 * 1024.0),
            Ok("text/csv")
        );
        assert_eq!(
            content_type("名单.csv", 2.0 * 1024.0 * 1024.0 + 1.0),
            Err(Unfit::TooLarge)
        );
    }

    #[test]
    fn a_report_in_one_word() {
        assert_eq!(verdict(&report(3, 1, 0)), Verdict::AllFine);
        assert_eq!(verdict(&report(3, 0, 1)), Verdict::Partly);
        assert_eq!(verdict(&report(0, 4, 0)), Verdict::NothingNew);
        assert_eq!(verdict(&report(0, 4, 1)), Verdict::NothingNew);
        assert_eq!(verdict(&report(0, 0, 2)), Verdict::AllRefused);
    }

    #[test]
    fn refused_rows_come_first() {
        let row = |row, outcome| ImportRow {
            row,
            name: String::new(),
            outcome,
            code: None,
            column: None,
        };
        let rows = [
            row(2, ImportOutcome::Taken),
            row(3, ImportOutcome::Refused),
            row(4, ImportOutcome::Known),
            row(5, ImportOutcome::Refused),
        ];
        assert_eq!(
            by_need(&rows).iter().map(|r| r.row).collect::<Vec<_>>(),
            [3, 5, 2, 4]
        );
    }

    #[test]
    fn templates_open_in_a_spreadsheet() {
        for subject in Subject::ALL {
            let csv = subject.template(Language::Zh);
            assert!(csv.starts_with('\u{feff}') && csv.ends_with("\r\n"));
            assert_eq!(csv.matches("\r\n").count(), 2);
            assert!(subject.template(Language::En).contains("name,"));
        }
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
