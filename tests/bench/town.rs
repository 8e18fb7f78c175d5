//! A store on a file with room for thousands of bookings: many residents, twelve providers.

use std::path::Path;
use std::sync::Arc;

use acceptance::chance::SeededIds;
use acceptance::client::Client;
use aws_sdk_dynamodb::config::SharedInterceptor;
use domain::access::Role;
use domain::availability::{Calendar, Day, Weekly};
use domain::person::{Language, Person, TextSize};
use domain::provider::{Credential, CredentialKind, Mode, Provider, Service, Standing, Terms};
use domain::sign_in::{SecondFactor, Session};
use domain::units::{Fen, Minute};
use domain::{CommunityId, CredentialId, PersonId, ProviderId, ServiceId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use local::{Options, Place, Running};
use store::market::{provider_item, service_item};
use store::schema::{self, Item, Kind};
use store::table::write;

pub struct Town {
    pub running: Running,
    pub community: CommunityId,
    pub zone: TimeZone,
    pub people: Vec<Person>,
    pub clients: Vec<Client>,
    pub providers: Vec<Provider>,
    pub service: Service,
}

pub const PROVIDERS: usize = 12;

/// When the providers are open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// 9 to 18 with an hour at noon, on six days.
    Usual,
    /// Day and night.
    Always,
}

impl Opening {
    fn weekly(self) -> Vec<Weekly> {
        let minute = |minute| Minute::new(minute).expect("a minute");
        let (days, spans): (&[Day], &[(u16, u16)]) = match self {
            Self::Usual => (&Day::ALL[..6], &[(9 * 60, 12 * 60), (13 * 60, 18 * 60)]),
            Self::Always => (Day::ALL, &[(0, 24 * 60)]),
        };
        let on = |day: &Day| {
            let day = *day;
            spans.iter().map(move |(from, to)| Weekly {
                day,
                from: minute(*from),
                to: minute(*to),
            })
        };
        days.iter().flat_map(on).collect()
    }
}

impl Town {
    /// `residents` people signed in, a 30-minute service by 12 providers.
    pub async fn build(folder: &Path, residents: usize, opening: Opening) -> Self {
        Self::watched(folder, residents, opening, None).await
    }

    /// The same with something that sees every call to the store.
    pub async fn watched(
        folder: &Path,
        residents: usize,
        opening: Opening,
        interceptor: Option<SharedInterceptor>,
    ) -> Self {
        let place = Place::Folder(folder.to_path_buf());
        let ids = Arc::new(SeededIds::new(3));
        let running = Running::start(Options {
            place,
            seed: true,
            ids,
            interceptor,
            ..Options::default()
        })
        .await
        .expect("it starts");
        let store = &running.ctx().store;
        let community = store.communities().await.expect("communities").remove(0);
        let zone = TimeZone::get(&community.zone).expect("a known zone");
        let at = Timestamp::now();
        let http = reqwest::Client::new();
        let (mut items, mut people, mut clients) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..residents {
            let person = person(community.id, n, at);
            let token = format!("bench-{n:037}");
            items.push(store::identity::person_item(&person).expect("an item"));
            items.push(session(&person, &token, at));
            let mut client = Client::new(&http, &running.url());
            client.cookie = Some(format!(
                "__Host-sid={}.{}.{token}",
                person.community, person.id
            ));
            clients.push(client);
            people.push(person);
        }
        let providers: Vec<Provider> = (0..PROVIDERS)
            .map(|n| provider(community.id, n, at, opening))
            .collect();
        for provider in &providers {
            let own = Person {
                id: provider.person,
                ..person(community.id, 0, at)
            };
            items.push(store::identity::person_item(&own).expect("an item"));
            items.push(provider_item(provider, &zone).expect("an item"));
        }
        let service = service(community.id, &providers);
        items.push(service_item(&service).expect("an item"));
        for chunk in items.chunks(100) {
            let mut tx = store.tx();
            for item in chunk {
                tx = tx.put_any(item.clone()).expect("a step");
            }
            tx.commit().await.expect("written");
        }
        Self {
            running,
            community: community.id,
            zone,
            people,
            clients,
            providers,
            service,
        }
    }

    /// The `n`-th half hour that can be booked, counted from the day after tomorrow.
    pub fn start(&self, n: usize) -> Timestamp {
        let second = Timestamp::now().as_second() / 86_400 * 86_400 + 2 * 86_400;
        let second = second + i64::try_from(n).expect("small") * 1_800;
        Timestamp::from_second(second).expect("in range")
    }
}

fn person(community: CommunityId, n: usize, at: Timestamp) -> Person {
    Person {
        id: PersonId::from_bits(0xbe_0000_0000 + n as u128),
        community,
        name: format!("测试·{n}"),
        phone: None,
        born: None,
        household: None,
        guardian: None,
        roles: vec![Role::Resident],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: at,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    }
}

fn session(person: &Person, token: &str, at: Timestamp) -> Item {
    let session = Session {
        started_at: at,
        used_at: at,
        staff: false,
        second_factor: SecondFactor::NotNeeded,
        tries: 0,
    };
    let digest = service::secret::digest(token.as_bytes());
    write(
        Kind::Session,
        &schema::session(person.community, person.id, &digest),
        &session,
        [],
    )
    .expect("an item")
}

fn provider(community: CommunityId, n: usize, at: Timestamp, opening: Opening) -> Provider {
    let expires = jiff::civil::date(2099, 1, 1);
    Provider {
        id: ProviderId::from_bits(0xbe_1000_0000 + n as u128),
        community,
        person: PersonId::from_bits(0xbe_3000_0000 + n as u128),
        name: format!("测试·师傅{n}"),
        intro: String::new(),
        standing: Standing::Approved,
        reason: String::new(),
        credentials: vec![Credential {
            id: CredentialId::from_bits(n as u128),
            kind: CredentialKind::Identity,
            number_tail: String::new(),
            expires,
        }],
        calendar: Calendar {
            weekly: opening.weekly(),
            ..Calendar::default()
        },
        created_at: at,
        expiry_told: None,
        ver: 1,
    }
}

fn service(community: CommunityId, providers: &[Provider]) -> Service {
    Service {
        id: ServiceId::from_bits(0xbe_2000_0000),
        community,
        category: "repair".into(),
        name: "测试·半小时".into(),
        name_en: None,
        about: String::new(),
        about_en: None,
        terms: Terms {
            price_from: Fen(1_000),
            price_to: Fen(2_000),
            minutes: 30,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            step_minutes: 30,
            lead_minutes: 0,
            horizon_days: 90,
            cutoff_minutes: 0,
            mode: Mode::OnRequest,
        },
        providers: providers.iter().map(|p| p.id).collect(),
        hidden: false,
        ver: 1,
    }
}
