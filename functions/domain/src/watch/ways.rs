//! Which way somebody goes who is recognised at a terminal. Some terminals say it themselves; of others only the reader
//! or the door is known, by the terminal's own number, and which of them is on which side is agreed where it hangs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::limits;

named! {
    #[derive(Default)]
    Way {
        In = "in",
        Out = "out",
        /// It serves both.
        #[default]
        Either = "either",
    }
}

impl Way {
    fn is_either(&self) -> bool {
        *self == Self::Either
    }
}

/// One reader or door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WayOf {
    /// The terminal's own number of it.
    pub number: u32,
    pub way: Way,
}

/// What a terminal does not say of itself. What it does say goes before, then its reader, then its door.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ways {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<WayOf>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doors: Vec<WayOf>,
    /// Of readers and doors that are named nowhere above.
    #[serde(default, skip_serializing_if = "Way::is_either")]
    pub usual: Way,
}

impl Ways {
    /// Nothing is agreed.
    #[must_use]
    pub fn is_unsaid(&self) -> bool {
        *self == Self::default()
    }

    /// Few enough, and each named once.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let once = |named: &[WayOf]| {
            let numbers: BTreeSet<u32> = named.iter().map(|one| one.number).collect();
            named.len() <= limits::WAYS && numbers.len() == named.len()
        };
        once(&self.readers) && once(&self.doors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_named_once_and_there_are_few() {
        let named = |numbers: std::ops::Range<u32>| -> Vec<WayOf> {
            let way = Way::In;
            numbers.map(|number| WayOf { number, way }).collect()
        };
        let most = u32::try_from(limits::WAYS).expect("few");
        let of = |readers: Vec<WayOf>, doors: Vec<WayOf>| Ways {
            readers,
            doors,
            usual: Way::Either,
        };
        assert!(of(Vec::new(), Vec::new()).is_unsaid());
        assert!(of(named(0..most), named(0..most)).is_sound());
        assert!(!of(named(0..most + 1), Vec::new()).is_sound());
        let twice = [named(1..2), named(0..2)].concat();
        assert!(!of(Vec::new(), twice).is_sound());
        let read: Ways = serde_json::from_str("{}").expect("nothing is agreed");
        assert!(read.is_unsaid());
    }
}
