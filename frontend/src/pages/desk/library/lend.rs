//! Lending in two scans: the reader's card, then the book; more books follow without the card.

use domain::library::Override;
use domain::{LoanId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::desk::{GetReader, GetReaderByCard, ReaderView};
use wire::library::loans::{CreateLoan, CreateLoanBody, LoanView, OverrideBody};
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use super::reader::standing;
use crate::browser::focus;
use crate::model::library::overridden_by;
use crate::model::scan::Wanted;
use crate::pages::library::code::CodeForm;
use crate::session::Session;
use crate::ui::{Button, Kind, Page, Send, TextArea, asked_now, say};
use crate::{api, t};

#[component]
pub fn Lend() -> AnyView {
    let reader = RwSignal::new(None::<ReaderView>);
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
    let next = Callback::new(move |()| {
        reader.set(None);
        focus("[name=card-typed]");
    });
    let shown = move || {
        match reader.get() {
        Some(one) => view! { <Books one reader next /> }.into_any(),
        None => view! { <CodeForm label=t!(desk_library.lend.card) hint=t!(desk_library.lend.card_hint) button=t!(desk_library.lend.look) value=typed name="card-typed" pointer="/card" send go=look wanted=Wanted::Card /> }.into_any(),
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
fn Books(one: ReaderView, reader: RwSignal<Option<ReaderView>>, next: Callback<()>) -> AnyView {
    let (typed, send) = (RwSignal::new(String::new()), Send::default());
    let attempt: Attempt<LoanId> = Attempt::new();
    let asking = RwSignal::new(false);
    let person = one.person;
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
    let body = move |copy: String, over: Option<OverrideBody>| CreateLoanBody {
        id: attempt.id(&format!("{person}{copy}{over:?}")),
        copy,
        reader: Some(person),
        card: None,
        r#override: over,
    };
    let go = Callback::new(move |copy: String| {
        send.run(
            api::call::<CreateLoan>((), None_ {}, body(copy, None)),
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
                <Over asking act send copy=typed body=Callback::new(move |(copy, over)| body(copy, Some(over))) lent />
            }
        })
    };
    view! {
        <section class="stack" data-testid="reader" data-id=person.to_string()>
            {standing(&one)}
            <CodeForm label=t!(library.borrow.code) hint=t!(library.borrow.hint) button=t!(desk_library.lend.go) value=typed name="book-typed" pointer="/copy" send go />
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
