//! What becomes of silence as time passes: somebody is asked, an alert is opened; a door is found dead, an
//! acknowledgement lapses, an absence is about to end. The index only nominates; each decision is made again
//! on the items themselves, and written on condition that they are the same still.

use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::watch::{Alert, Device, Rules};
use domain::{AlertId, PersonId, limits};
use jiff::Timestamp;
use store::market::Beside;
use store::notify::Outgoing;
use store::schema;
use store::watch::{SweepMark, WatchChange};
use tokio::sync::OnceCell;
use wire::Moment;

use self::silences::Found;
use super::health_due;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::notify::tell::tell;
use crate::points::Within;

mod absences;
mod doors;
mod ladder;
mod missed;
mod raise;
mod silences;
mod told;
mod unseen;

pub(super) use missed::Missed;

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

/// What is done one by one, and told by how many it is.
#[derive(Default)]
struct Gathered {
    /// Doors that fell silent.
    dead: Vec<Device>,
    /// Devices that never spoke.
    unheard: Vec<Device>,
    /// Alerts whose next step is due.
    climbing: Vec<Alert>,
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
    let mut gathered = Gathered::default();
    for what in [Due::Door, Due::Absence, Due::Alert] {
        match sweep.each(what, &mut gathered).await {
            Ok(some) => done += some,
            Err(error) => {
                failed("what is due of doors and alerts", &error);
                whole = false;
            }
        }
    }
    done += sweep.tell_dead(gathered.dead).await;
    let unheard = sweep.tell_as_one(Topic::DoorNeverHeard, gathered.unheard);
    done += unheard.await;
    done += sweep.climb(gathered.climbing).await;
    let mut found = Found::default();
    for shard in 0..limits::WATCH_SHARDS {
        match sweep.silences(shard, &mut found).await {
            Ok(some) => done += some,
            Err(error) => {
                failed("silences that are due", &error);
                whole = false;
            }
        }
    }
    done += sweep.raise(found.overdue).await;
    let unseen = sweep.tell_unseen(Topic::WatchUnseen, found.unseen);
    done += unseen.await;
    let never = sweep.tell_unseen(Topic::WatchNeverSeen, found.never_seen);
    done += never.await;
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

/// Alerts that are so many at once that they are told as one.
pub async fn notices_of_many(
    ctx: &Ctx,
    within: &Within<'_>,
    rules: &Rules,
    alerts: &[AlertId],
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let sweep = elsewhere(ctx, within, rules, at);
    sweep.told_as_one(alerts, sweep.first()).await
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

impl Sweep<'_> {
    /// What is told together is only gathered.
    async fn each(&self, what: Due, gathered: &mut Gathered) -> Result<usize, Error> {
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
                    Due::Door => self.door(item.clone(), gathered).await,
                    Due::Absence => self.absence(item.clone()).await,
                    Due::Alert => self.calling(item.clone(), &mut gathered.climbing).await,
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

    fn moment(&self, at: Timestamp) -> String {
        Moment::new(at, self.within.zone).to_string()
    }
}
