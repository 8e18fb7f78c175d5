//! Lending in two scans: the reader's card, then the book; more books follow without the card. Without a
//! network the card is taken as it is, and each book is kept until there is one.

use domain::library::Override;
use domain::{LoanId, PersonId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::desk::{GetReader, GetReaderByCard, ReaderView};
use wire::library::loans::{CreateLoan, CreateLoanBody, LoanView, OverrideBody};
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use super::reader::standing;
use crate::browser::focus;
use crate::model::library::{fits, overridden_by};
use crate::model::scan::Wanted;
use crate::pages::library::code::CodeForm;
use crate::pages::library::kept::{Keep, lending};
use crate::session::Session;
use crate::ui::{Button, Kind, Page, Send, TextArea, asked_now, say};
use crate::{api, t};

/// Who is to have the books.
#[derive(Clone, PartialEq)]
enum Whose {
    Reader(PersonId),
    /// Read without a network: nobody knows yet whose it is.
    Card(String),
}

#[component]
pub fn Lend() -> AnyView {
    let reader = RwSignal::new(None::<ReaderView>);
    let card = RwSignal::new(None::<String>);
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let look = Callback::new(move |card: String| {
        let Ok(card) = card.parse::<Typed>();
        send.run(
            api::get::<GetReaderByCard>((card,), None_ {}),
            move |found| {
                typed.set(String::new());
                reader.set(Some(found));
                focus("[name=book-typed]");
            },
        );
    });
    // From a page that found the reader by name.
    if let Some(id) = asked_now("reader").and_then(|raw| raw.parse().ok()) {
        send.run(api::get::<GetReader>((id,), None_ {}), move |found| {
            reader.set(Some(found));
        });
    }
    let unknown = move || {
        send.problem
            .with(|one| one.as_ref().is_some_and(api::is_offline))
    };
    let take = move |()| {
        let read = fits(Wanted::Card)(typed.get_untracked().trim());
        match read {
            Some(read) => {
                send.problem.set(None);
                typed.set(String::new());
                card.set(Some(read));
                focus("[name=book-typed]");
            }
            None => send
                .problem
                .set(Some(Problem::new(Code::BadValue).at("/card"))),
        }
    };
    let next = Callback::new(move |()| {
        card.set(None);
        reader.set(None);
        focus("[name=card-typed]");
    });
    // The camera stays open while what the reader has grows.
    let whose = Memo::new(move |_| {
        let known = reader.with(|one| one.as_ref().map(|one| Whose::Reader(one.person)));
        known.or_else(|| card.get().map(Whose::Card))
    });
    let shown = move || {
        match whose.get() {
        Some(whose) => view! { <Books whose reader next /> }.into_any(),
        None => view! {
            <CodeForm label=t!(desk_library.lend.card) hint=t!(desk_library.lend.card_hint) button=t!(desk_library.lend.look) value=typed name="card-typed" pointer="/card" send go=look wanted=Wanted::Card />
            {move || unknown().then(|| view! {
                <section class="card stack" data-testid="card-offline">
                    <p>{t!(desk_library.lend.offline)}</p>
                    <Button label=t!(desk_library.lend.take_card) name="take-card" on_press=take />
                </section>
            })}
        }.into_any(),
    }
    };
    view! {
        <Page title=t!(desk_library.lend.title) back="/desk/library">
            {shown}
        </Page>
    }
    .into_any()
}

/// What the reader has, and book after book for them.
#[component]
fn Books(whose: Whose, reader: RwSignal<Option<ReaderView>>, next: Callback<()>) -> AnyView {
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let attempt: Attempt<LoanId> = Attempt::new();
    let asking = RwSignal::new(false);
    let (person, card) = match whose {
        Whose::Reader(id) => (Some(id), None),
        Whose::Card(card) => (None, Some(card)),
    };
    let says = format!("{person:?}{card:?}");
    let card_shown = card.clone();
    let lent = Callback::new(move |loan: LoanView| {
        attempt.taken();
        typed.set(String::new());
        say(t!(desk_library.lend.done, name = loan.title_name));
        reader.update(|one| {
            if let Some(one) = one {
                one.left = one.left.saturating_sub(1);
                one.loans.push(loan);
            }
        });
        focus("[name=book-typed]");
    });
    let body = Callback::new(
        move |(copy, over): (String, Option<OverrideBody>)| CreateLoanBody {
            id: attempt.id(&format!("{says}{copy}{over:?}")),
            copy,
            reader: person,
            card: card.clone(),
            r#override: over,
        },
    );
    let step = Callback::new(move |()| {
        let copy = typed.get_untracked().trim().to_owned();
        (!copy.is_empty()).then(|| lending(body.run((copy, None))))
    });
    let then = Callback::new(move |()| {
        attempt.taken();
        typed.set(String::new());
        focus("[name=book-typed]");
    });
    let go = Callback::new(move |copy: String| {
        send.run(
            api::call::<CreateLoan>((), None_ {}, body.run((copy, None))),
            move |loan| lent.run(loan),
        );
    });
    let may = Session::get().may(domain::access::Act::OverrideLoan);
    let way_round = move || {
        let act = send.problem.with(|problem| {
            problem
                .as_ref()
                .and_then(|problem| overridden_by(problem.code))
        })?;
        may.then(|| {
            let send = Send::default();
            view! {
                <Button label=t!(desk_library.over.button) name="override" kind=Kind::Plain on_press=move |()| asking.set(true) />
                <Over asking act send copy=typed body=Callback::new(move |(copy, over)| body.run((copy, Some(over)))) lent />
            }
        })
    };
    view! {
        <section class="stack" data-testid="reader" data-id=person.map(|id| id.to_string())>
            {move || reader.with(|one| one.as_ref().map(standing))}
            {card_shown.map(|card| view! { <p class="card" data-testid="card-taken">{t!(desk_library.lend.card_taken, card = card)}</p> })}
            <CodeForm label=t!(library.borrow.code) hint=t!(library.borrow.hint) button=t!(desk_library.lend.go) value=typed name="book-typed" pointer="/copy" send go />
            <Keep problem=send.problem step then />
            {way_round}
            <Button label=t!(desk_library.lend.next) name="next-reader" kind=Kind::Plain on_press=next />
        </section>
    }
    .into_any()
}

/// Although a rule says no: which, and why, in a line that stays with the loan.
#[component]
fn Over(
    asking: RwSignal<bool>,
    act: Override,
    send: Send,
    copy: RwSignal<String>,
    body: Callback<(String, OverrideBody), CreateLoanBody>,
    lent: Callback<LoanView>,
) -> AnyView {
    let comment = RwSignal::new(String::new());
    let yes = move |()| {
        let said = comment.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/override/comment");
            return send.problem.set(Some(flaw));
        }
        let over = OverrideBody { act, comment: said };
        let body = body.run((copy.get_untracked().trim().to_owned(), over));
        send.run(api::call::<CreateLoan>((), None_ {}, body), move |loan| {
            close_then(asking, move || lent.run(loan))
        });
    };
    view! {
        <Ask open=asking title=t!(desk_library.over.title) words=t!(desk_library.over.words) yes=t!(desk_library.over.button) send on_yes=yes>
            <TextArea label=t!(desk_library.over.comment) value=comment name="override-comment" max=limits::LINE_CHARS pointer="/override/comment" problem=send.problem />
        </Ask>
    }
    .into_any()
}
