//! Language, text size and theme: kept on this phone, shown at once. The server keeps language and
//! text size too, for the next phone ([`crate::session`]).

use std::str::FromStr;

use domain::person::{Language, TextSize};
use leptos::prelude::*;

use crate::browser::{document, keep, kept};
use crate::i18n;

/// Light, dark, or as the phone has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = ();
    fn from_str(raw: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|theme| theme.as_str() == raw)
            .ok_or(())
    }
}

#[derive(Clone, Copy)]
pub struct Prefs {
    pub language: RwSignal<Language>,
    pub size: RwSignal<TextSize>,
    pub theme: RwSignal<Theme>,
}

fn of<T: FromStr>(key: &str) -> Option<T> {
    kept(key)?.parse().ok()
}

impl Prefs {
    /// Reads what is kept, shows it, and hands itself to everything below.
    #[must_use]
    pub fn provide() -> Self {
        let prefs = Self {
            language: RwSignal::new(of("linli.language").unwrap_or(Language::Zh)),
            size: RwSignal::new(of("linli.size").unwrap_or(TextSize::Usual)),
            theme: RwSignal::new(of("linli.theme").unwrap_or_default()),
        };
        i18n::set_language(prefs.language.get_untracked());
        provide_context(prefs);
        prefs.show();
        prefs
    }

    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// Larger text, larger targets, nothing small.
    #[must_use]
    pub fn elder(self) -> bool {
        self.size.get() != TextSize::Usual
    }

    pub fn set_language(self, language: Language) {
        if self.language.get_untracked() != language {
            keep("linli.language", language.as_str());
            i18n::set_language(language);
            self.language.set(language);
            self.show();
        }
    }

    pub fn set_size(self, size: TextSize) {
        keep("linli.size", size.as_str());
        self.size.set(size);
        self.show();
    }

    pub fn set_theme(self, theme: Theme) {
        keep("linli.theme", theme.as_str());
        self.theme.set(theme);
        self.show();
    }

    fn show(self) {
        let Some(document) = document() else { return };
        if let Some(root) = document.document_element() {
            let tag = match self.language.get_untracked() {
                Language::Zh => "zh-CN",
                Language::En => "en",
            };
            let _ = root.set_attribute("lang", tag);
            let _ = root.set_attribute("data-size", self.size.get_untracked().as_str());
        }
        if let Some(body) = document.body() {
            let _ = match self.theme.get_untracked() {
                Theme::Auto => body.remove_attribute("data-weui-theme"),
                theme => body.set_attribute("data-weui-theme", theme.as_str()),
            };
        }
    }
}
