//! The team as a community has it (1+5+N): which part does what, who is in it by role, and what of a person it sees.
//! A part sees no more than its roles may at most.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{Field, seen_by};
use crate::access::{Role, named};
use crate::{PersonId, limits};

named! {
    /// The parts of the case study's team: one party branch, four partners, and the residents.
    NodeKind {
        PartyBranch = "party_branch",
        CommunityWorkers = "community_workers",
        SocialOrganisations = "social_organisations",
        SocialResources = "social_resources",
        Volunteers = "volunteers",
        Residents = "residents",
    }
}

/// Which part of the team something goes from, and to which. Absent: the station, or somebody in no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Between {
    pub from: Option<NodeKind>,
    pub to: Option<NodeKind>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub kind: NodeKind,
    pub name: String,
    pub roles: Vec<Role>,
    /// What its people see of a person they have a task with.
    pub fields: Vec<Field>,
}

/// The whole team, in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareNodes {
    pub nodes: Vec<Node>,
    /// What those call who may not see a number: it puts them through. Absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relay: Option<String>,
    pub by: Option<PersonId>,
    pub at: Option<Timestamp>,
    pub ver: u64,
}

/// A number that puts people through, of a mobile, a landline or a switchboard: digits, once spaces and hyphens are
/// taken off.
#[must_use]
pub fn relay(raw: &str) -> Option<String> {
    let bare: String = raw.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let lengths = limits::RELAY_DIGITS_LEAST..=limits::RELAY_DIGITS;
    let holds = lengths.contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
    holds.then_some(bare)
}

impl Default for CareNodes {
    fn default() -> Self {
        let node = |kind, name: &str, roles: &[Role]| Node {
            kind,
            name: name.to_owned(),
            roles: roles.to_vec(),
            fields: Field::ALL.to_vec(),
        };
        let nodes = vec![
            node(NodeKind::PartyBranch, "社区党支部", &[Role::Admin]),
            node(
                NodeKind::CommunityWorkers,
                "社区工作者",
                &[Role::Station, Role::GridWorker, Role::DeskHelper],
            ),
            node(
                NodeKind::SocialOrganisations,
                "社会组织",
                &[Role::SocialWorker],
            ),
            node(NodeKind::SocialResources, "社会资源", &[Role::Provider]),
            node(NodeKind::Volunteers, "社区志愿者", &[Role::Volunteer]),
            node(
                NodeKind::Residents,
                "社区居民",
                &[Role::BuildingHead, Role::Resident],
            ),
        ];
        Self {
            nodes,
            relay: None,
            by: None,
            at: None,
            ver: 0,
        }
    }
}

impl CareNodes {
    /// The part of the team that somebody with these roles acts for: the first that has one of them.
    #[must_use]
    pub fn of(&self, roles: &[Role]) -> Option<NodeKind> {
        let mut nodes = self.nodes.iter();
        let node = nodes.find(|node| node.roles.iter().any(|role| roles.contains(role)));
        node.map(|node| node.kind)
    }

    /// What somebody with these roles sees. Of a role in no part: nothing.
    #[must_use]
    pub fn sees(&self, roles: &[Role]) -> BTreeSet<Field> {
        let mut seen = BTreeSet::new();
        for node in &self.nodes {
            for role in node.roles.iter().filter(|role| roles.contains(role)) {
                let most = seen_by(*role);
                seen.extend(node.fields.iter().filter(|field| most.contains(field)));
            }
        }
        seen
    }

    /// Parts that can be told apart: each role in one at most, and none without a name.
    #[must_use]
    pub fn holds(&self) -> bool {
        let roles: Vec<Role> = self
            .nodes
            .iter()
            .flat_map(|node| node.roles.clone())
            .collect();
        let once: BTreeSet<Role> = roles.iter().copied().collect();
        let named = self.nodes.iter().all(|node| !node.name.trim().is_empty());
        let few = (1..=limits::CARE_NODES).contains(&self.nodes.len());
        few && named && once.len() == roles.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::file::seen_with;

    #[test]
    fn a_number_that_puts_through_is_made_of_digits() {
        let rows = [
            ("0574-8888 0000", Some("057488880000")),
            ("12345", Some("12345")),
            ("1234", None),
            ("打给我", None),
            ("12345678901234567", None),
        ];
        for (raw, want) in rows {
            assert_eq!(relay(raw).as_deref(), want, "{raw}");
        }
    }

    #[test]
    fn whoever_has_several_roles_acts_for_the_first_part_that_has_one() {
        let team = CareNodes::default();
        let rows = [
            (
                vec![Role::Resident, Role::Station],
                NodeKind::CommunityWorkers,
            ),
            (
                vec![Role::Resident, Role::SocialWorker],
                NodeKind::SocialOrganisations,
            ),
            (vec![Role::Resident], NodeKind::Residents),
        ];
        for (roles, want) in rows {
            assert_eq!(team.of(&roles), Some(want), "{roles:?}");
        }
        assert_eq!(team.of(&[Role::Librarian]), None);
    }

    #[test]
    fn a_part_sees_no_more_than_its_roles_and_what_it_is_given() {
        let mut team = CareNodes::default();
        assert!(team.holds());
        for role in Role::ALL {
            let most = match role {
                Role::Librarian => BTreeSet::new(),
                role => seen_with(&[*role]),
            };
            assert_eq!(team.sees(&[*role]), most, "{role}");
        }
        for node in &mut team.nodes {
            node.fields = vec![Field::Name, Field::Health];
        }
        let name = BTreeSet::from([Field::Name]);
        assert_eq!(team.sees(&[Role::Volunteer]), name);
        let both = BTreeSet::from([Field::Name, Field::Health]);
        assert_eq!(team.sees(&[Role::SocialWorker]), both);
        team.nodes[0].roles.push(Role::Volunteer);
        assert!(!team.holds());
    }
}
