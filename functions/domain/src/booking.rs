//! The life of a booking.
//!
//! ```text
//! held ──confirm──▶ requested ──accept──▶ accepted ──complete──▶ done
//!   │ (instant: ──────────────────────────▶ accepted)   ├─above range─▶ quoted ──approve──▶ done
//!   └ lapse ▶ expired   └ decline, lapse                 ├─ no_show, cancel      ├─reject──▶ accepted
//!                                                        └ lapse ▶ closed        └ lapse ▶ closed
//! ```
//! A held or requested booking claims its cells like any other until its time runs out; from then
//! on others may claim them. An accepted or quoted one that nobody finishes is closed: what became
//! of it is not known, and it binds nobody any more. Nothing here ever deletes a booking.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Act, named};
use crate::availability::{self, Cell, Span};
use crate::consent::Agreed;
use crate::person::Person;
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
        /// Agreed, and nobody said in time what became of it.
        Closed = "closed",
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
    Closed,
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
            Self::Closed => StateName::Closed,
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

    /// Until when a hold or a request stands; its cells are free for others from then on.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Held { until } | Self::Requested { until } => Some(until),
            Self::Accepted
            | Self::Quoted { .. }
            | Self::Done { .. }
            | Self::Declined
            | Self::Expired
            | Self::Closed
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

/// Who agreed to an amount above the range. `part`: `resident` for the resident and whoever stands
/// in for them, `staff` where somebody else was asked on the telephone or at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub by: PersonId,
    pub part: Part,
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
    /// Who agreed to the amount, where it was above the range.
    #[serde(default)]
    pub approved: Option<Approval>,
    pub resident_review: Option<Review>,
    pub provider_review: Option<Review>,
    /// The resident's consent under which the provider was last shown number and door.
    #[serde(default)]
    pub agreed: Option<Agreed>,
    pub created_at: Timestamp,
    /// When it came into its state; for one that time moved, when its time ran out.
    pub since: Timestamp,
    pub changed_at: Timestamp,
    pub ver: u64,
}

/// What moves a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Confirm {
        note: String,
    },
    Accept,
    Decline {
        reason: String,
    },
    Cancel {
        reason: String,
    },
    Reschedule {
        start: Timestamp,
    },
    Complete {
        amount: Fen,
    },
    /// `by`: who says so. Never the person who is to be paid.
    ApproveQuote {
        amount: Fen,
        by: PersonId,
    },
    RejectQuote {
        reason: String,
    },
    /// `who` did not come; only staff may say, absent is the other side, for staff the resident.
    NoShow {
        who: Option<Part>,
    },
    Review {
        stars: u8,
        text: String,
    },
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
            Self::Cancel { .. } | Self::Reschedule { .. } | Self::NoShow { who: None } => true,
            Self::NoShow { who: Some(who) } => matches!(
                (part, who),
                (Part::Resident | Part::Staff, Part::Provider)
                    | (Part::Provider | Part::Staff, Part::Resident)
            ),
            Self::Review { .. } => matches!(part, Part::Resident | Part::Provider),
            Self::Lapse => matches!(part, Part::Staff),
        }
    }
}

/// Somebody in front of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    pub person: PersonId,
    /// Acts in the resident's place.
    pub stands_in: bool,
    /// Oversees the community's bookings.
    pub oversees: bool,
    /// The resident has no telephone to sign in with.
    pub resident_silent: bool,
}

impl By {
    /// `resident`: of the booking; absent where their file is. `today`: the local day.
    #[must_use]
    pub fn of(person: &Person, booking: &Booking, resident: Option<&Person>, today: Date) -> Self {
        Self {
            person: person.id,
            stands_in: resident.is_some_and(|resident| booking.stands_in(person, resident, today)),
            oversees: person.may(Act::OverseeBookings),
            resident_silent: resident.is_some_and(|resident| resident.phone.is_none()),
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

    /// So many hours after the end of the visit.
    fn after_end(&self, hours: i64) -> Timestamp {
        availability::later(self.visit().until, SignedDuration::from_hours(hours))
    }

    #[must_use]
    pub fn cells(&self) -> std::ops::Range<Cell> {
        availability::cells(&self.terms, self.start)
    }

    /// Until when a resident may still cancel or move it.
    #[must_use]
    pub fn cutoff(&self) -> Timestamp {
        let before = SignedDuration::from_mins(self.terms.cutoff_minutes.into());
        availability::earlier(self.start, before)
    }

    /// When time moves it by itself: a hold or a request lapses, a visit that nobody finished and an
    /// amount that nobody answered are closed.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let after_end = |days: i64| self.after_end(24 * days);
        match self.state {
            State::Held { until } | State::Requested { until } => Some(until),
            State::Accepted => Some(after_end(limits::CLOSE_DAYS)),
            State::Quoted { .. } => Some(after_end(limits::CLOSE_DAYS + limits::QUOTE_DAYS)),
            State::Done { .. }
            | State::Declined
            | State::Expired
            | State::Closed
            | State::Cancelled { .. }
            | State::NoShow { .. } => None,
        }
    }

    #[must_use]
    pub fn is_overdue(&self, at: Timestamp) -> bool {
        self.due().is_some_and(|due| at > due)
    }

    /// Open, whether or not it is written yet that its time ran out.
    #[must_use]
    pub fn is_open_at(&self, at: Timestamp) -> bool {
        self.state.is_open() && !self.is_overdue(at)
    }

    /// Since when it is in the state of that moment, whether or not that is written yet.
    #[must_use]
    pub fn since_at(&self, at: Timestamp) -> Timestamp {
        self.due().filter(|due| at > *due).unwrap_or(self.since)
    }

    /// The state it is in at that moment, whether or not that is written yet.
    #[must_use]
    pub fn state_at(&self, at: Timestamp) -> StateName {
        match self.state {
            State::Held { .. } | State::Requested { .. } if self.is_overdue(at) => {
                StateName::Expired
            }
            State::Accepted | State::Quoted { .. } if self.is_overdue(at) => StateName::Closed,
            state => state.name(),
        }
    }

    /// Both sides may reach each other: the visit is agreed and not long over.
    #[must_use]
    pub fn is_within_reach(&self, at: Timestamp) -> bool {
        let agreed = matches!(self.state, State::Accepted | State::Quoted { .. });
        agreed && at <= self.after_end(limits::REACH_HOURS)
    }

    /// May this person act in the resident's place on that local day? A child's guardian; and whoever
    /// booked it for them, while they live behind the same door or book for others.
    #[must_use]
    pub fn stands_in(&self, person: &Person, resident: &Person, today: Date) -> bool {
        let home = person.household.is_some() && person.household == resident.household;
        let living = person.deleted_at.is_none();
        let booked = self.booked_by == person.id && (home || person.may(Act::BookForOthers));
        living && (resident.guardian_on(today) == Some(person.id) || booked)
    }

    /// In which parts somebody has to do with it, the closest first.
    #[must_use]
    pub fn parts(&self, by: &By) -> Vec<Part> {
        let resident = self.resident == by.person || by.stands_in;
        let rows = [
            (Part::Provider, self.provider_person == by.person),
            (Part::Resident, resident),
            (Part::Staff, by.oversees),
        ];
        rows.into_iter()
            .filter(|(_, holds)| *holds)
            .map(|(part, _)| part)
            .collect()
    }

    /// The part in which somebody makes this move. Whoever serves makes the provider's moves,
    /// whatever else they are, but may confirm what they held for another; staff agree to an amount
    /// only for a resident who cannot sign in. Refuses: `Missing`, `WrongPart`.
    pub fn part_for(&self, event: &Event, by: &By) -> Result<Part, Refusal> {
        let parts = self.parts(by);
        if parts.is_empty() {
            return Err(Refusal::Missing);
        }
        let serves = by.person == self.provider_person;
        let own = |part: &Part| match part {
            Part::Provider => true,
            Part::Resident | Part::Staff if serves => matches!(event, Event::Confirm { .. }),
            Part::Resident => true,
            Part::Staff => by.resident_silent || !matches!(event, Event::ApproveQuote { .. }),
        };
        let found = parts
            .into_iter()
            .find(|part| event.is_for(*part) && own(part));
        found.ok_or(Refusal::WrongPart)
    }

    /// Both reviews show once both are written, or a week after the first was.
    #[must_use]
    pub fn reviews_show(&self, at: Timestamp) -> bool {
        let both = self.resident_review.is_some() && self.provider_review.is_some();
        both || self.other_review_until().is_some_and(|until| at >= until)
    }

    /// Until when the one review that is written waits for the other, which may follow it so long
    /// however late it came.
    fn other_review_until(&self) -> Option<Timestamp> {
        let written = [&self.resident_review, &self.provider_review];
        let first = written
            .into_iter()
            .flatten()
            .map(|review| review.at)
            .min()?;
        Some(availability::later(
            first,
            SignedDuration::from_hours(24 * limits::REVIEW_DAYS),
        ))
    }

    /// The booking after `event`, moved by `part` at `at`.
    ///
    /// Refuses, most basic reason first: `WrongPart`, `HoldLapsed`, `RequestLapsed`, `NotInState`,
    /// `TooEarly`, `AlreadyReviewed`, `TooLate`, `PastCutoff`, `QuoteChanged`. Whether the new
    /// time of a `Reschedule` is open and free is for [`availability`] and the store.
    pub fn apply(self, event: Event, part: Part, at: Timestamp) -> Result<Self, Refusal> {
        let own_price =
            matches!(event, Event::ApproveQuote { by, .. } if by == self.provider_person);
        if !event.is_for(part) || own_price {
            return Err(Refusal::WrongPart);
        }
        let before = self.state.name();
        let closed = Refusal::NotInState { state: before };
        let moved_at = if event == Event::Lapse {
            self.due().unwrap_or(at)
        } else {
            at
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
                self.refuse_before(self.start, at)?;
                self.refuse_overdue(at)?;
                let state = if amount <= self.terms.price_to {
                    State::Done { amount }
                } else {
                    State::Quoted { amount }
                };
                Self { state, ..self }
            }
            (State::Quoted { amount }, Event::ApproveQuote { amount: seen, by }) => {
                self.refuse_overdue(at)?;
                if amount != seen {
                    return Err(Refusal::QuoteChanged);
                }
                Self {
                    state: State::Done { amount },
                    approved: Some(Approval { by, part, at }),
                    ..self
                }
            }
            (State::Quoted { .. }, Event::RejectQuote { reason }) => {
                self.refuse_overdue(at)?;
                Self {
                    state: State::Accepted,
                    reason,
                    ..self
                }
            }
            (State::Accepted, Event::NoShow { who }) => {
                let waited = SignedDuration::from_mins(limits::NO_SHOW_MINUTES);
                let from = availability::later(self.start, waited);
                self.refuse_before(from, at)?;
                self.refuse_overdue(at)?;
                let other = match part {
                    Part::Resident => Part::Provider,
                    Part::Provider | Part::Staff => Part::Resident,
                };
                let who = who.unwrap_or(other);
                Self {
                    state: State::NoShow { who },
                    ..self
                }
            }
            (State::Accepted | State::Quoted { .. }, Event::Lapse) if self.is_overdue(at) => Self {
                state: State::Closed,
                ..self
            },
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
                | Event::NoShow { .. }
                | Event::Review { .. }
                | Event::Lapse,
            )
            | (
                State::Requested { .. },
                Event::Confirm { .. }
                | Event::Complete { .. }
                | Event::ApproveQuote { .. }
                | Event::RejectQuote { .. }
                | Event::NoShow { .. }
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
                | Event::NoShow { .. }
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
                | Event::NoShow { .. }
                | Event::Lapse,
            )
            | (
                State::Declined
                | State::Expired
                | State::Closed
                | State::Cancelled { .. }
                | State::NoShow { .. },
                Event::Confirm { .. }
                | Event::Accept
                | Event::Decline { .. }
                | Event::Cancel { .. }
                | Event::Reschedule { .. }
                | Event::Complete { .. }
                | Event::ApproveQuote { .. }
                | Event::RejectQuote { .. }
                | Event::NoShow { .. }
                | Event::Review { .. }
                | Event::Lapse,
            ) => return Err(closed),
        };
        let stays = next.state.name() == before;
        Ok(Self {
            since: if stays { next.since } else { moved_at },
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

    fn refuse_before(&self, from: Timestamp, at: Timestamp) -> Result<(), Refusal> {
        if at < from {
            Err(Refusal::TooEarly { from })
        } else {
            Ok(())
        }
    }

    fn refuse_overdue(&self, at: Timestamp) -> Result<(), Refusal> {
        if self.is_overdue(at) {
            Err(Refusal::TooLate)
        } else {
            Ok(())
        }
    }

    fn refuse_long_after(&self, at: Timestamp) -> Result<(), Refusal> {
        if at > self.after_end(24 * limits::AFTER_DAYS) {
            Err(Refusal::TooLate)
        } else {
            Ok(())
        }
    }

    fn refuse_review(&self, part: Part, at: Timestamp) -> Result<(), Refusal> {
        let own = if part == Part::Provider {
            &self.provider_review
        } else {
            &self.resident_review
        };
        if own.is_some() {
            return Err(Refusal::AlreadyReviewed);
        }
        match self.other_review_until() {
            Some(until) if at >= until => Err(Refusal::TooLate),
            Some(_) => Ok(()),
            None => self.refuse_long_after(at),
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
