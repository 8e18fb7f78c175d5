//! What moves points: ids, parties, and the rule each transfer goes by.

use domain::ledger::{
    About, Account, Earned, Lot, Party, Rule, RuleWhy, Served, Transfer, TransferKind, adjust,
    gain, give_back, reserve,
};
use domain::{CommunityId, EntryId, PersonId, RedemptionId, RewardId};
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

/// Ids that were counted up, as a client may: no two transfers of a person have the same.
#[test]
fn neighbouring_causes_make_different_transfers() {
    let mut account = with(60);
    account.lots = vec![
        Lot {
            expires_on: Some(FIRST),
            points: 5,
        },
        Lot {
            expires_on: None,
            points: 55,
        },
    ];
    let later = FIRST.saturating_add(1.days());
    let mut ids = Vec::new();
    for n in 0..16 {
        let redemption = RedemptionId::from_bits(n);
        let (_, what) = about(n);
        let (posting, hold) =
            reserve(&account, 1, what.clone(), redemption, later, at(later)).expect("enough");
        ids.extend(posting.transfers.iter().map(|one| one.id));
        let ended = give_back(&posting.account, &hold, what, false, at(later));
        ids.extend(ended.transfers.iter().map(|one| one.id));
        account = ended.account;
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), count), (33, 33));
}

/// Rows: what is done, between whom, why; and whether some rule makes such a transfer.
#[test]
fn only_transfers_that_some_rule_makes_fit() {
    use Party::{Expired, Issued, Spent};
    use TransferKind::{ExpirePending, Pending, PostPending, Posted, VoidPending};
    let me = Party::Person(PersonId::new(1, 1));
    let hours = || About::Hours(served(1, 60, FIRST));
    let correction = || About::Correction(served(1, 60, FIRST));
    let redemption = || about(1).1;
    let ended = || About::Expiry { last_day: FIRST };
    for (kind, debit, credit, why, fits) in [
        (Posted, Issued, me, hours(), true),
        (Posted, Issued, me, correction(), true),
        (Posted, me, Issued, correction(), true),
        (Posted, me, Issued, About::Owed, true),
        (Posted, me, Expired, ended(), true),
        (Pending, me, Spent, redemption(), true),
        (PostPending, me, Spent, redemption(), true),
        (VoidPending, Spent, me, redemption(), true),
        (ExpirePending, Spent, me, redemption(), true),
        (Posted, me, me, hours(), false),
        (Posted, me, Spent, redemption(), false),
        (Posted, me, Issued, hours(), false),
        (Posted, Issued, me, redemption(), false),
        (Posted, Issued, Spent, hours(), false),
        (Pending, Spent, me, redemption(), false),
        (PostPending, me, Expired, redemption(), false),
        (VoidPending, me, Spent, redemption(), false),
        (ExpirePending, Spent, me, hours(), false),
    ] {
        let counted = matches!(why, About::Hours(_) | About::Correction(_));
        let ends = matches!(kind, PostPending | VoidPending | ExpirePending);
        let transfer = Transfer {
            id: domain::TransferId::new(1, 1),
            at: at(FIRST),
            kind,
            debit,
            credit,
            points: 1,
            pending: ends.then(|| domain::TransferId::new(1, 2)),
            about: why,
            rule: counted.then_some(0),
            expires_on: None,
            owes: 0,
        };
        assert_eq!(transfer.fits(), fits, "{transfer:?}");
        let loose = Transfer {
            pending: None,
            ..transfer.clone()
        };
        assert_eq!(loose.fits(), fits && !ends, "{loose:?}");
        let ruled = Transfer {
            rule: (!counted).then_some(0),
            ..transfer
        };
        assert!(!ruled.fits(), "{ruled:?}");
    }
}

#[test]
fn what_is_corrected_goes_by_the_rule_before_and_says_so() {
    let rule = Rule {
        ver: 3,
        points_per_hour: 20,
        ..Rule::default()
    };
    let first = gain(
        &empty(),
        Earned::none(FIRST),
        &rule,
        served(1, 60, FIRST),
        FIRST,
        at(FIRST),
    );
    let posting = first.posting.expect("points");
    let line = &posting.transfers[0];
    assert_eq!(
        (line.rule, line.rule_why()),
        (Some(3), Some(RuleWhy::InForce))
    );
    let earned = first.earned.expect("points");
    let less = adjust(
        &posting.account,
        earned,
        &rule,
        20,
        served(2, 30, FIRST),
        FIRST,
        at(FIRST),
    );
    let line = &less.posting.expect("less").transfers[0];
    assert_eq!(
        (line.rule, line.rule_why()),
        (Some(3), Some(RuleWhy::AsBefore))
    );
    let (id, what) = about(1);
    let (kept, _) = reserve(&with(5), 5, what, id, FIRST, at(FIRST)).expect("enough");
    assert_eq!(kept.transfers[0].rule_why(), None);
}
