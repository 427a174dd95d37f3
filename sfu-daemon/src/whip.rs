//! WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) for the devices of a consultation: HTTP here, what it means in `hub::device`.
//!
//! Each request carries the device's token. Pages of other origins are refused unless `whip_origins` names them; native clients have none.

use std::sync::{Arc, PoisonError};

use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_REQUEST_METHOD, ALLOW, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION, ORIGIN, RETRY_AFTER,
    VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{patch, post};
use axum::{Extension, Router};
use tokio::sync::oneshot;

use crate::auth::TokenHash;
use crate::http::{Peer, source_of};
use crate::hub::{Denied, DeviceRequest, Direction, Done, Event, PLAY_PATH, PUBLISH_PATH, hand_over};
use crate::{App, telemetry, ws};

const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let of = |path: &'static str, direction| {
        let sessions = patch(change).delete(end).options(session_options);
        let routes = Router::new().route("/", post(open).options(endpoint_options)).route("/{session}", sessions);
        (path, routes.layer(Extension(direction)))
    };
    let [publish, play] = [of(PUBLISH_PATH, Direction::Publish), of(PLAY_PATH, Direction::Play)];
    Router::new()
        .nest(publish.0, publish.1)
        .nest(play.0, play.1)
        .layer(DefaultBodyLimit::max(sfu_core::limits::SDP_BYTES_MAX))
        .layer(from_fn_with_state(Arc::clone(app), only_listed_origins))
}

/// Whose page may use a device's token, and what its browser is told.
async fn only_listed_origins(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else { return next.run(request).await };
    let is_listed = app.settings.whip_origins.iter().any(|listed| origin == listed.as_str());
    if !is_listed && !ws::is_same_origin(request.headers()) {
        telemetry::limit_reached("whip_origin");
        return (StatusCode::FORBIDDEN, "Pages of this origin are not named in whip_origins.\n").into_response();
    }
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if is_listed {
        let mut add = |name, value| headers.insert(HeaderName::from_static(name), value);
        add("access-control-allow-origin", origin);
        add("access-control-expose-headers", HeaderValue::from_static("ETag, Location"));
        if is_preflight {
            add("access-control-allow-methods", HeaderValue::from_static("DELETE, OPTIONS, PATCH, POST"));
            add("access-control-allow-headers", HeaderValue::from_static("Authorization, Content-Type, If-Match"));
        }
    }
    response
}

async fn open(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Extension(direction): Extension<Direction>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Some(problem) = unexpected_type(&headers, SDP) {
        return problem;
    }
    match ask(&app, &peer, &headers, DeviceRequest::Open { direction, sdp: body }).await {
        Ok(Done::Created { session, etag, sdp }) => {
            let path = match direction {
                Direction::Publish => PUBLISH_PATH,
                Direction::Play => PLAY_PATH,
            };
            let headers = [(CONTENT_TYPE, SDP.to_owned()), (LOCATION, format!("{path}/{session}")), (ETAG, etag)];
            (StatusCode::CREATED, headers, sdp).into_response()
        }
        done => answer(done),
    }
}

async fn change(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(session): Path<String>,
    headers: HeaderMap,
    fragment: String,
) -> Response {
    if let Some(problem) = unexpected_type(&headers, FRAGMENT) {
        return problem;
    }
    let if_match = headers.get(IF_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    answer(ask(&app, &peer, &headers, DeviceRequest::Change { session, if_match, fragment }).await)
}

async fn end(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(session): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(ask(&app, &peer, &headers, DeviceRequest::End { session }).await)
}

async fn endpoint_options() -> Response {
    let headers = [(HeaderName::from_static("accept-post"), SDP), (ALLOW, "OPTIONS, POST")];
    (StatusCode::NO_CONTENT, headers).into_response()
}

async fn session_options() -> Response {
    let headers = [(HeaderName::from_static("accept-patch"), FRAGMENT), (ALLOW, "DELETE, OPTIONS, PATCH")];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// The hub's word on a request of whoever holds its token. Guessing is counted by source.
async fn ask(app: &App, peer: &Peer, headers: &HeaderMap, request: DeviceRequest) -> Result<Done, Denied> {
    let (reply, answer) = oneshot::channel();
    let said = match bearer(headers) {
        Some(token) => {
            let event = Event::Device { token: TokenHash::of(token), request, reply };
            if !hand_over(&app.hub, event).await {
                return Err(Denied::Busy);
            }
            // Without an answer the consultation is over: its devices are gone.
            answer.await.unwrap_or(Err(Denied::Unauthorized))
        }
        None => Err(Denied::Unauthorized),
    };
    if matches!(said, Err(Denied::Unauthorized)) {
        telemetry::limit_reached("device_token_refused");
        let source = source_of(app, peer, headers);
        if !app.device_tokens_refused.lock().unwrap_or_else(PoisonError::into_inner).take(source) {
            return Err(Denied::TooMany);
        }
    }
    said
}

/// RFC 6750, section 2.1.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn unexpected_type(headers: &HeaderMap, expected: &str) -> Option<Response> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_expected = given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(expected));
    let problem = || (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("The body must be {expected}.\n")).into_response();
    (!is_expected).then(problem)
}

fn answer(said: Result<Done, Denied>) -> Response {
    let (status, text) = match said {
        Ok(Done::Created { sdp, .. }) => return (StatusCode::CREATED, sdp).into_response(),
        Ok(Done::Unneeded) => return StatusCode::NO_CONTENT.into_response(),
        Ok(Done::Ended) => return StatusCode::OK.into_response(),
        Ok(Done::Restarted { etag, fragment }) => {
            return ([(CONTENT_TYPE, FRAGMENT.to_owned()), (ETAG, etag)], fragment).into_response();
        }
        Err(Denied::Unauthorized) => {
            let challenge = [(WWW_AUTHENTICATE, "Bearer")];
            let text = "This needs the token of a device that takes part in a consultation now.\n";
            return (StatusCode::UNAUTHORIZED, challenge, text).into_response();
        }
        Err(Denied::TooMany) => (StatusCode::TOO_MANY_REQUESTS, "Too many requests; wait a little."),
        Err(Denied::Busy) => (StatusCode::SERVICE_UNAVAILABLE, "The media server is full or behind; try again."),
        Err(Denied::NoSession) => (StatusCode::NOT_FOUND, "There is no such session."),
        Err(Denied::Gone(why)) => (StatusCode::GONE, why),
        Err(Denied::InUse) => (StatusCode::CONFLICT, "This token is in use: one session at a time."),
        Err(Denied::Stale) => (StatusCode::PRECONDITION_FAILED, "This is not the ICE session of now."),
        Err(Denied::Unconditional) => (StatusCode::PRECONDITION_REQUIRED, "An ICE restart needs If-Match: *."),
        Err(Denied::Bad(rule)) => (StatusCode::BAD_REQUEST, rule),
    };
    let mut response = (status, format!("{text}\n")).into_response();
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
