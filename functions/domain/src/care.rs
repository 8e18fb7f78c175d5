//! The care desk: what somebody does about an alert or a word, until it is over and learned from.
//!
//! Read [`task`] (who has something to do, and who after them), [`case`] (what was done, and what follows from it) with
//! its moves, then its parts: [`visit`], [`follow_up`]. [`timers`] is what becomes of a case by itself. [`file`] is what
//! is known of somebody, [`note`] what was written about them, [`attachment`] what was pictured,
//! [`timeline`](mod@timeline) all that happened to them, [`node`] who belongs to which part of the team, and [`board`]
//! what a month came to.
//!
//! Where a case stands is never set: [`case::Case::stage`] is a function of what was done. Every task that is open
//! has one owner, a person or the station. A person has one open case at most, and whoever's case is closed is not
//! left unwatched ([`case::Left`]).
//!
//! Source of the way of a case: the case study's four steps (alert, call, visit, resources) and MZ/T 094-2017.

pub mod attachment;
pub mod board;
pub mod case;
pub mod file;
pub mod follow_up;
mod left;
mod moves;
pub mod node;
pub mod note;
pub mod task;
pub mod timeline;
pub mod timers;
pub mod visit;

pub use attachment::{AttachmentForm, CaseFile};
pub use board::{Board, Report, report, useful};
pub use case::{
    Call, CallOutcome, Case, CaseAlert, CaseReason, CauseSeen, Closing, Contacted, Finding, Left,
    Link, LinkKind, Opening, Reflection, Source, Stage,
};
pub use file::{CareFile, Contact, Factor, Field, Tier};
pub use follow_up::FollowUp;
pub use node::{Between, CareNodes, Node, NodeKind};
pub use note::{Addendum, Note, NoteForm, Words};
pub use task::{Holder, Offer, Task, TaskKind, Turn, TurnKind};
pub use timeline::{Event, EventKind, timeline};
pub use timers::{Told, ToldTo};
pub use visit::{Assessment, Emergency, Found, Visit, VisitGrade};
