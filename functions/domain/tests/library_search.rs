//! Finding titles: however names are written, and never other ones than a look at each would find.

use domain::isbn::Isbn;
use domain::library::search::{Index, Place, Words, alike};
use domain::library::{ItemKind, Title};
use domain::{CommunityId, TitleId};
use jiff::Timestamp;
use proptest::prelude::*;

fn title(n: u128, name: &str, authors: &[&str], publisher: &str, isbn: Option<&str>) -> Title {
    Title {
        id: TitleId::new(1, n),
        community: CommunityId::new(1, 1),
        name: name.to_owned(),
        other_name: String::new(),
        authors: authors.iter().map(|one| (*one).to_owned()).collect(),
        publisher: publisher.to_owned(),
        published: "2003".to_owned(),
        isbn: isbn.map(str::to_owned),
        class: "I561".to_owned(),
        subjects: Vec::new(),
        about: "一个男孩".to_owned(),
        kind: ItemKind::Book,
        changed_at: Timestamp::UNIX_EPOCH,
        ver: 1,
    }
}

fn shelf() -> Vec<Title> {
    let folk = "人民文学出版社";
    vec![
        title(
            1,
            "哈利·波特与密室",
            &["J.K.罗琳"],
            folk,
            Some("9787020033447"),
        ),
        title(
            2,
            "哈利·波特与魔法石",
            &["J. K. 罗琳"],
            folk,
            Some("9787020033430"),
        ),
        title(3, "三体", &["刘慈欣"], "重庆出版社", None),
        title(4, "三体Ⅱ：黑暗森林", &["刘慈欣"], "重庆出版社", None),
        title(
            5,
            "Ｔｈｅ Ｈｏｂｂｉｔ",
            &["J.R.R. Tolkien"],
            "Allen & Unwin",
            None,
        ),
        title(6, "少年三体", &["编写组"], "重庆出版社", None),
        title(
            7,
            "C++ 入门",
            &["谭·浩强"],
            "清华大学出版社",
            Some("9787302378396"),
        ),
    ]
}

fn index(titles: &[Title]) -> Index {
    let mut index = Index::default();
    for title in titles {
        assert!(index.put(title));
    }
    index
}

fn found(index: &Index, question: &str) -> Vec<u128> {
    let Some(words) = Words::of(question) else {
        return Vec::new();
    };
    let places = index.find(&words, None, 100);
    let number = |place: &Place| place.title.bits() & 0xff;
    places.iter().map(number).collect()
}

#[test]
fn a_title_is_found_however_it_is_written() {
    let index = index(&shelf());
    for (question, wanted) in [
        ("哈利·波特与魔法石", &[2][..]),
        ("哈利波特", &[1, 2]),
        ("哈利・波特", &[1, 2]),
        ("哈利•波特", &[1, 2]),
        ("哈利.波特", &[1, 2]),
        ("哈利 波特", &[1, 2]),
        ("《哈利·波特与密室》", &[1]),
        ("J.K.罗琳", &[1, 2]),
        ("j k 罗琳", &[1, 2]),
        ("ＪＫ罗琳", &[1, 2]),
        ("罗琳 魔法石", &[2]),
        ("刘慈欣", &[3, 4, 6][..2]),
        ("three", &[]),
        ("the hobbit", &[5]),
        ("HOBBIT", &[5]),
        ("tolkien j.r.r.", &[5]),
        ("978-7-02-003343-0", &[2]),
        ("978 7 02 003343 0", &[2]),
        ("7-302-37839-8", &[7]),
        ("9787020033", &[1, 2]),
        ("谭浩强", &[7]),
        ("c++", &[7]),
        ("重庆出版社 黑暗", &[4]),
        ("一个男孩", &[]),
        ("·", &[]),
        ("", &[]),
        ("密室魔法石", &[]),
    ] {
        let mut all = found(&index, question);
        all.sort_unstable();
        assert_eq!(all, wanted, "{question}");
    }
}

#[test]
fn what_is_called_so_comes_first() {
    assert_eq!(found(&index(&shelf()), "三体"), [3, 4, 6]);
}

#[test]
fn the_next_version_counts_and_an_older_one_does_not() {
    let mut index = index(&shelf());
    let before = shelf().remove(2);
    let after = Title {
        name: "球状闪电".to_owned(),
        ver: 2,
        ..before.clone()
    };
    assert!(index.put(&after) && !index.put(&before) && !index.put(&after));
    assert_eq!(
        (found(&index, "三体"), found(&index, "球状")),
        (vec![4, 6], vec![3])
    );
    assert_eq!(index.len(), shelf().len());
    let key = |title: &Title| alike(&title.name, &title.authors, &title.publisher);
    assert_eq!(index.like(&key(&before)), None);
    assert_eq!(index.like(&key(&after)), Some(after.id));
}

#[test]
fn the_same_book_is_the_same_however_it_is_written() {
    let one = alike("哈利·波特", &["J.K.罗琳".into()], "人民文学出版社");
    assert_eq!(
        one,
        alike("哈利 波特", &["j. k. 罗琳".into()], "人民文学出版社 ")
    );
    assert_ne!(
        one,
        alike(
            "哈利·波特",
            &["J.K.".into(), "罗琳".into()],
            "人民文学出版社"
        )
    );
    assert_ne!(one, alike("哈利·波特", &["J.K.罗琳".into()], ""));
}

/// As one would look through a pile of books, with nothing of what the index does.
fn by_hand(titles: &[Title], question: &str) -> Vec<TitleId> {
    let dull = |raw: &str| -> String {
        let mut text = String::new();
        for c in raw.chars() {
            let wide = ('\u{ff01}'..='\u{ff5e}').contains(&c);
            let c = match wide {
                true => char::from_u32(c as u32 - 0xfee0).expect("a narrow sign"),
                false => c,
            };
            if c.is_alphanumeric() || c == '+' || c == '#' {
                text.extend(c.to_lowercase());
            }
        }
        text
    };
    let mut words: Vec<String> = question.split_whitespace().map(dull).collect();
    words.retain(|word| !word.is_empty());
    if let Ok(isbn) = Isbn::parse(question) {
        words = vec![isbn.to_string()];
    }
    let says = |title: &Title, word: &str| {
        dull(&title.name).contains(word)
            || dull(&title.other_name).contains(word)
            || dull(&title.publisher).contains(word)
            || title
                .authors
                .iter()
                .any(|author| dull(author).contains(word))
            || title.isbn.as_ref().is_some_and(|isbn| isbn.contains(word))
    };
    let mut ids: Vec<TitleId> = titles
        .iter()
        .filter(|title| !words.is_empty() && words.iter().all(|word| says(title, word)))
        .map(|title| title.id)
        .collect();
    ids.sort_unstable();
    ids
}

fn text() -> impl Strategy<Value = String> {
    let signs = vec![
        "三", "体", "哈", "利", "·", "・", "•", ".", " ", "波", "特", "a", "B", "Ｃ", "c", "-",
        "+", "《", "9", "７",
    ];
    prop::collection::vec(prop::sample::select(signs), 1..8).prop_map(|signs| signs.concat())
}

prop_compose! {
    fn any_title()(n in 0u128..30, ver in 1u64..4, name in text(), other_name in text(), authors in prop::collection::vec(text(), 0..3),
        publisher in text(), isbn in prop::option::of(prop::sample::select(vec!["9787020033447", "9787020033430", "9787302378396"]))) -> Title {
        let authors: Vec<&str> = authors.iter().map(String::as_str).collect();
        Title { other_name, ver, ..title(n, &name, &authors, &publisher, isbn) }
    }
}

proptest! {
    #[test]
    fn the_index_finds_what_a_look_at_each_would_find(
        writes in prop::collection::vec(any_title(), 0..60),
        questions in prop::collection::vec(prop_oneof![text(), Just("7-302-37839-8".to_owned()), Just("70200334".to_owned())], 1..8),
        page in 1usize..7,
    ) {
        let mut index = Index::default();
        let mut titles: Vec<Title> = Vec::new();
        for write in writes {
            let known = titles.iter().position(|title| title.id == write.id);
            let newer = known.is_none_or(|known| titles[known].ver < write.ver);
            prop_assert_eq!(index.put(&write), newer);
            match known {
                Some(known) if newer => titles[known] = write,
                None => titles.push(write),
                Some(_) => {}
            }
        }
        for title in &titles {
            let key = alike(&title.name, &title.authors, &title.publisher);
            let same = |other: &&Title| alike(&other.name, &other.authors, &other.publisher) == key;
            prop_assert_eq!(index.like(&key), titles.iter().filter(same).map(|one| one.id).min());
        }
        for question in questions {
            let Some(words) = Words::of(&question) else { continue };
            let mut all = index.find(&words, None, usize::MAX);
            let mut paged: Vec<Place> = Vec::new();
            loop {
                let some = index.find(&words, paged.last(), page);
                let last = some.len() < page;
                paged.extend(some);
                if last { break; }
            }
            prop_assert_eq!(&paged, &all);
            all.sort_by_key(|place| place.title);
            let ids: Vec<TitleId> = all.iter().map(|place| place.title).collect();
            prop_assert_eq!(&ids, &by_hand(&titles, &question), "{}", question);
            for title in &titles {
                prop_assert_eq!(words.fit(title), ids.contains(&title.id));
            }
        }
    }
}
