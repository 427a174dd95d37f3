//! Who receives whom.
//!
//! The policy of now: everybody in a room whose gate is open receives everybody else, in join order, microphone and
//! camera in one slot and a shared screen in its own. Somebody who leaves frees their slots for the next, without any
//! renegotiation; who finds no free slot waits for one.

use bytes::Bytes;

use crate::RoomPolicy;
use crate::Source;
use crate::participant::{Live, Occupant, Participant, Slot, Unit};
use crate::subscription::Feed;
use crate::track::Viewing;

/// A room.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Indices into the participants, in join order.
    pub(crate) members: Vec<usize>,
    pub(crate) policy: RoomPolicy,
    pub(crate) metadata: Bytes,
    /// It is being closed: a panic on the way must not leave the rest of it open.
    pub(crate) closing: bool,
}

/// A slot that now carries somebody else.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SlotChange {
    pub(crate) viewer: usize,
    pub(crate) slot: usize,
}

/// What a new arrangement changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arranged {
    pub(crate) slots: Vec<SlotChange>,
    /// Tracks that got a new viewer, who needs a keyframe: publisher and track.
    pub(crate) wanted: Vec<(usize, usize)>,
    /// Publishers for whom a viewer had no slot.
    pub(crate) unplaced: u64,
}

/// The participants of the whole [`crate::Sfu`]; rooms refer to them by index.
pub(crate) type Participants = [Option<Participant>];

impl Room {
    /// Decides anew, keeping what can stay.
    pub(crate) fn arrange(&self, participants: &mut Participants) -> Arranged {
        let mut arranged = Arranged::default();
        let published = self.published(participants);
        for &viewer in &self.members {
            let Some(participant) = participants.get_mut(viewer).and_then(Option::as_mut) else { continue };
            let is_open = participant.admitted().is_some();
            let Some(live) = participant.live.as_deref_mut() else { continue };
            let others: Vec<Occupant> =
                published.iter().copied().filter(|other| is_open && other.publisher != viewer).collect();
            arranged.unplaced += place(&mut live.slots, &others, |slot| {
                arranged.slots.push(SlotChange { viewer, slot });
            });
        }
        self.connect(participants, &mut arranged);
        arranged
    }

    /// Who publishes what, in join order.
    fn published(&self, participants: &Participants) -> Vec<Occupant> {
        let mut published = Vec::new();
        for &publisher in &self.members {
            let Some(participant) = participants.get(publisher).and_then(Option::as_ref) else { continue };
            let Some(live) = participant.admitted() else { continue };
            for unit in [Unit::Person, Unit::Screen] {
                if live.tracks.iter().any(|track| Unit::of(track.source) == unit) {
                    published.push(Occupant { publisher, id: participant.id, unit });
                }
            }
        }
        published
    }

    /// Ties each line of each viewer to the track that its slot's occupant has for it, and tells the tracks.
    fn connect(&self, participants: &mut Participants, arranged: &mut Arranged) {
        for &member in &self.members {
            let live = participants.get_mut(member).and_then(Option::as_mut).and_then(|p| p.live.as_deref_mut());
            for track in live.into_iter().flat_map(|live| &mut live.tracks) {
                track.viewers.clear();
            }
        }
        for &viewer in &self.members {
            let Some(participant) = participants.get(viewer).and_then(Option::as_ref) else { continue };
            let Some(live) = participant.live.as_deref() else { continue };
            let mut feeds: Vec<Option<Feed>> = vec![None; live.lines.len()];
            for slot in &live.slots {
                for line in [slot.audio, slot.video].into_iter().flatten() {
                    feeds[line] = slot.occupant.and_then(|occupant| {
                        let publisher = participants.get(occupant.publisher)?.as_ref()?.admitted()?;
                        feed(publisher, occupant, live.lines[line].is_video)
                    });
                }
            }
            self.feed_lines(viewer, feeds, participants, arranged);
        }
    }

    fn feed_lines(
        &self,
        viewer: usize,
        feeds: Vec<Option<Feed>>,
        participants: &mut Participants,
        arranged: &mut Arranged,
    ) {
        for (line, feed) in feeds.into_iter().enumerate() {
            let live = participants[viewer].as_mut().and_then(|participant| participant.live.as_deref_mut());
            let Some(live) = live else { return };
            if live.lines[line].feed != feed {
                live.lines[line].feed = feed;
                live.lines[line].rewriter.restart();
                live.lines[line].delivery = None;
                live.discard_queued(line);
                arranged.wanted.extend(feed.map(|feed| (feed.publisher, feed.track)));
            }
            let Some(feed) = feed else { continue };
            let publisher = participants[feed.publisher].as_mut().and_then(Participant::admitted_mut);
            if let Some(track) = publisher.and_then(|live| live.tracks.get_mut(feed.track)) {
                track.viewers.push(Viewing { viewer, line });
            }
        }
    }
}

/// The first track of the occupant that belongs on such a line.
fn feed(publisher: &Live, occupant: Occupant, is_video: bool) -> Option<Feed> {
    let track = publisher
        .tracks
        .iter()
        .position(|track| track.is_video == is_video && Unit::of(track.source) == occupant.unit)?;
    Some(Feed { publisher: occupant.publisher, session: publisher.number, track })
}

/// Frees the slots of those who are gone and places those who are new. Returns how many found none.
fn place(slots: &mut [Slot], others: &[Occupant], mut changed: impl FnMut(usize)) -> u64 {
    for (n, slot) in slots.iter_mut().enumerate() {
        if slot.occupant.is_some_and(|occupant| !others.contains(&occupant)) {
            slot.occupant = None;
            changed(n);
        }
    }
    let mut unplaced = 0;
    for other in others {
        if slots.iter().any(|slot| slot.occupant == Some(*other)) {
            continue;
        }
        match free_slot(slots, other.unit) {
            Some(n) => {
                slots[n].occupant = Some(*other);
                changed(n);
            }
            None => unplaced += 1,
        }
    }
    unplaced
}

/// People from the front, screens from the back: a last slot that has only video stays free for a screen.
fn free_slot(slots: &[Slot], unit: Unit) -> Option<usize> {
    match unit {
        Unit::Person => {
            let complete = slots.iter().position(|slot| slot.occupant.is_none() && slot.audio.is_some());
            complete.or_else(|| slots.iter().position(|slot| slot.occupant.is_none()))
        }
        Unit::Screen => slots.iter().rposition(|slot| slot.occupant.is_none() && slot.video.is_some()),
    }
}

/// Which source an m-line carries, when the embedder did not say.
pub(crate) fn default_source(is_video: bool) -> Source {
    if is_video { Source::Camera } else { Source::Microphone }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParticipantId;

    fn person(n: usize) -> Occupant {
        Occupant { publisher: n, id: ParticipantId(n as u64), unit: Unit::Person }
    }

    fn slots(count: usize) -> Vec<Slot> {
        (0..count).map(|n| Slot { audio: Some(2 * n), video: Some(2 * n + 1), occupant: None }).collect()
    }

    #[test]
    fn who_stays_keeps_the_slot_and_the_next_takes_the_one_set_free() {
        let mut slots = slots(2);
        assert_eq!(place(&mut slots, &[person(1), person(2), person(3)], |_| ()), 1);
        let mut changed = Vec::new();
        assert_eq!(place(&mut slots, &[person(2), person(3)], |n| changed.push(n)), 0);
        let occupants: Vec<_> = slots.iter().map(|slot| slot.occupant.map(|o| o.publisher)).collect();
        assert_eq!(occupants, [Some(3), Some(2)]);
        assert_eq!(changed, [0, 0], "freed, then taken");
    }

    #[test]
    fn a_screen_takes_the_last_slot() {
        let mut slots = slots(2);
        slots.push(Slot { audio: None, video: Some(4), occupant: None });
        let screen = Occupant { unit: Unit::Screen, ..person(1) };
        place(&mut slots, &[person(1), screen, person(2)], |_| ());
        let units: Vec<_> = slots.iter().map(|slot| slot.occupant.map(|o| (o.publisher, o.unit))).collect();
        assert_eq!(units, [Some((1, Unit::Person)), Some((2, Unit::Person)), Some((1, Unit::Screen))]);
    }
}
