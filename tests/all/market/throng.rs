//! Many at once: residents hold, confirm, ask, move and cancel, providers answer, the sweeper comes
//! by, providers are suspended and reinstated, and the clock runs. After each round nothing is sold
//! twice, every no has its reason, and whoever is booked with somebody suspended has been told.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;

use acceptance::app::join_all;
use acceptance::{Actor, Chance, TestApp};
use domain::availability::footprint;
use domain::booking::{Booking, State};
use domain::notice::Topic;
use domain::person::Person;
use domain::provider::{Service, Standing};
use domain::{BookingId, CommandId, CommunityId, PersonId, ProviderId, limits};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::notify::Message;
use store::schema;
use store::table::read;
use wire::endpoint::None_;
use wire::market::{
    AcceptBooking, BookingView, CancelBooking, ConfirmBody, ConfirmBooking, CreateBooking,
    CreateBookingBody, MoveBody, ReasonBody, RescheduleBody, RescheduleBooking, Slot,
};
use wire::{Code, Problem};

use super::create_booking::body;
use super::race::{Town, crowd, nothing_is_wrong};

const RESIDENTS: usize = 40;
const ROUNDS: usize = 60;

/// What somebody does in a round.
#[derive(Clone, Debug)]
enum Move {
    /// `hold`: only for ten minutes.
    Book {
        order: CreateBookingBody,
        service: usize,
    },
    Confirm(BookingId),
    Accept(BookingId),
    Shift(BookingId, Slot),
    Cancel(BookingId),
}

type Answer = (Move, Result<BookingView, Code>);
type Call<'a> = Pin<Box<dyn Future<Output = Option<Answer>> + 'a>>;

struct Game<'a> {
    app: &'a TestApp,
    com: CommunityId,
    chance: Chance,
    residents: Vec<Actor<'a>>,
    /// By the person who serves.
    serving: BTreeMap<PersonId, Actor<'a>>,
    town: Town,
    /// Bookings of this game and of the demo, as they were stored after the last round.
    known: BTreeMap<BookingId, Booking>,
    suspended: BTreeSet<ProviderId>,
    seen: BTreeMap<String, usize>,
}

impl<'a> Game<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let residents = crowd(app, RESIDENTS).await;
        let town = Town::of(app, &residents[0]).await;
        let com = app.home().await;
        let mut serving = BTreeMap::new();
        for provider in town.providers.values() {
            let person = app.ctx().store.person(com, provider.person).await;
            let person: Person = person.expect("answers").expect("is there");
            serving.insert(person.id, app.as_person(&person).await);
        }
        let known = town.before.iter().map(|b| (b.id, b.clone())).collect();
        Self {
            app,
            com,
            chance: Chance::new(20_261_125),
            residents,
            serving,
            town,
            known,
            suspended: BTreeSet::new(),
            seen: BTreeMap::new(),
        }
    }

    fn count(&mut self, what: impl Into<String>) {
        *self.seen.entry(what.into()).or_default() += 1;
    }

    /// One move for each resident, and answers to some of the requests.
    fn draw(&mut self) -> Vec<(PersonId, Move)> {
        let mut moves = Vec::new();
        let now = self.app.now();
        for i in 0..self.residents.len() {
            let me = self.residents[i].id.expect("signed in");
            let mine = self.known.values().filter(|b| b.resident == me);
            let mine: Vec<Booking> = mine.filter(|b| b.is_open_at(now)).cloned().collect();
            let drawn = self.chance.below(10);
            let service = self.chance.below(self.town.services.len());
            let (kind, free) = &self.town.services[service];
            let slot = self.chance.of(free).clone();
            let what = match (drawn, mine.is_empty()) {
                (0..=4, _) | (_, true) => Move::Book {
                    order: CreateBookingBody {
                        id: BookingId::new(self.app.millis(), self.chance.bits()),
                        hold: self.chance.percent(50).then_some(true),
                        ..body(&self.residents[i], kind, &slot)
                    },
                    service,
                },
                (5..=7, false) => {
                    let one = self.chance.of(&mine);
                    match one.state {
                        State::Held { .. } => Move::Confirm(one.id),
                        _ => Move::Shift(one.id, slot),
                    }
                }
                (_, false) => Move::Cancel(self.chance.of(&mine).id),
            };
            moves.push((me, what));
        }
        let asked = self.known.values();
        let asked = asked.filter(|b| matches!(b.state, State::Requested { .. }));
        let asked: Vec<(PersonId, BookingId)> = asked.map(|b| (b.provider_person, b.id)).collect();
        for (who, id) in asked {
            if self.chance.percent(40) {
                moves.push((who, Move::Accept(id)));
            }
        }
        moves
    }

    async fn carry_out(&self, who: PersonId, what: Move) -> Answer {
        let of = |actor: &&Actor<'_>| actor.id == Some(who);
        let actor = self.residents.iter().find(of);
        let actor = actor.unwrap_or_else(|| &self.serving[&who]);
        let command = Some(CommandId::new(self.app.millis(), self.app.chance()));
        let answer = match what.clone() {
            Move::Book { order, .. } => {
                patient(|| actor.call::<CreateBooking>((), None_ {}, order.clone())).await
            }
            Move::Confirm(id) => {
                let body = ConfirmBody {
                    id: command,
                    note: None,
                };
                patient(|| actor.call::<ConfirmBooking>((id,), None_ {}, body.clone())).await
            }
            Move::Accept(id) => {
                let body = MoveBody { id: command };
                patient(|| actor.call::<AcceptBooking>((id,), None_ {}, body.clone())).await
            }
            Move::Shift(id, slot) => {
                let body = RescheduleBody {
                    id: command,
                    start: slot.start,
                };
                patient(|| actor.call::<RescheduleBooking>((id,), None_ {}, body.clone())).await
            }
            Move::Cancel(id) => {
                let body = ReasonBody {
                    id: command,
                    reason: None,
                };
                patient(|| actor.call::<CancelBooking>((id,), None_ {}, body.clone())).await
            }
        };
        (what, answer)
    }

    /// Everybody at once, with the sweeper, a decision and the clock in between.
    async fn round(&mut self, nth: usize) {
        let begun = self.app.now();
        let before = self.known.clone();
        let was_suspended = self.suspended.clone();
        let moves = self.draw();
        let decided = (nth % 3 == 1).then(|| self.decision());
        let sweep = self.chance.percent(50);
        let seconds = i64::try_from(1 + self.chance.below(240)).expect("small");
        let game = &*self;
        let mut calls: Vec<Call<'_>> = Vec::new();
        for (who, what) in moves {
            calls.push(Box::pin(
                async move { Some(game.carry_out(who, what).await) },
            ));
        }
        if let Some((provider, decision)) = decided {
            calls.push(Box::pin(async move {
                game.decide(provider, decision).await;
                None
            }));
        }
        if sweep {
            calls.push(Box::pin(async move {
                let swept = service::market::sweep::run_once(game.app.ctx()).await;
                swept.expect("the sweeper runs");
                None
            }));
        }
        calls.push(Box::pin(async move {
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            game.app.advance(SignedDuration::from_secs(seconds));
            None
        }));
        let answers: Vec<Answer> = join_all(calls).await.into_iter().flatten().collect();
        if let Some((provider, decision)) = decided {
            match decision {
                "suspend" => self.suspended.insert(provider),
                _ => self.suspended.remove(&provider),
            };
        }
        self.look(&answers).await;
        self.nothing_is_sold_twice();
        let doubtful: BTreeSet<ProviderId> =
            was_suspended.union(&self.suspended).copied().collect();
        let round = Round {
            begun,
            ended: self.app.now(),
            before,
            doubtful,
        };
        for (what, answer) in &answers {
            match answer {
                Ok(view) => self.count(format!("{} {}", name(what), view.state)),
                Err(code) => {
                    round.justifies(self, what, *code);
                    self.count(code.as_str());
                }
            }
        }
        if let Some((provider, "suspend")) = decided {
            self.all_are_told(provider).await;
        }
    }

    /// Suspends somebody, or brings somebody back.
    fn decision(&mut self) -> (ProviderId, &'static str) {
        let serving: Vec<ProviderId> = self.giving();
        match self.suspended.first().copied() {
            Some(provider) if self.suspended.len() > 1 || self.chance.percent(60) => {
                (provider, "reinstate")
            }
            _ => {
                let still = serving
                    .into_iter()
                    .filter(|id| !self.suspended.contains(id));
                let still: Vec<ProviderId> = still.collect();
                (*self.chance.of(&still), "suspend")
            }
        }
    }

    /// Approved providers of the services in play.
    fn giving(&self) -> Vec<ProviderId> {
        let all = self
            .town
            .services
            .iter()
            .flat_map(|(s, _)| s.providers.iter().copied());
        let approved = |id: &ProviderId| self.town.providers[id].standing == Standing::Approved;
        let unique: BTreeSet<ProviderId> = all.filter(approved).collect();
        unique.into_iter().collect()
    }

    async fn decide(&self, provider: ProviderId, decision: &str) {
        let people = self.app.people().await;
        let worker = people.iter().find(|p| p.may(domain::access::Act::Vet));
        let worker = self.app.as_person(worker.expect("a worker")).await;
        let body = json!({ "id": self.app.command(), "decision": decision, "reason": "核对" });
        let path = format!("/v1/providers/{provider}/decision");
        let raw = worker.raw("POST", &path, Some(body.to_string())).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }

    /// Reads what is stored now: what was made, and what was open.
    async fn look(&mut self, answers: &[Answer]) {
        let made = answers
            .iter()
            .filter_map(|(_, a)| a.as_ref().ok().map(|view| view.id));
        let mut ids: Vec<BookingId> = made.chain(self.known.keys().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        let keys: Vec<_> = ids
            .iter()
            .map(|id| schema::booking(self.com, *id))
            .collect();
        let found = self.app.ctx().store.get_many(&keys).await.expect("answers");
        for item in found.into_iter().flatten() {
            let booking: Booking = read(item).expect("a booking");
            self.known.insert(booking.id, booking);
        }
    }

    fn nothing_is_sold_twice(&self) {
        let now = self.app.now();
        let mut spans: Vec<_> = self
            .known
            .values()
            .filter(|b| b.is_open_at(now))
            .map(|b| (b.provider, footprint(&b.terms, b.start), b.id))
            .collect();
        spans.sort_unstable();
        for pair in spans.windows(2) {
            let ((one, a, first), (other, b, second)) = (pair[0], pair[1]);
            let clash = one == other && a.overlaps(b);
            assert!(!clash, "{first} and {second} have the same time");
        }
    }

    /// Everybody with a visit ahead of the suspended provider has a message about that visit.
    async fn all_are_told(&mut self, provider: ProviderId) {
        let (now, ctx) = (self.app.now(), self.app.ctx());
        service::notify::relay::settle(ctx)
            .await
            .expect("the relay runs");
        let ahead = self.known.values().filter(|b| b.provider == provider);
        let ahead: Vec<Booking> = ahead
            .filter(|b| b.is_open_at(now) && b.start > now)
            .cloned()
            .collect();
        for booking in ahead {
            let inbox = schema::of_person(self.com, booking.resident, "MSG#");
            let items = ctx.store.all(&inbox).await.expect("answers");
            let told = items.into_iter().any(|item| {
                let message: Message = read(item).expect("a message");
                let about = message.notice.data.get("booking");
                message.notice.topic == Topic::BookingAffected
                    && about == Some(&booking.id.to_string())
            });
            assert!(told, "nobody told of {} {:?}", booking.id, booking.state);
            self.count("told");
        }
    }
}

fn name(what: &Move) -> &'static str {
    match what {
        Move::Book { order, .. } if order.hold == Some(true) => "hold",
        Move::Book { .. } => "book",
        Move::Confirm(_) => "confirm",
        Move::Accept(_) => "accept",
        Move::Shift(..) => "shift",
        Move::Cancel(_) => "cancel",
    }
}

/// What was so at some moment of a round.
struct Round {
    begun: Timestamp,
    ended: Timestamp,
    before: BTreeMap<BookingId, Booking>,
    /// Suspended before it or after it.
    doubtful: BTreeSet<ProviderId>,
}

impl Round {
    /// Was this provider's time somebody else's, before or after the round or made within it?
    fn is_taken(
        &self,
        game: &Game<'_>,
        provider: ProviderId,
        terms: &domain::provider::Terms,
        start: Timestamp,
        but: BookingId,
    ) -> bool {
        let span = footprint(terms, start);
        let stood = |b: &&Booking| b.id != but && b.provider == provider;
        let open = self.before.values().filter(|b| b.is_open_at(self.begun));
        let made = game.known.values();
        let made = made.filter(|b| b.is_open_at(self.begun) || b.changed_at >= self.begun);
        open.chain(made)
            .filter(stood)
            .any(|b| footprint(&b.terms, b.start).overlaps(span))
    }

    fn is_open(
        &self,
        game: &Game<'_>,
        service: &Service,
        id: ProviderId,
        start: Timestamp,
    ) -> bool {
        let at = |at| game.town.is_open(id, &service.terms, start, at);
        at(self.begun) && at(self.ended)
    }

    /// A no is right if something was so in the round that it follows from.
    fn justifies(&self, game: &Game<'_>, what: &Move, code: Code) {
        let of = |id: &BookingId| (self.before.get(id), game.known.get(id));
        let right = match what {
            Move::Book { order, service } => {
                let (service, _) = &game.town.services[*service];
                let start = order.start.at;
                let open = |id: &&ProviderId| self.is_open(game, service, **id, start);
                let mut open = service.providers.iter().filter(open);
                let sure = |id: &&ProviderId| !self.doubtful.contains(*id);
                match code {
                    Code::SlotTaken => open
                        .filter(sure)
                        .all(|id| self.is_taken(game, *id, &service.terms, start, order.id)),
                    Code::ProviderUnavailable => service
                        .providers
                        .iter()
                        .any(|id| self.doubtful.contains(id)),
                    Code::TooSoon | Code::TooFar | Code::NotOpen => open.all(|id| !sure(&id)),
                    Code::QuotaSpent => true,
                    _ => false,
                }
            }
            Move::Confirm(id) | Move::Accept(id) | Move::Shift(id, _) | Move::Cancel(id) => {
                let (Some(before), Some(after)) = of(id) else {
                    panic!("{id} was known");
                };
                let lapsed = before.state.until().is_some_and(|until| until < self.ended);
                let moved = before.ver != after.ver;
                let doubtful = self.doubtful.contains(&before.provider);
                match (code, what) {
                    (Code::HoldLapsed | Code::RequestLapsed, _) => lapsed,
                    (Code::NotInState, Move::Shift(..)) => {
                        lapsed || moved || matches!(before.state, State::Held { .. })
                    }
                    (Code::NotInState, _) => lapsed || moved,
                    // Or after the end of a credential.
                    (Code::ProviderUnavailable, Move::Shift(_, slot)) => {
                        let (id, terms) = (before.provider, &before.terms);
                        doubtful || !game.town.is_open(id, terms, slot.start.at, self.ended)
                    }
                    (Code::ProviderUnavailable, _) => doubtful,
                    (Code::PastCutoff, _) => before.cutoff() < self.ended || moved,
                    (Code::SlotTaken, Move::Shift(_, slot)) => {
                        let start = slot.start.at;
                        self.is_taken(game, before.provider, &before.terms, start, *id)
                    }
                    // Asked before it ran out, and written after: by then it was another's.
                    (Code::SlotTaken, _) => {
                        let (at, terms) = (before.provider, &before.terms);
                        lapsed && self.is_taken(game, at, terms, before.start, *id)
                    }
                    (Code::TooSoon | Code::TooFar | Code::NotOpen, Move::Shift(_, slot)) => {
                        let (id, terms) = (before.provider, &before.terms);
                        !game.town.is_open(id, terms, slot.start.at, self.ended)
                    }
                    (Code::Stale, _) => moved,
                    _ => false,
                }
            }
        };
        assert!(right, "{what:?} got {code:?} without a reason");
    }
}

/// A failure that may pass is tried again with the same id.
async fn patient<F: Future<Output = Result<BookingView, Problem>>>(
    call: impl Fn() -> F,
) -> Result<BookingView, Code> {
    for _ in 0..50 {
        match call().await {
            Err(problem) if problem.retryable => {}
            done => return done.map_err(|problem| problem.code),
        }
    }
    panic!("it never recovered")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn holds_requests_suspensions_and_a_running_clock_at_once() {
    let app = TestApp::start().await;
    let mut game = Game::of(&app).await;
    for nth in 0..ROUNDS {
        game.round(nth).await;
    }
    let open = game.known.values().filter(|b| b.state.is_open()).count();
    assert!(open <= RESIDENTS * limits::OPEN_BOOKINGS as usize + game.town.before.len());
    for what in [
        "book accepted",
        "hold held",
        "book requested",
        "confirm accepted",
        "accept accepted",
        "shift accepted",
        "cancel cancelled",
        "slot_taken",
        "provider_unavailable",
        "told",
    ] {
        let times = game.seen.get(what).copied().unwrap_or(0);
        assert!(times > 0, "never {what}: {:?}", game.seen);
    }
    app.settle().await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}
