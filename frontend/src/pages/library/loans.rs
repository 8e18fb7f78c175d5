use domain::library::LoanState;
use jiff::civil::Date;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::library::loans::{ListLoans, LoanView, LoansQuery, RenewLoan, RenewLoanBody};

use crate::ids::Again;
use crate::model::problem::words;
use crate::model::when;
use crate::pages::points::whose::{Whose, about, whose};
use crate::session::Session;
use crate::ui::{Button, Kind, Page, Paged, Rows, Send, Tag, Tone, TroubleNote, say};
use crate::{api, clock, t};

/// What was given back, the latest first.
#[component]
pub fn Past() -> AnyView {
    let person = whose();
    let own = Session::get().me_now().map(|me| me.id);
    let list = Paged::new(move |cursor| {
        let query = LoansQuery {
            person: person.get().or(own),
            past: Some(true),
            cursor,
            limit: None,
        };
        api::get::<ListLoans>((), query)
    });
    view! {
        <Page title=t!(library.past.title) back=about("/library", person.get_untracked())>
            <Whose person />
            <Rows from=list empty=t!(library.past.empty) name="past-loans" let:loan>{past(&loan)}</Rows>
        </Page>
    }
    .into_any()
}

fn past(loan: &LoanView) -> AnyView {
    let back = loan
        .returned_at
        .map(|at| (loan.state, when::moment(at)))
        .map(|(state, day)| match state {
            LoanState::Lost => t!(library.past.lost, day = day),
            LoanState::Open | LoanState::Returned => t!(library.past.back, day = day),
        });
    view! {
        <div class="card stack-s" data-testid="past-loan">
            <a class="booking-name" href=format!("/library/titles/{}", loan.title)>{loan.title_name.clone()}</a>
            <p class="quiet">{t!(library.past.lent, day = when::moment(loan.lent_at))}</p>
            {back.map(|words| view! { <p class="quiet">{words}</p> })}
        </div>
    }
    .into_any()
}

/// When it is due, in words.
#[must_use]
pub fn due_words(loan: &LoanView, today: Date) -> String {
    let day = when::near_day(loan.due, today);
    if loan.late {
        t!(library.loan.late, day = day)
    } else {
        t!(library.loan.due, day = day)
    }
}

/// One book that is lent: until when, and keeping it longer. `name`: also say who has it.
#[component]
pub fn LoanCard(
    loan: LoanView,
    #[prop(into)] changed: Callback<LoanView>,
    #[prop(optional)] named: bool,
) -> AnyView {
    let today = clock::today(&Session::get().zone());
    let (send, again) = (Send::default(), Again::default());
    let open = loan.state == LoanState::Open;
    let (id, renewals) = (loan.id, loan.renewals);
    let renew = Callback::new(move |()| {
        let body = RenewLoanBody {
            id: again.id(&renewals.to_string()),
        };
        send.run(
            api::call::<RenewLoan>((id,), None_ {}, body),
            move |now: LoanView| {
                say(t!(
                    library.loan.renewed,
                    day = when::near_day(now.due, today)
                ));
                changed.run(now);
            },
        );
    });
    let why_not = loan
        .not_renewable
        .clone()
        .filter(|_| open)
        .map(|problem| words(&problem));
    let tone = if loan.late { Tone::Bad } else { Tone::Calm };
    view! {
        <article class="card stack-s" data-testid="loan" data-id=loan.id.to_string() data-late=loan.late.to_string()>
            <p class="booking-top">
                <a class="booking-name" href=format!("/library/titles/{}", loan.title)>{loan.title_name.clone()}</a>
                {loan.late.then(|| view! { <Tag words=t!(library.loan.late_tag) tone /> })}
            </p>
            {named.then(|| view! { <p>{t!(library.loan.reader, name = loan.reader_name)}</p> })}
            <p data-testid="due">{due_words(&loan, today)}</p>
            <p class="quiet">{t!(library.loan.label, label = loan.barcode)}</p>
            <TroubleNote problem=send.problem />
            {loan.can_renew.then(|| view! { <Button label=t!(library.loan.renew) name="renew" kind=Kind::Plain busy=send.busy on_press=renew /> })}
            {why_not.map(|words| view! { <p class="quiet" data-testid="not-renewable">{words}</p> })}
        </article>
    }
    .into_any()
}
