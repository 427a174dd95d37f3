//! One viewer's ears on one publisher: sound counts if it comes in time to be played.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Label, SOUND_EVERY};

/// What was heard.
#[derive(Debug, Default)]
pub(crate) struct Ears {
    heard: BTreeSet<u32>,
}

/// Numbers remembered to tell what comes twice: half a minute of them.
const HEARD_MAX: u32 = 512;
/// Packets before it that each packet of sound repeats.
const SOUND_REPEATS: u32 = 2;
/// The longest way from mouth to ear that still makes a conversation (ITU-T G.114). What comes later is concealed.
const MOUTH_TO_EAR_MAX: Duration = Duration::from_millis(400);

impl Ears {
    /// Takes one packet. Gives how many packets' worth of sound it adds.
    pub(crate) fn hear(&mut self, label: Label, now: Duration) -> u64 {
        let mut added = 0;
        for back in 0..=SOUND_REPEATS.min(label.number) {
            let number = label.number - back;
            let taken_at = label.taken_at().saturating_sub(SOUND_EVERY * back);
            let fresh = self.heard.last().is_none_or(|last| *last < number + HEARD_MAX);
            if now <= taken_at + MOUTH_TO_EAR_MAX && fresh && self.heard.insert(number) {
                added += 1;
            }
        }
        while HEARD_MAX < self.heard.last().copied().unwrap_or(0) - self.heard.first().copied().unwrap_or(0) {
            self.heard.pop_first();
        }
        added
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
        let mut hear = |number: u32, late: u64| {
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
