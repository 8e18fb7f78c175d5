//! Booked for a child or for somebody without a telephone: whoever did it sees it and is told, while
//! they may; and nobody agrees to their own price.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::booking::{Part, StateName};
use domain::person::Person;
use domain::units::Fen;
use domain::{BookingId, PersonId};
use jiff::SignedDuration;
use serde_json::json;
use store::identity::person_item;
use wire::endpoint::None_;
use wire::market::{
    AcceptBooking, AmountBody, ApproveQuote, BookingView, BookingsQuery, CancelBooking,
    CompleteBooking, CreateBooking, CreateBookingBody, GetBooking, ListBookings, MoveBody,
    ReasonBody, RescheduleBody, RescheduleBooking, ReviewBody, ReviewBooking, Slot,
};
use wire::{Code, Problem};

use super::create_booking::{body, slots};
use super::topics;

const GRID_WORKER: &str = "13800000251";
const STATION: &str = "13800000221";

async fn listed(who: &Actor<'_>) -> Vec<BookingView> {
    let query = BookingsQuery {
        part: None,
        day: None,
        open: Some(true),
        cursor: None,
        limit: None,
    };
    let page = who.call::<ListBookings>((), query, None_ {}).await;
    page.expect("a list").items
}

async fn has(who: &Actor<'_>, id: BookingId) -> bool {
    listed(who).await.iter().any(|booking| booking.id == id)
}

async fn book_for(
    who: &Actor<'_>,
    resident: PersonId,
    service: &str,
    nth: usize,
) -> (BookingView, Vec<Slot>) {
    let service = who.app.service(service).await;
    let free = slots(who, &service, 7).await;
    let order = CreateBookingBody {
        resident: Some(resident),
        ..body(who, &service, &free[nth])
    };
    let made = who.call::<CreateBooking>((), None_ {}, order).await;
    (made.expect("booked"), free)
}

/// A child of wang's, added in the app.
async fn child_of(wang: &Actor<'_>) -> PersonId {
    let id = PersonId::new(wang.app.millis(), wang.app.chance());
    let child = json!({ "id": id, "name": "测试·小囡", "born": "2019-05-01" });
    let added = wang
        .raw("POST", "/v1/household/children", Some(child.to_string()))
        .await;
    assert_eq!(added.status, 201, "{}", added.body);
    id
}

/// Somebody who lives alone, without a telephone.
async fn elder(app: &TestApp) -> Person {
    let people = app.people().await.into_iter();
    let mut alone = people.filter(|p| p.phone.is_none() && p.guardian.is_none());
    alone.next().expect("the demo has elders without telephone")
}

async fn with_roles(app: &TestApp, person: PersonId, roles: &[Role]) -> Person {
    let roles = roles.to_vec();
    rewritten(app, person, |person| Person { roles, ..person }).await
}

/// Their file with something else in it.
async fn rewritten(
    app: &TestApp,
    person: PersonId,
    change: impl FnOnce(Person) -> Person,
) -> Person {
    let (com, store) = (app.home().await, &app.ctx().store);
    let person = store.person(com, person).await.expect("answers");
    let person = change(person.expect("is there"));
    let now = Person {
        ver: person.ver + 1,
        ..person
    };
    let item = person_item(&now).expect("an item");
    let tx = store.tx().put_next(item, now.ver).expect("a step");
    tx.commit().await.expect("written");
    now
}

#[tokio::test]
async fn a_guardian_sees_what_is_booked_for_a_child_and_is_told() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let child = child_of(&wang).await;
    let (asked, free) = book_for(&wang, child, "换锁芯", 8).await;
    assert_eq!(asked.resident, child);
    assert!(has(&wang, asked.id).await, "it is in the list");
    let li = app.sign_in(&app.phone_of(asked.provider).await).await;
    li.call::<AcceptBooking>((asked.id,), None_ {}, MoveBody { id: None })
        .await
        .expect("accepted");
    app.settle().await;
    let told = topics(&wang).await;
    assert!(told.contains(&"booking_accepted".to_owned()), "{told:?}");

    let to = free
        .iter()
        .rfind(|slot| slot.providers.contains(&asked.provider));
    let to = RescheduleBody {
        id: None,
        start: to.expect("another time").start,
    };
    wang.call::<RescheduleBooking>((asked.id,), None_ {}, to.clone())
        .await
        .expect("moved");
    let row = listed(&wang).await.into_iter().find(|b| b.id == asked.id);
    assert_eq!(row.expect("still listed").start, to.start);

    // Made by the station, the guardian hears of it and can act.
    let station = app.sign_in(STATION).await;
    let (made, _) = book_for(&station, child, "手机电脑教用", 3).await;
    app.settle().await;
    let told = topics(&wang).await;
    assert!(told.contains(&"booking_made".to_owned()), "{told:?}");
    let body = ReasonBody {
        id: None,
        reason: None,
    };
    let gone = wang.call::<CancelBooking>((made.id,), None_ {}, body).await;
    assert_eq!(gone.expect("cancelled").state, StateName::Cancelled);
    app.stop().await;
}

#[tokio::test]
async fn whoever_comes_of_age_is_nobodys_ward() {
    let app = TestApp::start().await;
    let (wang, station) = (app.resident().await, app.sign_in(STATION).await);
    let child = child_of(&wang).await;
    let cancel = async |id| {
        let body = ReasonBody {
            id: None,
            reason: None,
        };
        wang.call::<CancelBooking>((id,), None_ {}, body).await
    };
    // They live elsewhere, so that nothing but guardianship leads to them.
    let born_on = |day: &str| {
        let born = day.parse().ok();
        move |person| Person {
            born,
            household: None,
            ..person
        }
    };
    rewritten(&app, child, born_on("2008-11-25")).await;
    let (made, _) = book_for(&station, child, "手机电脑教用", 3).await;
    assert!(cancel(made.id).await.is_ok(), "a child until tomorrow");

    app.settle().await;
    rewritten(&app, child, born_on("2008-11-24")).await;
    let before = topics(&wang).await.len();
    let (made, free) = book_for(&station, child, "手机电脑教用", 3).await;
    app.settle().await;
    assert_eq!(topics(&wang).await.len(), before, "told of nothing more");
    let refused = cancel(made.id).await.expect_err("not theirs to move");
    assert_eq!(refused.code, Code::NotFound);
    let service = app.service("手机电脑教用").await;
    let order = CreateBookingBody {
        resident: Some(child),
        ..body(&wang, &service, &free[9])
    };
    let refused = wang.call::<CreateBooking>((), None_ {}, order).await;
    assert_eq!(refused.expect_err("a stranger").code, Code::NotFound);
    app.stop().await;
}

#[tokio::test]
async fn who_booked_for_an_elder_is_told_and_counts_only_while_in_office() {
    let app = TestApp::start().await;
    let (grid, elder) = (app.sign_in(GRID_WORKER).await, elder(&app).await);
    let (made, _) = book_for(&grid, elder.id, "手机电脑教用", 2).await;
    let (next, _) = book_for(&grid, elder.id, "手机电脑教用", 9).await;
    assert!(has(&grid, made.id).await && has(&grid, next.id).await);
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let body = ReasonBody {
        id: None,
        reason: Some("生病了".into()),
    };
    li.call::<CancelBooking>((made.id,), None_ {}, body)
        .await
        .expect("cancelled");
    app.settle().await;
    let told = topics(&grid).await;
    assert!(told.contains(&"booking_cancelled".to_owned()), "{told:?}");

    with_roles(&app, grid.id.expect("signed in"), &[Role::Resident]).await;
    assert!(!has(&grid, next.id).await, "not theirs to see any more");
    let refused = grid
        .call::<GetBooking>((next.id,), None_ {}, None_ {})
        .await
        .expect_err("no longer in office");
    assert_eq!(refused.code, Code::NotFound);
    app.stop().await;
}

async fn quote(app: &TestApp, made: &BookingView) -> Fen {
    app.advance(made.start.at.duration_since(app.now()) + SignedDuration::from_mins(5));
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let amount = Fen(made.terms.price_to.0 + 100);
    let body = AmountBody { id: None, amount };
    let quoted = li.call::<CompleteBooking>((made.id,), None_ {}, body).await;
    assert_eq!(quoted.expect("quoted").state, StateName::Quoted);
    amount
}

async fn agree(who: &Actor<'_>, id: BookingId, amount: Fen) -> Result<BookingView, Problem> {
    let body = AmountBody { id: None, amount };
    who.call::<ApproveQuote>((id,), None_ {}, body).await
}

#[tokio::test]
async fn who_is_paid_does_not_agree_for_the_resident_whatever_else_they_are() {
    let app = TestApp::start().await;
    let elder = elder(&app).await;
    let service = app.service("手机电脑教用").await;
    let phone = app.phone_of(service.providers[0]).await;
    let own = app.sign_in(&phone).await;
    let all = [Role::Provider, Role::GridWorker, Role::Station];
    let person = with_roles(&app, own.id.expect("signed in"), &all).await;
    // Both the one who booked it and staff who oversee it.
    let own = app.as_person(&person).await;
    let (made, _) = book_for(&own, elder.id, "手机电脑教用", 1).await;
    let amount = Fen(made.terms.price_to.0 + 100);
    app.advance(made.start.at.duration_since(app.now()) + SignedDuration::from_mins(5));
    let own = app.as_person(&person).await;
    let body = AmountBody { id: None, amount };
    let quoted = own
        .call::<CompleteBooking>((made.id,), None_ {}, body)
        .await;
    let quoted = quoted.expect("quoted");
    assert_eq!(
        (quoted.state, quoted.part),
        (StateName::Quoted, Part::Provider)
    );
    assert!(!quoted.moves.contains(&"ApproveQuote".to_owned()));
    let refused = agree(&own, made.id, amount).await.expect_err("own price");
    assert_eq!(refused.code, Code::WrongPart);

    // The station asks the elder, and it is written down that it did.
    let station = app.sign_in(STATION).await;
    let done = agree(&station, made.id, amount).await.expect("agreed");
    let approved = done.approved.expect("it says who");
    assert_eq!(
        (Some(approved.by), approved.part),
        (station.id, Part::Staff)
    );
    assert!(approved.by_name.starts_with("测试·"));

    let review = ReviewBody {
        id: None,
        stars: 5,
        text: Some("我真棒".into()),
    };
    own.call::<ReviewBooking>((made.id,), None_ {}, review)
        .await
        .expect("as the provider");
    let stored = app.ctx().store.booking(app.home().await, made.id).await;
    let stored = stored.expect("answers").expect("is there");
    assert!(stored.resident_review.is_none() && stored.provider_review.is_some());
    app.stop().await;
}

#[tokio::test]
async fn staff_do_not_agree_for_who_can_agree_themselves() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    let (made, _) = book_for(&wang, me, "手机电脑教用", 1).await;
    let amount = quote(&app, &made).await;
    let station = app.sign_in(STATION).await;
    let refused = agree(&station, made.id, amount).await.expect_err("hers");
    assert_eq!(refused.code, Code::WrongPart);
    let done = agree(&wang, made.id, amount).await.expect("agreed");
    let approved = done.approved.expect("it says who");
    assert_eq!((approved.by, approved.part), (me, Part::Resident));
    app.stop().await;
}
