//! What pages tell each other about pictures and voices: how large each is shown, which layers are needed, who speaks.

use sfu_core::limits::SLOTS_MAX;
use sfu_core::{Command, ParticipantId, View};
use sfu_lobby::RoomId;
use sfu_signal::{ErrorCode, ServerMessage, WantedLayer};

use super::call::Chair;
use super::{Answer, Hub, No, SocketId};

impl Hub {
    /// A page shows a slot in another size. Only the page that has the seat counts: another window of the same person shows nothing.
    pub(super) fn view(&mut self, room: RoomId, chair: Chair, page: SocketId, slot: u32, height: u16) -> Answer {
        let slot = usize::try_from(slot).ok().filter(|slot| *slot < SLOTS_MAX);
        let slot = slot.ok_or(No(ErrorCode::BadMessage, "no offer has so many slots"))?;
        let Some((shard, seat)) = self.calls.seat_mut(room, chair).filter(|(_, seat)| seat.page == Some(page)) else {
            return Ok(());
        };
        let view = if height == 0 { View::Hidden } else { View::Height(height) };
        if let Some(participant) = seat.participant
            && seat.views.insert(slot, view) != Some(view)
        {
            self.calls.commands.send(shard, Command::SetView { participant, slot, view });
        }
        Ok(())
    }

    /// Passes on which layers of a page's m-line are needed, and keeps it for a page that comes back while its media goes on.
    pub(super) fn layers_wanted(
        &mut self,
        participant: ParticipantId,
        mid: String,
        layers: Vec<sfu_core::WantedLayer>,
    ) {
        let Some((_, seat)) = self.seat_of(participant) else { return };
        let named = |layer: sfu_core::WantedLayer| WantedLayer { rid: layer.rid, wanted: layer.wanted };
        let layers: Vec<_> = layers.into_iter().map(named).collect();
        seat.wanted.insert(mid.clone(), layers.clone());
        if let Some(page) = seat.page {
            self.tell(page, &ServerMessage::LayersWanted { mid, layers });
        }
    }

    pub(super) fn set_speaking(&mut self, participant: ParticipantId, speaking: bool) {
        if let Some(room) = self.calls.room_of(participant) {
            self.set_speaking_in(room, participant, speaking);
        }
    }

    /// Also for somebody who has left the room already.
    pub(super) fn set_speaking_in(&mut self, room: RoomId, participant: ParticipantId, speaking: bool) {
        let Some(voices) = self.calls.voices_mut(room) else { return };
        let changed = if speaking { voices.speaking.insert(participant) } else { voices.speaking.remove(&participant) };
        if changed {
            self.tell_speaking(room);
        }
    }

    pub(super) fn set_dominant(&mut self, room: RoomId, participant: Option<ParticipantId>) {
        let Some(voices) = self.calls.voices_mut(room) else { return };
        if std::mem::replace(&mut voices.dominant, participant) != participant {
            self.tell_speaking(room);
        }
    }

    fn tell_speaking(&mut self, room: RoomId) {
        for chair in self.calls.chairs(room) {
            if let Some(page) = self.calls.seat_mut(room, chair).and_then(|(_, seat)| seat.page) {
                self.tell_speaking_to(room, page);
            }
        }
    }

    fn tell_speaking_to(&mut self, room: RoomId, page: SocketId) {
        let Some(voices) = self.calls.voices_mut(room).cloned() else { return };
        let peers = voices.speaking.iter().filter_map(|one| self.calls.peer_of(*one)).collect();
        let dominant = voices.dominant.and_then(|one| self.calls.peer_of(one));
        self.tell(page, &ServerMessage::Speaking { peers, dominant });
    }

    /// What a page that comes back to its seat has missed.
    pub(super) fn tell_pictures(&mut self, room: RoomId, chair: Chair) {
        let Some((_, seat)) = self.calls.seat_mut(room, chair) else { return };
        let Some(page) = seat.page else { return };
        for (mid, layers) in seat.wanted.clone() {
            self.tell(page, &ServerMessage::LayersWanted { mid, layers });
        }
        self.tell_speaking_to(room, page);
    }
}
