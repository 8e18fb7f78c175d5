//! Who is who: people, how they sign in, what they agreed to, and what stays when they leave.

mod care;
mod leaving;
pub(crate) mod looks;
mod people;
mod second_step;
mod sign_in;
mod withdrawn;

pub use care::{Consent, Feedback, Handling, View, consent_item, feedback_item, view_item};
pub use leaving::{Erasure, Leaver, erased_person_item};
pub use looks::{Looked, ViewHead, ViewLink};
pub use people::{Additions, community_item, household_item, person_item};
pub use second_step::{SecondFactor, second_factor_item};
pub use sign_in::{Account, Rate, SignedIn, account_item};
pub use withdrawn::{Withdrawal, withdrawn_item};
