use leptos::prelude::*;
use wire::{Code, Problem};

use crate::model::library::fits;
use crate::model::scan::Wanted;
use crate::ui::{Button, Field, Kind, Scanner, Send, TroubleNote};

/// Characters of what is scanned or typed: an address in a QR code is the longest.
const TYPED_CHARS: usize = 120;

/// A code that is asked for: the words, the field, and where it goes.
#[derive(Clone, Copy)]
pub struct CodeStep {
    pub label: &'static str,
    pub hint: &'static str,
    pub button: &'static str,
    pub value: RwSignal<String>,
    pub name: &'static str,
    pub pointer: &'static str,
    pub send: Send,
    /// Takes the code trimmed.
    pub go: Callback<String>,
    pub kind: Kind,
    pub wanted: Wanted,
}

impl CodeStep {
    fn press(self) {
        let typed = self.value.get_untracked().trim().to_owned();
        if typed.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at(self.pointer);
            return self.send.problem.set(Some(flaw));
        }
        self.go.run(typed);
    }
}

/// A book's label or ISBN, or a reader's card: read by the camera, typed by a scanner, or read off by
/// somebody. `go` takes it trimmed.
#[component]
pub fn CodeForm(
    label: &'static str,
    hint: &'static str,
    button: &'static str,
    value: RwSignal<String>,
    name: &'static str,
    pointer: &'static str,
    send: Send,
    #[prop(into)] go: Callback<String>,
    #[prop(default = Kind::Primary)] kind: Kind,
    #[prop(default = Wanted::Book)] wanted: Wanted,
) -> AnyView {
    let step = CodeStep {
        label,
        hint,
        button,
        value,
        name,
        pointer,
        send,
        go,
        kind,
        wanted,
    };
    view! { <CodeSteps step=Signal::stored(step) /> }.into_any()
}

/// One code after another, before a camera that stays open from each to the next.
#[component]
pub fn CodeSteps(step: Signal<CodeStep>) -> AnyView {
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        step.get_untracked().press();
    };
    let seen = move |code: String| {
        let step = step.get_untracked();
        step.value.set(code);
        step.press();
    };
    let wanted = Signal::derive(move || step.get().wanted);
    let typing = Signal::derive(move || step.get().name);
    let hold = Signal::derive(move || step.get().send.busy.get());
    let typed = move || {
        let one = step.get();
        view! {
            <Field label=one.label hint=one.hint value=one.value name=one.name pointer=one.pointer problem=one.send.problem max=TYPED_CHARS />
            <TroubleNote problem=one.send.problem />
            <Button label=one.button name="code-go" kind=one.kind busy=one.send.busy on_press=move |()| one.press() />
        }
        .into_any()
    };
    view! {
        <form class="card stack" on:submit=submit>
            <Scanner wanted fits on_code=seen hold typing />
            {typed}
        </form>
    }
    .into_any()
}
