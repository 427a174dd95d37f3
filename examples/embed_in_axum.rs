//! Video rooms inside an axum server of one's own: a room for each link, names, who speaks, and order when a tab closes.
//! `cargo run -p examples --example embed_in_axum`, then open the printed link in two tabs.
//!
//! All signalling is one request: a page posts its offer and reads lines of JSON for as long as it stays, the answer first. When the
//! request ends, for whatever reason, the place ends; when the last place of a room ends, so does the room.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, Redirect};
use axum::routing::get;
use serde_json::{Value, json};
use sfu_core::{Certificate, Command, Config, Event, Gate, ParticipantId, RequestId, RoomId, Sfu, limits};
use sfu_net::{Address, SendError, Shard, ShardConfig, ShardHandle};
use tokio::sync::mpsc::{Receiver, Sender, channel};

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Rooms</title>
<style>figure { display: inline-block } .speaks { outline: 4px solid orange } figure:not(.used) { display: none }</style>
<body><script type="module">
  const pc = new RTCPeerConnection();
  const show = (stream, muted) => {
    const figure = document.createElement("figure");
    figure.append(Object.assign(document.createElement("video"), { srcObject: stream, autoplay: true, playsInline: true, muted, width: 320 }),
      document.createElement("figcaption"));
    document.body.append(figure);
    return figure;
  };
  const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  show(own, true).classList.add("used");
  for (const track of own.getTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [own] });
  const slots = Array.from({ length: 5 }, () => { // How many others this page has room for.
    const tracks = ["audio", "video"].map((kind) => pc.addTransceiver(kind, { direction: "recvonly" }).receiver.track);
    return show(new MediaStream(tracks), false);
  });
  await pc.setLocalDescription();
  const name = new URLSearchParams(location.search).get("name") ?? "somebody";
  const stay = await fetch(`?name=${encodeURIComponent(name)}`, { method: "POST", body: pc.localDescription.sdp });
  if (!stay.ok) throw new Error(await stay.text());
  const reader = stay.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = "", read; !(read = await reader.read()).done; ) {
    const lines = (text + read.value).split("\n");
    text = lines.pop(); // The beginning of the next one.
    for (const line of lines.map((line) => JSON.parse(line))) {
      if (line.answer) await pc.setRemoteDescription({ type: "answer", sdp: line.answer });
      if (line.slot !== undefined) {
        slots[line.slot].classList.toggle("used", line.name !== null);
        slots[line.slot].lastChild.textContent = line.name;
        slots[line.slot].dataset.who = line.who;
      }
      if (line.speaks !== undefined) document.querySelector(`[data-who="${line.who}"]`)?.classList.toggle("speaks", line.speaks);
    }
  }
  pc.close(); // The server has ended it.
</script>"#;

/// Lines that wait for a slow page. One that reads so little is gone in truth, and loses its place.
const LINES_MAX: usize = 64;
/// Characters of a name.
const NAME_MAX: usize = 40;

struct Video {
    shard: ShardHandle,
    rooms: Mutex<HashMap<String, Room>>,
    people: People,
    /// Rooms, requests and participants get their numbers here; none comes twice.
    numbers: AtomicU64,
}

struct Room {
    id: RoomId,
    people: usize,
}

/// Shared with the shard's thread, which tells them what happens.
type People = Arc<Mutex<HashMap<ParticipantId, Person>>>;

struct Person {
    room: RoomId,
    name: String,
    /// Dropped when they are out: the page's request ends then.
    page: Sender<Result<String, sfu_core::Error>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listen: SocketAddr = std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:3000").parse()?;
    let video = Arc::new(Video::open()?);
    // Where an embedder's own site is, with its own state; the video routes bring theirs along.
    let site = Router::new().route("/", get(async || Redirect::to("/rooms/demo")));
    let rooms = Router::new().route("/{room}", get(async || Html(PAGE)).post(join));
    let rooms = rooms.layer(DefaultBodyLimit::max(limits::SDP_BYTES_MAX)).with_state(video);
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("open http://{}/rooms/demo?name=you in two tabs", listener.local_addr()?);
    Ok(axum::serve(listener, site.nest("/rooms", rooms)).await?)
}

impl Video {
    fn open() -> Result<Self, Box<dyn std::error::Error>> {
        let address = Address::direct(Ipv4Addr::LOCALHOST.into()); // Another machine's browser needs an address of this host here.
        let shard = Shard::bind(&ShardConfig { bind: "[::]:0".parse()?, addresses: vec![address], tcp: true })?;
        let config = Config {
            candidates: shard.candidates(),
            certificate: Certificate::generate(),
            disconnected_max: limits::DISCONNECTED_MAX,
        };
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed)?;
        let people = People::default();
        let told = Arc::clone(&people);
        let shard = shard.spawn(Sfu::new(config, seed, Instant::now()), move |event| tell(&mut lock(&told), event))?;
        Ok(Self { shard, rooms: Mutex::default(), people, numbers: AtomicU64::new(0) })
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Everything that is wanted when somebody comes. What was done of it is undone when the place is dropped.
    fn admit(self: &Arc<Self>, name: String, place: String, sdp: String) -> Result<Place, SendError> {
        let (request, participant) = (RequestId(self.number()), ParticipantId(self.number()));
        let (page, lines) = channel(LINES_MAX);
        let mut rooms = lock(&self.rooms);
        if !rooms.contains_key(&place) {
            let id = RoomId(self.number());
            self.shard.send(Command::OpenRoom { room: id })?;
            rooms.insert(place.clone(), Room { id, people: 0 });
        }
        let room = rooms.get_mut(&place).expect("just looked");
        room.people += 1;
        let room = room.id;
        drop(rooms);
        let place = Place { video: Arc::clone(self), room: place, participant, lines };
        lock(&self.people).insert(participant, Person { room, name, page });
        self.shard.send(Command::Join { request, room, participant, gate: Gate::Open })?;
        self.shard.send(Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() })?;
        Ok(place)
    }
}

/// Somebody's place in a room: it lives as long as their request.
struct Place {
    video: Arc<Video>,
    room: String,
    participant: ParticipantId,
    lines: Receiver<Result<String, sfu_core::Error>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.video.people).remove(&self.participant);
        let mut rooms = lock(&self.video.rooms);
        let room = rooms.get_mut(&self.room).expect("a room lives as long as the places in it");
        room.people -= 1;
        let empty = (room.people == 0).then_some(room.id);
        let (participant, shard) = (self.participant, &self.video.shard);
        // A full queue or a stopped shard: whoever is gone times out by themselves.
        let _told = shard.send(Command::Leave { participant });
        if let Some(room) = empty {
            rooms.remove(&self.room);
            let _told = shard.send(Command::CloseRoom { room });
        }
    }
}

async fn join(
    State(video): State<Arc<Video>>,
    Path(room): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    sdp: String,
) -> Result<Body, (StatusCode, String)> {
    let busy = |error: SendError| (StatusCode::SERVICE_UNAVAILABLE, error.to_string());
    let name = query.get("name").map_or("somebody", String::as_str).chars().take(NAME_MAX).collect();
    // Whether they may come in at all is what an embedder decides here.
    let mut place = video.admit(name, room, sdp).map_err(busy)?;
    let first = place.lines.recv().await.ok_or((StatusCode::SERVICE_UNAVAILABLE, "no answer came".into()))?;
    let first = first.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(Body::from_stream(futures_util::stream::unfold((Some(first), place), async |(first, mut place)| {
        let line = match first {
            Some(line) => line,
            None => place.lines.recv().await?.ok()?,
        };
        Some((Ok::<_, Infallible>(line), (None, place)))
    })))
}

/// Runs on the shard's thread: media waits meanwhile, so it only looks up names and queues lines.
fn tell(people: &mut HashMap<ParticipantId, Person>, event: Event) {
    #[expect(clippy::wildcard_enum_match_arm, reason = "an embedder hears what it has a use for")]
    match event {
        Event::Answer { participant, sdp, .. } => say(people, participant, Ok(json!({ "answer": sdp.0 }))),
        Event::Refused { participant, error, .. } => say(people, participant, Err(error)),
        Event::SlotAssigned { viewer, slot, publisher, .. } => {
            let name = publisher.and_then(|publisher| Some(&people.get(&publisher)?.name));
            let line = json!({ "slot": slot, "name": name, "who": publisher.map(|publisher| publisher.0) });
            say(people, viewer, Ok(line));
        }
        Event::Speaking { participant, speaking } => {
            let Some(room) = people.get(&participant).map(|person| person.room) else { return };
            let others: Vec<_> = people.iter().filter(|(_, other)| other.room == room).map(|(id, _)| *id).collect();
            for other in others {
                say(people, other, Ok(json!({ "who": participant.0, "speaks": speaking })));
            }
        }
        Event::Left { participant, .. } => drop(people.remove(&participant)),
        _ => {}
    }
}

fn say(people: &mut HashMap<ParticipantId, Person>, to: ParticipantId, line: Result<Value, sfu_core::Error>) {
    let line = line.map(|line| format!("{line}\n"));
    if people.get(&to).is_some_and(|person| person.page.try_send(line).is_err()) {
        people.remove(&to); // Ends their request, and thereby their place.
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder panics")
}
