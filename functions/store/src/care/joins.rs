//! What an alert means for a case: the first of a person opens one, others join it; whoever takes the alert on has
//! the case; the case may be over with it. Written in the transaction of the alert itself, whoever moves it, so that
//! there is no alert without a case.

use domain::care::{CareFile, Case};
use domain::watch::{Alert, AlertState, Rules};
use domain::{CommunityId, Refusal};
use jiff::{SignedDuration, Timestamp};

use super::moves::care_file_item;
use crate::table::{Error, Store};
use crate::tx::Tx;

/// What goes with the alerts of one person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joined {
    case: Option<Case>,
    file: Option<CareFile>,
}

impl Tx<'_> {
    /// Refuses: `Stale` where the case moved meanwhile.
    pub(crate) fn put_joined(mut self, joined: &Joined) -> Result<Self, Error> {
        if let Some(case) = &joined.case {
            self = self.put_case(case)?;
        }
        if let Some(file) = &joined.file {
            // Whoever an alert is about is watched in this very transaction, or was; nobody else has one.
            let item = care_file_item(file)?;
            self = match file.ver {
                1 => self.put_new(item, Refusal::Stale)?,
                ver => self.put_next(item, ver)?,
            };
        }
        Ok(self)
    }
}

/// When it came to be as it is. Of one that was taken on: as long before the end of its lease as a lease lasts.
fn moment(alert: &Alert, rules: &Rules) -> Timestamp {
    let lease = SignedDuration::from_mins(i64::from(rules.lease_minutes));
    let taken = alert
        .lease_until
        .and_then(|until| until.checked_sub(lease).ok());
    let at = match alert.state {
        AlertState::Open => None,
        AlertState::Acknowledged => taken,
        AlertState::Closed | AlertState::Withdrawn => alert.closed_at,
    };
    at.unwrap_or(alert.opened_at)
}

/// Whether a case may have to do with it: a step of the ladder, or a lease that lapsed, is the alert's own.
fn matters(alert: &Alert) -> bool {
    alert.ver == 1 || alert.state != AlertState::Open
}

impl Store {
    /// What these alerts, all of one person, mean for that person's case. Two reads, where any of them matters.
    pub(crate) async fn joined(
        &self,
        com: CommunityId,
        alerts: &[&Alert],
    ) -> Result<Joined, Error> {
        let mattering = alerts.iter().find(|alert| matters(alert));
        match mattering.map(|alert| alert.person) {
            Some(person) => {
                let file = self.care_file(com, person).await?;
                self.joined_to(com, file, alerts).await
            }
            None => Ok(Joined::default()),
        }
    }

    /// The same, of somebody of whom this is the file, where there is one already.
    pub(crate) async fn joined_to(
        &self,
        com: CommunityId,
        file: Option<CareFile>,
        alerts: &[&Alert],
    ) -> Result<Joined, Error> {
        let mut joined = Joined::default();
        let mattering = || alerts.iter().filter(|alert| matters(alert));
        let Some(person) = mattering().next().map(|alert| alert.person) else {
            return Ok(joined);
        };
        let open = file.as_ref().and_then(|file| file.case);
        let found = match open {
            Some(id) => self.case(com, id).await?,
            None => None,
        };
        let taken = mattering().any(|alert| alert.state == AlertState::Acknowledged);
        let rules = match taken {
            true => self.watch_rules(com).await?,
            false => Rules::default(),
        };
        let before = found.filter(Case::is_open);
        let mut case = before.clone();
        for alert in mattering() {
            let at = moment(alert, &rules);
            let is_new = alert.ver == 1 && alert.state == AlertState::Open;
            let after = match case.clone() {
                None if is_new => Some(Case::of_alert(alert)),
                None => None,
                Some(case) if is_new => case.joined(alert).ok(),
                Some(case) => case.heard(alert, at),
            };
            case = after.or(case);
        }
        if case == before {
            return Ok(joined);
        }
        // Whatever became of it, it is one version more.
        let ver = before.as_ref().map_or(1, |before| before.ver + 1);
        let case = case.map(|case| Case { ver, ..case });
        let names = case.as_ref().filter(|case| case.is_open());
        let names = names.map(|case| case.id);
        if names != open {
            let first = alerts.iter().map(|alert| alert.opened_at).min();
            let file = file.or_else(|| Some(CareFile::new(com, person, first?)));
            joined.file = file.map(|file| file.with_case(names).next());
        }
        joined.case = case;
        Ok(joined)
    }
}
