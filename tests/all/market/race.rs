//! A cell cannot be sold twice: many clients at once, a long random game against a model, and the
//! same under injected faults.

use std::collections::BTreeMap;
use std::sync::Arc;

use acceptance::app::join_all;
use acceptance::faults::{Faults, Rates};
use acceptance::{Actor, Chance, TestApp};
use domain::booking::StateName;
use domain::provider::Service;
use domain::{BookingId, ProviderId};
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    BookingView, CancelBooking, CreateBooking, CreateBookingBody, GetBooking, ReasonBody,
    RescheduleBody, RescheduleBooking, Slot,
};

use super::create_booking::{body, slots};

const CLIENTS: usize = 200;

/// Two hundred different residents, each signed in.
async fn crowd(app: &TestApp, count: usize) -> Vec<Actor<'_>> {
    let people = app.people().await;
    let mut actors = Vec::with_capacity(count);
    for i in 0..count {
        actors.push(app.as_person(&people[i % people.len()]).await);
    }
    actors
}

/// All at once; answers with the winners and the codes of the others.
async fn rush(
    actors: &[Actor<'_>],
    orders: Vec<CreateBookingBody>,
) -> (Vec<BookingView>, BTreeMap<String, usize>) {
    let calls = actors
        .iter()
        .zip(orders)
        .map(|(actor, order)| actor.call::<CreateBooking>((), None_ {}, order));
    let (mut won, mut lost) = (Vec::new(), BTreeMap::new());
    for answer in join_all(calls).await {
        match answer {
            Ok(view) => won.push(view),
            Err(problem) => *lost.entry(problem.code.as_str().to_owned()).or_default() += 1,
        }
    }
    (won, lost)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_clients_at_one_slot_one_wins() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    let slot = slots(&wang, &service, 2).await.remove(0);
    let actors = crowd(&app, CLIENTS).await;
    let orders = actors
        .iter()
        .map(|actor| body(actor, &service, &slot))
        .collect();
    let (won, lost) = rush(&actors, orders).await;
    assert_eq!(won.len(), 1);
    assert_eq!(
        lost,
        BTreeMap::from([("slot_taken".to_owned(), CLIENTS - 1)])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_provider_with_n_free_is_booked_n_times() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("日常保洁").await);
    let free = slots(&wang, &service, 7).await;
    let slot = free
        .iter()
        .max_by_key(|slot| slot.providers.len())
        .expect("some");
    assert!(
        slot.providers.len() >= 3,
        "the demo has three cleaners free at once"
    );
    let actors = crowd(&app, CLIENTS).await;
    let orders = actors
        .iter()
        .map(|actor| body(actor, &service, slot))
        .collect();
    let (won, lost) = rush(&actors, orders).await;
    let mut providers: Vec<ProviderId> = won.iter().map(|view| view.provider).collect();
    providers.sort_unstable();
    providers.dedup();
    assert_eq!(
        (won.len(), providers.len()),
        (slot.providers.len(), slot.providers.len())
    );
    assert_eq!(
        lost,
        BTreeMap::from([("slot_taken".to_owned(), CLIENTS - won.len())])
    );
    app.stop().await;
}

/// What the store should hold: who has which stretch of whose time.
#[derive(Default)]
struct Model {
    open: BTreeMap<BookingId, BookingView>,
}

impl Model {
    /// Buffers included.
    fn footprint(view: &BookingView) -> (i64, i64) {
        let minutes = |minutes: u16| i64::from(minutes) * 60;
        let from = view.start.at.as_second() - minutes(view.terms.buffer_before_minutes);
        (
            from,
            view.end.at.as_second() + minutes(view.terms.buffer_after_minutes),
        )
    }

    fn clashes(&self, view: &BookingView) -> bool {
        let (from, until) = Self::footprint(view);
        self.open
            .values()
            .filter(|other| other.id != view.id && other.provider == view.provider)
            .any(|other| {
                let (other_from, other_until) = Self::footprint(other);
                from < other_until && other_from < until
            })
    }

    fn take(&mut self, view: BookingView) {
        assert!(!self.clashes(&view), "sold twice: {view:?}");
        self.open.insert(view.id, view);
    }
}

/// Books, cancels and moves at random, and checks each answer against the model.
async fn play(app: &TestApp, seed: u64, steps: usize) -> (usize, usize) {
    let mut chance = Chance::new(seed);
    let actors = crowd(app, 100).await;
    let mut games: Vec<(Service, Vec<Slot>)> = Vec::new();
    for name in [
        "开门锁",
        "换锁芯",
        "水管漏水疏通",
        "日常保洁",
        "擦窗",
        "家电小修",
    ] {
        let service = app.service(name).await;
        let free = slots(&actors[0], &service, 14).await;
        games.push((service, free));
    }
    let mut model = Model::default();
    let mut owner: BTreeMap<BookingId, usize> = BTreeMap::new();
    let (mut booked, mut refused) = (0, 0);
    for _ in 0..steps {
        let who = chance.below(actors.len());
        let (service, free) = chance.of(&games);
        let mine: Vec<BookingId> = owner
            .iter()
            .filter(|(_, i)| **i == who)
            .map(|(id, _)| *id)
            .collect();
        let step = if mine.is_empty() { 0 } else { chance.below(10) };
        let answer = match step {
            0..=4 => {
                let order = CreateBookingBody {
                    id: BookingId::new(app.millis(), chance.bits()),
                    ..body(&actors[who], service, chance.of(free))
                };
                match persist(|| actors[who].call::<CreateBooking>((), None_ {}, order.clone()))
                    .await
                {
                    Ok(view) => {
                        owner.insert(view.id, who);
                        model.take(view);
                        booked += 1;
                        continue;
                    }
                    Err(code) => code,
                }
            }
            5..=7 => {
                let id = *chance.of(&mine);
                let order = RescheduleBody {
                    id: Some(domain::CommandId::new(app.millis(), chance.bits())),
                    start: chance.of(free).start,
                };
                match persist(|| {
                    actors[who].call::<RescheduleBooking>((id,), None_ {}, order.clone())
                })
                .await
                {
                    Ok(view) => {
                        model.open.remove(&id);
                        model.take(view);
                        continue;
                    }
                    Err(code) => code,
                }
            }
            _ => {
                let id = *chance.of(&mine);
                let order = ReasonBody {
                    id: Some(domain::CommandId::new(app.millis(), chance.bits())),
                    reason: None,
                };
                match persist(|| actors[who].call::<CancelBooking>((id,), None_ {}, order.clone()))
                    .await
                {
                    Ok(view) => {
                        assert_eq!(view.state, StateName::Cancelled);
                        model.open.remove(&id);
                        owner.remove(&id);
                        continue;
                    }
                    Err(code) => code,
                }
            }
        };
        assert!(
            matches!(
                answer,
                Code::SlotTaken
                    | Code::NotOpen
                    | Code::QuotaSpent
                    | Code::ProviderUnavailable
                    | Code::TooSoon
                    | Code::TooFar
            ),
            "{answer:?}"
        );
        refused += 1;
    }
    for (id, view) in &model.open {
        let stored = persist(|| actors[owner[id]].call::<GetBooking>((*id,), None_ {}, None_ {}))
            .await
            .expect("is there");
        assert_eq!(
            (stored.start, stored.provider, stored.state),
            (view.start, view.provider, view.state)
        );
    }
    (booked, refused)
}

/// As the apps do it: a failure that may pass is tried again with the same id.
async fn persist<T, F: Future<Output = Result<T, wire::Problem>>>(
    call: impl Fn() -> F,
) -> Result<T, Code> {
    for _ in 0..50 {
        match call().await {
            Ok(done) => return Ok(done),
            Err(problem) if problem.retryable => {}
            Err(problem) => return Err(problem.code),
        }
    }
    panic!("it never recovered")
}

async fn nothing_is_wrong(app: &TestApp) {
    let findings = store::audit::check(&app.ctx().store, app.now())
        .await
        .expect("the audit runs");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_random_steps_never_overlap() {
    let app = TestApp::start().await;
    let (booked, refused) = play(&app, 20_261_124, 20_000).await;
    assert!(
        booked > 1_000 && refused > 1_000,
        "the game was no game: {booked} booked, {refused} refused"
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_under_conflicts_throttles_lost_replies_and_timeouts() {
    let rates = Rates {
        conflict: 5,
        throttle: 3,
        server_error: 2,
        lost_reply: 5,
        timeout: 3,
    };
    let faults = Faults::new(7, rates);
    let app = TestApp::with_faults(faults.interceptor()).await;
    faults.switch(true);
    let (booked, refused) = play(&app, 42, 2_000).await;
    faults.switch(false);
    let injected = faults.injected.load(std::sync::atomic::Ordering::Relaxed);
    assert!(injected > 500, "only {injected} faults");
    assert!(
        booked > 100 && refused > 100,
        "{booked} booked, {refused} refused"
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_slot_has_one_winner_under_faults_too() {
    let rates = Rates {
        conflict: 20,
        throttle: 5,
        server_error: 3,
        lost_reply: 10,
        timeout: 5,
    };
    let faults = Faults::new(11, rates);
    let app = Arc::new(TestApp::with_faults(faults.interceptor()).await);
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    let slot = slots(&wang, &service, 2).await.remove(0);
    let actors = crowd(&app, 60).await;
    faults.switch(true);
    let orders: Vec<_> = actors
        .iter()
        .map(|actor| body(actor, &service, &slot))
        .collect();
    let calls = actors
        .iter()
        .zip(&orders)
        .map(|(actor, order)| persist(|| actor.call::<CreateBooking>((), None_ {}, order.clone())));
    let answers = join_all(calls).await;
    faults.switch(false);
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(won, 1);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Ok(_) | Err(Code::SlotTaken)))
    );
    nothing_is_wrong(&app).await;
}
