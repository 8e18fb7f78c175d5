//! A call of each endpoint: path, query, and a body in order.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use serde_json::{Value, json};
use wire::EndpointInfo;

use super::care::ATTACHMENT;
use super::things::Things;
use super::{CREDENTIAL, care, identity, library, market, notify, points, watch};
use crate::pointers::{assert_described, assert_points_somewhere};

/// A body in order for each endpoint that takes one; a new endpoint fails here until its context
/// has its row.
pub fn sample(app: &TestApp, endpoint: &EndpointInfo) -> Option<Value> {
    if endpoint.file || matches!(endpoint.method, wire::Method::Get | wire::Method::Delete) {
        return None;
    }
    let id = |prefix: &str| {
        format!(
            "{prefix}_{}",
            &domain::CommandId::new(app.millis(), app.chance()).to_string()[4..]
        )
    };
    let contexts = [
        care::sample,
        identity::sample,
        library::sample,
        market::sample,
        notify::sample,
        points::sample,
        watch::sample,
    ];
    let body = contexts.iter().find_map(|of| of(endpoint.name, &id));
    Some(body.unwrap_or_else(|| panic!("write a sample body for {}", endpoint.name)))
}

fn query(endpoint: &EndpointInfo) -> &'static str {
    match endpoint.name {
        "ListSlots" => "?from=2026-11-25",
        "ReconcileNetwork" => "?month=2026-11",
        "ListNetworkRecords" => "?state=sent&limit=100",
        "GetPerson" | "GetDataOf" => "?reason=x",
        "FindResidents" => "?q=%E6%B5%8B",
        "DeleteCredential" => "?ver=99",
        "FindReaders" => "?q=%E6%B5%8B",
        "GetHistory" => "?reason=x&limit=100",
        "ListReaderCards" => "?people=",
        "GetLibraryLedger" | "GetLibraryLedgerFile" => "?month=2026-11",
        "GetCareReport" | "GetCareReportFile" => "?month=2026-11",
        "GetWatched" | "GetVitals" | "GetCareFile" => "?reason=xx",
        "ListSigns" | "ListWatched" => "?reason=xx&limit=100",
        "ListAlerts" | "ListCases" => "?all=true&limit=100",
        "RecordHikvision" | "RecordDahua" | "RecordZkteco" => "?key=x",
        // All there is, so that nothing foreign hides on a second page.
        "ListBookings" | "ListInbox" | "ListMyViews" | "ListPeople" | "ListProviders"
        | "ListFeedback" | "ListMyFeedback" | "ListStuck" | "ListHouseholds" | "ListServices"
        | "ListRedemptions" | "ListActivities" | "ListHours" | "ListCertificates"
        | "ListMySignUps" | "ListPendingHours" | "ListLoans" | "ListLent" | "ListAudits"
        | "ListTitles" | "ListLabels" | "ListLibraryImports" => "?limit=100",
        _ => "",
    }
}

pub fn path(endpoint: &EndpointInfo, things: &Things) -> String {
    let mut filled = String::new();
    let mut first = true;
    for part in endpoint.path.split('/').skip(1) {
        filled.push('/');
        match part {
            "{credential}" => filled.push_str(CREDENTIAL),
            "{purpose}" if !first => filled.push_str("share_contact"),
            "{person}" if !first => filled.push_str(&things.person),
            "{file}" if !first => filled.push_str(ATTACHMENT),
            "{task}" if !first => filled.push_str(&things.care_task),
            part if part.starts_with('{') && first => {
                first = false;
                filled.push_str(&things.of(endpoint.path));
            }
            part => filled.push_str(part),
        }
    }
    filled + query(endpoint)
}

pub async fn probe(
    app: &TestApp,
    who: &Actor<'_>,
    endpoint: &EndpointInfo,
    things: &Things,
) -> Raw {
    let mut body = sample(app, endpoint);
    if let Some(body) = body
        .as_mut()
        .filter(|_| endpoint.name == "SettleRedemption")
    {
        body["code"] = json!(things.voucher);
    }
    let body = body.map(|body| body.to_string());
    let path = path(endpoint, things);
    let raw = who.raw(endpoint.method.as_str(), &path, body).await;
    assert_described(endpoint, &raw);
    assert_points_somewhere(endpoint, &raw);
    raw
}
