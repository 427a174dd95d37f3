//! Which frames of a scalable stream one viewer gets.

use std::sync::Arc;

use super::{Descriptor, Indication, Structure};

/// Chooses the frames for one viewer of one stream.
///
/// It gives the best decode target within what [`Selector::aim`] allows that the viewer can decode now: it goes to
/// another one only where the frames already passed on suffice, which for more pixels usually is a keyframe only. A frame
/// that refers to one which was left out is left out as well.
#[derive(Debug)]
pub struct Selector {
    /// The highest spatial and temporal layer wanted.
    wanted: (u8, u8),
    current: Option<Current>,
    structure: Option<Arc<Structure>>,
    history: History,
    /// Chains of which the viewer lacks a frame, as bits.
    broken: u32,
    /// The RTP timestamp of the newest picture.
    picture: Option<u32>,
    needs_keyframe: bool,
}

#[derive(Clone, Copy, Debug)]
struct Current {
    target: u8,
    /// See [`Structure::covered_by`].
    covered: u32,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The viewer gets it.
    pub goes: bool,
    /// It is the last of its picture that this viewer gets, so it must have the RTP marker. (A packet that has it
    /// already keeps it.)
    pub ends_picture: bool,
    /// The decode targets of which the viewer gets everything, as bits: see [`super::Rewriter::rewrite`].
    pub active: u32,
}

impl Selector {
    /// For a viewer that has nothing of the stream yet and is to have all of it.
    pub fn new() -> Self {
        Self {
            wanted: (u8::MAX, u8::MAX),
            current: None,
            structure: None,
            history: History::default(),
            broken: 0,
            picture: None,
            needs_keyframe: true,
        }
    }

    /// Sets the highest spatial and temporal layer that the viewer is to have. Fewer frames or pixels come with the next
    /// picture, if the stream allows; more at the next point where decoding can go on.
    pub fn aim(&mut self, spatial: u8, temporal: u8) {
        self.wanted = (spatial, temporal);
    }

    /// Nothing more goes until the next frame at which decoding can begin: after a pause, or when even waiting for it
    /// would cost too much.
    pub fn restart(&mut self) {
        *self = Self { wanted: self.wanted, ..Self::new() };
    }

    /// The spatial and temporal layer that the viewer gets now; `None` before the first keyframe.
    pub fn showing(&self) -> Option<(u8, u8)> {
        Some(self.structure.as_ref()?.layers(self.current?.target))
    }

    /// Whether the viewer can only get the picture size that it is to have after a keyframe.
    pub fn needs_keyframe(&self) -> bool {
        self.needs_keyframe
    }

    /// Decides about a packet whose RTP timestamp is `timestamp`.
    pub fn select(&mut self, descriptor: &Descriptor, timestamp: u32) -> Selected {
        let number = descriptor.number;
        let goes = match self.history.decision(number) {
            Some(went) => went,
            None => {
                if self.history.newest < Some(number) {
                    self.advance(descriptor, timestamp);
                }
                let goes = self.current.is_some_and(|current| descriptor.frame.indications.is_present(current.target))
                    && self.decodes(descriptor, History::may_have_gone);
                self.history.record(number, goes);
                goes
            }
        };
        let top = self.showing().map(|(spatial, _)| spatial);
        Selected {
            goes,
            ends_picture: goes && descriptor.is_end && top == Some(descriptor.frame.spatial),
            active: self.current.map_or(0, |current| current.covered & descriptor.active),
        }
    }

    /// A new frame: the time to change the decode target.
    fn advance(&mut self, descriptor: &Descriptor, timestamp: u32) {
        let structure = &descriptor.structure;
        match &self.structure {
            Some(known) if Arc::ptr_eq(known, structure) => {}
            Some(known) if known.is_like(structure) => self.structure = Some(Arc::clone(structure)),
            Some(_) | None => {
                self.structure = Some(Arc::clone(structure));
                self.current = None;
                self.broken = 0;
                self.history = History::from(descriptor.number);
            }
        }
        for (chain, diff) in (0..structure.chains()).zip(&descriptor.frame.chains) {
            let is_broken = *diff != 0 && !self.history.may_have_gone(descriptor.number, u16::from(*diff));
            self.broken =
                if *diff == 0 { self.broken & !(1 << chain) } else { self.broken | u32::from(is_broken) << chain };
        }
        let begins_picture = self.picture != Some(timestamp);
        self.picture = Some(timestamp);
        self.choose(descriptor, begins_picture);
    }

    fn choose(&mut self, descriptor: &Descriptor, begins_picture: bool) {
        let structure = Arc::clone(&descriptor.structure);
        let ranked = Ranked { structure: &structure, active: descriptor.active, wanted: self.wanted };
        let Some(best) = ranked.best() else { return };
        let mut candidate = Some(best);
        while let Some(target) = candidate {
            let Some(current) = self.current else {
                if self.can_switch(descriptor, target) {
                    self.current = Some(Current { target, covered: structure.covered_by(target) });
                    break;
                }
                candidate = ranked.after(target);
                continue;
            };
            if target == current.target {
                break;
            }
            // A smaller picture cannot begin in the middle of one: its last packet has gone without the marker.
            let cuts = structure.layers(target).0 < structure.layers(current.target).0 && !begins_picture;
            if !cuts && self.can_switch(descriptor, target) {
                self.current = Some(Current { target, covered: structure.covered_by(target) });
                break;
            }
            candidate = ranked.after(target);
        }
        let is_reached = self.showing().map(|(spatial, _)| spatial) == Some(structure.layers(best).0);
        // Within a picture a change may still be to come.
        if is_reached || begins_picture {
            self.needs_keyframe = !is_reached;
        }
    }

    /// Whether the viewer can decode `target` from this frame on.
    fn can_switch(&self, descriptor: &Descriptor, target: u8) -> bool {
        let frame = &descriptor.frame;
        let decodes = self.decodes(descriptor, History::has_gone);
        if decodes && frame.indications.of(target) == Indication::Switch {
            return true;
        }
        let Some(chain) = descriptor.structure.chain(target) else { return false };
        if self.broken & 1 << chain != 0 {
            return false;
        }
        // A chain says nothing about frames outside of it. More pixels that began with such a frame would lack its
        // references, and the picture would never end.
        if self.showing().is_some_and(|(spatial, _)| spatial < descriptor.structure.layers(target).0)
            && frame.temporal > 0
        {
            return false;
        }
        match frame.chains[usize::from(chain)] {
            0 => decodes,
            diff => self.history.has_gone(descriptor.number, u16::from(diff)),
        }
    }

    /// Whether the viewer has all that the frame refers to.
    fn decodes(&self, descriptor: &Descriptor, has: fn(&History, u64, u16) -> bool) -> bool {
        descriptor.frame.references.iter().all(|diff| has(&self.history, descriptor.number, *diff))
    }
}

impl Default for Selector {
    fn default() -> Self {
        Self::new()
    }
}

/// The decode targets that a viewer may have, best first: more pixels before more frames.
struct Ranked<'a> {
    structure: &'a Structure,
    active: u32,
    wanted: (u8, u8),
}

impl Ranked<'_> {
    fn best(&self) -> Option<u8> {
        self.allowed().max_by_key(|target| self.rank(*target)).or_else(|| {
            // Nothing is small enough: the smallest there is.
            self.produced().min_by_key(|target| self.rank(*target))
        })
    }

    fn after(&self, target: u8) -> Option<u8> {
        let worse = self.allowed().filter(|other| self.rank(*other) < self.rank(target));
        worse.max_by_key(|other| self.rank(*other))
    }

    /// Of two with the same layers the earlier one is better, so that ranks are distinct.
    fn rank(&self, target: u8) -> ((u8, u8), u8) {
        (self.structure.layers(target), u8::MAX - target)
    }

    fn allowed(&self) -> impl Iterator<Item = u8> {
        self.produced().filter(|target| {
            let (spatial, temporal) = self.structure.layers(*target);
            spatial <= self.wanted.0 && temporal <= self.wanted.1
        })
    }

    fn produced(&self) -> impl Iterator<Item = u8> {
        (0..self.structure.targets()).filter(|target| self.active & 1 << target != 0)
    }
}

/// What became of the newest frames.
#[derive(Debug, Default)]
struct History {
    /// Frames before this one are of no concern: the viewer does not have them.
    floor: u64,
    newest: Option<u64>,
    seen: [u64; HISTORY_WORDS],
    gone: [u64; HISTORY_WORDS],
}

/// A chain reaches 255 frames back.
const HISTORY_WORDS: usize = 4;
const HISTORY_FRAMES: u64 = 64 * HISTORY_WORDS as u64;

impl History {
    fn from(floor: u64) -> Self {
        Self { floor, ..Self::default() }
    }

    /// Whether the frame goes, if that is settled.
    fn decision(&self, number: u64) -> Option<bool> {
        if number < self.floor {
            return Some(false);
        }
        let newest = self.newest?;
        let (word, bit) = place(number);
        (number <= newest && newest - number < HISTORY_FRAMES && self.seen[word] & bit != 0)
            .then(|| self.gone[word] & bit != 0)
    }

    /// The frame so far before this one went.
    fn has_gone(&self, number: u64, difference: u16) -> bool {
        number.checked_sub(u64::from(difference)).and_then(|number| self.decision(number)) == Some(true)
    }

    /// As [`History::has_gone`], or it has not come yet, or was so long ago that nobody knows.
    fn may_have_gone(&self, number: u64, difference: u16) -> bool {
        number.checked_sub(u64::from(difference)).is_some_and(|number| self.decision(number) != Some(false))
    }

    fn record(&mut self, number: u64, goes: bool) {
        let newest = *self.newest.get_or_insert(number);
        if newest < number {
            for skipped in (newest + 1..=number).take(HISTORY_FRAMES as usize) {
                // All places are cleared by then if more than fit have been skipped.
                let (word, bit) = place(skipped);
                self.seen[word] &= !bit;
                self.gone[word] &= !bit;
            }
            self.newest = Some(number);
        } else if HISTORY_FRAMES <= newest - number {
            return;
        }
        let (word, bit) = place(number);
        self.seen[word] |= bit;
        if goes {
            self.gone[word] |= bit;
        }
    }
}

fn place(number: u64) -> (usize, u64) {
    let place = number % HISTORY_FRAMES;
    ((place / 64) as usize, 1 << (place % 64))
}
