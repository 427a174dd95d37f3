//! Signing in at a provider of identities that the practice uses already (OpenID Connect: authorization code with PKCE).
//!
//! A sign-in that is under way is with the browser: what must be known again comes back sealed, with a key of this process. Of what the provider gives,
//! nothing is kept but whom it means. Only hosts that patients can read of are asked, and what they answer is in no log and in no text.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Request, StatusCode, Uri};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

use crate::at_rest::AtRest;
use crate::auth::{NoRandom, random};
use crate::client::Server;
use crate::config::Settings;
use crate::id_token::{self, Expected, Keys};
use crate::limits::{PROVIDER_ASKED_AGAIN_AFTER, PROVIDER_ASKED_AT_ONCE_MAX, PROVIDER_KNOWN_FOR};
use crate::telemetry;

/// For all that is asked of a provider in one step; a request of a browser may take a little longer.
const PATIENCE: Duration = Duration::from_secs(8);
/// What is read of an answer: lists of keys of large providers have 20 KiB.
const ANSWER_BYTES_MAX: usize = 128 * 1024;
/// Where a provider says what it can (OpenID Connect Discovery 1.0, section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";
const SEALED_AS: &str = "sign-in under way";

/// Why nobody can sign in at a provider. The server does not start.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The address is none, or not one that can be trusted.
    #[error("oidc_issuer: {0}")]
    Issuer(String),
    /// A setting is missing.
    #[error("{0}")]
    Missing(&'static str),
    /// The secret cannot be read.
    #[error("oidc_client_secret_file {path}: {error}", path = .0.display(), error = .1)]
    Secret(PathBuf, String),
}

/// Why a sign-in at the provider comes to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not answer, or not in time.
    Silent,
    /// What it answers is not what a provider answers.
    Garbled,
    /// It refers to a host that patients cannot read of.
    Unlisted,
    /// It does not know us, or does not take what we say.
    Refused,
    /// Too much is asked of it at once.
    Busy,
    /// It was begun elsewhere, or too long ago.
    Browser,
    /// The code was used, or is over.
    Replayed,
    Token(id_token::Fault),
}

/// What a provider says of itself.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 9207.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

struct Known {
    metadata: Metadata,
    keys: Keys,
    at: Instant,
}

/// What was heard of the provider last.
#[derive(Default)]
enum Heard {
    #[default]
    Nothing,
    Known(Arc<Known>),
    /// It is not asked again at once.
    Failed(Fault, Instant),
}

/// A sign-in that is under way, as the browser keeps it sealed.
#[derive(Serialize, Deserialize)]
struct UnderWay {
    state: String,
    nonce: String,
    verifier: String,
    redirect: String,
}

/// What a page goes on with.
#[derive(Serialize)]
pub(crate) struct Begun {
    /// Where the person signs in.
    url: String,
    /// What the page says again when they come back.
    sealed: String,
}

/// What a page says when they have come back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Back {
    sealed: String,
    code: String,
    state: String,
    /// RFC 9207.
    iss: Option<String>,
    /// What the browser is.
    #[serde(default)]
    pub(crate) label: String,
}

#[derive(Serialize)]
struct Question<'a> {
    response_type: &'a str,
    client_id: &'a str,
    redirect_uri: &'a str,
    scope: &'a str,
    state: &'a str,
    nonce: &'a str,
    code_challenge: &'a str,
    code_challenge_method: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    acr_values: &'a str,
}

#[derive(Serialize)]
struct Exchange<'a> {
    grant_type: &'a str,
    code: &'a str,
    redirect_uri: &'a str,
    code_verifier: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

pub(crate) struct Provider {
    pub(crate) issuer: String,
    /// What staff call it.
    pub(crate) label: String,
    client: String,
    secret: Option<Zeroizing<String>>,
    manner: String,
    server: Server,
    /// Hosts that may be asked.
    listed: Vec<String>,
    sealing: AtRest,
    heard: Mutex<Heard>,
    under_way: Semaphore,
}

impl Provider {
    /// As the settings say; `None` if they name none.
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>, OidcError> {
        let issuer = settings.oidc_issuer.clone();
        if issuer.is_empty() {
            return Ok(None);
        }
        if settings.oidc_client_id.is_empty() || settings.oidc_label.is_empty() {
            return Err(OidcError::Missing("oidc_issuer needs oidc_client_id and oidc_label"));
        }
        let uri = trustworthy(&issuer).ok_or_else(|| {
            OidcError::Issuer("it must be an https address (http for this machine only), without a ? in it".to_owned())
        })?;
        let roots = Some(settings.oidc_roots.as_path()).filter(|path| !path.as_os_str().is_empty());
        let server = Server::new(&uri, roots).map_err(|error| OidcError::Issuer(error.to_string()))?;
        let path = &settings.oidc_client_secret_file;
        let secret = if path.as_os_str().is_empty() { None } else { Some(secret(path)?) };
        let sealing =
            random().map(|key| AtRest::new(&key)).map_err(|NoRandom| OidcError::Missing("no random bytes"))?;
        Ok(Some(Self {
            issuer,
            label: settings.oidc_label.clone(),
            client: settings.oidc_client_id.clone(),
            secret,
            manner: settings.oidc_acr.clone(),
            server,
            listed: settings.subprocessors.iter().map(|one| one.host.clone()).collect(),
            sealing,
            heard: Mutex::default(),
            under_way: Semaphore::new(PROVIDER_ASKED_AT_ONCE_MAX),
        }))
    }

    /// Whether people must have signed in there in the manner that the operator has named, such as with a second factor.
    pub(crate) fn asks_for_a_manner(&self) -> bool {
        !self.manner.is_empty()
    }

    /// Begins a sign-in that comes back to `redirect` with this state.
    pub(crate) async fn begin(&self, redirect: String, state: String) -> Result<Begun, Fault> {
        let known = self.known().await?;
        let secret = || random::<32>().map(|bytes| BASE64URL_NOPAD.encode(&bytes)).map_err(|NoRandom| Fault::Busy);
        let under_way = UnderWay { state, nonce: secret()?, verifier: secret()?, redirect };
        let question = Question {
            response_type: "code",
            client_id: &self.client,
            redirect_uri: &under_way.redirect,
            scope: "openid",
            state: &under_way.state,
            nonce: &under_way.nonce,
            code_challenge: &BASE64URL_NOPAD.encode(digest(&SHA256, under_way.verifier.as_bytes()).as_ref()),
            code_challenge_method: "S256",
            acr_values: &self.manner,
        };
        let endpoint = &known.metadata.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        let query = serde_urlencoded::to_string(question).map_err(|_| Fault::Garbled)?;
        let clear = Zeroizing::new(serde_json::to_vec(&under_way).map_err(|_| Fault::Garbled)?);
        let sealed = self.sealing.seal(SEALED_AS, &clear).map_err(|NoRandom| Fault::Busy)?;
        Ok(Begun { url: format!("{endpoint}{joint}{query}"), sealed: BASE64URL_NOPAD.encode(&sealed) })
    }

    /// Whom the provider means, if they have come back as they went. `is_ours`: whether that is a state of ours that is still good.
    pub(crate) async fn finish(&self, back: Back, is_ours: impl FnOnce(&str) -> bool) -> Result<String, Fault> {
        let Back { sealed, code, state, iss, label: _ } = back;
        let clear = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok();
        let clear = clear.and_then(|sealed| self.sealing.open(SEALED_AS, &sealed)).ok_or(Fault::Browser)?;
        let under_way: UnderWay = serde_json::from_slice(&clear).map_err(|_| Fault::Browser)?;
        if under_way.state != state || !is_ours(&state) {
            return Err(Fault::Browser);
        }
        let known = self.known().await?;
        let names_itself = known.metadata.authorization_response_iss_parameter_supported;
        if iss.map_or(names_itself, |iss| iss != self.issuer) {
            return Err(Fault::Token(id_token::Fault::Issuer));
        }
        let token = self.in_time(self.exchange(&known, &code, &under_way)).await?;
        let expected = Expected {
            issuer: &self.issuer,
            client: &self.client,
            nonce: &under_way.nonce,
            manner: &self.manner,
            now_s: crate::now_ms() / 1_000,
        };
        match id_token::check(&token, &known.keys, &expected) {
            // It has new keys, maybe.
            Err(id_token::Fault::Key) if PROVIDER_ASKED_AGAIN_AFTER <= known.at.elapsed() => {
                let known = self.learn(Some(&known)).await?;
                id_token::check(&token, &known.keys, &expected)
            }
            checked => checked,
        }
        .map_err(Fault::Token)
    }

    async fn known(&self) -> Result<Arc<Known>, Fault> {
        self.learn(None).await
    }

    /// What the provider says of itself. One asks, and the others wait for what it hears. `outdated`: what is known, and no longer true.
    async fn learn(&self, outdated: Option<&Arc<Known>>) -> Result<Arc<Known>, Fault> {
        let mut heard = self.heard.lock().await;
        match &*heard {
            Heard::Known(known)
                if known.at.elapsed() < PROVIDER_KNOWN_FOR
                    && outdated.is_none_or(|outdated| !Arc::ptr_eq(outdated, known)) =>
            {
                return Ok(Arc::clone(known));
            }
            Heard::Failed(fault, at) if at.elapsed() < PROVIDER_ASKED_AGAIN_AFTER => return Err(*fault),
            Heard::Nothing | Heard::Known(_) | Heard::Failed(..) => {}
        }
        match self.in_time(self.ask()).await {
            Ok(known) => {
                let known = Arc::new(known);
                *heard = Heard::Known(Arc::clone(&known));
                Ok(known)
            }
            Err(fault) => {
                *heard = Heard::Failed(fault, Instant::now());
                Err(fault)
            }
        }
    }

    async fn ask(&self) -> Result<Known, Fault> {
        let url = format!("{}{WELL_KNOWN}", self.issuer.trim_end_matches('/'));
        let metadata: Metadata = self.get(&url).await?;
        let is_fit = metadata.issuer == self.issuer && trustworthy(&metadata.authorization_endpoint).is_some();
        if !is_fit {
            tracing::warn!("the provider of identities calls itself otherwise than oidc_issuer does");
            return Err(Fault::Garbled);
        }
        let keys = self.get(&metadata.jwks_uri).await?;
        Ok(Known { metadata, keys, at: Instant::now() })
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Fault> {
        match self.send(url, Request::get, None, Body::empty()).await? {
            (StatusCode::OK, body) => serde_json::from_slice(&body).map_err(|_| Fault::Garbled),
            _ => Err(Fault::Garbled),
        }
    }

    /// The ID token for a code.
    async fn exchange(&self, known: &Known, code: &str, under_way: &UnderWay) -> Result<Zeroizing<String>, Fault> {
        let methods = known.metadata.token_endpoint_auth_methods_supported.as_deref();
        // The default of the standard (OpenID Connect Core 1.0, section 9), unless it is the other one that is offered.
        let by_header = methods.is_none_or(|all| all.iter().any(|one| one == "client_secret_basic"));
        let secret = self.secret.as_deref().map(String::as_str);
        let (in_header, in_body) = if by_header { (secret, None) } else { (None, secret) };
        let body = Exchange {
            grant_type: "authorization_code",
            code,
            redirect_uri: &under_way.redirect,
            code_verifier: &under_way.verifier,
            client_id: in_header.is_none().then_some(&self.client),
            client_secret: in_body,
        };
        let body = serde_urlencoded::to_string(body).map_err(|_| Fault::Garbled)?;
        let proof = in_header.map(|secret| basic(&self.client, secret)).transpose()?;
        let answer = self.send(&known.metadata.token_endpoint, Request::post, proof, Body::from(body)).await?;
        match answer {
            (StatusCode::OK, body) => serde_json::from_slice::<Tokens>(&body)
                .map(|tokens| Zeroizing::new(tokens.id_token))
                .map_err(|_| Fault::Garbled),
            (_, body) => match serde_json::from_slice::<Refusal>(&body) {
                Ok(Refusal { error }) if error == "invalid_grant" => Err(Fault::Replayed),
                Ok(Refusal { error }) => {
                    // Its own words could be anything; only those of the standard (RFC 6749, section 5.2) are written down.
                    let words = ["invalid_client", "invalid_request", "unauthorized_client", "unsupported_grant_type"];
                    let why = words.into_iter().find(|word| *word == error).unwrap_or("another reason");
                    tracing::warn!(why, "the provider of identities does not take what it is asked");
                    Err(Fault::Refused)
                }
                Err(_) => Err(Fault::Garbled),
            },
        }
    }

    async fn send(
        &self,
        url: &str,
        method: impl FnOnce(Uri) -> axum::http::request::Builder,
        proof: Option<Zeroizing<String>>,
        body: Body,
    ) -> Result<(StatusCode, axum::body::Bytes), Fault> {
        let uri = trustworthy(url).ok_or(Fault::Garbled)?;
        if !uri.host().is_some_and(|host| self.listed.iter().any(|listed| listed == host)) {
            tracing::warn!("the provider of identities refers to a host that is not in subprocessors");
            return Err(Fault::Unlisted);
        }
        let mut server = self.server.at(&uri).map_err(|_| Fault::Garbled)?;
        let path = uri.path_and_query().and_then(|path| path.as_str().parse().ok()).unwrap_or_default();
        let request = method(path).header(ACCEPT, "application/json");
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = proof.iter().fold(request, |request, proof| request.header(AUTHORIZATION, proof.as_str()));
        let request = request.body(body).map_err(|_| Fault::Garbled)?;
        // What went wrong may name an address.
        let answer = server.ask(request, ANSWER_BYTES_MAX).await.map_err(|_| Fault::Silent)?;
        Ok((answer.status, answer.body))
    }

    /// What is asked of the provider, if that is not too much, and in time.
    async fn in_time<T>(&self, asking: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let Ok(_permit) = self.under_way.try_acquire() else {
            telemetry::limit_reached("provider_asked");
            return Err(Fault::Busy);
        };
        timeout(PATIENCE, asking).await.unwrap_or(Err(Fault::Silent))
    }
}

/// RFC 6749, section 2.3.1: both parts are encoded as in a form.
fn basic(client: &str, secret: &str) -> Result<Zeroizing<String>, Fault> {
    let encode = |text: &str| serde_urlencoded::to_string([("", text)]).map(|pair| pair[1..].to_owned());
    let pair = encode(client).and_then(|client| Ok(format!("{client}:{}", encode(secret)?)));
    let pair = Zeroizing::new(pair.map_err(|_| Fault::Garbled)?);
    Ok(Zeroizing::new(format!("Basic {}", BASE64.encode(pair.as_bytes()))))
}

/// An address whose answer nobody on the way can have changed: with TLS, or of this very machine.
fn trustworthy(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    (uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_here)).then_some(uri)
}

fn secret(path: &Path) -> Result<Zeroizing<String>, OidcError> {
    let wrong = |error: String| OidcError::Secret(path.to_owned(), error);
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?);
    let text = Zeroizing::new(text.trim().to_owned());
    if text.is_empty() { Err(wrong("it is empty".to_owned())) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_nobody_on_the_way_can_change_are_asked() {
        for fit in [
            "https://id.example",
            "https://id.example/realms/clinic",
            "http://localhost:9000",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(trustworthy(fit).is_some(), "{fit}");
        }
        for unfit in [
            "http://id.example",
            "http://192.0.2.1",
            "http://localhost.evil.example",
            "ftp://id.example",
            "id.example",
            "/x",
            "",
        ] {
            assert!(trustworthy(unfit).is_none(), "{unfit}");
        }
    }

    #[test]
    fn a_secret_is_encoded_as_the_standard_has_it() {
        // RFC 6749, section 2.3.1, on: "s6Bhd/R+" and "a b:c".
        let said = basic("s6Bhd/R+", "a b:c").unwrap();
        let pair = BASE64.decode(said.strip_prefix("Basic ").unwrap().as_bytes()).unwrap();
        assert_eq!(String::from_utf8(pair).unwrap(), "s6Bhd%2FR%2B:a+b%3Ac");
    }

    fn provider(issuer: &str) -> Provider {
        let mut settings = Settings::load(crate::Flags::default()).unwrap();
        settings.oidc_issuer = issuer.to_owned();
        (settings.oidc_client_id, settings.oidc_label) = ("anteroom".to_owned(), "Directory".to_owned());
        let [name, purpose, region] = [const { String::new() }; 3];
        settings.subprocessors = vec![crate::Subprocessor { name, host: "127.0.0.1".to_owned(), purpose, region }];
        Provider::new(&settings).unwrap().unwrap()
    }

    #[tokio::test]
    async fn so_many_ask_the_provider_at_a_time_and_others_are_told_to_try_again() {
        let provider = provider("http://127.0.0.1:1");
        let mut waiting: Vec<_> = (0..PROVIDER_ASKED_AT_ONCE_MAX)
            .map(|_| Box::pin(provider.in_time(std::future::pending::<Result<(), Fault>>())))
            .collect();
        for one in &mut waiting {
            assert!(timeout(Duration::from_millis(1), one.as_mut()).await.is_err());
        }
        assert_eq!(provider.in_time(std::future::ready(Ok(()))).await, Err(Fault::Busy));
        waiting.pop();
        assert_eq!(provider.in_time(std::future::ready(Ok(()))).await, Ok(()));
    }

    #[tokio::test]
    async fn a_provider_that_does_not_answer_is_not_asked_again_at_once_whoever_wants_it() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = provider(&format!("http://{}", listener.local_addr().unwrap()));
        let begin = || provider.begin("http://localhost/back".to_owned(), "state".to_owned());
        let hang_up = async { drop(listener.accept().await) };
        let (first, ()) = tokio::join!(begin(), hang_up);
        assert_eq!(first.err(), Some(Fault::Silent));
        assert_eq!(begin().await.err(), Some(Fault::Silent));
        let asked_again = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(asked_again.is_err() && Duration::from_secs(1) < PROVIDER_ASKED_AGAIN_AFTER);
    }

    #[tokio::test]
    async fn a_host_that_people_cannot_read_of_is_not_asked_wherever_the_provider_refers_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = provider(&format!("http://{}", listener.local_addr().unwrap()));
        let elsewhere = format!("http://localhost:{}/jwks", listener.local_addr().unwrap().port());
        assert_eq!(provider.get::<Keys>(&elsewhere).await.err(), Some(Fault::Unlisted));
    }
}
