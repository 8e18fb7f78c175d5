use domain::limits;
use domain::units::Fen;
use leptos::prelude::*;
use wire::Endpoint;
use wire::endpoint::None_;
use wire::market::{
    AcceptBooking, AmountBody, ApproveQuote, BookingView, CancelBooking, CompleteBooking,
    DeclineBooking, MarkNoShow, MoveBody, NoShowBody, ReasonBody, RejectQuote, ReviewBody,
    ReviewBooking,
};

use super::review::stars;
use crate::i18n::{named, texts};
use crate::ids::Again;
use crate::model::money;
use crate::ui::{
    Button, Chips, Draft, Fetch, Field, Kind, LinkButton, Note, Remote, Send, Sheet, TextArea,
    TroubleNote, say,
};
use crate::{api, t};

/// What can be done with a booking. Its name is the endpoint's; the words are `booking.moves.<key>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Accept,
    Approve,
    Complete,
    Review,
    Reschedule,
    Confirm,
    Reject,
    NoShow,
    Decline,
    Cancel,
}

impl Move {
    /// In the order they are offered.
    const ALL: [(Self, &'static str, &'static str); 10] = [
        (Self::Accept, "AcceptBooking", "accept"),
        (Self::Approve, "ApproveQuote", "approve"),
        (Self::Complete, "CompleteBooking", "complete"),
        (Self::Review, "ReviewBooking", "review"),
        (Self::Confirm, "ConfirmBooking", "confirm"),
        (Self::Reschedule, "RescheduleBooking", "reschedule"),
        (Self::Reject, "RejectQuote", "reject"),
        (Self::NoShow, "MarkNoShow", "no_show"),
        (Self::Decline, "DeclineBooking", "decline"),
        (Self::Cancel, "CancelBooking", "cancel"),
    ];

    fn key(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(one, _, _)| *one == self)
            .map_or("", |(_, _, key)| key)
    }

    fn kind(self) -> Kind {
        match self {
            Self::Accept | Self::Approve | Self::Complete | Self::Review | Self::Confirm => {
                Kind::Primary
            }
            Self::Reschedule | Self::NoShow => Kind::Plain,
            Self::Reject | Self::Decline | Self::Cancel => Kind::Danger,
        }
    }
}

/// What is typed into the sheet of a move.
#[derive(Clone)]
struct Form {
    reason: RwSignal<String>,
    amount: RwSignal<String>,
    stars: RwSignal<String>,
    text: RwSignal<String>,
    /// The amount is not a number.
    bad: RwSignal<bool>,
    draft: Draft,
}

/// The moves the server offers, as buttons; those that need a word more open a sheet.
#[component]
pub fn Moves(remote: Remote<BookingView>, booking: BookingView) -> AnyView {
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None::<Move>);
    let send = Send::default();
    let draft = Draft::of(&format!("move.{}", booking.id));
    let form = Form {
        reason: draft.field("reason", ""),
        amount: draft.field("amount", ""),
        stars: draft.field("stars", ""),
        text: draft.field("text", ""),
        bad: RwSignal::new(false),
        draft,
    };
    let again = Again::default();
    let booking = StoredValue::new(booking);
    let form = StoredValue::new(form);
    let go = move |what: Move| {
        let Some(call) = booking.with_value(|b| form.with_value(|f| call(what, b, f, again)))
        else {
            return;
        };
        send.run(call, move |moved: BookingView| {
            form.with_value(|f| f.draft.clear());
            open.set(false);
            say(t!(booking.said.done));
            remote.put(moved);
        });
    };
    let offered: Vec<(Move, &'static str)> = booking.with_value(|b| {
        Move::ALL
            .iter()
            .filter(|(_, name, _)| b.moves.iter().any(|m| m == name))
            .map(|(one, _, key)| (*one, *key))
            .collect()
    });
    if offered.is_empty() {
        return ().into_any();
    }
    let button = move |(what, key): (Move, &'static str)| {
        let label = named(texts::booking::moves::ALL, key);
        let name: &'static str = test_name(what);
        if let Some(href) = booking.with_value(|b| page_of(what, b)) {
            return view! { <LinkButton label=label href=href name=name kind=what.kind() /> }
                .into_any();
        }
        let press = Callback::new(move |()| {
            if what == Move::Accept {
                go(what);
            } else {
                send.problem.set(None);
                chosen.set(Some(what));
                open.set(true);
            }
        });
        let busy = Signal::derive(move || send.busy.get() && !open.get());
        view! { <Button label=label name=name kind=what.kind() busy=busy on_press=press /> }
            .into_any()
    };
    let title = Signal::derive(move || {
        chosen.get().map_or_else(String::new, |what| {
            booking.with_value(|b| question(what, b))
        })
    });
    view! {
        <section class="stack-s">
            <h2 class="sr">{t!(booking.page.moves)}</h2>
            {move || (!open.get()).then(|| view! { <TroubleNote problem=send.problem /> })}
            <div class="button-stack">{offered.into_iter().map(button).collect::<Vec<_>>()}</div>
            <Sheet open title name="move-sheet">
                {move || chosen.get().map(|what| inside(what, booking, form, send, Callback::new(move |()| go(what))))}
            </Sheet>
        </section>
    }
    .into_any()
}

fn test_name(what: Move) -> &'static str {
    match what {
        Move::Accept => "move-accept",
        Move::Approve => "move-approve",
        Move::Complete => "move-complete",
        Move::Review => "move-review",
        Move::Reschedule => "move-reschedule",
        Move::Confirm => "move-confirm",
        Move::Reject => "move-reject",
        Move::NoShow => "move-no_show",
        Move::Decline => "move-decline",
        Move::Cancel => "move-cancel",
    }
}

/// Moves that have a page of their own.
fn page_of(what: Move, booking: &BookingView) -> Option<String> {
    let (service, provider) = (booking.service, booking.provider);
    match what {
        Move::Reschedule => Some(format!(
            "/services/{service}/time?provider={provider}&move={}",
            booking.id
        )),
        Move::Confirm => {
            let start = crate::model::path::escaped(&booking.start.to_string());
            Some(format!(
                "/services/{service}/confirm?start={start}&provider={provider}&hold={}",
                booking.id
            ))
        }
        _ => None,
    }
}

fn question(what: Move, booking: &BookingView) -> String {
    let amount = booking.amount.map(money::yuan).unwrap_or_default();
    match what {
        Move::Approve => t!(booking.ask.approve, amount = amount),
        other => named(texts::booking::ask::ALL, other.key()),
    }
}

fn call(
    what: Move,
    booking: &BookingView,
    form: &Form,
    again: Again,
) -> Option<Fetch<BookingView>> {
    let said = |text: RwSignal<String>| {
        Some(text.get_untracked().trim().to_owned()).filter(|t| !t.is_empty())
    };
    let key = what.key();
    let reason = || {
        let reason = said(form.reason);
        ReasonBody {
            id: Some(again.id(&format!("{key}{reason:?}"))),
            reason,
        }
    };
    let sum = |amount: Fen| AmountBody {
        id: Some(again.id(&format!("{key}{}", amount.0))),
        amount,
    };
    let plain = || MoveBody {
        id: Some(again.id(key)),
    };
    let missed = NoShowBody {
        id: Some(again.id(key)),
        who: None,
    };
    Some(match what {
        Move::Accept => sent::<AcceptBooking>(booking, plain()),
        Move::NoShow => sent::<MarkNoShow>(booking, missed),
        Move::Decline => sent::<DeclineBooking>(booking, reason()),
        Move::Cancel => sent::<CancelBooking>(booking, reason()),
        Move::Reject => sent::<RejectQuote>(booking, reason()),
        Move::Approve => sent::<ApproveQuote>(booking, sum(booking.amount.unwrap_or_default())),
        Move::Complete => {
            let amount = form.amount.with_untracked(|raw| money::typed(raw));
            form.bad.set(amount.is_none());
            sent::<CompleteBooking>(booking, sum(amount?))
        }
        Move::Review => {
            let stars = form.stars.with_untracked(|raw| raw.parse().ok())?;
            let text = said(form.text);
            sent::<ReviewBooking>(
                booking,
                ReviewBody {
                    id: Some(again.id(&format!("{key}{stars}{text:?}"))),
                    stars,
                    text,
                },
            )
        }
        Move::Reschedule | Move::Confirm => return None,
    })
}

fn sent<E>(booking: &BookingView, body: E::Body) -> Fetch<BookingView>
where
    E: Endpoint<Path = (domain::BookingId,), Query = None_, Reply = BookingView>,
{
    Box::pin(api::call::<E>((booking.id,), None_ {}, body))
}

fn inside(
    what: Move,
    booking: StoredValue<BookingView>,
    form: StoredValue<Form>,
    send: Send,
    go: Callback<()>,
) -> AnyView {
    let f = form.get_value();
    let problem = send.problem;
    let asked = match what {
        Move::Cancel | Move::Decline | Move::Reject => {
            view! { <TextArea label=t!(booking.ask.reason) hint=t!(booking.ask.reason_hint) value=f.reason name="reason" pointer="/reason" problem max=limits::NOTE_CHARS /> }.into_any()
        }
        Move::Complete => {
            let hint = booking.with_value(|b| money::range(&b.terms)).map_or_else(|| t!(booking.ask.amount_free).to_owned(), |range| t!(booking.ask.amount_hint, range = range));
            let bad = move || f.bad.get().then(|| view! { <p class="field-error" role="alert">{t!(booking.ask.amount_bad)}</p> });
            view! { <Field label=t!(booking.ask.amount) hint=hint value=f.amount name="amount" inputmode="decimal" pointer="/amount" problem max=12 />{bad} }.into_any()
        }
        Move::Review => {
            let options = (1..=5_u8).rev().map(|n| (n.to_string(), stars(n))).collect();
            let pick = Callback::new(move |n| f.stars.set(n));
            view! {
                <Chips label=t!(booking.ask.stars) labelled=true options value=f.stars set=pick name="star" />
                <TextArea label=t!(booking.ask.text) hint=t!(booking.ask.text_hint) value=f.text name="text" pointer="/text" problem max=limits::NOTE_CHARS />
            }
            .into_any()
        }
        Move::NoShow => view! { <Note words=t!(booking.ask.no_show_words) /> }.into_any(),
        Move::Accept | Move::Approve | Move::Reschedule | Move::Confirm => ().into_any(),
    };
    let label = match what {
        Move::Cancel => t!(booking.ask.cancel_do),
        Move::Decline => t!(booking.ask.decline_do),
        Move::NoShow => t!(booking.ask.no_show_do),
        _ => t!(booking.ask.send),
    };
    let missing = Signal::derive(move || what == Move::Review && f.stars.with(String::is_empty));
    let kind = if what.kind() == Kind::Danger {
        Kind::Danger
    } else {
        Kind::Primary
    };
    view! {
        {asked}
        <TroubleNote problem />
        <Button label=label name="move-submit" kind=kind busy=send.busy disabled=missing on_press=go />
    }
    .into_any()
}
