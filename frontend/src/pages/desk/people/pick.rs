//! Picking a person or a household by words, and handing a picked person from page to page
//! without a name in an address.

use std::cell::RefCell;

use domain::person::is_under_age;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{
    FindResidents, HouseholdRow, ListHouseholds, PeopleQuery, PersonFile, ResidentRow,
    ResidentsQuery,
};

use super::super::words;
use crate::session::Session;
use crate::ui::{Button, Empty, Kind, Load, Remote, SearchBar, Send, TroubleNote};
use crate::{api, clock, t};

/// Somebody one has just been looking at, for the form one goes to next.
pub struct Handed;

thread_local!(static HANDED: RefCell<Option<ResidentRow>> = const { RefCell::new(None) });

impl Handed {
    pub fn give(person: ResidentRow) {
        HANDED.with_borrow_mut(|handed| *handed = Some(person));
    }

    #[must_use]
    pub fn take() -> Option<ResidentRow> {
        HANDED.take()
    }
}

/// Somebody whose file is open, as a search would have found them.
#[must_use]
pub fn row_of(person: &PersonFile) -> ResidentRow {
    let home = person.household.as_ref();
    let today = clock::today(&Session::get().zone());
    ResidentRow {
        id: person.id,
        name: person.name.clone(),
        building: home.map(|home| home.building.clone()),
        room: home.map(|home| home.room.clone()),
        child: person.born.is_some_and(|born| is_under_age(born, today)),
    }
}

/// What stands on the page once something was picked.
fn picked(label: String, note: String, change: Callback<()>) -> AnyView {
    view! {
        <div class="picked" data-testid="picked">
            <p><strong>{label}</strong>" "<span class="quiet">{note}</span></p>
            <Button label=t!(desk.act.change) kind=Kind::Text name="pick-again" on_press=change />
        </div>
    }
    .into_any()
}

fn choice(label: String, note: String, on_pick: impl Fn() + 'static) -> AnyView {
    view! {
        <li>
            <button type="button" class="weui-cell cell pick" data-testid="pick" on:click=move |_| on_pick()>
                <span class="weui-cell__bd cell-body"><span class="cell-label">{label}</span><span class="cell-note">{note}</span></span>
            </button>
        </li>
    }
    .into_any()
}

/// A person of the community, by name or door; each one found finds the view in their log. `chosen`
/// takes who was picked. `whose`: as whom somebody is looked for, where a page looks for several.
#[component]
pub fn PersonPick(
    chosen: RwSignal<Option<ResidentRow>>,
    #[prop(optional)] whose: &'static str,
) -> AnyView {
    let (typed, question) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let find = move || {
        let found = Remote::new(move || {
            let query = ResidentsQuery { q: question.get() };
            Box::pin(api::call::<FindResidents>((), query, None_ {}))
        });
        let draw = move |page: wire::Page<ResidentRow>| {
            if page.items.is_empty() {
                return view! { <Empty words=t!(desk_bookings.book.no_person) /> }.into_any();
            }
            let items = page
                .items
                .into_iter()
                .map(|one| {
                    choice(one.name.clone(), about(&one), move || {
                        chosen.set(Some(one.clone()))
                    })
                })
                .collect::<Vec<_>>();
            view! { <ul class="weui-cells cells rows picks">{items}</ul> }.into_any()
        };
        view! { <Load from=found children=draw /> }.into_any()
    };
    let words = t!(desk_bookings.book.search_person);
    let label = match whose {
        "" => words.to_owned(),
        whose => format!("{whose} · {words}"),
    };
    let search = move || {
        view! {
            <SearchBar label=label.clone() value=typed find=move |()| question.set(typed.get_untracked().trim().to_owned()) />
            {move || match question.with(String::is_empty) {
                true => view! { <p class="quiet">{t!(desk_bookings.book.start_person)}</p> }.into_any(),
                false => find(),
            }}
        }
        .into_any()
    };
    (move || match chosen.get() {
        Some(one) => picked(
            one.name.clone(),
            about(&one),
            Callback::new(move |()| chosen.set(None)),
        ),
        None => search(),
    })
    .into_any()
}

fn about(person: &ResidentRow) -> String {
    let home = words::door(person.building.as_deref(), person.room.as_deref());
    let child = person.child.then(|| t!(desk_people.list.child).to_owned());
    [home, child]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// A household. `chosen` takes which was picked.
#[component]
pub fn HouseholdPick(chosen: RwSignal<Option<HouseholdRow>>) -> AnyView {
    let (typed, rows, send) = (
        RwSignal::new(String::new()),
        RwSignal::new(None::<Vec<HouseholdRow>>),
        Send::default(),
    );
    let find = move |()| {
        let query = PeopleQuery {
            q: Some(typed.get_untracked().trim().to_owned()),
            role: None,
            cursor: None,
            limit: Some(10),
        };
        send.run(
            api::call::<ListHouseholds>((), query, None_ {}),
            move |page| rows.set(Some(page.items)),
        );
    };
    let results = move || {
        let rows = rows.get()?;
        if rows.is_empty() {
            return Some(view! { <Empty words=t!(desk_people.add.home_none) /> }.into_any());
        }
        let items = rows
            .into_iter()
            .map(|one| {
                choice(door(&one), String::new(), move || {
                    chosen.set(Some(one.clone()))
                })
            })
            .collect::<Vec<_>>();
        Some(view! { <ul class="weui-cells cells rows picks">{items}</ul> }.into_any())
    };
    (move || match chosen.get() {
        Some(one) => picked(door(&one), String::new(), Callback::new(move |()| chosen.set(None))),
        None => view! { <SearchBar label=t!(desk_people.add.home_search) value=typed find=Callback::new(find) /><TroubleNote problem=send.problem />{results} }.into_any(),
    })
    .into_any()
}

/// A household's door in words.
#[must_use]
pub fn door(home: &HouseholdRow) -> String {
    format!("{} {}", home.building, home.room)
}
