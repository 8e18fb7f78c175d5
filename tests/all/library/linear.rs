//! What many did to one copy at once, and an order of it that each of them could have seen (Wing and
//! Gong): each step somewhere between its call and its answer.

use std::collections::BTreeSet;

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Lent,
    Returned,
    OnLoan,
    KeptForOther,
}

/// One person's step. `called` and `answered`: by a clock that never shows the same twice.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub who: usize,
    pub said: Said,
    pub called: u64,
    pub answered: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Here,
    With(usize),
}

impl Place {
    /// Where the copy is after the step; none where the step cannot end like that.
    fn after(self, step: &Step) -> Option<Self> {
        match (step.said, self) {
            (Said::Lent, Self::Here) => Some(Self::With(step.who)),
            (Said::Returned, Self::With(who)) if who == step.who => Some(Self::Here),
            (Said::OnLoan, Self::With(who)) if who != step.who => Some(self),
            (Said::KeptForOther, Self::Here) => Some(self),
            (Said::Lent | Said::KeptForOther, Self::With(_))
            | (Said::Returned | Said::OnLoan, Self::Here | Self::With(_)) => None,
        }
    }
}

/// Whether the steps have an order, for a copy that is there at first.
pub fn has_an_order(steps: &[Step]) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![(vec![false; steps.len()], Place::Here)];
    while let Some((done, place)) = open.pop() {
        let left = || (0..steps.len()).filter(|n| !done[*n]);
        // What was called after another was answered comes after it.
        let Some(until) = left().map(|n| steps[n].answered).min() else {
            return true;
        };
        if !seen.insert((done.clone(), place)) {
            continue;
        }
        let next = left().filter(|n| steps[*n].called < until);
        let next = next.filter_map(|n| Some((n, place.after(&steps[n])?)));
        let mut next: Vec<(usize, Place)> = next.collect();
        // A step that changes nothing may as well come now.
        if let Some(quiet) = next.iter().position(|(_, after)| *after == place) {
            next = vec![next[quiet]];
        }
        for (n, after) in next {
            let mut done = done.clone();
            done[n] = true;
            open.push((done, after));
        }
    }
    false
}

#[test]
fn a_history_has_an_order_only_where_one_has_the_copy_at_a_time() {
    use Said::{KeptForOther, Lent, OnLoan, Returned};
    // Who, what they were answered, called and answered when.
    type Row<'a> = (&'a str, &'a [(usize, Said, u64, u64)], bool);
    let rows: [Row<'_>; 8] = [
        ("nothing", &[], true),
        (
            "one after the other",
            &[(0, Lent, 0, 1), (0, Returned, 2, 3), (1, Lent, 4, 5)],
            true,
        ),
        (
            "lent while it comes back",
            &[(0, Lent, 0, 1), (1, Lent, 2, 5), (0, Returned, 3, 4)],
            true,
        ),
        (
            "two have it at once",
            &[(0, Lent, 0, 2), (1, Lent, 1, 3)],
            false,
        ),
        (
            "lent again before it was brought",
            &[
                (0, Lent, 0, 3),
                (1, Lent, 1, 2),
                (0, Returned, 4, 5),
                (1, Returned, 6, 7),
            ],
            false,
        ),
        (
            "said to be out after it was back",
            &[(0, Lent, 0, 1), (0, Returned, 2, 3), (1, OnLoan, 4, 5)],
            false,
        ),
        (
            "said to be out while it comes back",
            &[(0, Lent, 0, 1), (0, Returned, 2, 5), (1, OnLoan, 3, 4)],
            true,
        ),
        (
            "kept for another while one has it",
            &[
                (0, Lent, 0, 1),
                (1, KeptForOther, 2, 3),
                (0, Returned, 4, 5),
            ],
            false,
        ),
    ];
    for (what, steps, want) in rows {
        let step = |&(who, said, called, answered)| Step {
            who,
            said,
            called,
            answered,
        };
        let steps: Vec<Step> = steps.iter().map(step).collect();
        assert_eq!(has_an_order(&steps), want, "{what}");
    }
}
