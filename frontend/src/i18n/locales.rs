//! What holds for the texts as a whole.

use domain::consent::Purpose;
use domain::limits;
use sha2::{Digest, Sha256};

use super::{Text, find, texts};

/// Every text in which somebody is asked to agree to a purpose.
fn asked(purpose: Purpose) -> Vec<Text> {
    let named = |all| find(all, purpose.as_str()).expect("each purpose has its texts");
    let mut asked = vec![
        named(texts::me::consent::ALL),
        named(texts::me::consent_text::ALL),
        named(texts::desk_people::purpose::ALL),
    ];
    match purpose {
        Purpose::SmsNotices => asked.push(texts::me::ward::sms),
        Purpose::ShareContact => asked.extend([
            texts::me::ward::share,
            texts::confirm::form::consent,
            texts::confirm::form::consent_note,
            texts::confirm::form::sees_all,
        ]),
    }
    asked
}

/// The first 8 bytes, in hexadecimal, of both languages' texts.
fn digest(purpose: Purpose) -> String {
    let mut hash = Sha256::new();
    for Text(zh, en) in asked(purpose) {
        hash.update(zh);
        hash.update([0]);
        hash.update(en);
        hash.update([0]);
    }
    hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whoever changes such a text raises the purpose's version, so that everybody is asked anew, and
/// then writes the new digest here.
#[test]
fn a_consents_text_changes_only_with_its_version() {
    let in_force = Purpose::ALL
        .iter()
        .map(|purpose| (purpose.as_str(), purpose.version(), digest(*purpose)));
    let held = [
        ("sms_notices", 1, "7dbd781e9aabde3b"),
        ("share_contact", 2, "fec1f4505b892980"),
    ];
    let held = held.map(|(purpose, version, digest)| (purpose, version, digest.to_owned()));
    assert_eq!(in_force.collect::<Vec<_>>(), held);
}

#[test]
fn contact_is_shared_for_the_two_days_the_texts_speak_of() {
    assert_eq!(limits::REACH_HOURS, 48);
    for Text(zh, en) in [
        texts::me::consent_text::share_contact,
        texts::confirm::form::consent_note,
        texts::confirm::form::sees_all,
    ] {
        assert!(zh.contains("两天") && en.contains("two days"), "{zh} {en}");
    }
}
