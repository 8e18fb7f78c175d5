//! Send a sign-in code. `SendCode`, anybody; repeating it within a minute is refused. Known and
//! unknown numbers take the same reads, the same writes and get the same answer: whether a message
//! leaves the house is decided later, by the relay.

use std::net::IpAddr;

use domain::notice::{Data, Notice, Topic};
use domain::sign_in::{self, Code};
use domain::{CommunityId, MessageId, limits};
use store::identity::Rate;
use store::notify::{Outgoing, To};
use wire::identity::{CodeSent, SendCode};

use crate::ctx::Ctx;
use crate::http::{Answer, Call, Outcome};
use crate::parse;
use crate::secret;

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 86_400;

pub async fn send_code(call: Call<SendCode, ()>) -> Outcome<SendCode> {
    let (ctx, at) = (&call.ctx, call.now);
    let phone = parse::phone(&call.body.phone, "/phone")?;
    let digest = ctx.secret.phone_digest(&phone);
    let (last, account) = ctx.store.code_and_account(&digest).await?;
    let communities = ctx.store.communities().await?;

    sign_in::resend(last.as_ref(), at)?;
    let code = Code {
        nonce: secret::token(),
        sent_at: at,
        tries: 0,
        used: false,
    };
    let first = communities.first().map(|community| community.id);
    let community = account.map(|account| account.community).or(first);
    let message = community.map(|community| {
        let to = To::Number {
            digest: digest.clone(),
            phone,
            nonce: code.nonce.clone(),
        };
        message(ctx, community, to, at).item()
    });

    let rates = rates(ctx, &digest, call.address);
    let outgoing = message.transpose()?;
    ctx.store
        .send_code(&digest, last.as_ref(), &code, &rates, outgoing)
        .await?;
    ctx.relay_bell.notify_one();
    Ok(Answer::new(CodeSent {
        resend_after_s: limits::CODE_RESEND_SECONDS,
        expires_in_s: limits::CODE_SECONDS,
    }))
}

fn message(ctx: &Ctx, community: CommunityId, to: To, at: jiff::Timestamp) -> Outgoing {
    let (millis, chance) = ctx.fresh(at);
    Outgoing {
        id: MessageId::new(millis, chance),
        community,
        to: vec![to],
        notice: Notice {
            topic: Topic::SignInCode,
            data: Data::new(),
        },
        at,
        attempts: 0,
        next_at: at,
    }
}

/// Counters of the number, and of the network address unless that is this very machine's.
fn rates(ctx: &Ctx, phone_digest: &str, address: Option<IpAddr>) -> Vec<Rate> {
    let rate = |digest: String, window, seconds, max| Rate {
        digest,
        window,
        seconds,
        max,
    };
    let number = |window, seconds, max| rate(phone_digest.to_owned(), window, seconds, max);
    let mut rates = vec![
        number("hour", HOUR_SECONDS, limits::CODES_PER_HOUR_NUMBER),
        number("day", DAY_SECONDS, limits::CODES_PER_DAY_NUMBER),
    ];
    if let Some(network) = address.and_then(network) {
        rates.push(rate(
            ctx.secret.address_digest(&network),
            "hour",
            HOUR_SECONDS,
            limits::CODES_PER_HOUR_ADDRESS,
        ));
    }
    rates
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
