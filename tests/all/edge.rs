//! CloudFront's functions of the template are run, by Node.js: which file a path is, what a browser may do with it and
//! how long it keeps it, and who asks the API. What comes of it is compared with what the server at home answers.
//!
//! Node.js is not CloudFront's runtime, which knows less of the language; nothing here runs that.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use acceptance::template::{read, resources};
use local::site::Site;
use local::{Options, Running, csp};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use service::router::SECURITY_HEADERS;

/// Reads code and events, and answers with what the code makes of each.
const RUNNER: &str = "
const { code, events } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const handler = new Function(code + '\\nreturn handler;')();
console.log(JSON.stringify(events.map((event) => handler(event))));
";

const RESIDENT_PAGE: &str = "<script type=\"module\">resident()</script>";
const DESK_PAGE: &str = "<script type=\"module\">desk()</script><p><script>more()</script>";

/// Files as both apps have them; each is there pressed, too.
const RESIDENT: [(&str, &str); 12] = [
    ("index.html", RESIDENT_PAGE),
    ("old.html", "<p>old"),
    ("worker.js", "worker()"),
    ("register.js", "register()"),
    ("manifest.json", "{}"),
    ("resident-0a1b2c3d4e5f6789.js", "app()"),
    ("resident-0a1b2c3d4e5f6789_bg.wasm", "wasm"),
    ("style-815c5248035bf81.css", "p {}"),
    ("icon-d4ee34ccfa45615e.svg", "<svg/>"),
    ("parts-2c513038f5c2813e/link.js", "link()"),
    ("scan/LICENSES.txt", "theirs"),
    ("photo.png", "dots"),
];
const DESK: [(&str, &str); 3] = [
    ("index.html", DESK_PAGE),
    ("worker.js", "worker()"),
    ("desk-1a1b2c3d4e5f6789_bg.wasm", "wasm"),
];

/// What a browser asks for, what it says it accepts, and the file it is given; none where it is sent elsewhere.
const ASKED: [(&str, &str, &str); 31] = [
    ("/", "", "/index.html"),
    ("/", "gzip, deflate, br, zstd", "/index.html.br"),
    ("/index.html", "gzip", "/index.html"),
    ("/inbox", "", "/index.html"),
    (
        "/services/svc_01JZ4T0Q8M6W3V9K2B7D5F1H0C",
        "br",
        "/index.html.br",
    ),
    (
        "/bookings/bkg_01JZ4T0Q8M6W3V9K2B7D5F1H0C?from=notice",
        "br",
        "/index.html.br",
    ),
    // Pages whose names look like a file's, or like the desk's.
    ("/kept/0123456789abcdef", "br", "/index.html.br"),
    ("/desktop", "br", "/index.html.br"),
    // A page that is no app's.
    ("/old.html", "br", "/old.html.br"),
    ("/worker.js", "", "/worker.js"),
    ("/worker.js", "br", "/worker.js.br"),
    ("/register.js", "gzip", "/register.js"),
    ("/manifest.json", "br;q=0.5, gzip", "/manifest.json.br"),
    (
        "/resident-0a1b2c3d4e5f6789.js",
        "br",
        "/resident-0a1b2c3d4e5f6789.js.br",
    ),
    (
        "/resident-0a1b2c3d4e5f6789_bg.wasm",
        "gzip, br;q=0",
        "/resident-0a1b2c3d4e5f6789_bg.wasm",
    ),
    (
        "/resident-0a1b2c3d4e5f6789_bg.wasm",
        "BR",
        "/resident-0a1b2c3d4e5f6789_bg.wasm.br",
    ),
    (
        "/style-815c5248035bf81.css",
        "br",
        "/style-815c5248035bf81.css.br",
    ),
    (
        "/icon-d4ee34ccfa45615e.svg",
        "br",
        "/icon-d4ee34ccfa45615e.svg.br",
    ),
    (
        "/parts-2c513038f5c2813e/link.js",
        "br",
        "/parts-2c513038f5c2813e/link.js.br",
    ),
    // What lies there pressed at home, and not in the bucket.
    ("/scan/LICENSES.txt", "br", "/scan/LICENSES.txt"),
    ("/photo.png", "br", "/photo.png"),
    ("/none.js", "br", "/none.js.br"),
    ("/none.txt", "", "/none.txt"),
    ("/desk", "br", ""),
    ("/desk/", "br", "/desk/index.html.br"),
    ("/desk/index.html", "br", "/desk/index.html.br"),
    (
        "/desk/care/cases/cas_01JZ4T0Q8M6W3V9K2B7D5F1H0C",
        "",
        "/desk/index.html",
    ),
    ("/desk/day/0123456789ab", "br", "/desk/index.html.br"),
    ("/desk/worker.js", "br", "/desk/worker.js.br"),
    (
        "/desk/desk-1a1b2c3d4e5f6789_bg.wasm",
        "br",
        "/desk/desk-1a1b2c3d4e5f6789_bg.wasm.br",
    ),
    ("/desk/none.css", "br", "/desk/none.css.br"),
];

/// Of a function of the template, with what CloudFormation puts into it.
fn code(name: &str, told: &[(&str, &str)]) -> String {
    let resources = resources();
    let code = &resources[name]["Properties"]["FunctionCode"];
    let mut code = code.as_str().expect("code").to_owned();
    for (parameter, value) in told {
        let place = format!("${{{parameter}}}");
        assert!(code.contains(&place), "{name} is not told {parameter}");
        code = code.replace(&place, value);
    }
    assert!(!code.contains("${"), "{name} is told more than that");
    code
}

/// What the code makes of each event.
fn run(code: &str, events: &[Value]) -> Vec<Value> {
    let mut node = Command::new("node")
        .args(["-e", RUNNER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let said = json!({ "code": code, "events": events }).to_string();
    let mut stdin = node.stdin.take().expect("it is piped");
    stdin.write_all(said.as_bytes()).expect("node reads");
    drop(stdin);
    let done = node.wait_with_output().expect("node ends");
    assert!(done.status.success(), "the code does not run");
    let answers: Vec<Value> = serde_json::from_slice(&done.stdout).expect("answers");
    assert_eq!(answers.len(), events.len());
    answers
}

/// Says so, where there is none: past what the harness keeps to itself.
fn is_without_node(test: &str) -> bool {
    let asked = Command::new("node").arg("--version").output();
    let there = asked.is_ok_and(|asked| asked.status.success());
    if !there {
        let said = "skipped: there is no node here to run CloudFront's functions with";
        let _ = writeln!(std::io::stderr(), "{test}: {said}");
    }
    !there
}

/// As `FunctionCode` is told of a page's scripts: their digests, with commas between.
fn digests(page: &str) -> String {
    let policy = csp::of_page(page);
    let named = policy.split("'sha256-").skip(1);
    let named = named.map(|rest| rest.split('\'').next().unwrap_or_default());
    named.collect::<Vec<_>>().join(",")
}

fn answered() -> String {
    let (resident, desk) = (digests(RESIDENT_PAGE), digests(DESK_PAGE));
    assert_eq!((resident.len(), desk.len()), (44, 89), "one, and two");
    code(
        "SiteAnswered",
        &[
            ("ResidentScripts", resident.as_str()),
            ("DeskScripts", desk.as_str()),
        ],
    )
}

/// What is in the bucket under a name. `kind` and `encoding` are empty where nobody said them.
struct Object {
    kind: String,
    encoding: &'static str,
    body: String,
}

/// As DEPLOY says that files are put there: of each ending its content type, and pressed beside itself.
fn bucket() -> BTreeMap<String, Object> {
    let deploy = read("infra/docs/DEPLOY.md");
    let line = deploy.lines().find(|line| line.contains("for kind in "));
    let named = line.expect("it names them").split('"').skip(1).step_by(2);
    let kinds: BTreeMap<&str, &str> = named.filter_map(|pair| pair.split_once(' ')).collect();
    assert!(kinds.len() > 4, "{kinds:?}");
    let mut there = BTreeMap::new();
    let files = RESIDENT.iter().map(|(name, body)| ("/", *name, *body));
    let files = files.chain(DESK.iter().map(|(name, body)| ("/desk/", *name, *body)));
    for (folder, name, body) in files {
        let ending = name.rsplit('.').next().unwrap_or_default();
        let kind = kinds.get(ending).copied().unwrap_or_default();
        if !kind.is_empty() {
            let object = Object {
                kind: kind.to_owned(),
                encoding: "br",
                body: pressed(body),
            };
            there.insert(format!("{folder}{name}.br"), object);
        }
        let object = Object {
            kind: kind.to_owned(),
            encoding: "",
            body: body.to_owned(),
        };
        there.insert(format!("{folder}{name}"), object);
    }
    there
}

fn pressed(body: &str) -> String {
    format!("pressed: {body}")
}

fn built(folder: &Path, files: &[(&str, &str)]) {
    for (name, body) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
        fs::write(&file, body).expect("written");
        fs::write(folder.join(format!("{name}.br")), pressed(body)).expect("written");
    }
}

fn header<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer["headers"][name]["value"]
        .as_str()
        .unwrap_or_default()
}

#[tokio::test]
async fn a_path_is_answered_by_cloudfront_as_by_the_server() {
    if is_without_node("a_path_is_answered_by_cloudfront_as_by_the_server") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (resident, desk) = (folder.path().join("site"), folder.path().join("site-desk"));
    built(&resident, &RESIDENT);
    built(&desk, &DESK);
    let site = Site {
        resident: Some(resident),
        desk: Some(desk),
    };
    let options = Options {
        site,
        loops: false,
        ..Options::default()
    };
    let running = Running::start(options).await.expect("it starts");
    let http = reqwest::Client::builder().redirect(Policy::none());
    let http = http.build().expect("a client");

    let asked: Vec<Value> = ASKED
        .iter()
        .map(|(path, accepts, _)| {
            let uri = path.split('?').next().unwrap_or_default();
            let mut headers = json!({ "host": { "value": "linli.example" } });
            if !accepts.is_empty() {
                headers["accept-encoding"] = json!({ "value": accepts });
            }
            json!({ "request": { "method": "GET", "uri": uri, "headers": headers } })
        })
        .collect();
    let fetched = run(&code("SiteAsked", &[]), &asked);
    let (bucket, answered) = (bucket(), answered());
    let (mut found, mut missing) = (0, 0);
    for (((path, accepts, file), asked), fetched) in ASKED.iter().zip(&asked).zip(&fetched) {
        let call = http.get(format!("{}{path}", running.url()));
        let call = match accepts.is_empty() {
            true => call,
            false => call.header("accept-encoding", *accepts),
        };
        let home = call.send().await.expect("it answers");
        let status = home.status().as_u16();
        let at_home: BTreeMap<String, String> = home
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
            .collect();
        let body = home.text().await.expect("a body");
        let said = |name: &str| at_home.get(name).map_or("", String::as_str);
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(said(name), *value, "{path}");
        }

        if file.is_empty() {
            assert_eq!(fetched["statusCode"], status, "{path}");
            assert_eq!(header(fetched, "location"), said("location"), "{path}");
            continue;
        }
        let uri = fetched["uri"].as_str().expect("a file");
        assert_eq!(uri, *file, "{path} {accepts}");
        assert_eq!(fetched["headers"], asked["request"]["headers"], "{path}");
        // CloudFront runs no function where the bucket has nothing; the server says so in a problem.
        let Some(object) = bucket.get(uri) else {
            assert_eq!(status, 404, "{path} is there at home");
            missing += 1;
            continue;
        };
        found += 1;
        assert_eq!(status, 200, "{path} {accepts}: {body}");
        let mut headers = json!({});
        if !object.kind.is_empty() {
            headers["content-type"] = json!({ "value": object.kind });
        }
        if !object.encoding.is_empty() {
            headers["content-encoding"] = json!({ "value": object.encoding });
        }
        // The request is the browser's; should it be the one for the file, nothing changes.
        let events = [&asked["request"]["uri"], &fetched["uri"]].map(|uri| {
            let response = json!({ "statusCode": 200, "headers": headers });
            json!({ "request": { "uri": uri }, "response": response })
        });
        let answers = run(&answered, &events);
        assert_eq!(answers[0], answers[1], "{path}");
        let answer = &answers[0];
        for name in ["cache-control", "content-security-policy"] {
            assert_eq!(header(answer, name), said(name), "{path} {accepts}: {name}");
        }
        if !object.kind.is_empty() {
            let kind = said("content-type").split(';').next().unwrap_or_default();
            assert_eq!(header(answer, "content-type"), kind, "{path}");
            let encoding = header(answer, "content-encoding");
            assert_eq!(encoding, said("content-encoding"), "{path} {accepts}");
            assert_eq!(object.body, body, "{path} {accepts}");
        }
        // What SiteHeaders puts there is nobody else's.
        for (name, _) in SECURITY_HEADERS {
            assert_eq!(header(answer, name), "", "{path}: {name}");
        }
    }
    assert!(found > 20 && missing == 3, "{found} found, {missing} not");
    running.stop().await.expect("it stops");
}

/// Of what a browser has already, only what is said anew replaces what it was told.
#[test]
fn what_did_not_change_keeps_the_policy_it_was_sent_with() {
    if is_without_node("what_did_not_change_keeps_the_policy_it_was_sent_with") {
        return;
    }
    let events = ["/inbox", "/resident-0a1b2c3d4e5f6789.js.br"].map(|uri| {
        let response = json!({ "statusCode": 304, "headers": {} });
        json!({ "request": { "uri": uri }, "response": response })
    });
    let answers = run(&answered(), &events);
    let kept = answers.iter().map(|answer| header(answer, "cache-control"));
    let forever = "public, max-age=31536000, immutable";
    assert_eq!(kept.collect::<Vec<_>>(), ["no-cache", forever]);
    for answer in &answers {
        assert_eq!(answer["statusCode"], 304);
        assert_eq!(header(answer, "content-security-policy"), "");
    }
}

#[test]
fn who_asks_the_api_is_said_by_cloudfront_whatever_the_caller_says() {
    if is_without_node("who_asks_the_api_is_said_by_cloudfront_whatever_the_caller_says") {
        return;
    }
    let claimed = json!({
        "value": "198.51.100.1",
        "multiValue": [{ "value": "198.51.100.1" }, { "value": "198.51.100.2" }],
    });
    let from = |viewer: &str, headers: &Value| {
        let request = json!({
            "method": "POST",
            "uri": "/v1/bookings",
            "querystring": { "day": { "value": "1" } },
            "cookies": { "session": { "value": "x" } },
            "headers": headers,
        });
        json!({ "viewer": { "ip": viewer }, "request": request })
    };
    let host = json!({ "value": "linli.example" });
    let lies = json!({
        "host": host, "x-viewer": claimed, "x-forwarded-host": claimed, "origin": { "value": "x" },
    });
    let nameless = json!({ "x-viewer": claimed, "x-forwarded-host": claimed });
    let events = [
        from("203.0.113.7", &lies),
        from("2001:db8::7", &json!({ "host": host })),
        from("203.0.113.7", &nameless),
    ];
    let wanted = [
        json!({
            "host": host, "x-viewer": { "value": "203.0.113.7" }, "x-forwarded-host": host,
            "origin": { "value": "x" },
        }),
        json!({ "host": host, "x-viewer": { "value": "2001:db8::7" }, "x-forwarded-host": host }),
        json!({ "x-viewer": { "value": "203.0.113.7" } }),
    ];
    let passed = run(&code("ApiAsked", &[]), &events);
    for ((event, headers), passed) in events.iter().zip(wanted).zip(passed) {
        // And nothing else is touched.
        let mut request = event["request"].clone();
        request["headers"] = headers;
        assert_eq!(passed, request);
    }
    let api = read("functions/lambda/src/edge.rs");
    for header in ["\"x-viewer\"", "\"x-edge\""] {
        assert!(api.contains(header), "the API reads {header}");
    }
}

/// What is run here is what stands before each path.
#[test]
fn each_function_stands_before_the_paths_it_is_for() {
    let resources = resources();
    let distribution = &resources["Distribution"]["Properties"]["DistributionConfig"];
    let before = |behaviour: &Value| -> Vec<(String, String)> {
        let functions = behaviour["FunctionAssociations"].as_array();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let functions = functions.into_iter().flatten();
        functions
            .map(|one| (text(&one["EventType"]), text(&one["FunctionARN"])))
            .collect()
    };
    let pair = |when: &str, name: &str| (when.to_owned(), format!("{name}.FunctionARN"));
    assert_eq!(
        before(&distribution["DefaultCacheBehavior"]),
        [
            pair("viewer-request", "SiteAsked"),
            pair("viewer-response", "SiteAnswered")
        ]
    );
    let others = distribution["CacheBehaviors"].as_array().expect("the API");
    assert_eq!(others.len(), 1);
    assert_eq!(others[0]["PathPattern"], "/v1/*");
    assert_eq!(before(&others[0]), [pair("viewer-request", "ApiAsked")]);
    let origins = distribution["Origins"].as_array().expect("two");
    let api = origins.iter().find(|one| one["Id"] == "api");
    let sent = &api.expect("the API's")["OriginCustomHeaders"][0];
    assert_eq!(sent["HeaderName"], "x-edge", "whatever the caller claims");
}
