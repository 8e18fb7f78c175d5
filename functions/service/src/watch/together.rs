//! Signs that came in together. Those of people about whom they say nothing but that they were there are written
//! together, as far as one transaction goes: a door that tells of a hundred people costs a few trips, not some for
//! each. Whoever has an alert or an absence that may end by it, and whoever was met by somebody else's change meanwhile,
//! is moved on their own.

use std::collections::BTreeMap;

use domain::limits::TOGETHER_ITEMS;
use domain::watch::{Rules, Watched};
use domain::{CommunityId, PersonId};
use store::schema;
use store::watch::SignRow;

use super::arrive::{Arrived, arrived, at_their_door, relieved};
use crate::ctx::Ctx;
use crate::error::Error;

/// What came of each, in their order: the same as if each had come in on its own.
pub async fn all_arrived(
    ctx: &Ctx,
    com: CommunityId,
    rows: &[SignRow],
) -> Result<Vec<Result<Arrived, Error>>, Error> {
    let mut came: Vec<Option<Arrived>> = vec![None; rows.len()];
    if rows.len() > 1 {
        for part in parts(quiet(ctx, com, rows).await?) {
            let (moved, places): (Vec<_>, Vec<_>) = part
                .into_iter()
                .map(|one| ((one.watched, one.signs), one.came))
                .unzip();
            match ctx.store.write_signs(com, &moved).await {
                Ok(()) => {
                    for (place, what) in places.into_iter().flatten() {
                        came[place] = Some(what);
                    }
                }
                // Somebody else was faster with one of them.
                Err(store::Error::Refused(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
    }
    let mut done = Vec::with_capacity(rows.len());
    for (row, came) in rows.iter().zip(came) {
        done.push(match came {
            Some(came) => Ok(came),
            None => arrived(ctx, com, row).await,
        });
    }
    Ok(done)
}

/// Somebody whom their signs only moved forward.
struct Moved {
    watched: Watched,
    signs: Vec<SignRow>,
    /// By the places of the signs among all.
    came: Vec<(usize, Arrived)>,
}

async fn quiet(ctx: &Ctx, com: CommunityId, rows: &[SignRow]) -> Result<Vec<Moved>, Error> {
    let mut of: BTreeMap<PersonId, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        of.entry(row.person).or_default().push(place);
    }
    let people: Vec<PersonId> = of.keys().copied().collect();
    let (watched, rules) = tokio::try_join!(
        ctx.store.watched_among(com, &people),
        ctx.store.watch_rules(com),
    )?;
    let of = watched.into_iter().zip(of.into_values());
    let moved = of.filter_map(|(watched, places)| {
        let quiet = watched.filter(|one| one.alert.is_none() && one.absences.is_empty())?;
        Moved::of(quiet, rows, &places, &rules)
    });
    Ok(moved.collect())
}

impl Moved {
    /// Absent where nothing moved, where one sign stands there twice, or where there are more than one transaction takes;
    /// and where newer rules than these were gone by before: they were read beside, and a deadline never goes back to them.
    fn of(before: Watched, rows: &[SignRow], places: &[usize], rules: &Rules) -> Option<Self> {
        if before.rules_ver > rules.ver {
            return None;
        }
        let (com, ver) = (before.community, before.ver + 1);
        let (mut now, mut signs, mut came) = (before, Vec::new(), Vec::new());
        let mut moves = false;
        for place in places {
            let Some(row) = at_their_door(&now, &rows[*place]) else {
                came.push((*place, Arrived::Ignored));
                continue;
            };
            let presence = now.presence_after(row.device, row.sign);
            let what = match presence == now.presence {
                true => Arrived::Ignored,
                false => Arrived::Applied,
            };
            let proves = presence.sign != now.presence.sign;
            now = now.passed(row.device, row.sign, rules, row.received_at);
            if proves {
                now = relieved(now, rules, row.received_at);
            }
            moves |= what == Arrived::Applied;
            came.push((*place, what));
            let key = schema::sign(com, &row);
            if signs.iter().any(|one| schema::sign(com, one) == key) {
                return None;
            }
            signs.push(row);
        }
        let watched = Watched { ver, ..now };
        (moves && signs.len() < TOGETHER_ITEMS).then_some(Self {
            watched,
            signs,
            came,
        })
    }

    fn items(&self) -> usize {
        1 + self.signs.len()
    }
}

/// As many in each as one transaction takes.
fn parts(all: Vec<Moved>) -> Vec<Vec<Moved>> {
    let (mut parts, mut items) = (Vec::new(), TOGETHER_ITEMS);
    for one in all {
        if items + one.items() > TOGETHER_ITEMS {
            parts.push(Vec::new());
            items = 0;
        }
        items += one.items();
        if let Some(part) = parts.last_mut() {
            part.push(one);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use domain::DeviceId;
    use domain::watch::{Grade, Passage, Presence, Sign};
    use jiff::Timestamp;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_microsecond(1_790_000_000_000_000 + micros).expect("in range")
    }

    fn row(seq: u64, micros: i64) -> SignRow {
        SignRow {
            person: PersonId::from_bits(1),
            device: DeviceId::from_bits(1),
            sign: Sign {
                at: at(micros),
                seq,
                passage: Passage::Entry,
            },
            received_at: at(1_000_000),
            approximate: false,
        }
    }

    fn quiet(rules_ver: u32) -> Watched {
        Watched {
            person: PersonId::from_bits(1),
            community: CommunityId::from_bits(1),
            since: at(0),
            by: PersonId::from_bits(9),
            doors: vec![DeviceId::from_bits(1)],
            credentials: Vec::new(),
            relatives_credentials: Vec::new(),
            grade: Grade::AtOnce,
            own: None,
            relative: None,
            relative_reports: false,
            presence: Presence::default(),
            absences: Vec::new(),
            asked: 0,
            unseen_told_at: None,
            alert: None,
            armed: None,
            rules_ver,
            ver: 4,
        }
    }

    #[test]
    fn two_signs_of_one_millisecond_that_share_a_place_are_not_written_at_once() {
        let rules = Rules::default();
        let moved = |rows: &[SignRow]| {
            let places: Vec<usize> = (0..rows.len()).collect();
            Moved::of(quiet(rules.ver), rows, &places, &rules).map(|one| one.signs.len())
        };
        assert_eq!(moved(&[row(1, 0), row(2, 300)]), Some(2));
        assert_eq!(moved(&[row(1, 0), row(1, 1_000)]), Some(2));
        assert_eq!(moved(&[row(1, 0), row(1, 300)]), None);
    }

    #[test]
    fn whoever_was_reckoned_by_newer_rules_is_not_reckoned_by_older_ones() {
        let older = Rules {
            ver: 3,
            ..Rules::default()
        };
        let moved = |rules_ver| {
            let moved = Moved::of(quiet(rules_ver), &[row(1, 0)], &[0], &older);
            moved.map(|one| (one.watched.ver, one.watched.rules_ver))
        };
        assert_eq!(moved(3), Some((5, 3)));
        assert_eq!(moved(2), Some((5, 3)));
        assert_eq!(moved(4), None);
    }
}
