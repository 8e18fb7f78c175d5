//! The care desk.

use acceptance::TestApp;
use domain::care::{
    AttachmentForm, CareFile, Case, CaseFile, Note, NoteForm, Opening, Source, Words,
};
use domain::{AttachmentId, CaseId, CommunityId, NoteId, PersonId};
use serde_json::{Value, json};
use store::care::{Attachment, CareChange};
use store::market::Beside;

use super::things::{Things, nothing};

/// Every case has a file that goes by the same id.
pub const ATTACHMENT: &str = "att_01JZ4T0Q8M6W3V9K2B7D5F1H0C";

/// What is answered; the columns are those of [`super::rows`].
pub const EXPECTED: &str = "
ListCases         | 200                                      | - | -             | -               | -             | -
CreateCase        | 201                                      | - | -             | -               | -             | -
GetCase           | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
TakeCase          | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
RecordCall        | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
OrderVisit        | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
LinkResource      | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
PlanFollowUp      | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
CloseCase         | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
ReopenCase        | 409 case_open                            | - | 404 not_found | 409 case_open   | 404 not_found | 404 not_found
MergeCase         | 404 not_found                            | - | 404 not_found | 404 not_found   | 404 not_found | 404 not_found
ReflectCase       | 409 case_open                            | - | 404 not_found | 409 case_open   | 404 not_found | 404 not_found
CreateNote        | 201                                      | - | 404 not_found | 201             | 404 not_found | 404 not_found
AttachFile        | 422 bad_file                             | - | 404 not_found | 422 bad_file    | 404 not_found | 404 not_found
GetCaseFile       | 200                                      | - | 404 not_found | 200             | 404 not_found | 404 not_found
UpdateNote        | 409 stale                                | - | -             | 403 not_allowed | 404 not_found | 404 not_found
AddAddendum       | 200                                      | - | -             | 200             | 404 not_found | 404 not_found
ListTasks         | 200                                      | - | -             | -               | -             | -
AnswerTask        | 404 not_found / overseer 409 not_offered | - | 404 not_found | 409 not_offered | 404 not_found | 404 not_found
ArriveTask        | 404 not_found                            | - | 404 not_found | 404 not_found   | 404 not_found | 404 not_found
AssessTask        | 404 not_found                            | - | 404 not_found | 404 not_found   | 404 not_found | 404 not_found
EndTask           | 404 not_found                            | - | 404 not_found | 404 not_found   | 404 not_found | 404 not_found
HandOver          | 404 not_found                            | - | 404 not_found | 404 not_found   | 404 not_found | 404 not_found
GetCareBoard      | 200                                      | - | -             | -               | -             | -
GetCareReport     | 200                                      | - | -             | -               | -             | -
GetCareReportFile | 200                                      | - | -             | -               | -             | -
GetCareFile       | 200                                      | - | -             | 200             | 404 not_found | 404 not_found
PutCareFile       | 409 stale                                | - | -             | 409 stale       | 404 not_found | 404 not_found
BreakGlass        | 200                                      | - | -             | 200             | 404 not_found | 404 not_found
ListLooks         | 200                                      | - | -             | 200             | 404 not_found | 404 not_found
ListLooksAt       | 200                                      | - | -             | 200             | 404 not_found | 404 not_found
GetCareNodes      | 200                                      | - | -             | -               | -             | -
PutCareNodes      | 409 stale                                | - | -             | -               | -             | -
PutCareRelay      | 409 stale                                | - | -             | -               | -             | -
";

/// Bodies in order; `id` makes one with the prefix it is given.
pub fn sample(name: &str, id: &dyn Fn(&str) -> String) -> Option<Value> {
    let words = json!({ "form": "visit", "facts": "在家，能走动" });
    Some(match name {
        "CreateCase" => json!({ "id": id("cas"), "said": "这几天不太舒服" }),
        "RecordCall" => json!({ "id": id("cmd"), "whom": "person", "outcome": "not_reached" }),
        "OrderVisit" => json!({ "id": id("tsk"), "grade": "soon", "asks": "敲门看看" }),
        "LinkResource" => json!({ "id": id("cmd"), "kind": "relatives", "what": "女儿晚上来" }),
        "PlanFollowUp" => json!({ "id": id("tsk"), "what": "再打电话",
            "due": "2026-12-20T00:00:00Z" }),
        "CloseCase" => json!({ "id": id("cmd"), "reason": "settled" }),
        "ReopenCase" => json!({ "id": id("cmd"), "said": "又不接电话" }),
        "MergeCase" => json!({ "id": id("cmd"), "into": id("cas") }),
        "ReflectCase" => json!({ "id": id("cmd"), "lesson": "先打给女儿" }),
        "CreateNote" => json!({ "id": id("nte"), "words": words }),
        "UpdateNote" => json!({ "id": id("cmd"), "ver": 99, "words": words }),
        "AddAddendum" => json!({ "id": id("cmd"), "text": "女儿补充：常去公园" }),
        "AnswerTask" => json!({ "id": id("cmd"), "accept": true }),
        "AssessTask" => json!({ "id": id("cmd"), "found": "well", "facts": "在家" }),
        "EndTask" => json!({ "id": id("cmd"), "came": "都好" }),
        "HandOver" => json!({ "id": id("cmd"), "to": id("per"), "reason": "休假" }),
        "PutCareFile" => json!({ "id": id("cmd"), "ver": 99, "visited": true,
            "factors": ["alone"] }),
        "BreakGlass" => json!({ "id": id("cmd"), "reason": "人倒在门口" }),
        "PutCareNodes" => json!({ "id": id("cmd"), "ver": 99, "nodes": [
            { "kind": "volunteers", "name": "志愿者", "roles": ["volunteer"], "fields": ["name"] }] }),
        "PutCareRelay" => json!({ "id": id("cmd"), "ver": 99, "relay": "057488880000" }),
        "TakeCase" | "ArriveTask" => json!({ "id": id("cmd") }),
        _ => return None,
    })
}

/// A case about them that nobody has touched, in place of the one that was open, and a note of theirs about
/// themselves; with `words` in both.
pub async fn troubled(
    app: &TestApp,
    community: CommunityId,
    person: PersonId,
    words: &str,
    things: &mut Things,
) {
    let (store, at) = (&app.ctx().store, app.now());
    let file = store.care_file(community, person).await.expect("answers");
    let open = match file.as_ref().and_then(|file| file.case) {
        Some(id) => store.case(community, id).await.expect("answers"),
        None => None,
    };
    let over = open.filter(Case::is_open);
    let over = over.map(|case| case.without_person(at));
    let opening = Opening {
        id: CaseId::new(app.millis(), app.chance()),
        community,
        person,
        source: Source::Own,
        by: Some(person),
        said: words.to_owned(),
    };
    let case = Case {
        files: vec![pictured(app, community, person, opening.id).await],
        ..Case::opened(opening, at)
    };
    let note = Note {
        id: NoteId::new(app.millis(), app.chance()),
        community,
        person,
        case: case.id,
        by: person,
        at,
        on: at,
        words: Words {
            form: NoteForm::Desk,
            facts: words.to_owned(),
            inference: String::new(),
            plan: String::new(),
            phrases: Vec::new(),
        },
        addenda: Vec::new(),
        ver: 1,
    };
    things.case = case.id.to_string();
    things.care_task = case.work.id.to_string();
    things.note = note.id.to_string();
    let file = file.unwrap_or_else(|| CareFile::new(community, person, at));
    let change = CareChange {
        file: Some(file.with_case(Some(case.id)).next()),
        cases: over.into_iter().chain([case]).collect(),
        note: Some(note),
        ..CareChange::default()
    };
    let beside = Beside::default();
    let written = store.write_care(community, &change, &beside);
    written.await.expect("written");
}

/// A document about them, as their case lists it; its bytes are theirs, whichever case it is.
async fn pictured(
    app: &TestApp,
    community: CommunityId,
    person: PersonId,
    case: CaseId,
) -> CaseFile {
    let (store, at) = (&app.ctx().store, app.now());
    let id: AttachmentId = ATTACHMENT.parse().expect("an id");
    let there = store.attachment(community, person, id).await;
    if there.expect("answers").is_none() {
        let change = CareChange {
            attachment: Some(Attachment {
                id,
                person,
                case,
                // `%PDF-1.7`
                data: "JVBERi0xLjc=".into(),
            }),
            ..CareChange::default()
        };
        let beside = Beside::default();
        let written = store.write_care(community, &change, &beside);
        written.await.expect("written");
    }
    CaseFile {
        id,
        form: AttachmentForm::Pdf,
        about: "评估表".into(),
        bytes: 8,
        sent: String::new(),
        kept: String::new(),
        by: person,
        at,
    }
}

/// The same for whoever looks at nothing else of it.
pub async fn cared(app: &TestApp, community: CommunityId, person: PersonId, words: &str) {
    let mut things = nothing(app);
    troubled(app, community, person, words, &mut things).await;
}
