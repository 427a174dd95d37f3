//! Whether the peer takes repairs at all.
//!
//! Firefox may forget the repair stream of a picture (RFC 4588) for the rest of a session: what comes on it is thrown away before it is counted, and
//! feedback calls it lost. Probes are made of such packets, so all of them fail, and a network that carries everything looks like none.

/// Repairs in sequence of which none has arrived: at a loss of 40 % that is one chance in 10^9.
const IN_SEQUENCE: u32 = 24;

/// And so much else has arrived meanwhile: it is not the network that is down.
const OTHERS_MIN: u32 = 12;

#[derive(Debug, Default)]
pub(super) struct Repairs {
    lost_in_sequence: u32,
    /// Of other packets since the first of these.
    others_arrived: u32,
    others_lost: u32,
    /// The estimate at that time.
    before: f64,
    are_ignored: bool,
}

impl Repairs {
    /// What feedback says of a packet. Returns the estimate of before repairs began to be ignored, if that is news.
    pub(super) fn reported(&mut self, is_repair: bool, has_arrived: bool, estimate: f64) -> Option<f64> {
        match (is_repair, has_arrived) {
            (true, true) => *self = Self::default(),
            (true, false) => {
                if self.lost_in_sequence == 0 {
                    (self.others_arrived, self.others_lost, self.before) = (0, 0, estimate);
                }
                self.lost_in_sequence = self.lost_in_sequence.saturating_add(1);
            }
            (false, true) => self.others_arrived = self.others_arrived.saturating_add(1),
            (false, false) => self.others_lost = self.others_lost.saturating_add(1),
        }
        let others_arrive = OTHERS_MIN <= self.others_arrived && self.others_lost < self.others_arrived / 2;
        if self.are_ignored || self.lost_in_sequence < IN_SEQUENCE || !others_arrive {
            return None;
        }
        self.are_ignored = true;
        Some(self.before)
    }

    /// What is sent again is for nothing, and its loss means nothing.
    pub(super) fn are_ignored(&self) -> bool {
        self.are_ignored
    }
}
