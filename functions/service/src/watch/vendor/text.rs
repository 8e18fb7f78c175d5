//! Fields of devices: a number here, a text there, and of any length.

use std::fmt;
use std::marker::PhantomData;

use domain::limits;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What a field says, as text, whether it was written as a text, a number or yes and no. Empty where it
/// says nothing, or something with an inside, or too much: then it only knows that it was too long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    said: String,
    long: bool,
}

impl Text {
    pub(super) fn of(said: &str) -> Self {
        let said = said.trim();
        let long = said.chars().nth(limits::DOOR_FIELD_CHARS).is_some();
        let said = if long { "" } else { said }.to_owned();
        Self { said, long }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.said
    }

    pub(super) fn is_long(&self) -> bool {
        self.long
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.said.eq_ignore_ascii_case(word)
    }

    /// A whole number of digits alone.
    pub(super) fn number(&self) -> Option<u64> {
        let digits = self.said.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| self.said.parse().ok())?
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, said: &str) -> Result<Text, E> {
        Ok(Text::of(said))
    }

    fn visit_u64<E>(self, said: u64) -> Result<Text, E> {
        Ok(Text::of(&said.to_string()))
    }

    fn visit_i64<E>(self, said: i64) -> Result<Text, E> {
        Ok(Text::of(&said.to_string()))
    }

    fn visit_f64<E>(self, said: f64) -> Result<Text, E> {
        Ok(Text::of(&said.to_string()))
    }

    fn visit_bool<E>(self, said: bool) -> Result<Text, E> {
        Ok(Text::of(if said { "true" } else { "false" }))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut inside: A) -> Result<Text, A::Error> {
        while inside.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut inside: A) -> Result<Text, A::Error> {
        while inside.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }
}

/// A list of which no more is kept than one above the limit of events.
#[derive(Debug)]
pub(super) struct Many<T>(pub(super) Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(ManyVisitor(PhantomData))
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Many<T>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Many<T>, A::Error> {
        let mut all = Vec::new();
        while all.len() <= limits::DOOR_EVENTS {
            let Some(one) = list.next_element()? else {
                return Ok(Many(all));
            };
            all.push(one);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Many(all))
    }
}
