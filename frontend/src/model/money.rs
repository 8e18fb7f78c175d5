//! Money in words: fen as yuan.

use domain::provider::Terms;
use domain::units::Fen;

/// `¥30`, `¥30.50`.
#[must_use]
pub fn yuan(amount: Fen) -> String {
    let (sign, fen) = if amount.0 < 0 {
        ("-", amount.0.unsigned_abs())
    } else {
        ("", amount.0.unsigned_abs())
    };
    match fen % 100 {
        0 => format!("{sign}¥{}", fen / 100),
        rest => format!("{sign}¥{}.{rest:02}", fen / 100),
    }
}

/// What a service costs. `None`: nothing.
#[must_use]
pub fn range(terms: &Terms) -> Option<String> {
    match (terms.price_from, terms.price_to) {
        (_, Fen(0)) => None,
        (from, to) if from == to => Some(yuan(from)),
        (from, to) => Some(format!("{}–{}", yuan(from), yuan(to))),
    }
}

/// Yuan as somebody types them, as fen: `30`, `30.5`, `¥30.50`, `３０`.
#[must_use]
pub fn typed(raw: &str) -> Option<Fen> {
    let plain: String = raw
        .trim()
        .trim_start_matches(['¥', '￥'])
        .trim_end_matches('元')
        .chars()
        .map(narrow)
        .collect();
    let (whole, part) = plain.trim().split_once('.').unwrap_or((plain.trim(), ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(Fen(whole.parse::<i64>().ok()? * 100 + part))
}

/// Full-width digits and dot, as Chinese keyboards write them, in their usual form.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '．' | '。' => '.',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown() {
        assert_eq!(yuan(Fen(3000)), "¥30");
        assert_eq!(yuan(Fen(3050)), "¥30.50");
        assert_eq!(yuan(Fen(-5)), "-¥0.05");
    }

    #[test]
    fn typed_by_people() {
        for (raw, fen) in [
            ("30", 3000),
            ("30.5", 3050),
            ("¥30.50", 3050),
            ("３０元", 3000),
            (" 0.05 ", 5),
            ("30.", 3000),
        ] {
            assert_eq!(typed(raw), Some(Fen(fen)), "{raw}");
        }
        for bad in ["", "abc", "-3", "30.555", "1e3", ".5", "99999999999"] {
            assert_eq!(typed(bad), None, "{bad}");
        }
    }
}
