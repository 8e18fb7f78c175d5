//! Where cases, the files of people, notes and the team lie.

use domain::care::{CareFile, Case, Note};
use domain::{AttachmentId, CaseId, CommunityId, NoteId, PersonId};
use jiff::Timestamp;

use super::{Key, Pattern, Range, millis, person_pk};

type Places = Vec<(&'static str, String)>;

fn in_index(index: &'static str, pk: String) -> Pattern {
    Pattern {
        index: Some(index),
        pk,
        range: Range::All,
        newest_first: false,
    }
}

#[must_use]
pub fn case(com: CommunityId, id: CaseId) -> Key {
    Key::new(format!("{com}#CASE#{id}"), "CASE")
}
/// All cases, the latest first.
#[must_use]
pub fn all_cases(com: CommunityId) -> Pattern {
    Pattern {
        newest_first: true,
        ..in_index("gsi1", format!("{com}#CASES"))
    }
}
/// Cases that were opened between two moments, the second not included, in their order.
#[must_use]
pub fn cases_between(com: CommunityId, from: Timestamp, until: Timestamp) -> Pattern {
    Pattern {
        range: Range::Between(millis(from), millis(until)),
        ..in_index("gsi1", format!("{com}#CASES"))
    }
}
/// Cases that are open, the one opened first before the others.
#[must_use]
pub fn open_cases(com: CommunityId) -> Pattern {
    in_index("gsi2", format!("{com}#CASES#O"))
}
/// Cases about somebody, the latest first.
#[must_use]
pub fn cases_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        newest_first: true,
        ..in_index("gsi3", format!("{com}#P#{person}#T"))
    }
}
/// Cases about which somebody is to be told by then.
#[must_use]
pub fn due_cases(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        range: Range::UpTo(millis(at) + "~"),
        ..in_index("due", format!("{com}#DUE#T"))
    }
}
pub(crate) fn case_places(case: &Case) -> Places {
    let (com, id) = (case.community, case.id);
    let opened = format!("{}#{id}", millis(case.opened_at));
    let mut places = vec![
        ("g1pk", format!("{com}#CASES")),
        ("g1sk", opened.clone()),
        ("g3pk", format!("{com}#P#{}#T", case.person)),
        ("g3sk", opened.clone()),
    ];
    if case.is_open() {
        places.extend([("g2pk", format!("{com}#CASES#O")), ("g2sk", opened)]);
    }
    if let Some(due) = case.due() {
        places.extend([
            ("dpk", format!("{com}#DUE#T")),
            ("dsk", format!("{}#{id}", millis(due))),
        ]);
    }
    places
}

#[must_use]
pub fn care_file(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "CARE")
}
/// Files of those who are to be visited by then, the longest due first.
#[must_use]
pub fn visits_due(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        range: Range::UpTo(millis(at) + "~"),
        ..in_index("gsi1", format!("{com}#FILES"))
    }
}
pub(crate) fn care_file_places(file: &CareFile) -> Places {
    let Some(due) = file.visit_due() else {
        return Vec::new();
    };
    let (com, person) = (file.community, file.person);
    vec![
        ("g1pk", format!("{com}#FILES")),
        ("g1sk", format!("{}#{person}", millis(due))),
    ]
}

#[must_use]
pub fn note(com: CommunityId, id: NoteId) -> Key {
    Key::new(format!("{com}#NOTE#{id}"), "NOTE")
}
/// Notes about somebody, the latest first.
#[must_use]
pub fn notes_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        newest_first: true,
        ..in_index("gsi1", format!("{com}#P#{person}#W"))
    }
}
pub(crate) fn note_places(note: &Note) -> Places {
    vec![
        ("g1pk", format!("{}#P#{}#W", note.community, note.person)),
        ("g1sk", format!("{}#{}", millis(note.on), note.id)),
    ]
}

/// Goes with the person.
#[must_use]
pub fn attachment(com: CommunityId, person: PersonId, id: AttachmentId) -> Key {
    Key::new(person_pk(com, person), format!("ATTACH#{id}"))
}

/// The team.
#[must_use]
pub fn care_nodes(com: CommunityId) -> Key {
    Key::new(format!("{com}#CARENODES"), "NODES")
}
