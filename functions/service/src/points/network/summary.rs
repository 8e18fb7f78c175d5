//! How much waits, and what keeps it waiting. `GetNetwork`: those who pass on. Counts, and nobody's
//! name.

use std::collections::BTreeSet;

use domain::network::{Record, RecordState};
use domain::{PersonId, limits};
use jiff::Timestamp;
use store::schema;
use store::table::read;
use wire::points::network::{GetNetwork, NetworkSummary};

use super::pass_on::numbers;
use super::span;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};

pub async fn get(call: Call<GetNetwork>) -> Outcome<GetNetwork> {
    let month = call.query.month;
    let span = month
        .map(|month| span(&call.who, month, "?month"))
        .transpose()?;
    let (waiting, more_waiting) = counted(&call, RecordState::Waiting, span).await?;
    let (sent, more_sent) = counted(&call, RecordState::Sent, span).await?;
    let (rejected, more_rejected) = counted(&call, RecordState::Rejected, span).await?;
    let numbers = numbers(&call, waiting.iter().map(|record| record.person)).await?;
    let lacking = waiting
        .iter()
        .filter(|record| !numbers.contains_key(&record.person));
    let people: BTreeSet<PersonId> = lacking.clone().map(|record| record.person).collect();
    let without_number = number(lacking.count());
    Ok(Answer::new(NetworkSummary {
        ready: number(waiting.len()) - without_number,
        without_number,
        people_without_number: number(people.len()),
        sent: number(sent.len()),
        rejected: number(rejected.len()),
        more: more_waiting || more_sent || more_rejected,
    }))
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Records of a state, as many as are counted, and whether there are more.
async fn counted(
    call: &Call<GetNetwork>,
    state: RecordState,
    span: Option<(Timestamp, Timestamp)>,
) -> Result<(Vec<Record>, bool), Error> {
    let pattern = schema::network_state(call.who.community.id, state, span);
    let mut found = Vec::new();
    let mut place = None;
    loop {
        let room = limits::NETWORK_COUNTED - found.len();
        let (items, next) = call.ctx.store.page(&pattern, room, place).await?;
        let items = items.into_iter().map(read::<Record>);
        found.extend(items.collect::<Result<Vec<_>, _>>()?);
        match next {
            Some(next) if found.len() < limits::NETWORK_COUNTED => place = Some(next),
            next => return Ok((found, next.is_some())),
        }
    }
}
