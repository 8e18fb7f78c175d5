//! Changes to who people are: roles, number, second factor. Each keeps who made it, where that may open
//! the account to them: see [`crate::hands`].

use jiff::Timestamp;

use crate::Refusal;
use crate::access::Role;
use crate::person::Person;

/// Sets a person's roles. Everybody stays a resident. `admins`: how many the community has. `by` is kept
/// where a role is given, not where one is taken.
/// Refuses: `LastAdmin` when nobody would be left to grant roles.
pub fn set_roles(
    person: Person,
    roles: &[Role],
    admins: usize,
    by: &Person,
    at: Timestamp,
) -> Result<Person, Refusal> {
    let loses_admin = person.roles.contains(&Role::Admin) && !roles.contains(&Role::Admin);
    if loses_admin && admins <= 1 {
        return Err(Refusal::LastAdmin);
    }
    let mut roles: Vec<Role> = roles.iter().copied().chain([Role::Resident]).collect();
    roles.sort_unstable();
    roles.dedup();
    let gives = roles.iter().any(|role| !person.roles.contains(role));
    let person = match gives {
        true => person.kept_by(by, at),
        false => person,
    };
    Ok(Person {
        roles,
        ver: person.ver + 1,
        ..person
    })
}

/// Somebody with that number from now on, which leads to their sign-in; the version stays. Without one
/// nobody signs in, so that whoever takes it away opens nothing.
#[must_use]
pub fn with_number(person: Person, phone: Option<String>, by: &Person, at: Timestamp) -> Person {
    let opens = phone.is_some() && phone != person.phone;
    let person = match opens {
        true => person.kept_by(by, at),
        false => person,
    };
    Person { phone, ..person }
}

/// Somebody whose second factor was taken away.
#[must_use]
pub fn without_second_factor(person: Person, by: &Person, at: Timestamp) -> Person {
    let person = person.kept_by(by, at);
    Person {
        ver: person.ver + 1,
        ..person
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{Language, TextSize};
    use crate::{CommunityId, PersonId};

    fn person(roles: &[Role]) -> Person {
        Person {
            id: PersonId::new(1, 1),
            community: CommunityId::new(1, 2),
            name: "王阿姨".to_owned(),
            phone: Some("13800000001".to_owned()),
            born: None,
            household: None,
            guardian: None,
            roles: roles.to_vec(),
            language: Language::Zh,
            text_size: TextSize::Large,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            deleted_at: None,
            kept: Vec::new(),
            ver: 7,
        }
    }

    /// `had  wanted  admins -> has | refused code`
    #[test]
    fn roles_are_set_as_wanted_but_somebody_stays_admin() {
        let rows = "
            resident            resident                        1 -> resident
            resident            -                               1 -> resident
            resident            provider                        1 -> resident provider
            resident            admin                           1 -> resident admin
            resident            station,volunteer,station       1 -> resident volunteer station
            resident,provider   resident                        1 -> resident
            resident,admin      resident                        2 -> resident
            resident,admin      resident,admin                  1 -> resident admin
            resident,admin      admin,provider                  1 -> resident provider admin
            resident,admin      resident                        1 -> refused last_admin
            resident,admin      -                               1 -> refused last_admin
            admin,provider      provider                        0 -> refused last_admin
        ";
        for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
            let (cause, want) = row.split_once(" -> ").expect("an outcome");
            let cells: Vec<&str> = cause.split_whitespace().collect();
            let [had, wanted, admins] = cells[..] else {
                panic!("three columns in {row}")
            };
            let roles = |text: &str| -> Vec<Role> {
                let names = text.split(',').filter(|name| *name != "-");
                names.map(|name| name.parse().expect("a role")).collect()
            };
            let before = person(&roles(had));
            let admins = admins.parse().expect("a number of admins");
            let (own, now) = (before.clone(), jiff::Timestamp::UNIX_EPOCH);
            let got = match set_roles(before.clone(), &roles(wanted), admins, &own, now) {
                Ok(after) => {
                    let want = Person {
                        roles: after.roles.clone(),
                        ver: before.ver + 1,
                        ..before
                    };
                    assert_eq!(after, want, "nothing else changes");
                    after
                        .roles
                        .iter()
                        .map(|role| role.as_str())
                        .collect::<Vec<_>>()
                        .join(" ")
                }
                Err(Refusal::LastAdmin) => "refused last_admin".to_owned(),
                Err(other) => panic!("{other:?} is no answer here"),
            };
            assert_eq!(got, want, "{row}");
        }
    }
}
