//! Activities, sign-ups, volunteers and teams: what is read together, and what is written together.

use domain::activity::{Activity, SignUp, SignUpState, Team, Volunteer};
use domain::person::Person;
use domain::{ActivityId, CommunityId, PersonId, Refusal, TeamId, limits};

use crate::identity::Additions;
use crate::market::{Beside, outgoing};
use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{Tx, bool, n, s};

/// What one person's coming or going changes; of each the next version.
#[derive(Clone, Debug)]
pub struct Turn {
    pub volunteer: Volunteer,
    pub sign_up: SignUp,
}

pub fn activity_item(activity: &Activity) -> Result<Item, Error> {
    let key = schema::activity(activity.community, activity.id);
    write(
        Kind::Activity,
        &key,
        activity,
        schema::activity_places(activity),
    )
}

pub fn volunteer_item(com: CommunityId, volunteer: &Volunteer) -> Result<Item, Error> {
    let key = schema::volunteer(com, volunteer.person);
    let places = schema::card_place(com, &volunteer.card);
    write(Kind::Volunteer, &key, volunteer, places)
}

pub fn sign_up_item(com: CommunityId, sign_up: &SignUp) -> Result<Item, Error> {
    let key = schema::sign_up(com, sign_up.activity, sign_up.person);
    let places = schema::sign_up_places(com, sign_up);
    write(Kind::SignUp, &key, sign_up, places)
}

pub fn team_item(team: &Team) -> Result<Item, Error> {
    let key = schema::team(team.community, team.id);
    write(Kind::Team, &key, team, [])
}

impl<'s> Tx<'s> {
    /// The next version of somebody's file as a volunteer. Refuses: `Stale`.
    pub fn put_volunteer(self, com: CommunityId, volunteer: &Volunteer) -> Result<Self, Error> {
        self.put_version(volunteer_item(com, volunteer)?, volunteer.ver)
    }

    /// The next version of a sign-up. Refuses: `Stale`.
    pub fn put_sign_up(self, com: CommunityId, sign_up: &SignUp) -> Result<Self, Error> {
        self.put_version(sign_up_item(com, sign_up)?, sign_up.ver)
    }

    /// The whole stands only if somebody's file as a volunteer is this version; absent: if they have
    /// none. Refuses: `Stale`.
    pub fn check_volunteer(
        self,
        com: CommunityId,
        person: PersonId,
        ver: Option<u64>,
    ) -> Result<Self, Error> {
        let key = schema::volunteer(com, person);
        match ver {
            None => self.check(&key, "attribute_not_exists(pk)", vec![], Refusal::Stale),
            Some(ver) => self.check(&key, "ver = :ver", vec![(":ver", n(ver))], Refusal::Stale),
        }
    }

    /// The first version of something, or the one after the stored. Refuses: `Stale`.
    pub(crate) fn put_version(self, item: Item, ver: u64) -> Result<Self, Error> {
        match ver {
            1 => self.put_new(item, Refusal::Stale),
            ver => self.put_next(item, ver),
        }
    }
}

impl Store {
    pub async fn activity(
        &self,
        com: CommunityId,
        id: ActivityId,
    ) -> Result<Option<Activity>, Error> {
        self.get(&schema::activity(com, id)).await
    }

    /// Several activities in one trip, those there are.
    pub async fn activities_among(
        &self,
        com: CommunityId,
        ids: &[ActivityId],
    ) -> Result<Vec<Activity>, Error> {
        let keys: Vec<_> = ids.iter().map(|id| schema::activity(com, *id)).collect();
        let items = self.get_many(&keys).await?;
        items.into_iter().flatten().map(read).collect()
    }

    pub async fn volunteer(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Option<Volunteer>, Error> {
        self.get(&schema::volunteer(com, person)).await
    }

    /// Those of these people who are still there and have a file as volunteers, in one trip for fifty.
    pub async fn files_among(
        &self,
        com: CommunityId,
        people: &[PersonId],
    ) -> Result<Vec<Volunteer>, Error> {
        let keys = |id: &PersonId| [schema::person(com, *id), schema::volunteer(com, *id)];
        let keys: Vec<_> = people.iter().flat_map(keys).collect();
        let found = self.get_many(&keys).await?;
        let mut files = Vec::new();
        for pair in found.chunks(2) {
            let [Some(person), Some(file)] = pair else {
                continue;
            };
            let person: Person = read(person.clone())?;
            if person.deleted_at.is_none() {
                files.push(read(file.clone())?);
            }
        }
        Ok(files)
    }

    pub async fn sign_up(
        &self,
        com: CommunityId,
        activity: ActivityId,
        person: PersonId,
    ) -> Result<Option<SignUp>, Error> {
        self.get(&schema::sign_up(com, activity, person)).await
    }

    /// An activity, and somebody's part in it, in one trip.
    pub async fn part(
        &self,
        com: CommunityId,
        activity: ActivityId,
        person: PersonId,
    ) -> Result<(Option<Activity>, Option<SignUp>, Option<Volunteer>), Error> {
        let keys = [
            schema::activity(com, activity),
            schema::sign_up(com, activity, person),
            schema::volunteer(com, person),
        ];
        let mut found = self.get_many(&keys).await?.into_iter();
        let activity = found.next().flatten().map(read).transpose()?;
        let sign_up = found.next().flatten().map(read).transpose()?;
        let volunteer = found.next().flatten().map(read).transpose()?;
        Ok((activity, sign_up, volunteer))
    }

    /// Everybody's part in an activity.
    pub async fn sign_ups(
        &self,
        com: CommunityId,
        activity: ActivityId,
    ) -> Result<Vec<SignUp>, Error> {
        let items = self.all(&schema::sign_ups(com, activity)).await?;
        items.into_iter().map(read).collect()
    }

    /// Whose card this is. A card that was renewed is nobody's.
    pub async fn volunteer_by_card(
        &self,
        com: CommunityId,
        card: &str,
    ) -> Result<Option<Volunteer>, Error> {
        for item in self.all(&schema::card(com, card)).await? {
            let named: Volunteer = read(item)?;
            let now = self.volunteer(com, named.person).await?;
            if let Some(volunteer) = now.filter(|now| now.card == card) {
                return Ok(Some(volunteer));
            }
        }
        Ok(None)
    }

    pub async fn team(&self, com: CommunityId, id: TeamId) -> Result<Option<Team>, Error> {
        self.get(&schema::team(com, id)).await
    }

    pub async fn teams(&self, com: CommunityId) -> Result<Vec<Team>, Error> {
        let items = self.all(&schema::teams(com)).await?;
        items.into_iter().map(read).collect()
    }

    /// Publishes activities, all or none. Refuses: `IdReused`.
    pub async fn create_activities(
        &self,
        activities: &[Activity],
        beside: &Beside,
    ) -> Result<(), Error> {
        let mut tx = self.tx().command(beside.command.as_ref())?;
        for activity in activities {
            tx = tx.put_new(activity_item(activity)?, Refusal::IdReused)?;
        }
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Writes what is said of an activity, decided on those who go and wait as they were read.
    /// Refuses: `Stale`.
    pub async fn change_activity(&self, activity: &Activity, beside: &Beside) -> Result<(), Error> {
        let seen = vec![(":was", n(activity.ver - 1)), (":turns", n(activity.turns))];
        let condition = "ver = :was AND turns = :turns";
        let tx = self.tx().command(beside.command.as_ref())?.put_if(
            activity_item(activity)?,
            condition,
            seen,
            Refusal::Stale,
        )?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Whether it is to be looked at again for places that are owed. Refuses: `Stale`.
    pub async fn keep_in_mind(&self, activity: &Activity, owes: bool) -> Result<(), Error> {
        let kept = Activity {
            unfilled: owes,
            ..activity.clone()
        };
        let seen = vec![(":ver", n(kept.ver)), (":turns", n(kept.turns))];
        let condition = "ver = :ver AND turns = :turns";
        self.tx()
            .put_if(activity_item(&kept)?, condition, seen, Refusal::Stale)?
            .commit()
            .await
    }

    /// Moves the counts of an activity with the people who come and go. Counts are moved, not written:
    /// many who sign up at once do not stand in each other's way. Refuses: `Stale`, `Missing` (somebody
    /// left the community meanwhile).
    pub async fn turn(
        &self,
        (before, after): (&Activity, &Activity),
        turns: &[Turn],
        beside: &Beside,
    ) -> Result<(), Error> {
        let com = after.community;
        let tx = self.tx().command(beside.command.as_ref())?;
        let mut tx = count(tx, before, after)?;
        for turn in turns {
            if matches!(
                turn.sign_up.state,
                SignUpState::Going | SignUpState::Waiting
            ) {
                tx = tx.check_living(com, turn.sign_up.person)?;
            }
            tx = tx
                .put_volunteer(com, &turn.volunteer)?
                .put_sign_up(com, &turn.sign_up)?;
        }
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Takes out of a sign-up of somebody who left its words, and an attendance without an end; that they
    /// were there stays, by an id that
    /// is nobody's. Safe to repeat.
    pub async fn anonymise_sign_up(
        &self,
        com: CommunityId,
        activity: ActivityId,
        person: PersonId,
    ) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let sign_up = self.sign_up(com, activity, person).await?;
            let open = |one: &SignUp| one.attendance.is_some_and(|one| one.is_open());
            let speaks = |one: &SignUp| !one.reason.is_empty() || open(one);
            let Some(sign_up) = sign_up.filter(speaks) else {
                return Ok(());
            };
            // What nobody can end any more waits for nobody.
            let attendance = sign_up.attendance.filter(|_| !open(&sign_up));
            let silent = SignUp {
                attendance,
                reason: String::new(),
                ver: sign_up.ver + 1,
                ..sign_up
            };
            match self.tx().put_sign_up(com, &silent)?.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }

    /// Refuses: `Stale`, `Missing`.
    pub async fn change_volunteer(
        &self,
        com: CommunityId,
        volunteer: &Volunteer,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .check_living(com, volunteer.person)?
            .put_volunteer(com, volunteer)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// A new team, or its next version. `after`: what a new one was counted at. Refuses: `IdReused`,
    /// `Stale`.
    pub async fn put_team(
        &self,
        team: &Team,
        after: Option<Additions>,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self.tx().command(beside.command.as_ref())?;
        let tx = tx.add_one(team.community, after)?;
        let item = team_item(team)?;
        let tx = match team.ver {
            1 => tx.put_new(item, Refusal::IdReused)?,
            ver => tx.put_next(item, ver)?,
        };
        tx.commit().await
    }
}

/// The step of one activity from one count to another. It holds only for what was read to be said of
/// it, and as long as the reason for the move does: there is a place, or there is none, or nobody waits.
fn count<'s>(tx: Tx<'s>, before: &Activity, after: &Activity) -> Result<Tx<'s>, Error> {
    let going = i32::from(after.going) - i32::from(before.going);
    let waiting = i32::from(after.waiting) - i32::from(before.waiting);
    let (reason, value) = if going > 0 {
        ("going < #capacity", None)
    } else if waiting > 0 {
        let most = n(limits::ACTIVITY_WAITING);
        (
            "going >= #capacity AND waiting < :most",
            Some((":most", most)),
        )
    } else if waiting < 0 {
        ("waiting > :zero", Some((":zero", n(0))))
    } else if before.waiting == 0 {
        ("waiting = :zero", Some((":zero", n(0))))
    } else {
        // They all were asked, and none has the time.
        ("turns = :turns", Some((":turns", n(before.turns))))
    };
    let mut change =
        "SET going = going + :going, waiting = waiting + :waiting, turns = turns + :one".to_owned();
    let mut values = vec![
        (":ver", n(before.ver)),
        (":going", n(going)),
        (":waiting", n(waiting)),
        (":one", n(1)),
    ];
    values.extend(value);
    // A place that nobody took is offered again, to whoever has the time by then.
    if going < 0 && after.waiting > 0 {
        let [(_, pk), (_, sk)] = schema::unfilled_place(after.community, after.id);
        change += ", unfilled = :true, dpk = :dpk, dsk = :dsk";
        values.extend([(":true", bool(true)), (":dpk", s(pk)), (":dsk", s(sk))]);
    }
    tx.update(
        &schema::activity(after.community, after.id),
        &change,
        Some(&format!("ver = :ver AND {reason}")),
        values,
        Refusal::Stale,
    )
}
