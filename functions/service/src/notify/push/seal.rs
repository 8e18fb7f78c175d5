//! A message that only one browser can read: Message Encryption for Web Push (RFC 8291) in one record of
//! `aes128gcm` (RFC 8188).

use hmac::{Hmac, Mac};
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::Sha256;

/// One record holds all of a message.
const RECORD_BYTES: u32 = 4_096;
/// Of a salt, and of what a browser shares with us.
const SALT_BYTES: usize = 16;
/// A point of the curve, uncompressed.
const POINT_BYTES: usize = 65;
const TAG_BYTES: usize = 16;
/// What stands behind the text of the last record (RFC 8188, section 2).
const LAST: u8 = 2;
/// Salt, size of a record, length of the key's name, and the name, which is the key (RFC 8291, section 4).
const HEADER_BYTES: usize = SALT_BYTES + 4 + 1 + POINT_BYTES;

/// What a browser gave: its public key, and a secret that it shares with us.
pub struct Keys {
    point: PublicKey,
    auth: [u8; SALT_BYTES],
}

impl Keys {
    /// None where the point is not one of the curve, uncompressed, or the secret is of another length.
    #[must_use]
    pub fn of(p256dh: &[u8], auth: &[u8]) -> Option<Self> {
        if p256dh.len() != POINT_BYTES {
            return None;
        }
        Some(Self {
            point: PublicKey::from_sec1_bytes(p256dh).ok()?,
            auth: auth.try_into().ok()?,
        })
    }
}

/// A public key as it is sent: 65 bytes.
#[must_use]
pub fn bytes(key: &PublicKey) -> Vec<u8> {
    key.to_encoded_point(false).as_bytes().to_vec()
}

/// The body of a message. `ours`: a key for this message alone. None where the text does not fit into a record.
#[must_use]
pub fn seal(text: &[u8], keys: &Keys, ours: &SecretKey, salt: [u8; SALT_BYTES]) -> Option<Vec<u8>> {
    let room = usize::try_from(RECORD_BYTES).ok()? - TAG_BYTES - 1;
    if text.len() > room {
        return None;
    }
    let point = bytes(&ours.public_key());
    let secret = diffie_hellman(ours.to_nonzero_scalar(), keys.point.as_affine());
    let (key, nonce) = derived(
        secret.raw_secret_bytes(),
        (&keys.auth, &salt),
        (&bytes(&keys.point), &point),
    )?;
    let mut sealed = text.to_vec();
    sealed.push(LAST);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed)
        .ok()?;
    let mut body = Vec::with_capacity(HEADER_BYTES + sealed.len());
    body.extend(salt);
    body.extend(RECORD_BYTES.to_be_bytes());
    body.push(u8::try_from(POINT_BYTES).ok()?);
    body.extend(point);
    body.extend(sealed);
    Some(body)
}

/// What a browser does with a body: the text, where it was meant for this secret key and is whole.
#[must_use]
pub fn open(body: &[u8], theirs: &[u8], auth: [u8; SALT_BYTES]) -> Option<Vec<u8>> {
    let theirs = SecretKey::from_slice(theirs).ok()?;
    let (header, sealed) = body.split_at_checked(HEADER_BYTES)?;
    let salt: [u8; SALT_BYTES] = header[..SALT_BYTES].try_into().ok()?;
    let point = &header[HEADER_BYTES - POINT_BYTES..];
    let sender = PublicKey::from_sec1_bytes(point).ok()?;
    let secret = diffie_hellman(theirs.to_nonzero_scalar(), sender.as_affine());
    let (key, nonce) = derived(
        secret.raw_secret_bytes(),
        (&auth, &salt),
        (&bytes(&theirs.public_key()), point),
    )?;
    let mut sealed = sealed.to_vec();
    let text = key
        .open_in_place(nonce, Aad::empty(), &mut sealed)
        .ok()?
        .to_vec();
    text.strip_suffix(&[LAST]).map(<[u8]>::to_vec)
}

/// The key of the record and its nonce. `points`: the browser's, then ours (RFC 8291, section 3.4).
fn derived(
    secret: &[u8],
    (auth, salt): (&[u8], &[u8]),
    points: (&[u8], &[u8]),
) -> Option<(LessSafeKey, Nonce)> {
    let info = [b"WebPush: info\0".as_slice(), points.0, points.1].concat();
    let shared = expanded(auth, secret, &info);
    let key = expanded(salt, &shared, b"Content-Encoding: aes128gcm\0");
    let nonce = expanded(salt, &shared, b"Content-Encoding: nonce\0");
    let key = UnboundKey::new(&AES_128_GCM, &key[..16]).ok()?;
    let nonce: [u8; 12] = nonce[..12].try_into().ok()?;
    Some((LessSafeKey::new(key), Nonce::assume_unique_for_key(nonce)))
}

/// HKDF with SHA-256 (RFC 5869): one block, of which as much is taken as is wanted.
fn expanded(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; 32] {
    mac(&mac(salt, &[secret]), &[info, &[1_u8]])
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn raw(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    fn secret(text: &str) -> SecretKey {
        SecretKey::from_slice(&raw(text)).expect("a key")
    }

    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const OURS: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const THEIRS: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const POINT: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const TEXT: &[u8] = b"When I grow up, I want to be a watermelon";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn auth() -> [u8; 16] {
        raw(AUTH).try_into().expect("16 bytes")
    }

    #[test]
    fn the_example_of_rfc_8291_appendix_a() {
        let theirs = secret(THEIRS);
        assert_eq!(bytes(&theirs.public_key()), raw(POINT));
        let keys = Keys::of(&raw(POINT), &raw(AUTH)).expect("keys");
        let salt = raw(SALT).try_into().expect("16 bytes");
        let body = seal(TEXT, &keys, &secret(OURS), salt).expect("sealed");
        assert_eq!(URL_SAFE_NO_PAD.encode(&body), BODY);
        assert_eq!(open(&body, &raw(THEIRS), auth()).as_deref(), Some(TEXT));
    }

    #[test]
    fn a_body_that_was_touched_or_cut_does_not_open() {
        let (body, theirs) = (raw(BODY), raw(THEIRS));
        for at in 0..body.len() {
            assert_eq!(open(&body[..at], &theirs, auth()), None, "cut at {at}");
        }
        let header = HEADER_BYTES - POINT_BYTES;
        // The size of a record and the length of the name say nothing that is used.
        for at in (0..SALT_BYTES).chain(header..body.len()) {
            let mut other = body.clone();
            other[at] ^= 1;
            assert_eq!(open(&other, &theirs, auth()), None, "byte {at}");
        }
        assert_eq!(open(&body, &raw(OURS), auth()), None);
        assert_eq!(open(&body, &theirs, [0; 16]), None);
    }

    #[test]
    fn only_points_of_the_curve_are_keys() {
        let point = raw(POINT);
        assert!(Keys::of(&point, &raw(AUTH)).is_some());
        let mut off = point.clone();
        off[64] ^= 1;
        let compressed = [&[2][..], &point[1..33]].concat();
        let short = [&point[..], &[0]].concat();
        for wrong in [&off[..], &compressed[..], &short[..], &[0; 65][..], &[][..]] {
            assert!(Keys::of(wrong, &raw(AUTH)).is_none());
        }
        assert!(Keys::of(&point, &[0; 15]).is_none());
    }

    #[test]
    fn a_text_longer_than_a_record_is_not_sealed() {
        let keys = Keys::of(&raw(POINT), &raw(AUTH)).expect("keys");
        let sealed = |bytes: usize| seal(&vec![b'a'; bytes], &keys, &secret(OURS), [7; 16]);
        let most = 4_096 - 17;
        let body = sealed(most).expect("fits");
        assert_eq!(body.len(), HEADER_BYTES + 4_096);
        assert!(sealed(most + 1).is_none());
    }
}
