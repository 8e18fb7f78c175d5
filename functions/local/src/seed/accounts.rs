//! Who can be signed in as, in the order a demonstration offers them.

use domain::access::Role;

pub const FIRST_RESIDENT: &str = "测试·王阿姨";
pub const FIRST_RESIDENT_PHONE: &str = "13800000001";

/// Role to show, and the telephone number that finds the person.
pub const ACCOUNTS: &[(Role, &str)] = &[
    (Role::Resident, FIRST_RESIDENT_PHONE),
    (Role::Resident, "13800000002"),
    (Role::Resident, "13800000003"),
    (Role::Volunteer, "13800000301"),
    (Role::Provider, "13800000101"),
    (Role::Provider, "13800000102"),
    (Role::Provider, "13800000108"),
    (Role::Provider, "13800000113"),
    (Role::BuildingHead, "13800000261"),
    (Role::GridWorker, "13800000251"),
    (Role::DeskHelper, "13800000231"),
    (Role::Librarian, "13800000241"),
    (Role::Station, "13800000221"),
    (Role::SocialWorker, "13800000201"),
    (Role::SocialWorker, "13800000202"),
    (Role::SocialWorker, "13800000203"),
    (Role::Admin, "13800000211"),
    (Role::Admin, "13800000212"),
    (Role::Resident, "13800009001"),
    (Role::Provider, "13800009101"),
    (Role::Station, "13800009221"),
    (Role::SocialWorker, "13800009201"),
    (Role::Admin, "13800009211"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_there() {
        for role in Role::ALL {
            assert!(ACCOUNTS.iter().any(|(shown, _)| shown == role), "{role}");
        }
    }
}
