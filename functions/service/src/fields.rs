//! The names of a body's fields, as its own reading of JSON asks for them.

use std::cell::Cell;

use serde::Deserializer;
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// None where it is no struct.
#[must_use]
pub fn of<T: DeserializeOwned>() -> &'static [&'static str] {
    let names = Cell::new(&[][..]);
    // It says which fields it wants, and is refused them.
    let _ = T::deserialize(Asked(&names));
    names.get()
}

struct Asked<'a>(&'a Cell<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no fields"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.0.set(fields);
        Err(Error::custom("asked"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::endpoint::None_;
    use wire::market::{MoveBody, PutCalendarBody};

    #[test]
    fn a_body_names_its_fields() {
        assert_eq!(of::<PutCalendarBody>(), ["calendar", "ver"]);
        assert_eq!(of::<MoveBody>(), ["id"]);
        assert!(of::<None_>().is_empty() && of::<Vec<u8>>().is_empty());
    }
}
