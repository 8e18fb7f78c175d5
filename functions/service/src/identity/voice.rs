//! In whose voice a call about a person is made: their own, their guardian's, or that of staff whom
//! they told.

use domain::access::Act;
use domain::availability::local_day;
use domain::consent::How;
use domain::person::Person;
use domain::{PersonId, Refusal, limits};
use wire::{Code, Endpoint};

use crate::error::Error;
use crate::http::Call;
use crate::parse;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    Own,
    Guardian,
    Staff,
}

/// The person a call is about, and the caller's voice in it. `act`: what staff need for it.
/// Refuses: `Missing` where the person is not the caller's to speak for.
pub async fn of<E: Endpoint>(
    call: &Call<E>,
    id: PersonId,
    act: Act,
) -> Result<(Person, Voice), Error> {
    let who = &call.who;
    if id == who.person.id {
        return Ok((who.person.clone(), Voice::Own));
    }
    let person = call.ctx.store.living(who.community.id, id).await?;
    let today = local_day(call.now, &who.zone);
    let voice = if person.guardian_on(today) == Some(who.person.id) {
        Voice::Guardian
    } else if who.may(act) {
        Voice::Staff
    } else {
        return Err(Refusal::Missing.into());
    };
    Ok((person, voice))
}

impl Voice {
    /// How the person said it, and the reason for the log of views. Staff have to give both.
    pub fn said(self, how: Option<How>, reason: &str) -> Result<(How, String), Error> {
        let how = match (self, how) {
            (Self::Own, _) => How::Own,
            (Self::Guardian, _) => How::Guardian,
            (Self::Staff, Some(how @ (How::InPerson | How::ByPhone))) => how,
            (Self::Staff, _) => return Err(Error::invalid(Code::BadValue, "/how")),
        };
        let reason = match self {
            Self::Staff => parse::line(reason, limits::LINE_CHARS, "/reason")?,
            Self::Own | Self::Guardian => parse::note(Some(reason), limits::LINE_CHARS, "/reason")?,
        };
        Ok((how, reason))
    }
}
