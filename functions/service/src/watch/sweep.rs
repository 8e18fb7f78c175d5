//! What becomes of silence as time passes: somebody is asked, an alert is opened; a door is found dead, an
//! acknowledgement lapses, an absence is about to end. The index only nominates; each decision is made again
//! on the items themselves, and written on condition that they are the same still.

use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::watch::{Alert, Rules};
use domain::{AlertId, PersonId, limits};
use jiff::Timestamp;
use store::market::Beside;
use store::notify::Outgoing;
use store::schema::{self, Item, Pattern};
use store::watch::{SweepMark, WatchChange};
use tokio::sync::OnceCell;
use wire::Moment;

use self::area::Areas;
use self::gathered::Gathered;
use self::looked::Looked;
use super::health_due;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::notify::tell::tell;
use crate::points::Within;

mod absences;
mod area;
mod doors;
mod gathered;
mod ladder;
mod looked;
mod missed;
mod over;
mod raise;
mod reckoned;
mod silences;
mod told;
mod turn;
mod unseen;

pub(super) use area::Area;
pub(super) use missed::Missed;
pub use over::notices_of_over;
pub use turn::{Turn, rotated};

/// What fell due; readings are [`health_due`]'s.
#[derive(Clone, Copy, Debug)]
enum Due {
    /// A door that should have been heard from.
    Door,
    /// An alert that nobody has: an acknowledgement whose lease is over, or the next step of the ladder.
    Alert,
    Silence,
    /// An absence that ends soon.
    Absence,
}

/// One pass over one community.
struct Sweep<'a> {
    ctx: &'a Ctx,
    within: &'a Within<'a>,
    at: Timestamp,
    rules: Rules,
    /// Who looks after others here; read when somebody has to be told.
    people: OnceCell<Vec<Person>>,
    /// Who is told of doors and of many alerts.
    workers: OnceCell<Vec<PersonId>>,
    /// What doors say does not come in; looked at when somebody is silent for too long.
    lagging: OnceCell<bool>,
    areas: Areas,
    missed: Missed,
}

/// What one pass over one community came to.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    pub done: usize,
    /// What could not be settled: single matters, and kinds of which none could even be nominated.
    pub failed: u32,
    /// Everything that is due was looked at, and its mark says so.
    pub whole: bool,
}

/// Everything that is due now, in a turn of its own.
pub async fn pass(ctx: &Ctx, within: &Within<'_>, at: Timestamp) -> Result<usize, Error> {
    let turn = Turn::of_seconds(limits::SWEEP_WATCH_SECONDS);
    pass_within(ctx, within, at, turn).await
}

/// Everything that is due now, as far as there is time. Answers how much was done. What fails is logged and passed
/// over, and is nominated again the next time; the mark of the pass is left only where everything could be nominated,
/// and says how much of it failed.
pub async fn pass_within(
    ctx: &Ctx,
    within: &Within<'_>,
    at: Timestamp,
    turn: Turn,
) -> Result<usize, Error> {
    Ok(passed_within(ctx, within, at, turn).await?.done)
}

/// The same, and what could not be done.
pub async fn passed_within(
    ctx: &Ctx,
    within: &Within<'_>,
    at: Timestamp,
    turn: Turn,
) -> Result<Pass, Error> {
    let com = within.community;
    let sweep = Sweep {
        ctx,
        within,
        at,
        rules: ctx.store.watch_rules(com).await?,
        people: OnceCell::new(),
        workers: OnceCell::new(),
        lagging: OnceCell::new(),
        areas: Areas::default(),
        missed: Missed::within(turn),
    };
    let last = ctx.store.sweep_mark(com).await?;
    let known = last.map_or(0, |mark| mark.rules_ver);
    let (mut done, rules_ver) = sweep.reckon_all(known).await;
    // Doors first: who stands behind a dead one is not decided on as if it could see.
    for what in [Due::Door, Due::Alert, Due::Silence, Due::Absence] {
        done += sweep.all(what).await;
    }
    match health_due::pass(ctx, within, (&sweep.rules, &sweep.missed), at).await {
        Ok(some) => done += some,
        Err(error) => sweep.missed.all_of("readings that are due", &error),
    }
    if sweep.missed.is_whole() {
        let mark = SweepMark {
            at,
            failed: sweep.missed.count(),
            rules_ver,
        };
        if let Err(error) = ctx.store.put_sweep_mark(com, &mark).await {
            sweep.missed.all_of("the mark of a pass", &error.into());
        }
    }
    Ok(Pass {
        done,
        failed: sweep.missed.count(),
        whole: sweep.missed.is_whole(),
    })
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

/// Alerts that are so many at once that they are told as one, of which these are the last.
pub async fn notices_of_many(
    ctx: &Ctx,
    within: &Within<'_>,
    rules: &Rules,
    (count, alerts): (usize, &[AlertId]),
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let sweep = elsewhere(ctx, within, rules, at);
    let reach = sweep.first();
    sweep.told_as_one((count, alerts), reach).await
}

fn elsewhere<'a>(ctx: &'a Ctx, within: &'a Within<'a>, rules: &Rules, at: Timestamp) -> Sweep<'a> {
    Sweep {
        ctx,
        within,
        at,
        rules: rules.clone(),
        people: OnceCell::new(),
        workers: OnceCell::new(),
        lagging: OnceCell::new(),
        areas: Areas::default(),
        missed: Missed::within(Turn::of_seconds(0)),
    }
}

/// So few are told of one by one.
pub(super) fn least(rules: &Rules) -> usize {
    usize::try_from(rules.area_least).unwrap_or(usize::MAX)
}

fn failed(subject: &str, error: &Error) {
    tracing::error!(subject, "What was due could not be settled: {error:?}");
}

impl Sweep<'_> {
    fn least(&self) -> usize {
        least(&self.rules)
    }

    /// Everything of one kind, as far as there is time. Answers how much was done.
    async fn all(&self, what: Due) -> usize {
        let (mut done, mut gathered) = (0, Gathered::default());
        for part in self.parts(what) {
            match self.each(what, &part, &mut gathered).await {
                Ok(some) => done += some,
                Err(error) => self.missed.all_of(&part.pk, &error),
            }
        }
        done + self.settle(gathered).await
    }

    /// Where it is nominated.
    fn parts(&self, what: Due) -> Vec<Pattern> {
        let com = self.within.community;
        let silences = |shard| schema::due_watched(com, shard, self.at);
        match what {
            Due::Door => vec![schema::silent_devices(com, self.at)],
            Due::Alert => vec![schema::calling_alerts(com, self.at)],
            Due::Silence => self.shards().map(silences).collect(),
            Due::Absence => vec![schema::ending_absences(com, self.at)],
        }
    }

    /// Begun with another one each minute, so that none is always the last, for which there is no time.
    fn shards(&self) -> impl Iterator<Item = u32> {
        let minute = self.at.as_second().div_euclid(60);
        let first = u32::try_from(minute.rem_euclid(i64::from(limits::WATCH_SHARDS)));
        let first = first.unwrap_or(0);
        (0..limits::WATCH_SHARDS).map(move |n| (first + n) % limits::WATCH_SHARDS)
    }

    /// What was found is done before more is read, so that a pass that is ended leaves no more behind than it began.
    async fn each(
        &self,
        what: Due,
        due: &Pattern,
        gathered: &mut Gathered,
    ) -> Result<usize, Error> {
        let (mut done, mut seen, mut place) = (0, 0, None);
        while !self.missed.no_time() {
            let page = self.ctx.store.page(due, limits::SWEPT_TOGETHER, place);
            let (items, next) = page.await?;
            seen += items.len();
            let looked = match what {
                Due::Silence => self.look(&items).await,
                Due::Door | Due::Alert | Due::Absence => None,
            };
            for item in items {
                let one = self.one(what, item.clone(), (looked.as_ref(), gathered));
                let one = one.await;
                done += usize::from(self.missed.settled(&item, one));
            }
            if gathered.count() >= limits::SWEPT_TOGETHER {
                done += self.settle(std::mem::take(gathered)).await;
            }
            place = next;
            if place.is_none() {
                break;
            }
            if seen >= limits::WATCH_SWEPT {
                self.missed.more();
                break;
            }
        }
        Ok(done)
    }

    /// `looked`: what was read of all of its page.
    async fn one(
        &self,
        what: Due,
        item: Item,
        (looked, gathered): (Option<&Looked>, &mut Gathered),
    ) -> Result<bool, Error> {
        match what {
            Due::Door => self.door(item, gathered).await,
            Due::Alert => self.calling(item, &mut gathered.climbing).await,
            Due::Silence => self.silence(item, looked, gathered).await,
            Due::Absence => self.absence(item).await,
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
