//! Cases, the files of people, notes, and the team. Read [`moves`] (what is written together), [`joins`] (what an
//! alert means for a case, in the alert's own transaction), then [`reads`]; [`leaving`] is what goes with a person.

pub(crate) mod audit;
mod joins;
mod leaving;
mod moves;
mod reads;

pub use moves::{
    Attachment, CareChange, attachment_item, care_file_item, care_nodes_item, case_item, note_item,
};
