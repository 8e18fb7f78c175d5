//! Who may redeem how much, from which part of the stock it comes, and what becomes of a voucher.

use domain::hands::Shared;
use domain::ledger::Hold;
use domain::reward::{
    Event, Redemption, RedemptionState, Reward, RewardKind, RewardState, Taken, VoucherCode,
    first_shard, month_of, plan, refuse, spread,
};
use domain::{CommunityId, PersonId, RedemptionId, Refusal, RewardId, TransferId, limits};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 24);

fn reward() -> Reward {
    Reward {
        id: RewardId::new(1, 1),
        community: CommunityId::new(1, 1),
        name: "米".into(),
        about: String::new(),
        kind: RewardKind::Goods,
        points: 10,
        per_person: Some(5),
        per_month: Some(3),
        open_until: Some(TODAY),
        state: RewardState::Open,
        prices: Vec::new(),
        ver: 1,
    }
}

/// Each row lacks what the next one has: the first that applies is what is said.
#[test]
fn the_most_basic_reason_is_given_first() {
    let taken = Taken::none(reward().id).with(3, "2026-11");
    let had = |n, month: &str| Taken::none(reward().id).with(n, month);
    let closed = Reward {
        state: RewardState::Closed,
        ..reward()
    };
    let tomorrow = date(2026, 11, 25);
    let (person, month) = (
        Refusal::LimitPerson { max: 5, left: 2 },
        Refusal::LimitMonth { max: 3, left: 0 },
    );
    let (cheaper, price) = (Some(9), Refusal::PriceChanged { points: 20 });
    let is_closed = Err(Refusal::RewardClosed);
    assert_eq!(refuse(&closed, &taken, 9, cheaper, TODAY), is_closed);
    assert_eq!(refuse(&reward(), &taken, 9, cheaper, tomorrow), is_closed);
    assert_eq!(refuse(&reward(), &taken, 3, cheaper, TODAY), Err(person));
    assert_eq!(refuse(&reward(), &taken, 1, cheaper, TODAY), Err(month));
    assert_eq!(
        refuse(&reward(), &had(3, "2026-10"), 2, cheaper, TODAY),
        Err(price)
    );
    assert_eq!(
        refuse(&reward(), &had(3, "2026-10"), 2, Some(20), TODAY),
        Ok(20)
    );
    assert_eq!(
        refuse(&reward(), &had(0, "2026-11"), 3, None, TODAY),
        Ok(30)
    );
    let free = Reward {
        per_person: None,
        per_month: None,
        open_until: None,
        ..reward()
    };
    assert_eq!(
        refuse(&free, &had(9_999, "2026-11"), 9_999, None, Date::MAX),
        Ok(99_990)
    );
}

#[test]
fn what_comes_back_counts_no_more_and_only_in_its_month() {
    let none = Taken::none(reward().id);
    let october = none.with(2, "2026-10");
    let november = october.with(1, "2026-11");
    assert_eq!((november.total, november.in_month("2026-11")), (3, 1));
    assert_eq!(november.in_month("2026-10"), 0);
    let back = november.without(2, "2026-10");
    assert_eq!((back.total, back.in_month("2026-11")), (1, 1));
    let back = back.without(1, "2026-11");
    assert_eq!((back.total, back.in_month("2026-11"), back.ver), (0, 0, 4));
    assert_eq!(month_of(date(2026, 3, 1)), "2026-03");
}

fn voucher(state: RedemptionState) -> Redemption {
    let made = "2026-11-24T01:00:00Z".parse().expect("a moment");
    Redemption {
        id: RedemptionId::new(1, 1),
        community: CommunityId::new(1, 1),
        person: PersonId::new(1, 1),
        by: PersonId::new(1, 2),
        consent: None,
        reward: reward().id,
        name: "米".into(),
        quantity: 2,
        code: VoucherCode::new(7),
        state,
        until: Redemption::until_from(made),
        warned: false,
        hold: Hold {
            transfer: TransferId::new(1, 1),
            points: 20,
            lots: vec![],
        },
        shares: vec![],
        month: "2026-11".into(),
        moved_by: None,
        reason: String::new(),
        created_at: made,
        changed_at: made,
        ver: 1,
    }
}

/// Rows: state, hours until its end, who, what, and what comes of it.
#[test]
fn the_life_of_a_voucher() {
    use RedemptionState::{Cancelled, Expired, Reserved, Settled};
    let (person, booker, clerk) = (
        PersonId::new(1, 1),
        PersonId::new(1, 2),
        PersonId::new(1, 3),
    );
    let settle = |by| Event::Settle {
        by,
        speaks: false,
        shared: Shared::default(),
    };
    let guardian = || Event::Settle {
        by: clerk,
        speaks: true,
        shared: Shared::default(),
    };
    let cancel = |by| Event::Cancel {
        by,
        reason: "不要了".into(),
    };
    let is = |state| Err(Refusal::VoucherIs { state });
    let rows = [
        (Reserved, 1, settle(clerk), Ok(Settled)),
        (Reserved, 1, settle(person), Err(Refusal::OwnVoucher)),
        (Reserved, 1, settle(booker), Err(Refusal::OwnVoucher)),
        (Reserved, 1, guardian(), Err(Refusal::OwnVoucher)),
        (Reserved, 0, settle(clerk), Err(Refusal::VoucherLapsed)),
        (Reserved, 0, settle(booker), Err(Refusal::OwnVoucher)),
        (Reserved, 1, cancel(person), Ok(Cancelled)),
        (Reserved, 0, cancel(clerk), Err(Refusal::VoucherLapsed)),
        (Reserved, 0, Event::Expire, Ok(Expired)),
        (Reserved, 1, Event::Expire, Ok(Expired)),
        (Settled, 1, settle(clerk), is(Settled)),
        (Settled, 1, settle(person), Err(Refusal::OwnVoucher)),
        (Settled, 1, cancel(person), is(Settled)),
        (Settled, 0, Event::Expire, is(Settled)),
        (Cancelled, 1, settle(clerk), is(Cancelled)),
        (Cancelled, 1, cancel(person), is(Cancelled)),
        (Cancelled, 0, Event::Expire, is(Cancelled)),
        (Expired, 1, settle(clerk), is(Expired)),
        (Expired, 1, cancel(person), is(Expired)),
        (Expired, 0, Event::Expire, is(Expired)),
    ];
    for (state, hours, event, want) in rows {
        let before = voucher(state);
        let at = before.until - SignedDuration::from_hours(hours);
        let after = before.clone().apply(event.clone(), at);
        let got = after.clone().map(|after| after.state);
        assert_eq!(got, want, "{state} {hours} {event:?}");
        if let Ok(after) = after {
            assert_eq!((after.ver, after.changed_at), (2, at));
            assert_eq!(after.due(), None);
            let why = matches!(event, Event::Cancel { .. });
            assert_eq!(after.reason == "不要了", why);
        }
    }
}

#[test]
fn a_voucher_is_good_for_two_weeks_and_warned_of_three_days_before() {
    let made = voucher(RedemptionState::Reserved);
    let day = |n: i64| made.created_at + SignedDuration::from_hours(24 * n);
    assert_eq!((made.until, made.due()), (day(14), Some(day(11))));
    assert_eq!(made.clone().with_warning().due(), Some(day(14)));
    let second = SignedDuration::from_secs(1);
    assert_eq!(made.state_at(day(14) - second), RedemptionState::Reserved);
    assert_eq!(made.state_at(day(14)), RedemptionState::Expired);
    assert_eq!(Redemption::until_from(Timestamp::MAX), Timestamp::MAX);
}

#[test]
fn a_code_is_read_as_it_is_typed_and_no_slip_passes() {
    let code = VoucherCode::new(123_456_789_123_456_789);
    let shown = code.to_string();
    let typed = format!(" {} ", shown.to_lowercase().replace('-', " "));
    assert_eq!(typed.parse(), Ok(code));
    assert_eq!(code.bare().parse(), Ok(code));
    let alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bare = code.bare();
    for place in 0..bare.len() {
        for other in alphabet.chars().chain("0O1ILU*码".chars()) {
            let mut slip: Vec<char> = bare.chars().collect();
            if slip[place] == other {
                continue;
            }
            slip[place] = other;
            let slip: String = slip.into_iter().collect();
            assert!(slip.parse::<VoucherCode>().is_err(), "{slip} for {bare}");
        }
    }
    for bad in ["", "ABCD", "ABCD-EFGH-JK", "一二三四五六七八九"] {
        assert!(bad.parse::<VoucherCode>().is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn neighbours_in_each_others_place_are_noticed(chance: u128, place in 0_usize..8) {
        let bare = VoucherCode::new(chance).bare();
        let mut swapped: Vec<u8> = bare.clone().into_bytes();
        swapped.swap(place, place + 1);
        let ends = [swapped[place], swapped[place + 1]];
        let blind = ends.contains(&b'2') && ends.contains(&b'Z');
        let swapped = String::from_utf8(swapped).expect("ASCII");
        if swapped != bare && !blind {
            prop_assert!(swapped.parse::<VoucherCode>().is_err(), "{} {}", bare, swapped);
        }
    }

    /// What is taken is there, is as much as was asked for, and comes from one part where it can.
    #[test]
    fn a_plan_takes_what_is_there(
        left in proptest::collection::vec(0_u32..20, 8),
        start in 0_usize..8,
        quantity in 1_u32..100,
    ) {
        let all: u32 = left.iter().sum();
        match plan(&left, start, quantity) {
            Ok(shares) => {
                prop_assert_eq!(shares.iter().map(|share| share.count).sum::<u32>(), quantity);
                for share in &shares {
                    prop_assert!(share.count > 0 && share.count <= left[usize::from(share.shard)]);
                }
                let mut parts: Vec<u8> = shares.iter().map(|share| share.shard).collect();
                parts.sort_unstable();
                parts.dedup();
                prop_assert_eq!(parts.len(), shares.len());
                prop_assert!(shares.len() == 1 || left.iter().all(|left| *left < quantity));
            }
            Err(refusal) => {
                prop_assert!(all < quantity);
                prop_assert_eq!(refusal, Refusal::OutOfStock { left: all });
            }
        }
    }

    #[test]
    fn stock_is_spread_evenly(count in 0_u32..10_000) {
        let shares = spread(count);
        prop_assert_eq!(shares.iter().map(|share| share.count).sum::<u32>(), count);
        let most = count.div_ceil(u32::from(limits::STOCK_SHARDS));
        prop_assert!(shares.iter().all(|share| share.count <= most && share.count > 0));
    }

    #[test]
    fn everybody_begins_somewhere(bits: u128) {
        prop_assert!(first_shard(PersonId::from_bits(bits)) < usize::from(limits::STOCK_SHARDS));
    }
}
