use std::cell::Cell;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::icon::Icon;
use crate::t;

thread_local!(static SAID: Cell<Option<RwSignal<String>>> = const { Cell::new(None) });

/// Says that something worked. It stays until it is read: closed by hand, or gone on the next page.
pub fn say(words: impl Into<String>) {
    if let Some(said) = SAID.get() {
        said.try_set(words.into());
    }
}

/// The place where [`say`] is heard and shown. Once, in the shell.
#[component]
pub fn Toast() -> AnyView {
    let said = RwSignal::new(String::new());
    SAID.set(Some(said));
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            // The words of a move that leads to another page are for that page.
            let kept = said.get_untracked();
            said.set(
                kept.strip_prefix('\u{2063}')
                    .map(str::to_owned)
                    .unwrap_or_default(),
            );
        }
        now
    });
    view! {
        <div class="toast-live" role="status" aria-live="polite">
            {move || {
                let words = said.get();
                (!words.is_empty()).then(|| view! {
                    <div class="toast" data-testid="toast">
                        {Icon::Done.draw()}
                        <span class="toast-words">{words.trim_start_matches('\u{2063}').to_owned()}</span>
                        <button type="button" class="toast-close" aria-label=t!(ui.toast.close) on:click=move |_| said.set(String::new())>{Icon::Close.draw()}</button>
                    </div>
                })
            }}
        </div>
    }
    .into_any()
}

/// As [`say`], for the page one is about to be led to.
pub fn say_next(words: &str) {
    say(format!("\u{2063}{words}"));
}
