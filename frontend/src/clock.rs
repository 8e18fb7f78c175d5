//! What time it is, here and in the community. The only place that asks the browser.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wire::Moment;

/// Milliseconds since 1970: for the first screen, which reads no dates.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970 fit"
)]
pub fn millis() -> u64 {
    js_sys::Date::now() as u64
}

/// Now, to the millisecond.
#[must_use]
pub fn now() -> Timestamp {
    let millis = i64::try_from(millis()).unwrap_or_default();
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The offset of a zone now, as the browser knows it; +08:00 where it knows nothing.
#[must_use]
pub fn offset(zone: &str) -> Offset {
    let options = Object::new();
    let _ = Reflect::set(
        &options,
        &JsValue::from_str("timeZone"),
        &JsValue::from_str(zone),
    );
    let shown = String::from(js_sys::Date::new_0().to_locale_string("sv-SE", &options));
    let wall = format!("{}Z", shown.replace(' ', "T")).parse::<Moment>();
    let seconds = wall.ok().and_then(|wall| {
        let ahead = wall.at.as_second() - now().as_second() + 30;
        i32::try_from(ahead.div_euclid(60) * 60).ok()
    });
    seconds
        .and_then(|seconds| Offset::from_seconds(seconds).ok())
        .unwrap_or(Offset::constant(8))
}

/// The community's local time.
#[must_use]
pub fn local(zone: &str) -> DateTime {
    offset(zone).to_datetime(now())
}

/// The community's local day.
#[must_use]
pub fn today(zone: &str) -> Date {
    local(zone).date()
}

/// A local time of the community as a moment.
#[must_use]
pub fn moment(local: DateTime, zone: &str) -> Option<Moment> {
    let offset = offset(zone);
    offset
        .to_timestamp(local)
        .ok()
        .map(|at| Moment { at, offset })
}
