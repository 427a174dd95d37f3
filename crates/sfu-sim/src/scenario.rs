//! Scenarios as values: who is there, over what network, and what happens when.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use sfu_core::{Permissions, RoomPolicy, Sfu, Source, View};

use crate::client::Feedback;
use crate::law::{Law, Violation};
use crate::link::Net;
use crate::media::{Video, simulcast, thumbnail};
use crate::outcome::Outcome;
use crate::time::beginning;
use crate::world::{MakeServer, Moment, World};

/// A scenario. Begin one with [`clinic`] or [`room`], end with [`Scenario::run`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub(crate) seed: u64,
    pub(crate) people: Vec<PersonSpec>,
    pub(crate) script: Vec<(Duration, Act)>,
    pub(crate) camera: Video,
    pub(crate) policy: RoomPolicy,
    pub(crate) slots: Option<usize>,
    pub(crate) ipv6: bool,
    pub(crate) calm: bool,
    pub(crate) weak: BTreeSet<Law>,
    pub(crate) feedback: Feedback,
}

/// An empty clinic, whose dice fall by `seed`: people meet as its waiting room ([`sfu_lobby::Lobby`]) says. Cameras are [`thumbnail`]s.
#[must_use]
pub fn clinic(seed: u64) -> Scenario {
    Scenario {
        seed,
        people: Vec::new(),
        script: Vec::new(),
        camera: thumbnail(),
        policy: RoomPolicy::default(),
        slots: None,
        ipv6: false,
        calm: false,
        weak: BTreeSet::new(),
        feedback: Feedback::default(),
    }
}

/// Empty rooms without a waiting room: whoever joins is in, as [`Scenario::member`] or [`Scenario::joins`] says. Cameras are [`simulcast`].
#[must_use]
pub fn room(seed: u64) -> Scenario {
    Scenario { camera: simulcast(), ..clinic(seed) }
}

/// What scenarios are played on.
pub(crate) const SFU: MakeServer<'static> = &|config, seed| Box::new(Sfu::new(config, seed, beginning()));

/// The room of whoever is not said to be in another.
const ROOM: &str = "room";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonSpec {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) net: Net,
    pub(crate) feedback: Feedback,
    pub(crate) camera: Option<Video>,
    pub(crate) screen: Option<Video>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Patient,
    Clinician,
    /// Comes along with a patient: an interpreter, a relative.
    Guest {
        of: &'static str,
    },
    /// Belongs to a room without a waiting room.
    Member {
        room: &'static str,
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
    /// A member joins their room.
    Join(&'static str),
    /// And leaves it.
    Exit(&'static str),
    /// Somebody begins to speak. Everybody does from the beginning.
    Talk(&'static str),
    /// And falls silent.
    Hush(&'static str),
    /// A viewer's page shows a publisher's picture in another size.
    Show {
        /// Who looks.
        viewer: &'static str,
        /// At whom.
        publisher: &'static str,
        /// How.
        view: View,
    },
    /// The server says what somebody may do.
    Permit(&'static str, Permissions),
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

impl Scenario {
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

    /// Adds somebody who is in the room from the beginning.
    #[must_use]
    pub fn member(self, name: &'static str, net: impl Into<Net>) -> Self {
        self.joins(Duration::ZERO, name, net)
    }

    /// Adds somebody who joins the room at that time.
    #[must_use]
    pub fn joins(self, at: Duration, name: &'static str, net: impl Into<Net>) -> Self {
        self.joins_room(at, ROOM, name, net)
    }

    /// Adds somebody who joins the room of that name at that time.
    #[must_use]
    pub fn joins_room(self, at: Duration, room: &'static str, name: &'static str, net: impl Into<Net>) -> Self {
        self.person(name, Role::Member { room }, net.into()).at(at, Act::Join(name))
    }

    fn person(mut self, name: &'static str, role: Role, net: Net) -> Self {
        let (camera, feedback) = (Some(self.camera.clone()), self.feedback);
        self.people.push(PersonSpec { name, role, net, feedback, camera, screen: None });
        self
    }

    /// Gives whoever was added last another camera, or none.
    ///
    /// # Panics
    /// If nobody was added yet; likewise [`Scenario::screen`].
    #[must_use]
    pub fn camera(mut self, camera: Option<Video>) -> Self {
        self.people.last_mut().expect("somebody was added").camera = camera;
        self
    }

    /// Lets whoever was added last share a screen as well.
    #[must_use]
    pub fn screen(mut self, screen: Video) -> Self {
        self.people.last_mut().expect("somebody was added").screen = Some(screen);
        self
    }

    /// Gives whoever is added from now on such a camera.
    #[must_use]
    pub fn cameras(mut self, camera: Video) -> Self {
        self.camera = camera;
        self
    }

    /// Lets whoever is added from now on give such feedback.
    #[must_use]
    pub fn feedback(mut self, feedback: Feedback) -> Self {
        self.feedback = feedback;
        self
    }

    /// How many of a room's people are seen and heard at a time.
    #[must_use]
    pub fn policy(mut self, policy: RoomPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// How many others a page has a place for. Without a word, it has one for everybody.
    #[must_use]
    pub fn slots(mut self, slots: usize) -> Self {
        self.slots = Some(slots);
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

    /// Counts in [`Outcome::breaches`] how often this law breaks, instead of ending with it: for what is known not to be reached yet.
    #[must_use]
    pub fn known_weak(mut self, law: Law) -> Self {
        self.weak.insert(law);
        self
    }

    /// The end of the scenario is quiet enough for [`crate::Law::AllSee`] to be asked for.
    #[must_use]
    pub fn calm(mut self) -> Self {
        self.calm = true;
        self
    }

    /// Plays it for so long.
    ///
    /// # Errors
    /// The first law that broke.
    pub fn play(self, lasting: Duration) -> Result<Outcome, Violation> {
        self.play_on(SFU, lasting)
    }

    /// Plays it for so long on another server than [`Sfu`].
    ///
    /// # Errors
    /// The first law that broke.
    pub fn play_on(self, make_server: MakeServer<'_>, lasting: Duration) -> Result<Outcome, Violation> {
        World::new(self, make_server).play(lasting)
    }

    /// Plays it for so long.
    ///
    /// # Panics
    /// If a law breaks: with the seed, the time and what happened.
    #[must_use]
    pub fn run(self, lasting: Duration) -> Outcome {
        self.play(lasting).unwrap_or_else(|violation| panic!("{violation}"))
    }

    /// Plays it for so long under a law of yours beside the built-in ones. It is asked after every step.
    ///
    /// # Errors
    /// The first law that broke; yours breaks as [`crate::Law::Yours`], with what it said.
    pub fn play_under(
        self,
        lasting: Duration,
        mut law: impl FnMut(&Moment<'_>) -> Result<(), String>,
    ) -> Result<Outcome, Violation> {
        World::new(self, SFU).play_under(lasting, &mut law)
    }
}

/// One line for each person and each act, to be read beside a failure.
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for PersonSpec { name, role, net, camera, screen, feedback } in &self.people {
            let layers = |video: &Option<Video>| video.as_ref().map_or(0, |video| video.layers.len());
            let (camera, screen) = (layers(camera), layers(screen));
            writeln!(f, "{name}, {role:?}, {feedback:?}, {camera} layers of camera and {screen} of screen")?;
            writeln!(f, "    up   {:?}\n    down {:?}", net.up, net.down)?;
        }
        let mut script: Vec<_> = self.script.iter().collect();
        script.sort_by_key(|(at, _)| *at);
        script.into_iter().try_for_each(|(at, act)| writeln!(f, "{:>9.3} s  {act:?}", at.as_secs_f64()))
    }
}
