//! A resident books a locksmith, all the way to the reviews.

use acceptance::{Actor, TestApp};
use domain::booking::StateName;
use domain::provider::Service;
use domain::units::Fen;
use jiff::SignedDuration;
use store::identity::Leaver;
use wire::endpoint::None_;
use wire::identity::PageQuery;
use wire::market::{
    AcceptBooking, AmountBody, ApproveQuote, BookingView, CancelBooking, CompleteBooking,
    ConfirmBody, ConfirmBooking, CreateBooking, CreateBookingBody, GetBooking, ListSlots, MoveBody,
    ReasonBody, RescheduleBody, RescheduleBooking, ReviewBody, ReviewBooking, Slot, SlotsQuery,
};
use wire::notify::ListInbox;
use wire::{Code, Moment, Problem};

pub async fn slots(who: &Actor<'_>, service: &Service, days: u8) -> Vec<Slot> {
    let query = SlotsQuery {
        from: "2026-11-25".parse().expect("a day"),
        days: Some(days),
        provider: None,
    };
    who.call::<ListSlots>((service.id,), query, None_ {})
        .await
        .expect("slots")
        .slots
}

pub fn body(who: &Actor<'_>, service: &Service, slot: &Slot) -> CreateBookingBody {
    CreateBookingBody {
        id: who.booking(),
        service: service.id,
        service_ver: None,
        provider: None,
        start: slot.start,
        note: None,
        resident: None,
        hold: None,
    }
}

async fn book(who: &Actor<'_>, body: CreateBookingBody) -> Result<BookingView, Problem> {
    who.call::<CreateBooking>((), None_ {}, body).await
}

fn moved(who: &Actor<'_>) -> MoveBody {
    MoveBody {
        id: Some(who.app.command()),
    }
}

fn starts_of(slot: &Slot) -> Moment {
    slot.start
}

#[tokio::test]
async fn from_request_to_both_reviews() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let service = app.service("换锁芯").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let made = book(
        &wang,
        CreateBookingBody {
            note: Some("钥匙断在里面".into()),
            ..body(&wang, &service, &slot)
        },
    )
    .await
    .expect("booked");
    assert_eq!(made.state, StateName::Requested);
    assert_eq!(made.moves, ["RescheduleBooking", "CancelBooking"]);
    assert_eq!(made.provider_phone, None, "no number before it is agreed");

    app.settle().await;
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let told = li
        .call::<ListInbox>(
            (),
            PageQuery {
                cursor: None,
                limit: None,
            },
            None_ {},
        )
        .await
        .expect("inbox");
    assert_eq!(told.items[0].data["booking"], made.id.to_string());
    let accepted = li
        .call::<AcceptBooking>((made.id,), None_ {}, moved(&li))
        .await
        .expect("accepted");
    assert_eq!(accepted.state, StateName::Accepted);
    let seen = wang
        .call::<GetBooking>((made.id,), None_ {}, None_ {})
        .await
        .expect("seen");
    assert!(
        seen.provider_phone.is_some(),
        "both may reach each other once it is agreed"
    );

    let early = li
        .call::<CompleteBooking>(
            (made.id,),
            None_ {},
            AmountBody {
                id: None,
                amount: Fen(10_000),
            },
        )
        .await
        .expect_err("too early");
    assert_eq!(early.code, Code::TooEarly);
    app.advance(slot.start.at.duration_since(app.now()) + SignedDuration::from_mins(30));
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let wang = app.resident().await;
    let above = service.terms.price_to.0 + 1;
    let quoted = li
        .call::<CompleteBooking>(
            (made.id,),
            None_ {},
            AmountBody {
                id: None,
                amount: Fen(above),
            },
        )
        .await
        .expect("quoted");
    assert_eq!(
        quoted.state,
        StateName::Quoted,
        "above the range it waits for the resident"
    );
    let other = wang
        .call::<ApproveQuote>(
            (made.id,),
            None_ {},
            AmountBody {
                id: None,
                amount: Fen(above - 1),
            },
        )
        .await
        .expect_err("another amount");
    assert_eq!(other.code, Code::QuoteChanged);
    let done = wang
        .call::<ApproveQuote>(
            (made.id,),
            None_ {},
            AmountBody {
                id: None,
                amount: Fen(above),
            },
        )
        .await
        .expect("approved");
    assert_eq!(
        (done.state, done.amount),
        (StateName::Done, Some(Fen(above)))
    );

    let review = |stars| ReviewBody {
        id: None,
        stars,
        text: Some("很准时".into()),
    };
    let first = wang
        .call::<ReviewBooking>((made.id,), None_ {}, review(5))
        .await
        .expect("reviewed");
    assert!(first.own_review.is_some() && first.other_review.is_none());
    let hidden = li
        .call::<GetBooking>((made.id,), None_ {}, None_ {})
        .await
        .expect("seen");
    assert_eq!(hidden.other_review, None, "one review waits for the other");
    let second = li
        .call::<ReviewBooking>((made.id,), None_ {}, review(4))
        .await
        .expect("reviewed");
    assert_eq!(second.other_review.map(|r| r.stars), Some(5));

    // What both wrote is theirs: it stays where a colleague leaves who only booked it, and goes with
    // one of the two.
    let (store, home) = (&app.ctx().store, app.home().await);
    for (leaver, left) in [(Leaver::Booker, 2), (Leaver::Resident, 0)] {
        let gone = store.anonymise_booking(home, made.id, leaver).await;
        gone.expect("written");
        let booking = store.booking(home, made.id).await.expect("answers");
        let booking = booking.expect("it is there");
        let reviews = [booking.resident_review, booking.provider_review];
        let texts = reviews.iter().flatten().filter(|one| !one.text.is_empty());
        assert_eq!(texts.count(), left, "{leaver:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_same_command_counts_once_and_another_body_is_refused() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let service = app.service("开门锁").await;
    let free = slots(&wang, &service, 3).await;
    let order = body(&wang, &service, &free[0]);
    let first = book(&wang, order.clone()).await.expect("booked");
    let cancel = ReasonBody {
        id: Some(app.command()),
        reason: Some("找到钥匙了".into()),
    };
    let cancelled = wang
        .call::<CancelBooking>((first.id,), None_ {}, cancel.clone())
        .await
        .expect("cancelled");
    assert_eq!(cancelled.state, StateName::Cancelled);
    let again = book(&wang, order.clone()).await.expect("what became of it");
    assert_eq!((again.id, again.state), (first.id, StateName::Cancelled));
    let twice = wang
        .call::<CancelBooking>((first.id,), None_ {}, cancel)
        .await
        .expect("what became of it");
    assert_eq!(twice, cancelled);
    let other = book(
        &wang,
        CreateBookingBody {
            start: starts_of(&free[3]),
            ..order
        },
    )
    .await
    .expect_err("another body");
    assert_eq!(
        (other.code, other.pointer.as_deref()),
        (Code::IdReused, Some("/id"))
    );
    app.stop().await;
}

#[tokio::test]
async fn a_hold_keeps_the_time_and_lapses_by_itself() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    let chen = app.sign_in("13800000002").await;
    let slot = slots(&wang, &service, 2).await.remove(0);
    let held = book(
        &wang,
        CreateBookingBody {
            hold: Some(true),
            ..body(&wang, &service, &slot)
        },
    )
    .await
    .expect("held");
    assert_eq!(held.state, StateName::Held);
    let taken = book(&chen, body(&chen, &service, &slot))
        .await
        .expect_err("kept for another");
    assert_eq!(taken.code, Code::SlotTaken);
    app.advance(SignedDuration::from_secs(601));
    let late = wang
        .call::<ConfirmBooking>(
            (held.id,),
            None_ {},
            ConfirmBody {
                id: None,
                note: None,
            },
        )
        .await
        .expect_err("lapsed");
    assert_eq!(late.code, Code::HoldLapsed);
    let got = book(&chen, body(&chen, &service, &slot))
        .await
        .expect("free again before any sweep");
    app.settle().await;
    let expired = wang
        .call::<GetBooking>((held.id,), None_ {}, None_ {})
        .await
        .expect("seen");
    assert_eq!(expired.state, StateName::Expired);
    let kept = chen
        .call::<GetBooking>((got.id,), None_ {}, None_ {})
        .await
        .expect("seen");
    assert_eq!(
        kept.state,
        StateName::Accepted,
        "the sweep took nothing from the next one"
    );
    app.stop().await;
}

#[tokio::test]
async fn moving_frees_the_old_time_and_the_cut_off_holds() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    let free = slots(&wang, &service, 5).await;
    let made = book(&wang, body(&wang, &service, &free[0]))
        .await
        .expect("booked");
    let to = RescheduleBody {
        id: None,
        start: free[40].start,
    };
    let moved = wang
        .call::<RescheduleBooking>((made.id,), None_ {}, to)
        .await
        .expect("moved");
    assert_eq!(moved.start, free[40].start);
    let chen = app.sign_in("13800000002").await;
    book(&chen, body(&chen, &service, &free[0]))
        .await
        .expect("the old time is free");
    let clash = wang
        .call::<RescheduleBooking>(
            (made.id,),
            None_ {},
            RescheduleBody {
                id: None,
                start: free[0].start,
            },
        )
        .await
        .expect_err("taken");
    assert_eq!(clash.code, Code::SlotTaken);
    app.advance(free[40].start.at.duration_since(app.now()) + SignedDuration::from_secs(1));
    let wang = app.resident().await;
    let late = wang
        .call::<CancelBooking>(
            (made.id,),
            None_ {},
            ReasonBody {
                id: None,
                reason: None,
            },
        )
        .await
        .expect_err("too late");
    assert_eq!(late.code, Code::PastCutoff);
    app.stop().await;
}

#[tokio::test]
async fn what_a_booking_is_refused_for() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("开门锁").await);
    let slot = slots(&wang, &service, 3).await.remove(0);
    let at = |text: &str| {
        text.parse::<jiff::Timestamp>()
            .map(|at| Moment {
                at,
                offset: jiff::tz::offset(8),
            })
            .expect("a time")
    };
    let rows = [
        ("2026-11-24T09:30:00+08:00", Code::TooSoon),
        ("2027-03-01T09:30:00+08:00", Code::TooFar),
        ("2026-11-25T03:00:00+08:00", Code::NotOpen),
        ("2026-11-25T10:07:00+08:00", Code::NotOpen),
    ];
    for (start, code) in rows {
        let problem = book(
            &wang,
            CreateBookingBody {
                start: at(start),
                ..body(&wang, &service, &slot)
            },
        )
        .await
        .expect_err(start);
        assert_eq!(
            (problem.code, problem.pointer.as_deref()),
            (code, Some("/start")),
            "{start}"
        );
    }
    let far = app.sign_in("13800009001").await;
    let missing = book(&far, body(&far, &service, &slot))
        .await
        .expect_err("another community's service");
    assert_eq!(missing.code, Code::NotFound);
    let long = book(
        &wang,
        CreateBookingBody {
            note: Some("长".repeat(501)),
            ..body(&wang, &service, &slot)
        },
    )
    .await
    .expect_err("too long");
    assert_eq!(
        (long.code, long.pointer.as_deref()),
        (Code::TooLong, Some("/note"))
    );
    app.stop().await;
}
