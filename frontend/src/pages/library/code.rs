use leptos::prelude::*;
use wire::{Code, Problem};

use crate::model::library::{Fits, fits};
use crate::model::scan::Wanted;
use crate::ui::{Button, Field, Kind, Scanner, Send, TroubleNote};

/// Characters of what is scanned or typed: an address in a QR code is the longest.
const TYPED_CHARS: usize = 120;

/// A book's label or ISBN, or a reader's card: read by the camera, typed by a scanner, or read off by
/// somebody. `go` takes it trimmed.
#[component]
pub fn CodeForm(
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    #[prop(into)] button: String,
    value: RwSignal<String>,
    name: &'static str,
    pointer: &'static str,
    send: Send,
    #[prop(into)] go: Callback<String>,
    #[prop(default = Kind::Primary)] kind: Kind,
    #[prop(default = Wanted::Book)] wanted: Wanted,
) -> AnyView {
    let fits: Fits = fits(wanted);
    let press = Callback::new(move |()| {
        let typed = value.get_untracked().trim().to_owned();
        if typed.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at(pointer);
            return send.problem.set(Some(flaw));
        }
        go.run(typed);
    });
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        press.run(());
    };
    let seen = move |code: String| {
        value.set(code);
        press.run(());
    };
    view! {
        <form class="card stack" on:submit=submit>
            <Scanner wanted fits on_code=seen hold=send.busy typing=name />
            <Field label hint value name pointer problem=send.problem max=TYPED_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=button name="code-go" kind busy=send.busy on_press=press />
        </form>
    }
    .into_any()
}
