//! Finding titles by what they are called, who wrote them, or their number.
//!
//! Every word of a question has to stand somewhere in what a title says of itself. How a text is
//! written does not matter: capitals, wide letters, dots, hyphens, spaces and other signs.
//! An [`Index`] holds a library's titles in a form that is searched from the first to the last: ten
//! thousand of them are about a megabyte.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Title;
use crate::TitleId;
use crate::isbn::Isbn;
use crate::text::narrow;

/// Between the parts of what a title says, and in no word.
const BETWEEN: char = '\n';

/// A text as it is compared: letters and digits alone, small and narrow.
#[must_use]
pub fn plain(raw: &str) -> String {
    let said = |c: &char| c.is_alphanumeric() || matches!(c, '+' | '#');
    let text = narrow(raw);
    text.chars()
        .filter(said)
        .flat_map(char::to_lowercase)
        .collect()
}

/// What two titles without a number have in common if they are the same: name, authors and publisher.
#[must_use]
pub fn alike(name: &str, authors: &[String], publisher: &str) -> String {
    let authors: Vec<String> = authors.iter().map(|author| plain(author)).collect();
    format!(
        "{}{BETWEEN}{}{BETWEEN}{}",
        plain(name),
        authors.join("&"),
        plain(publisher)
    )
}

/// The words of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// A book's number is one word, however it is written. `None` where nothing is asked for.
    #[must_use]
    pub fn of(question: &str) -> Option<Self> {
        if question.trim().is_empty() {
            return None;
        }
        if let Ok(isbn) = Isbn::scanned(question) {
            return Some(Self(vec![isbn.to_string()]));
        }
        let words = question.split_whitespace().map(plain);
        Some(Self(words.filter(|word| !word.is_empty()).collect()))
    }

    /// A question of signs alone finds nothing.
    fn stand_in(&self, text: &str) -> bool {
        !self.0.is_empty() && self.0.iter().all(|word| text.contains(word.as_str()))
    }

    #[must_use]
    pub fn fit(&self, title: &Title) -> bool {
        self.stand_in(&Entry::of(title).text)
    }

    /// The same for the same question, and for no other.
    #[must_use]
    pub fn joined(&self) -> String {
        self.0.join(" ")
    }
}

/// Where a title stands among those that were found: what is called so comes first, then what begins
/// so, what has it in its name, and the others; among equals by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    rank: u8,
    name: String,
    pub title: TitleId,
}

#[derive(Clone, Debug)]
struct Entry {
    title: TitleId,
    ver: u64,
    /// All it says; its name comes first.
    text: String,
    name_bytes: usize,
    alike: String,
}

impl Entry {
    fn of(title: &Title) -> Self {
        let name = plain(&title.name);
        let name_bytes = name.len();
        let mut text = name;
        let others = [&title.other_name, &title.publisher];
        for said in others.into_iter().chain(&title.authors).chain(&title.isbn) {
            text.push(BETWEEN);
            text.push_str(&plain(said));
        }
        Self {
            title: title.id,
            ver: title.ver,
            text,
            name_bytes,
            alike: alike(&title.name, &title.authors, &title.publisher),
        }
    }

    fn name(&self) -> &str {
        &self.text[..self.name_bytes]
    }

    fn rank(&self, words: &Words) -> u8 {
        let name = self.name();
        let whole: String = words.0.concat();
        match () {
            () if name == whole => 0,
            () if name.starts_with(&whole) => 1,
            () if words.stand_in(name) => 2,
            () => 3,
        }
    }
}

/// All titles of a library as they are searched.
#[derive(Clone, Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
    places: HashMap<TitleId, usize>,
    alike: HashMap<String, Vec<TitleId>>,
}

impl Index {
    /// A title, or its next version. An older one than is there changes nothing. Answers whether
    /// anything changed.
    pub fn put(&mut self, title: &Title) -> bool {
        let entry = Entry::of(title);
        let same = self.alike.entry(entry.alike.clone()).or_default();
        match self.places.get(&title.id) {
            Some(place) => {
                let before = &self.entries[*place];
                if before.ver >= entry.ver {
                    return false;
                }
                if before.alike != entry.alike {
                    same.push(title.id);
                    if let Some(left) = self.alike.get_mut(&before.alike) {
                        left.retain(|one| *one != title.id);
                    }
                }
                self.entries[*place] = entry;
            }
            None => {
                same.push(title.id);
                self.places.insert(title.id, self.entries.len());
                self.entries.push(entry);
            }
        }
        true
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The title of this name, these authors and this publisher; of several the first.
    #[must_use]
    pub fn like(&self, alike: &str) -> Option<TitleId> {
        self.alike.get(alike)?.iter().min().copied()
    }

    /// What the words stand in, in order, from behind a place on.
    #[must_use]
    pub fn find(&self, words: &Words, after: Option<&Place>, limit: usize) -> Vec<Place> {
        let fitting = self
            .entries
            .iter()
            .filter(|entry| words.stand_in(&entry.text));
        let place = |entry: &Entry| (entry.rank(words), entry.name().to_owned(), entry.title);
        let mut found: Vec<Place> = fitting
            .map(place)
            .map(|(rank, name, title)| Place { rank, name, title })
            .filter(|place| after.is_none_or(|after| place > after))
            .collect();
        found.sort_unstable();
        found.truncate(limit);
        found
    }
}
