//! A whole video call server: one room, whoever opens the page is in it. `cargo run -p examples --example smallest_sfu`, then two tabs.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use sfu_core::{Certificate, Command, Config, Event, Gate, ParticipantId, RequestId, RoomId, Sfu};
use sfu_net::{Address, Shard, ShardConfig, ShardHandle};
use tokio::sync::oneshot;

const ROOM: RoomId = RoomId(1);
const PAGE: &str = r#"<!doctype html><link rel="icon" href="data:,"><title>Smallest SFU</title><body><script type="module">
  const slots = 3; // How many others this page has room for.
  const pc = new RTCPeerConnection();
  const show = (stream, muted) => document.body.append(
    Object.assign(document.createElement("video"), { srcObject: stream, autoplay: true, playsInline: true, muted, width: 320 }));
  const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  show(own, true);
  for (const track of own.getTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [own] });
  for (let slot = 0; slot < slots; slot++) {
    const tracks = ["audio", "video"].map((kind) => pc.addTransceiver(kind, { direction: "recvonly" }).receiver.track);
    show(new MediaStream(tracks), false);
  }
  await pc.setLocalDescription();
  const answer = await fetch("/join", { method: "POST", body: pc.localDescription.sdp });
  if (!answer.ok) throw new Error(await answer.text());
  await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
</script>"#;

struct App {
    shard: ShardHandle,
    joined: AtomicU64,
    waiting: Waiting,
}

type Answer = Result<String, sfu_core::Error>;
type Waiting = Arc<Mutex<HashMap<RequestId, oneshot::Sender<Answer>>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listen: SocketAddr = std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:3000").parse()?;
    let address = Address::direct(Ipv4Addr::LOCALHOST.into());
    let shard = Shard::bind(&ShardConfig { bind: "[::]:0".parse()?, addresses: vec![address], tcp: true })?;
    let config = Config {
        candidates: shard.candidates(),
        certificate: Certificate::generate(),
        disconnected_max: sfu_core::limits::DISCONNECTED_MAX,
    };
    let mut seed = [0; 32];
    aws_lc_rs::rand::fill(&mut seed)?;
    let waiting = Waiting::default();
    let answers = Arc::clone(&waiting);
    let shard = shard.spawn(Sfu::new(config, seed, Instant::now()), move |event| {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the smallest SFU has no use for the rest")]
        let (request, answer) = match event {
            Event::Answer { request, sdp, .. } => (request, Ok(sdp.0)),
            Event::Refused { request, error, .. } => (request, Err(error)),
            _ => return,
        };
        if let Some(page) = answers.lock().expect("no holder panics").remove(&request) {
            let _page_has_gone = page.send(answer);
        }
    })?;
    shard.send(Command::OpenRoom { room: ROOM })?;

    let app = Arc::new(App { shard, joined: AtomicU64::new(0), waiting });
    let routes = axum::Router::new().route("/", get(async || Html(PAGE))).route("/join", post(join)).with_state(app);
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("open http://{} in two tabs", listener.local_addr()?);
    Ok(axum::serve(listener, routes).await?)
}

async fn join(State(app): State<Arc<App>>, sdp: String) -> Result<String, (StatusCode, String)> {
    let number = app.joined.fetch_add(1, Ordering::Relaxed);
    let (request, participant) = (RequestId(number), ParticipantId(number));
    let (sender, answer) = oneshot::channel();
    app.waiting.lock().expect("no holder panics").insert(request, sender);
    let busy = |error: sfu_net::SendError| (StatusCode::SERVICE_UNAVAILABLE, error.to_string());
    app.shard.send(Command::Join { request, room: ROOM, participant, gate: Gate::Open }).map_err(busy)?;
    app.shard.send(Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() }).map_err(busy)?;
    let answer = answer.await.map_err(|gone| (StatusCode::SERVICE_UNAVAILABLE, gone.to_string()))?;
    answer.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))
}
