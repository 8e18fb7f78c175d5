//! What leaves: rows, cells and batches.

use std::collections::BTreeMap;

use domain::hours::{Entry, Sign, Source};
use domain::network::sheet::{Ground, Row, RowKind, csv, headings, hours, inert};
use domain::network::{Batch, Layout, Part, Record, counted};
use domain::{CommunityId, Refusal, limits};
use jiff::tz::TimeZone;

use super::{at, batch, corrected, entry, person, state};

#[test]
fn hours_are_rounded_down_to_a_tenth() {
    let rows = [
        (0, "0.0"),
        (5, "0.0"),
        (6, "0.1"),
        (59, "0.9"),
        (60, "1.0"),
        (95, "1.5"),
        (96, "1.6"),
        (720, "12.0"),
    ];
    for (minutes, want) in rows {
        assert_eq!(hours(minutes), want, "{minutes}");
    }
}

#[test]
fn no_cell_is_a_formula_and_every_cell_stays_one() {
    for formula in [
        "=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", " =1", "\t=1", "\tx", "\rx", "\nx",
    ] {
        assert_eq!(inert(formula), format!("'{formula}"), "{formula:?}");
    }
    for plain in ["", "王阿姨", "1-1", "a=b", "'=1", "1.5"] {
        assert_eq!(inert(plain), plain);
    }
    let text = csv([vec!["a,b", "=1", "say \"x\""], vec!["一\n二", "", "c;d"]]);
    assert_eq!(
        text,
        "\u{feff}\"a,b\",'=1,\"say \"\"x\"\"\"\r\n\"一\n二\",,\"c;d\"\r\n"
    );
}

fn open_batch() -> Batch {
    Batch {
        id: batch(1),
        community: CommunityId::new(1, 1),
        month: None,
        by: person(1),
        at: at(0),
        layout: Layout::First,
        issuer: "邻里社区".into(),
        records: 0,
        parts: 0,
        names: BTreeMap::from([(person(8), "李".into()), (person(9), "林".into())]),
        closed: false,
        ver: 0,
    }
}

fn row_of(entry: &Entry, record: &Record, before: Option<&Record>) -> Row {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let ground = Ground {
        entry,
        name: "王阿姨",
        number: "SJ230102000001",
        activity: None,
        before,
        zone: &zone,
    };
    Row::of(record, &ground)
}

#[test]
fn a_row_says_all_of_a_record_under_its_headings() {
    let first = entry(1);
    let record = counted(&first, None).expect("counts").0.expect("a record");
    let row = row_of(&first, &record, None);
    let said = |row: &Row| -> BTreeMap<&'static str, String> {
        let cells = row.cells(&open_batch());
        assert_eq!(cells.len(), headings(Layout::First).len());
        let cells = cells.iter().map(|cell| cell.said().to_owned());
        headings(Layout::First).iter().copied().zip(cells).collect()
    };
    let cells = said(&row);
    let from = TimeZone::get("Asia/Shanghai")
        .expect("a zone")
        .to_datetime(at(0));
    let want = [
        ("记录编号", first.id.to_string()),
        ("志愿者姓名", "王阿姨".into()),
        ("志愿者统一编号", "SJ230102000001".into()),
        ("活动（项目）名称", "扫雪".into()),
        ("服务日期", from.date().to_string()),
        ("服务时间（小时）", "2.0".into()),
        ("服务分钟", "120".into()),
        ("记录人", "李".into()),
        ("确认人", "林".into()),
        ("记录方式", "manual".into()),
        ("状态", "confirmed".into()),
        ("更正的记录编号", String::new()),
        ("记录单位", "邻里社区".into()),
        ("批次编号", batch(1).to_string()),
        ("外部编号", String::new()),
        ("退回原因", String::new()),
    ];
    for (heading, want) in want {
        assert_eq!(cells[heading], want, "{heading}");
    }

    let known = Record {
        entry: first.id,
        ..state("accepted")
    };
    for (minutes, kind) in [(60, RowKind::Revised), (0, RowKind::Voided)] {
        let second = corrected(&first, 2, minutes);
        let (new, old) = counted(&second, Some(known.clone())).expect("counts");
        let row = row_of(&second, &new.expect("a record"), old.as_ref());
        assert_eq!(row.kind, kind);
        let cells = said(&row);
        assert_eq!(cells["更正的记录编号"], first.id.to_string());
        assert_eq!(cells["更正的外部编号"], "N1");
    }

    let mut hushed = row;
    hushed.hush();
    let cells = said(&hushed);
    for heading in ["志愿者姓名", "志愿者统一编号", "活动（项目）名称"] {
        assert_eq!(cells[heading], "", "{heading}");
    }
}

#[test]
fn the_fullest_part_fits_an_item() {
    let wide = |chars: usize| "𠮷".repeat(chars);
    let first = entry(1);
    let record = counted(&first, None).expect("counts").0.expect("a record");
    let row = Row {
        name: wide(limits::NAME_CHARS),
        number: "9".repeat(limits::UNIFIED_NUMBER_CHARS),
        what: wide(limits::NETWORK_TEXT_CHARS),
        place: wide(limits::NETWORK_TEXT_CHARS),
        for_whom: wide(limits::NAME_CHARS),
        about: wide(limits::NETWORK_TEXT_CHARS),
        activity: Some(domain::ActivityId::new(1, 1)),
        organiser: Some(person(1)),
        revision_of: Some(first.id),
        revision_external: Some(wide(limits::NETWORK_EXTERNAL_CHARS)),
        source: Source::Attendance,
        ..row_of(&first, &record, None)
    };
    let part = Part {
        batch: batch(1),
        n: 0,
        rows: vec![row; limits::NETWORK_PART_RECORDS],
        ver: 1,
    };
    let bytes = serde_json::to_vec(&part).expect("json").len();
    assert!(bytes < 390_000, "{bytes} bytes");
}

#[test]
fn a_batch_grows_part_by_part_and_closes_only_with_records() {
    let refused = open_batch().close(3);
    assert_eq!(refused, Err(Refusal::NothingToPass { without_number: 3 }));
    let (grown, n) = open_batch().grown(90, BTreeMap::new());
    let (grown, m) = grown.grown(10, BTreeMap::from([(person(1), "赵".into())]));
    assert_eq!(
        (n, m, grown.parts, grown.records, grown.ver),
        (0, 1, 2, 100, 2)
    );
    assert_eq!(grown.room(), limits::NETWORK_BATCH_RECORDS - 100);
    let closed = grown.close(0).expect("closes");
    assert!(closed.closed);
    let silent = closed.without(person(1)).expect("had the name");
    assert_eq!((silent.names.len(), silent.without(person(1))), (2, None));
}

#[test]
fn a_row_says_by_what_somebody_was_seen_coming() {
    let first = entry(1);
    let record = counted(&first, None).expect("counts").0.expect("a record");
    let place = headings(Layout::First)
        .iter()
        .position(|name| *name == "记录方式");
    for (source, sign, want) in [
        (Source::Attendance, Some(Sign::Card), "card"),
        (Source::Attendance, Some(Sign::Code), "qr"),
        (Source::Attendance, None, "qr"),
        (Source::Manual, Some(Sign::Card), "manual"),
    ] {
        let one = Entry {
            source,
            sign,
            ..first.clone()
        };
        let cells = row_of(&one, &record, None).cells(&open_batch());
        assert_eq!(cells[place.expect("a column")].said(), want);
    }
}
