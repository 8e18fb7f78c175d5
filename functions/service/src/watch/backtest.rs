//! Which alerts there would have been, and how many of them would have stood while somebody needed help.
//! `BacktestRules`: those who watch; it counts, and names nobody. Nothing is stored. Whoever has windows of their own
//! keeps them in both counts, where they are the shorter ones.

use std::collections::BTreeMap;

use domain::care::{Case, useful};
use domain::watch::replay::{Alerted, Logged, replay};
use domain::watch::{Absence, Silence, Windows};
use domain::{PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use wire::watch::{BacktestRules, BacktestView};
use wire::{Code, Problem};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome};

pub async fn run(call: Call<BacktestRules>) -> Outcome<BacktestRules> {
    let (store, com, until) = (&call.ctx.store, call.who.community.id, call.now);
    let (tried, days) = (call.body.windows, call.body.days);
    tried.refuse_extreme()?;
    let from = begin(days, until)?;
    let rules = store.watch_rules(com).await?;
    let cases = store.cases_between(com, from, until).await?;
    let mut counted = Counted::default();
    for watched in store.all_watched(com).await? {
        let person = watched.person;
        let (signs, absences) = tokio::try_join!(
            store.signs_between(com, person, from, until),
            store.absences(com, person),
        )?;
        let away = absences.into_iter().map(|row| Absence {
            until: row.ended_at.unwrap_or(row.absence.until),
            ..row.absence
        });
        let away = BTreeMap::from([(person, away.collect::<Vec<_>>())]);
        let log: Vec<Logged<PersonId>> = signs
            .into_iter()
            .map(|row| Logged {
                person,
                sign: row.sign,
            })
            .collect();
        let own = |windows: Windows| windows.tightened(watched.own);
        let would = replay(log.clone(), &away, own(tried), until);
        let now = replay(log, &away, own(rules.windows), until);
        counted.add((would.as_slice(), now.as_slice()), &cases, until);
    }
    Ok(Answer::new(BacktestView {
        windows: tried,
        days,
        people: counted.people,
        alerts: counted.no_exit + counted.no_return,
        no_exit: counted.no_exit,
        no_return: counted.no_return,
        alerts_now: counted.now,
        useful: counted.useful,
        useful_now: counted.useful_now,
    }))
}

fn begin(days: u32, until: Timestamp) -> Result<Timestamp, Error> {
    let bad = || {
        let problem = Problem::new(Code::BadValue).at("/days");
        Error::from(problem.with("max", limits::EVENT_DAYS))
    };
    if !(1..=limits::EVENT_DAYS).contains(&i64::from(days)) {
        return Err(bad());
    }
    let back = SignedDuration::from_hours(24 * i64::from(days));
    until.checked_sub(back).map_err(|_| bad())
}

#[derive(Default)]
struct Counted {
    people: u32,
    no_exit: u32,
    no_return: u32,
    now: u32,
    useful: u32,
    useful_now: u32,
}

impl Counted {
    fn add(
        &mut self,
        (would, now): (&[Alerted<PersonId>], &[Alerted<PersonId>]),
        cases: &[Case],
        until: Timestamp,
    ) {
        self.people += 1;
        for alert in would {
            match alert.silence {
                Silence::NoExit => self.no_exit += 1,
                Silence::NoReturn => self.no_return += 1,
            }
        }
        self.now += u32::try_from(now.len()).unwrap_or(u32::MAX);
        self.useful += useful(would, cases, until);
        self.useful_now += useful(now, cases, until);
    }
}
