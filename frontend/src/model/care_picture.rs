//! Pictures and documents of a case, before they are sent: what may be, how large a picture is drawn, and what is said
//! where one is refused.

use domain::limits;
use wire::{Code, Problem};

use super::problem;
use crate::t;

/// Nothing was chosen: the field that is missing.
pub const FILE: &str = "/file";
/// What is sent as it is, where it is small enough.
const KINDS: [&str; 3] = ["image/jpeg", "image/png", "application/pdf"];
/// The longer side of a picture that is drawn smaller, in pixels, and how good it is; the first that fits counts.
const TRIES: [(u32, f64); 7] = [
    (1_920, 0.8),
    (1_600, 0.7),
    (1_280, 0.7),
    (1_024, 0.6),
    (800, 0.6),
    (640, 0.5),
    (480, 0.4),
];

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    pub width: u32,
    pub height: u32,
    pub quality: f64,
}

/// What becomes of a chosen file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    AsItIs,
    /// Drawn anew, as a JPEG.
    Drawn,
    TooLarge,
    /// No picture and no document.
    Other,
}

/// By what the browser takes it for, and its size. What the browser does not know is looked at by the server.
#[must_use]
pub fn way(kind: &str, bytes: u32) -> Way {
    let small = usize::try_from(bytes).is_ok_and(|bytes| bytes <= limits::ATTACHMENT_BYTES);
    let known = kind.is_empty() || KINDS.contains(&kind);
    let picture = kind.starts_with("image/");
    match (known, small, picture) {
        (true, true, _) => Way::AsItIs,
        (_, _, true) => Way::Drawn,
        (true, false, false) => Way::TooLarge,
        (false, _, false) => Way::Other,
    }
}

/// A picture of this size, from the largest to the smallest that is tried; never larger than it is.
#[must_use]
pub fn tries(width: u32, height: u32) -> Vec<Drawn> {
    let longest = width.max(height);
    if width == 0 || height == 0 {
        return Vec::new();
    }
    let scaled = |one: u32, side: u32| {
        let side = u64::from(side.min(longest));
        let now = u64::from(one) * side / u64::from(longest);
        u32::try_from(now).unwrap_or(u32::MAX).max(1)
    };
    let drawn = |(side, quality): (u32, f64)| Drawn {
        width: scaled(width, side),
        height: scaled(height, side),
        quality,
    };
    TRIES.map(drawn).to_vec()
}

/// Thousands of bytes, as people are told: what is begun counts.
#[must_use]
pub fn kilobytes(bytes: u32) -> u32 {
    bytes.div_ceil(1_024)
}

/// As large as one may be.
#[must_use]
pub fn most() -> u32 {
    kilobytes(u32::try_from(limits::ATTACHMENT_BYTES).unwrap_or(u32::MAX))
}

/// Why it was refused.
#[must_use]
pub fn refused(problem: &Problem) -> String {
    match problem.code {
        Code::BodyTooLarge => t!(desk_case.files.too_large, most = most()),
        Code::BadFile | Code::WrongContentType => t!(desk_case.files.bad).to_owned(),
        Code::MissingField if problem.pointer.as_deref() == Some(FILE) => {
            t!(desk_case.files.first).to_owned()
        }
        _ => problem::words(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_goes_as_it_is_and_a_large_picture_is_drawn() {
        let (small, large) = (1_000, 5_000_000);
        for kind in KINDS {
            assert_eq!(way(kind, small), Way::AsItIs, "{kind}");
        }
        let limit = u32::try_from(limits::ATTACHMENT_BYTES).expect("fits");
        assert_eq!(way("application/pdf", limit), Way::AsItIs);
        assert_eq!(way("application/pdf", limit + 1), Way::TooLarge);
        assert_eq!(way("image/jpeg", limit + 1), Way::Drawn);
        assert_eq!(
            way("image/webp", small),
            Way::Drawn,
            "the server knows no others"
        );
        assert_eq!(way("text/html", small), Way::Other);
        assert_eq!(way("", small), Way::AsItIs);
        assert_eq!(way("", large), Way::TooLarge);
    }

    #[test]
    fn a_picture_keeps_its_shape_and_never_grows() {
        let wide = tries(4_000, 3_000);
        assert_eq!((wide[0].width, wide[0].height), (1_920, 1_440));
        let sizes: Vec<u32> = wide.iter().map(|one| one.width).collect();
        assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
        let small = tries(300, 900);
        assert_eq!((small[0].width, small[0].height), (300, 900));
        let line = tries(1, 10_000);
        assert!(line.iter().all(|one| one.width == 1));
        assert_eq!(tries(0, 10), vec![]);
    }

    #[test]
    fn a_refusal_says_how_large_one_may_be() {
        let said = refused(&Problem::new(Code::BodyTooLarge));
        assert!(said.contains("256"), "{said}");
        let other = Problem::new(Code::NotAllowed);
        assert_eq!(refused(&other), problem::words(&other));
        let none = Problem::new(Code::MissingField).at(FILE);
        assert_ne!(refused(&none), problem::words(&none));
        assert_eq!(kilobytes(1), 1);
    }
}
