use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::field::uid;
use super::icon::Icon;
use crate::t;

/// Where a dialog sits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Rises from the bottom; for choosing and for short forms.
    #[default]
    Bottom,
    /// In the middle; for a question.
    Middle,
}

/// A half-screen sheet or a dialog. The browser's own `<dialog>` keeps the focus inside, makes the
/// rest inert and gives the focus back; Esc, the backdrop, the close button and the phone's back
/// button all close it. Whoever wants to go to another page closes first and goes from there.
#[component]
pub fn Sheet(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    name: &'static str,
    #[prop(optional)] place: Place,
    children: ChildrenFn,
) -> AnyView {
    let node = NodeRef::<DialogElement>::new();
    let entry = StoredValue::new(false);
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        let history = web_sys::window().and_then(|w| w.history().ok());
        if wanted && !dialog.open() {
            let _ = dialog.show_modal();
            entry.set_value(history.is_some_and(|h| h.push_state(&JsValue::NULL, "").is_ok()));
        } else if !wanted && dialog.open() {
            dialog.close();
            if entry.try_update_value(std::mem::take).unwrap_or(false) {
                let _ = history.map(|h| h.back());
            }
        }
    });
    let back = window_event_listener(leptos::ev::popstate, move |_| {
        if entry.try_update_value(std::mem::take).unwrap_or(false) {
            open.set(false);
        }
    });
    on_cleanup(move || back.remove());
    let id = uid();
    let labelled = id.clone();
    let class = if place == Place::Bottom {
        "sheet sheet-bottom"
    } else {
        "sheet sheet-middle"
    };
    let shut = move || open.set(false);
    let backdrop = move |ev: leptos::ev::MouseEvent| {
        if ev.target() == ev.current_target() {
            shut();
        }
    };
    let cancel = move |ev: leptos::ev::Event| {
        ev.prevent_default();
        shut();
    };
    view! {
        <dialog class=class node_ref=node aria-modal="true" aria-labelledby=labelled data-testid=name on:cancel=cancel on:click=backdrop>
            <div class="sheet-box">
                <header class="sheet-head">
                    <h2 id=id>{move || title.get()}</h2>
                    <button type="button" class="sheet-close" aria-label=t!(ui.sheet.close) data-testid="sheet-close" on:click=move |_| shut()>{Icon::Close.draw()}</button>
                </header>
                {move || open.get().then(|| view! { <div class="sheet-body">{children()}</div> })}
            </div>
        </dialog>
    }
    .into_any()
}
