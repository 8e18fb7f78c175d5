//! Titles in the rows of a spreadsheet: which column is which, and what a cell says.

use domain::isbn::Isbn;
use domain::library::{ItemKind, Scanned, scanned};
use domain::limits;
use wire::{Code, Problem};

use super::draft::{Draft, Wrong, names};
use super::{Parsed, Read};
use crate::market::import::columns::{Column, Columns, Flaw, narrow, plain};
use crate::market::import::read::{Row, sheet_within};

const fn column(key: &'static str, zh: &'static str, also: &'static [&'static str]) -> Column {
    Column {
        key,
        zh,
        also,
        units: &[],
        required: false,
    }
}

static NAME: Column = Column {
    required: true,
    ..column(
        "title",
        "书名",
        &[
            "题名",
            "正题名",
            "名称",
            "图书名称",
            "name",
            "booktitle",
            "titel",
        ],
    )
};
static OTHER: Column = column(
    "subtitle",
    "副书名",
    &["副题名", "其他题名", "untertitel", "othername"],
);
static AUTHORS: Column = column(
    "author",
    "作者",
    &[
        "著者",
        "责任者",
        "主要责任者",
        "作者译者",
        "authors",
        "autor",
    ],
);
static PUBLISHER: Column = column("publisher", "出版社", &["出版者", "出版单位", "verlag"]);
static PUBLISHED: Column = column(
    "published",
    "出版年",
    &[
        "出版日期",
        "出版时间",
        "出版年份",
        "year",
        "pubdate",
        "originalpublicationyear",
        "publikationsdatum",
    ],
);
static ISBN13: Column = column("isbn13", "ISBN13", &[]);
static ISBN: Column = column(
    "isbn",
    "ISBN",
    &["isbn号", "isbn10", "书号", "标准书号", "国际标准书号"],
);
static CLASS: Column = column(
    "class",
    "分类号",
    &["中图分类号", "中图法分类号", "分类", "clc", "callnumber"],
);
static SUBJECTS: Column = column(
    "subjects",
    "主题词",
    &["主题", "关键词", "标签", "tags", "subject", "schlagworte"],
);
static ABOUT: Column = column(
    "about",
    "简介",
    &[
        "内容简介",
        "摘要",
        "内容提要",
        "abstract",
        "summary",
        "description",
        "zusammenfassung",
    ],
);
static KIND: Column = column("kind", "类型", &["文献类型", "itemtype"]);
static COPIES: Column = column(
    "copies",
    "册数",
    &["复本", "复本数", "复本量", "数量", "本数", "quantity"],
);
static LABEL: Column = column(
    "barcode",
    "条码",
    &[
        "馆藏条码",
        "条形码",
        "条码号",
        "馆藏条码号",
        "登录号",
        "label",
        "mediennummer",
    ],
);

static COLUMNS: &[&Column] = &[
    &NAME, &OTHER, &AUTHORS, &PUBLISHER, &PUBLISHED, &ISBN13, &ISBN, &CLASS, &SUBJECTS, &ABOUT,
    &KIND, &COPIES, &LABEL,
];

/// Refuses `bad_file`, `missing_field`.
pub fn read(bytes: &[u8]) -> Result<Read, Problem> {
    let mut sheet = sheet_within(bytes, limits::IMPORT_LARGE_ROWS)?;
    let heading = sheet.rows.remove(0);
    let columns = Columns::of(&heading, COLUMNS)?;
    let parsed = |row: &Row| Parsed {
        row: row.number,
        name: columns.cell(row, &NAME).to_owned(),
        wish: draft(&columns, row).and_then(|draft| {
            draft.wish().map_err(|wrong| match wrong {
                Wrong::Name(code) => columns.flaw(&NAME, code),
                Wrong::Isbn(column) => Flaw {
                    code: Code::BadIsbn,
                    column,
                },
            })
        }),
    };
    Ok(Read {
        rows: sheet.rows.iter().map(parsed).collect(),
        read_as: sheet.read_as,
    })
}

fn draft(columns: &Columns, row: &Row) -> Result<Draft, Flaw> {
    let text = |column: &Column| columns.cell(row, column).to_owned();
    let mut isbns: Vec<(String, String)> = Vec::new();
    for column in [&ISBN13, &ISBN] {
        isbns.push((text(column), columns.flaw(column, Code::BadIsbn).column));
    }
    let mut labels: Vec<String> = Vec::new();
    for raw in text(&LABEL).split([';', '；', ',', '，', '、', '\n']) {
        match read_label(raw) {
            Label::None => {}
            Label::Own(label) if labels.contains(&label) => {}
            Label::Own(label) => labels.push(label),
            Label::OfBook(isbn) => isbns.push((isbn, columns.flaw(&LABEL, Code::BadIsbn).column)),
            Label::Bad => return Err(columns.flaw(&LABEL, Code::BadValue)),
        }
    }
    let copies = columns.said(row, &COPIES, count)?.unwrap_or(0);
    // Labels are copies: more of these than of those cannot be both.
    if !labels.is_empty() && usize::try_from(copies).is_ok_and(|said| said > labels.len()) {
        return Err(columns.flaw(&COPIES, Code::BadValue));
    }
    if labels.len() > limits::TITLE_COPIES {
        return Err(columns.flaw(&LABEL, Code::TooMany));
    }
    Ok(Draft {
        name: text(&NAME),
        other_name: text(&OTHER),
        authors: names(&text(&AUTHORS)),
        publisher: text(&PUBLISHER),
        published: year(&text(&PUBLISHED)),
        isbns,
        class: text(&CLASS),
        subjects: names(&text(&SUBJECTS)),
        about: text(&ABOUT),
        kind: columns.said(row, &KIND, kind)?.unwrap_or_default(),
        unlabelled: if labels.is_empty() { copies } else { 0 },
        labels,
    })
}

enum Label {
    None,
    Own(String),
    /// The bars of the book itself.
    OfBook(String),
    /// No label, or one that cannot be told from a book's number.
    Bad,
}

fn read_label(raw: &str) -> Label {
    if raw.trim().is_empty() {
        return Label::None;
    }
    match scanned(raw) {
        Some(Scanned::Label(label)) => Label::Own(label),
        Some(Scanned::Isbn(isbn)) if Isbn::parse(raw) == Ok(isbn) && digits(raw) == 13 => {
            Label::OfBook(isbn.to_string())
        }
        _ => Label::Bad,
    }
}

fn digits(raw: &str) -> usize {
    narrow(raw).bytes().filter(u8::is_ascii_digit).count()
}

/// `3`, `3.0`, `3册`; at most what a title may have.
fn count(raw: &str) -> Option<u32> {
    let text = plain(raw);
    let number = text.trim_end_matches(['册', '本', '套']);
    let number = number.strip_suffix(".0").unwrap_or(number);
    let count: u32 = number.parse().ok()?;
    (count as usize <= limits::TITLE_COPIES).then_some(count)
}

/// `2003.0` is what some programs make of a year.
fn year(raw: &str) -> String {
    raw.strip_suffix(".0").unwrap_or(raw).to_owned()
}

fn kind(raw: &str) -> Option<ItemKind> {
    match plain(raw).as_str() {
        "book" | "图书" | "书" | "普通图书" => Some(ItemKind::Book),
        "picturebook" | "绘本" | "图画书" | "连环画" => Some(ItemKind::PictureBook),
        "magazine" | "期刊" | "杂志" | "报刊" => Some(ItemKind::Magazine),
        "media" | "音像" | "光盘" | "磁带" | "多媒体" => Some(ItemKind::Media),
        "reference" | "工具书" | "参考书" | "馆内阅览" => Some(ItemKind::Reference),
        _ => None,
    }
}
