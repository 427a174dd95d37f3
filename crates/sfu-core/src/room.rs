//! Who receives whom.
//!
//! Everybody in a room whose gate is open receives everybody else, as far as permissions and slots go (and nobody themself, but for an echo:
//! whose audience names themself): microphone and
//! camera in one slot, a shared screen in its own. Who stays keeps the slot; who leaves frees it for the next, without
//! any renegotiation. Where slots are short, screens come first, then whom the viewer pinned, then who spoke last, then
//! who came first ("last N"). Sound is chosen packet by packet: in a large room only the loudest few are passed on.

use std::cmp::Reverse;
use std::time::Instant;

use crate::participant::{Live, Occupant, Participant, Slot, Unit};
use crate::speaker::{Loudest, Speakers};
use crate::subscription::Feed;
use crate::track::{Track, Viewing};
use crate::{Audience, Metadata, ParticipantId, RoomPolicy, Source};

/// A room.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Indices into the participants, in join order.
    pub(crate) members: Vec<usize>,
    /// How many were opened before it.
    pub(crate) number: u64,
    pub(crate) policy: RoomPolicy,
    pub(crate) metadata: Metadata,
    pub(crate) speakers: Speakers,
    pub(crate) loudest: Loudest,
    /// There are more microphones than one viewer may receive.
    pub(crate) chooses_sound: bool,
    /// People and screens that a viewer has no place for now, over all viewers. While there are some, it matters who
    /// speaks.
    pub(crate) unplaced: u64,
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
    /// Whom the room listened to has left.
    pub(crate) lost_speaker: bool,
}

/// The participants of the whole [`crate::Sfu`]; rooms refer to them by index.
pub(crate) type Participants = [Option<Participant>];

/// Somebody, or a screen, that could be in a slot.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    occupant: Occupant,
    has_picture: bool,
    has_sound: bool,
    /// When they were last heard speaking.
    spoke_at: Option<Instant>,
    is_dominant: bool,
}

impl Room {
    pub(crate) fn new(number: u64) -> Self {
        Self { number, ..Self::default() }
    }

    /// Decides anew, keeping what can stay.
    pub(crate) fn arrange(&mut self, participants: &mut Participants) -> Arranged {
        let mut arranged = Arranged { lost_speaker: self.forget_absent(participants), ..Arranged::default() };
        let candidates = self.candidates(participants);
        let microphones = candidates.iter().filter(|one| one.occupant.unit == Unit::Person && one.has_sound).count();
        self.chooses_sound = self.policy.audio_max < microphones;
        self.unplaced = 0;
        for &viewer in &self.members {
            let Some(participant) = participants.get_mut(viewer).and_then(Option::as_mut) else { continue };
            let mut others: Vec<Candidate> = match participant.admitted() {
                Some(_) => candidates.iter().copied().filter(|one| receives(participant, one.occupant)).collect(),
                None => Vec::new(),
            };
            let pinned = |id: ParticipantId| participant.pinned.contains(&id);
            // Stable: equals stay in join order.
            others.sort_by_key(|one| Reverse((pinned(one.occupant.id), one.is_dominant, one.spoke_at)));
            let Some(live) = participant.live.as_deref_mut() else { continue };
            self.unplaced += place(&mut live.slots, &others, self.policy.video_max, |slot| {
                arranged.slots.push(SlotChange { viewer, slot });
            });
        }
        self.connect(participants, &mut arranged);
        arranged
    }

    /// Voices are kept of those who may be heard. Returns whether the dominant speaker is not among them any more.
    fn forget_absent(&mut self, participants: &Participants) -> bool {
        let members = &self.members;
        let stays = |who: usize| {
            let live = participants.get(who).and_then(Option::as_ref).filter(|_| members.contains(&who));
            let sounds = |track: &Track| track.source == Source::Microphone;
            live.is_some_and(|one| {
                one.may_publish(Source::Microphone) && one.admitted().is_some_and(|live| live.tracks.iter().any(sounds))
            })
        };
        self.loudest.retain(stays);
        self.speakers.retain(stays)
    }

    /// Who publishes what, in join order.
    fn candidates(&self, participants: &Participants) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for &publisher in &self.members {
            let Some(participant) = participants.get(publisher).and_then(Option::as_ref) else { continue };
            for unit in [Unit::Person, Unit::Screen] {
                let published = participant.published().filter(|(_, track)| Unit::of(track.source) == unit);
                let (videos, sounds): (Vec<_>, Vec<_>) = published.partition(|(_, track)| track.is_video);
                if videos.is_empty() && (sounds.is_empty() || unit == Unit::Screen) {
                    continue;
                }
                candidates.push(Candidate {
                    occupant: Occupant { publisher, id: participant.id, unit },
                    has_picture: !videos.is_empty(),
                    has_sound: !sounds.is_empty(),
                    spoke_at: self.speakers.spoke_at(publisher),
                    is_dominant: self.speakers.dominant() == Some(publisher),
                });
            }
        }
        candidates
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
                let Some(occupant) = slot.occupant else { continue };
                let Some(publisher) = participants.get(occupant.publisher).and_then(Option::as_ref) else { continue };
                for line in slot.audio.into_iter().chain(slot.video.filter(|_| slot.is_seen)) {
                    feeds[line] = feed(publisher, occupant, live.lines[line].is_video);
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
                live.lines[line].is_fresh = true;
                live.lines[line].aim_first();
                live.restart_line(line);
                live.lines[line].delivery = None;
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

fn receives(viewer: &Participant, other: Occupant) -> bool {
    match &viewer.permissions.receive {
        Audience::Everyone => other.id != viewer.id,
        Audience::Only(some) => some.contains(&other.id),
    }
}

/// The first track of the occupant that belongs on such a line.
fn feed(publisher: &Participant, occupant: Occupant, is_video: bool) -> Option<Feed> {
    let session = publisher.admitted().map(|live: &Live| live.number)?;
    let mut published = publisher.published();
    let (track, _) =
        published.find(|(_, track)| track.is_video == is_video && Unit::of(track.source) == occupant.unit)?;
    Some(Feed { publisher: occupant.publisher, session, track })
}

/// Frees the slots of those who are gone or come too late, and places those who are new. `others` is in the order of
/// importance. Returns how many found no slot or are not seen.
fn place(slots: &mut [Slot], others: &[Candidate], video_max: usize, mut changed: impl FnMut(usize)) -> u64 {
    let (screens, people): (Vec<_>, Vec<_>) = others.iter().partition(|one| one.occupant.unit == Unit::Screen);
    // A screen never takes the only slot from the people behind it.
    let for_screens = slots.len().saturating_sub(usize::from(!people.is_empty()));
    let for_screens = for_screens.min(slots.iter().filter(|slot| slot.video.is_some()).count());
    let screens_max = screens.len().min(for_screens);
    let people_max = people.len().min(slots.len() - screens_max);
    let unplaced = others.len() - screens_max - people_max;
    let chosen: Vec<Candidate> = screens[..screens_max].iter().chain(&people[..people_max]).copied().copied().collect();

    for (n, slot) in slots.iter_mut().enumerate() {
        if slot.occupant.is_some_and(|occupant| !chosen.iter().any(|one| one.occupant == occupant)) {
            slot.vacate();
            changed(n);
        }
    }
    let mut waiting = chosen.clone();
    waiting.retain(|one| !slots.iter().any(|slot| slot.occupant == Some(one.occupant)));
    waiting.reverse();
    while let Some(one) = waiting.pop() {
        let Some(n) = free_slot(slots, &one).or_else(|| someones_picture(slots, &one, &chosen)) else { continue };
        let former = slots[n].occupant.replace(one.occupant);
        changed(n);
        // Whoever had to make room for a screen's picture is still heard.
        waiting.extend(chosen.iter().find(|other| former == Some(other.occupant)));
    }

    let with_picture = chosen[screens_max..].iter().filter(|one| one.has_picture);
    let unseen: Vec<Occupant> = with_picture.skip(video_max).map(|one| one.occupant).collect();
    for (n, slot) in slots.iter_mut().enumerate() {
        let is_seen = slot.occupant.is_some_and(|occupant| !unseen.contains(&occupant));
        if std::mem::replace(&mut slot.is_seen, is_seen) != is_seen && slot.occupant.is_some() {
            changed(n);
        }
    }
    (unplaced + unseen.len()) as u64
}

/// People from the front, screens from the back: a last slot that has only video stays free for a screen.
fn free_slot(slots: &[Slot], one: &Candidate) -> Option<usize> {
    let is_free = |slot: &&Slot| slot.occupant.is_none();
    match one.occupant.unit {
        Unit::Person => {
            let complete = slots.iter().position(|slot| is_free(&slot) && slot.audio.is_some());
            complete.or_else(|| slots.iter().position(|slot| is_free(&slot)))
        }
        Unit::Screen => {
            let shows = |slot: &Slot| is_free(&slot) && slot.video.is_some();
            let fits = slots.iter().rposition(|slot| shows(slot) && slot.audio.is_some() == one.has_sound);
            fits.or_else(|| slots.iter().rposition(shows))
        }
    }
}

/// The slot with video of the least important person, for a screen.
fn someones_picture(slots: &[Slot], one: &Candidate, chosen: &[Candidate]) -> Option<usize> {
    let people =
        chosen.iter().rev().filter(|other| one.occupant.unit == Unit::Screen && other.occupant.unit == Unit::Person);
    let mut places =
        people.filter_map(|other| slots.iter().position(|s| s.occupant == Some(other.occupant) && s.video.is_some()));
    places.next()
}

/// Which source an m-line carries, when the embedder did not say.
pub(crate) fn default_source(is_video: bool) -> Source {
    if is_video { Source::Camera } else { Source::Microphone }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: usize = 99;

    fn person(n: usize) -> Candidate {
        let occupant = Occupant { publisher: n, id: ParticipantId(n as u64), unit: Unit::Person };
        Candidate { occupant, has_picture: true, has_sound: true, spoke_at: None, is_dominant: false }
    }

    fn screen(n: usize) -> Candidate {
        let occupant = Occupant { unit: Unit::Screen, ..person(n).occupant };
        Candidate { occupant, has_sound: false, ..person(n) }
    }

    fn slots(count: usize) -> Vec<Slot> {
        let slot = |n| Slot { audio: Some(2 * n), video: Some(2 * n + 1), ..Slot::default() };
        (0..count).map(slot).collect()
    }

    fn occupants(slots: &[Slot]) -> Vec<Option<usize>> {
        slots.iter().map(|slot| slot.occupant.map(|occupant| occupant.publisher)).collect()
    }

    #[test]
    fn who_stays_keeps_the_slot_and_the_next_takes_the_one_set_free() {
        let mut slots = slots(2);
        assert_eq!(place(&mut slots, &[person(1), person(2), person(3)], MANY, |_| ()), 1);
        let mut changed = Vec::new();
        assert_eq!(place(&mut slots, &[person(2), person(3)], MANY, |n| changed.push(n)), 0);
        assert_eq!(occupants(&slots), [Some(3), Some(2)]);
        changed.dedup();
        assert_eq!(changed, [0], "freed, then taken");
    }

    #[test]
    fn a_screen_takes_the_last_slot() {
        let mut slots = slots(2);
        slots.push(Slot { video: Some(4), ..Slot::default() });
        place(&mut slots, &[person(1), screen(1), person(2)], MANY, |_| ());
        let units: Vec<_> = slots.iter().map(|slot| slot.occupant.map(|o| (o.publisher, o.unit))).collect();
        assert_eq!(units, [Some((1, Unit::Person)), Some((2, Unit::Person)), Some((1, Unit::Screen))]);
    }

    #[test]
    fn a_screen_with_sound_takes_a_slot_that_has_sound() {
        let mut slots = slots(3);
        slots.push(Slot { video: Some(6), ..Slot::default() });
        place(&mut slots, &[Candidate { has_sound: true, ..screen(1) }, person(1)], MANY, |_| ());
        assert_eq!(occupants(&slots), [Some(1), None, Some(1), None]);
    }

    #[test]
    fn who_spoke_takes_the_slot_of_the_least_important_and_nobody_else_moves() {
        let mut slots = slots(3);
        place(&mut slots, &[person(1), person(2), person(3), person(4)], MANY, |_| ());
        let mut changed = Vec::new();
        place(&mut slots, &[person(4), person(1), person(2), person(3)], MANY, |n| changed.push(n));
        assert_eq!(occupants(&slots), [Some(1), Some(2), Some(4)]);
        assert!(changed.iter().all(|&n| n == 2));
    }

    #[test]
    fn beyond_the_last_n_people_are_heard_and_not_seen() {
        let mut slots = slots(3);
        let voice = Candidate { has_picture: false, ..person(3) };
        assert_eq!(place(&mut slots, &[person(1), voice, person(2)], 1, |_| ()), 1);
        let seen: Vec<_> = slots.iter().map(|slot| slot.is_seen).collect();
        assert_eq!((occupants(&slots), seen), (vec![Some(1), Some(3), Some(2)], vec![true, true, false]));
        let mut changed = Vec::new();
        place(&mut slots, &[person(2), voice, person(1)], 1, |n| changed.push(n));
        assert_eq!(changed, [0, 2], "they change places on the screen, not slots");
    }

    #[test]
    fn a_screen_comes_before_the_last_person_but_never_takes_the_only_slot() {
        let mut two = slots(2);
        place(&mut two, &[person(1), person(2)], MANY, |_| ());
        assert_eq!(place(&mut two, &[person(1), person(2), screen(1)], MANY, |_| ()), 1);
        assert_eq!(two[1].occupant.map(|occupant| occupant.unit), Some(Unit::Screen));
        let mut one = slots(1);
        assert_eq!(place(&mut one, &[screen(1), person(1)], MANY, |_| ()), 1);
        assert_eq!(one[0].occupant.map(|occupant| occupant.unit), Some(Unit::Person));
        place(&mut one, &[screen(1)], MANY, |_| ());
        assert_eq!(one[0].occupant.map(|occupant| occupant.unit), Some(Unit::Screen));
    }

    #[test]
    fn a_screen_moves_somebody_to_a_slot_without_video_where_they_are_still_heard() {
        let mut slots = slots(1);
        slots.push(Slot { audio: Some(2), ..Slot::default() });
        place(&mut slots, &[person(1)], MANY, |_| ());
        assert_eq!(place(&mut slots, &[screen(2), person(1)], MANY, |_| ()), 0);
        let units: Vec<_> = slots.iter().map(|slot| slot.occupant.map(|occupant| occupant.unit)).collect();
        assert_eq!(units, [Some(Unit::Screen), Some(Unit::Person)]);
    }
}
