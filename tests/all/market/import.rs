//! Providers and services from files, as the station hands them in: what is taken, what is refused
//! and why, and what a repeat, a neighbour, another community and a crafted file come to.

use std::io::{Cursor, Write};

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::limits;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn hand_in(who: &Actor<'_>, what: &str, mode: &str, kind: &str, file: &[u8]) -> Raw {
    let path = format!("/v1/imports/{what}?mode={mode}");
    let headers = [("content-type", kind)];
    who.raw_with("POST", &path, &headers, file.to_vec()).await
}

/// `(row, outcome, code, column)` of every row.
fn rows(raw: &Raw) -> Vec<(u64, String, String, String)> {
    assert_eq!(raw.status, 200, "{}", raw.body);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let report = raw.json();
    let rows = report["rows"].as_array().expect("rows").iter();
    let row = |row: &Value| {
        (
            row["row"].as_u64().expect("a number"),
            text(&row["outcome"]),
            text(&row["code"]),
            text(&row["column"]),
        )
    };
    rows.map(row).collect()
}

fn sums(raw: &Raw) -> (u64, u64, u64) {
    let report = raw.json();
    let sum = |name: &str| report[name].as_u64().expect("a sum");
    (sum("taken"), sum("known"), sum("refused"))
}

/// Provider files whose name begins so.
async fn files(who: &Actor<'_>, name: &str) -> Vec<Value> {
    let raw = who.raw("GET", "/v1/providers?limit=100", None).await;
    let all = raw.json()["items"].as_array().expect("rows").clone();
    let mine = |file: &Value| file["name"].as_str().is_some_and(|n| n.starts_with(name));
    all.into_iter().filter(mine).collect()
}

/// One sheet; `strings`: attributes of the shared strings.
fn workbook(rows: &[&[&str]], strings: &str) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut said = String::new();
    let mut sheet = String::new();
    let mut count = 0;
    for row in rows {
        sheet += "<row>";
        for cell in *row {
            said += &format!("<si><t>{cell}</t></si>");
            sheet += &format!("<c t=\"s\"><v>{count}</v></c>");
            count += 1;
        }
        sheet += "</row>";
    }
    let related = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
        (
            "xl/_rels/workbook.xml.rels",
            related("worksheet", "worksheets/sheet1.xml"),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"1\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\" {strings}>{said}</sst>"),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let started = writer.start_file(name, SimpleFileOptions::default());
        started.expect("a part");
        writer.write_all(content.as_bytes()).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

const PROVIDERS: &str = "姓名,电话,简介,证件类型,证件尾号,有效期,每周时间\n\
    测试·导入甲,13911110001,修鞋,开锁备案,1234,2027-12-31,周一 09:00-12:00\n\
    测试·导入乙,电话没有,,,,,\n\
    测试·导入丙,13911110003,,健康证,12,2027-02-30,\n\
    测试·导入丁,13911110004,,,,,周一 18:00-09:00\n\
    测试·导入戊,13911110001,,,,,\n\
    测试·导入己,13911110006,,,,,\n";

#[tokio::test]
async fn a_check_takes_nothing_a_row_is_taken_whole_and_a_repeat_changes_nothing() {
    let app = TestApp::start().await;
    let worker = app.sign_in("13800000201").await;
    let people = app.people().await.len();
    let row = |row, outcome: &str, code: &str, column: &str| {
        (row, outcome.to_owned(), code.to_owned(), column.to_owned())
    };
    let want = vec![
        row(2, "taken", "", ""),
        row(3, "refused", "bad_value", "电话"),
        row(4, "refused", "bad_value", "有效期"),
        row(5, "refused", "span_backwards", "每周时间"),
        row(6, "refused", "row_twice", "电话"),
        row(7, "taken", "", ""),
    ];
    let check = hand_in(&worker, "providers", "check", CSV, PROVIDERS.as_bytes()).await;
    assert_eq!((rows(&check), sums(&check)), (want.clone(), (2, 0, 4)));
    assert!(files(&worker, "测试·导入").await.is_empty());
    assert_eq!(app.people().await.len(), people);

    let take = hand_in(&worker, "providers", "take", CSV, PROVIDERS.as_bytes()).await;
    assert_eq!((rows(&take), sums(&take)), (want, (2, 0, 4)));
    assert_eq!(take.json()["read_as"], "utf-8");
    let taken = files(&worker, "测试·导入").await;
    assert_eq!(taken.len(), 2);
    assert_eq!(app.people().await.len(), people + 2, "nobody half taken");
    let first = taken.iter().find(|f| f["name"] == "测试·导入甲");
    let first = first.expect("taken");
    assert_eq!(first["standing"], "applied", "somebody looks at the papers");
    assert_eq!(first["credentials"][0]["number_tail"], "1234");

    let again = hand_in(&worker, "providers", "take", CSV, PROVIDERS.as_bytes()).await;
    assert_eq!(sums(&again), (0, 2, 4));
    assert_eq!(files(&worker, "测试·导入").await, taken);
    assert_eq!(app.people().await.len(), people + 2);

    let other = "姓名,电话,简介\n测试·导入甲,13911110001,补锅\n";
    let other = hand_in(&worker, "providers", "take", CSV, other.as_bytes()).await;
    let want = row(2, "refused", "differs", "简介");
    assert_eq!(rows(&other), [want], "a file adds, and changes nothing");
    assert_eq!(files(&worker, "测试·导入").await, taken);
    app.sign_in("13911110001").await;
    app.stop().await;
}

#[tokio::test]
async fn gbk_and_workbooks_say_the_same_as_utf_8() {
    let app = TestApp::start().await;
    let worker = app.sign_in("13800000201").await;
    let (gbk, _, lost) = encoding_rs::GBK.encode("电话;姓名\r\n139 1111 0011;测试·国标\r\n");
    assert!(!lost);
    let read = hand_in(&worker, "providers", "take", CSV, &gbk).await;
    assert_eq!(sums(&read), (1, 0, 0), "{}", read.body);
    assert_eq!(read.json()["read_as"], "gbk");
    let book = workbook(
        &[
            &["电话", "姓名"],
            &["13911110011", "测试·国标"],
            &["13911110012", "测试·表格"],
            &["13911110013", ""],
        ],
        "count=\"8\" uniqueCount=\"8\"",
    );
    let read = hand_in(&worker, "providers", "take", XLSX, &book).await;
    assert_eq!(sums(&read), (1, 1, 1), "{}", read.body);
    assert_eq!(read.json()["read_as"], "xlsx");
    assert_eq!(read.json()["rows"][2]["code"], "empty_text");

    let services = "类别,名称,最低价,最高价,时长,服务者电话\n\
        开锁,测试·导入开锁,80.5,200,60,13911110011、13911110012\n\
        没有的类别,测试·没有,80,200,60,\n\
        开锁,测试·导入开锁,90,200,60,\n\
        开锁,测试·无人,80,200,60,13911119999\n";
    let read = hand_in(&worker, "services", "take", CSV, services.as_bytes()).await;
    let codes: Vec<String> = rows(&read).into_iter().map(|row| row.2).collect();
    assert_eq!(codes, ["", "bad_value", "row_twice", "bad_value"]);
    let service = app.service("测试·导入开锁").await;
    assert_eq!(
        (service.terms.price_from.0, service.providers.len()),
        (8_050, 2)
    );
    let again = hand_in(&worker, "services", "take", CSV, services.as_bytes()).await;
    assert_eq!(sums(&again), (0, 1, 3));
    let dearer = services.replace("80.5", "81.5");
    let dearer = hand_in(&worker, "services", "take", CSV, dearer.as_bytes()).await;
    assert_eq!(rows(&dearer)[0].2, "differs");
    assert_eq!(app.service("测试·导入开锁").await, service);
    app.stop().await;
}

#[tokio::test]
async fn an_import_is_for_vetting_staff_and_for_their_community() {
    let app = TestApp::start().await;
    let file = "姓名,电话\n测试·外来,13911110021\n测试·王阿姨,13800000001\n";
    for (phone, status) in [("13800000001", 403), ("13800000221", 403)] {
        let who = app.sign_in(phone).await;
        for what in ["providers", "services"] {
            let raw = hand_in(&who, what, "take", CSV, file.as_bytes()).await;
            assert_eq!((raw.status, raw.code()), (status, "not_allowed".into()));
        }
    }
    let stranger = hand_in(&app.stranger(), "providers", "take", CSV, file.as_bytes()).await;
    assert_eq!(
        (stranger.status, stranger.code()),
        (401, "signed_out".into())
    );

    let before = app.resident().await.id;
    let (here, there) = (
        app.sign_in("13800000201").await,
        app.sign_in("13800009201").await,
    );
    let raw = hand_in(&there, "providers", "take", CSV, file.as_bytes()).await;
    assert_eq!(sums(&raw), (2, 0, 0), "whose the number is, is not said");
    let raw = hand_in(&there, "providers", "take", CSV, file.as_bytes()).await;
    assert_eq!(sums(&raw), (0, 2, 0), "{}", raw.body);
    assert_eq!(files(&there, "测试·外来").await.len(), 1);
    assert!(files(&here, "测试·外来").await.is_empty());
    let raw = hand_in(&here, "providers", "take", CSV, file.as_bytes()).await;
    assert_eq!(rows(&raw)[0].1, "taken");
    assert_eq!(rows(&raw)[1].1, "taken", "a resident becomes a provider");
    assert_eq!(
        app.resident().await.id,
        before,
        "the number leads where it led"
    );
    app.stop().await;
}

#[tokio::test]
async fn what_is_too_large_or_crafted_is_refused_and_the_server_goes_on() {
    let app = TestApp::start().await;
    let worker = app.sign_in("13800000201").await;
    let refused = async |file: &[u8], status: u16, code: &str, what: &str| {
        let raw = hand_in(&worker, "providers", "take", XLSX, file).await;
        let said = raw.json()["data"]["what"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(
            (raw.status, raw.code().as_str(), said.as_str()),
            (status, code, what),
            "{}",
            raw.body
        );
        let health = worker.raw("GET", "/v1/health", None).await;
        assert_eq!(health.json()["status"], "ok");
    };
    let vast = vec![b'a'; limits::IMPORT_BYTES + 1];
    refused(&vast, 413, "body_too_large", "").await;
    let heading: &[&str] = &["姓名", "电话"];
    let greedy = workbook(&[heading], "uniqueCount=\"99999999999\"");
    refused(&greedy, 422, "bad_file", "damaged").await;
    let mut packed = workbook(&[heading, &[&"长".repeat(12_000_000), "x"]], "");
    assert!(packed.len() < limits::IMPORT_BYTES);
    refused(&packed, 422, "bad_file", "too_large").await;
    packed.truncate(packed.len() / 2);
    refused(&packed, 422, "bad_file", "damaged").await;
    refused(b"\xD0\xCF\x11\xE0 old", 422, "bad_file", "old_excel").await;
    refused(
        "姓名,电话\n张,\"一".as_bytes(),
        422,
        "bad_file",
        "open_quote",
    )
    .await;
    refused(b"", 422, "bad_file", "empty").await;
    let long = format!("姓名,电话\n{}", "王,1\n".repeat(limits::IMPORT_ROWS + 1));
    refused(long.as_bytes(), 422, "bad_file", "too_many_rows").await;
    let bare = hand_in(&worker, "providers", "take", CSV, "姓名\n王\n".as_bytes()).await;
    assert_eq!(
        (bare.code(), bare.json()["data"]["column"].clone()),
        ("missing_field".into(), json!("电话"))
    );
    assert!(files(&worker, "王").await.is_empty());
    app.stop().await;
}
