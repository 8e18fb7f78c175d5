//! What a row or a record says of a title, tidied: the same for every kind of file.

use domain::isbn::{BadIsbn, Isbn};
use domain::library::{ItemKind, Wish};
use domain::limits;
use wire::Code;

/// As it stands in the file. `at`: which column or field something is from, for the report.
#[derive(Debug, Default)]
pub struct Draft {
    pub name: String,
    pub other_name: String,
    pub authors: Vec<String>,
    pub publisher: String,
    pub published: String,
    /// All that may be its number, the likeliest first, and whence.
    pub isbns: Vec<(String, String)>,
    pub class: String,
    pub subjects: Vec<String>,
    pub about: String,
    pub kind: ItemKind,
    pub labels: Vec<String>,
    pub unlabelled: u32,
}

/// A code, and whether it is about the name or the number; the number's column, if that.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    Name(Code),
    Isbn(String),
}

impl Draft {
    /// A name that is too long is refused; what else is too long is cut. A number that is none is
    /// refused, so that nobody has to look for a title that lost its number on the way.
    pub fn wish(self) -> Result<Wish, Wrong> {
        let name = clean(&self.name);
        match name.chars().count() {
            0 => return Err(Wrong::Name(Code::EmptyText)),
            chars if chars > limits::BOOK_CHARS => return Err(Wrong::Name(Code::TooLong)),
            _ => {}
        }
        let (mut isbn, mut wrong) = (None, None);
        for (raw, at) in &self.isbns {
            match Isbn::parse(raw) {
                Ok(number) => isbn = isbn.or(Some(number)),
                // Nothing, or an article of another kind: a whole number, and none of a book.
                Err(BadIsbn::Empty | BadIsbn::Other) => {}
                Err(BadIsbn::Shape | BadIsbn::Check) => wrong = wrong.or(Some(at)),
            }
        }
        if let (None, Some(at)) = (isbn, wrong) {
            return Err(Wrong::Isbn(at.clone()));
        }
        let list = |all: &[String]| {
            let mut kept: Vec<String> = Vec::new();
            for one in all.iter().map(|one| cut(&clean(one), limits::AUTHOR_CHARS)) {
                if !one.is_empty() && !kept.contains(&one) && kept.len() < limits::TITLE_AUTHORS {
                    kept.push(one);
                }
            }
            kept
        };
        Ok(Wish {
            name,
            other_name: cut(&clean(&self.other_name), limits::BOOK_CHARS),
            authors: list(&self.authors),
            publisher: cut(&clean(&self.publisher), limits::NAME_CHARS),
            published: cut(&clean(&self.published), limits::AUTHOR_CHARS),
            isbn,
            class: cut(&clean(&self.class), limits::AUTHOR_CHARS),
            subjects: list(&self.subjects),
            about: cut(&clean(&self.about), limits::STORY_CHARS),
            kind: self.kind,
            labels: self.labels,
            unlabelled: (0, self.unlabelled),
        })
    }
}

/// In one line, without what cannot be seen.
#[must_use]
pub fn clean(raw: &str) -> String {
    let seen = |c: char| match c {
        '\u{200b}'..='\u{200f}' | '\u{feff}' => None,
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    };
    let text: String = raw.chars().filter_map(seen).collect();
    text.split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn cut(text: &str, chars: usize) -> String {
    let kept: String = text.chars().take(chars).collect();
    kept.trim_end().to_owned()
}

/// Several names in one cell. A comma also stands inside of a name ("Alves, Katja"): it only parts
/// names where each part is more than one word, or Chinese.
#[must_use]
pub fn names(raw: &str) -> Vec<String> {
    let parts: Vec<&str> = raw.split([';', '；', '、', '，', '|']).collect();
    let several = |part: &str| {
        part.split(',').all(|name| {
            let name = name.trim();
            name.contains(' ') || name.chars().any(|c| u32::from(c) >= 0x2e80)
        })
    };
    let names = parts
        .iter()
        .flat_map(|part| match part.contains(',') && several(part) {
            true => part.split(',').collect(),
            false => vec![*part],
        });
    names.map(clean).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_where_they_end() {
        for (raw, wanted) in [
            ("熊斌,冯志刚", &["熊斌", "冯志刚"][..]),
            (
                "J.K. Rowling, Mary GrandPré",
                &["J.K. Rowling", "Mary GrandPré"],
            ),
            ("Alves, Katja", &["Alves, Katja"]),
            (
                "Meadows, Daisy; Moost, Nele",
                &["Meadows, Daisy", "Moost, Nele"],
            ),
            ("曹雪芹、高鹗；无名氏 ", &["曹雪芹", "高鹗", "无名氏"]),
            ("", &[]),
        ] {
            assert_eq!(names(raw), wanted, "{raw}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(
            clean(" \u{88}L'\u{89}altra\r\n faccia\u{feff}\u{0} "),
            "L'altra faccia"
        );
    }

    #[test]
    fn a_number_that_is_none_is_told_and_a_right_one_is_found_beside_it() {
        let draft = |isbns: &[(&str, &str)]| Draft {
            name: "书".to_owned(),
            isbns: isbns
                .iter()
                .map(|(raw, at)| ((*raw).to_owned(), (*at).to_owned()))
                .collect(),
            ..Draft::default()
        };
        assert_eq!(
            draft(&[("9.78E+12", "b")]).wish(),
            Err(Wrong::Isbn("b".into()))
        );
        let beside = draft(&[("9.78E+12", "b"), ("7-302-37839-8", "a")]).wish();
        assert_eq!(
            beside.expect("a title").isbn.as_deref(),
            Some("9787302378396")
        );
        let other = draft(&[("406-1-458-19141-8", "b")]).wish();
        assert_eq!(other.expect("a title").isbn, None);
        assert_eq!(draft(&[(" ", "b")]).wish().expect("a title").isbn, None);
        let long = Draft {
            name: "书".repeat(limits::BOOK_CHARS + 1),
            ..Draft::default()
        };
        assert_eq!(long.wish(), Err(Wrong::Name(Code::TooLong)));
        assert_eq!(Draft::default().wish(), Err(Wrong::Name(Code::EmptyText)));
    }
}
