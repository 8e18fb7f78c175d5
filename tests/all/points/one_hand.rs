//! Nobody alone makes an hour with a second account either, nor spends another's points: each way there
//! is to such an account, tried by whoever set it up, then done by somebody else, and by themselves once
//! the days are over. `alone.rs` has what one account tries.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::person::Person;
use domain::{ActivityId, EntryId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use wire::endpoint::None_;
use wire::points::activities::{GetCard, WhoseQuery};
use wire::points::rewards::{CreateRedemptionBody, GetVoucher, RedemptionView};
use wire::{Code, Problem};

use super::activities::{WORKER, join_for, plan, publish};
use super::alone::{ADMIN, answer, counted, say, write_down};
use super::attendance::{at_hand, by_code, come, door, scan, settle, until};
use super::ledger::{DESK_HELPER, SOCIAL_WORKER, STATION, days};
use super::redeem;
use crate::market::race::nothing_is_wrong;

const RESIDENT: &str = "13800000002";
const SPARE: &str = "13911110001";
const OTHER_SPARE: &str = "13911110002";

async fn file(app: &TestApp, id: PersonId) -> Person {
    let person = app.ctx().store.person(app.home().await, id).await;
    person.expect("answers").expect("is there")
}

/// Signed in to an account by whoever set it up.
async fn as_them(app: &TestApp, id: PersonId) -> Actor<'_> {
    app.as_person(&file(app, id).await).await
}

async fn change(who: &Actor<'_>, path: &str, body: Value) {
    let raw = who.raw("PUT", path, Some(body.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

/// Somebody new, with a number of whoever adds them.
async fn add(who: &Actor<'_>, phone: &str) -> PersonId {
    let id = PersonId::new(who.app.millis(), who.app.chance());
    let body = json!({ "id": id, "name": "测试·第二个号", "phone": phone });
    assert_eq!(say(who, "/v1/people", body).await, (201, String::new()));
    id
}

async fn give(who: &Actor<'_>, id: PersonId, role: Role) {
    let before = file(who.app, id).await;
    let mut roles = before.roles;
    roles.push(role);
    let body = json!({ "id": who.app.command(), "roles": roles, "ver": before.ver });
    change(who, &format!("/v1/people/{id}/roles"), body).await;
}

async fn renumber(who: &Actor<'_>, id: PersonId, phone: &str) {
    let was = file(who.app, id).await;
    let mut body = json!({ "id": who.app.command(), "name": was.name, "phone": phone, "born": was.born,
        "household": was.household, "guardian": was.guardian, "reason": "本人要求", "ver": was.ver });
    let fields = body.as_object_mut().expect("an object");
    fields.retain(|_, value| !value.is_null());
    change(who, &format!("/v1/people/{id}"), body).await;
}

async fn reset(who: &Actor<'_>, id: PersonId) {
    let body = json!({ "id": who.app.command(), "reason": "手机丢了" });
    let path = format!("/v1/people/{id}/second-factor/reset");
    assert_eq!(say(who, &path, body).await, (204, String::new()));
}

/// A way for an admin to have somebody who approves in their hand.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Added with a spare number, then given a role.
    Added,
    /// An account of long ago, now given a role.
    Promoted,
    /// A colleague's account, with another number now.
    Renumbered,
    /// A colleague's account, whose second factor was taken away.
    Reset,
}

impl Way {
    async fn second(self, admin: &Actor<'_>) -> PersonId {
        let app = admin.app;
        let of = async |phone| at_hand(app, phone).await.id.expect("is there");
        match self {
            Self::Added => {
                let id = add(admin, SPARE).await;
                give(admin, id, Role::Station).await;
                id
            }
            Self::Promoted => {
                let id = of(RESIDENT).await;
                give(admin, id, Role::Station).await;
                id
            }
            Self::Renumbered => {
                let id = of(STATION).await;
                renumber(admin, id, SPARE).await;
                id
            }
            Self::Reset => {
                let id = of(STATION).await;
                reset(admin, id).await;
                id
            }
        }
    }
}

#[tokio::test]
async fn one_admin_with_a_second_account_makes_no_hours() {
    for way in [Way::Added, Way::Promoted, Way::Renumbered, Way::Reset] {
        no_hours_by(way).await;
    }
}

async fn no_hours_by(way: Way) {
    let app = TestApp::start().await;
    let (wang, admin) = (app.resident().await, at_hand(&app, ADMIN).await);
    let (hers, own) = (wang.id.expect("signed in"), admin.id.expect("signed in"));
    let before = counted(&app).await;
    let second = way.second(&admin).await;
    let set_up = app.now();
    let spare = as_them(&app, second).await;

    // Written down by either, and approved by the other.
    let by_admin = write_down(&admin, hers, 20).await;
    let by_spare = write_down(&spare, hers, 30).await;
    let for_admin = write_down(&admin, own, 20).await;
    let for_spare = write_down(&spare, second, 20).await;
    let tries = [
        (&spare, by_admin),
        (&admin, by_spare),
        (&spare, for_admin),
        (&admin, for_spare),
    ];
    for (who, entry) in tries {
        assert_eq!(answer(who, "approve", entry).await, "one_hand", "{way:?}");
        let offered = moves(who, entry).await;
        assert_eq!(offered, ["RefuseHours"], "{way:?}");
    }
    // What one hand does not begin takes two others.
    let begun = write_down(&admin, second, 40).await;
    assert_eq!(approvals(&app, begun).await, 0, "{way:?}");

    // Scanned by either, and settled by the other.
    let (first, ends) = scanned(&app, (&admin, &spare), hers).await;
    let (admin, spare) = (at_hand(&app, ADMIN).await, as_them(&app, second).await);
    for who in [&admin, &spare] {
        let refused = settle(who, first, hers, 60).await.expect_err("one hand");
        assert!(
            matches!(refused, Code::OneHand | Code::SameApprover),
            "{way:?}: {refused:?}"
        );
    }
    assert_eq!(settle(&admin, first, hers, 60).await, Err(Code::OneHand));
    assert_eq!(counted(&app).await, before, "{way:?}");

    // Somebody else makes them with either.
    let worker = at_hand(&app, WORKER).await;
    for entry in [by_spare, for_spare] {
        assert_eq!(answer(&worker, "approve", entry).await, "");
    }
    settle(&worker, first, hers, 60).await.expect("by another");
    let one = counted(&app).await;
    assert_eq!(
        one,
        before + 60 + 60,
        "{way:?}: one has two approvals, one one"
    );

    // Up to the last moment, and from then on.
    let over = set_up + days(30);
    assert!(ends < over);
    until(&app, over - SignedDuration::from_mins(1));
    let refused = answer_of(&as_them(&app, second).await, by_admin).await;
    assert_eq!(refused.code, Code::OneHand, "{way:?}");
    let free: Timestamp = refused.data["until"]
        .as_str()
        .expect("said")
        .parse()
        .expect("a moment");
    assert!(over - SignedDuration::from_mins(1) < free && free <= over);
    until(&app, over);
    let spare = as_them(&app, second).await;
    assert_eq!(answer(&spare, "approve", by_admin).await, "", "{way:?}");
    assert_eq!(counted(&app).await, one + 60, "{way:?}");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

async fn answer_of(who: &Actor<'_>, entry: EntryId) -> Problem {
    who.approve(entry).await.expect_err("refused")
}

async fn moves(who: &Actor<'_>, entry: EntryId) -> Vec<String> {
    let raw = who.raw("GET", &format!("/v1/hours/{entry}"), None).await;
    let moves = raw.json()["moves"].clone();
    serde_json::from_value(moves).expect("names")
}

async fn approvals(app: &TestApp, entry: EntryId) -> usize {
    let entry = app.ctx().store.entry(app.home().await, entry).await;
    entry.expect("answers").expect("is there").approvals.len()
}

/// An activity of the first, to which the second scans somebody's card, in; and when it ended.
async fn scanned(
    app: &TestApp,
    (runs, scans): (&Actor<'_>, &Actor<'_>),
    person: PersonId,
) -> (ActivityId, Timestamp) {
    let made = publish(runs, plan(app, 1, 5)).await;
    join_for(runs, made.id, Some(person))
        .await
        .expect("a place");
    let query = WhoseQuery {
        person: Some(person),
    };
    let card = runs.call::<GetCard>((), query, None_ {}).await;
    let card = card.expect("may print it").card;
    until(app, made.starts.at);
    let scans = as_them(app, scans.id.expect("signed in")).await;
    scan(&scans, made.id, &card).await.expect("in");
    until(app, made.ends.at);
    (made.id, made.ends.at)
}

/// Whoever may add people, for an account of a resident: added, or with another number.
#[tokio::test]
async fn whoever_signs_in_as_a_resident_does_not_confirm_their_time() {
    let app = TestApp::start().await;
    let before = counted(&app).await;
    let station = at_hand(&app, STATION).await;
    let renumbered = at_hand(&app, RESIDENT).await.id.expect("there");
    renumber(&station, renumbered, SPARE).await;
    let added = add(&station, OTHER_SPARE).await;
    let set_up = app.now();
    let made = publish(&station, plan(&app, 1, 5)).await;
    for person in [renumbered, added] {
        let them = as_them(&app, person).await;
        join_for(&them, made.id, None).await.expect("a place");
    }
    until(&app, made.starts.at);
    let station = at_hand(&app, STATION).await;
    let shown = door(&station, made.id).await;
    for person in [renumbered, added] {
        let body = by_code(&app, &shown.code);
        come(&as_them(&app, person).await, made.id, body)
            .await
            .expect("in");
    }
    until(&app, made.ends.at);
    let station = at_hand(&app, STATION).await;
    for person in [renumbered, added] {
        let refused = settle(&station, made.id, person, 60).await;
        assert_eq!(refused, Err(Code::OneHand));
        let written = write_down(&station, person, 20).await;
        assert_eq!(answer(&station, "approve", written).await, "one_hand");
    }
    assert_eq!(counted(&app).await, before);
    let worker = at_hand(&app, WORKER).await;
    let done = settle(&worker, made.id, added, 60).await;
    done.expect("by another");
    until(&app, set_up + days(30));
    let station = at_hand(&app, STATION).await;
    let done = settle(&station, made.id, renumbered, 60).await;
    done.expect("once the days are over");
    assert_eq!(counted(&app).await, before + 120);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Two accounts of one hand are not two, whichever of them set up the other.
#[tokio::test]
async fn three_accounts_of_one_hand_are_one() {
    let app = TestApp::start().await;
    let before = counted(&app).await;
    let admin = at_hand(&app, ADMIN).await;
    let second = add(&admin, SPARE).await;
    give(&admin, second, Role::Station).await;
    let third = add(&as_them(&app, second).await, OTHER_SPARE).await;
    let fourth = add(&admin, "13911110003").await;
    for person in [third, fourth] {
        let entry = write_down(&as_them(&app, person).await, person, 20).await;
        for who in [at_hand(&app, ADMIN).await, as_them(&app, second).await] {
            assert_eq!(answer(&who, "approve", entry).await, "one_hand");
        }
        let other = at_hand(&app, STATION).await;
        assert_eq!(answer(&other, "approve", entry).await, "");
        let who = at_hand(&app, ADMIN).await;
        assert_eq!(answer(&who, "approve", entry).await, "one_hand");
    }
    // Nor does leaving make two of them.
    let wang = app.resident().await;
    let hers = write_down(&wang, wang.id.expect("signed in"), 20).await;
    let spare = as_them(&app, second).await;
    assert_eq!(answer(&spare, "approve", hers).await, "");
    let gone = json!({ "phone": SPARE });
    let left = say(&spare, "/v1/me/deletion", gone).await;
    assert_eq!(left, (204, String::new()));
    let admin = at_hand(&app, ADMIN).await;
    assert_eq!(answer(&admin, "approve", hers).await, "one_hand");
    assert_eq!(counted(&app).await, before);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Points of a resident whose number somebody set, who then redeems as them and stands at the counter.
#[tokio::test]
async fn whoever_signs_in_as_a_resident_hands_over_none_of_their_vouchers() {
    let app = TestApp::start().await;
    let station = at_hand(&app, STATION).await;
    let hers = at_hand(&app, RESIDENT).await.id.expect("there");
    app.grant(hers, 100).await;
    let reward = at_hand(&app, SOCIAL_WORKER).await.reward(10, 9).await;
    renumber(&station, hers, SPARE).await;
    let set_up = app.now();
    let theirs = voucher(&as_them(&app, hers).await, reward.id, None).await;
    let typed = theirs.code.parse().expect("any text");
    let seen = station.call::<GetVoucher>((typed,), None_ {}, None_ {});
    let offered = seen.await.expect("by its code").moves;
    assert_eq!(offered, ["CancelRedemption"]);
    let refused = redeem::settle(&station, theirs.id, None).await;
    assert_eq!(redeem::code(refused), Code::OneHand);

    // Nor what it redeems for somebody else.
    let helper = at_hand(&app, DESK_HELPER).await;
    let (me, other) = (
        helper.id.expect("signed in"),
        at_hand(&app, "13800000001").await.id.expect("there"),
    );
    app.grant(other, 100).await;
    let admin = at_hand(&app, ADMIN).await;
    renumber(&admin, me, OTHER_SPARE).await;
    let helper = as_them(&app, me).await;
    let booked = voucher(&helper, reward.id, Some(other)).await;
    let refused = redeem::settle(&admin, booked.id, None).await;
    assert_eq!(redeem::code(refused), Code::OneHand);

    redeem::settle(&helper, theirs.id, None)
        .await
        .expect("by another");
    redeem::settle(&station, booked.id, None)
        .await
        .expect("by another");
    until(&app, set_up + days(30));
    let later = voucher(&as_them(&app, hers).await, reward.id, None).await;
    redeem::settle(&at_hand(&app, STATION).await, later.id, None)
        .await
        .expect("once the days are over");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

async fn voucher(
    who: &Actor<'_>,
    reward: domain::RewardId,
    person: Option<PersonId>,
) -> RedemptionView {
    let order = CreateRedemptionBody {
        person,
        consent: person.map(|_| domain::reward::ConsentHow::InPerson),
        ..who.order(reward, 1)
    };
    who.redeem(&order).await.expect("points enough")
}
