//! What holds of all rows together, and of every move that anybody could try.

use std::collections::BTreeSet;

use domain::booking::{Booking, Part, State, StateName, confirmed, held, quota};
use domain::provider::Mode;
use domain::{Refusal, limits};
use jiff::Timestamp;

use super::reading::{
    EVENTS, all_rows, booking, duration, event, event_name, fresh, moment, outcome, state_name,
};

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
