//! Where the library's things lie.

use domain::library::{Hold, HoldState, Loan, LoanState, Shelf, Title};
use domain::text::folded;
use domain::{
    AuditId, CommunityId, HoldId, LibraryImportId, LibraryTaskId, LoanId, PersonId, TitleId,
};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Key, Pattern, Range, millis, person_pk};

type Places = Vec<(&'static str, String)>;

fn everything(pk: String) -> Pattern {
    Pattern {
        index: None,
        pk,
        range: Range::All,
        newest_first: false,
    }
}

fn in_index(index: &'static str, pk: String) -> Pattern {
    Pattern {
        index: Some(index),
        ..everything(pk)
    }
}

fn title_pk(com: CommunityId, title: TitleId) -> String {
    format!("{com}#L#{title}")
}
#[must_use]
pub fn title(com: CommunityId, title: TitleId) -> Key {
    Key::new(title_pk(com, title), "TITLE")
}
/// All titles, by name.
#[must_use]
pub fn titles(com: CommunityId) -> Pattern {
    in_index("gsi1", format!("{com}#TITLES"))
}
pub(crate) fn title_places(title: &Title) -> Places {
    let (com, id) = (title.community, title.id);
    let name = format!("{}#{id}", folded(&title.name));
    let changed = format!("{}#{id}", millis(title.changed_at));
    vec![
        ("g1pk", format!("{com}#TITLES")),
        ("g1sk", name),
        ("g2pk", format!("{com}#TITLES#C")),
        ("g2sk", changed),
    ]
}
/// Titles that were written at that moment or later, in their order.
#[must_use]
pub fn changed_titles(com: CommunityId, since: Timestamp) -> Pattern {
    Pattern {
        range: Range::Between(millis(since), "~".into()),
        ..in_index("gsi2", format!("{com}#TITLES#C"))
    }
}
/// All copies of a title and who waits for one.
#[must_use]
pub fn shelf(com: CommunityId, title: TitleId) -> Key {
    Key::new(title_pk(com, title), "SHELF")
}
/// Shelves on which a copy is kept that was to be fetched before that local day.
#[must_use]
pub fn unfetched(com: CommunityId, today: Date) -> Pattern {
    Pattern {
        range: Range::UpTo(today.to_string()),
        ..in_index("due", format!("{com}#DUE#K"))
    }
}
pub(crate) fn shelf_places(com: CommunityId, shelf: &Shelf) -> Places {
    let kept = shelf.copies.iter().filter_map(|copy| copy.kept);
    let Some(first) = kept.map(|kept| kept.until).min() else {
        return Vec::new();
    };
    let place = format!("{first}#{}", shelf.title);
    vec![("dpk", format!("{com}#DUE#K")), ("dsk", place)]
}
/// Leads from a label to its title, and keeps a number to one copy.
#[must_use]
pub fn copy_of(com: CommunityId, barcode: &str) -> Key {
    Key::new(format!("{com}#COPIES"), barcode)
}
/// All labels, in the order of their numbers.
#[must_use]
pub fn labels(com: CommunityId) -> Pattern {
    everything(format!("{com}#COPIES"))
}
/// Leads from an ISBN to its title, and keeps it to one.
#[must_use]
pub fn title_of(com: CommunityId, isbn: &str) -> Key {
    Key::new(format!("{com}#ISBN#{isbn}"), "TITLE")
}

/// What somebody has and waits for.
#[must_use]
pub fn reader(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "READER")
}
/// Whose card says this.
#[must_use]
pub fn reader_card(com: CommunityId, card: &str) -> Pattern {
    let range = Range::Between(card.to_owned(), card.to_owned());
    Pattern {
        range,
        ..in_index("gsi1", format!("{com}#READERS"))
    }
}
pub(crate) fn reader_places(com: CommunityId, card: Option<&str>) -> Places {
    card.map_or_else(Vec::new, |card| {
        vec![
            ("g1pk", format!("{com}#READERS")),
            ("g1sk", card.to_owned()),
        ]
    })
}

#[must_use]
pub fn loan(com: CommunityId, id: LoanId) -> Key {
    Key::new(format!("{com}#N#{id}"), "LOAN")
}
/// What somebody borrowed, the latest first.
#[must_use]
pub fn loans_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        newest_first: true,
        ..in_index("gsi1", format!("{com}#P#{person}#N"))
    }
}
/// What is lent, the first due first.
#[must_use]
pub fn lent(com: CommunityId) -> Pattern {
    in_index("gsi2", format!("{com}#LENT"))
}
/// What is lent and was due before that local day.
#[must_use]
pub fn late(com: CommunityId, today: Date) -> Pattern {
    Pattern {
        range: Range::UpTo(today.to_string()),
        ..lent(com)
    }
}
/// Loans whose reader is to be reminded on that local day, or was to be before.
#[must_use]
pub fn to_remind(com: CommunityId, today: Date) -> Pattern {
    Pattern {
        range: Range::UpTo(format!("{today}~")),
        ..in_index("due", format!("{com}#DUE#O"))
    }
}
pub(crate) fn loan_places(loan: &Loan) -> Places {
    let (com, id) = (loan.community, loan.id);
    let mut places = Vec::new();
    if let Some(reader) = loan.reader {
        let place = format!("{}#{id}", millis(loan.lent_at));
        places.extend([("g1pk", format!("{com}#P#{reader}#N")), ("g1sk", place)]);
    }
    if loan.state == LoanState::Open {
        places.extend([
            ("g2pk", format!("{com}#LENT")),
            ("g2sk", format!("{}#{id}", loan.due)),
            ("dpk", format!("{com}#DUE#O")),
            ("dsk", format!("{}#{id}", loan.remind_on())),
        ]);
    }
    places
}

#[must_use]
pub fn hold(com: CommunityId, id: HoldId) -> Key {
    Key::new(format!("{com}#Q#{id}"), "HOLD")
}
/// What somebody reserved, the latest first.
#[must_use]
pub fn holds_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        newest_first: true,
        ..in_index("gsi1", format!("{com}#P#{person}#Q"))
    }
}
/// What stands on the pick-up shelf, by the last day it is kept.
#[must_use]
pub fn pick_ups(com: CommunityId) -> Pattern {
    in_index("gsi2", format!("{com}#PICKUPS"))
}
pub(crate) fn hold_places(hold: &Hold) -> Places {
    let (com, id) = (hold.community, hold.id);
    let place = format!("{}#{id}", millis(hold.created_at));
    let mut places = vec![
        ("g1pk", format!("{com}#P#{}#Q", hold.reader)),
        ("g1sk", place),
    ];
    if let (HoldState::Ready, Some(until)) = (hold.state, hold.until) {
        places.extend([
            ("g2pk", format!("{com}#PICKUPS")),
            ("g2sk", format!("{until}#{id}")),
        ]);
    }
    places
}

/// One line of the ledger: the `n`th of a shelf's version.
#[must_use]
pub fn ledger_line(com: CommunityId, at: Timestamp, title: TitleId, ver: u64, n: usize) -> Key {
    let sk = format!("{}#{title}#{ver:010}#{n:03}", millis(at));
    Key::new(format!("{com}#LEDGER"), sk)
}
/// Lines of the ledger between two moments, the second not included, in their order.
#[must_use]
pub fn ledger_lines(com: CommunityId, from: Timestamp, until: Timestamp) -> Pattern {
    Pattern {
        range: Range::Between(millis(from), millis(until)),
        ..everything(format!("{com}#LEDGER"))
    }
}
#[must_use]
pub fn library_rules(com: CommunityId, ver: u32) -> Key {
    Key::new(format!("{com}#LIBRARY"), format!("{ver:08}"))
}
/// Versions of what the library goes by, the latest first.
#[must_use]
pub fn all_library_rules(com: CommunityId) -> Pattern {
    Pattern {
        newest_first: true,
        ..everything(format!("{com}#LIBRARY"))
    }
}
#[must_use]
pub fn shelf_audit(com: CommunityId, id: AuditId) -> Key {
    Key::new(format!("{com}#AUDITS"), id.to_string())
}
/// Counts of the shelves, the latest first.
#[must_use]
pub fn shelf_audits(com: CommunityId) -> Pattern {
    Pattern {
        newest_first: true,
        ..everything(format!("{com}#AUDITS"))
    }
}
#[must_use]
pub fn library_import(com: CommunityId, id: LibraryImportId) -> Key {
    Key::new(format!("{com}#IMPORTS"), id.to_string())
}
/// Imports, the latest first.
#[must_use]
pub fn library_imports(com: CommunityId) -> Pattern {
    Pattern {
        newest_first: true,
        ..everything(format!("{com}#IMPORTS"))
    }
}
/// Imports that have rows left.
#[must_use]
pub fn running_imports(com: CommunityId) -> Pattern {
    in_index("due", format!("{com}#DUE#I"))
}
pub(crate) fn library_import_places(com: CommunityId, id: LibraryImportId, left: bool) -> Places {
    match left {
        false => Vec::new(),
        true => vec![("dpk", format!("{com}#DUE#I")), ("dsk", id.to_string())],
    }
}
#[must_use]
pub fn library_part(com: CommunityId, id: LibraryImportId, n: u32) -> Key {
    Key::new(format!("{com}#IMPORT#{id}"), format!("PART#{n:06}"))
}
/// The rows of an import, in their order.
#[must_use]
pub fn library_parts(com: CommunityId, id: LibraryImportId) -> Pattern {
    everything(format!("{com}#IMPORT#{id}"))
}
#[must_use]
pub fn library_task(com: CommunityId, id: LibraryTaskId) -> Key {
    Key::new(format!("{com}#LIBTASKS"), id.to_string())
}
/// All tasks, the latest first.
#[must_use]
pub fn library_tasks(com: CommunityId) -> Pattern {
    Pattern {
        newest_first: true,
        ..everything(format!("{com}#LIBTASKS"))
    }
}
/// Those that wait, the longest waiting first.
#[must_use]
pub fn open_library_tasks(com: CommunityId) -> Pattern {
    in_index("gsi1", format!("{com}#LIBTASKS#O"))
}
pub(crate) fn library_task_places(com: CommunityId, id: LibraryTaskId, open: bool) -> Places {
    match open {
        false => Vec::new(),
        true => vec![
            ("g1pk", format!("{com}#LIBTASKS#O")),
            ("g1sk", id.to_string()),
        ],
    }
}
