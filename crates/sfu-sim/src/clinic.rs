//! Scenarios as values: who is there, over what network, and what happens when.

use std::time::Duration;

use sfu_core::Source;

use crate::law::Violation;
use crate::link::Net;
use crate::outcome::Outcome;
use crate::world::World;

/// A scenario. Begin one with [`clinic`], end with [`Clinic::run`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clinic {
    pub(crate) seed: u64,
    pub(crate) people: Vec<PersonSpec>,
    pub(crate) script: Vec<(Duration, Act)>,
    pub(crate) ipv6: bool,
    pub(crate) calm: bool,
}

/// An empty clinic, whose dice fall by `seed`.
#[must_use]
pub fn clinic(seed: u64) -> Clinic {
    Clinic { seed, people: Vec::new(), script: Vec::new(), ipv6: false, calm: false }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonSpec {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) net: Net,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Patient,
    Clinician,
    /// Comes along with a patient: an interpreter, a relative.
    Guest {
        of: &'static str,
    },
}

/// Something that happens. Whatever the waiting room refuses is counted in [`Outcome::refused`] and goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A patient checks in.
    CheckIn(&'static str),
    /// A patient has finished the set-up.
    SetUp(&'static str),
    /// A clinician calls a patient in.
    Admit {
        /// Whom.
        patient: &'static str,
        /// Who.
        by: &'static str,
    },
    /// The clinician takes the call back.
    CancelCall(&'static str),
    /// A called patient needs a minute.
    NotYet(&'static str),
    /// A called patient goes in.
    GoIn(&'static str),
    /// The clinician puts the patient on hold.
    Hold(&'static str),
    /// And takes them back.
    Unhold(&'static str),
    /// Back in the line, of the same area.
    Transfer(&'static str),
    /// The patient ends it.
    Leave(&'static str),
    /// The clinician ends it.
    End(&'static str),
    /// Staff take the patient out.
    Remove(&'static str),
    /// The patient comes back after the end.
    Rejoin(&'static str),
    /// Somebody reloads the page: the old connection is not closed, just gone.
    Reload(&'static str),
    /// Somebody's page is gone: battery empty, laptop closed.
    Vanish(&'static str),
    /// And opened again.
    Return(&'static str),
    /// Somebody's address changes under a living connection: another NAT binding.
    Rebind(&'static str),
    /// Somebody sends a message to the others in the room.
    Say(&'static str),
    /// Somebody mutes a source, or unmutes it.
    Mute {
        /// Who.
        who: &'static str,
        /// What.
        source: Source,
        /// Or unmutes.
        muted: bool,
    },
    /// Somebody's network is another one from now on.
    Network(&'static str, Net),
    /// The server stands still for so long, as a suspended virtual machine does: for it, the clock jumps.
    Stall(Duration),
}

impl Clinic {
    /// Adds a patient.
    #[must_use]
    pub fn patient(self, name: &'static str, net: impl Into<Net>) -> Self {
        self.person(name, Role::Patient, net.into())
    }

    /// Adds a clinician.
    #[must_use]
    pub fn clinician(self, name: &'static str, net: impl Into<Net>) -> Self {
        self.person(name, Role::Clinician, net.into())
    }

    /// Adds somebody who is in every consultation of a patient.
    #[must_use]
    pub fn guest(self, name: &'static str, of: &'static str, net: impl Into<Net>) -> Self {
        self.person(name, Role::Guest { of }, net.into())
    }

    fn person(mut self, name: &'static str, role: Role, net: Net) -> Self {
        self.people.push(PersonSpec { name, role, net });
        self
    }

    /// Lets something happen at that time.
    #[must_use]
    pub fn at(mut self, time: Duration, act: Act) -> Self {
        self.script.push((time, act));
        self
    }

    /// A whole visit up to the point where both see each other: from the check-in to going in, within a moment of `from`.
    #[must_use]
    pub fn consultation(self, from: Duration, patient: &'static str, by: &'static str) -> Self {
        let moment = Duration::from_millis(10);
        self.at(from, Act::CheckIn(patient))
            .at(from + moment, Act::SetUp(patient))
            .at(from + moment * 2, Act::Admit { patient, by })
            .at(from + moment * 3, Act::GoIn(patient))
    }

    /// Everybody and the server have IPv6 addresses and no others.
    #[must_use]
    pub fn ipv6(mut self) -> Self {
        self.ipv6 = true;
        self
    }

    /// The end of the scenario is quiet enough for [`crate::Law::AllSee`] to be asked for.
    #[must_use]
    pub(crate) fn calm(mut self) -> Self {
        self.calm = true;
        self
    }

    /// Plays it for so long.
    ///
    /// # Errors
    /// The first law that broke.
    pub fn play(self, lasting: Duration) -> Result<Outcome, Violation> {
        World::new(self).play(lasting)
    }

    /// Plays it for so long.
    ///
    /// # Panics
    /// If a law breaks: with the seed, the time and what happened.
    #[must_use]
    pub fn run(self, lasting: Duration) -> Outcome {
        self.play(lasting).unwrap_or_else(|violation| panic!("{violation}"))
    }
}
