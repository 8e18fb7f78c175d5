//! Every route × every role × whose thing it is: own, one's own to serve, another's of the same
//! community, of another community, missing. [`EXPECTED`] has the answer to each. Nobody learns from
//! an answer whether a foreign thing exists, and no list holds anything foreign.

use acceptance::client::Raw;
use acceptance::network::put_passed;
use acceptance::redemptions::{put_reward, put_voucher};
use acceptance::{Actor, TestApp};
use domain::access::{Act, Role, allows};
use domain::activity::{Activity, ActivityState, Team, Volunteer};
use domain::availability::Span;
use domain::booking::{Booking, State};
use domain::certificate::{Certificate, CertificateNumber, Standing};
use domain::consent::Purpose;
use domain::hours::{Claim, Entry, Hand};
use domain::notice::{Data, Notice, Topic};
use domain::person::{Household, Language, Person, TextSize};
use domain::reward::VoucherCode;
use domain::{
    ActivityId, BookingId, CommunityId, EntryId, FeedbackId, HouseholdId, MessageId,
    NetworkBatchId, PersonId, ProviderId, RedemptionId, RewardId, SignUpId, TeamId,
};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::claims::claims_items;
use store::identity::{household_item, person_item};
use store::market::{Beside, BookingQuota, booking_item};
use store::notify::{Outgoing, To};
use store::points::hours::HoursChange;
use store::schema::Kind;
use store::table::write;
use wire::endpoint::None_;
use wire::market::{ApplyAsProvider, ApplyBody, CreateBooking};
use wire::{EndpointInfo, endpoints};

use crate::market::create_booking::{body, slots};
use crate::pointers::{assert_described, assert_points_somewhere};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    /// A neighbour's visit at the provider one is.
    Served,
    SameCommunity,
    OtherCommunity,
    Missing,
}

const WHOSE: [Whose; 5] = [
    Whose::Own,
    Whose::Served,
    Whose::SameCommunity,
    Whose::OtherCommunity,
    Whose::Missing,
];

/// Everybody's proof goes by the same id: it stands within a provider's file.
const CREDENTIAL: &str = "crd_01JZ4T0Q8M6W3V9K2B7D5F1H0C";

/// Things to point at, by the first word of a path.
pub struct Things {
    pub booking: String,
    pub provider: String,
    pub service: String,
    pub person: String,
    message: String,
    /// Could not be delivered; of the community, as services are.
    stuck: String,
    feedback: String,
    household: String,
    reward: String,
    redemption: String,
    /// What the redemption goes by at the counter.
    voucher: String,
    /// Run by them.
    activity: String,
    /// Written down by hand, and not approved yet.
    entry: String,
    certificate: String,
    team: String,
    /// An hour that left for the national network, and what it left in.
    record: String,
    batch: String,
    /// Said when their file was opened.
    reason: String,
}

impl Things {
    fn of(&self, path: &str) -> String {
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
    let items = [household_item(&household), person_item(&person)];
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
        reason,
    };
    redeem(app, community, me, &mut things).await;
    serve(app, community, me, &mut things).await;
    pass_on(app, community, me, &mut things).await;
    things.booking = request(app, like, &things, None).await;
    things
}

/// A reward of the community, and a redemption of it by somebody.
async fn redeem(app: &TestApp, community: CommunityId, who: PersonId, things: &mut Things) {
    let (store, at) = (&app.ctx().store, app.now());
    let id = RewardId::from_bits(community.bits());
    let reward = match store.reward(community, id).await.expect("answers") {
        Some(reward) => reward,
        None => put_reward(store, community, id, 10_000, at).await,
    };
    let redemption = put_voucher(store, who, &reward, app.chance(), at).await;
    things.reward = reward.id.to_string();
    things.redemption = redemption.id.to_string();
    things.voucher = redemption.code.to_string();
}

/// Something of each kind that volunteering leaves: time, a certificate, a sign-up, a voucher.
pub async fn volunteer(app: &TestApp, community: CommunityId, who: PersonId) {
    let mut things = nothing(app);
    things.team = String::new();
    serve(app, community, who, &mut things).await;
    redeem(app, community, who, &mut things).await;
    pass_on(app, community, who, &mut things).await;
    let person = app.ctx().store.person(community, who).await;
    let person = person.expect("answers").expect("there");
    let body = json!({ "id": SignUpId::new(app.millis(), app.chance()) }).to_string();
    let path = format!("/v1/activities/{}/signups", things.activity);
    let raw = app
        .as_person(&person)
        .await
        .raw("POST", &path, Some(body))
        .await;
    assert_eq!(raw.status, 201, "{}", raw.body);
}

/// An hour of theirs that left for the national network.
async fn pass_on(app: &TestApp, community: CommunityId, who: PersonId, things: &mut Things) {
    let (record, batch) = put_passed(app, community, who).await;
    things.record = record.to_string();
    things.batch = batch.to_string();
}

/// An activity they run tomorrow, an hour they wrote down, a certificate, and a team they lead.
async fn serve(app: &TestApp, community: CommunityId, who: PersonId, things: &mut Things) {
    let (store, at) = (&app.ctx().store, app.now());
    let starts = at + SignedDuration::from_hours(24);
    let activity = Activity {
        id: ActivityId::new(app.millis(), app.chance()),
        community,
        series: None,
        title: "陪老人聊天".into(),
        about: String::new(),
        place: "活动室".into(),
        grid: "第一网格".into(),
        skills: Vec::new(),
        team: None,
        organiser: who,
        starts,
        ends: starts + SignedDuration::from_hours(1),
        capacity: 5,
        going: 0,
        waiting: 0,
        unfilled: false,
        state: ActivityState::Open,
        reason: String::new(),
        created_at: at,
        turns: 0,
        ver: 1,
    };
    let none = Beside::default();
    let made = store
        .create_activities(std::slice::from_ref(&activity), &none)
        .await;
    made.expect("published");
    let from = at - SignedDuration::from_hours(48);
    let claim = Claim {
        id: EntryId::new(app.millis(), app.chance()),
        community,
        person: who,
        activity: None,
        what: "扫雪".into(),
        span: Span {
            from,
            until: from + SignedDuration::from_hours(1),
        },
        evidence: String::new(),
    };
    let hand = Hand {
        person: who,
        speaks: false,
        approves: false,
        shared: Default::default(),
    };
    let next = async || {
        let file = store.volunteer(community, who).await.expect("answers");
        let card = format!("CARD{:012}", app.chance() % 1_000_000_000_000);
        file.unwrap_or_else(|| Volunteer::new(who, card)).touched()
    };
    let change = HoursChange {
        entry: Entry::manual(claim, hand, at).expect("in order"),
        volunteer: next().await,
        superseded: None,
        sign_up: None,
        gain: None,
        outdated: Vec::new(),
    };
    store.write_hours(&change, &none).await.expect("written");
    let bits = u64::try_from(app.chance() & u128::from(u64::MAX)).expect("64 bits");
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let certificate = Certificate {
        number: CertificateNumber::from_bits(bits),
        community,
        person: who,
        from: day,
        until: day,
        minutes: 0,
        manual_minutes: 0,
        entries: Vec::new(),
        issued_by: who,
        issued_at: at,
        standing: Standing::Valid,
        changed_at: at,
        ver: 1,
    };
    let issued = store
        .issue_certificate(&certificate, &next().await, &none)
        .await;
    issued.expect("issued");
    let team = Team {
        id: TeamId::new(app.millis(), app.chance()),
        community,
        name: "读书队".into(),
        lead: who,
        members: vec![who],
        ver: 1,
    };
    // One is enough: a community has only so many.
    if !things.team.starts_with("tea") {
        store.put_team(&team, &none).await.expect("written");
        things.team = team.id.to_string();
    }
    things.activity = activity.id.to_string();
    things.entry = change.entry.id.to_string();
    things.certificate = certificate.number.to_string();
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
async fn stuck(app: &TestApp, community: CommunityId, to: PersonId) -> String {
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
async fn things_elsewhere(app: &TestApp) -> Things {
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
        reason: "nobody looked".into(),
    };
    redeem(app, community, person, &mut things).await;
    serve(app, community, person, &mut things).await;
    pass_on(app, community, person, &mut things).await;
    things
}

fn nothing(app: &TestApp) -> Things {
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
        reason: "nobody looked".into(),
    }
}

/// A body in order for each endpoint that takes one; a new endpoint fails here until it has its row.
pub fn sample(app: &TestApp, endpoint: &EndpointInfo) -> Option<Value> {
    let id = |prefix: &str| {
        format!(
            "{prefix}_{}",
            &domain::CommandId::new(app.millis(), app.chance()).to_string()[4..]
        )
    };
    let terms = json!({ "price_from": 100, "price_to": 200, "minutes": 30, "buffer_before_minutes": 0, "buffer_after_minutes": 0,
        "step_minutes": 30, "lead_minutes": 0, "horizon_days": 14, "cutoff_minutes": 0, "mode": "instant" });
    let calendar = json!({ "weekly": [], "breaks": [], "exceptions": [], "blocked": [] });
    let consent = Purpose::ShareContact.version();
    Some(match endpoint.name {
        "SendCode" => json!({ "phone": "13800000055" }),
        "SignIn" => json!({ "phone": "13800000055", "code": "000000" }),
        "EnrolSecondFactor" => json!({}),
        "VerifySecondFactor" => json!({ "code": "000000" }),
        "UpdateMe" => json!({ "language": "zh" }),
        "DeleteMe" => json!({ "phone": "13800000055" }),
        "SetConsent" => json!({ "id": id("cmd"), "given": true, "version": consent }),
        "AddChild" => json!({ "id": id("per"), "name": "测试·小朋友", "born": "2020-01-01" }),
        "SendFeedback" => json!({ "id": id("fbk"), "text": "门口的灯坏了" }),
        "HandleFeedback" => json!({ "id": id("cmd"), "answer": "修好了" }),
        "CreatePerson" => json!({ "id": id("per"), "name": "测试·新人" }),
        "UpdatePerson" => {
            json!({ "id": id("cmd"), "name": "测试·改名", "reason": "更正", "ver": 99 })
        }
        "SetConsentOf" => {
            json!({ "id": id("cmd"), "given": true, "version": consent, "how": "in_person", "reason": "上门" })
        }
        "DeletePerson" => json!({ "name": "谁", "how": "in_person", "reason": "搬走" }),
        "SetRoles" => json!({ "id": id("cmd"), "roles": ["resident"], "ver": 99 }),
        "ResetSecondFactor" => json!({ "id": id("cmd"), "reason": "手机丢了" }),
        "CreateHousehold" => json!({ "id": id("hsh"), "building": "9号楼", "room": "901" }),
        "PutCategory" => json!({ "name": "开锁", "name_en": "Locksmith", "place": 1, "ver": 99 }),
        "CreateService" => {
            json!({ "id": id("svc"), "category": "locks", "name": "测试服务", "terms": terms, "providers": [] })
        }
        "UpdateService" => {
            json!({ "id": id("cmd"), "category": "locks", "name": "测试服务", "terms": terms, "providers": [], "hidden": false, "ver": 99 })
        }
        "CreateBooking" => {
            json!({ "id": id("bkg"), "service": id("svc"), "start": "2026-11-25T10:00:00+08:00" })
        }
        "ConfirmBooking" | "CancelBooking" | "AcceptBooking" | "DeclineBooking" | "RejectQuote"
        | "MarkNoShow" => json!({}),
        "RescheduleBooking" => json!({ "start": "2026-11-25T03:00:00+08:00" }),
        "CompleteBooking" | "ApproveQuote" => json!({ "amount": 1000 }),
        "ReviewBooking" => json!({ "stars": 5 }),
        "ApplyAsProvider" => json!({ "id": id("prv"), "name": "测试" }),
        "DecideProvider" => json!({ "id": id("cmd"), "decision": "reinstate" }),
        "PutCredential" => json!({ "kind": "identity", "expires": "2027-01-01", "ver": 99 }),
        "PutCalendar" => json!({ "calendar": calendar, "ver": 99 }),
        "ReadMessage" => json!({}),
        "RetryStuck" | "DismissStuck" => json!({ "id": id("cmd") }),
        "PutPointRule" => {
            json!({ "id": id("cmd"), "points_per_hour": 10, "cap_per_activity": 60, "cap_per_day": 80, "ver": 99 })
        }
        "CreateReward" => {
            json!({ "id": id("rwd"), "name": "大米", "kind": "goods", "points": 10, "stock": 5 })
        }
        "UpdateReward" => {
            json!({ "id": id("cmd"), "name": "大米", "kind": "goods", "points": 10, "state": "open", "ver": 99 })
        }
        "AddStock" => json!({ "id": id("cmd"), "add": 1, "reason": "到货" }),
        "CreateRedemption" => json!({ "id": id("rdm"), "reward": id("rwd"), "quantity": 1 }),
        "SettleRedemption" => json!({ "id": id("cmd"), "code": "ABCD-EFGH-J" }),
        "CancelRedemption" => json!({ "id": id("cmd"), "reason": "不要了" }),
        "CreateActivity" => {
            json!({ "id": id("act"), "title": "读报", "place": "活动室", "grid": "第一网格",
            "starts": "2026-12-01T09:00:00+08:00", "ends": "2026-12-01T10:00:00+08:00", "capacity": 5 })
        }
        "UpdateActivity" => {
            json!({ "id": id("cmd"), "title": "读报", "place": "活动室", "grid": "第一网格", "capacity": 5, "ver": 99 })
        }
        "CancelActivity" | "RemoveSignUp" | "RefuseHours" | "RevokeCertificate" => {
            json!({ "id": id("cmd"), "reason": "下雨" })
        }
        "SignUp" => json!({ "id": id("sgn") }),
        "Withdraw" | "RenewCard" | "ApproveHours" => json!({ "id": id("cmd") }),
        "PutVolunteer" => json!({ "id": id("cmd"), "skills": ["reading"], "ver": 99 }),
        "CreateTeam" => json!({ "id": id("tea"), "name": "读书队", "lead": id("per") }),
        "UpdateTeam" => json!({ "id": id("cmd"), "name": "读书队", "lead": id("per"), "ver": 99 }),
        "CheckIn" | "CheckOut" => json!({ "id": id("cmd"), "code": "AAAAAAAA" }),
        "ScanCard" => json!({ "id": id("cmd"), "card": "NOSUCHCARD22" }),
        "MarkMissed" => json!({ "id": id("cmd"), "person": id("per") }),
        "SettleHours" => json!({ "id": id("cmd"), "rows": [] }),
        "CreateHours" => json!({ "id": id("hrs"), "what": "扫雪",
            "starts": "2026-11-18T09:00:00+08:00", "ends": "2026-11-18T10:00:00+08:00" }),
        "DisputeHours" | "CorrectHours" => {
            json!({ "id": id("hrs"), "minutes": 30, "reason": "只来了半小时" })
        }
        "CreateNetworkBatch" => json!({ "id": id("nwb") }),
        "RequeueNetworkRecord" => json!({ "id": id("cmd") }),
        "IssueCertificate" => {
            json!({ "id": id("cmd"), "from": "2026-10-01", "until": "2026-10-20" })
        }
        name if endpoint.file
            || matches!(endpoint.method, wire::Method::Get | wire::Method::Delete) =>
        {
            let _ = name;
            return None;
        }
        name => panic!("write a sample body for {name}"),
    })
}

fn query(endpoint: &EndpointInfo) -> &'static str {
    match endpoint.name {
        "ListSlots" => "?from=2026-11-25",
        "ReconcileNetwork" => "?month=2026-11",
        "ListNetworkRecords" => "?state=sent&limit=100",
        "GetPerson" | "GetDataOf" => "?reason=x",
        "FindResidents" => "?q=%E6%B5%8B",
        "DeleteCredential" => "?ver=99",
        // All there is, so that nothing foreign hides on a second page.
        "ListBookings" | "ListInbox" | "ListMyViews" | "ListPeople" | "ListProviders"
        | "ListFeedback" | "ListMyFeedback" | "ListStuck" | "ListHouseholds" | "ListServices"
        | "ListRedemptions" | "ListActivities" | "ListHours" | "ListCertificates"
        | "ListMySignUps" | "ListPendingHours" => "?limit=100",
        _ => "",
    }
}

pub fn path(endpoint: &EndpointInfo, things: &Things) -> String {
    let mut filled = String::new();
    let mut first = true;
    for part in endpoint.path.split('/').skip(1) {
        filled.push('/');
        match part {
            "{credential}" => filled.push_str(CREDENTIAL),
            "{purpose}" if !first => filled.push_str("share_contact"),
            "{person}" if !first => filled.push_str(&things.person),
            part if part.starts_with('{') && first => {
                first = false;
                filled.push_str(&things.of(endpoint.path));
            }
            part => filled.push_str(part),
        }
    }
    filled + query(endpoint)
}

async fn probe(app: &TestApp, who: &Actor<'_>, endpoint: &EndpointInfo, things: &Things) -> Raw {
    let mut body = sample(app, endpoint);
    if let Some(body) = body
        .as_mut()
        .filter(|_| endpoint.name == "SettleRedemption")
    {
        body["code"] = json!(things.voucher);
    }
    let body = body.map(|body| body.to_string());
    let path = path(endpoint, things);
    let raw = who.raw(endpoint.method.as_str(), &path, body).await;
    assert_described(endpoint, &raw);
    assert_points_somewhere(endpoint, &raw);
    raw
}

/// What is answered where the act is allowed: to one's own thing, as the provider to serve, to a
/// thing of the community one may not and one may know about, to one elsewhere, and to none.
/// `-`: there is no such case. After a `/`, another answer to some.
const EXPECTED: &str = "
SignOut            | 204                                        | -                                          | -             | -                | -             | -
SignOutEverywhere  | 204                                        | -                                          | -             | -                | -             | -
EnrolSecondFactor  | 403 not_allowed                            | -                                          | -             | -                | -             | -
VerifySecondFactor | 403 not_allowed                            | -                                          | -             | -                | -             | -
GetMe              | 200                                        | -                                          | -             | -                | -             | -
UpdateMe           | 200                                        | -                                          | -             | -                | -             | -
GetMyData          | 200                                        | -                                          | -             | -                | -             | -
DeleteMe           | 204                                        | -                                          | -             | -                | -             | -
ListMyViews        | 200                                        | -                                          | -             | -                | -             | -
ListConsents       | 200                                        | -                                          | -             | -                | -             | -
SetConsent         | 200                                        | -                                          | -             | -                | -             | -
GetHousehold       | 200                                        | -                                          | -             | -                | -             | -
AddChild           | 201                                        | -                                          | -             | -                | -             | -
SendFeedback       | 201                                        | -                                          | -             | -                | -             | -
ListFeedback       | 200                                        | -                                          | -             | -                | -             | -
HandleFeedback     | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ListMyFeedback     | 200                                        | -                                          | -             | -                | -             | -
ListPeople         | 200                                        | -                                          | -             | -                | -             | -
GetPerson          | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
FindResidents      | 200                                        | -                                          | -             | -                | -             | -
UpdatePerson       | 403 not_allowed / admin 409 stale          | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
ListConsentsOf     | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
SetConsentOf       | 409 stale                                  | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
GetDataOf          | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
DeletePerson       | 403 not_allowed                            | -                                          | 404 not_found | 422 bad_value    | 404 not_found | 404 not_found
CreatePerson       | 201                                        | -                                          | -             | -                | -             | -
SetRoles           | 409 stale                                  | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
ResetSecondFactor  | 403 not_allowed                            | -                                          | -             | 409 not_enrolled | 404 not_found | 404 not_found
ListHouseholds     | 200                                        | -                                          | -             | -                | -             | -
CreateHousehold    | 201                                        | -                                          | -             | -                | -             | -
ListCategories     | 200                                        | -                                          | -             | -                | -             | -
PutCategory        | 409 stale                                  | -                                          | -             | -                | -             | -
ListServices       | 200                                        | -                                          | -             | -                | -             | -
GetService         | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateService      | 201                                        | -                                          | -             | -                | -             | -
UpdateService      | 409 stale                                  | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
ListSlots          | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateBooking      | 404 not_found                              | -                                          | -             | -                | -             | -
ListBookings       | 200                                        | -                                          | -             | -                | -             | -
GetBooking         | 200                                        | 200                                        | 404 not_found | 200              | 404 not_found | 404 not_found
ConfirmBooking     | 409 not_in_state                           | 403 wrong_part / overseer 409 not_in_state | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
CancelBooking      | 200                                        | 200                                        | 404 not_found | 200              | 404 not_found | 404 not_found
RescheduleBooking  | 409 not_open                               | 409 provider_unavailable                   | 404 not_found | 409 not_open     | 404 not_found | 404 not_found
AcceptBooking      | 403 wrong_part / overseer 200              | 409 provider_unavailable                   | 404 not_found | 200              | 404 not_found | 404 not_found
DeclineBooking     | 403 wrong_part / overseer 200              | 200                                        | 404 not_found | 200              | 404 not_found | 404 not_found
CompleteBooking    | 403 wrong_part / overseer 409 not_in_state | 409 not_in_state                           | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
ApproveQuote       | 409 not_in_state                           | 403 wrong_part                             | 404 not_found | 403 wrong_part   | 404 not_found | 404 not_found
RejectQuote        | 409 not_in_state                           | 403 wrong_part                             | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
MarkNoShow         | 409 not_in_state                           | 409 not_in_state                           | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
ReviewBooking      | 409 not_in_state                           | 409 not_in_state                           | 404 not_found | 403 wrong_part   | 404 not_found | 404 not_found
ApplyAsProvider    | 409 already_applied                        | -                                          | -             | -                | -             | -
ListProviders      | 200                                        | -                                          | -             | -                | -             | -
GetMyProvider      | 200                                        | -                                          | -             | -                | -             | -
GetProvider        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
DecideProvider     | 403 not_allowed                            | -                                          | -             | 409 standing_is  | 404 not_found | 404 not_found
PutCredential      | 403 not_allowed                            | -                                          | -             | 200              | 404 not_found | 404 not_found
DeleteCredential   | 403 not_allowed                            | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
GetCalendar        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
PutCalendar        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
ImportProviders    | 422 bad_file                               | -                                          | -             | -                | -             | -
ImportServices     | 422 bad_file                               | -                                          | -             | -                | -             | -
GetToday           | 200                                        | -                                          | -             | -                | -             | -
ListInbox          | 200                                        | -                                          | -             | -                | -             | -
ReadMessage        | 204                                        | -                                          | 404 not_found | -                | 404 not_found | 404 not_found
ListStuck          | 200                                        | -                                          | -             | -                | -             | -
RetryStuck         | 204                                        | -                                          | -             | 204              | 404 not_found | 404 not_found
DismissStuck       | 204                                        | -                                          | -             | 204              | 404 not_found | 404 not_found
ListActivities     | 200                                        | -                                          | -             | -                | -             | -
GetActivity        | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateActivity     | 201                                        | -                                          | -             | -                | -             | -
UpdateActivity     | 409 stale                                  | -                                          | 404 not_found | 409 stale        | 404 not_found | 404 not_found
CancelActivity     | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
SignUp             | 201                                        | -                                          | -             | 409 sign_up_overlaps | 404 not_found | 404 not_found
Withdraw           | 409 not_signed_up                          | -                                          | -             | 409 not_signed_up | 404 not_found | 404 not_found
ListSignUps        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
RemoveSignUp       | 409 not_signed_up                          | -                                          | 404 not_found | 409 not_signed_up | 404 not_found | 404 not_found
ListMySignUps      | 200                                        | -                                          | -             | -                | -             | -
GetVolunteer       | 200                                        | -                                          | -             | -                | -             | -
PutVolunteer       | 409 stale                                  | -                                          | -             | -                | -             | -
GetCard            | 200                                        | -                                          | -             | -                | -             | -
RenewCard          | 200                                        | -                                          | -             | -                | -             | -
ListTeams          | 200                                        | -                                          | -             | -                | -             | -
CreateTeam         | 422 bad_value                              | -                                          | -             | -                | -             | -
UpdateTeam         | 422 bad_value                              | -                                          | -             | 422 bad_value    | 404 not_found | 404 not_found
GetDoor            | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
CheckIn            | 409 code_stale                             | -                                          | -             | 409 code_stale   | 404 not_found | 404 not_found
CheckOut           | 409 code_stale                             | -                                          | -             | 409 code_stale   | 404 not_found | 404 not_found
ScanCard           | 404 not_found                              | -                                          | 404 not_found | 404 not_found    | 404 not_found | 404 not_found
MarkMissed         | 409 not_signed_up                          | -                                          | 404 not_found | 409 not_signed_up | 404 not_found | 404 not_found
SettleHours        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
ListHours          | 200                                        | -                                          | -             | -                | -             | -
CreateHours        | 201                                        | -                                          | -             | -                | -             | -
ListPendingHours   | 200                                        | -                                          | -             | -                | -             | -
GetHours           | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
ApproveHours       | 403 own_hours                              | -                                          | -             | 200              | 404 not_found | 404 not_found
RefuseHours        | 403 own_hours                              | -                                          | -             | 200              | 404 not_found | 404 not_found
DisputeHours       | 409 entry_is                               | -                                          | 404 not_found | -                | 404 not_found | 404 not_found
CorrectHours       | 403 own_hours                              | -                                          | -             | 409 entry_is     | 404 not_found | 404 not_found
IssueCertificate   | 409 nothing_to_certify                     | -                                          | -             | -                | -             | -
ListCertificates   | 200                                        | -                                          | -             | -                | -             | -
GetCertificate     | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
RevokeCertificate  | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
GetNetwork         | 200                                        | -                                          | -             | -                | -             | -
ListNetworkRecords | 200                                        | -                                          | -             | -                | -             | -
RequeueNetworkRecord | 409 record_is                            | -                                          | -             | 409 record_is    | 404 not_found | 404 not_found
ListNetworkBatches | 200                                        | -                                          | -             | -                | -             | -
CreateNetworkBatch | 201 / admin 409 nothing_to_pass            | -                                          | -             | -                | -             | -
GetNetworkBatch    | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
GetNetworkFile     | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
AnswerNetworkBatch | 422 bad_file                               | -                                          | -             | 422 bad_file     | 404 not_found | 404 not_found
ReconcileNetwork   | 422 bad_file                               | -                                          | -             | -                | -             | -
GetPointAccount    | 200                                        | -                                          | -             | -                | -             | -
ListPointEntries   | 200                                        | -                                          | -             | -                | -             | -
GetPointRule       | 200                                        | -                                          | -             | -                | -             | -
PutPointRule       | 409 stale                                  | -                                          | -             | -                | -             | -
ListRewards        | 200                                        | -                                          | -             | -                | -             | -
GetReward          | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateReward       | 201                                        | -                                          | -             | -                | -             | -
UpdateReward       | 409 stale                                  | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
AddStock           | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ListStockMoves     | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateRedemption   | 404 not_found                              | -                                          | -             | -                | -             | -
ListRedemptions    | 200                                        | -                                          | -             | -                | -             | -
GetRedemption      | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
GetVoucher         | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
SettleRedemption   | 403 own_voucher                            | -                                          | -             | 200              | 404 not_found | 404 not_found
CancelRedemption   | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
";

/// A column of [`EXPECTED`].
const COLUMNS: usize = 6;

/// Is a thing of a neighbour's this role's to know about?
fn knows(endpoint: &EndpointInfo, role: Role) -> bool {
    let family = endpoint.path.split('/').nth(2).unwrap_or_default();
    match (endpoint.name, family) {
        ("ListConsentsOf" | "SetConsentOf", _) => allows(Act::BookForOthers, role),
        ("GetDataOf" | "DeletePerson", _) => allows(Act::AddPeople, role),
        (_, "bookings") => allows(Act::OverseeBookings, role),
        (_, "providers") => allows(Act::Vet, role),
        (_, "inbox") => false,
        (_, "redemptions") => allows(Act::Counter, role),
        ("GetActivity" | "SignUp" | "Withdraw" | "CheckIn" | "CheckOut", _) => true,
        (_, "activities") => allows(Act::PublishActivities, role),
        ("DisputeHours", _) => false,
        ("GetHours", _) => allows(Act::ApproveHours, role),
        ("GetCertificate", _) => allows(Act::IssueCertificates, role),
        (_, "hours" | "certificates" | "teams") => true,
        (_, "network") => allows(Act::PassOn, role),
        (_, "services" | "people" | "stuck" | "feedback" | "rewards" | "counter") => true,
        (name, _) => panic!("say who may know of a neighbour's thing that {name} names"),
    }
}

fn column(endpoint: &EndpointInfo, role: Role, whose: Whose) -> Option<usize> {
    let is_thing = !["{slug}", "{purpose}"].contains(&endpoint.path.rsplit('/').next()?);
    let names = endpoint.path.contains('{') && (is_thing || endpoint.path.contains("{id}"));
    match whose {
        Whose::Own => Some(0),
        Whose::Served => endpoint.path.starts_with("/v1/bookings/{id}").then_some(1),
        Whose::SameCommunity if names => Some(2 + usize::from(knows(endpoint, role))),
        Whose::OtherCommunity if names => Some(4),
        Whose::Missing if names => Some(5),
        Whose::SameCommunity | Whose::OtherCommunity | Whose::Missing => None,
    }
}

/// What this role is answered, of `403 wrong_part / overseer 200`.
fn for_role(cell: &'static str, role: Role) -> &'static str {
    let mut choices = cell.split(" / ");
    let first = choices.next().unwrap_or_default();
    let theirs = choices.find_map(|choice| {
        let (group, answer) = choice.split_once(' ').expect("who, and what");
        let among = match group {
            "overseer" => allows(Act::OverseeBookings, role),
            "admin" => role == Role::Admin,
            other => panic!("who is {other}?"),
        };
        among.then_some(answer)
    });
    theirs.unwrap_or(first)
}

/// The row of an endpoint; panics where it has none.
fn expected(name: &str) -> Vec<&'static str> {
    let rows = EXPECTED
        .lines()
        .map(str::trim)
        .filter(|row| !row.is_empty());
    let cells = |row: &'static str| row.split('|').map(str::trim).collect::<Vec<_>>();
    let mut found: Vec<_> = rows.map(cells).filter(|cells| cells[0] == name).collect();
    assert_eq!(found.len(), 1, "{name} has no row of its own in EXPECTED");
    let row = found.remove(0);
    assert_eq!(row.len(), 1 + COLUMNS, "{name}");
    row
}

/// After these, somebody is not who they were: each is asked by somebody new.
const LAST_WORDS: [&str; 5] = [
    "SignOut",
    "SignOutEverywhere",
    "DeleteMe",
    "EnrolSecondFactor",
    "VerifySecondFactor",
];

/// Ids that may not stand in an answer to this role, whatever it asks for.
fn foreign(role: Role, neighbours: &Things, elsewhere: &Things) -> Vec<String> {
    let mut ids = vec![neighbours.message.clone(), neighbours.reason.clone()];
    let hidden = [
        (Act::OverseeBookings, &neighbours.booking),
        (Act::SeePeople, &neighbours.household),
        (Act::HandleMessages, &neighbours.stuck),
        (Act::ReadFeedback, &neighbours.feedback),
        (Act::Vet, &neighbours.provider),
        (Act::BookForOthers, &neighbours.person),
        (Act::Counter, &neighbours.redemption),
        (Act::Counter, &neighbours.voucher),
        (Act::ApproveHours, &neighbours.entry),
        (Act::IssueCertificates, &neighbours.certificate),
        (Act::ApproveHours, &neighbours.record),
        (Act::PassOn, &neighbours.batch),
    ];
    let hidden = hidden.iter().filter(|(act, _)| !allows(*act, role));
    ids.extend(hidden.map(|(_, id)| (*id).clone()));
    ids.extend(all_of(elsewhere));
    ids
}

fn all_of(things: &Things) -> Vec<String> {
    let Things {
        booking,
        provider,
        service,
        person,
        message,
        stuck,
        feedback,
        household,
        reward: _,
        redemption,
        voucher,
        activity,
        entry,
        certificate,
        team,
        record,
        batch,
        reason: _,
    } = things;
    let all = [
        booking,
        provider,
        service,
        person,
        message,
        stuck,
        feedback,
        household,
        redemption,
        voucher,
        activity,
        entry,
        certificate,
        team,
        record,
        batch,
    ];
    all.into_iter().cloned().collect()
}

/// What stands in the answer if it is one's own list.
fn own_list<'a>(name: &str, own: &'a Things) -> Vec<&'a str> {
    match name {
        "ListBookings" => vec![&own.booking],
        "ListInbox" => vec![&own.message],
        "GetHousehold" => vec![&own.household, &own.person],
        "GetMyData" => vec![
            &own.booking,
            &own.message,
            &own.household,
            &own.provider,
            &own.redemption,
        ],
        "ListRedemptions" => vec![&own.redemption],
        "ListHours" => vec![&own.entry],
        "ListCertificates" => vec![&own.certificate],
        "ListTeams" => vec![&own.team],
        "ListMyViews" => vec![&own.reason],
        "ListMyFeedback" => vec![&own.feedback],
        "GetMyProvider" => vec![&own.provider],
        "GetMe" => vec![&own.person],
        _ => vec![],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_for_every_role_and_whose_thing_it_is() {
    let app = TestApp::start().await;
    let (elsewhere, nobodys) = (things_elsewhere(&app).await, nothing(&app));
    let admin = with_role(&app, Role::Admin).await;
    let like = pattern(&app).await;
    let (mut wrong, mut leaks) = (Vec::new(), Vec::new());
    let mut asked = 0;
    for role in Role::ALL.iter().copied() {
        let neighbour = with_role(&app, Role::Resident).await;
        let mut neighbours = things(&app, &neighbour, &like, &admin).await;
        let who = with_role(&app, role).await;
        let mut own = things(&app, &who, &like, &admin).await;
        for endpoint in endpoints().filter(|e| e.act != Act::Public) {
            let somebody_new = match LAST_WORDS.contains(&endpoint.name) {
                true => Some(with_role(&app, role).await),
                false => None,
            };
            let asking = somebody_new.as_ref().unwrap_or(&who);
            for whose in WHOSE {
                let Some(column) = column(endpoint, role, whose) else {
                    continue;
                };
                neighbours.booking = request(&app, &like, &neighbours, None).await;
                own.booking = request(&app, &like, &own, None).await;
                let mut served = nothing(&app);
                match whose {
                    Whose::Served => {
                        served.booking = request(&app, &like, &neighbours, Some(&own)).await;
                    }
                    Whose::SameCommunity => {
                        neighbours.booking = request(&app, &like, &neighbours, None).await;
                    }
                    Whose::Own | Whose::OtherCommunity | Whose::Missing => {}
                }
                if ["activities", "hours", "certificates"]
                    .map(|one| format!("/v1/{one}/{{"))
                    .iter()
                    .any(|one| endpoint.path.starts_with(one))
                {
                    let home = app.home().await;
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    serve(&app, home, me, &mut own).await;
                    serve(&app, home, they, &mut neighbours).await;
                }
                if ["SettleRedemption", "CancelRedemption"].contains(&endpoint.name) {
                    let home = app.home().await;
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    redeem(&app, home, me, &mut own).await;
                    redeem(&app, home, they, &mut neighbours).await;
                }
                if endpoint.path.starts_with("/v1/stuck/") {
                    let (me, they) = (who.id.expect("signed in"), neighbour.id.expect("too"));
                    own.stuck = stuck(&app, app.home().await, me).await;
                    neighbours.stuck = stuck(&app, app.home().await, they).await;
                }
                let things = match whose {
                    Whose::Own => &own,
                    Whose::Served => &served,
                    Whose::SameCommunity => &neighbours,
                    Whose::OtherCommunity => &elsewhere,
                    Whose::Missing => &nobodys,
                };
                let raw = match endpoint.name {
                    "DeleteMe" => leave(&app, asking).await,
                    _ => probe(&app, asking, endpoint, things).await,
                };
                asked += 1;
                let said = format!(
                    "{} {} as {role}, {whose:?}: {} {}",
                    endpoint.method.as_str(),
                    endpoint.path,
                    raw.status,
                    raw.body
                );
                assert!(raw.status < 500, "{said}");
                // What one may know of a neighbour stands in what one was given of theirs.
                let given = whose == Whose::Served
                    || column == 3
                    || ["GetMyData", "GetDataOf"].contains(&endpoint.name);
                let not_here = match given {
                    true => all_of(&elsewhere),
                    false => foreign(role, &neighbours, &elsewhere),
                };
                for id in not_here {
                    if raw.body.contains(&id) {
                        leaks.push(format!("{id} is in {said}"));
                    }
                }
                let answer = match raw.code() {
                    code if code.is_empty() || raw.status < 400 => raw.status.to_string(),
                    code => format!("{} {code}", raw.status),
                };
                let want = match allows(endpoint.act, role) {
                    true => for_role(expected(endpoint.name)[1 + column], role),
                    false => "403 not_allowed",
                };
                if answer != want {
                    wrong.push((endpoint.name, column, want, answer.clone(), role));
                }
                if raw.status < 300 && whose == Whose::Own {
                    for id in own_list(endpoint.name, &own) {
                        if !raw.body.contains(id) {
                            leaks.push(format!("{id} is not in {said}"));
                        }
                    }
                }
            }
            let still = neighbour.raw("GET", "/v1/me", None).await;
            assert_eq!(still.status, 200, "after {} by a {role}", endpoint.name);
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(wrong.is_empty(), "other than EXPECTED:\n{}", listed(&wrong));
    assert!(asked > 1_500, "only {asked} asked");
    app.stop().await;
}

/// Deletes oneself, which takes one's own number.
async fn leave(app: &TestApp, who: &Actor<'_>) -> Raw {
    let me = who.id.expect("signed in");
    let person = app.ctx().store.person(app.home().await, me).await;
    let phone = person.expect("answers").and_then(|person| person.phone);
    let body = json!({ "phone": phone }).to_string();
    who.raw("POST", "/v1/me/deletion", Some(body)).await
}

fn listed(wrong: &[(&str, usize, &str, String, Role)]) -> String {
    let mut rows = std::collections::BTreeMap::<_, Vec<&str>>::new();
    for (name, column, want, answer, role) in wrong {
        let row = format!("{name} column {column}: {answer}, not {want}");
        rows.entry(row).or_default().push(role.as_str());
    }
    let lines = rows
        .iter()
        .map(|(row, roles)| format!("{row}: {}", roles.join(" ")));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_row_of_the_table_is_an_endpoint_and_every_endpoint_has_one() {
    for endpoint in endpoints().filter(|e| e.act != Act::Public) {
        let row = expected(endpoint.name);
        for whose in WHOSE {
            for role in Role::ALL.iter().filter(|role| allows(endpoint.act, **role)) {
                if let Some(column) = column(endpoint, *role, whose) {
                    assert_ne!(row[1 + column], "-", "{} column {column}", endpoint.name);
                }
            }
        }
        for (column, cell) in row[1..].iter().enumerate() {
            let hidden = matches!(column, 2 | 4 | 5) && *cell != "-";
            assert!(
                !hidden || *cell == "404 not_found",
                "{} says {cell} of what is not to be known",
                endpoint.name
            );
        }
    }
    let rows = EXPECTED
        .lines()
        .filter(|row| !row.trim().is_empty())
        .count();
    assert_eq!(rows, endpoints().filter(|e| e.act != Act::Public).count());
}

/// Fields of bodies that name something that is there already, with a body that is in order but
/// for that field: what is elsewhere is answered like what is nowhere.
fn naming(
    app: &TestApp,
    home: &Things,
    service: &Value,
    file: &Value,
    (another, ward): (PersonId, PersonId),
) -> Vec<(&'static str, &'static str, Value)> {
    let serving = service["providers"][0]["id"]
        .as_str()
        .expect("somebody serves")
        .to_owned();
    let ver = &service["ver"];
    let id = |prefix: &str| {
        let id = domain::CommandId::new(app.millis(), app.chance()).to_string();
        format!("{prefix}_{}", &id[4..])
    };
    let offer = |id: String| {
        let terms = json!({ "price_from": 100, "price_to": 200, "minutes": 30, "buffer_before_minutes": 0, "buffer_after_minutes": 0,
            "step_minutes": 30, "lead_minutes": 0, "horizon_days": 14, "cutoff_minutes": 0, "mode": "instant" });
        json!({ "id": id, "category": "locks", "name": "测试服务", "terms": terms, "providers": [home.provider] })
    };
    let mut changed = offer(id("cmd"));
    changed["ver"] = ver.clone();
    changed["hidden"] = json!(false);
    let booking =
        json!({ "id": id("bkg"), "service": home.service, "start": "2026-11-25T10:00:00+08:00" });
    let with = |base: &Value, field: &str, value: &String| {
        let mut body = base.clone();
        body["id"] = json!(id(&base["id"].as_str().expect("an id")[..3]));
        body[field] = json!(value);
        body
    };
    let redemption = json!({ "id": id("rdm"), "reward": home.reward, "quantity": 9_999, "consent": "in_person" });
    let (plain, ward) = (json!({ "id": id("cmd") }), ward.to_string());
    let code = json!({ "id": id("cmd"), "code": "AAAAAAAA" });
    let activity = json!({ "id": id("act"), "title": "读报", "place": "活动室", "grid": "第一网格",
        "starts": "2026-12-01T09:00:00+08:00", "ends": "2026-12-01T10:00:00+08:00", "capacity": 5 });
    let hours = json!({ "id": id("hrs"), "what": "扫雪",
        "starts": "2026-11-20T09:00:00+08:00", "ends": "2026-11-20T10:00:00+08:00" });
    let paper = json!({ "id": id("cmd"), "from": "2026-11-01", "until": "2026-11-20" });
    let team =
        json!({ "id": id("tea"), "name": "读书队", "lead": home.person, "members": [home.person] });
    let mut changed_team = team.clone();
    changed_team["id"] = json!(id("cmd"));
    changed_team["ver"] = json!(99);
    let person = json!({ "id": id("per"), "name": "测试·新人" });
    let mut moved = with(&person, "household", &home.household);
    moved["id"] = json!(id("cmd"));
    moved["reason"] = json!("搬家");
    moved["ver"] = file["ver"].clone();
    let mut child = with(&person, "guardian", &home.person);
    child["born"] = json!("2020-01-01");
    vec![
        (
            "CreateBooking",
            "/service",
            with(&booking, "service", &home.service),
        ),
        (
            "CreateBooking",
            "/provider",
            with(&booking, "provider", &serving),
        ),
        (
            "CreateBooking",
            "/resident",
            with(&booking, "resident", &home.person),
        ),
        (
            "CreatePerson",
            "/household",
            with(&person, "household", &home.household),
        ),
        ("CreatePerson", "/guardian", child),
        (
            "ApplyAsProvider",
            "/person",
            with(
                &json!({ "id": id("prv"), "name": "测试" }),
                "person",
                &home.person,
            ),
        ),
        (
            "CreateRedemption",
            "/reward",
            with(&redemption, "reward", &home.reward),
        ),
        (
            "CreateRedemption",
            "/person",
            with(&redemption, "person", &home.person),
        ),
        ("CheckIn", "/person", with(&code, "person", &ward)),
        ("CheckOut", "/person", with(&code, "person", &ward)),
        (
            "SignUp",
            "/person",
            with(&json!({ "id": id("sgn") }), "person", &home.person),
        ),
        (
            "MarkMissed",
            "/person",
            with(&plain, "person", &home.person),
        ),
        ("Withdraw", "/person", with(&plain, "person", &home.person)),
        ("RenewCard", "/person", with(&plain, "person", &home.person)),
        (
            "PutVolunteer",
            "/person",
            with(
                &json!({ "id": id("cmd"), "ver": 99 }),
                "person",
                &home.person,
            ),
        ),
        (
            "CreateActivity",
            "/team",
            with(&activity, "team", &home.team),
        ),
        (
            "CreateHours",
            "/person",
            with(&hours, "person", &home.person),
        ),
        (
            "CreateHours",
            "/activity",
            with(&hours, "activity", &home.activity),
        ),
        (
            "IssueCertificate",
            "/person",
            with(&paper, "person", &home.person),
        ),
        ("CreateTeam", "/lead", with(&team, "lead", &home.person)),
        ("CreateTeam", "/members/0", team.clone()),
        (
            "UpdateTeam",
            "/lead",
            with(&changed_team, "lead", &home.person),
        ),
        ("UpdateTeam", "/members/0", changed_team.clone()),
        ("CreateService", "/providers/0", offer(id("svc"))),
        ("UpdateService", "/providers/0", changed),
        ("UpdatePerson", "/household", moved.clone()),
        (
            "UpdatePerson",
            "/guardian",
            with(&moved, "guardian", &another.to_string()),
        ),
    ]
}

/// Of the bodies, every field that names something: the schema of the contract is asked.
fn fields_that_name() -> Vec<(String, String)> {
    let document = wire::openapi::document();
    let mut found = Vec::new();
    for endpoint in endpoints() {
        let operation = &document["paths"][endpoint.path][endpoint.method.as_str().to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let Some(place) = schema["$ref"].as_str() else {
            continue;
        };
        let schema = document
            .pointer(place.trim_start_matches('#'))
            .expect("it leads somewhere");
        for (field, value) in schema["properties"].as_object().into_iter().flatten() {
            let text = value.to_string();
            let names = text.contains("Id\"") && !text.contains("CommandId");
            if names && field != "id" {
                let list = if value["type"] == "array" { "/0" } else { "" };
                found.push((endpoint.name.to_owned(), format!("/{field}{list}")));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_thing_named_in_a_body_is_answered_like_a_missing_one() {
    let app = TestApp::start().await;
    let (elsewhere, nobodys) = (things_elsewhere(&app).await, nothing(&app));
    let like = pattern(&app).await;
    let admin = with_role(&app, Role::Admin).await;
    let resident = with_role(&app, Role::Resident).await;
    let home = things(&app, &resident, &like, &admin).await;
    let service = admin
        .raw("GET", &format!("/v1/services/{}", home.service), None)
        .await
        .json();
    let file = format!("/v1/people/{}?reason=x", home.person);
    let file = admin.raw("GET", &file, None).await.json();
    let someone = admin.id.expect("signed in");
    let ward = PersonId::new(app.millis(), app.chance());
    let child = Person {
        id: ward,
        community: app.home().await,
        name: "测试·孩子".into(),
        phone: None,
        born: Some(jiff::civil::date(2018, 1, 1)),
        household: None,
        guardian: Some(someone),
        roles: vec![Role::Resident],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: app.now(),
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    };
    let child = person_item(&child).expect("an item");
    app.ctx().store.put_all(vec![child]).await.expect("written");
    // Whoever has a place can be marked as missed, at its time.
    let join = format!("/v1/activities/{}/signups", home.activity);
    let body = json!({ "id": SignUpId::new(app.millis(), app.chance()) }).to_string();
    assert_eq!(resident.raw("POST", &join, Some(body)).await.status, 201);
    let mut tried = Vec::new();
    for (name, pointer, body) in naming(&app, &home, &service, &file, (someone, ward)) {
        let endpoint = endpoints().find(|e| e.name == name).expect("an endpoint");
        let path = path(endpoint, &home);
        let ask = async |value: Option<&String>| {
            let mut body = body.clone();
            // Another command each time, or the first answer comes again.
            let fresh = domain::CommandId::new(app.millis(), app.chance()).to_string();
            let prefix = body["id"].as_str().expect("an id")[..3].to_owned();
            body["id"] = json!(format!("{prefix}_{}", &fresh[4..]));
            if let Some(value) = value {
                *body.pointer_mut(pointer).expect("the body has it") = json!(value);
            }
            let raw = admin
                .raw(endpoint.method.as_str(), &path, Some(body.to_string()))
                .await;
            let told = (raw.status, raw.code(), raw.json()["pointer"].clone());
            (told, raw.body)
        };
        let of = |things: &Things| match pointer.split('/').nth(1).expect("a field") {
            "service" => things.service.clone(),
            "provider" | "providers" => things.provider.clone(),
            "resident" | "guardian" | "person" | "lead" | "members" => things.person.clone(),
            "team" => things.team.clone(),
            "activity" => things.activity.clone(),
            "household" => things.household.clone(),
            "reward" => things.reward.clone(),
            other => panic!("say what {other} names"),
        };
        let (missing, said) = ask(Some(&of(&nobodys))).await;
        assert!((400..500).contains(&missing.0), "{name} {pointer}: {said}");
        let (foreign, said) = ask(Some(&of(&elsewhere))).await;
        assert_eq!(foreign, missing, "{name} {pointer}: {said}");
        // And it is this field that was refused: with one of the community it goes further.
        let (own, said) = ask(None).await;
        assert_ne!(own, missing, "{name} {pointer}: {said}");
        tried.push((name.to_owned(), pointer.to_owned()));
    }
    let mut named = fields_that_name();
    named.sort();
    tried.sort();
    assert_eq!(tried, named, "every field that names something is tried");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_session_nothing_but_the_public_answers() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let mut forged = app.stranger();
    forged.client.cookie = Some(format!(
        "__Host-sid={}.{}.{}",
        app.home().await,
        PersonId::new(1, 1),
        "x".repeat(43)
    ));
    for endpoint in endpoints() {
        for who in [&stranger, &forged] {
            let raw = probe(&app, who, endpoint, &nothing(&app)).await;
            let said = format!(
                "{} {}: {} {}",
                endpoint.method.as_str(),
                endpoint.path,
                raw.status,
                raw.body
            );
            let refused = raw.status == 401 && raw.code() == "signed_out";
            assert_eq!(refused, endpoint.act != Act::Public, "{said}");
            assert!(raw.status < 500, "{said}");
        }
    }
    app.stop().await;
}

#[test]
fn names_and_paths_are_used_once() {
    let mut names: Vec<_> = endpoints().map(|e| e.name).collect();
    let mut lines: Vec<_> = endpoints().map(|e| (e.method.as_str(), e.path)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!((names.len(), lines.len()), (count, count));
    assert!(endpoints().all(|e| e.path.starts_with("/v1/") && !e.about.trim().is_empty()));
}
