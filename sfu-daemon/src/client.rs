//! A small HTTP/1.1 client, for the few times that the program itself asks somebody: to compare a page, to tell the practice's own systems that
//! somebody waits, and to hear from the practice's provider of identities who has signed in there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Request, StatusCode, Uri, header};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// For one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What went wrong on the way, in the words of who says so.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Why nobody can be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is not one of a server.
    #[error("that is not an address such as https://video.clinic.example")]
    BadAddress,
    /// Certificates cannot be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: String,
    },
}

/// What came.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A server that is asked, one thing after the other.
pub(crate) struct Server {
    /// As in a `Host` header.
    authority: String,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    connection: Option<SendRequest<Body>>,
}

impl Server {
    /// `roots`: certificates to trust instead of the system's.
    pub(crate) fn new(uri: &Uri, roots: Option<&Path>) -> Result<Self, ClientError> {
        let authority = uri.authority().ok_or(ClientError::BadAddress)?;
        let (tls, port) = match uri.scheme_str() {
            Some("https") => (Some(trusting(roots)?), 443),
            Some("http") => (None, 80),
            _ => return Err(ClientError::BadAddress),
        };
        Ok(Self::with(authority, tls, port))
    }

    fn with(authority: &Authority, tls: Option<TlsConnector>, port: u16) -> Self {
        Self {
            authority: authority.to_string(),
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(port),
            tls,
            connection: None,
        }
    }

    /// Another server, where the same certificates are trusted.
    pub(crate) fn at(&self, uri: &Uri) -> Result<Self, ClientError> {
        let authority = uri.authority().ok_or(ClientError::BadAddress)?;
        let (tls, port) = match (uri.scheme_str(), &self.tls) {
            (Some("https"), Some(tls)) => (Some(tls.clone()), 443),
            (Some("http"), _) => (None, 80),
            _ => return Err(ClientError::BadAddress),
        };
        Ok(Self::with(authority, tls, port))
    }

    /// The same server, over a connection of its own.
    pub(crate) fn another(&self) -> Self {
        let (authority, host, tls) = (self.authority.clone(), self.host.clone(), self.tls.clone());
        Self { authority, host, port: self.port, tls, connection: None }
    }

    /// The answer to a request, of at most so many bytes. Its `Host` is added.
    pub(crate) async fn ask(&mut self, request: Request<Body>, bytes_max: usize) -> Result<Answer, Fault> {
        let answer = tokio::time::timeout(PATIENCE, self.exchange(request, bytes_max)).await;
        answer.unwrap_or_else(|_| Err("no answer in time".into()))
    }

    async fn exchange(&mut self, mut request: Request<Body>, bytes_max: usize) -> Result<Answer, Fault> {
        let connection = match self.connection.take().filter(|connection| !connection.is_closed()) {
            Some(connection) => self.connection.insert(connection),
            None => {
                let connection = self.connect().await?;
                self.connection.insert(connection)
            }
        };
        connection.ready().await?;
        request.headers_mut().insert(header::HOST, self.authority.parse()?);
        let response = connection.send_request(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, body: to_bytes(Body::new(response.into_body()), bytes_max).await? })
    }

    async fn connect(&self) -> Result<SendRequest<Body>, Fault> {
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await?;
        match &self.tls {
            None => greet(tcp).await,
            Some(tls) => greet(tls.connect(ServerName::try_from(self.host.clone())?, tcp).await?).await,
        }
    }
}

async fn greet<S>(stream: S) -> Result<SendRequest<Body>, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Trusts the certificates of that file, or those that the system trusts.
fn trusting(file: Option<&Path>) -> Result<TlsConnector, ClientError> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = file {
        let unreadable = |error: String| ClientError::Unreadable { path: file.to_owned(), error };
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(error.to_string()))? {
            let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
            roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config =
        config.expect("the provider has the default versions").with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
