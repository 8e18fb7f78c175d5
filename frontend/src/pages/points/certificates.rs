use domain::PersonId;
use domain::certificate::CertificateState;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::hours::{
    CertificateView, CertificatesQuery, IssueCertificate, IssueCertificateBody, ListCertificates,
};
use wire::{Code, Problem};

use super::whose::{Whose, about, whose};
use crate::i18n::{named, texts};
use crate::ids::Again;
use crate::model::volunteer::served;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Cell, Field, Page, Paged, Rows, Send, Tag, Tone, TroubleNote, say_next};
use crate::{api, clock, t};

/// Certificates of one's service time: those there are, and a new one for some time.
#[component]
pub fn Certificates() -> AnyView {
    let person = whose();
    let list = Paged::new(move |cursor| {
        let query = CertificatesQuery {
            person: person.get(),
            cursor,
            limit: None,
        };
        api::get::<ListCertificates>((), query)
    });
    view! {
        <Page title=t!(certificate.list.title) back=about("/volunteer", person.get_untracked())>
            <Whose person />
            <section class="stack-s">
                <h2 class="cells-title">{t!(certificate.list.mine)}</h2>
                <Rows from=list empty=t!(certificate.list.empty) name="certificates" cells=true let:one>{row(&one)}</Rows>
            </section>
            <Ask person />
        </Page>
    }
    .into_any()
}

/// Whether a certificate holds, in a word.
#[must_use]
pub fn tag(state: CertificateState) -> AnyView {
    let tone = match state {
        CertificateState::Valid => Tone::Good,
        CertificateState::Outdated => Tone::Wait,
        CertificateState::Revoked => Tone::Bad,
    };
    let words = named(texts::certificate::state::ALL, state.as_str());
    view! { <span data-testid="certificate-state" data-state=state.as_str()><Tag words tone /></span> }.into_any()
}

/// `2026年1月1日–2026年11月24日`.
#[must_use]
pub fn period(one: &CertificateView) -> String {
    format!(
        "{}–\u{2060}{}",
        when::full_day(one.from),
        when::full_day(one.until)
    )
}

fn row(one: &CertificateView) -> AnyView {
    let note = format!("{}\n{}", served(one.minutes), one.number);
    let state = tag(one.state);
    view! { <Cell label=period(one) note=note href=format!("/certificates/{}", one.number) name="certificate-row">{state}</Cell> }.into_any()
}

/// From when until when; this year so far, unless said otherwise.
#[component]
fn Ask(person: Memo<Option<PersonId>>) -> AnyView {
    let today = clock::today(&Session::get().zone());
    let from = RwSignal::new(today.first_of_year().to_string());
    let until = RwSignal::new(today.to_string());
    let (send, again) = (Send::default(), Again::default());
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |()| {
        let missing = |pointer| {
            send.problem
                .set(Some(Problem::new(Code::MissingField).at(pointer)))
        };
        let Ok(first) = from.with_untracked(|raw| raw.parse()) else {
            return missing("/from");
        };
        let Ok(last) = until.with_untracked(|raw| raw.parse()) else {
            return missing("/until");
        };
        let person = person.get_untracked();
        let body = IssueCertificateBody {
            id: again.id(&format!("{person:?}{first}{last}")),
            person,
            from: first,
            until: last,
        };
        send.run(
            api::call::<IssueCertificate>((), None_ {}, body),
            move |new| {
                say_next(t!(certificate.ask.done));
                let to = format!("/certificates/{}", new.number);
                navigate.with_value(|navigate| navigate(&to, Default::default()));
            },
        );
    });
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(certificate.ask.title)}</h2>
            <div class="card stack">
                <p class="quiet">{t!(certificate.ask.words)}</p>
                <Field label=t!(certificate.ask.from) value=from name="from" kind="date" pointer="/from" problem=send.problem />
                <Field label=t!(certificate.ask.until) value=until name="until" kind="date" pointer="/until" problem=send.problem />
                <TroubleNote problem=send.problem />
                <Button label=t!(certificate.ask.send) name="certificate-ask" busy=send.busy on_press=go />
            </div>
        </section>
    }
    .into_any()
}
