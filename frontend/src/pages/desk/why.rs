//! Why one looks at what is somebody's: asked before it opens, written down, and theirs to read.

use domain::limits;
use leptos::prelude::*;

use crate::t;
use crate::ui::{Button, Chips, Field};

/// The words a page asks with.
#[derive(Clone)]
pub struct Asking {
    pub title: &'static str,
    pub words: &'static str,
    pub label: &'static str,
    pub usual: Vec<&'static str>,
    pub other: &'static str,
    pub show: &'static str,
    /// What the button is called in tests.
    pub name: &'static str,
}

/// `reason` takes what was said, once it is long enough.
#[component]
pub fn Why(asking: Asking, reason: RwSignal<Option<String>>) -> AnyView {
    let (chosen, own, wanting) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(false),
    );
    let Asking {
        title,
        words,
        label,
        usual,
        other,
        show,
        name,
    } = asking;
    let options: Vec<(String, String)> = usual
        .iter()
        .enumerate()
        .map(|(i, words)| (i.to_string(), (*words).to_owned()))
        .chain([("own".to_owned(), other.to_owned())])
        .collect();
    let go = Callback::new(move |()| {
        let said = match chosen.get_untracked().parse::<usize>() {
            Ok(i) => usual.get(i).map(|words| (*words).to_owned()),
            Err(_) => Some(own.get_untracked().trim().to_owned()),
        };
        match said.filter(|words| words.chars().count() >= limits::REASON_CHARS_LEAST) {
            Some(words) => reason.set(Some(words)),
            None => wanting.set(true),
        }
    });
    let set = Callback::new(move |to: String| chosen.set(to));
    let own_words = move || {
        let own_words = chosen.with(|chosen| chosen == "own");
        own_words
            .then(|| view! { <Field label value=own name="reason-own" max=limits::LINE_CHARS /> })
    };
    view! {
        <section class="card stack desk-form" data-testid="why">
            <h2>{title}</h2>
            <p class="quiet">{words}</p>
            <Chips label options value=chosen set name="reason" />
            {own_words}
            <p class="field-error" role="alert" data-testid="problem" hidden=move || !wanting.get()>{t!(desk_people.file.needed)}</p>
            <Button label=show name on_press=go />
        </section>
    }
    .into_any()
}
