//! The app's words, checked when compiled: `t!(home.greet.title)`, `t!(home.greet.unread, count = 3)`.
//!
//! Both languages are constants of the program, made by `build.rs` from `locales/`. A text is read
//! in the language of the moment; when the language changes, the shell draws its content anew.
//! (The crate leptos_i18n was weighed: it has no lookup by a name known only at run time, which the
//! problem codes need, and gives every text its own type, which a phone has to download.)

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::person::Language;

/// Made from `locales/{zh,en}/*.json`.
#[allow(non_upper_case_globals, non_camel_case_types, clippy::all)]
pub mod texts {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

#[cfg(test)]
mod locales;

static ENGLISH: AtomicBool = AtomicBool::new(false);

/// The language texts are read in now.
#[must_use]
pub fn language() -> Language {
    if ENGLISH.load(Ordering::Relaxed) {
        Language::En
    } else {
        Language::Zh
    }
}

/// Sets it. Called by [`crate::prefs`] alone, which draws the app anew.
pub fn set_language(language: Language) {
    ENGLISH.store(language == Language::En, Ordering::Relaxed);
}

/// One text: Chinese, English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(pub &'static str, pub &'static str);

impl Text {
    #[must_use]
    pub fn of(self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.0,
            Language::En => self.1,
        }
    }

    #[must_use]
    pub fn now(self) -> &'static str {
        self.of(language())
    }

    /// With `{{ name }}` replaced. A name without a value stays out.
    #[must_use]
    pub fn filled(self, values: &[(&str, &dyn Display)]) -> String {
        self.filled_by(&|name| {
            values
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.to_string())
        })
    }

    /// As [`Text::filled`], each name asked for.
    #[must_use]
    pub fn filled_by(self, value: &dyn Fn(&str) -> Option<String>) -> String {
        let mut rest = self.now();
        let mut out = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let Some((name, after)) = after.split_once("}}") else {
                break;
            };
            out.push_str(&value(name.trim()).unwrap_or_default());
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// A text by a name known only at run time.
#[must_use]
pub fn find(all: &[(&str, Text)], name: &str) -> Option<Text> {
    all.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}

/// As [`find`], in words; the name itself where there are none.
#[must_use]
pub fn named(all: &'static [(&'static str, Text)], name: &str) -> String {
    find(all, name).map_or_else(|| name.to_owned(), |text| text.now().to_owned())
}

/// A name that has an English form for some: the one to show.
#[must_use]
pub fn either(zh: &str, en: Option<&str>) -> String {
    match (language(), en) {
        (Language::En, Some(en)) if !en.is_empty() => en.to_owned(),
        _ => zh.to_owned(),
    }
}

/// A text in the language of the moment: `&'static str`, or `String` where it has placeholders.
#[macro_export]
macro_rules! t {
    ($context:ident . $part:ident) => { $crate::i18n::texts::$context::$part.now() };
    ($context:ident . $part:ident . $role:ident) => { $crate::i18n::texts::$context::$part::$role.now() };
    ($context:ident . $part:ident . $role:ident, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::texts::$context::$part::$role { $($name: &$value),+ }.now()
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_words_in_both_languages() {
        for code in wire::Code::ALL {
            let text = find(texts::problem::ALL, code.as_str());
            let text =
                text.unwrap_or_else(|| panic!("locales/*/problem.json lacks {}", code.as_str()));
            assert!(
                !text.0.is_empty() && !text.1.is_empty(),
                "{}",
                code.as_str()
            );
            assert_ne!(text.0, text.1, "{}", code.as_str());
        }
    }

    #[test]
    fn names_are_filled_and_missing_ones_left_out() {
        let text = Text("你好 {{ name }}，{{count}} 条", "");
        assert_eq!(text.filled(&[("name", &"王阿姨")]), "你好 王阿姨， 条");
    }
}
