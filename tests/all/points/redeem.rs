//! Redemption: from points to a voucher, to the counter, and back where nobody comes.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::ledger::TransferKind;
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
use crate::coverage::with_role;
use crate::market::race::nothing_is_wrong;

pub async fn settle(
    who: &Actor<'_>,
    id: RedemptionId,
    code: Option<String>,
) -> Result<RedemptionView, Problem> {
    let body = SettleRedemptionBody {
        id: who.app.command(),
        code,
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

async fn seen(who: &Actor<'_>, id: RewardId) -> RewardView {
    let query = RewardQuery { person: None };
    let reward = who.call::<GetReward>((id,), query, None_ {}).await;
    reward.expect("a reward")
}

fn code<T: std::fmt::Debug>(answer: Result<T, Problem>) -> Code {
    answer.expect_err("refused").code
}

/// Without a telephone, and nobody's child.
async fn silent(app: &TestApp) -> PersonId {
    let people = app.people().await;
    let one = people.iter().find(|one| one.phone.is_none() && one.guardian.is_none());
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
    assert_eq!((voucher.points, voucher.state), (60, RedemptionState::Reserved));
    assert_eq!(voucher.until.at, app.now() + days(14));
    assert_eq!(voucher.moves, ["CancelRedemption"]);
    let (account, shown) = (wang.points().await, seen(&wang, reward.id).await);
    assert_eq!((account.available, account.reserved), (40, 60));
    assert_eq!((shown.left, shown.taken, shown.can_take), (18, 2, 1));

    let helper = app.sign_in(DESK_HELPER).await;
    let typed = voucher.code.to_lowercase().replace('-', "");
    let typed = typed.parse().expect("any text");
    let found = helper.call::<GetVoucher>((typed,), None_ {}, None_ {}).await;
    let found = found.expect("by its code");
    assert_eq!((found.id, found.person_name.as_str()), (order.id, "测试·王阿姨"));
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
    let short = wang.redeem(&order).await.expect_err("no points");
    assert_eq!((short.code, &short.data["points"]), (Code::PointsShort, &json!(20)));
    app.grant(me, 20).await;
    let short = wang.redeem(&order).await.expect_err("no stock");
    assert_eq!((short.code, &short.data["left"]), (Code::OutOfStock, &json!(1)));
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

async fn stock(lin: &Actor<'_>, reward: RewardId, add: i32) {
    let raw = move_stock(lin, reward, i64::from(add)).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

async fn move_stock(lin: &Actor<'_>, reward: RewardId, add: i64) -> acceptance::client::Raw {
    let body = json!({ "id": lin.app.command(), "add": add, "reason": "盘点" }).to_string();
    let path = format!("/v1/rewards/{reward}/stock");
    lin.raw("POST", &path, Some(body)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_goes_up_and_down_to_nothing() {
    let app = TestApp::start().await;
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let reward = lin.reward(10, 13).await;
    let raw = move_stock(&lin, reward.id, -14).await;
    assert_eq!((raw.code().as_str(), &raw.json()["data"]["left"]), ("out_of_stock", &json!(13)));
    for (add, left) in [(-13, 0), (20, 20), (-5, 15), (10_000, 10_015)] {
        stock(&lin, reward.id, add).await;
        assert_eq!(seen(&lin, reward.id).await.left, left);
    }
    for bad in [0, 10_001, -10_001, i64::from(i32::MIN), i64::from(i32::MAX), i64::MAX] {
        assert_eq!(move_stock(&lin, reward.id, bad).await.status, 422, "{bad}");
    }
    let body = json!({ "id": app.command(), "add": 7, "reason": "到货" }).to_string();
    let path = format!("/v1/rewards/{}/stock", reward.id);
    for _ in 0..3 {
        let raw = lin.raw("POST", &path, Some(body.clone())).await;
        assert_eq!(raw.json()["left"], 10_022, "once: {}", raw.body);
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reward_is_within_limits_and_changed_on_the_version_that_was_read() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let reward = lin.reward(10, 5).await;
    let path = format!("/v1/rewards/{}", reward.id);
    let body = |field: &str, value: serde_json::Value| {
        let mut body = json!({ "id": app.command(), "name": "洗衣液", "about": "", "kind": "goods",
            "points": 25, "state": "open", "ver": 1 });
        body[field] = value;
        body.to_string()
    };
    for (field, value) in [
        ("name", json!("  ")),
        ("points", json!(0)),
        ("points", json!(u32::MAX)),
        ("per_person", json!(0)),
        ("per_month", json!(10_001)),
        ("ver", json!(2)),
    ] {
        let raw = lin.raw("PUT", &path, Some(body(field, value))).await;
        assert!([409, 422].contains(&raw.status), "{field}: {}", raw.body);
        assert_eq!(raw.json()["pointer"], format!("/{field}"), "{}", raw.body);
    }
    let good = body("name", json!("洗衣液"));
    let changed = lin.raw("PUT", &path, Some(good.clone())).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(lin.raw("PUT", &path, Some(good)).await.body, changed.body);
    let listed = async |who: &Actor<'_>, query: &str| {
        let list = who.raw("GET", &format!("/v1/rewards{query}"), None).await;
        let rows = list.json()["items"].as_array().cloned().unwrap_or_default();
        rows.into_iter().find(|row| row["id"] == json!(reward.id))
    };
    assert_eq!(listed(&wang, "").await.expect("open")["name"], "洗衣液");
    let closed = json!({ "id": app.command(), "name": "洗衣液", "kind": "goods", "points": 25,
        "state": "closed", "ver": 2 });
    let raw = lin.raw("PUT", &path, Some(closed.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    assert!(listed(&wang, "?closed=true").await.is_none(), "not for everybody");
    assert!(listed(&lin, "").await.is_none(), "only when asked for");
    let seen = listed(&lin, "?closed=true").await;
    assert_eq!(seen.expect("closed")["state"], "closed");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Rows of numbers that no rule should choke on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_out_of_range_are_refused() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    app.grant(wang.id.expect("signed in"), 100).await;
    let dear = lin.reward(1_000_000, 10_000).await;
    for quantity in [json!(0), json!(10_001), json!(u32::MAX), json!(-1), json!(1.5)] {
        let body = json!({ "id": wang.redemption(), "reward": dear.id, "quantity": quantity });
        let raw = wang.raw("POST", "/v1/redemptions", Some(body.to_string())).await;
        assert_eq!((raw.status, &raw.json()["pointer"]), (422, &json!("/quantity")));
    }
    let most = wang.redeem(&wang.order(dear.id, 10_000)).await;
    assert_eq!(code(most), Code::PointsShort);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_helper_redeems_with_consent_and_somebody_else_hands_over() {
    let app = TestApp::start().await;
    let (lin, helper) = (app.sign_in(SOCIAL_WORKER).await, app.sign_in(DESK_HELPER).await);
    let old = silent(&app).await;
    app.grant(old, 50).await;
    let reward = lin.reward(20, 5).await;
    let mut order = CreateRedemptionBody {
        person: Some(old),
        ..helper.order(reward.id, 1)
    };
    let refused = helper.redeem(&order).await.expect_err("without being asked");
    assert_eq!((refused.code, refused.pointer.as_deref()), (Code::MissingField, Some("/consent")));
    order.consent = Some(ConsentHow::InPerson);
    let voucher = helper.redeem(&order).await.expect("they agreed");
    assert_eq!((voucher.person, voucher.consent), (old, Some(ConsentHow::InPerson)));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_calls_it_off_says_why_and_everything_goes_back() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    app.grant(wang.id.expect("signed in"), 40).await;
    let reward = lin
        .reward_of(20, 5, |body| wire::points::rewards::CreateRewardBody {
            per_person: Some(1),
            ..body
        })
        .await;
    let first = wang.redeem(&wang.order(reward.id, 1)).await.expect("points");
    let off = cancel(&wang, first.id, Some("  买到别的了 ")).await.expect("off");
    assert_eq!((off.state, off.reason.as_str()), (RedemptionState::Cancelled, "买到别的了"));
    let shown = seen(&wang, reward.id).await;
    assert_eq!((shown.left, shown.taken, shown.can_take), (5, 0, 1));
    // The limit counts no more what came back.
    let second = wang.redeem(&wang.order(reward.id, 1)).await.expect("again");
    let helper = app.sign_in(DESK_HELPER).await;
    let silent = cancel(&helper, second.id, None).await.expect_err("no reason");
    assert_eq!((silent.code, silent.pointer.as_deref()), (Code::EmptyText, Some("/reason")));
    let off = cancel(&helper, second.id, Some("货坏了")).await.expect("off");
    assert_eq!(off.moved_by_name.as_deref(), Some("测试·前台小何"));
    let read = wang.call::<GetRedemption>((second.id,), None_ {}, None_ {});
    let read = read.await.expect("still there");
    assert_eq!((read.reason.as_str(), read.moved_by_name), ("货坏了", None));
    assert_eq!(wang.points().await.available, 40);
    app.settle().await;
    assert_eq!(told(&wang).await, ["voucher_cancelled"]);
    let neighbour = app.sign_in("13800000002").await;
    assert_eq!(code(cancel(&neighbour, second.id, None).await), Code::NotFound);
    explained(&wang).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unclaimed_voucher_is_warned_of_and_gives_everything_back() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    app.grant(wang.id.expect("signed in"), 40).await;
    let reward = lin.reward(20, 5).await;
    let voucher = wang.redeem(&wang.order(reward.id, 2)).await.expect("points");
    app.advance(days(11) - jiff::SignedDuration::from_secs(1));
    app.settle().await;
    assert!(told(&wang).await.is_empty());
    app.advance(jiff::SignedDuration::from_secs(1));
    app.settle().await;
    app.settle().await;
    assert_eq!(told(&wang).await, ["voucher_expiring"]);
    app.advance(days(3));
    // Nobody swept yet: it is over all the same.
    let shown = wang.call::<GetRedemption>((voucher.id,), None_ {}, None_ {});
    let shown = shown.await.expect("there");
    assert_eq!((shown.state, shown.moves.len()), (RedemptionState::Expired, 0));
    let station = app.sign_in(STATION).await;
    assert_eq!(code(settle(&station, voucher.id, None).await), Code::VoucherLapsed);
    assert_eq!(code(cancel(&wang, voucher.id, None).await), Code::VoucherLapsed);
    assert_eq!(wang.points().await.reserved, 40);
    app.settle().await;
    let account = wang.points().await;
    assert_eq!((account.available, account.reserved), (40, 0));
    let shown = seen(&wang, reward.id).await;
    assert_eq!((shown.left, shown.taken), (5, 0));
    assert_eq!(told(&wang).await, ["voucher_expired", "voucher_expiring"]);
    let back = &statement(&wang).await[0];
    assert_eq!((back.kind, back.change), (TransferKind::ExpirePending, 40));
    app.settle().await;
    explained(&wang).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistyped_code_is_told_from_one_that_is_nobodys() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    app.grant(wang.id.expect("signed in"), 40).await;
    let reward = lin.reward(20, 5).await;
    let one = wang.redeem(&wang.order(reward.id, 1)).await.expect("points");
    let two = wang.redeem(&wang.order(reward.id, 1)).await.expect("points");
    let helper = app.sign_in(DESK_HELPER).await;
    let look = async |typed: &str| {
        let typed = typed.parse().expect("any text");
        let found = helper.call::<GetVoucher>((typed,), None_ {}, None_ {});
        found.await.map(|found| found.id).map_err(|problem| problem.code)
    };
    assert_eq!(look(&one.code).await, Ok(one.id));
    assert_eq!(look("ABCD").await, Err(Code::VoucherWrong));
    let mut slip: Vec<char> = one.code.chars().collect();
    slip[0] = if slip[0] == 'A' { 'B' } else { 'A' };
    let slip: String = slip.into_iter().collect();
    assert_eq!(look(&slip).await, Err(Code::VoucherWrong));
    let nobodys = domain::reward::VoucherCode::new(1).to_string();
    assert_eq!(look(&nobodys).await, Err(Code::NotFound));
    for wrong in [two.code.clone(), slip, String::new()] {
        let refused = settle(&helper, one.id, Some(wrong)).await;
        assert_eq!(code(refused), Code::VoucherWrong);
    }
    settle(&helper, one.id, Some(one.code)).await.expect("its own");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_gives_vouchers_back_first_and_the_ledger_still_adds_up() {
    let app = TestApp::start().await;
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let leaver = with_role(&app, Role::Resident).await;
    let me = leaver.id.expect("signed in");
    app.grant(me, 100).await;
    let reward = lin.reward(20, 10).await;
    let kept = leaver.redeem(&leaver.order(reward.id, 2)).await.expect("points");
    let gone = leaver.redeem(&leaver.order(reward.id, 1)).await.expect("points");
    let station = app.sign_in(STATION).await;
    settle(&station, gone.id, None).await.expect("handed over");
    let off = leaver.redeem(&leaver.order(reward.id, 1)).await.expect("points");
    cancel(&leaver, off.id, Some("写错了")).await.expect("off");
    let data = leaver.raw("GET", "/v1/me/data", None).await.json();
    for (kind, count) in [("Transfer", 6), ("Redemption", 3), ("PointAccount", 1), ("Taken", 1)] {
        let rows = data["records"][kind].as_array().map_or(0, Vec::len);
        assert_eq!(rows, count, "{kind}: {}", data["records"]);
    }
    let person = app.ctx().store.person(app.home().await, me).await;
    let phone = person.expect("answers").expect("there").phone;
    let body = json!({ "phone": phone }).to_string();
    let left = leaver.raw("POST", "/v1/me/deletion", Some(body)).await;
    assert_eq!(left.status, 204, "{}", left.body);
    assert_eq!(seen(&lin, reward.id).await.left, 9);
    let store = &app.ctx().store;
    let com = app.home().await;
    let stored = store.redemption(com, kept.id).await.expect("answers").expect("there");
    assert_eq!(stored.state, RedemptionState::Cancelled);
    let silent = store.redemption(com, off.id).await.expect("answers").expect("there");
    assert_eq!(silent.reason, "");
    let partition = store.all(&store::schema::of_person(com, me, "")).await;
    let left = format!("{:?}", partition.expect("answers"));
    assert!(!left.contains("楼道清洁"), "words of theirs are left");
    app.advance(jiff::SignedDuration::from_mins(2));
    app.settle().await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}
