use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{Consent, ListConsents, SetConsent, SetConsentBody};

use crate::i18n::{named, texts};
use crate::ids::fresh;
use crate::ui::{Cells, Load, Remote, Send, Switch, TroubleNote};
use crate::{api, t};

/// What one has agreed to, purpose by purpose, each with its text and a switch that acts at once.
#[component]
pub fn Consents() -> AnyView {
    let consents = Remote::new(|| api::get::<ListConsents>((), None_ {}));
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(me.data.consents)}</h2>
            <p class="quiet">{t!(me.data.consents_note)}</p>
            <Load from=consents let:page>{
                let asked = |one: &Consent| one.purpose != domain::consent::Purpose::BorrowBooks;
                let rows = page.items.into_iter().filter(asked).map(one).collect::<Vec<_>>();
                view! { <Cells>{rows}</Cells> }.into_any()
            }</Load>
        </section>
    }
    .into_any()
}

/// One purpose, with its switch.
pub fn one(consent: Consent) -> AnyView {
    let purpose = consent.purpose;
    // An older text was agreed to: the new one has to be agreed to anew.
    let on = RwSignal::new(consent.given && consent.version == Some(consent.current_version));
    let send = Send::default();
    let set = Callback::new(move |given: bool| {
        on.set(given);
        let body = SetConsentBody {
            id: fresh(),
            given,
            version: consent.current_version,
        };
        let work = async move {
            let answer = api::call::<SetConsent>((purpose,), None_ {}, body).await;
            if answer.is_err() {
                on.try_set(!given);
            }
            answer
        };
        send.run(work, move |now| on.set(now.given));
    });
    let name = match purpose {
        domain::consent::Purpose::SmsNotices => "consent-sms_notices",
        domain::consent::Purpose::ShareContact => "consent-share_contact",
        domain::consent::Purpose::BorrowBooks => "consent-borrow_books",
        domain::consent::Purpose::WatchDoors => "consent-watch_doors",
        domain::consent::Purpose::WatchHealth => "consent-watch_health",
    };
    view! {
        <Switch label=named(texts::me::consent::ALL, purpose.as_str()) note=named(texts::me::consent_text::ALL, purpose.as_str()) on set name />
        <TroubleNote problem=send.problem />
    }
    .into_any()
}
