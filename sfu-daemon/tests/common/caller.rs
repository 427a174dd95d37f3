//! Somebody in a consultation with a real connection: ICE, DTLS and SCTP by str0m over a UDP socket, and what a page does with files.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{Context, SHA256, digest};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use sfu_relay::limits::CHUNK_BYTES;
use sfu_relay::{Frame, Keeping, Reason, Receipt, Size, TransferId};
use str0m::change::SdpAnswer;
use str0m::channel::ChannelId;
use str0m::media::{Direction, MediaKind};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use crate::common::Page;

/// How long a page waits for anything before it asks again.
const ASK_AGAIN: Duration = Duration::from_secs(3);

/// What files are made of: nothing that compresses.
static NOISE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut dice = fastrand::Rng::with_seed(7);
    (0..256 * 1024).map(|_| dice.u8(..)).collect()
});

/// Somebody who takes part: a page by WebSocket, a connection, and files.
pub(crate) struct Person {
    talk: Talk,
    requests: u32,
    line: Line,
    pub(crate) uploads: BTreeMap<TransferId, Upload>,
    pub(crate) downloads: BTreeMap<TransferId, Download>,
    pub(crate) receipts: Vec<(TransferId, Receipt)>,
    pub(crate) refused: Vec<(TransferId, Reason)>,
    /// What came that is no frame of a file.
    pub(crate) texts: Vec<String>,
    /// Whether the page says what it wants to save, and answers for what comes.
    pub(crate) accepts_all: bool,
    heard_at: Instant,
}

/// A file of this page. What it consists of follows from its id, so that nobody has to keep it.
pub(crate) struct Upload {
    keeping: Keeping,
    pub(crate) size: Size,
    manifest: Vec<u8>,
    body: Body,
    is_known: bool,
    next: u32,
    until: u32,
    pub(crate) is_done: bool,
}

enum Body {
    Noise,
    /// These bytes, which somebody has sealed.
    Given(Vec<u8>),
}

/// A file of somebody else, of which only the hash is kept.
pub(crate) struct Download {
    size: Size,
    pub(crate) next: u32,
    hash: Context,
    /// What the manifest says: only pages can read it.
    expected: Vec<u8>,
}

impl Download {
    pub(crate) fn is_whole(&self) -> bool {
        self.next == self.size.chunks()
    }

    pub(crate) fn hash_is_right(&self) -> bool {
        self.is_whole() && self.hash.clone().finish().as_ref() == self.expected
    }
}

impl Person {
    /// Opens the connection of a page whose visit has begun.
    pub(crate) async fn call(page: Page) -> Self {
        let mut talk = Talk::of(page);
        let line = Line::open(&mut talk, 1).await;
        Self {
            talk,
            requests: 1,
            line,
            uploads: BTreeMap::new(),
            downloads: BTreeMap::new(),
            receipts: Vec::new(),
            refused: Vec::new(),
            texts: Vec::new(),
            accepts_all: true,
            heard_at: Instant::now(),
        }
    }

    /// Loses the connection without a word, and makes another, as a page does that was reloaded.
    pub(crate) async fn call_again(&mut self) {
        self.requests += 1;
        self.line = Line::open(&mut self.talk, self.requests).await;
        self.run("a new channel", |person| person.line.is_open).await;
        self.say_where_we_are();
    }

    pub(crate) fn say(&mut self, message: Value) {
        self.talk.say(message);
    }

    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        self.talk.hear(kind).await
    }

    pub(crate) fn send_text(&mut self, text: &str) {
        self.line.push(false, text.as_bytes().to_vec());
    }

    /// Offers a file of so many bytes.
    pub(crate) fn offer(&mut self, bytes: u64, keeping: Keeping) -> TransferId {
        let id = TransferId(fastrand::u128(..).to_be_bytes());
        let size = Size::of(bytes).unwrap();
        let mut hash = Context::new(&SHA256);
        (0..size.chunks()).for_each(|index| hash.update(noise(id, size, index)));
        self.offer_as(id, size, keeping, Body::Noise, hash.finish().as_ref().to_vec());
        id
    }

    /// Offers these bytes.
    pub(crate) fn offer_bytes(&mut self, bytes: Vec<u8>) -> TransferId {
        let id = TransferId(fastrand::u128(..).to_be_bytes());
        let manifest = digest(&SHA256, &bytes).as_ref().to_vec();
        let size = Size::of(bytes.len() as u64).unwrap();
        self.offer_as(id, size, Keeping::Stored, Body::Given(bytes), manifest);
        id
    }

    fn offer_as(&mut self, id: TransferId, size: Size, keeping: Keeping, body: Body, manifest: Vec<u8>) {
        let upload = Upload { keeping, size, manifest, body, is_known: false, next: 0, until: 0, is_done: false };
        self.uploads.insert(id, upload);
        self.offer_again(id);
    }

    /// Lets this person go on until `reached`.
    pub(crate) async fn run(&mut self, what: &str, reached: impl Fn(&Self) -> bool) {
        self.run_for(what, Duration::from_secs(60), reached).await;
    }

    pub(crate) async fn run_for(&mut self, what: &str, patience: Duration, reached: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !reached(self) {
            assert!(started.elapsed() < patience, "never reached: {what}; {self:?}");
            self.step().await;
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.line.is_open
    }

    /// Waits for something to come, for a moment, and answers it.
    pub(crate) async fn step(&mut self) {
        self.line.turn().await;
        while let Some((binary, message)) = self.line.inbox.pop_front() {
            self.heard_at = Instant::now();
            match Frame::parse(&message) {
                Ok(frame) if binary => self.read(&frame),
                _ => self.texts.push(String::from_utf8_lossy(&message).into_owned()),
            }
        }
        if self.line.is_open && ASK_AGAIN < self.heard_at.elapsed() {
            self.heard_at = Instant::now();
            self.say_where_we_are();
        }
    }

    fn read(&mut self, frame: &Frame<'_>) {
        let transfer = frame.transfer();
        match *frame {
            Frame::Offer { size, manifest, .. } if self.accepts_all => {
                let is_new = !self.downloads.contains_key(&transfer);
                let download = self.downloads.entry(transfer).or_insert_with(|| Download {
                    size,
                    next: 0,
                    hash: Context::new(&SHA256),
                    expected: manifest.to_vec(),
                });
                let next = download.next;
                if !is_new {
                    self.push(&Frame::Have { transfer, next });
                } else {
                    self.push(&Frame::Accept { transfer });
                }
            }
            Frame::Have { next, .. } => {
                if let Some(upload) = self.uploads.get_mut(&transfer) {
                    (upload.is_known, upload.next) = (true, next);
                    upload.until = upload.until.max(next);
                }
                self.send_chunks(transfer);
            }
            Frame::Credit { until, .. } => {
                if let Some(upload) = self.uploads.get_mut(&transfer) {
                    upload.until = until;
                }
                self.send_chunks(transfer);
            }
            Frame::Chunk { index, bytes, .. } => {
                let Some(download) = self.downloads.get_mut(&transfer) else { return };
                if index != download.next {
                    return;
                }
                download.hash.update(bytes);
                download.next += 1;
                let (next, is_whole) = (download.next, download.is_whole());
                if next.is_multiple_of(3) || is_whole {
                    self.push(&Frame::Ack { transfer, next });
                }
            }
            Frame::Done { .. } => {
                if let Some(upload) = self.uploads.get_mut(&transfer) {
                    upload.is_done = true;
                }
            }
            Frame::Receipt { receipt, .. } => self.receipts.push((transfer, receipt)),
            Frame::Refused { reason, .. } => self.refused.push((transfer, reason)),
            Frame::Offer { .. } | Frame::Accept { .. } | Frame::Ack { .. } | Frame::Cancel { .. } => {}
        }
    }

    fn send_chunks(&mut self, id: TransferId) {
        let Some(upload) = self.uploads.get_mut(&id) else { return };
        while upload.next < upload.until {
            let length = upload.size.chunk_bytes(upload.next).unwrap();
            let bytes = match &upload.body {
                Body::Noise => noise(id, upload.size, upload.next),
                Body::Given(bytes) => &bytes[upload.next as usize * CHUNK_BYTES..][..length],
            };
            let frame = Frame::Chunk { transfer: id, index: upload.next, bytes }.write();
            self.line.push(true, frame);
            upload.next += 1;
        }
    }

    /// What a page says when its channel is new, or when it has heard nothing for some time.
    fn say_where_we_are(&mut self) {
        let (known, new): (Vec<_>, Vec<_>) =
            self.uploads.iter().filter(|(_, upload)| !upload.is_done).partition(|(_, upload)| upload.is_known);
        let ids = |list: Vec<(&TransferId, &Upload)>| list.into_iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let (known, new) = (ids(known), ids(new));
        for transfer in known {
            self.push(&Frame::Have { transfer, next: 0 });
        }
        for transfer in new {
            self.offer_again(transfer);
        }
        let downloads = self.downloads.iter().filter(|(_, download)| !download.is_whole());
        for (transfer, next) in downloads.map(|(id, download)| (*id, download.next)).collect::<Vec<_>>() {
            self.push(&Frame::Have { transfer, next });
        }
    }

    fn offer_again(&mut self, id: TransferId) {
        let Some(Upload { keeping, size, manifest, .. }) = self.uploads.get(&id) else { return };
        let frame = Frame::Offer { transfer: id, keeping: *keeping, size: *size, manifest }.write();
        self.line.push(true, frame);
    }

    pub(crate) fn push(&mut self, frame: &Frame<'_>) {
        self.line.push(true, frame.write());
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let uploads: Vec<_> =
            self.uploads.values().map(|it| (it.next, it.until, it.size.chunks(), it.is_done)).collect();
        let downloads: Vec<_> = self.downloads.values().map(|it| (it.next, it.size.chunks())).collect();
        write!(f, "channel {}, uploads {uploads:?}, downloads {downloads:?}, ", self.line.is_open)?;
        write!(f, "refused {:?}, {} receipts", self.refused, self.receipts.len())
    }
}

/// One chunk of the file that has this id.
fn noise(id: TransferId, size: Size, index: u32) -> &'static [u8] {
    let first = u32::from_be_bytes([id.0[0], id.0[1], id.0[2], id.0[3]]);
    let from = first.wrapping_add(index.wrapping_mul(7_919)) as usize % (NOISE.len() - CHUNK_BYTES);
    &NOISE[from..from + size.chunk_bytes(index).unwrap()]
}

/// The page's WebSocket, read by a task of its own: the daemon ends pages that do not answer its pings.
struct Talk {
    say: mpsc::UnboundedSender<Value>,
    heard: mpsc::UnboundedReceiver<Value>,
}

impl Talk {
    fn of(page: Page) -> Self {
        let (say, mut said) = mpsc::unbounded_channel::<Value>();
        let (tell, heard) = mpsc::unbounded_channel();
        let (mut sink, mut stream) = page.0.split();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    message = said.recv() => match message {
                        Some(message) => drop(sink.send(Message::text(message.to_string())).await),
                        None => return,
                    },
                    message = stream.next() => match message {
                        Some(Ok(Message::Text(text))) => drop(tell.send(serde_json::from_str(&text).unwrap())),
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => return,
                    },
                }
            }
        });
        Self { say, heard }
    }

    fn say(&self, message: Value) {
        self.say.send(message).unwrap();
    }

    async fn hear(&mut self, kind: &str) -> Value {
        let next = async {
            loop {
                let message = self.heard.recv().await.expect("the page is connected");
                assert_ne!(message["kind"], "error", "{message}");
                if message["kind"] == kind {
                    return message;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), next).await.unwrap_or_else(|_| panic!("no {kind} in time"))
    }
}

/// One peer connection.
struct Line {
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    channel: ChannelId,
    is_open: bool,
    wake: Instant,
    inbox: VecDeque<(bool, Vec<u8>)>,
    outbox: VecDeque<(bool, Vec<u8>)>,
}

impl Line {
    async fn open(talk: &mut Talk, request: u32) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (address, now) = (socket.local_addr().unwrap(), Instant::now());
        let mut rtc = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).build(now);
        rtc.add_local_candidate(Candidate::host(address, Protocol::Udp).unwrap());
        let mut changes = rtc.sdp_api();
        let voice = changes.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None).to_string();
        let channel = changes.add_channel("room".to_owned());
        let (offer, pending) = changes.apply().unwrap();
        let sdp = offer.to_sdp_string();
        talk.say(json!({"kind": "offer", "request": request, "sdp": sdp, "sources": {voice: "microphone"}}));
        let answer = talk.hear("answer").await;
        let answer = SdpAnswer::from_sdp_string(answer["sdp"].as_str().unwrap()).unwrap();
        rtc.sdp_api().accept_answer(pending, answer).unwrap();
        let (inbox, outbox) = (VecDeque::new(), VecDeque::new());
        Self { rtc, socket, address, channel, is_open: false, wake: now, inbox, outbox }
    }

    fn push(&mut self, binary: bool, message: Vec<u8>) {
        self.outbox.push_back((binary, message));
    }

    /// Sends what there is, and waits for a datagram or a deadline.
    async fn turn(&mut self) {
        if self.is_open {
            while let Some((binary, message)) = self.outbox.front() {
                let taken =
                    self.rtc.channel(self.channel).is_some_and(|mut it| it.write(*binary, message).unwrap_or(false));
                if !taken {
                    break;
                }
                self.outbox.pop_front();
                self.drain();
            }
        }
        if self.wake <= Instant::now() {
            self.rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
        }
        self.drain();
        if !self.inbox.is_empty() {
            return;
        }
        let mut buffer = [0; 2048];
        let wait = self.wake.saturating_duration_since(Instant::now()).min(Duration::from_millis(50));
        let Ok(Ok((length, from))) = tokio::time::timeout(wait, self.socket.recv_from(&mut buffer)).await else {
            return;
        };
        self.receive(from, &buffer[..length]);
        while let Ok((length, from)) = self.socket.try_recv_from(&mut buffer) {
            self.receive(from, &buffer[..length]);
        }
    }

    fn receive(&mut self, from: SocketAddr, bytes: &[u8]) {
        let received = Receive::new(Protocol::Udp, from, self.address, bytes).unwrap();
        self.rtc.handle_input(Input::Receive(Instant::now(), received)).unwrap();
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.wake = at;
                    return;
                }
                Ok(Output::Transmit(transmit)) => {
                    // Full, or unreachable: lost, as on any network.
                    let _lost = self.socket.try_send_to(&transmit.contents, transmit.destination);
                }
                Ok(Output::Event(Event::ChannelOpen(..))) => self.is_open = true,
                Ok(Output::Event(Event::ChannelData(data))) => self.inbox.push_back((data.binary, data.data)),
                Ok(Output::Event(_)) => {}
                Err(_) => return self.is_open = false,
            }
        }
    }
}
