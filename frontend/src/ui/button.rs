use leptos::prelude::*;

/// How much a button wants to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one thing this page is for.
    #[default]
    Primary,
    Plain,
    /// Takes something away.
    Danger,
    /// Words only, for the side paths.
    Text,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "weui-btn weui-btn_primary button",
            Self::Plain => "weui-btn weui-btn_default button",
            Self::Danger => "weui-btn weui-btn_warn button",
            Self::Text => "button button-text",
        }
    }
}

/// A button. While `busy` it says so and takes no second press. `name`: its `data-testid`.
#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(default = "button")] name: &'static str,
    #[prop(optional)] kind: Kind,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Smaller, for several in a row.
    #[prop(optional)]
    small: bool,
) -> AnyView {
    let press = move |_| {
        if !busy.get_untracked() {
            on_press.run(());
        }
    };
    view! {
        <button type="button" class=kind.class() class:button-small=small data-testid=name aria-busy=move || busy.get().to_string()
            disabled=move || disabled.get() on:click=press>
            <span class="button-wait" aria-hidden="true" hidden=move || !busy.get()></span>
            {move || label.get()}
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] label: String,
    #[prop(into)] href: String,
    #[prop(default = "link")] name: &'static str,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] small: bool,
) -> AnyView {
    view! { <a class=kind.class() class:button-small=small href=href data-testid=name>{label}</a> }
        .into_any()
}
