use domain::library::HoldState;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::loans::{CancelHold, CancelHoldBody, HoldView};

use crate::ids::Again;
use crate::model::when;
use crate::ui::{Button, Kind, Place, Send, Sheet, Tag, Tone, TroubleNote, say};
use crate::{api, t};

/// How it stands with a reservation, in a sentence.
#[must_use]
pub fn hold_words(hold: &HoldView) -> String {
    match (hold.state, hold.until, hold.before) {
        (HoldState::Ready, Some(until), _) => {
            t!(library.hold.ready, day = when::day(until, None))
        }
        (HoldState::Ready, None, _) => t!(library.hold.ready_now).to_owned(),
        (HoldState::Waiting, _, Some(0)) => t!(library.hold.next).to_owned(),
        (HoldState::Waiting, _, Some(before)) => t!(library.hold.before, count = before),
        (HoldState::Waiting, _, None) => t!(library.hold.waiting).to_owned(),
        _ => t!(library.hold.over).to_owned(),
    }
}

/// One reservation, and giving it up.
#[component]
pub fn HoldCard(
    hold: HoldView,
    #[prop(into)] changed: Callback<HoldView>,
    #[prop(optional)] named: bool,
) -> AnyView {
    let (open, send, again) = (RwSignal::new(false), Send::default(), Again::default());
    let id = hold.id;
    let go = Callback::new(move |()| {
        let body = CancelHoldBody {
            id: again.id("cancel"),
        };
        send.run(
            api::call::<CancelHold>((id,), None_ {}, body),
            move |now: HoldView| {
                open.set(false);
                say(t!(library.hold.cancelled));
                changed.run(now);
            },
        );
    });
    let ready = hold.state == HoldState::Ready;
    let active = ready || hold.state == HoldState::Waiting;
    view! {
        <article class="card stack-s" data-testid="hold" data-id=hold.id.to_string()>
            <p class="booking-top">
                <a class="booking-name" href=format!("/library/titles/{}", hold.title)>{hold.title_name.clone()}</a>
                {ready.then(|| view! { <Tag words=t!(library.hold.ready_tag) tone=Tone::Good /> })}
            </p>
            {named.then(|| view! { <p>{t!(library.loan.reader, name = hold.reader_name)}</p> })}
            <p>{hold_words(&hold)}</p>
            {active.then(|| view! { <Button label=t!(library.hold.cancel) name="hold-cancel" kind=Kind::Plain on_press=move |()| open.set(true) /> })}
            <Sheet open title=t!(library.hold.cancel_title) name="hold-sheet" place=Place::Middle>
                <p>{t!(library.hold.cancel_words)}</p>
                <TroubleNote problem=send.problem />
                <div class="button-stack">
                    <Button label=t!(library.hold.cancel_do) name="ask-yes" kind=Kind::Danger busy=send.busy on_press=go />
                    <Button label=t!(library.hold.cancel_no) name="ask-no" kind=Kind::Plain on_press=move |()| open.set(false) />
                </div>
            </Sheet>
        </article>
    }
    .into_any()
}
