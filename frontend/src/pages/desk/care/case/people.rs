//! Picking colleagues and those who go to people's doors, in the order in which they are asked.

use domain::PersonId;
use domain::access::Role;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wire::Page as Listed;
use wire::identity::{ListPeople, PeopleQuery, PersonRow};

use super::super::super::words::role as role_words;
use crate::session::Session;
use crate::ui::{Button, Chips, Empty, Kind, Load, Remote, SearchBar};
use crate::{api, t};

/// Those who work on cases.
pub(super) const DESK: &[Role] = &[Role::SocialWorker, Role::Station, Role::Admin];
/// Those who go there, and those who order it.
pub(super) const GOERS: &[Role] = &[
    Role::GridWorker,
    Role::BuildingHead,
    Role::Volunteer,
    Role::SocialWorker,
    Role::Station,
];
/// As many as are shown at once; whoever is not among them is looked for by name.
const SHOWN: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Picked {
    pub id: PersonId,
    pub name: String,
}

fn asked(role: &str, name: &str) -> PeopleQuery {
    PeopleQuery {
        q: Some(name.to_owned()).filter(|name| !name.is_empty()),
        role: role.parse().ok(),
        cursor: None,
        limit: Some(SHOWN),
    }
}

/// `chosen` takes who was picked, at most so many; of one at most, the last. `name`: what stands before its test ids.
#[component]
pub(super) fn People(
    #[prop(into)] label: String,
    chosen: RwSignal<Vec<Picked>>,
    most: usize,
    roles: &'static [Role],
    name: &'static str,
) -> AnyView {
    let first = roles.first().map(|role| role.to_string());
    let role = RwSignal::new(first.unwrap_or_default());
    let (typed, question) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let found = Remote::new(move || {
        let query = role.with(|role| question.with(|name| asked(role, name)));
        api::get::<ListPeople>((), query)
    });
    let options = roles
        .iter()
        .map(|role| (role.to_string(), role_words(*role)))
        .collect::<Vec<_>>();
    let set = Callback::new(move |to: String| role.set(to));
    let find = Callback::new(move |()| question.set(typed.get_untracked().trim().to_owned()));
    let pick = Callback::new(move |one: Picked| {
        chosen.update(|all| {
            if most == 1 {
                all.clear();
            }
            if all.len() < most && !all.contains(&one) {
                all.push(one);
            }
        });
    });
    let list = move |page: Listed<PersonRow>| {
        let me = Session::get().me_now().map(|me| me.id);
        let others = page.items.into_iter().filter(|one| Some(one.id) != me);
        let rows: Vec<AnyView> = others.map(|one| row(one, pick, name)).collect();
        match rows.is_empty() {
            true => view! { <Empty words=t!(desk_case.people.none) /> }.into_any(),
            false => view! { <ul class="weui-cells cells rows picks">{rows}</ul> }.into_any(),
        }
    };
    view! {
        <div class="stack" data-testid=name>
            {picked(chosen, label, name)}
            <Chips label=t!(desk_case.people.which) options value=role set name="people-role" />
            <SearchBar label=t!(desk_case.people.by_name) value=typed find />
            <Load from=found children=list />
        </div>
    }
    .into_any()
}

fn row(one: PersonRow, pick: Callback<Picked>, name: &'static str) -> AnyView {
    let id = one.id.to_string();
    let (shown, test) = (one.name.clone(), format!("{name}-pick"));
    let press = move |_| {
        pick.run(Picked {
            id: one.id,
            name: one.name.clone(),
        });
    };
    view! {
        <li>
            <button type="button" class="weui-cell cell pick" data-testid=test data-id=id on:click=press>
                <span class="weui-cell__bd cell-body"><span class="cell-label">{shown}</span></span>
            </button>
        </li>
    }
    .into_any()
}

/// Who is picked, in order; each can be let go of.
fn picked(chosen: RwSignal<Vec<Picked>>, label: String, name: &'static str) -> AnyView {
    let test = format!("{name}-chosen");
    let line = move |one: Picked| {
        let id = one.id;
        let leave = Callback::new(move |()| chosen.update(|all| all.retain(|one| one.id != id)));
        view! {
            <li class="picked">
                <strong>{one.name}</strong>
                <Button label=t!(desk.act.remove) kind=Kind::Text name="person-remove" on_press=leave />
            </li>
        }
        .into_any()
    };
    let shown = move || {
        let all = chosen.get();
        match all.is_empty() {
            true => view! { <p class="quiet">{t!(desk_case.people.nobody)}</p> }.into_any(),
            false => {
                let lines: Vec<AnyView> = all.into_iter().map(line).collect();
                view! { <ol class="stack-s">{lines}</ol> }.into_any()
            }
        }
    };
    view! { <div role="group" aria-live="polite" aria-label=label data-testid=test>{shown}</div> }
        .into_any()
}
