use domain::certificate::{CertificateNumber, CertificateState};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::hours::{Verified, VerifyCertificate};
use wire::{Code, Problem};

use super::certificates::tag;
use crate::i18n::{either, named, texts};
use crate::model::volunteer::served;
use crate::pages::market::service::in_path;
use crate::session::Session;
use crate::ui::{Button, Fact, Facts, Field, Load, Page, Remote, Send, TroubleNote};
use crate::{api, t};

/// Does a certificate hold? For everybody it is shown to, signed in or not: by its number, typed or
/// from its QR.
#[component]
pub fn Verify() -> AnyView {
    let number: Option<CertificateNumber> = in_path();
    let typed = RwSignal::new(number.map(|number| number.to_string()).unwrap_or_default());
    let send = Send::default();
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |()| {
        match typed.with_untracked(|raw| raw.trim().parse::<CertificateNumber>()) {
            Ok(number) => navigate
                .with_value(|navigate| navigate(&format!("/verify/{number}"), Default::default())),
            Err(_) => send
                .problem
                .set(Some(Problem::new(Code::BadValue).at("/number"))),
        }
    });
    let answer = number.map(|number| {
        let found = Remote::new(move || {
            Box::pin(async move {
                match api::call::<VerifyCertificate>((number,), None_ {}, None_ {}).await {
                    Ok(found) => Ok(Some(found)),
                    Err(problem) if problem.code == Code::NotFound => Ok(None),
                    Err(problem) => Err(problem),
                }
            })
        });
        view! { <div aria-live="polite"><Load from=found let:now>{said(now)}</Load></div> }
    });
    let back = if Session::get().me_now().is_some() {
        "/volunteer"
    } else {
        "/sign-in"
    };
    view! {
        <Page title=t!(certificate.verify.title) back=back>
            {answer}
            <p class="quiet">{t!(certificate.verify.words)}</p>
            <Field label=t!(certificate.verify.number) hint=t!(certificate.verify.hint) value=typed name="number" pointer="/number" problem=send.problem max=24 />
            <TroubleNote problem=send.problem />
            <Button label=t!(certificate.verify.go) name="verify" on_press=go />
        </Page>
    }
    .into_any()
}

fn said(found: Option<Verified>) -> AnyView {
    let Some(found) = found else {
        return view! { <p class="card" data-testid="verified" data-state="none">{t!(certificate.verify.none)}</p> }.into_any();
    };
    let words = named(texts::certificate::says::ALL, found.state.as_str());
    let label = match found.state {
        CertificateState::Valid => t!(certificate.verify.time),
        CertificateState::Outdated | CertificateState::Revoked => t!(certificate.verify.time_was),
    };
    view! {
        <div class="stack" data-testid="verified" data-state=found.state.as_str()>
            <div class="booking-top"><h2 class="service-name">{words}</h2>{tag(found.state)}</div>
            <Facts>
                <Fact label=t!(certificate.verify.number) value=found.number.to_string() />
                <Fact label value=served(found.minutes) name="minutes" />
                <Fact label=t!(certificate.verify.issuer) value=either(&found.issuer, found.issuer_en.as_deref()) name="issuer" />
            </Facts>
        </div>
    }
    .into_any()
}
