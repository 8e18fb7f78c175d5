//! What is known of somebody, while it is written.

use domain::care::{Contact, Factor};
use serde::{Deserialize, Serialize};
use wire::care::CareFileView;

/// Everything that is written in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Agreed to be visited.
    pub visited: bool,
    pub factors: Vec<Factor>,
    pub conditions: String,
    pub contacts: Vec<Contact>,
}

impl Draft {
    #[must_use]
    pub fn of(file: &CareFileView) -> Self {
        Self {
            visited: file.visited,
            factors: file.factors.clone(),
            conditions: file.conditions.clone(),
            contacts: file.contacts.clone(),
        }
    }

    /// As it is sent.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        self.conditions = self.conditions.trim().to_owned();
        for contact in &mut self.contacts {
            for text in [&mut contact.name, &mut contact.relation, &mut contact.phone] {
                *text = text.trim().to_owned();
            }
        }
        self
    }
}

/// What is kept on the device until it is saved, and the version it was written on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub ver: u64,
    pub draft: Draft,
}

/// As it was kept; none where nothing was.
#[must_use]
pub fn kept(raw: &str) -> Option<Kept> {
    serde_json::from_str(raw).ok()
}

/// To be kept; nothing where nothing was changed.
#[must_use]
pub fn keep(ver: u64, before: &Draft, draft: &Draft) -> String {
    if before == draft {
        return String::new();
    }
    let draft = draft.clone();
    serde_json::to_string(&Kept { ver, draft }).unwrap_or_default()
}

/// The reasons in their usual order, with one put in or taken out.
#[must_use]
pub fn with_factor(factors: &[Factor], factor: Factor, on: bool) -> Vec<Factor> {
    let all = Factor::ALL.iter().copied();
    all.filter(|one| match *one == factor {
        true => on,
        false => factors.contains(one),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(name: &str) -> Contact {
        Contact {
            name: name.into(),
            relation: " 女儿 ".into(),
            phone: "138 0000 0001 ".into(),
            may_be_told: true,
            has_key: false,
        }
    }

    #[test]
    fn what_was_changed_is_kept_with_its_version_and_nothing_else() {
        let before = Draft::default();
        let draft = Draft {
            conditions: "记性差".into(),
            contacts: vec![contact("小王")],
            factors: vec![Factor::Alone],
            visited: true,
        };
        assert_eq!(keep(3, &before, &before), "");
        assert_eq!(kept(""), None);
        let raw = keep(3, &before, &draft);
        assert_eq!(kept(&raw), Some(Kept { ver: 3, draft }));
        assert_eq!(kept("{\"ver\":3}"), None, "of another time");
    }

    #[test]
    fn blanks_around_what_is_typed_are_not_sent() {
        let draft = Draft {
            conditions: " 高血压\n".into(),
            contacts: vec![contact(" 小王")],
            ..Draft::default()
        };
        let sent = draft.trimmed();
        assert_eq!(sent.conditions, "高血压");
        let one = &sent.contacts[0];
        assert_eq!((one.name.as_str(), one.relation.as_str()), ("小王", "女儿"));
        assert_eq!(one.phone, "138 0000 0001");
    }

    #[test]
    fn reasons_keep_their_order() {
        let two = with_factor(&[Factor::Carer], Factor::Alone, true);
        assert_eq!(two, [Factor::Alone, Factor::Carer]);
        assert_eq!(with_factor(&two, Factor::Carer, false), [Factor::Alone]);
        assert_eq!(with_factor(&two, Factor::Carer, true), two);
    }
}
