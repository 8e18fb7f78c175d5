//! The ledger (台账) of a month, made anew from its lines each time. `GetLibraryLedger`,
//! `GetLibraryLedgerFile`: librarians and administrators. No line names anybody.

use bytes::Bytes;
use domain::library::{LedgerEvent, Line, Sums};
use domain::network::Month;
use domain::network::sheet::Cell;
use jiff::Timestamp;
use wire::library::shelf::{GetLibraryLedger, GetLibraryLedgerFile, LedgerRow, LedgerView};
use wire::{Code, Endpoint};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Sheet, Who};
use crate::points::network::xlsx;

const HEADING: [&str; 4] = ["时间", "事项", "馆藏条码", "书名"];

pub async fn get(call: Call<GetLibraryLedger>) -> Outcome<GetLibraryLedger> {
    let (lines, sums) = month(&call, call.query.month).await?;
    let row = |line: Line| LedgerRow {
        at: call.who.moment(line.at),
        event: line.event,
        barcode: line.barcode,
        title_name: line.title_name,
    };
    Ok(Answer::new(LedgerView {
        month: call.query.month,
        lent: sums.lent,
        returned: sums.returned,
        renewed: sums.renewed,
        taken_in: sums.taken_in,
        lost: sums.lost,
        found: sums.found,
        withdrawn: sums.withdrawn,
        missing: sums.missing,
        restored: sums.restored,
        copies: sums.copies,
        out: sums.out,
        rows: lines.into_iter().map(row).collect(),
    }))
}

pub async fn file(call: Call<GetLibraryLedgerFile>) -> Outcome<GetLibraryLedgerFile> {
    let (lines, sums) = month(&call, call.query.month).await?;
    let book = xlsx::workbook(&HEADING, &rows(&call.who, &lines, &sums))?;
    Ok(Answer::sheet(Sheet {
        name: format!("library-{}.xlsx", call.query.month),
        content_type: xlsx::CONTENT_TYPE,
        bytes: Bytes::from(book),
    }))
}

/// The lines of a month in their order, and its sums. What was there at its beginning is what all lines
/// before it left.
async fn month<E: Endpoint>(call: &Call<E>, month: Month) -> Result<(Vec<Line>, Sums), Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let bad = || Error::invalid(Code::BadValue, "?month");
    let (from, until) = month.span(&who.zone).ok_or_else(bad)?;
    let com = who.community.id;
    let all = ctx
        .store
        .ledger_lines(com, Timestamp::UNIX_EPOCH, until)
        .await?;
    let (before, lines): (Vec<Line>, Vec<Line>) = all.into_iter().partition(|one| one.at < from);
    let before = before.iter().fold(Sums::default(), Sums::with);
    let sums = lines.iter().fold(before.next(), Sums::with);
    Ok((lines, sums))
}

fn rows(who: &Who, lines: &[Line], sums: &Sums) -> Vec<Vec<Cell>> {
    let text = |said: &str| Cell::Text(said.to_owned());
    let line = |line: &Line| {
        let at = who.moment(line.at).local();
        vec![
            text(&at.strftime("%Y-%m-%d %H:%M").to_string()),
            text(word(line.event)),
            text(&line.barcode),
            text(&line.title_name),
        ]
    };
    let sum = |name: &str, count: i64| {
        vec![
            text(""),
            text(name),
            Cell::Number(count.to_string()),
            text(""),
        ]
    };
    let sums = [
        ("本月入藏", sums.taken_in.into()),
        ("本月借出", sums.lent.into()),
        ("本月归还", sums.returned.into()),
        ("本月续借", sums.renewed.into()),
        ("本月找不到", sums.missing.into()),
        ("本月丢失", sums.lost.into()),
        ("本月找回", sums.found.into()),
        ("本月注销", sums.withdrawn.into()),
        ("本月恢复", sums.restored.into()),
        ("月末馆藏", sums.copies),
        ("月末在外", sums.out),
    ];
    let sums = sums.iter().map(|(name, count)| sum(name, *count));
    lines.iter().map(line).chain(sums).collect()
}

fn word(event: LedgerEvent) -> &'static str {
    match event {
        LedgerEvent::TakenIn => "入藏",
        LedgerEvent::Lent => "借出",
        LedgerEvent::Returned => "归还",
        LedgerEvent::Renewed => "续借",
        LedgerEvent::Missing => "盘点未见",
        LedgerEvent::Lost => "丢失",
        LedgerEvent::Found => "找回",
        LedgerEvent::ToRepair => "送修",
        LedgerEvent::Repaired => "修好",
        LedgerEvent::Withdrawn => "注销",
        LedgerEvent::Restored => "恢复",
    }
}
