//! What a row of a file asks for: how many copies it brings, also where it comes twice.

use domain::isbn::Isbn;
use domain::library::{ItemKind, Wish};
use proptest::prelude::*;

fn wish(labels: usize, unlabelled: u32) -> Wish {
    Wish {
        name: "纸船".into(),
        other_name: String::new(),
        authors: vec!["折 纸人".into()],
        publisher: "测试·出版社".into(),
        published: String::new(),
        isbn: None,
        class: String::new(),
        subjects: Vec::new(),
        about: String::new(),
        kind: ItemKind::Book,
        labels: (0..labels).map(|n| format!("T{n:03}")).collect(),
        unlabelled: (0, unlabelled),
    }
}

#[test]
fn a_title_is_the_same_by_its_number_or_else_by_its_words() {
    let isbn = Isbn::parse("7-302-37839-8").expect("a number");
    let numbered = Wish {
        isbn: Some(isbn),
        ..wish(0, 0)
    };
    assert_eq!(numbered.same_by(), "9787302378396");
    let other = Wish {
        name: " 纸·船".into(),
        authors: vec!["折纸人".into()],
        ..wish(0, 0)
    };
    assert_eq!(other.same_by(), wish(0, 0).same_by());
    let third = Wish {
        publisher: "别的".into(),
        ..wish(0, 0)
    };
    assert_ne!(third.same_by(), wish(0, 0).same_by());
}

/// As an import does it: piece by piece. Answers how many copies there are then.
fn taken(wish: &Wish, size: usize, before: Option<usize>) -> usize {
    let mut has = before.unwrap_or(0);
    for piece in wish.clone().pieces(size) {
        has += piece.to_draw(has) as usize;
    }
    has
}

#[test]
fn a_count_of_copies_is_made_up_and_never_doubled() {
    assert_eq!(taken(&wish(0, 49), 40, None), 49);
    assert_eq!(taken(&wish(0, 49), 40, Some(49)), 49);
    assert_eq!(taken(&wish(0, 49), 40, Some(2)), 49);
    assert_eq!(
        taken(&wish(0, 49), 40, Some(40)),
        49,
        "what was left over of it"
    );
    assert_eq!(taken(&wish(0, 0), 40, None), 0);
}

proptest! {
    #[test]
    fn pieces_are_the_whole_and_none_is_too_large(labels in 0usize..70, unlabelled in 0u32..70, size in 1usize..45) {
        let whole = wish(labels, unlabelled);
        let pieces = whole.clone().pieces(size);
        prop_assert!(!pieces.is_empty());
        let all: Vec<String> = pieces.iter().flat_map(|one| one.labels.clone()).collect();
        prop_assert_eq!(&all, &whole.labels);
        for piece in &pieces {
            let (from, until) = piece.unlabelled;
            prop_assert!(piece.labels.len() + (until - from) as usize <= size);
            prop_assert_eq!(piece.same_by(), whole.same_by());
        }
        let wanted = if labels == 0 { unlabelled as usize } else { 0 };
        prop_assert_eq!(taken(&whole, size, None), wanted);
        prop_assert_eq!(taken(&whole, size, Some(wanted)), wanted, "and once more");
    }
}
