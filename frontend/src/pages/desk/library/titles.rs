//! The catalogue at the desk: by words, or by the book in one's hand.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::catalogue::{FoundView, GetCopy, ListTitles, TitlesQuery};

use crate::model::path::escaped;
use crate::pages::library::code::CodeForm;
use crate::pages::library::titles::row;
use crate::ui::{Kind, Page, Paged, Rows, SearchBar, Send, asked};
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
    let (code, send) = (RwSignal::new(String::new()), Send::default());
    let look = Callback::new(move |code: String| {
        let Ok(code) = code.parse::<Typed>();
        send.run(
            api::get::<GetCopy>((code,), None_ {}),
            move |found: FoundView| {
                let id = found.title.id;
                let to = match found.copy {
                    Some(copy) => format!("/desk/library/titles/{id}?copy={}", copy.barcode),
                    None => format!("/desk/library/titles/{id}"),
                };
                navigate.with_value(|navigate| navigate(&to, NavigateOptions::default()));
            },
        );
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
            <CodeForm label=t!(library.borrow.code) hint=t!(desk_library.titles.hint) button=t!(desk_library.titles.look) value=code name="book-typed" pointer="/barcode" send go=look kind=Kind::Plain />
            <Rows from=list empty=t!(library.titles.empty) name="titles" let:title>{row(&title, "/desk/library/titles")}</Rows>
        </Page>
    }
    .into_any()
}
