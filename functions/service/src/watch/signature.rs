//! How a device shows that it is that device: an HMAC-SHA256 over what is sent, with a key that is made of
//! the server's secret and the device's id, and stored nowhere.

use domain::DeviceId;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::secret::{Secret, same};

/// What is signed, in this order, with `|` between.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub device: &'a str,
    /// Seconds since 1970, or RFC 3339; as it stands in the header.
    pub timestamp: &'a str,
    pub nonce: &'a str,
    pub body: &'a [u8],
}

/// One version of a device's key.
#[must_use]
pub fn key(secret: &Secret, device: DeviceId, ver: u32) -> [u8; 32] {
    secret.device_key(&device.to_string(), ver)
}

/// As the header `x-signature` has it: hexadecimal, lower case.
#[must_use]
pub fn sign(key: &[u8], parts: &Parts<'_>) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in [
        parts.method,
        parts.path,
        parts.device,
        parts.timestamp,
        parts.nonce,
    ] {
        mac.update(part.as_bytes());
        mac.update(b"|");
    }
    mac.update(parts.body);
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// In a time that does not tell how much of it is right.
#[must_use]
pub fn verify(key: &[u8], parts: &Parts<'_>, signature: &str) -> bool {
    same(&sign(key, parts), signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &[u8]) -> Parts<'_> {
        Parts {
            method: "POST",
            path: "/v1/door-events",
            device: "dev_00000000000000000000000001",
            timestamp: "1790000000",
            nonce: "n",
            body,
        }
    }

    #[test]
    fn a_signature_is_of_one_key_and_of_every_byte() {
        let secret = Secret::new([1; 32]);
        let device = DeviceId::from_bits(1);
        let own = key(&secret, device, 1);
        let signature = sign(&own, &parts(b"{}"));
        assert_eq!(signature.len(), 64);
        assert!(verify(&own, &parts(b"{}"), &signature));
        assert!(!verify(&own, &parts(b"{ }"), &signature));
        let other = Parts {
            nonce: "m",
            ..parts(b"{}")
        };
        assert!(!verify(&own, &other, &signature));
        for (secret, device, ver) in [
            (Secret::new([2; 32]), device, 1),
            (Secret::new([1; 32]), DeviceId::from_bits(2), 1),
            (Secret::new([1; 32]), device, 2),
        ] {
            let other = key(&secret, device, ver);
            assert!(!verify(&other, &parts(b"{}"), &signature));
        }
        let upper = signature.to_uppercase();
        for wrong in ["", &signature[1..], upper.as_str()] {
            assert!(!verify(&own, &parts(b"{}"), wrong), "{wrong}");
        }
    }
}
