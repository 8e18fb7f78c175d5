//! Who is asking: the session behind the cookie `__Host-sid=<community>.<person>.<secret>`. Only a
//! digest of the secret is stored.

use std::sync::Arc;

use domain::person::Person;
use domain::sign_in::{Factor, SecondFactor, Session};
use domain::{CommunityId, PersonId, Refusal, limits};
use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Who;
use crate::secret;

const NAME: &str = "__Host-sid";

/// The session behind a call's cookie. Roles are those of this moment, so a role given or taken
/// counts from the next call on. `uses`: somebody is there, and the session stays alive for it.
/// Refuses: `SignedOut`.
pub async fn who(ctx: &Ctx, ticket: Ticket, at: Timestamp, uses: bool) -> Result<Who, Error> {
    let Ticket {
        community,
        person,
        secret,
    } = ticket;
    let digest = secret::digest(secret.as_bytes());
    let found = ctx.store.signed_in(community, person, &digest).await?;
    let found = found.ok_or(Refusal::SignedOut)?;
    let session = in_force(found.session, &found.person, found.factor);
    if found.person.deleted_at.is_some() || !session.is_alive(at) {
        return Err(Refusal::SignedOut.into());
    }
    if uses && session.wants_touch(at) {
        // Whether the use is noted decides nothing about this call.
        let _ = ctx
            .store
            .touch_session(community, person, &digest, session.used_at, at)
            .await;
    }
    let zone = TimeZone::get(&found.community.zone).map_err(store::Error::broken)?;
    Ok(Who {
        person: found.person,
        community: Arc::new(found.community),
        zone,
        session,
        session_digest: digest,
    })
}

/// A session by the roles of this moment: whoever is trusted like staff has the limits of staff and owes
/// what staff owe.
fn in_force(session: Session, person: &Person, factor: Factor) -> Session {
    Session {
        staff: session.staff || person.is_trusted(),
        second_factor: match session.second_factor {
            SecondFactor::Passed => SecondFactor::Passed,
            SecondFactor::NotNeeded | SecondFactor::Enrol | SecondFactor::Verify => {
                person.owes(factor)
            }
        },
        ..session
    }
}

/// A session that starts now.
#[must_use]
pub fn fresh(person: &Person, factor: Factor, at: Timestamp) -> Session {
    Session {
        started_at: at,
        used_at: at,
        staff: person.is_trusted(),
        second_factor: person.owes(factor),
        tries: 0,
    }
}

/// What the cookie says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub community: CommunityId,
    pub person: PersonId,
    pub secret: String,
}

impl Ticket {
    /// The session cookie, where there is one that could be ours.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == NAME)
            .and_then(|(_, value)| Self::parse(value))
    }

    fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split('.');
        let ticket = Self {
            community: parts.next()?.parse().ok()?,
            person: parts.next()?.parse().ok()?,
            secret: parts.next().filter(|secret| !secret.is_empty())?.to_owned(),
        };
        parts.next().is_none().then_some(ticket)
    }

    /// The cookie as it is set: out of reach of scripts, never sent along from other sites, and
    /// gone when the session is at the latest.
    #[must_use]
    pub fn cookie(&self, staff: bool) -> String {
        let minutes = if staff {
            limits::STAFF_SESSION_MINUTES
        } else {
            limits::RESIDENT_SESSION_MINUTES
        };
        let Self {
            community,
            person,
            secret,
        } = self;
        set(&format!("{community}.{person}.{secret}"), minutes * 60)
    }
}

/// The cookie that takes the cookie away.
#[must_use]
pub fn no_cookie() -> String {
    set("", 0)
}

fn set(value: &str, seconds: i64) -> String {
    format!("{NAME}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn ticket() -> Ticket {
        Ticket {
            community: CommunityId::new(1, 1),
            person: PersonId::new(1, 2),
            secret: "s3cr-et_".into(),
        }
    }

    fn read(lines: &[&str]) -> Option<Ticket> {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_str(line).expect("a header value");
            headers.append(header::COOKIE, value);
        }
        Ticket::of(&headers)
    }

    #[test]
    fn a_cookie_is_read_back_as_it_was_set() {
        let set = ticket().cookie(false);
        let (pair, attributes) = set.split_once("; ").expect("attributes");
        assert_eq!(
            attributes,
            "Max-Age=7776000; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert!(ticket().cookie(true).contains("Max-Age=43200;"));
        assert!(no_cookie().starts_with("__Host-sid=; Max-Age=0;"));
        assert_eq!(read(&[pair]), Some(ticket()));
        assert_eq!(read(&[&format!("theme=dark; {pair}; x=y")]), Some(ticket()));
        assert_eq!(read(&["theme=dark", pair]), Some(ticket()));
    }

    #[test]
    fn anything_else_is_nobody() {
        let (com, per) = (
            CommunityId::new(1_790_000_000_000, u128::MAX),
            PersonId::new(1, 2),
        );
        for bad in [
            String::new(),
            "sid=x".into(),
            "__Host-sid=".into(),
            format!("__Host-sid={com}.{per}"),
            format!("__Host-sid={com}.{per}."),
            format!("__Host-sid={com}.{per}.a.b"),
            format!("__Host-sid={per}.{com}.a"),
            format!("__host-sid={com}.{per}.a"),
            format!("__Host-sid={}.{per}.a", com.to_string().to_lowercase()),
        ] {
            assert_eq!(read(&[&bad]), None, "{bad}");
        }
    }
}
