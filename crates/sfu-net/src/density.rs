//! Whether to be woken by each arrival, or to look for what has come now and then.

use std::time::{Duration, Instant};

use crate::limits::{DENSITY_EVERY, DENSITY_LASTS_PER_CENT, LOOK_EVERY, LOOK_SOON, WAKES_PER_SECOND_MAX};

/// Decides how a thread that forwards datagrams waits for the next ones. To be woken costs more than the datagram that came, and a timer
/// costs more than to be woken: so few arrivals wake the thread one by one, and are forwarded at once; while they would wake it more
/// than [`WAKES_PER_SECOND_MAX`] times a second, it naps instead, and looks every [`LOOK_EVERY`].
///
/// Who waits in another way than [`crate::Shard`], and drives an [`sfu_core::Sfu`] from sockets of its own, can wait by it too.
#[derive(Debug)]
pub struct Density {
    turned_at: Instant,
    /// When it was decided last, and the counts of then.
    since: Instant,
    received: u64,
    wakes: u64,
    /// Datagrams a second when looking began, if it did: how often they would wake a thread that naps cannot be counted.
    looks_from: Option<f64>,
    /// The last turn had its part in somebody's joining.
    hurries: bool,
}

impl Density {
    /// A thread that is woken by each arrival until there is more to say.
    pub fn new(now: Instant) -> Self {
        Self { turned_at: now, since: now, received: 0, wakes: 0, looks_from: None, hurries: false }
    }

    /// A turn is over. So many datagrams have been received in all, and so many waits (naps or not) have been ended by some.
    pub fn turned(&mut self, received: u64, wakes: u64, now: Instant) {
        (self.turned_at, self.hurries) = (now, false);
        let span = now.saturating_duration_since(self.since);
        if span < DENSITY_EVERY {
            return;
        }
        let per_second = |count: u64, before: u64| count.saturating_sub(before) as f64 / span.as_secs_f64();
        let datagrams = per_second(received, self.received);
        self.looks_from = match self.looks_from {
            None => (WAKES_PER_SECOND_MAX as f64 <= per_second(wakes, self.wakes)).then_some(datagrams),
            Some(from) => (from * f64::from(DENSITY_LASTS_PER_CENT) / 100.0 <= datagrams).then_some(from),
        };
        (self.since, self.received, self.wakes) = (now, received, wakes);
    }

    /// The turn that is over had its part in somebody's joining, who may go on at once: the next look comes after [`LOOK_SOON`].
    pub fn hurry(&mut self) {
        self.hurries = true;
    }

    /// How long to leave alone what comes before the next turn; `None` is to wait for the next arrival.
    pub fn nap(&self, now: Instant) -> Option<Duration> {
        let pause = if self.hurries { LOOK_SOON } else { LOOK_EVERY };
        let rest = pause.saturating_sub(now.saturating_duration_since(self.turned_at));
        self.looks_from.map(|_| rest).filter(|nap| !nap.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second has ten windows.
    const WAKES_MAX: u64 = WAKES_PER_SECOND_MAX / 10;

    fn window(density: &mut Density, counts: &mut (u64, u64, Instant), datagrams: u64, wakes: u64) -> Option<Duration> {
        let (received, woken, now) = counts;
        (*received, *woken, *now) = (*received + datagrams, *woken + wakes, *now + DENSITY_EVERY);
        density.turned(*received, *woken, *now);
        density.nap(*now)
    }

    #[test]
    fn a_shard_waits_for_more_only_while_arrivals_would_wake_it_often_and_never_a_millisecond() {
        let start = Instant::now();
        let (mut density, mut counts) = (Density::new(start), (0, 0, start));
        density.turned(5_000, 5_000, start + DENSITY_EVERY / 2);
        assert_eq!(density.nap(start + DENSITY_EVERY / 2), None, "it is too early to say");
        let mut window = |datagrams, wakes| window(&mut density, &mut counts, datagrams, wakes);
        assert_eq!(window(100_000, WAKES_MAX - 1), None, "however many come with each");
        let nap = window(2_000, WAKES_MAX);
        assert!(nap.is_some_and(|nap| nap <= LOOK_EVERY && LOOK_EVERY < Duration::from_millis(1)), "{nap:?}");
    }

    #[test]
    fn looking_lasts_while_about_as_many_datagrams_come_as_when_it_began() {
        let start = Instant::now();
        let (mut density, mut counts) = (Density::new(start), (0, 0, start));
        let mut window = |datagrams, wakes| window(&mut density, &mut counts, datagrams, wakes);
        assert!(window(2_000, WAKES_MAX).is_some());
        for datagrams in [2_000, 9_000, 2_000 * u64::from(DENSITY_LASTS_PER_CENT) / 100] {
            assert!(window(datagrams, 1).is_some(), "{datagrams} go on to be looked for, though naps were few");
        }
        assert_eq!(window(2_000 * u64::from(DENSITY_LASTS_PER_CENT) / 100 - 1, 1), None, "too few are left");
        assert_eq!(window(9_000, WAKES_MAX - 1), None, "and many that come together begin nothing");
    }

    #[test]
    fn whoever_is_joining_is_looked_for_sooner_once_and_arrivals_wake_as_before() {
        let start = Instant::now();
        let (mut density, mut counts) = (Density::new(start), (0, 0, start));
        density.hurry();
        assert_eq!(density.nap(start), None);
        window(&mut density, &mut counts, 2_000, WAKES_MAX);
        let (received, woken, now) = counts;
        density.hurry();
        assert_eq!(density.nap(now), Some(LOOK_SOON));
        density.turned(received, woken, now);
        assert_eq!(density.nap(now), Some(LOOK_EVERY));
    }

    #[test]
    fn a_nap_is_what_is_left_of_the_time_between_two_looks() {
        let start = Instant::now();
        let (mut density, mut counts) = (Density::new(start), (0, 0, start));
        window(&mut density, &mut counts, 2_000, WAKES_MAX);
        let (_, _, turned_at) = counts;
        assert_eq!(density.nap(turned_at + LOOK_EVERY / 3), Some(LOOK_EVERY - LOOK_EVERY / 3));
        assert_eq!(
            density.nap(turned_at + LOOK_EVERY),
            None,
            "a step of the embedder's that took long is not waited after"
        );
    }
}
