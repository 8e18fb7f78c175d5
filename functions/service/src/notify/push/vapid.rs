//! Whose message it is: Voluntary Application Server Identification (RFC 8292). The key is derived from the
//! server's secret, so that it is the same after a restart and nothing more has to be kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::limits;
use jiff::Timestamp;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;

use super::seal;
use crate::secret::Secret;

/// Where the operator of a browser's server may turn to.
const CONTACT: &str = "mailto:push@linli.example";

/// The key of this server.
pub fn key(secret: &Secret) -> SecretKey {
    (0..u8::MAX)
        .find_map(|n| SecretKey::from_slice(&secret.push_key(n)).ok())
        .expect("of 32 bytes nearly all are a key of the curve")
}

/// The public half, as a browser wants it: 65 bytes in base64url.
#[must_use]
pub fn public(secret: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(seal::bytes(&key(secret).public_key()))
}

/// `Authorization` for one server. `host`: its name.
#[must_use]
pub fn authorization(secret: &Secret, host: &str, at: Timestamp) -> String {
    let key = key(secret);
    let until = at.as_second() + limits::PUSH_TOKEN_SECONDS;
    let claims = json!({ "aud": format!("https://{host}"), "exp": until, "sub": CONTACT });
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!(
        "{}.{}",
        part(json!({ "typ": "JWT", "alg": "ES256" })),
        part(claims)
    );
    let signature: Signature = SigningKey::from(&key).sign(said.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
    format!("vapid t={said}.{signature}, k={}", public(secret))
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_word_is_signed_by_the_key_that_stands_beside_it_and_names_the_server() {
        let secret = Secret::new([7; 32]);
        let at = Timestamp::from_second(1_790_000_000).expect("in range");
        let said = authorization(&secret, "push.example.org", at);
        let (token, shown) = said
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .expect("both parts");
        assert_eq!(shown, public(&secret));
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let raw = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let point = VerifyingKey::from_sec1_bytes(&raw(shown)).expect("a point");
        let signature = Signature::from_slice(&raw(signature)).expect("64 bytes");
        assert!(point.verify(signed.as_bytes(), &signature).is_ok());
        let (header, claims) = signed.split_once('.').expect("two parts");
        let read = |text: &str| -> Value { serde_json::from_slice(&raw(text)).expect("JSON") };
        assert_eq!(read(header), json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = read(claims);
        assert_eq!(claims["aud"], "https://push.example.org");
        assert_eq!(claims["exp"], 1_790_000_000 + limits::PUSH_TOKEN_SECONDS);
        const { assert!(limits::PUSH_TOKEN_SECONDS <= 24 * 3_600) };
        assert_ne!(public(&secret), public(&Secret::new([8; 32])));
    }
}
