//! Move a booking: one way for all moves. The sides it has, and staff; safe to repeat with the
//! same command id.

use domain::availability::{check_start, local_day};
use domain::booking::{Booking, Event, Part};
use domain::units::Fen;
use domain::{BookingId, CommandId, Refusal, limits};
use store::market::Beside;
use wire::market::{
    AcceptBooking, ApproveQuote, BookingView, CancelBooking, CompleteBooking, ConfirmBooking,
    DeclineBooking, MarkNoShow, RejectQuote, RescheduleBooking, ReviewBooking,
};
use wire::{Code, Endpoint, Problem};

use super::notices;
use super::view::{Faces, parts};
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
    run(call, id, Event::ApproveQuote { amount }).await
}

pub async fn reject_quote(call: Call<RejectQuote>) -> Outcome<RejectQuote> {
    let (id, reason) = (call.body.id, reason(call.body.reason.as_deref())?);
    run(call, id, Event::RejectQuote { reason }).await
}

pub async fn no_show(call: Call<MarkNoShow>) -> Outcome<MarkNoShow> {
    let id = call.body.id;
    run(call, id, Event::NoShow).await
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
    once.end(&call.ctx, done).await
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
    let part = part_for(call, &before, event)?;
    let after = before.clone().apply(event.clone(), part, call.now)?;
    let provider_ver = match event {
        Event::Reschedule { .. } => Some(new_time_is_open(call, &after).await?),
        _ => None,
    };
    let view = Faces::of(&call.ctx, &call.who, std::slice::from_ref(&after))
        .await?
        .view(&call.who, &after, call.now);
    let notices = notices::of_move(
        &call.ctx,
        &before,
        &after,
        event,
        part,
        call.who.person.id,
        &call.who.zone,
    );
    let beside = Beside {
        command: once.record(&view),
        notices,
    };
    store
        .move_booking(&before, &after, provider_ver, &call.who.zone, &beside)
        .await?;
    call.ctx.relay_bell.notify_one();
    Ok(view)
}

/// The first part the person has in the booking that may make this move.
fn part_for<E: Endpoint>(call: &Call<E>, booking: &Booking, event: &Event) -> Result<Part, Error> {
    let parts = parts(&call.who, booking);
    if parts.is_empty() {
        return Err(Refusal::Missing.into());
    }
    parts
        .into_iter()
        .find(|part| event.is_for(*part))
        .ok_or_else(|| Refusal::WrongPart.into())
}

async fn new_time_is_open<E: Endpoint>(call: &Call<E>, after: &Booking) -> Result<u64, Error> {
    let provider = call
        .ctx
        .store
        .provider(after.community, after.provider)
        .await?
        .ok_or(Refusal::ProviderUnavailable)?;
    if !provider.is_bookable(local_day(after.start, &call.who.zone)) {
        return Err(Refusal::ProviderUnavailable.into());
    }
    check_start(
        &provider.calendar,
        &after.terms,
        &call.who.zone,
        after.start,
        call.now,
    )?;
    Ok(provider.ver)
}
