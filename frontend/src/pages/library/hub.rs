use domain::PersonId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::{None_, Page as Listed};
use wire::library::loans::{HoldView, HoldsQuery, ListHolds, ListLoans, LoanView, LoansQuery};
use wire::library::settings::GetLibrary;

use super::holds::HoldCard;
use super::loans::LoanCard;
use crate::model::path::escaped;
use crate::pages::points::whose::{Whose, about, whose};
use crate::ui::{Cell, Cells, LinkButton, Load, Page, Remote, SearchBar};
use crate::{api, t};

/// The library at a glance: looking for a book, borrowing, giving back, and what one has.
#[component]
pub fn Hub() -> AnyView {
    let person = whose();
    let typed = RwSignal::new(String::new());
    let navigate = StoredValue::new_local(use_navigate());
    let find = Callback::new(move |()| {
        let to = format!("/library/titles?q={}", escaped(&typed.get_untracked()));
        navigate.with_value(|navigate| navigate(&to, NavigateOptions::default()));
    });
    let ways = move || {
        let to = move |path: &str| about(path, person.get());
        view! {
            <div class="button-stack">
                <LinkButton label=t!(library.hub.borrow) href=to("/library/borrow") name="to-borrow" />
                <LinkButton label=t!(library.hub.give_back) href=to("/library/return") name="to-return" kind=crate::ui::Kind::Plain />
            </div>
        }
    };
    let more = move || {
        let to = move |path: &str| about(path, person.get());
        view! {
            <Cells>
                <Cell label=t!(library.hub.card) note=t!(library.hub.card_note) href=to("/library/card") name="to-reader-card" />
                <Cell label=t!(library.hub.past) href=to("/library/past") name="to-past" />
            </Cells>
        }
    };
    view! {
        <Page title=t!(library.hub.title) back="/">
            <SearchBar label=t!(library.hub.search) value=typed find />
            <Whose person />
            {ways}
            <Loans person />
            <Holds person />
            {more}
            <Hours />
        </Page>
    }
    .into_any()
}

#[component]
fn Loans(person: Memo<Option<PersonId>>) -> AnyView {
    let loans = Remote::new(move || {
        let query = LoansQuery {
            person: person.get(),
            past: None,
            cursor: None,
            limit: Some(100),
        };
        api::get::<ListLoans>((), query)
    });
    let changed = Callback::new(move |_: LoanView| loans.again());
    let none: fn(&Listed<LoanView>) -> bool = |page| page.items.is_empty();
    let list = move |page: Listed<LoanView>| {
        // Without a choice both one's own and the children's are there.
        let named = person.get_untracked().is_none();
        let card = |loan: LoanView| view! { <li><LoanCard loan changed named /></li> }.into_any();
        view! { <ul class="rows rows-cards" data-testid="loans">{page.items.into_iter().map(card).collect::<Vec<_>>()}</ul> }.into_any()
    };
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(library.hub.loans)}</h2>
            <Load from=loans none empty=t!(library.hub.loans_none) let:page>{list(page)}</Load>
        </section>
    }
    .into_any()
}

/// Nothing stands here for who reserved nothing.
#[component]
fn Holds(person: Memo<Option<PersonId>>) -> AnyView {
    let holds = Remote::new(move || {
        let query = HoldsQuery {
            person: person.get(),
        };
        api::get::<ListHolds>((), query)
    });
    let changed = Callback::new(move |_: HoldView| holds.again());
    let list = move |page: Listed<HoldView>| {
        let named = person.get_untracked().is_none();
        let card = |hold: HoldView| view! { <li><HoldCard hold changed named /></li> }.into_any();
        let some = !page.items.is_empty();
        some.then(|| view! {
            <section class="stack-s">
                <h2 class="cells-title">{t!(library.hub.holds)}</h2>
                <ul class="rows rows-cards" data-testid="holds">{page.items.into_iter().map(card).collect::<Vec<_>>()}</ul>
            </section>
        })
        .into_any()
    };
    view! { <Load from=holds let:page>{list(page)}</Load> }.into_any()
}

/// Is it open today?
#[component]
fn Hours() -> AnyView {
    let library = Remote::new(|| api::get::<GetLibrary>((), None_ {}));
    view! {
        <Load from=library let:now>{
            let words = if now.open_today { t!(library.hub.open) } else { t!(library.hub.shut) };
            view! { <p class="quiet" data-testid="open-today">{words}</p> }.into_any()
        }</Load>
    }
    .into_any()
}
