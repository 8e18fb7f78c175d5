//! Move a booking: one way for all moves. The sides it has, and staff; safe to repeat with the
//! same command id.

use domain::availability::{check_start, local_day};
use domain::booking::{Booking, By, Event, Part};
use domain::consent::Purpose;
use domain::units::Fen;
use domain::{BookingId, CommandId, Refusal, limits};
use store::market::{Beside, DecidedOn};
use wire::market::{
    AcceptBooking, ApproveQuote, BookingView, CancelBooking, CompleteBooking, ConfirmBooking,
    DeclineBooking, MarkNoShow, RejectQuote, RescheduleBooking, ReviewBooking,
};
use wire::{Code, Endpoint, Problem};

use super::notices::{self, Moved};
use super::view::opened;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;
use crate::parse;

pub async fn confirm(call: Call<ConfirmBooking>) -> Outcome<ConfirmBooking> {
    let note = parse::note(call.body.note.as_deref(), limits::NOTE_CHARS, "/note")?;
    let id = call.body.id;
    run(call, id, Event::Confirm { note }).await
}

pub async fn accept(call: Call<AcceptBooking>) -> Outcome<AcceptBooking> {
    let id = call.body.id;
    run(call, id, Event::Accept).await
}

pub async fn decline(call: Call<DeclineBooking>) -> Outcome<DeclineBooking> {
    let (id, reason) = (call.body.id, reason(call.body.reason.as_deref())?);
    run(call, id, Event::Decline { reason }).await
}

pub async fn cancel(call: Call<CancelBooking>) -> Outcome<CancelBooking> {
    let (id, reason) = (call.body.id, reason(call.body.reason.as_deref())?);
    run(call, id, Event::Cancel { reason }).await
}

pub async fn reschedule(call: Call<RescheduleBooking>) -> Outcome<RescheduleBooking> {
    let (id, start) = (call.body.id, call.body.start.at);
    run(call, id, Event::Reschedule { start }).await
}

pub async fn complete(call: Call<CompleteBooking>) -> Outcome<CompleteBooking> {
    let (id, amount) = (call.body.id, money(call.body.amount)?);
    run(call, id, Event::Complete { amount }).await
}

pub async fn approve_quote(call: Call<ApproveQuote>) -> Outcome<ApproveQuote> {
    let (id, amount) = (call.body.id, money(call.body.amount)?);
    let by = call.who.person.id;
    run(call, id, Event::ApproveQuote { amount, by }).await
}

pub async fn reject_quote(call: Call<RejectQuote>) -> Outcome<RejectQuote> {
    let (id, reason) = (call.body.id, reason(call.body.reason.as_deref())?);
    run(call, id, Event::RejectQuote { reason }).await
}

pub async fn no_show(call: Call<MarkNoShow>) -> Outcome<MarkNoShow> {
    let (id, who) = (call.body.id, call.body.who);
    if who == Some(Part::Staff) {
        return Err(Error::invalid(Code::BadValue, "/who"));
    }
    run(call, id, Event::NoShow { who }).await
}

pub async fn review(call: Call<ReviewBooking>) -> Outcome<ReviewBooking> {
    let (id, stars) = (call.body.id, call.body.stars);
    if !(1..=5).contains(&stars) {
        return Err(Problem::new(Code::BadValue)
            .at("/stars")
            .with("max", 5)
            .into());
    }
    let text = parse::note(call.body.text.as_deref(), limits::NOTE_CHARS, "/text")?;
    run(call, id, Event::Review { stars, text }).await
}

fn reason(raw: Option<&str>) -> Result<String, Error> {
    parse::note(raw, limits::NOTE_CHARS, "/reason")
}

fn money(amount: Fen) -> Result<Fen, Error> {
    let fits = (0..=limits::PRICE_FEN).contains(&amount.0);
    if fits {
        Ok(amount)
    } else {
        Err(Problem::new(Code::BadValue)
            .at("/amount")
            .with("max", limits::PRICE_FEN)
            .into())
    }
}

/// How often a move is decided again because somebody else moved first.
const STALE_TRIES: u32 = 5;

async fn run<E>(call: Call<E>, id: Option<CommandId>, event: Event) -> Outcome<E>
where
    E: Endpoint<Path = (BookingId,), Reply = BookingView>,
{
    let once = Once::of(&call, id.map(|id| id.to_string()));
    let mut done = advance(&call, &once, &event).await;
    for _ in 1..STALE_TRIES {
        if !matches!(done, Err(Error::Refused(Refusal::Stale))) {
            break;
        }
        done = advance(&call, &once, &event).await;
    }
    let again = moved(&call);
    once.end(&call.ctx, done, again).await
}

async fn moved<E>(call: &Call<E>) -> Result<BookingView, Error>
where
    E: Endpoint<Path = (BookingId,), Reply = BookingView>,
{
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let booking = store.booking(com, call.path.0).await?;
    opened(call, &booking.ok_or(Refusal::Missing)?).await
}

async fn advance<E>(call: &Call<E>, once: &Once, event: &Event) -> Result<BookingView, Error>
where
    E: Endpoint<Path = (BookingId,), Reply = BookingView>,
{
    let store = &call.ctx.store;
    let before = store
        .booking(call.who.community.id, call.path.0)
        .await?
        .ok_or(Refusal::Missing)?;
    let resident = store.person(before.community, before.resident).await?;
    let today = local_day(call.now, &call.who.zone);
    let by = By::of(&call.who.person, &before, resident.as_ref(), today);
    let part = before.part_for(event, &by)?;
    let mut after = before.clone().apply(event.clone(), part, call.now)?;
    if after.is_within_reach(call.now) {
        let (com, purpose) = (after.community, Purpose::ShareContact);
        let agreed = store.agreed(com, after.resident, purpose).await?;
        after.agreed = agreed.or(after.agreed);
    }
    let on = still_offered(call, event, &after).await?;
    let side = notices::resident_side(&call.ctx, &after, resident.as_ref(), today).await?;
    let moved = Moved {
        part,
        mover: call.who.person.id,
        side: &side,
    };
    let notices = notices::of_move(&call.ctx, &before, &after, event, &moved, &call.who.zone);
    let beside = Beside {
        command: once.record(),
        notices,
    };
    store
        .move_booking(&before, &after, on, &call.who.zone, &beside)
        .await?;
    call.ctx.relay_bell.notify_one();
    opened(call, &after).await
}

/// What a move to an agreed visit is decided on: whoever gives it is still there for it, and where
/// the resident or a new time is taken on, so is the service. Others need neither.
/// Refuses: `ServiceHidden`, `ProviderUnavailable`, and whatever the calendar says.
async fn still_offered<E: Endpoint>(
    call: &Call<E>,
    event: &Event,
    after: &Booking,
) -> Result<DecidedOn, Error> {
    let (store, com, zone) = (&call.ctx.store, after.community, &call.who.zone);
    let service = match event {
        Event::Confirm { .. } | Event::Reschedule { .. } => {
            let found = store.service(com, after.service).await?;
            let shown = found.filter(|service| !service.hidden);
            Some(shown.ok_or(Refusal::ServiceHidden)?)
        }
        Event::Accept => None,
        Event::Decline { .. }
        | Event::Cancel { .. }
        | Event::Complete { .. }
        | Event::ApproveQuote { .. }
        | Event::RejectQuote { .. }
        | Event::NoShow { .. }
        | Event::Review { .. }
        | Event::Lapse => return Ok(DecidedOn::default()),
    };
    let given = |id| {
        let service = service.as_ref();
        service.is_none_or(|service| service.providers.contains(&id))
    };
    let provider = store.provider(com, after.provider).await?;
    let provider = provider
        .filter(|provider| given(provider.id) && provider.is_bookable(local_day(after.start, zone)))
        .ok_or(Refusal::ProviderUnavailable)?;
    if let Event::Reschedule { start } = event {
        check_start(&provider.calendar, &after.terms, zone, *start, call.now)?;
    }
    Ok(DecidedOn {
        provider: Some(provider.ver),
        service: service.map(|service| service.ver),
    })
}
