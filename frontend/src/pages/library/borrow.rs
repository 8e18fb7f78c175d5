use domain::library::CopyState;
use domain::{LoanId, PersonId};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::catalogue::{CopyView, FoundView, GetCopy};
use wire::library::loans::{CreateLoan, CreateLoanBody, LoanView};

use super::code::CodeForm;
use super::kept::{Keep, lending};
use super::loans::due_words;
use crate::browser::focus;
use crate::i18n::{named, texts};
use crate::ids::{Again, fresh};
use crate::pages::points::whose::{Whose, about, whose};
use crate::session::Session;
use crate::ui::{Button, Kind, LinkButton, Note, Page, Send, TroubleNote};
use crate::{api, clock, t};

/// Borrowing: scan the book, look at it, take it.
#[component]
pub fn Borrow() -> AnyView {
    let person = whose();
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(None::<FoundView>);
    let lent = RwSignal::new(None::<LoanView>);
    let send = Send::default();
    let look = Callback::new(move |code: String| {
        found.set(None);
        lent.set(None);
        let Ok(code) = code.parse::<Typed>();
        send.run(api::get::<GetCopy>((code,), None_ {}), move |now| {
            found.set(Some(now));
        });
    });
    let step = Callback::new(move |()| {
        let copy = typed.get_untracked().trim().to_owned();
        let body = order(fresh(), copy, person.get_untracked());
        (!body.copy.is_empty()).then(|| lending(body))
    });
    let noted = Callback::new(move |()| {
        typed.set(String::new());
        found.set(None);
    });
    let put = Callback::new(move |loan: LoanView| {
        typed.set(String::new());
        found.set(None);
        lent.set(Some(loan));
        focus("[name=book-typed]");
    });
    let shown = move || {
        if let Some(loan) = lent.get() {
            return done(&loan, person.get_untracked());
        }
        match found.get() {
            Some(found) => card(&found, person.get(), put, noted),
            None => ().into_any(),
        }
    };
    view! {
        <Page title=t!(library.borrow.title) back=about("/library", person.get_untracked())>
            <Whose person />
            <CodeForm label=t!(library.borrow.code) hint=t!(library.borrow.hint) button=t!(library.borrow.look) value=typed name="book-typed" pointer="/barcode" send go=look kind=Kind::Plain />
            <Keep problem=send.problem step then=noted />
            <div aria-live="polite" class="stack">{shown}</div>
        </Page>
    }
    .into_any()
}

/// The book that was scanned, and taking it.
fn card(
    found: &FoundView,
    person: Option<PersonId>,
    put: Callback<LoanView>,
    noted: Callback<()>,
) -> AnyView {
    let by = found.title.authors.join(t!(library.titles.and));
    let what_now = match &found.copy {
        None if found.choices.is_empty() => {
            view! { <Note words=t!(library.borrow.no_copy) name="no-copy" /> }.into_any()
        }
        None => view! { <Note words=t!(library.borrow.which) name="which" /> }.into_any(),
        Some(copy) if may_go(copy) => {
            view! { <Take barcode=copy.barcode.clone() person put noted /> }.into_any()
        }
        Some(copy) => {
            let href = format!("/library/titles/{}", found.title.id);
            view! {
                <Note words=state_words(copy.state) name="not-free" />
                <p class="quiet">{t!(library.borrow.to_desk)}</p>
                <LinkButton label=t!(library.borrow.to_title) href name="to-title" kind=Kind::Plain />
            }
            .into_any()
        }
    };
    view! {
        <section class="card stack" data-testid="found">
            <h2 class="service-name">{found.title.name.clone()}</h2>
            <p class="quiet">{by}</p>
            {what_now}
        </section>
    }
    .into_any()
}

/// On the shelf; or kept for a reservation, which the server knows whose it is.
fn may_go(copy: &CopyView) -> bool {
    matches!(copy.state, CopyState::Available | CopyState::OnHold)
}

/// What becomes of a copy in this state, in words.
#[must_use]
pub fn state_words(state: CopyState) -> String {
    named(texts::library::state::ALL, state.as_str())
}

#[component]
fn Take(
    barcode: String,
    person: Option<PersonId>,
    put: Callback<LoanView>,
    noted: Callback<()>,
) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let body = Callback::new(move |()| {
        let id = LoanId::from_bits(again.bits(&format!("{barcode}{person:?}")));
        order(id, barcode.clone(), person)
    });
    let go = Callback::new(move |()| {
        let body = body.run(());
        send.run(api::call::<CreateLoan>((), None_ {}, body), move |loan| {
            put.run(loan);
        });
    });
    let step = Callback::new(move |()| Some(lending(body.run(()))));
    view! {
        <TroubleNote problem=send.problem />
        <Button label=t!(library.borrow.take) name="borrow" busy=send.busy on_press=go />
        <Keep problem=send.problem step then=noted />
    }
    .into_any()
}

fn order(id: LoanId, copy: String, reader: Option<PersonId>) -> CreateLoanBody {
    CreateLoanBody {
        id,
        copy,
        reader,
        card: None,
        r#override: None,
    }
}

fn done(loan: &LoanView, person: Option<PersonId>) -> AnyView {
    let today = clock::today(&Session::get().zone());
    view! {
        <section class="card stack" data-testid="lent" data-id=loan.id.to_string()>
            <h2 class="service-name">{t!(library.borrow.done, name = loan.title_name)}</h2>
            <p>{t!(library.borrow.by, name = loan.reader_name)}</p>
            <p data-testid="due">{due_words(loan, today)}</p>
            <p class="quiet">{t!(library.borrow.again)}</p>
            <LinkButton label=t!(library.borrow.to_mine) href=about("/library", person) name="to-library" kind=Kind::Plain />
        </section>
    }
    .into_any()
}
