//! What must hold at every step of every scenario.

use std::fmt;
use std::time::Duration;

/// A promise that no seed may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// No media and no message crosses from one room to another.
    RoomsApart,
    /// No media and no message passes to or from anybody outside a consultation.
    GateKept,
    /// Nothing of a muted source passes.
    MuteKept,
    /// No datagram is larger than [`DATAGRAM_BYTES_MAX`].
    DatagramsSmall,
    /// Datagrams go to addresses of people who are there, and nowhere else.
    NoStrangers,
    /// No viewer gets a sequence number twice, but as a repair of what got lost, and never with other bytes or one that leaps: numbers are what
    /// encryption counts by.
    NumbersInLine,
    /// A stream that a viewer gets never goes back in time, and its VP8 picture ids go up by one from frame to frame.
    FramesInLine,
    /// What arrives without gaps leaves without gaps: a stream misses no more than what its publisher's network lost or mixed up.
    NoGaps,
    /// No more leaves for a viewer than their network is believed to carry, seen over [`BUDGET_WINDOW`].
    WithinBudget,
    /// Deadlines move: the same instant does not ask for itself again.
    NoSpin,
    /// What belonged to somebody who left, or to a room that closed, is gone.
    Freed,
    /// What the core holds for everybody stays under its named limits.
    Bounded,
    /// Waiting room and media agree about who is in a consultation, and a finished visit knows no name.
    LobbyAgrees,
    /// Honest people are not taken for faulty, whatever their network does, and their offers are answered.
    HonestStay,
    /// Once the network is good, everybody in a consultation sees everybody else in it.
    AllSee,
    /// The law that was given to [`crate::Scenario::play_under`].
    Yours,
}

/// The largest UDP payload that passes everywhere: IPv6's least MTU of 1,280 less headers, rounded down.
pub const DATAGRAM_BYTES_MAX: usize = 1_200;

/// The time over which [`Law::WithinBudget`] counts what left for a viewer.
pub const BUDGET_WINDOW: Duration = Duration::from_secs(2);

/// How far a sequence number may leap ahead: more than any burst of loss leaves behind in these scenarios.
pub(crate) const LEAP_MAX: u64 = 1_024;

/// A law that was broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("seed={seed} at {at:?}: {law:?} is broken: {what}. Replay: cargo run -p sfu-sim -- replay {seed}")]
pub struct Violation {
    /// The scenario's seed.
    pub seed: u64,
    /// When, on the scenario's clock.
    pub at: Duration,
    /// Which.
    pub law: Law,
    /// How.
    pub what: String,
}

/// Something that was switched on and off, and when: what left a server at a step is judged by how things stood at that step.
#[derive(Clone, Debug, Default)]
pub(crate) struct History(Vec<(u64, bool)>);

impl History {
    pub(crate) fn set(&mut self, step: u64, on: bool) {
        self.0.push((step, on));
    }

    /// How it stood; off before the first change.
    pub(crate) fn at(&self, step: u64) -> bool {
        self.0.iter().rev().find(|(since, _)| *since <= step).is_some_and(|(_, on)| *on)
    }

    pub(crate) fn now(&self) -> bool {
        self.0.last().is_some_and(|(_, on)| *on)
    }
}

/// The sequence numbers that one viewer got under one SSRC.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    highest: Option<u64>,
    seen: std::collections::BTreeMap<u64, u64>, // Extended number to a digest of the bytes.
    pub(crate) gaps: u64,
}

impl Numbers {
    /// Takes one packet as it leaves.
    pub(crate) fn sent(&mut self, seq: u16, bytes: &[u8]) -> Result<(), Broken> {
        let extended = match self.highest {
            None => u64::from(seq) + (1 << 16),
            Some(highest) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "serial number arithmetic (RFC 1982) is about the low bits"
                )]
                let ahead = seq.wrapping_sub(highest as u16);
                if ahead < 1 << 15 { highest + u64::from(ahead) } else { highest - u64::from(ahead.wrapping_neg()) }
            }
        };
        let digest = digest(bytes);
        let before = self.seen.insert(extended, digest);
        if before.is_some_and(|before| before != digest) {
            return Err(Broken::Twice);
        }
        if before.is_some() {
            return Err(Broken::Again);
        }
        while LEAP_MAX < self.seen.len() as u64 {
            self.seen.pop_first();
        }
        let highest = self.highest.unwrap_or(extended);
        if highest + LEAP_MAX < extended {
            self.highest = Some(extended);
            return Err(Broken::Leap);
        }
        self.gaps += (extended.max(highest) - highest).saturating_sub(1);
        self.highest = Some(extended.max(highest));
        Ok(())
    }
}

#[cfg(test)]
impl Numbers {
    /// As if the last so many packets had not been sent.
    pub(crate) fn skip_back(&mut self, packets: u64) {
        self.highest = self.highest.map(|highest| highest - packets);
        self.seen.clear();
    }
}

#[cfg(test)]
impl Frames {
    /// As if so many pictures were missing from now on.
    pub(crate) fn skip_back(&mut self, pictures: u16) {
        for (_, picture_id) in self.seen.values_mut() {
            *picture_id = picture_id.wrapping_sub(pictures) & 0x7fff;
        }
    }
}

/// The frames that one viewer got on one m-line, by sequence number.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    seen: std::collections::BTreeMap<u64, (u64, u16)>, // RTP time and picture id.
    newest: Option<u64>,
}

impl Frames {
    /// Takes one packet as it arrives, and gives its RTP time counted on beyond 32 bits. Only neighbours are compared: what lies between others may
    /// be lost.
    pub(crate) fn came(&mut self, sequence: u64, timestamp: u32, picture_id: u16) -> Result<u64, String> {
        let time = self.extend(timestamp);
        self.seen.insert(sequence, (time, picture_id));
        while LEAP_MAX < self.seen.len() as u64 {
            self.seen.pop_first();
        }
        let before = sequence.checked_sub(1).and_then(|before| self.seen.get(&before)).copied();
        let after = self.seen.get(&(sequence + 1)).copied();
        let here = (time, picture_id);
        let pairs = [before.map(|before| (before, here)), after.map(|after| (here, after))];
        for (first, second) in pairs.into_iter().flatten() {
            let same = first == second;
            let next = first.0 < second.0 && second.1 == (first.1 + 1) & 0x7fff;
            if !same && !next {
                return Err(format!("after {first:?} comes {second:?} at {sequence}"));
            }
        }
        Ok(time)
    }

    fn extend(&mut self, timestamp: u32) -> u64 {
        let newest = self.newest.unwrap_or(u64::from(timestamp) + (1 << 32));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "serial number arithmetic (RFC 1982) is about the low bits"
        )]
        let ahead = timestamp.wrapping_sub(newest as u32);
        let time = if ahead < 1 << 31 {
            newest + u64::from(ahead)
        } else {
            newest.saturating_sub(u64::from(ahead.wrapping_neg()))
        };
        self.newest = Some(newest.max(time));
        time
    }
}

/// How numbers went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Twice,
    /// Fine where the first may have got lost.
    Again,
    Leap,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Twice => "the same number with other bytes",
            Self::Again => "the same packet again, although all arrived,",
            Self::Leap => "a leap",
        })
    }
}

fn digest(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new(); // Fixed keys: the same everywhere.
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_wrap_and_come_late_but_not_twice_nor_leap() {
        let mut numbers = Numbers::default();
        for seq in [65_534, 65_535, 1, 0, 2] {
            assert_eq!(numbers.sent(seq, b"bytes"), Ok(()));
        }
        assert_eq!(numbers.gaps, 1, "0 was late");
        assert_eq!(numbers.sent(1, b"bytes"), Err(Broken::Again));
        assert_eq!(numbers.sent(1, b"other"), Err(Broken::Twice));
        assert_eq!(numbers.sent(9_000, b"bytes"), Err(Broken::Leap));
        assert_eq!(numbers.sent(9_001, b"bytes"), Ok(()), "from there on");
    }

    #[test]
    fn frames_go_forward_one_by_one() {
        let mut frames = Frames::default();
        let fits = |frames: &mut Frames, sequence, timestamp, id| frames.came(sequence, timestamp, id).is_ok();
        assert!(fits(&mut frames, 10, u32::MAX, 0x7fff));
        assert!(fits(&mut frames, 11, u32::MAX, 0x7fff), "another part");
        assert!(fits(&mut frames, 12, 899, 0), "the next; time and ids wrap");
        assert!(fits(&mut frames, 20, 9_000, 6), "nobody knows what was between");
        assert!(!fits(&mut frames, 13, 800, 1), "back in time");
        assert!(!fits(&mut frames, 21, 9_900, 8), "an id is missing");
        assert!(!fits(&mut frames, 19, 9_000, 5), "two frames at one time");
    }

    #[test]
    fn history_is_read_as_of_a_step() {
        let mut gate = History::default();
        gate.set(5, true);
        gate.set(9, false);
        assert_eq!([4, 5, 8, 9].map(|step| gate.at(step)), [false, true, true, false]);
    }
}
