//! Certificates: what they say, to whom, and for how long they hold.

use acceptance::app::join_all;
use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::certificate::{CertificateNumber, CertificateState};
use domain::hours::Source;
use domain::notice::Topic;
use domain::{EntryId, PersonId};
use jiff::SignedDuration;
use jiff::civil::Date;
use serde_json::json;
use wire::endpoint::None_;
use wire::points::hours::{
    CertificatePage, CertificateView, CertificatesQuery, GetCertificate, IssueCertificate,
    IssueCertificateBody, ListCertificates, RevokeCertificate, RevokeCertificateBody,
};
use wire::{Code, Problem};

use super::activities::{WORKER, join, moment, plan, publish, told};
use super::attendance::{at_hand, by_code, come, door, settle, until};
use super::ledger::STATION;
use crate::coverage::with_role;
use crate::market::race::nothing_is_wrong;

fn days_ago(app: &TestApp, days: i64) -> Date {
    app.today() - jiff::Span::new().days(days)
}

fn this_week(app: &TestApp) -> IssueCertificateBody {
    IssueCertificateBody {
        id: app.command(),
        person: None,
        from: days_ago(app, 6),
        until: app.today(),
    }
}

async fn issue(who: &Actor<'_>, body: IssueCertificateBody) -> Result<CertificateView, Problem> {
    who.call::<IssueCertificate>((), None_ {}, body).await
}

async fn page(who: &Actor<'_>, number: CertificateNumber) -> Result<CertificatePage, Problem> {
    who.call::<GetCertificate>((number,), None_ {}, None_ {})
        .await
}

async fn revoke(who: &Actor<'_>, number: CertificateNumber) -> Result<CertificateView, Problem> {
    let body = RevokeCertificateBody {
        id: who.app.command(),
        reason: "名字写错了".into(),
    };
    who.call::<RevokeCertificate>((number,), None_ {}, body)
        .await
}

async fn verified(app: &TestApp, number: &str) -> (u16, serde_json::Value) {
    let path = format!("/v1/certificates/{number}/verify");
    let raw = app.stranger().raw("GET", &path, None).await;
    (raw.status, raw.json())
}

async fn state(app: &TestApp, number: CertificateNumber) -> serde_json::Value {
    verified(app, &number.to_string()).await.1["state"].clone()
}

fn code<T: std::fmt::Debug>(answer: Result<T, Problem>) -> Code {
    answer.expect_err("refused").code
}

/// An hour written down by hand that two approved; it ended so many hours ago.
async fn by_hand(app: &TestApp, person: PersonId, hours_ago: i64) -> EntryId {
    let id = EntryId::new(app.millis(), app.chance());
    let ends = app.now() - SignedDuration::from_hours(hours_ago);
    let starts = ends - SignedDuration::from_hours(1);
    let body = json!({ "id": id, "person": person, "what": "只有我知道的事", "evidence": "邻居的话",
        "starts": moment(starts).to_string(), "ends": moment(ends).to_string() });
    let one = at_hand(app, WORKER).await;
    let raw = one.raw("POST", "/v1/hours", Some(body.to_string())).await;
    assert_eq!(raw.status, 201, "{}", raw.body);
    approve(app, STATION, id).await;
    id
}

async fn approve(app: &TestApp, phone: &str, id: EntryId) {
    let body = json!({ "id": app.command() }).to_string();
    let who = at_hand(app, phone).await;
    let raw = who
        .raw("POST", &format!("/v1/hours/{id}/approve"), Some(body))
        .await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

/// A correction by one of those who approve, on its way.
async fn corrected(app: &TestApp, entry: EntryId, minutes: u32) -> EntryId {
    let id = EntryId::new(app.millis(), app.chance());
    let body = json!({ "id": id, "minutes": minutes, "reason": "核对过了" }).to_string();
    let who = at_hand(app, WORKER).await;
    let raw = who
        .raw("POST", &format!("/v1/hours/{entry}/correct"), Some(body))
        .await;
    assert_eq!(raw.status, 201, "{}", raw.body);
    id
}

#[tokio::test]
async fn it_prints_what_was_attended_and_none_of_ones_own_words() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    let none = issue(&wang, this_week(&app)).await;
    assert_eq!(code(none), Code::NothingToCertify);

    let worker = at_hand(&app, WORKER).await;
    let made = publish(&worker, plan(&app, 1, 5)).await;
    join(&wang, made.id).await.expect("a place");
    until(&app, made.starts.at);
    let shown = door(&at_hand(&app, WORKER).await, made.id).await;
    come(&wang, made.id, by_code(&app, &shown.code))
        .await
        .expect("in");
    until(&app, made.ends.at);
    settle(&at_hand(&app, WORKER).await, made.id, me, 100)
        .await
        .expect("settled");
    by_hand(&app, me, 20).await;

    let wanted = this_week(&app);
    let paper = issue(&wang, wanted.clone()).await.expect("issued");
    assert_eq!((paper.minutes, paper.manual_minutes), (160, 60));
    assert_eq!(issue(&wang, wanted.clone()).await.expect("a repeat"), paper);
    let reused = IssueCertificateBody {
        from: days_ago(&app, 5),
        ..wanted
    };
    assert_eq!(code(issue(&wang, reused).await), Code::IdReused);

    let printed = page(&wang, paper.number).await.expect("one's own");
    assert_eq!(
        (&printed.certificate, printed.name.as_str()),
        (&paper, "测试·王阿姨")
    );
    assert_eq!(printed.issued_by_name, None);
    assert!(printed.moves.is_empty());
    let rows: Vec<_> = printed
        .rows
        .iter()
        .map(|row| (row.minutes, row.source))
        .collect();
    assert_eq!(rows, [(60, Source::Manual), (100, Source::Attendance)]);
    assert_eq!(printed.rows[0].what, None);
    assert_eq!(printed.rows[1].what.as_deref(), Some("给老人读报"));
    let text = serde_json::to_string(&printed).expect("json");
    assert!(
        !text.contains("只有我知道的事") && !text.contains("邻居的话"),
        "{text}"
    );

    // Everybody learns these, and however the number is typed.
    let typed = paper.number.to_string().to_lowercase().replace('-', "");
    let (status, said) = verified(&app, &typed).await;
    assert_eq!(status, 200);
    let wanted = json!({ "number": paper.number, "minutes": 160, "state": "valid",
        "issuer": printed.issuer, "issuer_en": printed.issuer_en });
    assert_eq!(said, wanted);
    let other = CertificateNumber::from_bits(7);
    for wrong in ["x", "0000-0000-0000-1", &other.to_string()] {
        assert_eq!(verified(&app, wrong).await.0, 404, "{wrong}");
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_neighbour_and_another_community_see_no_certificate_and_staff_leave_a_trace() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    by_hand(&app, me, 3).await;
    let staff = at_hand(&app, WORKER).await;
    let for_her = IssueCertificateBody {
        person: Some(me),
        ..this_week(&app)
    };
    let neighbour = at_hand(&app, "13800000002").await;
    assert_eq!(
        code(issue(&neighbour, for_her.clone()).await),
        Code::NotFound
    );
    let helper = with_role(&app, Role::DeskHelper).await;
    assert_eq!(code(issue(&helper, for_her.clone()).await), Code::NotFound);
    let paper = issue(&staff, for_her).await.expect("staff issue them");
    assert_eq!(told(&wang, Topic::CertificateIssued).await.len(), 1);
    let printed = page(&staff, paper.number).await.expect("staff");
    assert_eq!(printed.issued_by_name.as_deref(), Some("测试·社工小林"));
    assert_eq!(printed.moves, ["RevokeCertificate"]);
    let views = wang.raw("GET", "/v1/me/views", None).await;
    for what in ["IssueCertificate", "GetCertificate"] {
        assert!(
            views.body.contains(&format!("\"{what}\"")),
            "{}",
            views.body
        );
    }
    let elsewhere = app.sign_in("13800009211").await;
    for who in [&neighbour, &helper, &elsewhere] {
        assert_eq!(code(page(who, paper.number).await), Code::NotFound);
    }
    assert_eq!(code(revoke(&elsewhere, paper.number).await), Code::NotFound);
    assert_eq!(code(revoke(&wang, paper.number).await), Code::NotAllowed);
    let query = |person| CertificatesQuery {
        person,
        cursor: None,
        limit: None,
    };
    let hidden = neighbour
        .call::<ListCertificates>((), query(Some(me)), None_ {})
        .await;
    assert_eq!(code(hidden), Code::NotFound);
    let own = wang
        .call::<ListCertificates>((), query(None), None_ {})
        .await;
    assert_eq!(own.expect("one's own").items, std::slice::from_ref(&paper));

    let gone = revoke(&staff, paper.number).await.expect("taken back");
    assert_eq!(
        (gone.state, gone.reason.as_deref()),
        (CertificateState::Revoked, Some("名字写错了"))
    );
    assert_eq!(
        code(revoke(&staff, paper.number).await),
        Code::AlreadyRevoked
    );
    assert_eq!(state(&app, paper.number).await, "revoked");
    assert_eq!(told(&wang, Topic::CertificateRevoked).await.len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn days_asked_for_are_within_reason() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    by_hand(&app, wang.id.expect("signed in"), 3).await;
    let asked = async |from: &str, until: &str| {
        let body = json!({ "id": app.command(), "from": from, "until": until }).to_string();
        let raw = wang.raw("POST", "/v1/certificates", Some(body)).await;
        let pointer = raw.json()["pointer"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (raw.status, raw.code(), pointer)
    };
    let refused = |code: &str, at: &str| (422, code.to_owned(), at.to_owned());
    let today = app.today().to_string();
    let year = (app.today() - jiff::Span::new().days(365)).to_string();
    let more = (app.today() - jiff::Span::new().days(366)).to_string();
    assert_eq!(
        asked(&today, &year).await,
        refused("span_backwards", "/until")
    );
    let tomorrow = app.today().tomorrow().expect("a day").to_string();
    assert_eq!(
        asked(&today, &tomorrow).await,
        refused("bad_value", "/until")
    );
    assert_eq!(asked(&more, &today).await, refused("bad_value", "/from"));
    assert_eq!(
        asked("-009999-01-01", &today).await,
        refused("bad_value", "/from")
    );
    assert_eq!(
        asked("9999-12-31", "9999-12-31").await,
        refused("bad_value", "/until")
    );
    assert_eq!(asked(&year, &today).await.0, 201);
    for _ in 1..20 {
        assert_eq!(asked(&year, &today).await.0, 201);
    }
    let full = (409, "many_certificates".to_owned(), String::new());
    assert_eq!(asked(&year, &today).await, full);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_correction_outdates_those_it_is_in_and_no_others() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    let early = by_hand(&app, me, 60).await;
    by_hand(&app, me, 3).await;
    let both = issue(&wang, this_week(&app)).await.expect("issued");
    let today = IssueCertificateBody {
        from: days_ago(&app, 1),
        ..this_week(&app)
    };
    let late = issue(&wang, today).await.expect("issued");
    assert_eq!((both.minutes, late.minutes), (120, 60));
    let correction = corrected(&app, early, 30).await;
    assert_eq!(
        state(&app, both.number).await,
        "valid",
        "not before it counts"
    );
    approve(&app, STATION, correction).await;
    assert_eq!(state(&app, both.number).await, "outdated");
    assert_eq!(state(&app, late.number).await, "valid");
    assert_eq!(told(&wang, Topic::CertificateOutdated).await.len(), 1);
    let printed = page(&wang, both.number).await.expect("still readable");
    let minutes: Vec<_> = printed.rows.iter().map(|row| row.minutes).collect();
    assert_eq!(minutes, [60, 60], "as it was issued");
    let anew = issue(&wang, this_week(&app)).await.expect("issued anew");
    assert_eq!(anew.minutes, 90);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_certificate_slips_past_a_correction() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    for round in 0..8 {
        let entry = by_hand(&app, me, 40 - 4 * round).await;
        let correction = corrected(&app, entry, 10).await;
        let station = at_hand(&app, STATION).await;
        let approve = async {
            let body = json!({ "id": app.command() }).to_string();
            let path = format!("/v1/hours/{correction}/approve");
            station.raw("POST", &path, Some(body)).await.status
        };
        let (done, paper) = tokio::join!(approve, issue(&wang, this_week(&app)));
        assert_eq!(done, 200);
        let number = paper.expect("issued").number;
        // Whichever was first: what holds says what counts, and the rules of the audit agree.
        nothing_is_wrong(&app).await;
        let staff = at_hand(&app, WORKER).await;
        revoke(&staff, number)
            .await
            .expect("taken back, for the next round");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_one_at_once_are_twenty() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    by_hand(&app, wang.id.expect("signed in"), 3).await;
    for _ in 0..18 {
        issue(&wang, this_week(&app)).await.expect("issued");
    }
    let calls = (0..6).map(|_| issue(&wang, this_week(&app)));
    let made = join_all(calls).await;
    let issued = made.iter().filter(|one| one.is_ok()).count();
    assert_eq!(issued, 2);
    let refused = made.into_iter().filter_map(Result::err);
    assert!(
        refused
            .into_iter()
            .all(|no| no.code == Code::ManyCertificates)
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn it_holds_when_its_person_has_left_and_names_nobody() {
    let app = TestApp::start().await;
    let who = with_role(&app, Role::Resident).await;
    let me = who.id.expect("signed in");
    by_hand(&app, me, 3).await;
    let paper = issue(&who, this_week(&app)).await.expect("issued");
    let phone = app
        .ctx()
        .store
        .person(app.home().await, me)
        .await
        .expect("answers");
    let body = json!({ "phone": phone.and_then(|one| one.phone) }).to_string();
    let left = who.raw("POST", "/v1/me/deletion", Some(body)).await;
    assert_eq!(left.status, 204, "{}", left.body);
    app.advance(SignedDuration::from_mins(2));
    app.settle().await;
    assert_eq!(state(&app, paper.number).await, "valid");
    let staff = at_hand(&app, WORKER).await;
    assert_eq!(code(page(&staff, paper.number).await), Code::NotFound);
    nothing_is_wrong(&app).await;
    app.stop().await;
}
