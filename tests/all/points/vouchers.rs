//! What becomes of a voucher that is not handed over: called off, run out, mistyped, or its person left.

use acceptance::TestApp;
use domain::access::Role;
use domain::ledger::TransferKind;
use domain::reward::RedemptionState;
use serde_json::json;
use wire::Code;
use wire::endpoint::None_;
use wire::points::rewards::{GetRedemption, GetVoucher};

use super::ledger::{DESK_HELPER, SOCIAL_WORKER, STATION, days, explained, statement, told};
use super::redeem::{cancel, code, seen, settle};
use crate::coverage::with_role;
use crate::market::race::nothing_is_wrong;

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
    let first = wang
        .redeem(&wang.order(reward.id, 1))
        .await
        .expect("points");
    let off = cancel(&wang, first.id, Some("  买到别的了 "))
        .await
        .expect("off");
    assert_eq!(
        (off.state, off.reason.as_str()),
        (RedemptionState::Cancelled, "买到别的了")
    );
    let shown = seen(&wang, reward.id).await;
    assert_eq!((shown.left, shown.taken, shown.can_take), (5, 0, 1));
    // The limit counts no more what came back.
    let second = wang.redeem(&wang.order(reward.id, 1)).await.expect("again");
    let helper = app.sign_in(DESK_HELPER).await;
    let silent = cancel(&helper, second.id, None)
        .await
        .expect_err("no reason");
    assert_eq!(
        (silent.code, silent.pointer.as_deref()),
        (Code::EmptyText, Some("/reason"))
    );
    let off = cancel(&helper, second.id, Some("货坏了"))
        .await
        .expect("off");
    assert_eq!(off.moved_by_name.as_deref(), Some("测试·前台小何"));
    let read = wang.call::<GetRedemption>((second.id,), None_ {}, None_ {});
    let read = read.await.expect("still there");
    assert_eq!((read.reason.as_str(), read.moved_by_name), ("货坏了", None));
    assert_eq!(wang.points().await.available, 40);
    app.settle().await;
    assert_eq!(told(&wang).await, ["voucher_cancelled"]);
    let neighbour = app.sign_in("13800000002").await;
    assert_eq!(
        code(cancel(&neighbour, second.id, None).await),
        Code::NotFound
    );
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
    let voucher = wang
        .redeem(&wang.order(reward.id, 2))
        .await
        .expect("points");
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
    assert_eq!(
        (shown.state, shown.moves.len()),
        (RedemptionState::Expired, 0)
    );
    let station = app.sign_in(STATION).await;
    assert_eq!(
        code(settle(&station, voucher.id, None).await),
        Code::VoucherLapsed
    );
    assert_eq!(
        code(cancel(&wang, voucher.id, None).await),
        Code::VoucherLapsed
    );
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
    let one = wang
        .redeem(&wang.order(reward.id, 1))
        .await
        .expect("points");
    let two = wang
        .redeem(&wang.order(reward.id, 1))
        .await
        .expect("points");
    let helper = app.sign_in(DESK_HELPER).await;
    let look = async |typed: &str| {
        let typed = typed.parse().expect("any text");
        let found = helper.call::<GetVoucher>((typed,), None_ {}, None_ {});
        found
            .await
            .map(|found| found.id)
            .map_err(|problem| problem.code)
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
    settle(&helper, one.id, Some(one.code))
        .await
        .expect("its own");
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
    let kept = leaver
        .redeem(&leaver.order(reward.id, 2))
        .await
        .expect("points");
    let gone = leaver
        .redeem(&leaver.order(reward.id, 1))
        .await
        .expect("points");
    let station = app.sign_in(STATION).await;
    settle(&station, gone.id, None).await.expect("handed over");
    let off = leaver
        .redeem(&leaver.order(reward.id, 1))
        .await
        .expect("points");
    cancel(&leaver, off.id, Some("写错了")).await.expect("off");
    let data = leaver.raw("GET", "/v1/me/data", None).await.json();
    for (kind, count) in [
        ("Transfer", 6),
        ("Redemption", 3),
        ("PointAccount", 1),
        ("Taken", 1),
    ] {
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
    let stored = store
        .redemption(com, kept.id)
        .await
        .expect("answers")
        .expect("there");
    assert_eq!(stored.state, RedemptionState::Cancelled);
    let silent = store
        .redemption(com, off.id)
        .await
        .expect("answers")
        .expect("there");
    assert_eq!(silent.reason, "");
    let partition = store.all(&store::schema::of_person(com, me, "")).await;
    let left = format!("{:?}", partition.expect("answers"));
    assert!(!left.contains("楼道清洁"), "words of theirs are left");
    app.advance(jiff::SignedDuration::from_mins(2));
    app.settle().await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}
