//! Datagrams and time: whose they are, and what follows from them.

use std::time::Instant;

use super::Sfu;
use crate::demux::{Claim, Kind, Path, Ufrag};
use crate::keyframe::Start;
use crate::limits::{ADDRESSES_MAX, PAYLOAD_BYTES_MAX, SESSION_ADDRESSES_MAX};
use crate::outbox::Run;
use crate::participant::{Link, Live};
use crate::plane::{MediaPacket, PlaneEvent, Unusable};
use crate::queue::Queued;
use crate::subscription::{Arrived, Selected};
use crate::track::Viewing;
use crate::transport::{BindingRequest, Polled, Received, SessionEvent};
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
        if self.skips_pictures && kind == Kind::Rtp && self.is_picture(index, datagram.bytes) {
            self.stats.skipped_packets += 1;
            return;
        }
        self.step_datagram(index, kind, datagram);
    }

    /// By what stays readable, before any work is done for it.
    fn is_picture(&self, index: usize, packet: &[u8]) -> bool {
        let live = self.participants.get(index).and_then(Option::as_ref).and_then(|owner| owner.live.as_deref());
        live.is_some_and(|live| live.session.plane.is_picture(packet))
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
        if matches!(kind, Kind::Rtp | Kind::Dtls) {
            live.active_at = self.now;
        }
        let path = Path { transport: datagram.transport, local: datagram.local, remote: datagram.remote };
        if kind == Kind::Dtls {
            live.heard_handshake(path, self.now);
        }
        if kind == Kind::Rtp {
            return self.step_media(index, path, datagram.bytes);
        }
        live.session.plane.gate(participant.gate == Gate::Open && live.is_reachable(self.now));
        match live.session.receive(kind, datagram, self.now) {
            Received::Authentic => {
                live.heard_media(path, self.now);
            }
            Received::Other if kind == Kind::Stun => {
                live.heard_check(path, self.now);
                // The engine would wait until the peer nominates a pair again, which Chromium does with its second check.
                if let Link::Lost { .. } = live.link {
                    self.link_up(index);
                }
            }
            Received::Other => {}
            Received::Uncertified => return self.end(index, LeftReason::Certificate),
            Received::Refused => participant.stats.dropped_datagrams += 1,
        }
        if kind == Kind::Rtcp && self.live_mut(index).is_some_and(|live| live.waits()) {
            self.mark_dirty(index); // There may be room now.
        }
        self.drain(index);
    }

    /// An SRTP packet goes into the queues of its viewers. The engine has no part in it, so that there is nothing to drain.
    fn step_media(&mut self, index: usize, path: Path, bytes: &[u8]) {
        let Some(participant) = &mut self.participants[index] else { return };
        let Some(live) = participant.live.as_deref_mut() else { return };
        match live.session.plane.receive_rtp(bytes, &mut self.shelf.spare, self.now) {
            Ok(packet) => {
                live.heard_media(path, self.now);
                live.guard.opened(bytes);
                if !std::mem::replace(&mut participant.is_rescheduled, true) {
                    self.rescheduled.push(index);
                }
                if let Some(packet) = packet {
                    self.forward(index, packet);
                }
            }
            Err(Unusable::Early) => {} // The first packets may overtake the end of the handshake.
            Err(Unusable::Refused) => participant.stats.dropped_datagrams += 1,
        }
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
        while let Some(index) = self.rescheduled.pop() {
            let Some(participant) = &mut self.participants[index] else { continue };
            participant.is_rescheduled = false;
            if let Some(live) = participant.live.as_deref_mut() {
                live.reschedule(self.now);
                self.update_wake(index);
            }
        }
        while let Some((_, index)) = self.wakes.first().filter(|(at, _)| *at <= self.now) {
            self.wakes.set(index, None);
            if let Some(participant) = &mut self.participants[index] {
                participant.wake = None;
            }
            self.mark_dirty(index);
        }
        self.outbox.rewind();
        while let Some(index) = self.dirty.pop_front() {
            self.step_timeout(index);
        }
        self.shelf.forget(self.now);
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
        if live.bandwidth.allocate_at.is_some_and(|at| at <= self.now) {
            self.allocate(index);
        }
        self.expire_layers(index);
        let Some(participant) = &mut self.participants[index] else { return };
        let Some(live) = participant.live.as_deref_mut() else { return };
        live.session.plane.lend(std::mem::take(&mut self.outbox));
        let round_trip = live.session.plane.round_trip(self.now).unwrap_or_default();
        for layer in live.tracks.iter_mut().flat_map(|track| &mut track.layers) {
            if let Some(ssrc) = layer.heard.filter(|_| layer.keyframe.take(layer.opaque, round_trip, self.now)) {
                live.session.plane.request_keyframe(ssrc);
                participant.stats.keyframe_requests += 1;
            }
        }
        live.session.plane.gate(participant.gate == Gate::Open && live.is_reachable(self.now));
        let is_over = live.session.tick(self.now).is_err();
        let written = live.write_queued(self.now);
        live.session.plane.pad(self.now);
        // What is sealed goes to where the peer was last heard, unless nothing may.
        let path = live.route.filter(|_| live.link == Link::Up).map(|route| route.path);
        self.outbox = live.session.plane.outgoing();
        self.outbox.leave(path, &mut self.outputs);
        if is_over {
            return self.end(index, LeftReason::Fault);
        }
        participant.stats.forwarded_packets += written.packets;
        participant.stats.forwarded_bytes += written.bytes;
        self.stats.forwarded_packets += written.packets;
        self.stats.not_negotiated += written.not_negotiated;
        self.stats.limited += written.stalled;
        let mut waiting = written.waiting;
        self.drain(index);
        if let Some(live) = self.live_mut(index) {
            let mut run = std::mem::take(&mut live.run);
            run.flush(&mut self.outputs);
        }
        while waiting != 0 {
            self.want_keyframe_for(index, waiting.trailing_zeros() as usize);
            waiting &= waiting - 1;
        }
    }

    /// Takes all that a session has to say, then acts on it. The engine must be emptied after each input.
    fn drain(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let Some(live) = participant.live.as_deref_mut() else { return };
        self.said.clear(); // What a panic may have left is not this session's.
        self.heard.clear();
        let failed = loop {
            match live.session.poll() {
                Ok(Polled::Idle) => {
                    live.reschedule(self.now);
                    break false;
                }
                Ok(Polled::Event(event)) => self.said.push(event),
                Ok(Polled::Transmit { transport, local, remote, bytes }) => {
                    let path = route(live, Path { transport, local, remote }, &bytes);
                    if !matches!(live.link, Link::Lost { .. }) || Kind::of(&bytes) == Some(Kind::Stun) {
                        live.run.push(path, &bytes, &mut self.outputs);
                    }
                }
                Err(_) => break true,
            }
        };
        if failed {
            return self.end(index, LeftReason::Fault);
        }
        let counted = live.session.plane.take_stats();
        participant.stats.retransmitted_packets += counted.repairs;
        participant.stats.padding_packets += counted.padding;
        participant.stats.gated_packets += counted.gated;
        self.stats.gated_packets += counted.gated;
        self.stats.limited += counted.limited;
        let (mut said, mut heard) = (std::mem::take(&mut self.said), std::mem::take(&mut self.heard));
        let Some(live) = self.live_mut(index) else { return };
        live.session.plane.take_events(&mut heard);
        if !live.run.is_empty() {
            self.mark_dirty(index);
        }
        for event in said.drain(..) {
            self.on_session_event(index, event);
        }
        for event in heard.drain(..) {
            self.on_plane_event(index, event);
        }
        (self.said, self.heard) = (said, heard); // They keep their memory for the next step.
        self.update_wake(index);
    }

    fn on_session_event(&mut self, index: usize, event: SessionEvent) {
        let Some(participant) = &mut self.participants[index] else { return };
        let (id, gate) = (participant.id, participant.gate);
        let Some(live) = participant.live.as_deref_mut() else { return };
        match event {
            SessionEvent::Connected => self.link_up(index),
            SessionEvent::ChannelOpened => self.emit(Event::ChannelOpened { participant: id }),
            SessionEvent::Message(message) => {
                if gate == Gate::Shut {
                    participant.stats.gated_packets += 1;
                    self.stats.gated_packets += 1;
                } else if !participant.permissions.send_messages {
                    self.stats.forbidden += 1;
                } else if live.guard.charges_message(self.now) {
                    self.emit(Event::Message { participant: id, message });
                } else {
                    self.stats.limited += 1;
                    self.end(index, LeftReason::Fault);
                }
            }
            SessionEvent::Rejected => self.stats.limited += 1,
            SessionEvent::Closed => self.close_session(index),
        }
    }

    fn on_plane_event(&mut self, index: usize, event: PlaneEvent) {
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        let Some(live) = participant.live.as_deref_mut() else { return };
        match event {
            PlaneEvent::Estimate(estimate) => self.estimated(index, estimate),
            PlaneEvent::Back => live.refresh(self.now), // What has been cut for want of feedback may come back at once.
            PlaneEvent::Silent(mid) => {
                if let Some(track) = live.track(mid) {
                    let change = live.tracks[track].loudness.silenced();
                    self.emit_speaking(id, change);
                }
            }
            PlaneEvent::KeyframeWanted { ssrc } => {
                // One may be on its way: a large one takes long, and the peer may ask again meanwhile.
                let arrives = live.session.plane.repair_takes();
                let line = live.line_of(ssrc).filter(|line| !live.lines[*line].sends_keyframe(arrives, self.now));
                if let Some(line) = line {
                    self.want_keyframe_for(index, line);
                }
            }
        }
    }

    /// ICE and DTLS are up, for the first time or again: what the viewer missed is over, so each stream starts anew.
    fn link_up(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        let Some(live) = participant.live.as_deref_mut() else { return };
        if let Link::Lost { .. } = std::mem::replace(&mut live.link, Link::Up) {
            live.session.plane.moved(self.now); // Perhaps it is another network.
        }
        live.refresh(self.now);
        live.restart_lines();
        let lines = live.lines.len();
        self.emit(Event::Connected { participant: id });
        for line in 0..lines {
            self.want_keyframe_for(index, line);
        }
    }

    /// No valid check has come for too long: nothing but answers to checks leaves until one comes (RFC 7675).
    fn link_lost(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        let Some(live) = participant.live.as_deref_mut() else { return };
        live.link = Link::Lost { since: self.now };
        live.route = None;
        live.restart_lines();
        live.run = Run::default(); // What is sealed has no consent any more.
        self.release_addresses(index);
        self.emit(Event::Disconnected { participant: id });
        self.mark_dirty(index); // The session's own timers go on.
    }

    /// One media packet of a publisher goes into the queue of each viewer.
    fn forward(&mut self, index: usize, mut packet: MediaPacket) {
        let Some(participant) = &mut self.participants[index] else { return };
        participant.stats.received_packets += 1;
        participant.stats.received_bytes += packet.payload.len() as u64;
        self.stats.received_packets += 1;
        let (id, gate) = (participant.id, participant.gate);
        let Some(live) = participant.live.as_deref_mut() else { return };
        let Some(number) = live.track(packet.mid) else { return };
        let track = &mut live.tracks[number];
        let Some(layer) = track.layer_of(&packet) else { return };
        let is_first = !track.is_published();
        if PAYLOAD_BYTES_MAX < packet.payload.len() {
            self.stats.limited += 1; // Nobody could be sent it.
            return;
        }
        if track.layers[layer].describe(&mut packet).is_err() {
            participant.stats.dropped_datagrams += 1;
            return self.want_keyframes(index, number, 1 << layer);
        }
        let was_silent = !is_first && !track.layers[layer].arrives(self.now);
        let arrival = track.saw(layer, &packet, self.now);
        let source = track.source;
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
        let track = &mut live.tracks[number];
        let (ranking, opaque) = (track.ranking, track.layers[layer].opaque);
        let arrived = Arrived { start: packet.frame.start, is_newest: arrival.is_newest, opaque };
        let viewers = std::mem::take(&mut track.viewers);
        let packet = self.shelf.share(packet, self.now);
        // After a silence the sender may go on with frames that refer to what got lost.
        let refers = was_silent && packet.frame.start != Start::Keyframe;
        let mut asks = if refers && !viewers.is_empty() { 1u8 << layer } else { 0 };
        for viewing in &viewers {
            let Some(live) = self.participants.get_mut(viewing.viewer).and_then(Option::as_mut) else { continue };
            let Some(live) = live.admitted_mut().filter(|live| live.link == Link::Up) else { continue };
            if arrival.is_another_stream && live.lines[viewing.line].showing() == Some(layer) {
                live.restart_line(viewing.line); // Its numbers have nothing to do with those before.
            }
            if arrived.start == Start::Keyframe && arrived.is_newest {
                live.lines[viewing.line].catch_up(layer, packet.timestamp, self.now);
            }
            let waits = live.bandwidth.allocates_soon(self.now);
            let selected = match live.stalled & 1 << viewing.line {
                0 => live.lines[viewing.line].select(&ranking, layer, &arrived, self.now),
                _ => Selected::DROPPED, // It goes on with a keyframe when the network takes something again.
            };
            asks |= selected.asks.map_or(0, |layer| 1 << layer);
            if selected.goes {
                let is_newest = arrival.is_newest;
                let queued = Queued { packet: packet.clone(), layer, opaque, is_newest, since: self.now };
                let taken = live.enqueue(viewing.line, queued);
                self.stats.limited += u64::from(!taken);
                self.mark_dirty(viewing.viewer);
            }
            if source != Source::Microphone && !waits {
                self.allocate_soon(viewing.viewer);
            }
        }
        if let Some(live) = self.live_mut(index) {
            live.tracks[number].viewers = viewers;
        }
        self.want_keyframes(index, number, asks);
    }

    /// The next packet of these goes on where the viewer's stream stopped, and what waits is not sent any more.
    pub(super) fn restart_viewers(&mut self, viewers: &[Viewing]) {
        for viewing in viewers {
            if let Some(live) = self.live_mut(viewing.viewer) {
                live.restart_line(viewing.line);
            }
        }
    }

    /// A track has viewers who have nothing to show of it.
    pub(super) fn want_keyframe(&mut self, publisher: usize, track: usize) {
        let live = self.live_mut(publisher).and_then(|live| live.tracks.get(track));
        let viewers = live.map(|track| track.viewers.clone()).unwrap_or_default();
        for Viewing { viewer, line } in viewers {
            if self.live_mut(viewer).is_some_and(|live| live.lines[line].showing().is_none()) {
                self.want_keyframe_for(viewer, line);
            }
        }
    }

    /// A viewer cannot show what it gets on this line.
    fn want_keyframe_for(&mut self, viewer: usize, line: usize) {
        let live = self.live_mut(viewer).filter(|live| live.link == Link::Up); // Before, it would be lost.
        let Some(line) = live.and_then(|live| live.lines.get(line)) else { return };
        let (Some(feed), current, next, target) = (line.feed, line.showing(), line.awaits(), line.target()) else {
            return;
        };
        let publisher = self.live_mut(feed.publisher).and_then(|live| live.tracks.get(feed.track));
        let layer = publisher.and_then(|track| current.or_else(|| Some(track.ranking.choose(target?))));
        // The one it gets may be dead: then only the next brings a picture again.
        let layers = layer.into_iter().chain(next).fold(0, |layers, layer| layers | 1 << layer);
        self.want_keyframes(feed.publisher, feed.track, layers);
    }

    /// One bit for each layer whose keyframe is needed.
    fn want_keyframes(&mut self, publisher: usize, track: usize, layers: u8) {
        let Some(participant) = self.participants.get_mut(publisher).and_then(Option::as_mut) else { return };
        let Some(track) = participant.admitted_mut().and_then(|live| live.tracks.get_mut(track)) else { return };
        if layers == 0 || !track.is_video || track.muted {
            return;
        }
        let mut is_due = false;
        for layer in
            track.layers.iter_mut().enumerate().filter(|(n, _)| layers & (1 << *n) != 0).map(|(_, layer)| layer)
        {
            layer.keyframe.want();
            // The publisher's next step asks, now or when it is due.
            is_due |= layer.keyframe.due().is_none_or(|due| due <= self.now);
        }
        if is_due {
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
