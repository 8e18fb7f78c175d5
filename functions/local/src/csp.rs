//! The content security policy of a page: its own scripts, WebAssembly, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// For pages without any script or style of their own files: messages, the word that no site is built.
pub const PLAIN: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For scripts. A worker has the policy it was sent with, and not that of the page that started it.
pub const WORKER: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/// The policy of an app's page. Scripts written into the page are allowed by their digests.
#[must_use]
pub fn of_page(html: &str) -> String {
    let digests: String = inline_scripts(html)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{digests}; style-src 'self'; \
         img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (body, _) = rest.split_once("</script")?;
        (!attributes.contains("src=") && !body.is_empty()).then_some(body)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_the_page_are_named_by_digest() {
        let policy =
            of_page("<script type=module>alert(1)</script><script src=\"/a.js\"></script><p>a</p>");
        let digest = STANDARD.encode(Sha256::digest("alert(1)"));
        assert_eq!(policy.matches("'sha256-").count(), 1);
        assert!(policy.contains(&format!("'wasm-unsafe-eval' 'sha256-{digest}';")));
        assert!(!of_page("<p>no script</p>").contains("sha256"));
    }
}
