//! A text as the squares of a QR.

use qrcodegen::{QrCode, QrCodeEcc};

/// The free edge a camera needs around it, in squares.
const EDGE: i32 = 4;

/// Squares along one side with the free edge, and the dark ones as an SVG path. `None` where a text
/// is too long to be drawn.
#[must_use]
pub fn squares(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).unwrap_or(0);
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + EDGE, y + EDGE));
            }
            x += run + 1;
        }
    }
    Some((size + 2 * EDGE, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_take_few_squares_and_have_their_three_corners() {
        let (size, path) =
            squares("https://linli.example/checkin/act_1?code=AB").expect("it is short");
        assert_eq!(size, 33 + 2 * EDGE);
        let far = size - EDGE - 7;
        for corner in [
            format!("M{EDGE} {EDGE}h7v1h-7z"),
            format!("M{far} {EDGE}h7v1h-7z"),
            format!("M{EDGE} {far}h7v1h-7z"),
        ] {
            assert!(path.contains(&corner), "{corner}");
        }
        let (small, _) = squares("ABCD-EFGH-J").expect("it is short");
        assert_eq!(small, 21 + 2 * EDGE);
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert_eq!(squares(&"字".repeat(2_000)), None);
    }
}
