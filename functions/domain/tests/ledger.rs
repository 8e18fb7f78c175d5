//! What service is worth, what ends, what is owed; `transfers.rs` has what moves
//! points, and `points.rs` plays all of it at random.

use domain::ledger::{
    About, Account, Earned, Gain, Hold, Lot, Party, Rule, Served, adjust, expire, gain, give_back,
    reserve, spend,
};
use domain::{ActivityId, CommunityId, EntryId, PersonId, RedemptionId, Refusal, RewardId, limits};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

const FIRST: Date = date(2026, 1, 1);

fn at(day: Date) -> Timestamp {
    day.in_tz("UTC").expect("a zone").timestamp()
}

fn served(n: u128, minutes: u32, day: Date) -> Served {
    Served {
        entry: EntryId::new(1, n),
        activity: None,
        what: "扫雪".into(),
        minutes,
        manual: false,
        day,
    }
}

fn about(n: u128) -> (RedemptionId, About) {
    let redemption = RedemptionId::new(1, n);
    let about = About::Redemption {
        redemption,
        reward: RewardId::new(1, 1),
        what: "米".into(),
        quantity: 1,
    };
    (redemption, about)
}

fn empty() -> Account {
    Account::new(CommunityId::new(1, 1), PersonId::new(1, 1))
}

fn rule(expire_months: Option<u32>) -> Rule {
    Rule {
        expire_months,
        ..Rule::default()
    }
}

/// An account that has so many points, by the usual rule.
fn with(points: u32) -> Account {
    let generous = Rule {
        points_per_hour: 60,
        cap_per_activity: points,
        cap_per_day: points,
        ..Rule::default()
    };
    let gain = gain(
        &empty(),
        Earned::none(FIRST),
        &generous,
        served(0, points, FIRST),
        FIRST,
        at(FIRST),
    );
    gain.posting.expect("points").account
}

/// Each row: minutes served, what the day brought before, and what it is worth: 10 an hour, 60 an
/// activity, 80 a day.
#[test]
fn an_hour_is_worth_ten_up_to_the_caps() {
    for (minutes, before, worth) in [
        (0, 0, 0),
        (5, 0, 0),
        (6, 0, 1),
        (59, 0, 9),
        (60, 0, 10),
        (360, 0, 60),
        (361, 0, 60),
        (720, 0, 60),
        (360, 20, 60),
        (360, 21, 59),
        (360, 79, 1),
        (360, 80, 0),
        (360, 95, 0),
        (u32::MAX, 0, 60),
    ] {
        let earned = Earned {
            points: before,
            ..Earned::none(FIRST)
        };
        let gain = gain(
            &empty(),
            earned,
            &Rule::default(),
            served(1, minutes, FIRST),
            FIRST,
            at(FIRST),
        );
        assert_eq!(gain.points, worth, "{minutes} after {before}");
        let available = gain.posting.map_or(0, |posting| posting.account.available);
        assert_eq!(available, worth);
        let of_day = gain.earned.map_or(before, |earned| earned.points);
        assert_eq!(of_day, before + worth);
    }
}

#[test]
fn points_end_with_a_month_and_are_warned_of_thirty_days_before() {
    for (months, today, last) in [
        (1, date(2026, 1, 31), date(2026, 2, 28)),
        (12, date(2026, 2, 1), date(2027, 2, 28)),
        (36, date(2026, 12, 31), date(2029, 12, 31)),
        (9_999, date(2026, 12, 31), date(2029, 12, 31)),
        (1, Date::MAX, Date::MAX),
    ] {
        assert_eq!(rule(Some(months)).last_day(today), Some(last));
    }
    let rule = rule(Some(1));
    let gain = gain(
        &empty(),
        Earned::none(FIRST),
        &rule,
        served(1, 60, FIRST),
        FIRST,
        at(FIRST),
    );
    let account = gain.posting.expect("points").account;
    let last = date(2026, 2, 28);
    assert_eq!(account.due_on(), Some(date(2026, 1, 29)));
    assert_eq!(account.to_warn(date(2026, 1, 28)), None);
    let (day, lot) = account.to_warn(date(2026, 1, 29)).expect("a warning");
    assert_eq!((day, lot.points), (last, 10));
    let told = account.warned_of(last);
    assert_eq!(told.to_warn(last), None);
    assert_eq!(told.due_on(), Some(date(2026, 3, 1)));
    assert_eq!(expire(&told, last, 7, at(last)), None);
    assert_eq!((told.usable(last), told.usable(date(2026, 3, 1))), (10, 0));
    let over = expire(&told, date(2026, 3, 1), 7, at(date(2026, 3, 1)));
    let over = over.expect("it is over");
    assert_eq!(over.account.available, 0);
    assert_eq!(over.transfers[0].credit, Party::Expired);
}

#[test]
fn what_ends_first_is_used_first_and_comes_back_with_its_end() {
    let mut account = empty();
    for (n, months) in [(1, None), (2, Some(5)), (3, Some(2))] {
        let served = served(n, 60, FIRST);
        let earned = Earned::none(FIRST);
        let gain = gain(&account, earned, &rule(months), served, FIRST, at(FIRST));
        account = gain.posting.expect("points").account;
    }
    let (march, june) = (date(2026, 3, 31), date(2026, 6, 30));
    let lot = |expires_on, points| Lot { expires_on, points };
    let full = vec![lot(Some(march), 10), lot(Some(june), 10), lot(None, 10)];
    assert_eq!(account.lots, full);
    let (id, about) = about(9);
    let (kept, hold) = reserve(&account, 25, about.clone(), id, FIRST, at(FIRST)).expect("enough");
    assert_eq!(kept.account.lots, [lot(None, 5)]);
    let back = give_back(&kept.account, &hold, about.clone(), false, at(FIRST));
    assert_eq!(back.account.lots, full);
    // Back after the end of some: they go the next time something moves, and cannot be used.
    let later = date(2026, 4, 2);
    let back = give_back(&kept.account, &hold, about, true, at(later)).account;
    assert_eq!((back.available, back.usable(later)), (30, 20));
    let (id, about) = self::about(10);
    let short = reserve(&back, 21, about.clone(), id, later, at(later));
    let refused = Refusal::PointsShort {
        available: 20,
        points: 21,
    };
    assert_eq!(short, Err(refused));
    let (posting, _) = reserve(&back, 20, about, id, later, at(later)).expect("enough");
    assert_eq!(posting.transfers.len(), 2);
    assert_eq!(
        (posting.account.available, posting.account.reserved),
        (0, 20)
    );
}

#[test]
fn what_is_owed_is_paid_first() {
    let account = with(60);
    let (id, redeemed) = about(1);
    let (kept, hold) =
        reserve(&account, 50, redeemed.clone(), id, FIRST, at(FIRST)).expect("enough");
    // 60 points for 6 hours; 1 hour was right: 50 too many, of which 10 are there.
    let earned = Earned {
        points: 60,
        ver: 1,
        ..Earned::none(FIRST)
    };
    let corrected = adjust(
        &kept.account,
        earned,
        &Rule::default(),
        60,
        served(2, 60, FIRST),
        FIRST,
        at(FIRST),
    );
    assert_eq!(
        (corrected.points, corrected.earned.map(|e| e.points)),
        (10, Some(10))
    );
    let short = corrected.posting.expect("a change").account;
    assert_eq!((short.available, short.reserved, short.owed), (0, 50, 40));
    // Two hours more pay 20 of it; the voucher that comes back the rest.
    let served = served(3, 120, FIRST);
    let more = gain(
        &short,
        Earned::none(FIRST),
        &Rule::default(),
        served,
        FIRST,
        at(FIRST),
    );
    let more = more.posting.expect("points");
    assert_eq!(more.transfers.len(), 2);
    assert_eq!((more.account.available, more.account.owed), (0, 20));
    let back = give_back(&more.account, &hold, redeemed.clone(), false, at(FIRST)).account;
    assert_eq!((back.available, back.reserved, back.owed), (30, 0, 0));
    // What is spent pays nothing.
    let spent = spend(&more.account, &hold, redeemed, at(FIRST)).account;
    assert_eq!((spent.available, spent.reserved, spent.owed), (0, 0, 20));
}

#[test]
fn a_correction_that_finds_nothing_says_so_and_one_that_changes_nothing_is_none() {
    let rule = Rule::default();
    let earned = Earned {
        points: 10,
        ver: 1,
        ..Earned::none(FIRST)
    };
    let none = adjust(
        &empty(),
        earned.clone(),
        &rule,
        10,
        served(1, 0, FIRST),
        FIRST,
        at(FIRST),
    );
    let posting = none.posting.expect("a change");
    assert_eq!((posting.account.owed, posting.transfers[0].points), (10, 0));
    assert_eq!(posting.transfers[0].owes, 10);
    let same = adjust(
        &empty(),
        earned.clone(),
        &rule,
        10,
        served(1, 61, FIRST),
        FIRST,
        at(FIRST),
    );
    let unchanged = Gain {
        posting: None,
        earned: None,
        points: 10,
        rule: 0,
    };
    assert_eq!(same, unchanged);
    let up = adjust(
        &with(10),
        earned,
        &rule,
        10,
        served(1, 90, FIRST),
        FIRST,
        at(FIRST),
    );
    assert_eq!(
        up.posting.map(|posting| posting.account.available),
        Some(15)
    );
}

#[test]
fn an_account_holds_no_more_than_it_may_and_few_lots() {
    let full = Account {
        available: limits::ACCOUNT_POINTS - 3,
        ..empty()
    };
    let served = served(1, 360, FIRST);
    let gain = gain(
        &full,
        Earned::none(FIRST),
        &Rule::default(),
        served,
        FIRST,
        at(FIRST),
    );
    assert_eq!(gain.points, 3);
    let lots = (0..60).map(|n| Lot {
        expires_on: Some(FIRST.saturating_add(n.months()).last_of_month()),
        points: 1,
    });
    let hold = Hold {
        transfer: domain::TransferId::new(1, 1),
        points: 60,
        lots: lots.collect(),
    };
    let account = Account {
        reserved: 60,
        ..empty()
    };
    let back = give_back(&account, &hold, About::Owed, false, at(FIRST)).account;
    assert_eq!(
        (back.available, back.lots.len()),
        (60, limits::ACCOUNT_LOTS)
    );
    assert_eq!(back.lots[0].points, 13);
}

#[test]
fn a_rules_numbers_are_within_limits() {
    let flaw = |rule: Rule| rule.flaw().map(|flaw| flaw.field);
    let usual = Rule::default();
    assert_eq!(flaw(usual.clone()), None);
    for (rule, field) in [
        (
            Rule {
                points_per_hour: limits::POINTS_PER_HOUR + 1,
                ..usual.clone()
            },
            "points_per_hour",
        ),
        (
            Rule {
                cap_per_activity: u32::MAX,
                ..usual.clone()
            },
            "cap_per_activity",
        ),
        (
            Rule {
                cap_per_day: limits::POINTS_PER_DAY + 1,
                ..usual.clone()
            },
            "cap_per_day",
        ),
        (
            Rule {
                expire_months: Some(0),
                ..usual.clone()
            },
            "expire_months",
        ),
        (
            Rule {
                expire_months: Some(limits::POINTS_EXPIRE_MONTHS + 1),
                ..usual
            },
            "expire_months",
        ),
    ] {
        assert_eq!(flaw(rule), Some(field));
    }
}

/// Two halves of one activity, written down apart, are worth no more than the whole.
#[test]
fn an_activity_is_capped_however_many_entries_it_has() {
    let of = |n: u128, activity: Option<u128>, minutes: u32| Served {
        activity: activity.map(|id| ActivityId::new(1, id)),
        ..served(n, minutes, FIRST)
    };
    let rule = Rule {
        cap_per_day: 1_000,
        ..Rule::default()
    };
    let mut account = empty();
    let mut earned = Earned::none(FIRST);
    for (n, activity, minutes, worth) in [
        (1, Some(7), 240, 40),
        (2, Some(7), 240, 20),
        (3, Some(7), 240, 0),
        (4, Some(8), 240, 40),
        (5, None, 240, 40),
        (6, None, 240, 40),
    ] {
        let served = of(n, activity, minutes);
        let gain = gain(&account, earned.clone(), &rule, served, FIRST, at(FIRST));
        assert_eq!(gain.points, worth, "entry {n}");
        account = gain.posting.map_or(account, |posting| posting.account);
        earned = gain.earned.unwrap_or(earned);
    }
    assert_eq!((earned.points, account.available), (180, 180));
    // Corrected down, the first leaves room that a correction of the second may take.
    let first = adjust(
        &account,
        earned,
        &rule,
        40,
        of(11, Some(7), 60),
        FIRST,
        at(FIRST),
    );
    let (account, earned) = (
        first.posting.expect("less").account,
        first.earned.expect("less"),
    );
    assert_eq!(
        (first.points, earned.by.get(&ActivityId::new(1, 7))),
        (10, Some(&30))
    );
    let second = adjust(
        &account,
        earned,
        &rule,
        20,
        of(12, Some(7), 480),
        FIRST,
        at(FIRST),
    );
    assert_eq!(second.points, 50);
}
