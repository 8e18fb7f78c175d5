//! The library.

use acceptance::TestApp;
use domain::library::{
    Hold, HoldState, ImportState, ItemKind, Loan, LoanState, Out, Reader, Shelf, TaskState, Title,
    Waiting, When, barcode,
};
use domain::{
    AuditId, CommunityId, HoldId, LibraryImportId, LibraryTaskId, LoanId, PersonId, TitleId,
};
use jiff::ToSpan;
use jiff::civil::date;
use serde_json::{Value, json};
use store::library::{
    ImportRow, LibraryImport, LibraryPart, LibraryTask, ShelfAudit, audit_item, hold_item,
    label_item, loan_item, reader_item, shelf_item, task_item, title_item,
};

use super::things::Things;

/// What is answered; the columns are those of [`super::rows`].
pub const EXPECTED: &str = "
ListTitles         | 200                                        | -                                          | -             | -                | -             | -
GetTitle           | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
GetCopy            | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateTitle        | 201                                        | -                                          | -             | -                | -             | -
UpdateTitle        | 409 stale                                  | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
CreateCopies       | 201                                        | -                                          | -             | -                | -             | -
MarkCopy           | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ListLabels         | 200                                        | -                                          | -             | -                | -             | -
GetReaderByCard    | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
FindReaders        | 200                                        | -                                          | -             | -                | -             | -
GetReader          | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
GetHistory         | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ReturnMany         | 200                                        | -                                          | -             | -                | -             | -
ListLent           | 200                                        | -                                          | -             | -                | -             | -
ListPickUps        | 200                                        | -                                          | -             | -                | -             | -
ListLibraryTasks   | 200                                        | -                                          | -             | -                | -             | -
SettleLibraryTask  | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ListReaderCards    | 200                                        | -                                          | -             | -                | -             | -
CreateLoan         | 404 not_found                              | -                                          | -             | -                | -             | -
ReturnCopy         | 404 not_found                              | -                                          | -             | -                | -             | -
RenewLoan          | 409 renews_nothing                         | -                                          | 404 not_found | 409 renews_nothing | 404 not_found | 404 not_found
ListLoans          | 200                                        | -                                          | -             | -                | -             | -
GetLoan            | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
CreateHold         | 404 not_found                              | -                                          | -             | -                | -             | -
CancelHold         | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
ListHolds          | 200                                        | -                                          | -             | -                | -             | -
GetReaderCard      | 200                                        | -                                          | -             | -                | -             | -
RenewReaderCard    | 200                                        | -                                          | -             | -                | -             | -
ReplayLibrary      | 200                                        | -                                          | -             | -                | -             | -
GetLibrary         | 200                                        | -                                          | -             | -                | -             | -
PutLibrary         | 409 stale                                  | -                                          | -             | -                | -             | -
CreateAudit        | 201                                        | -                                          | -             | -                | -             | -
ListAudits         | 200                                        | -                                          | -             | -                | -             | -
GetAudit           | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ConfirmAudit       | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ImportTitles       | 422 bad_file                               | -                                          | -             | -                | -             | -
ListLibraryImports | 200                                        | -                                          | -             | -                | -             | -
GetLibraryImport   | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ListLibraryImportRows | 200                                     | -                                          | -             | 200              | 404 not_found | 404 not_found
CancelLibraryImport | 200                                       | -                                          | -             | 200              | 404 not_found | 404 not_found
GetLibraryLedger   | 200                                        | -                                          | -             | -                | -             | -
GetLibraryLedgerFile | 200                                      | -                                          | -             | -                | -             | -
";

/// Bodies in order; `id` makes one with the prefix it is given.
pub fn sample(name: &str, id: &dyn Fn(&str) -> String) -> Option<Value> {
    let nowhere = barcode::label(1);
    Some(match name {
        "CreateTitle" => json!({ "id": id("ttl"), "fields": { "name": "新书" } }),
        "UpdateTitle" => json!({ "id": id("cmd"), "fields": { "name": "新书" }, "ver": 99 }),
        "CreateCopies" => json!({ "id": id("cmd"), "fields": { "name": "新书" }, "count": 1 }),
        "MarkCopy" => json!({ "id": id("cmd"), "mark": "lost" }),
        "ReturnMany" => json!({ "id": id("cmd"), "copies": [] }),
        "SettleLibraryTask" => json!({ "id": id("cmd"), "comment": "说清楚了" }),
        "CreateLoan" => json!({ "id": id("lon"), "copy": nowhere }),
        "ReturnCopy" => json!({ "id": id("cmd"), "copy": nowhere }),
        "CreateHold" => json!({ "id": id("hld"), "title": id("ttl") }),
        "RenewLoan" | "CancelHold" | "RenewReaderCard" | "ConfirmAudit" | "CancelLibraryImport" => {
            json!({ "id": id("cmd") })
        }
        "ReplayLibrary" => {
            let back = json!({ "id": id("cmd"), "copy": nowhere });
            json!({ "entries": [{ "at": "2026-11-24T08:00:00+08:00", "give_back": back }] })
        }
        "PutLibrary" => json!({ "id": id("cmd"), "ver": 99, "pick_up_days": 3,
            "rules": [{ "days": 21, "loans": 5, "renewals": 2 }],
            "hours": [{ "day": "sat", "from": "09:00", "to": "17:00" }],
            "closed": [{ "day": "2027-01-01", "reason": "元旦" }] }),
        "CreateAudit" => json!({ "id": id("aud"), "scanned": [nowhere] }),
        _ => return None,
    })
}

/// What to point at for a path of the library.
pub fn of(things: &Things, path: &str) -> String {
    match path.split('/').nth(3).unwrap_or_default() {
        "titles" => things.title.clone(),
        "copies" => things.copy.clone(),
        "loans" => things.loan.clone(),
        "holds" => things.hold.clone(),
        "cards" => things.card.clone(),
        "readers" => things.person.clone(),
        "tasks" => things.task.clone(),
        "audits" => things.audit.clone(),
        "imports" => things.import.clone(),
        other => panic!("say what to point at for /v1/library/{other}"),
    }
}

fn title(app: &TestApp, community: CommunityId) -> Title {
    Title {
        id: TitleId::new(app.millis(), app.chance()),
        community,
        name: "月亮忘了关灯".into(),
        other_name: String::new(),
        authors: vec!["测试·安·树叶".into()],
        publisher: String::new(),
        published: String::new(),
        isbn: None,
        class: "J238".into(),
        subjects: Vec::new(),
        about: String::new(),
        kind: ItemKind::Book,
        changed_at: app.now(),
        ver: 1,
    }
}

pub fn number(app: &TestApp) -> u32 {
    u32::try_from(app.chance() % 100_000_000).expect("eight digits")
}

/// A book that could not be written down as theirs.
pub fn library_task(app: &TestApp, community: CommunityId, who: PersonId) -> LibraryTask {
    let at = app.now();
    LibraryTask {
        id: LibraryTaskId::new(app.millis(), app.chance()),
        community,
        barcode: barcode::label(number(app)),
        title: TitleId::new(app.millis(), app.chance()),
        kind: domain::library::TaskKind::Lent,
        state: TaskState::Open,
        why: "on_loan".into(),
        done_at: at,
        by: Some(who),
        reader: Some(who),
        stands: None,
        made_at: at,
        settled_by: None,
        comment: String::new(),
        ver: 1,
    }
}

/// A book they have, another that is kept for them, their card; a count of the shelves, and a task.
pub async fn borrow(app: &TestApp, com: CommunityId, who: PersonId, things: &mut Things) {
    let (store, at) = (&app.ctx().store, app.now());
    let (has, wants) = (title(app, com), title(app, com));
    let labels = [barcode::label(number(app)), barcode::label(number(app))];
    let until = date(2026, 12, 31);
    let when = When {
        at,
        kept_until: until,
    };
    let loan = Loan {
        id: LoanId::new(app.millis(), app.chance()),
        community: com,
        barcode: labels[0].clone(),
        title: has.id,
        item: has.kind,
        reader: Some(who),
        by: Some(who),
        state: LoanState::Open,
        lent_at: at,
        due: date(2026, 11, 24) + 40.days(),
        renewals: 0,
        ended_at: None,
        overridden: None,
        reminded_on: None,
        rules_ver: 0,
        ver: 1,
    };
    let shelf = |title: &Title, label: &String| Shelf::empty(title.id).take_in(label.clone(), when);
    let (out, _) = shelf(&has, &labels[0]).expect("room");
    let out = out.lend(&labels[0], who, (loan.id, loan.due), false, when);
    let out = out.expect("it is free").shelf;
    let waiting = Waiting {
        hold: HoldId::new(app.millis(), app.chance()),
        reader: who,
        since: at,
    };
    let kept = Shelf {
        queue: vec![waiting],
        ..Shelf::empty(wants.id)
    };
    let (kept, next) = kept.take_in(labels[1].clone(), when).expect("room");
    let next = next.expect("somebody waits");
    let hold = Hold {
        id: waiting.hold,
        community: com,
        title: wants.id,
        reader: who,
        by: who,
        state: HoldState::Waiting,
        barcode: None,
        until: None,
        created_at: at,
        changed_at: at,
        ver: 1,
    };
    let hold = hold.ready(next.barcode, next.kept.until, at);
    let card = barcode::card(number(app));
    let out_now = Out {
        loan: loan.id,
        title: has.id,
        item: has.kind,
        due: loan.due,
    };
    let reader = Reader {
        person: who,
        card: Some(card.clone()),
        loans: vec![out_now],
        holds: vec![hold.id],
        ver: 7,
    };
    let audit = ShelfAudit {
        id: AuditId::new(app.millis(), app.chance()),
        community: com,
        by: who,
        at,
        class: None,
        found: 0,
        missing: Vec::new(),
        should_be_out: Vec::new(),
        unknown: Vec::new(),
        confirmed: false,
        ver: 1,
    };
    let task = LibraryTask {
        barcode: labels[0].clone(),
        title: has.id,
        stands: Some(loan.id),
        ..library_task(app, com, who)
    };
    let items = [
        title_item(&has),
        title_item(&wants),
        shelf_item(com, &out),
        shelf_item(com, &kept),
        label_item(com, &labels[0], has.id),
        label_item(com, &labels[1], wants.id),
        loan_item(&loan),
        hold_item(&hold),
        reader_item(com, &reader),
        audit_item(&audit),
        task_item(&task),
    ];
    let items = items.map(|item| item.expect("an item")).to_vec();
    store.put_all(items).await.expect("written");
    things.title = wants.id.to_string();
    things.copy = labels[0].clone();
    things.loan = loan.id.to_string();
    things.hold = hold.id.to_string();
    things.card = card;
    things.import = import(app, com, who).await;
    things.audit = audit.id.to_string();
    things.task = task.id.to_string();
}

/// One that has a row left.
async fn import(app: &TestApp, community: CommunityId, by: PersonId) -> String {
    let import = LibraryImport {
        id: LibraryImportId::new(app.millis(), app.chance()),
        community,
        by,
        state: ImportState::Running,
        read_as: "utf-8".into(),
        digest: String::new(),
        rows: 1,
        parts: 1,
        next_part: 0,
        taken: 0,
        known: 0,
        refused: 0,
        copies: 0,
        made_at: app.now(),
        ended_at: None,
        ver: 1,
    };
    let row = ImportRow {
        row: 2,
        name: "月亮忘了关灯".into(),
        goes_on: false,
        wish: None,
        outcome: None,
        code: Some("bad_isbn".into()),
        column: Some("ISBN".into()),
    };
    let part = [LibraryPart {
        n: 0,
        rows: vec![row],
        ver: 1,
    }];
    let begun = app.ctx().store.begin_library_import(&import, &part);
    begun.await.expect("written");
    import.id.to_string()
}
