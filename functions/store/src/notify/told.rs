//! Who was told of an alert, when and in which way, and what came of it.

use domain::notice::Notice;
use domain::watch::Alert;
use domain::{AlertId, CommunityId, MessageId, PersonId, limits};
use jiff::Timestamp;

use super::{Attempt, Message};
use crate::schema;
use crate::table::{Error, Store, read};

/// One notice of an alert in one inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub reader: PersonId,
    /// Of the reader.
    pub name: String,
    pub message: Message,
    /// To send it otherwise, too; the earliest first.
    pub attempts: Vec<Attempt>,
}

impl Store {
    /// Those who look after others and were told of this alert, the earliest first; of very many the latest. What
    /// cannot be read is passed over. Nobody else's inbox is looked into.
    pub async fn told_of(&self, alert: &Alert, at: Timestamp) -> Result<Vec<Told>, Error> {
        let com = alert.community;
        let span = (alert.opened_at, alert.closed_at.unwrap_or(at));
        let mut told = Vec::new();
        for reader in self.trusted(com).await? {
            let inbox = schema::messages_between(com, reader.id, span);
            let looked = limits::ALERT_TOLD_LOOKED;
            let (items, _) = self.page(&inbox, looked, None).await?;
            for item in items {
                let Ok(message) = read::<Message>(item) else {
                    continue;
                };
                if message.is_kept(at) && is_about(&message.notice, alert.id) {
                    told.push(Told {
                        reader: reader.id,
                        name: reader.name.clone(),
                        message,
                        attempts: Vec::new(),
                    });
                }
            }
        }
        told.sort_by(|one, other| {
            let by = (one.message.at, &one.name, one.message.id);
            by.cmp(&(other.message.at, &other.name, other.message.id))
        });
        let mut told = told.split_off(told.len().saturating_sub(limits::ALERT_TOLD));
        for one in &mut told {
            let of = (one.reader, one.message.id);
            one.attempts = self.attempts_at(com, of, at).await?;
        }
        Ok(told)
    }

    /// What was tried to send this message to this reader, as far as it is kept; the earliest first.
    async fn attempts_at(
        &self,
        com: CommunityId,
        (reader, id): (PersonId, MessageId),
        at: Timestamp,
    ) -> Result<Vec<Attempt>, Error> {
        let tried = schema::of_person(com, reader, &format!("SENT#{id}#"));
        let (items, _) = self.page(&tried, limits::ALERT_TRIES, None).await?;
        let attempts = items.into_iter().map(read::<Attempt>);
        let mut attempts: Vec<Attempt> = attempts.filter_map(Result::ok).collect();
        attempts.retain(|attempt| attempt.is_kept(at));
        attempts.sort_by(|one, other| (one.at, &one.channel).cmp(&(other.at, &other.channel)));
        Ok(attempts)
    }
}

/// Calls somebody to it, by itself or with others, or says that it is over.
fn is_about(notice: &Notice, alert: AlertId) -> bool {
    let id = alert.to_string();
    let names = |key: &&str| {
        let value = notice.data.get(*key).map_or("", String::as_str);
        value.split_whitespace().any(|one| one == id)
    };
    ["alert", "over", "alerts"].iter().any(names)
}
