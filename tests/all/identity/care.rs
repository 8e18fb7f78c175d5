//! Everything held about somebody can be had, and can go.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::consent::{How, Purpose};
use domain::notice::{Data, Notice, Topic};
use domain::{CommunityId, FeedbackId, MessageId, ProviderId, ViewId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::identity::{Consent, Leaver, View, consent_item, view_item};
use store::notify::{Attempt, Outgoing, Push, To, attempt_item, push_item};
use store::schema::{self, Care, Item, Kind};
use store::table::write;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody};

use crate::market::create_booking::{body, slots};

#[tokio::test]
async fn the_export_holds_what_is_held_and_no_secret() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let data = wang.raw("GET", "/v1/me/data", None).await;
    assert_eq!(data.status, 200, "{}", data.body);
    let records = data.json()["records"].clone();
    for kind in [
        "Person",
        "Account",
        "Session",
        "Booking",
        "Consent",
        "Household",
    ] {
        assert!(
            records[kind]
                .as_array()
                .is_some_and(|rows| !rows.is_empty()),
            "no {kind} in {records}"
        );
    }
    let secret = wang.client.cookie.clone().expect("a cookie");
    let token = secret.rsplit('.').next().expect("a token");
    assert!(!data.body.contains(token));
    assert!(
        !data
            .body
            .contains(&service::secret::digest(token.as_bytes())),
        "not even as a digest"
    );
    app.stop().await;
}

const NAME: &str = "测试·王阿姨";
const PHONE: &str = "13800000001";
const NOTE: &str = "独一无二的备注";

/// Every line of the table, as the operator's backup has them.
async fn lines(app: &TestApp) -> Vec<Value> {
    let mut all = Vec::new();
    store::audit::export(&app.ctx().store, |line| {
        all.push(serde_json::from_str(line).expect("a line of JSON"));
        Ok(())
    })
    .await
    .expect("exported");
    all
}

fn kind_of(line: &Value) -> Kind {
    let kind = line["kind"].as_str().and_then(Kind::parse);
    kind.expect("a kind that is known")
}

async fn put(app: &TestApp, item: Item) {
    let store = &app.ctx().store;
    store.put_all(vec![item]).await.expect("written");
}

/// A row that waits: for the person, or for their number only.
fn waiting(app: &TestApp, community: CommunityId, to: To) -> Outgoing {
    Outgoing {
        id: MessageId::new(app.millis(), app.chance()),
        community,
        to: vec![to],
        notice: Notice {
            topic: Topic::BookingMade,
            data: Data::new(),
        },
        at: app.now(),
        attempts: 1,
        postponed: 0,
        next_at: app.now() + SignedDuration::from_hours(48),
    }
}

/// One item at least of each kind that can be about somebody.
async fn leave_everything(app: &TestApp, wang: &Actor<'_>) {
    let (com, me) = (app.home().await, wang.id.expect("signed in"));
    let people = app.people().await;
    let ward = people.iter().find(|p| p.guardian == Some(me));
    let ward = ward.expect("the first resident has a child").id;
    let service = app.service("配钥匙").await;
    for resident in [None, Some(ward)] {
        let slot = slots(wang, &service, 3).await.remove(0);
        let order = CreateBookingBody {
            note: Some(NOTE.into()),
            resident,
            ..body(wang, &service, &slot)
        };
        let made = wang.call::<CreateBooking>((), None_ {}, order).await;
        made.expect("booked");
    }
    let said = json!({ "id": FeedbackId::new(app.millis(), app.chance()), "text": "灯坏了" });
    let sent = wang
        .raw("POST", "/v1/feedback", Some(said.to_string()))
        .await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let id = ProviderId::new(app.millis(), app.chance());
    let apply = json!({ "id": id, "name": format!("{NAME}的铺子") });
    let applied = wang
        .raw("POST", "/v1/providers", Some(apply.to_string()))
        .await;
    assert_eq!(applied.status, 201, "{}", applied.body);
    let agree = json!({ "id": app.command(), "given": true, "version": 1 }).to_string();
    app.advance(SignedDuration::from_secs(1));
    let path = "/v1/me/consents/sms_notices";
    assert_eq!(wang.raw("PUT", path, Some(agree)).await.status, 200);
    app.settle().await;
    let message = MessageId::new(app.millis(), app.chance());
    let attempt = Attempt {
        message,
        channel: "sms".into(),
        n: 1,
        at: app.now(),
        sent: true,
        reason: String::new(),
    };
    put(
        app,
        attempt_item(com, me, message, &attempt).expect("an item"),
    )
    .await;
    let push = Push {
        community: com,
        person: me,
        id: "0".repeat(64),
        openid: None,
        endpoint: "https://fcm.googleapis.com/fcm/send/x".into(),
        p256dh: "p".into(),
        auth: "a".into(),
        session: "s".into(),
        at: app.now(),
    };
    put(app, push_item(&push).expect("an item")).await;
    acceptance::app::message(app, com, me).await;
    crate::coverage::volunteer(app, com, me).await;
    crate::coverage::watched(app, com, me, NOTE).await;
    crate::coverage::measured(app, com, me).await;
    crate::coverage::cared(app, com, me, NOTE).await;
    // A book they were to have, one they handed over, and one they cleared up.
    for (reader, by, settled_by) in [
        (Some(me), Some(ward), None),
        (Some(ward), Some(me), None),
        (Some(ward), None, Some(me)),
    ] {
        let task = store::library::LibraryTask {
            reader,
            by,
            settled_by,
            ..crate::coverage::library_task(app, com, me)
        };
        put(app, store::library::task_item(&task).expect("an item")).await;
    }
    let store = &app.ctx().store;
    store
        .enrol(com, me, "SECRET", false)
        .await
        .expect("written");
    let view = View {
        id: ViewId::new(app.millis(), app.chance()),
        at: app.now(),
        viewer: ward,
        viewer_role: Role::Resident,
        what: "GetPerson".into(),
        reason: String::new(),
        how: None,
    };
    put(app, view_item(com, me, &view).expect("an item")).await;
    let theirs = View {
        viewer: me,
        ..view.clone()
    };
    put(app, view_item(com, ward, &theirs).expect("an item")).await;
    let linked = View {
        id: ViewId::new(app.millis(), app.chance()),
        ..theirs
    };
    let views = [(ward, linked)];
    let logged = store.log_views(com, &views);
    logged.await.expect("written");
    let number = || To::Number {
        digest: app.ctx().secret.phone_digest(PHONE),
        phone: PHONE.into(),
        nonce: "n".into(),
    };
    for to in [To::Person(me), number()] {
        let row = waiting(app, com, to.clone());
        put(app, row.item().expect("an item")).await;
        let row = waiting(app, com, to);
        let key = schema::stuck(com, row.id);
        put(app, write(Kind::Stuck, &key, &row, []).expect("an item")).await;
    }
    app.advance(SignedDuration::from_mins(2));
    let ask = json!({ "phone": PHONE }).to_string();
    let sent = app
        .stranger()
        .raw("POST", "/v1/auth/codes", Some(ask))
        .await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    app.settle().await;
}

pub async fn finish_bookings(wang: &Actor<'_>) {
    let open = wang.raw("GET", "/v1/bookings?open=true", None).await.json();
    for booking in open["items"].as_array().expect("rows") {
        let id = booking["id"].as_str().expect("an id");
        let (verb, said) = match booking["state"].as_str() {
            Some("quoted") => ("approve-quote", json!({ "amount": booking["amount"] })),
            _ => ("cancel", json!({ "reason": NOTE })),
        };
        let path = format!("/v1/bookings/{id}/{verb}");
        let raw = wang.raw("POST", &path, Some(said.to_string())).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }
}

/// The station names the next neighbour as guardian instead.
async fn hand_over_wards(app: &TestApp, wang: &Actor<'_>) {
    let (worker, other) = (
        app.sign_in("13800000201").await,
        app.sign_in("13800000002").await,
    );
    let people = app.people().await;
    for ward in people.iter().filter(|person| person.guardian == wang.id) {
        let body = json!({ "id": app.command(), "name": ward.name, "born": ward.born,
            "household": ward.household, "guardian": other.id, "reason": "换监护人", "ver": ward.ver });
        let path = format!("/v1/people/{}", ward.id);
        let raw = worker.raw("PUT", &path, Some(body.to_string())).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }
}

#[tokio::test]
async fn deletion_leaves_no_trace_but_the_counts() {
    let app = TestApp::start().await;
    let (home, wang) = (app.home().await, app.resident().await);
    leave_everything(&app, &wang).await;
    let data = wang.raw("GET", "/v1/me/data", None).await.json();
    for kind in Kind::ALL {
        let rows = data["records"][kind.as_str()]
            .as_array()
            .map_or(0, Vec::len);
        // Whoever runs an activity or belongs to a team finds it among activities and teams.
        let told = kind.care() != Care::Impersonal && ![Kind::Activity, Kind::Team].contains(kind);
        assert_eq!(rows > 0, told, "{kind:?}: {rows} in the export");
    }
    let delete = async |phone: &str| {
        let body = json!({ "phone": phone });
        wang.raw("POST", "/v1/me/deletion", Some(body.to_string()))
            .await
    };
    let other = delete("13800000002").await;
    assert_eq!(
        (other.status, other.json()["pointer"].as_str()),
        (422, Some("/phone"))
    );
    assert_eq!(delete(PHONE).await.code(), "open_bookings");
    finish_bookings(&wang).await;
    assert_eq!(delete(PHONE).await.code(), "has_wards");
    hand_over_wards(&app, &wang).await;
    app.settle().await;
    let bookings = lines(&app).await;
    let bookings = bookings
        .iter()
        .filter(|line| kind_of(line) == Kind::Booking);
    let bookings = bookings.count();
    let gone = delete(PHONE).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert_eq!(wang.raw("GET", "/v1/me", None).await.status, 401);

    let (com, me) = (home, wang.id.expect("signed in"));
    let (my_id, number) = (me.to_string(), app.ctx().secret.phone_digest(PHONE));
    let check = async |when: &str| {
        for line in lines(&app).await {
            let (kind, text) = (kind_of(&line), line.to_string());
            for trace in [NAME, PHONE, NOTE] {
                assert!(!text.contains(trace), "{when}: {trace} stands in {text}");
            }
            let to_them = matches!(kind, Kind::Outbox | Kind::Stuck) && text.contains(&my_id);
            assert!(!to_them, "{when}: still to be sent to them: {text}");
            let code = kind == Kind::Code && text.contains(&number);
            assert!(
                !code,
                "{when}: a code for a number that is nobody's: {text}"
            );
            let own = line["pk"] == format!("{com}#P#{me}");
            let stays = matches!(kind.care(), Care::Kept(_) | Care::Anonymised);
            assert!(!own || stays, "{when}: {text}");
        }
    };
    check("at once").await;

    // What was under way while they were deleted, and what comes later.
    let late = waiting(&app, com, To::Person(me));
    app.ctx().store.deliver(&late, me).await.expect("answers");
    let consent = Consent {
        purpose: Purpose::SmsNotices,
        given: true,
        version: 1,
        at: app.now(),
        how: How::Own,
        by: None,
    };
    check("after a late delivery").await;
    put(&app, consent_item(com, me, &consent).expect("an item")).await;
    app.advance(SignedDuration::from_secs(61));
    app.settle().await;
    check("a minute later").await;

    let all = lines(&app).await;
    let left = all.iter().filter(|line| kind_of(line) == Kind::Booking);
    assert_eq!(left.count(), bookings, "the bookings still count");
    let findings = store::audit::check(&app.ctx().store, app.now())
        .await
        .expect("the audit runs");
    assert!(findings.is_empty(), "{findings:#?}");
    app.stop().await;
}

#[tokio::test]
async fn notices_name_nobody_and_say_who_where_they_are_read() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let service = app.service("换锁芯").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let made = wang
        .call::<CreateBooking>((), None_ {}, body(&wang, &service, &slot))
        .await
        .expect("booked");
    app.advance(SignedDuration::from_mins(2));
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let path = format!("/v1/bookings/{}/decline", made.id);
    let said = json!({ "reason": NOTE }).to_string();
    assert_eq!(li.raw("POST", &path, Some(said)).await.status, 200);
    app.settle().await;
    for line in lines(&app).await {
        let kept = matches!(kind_of(&line), Kind::Message | Kind::Outbox | Kind::Stuck);
        let text = line.to_string();
        let about = text.contains(&made.id.to_string());
        let named = text.contains(&made.provider_name) || text.contains(NOTE);
        assert!(!(kept && about && named), "{text}");
    }
    let inbox = async || {
        let raw = wang.raw("GET", "/v1/inbox", None).await.json();
        raw["items"][0]["data"].clone()
    };
    let data = inbox().await;
    assert_eq!(
        (data["provider"].as_str(), data["reason"].as_str()),
        (Some(made.provider_name.as_str()), Some(NOTE))
    );
    let store = &app.ctx().store;
    let gone = store.anonymise_booking(app.home().await, made.id, Leaver::Provider);
    gone.await.expect("written");
    let data = inbox().await;
    assert_eq!(
        (data["provider"].as_str(), data.get("reason")),
        (Some("—"), None)
    );
    app.stop().await;
}
