//! The server's secret and what is made with it: digests of what must not be stored as it is,
//! sign-in codes, and time-based one-time passwords.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::limits;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Seconds one time-based code lives (RFC 6238).
pub const TOTP_SECONDS: i64 = 30;

/// 256 bits that live outside of the table.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn mac(&self, what: &str, value: &str) -> Vec<u8> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(what.as_bytes());
        mac.update(b"|");
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// A telephone number as its directory key.
    #[must_use]
    pub fn phone_digest(&self, phone: &str) -> String {
        hex(&self.mac("phone", phone))
    }

    /// A network address as the key of its counters.
    #[must_use]
    pub fn address_digest(&self, address: &str) -> String {
        hex(&self.mac("address", address))
    }

    /// What a command said. Nobody without the secret can try out what it may have been.
    #[must_use]
    pub fn command_digest(&self, said: &str) -> String {
        hex(&self.mac("command", said))
    }

    /// The six digits that belong to a nonce and a number. Nothing that is stored tells them.
    #[must_use]
    pub fn code(&self, nonce: &str, phone: &str) -> String {
        let mac = self.mac("code", &format!("{nonce}|{phone}"));
        let number = u64::from_be_bytes(mac[..8].try_into().expect("eight of 32 bytes"));
        format!("{:06}", number % 10u64.pow(limits::CODE_DIGITS))
    }

    /// What hangs at a door in one step of time: digits and letters that do not look alike.
    #[must_use]
    pub fn door_code(&self, door: &str, step: i64) -> String {
        let mac = self.mac("door", &format!("{door}|{step}"));
        let letter = |byte: &u8| char::from(DOOR_LETTERS[usize::from(byte % 32)]);
        mac.iter()
            .take(limits::DOOR_CODE_CHARS)
            .map(letter)
            .collect()
    }

    /// What a device at a door signs with, in one version.
    #[must_use]
    pub fn device_key(&self, device: &str, ver: u32) -> [u8; 32] {
        let mac = self.mac("device", &format!("{device}|{ver}"));
        mac.try_into().expect("32 bytes of an HMAC with SHA-256")
    }

    /// What messages to browsers are signed with, unless it is not a key of the curve: then the next is.
    #[must_use]
    pub fn push_key(&self, n: u8) -> [u8; 32] {
        let mac = self.mac("push", &n.to_string());
        mac.try_into().expect("32 bytes of an HMAC with SHA-256")
    }

    /// Bits that are the same whenever the value is, and that nobody else foresees.
    #[must_use]
    pub fn bits(&self, what: &str, value: &str) -> u128 {
        let mac = self.mac(what, value);
        u128::from_be_bytes(mac[..16].try_into().expect("sixteen of 32 bytes"))
    }
}

const DOOR_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as it hangs at the door, of what somebody typed.
#[must_use]
pub fn door_typed(raw: &str) -> String {
    let typed = raw.chars().filter(|c| !matches!(c, ' ' | '-'));
    let letters = typed.map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    });
    letters.take(limits::DOOR_CODE_CHARS + 1).collect()
}

/// SHA-256 as hexadecimal text: how session tokens are stored.
#[must_use]
pub fn digest(value: &[u8]) -> String {
    hex(&Sha256::digest(value))
}

/// Equal, in a time that does not tell where they differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    subtle::ConstantTimeEq::ct_eq(a.as_bytes(), b.as_bytes()).into()
}

/// 256 random bits for a session cookie.
#[must_use]
pub fn token() -> String {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// 160 random bits for an authenticator app, in base 32 (RFC 4226, section 4).
#[must_use]
pub fn totp_secret() -> String {
    let mut bytes = [0u8; 20];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    data_encoding::BASE32_NOPAD.encode(&bytes)
}

/// Which 30-second step a moment falls in.
#[must_use]
pub fn totp_step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(TOTP_SECONDS)
}

/// The code of one step (RFC 6238 with SHA-1 and six digits, as authenticator apps expect).
#[must_use]
pub fn totp(secret: &str, step: i64) -> Option<String> {
    let key = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).ok()?;
    mac.update(&u64::try_from(step).ok()?.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let offset = usize::from(sum[19] & 0xf);
    let word = u32::from_be_bytes(sum[offset..offset + 4].try_into().ok()?) & 0x7fff_ffff;
    Some(format!("{:06}", word % 1_000_000))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totp_as_in_rfc_6238() {
        let secret = data_encoding::BASE32_NOPAD.encode(b"12345678901234567890");
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let at = Timestamp::from_second(second).expect("in range");
            assert_eq!(totp(&secret, totp_step(at)).as_deref(), Some(code));
        }
    }

    #[test]
    fn a_code_depends_on_secret_nonce_and_number() {
        let one = Secret::new([1; 32]);
        assert_eq!(one.code("n", "13800000001").len(), 6);
        assert_ne!(
            one.phone_digest("13800000001"),
            Secret::new([2; 32]).phone_digest("13800000001")
        );
        assert_ne!(one.code("n", "13800000001"), one.code("m", "13800000001"));
    }
}
