//! Taking titles from a file: what a row asks for, how far it is, and what becomes of it.

use serde::{Deserialize, Serialize};

use super::ItemKind;
use super::search::alike;
use crate::access::named;
use crate::isbn::Isbn;

named! {
    ImportState {
        Running = "running",
        Done = "done",
        Cancelled = "cancelled",
    }
}

named! {
    RowOutcome {
        Taken = "taken",
        /// It was there already, and nothing changed.
        Known = "known",
        Refused = "refused",
    }
}

/// What a row says of a title and its copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub name: String,
    pub other_name: String,
    pub authors: Vec<String>,
    pub publisher: String,
    pub published: String,
    pub isbn: Option<Isbn>,
    pub class: String,
    pub subjects: Vec<String>,
    pub about: String,
    pub kind: ItemKind,
    /// Copies with the labels they have.
    pub labels: Vec<String>,
    /// Copies without: from how many on there are to be how many.
    pub unlabelled: (u32, u32),
}

impl Wish {
    /// What it is the same title by: its number, or else its name, authors and publisher.
    #[must_use]
    pub fn same_by(&self) -> String {
        match self.isbn {
            Some(isbn) => isbn.to_string(),
            None => alike(&self.name, &self.authors, &self.publisher),
        }
    }

    /// How many copies get a label drawn, of a title that has so many: as many as are wanting. A file that
    /// comes again adds none, and no piece of a long row draws what another is for.
    #[must_use]
    pub fn to_draw(&self, has: usize) -> u32 {
        let (from, until) = self.unlabelled;
        let has = u32::try_from(has).unwrap_or(u32::MAX);
        match has >= from {
            true => until.saturating_sub(has),
            false => 0,
        }
    }

    /// In pieces with at most so many copies each. Only the first may make the title.
    #[must_use]
    pub fn pieces(self, copies: usize) -> Vec<Self> {
        let copies = copies.max(1);
        if !self.labels.is_empty() {
            let piece = |labels: &[String]| Self {
                labels: labels.to_vec(),
                unlabelled: (0, 0),
                ..self.clone()
            };
            return self.labels.chunks(copies).map(piece).collect();
        }
        let (from, until) = self.unlabelled;
        if from >= until {
            return vec![self];
        }
        let piece = |start| Self {
            unlabelled: (
                start,
                until.min(start + u32::try_from(copies).unwrap_or(u32::MAX)),
            ),
            ..self.clone()
        };
        (from..until).step_by(copies).map(piece).collect()
    }
}
