//! What there is of a reward: put more in, take some out, and who did so before, when and why.

use domain::{CommandId, RewardId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::rewards::{
    AddStock, AddStockBody, ListStockMoves, RewardView, StockMoveView, StockMovesQuery,
};

use super::super::ask::Attempt;
use super::super::table::{Head, Table};
use crate::model::desk_reward::stock_change;
use crate::model::when;
use crate::ui::{Button, Field, Kind, Paged, Remote, Send, TroubleNote, say};
use crate::{api, t};

/// Puts more in stock, or takes some out; either with its reason.
#[component]
pub fn Stock(id: RewardId, reward: Remote<RewardView>) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let (count, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let move_it = Callback::new(move |out: bool| {
        let add = match count.with_untracked(|raw| stock_change(raw, out)) {
            Ok(add) => add,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let reason_now = reason.get_untracked();
        let body = AddStockBody {
            id: attempt.id(&format!("{add} {reason_now}")),
            add,
            reason: reason_now,
        };
        send.run(
            api::call::<AddStock>((id,), None_ {}, body),
            move |now: RewardView| {
                attempt.taken();
                count.set(String::new());
                reason.set(String::new());
                say(t!(desk_rewards.stock.done, count = now.left));
                reward.put(now);
            },
        );
    });
    view! {
        <section class="card stack" data-testid="stock">
            <h2>{t!(desk_rewards.stock.title)}</h2>
            <Field label=t!(desk_rewards.stock.count) hint=t!(desk_rewards.form.stock_hint, max = limits::REWARD_COUNT) value=count name="stock-count" inputmode="numeric" max=5 pointer="/add" problem=send.problem />
            <Field label=t!(desk_rewards.stock.reason) hint=t!(desk_rewards.stock.reason_hint) value=reason name="stock-reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
            <TroubleNote problem=send.problem />
            <div class="button-stack">
                <Button label=t!(desk_rewards.stock.add) kind=Kind::Plain name="stock-add" busy=send.busy on_press=move |()| move_it.run(false) />
                <Button label=t!(desk_rewards.stock.take) kind=Kind::Plain name="stock-take" busy=send.busy on_press=move |()| move_it.run(true) />
            </div>
        </section>
    }
    .into_any()
}

/// Every change of stock, the latest first; read again when `reward` changes.
#[component]
pub fn Moves(id: RewardId, reward: Remote<RewardView>) -> AnyView {
    let left = Memo::new(move |_| reward.value.with(|one| one.as_ref().map(|one| one.left)));
    let list = Paged::new(move |cursor| {
        // Tracking alone would never work it out.
        left.get();
        let limit = None;
        api::get::<ListStockMoves>((id,), StockMovesQuery { cursor, limit })
    });
    let heads = vec![
        Head::always(t!(desk_rewards.moves.at)),
        Head::always(t!(desk_rewards.moves.add)),
        Head::wide(t!(desk_rewards.moves.by)),
        Head::always(t!(desk_rewards.stock.reason)),
    ];
    view! {
        <section class="stack" data-testid="moves">
            <Table from=list caption=t!(desk_rewards.moves.title) heads empty=t!(desk_rewards.moves.none) name="stock-moves" row=row />
        </section>
    }
    .into_any()
}

fn row(moved: StockMoveView) -> Vec<AnyView> {
    let reason = match moved.reason.is_empty() {
        true => t!(desk_rewards.moves.first).to_owned(),
        false => moved.reason,
    };
    vec![
        when::moment(moved.at).into_any(),
        format!("{:+}", moved.add).into_any(),
        moved.by_name.into_any(),
        view! { <span data-testid="move-reason">{reason}</span> }.into_any(),
    ]
}
