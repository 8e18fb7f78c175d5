//! A reservation, as its reader sees it. Where it stands in the queue is the shelf's to say.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{CommunityId, HoldId, PersonId, Refusal, TitleId};

named! {
    HoldState {
        Waiting = "waiting",
        /// A copy stands on the pick-up shelf for it.
        Ready = "ready",
        /// The reader has the book.
        Fulfilled = "fulfilled",
        Cancelled = "cancelled",
        /// Was not fetched in time.
        Expired = "expired",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: HoldId,
    pub community: CommunityId,
    pub title: TitleId,
    pub reader: PersonId,
    /// Who made it: the reader, whoever decides for them, or the desk.
    pub by: PersonId,
    pub state: HoldState,
    /// The copy that is kept for it, and the last day it is.
    pub barcode: Option<String>,
    pub until: Option<Date>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub ver: u64,
}

impl Hold {
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, HoldState::Waiting | HoldState::Ready)
    }

    /// Refuses: `HoldIs` where it is over.
    pub fn refuse_over(&self) -> Result<(), Refusal> {
        if self.is_open() {
            Ok(())
        } else {
            Err(Refusal::HoldIs { state: self.state })
        }
    }

    /// A copy is kept for it until then.
    #[must_use]
    pub fn ready(self, barcode: String, until: Date, at: Timestamp) -> Self {
        Self {
            state: HoldState::Ready,
            barcode: Some(barcode),
            until: Some(until),
            changed_at: at,
            ver: self.ver + 1,
            ..self
        }
    }

    /// In this state from now on, without a copy.
    #[must_use]
    pub fn now(self, state: HoldState, at: Timestamp) -> Self {
        Self {
            state,
            barcode: None,
            until: None,
            changed_at: at,
            ver: self.ver + 1,
            ..self
        }
    }
}
