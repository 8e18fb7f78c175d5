//! Who is told of an alert, of many, or of a door, and in which notice.

use domain::access::{Act, Role};
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::watch::{Alert, Cause, Reach};
use domain::{AlertId, PersonId};
use store::notify::Outgoing;

use super::Sweep;
use super::unseen::named;
use crate::error::Error;

/// How an alert of several is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Telling<'a> {
    /// By itself.
    Alone,
    /// In one notice that goes along: so many, and these are the last of them.
    AsOne(usize, &'a [AlertId]),
    /// It was, with others, or those who are to know know how bad it is.
    Told,
}

impl Sweep<'_> {
    async fn people(&self) -> Result<&[Person], Error> {
        let people = self.people.get_or_try_init(|| self.read_people());
        Ok(people.await?.as_slice())
    }

    async fn read_people(&self) -> Result<Vec<Person>, Error> {
        Ok(self.ctx.store.trusted(self.within.community).await?)
    }

    /// The social workers; where there are none, whoever else is at the station.
    pub(super) async fn workers(&self) -> Result<&[PersonId], Error> {
        let workers = self.workers.get_or_try_init(|| self.read_workers());
        Ok(workers.await?.as_slice())
    }

    async fn read_workers(&self) -> Result<Vec<PersonId>, Error> {
        let people = self.people().await?;
        let with = |roles: &[Role]| -> Vec<PersonId> {
            let has = people
                .iter()
                .filter(|person| person.roles.iter().any(|role| roles.contains(role)));
            has.map(|person| person.id).collect()
        };
        let workers = with(&[Role::SocialWorker]);
        Ok(match workers.is_empty() {
            true => with(&[Role::Station, Role::Admin]),
            false => workers,
        })
    }

    /// Who that is, whoever is meant by several of them more than once. Where it is nobody, those who are told
    /// of everything.
    pub(super) async fn readers(
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
    pub(super) async fn told(
        &self,
        alert: &Alert,
        reach: &[Reach],
        responsible: Option<PersonId>,
    ) -> Result<Vec<Outgoing>, Error> {
        let readers = self.readers(reach, responsible).await?;
        let data = Data::from([
            ("alert".to_owned(), alert.id.to_string()),
            ("person".into(), alert.person.to_string()),
            ("due".into(), self.moment(alert.due)),
        ]);
        let topic = match alert.cause {
            Cause::NoExit | Cause::NoReturn => Topic::WatchAlert,
            Cause::Sos => Topic::SosAlert,
            Cause::VitalHigh | Cause::VitalLow | Cause::NoReading => Topic::VitalAlert,
        };
        Ok(self.tell(&readers, topic, data))
    }

    /// One notice for so many alerts, of which these are the last.
    pub(super) async fn told_as_one(
        &self,
        (count, alerts): (usize, &[AlertId]),
        reach: &[Reach],
    ) -> Result<Vec<Outgoing>, Error> {
        let readers = self.readers(reach, None).await?;
        Ok(self.tell(&readers, Topic::WatchArea, named("alerts", alerts, count)))
    }

    pub(super) async fn responsible(&self, alert: &Alert) -> Result<Option<PersonId>, Error> {
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
}
