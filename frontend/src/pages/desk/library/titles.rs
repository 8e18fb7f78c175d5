//! The catalogue at the desk.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::library::catalogue::{ListTitles, TitlesQuery};

use crate::model::path::escaped;
use crate::pages::library::titles::row;
use crate::ui::{Page, Paged, Rows, SearchBar, asked};
use crate::{api, t};

#[component]
pub fn Titles() -> AnyView {
    let said = asked("q");
    let words = Memo::new(move |_| said.get().unwrap_or_default());
    let typed = RwSignal::new(words.get_untracked());
    let navigate = StoredValue::new_local(use_navigate());
    let find = Callback::new(move |()| {
        let to = format!("/desk/library/titles?q={}", escaped(&typed.get_untracked()));
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
        <Page title=t!(desk_library.hub.titles) back="/desk/library" wide=true>
            <SearchBar label=t!(library.hub.search) value=typed find />
            <Rows from=list empty=t!(library.titles.empty) name="titles" let:title>{row(&title, "/desk/library/titles")}</Rows>
        </Page>
    }
    .into_any()
}
