//! What was done without a line: everything once, nothing lost, and a task where two desks met.

use acceptance::faults::{Faults, Rates};
use acceptance::{Actor, TestApp};
use domain::CommandId;
use domain::library::{CopyState, LedgerEvent, TaskKind, TaskState, barcode};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use wire::endpoint::None_;
use wire::library::desk::{
    ListLibraryTasks, SettleLibraryTask, SettleTaskBody, TaskView, TasksQuery,
};
use wire::library::loans::{
    CreateLoanBody, ReplayBody, ReplayEntry, ReplayLibrary, ReplayOutcome, ReplayRenewal,
    ReturnCopyBody,
};
use wire::{Code, Moment};

use super::people::{
    HELPER, LIBRARIAN, at, borrow, bring, child_of_the_demo, code, days, free_labels, free_title,
    grown_ups, id, lend, loans, order, reserve, stock,
};
use super::rush::history;
use crate::market::race::nothing_is_wrong;

fn entry(who: &Actor<'_>) -> ReplayEntry {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let done = who.app.now() - SignedDuration::from_mins(20);
    ReplayEntry {
        at: Moment::new(done, &zone),
        lend: None,
        give_back: None,
        renew: None,
    }
}

fn lending(who: &Actor<'_>, body: &CreateLoanBody) -> ReplayEntry {
    ReplayEntry {
        lend: Some(body.clone()),
        ..entry(who)
    }
}

fn returning(who: &Actor<'_>, command: CommandId, copy: &str) -> ReplayEntry {
    ReplayEntry {
        give_back: Some(ReturnCopyBody {
            id: command,
            copy: copy.into(),
        }),
        ..entry(who)
    }
}

async fn send(who: &Actor<'_>, entries: &[ReplayEntry]) -> Vec<ReplayOutcome> {
    loop {
        let body = ReplayBody {
            entries: entries.to_vec(),
            sent_at: None,
        };
        match who.call::<ReplayLibrary>((), None_ {}, body).await {
            Err(problem) if problem.retryable => {}
            done => return done.expect("replayed").outcomes,
        }
    }
}

/// How often a copy was lent.
async fn lent(app: &TestApp, label: &str) -> usize {
    let events = history(app, label).await;
    let lent = events.iter().filter(|event| **event == LedgerEvent::Lent);
    lent.count()
}

/// Three loans, one of which went through before the line was lost, a return and a renewal; sent twice.
async fn a_queue(app: &TestApp, faults: Option<&Faults>) {
    let who = grown_ups(app, 1).await.remove(0);
    let labels = free_labels(app, 4).await;
    let mut before = Vec::new();
    for label in &labels {
        before.push(lent(app, label).await);
    }
    let early = lend(&who, order(&who, &labels[3])).await.expect("online");
    days(app, 6).await;
    let bodies: Vec<CreateLoanBody> = labels[..3].iter().map(|one| order(&who, one)).collect();
    let known = lend(&who, bodies[0].clone())
        .await
        .expect("it went through");
    let mut queue: Vec<ReplayEntry> = bodies.iter().map(|one| lending(&who, one)).collect();
    queue.push(returning(&who, app.command(), &labels[1]));
    queue.push(ReplayEntry {
        renew: Some(ReplayRenewal {
            id: app.command(),
            loan: early.id,
        }),
        ..entry(&who)
    });
    if let Some(faults) = faults {
        faults.switch(true);
    }
    for round in 0..2 {
        let outcomes = send(&who, &queue).await;
        let loan = |n: usize| outcomes[n].loan.as_ref().map(|loan| loan.id);
        assert_eq!(loan(0), Some(known.id), "round {round}: {outcomes:?}");
        assert_eq!([loan(1), loan(2)], [Some(bodies[1].id), Some(bodies[2].id)]);
        assert!(outcomes[3].returned.is_some(), "{outcomes:?}");
        let renewed = outcomes[4].loan.as_ref().expect("kept longer");
        assert_eq!((renewed.id, renewed.renewals), (early.id, 1), "once");
        assert!(
            outcomes
                .iter()
                .all(|one| one.problem.is_none() && one.task.is_none())
        );
    }
    if let Some(faults) = faults {
        faults.switch(false);
    }
    let open = loans(&who, None, false).await.items;
    let mut have: Vec<&str> = open.iter().map(|loan| loan.barcode.as_str()).collect();
    let mut want = [labels[0].as_str(), &labels[2], &labels[3]];
    have.sort_unstable();
    want.sort_unstable();
    assert_eq!(have, want);
    for (label, before) in labels.iter().zip(before) {
        assert_eq!(lent(app, label).await, before + 1, "{label}");
    }
    nothing_is_wrong(app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_is_sent_twice_counts_once() {
    let app = TestApp::start().await;
    a_queue(&app, None).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_over_a_broken_network() {
    let rates = Rates {
        conflict: 15,
        throttle: 8,
        server_error: 8,
        lost_reply: 12,
        timeout: 5,
    };
    for seed in [5, 23, 41] {
        let faults = Faults::new(seed, rates);
        let app = TestApp::with_faults(faults.interceptor()).await;
        a_queue(&app, Some(&faults)).await;
        app.stop().await;
    }
}

async fn tasks(desk: &Actor<'_>, settled: bool) -> Vec<TaskView> {
    let query = TasksQuery {
        settled: Some(settled),
    };
    let list = desk.call::<ListLibraryTasks>((), query, None_ {}).await;
    list.expect("tasks").items
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_desks_that_lent_one_copy_have_one_loan_and_one_task() {
    let app = TestApp::start().await;
    let (one, other) = (at(&app, HELPER).await, at(&app, LIBRARIAN).await);
    let people = grown_ups(&app, 2).await;
    let (title, labels) = free_title(&app, 1).await;
    let body = |desk: &Actor<'_>, reader: &Actor<'_>| CreateLoanBody {
        reader: Some(id(reader)),
        ..order(desk, &labels[0])
    };
    let (first, second) = (body(&one, &people[0]), body(&other, &people[1]));
    let outcomes = send(&one, &[lending(&one, &first)]).await;
    assert_eq!(
        outcomes[0].loan.as_ref().map(|loan| loan.id),
        Some(first.id)
    );
    let mut task = None;
    for _ in 0..3 {
        let outcomes = send(&other, &[lending(&other, &second)]).await;
        let said = outcomes[0].problem.as_ref().expect("somebody has it");
        assert_eq!(said.code, Code::OnLoan);
        let made = outcomes[0].task.expect("somebody has to look");
        assert_eq!(*task.get_or_insert(made), made, "one task, however often");
    }
    let open = tasks(&one, false).await;
    assert_eq!(open.len(), 1);
    let seen = &open[0];
    assert_eq!(
        (seen.barcode.as_str(), seen.title),
        (labels[0].as_str(), title.id)
    );
    assert_eq!((seen.why, seen.stands), (Code::OnLoan, Some(first.id)));
    assert_eq!(seen.reader_name, "测试·读者1");
    assert_eq!(seen.stands_reader_name, "测试·读者0");
    assert_eq!(seen.done_at.at, app.now() - SignedDuration::from_mins(20));
    let out = |(_, shelf): &(domain::library::Title, domain::library::Shelf)| {
        shelf.title == title.id && shelf.count(CopyState::OnLoan) == 1
    };
    assert!(stock(&app).await.iter().any(out));

    let settle = async |comment: &str| {
        let body = SettleTaskBody {
            id: app.command(),
            comment: comment.into(),
        };
        other
            .call::<SettleLibraryTask>((seen.id,), None_ {}, body)
            .await
    };
    let silent = settle("  ").await.expect_err("say how");
    assert_eq!(silent.pointer.as_deref(), Some("/comment"));
    let done = settle("书在第二位读者手里，已改").await.expect("settled");
    assert_eq!(
        (done.state, done.settled_by_name.is_some()),
        (TaskState::Settled, true)
    );
    assert_eq!(code(settle("再来").await), Code::TaskSettled);
    assert_eq!(tasks(&one, false).await, []);
    assert_eq!(tasks(&one, true).await.len(), 1);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Whatever keeps a book that was handed out from being written down, somebody looks at it; what cannot be
/// looked at holds nothing else up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_that_is_out_and_not_written_down_becomes_a_task() {
    let app = TestApp::start().await;
    let (desk, librarian) = (at(&app, HELPER).await, at(&app, LIBRARIAN).await);
    let people = grown_ups(&app, 3).await;
    let (child, _) = child_of_the_demo(&app, false).await;
    let two = stock(&app).await;
    let twins = |(title, shelf): &&(domain::library::Title, domain::library::Shelf)| {
        title.isbn.is_some() && shelf.count(CopyState::Available) > 1
    };
    let twins = two.iter().find(twins).expect("a title with two copies");
    let isbn = twins.0.isbn.clone().expect("just seen");
    let (kept, labels) = free_title(&app, 1).await;
    borrow(&people[0], &labels[0]).await.expect("borrowed");
    reserve(&people[1], kept.id).await.expect("reserved");
    bring(&people[0], &labels[0])
        .await
        .expect("kept for another");
    let plain = free_labels(&app, 3).await;
    let path = format!("/v1/library/copies/{}/mark", plain[0]);
    let body = format!(r#"{{"id":"{}","mark":"lost"}}"#, app.command());
    assert_eq!(librarian.raw("POST", &path, Some(body)).await.status, 200);
    let lend_to = |reader: domain::PersonId, copy: &str| CreateLoanBody {
        reader: Some(reader),
        copy: copy.to_owned(),
        ..order(&desk, &plain[1])
    };
    let by_card = CreateLoanBody {
        card: Some("2222222222222".into()),
        reader: None,
        ..order(&desk, &plain[1])
    };
    let who = id(&people[2]);
    let cases = [
        (lend_to(who, &labels[0]), Code::KeptForOther, true),
        (lend_to(who, &plain[0]), Code::CopyIs, true),
        (lend_to(child.id, &plain[1]), Code::LoanConsent, true),
        (lend_to(child.id, &isbn), Code::LoanConsent, true),
        (lend_to(who, &isbn), Code::WhichCopy, true),
        (
            lend_to(who, &barcode::label(99_999_999)),
            Code::NotFound,
            false,
        ),
    ];
    let mut queue: Vec<ReplayEntry> = cases.iter().map(|one| lending(&desk, &one.0)).collect();
    queue.push(lending(&desk, &by_card));
    queue.push(lending(&desk, &lend_to(who, &plain[2])));
    let outcomes = send(&desk, &queue).await;
    for ((body, code, task), end) in cases.iter().zip(&outcomes) {
        let said = end.problem.as_ref().map(|problem| problem.code);
        assert_eq!((said, end.task.is_some()), (Some(*code), *task), "{body:?}");
    }
    assert!(outcomes[7].loan.is_some(), "{:?}", outcomes[7]);
    let open = tasks(&desk, false).await;
    assert_eq!(open.len(), 5);
    assert!(
        open.iter()
            .any(|task| task.barcode == isbn && task.why == Code::WhichCopy)
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// A return that was kept at one desk, while the other took the copy back and lent it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_return_ends_no_loan_that_began_since() {
    let app = TestApp::start().await;
    let (one, other) = (at(&app, HELPER).await, at(&app, LIBRARIAN).await);
    let people = grown_ups(&app, 2).await;
    let label = free_labels(&app, 1).await.remove(0);
    borrow(&people[0], &label).await.expect("borrowed");
    days(&app, 1).await;
    let one = {
        let _ = one;
        at(&app, HELPER).await
    };
    let kept = returning(&one, app.command(), &label);
    let other = {
        let _ = other;
        at(&app, LIBRARIAN).await
    };
    bring(&other, &label).await.expect("back at the other desk");
    let body = CreateLoanBody {
        reader: Some(id(&people[1])),
        ..order(&other, &label)
    };
    let newer = lend(&other, body).await.expect("lent again");
    let outcomes = send(&one, std::slice::from_ref(&kept)).await;
    let said = outcomes[0].problem.as_ref().map(|problem| problem.code);
    assert_eq!(said, Some(Code::OnLoan));
    // Somebody looks at it: the book was handed in, and stands against another's name.
    let again = send(&one, std::slice::from_ref(&kept)).await;
    assert_eq!(again[0].task, outcomes[0].task);
    let query = TasksQuery { settled: None };
    let tasks = other.call::<ListLibraryTasks>((), query, None_ {}).await;
    let tasks = tasks.expect("a list").items;
    let ids: Vec<_> = tasks.iter().map(|task| Some(task.id)).collect();
    assert_eq!(ids, [outcomes[0].task]);
    let task = &tasks[0];
    assert_eq!(
        (task.kind, task.stands, task.reader),
        (TaskKind::Returned, Some(newer.id), None)
    );
    let out = loans(&people[1], None, false).await.items;
    assert_eq!(
        out.iter().map(|loan| loan.id).collect::<Vec<_>>(),
        [newer.id]
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// A clock that is slow puts a return before its loan; what it says of now puts that right.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_whose_clock_is_slow_gives_back_what_it_borrowed() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let label = free_labels(&app, 1).await.remove(0);
    borrow(&who, &label).await.expect("borrowed");
    app.advance(SignedDuration::from_mins(10));
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let slow = |minutes| Moment::new(app.now() - SignedDuration::from_mins(minutes), &zone);
    // Given back five minutes ago; the clock is thirty behind.
    let step = ReplayEntry {
        at: slow(35),
        ..returning(&who, app.command(), &label)
    };
    let refused = send(&who, std::slice::from_ref(&step)).await;
    let said = refused[0].problem.as_ref().map(|problem| problem.code);
    assert_eq!(said, Some(Code::OnLoan), "by the clock alone");
    let step = ReplayEntry {
        at: slow(35),
        ..returning(&who, app.command(), &label)
    };
    let body = ReplayBody {
        entries: vec![step],
        sent_at: Some(slow(30)),
    };
    let done = who.call::<ReplayLibrary>((), None_ {}, body).await;
    let done = done.expect("replayed").outcomes;
    assert!(done[0].returned.is_some(), "{done:?}");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// What can be no entry is answered as such, and the others are carried out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_entry_that_is_wrong_does_not_hold_up_the_rest() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let labels = free_labels(&app, 2).await;
    let both = ReplayEntry {
        give_back: Some(ReturnCopyBody {
            id: app.command(),
            copy: labels[0].clone(),
        }),
        ..lending(&who, &order(&who, &labels[0]))
    };
    let queue = [
        entry(&who),
        both,
        lending(&who, &order(&who, "?")),
        returning(&who, app.command(), &labels[1]),
        lending(&who, &order(&who, &labels[0])),
    ];
    let outcomes = send(&who, &queue).await;
    let codes: Vec<Option<Code>> = outcomes
        .iter()
        .map(|one| one.problem.as_ref().map(|problem| problem.code))
        .collect();
    let bad = Some(Code::BadValue);
    assert_eq!(codes, [bad, bad, bad, Some(Code::NotFound), None]);
    assert!(outcomes[4].loan.is_some());
    let many = ReplayBody {
        entries: vec![entry(&who); 51],
        sent_at: None,
    };
    let many = who.call::<ReplayLibrary>((), None_ {}, many).await;
    assert_eq!(code(many), Code::TooMany);
    nothing_is_wrong(&app).await;
    app.stop().await;
}
