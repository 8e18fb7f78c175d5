//! The team, while it is written: who belongs to which part, and what each part sees.

use domain::access::Role;
use domain::care::file::seen_with;
use domain::care::{Field, Node};
use serde::{Deserialize, Serialize};

/// Roles that stand in more than one part.
#[must_use]
pub fn twice(nodes: &[Node]) -> Vec<Role> {
    let parts = |role: &Role| {
        let with = nodes.iter().filter(|node| node.roles.contains(role));
        with.count()
    };
    let all = Role::ALL.iter().copied();
    all.filter(|role| parts(role) > 1).collect()
}

/// What people of these roles see at most, in the usual order.
#[must_use]
pub fn most(roles: &[Role]) -> Vec<Field> {
    seen_with(roles).into_iter().collect()
}

/// What people of a part see: what it is given, and no more than its roles may.
#[must_use]
pub fn sees(node: &Node) -> Vec<Field> {
    let most = most(&node.roles);
    let given = most.into_iter();
    given.filter(|field| node.fields.contains(field)).collect()
}

/// One put in or taken out; the others stay in their order.
#[must_use]
pub fn toggled<T: Copy + PartialEq>(all: &[T], one: T, on: bool) -> Vec<T> {
    let mut left: Vec<T> = all.iter().copied().filter(|other| *other != one).collect();
    if on {
        left.push(one);
    }
    left
}

#[derive(Serialize, Deserialize)]
struct Kept {
    ver: u64,
    nodes: Vec<Node>,
}

/// As it was kept on the device; none where nothing was, or where the team is another since.
#[must_use]
pub fn kept(raw: &str, ver: u64) -> Option<Vec<Node>> {
    let kept: Kept = serde_json::from_str(raw).ok()?;
    (kept.ver == ver).then_some(kept.nodes)
}

/// To be kept; nothing where nothing was changed.
#[must_use]
pub fn keep(ver: u64, before: &[Node], nodes: &[Node]) -> String {
    if before == nodes {
        return String::new();
    }
    let nodes = nodes.to_vec();
    serde_json::to_string(&Kept { ver, nodes }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::care::CareNodes;

    #[test]
    fn a_role_stands_in_one_part() {
        let mut nodes = CareNodes::default().nodes;
        assert!(twice(&nodes).is_empty());
        nodes[0].roles.push(Role::Volunteer);
        assert_eq!(twice(&nodes), [Role::Volunteer]);
    }

    #[test]
    fn a_part_sees_what_it_is_given_within_what_its_roles_may() {
        let mut node = CareNodes::default().nodes.remove(4);
        assert_eq!(node.roles, [Role::Volunteer]);
        assert_eq!(sees(&node), [Field::Name, Field::Room, Field::Task]);
        node.fields = vec![Field::Task, Field::Health];
        assert_eq!(sees(&node), [Field::Task]);
        assert!(most(&[Role::Provider]).is_empty());
    }

    #[test]
    fn ticking_changes_one() {
        assert_eq!(toggled(&[1, 2, 3], 2, false), [1, 3]);
        assert_eq!(toggled(&[1, 3], 2, true), [1, 3, 2]);
        assert_eq!(toggled(&[1], 1, true), [1]);
    }

    #[test]
    fn what_was_kept_is_of_its_version() {
        let before = CareNodes::default().nodes;
        let mut nodes = before.clone();
        nodes[0].name = "党支部".into();
        assert_eq!(keep(2, &before, &before), "");
        let raw = keep(2, &before, &nodes);
        assert_eq!(kept(&raw, 2), Some(nodes));
        assert_eq!(kept(&raw, 3), None);
        assert_eq!(kept("", 2), None);
    }
}
