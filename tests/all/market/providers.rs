//! Vetting lives: a credential's end and a suspension hide the times ahead and tell who is booked.

use acceptance::TestApp;
use jiff::SignedDuration;
use serde_json::json;

use super::create_booking::{body, slots};
use super::topics;

#[tokio::test]
async fn a_suspension_hides_the_times_and_tells_the_people_booked() {
    let app = TestApp::start().await;
    let (wang, worker) = (app.resident().await, app.sign_in("13800000201").await);
    let service = app.service("手机电脑教用").await;
    let slot = slots(&wang, &service, 5).await.remove(0);
    let made = wang
        .call::<wire::market::CreateBooking>(
            (),
            wire::endpoint::None_ {},
            body(&wang, &service, &slot),
        )
        .await
        .expect("booked");
    let decide = async |decision: &str, reason: &str| {
        let body = json!({ "id": app.command(), "decision": decision, "reason": reason });
        worker
            .raw(
                "POST",
                &format!("/v1/providers/{}/decision", made.provider),
                Some(body.to_string()),
            )
            .await
    };
    assert_eq!(
        decide("suspend", "").await.json()["pointer"],
        "/reason",
        "a suspension says why"
    );
    assert_eq!(decide("reinstate", "没事了").await.code(), "standing_is");
    assert_eq!(
        decide("suspend", "有投诉待查").await.json()["standing"],
        "suspended"
    );
    assert!(slots(&wang, &service, 14).await.is_empty());
    let refused = wang
        .call::<wire::market::CreateBooking>(
            (),
            wire::endpoint::None_ {},
            body(&wang, &service, &slot),
        )
        .await
        .expect_err("hidden");
    assert_eq!(refused.code, wire::Code::ProviderUnavailable);
    app.settle().await;
    assert!(topics(&wang).await.contains(&"booking_affected".to_owned()));
    assert_eq!(decide("reinstate", "").await.json()["standing"], "approved");
    assert!(!slots(&wang, &service, 14).await.is_empty());
    app.stop().await;
}

#[tokio::test]
async fn an_expired_credential_hides_the_days_after_it_and_is_told_once() {
    let app = TestApp::start().await;
    let (wang, worker) = (app.resident().await, app.sign_in("13800000201").await);
    let service = app.service("手机电脑教用").await;
    let provider = service.providers[0];
    let slot = slots(&wang, &service, 10)
        .await
        .into_iter()
        .find(|s| s.start.to_string().as_str() > "2026-11-29")
        .expect("one");
    wang.call::<wire::market::CreateBooking>(
        (),
        wire::endpoint::None_ {},
        body(&wang, &service, &slot),
    )
    .await
    .expect("booked");
    let credential = domain::CredentialId::new(app.millis(), app.chance());
    let path = format!("/v1/providers/{provider}/credentials/{credential}");
    let file = format!("/v1/providers/{provider}");
    let ver = worker.raw("GET", &file, None).await.json()["ver"].clone();
    let put =
        json!({ "kind": "training", "number_tail": "0001", "expires": "2026-11-27", "ver": ver });
    assert_eq!(
        worker.raw("PUT", &path, Some(put.to_string())).await.status,
        200
    );
    let days: Vec<String> = slots(&wang, &service, 14)
        .await
        .iter()
        .map(|s| s.start.to_string()[..10].to_owned())
        .collect();
    assert!(
        days.iter().any(|d| d == "2026-11-27"),
        "the last day still counts"
    );
    assert!(days.iter().all(|d| d.as_str() <= "2026-11-27"), "{days:?}");
    app.advance(SignedDuration::from_hours(24 * 4));
    app.settle().await;
    app.settle().await;
    let told = topics(&app.resident().await).await;
    assert_eq!(
        told.iter().filter(|t| *t == "booking_affected").count(),
        1,
        "{told:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn somebody_applies_is_vetted_and_can_be_booked() {
    let app = TestApp::start().await;
    let chen = app.sign_in("13800000003").await;
    let worker = app.sign_in("13800000201").await;
    let provider = domain::ProviderId::new(app.millis(), app.chance());
    let apply = json!({ "id": provider, "name": "测试·新来的", "intro": "修鞋" });
    let applied = chen
        .raw("POST", "/v1/providers", Some(apply.to_string()))
        .await;
    assert_eq!(
        (applied.status, applied.json()["standing"].as_str()),
        (201, Some("applied")),
        "{}",
        applied.body
    );
    let twice =
        json!({ "id": domain::ProviderId::new(app.millis(), app.chance()), "name": "测试·再来" });
    assert_eq!(
        chen.raw("POST", "/v1/providers", Some(twice.to_string()))
            .await
            .code(),
        "already_applied"
    );
    let approve = async || {
        let body = json!({ "id": app.command(), "decision": "approve" });
        worker
            .raw(
                "POST",
                &format!("/v1/providers/{provider}/decision"),
                Some(body.to_string()),
            )
            .await
    };
    assert_eq!(approve().await.code(), "credentials_missing");
    let credential = domain::CredentialId::new(app.millis(), app.chance());
    let ver = applied.json()["ver"].clone();
    let put = json!({ "kind": "identity", "expires": "2027-06-01", "ver": ver });
    let own = chen
        .raw(
            "PUT",
            &format!("/v1/providers/{provider}/credentials/{credential}"),
            Some(put.to_string()),
        )
        .await;
    assert_eq!(own.status, 403, "nobody vouches for themselves");
    assert_eq!(
        worker
            .raw(
                "PUT",
                &format!("/v1/providers/{provider}/credentials/{credential}"),
                Some(put.to_string())
            )
            .await
            .status,
        200
    );
    assert_eq!(approve().await.json()["standing"], "approved");

    let ver = chen
        .raw("GET", &format!("/v1/providers/{provider}/calendar"), None)
        .await
        .json()["ver"]
        .clone();
    let calendar = json!({ "weekly": [{ "day": "wed", "from": "09:00", "to": "12:00" }], "breaks": [], "exceptions": [], "blocked": [] });
    let put = json!({ "calendar": calendar, "ver": ver });
    let path = format!("/v1/providers/{provider}/calendar");
    assert_eq!(
        chen.raw("PUT", &path, Some(put.to_string())).await.status,
        200
    );
    let stale = json!({ "calendar": { "weekly": [], "breaks": [], "exceptions": [], "blocked": [] }, "ver": ver });
    assert_eq!(
        chen.raw("PUT", &path, Some(stale.to_string())).await.code(),
        "stale"
    );
    let service = domain::ServiceId::new(app.millis(), app.chance());
    let terms = json!({ "price_from": 500, "price_to": 2000, "minutes": 60, "buffer_before_minutes": 0, "buffer_after_minutes": 0,
        "step_minutes": 60, "lead_minutes": 0, "horizon_days": 14, "cutoff_minutes": 0, "mode": "instant" });
    let create = json!({ "id": service, "category": "mending", "name": "修鞋", "terms": terms, "providers": [provider] });
    assert_eq!(
        worker
            .raw("POST", "/v1/services", Some(create.to_string()))
            .await
            .status,
        201
    );
    let free = chen
        .raw(
            "GET",
            &format!("/v1/services/{service}/slots?from=2026-11-25&days=7"),
            None,
        )
        .await
        .json();
    let starts: Vec<&str> = free["slots"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|s| s["start"].as_str())
        .collect();
    assert_eq!(
        starts,
        [
            "2026-11-25T09:00:00+08:00",
            "2026-11-25T10:00:00+08:00",
            "2026-11-25T11:00:00+08:00"
        ]
    );
    app.stop().await;
}

#[tokio::test]
async fn staff_book_for_a_resident_and_it_shows() {
    let app = TestApp::start().await;
    let (wang, helper) = (app.resident().await, app.sign_in("13800000231").await);
    let service = app.service("配钥匙").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let order = wire::market::CreateBookingBody {
        resident: wang.id,
        ..body(&helper, &service, &slot)
    };
    let made = helper
        .call::<wire::market::CreateBooking>((), wire::endpoint::None_ {}, order.clone())
        .await
        .expect("booked");
    assert_eq!(Some(made.resident), wang.id);
    let seen = wang
        .raw("GET", &format!("/v1/bookings/{}", made.id), None)
        .await
        .json();
    assert_eq!(
        seen["booked_by_name"]
            .as_str()
            .map(|n| n.starts_with("测试·")),
        Some(true)
    );
    app.settle().await;
    assert!(
        topics(&wang).await.contains(&"booking_made".to_owned()),
        "the resident is told"
    );
    let chen = app.sign_in("13800000002").await;
    let other = wire::market::CreateBookingBody {
        id: chen.booking(),
        ..order
    };
    let refused = chen
        .call::<wire::market::CreateBooking>((), wire::endpoint::None_ {}, other)
        .await
        .expect_err("no helper");
    assert_eq!(
        refused.code,
        wire::Code::NotFound,
        "a neighbour learns nothing"
    );
    app.stop().await;
}
