//! What one elder wears who agreed to it: a week of readings, all of them as agreed, so that nobody is alerted.

use domain::consent::Purpose;
use domain::watch::{Amount, DoorSense, Measure, Metric, Reading, Vitals};
use jiff::{SignedDuration, Timestamp, ToSpan};
use store::watch::{ReadingRow, device_item, device_of_item, reading_item, vitals_item};

use super::people::{FIRST_WORKER, Residents};
use super::town::Town;
use super::watch::device;
use crate::stop::Stop;

/// Days of readings.
const DAYS: i64 = 7;
const NAME: &str = "测试·手环一";
/// What is measured, at which hours, from which value on, and over how many: in thousandths.
const ROUNDS: [(Metric, &[i64], i32, u32); 4] = [
    (Metric::HeartRate, &[7, 11, 15, 19, 22], 64_000, 20),
    (Metric::Systolic, &[7, 19], 122_000, 16),
    (Metric::Diastolic, &[7, 19], 74_000, 12),
    (Metric::Spo2, &[7], 95_000, 4),
];

/// The first of those who are watched over.
pub fn wear(town: &mut Town, residents: &Residents) -> Result<(), Stop> {
    let elder = residents.elders[0].id;
    town.agree(elder, Purpose::WatchHealth)?;
    let device = device(town, NAME, DoorSense::Health, Some(elder));
    let since = town.days_ago(DAYS + 1);
    let mut vitals = Vitals {
        person: elder,
        community: town.id(),
        since,
        by: town.person_id(FIRST_WORKER),
        devices: vec![device.id],
        measures: ROUNDS.map(|(metric, ..)| Measure::usual(metric)).to_vec(),
        standing: Vec::new(),
        presses: Vec::new(),
        open: Vec::new(),
        waits_since: since,
        armed: None,
        ver: 1,
    };
    for reading in week(town)? {
        let row = ReadingRow {
            person: elder,
            device: device.id,
            at: reading.at,
            metric: Some(reading.metric),
            value: Some(reading.value),
            received_at: reading.at,
            approximate: false,
        };
        let item = reading_item(town.id(), &row);
        town.add(item)?;
        let (after, turns) = vitals.with(reading, reading.at);
        if !turns.is_empty() {
            return Err(Stop::because("the demo's readings alert somebody"));
        }
        vitals = after;
    }
    town.add(vitals_item(&vitals))?;
    town.add(device_item(&device))?;
    town.add(device_of_item(&device))
}

/// In the order in which they were taken.
fn week(town: &Town) -> Result<Vec<Reading>, Stop> {
    let mut readings = Vec::new();
    for days in (0..=DAYS).rev() {
        let day = town.today.saturating_sub(days.days());
        let midnight = day
            .to_zoned(town.zone.clone())
            .map_err(|error| Stop::because(format!("no midnight on {day}: {error}")))?
            .timestamp();
        for (metric, hours, least, span) in ROUNDS {
            for hour in hours {
                let place = format!("{metric}|{days}|{hour}");
                let chance = town.chance("reading", &place);
                let step = i32::try_from(chance % u128::from(span)).unwrap_or(0);
                let at = midnight + SignedDuration::from_hours(*hour);
                readings.push(Reading {
                    metric,
                    value: Amount::thousandths(least + 1_000 * step),
                    at,
                });
            }
        }
    }
    let first: Timestamp = town.days_ago(DAYS);
    readings.retain(|one| (first..town.at).contains(&one.at));
    readings.sort_by_key(|one| one.at);
    Ok(readings)
}
