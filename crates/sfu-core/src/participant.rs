//! Somebody in a room: their session if they have offered one, what they publish, and what they receive.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::demux::Path;
use crate::guard::IngressGuard;
use crate::limits::{
    CONSENT_MAX, DEADLINE_FLOOR, INGRESS_BYTES_PER_SECOND, QUIET_AFTER, QUIET_DEADLINE_FLOOR, ROUTE_SILENT,
    ROUTE_UNCHECKED, SDP_MEDIA_MAX,
};
use crate::negotiate::{self, LineKind};
use crate::outbox::Run;
use crate::queue::Queued;
use crate::sfu::Bandwidth;
use crate::subscription::Line;
use crate::track::Track;
use crate::transport::{Identity, Mid, Session};
use crate::{Gate, Metadata, ParticipantId, ParticipantStats, Permissions, RoomId, Source, View, Wake, WakeReason};

#[derive(Debug)]
pub(crate) struct Participant {
    pub(crate) id: ParticipantId,
    pub(crate) room: RoomId,
    pub(crate) gate: Gate,
    /// Sources that the embedder has muted, in case their tracks come later.
    pub(crate) muted: Vec<Source>,
    pub(crate) permissions: Permissions,
    /// Whom they want in sight.
    pub(crate) pinned: Vec<ParticipantId>,
    /// How large each slot is shown; those beyond the end are shown in full.
    pub(crate) views: Vec<View>,
    /// Bytes a second.
    pub(crate) ingress_limit: u32,
    pub(crate) metadata: Metadata,
    pub(crate) stats: ParticipantStats,
    /// Nothing until the first offer: someone who only was admitted costs nearly nothing.
    pub(crate) live: Option<Box<Live>>,
    /// Since when the peer's session has been closed by the peer; a new offer may follow, as after a reload.
    pub(crate) closed_at: Option<Instant>,
    /// The entry in the queue of wake-ups.
    pub(crate) wake: Option<Wake>,
    /// Whether the next [`crate::Input::Timeout`] must visit them.
    pub(crate) dirty: bool,
    /// Whether it is to compute their deadlines.
    pub(crate) is_rescheduled: bool,
}

/// What exists from the first offer on.
pub(crate) struct Live {
    pub(crate) session: Session,
    /// Counts the sessions of the whole [`crate::Sfu`], to tell a new one from the one it replaced.
    pub(crate) number: u64,
    pub(crate) identity: Identity,
    /// Of the PeerConnection that offered: another one is another session.
    pub(crate) origin: String,
    pub(crate) fingerprint: String,
    pub(crate) peer: Identity,
    /// Ours and theirs before an ICE restart, until the first check with those of now.
    pub(crate) former: Option<(Identity, Identity)>,
    /// Header extensions of all offers so far.
    pub(crate) extensions: Vec<(u8, String)>,
    pub(crate) offered: Arc<[negotiate::Line]>,
    /// What `o=` of our answers says (RFC 8866, section 5.2): an id, and how many there were.
    pub(crate) answers: (u64, u64),
    pub(crate) guard: IngressGuard,
    pub(crate) link: Link,
    /// When a check of theirs was last verified: consent to send to them (RFC 7675).
    pub(crate) checked_at: Instant,
    pub(crate) addresses: Vec<Path>,
    /// How many addresses it ever had.
    pub(crate) addresses_seen: usize,
    /// Where its peer was last heard. Without it no media is sent, and the engine chooses for the rest.
    pub(crate) route: Option<Route>,
    pub(crate) tracks: Vec<Track>,
    pub(crate) lines: Vec<Line>,
    /// All that were ever sent on, with the bit set in which media and repair differ: as many as `SESSION_LINES_MAX` at most.
    pub(crate) ssrcs: BTreeSet<u32>,
    pub(crate) slots: Vec<Slot>,
    /// Lines on which something waits, as bits.
    pub(crate) waiting: u64,
    /// Lines on which nothing joins the queue until the network takes something again.
    pub(crate) stalled: u64,
    /// Whose turn it is to be written.
    pub(crate) turn: u32,
    /// When there is room for more of what waits.
    pub(crate) pace_due: Option<Instant>,
    pub(crate) bandwidth: Bandwidth,
    pub(crate) run: Run,
    /// Since when no message has fitted beside those that wait for the peer.
    pub(crate) stuck_since: Option<Instant>,
    /// When the session wants to be called.
    pub(crate) session_due: Option<Instant>,
    /// When anything but checks came or media went.
    pub(crate) active_at: Instant,
    /// When media went.
    pub(crate) sent_at: Option<Instant>,
}

/// The transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// DTLS is not up.
    Connecting { since: Instant },
    /// Media may pass.
    Up,
    /// It was up, but nothing valid has come for a while: nothing is sent.
    Lost { since: Instant },
}

/// The path that everything but answers to checks takes. ICE alone would stay with a nominated pair until it has been
/// dead for 15 s; a peer whose NAT gave it another port, or who moved to another network, is followed sooner: to the
/// address that it speaks from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) path: Path,
    heard_at: Instant,
}

/// One place of a viewer for somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Indices into [`Live::lines`].
    pub(crate) audio: Option<usize>,
    pub(crate) video: Option<usize>,
    pub(crate) occupant: Option<Occupant>,
    /// The video line is in use: not for somebody who is only heard.
    pub(crate) is_seen: bool,
}

impl Slot {
    pub(crate) fn vacate(&mut self) {
        (self.occupant, self.is_seen) = (None, false);
    }

    /// What the video line carries.
    pub(crate) fn picture(&self) -> Option<Source> {
        self.occupant.filter(|_| self.is_seen).map(|occupant| occupant.unit.picture())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occupant {
    pub(crate) publisher: usize,
    pub(crate) id: ParticipantId,
    pub(crate) unit: Unit,
}

/// What shares one slot, to be shown together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Microphone and camera.
    Person,
    /// A shared screen.
    Screen,
}

impl Unit {
    /// What its video line carries.
    pub(crate) fn picture(self) -> Source {
        match self {
            Self::Person => Source::Camera,
            Self::Screen => Source::Screen,
        }
    }

    pub(crate) fn of(source: Source) -> Self {
        match source {
            Source::Microphone | Source::Camera => Self::Person,
            Source::Screen => Self::Screen,
        }
    }
}

/// What writing the queues came to.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) not_negotiated: u64,
    /// Lines whose queues were given up.
    pub(crate) stalled: u64,
    /// Lines that a packet came for and that need a keyframe, as bits.
    pub(crate) waiting: u64,
}

/// So many packets of one line are written before it is another's turn: runs of equal datagrams are cheap to send.
const PACKETS_IN_TURN: usize = 16;

/// The places of the bits that are set.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(place)
    })
}

const _: () = assert!(SDP_MEDIA_MAX <= u64::BITS as usize);

impl Participant {
    pub(crate) fn new(id: ParticipantId, room: RoomId, gate: Gate) -> Self {
        Self {
            id,
            room,
            gate,
            muted: Vec::new(),
            permissions: Permissions::default(),
            pinned: Vec::new(),
            views: Vec::new(),
            ingress_limit: INGRESS_BYTES_PER_SECOND,
            metadata: Metadata::default(),
            stats: ParticipantStats::default(),
            live: None,
            closed_at: None,
            wake: None,
            dirty: false,
            is_rescheduled: false,
        }
    }

    /// The session, if its owner takes part in the room.
    pub(crate) fn admitted(&self) -> Option<&Live> {
        self.live.as_deref().filter(|_| self.gate == Gate::Open)
    }

    pub(crate) fn admitted_mut(&mut self) -> Option<&mut Live> {
        self.live.as_deref_mut().filter(|_| self.gate == Gate::Open)
    }

    pub(crate) fn may_publish(&self, source: Source) -> bool {
        self.permissions.publish.contains(&source)
    }

    /// The tracks that others may receive, with their places among all.
    pub(crate) fn published(&self) -> impl Iterator<Item = (usize, &Track)> {
        let tracks = self.admitted().into_iter().flat_map(|live| live.tracks.iter().enumerate());
        tracks.filter(|(_, track)| self.may_publish(track.source))
    }

    /// The earliest thing that must be done for them, and why.
    pub(crate) fn next_wake(&self, disconnected_max: Duration) -> Option<Wake> {
        let gone = |since: Instant| Wake { at: since + disconnected_max, why: WakeReason::Disconnected };
        let Some(live) = self.live.as_deref() else { return self.closed_at.map(gone) };
        let session = live.session_due.map(|at| Wake { at, why: WakeReason::Session });
        let layers = live.tracks.iter().flat_map(|track| &track.layers).filter(|layer| layer.heard.is_some());
        let keyframe = layers.filter_map(|layer| layer.keyframe.due());
        let keyframe = keyframe.min().map(|at| Wake { at, why: WakeReason::Keyframe });
        let lost = match live.link.down_since() {
            Some(since) => gone(since),
            None => Wake { at: live.consent_ends(), why: WakeReason::Disconnected },
        };
        let allocate = live.bandwidth.allocate_at.map(|at| Wake { at, why: WakeReason::Allocate });
        let pace = live.pace_due.map(|at| Wake { at, why: WakeReason::Pace });
        let layers = self.published().filter(|(_, track)| track.is_video).filter_map(|(_, track)| track.dynacast.due());
        let layers = layers.min().map(|at| Wake { at, why: WakeReason::Layers });
        [session, keyframe, Some(lost), allocate, pace, layers].into_iter().flatten().min_by_key(|wake| wake.at)
    }
}

impl Link {
    pub(crate) fn down_since(self) -> Option<Instant> {
        match self {
            Self::Connecting { since } | Self::Lost { since } => Some(since),
            Self::Up => None,
        }
    }
}

impl Live {
    /// An SRTP packet that proved authentic came by `path`.
    pub(crate) fn heard_media(&mut self, path: Path, now: Instant) {
        self.heard(path, ROUTE_SILENT, now);
    }

    /// A datagram of the handshake came by `path`: the peer has chosen it.
    pub(crate) fn heard_handshake(&mut self, path: Path, now: Instant) {
        if matches!(self.link, Link::Connecting { .. }) {
            self.route = Some(Route { path, heard_at: now });
        }
    }

    /// A verified check came by `path`. Alone it moves nothing unless the route is dead: a browser checks all its paths.
    /// Who was lost is answered where they ask from.
    pub(crate) fn heard_check(&mut self, path: Path, now: Instant) {
        self.checked_at = now;
        if !matches!(self.link, Link::Connecting { .. }) {
            self.heard(path, ROUTE_UNCHECKED, now);
        }
    }

    /// When nothing may be sent any more unless another check comes.
    pub(crate) fn consent_ends(&self) -> Instant {
        self.checked_at + CONSENT_MAX
    }

    fn heard(&mut self, path: Path, silent: Duration, now: Instant) {
        match &mut self.route {
            Some(route) if route.path == path => route.heard_at = now,
            Some(route) if now.saturating_duration_since(route.heard_at) < silent => {}
            Some(route) => {
                *route = Route { path, heard_at: now };
                self.session.plane.moved(now);
                self.refresh(now);
            }
            None => self.route = Some(Route { path, heard_at: now }),
        }
    }

    /// Frees an address.
    pub(crate) fn forget_address(&mut self, path: &Path) {
        self.addresses.retain(|known| known != path);
        self.route = self.route.filter(|route| route.path != *path);
    }

    pub(crate) fn track(&self, mid: Mid) -> Option<usize> {
        self.tracks.iter().position(|track| track.mid == mid)
    }

    pub(crate) fn line(&self, mid: Mid) -> Option<usize> {
        self.lines.iter().position(|line| line.mid == mid)
    }

    /// The line that this end sends on with an SSRC.
    pub(crate) fn line_of(&self, ssrc: u32) -> Option<usize> {
        self.lines.iter().position(|line| line.ssrc == ssrc)
    }

    /// Whether the packet was taken. When a queue is full, the network has taken nothing for long: the line goes on with a
    /// keyframe when it does again.
    pub(crate) fn enqueue(&mut self, line: usize, queued: Queued) -> bool {
        let is_taken = self.lines[line].queue.push(queued);
        if is_taken {
            self.waiting |= 1 << line;
        } else {
            self.stall(line);
        }
        is_taken
    }

    fn stall(&mut self, line: usize) {
        self.restart_line(line);
        if self.lines[line].is_video {
            self.stalled |= 1 << line; // Sound never waits.
        }
    }

    /// Whether anything waits for the network.
    pub(crate) fn waits(&self) -> bool {
        self.waiting | self.stalled != 0 || self.session.plane.asked() != 0
    }

    /// Bytes of media that wait.
    pub(crate) fn queued_bytes(&self) -> usize {
        self.lines.iter().map(|line| line.queue.bytes()).sum()
    }

    /// Has the session called when its media wants that, if not sooner. Nothing else may wake them: all that they see may be
    /// paused.
    pub(crate) fn wake_for_media(&mut self, now: Instant) {
        self.session_due = self.session_due.into_iter().chain(self.media_due(now)).min();
    }

    /// Computes when the session is to be called.
    pub(crate) fn reschedule(&mut self, now: Instant) {
        let floor = if self.is_quiet(now) { QUIET_DEADLINE_FLOOR } else { DEADLINE_FLOOR };
        let engine = self.session.engine_due().max(now + floor);
        self.session_due = Some(self.media_due(now).map_or(engine, |media| media.min(engine)));
    }

    /// When the session's media wants to be called.
    pub(crate) fn media_due(&self, now: Instant) -> Option<Instant> {
        self.session.plane.due().map(|due| due.max(now + DEADLINE_FLOOR))
    }

    /// Nothing that needs exact timers goes on.
    pub(crate) fn is_quiet(&self, now: Instant) -> bool {
        self.link == Link::Up && QUIET_AFTER <= now.saturating_duration_since(self.active_at)
    }

    /// Notes that something is sent. After a pause, more may be given at once.
    fn wakes(&mut self, now: Instant) {
        if self.waiting == 0 {
            return;
        }
        let rested = self.sent_at.is_none_or(|sent_at| QUIET_AFTER <= now.saturating_duration_since(sent_at));
        (self.active_at, self.sent_at) = (now, Some(now));
        if rested {
            self.refresh(now);
        }
    }

    /// The network may be another one, or another than it was.
    pub(crate) fn refresh(&mut self, now: Instant) {
        self.bandwidth.refresh(self.session.plane.estimate(), now);
        self.lines.iter_mut().for_each(|line| line.is_fresh = true);
        self.bandwidth.allocate_at = Some(now); // What was paused has a chance again, even if nothing flows.
    }

    /// Sends what waits: sound at once, then repairs and pictures, as far as there is room.
    pub(crate) fn write_queued(&mut self, now: Instant) -> Written {
        let mut written = Written::default();
        self.pace_due = None;
        if !self.waits() {
            return written;
        }
        self.wakes(now);
        for line in bits(self.waiting) {
            if !self.lines[line].is_video {
                while let Some(queued) = self.lines[line].queue.pop() {
                    self.write(line, &queued, &mut written, now);
                }
                self.waiting &= !(1 << line);
            } else if self.lines[line].is_overdue(now) {
                written.stalled += 1;
                self.stall(line);
            }
        }
        let queued: usize = bits(self.waiting).map(|line| self.lines[line].queue.bytes()).sum();
        let backlog = queued + self.session.plane.asked();
        let is_flowing = self.session.plane.is_flowing();
        if is_flowing {
            written.waiting |= std::mem::take(&mut self.stalled);
        }
        let (mut in_turn, mut last) = (0, None);
        while self.waits() && self.session.plane.has_room(backlog, now) {
            if self.session.plane.repair_next(now) {
                continue;
            }
            let Some(line) = self.next_line() else {
                if self.stalled != 0 && !self.session.plane.probe_once(now) {
                    written.waiting |= std::mem::take(&mut self.stalled); // There is no other way to find out.
                }
                break;
            };
            if let Some(queued) = self.lines[line].queue.pop() {
                self.lines[line].leaves(&queued.packet, is_flowing, now);
                self.write(line, &queued, &mut written, now);
            }
            in_turn = (in_turn + 1) % PACKETS_IN_TURN;
            if in_turn == 0 {
                self.turn = line as u32 + 1;
            }
            last = Some(line);
        }
        if let Some(last) = last {
            self.turn = last as u32 + 1; // The next after it.
        }
        if self.waits() {
            self.pace_due = Some(self.session.plane.room_at(backlog, now).max(now + DEADLINE_FLOOR));
        }
        written
    }

    /// The line whose turn it is, of those on which something waits.
    fn next_line(&mut self) -> Option<usize> {
        self.waiting =
            bits(self.waiting).filter(|line| !self.lines[*line].queue.is_empty()).fold(0, |all, line| all | 1 << line);
        let from = self.waiting.rotate_right(self.turn % u64::BITS);
        (from != 0).then(|| ((from.trailing_zeros() + self.turn) % u64::BITS) as usize)
    }

    fn write(&mut self, number: usize, queued: &Queued, written: &mut Written, now: Instant) {
        let Queued { packet, layer, opaque, is_newest, since } = queued;
        let line = &mut self.lines[number];
        let Some(target) = line.target() else { return };
        if !is_newest && !line.rewriter.is_within(*layer) {
            return; // As the first, it would make those look lost that came before it and did not go.
        }
        let format = packet.format.payload_type();
        let delivery = match line.delivery {
            Some((of, delivery)) if of == format => delivery,
            Some(_) | None => {
                let offered = self.offered.iter().find(|offered| offered.mid == line.mid);
                line.delivery.insert((format, offered.and_then(|offered| offered.delivery(&packet.format)))).1
            }
        };
        let Some(delivery) = delivery else {
            written.not_negotiated += 1;
            return;
        };
        let position = line.rewriter.place(packet, *layer, target, *opaque, *since); // When it left says nothing of it.
        written.waiting |= u64::from(line.rewriter.needs_keyframe()) << number;
        let Some(position) = position else {
            line.sent.held_back(line.rewriter.waiting(now));
            return;
        };
        line.sent.add(packet.payload.len(), now);
        written.packets += 1;
        written.bytes += packet.payload.len() as u64;
        self.session.plane.write(line.ssrc, packet, delivery, position, now);
    }

    /// The line's next packet goes on where the viewer's stream stopped; what waits is not sent any more, nor anything again.
    pub(crate) fn restart_line(&mut self, line: usize) {
        if let Some(line) = self.lines.get_mut(line) {
            line.restart();
            self.session.plane.forget(line.ssrc);
        }
    }

    /// Nothing that waits is sent any more.
    pub(crate) fn restart_lines(&mut self) {
        (0..self.lines.len()).for_each(|line| self.restart_line(line));
        (self.waiting, self.stalled) = (0, 0);
    }

    /// Whether media may be sent: consent holds (RFC 7675).
    pub(crate) fn is_reachable(&self, now: Instant) -> bool {
        self.link == Link::Up && now < self.consent_ends()
    }

    /// The i-th receiving audio line and the i-th receiving video line form slot i. Whoever was in a slot stays.
    pub(crate) fn form_slots(&mut self) {
        let receiving = |kind: LineKind| {
            let lines = self.offered.iter().filter(move |line| line.receives && line.kind == kind);
            lines.filter_map(|line| self.line(line.mid)).collect::<Vec<_>>()
        };
        let (audio, video) = (receiving(LineKind::Audio), receiving(LineKind::Video));
        let slots = (0..audio.len().max(video.len())).map(|n| Slot {
            audio: audio.get(n).copied(),
            video: video.get(n).copied(),
            occupant: self.slots.get(n).and_then(|slot| slot.occupant),
            is_seen: self.slots.get(n).is_some_and(|slot| slot.is_seen),
        });
        self.slots = slots.collect();
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("link", &self.link).finish_non_exhaustive()
    }
}
