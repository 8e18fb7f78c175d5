//! What the audit looks after in what is passed on: each is spoiled once, and noticed by name.

use acceptance::network::put_number;
use acceptance::{Actor, TestApp};
use domain::network::{Batch, Part, Passed, Record};
use domain::{CommunityId, EntryId};
use store::points::network::record_item;
use store::schema::{self, Item, Kind};
use store::table::write;

use super::super::attendance::at_hand;
use super::{LIN, batch_id, drained, hand_in, make, many, sound};

/// One record that was accepted, and the batch it left in.
struct Passing<'a> {
    app: &'a TestApp,
    com: CommunityId,
    record: Record,
    batch: Batch,
    part: Part,
}

impl<'a> Passing<'a> {
    async fn of(app: &'a TestApp, lin: &Actor<'_>) -> Self {
        drained(lin).await;
        let (com, store) = (app.home().await, &app.ctx().store);
        let id: EntryId = many(app, 1).await[0];
        let made = make(lin, batch_id(app)).await.json();
        let answer = format!("记录编号,外部编号\n{id},CV-1\n");
        let taken = hand_in(lin, &made["id"], "take", &answer).await;
        assert_eq!(taken.json()["taken"], 1, "{}", taken.body);
        let record = store.network_record(com, id).await.expect("answers");
        let batch = made["id"].as_str().expect("an id").parse().expect("an id");
        let parts = store.network_parts(com, batch).await.expect("answers");
        let batch = store.network_batch(com, batch).await.expect("answers");
        Self {
            app,
            com,
            record: record.expect("there"),
            batch: batch.expect("there"),
            part: parts.into_iter().next().expect("a part"),
        }
    }

    fn record(&self, spoil: impl FnOnce(&mut Record)) -> Item {
        let mut record = self.record.clone();
        spoil(&mut record);
        record_item(&record).expect("an item")
    }

    fn batch(&self, spoil: impl FnOnce(&mut Batch)) -> Item {
        let mut batch = self.batch.clone();
        spoil(&mut batch);
        let key = schema::network_batch(self.com, batch.id);
        write(Kind::NetworkBatch, &key, &batch, []).expect("an item")
    }

    fn part(&self, spoil: impl FnOnce(&mut Part)) -> Item {
        let mut part = self.part.clone();
        spoil(&mut part);
        let key = schema::network_part(self.com, part.batch, part.n);
        write(Kind::NetworkPart, &key, &part, []).expect("an item")
    }

    /// Every rule that this breaks; then everything is as it was.
    async fn broken_by(&self, spoiled: Item, whole: Item) -> Vec<&'static str> {
        let store = &self.app.ctx().store;
        store.put_all(vec![spoiled]).await.expect("written");
        let found = store::audit::check(store, self.app.now()).await;
        let mut rules: Vec<_> = found.expect("answers").iter().map(|one| one.rule).collect();
        rules.dedup();
        store.put_all(vec![whole]).await.expect("written");
        rules
    }
}

#[tokio::test]
async fn whatever_of_it_is_spoiled_is_noticed() {
    let app = TestApp::start().await;
    let lin = at_hand(&app, LIN).await;
    let now = Passing::of(&app, &lin).await;
    put_number(&app, now.com, now.record.person, "SJ230102000003").await;
    sound(&app).await;
    let record = [
        (
            now.record(|one| one.minutes += 1),
            "a record says what its entry says",
        ),
        (
            now.record(|one| one.superseded_by = Some(EntryId::new(1, 1))),
            "a record is superseded with its entry",
        ),
        (
            now.record(|one| one.left.clear()),
            "what left last is what is answered",
        ),
        (
            now.record(|one| one.left[0].part += 1),
            "what left has its row",
        ),
        (
            now.record(|one| {
                one.passed = Passed::Sent {
                    batch: one.left[0].batch,
                }
            }),
            "a number of the network's is one record's",
        ),
        (
            now.record(|one| {
                one.passed = Passed::Accepted {
                    batch: one.left[0].batch,
                    external: "CV-2".into(),
                }
            }),
            "an accepted record is found by its number",
        ),
    ];
    for (spoiled, rule) in record {
        let rules = now.broken_by(spoiled, now.record(|_| {})).await;
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
    }
    let rules = now
        .broken_by(now.batch(|one| one.records += 1), now.batch(|_| {}))
        .await;
    assert_eq!(rules, ["a batch has the rows it counts"]);
    let rules = now
        .broken_by(
            now.part(|one| one.rows[0].entry = EntryId::new(1, 1)),
            now.part(|_| {}),
        )
        .await;
    assert!(
        rules.contains(&"a row is of a record that left"),
        "{rules:?}"
    );
    sound(&app).await;
    let key = schema::network_record(
        now.com,
        now.record.person,
        now.record.starts,
        now.record.entry,
    );
    app.ctx().store.delete_all(&[key]).await.expect("deleted");
    let found = store::audit::check(&app.ctx().store, app.now()).await;
    let rules: Vec<_> = found.expect("answers").iter().map(|one| one.rule).collect();
    assert!(rules.contains(&"what counts has its record"), "{rules:?}");
    app.stop().await;
}
