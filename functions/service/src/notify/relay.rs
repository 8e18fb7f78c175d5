//! The relay: from the outbox to inboxes and channels. At least once, one log line per attempt,
//! safe to repeat and to run twice at once: a row is claimed before it is worked on, an inbox takes
//! a notice once, and a text that went out is not sent again.

use domain::consent::Purpose;
use domain::notice::Topic;
use domain::person::{Community, Person};
use domain::{PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use store::notify::{Attempt, Outgoing, To};
use store::schema;
use store::table::read;

use super::channel::Text;
use super::words;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::identity::consent;
use crate::market::affected;

/// Rows of one community looked at in one run.
const BATCH: usize = 200;
/// How long a claimed row is left to its worker.
const LEASE_SECONDS: i64 = 30;
/// The name under which a text that nothing can carry stands in the log of attempts.
const NO_CHANNEL: &str = "none";

/// One pass over all outboxes. Answers how many rows were worked on.
pub async fn run_once(ctx: &Ctx) -> Result<usize, Error> {
    let mut worked = 0;
    for item in ctx.store.all(&schema::communities()).await? {
        let community: Community = read(item)?;
        let at = ctx.clock.now();
        for row in ctx.store.outbox(community.id, BATCH).await? {
            let until = at + SignedDuration::from_secs(LEASE_SECONDS);
            if row.next_at <= at && ctx.store.claim_outgoing(&row, until).await? {
                let row = Outgoing {
                    attempts: row.attempts + 1,
                    next_at: until,
                    ..row
                };
                work(ctx, row, at).await?;
                worked += 1;
            }
        }
    }
    Ok(worked)
}

/// Runs until nothing fresh is left, for at most a second: what was written before is delivered.
pub async fn settle(ctx: &Ctx) -> Result<(), Error> {
    for _ in 0..100 {
        run_once(ctx).await?;
        let mut fresh = 0;
        for item in ctx.store.all(&schema::communities()).await? {
            let community: Community = read(item)?;
            fresh += ctx
                .store
                .outbox(community.id, BATCH)
                .await?
                .iter()
                .filter(|row| row.attempts <= 1)
                .count();
        }
        if fresh == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    Ok(())
}

async fn work(ctx: &Ctx, row: Outgoing, at: Timestamp) -> Result<(), Error> {
    if matches!(row.to.as_slice(), [To::BookedWith { .. }]) {
        return affected::take_apart(ctx, row).await;
    }
    let mut all = true;
    for to in &row.to {
        all &= match to {
            To::Person(person) => to_person(ctx, &row, *person, at).await?,
            To::Number {
                digest,
                phone,
                nonce,
            } => to_number(ctx, &row, (digest, phone, nonce), at).await?,
            // Alone in its row, and taken apart above.
            To::BookedWith { .. } => true,
        };
    }
    if all {
        ctx.store.delivered(&row).await?;
    } else if row.attempts >= limits::MESSAGE_ATTEMPTS {
        ctx.store.give_up(&row).await?;
    }
    Ok(())
}

/// The inbox always; a short message where they agreed to it.
async fn to_person(ctx: &Ctx, row: &Outgoing, id: PersonId, at: Timestamp) -> Result<bool, Error> {
    let person: Option<Person> = ctx.store.get(&schema::person(row.community, id)).await?;
    let Some(person) = person.filter(|person| person.deleted_at.is_none()) else {
        return Ok(true);
    };
    ctx.store.deliver(row, id).await?;
    let Some(phone) = person.phone.as_deref() else {
        return Ok(true);
    };
    if !consent::is_given(ctx, row.community, id, Purpose::SmsNotices).await? {
        return Ok(true);
    }
    let body = words::sms(&row.notice, person.language);
    send(ctx, row, id, phone, body, at).await
}

/// A sign-in code, unless it is too old to be of use or nobody has that number.
async fn to_number(
    ctx: &Ctx,
    row: &Outgoing,
    (digest, phone, nonce): (&str, &str, &str),
    at: Timestamp,
) -> Result<bool, Error> {
    let fresh = at < row.at + SignedDuration::from_secs(limits::CODE_SECONDS)
        && row.notice.topic == Topic::SignInCode;
    let Some(account) = ctx.store.account(digest).await?.filter(|_| fresh) else {
        return Ok(true);
    };
    let person: Option<Person> = ctx
        .store
        .get(&schema::person(account.community, account.person))
        .await?;
    let Some(person) = person else {
        return Ok(true);
    };
    let body = words::sign_in_code(&ctx.secret.code(nonce, phone), person.language);
    let row = Outgoing {
        community: account.community,
        ..row.clone()
    };
    send(ctx, &row, account.person, phone, body, at).await
}

async fn send(
    ctx: &Ctx,
    row: &Outgoing,
    person: PersonId,
    phone: &str,
    body: String,
    at: Timestamp,
) -> Result<bool, Error> {
    if ctx.channels.is_empty() {
        let attempt = Attempt {
            message: row.id,
            channel: NO_CHANNEL.into(),
            n: row.attempts,
            at,
            sent: false,
            reason: "there is no channel for short messages".into(),
        };
        ctx.store.log_attempt(row, person, &attempt).await?;
        return Ok(false);
    }
    let mut all = true;
    for channel in ctx.channels.iter() {
        if row.attempts > 1 && ctx.store.was_sent(row, person, channel.name()).await? {
            continue;
        }
        let text = Text {
            id: row.id.to_string(),
            to: phone.to_owned(),
            body: body.clone(),
            at,
        };
        let sent = channel.send(&text).await;
        let reason = sent
            .as_ref()
            .err()
            .map(|not| not.reason.clone())
            .unwrap_or_default();
        let attempt = Attempt {
            message: row.id,
            channel: channel.name().into(),
            n: row.attempts,
            at,
            sent: sent.is_ok(),
            reason,
        };
        ctx.store.log_attempt(row, person, &attempt).await?;
        all &= sent.is_ok();
    }
    Ok(all)
}
