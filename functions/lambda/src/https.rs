//! The way out of a function: one connector for the table, for AWS and for other people's servers, over HTTP/1.1. Whom it
//! believes is Mozilla's list, compiled in: the system's list would be read and parsed each time a function starts
//! (`infra/adr/0019-whom-functions-believe-is-compiled-in.md`).

use std::sync::Arc;

use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{
    CaptureConnection, HttpConnector as Tcp, capture_connection,
};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use lambda_runtime::Error;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use webpki_roots::TLS_SERVER_ROOTS;

#[derive(Debug)]
struct Https(Client<HttpsConnector<Tcp>, SdkBody>);

/// Cheap to clone: the connections that are open are shared. How long they wait is for its callers to say.
pub fn connector() -> Result<SharedHttpConnector, Error> {
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(believed())
        .with_no_client_auth();
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(config)
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let client = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .build(https);
    Ok(SharedHttpConnector::new(Https(client)))
}

fn believed() -> RootCertStore {
    RootCertStore {
        roots: TLS_SERVER_ROOTS.to_vec(),
    }
}

impl HttpConnector for Https {
    /// Whatever goes wrong on the way may be tried again.
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let taken = capture_connection(&mut request);
        if let Some(asked) = request.extensions().get::<CaptureSmithyConnection>() {
            asked.set_connection_retriever(move || leavable(&taken));
        }
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async move {
            let answer = answer
                .await
                .map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// What the SDK needs to leave a connection over which a server said that it cannot: the next try goes over another.
fn leavable(taken: &CaptureConnection) -> Option<ConnectionMetadata> {
    taken.connection_metadata().as_ref()?;
    let taken = taken.clone();
    let leave = move || {
        if let Some(connection) = taken.connection_metadata().as_ref() {
            connection.poison();
        }
    };
    let connection = ConnectionMetadata::builder().proxied(false);
    Some(connection.poison_fn(leave).build())
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io::Read;
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread::{JoinHandle, spawn};
    use std::time::Duration;

    use aws_sdk_dynamodb::config::retry::RetryConfig;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
    use aws_smithy_runtime_api::client::http::http_client_fn;
    use http::Request;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ServerConfig, ServerConnection, StreamOwned};
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpStream;

    use super::*;

    /// For `localhost`, and signed by itself. Made with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256
    /// -nodes -days 36500 -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext
    /// subjectAltName=DNS:localhost -outform DER -out nobody.crt -keyout key.pem` and `openssl pkey -in key.pem
    /// -outform DER -out nobody.key`.
    const CERTIFICATE: &[u8] = include_bytes!("https/nobody.crt");
    const KEY: &[u8] = include_bytes!("https/nobody.key");

    /// A server that shakes one hand. Answers with its port, and with what came of it.
    fn server() -> (u16, JoinHandle<Result<usize, String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let key = PrivateKeyDer::try_from(KEY).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(CERTIFICATE)], key)
            .expect("a certificate with its key");
        let shaking = spawn(move || {
            let (stream, _) = listener.accept().expect("somebody comes");
            let connection = ServerConnection::new(Arc::new(config)).expect("a connection");
            let mut stream = StreamOwned::new(connection, stream);
            stream
                .read(&mut [0; 1_024])
                .map_err(|error| error.to_string())
        });
        (port, shaking)
    }

    #[tokio::test]
    async fn a_server_that_signed_for_itself_is_not_believed() {
        let (port, shaking) = server();
        let request = Request::get(format!("https://localhost:{port}/"));
        let request = request.body(SdkBody::from("a secret")).expect("a request");
        let request = HttpRequest::try_from(request).expect("a request");
        let said = connector().expect("it is made").call(request).await;
        let error = said.expect_err("nobody vouches for it");
        assert!(error.is_io(), "{error:?}");
        let mut reasons = Vec::new();
        let mut next = error.source();
        while let Some(reason) = next {
            reasons.push(reason.to_string());
            next = reason.source();
        }
        let reasons = reasons.join(": ");
        assert!(reasons.contains("UnknownIssuer"), "{reasons}");
        let heard = shaking.join().expect("it ends");
        let heard = heard.expect_err("nothing of the request reached it");
        assert!(heard.contains("UnknownCA"), "{heard}");
    }

    /// Answers the first request of all that it cannot, and every other.
    async fn answer(stream: TcpStream, requests: Arc<AtomicUsize>) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let (mut line, mut length) = (String::new(), 0);
            while line != "\r\n" {
                line.clear();
                if stream.read_line(&mut line).await? == 0 {
                    return Ok(());
                }
                if let Some(said) = line.to_lowercase().strip_prefix("content-length:") {
                    length = said.trim().parse().expect("a length");
                }
            }
            stream.read_exact(&mut vec![0; length]).await?;
            let status = match requests.fetch_add(1, Ordering::Relaxed) {
                0 => "500 Internal Server Error",
                _ => "200 OK",
            };
            let said = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n{{}}");
            stream.write_all(said.as_bytes()).await?;
        }
    }

    #[tokio::test]
    async fn a_connection_over_which_the_table_said_that_it_cannot_is_left() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("a port");
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let counted = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(answer(stream, Arc::clone(&requests)));
            }
        });
        let connector = connector().expect("it is made");
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("cn-north-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .endpoint_url(format!("http://{address}"))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .retry_config(retries)
            .build();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        for _ in 0..3 {
            let said = client.describe_limits().send().await;
            said.expect("the second try is answered");
        }
        assert_eq!(connections.load(Ordering::Relaxed), 2, "and no more");
    }

    #[test]
    fn those_who_sign_for_aws_are_believed() {
        for issuer in [
            "Amazon Root CA 1",
            "Amazon Root CA 4",
            "DigiCert Global Root G2",
            "Starfield Services Root Certificate Authority - G2",
        ] {
            let is = |subject: &[u8]| {
                let mut words = subject.windows(issuer.len());
                words.any(|word| word == issuer.as_bytes())
            };
            let roots = believed().roots;
            let mut roots = roots.iter();
            assert!(roots.any(|root| is(&root.subject)), "{issuer}");
        }
    }
}
