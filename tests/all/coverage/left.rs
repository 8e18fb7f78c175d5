//! What volunteering leaves: an activity, time, a certificate, a team, a voucher, a record.

use acceptance::TestApp;
use acceptance::network::put_passed;
use acceptance::redemptions::{put_reward, put_voucher};
use domain::activity::{Activity, ActivityState, Team, Volunteer};
use domain::availability::Span;
use domain::certificate::{Certificate, CertificateNumber, Standing};
use domain::hours::{Claim, Entry, Hand};
use domain::{ActivityId, CommunityId, EntryId, PersonId, RewardId, SignUpId, TeamId};
use jiff::SignedDuration;
use serde_json::json;
use store::market::Beside;
use store::points::hours::HoursChange;

use super::things::{Things, nothing};

/// A reward of the community, and a redemption of it by somebody.
pub async fn redeem(app: &TestApp, community: CommunityId, who: PersonId, things: &mut Things) {
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
pub async fn pass_on(app: &TestApp, community: CommunityId, who: PersonId, things: &mut Things) {
    let (record, batch) = put_passed(app, community, who).await;
    things.record = record.to_string();
    things.batch = batch.to_string();
}

/// An activity they run tomorrow, an hour they wrote down, a certificate, and a team they lead.
pub async fn serve(app: &TestApp, community: CommunityId, who: PersonId, things: &mut Things) {
    let (store, at) = (&app.ctx().store, app.now());
    let starts = at + SignedDuration::from_hours(24);
    let activity = Activity {
        id: ActivityId::new(app.millis(), app.chance()),
        community,
        series: None,
        title: "陪老人聊天".into(),
        about: String::new(),
        for_whom: String::new(),
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
        store.put_team(&team, None, &none).await.expect("written");
        things.team = team.id.to_string();
    }
    things.activity = activity.id.to_string();
    things.entry = change.entry.id.to_string();
    things.certificate = certificate.number.to_string();
}
