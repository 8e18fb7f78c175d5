//! 110 and 120, one tap away wherever one is on the page, with what is read out to them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Work;
use crate::browser::copied;
use crate::model::care_case::address;
use crate::session::Session;
use crate::t;
use crate::ui::{Button, Kind, LinkButton};

#[component]
pub(super) fn Emergency(work: Work) -> AnyView {
    let room = work.part(|case| case.row.room.clone());
    let place = Memo::new(move |_| {
        let me = Session::get().me();
        // Read out in Chinese, whatever language the page is in.
        let name = me.map(|me| me.community.name.clone());
        address(&name.unwrap_or_default(), &room.get().unwrap_or_default())
    });
    let done = RwSignal::new(None::<bool>);
    let copy = Callback::new(move |()| {
        let text = place.get_untracked();
        spawn_local(async move {
            let copied = copied(&text).await;
            done.try_set(Some(copied));
        });
    });
    let said = move || {
        done.get().map(|done| {
            let words = match done {
                true => t!(desk_case.emergency.copied),
                false => t!(desk_case.emergency.by_hand),
            };
            view! { <p class="quiet" data-testid="address-said">{words}</p> }
        })
    };
    view! {
        <section class="card stack-s emergency" aria-label=t!(desk_case.emergency.title) data-testid="emergency">
            <div class="row">
                <LinkButton label=t!(desk_case.emergency.ambulance) href="tel:120" name="call-120" kind=Kind::Danger small=true />
                <LinkButton label=t!(desk_case.emergency.police) href="tel:110" name="call-110" kind=Kind::Danger small=true />
                <Button label=t!(desk_case.emergency.copy) name="copy-address" kind=Kind::Plain small=true on_press=copy />
            </div>
            <p lang="zh-CN" data-testid="address">{move || place.get()}</p>
            <div role="status">{said}</div>
        </section>
    }
    .into_any()
}
