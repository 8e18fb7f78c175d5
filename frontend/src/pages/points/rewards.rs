use domain::PersonId;
use leptos::prelude::*;
use wire::points::ledger::{AccountQuery, GetPointAccount};
use wire::points::rewards::{ListRewards, RewardView, RewardsQuery};

use super::whose::{Whose, about, whose};
use crate::i18n::{named, texts};
use crate::ui::{Kind, LinkButton, Load, Page, Paged, Remote, Rows};
use crate::{api, t};

/// What points can be redeemed for.
#[component]
pub fn Rewards() -> AnyView {
    let person = whose();
    let account = Remote::new(move || {
        let person = person.get();
        api::get::<GetPointAccount>((), AccountQuery { person })
    });
    let list = Paged::new(move |_| {
        let query = RewardsQuery {
            closed: None,
            person: person.get(),
        };
        api::get::<ListRewards>((), query)
    });
    let vouchers = move || view! { <LinkButton label=t!(reward.list.vouchers) href=about("/vouchers", person.get()) name="to-vouchers" kind=Kind::Plain /> };
    view! {
        <Page title=t!(reward.list.title) back=about("/volunteer", person.get_untracked())>
            <Whose person />
            <Load from=account let:now>{view! { <p class="card" data-testid="available">{t!(reward.list.available, points = now.available)}</p> }.into_any()}</Load>
            <Rows from=list empty=t!(reward.list.empty) name="rewards" let:reward>{card(&reward, person)}</Rows>
            {vouchers}
        </Page>
    }
    .into_any()
}

/// Why none can be had, or how many there are.
#[must_use]
pub fn stock(reward: &RewardView) -> String {
    if !reward.open {
        t!(reward.list.closed).to_owned()
    } else if reward.left == 0 {
        t!(reward.list.gone).to_owned()
    } else if reward.can_take == 0 {
        t!(reward.list.cannot).to_owned()
    } else {
        t!(reward.list.left, count = reward.left)
    }
}

fn card(reward: &RewardView, person: Memo<Option<PersonId>>) -> AnyView {
    let href = about(&format!("/rewards/{}", reward.id), person.get_untracked());
    view! {
        <a class="card service-card" href=href data-testid="reward" data-id=reward.id.to_string()>
            <span class="booking-top"><span class="booking-name">{reward.name.clone()}</span><span class="price">{t!(points.account.points, points = reward.points)}</span></span>
            <span class="quiet service-about">{reward.about.clone()}</span>
            <span class="quiet">{format!("{} · {}", named(texts::reward::kind::ALL, reward.kind.as_str()), stock(reward))}</span>
        </a>
    }
    .into_any()
}
