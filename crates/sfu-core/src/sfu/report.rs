//! Numbers of one participant, when the embedder asks for them.

use super::Sfu;
use crate::{Event, ParticipantStats, SubscriptionStats};

impl Sfu {
    pub(super) fn report(&mut self, index: usize) {
        let Some(participant) = self.participants.get(index).and_then(Option::as_ref) else { return };
        let live = participant.live.as_deref();
        let tracks = live.into_iter().flat_map(|live| &live.tracks).map(|track| track.stats(self.now)).collect();
        let mut subscriptions = Vec::new();
        for (n, slot) in live.into_iter().flat_map(|live| live.slots.iter().enumerate()) {
            let lines = slot.audio.into_iter().chain(slot.video);
            for line in lines.filter_map(|line| live?.lines.get(line)) {
                subscriptions.push(SubscriptionStats {
                    slot: n,
                    mid: line.name.clone(),
                    publisher: slot.occupant.filter(|_| line.feed.is_some()).map(|occupant| occupant.id),
                    layer: line.showing(),
                    packets: line.sent.packets,
                    bits_per_second: line.sent.bits_per_second(self.now),
                    freezes: line.sent.freezes,
                });
            }
        }
        let round_trip = live.and_then(|live| live.session.plane.round_trip(self.now)).unwrap_or_default();
        let (participant, stats) = (participant.id, ParticipantStats { round_trip, ..participant.stats });
        self.emit(Event::Stats { participant, stats, tracks, subscriptions });
    }
}
