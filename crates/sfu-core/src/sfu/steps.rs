//! Datagrams and time: whose they are, and what follows from them.

use std::sync::Arc;
use std::time::Instant;

use super::Sfu;
use crate::demux::{Claim, Kind, Path, Ufrag};
use crate::keyframe;
use crate::limits::{ADDRESSES_MAX, DEADLINE_FLOOR, FORWARDED_BYTES_MAX, SESSION_ADDRESSES_MAX};
use crate::participant::{Link, Live, Participant, Queued};
use crate::track::Viewing;
use crate::transport::{BindingRequest, MediaPacket, MediaPlane, Polled, Received, SessionEvent};
use crate::{Datagram, Event, Gate, LeftReason, Output, Source};

/// Datagrams.
impl Sfu {
    pub(super) fn receive(&mut self, datagram: &Datagram<'_>) {
        let path = Path { transport: datagram.transport, local: datagram.local, remote: datagram.remote };
        let owner = match Kind::of(datagram.bytes) {
            None => None,
            Some(Kind::Stun) => match self.check(&path, datagram.bytes) {
                Some((index, None)) => Some((index, Kind::Stun)),
                Some((index, Some(answer))) => return self.step_former_check(index, path, datagram.bytes, &answer),
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

    /// A path is over: its owner has one address less, and their media goes where they are heard next.
    pub(super) fn forget(&mut self, path: &Path) {
        let Some(index) = self.addresses.owner(path) else { return };
        self.addresses.remove(path, index);
        if let Some(live) = self.live_mut(index) {
            live.forget_address(path);
        }
    }

    /// Whose connectivity check this is, once its integrity is verified; its address is theirs from then on. With the
    /// answer, if it was made with credentials that the engine has forgotten.
    fn check(&mut self, path: &Path, bytes: &[u8]) -> Option<(usize, Option<Vec<u8>>)> {
        let ours = self.config.candidates.contains(&(path.transport, path.local));
        let found = BindingRequest::parse(bytes).filter(|_| ours).and_then(|request| {
            let (local, remote) = request.ufrags()?;
            let index = Ufrag::index(local)?;
            let live = self.participants.get_mut(index)?.as_mut()?.live.as_deref_mut()?;
            if live.identity.ufrag == local {
                let authentic = live.peer.ufrag == remote && request.is_authentic(&live.identity.password);
                live.former = live.former.take().filter(|_| !authentic);
                return Some((index, authentic, None));
            }
            let (identity, peer) = live.former.as_ref().filter(|(identity, _)| identity.ufrag == local)?;
            let authentic = peer.ufrag == remote && request.is_authentic(&identity.password);
            Some((index, authentic, authentic.then(|| request.answer(path.remote, &identity.password))))
        });
        match found {
            None => {
                self.stats.unknown_datagrams += 1;
                None
            }
            Some((_, false, _)) => {
                self.stats.bad_stun += 1;
                None
            }
            Some((index, true, answer)) => {
                let owned = self.own(path, index);
                self.stats.limited += u64::from(!owned);
                owned.then_some((index, answer))
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
    pub(super) fn begin_step(&mut self, index: usize) -> bool {
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
        let is_below_cap = live.guard.is_below_cap(kind, datagram.bytes, self.now);
        if !is_below_cap || !live.guard.admits(kind, datagram.bytes, self.now) {
            participant.stats.dropped_datagrams += 1;
            self.stats.limited += 1;
            self.stats.ingress_limited += u64::from(!is_below_cap);
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
            Received::Other if kind == Kind::Stun => {
                live.heard_check(path, self.now);
                // The engine would wait until the peer nominates a pair again, which Chromium does with its second check.
                if let Link::Lost { .. } = live.link {
                    self.link_up(index);
                }
            }
            Received::Other => {}
            Received::Refused => participant.stats.dropped_datagrams += 1,
        }
        self.drain(index);
    }

    /// The credentials before an ICE restart stay good until those after it are used (RFC 8445, section 9): the answer
    /// that tells the new ones may be late or lost, and the old path may come back meanwhile.
    fn step_former_check(&mut self, index: usize, path: Path, request: &[u8], answer: &[u8]) {
        if !self.begin_step(index) {
            return;
        }
        let Some(participant) = &mut self.participants[index] else { return };
        let Some(live) = participant.live.as_deref_mut() else { return };
        if !live.guard.admits(Kind::Stun, request, self.now) {
            participant.stats.dropped_datagrams += 1;
            self.stats.limited += 1;
            return;
        }
        live.heard_check(path, self.now);
        live.run.push(path, answer, &mut self.outputs);
        if let Link::Lost { .. } = live.link {
            self.link_up(index);
        }
        self.mark_dirty(index);
        self.update_wake(index);
    }

    /// Everything that is due leaves, one participant after the other.
    pub(super) fn flush(&mut self) {
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
        if live.link == Link::Up && live.consent_ends() <= self.now {
            return self.link_lost(index);
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
                } else if !participant.permissions.send_messages {
                    self.stats.forbidden += 1;
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

    /// No valid check has come for too long: nothing but answers to checks leaves until one comes (RFC 7675).
    fn link_lost(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        let Some(live) = participant.live.as_deref_mut() else { return };
        live.link = Link::Lost { since: self.now };
        live.route = None;
        self.release_addresses(index);
        self.emit(Event::Disconnected { participant: id });
        self.mark_dirty(index); // The session's own timers go on.
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
        let former = track.ssrc.replace(packet.ssrc);
        let (is_first, is_another) = (former.is_none(), former.is_some_and(|former| former != packet.ssrc));
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
        if !participant.may_publish(source) {
            self.stats.forbidden += 1;
            return;
        }
        if source == Source::Microphone && !self.hear(index, number, packet.level()) {
            return;
        }
        let Some(live) = self.live_mut(index) else { return };
        let viewers = std::mem::take(&mut live.tracks[number].viewers);
        if is_another {
            self.restart_viewers(&viewers); // Its numbers have nothing to do with those before.
        }
        if is_another || is_first && is_wanted {
            self.want_keyframe(index, number); // At last there is somebody to ask.
        }
        let packet = Arc::new(packet);
        for viewing in &viewers {
            self.enqueue(viewing.viewer, Queued { line: viewing.line, packet: packet.clone(), start, opaque });
        }
        if let Some(live) = self.live_mut(index) {
            live.tracks[number].viewers = viewers;
        }
    }

    /// The next packet of these goes on where the viewer's stream stopped, and what waits is not sent any more.
    pub(super) fn restart_viewers(&mut self, viewers: &[Viewing]) {
        for viewing in viewers {
            let Some(live) = self.live_mut(viewing.viewer) else { continue };
            live.discard_queued(viewing.line);
            if let Some(line) = live.lines.get_mut(viewing.line) {
                line.rewriter.restart();
            }
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

    pub(super) fn want_keyframe(&mut self, publisher: usize, track: usize) {
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

/// An answer to a check goes back where the check came from, everything else to where the peer was last heard.
pub(super) fn route(live: &Live, engines: Path, bytes: &[u8]) -> Path {
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
