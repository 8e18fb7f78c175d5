//! What a reward took from when on, and who said so; the newest first.

use leptos::prelude::*;
use wire::points::rewards::{RewardPrice, RewardView};

use crate::model::when;
use crate::t;
use crate::ui::{Cell, Cells, Remote};

#[component]
pub fn Prices(reward: Remote<RewardView>) -> AnyView {
    let rows = move || {
        let prices = reward
            .value
            .with(|one| one.as_ref().map(|one| one.prices.clone()));
        let rows = prices.unwrap_or_default().into_iter().map(row);
        rows.collect_view()
    };
    view! { <Cells title=t!(desk_rewards.prices.title)>{rows}</Cells> }.into_any()
}

fn row(price: RewardPrice) -> AnyView {
    let value = t!(desk_rewards.prices.points, points = price.points);
    view! { <Cell label=when::moment(price.at) value note=price.by_name name="price" /> }.into_any()
}
