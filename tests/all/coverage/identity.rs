//! People, households, sign-in, consent, views, feedback.

use domain::consent::Purpose;
use serde_json::{Value, json};

/// What is answered; the columns are those of [`super::rows`].
pub const EXPECTED: &str = "
SignOut            | 204                                        | -                                          | -             | -                | -             | -
SignOutEverywhere  | 204                                        | -                                          | -             | -                | -             | -
EnrolSecondFactor  | 403 not_allowed                            | -                                          | -             | -                | -             | -
VerifySecondFactor | 403 not_allowed                            | -                                          | -             | -                | -             | -
GetMe              | 200                                        | -                                          | -             | -                | -             | -
UpdateMe           | 200                                        | -                                          | -             | -                | -             | -
GetMyData          | 200                                        | -                                          | -             | -                | -             | -
DeleteMe           | 204                                        | -                                          | -             | -                | -             | -
ListMyViews        | 200                                        | -                                          | -             | -                | -             | -
ListConsents       | 200                                        | -                                          | -             | -                | -             | -
SetConsent         | 200                                        | -                                          | -             | -                | -             | -
GetHousehold       | 200                                        | -                                          | -             | -                | -             | -
AddChild           | 201                                        | -                                          | -             | -                | -             | -
SendFeedback       | 201                                        | -                                          | -             | -                | -             | -
ListFeedback       | 200                                        | -                                          | -             | -                | -             | -
HandleFeedback     | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ListMyFeedback     | 200                                        | -                                          | -             | -                | -             | -
ListPeople         | 200                                        | -                                          | -             | -                | -             | -
GetPerson          | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
FindResidents      | 200                                        | -                                          | -             | -                | -             | -
UpdatePerson       | 403 not_allowed / admin 409 stale          | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
ListConsentsOf     | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
SetConsentOf       | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
GetDataOf          | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
DeletePerson       | 403 not_allowed                            | -                                          | 404 not_found | 422 bad_value    | 404 not_found | 404 not_found
CreatePerson       | 201                                        | -                                          | -             | -                | -             | -
SetRoles           | 409 stale                                  | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
ResetSecondFactor  | 403 not_allowed                            | -                                          | -             | 409 not_enrolled | 404 not_found | 404 not_found
ListHouseholds     | 200                                        | -                                          | -             | -                | -             | -
CreateHousehold    | 201                                        | -                                          | -             | -                | -             | -
";

/// Bodies in order; `id` makes one with the prefix it is given.
pub fn sample(name: &str, id: &dyn Fn(&str) -> String) -> Option<Value> {
    let consent = Purpose::ShareContact.version();
    Some(match name {
        "SendCode" => json!({ "phone": "13800000055" }),
        "SignIn" => json!({ "phone": "13800000055", "code": "000000" }),
        "EnrolSecondFactor" => json!({}),
        "VerifySecondFactor" => json!({ "code": "000000" }),
        "UpdateMe" => json!({ "language": "zh" }),
        "DeleteMe" => json!({ "phone": "13800000055" }),
        "SetConsent" => json!({ "id": id("cmd"), "given": true, "version": consent }),
        "AddChild" => json!({ "id": id("per"), "name": "测试·小朋友", "born": "2020-01-01" }),
        "SendFeedback" => json!({ "id": id("fbk"), "text": "门口的灯坏了" }),
        "HandleFeedback" => json!({ "id": id("cmd"), "answer": "修好了" }),
        "CreatePerson" => json!({ "id": id("per"), "name": "测试·新人" }),
        "UpdatePerson" => {
            json!({ "id": id("cmd"), "name": "测试·改名", "reason": "更正", "ver": 99 })
        }
        "SetConsentOf" => {
            json!({ "id": id("cmd"), "given": true, "version": consent, "how": "in_person", "reason": "上门" })
        }
        "DeletePerson" => json!({ "name": "谁", "how": "in_person", "reason": "搬走" }),
        "SetRoles" => json!({ "id": id("cmd"), "roles": ["resident"], "ver": 99 }),
        "ResetSecondFactor" => json!({ "id": id("cmd"), "reason": "手机丢了" }),
        "CreateHousehold" => json!({ "id": id("hsh"), "building": "9号楼", "room": "901" }),
        _ => return None,
    })
}
