//! What the audit looks after in the library: each thing is spoiled once, and noticed by name.

use acceptance::TestApp;
use domain::library::{Hold, HoldState, LedgerEvent, Line, Loan, LoanState, Reader, Shelf};
use domain::{CommunityId, HoldId, PersonId, TitleId};
use jiff::ToSpan;
use store::library::{
    hold_item, isbn_item, label_item, line_items, loan_item, reader_item, shelf_item, title_item,
};

use super::people::{borrow, bring, free_title, grown_ups, id, reserve};
use crate::market::race::nothing_is_wrong;
use crate::spoil::{lose, spoil};

/// Of one title one copy, lent to the first; one waits for it. Of another one kept for a third.
struct Shelves<'a> {
    app: &'a TestApp,
    com: CommunityId,
    lent: Shelf,
    loan: Loan,
    waits: Hold,
    kept: Shelf,
    ready: Hold,
}

impl<'a> Shelves<'a> {
    async fn fill(app: &'a TestApp) -> Self {
        let people = grown_ups(app, 3).await;
        let (lent, labels) = free_title(app, 1).await;
        let loan = borrow(&people[0], &labels[0]).await.expect("borrowed");
        let waits = reserve(&people[1], lent.id).await.expect("reserved");
        let (kept, labels) = free_title(app, 1).await;
        borrow(&people[0], &labels[0]).await.expect("borrowed");
        let ready = reserve(&people[2], kept.id).await.expect("reserved");
        bring(&people[0], &labels[0]).await.expect("kept");
        assert_eq!(id(&people[2]), ready.reader);
        let (com, store) = (app.home().await, &app.ctx().store);
        let hold = async |id: HoldId| {
            let hold = store.hold(com, id).await.expect("answers");
            hold.expect("there")
        };
        let shelf = async |id: TitleId| store.shelf(com, id).await.expect("answers");
        let loan = store.loan(com, loan.id).await.expect("answers");
        Self {
            app,
            com,
            lent: shelf(lent.id).await,
            loan: loan.expect("there"),
            waits: hold(waits.id).await,
            kept: shelf(kept.id).await,
            ready: hold(ready.id).await,
        }
    }

    async fn reader(&self, person: PersonId) -> Reader {
        let store = &self.app.ctx().store;
        store.reader(self.com, person).await.expect("answers")
    }

    async fn shelf(&self, shelf: &Shelf, change: impl FnOnce(&mut Shelf), rule: &str) {
        let mut spoiled = shelf.clone();
        change(&mut spoiled);
        let item = shelf_item(self.com, &spoiled).expect("an item");
        spoil(self.app, item, rule).await;
    }

    async fn hold(&self, hold: &Hold, change: impl FnOnce(&mut Hold), rule: &str) {
        let mut spoiled = hold.clone();
        change(&mut spoiled);
        spoil(self.app, hold_item(&spoiled).expect("an item"), rule).await;
    }

    async fn loan(&self, change: impl FnOnce(&mut Loan), rule: &str) {
        let mut spoiled = self.loan.clone();
        change(&mut spoiled);
        spoil(self.app, loan_item(&spoiled).expect("an item"), rule).await;
    }

    async fn person(&self, person: PersonId, change: impl FnOnce(&mut Reader), rule: &str) {
        let mut spoiled = self.reader(person).await;
        change(&mut spoiled);
        let item = reader_item(self.com, &spoiled).expect("an item");
        spoil(self.app, item, rule).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spoiled_shelf_or_queue_is_noticed() {
    let app = TestApp::start().await;
    let all = Shelves::fill(&app).await;
    nothing_is_wrong(&app).await;
    let rule = "a copy on loan has its loan";
    all.shelf(&all.lent, |one| one.copies[0].loan = None, rule)
        .await;
    let tomorrow = all.loan.due.saturating_add(1.days());
    all.shelf(&all.lent, |one| one.copies[0].due = Some(tomorrow), rule)
        .await;
    let rule = "a copy that is kept has its reservation";
    all.shelf(&all.kept, |one| one.copies[0].kept = None, rule)
        .await;
    let free = |one: &mut Shelf| {
        one.copies[0].state = domain::library::CopyState::Available;
        one.copies[0].loan = None;
    };
    let rule = "nothing is free while somebody waits";
    all.shelf(&all.lent, free, rule).await;
    let rule = "the ledger says which copies are out";
    all.shelf(&all.lent, free, rule).await;
    let rule = "the ledger adds up to what there is";
    all.shelf(&all.lent, |one| one.copies.clear(), rule).await;
    let rule = "a label is on a copy";
    all.shelf(&all.lent, |one| one.copies.clear(), rule).await;
    let rule = "a copy is found by its label";
    let other = |one: &mut Shelf| one.copies[0].barcode = "Y99999999".into();
    all.shelf(&all.lent, other, rule).await;
    let rule = "an open reservation has its place";
    all.shelf(&all.lent, |one| one.queue.clear(), rule).await;
    let rule = "a place in a queue has its reservation";
    let stranger = PersonId::new(1, 1);
    all.shelf(&all.lent, |one| one.queue[0].reader = stranger, rule)
        .await;
    let rule = "whoever waits longest is first";
    let earlier = |one: &mut Shelf| {
        let mut before = one.queue[0];
        before.since -= jiff::SignedDuration::from_hours(1);
        one.queue.push(before);
    };
    all.shelf(&all.lent, earlier, rule).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spoiled_loan_reservation_or_reader_is_noticed() {
    let app = TestApp::start().await;
    let all = Shelves::fill(&app).await;
    let rule = "an open loan has its copy";
    all.loan(|one| one.barcode = "Y99999999".into(), rule).await;
    let rule = "an open loan is with its reader";
    all.loan(|one| one.reader = None, rule).await;
    let borrower = all.loan.reader.expect("somebody");
    all.person(borrower, |one| one.loans.clear(), rule).await;
    let rule = "what a reader has is lent to them";
    all.loan(|one| one.state = LoanState::Returned, rule).await;
    let rule = "what a reader waits for is reserved";
    all.hold(&all.waits, |one| one.state = HoldState::Cancelled, rule)
        .await;
    let rule = "an open reservation has its place";
    all.hold(&all.ready, |one| one.state = HoldState::Waiting, rule)
        .await;
    let rule = "an open reservation is with its reader";
    all.person(all.waits.reader, |one| one.holds.clear(), rule)
        .await;
    let rule = "a card is one reader's";
    let card = || Some("R123".to_owned());
    let mut first = all.reader(all.waits.reader).await;
    first.card = card();
    let item = reader_item(all.com, &first).expect("an item");
    app.ctx().store.put_all(vec![item]).await.expect("written");
    all.person(all.ready.reader, |one| one.card = card(), rule)
        .await;
    first.card = None;
    let item = reader_item(all.com, &first).expect("an item");
    app.ctx().store.put_all(vec![item]).await.expect("written");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spoiled_title_label_or_line_is_noticed() {
    let app = TestApp::start().await;
    let all = Shelves::fill(&app).await;
    let com = all.com;
    let title = app.ctx().store.title(com, all.lent.title).await;
    let title = title.expect("answers").expect("there");
    let label = &all.lent.copies[0].barcode;
    let rule = "a copy is found by its label";
    lose(
        &app,
        label_item(com, label, title.id).expect("an item"),
        rule,
    )
    .await;
    let rule = "a label is on a copy";
    let none = label_item(com, "Y99999999", title.id).expect("an item");
    spoil(&app, none, rule).await;
    let isbn = title.isbn.clone().expect("has one");
    let rule = "a title is found by its ISBN";
    lose(
        &app,
        isbn_item(com, &isbn, title.id).expect("an item"),
        rule,
    )
    .await;
    let rule = "an ISBN leads to its title";
    let wrong = isbn_item(com, &isbn, all.kept.title).expect("an item");
    spoil(&app, wrong, rule).await;
    let rule = "a shelf is of a title";
    lose(&app, title_item(&title).expect("an item"), rule).await;
    let line = Line {
        at: app.now(),
        event: LedgerEvent::TakenIn,
        barcode: label.clone(),
        title: title.id,
        title_name: title.name.clone(),
        was_out: false,
    };
    let rule = "the ledger adds up to what there is";
    let item = line_items(com, 9_999, &[line]).expect("items").remove(0);
    spoil(&app, item, rule).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}
