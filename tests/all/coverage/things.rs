//! Things to point at: of somebody, of the other community, of nobody.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::booking::{Booking, State};
use domain::certificate::CertificateNumber;
use domain::library::barcode;
use domain::notice::{Data, Notice, Topic};
use domain::person::{Household, Language, Person, TextSize};
use domain::reward::VoucherCode;
use domain::{
    AbsenceId, ActivityId, AlertId, AuditId, BookingId, CaseId, CommunityId, DeviceId, EntryId,
    FeedbackId, HoldId, HouseholdId, LibraryImportId, LibraryTaskId, LoanId, MessageId,
    NetworkBatchId, NoteId, PersonId, ProviderId, RedemptionId, RewardId, TaskId, TeamId, TitleId,
};
use jiff::tz::TimeZone;
use serde_json::json;
use store::claims::claims_items;
use store::identity::{Account, account_item, household_item, person_item};
use store::market::{BookingQuota, booking_item};
use store::notify::{Outgoing, To};
use store::schema::Kind;
use store::table::write;
use wire::endpoint::None_;
use wire::market::{ApplyAsProvider, ApplyBody, CreateBooking};

use super::CREDENTIAL;
use super::care::troubled;
use super::left::{pass_on, redeem, serve};
use super::library::{self, borrow, number};
use super::watch::watch_over;
use crate::market::create_booking::{body, slots};

/// Things to point at, by the first word of a path.
pub struct Things {
    pub booking: String,
    pub provider: String,
    pub service: String,
    pub person: String,
    pub message: String,
    /// Could not be delivered; of the community, as services are.
    pub stuck: String,
    pub feedback: String,
    pub household: String,
    pub reward: String,
    pub redemption: String,
    /// What the redemption goes by at the counter.
    pub voucher: String,
    /// Run by them.
    pub activity: String,
    /// Written down by hand, and not approved yet.
    pub entry: String,
    pub certificate: String,
    pub team: String,
    /// An hour that left for the national network, and what it left in.
    pub record: String,
    pub batch: String,
    /// Is kept for them; a copy of another they have, and its loan.
    pub title: String,
    pub copy: String,
    pub loan: String,
    pub hold: String,
    pub card: String,
    /// A count of the shelves, and a book that could not be written down as theirs.
    pub audit: String,
    pub task: String,
    /// A file of titles that has a row left.
    pub import: String,
    /// A door between their home and the world, a time away they reported, and an alert about them.
    pub device: String,
    pub absence: String,
    pub alert: String,
    /// A case about them, what is to be done in it, and a note they wrote about themselves.
    pub case: String,
    pub care_task: String,
    pub note: String,
    /// Said when their file was opened.
    pub reason: String,
}

impl Things {
    pub fn of(&self, path: &str) -> String {
        match path.split('/').nth(2).unwrap_or_default() {
            "bookings" => self.booking.clone(),
            "providers" => self.provider.clone(),
            "services" => self.service.clone(),
            "people" => self.person.clone(),
            "inbox" => self.message.clone(),
            "stuck" => self.stuck.clone(),
            "feedback" => self.feedback.clone(),
            "rewards" => self.reward.clone(),
            "redemptions" => self.redemption.clone(),
            "counter" => self.voucher.clone(),
            "activities" => self.activity.clone(),
            "hours" => self.entry.clone(),
            "certificates" => self.certificate.clone(),
            "teams" => self.team.clone(),
            "network" if path.starts_with("/v1/network/records/") => self.record.clone(),
            "network" => self.batch.clone(),
            "library" => library::of(self, path),
            "devices" => self.device.clone(),
            "watched" => self.person.clone(),
            "absences" => self.absence.clone(),
            "alerts" => self.alert.clone(),
            "cases" => self.case.clone(),
            "notes" => self.note.clone(),
            "care" => self.person.clone(),
            "categories" => "locks".into(),
            "me" => "share_contact".into(),
            other => panic!("say what to point at for /v1/{other}"),
        }
    }
}

/// Somebody who holds one role and nothing else, and lives alone.
pub async fn with_role(app: &TestApp, role: Role) -> Actor<'_> {
    let community = app.home().await;
    let id = PersonId::new(app.millis(), app.chance());
    let household = Household {
        id: HouseholdId::new(app.millis(), app.chance()),
        community,
        building: "9号楼".into(),
        room: format!("{}", app.chance() % 10_000),
        people: vec![id],
        ver: 1,
    };
    let person = Person {
        id,
        community,
        name: format!("测试·{role}"),
        phone: Some(format!("199{:08}", app.chance() % 100_000_000)),
        born: None,
        household: Some(household.id),
        guardian: None,
        roles: vec![role],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: app.now(),
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    };
    let account = Account {
        community,
        person: id,
    };
    let phone = person.phone.as_deref().expect("a number");
    let digest = app.ctx().secret.phone_digest(phone);
    let items = [
        household_item(&household),
        person_item(&person),
        account_item(&digest, &account),
    ];
    let items = items.map(|item| item.expect("an item")).to_vec();
    app.ctx().store.put_all(items).await.expect("written");
    app.as_person(&person).await
}

/// A booking to be copied from: of the demo resident, waiting for the answer of its provider.
pub async fn pattern(app: &TestApp) -> Booking {
    let wang = app.resident().await;
    let service = app.service("配钥匙").await;
    let slot = slots(&wang, &service, 14).await.remove(30);
    let made = wang.call::<CreateBooking>((), None_ {}, body(&wang, &service, &slot));
    let made = made.await.expect("a booking");
    let store = &app.ctx().store;
    let booking = store.booking(app.home().await, made.id).await;
    Booking {
        state: State::Requested {
            until: app.now() + jiff::SignedDuration::from_hours(20),
        },
        ..booking.expect("answers").expect("is there")
    }
}

/// A request of this resident's, to this provider or to whose the pattern is. It has the pattern's
/// time to itself: whichever had it before is left without.
pub async fn request(
    app: &TestApp,
    like: &Booking,
    resident: &Things,
    at: Option<&Things>,
) -> String {
    let person = resident.person.parse().expect("an id");
    let booking = Booking {
        id: BookingId::new(app.millis(), app.chance()),
        resident: person,
        booked_by: person,
        provider: at.map_or(like.provider, |at| at.provider.parse().expect("an id")),
        provider_person: at.map_or(like.provider_person, |at| at.person.parse().expect("an id")),
        ..like.clone()
    };
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let mut items = vec![booking_item(&booking, &zone).expect("an item")];
    items.extend(claims_items([&booking]).expect("items"));
    let quota = BookingQuota { open_count: 5 };
    let key = store::schema::booking_quota(booking.community, person);
    items.push(write(Kind::Quota, &key, &quota, []).expect("an item"));
    app.ctx().store.put_all(items).await.expect("written");
    booking.id.to_string()
}

/// A booking, a provider file, a person and a message of somebody's own, and the log of one who
/// looked at their file; a service of the community, and a message it could not deliver.
pub async fn things(app: &TestApp, who: &Actor<'_>, like: &Booking, admin: &Actor<'_>) -> Things {
    let community = app.home().await;
    let provider = ProviderId::new(app.millis(), app.chance());
    let apply = ApplyBody {
        id: provider,
        name: "测试".into(),
        intro: String::new(),
        person: None,
    };
    let file = who.call::<ApplyAsProvider>((), None_ {}, apply).await;
    let file = file.expect("a provider file");
    let proof = json!({ "kind": "identity", "expires": "2027-01-01", "ver": file.ver });
    let place = format!("/v1/providers/{provider}/credentials/{CREDENTIAL}");
    let put = admin.raw("PUT", &place, Some(proof.to_string())).await;
    assert_eq!(put.status, 200, "{}", put.body);
    let me = who.id.expect("signed in");
    let reason = format!("reason-{me}");
    let file = format!("/v1/people/{me}?reason={reason}");
    assert_eq!(admin.raw("GET", &file, None).await.status, 200);
    let person = app.ctx().store.person(community, me).await;
    let household = person.expect("answers").and_then(|person| person.household);
    let mut things = Things {
        booking: String::new(),
        provider: provider.to_string(),
        service: app.service("配钥匙").await.id.to_string(),
        person: me.to_string(),
        message: acceptance::app::message(app, community, me).await,
        stuck: stuck(app, community, me).await,
        feedback: feedback(who).await,
        household: household.expect("with_role gives one").to_string(),
        reward: String::new(),
        redemption: String::new(),
        voucher: String::new(),
        activity: String::new(),
        entry: String::new(),
        certificate: String::new(),
        team: String::new(),
        record: String::new(),
        batch: String::new(),
        title: String::new(),
        copy: String::new(),
        loan: String::new(),
        hold: String::new(),
        card: String::new(),
        audit: String::new(),
        task: String::new(),
        import: String::new(),
        device: String::new(),
        absence: String::new(),
        alert: String::new(),
        case: String::new(),
        care_task: String::new(),
        note: String::new(),
        reason,
    };
    redeem(app, community, me, &mut things).await;
    serve(app, community, me, &mut things).await;
    pass_on(app, community, me, &mut things).await;
    borrow(app, community, me, &mut things).await;
    watch_over(app, community, me, &mut things).await;
    troubled(app, community, me, "问问近况", &mut things).await;
    things.booking = request(app, like, &things, None).await;
    things
}

/// Something they wrote to the station.
async fn feedback(who: &Actor<'_>) -> String {
    let id = FeedbackId::new(who.app.millis(), who.app.chance());
    let said = json!({ "id": id, "text": "门口的灯坏了" }).to_string();
    let sent = who.raw("POST", "/v1/feedback", Some(said)).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    id.to_string()
}

/// A message that ran out of attempts.
pub async fn stuck(app: &TestApp, community: CommunityId, to: PersonId) -> String {
    let at = app.now();
    let row = Outgoing {
        id: MessageId::new(app.millis(), app.chance()),
        community,
        to: vec![To::Person(to)],
        notice: Notice {
            topic: Topic::BookingMade,
            data: Data::new(),
        },
        at,
        attempts: domain::limits::MESSAGE_ATTEMPTS,
        postponed: 0,
        next_at: at,
    };
    let store = &app.ctx().store;
    store
        .put_all(vec![row.item().expect("an item")])
        .await
        .expect("written");
    let key = store::schema::outbox(community, row.id);
    store.set_aside(community, &key).await.expect("set aside");
    row.id.to_string()
}

/// Things of the other community, by asking its own people.
pub async fn things_elsewhere(app: &TestApp) -> Things {
    let admin = app.sign_in("13800009211").await;
    let first = |raw: Raw| {
        raw.json()["items"][0]["id"]
            .as_str()
            .expect("it has one")
            .to_owned()
    };
    let services = admin.raw("GET", "/v1/services", None).await;
    let providers = admin.raw("GET", "/v1/providers", None).await;
    let people = admin.raw("GET", "/v1/people", None).await;
    let resident = app.sign_in("13800009001").await;
    let booking = wire::market::CreateBookingBody {
        id: resident.booking(),
        service: first(admin.raw("GET", "/v1/services", None).await)
            .parse()
            .expect("a service id"),
        service_ver: None,
        provider: None,
        start: {
            let id = first(services);
            let raw = resident
                .raw(
                    "GET",
                    &format!("/v1/services/{id}/slots?from=2026-11-26&days=7"),
                    None,
                )
                .await;
            serde_json::from_value(raw.json()["slots"][0]["start"].clone())
                .expect("a free time over there")
        },
        note: None,
        resident: None,
        hold: None,
    };
    let booking = resident
        .call::<CreateBooking>((), None_ {}, booking)
        .await
        .expect("a booking over there")
        .id;
    let person: PersonId = resident.id.expect("signed in");
    let community = acceptance::app::community_of(app, person).await;
    let mut things = Things {
        booking: booking.to_string(),
        provider: first(providers),
        service: first(admin.raw("GET", "/v1/services", None).await),
        person: first(people),
        message: acceptance::app::message(app, community, person).await,
        stuck: stuck(app, community, person).await,
        feedback: feedback(&resident).await,
        household: first(admin.raw("GET", "/v1/households", None).await),
        reward: String::new(),
        redemption: String::new(),
        voucher: String::new(),
        activity: String::new(),
        entry: String::new(),
        certificate: String::new(),
        team: String::new(),
        record: String::new(),
        batch: String::new(),
        title: String::new(),
        copy: String::new(),
        loan: String::new(),
        hold: String::new(),
        card: String::new(),
        audit: String::new(),
        task: String::new(),
        import: String::new(),
        device: String::new(),
        absence: String::new(),
        alert: String::new(),
        case: String::new(),
        care_task: String::new(),
        note: String::new(),
        reason: "nobody looked".into(),
    };
    redeem(app, community, person, &mut things).await;
    serve(app, community, person, &mut things).await;
    pass_on(app, community, person, &mut things).await;
    borrow(app, community, person, &mut things).await;
    watch_over(app, community, person, &mut things).await;
    troubled(app, community, person, "问问近况", &mut things).await;
    things
}

pub fn nothing(app: &TestApp) -> Things {
    let chance = app.chance();
    Things {
        booking: domain::BookingId::new(1, chance).to_string(),
        provider: ProviderId::new(1, chance).to_string(),
        service: domain::ServiceId::new(1, chance).to_string(),
        person: PersonId::new(1, chance).to_string(),
        message: MessageId::new(1, chance).to_string(),
        stuck: MessageId::new(1, chance).to_string(),
        feedback: FeedbackId::new(1, chance).to_string(),
        household: HouseholdId::new(1, chance).to_string(),
        reward: RewardId::new(1, chance).to_string(),
        redemption: RedemptionId::new(1, chance).to_string(),
        voucher: VoucherCode::new(chance).to_string(),
        activity: ActivityId::new(1, chance).to_string(),
        entry: EntryId::new(1, chance).to_string(),
        certificate: CertificateNumber::from_bits(app.millis() ^ 0x5bd1_e995).to_string(),
        team: TeamId::new(1, chance).to_string(),
        record: EntryId::new(1, chance).to_string(),
        batch: NetworkBatchId::new(1, chance).to_string(),
        title: TitleId::new(1, chance).to_string(),
        copy: barcode::label(number(app)),
        loan: LoanId::new(1, chance).to_string(),
        hold: HoldId::new(1, chance).to_string(),
        card: barcode::card(number(app)),
        audit: AuditId::new(1, chance).to_string(),
        task: LibraryTaskId::new(1, chance).to_string(),
        import: LibraryImportId::new(1, chance).to_string(),
        device: DeviceId::new(1, chance).to_string(),
        absence: AbsenceId::new(1, chance).to_string(),
        alert: AlertId::new(1, chance).to_string(),
        case: CaseId::new(1, chance).to_string(),
        care_task: TaskId::new(1, chance).to_string(),
        note: NoteId::new(1, chance).to_string(),
        reason: "nobody looked".into(),
    }
}
