//! A provider's file: standing and decision, credentials, services, the way to the calendar.

use domain::ProviderId;
use domain::provider::Standing;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{GetProvider, ProviderView};

use super::super::words;
use super::credentials::Credentials;
use super::decide::Decide;
use crate::i18n::either;
use crate::model::when;
use crate::ui::{Cell, Cells, Fact, Facts, Load, Page, Remote, Tag, Tone};
use crate::{api, t};

#[component]
pub fn File(id: ProviderId) -> AnyView {
    let provider =
        Remote::new(move || Box::pin(api::call::<GetProvider>((id,), None_ {}, None_ {})));
    view! {
        <Page title=t!(desk_providers.file.title) back="/desk/providers" wide=true>
            <Load from=provider children=move |one: ProviderView| draw(one, provider) />
        </Page>
    }
    .into_any()
}

fn draw(provider: ProviderView, from: Remote<ProviderView>) -> AnyView {
    let (standing, tone) = words::standing(provider.standing);
    let calendar = format!("/desk/providers/{}/calendar", provider.id);
    view! {
        <div class="desk-columns">
            <div class="stack">
                <section class="card stack-close">
                    <div class="desk-head">
                        <h2 data-testid="provider-name">{provider.name.clone()}</h2>
                        <span data-testid="standing" data-standing=provider.standing.as_str()><Tag words=standing tone /></span>
                    </div>
                    {bookable(&provider)}
                </section>
                <Credentials provider=provider.clone() from />
                {about(provider.clone())}
            </div>
            <div class="stack">
                <Decide provider=provider.clone() from />
                <Cells>
                    <Cell label=t!(desk_providers.file.edit_calendar) href=calendar name="calendar" />
                    <Cell label=t!(desk_providers.file.person) href=format!("/desk/people/{}", provider.person) name="person" />
                </Cells>
                {services(&provider)}
            </div>
        </div>
    }
    .into_any()
}

/// Whether residents can book this provider today, and if not, why.
fn bookable(provider: &ProviderView) -> AnyView {
    let why = match (
        provider.bookable,
        provider.standing,
        provider.bookable_until,
    ) {
        (true, _, _) => {
            return view! { <p><Tag words=t!(desk_providers.file.bookable) tone=Tone::Good /></p> }
                .into_any();
        }
        (false, Standing::Applied, _) => t!(desk_providers.file.why_applied),
        (false, Standing::Rejected, _) => t!(desk_providers.file.why_rejected),
        (false, Standing::Suspended, _) => t!(desk_providers.file.why_suspended),
        (false, Standing::Approved, None) => t!(desk_providers.file.why_none),
        (false, Standing::Approved, Some(_)) => t!(desk_providers.file.why_expired),
    };
    view! { <p data-testid="not-bookable"><Tag words=t!(desk_providers.file.not_bookable) tone=Tone::Wait />" "{why}</p> }.into_any()
}

fn about(provider: ProviderView) -> AnyView {
    let reason = (!provider.reason.is_empty()).then(|| view! { <Fact label=t!(desk_providers.file.reason) value=provider.reason.clone() name="reason-said" /> });
    let intro = (!provider.intro.is_empty()).then(
        || view! { <Fact label=t!(desk_providers.file.intro) value=provider.intro.clone() /> },
    );
    let phone = provider
        .phone
        .clone()
        .unwrap_or_else(|| t!(desk.act.none).to_owned());
    view! {
        <section>
            <h2 class="cells-title">{t!(desk_providers.file.about)}</h2>
            <Facts>
                {intro}
                <Fact label=t!(desk_providers.list.phone) value=phone />
                <Fact label=t!(desk_providers.file.since) value=when::full_day(provider.created_at.local().date()) />
                {reason}
            </Facts>
        </section>
    }
    .into_any()
}

fn services(provider: &ProviderView) -> AnyView {
    if provider.services.is_empty() {
        return view! { <section><h2 class="cells-title">{t!(desk_providers.file.services)}</h2><p class="card quiet">{t!(desk_providers.file.no_services)}</p></section> }.into_any();
    }
    let cells = provider
        .services
        .iter()
        .map(|s| view! { <Cell label=either(&s.name, s.name_en.as_deref()) href=format!("/desk/services/{}", s.id) name="service" /> }.into_any())
        .collect::<Vec<_>>();
    view! { <Cells title=t!(desk_providers.file.services)>{cells}</Cells> }.into_any()
}
