use domain::person::{Language, TextSize};
use leptos::prelude::*;

use crate::prefs::Prefs;
use crate::session::Session;
use crate::t;

/// Larger text and the other language, one press each, on the first screen.
#[component]
pub fn Reading() -> AnyView {
    let prefs = Prefs::get();
    let session = Session::get();
    let size = move |_| {
        session.set_size(if prefs.size.get_untracked() == TextSize::Usual {
            TextSize::Larger
        } else {
            TextSize::Usual
        })
    };
    let other = move |_| {
        let language = if prefs.language.get_untracked() == Language::Zh {
            Language::En
        } else {
            Language::Zh
        };
        session.set_language(language);
    };
    let lang = if prefs.language.get_untracked() == Language::Zh {
        "en"
    } else {
        "zh-CN"
    };
    view! {
        <div class="reading">
            <button type="button" class="reading-button" data-testid="elder-switch" aria-pressed=move || prefs.elder().to_string() on:click=size>
                {t!(page.reading.elder)}
            </button>
            <button type="button" class="reading-button" data-testid="language-switch" lang=lang on:click=other>{t!(page.reading.other)}</button>
        </div>
    }
    .into_any()
}
