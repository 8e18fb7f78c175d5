//! Inbox, and messages that could not be delivered.

use serde_json::{Value, json};

/// What is answered; the columns are those of [`super::rows`].
pub const EXPECTED: &str = "
ListInbox          | 200                                        | -                                          | -             | -                | -             | -
GetPushKey         | 200                                        | -                                          | -             | -                | -             | -
PutPush            | 204                                        | -                                          | -             | -                | -             | -
PutWechat          | 204                                        | -                                          | -             | -                | -             | -
DeletePush         | 204                                        | -                                          | -             | -                | -             | -
ReadMessage        | 204                                        | -                                          | 404 not_found | -                | 404 not_found | 404 not_found
ListStuck          | 200                                        | -                                          | -             | -                | -             | -
RetryStuck         | 204                                        | -                                          | -             | 204              | 404 not_found | 404 not_found
DismissStuck       | 204                                        | -                                          | -             | 204              | 404 not_found | 404 not_found
";

/// Bodies in order; `id` makes one with the prefix it is given.
pub fn sample(name: &str, id: &dyn Fn(&str) -> String) -> Option<Value> {
    Some(match name {
        "ReadMessage" => json!({}),
        "PutWechat" => json!({ "openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE" }),
        "PutPush" => json!({ "endpoint": "https://fcm.googleapis.com/fcm/send/x",
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg" }),
        "RetryStuck" | "DismissStuck" => json!({ "id": id("cmd") }),
        _ => return None,
    })
}
