//! People whom no door can see: nothing is claimed of them, and somebody is told in one notice, of a pass with very
//! many of them in one more whenever they are twice as many; again and again until each is seen.

use domain::notice::{Data, Topic};
use domain::watch::{Reach, Watched};
use domain::{PersonId, Refusal, limits};
use jiff::Timestamp;
use store::notify::Outgoing;
use store::watch::WatchChange;

use super::Sweep;
use super::area::Area;
use crate::error::Error;

/// Who is told of them.
const WHOM: [Reach; 1] = [Reach::Responsible];

/// Somebody whom no door can see, and when they are looked at again.
pub(super) struct Unseen {
    pub before: Watched,
    pub until: Timestamp,
}

/// A notice of some of them.
#[derive(Clone, Copy)]
struct About<'a> {
    topic: Topic,
    /// The last of them.
    people: &'a [PersonId],
    count: usize,
    /// Who agreed on it with them, where it is one person alone.
    by: Option<PersonId>,
}

impl Sweep<'_> {
    /// Writes when each is looked at again; the first that is written brings the notice of all. Answers how many
    /// were.
    pub(super) async fn tell_unseen(&self, topic: Topic, unseen: Vec<Unseen>) -> usize {
        let area = self.area_of(topic);
        let all = area.more(&WHOM, unseen.len());
        let people: Vec<PersonId> = unseen.iter().map(|one| one.before.person).collect();
        let by = match unseen.as_slice() {
            [one] if all == 1 => Some(one.before.by),
            _ => None,
        };
        let mut done = 0;
        for one in unseen {
            let person = one.before.person;
            let about = area.untold(&WHOM, self.least()).map(|count| About {
                topic,
                people: &people,
                count,
                by,
            });
            match self.looked_at(one, about).await {
                Ok(()) => {
                    done += 1;
                    if about.is_some() {
                        area.tell(&WHOM);
                    }
                }
                // A sign came, or another sweeper.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => self
                    .missed
                    .failed(&format!("the doors of {person}"), &error),
            }
        }
        done
    }

    fn area_of(&self, topic: Topic) -> &Area {
        match topic {
            Topic::WatchNeverSeen => &self.areas.never_seen,
            _ => &self.areas.unseen,
        }
    }

    /// `about`: what the notice that goes along says. Refuses: `Stale`.
    async fn looked_at(&self, one: Unseen, about: Option<About<'_>>) -> Result<(), Error> {
        let notices = match about {
            Some(about) => self.told_unseen(about).await?,
            None => Vec::new(),
        };
        let change = WatchChange {
            watched: Some(self.rested(one.before, one.until)),
            ..WatchChange::default()
        };
        self.write(&change, notices).await
    }

    async fn told_unseen(&self, about: About<'_>) -> Result<Vec<Outgoing>, Error> {
        let readers = self.readers(&WHOM, about.by).await?;
        let data = named("people", about.people, about.count);
        Ok(self.tell(&readers, about.topic, data))
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
