//! What a scenario came to, as a picture for people and a hash for machines.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use sfu_core::{SfuStats, Source};
use sfu_lobby::State;

use crate::law::Law;
use crate::link::Traffic;

/// What a scenario came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed it was played with.
    pub seed: u64,
    /// Where each patient's visit stands; `None` for those who never checked in or are forgotten.
    pub visits: BTreeMap<&'static str, Option<State>>,
    /// Who saw whom, in all rooms together.
    pub(crate) sights: BTreeMap<(&'static str, &'static str, Source), Sight>,
    /// How often each person's connection came up: once, and once more for each new session.
    pub connections: BTreeMap<&'static str, u32>,
    /// What each person's network carried: towards the server, and from it.
    pub traffic: BTreeMap<&'static str, (Traffic, Traffic)>,
    /// Whom the rooms listened to since when: changes of the dominant speaker.
    pub speakers: Vec<(Duration, Option<&'static str>)>,
    /// How often publishers were told that other layers are wanted now.
    pub layer_orders: u32,
    /// How often a law was broken that the scenario is known to be weak in ([`crate::Scenario::known_weak`]).
    pub breaches: BTreeMap<Law, u32>,
    /// What the waiting room refused.
    pub refused: u32,
    /// Sequence numbers that a viewer never got a packet for before a later one left the server.
    pub gaps: u64,
    /// A number that is equal if every datagram of both directions had the same time, size, source and destination. Handshakes and feedback count with a
    /// nominal size: theirs vary by a few bytes with keys and with the clients' hash tables.
    pub trace: u64,
    /// The core's counters at the end.
    pub stats: SfuStats,
}

/// What one person saw and heard of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Pictures that were taken while both were connected in an open room.
    pub frames_due: u64,
    /// Frames that could be decoded.
    pub frames: u64,
    /// Packets of speech that were recorded while both were connected in an open room.
    pub sounds_due: u64,
    /// Packets of speech that arrived in time to be played, each counted once.
    pub sounds: u64,
    /// Messages that were written while both had an open channel in an open room.
    pub messages_due: u64,
    /// Messages that arrived.
    pub messages: u64,
    /// The longest time without a new picture while there should have been one.
    pub freeze_max: Duration,
    /// How often there was no new picture for [`FREEZE`] while there should have been one.
    pub freezes: u32,
    /// How long it took from the moment both were there to the first picture.
    pub first_picture: Option<Duration>,
    /// How high the picture was, in lines, and since when: each change.
    pub heights: Vec<(Duration, u16)>,
    /// From when until when no new picture came, for whatever reason, for [`FREEZE`] and more.
    pub stills: Vec<(Duration, Duration)>,
    pub(crate) met_at: Option<Duration>,
    pub(crate) due_at: Option<Duration>,
    pub(crate) moved_at: Duration,
    pub(crate) shown_at: Option<Duration>,
}

/// A picture that stands for so long is called frozen.
pub const FREEZE: Duration = Duration::from_millis(500);

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

    /// The share of sound that a listener's decoder had to invent, in thousandths.
    #[must_use]
    pub fn concealed_permille(&self) -> u64 {
        (self.sounds_due.saturating_sub(self.sounds) * 1_000).checked_div(self.sounds_due).unwrap_or(0)
    }

    /// How high the picture was at that time, in lines; 0 before the first.
    #[must_use]
    pub fn height_at(&self, at: Duration) -> u16 {
        self.heights.iter().rev().find(|(since, _)| *since <= at).map_or(0, |(_, height)| *height)
    }

    /// How long it took from `from` until the picture had at most, or at least, so many lines; `None` if it never came to that.
    #[must_use]
    pub fn time_to(&self, from: Duration, fits: impl Fn(u16) -> bool) -> Option<Duration> {
        if fits(self.height_at(from)) {
            return Some(Duration::ZERO);
        }
        let reached = self.heights.iter().find(|(since, height)| from <= *since && fits(*height));
        reached.map(|(since, _)| *since - from)
    }

    /// How long it took from `from` until there was a new picture; `None` if none came.
    #[must_use]
    pub fn resumed_after(&self, from: Duration) -> Option<Duration> {
        let still = self.stills.iter().find(|(since, until)| *since <= from && from < *until);
        match still {
            Some((_, until)) => Some(*until - from),
            None => self.shown_at.filter(|shown_at| from < *shown_at).map(|_| Duration::ZERO),
        }
    }

    /// Whether there was a new picture after that time.
    #[must_use]
    pub fn moved_since(&self, at: Duration) -> bool {
        self.first_picture.is_some() && at < self.moved_at
    }

    pub(crate) fn picture_is_due(&mut self, now: Duration, every: Duration) {
        self.frames_due += 1;
        let continues = self.due_at.is_some_and(|at| now <= at + every * 2);
        if !continues {
            self.moved_at = now;
        }
        self.due_at = Some(now);
        let still = now.saturating_sub(self.moved_at);
        if FREEZE <= still && still.saturating_sub(every) < FREEZE {
            self.freezes += 1;
        }
        self.freeze_max = self.freeze_max.max(still);
    }

    pub(crate) fn meet(&mut self, now: Duration) {
        self.met_at.get_or_insert(now);
    }

    pub(crate) fn moved(&mut self, heights: &[u16], now: Duration) {
        let Some(height) = heights.last() else { return };
        if let (None, Some(met_at)) = (self.first_picture, self.met_at) {
            self.first_picture = Some(now - met_at);
        }
        self.frames += heights.len() as u64;
        self.moved_at = now;
        if let Some(before) = self.shown_at.replace(now).filter(|before| *before + FREEZE <= now) {
            self.stills.push((before, now));
        }
        if self.heights.last().is_none_or(|(_, last)| last != height) {
            self.heights.push((now, *height));
        }
    }
}

fn percent(of: u64, all: u64) -> u64 {
    (of * 100).checked_div(all).unwrap_or(0).min(100)
}

impl Outcome {
    /// What `viewer` saw of `publisher`'s camera and heard of them; nothing if they never met.
    #[must_use]
    pub fn sees(&self, viewer: &'static str, publisher: &'static str) -> Sight {
        self.sights.get(&(viewer, publisher, Source::Camera)).cloned().unwrap_or_default()
    }

    /// What `viewer` saw of `publisher`'s screen.
    #[must_use]
    pub fn sees_screen(&self, viewer: &'static str, publisher: &'static str) -> Sight {
        self.sights.get(&(viewer, publisher, Source::Screen)).cloned().unwrap_or_default()
    }

    /// Everybody who saw or heard somebody else's camera and voice: viewer, publisher, and what.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &'static str, &Sight)> {
        let cameras = self.sights.iter().filter(|((.., source), _)| *source == Source::Camera);
        cameras.map(|((viewer, publisher, _), sight)| (*viewer, *publisher, sight))
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
        for ((viewer, publisher, source), sight) in &self.sights {
            let freeze = freeze(sight.freeze_max);
            let picture = stroke(sight.picture_percent());
            if *source == Source::Screen {
                writeln!(f, "{viewer} sees {publisher}'s screen: picture {picture}, {freeze}")?;
            } else {
                let sound = stroke(sight.sound_percent());
                writeln!(f, "{viewer} sees {publisher}: picture {picture}, sound {sound}, {freeze}")?;
            }
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
