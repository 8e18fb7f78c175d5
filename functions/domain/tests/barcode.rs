//! Labels and cards: what is printed is read again, what is damaged names nothing.

use domain::library::barcode::{self, Scanned, copy_label, is_own_label, plain, reader_card};
use domain::library::scanned;
use proptest::prelude::*;

fn named(raw: &str) -> String {
    match scanned(raw) {
        Some(Scanned::Label(label)) => format!("label {label}"),
        Some(Scanned::Isbn(isbn)) => format!("isbn {isbn}"),
        None => "nothing".to_owned(),
    }
}

#[test]
fn what_a_scan_names() {
    let ours = barcode::label(12);
    assert_eq!(ours, "Y000000129");
    for (raw, wanted) in [
        ("Y000000129", "label Y000000129"),
        (" y0000 0012-9\r\n", "label Y000000129"),
        ("Ｙ００００００１２９", "label Y000000129"),
        ("]C1Y000000129", "label Y000000129"),
        ("]A0Y000000129", "label Y000000129"),
        ("https://linli.example/#/b/Y000000129", "label Y000000129"),
        ("httpslinliexamplebY000000129", "label Y000000129"),
        ("Y000000126", "nothing"),
        ("https://linli.example/#/b/Y000000126", "nothing"),
        ("https://linli.example/checkin/1234", "nothing"),
        ("]E09787302378396", "isbn 9787302378396"),
        ("]E4978730237839612", "isbn 9787302378396"),
        ("978-7-302-37839-6", "isbn 9787302378396"),
        ("7-302-37839-8", "isbn 9787302378396"),
        ("9787302378395", "nothing"),
        ("TS-0042/7", "label TS00427"),
        ("4131", "label 4131"),
        ("ab", "nothing"),
        ("三体", "nothing"),
        ("abc", "nothing"),
        ("A1; DROP TABLE", "nothing"),
        ("R000000127", "nothing"),
        ("", "nothing"),
    ] {
        assert_eq!(named(raw), wanted, "{raw}");
    }
}

#[test]
fn a_card_is_no_label_and_a_label_no_card() {
    let (card, label) = (barcode::card(7), barcode::label(7));
    assert_eq!(reader_card(&card), Some(card.clone()));
    assert_eq!(
        reader_card(&format!("]Q3{}", card.to_lowercase())),
        Some(card.clone())
    );
    assert_eq!(reader_card(&label), None);
    assert_eq!(copy_label(&card), None);
    assert_eq!(reader_card(&card.replace('R', "Y")), None);
}

#[test]
fn the_kind_of_a_code_is_taken_off_and_nothing_else() {
    for (raw, wanted) in [
        ("]E09787302378396", "9787302378396"),
        ("\t]C1 Y1\r", "Y1"),
        ("]9Y1", "]9Y1"),
        ("]", "]"),
        ("E0978", "E0978"),
        ("]中1x", "]中1x"),
    ] {
        assert_eq!(plain(raw), wanted, "{raw}");
    }
}

proptest! {
    #[test]
    fn every_number_is_read_as_it_was_printed(number in 0u32..100_000_000) {
        let (label, card) = (barcode::label(number), barcode::card(number));
        prop_assert_eq!(scanned(&label), Some(Scanned::Label(label.clone())));
        prop_assert!(is_own_label(&label));
        let address = format!("https://example.org/library/borrow?copy={label}");
        prop_assert_eq!(scanned(&address), Some(Scanned::Label(label.clone())));
        prop_assert_eq!(reader_card(&card), Some(card.clone()));
        prop_assert_eq!(&label[1..9], format!("{number:08}"));
        prop_assert_eq!(label.len(), 10);
    }

    #[test]
    fn one_wrong_character_names_nothing(number in 0u32..100_000_000, place in 1usize..10, by in 1u8..10) {
        let mut code = barcode::label(number).into_bytes();
        let value = match code[place] { b'X' => 10, digit => digit - b'0' };
        code[place] = b'0' + (value + by) % 10;
        let spoilt = String::from_utf8(code).expect("plain letters");
        prop_assert_eq!(scanned(&spoilt), None, "{}", spoilt);
    }

    #[test]
    fn two_that_changed_places_name_nothing(number in 0u32..100_000_000, place in 1usize..8) {
        let label = barcode::label(number);
        let mut code = label.clone().into_bytes();
        code.swap(place, place + 1);
        let spoilt = String::from_utf8(code).expect("plain letters");
        prop_assert!(spoilt == label || scanned(&spoilt).is_none(), "{}", spoilt);
    }

    #[test]
    fn no_scan_ends_the_program(raw in any::<String>()) {
        let _ = (scanned(&raw), reader_card(&raw), plain(&raw).len());
    }
}
