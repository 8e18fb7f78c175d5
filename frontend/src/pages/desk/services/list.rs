//! All services, hidden ones included.

use domain::access::Act;
use leptos::prelude::*;
use wire::Page as WirePage;
use wire::endpoint::None_;
use wire::market::{Category, ListCategories, ListServices, ServiceView, ServicesQuery};

use super::super::table::{Head, Table};
use super::super::words;
use crate::i18n::either;
use crate::session::Session;
use crate::ui::{Chips, Kind, LinkButton, Page, Paged, Remote, SearchBar, Tag, Tone};
use crate::{api, t};

#[component]
pub fn List() -> AnyView {
    let vets = Session::get().may(Act::Vet);
    let (typed, asked, category) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let given = |raw: String| (!raw.is_empty()).then_some(raw);
    let list = Paged::new(move |cursor| {
        let query = ServicesQuery {
            category: given(category.get()),
            q: given(asked.get()),
            hidden: vets.then_some(true),
            cursor,
            limit: None,
        };
        Box::pin(api::call::<ListServices>((), query, None_ {}))
    });
    let categories: Remote<WirePage<Category>> =
        Remote::new(|| Box::pin(api::call::<ListCategories>((), None_ {}, None_ {})));
    let filter = move || {
        let page = categories.value.get()?;
        let options = std::iter::once((String::new(), t!(desk_services.list.all).to_owned()))
            .chain(
                page.items
                    .iter()
                    .map(|c| (c.slug.clone(), either(&c.name, c.name_en.as_deref()))),
            )
            .collect::<Vec<_>>();
        Some(
            view! { <Chips label=t!(desk_services.list.category) options value=category set=move |to| category.set(to) name="category" /> },
        )
    };
    let heads = vec![
        Head::always(t!(desk_services.list.name)),
        Head::wide(t!(desk_services.list.price)),
        Head::wide(t!(desk_services.list.minutes)),
        Head::wide(t!(desk_services.list.providers)),
        Head::always(t!(desk_services.list.state)),
    ];
    let tools = vets.then(|| {
        view! {
            <div class="row">
                <LinkButton label=t!(desk_services.list.categories) href="/desk/services/categories" name="categories" kind=Kind::Plain small=true />
                <LinkButton label=t!(desk_services.list.add) href="/desk/services/new" name="service-new" small=true />
            </div>
        }
    });
    view! {
        <Page title=t!(desk_services.list.title) wide=true>
            <div class="desk-tools">
                <SearchBar label=t!(desk_services.list.search) value=typed find=move |()| asked.set(typed.get_untracked().trim().to_owned()) />
                {tools}
            </div>
            {filter}
            <Table from=list caption=t!(desk_services.list.caption) heads empty=t!(desk_services.list.none) hint=t!(desk_services.list.none_hint) name="services" row=move |one| row(one, vets) />
        </Page>
    }
    .into_any()
}

fn row(service: ServiceView, vets: bool) -> Vec<AnyView> {
    let name = either(&service.name, service.name_en.as_deref());
    let name = if vets {
        view! { <a class="grid-link" href=format!("/desk/services/{}", service.id) data-testid="service" data-id=service.id.to_string()>{name}</a> }.into_any()
    } else {
        view! { <span data-testid="service">{name}</span> }.into_any()
    };
    let people = match service.providers.len() {
        0 => view! { <Tag words=t!(desk_services.list.nobody) tone=Tone::Wait /> }.into_any(),
        count => t!(desk_services.list.people, count = count).into_any(),
    };
    let (state, tone) = if service.hidden {
        (t!(desk_services.list.hidden), Tone::Calm)
    } else {
        (t!(desk_services.list.shown), Tone::Good)
    };
    vec![
        name,
        words::price(&service.terms).into_any(),
        t!(desk_services.list.minutes_of, count = service.terms.minutes).into_any(),
        people,
        view! { <Tag words=state tone /> }.into_any(),
    ]
}
