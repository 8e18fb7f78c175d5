use domain::certificate::CertificateState;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::hours::{CertificatePage, CertificateRow, GetCertificate};

use super::certificates::{period, tag};
use crate::browser::{origin, print};
use crate::i18n::either;
use crate::model::phone::said;
use crate::model::volunteer::served;
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::ui::{Button, Load, Note, Page, Qr, Remote};
use crate::{api, t};

/// One certificate as it is printed: whose, how long, what, and how anybody finds out whether it holds.
#[component]
pub fn Certificate() -> AnyView {
    let number = in_path();
    let page = Remote::new(move || {
        number.map_or_else(nothing, |number| {
            api::get::<GetCertificate>((number,), None_ {})
        })
    });
    view! { <Page title=t!(certificate.page.title) back="/certificates"><Load from=page let:now>{body(now)}</Load></Page> }.into_any()
}

/// What is printed, and the button for it.
pub fn body(page: CertificatePage) -> AnyView {
    let one = page.certificate;
    let holds = one.state == CertificateState::Valid;
    let why = match one.state {
        CertificateState::Valid => None,
        CertificateState::Outdated => Some(t!(certificate.page.outdated).to_owned()),
        CertificateState::Revoked => {
            let reason = one.reason.clone().unwrap_or_default();
            Some(t!(certificate.page.revoked, reason = reason))
        }
    };
    let issuer = either(&page.issuer, page.issuer_en.as_deref());
    let manual = (one.manual_minutes > 0)
        .then(|| view! { <p>{t!(certificate.page.manual, time = served(one.manual_minutes))}</p> });
    let unified = page
        .unified_number
        .map(|number| view! { <p>{t!(certificate.page.unified, number = number)}</p> });
    let by = page
        .issued_by_name
        .map(|name| view! { <p>{t!(certificate.page.by, name = name)}</p> });
    let (number, address) = (
        one.number.to_string(),
        format!("{}/verify/{}", origin(), one.number),
    );
    let rows: Vec<AnyView> = page.rows.iter().map(row).collect();
    view! {
        <div class="stack">
            <div class="booking-top screen-only"><span>{number.clone()}</span>{tag(one.state)}</div>
            {why.map(|words| view! { <Note words name="why" /> })}
            <article class="card paper certificate" data-testid="certificate" data-holds=holds.to_string()>
                <h2 class="paper-title">{t!(certificate.page.heading)}</h2>
                <p class="paper-lead">{t!(certificate.page.lead, name = page.name, period = period(&one), time = served(one.minutes))}</p>
                {unified}
                {manual}
                <table class="paper-rows">
                    <caption class="sr">{t!(certificate.page.rows)}</caption>
                    <thead><tr><th scope="col">{t!(certificate.page.day)}</th><th scope="col">{t!(certificate.page.what)}</th><th scope="col">{t!(certificate.page.time)}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <div class="paper-foot">
                    <div class="paper-issuer">
                        <p>{issuer}</p>
                        <p>{t!(certificate.page.phone, phone = said(&page.issuer_phone))}</p>
                        {by}
                        <p>{t!(certificate.page.issued, day = when::full_day(one.issued_at.local().date()))}</p>
                        <p data-testid="number">{t!(certificate.page.number, number = number)}</p>
                        <p class="paper-seal">{t!(certificate.page.seal)}</p>
                    </div>
                    <div class="paper-check"><Qr text=address label=t!(certificate.page.qr) name="verify-qr" /><p class="quiet">{t!(certificate.page.check)}</p></div>
                </div>
            </article>
            <div class="screen-only"><Button label=t!(certificate.page.print) name="print" on_press=move |()| print() /></div>
        </div>
    }
    .into_any()
}

/// What was written down by hand is marked so, and comes without words.
fn row(row: &CertificateRow) -> AnyView {
    let by_hand = || t!(certificate.page.by_hand).to_owned();
    let what = row.what.clone().unwrap_or_else(by_hand);
    let day = when::full_day(row.starts.local().date());
    view! { <tr><td>{day}</td><td>{what}</td><td>{served(row.minutes)}</td></tr> }.into_any()
}
