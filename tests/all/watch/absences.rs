//! Being away, said by whoever may say it, and over when it is over.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::notice::Topic;
use domain::watch::{DoorSense, Grade};
use domain::{AbsenceId, PersonId, limits};
use jiff::SignedDuration;
use wire::endpoint::None_;
use wire::watch::{
    AbsenceView, AbsencesQuery, CreateAbsenceBody, EndAbsence, EndAbsenceBody, ListAbsences,
    ListMyWatchPeople, WatchedFields,
};
use wire::{Code, Problem};

use super::homes::{Home, LONG, messages};
use super::people::{
    ADMIN, CARD, Door, HELPER, WORKER, agree, at, away, code, door, event, fields, grown_ups, id,
    leave, look, looks, mine, say, stored, watch_over,
};
use crate::coverage::with_role;

async fn main_door(app: &TestApp) -> Door {
    let admin = at(app, ADMIN).await;
    door(&admin, DoorSense::BothWays, None).await
}

pub async fn end(who: &Actor<'_>, absence: AbsenceId) -> Result<AbsenceView, Problem> {
    let body = EndAbsenceBody {
        id: who.app.command(),
    };
    who.call::<EndAbsence>((absence,), None_ {}, body).await
}

async fn list(who: &Actor<'_>, person: Option<PersonId>) -> Result<Vec<AbsenceId>, Problem> {
    let query = AbsencesQuery { person };
    let list = who.call::<ListAbsences>((), query, None_ {}).await?;
    Ok(list.items.into_iter().map(|one| one.id).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relative_reports_only_if_that_was_agreed() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let people = grown_ups(&app, 3).await;
    let (who, relative, other) = (&people[0], &people[1], &people[2]);
    let person = Some(id(who));
    let asked_only = WatchedFields {
        relative: Some(id(relative)),
        ..fields(&door, &[CARD])
    };
    let made = watch_over(&desk, who, asked_only.clone()).await;
    let said = leave(relative, away(&app, person, 48)).await;
    assert_eq!(code(said), Code::NotFound, "asked, and no more");
    let speaks_for = async |actor: &Actor<'_>| {
        let list = actor.call::<ListMyWatchPeople>((), None_ {}, None_ {});
        let people = list.await.expect("a list").items.into_iter();
        let known: Vec<PersonId> = people.map(|one| one.person).collect();
        known
    };
    assert_eq!(speaks_for(relative).await, []);
    let body = wire::watch::UpdateWatchedBody {
        id: app.command(),
        ver: made.ver,
        fields: WatchedFields {
            relative_reports: true,
            ..asked_only
        },
    };
    let path = (id(who),);
    let changed = desk.call::<wire::watch::UpdateWatched>(path, None_ {}, body);
    changed.await.expect("agreed");
    let said = leave(relative, away(&app, person, 48)).await;
    let said = said.expect("may report");
    assert_eq!((said.person, said.ended_at), (id(who), None));
    assert_eq!(list(relative, person).await, Ok(vec![said.id]));
    assert_eq!(speaks_for(relative).await, [id(who)]);
    for nobody in [who, other] {
        assert_eq!(speaks_for(nobody).await, []);
    }
    assert_eq!(list(who, None).await, Ok(vec![said.id]));
    // Nobody else, and the desk for anybody who is watched over.
    assert_eq!(code(list(other, person).await), Code::NotFound);
    assert_eq!(code(end(other, said.id).await), Code::NotFound);
    let by_phone = CreateAbsenceBody {
        note: "女儿来电，住院检查".into(),
        ..away(&app, person, 24)
    };
    let noted = leave(&desk, by_phone.clone()).await.expect("by the desk");
    let again = leave(&desk, by_phone).await;
    assert_eq!(again.expect("the same"), noted);
    assert_eq!(noted.note, "女儿来电，住院检查");
    let seen = looks(who).await;
    assert!(seen.iter().any(|look| look.0 == "CreateAbsence"));
    let unwatched = leave(&desk, away(&app, Some(id(other)), 24)).await;
    assert_eq!(code(unwatched), Code::NotWatched);
    let unwatched = leave(other, away(&app, None, 24)).await;
    assert_eq!(code(unwatched), Code::NotWatched);
    app.stop().await;
}

/// Whoever asks for whom they may speak is answered by as many reads, however many others are watched over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relative_finds_theirs_among_many() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let people = grown_ups(&app, 4).await;
    let relative = id(&people[0]);
    for (n, who) in people.iter().enumerate().skip(1) {
        let card = format!("{n}");
        let said = WatchedFields {
            relative: (n < 3).then_some(relative),
            relative_reports: n == 1,
            ..fields(&door, &[card.as_str()])
        };
        watch_over(&desk, who, said).await;
    }
    let (store, com) = (&app.ctx().store, app.home().await);
    let theirs = store.watched_of_relative(com, relative).await;
    let mut theirs: Vec<PersonId> = theirs
        .expect("answers")
        .iter()
        .map(|one| one.person)
        .collect();
    theirs.sort_unstable();
    let mut both = vec![id(&people[1]), id(&people[2])];
    both.sort_unstable();
    assert_eq!(theirs, both);
    let list = people[0].call::<ListMyWatchPeople>((), None_ {}, None_ {});
    let list = list.await.expect("a list").items;
    let named: Vec<PersonId> = list.iter().map(|one| one.person).collect();
    assert_eq!(named, [id(&people[1])]);
    store
        .forget_relative(com, relative)
        .await
        .expect("forgotten");
    let theirs = store.watched_of_relative(com, relative).await;
    assert!(theirs.expect("answers").is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_told_notes_it_and_sees_nothing_else() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let person = Some(id(&who));
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let own = leave(&who, away(&app, None, 24)).await.expect("reported");
    let told = [
        at(&app, HELPER).await,
        with_role(&app, Role::GridWorker).await,
    ];
    for reporter in &told {
        let said = leave(reporter, away(&app, person, 48)).await;
        let said = said.expect("may note it");
        assert_eq!(list(reporter, person).await, Ok(vec![said.id]));
        assert_eq!(code(end(reporter, own.id).await), Code::NotFound);
        assert_eq!(code(look(reporter, id(&who)).await), Code::NotAllowed);
        let ended = end(reporter, said.id).await.expect("theirs");
        assert_eq!(ended.ended_at.map(|at| at.at), Some(app.now()));
    }
    let seen = looks(&who).await;
    for what in ["CreateAbsence", "ListAbsences", "EndAbsence"] {
        assert!(seen.iter().any(|look| look.0 == what), "{what}");
    }
    let volunteer = with_role(&app, Role::Volunteer).await;
    let refused = leave(&volunteer, away(&app, person, 48)).await;
    assert_eq!(code(refused), Code::NotFound);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_absence_is_told_of_in_its_middle_and_one_of_hours_never() {
    let app = TestApp::start().await;
    let home = Home::new(&app, Grade::AtOnce, LONG).await;
    let people = app.people().await;
    let person = people.iter().find(|one| one.id == home.person);
    let who = app.as_person(person.expect("is there")).await;
    agree(&who, true).await;
    let hours = SignedDuration::from_hours;
    leave(&who, away(&app, None, 3)).await.expect("reported");
    leave(&who, away(&app, None, 30)).await.expect("reported");
    app.advance(hours(15) - SignedDuration::from_mins(1));
    app.settle().await;
    assert!(home.told(home.person).await.is_empty(), "too early");
    for _ in 0..2 {
        app.advance(SignedDuration::from_mins(1));
        app.settle().await;
        assert_eq!(home.told(home.person).await, [Topic::AbsenceEnds], "once");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absence_puts_the_deadline_off_and_coming_home_ends_it() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let pass = |seq: u64, act: &str| event(seq, app.now(), act, Some(CARD));
    say(&app, &door, &[pass(1, "exit")]).await;
    let due = mine(&who).await.expect("a view").due.expect("a deadline");
    assert_eq!(due.at, app.now() + SignedDuration::from_hours(72));
    let body = away(&app, None, 24 * 10);
    let until = body.until;
    let made = leave(&who, body).await.expect("reported");
    let view = mine(&who).await.expect("a view");
    assert_eq!(view.due.map(|at| at.at), Some(until));
    assert_eq!(view.away_until.map(|at| at.at), Some(until));
    app.advance(SignedDuration::from_hours(24));
    say(&app, &door, &[pass(2, "entry")]).await;
    let view = mine(&who).await.expect("a view");
    assert_eq!(view.away_until, None);
    let due = app.now() + SignedDuration::from_hours(48);
    assert_eq!(view.due.map(|at| at.at), Some(due));
    let ended = end(&who, made.id).await.expect("is over");
    assert_eq!(ended.ended_at.map(|at| at.at), Some(app.now()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_earlier_is_a_sign_of_life_only_of_whoever_says_it() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let exit = event(1, app.now(), "exit", Some(CARD));
    say(&app, &door, &[exit]).await;
    let left = app.now();
    let made = leave(&who, away(&app, None, 24 * 20)).await;
    let made = made.expect("reported");
    app.advance(SignedDuration::from_hours(24));
    let desk = at(&app, WORKER).await;
    let ended = end(&desk, made.id).await.expect("the desk may");
    assert_eq!(ended.ended_at.map(|at| at.at), Some(app.now()));
    let again = end(&desk, made.id).await.expect("over as it is");
    assert_eq!(again, ended);
    let view = mine(&who).await.expect("a view");
    assert_eq!(view.seen_at.map(|at| at.at), Some(left));
    let more = leave(&who, away(&app, None, 24 * 20)).await;
    let more = more.expect("reported");
    app.advance(SignedDuration::from_hours(1));
    end(&who, more.id).await.expect("back");
    let view = mine(&who).await.expect("a view");
    assert_eq!(view.seen_at.map(|at| at.at), Some(app.now()));
    assert_eq!((view.away_until, view.alert), (None, None));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absence_has_an_end_and_there_are_few_at_once() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let now = app.now();
    let hours = |hours: i64| now + SignedDuration::from_hours(hours);
    let longest = 24 * limits::ABSENCE_DAYS;
    for (from, until) in [(1, 1), (2, 1), (-2, -1), (0, longest + 1)] {
        let body = CreateAbsenceBody {
            from: hours(from),
            until: hours(until),
            ..away(&app, None, 1)
        };
        let refused = leave(&who, body).await;
        assert_eq!(code(refused), Code::AbsenceSpan, "{from} {until}");
    }
    for n in 0..limits::ABSENCES {
        let from = i64::try_from(n).expect("few") * 48;
        let body = CreateAbsenceBody {
            from: hours(from),
            until: hours(from + 24),
            ..away(&app, None, 1)
        };
        leave(&who, body).await.expect("reported");
    }
    let most = leave(&who, away(&app, None, 1)).await;
    assert_eq!(code(most), Code::AbsencesMost);
    // Those that are over make room.
    app.advance(SignedDuration::from_hours(25));
    leave(&who, away(&app, None, 1)).await.expect("room again");
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert_eq!(watched.absences.len(), limits::ABSENCES);
    assert_eq!(list(&who, None).await.map(|all| all.len()), Ok(11));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_at_home_is_not_away_whichever_way_their_door_tells_it() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let home = door(&admin, DoorSense::HomeDoor, Some(id(&who))).await;
    let gate = main_door(&app).await;
    watch_over(&desk, &who, fields(&home, &[CARD])).await;
    let body = away(&app, Some(id(&who)), 24 * 10);
    let until = body.until;
    leave(&desk, body).await.expect("reported");
    let is_away = async || {
        let view = mine(&who).await.expect("a view");
        view.away_until.map(|at| at.at)
    };
    // For an umbrella.
    app.advance(SignedDuration::from_mins(3));
    let opened = |seq: u64| event(seq, app.now(), "opened", None);
    say(&app, &home, &[opened(1)]).await;
    assert_eq!(is_away().await, Some(until));
    // Another door sees them to be well, and says nothing of their being at home.
    app.advance(SignedDuration::from_hours(3));
    let pass = event(1, app.now(), "entry", Some(CARD));
    assert_eq!(say(&app, &gate, &[pass]).await, ["applied"]);
    assert_eq!(is_away().await, Some(until));
    app.advance(SignedDuration::from_mins(30));
    say(&app, &home, &[opened(2)]).await;
    assert_eq!(is_away().await, None);
    app.settle().await;
    for reader in [&who, &desk] {
        let messages = messages(&app, app.home().await, id(reader)).await;
        let over = messages
            .iter()
            .filter(|one| one.notice.topic == Topic::AbsenceOver);
        assert_eq!(over.count(), 1);
    }
    app.stop().await;
}
