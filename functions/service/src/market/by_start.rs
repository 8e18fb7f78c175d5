//! Lists of bookings by their start: one list or several as one, the soonest first or the latest. A
//! cursor is the place of the last row; it is good for the lists it came from, in their order.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::booking::Booking;
use domain::{BookingId, CommunityId};
use store::Store;
use store::market::BookedFor;
use store::schema::{self, Item, Key, Kind, Pattern};
use store::table::{kind_of, read};
use wire::Code;

use crate::error::Error;

/// Rows read at a time, and how often for one list: a page may come back short, with a cursor.
const ROWS: usize = 100;
const READS: usize = 20;

#[derive(Clone, Debug)]
pub struct Lists {
    community: CommunityId,
    patterns: Vec<Pattern>,
    /// From this place on the soonest first; absent: the latest first.
    from: Option<String>,
}

/// Rows with their places, and where the list was left if it goes on.
type Part = (Vec<(String, Booking)>, Option<String>);

impl Lists {
    #[must_use]
    pub fn latest_first(community: CommunityId, patterns: Vec<Pattern>) -> Self {
        Self {
            community,
            patterns,
            from: None,
        }
    }

    #[must_use]
    pub fn soonest_first(self, from: String) -> Self {
        Self {
            from: Some(from),
            ..self
        }
    }

    /// Bookings that are wanted, `limit` at a time. Refuses (`bad_cursor`) what is no place in these.
    pub async fn page(
        &self,
        store: &Store,
        limit: usize,
        cursor: Option<&str>,
        wanted: impl Fn(&Booking) -> bool,
    ) -> Result<(Vec<Booking>, Option<String>), Error> {
        let after = cursor.map(|raw| self.decode(raw)).transpose()?;
        let (mut rows, mut ends) = (Vec::new(), Vec::new());
        for pattern in &self.patterns {
            let (part, end) = self
                .read(store, pattern, limit, after.as_deref(), &wanted)
                .await?;
            rows.extend(part);
            ends.extend(end);
        }
        rows.sort_by(|(a, _), (b, _)| self.order(a, b));
        rows.dedup_by(|(_, a), (_, b)| a.id == b.id);
        // Beyond the nearest end, a list that was left may hold rows that come before the others'.
        let end = ends.into_iter().min_by(|a, b| self.order(a, b));
        if let Some(end) = &end {
            rows.retain(|(place, _)| self.order(place, end).is_le());
        }
        let cut = rows.len() > limit;
        rows.truncate(limit);
        let last = match (cut, end) {
            (true, _) => rows.last().map(|(place, _)| place.clone()),
            (false, end) => end,
        };
        let bookings = rows.into_iter().map(|(_, booking)| booking).collect();
        Ok((bookings, last.map(|place| self.encode(&place))))
    }

    fn order(&self, a: &str, b: &str) -> std::cmp::Ordering {
        match self.from {
            Some(_) => a.cmp(b),
            None => b.cmp(a),
        }
    }

    async fn read(
        &self,
        store: &Store,
        pattern: &Pattern,
        limit: usize,
        after: Option<&str>,
        wanted: &impl Fn(&Booking) -> bool,
    ) -> Result<Part, Error> {
        let pattern = match (&self.from, after) {
            (Some(from), after) => pattern.clone().onward(after.unwrap_or(from)),
            (None, Some(after)) => pattern.clone().back_from(after),
            (None, None) => pattern.clone(),
        };
        let (mut rows, mut place) = (Vec::new(), None);
        for _ in 0..READS {
            let (items, next) = store.page(&pattern, ROWS, place).await?;
            let end = items.last().map(|item| pattern.sort_key(item).to_owned());
            for (key, booking) in self.resolved(store, &pattern, items).await? {
                let beyond = after.is_none_or(|after| self.order(&key, after).is_gt());
                if beyond && wanted(&booking) {
                    rows.push((key, booking));
                }
            }
            if rows.len() > limit {
                rows.truncate(limit);
                let last = rows.last().map(|(key, _)| key.clone());
                return Ok((rows, last));
            }
            match next {
                None => return Ok((rows, None)),
                Some(_) if rows.len() == limit => return Ok((rows, end)),
                Some(next) => place = Some(next),
            }
        }
        let end = place
            .as_ref()
            .map(|place| pattern.sort_key(place).to_owned());
        Ok((rows, end))
    }

    /// The bookings themselves, each with its place in the list.
    async fn resolved(
        &self,
        store: &Store,
        pattern: &Pattern,
        items: Vec<Item>,
    ) -> Result<Vec<(String, Booking)>, Error> {
        let places: Vec<String> = items
            .iter()
            .map(|item| pattern.sort_key(item).to_owned())
            .collect();
        let leads = items
            .iter()
            .any(|item| kind_of(item) == Some(Kind::BookedFor));
        if !leads {
            let bookings = items.into_iter().map(read);
            let rows = places.into_iter().zip(bookings);
            let rows = rows.map(|(place, booking)| Ok((place, booking?)));
            return rows.collect();
        }
        let keys: Vec<Key> = items
            .into_iter()
            .map(|item| {
                let row: BookedFor = read(item)?;
                Ok(schema::booking(self.community, row.booking))
            })
            .collect::<Result<_, Error>>()?;
        let found = store.get_many(&keys).await?;
        let there = places.into_iter().zip(found);
        there
            .filter_map(|(place, item)| Some((place, item?)))
            .map(|(place, item)| Ok((place, read(item)?)))
            .collect()
    }

    fn name(&self) -> &str {
        self.patterns
            .first()
            .map_or("", |pattern| pattern.pk.as_str())
    }

    fn encode(&self, place: &str) -> String {
        let said = (self.name(), self.from.is_some(), place);
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&said).unwrap_or_default())
    }

    fn decode(&self, cursor: &str) -> Result<String, Error> {
        let place = || -> Option<String> {
            let raw = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let (name, soonest, place): (String, bool, String) =
                serde_json::from_slice(&raw).ok()?;
            let (millis, id) = place.split_once('#')?;
            let digits = millis.len() == 13 && millis.bytes().all(|b| b.is_ascii_digit());
            let sound = digits && id.parse::<BookingId>().is_ok();
            let here = name == self.name() && soonest == self.from.is_some();
            (sound && here).then_some(place)
        };
        place().ok_or_else(|| Error::invalid(Code::BadCursor, "?cursor"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PersonId;

    #[test]
    fn a_cursor_leads_on_in_its_own_lists_and_order_only() {
        let com = CommunityId::new(1, 1);
        let of = |person| {
            let patterns = vec![schema::bookings_of_resident(com, PersonId::new(1, person))];
            Lists::latest_first(com, patterns)
        };
        let place = format!("0001764000000#{}", BookingId::new(1, 7));
        let cursor = of(1).encode(&place);
        assert_eq!(of(1).decode(&cursor).expect("round trip"), place);
        assert!(of(2).decode(&cursor).is_err(), "another's list");
        let soonest = of(1).soonest_first("0".into());
        assert!(soonest.decode(&cursor).is_err(), "the other order");
        let forged = [of(1).encode("~"), of(1).encode("0001764000000#bkg_1")];
        for bad in ["", "%%%", "e30", &cursor[1..], &forged[0], &forged[1]] {
            assert!(of(1).decode(bad).is_err(), "{bad}");
        }
    }
}
