//! Money, days, numbers and hours as people write them.

use domain::availability::Day;
use domain::units::Fen;
use wire::Code;

use super::super::values::{day, phone, phones, whole, yuan};
use super::super::weekly::weekly;

#[test]
fn yuan_are_fen_exactly() {
    for (raw, fen) in [
        ("80", 8_000),
        ("80.5", 8_050),
        ("0.07", 7),
        ("¥1,200.00", 120_000),
        ("３０元", 3_000),
        ("1,234,567.89", 123_456_789),
    ] {
        assert_eq!(yuan(raw), Some(Fen(fen)), "{raw}");
    }
    for bad in [
        "1.005",
        "-1",
        "+1",
        "1e3",
        "1.",
        ".5",
        "1,20",
        "1,,200",
        ",200",
        "1 2",
        "=1+1",
        "",
        "元",
        "一百",
        "1.2.3",
        "99999999999999999999",
        "92233720368547758.08",
    ] {
        assert_eq!(yuan(bad), None, "{bad}");
    }
}

/// Written with two decimals, one where it suffices, or none: always the same money.
#[test]
fn every_amount_survives_being_written() {
    for fen in (0..200_000).chain((0..50).map(|i| i64::MAX - i)) {
        let (whole, part) = (fen / 100, fen % 100);
        assert_eq!(yuan(&format!("{whole}.{part:02}")), Some(Fen(fen)));
        if part % 10 == 0 {
            assert_eq!(yuan(&format!("{whole}.{}", part / 10)), Some(Fen(fen)));
        }
        if part == 0 {
            assert_eq!(yuan(&whole.to_string()), Some(Fen(fen)));
        }
        assert_eq!(yuan(&format!("{whole}.{part:02}5")), None);
    }
}

#[test]
fn days_in_the_ways_people_write_them() {
    for raw in [
        "2027-01-05",
        "2027/1/5",
        "2027年1月5日",
        "2027.1.05",
        "２０２７－１－５",
        "2027 年 1 月 5 日",
    ] {
        assert_eq!(
            day(raw).map(|d| d.to_string()).as_deref(),
            Some("2027-01-05"),
            "{raw}"
        );
    }
    for bad in [
        "2027-02-29",
        "2027-13-01",
        "27-1-5",
        "2027/1",
        "2027-1/5",
        "1/5/2027",
        "2027年1月",
        "长期",
        "46752",
        "+027-1-5",
        "1899-1-1",
    ] {
        assert_eq!(day(bad), None, "{bad}");
    }
}

#[test]
fn telephone_numbers_and_whole_numbers() {
    assert_eq!(phone("+86 138-0000-0001").as_deref(), Some("13800000001"));
    assert_eq!(
        phone("１３８ ００００ ０００１").as_deref(),
        Some("13800000001")
    );
    for bad in ["1.38E+10", "138000000011", "=13800000001", "13800000001.0"] {
        assert_eq!(phone(bad), None, "{bad}");
    }
    let two = Some(vec!["13800000001".to_owned(), "13800000002".to_owned()]);
    for raw in [
        "13800000001、13800000002",
        "138 0000 0001；138-0000-0002",
        "13800000001 13800000002，13800000001",
        "13800000001/13800000002",
    ] {
        assert_eq!(phones(raw), two, "{raw}");
    }
    assert_eq!(phones("13800000001、李师傅"), None);
    assert_eq!(
        (whole("60"), whole("１５"), whole("007")),
        (Some(60), Some(15), Some(7))
    );
    for bad in ["-1", "1.5", "", "9999999999", "60分钟"] {
        assert_eq!(whole(bad), None, "{bad}");
    }
}

#[test]
fn weekly_hours() {
    let said = |raw: &str| {
        let spans = weekly(raw)?;
        let words = spans
            .iter()
            .map(|s| format!("{} {}-{}", s.day, s.from, s.to));
        Ok::<_, Code>(words.collect::<Vec<_>>().join(", "))
    };
    let office = "mon 09:00-12:00, mon 14:00-18:00, tue 09:00-12:00, tue 14:00-18:00";
    for raw in [
        "周一至周二 09:00-12:00, 14:00-18:00",
        "星期一、星期二：9:00－12:00，14:00～18:00",
        "周一到二 09:00 - 12:00; 周一 - 周二 14:00 — 18:00",
        "mon-tue 9:00-12:00 14:00-18:00",
        "Monday, Tuesday 09:00-12:00; Mon/Tue 14:00-18:00",
        "周一09:00-12:00 14:00-18:00 周二09:00-12:00 14:00-18:00",
    ] {
        assert_eq!(said(raw).as_deref(), Ok(office), "{raw}");
    }
    assert_eq!(
        said("周六至周一 8:00-24:00").as_deref(),
        Ok("mon 08:00-24:00, sat 08:00-24:00, sun 08:00-24:00")
    );
    assert_eq!(weekly("every day 09:00-10:00").map(|s| s.len()), Ok(7));
    assert_eq!(
        weekly("工作日 09:00-10:00").map(|s| s.last().map(|s| s.day)),
        Ok(Some(Day::Friday))
    );
    assert_eq!(weekly(" ").map(|s| s.len()), Ok(0));
    for bad in [
        "周一",
        "09:00-12:00",
        "周八 09:00-12:00",
        "周一 9-12",
        "周一 09:00",
        "周一 25:00-26:00",
        "周一 09:00-12:00 周二",
        "-",
        "周一 - ",
    ] {
        assert_eq!(weekly(bad), Err(Code::BadValue), "{bad}");
    }
    assert_eq!(weekly("周一 12:00-09:00"), Err(Code::SpanBackwards));
    let many: String = (0..7).map(|h| format!("每天 0{h}:00-0{h}:30 ")).collect();
    assert_eq!(weekly(&many), Err(Code::TooLong));
}
