use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{FindResidents, ResidentRow, ResidentsQuery};

use crate::ui::{Button, Empty, Kind, Load, Remote, SearchBar};
use crate::{api, t};

/// Whoever may act for others speaks of anybody: found by name or door, and each one found finds that in their log.
/// `about` and `named` take who was picked.
#[component]
pub fn Neighbours(about: RwSignal<String>, named: RwSignal<String>) -> AnyView {
    let (typed, question) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let find = move |()| question.set(typed.with_untracked(|typed| typed.trim().to_owned()));
    let picked = Callback::new(move |one: ResidentRow| {
        about.set(one.id.to_string());
        named.set(one.name);
        typed.set(String::new());
        question.set(String::new());
    });
    let results = move || {
        let asked = question.get();
        (!asked.is_empty()).then(|| view! { <Found asked picked /> })
    };
    view! {
        <SearchBar label=t!(care.ask.find) value=typed find=find />
        {results}
    }
    .into_any()
}

#[component]
fn Found(asked: String, picked: Callback<ResidentRow>) -> AnyView {
    let found = Remote::new(move || {
        let query = ResidentsQuery { q: asked.clone() };
        api::call::<FindResidents>((), query, None_ {})
    });
    let row = move |one: ResidentRow| {
        let home = [one.building.clone(), one.room.clone()];
        let home = home.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let label = format!("{} {home}", one.name);
        view! { <Button label=label.trim().to_owned() name="pick-neighbour" kind=Kind::Plain on_press=move |()| picked.run(one.clone()) /> }
            .into_any()
    };
    let draw = move |page: wire::Page<ResidentRow>| {
        if page.items.is_empty() {
            return view! { <Empty words=t!(care.ask.find_none) /> }.into_any();
        }
        let rows = page.items.into_iter().map(row).collect::<Vec<_>>();
        view! { <div class="button-stack">{rows}</div> }.into_any()
    };
    view! { <Load from=found children=draw /> }.into_any()
}
