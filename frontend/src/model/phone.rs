//! Telephone numbers in writing.

/// A number as people say it: `021-0000-0001` for a line of a city whose code has three digits.
/// Others stay as they are.
#[must_use]
pub fn said(number: &str) -> String {
    let of_city = number.len() == 11
        && number.starts_with('0')
        && number.bytes().all(|byte| byte.is_ascii_digit());
    if !of_city {
        return number.to_owned();
    }
    let (city, line) = number.split_at(3);
    let (head, tail) = line.split_at(4);
    format!("{city}-{head}-{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_city_is_parted_and_nothing_else() {
        assert_eq!(said("02100000001"), "021-0000-0001");
        for other in [
            "13800000001",
            "138****0001",
            "110",
            "",
            "0 10000000000",
            "零二一",
        ] {
            assert_eq!(said(other), other);
        }
    }
}
