use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::library::catalogue::{ListTitles, TitleRow, TitlesQuery};

use crate::model::path::escaped;
use crate::ui::{Page, Paged, Rows, SearchBar, Tag, Tone, asked};
use crate::{api, t};

/// What there is: by words of the title, an author, an ISBN.
#[component]
pub fn Titles() -> AnyView {
    let said = asked("q");
    let words = Memo::new(move |_| said.get().unwrap_or_default());
    let typed = RwSignal::new(words.get_untracked());
    let navigate = StoredValue::new_local(use_navigate());
    let find = Callback::new(move |()| {
        let to = format!("/library/titles?q={}", escaped(&typed.get_untracked()));
        let quietly = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate.with_value(|navigate| navigate(&to, quietly));
    });
    let list = Paged::new(move |cursor| {
        let query = TitlesQuery {
            q: Some(words.get()).filter(|words| !words.trim().is_empty()),
            cursor,
            limit: None,
        };
        api::get::<ListTitles>((), query)
    });
    view! {
        <Page title=t!(library.titles.title) back="/library">
            <SearchBar label=t!(library.hub.search) value=typed find />
            <Rows from=list empty=t!(library.titles.empty) name="titles" let:title>{row(&title, "/library/titles")}</Rows>
        </Page>
    }
    .into_any()
}

/// How many are free, or wait.
#[must_use]
pub fn free_words(free: u32, copies: u32, waiting: u32) -> (String, Tone) {
    match (copies, free, waiting) {
        (0, ..) => (t!(library.titles.none).to_owned(), Tone::Calm),
        (_, 0, 0) => (t!(library.titles.out).to_owned(), Tone::Wait),
        (_, 0, waiting) => (t!(library.titles.waiting, count = waiting), Tone::Wait),
        (_, free, _) => (t!(library.titles.free, count = free), Tone::Good),
    }
}

/// One title in a list, which leads to its page below `at`.
pub fn row(title: &TitleRow, at: &str) -> AnyView {
    let (words, tone) = free_words(title.free, title.copies, title.waiting);
    let by = title.authors.join(t!(library.titles.and));
    view! {
        <a class="card service-card" href=format!("{at}/{}", title.id) data-testid="title-row" data-id=title.id.to_string()>
            <span class="booking-top"><span class="booking-name">{title.name.clone()}</span><Tag words tone /></span>
            <span class="quiet service-about">{by}</span>
            {(!title.publisher.is_empty()).then(|| view! { <span class="quiet">{title.publisher.clone()}</span> })}
        </a>
    }
    .into_any()
}
