//! Where messages to browsers may go (Web Push, RFC 8030). The address comes from a browser, so it is not
//! believed: only names of servers that are known to carry such messages, never a number, a port or a name of
//! this network (OWASP API7:2023).

use crate::limits;

/// Servers of the browsers' makers; everything below one that begins with a dot.
pub const SERVICES: [&str; 5] = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
];

/// The host of an address that could be one: `https`, a name in small letters, no port, nothing of a person or
/// a password, and a path. None where it could not.
#[must_use]
pub fn host(endpoint: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?&=%+,;!*$()".contains(&byte);
    let plain = endpoint.bytes().all(plain);
    if endpoint.len() > limits::PUSH_ENDPOINT_BYTES || !plain {
        return None;
    }
    let (host, path) = endpoint.strip_prefix("https://")?.split_once('/')?;
    let label = |label: &str| {
        let letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        !label.is_empty() && label.bytes().all(letter)
    };
    let name = host.contains('.') && host.split('.').all(label);
    // A number has no letter where a name has its country or kind.
    let last = host.rsplit('.').next()?;
    let named = last.bytes().all(|byte| byte.is_ascii_lowercase());
    (name && named && !path.is_empty()).then_some(host)
}

/// One of [`SERVICES`], or of `more`, which are written as these are.
#[must_use]
pub fn is_known(host: &str, more: &[String]) -> bool {
    let mut known = SERVICES.into_iter().chain(more.iter().map(String::as_str));
    known.any(|known| match known.strip_prefix('.') {
        Some(domain) => {
            let below = host.strip_suffix(domain);
            below.is_some_and(|below| below.len() > 1 && below.ends_with('.'))
        }
        None => host == known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_servers_that_are_known() {
        let good = [
            "https://fcm.googleapis.com/fcm/send/abc:APA91",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
            "https://wns2-by3p.notify.windows.com/w/?token=BQYAAA%3d",
            "https://web.push.apple.com/QHc-1",
        ];
        for endpoint in good {
            assert!(
                host(endpoint).is_some_and(|host| is_known(host, &[])),
                "{endpoint}"
            );
        }
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(2_000));
        let bad = [
            "",
            "https://",
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com",
            "https://fcm.googleapis.com/",
            "https://fcm.googleapis.com:8443/fcm",
            "https://fcm.googleapis.com@10.0.0.1/fcm",
            "https://user:secret@fcm.googleapis.com/fcm",
            "https://fcm.googleapis.com#@10.0.0.1/x",
            "https://fcm.googleapis.com\\@10.0.0.1/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilfcm.googleapis.com/x",
            "https://push.apple.com/x",
            "https://.push.apple.com/x",
            "https://evilpush.apple.com/x",
            "https://FCM.googleapis.com/x",
            "https://fcm.googleapis.com./x",
            "https://fcm.googleapis.com/a b",
            "https://fcm.googleapis.com/<b>",
            "https://fcm.googleapis.com/x\"",
            "https://fcm.googleapis.com/\u{e9}",
            "https://localhost/x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest/meta-data",
            "https://metadata.google.internal/x",
            "file:///etc/passwd",
            "https:/fcm.googleapis.com/x",
            long.as_str(),
        ];
        for endpoint in bad {
            assert!(
                !host(endpoint).is_some_and(|host| is_known(host, &[])),
                "{endpoint}"
            );
        }
        let more = ["push.example.org".to_owned(), ".example.net".to_owned()];
        assert!(is_known("push.example.org", &more) && is_known("a.example.net", &more));
        assert!(!is_known("example.net", &more));
    }
}
