//! Readers' cards as sheets that are printed: a QR code and bars for any scanner, and the number below
//! for hands. The address says whose: `?people=` and ids with commas between.

use leptos::prelude::*;
use wire::library::desk::{CardsQuery, ListReaderCards};
use wire::library::loans::CardView;

use crate::browser::print;
use crate::model::volunteer::card_in_groups;
use crate::session::Session;
use crate::ui::{Bars, Button, Page, Paged, Qr, Rows, asked_now};
use crate::{api, t};

/// Cards in one print, as the server takes them.
pub const PRINTED: usize = 60;

#[component]
pub fn Cards() -> AnyView {
    let people = asked_now("people").unwrap_or_default();
    let back = if people.is_empty() || people.contains(',') {
        "/desk/library/readers".to_owned()
    } else {
        format!("/desk/library/readers/{people}")
    };
    let list = Paged::new(move |_| {
        let query = CardsQuery {
            people: people.clone(),
        };
        api::get::<ListReaderCards>((), query)
    });
    view! {
        <Page title=t!(desk_library.cards.title) back wide=true>
            <div class="row screen-only">
                <Button label=t!(volunteer.card.print) name="print" on_press=move |()| print() />
            </div>
            <div class="card-sheet paper"><Rows from=list empty=t!(desk_library.cards.none) name="cards" let:card>{one(&card)}</Rows></div>
        </Page>
    }
    .into_any()
}

fn one(card: &CardView) -> AnyView {
    let place = Session::get().me_now().map(|me| me.community.name.clone());
    view! {
        <div class="reader-card" data-testid="reader-card" data-person=card.person.to_string()>
            <div class="reader-card-words">
                <p class="quiet">{place}</p>
                <p class="reader-card-name">{card.name.clone()}</p>
            </div>
            <Qr text=card.card.clone() label=t!(library.card.qr) name="card-qr" />
            <div class="reader-card-bars">
                <Bars text=card.card.clone() label=t!(library.card.bars) />
                <p class="reader-card-number" data-testid="card-code">{card_in_groups(&card.card)}</p>
            </div>
        </div>
    }
    .into_any()
}
