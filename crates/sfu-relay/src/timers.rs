//! What is due when: one deadline for each key, the next one first. Whoever has none costs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::{BlobId, PersonId, Wake, WakeReason};

/// What a deadline is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    Delete(BlobId),
    Stalled(BlobId),
    Credit(PersonId),
}

#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: BTreeSet<(Instant, Timer)>,
    at: BTreeMap<Timer, Instant>,
}

impl Timers {
    /// Sets the deadline, or takes it away.
    pub(crate) fn set(&mut self, timer: Timer, at: Option<Instant>) {
        let before = match at {
            Some(at) => self.at.insert(timer, at),
            None => self.at.remove(&timer),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.due.remove(&(before, timer));
        }
        if let Some(at) = at {
            self.due.insert((at, timer));
        }
    }

    /// When this one is due.
    pub(crate) fn get(&self, timer: Timer) -> Option<Instant> {
        self.at.get(&timer).copied()
    }

    /// Takes away the first deadline that has come.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let &(at, timer) = self.due.first()?;
        if now < at {
            return None;
        }
        self.set(timer, None);
        Some(timer)
    }

    pub(crate) fn next_wake(&self) -> Option<Wake> {
        let &(at, timer) = self.due.first()?;
        let why = match timer {
            Timer::Delete(_) => WakeReason::Delete,
            Timer::Stalled(_) => WakeReason::Stalled,
            Timer::Credit(_) => WakeReason::Credit,
        };
        Some(Wake { at, why })
    }
}
