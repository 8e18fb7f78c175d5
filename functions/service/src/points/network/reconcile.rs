//! Hold the network's list of a month against what was passed on. `ReconcileNetwork`, those who pass
//! on. Nothing is changed, nothing is kept, and nobody is named.

use domain::limits;
use domain::network::Record;
use domain::network::compare::{Amount, Differs, Held, compare};
use wire::market::{ImportOutcome, ImportRow};
use wire::points::network::{DifferenceView, ReconcileNetwork, Reconciliation};

use super::connector::{Line, connector};
use super::span;
use crate::http::{Answer, Call, Outcome, Who};

pub async fn run(call: Call<ReconcileNetwork>) -> Outcome<ReconcileNetwork> {
    let (store, who) = (&call.ctx.store, &call.who);
    let (from, until) = span(who, call.query.month, "?month")?;
    let came = connector().holdings(call.file.clone()).await?;
    let ours = store
        .network_records_between(who.community.id, from, until)
        .await?;
    let (mut theirs, mut unread) = (Vec::new(), Vec::new());
    for line in came.lines {
        match line.said {
            Ok(held) => theirs.push(held),
            Err(_) => unread.push(not_read(line)),
        }
    }
    let found = compare(&ours, &theirs);
    let shown = found.iter().take(limits::NETWORK_DIFFERENCES);
    let standing = |record: &&Record| record.stands_there() && record.minutes > 0;
    Ok(Answer::new(Reconciliation {
        month: call.query.month,
        read_as: came.read_as.to_owned(),
        ours: number(ours.iter().filter(standing).count()),
        theirs: number(theirs.len()),
        found: number(found.len()),
        differences: shown.map(|one| view(who, one)).collect(),
        unread,
    }))
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn not_read(line: Line<Held>) -> ImportRow {
    let flaw = line.said.err();
    let (code, column) = flaw.map(|flaw| (flaw.code, flaw.column)).unzip();
    ImportRow {
        row: line.row,
        name: line.name,
        outcome: ImportOutcome::Refused,
        code,
        column,
    }
}

fn view(who: &Who, one: &Differs) -> DifferenceView {
    let (ours, theirs) = (one.ours, one.theirs);
    let (minutes, tenths) = match theirs.map(|held| held.amount) {
        Some(Amount::Minutes(minutes)) => (Some(minutes), None),
        Some(Amount::Tenths(tenths)) => (None, Some(tenths)),
        None => (None, None),
    };
    DifferenceView {
        what: one.what,
        row: theirs.map(|held| held.row),
        entry: ours.map(|record| record.entry),
        starts: ours.map(|record| who.moment(record.starts)),
        state: ours.map(Record::state),
        minutes: ours.map(|record| record.minutes),
        external: ours.and_then(Record::external).map(str::to_owned),
        their_external: theirs.and_then(|held| held.external.clone()),
        their_minutes: minutes,
        their_hours_tenths: tenths,
    }
}
