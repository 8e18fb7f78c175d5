//! Activities, who signs up for them, and who leads. A place is never given twice: every change to
//! who goes is one of [`Activity`], whose counts are moved on a condition, and of [`Volunteer`], which is
//! written with its version.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::hours::{Attendance, Entry, EntryStateName};
use crate::network::is_identity_card;
use crate::{ActivityId, CommunityId, PersonId, Refusal, SeriesId, SignUpId, TeamId, limits};

named! {
    /// What an activity asks for, and what somebody offers. For finding, never for ranking.
    Skill {
        Company = "company",
        Errands = "errands",
        Teaching = "teaching",
        Reading = "reading",
        Repair = "repair",
        Cooking = "cooking",
        Health = "health",
        Green = "green",
        Order = "order",
        Events = "events",
    }
}

named! {
    ActivityState { Open = "open", Cancelled = "cancelled" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActivityId,
    pub community: CommunityId,
    /// Published together with others.
    pub series: Option<SeriesId>,
    pub title: String,
    pub about: String,
    /// Whom it is for, in general words.
    #[serde(default)]
    pub for_whom: String,
    pub place: String,
    /// The part of the community, as people call it.
    pub grid: String,
    pub skills: Vec<Skill>,
    pub team: Option<TeamId>,
    pub organiser: PersonId,
    pub starts: Timestamp,
    pub ends: Timestamp,
    pub capacity: u16,
    /// How many go, and how many wait for a place.
    pub going: u16,
    pub waiting: u16,
    /// There may be free places while people wait: whoever had no time for one is asked again.
    pub unfilled: bool,
    pub state: ActivityState,
    /// Said by whoever cancelled it.
    pub reason: String,
    pub created_at: Timestamp,
    /// Goes up whenever somebody comes or goes.
    pub turns: u64,
    /// Goes up whenever what is said of it changes.
    pub ver: u64,
}

/// People who do things together, and who of them leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub community: CommunityId,
    pub name: String,
    pub lead: PersonId,
    pub members: Vec<PersonId>,
    pub ver: u64,
}

impl Team {
    /// The team after somebody left the community; nothing where they were no member. Who leads it next
    /// is for people to say.
    #[must_use]
    pub fn without(mut self, person: PersonId) -> Option<Self> {
        let before = self.members.len();
        self.members.retain(|member| *member != person);
        self.ver += 1;
        (self.members.len() < before).then_some(self)
    }
}

/// What somebody has in hand as a volunteer. Its version goes up with every change to their sign-ups and
/// their service time, so that what may not overlap is decided on one consistent read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volunteer {
    pub person: PersonId,
    pub skills: Vec<Skill>,
    /// The number under which the national network (中国志愿服务网) knows them.
    pub unified_number: Option<String>,
    /// What their printed card says. Another one makes the old card worthless.
    pub card: String,
    pub going: Vec<Going>,
    /// How many of their records of service time wait for an answer.
    #[serde(default)]
    pub pending: u16,
    pub ver: u64,
}

/// A sign-up that takes somebody's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Going {
    pub activity: ActivityId,
    pub starts: Timestamp,
    pub ends: Timestamp,
}

named! {
    SignUpState {
        Going = "going",
        /// In the queue for a place.
        Waiting = "waiting",
        Withdrawn = "withdrawn",
        /// By whoever runs the activity.
        Removed = "removed",
    }
}

/// One person's part in one activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUp {
    pub id: SignUpId,
    pub activity: ActivityId,
    pub person: PersonId,
    /// Who pressed: they, their guardian, or staff.
    pub by: PersonId,
    pub state: SignUpState,
    /// Since when it stands in the queue; the earliest moves up first.
    pub queued_at: Timestamp,
    /// A freed place moved it up, so that it may be given back until the start.
    pub moved_up: bool,
    /// Said by whoever took them off the list.
    pub reason: String,
    pub attendance: Option<Attendance>,
    pub starts: Timestamp,
    pub ver: u64,
}

/// What is asked of a new or changed activity.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub starts: Timestamp,
    pub ends: Timestamp,
    pub capacity: u16,
}

impl Frame {
    /// Refuses a span or capacity outside its limits, by field.
    pub fn check(&self, now: Timestamp) -> Result<(), (&'static str, FrameFault)> {
        if self.ends <= self.starts {
            return Err(("/ends", FrameFault::Backwards));
        }
        let long = self.ends.duration_since(self.starts);
        if long > SignedDuration::from_hours(limits::ACTIVITY_HOURS) {
            return Err(("/ends", FrameFault::Outside));
        }
        let ahead = SignedDuration::from_hours(24 * limits::ACTIVITY_AHEAD_DAYS);
        if self.starts < now || self.starts.duration_since(now) > ahead {
            return Err(("/starts", FrameFault::Outside));
        }
        if self.capacity == 0 || self.capacity > limits::ACTIVITY_PEOPLE {
            return Err(("/capacity", FrameFault::Outside));
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameFault {
    Backwards,
    Outside,
}

named! {
    /// How often an activity comes again.
    Every { Week = "week", Fortnight = "fortnight", Month = "month" }
}

/// The spans of an activity that comes again, at the same local time each time; a month that has no such
/// day is left out. `times`: how often altogether.
#[must_use]
pub fn occurrences(
    frame: Frame,
    every: Every,
    times: u8,
    zone: &TimeZone,
) -> Vec<(Timestamp, Timestamp)> {
    let long = frame.ends.duration_since(frame.starts);
    let first = frame.starts.to_zoned(zone.clone()).datetime();
    let nth = |n: i64| {
        let day = match every {
            Every::Week => first.date().checked_add((7 * n).days()),
            Every::Fortnight => first.date().checked_add((14 * n).days()),
            Every::Month => first.date().checked_add(n.months()),
        };
        let day = day
            .ok()
            .filter(|day| every != Every::Month || day.day() == first.day())?;
        let starts = day
            .to_datetime(first.time())
            .to_zoned(zone.clone())
            .ok()?
            .timestamp();
        Some((starts, starts.checked_add(long).ok()?))
    };
    (0..i64::from(times)).filter_map(nth).collect()
}

impl Activity {
    /// Runs it: organises it, or leads its team.
    #[must_use]
    pub fn is_run_by(&self, person: PersonId, team: Option<&Team>) -> bool {
        let leads = team.is_some_and(|team| Some(team.id) == self.team && team.lead == person);
        self.organiser == person || leads
    }

    #[must_use]
    pub fn is_full(&self) -> bool {
        self.going >= self.capacity
    }

    /// There is a free place, and somebody waits for one: they had no time for it so far.
    #[must_use]
    pub fn owes_a_place(&self, now: Timestamp) -> bool {
        !self.is_full() && self.waiting > 0 && self.check_open(now).is_ok()
    }

    /// Whether somebody may still join. Refuses: `ActivityCancelled`, `TooLate`.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Refusal> {
        self.refuse_cancelled()?;
        if now >= self.starts {
            return Err(Refusal::TooLate);
        }
        Ok(())
    }

    /// Refuses: `ActivityCancelled`.
    pub fn refuse_cancelled(&self) -> Result<(), Refusal> {
        match self.state {
            ActivityState::Cancelled => Err(Refusal::ActivityCancelled),
            ActivityState::Open => Ok(()),
        }
    }

    /// Somebody's coming and going at it. Where it was called off nobody is there, whatever was seen.
    #[must_use]
    pub fn attendance<'s>(&self, sign_up: &'s SignUp) -> Option<&'s Attendance> {
        let takes_place = self.state == ActivityState::Open;
        sign_up.attendance.as_ref().filter(|_| takes_place)
    }

    #[must_use]
    pub fn span(&self) -> Going {
        Going {
            activity: self.id,
            starts: self.starts,
            ends: self.ends,
        }
    }
}

impl Going {
    #[must_use]
    pub fn meets(&self, starts: Timestamp, ends: Timestamp) -> bool {
        self.starts < ends && starts < self.ends
    }
}

impl Volunteer {
    /// Somebody who has not volunteered yet. `card`: opaque, unguessable.
    #[must_use]
    pub fn new(person: PersonId, card: String) -> Self {
        Self {
            person,
            skills: Vec::new(),
            unified_number: None,
            card,
            going: Vec::new(),
            pending: 0,
            ver: 0,
        }
    }

    /// With one more activity. What is over takes nobody's time any more.
    /// Refuses: `SignUpOverlaps`, `TooManySignUps`.
    pub fn going_to(mut self, span: Going, now: Timestamp) -> Result<Self, Refusal> {
        let kept = SignedDuration::from_hours(24);
        self.going
            .retain(|going| going.ends.checked_add(kept).is_ok_and(|until| until > now));
        let other =
            |going: &&Going| going.activity != span.activity && going.meets(span.starts, span.ends);
        if let Some(other) = self.going.iter().find(other) {
            return Err(Refusal::SignUpOverlaps {
                activity: other.activity,
            });
        }
        self.going.retain(|going| going.activity != span.activity);
        if self.going.len() >= limits::OPEN_SIGN_UPS {
            let max = u32::try_from(limits::OPEN_SIGN_UPS).unwrap_or(u32::MAX);
            return Err(Refusal::TooManySignUps { max });
        }
        self.going.push(span);
        self.ver += 1;
        Ok(self)
    }

    #[must_use]
    pub fn not_going_to(mut self, activity: ActivityId) -> Self {
        self.going.retain(|going| going.activity != activity);
        self.ver += 1;
        self
    }

    /// With a record of theirs that is new, or was answered. Refuses: `ManyPending`.
    pub fn with_entry(self, entry: &Entry) -> Result<Self, Refusal> {
        let waits = entry.state.name() == EntryStateName::Pending;
        let pending = match (waits, entry.ver) {
            (true, 1) if self.pending >= limits::ENTRIES_PENDING => {
                let max = limits::ENTRIES_PENDING;
                return Err(Refusal::ManyPending { max });
            }
            (true, 1) => self.pending + 1,
            (true, _) | (false, 1) => self.pending,
            (false, _) => self.pending.saturating_sub(1),
        };
        Ok(Self { pending, ..self }.touched())
    }

    /// Something about their service time changed.
    #[must_use]
    pub fn touched(mut self) -> Self {
        self.ver += 1;
        self
    }
}

/// Signs somebody up: with a place where there is one and their time is free, else in the queue.
/// `was`: a sign-up of theirs. Refuses: `ActivityCancelled`, `AlreadySignedUp`, `RemovedBefore`,
/// `TooLate`, `SignUpOverlaps`, `TooManySignUps`, `QueueFull`.
pub fn sign_up(
    activity: Activity,
    volunteer: Volunteer,
    was: Option<&SignUp>,
    (id, by): (SignUpId, PersonId),
    now: Timestamp,
) -> Result<(Activity, Volunteer, SignUp), Refusal> {
    activity.refuse_cancelled()?;
    match was.map(|was| was.state) {
        Some(SignUpState::Going | SignUpState::Waiting) => return Err(Refusal::AlreadySignedUp),
        Some(SignUpState::Removed) => return Err(Refusal::RemovedBefore),
        Some(SignUpState::Withdrawn) | None => {}
    }
    activity.check_open(now)?;
    let person = volunteer.person;
    let waits = activity.is_full();
    // Whoever waits takes no time of theirs, but nobody queues for what they could not go to.
    let sure = volunteer.clone().going_to(activity.span(), now)?;
    if waits && activity.waiting >= limits::ACTIVITY_WAITING {
        let max = u32::from(limits::ACTIVITY_WAITING);
        return Err(Refusal::QueueFull { max });
    }
    let volunteer = if waits { volunteer.touched() } else { sure };
    let (going, waiting) = (u16::from(!waits), u16::from(waits));
    let sign_up = SignUp {
        id,
        activity: activity.id,
        person,
        by,
        state: if waits {
            SignUpState::Waiting
        } else {
            SignUpState::Going
        },
        queued_at: now,
        moved_up: false,
        reason: String::new(),
        attendance: None,
        starts: activity.starts,
        ver: was.map_or(1, |was| was.ver + 1),
    };
    let activity = Activity {
        going: activity.going + going,
        waiting: activity.waiting + waiting,
        turns: activity.turns + 1,
        ..activity
    };
    Ok((activity, volunteer, sign_up))
}

/// Ends a sign-up: `Withdrawn` by the person, `Removed` by who runs it. Refuses: `NotSignedUp`, `Attended`,
/// `TooLate` (it has begun).
pub fn leave(
    activity: Activity,
    volunteer: Volunteer,
    sign_up: SignUp,
    state: SignUpState,
    now: Timestamp,
) -> Result<(Activity, Volunteer, SignUp), Refusal> {
    let went = match sign_up.state {
        SignUpState::Going => true,
        SignUpState::Waiting => false,
        SignUpState::Withdrawn | SignUpState::Removed => return Err(Refusal::NotSignedUp),
    };
    if sign_up.attendance.is_some_and(|one| one.came.is_some()) {
        return Err(Refusal::Attended);
    }
    if activity.state == ActivityState::Open && now >= activity.starts {
        return Err(Refusal::TooLate);
    }
    let volunteer = volunteer.not_going_to(activity.id);
    let activity = Activity {
        going: activity.going - u16::from(went),
        waiting: activity.waiting - u16::from(!went),
        turns: activity.turns + 1,
        ..activity
    };
    let sign_up = SignUp {
        state,
        ver: sign_up.ver + 1,
        ..sign_up
    };
    Ok((activity, volunteer, sign_up))
}

/// Gives a free place to somebody who waits; nothing where their time is taken by now.
#[must_use]
pub fn move_up(
    activity: &Activity,
    volunteer: Volunteer,
    sign_up: SignUp,
    now: Timestamp,
) -> Option<(Activity, Volunteer, SignUp)> {
    if activity.is_full()
        || sign_up.state != SignUpState::Waiting
        || activity.check_open(now).is_err()
    {
        return None;
    }
    let volunteer = volunteer.going_to(activity.span(), now).ok()?;
    let activity = Activity {
        going: activity.going + 1,
        waiting: activity.waiting - 1,
        turns: activity.turns + 1,
        ..activity.clone()
    };
    let sign_up = SignUp {
        state: SignUpState::Going,
        moved_up: true,
        ver: sign_up.ver + 1,
        ..sign_up
    };
    Some((activity, volunteer, sign_up))
}

/// The local day an activity is listed under.
#[must_use]
pub fn day_of(activity: &Activity, zone: &TimeZone) -> Date {
    activity.starts.to_zoned(zone.clone()).date()
}

/// What a card says, as it was scanned or typed: small letters, spaces and hyphens are forgiven.
/// Nothing where no card says that.
#[must_use]
pub fn card(raw: &str) -> Option<String> {
    let said = raw.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let said: String = said
        .take(limits::CARD_CHARS + 1)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let fits = said.len() == limits::CARD_CHARS;
    let letters = said.bytes().all(|b| limits::CARD_LETTERS.contains(&b));
    (fits && letters).then_some(said)
}

/// A number of the national network: letters and digits, as many as it may have. MZ/T 061-2015 gives
/// volunteers one so that the number of their identity card need not go around; how it is made up could not be
/// read there, so nothing more is asked of it than not to be such a card's. Refuses everything else.
#[must_use]
pub fn unified_number(raw: &str) -> Option<String> {
    let number: String = raw.trim().to_uppercase();
    let fits = (6..=limits::UNIFIED_NUMBER_CHARS).contains(&number.len());
    let plain = number.bytes().all(|b| b.is_ascii_alphanumeric());
    (fits && plain && !is_identity_card(&number)).then_some(number)
}
