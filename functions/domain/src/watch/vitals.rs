//! What is known of somebody's body, measure by measure, and what is to be done about it. A value beyond its
//! bound opens an alert once; only a value behind the margin ends it, so that one that trembles about the bound
//! does not open it again and again. Measures from which nothing comes for too long are a matter as well.
//!
//! ```text
//!            at or above `high`                        at or below `low`
//! within ────────────────────▶ high        within ────────────────────▶ low
//!   ▲                           │             ▲                          │
//!   └── below `high - margin` ──┘             └── above `low + margin` ──┘
//! ```

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::absence::{Absence, put_off};
use super::alert::Cause;
use super::observation::{Amount, Metric, Reading};
use super::press::Press;
use crate::access::named;
use crate::{AlertId, CommunityId, DeviceId, PersonId, limits};

/// How one measure is looked at. Agreed with the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub metric: Metric,
    /// At or below this somebody looks; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Amount>,
    /// At or above this somebody looks; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Amount>,
    /// How far behind the bound it is over.
    pub margin: Amount,
    /// How long nothing may come, in minutes; absent: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_minutes: Option<u32>,
}

named! {
    /// Where the latest value lies.
    Side { Within = "within", Low = "low", High = "high" }
}

impl Side {
    fn cause(self) -> Option<Cause> {
        match self {
            Self::Within => None,
            Self::Low => Some(Cause::VitalLow),
            Self::High => Some(Cause::VitalHigh),
        }
    }
}

impl Measure {
    /// Where nothing else is agreed; without a window.
    #[must_use]
    pub fn usual(metric: Metric) -> Self {
        let usual = metric.usual();
        Self {
            metric,
            low: usual.low.map(Amount::thousandths),
            high: usual.high.map(Amount::thousandths),
            margin: Amount::thousandths(usual.margin),
            window_minutes: None,
        }
    }

    /// Bounds that somebody alive can reach, with room between them in which all is well again, and a window
    /// that can be looked after.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let usual = self.metric.usual();
        let reachable = |bound: Option<Amount>| {
            bound.is_none_or(|bound| (usual.least..=usual.most).contains(&bound.get()))
        };
        let span = usual.most.saturating_sub(usual.least);
        let room = match (self.low, self.high) {
            (Some(low), Some(high)) => low.plus(self.margin) < high.minus(self.margin),
            _ => true,
        };
        let (least, most) = (limits::NO_READING_MINUTES_LEAST, limits::NO_READING_MINUTES);
        let window = self
            .window_minutes
            .is_none_or(|minutes| (least..=most).contains(&minutes));
        let margin = (0..span).contains(&self.margin.get());
        reachable(self.low) && reachable(self.high) && margin && room && window
    }

    /// Where a value lies, seen from where the one before lay.
    #[must_use]
    pub fn side(&self, before: Side, value: Amount) -> Side {
        if self.high.is_some_and(|high| value >= high) {
            return Side::High;
        }
        if self.low.is_some_and(|low| value <= low) {
            return Side::Low;
        }
        let stays = match before {
            Side::Within => false,
            Side::High => self
                .high
                .is_some_and(|high| value >= high.minus(self.margin)),
            Side::Low => self.low.is_some_and(|low| value <= low.plus(self.margin)),
        };
        if stays { before } else { Side::Within }
    }

    fn window(&self) -> Option<SignedDuration> {
        let minutes = self.window_minutes?;
        Some(SignedDuration::from_mins(i64::from(minutes)))
    }
}

/// The latest value of one measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub reading: Reading,
    pub side: Side,
}

/// An alert that is not over. There is at most one of each cause and measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAlert {
    pub cause: Cause,
    /// The lead of those it is about; absent of the button, and where nothing comes at all.
    pub metric: Option<Metric>,
    pub alert: AlertId,
}

/// One person, while they agree to it (`watch_health`). Without that there is no such thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vitals {
    pub person: PersonId,
    pub community: CommunityId,
    /// Since when.
    pub since: Timestamp,
    pub by: PersonId,
    /// Who may speak for this person: what they wear, or the gateway that passes it on.
    pub devices: Vec<DeviceId>,
    /// What is looked at, each measure once. Of others nothing is kept.
    pub measures: Vec<Measure>,
    /// The latest of each measure.
    pub standing: Vec<Standing>,
    /// The latest presses of the button, in the order they came in, while they may be told of once more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presses: Vec<Press>,
    pub open: Vec<OpenAlert>,
    /// No window begins before this: the beginning, or when somebody last saw to it that readings come again.
    pub waits_since: Timestamp,
    /// The moment under which the index nominates this. Never later than when something is to be done.
    pub armed: Option<Timestamp>,
    pub ver: u64,
}

/// What is to be done about alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A new one, about what happened at `due`.
    Opens {
        cause: Cause,
        metric: Option<Metric>,
        due: Timestamp,
    },
    /// It is over by itself.
    Ends(AlertId),
}

/// What is to be done about readings that do not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// Nothing is expected, or somebody looks after it already.
    Nothing,
    /// Nothing before this moment.
    Rest {
        until: Timestamp,
    },
    Alert(Turn),
}

impl Vitals {
    #[must_use]
    pub fn measure(&self, metric: Metric) -> Option<&Measure> {
        self.measures.iter().find(|one| one.metric == metric)
    }

    fn latest(&self, metric: Metric) -> Option<&Standing> {
        let mut standing = self.standing.iter();
        standing.find(|one| one.reading.metric == metric)
    }

    #[must_use]
    pub fn is_open(&self, cause: Cause, metric: Option<Metric>) -> bool {
        let mut open = self.open.iter();
        open.any(|one| one.cause == cause && one.metric == metric)
    }

    /// With one plausible reading more, which came in at `at`; itself, unchanged, where it is known, older than
    /// what is known, or not looked at.
    #[must_use]
    pub fn with(mut self, reading: Reading, at: Timestamp) -> (Self, Vec<Turn>) {
        let metric = reading.metric;
        let Some(measure) = self.measure(metric).copied() else {
            return (self, Vec::new());
        };
        let known = self.latest(metric).copied();
        if known.is_some_and(|known| known.reading.at >= reading.at) {
            return (self, Vec::new());
        }
        let before = known.map_or(Side::Within, |known| known.side);
        let side = measure.side(before, reading.value);
        self.standing.retain(|one| one.reading.metric != metric);
        self.standing.push(Standing { reading, side });
        let (lead, mut turns) = (metric.lead(), Vec::new());
        if let Some(cause) = before.cause().filter(|_| side != before)
            && !self.others_stand(lead, before)
        {
            turns.extend(self.end(cause, Some(lead)));
        }
        if let Some(cause) = side.cause().filter(|_| side != before)
            && !self.is_open(cause, Some(lead))
        {
            turns.push(Turn::Opens {
                cause,
                metric: Some(lead),
                due: reading.at,
            });
        }
        if self.missing(at).is_none() {
            turns.extend(self.end(Cause::NoReading, None));
        }
        self.ver += 1;
        (self.rearmed(at), turns)
    }

    /// Without the reading of that measure and moment, which was an error. `left`: what is known of the measure
    /// besides, oldest first, with the value that stands instead of it, if one does; and whether that is all
    /// there ever was. Ends what rested on it alone, and opens nothing. Itself, unchanged, where something later
    /// is known.
    #[must_use]
    pub fn without(
        mut self,
        (metric, wrong_at): (Metric, Timestamp),
        (left, whole): (&[Reading], bool),
        at: Timestamp,
    ) -> (Self, Vec<Turn>) {
        let known = self.latest(metric).copied();
        let known = known.filter(|known| known.reading.at == wrong_at);
        let (Some(measure), Some(known)) = (self.measure(metric).copied(), known) else {
            return (self, Vec::new());
        };
        // Where the beginning is not known, what stands is rather kept.
        let first = if whole { Side::Within } else { known.side };
        let sides = left.iter();
        let told = sides.fold(first, |side, one| measure.side(side, one.value));
        let lead = metric.lead();
        let told = if left.is_empty() { Side::Within } else { told };
        // What nobody looks after waits for the next reading.
        let cared = told
            .cause()
            .is_some_and(|cause| self.is_open(cause, Some(lead)));
        let side = if cared { told } else { Side::Within };
        self.standing.retain(|one| one.reading.metric != metric);
        if let Some(reading) = left.last().copied() {
            self.standing.push(Standing { reading, side });
        }
        let mut turns = Vec::new();
        if let Some(cause) = known.side.cause().filter(|_| side != known.side)
            && !self.others_stand(lead, known.side)
        {
            turns.extend(self.end(cause, Some(lead)));
        }
        self.ver += 1;
        (self.rearmed(at), turns)
    }

    /// Whether another measure of the same lead lies on that side.
    fn others_stand(&self, lead: Metric, side: Side) -> bool {
        let mut standing = self.standing.iter();
        standing.any(|one| one.reading.metric.lead() == lead && one.side == side)
    }

    fn end(&mut self, cause: Cause, metric: Option<Metric>) -> Option<Turn> {
        let is = |one: &OpenAlert| one.cause == cause && one.metric == metric;
        let place = self.open.iter().position(is)?;
        Some(Turn::Ends(self.open.remove(place).alert))
    }

    /// An alert that was opened for this, as `turn` said. The version is the one of the turn.
    #[must_use]
    pub fn opened(mut self, turn: Turn, alert: AlertId, at: Timestamp) -> Self {
        if let Turn::Opens { cause, metric, .. } = turn
            && !self.is_open(cause, metric)
        {
            self.open.push(OpenAlert {
                cause,
                metric,
                alert,
            });
        }
        self.rearmed(at)
    }

    /// Somebody closed an alert: the next value beyond the bound, the next press and the next window count anew.
    #[must_use]
    pub fn closed(mut self, alert: AlertId, at: Timestamp) -> Self {
        let Some(place) = self.open.iter().position(|one| one.alert == alert) else {
            return self;
        };
        let closed = self.open.remove(place);
        match closed.cause {
            Cause::NoReading => self.waits_since = self.waits_since.max(at),
            cause @ (Cause::VitalHigh | Cause::VitalLow) => {
                for one in &mut self.standing {
                    let about = Some(one.reading.metric.lead()) == closed.metric;
                    if about && one.side.cause() == Some(cause) {
                        one.side = Side::Within;
                    }
                }
            }
            Cause::Sos | Cause::NoExit | Cause::NoReturn => {}
        }
        self.ver += 1;
        self.rearmed(at)
    }

    /// Since when nothing came of a measure, and until when that is in order.
    fn ends(&self, measure: &Measure) -> Option<Timestamp> {
        let last = self.latest(measure.metric).map(|one| one.reading.at);
        let since = last.map_or(self.waits_since, |last| last.max(self.waits_since));
        since.checked_add(measure.window()?).ok()
    }

    /// The measure that has been missing for longest, and by when a reading should have come.
    #[must_use]
    pub fn missing(&self, at: Timestamp) -> Option<(Metric, Timestamp)> {
        self.next_missing().filter(|(_, due)| *due <= at)
    }

    fn next_missing(&self) -> Option<(Metric, Timestamp)> {
        let ends = self
            .measures
            .iter()
            .filter_map(|one| Some((one.metric, self.ends(one)?)));
        ends.min_by_key(|(_, due)| *due)
    }

    /// What to do at that moment about readings that do not come. Nobody is worried while the person is away.
    #[must_use]
    pub fn lapsed(
        &self,
        absences: &[Absence],
        entered_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Lapse {
        if self.is_open(Cause::NoReading, None) {
            return Lapse::Nothing;
        }
        let Some((_, due)) = self.next_missing() else {
            return Lapse::Nothing;
        };
        let reached = put_off(absences, entered_at, due);
        if at < reached {
            return Lapse::Rest { until: reached };
        }
        let back = put_off(absences, entered_at, at);
        if at < back {
            return Lapse::Rest { until: back };
        }
        Lapse::Alert(Turn::Opens {
            cause: Cause::NoReading,
            metric: None,
            due,
        })
    }

    /// Due at exactly this moment, as was decided.
    #[must_use]
    pub fn rests(mut self, until: Option<Timestamp>) -> Self {
        self.armed = until;
        self.ver += 1;
        self
    }

    /// Armed for when a reading should have come. A later moment moves the index only where it gains half of
    /// the shortest window; an earlier one always does.
    #[must_use]
    pub fn rearmed(mut self, at: Timestamp) -> Self {
        let due = match self.is_open(Cause::NoReading, None) {
            true => None,
            false => self.next_missing().map(|(_, due)| due.max(at)),
        };
        let shortest = self.measures.iter().filter_map(Measure::window).min();
        let half = shortest.map_or(SignedDuration::ZERO, |window| window / 2);
        let keeps = match (self.armed, due) {
            (Some(armed), Some(due)) => {
                armed <= due && armed > at && due.duration_since(armed) < half
            }
            (None, None) => true,
            _ => false,
        };
        if !keeps {
            self.armed = due;
        }
        self
    }
}
