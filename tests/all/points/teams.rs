//! Teams and who leads them; volunteers' files and cards.

use acceptance::TestApp;
use domain::TeamId;
use domain::activity::Skill;
use serde_json::json;
use wire::endpoint::None_;
use wire::points::activities::{
    Card, CreateActivityBody, CreateTeam, CreateTeamBody, GetCard, GetVolunteer, ListMySignUps,
    ListSignUps, ListTeams, PutVolunteer, PutVolunteerBody, RenewCard, SignUpsQuery, TeamView,
    UpdateTeam, UpdateTeamBody, WhoBody, WhoseQuery,
};
use wire::{Code, Page};

use super::activities::{WORKER, code, command, join, me, plan, publish, seen};

#[tokio::test]
async fn a_team_is_led_and_its_lead_runs_what_it_does() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in(WORKER).await, app.resident().await);
    let other = app.sign_in("13800000309").await;
    let (lead, member) = (wang.id.expect("signed in"), other.id.expect("too"));
    let body = CreateTeamBody {
        id: TeamId::new(app.millis(), app.chance()),
        name: "读书队".into(),
        lead,
        members: vec![member, member],
    };
    let team = worker.call::<CreateTeam>((), None_ {}, body.clone()).await;
    let team = team.expect("a team");
    assert_eq!(
        team.members.len(),
        2,
        "the lead is one of them, and each is once"
    );
    let refused = wang.call::<CreateTeam>((), None_ {}, body).await;
    assert_eq!(code(refused), Code::NotAllowed);
    let ours = CreateActivityBody {
        team: Some(team.id),
        ..plan(&app, 24, 3)
    };
    let ours = publish(&worker, ours).await;
    assert!(seen(&wang, ours.id).await.runs && !seen(&other, ours.id).await.runs);
    join(&other, ours.id).await.expect("goes");
    let rows = wang
        .call::<ListSignUps>((ours.id,), None_ {}, None_ {})
        .await;
    assert_eq!(rows.expect("hers to see").items.len(), 1);
    let rows = other
        .call::<ListSignUps>((ours.id,), None_ {}, None_ {})
        .await;
    assert_eq!(code(rows), Code::NotFound);
    // Another leads it from now on.
    let body = UpdateTeamBody {
        id: command(&app),
        name: team.name.clone(),
        lead: member,
        members: Vec::new(),
        ver: team.ver,
    };
    let changed = worker
        .call::<UpdateTeam>((team.id,), None_ {}, body.clone())
        .await;
    assert_eq!(changed.expect("changed").lead, Some(member));
    let mine = other
        .call::<ListTeams>((), None_ {}, None_ {})
        .await
        .expect("teams");
    let theirs = wang
        .call::<ListTeams>((), None_ {}, None_ {})
        .await
        .expect("teams");
    let members = |page: &Page<TeamView>| {
        let row = page.items.iter().find(|one| one.id == team.id);
        row.map(|row| (row.members.len(), row.lead))
    };
    assert_eq!(members(&mine), Some((1, Some(member))));
    assert_eq!(
        members(&theirs),
        Some((0, None)),
        "who belongs to it is theirs to know"
    );
    let stale = UpdateTeamBody {
        id: command(&app),
        ..body
    };
    let stale = worker.call::<UpdateTeam>((team.id,), None_ {}, stale).await;
    assert_eq!(code(stale), Code::Stale);
    let rows = wang
        .call::<ListSignUps>((ours.id,), None_ {}, None_ {})
        .await;
    assert_eq!(code(rows), Code::NotFound);
    assert!(seen(&other, ours.id).await.runs);

    // Whoever leads it leaves: it has no lead until somebody is said to be.
    let gone = json!({ "phone": "13800000309" }).to_string();
    let gone = other.raw("POST", "/v1/me/deletion", Some(gone)).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let teams = worker
        .call::<ListTeams>((), None_ {}, None_ {})
        .await
        .expect("teams");
    let orphan = teams.items.iter().find(|one| one.id == team.id);
    let orphan = orphan.expect("it stays");
    assert_eq!((orphan.lead, orphan.lead_name.as_str()), (None, ""));
    app.stop().await;
}

#[tokio::test]
async fn a_file_says_what_somebody_offers_and_a_new_card_ends_the_old() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in(WORKER).await, app.resident().await);
    let file = wang
        .call::<GetVolunteer>((), me(), None_ {})
        .await
        .expect("a file");
    assert_eq!(
        (file.skills.len(), file.unified_number.as_deref()),
        (0, None)
    );
    let body = |number: &str, ver| PutVolunteerBody {
        id: command(&app),
        person: None,
        skills: vec![Skill::Green, Skill::Cooking, Skill::Green],
        unified_number: Some(number.into()),
        ver,
    };
    let put = async |body| wang.call::<PutVolunteer>((), None_ {}, body).await;
    assert_eq!(code(put(body("十二", file.ver)).await), Code::BadValue);
    let kept = put(body(" 310115a00001 ", file.ver)).await.expect("kept");
    assert_eq!(kept.unified_number.as_deref(), Some("310115A00001"));
    assert_eq!(kept.skills.len(), 2);
    assert_eq!(code(put(body("310115a00002", file.ver)).await), Code::Stale);

    let card = async |person| -> Card {
        let query = WhoseQuery { person };
        let card = wang.call::<GetCard>((), query, None_ {}).await;
        card.expect("a card")
    };
    let first = card(None).await;
    assert_eq!(card(None).await, first, "the same each time it is printed");
    let renew = WhoBody {
        id: command(&app),
        person: None,
    };
    let second = wang
        .call::<RenewCard>((), None_ {}, renew.clone())
        .await
        .expect("a card");
    assert_ne!(second.card, first.card);
    let again = wang
        .call::<RenewCard>((), None_ {}, renew)
        .await
        .expect("the first answer");
    assert_eq!(again.card, second.card);
    let (store, home) = (&app.ctx().store, app.home().await);
    let whose = async |card: &str| {
        let found = store.volunteer_by_card(home, card).await.expect("answers");
        found.map(|volunteer| volunteer.person)
    };
    assert_eq!(
        (whose(&first.card).await, whose(&second.card).await),
        (None, wang.id)
    );

    // Whoever works at the station prints it for somebody without a telephone, who finds that written down.
    let query = WhoseQuery { person: wang.id };
    let printed = worker.call::<GetCard>((), query.clone(), None_ {}).await;
    assert_eq!(printed.expect("hers to print").card, second.card);
    let mine = SignUpsQuery {
        person: wang.id,
        cursor: None,
        limit: None,
    };
    worker
        .call::<ListMySignUps>((), mine.clone(), None_ {})
        .await
        .expect("may see");
    let file = worker
        .call::<GetVolunteer>((), query.clone(), None_ {})
        .await;
    assert_eq!(
        file.expect("may see").unified_number.as_deref(),
        Some("310115A00001")
    );
    let views = wang.raw("GET", "/v1/me/views?limit=100", None).await.body;
    assert!(
        views.contains("GetCard") && views.contains("ListMySignUps"),
        "{views}"
    );
    assert_eq!(
        views.matches("\"GetVolunteer\"").count(),
        1,
        "hers, and not her own looks: {views}"
    );
    let other = app.sign_in("13800000002").await;
    assert_eq!(
        code(other.call::<GetCard>((), query, None_ {}).await),
        Code::NotFound
    );
    assert_eq!(
        code(other.call::<ListMySignUps>((), mine, None_ {}).await),
        Code::NotFound
    );
    app.stop().await;
}
