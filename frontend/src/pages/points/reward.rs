use domain::{PersonId, RedemptionId, RewardId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::rewards::{
    CreateRedemption, CreateRedemptionBody, GetReward, RewardQuery, RewardView,
};

use super::rewards::stock;
use super::whose::{Whose, about, whose};
use crate::i18n::{named, texts};
use crate::ids::Again;
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::ui::{
    Button, Fact, Facts, Load, Page, Place, Remote, Select, Send, Sheet, TroubleNote, say_next,
};
use crate::{api, t};

/// As many as can be chosen at once here.
const OFFERED: u32 = 20;

/// One reward: what it is, how many one may have, and redeeming it.
#[component]
pub fn Reward() -> AnyView {
    let person = whose();
    let id = in_path();
    let reward = Remote::new(move || {
        let query = RewardQuery {
            person: person.get(),
        };
        id.map_or_else(nothing, |id: RewardId| api::get::<GetReward>((id,), query))
    });
    let back = about("/rewards", person.get_untracked());
    view! {
        <Page title=t!(reward.page.title) back=back>
            <Whose person />
            <Load from=reward let:now>{body(reward, &now, person.get_untracked())}</Load>
        </Page>
    }
    .into_any()
}

fn body(remote: Remote<RewardView>, reward: &RewardView, person: Option<PersonId>) -> AnyView {
    let each = |count: Option<u32>| count.map(|count| t!(reward.page.pieces, count = count));
    let taken = (reward.taken > 0).then_some(reward.taken);
    let rows = [
        (
            t!(reward.page.kind),
            Some(named(texts::reward::kind::ALL, reward.kind.as_str())),
            "kind",
        ),
        (
            t!(reward.page.points),
            Some(t!(points.account.points, points = reward.points)),
            "price",
        ),
        (t!(reward.page.left), Some(stock(reward)), "left"),
        (
            t!(reward.page.per_person),
            each(reward.per_person),
            "per-person",
        ),
        (
            t!(reward.page.per_month),
            each(reward.per_month),
            "per-month",
        ),
        (t!(reward.page.taken), each(taken), "taken"),
        (
            t!(reward.page.until),
            reward.open_until.map(when::full_day),
            "until",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter_map(|(label, value, name)| Some((label, value?, name)))
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    view! {
        <div class="stack">
            <h2 class="service-name">{reward.name.clone()}</h2>
            <p class="prose">{reward.about.clone()}</p>
            <Facts>{rows}</Facts>
            {(reward.can_take > 0).then(|| view! { <Redeem remote reward=reward.clone() person /> })}
        </div>
    }
    .into_any()
}

/// How many, for how many points altogether, and then for sure.
#[component]
fn Redeem(remote: Remote<RewardView>, reward: RewardView, person: Option<PersonId>) -> AnyView {
    let quantity = RwSignal::new("1".to_owned());
    let options = (1..=reward.can_take.min(OFFERED))
        .map(|n| (n.to_string(), t!(reward.page.pieces, count = n)))
        .collect();
    let (open, send, again) = (RwSignal::new(false), Send::default(), Again::default());
    let navigate = StoredValue::new_local(use_navigate());
    let (id, name, each) = (reward.id, reward.name.clone(), reward.points);
    let chosen = move || quantity.with(|raw| raw.parse::<u32>().unwrap_or(1));
    let words = Signal::derive(move || {
        let count = chosen();
        t!(
            reward.ask.words,
            points = each.saturating_mul(count),
            count = count,
            name = name
        )
    });
    let go = Callback::new(move |()| {
        let quantity = untrack(chosen);
        let body = CreateRedemptionBody {
            id: RedemptionId::from_bits(again.bits(&format!("{id}{quantity}{each}{person:?}"))),
            reward: id,
            quantity,
            points: Some(each.saturating_mul(quantity)),
            person,
            consent: None,
        };
        send.run(
            api::call::<CreateRedemption>((), None_ {}, body),
            move |made| {
                say_next(t!(reward.ask.done));
                let to = about(&format!("/vouchers/{}", made.id), person);
                let instead = NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                };
                navigate.with_value(|navigate| navigate(&to, instead));
            },
        );
    });
    // What was refused may have to do with stock or points that are others by now.
    let shut = move |()| {
        open.set(false);
        remote.again();
    };
    view! {
        <Select label=t!(reward.page.quantity) value=quantity options name="quantity" />
        <Button label=t!(reward.page.redeem) name="redeem" on_press=move |()| open.set(true) />
        <Sheet open title=t!(reward.ask.title) name="redeem-sheet" place=Place::Middle>
            <p data-testid="redeem-words">{move || words.get()}</p>
            <p class="quiet">{t!(reward.ask.note)}</p>
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=t!(reward.ask.yes) name="ask-yes" busy=send.busy on_press=go />
                <Button label=t!(reward.ask.no) name="ask-no" kind=crate::ui::Kind::Plain on_press=shut />
            </div>
        </Sheet>
    }
    .into_any()
}
