//! Service time that counts, and what left of it, written as the use cases write it.

use std::collections::BTreeMap;

use domain::activity::Volunteer;
use domain::availability::Span;
use domain::hours::{Approval, Claim, Entry, EntryState, Hand};
use domain::network::sheet::{Ground, Row};
use domain::network::{Batch, Layout, Part, Step};
use domain::{CommunityId, EntryId, NetworkBatchId, PersonId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::market::Beside;
use store::points::hours::HoursChange;

use crate::app::TestApp;

/// An hour by hand from that moment on, approved by two others.
pub async fn put_hour(app: &TestApp, com: CommunityId, who: PersonId, from: Timestamp) -> Entry {
    let (store, at) = (&app.ctx().store, app.now());
    let claim = Claim {
        id: EntryId::new(app.millis(), app.chance()),
        community: com,
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
    let by = |n| Approval {
        by: PersonId::new(2, n),
        at,
    };
    let entry = Entry {
        approvals: vec![by(1), by(2)],
        state: EntryState::Approved,
        ..Entry::manual(claim, hand, at).expect("in order")
    };
    let file = store.volunteer(com, who).await.expect("answers");
    let card = format!("CARD{:012}", app.chance() % 1_000_000_000_000);
    let change = HoursChange {
        entry,
        volunteer: file.unwrap_or_else(|| Volunteer::new(who, card)).touched(),
        superseded: None,
        sign_up: None,
        gain: None,
        outdated: Vec::new(),
    };
    let none = Beside::default();
    store.write_hours(&change, &none).await.expect("written");
    change.entry
}

/// Gives somebody a unified number.
pub async fn put_number(app: &TestApp, com: CommunityId, who: PersonId, number: &str) {
    let store = &app.ctx().store;
    let file = store.volunteer(com, who).await.expect("answers");
    let card = format!("CARD{:012}", app.chance() % 1_000_000_000_000);
    let file = Volunteer {
        unified_number: Some(number.to_owned()),
        ..file.unwrap_or_else(|| Volunteer::new(who, card)).touched()
    };
    let written = store.change_volunteer(com, &file, &Beside::default()).await;
    written.expect("written");
}

/// A batch with one part of these entries, not closed yet.
pub async fn put_part(app: &TestApp, com: CommunityId, entries: &[Entry]) -> Batch {
    let (store, at) = (&app.ctx().store, app.now());
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let people = store.people(com).await.expect("people");
    let names: BTreeMap<PersonId, String> =
        people.into_iter().map(|one| (one.id, one.name)).collect();
    let id = NetworkBatchId::new(app.millis(), app.chance());
    let (mut rows, mut sent) = (Vec::new(), Vec::new());
    for entry in entries {
        let record = store.record_of(entry).await.expect("answers");
        let record = record.expect("what counts has its record");
        let ground = Ground {
            entry,
            name: &names[&entry.person],
            number: "SJ230102000001",
            activity: None,
            before: None,
            zone: &zone,
        };
        rows.push(Row::of(&record, &ground));
        let step = Step::Send { batch: id, part: 0 };
        sent.push(record.apply(step, at).expect("it waits"));
    }
    let staff = domain::network::sheet::staff_names(&rows, &names);
    let batch = Batch {
        id,
        community: com,
        month: None,
        by: PersonId::new(2, 1),
        at,
        layout: Layout::First,
        issuer: "测试社区".into(),
        records: 0,
        parts: 0,
        names: BTreeMap::new(),
        closed: false,
        ver: 0,
    };
    let count = u32::try_from(rows.len()).expect("few");
    let (batch, n) = batch.grown(count, staff);
    let part = Part {
        batch: id,
        n,
        rows,
        ver: 1,
    };
    store
        .send_part(&batch, &part, &sent)
        .await
        .expect("written");
    batch
}

/// An hour of somebody's that left, and what it left in.
pub async fn put_passed(
    app: &TestApp,
    com: CommunityId,
    who: PersonId,
) -> (EntryId, NetworkBatchId) {
    let from = app.now() - SignedDuration::from_hours(96);
    let entry = put_hour(app, com, who, from).await;
    let batch = put_part(app, com, std::slice::from_ref(&entry)).await;
    let closed = batch.close(0).expect("it has a record");
    let written = app.ctx().store.close_batch(&closed, None).await;
    written.expect("closed");
    (entry.id, closed.id)
}
