//! Pictures and documents of a case: what they are, what of them is kept, who sees them, and that they go with the
//! person.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::{AttachmentId, CaseId, limits};
use serde_json::Value;
use wire::care::{CreateCase, CreateCaseBody};
use wire::endpoint::None_;

use super::people::{WORKER, at, get, id, looks, nothing_is_wrong, with_role};

/// A picture with words in it, and without: one chunk each of what is seen.
fn picture(words: bool) -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        [&length[..], name, data, &[0; 4]].concat()
    };
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.extend(chunk(b"IHDR", &[1; 13]));
    if words {
        picture.extend(chunk(b"eXIf", b"GPS 30.27 120.15"));
    }
    picture.extend(chunk(b"IDAT", b"pixels"));
    picture.extend(chunk(b"IEND", b""));
    picture
}

async fn send(who: &Actor<'_>, case: CaseId, query: &str, file: Vec<u8>) -> Raw {
    let path = format!("/v1/cases/{case}/files{query}");
    let headers = [("content-type", "application/octet-stream")];
    who.raw_with("POST", &path, &headers, file).await
}

async fn case(app: &TestApp, who: &Actor<'_>) -> CaseId {
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "天花板漏水".into(),
    };
    let made = who.call::<CreateCase>((), None_ {}, body).await;
    made.expect("a case").id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_picture_only_what_is_seen_is_kept_and_only_keepers_of_files_see_it() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let case = case(&app, &who).await;
    let file = AttachmentId::new(app.millis(), app.chance());
    let query = format!("?id={file}&about=%E5%A4%A9%E8%8A%B1%E6%9D%BF");
    let made = send(&desk, case, &query, picture(true)).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let again = send(&desk, case, &query, picture(true)).await;
    assert_eq!(again.json(), made.json(), "the same");
    let other = send(&desk, case, &query, picture(false)).await;
    assert_eq!(other.code(), "id_reused");

    let listed = get(&desk, case).await.files;
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].id, listed[0].about.as_str()), (file, "天花板"));
    let without = u32::try_from(picture(false).len()).expect("short");
    assert_eq!(listed[0].bytes, without, "the words are gone");
    let path = format!("/v1/cases/{case}/files/{file}");
    let seen = desk.raw("GET", &path, None).await;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.headers["content-type"], "image/png");
    assert!(seen.body.contains("pixels") && !seen.body.contains("GPS"));
    let looked = looks(&who).await;
    for what in ["AttachFile", "GetCaseFile"] {
        assert!(looked.iter().any(|look| look.0 == what), "{looked:?}");
    }

    let station = with_role(&app, Role::Station).await;
    assert!(get(&station, case).await.files.is_empty());
    for who in [&station, &who] {
        let refused = who.raw("GET", &path, None).await;
        assert_eq!(refused.code(), "not_allowed");
    }
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_does_not_tell_who_made_it() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let case = case(&app, &who).await;
    let pdf = "%PDF-1.4\n1 0 obj\n<< /Author (Li Doctor) /Creator (Phone 9) >>\nendobj\n\
        2 0 obj\n<< /Length 8 >>\nstream\n(BP) Tj \nendstream\nendobj\n\
        trailer\n<< /Info 1 0 R >>\n%%EOF";
    let file = AttachmentId::new(app.millis(), app.chance());
    let made = send(&desk, case, &format!("?id={file}"), pdf.into()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.json()["bytes"], Value::from(pdf.len()));
    let path = format!("/v1/cases/{case}/files/{file}");
    let seen = desk.raw("GET", &path, None).await;
    assert_eq!(seen.headers["content-type"], "application/pdf");
    assert!(seen.body.contains("(BP) Tj"), "{}", seen.body);
    for gone in ["Doctor", "Phone"] {
        assert!(!seen.body.contains(gone), "{}", seen.body);
    }
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_picture_too_large_or_one_too_many_is_refused() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let case = case(&app, &who).await;
    for (file, what) in [
        (Vec::new(), "empty"),
        (b"GIF89a".to_vec(), "damaged"),
        (picture(true)[..40].to_vec(), "damaged"),
        (b"<svg onload=alert(1)>".to_vec(), "damaged"),
    ] {
        let refused = send(&desk, case, "", file).await;
        assert_eq!(refused.code(), "bad_file", "{}", refused.body);
        assert_eq!(refused.json()["data"]["what"], Value::from(what));
    }
    let pdf = |bytes: usize| {
        let mut pdf = b"%PDF-1.7".to_vec();
        pdf.resize(bytes, b' ');
        pdf
    };
    let most = limits::ATTACHMENT_BYTES;
    let large = send(&desk, case, "", pdf(most + 1)).await;
    assert_eq!(large.code(), "body_too_large");
    for n in 0..limits::CASE_FILES {
        let bytes = if n == 0 { most } else { 100 + n };
        let made = send(&desk, case, "", pdf(bytes)).await;
        assert_eq!(made.status, 200, "{}", made.body);
    }
    let full = send(&desk, case, "", pdf(99)).await;
    assert_eq!(full.code(), "case_full");
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_copy_has_what_the_desk_keeps_and_leaving_takes_it_away() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let other = with_role(&app, Role::Resident).await;
    let (own, theirs) = (case(&app, &who).await, case(&app, &other).await);
    for case in [own, theirs] {
        let made = send(&desk, case, "", picture(true)).await;
        assert_eq!(made.status, 200, "{}", made.body);
    }
    let data = who.raw("GET", "/v1/me/data", None).await;
    let records = &data.json()["records"];
    for kind in ["Case", "CareFile", "Attachment"] {
        let rows = records[kind].as_array().map_or(0, Vec::len);
        assert_eq!(rows, 1, "{kind}");
    }
    assert!(!data.body.contains(&theirs.to_string()), "nobody else's");
    let person = app.ctx().store.person(app.home().await, id(&who)).await;
    let phone = person.expect("answers").expect("is there").phone;
    let body = serde_json::json!({ "phone": phone }).to_string();
    let gone = who.raw("POST", "/v1/me/deletion", Some(body)).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let bare = app.ctx().store.case(app.home().await, own).await;
    assert!(bare.expect("answers").expect("stays").files.is_empty());
    nothing_is_wrong(&app).await;
}
