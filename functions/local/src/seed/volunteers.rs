//! Teams, activities past and to come, who goes, what they did; and what points are redeemed for.

use std::collections::BTreeMap;

use domain::activity::{
    Activity, ActivityState, Every, Frame, SignUp, SignUpState, Skill, Team, Volunteer, occurrences,
};
use domain::availability::{Span, instant, local_day};
use domain::hours::{Attendance, Claim, Entry, Hand, Mark, Presence, Sign};
use domain::ledger::{Served, gain};
use domain::person::Person;
use domain::reward::{Reward, RewardState, spread};
use domain::units::Minute;
use domain::{
    ActivityId, CommunityId, EntryId, PersonId, RewardId, SeriesId, SignUpId, TeamId, limits,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::market::Beside;
use store::points::activities::{activity_item, sign_up_item, team_item, volunteer_item};
use store::points::hours::HoursChange;

use super::people::Residents;
use super::plans::{AHEAD, BEHIND, Plan, REWARDS, TEAMS};
use super::town::Town;
use super::vouchers::{self, Wish};
use super::{ids, traders};
use crate::stop::Stop;

/// What is settled once the people are there, and by whom.
pub struct Done {
    community: CommunityId,
    zone: TimeZone,
    organiser: PersonId,
    at: Timestamp,
    activities: Vec<Activity>,
    sign_ups: Vec<SignUp>,
    files: BTreeMap<PersonId, Volunteer>,
}

pub fn serve(town: &mut Town, residents: &Residents) -> Result<Done, Stop> {
    let people = &residents.volunteers;
    let teams = teams(town, people)?;
    let organiser = town.person_id(super::people::FIRST_WORKER);
    let mut done = Done {
        community: town.id(),
        zone: town.zone.clone(),
        organiser,
        at: town.at,
        activities: Vec::new(),
        sign_ups: Vec::new(),
        files: BTreeMap::new(),
    };
    for (i, plan) in AHEAD.iter().enumerate() {
        let team = teams[i % teams.len()];
        let mut activity = planned(town, plan, organiser)?;
        activity.team = (i % 2 == 1).then_some(team);
        // One of them is full, and somebody waits.
        let count = if activity.capacity == 4 { 6 } else { 3 + i };
        let goers = people.iter().cycle().skip(i * 7).take(count);
        let goers: Vec<PersonId> = goers.map(|person| person.id).collect();
        done.come(town, activity, &goers, false);
    }
    weekly(town, &mut done, teams[0], &people[5].id)?;
    for (i, plan) in BEHIND.iter().enumerate() {
        let activity = planned(town, plan, organiser)?;
        let goers: Vec<PersonId> = people
            .iter()
            .skip(i * 2)
            .take(3)
            .map(|one| one.id)
            .collect();
        done.come(town, activity, &goers, true);
    }
    let called_off = planned(
        town,
        &Plan(
            "market",
            "周末便民集市帮手",
            "摆桌椅，指路。",
            "社区广场",
            Skill::Events,
            10,
            (4, 8, 3),
        ),
        organiser,
    )?;
    done.activities.push(Activity {
        state: ActivityState::Cancelled,
        reason: "天气预报有大雨，改日再办。".into(),
        ver: 2,
        ..called_off
    });
    done.put(town)?;
    Ok(done)
}

fn teams(town: &mut Town, people: &[Person]) -> Result<Vec<TeamId>, Stop> {
    TEAMS
        .iter()
        .map(|(name, lead, members)| {
            let team = Team {
                id: TeamId::new(ids::MILLIS, town.chance("team", name)),
                community: town.id(),
                name: (*name).into(),
                lead: people[*lead].id,
                members: people[members.clone()].iter().map(|one| one.id).collect(),
                ver: 1,
            };
            town.add(team_item(&team))?;
            Ok(team.id)
        })
        .collect()
}

fn planned(town: &Town, plan: &Plan, organiser: PersonId) -> Result<Activity, Stop> {
    let Plan(name, title, about, place, skill, capacity, (days, hour, long)) = *plan;
    let day = traders::later(town.today, days);
    let starts = Minute::new(hour * 60)
        .and_then(|minute| instant(day, minute, &town.zone))
        .ok_or_else(|| Stop::because("no such time"))?;
    Ok(Activity {
        id: ActivityId::new(ids::MILLIS, town.chance("activity", name)),
        community: town.id(),
        series: None,
        title: title.into(),
        about: about.into(),
        for_whom: String::new(),
        place: place.into(),
        grid: "第一网格".into(),
        skills: vec![skill],
        team: None,
        organiser,
        starts,
        ends: starts + SignedDuration::from_hours(long),
        capacity,
        going: 0,
        waiting: 0,
        unfilled: false,
        state: ActivityState::Open,
        reason: String::new(),
        created_at: town.days_ago(20),
        turns: 0,
        ver: 1,
    })
}

/// One that comes again each week; nobody but its team's first signed up yet.
fn weekly(town: &Town, done: &mut Done, team: TeamId, first: &PersonId) -> Result<(), Stop> {
    let plan = Plan(
        "patrol",
        "小区巡查",
        "看看楼道灯、井盖、消防通道，发现问题记下来。",
        "社区工作站",
        Skill::Order,
        5,
        (7, 19, 1),
    );
    let one = planned(town, &plan, done.organiser)?;
    let frame = Frame {
        starts: one.starts,
        ends: one.ends,
        capacity: one.capacity,
    };
    let spans = occurrences(frame, Every::Week, 4, &town.zone);
    for (n, (starts, ends)) in (0_u128..).zip(spans) {
        let activity = Activity {
            id: ActivityId::from_bits(one.id.bits() + n),
            series: Some(SeriesId::from_bits(one.id.bits())),
            team: Some(team),
            starts,
            ends,
            ..one.clone()
        };
        let goers = if n == 0 { vec![*first] } else { Vec::new() };
        done.come(town, activity, &goers, false);
    }
    Ok(())
}

impl Done {
    /// Signs people up: those for whom there are places, the others in the queue. `over`: they came, and
    /// stayed to the end.
    fn come(&mut self, town: &Town, mut activity: Activity, goers: &[PersonId], over: bool) {
        for (n, person) in (0_i64..).zip(goers) {
            let goes = activity.going < activity.capacity;
            let queued_at = activity.starts - SignedDuration::from_hours(24 * 10 - n);
            let name = format!("{}|{person}", activity.id);
            let file = self.files.entry(*person).or_insert_with(|| {
                let mut file = Volunteer::new(*person, card(town, *person));
                file.ver = 1;
                file.skills.clone_from(&activity.skills);
                file.unified_number = number(town, *person);
                file
            });
            match (goes, over) {
                (true, true) => activity.going += 1,
                (true, false) => {
                    activity.going += 1;
                    file.going.push(activity.span());
                }
                (false, _) => activity.waiting += 1,
            }
            self.sign_ups.push(SignUp {
                id: SignUpId::new(ids::MILLIS, town.chance("sign-up", &name)),
                activity: activity.id,
                person: *person,
                by: *person,
                state: if goes {
                    SignUpState::Going
                } else {
                    SignUpState::Waiting
                },
                queued_at: queued_at.min(town.at),
                moved_up: false,
                reason: String::new(),
                attendance: over.then(|| attended(&activity, *person)),
                starts: activity.starts,
                ver: 1,
            });
            activity.turns += 1;
        }
        self.activities.push(activity);
    }

    fn put(&self, town: &mut Town) -> Result<(), Stop> {
        for activity in &self.activities {
            town.add(activity_item(activity))?;
        }
        for sign_up in &self.sign_ups {
            town.add(sign_up_item(self.community, sign_up))?;
        }
        for file in self.files.values() {
            town.add(volunteer_item(self.community, file))?;
        }
        Ok(())
    }

    /// Turns what is over, but for the last, into service time and points, and puts out rewards.
    pub async fn settle(mut self, store: &Store, people: &[Person]) -> Result<(), Stop> {
        let day = SignedDuration::from_hours(24);
        let activities = std::mem::take(&mut self.activities);
        let at = self.at;
        let over = activities.iter().filter(|one| one.ends + day * 3 < at);
        for activity in over {
            let here = |one: &&SignUp| one.activity == activity.id && one.attendance.is_some();
            let rows: Vec<SignUp> = self.sign_ups.iter().filter(here).cloned().collect();
            for row in rows {
                self.confirm(store, activity, row).await?;
            }
        }
        let mut offered = Vec::new();
        for (n, reward) in (0_u128..).zip(REWARDS) {
            let (name, about, kind, points, per_month, stock) = reward;
            let reward = Reward {
                id: RewardId::new(ids::MILLIS, ids::chance("reward", name) + n),
                community: self.community,
                name: name.into(),
                about: about.into(),
                kind,
                points,
                per_person: None,
                per_month,
                open_until: None,
                state: RewardState::Open,
                prices: Vec::new(),
                ver: 1,
            };
            let by = (self.organiser, self.at);
            let reward = reward.priced(by);
            let (stock, none) = (spread(stock), Beside::default());
            let made = store.create_reward(&reward, &stock, by, None, &none);
            made.await?;
            offered.push(reward);
        }
        self.redeem(store, people, &offered[0]).await
    }

    /// One redeemed something and fetched it, another has yet to.
    async fn redeem(&self, store: &Store, people: &[Person], reward: &Reward) -> Result<(), Stop> {
        let wish = |nth: usize, days: i64| Wish {
            reward,
            person: people[nth].id,
            at: self.at - SignedDuration::from_hours(24 * days),
            zone: &self.zone,
        };
        let fetched = wish(1, 4).redeem(store).await?;
        vouchers::hand_over(store, fetched, self.organiser).await?;
        wish(0, 1).redeem(store).await?;
        Ok(())
    }

    async fn confirm(
        &mut self,
        store: &Store,
        activity: &Activity,
        sign_up: SignUp,
    ) -> Result<(), Stop> {
        let person = sign_up.person;
        let at = activity.ends + SignedDuration::from_hours(1);
        let Some(attendance) = sign_up.attendance else {
            return Ok(());
        };
        let claim = Claim {
            id: EntryId::from_bits(sign_up.id.bits()),
            community: self.community,
            person,
            activity: Some(activity.id),
            what: activity.title.clone(),
            span: attendance.planned,
            evidence: String::new(),
        };
        let by = Hand {
            person: self.organiser,
            speaks: false,
            approves: true,
            shared: Default::default(),
        };
        let minutes = attendance.planned.minutes();
        let (entry, settled) = Entry::attended(claim, attendance, minutes, by, at)
            .map_err(|refusal| Stop::because(format!("the demo's history: {refusal:?}")))?;
        let on = local_day(entry.span.from, &self.zone);
        let (account, earned) = store.earning(self.community, person, on).await?;
        let rule = store.point_rule(self.community).await?;
        let served = Served {
            entry: entry.id,
            activity: entry.activity,
            what: entry.what.clone(),
            minutes,
            manual: false,
            day: on,
        };
        let gain = gain(
            &account,
            earned,
            &rule,
            served,
            local_day(at, &self.zone),
            at,
        );
        let file = self.files.remove(&person);
        let file = file
            .ok_or_else(|| Stop::because("a volunteer without a file"))?
            .touched();
        self.files.insert(person, file.clone());
        let change = HoursChange {
            entry: Entry {
                rule: Some(gain.rule),
                points: gain.points,
                ..entry
            },
            volunteer: file,
            superseded: None,
            sign_up: Some(SignUp {
                attendance: Some(settled),
                ver: sign_up.ver + 1,
                ..sign_up
            }),
            gain: Some(gain),
            outdated: Vec::new(),
        };
        Ok(store.write_hours(&change, &Beside::default()).await?)
    }
}

/// There from the start to the end, by the code at the door.
fn attended(activity: &Activity, by: PersonId) -> Attendance {
    let mark = |at| {
        let sign = Sign::Code;
        Some(Mark { at, sign, by })
    };
    Attendance {
        planned: Span {
            from: activity.starts,
            until: activity.ends,
        },
        came: mark(activity.starts),
        left: mark(activity.ends),
        said: None,
        presence: Presence::Out,
    }
}

/// Two of three have given theirs of the national network.
fn number(town: &Town, person: PersonId) -> Option<String> {
    let chance = town.chance("network", &person.to_string());
    (!chance.is_multiple_of(3)).then(|| format!("SJ2301{:010}", chance % 10_000_000_000))
}

fn card(town: &Town, person: PersonId) -> String {
    let mut bits = town.chance("card", &person.to_string());
    let letter = |_| {
        let letter = limits::CARD_LETTERS[usize::try_from(bits & 31).unwrap_or(0)];
        bits >>= 5;
        char::from(letter)
    };
    (0..limits::CARD_CHARS).map(letter).collect()
}

const _: () = assert!(
    limits::CARD_CHARS * 5 <= 80,
    "the chance of a name is enough for a card"
);
