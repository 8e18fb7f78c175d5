//! Whether activities, sign-ups and what volunteers have in hand hold together.

use std::collections::BTreeMap;
use std::fmt;

use domain::CommunityId;
use domain::activity::{Activity, ActivityState, Going, SignUp, SignUpState, Volunteer};
use jiff::Timestamp;

use crate::audit::Finding;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at, by partition where a thing does not name its community.
#[derive(Default)]
pub(crate) struct Activities {
    activities: BTreeMap<String, Activity>,
    sign_ups: BTreeMap<String, Vec<SignUp>>,
    volunteers: BTreeMap<String, Volunteer>,
}

impl Activities {
    pub(crate) fn take(&mut self, kind: Kind, item: Item, key: Key) -> Result<(), Error> {
        match kind {
            Kind::Activity => {
                self.activities.insert(key.pk, read(item)?);
            }
            Kind::SignUp => self.sign_ups.entry(key.pk).or_default().push(read(item)?),
            Kind::Volunteer => {
                self.volunteers.insert(key.pk, read(item)?);
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn findings(self, at: Timestamp) -> Vec<Finding> {
        let mut found = Found::default();
        self.counts(at, &mut found);
        self.places(at, &mut found);
        self.times(at, &mut found);
        self.cards(&mut found);
        found.0
    }

    /// An activity counts those who go and wait, has a place for each who goes, and forgets nobody who
    /// waits while one is free.
    fn counts(&self, at: Timestamp, found: &mut Found) {
        for (pk, activity) in &self.activities {
            let rows = self.sign_ups.get(pk).map_or(&[][..], Vec::as_slice);
            let of = |state| rows.iter().filter(|one| one.state == state).count();
            let counted = (usize::from(activity.going), usize::from(activity.waiting));
            let there = (of(SignUpState::Going), of(SignUpState::Waiting));
            if counted != there {
                let subject = format!("{} has {there:?} and counts {counted:?}", activity.id);
                found.add("an activity counts who goes and who waits", subject);
            }
            if activity.going > activity.capacity {
                found.add("no place is given twice", activity.id);
            }
            if activity.owes_a_place(at) && !activity.unfilled {
                found.add("a place that is owed is kept in mind", activity.id);
            }
        }
        for pk in self
            .sign_ups
            .keys()
            .filter(|pk| !self.activities.contains_key(*pk))
        {
            found.add("a sign-up is for an activity", pk);
        }
    }

    /// Whoever has a place in what is still to come keeps that time free for it.
    fn places(&self, at: Timestamp, found: &mut Found) {
        for (pk, activity) in self.activities.iter().filter(|(_, one)| is_ahead(one, at)) {
            let rows = self.sign_ups.get(pk).map_or(&[][..], Vec::as_slice);
            for one in rows.iter().filter(|one| one.state == SignUpState::Going) {
                let home = schema::volunteer(activity.community, one.person).pk;
                let file = self.volunteers.get(&home);
                if !file.is_some_and(|file| file.going.contains(&activity.span())) {
                    let subject = format!("{} in {}", one.person, activity.id);
                    found.add("a place takes the time of whoever has it", subject);
                }
            }
        }
    }

    /// Nobody keeps time free for what they do not go to, nor the same time twice.
    fn times(&self, at: Timestamp, found: &mut Found) {
        for (pk, volunteer) in &self.volunteers {
            let ahead: Vec<&Going> = volunteer
                .going
                .iter()
                .filter(|one| self.activity(pk, one).is_some_and(|one| is_ahead(one, at)))
                .collect();
            for (n, one) in ahead.iter().enumerate() {
                let meets = |other: &&&Going| one.meets(other.starts, other.ends);
                if let Some(other) = ahead[n + 1..].iter().find(meets) {
                    let subject = format!("{pk}: {} and {}", one.activity, other.activity);
                    found.add("nobody is in two places at once", subject);
                }
                let rows = self
                    .activity_pk(pk, one)
                    .and_then(|pk| self.sign_ups.get(&pk));
                let goes = rows.is_some_and(|rows| {
                    let theirs = |row: &&SignUp| row.person == volunteer.person;
                    let row = rows.iter().find(theirs);
                    row.is_some_and(|row| row.state == SignUpState::Going)
                });
                if !goes {
                    let subject = format!("{pk}: {}", one.activity);
                    found.add("time is kept for a place one has", subject);
                }
            }
        }
    }

    fn cards(&self, found: &mut Found) {
        let mut cards: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (pk, volunteer) in &self.volunteers {
            let community = pk.split('#').next().unwrap_or_default();
            *cards
                .entry((community, volunteer.card.as_str()))
                .or_default() += 1;
        }
        for ((community, _), count) in cards.into_iter().filter(|(_, count)| *count > 1) {
            found.add("a card is one person's", format!("{community}: {count}"));
        }
    }

    /// Where an activity lies that a person's partition speaks of.
    fn activity_pk(&self, person_pk: &str, going: &Going) -> Option<String> {
        let community: CommunityId = person_pk.split('#').next()?.parse().ok()?;
        Some(schema::activity(community, going.activity).pk)
    }

    fn activity(&self, person_pk: &str, going: &Going) -> Option<&Activity> {
        self.activities.get(&self.activity_pk(person_pk, going)?)
    }
}

/// Takes place, and has not begun.
fn is_ahead(activity: &Activity, at: Timestamp) -> bool {
    activity.state == ActivityState::Open && activity.starts > at
}

#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, rule: &'static str, subject: impl fmt::Display) {
        let subject = subject.to_string();
        self.0.push(Finding { rule, subject });
    }
}
