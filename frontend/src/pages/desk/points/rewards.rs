//! What points can be redeemed for, closed ones included.

use domain::reward::RewardState;
use leptos::prelude::*;
use wire::points::rewards::{ListRewards, RewardView, RewardsQuery};

use super::super::table::{Head, Table};
use crate::i18n::{named, texts};
use crate::ui::{LinkButton, Page, Paged, Tag, Tone};
use crate::{api, t};

#[component]
pub fn Rewards() -> AnyView {
    let list = Paged::new(|_| {
        let query = RewardsQuery {
            closed: Some(true),
            person: None,
        };
        api::get::<ListRewards>((), query)
    });
    let heads = vec![
        Head::always(t!(desk_rewards.list.name)),
        Head::wide(t!(desk_rewards.list.kind)),
        Head::wide(t!(desk_rewards.list.points)),
        Head::wide(t!(desk_rewards.list.left)),
        Head::always(t!(desk_rewards.list.state)),
    ];
    view! {
        <Page title=t!(desk_rewards.list.title) back="/desk/volunteering" wide=true>
            <div class="desk-tools">
                <p class="quiet">{t!(desk_rewards.list.words)}</p>
                <LinkButton label=t!(desk_rewards.list.add) href="/desk/volunteering/rewards/new" name="reward-new" small=true />
            </div>
            <Table from=list caption=t!(desk_rewards.list.title) heads empty=t!(desk_rewards.list.none) name="rewards" row=row />
        </Page>
    }
    .into_any()
}

/// Whether it can be redeemed, in a word.
#[must_use]
pub fn state(reward: &RewardView) -> (&'static str, Tone) {
    match (reward.state, reward.open, reward.left) {
        (RewardState::Closed, _, _) => (t!(desk_rewards.state.closed), Tone::Calm),
        (RewardState::Open, false, _) => (t!(desk_rewards.state.over), Tone::Wait),
        (RewardState::Open, true, 0) => (t!(desk_rewards.state.gone), Tone::Wait),
        (RewardState::Open, true, _) => (t!(desk_rewards.state.open), Tone::Good),
    }
}

fn row(reward: RewardView) -> Vec<AnyView> {
    let href = format!("/desk/volunteering/rewards/{}", reward.id);
    let (words, tone) = state(&reward);
    vec![
        view! { <a class="grid-link" href=href data-testid="reward" data-id=reward.id.to_string()>{reward.name.clone()}</a> }.into_any(),
        named(texts::reward::kind::ALL, reward.kind.as_str()).into_any(),
        t!(points.account.points, points = reward.points).into_any(),
        view! { <span data-testid="left">{t!(reward.page.pieces, count = reward.left)}</span> }.into_any(),
        view! { <Tag words tone /> }.into_any(),
    ]
}
