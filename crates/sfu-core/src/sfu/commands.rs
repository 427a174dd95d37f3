//! What the embedder wants.

use super::Sfu;
use crate::limits::{
    MESSAGE_BYTES_MAX, MESSAGES_STUCK_MAX, METADATA_BYTES_MAX, PARTICIPANTS_MAX, ROOM_PARTICIPANTS_MAX, ROOMS_MAX,
    SLOTS_MAX,
};
use crate::outbox::Run;
use crate::participant::{Link, Participant};
use crate::room::Room;
use crate::{Command, Error, Event, Gate, LeftReason, Message, ParticipantId, RoomId, Source, View};

impl Sfu {
    pub(super) fn obey(&mut self, command: Command) {
        match command {
            Command::OpenRoom { room } => self.open_room(room),
            Command::CloseRoom { room } => self.close_room(room),
            Command::Join { request, room, participant, gate } => {
                if let Err(error) = self.join(room, participant, gate) {
                    self.emit(Event::Refused { request, participant, error });
                }
            }
            Command::Offer { request, participant, sdp, sources } => match self.find(participant) {
                Some(index) => self.on_offer(index, request, &sdp, &sources),
                None => {
                    let error = Error::Misuse("no such participant");
                    self.emit(Event::Refused { request, participant, error });
                }
            },
            Command::SetGate { participant, gate } => {
                let Some(index) = self.find(participant) else { return };
                self.set_gate(index, gate);
            }
            Command::SetRoomPolicy { room, policy } => match self.rooms.get_mut(&room) {
                Some(found) => {
                    found.policy = policy;
                    self.arrange(room);
                }
                None => self.stats.stale_commands += 1,
            },
            Command::SetPermissions { participant, permissions } => {
                let Some(index) = self.find(participant) else { return };
                let Some(participant) = &mut self.participants[index] else { return };
                participant.permissions = permissions;
                let (id, room) = (participant.id, participant.room);
                if !participant.may_publish(Source::Microphone) {
                    let tracks = participant.live.as_deref_mut().into_iter().flat_map(|live| &mut live.tracks);
                    let change = tracks.filter_map(|track| track.loudness.silenced()).last();
                    self.emit_speaking(id, change);
                }
                self.arrange(room);
            }
            Command::SetView { participant, slot, view } => {
                let Some(index) = self.find(participant) else { return };
                let Some(participant) = &mut self.participants[index] else { return };
                if SLOTS_MAX <= slot {
                    self.stats.limited += 1;
                    return;
                }
                if participant.views.len() <= slot {
                    participant.views.resize(slot + 1, View::Full);
                }
                if std::mem::replace(&mut participant.views[slot], view) != view {
                    if let Some(live) = participant.live.as_deref_mut() {
                        let line = live.slots.get(slot).and_then(|slot| slot.video);
                        if let Some(line) = line.and_then(|line| live.lines.get_mut(line)) {
                            line.is_fresh = true;
                        }
                    }
                    self.allocate(index);
                }
            }
            Command::SetIngressLimit { participant, bytes_per_second } => {
                let Some(index) = self.find(participant) else { return };
                let Some(participant) = &mut self.participants[index] else { return };
                participant.ingress_limit = bytes_per_second;
                if let Some(live) = participant.live.as_deref_mut() {
                    live.guard.cap_media(bytes_per_second, self.now);
                }
            }
            Command::SetPinned { participant, mut pinned } => {
                let Some(index) = self.find(participant) else { return };
                let Some(participant) = &mut self.participants[index] else { return };
                self.stats.limited += u64::from(SLOTS_MAX < pinned.len());
                pinned.truncate(SLOTS_MAX);
                participant.pinned = pinned;
                let room = participant.room;
                self.arrange(room);
            }
            Command::SetRoomMetadata { room, metadata } => match self.rooms.get_mut(&room) {
                Some(_) if METADATA_BYTES_MAX < metadata.0.len() => self.stats.limited += 1,
                Some(room) => room.metadata = metadata,
                None => self.stats.stale_commands += 1,
            },
            Command::SetMetadata { participant, metadata } => {
                let Some(index) = self.find(participant) else { return };
                let Some(participant) = &mut self.participants[index] else { return };
                if METADATA_BYTES_MAX < metadata.0.len() {
                    self.stats.limited += 1;
                } else {
                    participant.metadata = metadata;
                }
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
                self.report(index);
            }
            Command::ShedLoad(shedding) => self.shed_load(shedding),
            Command::SkipPictures(skips) => self.skips_pictures = skips,
            Command::Leave { participant } => {
                let Some(index) = self.find(participant) else { return };
                self.end(index, LeftReason::Asked);
            }
            Command::Evict { participant } => self.evict(participant),
        }
    }

    /// Somebody unknown is counted, which is no fault: they may have left while a command was on its way.
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
            self.rooms.insert(room, Room::new(self.rooms_opened));
            self.rooms_opened += 1;
        }
    }

    pub(super) fn close_room(&mut self, room: RoomId) {
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
            live.restart_lines();
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
            self.restart_viewers(&viewers);
            self.update_needed(index, number);
            self.want_keyframe(index, number); // Of a muted track nobody wants one.
            viewers.iter().for_each(|viewing| self.allocate_soon(viewing.viewer));
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
        let Some(live) = participant.live.as_deref_mut() else {
            self.stats.limited += 1;
            return;
        };
        live.active_at = self.now;
        let may = length <= MESSAGE_BYTES_MAX && live.link == Link::Up && live.session.has_channel();
        if may && live.session.send(message) {
            live.stuck_since = None;
            return self.mark_dirty(index);
        }
        self.stats.limited += 1;
        // What waits is bounded, but a peer who never takes it would hold it for ever.
        let now = self.now;
        if may && MESSAGES_STUCK_MAX <= now.saturating_duration_since(*live.stuck_since.get_or_insert(now)) {
            self.end(index, LeftReason::Fault);
        }
    }
}
