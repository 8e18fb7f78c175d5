use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::loans::{CardQuery, CardView, GetReaderCard, RenewCardBody, RenewReaderCard};

use crate::browser::print;
use crate::ids::Again;
use crate::model::volunteer::card_in_groups;
use crate::pages::points::whose::{Whose, about, whose};
use crate::session::Session;
use crate::ui::{Bars, Button, Kind, Load, Page, Place, Qr, Remote, Send, Sheet, TroubleNote, say};
use crate::{api, t};

/// A reader's card, to be shown or printed: for a child, or for who has no telephone.
#[component]
pub fn Card() -> AnyView {
    let person = whose();
    let card = Remote::new(move || {
        let person = person.get();
        api::get::<GetReaderCard>((), CardQuery { person })
    });
    view! {
        <Page title=t!(library.card.title) back=about("/library", person.get_untracked())>
            <Whose person />
            <Load from=card let:now>{printed(card, now)}</Load>
        </Page>
    }
    .into_any()
}

fn printed(remote: Remote<CardView>, card: CardView) -> AnyView {
    let place = Session::get().me_now().map(|me| me.community.name.clone());
    let person = card.person;
    view! {
        <section class="card ticket paper" data-testid="reader-card">
            <p class="quiet">{place}</p>
            <h2 class="ticket-code">{card.name}</h2>
            <Qr text=card.card.clone() label=t!(library.card.qr) name="card-qr" />
            <div><Bars text=card.card.clone() label=t!(library.card.bars) /></div>
            <p class="ticket-code" data-testid="card-code">{card_in_groups(&card.card)}</p>
            <p class="quiet">{t!(library.card.words)}</p>
        </section>
        <div class="button-stack screen-only">
            <Button label=t!(volunteer.card.print) name="print" on_press=move |()| print() />
            <Renew remote person />
        </div>
    }
    .into_any()
}

#[component]
fn Renew(remote: Remote<CardView>, person: domain::PersonId) -> AnyView {
    let (open, send, again) = (RwSignal::new(false), Send::default(), Again::default());
    let round = StoredValue::new(0_u32);
    let go = Callback::new(move |()| {
        let body = RenewCardBody {
            id: again.id(&round.get_value().to_string()),
            person: Some(person),
        };
        send.run(
            api::call::<RenewReaderCard>((), None_ {}, body),
            move |new| {
                round.update_value(|round| *round += 1);
                open.set(false);
                say(t!(library.card.renewed));
                remote.put(new);
            },
        );
    });
    view! {
        <Button label=t!(library.card.renew) name="renew" kind=Kind::Plain on_press=move |()| open.set(true) />
        <Sheet open title=t!(library.card.renew_title) name="renew-sheet" place=Place::Middle>
            <p>{t!(library.card.renew_words)}</p>
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=t!(library.card.renew) name="ask-yes" busy=send.busy on_press=go />
                <Button label=t!(volunteer.card.renew_no) name="ask-no" kind=Kind::Plain on_press=move |()| open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
