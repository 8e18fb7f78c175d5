//! What a request must look like: origin, content type, size, JSON; and what every answer carries.

use acceptance::TestApp;
use domain::MessageId;
use serde_json::json;

#[tokio::test]
async fn only_our_own_pages_may_change_anything() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let host = app.url().trim_start_matches("http://").to_owned();
    let own = format!("http://{host}");
    let rows = [
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("sec-fetch-site", "same-origin")], 200),
        (vec![("origin", own.as_str())], 200),
        (vec![], 200),
    ];
    for (headers, status) in rows {
        let headers: Vec<_> = headers
            .into_iter()
            .chain([("content-type", "application/json")])
            .collect();
        let raw = wang
            .raw_with(
                "PATCH",
                "/v1/me",
                &headers,
                b"{\"language\":\"zh\"}".to_vec(),
            )
            .await;
        assert_eq!(raw.status, status, "{headers:?}: {}", raw.body);
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let raw = wang
            .raw_with("PATCH", "/v1/me", &[("content-type", kind)], b"{}".to_vec())
            .await;
        assert_eq!(
            (raw.status, raw.code()),
            (415, "wrong_content_type".into()),
            "{kind}"
        );
    }
    // What asks for nothing takes nothing, of whatever kind that is.
    let path = format!(
        "/v1/inbox/{}/read",
        MessageId::new(app.millis(), app.chance())
    );
    let raw = wang.raw_with("POST", &path, &[], Vec::new()).await;
    assert_eq!((raw.status, raw.code()), (404, "not_found".into()));
    app.stop().await;
}

#[tokio::test]
async fn a_body_is_refused_with_the_place_of_the_flaw() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let rows = [
        (
            json!({ "phone": "13800000001", "colour": "red" }),
            "unknown_field",
            "/colour",
        ),
        (
            json!({ "phone": 13_800_000_001_u64 }),
            "wrong_type",
            "/phone",
        ),
        (json!({}), "missing_field", "/phone"),
        (json!(["13800000001"]), "wrong_type", ""),
        (json!({ "phone": "12" }), "bad_value", "/phone"),
    ];
    for (body, code, pointer) in rows {
        let raw = stranger
            .raw("POST", "/v1/auth/codes", Some(body.to_string()))
            .await;
        let seen = (
            raw.status,
            raw.code(),
            raw.json()["pointer"].as_str().map(str::to_owned),
        );
        assert_eq!(
            seen,
            (422, code.into(), Some(pointer.into())),
            "{body}: {}",
            raw.body
        );
        assert_eq!(raw.headers["content-type"], "application/problem+json");
    }
    let wang = app.resident().await;
    let deep = json!({ "calendar": { "weekly": [{ "day": "mon", "from": "25:00", "to": "26:00" }], "breaks": [], "exceptions": [], "blocked": [] }, "ver": 1 });
    let raw = wang
        .raw(
            "PUT",
            "/v1/providers/prv_01JZ4T0Q8M6W3V9K2B7D5F1H0C/calendar",
            Some(deep.to_string()),
        )
        .await;
    assert_eq!(
        raw.json()["pointer"],
        "/calendar/weekly/0/from",
        "{}",
        raw.body
    );
    let large = stranger
        .raw(
            "POST",
            "/v1/auth/codes",
            Some(format!("{{\"phone\":\"{}\"}}", "1".repeat(64 * 1024))),
        )
        .await;
    assert_eq!((large.status, large.code()), (413, "body_too_large".into()));
    for (method, path, status) in [
        ("GET", "/v1/nowhere", 404),
        ("POST", "/v1/me", 405),
        ("GET", "/v1/bookings/nonsense", 404),
    ] {
        let raw = wang
            .raw(method, path, (method == "POST").then(|| "{}".into()))
            .await;
        assert_eq!(
            (raw.status, raw.headers["content-type"].to_str().ok()),
            (status, Some("application/problem+json")),
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = TestApp::start().await;
    for path in [
        "/v1/health",
        "/v1/me",
        "/v1/nowhere",
        "/v1/openapi.json",
        "/",
        "/desk/",
    ] {
        let raw = app.stranger().raw("GET", path, None).await;
        for (name, value) in service::router::SECURITY_HEADERS {
            assert_eq!(
                raw.headers.get(*name).and_then(|v| v.to_str().ok()),
                Some(*value),
                "{name} on {path}"
            );
        }
        assert!(raw.headers.contains_key("cache-control"), "{path}");
    }
    app.stop().await;
}

/// Bodies that are no JSON, whatever they were meant to be.
const NO_JSON: [&str; 88] = [
    "{",
    "}",
    "[",
    "]",
    "[[",
    "{{",
    "{]",
    "[}",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":}",
    "{\"a\" 1}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\":1 \"b\":2}",
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{\"a\":1}x",
    "{\"a\":1}}",
    "{\"a\":1}{\"b\":2}",
    "{\"a\":1},",
    "{\"a\"::1}",
    "{\"a\",1}",
    "{:1}",
    "{null:1}",
    "[1,]",
    "[,1]",
    "[1,,2]",
    "[1 2]",
    "[1;2]",
    "[1:2]",
    "[\"a\":1]",
    "[1",
    "[1,",
    "[\"a",
    "[\"a\",",
    "[\"a\\",
    "[\"\\",
    "[\"\\u",
    "[\"\\u12",
    "[\"\\u12G4\"]",
    "[\"\\x41\"]",
    "[\"\\a\"]",
    "[\"\\0\"]",
    "['a']",
    "[`a`]",
    "[\"a\nb\"]",
    "[\"a\tb\"]",
    "[\u{201c}a\u{201d}]",
    "[a]",
    "[True]",
    "[TRUE]",
    "[tru]",
    "[truth]",
    "[nul]",
    "[None]",
    "[undefined]",
    "[NaN]",
    "[Infinity]",
    "[-Infinity]",
    "[+1]",
    "[-]",
    "[--1]",
    "[.5]",
    "[1.]",
    "[-.5]",
    "[1.e1]",
    "[1e]",
    "[1e+]",
    "[1eE2]",
    "[1.2.3]",
    "[01]",
    "[-01]",
    "[0x1F]",
    "[1_000]",
    "[1/2]",
    "[1+1]",
    "[\u{ff11}]",
    "[1] // done",
    "/* */ [1]",
    "# x\n[1]",
    "<a/>",
    "a=1&b=2",
    "\u{feff}{}",
    "[\u{a0}1]",
    "[\u{c}1]",
];

/// The same, made: a body cut off anywhere, a control character anywhere in a text, bytes that are
/// no UTF-8, and brackets without end.
fn made_no_json() -> Vec<Vec<u8>> {
    let whole =
        r#"{"phone":"13800000001","nested":[{"a":[1,-2.5e3,true,null,"\u4e2d\"文"]}]}"#.as_bytes();
    let mut made: Vec<Vec<u8>> = (1..whole.len()).map(|end| whole[..end].to_vec()).collect();
    for control in 0..0x20u8 {
        made.push([b"{\"phone\":\"138".as_slice(), &[control], b"00\"}"].concat());
    }
    for bytes in [
        b"\x80".as_slice(),
        b"\xff",
        b"\xc3\x28",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xc0\xaf",
    ] {
        made.push([b"{\"phone\":\"".as_slice(), bytes, b"\"}"].concat());
        made.push([b"{\"".as_slice(), bytes, b"\":1}"].concat());
        made.push(bytes.to_vec());
    }
    let utf_16 = |little: bool| -> Vec<u8> {
        let units = "{\"phone\":\"1\"}".encode_utf16();
        units
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    made.extend([utf_16(true), utf_16(false)]);
    for deep in ["[", "{\"a\":", "[{\"a\":"] {
        made.push(deep.repeat(50_000 / deep.len()).into_bytes());
    }
    made
}

async fn hand_in(app: &TestApp, bytes: Vec<u8>) -> acceptance::client::Raw {
    let json = [("content-type", "application/json")];
    app.stranger()
        .raw_with("POST", "/v1/auth/codes", &json, bytes)
        .await
}

#[tokio::test]
async fn json_that_is_none_is_refused_and_none_breaks_the_server() {
    let app = TestApp::start().await;
    let written = NO_JSON.iter().map(|text| text.as_bytes().to_vec());
    for bytes in written.chain(made_no_json()) {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let raw = hand_in(&app, bytes).await;
        assert_eq!(
            (raw.status, raw.code()),
            (400, "bad_json".into()),
            "{shown:?}: {}",
            raw.body
        );
    }
    let odd = [
        "null",
        "true",
        "0",
        "-0",
        "1e400",
        "123456789012345678901234567890",
        "\"\"",
        "[]",
        "{}",
        " \r\n\t{} ",
        "[[[[[[[[]]]]]]]]",
        r#"{"a":{"a":1}}"#,
        r#"{"":1}"#,
        r#"["\ud800"]"#,
        r#"{"phone":"1","phone":"2"}"#,
        r#"{"phone":"\u0000"}"#,
        r#"{"__proto__":{}}"#,
    ];
    for text in odd {
        let raw = hand_in(&app, text.as_bytes().to_vec()).await;
        assert!(
            (400..500).contains(&raw.status),
            "{text}: {} {}",
            raw.status,
            raw.body
        );
        assert_eq!(
            raw.headers["content-type"], "application/problem+json",
            "{text}"
        );
    }
    app.stop().await;
}

/// The same with what others collected, which does not come with the checkout.
#[tokio::test]
#[cfg_attr(
    not(json_collection),
    ignore = "LINLI_CORPORA leads to no JSONTestSuite (see README, The collections of others)"
)]
async fn the_json_others_collected_breaks_nothing_either() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let folder = std::path::Path::new(&corpora).join("security/JSONTestSuite/test_parsing");
    let app = TestApp::start().await;
    let mut tried = 0;
    for file in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = file.expect("a file").path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let bytes = std::fs::read(&path).expect("readable");
        let empty = bytes.trim_ascii().is_empty();
        let raw = hand_in(&app, bytes).await;
        assert!(raw.status < 500, "{name}: {}", raw.body);
        if name.starts_with("n_") && !empty {
            assert!(
                matches!(raw.status, 400 | 413),
                "{name}: {} {}",
                raw.status,
                raw.body
            );
        }
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
    app.stop().await;
}
