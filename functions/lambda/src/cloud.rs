//! Calls of AWS that are too few for an SDK of their own, and calls of other people's servers: one connector, one
//! request, one answer.

use std::env;
use std::time::SystemTime;

use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SigningParams, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use http::Request;
use lambda_runtime::Error;
use service::notify::channel::Reply;

use crate::variable;

/// Bytes of an answer that are looked at; nobody's answer is longer.
const ANSWER_BYTES: usize = 64 * 1024;
/// Instead of AWS itself, as every SDK reads it; followed by `_SSM`, for that service alone. For rehearsals.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// What this function is in AWS, and a way out of it. Cheap to clone.
#[derive(Clone)]
pub struct Cloud {
    connector: SharedHttpConnector,
    credentials: Credentials,
    region: String,
}

/// One call of a service of AWS, as its protocol puts it.
pub struct Call<'a> {
    pub service: &'a str,
    pub content_type: &'a str,
    /// `X-Amz-Target`, in protocols that have it.
    pub target: Option<&'a str>,
    pub body: String,
}

impl Cloud {
    /// Lambda's own credentials last as long as the instance does.
    pub fn here(connector: SharedHttpConnector) -> Result<Self, Error> {
        Ok(Self {
            connector,
            credentials: credentials()?,
            region: variable("AWS_REGION")?,
        })
    }

    /// The body of the answer, which is an error unless the service says that all is well. What an error says
    /// is its status alone: the text may repeat what was asked.
    pub async fn call(&self, call: &Call<'_>) -> Result<Vec<u8>, Error> {
        let url = self.url(call.service);
        let mut headers = vec![("content-type", call.content_type)];
        headers.extend(call.target.map(|target| ("x-amz-target", target)));
        let identity: Identity = self.credentials.clone().into();
        let params: SigningParams<'_> = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(call.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let body = SignableBody::Bytes(call.body.as_bytes());
        let signable = SignableRequest::new("POST", url.as_str(), headers.iter().copied(), body)?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut request = Request::builder().method("POST").uri(&url);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(SdkBody::from(call.body.as_str()))?;
        instructions.apply_to_request_http1x(&mut request);
        let reply = self.send(request).await?;
        match reply.status {
            200..300 => Ok(reply.body),
            status => Err(format!("{} answered {status}", call.service).into()),
        }
    }

    /// Any request to any server. Redirects are not followed.
    pub async fn send(&self, request: Request<SdkBody>) -> Result<Reply, Error> {
        let request = HttpRequest::try_from(request)?;
        let response = self.connector.call(request).await?;
        let status = response.status().as_u16();
        let mut parts = ByteStream::new(response.into_body());
        let mut body = Vec::new();
        while let Some(part) = parts.try_next().await? {
            body.extend_from_slice(&part);
            if body.len() > ANSWER_BYTES {
                return Err("an answer is too long".into());
            }
        }
        Ok(Reply { status, body })
    }

    fn url(&self, service: &str) -> String {
        let region = &self.region;
        match endpoint(service) {
            Some(endpoint) => format!("{}/", endpoint.trim_end_matches('/')),
            None => format!("https://{service}.{region}.{}/", suffix(region)),
        }
    }
}

pub fn credentials() -> Result<Credentials, Error> {
    Ok(Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        env::var("AWS_SESSION_TOKEN").ok(),
        None,
        "lambda",
    ))
}

/// Where this service is played, if it is.
pub fn endpoint(service: &str) -> Option<String> {
    let own = format!("{ENDPOINT}_{}", service.to_uppercase());
    let named = env::var(own).or_else(|_| env::var(ENDPOINT));
    named.ok().filter(|url| !url.is_empty())
}

/// China's regions have names of their own.
fn suffix(region: &str) -> &'static str {
    match region.starts_with("cn-") {
        true => "amazonaws.com.cn",
        false => "amazonaws.com",
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::spawn;

    use super::*;

    /// A server that answers one request, and does not say beforehand how much it says.
    fn server(parts: usize) -> String {
        const PART: usize = 8 * 1024;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("a port"));
        spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody comes");
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            for _ in 0..parts {
                let _ = write!(stream, "{PART:x}\r\n{}\r\n", "x".repeat(PART));
            }
            let _ = stream.write_all(b"0\r\n\r\n");
        });
        url
    }

    #[tokio::test]
    async fn of_an_answer_that_does_not_end_no_more_is_taken_than_of_any() {
        let cloud = Cloud {
            connector: crate::https::connector().expect("it is made"),
            credentials: Credentials::new("id", "secret", None, None, "test"),
            region: "cn-north-1".to_owned(),
        };
        let asked = async |parts| {
            let request = Request::get(server(parts)).body(SdkBody::empty());
            cloud.send(request.expect("a request")).await
        };
        let said = asked(8).await.expect("as long as an answer may be");
        assert_eq!((said.status, said.body.len()), (200, ANSWER_BYTES));
        let said = asked(9).await.expect_err("longer");
        assert!(said.to_string().contains("too long"), "{said}");
    }

    #[test]
    fn regions_of_china_have_names_of_their_own() {
        assert_eq!(suffix("cn-north-1"), "amazonaws.com.cn");
        assert_eq!(suffix("ca-central-1"), "amazonaws.com");
    }
}
