use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::market::{ListCategories, ListServices, ServiceView, ServicesQuery};

use crate::api;
use crate::i18n::either;
use crate::model::path::escaped;
use crate::model::{money, when};
use crate::t;
use crate::ui::{Chips, Load, Page, Paged, Remote, Rows, SearchBar, asked};

/// What can be booked: by words, by category.
#[component]
pub fn Services() -> AnyView {
    let (kind, said) = (asked("category"), asked("q"));
    let category = Memo::new(move |_| kind.get().unwrap_or_default());
    let words = Memo::new(move |_| said.get().unwrap_or_default());
    let typed = RwSignal::new(words.get_untracked());
    let navigate = use_navigate();
    let go = StoredValue::new_local(move |category: String, words: String| {
        let to = format!(
            "/services?category={}&q={}",
            escaped(&category),
            escaped(&words)
        );
        navigate(
            &to,
            NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    });
    let find = Callback::new(move |()| {
        go.with_value(|go| go(category.get_untracked(), typed.get_untracked()))
    });
    let pick =
        Callback::new(move |slug: String| go.with_value(|go| go(slug, typed.get_untracked())));
    let kinds = Remote::new(|| api::get::<ListCategories>((), None_ {}));
    let some = |text: String| (!text.trim().is_empty()).then_some(text);
    let services = Paged::new(move |cursor| {
        api::get::<ListServices>(
            (),
            ServicesQuery {
                category: some(category.get()),
                q: some(words.get()),
                hidden: None,
                cursor,
                limit: None,
            },
        )
    });
    view! {
        <Page title=t!(service.list.title)>
            <SearchBar label=t!(service.list.search) value=typed find=find />
            <Load from=kinds let:page>
                {
                    let all = (String::new(), t!(service.list.all).to_owned());
                    let options = std::iter::once(all).chain(page.items.into_iter().map(|k| (k.slug, either(&k.name, k.name_en.as_deref())))).collect();
                    view! { <Chips label=t!(service.list.kinds) options value=category set=pick name="category" /> }.into_any()
                }
            </Load>
            <Rows from=services empty=t!(service.list.empty) name="services" let:service>{row(&service)}</Rows>
        </Page>
    }
    .into_any()
}

/// What it costs, in words.
#[must_use]
pub fn price(service: &ServiceView) -> String {
    money::range(&service.terms).unwrap_or_else(|| t!(market.price.free).to_owned())
}

fn row(service: &ServiceView) -> AnyView {
    let name = either(&service.name, service.name_en.as_deref());
    let about = either(&service.about, service.about_en.as_deref());
    view! {
        <a class="card service-card" href=format!("/services/{}", service.id) data-testid="service" data-id=service.id.to_string()>
            <span class="booking-top"><span class="booking-name">{name}</span><span class="price" data-testid="price">{price(service)}</span></span>
            <span class="quiet service-about">{about}</span>
            <span class="quiet">{t!(service.list.minutes, time = when::minutes(service.terms.minutes.into()))}</span>
        </a>
    }
    .into_any()
}
