//! What leaves for a viewer, held against what the server believes of their network.

use std::collections::VecDeque;
use std::time::Duration;

use sfu_core::{Command, Input, ParticipantId};

use super::World;
use crate::law::{BUDGET_WINDOW, Law};

/// One viewer's account.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    spent: VecDeque<(Duration, usize)>,
    believed: VecDeque<(Duration, u64)>, // Bits per second.
}

/// How often the server is asked what it believes.
const REPORT_EVERY: Duration = Duration::from_millis(500);
/// What may leave beyond the belief within a window, in percent: probes for more, and repairs.
const OVER_PERCENT_MAX: u64 = 50;
/// And in bytes, whatever the belief: one keyframe for everybody in sight.
const OVER_BYTES_MAX: u64 = 128 * 1024;

impl Budget {
    pub(crate) fn spend(&mut self, now: Duration, bytes: usize) {
        self.spent.push_back((now, bytes));
    }

    pub(crate) fn believe(&mut self, now: Duration, bits_per_second: u64) {
        self.believed.push_back((now, bits_per_second));
    }

    /// The last belief, in bits per second; 0 while there is none.
    pub(crate) fn estimate(&self) -> u64 {
        self.believed.back().map_or(0, |(_, bits)| *bits)
    }

    /// Bytes spent in the last window, and the most that may have been. `None` while the belief is younger than the window.
    fn balance(&mut self, now: Duration) -> Option<(u64, u64)> {
        let from = now.checked_sub(BUDGET_WINDOW)?;
        while self.spent.front().is_some_and(|(at, _)| *at < from) {
            self.spent.pop_front();
        }
        while self.believed.len() > 1 && self.believed[1].0 <= from {
            self.believed.pop_front();
        }
        let known = self.believed.front().is_some_and(|(at, bits)| *at <= from && *bits > 0);
        let best = self.believed.iter().map(|(_, bits)| *bits).max()?;
        let spent = self.spent.iter().map(|(_, bytes)| *bytes as u64).sum();
        let believed = best * BUDGET_WINDOW.as_secs() / 8;
        known.then_some((spent, believed + believed * OVER_PERCENT_MAX / 100 + OVER_BYTES_MAX))
    }
}

impl World {
    /// Asks what the server believes, and holds it against what it sent since.
    pub(super) fn watch_budgets(&mut self) {
        if self.now < self.report_at || self.now < self.stalled_until {
            return;
        }
        self.report_at = self.now + REPORT_EVERY;
        let connected: Vec<ParticipantId> =
            self.seats.iter().filter(|(_, seat)| seat.connected).map(|(participant, _)| *participant).collect();
        for participant in connected {
            self.tell_core(Input::Command(Command::ReportStats { participant }));
            let now = self.now;
            let Some(seat) = self.seats.get_mut(&participant) else { continue };
            if let Some((spent, most)) = seat.budget.balance(now)
                && most < spent
            {
                let name = self.people[seat.person].spec.name;
                let what = format!("{spent} bytes left for {name} in {BUDGET_WINDOW:?}, where {most} are the most");
                self.breach(Law::WithinBudget, what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spent_is_held_against_the_best_belief_of_the_window() {
        let mut budget = Budget::default();
        let at = Duration::from_millis;
        assert_eq!(budget.balance(at(9_000)), None, "nothing is believed");
        for (now, bits) in [(0, 100_000), (500, 400_000), (1_000, 80_000), (2_500, 80_000)] {
            budget.believe(at(now), bits);
            budget.spend(at(now), 10_000);
        }
        assert_eq!(budget.balance(at(2_500)), Some((30_000, 150_000 + OVER_BYTES_MAX)));
        assert_eq!(budget.balance(at(3_000)), Some((20_000, 30_000 + OVER_BYTES_MAX)), "the good times are over");
        assert_eq!(budget.estimate(), 80_000);
    }
}
