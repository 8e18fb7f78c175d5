//! A month of a community by a seed, and a scripted team that sees to it: each alert is taken on, or told of to the
//! next, on the minute; each of the team has exactly what is theirs; each case is over with what it leaves.
//!
//! `SEED=… cargo test -p acceptance --test all care::month` plays another one.

mod checks;
mod team;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use acceptance::TestApp;
use acceptance::chance::Chance;
use acceptance::sim;
use acceptance::sim::world::{Fate, HOUR, Second, Shape, What, World};
use domain::care::Case;
use domain::consent::Purpose;
use domain::person::Person;
use domain::watch::{AbsenceKind, Alert, Sign};
use domain::{AbsenceId, AlertId, CaseId, CommunityId, DeviceId, PersonId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use service::points::Within;
use service::watch::arrive::arrive;
use service::watch::sweep::pass;
use store::schema;
use store::table::read;
use wire::endpoint::None_;
use wire::watch::{
    CreateAbsenceBody, CreateDevice, CreateDeviceBody, SayWell, SayWellBody, WatchedFields,
};

use self::checks::{Counts, Lists};
use self::team::Team;
use super::people::{ADMIN, WORKER, at, grown_ups, id, nothing_is_wrong};
use crate::watch::people::{leave, watch_over};

const MONTH: Shape = Shape {
    people: 5,
    days: 30,
    beat_minutes: 1_440,
    sweep: 12 * HOUR,
};
/// As often as something may be due after the last day, before this gives up.
const RESTS: usize = 1_000;

struct Gate {
    id: DeviceId,
    key: String,
}

pub struct Month<'w> {
    world: &'w World,
    pub app: &'w TestApp,
    pub com: CommunityId,
    zone: TimeZone,
    begun: Timestamp,
    people: Vec<PersonId>,
    gates: Vec<Gate>,
    team: Team,
    pub chance: Chance,
    /// When somebody does something about an open case.
    pub acts: BTreeMap<CaseId, Timestamp>,
    /// Alerts that somebody had at some time.
    taken: BTreeSet<AlertId>,
    /// As the lists were when they were last looked at.
    listed: Lists,
    /// When something is due next, as was known last.
    next: Option<Timestamp>,
    /// The month is over: whoever is asked agrees, and everybody is well.
    pub ends: bool,
    pub counts: Counts,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_of_alerts_is_seen_to_by_a_team() {
    let seed = sim::seeds(1)[0];
    // Shown where something fails.
    println!("SEED={seed}");
    let began = Instant::now();
    let world = World::of(seed, MONTH);
    let app = TestApp::start().await;
    let mut month = Month::begin(&app, &world).await;
    for one in &world.happenings {
        month.until(month.moment(one.at)).await;
        month.happens(one.at, one.what).await;
    }
    month.ends = true;
    month.rest().await;
    month.all_is_over().await;
    app.settle().await;
    nothing_is_wrong(&app).await;
    month.counts.print(began.elapsed());
    month.counts.hold();
}

impl<'w> Month<'w> {
    async fn begin(app: &'w TestApp, world: &'w World) -> Self {
        let com = app.home().await;
        nobody_of_the_demo(app, com).await;
        let community = app.ctx().store.community(com).await.expect("answers");
        let zone = community.expect("is there").zone;
        let (people, gates) = moved_in(app, world).await;
        let team = Team::of(app).await;
        Self {
            world,
            app,
            com,
            zone: TimeZone::get(&zone).expect("a zone"),
            begun: app.now(),
            people,
            gates,
            team,
            chance: Chance::new(world.seed),
            acts: BTreeMap::new(),
            taken: BTreeSet::new(),
            listed: Lists::new(),
            next: None,
            ends: false,
            counts: Counts::default(),
        }
    }

    fn moment(&self, at: Second) -> Timestamp {
        self.begun + SignedDuration::from_secs(at)
    }

    fn stand_at(&self, at: Timestamp) {
        let ahead = at.duration_since(self.app.now());
        if ahead > SignedDuration::ZERO {
            self.app.advance(ahead);
        }
    }

    /// Everything that is due before then, each at its moment.
    async fn until(&mut self, to: Timestamp) {
        while let Some(due) = self.next.filter(|due| *due < to) {
            self.stand_at(due);
            self.look().await;
        }
        self.stand_at(to);
    }

    /// Until nothing is open any more.
    async fn rest(&mut self) {
        self.look().await;
        for _ in 0..RESTS {
            let Some(due) = self.next else { return };
            self.stand_at(due);
            self.look().await;
        }
        panic!("something is due for ever: {:#?}", self.open_cases().await);
    }

    async fn happens(&mut self, at: Second, what: What) {
        match what {
            What::Beats { door } => self.beats(door, at).await,
            What::Says { passed, fate } if fate != Fate::Lost => self.passes(passed).await,
            What::Away {
                person,
                from,
                until,
            } => {
                let body = CreateAbsenceBody {
                    id: AbsenceId::new(self.app.millis(), self.app.chance()),
                    person: Some(self.people[person]),
                    kind: AbsenceKind::Family,
                    from: self.moment(from),
                    until: self.moment(until),
                    note: "电话告知".into(),
                };
                let desk = self.app.as_person(&self.team.desk[0]).await;
                leave(&desk, body).await.expect("reported");
            }
            What::Well { person } => {
                let person = self.person(self.people[person]).await;
                let who = self.app.as_person(&person).await;
                let body = SayWellBody {
                    id: self.app.command(),
                };
                let said = who.call::<SayWell>((), None_ {}, body).await;
                said.expect("well");
            }
            What::Sweeps { .. } => self.look().await,
            // Here a team looks after alerts; and nothing is started again.
            What::Closes { .. } | What::Restarts | What::Button { .. } | What::Says { .. } => {}
        }
        // A sign of life may end an alert, whose case is somebody's to go on with.
        if self.next.is_some() {
            self.plan().await;
        }
    }

    async fn person(&self, id: PersonId) -> Person {
        let found = self.app.ctx().store.person(self.com, id).await;
        found.expect("answers").expect("is there")
    }

    async fn beats(&self, door: usize, at: Second) {
        let gate = &self.gates[door];
        let said = self.moment(at - self.world.doors[door].skew).to_string();
        let body = json!({ "eventType": "heartBeat", "dateTime": said }).to_string();
        let path = format!("/v1/devices/{}/hikvision?key={}", gate.id, gate.key);
        let headers = [("content-type", "application/json")];
        let stranger = self.app.stranger();
        let raw = stranger.raw_with("POST", &path, &headers, body.into_bytes());
        let raw = raw.await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }

    async fn passes(&self, passed: usize) {
        let (ctx, one) = (self.app.ctx(), self.world.passed[passed]);
        let device = ctx.store.device(self.com, self.gates[one.door].id).await;
        let device = device.expect("answers").expect("is there");
        let sign = Sign {
            at: self.moment(one.at),
            seq: one.serial,
            passage: one.passage,
        };
        let (person, now) = (self.people[one.person], self.app.now());
        let arrived = arrive(ctx, self.com, &device, sign, person, now, false).await;
        arrived.expect("arrives");
    }

    /// What time does of itself, what that left behind, and what the team does then.
    async fn look(&mut self) {
        let (ctx, now) = (self.app.ctx(), self.app.now());
        let within = Within {
            community: self.com,
            zone: &self.zone,
            mover: None,
        };
        pass(ctx, &within, now).await.expect("the watch passes");
        service::care::sweep::pass(ctx, self.com, now).await;
        let (alerts, cases) = (self.open_alerts().await, self.open_cases().await);
        self.nothing_is_late(&alerts, &cases);
        for case in cases {
            self.acts_on(case).await;
        }
        self.each_has_theirs().await;
        self.plan().await;
    }

    /// When something is due next.
    async fn plan(&mut self) {
        let (alerts, cases) = (self.open_alerts().await, self.open_cases().await);
        let open: BTreeSet<CaseId> = cases.iter().map(|case| case.id).collect();
        self.acts.retain(|case, _| open.contains(case));
        let calls = alerts
            .iter()
            .filter_map(|alert| alert.ladder.next_at.or(alert.lease_until));
        let dues = cases.iter().filter_map(Case::due);
        let acts = self.acts.values().copied();
        let next = calls.chain(dues).chain(acts).min();
        self.next = next.map(|next| next.max(self.app.now()));
    }

    pub async fn open_alerts(&self) -> Vec<Alert> {
        let open = schema::open_alerts(self.com);
        let items = self.app.ctx().store.all(&open).await.expect("answers");
        let alerts = items.into_iter().map(|item| read(item).expect("an alert"));
        alerts.collect()
    }

    pub async fn open_cases(&self) -> Vec<Case> {
        let cases = self.app.ctx().store.open_cases(self.com).await;
        cases.expect("answers")
    }
}

/// Those of the demo take back what they agreed to: they have no doors that anybody goes through here.
pub async fn nobody_of_the_demo(app: &TestApp, com: CommunityId) {
    let watched = app.ctx().store.all_watched(com).await.expect("answers");
    for one in watched {
        let person = app.ctx().store.person(com, one.person).await;
        let who = app
            .as_person(&person.expect("answers").expect("is there"))
            .await;
        for purpose in [Purpose::WatchDoors, Purpose::WatchHealth] {
            app.advance(SignedDuration::from_secs(1));
            let body = json!({ "id": app.command(), "given": false, "version": purpose.version() });
            let path = format!("/v1/me/consents/{purpose}");
            let raw = who.raw("PUT", &path, Some(body.to_string())).await;
            assert!(raw.status < 500, "{}", raw.body);
        }
        let watched = app.ctx().store.watched(com, one.person).await;
        assert!(watched.expect("answers").is_none(), "nobody watches them");
    }
    let store = &app.ctx().store;
    for case in store.open_cases(com).await.expect("answers") {
        let left = store.forget_cases(com, case.person, app.now()).await;
        left.expect("their cases are over");
        let file = schema::care_file(com, case.person);
        store.delete_all(&[file]).await.expect("their file is gone");
    }
}

/// Its people, who agreed, and its doors.
async fn moved_in(app: &TestApp, world: &World) -> (Vec<PersonId>, Vec<Gate>) {
    let actors = grown_ups(app, world.people.len()).await;
    let (admin, desk) = (at(app, ADMIN).await, at(app, WORKER).await);
    let mut gates = Vec::new();
    for door in &world.doors {
        let body = CreateDeviceBody {
            id: DeviceId::new(app.millis(), app.chance()),
            name: "测试·门".into(),
            sense: door.sense,
            home_of: door.home_of.map(|person| id(&actors[person])),
            heartbeat_minutes: world.shape.beat_minutes,
            ways: domain::watch::Ways::default(),
        };
        let made = admin.call::<CreateDevice>((), None_ {}, body).await;
        let made = made.expect("a door");
        gates.push(Gate {
            id: made.device.id,
            key: made.key,
        });
    }
    for (n, (who, dweller)) in actors.iter().zip(&world.people).enumerate() {
        let fields = WatchedFields {
            doors: dweller.doors.iter().map(|door| gates[*door].id).collect(),
            credentials: vec![format!("78000000{n:02}")],
            relatives_credentials: Vec::new(),
            grade: Some(dweller.grade),
            own: None,
            relative: None,
            relative_reports: false,
        };
        watch_over(&desk, who, fields).await;
    }
    (actors.iter().map(id).collect(), gates)
}
