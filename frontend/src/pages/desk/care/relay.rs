//! The number that puts those through who may not see a person's own.

use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::care::{CareNodesView, GetCareNodes, PutCareRelay, PutCareRelayBody};
use wire::endpoint::None_;

use super::super::ask::Attempt;
use super::super::points::refresh::on_stale;
use crate::ui::{Button, Draft, Field, Kind, Remote, Send, TroubleNote, say};
use crate::{api, t};

/// For digits with a few hyphens or spaces between.
const CHARS: usize = limits::RELAY_DIGITS + 4;

#[component]
pub fn Relay(now: CareNodesView, from: Remote<CareNodesView>) -> AnyView {
    let store = Draft::of("care-relay");
    let relay = store.field("relay", now.relay.as_deref().unwrap_or_default());
    let store = StoredValue::new(store);
    let ver = RwSignal::new(now.ver);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    // Whose version it is made on is renewed by itself: it says one thing, which nobody else's changes.
    let _ = on_stale(
        send,
        || api::get::<GetCareNodes>((), None_ {}),
        move |now: CareNodesView| ver.set(now.ver),
    );
    let problem = send.problem;
    let save = Callback::new(move |()| {
        let relay = relay.get_untracked().trim().to_owned();
        let ver = ver.get_untracked();
        let body = PutCareRelayBody {
            id: attempt.id(&format!("{ver} {relay}")),
            ver,
            relay,
        };
        send.run(
            api::call::<PutCareRelay>((), None_ {}, body),
            move |now: CareNodesView| {
                attempt.taken();
                store.with_value(Draft::clear);
                say(t!(desk_care.nodes.saved));
                from.put(now);
            },
        );
    });
    view! {
        <section class="card stack" data-testid="relay-edit">
            <h2>{t!(desk_care.nodes.relay)}</h2>
            <p class="quiet">{t!(desk_care.nodes.relay_words)}</p>
            <Field label=t!(desk_care.nodes.relay_number) hint=t!(desk_care.nodes.relay_hint) value=relay name="relay" kind="tel" inputmode="tel" max=CHARS pointer="/relay" problem />
            <TroubleNote problem />
            <Button label=t!(desk.act.save) name="relay-save" kind=Kind::Plain busy=send.busy on_press=save />
        </section>
    }
    .into_any()
}
