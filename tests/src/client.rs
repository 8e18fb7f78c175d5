//! Typed calls over HTTP: an answer of the contract, or a problem.

use serde_json::Value;
use wire::{Endpoint, Method, Problem};

use crate::described;

/// Somebody with a browser: an address and perhaps a session cookie.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
    pub cookie: Option<String>,
}

/// What came back, before anybody looks into it.
#[derive(Debug)]
pub struct Raw {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Raw {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The cookie it sets, as a browser would send it back.
    pub fn cookie(&self) -> Option<String> {
        let cookie = self.headers.get("set-cookie")?.to_str().ok()?;
        cookie.split(';').next().map(str::to_owned)
    }
}

impl Client {
    #[must_use]
    pub fn new(http: &reqwest::Client, url: &str) -> Self {
        Self {
            http: http.clone(),
            url: url.to_owned(),
            cookie: None,
        }
    }

    /// One call as the contract has it. Panics where the server breaks the contract.
    pub async fn call<E: Endpoint>(
        &self,
        path: E::Path,
        query: E::Query,
        body: E::Body,
    ) -> Result<E::Reply, Problem> {
        self.try_call::<E>(path, query, body)
            .await
            .expect("an answer")
    }

    /// The same against a server that may be gone in the middle.
    pub async fn try_call<E: Endpoint>(
        &self,
        path: E::Path,
        query: E::Query,
        body: E::Body,
    ) -> reqwest::Result<Result<E::Reply, Problem>> {
        let body = (!matches!(E::METHOD, Method::Get | Method::Delete))
            .then(|| serde_json::to_string(&body).expect("json"));
        let raw = self
            .try_raw(E::METHOD.as_str(), &E::url(&path, &query), body)
            .await?;
        if raw.status == E::SUCCESS {
            let body = if E::SUCCESS == 204 { "null" } else { &raw.body };
            let reply = serde_json::from_str(body).unwrap_or_else(|error| {
                panic!("{} answers another shape: {error}: {body}", E::PATH)
            });
            return Ok(Ok(reply));
        }
        let problem: Problem = serde_json::from_str(&raw.body)
            .unwrap_or_else(|_| panic!("{} {} is no problem: {}", E::PATH, raw.status, raw.body));
        assert_eq!(problem.status, raw.status, "a problem names its own status");
        assert!(
            described::codes(E::NAME).contains(&problem.code),
            "the description of {} does not know {:?}",
            E::NAME,
            problem.code
        );
        Ok(Err(problem))
    }

    /// Any request with this person's cookie.
    pub async fn raw(&self, method: &str, path: &str, json: Option<String>) -> Raw {
        self.try_raw(method, path, json).await.expect("an answer")
    }

    async fn try_raw(
        &self,
        method: &str,
        path: &str,
        json: Option<String>,
    ) -> reqwest::Result<Raw> {
        let headers = json
            .as_ref()
            .map(|_| ("content-type", "application/json"))
            .into_iter()
            .collect::<Vec<_>>();
        self.send(
            method,
            path,
            &headers,
            json.unwrap_or_default().into_bytes(),
        )
        .await
    }

    pub async fn raw_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Raw {
        self.send(method, path, headers, body)
            .await
            .expect("an answer")
    }

    /// An answer that goes on, as it begins.
    pub async fn open(&self, path: &str) -> reqwest::Response {
        let mut request = self.http.get(format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request.send().await.expect("an answer")
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> reqwest::Result<Raw> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.body(body).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Raw {
            status,
            headers,
            body: response.text().await?,
        })
    }
}
