//! What is left when somebody takes back that their doors are watched: nothing that says how it stood with them,
//! also where the call stopped half-way.

use acceptance::TestApp;
use acceptance::app::join_all;
use domain::PersonId;
use domain::consent::{How, Purpose};
use domain::watch::{AlertReason, AlertState, Grade, Passage};
use jiff::SignedDuration;
use store::identity::{Consent, Withdrawal, withdrawn_item};
use store::schema;
use wire::endpoint::None_;
use wire::watch::{CloseAlert, CloseAlertBody};

use super::homes::{Home, LONG, hours, messages};
use super::people::{WORKER, agree, at, grown_ups, id};
use crate::market::race::nothing_is_wrong;

/// Notices about somebody in an inbox.
async fn told_of(home: &Home<'_>, reader: PersonId) -> usize {
    let about = home.person.to_string();
    let all = messages(home.app, home.com, reader).await.into_iter();
    all.filter(|one| one.notice.data.get("person") == Some(&about))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_it_stays_in_inboxes_or_in_words_about_alerts() {
    let app = TestApp::start().await;
    let people = grown_ups(&app, 2).await;
    let (person, relative) = (id(&people[0]), id(&people[1]));
    let mut home = Home::of(&app, person, (Grade::AskFirst, Some(relative)), LONG).await;
    agree(&people[0], true).await;
    home.passes(Passage::Entry, app.now()).await;
    for wait in [46, 1, 1] {
        app.advance(hours(wait));
        app.settle().await;
    }
    let desk = at(&app, WORKER).await;
    let readers = [person, relative, id(&desk)];
    let told = join_all(readers.map(|reader| told_of(&home, reader))).await;
    assert!(told.iter().all(|count| *count > 0), "{told:?}");
    let alert = home.alerts().await.remove(0);
    let body = CloseAlertBody {
        id: app.command(),
        reason: AlertReason::Away,
        comment: "在女儿家".into(),
        seen_at: None,
    };
    let closed = desk.call::<CloseAlert>((alert.id,), None_ {}, body).await;
    closed.expect("it is closed");
    agree(&people[0], false).await;
    let told = join_all(readers.map(|reader| told_of(&home, reader))).await;
    assert_eq!(told, [0, 0, 0]);
    let alert = home.alerts().await.remove(0);
    assert_eq!(
        (alert.state, alert.comment.as_str()),
        (AlertState::Closed, "")
    );
    nothing_is_wrong(&app).await;
}

/// The first transaction of taking it back, and nothing after it.
async fn stopped_half_way(home: &Home<'_>) -> Withdrawal {
    let consent = Consent {
        purpose: Purpose::WatchDoors,
        given: false,
        version: Purpose::WatchDoors.version(),
        at: home.app.now(),
        how: How::Own,
        by: None,
    };
    let withdrawal = Withdrawal {
        person: home.person,
        consent,
    };
    let item = withdrawn_item(home.com, &withdrawal).expect("an item");
    home.store().put_all(vec![item]).await.expect("written");
    withdrawal
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stopped_half_way_goes_on_by_itself() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let mut home = Home::of(&app, id(&who), (Grade::AtOnce, None), LONG).await;
    agree(&who, true).await;
    home.passes(Passage::Entry, app.now()).await;
    app.advance(SignedDuration::from_secs(1));
    stopped_half_way(&home).await;
    app.advance(SignedDuration::from_secs(61));
    app.settle().await;
    let store = home.store();
    let watched = store.watched(home.com, home.person).await;
    assert_eq!(watched.expect("answers"), None);
    let signs = schema::signs(home.com, home.person);
    assert!(store.all(&signs).await.expect("answers").is_empty());
    let left = store.unfinished_withdrawals(home.com, app.now()).await;
    assert!(left.expect("answers").is_empty());
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_agreed_again_meanwhile_is_not_forgotten() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let home = Home::of(&app, id(&who), (Grade::AtOnce, None), LONG).await;
    let withdrawal = stopped_half_way(&home).await;
    agree(&who, true).await;
    app.advance(SignedDuration::from_secs(61));
    app.settle().await;
    let watched = home.store().watched(home.com, home.person).await;
    assert!(watched.expect("answers").is_some());
    let left = home.store().unfinished_withdrawals(home.com, app.now());
    assert!(left.await.expect("answers").is_empty());
    // Done once more, it says the same.
    let again = home.store().finish_withdrawal(home.com, &withdrawal);
    again.await.expect("answers");
    nothing_is_wrong(&app).await;
}
