use domain::ServiceId;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{GetService, ProviderBrief, ServiceView};

use super::services::price;
use crate::api;
use crate::i18n::{either, named, texts};
use crate::model::when;
use crate::t;
use crate::ui::{Empty, Fact, Facts, Fetch, Kind, LinkButton, Load, Page, Remote};

/// The first id of this kind in the address.
pub fn in_path<I: std::str::FromStr>() -> Option<I> {
    use_location()
        .pathname
        .with_untracked(|path| path.split('/').find_map(|part| part.parse().ok()))
}

/// A call that has failed before it was made: there is no such thing.
pub fn nothing<T>() -> Fetch<T> {
    Box::pin(async { Err(wire::Problem::new(Code::NotFound)) })
}

/// Fetches a service, also for the pages below.
#[must_use]
pub fn remote_service(id: Option<ServiceId>) -> Remote<ServiceView> {
    Remote::new(move || id.map_or_else(nothing, |id| api::get::<GetService>((id,), None_ {})))
}

/// One service: what it is, what it costs, who can come.
#[component]
pub fn Service() -> AnyView {
    let service = remote_service(in_path());
    view! { <Page title=t!(service.page.title) back="/services"><Load from=service let:service>{body(service)}</Load></Page> }.into_any()
}

/// Until when one may change one's mind.
#[must_use]
pub fn cutoff_words(minutes: u32) -> String {
    if minutes == 0 {
        t!(service.page.cutoff_any).to_owned()
    } else {
        t!(service.page.cutoff_words, time = when::minutes(minutes))
    }
}

fn body(service: ServiceView) -> AnyView {
    let terms = service.terms.clone();
    let price = price(&service);
    let name = either(&service.name, service.name_en.as_deref());
    let about = either(&service.about, service.about_en.as_deref());
    let time = format!("/services/{}/time", service.id);
    let can = !service.providers.is_empty();
    let people: Vec<AnyView> = service
        .providers
        .iter()
        .map(|provider| person(provider, &time))
        .collect();
    view! {
        <div class="stack">
            <h2 class="service-name" data-testid="service-name">{name}</h2>
            <p class="prose">{about}</p>
            <h3 class="sr">{t!(service.page.terms)}</h3>
            <Facts>
                <Fact label=t!(service.page.price) value=price name="price" note=t!(service.page.price_note) />
                <Fact label=t!(service.page.takes) value=when::minutes(terms.minutes.into()) />
                <Fact label=t!(service.page.how) value=named(texts::market::mode::ALL, terms.mode.as_str()) />
                <Fact label=t!(service.page.cutoff) value=cutoff_words(terms.cutoff_minutes) name="cutoff" />
            </Facts>
            {can.then(|| view! { <LinkButton label=t!(service.page.book) href=time.clone() name="book" /> })}
            <section class="stack-s">
                <h2 class="cells-title">{t!(service.page.providers)}</h2>
                {if can { view! { <ul class="weui-cells cells rows">{people}</ul> }.into_any() } else { view! { <Empty words=t!(service.page.providers_none) /> }.into_any() }}
            </section>
        </div>
    }
    .into_any()
}

fn person(provider: &ProviderBrief, time: &str) -> AnyView {
    view! {
        <li><div class="weui-cell cell" data-testid="provider">
            <div class="cell-body"><span class="cell-label">{provider.name.clone()}</span><span class="cell-note">{provider.intro.clone()}</span></div>
            <LinkButton label=t!(service.page.pick) href=format!("{time}?provider={}", provider.id) name="pick" kind=Kind::Plain small=true />
        </div></li>
    }
    .into_any()
}
