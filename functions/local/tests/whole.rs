//! One whole Linli in memory or in a folder: it starts, answers, keeps what it should, and stops.

use std::time::Duration;

use domain::access::Role;
use domain::care::{Case, Stage};
use domain::watch::Alert;
use domain::{CommunityId, MessageId, PersonId};
use local::{Begin, Options, Place, Running, seed};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use store::notify::{Attempt, attempt_item};
use store::schema::open_alerts;
use store::table::read;

async fn seeded() -> Running {
    let options = Options {
        seed: true,
        ..Options::default()
    };
    Running::start(options).await.expect("starts")
}

async fn get(running: &Running, path: &str) -> Value {
    let answer = reqwest::get(format!("{}{path}", running.url()))
        .await
        .expect("answers");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.expect("is JSON")
}

#[tokio::test]
async fn it_describes_itself_and_offers_an_account_for_every_role() {
    let running = seeded().await;
    let description = get(&running, "/v1/openapi.json").await;
    assert_eq!(description["openapi"], "3.1.0");
    let accounts = get(&running, "/_local/demo").await["accounts"].clone();
    let accounts = accounts.as_array().expect("a list");
    assert_eq!(accounts[0]["phone"], seed::FIRST_RESIDENT_PHONE);
    assert_eq!(accounts[0]["name"], "测试·王阿姨");
    for role in Role::ALL {
        let of_role = |account: &&Value| account["role"] == role.as_str();
        let account = accounts.iter().find(of_role).expect("one of each role");
        assert_eq!(account["totp"].is_string(), role.is_staff(), "{role}");
    }
    assert_eq!(accounts.len(), seed::accounts::ACCOUNTS.len());
    running.stop().await.expect("stops");
}

#[tokio::test]
async fn the_demo_community_is_as_large_as_it_says() {
    let running = seeded().await;
    let store = &running.ctx().store;
    let communities = store.communities().await.expect("answers");
    assert_eq!(communities.len(), 2);
    let home = communities
        .iter()
        .find(|community| community.name == "测试·Y社区")
        .expect("is there")
        .id;
    let people = store.people(home).await.expect("answers");
    assert_eq!(people.len(), 120);
    let count = |role| people.iter().filter(|p| p.roles.contains(&role)).count();
    assert_eq!(count(Role::Volunteer), 30);
    assert_eq!(people.iter().filter(|p| p.guardian.is_some()).count(), 15);
    let households = store.households(home).await.expect("answers");
    assert_eq!(households.len(), 51);
    assert!(households.iter().all(|door| !door.people.is_empty()));
    assert_eq!(store.categories(home).await.expect("answers").len(), 6);
    assert_eq!(store.services(home).await.expect("answers").len(), 14);
    let providers = store.providers(home).await.expect("answers");
    let today = domain::availability::local_day(
        running.ctx().clock.now(),
        &jiff::tz::TimeZone::get("Asia/Shanghai").expect("known"),
    );
    assert_eq!(providers.len(), 14);
    assert_eq!(
        providers.iter().filter(|p| p.is_bookable(today)).count(),
        12
    );
    assert!(providers.iter().all(|p| p.calendar.flaw().is_none()));
    running.stop().await.expect("stops");
}

#[tokio::test]
async fn the_demos_cases_stand_at_different_stages_and_a_volunteer_is_asked() {
    let running = seeded().await;
    let store = &running.ctx().store;
    let communities = store.communities().await.expect("answers");
    let home = communities.iter().find(|one| one.name == "测试·Y社区");
    let home = home.expect("is there").id;
    let cases = store.open_cases(home).await.expect("answers");
    let mut stages: Vec<Stage> = cases.iter().map(Case::stage).collect();
    stages.sort_unstable();
    let known = [Stage::Triage, Stage::Triage, Stage::Visit, Stage::Visit];
    assert_eq!(stages, known);
    let people = store.people(home).await.expect("answers");
    let asked = cases.iter().flat_map(|case| case.tasks());
    let asked: Vec<_> = asked.filter_map(|task| task.offer.as_ref()).collect();
    let volunteer = people.iter().find(|one| one.id == asked[0].to);
    let volunteer = volunteer.expect("is there");
    assert!(volunteer.roles.contains(&Role::Volunteer));
    assert_eq!(asked.len(), 1);
    let now = running.ctx().clock.now();
    let due = store.visits_due(home, now).await.expect("answers");
    assert_eq!(due.len(), 1, "one is to be visited by now");
    let alerts = store.all(&open_alerts(home)).await.expect("answers");
    let alert = |item| read::<Alert>(item).expect("an alert");
    let told = alerts.into_iter().map(|item| alert(item).ladder.told);
    let told: Vec<u8> = told.collect();
    assert_eq!(told, [3, 1], "everybody, and until somebody had it");
    running.stop().await.expect("stops");
}

#[tokio::test]
async fn nothing_is_taken_away_by_a_clock_that_is_not_the_one_it_goes_by() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = "2001-01-01T00:00:00Z".parse().expect("a time");
    let start = async || {
        let options = Options {
            place: Place::Folder(folder.path().into()),
            clock: Begin::StandingAt(at),
            loops: false,
            ..Options::default()
        };
        Running::start(options).await.expect("starts")
    };
    let (com, person) = (CommunityId::new(1, 1), PersonId::new(1, 2));
    let message = MessageId::new(1, 3);
    let attempt = Attempt {
        message,
        channel: "sms".into(),
        n: 1,
        at,
        sent: true,
        reason: String::new(),
    };
    let running = start().await;
    let item = attempt_item(com, person, message, &attempt).expect("an item");
    let written = running.ctx().store.put_all(vec![item]).await;
    written.expect("written");
    running.stop().await.expect("stops");

    let running = start().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let kept = running.ctx().store.last_attempt(com, person, message).await;
    assert_eq!(kept.expect("answers"), Some(attempt));
    running.stop().await.expect("stops");
}

#[tokio::test]
async fn the_clock_goes_forward_only() {
    let options = Options {
        clock: Begin::StandingAt("2026-11-24T01:00:00Z".parse().expect("a time")),
        ..Options::default()
    };
    let running = Running::start(options).await.expect("starts");
    let url = format!("{}/_local/clock", running.url());
    let post = async |body: Value| {
        let answer = Client::new().post(&url).json(&body).send().await;
        answer.expect("answers")
    };
    let moved: Value = post(json!({ "advance": "PT1H" }))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        moved,
        json!({ "now": "2026-11-24T02:00:00Z", "offset_ms": 3_600_000 })
    );
    for bad in ["-PT1H", "PT0S", "soon", "P9999Y"] {
        let refused = post(json!({ "advance": bad })).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    assert_eq!(
        running.ctx().clock.now().to_string(),
        "2026-11-24T02:00:00Z"
    );
    running.stop().await.expect("stops");
}

#[tokio::test]
async fn helpers_answer_nobody_from_elsewhere() {
    let running = seeded().await;
    for path in [
        "/_local/demo",
        "/_local/outbox",
        "/_local/outbox.json",
        "/_local/clock",
    ] {
        let answer = Client::new()
            .get(format!("{}{path}", running.url()))
            .header("host", "linli.example")
            .send()
            .await
            .expect("answers");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        let through_a_proxy = Client::new()
            .get(format!("{}{path}", running.url()))
            .header("x-forwarded-for", "203.0.113.7")
            .send()
            .await
            .expect("answers");
        assert_eq!(through_a_proxy.status(), StatusCode::FORBIDDEN, "{path}");
    }
    running.stop().await.expect("stops");

    let options = Options {
        host: std::net::Ipv4Addr::UNSPECIFIED.into(),
        ..Options::default()
    };
    let open = Running::start(options).await.expect("starts");
    let url = format!("http://127.0.0.1:{}/_local/demo", open.address.port());
    let answer = reqwest::get(url).await.expect("answers");
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    open.stop().await.expect("stops");

    let options = Options {
        helpers: false,
        ..Options::default()
    };
    let shut = Running::start(options).await.expect("starts");
    let answer = reqwest::get(format!("{}/_local/demo", shut.url())).await;
    let answer = answer.expect("answers");
    assert_eq!(
        answer.status(),
        StatusCode::NOT_FOUND,
        "and nobody at all where they are not wanted"
    );
    shut.stop().await.expect("stops");
}

#[tokio::test]
async fn a_folder_keeps_its_data_and_a_seeding_cut_short_is_done_again() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let options = |seed| Options {
        place: Place::Folder(temporary.path().into()),
        seed,
        ..Options::default()
    };
    let first = Running::start(options(false)).await.expect("starts");
    let half = store::table::write(
        store::schema::Kind::Category,
        &store::schema::category(domain::CommunityId::new(1, 1), "half"),
        &json!({ "slug": "half" }),
        [],
    );
    let store = first.ctx().store.clone();
    store
        .put_all(vec![half.expect("an item")])
        .await
        .expect("written");
    drop(store);
    assert!(Running::start(options(false)).await.is_err(), "one owner");
    first.stop().await.expect("stops");

    let second = Running::start(options(true)).await.expect("starts");
    let store = &second.ctx().store;
    let half = store.categories(domain::CommunityId::new(1, 1)).await;
    assert!(half.expect("answers").is_empty());
    let before = store.communities().await.expect("answers");
    second.stop().await.expect("stops");

    let third = Running::start(options(true)).await.expect("starts");
    let after = third.ctx().store.communities().await.expect("answers");
    assert_eq!(after, before);
    assert_eq!(after.len(), 2);
    third.stop().await.expect("stops");
}

#[tokio::test]
async fn below_the_api_no_page_answers() {
    let running = seeded().await;
    for path in ["/v1", "/v1/", "/v1/nothing", "/v1/nothing/"] {
        let answer = Client::new()
            .get(format!("{}{path}", running.url()))
            .send()
            .await
            .expect("answers");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        let problem: Value = answer.json().await.expect("JSON");
        assert_eq!(problem["code"], "not_found", "{path}");
    }
    running.stop().await.expect("stops");
}
