//! Points are moved, never made: whatever several people ask for, in any order, repeated or refused.

use std::collections::BTreeMap;

use domain::ledger::{
    About, Account, Balances, Book, Earned, Gain, Hold, Party, Posting, Rule, Served, Transfer,
    adjust, expire, gain, give_back, replay, reserve, spend,
};
use domain::{ActivityId, CommunityId, EntryId, PersonId, RedemptionId, Refusal, RewardId};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

const FIRST: Date = date(2026, 1, 1);
const PEOPLE: usize = 3;

fn at(day: Date) -> Timestamp {
    day.in_tz("UTC").expect("a zone").timestamp()
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

#[derive(Clone, Debug)]
enum Op {
    /// By hand, or at one of two activities of the day; by a rule under which points end or not.
    Serve {
        minutes: u32,
        activity: Option<u128>,
        months: Option<u32>,
    },
    /// Confirms the n-th entry anew.
    Correct {
        which: usize,
        minutes: u32,
    },
    Redeem {
        points: u32,
    },
    /// Ends the n-th voucher: 0 handed over, 1 called off, 2 ran out.
    End {
        which: usize,
        how: u8,
    },
    Expire,
    Pass {
        days: i64,
    },
}

fn any_op() -> impl Strategy<Value = (usize, Op)> {
    let serve = (
        0_u32..800,
        proptest::option::of(0_u128..2),
        proptest::option::of(1_u32..4),
    );
    let op = prop_oneof![
        serve.prop_map(|(minutes, activity, months)| Op::Serve {
            minutes,
            activity,
            months
        }),
        (0_usize..30, 0_u32..800).prop_map(|(which, minutes)| Op::Correct { which, minutes }),
        (0_u32..90).prop_map(|points| Op::Redeem { points }),
        (0_usize..30, 0_u8..3).prop_map(|(which, how)| Op::End { which, how }),
        Just(Op::Expire),
        (0_i64..40).prop_map(|days| Op::Pass { days }),
    ];
    (0..PEOPLE, op)
}

/// One entry of service time, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    served: Served,
    points: u32,
}

/// What a store keeps of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
struct One {
    account: Account,
    transfers: Vec<Transfer>,
    days: BTreeMap<Date, Earned>,
    entries: BTreeMap<u128, Entry>,
    open: BTreeMap<u128, Hold>,
}

/// What a store would do: one entry, one redemption and one end for each id, once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct World {
    today: Date,
    people: Vec<One>,
    seen: BTreeMap<u128, ()>,
    book: Book,
}

impl World {
    fn new() -> Self {
        let one = |n: usize| One {
            account: Account::new(CommunityId::new(1, 1), PersonId::new(1, n as u128)),
            transfers: Vec::new(),
            days: BTreeMap::new(),
            entries: BTreeMap::new(),
            open: BTreeMap::new(),
        };
        Self {
            today: FIRST,
            people: (0..PEOPLE).map(one).collect(),
            seen: BTreeMap::new(),
            book: Book::default(),
        }
    }

    fn post(&mut self, who: usize, posting: Option<Posting>) {
        let Some(posting) = posting else { return };
        let one = &mut self.people[who];
        assert_eq!(posting.account.ver, one.account.ver + 1);
        for transfer in posting.transfers {
            let last = one.transfers.last();
            assert!(last.is_none_or(|last| transfer.at > last.at && transfer.id > last.id));
            assert!(transfer.fits(), "{transfer:?}");
            assert_eq!(transfer.person(), Some(one.account.person));
            self.book.post(&transfer);
            one.transfers.push(transfer);
        }
        one.account = posting.account;
    }

    fn take(&mut self, who: usize, gain: Gain, id: u128, served: Served) {
        let one = &mut self.people[who];
        if let Some(earned) = gain.earned {
            one.days.insert(served.day, earned);
        }
        let points = gain.points;
        one.entries.insert(id, Entry { served, points });
        self.post(who, gain.posting);
    }

    fn earned(&self, who: usize, day: Date) -> Earned {
        let earned = self.people[who].days.get(&day).cloned();
        earned.unwrap_or(Earned::none(day))
    }

    /// `id`: the command's; once carried out it changes nothing more.
    fn play(&mut self, id: u128, (who, op): &(usize, Op)) {
        if self.seen.insert(id, ()).is_some() {
            return;
        }
        let (who, today, now) = (*who, self.today, at(self.today));
        let account = self.people[who].account.clone();
        let rule = |months| Rule {
            expire_months: months,
            ..Rule::default()
        };
        match op {
            Op::Serve {
                minutes,
                activity,
                months,
            } => {
                let served = Served {
                    entry: EntryId::new(1, id),
                    activity: activity.map(|n| ActivityId::new(1, n)),
                    what: "扫雪".into(),
                    minutes: *minutes,
                    manual: activity.is_none(),
                    day: today,
                };
                let earned = self.earned(who, today);
                let gain = gain(&account, earned, &rule(*months), served.clone(), today, now);
                self.take(who, gain, id, served);
            }
            Op::Correct { which, minutes } => {
                let Some((entry, before)) = nth(&self.people[who].entries, *which) else {
                    return;
                };
                self.people[who].entries.remove(&entry);
                let day = before.served.day;
                let served = Served {
                    entry: EntryId::new(1, id),
                    minutes: (*minutes).min(before.served.minutes),
                    ..before.served
                };
                let (earned, again) = (self.earned(who, day), served.clone());
                let gain = adjust(
                    &account,
                    earned,
                    &rule(None),
                    before.points,
                    again,
                    today,
                    now,
                );
                self.take(who, gain, id, served);
            }
            Op::Redeem { points } => {
                let (redemption, about) = about(id);
                let usable = account.usable(today);
                match reserve(&account, *points, about, redemption, today, now) {
                    Ok((posting, hold)) => {
                        assert!(usable >= *points);
                        self.people[who].open.insert(id, hold);
                        self.post(who, Some(posting));
                    }
                    Err(Refusal::PointsShort { available, .. }) => {
                        assert!(usable < *points && available == usable);
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
            Op::End { which, how } => {
                let Some((voucher, hold)) = nth(&self.people[who].open, *which) else {
                    return;
                };
                self.people[who].open.remove(&voucher);
                let (_, about) = about(voucher);
                let posting = match how {
                    0 => spend(&account, &hold, about, now),
                    how => give_back(&account, &hold, about, *how == 2, now),
                };
                self.post(who, Some(posting));
            }
            Op::Expire => self.post(who, expire(&account, today, id, now)),
            Op::Pass { days } => self.today = self.today.saturating_add(days.days()),
        }
    }
}

fn nth<T: Clone>(of: &BTreeMap<u128, T>, which: usize) -> Option<(u128, T)> {
    let which = which.checked_rem(of.len())?;
    let (id, one) = of.iter().nth(which)?;
    Some((*id, one.clone()))
}

/// What one person has is what their transfers, entries and vouchers say.
fn adds_up(one: &One, book: &Book) {
    let account = &one.account;
    assert_eq!(replay(&one.transfers), Balances::from(account));
    let lots: u32 = account.lots.iter().map(|lot| lot.points).sum();
    assert_eq!(lots, account.available);
    assert!(
        account
            .lots
            .is_sorted_by_key(|lot| (lot.expires_on.is_none(), lot.expires_on))
    );
    assert!(
        account.owed == 0 || account.available == 0,
        "owed is paid first"
    );
    let held = i64::from(account.available) + i64::from(account.reserved);
    assert_eq!(book.balance(Party::Person(account.person)), held);
    let kept: u32 = one.open.values().map(|hold| hold.points).sum();
    assert_eq!(kept, account.reserved);
    let rule = Rule::default();
    for (day, earned) in &one.days {
        let of_day = |entry: &&Entry| entry.served.day == *day;
        let entries = || one.entries.values().filter(of_day);
        assert_eq!(
            earned.points,
            entries().map(|entry| entry.points).sum::<u32>()
        );
        assert!(earned.points <= rule.cap_per_day);
        let mut by: BTreeMap<ActivityId, u32> = BTreeMap::new();
        for entry in entries() {
            if let Some(id) = entry.served.activity {
                *by.entry(id).or_default() += entry.points;
            }
        }
        by.retain(|_, points| *points > 0);
        assert_eq!(earned.by, by);
        assert!(by.values().all(|points| *points <= rule.cap_per_activity));
    }
}

proptest! {
    #[test]
    fn points_are_moved_never_made(ops in proptest::collection::vec(any_op(), 0..150)) {
        let mut world = World::new();
        for (id, op) in (1_u128..).zip(&ops) {
            let hours = |world: &World| -> Vec<Entry> {
                world.people.iter().flat_map(|one| one.entries.values().cloned()).collect()
            };
            let served = hours(&world);
            world.play(id, op);
            let once = world.clone();
            world.play(id, op);
            prop_assert_eq!(&world, &once, "the same id again");
            if matches!(op.1, Op::Redeem { .. } | Op::End { .. } | Op::Expire) {
                prop_assert_eq!(hours(&world), served, "service time stays");
            }
            for one in &world.people {
                adds_up(one, &world.book);
            }
            let held = |one: &One| i64::from(one.account.available) + i64::from(one.account.reserved);
            let all: i64 = world.people.iter().map(held).sum();
            prop_assert_eq!(all + world.book.outside(), 0, "all accounts together");
            prop_assert_eq!(world.book.below_floor().count(), 0);
            let entries = hours(&world);
            let worth: u32 = entries.iter().map(|entry| entry.points).sum();
            let owed: u32 = world.people.iter().map(|one| one.account.owed).sum();
            let issued = -world.book.balance(Party::Issued);
            prop_assert_eq!(issued, i64::from(worth) + i64::from(owed));
        }
    }
}
