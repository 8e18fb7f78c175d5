//! Changes to who people are: roles.

use crate::Refusal;
use crate::access::Role;
use crate::person::Person;

/// Sets a person's roles. Everybody stays a resident. `admins`: how many the community has.
/// Refuses: `LastAdmin` when nobody would be left to grant roles.
pub fn set_roles(person: Person, roles: &[Role], admins: usize) -> Result<Person, Refusal> {
    let loses_admin = person.roles.contains(&Role::Admin) && !roles.contains(&Role::Admin);
    if loses_admin && admins <= 1 {
        return Err(Refusal::LastAdmin);
    }
    let mut roles: Vec<Role> = roles.iter().copied().chain([Role::Resident]).collect();
    roles.sort_unstable();
    roles.dedup();
    Ok(Person {
        roles,
        ver: person.ver + 1,
        ..person
    })
}
