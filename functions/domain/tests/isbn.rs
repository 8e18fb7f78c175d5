//! Numbers of books: what is taken, and that nothing damaged becomes another book's.

use domain::isbn::{BadIsbn, Isbn};
use proptest::prelude::*;

/// `written -> number | refused why`
fn check(rows: &str) {
    for row in rows.lines().filter(|row| !row.trim().is_empty()) {
        let (written, wanted) = row.rsplit_once("->").expect("an arrow");
        let found = match Isbn::parse(written) {
            Ok(isbn) => isbn.to_string(),
            Err(BadIsbn::Empty) => "empty".to_owned(),
            Err(BadIsbn::Shape) => "shape".to_owned(),
            Err(BadIsbn::Check) => "check".to_owned(),
            Err(BadIsbn::Other) => "other".to_owned(),
        };
        assert_eq!(found, wanted.trim(), "{written}");
    }
}

#[test]
fn a_number_is_taken_however_it_is_written() {
    check(
        "
        9787302378396                         -> 9787302378396
        978-7-302-37839-6                     -> 9787302378396
        978 7 302 37839 6                     -> 9787302378396
        978–7–302–37839–6                     -> 9787302378396
        ９７８７３０２３７８３９６              -> 9787302378396
        ISBN 978-7-302-37839-6                -> 9787302378396
        isbn-13: 978-7-302-37839-6            -> 9787302378396
        ISBN13:9787302378396                  -> 9787302378396
        ISBN：９７８－７－３０２－３７８３９－６ -> 9787302378396
        书号 978-7-302-37839-6                -> 9787302378396
        ='9787302378396'                      -> 9787302378396
        ISBN 7-302-37839-8                    -> 9787302378396
        ISBN 7-5365-1022-5/I·234              -> 9787536510227
        ISBN10 0-306-40615-2                  -> 9780306406157
        ISBN-10 0-306-40615-2                 -> 9780306406157
        0844257443 (alk. paper)               -> 9780844257440
        978-7-302-37839-6 (平装) : CNY 20.00  -> 9787302378396
        9787302378396;                        -> 9787302378396
        080442957X                            -> 9780804429573
        0-8044-2957-x                         -> 9780804429573
        ０８０４４２９５７Ｘ                    -> 9780804429573
        979-10-90636-07-1                     -> 9791090636071
        9787302378396 12                      -> 9787302378396
        9787302378396 52795                   -> 9787302378396
        9787302378396 9787020033430           -> 9787302378396
        7-302-37839-8 9787020033430           -> 9787302378396
        ",
    );
}

#[test]
fn what_is_damaged_or_something_else_is_not_taken() {
    check(
        "
                                              -> empty
        ISBN                                  -> empty
        9787302378395                         -> check
        978-7-302-37839                       -> shape
        97873023783966                        -> shape
        978730237839612                       -> shape
        978730237839652795                    -> shape
        9787302378396 1                       -> shape
        9787302378396 123                     -> shape
        9.78043902348e+12                     -> shape
        9.78E+12                              -> shape
        9787302378396.0                       -> shape
        439023483                             -> shape
        43902348                              -> shape
        7302378399                            -> check
        X730237839                            -> shape
        73023783X9                            -> shape
        978730237839X                         -> shape
        978043902X                            -> shape
        9780439024                            -> shape
        6901234567892                         -> other
        10019·3352                            -> shape
        978O302378396                         -> shape
        9787302378396A                        -> shape
        无                                    -> shape
        CNY 20.00                             -> shape
        ",
    );
}

#[test]
fn a_scanner_may_read_the_second_bar_too() {
    let book = "9787302378396";
    for read in [
        "9787302378396",
        "978730237839612",
        "978730237839652795",
        "9787302378396 52795",
    ] {
        assert_eq!(Isbn::scanned(read).as_deref(), Ok(book), "{read}");
    }
    for read in [
        "52795",
        "12",
        "9787302378396123",
        "690123456789212",
        "978730237839512",
    ] {
        assert!(Isbn::scanned(read).is_err(), "{read}");
    }
}

/// By the rule as it is written down, not as it is computed.
fn isbn_13(twelve: &[u8; 12]) -> String {
    let mut sum = 0;
    for (place, digit) in twelve.iter().enumerate() {
        sum += u32::from(*digit) * if place % 2 == 0 { 1 } else { 3 };
    }
    let body: String = twelve.iter().map(u8::to_string).collect();
    (0..10)
        .map(|last| (sum + last, format!("{body}{last}")))
        .find_map(|(sum, all)| (sum % 10 == 0).then_some(all))
        .expect("one of ten digits")
}

fn isbn_10(nine: &[u8; 9]) -> String {
    let body: String = nine.iter().map(u8::to_string).collect();
    let fits = |last: u32| {
        let sum: u32 = (2..=10)
            .rev()
            .zip(nine)
            .map(|(by, d)| by * u32::from(*d))
            .sum();
        (sum + last).is_multiple_of(11)
    };
    let last = (0..=10).find(|last| fits(*last)).expect("one of eleven");
    match last {
        10 => format!("{body}X"),
        digit => format!("{body}{digit}"),
    }
}

prop_compose! {
    fn thirteen()(music in any::<bool>(), rest in prop::array::uniform9(0u8..10)) -> String {
        let mut twelve = [9, 7, if music { 9 } else { 8 }, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        twelve[3..].copy_from_slice(&rest);
        isbn_13(&twelve)
    }
}

prop_compose! {
    fn ten()(first in prop::sample::select(vec![0u8, 1, 7]), rest in prop::array::uniform8(0u8..10)) -> String {
        let mut nine = [first; 9];
        nine[1..].copy_from_slice(&rest);
        isbn_10(&nine)
    }
}

/// With hyphens or spaces wherever they fall, and in wide digits perhaps.
fn dressed(number: String) -> impl Strategy<Value = (String, String)> {
    let signs = prop::collection::vec(
        prop::sample::select(vec!["", "", "-", " ", "‐"]),
        number.len(),
    );
    (Just(number), signs, any::<bool>(), any::<bool>()).prop_map(|(number, signs, wide, word)| {
        let mut written = String::from(if word { "ISBN " } else { "" });
        for (digit, sign) in number.chars().zip(signs) {
            let wider = char::from_u32(u32::from(digit) + 0xfee0).expect("a wide sign");
            written.push(if wide { wider } else { digit });
            written.push_str(sign);
        }
        (number, written)
    })
}

fn taken(written: &str) -> String {
    Isbn::parse(written).map_or(String::new(), |isbn| isbn.to_string())
}

proptest! {
    #[test]
    fn thirteen_digits_stay_what_they_are((number, written) in thirteen().prop_flat_map(dressed)) {
        prop_assert_eq!(taken(&written), number);
    }

    #[test]
    fn ten_digits_become_their_thirteen((number, written) in ten().prop_flat_map(dressed)) {
        let digits: Vec<u8> = number[..9].bytes().map(|digit| digit - b'0').collect();
        let mut twelve = [9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        twelve[3..].copy_from_slice(&digits);
        prop_assert_eq!(taken(&written), isbn_13(&twelve));
    }

    #[test]
    fn one_wrong_digit_is_noticed(number in prop_oneof![thirteen(), ten()], place in any::<prop::sample::Index>(), by in 1u8..10) {
        let mut digits = number.into_bytes();
        let place = place.index(digits.len());
        let value = match digits[place] { b'X' => 10, digit => digit - b'0' };
        digits[place] = b'0' + (value + by) % 10;
        let spoilt = String::from_utf8(digits).expect("digits");
        prop_assert!(Isbn::parse(&spoilt).is_err(), "{}", spoilt);
        prop_assert!(Isbn::scanned(&spoilt).is_err(), "{}", spoilt);
    }

    #[test]
    fn two_that_changed_places_in_ten_are_noticed(number in ten(), place in 0usize..9) {
        let mut digits = number.clone().into_bytes();
        digits.swap(place, place + 1);
        let spoilt = String::from_utf8(digits).expect("digits");
        prop_assert!(spoilt == number || Isbn::parse(&spoilt).is_err(), "{}", spoilt);
    }

    #[test]
    fn one_digit_too_many_or_too_few_is_noticed(number in prop_oneof![thirteen(), ten()], place in any::<prop::sample::Index>(), digit in 0u8..10) {
        let place = place.index(number.len());
        let mut more = number.clone();
        more.insert(place, char::from(b'0' + digit));
        prop_assert!(Isbn::parse(&more).is_err(), "{}", more);
        let mut fewer = number;
        fewer.remove(place);
        prop_assert!(Isbn::parse(&fewer).is_err(), "{}", fewer);
    }

    #[test]
    fn what_a_spreadsheet_rounds_is_never_a_number(number in thirteen(), kept in 1usize..12) {
        let value: f64 = number.parse().expect("a number");
        for spoilt in [
            format!("{value:.kept$e}"),
            format!("{value:.kept$e}").replace('e', "E+"),
            format!("{value:.kept$}"),
        ] {
            prop_assert!(Isbn::parse(&spoilt).is_err(), "{}", spoilt);
        }
        let short: u64 = number[3..12].parse().expect("digits");
        prop_assert!(Isbn::parse(&short.to_string()).is_err());
    }

    #[test]
    fn a_piece_of_thirteen_digits_is_never_a_number(number in thirteen(), length in 1usize..13) {
        prop_assert!(Isbn::parse(&number[..length]).is_err());
    }

    #[test]
    fn whatever_is_taken_is_right(raw in "\\PC{0,40}|[0-9Xx ISBN\u{2010}\u{ff10}-\u{ff19}-]{0,24}") {
        if let Ok(isbn) = Isbn::parse(&raw) {
            let digits: Vec<u8> = isbn.bytes().map(|digit| digit - b'0').collect();
            let twelve: [u8; 12] = digits[..12].try_into().expect("thirteen digits");
            prop_assert_eq!(isbn_13(&twelve), isbn.to_string());
            prop_assert!(isbn.starts_with("978") || isbn.starts_with("979"));
        }
    }
}
