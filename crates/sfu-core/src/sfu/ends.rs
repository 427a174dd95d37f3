//! Ends: of a session, of a participant, and of one who cannot be trusted any more.

use super::Sfu;
use super::steps::route;
use crate::demux::Path;
use crate::participant::Link;
use crate::track::Track;
use crate::transport::Polled;
use crate::{Event, LeftReason, ParticipantId};

impl Sfu {
    /// The peer closed the session: the place is kept for a new offer.
    pub(super) fn close_session(&mut self, index: usize) {
        self.drop_session(index);
        let Some(participant) = &mut self.participants[index] else { return };
        participant.closed_at = Some(self.now);
        let (id, room) = (participant.id, participant.room);
        self.emit(Event::Disconnected { participant: id });
        self.arrange(room);
        self.update_wake(index);
    }

    /// Says goodbye to a session's peer and frees all it had.
    pub(super) fn drop_session(&mut self, index: usize) {
        self.release_addresses(index);
        let Some(participant) = &mut self.participants[index] else { return };
        let id = participant.id;
        let Some(mut live) = participant.live.take() else { return };
        live.run.flush(&mut self.outputs);
        if !matches!(live.link, Link::Lost { .. }) {
            live.session.close();
            // A goodbye is a few datagrams; what else the engine has to say is not of interest any more.
            while let Ok(polled) = live.session.poll() {
                match polled {
                    Polled::Idle => break,
                    Polled::Event(_) => {}
                    Polled::Transmit { transport, local, remote, bytes } => {
                        let path = route(&live, Path { transport, local, remote }, &bytes);
                        live.run.push(path, &bytes, &mut self.outputs);
                    }
                }
            }
            live.run.flush(&mut self.outputs);
        }
        for track in &live.tracks {
            self.unpublish(id, track);
        }
    }

    pub(super) fn end(&mut self, index: usize, reason: LeftReason) {
        self.drop_session(index);
        let Some(participant) = self.participants[index].take() else { return };
        self.wakes.set(index, None);
        self.by_id.remove(&participant.id);
        if self.by_id.is_empty() {
            self.shelf.clear();
        }
        self.vacant.push(index);
        if let Some(room) = self.rooms.get_mut(&participant.room) {
            room.members.retain(|member| *member != index);
        }
        self.emit(Event::Left { participant: participant.id, reason });
        self.arrange(participant.room);
    }

    /// Nothing of theirs can be trusted, so nothing of theirs is asked.
    pub(super) fn evict(&mut self, id: ParticipantId) {
        self.said.clear();
        let Some(index) = self.by_id.remove(&id) else {
            self.stats.stale_commands += 1;
            return;
        };
        self.participants[index] = None;
        self.vacant.push(index);
        self.addresses.purge(index);
        self.wakes.set(index, None);
        self.dirty.retain(|of| *of != index);
        self.rescheduled.retain(|of| *of != index);
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

    pub(super) fn release_addresses(&mut self, index: usize) {
        let live = self.participants[index].as_mut().and_then(|participant| participant.live.as_deref_mut());
        for path in live.map(|live| std::mem::take(&mut live.addresses)).into_iter().flatten() {
            self.addresses.remove(&path, index);
        }
    }

    pub(super) fn unpublish(&mut self, participant: ParticipantId, track: &Track) {
        if track.is_published() {
            self.emit(Event::TrackUnpublished { participant, source: track.source });
        }
    }
}
