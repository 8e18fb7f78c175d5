//! What holds whatever was done, and for any two lists.

use domain::EntryId;
use domain::network::compare::{Amount, Difference, Held, compare};
use domain::network::{Month, Passed, Record, Step};
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{at, batch, record, state};

fn any_step() -> impl Strategy<Value = Step> {
    let (to, word) = (1_u128..4, 0_u8..2);
    (0_u8..5, to, word).prop_map(|(kind, to, word)| match kind {
        0 => Step::Send {
            batch: batch(to),
            part: 0,
        },
        1 => Step::Accept {
            batch: batch(to),
            external: format!("N{word}"),
        },
        2 => Step::Reject {
            batch: batch(to),
            reason: format!("R{word}"),
        },
        3 => Step::Again,
        _ => Step::Supersede {
            by: EntryId::new(9, 9),
        },
    })
}

/// What the other side has of these: each by its number there, or by ours.
fn mirror(ours: &[Record], by_external: bool, in_hours: bool) -> Vec<Held> {
    let there = ours
        .iter()
        .filter(|one| one.stands_there() && one.minutes > 0);
    there
        .zip(2..)
        .map(|(one, row)| {
            let external = one.external().map(str::to_owned);
            let amount = match in_hours {
                true => Amount::Tenths(one.minutes / 6),
                false => Amount::Minutes(one.minutes),
            };
            Held {
                row,
                record: (!by_external || external.is_none()).then_some(one.entry),
                external,
                amount,
            }
        })
        .collect()
}

fn any_records() -> impl Strategy<Value = Vec<Record>> {
    let one = (0_u8..6, 0_u32..200);
    prop::collection::vec(one, 0..30).prop_map(|kinds| {
        let names = [
            "waiting",
            "sent",
            "accepted",
            "rejected",
            "sent old",
            "accepted old",
        ];
        kinds
            .into_iter()
            .zip(1_u128..)
            .map(|((kind, minutes), n)| {
                let mut made = state(names[usize::from(kind)]);
                made.entry = EntryId::new(1, n);
                made.minutes = minutes;
                if let Passed::Accepted { external, .. } = &mut made.passed {
                    *external = format!("N{n}");
                }
                made
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn whatever_comes_back_an_answer_stands_and_a_repeat_changes_nothing(
        steps in prop::collection::vec(any_step(), 0..40),
    ) {
        let mut now = record(1, 60);
        for one in steps {
            let before = now.clone();
            let Ok(after) = now.clone().apply(one.clone(), at(2)) else {
                continue;
            };
            let changed = u64::from(after != before);
            prop_assert_eq!(after.ver, before.ver + changed);
            // Once accepted, it is accepted for good, under the same number.
            if let Some(external) = before.external() {
                prop_assert_eq!(after.external(), Some(external));
            }
            // It is answered where it was sent last, and every sending is kept.
            prop_assert!(after.left.starts_with(&before.left));
            let last = after.left.last().map(|left| left.batch);
            let answers = match &after.passed {
                Passed::Waiting => last,
                Passed::Sent { batch }
                | Passed::Accepted { batch, .. }
                | Passed::Rejected { batch, .. } => Some(*batch),
            };
            prop_assert_eq!(answers, last);
            if matches!(one, Step::Accept { .. } | Step::Reject { .. }) {
                prop_assert_eq!(after.clone().apply(one, at(3)), Ok(after.clone()));
            }
            now = after;
        }
    }

    #[test]
    fn two_sides_that_say_the_same_do_not_differ_and_every_change_is_told_once(
        ours in any_records(),
        by_external: bool,
        in_hours: bool,
        pick: prop::sample::Index,
    ) {
        let theirs = mirror(&ours, by_external, in_hours);
        prop_assert_eq!(compare(&ours, &theirs), Vec::new());
        let mut turned = theirs.clone();
        turned.reverse();
        prop_assert_eq!(compare(&ours, &turned), Vec::new());
        if theirs.is_empty() {
            return Ok(());
        }
        let n = pick.index(theirs.len());
        let told = |theirs: &[Held]| -> Vec<Difference> {
            compare(&ours, theirs).iter().map(|one| one.what).collect()
        };
        let mut fewer = theirs.clone();
        fewer.remove(n);
        prop_assert_eq!(told(&fewer), [Difference::OnlyOurs]);
        let mut longer = theirs.clone();
        longer[n].amount = match longer[n].amount {
            Amount::Minutes(minutes) => Amount::Minutes(minutes + 1),
            Amount::Tenths(tenths) => Amount::Tenths(tenths + 1),
        };
        prop_assert_eq!(told(&longer), [Difference::Minutes]);
        let mut twice = theirs.clone();
        twice.push(theirs[n].clone());
        prop_assert_eq!(told(&twice), [Difference::OnlyTheirs]);
    }

    #[test]
    fn a_month_holds_its_days(year in 2000_i16..2999, month in 1_i8..=12, day in 1_i8..=28, minute in 0_i64..1_440) {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let on = Date::new(year, month, day).expect("a day");
        let at = on.to_zoned(zone.clone()).expect("a moment").timestamp() + SignedDuration::from_mins(minute);
        let (from, until) = Month::of(on).span(&zone).expect("moments");
        prop_assert!(from <= at && at < until);
    }
}
