//! How cases, files and the team are said, the same on every page.

use domain::care::{
    CallOutcome, CaseReason, CauseSeen, Factor, Field, Found, LinkKind, NodeKind, NoteForm, Source,
    Stage, Tier, VisitGrade,
};
use leptos::prelude::*;
use wire::care::CaseRow;

use crate::i18n::{find, named, texts};
use crate::model::when;
use crate::t;
use crate::ui::{Icon, Tone};

#[must_use]
pub fn stage(stage: Stage) -> String {
    named(texts::desk_care::stage::ALL, stage.as_str())
}

/// What its colour says again.
#[must_use]
pub fn stage_tone(stage: Stage) -> Tone {
    match stage {
        Stage::Triage => Tone::Bad,
        Stage::Call | Stage::Visit | Stage::Link => Tone::Wait,
        Stage::FollowUp | Stage::Close | Stage::Reflect => Tone::Info,
        Stage::Done => Tone::Calm,
    }
}

#[must_use]
pub fn source(source: Source) -> String {
    let name = match source {
        Source::Own => "own",
        other => other.as_str(),
    };
    named(texts::desk_care::source::ALL, name)
}

#[must_use]
pub fn reason(reason: CaseReason) -> String {
    named(texts::desk_care::reason::ALL, reason.as_str())
}

#[must_use]
pub fn outcome(outcome: CallOutcome) -> String {
    named(texts::desk_care::outcome::ALL, outcome.as_str())
}

#[must_use]
pub fn found(found: Found) -> String {
    named(texts::desk_care::found::ALL, found.as_str())
}

#[must_use]
pub fn grade(grade: VisitGrade) -> String {
    named(texts::desk_care::grade::ALL, grade.as_str())
}

/// How often somebody is visited; it says nothing else of them.
#[must_use]
pub fn tier(tier: Tier) -> String {
    named(texts::desk_care::tier::ALL, tier.as_str())
}

#[must_use]
pub fn link_kind(kind: LinkKind) -> String {
    named(texts::desk_care::link_kind::ALL, kind.as_str())
}

#[must_use]
pub fn cause(cause: CauseSeen) -> String {
    named(texts::desk_care::cause::ALL, cause.as_str())
}

/// A reason to visit somebody, with how often it asks for that.
#[must_use]
pub fn factor(factor: Factor) -> String {
    let why = named(texts::desk_care::factor::ALL, factor.as_str());
    t!(
        desk_care.file.factor,
        why = why,
        often = tier(factor.tier())
    )
}

#[must_use]
pub fn field(field: Field) -> String {
    named(texts::desk_care::field::ALL, field.as_str())
}

#[must_use]
pub fn fields(fields: &[Field]) -> String {
    joined(fields.iter().map(|one| field(*one)).collect())
}

#[must_use]
pub fn node_kind(kind: NodeKind) -> String {
    named(texts::desk_care::node_kind::ALL, kind.as_str())
}

#[must_use]
pub fn note_form(form: NoteForm) -> String {
    named(texts::desk_care::note_form::ALL, form.as_str())
}

/// What somebody opened, by the endpoint's name.
#[must_use]
pub fn look(what: &str) -> String {
    let known = find(texts::desk_care::look::ALL, what);
    known.map_or_else(
        || t!(desk_care.looks.other).to_owned(),
        |text| text.now().to_owned(),
    )
}

/// Words after each other; nothing of nothing.
#[must_use]
pub fn joined(words: Vec<String>) -> String {
    words.join(t!(desk.act.comma))
}

/// What a case is about: the alerts that stand, else who said it.
#[must_use]
pub fn about(case: &CaseRow) -> String {
    match case.causes.is_empty() {
        true => source(case.source),
        false => joined(case.causes.iter().map(|one| cause(*one)).collect()),
    }
}

/// Whose it is, and until when.
#[must_use]
pub fn owner(case: &CaseRow) -> String {
    match (case.owner, case.lease_until) {
        (Some(_), Some(until)) => {
            let (name, until) = (&case.owner_name, when::moment(until));
            t!(desk_care.board.owner, name = name, until = until)
        }
        (Some(_), None) => case.owner_name.clone(),
        (None, _) => t!(desk_care.board.station).to_owned(),
    }
}

/// Something of it is past its time, as a picture beside words.
#[must_use]
pub fn overdue() -> AnyView {
    view! { <span class="expiry" data-tone="bad" data-testid="overdue">{Icon::Warn.draw()}<span>{t!(desk_care.board.overdue)}</span></span> }.into_any()
}
