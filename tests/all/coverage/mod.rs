//! Every route × every role × whose thing it is: own, one's own to serve, another's of the same
//! community, of another community, missing. [`rows`] has the answer to each. Nobody learns from
//! an answer whether a foreign thing exists, and no list holds anything foreign.
//!
//! Read here, then the context's own file, such as [`points`]: a row for each endpoint, and a body.

mod calls;
mod care;
mod identity;
mod left;
mod library;
mod market;
mod naming;
mod notify;
mod points;
mod rows;
mod things;
mod watch;

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::PersonId;
use domain::access::{Act, Role, allows};
use jiff::SignedDuration;
use serde_json::json;
use wire::endpoints;

use self::calls::probe;
use self::care::troubled;
use self::left::{redeem, serve};
use self::library::borrow;
use self::rows::{all_of, column, expected, for_role, foreign, own_list};
use self::things::{nothing, stuck, things_elsewhere};
use self::watch::silent;

pub use self::calls::{path, sample};
pub use self::care::cared;
pub use self::left::volunteer;
pub use self::library::library_task;
pub use self::things::{Things, pattern, request, things, with_role};
pub use self::watch::measured;
pub use self::watch::watched;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    /// A neighbour's visit at the provider one is.
    Served,
    SameCommunity,
    OtherCommunity,
    Missing,
}

const WHOSE: [Whose; 5] = [
    Whose::Own,
    Whose::Served,
    Whose::SameCommunity,
    Whose::OtherCommunity,
    Whose::Missing,
];

/// Everybody's proof goes by the same id: it stands within a provider's file.
const CREDENTIAL: &str = "crd_01JZ4T0Q8M6W3V9K2B7D5F1H0C";

/// After these, somebody is not who they were: each is asked by somebody new.
const LAST_WORDS: [&str; 5] = [
    "SignOut",
    "SignOutEverywhere",
    "DeleteMe",
    "EnrolSecondFactor",
    "VerifySecondFactor",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_for_every_role_and_whose_thing_it_is() {
    let app = TestApp::start().await;
    let (elsewhere, nobodys) = (things_elsewhere(&app).await, nothing(&app));
    let admin = with_role(&app, Role::Admin).await;
    let like = pattern(&app).await;
    let (mut wrong, mut leaks) = (Vec::new(), Vec::new());
    let mut asked = 0;
    for role in Role::ALL.iter().copied() {
        let neighbour = with_role(&app, Role::Resident).await;
        let mut neighbours = things(&app, &neighbour, &like, &admin).await;
        let who = with_role(&app, role).await;
        let mut own = things(&app, &who, &like, &admin).await;
        for endpoint in endpoints().filter(|e| e.act != Act::Public) {
            let somebody_new = match LAST_WORDS.contains(&endpoint.name) {
                true => Some(with_role(&app, role).await),
                false => None,
            };
            let asking = somebody_new.as_ref().unwrap_or(&who);
            for whose in WHOSE {
                let Some(column) = column(endpoint, role, whose) else {
                    continue;
                };
                if endpoint.path.starts_with("/v1/bookings/{") {
                    neighbours.booking = request(&app, &like, &neighbours, None).await;
                    own.booking = request(&app, &like, &own, None).await;
                }
                let mut served = nothing(&app);
                match whose {
                    Whose::Served => {
                        served.booking = request(&app, &like, &neighbours, Some(&own)).await;
                    }
                    Whose::SameCommunity => {
                        neighbours.booking = request(&app, &like, &neighbours, None).await;
                    }
                    Whose::Own | Whose::OtherCommunity | Whose::Missing => {}
                }
                if ["activities", "hours", "certificates"]
                    .map(|one| format!("/v1/{one}/{{"))
                    .iter()
                    .any(|one| endpoint.path.starts_with(one))
                {
                    let home = app.home().await;
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    serve(&app, home, me, &mut own).await;
                    serve(&app, home, they, &mut neighbours).await;
                }
                if ["SettleRedemption", "CancelRedemption"].contains(&endpoint.name) {
                    let home = app.home().await;
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    redeem(&app, home, me, &mut own).await;
                    redeem(&app, home, they, &mut neighbours).await;
                }
                if endpoint.path.starts_with("/v1/library/") && endpoint.path.contains('{') {
                    let home = app.home().await;
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    borrow(&app, home, me, &mut own).await;
                    borrow(&app, home, they, &mut neighbours).await;
                }
                if ["alerts", "absences"]
                    .map(|one| format!("/v1/{one}/{{"))
                    .iter()
                    .any(|one| endpoint.path.starts_with(one))
                {
                    let home = app.home().await;
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    silent(&app, home, me, &mut own).await;
                    silent(&app, home, they, &mut neighbours).await;
                }
                if ["cases", "notes"]
                    .map(|one| format!("/v1/{one}/{{"))
                    .iter()
                    .any(|one| endpoint.path.starts_with(one))
                {
                    let home = app.home().await;
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    troubled(&app, home, me, "问问近况", &mut own).await;
                    troubled(&app, home, they, "问问近况", &mut neighbours).await;
                }
                if endpoint.path.starts_with("/v1/stuck/") {
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    own.stuck = stuck(&app, app.home().await, me).await;
                    neighbours.stuck = stuck(&app, app.home().await, they).await;
                }
                let things = match whose {
                    Whose::Own => &own,
                    Whose::Served => &served,
                    Whose::SameCommunity => &neighbours,
                    Whose::OtherCommunity => &elsewhere,
                    Whose::Missing => &nobodys,
                };
                let raw = match endpoint.name {
                    "DeleteMe" => leave(&app, asking).await,
                    _ => probe(&app, asking, endpoint, things).await,
                };
                asked += 1;
                // Nobody may write more than so often in a minute.
                app.advance(SignedDuration::from_millis(300));
                let said = format!(
                    "{} {} as {role}, {whose:?}: {} {}",
                    endpoint.method.as_str(),
                    endpoint.path,
                    raw.status,
                    raw.body
                );
                assert!(raw.status < 500, "{said}");
                // What one may know of a neighbour stands in what one was given of theirs.
                let given = whose == Whose::Served
                    || column == 3
                    || ["GetMyData", "GetDataOf"].contains(&endpoint.name);
                let not_here = match given {
                    true => all_of(&elsewhere),
                    false => foreign(role, &neighbours, &elsewhere),
                };
                for id in not_here {
                    if raw.body.contains(&id) {
                        leaks.push(format!("{id} is in {said}"));
                    }
                }
                let answer = match raw.code() {
                    code if code.is_empty() || raw.status < 400 => raw.status.to_string(),
                    code => format!("{} {code}", raw.status),
                };
                let want = match allows(endpoint.act, role) {
                    true => for_role(expected(endpoint.name)[1 + column], role),
                    false => "403 not_allowed",
                };
                if answer != want {
                    wrong.push((endpoint.name, column, want, answer.clone(), role));
                }
                if raw.status < 300 && whose == Whose::Own {
                    for id in own_list(endpoint.name, &own) {
                        if !raw.body.contains(id) {
                            leaks.push(format!("{id} is not in {said}"));
                        }
                    }
                }
            }
            let still = neighbour.raw("GET", "/v1/me", None).await;
            assert_eq!(still.status, 200, "after {} by a {role}", endpoint.name);
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(
        wrong.is_empty(),
        "other than the rows say:\n{}",
        listed(&wrong)
    );
    assert!(asked > 1_500, "only {asked} asked");
    app.stop().await;
}

/// Deletes oneself, which takes one's own number.
async fn leave(app: &TestApp, who: &Actor<'_>) -> Raw {
    let me = who.id.expect("signed in");
    let person = app.ctx().store.person(app.home().await, me).await;
    let phone = person.expect("answers").and_then(|person| person.phone);
    let body = json!({ "phone": phone }).to_string();
    who.raw("POST", "/v1/me/deletion", Some(body)).await
}

fn listed(wrong: &[(&str, usize, &str, String, Role)]) -> String {
    let mut rows = std::collections::BTreeMap::<_, Vec<&str>>::new();
    for (name, column, want, answer, role) in wrong {
        let row = format!("{name} column {column}: {answer}, not {want}");
        rows.entry(row).or_default().push(role.as_str());
    }
    let lines = rows
        .iter()
        .map(|(row, roles)| format!("{row}: {}", roles.join(" ")));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_session_nothing_but_the_public_answers() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let mut forged = app.stranger();
    forged.client.cookie = Some(format!(
        "__Host-sid={}.{}.{}",
        app.home().await,
        PersonId::new(1, 1),
        "x".repeat(43)
    ));
    for endpoint in endpoints() {
        for who in [&stranger, &forged] {
            let raw = probe(&app, who, endpoint, &nothing(&app)).await;
            let said = format!(
                "{} {}: {} {}",
                endpoint.method.as_str(),
                endpoint.path,
                raw.status,
                raw.body
            );
            let refused = raw.status == 401 && raw.code() == "signed_out";
            assert_eq!(refused, endpoint.act != Act::Public, "{said}");
            assert!(raw.status < 500, "{said}");
        }
    }
    app.stop().await;
}

#[test]
fn names_and_paths_are_used_once() {
    let mut names: Vec<_> = endpoints().map(|e| e.name).collect();
    let mut lines: Vec<_> = endpoints().map(|e| (e.method.as_str(), e.path)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!((names.len(), lines.len()), (count, count));
    assert!(endpoints().all(|e| e.path.starts_with("/v1/") && !e.about.trim().is_empty()));
}
