//! An item as text: what two copies of a table are compared by.

use std::fmt::Write;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::schema::Item;

/// The same for the same item: attributes by their names, members of a set by themselves.
pub(crate) fn form_of(item: &Item) -> String {
    let mut form = String::new();
    fields(item, &mut form);
    form
}

fn fields(item: &Item, form: &mut String) {
    let mut names: Vec<&String> = item.keys().collect();
    names.sort_unstable();
    form.push('{');
    for name in names {
        let _ = write!(form, "{name:?}:");
        value(&item[name], form);
        form.push(',');
    }
    form.push('}');
}

fn value(of: &AttributeValue, form: &mut String) {
    match of {
        AttributeValue::M(item) => fields(item, form),
        AttributeValue::L(values) => {
            form.push('[');
            for one in values {
                value(one, form);
                form.push(',');
            }
            form.push(']');
        }
        AttributeValue::Ss(members) | AttributeValue::Ns(members) => {
            let mut members: Vec<&String> = members.iter().collect();
            members.sort_unstable();
            let _ = write!(form, "{members:?}");
        }
        AttributeValue::S(text) => {
            let _ = write!(form, "{text:?}");
        }
        AttributeValue::N(number) => form.push_str(number),
        other => {
            let _ = write!(form, "{other:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_tells_items_apart_and_not_orders() {
        let s = |text: &str| AttributeValue::S(text.into());
        let item = |fields: &[(&str, AttributeValue)]| -> Item {
            let own = fields.iter();
            own.map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        };
        let set = |members: &[&str]| {
            AttributeValue::Ss(members.iter().map(|one| (*one).to_owned()).collect())
        };
        let one = item(&[("a", s("1")), ("b", set(&["x", "y"]))]);
        let same = item(&[("b", set(&["y", "x"])), ("a", s("1"))]);
        assert_eq!(form_of(&one), form_of(&same));
        for other in [
            item(&[
                ("a", AttributeValue::N("1".into())),
                ("b", set(&["x", "y"])),
            ]),
            item(&[("a", s("1")), ("b", set(&["x"]))]),
            item(&[("a", s("1\",\"b"))]),
            item(&[
                ("a", s("1")),
                ("b", AttributeValue::M(item(&[("x", s("y"))]))),
            ]),
        ] {
            assert_ne!(form_of(&one), form_of(&other), "{other:?}");
        }
    }
}
