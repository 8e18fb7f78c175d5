//! Who is told of an alert by each step of the ladder, and again when a lease lapses. Which step is due is
//! [`domain::watch::escalation`]'s to say; here it is who that is, and that the step and the notice are
//! written together, on condition that nobody took the alert on meanwhile.

use std::collections::BTreeSet;

use domain::access::Act;
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::watch::{Alert, Cause, Reach};
use domain::{PersonId, Refusal};
use store::notify::Outgoing;
use store::schema::Item;
use store::table::read;
use store::watch::WatchChange;

use super::{Sweep, failed};
use crate::error::Error;

impl Sweep<'_> {
    pub(super) async fn people(&self) -> Result<&[Person], Error> {
        let people = self.people.get_or_try_init(|| self.read_people());
        Ok(people.await?.as_slice())
    }

    async fn read_people(&self) -> Result<Vec<Person>, Error> {
        Ok(self.ctx.store.people(self.within.community).await?)
    }

    /// Who that is, whoever is meant by several of them more than once. Where it is nobody, those who are told
    /// of everything.
    async fn readers(
        &self,
        reach: &[Reach],
        responsible: Option<PersonId>,
    ) -> Result<Vec<PersonId>, Error> {
        let people = self.people().await?;
        let mut readers = Vec::new();
        for one in reach {
            let own = responsible.filter(|_| *one == Reach::Responsible);
            let own = people
                .iter()
                .find(|person| Some(person.id) == own && person.may(Act::Watch));
            match own {
                Some(person) => readers.push(person.id),
                None => {
                    let role = one.role();
                    let all = people.iter().filter(|person| person.roles.contains(&role));
                    readers.extend(all.map(|person| person.id));
                }
            }
        }
        if readers.is_empty() {
            readers.extend(self.workers().await?);
        }
        Ok(readers)
    }

    /// The notice of an alert that is opened: its first step.
    pub(super) async fn told_first(
        &self,
        alert: &Alert,
        responsible: Option<PersonId>,
    ) -> Result<Vec<Outgoing>, Error> {
        self.told(alert, self.first(), responsible).await
    }

    /// Whom the first step tells.
    pub(super) fn first(&self) -> &[Reach] {
        let first = self.rules.ladder.first();
        first.map_or(&[][..], |step| step.tell.as_slice())
    }

    /// The notice of one alert. `responsible`: whoever agreed on it with the person.
    async fn told(
        &self,
        alert: &Alert,
        reach: &[Reach],
        responsible: Option<PersonId>,
    ) -> Result<Vec<Outgoing>, Error> {
        let readers = self.readers(reach, responsible).await?;
        let data = Data::from([
            ("alert".to_owned(), alert.id.to_string()),
            ("person".into(), alert.person.to_string()),
            ("cause".into(), alert.cause.to_string()),
            ("due".into(), self.moment(alert.due)),
        ]);
        let topic = match alert.cause {
            Cause::NoExit | Cause::NoReturn => Topic::WatchAlert,
            Cause::Sos => Topic::SosAlert,
            Cause::VitalHigh | Cause::VitalLow | Cause::NoReading => Topic::VitalAlert,
        };
        Ok(self.tell(&readers, topic, data))
    }

    /// One notice for so many alerts.
    pub(super) async fn told_as_one(
        &self,
        count: usize,
        reach: &[Reach],
    ) -> Result<Vec<Outgoing>, Error> {
        let readers = self.readers(reach, None).await?;
        let data = Data::from([("count".to_owned(), count.to_string())]);
        Ok(self.tell(&readers, Topic::WatchArea, data))
    }

    async fn responsible(&self, alert: &Alert) -> Result<Option<PersonId>, Error> {
        let (store, com) = (&self.ctx.store, self.within.community);
        match alert.cause {
            Cause::NoExit | Cause::NoReturn => {
                let watched = store.watched(com, alert.person).await?;
                Ok(watched.map(|watched| watched.by))
            }
            Cause::Sos | Cause::VitalHigh | Cause::VitalLow | Cause::NoReading => {
                let vitals = store.vitals(com, alert.person).await?;
                Ok(vitals.map(|vitals| vitals.by))
            }
        }
    }

    /// Somebody took an alert on, and did nothing with it: it is anybody's again, everybody who was told is
    /// told again, and the ladder goes on where it stood. One that nobody took on is gathered for its next
    /// step.
    pub(super) async fn calling(
        &self,
        item: Item,
        climbing: &mut Vec<Alert>,
    ) -> Result<bool, Error> {
        let nominated: Alert = read(item)?;
        let com = self.within.community;
        let Some(found) = self.ctx.store.alert(com, nominated.id).await? else {
            return Ok(false);
        };
        let Some(after) = found.clone().lapse(self.at) else {
            climbing.push(found);
            return Ok(false);
        };
        let again = after.ladder.reached(&self.rules.ladder);
        let responsible = self.responsible(&after).await?;
        let notices = self.told(&after, &again, responsible).await?;
        let change = WatchChange {
            alert: Some(after),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(true)
    }

    /// The next step of each of these that is due. So many at once are told as one; each goes on by itself,
    /// whatever becomes of the others. Answers how many steps were taken.
    pub(super) async fn climb(&self, gathered: Vec<Alert>) -> usize {
        let steps = &self.rules.ladder;
        let due: Vec<_> = gathered
            .into_iter()
            .filter_map(|alert| alert.climb(steps, self.at))
            .collect();
        let count = due.len();
        let many = self.is_area(count).await.unwrap_or_else(|error| {
            failed("how many are watched", &error);
            false
        });
        let (mut climbed, mut told) = (0, BTreeSet::new());
        for (after, reach) in due {
            let id = after.id;
            let area = many.then_some((count, told.contains(&reach)));
            match self.step(after, &reach, area).await {
                Ok(()) => {
                    climbed += 1;
                    told.insert(reach);
                }
                // Somebody took it on, a sign came, or another sweeper.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => self
                    .missed
                    .failed(&format!("the next step of {id}"), &error),
            }
        }
        climbed
    }

    /// `area`: one of how many, and whether these readers were told of them. Refuses: `Stale`.
    async fn step(
        &self,
        after: Alert,
        reach: &[Reach],
        area: Option<(usize, bool)>,
    ) -> Result<(), Error> {
        let notices = match area {
            None => {
                let responsible = self.responsible(&after).await?;
                self.told(&after, reach, responsible).await?
            }
            Some((_, true)) => Vec::new(),
            Some((count, false)) => self.told_as_one(count, reach).await?,
        };
        let change = WatchChange {
            alert: Some(after),
            ..WatchChange::default()
        };
        self.write(&change, notices).await
    }
}
