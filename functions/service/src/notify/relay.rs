//! The relay: from the outbox to inboxes and channels. At least once, one log line per attempt,
//! safe to repeat and to run twice at once: a row is claimed before it is worked on, an inbox takes
//! a notice once, and a text that went out is not sent again. What is not to be told any more is not sent at all
//! ([`super::wanted`]).
//!
//! What fails is one row's affair: it waits, longer each time, while the others go on; one that
//! cannot be read, or ran out of attempts, is set aside for a person ([`super::stuck`]). Sign-in
//! codes have a queue of their own, which is looked at before and in between all others. A pass ends
//! by itself however slow the channels and the table are: what it did not get to is left for the next, which begins
//! with another community. All inboxes of a row come before anything of it leaves the house.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::consent::Purpose;
use domain::notice::{self, Topic};
use domain::person::{Community, Person};
use domain::sign_in::Code;
use domain::{CommunityId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use store::notify::{Attempt, Outgoing, To};
use store::schema::{self, Item, Lane};
use store::table::{key_of, read};

use super::channel::{Channel, Text};
use super::{allowance, names, push, wanted, words};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::identity::consent;
use crate::market::affected;
use crate::watch::sweep::{Turn, rotated};

/// The name under which a text that nothing can carry stands in the log of attempts.
pub(super) const NO_CHANNEL: &str = "none";
/// Readers that one transaction serves: two of its 100 items for each, and the row itself.
const AT_ONCE: usize = 40;
/// How long notices may take before codes are looked at again. On the wall: channels are slow there.
const CODES_EACH: Duration = Duration::from_secs(1);

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Everybody has it, or nobody is to have it any more.
    Delivered,
    /// Somebody does not have it.
    Failed,
    /// The pass was over before everybody had it.
    NextPass,
    /// It may not leave before then.
    NotBefore(Timestamp),
    /// It was taken apart, and took itself out of the outbox.
    Apart,
    /// It did not leave, and is of no use to anybody later.
    Dropped,
}

impl End {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Failed, _) | (_, Self::Failed) => Self::Failed,
            (Self::NextPass, _) | (_, Self::NextPass) => Self::NextPass,
            (Self::NotBefore(one), Self::NotBefore(other)) => Self::NotBefore(one.max(other)),
            (Self::NotBefore(until), _) | (_, Self::NotBefore(until)) => Self::NotBefore(until),
            (Self::Apart, _) | (_, Self::Apart) => Self::Apart,
            (Self::Dropped, _) | (_, Self::Dropped) => Self::Dropped,
            (Self::Delivered, Self::Delivered) => Self::Delivered,
        }
    }
}

/// What one pass came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Rows that were worked on, however they ended.
    pub done: usize,
    /// How often something did not leave: a message that failed or is over the day's budget, and an outbox or a
    /// community that nobody could look at.
    pub unsent: usize,
    /// Messages that wait for a person from now on.
    pub aside: usize,
}

/// What one row came to.
enum Came {
    /// Somebody else has it, or it is not due yet.
    Elsewhere,
    /// Whoever is to have it has it, or nothing failed yet.
    Through,
    /// It did not leave.
    Unsent,
    /// Nor will it, before a person looked at it.
    Aside,
    /// The store did not say what became of it.
    Broken,
}

impl Passed {
    fn count(&mut self, came: &Came) {
        let (done, unsent, aside) = match came {
            Came::Elsewhere => (0, 0, 0),
            Came::Through => (1, 0, 0),
            Came::Unsent => (1, 1, 0),
            Came::Aside => (1, 1, 1),
            Came::Broken => (0, 1, 0),
        };
        self.done += done;
        self.unsent += unsent;
        self.aside += aside;
    }
}

/// One pass over all outboxes, as far as there is time. Answers how many rows were worked on. Fails only where not
/// even the communities can be listed.
pub async fn run_once(ctx: &Ctx) -> Result<usize, Error> {
    Ok(pass(ctx).await?.done)
}

/// The same, and what did not leave.
pub async fn pass(ctx: &Ctx) -> Result<Passed, Error> {
    pass_within(ctx, Turn::of_seconds(limits::RELAY_SECONDS)).await
}

/// With so much time.
pub async fn pass_within(ctx: &Ctx, turn: Turn) -> Result<Passed, Error> {
    let mut passed = Passed::default();
    let communities = communities(ctx, &mut passed).await?;
    let communities = rotated(communities, ctx.clock.now());
    codes(ctx, &communities, turn, &mut passed).await;
    let mut looked = Instant::now();
    for community in &communities {
        if turn.is_over() {
            break;
        }
        for item in due(ctx, *community, Lane::Notices, &mut passed).await {
            if looked.elapsed() >= CODES_EACH {
                codes(ctx, &communities, turn, &mut passed).await;
                looked = Instant::now();
            }
            if turn.is_over() {
                break;
            }
            passed.count(&one(ctx, *community, item, turn).await);
        }
    }
    Ok(passed)
}

/// Runs until nothing fresh is left, for at most a second: what was written before is delivered.
pub async fn settle(ctx: &Ctx) -> Result<(), Error> {
    for _ in 0..100 {
        run_once(ctx).await?;
        let mut fresh = 0;
        for community in communities(ctx, &mut Passed::default()).await? {
            let rows = ctx.store.outbox(community, limits::RELAY_ROWS).await?;
            let now = ctx.clock.now();
            let lease = now + SignedDuration::from_secs(limits::MESSAGE_LEASE_SECONDS);
            let under_way = |row: &&Outgoing| row.next_at <= now || row.next_at == lease;
            fresh += rows.iter().filter(under_way).count();
        }
        if fresh == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

async fn communities(ctx: &Ctx, passed: &mut Passed) -> Result<Vec<CommunityId>, Error> {
    let mut found = Vec::new();
    for item in ctx.store.all(&schema::communities()).await? {
        let key = key_of(&item);
        match read::<Community>(item) {
            Ok(community) => found.push(community.id),
            Err(error) => {
                failed("A community cannot be read", &key.sk, &error.into());
                passed.unsent += 1;
            }
        }
    }
    Ok(found)
}

async fn codes(ctx: &Ctx, communities: &[CommunityId], turn: Turn, passed: &mut Passed) {
    for community in communities {
        if turn.is_over() {
            return;
        }
        for item in due(ctx, *community, Lane::Codes, passed).await {
            if turn.is_over() {
                return;
            }
            passed.count(&one(ctx, *community, item, turn).await);
        }
    }
}

/// The rows of one queue that are due, the longest due first. Those that wait are not among them.
async fn due(ctx: &Ctx, community: CommunityId, lane: Lane, passed: &mut Passed) -> Vec<Item> {
    let leaving = schema::leaving(community, lane, ctx.clock.now());
    match ctx.store.page(&leaving, limits::RELAY_ROWS, None).await {
        Ok((items, _)) => items,
        Err(error) => {
            let what = "An outbox cannot be looked at";
            failed(what, &community.to_string(), &error.into());
            passed.unsent += 1;
            Vec::new()
        }
    }
}

/// One row, whatever happens to it.
async fn one(ctx: &Ctx, community: CommunityId, item: Item, turn: Turn) -> Came {
    let key = key_of(&item);
    let came = match read::<Outgoing>(item) {
        Ok(row) => take(ctx, row, turn).await,
        Err(error) => {
            failed(
                "A message cannot be read and is set aside",
                &key.sk,
                &error.into(),
            );
            let aside = ctx.store.set_aside(community, &key).await;
            aside.map(|()| Came::Aside).map_err(Error::from)
        }
    };
    came.unwrap_or_else(|error| {
        failed("A message failed and comes again", &key.sk, &error);
        Came::Broken
    })
}

/// Claims a row, works on it, and leaves it where it belongs then.
async fn take(ctx: &Ctx, row: Outgoing, turn: Turn) -> Result<Came, Error> {
    let at = ctx.clock.now();
    if row.next_at > at {
        return Ok(Came::Elsewhere);
    }
    // Whoever cannot find out tells rather than keeps silent.
    if let Ok(false) = wanted::is_wanted(ctx, &row, at).await {
        ctx.store.delivered(&row).await?;
        return Ok(Came::Through);
    }
    // What fails here is tried again below, where attempts are counted and end.
    if let Ok(Some(people)) = inboxes_only(ctx, &row, at).await
        && let Ok(true) = ctx.store.deliver_at_once(&row, &people).await
    {
        return Ok(Came::Through);
    }
    let until = at + SignedDuration::from_secs(limits::MESSAGE_LEASE_SECONDS);
    if !ctx.store.claim_outgoing(&row, until).await? {
        return Ok(Came::Elsewhere);
    }
    let row = Outgoing {
        attempts: row.attempts + 1,
        next_at: until,
        ..row
    };
    let end = work(ctx, &row, at, turn).await.unwrap_or_else(|error| {
        failed("A message failed", &row.id.to_string(), &error);
        End::Failed
    });
    Ok(match end {
        End::Apart => Came::Through,
        End::Delivered => {
            ctx.store.delivered(&row).await?;
            Came::Through
        }
        End::Dropped => {
            ctx.store.delivered(&row).await?;
            Came::Unsent
        }
        End::Failed if notice::was_last(row.tries()) => {
            let key = schema::outbox(row.community, row.id);
            ctx.store.set_aside(row.community, &key).await?;
            Came::Aside
        }
        End::Failed => {
            let chance = u64::try_from(ctx.ids.bits() & u128::from(u64::MAX)).unwrap_or(0);
            let wait = notice::retry_after(row.tries(), chance);
            ctx.store.defer(&row, at + wait).await?;
            Came::Unsent
        }
        End::NextPass => {
            ctx.store.postpone(&row, at).await?;
            Came::Through
        }
        End::NotBefore(until) => {
            ctx.store.postpone(&row, until).await?;
            Came::Unsent
        }
    })
}

/// The readers of a fresh row for whom the inbox is all there is to do; `None` where there is more, or
/// somebody worked on it before.
async fn inboxes_only(
    ctx: &Ctx,
    row: &Outgoing,
    at: Timestamp,
) -> Result<Option<Vec<PersonId>>, Error> {
    if row.attempts > 0 || row.to.len() > AT_ONCE {
        return Ok(None);
    }
    let mut people = Vec::with_capacity(row.to.len());
    for to in &row.to {
        let To::Person(id) = *to else {
            return Ok(None);
        };
        if is_texted(ctx, row, id).await? {
            return Ok(None);
        }
        if !push::browsers(ctx, row, id, at).await?.is_empty() {
            return Ok(None);
        }
        people.push(id);
    }
    Ok(Some(people))
}

async fn work(ctx: &Ctx, row: &Outgoing, at: Timestamp, turn: Turn) -> Result<End, Error> {
    if matches!(row.to.as_slice(), [To::BookedWith { .. }]) {
        affected::take_apart(ctx, row.clone()).await?;
        return Ok(End::Apart);
    }
    let mut end = inboxes(ctx, row, turn).await;
    for to in &row.to {
        if turn.is_over() {
            return Ok(end.and(End::NextPass));
        }
        // One reader's trouble is not another's.
        let one = match to {
            To::Person(person) => to_person(ctx, row, *person, at, turn).await,
            To::Number {
                digest,
                phone,
                nonce,
            } => to_number(ctx, row, (digest, phone, nonce), at, turn).await,
            To::Former {
                person,
                phone,
                language,
            } => {
                let body = words::sms(&row.notice, *language, &ctx.outside.site);
                send(ctx, row, (*person, phone), body, at, turn).await
            }
            // Alone in its row, and taken apart above.
            To::BookedWith { .. } => Ok(End::Delivered),
        };
        end = end.and(one.unwrap_or_else(|error| unreached(row, &error)));
    }
    Ok(end)
}

fn unreached(row: &Outgoing, error: &Error) -> End {
    failed(
        "A message did not reach a reader",
        &row.id.to_string(),
        error,
    );
    End::Failed
}

/// Into every inbox that does not have it yet, as far as there is time: into one at least, so that however slow the
/// table is the last one's turn comes.
async fn inboxes(ctx: &Ctx, row: &Outgoing, turn: Turn) -> End {
    let person = |to: &To| match to {
        To::Person(id) => Some(*id),
        To::Number { .. } | To::Former { .. } | To::BookedWith { .. } => None,
    };
    let people: Vec<PersonId> = row.to.iter().filter_map(person).collect();
    // An inbox takes it once, so whoever cannot find out tries them all.
    let had = match row.attempts > 1 {
        true => ctx.store.have(row, &people).await.unwrap_or_default(),
        false => BTreeSet::new(),
    };
    let lacking = people.into_iter().filter(|id| !had.contains(id));
    let mut end = End::Delivered;
    for (n, id) in lacking.enumerate() {
        if n > 0 && turn.is_over() {
            return end.and(End::NextPass);
        }
        if let Err(error) = ctx.store.deliver(row, id).await {
            end = end.and(unreached(row, &error.into()));
        }
    }
    end
}

/// By a short message, too: whoever agreed to it, and everybody to whom it is owed, as long as there is a way for it.
async fn is_texted(ctx: &Ctx, row: &Outgoing, id: PersonId) -> Result<bool, Error> {
    match row.notice.topic.owes_text() && !ctx.channels.is_empty() {
        true => Ok(true),
        false => consent::is_given(ctx, row.community, id, Purpose::SmsNotices).await,
    }
}

/// Besides the inbox, which comes first: their browsers where it is urgent; a short message where they agreed to it, or
/// it is owed.
async fn to_person(
    ctx: &Ctx,
    row: &Outgoing,
    id: PersonId,
    at: Timestamp,
    turn: Turn,
) -> Result<End, Error> {
    let person: Option<Person> = ctx.store.get(&schema::person(row.community, id)).await?;
    let Some(person) = person.filter(|person| person.deleted_at.is_none()) else {
        return Ok(End::Delivered);
    };
    let pushed = push::send(ctx, row, (id, person.language), at, turn).await;
    let pushed = pushed.unwrap_or_else(|error| {
        let subject = row.id.to_string();
        failed("A message did not reach a browser", &subject, &error);
        End::Failed
    });
    let Some(phone) = person.phone.as_deref() else {
        return Ok(pushed);
    };
    if !is_texted(ctx, row, id).await? {
        return Ok(pushed);
    }
    let mut notice = [row.notice.clone()];
    names::filled(ctx, row.community, &mut notice).await?;
    let body = words::sms(&notice[0], person.language, &ctx.outside.site);
    let texted = send(ctx, row, (id, phone), body, at, turn).await?;
    Ok(pushed.and(texted))
}

/// A sign-in code, unless it is of no use any more or nobody has that number.
async fn to_number(
    ctx: &Ctx,
    row: &Outgoing,
    (digest, phone, nonce): (&str, &str, &str),
    at: Timestamp,
    turn: Turn,
) -> Result<End, Error> {
    let fresh = at < row.at + SignedDuration::from_secs(limits::CODE_SECONDS)
        && row.notice.topic == Topic::SignInCode;
    let (code, account) = ctx.store.code_and_account(digest).await?;
    let good = |code: &Code| fresh && code.nonce == nonce && !code.used;
    let Some(account) = account.filter(|_| code.as_ref().is_some_and(good)) else {
        return Ok(End::Delivered);
    };
    let person: Option<Person> = ctx
        .store
        .get(&schema::person(account.community, account.person))
        .await?;
    let Some(person) = person else {
        return Ok(End::Delivered);
    };
    let body = words::sign_in_code(&ctx.secret.code(nonce, phone), person.language);
    let row = Outgoing {
        community: account.community,
        ..row.clone()
    };
    send(ctx, &row, (account.person, phone), body, at, turn).await
}

/// One text over every channel it did not go out on yet, as far as there is time.
async fn send(
    ctx: &Ctx,
    row: &Outgoing,
    (person, phone): (PersonId, &str),
    body: String,
    at: Timestamp,
    turn: Turn,
) -> Result<End, Error> {
    if ctx.channels.is_empty() {
        let reason = "there is no channel for short messages";
        note(ctx, row, person, (NO_CHANNEL, at), Err(reason.into())).await?;
        return Ok(End::Failed);
    }
    let text = Text {
        id: row.id.to_string(),
        to: phone.to_owned(),
        body,
        at,
    };
    let mut end = End::Delivered;
    for channel in ctx.channels.iter() {
        let name = channel.name();
        if row.attempts > 1 && ctx.store.was_sent(row, person, name).await? {
            continue;
        }
        if turn.is_over() {
            return Ok(end.and(End::NextPass));
        }
        if let Some(over) = allowance::over_budget(ctx, row, at).await? {
            let reason = "what may be sent today was sent".into();
            note(ctx, row, person, (name, at), Err(reason)).await?;
            end = end.and(over);
            continue;
        }
        let sent = hand_over(channel.as_ref(), &text).await;
        end = end.and(if sent.is_ok() {
            End::Delivered
        } else {
            End::Failed
        });
        note(ctx, row, person, (name, at), sent).await?;
    }
    Ok(end)
}

/// A channel that never answers has not sent.
async fn hand_over(channel: &dyn Channel, text: &Text) -> Result<(), String> {
    let patience = Duration::from_secs(limits::SEND_SECONDS);
    match tokio::time::timeout(patience, channel.send(text)).await {
        Ok(sent) => sent.map_err(|not| not.reason),
        Err(_) => Err("the channel did not answer in time".into()),
    }
}

/// Writes an attempt down; one that failed into the log as well, for whoever looks after the channels.
pub(super) async fn note(
    ctx: &Ctx,
    row: &Outgoing,
    person: PersonId,
    (channel, at): (&str, Timestamp),
    sent: Result<(), String>,
) -> Result<(), Error> {
    if let Err(reason) = &sent {
        let subject = row.id.to_string();
        tracing::warn!(subject, channel, "What was to leave did not: {reason}");
    }
    let attempt = Attempt {
        message: row.id,
        channel: channel.into(),
        n: row.attempts,
        at,
        sent: sent.is_ok(),
        reason: sent.err().unwrap_or_default(),
    };
    ctx.store.log_attempt(row, person, &attempt).await?;
    Ok(())
}

fn failed(what: &str, subject: &str, error: &Error) {
    tracing::error!(subject, "{what}: {error:?}");
}
