//! Who is told of an alert, and who after them: step by step, until somebody has it, and not a moment longer.
//! Three of these are what other products got wrong (Grafana OnCall 1206, 4760 and 3898).

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::notice::{Carrier, Data, Topic};
use domain::watch::{AlertState, Grade, Passage, Reach, Rules, Step};
use domain::{AlertId, PersonId, limits};
use jiff::Timestamp;
use service::market::sweep::run_once;
use service::notify::relay;
use store::watch::WatchChange;
use wire::endpoint::None_;
use wire::watch::{
    AlertView, AlertsQuery, GetAlert, GetWatchRules, ListAlerts, PutWatchRules, PutWatchRulesBody,
    ToldView, WatchRulesView,
};
use wire::{Code, Problem};

use super::homes::{Home, LONG, hours, messages, minutes};
use super::people::{ADMIN, WORKER, at, code, id};
use crate::care::month::nobody_of_the_demo;
use crate::market::race::nothing_is_wrong;
use crate::notify::channel::{Wire, through};

/// Somebody of the community with this role.
async fn of_role(app: &TestApp, role: Role) -> PersonId {
    let people = app.people().await;
    let one = people.iter().find(|person| person.roles.contains(&role));
    one.expect("the demo has one").id
}

/// Silent for too long since just now; nobody was told before.
async fn silent(app: &TestApp) -> Home<'_> {
    let mut home = Home::new(app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(48));
    home
}

async fn pass(app: &TestApp, by: jiff::SignedDuration) {
    app.advance(by);
    app.settle().await;
}

/// Somebody takes the alert of this home on, now.
async fn taken(app: &TestApp, home: &Home<'_>, who: PersonId) {
    let alert = home.alerts().await.remove(0);
    let taken = alert.acknowledge(who, &Rules::default(), app.now());
    let change = WatchChange {
        alert: Some(taken.expect("nobody has it")),
        ..WatchChange::default()
    };
    home.write(&change).await;
}

#[tokio::test]
async fn one_step_follows_the_other_while_nobody_answers() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let station = of_role(&app, Role::Station).await;
    let admin = of_role(&app, Role::Admin).await;
    let home = silent(&app).await;
    app.settle().await;
    let told = async || {
        let mut counts = Vec::new();
        for reader in [worker, station, admin] {
            counts.push(home.told(reader).await.len());
        }
        counts
    };
    assert_eq!(told().await, [1, 0, 0]);
    pass(&app, minutes(4)).await;
    assert_eq!(told().await, [1, 0, 0]);
    pass(&app, minutes(1)).await;
    assert_eq!(told().await, [2, 1, 0]);
    pass(&app, minutes(14)).await;
    assert_eq!(told().await, [2, 1, 0]);
    pass(&app, minutes(1)).await;
    assert_eq!(
        told().await,
        [2, 1, 1],
        "whoever cannot be reached is passed over"
    );
    // There are no more steps: the last is told again until somebody has it.
    pass(&app, minutes(29)).await;
    assert_eq!(told().await, [2, 1, 1]);
    for repeated in 2..5 {
        pass(&app, minutes(if repeated == 2 { 1 } else { 30 })).await;
        assert_eq!(told().await, [2, 1, repeated]);
    }
    assert_eq!(home.alerts().await[0].ladder.told, 3);
    taken(&app, &home, worker).await;
    pass(&app, minutes(29)).await;
    assert_eq!(told().await, [2, 1, 4], "somebody has it");
    nothing_is_wrong(&app).await;
}

/// One alert as somebody at the desk gets it.
async fn looked(desk: &Actor<'_>, alert: AlertId) -> AlertView {
    let view = desk.call::<GetAlert>((alert,), None_ {}, None_ {}).await;
    view.expect("a view")
}

/// What an alert says of having told somebody of this name.
fn told_to(view: &AlertView, name: &str) -> Vec<ToldView> {
    let told = view.told.iter().filter(|one| one.name == name);
    told.cloned().collect()
}

/// By which way it was tried, when, and why it did not leave: empty if it did.
fn tries(told: &ToldView) -> Vec<(Carrier, Timestamp, &str)> {
    let tries = told.tries.iter();
    tries
        .map(|one| {
            assert_eq!(one.sent, one.reason.is_empty());
            (one.way, one.at.at, one.reason.as_str())
        })
        .collect()
}

/// One step, then the next, then a text that does not leave, and that it is over.
#[tokio::test]
async fn whoever_looks_sees_who_was_told_in_which_way_and_what_came_of_it() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let station = of_role(&app, Role::Station).await;
    let admin = of_role(&app, Role::Admin).await;
    let mut home = silent(&app).await;
    app.settle().await;
    let first = app.now();
    pass(&app, minutes(5)).await;
    let second = app.now();
    let alert = home.alerts().await.remove(0).id;
    let inbox = messages(&app, home.com, station).await;
    let called = |data: &Data| data.get("alert") == Some(&alert.to_string());
    let message = inbox.iter().find(|one| called(&one.notice.data));
    let message = message.expect("the station was called").id;
    let read = home.store().mark_read(home.com, station, message, second);
    read.await.expect("lies in the inbox");
    app.advance(minutes(15));
    run_once(app.ctx()).await.expect("the sweeper runs");
    let (third, wire) = (app.now(), Wire::new());
    wire.refuse(true);
    let refused = relay::run_once(&through(&app, &wire)).await;
    refused.expect("the relay runs");

    let people = app.people().await;
    let name = |of: PersonId| {
        let one = people.iter().find(|one| one.id == of);
        one.expect("is there").name.clone()
    };
    let (worker, station, admin) = (name(worker), name(station), name(admin));
    let desk = at(&app, WORKER).await;
    let view = looked(&desk, alert).await;
    let whole: Vec<Timestamp> = view.told.iter().map(|one| one.at.at).collect();
    assert!(whole.is_sorted(), "the earliest first: {whole:?}");
    let workers = told_to(&view, &worker);
    let [called, again] = workers.as_slice() else {
        panic!("told twice: {:?}", view.told);
    };
    assert_eq!((called.at.at, again.at.at), (first, second));
    assert_eq!(tries(called), [(Carrier::Text, first, "")]);
    assert_eq!(tries(again), [(Carrier::Text, second, "")]);
    let stations = told_to(&view, &station);
    let [next] = stations.as_slice() else {
        panic!("told once: {:?}", view.told);
    };
    assert_eq!(next.at.at, second);
    assert_eq!(tries(next), [(Carrier::Text, second, "")]);
    assert_eq!((called.read, next.read), (false, true));
    let admins = told_to(&view, &admin);
    let [last] = admins.as_slice() else {
        panic!("told once: {:?}", view.told);
    };
    let off = "the number is switched off";
    assert_eq!(last.at.at, third);
    assert_eq!(tries(last), [(Carrier::Text, third, off)]);
    assert!(view.told.iter().all(|one| !one.over));
    let person = name(home.person);
    assert!(
        told_to(&view, &person).is_empty(),
        "their own inbox is theirs"
    );

    let now = app.now();
    home.passes(Passage::Exit, now).await;
    app.settle().await;
    let view = looked(&desk, alert).await;
    let over: Vec<bool> = told_to(&view, &worker).iter().map(|one| one.over).collect();
    assert_eq!(over, [false, false, true], "that it is over as well");
    // It stays what was told of it, and a list does not carry it along.
    pass(&app, minutes(10)).await;
    assert_eq!(looked(&desk, alert).await.told.len(), view.told.len());
    let query = AlertsQuery {
        all: Some(true),
        cursor: None,
        limit: None,
    };
    let listed = desk.call::<ListAlerts>((), query, None_ {}).await;
    let listed = listed.expect("a page").items;
    assert!(listed.iter().any(|one| one.id == alert));
    assert!(listed.iter().all(|one| one.told.is_empty()));
}

/// A sweeper that stood still for an hour does not tell two steps at once (OnCall 1206: the wait between two
/// steps is lost).
#[tokio::test]
async fn a_late_step_leaves_the_next_its_whole_wait() {
    let app = TestApp::start().await;
    let station = of_role(&app, Role::Station).await;
    let admin = of_role(&app, Role::Admin).await;
    let home = silent(&app).await;
    app.settle().await;
    pass(&app, hours(1)).await;
    assert_eq!(home.told(station).await, [Topic::WatchAlert]);
    assert!(home.told(admin).await.is_empty());
    pass(&app, minutes(14)).await;
    assert!(home.told(admin).await.is_empty());
    pass(&app, minutes(1)).await;
    assert_eq!(home.told(admin).await, [Topic::WatchAlert]);
}

/// What waits in the outbox while somebody takes the alert on is not told any more, and no step follows (OnCall
/// 4760: paging goes on after the acknowledgement).
#[tokio::test]
async fn whoever_has_it_stops_everything_that_is_pending() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let station = of_role(&app, Role::Station).await;
    let home = silent(&app).await;
    run_once(app.ctx()).await.expect("the sweeper runs");
    let waiting = async || {
        let rows = app.ctx().store.outbox(home.com, 1_000).await;
        let rows = rows.expect("answers").into_iter();
        let about = |data: &Data| data.get("person") == Some(&home.person.to_string());
        rows.filter(|row| about(&row.notice.data)).count()
    };
    assert!(waiting().await > 0, "it is written, and not told yet");
    taken(&app, &home, worker).await;
    relay::settle(app.ctx()).await.expect("the relay runs");
    assert_eq!(waiting().await, 0);
    assert!(home.told(worker).await.is_empty());
    pass(&app, minutes(29)).await;
    assert!(home.told(station).await.is_empty());
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.ladder.told, alert.ladder.next_at), (1, None));
    // The lease lapses without an action: told again, and five minutes are left of five.
    pass(&app, minutes(1)).await;
    assert_eq!(home.alerts().await[0].state, AlertState::Open);
    assert_eq!(home.told(worker).await, [Topic::WatchAlert]);
    pass(&app, minutes(4)).await;
    assert!(home.told(station).await.is_empty());
    pass(&app, minutes(1)).await;
    assert_eq!(home.told(station).await, [Topic::WatchAlert]);
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn a_sign_of_life_stops_everything_that_is_pending() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = silent(&app).await;
    run_once(app.ctx()).await.expect("the sweeper runs");
    let now = app.now();
    home.passes(Passage::Exit, now).await;
    app.settle().await;
    pass(&app, minutes(30)).await;
    assert_eq!(home.alerts().await[0].state, AlertState::Withdrawn);
    assert_eq!(home.told(worker).await, [Topic::AlertOver]);
    // So does a question that somebody answered before it left.
    let mut asked = Home::new(&app, Grade::AskFirst, LONG).await;
    let last = app.now();
    asked.passes(Passage::Entry, last).await;
    app.advance(hours(46));
    run_once(app.ctx()).await.expect("the sweeper runs");
    let now = app.now();
    asked.passes(Passage::Exit, now).await;
    app.settle().await;
    assert!(asked.told(asked.person).await.is_empty());
}

/// Eight silences are told as one. Whatever becomes of some of them, the others climb (OnCall 3898: alerts are
/// swallowed by their group).
#[tokio::test]
async fn what_was_told_as_one_climbs_one_by_one() {
    let app = TestApp::start().await;
    let station = of_role(&app, Role::Station).await;
    let admin = of_role(&app, Role::Admin).await;
    let mut homes = Vec::new();
    for _ in 0..8 {
        homes.push(Home::new(&app, Grade::AtOnce, LONG).await);
    }
    let last = app.now();
    for home in &mut homes {
        home.passes(Passage::Entry, last).await;
    }
    pass(&app, hours(48)).await;
    let areas = async |reader: PersonId| {
        let all = messages(&app, homes[0].com, reader).await;
        let topics = all.iter().map(|one| one.notice.topic);
        topics.filter(|one| *one == Topic::WatchArea).count()
    };
    assert_eq!(areas(station).await, 0);
    pass(&app, minutes(5)).await;
    assert_eq!(areas(station).await, 1, "eight steps, told as one");
    for home in &homes {
        let alert = home.alerts().await.remove(0);
        assert_eq!(alert.ladder.told, 2);
        let log = home.store().told_of(&alert, app.now()).await;
        let log = log.expect("answers");
        assert!(log.iter().any(|one| one.reader == station), "with others");
        assert!(home.told(station).await.is_empty());
    }
    // Most come home; of those who are left each is told of by itself.
    let now = app.now();
    for home in homes.iter_mut().take(6) {
        home.passes(Passage::Exit, now).await;
    }
    pass(&app, minutes(15)).await;
    for (n, home) in homes.iter().enumerate() {
        let want = usize::from(n >= 6);
        assert_eq!(home.told(admin).await.len(), want, "home {n}");
    }
    nothing_is_wrong(&app).await;
}

/// Told as one, and waiting in the outbox: as long as one of them is nobody's somebody is told, and nobody once each
/// is somebody's or over.
#[tokio::test]
async fn what_was_told_as_one_is_told_no_more_once_each_is_settled() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let areas = async || {
        let com = app.home().await;
        let all = messages(&app, com, worker).await;
        let topics = all.iter().map(|one| one.notice.topic);
        topics.filter(|one| *one == Topic::WatchArea).count()
    };
    nobody_of_the_demo(&app, app.home().await).await;
    for (settled, told) in [(8, 0), (7, 1)] {
        let before = areas().await;
        let mut homes = Vec::new();
        for _ in 0..8 {
            homes.push(Home::new(&app, Grade::AtOnce, LONG).await);
        }
        let last = app.now();
        for home in &mut homes {
            home.passes(Passage::Entry, last).await;
        }
        app.advance(hours(48));
        run_once(app.ctx()).await.expect("the sweeper runs");
        let now = app.now();
        for (n, home) in homes.iter_mut().take(settled).enumerate() {
            match n % 2 {
                0 => taken(&app, home, worker).await,
                _ => {
                    home.passes(Passage::Exit, now).await;
                }
            }
        }
        relay::settle(app.ctx()).await.expect("the relay runs");
        assert_eq!(
            areas().await - before,
            told,
            "{settled} of eight are settled"
        );
        for home in homes.iter_mut() {
            home.passes(Passage::Exit, now).await;
        }
    }
    nothing_is_wrong(&app).await;
}

async fn put_rules(app: &TestApp, steps: Vec<Step>) -> Result<WatchRulesView, Problem> {
    let desk = at(app, WORKER).await;
    let now = desk.call::<GetWatchRules>((), None_ {}, None_ {}).await;
    let now = now.expect("the rules");
    let body = PutWatchRulesBody {
        id: app.command(),
        ver: now.ver,
        windows: now.windows,
        ask_minutes: now.ask_minutes,
        area_least: now.area_least,
        lease_minutes: now.lease_minutes,
        ladder: Some(steps),
        note: "晚上人少".into(),
    };
    desk.call::<PutWatchRules>((), None_ {}, body).await
}

#[tokio::test]
async fn a_community_has_its_own_steps_and_only_such_that_can_be_gone_by() {
    let app = TestApp::start().await;
    let step = |wait_minutes, tell: &[Reach]| Step {
        wait_minutes,
        tell: tell.to_vec(),
    };
    let too_long = limits::LADDER_WAIT_MINUTES + 1;
    let wrong = [
        vec![],
        vec![step(3, &[Reach::Workers])],
        vec![step(0, &[])],
        vec![step(0, &[Reach::Workers]), step(0, &[Reach::Admins])],
        vec![step(0, &[Reach::Workers]), step(too_long, &[Reach::Admins])],
    ];
    for steps in wrong {
        let refused = put_rules(&app, steps.clone()).await.expect_err("refused");
        let pointer = refused.pointer.as_deref();
        assert_eq!(
            (refused.code, pointer),
            (Code::BadValue, Some("/ladder")),
            "{steps:?}"
        );
    }
    let steps = vec![step(0, &[Reach::Workers]), step(2, &[Reach::Admins])];
    let made = put_rules(&app, steps.clone())
        .await
        .expect("another version");
    assert_eq!((made.ver, made.ladder), (1, steps));
    let admin = of_role(&app, Role::Admin).await;
    let home = silent(&app).await;
    app.settle().await;
    pass(&app, minutes(2)).await;
    assert_eq!(home.told(admin).await, [Topic::WatchAlert]);
    let desk = at(&app, ADMIN).await;
    let alert = home.alerts().await[0].id;
    let view = desk.call::<GetAlert>((alert,), None_ {}, None_ {}).await;
    let view = view.expect("a view");
    let next = view.next_step_at.map(|next| next.at);
    let repeated = minutes(i64::from(limits::LADDER_REPEAT_MINUTES));
    assert_eq!((view.told_steps, next), (2, Some(app.now() + repeated)));
    let stranger = app.resident().await;
    let refused = stranger
        .call::<GetAlert>((alert,), None_ {}, None_ {})
        .await;
    assert_eq!(code(refused), Code::NotAllowed);
}
