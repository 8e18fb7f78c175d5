//! The parts of the team: who may not see a number is put through, and what goes from one part to another says so.

use acceptance::TestApp;
use domain::access::Role;
use domain::care::{CareNodes, Contact, Factor, Field, NodeKind, TurnKind};
use wire::Code;
use wire::care::{
    HandOver, HandOverBody, PutCareFile, PutCareFileBody, PutCareNodes, PutCareNodesBody,
    PutCareRelay, PutCareRelayBody,
};
use wire::endpoint::None_;

use super::people::{
    ADMIN, WORKER, alert, answer, at, case_of, code, get, id, nothing_is_wrong, order, take, tasks,
    watched, with_role,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_see_a_number_is_put_through() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let head = with_role(&app, Role::BuildingHead).await;
    let grid = with_role(&app, Role::GridWorker).await;
    let body = |ver: u64, relay: &str| PutCareRelayBody {
        id: app.command(),
        ver,
        relay: relay.into(),
    };
    let put = async |ver: u64, relay: &str| {
        let body = body(ver, relay);
        admin.call::<PutCareRelay>((), None_ {}, body).await
    };
    assert_eq!(code(put(0, "打给我").await), Code::BadValue);
    assert_eq!(code(put(3, "12345").await), Code::Stale);
    let team = put(0, "0574-8888 0000").await.expect("kept");
    assert_eq!((team.ver, team.relay.as_deref()), (1, Some("057488880000")));
    assert_eq!(
        team.nodes,
        CareNodes::default().nodes,
        "the team is as it was"
    );
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    for (goer, seen) in [(&head, Some("057488880000")), (&grid, None)] {
        order(&desk, case, &[id(goer)]).await.expect("ordered");
        let task = tasks(goer).await.remove(0);
        assert_eq!((task.relay.as_deref(), task.phone), (seen, None));
    }
    let none = put(1, "").await.expect("kept");
    assert_eq!((none.ver, none.relay), (2, None));
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hand_over_between_parts_of_the_team_names_both() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let station = with_role(&app, Role::Station).await;
    let who = watched(&app, &desk).await;
    alert(&app, id(&who)).await;
    let case = case_of(&desk, id(&who)).await.id;
    let taken = take(&desk, case).await.expect("taken");
    let body = HandOverBody {
        id: app.command(),
        to: id(&station),
        reason: "今晚由工作站跟进".into(),
    };
    let path = (case, taken.work.id);
    let asked = desk.call::<HandOver>(path, None_ {}, body).await;
    assert_eq!(
        asked.expect("asked").row.owner,
        desk.id,
        "until it is accepted"
    );
    let task = tasks(&station).await.remove(0);
    answer(&station, &task, None).await.expect("agreed");
    let view = get(&station, case).await;
    assert_eq!(view.row.owner, station.id);
    let found = app.ctx().store.person(app.home().await, id(&desk)).await;
    let roles = found.expect("answers").expect("is there").roles;
    let (own, other) = (
        CareNodes::default().of(&roles),
        Some(NodeKind::CommunityWorkers),
    );
    let shown: Vec<_> = view
        .between
        .iter()
        .map(|one| (one.what, one.from, one.to))
        .collect();
    let want = [
        (TurnKind::Taken, None, own),
        (TurnKind::Offered, own, other),
        (TurnKind::Accepted, own, other),
    ];
    assert_eq!(shown, want);
    assert_eq!(view.between[1].reason, "今晚由工作站跟进");
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_part_does_not_see_it_does_not_write_over() {
    let app = TestApp::start().await;
    let admin = at(&app, ADMIN).await;
    let desk = with_role(&app, Role::SocialWorker).await;
    let who = with_role(&app, Role::Resident).await;
    let daughter = Contact {
        name: "测试·女儿".into(),
        relation: "女儿".into(),
        phone: "13800000999".into(),
        may_be_told: true,
        has_key: false,
    };
    let put = async |ver: u64, conditions: &str, contacts: Vec<Contact>| {
        let body = PutCareFileBody {
            id: app.command(),
            ver,
            visited: true,
            factors: vec![Factor::Alone],
            conditions: conditions.into(),
            contacts,
        };
        let kept = desk.call::<PutCareFile>((id(&who),), None_ {}, body).await;
        kept.expect("kept")
    };
    let whole = put(0, "糖尿病", vec![daughter.clone()]).await;
    assert_eq!(whole.conditions, "糖尿病");
    let mut nodes = CareNodes::default().nodes;
    for node in &mut nodes {
        if node.roles.contains(&Role::SocialWorker) {
            node.fields = vec![Field::Name, Field::Room, Field::Tier];
        }
    }
    let less = PutCareNodesBody {
        id: app.command(),
        ver: 0,
        nodes,
    };
    let team = admin.call::<PutCareNodes>((), None_ {}, less).await;
    team.expect("kept");
    let part = put(whole.ver, "", Vec::new()).await;
    assert_eq!((part.conditions.as_str(), part.contacts), ("", Vec::new()));
    let file = app.ctx().store.care_file(app.home().await, id(&who)).await;
    let file = file.expect("answers").expect("is there");
    assert_eq!(file.conditions, "糖尿病");
    assert_eq!(file.contacts, [daughter]);
    nothing_is_wrong(&app).await;
}
