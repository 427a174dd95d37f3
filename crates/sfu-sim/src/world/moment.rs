//! What can be known of a scenario: while it runs, for an embedder's own law, and at its end.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use sfu_core::{SfuStats, Source};

use super::{Person, Seat, World};
use crate::link::Traffic;
use crate::outcome::{Outcome, Sight};
use crate::scenario::Role;

/// A scenario after one of its steps, for the law given to [`crate::Scenario::play_under`].
pub struct Moment<'a>(&'a World);

impl<'a> Moment<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        Self(world)
    }

    /// When it is, on the scenario's clock.
    #[must_use]
    pub fn at(&self) -> Duration {
        self.0.now
    }

    /// The core's counters.
    #[must_use]
    pub fn stats(&self) -> SfuStats {
        self.0.sfu.stats()
    }

    /// Whether somebody has a connection that is up.
    #[must_use]
    pub fn is_connected(&self, name: &str) -> bool {
        self.seats(name).any(|seat| seat.connected)
    }

    /// What the server believes that somebody's network carries towards them, in bits per second. 0 while unknown.
    #[must_use]
    pub fn estimate(&self, name: &str) -> u64 {
        self.seats(name).map(|seat| seat.budget.estimate()).max().unwrap_or(0)
    }

    /// What `viewer` has seen and heard of `publisher` so far; nothing if they have not met.
    #[must_use]
    pub fn sees(&self, viewer: &str, publisher: &str) -> Sight {
        let key = self.person(viewer).zip(self.person(publisher));
        let sight = key.and_then(|(viewer, publisher)| self.0.sights.get(&(viewer, publisher, Source::Camera)));
        sight.cloned().unwrap_or_default()
    }

    /// What somebody's network has carried so far: towards the server, and from it.
    #[must_use]
    pub fn traffic(&self, name: &str) -> (Traffic, Traffic) {
        self.person(name).map_or_else(Default::default, |person| traffic(&self.0.people[person]))
    }

    fn person(&self, name: &str) -> Option<usize> {
        self.0.people.iter().position(|person| person.spec.name == name)
    }

    fn seats(&self, name: &str) -> impl Iterator<Item = &Seat> {
        let person = self.person(name);
        self.0.seats.values().filter(move |seat| Some(seat.person) == person)
    }
}

/// Who is connected, and how many pictures and sounds each got of whom: one line.
impl fmt::Display for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let World { people, seats, sights, now, .. } = self.0;
        write!(f, "{:>9.3} s ", now.as_secs_f64())?;
        for seat in seats.values() {
            let state = if seat.connected { "" } else { "?" };
            write!(f, " {}{state}#{}", people[seat.person].spec.name, seat.sessions)?;
        }
        for ((viewer, publisher, _), sight) in sights {
            let [viewer, publisher] = [viewer, publisher].map(|person| people[*person].spec.name);
            write!(
                f,
                " | {viewer}<{publisher} {}/{} {}/{}",
                sight.frames, sight.frames_due, sight.sounds, sight.sounds_due
            )?;
        }
        Ok(())
    }
}

fn traffic(person: &Person) -> (Traffic, Traffic) {
    (person.up.traffic.clone(), person.down.traffic.clone())
}

impl World {
    pub(super) fn outcome(self) -> Outcome {
        let name = |person: usize| self.people[person].spec.name;
        let patients = self.people.iter().filter(|person| person.spec.role == Role::Patient);
        let state = |person: &Person| Some(self.lobby.ticket(person.ticket?)?.state);
        let sights = self.sights.iter();
        Outcome {
            seed: self.seed,
            visits: patients.map(|person| (person.spec.name, state(person))).collect(),
            sights: sights
                .map(|((viewer, publisher, source), sight)| ((name(*viewer), name(*publisher), *source), sight.clone()))
                .collect(),
            connections: self.people.iter().map(|person| (person.spec.name, person.connections)).collect(),
            traffic: self.people.iter().map(|person| (person.spec.name, traffic(person))).collect(),
            speakers: self.speakers.iter().map(|(at, person)| (*at, person.map(name))).collect(),
            layer_orders: self.layer_orders,
            trace: self.trace(),
            refused: self.refused,
            gaps: self.gaps + self.seats.values().map(Seat::gaps).sum::<u64>(),
            breaches: self.breaches,
            stats: self.sfu.stats(),
        }
    }

    fn trace(&self) -> u64 {
        let traces: Vec<u64> = self.people.iter().flat_map(|person| [person.up.trace, person.down.trace]).collect();
        let mut hasher = DefaultHasher::new(); // Fixed keys: the same everywhere.
        traces.hash(&mut hasher);
        hasher.finish()
    }
}
