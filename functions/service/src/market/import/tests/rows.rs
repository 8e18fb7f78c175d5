//! Headings and rows: what is asked for, and which cell is wrong.

use domain::limits;
use domain::provider::{CredentialKind, Mode};
use wire::{Code, Problem};

use super::super::columns::{Column, Columns, Flaw};
use super::super::read::{Row, sheet};
use super::super::{provider_row, service_row};

fn opened(text: &str, known: &[&'static Column]) -> Result<(Columns, Vec<Row>), Problem> {
    let mut sheet = sheet(text.as_bytes())?;
    let heading = sheet.rows.remove(0);
    Ok((Columns::of(&heading, known)?, sheet.rows))
}

fn provider(heading: &str, row: &str) -> Result<provider_row::Wanted, Flaw> {
    let text = format!("{heading}\n{row}");
    let (columns, rows) = opened(&text, provider_row::COLUMNS).expect("a good heading");
    provider_row::parse(&columns, &rows[0])
}

fn service(heading: &str, row: &str) -> Result<service_row::Wanted, Flaw> {
    let text = format!("{heading}\n{row}");
    let (columns, rows) = opened(&text, service_row::COLUMNS).expect("a good heading");
    service_row::parse(&columns, &rows[0])
}

const PEOPLE: &str = "电话,姓 名*,简介,证件类型,证件尾号,有效期,每周时间,备注";

#[test]
fn a_provider_in_full_and_in_short() {
    let row = "138 0000 0001,王师傅,开锁三十年,开锁备案,1234,2027年12月31日,周一 09:00-12:00,不看";
    let wanted = provider(PEOPLE, row).expect("in order");
    assert_eq!(
        (wanted.name.as_str(), wanted.phone.as_str()),
        ("王师傅", "13800000001")
    );
    let paper = wanted.paper.expect("a credential");
    assert_eq!(
        (paper.kind, paper.number_tail.as_str()),
        (CredentialKind::LocksmithPermit, "1234")
    );
    assert_eq!(paper.expires.to_string(), "2027-12-31");
    assert_eq!(wanted.weekly.len(), 1);
    let short = provider("NAME;Phone", "Li;13800000002").expect("in order");
    assert_eq!((short.paper, short.weekly.len()), (None, 0));
    let template = "phone,name,intro,credential,number_tail,expires";
    let row = "13800000001,测试·开锁师傅,三十年经验,locksmith_permit,1234,2027-12-31";
    assert!(provider(template, row).is_ok());
}

/// `row -> code column`
#[test]
fn naughty_provider_rows() {
    let name = "名".repeat(limits::NAME_CHARS + 1);
    let vast = "介".repeat(limits::STORY_CHARS * 2);
    for (row, code, column) in [
        ("13800000001,", Code::EmptyText, "姓 名*"),
        (",王师傅", Code::EmptyText, "电话"),
        ("1.38E+10,王师傅", Code::BadValue, "电话"),
        ("13800000001,王\u{7}师傅", Code::BadValue, "姓 名*"),
        (&format!("13800000001,{name}"), Code::TooLong, "姓 名*"),
        (&format!("13800000001,王师傅,{vast}"), Code::TooLong, "简介"),
        (
            "13800000001,王师傅,,驾照,,2027-12-31",
            Code::BadValue,
            "证件类型",
        ),
        (
            "13800000001,王师傅,,健康证,1234567,2027-12-31",
            Code::TooLong,
            "证件尾号",
        ),
        (
            "13800000001,王师傅,,健康证,1234,2027-02-30",
            Code::BadValue,
            "有效期",
        ),
        (
            "13800000001,王师傅,,健康证,1234,",
            Code::EmptyText,
            "有效期",
        ),
        (
            "13800000001,王师傅,,,1234,2027-12-31",
            Code::EmptyText,
            "证件类型",
        ),
        (
            "13800000001,王师傅,,,,,周一 18:00-09:00",
            Code::SpanBackwards,
            "每周时间",
        ),
        ("13800000001,王师傅,,,,,随时", Code::BadValue, "每周时间"),
    ] {
        let want = Flaw {
            code,
            column: column.to_owned(),
        };
        assert_eq!(provider(PEOPLE, row), Err(want), "{row}");
    }
    let odd = "=cmd|' /C calc'!A0";
    let kept = provider(PEOPLE, &format!("13800000001,{odd}")).expect("only text");
    assert_eq!(kept.name, odd, "a formula is a text like any other");
}

const THINGS: &str = "类别,名称,英文名,说明,最低价（元）,最高价(元),时长(分钟),前缓冲,后缓冲,提前(小时),可约天数,取消截止(小时),方式,服务者电话";

#[test]
fn a_service_in_full_and_in_short() {
    let row =
        "开锁,上门开锁,Locksmith,不伤门,80.5,200,60,15,30,4,30,24,即时,13800000001、13800000002";
    let wanted = service(THINGS, row).expect("in order");
    let terms = &wanted.terms;
    assert_eq!(
        (terms.price_from.0, terms.price_to.0, terms.minutes),
        (8_050, 20_000, 60)
    );
    assert_eq!(
        (terms.buffer_before_minutes, terms.buffer_after_minutes),
        (15, 30)
    );
    assert_eq!(
        (terms.lead_minutes, terms.horizon_days, terms.cutoff_minutes),
        (240, 30, 1_440)
    );
    assert_eq!((terms.mode, wanted.phones.len()), (Mode::Instant, 2));
    let short = service("category,name,price_from,minutes", "locks,x,0,15").expect("in order");
    assert_eq!(
        (short.terms.price_to.0, short.terms.flaw(), short.terms.mode),
        (0, None, Mode::OnRequest)
    );
}

#[test]
fn naughty_service_rows() {
    for (row, code, column) in [
        (",x,,,80,,60", Code::EmptyText, "类别"),
        ("开锁,,,,80,,60", Code::EmptyText, "名称"),
        ("开锁,x,,,,,60", Code::EmptyText, "最低价（元）"),
        ("开锁,x,,,1.005,,60", Code::BadValue, "最低价（元）"),
        ("开锁,x,,,80,79.99,60", Code::BadValue, "最高价(元)"),
        ("开锁,x,,,100000.01,,60", Code::BadValue, "最低价（元）"),
        ("开锁,x,,,80,,50", Code::BadValue, "时长(分钟)"),
        ("开锁,x,,,80,,99999", Code::BadValue, "时长(分钟)"),
        ("开锁,x,,,80,,60,7", Code::BadValue, "前缓冲"),
        ("开锁,x,,,80,,60,,500", Code::BadValue, "后缓冲"),
        ("开锁,x,,,80,,60,,,999999999", Code::BadValue, "提前(小时)"),
        ("开锁,x,,,80,,60,,,,0", Code::BadValue, "可约天数"),
        ("开锁,x,,,80,,60,,,,,169", Code::BadValue, "取消截止(小时)"),
        ("开锁,x,,,80,,60,,,,,,随便", Code::BadValue, "方式"),
        ("开锁,x,,,80,,60,,,,,,,李师傅", Code::BadValue, "服务者电话"),
    ] {
        let want = Flaw {
            code,
            column: column.to_owned(),
        };
        assert_eq!(service(THINGS, row), Err(want), "{row}");
    }
    let phones: Vec<String> = (0..21).map(|n| format!("138000000{n:02}")).collect();
    let row = format!("开锁,x,,,80,,60,,,,,,,{}", phones.join("、"));
    assert_eq!(
        service(THINGS, &row).map_err(|flaw| flaw.code),
        Err(Code::TooLong)
    );
}

#[test]
fn a_heading_says_what_is_missing() {
    let refused = |text, known| opened(text, known).err().expect("refused");
    let missing = refused("姓名,简介\n王,x", provider_row::COLUMNS);
    assert_eq!(
        (missing.code, &missing.data["column"]),
        (Code::MissingField, &"电话".into())
    );
    // Hours under a heading of minutes would be sixty times too short.
    let other_unit = refused(
        "类别,名称,最低价,时长(小时)\n开锁,x,80,1",
        service_row::COLUMNS,
    );
    assert_eq!(other_unit.data["column"], "时长");
    let twice = refused("姓名,电话,手机\n王,1,2", provider_row::COLUMNS);
    assert_eq!(
        (twice.code, &twice.data["what"]),
        (Code::BadFile, &"column_twice".into())
    );
}
