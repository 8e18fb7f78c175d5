//! Providers, services, bookings, imports.

use serde_json::{Value, json};

/// What is answered; the columns are those of [`super::rows`].
pub const EXPECTED: &str = "
ListCategories     | 200                                        | -                                          | -             | -                | -             | -
PutCategory        | 409 stale                                  | -                                          | -             | -                | -             | -
ListServices       | 200                                        | -                                          | -             | -                | -             | -
GetService         | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateService      | 201                                        | -                                          | -             | -                | -             | -
UpdateService      | 409 stale                                  | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
ListSlots          | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateBooking      | 404 not_found                              | -                                          | -             | -                | -             | -
ListBookings       | 200                                        | -                                          | -             | -                | -             | -
GetBooking         | 200                                        | 200                                        | 404 not_found | 200              | 404 not_found | 404 not_found
ConfirmBooking     | 409 not_in_state                           | 403 wrong_part / overseer 409 not_in_state | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
CancelBooking      | 200                                        | 200                                        | 404 not_found | 200              | 404 not_found | 404 not_found
RescheduleBooking  | 409 not_open                               | 409 provider_unavailable                   | 404 not_found | 409 not_open     | 404 not_found | 404 not_found
AcceptBooking      | 403 wrong_part / overseer 200              | 409 provider_unavailable                   | 404 not_found | 200              | 404 not_found | 404 not_found
DeclineBooking     | 403 wrong_part / overseer 200              | 200                                        | 404 not_found | 200              | 404 not_found | 404 not_found
CompleteBooking    | 403 wrong_part / overseer 409 not_in_state | 409 not_in_state                           | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
ApproveQuote       | 409 not_in_state                           | 403 wrong_part                             | 404 not_found | 403 wrong_part   | 404 not_found | 404 not_found
RejectQuote        | 409 not_in_state                           | 403 wrong_part                             | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
MarkNoShow         | 409 not_in_state                           | 409 not_in_state                           | 404 not_found | 409 not_in_state | 404 not_found | 404 not_found
ReviewBooking      | 409 not_in_state                           | 409 not_in_state                           | 404 not_found | 403 wrong_part   | 404 not_found | 404 not_found
ApplyAsProvider    | 409 already_applied                        | -                                          | -             | -                | -             | -
ListProviders      | 200                                        | -                                          | -             | -                | -             | -
GetMyProvider      | 200                                        | -                                          | -             | -                | -             | -
GetProvider        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
DecideProvider     | 403 not_allowed                            | -                                          | -             | 409 standing_is  | 404 not_found | 404 not_found
PutCredential      | 403 not_allowed                            | -                                          | -             | 200              | 404 not_found | 404 not_found
DeleteCredential   | 403 not_allowed                            | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
GetCalendar        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
PutCalendar        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
ImportProviders    | 422 bad_file                               | -                                          | -             | -                | -             | -
ImportServices     | 422 bad_file                               | -                                          | -             | -                | -             | -
GetToday           | 200                                        | -                                          | -             | -                | -             | -
";

/// Bodies in order; `id` makes one with the prefix it is given.
pub fn sample(name: &str, id: &dyn Fn(&str) -> String) -> Option<Value> {
    let terms = json!({ "price_from": 100, "price_to": 200, "minutes": 30, "buffer_before_minutes": 0, "buffer_after_minutes": 0,
        "step_minutes": 30, "lead_minutes": 0, "horizon_days": 14, "cutoff_minutes": 0, "mode": "instant" });
    let calendar = json!({ "weekly": [], "breaks": [], "exceptions": [], "blocked": [] });
    Some(match name {
        "PutCategory" => json!({ "name": "开锁", "name_en": "Locksmith", "place": 1, "ver": 99 }),
        "CreateService" => {
            json!({ "id": id("svc"), "category": "locks", "name": "测试服务", "terms": terms, "providers": [] })
        }
        "UpdateService" => {
            json!({ "id": id("cmd"), "category": "locks", "name": "测试服务", "terms": terms, "providers": [], "hidden": false, "ver": 99 })
        }
        "CreateBooking" => {
            json!({ "id": id("bkg"), "service": id("svc"), "start": "2026-11-25T10:00:00+08:00" })
        }
        "ConfirmBooking" | "CancelBooking" | "AcceptBooking" | "DeclineBooking" | "RejectQuote"
        | "MarkNoShow" => json!({}),
        "RescheduleBooking" => json!({ "start": "2026-11-25T03:00:00+08:00" }),
        "CompleteBooking" | "ApproveQuote" => json!({ "amount": 1000 }),
        "ReviewBooking" => json!({ "stars": 5 }),
        "ApplyAsProvider" => json!({ "id": id("prv"), "name": "测试" }),
        "DecideProvider" => json!({ "id": id("cmd"), "decision": "reinstate" }),
        "PutCredential" => json!({ "kind": "identity", "expires": "2027-01-01", "ver": 99 }),
        "PutCalendar" => json!({ "calendar": calendar, "ver": 99 }),
        _ => return None,
    })
}
