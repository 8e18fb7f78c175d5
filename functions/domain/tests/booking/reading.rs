//! How a row is read: what stands before it, when, by whom, what happens, and what comes of it.

use domain::booking::{Approval, Booking, Event, Part, Review, State, StateName, confirmed, held};
use domain::provider::{Mode, Terms};
use domain::units::Fen;
use domain::{BookingId, CommunityId, PersonId, ProviderId, Refusal, ServiceId};
use jiff::{SignedDuration, Timestamp};

use super::TABLES;

/// Text carried by every event that carries one.
pub const SAID: &str = "因为下雨";

/// Runs every row and names all that do not hold.
pub fn check(rows: &str) {
    let wrong: Vec<String> = expanded(rows)
        .into_iter()
        .filter_map(|row| {
            let before = booking(row.state);
            let at = moment(&before, row.moment);
            let want: Vec<String> = row
                .outcome
                .split(' ')
                .map(|word| in_utc(&before, word))
                .collect();
            let got = outcome(&before, &event(&before, row.event), part(row.part), at);
            (got != want.join(" ")).then(|| format!("{row:?}\n    got {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A state it was in already keeps its beginning; one that time brought begins when time ran out.
pub fn since(before: &Booking, after: &Booking, event: &Event, at: Timestamp) -> Timestamp {
    match (before.state.name() == after.state.name(), event) {
        (true, _) => before.since,
        (false, Event::Lapse) => before.due().expect("what lapses had a time"),
        (false, _) => at,
    }
}

/// The one place that moves a booking: what became of it, in the words of the tables.
pub fn outcome(before: &Booking, event: &Event, part: Part, at: Timestamp) -> String {
    match before.clone().apply(event.clone(), part, at) {
        Ok(after) => {
            let mut want = Booking {
                state: after.state,
                since: since(before, &after, event, at),
                changed_at: at,
                ver: before.ver + 1,
                ..before.clone()
            };
            match event.clone() {
                Event::Confirm { note } => want.note = note,
                Event::Decline { reason }
                | Event::Cancel { reason }
                | Event::RejectQuote { reason } => want.reason = reason,
                Event::Reschedule { start } => want.start = start,
                Event::Review { stars, text } if part == Part::Provider => {
                    want.provider_review = Some(Review { stars, text, at })
                }
                Event::Review { stars, text } => {
                    want.resident_review = Some(Review { stars, text, at })
                }
                Event::ApproveQuote { by, .. } => want.approved = Some(Approval { by, part, at }),
                Event::Accept | Event::Complete { .. } | Event::NoShow { .. } | Event::Lapse => {}
            }
            assert_eq!(
                after, want,
                "{event:?} changes its own fields and no others"
            );
            told(&after)
        }
        Err(Refusal::NotInState { state }) => {
            assert_eq!(state, before.state.name(), "the refusal names the state");
            "refused not_in_state".to_owned()
        }
        Err(Refusal::WrongPart) => "refused wrong_part".to_owned(),
        Err(Refusal::HoldLapsed) => "refused hold_lapsed".to_owned(),
        Err(Refusal::RequestLapsed) => "refused request_lapsed".to_owned(),
        Err(Refusal::TooEarly { from }) => format!("refused too_early from {from}"),
        Err(Refusal::TooLate) => "refused too_late".to_owned(),
        Err(Refusal::PastCutoff { until }) => format!("refused past_cutoff until {until}"),
        Err(Refusal::QuoteChanged) => "refused quote_changed".to_owned(),
        Err(Refusal::AlreadyReviewed) => "refused already_reviewed".to_owned(),
        Err(other) => panic!("{other:?} is no answer to a move"),
    }
}

/// A booking as the last column tells it.
pub fn told(booking: &Booking) -> String {
    let state = booking.state.name();
    let mut words = match booking.state {
        State::Held { until } | State::Requested { until } => format!("{state} until {until}"),
        State::Quoted { amount } | State::Done { amount } => format!("{state} {}", amount.0),
        State::Cancelled { by: part } | State::NoShow { who: part } => format!("{state} by {part}"),
        State::Accepted | State::Declined | State::Expired | State::Closed => state.to_string(),
    };
    let reviews = [
        (Part::Resident, &booking.resident_review),
        (Part::Provider, &booking.provider_review),
    ];
    let by: Vec<&str> = reviews
        .iter()
        .filter(|(_, review)| review.is_some())
        .map(|(part, _)| part.as_str())
        .collect();
    if !by.is_empty() {
        words += &format!(" reviewed {}", by.join(" "));
    }
    words
}

/// One case of a table.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub state: &'a str,
    pub moment: &'a str,
    pub part: &'a str,
    pub event: &'a str,
    pub outcome: &'a str,
}

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}  {}  {}  {} -> {}",
            self.state, self.moment, self.part, self.event, self.outcome
        )
    }
}

/// The rows of a table, one for each of their alternatives.
pub fn expanded(rows: &str) -> Vec<Row<'_>> {
    let lines = rows.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| {
            let (cause, outcome) = line
                .split_once("->")
                .unwrap_or_else(|| panic!("no outcome in `{line}`"));
            let [state, moment, part, event] = columns(cause);
            let mut out = Vec::new();
            for state in state.split(" | ") {
                for part in part.split(" | ") {
                    out.extend(event.split(" | ").map(|event| Row {
                        state,
                        moment,
                        part,
                        event,
                        outcome: outcome.trim(),
                    }));
                }
            }
            out
        })
        .collect()
}

pub fn columns(cause: &str) -> [&str; 4] {
    let cells: Vec<&str> = cause
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect();
    cells
        .try_into()
        .unwrap_or_else(|cells| panic!("four columns, not {cells:?}"))
}

/// `anchor`, then spans: `end+60d+1s`.
pub fn moment(booking: &Booking, text: &str) -> Timestamp {
    let signs: Vec<usize> = text
        .match_indices(['+', '-'])
        .map(|(i, _)| i)
        .chain([text.len()])
        .collect();
    let anchor = match &text[..signs[0]] {
        "made" => booking.created_at,
        "lapse" => booking
            .state
            .until()
            .unwrap_or_else(|| panic!("{} never lapses", booking.state.name())),
        "cutoff" => booking.cutoff(),
        "start" => booking.start,
        "end" => booking.visit().until,
        other => panic!("`{other}` is no anchor"),
    };
    signs
        .windows(2)
        .fold(anchor, |at, span| at + duration(&text[span[0]..span[1]]))
}

pub fn duration(text: &str) -> SignedDuration {
    let (number, unit) = text.split_at(text.len() - 1);
    let seconds = match unit {
        "d" => 86_400,
        "h" => 3_600,
        "m" => 60,
        "s" => 1,
        other => panic!("`{other}` is no unit"),
    };
    SignedDuration::from_secs(
        seconds
            * number
                .parse::<i64>()
                .unwrap_or_else(|_| panic!("`{number}` is no number")),
    )
}

/// Moments among the words of an outcome, spelled out.
pub fn in_utc(booking: &Booking, word: &str) -> String {
    let anchored = ["made", "lapse", "cutoff", "start", "end"]
        .iter()
        .any(|anchor| word.starts_with(anchor));
    if anchored {
        moment(booking, word).to_string()
    } else {
        word.to_owned()
    }
}

pub fn part(text: &str) -> Part {
    text.parse()
        .unwrap_or_else(|()| panic!("`{text}` is no part"))
}

/// `state [amount] [on_request] [reviewed part[@days after the end]…]`
pub fn booking(text: &str) -> Booking {
    let mut words = text.split(' ');
    let name = words
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or_else(|| panic!("`{text}` begins with no state"));
    let mut booking = fresh(name);
    for word in words {
        let (word, ago) = word.split_once('@').unwrap_or((word, "0s"));
        let review = Some(Review {
            stars: 3,
            text: "还行".to_owned(),
            at: booking.visit().until + duration(&format!("+{ago}")),
        });
        match (word, &mut booking.state) {
            ("on_request", _) => booking.terms.mode = Mode::OnRequest,
            ("reviewed", _) => {}
            ("resident", _) => booking.resident_review = review,
            ("provider", _) => booking.provider_review = review,
            (fen, State::Quoted { amount } | State::Done { amount }) => {
                *amount = Fen(fen.parse().expect("an amount in fen"))
            }
            (other, state) => panic!("`{other}` says nothing about {}", state.name()),
        }
    }
    booking
}

pub fn fresh(name: StateName) -> Booking {
    let start: Timestamp = "2026-05-04T01:00:00Z".parse().expect("a time");
    let made = start - SignedDuration::from_hours(72);
    let mode = if name == StateName::Requested {
        Mode::OnRequest
    } else {
        Mode::Instant
    };
    Booking {
        id: BookingId::new(1, 1),
        community: CommunityId::new(1, 2),
        service: ServiceId::new(1, 3),
        service_name: "水管维修".to_owned(),
        service_name_en: Some("Plumbing".to_owned()),
        provider: ProviderId::new(1, 4),
        provider_person: PersonId::new(1, 5),
        provider_name: "李师傅".to_owned(),
        resident: PersonId::new(1, 6),
        booked_by: PersonId::new(1, 6),
        start,
        terms: Terms {
            price_from: Fen(5_000),
            price_to: Fen(8_000),
            minutes: 60,
            buffer_before_minutes: 15,
            buffer_after_minutes: 30,
            step_minutes: 30,
            lead_minutes: 60,
            horizon_days: 30,
            cutoff_minutes: 120,
            mode,
        },
        note: String::new(),
        state: match name {
            StateName::Held => held(start, made),
            StateName::Requested => confirmed(mode, start, made),
            StateName::Accepted => State::Accepted,
            StateName::Quoted => State::Quoted { amount: Fen(9_000) },
            StateName::Done => State::Done { amount: Fen(8_000) },
            StateName::Declined => State::Declined,
            StateName::Expired => State::Expired,
            StateName::Closed => State::Closed,
            StateName::Cancelled => State::Cancelled { by: Part::Resident },
            StateName::NoShow => State::NoShow {
                who: Part::Resident,
            },
        },
        reason: String::new(),
        approved: None,
        resident_review: None,
        provider_review: None,
        agreed: None,
        created_at: made,
        since: made,
        changed_at: made,
        ver: 7,
    }
}

pub const EVENTS: [&str; 11] = [
    "confirm",
    "accept",
    "decline",
    "cancel",
    "reschedule",
    "complete",
    "approve_quote",
    "reject_quote",
    "no_show",
    "review",
    "lapse",
];

pub fn event(booking: &Booking, text: &str) -> Event {
    let (name, argument) = text.split_once(' ').unwrap_or((text, ""));
    let fen = || Fen(argument.parse().expect("an amount in fen"));
    let said = || SAID.to_owned();
    match name {
        "confirm" => Event::Confirm { note: said() },
        "accept" => Event::Accept,
        "decline" => Event::Decline { reason: said() },
        "cancel" => Event::Cancel { reason: said() },
        "reschedule" => Event::Reschedule {
            start: moment(booking, argument),
        },
        "complete" => Event::Complete { amount: fen() },
        "approve_quote" => Event::ApproveQuote {
            amount: fen(),
            by: booking.resident,
        },
        "reject_quote" => Event::RejectQuote { reason: said() },
        "no_show" => Event::NoShow {
            who: (!argument.is_empty()).then(|| part(argument)),
        },
        "review" => Event::Review {
            stars: argument.parse().expect("stars"),
            text: said(),
        },
        "lapse" => Event::Lapse,
        other => panic!("`{other}` is no event"),
    }
}

/// A new event does not compile here until it has a name, and [`EVENTS`] then needs rows for it.
pub fn event_name(event: &Event) -> &'static str {
    let place = match event {
        Event::Confirm { .. } => 0,
        Event::Accept => 1,
        Event::Decline { .. } => 2,
        Event::Cancel { .. } => 3,
        Event::Reschedule { .. } => 4,
        Event::Complete { .. } => 5,
        Event::ApproveQuote { .. } => 6,
        Event::RejectQuote { .. } => 7,
        Event::NoShow { .. } => 8,
        Event::Review { .. } => 9,
        Event::Lapse => 10,
    };
    EVENTS[place]
}

pub fn all_rows() -> Vec<Row<'static>> {
    TABLES.iter().flat_map(|table| expanded(table)).collect()
}

pub fn state_name(row: &Row) -> StateName {
    booking(row.state).state.name()
}
