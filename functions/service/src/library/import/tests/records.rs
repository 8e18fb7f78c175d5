//! MARC records, drawn here: what is read from them, and that no damage spreads.

use encoding_rs::GBK;
use proptest::prelude::*;
use wire::Code;

use super::super::iso2709::Records;
use super::super::{Parsed, read};

/// A record with these fields, as a library's program writes it.
pub fn record(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut directory, mut data) = (Vec::new(), Vec::new());
    for (tag, said) in fields {
        let entry = format!("{tag}{:04}{:05}", said.len() + 1, data.len());
        directory.extend_from_slice(entry.as_bytes());
        data.extend_from_slice(said);
        data.push(0x1e);
    }
    let base = 24 + directory.len() + 1;
    let length = base + data.len() + 1;
    let leader = format!("{length:05}nam  22{base:05}   450 ");
    let mut whole = leader.into_bytes();
    whole.extend(directory);
    whole.push(0x1e);
    whole.extend(data);
    whole.push(0x1d);
    whole
}

/// `^` stands for what begins a subfield.
fn said(text: &str) -> Vec<u8> {
    text.replace('^', "\u{1f}").into_bytes()
}

fn of(fields: &[(&str, &str)]) -> Vec<u8> {
    let fields: Vec<(&str, Vec<u8>)> = fields
        .iter()
        .map(|(tag, text)| (*tag, said(text)))
        .collect();
    let fields: Vec<(&str, &[u8])> = fields
        .iter()
        .map(|(tag, text)| (*tag, text.as_slice()))
        .collect();
    record(&fields)
}

const CHINESE: &[(&str, &str)] = &[
    ("001", "000123"),
    ("010", "  ^a7-02-003343-1^b平装^dCNY17.60"),
    ("100", "  ^a20020712d2000    em y0chiy0121    ea"),
    ("101", "1 ^achi^ceng"),
    (
        "200",
        "1 ^a哈利·波特与密室^9ha li^e魔法故事^f(英) J.K.罗琳著^g马爱新译",
    ),
    ("210", "  ^a北京^c人民文学出版社^d2000.9"),
    ("330", "  ^a一个男孩的第二年。"),
    ("606", "0 ^a儿童文学^x长篇小说"),
    ("690", "  ^aI561.84^v4"),
    ("701", " 1^a罗琳^bJ.K.^4著"),
    ("702", " 0^a马爱新^4译"),
    ("905", "  ^aCN001^bT0012345^bT0012346^dI561^e1"),
];

fn only(bytes: &[u8]) -> Parsed {
    let mut rows = read(bytes).expect("a file").rows;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn a_chinese_record_is_read_in_either_writing() {
    let utf8 = of(CHINESE);
    let gbk = CHINESE.iter().map(|(tag, text)| {
        let text = text.replace('^', "\u{1f}");
        (*tag, GBK.encode(&text).0.into_owned())
    });
    let gbk: Vec<(&str, Vec<u8>)> = gbk.collect();
    let gbk: Vec<(&str, &[u8])> = gbk
        .iter()
        .map(|(tag, text)| (*tag, text.as_slice()))
        .collect();
    let gbk = record(&gbk);
    assert_ne!(utf8, gbk);
    let wish = only(&utf8).wish.expect("a title");
    assert_eq!(only(&gbk).wish.expect("a title"), wish);
    assert_eq!(wish.name, "哈利·波特与密室");
    assert_eq!(wish.other_name, "魔法故事");
    assert_eq!(wish.authors, ["罗琳J.K.", "马爱新"]);
    assert_eq!(wish.publisher, "人民文学出版社");
    assert_eq!(wish.published, "2000");
    assert_eq!(wish.isbn.as_deref(), Some("9787020033430"));
    assert_eq!(wish.class, "I561.84");
    assert_eq!(wish.subjects, ["儿童文学"]);
    assert_eq!(wish.about, "一个男孩的第二年。");
    assert_eq!(wish.labels, ["T0012345", "T0012346"]);
}

#[test]
fn a_marc_21_record_is_read_without_its_signs() {
    let bytes = of(&[
        ("020", "  ^a9787302378396 (set)"),
        ("020", "  ^a0471383147 (paper/cd-rom : alk. paper)"),
        ("100", "1 ^aMartinsson, Tobias,^d1976-"),
        (
            "245",
            "10^aActivePerl with ASP and ADO :^ba guide /^cTobias Martinsson.",
        ),
        ("264", " 1^aNew York :^bJohn Wiley & Sons,^cc2000."),
        ("650", " 0^aPerl (Computer program language)"),
        ("700", "1 ^aRowling, J. K."),
        ("952", "  ^p000777^oX"),
    ]);
    let wish = only(&bytes).wish.expect("a title");
    assert_eq!(
        (wish.name.as_str(), wish.other_name.as_str()),
        ("ActivePerl with ASP and ADO", "a guide")
    );
    assert_eq!(wish.authors, ["Martinsson, Tobias", "Rowling, J. K."]);
    assert_eq!(
        (wish.publisher.as_str(), wish.published.as_str()),
        ("John Wiley & Sons", "2000")
    );
    assert_eq!(wish.isbn.as_deref(), Some("9780471383147"));
    assert_eq!(wish.labels, ["000777"]);
}

#[test]
fn a_title_in_its_own_writing_comes_before_its_transcription() {
    let bytes = of(&[
        ("100", "1 ^6880-01^aLiu, Cixin."),
        ("245", "10^6880-02^aSan ti /^cLiu Cixin zhu."),
        ("880", "1 ^6100-01/$1^a刘慈欣."),
        ("880", "10^6245-02/$1^a三体 /^c刘慈欣著."),
    ]);
    let wish = only(&bytes).wish.expect("a title");
    assert_eq!(
        (wish.name.as_str(), wish.authors),
        ("三体", vec!["刘慈欣".to_owned()])
    );
}

/// The title's name, or what is wrong and in which column.
type Verdict = Result<String, (Code, String)>;

fn codes(bytes: &[u8]) -> Vec<(u32, Verdict)> {
    let rows = read(bytes).expect("a file").rows.into_iter();
    let row = |one: Parsed| {
        (
            one.row,
            one.wish
                .map(|wish| wish.name)
                .map_err(|flaw| (flaw.code, flaw.column)),
        )
    };
    rows.map(row).collect()
}

#[test]
fn damaged_records_are_refused_one_by_one() {
    let good = |n: usize| of(&[("245", &format!("00^aBook {n}"))]);
    let bent = |at: usize, to: &[u8]| {
        let mut bytes = good(0);
        bytes[at..at + to.len()].copy_from_slice(to);
        bytes
    };
    let bad = |what: &str| Err((Code::BadRecord, what.to_owned()));
    let mut file = Vec::new();
    let mut wanted = Vec::new();
    for (n, (bytes, verdict)) in [
        (good(1), Ok("Book 1".to_owned())),
        (bent(0, b"99999"), bad("leader")),
        (bent(0, b"0x0"), bad("leader")),
        (bent(12, b"00000"), bad("leader")),
        (bent(12, b"00036"), bad("directory")),
        (bent(24, b"\xc3\xb9"), bad("directory")),
        (bent(27, b"9"), bad("field")),
        (bent(31, b"99999"), bad("field")),
        (record(&[]), bad("245")),
        (of(&[("245", "00^c nobody")]), bad("245")),
        (record(&[("245", b"00\x1faCaf\xe9")]), bad("encoding")),
        (
            record(&[("200", b"1 \x1faCaf\xe9"), ("101", b"0 \x1fafre")]),
            bad("encoding"),
        ),
        (
            of(&[("020", "  ^a0471383148"), ("245", "00^aWrong")]),
            Err((Code::BadIsbn, "020".to_owned())),
        ),
        (good(2), Ok("Book 2".to_owned())),
    ]
    .into_iter()
    .enumerate()
    {
        file.extend(bytes);
        file.extend_from_slice(b"\r\n");
        wanted.push((u32::try_from(n + 1).expect("few"), verdict));
    }
    assert_eq!(codes(&file), wanted);
}

#[test]
fn a_file_that_breaks_off_anywhere_loses_one_record_at_most() {
    let whole = [of(CHINESE), of(&[("245", "00^aLast")])].concat();
    let first = of(CHINESE).len();
    for end in 0..whole.len() {
        let Ok(read) = read(&whole[..end]) else {
            assert!(end < first, "{end}");
            continue;
        };
        let taken = read.rows.iter().filter(|row| row.wish.is_ok()).count();
        assert_eq!(taken, usize::from(end >= first), "{end}");
    }
}

proptest! {
    #[test]
    fn no_bytes_end_the_program(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        prop_assert!(Records::of(&bytes).count() <= bytes.len());
    }

    #[test]
    fn a_bent_byte_harms_its_own_record_alone(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let (first, last) = (of(CHINESE), of(&[("245", "00^aLast")]));
        let mut file = first.clone();
        let at = at.index(first.len() - 1);
        file[at] = to;
        file.extend(last);
        let rows = read(&file).expect("a file").rows;
        let name = rows.last().and_then(|row| row.wish.as_ref().ok()).map(|wish| wish.name.as_str());
        prop_assert_eq!(name, Some("Last"));
    }
}
