//! What is counted around signing in, and what counts as one caller.

use std::net::IpAddr;

use domain::{CommunityId, limits};
use store::identity::Rate;

use crate::ctx::Ctx;

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
    }
}

const HOUR: (&str, i64) = ("hour", HOUR_SECONDS);
const DAY: (&str, i64) = ("day", DAY_SECONDS);
/// Tries at signing in are counted apart from codes.
const TRIES: (&str, i64) = ("tries", HOUR_SECONDS);

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

/// A notice about to leave the house as a text.
#[must_use]
pub fn of_notice() -> Vec<Rate> {
    vec![
        rate(NOTICE_TEXTS.into(), DAY, limits::NOTICE_TEXTS_PER_DAY),
        rate(ALL_TEXTS.into(), DAY, limits::TEXTS_PER_DAY),
    ]
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
