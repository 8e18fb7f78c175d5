//! A whole Linli in memory, seeded with the demo community, its clock standing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::config::SharedInterceptor;
use domain::person::Person;
use domain::provider::Service;
use domain::{CommandId, ProviderId};
use jiff::{SignedDuration, Timestamp};
use local::{Begin, Opened, Options, Place, Running};
use service::Ctx;
use store::table::read;
use store::{Store, schema};
use tokio::sync::OnceCell;

use crate::actor::Actor;
use crate::chance::{Chance, SeededIds};
use crate::engine;

/// A Tuesday morning, nine o'clock in Shanghai.
pub const MORNING: &str = "2026-11-24T01:00:00Z";

/// The demo community at [`MORNING`], as a database's file.
static DEMO: OnceCell<Vec<u8>> = OnceCell::const_new();

/// Its ids are nobody's else: servers begin at 1.
const DEMO_IDS: u64 = 0;

async fn made(file: &Path) -> Vec<u8> {
    let at: Timestamp = MORNING.parse().expect("a timestamp");
    let options = Options {
        clock: Begin::StandingAt(at),
        seed: true,
        ids: Arc::new(SeededIds::new(DEMO_IDS)),
        ..Options::default()
    };
    let opened = Opened::open(&options).await.expect("it opens");
    opened.write_to(file).expect("it is written");
    opened.close().await.expect("it closes");
    std::fs::read(file).expect("it was written")
}

pub struct TestApp {
    running: Running,
    pub http: reqwest::Client,
    next: AtomicU64,
    /// Another server in front of the same store, which everybody calls instead.
    front: Option<String>,
    /// A table in another DynamoDB, which goes with this.
    leaves: Option<Store>,
}

impl TestApp {
    /// At [`MORNING`].
    pub async fn start() -> Self {
        Self::like_the_demo(Options::default()).await
    }

    /// With something between the server and its store.
    pub async fn with_faults(faults: SharedInterceptor) -> Self {
        let options = Options {
            interceptor: Some(faults),
            ..Options::default()
        };
        Self::like_the_demo(options).await
    }

    /// In memory, with a copy of the demo community, which is made once.
    async fn like_the_demo(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("demo");
        if engine::is_elsewhere() {
            return Self::with(options, 1).await;
        }
        let demo = DEMO.get_or_init(|| made(&file)).await;
        let file = folder.path().join("copy");
        std::fs::write(&file, demo).expect("written");
        let options = Options {
            place: Place::Copy(file),
            ..options
        };
        Self::with(options, 1).await
    }

    /// The same with what a folder holds, to be stopped and started there again. `nth`: of its starts, from 1,
    /// so that no id is made twice.
    pub async fn in_folder(folder: &Path, nth: u64, faults: SharedInterceptor) -> Self {
        let options = Options {
            place: Place::Folder(folder.to_path_buf()),
            interceptor: Some(faults),
            ..Options::default()
        };
        Self::with(options, nth).await
    }

    /// With the operating system's clock, for whoever shares the store with processes of their own. `front`: the
    /// address of the server that everybody calls, given the way to the store.
    pub async fn behind(front: impl AsyncFnOnce(&Running) -> String) -> Self {
        let mut app = Self::begin(Options::default(), 1).await;
        app.front = Some(front(&app.running).await);
        app
    }

    async fn with(options: Options, nth: u64) -> Self {
        let at: Timestamp = MORNING.parse().expect("a timestamp");
        let options = Options {
            clock: Begin::StandingAt(at),
            ..options
        };
        Self::begin(options, nth).await
    }

    async fn begin(options: Options, nth: u64) -> Self {
        let ids = Arc::new(SeededIds::new(nth));
        let folder = match &options.place {
            Place::Folder(folder) => Some(folder.as_path()),
            Place::Memory | Place::Copy(_) => None,
        };
        let elsewhere = engine::elsewhere(options.interceptor.clone(), folder);
        let leaves = elsewhere.clone().filter(|_| folder.is_none());
        let options = Options {
            seed: true,
            loops: false,
            ids,
            elsewhere,
            ..options
        };
        let running = Running::start(options).await.expect("it starts");
        let http = reqwest::Client::builder().build().expect("a client");
        Self {
            running,
            http,
            next: AtomicU64::new(1 + ((nth - 1) << 32)),
            front: None,
            leaves,
        }
    }

    pub fn ctx(&self) -> &Ctx {
        self.running.ctx()
    }

    pub fn url(&self) -> String {
        self.front.clone().unwrap_or_else(|| self.running.url())
    }

    /// Is there another server in front?
    pub fn is_behind(&self) -> bool {
        self.front.is_some()
    }

    pub fn now(&self) -> Timestamp {
        self.ctx().clock.now()
    }

    pub fn advance(&self, by: SignedDuration) {
        self.running
            .clock()
            .advance(by)
            .expect("the clock moves")
            .expect("forward");
    }

    /// Lets everything happen that is due: bookings lapse, messages go out.
    pub async fn settle(&self) {
        while service::market::sweep::run_once(self.ctx())
            .await
            .expect("the sweeper runs")
            > 0
        {}
        service::notify::relay::settle(self.ctx())
            .await
            .expect("the relay runs");
    }

    /// A number no other call gets, for ids.
    pub fn chance(&self) -> u128 {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        Chance::new(n).bits()
    }

    pub fn millis(&self) -> u64 {
        u64::try_from(self.now().as_millisecond()).expect("after 1970")
    }

    pub fn command(&self) -> CommandId {
        CommandId::new(self.millis(), self.chance())
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Actor<'_> {
        Actor::new(self)
    }

    /// Signs in with the code from the outbox and, where asked for, the second factor.
    pub async fn sign_in(&self, phone: &str) -> Actor<'_> {
        Actor::sign_in(self, phone).await
    }

    /// The demo resident.
    pub async fn resident(&self) -> Actor<'_> {
        self.sign_in("13800000001").await
    }

    /// Signed in without the way through codes, for the many: a session written into the store.
    pub async fn as_person(&self, person: &Person) -> Actor<'_> {
        Actor::with_session(self, person).await
    }

    /// Every living person of the community the demo resident belongs to.
    pub async fn people(&self) -> Vec<Person> {
        let community = self.home().await;
        let items = self
            .ctx()
            .store
            .all(&schema::people(community))
            .await
            .expect("people");
        items
            .into_iter()
            .map(|item| read(item).expect("a person"))
            .collect()
    }

    /// The demo resident's community.
    pub async fn home(&self) -> domain::CommunityId {
        let digest = self.ctx().secret.phone_digest("13800000001");
        self.ctx()
            .store
            .account(&digest)
            .await
            .expect("the store answers")
            .expect("the demo resident")
            .community
    }

    /// A service of the demo community by its name.
    pub async fn service(&self, name: &str) -> Service {
        let services = self
            .ctx()
            .store
            .services(self.home().await)
            .await
            .expect("services");
        services
            .into_iter()
            .find(|service| service.name == name)
            .expect("a service of that name")
    }

    /// The telephone number of a provider.
    pub async fn phone_of(&self, provider: ProviderId) -> String {
        let community = self.home().await;
        let provider = self
            .ctx()
            .store
            .provider(community, provider)
            .await
            .expect("answers")
            .expect("is there");
        let person: Person = self
            .ctx()
            .store
            .get(&schema::person(community, provider.person))
            .await
            .expect("answers")
            .expect("is there");
        person.phone.expect("providers have one")
    }

    pub async fn stop(self) {
        if let Some(store) = &self.leaves {
            store.delete_table().await.expect("the table goes");
        }
        self.running.stop().await.expect("it stops");
    }
}

/// Puts a message into somebody's inbox; its id.
pub async fn message(
    app: &TestApp,
    community: domain::CommunityId,
    person: domain::PersonId,
) -> String {
    let notice = domain::notice::Notice {
        topic: domain::notice::Topic::BookingMade,
        data: domain::notice::Data::new(),
    };
    let id = domain::MessageId::new(app.millis(), app.chance());
    let at = app.now();
    let to = vec![store::notify::To::Person(person)];
    let row = store::notify::Outgoing {
        id,
        community,
        to,
        notice,
        at,
        attempts: 0,
        postponed: 0,
        next_at: at,
    };
    app.ctx()
        .store
        .deliver(&row, person)
        .await
        .expect("delivered");
    id.to_string()
}

/// Where somebody lives.
pub async fn community_of(app: &TestApp, person: domain::PersonId) -> domain::CommunityId {
    app.home_of(person).await
}

/// All at once, on this task; the answers in the order of the calls.
pub async fn join_all<F: Future>(calls: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut calls: Vec<_> = calls
        .into_iter()
        .map(|call| (Box::pin(call), None))
        .collect();
    std::future::poll_fn(|cx| {
        let mut waiting = false;
        for (call, out) in &mut calls {
            if out.is_none() {
                match call.as_mut().poll(cx) {
                    std::task::Poll::Ready(done) => *out = Some(done),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    calls.into_iter().filter_map(|(_, out)| out).collect()
}
