use domain::reward::RedemptionState;
use domain::{RedemptionId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::points::rewards::{
    CancelRedemption, CancelRedemptionBody, GetRedemption, RedemptionView,
};

use super::vouchers::{goods, tag};
use super::whose::{about, whose};
use crate::ids::Again;
use crate::model::when;
use crate::pages::market::service::{in_path, nothing};
use crate::ui::{
    Button, Fact, Facts, Kind, Load, Page, Qr, Remote, Send, Sheet, TextArea, TroubleNote, say,
};
use crate::{api, t};

/// One voucher, to be shown at the counter: its code large, and as a QR.
#[component]
pub fn Voucher() -> AnyView {
    let person = whose();
    let id = in_path();
    let voucher = Remote::new(move || {
        id.map_or_else(nothing, |id: RedemptionId| {
            api::get::<GetRedemption>((id,), None_ {})
        })
    });
    let back = about("/vouchers", person.get_untracked());
    view! { <Page title=t!(reward.voucher.title) back=back><Load from=voucher let:now>{body(voucher, &now)}</Load></Page> }.into_any()
}

fn body(remote: Remote<RedemptionView>, voucher: &RedemptionView) -> AnyView {
    let kept = voucher.state == RedemptionState::Reserved;
    let show = kept.then(|| {
        view! {
            <section class="card ticket">
                <p>{t!(reward.voucher.show)}</p>
                <Qr text=voucher.code.clone() label=t!(reward.voucher.qr) name="voucher-qr" />
                <p class="ticket-code" data-testid="voucher-code">{voucher.code.clone()}</p>
                <p>{t!(reward.vouchers.until, at = when::moment(voucher.until))}</p>
            </section>
        }
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
            t!(reward.voucher.made),
            Some(when::moment(voucher.created_at)),
            "made",
        ),
        (t!(reward.voucher.by), voucher.by_name.clone(), "by"),
        (
            t!(reward.voucher.moved),
            (!kept).then(|| when::moment(voucher.changed_at)),
            "moved",
        ),
        (
            t!(reward.voucher.reason),
            Some(voucher.reason.clone()).filter(|reason| !reason.is_empty()),
            "why",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter_map(|(label, value, name)| Some((label, value?, name)))
        .map(|(label, value, name)| view! { <Fact label value name /> }.into_any())
        .collect();
    let cancel = voucher.moves.iter().any(|one| one == "CancelRedemption");
    view! {
        <div class="stack">
            <div class="booking-top"><h2 class="service-name">{goods(voucher)}</h2>{tag(voucher.state)}</div>
            {show}
            <Facts>{rows}</Facts>
            {cancel.then(|| view! { <Cancel remote id=voucher.id /> })}
        </div>
    }
    .into_any()
}

/// Calls it off; the points come back.
#[component]
fn Cancel(remote: Remote<RedemptionView>, id: RedemptionId) -> AnyView {
    let (open, send, again) = (RwSignal::new(false), Send::default(), Again::default());
    let reason = RwSignal::new(String::new());
    let go = Callback::new(move |()| {
        let reason = Some(reason.get_untracked().trim().to_owned()).filter(|said| !said.is_empty());
        let body = CancelRedemptionBody {
            id: again.id(&format!("{reason:?}")),
            reason,
        };
        send.run(
            api::call::<CancelRedemption>((id,), None_ {}, body),
            move |now| {
                open.set(false);
                say(t!(reward.voucher.cancelled));
                remote.put(now);
            },
        );
    });
    view! {
        <Button label=t!(reward.voucher.cancel) name="voucher-cancel" kind=Kind::Danger on_press=move |()| open.set(true) />
        <Sheet open title=t!(reward.voucher.cancel_title) name="cancel-sheet">
            <p>{t!(reward.voucher.cancel_words)}</p>
            <TextArea label=t!(reward.voucher.cancel_reason) hint=t!(reward.voucher.cancel_hint) value=reason name="reason" pointer="/reason" problem=send.problem max=limits::LINE_CHARS />
            <TroubleNote problem=send.problem />
            <Button label=t!(reward.voucher.cancel_do) name="cancel-send" kind=Kind::Danger busy=send.busy on_press=go />
        </Sheet>
    }
    .into_any()
}
