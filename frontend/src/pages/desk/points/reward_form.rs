//! A new reward, and one that is there: what it says, and whether it can be redeemed.

use domain::reward::{RewardKind, RewardState};
use domain::{CommandId, RewardId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::points::rewards::{
    CreateReward, CreateRewardBody, GetReward, RewardQuery, RewardView, UpdateReward,
    UpdateRewardBody,
};

use super::super::ask::{Ask, Attempt, close_then};
use super::prices::Prices;
use super::refresh::on_stale;
use super::rewards::state;
use super::stock::{Moves, Stock};
use crate::i18n::{named, texts};
use crate::model::desk_reward::{Draft, Goods};
use crate::ui::{
    self, Button, Chips, Field, Kind, Load, Note, Page, Remote, Send, Tag, TextArea, Trouble,
    TroubleNote, say, say_next,
};
use crate::{api, t};

const NAMES: [&str; 8] = [
    "name",
    "about",
    "kind",
    "points",
    "per_person",
    "per_month",
    "open_until",
    "stock",
];

/// The text of every field, kept on this device.
#[derive(Clone, Copy)]
struct Form {
    texts: [RwSignal<String>; 8],
}

impl Form {
    fn new(kept: &ui::Draft, first: &Draft) -> Self {
        let firsts: [&str; 8] = [
            &first.name,
            &first.about,
            &first.kind,
            &first.points,
            &first.per_person,
            &first.per_month,
            &first.open_until,
            &first.stock,
        ];
        Self {
            texts: std::array::from_fn(|i| kept.field(NAMES[i], firsts[i])),
        }
    }

    fn text(self, name: &str) -> RwSignal<String> {
        let place = NAMES.iter().position(|known| *known == name);
        self.texts[place.unwrap_or_default()]
    }

    /// What is typed; what is wrong is put where the server would put it.
    fn read(self, problem: Trouble) -> Option<Goods> {
        let said = |name| self.text(name).get_untracked();
        let draft = Draft {
            name: said("name"),
            about: said("about"),
            kind: said("kind"),
            points: said("points"),
            per_person: said("per_person"),
            per_month: said("per_month"),
            open_until: said("open_until"),
            stock: said("stock"),
        };
        draft.goods().map_err(|flaw| problem.set(Some(flaw))).ok()
    }
}

#[component]
pub fn New() -> AnyView {
    let kept = ui::Draft::of("desk-reward-new");
    let first = Draft {
        kind: RewardKind::Goods.to_string(),
        stock: "10".into(),
        ..Draft::default()
    };
    let form = Form::new(&kept, &first);
    let (send, attempt) = (Send::default(), Attempt::<RewardId>::new());
    let navigate = use_navigate();
    let save = move |()| {
        let Some(goods) = form.read(send.problem) else {
            return;
        };
        let body = CreateRewardBody {
            id: attempt.id(&format!("{goods:?}")),
            name: goods.name,
            about: goods.about,
            kind: goods.kind,
            points: goods.points,
            per_person: goods.per_person,
            per_month: goods.per_month,
            open_until: goods.open_until,
            stock: goods.stock,
        };
        let (kept, navigate) = (kept.clone(), navigate.clone());
        send.run(api::call::<CreateReward>((), None_ {}, body), move |_| {
            kept.clear();
            say_next(t!(desk_rewards.form.saved));
            navigate("/desk/volunteering/rewards", Default::default());
        });
    };
    view! {
        <Page title=t!(desk_rewards.form.new) back="/desk/volunteering/rewards">
            <Fields form problem=send.problem />
            <section class="card stack">
                <Field label=t!(desk_rewards.form.stock) hint=t!(desk_rewards.form.stock_hint, max = limits::REWARD_COUNT) value=form.text("stock") name="stock" inputmode="numeric" max=5 pointer="/stock" problem=send.problem />
            </section>
            <TroubleNote problem=send.problem />
            <Button label=t!(desk_rewards.form.create) name="submit" busy=send.busy on_press=save />
        </Page>
    }
    .into_any()
}

#[component]
pub fn Change(id: RewardId) -> AnyView {
    let query = RewardQuery { person: None };
    let reward = Remote::new(move || api::get::<GetReward>((id,), query.clone()));
    // What is typed stays while stock moves.
    let first = Memo::new(move |_| reward.value.with(|one| one.as_ref().map(|one| one.id)));
    let form = move || {
        first.get()?;
        let one = reward.value.get_untracked()?;
        Some(view! { <Changed one reward /> })
    };
    view! {
        <Page title=t!(desk_rewards.form.change) back="/desk/volunteering/rewards" wide=true>
            <Load from=reward let:one>{head(&one)}</Load>
            {form}
        </Page>
    }
    .into_any()
}

fn head(reward: &RewardView) -> AnyView {
    let (words, tone) = state(reward);
    let left = t!(reward.list.left, count = reward.left);
    view! {
        <div class="card desk-head">
            <h2>{reward.name.clone()}</h2>
            <span class="row"><span data-testid="left">{left}</span><span data-testid="reward-state" data-state=reward.state.as_str()><Tag words tone /></span></span>
        </div>
    }
    .into_any()
}

#[component]
fn Changed(one: RewardView, reward: Remote<RewardView>) -> AnyView {
    let id = one.id;
    let kept = ui::Draft::of(&format!("desk-reward-{id}"));
    let form = Form::new(&kept, &Draft::of(&one));
    let ver = RwSignal::new(one.ver);
    let stands = Memo::new(move |_| {
        let known = reward.value.with(|one| one.as_ref().map(|one| one.state));
        known.unwrap_or(RewardState::Open)
    });
    let (send, attempt, asking) = (
        Send::default(),
        Attempt::<CommandId>::new(),
        RwSignal::new(false),
    );
    let fetch = move || api::get::<GetReward>((id,), RewardQuery { person: None });
    let stale = on_stale(send, fetch, move |now: RewardView| {
        asking.set(false);
        ver.set(now.ver);
        reward.put(now);
    });
    let put = Callback::new(move |state: RewardState| {
        let Some(goods) = form.read(send.problem) else {
            return asking.set(false);
        };
        let body = UpdateRewardBody {
            id: attempt.id(&format!("{goods:?} {state} {}", ver.get_untracked())),
            name: goods.name,
            about: goods.about,
            kind: goods.kind,
            points: goods.points,
            per_person: goods.per_person,
            per_month: goods.per_month,
            open_until: goods.open_until,
            state,
            ver: ver.get_untracked(),
        };
        let kept = kept.clone();
        send.run(
            api::call::<UpdateReward>((id,), None_ {}, body),
            move |now| {
                attempt.taken();
                kept.clear();
                stale.set(false);
                ver.set(now.ver);
                say(t!(desk_rewards.form.saved));
                close_then(asking, move || reward.put(now));
            },
        );
    });
    let sight = move || {
        match stands.get() {
        RewardState::Closed => view! { <Button label=t!(desk_rewards.form.open) kind=Kind::Plain name="open" busy=send.busy on_press=move |()| put.run(RewardState::Open) /> }.into_any(),
        RewardState::Open => view! { <Button label=t!(desk_rewards.form.close) kind=Kind::Danger name="close" on_press=move |()| asking.set(true) /> }.into_any(),
    }
    };
    view! {
        <div class="desk-columns">
            <div class="stack">
                <Fields form problem=send.problem />
                {move || stale.get().then(|| view! { <Note words=t!(desk_volunteering.act.stale) name="stale" /> })}
                <TroubleNote problem=send.problem />
                <div class="button-stack">
                    <Button label=t!(desk.act.save) name="submit" busy=send.busy on_press=move |()| put.run(stands.get_untracked()) />
                    {sight}
                </div>
            </div>
            <div class="stack">
                <Stock id reward />
                <Prices reward />
            </div>
        </div>
        <Moves id reward />
        <Ask open=asking title=t!(desk_rewards.form.close_title) words=t!(desk_rewards.form.close_words) yes=t!(desk_rewards.form.close) kind=Kind::Danger send on_yes=move |()| put.run(RewardState::Closed) />
    }
    .into_any()
}

#[component]
fn Fields(form: Form, problem: Trouble) -> AnyView {
    let kinds = RewardKind::ALL.iter();
    let kinds = kinds.map(|kind| {
        (
            kind.to_string(),
            named(texts::reward::kind::ALL, kind.as_str()),
        )
    });
    let kind = form.text("kind");
    let count = |label: &'static str,
                 hint: &'static str,
                 name: &'static str,
                 pointer: &'static str| {
        view! { <Field label hint value=form.text(name) name inputmode="numeric" max=7 pointer problem /> }.into_any()
    };
    view! {
        <section class="card stack">
            <Field label=t!(desk_rewards.form.name) value=form.text("name") name="name" max=limits::TITLE_CHARS pointer="/name" problem />
            <TextArea label=t!(desk_rewards.form.about) hint=t!(desk.act.optional) value=form.text("about") name="about" max=limits::NOTE_CHARS pointer="/about" problem />
            <Chips label=t!(desk_rewards.list.kind) labelled=true options=kinds.collect() value=kind set=move |to| kind.set(to) name="kind" />
            {count(t!(desk_rewards.form.points), "", "points", "/points")}
        </section>
        <section class="card stack">
            <h2>{t!(desk_rewards.form.limits)}</h2>
            <div class="desk-pair">
                {count(t!(reward.page.per_person), t!(desk_rewards.form.limit_hint), "per_person", "/per_person")}
                {count(t!(reward.page.per_month), t!(desk_rewards.form.limit_hint), "per_month", "/per_month")}
                <Field label=t!(desk_rewards.form.open_until) hint=t!(desk_rewards.form.open_until_hint) value=form.text("open_until") name="open_until" kind="date" pointer="/open_until" problem />
            </div>
        </section>
    }
    .into_any()
}
