//! A command is carried out once. Its record is written in the same transaction as its effect. The
//! same id and body are answered with what the command was about, as it is now and as the caller
//! may see it now; the same id with another body is `id_reused`.

use std::future::Future;

use domain::{PersonId, Refusal};
use jiff::Timestamp;
use store::Command;
use wire::Endpoint;
use wire::endpoint::PathArgs;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};

/// One call of one command by one person.
#[derive(Clone)]
pub struct Once {
    community: domain::CommunityId,
    person: PersonId,
    id: Option<String>,
    digest: String,
    what: &'static str,
    at: Timestamp,
}

impl Once {
    /// `id`: absent where the caller sent none; then nothing is remembered.
    pub fn of<E: Endpoint>(call: &Call<E>, id: Option<String>) -> Self {
        Self::among::<E, E>(call, &call.path, &call.body, id)
    }

    /// One command among others that came in one call: remembered as its own call would be.
    pub fn among<E: Endpoint, C: Endpoint>(
        call: &Call<C>,
        path: &E::Path,
        body: &E::Body,
        id: Option<String>,
    ) -> Self {
        let body = serde_json::to_string(body).unwrap_or_default();
        let (method, path) = (E::METHOD.as_str(), path.fill());
        let said = format!("{method} {} {path:?} {body}", E::PATH);
        Self {
            community: call.who.community.id,
            person: call.who.person.id,
            id,
            digest: call.ctx.secret.command_digest(&said),
            what: E::NAME,
            at: call.now,
        }
    }

    /// The record to commit together with the effect.
    #[must_use]
    pub fn record(&self) -> Option<Command> {
        Some(Command {
            community: self.community,
            person: self.person,
            id: self.id.clone()?,
            digest: self.digest.clone(),
            what: self.what.to_owned(),
            came: String::new(),
            at: self.at,
        })
    }

    /// The same, with what came of it: [`Once::came`] tells a repeat.
    #[must_use]
    pub fn record_of(&self, came: String) -> Option<Command> {
        let record = self.record()?;
        Some(Command { came, ..record })
    }

    /// What came of the command the first time.
    pub async fn came(&self, ctx: &Ctx) -> Result<String, Error> {
        let Some(id) = &self.id else {
            return Ok(String::new());
        };
        let key = store::schema::command(self.community, self.person, id);
        let first = ctx.store.get::<Command>(&key).await?;
        Ok(first.map(|first| first.came).unwrap_or_default())
    }

    /// The end of the call: `done` as it is, unless it was refused because it had happened before;
    /// then `again`, what the command was about.
    pub async fn end<E: Endpoint>(
        self,
        ctx: &Ctx,
        done: Result<E::Reply, Error>,
        again: impl Future<Output = Result<E::Reply, Error>>,
    ) -> Outcome<E> {
        Ok(Answer::new(self.settled(ctx, done, again).await?))
    }

    /// The same for one command among others.
    pub async fn settled<T>(
        self,
        ctx: &Ctx,
        done: Result<T, Error>,
        again: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let refused = match done {
            Ok(reply) => return Ok(reply),
            Err(error @ (Error::Refused(_) | Error::Seen)) => error,
            Err(error) => return Err(error),
        };
        let Some(id) = &self.id else {
            return Err(refused);
        };
        let key = store::schema::command(self.community, self.person, id);
        match ctx.store.get::<Command>(&key).await? {
            None => Err(refused),
            Some(first) if first.digest == self.digest => again.await,
            Some(_) => Err(Refusal::IdReused.into()),
        }
    }
}
