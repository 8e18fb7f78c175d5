//! A cell cannot be sold twice: many clients at once, a long random game against a model, and the
//! same under injected faults.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::app::join_all;
use acceptance::faults::{Faults, Rates};
use acceptance::{Actor, Chance, TestApp, length};
use domain::access::Role;
use domain::availability::{Span, check_start, footprint, local_day};
use domain::booking::{Booking, StateName};
use domain::person::Person;
use domain::provider::{Provider, Service, Terms};
use domain::{BookingId, PersonId, ProviderId, limits};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::identity::person_item;
use store::schema;
use store::table::read;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    BookingView, CancelBooking, CreateBooking, CreateBookingBody, GetBooking, ReasonBody,
    RescheduleBody, RescheduleBooking, Slot,
};

use super::create_booking::{body, slots};

const CLIENTS: usize = 200;

/// So many different residents, each signed in. The demo has fewer than some games want; the rest is
/// added. Nobody of them serves, since nobody can book themselves.
pub async fn crowd(app: &TestApp, count: usize) -> Vec<Actor<'_>> {
    let mut people = app.people().await;
    people.retain(|person| !person.roles.contains(&Role::Provider));
    let one = people[0].clone();
    let more = (people.len()..count).map(|n| Person {
        id: PersonId::new(app.millis(), app.chance()),
        name: format!("测试·邻居{n}"),
        phone: None,
        household: None,
        guardian: None,
        roles: vec![Role::Resident],
        ..one.clone()
    });
    let more: Vec<Person> = more.collect();
    let items = more
        .iter()
        .map(|person| person_item(person).expect("an item"));
    let store = &app.ctx().store;
    store.put_all(items.collect()).await.expect("written");
    people.extend(more);
    people.truncate(count);
    let ids: BTreeSet<PersonId> = people.iter().map(|person| person.id).collect();
    assert_eq!(ids.len(), count, "all of them different");
    let mut actors = Vec::with_capacity(count);
    for person in &people {
        actors.push(app.as_person(person).await);
    }
    actors
}

/// The winners, and how often the others heard which code.
type Outcome = (Vec<BookingView>, BTreeMap<&'static str, usize>);

fn outcome(answers: Vec<Result<BookingView, Code>>) -> Outcome {
    let (mut won, mut lost) = (Vec::new(), BTreeMap::new());
    for answer in answers {
        match answer {
            Ok(view) => won.push(view),
            Err(code) => *lost.entry(code.as_str()).or_default() += 1,
        }
    }
    (won, lost)
}

/// Everybody asks for this time at once, and once.
async fn rush(actors: &[Actor<'_>], service: &Service, slot: &Slot) -> Outcome {
    let calls = actors.iter().map(|actor| {
        let order = body(actor, service, slot);
        async move { actor.call::<CreateBooking>((), None_ {}, order).await }
    });
    let answers = join_all(calls).await.into_iter();
    outcome(
        answers
            .map(|answer| answer.map_err(|problem| problem.code))
            .collect(),
    )
}

/// The same where the store fails: each asks until there is a yes or a no.
async fn stubborn_rush(actors: &[Actor<'_>], service: &Service, slot: &Slot) -> Outcome {
    let calls = actors.iter().map(|actor| {
        let order = body(actor, service, slot);
        async move { persist(|| actor.call::<CreateBooking>((), None_ {}, order.clone())).await }
    });
    outcome(join_all(calls).await)
}

/// `count` of the clients got it, each another provider's time, and the others know that it is taken.
fn assert_shared_among((won, lost): &Outcome, count: usize) {
    let providers: BTreeSet<ProviderId> = won.iter().map(|view| view.provider).collect();
    assert_eq!((won.len(), providers.len()), (count, count), "{lost:?}");
    assert_eq!(*lost, BTreeMap::from([("slot_taken", CLIENTS - count)]));
}

/// The time that most providers of this service have free.
async fn busiest(who: &Actor<'_>, service: &Service) -> Slot {
    let free = slots(who, service, 7).await;
    let slot = free.into_iter().max_by_key(|slot| slot.providers.len());
    let slot = slot.expect("some");
    assert!(
        slot.providers.len() >= 3,
        "the demo has three cleaners free at once"
    );
    slot
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_clients_at_one_slot_one_wins() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    let slot = slots(&wang, &service, 2).await.remove(0);
    let actors = crowd(&app, CLIENTS).await;
    assert_shared_among(&rush(&actors, &service, &slot).await, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_provider_with_n_free_is_booked_n_times() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("日常保洁").await);
    let slot = busiest(&wang, &service).await;
    let actors = crowd(&app, CLIENTS).await;
    let outcome = rush(&actors, &service, &slot).await;
    assert_shared_among(&outcome, slot.providers.len());
    app.stop().await;
}

/// Who has which stretch of whose time, buffers included.
#[derive(Clone, Debug)]
struct Taken {
    provider: ProviderId,
    resident: PersonId,
    span: Span,
}

impl Taken {
    fn of(booking: &Booking) -> Self {
        Self {
            provider: booking.provider,
            resident: booking.resident,
            span: footprint(&booking.terms, booking.start),
        }
    }

    fn seen(view: &BookingView) -> Self {
        Self {
            provider: view.provider,
            resident: view.resident,
            span: footprint(&view.terms, view.start.at),
        }
    }

    fn clashes(&self, provider: ProviderId, span: Span) -> bool {
        self.provider == provider && self.span.overlaps(span)
    }
}

/// What does not change in a game: services with the times offered at its start, and who gives them.
pub struct Town {
    zone: TimeZone,
    pub providers: BTreeMap<ProviderId, Provider>,
    pub services: Vec<(Service, Vec<Slot>)>,
    /// What the demo had booked before.
    pub before: Vec<Booking>,
}

impl Town {
    pub async fn of(app: &TestApp, who: &Actor<'_>) -> Self {
        let (com, store) = (app.home().await, &app.ctx().store);
        let mut before = Vec::new();
        let mut providers = BTreeMap::new();
        for provider in store.providers(com).await.expect("providers") {
            let pattern = schema::bookings_of_provider(com, provider.id);
            for item in store.all(&pattern).await.expect("bookings") {
                let booking: Booking = read(item).expect("a booking");
                before.extend(Some(booking).filter(|booking| booking.state.is_open()));
            }
            providers.insert(provider.id, provider);
        }
        let mut services = Vec::new();
        for name in [
            "开门锁",
            "换锁芯",
            "水管漏水疏通",
            "日常保洁",
            "擦窗",
            "家电小修",
        ] {
            let service = app.service(name).await;
            let free = slots(who, &service, 14).await;
            services.push((service, free));
        }
        Self {
            zone: TimeZone::get("Asia/Shanghai").expect("a zone"),
            providers,
            services,
            before,
        }
    }

    /// May this provider be booked then, whatever else is booked? As the rules see it.
    pub fn is_open(&self, id: ProviderId, terms: &Terms, start: Timestamp, at: Timestamp) -> bool {
        let provider = &self.providers[&id];
        provider.is_bookable(local_day(start, &self.zone))
            && check_start(&provider.calendar, terms, &self.zone, start, at).is_ok()
    }

    fn open_for(&self, service: &Service, start: Timestamp, at: Timestamp) -> Vec<ProviderId> {
        let open = |id: &ProviderId| self.is_open(*id, &service.terms, start, at);
        service.providers.iter().copied().filter(open).collect()
    }
}

/// What the store should hold.
struct Model {
    before: Vec<Taken>,
    open: BTreeMap<BookingId, (BookingView, Taken)>,
}

impl Model {
    fn taken(&self) -> impl Iterator<Item = (Option<BookingId>, &Taken)> {
        let before = self.before.iter().map(|taken| (None, taken));
        let open = self.open.iter();
        before.chain(open.map(|(id, (_, taken))| (Some(*id), taken)))
    }

    /// Is this stretch somebody's? `but`: a booking whose own does not count.
    fn clashes(&self, provider: ProviderId, span: Span, but: Option<BookingId>) -> bool {
        self.taken()
            .filter(|(id, _)| id.is_none() || *id != but)
            .any(|(_, taken)| taken.clashes(provider, span))
    }

    fn count(&self, resident: PersonId) -> usize {
        self.taken()
            .filter(|(_, taken)| taken.resident == resident)
            .count()
    }

    fn take(&mut self, view: BookingView) {
        let taken = Taken::seen(&view);
        let clash = self.clashes(taken.provider, taken.span, Some(view.id));
        assert!(!clash, "sold twice: {view:?}");
        self.open.insert(view.id, (view, taken));
    }
}

/// Books, cancels and moves at random, one after the other. Each answer, yes or no, is the one that
/// follows from the model.
async fn play(app: &TestApp, seed: u64, steps: usize) -> (usize, usize) {
    let mut chance = Chance::new(seed);
    let actors = crowd(app, CLIENTS).await;
    let town = Town::of(app, &actors[0]).await;
    let mut model = Model {
        before: town.before.iter().map(Taken::of).collect(),
        open: BTreeMap::new(),
    };
    let mut owner: BTreeMap<BookingId, usize> = BTreeMap::new();
    let (mut booked, mut refused) = (0, 0);
    let now = app.now();
    for _ in 0..steps {
        let who = chance.below(actors.len());
        let (service, free) = chance.of(&town.services);
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
                let span = footprint(&service.terms, order.start.at);
                let open = town.open_for(service, order.start.at, now);
                let some_free = open.iter().any(|id| !model.clashes(*id, span, None));
                let quota = model.count(actors[who].id.expect("signed in"));
                let full = quota >= limits::OPEN_BOOKINGS as usize;
                let answer =
                    persist(|| actors[who].call::<CreateBooking>((), None_ {}, order.clone()))
                        .await;
                let follows = match &answer {
                    Ok(_) => some_free && !full,
                    Err(Code::SlotTaken) => !some_free && !open.is_empty(),
                    Err(Code::QuotaSpent) => full,
                    Err(_) => open.is_empty(),
                };
                assert!(follows, "{answer:?}: free {some_free}, {quota} open");
                answer.map(|view| {
                    owner.insert(view.id, who);
                    model.take(view);
                    booked += 1;
                })
            }
            5..=7 => {
                let id = *chance.of(&mine);
                let order = RescheduleBody {
                    id: Some(domain::CommandId::new(app.millis(), chance.bits())),
                    start: chance.of(free).start,
                };
                let (before, _) = &model.open[&id];
                let span = footprint(&before.terms, order.start.at);
                let open = town.is_open(before.provider, &before.terms, order.start.at, now);
                let clash = model.clashes(before.provider, span, Some(id));
                let late = now > before.cutoff.at;
                let answer = persist(|| {
                    actors[who].call::<RescheduleBooking>((id,), None_ {}, order.clone())
                })
                .await;
                let follows = match &answer {
                    Ok(_) => open && !clash && !late,
                    Err(Code::PastCutoff) => late,
                    Err(Code::SlotTaken) => open && clash,
                    // The last: after the end of a credential.
                    Err(
                        Code::NotOpen | Code::TooSoon | Code::TooFar | Code::ProviderUnavailable,
                    ) => !open,
                    Err(_) => false,
                };
                assert!(
                    follows,
                    "{answer:?}: open {open}, clash {clash}, late {late}"
                );
                answer.map(|view| {
                    model.open.remove(&id);
                    model.take(view);
                })
            }
            _ => {
                let id = *chance.of(&mine);
                let order = ReasonBody {
                    id: Some(domain::CommandId::new(app.millis(), chance.bits())),
                    reason: None,
                };
                let late = now > model.open[&id].0.cutoff.at;
                let answer =
                    persist(|| actors[who].call::<CancelBooking>((id,), None_ {}, order.clone()))
                        .await;
                let follows = match &answer {
                    Ok(view) => !late && view.state == StateName::Cancelled,
                    Err(code) => late && *code == Code::PastCutoff,
                };
                assert!(follows, "{answer:?}: late {late}");
                answer.map(|_| {
                    model.open.remove(&id);
                    owner.remove(&id);
                })
            }
        };
        refused += usize::from(answer.is_err());
    }
    for (id, (view, _)) in &model.open {
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

pub async fn nothing_is_wrong(app: &TestApp) {
    let findings = store::audit::check(&app.ctx().store, app.now())
        .await
        .expect("the audit runs");
    assert!(findings.is_empty(), "{findings:#?}");
}

/// Towns that play at once: what one waits for before it tries again is time for the others.
const TOWNS: u64 = 4;

/// The game in a town of its own: how often it booked, and was refused.
async fn plain_game(seed: u64, steps: usize) -> (usize, usize) {
    let app = TestApp::start().await;
    let played = play(&app, seed, steps).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
    played
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_steps_never_overlap() {
    let steps = length::of(20_000);
    let towns = length::long_or(TOWNS, 1);
    let games = (0..towns).map(|town| plain_game(20_261_124 + town, steps));
    for (booked, refused) in join_all(games).await {
        println!("{steps} steps: {booked} booked, {refused} refused");
        assert!(
            booked > steps / 20 && refused > steps / 20,
            "the game was no game: {booked} booked, {refused} refused"
        );
    }
}

/// The game in a town of its own whose store fails now and then: how often it booked, was refused, and
/// met a fault.
async fn faulty_game(seed: u64, steps: usize) -> (usize, usize, u64) {
    let rates = Rates {
        conflict: 5,
        throttle: 3,
        server_error: 2,
        lost_reply: 5,
        timeout: 3,
    };
    let faults = Faults::new(seed, rates);
    let app = TestApp::with_faults(faults.interceptor()).await;
    faults.switch(true);
    let (booked, refused) = play(&app, seed, steps).await;
    faults.switch(false);
    nothing_is_wrong(&app).await;
    app.stop().await;
    let injected = faults.injected.load(std::sync::atomic::Ordering::Relaxed);
    (booked, refused, injected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_under_conflicts_throttles_lost_replies_and_timeouts() {
    let steps = length::long_or(20_000, 1_000);
    let games = (0..TOWNS).map(|town| faulty_game(7 + town, steps));
    for (booked, refused, injected) in join_all(games).await {
        println!("{steps} steps: {booked} booked, {refused} refused, {injected} faults");
        assert!(injected * 5 > steps as u64, "only {injected} faults");
        assert!(
            booked > steps / 20 && refused > steps / 20,
            "{booked} booked, {refused} refused"
        );
    }
}

/// A network on which every third call to the store goes wrong.
const ROUGH: Rates = Rates {
    conflict: 20,
    throttle: 5,
    server_error: 3,
    lost_reply: 10,
    timeout: 5,
};

/// Towns in which everybody asks at once, at the same time.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_slot_has_one_winner_under_faults_too() {
    let seeds: Vec<u64> = (11..11 + length::long_or(100, 1)).collect();
    for few in seeds.chunks(AT_ONCE) {
        join_all(few.iter().map(|seed| one_winner(*seed))).await;
    }
    println!(
        "{CLIENTS} at one time from {} seeds: one winner each",
        seeds.len()
    );
}

async fn one_winner(seed: u64) {
    let faults = Faults::new(seed, ROUGH);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    let slot = slots(&wang, &service, 2).await.remove(0);
    let actors = crowd(&app, CLIENTS).await;
    faults.switch(true);
    let outcome = stubborn_rush(&actors, &service, &slot).await;
    faults.switch(false);
    assert_shared_among(&outcome, 1);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_provider_with_n_free_is_booked_n_times_under_faults_too() {
    let faults = Faults::new(13, ROUGH);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let (wang, service) = (app.resident().await, app.service("日常保洁").await);
    let slot = busiest(&wang, &service).await;
    let actors = crowd(&app, CLIENTS).await;
    faults.switch(true);
    let outcome = stubborn_rush(&actors, &service, &slot).await;
    faults.switch(false);
    assert_shared_among(&outcome, slot.providers.len());
    nothing_is_wrong(&app).await;
    app.stop().await;
}
