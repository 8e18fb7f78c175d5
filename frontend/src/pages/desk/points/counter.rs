//! The counter: a voucher's code typed or scanned, what it is, and handing it over.

use domain::reward::{ConsentHow, RedemptionState};
use domain::{CommandId, RedemptionId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::rewards::{
    CancelRedemption, CancelRedemptionBody, GetRedemption, GetVoucher, RedemptionView,
    SettleRedemption, SettleRedemptionBody, TypedCode,
};
use wire::{Code, Problem};

use super::super::ask::{Ask, Attempt, close_then};
use crate::browser::focus;
use crate::model::when;
use crate::pages::points::vouchers::{goods, tag};
use crate::ui::{
    Button, Fact, Facts, Field, Kind, Load, Note, Page, Remote, Send, TextArea, TroubleNote, say,
};
use crate::{api, t};

#[component]
pub fn Counter() -> AnyView {
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(None::<RedemptionView>);
    let send = Send::default();
    let go = Callback::new(move |()| {
        let Ok(code) = typed.get_untracked().parse::<TypedCode>();
        if code.as_str().is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/code");
            return send.problem.set(Some(flaw));
        }
        found.set(None);
        send.run(api::get::<GetVoucher>((code,), None_ {}), move |voucher| {
            typed.set(String::new());
            found.set(Some(voucher));
        });
    });
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        go.run(());
    };
    let put = Callback::new(move |now: RedemptionView| {
        found.set(Some(now));
        focus("[name=voucher-typed]");
    });
    let shown = move || found.get().map(|voucher| card(&voucher, put));
    view! {
        <Page title=t!(desk_counter.page.title) back="/desk/volunteering">
            <form class="card stack" on:submit=submit>
                <Field label=t!(desk_counter.page.code) hint=t!(desk_counter.page.hint) value=typed name="voucher-typed" max=20 pointer="/code" problem=send.problem />
                <TroubleNote problem=send.problem />
                <Button label=t!(desk_counter.page.go) name="voucher-find" busy=send.busy on_press=go />
            </form>
            <div aria-live="polite">{shown}</div>
        </Page>
    }
    .into_any()
}

/// A voucher that is known already, from its person's page.
#[component]
pub fn Voucher(id: RedemptionId) -> AnyView {
    let voucher = Remote::new(move || api::get::<GetRedemption>((id,), None_ {}));
    let put = Callback::new(move |now: RedemptionView| voucher.put(now));
    view! {
        <Page title=t!(reward.voucher.title) back="/desk/volunteering/counter">
            <Load from=voucher let:one>{card(&one, put)}</Load>
        </Page>
    }
    .into_any()
}

/// How somebody agreed, in words.
#[must_use]
pub fn consent(how: ConsentHow) -> &'static str {
    match how {
        ConsentHow::InPerson => t!(desk_counter.consent.in_person),
        ConsentHow::ByPhone => t!(desk_counter.consent.by_phone),
    }
}

fn card(voucher: &RedemptionView, put: Callback<RedemptionView>) -> AnyView {
    let may = |name: &str| voucher.moves.iter().any(|one| one == name);
    let kept = voucher.state == RedemptionState::Reserved;
    let by = voucher.by_name.clone().map(|name| match voucher.consent {
        Some(how) => format!("{name} · {}", consent(how)),
        None => name,
    });
    let rows = [
        (
            t!(reward.voucher.whose),
            Some(voucher.person_name.clone()),
            "whose",
        ),
        (
            t!(reward.voucher.points),
            Some(t!(points.account.points, points = voucher.points)),
            "points",
        ),
        (
            t!(desk_counter.page.code),
            Some(voucher.code.clone()).filter(|code| !code.is_empty()),
            "code",
        ),
        (
            t!(reward.voucher.made),
            Some(when::moment(voucher.created_at)),
            "made",
        ),
        (t!(desk_counter.page.by), by, "by"),
        (
            t!(desk_counter.page.until),
            kept.then(|| when::moment(voucher.until)),
            "until",
        ),
        (
            t!(reward.voucher.moved),
            (!kept).then(|| when::moment(voucher.changed_at)),
            "moved",
        ),
        (
            t!(desk_counter.page.moved_by),
            voucher.moved_by_name.clone(),
            "moved-by",
        ),
        (
            t!(reward.voucher.reason),
            Some(voucher.reason.clone()),
            "why",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter_map(|(label, value, name)| {
            Some((label, value.filter(|value| !value.is_empty())?, name))
        })
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    let unseen = kept && voucher.code.is_empty();
    let apart = kept && !unseen && !may("SettleRedemption");
    view! {
        <section class="stack" data-testid="voucher" data-id=voucher.id.to_string()>
            <div class="card desk-head"><h2>{goods(voucher)}</h2>{tag(voucher.state)}</div>
            <Facts>{rows}</Facts>
            {unseen.then(|| view! { <Note words=t!(desk_counter.page.by_code) name="by-code" /> })}
            {apart.then(|| view! { <Note words=t!(desk_counter.page.not_you) name="not-you" /> })}
            <div class="button-stack">
                {may("SettleRedemption").then(|| view! { <HandOver voucher=voucher.clone() put /> })}
                {may("CancelRedemption").then(|| view! { <Cancel id=voucher.id put /> })}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn HandOver(voucher: RedemptionView, put: Callback<RedemptionView>) -> AnyView {
    let (asking, send, attempt) = (
        RwSignal::new(false),
        Send::default(),
        Attempt::<CommandId>::new(),
    );
    let (id, code) = (voucher.id, voucher.code.clone());
    let words = t!(
        desk_counter.hand_over.words,
        goods = goods(&voucher),
        name = voucher.person_name
    );
    let yes = move |()| {
        let body = SettleRedemptionBody {
            id: attempt.id(&code),
            code: code.clone(),
        };
        send.run(
            api::call::<SettleRedemption>((id,), None_ {}, body),
            move |now| {
                say(t!(desk_counter.hand_over.done));
                close_then(asking, move || put.run(now));
            },
        );
    };
    view! {
        <Button label=t!(desk_counter.hand_over.button) name="hand-over" on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_counter.hand_over.title) words=words yes=t!(desk_counter.hand_over.button) send on_yes=yes />
    }
    .into_any()
}

/// Points and goods go back; the person is told why.
#[component]
fn Cancel(id: RedemptionId, put: Callback<RedemptionView>) -> AnyView {
    let (asking, send, reason) = (
        RwSignal::new(false),
        Send::default(),
        RwSignal::new(String::new()),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let yes = move |()| {
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            let flaw = Problem::new(Code::EmptyText).at("/reason");
            return send.problem.set(Some(flaw));
        }
        let body = CancelRedemptionBody {
            id: attempt.id(&said),
            reason: Some(said),
        };
        send.run(
            api::call::<CancelRedemption>((id,), None_ {}, body),
            move |now| {
                say(t!(desk_counter.cancel.done));
                close_then(asking, move || put.run(now));
            },
        );
    };
    view! {
        <Button label=t!(desk_counter.cancel.button) kind=Kind::Danger name="voucher-cancel" on_press=move |()| asking.set(true) />
        <Ask open=asking title=t!(desk_counter.cancel.title) words=t!(desk_counter.cancel.words) yes=t!(desk_counter.cancel.button) kind=Kind::Danger send on_yes=yes>
            <TextArea label=t!(desk_counter.cancel.reason) value=reason name="reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
        </Ask>
    }
    .into_any()
}
