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
use crate::pages::library::code::{CodeStep, CodeSteps};
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
    let whose = Memo::new(move |_| {
        let known = reader.with(|one| one.as_ref().map(|one| Whose::Reader(one.person)));
        known.or_else(|| card.get().map(Whose::Card))
    });
    let books = Books::new(whose, reader);
    let lend = Callback::new(move |copy: String| books.lend(copy));
    let cards = CodeStep {
        label: t!(desk_library.lend.card),
        hint: t!(desk_library.lend.card_hint),
        button: t!(desk_library.lend.look),
        value: typed,
        name: "card-typed",
        pointer: "/card",
        send,
        go: look,
        kind: Kind::Primary,
        wanted: Wanted::Card,
    };
    // The camera stays open from the card to the books, and to the next card.
    let step = Signal::derive(move || {
        if whose.with(Option::is_some) {
            books.step(lend)
        } else {
            cards
        }
    });
    let take = move |()| {
        let read = fits(Wanted::Card, typed.get_untracked().trim());
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
        books.forget();
        card.set(None);
        reader.set(None);
        focus("[name=card-typed]");
    });
    let unknown = move || {
        send.problem
            .with(|one| one.as_ref().is_some_and(api::is_offline))
    };
    let above = move || whose.get().map(|whose| shown(whose, reader));
    let below = move || match whose.get() {
        Some(_) => view! { <Beside books next /> }.into_any(),
        None => (move || {
            unknown().then(|| view! {
                <section class="card stack" data-testid="card-offline">
                    <p>{t!(desk_library.lend.offline)}</p>
                    <Button label=t!(desk_library.lend.take_card) name="take-card" on_press=take />
                </section>
            })
        })
        .into_any(),
    };
    view! {
        <Page title=t!(desk_library.lend.title) back="/desk/library">
            {above}
            <CodeSteps step />
            {below}
        </Page>
    }
    .into_any()
}

/// Who has the books, and what the reader has.
fn shown(whose: Whose, reader: RwSignal<Option<ReaderView>>) -> AnyView {
    let (id, card) = match whose {
        Whose::Reader(id) => (Some(id.to_string()), None),
        Whose::Card(card) => (None, Some(card)),
    };
    view! {
        <section class="stack" data-testid="reader" data-id=id>
            {move || reader.with(|one| one.as_ref().map(standing))}
            {card.map(|card| view! { <p class="card" data-testid="card-taken">{t!(desk_library.lend.card_taken, card = card)}</p> })}
        </section>
    }
    .into_any()
}

/// Book after book for one reader.
#[derive(Clone, Copy)]
struct Books {
    whose: Memo<Option<Whose>>,
    reader: RwSignal<Option<ReaderView>>,
    typed: RwSignal<String>,
    send: Send,
    attempt: Attempt<LoanId>,
}

impl Books {
    fn new(whose: Memo<Option<Whose>>, reader: RwSignal<Option<ReaderView>>) -> Self {
        Self {
            whose,
            reader,
            typed: RwSignal::new(String::new()),
            send: Send::default(),
            attempt: Attempt::new(),
        }
    }

    fn step(self, go: Callback<String>) -> CodeStep {
        CodeStep {
            label: t!(library.borrow.code),
            hint: t!(library.borrow.hint),
            button: t!(desk_library.lend.go),
            value: self.typed,
            name: "book-typed",
            pointer: "/copy",
            send: self.send,
            go,
            kind: Kind::Primary,
            wanted: Wanted::Book,
        }
    }

    fn lend(self, copy: String) {
        let Some(body) = self.body(copy, None) else {
            return;
        };
        let call = api::call::<CreateLoan>((), None_ {}, body);
        self.send.run(call, move |loan| self.lent(loan));
    }

    /// `None` where there is no reader: a loan without one would be one's own.
    fn body(self, copy: String, over: Option<OverrideBody>) -> Option<CreateLoanBody> {
        let (reader, card) = match self.whose.get_untracked()? {
            Whose::Reader(id) => (Some(id), None),
            Whose::Card(card) => (None, Some(card)),
        };
        let says = format!("{reader:?}{card:?}{copy}{over:?}");
        Some(CreateLoanBody {
            id: self.attempt.id(&says),
            copy,
            reader,
            card,
            r#override: over,
        })
    }

    fn copy(self) -> String {
        self.typed.get_untracked().trim().to_owned()
    }

    /// An answer that comes after the next reader did is said, and is none of theirs.
    fn lent(self, loan: LoanView) {
        say(t!(desk_library.lend.done, name = loan.title_name));
        self.reader.update(|one| {
            if let Some(one) = one.as_mut().filter(|one| Some(one.person) == loan.reader) {
                one.left = one.left.saturating_sub(1);
                one.loans.push(loan);
            }
        });
        self.go_on();
    }

    /// The next book.
    fn go_on(self) {
        self.forget();
        focus("[name=book-typed]");
    }

    fn forget(self) {
        self.attempt.taken();
        self.typed.set(String::new());
        self.send.problem.set(None);
    }
}

/// What there is to do beside scanning the next book.
#[component]
fn Beside(books: Books, next: Callback<()>) -> AnyView {
    let asking = RwSignal::new(false);
    // The book that was asked about; the camera may see another meanwhile.
    let about = StoredValue::new(String::new());
    let problem = books.send.problem;
    let step = Callback::new(move |()| {
        let copy = books.copy();
        let body = books.body(copy, None)?;
        (!body.copy.is_empty()).then(|| lending(body))
    });
    let then = Callback::new(move |()| books.go_on());
    let may = Session::get().may(domain::access::Act::OverrideLoan);
    let way_round = move || {
        let act = problem.with(|problem| {
            problem
                .as_ref()
                .and_then(|problem| overridden_by(problem.code))
        })?;
        may.then(|| {
            view! {
                <Button label=t!(desk_library.over.button) name="override" kind=Kind::Plain on_press=move |()| { about.set_value(books.copy()); asking.set(true); } />
                <Over asking act books about />
            }
        })
    };
    view! {
        <section class="stack">
            <Keep problem step then />
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
    books: Books,
    about: StoredValue<String>,
) -> AnyView {
    let (send, comment) = (Send::default(), RwSignal::new(String::new()));
    let yes = move |()| {
        let said = comment.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/override/comment");
            return send.problem.set(Some(flaw));
        }
        let over = OverrideBody { act, comment: said };
        let Some(body) = books.body(about.get_value(), Some(over)) else {
            return;
        };
        send.run(api::call::<CreateLoan>((), None_ {}, body), move |loan| {
            close_then(asking, move || books.lent(loan));
        });
    };
    view! {
        <Ask open=asking title=t!(desk_library.over.title) words=t!(desk_library.over.words) yes=t!(desk_library.over.button) send on_yes=yes>
            <TextArea label=t!(desk_library.over.comment) value=comment name="override-comment" max=limits::LINE_CHARS pointer="/override/comment" problem=send.problem />
        </Ask>
    }
    .into_any()
}
