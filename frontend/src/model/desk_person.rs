//! What was typed into a form about a person.

use domain::person;
use jiff::civil::Date;
use wire::{Code, Problem};

/// A mobile number in its one form; `None` where the field was left empty.
pub fn phone(typed: &str) -> Result<Option<String>, Problem> {
    optional(typed, "/phone", person::phone)
}

/// `None` where the field was left empty.
pub fn born(typed: &str) -> Result<Option<Date>, Problem> {
    optional(typed, "/born", |typed| typed.parse().ok())
}

fn optional<T>(
    typed: &str,
    pointer: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    match typed.trim() {
        "" => Ok(None),
        typed => read(typed)
            .map(Some)
            .ok_or_else(|| Problem::new(Code::BadValue).at(pointer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_left_empty_is_right_if_it_is_not() {
        assert_eq!(phone("  "), Ok(None));
        assert_eq!(phone("138 0000 0001"), Ok(Some("13800000001".into())));
        let wrong = phone("12345").expect_err("too short");
        assert_eq!(wrong.pointer.as_deref(), Some("/phone"));
        assert_eq!(born(""), Ok(None));
        assert_eq!(born("2018-02-03"), Ok(Some(jiff::civil::date(2018, 2, 3))));
        let wrong = born("2018-02-30").expect_err("no such day");
        assert_eq!(wrong.pointer.as_deref(), Some("/born"));
    }
}
