//! People of the community, by name and role, or by the last digits of their number. Their doors
//! stand in their files.

use domain::access::{Act, Role};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{ListPeople, PeopleQuery, PersonRow};

use super::super::table::{Head, Table};
use super::super::words;
use crate::session::Session;
use crate::ui::{Kind, LinkButton, Page, Paged, SearchBar, Select, Tag, Tone};
use crate::{api, t};

#[component]
pub fn List() -> AnyView {
    let adds = Session::get().may(Act::AddPeople);
    let (typed, asked, role) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let list = Paged::new(move |cursor| {
        let q = asked.get();
        let query = PeopleQuery {
            q: (!q.is_empty()).then_some(q),
            role: role.get().parse().ok(),
            cursor,
            limit: None,
        };
        Box::pin(api::call::<ListPeople>((), query, None_ {}))
    });
    let roles = std::iter::once((String::new(), t!(desk_people.list.everybody).to_owned()))
        .chain(
            Role::ALL
                .iter()
                .map(|r| (r.as_str().to_owned(), words::role(*r))),
        )
        .collect::<Vec<_>>();
    let heads = vec![
        Head::always(t!(desk_people.list.name)),
        Head::always(t!(desk_people.list.phone)),
        Head::wide(t!(desk_people.list.roles)),
    ];
    let tools = adds.then(|| {
        view! {
            <div class="row">
                <LinkButton label=t!(desk_people.list.add_home) href="/desk/people/household" name="household-new" kind=Kind::Plain small=true />
                <LinkButton label=t!(desk_people.list.add) href="/desk/people/new" name="person-new" small=true />
            </div>
        }
    });
    view! {
        <Page title=t!(desk_people.list.title) wide=true>
            <div class="desk-tools">
                <SearchBar label=t!(desk_people.list.search) value=typed find=move |()| asked.set(typed.get_untracked().trim().to_owned()) />
                {tools}
            </div>
            <div class="desk-narrow"><Select label=t!(desk_people.list.role) value=role options=roles name="role" /></div>
            <Table from=list caption=t!(desk_people.list.caption) heads empty=t!(desk_people.list.none) hint=t!(desk_people.list.none_hint) name="people" row />
        </Page>
    }
    .into_any()
}

fn row(person: PersonRow) -> Vec<AnyView> {
    let child = person
        .child
        .then(|| view! { " "<Tag words=t!(desk_people.list.child) tone=Tone::Info /> });
    vec![
        view! { <a class="grid-link" href=format!("/desk/people/{}", person.id) data-testid="person" data-id=person.id.to_string()>{person.name}</a>{child} }.into_any(),
        person.phone.unwrap_or_else(|| t!(desk_people.list.no_phone).to_owned()).into_any(),
        words::roles(&person.roles).into_any(),
    ]
}
