//! Codes, counters, sessions and the second factor.

use acceptance::TestApp;
use jiff::SignedDuration;
use serde_json::json;

async fn ask(app: &TestApp, phone: &str) -> (u16, String) {
    let raw = app
        .stranger()
        .raw(
            "POST",
            "/v1/auth/codes",
            Some(json!({ "phone": phone }).to_string()),
        )
        .await;
    (
        raw.status,
        if raw.status == 202 {
            raw.body
        } else {
            raw.code()
        },
    )
}

async fn enter(app: &TestApp, phone: &str, code: &str) -> (u16, String) {
    let body = json!({ "phone": phone, "code": code }).to_string();
    let raw = app
        .stranger()
        .raw("POST", "/v1/auth/sessions", Some(body))
        .await;
    (raw.status, raw.code())
}

#[tokio::test]
async fn an_unknown_number_gets_the_same_answers_and_no_message() {
    let app = TestApp::start().await;
    let (known, unknown) = ("13800000001", "13999999999");
    assert_eq!(ask(&app, known).await, ask(&app, unknown).await);
    assert!(app.code_for(known).await.is_some());
    assert_eq!(app.code_for(unknown).await, None);
    for _ in 0..5 {
        assert_eq!(
            enter(&app, known, "000000").await,
            enter(&app, unknown, "000000").await
        );
    }
    assert_eq!(
        enter(&app, known, "000000").await,
        (401, "code_spent".into())
    );
    assert_eq!(
        enter(&app, unknown, "000000").await,
        (401, "code_spent".into())
    );
    assert_eq!(ask(&app, known).await, (429, "resend_too_soon".into()));
    assert_eq!(ask(&app, unknown).await, (429, "resend_too_soon".into()));
    app.stop().await;
}

#[tokio::test]
async fn five_tries_one_use_five_minutes() {
    let app = TestApp::start().await;
    let phone = "13800000001";
    ask(&app, phone).await;
    let code = app.code_for(phone).await.expect("a code");
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for _ in 0..5 {
        assert_eq!(enter(&app, phone, wrong).await, (401, "code_wrong".into()));
    }
    assert_eq!(
        enter(&app, phone, &code).await,
        (401, "code_spent".into()),
        "the right one comes too late"
    );

    app.advance(SignedDuration::from_secs(60));
    ask(&app, phone).await;
    let code = app.code_for(phone).await.expect("a code");
    assert_eq!(enter(&app, phone, &code).await.0, 201);
    assert_eq!(
        enter(&app, phone, &code).await,
        (401, "code_spent".into()),
        "it works once"
    );

    app.advance(SignedDuration::from_secs(60));
    ask(&app, phone).await;
    let code = app.code_for(phone).await.expect("a code");
    app.advance(SignedDuration::from_secs(300));
    assert_eq!(
        enter(&app, phone, &code).await,
        (401, "code_spent".into()),
        "five minutes are over"
    );
    app.stop().await;
}

#[tokio::test]
async fn codes_are_counted_per_number_and_per_address() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        assert_eq!(ask(&app, "13800000001").await.0, 202);
        app.advance(SignedDuration::from_secs(61));
    }
    assert_eq!(
        ask(&app, "13800000001").await,
        (429, "too_many_codes".into())
    );
    let from = |n: usize| {
        let app = &app;
        async move {
            let body = json!({ "phone": format!("139000000{n:02}") })
                .to_string()
                .into_bytes();
            let headers = [
                ("content-type", "application/json"),
                ("x-forwarded-for", "203.0.113.7"),
            ];
            app.stranger()
                .raw_with("POST", "/v1/auth/codes", &headers, body)
                .await
        }
    };
    for n in 0..10 {
        assert_eq!(from(n).await.status, 202, "{n}");
    }
    let refused = from(10).await;
    assert_eq!(
        (refused.status, refused.code()),
        (429, "too_many_codes".into())
    );
    assert!(refused.headers.contains_key("retry-after"));
    app.stop().await;
}

#[tokio::test]
async fn ten_codes_a_day_for_one_number() {
    let app = TestApp::start().await;
    let phone = "13800000001";
    for hour in 0..2 {
        for n in 0..5 {
            assert_eq!(ask(&app, phone).await.0, 202, "{hour} {n}");
            app.advance(SignedDuration::from_secs(61));
        }
        let refused = ask(&app, phone).await;
        assert_eq!(
            refused,
            (429, "too_many_codes".into()),
            "the hour's are spent"
        );
        app.advance(SignedDuration::from_hours(1));
    }
    let raw = app
        .stranger()
        .raw(
            "POST",
            "/v1/auth/codes",
            Some(json!({ "phone": phone }).to_string()),
        )
        .await;
    assert_eq!((raw.status, raw.code()), (429, "too_many_codes".into()));
    let wait = raw.json()["data"]["retry_after_s"]
        .as_i64()
        .expect("seconds");
    assert!(wait > 3_600, "not this hour's but the day's: {wait}");
    assert_eq!(ask(&app, "13800000002").await.0, 202, "another number");
    app.advance(SignedDuration::from_secs(wait));
    assert_eq!(ask(&app, phone).await.0, 202, "a new day");
    app.stop().await;
}

#[tokio::test]
async fn tries_at_signing_in_are_counted_per_address() {
    let app = TestApp::start().await;
    let phone = "13800000001";
    let from = async |address: &str, phone: &str, code: &str| {
        let body = json!({ "phone": phone, "code": code }).to_string();
        let headers = [
            ("content-type", "application/json"),
            ("x-forwarded-for", address),
        ];
        app.stranger()
            .raw_with("POST", "/v1/auth/sessions", &headers, body.into_bytes())
            .await
    };
    for n in 0..domain::limits::SIGN_INS_PER_HOUR_ADDRESS {
        // Whatever numbers: the tries of one code are counted elsewhere.
        let raw = from("203.0.113.7", &format!("139{n:08}"), "000000").await;
        assert_eq!((raw.status, raw.code()), (401, "code_spent".into()), "{n}");
    }
    ask(&app, phone).await;
    let code = app.code_for(phone).await.expect("a code");
    let refused = from("203.0.113.7", phone, &code).await;
    assert_eq!(
        (refused.status, refused.code()),
        (429, "too_many_tries".into())
    );
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(
        from("2001:db8::7", phone, &code).await.status,
        201,
        "from elsewhere"
    );
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(
        from("203.0.113.7", phone, &code).await.status,
        401,
        "an hour later"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_in_parallel_gets_no_more_tries() {
    let app = TestApp::start().await;
    let phone = "13800000001";
    ask(&app, phone).await;
    let code = app.code_for(phone).await.expect("a code");
    let wrong = if code == "111111" { "222222" } else { "111111" };
    let answers = acceptance::app::join_all((0..40).map(|_| enter(&app, phone, wrong))).await;
    let heard = answers
        .iter()
        .filter(|(_, code)| code == "code_wrong")
        .count();
    assert!(heard <= 5, "{heard} guesses were looked at");
    assert_eq!(
        enter(&app, phone, &code).await.0,
        401,
        "and the code is spent"
    );
    app.stop().await;
}

#[tokio::test]
async fn sessions_end_here_everywhere_and_by_themselves() {
    let app = TestApp::start().await;
    let phone = "13800000001";
    let (here, there) = (app.sign_in(phone).await, app.sign_in(phone).await);
    let me = async |who: &acceptance::Actor<'_>| who.raw("GET", "/v1/me", None).await.status;
    assert_ne!(
        here.client.cookie, there.client.cookie,
        "each sign-in has a session of its own"
    );
    assert_eq!(
        here.raw("DELETE", "/v1/auth/session", None).await.status,
        204
    );
    assert_eq!((me(&here).await, me(&there).await), (401, 200));
    let here = app.sign_in(phone).await;
    assert_eq!(
        there.raw("DELETE", "/v1/auth/sessions", None).await.status,
        204
    );
    assert_eq!((me(&here).await, me(&there).await), (401, 401));

    let resident = app.sign_in(phone).await;
    app.advance(SignedDuration::from_hours(24 * 30) - SignedDuration::from_secs(1));
    assert_eq!(me(&resident).await, 200, "thirty idle days are allowed");
    app.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(me(&resident).await, 401);
    let worker = app.sign_in("13800000201").await;
    assert_eq!(me(&worker).await, 200);
    app.advance(SignedDuration::from_mins(30));
    assert_eq!(me(&worker).await, 401, "staff: thirty minutes");
    app.stop().await;
}

#[tokio::test]
async fn staff_owe_a_second_factor_that_works_once() {
    let app = TestApp::start().await;
    let phone = "13800000202";
    let mut worker = app.stranger();
    ask(&app, phone).await;
    let code = app.code_for(phone).await.expect("a code");
    let raw = worker
        .raw(
            "POST",
            "/v1/auth/sessions",
            Some(json!({ "phone": phone, "code": code }).to_string()),
        )
        .await;
    assert_eq!(raw.json()["second_factor"], "verify");
    let cookie = raw.headers["set-cookie"].to_str().expect("text");
    for part in [
        "__Host-sid=",
        "; Secure",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    worker.client.cookie = raw.cookie();
    let desk = worker.raw("GET", "/v1/desk/today", None).await;
    assert_eq!(
        (desk.status, desk.code()),
        (403, "second_factor_required".into())
    );
    let person = raw.json()["person"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    let code = app.second_factor(person).await;
    let show = async |code: &str| {
        worker
            .raw(
                "POST",
                "/v1/auth/second-factor/verify",
                Some(json!({ "code": code }).to_string()),
            )
            .await
    };
    let wrong = if code == "111111" { "222222" } else { "111111" };
    assert_eq!(show(wrong).await.code(), "second_factor_wrong");
    assert_eq!(show(&code).await.status, 200);
    assert_eq!(worker.raw("GET", "/v1/desk/today", None).await.status, 200);

    let again = app.sign_in(phone).await;
    assert_eq!(again.raw("GET", "/v1/desk/today", None).await.status, 200);
    app.stop().await;
}
