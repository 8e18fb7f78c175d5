//! What people agreed to, who looked at whose file, and what they have to say.

use std::collections::BTreeMap;

use domain::access::Role;
use domain::consent::{Agreed, How, Purpose};
use domain::{CommunityId, FeedbackId, PersonId, Refusal, ViewId, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, read, until, write};
use crate::tx::Command;

/// One answer to one purpose. The newest counts, the older ones stay as history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub purpose: Purpose,
    pub given: bool,
    pub version: u32,
    pub at: Timestamp,
    #[serde(default = "own")]
    pub how: How,
    /// Who wrote it down, if not the person. Why stands in the log of views.
    #[serde(default)]
    pub by: Option<PersonId>,
}

fn own() -> How {
    How::Own
}

/// Somebody looked at a person's file, or did something for them. The viewer's name is looked up
/// when the log is read, so that it goes with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub id: ViewId,
    pub at: Timestamp,
    pub viewer: PersonId,
    pub viewer_role: Role,
    /// An endpoint's name.
    pub what: String,
    pub reason: String,
    /// How the person said what was done for them.
    #[serde(default)]
    pub how: Option<How>,
}

/// `person` and `from` are empty once the writer deleted themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    pub id: FeedbackId,
    pub community: CommunityId,
    pub person: Option<PersonId>,
    pub from: String,
    pub text: String,
    pub page: String,
    pub at: Timestamp,
    /// Absent while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled: Option<Handling>,
}

/// Somebody of the station saw to it. Their name is looked up when this is read, so that it goes
/// with them; the answer goes with the writer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    pub at: Timestamp,
    pub by: PersonId,
    /// May be empty.
    pub answer: String,
}

pub fn consent_item(com: CommunityId, person: PersonId, consent: &Consent) -> Result<Item, Error> {
    let key = schema::consent(com, person, consent.purpose, consent.at);
    write(Kind::Consent, &key, consent, [])
}

/// `whose`: the person whose file was looked at.
pub fn view_item(com: CommunityId, whose: PersonId, view: &View) -> Result<Item, Error> {
    let item = write(Kind::View, &schema::view(com, whose, view.id), view, [])?;
    Ok(until(
        item,
        view.at + SignedDuration::from_hours(24 * limits::VIEW_DAYS),
    ))
}

pub fn feedback_item(feedback: &Feedback) -> Result<Item, Error> {
    let (com, id) = (feedback.community, feedback.id);
    let writers = feedback
        .person
        .map(|person| schema::feedback_place(com, person, id));
    let waiting = match feedback.handled {
        None => Some(schema::waiting_feedback_place(com, id)),
        Some(_) => None,
    };
    let places = writers.into_iter().chain(waiting).flatten();
    write(Kind::Feedback, &schema::feedback(com, id), feedback, places)
}

impl Store {
    /// The newest answer to each purpose that was ever asked.
    pub async fn consents(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<BTreeMap<Purpose, Consent>, Error> {
        let mut newest = BTreeMap::new();
        for item in self
            .all(&schema::of_person(com, person, "CONSENT#"))
            .await?
        {
            let consent: Consent = read(item)?;
            newest.entry(consent.purpose).or_insert(consent);
        }
        Ok(newest)
    }

    /// Does a person agree to this now, in the words in force?
    pub async fn consents_to(
        &self,
        com: CommunityId,
        person: PersonId,
        purpose: Purpose,
    ) -> Result<bool, Error> {
        Ok(self.agreed(com, person, purpose).await?.is_some())
    }

    /// A person's consent to this, in the words in force.
    pub async fn agreed(
        &self,
        com: CommunityId,
        person: PersonId,
        purpose: Purpose,
    ) -> Result<Option<Agreed>, Error> {
        let history = schema::of_person(com, person, &format!("CONSENT#{purpose}#"));
        let (items, _) = self.page(&history, 1, None).await?;
        let newest: Option<Consent> = items.into_iter().next().map(read).transpose()?;
        let now = newest.filter(|now| now.given && now.version == purpose.version());
        Ok(now.map(|now| Agreed {
            purpose,
            version: now.version,
            at: now.at,
        }))
    }

    /// Writes down that feedback was handled. Refuses: `AlreadyHandled`.
    pub async fn handle_feedback(
        &self,
        com: CommunityId,
        id: FeedbackId,
        handling: &Handling,
        command: Option<&Command>,
    ) -> Result<(), Error> {
        let handled = serde_dynamo::to_attribute_value(handling).map_err(Error::broken)?;
        let tx = self.tx().command(command)?.update(
            &schema::feedback(com, id),
            "SET handled = :handled REMOVE g2pk, g2sk",
            Some("attribute_exists(pk) AND attribute_not_exists(handled)"),
            vec![(":handled", handled)],
            Refusal::AlreadyHandled,
        )?;
        tx.commit().await
    }
}
