//! Whose things a page is about: one's own, or those of a child one decides for. It stands in the
//! address as `?person=`, so that a reload and the way back keep it.

use domain::PersonId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use wire::endpoint::None_;
use wire::identity::GetHousehold;

use crate::session::Session;
use crate::ui::{Chips, Remote, asked};
use crate::{api, t};

/// Whom the page is about; `None`: oneself.
#[must_use]
pub fn whose() -> Memo<Option<PersonId>> {
    let raw = asked("person");
    Memo::new(move |_| raw.with(|raw| raw.as_ref()?.parse().ok()))
}

/// The address of a page about the same person.
#[must_use]
pub fn about(path: &str, person: Option<PersonId>) -> String {
    match person {
        Some(person) => format!("{path}?person={person}"),
        None => path.to_owned(),
    }
}

/// Chooses between oneself and the children one decides for; nothing for who has none.
#[component]
pub fn Whose(person: Memo<Option<PersonId>>) -> AnyView {
    let household = Remote::new(|| api::get::<GetHousehold>((), None_ {}));
    let path = use_location().pathname;
    let navigate = StoredValue::new_local(use_navigate());
    let value = Signal::derive(move || person.get().map(|id| id.to_string()).unwrap_or_default());
    let pick = Callback::new(move |raw: String| {
        let to = about(&path.get_untracked(), raw.parse().ok());
        let quietly = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate.with_value(|navigate| navigate(&to, quietly));
    });
    let chips = move || {
        let people = household.value.get()?.people;
        let mut options: Vec<(String, String)> = people
            .into_iter()
            .filter(|one| one.ward)
            .map(|one| (one.id.to_string(), one.name))
            .collect();
        if options.is_empty() {
            return None;
        }
        let own = Session::get().me_now().map(|me| me.name.clone());
        options.insert(
            0,
            (
                String::new(),
                t!(volunteer.whose.own, name = own.unwrap_or_default()),
            ),
        );
        Some(
            view! { <Chips label=t!(volunteer.whose.label) labelled=true options value set=pick name="for" /> },
        )
    };
    chips.into_any()
}
