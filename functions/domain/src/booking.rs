//! The life of a booking.
//!
//! ```text
//! held ──confirm──▶ requested ──accept──▶ accepted ──complete──▶ done
//!   │ (instant: ──────────────────────────▶ accepted)   ├─above range─▶ quoted ──approve──▶ done
//!   └ lapse ▶ expired   └ decline, lapse                 └─ no_show, cancel      └─reject──▶ accepted
//! ```
//! A held or requested booking claims its cells like any other until its time runs out; from then
//! on others may claim them. Nothing here ever deletes a booking.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::availability::{self, Cell, Span};
use crate::provider::{Mode, Terms};
use crate::units::Fen;
use crate::{BookingId, CommunityId, PersonId, ProviderId, Refusal, ServiceId, limits};

named! {
    StateName {
        Held = "held",
        Requested = "requested",
        Accepted = "accepted",
        Quoted = "quoted",
        Done = "done",
        Declined = "declined",
        Expired = "expired",
        Cancelled = "cancelled",
        NoShow = "no_show",
    }
}

named! {
    /// In which part somebody moves a booking. Staff and helpers act for either side.
    Part { Resident = "resident", Provider = "provider", Staff = "staff" }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum State {
    Held {
        until: Timestamp,
    },
    Requested {
        until: Timestamp,
    },
    Accepted,
    Quoted {
        amount: Fen,
    },
    Done {
        amount: Fen,
    },
    Declined,
    Expired,
    Cancelled {
        by: Part,
    },
    /// `who` did not come.
    NoShow {
        who: Part,
    },
}

impl State {
    #[must_use]
    pub fn name(self) -> StateName {
        match self {
            Self::Held { .. } => StateName::Held,
            Self::Requested { .. } => StateName::Requested,
            Self::Accepted => StateName::Accepted,
            Self::Quoted { .. } => StateName::Quoted,
            Self::Done { .. } => StateName::Done,
            Self::Declined => StateName::Declined,
            Self::Expired => StateName::Expired,
            Self::Cancelled { .. } => StateName::Cancelled,
            Self::NoShow { .. } => StateName::NoShow,
        }
    }

    /// Still to happen: its cells are claimed and it counts against the quota.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Held { .. } | Self::Requested { .. } | Self::Accepted | Self::Quoted { .. }
        )
    }

    /// When it lapses by itself.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Held { until } | Self::Requested { until } => Some(until),
            Self::Accepted
            | Self::Quoted { .. }
            | Self::Done { .. }
            | Self::Declined
            | Self::Expired
            | Self::Cancelled { .. }
            | Self::NoShow { .. } => None,
        }
    }
}

/// One side's word about the visit. `stars`: 1 to 5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Review {
    pub stars: u8,
    pub text: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub id: BookingId,
    pub community: CommunityId,
    pub service: ServiceId,
    pub service_name: String,
    pub service_name_en: Option<String>,
    pub provider: ProviderId,
    pub provider_person: PersonId,
    pub provider_name: String,
    pub resident: PersonId,
    /// Who made it; another person than `resident` where it was made for them (代办).
    pub booked_by: PersonId,
    pub start: Timestamp,
    pub terms: Terms,
    pub note: String,
    pub state: State,
    /// Said with the last decline, cancellation or rejected quote.
    pub reason: String,
    pub resident_review: Option<Review>,
    pub provider_review: Option<Review>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub ver: u64,
}

/// What moves a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Confirm { note: String },
    Accept,
    Decline { reason: String },
    Cancel { reason: String },
    Reschedule { start: Timestamp },
    Complete { amount: Fen },
    ApproveQuote { amount: Fen },
    RejectQuote { reason: String },
    NoShow,
    Review { stars: u8, text: String },
    Lapse,
}

impl Event {
    /// May this part make this move?
    #[must_use]
    pub fn is_for(&self, part: Part) -> bool {
        match self {
            Self::Confirm { .. } | Self::ApproveQuote { .. } | Self::RejectQuote { .. } => {
                matches!(part, Part::Resident | Part::Staff)
            }
            Self::Accept | Self::Decline { .. } | Self::Complete { .. } => {
                matches!(part, Part::Provider | Part::Staff)
            }
            Self::Cancel { .. } | Self::Reschedule { .. } | Self::NoShow => true,
            Self::Review { .. } => matches!(part, Part::Resident | Part::Provider),
            Self::Lapse => matches!(part, Part::Staff),
        }
    }
}

/// The state of a booking just confirmed: the resident's at once, or waiting for the provider.
#[must_use]
pub fn confirmed(mode: Mode, start: Timestamp, at: Timestamp) -> State {
    match mode {
        Mode::Instant => State::Accepted,
        Mode::OnRequest => State::Requested {
            until: start.min(at + SignedDuration::from_hours(limits::REQUEST_HOURS)),
        },
    }
}

/// The state of a booking whose form is still being filled in.
#[must_use]
pub fn held(start: Timestamp, at: Timestamp) -> State {
    State::Held {
        until: start.min(at + SignedDuration::from_mins(limits::HOLD_MINUTES)),
    }
}

impl Booking {
    #[must_use]
    pub fn visit(&self) -> Span {
        availability::visit(&self.terms, self.start)
    }

    #[must_use]
    pub fn cells(&self) -> std::ops::Range<Cell> {
        availability::cells(&self.terms, self.start)
    }

    /// Until when a resident may still cancel or move it.
    #[must_use]
    pub fn cutoff(&self) -> Timestamp {
        self.start - SignedDuration::from_mins(self.terms.cutoff_minutes.into())
    }

    /// Both reviews show once both are written, or a week after the end.
    #[must_use]
    pub fn reviews_show(&self, at: Timestamp) -> bool {
        let both = self.resident_review.is_some() && self.provider_review.is_some();
        both || at >= self.visit().until + SignedDuration::from_hours(24 * limits::REVIEW_DAYS)
    }

    /// The booking after `event`, moved by `part` at `at`.
    ///
    /// Refuses, most basic reason first: `WrongPart`, `HoldLapsed`, `RequestLapsed`, `NotInState`,
    /// `TooEarly`, `TooLate`, `PastCutoff`, `QuoteChanged`, `AlreadyReviewed`. Whether the new
    /// time of a `Reschedule` is open and free is for [`availability`] and the store.
    pub fn apply(self, event: Event, part: Part, at: Timestamp) -> Result<Self, Refusal> {
        if !event.is_for(part) {
            return Err(Refusal::WrongPart);
        }
        let closed = Refusal::NotInState {
            state: self.state.name(),
        };
        let next = match (self.state, event) {
            (State::Held { until }, Event::Confirm { .. }) if at > until => {
                return Err(Refusal::HoldLapsed);
            }
            (State::Held { .. }, Event::Confirm { note }) => {
                let state = confirmed(self.terms.mode, self.start, at);
                Self {
                    state,
                    note,
                    ..self
                }
            }
            (State::Held { until }, Event::Lapse) if at > until => Self {
                state: State::Expired,
                ..self
            },
            (State::Held { .. }, Event::Cancel { reason }) => Self {
                state: State::Cancelled { by: part },
                reason,
                ..self
            },

            (State::Requested { until }, Event::Accept | Event::Decline { .. }) if at > until => {
                return Err(Refusal::RequestLapsed);
            }
            (State::Requested { .. }, Event::Accept) => Self {
                state: State::Accepted,
                ..self
            },
            (State::Requested { .. }, Event::Decline { reason }) => Self {
                state: State::Declined,
                reason,
                ..self
            },
            (State::Requested { until }, Event::Lapse) if at > until => Self {
                state: State::Expired,
                ..self
            },

            (State::Requested { .. } | State::Accepted, Event::Cancel { reason }) => {
                self.refuse_after_end(at)?;
                self.refuse_past_cutoff(part, at)?;
                Self {
                    state: State::Cancelled { by: part },
                    reason,
                    ..self
                }
            }
            (State::Requested { until }, Event::Reschedule { .. }) if at > until => {
                return Err(Refusal::RequestLapsed);
            }
            (State::Requested { .. } | State::Accepted, Event::Reschedule { start }) => {
                self.refuse_after_end(at)?;
                self.refuse_past_cutoff(part, at)?;
                let state = match part {
                    Part::Provider | Part::Staff => self.state.kept_until(start),
                    Part::Resident => confirmed(self.terms.mode, start, at),
                };
                Self {
                    state,
                    start,
                    ..self
                }
            }
            (State::Accepted, Event::Complete { amount }) => {
                self.refuse_outside_visit(self.start, at)?;
                let state = if amount <= self.terms.price_to {
                    State::Done { amount }
                } else {
                    State::Quoted { amount }
                };
                Self { state, ..self }
            }
            (State::Quoted { amount }, Event::ApproveQuote { amount: seen }) => {
                if amount != seen {
                    return Err(Refusal::QuoteChanged);
                }
                Self {
                    state: State::Done { amount },
                    ..self
                }
            }
            (State::Quoted { .. }, Event::RejectQuote { reason }) => Self {
                state: State::Accepted,
                reason,
                ..self
            },
            (State::Accepted, Event::NoShow) => {
                self.refuse_outside_visit(
                    self.start + SignedDuration::from_mins(limits::NO_SHOW_MINUTES),
                    at,
                )?;
                let who = match part {
                    Part::Resident => Part::Provider,
                    Part::Provider | Part::Staff => Part::Resident,
                };
                Self {
                    state: State::NoShow { who },
                    ..self
                }
            }
            (State::Done { .. }, Event::Review { stars, text }) => {
                self.refuse_review(part, at)?;
                let review = Some(Review { stars, text, at });
                match part {
                    Part::Provider => Self {
                        provider_review: review,
                        ..self
                    },
                    Part::Resident | Part::Staff => Self {
                        resident_review: review,
                        ..self
                    },
                }
            }

            (
                State::Held { .. },
                Event::Accept
                | Event::Decline { .. }
                | Event::Reschedule { .. }
                | Event::Complete { .. }
                | Event::ApproveQuote { .. }
                | Event::RejectQuote { .. }
                | Event::NoShow
                | Event::Review { .. }
                | Event::Lapse,
            )
            | (
                State::Requested { .. },
                Event::Confirm { .. }
                | Event::Complete { .. }
                | Event::ApproveQuote { .. }
                | Event::RejectQuote { .. }
                | Event::NoShow
                | Event::Review { .. }
                | Event::Lapse,
            )
            | (
                State::Accepted,
                Event::Confirm { .. }
                | Event::Accept
                | Event::Decline { .. }
                | Event::ApproveQuote { .. }
                | Event::RejectQuote { .. }
                | Event::Review { .. }
                | Event::Lapse,
            )
            | (
                State::Quoted { .. },
                Event::Confirm { .. }
                | Event::Accept
                | Event::Decline { .. }
                | Event::Cancel { .. }
                | Event::Reschedule { .. }
                | Event::Complete { .. }
                | Event::NoShow
                | Event::Review { .. }
                | Event::Lapse,
            )
            | (
                State::Done { .. },
                Event::Confirm { .. }
                | Event::Accept
                | Event::Decline { .. }
                | Event::Cancel { .. }
                | Event::Reschedule { .. }
                | Event::Complete { .. }
                | Event::ApproveQuote { .. }
                | Event::RejectQuote { .. }
                | Event::NoShow
                | Event::Lapse,
            )
            | (
                State::Declined | State::Expired | State::Cancelled { .. } | State::NoShow { .. },
                Event::Confirm { .. }
                | Event::Accept
                | Event::Decline { .. }
                | Event::Cancel { .. }
                | Event::Reschedule { .. }
                | Event::Complete { .. }
                | Event::ApproveQuote { .. }
                | Event::RejectQuote { .. }
                | Event::NoShow
                | Event::Review { .. }
                | Event::Lapse,
            ) => return Err(closed),
        };
        Ok(Self {
            changed_at: at,
            ver: next.ver + 1,
            ..next
        })
    }

    fn refuse_past_cutoff(&self, part: Part, at: Timestamp) -> Result<(), Refusal> {
        let until = self.cutoff();
        if part == Part::Resident && at > until {
            Err(Refusal::PastCutoff { until })
        } else {
            Ok(())
        }
    }

    fn refuse_after_end(&self, at: Timestamp) -> Result<(), Refusal> {
        if at >= self.visit().until {
            Err(Refusal::TooLate)
        } else {
            Ok(())
        }
    }

    fn refuse_outside_visit(&self, from: Timestamp, at: Timestamp) -> Result<(), Refusal> {
        if at < from {
            return Err(Refusal::TooEarly { from });
        }
        self.refuse_long_after(at)
    }

    fn refuse_long_after(&self, at: Timestamp) -> Result<(), Refusal> {
        let last = self.visit().until + SignedDuration::from_hours(24 * limits::AFTER_DAYS);
        if at > last {
            Err(Refusal::TooLate)
        } else {
            Ok(())
        }
    }

    fn refuse_review(&self, part: Part, at: Timestamp) -> Result<(), Refusal> {
        self.refuse_long_after(at)?;
        let own = if part == Part::Provider {
            &self.provider_review
        } else {
            &self.resident_review
        };
        let waited =
            at >= self.visit().until + SignedDuration::from_hours(24 * limits::REVIEW_DAYS);
        let other_shown =
            waited && (self.resident_review.is_some() || self.provider_review.is_some());
        if own.is_some() {
            Err(Refusal::AlreadyReviewed)
        } else if other_shown {
            Err(Refusal::TooLate)
        } else {
            Ok(())
        }
    }
}

impl State {
    fn kept_until(self, start: Timestamp) -> Self {
        match self {
            Self::Requested { until } => Self::Requested {
                until: until.min(start),
            },
            other => other,
        }
    }
}

/// The quota rule. Refuses: `QuotaSpent`.
pub fn quota(open: u32) -> Result<(), Refusal> {
    if open < limits::OPEN_BOOKINGS {
        Ok(())
    } else {
        Err(Refusal::QuotaSpent {
            max: limits::OPEN_BOOKINGS,
        })
    }
}
