//! Silences: each is decided on anew, with what its doors could see. Who is to be asked is asked here; alerts are
//! only gathered.

use domain::notice::{Data, Topic};
use domain::watch::absence::put_off;
use domain::watch::deadline::{Ask, Decision, Overdue, decide, reached, together};
use domain::watch::lag::{held_until, is_lagging};
use domain::watch::{Coverage, Device, DoorSense, Liveness, Outage, Presence, Question, Watched};
use domain::{PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use store::schema::{self, Item};
use store::table::{key_of, read};
use store::watch::WatchChange;

use super::Sweep;
use super::gathered::Gathered;
use super::looked::Looked;
use super::unseen::Unseen;
use crate::error::Error;
use crate::watch::question;

/// What the doors of one home could see.
pub(super) struct Sight {
    outages: Vec<Outage>,
    unidentified_exits: bool,
    /// A door has missed one heartbeat.
    pub late: bool,
    /// A door was dead since the last sign.
    pub dead: bool,
    /// There are several, and one may have seen what another missed.
    several: bool,
    /// When somebody last passed who was not identified.
    unsure_at: Option<Timestamp>,
}

impl Sweep<'_> {
    /// Somebody with whom something may be to be done now. What is told together is only gathered.
    pub(super) async fn silence(
        &self,
        item: Item,
        looked: Option<&Looked>,
        gathered: &mut Gathered,
    ) -> Result<bool, Error> {
        let nominated: Watched = read(item)?;
        let found = self.watched(nominated.person, looked).await?;
        let due = |one: &Watched| one.armed.is_some_and(|armed| armed <= self.at);
        // Reckoned by newer rules than this pass knows: the next one decides.
        let known = |one: &Watched| one.rules_ver <= self.rules.ver;
        let Some(before) = found.filter(|one| one.alert.is_none() && due(one) && known(one)) else {
            return Ok(false);
        };
        let sight = self.sight(&before, looked).await?;
        let presence = Presence {
            unsure_at: before.presence.unsure_at.max(sight.unsure_at),
            ..before.presence
        };
        let decision = decide(
            &presence,
            before.windows(&self.rules),
            &before.absences,
            &Coverage {
                outages: &sight.outages,
                unidentified_exits: sight.unidentified_exits,
                late: sight.late || sight.several && sight.dead,
            },
            before.asking(&self.rules),
            self.at,
        );
        let until = match decision {
            Some(Decision::Rest { until }) => until,
            // They are looked at no later than when that is to be told again.
            Some(Decision::Blind { until }) => match before.tells_unseen_at(self.at) {
                again if again > self.at => until.min(again),
                _ => {
                    gathered.unseen.push(self.unseen(before, until));
                    return Ok(false);
                }
            },
            Some(Decision::Ask { ask, until }) => return self.ask(before, ask, until).await,
            Some(Decision::Alert(found)) => return self.overdue(before, found, gathered).await,
            // A matter of their card or their doors, told of again each day; while they are away it is none.
            None => match put_off(&before.absences, before.presence.entered_at, self.at) {
                back if back > self.at => back,
                _ => {
                    let until = self.at + SignedDuration::from_hours(limits::NEVER_HEARD_HOURS);
                    gathered.never_seen.push(Unseen { before, until });
                    return Ok(false);
                }
            },
        };
        let change = WatchChange {
            watched: Some(self.rested(before, until)),
            ..WatchChange::default()
        };
        self.write(&change, Vec::new()).await?;
        Ok(true)
    }

    /// Gathered for its alert. While what doors say does not come in it is held, and for so long only that somebody
    /// who may be lying there is found.
    async fn overdue(
        &self,
        before: Watched,
        mut found: Overdue,
        gathered: &mut Gathered,
    ) -> Result<bool, Error> {
        if self.is_lagging().await? {
            let windows = before.windows(&self.rules);
            let since = reached(&before.presence, windows, &before.absences);
            if let Some(until) = held_until(since.unwrap_or(found.due), self.at) {
                let change = WatchChange {
                    watched: Some(self.rested(before, until)),
                    ..WatchChange::default()
                };
                self.write(&change, Vec::new()).await?;
                return Ok(true);
            }
            found.unconfirmed = true;
        }
        gathered.overdue.push((before, found));
        Ok(false)
    }

    /// Whether what doors say does not come in.
    pub(super) async fn is_lagging(&self) -> Result<bool, Error> {
        let lagging = self.lagging.get_or_try_init(|| self.look_at_doors());
        Ok(*lagging.await?)
    }

    async fn look_at_doors(&self) -> Result<bool, Error> {
        let doors = schema::devices(self.within.community);
        let doors = self.ctx.store.all(&doors).await?;
        // One that does not read says nothing of the others.
        let door = |item: Item| match read::<Device>(item.clone()) {
            Ok(door) => Some(door),
            Err(error) => {
                let key = key_of(&item);
                self.missed
                    .failed(&format!("{} {}", key.pk, key.sk), &error.into());
                None
            }
        };
        let doors: Vec<Device> = doors.into_iter().filter_map(door).collect();
        Ok(is_lagging(&doors, self.at))
    }

    pub(super) async fn sight(
        &self,
        watched: &Watched,
        looked: Option<&Looked>,
    ) -> Result<Sight, Error> {
        let doors = self.doors_of(watched, looked).await?;
        let outages: Vec<_> = doors.iter().map(|door| door.outages(self.at)).collect();
        let sign = watched.presence.sign.map(|sign| sign.at);
        let since = |outage: &Outage| outage.to.is_none_or(|to| Some(to) > sign);
        let is_late = |door: &Device| door.liveness(self.at) == Liveness::Late;
        Ok(Sight {
            outages: together(&outages),
            unidentified_exits: doors.iter().any(|door| door.sense != DoorSense::BothWays),
            late: doors.iter().any(is_late),
            dead: outages.iter().flatten().any(since),
            several: doors.len() > 1,
            unsure_at: doors.iter().filter_map(|door| door.unidentified_at).max(),
        })
    }

    /// Somebody is told of them now, and again in some hours.
    fn unseen(&self, mut before: Watched, until: Timestamp) -> Unseen {
        before.unseen_told_at = Some(self.at);
        let until = until.min(before.tells_unseen_at(self.at));
        Unseen { before, until }
    }

    /// Nothing before that moment; absences that are over stand no longer.
    pub(super) fn rested(&self, before: Watched, until: Timestamp) -> Watched {
        let mut after = before.rests(until);
        let home = after.presence.entered_at;
        after.absences.retain(|one| one.ends(home) > self.at);
        after.rules_ver = self.rules.ver;
        after
    }

    async fn ask(&self, before: Watched, ask: Ask, until: Timestamp) -> Result<bool, Error> {
        let (to, topic) = match ask {
            Ask::Person => (Some(before.person), Topic::WatchAsk),
            Ask::Relative => (before.relative, Topic::WatchAskRelative),
        };
        let windows = before.windows(&self.rules);
        let deadline = reached(&before.presence, windows, &before.absences);
        let deadline = deadline.unwrap_or(until);
        let mut data = Data::from([
            ("person".to_owned(), before.person.to_string()),
            ("until".into(), self.moment(deadline)),
        ]);
        if let Some(to) = to {
            let question = Question::new(&before, to, self.at, deadline);
            data.insert("key".into(), question::key(&self.ctx.secret, &question));
        }
        let to: Vec<PersonId> = to.into_iter().collect();
        let notices = self.tell(&to, topic, data);
        let mut after = self.rested(before, until);
        after.asked = after.asked.saturating_add(1);
        let change = WatchChange {
            watched: Some(after),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(true)
    }
}
