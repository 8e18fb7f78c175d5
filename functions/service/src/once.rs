//! A command is carried out once. Its record, with the first answer, is written in the same
//! transaction as its effect; the same id and body get that answer again, the same id with
//! another body is `id_reused`.

use domain::{PersonId, Refusal};
use jiff::Timestamp;
use serde::Serialize;
use store::Command;
use wire::Endpoint;
use wire::endpoint::PathArgs;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::secret;

/// One call of one command by one person.
pub struct Once {
    community: domain::CommunityId,
    person: PersonId,
    id: Option<String>,
    digest: String,
    status: u16,
    at: Timestamp,
}

impl Once {
    /// `id`: absent where the caller sent none; then nothing is remembered.
    pub fn of<E: Endpoint>(call: &Call<E>, id: Option<String>) -> Self {
        let body = serde_json::to_string(&call.body).unwrap_or_default();
        let said = format!(
            "{} {} {:?} {body}",
            E::METHOD.as_str(),
            E::PATH,
            call.path.fill()
        );
        Self {
            community: call.who.community.id,
            person: call.who.person.id,
            id,
            digest: secret::digest(said.as_bytes()),
            status: E::SUCCESS,
            at: call.now,
        }
    }

    /// The record to commit together with the effect.
    #[must_use]
    pub fn record<T: Serialize>(&self, answer: &T) -> Option<Command> {
        Some(Command {
            community: self.community,
            person: self.person,
            id: self.id.clone()?,
            digest: self.digest.clone(),
            status: self.status,
            answer: serde_json::to_string(answer).ok()?,
            at: self.at,
        })
    }

    /// The end of the call: `done` as it is, unless it was refused because it had happened before.
    pub async fn end<E: Endpoint>(self, ctx: &Ctx, done: Result<E::Reply, Error>) -> Outcome<E> {
        let refused = match done {
            Ok(reply) => return Ok(Answer::new(reply)),
            Err(error @ (Error::Refused(_) | Error::Seen)) => error,
            Err(error) => return Err(error),
        };
        let Some(id) = &self.id else {
            return Err(refused);
        };
        let key = store::schema::command(self.community, self.person, id);
        match ctx.store.get::<Command>(&key).await? {
            None => Err(refused),
            Some(first) if first.digest == self.digest => {
                Ok(Answer::again(first.status, first.answer))
            }
            Some(_) => Err(Refusal::IdReused.into()),
        }
    }
}
