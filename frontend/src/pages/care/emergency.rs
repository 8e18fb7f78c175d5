use leptos::prelude::*;

use crate::session::Session;
use crate::t;
use crate::ui::{Kind, LinkButton};

/// The two numbers, and the address to say there.
#[component]
pub fn EmergencyCalls(#[prop(into)] room: String) -> AnyView {
    // As it is called here, whatever language one reads in.
    let place = Session::get().me_now().map(|me| me.community.name.clone());
    let address = [place.unwrap_or_default(), room].join(" ");
    view! {
        <section class="stack-s" aria-label=t!(care.emergency.title) data-testid="emergency-calls">
            <p>{t!(care.emergency.words)}</p>
            <p class="booking-name" data-testid="address">{t!(care.emergency.address, address = address.trim())}</p>
            <div class="button-stack">
                <LinkButton label=t!(care.emergency.ambulance) href="tel:120" name="call-120" kind=Kind::Danger />
                <LinkButton label=t!(care.emergency.police) href="tel:110" name="call-110" kind=Kind::Danger />
            </div>
        </section>
    }
    .into_any()
}
