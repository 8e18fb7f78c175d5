//! Who acts in these tests, and what they do there again and again.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::library::{CopyState, Shelf, Title};
use domain::person::Person;
use domain::{HoldId, LoanId, PersonId, TitleId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::identity::person_item;
use store::schema;
use store::table::read;
use wire::endpoint::None_;
use wire::library::loans::{
    CreateHold, CreateHoldBody, CreateLoan, CreateLoanBody, HoldView, ListLoans, LoanView,
    LoansQuery, ReturnCopy, ReturnCopyBody, ReturnView,
};
use wire::{Code, Page, Problem};

pub const HELPER: &str = "13800000231";
pub const LIBRARIAN: &str = "13800000241";
pub const WORKER: &str = "13800000201";
pub const ADMIN: &str = "13800000211";

/// Somebody of the demo by their number, without the way through codes.
pub async fn at<'a>(app: &'a TestApp, phone: &str) -> Actor<'a> {
    let people = app.people().await;
    let person = people
        .iter()
        .find(|one| one.phone.as_deref() == Some(phone));
    app.as_person(person.expect("a number of the demo")).await
}

pub fn id(who: &Actor<'_>) -> PersonId {
    who.id.expect("signed in")
}

/// So many new grown-ups, who never borrowed anything.
pub async fn grown_ups(app: &TestApp, count: usize) -> Vec<Actor<'_>> {
    let one = app.people().await.swap_remove(0);
    let mut actors = Vec::with_capacity(count);
    for n in 0..count {
        let person = Person {
            id: PersonId::new(app.millis(), app.chance()),
            name: format!("测试·读者{n}"),
            phone: None,
            born: None,
            household: None,
            guardian: None,
            roles: vec![Role::Resident],
            ..one.clone()
        };
        let item = person_item(&person).expect("an item");
        app.ctx().store.put_all(vec![item]).await.expect("written");
        actors.push(app.as_person(&person).await);
    }
    actors
}

/// A child of the demo whose guardian has agreed (`true`), or was not asked, and the guardian.
pub async fn child_of_the_demo(app: &TestApp, agreed: bool) -> (Person, Person) {
    let (people, com) = (app.people().await, app.home().await);
    for child in people.iter().filter(|one| one.guardian.is_some()) {
        let purpose = domain::consent::Purpose::BorrowBooks;
        let given = app.ctx().store.consents_to(com, child.id, purpose).await;
        if given.expect("answers") == agreed {
            let guardian = people.iter().find(|one| Some(one.id) == child.guardian);
            return (child.clone(), guardian.expect("is there").clone());
        }
    }
    panic!("no such child")
}

/// Every title with its shelf, by name.
pub async fn stock(app: &TestApp) -> Vec<(Title, Shelf)> {
    let (store, com) = (&app.ctx().store, app.home().await);
    let items = store.all(&schema::titles(com)).await.expect("titles");
    let titles: Vec<Title> = items
        .into_iter()
        .map(|item| read(item).expect("a title"))
        .collect();
    let ids: Vec<TitleId> = titles.iter().map(|title| title.id).collect();
    let shelves = store.shelves_among(com, &ids).await.expect("shelves");
    titles.into_iter().zip(shelves).collect()
}

/// A title with so many copies, all of them on the shelf, that may be taken home.
pub async fn free_title(app: &TestApp, copies: usize) -> (Title, Vec<String>) {
    let stock = stock(app).await;
    let fits = |(title, shelf): &&(Title, Shelf)| {
        shelf.copies.len() == copies
            && shelf.count(CopyState::Available) == copies
            && title.kind == domain::library::ItemKind::Book
            && title.isbn.is_some()
    };
    let (title, shelf) = stock.iter().find(fits).expect("one is free");
    let labels = shelf.copies.iter().map(|copy| copy.barcode.clone());
    (title.clone(), labels.collect())
}

/// Books that are on the shelf, one of each title.
pub async fn free_labels(app: &TestApp, count: usize) -> Vec<String> {
    let stock = stock(app).await;
    let free = stock.iter().filter(|(title, shelf)| {
        title.kind == domain::library::ItemKind::Book && shelf.queue.is_empty()
    });
    let labels = free.filter_map(|(_, shelf)| {
        let free = |copy: &&domain::library::Copy| copy.state == CopyState::Available;
        Some(shelf.copies.iter().find(free)?.barcode.clone())
    });
    let labels: Vec<String> = labels.take(count).collect();
    assert_eq!(labels.len(), count);
    labels
}

pub fn order(who: &Actor<'_>, copy: &str) -> CreateLoanBody {
    CreateLoanBody {
        id: LoanId::new(who.app.millis(), who.app.chance()),
        copy: copy.into(),
        reader: None,
        card: None,
        r#override: None,
    }
}

pub async fn lend(who: &Actor<'_>, body: CreateLoanBody) -> Result<LoanView, Problem> {
    who.call::<CreateLoan>((), None_ {}, body).await
}

pub async fn borrow(who: &Actor<'_>, copy: &str) -> Result<LoanView, Problem> {
    lend(who, order(who, copy)).await
}

/// At the desk, for somebody found by name.
pub async fn lend_to(desk: &Actor<'_>, reader: PersonId, copy: &str) -> Result<LoanView, Problem> {
    let body = CreateLoanBody {
        reader: Some(reader),
        ..order(desk, copy)
    };
    lend(desk, body).await
}

pub async fn bring(who: &Actor<'_>, copy: &str) -> Result<ReturnView, Problem> {
    let body = ReturnCopyBody {
        id: who.app.command(),
        copy: copy.into(),
    };
    who.call::<ReturnCopy>((), None_ {}, body).await
}

pub async fn reserve(who: &Actor<'_>, title: TitleId) -> Result<HoldView, Problem> {
    let body = CreateHoldBody {
        id: HoldId::new(who.app.millis(), who.app.chance()),
        title,
        reader: None,
    };
    who.call::<CreateHold>((), None_ {}, body).await
}

pub async fn loans(who: &Actor<'_>, person: Option<PersonId>, past: bool) -> Page<LoanView> {
    let query = LoansQuery {
        person,
        past: Some(past),
        cursor: None,
        limit: Some(100),
    };
    let list = who.call::<ListLoans>((), query, None_ {}).await;
    list.expect("a list")
}

pub fn code<T: std::fmt::Debug>(refused: Result<T, Problem>) -> Code {
    refused.expect_err("it is refused").code
}

pub async fn days(app: &TestApp, days: i64) {
    app.advance(SignedDuration::from_hours(24 * days));
    app.settle().await;
}

/// Topics in somebody's inbox about this book, the oldest first.
pub async fn told(who: &Actor<'_>, title: &str) -> Vec<String> {
    let inbox = who.raw("GET", "/v1/inbox?limit=100", None).await.json();
    let items = inbox["items"].as_array().cloned().unwrap_or_default();
    let about = |item: &Value| item["data"]["title"] == json!(title);
    let topic = |item: &Value| item["topic"].as_str().unwrap_or_default().to_owned();
    let mut topics: Vec<String> = items.iter().filter(|item| about(item)).map(topic).collect();
    topics.reverse();
    topics
}

/// What stands in somebody's log of views, by name: what was looked at, and why.
pub async fn looks(who: &Actor<'_>) -> Vec<(String, String)> {
    let log = who.raw("GET", "/v1/me/views?limit=100", None).await.json();
    let items = log["items"].as_array().cloned().unwrap_or_default();
    let text = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
    let looks = items
        .iter()
        .map(|item| (text(item, "what"), text(item, "reason")));
    let mut looks: Vec<(String, String)> = looks.collect();
    looks.sort();
    looks
}

/// Takes back everything that somebody has, at the desk.
pub async fn gives_back(app: &TestApp, person: PersonId) {
    let (desk, com) = (at(app, HELPER).await, app.home().await);
    let reader = app.ctx().store.reader(com, person).await.expect("answers");
    for out in reader.loans {
        let loan = app.ctx().store.loan(com, out.loan).await.expect("answers");
        let label = loan.expect("is there").barcode;
        bring(&desk, &label).await.expect("taken back");
    }
}
