//! Homes of people who are watched over, written as they are kept, and what becomes of them: what is told, which
//! alerts there are, and one pass of the sweeper.

use acceptance::TestApp;
use acceptance::homes::{enrolled, hung};
use domain::notice::Topic;
use domain::watch::{
    Absence, AbsenceKind, Alert, Device, Grade, Passage, Presence, Rules, Sign, Watched,
};
use domain::{AbsenceId, CommunityId, DeviceId, PersonId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use service::points::Within;
use service::watch::arrive::{Arrived, arrive};
use service::watch::sweep::{self, Turn};
use store::Store;
use store::market::Beside;
use store::notify::Message;
use store::schema;
use store::table::read;
use store::watch::{
    AbsenceRow, WatchChange, device_item, device_of_item, watched_count_item, watched_item,
};
use wire::endpoint::None_;
use wire::watch::{ListWatched, WatchedQuery, WatchedView};

use super::people::{WORKER, at, grown_ups, id};

/// A door that stays alive for as long as any test goes on.
pub const LONG: u32 = 30 * 24 * 60;

pub fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

pub fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Somebody who is watched over, behind a door of their own.
pub struct Home<'a> {
    pub app: &'a TestApp,
    pub com: CommunityId,
    pub person: PersonId,
    pub door: DeviceId,
    pub seq: u64,
}

impl<'a> Home<'a> {
    /// `heartbeat`: of the door, in minutes.
    pub async fn new(app: &'a TestApp, grade: Grade, heartbeat: u32) -> Self {
        let person = id(&grown_ups(app, 1).await[0]);
        Self::of(app, person, (grade, None), heartbeat).await
    }

    pub async fn of(
        app: &'a TestApp,
        person: PersonId,
        (grade, relative): (Grade, Option<PersonId>),
        heartbeat: u32,
    ) -> Self {
        let (com, now) = (app.home().await, app.now());
        let door = DeviceId::new(app.millis(), app.chance());
        let device = Device {
            heartbeat_minutes: heartbeat,
            heard_at: Some(now),
            ..hung(com, door)
        };
        let watched = Watched {
            grade,
            relative,
            ..enrolled(com, person, vec![door], now)
        };
        let change = WatchChange {
            device: Some(device),
            watched: Some(watched.rearmed(&Rules::default(), now)),
            ..WatchChange::default()
        };
        let home = Self {
            app,
            com,
            person,
            door,
            seq: 0,
        };
        home.write(&change).await;
        home
    }

    pub fn store(&self) -> &Store {
        &self.app.ctx().store
    }

    pub async fn write(&self, change: &WatchChange) {
        let beside = Beside::default();
        let written = self.store().write_watch(self.com, change, &beside).await;
        written.expect("written");
    }

    /// Passes, and the door says so now.
    pub async fn passes(&mut self, passage: Passage, at: Timestamp) -> Arrived {
        self.seq += 1;
        self.says(Sign {
            at,
            seq: self.seq,
            passage,
        })
        .await
    }

    pub async fn says(&self, sign: Sign) -> Arrived {
        let (ctx, now) = (self.app.ctx(), self.app.now());
        let device = self.device().await;
        let arrived = arrive(ctx, self.com, &device, sign, self.person, now, false);
        arrived.await.expect("arrives")
    }

    pub async fn device(&self) -> Device {
        let device = self.store().device(self.com, self.door).await;
        device.expect("answers").expect("is there")
    }

    pub async fn watched(&self) -> Watched {
        let watched = self.store().watched(self.com, self.person).await;
        watched.expect("answers").expect("is watched")
    }

    /// The latest first.
    pub async fn alerts(&self) -> Vec<Alert> {
        let alerts = all_alerts(self.app).await.into_iter();
        alerts.filter(|one| one.person == self.person).collect()
    }

    /// What stands in somebody's inbox about this home, the latest first.
    pub async fn told(&self, reader: PersonId) -> Vec<Topic> {
        let (person, door) = (self.person.to_string(), self.door.to_string());
        let messages = messages(self.app, self.com, reader).await.into_iter();
        let own = messages.filter(|one| {
            let data = &one.notice.data;
            data.get("person") == Some(&person) || data.get("device") == Some(&door)
        });
        own.map(|one| one.notice.topic).collect()
    }
}

pub async fn messages(app: &TestApp, com: CommunityId, reader: PersonId) -> Vec<Message> {
    let inbox = schema::of_person(com, reader, "MSG#");
    let items = app.ctx().store.all(&inbox).await.expect("answers");
    let message = |item| read::<Message>(item).expect("a message");
    items.into_iter().map(message).collect()
}

/// A door that stays alive, and people behind it who entered at that moment.
pub async fn many(
    app: &TestApp,
    (count, entered): (usize, Timestamp),
    heartbeat: u32,
) -> (DeviceId, Vec<PersonId>) {
    let (com, now) = (app.home().await, app.now());
    let door = DeviceId::new(app.millis(), app.chance());
    let device = Device {
        heartbeat_minutes: heartbeat,
        heard_at: Some(now),
        ..hung(com, door)
    };
    let store = &app.ctx().store;
    let before = store.watched_count(com).await.expect("answers");
    let all = before + u64::try_from(count).expect("few");
    let items = [
        device_item(&device),
        device_of_item(&device),
        watched_count_item(com, all),
    ];
    let items = items.map(|item| item.expect("an item"));
    store.put_all(items.into()).await.expect("written");
    let mut people = Vec::with_capacity(count);
    while people.len() < count {
        let some = (count - people.len()).min(1_000);
        let one = |_| entered_at(app, com, door, entered);
        let some: Vec<Watched> = (0..some).map(one).collect();
        let item = |one| watched_item(one).expect("an item");
        let items = some.iter().map(item).collect();
        store.put_all(items).await.expect("written");
        people.extend(some.iter().map(|one| one.person));
    }
    (door, people)
}

/// Somebody who came home by that door then.
pub fn entered_at(app: &TestApp, com: CommunityId, door: DeviceId, entered: Timestamp) -> Watched {
    let person = PersonId::new(app.millis(), app.chance());
    let sign = Sign {
        at: entered,
        seq: 1,
        passage: Passage::Entry,
    };
    let watched = Watched {
        presence: Presence::default().with(sign),
        ..enrolled(com, person, vec![door], entered)
    };
    watched.rearmed(&Rules::default(), entered)
}

/// It was said of whoever lives there that they are away.
pub async fn is_away(
    home: &Home<'_>,
    kind: AbsenceKind,
    from: Timestamp,
    until: Timestamp,
) -> AbsenceId {
    let absence = Absence {
        id: AbsenceId::new(home.app.millis(), home.app.chance()),
        kind,
        from,
        until,
    };
    let mut watched = home.watched().await;
    watched.absences.push(absence);
    watched.ver += 1;
    let change = WatchChange {
        watched: Some(watched.rearmed(&Rules::default(), home.app.now())),
        absence: Some(AbsenceRow {
            community: home.com,
            person: home.person,
            absence,
            by: home.person,
            note: String::new(),
            ended_at: None,
            ver: 1,
        }),
        ..WatchChange::default()
    };
    home.write(&change).await;
    absence.id
}

/// Of this person's silence; doors aside.
pub async fn alerts_told(home: &Home<'_>, reader: PersonId) -> usize {
    let told = home.told(reader).await.into_iter();
    told.filter(|topic| *topic == Topic::WatchAlert).count()
}

/// Those who cannot be seen now.
pub async fn blind(app: &TestApp) -> Vec<WatchedView> {
    let desk = at(app, WORKER).await;
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let query = WatchedQuery {
            reason: "查看名单".into(),
            blind: Some(true),
            cursor,
            limit: Some(100),
        };
        let page = desk.call::<ListWatched>((), query, None_ {}).await;
        let page = page.expect("a page");
        all.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

pub async fn all_alerts(app: &TestApp) -> Vec<Alert> {
    let all = schema::all_alerts(app.home().await);
    let items = app.ctx().store.all(&all).await;
    let items = items.expect("answers").into_iter();
    items.map(|item| read(item).expect("an alert")).collect()
}

/// One pass of a sweeper whose clock says that, for as long as it takes.
pub async fn pass(app: &TestApp, at: Timestamp) -> usize {
    pass_within(app, at, Turn::of_seconds(600)).await
}

/// The same with so much time.
pub async fn pass_within(app: &TestApp, at: Timestamp, turn: Turn) -> usize {
    let com = app.home().await;
    let community = app.ctx().store.community(com).await.expect("answers");
    let zone = TimeZone::get(&community.expect("is there").zone).expect("a zone");
    let within = Within {
        community: com,
        zone: &zone,
        mover: None,
    };
    let done = sweep::pass_within(app.ctx(), &within, at, turn).await;
    done.expect("the sweeper passes")
}
