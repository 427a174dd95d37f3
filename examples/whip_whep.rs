//! An open SFU for WHIP publishers (RFC 9725) and WHEP players (draft-ietf-wish-whep), for benchmarks and as a start for your own.
//!
//! ```text
//! cargo run --release -p examples --example whip_whep -- --http 127.0.0.1:8080 --udp 127.0.0.1:3478 --shards 2
//! POST http://127.0.0.1:8080/whip/{room}/{me}      publishes as `me`; a later one as the same `me` takes over
//! POST http://127.0.0.1:8080/whep/{room}/{feed}    plays what `feed` publishes, now or later
//! GET  {Location of an answer}/stats               what this session has sent and received so far, and its round trip, as JSON
//! ```
//!
//! There is no access control at all. A room lives on one shard, found by the hash of its name; shard N has UDP and TCP port `--udp` + N.
//! `--announce 203.0.113.7` names the address that a static NAT in front has. `--cors` lets pages of any origin use it.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, options, patch};
use axum::{Json, Router};
use serde_json::{Value, json};
use sfu_core::{
    Audience, Certificate, Command, Config, Error, Event, Gate, IceFragment, LayerStats, LeftReason, ParticipantId,
    ParticipantStats, Permissions, RequestId, RoomId, Sfu, SubscriptionStats, TrackStats, limits,
};
use sfu_net::{Address, SendError, Shard, ShardConfig, ShardHandle};
use tokio::sync::oneshot;

const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
/// Resources whose end is explained to a client that asks later.
const FAREWELLS_MAX: usize = 1_024;
/// Names in one room that somebody publishes under or waits for.
const FEEDS_MAX: usize = 1_024;
const NEEDS_ECDSA: &str = "The DTLS handshake failed: this peer has an RSA certificate. This server needs an ECDSA one (P-256), as RFC 8827 \
    asks for; GStreamer's webrtcbin makes RSA certificates before version 1.24.\n";

struct App {
    shards: Vec<ShardHandle>,
    book: Arc<Mutex<Book>>,
}

/// Who is where. Locked for moments only: the media threads lock it as well, when somebody is answered or leaves.
#[derive(Default)]
struct Book {
    ids: u64,
    rooms: HashMap<String, Room>,
    /// In which room somebody is.
    members: HashMap<ParticipantId, String>,
    /// By the last part of the resource's URL, which nobody can guess.
    sessions: HashMap<String, Session>,
    asked: HashMap<RequestId, oneshot::Sender<Result<String, Error>>>,
    /// Who waits for numbers of somebody.
    curious: HashMap<ParticipantId, Vec<oneshot::Sender<Value>>>,
    farewells: VecDeque<(String, &'static str)>,
}

struct Room {
    id: RoomId,
    shard: usize,
    /// Whoever publishes under a name is the same participant again, so that players of a feed need not care.
    feeds: HashMap<String, ParticipantId>,
    members: usize,
}

/// A place in a room, and whether the shard knows of it already.
#[derive(Clone, Copy)]
struct Seat {
    room: RoomId,
    shard: usize,
    participant: ParticipantId,
    joins: bool,
}

struct Session {
    seat: Seat,
    /// The last one: an ICE restart is made from it.
    offer: String,
    /// Names the ICE session (RFC 9725, section 4.3.1).
    etag: u64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut http, mut udp) = (SocketAddr::from(([127, 0, 0, 1], 8080)), SocketAddr::from(([127, 0, 0, 1], 3478)));
    let (mut shards, mut announce, mut cors) = (1, None::<IpAddr>, false);
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--http" => http = value()?.parse()?,
            "--udp" => udp = value()?.parse()?,
            "--shards" => shards = value()?.parse::<u16>()?.max(1),
            "--announce" => announce = Some(value()?.parse()?),
            "--cors" => cors = true,
            _ => {
                return Err(
                    format!("unknown flag {flag}: there are --http, --udp, --shards, --announce and --cors").into()
                );
            }
        }
    }
    if udp.ip().is_unspecified() {
        return Err("--udp needs an address of this machine: it is what clients are told to connect to".into());
    }

    let listener = tokio::net::TcpListener::bind(http).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let address = Address { local: udp.ip(), announced: announce.unwrap_or(udp.ip()) };
    let certificate = Certificate::generate();
    let book = Arc::new(Mutex::new(Book::default()));
    let start = |number: u16| -> Result<ShardHandle, Box<dyn std::error::Error>> {
        let port = if udp.port() == 0 {
            0
        } else {
            udp.port().checked_add(number).ok_or("--shards goes beyond port 65535")?
        };
        let shard = Shard::bind(&ShardConfig { bind: (udp.ip(), port).into(), addresses: vec![address], tcp: true })?;
        println!("media {}", SocketAddr::new(address.announced, shard.port()));
        let config = Config {
            candidates: shard.candidates(),
            certificate: certificate.clone(),
            disconnected_max: limits::DISCONNECTED_MAX,
        };
        let book = Arc::clone(&book);
        Ok(shard.spawn(Sfu::new(config, random()?, Instant::now()), move |event| lock(&book).on_event(event))?)
    };
    let shards = (0..shards).map(start).collect::<Result<Vec<_>, _>>()?;

    let app = Arc::new(App { shards, book });
    let mut routes = Router::new()
        .route("/whip/{room}/{me}", options(endpoint_options).post(publish))
        .route("/whep/{room}/{feed}", options(endpoint_options).post(play))
        .route("/sessions/{id}/stats", get(numbers))
        .route("/sessions/{id}", patch(change).delete(end).options(session_options))
        .layer(DefaultBodyLimit::max(limits::SDP_BYTES_MAX))
        .with_state(app);
    if cors {
        routes = routes.layer(from_fn(allow_all_origins));
    }
    Ok(axum::serve(listener, routes).await?)
}

/// What a client is told when something does not work: a status and a sentence.
struct Problem(StatusCode, String);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.0, self.1).into_response();
        if self.0 == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = match error {
            Error::Peer(_) => StatusCode::BAD_REQUEST,
            // The latter if somebody left in the very moment.
            Error::Full(_) | Error::Misuse(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, format!("{error}\n"))
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n"))
    }
}

type Answer = Result<Response, Problem>;

async fn publish(
    State(app): State<Arc<App>>,
    Path((room, me)): Path<(String, String)>,
    headers: HeaderMap,
    sdp: String,
) -> Answer {
    expect_type(&headers, SDP)?;
    app.close_empty_rooms()?;
    let seat = lock(&app.book).publisher(&room, me, app.shards.len())?;
    app.open(seat, Permissions { receive: Audience::Only(Vec::new()), ..Permissions::default() }, sdp).await
}

async fn play(
    State(app): State<Arc<App>>,
    Path((room, feed)): Path<(String, String)>,
    headers: HeaderMap,
    sdp: String,
) -> Answer {
    expect_type(&headers, SDP)?;
    app.close_empty_rooms()?;
    let (seat, feed) = lock(&app.book).player(&room, feed, app.shards.len())?;
    app.open(seat, Permissions { publish: Vec::new(), receive: Audience::Only(vec![feed]), send_messages: false }, sdp)
        .await
}

/// Candidates, which an ICE-lite server learns from checks instead, or an ICE restart (RFC 9725, section 4.3).
async fn change(State(app): State<Arc<App>>, Path(id): Path<String>, headers: HeaderMap, fragment: String) -> Answer {
    expect_type(&headers, FRAGMENT)?;
    let fragment = IceFragment::parse(&fragment)?;
    let (seat, offer) = {
        let book = lock(&app.book);
        let session = book.session(&id)?;
        let expected = headers.get(IF_MATCH).and_then(|value| value.to_str().ok());
        let is_restart = !fragment.belongs_to(&session.offer);
        match expected {
            Some(etag) if etag != "*" && etag != quoted(session.etag) => {
                return Err(Problem(
                    StatusCode::PRECONDITION_FAILED,
                    "This is not the ICE session of now.\n".to_owned(),
                ));
            }
            None if is_restart => {
                return Err(Problem(
                    StatusCode::PRECONDITION_REQUIRED,
                    "An ICE restart needs If-Match: *.\n".to_owned(),
                ));
            }
            Some(_) | None if !is_restart => return Ok(StatusCode::NO_CONTENT.into_response()),
            Some(_) | None => {}
        }
        (session.seat, fragment.restart(&session.offer))
    };
    let answer = app.ask(Seat { joins: false, ..seat }, None, offer.clone()).await?;
    let mut book = lock(&app.book);
    let session = book.sessions.get_mut(&id).ok_or_else(gone)?;
    session.offer = offer;
    session.etag += 1;
    let headers = [(CONTENT_TYPE, FRAGMENT.to_owned()), (ETAG, quoted(session.etag))];
    Ok((headers, IceFragment::of_answer(&answer)).into_response())
}

async fn end(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let Seat { shard, participant, .. } = lock(&app.book).session(&id)?.seat;
    app.shards[shard].send(Command::Leave { participant })?;
    lock(&app.book).sessions.remove(&id);
    Ok(StatusCode::OK.into_response())
}

async fn numbers(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let Seat { shard, participant, .. } = lock(&app.book).session(&id)?.seat;
    let (sender, numbers) = oneshot::channel();
    lock(&app.book).curious.entry(participant).or_default().push(sender);
    app.shards[shard].send(Command::ReportStats { participant })?;
    Ok(Json(numbers.await.map_err(|_| gone())?).into_response())
}

fn as_json(stats: &ParticipantStats, tracks: &[TrackStats], subscriptions: &[SubscriptionStats]) -> Value {
    let layer = |layer: &LayerStats| {
        json!({
            "rid": layer.rid,
            "packets": layer.packets,
            "lost": layer.lost,
            "bits_per_second": layer.bits_per_second,
        })
    };
    let track =
        |track: &TrackStats| json!({ "mid": track.mid, "layers": track.layers.iter().map(layer).collect::<Vec<_>>() });
    let line = |line: &SubscriptionStats| {
        json!({
            "mid": line.mid,
            "layer": line.layer,
            "packets": line.packets,
            "bits_per_second": line.bits_per_second,
            "freezes": line.freezes,
        })
    };
    json!({
        "received_packets": stats.received_packets,
        "forwarded_packets": stats.forwarded_packets,
        "retransmitted_packets": stats.retransmitted_packets,
        "estimate": stats.estimate,
        "round_trip_us": u64::try_from(stats.round_trip.as_micros()).unwrap_or(u64::MAX),
        "tracks": tracks.iter().map(track).collect::<Vec<_>>(),
        "subscriptions": subscriptions.iter().map(line).collect::<Vec<_>>(),
    })
}

async fn endpoint_options() -> impl IntoResponse {
    (StatusCode::NO_CONTENT, [(HeaderName::from_static("accept-post"), SDP), (ALLOW, "OPTIONS, POST")])
}

async fn session_options() -> impl IntoResponse {
    (StatusCode::NO_CONTENT, [(HeaderName::from_static("accept-patch"), FRAGMENT), (ALLOW, "DELETE, OPTIONS, PATCH")])
}

async fn allow_all_origins(request: Request<Body>, next: Next) -> Response {
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    let mut add =
        |name, value| response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    add("access-control-allow-origin", "*");
    add("access-control-expose-headers", "ETag, Location");
    if is_preflight {
        add("access-control-allow-methods", "DELETE, OPTIONS, PATCH, POST");
        add("access-control-allow-headers", "Authorization, Content-Type, If-Match");
        add("access-control-max-age", "86400");
    }
    response
}

fn expect_type(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_expected = given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(expected));
    let problem = || Problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("The body must be {expected}.\n"));
    is_expected.then_some(()).ok_or_else(problem)
}

fn gone() -> Problem {
    Problem(StatusCode::NOT_FOUND, "There is no such session.\n".to_owned())
}

fn quoted(etag: u64) -> String {
    format!("\"{etag}\"")
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().expect("no holder panics")
}

fn random<const N: usize>() -> Result<[u8; N], aws_lc_rs::error::Unspecified> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)?;
    Ok(bytes)
}

impl App {
    /// Answers a client's first offer with a resource of its own.
    async fn open(&self, seat: Seat, permissions: Permissions, sdp: String) -> Answer {
        let id = random::<16>().map_err(|_| Problem(StatusCode::SERVICE_UNAVAILABLE, "No randomness.\n".to_owned()))?;
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        // Known before it is answered, so that nothing that happens meanwhile is missed.
        lock(&self.book).sessions.insert(id.clone(), Session { seat, offer: sdp.clone(), etag: 1 });
        match self.ask(seat, Some(permissions), sdp).await {
            Ok(answer) => {
                // Whoever published under this name before has lost it by now.
                let is_former = |session: &Session| session.seat.participant == seat.participant;
                lock(&self.book).sessions.retain(|other, session| *other == id || !is_former(session));
                let location = format!("/sessions/{id}");
                let headers = [(CONTENT_TYPE, SDP.to_owned()), (LOCATION, location), (ETAG, quoted(1))];
                Ok((StatusCode::CREATED, headers, answer).into_response())
            }
            Err(problem) => {
                lock(&self.book).sessions.remove(&id);
                if seat.joins {
                    lock(&self.book).left(seat.participant);
                    self.shards[seat.shard].send(Command::Leave { participant: seat.participant })?;
                }
                Err(problem)
            }
        }
    }

    /// The shard's answer to an offer, after what it must know before.
    async fn ask(&self, seat: Seat, permissions: Option<Permissions>, sdp: String) -> Result<String, Problem> {
        let Seat { room, shard, participant, .. } = seat;
        let (sender, answer) = oneshot::channel();
        let request = lock(&self.book).asked(sender);
        let open = seat.joins.then_some(Command::OpenRoom { room }); // Does nothing if it is open.
        let join = seat.joins.then_some(Command::Join { request, room, participant, gate: Gate::Open });
        let permit = permissions.map(|permissions| Command::SetPermissions { participant, permissions });
        let offer = Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() };
        for command in open.into_iter().chain(join).chain(permit).chain([offer]) {
            self.shards[shard].send(command).inspect_err(|_| drop(lock(&self.book).asked.remove(&request)))?;
        }
        Ok(answer.await.map_err(|_| gone())??)
    }

    fn close_empty_rooms(&self) -> Result<(), SendError> {
        let empty: Vec<Room> =
            lock(&self.book).rooms.extract_if(|_, room| room.members == 0).map(|(_, room)| room).collect();
        empty.into_iter().try_for_each(|room| self.shards[room.shard].send(Command::CloseRoom { room: room.id }))
    }
}

impl Book {
    fn publisher(&mut self, room: &str, me: String, shards: usize) -> Result<Seat, Problem> {
        let participant = self.feed(room, me, shards)?;
        Ok(self.seat(room, participant))
    }

    fn player(&mut self, room: &str, feed: String, shards: usize) -> Result<(Seat, ParticipantId), Problem> {
        let feed = self.feed(room, feed, shards)?;
        let participant = ParticipantId(self.next_id());
        Ok((self.seat(room, participant), feed))
    }

    /// Who publishes or may come to publish under a name.
    fn feed(&mut self, name: &str, feed: String, shards: usize) -> Result<ParticipantId, Problem> {
        let (room_id, new) = (RoomId(self.next_id()), ParticipantId(self.next_id()));
        let room = self.rooms.entry(name.to_owned()).or_insert_with(|| {
            let mut hasher = DefaultHasher::new();
            name.hash(&mut hasher);
            let shard = usize::try_from(hasher.finish() % shards as u64).unwrap_or_default();
            Room { id: room_id, shard, feeds: HashMap::new(), members: 0 }
        });
        if room.feeds.len() == FEEDS_MAX && !room.feeds.contains_key(&feed) {
            return Err(Error::Full("names of feeds in a room").into());
        }
        Ok(*room.feeds.entry(feed).or_insert(new))
    }

    fn seat(&mut self, name: &str, participant: ParticipantId) -> Seat {
        let joins = self.members.insert(participant, name.to_owned()).is_none();
        let room = self.rooms.get_mut(name).expect("it was found or made just now");
        room.members += usize::from(joins);
        Seat { room: room.id, shard: room.shard, participant, joins }
    }

    fn left(&mut self, participant: ParticipantId) {
        let room = self.members.remove(&participant).and_then(|name| self.rooms.get_mut(&name));
        if let Some(room) = room {
            room.members -= 1;
        }
    }

    fn asked(&mut self, sender: oneshot::Sender<Result<String, Error>>) -> RequestId {
        let request = RequestId(self.next_id());
        self.asked.insert(request, sender);
        request
    }

    fn next_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    fn session(&self, id: &str) -> Result<&Session, Problem> {
        let farewell = || self.farewells.iter().find(|(other, _)| other == id).map(|(_, why)| *why);
        let over = || farewell().map_or_else(gone, |why| Problem(StatusCode::GONE, why.to_owned()));
        self.sessions.get(id).ok_or_else(over)
    }

    /// Runs on a media thread.
    fn on_event(&mut self, event: Event) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "an SFU without a face has no use for the rest")]
        match event {
            Event::Answer { request, sdp, .. } => self.answer(request, Ok(sdp.0)),
            Event::Refused { request, error, .. } => self.answer(request, Err(error)),
            Event::Stats { participant, stats, tracks, subscriptions } => {
                let numbers = as_json(&stats, &tracks, &subscriptions);
                for reader in self.curious.remove(&participant).unwrap_or_default() {
                    let _reader_has_gone = reader.send(numbers.clone());
                }
            }
            Event::Left { participant, reason } => {
                self.left(participant);
                self.curious.remove(&participant);
                let over = self.sessions.extract_if(|_, session| session.seat.participant == participant);
                let over: Vec<String> = over.map(|(id, _)| id).collect();
                if reason == LeftReason::Certificate {
                    self.farewells.extend(over.into_iter().map(|id| (id, NEEDS_ECDSA)));
                    self.farewells.drain(..self.farewells.len().saturating_sub(FAREWELLS_MAX));
                }
            }
            _ => {}
        }
    }

    fn answer(&mut self, request: RequestId, answer: Result<String, Error>) {
        if let Some(client) = self.asked.remove(&request) {
            let _client_has_gone = client.send(answer);
        }
    }
}
