//! Whoever is asked how somebody is answers by the link of the text: the person, or the relative; once, and while
//! it is of use.

use acceptance::TestApp;
use domain::PersonId;
use domain::consent::{How, Purpose};
use domain::notice::Topic;
use domain::watch::{AlertState, Grade, Passage};
use jiff::SignedDuration;
use serde_json::Value;
use store::identity::{Consent, consent_item};
use wire::endpoint::None_;
use wire::watch::{AnswerWell, AnswerWellBody};
use wire::{Code, Problem};

use super::homes::{Home, LONG, hours, messages};
use crate::library::people::{WORKER, at, grown_ups, id};
use crate::market::race::nothing_is_wrong;

/// The key in what somebody was asked.
async fn key(home: &Home<'_>, reader: PersonId, topic: Topic) -> String {
    let told = messages(home.app, home.com, reader).await;
    let asked = told.into_iter().find(|one| {
        one.notice.topic == topic && one.notice.data.get("person") == Some(&home.person.to_string())
    });
    let asked = asked.expect("was asked");
    asked.notice.data.get("key").expect("a key").clone()
}

async fn answer(app: &TestApp, key: &str) -> Result<(), Problem> {
    let body = AnswerWellBody { key: key.into() };
    let nobody = app.stranger();
    nobody.call::<AnswerWell>((), None_ {}, body).await
}

async fn refused(app: &TestApp, key: &str) -> Code {
    answer(app, key).await.expect_err("it is refused").code
}

/// Both of them were asked, and nobody was seen: the keys of the person and of the relative.
async fn asked(app: &TestApp) -> (Home<'_>, String, String) {
    let people = grown_ups(app, 2).await;
    let (person, relative) = (id(&people[0]), id(&people[1]));
    let ask_first = (Grade::AskFirst, Some(relative));
    let mut home = Home::of(app, person, ask_first, LONG).await;
    home.passes(Passage::Entry, app.now()).await;
    for wait in [46, 1] {
        app.advance(hours(wait));
        app.settle().await;
    }
    assert_eq!(home.watched().await.asked, 2);
    let own = key(&home, person, Topic::WatchAsk).await;
    let theirs = key(&home, relative, Topic::WatchAskRelative).await;
    (home, own, theirs)
}

#[tokio::test]
async fn the_relative_answers_by_the_link_and_everything_pending_is_over() {
    let app = TestApp::start().await;
    let (home, own, theirs) = asked(&app).await;
    assert!(own.starts_with('p') && theirs.starts_with('r'));
    app.advance(hours(1));
    app.settle().await;
    assert_eq!(home.alerts().await[0].state, AlertState::Open);
    app.advance(hours(1));
    answer(&app, &theirs).await.expect("it is taken");
    assert_eq!(home.alerts().await[0].state, AlertState::Withdrawn);
    let watched = home.watched().await;
    assert_eq!((watched.asked, watched.alert), (0, None));
    let sign = watched.presence.sign.expect("a sign of life");
    assert_eq!(sign.at, app.now());
    // Once, by whoever it was: the question is answered.
    for key in [&own, &theirs] {
        assert_eq!(refused(&app, key).await, Code::AlreadySettled);
    }
    app.advance(hours(45));
    app.settle().await;
    assert_eq!(home.alerts().await.len(), 1, "the silence began anew");
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn the_person_answers_by_the_link_without_signing_in() {
    let app = TestApp::start().await;
    let (home, own, _) = asked(&app).await;
    answer(&app, &own).await.expect("it is taken");
    app.advance(hours(2));
    app.settle().await;
    assert!(home.alerts().await.is_empty(), "nobody is sent");
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn a_link_that_is_over_forged_or_of_somebody_who_is_not_asked_any_more_says_nothing() {
    let app = TestApp::start().await;
    let (home, own, theirs) = asked(&app).await;
    let swapped = theirs.replacen('r', "p", 1);
    for forged in [swapped.as_str(), &own[..own.len() - 1], "", "p"] {
        assert_eq!(refused(&app, forged).await, Code::BadValue, "{forged}");
    }
    let relative = home.watched().await.relative.expect("a relative");
    let left = home.store().forget_relative(home.com, relative).await;
    left.expect("forgotten");
    assert_eq!(refused(&app, &theirs).await, Code::TooLate);
    app.advance(hours(1 + 24));
    app.settle().await;
    assert_eq!(refused(&app, &own).await, Code::TooLate);
    assert_eq!(home.alerts().await[0].state, AlertState::Open);
    nothing_is_wrong(&app).await;
}

/// The texts that left for a number.
async fn texts(app: &TestApp, phone: &str) -> Vec<String> {
    let path = format!("/_local/outbox.json?to={phone}");
    let sent = app.stranger().raw("GET", &path, None).await.json();
    let lines = sent["messages"].as_array().expect("a list").iter();
    let body = |line: &Value| line["body"].as_str().expect("words").to_owned();
    lines.map(body).collect()
}

/// Takes back that they are texted about their bookings.
async fn no_texts(app: &TestApp, person: PersonId) {
    let (store, com, purpose) = (&app.ctx().store, app.home().await, Purpose::SmsNotices);
    let consent = Consent {
        purpose,
        given: false,
        version: purpose.version(),
        at: app.now(),
        how: How::Own,
        by: None,
    };
    let item = consent_item(com, person, &consent).expect("an item");
    store.put_all(vec![item]).await.expect("written");
    let agreed = store.consents_to(com, person, purpose).await;
    assert!(!agreed.expect("answers"));
}

#[tokio::test]
async fn whoever_is_asked_or_on_duty_is_texted_without_agreeing_to_texts_about_bookings() {
    let app = TestApp::start().await;
    let person = id(&grown_ups(&app, 1).await[0]);
    let relative = id(&app.resident().await);
    app.advance(SignedDuration::from_secs(1));
    for reader in [relative, id(&at(&app, WORKER).await)] {
        no_texts(&app, reader).await;
    }
    let mut home = Home::of(&app, person, (Grade::AskFirst, Some(relative)), LONG).await;
    home.passes(Passage::Entry, app.now()).await;
    for wait in [46, 1] {
        app.advance(hours(wait));
        app.settle().await;
    }
    let sent = texts(&app, "13800000001").await;
    let link = sent
        .iter()
        .find_map(|text| text.split_once("/watch/well?key="));
    let (before, key) = link.expect("a link");
    assert!(before.ends_with(&app.url()), "{before}");
    app.advance(hours(1));
    app.settle().await;
    let alert = "有人太久没有动静，请马上查看。";
    let told = texts(&app, WORKER).await;
    assert!(told.iter().any(|text| text.ends_with(alert)), "{told:?}");
    answer(&app, key).await.expect("it is taken");
    assert_eq!(home.alerts().await[0].state, AlertState::Withdrawn);
    app.stop().await;
}
