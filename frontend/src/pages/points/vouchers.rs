use domain::PersonId;
use domain::reward::RedemptionState;
use leptos::prelude::*;
use wire::points::rewards::{ListRedemptions, RedemptionView, RedemptionsQuery};

use super::whose::{Whose, about, whose};
use crate::i18n::{named, texts};
use crate::model::when;
use crate::ui::{Kind, LinkButton, Page, Paged, Rows, Tag, Tone};
use crate::{api, t};

/// What one redeemed, the newest first.
#[component]
pub fn Vouchers() -> AnyView {
    let person = whose();
    let list = Paged::new(move |cursor| {
        let query = RedemptionsQuery {
            person: person.get(),
            cursor,
            limit: None,
        };
        api::get::<ListRedemptions>((), query)
    });
    let rewards = move || view! { <LinkButton label=t!(reward.vouchers.more) href=about("/rewards", person.get()) name="to-rewards" kind=Kind::Plain /> };
    view! {
        <Page title=t!(reward.vouchers.title) back=about("/volunteer", person.get_untracked())>
            <Whose person />
            <Rows from=list empty=t!(reward.vouchers.empty) name="vouchers" let:voucher>{card(&voucher, person)}</Rows>
            {rewards}
        </Page>
    }
    .into_any()
}

/// How it stands with a voucher, in a word.
#[must_use]
pub fn tag(state: RedemptionState) -> AnyView {
    let tone = match state {
        RedemptionState::Reserved => Tone::Wait,
        RedemptionState::Settled => Tone::Good,
        RedemptionState::Cancelled | RedemptionState::Expired => Tone::Calm,
    };
    let words = named(texts::reward::voucher_state::ALL, state.as_str());
    view! { <span data-testid="voucher-state" data-state=state.as_str()><Tag words tone /></span> }
        .into_any()
}

/// `大米 × 2`.
#[must_use]
pub fn goods(voucher: &RedemptionView) -> String {
    t!(
        points.line.goods,
        reward = voucher.name,
        quantity = voucher.quantity
    )
}

fn card(voucher: &RedemptionView, person: Memo<Option<PersonId>>) -> AnyView {
    let href = about(&format!("/vouchers/{}", voucher.id), person.get_untracked());
    let kept = voucher.state == RedemptionState::Reserved;
    let line = if kept {
        t!(reward.vouchers.until, at = when::moment(voucher.until))
    } else {
        when::moment(voucher.changed_at)
    };
    view! {
        <a class="card booking-card" href=href data-testid="voucher" data-id=voucher.id.to_string()>
            <span class="booking-top"><span class="booking-name">{goods(voucher)}</span>{tag(voucher.state)}</span>
            <span class="quiet">{line}</span>
        </a>
    }
    .into_any()
}
