//! What a book says of itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{CommunityId, TitleId};

named! {
    /// What loan rules may tell apart.
    ItemKind {
        Book = "book",
        PictureBook = "picture_book",
        Magazine = "magazine",
        Media = "media",
        /// For reading on the spot.
        Reference = "reference",
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "the macro of named things knows no default"
)]
impl Default for ItemKind {
    fn default() -> Self {
        Self::Book
    }
}

named! {
    /// What was done without a line.
    TaskKind { Lent = "lent", Returned = "returned" }
}

#[expect(
    clippy::derivable_impls,
    reason = "the macro of named things knows no default"
)]
impl Default for TaskKind {
    fn default() -> Self {
        Self::Lent
    }
}

named! {
    TaskState { Open = "open", Settled = "settled" }
}

/// A title, of which there may be several copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    pub id: TitleId,
    pub community: CommunityId,
    pub name: String,
    /// Subtitle, or the name in another language.
    pub other_name: String,
    pub authors: Vec<String>,
    pub publisher: String,
    /// As the book has it; usually a year.
    pub published: String,
    /// Thirteen digits.
    pub isbn: Option<String>,
    /// Of the Chinese Library Classification.
    pub class: String,
    pub subjects: Vec<String>,
    pub about: String,
    pub kind: ItemKind,
    /// When it was written as it is.
    pub changed_at: Timestamp,
    pub ver: u64,
}
