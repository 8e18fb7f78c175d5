//! What becomes of silence as time passes: somebody is asked, an alert is opened; a door is found dead, an
//! acknowledgement lapses, an absence is about to end. The index only nominates; each decision is made again
//! on the items themselves, and written on condition that they are the same still.

use domain::access::Role;
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::watch::deadline::{Ask, Decision, Overdue, decide, reached, together};
use domain::watch::{
    Alert, AlertState, Coverage, Device, DoorSense, Ladder, Liveness, Outage, Presence, Question,
    Rules, Watched,
};
use domain::{AlertId, PersonId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::market::Beside;
use store::notify::Outgoing;
use store::schema::{self, Item};
use store::table::read;
use store::watch::{AbsenceRow, SweepMark, WatchChange};
use tokio::sync::OnceCell;
use wire::Moment;

use super::{health_due, question};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::notify::tell::tell;
use crate::points::Within;

mod ladder;
mod missed;
mod over;

pub(super) use missed::Missed;
pub use over::notices_of_over;

/// Read at once.
const PAGE: usize = 200;

/// What fell due, silences aside.
#[derive(Clone, Copy, Debug)]
enum Due {
    /// A door that should have been heard from.
    Door,
    /// An absence that ends soon.
    Absence,
    /// An alert that nobody has: an acknowledgement whose lease is over, or the next step of the ladder.
    Alert,
}

/// One pass over one community.
struct Sweep<'a> {
    ctx: &'a Ctx,
    within: &'a Within<'a>,
    at: Timestamp,
    rules: Rules,
    /// Who lives and works here; read when somebody has to be told.
    people: OnceCell<Vec<Person>>,
    /// Who is told of doors and of many alerts.
    workers: OnceCell<Vec<PersonId>>,
    missed: Missed,
}

/// Everything that is due now. Answers how much was done. What fails is logged and passed over, and is
/// nominated again the next time; the mark of the pass is left only where everything could be nominated, and says how
/// much of it failed.
pub async fn pass(ctx: &Ctx, within: &Within<'_>, at: Timestamp) -> Result<usize, Error> {
    let com = within.community;
    let sweep = Sweep {
        ctx,
        within,
        at,
        rules: ctx.store.watch_rules(com).await?,
        people: OnceCell::new(),
        workers: OnceCell::new(),
        missed: Missed::default(),
    };
    let (mut done, mut whole) = (0, true);
    // Doors first: who stands behind a dead one is not decided on as if it could see.
    let mut climbing = Vec::new();
    for what in [Due::Door, Due::Absence, Due::Alert] {
        match sweep.each(what, &mut climbing).await {
            Ok(some) => done += some,
            Err(error) => {
                failed("what is due of doors and alerts", &error);
                whole = false;
            }
        }
    }
    done += sweep.climb(climbing).await;
    let mut overdue = Vec::new();
    for shard in 0..limits::WATCH_SHARDS {
        match sweep.silences(shard, &mut overdue).await {
            Ok(some) => done += some,
            Err(error) => {
                failed("silences that are due", &error);
                whole = false;
            }
        }
    }
    done += sweep.raise(overdue).await;
    match health_due::pass(ctx, within, (&sweep.rules, &sweep.missed), at).await {
        Ok(some) => done += some,
        Err(error) => {
            failed("readings that are due", &error);
            whole = false;
        }
    }
    if whole {
        let failed = sweep.missed.count();
        ctx.store
            .put_sweep_mark(com, &SweepMark { at, failed })
            .await?;
    }
    Ok(done)
}

/// Who is told of an alert that is opened elsewhere, and how. `responsible`: whoever agreed on it with the person.
pub async fn notices_of(
    ctx: &Ctx,
    within: &Within<'_>,
    rules: &Rules,
    (alert, responsible): (&Alert, PersonId),
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let sweep = elsewhere(ctx, within, rules, at);
    sweep.told_first(alert, Some(responsible)).await
}

/// So many alerts at once that they are told as one.
pub async fn notices_of_many(
    ctx: &Ctx,
    within: &Within<'_>,
    rules: &Rules,
    count: usize,
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let sweep = elsewhere(ctx, within, rules, at);
    sweep.told_as_one(count, sweep.first()).await
}

fn elsewhere<'a>(ctx: &'a Ctx, within: &'a Within<'a>, rules: &Rules, at: Timestamp) -> Sweep<'a> {
    Sweep {
        ctx,
        within,
        at,
        rules: rules.clone(),
        people: OnceCell::new(),
        workers: OnceCell::new(),
        missed: Missed::default(),
    }
}

fn failed(subject: &str, error: &Error) {
    tracing::error!(subject, "What was due could not be settled: {error:?}");
}

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
}

impl Sweep<'_> {
    /// Alerts whose next step is due are only gathered: how many they are says how they are told.
    async fn each(&self, what: Due, climbing: &mut Vec<Alert>) -> Result<usize, Error> {
        let com = self.within.community;
        let due = match what {
            Due::Door => schema::silent_devices(com, self.at),
            Due::Absence => schema::ending_absences(com, self.at),
            Due::Alert => schema::calling_alerts(com, self.at),
        };
        let (mut done, mut seen, mut place) = (0, 0, None);
        loop {
            let (items, next) = self.ctx.store.page(&due, PAGE, place).await?;
            seen += items.len();
            for item in items {
                let one = match what {
                    Due::Door => self.door(item.clone()).await,
                    Due::Absence => self.absence(item.clone()).await,
                    Due::Alert => self.calling(item.clone(), climbing).await,
                };
                done += usize::from(self.missed.settled(&item, one));
            }
            place = next;
            if place.is_none() || seen >= limits::WATCH_SWEPT {
                return Ok(done);
            }
        }
    }

    async fn write(&self, change: &WatchChange, notices: Vec<Outgoing>) -> Result<(), Error> {
        let beside = Beside {
            command: None,
            notices,
        };
        let com = self.within.community;
        self.ctx.store.write_watch(com, change, &beside).await?;
        Ok(())
    }

    fn tell(&self, to: &[PersonId], topic: Topic, data: Data) -> Vec<Outgoing> {
        let told = tell(self.ctx, self.within.community, to, topic, data, self.at);
        told.into_iter().collect()
    }

    /// The social workers; where there are none, whoever else is at the station.
    async fn workers(&self) -> Result<&[PersonId], Error> {
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

    fn moment(&self, at: Timestamp) -> String {
        Moment::new(at, self.within.zone).to_string()
    }

    /// A door that is not heard from any more: an outage since it last was, and one notice.
    async fn door(&self, item: Item) -> Result<bool, Error> {
        let nominated: Device = read(item)?;
        let com = self.within.community;
        let found = self.ctx.store.device(com, nominated.id).await?;
        let Some(after) = found.and_then(|device| device.fell_silent(self.at)) else {
            return Ok(false);
        };
        let mut data = Data::from([("device".to_owned(), after.id.to_string())]);
        if let Some(heard) = after.heard_at {
            data.insert("start".into(), self.moment(heard));
        }
        // The name of one home's door may say whose it is.
        if after.home_of.is_none() {
            data.insert("title".into(), after.name.clone());
        }
        let notices = self.tell(self.workers().await?, Topic::DoorDead, data);
        let change = WatchChange {
            device: Some(after),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(true)
    }

    /// An absence that ends soon: its person is told, and whoever said it for them. Once, which is its second
    /// version.
    async fn absence(&self, item: Item) -> Result<bool, Error> {
        let nominated: AbsenceRow = read(item)?;
        let (store, com) = (&self.ctx.store, self.within.community);
        let found = store.absence(com, nominated.absence.id).await?;
        let Some(row) = found.filter(|row| row.ended_at.is_none() && row.ver == 1) else {
            return Ok(false);
        };
        let watched = store.watched(com, row.person).await?;
        let holds = watched.is_some_and(|watched| {
            let home = watched.presence.entered_at;
            let mut stand = watched.absences.iter();
            stand.any(|one| one.id == row.absence.id && one.ends(home) > self.at)
        });
        let notices = match holds {
            true => {
                let data = Data::from([
                    ("absence".to_owned(), row.absence.id.to_string()),
                    ("person".into(), row.person.to_string()),
                    ("until".into(), self.moment(row.absence.until)),
                ]);
                self.tell(&[row.person, row.by], Topic::AbsenceEnds, data)
            }
            false => Vec::new(),
        };
        let change = WatchChange {
            absence: Some(AbsenceRow {
                ver: row.ver + 1,
                ..row
            }),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(holds)
    }

    /// One part of the deadlines. Alerts are only gathered: how many they are says how they are told.
    async fn silences(
        &self,
        shard: u32,
        overdue: &mut Vec<(Watched, Overdue)>,
    ) -> Result<usize, Error> {
        let due = schema::due_watched(self.within.community, shard, self.at);
        let (mut done, mut seen, mut place) = (0, 0, None);
        loop {
            let (items, next) = self.ctx.store.page(&due, PAGE, place).await?;
            seen += items.len();
            for item in items {
                let one = match self.silence(item.clone()).await {
                    Ok(Left::Alert(found)) => {
                        overdue.push(*found);
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
            Some(Decision::Rest { until } | Decision::Blind { until }) => until,
            Some(Decision::Ask { ask, until }) => return self.ask(before, ask, until).await,
            Some(Decision::Alert(found)) => return Ok(Left::Alert(Box::new((before, found)))),
            // Never seen: a matter of their doors, which the desk shows.
            None => self.at + SignedDuration::from_hours(limits::NEVER_HEARD_HOURS),
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
        let outages = doors.iter().flat_map(|door| door.outages(self.at));
        Ok(Sight {
            outages: together(outages.collect()),
            unidentified_exits: doors.iter().any(|door| door.sense != DoorSense::BothWays),
            late: doors
                .iter()
                .any(|door| door.liveness(self.at) == Liveness::Late),
            unsure_at: doors.iter().filter_map(|door| door.unidentified_at).max(),
        })
    }

    /// Nothing before that moment; absences that are over stand no longer.
    fn rested(&self, before: Watched, until: Timestamp) -> Watched {
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
        Ok(Left::Done)
    }

    /// Opens alerts. Each is told of by itself, unless there are so many that it must be the doors, the
    /// weather or a feast: then all are told of as one. Answers how many were opened.
    async fn raise(&self, overdue: Vec<(Watched, Overdue)>) -> usize {
        let count = overdue.len();
        let many = match self.is_area(count).await {
            Ok(many) => many,
            Err(error) => {
                failed("how many are watched", &error);
                false
            }
        };
        let (mut opened, mut told) = (0, false);
        for (before, found) in overdue {
            let person = before.person;
            match self
                .open(before, found, many.then_some((count, told)))
                .await
            {
                Ok(()) => (opened, told) = (opened + 1, true),
                // A sign came, or another sweeper.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => self
                    .missed
                    .failed(&format!("the alert of {person}"), &error),
            }
        }
        opened
    }

    /// More than so few, and than one in a hundred of those watched.
    async fn is_area(&self, count: usize) -> Result<bool, Error> {
        let least = usize::try_from(self.rules.area_least).unwrap_or(usize::MAX);
        if count <= least {
            return Ok(false);
        }
        let watched = self.ctx.store.watched_count(self.within.community).await?;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        Ok(count.saturating_mul(100) > watched)
    }

    /// The alert and the person who waits for it to be over, in one transaction: of two sweepers that decided
    /// the same, one is `Stale`. `area`: one of how many, and whether these were told of. Refuses: `Stale`.
    async fn open(
        &self,
        before: Watched,
        found: Overdue,
        area: Option<(usize, bool)>,
    ) -> Result<(), Error> {
        let alert = Alert {
            id: self.alert_id(&before, &found),
            community: self.within.community,
            person: before.person,
            cause: found.silence.into(),
            metric: None,
            due: found.due,
            opened_at: self.at,
            confidence: found.confidence,
            unconfirmed: found.unconfirmed,
            state: AlertState::Open,
            owner: None,
            lease_until: None,
            ladder: Ladder::begun(&self.rules.ladder, self.at),
            reason: None,
            closed_by: None,
            closed_at: None,
            comment: String::new(),
            seen: None,
            rules_ver: self.rules.ver,
            ver: 1,
        };
        let notices = match area {
            None => self.told_first(&alert, Some(before.by)).await?,
            Some((_, true)) => Vec::new(),
            Some((count, false)) => self.told_as_one(count, self.first()).await?,
        };
        let mut watched = self.rested(before, self.at);
        watched.alert = Some(alert.id);
        watched.armed = None;
        let change = WatchChange {
            watched: Some(watched),
            alert: Some(alert),
            ..WatchChange::default()
        };
        self.write(&change, notices).await
    }

    /// The same whoever decides the same on the same version; another one when the same silence is looked
    /// after again.
    fn alert_id(&self, before: &Watched, found: &Overdue) -> AlertId {
        let (person, ver) = (before.person, before.ver);
        let what = format!("{person}|{}|{}|{ver}", found.silence, found.due);
        AlertId::from_bits(self.ctx.secret.bits("alert", &what))
    }
}
