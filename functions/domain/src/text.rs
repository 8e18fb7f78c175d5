//! Text people typed: trimmed, free of control characters, within its limit in characters.

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadText {
    Empty,
    TooLong { chars_max: usize },
    Control,
}

/// A text that must say something. `chars_max` counts Unicode scalar values.
pub fn line(raw: &str, chars_max: usize) -> Result<String, BadText> {
    let text = optional(raw, chars_max)?;
    if text.is_empty() {
        Err(BadText::Empty)
    } else {
        Ok(text)
    }
}

/// A text that may be empty; line breaks are allowed.
pub fn optional(raw: &str, chars_max: usize) -> Result<String, BadText> {
    let text = raw.trim();
    if text.chars().count() > chars_max {
        return Err(BadText::TooLong { chars_max });
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(BadText::Control);
    }
    Ok(text.to_owned())
}

/// Full-width letters, digits and signs as their half-width forms.
#[must_use]
pub fn narrow(raw: &str) -> String {
    let half = |c: char| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    raw.chars().map(half).collect()
}

/// How a search compares: lower case, without spaces or the dots used inside transcribed names.
#[must_use]
pub fn folded(raw: &str) -> String {
    raw.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '·' | '•' | '・' | '.' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text() {
        assert_eq!(line("  王阿姨 ", 3), Ok("王阿姨".into()));
        assert_eq!(line("   ", 3), Err(BadText::Empty));
        assert_eq!(line("四个字符", 3), Err(BadText::TooLong { chars_max: 3 }));
        assert_eq!(line("a\u{0}b", 9), Err(BadText::Control));
        assert_eq!(folded("测试·王 阿姨"), folded("测试王阿姨"));
    }
}
