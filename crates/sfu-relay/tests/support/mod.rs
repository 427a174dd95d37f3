//! A relay, a spool, a clock that only tests turn, and pages that speak the protocol as a page has to. Files are made of their names, so that
//! nobody has to keep them.

#![allow(dead_code, reason = "each test uses its part")]

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{Context, SHA256};
use sfu_relay::limits::CHUNK_BYTES;
use sfu_relay::{
    BlobId, Frame, Input, Keeping, Limits, Now, Output, PersonId, Reason, Receipt, Relay, RoomId, Signer, Size,
    SpoolReport, TransferId, Wake,
};

pub(crate) const ROOM: RoomId = RoomId(1);
pub(crate) const ANA: PersonId = PersonId(1);
pub(crate) const BEN: PersonId = PersonId(2);
pub(crate) const CLEO: PersonId = PersonId(3);
pub(crate) const DAN: PersonId = PersonId(4);

pub(crate) const KIB: u64 = 1024;
pub(crate) const MIB: u64 = 1024 * KIB;
pub(crate) const CHUNK: u64 = CHUNK_BYTES as u64;

/// How long a page waits for anything before it asks again.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// A signature's clock begins here.
pub(crate) const BEGINNING_UNIX_S: u64 = 1_800_000_000;

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Everything of one server, and its people.
pub(crate) struct World {
    pub relay: Relay,
    pub spool: Spool,
    pub pages: BTreeMap<PersonId, Page>,
    /// Every receipt that the embedder was given.
    pub receipts: Vec<Receipt>,
    /// The most that the relay ever held and ever reserved.
    pub held_bytes_max: u64,
    pub memory_bytes_max: u64,
    pub wakes: u64,
    limits: Limits,
    beginning: Instant,
    pub now: Instant,
    files: u64,
}

/// What a daemon does with blobs, in memory. Works when told to, so that tests can be in between.
#[derive(Default)]
pub(crate) struct Spool {
    pub blobs: BTreeMap<BlobId, Vec<Vec<u8>>>,
    pub work: VecDeque<Output>,
    pub is_full: bool,
    pub is_broken: bool,
    pub cannot_delete: bool,
    /// Does nothing for now.
    pub is_stuck: bool,
}

/// One person's page, and the messages on their way to and from it.
#[derive(Default)]
pub(crate) struct Page {
    pub is_connected: bool,
    pub room: Option<RoomId>,
    pub to_relay: VecDeque<Vec<u8>>,
    pub to_page: VecDeque<Vec<u8>>,
    pub uploads: BTreeMap<TransferId, Upload>,
    pub downloads: BTreeMap<TransferId, Download>,
    /// Files that come from others, and until when they are here.
    pub offers: BTreeMap<TransferId, Size>,
    pub deleted_in_ms: BTreeMap<TransferId, u32>,
    /// Everything that was refused.
    pub refused: Vec<(TransferId, Reason)>,
    pub receipts: BTreeMap<TransferId, Receipt>,
    pub cancelled: Vec<TransferId>,
    /// Takes whatever is offered.
    pub accepts_all: bool,
    /// Reads nothing: messages pile up on their way.
    pub is_asleep: bool,
    /// Messages that the relay has sent and the page has not read, now and at most.
    unread_bytes: usize,
    pub unread_bytes_max: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub keeping: Keeping,
    pub size: Size,
    pub manifest: Vec<u8>,
    pub is_known: bool,
    pub next: u32,
    pub until: u32,
    /// What receivers have.
    pub acked: u32,
    pub fate: Option<Fate>,
    heard_at: Option<Instant>,
}

#[derive(Clone)]
pub(crate) struct Download {
    pub size: Size,
    pub next: u32,
    pub fate: Option<Fate>,
    /// Of all that came, for the comparison at the end.
    hash: Context,
    asked_for_gap: Option<u32>,
    heard_at: Option<Instant>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} chunks, {:?}", self.next, self.size.chunks(), self.fate)
    }
}

/// How it ended, as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    /// All came, but it is not what was sent.
    WrongHash,
    Cancelled,
    Refused(Reason),
}

impl World {
    pub(crate) fn new(limits: Limits) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the virtual clock starts anywhere")]
        let now = Instant::now();
        Self {
            relay: Relay::new(limits, [1; 32], Signer::new(&[2; 32], None)),
            spool: Spool::default(),
            pages: BTreeMap::new(),
            receipts: Vec::new(),
            held_bytes_max: 0,
            memory_bytes_max: 0,
            wakes: 0,
            limits,
            beginning: now,
            now,
            files: 0,
        }
    }

    /// With these people in one room; each takes whatever is offered.
    pub(crate) fn with(limits: Limits, people: &[PersonId]) -> Self {
        let mut world = Self::new(limits);
        for person in people {
            world.join(*person);
            world.page(*person).accepts_all = true;
        }
        world
    }

    pub(crate) fn page(&mut self, person: PersonId) -> &mut Page {
        self.pages.entry(person).or_default()
    }

    pub(crate) fn now(&self) -> Now {
        Now { at: self.now, unix_s: BEGINNING_UNIX_S + (self.now - self.beginning).as_secs() }
    }

    pub(crate) fn join(&mut self, person: PersonId) {
        self.join_room(ROOM, person);
    }

    pub(crate) fn join_room(&mut self, room: RoomId, person: PersonId) {
        let now = self.now;
        let page = self.page(person);
        page.room = Some(room);
        page.connected(now);
        self.input(Input::Joined { room, person });
    }

    /// Cuts the connection, and loses what was on its way.
    pub(crate) fn cut(&mut self, person: PersonId) {
        self.page(person).disconnected();
        self.input(Input::Left { person });
    }

    /// Comes back over another connection before anybody has noticed that the old one is gone.
    pub(crate) fn replace(&mut self, person: PersonId) {
        self.page(person).disconnected();
        self.join(person);
    }

    pub(crate) fn end_room(&mut self, room: RoomId) {
        self.input(Input::RoomEnded { room });
    }

    /// A page offers a new file.
    pub(crate) fn offer(&mut self, person: PersonId, bytes: u64, keeping: Keeping) -> TransferId {
        self.offer_with(person, bytes, keeping, b"sealed manifest")
    }

    pub(crate) fn offer_with(&mut self, person: PersonId, bytes: u64, keeping: Keeping, manifest: &[u8]) -> TransferId {
        self.files += 1;
        let mut id = [0x5A; 16];
        id[..8].copy_from_slice(&self.files.to_be_bytes());
        let (id, now) = (TransferId(id), self.now);
        let upload = Upload {
            keeping,
            size: Size::of(bytes).expect("a size"),
            manifest: manifest.to_vec(),
            is_known: false,
            next: 0,
            until: 0,
            acked: 0,
            fate: None,
            heard_at: Some(now),
        };
        let page = self.page(person);
        page.uploads.insert(id, upload);
        page.offer_again(id);
        id
    }

    /// A page sends anything.
    pub(crate) fn send(&mut self, person: PersonId, frame: &Frame<'_>) {
        self.page(person).to_relay.push_back(frame.write());
    }

    /// What comes of one input.
    pub(crate) fn input(&mut self, input: Input<'_>) {
        let now = self.now();
        let outputs = self.relay.handle(input, now).expect("the embedder makes no mistake");
        for output in outputs {
            match output {
                Output::Send { person, frame } => {
                    let page = self.pages.entry(person).or_default();
                    assert!(page.is_connected, "who is not there is sent nothing");
                    page.to_page.push_back(frame.to_vec());
                    page.unread_bytes += frame.len();
                    page.unread_bytes_max = page.unread_bytes_max.max(page.unread_bytes);
                }
                Output::Deleted { room: _, receipt } => self.receipts.push(receipt),
                Output::Store { .. } | Output::Load { .. } | Output::Delete { .. } => self.spool.work.push_back(output),
            }
        }
        let stats = self.relay.stats();
        self.held_bytes_max = self.held_bytes_max.max(stats.held_bytes);
        self.memory_bytes_max = self.memory_bytes_max.max(stats.memory_bytes);
        assert!(stats.held_bytes <= stats.memory_bytes, "what is held is reserved");
        assert!(stats.memory_bytes <= self.limits.memory_bytes_max, "memory is bounded");
        assert!(stats.files <= u64::from(self.limits.server.files));
        assert!(stats.transfers <= u64::from(self.limits.server.transfers));
        assert!(stats.bytes <= self.limits.server.bytes);
    }

    /// One message from a page, if there is one.
    pub(crate) fn deliver_to_relay(&mut self, person: PersonId) -> bool {
        let Some(frame) = self.page(person).to_relay.pop_front() else { return false };
        self.input(Input::Received { person, frame: &frame });
        true
    }

    /// One message to a page, if there is one.
    pub(crate) fn deliver_to_page(&mut self, person: PersonId) -> bool {
        let now = self.now;
        let page = self.page(person);
        if page.is_asleep {
            return false;
        }
        let Some(frame) = page.to_page.pop_front() else { return false };
        page.unread_bytes = page.unread_bytes.saturating_sub(frame.len());
        page.read(&frame, now);
        true
    }

    /// One piece of work for the spool, if there is one.
    pub(crate) fn spool(&mut self) -> bool {
        if self.spool.is_stuck {
            return false;
        }
        match self.spool.work.pop_front() {
            None => false,
            Some(Output::Store { blob, .. }) if self.spool.is_full => {
                self.input(Input::Spool { blob, report: SpoolReport::StoreFailed });
                true
            }
            Some(Output::Store { blob, index, bytes }) => {
                let chunks = self.spool.blobs.entry(blob).or_default();
                assert_eq!(chunks.len(), index as usize, "chunks come in order");
                chunks.push(bytes);
                self.input(Input::Spool { blob, report: SpoolReport::Stored { index } });
                true
            }
            Some(Output::Load { blob, index }) => {
                let found = self.spool.blobs.get(&blob).and_then(|chunks| chunks.get(index as usize)).cloned();
                match found.filter(|_| !self.spool.is_broken) {
                    Some(bytes) => {
                        let report = SpoolReport::Loaded { index, bytes: &bytes };
                        self.input(Input::Spool { blob, report });
                    }
                    None => self.input(Input::Spool { blob, report: SpoolReport::LoadFailed { index } }),
                }
                true
            }
            Some(Output::Delete { blob }) => {
                let report = if self.spool.cannot_delete {
                    SpoolReport::DeleteFailed
                } else {
                    self.spool.blobs.remove(&blob);
                    SpoolReport::Deleted
                };
                self.input(Input::Spool { blob, report });
                true
            }
            Some(Output::Send { .. } | Output::Deleted { .. }) => unreachable!("no work for a spool"),
        }
    }

    /// Lets everybody do what they can do without time.
    pub(crate) fn settle(&mut self) {
        loop {
            let mut moved = self.spool();
            for person in self.pages.keys().copied().collect::<Vec<_>>() {
                moved |= self.deliver_to_relay(person);
                moved |= self.deliver_to_page(person);
            }
            if !moved {
                return;
            }
        }
    }

    /// Lets time pass, stopping where the relay or a page wants to do something.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            self.settle();
            let wake = self.relay.next_wake().map(|wake| wake.at);
            let ask = self.pages.values().filter_map(Page::next_ask).min();
            let Some(next) = [wake, ask].into_iter().flatten().min().filter(|next| *next <= end) else { break };
            self.now = self.now.max(next);
            self.tick();
        }
        self.now = end;
    }

    pub(crate) fn tick(&mut self) {
        let now = self.now;
        if self.relay.next_wake().is_some_and(|wake| wake.at <= now) {
            self.wakes += 1;
            self.input(Input::Timeout);
            let next = self.relay.next_wake();
            assert!(next.is_none_or(|wake: Wake| now < wake.at), "a deadline stands still: {next:?}");
        }
        for page in self.pages.values_mut() {
            page.ask_again(now);
        }
    }

    /// Nothing is left of anything.
    pub(crate) fn assert_empty(&self) {
        let stats = self.relay.stats();
        assert_eq!((stats.files, stats.transfers, stats.bytes), (0, 0, 0));
        assert_eq!((stats.memory_bytes, stats.held_bytes, stats.unlinking), (0, 0, 0));
        assert_eq!(self.relay.next_wake(), None);
        assert!(self.spool.blobs.is_empty());
        sfu_relay::verify(&self.receipts, &self.relay.public_key()).expect("receipts form a chain");
        assert_eq!(stats.receipts, self.receipts.len() as u64);
    }
}

impl Page {
    fn connected(&mut self, now: Instant) {
        self.is_connected = true;
        let open: Vec<TransferId> = self.uploads.iter().filter(|it| it.1.fate.is_none()).map(|it| *it.0).collect();
        for id in open {
            let Some(upload) = self.uploads.get_mut(&id) else { continue };
            upload.heard_at = Some(now);
            if !upload.is_known {
                self.offer_again(id); // Of others the relay tells where they were.
            }
        }
        for (id, download) in self.downloads.iter_mut().filter(|it| it.1.fate.is_none()) {
            download.heard_at = Some(now);
            download.asked_for_gap = None;
            self.to_relay.push_back(Frame::Have { transfer: *id, next: download.next }.write());
        }
    }

    fn disconnected(&mut self) {
        self.is_connected = false;
        self.to_relay.clear();
        self.to_page.clear();
        self.unread_bytes = 0;
        for upload in self.uploads.values_mut() {
            upload.until = upload.next.min(upload.until);
        }
    }

    fn push(&mut self, frame: &Frame<'_>) {
        if self.is_connected {
            self.to_relay.push_back(frame.write());
        }
    }

    fn offer_again(&mut self, id: TransferId) {
        let Some(upload) = self.uploads.get(&id) else { return };
        let Upload { keeping, size, .. } = *upload;
        let frame = Frame::Offer { transfer: id, keeping, size, manifest: &upload.manifest }.write();
        if self.is_connected {
            self.to_relay.push_back(frame);
        }
    }

    pub(crate) fn accept(&mut self, id: TransferId, now: Instant) {
        let size = self.offers[&id];
        self.downloads.insert(
            id,
            Download {
                size,
                next: 0,
                fate: None,
                hash: Context::new(&SHA256),
                asked_for_gap: None,
                heard_at: Some(now),
            },
        );
        self.push(&Frame::Accept { transfer: id });
    }

    pub(crate) fn cancel(&mut self, id: TransferId) {
        if let Some(upload) = self.uploads.get_mut(&id) {
            upload.fate.get_or_insert(Fate::Cancelled);
        }
        if let Some(download) = self.downloads.get_mut(&id) {
            download.fate.get_or_insert(Fate::Cancelled);
        }
        self.push(&Frame::Cancel { transfer: id });
    }

    pub(crate) fn read(&mut self, message: &[u8], now: Instant) {
        let frame = Frame::parse(message).expect("the relay speaks the protocol");
        let id = frame.transfer();
        if let Some(upload) = self.uploads.get_mut(&id) {
            upload.heard_at = Some(now);
        }
        match frame {
            Frame::Offer { size, .. } => {
                self.offers.insert(id, size);
                match self.downloads.get(&id) {
                    None if self.accepts_all => self.accept(id, now),
                    None => {}
                    Some(_) => {} // Asked where to go on when it came back.
                }
            }
            Frame::Have { next, .. } => {
                if let Some(upload) = self.uploads.get_mut(&id) {
                    upload.is_known = true;
                    upload.next = next;
                    self.to_relay.retain(|waits| !is_chunk_of(waits, id)); // They leave in order.
                }
                self.send_what_may_be_sent(id);
            }
            Frame::Credit { until, .. } => {
                if let Some(upload) = self.uploads.get_mut(&id) {
                    assert!(until <= upload.size.chunks(), "credit ends with the file");
                    upload.until = until;
                }
                self.send_what_may_be_sent(id);
            }
            Frame::Chunk { index, bytes, .. } => self.chunk(id, index, bytes, now),
            Frame::Ack { next, .. } => {
                let upload = self.uploads.get_mut(&id).expect("only the sender is told");
                assert!(upload.acked < next && next <= upload.size.chunks(), "progress goes on");
                upload.acked = next;
            }
            Frame::Done { deleted_in_ms, .. } => {
                self.deleted_in_ms.insert(id, deleted_in_ms);
                if let Some(upload) = self.uploads.get_mut(&id) {
                    upload.fate.get_or_insert(Fate::Done);
                }
            }
            Frame::Cancel { .. } => {
                self.cancelled.push(id);
                self.over(id, Fate::Cancelled);
            }
            Frame::Refused { reason, .. } => {
                self.refused.push((id, reason));
                if is_end(reason) {
                    self.over(id, Fate::Refused(reason));
                }
            }
            Frame::Receipt { receipt, .. } => {
                assert_eq!(receipt.statement.blob, sfu_relay::blob_hash(id));
                self.receipts.insert(id, receipt);
                self.over(id, Fate::Refused(Reason::Expired));
            }
            Frame::Accept { .. } => panic!("only pages accept"),
        }
    }

    fn over(&mut self, id: TransferId, fate: Fate) {
        if fate != Fate::Refused(Reason::SpoolFailed) {
            self.offers.remove(&id);
        }
        if let Some(upload) = self.uploads.get_mut(&id) {
            upload.fate.get_or_insert(fate);
        }
        if let Some(download) = self.downloads.get_mut(&id) {
            download.fate.get_or_insert(fate);
        }
    }

    fn send_what_may_be_sent(&mut self, id: TransferId) {
        let Some(upload) = self.uploads.get_mut(&id) else { return };
        while upload.next < upload.until && upload.fate.is_none() {
            let bytes = content(id, upload.size, upload.next);
            self.to_relay.push_back(Frame::Chunk { transfer: id, index: upload.next, bytes: &bytes }.write());
            upload.next += 1;
        }
    }

    fn chunk(&mut self, id: TransferId, index: u32, bytes: &[u8], now: Instant) {
        let Some(download) = self.downloads.get_mut(&id) else { panic!("nobody asked for it") };
        if download.fate.is_some() || index < download.next {
            return;
        }
        download.heard_at = Some(now);
        if download.next < index {
            if download.asked_for_gap.replace(download.next) != Some(download.next) {
                let next = download.next;
                self.push(&Frame::Have { transfer: id, next });
            }
            return;
        }
        download.hash.update(bytes);
        download.next += 1;
        let next = download.next;
        if next == download.size.chunks() {
            let is_right = download.hash.clone().finish().as_ref() == hash(id, download.size);
            download.fate = Some(if is_right { Fate::Done } else { Fate::WrongHash });
        }
        if next.is_multiple_of(3) || next == download.size.chunks() {
            self.push(&Frame::Ack { transfer: id, next });
        }
    }

    fn next_ask(&self) -> Option<Instant> {
        let uploads = self.uploads.values().filter(|it| it.fate.is_none()).filter_map(|it| it.heard_at);
        let downloads = self.downloads.values().filter(|it| it.fate.is_none()).filter_map(|it| it.heard_at);
        if !self.is_connected || self.is_asleep {
            return None;
        }
        uploads.chain(downloads).min().map(|heard_at| heard_at + ASK_AGAIN)
    }

    fn ask_again(&mut self, now: Instant) {
        // While something waits to leave, a question would wait behind it.
        if !self.is_connected || self.is_asleep || !self.to_relay.is_empty() {
            return;
        }
        let late = |heard_at: &Option<Instant>| heard_at.is_some_and(|at| at + ASK_AGAIN <= now);
        let mut offers = Vec::new();
        for (id, upload) in self.uploads.iter_mut().filter(|it| it.1.fate.is_none()) {
            if late(&upload.heard_at) {
                upload.heard_at = Some(now);
                if upload.is_known {
                    self.to_relay.push_back(Frame::Have { transfer: *id, next: 0 }.write());
                } else {
                    offers.push(*id);
                }
            }
        }
        for (id, download) in self.downloads.iter_mut().filter(|it| it.1.fate.is_none()) {
            if late(&download.heard_at) {
                (download.heard_at, download.asked_for_gap) = (Some(now), None);
                self.to_relay.push_back(Frame::Have { transfer: *id, next: download.next }.write());
            }
        }
        for id in offers {
            self.offer_again(id);
        }
    }
}

fn is_chunk_of(frame: &[u8], id: TransferId) -> bool {
    matches!(Frame::parse(frame), Ok(Frame::Chunk { transfer, .. }) if transfer == id)
}

/// Whether a page that is told this has to give up.
fn is_end(reason: Reason) -> bool {
    use Reason::{BeyondCredit, Declined, Malformed, TooOften, WrongLength, WrongRole};
    !matches!(reason, BeyondCredit | Declined | Malformed | TooOften | WrongLength | WrongRole)
}

/// SHA-256 of the file that has this name: what its sealed manifest tells the receiver.
pub(crate) fn hash(id: TransferId, size: Size) -> Vec<u8> {
    let mut hash = Context::new(&SHA256);
    (0..size.chunks()).for_each(|index| hash.update(&content(id, size, index)));
    hash.finish().as_ref().to_vec()
}

/// One chunk of the file that has this name.
pub(crate) fn content(id: TransferId, size: Size, index: u32) -> Vec<u8> {
    let mut bytes = vec![(index % 251) as u8 ^ id.0[7]; size.chunk_bytes(index).expect("a chunk of the file")];
    let mark = [&id.0[..], &index.to_be_bytes()].concat();
    let length = mark.len().min(bytes.len());
    bytes[..length].copy_from_slice(&mark[..length]);
    bytes
}
