//! Service time in whole minutes. Read [`Attendance`] (who was there), then [`Entry`] (what it
//! became): entries are only added, and corrected by others that supersede them.
//!
//! Nobody alone makes an hour: whoever served never approves, whoever scanned their card does not
//! confirm what came of it, and what was written down by hand takes two others. Others are those who are
//! not one hand by who set up their accounts ([`crate::hands`]). No minute of a person
//! counts twice ([`refuse_twice`]). Points are given for entries ([`crate::ledger`]); redeeming them
//! changes nothing here.

mod attendance;
mod entry;

pub use attendance::{
    Attendance, Mark, Presence, PresenceName, Said, Sign, Step, asked_at, door_step, door_steps,
    door_until,
};
pub use entry::{
    Approval, Claim, Entry, EntryState, EntryStateName, Hand, Source, refuse_second_correction,
    refuse_twice,
};
