//! Points are moved, never made: whatever is asked for, in any order, repeated or refused.

use std::collections::BTreeMap;

use domain::ledger::{
    About, Account, Balances, Book, Earned, Gain, Hold, Lot, Party, Posting, Rule, Served,
    Transfer, adjust, expire, gain, give_back, replay, reserve, spend,
};
use domain::{CommunityId, EntryId, PersonId, RedemptionId, Refusal, RewardId, limits};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

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
    let (kept, hold) =
        reserve(&account, 25, about.clone(), id, FIRST, at(FIRST)).expect("enough");
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
    assert_eq!((posting.account.available, posting.account.reserved), (0, 20));
}

#[test]
fn what_is_owed_is_paid_first() {
    let account = with(60);
    let (id, redeemed) = about(1);
    let (kept, hold) =
        reserve(&account, 50, redeemed.clone(), id, FIRST, at(FIRST)).expect("enough");
    // 60 points for 6 hours; 1 hour was right: 50 too many, of which 10 are there.
    let earned = Earned {
        day: FIRST,
        points: 60,
        ver: 1,
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
    assert_eq!((corrected.points, corrected.earned.map(|e| e.points)), (10, Some(10)));
    let short = corrected.posting.expect("a change").account;
    assert_eq!((short.available, short.reserved, short.owed), (0, 50, 40));
    // Two hours more pay 20 of it; the voucher that comes back the rest.
    let served = served(3, 120, FIRST);
    let more = gain(&short, Earned::none(FIRST), &Rule::default(), served, FIRST, at(FIRST));
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
        day: FIRST,
        points: 10,
        ver: 1,
    };
    let none = adjust(&empty(), earned, &rule, 10, served(1, 0, FIRST), FIRST, at(FIRST));
    let posting = none.posting.expect("a change");
    assert_eq!((posting.account.owed, posting.transfers[0].points), (10, 0));
    assert_eq!(posting.transfers[0].owes, 10);
    let same = adjust(&empty(), earned, &rule, 10, served(1, 61, FIRST), FIRST, at(FIRST));
    let unchanged = Gain {
        posting: None,
        earned: None,
        points: 10,
        rule: 0,
    };
    assert_eq!(same, unchanged);
    let up = adjust(&with(10), earned, &rule, 10, served(1, 90, FIRST), FIRST, at(FIRST));
    assert_eq!(up.posting.map(|posting| posting.account.available), Some(15));
}

#[test]
fn an_account_holds_no_more_than_it_may_and_few_lots() {
    let full = Account {
        available: limits::ACCOUNT_POINTS - 3,
        ..empty()
    };
    let served = served(1, 360, FIRST);
    let gain = gain(&full, Earned::none(FIRST), &Rule::default(), served, FIRST, at(FIRST));
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
    assert_eq!((back.available, back.lots.len()), (60, limits::ACCOUNT_LOTS));
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

#[derive(Clone, Debug)]
enum Op {
    Serve { minutes: u32, months: Option<u32> },
    /// Confirms the n-th entry anew.
    Correct { which: usize, minutes: u32 },
    Redeem { points: u32 },
    /// Ends the n-th voucher: 0 handed over, 1 called off, 2 ran out.
    End { which: usize, how: u8 },
    Expire,
    Pass { days: i64 },
}

fn any_op() -> impl Strategy<Value = Op> {
    let months = proptest::option::of(1_u32..4);
    prop_oneof![
        (0_u32..800, months).prop_map(|(minutes, months)| Op::Serve { minutes, months }),
        (0_usize..30, 0_u32..800).prop_map(|(which, minutes)| Op::Correct { which, minutes }),
        (0_u32..90).prop_map(|points| Op::Redeem { points }),
        (0_usize..30, 0_u8..3).prop_map(|(which, how)| Op::End { which, how }),
        Just(Op::Expire),
        (0_i64..40).prop_map(|days| Op::Pass { days }),
    ]
}

/// What a store would do with it: one entry, one redemption and one end for each id, once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct World {
    today: Date,
    account: Account,
    transfers: Vec<Transfer>,
    days: BTreeMap<Date, Earned>,
    /// Minutes, points and day of each entry.
    entries: BTreeMap<u128, (u32, u32, Date)>,
    open: BTreeMap<u128, Hold>,
    seen: BTreeMap<u128, ()>,
    book: Book,
}

impl World {
    fn new() -> Self {
        Self {
            today: FIRST,
            account: empty(),
            transfers: Vec::new(),
            days: BTreeMap::new(),
            entries: BTreeMap::new(),
            open: BTreeMap::new(),
            seen: BTreeMap::new(),
            book: Book::default(),
        }
    }

    fn post(&mut self, posting: Option<Posting>) {
        let Some(posting) = posting else { return };
        assert_eq!(posting.account.ver, self.account.ver + 1);
        for transfer in posting.transfers {
            assert!(transfer.at > self.transfers.last().map_or(Timestamp::MIN, |last| last.at));
            assert!(self.transfers.iter().all(|other| other.id != transfer.id));
            self.book.post(&transfer);
            self.transfers.push(transfer);
        }
        self.account = posting.account;
    }

    fn take(&mut self, gain: Gain, id: u128, minutes: u32, day: Date) {
        if let Some(earned) = gain.earned {
            self.days.insert(day, earned);
        }
        self.entries.insert(id, (minutes, gain.points, day));
        self.post(gain.posting);
    }

    /// `id`: the command's; once carried out it changes nothing more.
    fn play(&mut self, id: u128, op: &Op) {
        if self.seen.insert(id, ()).is_some() {
            return;
        }
        let (today, now) = (self.today, at(self.today));
        let rule = |months| Rule {
            expire_months: months,
            ..Rule::default()
        };
        match op {
            Op::Serve { minutes, months } => {
                let earned = self.days.get(&today).copied();
                let earned = earned.unwrap_or(Earned::none(today));
                let served = served(id << 20, *minutes, today);
                let gain = gain(&self.account, earned, &rule(*months), served, today, now);
                self.take(gain, id, *minutes, today);
            }
            Op::Correct { which, minutes } => {
                let Some((entry, (had, before, day))) = nth(&self.entries, *which) else {
                    return;
                };
                self.entries.remove(&entry);
                let earned = self.days.get(&day).copied();
                let earned = earned.unwrap_or(Earned::none(day));
                let minutes = (*minutes).min(had);
                let served = served(id << 20, minutes, day);
                let gain = adjust(&self.account, earned, &rule(None), before, served, today, now);
                self.take(gain, id, minutes, day);
            }
            Op::Redeem { points } => {
                let (redemption, about) = about(id << 20);
                let usable = self.account.usable(today);
                match reserve(&self.account, *points, about, redemption, today, now) {
                    Ok((posting, hold)) => {
                        assert!(usable >= *points);
                        self.open.insert(id, hold);
                        self.post(Some(posting));
                    }
                    Err(Refusal::PointsShort { available, .. }) => {
                        assert!(usable < *points && available == usable);
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
            Op::End { which, how } => {
                let Some((voucher, hold)) = nth(&self.open, *which) else {
                    return;
                };
                self.open.remove(&voucher);
                let (_, about) = about(voucher << 20);
                let posting = match how {
                    0 => spend(&self.account, &hold, about, now),
                    how => give_back(&self.account, &hold, about, *how == 2, now),
                };
                self.post(Some(posting));
            }
            Op::Expire => self.post(expire(&self.account, today, id << 20, now)),
            Op::Pass { days } => self.today = self.today.saturating_add(days.days()),
        }
    }
}

fn nth<T: Clone>(of: &BTreeMap<u128, T>, which: usize) -> Option<(u128, T)> {
    let which = which.checked_rem(of.len())?;
    let (id, one) = of.iter().nth(which)?;
    Some((*id, one.clone()))
}

proptest! {
    #[test]
    fn points_are_moved_never_made(ops in proptest::collection::vec(any_op(), 0..150)) {
        let mut world = World::new();
        let me = Party::Person(world.account.person);
        for (id, op) in (1_u128..).zip(&ops) {
            let minutes = |world: &World| -> Vec<u32> { world.entries.values().map(|e| e.0).collect() };
            let served = minutes(&world);
            world.play(id, op);
            let once = world.clone();
            world.play(id, op);
            prop_assert_eq!(&world, &once, "the same id again");
            if matches!(op, Op::Redeem { .. } | Op::End { .. } | Op::Expire) {
                prop_assert_eq!(minutes(&world), served, "service time stays");
            }
            let account = &world.account;
            prop_assert_eq!(world.book.total(), 0);
            prop_assert_eq!(replay(&world.transfers), Balances::from(account));
            let lots: u32 = account.lots.iter().map(|lot| lot.points).sum();
            prop_assert_eq!(lots, account.available);
            prop_assert!(account.lots.is_sorted_by_key(|lot| (lot.expires_on.is_none(), lot.expires_on)));
            prop_assert!(account.owed == 0 || account.available == 0, "owed is paid first");
            let held = i64::from(account.available) + i64::from(account.reserved);
            prop_assert_eq!(world.book.balance(me), held);
            let kept: u32 = world.open.values().map(|hold| hold.points).sum();
            prop_assert_eq!(kept, account.reserved);
            let worth: u32 = world.entries.values().map(|entry| entry.1).sum();
            let owed = i64::from(account.owed);
            prop_assert_eq!(-world.book.balance(Party::Issued), i64::from(worth) + owed);
            for (day, earned) in &world.days {
                let entries = world.entries.values().filter(|entry| entry.2 == *day);
                let sum: u32 = entries.map(|entry| entry.1).sum();
                prop_assert_eq!(earned.points, sum);
                prop_assert!(sum <= Rule::default().cap_per_day);
            }
        }
        let shifted = at(world.today) + SignedDuration::from_hours(1);
        prop_assert!(world.account.last < shifted);
    }
}
