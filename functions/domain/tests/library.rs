//! One title's copies and queue, what a reader may have, and for how long.

use domain::availability::{Day, Weekly};
use domain::library::{
    Block, Borrower, ClosedDay, Copy, CopyState, Handed, ItemKind, Kept, LedgerEvent, Line, Loan,
    LoanRule, LoanState, Mark, Out, Override, Reader, ReaderKind, Request, Rules, Shelf, Sums,
    Waiting, When, decide, reminder_after,
};
use domain::units::Minute;
use domain::{CommunityId, HoldId, LoanId, PersonId, Refusal, TitleId, limits};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A Tuesday.
const TODAY: Date = date(2026, 11, 24);

fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T01:00:00Z".parse().expect("a moment");
    start + SignedDuration::from_mins(minutes)
}

fn when(minutes: i64) -> When {
    When {
        at: at(minutes),
        kept_until: date(2026, 11, 27),
    }
}

fn reader(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn hold(n: u128) -> HoldId {
    HoldId::new(1, n)
}

fn loan(n: u128) -> LoanId {
    LoanId::new(1, n)
}

fn waiting(n: u128) -> Waiting {
    Waiting {
        hold: hold(n),
        reader: reader(n),
        since: at(i64::try_from(n).expect("small")),
    }
}

/// A shelf with one copy, `c`, in that state: on loan to reader 9, or kept for reader 8.
fn shelf(state: CopyState) -> Shelf {
    let kept = Kept {
        hold: hold(8),
        reader: reader(8),
        since: at(0),
        until: TODAY,
    };
    Shelf {
        title: TitleId::new(1, 1),
        copies: vec![Copy {
            barcode: "c".into(),
            state,
            loan: (state == CopyState::OnLoan).then(|| loan(9)),
            due: (state == CopyState::OnLoan).then_some(TODAY),
            kept: (state == CopyState::OnHold).then_some(kept),
            changed_at: at(0),
        }],
        queue: vec![],
        ver: 1,
    }
}

fn lent(shelf: Shelf, who: u128, over: bool) -> Result<Shelf, Refusal> {
    let due = date(2026, 12, 15);
    let done = shelf.lend("c", reader(who), (loan(who), due), over, when(5));
    done.map(|done| done.shelf)
}

/// Each state with each step: what it becomes, or the refusal.
#[test]
fn a_copy_is_in_one_state_and_moves_as_the_table_says() {
    use CopyState::{Available, InRepair, Lost, Missing, OnHold, OnLoan, Withdrawn};
    let is = |state| Err(Refusal::CopyIs { state });
    type Row = (CopyState, [Result<CopyState, Refusal>; 9]);
    // lend, give back, then the marks: lost, found, repair, repaired, withdraw, restore, missing
    let rows: [Row; 7] = [
        (
            Available,
            [
                Ok(OnLoan),
                Err(Refusal::NotOnLoan),
                Ok(Lost),
                is(Available),
                Ok(InRepair),
                is(Available),
                Ok(Withdrawn),
                is(Available),
                Ok(Missing),
            ],
        ),
        (
            OnLoan,
            [
                Err(Refusal::OnLoan),
                Ok(Available),
                Ok(Lost),
                is(OnLoan),
                is(OnLoan),
                is(OnLoan),
                is(OnLoan),
                is(OnLoan),
                is(OnLoan),
            ],
        ),
        (
            OnHold,
            [
                Err(Refusal::KeptForOther),
                Err(Refusal::NotOnLoan),
                Ok(Lost),
                is(OnHold),
                Ok(InRepair),
                is(OnHold),
                Ok(Withdrawn),
                is(OnHold),
                Ok(Missing),
            ],
        ),
        (
            InRepair,
            [
                is(InRepair),
                Err(Refusal::NotOnLoan),
                Ok(Lost),
                is(InRepair),
                is(InRepair),
                Ok(Available),
                Ok(Withdrawn),
                is(InRepair),
                is(InRepair),
            ],
        ),
        (
            Missing,
            [
                is(Missing),
                Ok(Available),
                Ok(Lost),
                Ok(Available),
                is(Missing),
                is(Missing),
                Ok(Withdrawn),
                is(Missing),
                is(Missing),
            ],
        ),
        (
            Lost,
            [
                is(Lost),
                Ok(Available),
                is(Lost),
                Ok(Available),
                is(Lost),
                is(Lost),
                Ok(Withdrawn),
                is(Lost),
                is(Lost),
            ],
        ),
        (
            Withdrawn,
            [
                is(Withdrawn),
                Err(Refusal::NotOnLoan),
                is(Withdrawn),
                is(Withdrawn),
                is(Withdrawn),
                is(Withdrawn),
                is(Withdrawn),
                Ok(Available),
                is(Withdrawn),
            ],
        ),
    ];
    let state = |shelf: Shelf| shelf.copies[0].state;
    for (from, wants) in rows {
        let mut got = vec![
            lent(shelf(from), 1, false).map(state),
            shelf(from)
                .give_back("c", when(5))
                .map(|done| state(done.0)),
        ];
        for mark in Mark::ALL {
            let done = shelf(from).mark("c", *mark, when(5));
            got.push(done.map(|done| state(done.shelf)));
        }
        assert_eq!(got, wants, "{from}");
    }
    assert_eq!(Mark::ALL.len(), 7);
    let there_is_none = Err(Refusal::Missing);
    let due = (loan(1), TODAY);
    let none = shelf(Available).lend("x", reader(1), due, false, when(5));
    assert_eq!(none.map(|_| ()), there_is_none);
    let none = shelf(Available).mark("x", Mark::Lost, when(5)).map(|_| ());
    assert_eq!(none, there_is_none);
}

#[test]
fn a_copy_that_is_lent_says_to_which_loan_and_until_when() {
    let done = shelf(CopyState::Available)
        .lend("c", reader(1), (loan(1), TODAY), false, when(5))
        .expect("lent");
    assert_eq!((done.fulfilled, done.next), (None, None));
    let now = done.shelf;
    let copy = &now.copies[0];
    assert_eq!(
        (copy.loan, copy.due, copy.changed_at),
        (Some(loan(1)), Some(TODAY), at(5))
    );
    assert_eq!(now.ver, 2);
    let (back, ended, next) = now.give_back("c", when(6)).expect("back");
    assert_eq!((ended, next), (Some(loan(1)), None));
    let copy = &back.copies[0];
    assert_eq!((copy.loan, copy.due, back.ver), (None, None, 3));
}

#[test]
fn whoever_waits_longest_is_next_and_keeps_their_place() {
    let out = shelf(CopyState::OnLoan);
    let queued = out.reserve(waiting(1)).expect("waits");
    let queued = queued.reserve(waiting(2)).expect("waits");
    assert_eq!(
        (queued.before(hold(1)), queued.before(hold(2))),
        (Some(0), Some(1))
    );
    let (kept, ended, next) = queued.give_back("c", when(10)).expect("back");
    assert_eq!(ended, Some(loan(9)));
    let first = Kept {
        hold: hold(1),
        reader: reader(1),
        since: at(1),
        until: date(2026, 11, 27),
    };
    let handed = Handed {
        barcode: "c".into(),
        kept: first,
    };
    assert_eq!(next, Some(handed));
    assert_eq!(kept.copies[0].state, CopyState::OnHold);

    // To another only where it is set aside; then the first waits again, before the second.
    assert_eq!(lent(kept.clone(), 2, false), Err(Refusal::KeptForOther));
    let over = lent(kept.clone(), 3, true).expect("set aside");
    let order: Vec<HoldId> = over.queue.iter().map(|one| one.hold).collect();
    assert_eq!(order, [hold(1), hold(2)]);

    // Fetched by whom it is for: their reservation is fulfilled.
    let fetched = kept
        .clone()
        .lend("c", reader(1), (loan(1), TODAY), false, when(11))
        .expect("theirs");
    assert_eq!(
        (fetched.fulfilled, fetched.shelf.queue.len()),
        (Some(hold(1)), 1)
    );

    // Given up, or not fetched: it passes on; after the last it is on the shelf.
    let (second, next) = kept.let_go(hold(1), when(12)).expect("let go");
    assert_eq!(next.map(|next| next.kept.hold), Some(hold(2)));
    let (free, next) = second.let_go(hold(2), when(13)).expect("let go");
    assert_eq!((next, free.copies[0].state), (None, CopyState::Available));
    assert_eq!(
        free.let_go(hold(2), when(14)).map(|_| ()),
        Err(Refusal::Missing)
    );
}

#[test]
fn a_copy_that_is_taken_away_gives_its_reader_their_place_back() {
    for mark in [Mark::Lost, Mark::Repair, Mark::Withdraw, Mark::Missing] {
        let mut kept = shelf(CopyState::OnHold);
        kept.queue.push(waiting(5));
        let marked = kept.mark("c", mark, when(20)).expect("marked");
        assert_eq!(marked.waits_again, Some(hold(8)));
        let order: Vec<HoldId> = marked.shelf.queue.iter().map(|one| one.hold).collect();
        assert_eq!(order, [hold(8), hold(5)], "{mark}");
        assert_eq!(marked.shelf.copies[0].kept, None);
    }
    let lost = shelf(CopyState::OnLoan).mark("c", Mark::Lost, when(20));
    assert_eq!(lost.expect("lost").lost_on, Some(loan(9)));
    let mut gone = shelf(CopyState::Lost);
    gone.queue.push(waiting(5));
    let found = gone.mark("c", Mark::Found, when(20)).expect("found");
    assert_eq!(found.next.map(|next| next.kept.hold), Some(hold(5)));
}

/// Once no copy is left to wait for, everybody who waits is named, but who hears of it as one whose copy
/// was taken away; while one is left, nobody.
#[test]
fn who_waits_in_vain_is_named_when_the_last_copy_goes() {
    for mark in [Mark::Lost, Mark::Withdraw] {
        let mut kept = shelf(CopyState::OnHold);
        kept.queue = vec![waiting(5), waiting(6)];
        let mut two = kept.clone();
        let last = kept.mark("c", mark, when(20)).expect("marked");
        assert_eq!(last.in_vain, [waiting(5).reader, waiting(6).reader]);
        let other = Copy {
            barcode: "d".into(),
            ..shelf(CopyState::OnLoan).copies[0].clone()
        };
        two.copies.push(other);
        let left = two.mark("c", mark, when(20)).expect("marked");
        assert_eq!(left.in_vain, []);
    }
    for mark in [Mark::Repair, Mark::Missing] {
        let mut one = shelf(CopyState::Available);
        one.queue.push(waiting(5));
        assert_eq!(one.mark("c", mark, when(20)).expect("marked").in_vain, []);
    }
}

/// A library that closes meanwhile gives those who fetch the day back.
#[test]
fn what_is_kept_until_a_day_that_was_closed_may_be_fetched_the_next() {
    let kept = shelf(CopyState::OnHold).copies[0].kept.expect("kept");
    let day = kept.until;
    let next = day.saturating_add(1.days());
    let mut rules = Rules::default();
    assert!(!kept.is_over(&rules, day));
    assert!(kept.is_over(&rules, next));
    let reason = String::new();
    rules.closed.push(ClosedDay { day, reason });
    assert!(!kept.is_over(&rules, next));
    assert!(kept.is_over(&rules, next.saturating_add(1.days())));
}

/// What was kept for them is taken away while another copy is free: they get that one.
#[test]
fn whoever_loses_their_copy_gets_a_free_one() {
    let mut two = shelf(CopyState::OnHold);
    let other = Copy {
        barcode: "d".into(),
        ..shelf(CopyState::Available).copies[0].clone()
    };
    two.copies.push(other);
    let over = two
        .clone()
        .lend("c", reader(3), (loan(3), TODAY), true, when(5));
    let over = over.expect("set aside");
    let lost = two.mark("c", Mark::Lost, when(5)).expect("lost");
    for (next, again) in [(over.next, over.waits_again), (lost.next, lost.waits_again)] {
        let next = next.map(|next| (next.barcode, next.kept.hold, next.kept.since));
        assert_eq!((next, again), (Some(("d".into(), hold(8), at(0))), None));
    }
    assert_eq!(over.shelf.copies[1].state, CopyState::OnHold);
}

#[test]
fn a_new_copy_goes_to_whoever_waits_and_there_is_an_end_of_them() {
    let out = shelf(CopyState::OnLoan).reserve(waiting(1)).expect("waits");
    let (more, next) = out.take_in("d".into(), when(5)).expect("room");
    assert_eq!(
        next.map(|next| (next.barcode, next.kept.hold)),
        Some(("d".into(), hold(1)))
    );
    let (_, next) = more.take_in("e".into(), when(6)).expect("room");
    assert_eq!(next, None);
    let mut full = shelf(CopyState::Available);
    full.copies = vec![full.copies[0].clone(); limits::TITLE_COPIES];
    let max = u32::try_from(limits::TITLE_COPIES).expect("small");
    assert_eq!(
        full.take_in("x".into(), when(5)).map(|_| ()),
        Err(Refusal::TitleFull { max })
    );
}

/// Each row lacks what the next one has: the first that applies is what is said.
#[test]
fn a_reservation_is_refused_for_the_most_basic_reason() {
    let gone = shelf(CopyState::Lost);
    let no = |shelf: Shelf, who: Waiting, has: &[LoanId]| {
        let asked = shelf.refuse_reserving(who.reader, has);
        asked.and_then(|()| shelf.reserve(who).map(|_| ()))
    };
    assert_eq!(
        no(gone, waiting(1), &[loan(9)]),
        Err(Refusal::NothingToReserve)
    );
    let mut queued = shelf(CopyState::OnLoan);
    queued.queue = vec![waiting(1)];
    let again = Waiting {
        hold: hold(77),
        ..waiting(1)
    };
    assert_eq!(
        no(queued.clone(), again, &[loan(9)]),
        Err(Refusal::AlreadyReserved)
    );
    let kept = Waiting {
        hold: hold(77),
        ..waiting(8)
    };
    assert_eq!(
        no(shelf(CopyState::OnHold), kept, &[]),
        Err(Refusal::AlreadyReserved)
    );
    let mut both = queued;
    both.queue.clear();
    both.copies
        .push(shelf(CopyState::Available).copies[0].clone());
    assert_eq!(
        no(both.clone(), waiting(2), &[loan(9)]),
        Err(Refusal::HasIt)
    );
    assert_eq!(no(both, waiting(2), &[]), Err(Refusal::CopiesFree));
    let mut full = shelf(CopyState::OnLoan);
    full.queue = (100..).take(limits::HOLD_QUEUE).map(waiting).collect();
    let max = u32::try_from(limits::HOLD_QUEUE).expect("small");
    assert_eq!(no(full, waiting(2), &[]), Err(Refusal::HoldsFull { max }));
}

#[test]
fn nobody_renews_what_others_wait_for() {
    let out = shelf(CopyState::OnLoan);
    let longer = out
        .clone()
        .renew("c", loan(9), date(2026, 12, 24))
        .expect("renewed");
    assert_eq!(longer.copies[0].due, Some(date(2026, 12, 24)));
    assert_eq!(
        out.clone().renew("c", loan(1), TODAY),
        Err(Refusal::NotOnLoan)
    );
    let mut queued = out;
    queued.queue = vec![waiting(1), waiting(2)];
    assert_eq!(
        queued.renew("c", loan(9), TODAY),
        Err(Refusal::OthersWait { count: 2 })
    );
}

fn rule(reader: Option<ReaderKind>, item: Option<ItemKind>, days: u32) -> LoanRule {
    LoanRule {
        reader,
        item,
        days,
        loans: days,
        renewals: 1,
    }
}

#[test]
fn the_most_specific_rule_holds() {
    use ItemKind::{Book, Magazine, PictureBook};
    use ReaderKind::{Adult, Child};
    let rules = Rules {
        rules: vec![
            rule(None, None, 1),
            rule(None, Some(Magazine), 2),
            rule(Some(Child), None, 3),
            rule(Some(Child), Some(Magazine), 4),
            rule(Some(Child), Some(Magazine), 5),
        ],
        ..Rules::default()
    };
    let days = |reader, item| rules.of(reader, item).days;
    assert_eq!(days(Adult, Book), 1);
    assert_eq!(days(Adult, Magazine), 2);
    assert_eq!(days(Child, PictureBook), 3);
    assert_eq!(days(Child, Magazine), 4);
    let none = Rules {
        rules: vec![rule(Some(Child), None, 3)],
        ..Rules::default()
    };
    assert_eq!(none.of(Adult, Book).days, 0);
    assert_eq!(Rules::default().of(Adult, ItemKind::Reference).days, 0);
}

#[test]
fn what_is_due_is_due_on_an_open_day() {
    let span = |day| Weekly {
        day,
        from: Minute::new(540).expect("a minute"),
        to: Minute::new(1020).expect("a minute"),
    };
    let rules = Rules {
        hours: vec![span(Day::Tuesday), span(Day::Saturday)],
        closed: vec![ClosedDay {
            day: date(2026, 12, 15),
            reason: "盘点".into(),
        }],
        pick_up_days: 2,
        ..Rules::default()
    };
    let days = |days| rules.due(&rule(None, None, days), TODAY);
    assert_eq!(days(14), date(2026, 12, 8));
    assert_eq!(days(15), date(2026, 12, 12));
    assert_eq!(days(21), date(2026, 12, 19), "the Tuesday is closed");
    assert_eq!(rules.kept_until(TODAY), date(2026, 12, 1));
    let never = Rules {
        hours: vec![span(Day::Tuesday)],
        closed: (0..20)
            .map(|week| ClosedDay {
                day: TODAY.saturating_add(jiff::Span::new().weeks(week)),
                reason: String::new(),
            })
            .collect(),
        ..Rules::default()
    };
    assert_eq!(never.open_from(TODAY), TODAY);
    assert_eq!(
        Rules::default().due(&rule(None, None, 21), Date::MAX),
        Date::MAX
    );
}

fn out(n: u128, item: ItemKind, due: Date) -> Out {
    Out {
        loan: loan(n),
        title: TitleId::new(1, n),
        item,
        due,
    }
}

/// Each row lacks what the next one has: the first that applies is what is said.
#[test]
fn a_reader_is_refused_for_the_most_basic_reason_and_set_aside_by_name() {
    let rules = Rules {
        rules: vec![
            rule(None, None, 2),
            rule(None, Some(ItemKind::Reference), 0),
        ],
        ..Rules::default()
    };
    let yesterday = date(2026, 11, 23);
    let full = Reader::new(reader(1))
        .with_loan(out(1, ItemKind::Book, yesterday), None)
        .with_loan(out(2, ItemKind::Book, TODAY), None);
    let in_time = Reader::new(reader(1))
        .with_loan(out(1, ItemKind::Book, TODAY), None)
        .with_loan(out(2, ItemKind::Book, TODAY), None);
    let ask = |reader: &Reader, agreed, item, set_aside| {
        let who = Borrower {
            kind: ReaderKind::Child,
            agreed,
        };
        let what = Request {
            item,
            today: TODAY,
            set_aside,
        };
        reader.refuse(who, what, &rules)
    };
    let (spot, book) = (ItemKind::Reference, ItemKind::Book);
    assert_eq!(ask(&full, false, spot, None), Err(Refusal::LoanConsent));
    assert_eq!(ask(&full, true, spot, None), Err(Refusal::NotLent));
    assert_eq!(
        ask(&full, true, book, None),
        Err(Refusal::ReaderLate { count: 1 })
    );
    assert_eq!(
        ask(&in_time, true, book, None),
        Err(Refusal::LoanLimit { max: 2 })
    );
    assert_eq!(ask(&Reader::new(reader(1)), true, book, None), Ok(()));

    assert_eq!(ask(&in_time, true, book, Some(Override::Limit)), Ok(()));
    let late = Reader::new(reader(1)).with_loan(out(1, ItemKind::Book, yesterday), None);
    assert_eq!(ask(&late, true, book, Some(Override::Late)), Ok(()));
    assert_eq!(
        ask(&Reader::new(reader(1)), true, spot, Some(Override::NotLent)),
        Ok(())
    );
    // One name sets one rule aside, and nothing sets consent aside.
    assert_eq!(
        ask(&full, true, book, Some(Override::Late)),
        Err(Refusal::LoanLimit { max: 2 })
    );
    for act in Override::ALL {
        assert_eq!(
            ask(&late, false, book, Some(*act)),
            Err(Refusal::LoanConsent)
        );
    }
    let mut most = Reader::new(reader(1));
    for n in 0..limits::READER_LOANS {
        most = most.with_loan(out(n as u128, ItemKind::Book, TODAY), None);
    }
    let max = u32::try_from(limits::READER_LOANS).expect("small");
    assert_eq!(
        ask(&most, true, book, Some(Override::Limit)),
        Err(Refusal::LoanMost { max })
    );
}

#[test]
fn a_rule_for_one_kind_of_item_counts_only_that_kind() {
    let rules = Rules {
        rules: vec![rule(None, None, 2), rule(None, Some(ItemKind::Magazine), 1)],
        ..Rules::default()
    };
    let has = Reader::new(reader(1)).with_loan(out(1, ItemKind::Book, TODAY), None);
    let ask = |reader: &Reader, item| {
        let who = Borrower {
            kind: ReaderKind::Adult,
            agreed: true,
        };
        let what = Request {
            item,
            today: TODAY,
            set_aside: None,
        };
        reader.refuse(who, what, &rules)
    };
    assert_eq!(ask(&has, ItemKind::Magazine), Ok(()));
    let more = has.with_loan(out(2, ItemKind::Magazine, TODAY), None);
    assert_eq!(
        ask(&more, ItemKind::Magazine),
        Err(Refusal::LoanLimit { max: 1 })
    );
    assert_eq!(
        ask(&more, ItemKind::Book),
        Err(Refusal::LoanLimit { max: 2 })
    );
    let who = Borrower {
        kind: ReaderKind::Adult,
        agreed: false,
    };
    let blocks = more.blocks(who, &rules, date(2026, 11, 25));
    assert_eq!(blocks, [Block::NoConsent, Block::Late, Block::Full]);
    let back = more.without_loan(loan(2));
    assert_eq!((back.left(who, &rules), back.late(&rules, TODAY)), (1, 0));
}

fn of_today() -> Loan {
    Loan {
        id: loan(1),
        community: CommunityId::new(1, 1),
        barcode: "c".into(),
        title: TitleId::new(1, 1),
        item: ItemKind::Book,
        reader: Some(reader(1)),
        by: Some(reader(1)),
        state: LoanState::Open,
        lent_at: at(0),
        due: date(2026, 12, 1),
        renewals: 0,
        ended_at: None,
        overridden: None,
        reminded_on: Some(TODAY),
        rules_ver: 0,
        ver: 1,
    }
}

#[test]
fn a_loan_is_renewed_from_today_on_as_often_as_its_rule_says() {
    let rules = Rules::default();
    let ten = rule(None, None, 10);
    let longer = of_today().renew(&ten, &rules, TODAY).expect("renewed");
    assert_eq!(
        (longer.due, longer.renewals, longer.reminded_on),
        (date(2026, 12, 4), 1, None)
    );
    let more = longer.clone().renew(&ten, &rules, TODAY);
    assert_eq!(more, Err(Refusal::NoMoreRenewals { max: 1 }));
    let short = of_today().renew(&rule(None, None, 7), &rules, TODAY);
    assert_eq!(
        short,
        Err(Refusal::RenewsNothing {
            due: date(2026, 12, 1)
        })
    );
    for state in [LoanState::Returned, LoanState::Lost] {
        let over = of_today().end(state, at(9));
        assert_eq!(over.ended_at, Some(at(9)));
        assert_eq!(over.refuse_over(), Err(Refusal::LoanIs { state }));
    }
    let (due, after) = (date(2026, 12, 1), date(2026, 12, 2));
    assert!(of_today().is_late(&rules, after) && !of_today().is_late(&rules, due));
    let late = of_today().renew(&ten, &rules, after);
    assert_eq!(
        late,
        Err(Refusal::LoanLate { due }),
        "it is brought back first"
    );
    let back = of_today().end(LoanState::Returned, at(9));
    assert!(!back.is_late(&rules, after));
    // Closed on the day it is due: the next open day is in time.
    let closed = Rules {
        closed: vec![ClosedDay {
            day: due,
            reason: String::new(),
        }],
        ..rules
    };
    assert!(!of_today().is_late(&closed, after));
    assert!(of_today().is_late(&closed, date(2026, 12, 3)));
}

/// Of several reasons against a renewal and a reservation the first in the list of refusals is said.
#[test]
fn what_is_decided_of_shelf_and_reader_says_the_first_reason() {
    let rules = Rules::default();
    let after = date(2026, 12, 2);
    let mut waits = shelf(CopyState::OnLoan);
    waits.queue = vec![waiting(3)];
    let over = of_today().end(LoanState::Returned, at(9));
    let renew = |loan: &Loan, shelf: &Shelf, today| {
        decide::renew(loan, shelf, ReaderKind::Adult, &rules, today).map(|loan| loan.renewals)
    };
    let state = LoanState::Returned;
    assert_eq!(renew(&over, &waits, after), Err(Refusal::LoanIs { state }));
    let count = 1;
    assert_eq!(
        renew(&of_today(), &waits, after),
        Err(Refusal::OthersWait { count })
    );
    let due = date(2026, 12, 1);
    let alone = shelf(CopyState::OnLoan);
    assert_eq!(
        renew(&of_today(), &alone, after),
        Err(Refusal::LoanLate { due })
    );
    assert_eq!(renew(&of_today(), &alone, TODAY), Ok(1));

    let full = Reader {
        holds: (0..10).map(hold).collect(),
        ..Reader::new(reader(2))
    };
    let who = |agreed| Borrower {
        kind: ReaderKind::Child,
        agreed,
    };
    let reserve = |shelf: Shelf, agreed| {
        let asks = (who(agreed), ItemKind::Book);
        let rules = Rules::default();
        decide::reserve(shelf, full.clone(), asks, waiting(2), &rules).map(|_| ())
    };
    let lost = shelf(CopyState::Lost);
    assert_eq!(reserve(lost.clone(), false), Err(Refusal::LoanConsent));
    assert_eq!(reserve(lost, true), Err(Refusal::NothingToReserve));
    let free = shelf(CopyState::Available);
    assert_eq!(reserve(free, true), Err(Refusal::CopiesFree));
    let max = u32::try_from(limits::READER_HOLDS).expect("small");
    assert_eq!(
        reserve(waits.clone(), true),
        Err(Refusal::HoldLimit { max })
    );
    let asks = (who(true), ItemKind::Reference);
    let on_the_spot = decide::reserve(waits, full, asks, waiting(2), &Rules::default());
    assert_eq!(on_the_spot.map(|_| ()), Err(Refusal::NotLent));
}

#[test]
fn reminders_come_the_day_before_the_day_after_and_every_week() {
    let due = date(2026, 12, 1);
    let mut last = None;
    let days: Vec<Date> = (0..4)
        .map(|_| {
            let day = reminder_after(due, last);
            last = Some(day);
            day
        })
        .collect();
    let want = [(11, 30), (12, 2), (12, 9), (12, 16)].map(|(month, day)| date(2026, month, day));
    assert_eq!(days, want);
    assert_eq!(of_today().reminded(TODAY).remind_on(), date(2026, 12, 2));
}

#[test]
fn sums_are_made_from_lines() {
    let line = |event, was_out| Line {
        at: at(0),
        event,
        barcode: "c".into(),
        title: TitleId::new(1, 1),
        title_name: "书".into(),
        was_out,
    };
    use LedgerEvent::{Lent, Lost, Renewed, Returned, TakenIn, Withdrawn};
    let month = [TakenIn, TakenIn, Lent, Renewed, Returned, Lent];
    let sums = month.iter().fold(Sums::default(), |sums, event| {
        sums.with(&line(*event, false))
    });
    assert_eq!(
        (sums.copies, sums.out, sums.lent, sums.returned),
        (2, 1, 2, 1)
    );
    let next = sums
        .next()
        .with(&line(Lost, true))
        .with(&line(Withdrawn, false));
    assert_eq!((next.copies, next.out, next.lost, next.lent), (1, 0, 1, 0));
    let at_home = sums.with(&line(Lost, false));
    assert_eq!(at_home.out, 1);
}
