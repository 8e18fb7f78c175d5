//! Notices made ready for the outbox.

use domain::notice::{Data, Notice, Topic};
use domain::{CommunityId, MessageId, PersonId};
use jiff::Timestamp;
use store::notify::{Outgoing, To};

use crate::ctx::Ctx;

/// One notice for several people, each once.
#[must_use]
pub fn tell(
    ctx: &Ctx,
    community: CommunityId,
    to: &[PersonId],
    topic: Topic,
    data: Data,
    at: Timestamp,
) -> Option<Outgoing> {
    let mut readers = to.to_vec();
    readers.sort_unstable();
    readers.dedup();
    let (millis, chance) = ctx.fresh(at);
    (!readers.is_empty()).then(|| Outgoing {
        id: MessageId::new(millis, chance),
        community,
        to: readers.into_iter().map(To::Person).collect(),
        notice: Notice { topic, data },
        at,
        attempts: 0,
        postponed: 0,
        next_at: at,
    })
}
