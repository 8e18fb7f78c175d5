use leptos::prelude::*;

/// What a tag's colour says again that its words have said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Calm,
    Good,
    Wait,
    Bad,
    Info,
}

impl Tone {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Good => "good",
            Self::Wait => "wait",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
}

/// A state in a word.
#[component]
pub fn Tag(#[prop(into)] words: String, #[prop(optional)] tone: Tone) -> AnyView {
    view! { <span class="tag" data-tone=tone.as_str()>{words}</span> }.into_any()
}

/// How many wait. Nothing where none do.
#[component]
pub fn Badge(#[prop(into)] count: Signal<u32>, #[prop(into)] label: String) -> AnyView {
    view! {
        {move || (count.get() > 0).then(|| view! { <span class="badge" data-testid="badge"><span class="sr">{label.clone()}</span>{count.get().min(99)}</span> })}
    }
    .into_any()
}
