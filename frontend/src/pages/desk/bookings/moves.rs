//! The moves of a booking, each behind a question that says what it does.

use domain::CommandId;
use domain::booking::Part;
use domain::units::Fen;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{
    AcceptBooking, AmountBody, ApproveQuote, BookingView, CancelBooking, CompleteBooking,
    ConfirmBody, ConfirmBooking, DeclineBooking, MarkNoShow, MoveBody, NoShowBody, ReasonBody,
    RejectQuote, RescheduleBody, RescheduleBooking, Slot,
};

use super::super::ask::{Ask, Attempt, close_then};
use super::slots::SlotPicker;
use crate::model::desk_service::plain;
use crate::model::money;
use crate::ui::{Button, Fetch, Field, Kind, Remote, Send, TextArea, say};
use crate::{api, t};

/// What staff may do with a booking, by the name its endpoint has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Accept,
    Confirm,
    Complete,
    ApproveQuote,
    Reschedule,
    RejectQuote,
    NoShow,
    ProviderNoShow,
    Decline,
    Cancel,
}

impl Move {
    const ALL: [Self; 10] = [
        Self::Accept,
        Self::Confirm,
        Self::Complete,
        Self::ApproveQuote,
        Self::Reschedule,
        Self::RejectQuote,
        Self::NoShow,
        Self::ProviderNoShow,
        Self::Decline,
        Self::Cancel,
    ];

    /// Its endpoint, its name in tests, its words.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Accept => (
                "AcceptBooking",
                "move-accept",
                t!(desk_bookings.move_.accept),
            ),
            Self::Confirm => (
                "ConfirmBooking",
                "move-confirm",
                t!(desk_bookings.move_.confirm),
            ),
            Self::Complete => (
                "CompleteBooking",
                "move-complete",
                t!(desk_bookings.move_.complete),
            ),
            Self::ApproveQuote => (
                "ApproveQuote",
                "move-approve-quote",
                t!(desk_bookings.move_.approve),
            ),
            Self::Reschedule => (
                "RescheduleBooking",
                "move-reschedule",
                t!(desk_bookings.move_.reschedule),
            ),
            Self::RejectQuote => (
                "RejectQuote",
                "move-reject-quote",
                t!(desk_bookings.move_.reject),
            ),
            Self::NoShow => (
                "MarkNoShow",
                "move-no-show",
                t!(desk_bookings.move_.no_show),
            ),
            Self::ProviderNoShow => (
                "MarkNoShow",
                "move-provider-no-show",
                t!(desk_bookings.move_.provider_no_show),
            ),
            Self::Decline => (
                "DeclineBooking",
                "move-decline",
                t!(desk_bookings.move_.decline),
            ),
            Self::Cancel => (
                "CancelBooking",
                "move-cancel",
                t!(desk_bookings.move_.cancel),
            ),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Accept | Self::Confirm | Self::Complete | Self::ApproveQuote => Kind::Primary,
            Self::Reschedule | Self::RejectQuote => Kind::Plain,
            Self::NoShow | Self::ProviderNoShow | Self::Decline | Self::Cancel => Kind::Danger,
        }
    }

    fn words(self, booking: &BookingView) -> String {
        match self {
            Self::Accept => t!(desk_bookings.ask.accept).into(),
            Self::Confirm => t!(desk_bookings.ask.confirm).into(),
            Self::Complete => t!(
                desk_bookings.ask.complete,
                max = money::yuan(booking.terms.price_to)
            ),
            Self::ApproveQuote => t!(
                desk_bookings.ask.approve,
                amount = booking.amount.map(money::yuan).unwrap_or_default()
            ),
            Self::Reschedule => t!(desk_bookings.ask.reschedule).into(),
            Self::RejectQuote => t!(desk_bookings.ask.reject).into(),
            Self::NoShow => t!(desk_bookings.ask.no_show).into(),
            Self::ProviderNoShow => t!(desk_bookings.ask.provider_no_show).into(),
            Self::Decline => t!(desk_bookings.ask.decline).into(),
            Self::Cancel => t!(desk_bookings.ask.cancel).into(),
        }
    }
}

/// What the question asks for, as typed.
#[derive(Clone, Copy)]
struct Typed {
    reason: RwSignal<String>,
    amount: RwSignal<String>,
    slot: RwSignal<Option<Slot>>,
    /// Said below the amount when it cannot be read.
    amount_wrong: RwSignal<bool>,
}

#[component]
pub fn Moves(booking: BookingView, from: Remote<BookingView>) -> AnyView {
    let offered: Vec<Move> = Move::ALL
        .into_iter()
        .filter(|m| booking.moves.iter().any(|name| name == m.names().0))
        .collect();
    if offered.is_empty() {
        return view! { <p class="card quiet" data-testid="no-moves">{t!(desk_bookings.view.nothing)}</p> }.into_any();
    }
    let items = offered
        .into_iter()
        .map(|m| view! { <OneMove what=m booking=booking.clone() from /> })
        .collect::<Vec<_>>();
    view! { <section class="card stack"><h2>{t!(desk_bookings.view.moves)}</h2><div class="button-stack">{items}</div></section> }.into_any()
}

#[component]
fn OneMove(what: Move, booking: BookingView, from: Remote<BookingView>) -> AnyView {
    let open = RwSignal::new(false);
    let send = Send::default();
    let attempt: Attempt<CommandId> = Attempt::new();
    let first = booking.amount.unwrap_or(booking.terms.price_from);
    let typed = Typed {
        reason: RwSignal::new(String::new()),
        amount: RwSignal::new(plain(first)),
        slot: RwSignal::new(None),
        amount_wrong: RwSignal::new(false),
    };
    let (_, name, label) = what.names();
    let words = what.words(&booking);
    let about = StoredValue::new(booking);
    let go = Callback::new(move |()| {
        let Some(call) = about.with_value(|booking| call(what, booking, typed, attempt)) else {
            return;
        };
        send.run(call, move |now| {
            attempt.taken();
            say(t!(desk_bookings.view.changed));
            close_then(open, move || from.put(now));
        });
    });
    let fields = move || about.with_value(|booking| fields(what, booking, typed));
    view! {
        <Button label kind=what.kind() name on_press=move |()| open.set(true) />
        <Ask open title=label words yes=label kind=what.kind() send on_yes=go>{fields()}</Ask>
    }
    .into_any()
}

fn fields(what: Move, booking: &BookingView, typed: Typed) -> AnyView {
    match what {
        Move::Cancel | Move::Decline | Move::RejectQuote => {
            view! { <TextArea label=t!(desk_bookings.ask.reason) hint=t!(desk_bookings.ask.reason_hint) value=typed.reason name="reason" /> }.into_any()
        }
        Move::Complete => view! {
            <Field label=t!(desk_bookings.ask.amount) value=typed.amount name="amount" inputmode="decimal" max=12 />
            <p class="field-error" role="alert" hidden=move || !typed.amount_wrong.get()>{t!(desk_bookings.ask.amount_wrong)}</p>
        }
        .into_any(),
        Move::Reschedule => {
            let (service, provider) = (booking.service, Some(booking.provider));
            view! { <SlotPicker service provider=Signal::stored(provider) chosen=typed.slot /> }.into_any()
        }
        Move::Accept
        | Move::Confirm
        | Move::ApproveQuote
        | Move::NoShow
        | Move::ProviderNoShow => ().into_any(),
    }
}

/// The call for a move, or nothing where what it asks for is not there yet.
fn call(
    what: Move,
    booking: &BookingView,
    typed: Typed,
    attempt: Attempt<CommandId>,
) -> Option<Fetch<BookingView>> {
    let path = (booking.id,);
    let reason = Some(typed.reason.get_untracked().trim().to_owned()).filter(|r| !r.is_empty());
    let quiet = || MoveBody {
        id: Some(attempt.id("")),
    };
    let missed = |who: Part| NoShowBody {
        id: Some(attempt.id(who.as_str())),
        who: Some(who),
    };
    let said = || ReasonBody {
        id: Some(attempt.id(reason.as_deref().unwrap_or(""))),
        reason: reason.clone(),
    };
    let amount = |amount: Fen| AmountBody {
        id: Some(attempt.id(&amount.0.to_string())),
        amount,
    };
    Some(match what {
        Move::Accept => Box::pin(api::call::<AcceptBooking>(path, None_ {}, quiet())),
        Move::NoShow => Box::pin(api::call::<MarkNoShow>(
            path,
            None_ {},
            missed(Part::Resident),
        )),
        Move::ProviderNoShow => Box::pin(api::call::<MarkNoShow>(
            path,
            None_ {},
            missed(Part::Provider),
        )),
        Move::Confirm => Box::pin(api::call::<ConfirmBooking>(
            path,
            None_ {},
            ConfirmBody {
                id: Some(attempt.id("")),
                note: None,
            },
        )),
        Move::Decline => Box::pin(api::call::<DeclineBooking>(path, None_ {}, said())),
        Move::Cancel => Box::pin(api::call::<CancelBooking>(path, None_ {}, said())),
        Move::RejectQuote => Box::pin(api::call::<RejectQuote>(path, None_ {}, said())),
        Move::ApproveQuote => Box::pin(api::call::<ApproveQuote>(
            path,
            None_ {},
            amount(booking.amount?),
        )),
        Move::Complete => {
            let typed_amount = money::typed(&typed.amount.get_untracked());
            typed.amount_wrong.set(typed_amount.is_none());
            Box::pin(api::call::<CompleteBooking>(
                path,
                None_ {},
                amount(typed_amount?),
            ))
        }
        Move::Reschedule => {
            let start = typed.slot.get_untracked()?.start;
            Box::pin(api::call::<RescheduleBooking>(
                path,
                None_ {},
                RescheduleBody {
                    id: Some(attempt.id(&start.to_string())),
                    start,
                },
            ))
        }
    })
}
