//! The oracle: a forwarding unit in which str0m does all of media, with its own SRTP, repairs, reports, transport-wide feedback, estimate and pacing. It has
//! no line of code in common with `sfu-core`, whose commands it obeys.
//!
//! What is left to do for a forwarding unit is here: who is in which slot, which layer the estimate carries, and how the numbers of a stream go on from one
//! layer to another (`feed`). What it leaves out is listed in `oracle.rs`, with the scenarios that need it.

mod feed;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sfu_core::limits::{DATAGRAM_BYTES_MAX, ESTIMATE_INITIAL, MESSAGE_CHANNEL};
use sfu_core::{
    Command, Config, Datagram, Error, Event, Gate, Input, LeftReason, Message, Output, ParticipantId, ParticipantStats,
    RequestId, RoomId, SfuStats, Source, Transmit, Transport, Wake, WakeReason,
};
use sfu_sim::{Client, Server, TICK, beginning};
use str0m::bwe::{Bitrate, BweKind};
use str0m::change::SdpOffer;
use str0m::channel::ChannelId;
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Rids};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::{Candidate, IceConnectionState, Rtc};

use feed::{Feed, Packet};

/// For [`sfu_sim::Scenario::play_on`].
pub(crate) fn oracle(config: Config, _seed: [u8; 32]) -> Box<dyn Server> {
    let (rooms, members) = (BTreeMap::new(), BTreeMap::new());
    Box::new(Oracle {
        config,
        rooms,
        members,
        sessions: 0,
        unknown_datagrams: 0,
        now: beginning(),
        outputs: Vec::new(),
    })
}

struct Oracle {
    config: Config,
    /// Who is in them, in the order they came.
    rooms: BTreeMap<RoomId, Vec<ParticipantId>>,
    members: BTreeMap<ParticipantId, Member>,
    sessions: u64,
    unknown_datagrams: u64,
    now: Instant,
    outputs: Vec<Output>,
}

struct Member {
    room: RoomId,
    gate: Gate,
    muted: BTreeSet<Source>,
    session: Option<Session>,
    /// Since when no check has got through.
    gone_since: Option<Instant>,
}

struct Session {
    number: u64,
    rtc: Rtc,
    wake: Instant,
    channel: Option<ChannelId>,
    estimate: u64,
    divides_at: Instant,
    /// Nobody is in any slot.
    is_idle: bool,
    tracks: Vec<Track>,
    slots: Vec<Slot>,
}

/// A sending m-line of the peer's.
struct Track {
    mid: Mid,
    source: Source,
    /// Lowest first.
    layers: Vec<Layer>,
}

struct Layer {
    rid: Option<Rid>,
    came: VecDeque<(Instant, usize)>,
    asked_at: Option<Instant>,
}

/// A receiving audio line of the peer's and the video line beside it.
struct Slot {
    sound: Line,
    picture: Line,
    occupant: Option<Occupant>,
}

struct Line {
    mid: Mid,
    payload_type: Pt,
    feed: Feed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Occupant {
    publisher: ParticipantId,
    session: u64,
    shows: Source,
}

/// What a peer can be sent again, as much as a page keeps.
const REPAIR_PACKETS_MAX: usize = 1_024;
const REPAIR_AGE_MAX: Duration = Duration::from_secs(3);
/// A layer's rate is that of so long.
const RATE_WINDOW: Duration = Duration::from_secs(2);
/// How often a keyframe of one layer is asked for at most.
const KEYFRAMES_EVERY: Duration = Duration::from_millis(300);
/// How often a viewer's estimate is divided.
const DIVIDES_EVERY: Duration = Duration::from_millis(200);
/// What a higher layer must leave free of the estimate before it is switched to, in percent.
const SPARE_PERCENT: u64 = 10;
/// How often str0m may ask for the same instant: it gives one paced packet for each time.
const TURNS_MAX: usize = 4_096;

impl Server for Oracle {
    fn handle(&mut self, input: Input<'_>, now: Instant) -> Vec<Output> {
        self.now = now;
        match input {
            Input::Datagram(datagram) => self.receive(&datagram),
            Input::Timeout => self.let_time_pass(),
            Input::Command(command) => self.obey(command),
            Input::Closed { .. } => {} // The world's TCP connections stay.
        }
        std::mem::take(&mut self.outputs)
    }

    fn next_wake(&self) -> Option<Wake> {
        let due = |member: &Member| {
            let gone = member.gone_since.map(|since| since + self.config.disconnected_max);
            member.session.as_ref().map(|session| session.wake).into_iter().chain(gone).min()
        };
        let at = self.members.values().filter_map(due).min()?;
        Some(Wake { at, why: WakeReason::Session })
    }

    fn stats(&self) -> SfuStats {
        let (rooms, participants) = (self.rooms.len() as u64, self.members.len() as u64);
        SfuStats { rooms, participants, unknown_datagrams: self.unknown_datagrams, ..SfuStats::default() }
    }
}

/// Time and datagrams.
impl Oracle {
    fn receive(&mut self, datagram: &Datagram<'_>) {
        let protocol = match datagram.transport {
            Transport::Udp => Protocol::Udp,
            Transport::Tcp => Protocol::Tcp,
        };
        let Ok(received) = Receive::new(protocol, datagram.remote, datagram.local, datagram.bytes) else { return };
        let input = str0m::Input::Receive(self.now, received);
        let accepts = |member: &Member| member.session.as_ref().is_some_and(|session| session.rtc.accepts(&input));
        let Some(id) = self.members.iter().find(|(_, member)| accepts(member)).map(|(id, _)| *id) else {
            self.unknown_datagrams += 1;
            return;
        };
        if let Some(session) = self.session(id) {
            let _ = session.rtc.handle_input(input); // Whether the session is over shows in `drain`.
            self.drain(id);
        }
    }

    fn let_time_pass(&mut self) {
        let (now, gone_max) = (self.now, self.config.disconnected_max);
        for id in self.members.keys().copied().collect::<Vec<_>>() {
            for _ in 0..TURNS_MAX {
                let Some(session) = self.session(id).filter(|session| session.wake <= now) else { break };
                let _ = session.rtc.handle_input(str0m::Input::Timeout(now));
                if !self.drain(id) {
                    break;
                }
            }
            if let Some(session) = self.session(id) {
                session.wake = session.wake.max(now + TICK);
            }
            let Some(member) = self.members.get(&id) else { continue };
            if member.gone_since.is_some_and(|since| since + gone_max <= now) {
                let reason = if member.session.is_some() { LeftReason::Timeout } else { LeftReason::Closed };
                self.end(id, reason);
            }
        }
    }

    /// Takes what a session has to send and to say. Whether it sent anything.
    fn drain(&mut self, id: ParticipantId) -> bool {
        let (mut events, mut has_sent) = (Vec::new(), false);
        let Some(session) = self.members.get_mut(&id).and_then(|member| member.session.as_mut()) else { return false };
        let is_over = loop {
            match session.rtc.poll_output() {
                Ok(str0m::Output::Timeout(at)) => {
                    session.wake = at;
                    break !session.rtc.is_alive();
                }
                Ok(str0m::Output::Transmit(transmit)) => {
                    has_sent = true;
                    let transport = if transmit.proto == Protocol::Udp { Transport::Udp } else { Transport::Tcp };
                    self.outputs.push(Output::Transmit(Transmit {
                        transport,
                        local: transmit.source,
                        remote: transmit.destination,
                        segment_size: transmit.contents.len(),
                        bytes: transmit.contents.to_vec().into(),
                    }));
                }
                Ok(str0m::Output::Event(event)) => events.push(event),
                Err(_) => break true,
            }
        };
        for event in events {
            self.notice(id, event);
        }
        if is_over {
            self.close(id);
        }
        has_sent
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's enum: the rest is about what is not used here")]
    fn notice(&mut self, id: ParticipantId, event: str0m::Event) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&id) else { return };
        let Some(session) = &mut member.session else { return };
        match event {
            str0m::Event::Connected => {
                member.gone_since = None;
                self.outputs.push(Output::Event(Event::Connected { participant: id }));
            }
            str0m::Event::IceConnectionStateChange(IceConnectionState::Disconnected) => member.gone_since = Some(now),
            str0m::Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed) => {
                member.gone_since = None;
            }
            str0m::Event::ChannelOpen(channel, label) if label == MESSAGE_CHANNEL => session.channel = Some(channel),
            str0m::Event::ChannelData(data) if member.gate == Gate::Open => {
                let message = Message::Binary(data.data.into());
                self.outputs.push(Output::Event(Event::Message { participant: id, message }));
            }
            str0m::Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                session.estimate = estimate.as_u64();
                self.divide(id);
            }
            str0m::Event::RtpPacket(packet) if !packet.payload.is_empty() => {
                let Some(mid) = session.rtc.direct_api().stream_rx(&packet.header.ssrc).map(|stream| stream.mid())
                else {
                    return;
                };
                let rid = session.rtc.direct_api().stream_rx(&packet.header.ssrc).and_then(|stream| stream.rid());
                self.forward(id, mid, rid, packet);
            }
            str0m::Event::KeyframeRequest(request) => self.pass_request_on(id, request.mid),
            str0m::Event::Closed => self.close(id),
            _ => {}
        }
    }

    fn forward(&mut self, id: ParticipantId, mid: Mid, rid: Option<Rid>, packet: str0m::rtp::RtpPacket) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&id) else { return };
        let (room, gate) = (member.room, member.gate);
        let Some(session) = &mut member.session else { return };
        let number = session.number;
        let Some(track) = session.tracks.iter_mut().find(|track| track.mid == mid) else { return };
        let Some(layer) = track.layers.iter().position(|layer| layer.rid == rid) else { return };
        track.layers[layer].count(packet.payload.len(), now);
        let source = track.source;
        if gate == Gate::Shut || member.muted.contains(&source) {
            return;
        }
        let is_sound = source == Source::Microphone;
        let shows = if is_sound { Source::Camera } else { source };
        let occupant = Some(Occupant { publisher: id, session: number, shows });
        let packet = Packet::new(packet, !is_sound);
        let mut wants_keyframe = false;
        for viewer in self.rooms[&room].clone() {
            let Some(session) = self.session(viewer) else { continue };
            let Some(slot) = session.slots.iter_mut().find(|slot| slot.occupant == occupant) else { continue };
            let line = if is_sound { &mut slot.sound } else { &mut slot.picture };
            let writes = line.feed.take(layer, &packet, line.payload_type, now);
            wants_keyframe |= line.feed.layer() != Some(layer) && line.feed.target() == layer;
            if let Some(stream) = session.rtc.direct_api().stream_tx_by_mid(line.mid, None) {
                session.wake = if writes.is_empty() { session.wake } else { now };
                writes.into_iter().for_each(|write| stream.write_rtp(write));
            }
            if session.divides_at <= now {
                self.divide(viewer);
            }
        }
        if wants_keyframe {
            self.ask_for_keyframe(id, source, layer);
        }
    }

    fn pass_request_on(&mut self, viewer: ParticipantId, mid: Mid) {
        let Some(session) = self.session(viewer) else { return };
        let Some(slot) = session.slots.iter().find(|slot| slot.picture.mid == mid) else { return };
        let Some(occupant) = slot.occupant else { return };
        let layer = slot.picture.feed.layer().unwrap_or(slot.picture.feed.target());
        self.ask_for_keyframe(occupant.publisher, occupant.shows, layer);
    }

    fn ask_for_keyframe(&mut self, publisher: ParticipantId, source: Source, layer: usize) {
        let now = self.now;
        let Some(session) = self.session(publisher) else { return };
        let Some(track) = session.tracks.iter_mut().find(|track| track.source == source) else { return };
        let (mid, layer) = (track.mid, &mut track.layers[layer]);
        let mut api = session.rtc.direct_api();
        let Some(stream) = api.stream_rx_by_mid(mid, layer.rid) else { return };
        if layer.asked_at.is_none_or(|at| at + KEYFRAMES_EVERY <= now) {
            layer.asked_at = Some(now);
            stream.request_keyframe(KeyframeRequestKind::Pli);
            session.wake = now;
        }
    }

    /// Gives each line of a viewer the highest layer that the estimate carries: screens first, then everybody one step at a time.
    fn divide(&mut self, viewer: ParticipantId) {
        let now = self.now;
        let Some(session) = self.session(viewer) else { return };
        session.divides_at = now + DIVIDES_EVERY;
        let estimate = session.estimate;
        let occupants: Vec<Option<Occupant>> = session.slots.iter().map(|slot| slot.occupant).collect();
        let aims: Vec<usize> = session.slots.iter().map(|slot| slot.picture.feed.target()).collect();
        let sounds: u64 = occupants.iter().flatten().flat_map(|of| self.rates(of.publisher, Source::Microphone)).sum();
        let rates: Vec<Vec<u64>> = occupants
            .iter()
            .map(|occupant| occupant.map_or(Vec::new(), |occupant| self.rates(occupant.publisher, occupant.shows)))
            .collect();
        let mut chosen = vec![0; rates.len()];
        let mut spent: u64 = sounds + rates.iter().filter_map(|layers| layers.first()).sum::<u64>();
        let desired = sounds + rates.iter().filter_map(|layers| layers.iter().max()).sum::<u64>();
        for shows in [Source::Screen, Source::Camera] {
            let mut has_raised = true;
            while std::mem::take(&mut has_raised) {
                let lines = (0..rates.len()).filter(|line| occupants[*line].is_some_and(|of| of.shows == shows));
                for line in lines.collect::<Vec<_>>() {
                    let (at, next) = (chosen[line], chosen[line] + 1);
                    let Some(cost) = rates[line].get(next).filter(|rate| **rate > 0) else { continue };
                    let would = spent - rates[line][at] + cost;
                    let spare = if next <= aims[line] { 0 } else { SPARE_PERCENT };
                    if would * (100 + spare) <= estimate * 100 {
                        (chosen[line], spent, has_raised) = (next, would, true);
                    }
                }
            }
        }
        let Some(session) = self.session(viewer) else { return };
        for (slot, layer) in session.slots.iter_mut().zip(chosen) {
            slot.picture.feed.aim(layer);
        }
        session.rtc.bwe().set_bitrate(Bitrate::ZERO, Bitrate::from(desired * (100 + SPARE_PERCENT) / 100));
        session.wake = now;
    }

    /// What each layer takes, in bits per second.
    fn rates(&self, publisher: ParticipantId, source: Source) -> Vec<u64> {
        let session = self.members.get(&publisher).and_then(|member| member.session.as_ref());
        let track = session.and_then(|session| session.tracks.iter().find(|track| track.source == source));
        track.map_or(Vec::new(), |track| track.layers.iter().map(|layer| layer.rate(self.now)).collect())
    }

    fn session(&mut self, id: ParticipantId) -> Option<&mut Session> {
        self.members.get_mut(&id)?.session.as_mut()
    }
}

/// Commands, comings and goings.
impl Oracle {
    fn obey(&mut self, command: Command) {
        match command {
            Command::OpenRoom { room } => {
                self.rooms.insert(room, Vec::new());
            }
            Command::CloseRoom { room } => {
                for id in self.rooms.get(&room).cloned().unwrap_or_default() {
                    self.end(id, LeftReason::Asked);
                }
                self.rooms.remove(&room);
            }
            Command::Join { room, participant, gate, .. } => {
                self.rooms.entry(room).or_default().push(participant);
                let member = Member { room, gate, muted: BTreeSet::new(), session: None, gone_since: None };
                self.members.insert(participant, member);
            }
            Command::Offer { request, participant, sdp, sources } => self.answer(request, participant, &sdp, &sources),
            Command::SetGate { participant, gate } => {
                if let Some(member) = self.members.get_mut(&participant) {
                    member.gate = gate;
                    self.arrange(participant);
                }
            }
            Command::SetMuted { participant, source, muted } => {
                let Some(member) = self.members.get_mut(&participant) else { return };
                let has_changed = if muted { member.muted.insert(source) } else { member.muted.remove(&source) };
                if has_changed {
                    self.restart(participant, source);
                }
            }
            Command::Send { participant, message } => {
                let is_open = self.members.get(&participant).is_some_and(|member| member.gate == Gate::Open);
                let now = self.now;
                let Some(session) = self.session(participant).filter(|_| is_open) else { return };
                let (is_binary, bytes) = match &message {
                    Message::Text(text) => (false, text.as_bytes()),
                    Message::Binary(bytes) => (true, &bytes[..]),
                };
                if let Some(mut channel) = session.channel.and_then(|channel| session.rtc.channel(channel)) {
                    let _ = channel.write(is_binary, bytes); // Dropped if there is no room for it.
                }
                session.wake = now;
            }
            Command::ReportStats { participant } => {
                let estimate = self.session(participant).map_or(0, |session| session.estimate);
                let stats = ParticipantStats { estimate, ..ParticipantStats::default() };
                let (tracks, subscriptions) = (Vec::new(), Vec::new());
                self.outputs.push(Output::Event(Event::Stats { participant, stats, tracks, subscriptions }));
            }
            Command::Leave { participant } | Command::Evict { participant } => {
                self.end(participant, LeftReason::Asked);
            }
            Command::SetRoomPolicy { .. }
            | Command::SetPermissions { .. }
            | Command::SetView { .. }
            | Command::SetIngressLimit { .. }
            | Command::SetPinned { .. }
            | Command::SetRoomMetadata { .. }
            | Command::SetMetadata { .. }
            | Command::ShedLoad(_)
            | Command::SkipPictures(_) => {} // What it leaves out.
        }
    }

    /// Every offer is a new peer connection: pages of the simulator never negotiate again.
    fn answer(&mut self, request: RequestId, id: ParticipantId, sdp: &str, sources: &[(String, Source)]) {
        let now = self.now;
        self.sessions += 1;
        let made = Session::new(self.sessions, &self.config, sdp, sources, now);
        let Some(member) = self.members.get_mut(&id) else { return };
        match made {
            Ok((session, answer)) => {
                (member.session, member.gone_since) = (Some(session), Some(now));
                self.outputs.push(Output::Event(Event::Answer { request, participant: id, sdp: answer.into() }));
                self.arrange(id);
            }
            Err(_) => {
                let error = Error::Peer("str0m does not take the offer");
                self.outputs.push(Output::Event(Event::Refused { request, participant: id, error }));
            }
        }
    }

    /// The peer said goodbye, or str0m gave up: the place is kept for a new offer.
    fn close(&mut self, id: ParticipantId) {
        let Some(member) = self.members.get_mut(&id) else { return };
        if member.session.take().is_some() {
            member.gone_since = Some(self.now);
            self.outputs.push(Output::Event(Event::Disconnected { participant: id }));
            self.arrange(id);
        }
    }

    fn end(&mut self, id: ParticipantId, reason: LeftReason) {
        if let Some(session) = self.session(id) {
            let _ = session.rtc.close();
            self.drain(id); // The goodbye.
        }
        let Some(member) = self.members.get(&id) else { return };
        let room = member.room;
        if let Some(members) = self.rooms.get_mut(&room) {
            members.retain(|member| *member != id);
        }
        self.members.remove(&id);
        self.outputs.push(Output::Event(Event::Left { participant: id, reason }));
        self.arrange_room(room);
    }

    fn arrange(&mut self, of: ParticipantId) {
        if let Some(member) = self.members.get(&of) {
            self.arrange_room(member.room);
        }
    }

    /// Who stays keeps the slot, who is new gets the first free one, and screens the last.
    fn arrange_room(&mut self, room: RoomId) {
        let Some(ids) = self.rooms.get(&room).cloned() else { return };
        let mut all = Vec::new();
        for id in &ids {
            let Some(session) = self.members[id].session.as_ref().filter(|_| self.members[id].gate == Gate::Open)
            else {
                continue;
            };
            for shows in [Source::Camera, Source::Screen] {
                if shows == Source::Camera || session.tracks.iter().any(|track| track.source == shows) {
                    all.push(Occupant { publisher: *id, session: session.number, shows });
                }
            }
        }
        for viewer in ids {
            let Some(member) = self.members.get_mut(&viewer) else { continue };
            let Some(session) = &mut member.session else { continue };
            let others = || all.iter().filter(|occupant| member.gate == Gate::Open && occupant.publisher != viewer);
            let before: Vec<Option<Occupant>> = session.slots.iter().map(|slot| slot.occupant).collect();
            for slot in &mut session.slots {
                slot.occupant = slot.occupant.filter(|occupant| others().any(|other| other == occupant));
            }
            for occupant in others() {
                let mut free = session.slots.iter_mut().filter(|slot| slot.occupant.is_none());
                let is_placed = before.contains(&Some(*occupant));
                let slot = if occupant.shows == Source::Screen { free.next_back() } else { free.next() };
                if let Some(slot) = slot.filter(|_| !is_placed) {
                    slot.occupant = Some(*occupant);
                }
            }
            for (number, (slot, before)) in session.slots.iter_mut().zip(before).enumerate() {
                if slot.occupant == before {
                    continue;
                }
                for line in [&mut slot.sound, &mut slot.picture] {
                    line.feed.restart();
                    line.feed.aim(0);
                }
                self.outputs.push(Output::Event(Event::SlotAssigned {
                    viewer,
                    slot: number,
                    audio_mid: Some(slot.sound.mid.to_string()),
                    video_mid: Some(slot.picture.mid.to_string()),
                    publisher: slot.occupant.map(|occupant| occupant.publisher),
                    source: slot.occupant.map(|occupant| occupant.shows),
                }));
            }
            let is_idle = session.slots.iter().all(|slot| slot.occupant.is_none());
            let initial = if is_idle { Bitrate::ZERO } else { Bitrate::from(ESTIMATE_INITIAL) };
            if is_idle != session.is_idle {
                session.rtc.bwe().reset(initial); // Nothing is sent to measure with where nothing may be sent.
                session.is_idle = is_idle;
            }
            session.wake = self.now;
        }
    }

    /// A source falls silent, or begins anew.
    fn restart(&mut self, publisher: ParticipantId, source: Source) {
        let is_sound = source == Source::Microphone;
        let shows = if is_sound { Source::Camera } else { source };
        let sessions = self.members.values_mut().filter_map(|member| member.session.as_mut());
        for slot in sessions.flat_map(|session| &mut session.slots) {
            if slot.occupant.is_some_and(|occupant| (occupant.publisher, occupant.shows) == (publisher, shows)) {
                let line = if is_sound { &mut slot.sound } else { &mut slot.picture };
                line.feed.restart();
            }
        }
    }
}

impl Session {
    fn new(
        number: u64,
        config: &Config,
        sdp: &str,
        sources: &[(String, Source)],
        now: Instant,
    ) -> Result<(Self, String), String> {
        let mut rtc = Rtc::builder()
            .set_crypto_provider(Arc::new(Client::crypto()))
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .set_mtu(DATAGRAM_BYTES_MAX - 2..=DATAGRAM_BYTES_MAX)
            .enable_bwe(Some(Bitrate::from(ESTIMATE_INITIAL)))
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        for (transport, address) in &config.candidates {
            let candidate = match transport {
                Transport::Udp => Candidate::builder().udp().host(*address).build(),
                Transport::Tcp => Candidate::builder().tcp().host(*address).tcptype(TcpType::Passive).build(),
            };
            rtc.add_local_candidate(candidate.map_err(|error| error.to_string())?);
        }
        let offer = SdpOffer::from_sdp_string(sdp).map_err(|error| error.to_string())?;
        let answer = rtc.sdp_api().accept_offer(offer).map_err(|error| error.to_string())?.to_sdp_string();
        let mids = sdp.lines().filter_map(|line| line.strip_prefix("a=mid:"));
        let (mut tracks, mut sounds, mut pictures) = (Vec::new(), Vec::new(), Vec::new());
        for name in mids {
            let mid = Mid::from(name);
            let Some(media) = rtc.media(mid) else { continue };
            if let Some((_, source)) = sources.iter().find(|(mid, _)| mid == name) {
                let rids = match media.rids_rx() {
                    Rids::Specific(rids) => rids.iter().map(|rid| Some(*rid)).collect(),
                    Rids::None | Rids::Any => vec![None],
                };
                let layer = |rid| Layer { rid, came: VecDeque::new(), asked_at: None };
                tracks.push(Track { mid, source: *source, layers: rids.into_iter().map(layer).collect() });
                continue;
            }
            let (lines, codec, clock_rate) = match media.kind() {
                MediaKind::Audio => (&mut sounds, Codec::Opus, 48_000),
                MediaKind::Video => (&mut pictures, Codec::Vp8, 90_000),
            };
            let agreed = rtc.codec_config().iter().filter(|params| media.remote_pts().contains(&params.pt()));
            let mut agreed = agreed.filter(|params| params.spec().codec == codec);
            let payload_type = agreed.next().ok_or("no common codec")?.pt();
            lines.push(Line { mid, payload_type, feed: Feed::new(clock_rate) });
        }
        for line in &pictures {
            if let Some(stream) = rtc.direct_api().stream_tx_by_mid(line.mid, None) {
                stream.set_rtx_cache(REPAIR_PACKETS_MAX, REPAIR_AGE_MAX, None);
            }
        }
        let slots = sounds.into_iter().zip(pictures);
        let slots = slots.map(|(sound, picture)| Slot { sound, picture, occupant: None }).collect();
        let estimate = ESTIMATE_INITIAL;
        let session =
            Self { number, rtc, wake: now, channel: None, estimate, divides_at: now, is_idle: false, tracks, slots };
        Ok((session, answer))
    }
}

impl Layer {
    fn count(&mut self, bytes: usize, now: Instant) {
        self.came.push_back((now, bytes));
        while self.came.front().is_some_and(|(at, _)| *at + RATE_WINDOW < now) {
            self.came.pop_front();
        }
    }

    /// In bits per second.
    fn rate(&self, now: Instant) -> u64 {
        let bytes: usize = self.came.iter().map(|(_, bytes)| bytes).sum();
        let since = self.came.front().map_or(RATE_WINDOW, |(at, _)| now.saturating_duration_since(*at));
        let window = u64::try_from(since.as_millis()).unwrap_or(u64::MAX).max(500);
        bytes as u64 * 8 * 1_000 / window
    }
}
