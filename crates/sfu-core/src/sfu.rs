//! One shard: whose datagram it is, who receives it, and what we owe the network next.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use rand_chacha::ChaCha12Rng;
use rand_core::{Rng, SeedableRng};
use rustc_hash::FxHashMap;

use crate::demux::{Addresses, Claim, Kind, Path, Ufrag, random_token};
use crate::guard::{IngressGuard, RetransmissionBudget};
use crate::keyframe;
use crate::limits::{
    ADDRESSES_MAX, DEADLINE_FLOOR, FORWARDED_BYTES_MAX, MESSAGE_BYTES_MAX, PARTICIPANTS_MAX, ROOM_PARTICIPANTS_MAX,
    ROOMS_MAX, SESSION_ADDRESSES_MAX,
};
use crate::negotiate::{AnswerEdits, LineKind, Offer};
use crate::outbox::Run;
use crate::participant::{Link, Live, Participant, Queued};
use crate::room::{Room, default_source};
use crate::subscription::{Line, Rewriter};
use crate::track::Track;
use crate::transport::{
    BindingRequest, Identity, MediaPacket, MediaPlane, Mid, Polled, Received, Session, SessionEvent,
};
use crate::{
    Command, Config, Datagram, Error, Event, Gate, Input, LeftReason, Message, Output, ParticipantId, RequestId,
    RoomId, SfuStats, Source, Wake, WakeReason,
};

/// A selective forwarding unit: the rooms and participants of one shard.
///
/// It does nothing by itself. Give it inputs, do what its outputs say, and call again by [`Sfu::next_wake`].
pub struct Sfu {
    config: Config,
    rng: ChaCha12Rng,
    now: Instant,
    participants: Vec<Option<Participant>>,
    vacant: Vec<usize>,
    by_id: FxHashMap<ParticipantId, usize>,
    rooms: BTreeMap<RoomId, Room>,
    addresses: Addresses,
    /// One entry for each participant who has something due.
    wakes: BTreeSet<(Instant, usize)>,
    /// Who has something to send, in the order of their first packet.
    dirty: VecDeque<usize>,
    outputs: VecDeque<Output>,
    /// What a session said in the running step.
    said: Vec<SessionEvent>,
    sessions: u64,
    stats: SfuStats,
    blame: Option<ParticipantId>,
    on_step: Option<Box<dyn FnMut(ParticipantId) + Send>>,
}

impl Sfu {
    /// An empty shard. `seed` must be secret and fresh from the operating system (ICE passwords come from it), or fixed in
    /// a simulation. `now` is the first moment; time never goes back from it.
    #[must_use]
    pub fn new(config: Config, seed: [u8; 32], now: Instant) -> Self {
        Self {
            config,
            rng: ChaCha12Rng::from_seed(seed),
            now,
            participants: Vec::new(),
            vacant: Vec::new(),
            by_id: FxHashMap::default(),
            rooms: BTreeMap::new(),
            addresses: Addresses::default(),
            wakes: BTreeSet::new(),
            dirty: VecDeque::new(),
            outputs: VecDeque::new(),
            said: Vec::new(),
            sessions: 0,
            stats: SfuStats::default(),
            blame: None,
            on_step: None,
        }
    }

    /// Takes one input. The outputs are to be carried out in their order, all of them.
    ///
    /// Datagrams for peers leave with [`Input::Timeout`] only: feed every datagram that is ready, then one of those.
    pub fn handle(&mut self, input: Input<'_>, now: Instant) -> Outputs<'_> {
        self.now = self.now.max(now);
        self.blame = None;
        match input {
            Input::Datagram(datagram) => self.receive(&datagram),
            Input::Timeout => self.flush(),
            Input::Command(command) => self.obey(command),
        }
        self.blame = None;
        Outputs { outputs: &mut self.outputs }
    }

    /// When to call [`Sfu::handle`] with [`Input::Timeout`], and why. `None` if nobody needs anything.
    #[must_use]
    pub fn next_wake(&self) -> Option<Wake> {
        if !self.dirty.is_empty() {
            return Some(Wake { at: self.now, why: WakeReason::Flush });
        }
        let (_, index) = self.wakes.first()?;
        self.participants.get(*index)?.as_ref()?.wake
    }

    /// Counters of the whole shard. Cheap enough for every second, not for every packet.
    #[must_use]
    pub fn stats(&self) -> SfuStats {
        let live = self.participants.iter().flatten().filter_map(|participant| participant.live.as_deref());
        SfuStats {
            rooms: self.rooms.len() as u64,
            participants: self.by_id.len() as u64,
            addresses: self.addresses.len() as u64,
            queued_bytes: live.map(|live| live.queued_bytes as u64).sum(),
            ..self.stats
        }
    }

    /// Whose step was running when [`Sfu::handle`] panicked. Send [`Command::Evict`] for them before any other input, and
    /// the others go on. `None` if nobody in particular is to blame: then this value is no longer to be trusted.
    #[must_use]
    pub fn blame(&self) -> Option<ParticipantId> {
        self.blame
    }

    /// Calls `hook` at the start of each step of a participant (a datagram of theirs, a time-out, a command about them): to
    /// trace, to count, or, in tests, to panic in one participant's step and see the others go on.
    pub fn on_step(&mut self, hook: impl FnMut(ParticipantId) + Send + 'static) {
        self.on_step = Some(Box::new(hook));
    }
}

/// What is to be done. Take all of it: an output that nobody takes is a lost packet.
#[must_use]
#[derive(Debug)]
pub struct Outputs<'a> {
    outputs: &'a mut VecDeque<Output>,
}

impl Iterator for Outputs<'_> {
    type Item = Output;

    fn next(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}

impl Drop for Outputs<'_> {
    fn drop(&mut self) {
        debug_assert!(self.outputs.is_empty() || std::thread::panicking(), "outputs were left behind");
    }
}

/// Datagrams.
impl Sfu {
    fn receive(&mut self, datagram: &Datagram<'_>) {
        let path = Path { transport: datagram.transport, local: datagram.local, remote: datagram.remote };
        let owner = match Kind::of(datagram.bytes) {
            None => None,
            Some(Kind::Stun) => match self.check(&path, datagram.bytes) {
                Some(index) => Some((index, Kind::Stun)),
                None => return, // Counted by its reason.
            },
            Some(kind) => self.addresses.owner(&path).map(|index| (index, kind)),
        };
        let Some((index, kind)) = owner else {
            self.stats.unknown_datagrams += 1;
            return;
        };
        self.step_datagram(index, kind, datagram);
    }

    /// Whose connectivity check this is, once its integrity is verified; its address is theirs from then on.
    fn check(&mut self, path: &Path, bytes: &[u8]) -> Option<usize> {
        let ours = self.config.candidates.contains(&(path.transport, path.local));
        let found = BindingRequest::parse(bytes).filter(|_| ours).and_then(|request| {
            let (local, remote) = request.ufrags()?;
            let index = Ufrag::index(local)?;
            let live = self.participants.get(index)?.as_ref()?.live.as_deref()?;
            (live.identity.ufrag == local)
                .then(|| (index, live.peer.ufrag == remote && request.is_authentic(&live.identity.password)))
        });
        match found {
            None => {
                self.stats.unknown_datagrams += 1;
                None
            }
            Some((_, false)) => {
                self.stats.bad_stun += 1;
                None
            }
            Some((index, true)) => {
                let owned = self.own(path, index);
                self.stats.limited += u64::from(!owned);
                owned.then_some(index)
            }
        }
    }

    /// Gives a participant an address that has passed a check. An address that somebody else still checks stays theirs:
    /// otherwise the last valid check would take over another's media.
    fn own(&mut self, path: &Path, index: usize) -> bool {
        match self.addresses.claim(path, index, self.now) {
            Claim::Known => return true,
            Claim::Taken => return false,
            Claim::Free => {}
        }
        let live = self.participants.get_mut(index).and_then(Option::as_mut).and_then(|p| p.live.as_deref_mut());
        let Some(live) = live else { return false };
        if live.addresses_seen == SESSION_ADDRESSES_MAX {
            return false;
        }
        if live.addresses.len() == ADDRESSES_MAX {
            let oldest = live.addresses.iter().enumerate().min_by_key(|(_, path)| self.addresses.checked_at(path));
            let Some((oldest, _)) = oldest else { return false };
            let oldest = live.addresses[oldest];
            live.forget_address(&oldest);
            self.addresses.remove(&oldest, index);
        }
        live.addresses_seen += 1;
        live.addresses.push(*path);
        let former = self.addresses.insert(*path, index, self.now);
        let former = former.and_then(|former| self.participants.get_mut(former)?.as_mut()?.live.as_deref_mut());
        if let Some(former) = former {
            former.forget_address(path);
        }
        true
    }
}

/// Steps: each is one participant's, and a panic in it is theirs alone.
impl Sfu {
    /// From here on a panic is `index`'s fault.
    fn begin_step(&mut self, index: usize) -> bool {
        let Some(participant) = self.participants.get(index).and_then(Option::as_ref) else { return false };
        let id = participant.id;
        self.blame = Some(id);
        if let Some(hook) = &mut self.on_step {
            hook(id);
        }
        true
    }

    fn step_datagram(&mut self, index: usize, kind: Kind, datagram: &Datagram<'_>) {
        if !self.begin_step(index) {
            return;
        }
        let Some(participant) = &mut self.participants[index] else { return };
        let Some(live) = participant.live.as_deref_mut() else { return };
        if !live.guard.admits(kind, datagram.bytes, self.now) {
            participant.stats.dropped_datagrams += 1;
            self.stats.limited += 1;
            return;
        }
        let path = Path { transport: datagram.transport, local: datagram.local, remote: datagram.remote };
        match live.session.receive(datagram, self.now) {
            Received::Authentic => {
                live.heard_media(path, self.now);
                if kind == Kind::Rtp {
                    live.guard.opened(datagram.bytes, self.now);
                }
            }
            Received::Other if kind == Kind::Stun => live.heard_check(path, self.now),
            Received::Other => {}
            Received::Refused => participant.stats.dropped_datagrams += 1,
        }
        self.drain(index);
    }

    /// Everything that is due leaves, one participant after the other.
    fn flush(&mut self) {
        while let Some(&(at, index)) = self.wakes.first() {
            if self.now < at {
                break;
            }
            self.wakes.pop_first();
            if let Some(participant) = &mut self.participants[index] {
                participant.wake = None;
            }
            self.mark_dirty(index);
        }
        while let Some(index) = self.dirty.pop_front() {
            self.step_timeout(index);
        }
    }

    fn step_timeout(&mut self, index: usize) {
        if !self.begin_step(index) {
            return;
        }
        let Some(participant) = &mut self.participants[index] else { return };
        participant.dirty = false;
        let gone = |since: Instant| since + self.config.disconnected_max <= self.now;
        if participant.closed_at.is_some_and(gone) {
            return self.end(index, LeftReason::Closed);
        }
        let Some(live) = participant.live.as_deref_mut() else { return };
        if live.link.down_since().is_some_and(gone) {
            return self.end(index, LeftReason::Timeout);
        }
        for track in &mut live.tracks {
            if let Some(ssrc) = track.ssrc.filter(|_| track.keyframe.take(track.opaque, self.now)) {
                live.session.request_keyframe(ssrc);
                participant.stats.keyframe_requests += 1;
            }
        }
        let written = live.write_queued(self.now);
        participant.stats.forwarded_packets += written.packets;
        participant.stats.forwarded_bytes += written.bytes;
        self.stats.forwarded_packets += written.packets;
        self.stats.not_negotiated += written.not_negotiated;
        if live.session.tick(self.now).is_err() {
            return self.end(index, LeftReason::Fault);
        }
        self.drain(index);
        if let Some(live) = self.live_mut(index) {
            let mut run = std::mem::take(&mut live.run);
            run.flush(&mut self.outputs);
        }
    }

    /// Takes all that a session has to say, then acts on it. The engine holds one received packet at most, so this follows
    /// each input.
    fn drain(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let Some(live) = participant.live.as_deref_mut() else { return };
        self.said.clear(); // What a panic may have left is not this session's.
        let failed = loop {
            match live.session.poll(self.now) {
                Ok(Polled::Idle(at)) => {
                    live.session_due = Some(at.max(self.now + DEADLINE_FLOOR));
                    break false;
                }
                Ok(Polled::Event(event)) => self.said.push(event),
                Ok(Polled::Transmit { transport, local, remote, bytes }) => {
                    let path = route(live, Path { transport, local, remote }, &bytes);
                    match departure(live, participant.gate, &bytes) {
                        Departure::Goes => live.run.push(path, &bytes, &mut self.outputs),
                        Departure::GoesAgain => {
                            participant.stats.retransmitted_packets += 1;
                            live.run.push(path, &bytes, &mut self.outputs);
                        }
                        Departure::Gated => {
                            participant.stats.gated_packets += 1;
                            self.stats.gated_packets += 1;
                        }
                        Departure::Unreachable => {}
                        Departure::Limited => self.stats.limited += 1,
                    }
                }
                Err(_) => break true,
            }
        };
        if failed {
            return self.end(index, LeftReason::Fault);
        }
        if !live.run.is_empty() {
            self.mark_dirty(index);
        }
        let mut said = std::mem::take(&mut self.said);
        for event in said.drain(..) {
            self.on_session_event(index, event);
        }
        self.said = said; // Keeps its memory for the next step.
        self.update_wake(index);
    }

    fn on_session_event(&mut self, index: usize, event: SessionEvent) {
        let Some(participant) = &mut self.participants[index] else { return };
        let (id, gate) = (participant.id, participant.gate);
        let Some(live) = participant.live.as_deref_mut() else { return };
        match event {
            SessionEvent::Connected => self.link_up(index),
            SessionEvent::Reachable => {
                if let Link::Lost { .. } = live.link {
                    self.link_up(index);
                }
            }
            SessionEvent::Unreachable => {
                if live.link == Link::Up {
                    live.link = Link::Lost { since: self.now };
                    live.route = None;
                    self.release_addresses(index);
                    self.emit(Event::Disconnected { participant: id });
                }
            }
            SessionEvent::Media(packet) => self.forward(index, packet),
            SessionEvent::Silent(mid) => {
                if let Some(track) = live.track(mid) {
                    let change = live.tracks[track].loudness.silenced();
                    self.emit_speaking(id, change);
                }
            }
            SessionEvent::KeyframeWanted(mid) => {
                if let Some(feed) = live.line(mid).and_then(|line| live.lines[line].feed) {
                    self.want_keyframe(feed.publisher, feed.track);
                }
            }
            SessionEvent::Message(message) => {
                if gate == Gate::Shut {
                    participant.stats.gated_packets += 1;
                    self.stats.gated_packets += 1;
                } else if live.guard.admits_message(self.now) {
                    self.emit(Event::Message { participant: id, message });
                } else {
                    self.stats.limited += 1;
                }
            }
            SessionEvent::Rejected => self.stats.limited += 1,
            SessionEvent::Closed => self.close_session(index),
        }
    }

    /// ICE and DTLS are up, for the first time or again: what the viewer missed is over, so each stream starts anew.
    fn link_up(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        let Some(live) = participant.live.as_deref_mut() else { return };
        live.link = Link::Up;
        for line in &mut live.lines {
            line.rewriter.restart();
        }
        let feeds: Vec<_> = live.lines.iter().filter(|line| line.is_video).filter_map(|line| line.feed).collect();
        self.emit(Event::Connected { participant: id });
        for feed in feeds {
            self.want_keyframe(feed.publisher, feed.track);
        }
    }

    /// One media packet of a publisher goes into the queue of each viewer.
    fn forward(&mut self, index: usize, packet: MediaPacket) {
        let Some(participant) = &mut self.participants[index] else { return };
        participant.stats.received_packets += 1;
        participant.stats.received_bytes += packet.payload.len() as u64;
        self.stats.received_packets += 1;
        let (id, gate) = (participant.id, participant.gate);
        let Some(live) = participant.live.as_deref_mut() else { return };
        let Some(number) = live.track(packet.mid) else { return };
        let track = &mut live.tracks[number];
        let is_first = track.ssrc.replace(packet.ssrc).is_none();
        let start = keyframe::start(packet.format.codec(), &packet.payload);
        track.saw(start);
        let (source, opaque, is_wanted) = (track.source, track.opaque, track.keyframe.is_wanted());
        if is_first {
            self.outputs.push_back(Output::Event(Event::TrackPublished { participant: id, source }));
        }
        if gate == Gate::Shut || track.muted {
            participant.stats.gated_packets += 1;
            self.stats.gated_packets += 1;
            return;
        }
        let change = match (source, packet.level()) {
            (Source::Microphone, Some(level)) => track.loudness.heard(level, self.now),
            (Source::Microphone | Source::Camera | Source::Screen, _) => None,
        };
        let viewers = std::mem::take(&mut track.viewers);
        self.emit_speaking(id, change);
        if is_first && is_wanted {
            self.want_keyframe(index, number); // It was wanted before there was anybody to ask.
        }
        let packet = Arc::new(packet);
        for viewing in &viewers {
            self.enqueue(viewing.viewer, Queued { line: viewing.line, packet: packet.clone(), start, opaque });
        }
        if let Some(live) = self.live_mut(index) {
            live.tracks[number].viewers = viewers;
        }
    }

    fn enqueue(&mut self, viewer: usize, queued: Queued) {
        let live = self.participants.get_mut(viewer).and_then(Option::as_mut).and_then(Participant::admitted_mut);
        let Some(live) = live.filter(|live| live.link == Link::Up) else { return };
        if !live.enqueue(queued) {
            self.stats.limited += 1;
        }
        self.mark_dirty(viewer);
    }

    fn want_keyframe(&mut self, publisher: usize, track: usize) {
        let Some(participant) = self.participants.get_mut(publisher).and_then(Option::as_mut) else { return };
        let Some(track) = participant.admitted_mut().and_then(|live| live.tracks.get_mut(track)) else { return };
        if !track.is_video || track.muted {
            return;
        }
        track.keyframe.want();
        // The publisher's next step asks, now or when it is due.
        if track.keyframe.due().is_none_or(|due| due <= self.now) {
            self.mark_dirty(publisher);
        }
        self.update_wake(publisher);
    }
}

/// Commands.
impl Sfu {
    fn obey(&mut self, command: Command) {
        match command {
            Command::OpenRoom { room } => self.open_room(room),
            Command::CloseRoom { room } => self.close_room(room),
            Command::Join { request, room, participant, gate } => {
                if let Err(error) = self.join(room, participant, gate) {
                    self.emit(Event::Refused { request, participant, error });
                }
            }
            Command::Offer { request, participant, sdp, sources } => {
                let Some(index) = self.find(participant) else { return };
                self.on_offer(index, request, &sdp, &sources);
            }
            Command::SetGate { participant, gate } => {
                let Some(index) = self.find(participant) else { return };
                self.set_gate(index, gate);
            }
            Command::SetMuted { participant, source, muted } => {
                let Some(index) = self.find(participant) else { return };
                self.set_muted(index, source, muted);
            }
            Command::Send { participant, message } => {
                let Some(index) = self.find(participant) else { return };
                self.send(index, &message);
            }
            Command::ReportStats { participant } => {
                let Some(index) = self.find(participant) else { return };
                if let Some(stats) = self.participants[index].as_ref().map(|participant| participant.stats) {
                    self.emit(Event::Stats { participant, stats });
                }
            }
            Command::Leave { participant } => {
                let Some(index) = self.find(participant) else { return };
                self.end(index, LeftReason::Asked);
            }
            Command::Evict { participant } => self.evict(participant),
        }
    }

    /// Somebody unknown is only counted: they may have left while a command was on its way.
    fn find(&mut self, participant: ParticipantId) -> Option<usize> {
        let index = self.by_id.get(&participant).copied().filter(|&index| self.begin_step(index));
        self.stats.stale_commands += u64::from(index.is_none());
        index
    }

    fn open_room(&mut self, room: RoomId) {
        if self.rooms.contains_key(&room) {
            self.stats.stale_commands += 1;
        } else if self.rooms.len() == ROOMS_MAX {
            self.stats.limited += 1;
        } else {
            self.rooms.insert(room, Room::default());
        }
    }

    fn close_room(&mut self, room: RoomId) {
        let Some(closing) = self.rooms.get_mut(&room) else {
            self.stats.stale_commands += 1;
            return;
        };
        closing.closing = true;
        for member in closing.members.clone() {
            if self.begin_step(member) {
                self.end(member, LeftReason::Asked);
            }
        }
        self.rooms.remove(&room);
    }

    fn join(&mut self, room: RoomId, id: ParticipantId, gate: Gate) -> Result<(), Error> {
        if self.by_id.contains_key(&id) {
            return Err(Error::Misuse("the participant is in a room already"));
        }
        if self.by_id.len() == PARTICIPANTS_MAX {
            self.stats.limited += 1;
            return Err(Error::Full("participants of a shard"));
        }
        let members = &mut self.rooms.get_mut(&room).ok_or(Error::Misuse("no such room"))?.members;
        if members.len() == ROOM_PARTICIPANTS_MAX {
            self.stats.limited += 1;
            return Err(Error::Full("participants of a room"));
        }
        let participant = Participant::new(id, room, gate);
        let index = match self.vacant.pop() {
            Some(index) => {
                self.participants[index] = Some(participant);
                index
            }
            None => {
                self.participants.push(Some(participant));
                self.participants.len() - 1
            }
        };
        members.push(index);
        self.by_id.insert(id, index);
        Ok(())
    }

    fn set_gate(&mut self, index: usize, gate: Gate) {
        let Some(participant) = &mut self.participants[index] else { return };
        if std::mem::replace(&mut participant.gate, gate) == gate {
            return;
        }
        let (id, room) = (participant.id, participant.room);
        if let Some(live) = participant.live.as_deref_mut() {
            live.queue.clear();
            live.queued_bytes = 0;
            if gate == Gate::Shut {
                live.run = Run::default(); // Sealed, but not gone: nothing more leaves.
                let changes: Vec<_> = live.tracks.iter_mut().map(|track| track.loudness.silenced()).collect();
                changes.into_iter().for_each(|change| self.emit_speaking(id, change));
            }
        }
        self.arrange(room);
    }

    fn set_muted(&mut self, index: usize, source: Source, muted: bool) {
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        participant.muted.retain(|known| *known != source);
        if muted {
            participant.muted.push(source);
        }
        let Some(live) = participant.live.as_deref_mut() else { return };
        let of_source = live.tracks.iter_mut().enumerate().filter(|(_, track)| track.source == source);
        let mut changed = Vec::new();
        let mut silenced = None;
        for (number, track) in of_source {
            if std::mem::replace(&mut track.muted, muted) != muted {
                silenced = silenced.or(track.loudness.silenced());
                changed.push((number, track.viewers.clone()));
            }
        }
        self.emit_speaking(id, silenced);
        for (number, viewers) in changed {
            for viewing in viewers {
                let Some(live) = self.live_mut(viewing.viewer) else { continue };
                live.discard_queued(viewing.line);
                live.lines[viewing.line].rewriter.restart();
            }
            self.want_keyframe(index, number); // Of a muted track nobody wants one.
        }
    }

    fn send(&mut self, index: usize, message: &Message) {
        let Some(participant) = &mut self.participants[index] else { return };
        if participant.gate == Gate::Shut {
            participant.stats.gated_packets += 1;
            self.stats.gated_packets += 1;
            return;
        }
        let length = match message {
            Message::Text(text) => text.len(),
            Message::Binary(bytes) => bytes.len(),
        };
        let sent = length <= MESSAGE_BYTES_MAX
            && participant.live.as_deref_mut().is_some_and(|live| live.link == Link::Up && live.session.send(message));
        if sent {
            self.mark_dirty(index);
        } else {
            self.stats.limited += 1;
        }
    }
}

/// Offers.
impl Sfu {
    fn on_offer(&mut self, index: usize, request: RequestId, sdp: &str, sources: &[(String, Source)]) {
        let Some(participant) = self.participants[index].as_ref().map(|participant| participant.id) else { return };
        match self.answer(index, sdp, sources) {
            Ok(sdp) => {
                self.emit(Event::Answer { request, participant, sdp });
                self.negotiated(index, sources);
            }
            Err(error) => {
                self.stats.limited += u64::from(matches!(error, Error::Full(_)));
                self.emit(Event::Refused { request, participant, error });
            }
        }
    }

    fn answer(&mut self, index: usize, sdp: &str, sources: &[(String, Source)]) -> Result<String, Error> {
        let offer = Offer::parse(sdp)?;
        check_sources(&offer, sources)?;
        let live = self.participants[index].as_ref().and_then(|participant| participant.live.as_deref());
        let is_same = live.is_some_and(|live| live.origin == offer.origin && live.fingerprint == offer.fingerprint);
        if is_same {
            return self.renegotiate(index, offer);
        }
        // Another PeerConnection, as after a reload: another session, and only now the old one goes.
        let (live, answer) = self.connect(index, offer)?;
        self.drop_session(index);
        if let Some(participant) = &mut self.participants[index] {
            participant.closed_at = None;
            participant.live = Some(Box::new(live));
        }
        Ok(answer)
    }

    fn connect(&mut self, index: usize, offer: Offer) -> Result<(Live, String), Error> {
        let identity = self.new_identity(index);
        let Config { candidates, certificate, .. } = &self.config;
        let twcc = offer.transport_sequence_id();
        let session = Session::new(&certificate.0, candidates, &identity, twcc, self.now)?;
        self.sessions += 1;
        let mut live = Live {
            session,
            number: self.sessions,
            identity,
            origin: offer.origin.clone(),
            fingerprint: offer.fingerprint.clone(),
            peer: offer.ice.clone(),
            extensions: Vec::new(),
            offered: Vec::new(),
            guard: IngressGuard::new(self.now),
            link: Link::Connecting { since: self.now },
            addresses: Vec::new(),
            addresses_seen: 0,
            route: None,
            tracks: Vec::new(),
            lines: Vec::new(),
            slots: Vec::new(),
            queue: VecDeque::new(),
            queued_bytes: 0,
            retransmissions: RetransmissionBudget::new(),
            run: Run::default(),
            session_due: None,
        };
        let answer = accept(&mut live, index, offer, &mut self.rng)?;
        Ok((live, answer))
    }

    fn renegotiate(&mut self, index: usize, offer: Offer) -> Result<String, Error> {
        let live = self.participants[index].as_mut().and_then(|participant| participant.live.as_deref_mut());
        let live = live.ok_or(Error::Misuse("nobody offers"))?;
        accept(live, index, offer, &mut self.rng)
    }

    fn new_identity(&mut self, index: usize) -> Identity {
        new_identity(index, &mut self.rng)
    }

    /// Brings tracks and slots in line with the last offer.
    fn negotiated(&mut self, index: usize, sources: &[(String, Source)]) {
        let Some(participant) = &mut self.participants[index] else { return };
        let (id, room) = (participant.id, participant.room);
        let Some(live) = participant.live.as_deref_mut() else { return };
        let mut former = std::mem::take(&mut live.tracks);
        for line in live.offered.iter().filter(|line| line.sends) {
            let is_video = line.kind == LineKind::Video;
            let named = sources.iter().find(|(name, _)| *name == line.name).map(|(_, source)| *source);
            let kept = former.iter().position(|track| track.mid == line.mid);
            let kept = kept.map(|at| former.remove(at)).filter(|track| named.is_none_or(|named| named == track.source));
            let source = named.unwrap_or_else(|| default_source(is_video));
            let mut track = kept.unwrap_or_else(|| Track::new(line.mid, source, is_video));
            track.muted = participant.muted.contains(&track.source);
            live.tracks.push(track);
        }
        live.form_slots();
        for track in former {
            self.unpublish(id, &track);
        }
        self.arrange(room);
        self.mark_dirty(index);
        self.update_wake(index);
    }

    /// Decides anew who receives whom, and tells.
    fn arrange(&mut self, room: RoomId) {
        let Some(room) = self.rooms.get(&room).filter(|room| !room.closing) else { return };
        let arranged = room.arrange(&mut self.participants);
        self.stats.limited += arranged.unplaced;
        let mut told = Vec::new();
        for change in arranged.slots {
            if told.contains(&change) {
                continue; // Freed and taken at once: one change for the viewer.
            }
            let Some(participant) = &self.participants[change.viewer] else { continue };
            let Some(live) = participant.live.as_deref() else { continue };
            let Some(slot) = live.slots.get(change.slot) else { continue };
            let name = |line: Option<usize>| line.and_then(|line| live.lines.get(line)).map(|line| line.name.clone());
            self.outputs.push_back(Output::Event(Event::SlotAssigned {
                viewer: participant.id,
                slot: change.slot,
                audio_mid: name(slot.audio),
                video_mid: name(slot.video),
                publisher: slot.occupant.map(|occupant| occupant.id),
            }));
            told.push(change);
        }
        for (publisher, track) in arranged.wanted {
            self.want_keyframe(publisher, track);
        }
    }
}

/// Ends.
impl Sfu {
    /// The peer closed the session: the place is kept for a new offer.
    fn close_session(&mut self, index: usize) {
        self.drop_session(index);
        let Some(participant) = &mut self.participants[index] else { return };
        participant.closed_at = Some(self.now);
        let (id, room) = (participant.id, participant.room);
        self.emit(Event::Disconnected { participant: id });
        self.arrange(room);
        self.update_wake(index);
    }

    /// Says goodbye to a session's peer and frees all it had.
    fn drop_session(&mut self, index: usize) {
        self.release_addresses(index);
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        let Some(mut live) = participant.live.take() else { return };
        live.run.flush(&mut self.outputs);
        if !matches!(live.link, Link::Lost { .. }) {
            live.session.close();
            // A goodbye is a few datagrams; what else the engine has to say is not of interest any more.
            while let Ok(polled) = live.session.poll(self.now) {
                match polled {
                    Polled::Idle(_) => break,
                    Polled::Event(_) => {}
                    Polled::Transmit { transport, local, remote, bytes } => {
                        if Kind::of(&bytes) != Some(Kind::Rtp) {
                            let path = route(&live, Path { transport, local, remote }, &bytes);
                            live.run.push(path, &bytes, &mut self.outputs);
                        }
                    }
                }
            }
            live.run.flush(&mut self.outputs);
        }
        for track in &live.tracks {
            self.unpublish(id, track);
        }
    }

    fn end(&mut self, index: usize, reason: LeftReason) {
        self.drop_session(index);
        let Some(participant) = self.participants[index].take() else { return };
        if let Some(wake) = participant.wake {
            self.wakes.remove(&(wake.at, index));
        }
        self.by_id.remove(&participant.id);
        self.vacant.push(index);
        if let Some(room) = self.rooms.get_mut(&participant.room) {
            room.members.retain(|member| *member != index);
        }
        self.emit(Event::Left { participant: participant.id, reason });
        self.arrange(participant.room);
    }

    /// Nothing of theirs can be trusted, so nothing of theirs is asked.
    fn evict(&mut self, id: ParticipantId) {
        self.said.clear();
        let Some(index) = self.by_id.remove(&id) else {
            self.stats.stale_commands += 1;
            return;
        };
        self.participants[index] = None;
        self.vacant.push(index);
        self.addresses.purge(index);
        self.wakes.retain(|(_, of)| *of != index);
        self.dirty.retain(|of| *of != index);
        let mut rooms = Vec::new();
        for (name, room) in &mut self.rooms {
            let before = room.members.len();
            room.members.retain(|member| *member != index);
            rooms.extend((room.members.len() != before).then_some(*name));
        }
        self.emit(Event::Left { participant: id, reason: LeftReason::Evicted });
        for room in rooms {
            if self.rooms.get(&room).is_some_and(|room| room.closing) {
                self.close_room(room); // It went wrong in there: go on with the rest.
            } else {
                self.arrange(room);
            }
        }
    }

    fn release_addresses(&mut self, index: usize) {
        let live = self.participants[index].as_mut().and_then(|participant| participant.live.as_deref_mut());
        for path in live.map(|live| std::mem::take(&mut live.addresses)).into_iter().flatten() {
            self.addresses.remove(&path, index);
        }
    }

    fn unpublish(&mut self, participant: ParticipantId, track: &Track) {
        if track.ssrc.is_some() {
            self.emit(Event::TrackUnpublished { participant, source: track.source });
        }
    }
}

/// Small things.
impl Sfu {
    fn live_mut(&mut self, index: usize) -> Option<&mut Live> {
        self.participants.get_mut(index)?.as_mut()?.live.as_deref_mut()
    }

    fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn emit_speaking(&mut self, participant: ParticipantId, change: Option<bool>) {
        if let Some(speaking) = change {
            self.emit(Event::Speaking { participant, speaking });
        }
    }

    fn mark_dirty(&mut self, index: usize) {
        if let Some(participant) = &mut self.participants[index]
            && !std::mem::replace(&mut participant.dirty, true)
        {
            self.dirty.push_back(index);
        }
    }

    fn update_wake(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let wake = participant.next_wake(self.config.disconnected_max);
        if participant.wake == wake {
            return;
        }
        if let Some(old) = std::mem::replace(&mut participant.wake, wake) {
            self.wakes.remove(&(old.at, index));
        }
        if let Some(new) = wake {
            self.wakes.insert((new.at, index));
        }
    }
}

impl std::fmt::Debug for Sfu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sfu").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

/// An answer to a check goes back where the check came from, everything else to where the peer was last heard.
fn route(live: &Live, engines: Path, bytes: &[u8]) -> Path {
    match live.route {
        Some(route) if Kind::of(bytes) != Some(Kind::Stun) => route.path,
        Some(_) | None => engines,
    }
}

/// What becomes of a datagram that a session wants to send.
enum Departure {
    Goes,
    /// It is a retransmission.
    GoesAgain,
    Gated,
    /// Consent is lost: nothing but answers to checks leaves.
    Unreachable,
    Limited,
}

fn departure(live: &mut Live, gate: Gate, bytes: &[u8]) -> Departure {
    let kind = Kind::of(bytes);
    if kind != Some(Kind::Stun) && matches!(live.link, Link::Lost { .. }) {
        return Departure::Unreachable;
    }
    if kind != Some(Kind::Rtp) {
        return Departure::Goes;
    }
    if gate == Gate::Shut {
        return Departure::Gated; // Not even what was sent before and is asked for again.
    }
    if FORWARDED_BYTES_MAX < bytes.len() {
        return Departure::Limited;
    }
    let ssrc = bytes.get(8..12).and_then(|ssrc| ssrc.try_into().ok()).map(u32::from_be_bytes);
    if !ssrc.is_some_and(|ssrc| live.sends_repair_on(ssrc)) {
        return Departure::Goes;
    }
    if live.retransmissions.spend(bytes.len()) { Departure::GoesAgain } else { Departure::Limited }
}

fn new_identity(index: usize, rng: &mut ChaCha12Rng) -> Identity {
    let index = u32::try_from(index).expect("there are at most PARTICIPANTS_MAX");
    Identity { ufrag: Ufrag::encode(index, rng), password: random_token(24, rng) } // 144 bits.
}

/// Gives an offer to the engine, and makes of its answer ours: SSRCs and credentials from our dice, slots as streams.
fn accept(live: &mut Live, index: usize, offer: Offer, rng: &mut ChaCha12Rng) -> Result<String, Error> {
    if !offer.agrees(&live.extensions) {
        return Err(Error::Peer("the header extensions differ from an earlier offer's"));
    }
    let answer = live.session.accept(&offer.sdp, &live.identity, &live.peer)?;
    let restarted = live.session.local_ufrag() != live.identity.ufrag;
    if restarted {
        live.identity = new_identity(index, rng);
        live.session.set_identity(&live.identity);
    }
    live.guard.negotiated(offer.declared_ssrcs(), offer.transport_sequence_id());
    let mut ssrcs = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    for line in offer.lines.iter().filter(|line| line.kind != LineKind::Data) {
        if let Some(known) = live.lines.iter().position(|known| known.mid == line.mid) {
            lines.push(live.lines.swap_remove(known));
        } else if let Some((ssrc, repair)) = live.session.sending(line.mid) {
            let new = rng.next_u32() | 1; // Zero means a probe.
            let new_repair = repair.map(|_| new ^ 0x8000_0000);
            live.session.rename_sending(line.mid, ssrc, new, new_repair);
            ssrcs.push((ssrc, new));
            ssrcs.extend(repair.zip(new_repair));
            lines.push(new_line(line.mid, line.name.clone(), line.kind == LineKind::Video, (new, new_repair), rng));
        }
    }
    for line in &mut lines {
        line.delivery = None;
        line.feed = None; // The indices are new; `Room::arrange` ties them again.
    }
    live.queue.clear();
    live.queued_bytes = 0;
    live.lines = lines;
    live.extensions = offer.extensions;
    live.peer = offer.ice;
    live.offered = offer.lines;
    live.form_slots();
    let slot_lines = live.slots.iter().enumerate().flat_map(|(n, slot)| {
        [slot.audio, slot.video].into_iter().flatten().map(move |line| (line, format!("slot{n}")))
    });
    let streams: Vec<(Mid, String)> = slot_lines.map(|(line, stream)| (live.lines[line].mid, stream)).collect();
    let Identity { ufrag, password } = &live.identity;
    let ice = restarted.then_some((ufrag.as_str(), password.as_str()));
    Ok(AnswerEdits { streams: &streams, ssrcs: &ssrcs, ice }.apply(&answer))
}

fn new_line(
    mid: Mid,
    name: String,
    is_video: bool,
    (ssrc, repair_ssrc): (u32, Option<u32>),
    rng: &mut ChaCha12Rng,
) -> Line {
    let rewriter = Rewriter::new(rng.next_u32() as u16);
    Line { mid, name, is_video, ssrc, repair_ssrc, feed: None, rewriter, delivery: None }
}

fn check_sources(offer: &Offer, sources: &[(String, Source)]) -> Result<(), Error> {
    for (name, source) in sources {
        let line = offer.lines.iter().find(|line| line.name == *name);
        let kind = line.ok_or(Error::Misuse("a source names an m-line that the offer does not have"))?.kind;
        let fits = match source {
            Source::Microphone => kind == LineKind::Audio,
            Source::Camera => kind == LineKind::Video,
            Source::Screen => kind != LineKind::Data,
        };
        if !fits {
            return Err(Error::Misuse("a source names an m-line of another kind"));
        }
    }
    Ok(())
}
