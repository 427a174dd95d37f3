//! Whether a shard's thread has too much to do, and how much of its load it gives up.
//!
//! What is measured is the share of time in which the thread did not wait: it counts whatever the time went into, and is the same
//! however much a packet costs on this machine. One step is an eighth of the rooms: first they get their smallest pictures one step
//! after the other, then none. Up fast, since until then everybody's sound is late; down slowly, and more slowly after it went wrong.

use std::time::{Duration, Instant};

use sfu_core::Shedding;

use crate::limits::{
    CALM_FOR, CALM_FOR_MAX, CALM_PER_MILLE, QUIET_PER_MILLE, RELAPSE_WITHIN, SATURATED_EFFECT_AFTER,
    SATURATED_PER_MILLE, SHED_EFFECT_AFTER, STRAIN_EVERY, STRAINED_PER_MILLE, STRAINED_WINDOWS,
};

/// Steps until all rooms have small pictures, and as many more until none has any.
const STEPS: u16 = 8;

#[derive(Debug)]
pub(crate) struct Strain {
    /// The window that is being measured: since when, and for how long the thread has waited in it.
    since: Instant,
    waited: Duration,
    /// In that window something came too late for sound.
    was_late: bool,
    /// The last window.
    busy_per_mille: u16,
    /// Windows in a row in which there was too much to do.
    strained: u32,
    calm_since: Option<Instant>,
    /// So many steps are given up, of twice [`STEPS`].
    level: u16,
    /// The next way up is so many steps long, if there is still too much to do after the last.
    stride: u16,
    changed_at: Option<Instant>,
    /// When the level last fell, while that may yet prove to have been too soon.
    fell_at: Option<Instant>,
    /// How long it has to be calm before the next step down.
    patience: Duration,
}

/// A new level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Up,
    Down,
}

impl Strain {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            since: now,
            waited: Duration::ZERO,
            was_late: false,
            busy_per_mille: 0,
            strained: 0,
            calm_since: None,
            level: 0,
            stride: 1,
            changed_at: None,
            fell_at: None,
            patience: CALM_FOR,
        }
    }

    /// The thread has waited for so long.
    pub(crate) fn waited(&mut self, time: Duration) {
        self.waited += time;
    }

    /// What the thread takes from its socket is late. There is too much to do then, although it goes faster without pictures.
    pub(crate) fn came_late(&mut self) {
        self.was_late = true;
    }

    /// Looks at the window if it is over. A step changes what is to be [shed](Self::shedding).
    pub(crate) fn look(&mut self, now: Instant) -> Option<Step> {
        let (began, span) = (self.since, now.saturating_duration_since(self.since));
        if span < STRAIN_EVERY {
            return None;
        }
        let waited = std::mem::take(&mut self.waited);
        let busy = span.saturating_sub(waited).as_nanos() * 1000 / span.as_nanos();
        (self.since, self.busy_per_mille) = (now, busy as u16);
        let was_late = std::mem::take(&mut self.was_late);
        self.strained = if was_late || STRAINED_PER_MILLE <= self.busy_per_mille { self.strained + 1 } else { 0 };
        self.calm_since =
            self.calm_since.or(Some(began)).filter(|_| !was_late && self.busy_per_mille <= CALM_PER_MILLE);

        if self.fell_at.is_some_and(|at| at + RELAPSE_WITHIN <= now) {
            (self.fell_at, self.patience) = (None, CALM_FOR);
        }
        let is_saturated = was_late || SATURATED_PER_MILLE <= self.busy_per_mille;
        let effect_after = if is_saturated { SATURATED_EFFECT_AFTER } else { SHED_EFFECT_AFTER };
        if self.changed_at.is_some_and(|at| now < at + effect_after) {
            return None;
        }
        let step = match self.calm_since {
            _ if STRAINED_WINDOWS <= self.strained && self.level < 2 * STEPS => Step::Up,
            Some(since) if 0 < self.level && since + self.patience <= now => Step::Down,
            Some(_) | None => {
                self.stride = 1;
                return None;
            }
        };
        if is_saturated && self.sheds() {
            self.stride = self.stride.max(STEPS.saturating_sub(self.level)); // Sound suffers: all small pictures at once.
        }
        self.take(step, now);
        Some(step)
    }

    fn take(&mut self, step: Step, now: Instant) {
        match step {
            Step::Up => {
                if self.fell_at.take().is_some() {
                    self.patience = (2 * self.patience).min(CALM_FOR_MAX);
                }
                // Nobody loses a picture before all that are small have been tried.
                let end = if self.level < STEPS { STEPS } else { 2 * STEPS };
                self.level = (self.level + self.stride).min(end);
                self.stride = if self.level == end { 1 } else { 2 * self.stride };
            }
            Step::Down => {
                self.fell_at = Some(now);
                self.level -= 1;
                self.stride = 1;
            }
        }
        (self.changed_at, self.calm_since) = (Some(now), None);
    }

    pub(crate) fn shedding(&self) -> Shedding {
        let share = |steps: u16| steps.min(STEPS) * 1000 / STEPS;
        Shedding { small_per_mille: share(self.level), hidden_per_mille: share(self.level.saturating_sub(STEPS)) }
    }

    pub(crate) fn level(&self) -> u16 {
        self.level
    }

    pub(crate) fn sheds(&self) -> bool {
        0 < self.level
    }

    /// Of the last window, how much the thread did not wait.
    pub(crate) fn busy_per_mille(&self) -> u16 {
        self.busy_per_mille
    }

    /// When the thread should wake up to look, also if nothing happens: nobody would bring the pictures back otherwise, and the last
    /// share of a shard that has fallen asleep would stand as if it were busy.
    pub(crate) fn due(&self) -> Option<Instant> {
        (self.sheds() || QUIET_PER_MILLE <= self.busy_per_mille).then_some(self.since + STRAIN_EVERY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thread of which so much is asked, on a clock that only moves when told.
    struct Thread {
        strain: Strain,
        start: Instant,
        now: Instant,
    }

    impl Thread {
        fn new() -> Self {
            let now = Instant::now();
            Self { strain: Strain::new(now), start: now, now }
        }

        /// One window; returns what came of it.
        fn window(&mut self, busy_per_mille: u32) -> Option<Step> {
            self.strain.waited(STRAIN_EVERY * (1000 - busy_per_mille) / 1000);
            self.now += STRAIN_EVERY;
            self.strain.look(self.now)
        }

        /// So many windows; returns the steps, up and down.
        fn run(&mut self, busy_per_mille: u32, time: Duration) -> (usize, usize) {
            let windows = time.as_millis() / STRAIN_EVERY.as_millis();
            let steps: Vec<Step> = (0..windows).filter_map(|_| self.window(busy_per_mille)).collect();
            let up = steps.iter().filter(|step| **step == Step::Up).count();
            (up, steps.len() - up)
        }

        /// How long until such a step.
        fn until(&mut self, expected: Step, busy_per_mille: u32) -> Duration {
            let began = self.now;
            while self.window(busy_per_mille) != Some(expected) {
                assert!(self.now - began < Duration::from_secs(600), "never {expected:?}");
            }
            self.now - began
        }

        fn shed(&self) -> (u16, u16) {
            let Shedding { small_per_mille, hidden_per_mille } = self.strain.shedding();
            (small_per_mille, hidden_per_mille)
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);
    const SATURATED: u32 = 1000;
    const TOO_MUCH: u32 = 950;
    const CALM: u32 = 500;
    /// Neither too much nor calm.
    const BETWEEN: u32 = 850;

    #[test]
    fn the_share_of_time_without_waiting_is_measured() {
        let mut thread = Thread::new();
        thread.window(250);
        assert_eq!(thread.strain.busy_per_mille(), 250);
        thread.strain.waited(STRAIN_EVERY / 2);
        thread.now += STRAIN_EVERY / 2;
        assert_eq!(thread.strain.look(thread.now), None);
        assert_eq!(thread.strain.busy_per_mille(), 250, "the window is not over");
        thread.now += STRAIN_EVERY / 2;
        thread.strain.look(thread.now);
        assert_eq!(thread.strain.busy_per_mille(), 500);
        thread.now += 10 * STRAIN_EVERY;
        thread.strain.look(thread.now);
        assert_eq!(thread.strain.busy_per_mille(), 1000, "one step of two seconds and a half");
        thread.strain.waited(2 * MINUTE);
        thread.now += MINUTE;
        thread.strain.look(thread.now);
        assert_eq!(thread.strain.busy_per_mille(), 0, "never less than nothing");
    }

    #[test]
    fn one_burst_sheds_nothing() {
        let mut thread = Thread::new();
        for _ in 0..20 {
            assert_eq!(thread.window(TOO_MUCH), None);
            assert_eq!(thread.window(BETWEEN), None);
        }
        thread.now += Duration::from_secs(3);
        assert_eq!(thread.strain.look(thread.now), None, "also if it is long");
        assert!(!thread.strain.sheds());
    }

    #[test]
    fn layers_go_before_pictures_and_both_in_longer_and_longer_steps() {
        let mut thread = Thread::new();
        assert_eq!(thread.until(Step::Up, TOO_MUCH), STRAINED_WINDOWS * STRAIN_EVERY);
        let mut seen = vec![thread.shed()];
        while thread.shed() != (1000, 1000) {
            let waited = thread.until(Step::Up, TOO_MUCH);
            assert!((SHED_EFFECT_AFTER..SHED_EFFECT_AFTER + 2 * STRAIN_EVERY).contains(&waited), "{waited:?}");
            seen.push(thread.shed());
        }
        let layers = [(125, 0), (375, 0), (875, 0), (1000, 0)];
        let pictures = [(1000, 125), (1000, 375), (1000, 875), (1000, 1000)];
        assert_eq!(seen, [layers, pictures].concat());
        assert_eq!(thread.run(TOO_MUCH, MINUTE), (0, 0), "there is nothing left to give");
        assert!(thread.now - thread.start < 2 * MINUTE);
    }

    #[test]
    fn a_shard_in_which_sound_gets_lost_gives_up_all_that_it_must_within_seconds() {
        let mut thread = Thread::new();
        let mut seen = Vec::new();
        while thread.shed() != (1000, 1000) {
            thread.until(Step::Up, SATURATED);
            seen.push(thread.shed());
        }
        let pictures = [(1000, 125), (1000, 375), (1000, 875), (1000, 1000)];
        assert_eq!(seen, [&[(125, 0), (1000, 0)][..], &pictures].concat());
        assert!(thread.now - thread.start < Duration::from_secs(8));
    }

    #[test]
    fn what_came_late_was_too_much_however_busy_the_thread_was() {
        let mut thread = Thread::new();
        thread.strain.came_late();
        assert_eq!(thread.window(CALM), None, "once is chance");
        assert_eq!(thread.window(CALM), None);
        for expected in [None, Some(Step::Up)] {
            thread.strain.came_late();
            assert_eq!(thread.window(CALM), expected);
        }
        assert_eq!(thread.until(Step::Down, CALM), CALM_FOR);
    }

    #[test]
    fn a_step_that_was_enough_is_the_last() {
        let mut thread = Thread::new();
        thread.until(Step::Up, TOO_MUCH);
        assert_eq!(thread.run(BETWEEN, 10 * MINUTE), (0, 0));
        thread.until(Step::Up, TOO_MUCH);
        assert_eq!(thread.shed(), (250, 0), "and the next is a small one again");
    }

    #[test]
    fn pictures_come_back_step_by_step_after_a_while_of_calm() {
        let mut thread = Thread::new();
        while thread.shed() != (1000, 125) {
            thread.until(Step::Up, TOO_MUCH);
        }
        thread.run(BETWEEN, SHED_EFFECT_AFTER);
        for left in (0..=8).rev() {
            assert_eq!(thread.until(Step::Down, CALM), CALM_FOR);
            assert_eq!(thread.shed(), (left * 125, 0));
        }
        assert_eq!(thread.run(CALM, MINUTE), (0, 0));
    }

    #[test]
    fn calm_has_to_last() {
        let mut thread = Thread::new();
        thread.until(Step::Up, TOO_MUCH);
        for _ in 0..20 {
            assert_eq!(thread.run(CALM, CALM_FOR - STRAIN_EVERY), (0, 0));
            thread.window(BETWEEN);
        }
    }

    #[test]
    fn a_step_down_that_has_to_be_taken_back_makes_the_next_wait_longer() {
        let mut thread = Thread::new();
        thread.until(Step::Up, TOO_MUCH);
        let mut waits = Vec::new();
        for _ in 0..8 {
            waits.push(thread.until(Step::Down, CALM));
            thread.until(Step::Up, TOO_MUCH);
        }
        assert!(waits.is_sorted() && 2 * waits[0] <= waits[2], "{waits:?}");
        assert_eq!(waits.last(), Some(&CALM_FOR_MAX));
        for _ in 0..60 {
            assert_eq!(thread.until(Step::Down, CALM), CALM_FOR_MAX);
            thread.until(Step::Up, TOO_MUCH);
        }

        // One that lasts is forgiven.
        thread.until(Step::Up, TOO_MUCH);
        thread.until(Step::Down, CALM);
        assert_eq!(thread.until(Step::Down, CALM), RELAPSE_WITHIN);
        thread.until(Step::Up, TOO_MUCH);
        assert_eq!(thread.until(Step::Down, CALM), 2 * CALM_FOR);
    }

    #[test]
    fn a_shard_that_sheds_or_was_busy_looks_again_and_one_at_rest_does_not() {
        let mut thread = Thread::new();
        assert_eq!(thread.strain.due(), None);
        thread.window(QUIET_PER_MILLE.into());
        assert_eq!(thread.strain.due(), Some(thread.now + STRAIN_EVERY));
        thread.window(0);
        assert_eq!(thread.strain.due(), None);
        thread.until(Step::Up, TOO_MUCH);
        thread.window(0);
        assert_eq!(thread.strain.due(), Some(thread.now + STRAIN_EVERY));
        thread.until(Step::Down, 0);
        assert_eq!(thread.strain.due(), None);
    }
}
