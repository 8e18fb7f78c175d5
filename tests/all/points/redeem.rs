//! Redemption: from points to a voucher, to the counter, and back where nobody comes.

use acceptance::{Actor, TestApp};
use domain::ledger::TransferKind;
use domain::person::Person;
use domain::reward::{ConsentHow, RedemptionState};
use domain::{PersonId, RedemptionId, RewardId};
use serde_json::json;
use wire::endpoint::None_;
use wire::points::rewards::{
    CancelRedemption, CancelRedemptionBody, CreateRedemptionBody, GetRedemption, GetReward,
    GetVoucher, RedemptionView, RewardQuery, RewardView, SettleRedemption, SettleRedemptionBody,
};
use wire::{Code, Problem};

use super::ledger::{DESK_HELPER, SOCIAL_WORKER, STATION, days, explained, statement, told};
use super::rewards::stock;
use crate::market::race::nothing_is_wrong;

/// `code`: what is typed; absent: its own, as its owner would show it.
pub async fn settle(
    who: &Actor<'_>,
    id: RedemptionId,
    code: Option<String>,
) -> Result<RedemptionView, Problem> {
    let app = who.app;
    let own = app.ctx().store.redemption(app.home().await, id).await;
    let own = own.expect("answers").expect("there").code.to_string();
    let body = SettleRedemptionBody {
        id: app.command(),
        code: code.unwrap_or(own),
    };
    who.call::<SettleRedemption>((id,), None_ {}, body).await
}

pub async fn cancel(
    who: &Actor<'_>,
    id: RedemptionId,
    reason: Option<&str>,
) -> Result<RedemptionView, Problem> {
    let body = CancelRedemptionBody {
        id: who.app.command(),
        reason: reason.map(str::to_owned),
    };
    who.call::<CancelRedemption>((id,), None_ {}, body).await
}

pub async fn seen(who: &Actor<'_>, id: RewardId) -> RewardView {
    let query = RewardQuery { person: None };
    let reward = who.call::<GetReward>((id,), query, None_ {}).await;
    reward.expect("a reward")
}

pub fn code<T: std::fmt::Debug>(answer: Result<T, Problem>) -> Code {
    answer.expect_err("refused").code
}

/// Without a telephone, and nobody's child.
async fn silent(app: &TestApp) -> PersonId {
    let people = app.people().await;
    let one = people
        .iter()
        .find(|one| one.phone.is_none() && one.guardian.is_none());
    one.expect("somebody without a telephone").id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_points_to_a_voucher_to_the_counter() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    app.grant(wang.id.expect("signed in"), 100).await;
    let reward = lin.reward(30, 20).await;
    assert_eq!((reward.left, reward.can_take), (20, 0));
    assert_eq!(seen(&wang, reward.id).await.can_take, 3);
    let order = wang.order(reward.id, 2);
    let voucher = wang.redeem(&order).await.expect("enough");
    assert_eq!(
        (voucher.points, voucher.state),
        (60, RedemptionState::Reserved)
    );
    assert_eq!(voucher.until.at, app.now() + days(14));
    assert_eq!(voucher.moves, ["CancelRedemption"]);
    let (account, shown) = (wang.points().await, seen(&wang, reward.id).await);
    assert_eq!((account.available, account.reserved), (40, 60));
    assert_eq!((shown.left, shown.taken, shown.can_take), (18, 2, 1));

    let helper = app.sign_in(DESK_HELPER).await;
    let typed = voucher.code.to_lowercase().replace('-', "");
    let typed = typed.parse().expect("any text");
    let found = helper
        .call::<GetVoucher>((typed,), None_ {}, None_ {})
        .await;
    let found = found.expect("by its code");
    assert_eq!(
        (found.id, found.person_name.as_str()),
        (order.id, "测试·王阿姨")
    );
    assert_eq!(found.moves, ["SettleRedemption", "CancelRedemption"]);
    let done = settle(&helper, order.id, Some(voucher.code.clone())).await;
    assert_eq!(done.expect("handed over").state, RedemptionState::Settled);
    let account = wang.points().await;
    assert_eq!((account.available, account.reserved), (40, 0));
    let lines = statement(&wang).await;
    let kinds: Vec<_> = lines.iter().map(|line| (line.kind, line.change)).collect();
    assert_eq!(
        kinds,
        [
            (TransferKind::PostPending, 0),
            (TransferKind::Pending, -60),
            (TransferKind::Posted, 100)
        ]
    );
    assert_eq!(lines[0].about.what, "五常大米");
    assert_eq!(code(settle(&helper, order.id, None).await), Code::VoucherIs);
    assert_eq!(code(cancel(&wang, order.id, None).await), Code::VoucherIs);
    app.settle().await;
    assert_eq!(told(&wang).await, ["voucher_settled"]);
    let views = wang.raw("GET", "/v1/me/views", None).await.json();
    assert_eq!(views["items"][0]["what"], "SettleRedemption");
    explained(&wang).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Each reason hides those after it: they are taken away one by one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_reason_is_the_most_basic_one() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let me = wang.id.expect("signed in");
    let reward = lin
        .reward_of(10, 1, |body| wire::points::rewards::CreateRewardBody {
            per_person: Some(1),
            per_month: Some(1),
            open_until: "2026-11-23".parse().ok(),
            ..body
        })
        .await;
    assert!(!reward.open);
    let change = async |fields: serde_json::Value| {
        let now = seen(&lin, reward.id).await;
        let mut body = json!({ "id": app.command(), "name": now.name, "about": now.about,
            "kind": now.kind, "points": 10, "state": "open", "ver": now.ver });
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let path = format!("/v1/rewards/{}", reward.id);
        let raw = lin.raw("PUT", &path, Some(body.to_string())).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    };
    let order = wang.order(reward.id, 2);
    let ask = async || code(wang.redeem(&order).await);
    assert_eq!(ask().await, Code::RewardClosed);
    change(json!({ "per_person": 1, "per_month": 1, "state": "closed" })).await;
    assert_eq!(ask().await, Code::RewardClosed);
    change(json!({ "per_person": 1, "per_month": 1 })).await;
    assert_eq!(ask().await, Code::LimitPerson);
    change(json!({ "per_person": 2, "per_month": 1, "open_until": "2026-11-24" })).await;
    assert_eq!(ask().await, Code::LimitMonth);
    change(json!({ "per_person": 2, "per_month": 2 })).await;
    let cheaper = CreateRedemptionBody {
        points: Some(19),
        ..order.clone()
    };
    assert_eq!(code(wang.redeem(&cheaper).await), Code::PriceChanged);
    let short = wang.redeem(&order).await.expect_err("no points");
    assert_eq!(
        (short.code, &short.data["points"]),
        (Code::PointsShort, &json!(20))
    );
    app.grant(me, 20).await;
    let short = wang.redeem(&order).await.expect_err("no stock");
    assert_eq!(
        (short.code, &short.data["left"]),
        (Code::OutOfStock, &json!(1))
    );
    stock(&lin, reward.id, 1).await;
    let made = wang.redeem(&order).await.expect("everything is there");
    assert_eq!(wang.redeem(&order).await.expect("the same again"), made);
    let other = CreateRedemptionBody {
        quantity: 1,
        ..order.clone()
    };
    assert_eq!(code(wang.redeem(&other).await), Code::IdReused);
    let neighbour = app.sign_in("13800000002").await;
    app.grant(neighbour.id.expect("signed in"), 20).await;
    stock(&lin, reward.id, 5).await;
    assert_eq!(code(neighbour.redeem(&order).await), Code::IdReused);
    let nowhere = wang.order(RewardId::new(1, 1), 1);
    assert_eq!(code(wang.redeem(&nowhere).await), Code::NotFound);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_helper_redeems_with_consent_and_somebody_else_hands_over() {
    let app = TestApp::start().await;
    let (lin, helper) = (
        app.sign_in(SOCIAL_WORKER).await,
        app.sign_in(DESK_HELPER).await,
    );
    let old = silent(&app).await;
    app.grant(old, 50).await;
    let reward = lin.reward(20, 5).await;
    let mut order = CreateRedemptionBody {
        person: Some(old),
        ..helper.order(reward.id, 1)
    };
    let refused = helper
        .redeem(&order)
        .await
        .expect_err("without being asked");
    assert_eq!(
        (refused.code, refused.pointer.as_deref()),
        (Code::MissingField, Some("/consent"))
    );
    order.consent = Some(ConsentHow::InPerson);
    let voucher = helper.redeem(&order).await.expect("they agreed");
    assert_eq!(
        (voucher.person, voucher.consent),
        (old, Some(ConsentHow::InPerson))
    );
    assert_eq!(voucher.by_name.as_deref(), Some("测试·前台小何"));
    assert_eq!(voucher.moves, ["CancelRedemption"], "not to settle");
    let same = settle(&helper, voucher.id, Some(voucher.code.clone())).await;
    assert_eq!(code(same), Code::OwnVoucher);
    let station = app.sign_in(STATION).await;
    let done = settle(&station, voucher.id, Some(voucher.code)).await;
    assert_eq!(done.expect("somebody else").state, RedemptionState::Settled);
    // Nor does anybody hand over their own.
    let worker = lin.id.expect("signed in");
    app.grant(worker, 20).await;
    let own = lin.redeem(&lin.order(reward.id, 1)).await.expect("points");
    assert_eq!(code(settle(&lin, own.id, None).await), Code::OwnVoucher);
    let neighbour = app.sign_in("13800000002").await;
    let theirs = CreateRedemptionBody {
        person: Some(old),
        consent: Some(ConsentHow::ByPhone),
        ..neighbour.order(reward.id, 1)
    };
    assert_eq!(code(neighbour.redeem(&theirs).await), Code::NotFound);
    let views = store_views(&app, old).await;
    assert!(views.contains(&"CreateRedemption".to_owned()), "{views:?}");
    assert!(views.contains(&"SettleRedemption".to_owned()), "{views:?}");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

async fn store_views(app: &TestApp, person: PersonId) -> Vec<String> {
    let log = store::schema::of_person(app.home().await, person, "VIEW#");
    let items = app.ctx().store.all(&log).await.expect("answers");
    let read = |item| store::table::read::<store::identity::View>(item).expect("a view");
    items.into_iter().map(|item| read(item).what).collect()
}

/// Of their own child's voucher too, which the child redeemed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guardian_at_the_counter_does_not_hand_over_their_childs() {
    let app = TestApp::start().await;
    let (lin, station) = (app.sign_in(SOCIAL_WORKER).await, app.sign_in(STATION).await);
    let child = app.newcomer().await;
    let id = child.id.expect("signed in");
    let store = &app.ctx().store;
    let person = store
        .person(app.home().await, id)
        .await
        .expect("answers")
        .expect("there");
    let born = app.today().saturating_sub(jiff::ToSpan::years(10));
    let person = Person {
        guardian: station.id,
        born: Some(born),
        ..person
    };
    let item = store::identity::person_item(&person).expect("an item");
    store.put_all(vec![item]).await.expect("written");
    app.grant(id, 20).await;
    let reward = lin.reward(20, 5).await;
    let voucher = child
        .redeem(&child.order(reward.id, 1))
        .await
        .expect("points");
    let read = station.call::<GetRedemption>((voucher.id,), None_ {}, None_ {});
    assert_eq!(
        read.await.expect("theirs to see").moves,
        ["CancelRedemption"]
    );
    let own = settle(&station, voucher.id, Some(voucher.code.clone())).await;
    assert_eq!(code(own), Code::OwnVoucher);
    let helper = app.sign_in(DESK_HELPER).await;
    settle(&helper, voucher.id, Some(voucher.code))
        .await
        .expect("somebody else");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Whoever stands at the counter cannot hand over, to anybody, what nobody shows them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_hand_over_only_what_they_are_shown_the_code_of() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let me = wang.id.expect("signed in");
    app.grant(me, 40).await;
    let reward = lin.reward(20, 5).await;
    let voucher = wang
        .redeem(&wang.order(reward.id, 1))
        .await
        .expect("points");
    assert!(!voucher.code.is_empty(), "one's own");
    let helper = app.sign_in(DESK_HELPER).await;
    let read = helper.call::<GetRedemption>((voucher.id,), None_ {}, None_ {});
    let read = read.await.expect("the counter's to see");
    assert_eq!(
        (read.code.as_str(), read.moves),
        ("", vec!["CancelRedemption".to_owned()])
    );
    let list = helper
        .raw("GET", &format!("/v1/redemptions?person={me}"), None)
        .await;
    assert!(list.body.contains(&voucher.id.to_string()), "{}", list.body);
    assert!(!list.body.contains(&voucher.code), "{}", list.body);
    let path = format!("/v1/redemptions/{}/settle", voucher.id);
    let blind = json!({ "id": app.command() }).to_string();
    let blind = helper.raw("POST", &path, Some(blind)).await;
    assert_eq!(
        (blind.status, &blind.json()["pointer"]),
        (422, &json!("/code")),
        "{}",
        blind.body
    );
    assert_eq!(
        code(settle(&helper, voucher.id, Some(String::new())).await),
        Code::VoucherWrong
    );
    let done = settle(&helper, voucher.id, Some(voucher.code.clone())).await;
    assert_eq!(done.expect("shown").code, voucher.code);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Looked at for 20, made dearer, and tapped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_pays_another_price_than_they_were_shown() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let me = wang.id.expect("signed in");
    app.grant(me, 100).await;
    let before = wang.points().await;
    let reward = lin.reward(10, 5).await;
    let order = CreateRedemptionBody {
        points: Some(20),
        ..wang.order(reward.id, 2)
    };
    let body = json!({ "id": app.command(), "name": reward.name, "kind": "goods", "points": 15,
        "state": "open", "ver": reward.ver });
    let path = format!("/v1/rewards/{}", reward.id);
    assert_eq!(
        lin.raw("PUT", &path, Some(body.to_string())).await.status,
        200
    );
    let refused = wang.redeem(&order).await.expect_err("it takes 30 by now");
    assert_eq!(
        (refused.code, &refused.data["points"]),
        (Code::PriceChanged, &json!(30))
    );
    assert_eq!(refused.pointer.as_deref(), Some("/points"));
    assert_eq!(wang.points().await, before, "nothing is kept");
    let anew = CreateRedemptionBody {
        points: Some(30),
        ..wang.order(reward.id, 2)
    };
    assert_eq!(
        wang.redeem(&anew).await.expect("as it is shown now").points,
        30
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guardian_redeems_for_a_child_and_hears_of_it() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let people = app.people().await;
    let child = people.iter().find(|one| one.guardian == wang.id);
    let child = child.expect("a child").id;
    app.grant(child, 20).await;
    let reward = lin.reward(20, 5).await;
    let order = CreateRedemptionBody {
        person: Some(child),
        ..wang.order(reward.id, 1)
    };
    let voucher = wang.redeem(&order).await.expect("for the child");
    assert_eq!((voucher.person, voucher.consent), (child, None));
    let list = format!("/v1/redemptions?person={child}");
    let listed = wang.raw("GET", &list, None).await.json();
    assert_eq!(listed["items"][0]["id"], json!(order.id));
    let read = wang.call::<GetRedemption>((order.id,), None_ {}, None_ {});
    assert_eq!(read.await.expect("the guardian's to see"), voucher);
    app.advance(days(11));
    app.settle().await;
    assert_eq!(told(&wang).await, ["voucher_expiring"]);
    app.stop().await;
}
