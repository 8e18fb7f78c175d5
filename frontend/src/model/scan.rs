//! What counts as read: codes as the camera or a scanner gives them, and when one of them is taken.

use std::collections::BTreeSet;

use domain::isbn::Isbn;
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

use domain::library::barcode::is_own_label;
pub use domain::library::barcode::plain;

/// Turns what a code says into what is asked for, or into nothing.
pub type Fits = fn(Wanted, &str) -> Option<String>;

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
    taken: Option<Taken>,
    photo: Photo,
}

/// What was taken last, all that was read beside it, and when it was last in sight.
#[derive(Clone, Debug)]
struct Taken {
    code: String,
    beside: Vec<String>,
    last: f64,
}

/// The photograph that is being looked at.
#[derive(Clone, Debug, Default)]
struct Photo {
    number: u32,
    read: BTreeSet<String>,
    took: bool,
    /// Something was said of it already.
    said: bool,
}

impl Reader {
    /// `codes`: all that were read at once; `fits` turns one into what is asked for.
    pub fn see(
        &mut self,
        at: f64,
        codes: &[String],
        fits: impl Fn(&str) -> Option<String>,
    ) -> Seen {
        match fit(codes, fits) {
            Fit::Two => {
                self.before = None;
                Seen::Two
            }
            Fit::None => match codes.first() {
                Some(other) if self.is_still(at, None, other) => Seen::Still,
                Some(other) if twice(&mut self.other, other, at) => Seen::Other,
                _ => Seen::Nothing,
            },
            Fit::One { code, raw } if self.is_still(at, Some(code.as_str()), &raw) => Seen::Still,
            Fit::One { code, .. } if twice(&mut self.before, &code, at) => {
                self.take(at, code, codes)
            }
            Fit::One { .. } => Seen::Once,
        }
    }

    /// As [`Reader::see`], for one of many looks at the photograph of this number. It holds still, so that
    /// two equal reads make one however long the looks take, and it gives one code at most.
    pub fn see_photo(
        &mut self,
        number: u32,
        at: f64,
        codes: &[String],
        fits: impl Fn(&str) -> Option<String>,
    ) -> Seen {
        if self.photo.number != number {
            self.photo = Photo {
                number,
                ..Photo::default()
            };
        }
        let seen = match fit(codes, fits) {
            _ if self.photo.took => Seen::Still,
            Fit::Two => Seen::Two,
            Fit::None => match codes.first() {
                Some(other) if self.photo.again(other) => Seen::Other,
                _ => Seen::Nothing,
            },
            Fit::One { code, raw } if self.is_still(at, Some(code.as_str()), &raw) => Seen::Still,
            Fit::One { code, .. } if self.photo.again(&code) => {
                self.photo.took = true;
                self.take(at, code, codes)
            }
            Fit::One { .. } => Seen::Once,
        };
        self.photo.said |= !matches!(seen, Seen::Nothing | Seen::Once);
        seen
    }

    /// Whether all looks at this photograph came to nothing that was said.
    #[must_use]
    pub fn found_nothing(&self, number: u32) -> bool {
        self.photo.number != number || !self.photo.said
    }

    /// Whether this was in sight when the last code was taken, and has been since.
    fn is_still(&mut self, at: f64, code: Option<&str>, raw: &str) -> bool {
        let Some(taken) = self.taken.as_mut() else {
            return false;
        };
        let same = code == Some(taken.code.as_str()) || taken.beside.iter().any(|one| one == raw);
        let still = same && at - taken.last < APART_MS;
        if still {
            taken.last = at;
        }
        still
    }

    fn take(&mut self, at: f64, code: String, codes: &[String]) -> Seen {
        self.before = None;
        self.taken = Some(Taken {
            code: code.clone(),
            beside: codes.to_vec(),
            last: at,
        });
        Seen::Take(code)
    }
}

impl Photo {
    fn again(&mut self, code: &str) -> bool {
        !self.read.insert(code.to_owned())
    }
}

/// What fits, of all that was read at once.
enum Fit {
    None,
    /// `raw`: as it was read.
    One {
        code: String,
        raw: String,
    },
    Two,
}

fn fit(codes: &[String], fits: impl Fn(&str) -> Option<String>) -> Fit {
    let mut fitting: Vec<(String, &String)> = codes
        .iter()
        .filter_map(|raw| Some((fits(plain(raw))?, raw)))
        .collect();
    fitting.sort();
    fitting.dedup_by(|one, other| one.0 == other.0);
    // A label of ours names one copy; the number beside it only which book that is.
    let isbns = fitting.iter().filter(|(code, _)| is_isbn(code)).count();
    if isbns == 1 && fitting.len() == 2 && fitting.iter().any(|(code, _)| is_own_label(code)) {
        fitting.retain(|(code, _)| is_own_label(code));
    }
    match (fitting.pop(), fitting.is_empty()) {
        (None, _) => Fit::None,
        (Some((code, raw)), true) => Fit::One {
            code,
            raw: raw.clone(),
        },
        (Some(_), false) => Fit::Two,
    }
}

fn is_isbn(code: &str) -> bool {
    Isbn::scanned(code).is_ok()
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
    /// One picture was looked at: of the camera, or once more the photograph of this number.
    Codes {
        codes: Vec<String>,
        #[serde(default)]
        photo: Option<u32>,
    },
    /// All looks at this photograph are over.
    Looked { photo: u32 },
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
    use crate::model::library::fits;

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
    fn a_label_beside_the_number_of_its_book_is_taken_and_of_two_of_a_kind_none() {
        let labels = [1, 2].map(domain::library::barcode::label);
        let [one, two] = labels.each_ref().map(String::as_str);
        let [isbn, another] = ["9787532125944", "9787544291170"];
        let books = |raw: &str| fits(Wanted::Book, raw);
        let rows: [(&[&str], Seen); 6] = [
            (&[isbn, one], Seen::Once),
            (&[isbn, one, one], Seen::Take(one.to_owned())),
            // The number alone is still the same book's.
            (&[isbn], Seen::Still),
            (&[one, two], Seen::Two),
            (&[isbn, another], Seen::Two),
            (&[isbn, one, two], Seen::Two),
        ];
        let mut reader = Reader::default();
        for (at, (codes, wanted)) in (0_u32..).zip(rows) {
            let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
            let seen = reader.see(f64::from(at) * 100.0, &codes, books);
            assert_eq!(seen, wanted, "{codes:?}");
        }
    }

    #[test]
    fn what_was_taken_and_is_still_in_sight_is_not_called_another_kind_of_code() {
        let (card, label) = (
            domain::library::barcode::card(1),
            domain::library::barcode::label(1),
        );
        let mut reader = Reader::default();
        let mut see = |at: f64, wanted: Wanted, code: &String| {
            reader.see(at, std::slice::from_ref(code), |raw| fits(wanted, raw))
        };
        assert_eq!(see(0.0, Wanted::Card, &card), Seen::Once);
        assert_eq!(see(100.0, Wanted::Card, &card), Seen::Take(card.clone()));
        for at in [200.0, 2_000.0, 4_000.0] {
            assert_eq!(see(at, Wanted::Book, &card), Seen::Still, "at {at}");
        }
        assert_eq!(see(4_100.0, Wanted::Book, &label), Seen::Once);
        assert_eq!(see(4_200.0, Wanted::Book, &label), Seen::Take(label));
        assert_eq!(see(4_300.0, Wanted::Book, &card), Seen::Nothing);
        assert_eq!(see(4_400.0, Wanted::Book, &card), Seen::Other);
    }

    #[test]
    fn a_photograph_counts_equal_reads_however_long_they_take_and_gives_one_code() {
        let mut reader = Reader::default();
        let mut see = |photo: u32, at: f64, codes: &[&str]| {
            let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
            let seen = reader.see_photo(photo, at, &codes, card);
            (seen, reader.found_nothing(photo))
        };
        assert_eq!(see(1, 0.0, &[ONE]), (Seen::Once, true));
        assert_eq!(see(1, 5_000.0, &[]), (Seen::Nothing, true));
        let take = Seen::Take(ONE.to_owned());
        assert_eq!(see(1, 60_000.0, &[ONE]), (take, false));
        assert_eq!(see(1, 90_000.0, &[TWO]), (Seen::Still, false));
        // What another photograph said does not count for this one.
        assert_eq!(see(2, 99_000.0, &[ONE]), (Seen::Once, true));
        assert_eq!(see(2, 99_100.0, &[ONE, TWO]), (Seen::Two, false));
        assert_eq!(see(3, 99_200.0, &["5012345678900"]), (Seen::Nothing, true));
        assert_eq!(see(3, 99_900.0, &["5012345678900"]), (Seen::Other, false));
        assert!(reader.found_nothing(4), "it could not even be opened");
    }

    #[test]
    fn what_the_camera_says_is_understood() {
        let told = |raw: &str| serde_json::from_str::<Told>(raw).ok();
        assert_eq!(
            told(r#"{"what":"codes","codes":["A"],"ms":9.5}"#),
            Some(Told::Codes {
                codes: vec!["A".to_owned()],
                photo: None
            })
        );
        assert_eq!(
            told(r#"{"what":"codes","codes":[],"ms":9.5,"photo":2}"#),
            Some(Told::Codes {
                codes: Vec::new(),
                photo: Some(2)
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
        assert_eq!(
            told(r#"{"what":"looked","photo":2}"#),
            Some(Told::Looked { photo: 2 })
        );
        assert_eq!(told("{}"), None);
    }
}
