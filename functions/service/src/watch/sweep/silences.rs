//! Silences: each is decided on anew, with what its doors could see. Who is to be asked is asked here; alerts are
//! only gathered.

use domain::notice::{Data, Topic};
use domain::watch::deadline::{Ask, Decision, Overdue, decide, reached, together};
use domain::watch::{Coverage, Device, DoorSense, Liveness, Outage, Presence, Watched};
use domain::{PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use store::schema::{self, Item};
use store::table::read;
use store::watch::WatchChange;

use super::unseen::Unseen;
use super::{PAGE, Sweep};
use crate::error::Error;

/// What the doors of one home could see.
struct Sight {
    outages: Vec<Outage>,
    unidentified_exits: bool,
    late: bool,
    /// When somebody last passed who was not identified.
    unsure_at: Option<Timestamp>,
}

/// What is left to do about somebody.
enum Left {
    Nothing,
    /// It was done.
    Done,
    Alert(Box<(Watched, Overdue)>),
    /// The silence is as long as was agreed, and their doors are dead.
    Unseen(Box<Unseen>),
    NeverSeen(Box<Unseen>),
}

/// What was found, and is told by how many it is.
#[derive(Default)]
pub(super) struct Found {
    pub overdue: Vec<(Watched, Overdue)>,
    pub unseen: Vec<Unseen>,
    pub never_seen: Vec<Unseen>,
}

impl Sweep<'_> {
    /// One part of the deadlines. What is told together is only gathered.
    pub(super) async fn silences(&self, shard: u32, gathered: &mut Found) -> Result<usize, Error> {
        let due = schema::due_watched(self.within.community, shard, self.at);
        let (mut done, mut seen, mut place) = (0, 0, None);
        loop {
            let (items, next) = self.ctx.store.page(&due, PAGE, place).await?;
            seen += items.len();
            for item in items {
                let one = match self.silence(item.clone()).await {
                    Ok(Left::Alert(found)) => {
                        gathered.overdue.push(*found);
                        Ok(false)
                    }
                    Ok(Left::Unseen(one)) => {
                        gathered.unseen.push(*one);
                        Ok(false)
                    }
                    Ok(Left::NeverSeen(one)) => {
                        gathered.never_seen.push(*one);
                        Ok(false)
                    }
                    Ok(Left::Done) => Ok(true),
                    Ok(Left::Nothing) => Ok(false),
                    Err(error) => Err(error),
                };
                done += usize::from(self.missed.settled(&item, one));
            }
            place = next;
            if place.is_none() || seen >= limits::WATCH_SWEPT {
                return Ok(done);
            }
        }
    }

    /// Somebody with whom something may be to be done now.
    async fn silence(&self, item: Item) -> Result<Left, Error> {
        let nominated: Watched = read(item)?;
        let com = self.within.community;
        let found = self.ctx.store.watched(com, nominated.person).await?;
        let due = |one: &Watched| one.armed.is_some_and(|armed| armed <= self.at);
        // Reckoned by newer rules than this pass knows: the next one decides.
        let known = |one: &Watched| one.rules_ver <= self.rules.ver;
        let Some(before) = found.filter(|one| one.alert.is_none() && due(one) && known(one)) else {
            return Ok(Left::Nothing);
        };
        let sight = self.sight(&before).await?;
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
                late: sight.late,
            },
            before.asking(&self.rules),
            self.at,
        );
        let until = match decision {
            Some(Decision::Rest { until }) => until,
            // They are looked at no later than when that is to be told again.
            Some(Decision::Blind { until }) => match before.tells_unseen_at(self.at) {
                again if again > self.at => until.min(again),
                _ => return Ok(Left::Unseen(Box::new(self.unseen(before, until)))),
            },
            Some(Decision::Ask { ask, until }) => return self.ask(before, ask, until).await,
            Some(Decision::Alert(found)) => return Ok(Left::Alert(Box::new((before, found)))),
            // A matter of their card or their doors, told of again each day.
            None => {
                let until = self.at + SignedDuration::from_hours(limits::NEVER_HEARD_HOURS);
                return Ok(Left::NeverSeen(Box::new(Unseen { before, until })));
            }
        };
        let change = WatchChange {
            watched: Some(self.rested(before, until)),
            ..WatchChange::default()
        };
        self.write(&change, Vec::new()).await?;
        Ok(Left::Done)
    }

    async fn sight(&self, watched: &Watched) -> Result<Sight, Error> {
        let com = self.within.community;
        let doors = self.ctx.store.devices_among(com, &watched.doors).await?;
        let doors: Vec<Device> = doors.into_iter().flatten().collect();
        let outages: Vec<_> = doors.iter().map(|door| door.outages(self.at)).collect();
        let sign = watched.presence.sign.map(|sign| sign.at);
        let since = |outage: &Outage| outage.to.is_none_or(|to| Some(to) > sign);
        let missed = doors.len() > 1 && outages.iter().flatten().any(since);
        let is_late = |door: &Device| door.liveness(self.at) == Liveness::Late;
        Ok(Sight {
            outages: together(&outages),
            unidentified_exits: doors.iter().any(|door| door.sense != DoorSense::BothWays),
            late: missed || doors.iter().any(is_late),
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

    async fn ask(&self, before: Watched, ask: Ask, until: Timestamp) -> Result<Left, Error> {
        let (to, topic) = match ask {
            Ask::Person => (Some(before.person), Topic::WatchAsk),
            Ask::Relative => (before.relative, Topic::WatchAskRelative),
        };
        let windows = before.windows(&self.rules);
        let deadline = reached(&before.presence, windows, &before.absences);
        let data = Data::from([
            ("person".to_owned(), before.person.to_string()),
            ("until".into(), self.moment(deadline.unwrap_or(until))),
        ]);
        let to: Vec<PersonId> = to.into_iter().collect();
        let notices = self.tell(&to, topic, data);
        let mut after = self.rested(before, until);
        after.asked = after.asked.saturating_add(1);
        let change = WatchChange {
            watched: Some(after),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(Left::Done)
    }
}
