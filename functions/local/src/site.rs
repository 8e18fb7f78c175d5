//! The built apps as files: the residents' at `/`, the desk's under `/desk/`.
//!
//! A path whose last part has a dot is a file; every other path is a page of the app.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use service::http::problem;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};
use wire::{Code, Problem};

use crate::csp;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");
const DESK: &str = "/desk";

/// Where the built apps lie.
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub resident: Option<PathBuf>,
    pub desk: Option<PathBuf>,
}

impl Site {
    /// Answers for every path nobody else answers for.
    pub async fn answer(&self, request: Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return problem(&Problem::new(Code::MethodNotAllowed));
        }
        let path = request.uri().path().to_owned();
        if path == DESK {
            return Redirect::permanent("/desk/").into_response();
        }
        let (folder, inside) = match path.strip_prefix("/desk/") {
            Some(inside) => (&self.desk, format!("/{inside}")),
            None => (&self.resident, path),
        };
        match folder.as_deref() {
            Some(folder) if folder.join("index.html").is_file() => {
                answer_from(folder, &inside, request).await
            }
            _ if is_file(&inside) => problem(&Problem::new(Code::NotFound)),
            _ => not_built(),
        }
    }
}

async fn answer_from(folder: &Path, path: &str, request: Request) -> Response {
    if !is_file(path) || path == "/index.html" {
        return page(&folder.join("index.html"), request).await;
    }
    let (mut parts, _) = request.into_parts();
    let Ok(uri) = path.parse() else {
        return problem(&Problem::new(Code::NotFound));
    };
    parts.uri = uri;
    let files = ServeDir::new(folder)
        .append_index_html_on_directories(false)
        .precompressed_br();
    let served = files
        .oneshot(Request::from_parts(parts, Body::empty()))
        .await;
    let mut response = received(served);
    if response.status() == StatusCode::NOT_FOUND {
        return problem(&Problem::new(Code::NotFound));
    }
    let kept = if is_hashed(path) { FOREVER } else { ASK_FIRST };
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    let policy = match kind(response.headers()) {
        b"text/html" => Some(csp::PLAIN),
        b"text/javascript" => Some(csp::WORKER),
        _ => None,
    };
    if let Some(policy) = policy.map(HeaderValue::from_static) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The app's page, with the policy that fits the scripts written into it.
async fn page(file: &Path, request: Request) -> Response {
    let Ok(html) = tokio::fs::read_to_string(file).await else {
        return not_built();
    };
    let served = ServeFile::new(file)
        .precompressed_br()
        .oneshot(request)
        .await;
    let mut response = received(served);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, ASK_FIRST);
    if let Ok(policy) = HeaderValue::from_str(&csp::of_page(&html)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn received<B>(served: Result<http::Response<B>, Infallible>) -> Response
where
    B: axum::body::HttpBody<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    match served {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn is_file(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
}

/// Trunk writes the digest of a file into its name: `resident-0a1b2c3d4e5f6789_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    // Trunk writes a digest of 16 without the zeros it begins with.
    const DIGEST_CHARS: usize = 12;
    let is_digest = |part: &str| {
        part.len() >= DIGEST_CHARS && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    path.split(['/', '-', '.', '_']).any(is_digest)
}

fn kind(headers: &HeaderMap) -> &[u8] {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.map_or(&b""[..], HeaderValue::as_bytes);
    kind.split(|byte| *byte == b';').next().unwrap_or_default()
}

fn not_built() -> Response {
    let html = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>邻里 Linli</title>\
        <p>网页还没有构建，请在项目目录运行 <code>cargo xtask dev</code>。\
        <p lang=\"en\">The pages are not built yet: run <code>cargo xtask dev</code> in the project folder.";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, csp::PLAIN),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(site: &Site, path: &str, encoding: &str) -> Response {
        let request = http::Request::get(path)
            .header(header::ACCEPT_ENCODING, encoding)
            .body(Body::empty())
            .expect("a request");
        site.answer(request).await
    }

    fn text<'a>(response: &'a Response, name: &str) -> &'a str {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    fn built() -> (tempfile::TempDir, Site) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, content) in [
            ("index.html", "<script type=\"module\">go()</script>"),
            ("resident-0a1b2c3d4e5f6789_bg.wasm", "wasm"),
            ("resident-0a1b2c3d4e5f6789_bg.wasm.br", "br"),
            ("manifest.json", "{}"),
            ("worker.js", "fetch('https://elsewhere.example')"),
            ("old.html", "<p>"),
        ] {
            std::fs::write(folder.path().join(name), content).expect("written");
        }
        let site = Site {
            resident: Some(folder.path().into()),
            desk: None,
        };
        (folder, site)
    }

    #[tokio::test]
    async fn pages_files_and_what_is_missing() {
        let (_folder, site) = built();
        for path in ["/", "/services/svc_1", "/index.html"] {
            let page = get(&site, path, "").await;
            assert_eq!(page.status(), 200, "{path}");
            assert_eq!(text(&page, "content-type"), "text/html", "{path}");
            assert_eq!(text(&page, "cache-control"), "no-cache", "{path}");
            assert!(text(&page, "content-security-policy").contains("'sha256-"));
        }
        for path in [
            "/none.js",
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/a/b.png",
        ] {
            assert_eq!(get(&site, path, "").await.status(), 404, "{path}");
        }
        assert_eq!(text(&get(&site, "/desk", "").await, "location"), "/desk/");
        assert_eq!(get(&site, "/desk/today", "").await.status(), 503);
        let post = http::Request::post("/")
            .body(Body::empty())
            .expect("a request");
        assert_eq!(site.answer(post).await.status(), 405);
    }

    #[tokio::test]
    async fn hashed_files_are_kept_and_sent_compressed() {
        let (_folder, site) = built();
        let path = "/resident-0a1b2c3d4e5f6789_bg.wasm";
        assert!(
            is_hashed("/page-815c5248035bf81.css"),
            "its first zero is not written"
        );
        assert!(!is_hashed("/register.js") && !is_hashed("/scan/camera.js"));
        for (accepts, encoding) in [("gzip, br", "br"), ("gzip", "")] {
            let wasm = get(&site, path, accepts).await;
            assert_eq!(text(&wasm, "content-type"), "application/wasm");
            assert_eq!(text(&wasm, "content-encoding"), encoding);
            assert!(text(&wasm, "cache-control").contains("immutable"));
        }
        for (path, policy) in [("/worker.js", csp::WORKER), ("/old.html", csp::PLAIN)] {
            let file = get(&site, path, "").await;
            assert_eq!(text(&file, "content-security-policy"), policy, "{path}");
            assert_eq!(text(&file, "cache-control"), "no-cache", "{path}");
        }
        let manifest = get(&site, "/manifest.json", "").await;
        assert_eq!(text(&manifest, "cache-control"), "no-cache");
    }
}
