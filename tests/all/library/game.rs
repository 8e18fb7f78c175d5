//! A long game at random over a broken network: readers, the desk and the librarian; each step is sent
//! until it is answered, and once more. After each round everything has to hold together.

use std::sync::atomic::Ordering;

use acceptance::client::Raw;
use acceptance::faults::{Faults, Rates};
use acceptance::{Actor, Chance, TestApp, length};
use domain::TitleId;
use domain::library::{CopyState, Mark};
use serde_json::{Value, json};

use super::people::{
    LIBRARIAN, at, borrow, free_labels, free_title, grown_ups, id, loans, order, stock,
};
use crate::market::race::nothing_is_wrong;

const ROUNDS: usize = 12;
const STEPS: usize = 48;

struct Board<'a> {
    people: Vec<Actor<'a>>,
    librarian: Actor<'a>,
    labels: Vec<String>,
    titles: Vec<TitleId>,
}

/// What is open as a round begins, and whose it is.
struct Open {
    holds: Vec<(String, usize)>,
    loans: Vec<(String, usize)>,
}

/// One call as it is sent: by whom, where to, and what.
struct Step<'b, 'a> {
    who: &'b Actor<'a>,
    method: &'static str,
    path: String,
    body: Value,
}

impl<'a> Board<'a> {
    fn step(&self, app: &TestApp, chance: &mut Chance, open: &Open) -> Step<'_, 'a> {
        let pick = |chance: &mut Chance, among: usize| {
            usize::try_from(chance.draw() % among as u64).expect("few")
        };
        let n = pick(chance, self.people.len());
        let who = &self.people[n];
        let label = &self.labels[pick(chance, self.labels.len())];
        let title = self.titles[pick(chance, self.titles.len())];
        let command = app.command();
        let post = |who, path: String, body| Step {
            who,
            method: "POST",
            path,
            body,
        };
        match chance.draw() % 24 {
            0..6 => {
                let body = json!(order(who, label));
                post(who, "/v1/library/loans".into(), body)
            }
            6..8 => {
                let mut body = json!(order(&self.librarian, label));
                body["reader"] = json!(id(who));
                post(&self.librarian, "/v1/library/loans".into(), body)
            }
            8..12 => {
                let body = json!({ "id": command, "copy": label });
                post(&self.librarian, "/v1/library/returns".into(), body)
            }
            12..15 => {
                let hold = domain::HoldId::new(app.millis(), app.chance());
                let body = json!({ "id": hold, "title": title });
                post(who, "/v1/library/holds".into(), body)
            }
            15..17 if !open.holds.is_empty() => {
                let (hold, whose) = &open.holds[pick(chance, open.holds.len())];
                let path = format!("/v1/library/holds/{hold}/cancel");
                post(&self.people[*whose], path, json!({ "id": command }))
            }
            17..21 if !open.loans.is_empty() => {
                let (loan, whose) = &open.loans[pick(chance, open.loans.len())];
                let path = format!("/v1/library/loans/{loan}/renew");
                post(&self.people[*whose], path, json!({ "id": command }))
            }
            _ => {
                let mark = Mark::ALL[pick(chance, Mark::ALL.len())];
                let path = format!("/v1/library/copies/{label}/mark");
                let body = json!({ "id": command, "mark": mark });
                post(&self.librarian, path, body)
            }
        }
    }

    async fn open(&self) -> Open {
        Open {
            holds: self.listed("/v1/library/holds").await,
            loans: self.listed("/v1/library/loans").await,
        }
    }

    async fn listed(&self, path: &str) -> Vec<(String, usize)> {
        let mut open = Vec::new();
        for (n, who) in self.people.iter().enumerate() {
            let list = who.raw("GET", path, None).await.json();
            let items = list["items"].as_array().cloned().unwrap_or_default();
            let ids = items.iter().filter_map(|item| item["id"].as_str());
            open.extend(ids.map(|id| (id.to_owned(), n)));
        }
        open
    }
}

/// Sends it until it is answered, and once more: what was lent, kept longer or taken back is answered the same.
async fn play(step: &Step<'_, '_>) -> u16 {
    let body = step.body.to_string();
    let same = ["/loans", "/renew", "/returns"];
    let same = same.iter().any(|end| step.path.ends_with(end));
    let mut last: Option<Raw> = None;
    for _ in 0..200 {
        let raw = step
            .who
            .raw(step.method, &step.path, Some(body.clone()))
            .await;
        if raw.json()["retryable"] == json!(true) {
            continue;
        }
        assert!(raw.status < 500, "{} {body}: {}", step.path, raw.body);
        match last {
            Some(before) => {
                assert!(raw.status < 300, "{} {body}: {}", step.path, raw.body);
                if same {
                    assert_eq!(raw.json(), before.json(), "{} {body}", step.path);
                }
                return before.status;
            }
            // What was refused may be possible by now; what was done stays done.
            None if raw.status >= 300 => return raw.status,
            None => last = Some(raw),
        }
    }
    panic!("it never recovered: {} {body}", step.path)
}

async fn game(seed: u64) -> (usize, usize, u64) {
    let rates = Rates {
        conflict: 8,
        throttle: 4,
        server_error: 4,
        lost_reply: 8,
        timeout: 3,
    };
    let faults = Faults::new(seed, rates);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let (one, mut labels) = free_title(&app, 1).await;
    let (two, more) = free_title(&app, 2).await;
    labels.extend(more);
    let mut board = Board {
        people: grown_ups(&app, 5).await,
        librarian: at(&app, LIBRARIAN).await,
        labels,
        titles: vec![one.id, two.id],
    };
    // A book that nobody else asks for: kept longer for as long as the rules allow.
    let free = free_labels(&app, 3).await;
    let quiet = free.iter().find(|label| !board.labels.contains(label));
    let quiet = borrow(&board.people[0], quiet.expect("two titles are played")).await;
    let quiet = quiet.expect("borrowed").id;
    let mut chance = Chance::new(seed);
    let (mut done, mut refused) = (0, 0);
    for _ in 0..ROUNDS {
        let open = board.open().await;
        faults.switch(true);
        for _ in 0..STEPS {
            let step = board.step(&app, &mut chance, &open);
            match play(&step).await {
                0..300 => done += 1,
                _ => refused += 1,
            }
        }
        faults.switch(false);
        nothing_is_wrong(&app).await;
        // A day passes: some are reminded, some did not fetch what was kept.
        app.advance(jiff::SignedDuration::from_hours(24));
        app.settle().await;
        // Staff sign in again each day.
        board.librarian = at(&app, LIBRARIAN).await;
        nothing_is_wrong(&app).await;
    }
    for (_, shelf) in stock(&app).await {
        let waits = !shelf.queue.is_empty();
        assert!(!waits || shelf.count(CopyState::Available) == 0);
    }
    let kept = loans(&board.people[0], None, false).await.items;
    let kept = kept.iter().find(|loan| loan.id == quiet);
    let kept = kept.expect("nobody took it back");
    assert_eq!(kept.renewals, 2, "as often as the rules allow");
    let injected = faults.injected.load(Ordering::Relaxed);
    app.stop().await;
    (done, refused, injected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_done_in_whatever_order_it_holds_together() {
    let (mut done, mut refused, mut injected) = (0, 0, 0);
    for seed in length::long_or((1..=20).collect(), vec![7, 2_026]) {
        let played = game(seed).await;
        done += played.0;
        refused += played.1;
        injected += played.2;
    }
    println!("{done} done, {refused} refused, {injected} faults");
    assert!(done > 200 && refused > 100 && injected > 300);
}
