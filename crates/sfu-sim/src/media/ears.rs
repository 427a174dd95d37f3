//! One viewer's ears on one publisher: sound counts if it comes in time to be played.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Label, SOUND_EVERY};

/// What is to be heard.
#[derive(Debug, Default)]
pub(crate) struct Ears {
    expected: BTreeSet<u32>,
}

/// Packets before it that each packet of sound repeats.
const SOUND_REPEATS: u32 = 2;
/// The longest way from mouth to ear that still makes a conversation (ITU-T G.114). What comes later is concealed.
pub(crate) const MOUTH_TO_EAR_MAX: Duration = Duration::from_millis(400);
/// Packets that may still come in time.
const EXPECTED_MAX: usize = (MOUTH_TO_EAR_MAX.as_nanos() / SOUND_EVERY.as_nanos()) as usize + 1;

impl Ears {
    /// A packet of that number was just spoken.
    pub(crate) fn expect(&mut self, number: u32) {
        self.expected.insert(number);
        if EXPECTED_MAX < self.expected.len() {
            self.expected.pop_first();
        }
    }

    /// Takes one packet. Gives how many packets' worth of expected sound it adds.
    pub(crate) fn hear(&mut self, label: Label, now: Duration) -> u64 {
        let carried = (0..=SOUND_REPEATS.min(label.number)).filter(|back| {
            let taken_at = label.taken_at().saturating_sub(SOUND_EVERY * *back);
            now <= taken_at + MOUTH_TO_EAR_MAX && self.expected.remove(&(label.number - back))
        });
        carried.count() as u64
    }
}

#[cfg(test)]
mod tests {
    use sfu_core::{ParticipantId, Source};

    use super::*;
    use crate::media::ticks;

    #[test]
    fn a_lost_packet_is_heard_from_the_next_and_a_late_one_is_not() {
        let mut ears = Ears::default();
        let mut spoken = 0;
        let mut hear = |number: u32, late: u64| {
            while spoken <= number {
                ears.expect(spoken);
                spoken += 1;
            }
            let at = SOUND_EVERY * number;
            let label =
                Label { publisher: ParticipantId(7), room: 3, source: Source::Microphone, number, at: ticks(at) };
            ears.hear(label, at + Duration::from_millis(late))
        };
        assert_eq!(hear(0, 50), 1);
        assert_eq!(hear(2, 50), 2, "1 was lost");
        assert_eq!(hear(2, 60), 0, "twice");
        assert_eq!(hear(9, 390), 1, "the two before are too late");
        assert_eq!(hear(10, 410), 0);
    }
}
