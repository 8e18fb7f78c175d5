//! People whom no door can see: nothing is claimed of them, and somebody is told in one notice for all of one pass,
//! again and again until each is seen.

use domain::notice::{Data, Topic};
use domain::watch::{Reach, Watched};
use domain::{PersonId, Refusal, limits};
use jiff::Timestamp;
use store::notify::Outgoing;
use store::watch::WatchChange;

use super::Sweep;
use crate::error::Error;

/// Somebody whom no door can see, and when they are looked at again.
pub(super) struct Unseen {
    pub before: Watched,
    pub until: Timestamp,
}

impl Sweep<'_> {
    /// Writes when each is looked at again; the first that is written brings the notice of all. Answers how many
    /// were.
    pub(super) async fn tell_unseen(&self, topic: Topic, unseen: Vec<Unseen>) -> usize {
        let people: Vec<PersonId> = unseen.iter().map(|one| one.before.person).collect();
        let by = match unseen.as_slice() {
            [one] => Some(one.before.by),
            _ => None,
        };
        let (mut done, mut told) = (0, false);
        for one in unseen {
            let person = one.before.person;
            let about = (!told).then_some((people.as_slice(), by));
            match self.looked_at(topic, one, about).await {
                Ok(()) => (done, told) = (done + 1, true),
                // A sign came, or another sweeper.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => self
                    .missed
                    .failed(&format!("the doors of {person}"), &error),
            }
        }
        done
    }

    /// `about`: whom the notice that goes along is about, and who agreed on it with them. Refuses: `Stale`.
    async fn looked_at(
        &self,
        topic: Topic,
        one: Unseen,
        about: Option<(&[PersonId], Option<PersonId>)>,
    ) -> Result<(), Error> {
        let notices = match about {
            Some((people, by)) => self.told_unseen(topic, people, by).await?,
            None => Vec::new(),
        };
        let change = WatchChange {
            watched: Some(self.rested(one.before, one.until)),
            ..WatchChange::default()
        };
        self.write(&change, notices).await
    }

    async fn told_unseen(
        &self,
        topic: Topic,
        people: &[PersonId],
        by: Option<PersonId>,
    ) -> Result<Vec<Outgoing>, Error> {
        let readers = self.readers(&[Reach::Responsible], by).await?;
        Ok(self.tell(&readers, topic, named("people", people, people.len())))
    }
}

/// How many there are, and which, as far as they are known and there is room: whoever asks whether it is still to be
/// told looks at those.
pub(super) fn named<T: ToString>(name: &str, ids: &[T], count: usize) -> Data {
    let first = ids.iter().take(limits::NAMED_IN_NOTICE);
    let listed: Vec<String> = first.map(ToString::to_string).collect();
    Data::from([
        ("count".to_owned(), count.to_string()),
        (name.to_owned(), listed.join(" ")),
    ])
}
