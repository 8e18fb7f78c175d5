//! Where a second person is asked for, one hand is not two: who set up whose account, how long ago, and
//! who asks for what.
//!
//! A row reads `set-ups  age  what is asked -> outcome`. `a>b`: the staff member `a` sets up the account
//! of `b`; set-ups happen in their order, at one moment. Each row is tried once for each thing that sets an account up.

use domain::access::Role;
use domain::account::{set_roles, with_number, without_second_factor};
use domain::availability::Span;
use domain::hands::{Shared, one_hand_until};
use domain::hours::{Attendance, Claim, Entry, EntryState, Hand, Mark, Presence, Sign};
use domain::ledger::Hold;
use domain::person::{Language, Person, TextSize};
use domain::reward::{Event, Redemption, RedemptionState, VoucherCode};
use domain::{CommunityId, EntryId, PersonId, RedemptionId, Refusal, RewardId, TransferId, limits};
use jiff::{SignedDuration, Timestamp};

const ROWS: &str = "
    a>w        30d-1s  a settles w               -> one_hand
    a>w        30d     a settles w               -> counts
    a>w        30d-1s  a settles w seen by c     -> one_hand
    w>a        30d-1s  a settles w               -> one_hand
    w>a        30d     a settles w               -> counts
    a>s        30d-1s  a settles w seen by s     -> one_hand
    a>s        30d     a settles w seen by s     -> counts
    s>a        30d-1s  a settles w seen by s     -> one_hand
    a>w        30d-1s  c settles w               -> counts
    a>w        30d-1s  c settles w seen by a     -> counts
    a>a        0s      a settles w               -> counts
    a>w        0s      w settles w               -> own_hours
    a>w        0s      a settles w seen by a     -> same_approver

    a>w        30d-1s  a approves w              -> one_hand
    a>w        30d     a approves w              -> waits
    w>a        30d-1s  a approves w              -> one_hand
    a>s        30d-1s  a approves w after s      -> one_hand
    a>s        30d     a approves w after s      -> counts
    a>s        30d-1s  s approves w after a      -> one_hand
    a>s        30d     s approves w after a      -> counts
    a>s        30d-1s  s approves a              -> one_hand
    a>s        30d-1s  c approves w after s      -> counts
    a>w        30d-1s  c approves w              -> waits
    a>w        0s      a approves w after a      -> same_approver

    a>s a>w    30d-1s  s settles w               -> one_hand
    a>s a>w    30d     s settles w               -> counts
    a>s s>w    30d-1s  a settles w               -> one_hand
    a>s s>w    30d     a settles w               -> counts
    s>w a>s    30d-1s  a settles w               -> counts
    a>s a>c    30d-1s  c approves w after s      -> one_hand
    a>s a>c    30d     c approves w after s      -> counts
    a>s c>w    30d-1s  a settles w               -> counts

    a>w        30d-1s  a hands in for w          -> begins nothing
    a>w        30d     a hands in for w          -> begins
    w>a        30d-1s  a hands in for w          -> begins nothing
    a>s s>w    30d-1s  a hands in for w          -> begins nothing
    a>w        30d-1s  c hands in for w          -> begins
    a>w        30d-1s  a refuses w               -> refused
    w>a        30d-1s  a refuses w               -> refused

    a>w        30d-1s  a hands over to w         -> one_hand
    a>w        30d     a hands over to w         -> handed over
    w>a        30d-1s  a hands over to w         -> one_hand
    a>w        30d-1s  a hands over to w by c    -> one_hand
    a>w        30d     a hands over to w by c    -> handed over
    a>s        30d-1s  a hands over to w by s    -> one_hand
    a>s        30d     a hands over to w by s    -> handed over
    s>a        30d-1s  a hands over to w by s    -> one_hand
    a>s a>w    30d-1s  s hands over to w         -> one_hand
    a>s s>w    30d-1s  a hands over to w         -> one_hand
    a>w        30d-1s  c hands over to w         -> handed over
    a>w        30d-1s  c hands over to w by a    -> handed over
    a>w        0s      a hands over to w by a    -> own_voucher
    -          0s      a hands over to w         -> handed over
";

const SET: &str = "2026-11-26T08:00:00Z";
const NAMES: [&str; 4] = ["a", "s", "w", "c"];

#[derive(Clone, Copy, Debug)]
enum Matter {
    FirstNumber,
    OtherNumber,
    Role,
    SecondFactor,
}

impl Matter {
    const ALL: [Self; 4] = [
        Self::FirstNumber,
        Self::OtherNumber,
        Self::Role,
        Self::SecondFactor,
    ];

    fn set(self, person: Person, by: &Person, at: Timestamp) -> Person {
        let other = Some("13800000009".to_owned());
        match self {
            Self::FirstNumber => {
                let bare = Person {
                    phone: None,
                    ..person
                };
                with_number(bare, other, by, at)
            }
            Self::OtherNumber => with_number(person, other, by, at),
            Self::Role => {
                let roles = [Role::Volunteer];
                set_roles(person, &roles, 2, by, at).expect("somebody stays admin")
            }
            Self::SecondFactor => without_second_factor(person, by, at),
        }
    }
}

fn id(name: &str) -> PersonId {
    let n = NAMES.iter().position(|one| *one == name);
    PersonId::new(1, n.expect("one of the four") as u128)
}

fn person(name: &str) -> Person {
    Person {
        id: id(name),
        community: CommunityId::new(1, 2),
        name: name.to_owned(),
        phone: Some("13800000001".to_owned()),
        born: None,
        household: None,
        guardian: None,
        roles: vec![Role::Resident],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: Timestamp::UNIX_EPOCH,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    }
}

fn age(text: &str) -> SignedDuration {
    let days = SignedDuration::from_hours(24 * limits::KEEPER_DAYS);
    match text {
        "30d" => days,
        "30d-1s" => days - SignedDuration::from_secs(1),
        "0s" => SignedDuration::ZERO,
        other => panic!("no age: {other}"),
    }
}

fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::OneHand { .. } => "one_hand",
        Refusal::OwnHours => "own_hours",
        Refusal::SameApprover => "same_approver",
        Refusal::OwnVoucher => "own_voucher",
        other => panic!("no answer here: {other:?}"),
    }
}

/// Everybody as the set-ups left them.
struct Town(Vec<Person>);

impl Town {
    fn of(set_ups: &str, matter: Matter) -> Self {
        let at = SET.parse().expect("a moment");
        let mut people: Vec<Person> = NAMES.iter().map(|name| person(name)).collect();
        for set_up in set_ups.split(' ').filter(|one| *one != "-") {
            let (by, whose) = set_up.split_once('>').expect("a>b");
            let place = |name| people.iter().position(|p| p.id == id(name));
            let (by, whose) = (place(by).expect("staff"), place(whose).expect("a person"));
            let by = people[by].clone();
            people[whose] = matter.set(people[whose].clone(), &by, at);
        }
        Self(people)
    }

    fn shared(&self, name: &str, at: Timestamp) -> Shared {
        let one = self.0.iter().find(|one| one.id == id(name));
        Shared::of(one.expect("one of them"), &self.0, at)
    }

    fn hand(&self, name: &str, at: Timestamp) -> Hand {
        Hand {
            person: id(name),
            speaks: false,
            approves: true,
            shared: self.shared(name, at),
        }
    }

    fn asked(&self, what: &str, at: Timestamp) -> &'static str {
        let words: Vec<&str> = what.split(' ').collect();
        match words[..] {
            [who, "settles", whose] => self.settled(who, whose, whose, at),
            [who, "settles", whose, "seen", "by", witness] => self.settled(who, whose, witness, at),
            [who, "approves", whose] => self.approved(who, whose, None, at),
            [who, "approves", whose, "after", first] => self.approved(who, whose, Some(first), at),
            [who, "hands", "in", "for", whose] => {
                let entry = Entry::manual(claim(whose, at), self.hand(who, at), at);
                match entry.expect("it is in order").approvals.len() {
                    0 => "begins nothing",
                    _ => "begins",
                }
            }
            [who, "refuses", whose] => {
                let done = written(whose, at).refuse(self.hand(who, at), "不".into(), at);
                done.map_or_else(|refusal| code(&refusal), |_| "refused")
            }
            [who, "hands", "over", "to", whose] => self.handed(who, whose, whose, at),
            [who, "hands", "over", "to", whose, "by", booker] => {
                self.handed(who, whose, booker, at)
            }
            _ => panic!("what is asked? {what}"),
        }
    }

    fn settled(&self, who: &str, whose: &str, witness: &str, at: Timestamp) -> &'static str {
        let planned = claim(whose, at).span;
        let attendance = Attendance {
            came: Some(Mark {
                at: planned.from,
                sign: Sign::Code,
                by: id(witness),
            }),
            presence: Presence::In,
            ..Attendance::expected(planned)
        };
        let done = Entry::attended(claim(whose, at), attendance, 30, self.hand(who, at), at);
        done.map_or_else(|refusal| code(&refusal), |_| "counts")
    }

    /// `first`: who approved it before, when nobody had set up anything yet.
    fn approved(&self, who: &str, whose: &str, first: Option<&str>, at: Timestamp) -> &'static str {
        let mut entry = written(whose, at);
        if let Some(first) = first {
            let hand = Hand {
                shared: Shared::default(),
                ..self.hand(first, at)
            };
            entry = entry.approve(hand, at).expect("the first");
        }
        match entry.approve(self.hand(who, at), at) {
            Ok(entry) if entry.state == EntryState::Approved => "counts",
            Ok(_) => "waits",
            Err(refusal) => code(&refusal),
        }
    }

    fn handed(&self, who: &str, whose: &str, booker: &str, at: Timestamp) -> &'static str {
        let event = Event::Settle {
            by: id(who),
            speaks: false,
            shared: self.shared(who, at),
        };
        let done = voucher(whose, booker, at).apply(event, at);
        done.map_or_else(|refusal| code(&refusal), |_| "handed over")
    }
}

/// Two hours that ended an hour ago.
fn claim(whose: &str, at: Timestamp) -> Claim {
    Claim {
        id: EntryId::new(1, 1),
        community: CommunityId::new(1, 2),
        person: id(whose),
        activity: None,
        what: "送餐".into(),
        span: Span {
            from: at - SignedDuration::from_hours(3),
            until: at - SignedDuration::from_hours(1),
        },
        evidence: String::new(),
    }
}

/// Written down by whoever served.
fn written(whose: &str, at: Timestamp) -> Entry {
    let own = Hand {
        person: id(whose),
        speaks: false,
        approves: false,
        shared: Shared::default(),
    };
    Entry::manual(claim(whose, at), own, at).expect("it is in order")
}

fn voucher(whose: &str, booker: &str, at: Timestamp) -> Redemption {
    Redemption {
        id: RedemptionId::new(1, 1),
        community: CommunityId::new(1, 2),
        person: id(whose),
        by: id(booker),
        consent: None,
        reward: RewardId::new(1, 1),
        name: "米".into(),
        quantity: 1,
        code: VoucherCode::new(7),
        state: RedemptionState::Reserved,
        until: Redemption::until_from(at),
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
        created_at: at,
        changed_at: at,
        ver: 1,
    }
}

#[test]
fn one_hand_is_not_two() {
    let mut rows = 0;
    for row in ROWS.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (cause, want) = row.split_once(" -> ").expect("an outcome");
        let cells: Vec<&str> = cause.split("  ").map(str::trim).collect();
        let cells: Vec<&str> = cells.into_iter().filter(|cell| !cell.is_empty()).collect();
        let [set_ups, old, what] = cells[..] else {
            panic!("three columns: {row}");
        };
        let set: Timestamp = SET.parse().expect("a moment");
        for matter in Matter::ALL {
            let got = Town::of(set_ups, matter).asked(what, set + age(old));
            assert_eq!(got, want, "{matter:?}: {row}");
            rows += 1;
        }
    }
    assert!(rows > 4 * 40, "{rows} rows");
}

#[test]
fn what_opens_nothing_makes_nobody_a_hand() {
    let at: Timestamp = SET.parse().expect("a moment");
    let (staff, one) = (person("a"), person("w"));
    let same = with_number(one.clone(), one.phone.clone(), &staff, at);
    let none = with_number(one.clone(), None, &staff, at);
    let volunteer = set_roles(one.clone(), &[Role::Volunteer], 2, &one, at).expect("may be");
    let taken = set_roles(volunteer, &[], 2, &staff, at).expect("may be");
    for person in [same, none, taken] {
        assert_eq!(person.kept, []);
    }
    // Whoever takes the number away again stays who set it.
    let theirs = with_number(one, Some("13800000009".into()), &staff, at);
    let gone = with_number(theirs.clone(), None, &staff, at);
    assert_eq!((gone.kept.len(), &gone.kept), (1, &theirs.kept));
    // So does whoever set up somebody who left.
    let until = at + age("30d");
    let left = theirs.tombstone(at);
    assert_eq!(one_hand_until(&left, &staff, at), Some(until));
}

#[test]
fn what_is_kept_is_the_last_of_each_and_ends() {
    let at: Timestamp = SET.parse().expect("a moment");
    let day = SignedDuration::from_hours(24);
    let (a, c) = (person("a"), person("c"));
    let once = person("w").kept_by(&a, at).kept_by(&c, at + day);
    let twice = once.kept_by(&a, at + day * 2);
    let by: Vec<_> = twice.kept.iter().map(|kept| (kept.by, kept.at)).collect();
    assert_eq!(by, [(c.id, at + day), (a.id, at + day * 2)]);
    let later = twice.kept_by(&person("s"), at + day * 31);
    let by: Vec<_> = later.kept.iter().map(|kept| kept.by).collect();
    assert_eq!(by, [a.id, id("s")], "what is over is forgotten");
    let until = |other: &Person, at| one_hand_until(&later, other, at);
    assert_eq!(until(&a, at + day * 31), Some(at + day * 32));
    assert_eq!(until(&a, at + day * 32), None);
}

#[test]
fn whoever_is_one_hand_with_a_guardian_is_so_with_the_child() {
    let at: Timestamp = SET.parse().expect("a moment");
    let (child, guardian) = (person("w"), person("s"));
    let clerk = person("a").kept_by(&guardian, at);
    let shared = Shared::of(&clerk, &[child.clone(), guardian.clone()], at);
    assert_eq!(shared.refuse(child.id), Ok(()));
    let shared = shared.also(child.id, Some(guardian.id));
    let until = at + age("30d");
    assert_eq!(shared.refuse(child.id), Err(Refusal::OneHand { until }));
    let nobody = Shared::default().also(child.id, Some(guardian.id));
    assert_eq!(nobody.refuse(child.id), Ok(()));
}
