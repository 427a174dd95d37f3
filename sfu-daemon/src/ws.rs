//! One page's WebSocket: the handshake, what may come in and how fast, and what goes out.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use sfu_signal::{ClientMessage, ErrorCode, MESSAGE_BYTES_MAX, SUBPROTOCOL, ServerMessage, decode, encode};
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::App;
use crate::http::{Peer, origin_is_allowed, session_of, source_of};
use crate::hub::{CLOSE_POLICY, Event, Outgoing, SocketId, hand_over};
use crate::limits::{
    Bucket, CLOSE_BYTES_MAX, CLOSE_MAX, HELLO_MAX, MESSAGES_BURST, MESSAGES_PER_SECOND, OUTBOX_MAX, PING_EVERY,
    SILENCE_MAX, SourcePlace,
};
use crate::store::Session;
use crate::telemetry;

/// Too many messages; the web's "too many requests" in the range for applications.
const CLOSE_TOO_MANY: u16 = 4429;
/// RFC 6455, section 7.4.1.
const CLOSE_GOING_AWAY: u16 = 1001;
const CLOSE_BAD_DATA: u16 = 1007;
const CLOSE_TOO_BIG: u16 = 1009;

/// `GET /ws`: only for pages of the own origin (or the allow list) that speak our subprotocol.
pub(crate) async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
) -> Response {
    if !origin_is_allowed(&app, request.headers()) {
        telemetry::limit_reached("origin");
        return (StatusCode::FORBIDDEN, "this page's origin is not allowed\n").into_response();
    }
    if !speaks_ours(request.headers().get(SEC_WEBSOCKET_PROTOCOL)) {
        return (StatusCode::BAD_REQUEST, "the subprotocol is anteroom.v1\n").into_response();
    }
    let source = source_of(&app, &peer, request.headers());
    // Behind a proxy all connections come from one address, so that places are counted here by what the proxy says.
    let place = if peer.is_proxy { app.per_source.take(source).map(Some) } else { Some(None) };
    let Some(place) = place else { return StatusCode::TOO_MANY_REQUESTS.into_response() };
    let session = session_of(&app, request.headers()).await;

    let mut handshake = hyper::Request::new(());
    *handshake.method_mut() = request.method().clone();
    *handshake.version_mut() = request.version();
    *handshake.headers_mut() = request.headers().clone();
    let Ok(accepted) = create_response(&handshake) else {
        return (StatusCode::BAD_REQUEST, "not a WebSocket handshake\n").into_response();
    };
    let upgraded = hyper::upgrade::on(&mut request);
    let line = Line { app: Arc::clone(&app), source, session, _place: place };
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            line.run(upgraded).await;
        }
    });
    let mut response = accepted.map(|()| Body::empty());
    response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    response
}

fn speaks_ours(offered: Option<&HeaderValue>) -> bool {
    let offered = offered.and_then(|value| value.to_str().ok()).unwrap_or_default();
    offered.split(',').any(|protocol| protocol.trim() == SUBPROTOCOL)
}

struct Line {
    app: Arc<App>,
    source: crate::auth::Source,
    session: Option<Session>,
    _place: Option<SourcePlace>,
}

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why a conversation is over.
#[derive(Clone, Copy)]
struct End {
    /// The close code for the page; `None` if nothing can be sent any more.
    close: Option<u16>,
    label: &'static str,
}

impl End {
    const fn close(code: u16, label: &'static str) -> Self {
        Self { close: Some(code), label }
    }

    const fn gone(label: &'static str) -> Self {
        Self { close: None, label }
    }
}

impl Line {
    async fn run(self, upgraded: Upgraded) {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX))
            .read_buffer_size(8 * 1024)
            .write_buffer_size(0);
        let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        let id = self.app.next_socket();
        let (outbox, inbox) = mpsc::channel(OUTBOX_MAX);
        let opened = Event::Opened { socket: id, source: self.source, session: self.session.clone(), outbox };
        if !hand_over(&self.app.hub, opened).await {
            return;
        }
        let end = self.converse(&mut socket, id, inbox).await;
        metrics::counter!("anteroom_sockets_closed_total", "cause" => end.label).increment(1);
        let _hub_is_gone = self.app.hub.send(Event::Closed { socket: id }).await;
        if let Some(code) = end.close {
            close(&mut socket, code, end.label).await;
        }
    }

    async fn converse(&self, socket: &mut Socket, id: SocketId, mut inbox: mpsc::Receiver<Outgoing>) -> End {
        let mut rate = Bucket::new(MESSAGES_BURST, MESSAGES_PER_SECOND);
        let mut ping = interval(PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let hello_by = Instant::now() + HELLO_MAX;
        let mut heard_at = Instant::now();
        let mut is_known = false;
        loop {
            let next = tokio::select! {
                outgoing = inbox.recv() => match outgoing {
                    Some(Outgoing::Message(text)) => match socket.send(Message::text(text)).await {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(End::gone("unreachable")),
                    },
                    Some(Outgoing::Close(code)) => ControlFlow::Break(End::close(code, "asked")),
                    // The hub has given this page up, or stops.
                    None => ControlFlow::Break(End::close(CLOSE_GOING_AWAY, "dropped")),
                },
                incoming = socket.next() => {
                    heard_at = Instant::now();
                    match incoming {
                        Some(Ok(Message::Close(_))) | None => ControlFlow::Break(End::gone("closed")),
                        Some(Ok(_)) if !rate.take() => self.too_many(socket).await,
                        Some(Ok(Message::Text(text))) => self.said(socket, id, &text, &mut is_known).await,
                        Some(Ok(Message::Binary(_))) => self.refuse(socket, ErrorCode::BadMessage, "messages are text").await,
                        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => ControlFlow::Continue(()),
                        Some(Err(error)) => ControlFlow::Break(why(&error)),
                    }
                },
                _ = ping.tick() => {
                    if SILENCE_MAX <= heard_at.elapsed() {
                        ControlFlow::Break(End::gone("silent"))
                    } else if socket.send(Message::Ping(bytes::Bytes::new())).await.is_err() {
                        ControlFlow::Break(End::gone("unreachable"))
                    } else {
                        ControlFlow::Continue(())
                    }
                },
                () = sleep_until(heard_at + SILENCE_MAX) => ControlFlow::Break(End::gone("silent")),
                () = sleep_until(hello_by), if !is_known => ControlFlow::Break(End::close(CLOSE_POLICY, "no_hello")),
            };
            if let ControlFlow::Break(end) = next {
                return end;
            }
        }
    }

    async fn too_many(&self, socket: &mut Socket) -> ControlFlow<End> {
        telemetry::limit_reached("message_rate");
        self.refuse(socket, ErrorCode::TooMany, "too many messages").await?;
        ControlFlow::Break(End::close(CLOSE_TOO_MANY, "too_many"))
    }

    async fn said(&self, socket: &mut Socket, id: SocketId, text: &str, is_known: &mut bool) -> ControlFlow<End> {
        match decode(text) {
            Ok(message) => {
                // Nothing but hello stops its deadline; a hello that is refused closes the connection anyway.
                *is_known |= matches!(message, ClientMessage::Hello { .. });
                if hand_over(&self.app.hub, Event::Said { socket: id, message }).await {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(End::close(CLOSE_GOING_AWAY, "stopped"))
                }
            }
            Err(error) => self.refuse(socket, ErrorCode::BadMessage, &error.to_string()).await,
        }
    }

    async fn refuse(&self, socket: &mut Socket, code: ErrorCode, text: &str) -> ControlFlow<End> {
        telemetry::refused(code);
        let error = ServerMessage::Error { code, text: text.to_owned(), request: None };
        match socket.send(Message::text(encode(&error))).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(End::gone("unreachable")),
        }
    }
}

/// What a failure to read says about the peer, and what the peer is told.
#[expect(clippy::wildcard_enum_match_arm, reason = "another crate's errors: what is not named is a broken connection")]
fn why(error: &Error) -> End {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            telemetry::limit_reached("message_bytes");
            End::close(CLOSE_TOO_BIG, "too_big")
        }
        Error::Utf8(_) => End::close(CLOSE_BAD_DATA, "bad_utf8"),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::gone("reset"),
        Error::Protocol(_) | Error::Capacity(_) => End::close(1002, "bad_frame"),
        _ => End::gone("reset"),
    }
}

/// Says goodbye, and reads what was under way: a connection that is closed with unread data is reset, and the goodbye is lost with it.
async fn close(socket: &mut Socket, code: u16, label: &'static str) {
    let frame = CloseFrame { code: CloseCode::from(code), reason: Utf8Bytes::from_static(label) };
    let goodbye = async {
        let _peer_is_gone = socket.close(Some(frame)).await;
        let mut left = socket.get_mut().take(CLOSE_BYTES_MAX as u64);
        let mut chunk = [0; 4096];
        while matches!(left.read(&mut chunk).await, Ok(1..)) {}
    };
    let _too_slow = timeout(CLOSE_MAX, goodbye).await;
}

/// Whether the header's origin is this very server.
pub(crate) fn is_same_origin(headers: &axum::http::HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let origin =
        text(ORIGIN).and_then(|origin| origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")));
    matches!((origin, text(axum::http::header::HOST)), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
}
