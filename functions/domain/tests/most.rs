//! What somebody has waiting, what a reward took, and what ended while points were kept for a
//! voucher: the last ones stay, and no more than there may be.

use domain::activity::Volunteer;
use domain::availability::Span;
use domain::hours::{Claim, Entry, EntryState, Hand};
use domain::ledger::{About, Account, Rule, Served, gain, reserve};
use domain::reward::{Reward, RewardKind, RewardState};
use domain::{CommunityId, EntryId, PersonId, RedemptionId, Refusal, RewardId, limits};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

fn now() -> Timestamp {
    "2026-11-24T01:00:00Z".parse().expect("a moment")
}

fn handed_in() -> Entry {
    let person = PersonId::new(1, 1);
    let from = now() - SignedDuration::from_hours(2);
    let claim = Claim {
        id: EntryId::new(1, 1),
        community: CommunityId::new(1, 1),
        person,
        activity: None,
        what: "扫雪".into(),
        span: Span {
            from,
            until: from + SignedDuration::from_hours(1),
        },
        evidence: String::new(),
    };
    let by = Hand {
        person,
        speaks: false,
        approves: false,
        shared: Default::default(),
    };
    Entry::manual(claim, by, now()).expect("in order")
}

#[test]
fn a_file_counts_what_waits_up_to_its_most() {
    let (max, waiting) = (limits::ENTRIES_PENDING, handed_in());
    let mut file = Volunteer::new(waiting.person, String::new());
    for n in 1..=max {
        file = file.with_entry(&waiting).expect("there is room");
        assert_eq!((file.pending, file.ver), (n, u64::from(n)));
    }
    let over = file.clone().with_entry(&waiting);
    assert_eq!(over, Err(Refusal::ManyPending { max }));
    // The first of two approvals answers nothing yet; the second does, and so does a no.
    let once = Entry {
        ver: 2,
        ..waiting.clone()
    };
    let file = file.with_entry(&once).expect("it is no new one");
    assert_eq!(file.pending, max);
    let answered = Entry {
        ver: 3,
        state: EntryState::Approved,
        ..waiting.clone()
    };
    let file = file.with_entry(&answered).expect("one less");
    assert_eq!(file.pending, max - 1);
    // What was attended and confirmed waits for nothing.
    let settled = Entry {
        ver: 1,
        state: EntryState::Approved,
        ..waiting.clone()
    };
    let file = file.with_entry(&settled).expect("as before");
    assert_eq!(file.pending, max - 1);
    assert_eq!(file.with_entry(&waiting).expect("room").pending, max);
}

#[test]
fn a_reward_remembers_its_newest_prices() {
    let reward = Reward {
        id: RewardId::new(1, 1),
        community: CommunityId::new(1, 1),
        name: "米".into(),
        about: String::new(),
        kind: RewardKind::Goods,
        points: 0,
        per_person: None,
        per_month: None,
        open_until: None,
        state: RewardState::Open,
        prices: Vec::new(),
        ver: 1,
    };
    let most = u32::try_from(limits::REWARD_PRICES).expect("small");
    let by = PersonId::new(1, 2);
    let dearer = |reward: Reward, points| Reward { points, ..reward }.priced((by, now()));
    let reward = (1..=most + 3).fold(reward, dearer);
    let kept: Vec<u32> = reward.prices.iter().map(|price| price.points).collect();
    assert_eq!(kept, (4..=most + 3).collect::<Vec<_>>());
    assert_eq!((reward.prices[0].by, reward.prices[0].at), (by, now()));
}

#[test]
fn a_posting_says_what_ended_in_it() {
    let first = date(2026, 1, 1);
    let mut account = Account::new(CommunityId::new(1, 1), PersonId::new(1, 1));
    for (n, months) in [(1, Some(1)), (2, Some(2)), (3, None)] {
        let rule = Rule {
            expire_months: months,
            ..Rule::default()
        };
        let served = Served {
            entry: EntryId::new(1, n),
            activity: None,
            what: "扫雪".into(),
            minutes: 60,
            manual: false,
            day: first,
        };
        let earned = domain::ledger::Earned::none(first);
        let gain = gain(&account, earned, &rule, served, first, now());
        account = gain.posting.expect("points").account;
    }
    let keep = |today| {
        let redemption = RedemptionId::new(1, 1);
        let about = About::Redemption {
            redemption,
            reward: RewardId::new(1, 1),
            what: "米".into(),
            quantity: 1,
        };
        let kept = reserve(&account, 1, about, redemption, today, now());
        kept.expect("enough").0.ended()
    };
    let last = date(2026, 2, 28);
    assert_eq!(keep(last), None);
    assert_eq!(keep(date(2026, 3, 1)), Some((10, last)));
    assert_eq!(keep(date(2026, 12, 1)), Some((20, last)));
}
