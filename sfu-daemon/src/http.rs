//! HTTP/1.1 with limits: who may connect how often, how long anything may take, and what is served where.
//!
//! There is no HTTP/2: a WebSocket needs none, and its floods (rapid reset, CONTINUATION) cannot be sent to who does not speak it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError};

use axum::Extension;
use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::App;
use crate::auth::{self, Source, Token, TokenHash};
use crate::config::Settings;
use crate::hub::Event;
use crate::limits::{
    ACCEPT_PAUSE, BODY_BYTES_MAX, HEAD_BYTES_MAX, HEAD_MAX, INVITATION_ANSWER_MAX, INVITATION_BYTES_MAX,
    PROOF_BODY_BYTES_MAX, REQUEST_MAX, SourcePlace, UPLOAD_MAX,
};
use crate::sign_in::provider;
use crate::stall::Stall;
use crate::store::Session;
use crate::{announce, headers, invitations, look, own_data, privacy, reach, sign_in, telemetry, whip, ws};

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    source: Source,
    /// It is one of the reverse proxies that we trust.
    pub(crate) is_proxy: bool,
    is_secure: bool,
}

/// Accepts connections until the process ends.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, app: Arc<App>, connections: Arc<Semaphore>) {
    let router = router(Arc::clone(&app));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else { return };
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: they come back when somebody leaves.
                telemetry::limit_reached("accept");
                tracing::warn!(kind = ?error.kind(), "cannot accept connections for the moment");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        if connections.available_permits() == 0 {
            telemetry::limit_reached("connections");
        }
        let is_proxy = app.settings.trusted_proxies.contains(&address.ip().to_canonical());
        let source = app.sources.source(address.ip());
        let Some(place) = (if is_proxy { Some(None) } else { app.per_source.take(source).map(Some) }) else { continue };
        let peer = Peer { source, is_proxy, is_secure: tls.is_some() };
        let (router, tls) = (router.clone(), tls.clone());
        tokio::spawn(async move {
            let _slower_without = stream.set_nodelay(true);
            connection(Stall::new(stream, (permit, place)), tls, peer, router).await;
        });
    }
}

type Connection = Stall<TcpStream, (OwnedSemaphorePermit, Option<SourcePlace>)>;

async fn connection(stream: Connection, tls: Option<TlsAcceptor>, peer: Peer, router: Router) {
    match tls {
        None => requests(stream, peer, router).await,
        Some(tls) => match timeout(REQUEST_MAX, tls.accept(stream)).await {
            Ok(Ok(stream)) => requests(stream, peer, router).await,
            Ok(Err(_)) => telemetry::limit_reached("tls_handshake_failed"),
            Err(_) => telemetry::limit_reached("tls_handshake_slow"),
        },
    }
}

async fn requests(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer, router: Router) {
    let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        // Its text may hold a piece of what the peer sent; the kind is enough.
        let cause = if error.is_timeout() {
            "head_slow"
        } else if error.is_parse() {
            "head_malformed"
        } else {
            return;
        };
        telemetry::limit_reached(cause);
    }
}

fn router(app: Arc<App>) -> Router {
    let for_proofs = DefaultBodyLimit::max(PROOF_BODY_BYTES_MAX);
    Router::new()
        .route("/", get(index))
        .route("/a/{slug}", get(area))
        .route("/privacy", get(index))
        .route("/.well-known/privacy.json", get(privacy::report))
        .route("/staff", get(index))
        .route("/staff/enrol", get(index).post(enrol))
        .route("/staff/session", get(session))
        .route("/staff/sign-in", post(sign_in::sign_in))
        .route("/staff/ways", get(provider::ways))
        .route("/staff/provider", post(provider::begin))
        .route(provider::CALLBACK, get(index))
        .route("/staff/provider/sign-in", post(provider::sign_in).layer(for_proofs))
        .route("/staff/passkey", post(sign_in::passkeys::ask))
        .route("/staff/passkey/sign-in", post(sign_in::passkeys::sign_in).layer(for_proofs))
        .route("/staff/sign-out", post(sign_out))
        .route("/staff/announcements", get(announce::unread).post(announce::read))
        .route("/staff/account", get(sign_in::account))
        .route(own_data::EXPORT, get(own_data::own))
        .route("/staff/account/mail", post(reach::set_mail))
        .route("/staff/account/push", post(reach::set_push))
        .route(invitations::SEND, post(invitations::send).layer(DefaultBodyLimit::max(INVITATION_BYTES_MAX)))
        .route("/staff/mail-off/{token}", get(index).post(reach::mail_off))
        .route("/staff/account/password", post(sign_in::set_password))
        .route("/staff/account/factor", post(sign_in::set_factor))
        .route("/staff/account/passkey", post(sign_in::passkeys::ask_to_make))
        .route("/staff/account/passkey/add", post(sign_in::passkeys::add).layer(for_proofs))
        .route("/staff/account/passkey/{id}/remove", post(sign_in::passkeys::remove))
        .route("/staff/account/provider", post(provider::begin_link))
        .route("/staff/account/provider/link", post(provider::link).layer(for_proofs))
        .route("/staff/account/provider/remove", post(provider::unlink))
        .route("/staff/account/sign-out", post(sign_in::sign_out))
        .route("/v/{version}/{*path}", get(asset))
        .route("/look/{hash}", get(look::file))
        .route("/staff/look/{area}/{part}", post(look::set))
        .route("/ws", get(ws::upgrade))
        .merge(whip::routes(&app))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(Arc::clone(&app), finish))
        .with_state(app)
}

/// Refuses requests for other servers, bounds the time of each request, and gives each response its headers.
async fn finish(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    if !host_is_ours(&app.settings, request.headers()) {
        telemetry::limit_reached("host");
        let mut response = (StatusCode::MISDIRECTED_REQUEST, WRONG_HOST).into_response();
        headers::add(response.headers_mut(), peer.is_secure);
        return response;
    }
    let patience = match request.uri().path() {
        invitations::SEND => INVITATION_ANSWER_MAX,
        path if path.starts_with(look::SET) => UPLOAD_MAX,
        _ => REQUEST_MAX,
    };
    let mut response = match timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            telemetry::limit_reached("request_slow");
            StatusCode::REQUEST_TIMEOUT.into_response()
        }
    };
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        telemetry::limit_reached("body_bytes");
    }
    headers::add(response.headers_mut(), peer.is_secure);
    response
}

const WRONG_HOST: &str =
    "This server is not known by this name. Its operator can name it in public_url or allowed_origins.\n";

/// Whether a request means this server. A public name that is not configured could be a stranger's page that was made to resolve to this
/// machine (DNS rebinding) so that its origin looks like ours. Addresses, and names that no public DNS can hold, cannot be that.
fn host_is_ours(settings: &Settings, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(axum::http::header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let Ok(authority) = host.parse::<axum::http::uri::Authority>() else { return false };
    let name = authority.host().to_ascii_lowercase();
    let is_address = name.parse::<Ipv4Addr>().is_ok() || name.starts_with('[');
    let is_local = !name.contains('.') || name.ends_with(".local") || name.ends_with(".localhost");
    let is_named = |url: &str| {
        url.split_once("://")
            .map(|(_, rest)| rest.trim_end_matches('/'))
            .is_some_and(|rest| rest.eq_ignore_ascii_case(host))
    };
    is_address
        || is_local
        || is_named(&settings.public_url)
        || settings.allowed_origins.iter().any(|origin| is_named(origin))
}

async fn index(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    app.page.index(StatusCode::OK, &headers)
}

/// The same document for every slug, so that guessing slugs costs a request each and shows nothing but the status.
async fn area(State(app): State<Arc<App>>, Path(slug): Path<String>, headers: HeaderMap) -> Response {
    let is_ours = app.has_area(before_fingerprint(&slug));
    app.page.index(if is_ours { StatusCode::OK } else { StatusCode::NOT_FOUND }, &headers)
}

/// A mail scanner may have turned the `#` of a link into `%23`, or that into `%2523`: the page finds what was behind it and repairs the address.
/// Here it ends, and no path is logged or counted anywhere.
pub(crate) fn before_fingerprint(link: &str) -> &str {
    let end = ["#", "%23", "%2523"].iter().filter_map(|mark| link.find(mark)).min();
    link.split_at(end.unwrap_or(link.len())).0
}

async fn not_found(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    app.page.index(StatusCode::NOT_FOUND, &headers)
}

async fn asset(
    State(app): State<Arc<App>>,
    Path((version, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    app.page.asset(&version, &path, &headers)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enrol {
    token: String,
}

/// Turns a one-time link into a signed-in browser.
async fn enrol(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(Enrol { token }): Json<Enrol>,
) -> Response {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(session) = Token::random() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let (link, hash) = (TokenHash::of(&token), TokenHash::of(session.expose()));
    match app.with_store(move |store| store.enrol(link, hash, crate::now_ms())).await {
        Some(true) => {
            crate::follow::catch_up(&app).await;
            tracing::info!("a browser was signed in by a one-time staff link");
            metrics::counter!("anteroom_staff_sign_ins_total").increment(1);
            (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie(session.expose(), app.settings.staff_session_max))])
                .into_response()
        }
        Some(false) => {
            telemetry::limit_reached("staff_link_refused");
            let source = source_of(&app, &peer, &headers);
            if !app.links_refused.lock().unwrap_or_else(PoisonError::into_inner).take(source) {
                return StatusCode::TOO_MANY_REQUESTS.into_response();
            }
            tracing::warn!("an unknown, used or expired staff link was tried");
            StatusCode::FORBIDDEN.into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if let Some(hash) = cookie_hash(&headers) {
        if app.with_store(move |store| store.end_session(hash, crate::now_ms())).await.is_none() {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let _hub_is_gone = app.hub.send(Event::SignedOut { session: hash }).await;
    }
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie("", 0))]).into_response()
}

#[derive(Serialize)]
struct Links {
    links: Vec<Link>,
    ways: reach::Ways,
}

#[derive(Serialize)]
struct Link {
    area: String,
    url: String,
}

/// Whether this browser is signed in, and the links to give to patients.
async fn session(State(app): State<Arc<App>>, Extension(peer): Extension<Peer>, headers: HeaderMap) -> Response {
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED.into_response() };
    let slugs = app.with_store(move |store| store.slugs_of(session.staff));
    let Some(slugs) = slugs.await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let link = |area: String| Link { url: patient_link(&app, &peer, &headers, &area), area };
    Json(Links { links: slugs.into_iter().map(link).collect(), ways: reach::Ways::of(&app) }).into_response()
}

/// What patients are given: the configured address, or the one by which this very browser came.
fn patient_link(app: &App, peer: &Peer, headers: &HeaderMap, slug: &str) -> String {
    let configured = app.settings.public_url.trim_end_matches('/');
    if !configured.is_empty() {
        return format!("{configured}/a/{slug}");
    }
    let host = headers.get(axum::http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("{}://{host}/a/{slug}", if peer.is_secure { "https" } else { "http" })
}

pub(crate) fn cookie(value: &str, max_age: u64) -> HeaderValue {
    let text = format!("{}={value}; Max-Age={max_age}; Path=/; Secure; HttpOnly; SameSite=Strict", auth::COOKIE);
    // Hexadecimal digits and fixed words are always a header value.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn cookie_hash(headers: &HeaderMap) -> Option<TokenHash> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == auth::COOKIE).map(|(_, value)| TokenHash::of(value))
}

/// The valid staff session of a request's cookie.
pub(crate) async fn session_of(app: &App, headers: &HeaderMap) -> Option<Session> {
    let hash = cookie_hash(headers)?;
    let limits = app.session_limits();
    app.with_store(move |store| store.session(hash, crate::now_ms(), limits)).await.flatten()
}

/// Requests that change something, and WebSockets, must come from a page of ours: browsers always say which page it is.
pub(crate) fn origin_is_allowed(app: &App, headers: &HeaderMap) -> bool {
    let origin = headers.get(axum::http::header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let public = app.settings.public_url.trim_end_matches('/');
    ws::is_same_origin(headers)
        || (!public.is_empty() && origin == public)
        || app.settings.allowed_origins.iter().any(|allowed| allowed == origin)
}

/// Where a request comes from: the connection, or what a trusted proxy says. The last address counts, since only that one is the proxy's own word.
pub(crate) fn source_of(app: &App, peer: &Peer, headers: &HeaderMap) -> Source {
    if !peer.is_proxy {
        return peer.source;
    }
    let said =
        headers.get_all(app.settings.proxy_header.as_str()).iter().next_back().and_then(|value| value.to_str().ok());
    let last = said.and_then(|value| value.rsplit(',').next()).map(str::trim).unwrap_or_default();
    let address = last.parse().or_else(|_| last.parse::<SocketAddr>().map(|address| address.ip()));
    address.map_or(peer.source, |address| app.sources.source(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slug_of_a_mangled_link_ends_where_its_fragment_began() {
        for path in [
            "reception",
            "reception#k=abc",
            "reception%23k=abc",
            "reception%2523k=abc",
            "reception#",
            "reception%23",
            "reception%23k=a#",
            "reception#k=%23",
        ] {
            assert_eq!(before_fingerprint(path), "reception", "{path}");
        }
        assert_eq!((before_fingerprint("#reception"), before_fingerprint("recep%20tion")), ("", "recep%20tion"));
    }

    #[test]
    fn only_addresses_local_names_and_configured_names_are_ours() {
        let mut settings = Settings::load(crate::Flags::default()).unwrap();
        settings.public_url = "https://visit.example.org".to_owned();
        let is_ours = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(axum::http::header::HOST, HeaderValue::from_str(host).unwrap());
            host_is_ours(&settings, &headers)
        };
        for host in [
            "localhost:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "192.0.2.1",
            "clinic",
            "clinic.local:8443",
            "visit.example.org",
        ] {
            assert!(is_ours(host), "{host}");
        }
        for host in
            ["evil.example", "evil.example:8080", "visit.example.org.evil.example", "1.2.3.4.evil.example", "a b", ""]
        {
            assert!(!is_ours(host), "{host}");
        }
        assert!(!host_is_ours(&settings, &HeaderMap::new()));
    }
}
