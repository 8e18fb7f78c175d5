//! Whether service time and certificates hold together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use domain::activity::{SignUp, Volunteer};
use domain::certificate::Certificate;
use domain::hours::{Entry, EntryState, Presence, Source};
use domain::{CommunityId, EntryId, PersonId, limits};

use super::hours::{CertificateOf, EntryOf};
use crate::audit::Finding;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at.
#[derive(Default)]
pub(crate) struct Hours {
    /// By where they lie, as those that lead to them.
    entries: HashMap<Key, Entry>,
    leads: HashMap<Key, EntryOf>,
    certificates: HashMap<Key, Certificate>,
    numbers: HashMap<Key, CertificateOf>,
    /// What attendances say they became.
    settled: Vec<(SignUp, EntryId, u32)>,
    files: HashMap<Key, Volunteer>,
}

impl Hours {
    pub(crate) fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<(), Error> {
        let (item, key) = (item.clone(), key.clone());
        match kind {
            Kind::Entry => {
                self.entries.insert(key, read(item)?);
            }
            Kind::EntryOf => {
                self.leads.insert(key, read(item)?);
            }
            Kind::Certificate => {
                self.certificates.insert(key, read(item)?);
            }
            Kind::CertificateOf => {
                self.numbers.insert(key, read(item)?);
            }
            Kind::Volunteer => {
                self.files.insert(key, read(item)?);
            }
            Kind::SignUp => {
                let sign_up: SignUp = read(item)?;
                let presence = sign_up.attendance.map(|attendance| attendance.presence);
                if let Some(Presence::Settled { entry, minutes }) = presence {
                    self.settled.push((sign_up, entry, minutes));
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn findings(self) -> Vec<Finding> {
        let mut found = Found::default();
        let by_id: BTreeMap<EntryId, &Entry> =
            self.entries.values().map(|one| (one.id, one)).collect();
        self.leads(&mut found);
        self.approvals(&mut found);
        self.times(&mut found);
        corrections(&by_id, &mut found);
        self.settled(&by_id, &mut found);
        self.certificates(&by_id, &mut found);
        self.pending(&mut found);
        found.0
    }

    /// An id and a number each lead to one thing, and every thing is found by its own.
    fn leads(&self, found: &mut Found) {
        let lost = |entry: &Entry| {
            let lead = self.leads.get(&schema::entry_of(entry.community, entry.id));
            lead.is_none_or(|of| (of.person, of.starts) != (entry.person, entry.span.from))
        };
        for entry in self.entries.values().filter(|one| lost(one)) {
            found.add("an entry is found by its id", entry.id);
        }
        if self.leads.len() != self.entries.len() {
            let subject = format!("{} ids, {} entries", self.leads.len(), self.entries.len());
            found.add("an id leads to one entry", subject);
        }
        let lost = |one: &Certificate| {
            let of = self.numbers.get(&schema::certificate_of(one.number));
            of.is_none_or(|of| {
                (of.community, of.person, of.issued_at)
                    != (one.community, one.person, one.issued_at)
            })
        };
        for one in self.certificates.values().filter(|one| lost(one)) {
            found.add("a certificate is found by its number", one.number);
        }
        if self.numbers.len() != self.certificates.len() {
            let (numbers, papers) = (self.numbers.len(), self.certificates.len());
            let subject = format!("{numbers} numbers, {papers} certificates");
            found.add("a number leads to one certificate", subject);
        }
    }

    /// Nobody alone makes an hour, and nobody their own.
    fn approvals(&self, found: &mut Found) {
        for entry in self.entries.values() {
            let by: BTreeSet<PersonId> = entry.approvals.iter().map(|one| one.by).collect();
            if by.contains(&entry.person) || by.len() != entry.approvals.len() {
                found.add("whoever approves is another, and once", entry.id);
            }
            let stood = matches!(
                entry.state,
                EntryState::Approved | EntryState::Superseded { .. }
            );
            let at_once = entry.source == Source::Attendance && entry.supersedes.is_none();
            let wanted = if at_once { 1 } else { limits::MANUAL_APPROVALS };
            if stood && by.len() < wanted {
                found.add("what counts was approved by others", entry.id);
            }
            if entry.minutes > entry.span.minutes() || !entry.within.contains(entry.span) {
                found.add("no more counts than was there", entry.id);
            }
        }
    }

    /// No minute of a person counts twice, nor waits to. A correction shares what it corrects.
    fn times(&self, found: &mut Found) {
        let mut of: BTreeMap<(CommunityId, PersonId), Vec<&Entry>> = BTreeMap::new();
        for entry in self.entries.values().filter(|one| one.takes_time()) {
            of.entry((entry.community, entry.person))
                .or_default()
                .push(entry);
        }
        for entries in of.values_mut() {
            entries.sort_by_key(|one| one.span);
            for (n, one) in entries.iter().enumerate() {
                let near = entries[n + 1..].iter();
                let near = near.take_while(|other| other.span.from < one.span.until);
                let stands_for = |a: &Entry, b: &Entry| a.supersedes == Some(b.id);
                for other in near {
                    let pair = stands_for(one, other) || stands_for(other, one);
                    if !pair && one.span.overlaps(other.span) {
                        let subject = format!("{} and {}", one.id, other.id);
                        found.add("no minute counts twice", subject);
                    }
                }
            }
        }
    }

    /// What an attendance became is there, and says as much; who saw them come or go is not who settled it.
    fn settled(&self, by_id: &BTreeMap<EntryId, &Entry>, found: &mut Found) {
        for (sign_up, id, minutes) in &self.settled {
            let fits = by_id.get(id).is_some_and(|entry| {
                let whose = (entry.person, entry.activity, entry.minutes);
                whose == (sign_up.person, Some(sign_up.activity), *minutes)
            });
            if !fits {
                let subject = format!("{} names {id}", sign_up.id);
                found.add("a settled attendance has its entry", subject);
            }
            let attendance = sign_up.attendance;
            let witness = |by| attendance.is_some_and(|one| one.is_witnessed_by(by));
            let mut approvals = by_id.get(id).into_iter().flat_map(|entry| &entry.approvals);
            if approvals.any(|approval| witness(approval.by)) {
                found.add("whoever saw them come or go is not who settles it", id);
            }
        }
    }

    /// As many records of somebody wait as their file says, by which they hand in more.
    fn pending(&self, found: &mut Found) {
        let mut waiting: HashMap<Key, u16> = HashMap::new();
        let pending = |one: &&Entry| one.state == EntryState::Pending;
        for entry in self.entries.values().filter(pending) {
            let key = schema::volunteer(entry.community, entry.person);
            *waiting.entry(key).or_default() += 1;
        }
        for (key, file) in &self.files {
            if waiting.get(key).copied().unwrap_or(0) != file.pending {
                found.add("a file says how many records wait", file.person);
            }
        }
    }

    /// A certificate says what its entries add up to, and holds only while they do.
    fn certificates(&self, by_id: &BTreeMap<EntryId, &Entry>, found: &mut Found) {
        for one in self.certificates.values() {
            let entries: Vec<_> = one.entries.iter().filter_map(|id| by_id.get(id)).collect();
            let own = entries.iter().all(|entry| entry.person == one.person);
            if !own || entries.len() != one.entries.len() {
                found.add("a certificate is of its person's entries", one.number);
            }
            let minutes: u32 = entries.iter().map(|entry| entry.minutes).sum();
            let by_hand = entries
                .iter()
                .filter(|entry| entry.source == Source::Manual);
            let by_hand: u32 = by_hand.map(|entry| entry.minutes).sum();
            if (minutes, by_hand) != (one.minutes, one.manual_minutes) {
                found.add("a certificate says what its entries say", one.number);
            }
            if one.is_valid() && !entries.iter().all(|entry| entry.counts()) {
                found.add("a certificate that holds is of what counts", one.number);
            }
        }
    }
}

/// What was superseded and what supersedes it name each other; only one stands for another.
fn corrections(by_id: &BTreeMap<EntryId, &Entry>, found: &mut Found) {
    for entry in by_id.values() {
        let before = entry.supersedes.and_then(|id| by_id.get(&id));
        if entry.supersedes.is_some() && before.is_none() {
            found.add("a correction is of an entry", entry.id);
        }
        if let Some(before) = before
            && (Some(before.minutes) != entry.minutes_before || before.person != entry.person)
        {
            found.add("a correction knows what it corrects", entry.id);
        }
        let gone = |before: &&&Entry| before.state == EntryState::Superseded { by: entry.id };
        let stood = matches!(
            entry.state,
            EntryState::Approved | EntryState::Superseded { .. }
        );
        if stood && before.is_some() && before.filter(gone).is_none() {
            found.add("what was corrected counts no more", entry.id);
        }
        if let EntryState::Superseded { by } = entry.state {
            let other = by_id
                .get(&by)
                .filter(|other| other.supersedes == Some(entry.id));
            if other.is_none() {
                found.add("what counts no more has another in its place", entry.id);
            }
        }
    }
}

#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, rule: &'static str, subject: impl fmt::Display) {
        let subject = subject.to_string();
        self.0.push(Finding { rule, subject });
    }
}
