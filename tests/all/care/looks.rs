//! The log of views is a chain: a line that was changed, taken away or forgotten is found.

use acceptance::TestApp;
use acceptance::app::join_all;
use domain::CaseId;
use domain::access::Role;
use domain::care::{CareNodes, Field};
use store::identity::{View, ViewLink, view_item};
use store::schema::{self, Item};
use store::table::{key_of, read};
use wire::care::{CreateCase, CreateCaseBody, GetCareFile, PutCareNodes, PutCareNodesBody};
use wire::endpoint::None_;
use wire::watch::WhyQuery;

use super::people::{ADMIN, WORKER, at, id, looks, nothing_is_wrong, with_role};
use crate::spoil::{lose, spoil};

const RULE: &str = "the log of views is whole";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_was_changed_or_taken_away_is_found() {
    let app = TestApp::start().await;
    let (desk, com) = (at(&app, WORKER).await, app.home().await);
    let mut people = Vec::new();
    for _ in 0..3 {
        people.push(with_role(&app, Role::Resident).await);
    }
    let why = |n: usize| WhyQuery {
        reason: format!("第{n}次上门"),
    };
    let desk = &desk;
    // All at once: one chain for all of them.
    let all = people.iter().enumerate().map(|(n, who)| {
        let why = why(n);
        async move { desk.call::<GetCareFile>((id(who),), why, None_ {}).await }
    });
    for seen in join_all(all).await {
        seen.expect("a file");
    }
    nothing_is_wrong(&app).await;
    let store = &app.ctx().store;
    let links = store.looked_at_by(com, id(desk)).await.expect("answers");
    let whom: Vec<_> = links.iter().flat_map(|link| &link.looked).collect();
    for who in &people {
        assert!(
            whom.iter().any(|one| one.whose == id(who)),
            "whom did they look at"
        );
    }

    let admin = at(&app, ADMIN).await;
    let path = format!("/v1/care/looks/{}?limit=100", id(desk));
    let told = admin.raw("GET", &path, None).await;
    assert_eq!(told.status, 200, "{}", told.body);
    for who in &people {
        assert!(told.body.contains(&id(who).to_string()), "{}", told.body);
    }
    let own = desk.raw("GET", &path, None).await;
    assert_eq!(own.code(), "not_allowed");

    // And the other way round: who looked at one of them.
    let path = format!("/v1/care/files/{}/looks?limit=100", id(&people[1]));
    let told = admin.raw("GET", &path, None).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let said = told.json();
    let rows = said["items"].as_array().expect("a list");
    let mut opened = rows.iter().filter(|row| row["what"] == "GetCareFile");
    let row = opened.next().expect("the look");
    assert_eq!(row["viewer"], id(desk).to_string());
    assert_eq!(row["reason"], "第1次上门");
    assert_eq!(opened.next(), None, "nobody else's");
    assert_eq!(desk.raw("GET", &path, None).await.code(), "not_allowed");
    let own = looks(&people[1]).await;
    assert!(own.iter().any(|look| look.0 == "ListLooksAt"), "{own:?}");

    let items = async |keys: Vec<schema::Key>| -> Vec<Item> {
        let found = store.get_many(&keys).await.expect("answers");
        found.into_iter().flatten().collect()
    };
    let lines = whom
        .iter()
        .map(|one| schema::view(com, one.whose, one.view));
    let line = items(lines.collect()).await.remove(0);
    let view: View = read(line.clone()).expect("a view");
    let other = View {
        reason: "别的理由".into(),
        ..view
    };
    let mut changed = line.clone();
    let whose = whom[0].whose;
    changed.extend(view_item(com, whose, &other).expect("an item"));
    assert_eq!(key_of(&changed), key_of(&line));
    spoil(&app, changed, RULE).await;
    lose(&app, line, RULE).await;
    let (first, last) = (links.last().expect("one"), links.first().expect("one"));
    for link in [first, last] {
        let key = schema::view_link(com, id(desk), link.n);
        let item = items(vec![key]).await.remove(0);
        let kept: ViewLink = read(item.clone()).expect("a link");
        assert_eq!(&kept, link);
        lose(&app, item, RULE).await;
    }
    let head = items(vec![schema::view_head(com, id(desk))])
        .await
        .remove(0);
    lose(&app, head, RULE).await;
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_opens_a_month_looks_at_everybody_in_it() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let other = with_role(&app, Role::Resident).await;
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "想有人来看看".into(),
    };
    let made = who.call::<CreateCase>((), None_ {}, body).await;
    made.expect("a case");
    let month = app.now().to_string()[..7].to_owned();
    let path = format!("/v1/care/report?month={month}");
    let told = desk.raw("GET", &path, None).await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert!(told.body.contains(&id(&who).to_string()), "{}", told.body);
    let opened = |looks: Vec<(String, String)>| looks.iter().any(|one| one.0 == "GetCareReport");
    assert!(opened(looks(&who).await), "they are in it");
    assert!(!opened(looks(&other).await), "they are not");
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_cases_is_one_look_for_each_time_it_is_opened() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let other = with_role(&app, Role::Resident).await;
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "想有人来看看".into(),
    };
    let made = who.call::<CreateCase>((), None_ {}, body).await;
    made.expect("a case");
    let path = "/v1/cases?limit=100";
    let shown = desk.raw("GET", path, None).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains(&id(&who).to_string()), "{}", shown.body);
    let opened = |looks: Vec<(String, String)>| {
        let looks = looks.iter().filter(|one| one.0 == "ListCases");
        looks.count()
    };
    assert_eq!(opened(looks(&who).await), 1);
    // The page goes on asking: that is the same look.
    let headers = [("x-background", "1")];
    let again = desk.raw_with("GET", path, &headers, Vec::new()).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(opened(looks(&who).await), 1);
    desk.raw("GET", path, None).await;
    assert_eq!(opened(looks(&who).await), 2);
    assert_eq!(opened(looks(&other).await), 0, "nobody else's");
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_workbook_of_a_month_names_people_to_those_who_see_cases_only() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let who = with_role(&app, Role::Resident).await;
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "想有人来看看".into(),
    };
    let case = body.id.to_string();
    let made = who.call::<CreateCase>((), None_ {}, body).await;
    made.expect("a case");
    let month = app.now().to_string()[..7].to_owned();
    let path = format!("/v1/care/report/file?month={month}");
    let opened = async || {
        let looks = looks(&who).await.into_iter();
        looks.filter(|one| one.0 == "GetCareReportFile").count()
    };
    let told = desk.raw("GET", &path, None).await;
    assert_eq!(told.status, 200);
    for said in [
        "月报",
        "个案",
        "各版时限",
        "各人",
        "测试·resident",
        "本人求助",
        case.as_str(),
    ] {
        assert!(told.body.contains(said), "{said}");
    }
    assert_eq!(opened().await, 1);
    let mut nodes = CareNodes::default().nodes;
    for node in &mut nodes {
        node.fields.retain(|field| *field != Field::History);
    }
    let less = PutCareNodesBody {
        id: app.command(),
        ver: 0,
        nodes,
    };
    let team = admin.call::<PutCareNodes>((), None_ {}, less).await;
    team.expect("kept");
    let told = desk.raw("GET", &path, None).await;
    assert_eq!(told.status, 200);
    assert!(told.body.contains(&case) && !told.body.contains("测试·"));
    assert_eq!(opened().await, 1, "nobody is named");
}
