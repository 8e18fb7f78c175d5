//! The key of a link that answers a question how somebody is: what is asked, of whom, by whose word and until when,
//! signed with the server's secret. Nothing of it is stored; the answer itself is what settles it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::watch::Question;
use domain::{CommunityId, PersonId, limits};
use jiff::Timestamp;

use crate::secret::{Secret, same};

/// Three ids, and two moments in seconds since 1970.
const BYTES: usize = 3 * 16 + 2 * 4;

/// `p` to the person, `r` to a relative, so that a page knows what to ask; then the question, a dot, and its
/// signature.
#[must_use]
pub fn key(secret: &Secret, question: &Question) -> String {
    let said = said(question);
    let signature = signature(secret, &said);
    format!("{said}.{signature}")
}

/// The question of a key. Absent where it is not ours.
#[must_use]
pub fn read(secret: &Secret, key: &str) -> Option<Question> {
    if key.len() > limits::WELL_KEY_CHARS {
        return None;
    }
    let (said, signed) = key.rsplit_once('.')?;
    if !same(&signature(secret, said), signed) {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(said.get(1..)?).ok()?;
    let bytes: [u8; BYTES] = bytes.try_into().ok()?;
    let (ids, moments) = bytes.split_at(3 * 16);
    let mut ids = ids.chunks_exact(16).filter_map(|one| {
        let one = one.try_into().ok()?;
        Some(u128::from_be_bytes(one))
    });
    let mut moments = moments.chunks_exact(4).filter_map(|one| {
        let one = one.try_into().ok()?;
        Timestamp::from_second(i64::from(u32::from_be_bytes(one))).ok()
    });
    Some(Question {
        community: CommunityId::from_bits(ids.next()?),
        person: PersonId::from_bits(ids.next()?),
        answers: PersonId::from_bits(ids.next()?),
        asked_at: moments.next()?,
        until: moments.next()?,
    })
}

fn said(question: &Question) -> String {
    let mut bytes = Vec::with_capacity(BYTES);
    bytes.extend(question.community.bits().to_be_bytes());
    bytes.extend(question.person.bits().to_be_bytes());
    bytes.extend(question.answers.bits().to_be_bytes());
    for moment in [question.asked_at, question.until] {
        let seconds = u32::try_from(moment.as_second()).unwrap_or(0);
        bytes.extend(seconds.to_be_bytes());
    }
    let voice = if question.is_of_relative() { 'r' } else { 'p' };
    format!("{voice}{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn signature(secret: &Secret, said: &str) -> String {
    URL_SAFE_NO_PAD.encode(secret.bits("well", said).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(answers: u128) -> Question {
        let second = |second| Timestamp::from_second(second).expect("in range");
        Question {
            community: CommunityId::from_bits(1),
            person: PersonId::from_bits(2),
            answers: PersonId::from_bits(answers),
            asked_at: second(1_790_000_000),
            until: second(1_790_093_600),
        }
    }

    #[test]
    fn a_key_says_what_was_asked_and_nobody_makes_another() {
        let secret = Secret::new([1; 32]);
        for (answers, voice) in [(2, 'p'), (3, 'r')] {
            let asked = question(answers);
            let key = key(&secret, &asked);
            assert!(key.starts_with(voice) && key.len() <= limits::WELL_KEY_CHARS);
            assert_eq!(read(&secret, &key), Some(asked));
            assert_eq!(read(&Secret::new([2; 32]), &key), None);
            for place in 0..key.len() {
                let mut other = key.clone().into_bytes();
                other[place] = if other[place] == b'A' { b'B' } else { b'A' };
                let other = String::from_utf8(other).expect("text");
                assert_eq!(read(&secret, &other), None, "{place}");
            }
        }
        let long = "p".repeat(limits::WELL_KEY_CHARS + 1);
        for wrong in ["", ".", "p.", "p", "é.é", long.as_str()] {
            assert_eq!(read(&secret, wrong), None, "{wrong}");
        }
    }
}
