//! "Whom did they look at?": every page of the answer, of somebody who looked ten thousand times.

use std::time::Instant;

use acceptance::client::Client;
use domain::access::Role;
use domain::person::Person;
use domain::sign_in::{SecondFactor, Session};
use domain::{PersonId, ViewId};
use jiff::Timestamp;
use service::secret;
use store::identity::{View, person_item};
use store::schema::{self, Kind};
use store::table::write;
use wire::care::ListLooks;
use wire::endpoint::None_;
use wire::identity::PageQuery;

use crate::Times;
use crate::town::{Opening, Town};

const LOOKS: usize = 10_000;
/// Written at once, as a list of so many is.
const AT_ONCE: usize = 10;
const CALLS: usize = 20;
const AIM_MS: f64 = 1_000.0;

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), 100, Opening::Usual).await;
    let viewer = &town.people[0];
    look(&town, viewer).await;
    let asks = admin(&town).await;
    let mut times = Vec::new();
    for _ in 0..CALLS {
        let begun = Instant::now();
        let found = all(&asks, viewer.id).await;
        times.push(begun.elapsed());
        assert_eq!(found, LOOKS, "each look is told");
    }
    let times = Times::of(times);
    times.line("all pages of whom somebody looked at, 10,000 looks (aim 1 s)");
    let begun = Instant::now();
    let (store, at) = (&town.running.ctx().store, Timestamp::now());
    let mut findings = store::audit::check(store, at).await.expect("it checks");
    findings.retain(|one| one.rule == "the log of views is whole");
    assert!(findings.is_empty(), "{findings:?}");
    println!(
        "a check of everything, with the chain of {LOOKS} looks: {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    let most = times.at(1.0);
    assert!(
        most <= AIM_MS,
        "{most:.0} ms, and no more than 1 s is aimed at"
    );
    town.running.stop().await.expect("it stops");
}

/// At everybody else, again and again.
async fn look(town: &Town, viewer: &Person) {
    let at = Timestamp::now();
    let millis = u64::try_from(at.as_millisecond()).expect("after 1970");
    let others = &town.people[1..];
    let lines: Vec<(PersonId, View)> = (0..LOOKS)
        .map(|n| {
            let view = View {
                id: ViewId::new(millis, n as u128),
                at,
                viewer: viewer.id,
                viewer_role: Role::SocialWorker,
                what: "GetCareFile".into(),
                reason: format!("第{n}次上门"),
                how: None,
            };
            (others[n % others.len()].id, view)
        })
        .collect();
    for some in lines.chunks(AT_ONCE) {
        let written = town.running.ctx().store.log_views(town.community, some);
        written.await.expect("written");
    }
}

/// Somebody who may ask.
async fn admin(town: &Town) -> Client {
    let at = Timestamp::now();
    let person = Person {
        id: PersonId::new(7, 7),
        roles: vec![Role::Resident, Role::Admin],
        ..town.people[0].clone()
    };
    let token = format!("bench-{:037}", 7_000_000);
    let session = Session {
        started_at: at,
        used_at: at,
        staff: true,
        second_factor: SecondFactor::Passed,
        tries: 0,
    };
    let digest = secret::digest(token.as_bytes());
    let key = schema::session(person.community, person.id, &digest);
    let items = vec![
        person_item(&person).expect("an item"),
        write(Kind::Session, &key, &session, []).expect("an item"),
    ];
    let store = &town.running.ctx().store;
    store.put_all(items).await.expect("written");
    let mut client = Client::new(&reqwest::Client::new(), &town.running.url());
    client.cookie = Some(format!(
        "__Host-sid={}.{}.{token}",
        person.community, person.id
    ));
    client
}

async fn all(asks: &Client, viewer: PersonId) -> usize {
    let (mut found, mut cursor) = (0, None);
    loop {
        let query = PageQuery {
            cursor,
            limit: Some(100),
        };
        let page = asks.call::<ListLooks>((viewer,), query, None_ {}).await;
        let page = page.expect("a page");
        found += page.items.len();
        cursor = page.cursor;
        if cursor.is_none() {
            return found;
        }
    }
}
