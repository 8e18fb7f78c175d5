//! What goes when somebody is not watched over any more: with their consent, or with them. Alerts stay,
//! as the record of what was done, without the words about it.

use domain::access::Role;
use domain::notice::{Notice, Topic};
use domain::person::Person;
use domain::watch::{Alert, AlertState, Cause, Watched};
use domain::{AlertId, CommunityId, PersonId, Refusal, limits};

use super::moves::{alert_item, watched_item};
use super::{AbsenceRow, CredentialOf};
use crate::notify::{Message, Outgoing};
use crate::schema::{self, Key};
use crate::table::{Error, Store, key_of, read};

/// Notices that say of somebody how it stands at their doors.
const DOORS: &[Topic] = &[
    Topic::WatchAsk,
    Topic::WatchAskRelative,
    Topic::WatchAlert,
    Topic::AbsenceEnds,
    Topic::AbsenceOver,
    Topic::AlertOver,
    Topic::WatchUnseen,
    Topic::WatchNeverSeen,
];
/// Those that say so of their body.
pub(super) const BODY: &[Topic] = &[Topic::SosAlert, Topic::VitalAlert];

impl Store {
    /// Everything that is known of somebody's comings and goings goes, with what others were told of it, and an
    /// alert about them is called off. Safe to repeat.
    pub async fn forget_watched(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        // While it is known who the relative is.
        let watched = self.watched(com, person).await?;
        let relative = watched.and_then(|watched| watched.relative);
        self.forget_notices(com, person, relative, DOORS).await?;
        for _ in 0..limits::COMMIT_TRIES {
            match self.stop_watching(com, person).await {
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => return Err(error),
                Ok(()) => return self.forget_trace(com, person).await,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }

    /// The transaction after which they are not watched: nothing comes in or falls due from then on.
    async fn stop_watching(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        let Some(watched) = self.watched(com, person).await? else {
            return Ok(());
        };
        let key = schema::watched(com, person);
        let same = vec![(":ver", crate::tx::n(watched.ver))];
        let mut tx = self
            .tx()
            .delete(&key, Some("ver = :ver"), same, Refusal::Stale)?
            .count_watched(com, -1)?;
        if let Some(id) = watched.alert
            && let Some(alert) = self.alert(com, id).await?
            && alert.is_open()
        {
            // When does not matter to anybody any more, and is not known here.
            let over = Alert {
                state: AlertState::Withdrawn,
                seen: None,
                ladder: alert.ladder.over(),
                ver: alert.ver + 1,
                ..alert
            };
            let joined = self.joined(com, &[&over]).await?;
            tx = tx
                .put_next(alert_item(&over)?, over.ver)?
                .count_alert_change(com)?
                .put_joined(&joined)?;
        }
        for (card, of) in self.cards_of(com, &watched).await? {
            tx = tx.drop_credential(com, &card, &of)?;
        }
        tx.commit().await
    }

    /// Where cards lead to somebody: their own, those of relatives, and the places of the latter from when a card led
    /// to one person alone.
    pub async fn cards_of(
        &self,
        com: CommunityId,
        watched: &Watched,
    ) -> Result<Vec<(String, CredentialOf)>, Error> {
        let person = watched.person;
        let own = CredentialOf { person, own: true };
        let others = CredentialOf { person, own: false };
        let of_theirs = watched.credentials.iter();
        let mut cards: Vec<_> = of_theirs.map(|card| (card.clone(), own.clone())).collect();
        for card in &watched.relatives_credentials {
            cards.push((card.clone(), others.clone()));
            if self.credential(com, card).await? == Some(others.clone()) {
                cards.push((card.clone(), own.clone()));
            }
        }
        Ok(cards)
    }

    async fn forget_trace(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        let mut gone: Vec<Key> = self.keys_of(com, person, "SIGN#").await?;
        let items = self.all(&schema::absences(com, person)).await?;
        for item in items {
            let row: AbsenceRow = read(item)?;
            gone.push(schema::absence_of(com, row.absence.id));
            gone.push(schema::absence(com, person, row.absence.id));
        }
        self.delete_all(&gone).await?;
        self.forget_words(com, person, |cause| cause.silence().is_some())
            .await
    }

    /// What was written about alerts of these causes, which stay without it.
    pub(super) async fn forget_words(
        &self,
        com: CommunityId,
        person: PersonId,
        of: impl Fn(Cause) -> bool,
    ) -> Result<(), Error> {
        for item in self.all(&schema::alerts_of(com, person)).await? {
            let alert: Alert = read(item)?;
            if of(alert.cause) {
                self.anonymise_alert(com, alert.id).await?;
            }
        }
        Ok(())
    }

    /// Notices about somebody go from the inboxes of those who may have them: themselves, a relative, and
    /// whoever works here; and what could not be delivered of them.
    pub(super) async fn forget_notices(
        &self,
        com: CommunityId,
        person: PersonId,
        relative: Option<PersonId>,
        topics: &[Topic],
    ) -> Result<(), Error> {
        let about = person.to_string();
        let is_about = |notice: &Notice| {
            let names = |people: &String| people.contains(&about);
            let data = &notice.data;
            topics.contains(&notice.topic)
                && ["person", "people"]
                    .iter()
                    .any(|key| data.get(*key).is_some_and(names))
        };
        let works = |one: &Person| one.roles.iter().any(|role| *role != Role::Resident);
        let people = self.people(com).await?;
        let mut readers: Vec<PersonId> = people
            .iter()
            .filter(|one| works(one))
            .map(|one| one.id)
            .collect();
        readers.extend([person].into_iter().chain(relative));
        let mut gone: Vec<Key> = Vec::new();
        for reader in readers {
            let inbox = self.all(&schema::of_person(com, reader, "MSG#")).await?;
            let messages = inbox.into_iter().map(read::<Message>);
            for message in messages.filter_map(Result::ok) {
                if is_about(&message.notice) {
                    gone.push(schema::message(com, reader, message.id));
                }
            }
        }
        for item in self.all(&schema::stucks(com)).await? {
            let key = key_of(&item);
            if read::<Outgoing>(item).is_ok_and(|row| is_about(&row.notice)) {
                gone.push(key);
            }
        }
        self.delete_all(&gone).await
    }

    /// Whoever was to be asked about others is asked no more. Safe to repeat.
    pub async fn forget_relative(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        for nominated in self.watched_of_relative(com, person).await? {
            self.ask_no_more(com, nominated.person, person).await?;
        }
        Ok(())
    }

    async fn ask_no_more(
        &self,
        com: CommunityId,
        person: PersonId,
        relative: PersonId,
    ) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let found = self.watched(com, person).await?;
            let Some(mut watched) = found.filter(|one| one.relative == Some(relative)) else {
                return Ok(());
            };
            watched.relative = None;
            watched.relative_reports = false;
            watched.ver += 1;
            let tx = self.tx().put_next(watched_item(&watched)?, watched.ver)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }

    /// Takes the words out of an alert that is over. Safe to repeat.
    pub async fn anonymise_alert(&self, com: CommunityId, id: AlertId) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let Some(mut alert) = self.alert(com, id).await? else {
                return Ok(());
            };
            if alert.comment.is_empty() && alert.metric.is_none() && alert.seen.is_none() {
                return Ok(());
            }
            alert.comment.clear();
            alert.metric = None;
            alert.seen = None;
            alert.ver += 1;
            let tx = self.tx().put_next(alert_item(&alert)?, alert.ver)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }
}
