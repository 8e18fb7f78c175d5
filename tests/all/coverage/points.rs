//! Activities, service time, certificates, the national network, points, rewards.

use serde_json::{Value, json};

/// What is answered; the columns are those of [`super::rows`].
pub const EXPECTED: &str = "
ListActivities     | 200                                        | -                                          | -             | -                | -             | -
GetActivity        | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateActivity     | 201                                        | -                                          | -             | -                | -             | -
UpdateActivity     | 409 stale                                  | -                                          | 404 not_found | 409 stale        | 404 not_found | 404 not_found
CancelActivity     | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
SignUp             | 201                                        | -                                          | -             | 409 sign_up_overlaps | 404 not_found | 404 not_found
Withdraw           | 409 not_signed_up                          | -                                          | -             | 409 not_signed_up | 404 not_found | 404 not_found
ListSignUps        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
RemoveSignUp       | 409 not_signed_up                          | -                                          | 404 not_found | 409 not_signed_up | 404 not_found | 404 not_found
ListMySignUps      | 200                                        | -                                          | -             | -                | -             | -
GetVolunteer       | 200                                        | -                                          | -             | -                | -             | -
PutVolunteer       | 409 stale                                  | -                                          | -             | -                | -             | -
GetCard            | 200                                        | -                                          | -             | -                | -             | -
RenewCard          | 200                                        | -                                          | -             | -                | -             | -
ListTeams          | 200                                        | -                                          | -             | -                | -             | -
CreateTeam         | 422 bad_value                              | -                                          | -             | -                | -             | -
UpdateTeam         | 422 bad_value                              | -                                          | -             | 422 bad_value    | 404 not_found | 404 not_found
GetDoor            | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
CheckIn            | 409 code_stale                             | -                                          | -             | 409 code_stale   | 404 not_found | 404 not_found
CheckOut           | 409 code_stale                             | -                                          | -             | 409 code_stale   | 404 not_found | 404 not_found
SayLeft            | 409 not_signed_up                          | -                                          | -             | 409 not_signed_up | 404 not_found | 404 not_found
ScanCard           | 404 not_found                              | -                                          | 404 not_found | 404 not_found    | 404 not_found | 404 not_found
MarkMissed         | 409 not_signed_up                          | -                                          | 404 not_found | 409 not_signed_up | 404 not_found | 404 not_found
SettleHours        | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
ListHours          | 200                                        | -                                          | -             | -                | -             | -
CreateHours        | 201                                        | -                                          | -             | -                | -             | -
ListPendingHours   | 200                                        | -                                          | -             | -                | -             | -
GetHours           | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
ApproveHours       | 403 own_hours                              | -                                          | -             | 200              | 404 not_found | 404 not_found
RefuseHours        | 403 own_hours                              | -                                          | -             | 200              | 404 not_found | 404 not_found
DisputeHours       | 409 entry_is                               | -                                          | 404 not_found | -                | 404 not_found | 404 not_found
CorrectHours       | 403 own_hours                              | -                                          | -             | 409 entry_is     | 404 not_found | 404 not_found
IssueCertificate   | 409 nothing_to_certify                     | -                                          | -             | -                | -             | -
ListCertificates   | 200                                        | -                                          | -             | -                | -             | -
GetCertificate     | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
RevokeCertificate  | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
GetNetwork         | 200                                        | -                                          | -             | -                | -             | -
ListNetworkRecords | 200                                        | -                                          | -             | -                | -             | -
RequeueNetworkRecord | 409 record_is                            | -                                          | -             | 409 record_is    | 404 not_found | 404 not_found
ListNetworkBatches | 200                                        | -                                          | -             | -                | -             | -
CreateNetworkBatch | 201 / admin 409 nothing_to_pass            | -                                          | -             | -                | -             | -
GetNetworkBatch    | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
GetNetworkFile     | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
AnswerNetworkBatch | 422 bad_file                               | -                                          | -             | 422 bad_file     | 404 not_found | 404 not_found
ReconcileNetwork   | 422 bad_file                               | -                                          | -             | -                | -             | -
GetPointAccount    | 200                                        | -                                          | -             | -                | -             | -
ListPointEntries   | 200                                        | -                                          | -             | -                | -             | -
GetPointRule       | 200                                        | -                                          | -             | -                | -             | -
PutPointRule       | 409 stale                                  | -                                          | -             | -                | -             | -
ListRewards        | 200                                        | -                                          | -             | -                | -             | -
GetReward          | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateReward       | 201                                        | -                                          | -             | -                | -             | -
UpdateReward       | 409 stale                                  | -                                          | -             | 409 stale        | 404 not_found | 404 not_found
AddStock           | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
ListStockMoves     | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
CreateRedemption   | 404 not_found                              | -                                          | -             | -                | -             | -
ListRedemptions    | 200                                        | -                                          | -             | -                | -             | -
GetRedemption      | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
GetVoucher         | 200                                        | -                                          | -             | 200              | 404 not_found | 404 not_found
SettleRedemption   | 403 own_voucher                            | -                                          | -             | 200              | 404 not_found | 404 not_found
CancelRedemption   | 200                                        | -                                          | 404 not_found | 200              | 404 not_found | 404 not_found
";

/// Bodies in order; `id` makes one with the prefix it is given.
pub fn sample(name: &str, id: &dyn Fn(&str) -> String) -> Option<Value> {
    Some(match name {
        "PutPointRule" => {
            json!({ "id": id("cmd"), "points_per_hour": 10, "cap_per_activity": 60, "cap_per_day": 80, "ver": 99 })
        }
        "CreateReward" => {
            json!({ "id": id("rwd"), "name": "大米", "kind": "goods", "points": 10, "stock": 5 })
        }
        "UpdateReward" => {
            json!({ "id": id("cmd"), "name": "大米", "kind": "goods", "points": 10, "state": "open", "ver": 99 })
        }
        "AddStock" => json!({ "id": id("cmd"), "add": 1, "reason": "到货" }),
        "CreateRedemption" => json!({ "id": id("rdm"), "reward": id("rwd"), "quantity": 1 }),
        "SettleRedemption" => json!({ "id": id("cmd"), "code": "ABCD-EFGH-J" }),
        "CancelRedemption" => json!({ "id": id("cmd"), "reason": "不要了" }),
        "CreateActivity" => {
            json!({ "id": id("act"), "title": "读报", "place": "活动室", "grid": "第一网格",
            "starts": "2026-12-01T09:00:00+08:00", "ends": "2026-12-01T10:00:00+08:00", "capacity": 5 })
        }
        "UpdateActivity" => {
            json!({ "id": id("cmd"), "title": "读报", "place": "活动室", "grid": "第一网格", "capacity": 5, "ver": 99 })
        }
        "CancelActivity" | "RemoveSignUp" | "RefuseHours" | "RevokeCertificate" => {
            json!({ "id": id("cmd"), "reason": "下雨" })
        }
        "SignUp" => json!({ "id": id("sgn") }),
        "Withdraw" | "RenewCard" | "ApproveHours" => json!({ "id": id("cmd") }),
        "PutVolunteer" => json!({ "id": id("cmd"), "skills": ["reading"], "ver": 99 }),
        "CreateTeam" => json!({ "id": id("tea"), "name": "读书队", "lead": id("per") }),
        "UpdateTeam" => json!({ "id": id("cmd"), "name": "读书队", "lead": id("per"), "ver": 99 }),
        "CheckIn" | "CheckOut" => json!({ "id": id("cmd"), "code": "AAAAAAAA" }),
        "SayLeft" => json!({ "id": id("cmd"), "ver": 1 }),
        "ScanCard" => json!({ "id": id("cmd"), "card": "NOSUCHCARD22" }),
        "MarkMissed" => json!({ "id": id("cmd"), "person": id("per") }),
        "SettleHours" => json!({ "id": id("cmd"), "rows": [] }),
        "CreateHours" => json!({ "id": id("hrs"), "what": "扫雪",
            "starts": "2026-11-18T09:00:00+08:00", "ends": "2026-11-18T10:00:00+08:00" }),
        "DisputeHours" | "CorrectHours" => {
            json!({ "id": id("hrs"), "minutes": 30, "reason": "只来了半小时" })
        }
        "CreateNetworkBatch" => json!({ "id": id("nwb") }),
        "RequeueNetworkRecord" => json!({ "id": id("cmd") }),
        "IssueCertificate" => {
            json!({ "id": id("cmd"), "from": "2026-10-01", "until": "2026-10-20" })
        }
        _ => return None,
    })
}
