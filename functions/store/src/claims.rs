//! The time of providers that is claimed: one item for each provider and day, with an attribute for
//! each claimed cell that names the booking (`b07`), and one for the moment from which others may
//! claim it (`f07`, milliseconds; absent: never). Days are those of UTC, cells their quarters of an
//! hour (`infra/adr/0002-cells-of-15-minutes.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domain::availability::Cell;
use domain::booking::Booking;
use domain::{BookingId, CommunityId, ProviderId, Refusal, limits};
use jiff::Timestamp;

use crate::schema::{self, Item, KIND, Kind, SCHEMA, TTL, VERSION};
use crate::table::{Error, Store, key_of};
use crate::tx::{MAKES, Tx, made, n, s};

/// Cells of one day.
const DAY_CELLS: Cell = 24 * 60 / limits::CELL_MINUTES as Cell;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The day a cell lies on, counted since 1970.
pub(crate) fn day_of(cell: Cell) -> i64 {
    cell.div_euclid(DAY_CELLS)
}

/// When a day's claims are garbage: every booking on it is over by then.
fn gone(day: i64) -> i64 {
    (day + 1 + limits::CLAIMS_KEPT_DAYS) * DAY_SECONDS
}

/// A claim on one cell. Others may claim it once `free_at` (milliseconds) has passed; absent: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub booking: BookingId,
    pub free_at: Option<i64>,
}

impl Claim {
    fn is_free(&self, at: Timestamp) -> bool {
        self.free_at
            .is_some_and(|free_at| free_at < at.as_millisecond())
    }
}

/// The claims of one provider's day. Fails where the item says what no claim says.
pub(crate) fn claims_in(item: &Item) -> Result<BTreeMap<Cell, Claim>, Error> {
    let broken = || Error::broken("a day's claims do not read back");
    let day = schema::day_of(&key_of(item).sk).ok_or_else(broken)?;
    let mut claims = BTreeMap::new();
    for (name, value) in item {
        let Some(quarter) = quarter(name) else {
            continue;
        };
        let booking = value.as_s().ok().and_then(|id| id.parse().ok());
        let free_at = match item.get(&format!("f{quarter:02}")) {
            Some(value) => {
                let millis = value.as_n().ok().and_then(|millis| millis.parse().ok());
                Some(millis.ok_or_else(broken)?)
            }
            None => None,
        };
        let booking = booking.ok_or_else(broken)?;
        claims.insert(day * DAY_CELLS + quarter, Claim { booking, free_at });
    }
    Ok(claims)
}

/// Of the attribute that names a cell's booking, which cell of the day it is.
fn quarter(name: &str) -> Option<Cell> {
    let digits = name.strip_prefix('b').filter(|digits| digits.len() == 2)?;
    digits.parse().ok()
}

/// What becomes of a booking's cells: disjoint sets.
#[derive(Default)]
pub(crate) struct Changes {
    pub claimed: BTreeSet<Cell>,
    pub released: BTreeSet<Cell>,
    /// Kept, but others may have them from another moment on.
    pub retimed: BTreeSet<Cell>,
}

impl Changes {
    pub fn claim(cells: Range<Cell>) -> Self {
        Self {
            claimed: cells.collect(),
            ..Self::default()
        }
    }

    fn days(&self) -> BTreeSet<i64> {
        let all = [&self.claimed, &self.released, &self.retimed];
        all.into_iter().flatten().copied().map(day_of).collect()
    }
}

/// The expressions that change one day.
#[derive(Default)]
struct Expressions {
    conditions: Vec<String>,
    set: Vec<String>,
    remove: Vec<String>,
}

impl Expressions {
    fn claim(&mut self, quarter: Cell, lapses: bool) {
        let free = format!("(attribute_not_exists(b{quarter:02}) OR f{quarter:02} < :now)");
        self.conditions.push(free);
        self.set.push(format!("b{quarter:02} = :b"));
        self.lapse(quarter, lapses);
    }

    fn retime(&mut self, quarter: Cell, lapses: bool) {
        self.conditions.push(format!("b{quarter:02} = :b"));
        self.lapse(quarter, lapses);
    }

    fn lapse(&mut self, quarter: Cell, lapses: bool) {
        if lapses {
            self.set.push(format!("f{quarter:02} = :free"));
        } else {
            self.remove.push(format!("f{quarter:02}"));
        }
    }

    fn release(&mut self, quarter: Cell) {
        self.conditions.push(format!("b{quarter:02} = :b"));
        self.remove.push(format!("b{quarter:02}, f{quarter:02}"));
    }

    fn update(&self) -> String {
        let part = |word: &str, what: &[String]| {
            (!what.is_empty()).then(|| format!("{word} {}", what.join(", ")))
        };
        let parts = [part("SET", &self.set), part("REMOVE", &self.remove)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" ")
    }
}

impl Tx<'_> {
    /// Changes a booking's claims: each cell only if it is nobody's, or its own, as that change needs.
    /// Refuses: `SlotTaken`; `Stale` for a day on which cells are only released.
    pub(crate) fn change_claims(
        mut self,
        booking: &Booking,
        changes: &Changes,
    ) -> Result<Self, Error> {
        for day in changes.days() {
            self = self.change_day(booking, changes, day)?;
        }
        Ok(self)
    }

    fn change_day(self, booking: &Booking, changes: &Changes, day: i64) -> Result<Self, Error> {
        let free_at = booking.state.until().map(Timestamp::as_millisecond);
        let on_day = |cells: &BTreeSet<Cell>| -> Vec<Cell> {
            let cells = cells.range(day * DAY_CELLS..(day + 1) * DAY_CELLS);
            cells.map(|cell| cell.rem_euclid(DAY_CELLS)).collect()
        };
        let (claimed, retimed) = (on_day(&changes.claimed), on_day(&changes.retimed));
        let mut said = Expressions::default();
        for quarter in &claimed {
            said.claim(*quarter, free_at.is_some());
        }
        for quarter in &retimed {
            said.retime(*quarter, free_at.is_some());
        }
        for quarter in on_day(&changes.released) {
            said.release(quarter);
        }
        let mut values = vec![(":b", s(booking.id))];
        let keeps = !(claimed.is_empty() && retimed.is_empty());
        if keeps {
            said.set.push(format!("{MAKES}, #{TTL} = :gone"));
            values.extend(made(Kind::Claims));
            values.push((":gone", n(gone(day))));
            values.extend(free_at.map(|free_at| (":free", n(free_at))));
        }
        if !claimed.is_empty() {
            values.push((":now", n(booking.changed_at.as_millisecond())));
        }
        let otherwise = if keeps {
            Refusal::SlotTaken
        } else {
            Refusal::Stale
        };
        self.update(
            &schema::claims(booking.community, booking.provider, day),
            &said.update(),
            Some(&said.conditions.join(" AND ")),
            values,
            otherwise,
        )
    }
}

impl Store {
    /// A provider's cells that nobody else may claim now. `except`: a booking whose own cells do not count.
    pub async fn busy(
        &self,
        community: CommunityId,
        provider: ProviderId,
        range: &Range<Cell>,
        at: Timestamp,
        except: Option<BookingId>,
    ) -> Result<BTreeSet<Cell>, Error> {
        let claims = self.claims(community, provider, range).await?;
        let counts = |claim: &Claim| except != Some(claim.booking) && !claim.is_free(at);
        let busy = claims.into_iter().filter(|(_, claim)| counts(claim));
        Ok(busy.map(|(cell, _)| cell).collect())
    }

    /// Which of these providers have this cell claimed, so that nobody else may now, in one trip.
    pub async fn is_busy(
        &self,
        community: CommunityId,
        providers: &[ProviderId],
        cell: Cell,
        at: Timestamp,
    ) -> Result<Vec<bool>, Error> {
        let keys: Vec<_> = providers
            .iter()
            .map(|provider| schema::claims(community, *provider, day_of(cell)))
            .collect();
        let mut busy = Vec::with_capacity(keys.len());
        for item in self.get_many(&keys).await? {
            let claims = item.as_ref().map(claims_in).transpose()?;
            let claim = claims.as_ref().and_then(|claims| claims.get(&cell));
            busy.push(claim.is_some_and(|claim| !claim.is_free(at)));
        }
        Ok(busy)
    }

    /// The cells a booking still has: all of them, unless its time ran out and others took some.
    pub(crate) async fn own_cells(
        &self,
        booking: &Booking,
        at: Timestamp,
    ) -> Result<BTreeSet<Cell>, Error> {
        let cells = booking.cells();
        if booking.state.until().is_none_or(|until| at <= until) {
            return Ok(cells.collect());
        }
        let claims = self.claims(booking.community, booking.provider, &cells);
        let own = claims.await?.into_iter();
        let own = own.filter(|(_, claim)| claim.booking == booking.id);
        Ok(own.map(|(cell, _)| cell).collect())
    }

    async fn claims(
        &self,
        community: CommunityId,
        provider: ProviderId,
        range: &Range<Cell>,
    ) -> Result<BTreeMap<Cell, Claim>, Error> {
        let days = schema::claimed_days(
            community,
            provider,
            day_of(range.start)..=day_of(range.end - 1),
        );
        let mut claims = BTreeMap::new();
        for item in self.all(&days).await? {
            claims.extend(claims_in(&item)?);
        }
        claims.retain(|cell, _| range.contains(cell));
        Ok(claims)
    }
}

/// The days of one provider on which these bookings have claims.
pub fn claims_items<'b>(
    bookings: impl IntoIterator<Item = &'b Booking>,
) -> Result<Vec<Item>, Error> {
    let mut days: BTreeMap<(CommunityId, ProviderId, i64), Item> = BTreeMap::new();
    for booking in bookings {
        for cell in booking.cells() {
            let (day, quarter) = (day_of(cell), cell.rem_euclid(DAY_CELLS));
            let item = days
                .entry((booking.community, booking.provider, day))
                .or_insert_with(|| empty_day(booking, day));
            item.insert(format!("b{quarter:02}"), s(booking.id));
            if let Some(until) = booking.state.until() {
                item.insert(format!("f{quarter:02}"), n(until.as_millisecond()));
            }
        }
    }
    Ok(days.into_values().collect())
}

fn empty_day(booking: &Booking, day: i64) -> Item {
    let mut item = schema::claims(booking.community, booking.provider, day).attributes();
    item.insert(KIND.into(), s(Kind::Claims.as_str()));
    item.insert(SCHEMA.into(), n(VERSION));
    item.insert(TTL.into(), n(gone(day)));
    item
}
