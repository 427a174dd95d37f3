//! One shard: whose datagram it is, who receives it, and what we owe the network next.
//!
//! What happens when lies beside this front page: [`steps`] for datagrams and time, [`commands`] for what the embedder
//! wants, [`offers`] for negotiation, [`sound`] for who speaks, [`shedding`] for when there is too much to do, [`ends`] for
//! everything that leaves.

mod bandwidth;
mod commands;
mod ends;
mod offers;
mod report;
mod shedding;
mod sound;
mod steps;

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use rustc_hash::FxHashMap;

use crate::deadlines::Deadlines;
use crate::demux::{Addresses, Path};
use crate::outbox::Outbox;
use crate::participant::{Live, Participant};
use crate::plane::PlaneEvent;
use crate::room::Room;
use crate::shelf::Shelf;
use crate::transport::SessionEvent;
use crate::{Config, Event, Input, Metadata, Output, ParticipantId, RoomId, SfuStats, Wake, WakeReason};

use self::shedding::Shed;

pub(crate) use self::bandwidth::Bandwidth;

/// A selective forwarding unit: the rooms and participants of one shard.
///
/// It does nothing by itself. Give it inputs, do what its outputs say, and call again by [`Sfu::next_wake`].
pub struct Sfu {
    config: Config,
    rng: ChaCha12Rng,
    now: Instant,
    participants: Vec<Option<Participant>>,
    vacant: Vec<usize>,
    by_id: FxHashMap<ParticipantId, usize>,
    rooms: BTreeMap<RoomId, Room>,
    /// How many there ever were.
    rooms_opened: u64,
    shed: Shed,
    skips_pictures: bool,
    addresses: Addresses,
    /// One entry for each participant who has something due.
    wakes: Deadlines,
    /// Who has something to send, in the order of their first packet.
    dirty: VecDeque<usize>,
    /// From whom media has come, which moves their deadlines: they are computed once for all that has come, whatever its order.
    rescheduled: Vec<usize>,
    outputs: VecDeque<Output>,
    outbox: Outbox,
    shelf: Shelf,
    /// What a session and its media plane said in the running step.
    said: Vec<SessionEvent>,
    heard: Vec<PlaneEvent>,
    sessions: u64,
    stats: SfuStats,
    blame: Option<ParticipantId>,
    on_step: Option<Box<dyn FnMut(ParticipantId) + Send>>,
}

impl Sfu {
    /// An empty shard. `seed` must be secret and fresh from the operating system (ICE passwords come from it), or fixed in
    /// a simulation. `now` is the first moment; time never goes back from it.
    #[must_use]
    pub fn new(config: Config, seed: [u8; 32], now: Instant) -> Self {
        Self {
            config,
            rng: ChaCha12Rng::from_seed(seed),
            now,
            participants: Vec::new(),
            vacant: Vec::new(),
            by_id: FxHashMap::default(),
            rooms: BTreeMap::new(),
            rooms_opened: 0,
            shed: Shed::default(),
            skips_pictures: false,
            addresses: Addresses::default(),
            wakes: Deadlines::default(),
            dirty: VecDeque::new(),
            rescheduled: Vec::new(),
            outputs: VecDeque::new(),
            outbox: Outbox::default(),
            shelf: Shelf::default(),
            said: Vec::new(),
            heard: Vec::new(),
            sessions: 0,
            stats: SfuStats::default(),
            blame: None,
            on_step: None,
        }
    }

    /// Takes one input. The outputs are to be carried out in their order, all of them.
    ///
    /// Datagrams for peers leave with [`Input::Timeout`] only: feed every datagram that is ready, then one of those.
    pub fn handle(&mut self, input: Input<'_>, now: Instant) -> Outputs<'_> {
        self.now = self.now.max(now);
        self.blame = None;
        match input {
            Input::Datagram(datagram) => self.receive(&datagram),
            Input::Closed { transport, local, remote } => self.forget(&Path { transport, local, remote }),
            Input::Timeout => self.flush(),
            Input::Command(command) => self.obey(command),
        }
        self.blame = None;
        Outputs { outputs: &mut self.outputs }
    }

    /// When to call [`Sfu::handle`] with [`Input::Timeout`], and why. `None` if nobody needs anything.
    #[must_use]
    pub fn next_wake(&self) -> Option<Wake> {
        if !self.dirty.is_empty() || !self.rescheduled.is_empty() {
            return Some(Wake { at: self.now, why: WakeReason::Flush });
        }
        let (_, index) = self.wakes.first()?;
        self.participants.get(index)?.as_ref()?.wake
    }

    /// Counters of the whole shard.
    #[must_use]
    pub fn stats(&self) -> SfuStats {
        let mut stats = SfuStats {
            rooms: self.rooms.len() as u64,
            participants: self.by_id.len() as u64,
            addresses: self.addresses.len() as u64,
            ..self.stats
        };
        for live in self.lives() {
            stats.paused += live.bandwidth.paused;
            stats.layers_off += live.tracks.iter().map(|track| track.dynacast.off_count() as u64).sum::<u64>();
            stats.queued_bytes += live.queued_bytes() as u64;
        }
        for room in self.rooms.values() {
            let most = self.shed.most(room);
            stats.unplaced += room.unplaced;
            stats.rooms_small += u64::from(most == shedding::SMALL);
            stats.rooms_hidden += u64::from(most == shedding::HIDDEN);
        }
        stats
    }

    /// What [`crate::Command::SetRoomMetadata`] left with a room.
    #[must_use]
    pub fn room_metadata(&self, room: RoomId) -> Option<&Metadata> {
        self.rooms.get(&room).map(|room| &room.metadata)
    }

    /// What [`crate::Command::SetMetadata`] left with a participant.
    #[must_use]
    pub fn metadata(&self, participant: ParticipantId) -> Option<&Metadata> {
        let index = *self.by_id.get(&participant)?;
        self.participants.get(index)?.as_ref().map(|participant| &participant.metadata)
    }

    /// Whose step was running when [`Sfu::handle`] panicked. Send [`crate::Command::Evict`] for them before any other
    /// input, and the others go on. `None` if nobody in particular is to blame: then this value is no longer to be
    /// trusted.
    #[must_use]
    pub fn blame(&self) -> Option<ParticipantId> {
        self.blame
    }

    /// Calls `hook` at the start of each step of a participant (a datagram of theirs, a time-out, a command about them): to
    /// trace, to count, or, in tests, to panic in one participant's step and see the others go on.
    pub fn on_step(&mut self, hook: impl FnMut(ParticipantId) + Send + 'static) {
        self.on_step = Some(Box::new(hook));
    }
}

/// What is to be done. Take all of it: an output that nobody takes is a lost packet.
#[must_use]
#[derive(Debug)]
pub struct Outputs<'a> {
    outputs: &'a mut VecDeque<Output>,
}

impl Iterator for Outputs<'_> {
    type Item = Output;

    fn next(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}

impl Drop for Outputs<'_> {
    fn drop(&mut self) {
        debug_assert!(self.outputs.is_empty() || std::thread::panicking(), "outputs were left behind");
    }
}

/// Small things.
impl Sfu {
    fn lives(&self) -> impl Iterator<Item = &Live> {
        self.participants.iter().filter_map(|participant| participant.as_ref()?.live.as_deref())
    }

    fn live_mut(&mut self, index: usize) -> Option<&mut Live> {
        self.participants.get_mut(index)?.as_mut()?.live.as_deref_mut()
    }

    fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn emit_speaking(&mut self, participant: ParticipantId, change: Option<bool>) {
        if let Some(speaking) = change {
            self.emit(Event::Speaking { participant, speaking });
        }
    }

    fn mark_dirty(&mut self, index: usize) {
        if let Some(participant) = &mut self.participants[index]
            && !std::mem::replace(&mut participant.dirty, true)
        {
            self.dirty.push_back(index);
        }
    }

    fn update_wake(&mut self, index: usize) {
        let Some(participant) = &mut self.participants[index] else { return };
        let wake = participant.next_wake(self.config.disconnected_max);
        if participant.wake == wake {
            return;
        }
        participant.wake = wake;
        self.wakes.set(index, wake.map(|wake| wake.at));
    }
}

impl std::fmt::Debug for Sfu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sfu").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
