//! Files and notes: what is written stays as it was, and who looks is seen.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::care::{CareNodes, Factor, Field, NoteForm, Tier, Words};
use domain::notice::Topic;
use domain::{CaseId, NoteId};
use jiff::SignedDuration;
use serde_json::json;
use wire::care::{
    AddAddendum, AddendumBody, BreakGlass, BreakGlassBody, CreateCase, CreateCaseBody, CreateNote,
    CreateNoteBody, GetCareFile, NoteView, PutCareFile, PutCareFileBody, PutCareNodes,
    PutCareNodesBody, UpdateNote, UpdateNoteBody,
};
use wire::endpoint::None_;
use wire::watch::WhyQuery;
use wire::{Code, Problem};

use super::people::{ADMIN, WORKER, at, code, id, looks, nothing_is_wrong, with_role};
use crate::watch::homes::messages;

fn words(facts: &str) -> Words {
    Words {
        form: NoteForm::Visit,
        facts: facts.into(),
        inference: "可能睡得不好".into(),
        plan: String::new(),
        phrases: vec!["在家".into()],
    }
}

async fn rewrite(desk: &Actor<'_>, note: &NoteView, facts: &str) -> Result<NoteView, Problem> {
    let body = UpdateNoteBody {
        id: desk.app.command(),
        ver: note.ver,
        words: words(facts),
    };
    desk.call::<UpdateNote>((note.id,), None_ {}, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_stands_after_72_hours_and_is_added_to() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "睡不着".into(),
    };
    let case = who.call::<CreateCase>((), None_ {}, body).await;
    let case = case.expect("a case").id;
    let body = |facts: &str| CreateNoteBody {
        id: NoteId::new(app.millis(), app.chance()),
        on: None,
        words: words(facts),
    };
    let none = desk.call::<CreateNote>((case,), None_ {}, body(" ")).await;
    assert_eq!(code(none), Code::EmptyText, "facts come first");
    let first = body("说夜里醒三次");
    let made = desk
        .call::<CreateNote>((case,), None_ {}, first.clone())
        .await;
    let made = made.expect("a note");
    let again = desk.call::<CreateNote>((case,), None_ {}, first).await;
    assert_eq!(again.expect("the same"), made);
    let admin = at(&app, ADMIN).await;
    assert_eq!(
        code(rewrite(&admin, &made, "别人的话").await),
        Code::NotAllowed
    );
    let better = rewrite(&desk, &made, "说夜里醒四次")
        .await
        .expect("written");
    assert_eq!(code(rewrite(&desk, &made, "旧的").await), Code::Stale);
    app.advance(SignedDuration::from_hours(72));
    let desk = at(&app, WORKER).await;
    assert_eq!(
        code(rewrite(&desk, &better, "太晚").await),
        Code::NoteLocked
    );
    let body = AddendumBody {
        id: app.command(),
        text: "后来说换了药".into(),
    };
    let added = desk.call::<AddAddendum>((made.id,), None_ {}, body).await;
    let added = added.expect("added");
    assert!(added.locked && added.facts == "说夜里醒四次");
    assert_eq!(added.addenda.len(), 1);
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tier_follows_from_its_reasons_and_each_sees_their_part() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let station = with_role(&app, Role::Station).await;
    let who = with_role(&app, Role::Resident).await;
    let body = PutCareFileBody {
        id: app.command(),
        ver: 0,
        visited: true,
        factors: vec![Factor::Dementia, Factor::Alone],
        conditions: "记性差".into(),
        contacts: Vec::new(),
    };
    let path = (id(&who),);
    let kept = desk.call::<PutCareFile>(path, None_ {}, body.clone()).await;
    let kept = kept.expect("kept");
    assert_eq!((kept.tier, kept.visit_days), (Some(Tier::Red), Some(7)));
    let due = kept.visit_due.expect("is visited").at;
    assert_eq!(due, app.now() + SignedDuration::from_hours(24), "newly red");
    let stale = PutCareFileBody {
        id: app.command(),
        ..body
    };
    let stale = desk.call::<PutCareFile>(path, None_ {}, stale).await;
    assert_eq!(code(stale), Code::Stale);
    let why = || WhyQuery {
        reason: "安排上门".into(),
    };
    let seen = station.call::<GetCareFile>(path, why(), None_ {}).await;
    let seen = seen.expect("a file");
    assert!(!seen.sees.contains(&Field::Health) && seen.conditions.is_empty());
    assert!(seen.factors.is_empty() && seen.tier == Some(Tier::Red));
    let seen = desk.call::<GetCareFile>(path, why(), None_ {}).await;
    assert_eq!(seen.expect("a file").conditions, "记性差");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breaking_glass_is_told_to_those_in_charge_and_to_the_person() {
    let app = TestApp::start().await;
    let admin = at(&app, ADMIN).await;
    let grid = with_role(&app, Role::GridWorker).await;
    let who = with_role(&app, Role::Resident).await;
    let path = format!("/v1/care/files/{}?reason=xx", id(&who));
    let refused = grid.raw("GET", &path, None).await;
    assert_eq!(refused.code(), "not_allowed");
    let body = |reason: &str| BreakGlassBody {
        id: app.command(),
        reason: reason.into(),
    };
    let none = grid
        .call::<BreakGlass>((id(&who),), None_ {}, body(""))
        .await;
    assert_eq!(code(none), Code::EmptyText);
    let seen = grid
        .call::<BreakGlass>((id(&who),), None_ {}, body("倒在门口"))
        .await;
    assert_eq!(seen.expect("a file").sees.len(), Field::ALL.len());
    app.settle().await;
    let told = messages(&app, app.home().await, id(&admin)).await;
    let about = told
        .iter()
        .filter(|one| one.notice.topic == Topic::GlassBroken);
    let about: Vec<_> = about.collect();
    assert_eq!(about.len(), 1);
    assert!(
        !about[0].notice.data.contains_key("reason"),
        "it names nobody"
    );
    let inbox = admin.raw("GET", "/v1/inbox", None).await.json();
    let read = inbox["items"].as_array().expect("rows").iter();
    let mut read = read.filter(|row| row["topic"] == json!("glass_broken"));
    assert_eq!(
        read.next().expect("a row")["data"]["reason"],
        json!("倒在门口")
    );
    let looked = looks(&who).await;
    let own = looked
        .iter()
        .any(|look| look.0 == "BreakGlass" && look.1 == "倒在门口");
    assert!(own, "{looked:?}");
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_does_not_see_notes_changes_none() {
    let app = TestApp::start().await;
    let admin = at(&app, ADMIN).await;
    let desk = with_role(&app, Role::SocialWorker).await;
    let who = with_role(&app, Role::Resident).await;
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "睡不着".into(),
    };
    let case = who.call::<CreateCase>((), None_ {}, body).await;
    let case = case.expect("a case").id;
    let body = CreateNoteBody {
        id: NoteId::new(app.millis(), app.chance()),
        on: None,
        words: words("说夜里醒三次"),
    };
    let made = desk.call::<CreateNote>((case,), None_ {}, body).await;
    let made = made.expect("made");
    let mut nodes = CareNodes::default().nodes;
    for node in &mut nodes {
        if node.roles.contains(&Role::SocialWorker) {
            node.fields.retain(|field| *field != Field::Notes);
        }
    }
    let less = PutCareNodesBody {
        id: app.command(),
        ver: 0,
        nodes,
    };
    let team = admin.call::<PutCareNodes>((), None_ {}, less).await;
    team.expect("kept");
    assert_eq!(code(rewrite(&desk, &made, "别的").await), Code::NotAllowed);
    let body = || AddendumBody {
        id: app.command(),
        text: "后来说换了药".into(),
    };
    let refused = desk.call::<AddAddendum>((made.id,), None_ {}, body()).await;
    assert_eq!(code(refused), Code::NotAllowed);
    let added = admin
        .call::<AddAddendum>((made.id,), None_ {}, body())
        .await;
    let added = added.expect("added");
    assert_eq!((added.facts, added.addenda.len()), (made.facts, 1));
    nothing_is_wrong(&app).await;
}
