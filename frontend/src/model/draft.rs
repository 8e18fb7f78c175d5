//! Where a draft is kept.

/// The beginning of every key of one person's form. Two forms never share one, even where one's
/// name begins with the other's.
#[must_use]
pub fn key(person: Option<&str>, form: &str) -> String {
    format!(
        "linli.draft.{}.{}/",
        person.unwrap_or("-"),
        form.replace('/', "_")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_and_form_has_its_own() {
        assert_ne!(key(Some("per_1"), "note"), key(Some("per_2"), "note"));
        assert_ne!(key(None, "note"), key(Some("per_2"), "note"));
        assert!(!key(None, "note-2").starts_with(&key(None, "note")));
    }
}
