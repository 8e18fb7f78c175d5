//! A subscribe message of WeChat (订阅消息), as its server takes it. It goes to whoever tapped for this one
//! template in the mini programme, once for each tap.
//!
//! Source: `POST /cgi-bin/message/subscribe/send` of the mini programme's server API; a `thing` has at most 20
//! characters; 43101 is said of whoever did not tap, 40003 of a number that is nobody's.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::channel::Parcel;

const SEND: &str = "https://api.weixin.qq.com/cgi-bin/message/subscribe/send";
/// Characters of a `thing`.
const THING_CHARS: usize = 20;

/// Which template, and the token that speaks for the mini programme.
pub struct Programme {
    pub template: String,
    pub token: String,
}

/// The request that tells one person of one notice. `words`: what is said, without anybody's name.
#[must_use]
pub fn parcel(
    programme: &Programme,
    (id, openid): (&str, &str),
    (words, page): (&str, &str),
    at: Timestamp,
) -> Parcel {
    let thing: String = words.chars().take(THING_CHARS).collect();
    let said = json!({
        "touser": openid,
        "template_id": programme.template,
        "page": page,
        "data": { "thing1": { "value": thing } },
    });
    Parcel {
        id: id.to_owned(),
        channel: "wechat".to_owned(),
        url: format!("{SEND}?access_token={}", programme.token),
        headers: vec![("content-type", "application/json".to_owned())],
        body: said.to_string().into_bytes(),
        at,
    }
}

/// What its server answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Taken,
    /// They did not tap for another one, or there is no such number.
    Gone,
    Refused(i64),
    Unreadable,
}

/// It is said in the body, whatever the status is.
#[must_use]
pub fn answered(body: &[u8]) -> Answered {
    let said: Value = serde_json::from_slice(body).unwrap_or_default();
    match said["errcode"].as_i64() {
        Some(0) => Answered::Taken,
        Some(43101 | 40003) => Answered::Gone,
        Some(code) => Answered::Refused(code),
        None => Answered::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_mini_programmes_server_takes_it() {
        let programme = Programme {
            template: "TPL".into(),
            token: "TOKEN".into(),
        };
        let at = Timestamp::from_second(1_790_000_000).expect("in range");
        let words = "有一条提醒，请打开查看。再长的字就不要了，二十个字为止";
        let parcel = parcel(&programme, ("msg_1", "o-1"), (words, "pages/inbox"), at);
        assert_eq!(parcel.url, format!("{SEND}?access_token=TOKEN"));
        let said: Value = serde_json::from_slice(&parcel.body).expect("JSON");
        let named = ["touser", "template_id", "page"].map(|name| said[name].as_str());
        assert_eq!(named, [Some("o-1"), Some("TPL"), Some("pages/inbox")]);
        let thing = said["data"]["thing1"]["value"].as_str().expect("a text");
        assert_eq!(thing.chars().count(), THING_CHARS);
        for (body, want) in [
            (r#"{"errcode":0,"errmsg":"ok"}"#, Answered::Taken),
            (
                r#"{"errcode":43101,"errmsg":"user refuse"}"#,
                Answered::Gone,
            ),
            (r#"{"errcode":42001}"#, Answered::Refused(42001)),
            ("<html>", Answered::Unreadable),
            ("", Answered::Unreadable),
        ] {
            assert_eq!(answered(body.as_bytes()), want, "{body}");
        }
    }
}
