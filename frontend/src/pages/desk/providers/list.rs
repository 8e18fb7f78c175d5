//! Providers by standing, with a search.

use domain::provider::Standing;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::market::{ListProviders, ProviderView, ProvidersQuery};

use super::super::table::{Head, Table};
use super::super::words;
use crate::model::when;
use crate::ui::{self, Chips, LinkButton, Page, Paged, SearchBar, Tag, Tone};
use crate::{api, t};

#[component]
pub fn List() -> AnyView {
    let chosen = ui::asked("standing");
    let standing = Memo::new(move |_| chosen.get().unwrap_or_default());
    let (typed, asked) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let list = Paged::new(move |cursor| {
        let q = asked.get();
        let query = ProvidersQuery {
            standing: standing.get().parse().ok(),
            q: (!q.is_empty()).then_some(q),
            cursor,
            limit: None,
        };
        Box::pin(api::call::<ListProviders>((), query, None_ {}))
    });
    let options = std::iter::once((String::new(), t!(desk_providers.list.all).to_owned()))
        .chain(
            Standing::ALL
                .iter()
                .map(|s| (s.as_str().to_owned(), words::standing(*s).0)),
        )
        .collect::<Vec<_>>();
    let navigate = use_navigate();
    let pick = move |standing: String| {
        let to = if standing.is_empty() {
            "/desk/providers".to_owned()
        } else {
            format!("/desk/providers?standing={standing}")
        };
        navigate(
            &to,
            NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    };
    let heads = vec![
        Head::always(t!(desk_providers.list.name)),
        Head::always(t!(desk_providers.list.standing)),
        Head::wide(t!(desk_providers.list.until)),
        Head::wide(t!(desk_providers.list.services)),
        Head::wide(t!(desk_providers.list.phone)),
    ];
    view! {
        <Page title=t!(desk_providers.list.title) wide=true>
            <div class="desk-tools">
                <SearchBar label=t!(desk_providers.list.search) value=typed find=move |()| asked.set(typed.get_untracked().trim().to_owned()) />
                <LinkButton label=t!(desk_providers.list.add) href="/desk/providers/new" name="register" small=true />
            </div>
            <Chips label=t!(desk_providers.list.filter) options value=standing set=Callback::new(pick) name="standing" />
            <Table from=list caption=t!(desk_providers.list.caption) heads empty=t!(desk_providers.list.none) hint=t!(desk_providers.list.none_hint) name="providers" row />
        </Page>
    }
    .into_any()
}

fn row(provider: ProviderView) -> Vec<AnyView> {
    let (standing, tone) = words::standing(provider.standing);
    let services = provider
        .services
        .iter()
        .map(|s| crate::i18n::either(&s.name, s.name_en.as_deref()))
        .collect::<Vec<_>>()
        .join(t!(desk.act.comma));
    let until = match (provider.bookable_until, provider.bookable) {
        (None, _) => view! { <Tag words=t!(desk_providers.list.none_yet) tone=Tone::Wait /> }.into_any(),
        (Some(day), true) => when::full_day(day).into_any(),
        (Some(day), false) => view! { <span>{when::full_day(day)}</span>" "<Tag words=t!(desk_providers.list.not_bookable) tone=Tone::Calm /> }.into_any(),
    };
    vec![
        view! { <a class="grid-link" href=format!("/desk/providers/{}", provider.id) data-testid="provider" data-id=provider.id.to_string()>{provider.name.clone()}</a> }.into_any(),
        view! { <span data-testid="standing" data-standing=provider.standing.as_str()><Tag words=standing tone /></span> }.into_any(),
        until,
        services.into_any(),
        provider.phone.unwrap_or_else(|| t!(desk.act.none).to_owned()).into_any(),
    ]
}
