//! Ids made here, so that a repeated call is recognised: the time and 80 bits of chance.

use domain::{
    AbsenceId, ActivityId, AttachmentId, AuditId, BookingId, CaseId, CommandId, CredentialId,
    DeviceId, EntryId, FeedbackId, HoldId, HouseholdId, LibraryImportId, LoanId, NetworkBatchId,
    NoteId, PersonId, ProviderId, RedemptionId, RewardId, ServiceId, SignUpId, TaskId, TeamId,
    TitleId,
};

/// An id the app may make.
pub trait Fresh {
    fn from_parts(millis: u64, random: u128) -> Self;
}

macro_rules! fresh {
    ($($name:ident),+) => {$( impl Fresh for $name { fn from_parts(millis: u64, random: u128) -> Self { Self::new(millis, random) } } )+};
}
fresh!(
    AbsenceId,
    ActivityId,
    AttachmentId,
    AuditId,
    BookingId,
    CaseId,
    CommandId,
    CredentialId,
    DeviceId,
    EntryId,
    FeedbackId,
    HoldId,
    HouseholdId,
    LibraryImportId,
    LoanId,
    NetworkBatchId,
    NoteId,
    PersonId,
    ProviderId,
    RedemptionId,
    RewardId,
    ServiceId,
    SignUpId,
    TaskId,
    TeamId,
    TitleId
);

/// A new id.
#[must_use]
pub fn fresh<I: Fresh>() -> I {
    let (millis, random) = parts();
    I::from_parts(millis, random)
}

fn parts() -> (u64, u128) {
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = web_sys::window().and_then(|w| w.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let millis = u64::try_from(crate::clock::now().as_millisecond()).unwrap_or(0);
    (millis, u128::from_be_bytes(bytes) >> 48)
}

/// Names a move so that pressing again after a lost answer repeats it instead of making another:
/// the same words get the same id, other words a new one.
#[derive(Clone, Copy)]
pub struct Again {
    last: leptos::prelude::StoredValue<(String, CommandId)>,
}

impl Default for Again {
    fn default() -> Self {
        Self {
            last: leptos::prelude::StoredValue::new((String::new(), fresh())),
        }
    }
}

impl Again {
    /// As [`Again::id`], for a call that names the thing it makes: `EntryId::from_bits(…)`.
    #[must_use]
    pub fn bits(self, what: &str) -> u128 {
        self.id(what).bits()
    }

    /// `what`: everything the call will say.
    #[must_use]
    pub fn id(self, what: &str) -> CommandId {
        use leptos::prelude::{GetValue, SetValue};
        let (said, id) = self.last.get_value();
        if said == what {
            return id;
        }
        let id = fresh();
        self.last.set_value((what.to_owned(), id));
        id
    }
}
