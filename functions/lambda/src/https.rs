//! The way out of a function: one connector for the table, for AWS and for other people's servers, over HTTP/1.1. Whom it
//! believes is Mozilla's list, compiled in: the system's list would be read and parsed each time a function starts, which
//! took longer than everything else it does before it asks for its first event.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use lambda_runtime::Error;
use rustls::crypto::ring;

/// For a connection to be there. Each try has its own patience beside.
const CONNECT: Duration = Duration::from_secs(2);

/// Cheap to clone: the connections that are open are shared.
#[derive(Debug)]
struct Https(Client<HttpsConnector<Tcp>, SdkBody>);

pub fn connector() -> Result<SharedHttpConnector, Error> {
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    let https = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(ring::default_provider())?
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let client = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .build(https);
    Ok(SharedHttpConnector::new(Https(client)))
}

impl HttpConnector for Https {
    /// Whatever goes wrong on the way may be tried again.
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
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

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io::Read;
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::thread::{JoinHandle, spawn};

    use http::Request;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ServerConfig, ServerConnection, StreamOwned};
    use webpki_roots::TLS_SERVER_ROOTS;

    use super::*;

    /// For `localhost`, and signed by itself.
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
            let mut roots = TLS_SERVER_ROOTS.iter();
            assert!(roots.any(|root| is(&root.subject)), "{issuer}");
        }
    }
}
