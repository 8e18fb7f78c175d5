//! Redeeming for somebody who agreed: who, what, how many, and how they said so.

use domain::reward::ConsentHow;
use domain::{PersonId, RedemptionId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::points::ledger::{AccountQuery, AccountView, GetPointAccount};
use wire::points::rewards::{
    CreateRedemption, CreateRedemptionBody, ListRewards, RedemptionView, RewardView, RewardsQuery,
};
use wire::{Code, Page as Listed, Problem};

use super::super::ask::Attempt;
use super::super::people::pick::{Handed, PersonPick};
use super::counter::consent;
use crate::model::desk_activity::number;
use crate::model::when;
use crate::pages::points::vouchers::goods;
use crate::ui::{
    Button, Chips, Empty, Field, Kind, LinkButton, Load, Page, Remote, Send, TroubleNote,
};
use crate::{api, t};

/// What has been chosen so far.
#[derive(Clone, Copy)]
struct Order {
    person: RwSignal<Option<ResidentRow>>,
    reward: RwSignal<Option<RewardView>>,
    quantity: RwSignal<String>,
    how: RwSignal<String>,
    made: RwSignal<Option<RedemptionView>>,
}

#[component]
pub fn Redeem() -> AnyView {
    let order = Order {
        person: RwSignal::new(Handed::take()),
        reward: RwSignal::new(None),
        quantity: RwSignal::new("1".to_owned()),
        how: RwSignal::new(String::new()),
        made: RwSignal::new(None),
    };
    // Another person has other points and limits, and was not asked yet.
    Effect::new(move |before: Option<Option<PersonId>>| {
        let now = order
            .person
            .with(|person| person.as_ref().map(|one| one.id));
        if before.is_some_and(|before| before != now) {
            order.reward.set(None);
            order.how.set(String::new());
        }
        now
    });
    let shown = move || {
        match order.made.get() {
        Some(voucher) => view! { <Made voucher order /> }.into_any(),
        None => view! {
            <section class="card stack" data-testid="step-who"><h2>{t!(desk_counter.redeem.who)}</h2><PersonPick chosen=order.person /></section>
            {move || order.person.get().map(|person| view! { <What person=person.id order /> })}
            {move || order.reward.get().map(|reward| view! { <Check reward order /> })}
        }
        .into_any(),
    }
    };
    view! { <Page title=t!(desk_counter.redeem.title) back="/desk/volunteering">{shown}</Page> }
        .into_any()
}

#[component]
fn What(person: PersonId, order: Order) -> AnyView {
    let person = Some(person);
    let account = Remote::new(move || api::get::<GetPointAccount>((), AccountQuery { person }));
    let rewards = Remote::new(move || {
        let query = RewardsQuery {
            closed: None,
            person,
        };
        api::get::<ListRewards>((), query)
    });
    let points = |one: AccountView| {
        let words = t!(desk_counter.redeem.available, points = one.available);
        view! { <p data-testid="available">{words}</p> }.into_any()
    };
    let list = move |page: Listed<RewardView>| {
        if page.items.is_empty() {
            return view! { <Empty words=t!(reward.list.empty) /> }.into_any();
        }
        let rows: Vec<AnyView> = page
            .items
            .into_iter()
            .map(|one| offer(one, order))
            .collect();
        view! { <ul class="offers">{rows}</ul> }.into_any()
    };
    let shown = move || {
        match order.reward.get() {
        None => view! { <Load from=rewards children=list /> }.into_any(),
        Some(one) => view! {
            <div class="picked" data-testid="picked-reward">
                <p><strong>{one.name.clone()}</strong>" "<span class="quiet">{t!(points.account.points, points = one.points)}</span></p>
                <Button label=t!(desk.act.change) kind=Kind::Text name="reward-again" on_press=move |()| order.reward.set(None) />
            </div>
        }
        .into_any(),
    }
    };
    view! {
        <section class="card stack" data-testid="step-what">
            <h2>{t!(desk_counter.redeem.what)}</h2>
            <Load from=account children=points />
            {shown}
        </section>
    }
    .into_any()
}

fn offer(reward: RewardView, order: Order) -> AnyView {
    let none = reward.can_take == 0;
    let points = t!(points.account.points, points = reward.points);
    let more = match (reward.left, none) {
        (0, _) => t!(reward.list.gone).to_owned(),
        (_, true) => t!(reward.list.cannot).to_owned(),
        (_, false) => t!(desk_counter.redeem.can_take, count = reward.can_take),
    };
    let name = reward.name.clone();
    let pick = move |_| {
        order.quantity.set("1".to_owned());
        order.reward.set(Some(reward.clone()));
    };
    view! {
        <li>
            <button type="button" class="offer" data-testid="offer" disabled=none on:click=pick>
                <span class="cell-label">{name}</span><span class="cell-note">{format!("{points} · {more}")}</span>
            </button>
        </li>
    }
    .into_any()
}

#[component]
fn Check(reward: RewardView, order: Order) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<RedemptionId>::new());
    let wanting = RwSignal::new(false);
    let ways = ConsentHow::ALL.iter();
    let ways = ways
        .map(|how| (how.to_string(), consent(*how).to_owned()))
        .collect();
    let (id, each) = (reward.id, reward.points);
    let go = move |()| {
        let Some(person) = order.person.get_untracked() else {
            return;
        };
        let most = limits::REWARD_COUNT;
        let quantity = order
            .quantity
            .with_untracked(|raw| number(raw, 1, most, "/quantity"));
        let quantity = match quantity {
            Ok(quantity) => quantity,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let how = order.how.get_untracked().parse::<ConsentHow>().ok();
        wanting.set(how.is_none());
        let Some(how) = how else {
            let flaw = Problem::new(Code::MissingField).at("/consent");
            return send.problem.set(Some(flaw));
        };
        let body = CreateRedemptionBody {
            id: attempt.id(&format!("{} {id} {quantity} {each} {how}", person.id)),
            reward: id,
            quantity,
            points: Some(each.saturating_mul(quantity)),
            person: Some(person.id),
            consent: Some(how),
        };
        send.run(
            api::call::<CreateRedemption>((), None_ {}, body),
            move |made| {
                attempt.taken();
                order.made.set(Some(made));
            },
        );
    };
    let sum = move || {
        let count = order.quantity.with(|raw| raw.trim().parse::<u32>().ok());
        let points = each.saturating_mul(count.unwrap_or(0));
        t!(desk_counter.redeem.sum, points = points)
    };
    view! {
        <section class="card stack" data-testid="step-check">
            <h2>{t!(desk_counter.redeem.check)}</h2>
            <Field label=t!(reward.page.quantity) value=order.quantity name="quantity" inputmode="numeric" max=5 pointer="/quantity" problem=send.problem />
            <p data-testid="sum">{sum}</p>
            <Chips label=t!(desk_counter.consent.label) labelled=true options=ways value=order.how set=move |to| { wanting.set(false); order.how.set(to) } name="how" />
            <p class="field-error" role="alert" hidden=move || !wanting.get()>{t!(desk_counter.consent.needed)}</p>
            <p class="quiet">{t!(desk_counter.redeem.words)}</p>
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_counter.redeem.go) name="submit" busy=send.busy on_press=go />
        </section>
    }
    .into_any()
}

#[component]
fn Made(voucher: RedemptionView, order: Order) -> AnyView {
    let again = move |()| {
        order.person.set(None);
        order.made.set(None);
    };
    view! {
        <section class="card stack ticket" data-testid="redeemed">
            <h2 role="status">{t!(desk_counter.redeem.done)}</h2>
            <p>{format!("{} · {}", voucher.person_name, goods(&voucher))}</p>
            <p class="ticket-code" data-testid="voucher-code">{voucher.code.clone()}</p>
            <p>{t!(reward.vouchers.until, at = when::moment(voucher.until))}</p>
            <p class="quiet">{t!(desk_counter.redeem.colleague)}</p>
            <div class="button-stack">
                <LinkButton label=t!(desk_counter.redeem.see) href=format!("/desk/volunteering/vouchers/{}", voucher.id) name="see-voucher" />
                <Button label=t!(desk_counter.redeem.again) kind=Kind::Plain name="again" on_press=again />
            </div>
        </section>
    }
    .into_any()
}
