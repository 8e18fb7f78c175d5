//! Communities that live by a seed, and their alerts held against an oracle: none missed, none early, none
//! twice, and what was not known in time withdrawn the moment it was. Months on paper, where sweepers go in
//! steps of any order and die; days with a whole Linli, whose store throttles and loses replies.
//!
//! A seed that fails is printed; `SEED=… cargo test -p acceptance --test all watch::sim` plays it alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use acceptance::app::join_all;
use acceptance::faults::{Faults, Rates};
use acceptance::sim::oracle::{self, Expected, Over, Told};
use acceptance::sim::world::{Fate, HOUR, Second, Shape, What, World};
use acceptance::sim::{self, Sum};
use acceptance::{TestApp, length};
use domain::watch::{
    AbsenceKind, Alert, AlertReason, AlertState, DoorSense, Passage, Sign, Silence,
};
use domain::{AbsenceId, CommunityId, DeviceId, PersonId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use service::points::Within;
use service::watch::arrive::arrive;
use service::watch::sweep::pass;
use store::schema;
use store::table::read;
use wire::endpoint::None_;
use wire::watch::{
    CloseAlert, CloseAlertBody, CreateAbsenceBody, CreateDevice, CreateDeviceBody, SayWell,
    SayWellBody, WatchedFields,
};

use super::people::{ADMIN, WORKER, at, grown_ups, id, leave, stored, watch_over};
use crate::market::race::nothing_is_wrong;

#[test]
fn fifty_months_on_paper_have_exactly_the_alerts_they_have_to() {
    let seeds = sim::seeds(50);
    let (mut sum, mut wrong) = (Sum::default(), Vec::new());
    for seed in &seeds {
        match sim::check(*seed, Shape::MONTH) {
            Ok(one) => sum = sum.with(one),
            Err(other) => wrong.push(other),
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nSEED=… plays one of them alone",
        wrong.join("\n")
    );
    // Months in which nothing happens would show nothing.
    if seeds.len() > 1 {
        assert!(sum.alerts > 1_000, "{sum:?}");
        assert!(sum.late > 200 && sum.unseen > 50, "{sum:?}");
    }
}

#[test]
fn a_seed_plays_the_same_world_again_and_another_another() {
    let happenings = |seed| World::of(seed, Shape::MONTH).happenings;
    assert_eq!(happenings(7), happenings(7));
    assert_ne!(happenings(7), happenings(8));
}

#[test]
fn an_alert_that_is_missed_early_twice_or_of_nobody_is_noticed() {
    let world = World {
        happenings: Vec::new(),
        passed: Vec::new(),
        ..World::of(1, Shape::WEEK)
    };
    let told = Told {
        person: 0,
        silence: Silence::NoExit,
        due: 48 * HOUR,
        opened: 48 * HOUR,
        over: Some(Over::Closed(50 * HOUR)),
    };
    let expected = [Expected {
        told,
        latest: told.opened,
    }];
    let wrong = |found: &[Told]| sim::differences(&world, &expected, found);
    assert_eq!(wrong(&[told]), Vec::<String>::new());
    let opened = |opened| Told { opened, ..told };
    let other = Told { person: 1, ..told };
    let open = Told { over: None, ..told };
    for (found, word) in [
        (vec![], "missed"),
        (vec![told, told], "twice"),
        (vec![opened(48 * HOUR - 1)], "early"),
        (vec![opened(48 * HOUR + 1)], "other"),
        (vec![open], "other"),
        (vec![told, other], "nobody asked for"),
    ] {
        let said = wrong(&found).join("\n");
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_with_a_whole_linli_have_exactly_the_alerts_they_have_to() {
    for seed in sim::seeds(length::long_or(50, 4)) {
        days(seed, None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_linli_that_is_started_again_in_between_misses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = sim::seeds(1)[0];
    days(seed, Some(folder.path())).await;
}

async fn days(seed: u64, folder: Option<&Path>) {
    // Shown where something fails.
    println!("SEED={seed}");
    let world = World::of(seed, Shape::WEEK);
    let expected = oracle::alerts(&world);
    let mut village = Village::settle(&world, sim::closes(&expected), folder).await;
    for one in &world.happenings {
        village.happens(one.at, one.what).await;
    }
    let wrong = sim::differences(&world, &expected, &village.told().await);
    assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n"));
    village.app().settle().await;
    nothing_is_wrong(village.app()).await;
    village.stop().await;
}

const RATES: Rates = Rates {
    conflict: 3,
    throttle: 3,
    server_error: 1,
    lost_reply: 3,
    timeout: 1,
};
/// How often a door sends what was not taken, before this gives up.
const TRIES: usize = 50;

struct Gate {
    id: DeviceId,
    key: String,
}

/// A world in front of a server.
struct Village<'w> {
    world: &'w World,
    /// Absent while it is started again.
    app: Option<TestApp>,
    folder: Option<&'w Path>,
    starts: u64,
    faults: Arc<Faults>,
    com: CommunityId,
    zone: TimeZone,
    begun: Timestamp,
    people: Vec<PersonId>,
    gates: Vec<Gate>,
    closes: BTreeSet<(usize, Second)>,
}

fn card(person: usize) -> String {
    format!("77000000{person:02}")
}

impl<'w> Village<'w> {
    async fn settle(
        world: &'w World,
        closes: BTreeSet<(usize, Second)>,
        folder: Option<&'w Path>,
    ) -> Self {
        let faults = Faults::new(world.seed, RATES);
        let app = match folder {
            Some(folder) => TestApp::in_folder(folder, 1, faults.interceptor()).await,
            None => TestApp::with_faults(faults.interceptor()).await,
        };
        let com = app.home().await;
        let community = app.ctx().store.community(com).await.expect("answers");
        let zone = community.expect("is there").zone;
        let zone = TimeZone::get(&zone).expect("a zone");
        let (people, gates) = moved_in(&app, world).await;
        let begun = app.now();
        Self {
            world,
            app: Some(app),
            folder,
            starts: 1,
            faults,
            com,
            zone,
            begun,
            people,
            gates,
            closes,
        }
    }

    fn app(&self) -> &TestApp {
        self.app.as_ref().expect("it runs")
    }

    async fn stop(&mut self) {
        let app = self.app.take().expect("it runs");
        app.stop().await;
    }

    fn moment(&self, at: Second) -> Timestamp {
        self.begun + SignedDuration::from_secs(at)
    }

    fn second(&self, at: Timestamp) -> Second {
        at.duration_since(self.begun).as_secs()
    }

    async fn happens(&mut self, at: Second, what: What) {
        let ahead = self.moment(at).duration_since(self.app().now());
        if ahead > SignedDuration::ZERO {
            self.app().advance(ahead);
        }
        match what {
            What::Beats { door } => {
                let beat = json!({ "eventType": "heartBeat", "dateTime": self.said(door, at) });
                self.says(door, &beat).await;
            }
            What::Button { door } => {
                let button = self.event(door, at, 0x17, json!({ "currentEvent": true }));
                self.says(door, &button).await;
            }
            What::Says { passed, fate } => self.passes(passed, fate, at).await,
            What::Away {
                person,
                from,
                until,
            } => self.leaves(person, from, until).await,
            What::Well { person } => self.is_well(person).await,
            What::Closes { person } => {
                if self.closes.contains(&(person, at)) {
                    self.closes_alert(person).await;
                }
            }
            What::Sweeps { harmed } => self.sweeps(harmed).await,
            What::Restarts => self.restarts().await,
        }
    }

    /// By the clock of the door.
    fn said(&self, door: usize, at: Second) -> String {
        self.moment(at - self.world.doors[door].skew).to_string()
    }

    fn event(&self, door: usize, at: Second, minor: u64, more: Value) -> Value {
        let mut access = more;
        access["majorEventType"] = json!(5);
        access["subEventType"] = json!(minor);
        json!({ "eventType": "AccessControllerEvent", "dateTime": self.said(door, at), "AccessControllerEvent": access })
    }

    /// As a terminal does it: again, until it is taken. Faults happen meanwhile.
    async fn says(&self, door: usize, said: &Value) {
        let gate = &self.gates[door];
        let path = format!("/v1/devices/{}/hikvision?key={}", gate.id, gate.key);
        let headers = [("content-type", "application/json")];
        let stranger = self.app().stranger();
        self.faults.switch(true);
        for _ in 0..TRIES {
            let body = said.to_string().into_bytes();
            let raw = stranger.raw_with("POST", &path, &headers, body).await;
            match raw.status {
                200 => {
                    self.faults.switch(false);
                    assert_eq!(raw.json()["outcomes"][0]["refused"], Value::Null);
                    return;
                }
                500.. => {}
                other => panic!("{other} {}", raw.body),
            }
        }
        panic!("not taken on any of {TRIES} tries");
    }

    async fn passes(&self, passed: usize, fate: Fate, at: Second) {
        let one = self.world.passed[passed];
        if fate == Fate::Lost {
            return;
        }
        if fate == Fate::HalfTaken {
            let (ctx, gate) = (self.app().ctx(), &self.gates[one.door]);
            let device = ctx.store.device(self.com, gate.id).await;
            let device = device.expect("answers").expect("is there");
            let sign = Sign {
                at: self.moment(one.at),
                seq: one.serial,
                passage: one.passage,
            };
            let (person, now) = (self.people[one.person], self.moment(at));
            let arrived = arrive(ctx, self.com, &device, sign, person, now, false).await;
            arrived.expect("arrives");
            return;
        }
        let mut more = json!({ "serialNo": one.serial, "currentEvent": at == one.at });
        let (minor, way) = match one.passage {
            Passage::Entry => (0x01, Some("checkIn")),
            Passage::Exit => (0x01, Some("checkOut")),
            Passage::Opened | Passage::Unidentified => (0x19, None),
        };
        if let Some(way) = way {
            more["attendanceStatus"] = json!(way);
            more["cardNo"] = json!(card(one.person));
        }
        let event = self.event(one.door, one.at, minor, more);
        self.says(one.door, &event).await;
    }

    async fn leaves(&self, person: usize, from: Second, until: Second) {
        let app = self.app();
        let desk = at(app, WORKER).await;
        let body = CreateAbsenceBody {
            id: AbsenceId::new(app.millis(), app.chance()),
            person: Some(self.people[person]),
            kind: AbsenceKind::Family,
            from: self.moment(from),
            until: self.moment(until),
            note: "电话告知".into(),
        };
        leave(&desk, body).await.expect("reported");
    }

    async fn is_well(&self, person: usize) {
        let app = self.app();
        let found = app.ctx().store.person(self.com, self.people[person]).await;
        let person = found.expect("answers").expect("is there");
        let who = app.as_person(&person).await;
        let body = SayWellBody { id: app.command() };
        let said = who.call::<SayWell>((), None_ {}, body).await;
        said.expect("well");
    }

    async fn closes_alert(&self, person: usize) {
        let app = self.app();
        let desk = at(app, WORKER).await;
        let watched = stored(app, self.people[person]).await;
        let alert = watched.expect("is watched over").alert;
        let alert = alert.expect("an alert is open");
        let body = CloseAlertBody {
            id: app.command(),
            reason: AlertReason::Other,
            comment: "上门看过".into(),
            seen_at: None,
        };
        let closed = desk.call::<CloseAlert>((alert,), None_ {}, body).await;
        closed.expect("closed");
    }

    /// Two at once; where there are faults, two more afterwards.
    async fn sweeps(&self, harmed: bool) {
        let (ctx, now) = (self.app().ctx(), self.app().now());
        let within = Within {
            community: self.com,
            zone: &self.zone,
            mover: None,
        };
        if harmed {
            self.faults.switch(true);
            let both = join_all([pass(ctx, &within, now), pass(ctx, &within, now)]).await;
            drop(both);
            self.faults.switch(false);
        }
        for done in join_all([pass(ctx, &within, now), pass(ctx, &within, now)]).await {
            done.expect("the sweeper passes");
        }
    }

    /// Where nothing is kept over a restart, nothing happens.
    async fn restarts(&mut self) {
        let Some(folder) = self.folder else { return };
        let now = self.app().now();
        self.stop().await;
        self.starts += 1;
        let faults = self.faults.interceptor();
        let app = TestApp::in_folder(folder, self.starts, faults).await;
        assert_eq!(app.now(), now, "the clock goes on where it was");
        self.app = Some(app);
    }

    async fn told(&self) -> Vec<Told> {
        let all = schema::all_alerts(self.com);
        let items = self.app().ctx().store.all(&all).await;
        let items = items.expect("answers").into_iter();
        let alerts = items.map(|item| read::<Alert>(item).expect("an alert"));
        let told = alerts.filter_map(|alert| {
            let mut people = self.people.iter();
            let over = alert.closed_at.map(|at| match alert.state {
                AlertState::Closed => Over::Closed(self.second(at)),
                AlertState::Open | AlertState::Acknowledged | AlertState::Withdrawn => {
                    Over::Withdrawn(self.second(at))
                }
            });
            Some(Told {
                person: people.position(|one| *one == alert.person)?,
                silence: alert.cause.silence()?,
                due: self.second(alert.due),
                opened: self.second(alert.opened_at),
                over,
            })
        });
        told.collect()
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
        assert_eq!(body.home_of.is_some(), door.sense == DoorSense::HomeDoor);
        let made = admin.call::<CreateDevice>((), None_ {}, body).await;
        let made = made.expect("a door");
        gates.push(Gate {
            id: made.device.id,
            key: made.key,
        });
    }
    for (i, (who, dweller)) in actors.iter().zip(&world.people).enumerate() {
        let fields = WatchedFields {
            doors: dweller.doors.iter().map(|door| gates[*door].id).collect(),
            credentials: vec![card(i)],
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
