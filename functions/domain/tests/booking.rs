//! The rules of a booking as tables.
//!
//! A row reads `state  moment  part  event -> outcome`; columns stand two spaces apart, `a | b` in a
//! column means each of them. A moment is an anchor and spans: `made`, `lapse` (when a hold or a
//! request runs out), `cutoff`, `start`, `end`. The booking was made three days before its start,
//! takes an hour for 5000 to 8000 fen, and may be cancelled or moved until two hours before.

use std::collections::BTreeSet;

use domain::access::Role;
use domain::booking::{
    Approval, Booking, By, Event, Part, Review, State, StateName, confirmed, held, quota,
};
use domain::person::{Language, Person, TextSize};
use domain::provider::{Mode, Terms};
use domain::units::Fen;
use domain::{
    BookingId, CommunityId, HouseholdId, PersonId, ProviderId, Refusal, ServiceId, limits,
};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident $rows:literal)+) => {
        $($(#[$doc])* #[test] fn $name() { check($rows); })+
        const TABLES: &[&str] = &[$($rows),+];
    };
}

rules! {
    a_hold_is_confirmed_before_it_lapses "
        held             made      resident          confirm              -> accepted
        held             lapse     resident | staff  confirm              -> accepted
        held on_request  made      resident          confirm              -> requested until made+1d
        held on_request  lapse     resident | staff  confirm              -> requested until lapse+1d
        held             lapse+1s  resident | staff  confirm              -> refused hold_lapsed
        held on_request  lapse+1s  resident          confirm              -> refused hold_lapsed
    "

    a_request_is_answered_before_it_lapses "
        requested        lapse     provider | staff  accept               -> accepted
        requested        lapse+1s  provider | staff  accept               -> refused request_lapsed
        requested        lapse     provider | staff  decline              -> declined
        requested        lapse+1s  provider | staff  decline              -> refused request_lapsed
    "

    only_what_ran_out_lapses "
        held             lapse     staff             lapse                -> refused not_in_state
        held             lapse+1s  staff             lapse                -> expired
        requested        lapse     staff             lapse                -> refused not_in_state
        requested        lapse+1s  staff             lapse                -> expired
    "

    a_hold_or_a_request_is_given_up_whether_lapsed_or_not "
        held             made      resident          cancel               -> cancelled by resident
        held             lapse+1s  resident          cancel               -> cancelled by resident
        held             lapse     provider          cancel               -> cancelled by provider
        held             lapse     staff             cancel               -> cancelled by staff
        requested        lapse     resident          cancel               -> cancelled by resident
        requested        lapse+1s  resident          cancel               -> cancelled by resident
        requested        lapse     provider          cancel               -> cancelled by provider
        requested        lapse     staff             cancel               -> cancelled by staff
    "

    a_visit_is_cancelled_by_residents_until_the_cutoff_and_by_others_until_its_end "
        accepted         cutoff     resident          cancel               -> cancelled by resident
        accepted         cutoff+1s  resident          cancel               -> refused past_cutoff until cutoff
        requested        cutoff+1s  resident          cancel               -> refused past_cutoff until cutoff
        accepted         cutoff+1s  provider          cancel               -> cancelled by provider
        accepted         cutoff+1s  staff             cancel               -> cancelled by staff
        accepted         end-1s     provider          cancel               -> cancelled by provider
        accepted         end-1s     staff             cancel               -> cancelled by staff
        accepted         end        provider | staff  cancel               -> refused too_late
    "

    a_resident_moves_to_a_time_that_is_confirmed_anew "
        accepted             cutoff     resident     reschedule start+1d   -> accepted
        accepted on_request  cutoff     resident     reschedule start+5d   -> requested until cutoff+1d
        accepted on_request  cutoff     resident     reschedule cutoff+1h  -> requested until cutoff+1h
        requested            lapse      resident     reschedule start+1d   -> requested until lapse+1d
        accepted             cutoff+1s  resident     reschedule start+1d   -> refused past_cutoff until cutoff
    "

    a_provider_or_staff_moves_without_asking_again "
        accepted             cutoff+1s  provider | staff  reschedule start+1d   -> accepted
        accepted on_request  end-1s     provider | staff  reschedule start+1d   -> accepted
        accepted             end        provider | staff  reschedule start+1d   -> refused too_late
        requested            lapse      provider | staff  reschedule start+1d   -> requested until lapse
        requested            made       provider | staff  reschedule made+1h    -> requested until made+1h
    "

    a_visit_is_finished_from_its_start_on_for_a_week "
        accepted         start-1s    provider | staff  complete 8000      -> refused too_early from start
        accepted         start       provider | staff  complete 8000      -> done 8000
        accepted         end+7d      provider | staff  complete 8000      -> done 8000
        accepted         end+7d+1s   provider | staff  complete 8000      -> refused too_late
    "

    what_nobody_finishes_is_closed "
        accepted         end+7d      staff             lapse               -> refused not_in_state
        accepted         end+7d+1s   staff             lapse               -> closed
        accepted         end+7d+1s   resident | provider  lapse            -> refused wrong_part
        quoted 8001      end+14d     staff             lapse               -> refused not_in_state
        quoted 8001      end+14d+1s  staff             lapse               -> closed
    "

    an_amount_is_answered_within_another_week "
        quoted 8001      end+14d     resident          approve_quote 8001  -> done 8001
        quoted 8001      end+14d     resident          reject_quote        -> accepted
        quoted 8001      end+14d+1s  resident | staff  approve_quote 8001  -> refused too_late
        quoted 8001      end+14d+1s  resident | staff  reject_quote        -> refused too_late
    "

    staff_say_who_did_not_come "
        accepted         start+15m     staff     no_show provider   -> no_show by provider
        accepted         start+15m     staff     no_show resident   -> no_show by resident
        accepted         start+15m     resident  no_show provider   -> no_show by provider
        accepted         start+15m     provider  no_show resident   -> no_show by resident
        accepted         start+15m     resident  no_show resident   -> refused wrong_part
        accepted         start+15m     provider  no_show provider   -> refused wrong_part
        accepted         start+15m     resident | provider | staff  no_show staff  -> refused wrong_part
    "

    a_price_above_the_range_is_asked_first "
        accepted         end       provider          complete 0           -> done 0
        accepted         end       provider          complete 4999        -> done 4999
        accepted         end       provider          complete 5000        -> done 5000
        accepted         end       provider          complete 8000        -> done 8000
        accepted         end       provider | staff  complete 8001        -> quoted 8001
        quoted 8001      end       resident | staff  approve_quote 8001   -> done 8001
        quoted 8001      end       resident | staff  approve_quote 8000   -> refused quote_changed
        quoted 8001      end       resident          approve_quote 8002   -> refused quote_changed
        quoted 8001      end       resident | staff  reject_quote         -> accepted
    "

    a_visit_is_missed_a_quarter_of_an_hour_after_its_start "
        accepted         start+15m-1s  provider | resident | staff  no_show  -> refused too_early from start+15m
        accepted         start+15m     provider | staff             no_show  -> no_show by resident
        accepted         start+15m     resident                     no_show  -> no_show by provider
        accepted         end+7d        resident                     no_show  -> no_show by provider
        accepted         end+7d+1s     provider | resident | staff  no_show  -> refused too_late
    "

    each_side_reviews_once_without_having_read_the_other "
        done 8000                             end          resident  review 5  -> done 8000 reviewed resident
        done 8000                             end          provider  review 1  -> done 8000 reviewed provider
        done 8000 reviewed provider           end+7d-1s    resident  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed resident           end+7d-1s    provider  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed provider           end+7d       resident  review 5  -> refused too_late
        done 8000 reviewed resident           end+7d       provider  review 5  -> refused too_late
        done 8000                             end+60d      resident  review 5  -> done 8000 reviewed resident
        done 8000                             end+60d      provider  review 5  -> done 8000 reviewed provider
        done 8000                             end+60d+1s   resident | provider  review 5  -> refused too_late
        done 8000 reviewed resident@10d       end+17d-1s   provider  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed provider@10d       end+17d-1s   resident  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed resident@10d       end+17d      provider  review 5  -> refused too_late
        done 8000 reviewed resident@60d       end+67d-1s   provider  review 5  -> done 8000 reviewed resident provider
        done 8000 reviewed resident@60d       end+67d      provider  review 5  -> refused too_late
        done 8000 reviewed resident           end          resident  review 5  -> refused already_reviewed
        done 8000 reviewed provider           end          provider  review 5  -> refused already_reviewed
        done 8000 reviewed resident provider  end+7d       resident | provider  review 5  -> refused already_reviewed
    "

    what_a_state_does_not_know_is_refused "
        held         made   staff     accept | decline | reschedule start+1d                        -> refused not_in_state
        held         end    staff     complete 8000 | approve_quote 8000 | reject_quote | no_show   -> refused not_in_state
        held         end    resident  review 5                                                      -> refused not_in_state
        requested    made   staff     confirm | approve_quote 8000 | reject_quote                   -> refused not_in_state
        requested    end    staff     complete 8000 | no_show                                       -> refused not_in_state
        requested    end    resident  review 5                                                      -> refused not_in_state
        accepted     start  staff     confirm | accept | decline | lapse                            -> refused not_in_state
        accepted     end    staff     approve_quote 8000 | reject_quote                             -> refused not_in_state
        accepted     end    resident  review 5                                                      -> refused not_in_state
        quoted 9000  end    staff     confirm | accept | decline | cancel | reschedule start+1d     -> refused not_in_state
        quoted 9000  end    staff     complete 8000 | no_show | lapse                               -> refused not_in_state
        quoted 9000  end    resident  review 5                                                      -> refused not_in_state
        done 8000    end    staff     confirm | accept | decline | cancel | reschedule start+1d     -> refused not_in_state
        done 8000    end    staff     complete 8000 | approve_quote 8000 | reject_quote | no_show   -> refused not_in_state
        done 8000    end    staff     lapse                                                         -> refused not_in_state
    "

    what_is_over_stays_over "
        declined | expired | closed | cancelled | no_show  start+20m  staff     confirm | accept | decline | cancel | reschedule start+1d  -> refused not_in_state
        declined | expired | closed | cancelled | no_show  start+20m  staff     complete 8000 | approve_quote 8000 | reject_quote          -> refused not_in_state
        declined | expired | closed | cancelled | no_show  start+20m  staff     no_show | lapse                                            -> refused not_in_state
        declined | expired | closed | cancelled | no_show  end        resident  review 5                                                   -> refused not_in_state
    "

    each_side_makes_its_own_moves "
        held         made       provider             confirm                                -> refused wrong_part
        requested    made       resident             accept | decline                       -> refused wrong_part
        accepted     end        resident             complete 8000                          -> refused wrong_part
        quoted 9000  end        provider             approve_quote 9000 | reject_quote      -> refused wrong_part
        done 8000    end        staff                review 5                               -> refused wrong_part
        held         lapse+1s   resident | provider  lapse                                  -> refused wrong_part
        requested    lapse+1s   resident | provider  lapse                                  -> refused wrong_part
    "

    the_most_basic_reason_is_told_first "
        held                         lapse+1s    provider  confirm               -> refused wrong_part
        requested                    lapse+1s    resident  accept | decline      -> refused wrong_part
        done 8000                    end         resident  accept                -> refused wrong_part
        accepted                     start-1s    resident  complete 8000         -> refused wrong_part
        accepted                     end+61d     resident  complete 8000         -> refused wrong_part
        quoted 9000                  end+14d+1s  resident  approve_quote 1       -> refused too_late
        quoted 9000                  end         provider  approve_quote 1       -> refused wrong_part
        done 8000                    end+61d     staff     review 5              -> refused wrong_part
        requested                    cutoff+1s   resident  reschedule start+1d   -> refused request_lapsed
        requested                    end         resident | provider  reschedule start+1d  -> refused request_lapsed
        requested                    lapse+1s    staff     complete 8000         -> refused not_in_state
        cancelled                    cutoff+1s   resident  cancel                -> refused not_in_state
        done 8000                    end+61d     resident  cancel | no_show      -> refused not_in_state
        done 8000                    end         resident  approve_quote 1       -> refused not_in_state
        accepted | requested         end         resident  cancel                -> refused too_late
        accepted                     end         resident  reschedule start+1d   -> refused too_late
        done 8000 reviewed resident  end+60d+1s  resident  review 5              -> refused already_reviewed
    "
}

/// Text carried by every event that carries one.
const SAID: &str = "因为下雨";

/// Runs every row and names all that do not hold.
fn check(rows: &str) {
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
fn since(before: &Booking, after: &Booking, event: &Event, at: Timestamp) -> Timestamp {
    match (before.state.name() == after.state.name(), event) {
        (true, _) => before.since,
        (false, Event::Lapse) => before.due().expect("what lapses had a time"),
        (false, _) => at,
    }
}

/// The one place that moves a booking: what became of it, in the words of the tables.
fn outcome(before: &Booking, event: &Event, part: Part, at: Timestamp) -> String {
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
fn told(booking: &Booking) -> String {
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
struct Row<'a> {
    state: &'a str,
    moment: &'a str,
    part: &'a str,
    event: &'a str,
    outcome: &'a str,
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
fn expanded(rows: &str) -> Vec<Row<'_>> {
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

fn columns(cause: &str) -> [&str; 4] {
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
fn moment(booking: &Booking, text: &str) -> Timestamp {
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

fn duration(text: &str) -> SignedDuration {
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
fn in_utc(booking: &Booking, word: &str) -> String {
    let anchored = ["made", "lapse", "cutoff", "start", "end"]
        .iter()
        .any(|anchor| word.starts_with(anchor));
    if anchored {
        moment(booking, word).to_string()
    } else {
        word.to_owned()
    }
}

fn part(text: &str) -> Part {
    text.parse()
        .unwrap_or_else(|()| panic!("`{text}` is no part"))
}

/// `state [amount] [on_request] [reviewed part[@days after the end]…]`
fn booking(text: &str) -> Booking {
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

fn fresh(name: StateName) -> Booking {
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

const EVENTS: [&str; 11] = [
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

fn event(booking: &Booking, text: &str) -> Event {
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
fn event_name(event: &Event) -> &'static str {
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

fn all_rows() -> Vec<Row<'static>> {
    TABLES.iter().flat_map(|table| expanded(table)).collect()
}

fn state_name(row: &Row) -> StateName {
    booking(row.state).state.name()
}

#[test]
fn every_event_in_every_state_has_a_row() {
    let rows: BTreeSet<_> = all_rows()
        .iter()
        .map(|row| {
            (
                state_name(row),
                event_name(&event(&booking(row.state), row.event)),
            )
        })
        .collect();
    let pairs = StateName::ALL
        .iter()
        .flat_map(|state| EVENTS.map(|event| (*state, event)));
    let missing: Vec<_> = pairs.filter(|pair| !rows.contains(pair)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}

/// Every move anybody could try, of every booking the tables speak of, around every boundary.
fn every_try() -> impl Iterator<Item = (Booking, &'static str, String)> {
    let rows = all_rows();
    let states: BTreeSet<_> = rows
        .iter()
        .map(|row| row.state)
        .chain(["accepted on_request", "requested"])
        .collect();
    let events: BTreeSet<_> = rows
        .iter()
        .filter(|row| !row.event.contains("lapse"))
        .map(|row| row.event)
        .chain(["lapse"])
        .collect();
    let moments: BTreeSet<_> = rows.iter().map(|row| row.moment).collect();
    states.into_iter().flat_map(move |state| {
        let before = booking(state);
        let mut out = Vec::new();
        for text in &events {
            let event = event(&before, text);
            for at in moments
                .iter()
                .filter(|at| !at.starts_with("lapse") || before.state.until().is_some())
            {
                let at = moment(&before, at);
                out.extend(Part::ALL.iter().map(|part| {
                    (
                        before.clone(),
                        event_name(&event),
                        outcome(&before, &event, *part, at),
                    )
                }));
            }
        }
        out
    })
}

fn refusal(outcome: &str) -> Option<String> {
    outcome
        .strip_prefix("refused ")
        .and_then(|code| code.split(' ').next())
        .map(str::to_owned)
}

#[test]
fn every_refusal_of_a_move_has_a_row() {
    let given: BTreeSet<_> = every_try()
        .filter_map(|(_, _, outcome)| refusal(&outcome))
        .collect();
    let told: BTreeSet<_> = all_rows()
        .iter()
        .filter_map(|row| refusal(row.outcome))
        .collect();
    assert_eq!(given, told);
    assert_eq!(given.len(), 9, "as many as `apply` documents");
}

#[test]
fn bookings_move_along_these_lines_only() {
    let moves: BTreeSet<_> = every_try()
        .filter(|(_, _, outcome)| refusal(outcome).is_none())
        .map(|(before, event, outcome)| {
            let to = outcome.split(' ').next().unwrap_or_default();
            format!("{} {event} {to}", before.state.name())
        })
        .collect();
    let lines = "
        accepted cancel cancelled
        accepted complete done
        accepted complete quoted
        accepted lapse closed
        accepted no_show no_show
        accepted reschedule accepted
        accepted reschedule requested
        done review done
        held cancel cancelled
        held confirm accepted
        held confirm requested
        held lapse expired
        quoted approve_quote done
        quoted lapse closed
        quoted reject_quote accepted
        requested accept accepted
        requested cancel cancelled
        requested decline declined
        requested lapse expired
        requested reschedule requested
    ";
    let drawn: BTreeSet<_> = lines
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(moves, drawn);
}

#[test]
fn a_hold_or_a_request_never_outlives_the_start() {
    let start: Timestamp = "2026-05-04T01:00:00Z".parse().expect("a time");
    let before = |text| start - duration(text);
    for (ago, until) in [("+11m", "+1m"), ("+10m", "+0s"), ("+9m", "+0s")] {
        assert_eq!(
            held(start, before(ago)),
            State::Held {
                until: before(until)
            },
            "held {ago}"
        );
    }
    for (ago, until) in [("+25h", "+1h"), ("+24h", "+0s"), ("+23h", "+0s")] {
        assert_eq!(
            confirmed(Mode::OnRequest, start, before(ago)),
            State::Requested {
                until: before(until)
            },
            "requested {ago}"
        );
        assert_eq!(
            confirmed(Mode::Instant, start, before(ago)),
            State::Accepted
        );
    }
}

#[test]
fn reviews_show_together_or_after_a_week() {
    for (state, at, shown) in [
        ("done", "end+7d-1s", false),
        ("done reviewed resident", "end+7d-1s", false),
        ("done reviewed provider", "end+7d-1s", false),
        ("done reviewed resident", "end+7d", true),
        ("done", "end+60d", false),
        ("done reviewed provider@10d", "end+17d-1s", false),
        ("done reviewed provider@10d", "end+17d", true),
        ("done reviewed resident provider", "end", true),
    ] {
        let booking = booking(state);
        assert_eq!(
            booking.reviews_show(moment(&booking, at)),
            shown,
            "{state} {at}"
        );
    }
}

#[test]
fn what_is_open_counts_against_the_quota() {
    let open: Vec<_> = StateName::ALL
        .iter()
        .filter(|name| fresh(**name).state.is_open())
        .map(|name| name.as_str())
        .collect();
    assert_eq!(open, ["held", "requested", "accepted", "quoted"]);
    assert_eq!(quota(limits::OPEN_BOOKINGS - 1), Ok(()));
    assert_eq!(
        quota(limits::OPEN_BOOKINGS),
        Err(Refusal::QuotaSpent {
            max: limits::OPEN_BOOKINGS
        })
    );
}

const PROVIDER: u128 = 5;
const RESIDENT: u128 = 6;
const OTHER: u128 = 7;

/// Somebody with these roles; `home` is the door they live behind.
fn person(n: u128, roles: &[Role], home: Option<u128>, phone: bool) -> Person {
    Person {
        id: PersonId::new(1, n),
        community: CommunityId::new(1, 2),
        name: "测试".to_owned(),
        phone: phone.then(|| "13800000001".to_owned()),
        born: None,
        household: home.map(|home| HouseholdId::new(1, home)),
        guardian: None,
        roles: roles.to_vec(),
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: Timestamp::UNIX_EPOCH,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    }
}

const TODAY: Date = date(2026, 11, 24);

/// `quoted 9000`, made by the other one for the resident, and what becomes of a move of `who`.
fn part_of(who: &Person, resident: &Person, event: &Event) -> Result<Part, Refusal> {
    part_on(TODAY, who, resident, event)
}

fn part_on(day: Date, who: &Person, resident: &Person, event: &Event) -> Result<Part, Refusal> {
    let made = Booking {
        booked_by: PersonId::new(1, OTHER),
        ..booking("quoted 9000")
    };
    made.part_for(event, &By::of(who, &made, Some(resident), day))
}

#[test]
fn nobody_agrees_to_their_own_price() {
    let resident = person(RESIDENT, &[Role::Resident], Some(1), true);
    let silent = person(RESIDENT, &[Role::Resident], Some(1), false);
    let tap = |who: &Person| Event::ApproveQuote {
        amount: Fen(9_000),
        by: who.id,
    };
    let own = |resident: &Person, who: &Person| {
        let stars = Event::Review {
            stars: 5,
            text: String::new(),
        };
        (
            part_of(who, resident, &tap(who)),
            part_of(who, resident, &stars),
        )
    };
    let roles = [Role::Provider, Role::Station, Role::GridWorker];
    let provider = person(PROVIDER, &roles, Some(1), true);
    let (agree, review) = own(&silent, &provider);
    assert_eq!(
        (agree, review),
        (Err(Refusal::WrongPart), Ok(Part::Provider))
    );
    let booked_by_provider = Booking {
        booked_by: provider.id,
        ..booking("quoted 9000")
    };
    let by = By::of(&provider, &booked_by_provider, Some(&silent), TODAY);
    assert!(by.stands_in && by.oversees);
    let tapped = booked_by_provider.part_for(&tap(&provider), &by);
    assert_eq!(tapped, Err(Refusal::WrongPart));
    for part in Part::ALL {
        let at = booked_by_provider.visit().until;
        let moved = booked_by_provider.clone().apply(tap(&provider), *part, at);
        assert_eq!(moved, Err(Refusal::WrongPart), "{part}");
    }

    assert_eq!(own(&resident, &resident).0, Ok(Part::Resident));
    let station = person(8, &[Role::Station], None, true);
    assert_eq!(own(&resident, &station).0, Err(Refusal::WrongPart));
    assert_eq!(own(&silent, &station).0, Ok(Part::Staff));
    assert_eq!(own(&silent, &station).1, Err(Refusal::WrongPart));
}

#[test]
fn whoever_booked_for_another_counts_while_they_may() {
    let resident = person(RESIDENT, &[Role::Resident], Some(1), true);
    let cancel = Event::Cancel {
        reason: String::new(),
    };
    let counts =
        |roles: &[Role], home| part_of(&person(OTHER, roles, home, true), &resident, &cancel);
    assert_eq!(counts(&[Role::GridWorker], None), Ok(Part::Resident));
    assert_eq!(counts(&[Role::Resident], Some(1)), Ok(Part::Resident));
    assert_eq!(counts(&[Role::Resident], Some(2)), Err(Refusal::Missing));
    assert_eq!(counts(&[Role::Resident], None), Err(Refusal::Missing));
    let gone = person(9, &[Role::GridWorker], None, true);
    assert_eq!(part_of(&gone, &resident, &cancel), Err(Refusal::Missing));
}

#[test]
fn a_guardian_acts_until_the_day_before_the_eighteenth_birthday() {
    let guardian = person(9, &[Role::Resident], Some(1), true);
    let cancel = Event::Cancel {
        reason: String::new(),
    };
    let born = |raw: &str| raw.parse::<Date>().ok();
    for (birthday, day, guarded) in [
        (born("2010-05-01"), "2026-11-24", true),
        (born("2008-11-25"), "2026-11-24", true),
        (born("2008-11-25"), "2026-11-25", false),
        (born("1950-05-01"), "2026-11-24", false),
        (None, "2026-11-24", false),
    ] {
        let ward = Person {
            born: birthday,
            guardian: Some(guardian.id),
            ..person(RESIDENT, &[Role::Resident], Some(1), false)
        };
        let day = day.parse().expect("a day");
        let guarding = ward.guardian_on(day);
        assert_eq!(guarding.is_some(), guarded, "{birthday:?} {day}");
        let moved = part_on(day, &guardian, &ward, &cancel);
        assert_eq!(moved.is_ok(), guarded, "{birthday:?} {day}");
    }
}

#[test]
fn numbers_and_door_show_until_two_days_after_an_agreed_visit() {
    for (state, at, shown) in [
        ("requested", "made", false),
        ("accepted", "made", true),
        ("accepted", "end+2d", true),
        ("accepted", "end+2d+1s", false),
        ("quoted 9000", "end+2d", true),
        ("quoted 9000", "end+2d+1s", false),
        ("done 8000", "end", false),
        ("closed", "end+2d", false),
    ] {
        let booking = booking(state);
        let got = booking.is_within_reach(moment(&booking, at));
        assert_eq!(got, shown, "{state} {at}");
    }
}

#[test]
fn what_ran_out_reads_so_before_it_is_written() {
    for (state, at, want, open) in [
        ("held", "lapse", StateName::Held, true),
        ("held", "lapse+1s", StateName::Expired, false),
        ("requested", "lapse+1s", StateName::Expired, false),
        ("accepted", "end+7d", StateName::Accepted, true),
        ("accepted", "end+7d+1s", StateName::Closed, false),
        ("quoted 9000", "end+14d+1s", StateName::Closed, false),
        ("done 8000", "end+60d", StateName::Done, false),
    ] {
        let booking = booking(state);
        let at = moment(&booking, at);
        assert_eq!((booking.state_at(at), booking.is_open_at(at)), (want, open));
    }
}

#[test]
fn a_visit_at_either_end_of_time_can_be_asked_about() {
    for (start, at) in [
        (Timestamp::MIN, Timestamp::MAX),
        (Timestamp::MAX, Timestamp::MIN),
    ] {
        for state in ["held", "requested", "accepted", "quoted 9000", "done 8000"] {
            let booking = Booking {
                start,
                ..booking(state)
            };
            let visit = booking.visit();
            assert!(visit.from <= visit.until && booking.cutoff() <= start);
            assert!(booking.cells().start <= booking.cells().end);
            assert!(!booking.is_within_reach(at) || at < start);
            assert!(!booking.reviews_show(at));
            let reviewed = Booking {
                start,
                ..self::booking("done 8000 reviewed resident")
            };
            assert_eq!(reviewed.reviews_show(at), start < at);
            for part in Part::ALL {
                let missed = booking
                    .clone()
                    .apply(Event::NoShow { who: None }, *part, at);
                assert!(missed.is_err());
            }
        }
    }
}
