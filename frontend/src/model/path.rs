//! Paths inside the app: which tab one is in, and which address may be returned to.

/// Is `path` the place `tab` leads to, or below it? The first page holds only itself.
#[must_use]
pub fn is_within(path: &str, tab: &str) -> bool {
    let (path, tab) = (path.trim_end_matches('/'), tab.trim_end_matches('/'));
    if matches!(tab, "" | "/desk") {
        return path == tab;
    }
    path.strip_prefix(tab)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Where to go after signing in: only paths of this app, never another host.
#[must_use]
pub fn safe_return(next: Option<&str>, home: &'static str) -> String {
    let ok = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && !path.chars().any(char::is_control)
            && path.starts_with(home)
            && (home != "/" || !path.starts_with("/desk"))
            && !path.contains("/sign-in")
    };
    next.filter(ok).unwrap_or(home).to_owned()
}

/// A value as it may stand in a query.
#[must_use]
pub fn escaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for byte in raw.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The value of a name in a query as the address bar has it, decoded once.
#[must_use]
pub fn in_query(search: &str, name: &str) -> Option<String> {
    search.trim_start_matches('?').split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key) == name).then(|| decoded(value))
    })
}

/// The reverse of [`escaped`]; what is no escape stays as it is.
fn decoded(raw: &str) -> String {
    let hex = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = raw.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = hex(bytes.get(at + 1)).zip(hex(bytes.get(at + 2)));
        match (
            byte,
            pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()),
        ) {
            (b'%', Some(real)) => {
                out.push(real);
                at += 3;
            }
            (b'+', _) => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs() {
        assert!(is_within("/", "/"));
        assert!(!is_within("/services", "/"));
        assert!(is_within("/services/svc_1/time", "/services"));
        assert!(!is_within("/services-old", "/services"));
        assert!(is_within("/desk/", "/desk"));
        assert!(!is_within("/desk/people", "/desk"));
        assert!(is_within("/desk/people/per_1", "/desk/people"));
    }

    #[test]
    fn only_our_own_paths_are_returned_to() {
        assert_eq!(
            safe_return(Some("/bookings/bkg_1?x=1"), "/"),
            "/bookings/bkg_1?x=1"
        );
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil",
            "javascript:alert(1)",
            "/sign-in?next=/",
            "/desk/people",
            "",
        ] {
            assert_eq!(safe_return(Some(bad), "/"), "/", "{bad}");
        }
        assert_eq!(safe_return(Some("/desk/people"), "/desk"), "/desk/people");
        assert_eq!(safe_return(Some("/bookings"), "/desk"), "/desk");
        assert_eq!(safe_return(None, "/"), "/");
    }

    #[test]
    fn queries_are_read_once() {
        for raw in ["%3Cb%3E", "100%", "a b+c&d=e", "开锁", "%E4%A", "%"] {
            let search = format!("?category=locks&q={}&x", escaped(raw));
            assert_eq!(in_query(&search, "q").as_deref(), Some(raw));
        }
        assert_eq!(in_query("q=a+b", "q").as_deref(), Some("a b"));
        assert_eq!(in_query("?q=100%", "q").as_deref(), Some("100%"));
        assert_eq!(in_query("?x", "x").as_deref(), Some(""));
        assert_eq!(in_query("", "q"), None);
        assert_eq!(in_query("?qq=1", "q"), None);
    }

    #[test]
    fn queries_are_escaped() {
        assert_eq!(
            escaped("/a?b=c&d=2026-11-24T09:00:00+08:00"),
            "/a%3Fb%3Dc%26d%3D2026-11-24T09%3A00%3A00%2B08%3A00"
        );
    }
}
