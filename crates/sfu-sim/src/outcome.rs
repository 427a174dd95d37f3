//! What a scenario came to, as a picture for people and a hash for machines.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use sfu_core::SfuStats;
use sfu_lobby::State;

/// What a scenario came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed it was played with.
    pub seed: u64,
    /// Where each patient's visit stands; `None` for those who never checked in or are forgotten.
    pub visits: BTreeMap<&'static str, Option<State>>,
    /// Who saw whom, in all rooms together.
    pub(crate) sights: BTreeMap<(&'static str, &'static str), Sight>,
    /// How often each person's connection came up: once, and once more for each new session.
    pub connections: BTreeMap<&'static str, u32>,
    /// What the waiting room refused.
    pub refused: u32,
    /// Sequence numbers that a viewer never got a packet for before a later one left the server.
    pub gaps: u64,
    /// The core's counters at the end.
    pub stats: SfuStats,
}

/// What one person saw and heard of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Frames that were taken while both were connected in an open room.
    pub frames_due: u64,
    /// Frames that could be decoded.
    pub frames: u64,
    /// Packets of sound that were recorded while both were connected in an open room.
    pub sounds_due: u64,
    /// Packets of sound that arrived, each counted once.
    pub sounds: u64,
    /// Messages that were written while both had an open channel in an open room.
    pub messages_due: u64,
    /// Messages that arrived.
    pub messages: u64,
    /// The longest time without a new picture while there should have been one.
    pub freeze_max: Duration,
    pub(crate) due_at: Option<Duration>,
    pub(crate) moved_at: Duration,
}

impl Sight {
    /// The share of pictures that could be seen.
    #[must_use]
    pub fn picture_percent(&self) -> u64 {
        percent(self.frames, self.frames_due)
    }

    /// The share of sound that could be heard.
    #[must_use]
    pub fn sound_percent(&self) -> u64 {
        percent(self.sounds, self.sounds_due)
    }
}

fn percent(of: u64, all: u64) -> u64 {
    (of * 100).checked_div(all).unwrap_or(0).min(100)
}

impl Outcome {
    /// What `viewer` saw of `publisher`; nothing if they never met.
    #[must_use]
    pub fn sees(&self, viewer: &'static str, publisher: &'static str) -> Sight {
        self.sights.get(&(viewer, publisher)).copied().unwrap_or_default()
    }

    /// A number that is equal for equal outcomes: every count and every time in it, to the step.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new(); // Fixed keys: the same everywhere.
        format!("{self:?}").hash(&mut hasher);
        hasher.finish()
    }
}

/// A picture in coarse strokes: it changes when a promise does, not when a detail of timing does.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, state) in &self.visits {
            let state = state.map_or("nowhere", State::label);
            writeln!(f, "{name} is {state}")?;
        }
        for ((viewer, publisher), sight) in &self.sights {
            let freeze = freeze(sight.freeze_max);
            let (picture, sound) = (stroke(sight.picture_percent()), stroke(sight.sound_percent()));
            writeln!(f, "{viewer} sees {publisher}: picture {picture}, sound {sound}, {freeze}")?;
        }
        if self.sights.is_empty() {
            writeln!(f, "nobody sees anybody")?;
        }
        Ok(())
    }
}

fn stroke(percent: u64) -> &'static str {
    match percent {
        98.. => "whole",
        90..98 => "good",
        70..90 => "fair",
        30..70 => "poor",
        1..30 => "hardly any",
        0 => "none",
    }
}

fn freeze(longest: Duration) -> &'static str {
    match longest.as_millis() {
        0..500 => "no freeze",
        500..2_000 => "freezes below 2 s",
        2_000..5_000 => "freezes below 5 s",
        _ => "long freezes",
    }
}
