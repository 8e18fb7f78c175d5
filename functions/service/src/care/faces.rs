//! What pages show of cases and tasks: the words and names around them, and no more of the person than one sees.

use std::collections::{BTreeMap, BTreeSet};

use domain::care::board::is_overdue;
use domain::care::{Case, CaseFile, CauseSeen, Closing, Field, Left, Note, Task};
use domain::person::{Household, Person};
use domain::{CommunityId, HouseholdId, PersonId};
use jiff::Timestamp;
use wire::care::{
    AddendumView, BetweenView, CallView, CaseAlertView, CaseFileView, CaseRow, ClosingView,
    FollowUpView, LeftView, LinkView, NoteView, PastCase, ReflectionView, TaskLine, TurnView,
    VisitView,
};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Who;

/// People with their doors, read once for a page.
pub struct Faces {
    people: BTreeMap<PersonId, Person>,
    homes: BTreeMap<HouseholdId, Household>,
}

impl Faces {
    /// Those among these who are still there.
    pub async fn of(ctx: &Ctx, com: CommunityId, ids: BTreeSet<PersonId>) -> Result<Self, Error> {
        let ids: Vec<PersonId> = ids.into_iter().collect();
        let people = match ids.is_empty() {
            true => Vec::new(),
            false => ctx.store.people_among(com, &ids).await?,
        };
        let doors: BTreeSet<HouseholdId> = people.iter().filter_map(|one| one.household).collect();
        let doors: Vec<HouseholdId> = doors.into_iter().collect();
        let homes = match doors.is_empty() {
            true => Vec::new(),
            false => ctx.store.households_among(com, &doors).await?,
        };
        Ok(Self {
            people: people.into_iter().map(|one| (one.id, one)).collect(),
            homes: homes.into_iter().map(|one| (one.id, one)).collect(),
        })
    }

    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    pub fn name(&self, id: PersonId) -> String {
        self.person(id)
            .map(|one| one.name.clone())
            .unwrap_or_default()
    }

    pub fn named(&self, id: Option<PersonId>) -> String {
        id.map(|id| self.name(id)).unwrap_or_default()
    }

    pub fn home(&self, id: PersonId) -> Option<&Household> {
        self.homes.get(&self.person(id)?.household?)
    }

    /// Building and door; empty where none is known.
    pub fn room(&self, id: PersonId) -> String {
        let home = self.home(id);
        home.map(|home| format!("{} {}", home.building, home.room))
            .unwrap_or_default()
    }
}

/// Whose names a list of cases takes.
pub fn of_rows(cases: &[Case]) -> BTreeSet<PersonId> {
    let people = cases.iter().flat_map(|case| {
        let owner = case.work.owner.person();
        [case.person].into_iter().chain(owner)
    });
    people.collect()
}

/// Whose names a case takes.
pub fn of_case(case: &Case) -> BTreeSet<PersonId> {
    let mut people = of_rows(std::slice::from_ref(case));
    for task in case.tasks() {
        people.extend(task.owner.person());
        people.extend(task.backup);
        people.extend(task.offer.as_ref().map(|offer| offer.to));
        for turn in &task.turns {
            people.extend(turn.who.into_iter().chain(turn.to));
        }
    }
    people.extend(case.calls.iter().map(|one| one.by));
    people.extend(case.links.iter().map(|one| one.by));
    people.extend(case.reflections.iter().map(|one| one.by));
    let closings = case.closing.iter().chain(&case.closed_before);
    people.extend(closings.filter_map(|one| one.by));
    people.extend(case.files.iter().map(|one| one.by));
    people
}

/// Whose names notes take.
pub fn of_notes(notes: &[Note]) -> BTreeSet<PersonId> {
    let people = notes.iter().flat_map(|note| {
        let added = note.addenda.iter().map(|one| one.by);
        std::iter::once(note.by).chain(added)
    });
    people.collect()
}

pub fn case_row(
    who: &Who,
    sees: &BTreeSet<Field>,
    case: &Case,
    faces: &Faces,
    at: Timestamp,
) -> CaseRow {
    let owner = case.work.holder(at).person();
    let standing = case.alerts.iter().filter(|one| one.over_at.is_none());
    let mut causes: Vec<CauseSeen> = Vec::new();
    for cause in standing.map(|one| CauseSeen::to(sees, one.cause)) {
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    let closing = case.closing.as_ref();
    CaseRow {
        id: case.id,
        person: case.person,
        person_name: faces.name(case.person),
        room: faces.room(case.person),
        source: case.source,
        stage: case.stage(),
        opened_at: who.moment(case.opened_at),
        owner,
        owner_name: faces.named(owner),
        lease_until: case
            .work
            .lease_until
            .filter(|_| owner.is_some())
            .map(|until| who.moment(until)),
        causes,
        overdue: is_overdue(case, at),
        unsettled: u32::try_from(case.unsettled()).unwrap_or(u32::MAX),
        closed_at: closing.map(|one| who.moment(one.at)),
        reason: closing.map(|one| one.reason),
        ver: case.ver,
    }
}

pub fn past_case(who: &Who, case: &Case) -> PastCase {
    PastCase {
        id: case.id,
        opened_at: who.moment(case.opened_at),
        stage: case.stage(),
        reason: case.closing.as_ref().map(|one| one.reason),
    }
}

pub fn task_line(who: &Who, task: &Task, faces: &Faces, at: Timestamp) -> TaskLine {
    let owner = task.holder(at).person();
    let offer = task.offer.as_ref().filter(|offer| at < offer.until);
    let asked = offer.map(|offer| offer.to);
    let turns = task.turns.iter().map(|turn| TurnView {
        at: who.moment(turn.at),
        what: turn.what,
        who_name: faces.named(turn.who),
        to_name: faces.named(turn.to),
        reason: turn.reason.clone(),
    });
    TaskLine {
        id: task.id,
        kind: task.kind,
        owner,
        owner_name: faces.named(owner),
        lease_until: task
            .lease_until
            .filter(|_| owner.is_some())
            .map(|until| who.moment(until)),
        backup_name: faces.named(task.backup),
        asked,
        asked_name: faces.named(asked),
        answer_until: offer.map(|offer| who.moment(offer.until)),
        ended_at: task.ended_at.map(|ended| who.moment(ended)),
        turns: turns.collect(),
    }
}

fn left_view(who: &Who, left: Left) -> LeftView {
    let none = LeftView {
        seen_at: None,
        away_until: None,
        watched_until: None,
        case: None,
    };
    match left {
        Left::ProofOfLife(at) => LeftView {
            seen_at: Some(who.moment(at)),
            ..none
        },
        Left::Pause(at) => LeftView {
            away_until: Some(who.moment(at)),
            ..none
        },
        Left::Watch(at) => LeftView {
            watched_until: Some(who.moment(at)),
            ..none
        },
        Left::Case(id) => LeftView {
            case: Some(id),
            ..none
        },
        Left::Gone => none,
    }
}

pub fn closing_view(who: &Who, closing: &Closing, faces: &Faces) -> ClosingView {
    ClosingView {
        at: who.moment(closing.at),
        by_name: faces.named(closing.by),
        reason: closing.reason,
        comment: closing.comment.clone(),
        left: left_view(who, closing.left),
    }
}

pub fn alerts(who: &Who, sees: &BTreeSet<Field>, case: &Case) -> Vec<CaseAlertView> {
    let view = |one: &domain::care::CaseAlert| CaseAlertView {
        id: one.id,
        cause: CauseSeen::to(sees, one.cause),
        rules_ver: one.rules_ver,
        opened_at: who.moment(one.opened_at),
        over_at: one.over_at.map(|over| who.moment(over)),
    };
    case.alerts.iter().map(view).collect()
}

pub fn calls(who: &Who, case: &Case, faces: &Faces) -> Vec<CallView> {
    let view = |one: &domain::care::Call| CallView {
        at: who.moment(one.at),
        by_name: faces.name(one.by),
        whom: one.whom,
        outcome: one.outcome,
        note: one.note.clone(),
    };
    case.calls.iter().map(view).collect()
}

pub fn visits(who: &Who, case: &Case, faces: &Faces, at: Timestamp) -> Vec<VisitView> {
    let view = |one: &domain::care::Visit| {
        let seen = one.assessment.as_ref();
        VisitView {
            task: task_line(who, &one.task, faces, at),
            grade: one.grade,
            asks: one.asks.clone(),
            ordered_at: who.moment(one.ordered_at),
            follow_up: one.follow_up,
            arrived_at: one.arrived_at.map(|arrived| who.moment(arrived)),
            found: seen.map(|seen| seen.found),
            facts: seen.map(|seen| seen.facts.clone()).unwrap_or_default(),
            emergency: seen.and_then(|seen| seen.emergency),
            found_at: seen.map(|seen| who.moment(seen.at)),
        }
    };
    case.visits.iter().map(view).collect()
}

pub fn links(who: &Who, case: &Case, faces: &Faces) -> Vec<LinkView> {
    let view = |one: &domain::care::Link| LinkView {
        at: who.moment(one.at),
        by_name: faces.name(one.by),
        kind: one.kind,
        what: one.what.clone(),
        booking: one.booking,
    };
    case.links.iter().map(view).collect()
}

pub fn follow_ups(who: &Who, case: &Case, faces: &Faces, at: Timestamp) -> Vec<FollowUpView> {
    let view = |one: &domain::care::FollowUp| FollowUpView {
        task: task_line(who, &one.task, faces, at),
        what: one.what.clone(),
        due: who.moment(one.due),
        came: one.came.clone(),
        visit: one.visit,
    };
    case.follow_ups.iter().map(view).collect()
}

pub fn file_view(who: &Who, file: &CaseFile, faces: &Faces) -> CaseFileView {
    CaseFileView {
        id: file.id,
        form: file.form,
        about: file.about.clone(),
        bytes: file.bytes,
        by_name: faces.name(file.by),
        at: who.moment(file.at),
    }
}

/// What went from one part of the team to another, in its order.
pub fn between(who: &Who, case: &Case, faces: &Faces) -> Vec<BetweenView> {
    let all = case
        .tasks()
        .flat_map(|task| task.turns.iter().map(|turn| (task.id, turn)));
    let mut all: Vec<_> = all
        .filter_map(|(task, turn)| Some((turn.at, task, turn, turn.between?)))
        .collect();
    all.sort_by_key(|(at, ..)| *at);
    let view = all
        .into_iter()
        .map(|(at, task, turn, between)| BetweenView {
            task,
            at: who.moment(at),
            what: turn.what,
            from: between.from,
            to: between.to,
            who_name: faces.named(turn.who),
            to_name: faces.named(turn.to),
            reason: turn.reason.clone(),
        });
    view.collect()
}

pub fn reflections(who: &Who, case: &Case, faces: &Faces) -> Vec<ReflectionView> {
    let view = |one: &domain::care::Reflection| ReflectionView {
        at: who.moment(one.at),
        by_name: faces.name(one.by),
        lesson: one.lesson.clone(),
        rules_ver: one.rules_ver,
    };
    case.reflections.iter().map(view).collect()
}

pub fn note_view(who: &Who, note: &Note, faces: &Faces, at: Timestamp) -> NoteView {
    let added = note.addenda.iter().map(|one| AddendumView {
        by_name: faces.name(one.by),
        at: who.moment(one.at),
        text: one.text.clone(),
    });
    NoteView {
        id: note.id,
        case: note.case,
        by: note.by,
        by_name: faces.name(note.by),
        at: who.moment(note.at),
        on: who.moment(note.on),
        form: note.words.form,
        facts: note.words.facts.clone(),
        inference: note.words.inference.clone(),
        plan: note.words.plan.clone(),
        phrases: note.words.phrases.clone(),
        locks_at: who.moment(note.locks_at()),
        locked: note.locks_at() <= at,
        addenda: added.collect(),
        ver: note.ver,
    }
}

/// What the caller sees of a person, by their part of the team.
pub async fn sees(ctx: &Ctx, who: &Who) -> Result<BTreeSet<Field>, Error> {
    let nodes = ctx.store.care_nodes(who.community.id).await?;
    Ok(nodes.sees(&who.person.roles))
}
