//! Notes as they are written, and those that wait on this device for a network.

use domain::care::{NoteForm, Words};
use domain::{CaseId, limits};
use serde::{Deserialize, Serialize};
use wire::care::CreateNoteBody;
use wire::{Code, Problem};

use super::care_draft::KEPT_MILLIS;
use crate::api;

/// As many as one note has.
pub const PHRASES_MOST: usize = limits::NOTE_PHRASES;

/// Phrases that are touched rather than typed, by their keys: what was seen or said, and nothing that anybody made of
/// it.
pub const PHRASES: [&str; 10] = [
    "in_good_spirits",
    "tired",
    "room_tidy",
    "room_untidy",
    "food_in_the_house",
    "little_food",
    "takes_medicine",
    "walks_safely",
    "asked_for_company",
    "nobody_opened",
];

/// One more, or one less.
pub fn touch(phrases: &mut Vec<String>, key: &str) {
    match phrases.iter().position(|known| known == key) {
        Some(at) => {
            phrases.remove(at);
        }
        None if phrases.len() < PHRASES_MOST => phrases.push(key.to_owned()),
        None => {}
    }
}

/// Phrases as a draft keeps them.
#[must_use]
pub fn phrases(raw: &str) -> Vec<String> {
    let keys = raw.split(' ').filter(|key| !key.is_empty());
    keys.map(str::to_owned).collect()
}

/// What is typed as the words of a note. Facts come first: what one makes of them needs some; a phrase is a fact.
pub fn words(
    form: &str,
    [facts, inference, plan]: [&str; 3],
    phrases: Vec<String>,
    said: &str,
) -> Result<Words, Problem> {
    let form = form.parse::<NoteForm>();
    let form = form.map_err(|()| Problem::new(Code::MissingField).at("/words/form"))?;
    let facts = match facts.trim() {
        "" => said.trim(),
        facts => facts,
    };
    if facts.is_empty() {
        return Err(Problem::new(Code::EmptyText).at("/words/facts"));
    }
    Ok(Words {
        form,
        facts: facts.to_owned(),
        inference: inference.trim().to_owned(),
        plan: plan.trim().to_owned(),
        phrases,
    })
}

/// A note that waits for a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptNote {
    pub case: CaseId,
    pub body: CreateNoteBody,
    /// When it was kept, in milliseconds since 1970. Absent: by a version that did not say; then since it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<u64>,
    /// Why it was not taken: it waits for whoever wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Problem>,
}

/// How handing one in ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Taken,
    /// It is handed in again.
    Later,
    /// Whoever wrote it has to look at it.
    Refused(Problem),
}

/// A network that fails, and somebody who has to sign in again, lose no note.
#[must_use]
pub fn end<T>(answer: &Result<T, Problem>) -> End {
    match answer {
        Ok(_) => End::Taken,
        Err(problem) if problem.retryable || api::is_offline(problem) => End::Later,
        Err(problem) => match problem.code {
            // It came in before, and its answer was lost.
            Code::IdReused => End::Taken,
            Code::SignedOut | Code::SecondFactorRequired | Code::Stale => End::Later,
            _ => End::Refused(problem.clone()),
        },
    }
}

/// What is kept after that; what another window kept meanwhile stays.
#[must_use]
pub fn after(notes: Vec<KeptNote>, sent: &KeptNote, end: &End) -> Vec<KeptNote> {
    let same = |note: &KeptNote| note.body.id == sent.body.id;
    let left = |mut note: KeptNote| match end {
        End::Taken if same(&note) => None,
        End::Refused(problem) if same(&note) => {
            note.refused = Some(problem.clone());
            Some(note)
        }
        _ => Some(note),
    };
    notes.into_iter().filter_map(left).collect()
}

/// Without this one, where it is kept already.
#[must_use]
pub fn without(notes: Vec<KeptNote>, note: &KeptNote) -> Vec<KeptNote> {
    after(notes, note, &End::Taken)
}

/// Those that are kept still, and how many there are no more: none is kept for longer than what is only typed.
#[must_use]
pub fn in_time(mut notes: Vec<KeptNote>, now: u64) -> (Vec<KeptNote>, usize) {
    let before = notes.len();
    notes.retain(|note| {
        let happened = || {
            let on = note.body.on?.as_millisecond();
            u64::try_from(on).ok()
        };
        let since = note.kept_at.or_else(happened).unwrap_or_default();
        // A clock that was put back makes nothing last longer.
        now.abs_diff(since) < KEPT_MILLIS
    });
    let gone = before - notes.len();
    (notes, gone)
}

/// The clock of this device may be ahead: then the note happened when it comes in.
#[must_use]
pub fn is_ahead(problem: &Problem) -> bool {
    problem.code == Code::BadValue && problem.pointer.as_deref() == Some("/on")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{find, texts};
    use crate::model::kept;
    use domain::NoteId;

    fn note(n: u64) -> KeptNote {
        KeptNote {
            case: CaseId::new(1, 1),
            body: CreateNoteBody {
                id: NoteId::new(n, 7),
                on: None,
                words: words("visit", ["在家", "", ""], Vec::new(), "").expect("words"),
            },
            kept_at: None,
            refused: None,
        }
    }

    #[test]
    fn facts_come_first_and_a_phrase_is_one() {
        let none = words("phone", [" ", "想女儿了", ""], Vec::new(), "").expect_err("no facts");
        assert_eq!(none.pointer.as_deref(), Some("/words/facts"));
        let form = words("letter", ["在家", "", ""], Vec::new(), "").expect_err("no such form");
        assert_eq!(form.pointer.as_deref(), Some("/words/form"));
        let touched = words(
            "phone",
            ["", "", " 明天再去 "],
            phrases("tired"),
            "看起来累",
        );
        let touched = touched.expect("a phrase is a fact");
        assert_eq!(touched.facts, "看起来累");
        assert_eq!(touched.plan, "明天再去");
        assert_eq!(touched.phrases, ["tired"]);
    }

    #[test]
    fn a_phrase_is_touched_once_and_again_to_take_it_away() {
        let mut touched = phrases("tired ");
        touch(&mut touched, "room_tidy");
        assert_eq!(touched.join(" "), "tired room_tidy");
        touch(&mut touched, "tired");
        assert_eq!(touched, ["room_tidy"]);
        for n in 0..2 * PHRASES_MOST {
            touch(&mut touched, &n.to_string());
        }
        assert_eq!(touched.len(), PHRASES_MOST);
    }

    #[test]
    fn every_phrase_has_words() {
        for key in PHRASES {
            assert!(find(texts::desk_case::phrase::ALL, key).is_some(), "{key}");
        }
        assert_eq!(texts::desk_case::phrase::ALL.len(), PHRASES.len());
    }

    #[test]
    fn kept_notes_come_back_as_they_were() {
        let notes = vec![note(1), note(2)];
        assert_eq!(kept::read::<KeptNote>(&kept::written(&notes)), notes);
    }

    #[test]
    fn what_was_taken_goes_and_nothing_else() {
        let (one, two, three) = (note(1), note(2), note(3));
        let all = || vec![one.clone(), two.clone(), three.clone()];
        assert_eq!(
            after(all(), &two, &End::Taken),
            vec![one.clone(), three.clone()]
        );
        assert_eq!(after(all(), &two, &End::Later), all());
        let problem = Problem::new(Code::NotFound);
        let refused = after(all(), &two, &End::Refused(problem.clone()));
        assert_eq!(refused[1].refused, Some(problem));
        assert_eq!(refused.len(), 3);
        assert_eq!(without(all(), &two).len(), 2);
    }

    #[test]
    fn no_note_is_kept_for_longer_than_three_days() {
        let hours = |hours: u64| hours * 3_600_000;
        let kept = |n: u64, at: u64| KeptNote {
            kept_at: Some(hours(at)),
            ..note(n)
        };
        let mut older = note(3);
        older.body.on = jiff::Timestamp::from_millisecond(3_600_000).ok();
        let all = vec![kept(1, 100), kept(2, 110), older, note(4)];
        let left = |at: u64| {
            let (left, gone) = in_time(all.clone(), hours(at));
            let left: Vec<_> = left.iter().map(|note| note.body.id).collect();
            (left, gone)
        };
        let id = |n: u64| note(n).body.id;
        assert_eq!(left(71), (vec![id(1), id(2), id(3), id(4)], 0));
        assert_eq!(left(72), (vec![id(1), id(2), id(3)], 1));
        assert_eq!(left(171), (vec![id(1), id(2)], 2));
        assert_eq!(left(172), (vec![id(2)], 3));
        assert_eq!(left(182), (vec![], 4));
        // By a clock that was put back.
        assert_eq!(left(20), (vec![id(3), id(4)], 2));
    }

    #[test]
    fn only_what_will_never_be_taken_is_refused() {
        let ended = |code| end::<()>(&Err(Problem::new(code)));
        assert_eq!(end(&Ok(())), End::Taken);
        for code in [Code::Failed, Code::Busy, Code::SignedOut, Code::Stale] {
            assert_eq!(ended(code), End::Later, "{}", code.as_str());
        }
        assert_eq!(ended(Code::IdReused), End::Taken);
        assert!(matches!(ended(Code::NotFound), End::Refused(_)));
        assert!(is_ahead(&Problem::new(Code::BadValue).at("/on")));
        assert!(!is_ahead(&Problem::new(Code::BadValue).at("/words/facts")));
    }
}
