//! What is counted in the store, and what counts as one caller: codes, tries at signing in, texts,
//! and the numbers somebody asks about.

use std::net::IpAddr;

use domain::{CommunityId, PersonId, Refusal, limits};
use store::identity::Rate;
use wire::Endpoint;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Call;

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 86_400;
/// The counters of all communities together.
const ALL_TEXTS: &str = "TEXTS";
const NOTICE_TEXTS: &str = "NOTICES";

fn rate(digest: String, (window, seconds): (&'static str, i64), max: u32) -> Rate {
    Rate {
        digest,
        window,
        seconds,
        max,
        times: 1,
    }
}

const HOUR: (&str, i64) = ("hour", HOUR_SECONDS);
const DAY: (&str, i64) = ("day", DAY_SECONDS);
/// Tries at signing in are counted apart from codes.
const TRIES: (&str, i64) = ("tries", HOUR_SECONDS);
const NUMBERS: (&str, i64) = ("numbers", HOUR_SECONDS);
const IMPORTED: (&str, i64) = ("imported", DAY_SECONDS);

/// Asking for a code: by number, and by network address unless that is this very machine's.
#[must_use]
pub fn of_asking(ctx: &Ctx, phone_digest: &str, address: Option<IpAddr>) -> Vec<Rate> {
    let number = |window, max| rate(phone_digest.to_owned(), window, max);
    let mut rates = vec![
        number(HOUR, limits::CODES_PER_HOUR_NUMBER),
        number(DAY, limits::CODES_PER_DAY_NUMBER),
    ];
    rates.extend(address.and_then(network).map(|n| {
        rate(
            ctx.secret.address_digest(&n),
            HOUR,
            limits::CODES_PER_HOUR_ADDRESS,
        )
    }));
    rates
}

/// Trying to sign in: by network address, unless that is this very machine's. Tries at one code
/// are counted with the code.
#[must_use]
pub fn of_trying(ctx: &Ctx, address: Option<IpAddr>) -> Option<Rate> {
    let network = address.and_then(network)?;
    Some(rate(
        ctx.secret.address_digest(&network),
        TRIES,
        limits::SIGN_INS_PER_HOUR_ADDRESS,
    ))
}

/// A code about to leave the house. Counted there and not on asking: what is asked for unknown
/// numbers costs nothing, and the answer to asking must not tell the numbers apart.
#[must_use]
pub fn of_code(community: CommunityId) -> Vec<Rate> {
    vec![
        rate(community.to_string(), DAY, limits::CODES_PER_DAY_COMMUNITY),
        rate(ALL_TEXTS.into(), DAY, limits::TEXTS_PER_DAY),
    ]
}

/// An alarm about to leave the house as a text: of what is kept for those of its community.
#[must_use]
pub fn of_alarm(community: CommunityId) -> Vec<Rate> {
    let digest = format!("ALARMS-{community}");
    vec![rate(digest, DAY, limits::ALARM_TEXTS_PER_DAY)]
}

/// A notice about to leave the house as a text.
#[must_use]
pub fn of_notice() -> Vec<Rate> {
    vec![
        rate(NOTICE_TEXTS.into(), DAY, limits::NOTICE_TEXTS_PER_DAY),
        rate(ALL_TEXTS.into(), DAY, limits::TEXTS_PER_DAY),
    ]
}

/// Counts one number that somebody writes into a file. Refuses: `TooManyCalls`.
pub async fn ask_about_number<E: Endpoint>(call: &Call<E>) -> Result<(), Error> {
    ask_about(call, NUMBERS, limits::NUMBERS_PER_HOUR_PERSON, 1).await
}

/// Counts the numbers of an imported file. Refuses: `TooManyCalls`.
pub async fn ask_about_file<E: Endpoint>(call: &Call<E>, numbers: usize) -> Result<(), Error> {
    if numbers == 0 {
        return Ok(());
    }
    let max = limits::IMPORTED_NUMBERS_PER_DAY_PERSON;
    let times = u32::try_from(numbers).unwrap_or(u32::MAX);
    ask_about(call, IMPORTED, max, times).await
}

async fn ask_about<E: Endpoint>(
    call: &Call<E>,
    window: (&'static str, i64),
    max: u32,
    times: u32,
) -> Result<(), Error> {
    let who: PersonId = call.who.person.id;
    let rate = Rate {
        times,
        ..rate(who.to_string(), window, max)
    };
    let retry_after_s = rate.left_seconds(call.now);
    let otherwise = Refusal::TooManyCalls { retry_after_s };
    Ok(call.ctx.store.spend(&[rate], call.now, otherwise).await?)
}

/// What counts as one caller: an IPv4 address, or the 64 bits of an IPv6 address that name a
/// subscriber. `None` for this very machine.
fn network(address: IpAddr) -> Option<String> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:{d:x}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_by_network() {
        let rows = [
            ("127.0.0.1", None),
            ("::1", None),
            ("::ffff:127.0.0.1", None),
            ("203.0.113.7", Some("203.0.113.7")),
            ("::ffff:203.0.113.7", Some("203.0.113.7")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2")),
            ("2001:db8:1:2:ffff::1", Some("2001:db8:1:2")),
        ];
        for (address, want) in rows {
            let address = address.parse().expect("an address");
            assert_eq!(network(address).as_deref(), want, "{address}");
        }
    }
}
