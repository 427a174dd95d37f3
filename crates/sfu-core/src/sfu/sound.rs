//! Levels of microphones: who speaks, whom the room listens to, and whose sound is passed on.

use super::Sfu;
use crate::Event;

impl Sfu {
    /// Takes the level of a microphone's packet. Returns whether the packet is passed on.
    pub(super) fn hear(&mut self, index: usize, track: usize, level: Option<u8>) -> bool {
        let Some(participant) = self.participants.get_mut(index).and_then(Option::as_mut) else { return false };
        let (id, room) = (participant.id, participant.room);
        let Some(track) = participant.live.as_deref_mut().and_then(|live| live.tracks.get_mut(track)) else {
            return false;
        };
        let Some(found) = self.rooms.get_mut(&room) else { return false };
        let change = level.and_then(|level| track.loudness.heard(level, self.now));
        let is_another = level.is_some_and(|level| found.speakers.heard(index, level, self.now));
        if track.loudness.speaks() {
            found.speakers.spoke(index, self.now);
        }
        let is_heard = !found.chooses_sound || found.loudest.admits(index, level, found.policy.audio_max, self.now);
        let was_heard = !std::mem::replace(&mut track.is_unheard, !is_heard);
        let viewers = if is_heard && !was_heard { track.viewers.clone() } else { Vec::new() };
        let (dominant, is_crowded) = (found.speakers.dominant(), 0 < found.unplaced);
        self.stats.unheard_packets += u64::from(!is_heard);

        self.restart_viewers(&viewers); // What was left out leaves no gap.
        self.emit_speaking(id, change);
        if is_another {
            let dominant = dominant.and_then(|index| self.participants.get(index)?.as_ref());
            let participant = dominant.map(|participant| participant.id);
            self.emit(Event::DominantSpeaker { room, participant });
        }
        if is_crowded && (is_another || change == Some(true)) {
            self.arrange(room);
        } else if is_another {
            self.allocate_room(room); // Who speaks comes first.
        }
        is_heard
    }
}
