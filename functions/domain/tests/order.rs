//! Of two reasons at once the first in the list of refusals is said.
//!
//! A row reads `what is asked  one reason  another`. Each reason is made true alone, then both; whichever
//! stands earlier in `functions/domain/src/refusal.rs` is the answer to both.

use domain::access::Role;
use domain::activity::{self, Activity, ActivityState, Going, SignUp, SignUpState, Volunteer};
use domain::availability::Span;
use domain::hands::Shared;
use domain::hours::{
    Approval, Attendance, Claim, Entry, EntryState, Hand, Mark, Presence, Said, Sign, Step,
};
use domain::person::{Language, Person, TextSize};
use domain::{ActivityId, CommunityId, EntryId, PersonId, Refusal, SignUpId, limits};
use jiff::Timestamp;

const LIST: &str = include_str!("../src/refusal.rs");

const ROWS: &str = "
    settle   OwnHours           SameApprover
    settle   OwnHours           OneHand
    settle   OwnHours           NotCheckedIn
    settle   OwnHours           AlreadySettled
    settle   OwnHours           TooEarly
    settle   OwnHours           TooLate
    settle   OwnHours           MinutesAbove
    settle   SameApprover       OneHand
    settle   SameApprover       AlreadySettled
    settle   SameApprover       TooEarly
    settle   SameApprover       TooLate
    settle   SameApprover       MinutesAbove
    settle   OneHand            NotCheckedIn
    settle   OneHand            AlreadySettled
    settle   OneHand            TooLate
    settle   OneHand            MinutesAbove
    settle   NotCheckedIn       TooLate
    settle   AlreadySettled     TooLate
    settle   AlreadySettled     MinutesAbove
    settle   TooEarly           MinutesAbove
    settle   TooLate            MinutesAbove

    come     AlreadyCheckedIn   TooLate
    come     AlreadyCheckedOut  TooLate
    come     AlreadySettled     TooLate
    leave    NotCheckedIn       TooLate
    leave    AlreadyCheckedOut  TooLate
    leave    AlreadySettled     TooLate
    missed   AlreadyCheckedIn   TooEarly
    missed   AlreadyCheckedOut  TooEarly
    missed   AlreadySettled     TooEarly
    say      NotCheckedIn       TooLate
    say      AlreadyCheckedIn   TooLate
    say      AlreadyCheckedOut  TooLate
    say      AlreadySettled     TooLate

    approve  OwnHours           SameApprover
    approve  OwnHours           OneHand
    approve  OwnHours           EntryIs
    approve  SameApprover       OneHand
    approve  SameApprover       EntryIs
    approve  OneHand            EntryIs
    refuse   OwnHours           EntryIs
    correct  EntryIs            MinutesAbove
    correct  EntryIs            MinutesSame
    write    HoursAhead         HoursLong
    write    HoursOld           HoursLong

    join     ActivityCancelled  AlreadySignedUp
    join     ActivityCancelled  RemovedBefore
    join     ActivityCancelled  TooLate
    join     ActivityCancelled  SignUpOverlaps
    join     ActivityCancelled  TooManySignUps
    join     ActivityCancelled  QueueFull
    join     AlreadySignedUp    TooLate
    join     AlreadySignedUp    SignUpOverlaps
    join     AlreadySignedUp    QueueFull
    join     RemovedBefore      TooLate
    join     RemovedBefore      SignUpOverlaps
    join     RemovedBefore      QueueFull
    join     TooLate            SignUpOverlaps
    join     TooLate            TooManySignUps
    join     TooLate            QueueFull
    join     SignUpOverlaps     TooManySignUps
    join     SignUpOverlaps     QueueFull
    join     TooManySignUps     QueueFull
    unjoin   NotSignedUp        TooLate
    unjoin   Attended           TooLate
";

/// Where a refusal stands in the list.
fn place(name: &str) -> usize {
    let variant = |line: &str| {
        let line = line.trim_start_matches("    ");
        let end = line.find(|c: char| !c.is_ascii_alphanumeric());
        line.split_at(end.unwrap_or(line.len())).0 == name
    };
    let in_enum = LIST.split("pub enum Refusal").nth(1).expect("the list");
    let found = in_enum.lines().position(variant);
    found.unwrap_or_else(|| panic!("{name} is no refusal"))
}

fn name(refusal: &Refusal) -> String {
    let said = format!("{refusal:?}");
    let end = said.find(|c: char| !c.is_ascii_alphanumeric());
    said[..end.unwrap_or(said.len())].to_owned()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 / 3_600 * 3_600 + seconds).expect("in range")
}

const DAY: i64 = 86_400;

fn person(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn planned() -> Span {
    Span {
        from: at(0),
        until: at(7_200),
    }
}

fn mark(by: u128) -> Mark {
    Mark {
        at: at(0),
        sign: Sign::Card,
        by: person(by),
    }
}

fn somebody(n: u128) -> Person {
    Person {
        id: person(n),
        community: CommunityId::new(1, 1),
        name: "测试".into(),
        phone: None,
        born: None,
        household: None,
        guardian: None,
        roles: vec![Role::Resident],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: at(0),
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    }
}

/// What is asked, and which reasons against it are true.
struct Case<'a> {
    what: &'a str,
    reasons: &'a [&'a str],
}

impl Case<'_> {
    fn has(&self, reason: &str) -> bool {
        self.reasons.contains(&reason)
    }

    fn either<T>(&self, reason: &str, then: T, other: T) -> T {
        if self.has(reason) { then } else { other }
    }

    fn answer(&self) -> Result<(), Refusal> {
        match self.what {
            "settle" => self.settle(),
            "come" | "leave" | "missed" | "say" => self.step(),
            "approve" | "refuse" | "correct" => self.entry(),
            "write" => self.write(),
            "join" | "unjoin" => self.sign_up(),
            other => panic!("{other} is nothing that is asked"),
        }
    }

    /// Person 1 served; 2 asks, or they do themselves. 3 had a hand in it.
    fn hand(&self, now: Timestamp) -> Hand {
        let me = self.either("OwnHours", 1, 2);
        let staff = somebody(me);
        let concerned = [1, 3].map(|n| somebody(n).kept_by(&staff, now));
        let shared = Shared::of(&staff, &concerned, now);
        Hand {
            person: person(me),
            speaks: false,
            approves: true,
            shared: self.either("OneHand", shared, Shared::default()),
        }
    }

    fn attendance(&self, usual: Presence) -> Attendance {
        let settled = Presence::Settled {
            entry: EntryId::new(1, 9),
            minutes: 60,
        };
        let all = [
            ("NotCheckedIn", Presence::Expected),
            ("AlreadyCheckedIn", Presence::In),
            ("AlreadyCheckedOut", Presence::Out),
            ("AlreadySettled", settled),
        ];
        let named = all.into_iter().find(|(reason, _)| self.has(reason));
        let presence = named.map_or(usual, |(_, presence)| presence);
        let own = self.either("OwnHours", 1, 2);
        let by = self.either("SameApprover", own, 3);
        let seen = presence != Presence::Expected;
        let left = Mark {
            at: at(7_200),
            ..mark(by)
        };
        Attendance {
            came: seen.then(|| mark(by)),
            left: (presence == Presence::Out).then_some(left),
            presence,
            ..Attendance::expected(planned())
        }
    }

    fn settle(&self) -> Result<(), Refusal> {
        let late = self.either("TooLate", at(91 * DAY), at(7_200));
        let now = self.either("TooEarly", at(7_199), late);
        let asked = Presence::Review { ask_at: None };
        let attendance = self.attendance(self.either("TooEarly", Presence::In, asked));
        let minutes = self.either("MinutesAbove", 121, 60);
        let done = Entry::attended(claim(0, 7_200), attendance, minutes, self.hand(now), now);
        done.map(|_| ())
    }

    fn step(&self) -> Result<(), Refusal> {
        let (usual, late, now) = match self.what {
            "come" => (Presence::Expected, at(7_201), at(0)),
            "leave" => (Presence::In, at(3 * 7_200), at(60)),
            "missed" => (Presence::Expected, at(900), at(900)),
            _ => (
                Presence::Review { ask_at: None },
                at(91 * DAY),
                at(4 * 3_600),
            ),
        };
        let late = self.either("TooLate", late, now);
        let now = self.either("TooEarly", at(0), late);
        let (by, seen) = (person(1), Mark { at: now, ..mark(1) });
        let step = match self.what {
            "come" => Step::Come(seen),
            "leave" => Step::Leave(seen),
            "missed" => Step::Missed { by },
            _ => Step::Say(Said {
                left: at(60),
                by,
                at: now,
            }),
        };
        self.attendance(usual).apply(step, now).map(|_| ())
    }

    fn entry(&self) -> Result<(), Refusal> {
        let now = at(7_200);
        let own = Hand {
            approves: false,
            shared: Shared::default(),
            ..self.hand(now)
        };
        let mut entry = Entry::manual(claim(0, 3_600), own, now).expect("written down");
        let hand = self.hand(now);
        let before = self.either("SameApprover", hand.person, person(3));
        entry.approvals = vec![Approval {
            by: before,
            at: now,
        }];
        let refused = EntryState::Refused {
            by: person(4),
            reason: "不".into(),
        };
        match self.what {
            "approve" | "refuse" => {
                entry.state = self.either("EntryIs", refused, EntryState::Pending);
            }
            _ => entry.state = self.either("EntryIs", refused, EntryState::Approved),
        }
        let same = self.either("MinutesSame", 60, 30);
        let minutes = self.either("MinutesAbove", 61, same);
        let done = match self.what {
            "approve" => entry.approve(hand, now),
            "refuse" => entry.refuse(hand, "不".into(), now),
            _ => entry.corrected(EntryId::new(1, 2), minutes, "改".into(), hand, now),
        };
        done.map(|_| ())
    }

    fn write(&self) -> Result<(), Refusal> {
        let until = self.either("HoursLong", 13 * 3_600, 3_600);
        let old = self.either("HoursOld", at(91 * DAY), at(13 * 3_600));
        let now = self.either("HoursAhead", at(0), old);
        Entry::manual(claim(0, until), self.hand(now), now).map(|_| ())
    }

    fn sign_up(&self) -> Result<(), Refusal> {
        let now = self.either("TooLate", at(0), at(-600));
        let activity = self.activity();
        let mut volunteer = Volunteer::new(person(1), "card".into());
        let other = |n: u128, starts| Going {
            activity: ActivityId::new(2, n),
            starts: at(starts),
            ends: at(starts + 3_600),
        };
        if self.has("SignUpOverlaps") {
            volunteer.going.push(other(0, 0));
        }
        if self.has("TooManySignUps") {
            let many = (1..=30_u32).map(|n| other(n.into(), i64::from(n) * DAY));
            volunteer.going.extend(many);
        }
        let removed = self.either("RemovedBefore", SignUpState::Removed, SignUpState::Going);
        let state = self.either("NotSignedUp", SignUpState::Withdrawn, removed);
        let was = SignUp {
            id: SignUpId::new(1, 1),
            activity: activity.id,
            person: person(1),
            by: person(1),
            state,
            queued_at: at(-DAY),
            moved_up: false,
            reason: String::new(),
            attendance: self.has("Attended").then(|| self.attendance(Presence::In)),
            starts: activity.starts,
            ver: 1,
        };
        if self.what == "unjoin" {
            let done = activity::leave(activity, volunteer, was, SignUpState::Withdrawn, now);
            return done.map(|_| ());
        }
        let was = (self.has("AlreadySignedUp") || self.has("RemovedBefore")).then_some(&was);
        let names = (SignUpId::new(1, 2), person(1));
        activity::sign_up(activity, volunteer, was, names, now).map(|_| ())
    }

    fn activity(&self) -> Activity {
        Activity {
            id: ActivityId::new(1, 1),
            community: CommunityId::new(1, 1),
            series: None,
            title: "河边捡拾".into(),
            about: String::new(),
            for_whom: String::new(),
            place: "东门".into(),
            grid: "一网格".into(),
            skills: Vec::new(),
            team: None,
            organiser: person(900),
            starts: at(0),
            ends: at(7_200),
            capacity: 2,
            going: self.either("QueueFull", 2, 1),
            waiting: self.either("QueueFull", limits::ACTIVITY_WAITING, 0),
            unfilled: false,
            state: self.either(
                "ActivityCancelled",
                ActivityState::Cancelled,
                ActivityState::Open,
            ),
            reason: String::new(),
            created_at: at(-10 * DAY),
            turns: 0,
            ver: 1,
        }
    }
}

fn claim(from: i64, until: i64) -> Claim {
    Claim {
        id: EntryId::new(1, 1),
        community: CommunityId::new(1, 1),
        person: person(1),
        activity: None,
        what: "送餐".into(),
        span: Span {
            from: at(from),
            until: at(until),
        },
        evidence: String::new(),
    }
}

#[test]
fn of_two_reasons_at_once_the_earlier_in_the_list_is_said() {
    let rows = ROWS.lines().map(str::trim).filter(|row| !row.is_empty());
    for row in rows {
        let words: Vec<&str> = row.split_whitespace().collect();
        let [what, one, other] = words[..] else {
            panic!("three words: {row}");
        };
        let said = |reasons: &[&str]| {
            let answer = Case { what, reasons }.answer();
            answer.map_or_else(|refusal| name(&refusal), |()| "nothing".into())
        };
        assert_eq!(said(&[]), "nothing", "{row}");
        assert_eq!(
            (said(&[one]), said(&[other])),
            (one.into(), other.into()),
            "{row}"
        );
        let first = if place(one) < place(other) {
            one
        } else {
            other
        };
        assert_eq!(said(&[one, other]), first, "{row}");
    }
}
