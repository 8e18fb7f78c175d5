//! What counts as read: codes as the camera or a scanner gives them, and when one of them is taken.

use serde::Deserialize;

/// Which codes a page asks for, as the worker in `frontend/scan` knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A volunteer's or reader's card: QR, Code 128.
    Card,
    /// A label in the library: QR, Code 128, Code 39.
    Label,
    /// The number of a book, and no other article's.
    Isbn,
    /// A label in the library, or the number of the book itself.
    Book,
}

impl Wanted {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Label => "label",
            Self::Isbn => "isbn",
            Self::Book => "book",
        }
    }
}

pub use domain::library::barcode::plain;

/// Two equal reads no further apart than this make one.
const TOGETHER_MS: f64 = 2_000.0;
/// A code that was taken counts again once it has been out of sight for so long: a card that is still
/// held into the camera must not also check its volunteer out.
const APART_MS: f64 = 3_000.0;

/// What one look of the camera came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Nothing,
    /// For the first time. The next look decides.
    Once,
    /// For the second time: this is it.
    Take(String),
    /// It was taken, and is still there.
    Still,
    /// Which one is meant cannot be known.
    Two,
    /// Something is there, twice the same, that is not what is asked for.
    Other,
}

/// Remembers what the camera saw a moment ago. Times are milliseconds on any one clock.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    before: Option<(String, f64)>,
    other: Option<(String, f64)>,
    taken: Option<(String, f64)>,
}

impl Reader {
    /// `codes`: all that were read at once; `fits` turns one into what is asked for.
    pub fn see(
        &mut self,
        at: f64,
        codes: &[String],
        fits: impl Fn(&str) -> Option<String>,
    ) -> Seen {
        let mut fitting: Vec<String> = codes.iter().filter_map(|raw| fits(plain(raw))).collect();
        fitting.sort();
        fitting.dedup();
        if fitting.len() > 1 {
            self.before = None;
            return Seen::Two;
        }
        let Some(code) = fitting.pop() else {
            return match codes.first() {
                Some(other) if twice(&mut self.other, other, at) => Seen::Other,
                _ => Seen::Nothing,
            };
        };
        if let Some((taken, last)) = &mut self.taken
            && *taken == code
            && at - *last < APART_MS
        {
            *last = at;
            return Seen::Still;
        }
        if !twice(&mut self.before, &code, at) {
            return Seen::Once;
        }
        self.before = None;
        self.taken = Some((code.clone(), at));
        Seen::Take(code)
    }
}

/// Whether this was also what was seen just before; what was seen before is this from now on.
fn twice(before: &mut Option<(String, f64)>, code: &str, at: f64) -> bool {
    let again = before
        .as_ref()
        .is_some_and(|(seen, when)| seen == code && at - when <= TOGETHER_MS);
    *before = Some((code.to_owned(), at));
    again
}

/// What `<scan-camera>` says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Told {
    /// Pictures come. `camera` is the one they come from; `torch`: it has a light.
    Live {
        cameras: Vec<CameraOf>,
        camera: String,
        torch: bool,
    },
    /// One picture was looked at.
    Codes { codes: Vec<String> },
    /// A photograph had nothing on it.
    Nothing,
    /// Nothing was read for a long while.
    Quiet,
    /// No pictures come.
    Trouble { why: Why },
}

/// One of the cameras of this phone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CameraOf {
    pub id: String,
    pub label: String,
}

/// Why there are no pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The phone's owner, or the phone, said no.
    Denied,
    /// There is no camera.
    None,
    /// Another app has it.
    Busy,
    /// This browser gives no page a camera.
    Unsupported,
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(raw: &str) -> Option<String> {
        domain::activity::card(raw)
    }

    const ONE: &str = "23456789ABCD";
    const TWO: &str = "DCBA98765432";

    #[test]
    fn what_a_scanner_says_of_the_kind_of_code_is_left_out() {
        for (raw, said) in [
            ("]C123456789ABCD", ONE),
            ("]Q323456789ABCD\r\n", ONE),
            ("]E09787302378396", "9787302378396"),
            ("]A0 ABC", "ABC"),
            (" 23456789ABCD ", ONE),
            ("]", "]"),
            ("]C", "]C"),
            ("]字1码", "]字1码"),
            ("a]C1", "a]C1"),
            ("", ""),
        ] {
            assert_eq!(plain(raw), said, "{raw:?}");
        }
    }

    /// Each look: when, what was read, what it came to.
    fn plays(looks: &[(f64, &[&str], Seen)]) {
        let mut reader = Reader::default();
        for (at, codes, wanted) in looks {
            let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
            assert_eq!(reader.see(*at, &codes, card), *wanted, "at {at}: {codes:?}");
        }
    }

    #[test]
    fn a_code_is_taken_when_it_was_read_twice() {
        let take = || Seen::Take(ONE.to_owned());
        plays(&[(0.0, &[ONE], Seen::Once), (100.0, &[ONE], take())]);
        plays(&[
            (0.0, &[ONE], Seen::Once),
            (100.0, &[], Seen::Nothing),
            (200.0, &["]Q32345-6789-abcd"], take()),
        ]);
        plays(&[
            (0.0, &[ONE], Seen::Once),
            (100.0, &[TWO], Seen::Once),
            (200.0, &[ONE], Seen::Once),
            (300.0, &[ONE], take()),
        ]);
        plays(&[(0.0, &[ONE], Seen::Once), (2_001.0, &[ONE], Seen::Once)]);
    }

    #[test]
    fn a_code_still_in_sight_is_not_taken_again_and_one_that_comes_back_is() {
        let take = || Seen::Take(ONE.to_owned());
        plays(&[
            (0.0, &[ONE], Seen::Once),
            (100.0, &[ONE], take()),
            (2_900.0, &[ONE], Seen::Still),
            (5_800.0, &[ONE], Seen::Still),
            (8_800.0, &[ONE], Seen::Once),
            (8_900.0, &[ONE], take()),
            (9_000.0, &[TWO], Seen::Once),
            (9_100.0, &[TWO], Seen::Take(TWO.to_owned())),
        ]);
    }

    #[test]
    fn of_two_that_would_fit_none_is_taken_and_one_that_does_not_fit_does_not_disturb() {
        let link = "https://linli.example/checkin/act_1";
        plays(&[
            (0.0, &[ONE], Seen::Once),
            (100.0, &[ONE, TWO], Seen::Two),
            (200.0, &[ONE, link], Seen::Once),
            (300.0, &[link, ONE, ONE], Seen::Take(ONE.to_owned())),
        ]);
        plays(&[
            (0.0, &[link], Seen::Nothing),
            (100.0, &[link], Seen::Other),
            (200.0, &["", "5012345678900"], Seen::Nothing),
        ]);
    }

    #[test]
    fn what_the_camera_says_is_understood() {
        let told = |raw: &str| serde_json::from_str::<Told>(raw).ok();
        assert_eq!(
            told(r#"{"what":"codes","codes":["A"],"ms":9.5}"#),
            Some(Told::Codes {
                codes: vec!["A".to_owned()]
            })
        );
        assert_eq!(
            told(r#"{"what":"trouble","why":"denied"}"#),
            Some(Told::Trouble { why: Why::Denied })
        );
        let live =
            r#"{"what":"live","cameras":[{"id":"a","label":"back"}],"camera":"a","torch":false}"#;
        let camera = CameraOf {
            id: "a".to_owned(),
            label: "back".to_owned(),
        };
        assert_eq!(
            told(live),
            Some(Told::Live {
                cameras: vec![camera],
                camera: "a".to_owned(),
                torch: false
            })
        );
        assert_eq!(told(r#"{"what":"quiet"}"#), Some(Told::Quiet));
        assert_eq!(told(r#"{"what":"nothing"}"#), Some(Told::Nothing));
        assert_eq!(told("{}"), None);
    }
}
