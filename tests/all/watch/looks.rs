//! Who looked, and why: written down for whoever it was at, who reads it; and what nobody is shown any more.

use acceptance::{Actor, TestApp};
use domain::limits;
use domain::watch::Passage;
use jiff::SignedDuration;
use wire::endpoint::None_;
use wire::watch::{ListMySigns, ListWatched, SignView, WatchedQuery};
use wire::{Code, Problem};

use super::people::{
    CARD, WORKER, alert, at, code, event, fields, grown_ups, id, look, looks, mine, say, watch_over,
};
use super::watched::{main_door, signs};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_look_is_written_down_and_its_person_reads_why() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let before = looks(&who).await.len();
    assert_eq!(code(signs(&desk, id(&who), "").await), Code::EmptyText);
    assert_eq!(code(signs(&desk, id(&who), "看").await), Code::BadValue);
    assert_eq!(looks(&who).await.len(), before, "nothing was shown");
    signs(&desk, id(&who), "本人来电").await.expect("a list");
    look(&desk, id(&who)).await.expect("a view");
    let query = WatchedQuery {
        reason: "查看名单".into(),
        blind: None,
        cursor: None,
        limit: Some(100),
    };
    let list = desk.call::<ListWatched>((), query, None_ {}).await;
    let list = list.expect("a list").items;
    let row = list.iter().find(|one| one.person == id(&who));
    assert_eq!(row.expect("is on it").fields, None);
    let told = looks(&who).await;
    for (what, why) in [
        ("ListSigns", "本人来电"),
        ("GetWatched", "上门看望"),
        ("ListWatched", "查看名单"),
    ] {
        let found = told.iter().any(|look| look.0 == what && look.1 == why);
        assert!(found, "{what} is not in {told:?}");
    }
    // Oneself one sees without a word, and without the numbers of cards.
    let own = mine(&who).await.expect("is watched over");
    let agreed = own.fields.expect("what was agreed");
    assert_eq!((agreed.doors, agreed.credentials), (vec![door.id], vec![]));
    assert_eq!(looks(&who).await.len(), told.len());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_shown_with_a_reason_and_alerts_are_a_look_too() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    alert(&app, id(&who)).await;
    let before = looks(&who).await.len();
    let nothing = desk.raw("GET", "/v1/watched", None).await;
    assert_eq!((nothing.status, nothing.code()), (422, "empty_text".into()));
    assert_eq!(looks(&who).await.len(), before, "nothing was shown");
    let opened = desk.raw("GET", "/v1/alerts?limit=100", None).await;
    let tag = opened.headers.get("etag").expect("it has a tag");
    let tag = tag.to_str().expect("plain");
    let seen = async || {
        let looks = looks(&who).await.into_iter();
        looks.filter(|look| look.0 == "ListAlerts").count()
    };
    assert_eq!(seen().await, 1);
    // The page goes on asking: that is the same look.
    let headers = [("x-background", "1"), ("if-none-match", tag)];
    let path = "/v1/alerts?limit=100";
    desk.raw_with("GET", path, &headers, Vec::new()).await;
    assert_eq!(seen().await, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_past_its_ninety_days_is_not_shown() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    say(&app, &door, &[event(1, app.now(), "entry", Some(CARD))]).await;
    let shown = async || {
        let desk = at(&app, WORKER).await;
        signs(&desk, id(&who), "本人来电").await.expect("a list")
    };
    app.advance(SignedDuration::from_hours(90 * 24 - 1));
    assert_eq!(shown().await, 1);
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(shown().await, 0, "though the store may have it still");
    app.stop().await;
}

async fn noted(who: &Actor<'_>) -> Result<Vec<SignView>, Problem> {
    let noted = who.call::<ListMySigns>((), None_ {}, None_ {}).await;
    noted.map(|page| page.items)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_watched_over_reads_what_is_noted_of_them_and_nobody_elses() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let mut people = grown_ups(&app, 2).await;
    let (other, who) = (people.remove(1), people.remove(0));
    assert_eq!(code(noted(&who).await), Code::NotWatched);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    watch_over(&desk, &other, fields(&door, &["0077"])).await;
    assert!(noted(&who).await.expect("a list").is_empty());
    let before = looks(&who).await.len();
    for (seq, act) in [(1, "entry"), (2, "exit")] {
        app.advance(SignedDuration::from_mins(10));
        say(&app, &door, &[event(seq, app.now(), act, Some(CARD))]).await;
    }
    say(&app, &door, &[event(3, app.now(), "entry", Some("0077"))]).await;
    let own = noted(&who).await.expect("a list");
    let passed: Vec<Passage> = own.iter().map(|sign| sign.passage).collect();
    assert_eq!(passed, [Passage::Exit, Passage::Entry]);
    let last = &own[0];
    assert_eq!((last.at.at, last.device), (app.now(), door.id));
    assert_eq!(looks(&who).await.len(), before, "nobody else looked");
    app.advance(SignedDuration::from_hours(1));
    let each_minute = |seq: u64| {
        let minutes = i64::try_from(29 - seq).expect("few");
        let at = app.now() - SignedDuration::from_mins(minutes);
        event(seq, at, "entry", Some(CARD))
    };
    let many: Vec<_> = (4..30).map(each_minute).collect();
    say(&app, &door, &many).await;
    let own = noted(&who).await.expect("a list");
    assert_eq!(own.len(), limits::SIGNS_OF_ONESELF);
    assert_eq!(own[0].at.at, app.now());
    app.stop().await;
}
