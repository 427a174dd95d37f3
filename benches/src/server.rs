//! The server that is measured: shards with empty rooms, and how one comes in.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use sfu_core::{Certificate, Command, Config, Event, Gate, ParticipantId, RequestId, RoomId, Sfu};
use sfu_net::{Address, Shard, ShardConfig, ShardHandle};

use crate::browser::Browser;
use crate::caller::Caller;
use crate::cores;
use crate::crowd::{House, PATIENCE};

/// A house's server.
pub struct Server {
    house: House,
    shards: Vec<ShardHandle>,
    threads: Vec<String>,
    answers: Receiver<(ParticipantId, String)>,
    /// Whether somebody's pictures are wanted, for each of the house.
    pictures_wanted: Arc<[Arc<AtomicBool>]>,
}

impl Server {
    /// Opens shards, which share the house's rooms.
    ///
    /// # Panics
    /// If a shard has ended already.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(house: House, shards: usize) -> io::Result<Self> {
        let (sender, answers) = channel();
        let certificate = Certificate::generate();
        let pictures_wanted: Arc<[_]> = (0..house.everybody()).map(|_| Arc::new(AtomicBool::new(true))).collect();
        let mut server = Self { house, shards: Vec::new(), threads: Vec::new(), answers, pictures_wanted };
        for n in 0..shards {
            let address = Address::direct(Ipv4Addr::LOCALHOST.into());
            let bind = (Ipv4Addr::LOCALHOST, 0).into();
            let shard = Shard::bind(&ShardConfig { bind, addresses: vec![address], tcp: false })?;
            let config = Config {
                candidates: shard.candidates(),
                certificate: certificate.clone(),
                disconnected_max: sfu_core::limits::DISCONNECTED_MAX,
            };
            let (sender, pictures_wanted) = (sender.clone(), Arc::clone(&server.pictures_wanted));
            let tell = move |event| {
                if let Event::Answer { participant, sdp, .. } = event {
                    let _nobody_waits = sender.send((participant, sdp.0));
                } else if let Event::LayersWanted { participant, layers, .. } = event
                    && let Some(wanted) = pictures_wanted.get(participant.0 as usize)
                {
                    wanted.store(layers.iter().any(|layer| layer.wanted), Ordering::Relaxed);
                }
            };
            server.threads.push(format!("media-{}", shard.port()));
            let sfu = Sfu::new(config, [7; 32], Instant::now());
            server.shards.push(cores::serve(n, || shard.spawn(sfu, tell))?);
        }
        for room in 0..house.rooms {
            server.wants(room, Command::OpenRoom { room: RoomId(room as u64) });
        }
        Ok(server)
    }

    /// The names of the shards' threads.
    #[must_use]
    pub fn threads(&self) -> &[String] {
        &self.threads
    }

    /// How often the shards have woken up, and called the kernel to send.
    #[must_use]
    pub fn wakes_and_sends(&self) -> (u64, u64) {
        let stats = self.shards.iter().map(ShardHandle::stats);
        stats.fold((0, 0), |sum, stats| (sum.0 + stats.wakes.total(), sum.1 + stats.send_calls))
    }

    /// How many datagrams they have received and sent.
    #[must_use]
    pub fn datagrams(&self) -> u64 {
        self.shards.iter().map(ShardHandle::stats).map(|stats| stats.received_datagrams + stats.sent_datagrams).sum()
    }

    /// In how many rooms pictures are as small as they come, and in how many there are none, because there is too much to do.
    #[must_use]
    pub fn rooms_small_and_hidden(&self) -> (u64, u64) {
        let stats = self.shards.iter().map(|shard| shard.stats().sfu);
        stats.fold((0, 0), |sum, stats| (sum.0 + stats.rooms_small, sum.1 + stats.rooms_hidden))
    }

    /// Lets somebody in who costs little.
    ///
    /// # Panics
    /// If they are not answered.
    #[must_use]
    pub fn caller(&self, person: usize, address: SocketAddr) -> Caller {
        let (sends, slots) = (self.house.speaks(person), self.house.slots(person));
        let (mut caller, offer) = Caller::offer(address, sends, slots, Instant::now());
        caller.accept(&self.enter(self.house.room(person), person, offer));
        if let Some(wanted) = self.pictures_wanted.get(person) {
            caller.show_while(Arc::clone(wanted));
        }
        caller
    }

    /// Lets somebody in who is a whole WebRTC stack.
    ///
    /// # Panics
    /// If they are not answered.
    #[must_use]
    pub fn browser(&self, person: usize, address: SocketAddr) -> Browser {
        let (mut browser, offer) = Browser::offer(address, self.house.slots(person), Instant::now());
        browser.accept(&self.enter(self.house.room(person), person, offer), Instant::now());
        browser
    }

    /// Lets somebody into a room, and returns the answer to their offer.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn enter(&self, room: usize, person: usize, offer: String) -> String {
        let (request, participant) = (RequestId(person as u64), ParticipantId(person as u64));
        self.wants(room, Command::Join { request, room: RoomId(room as u64), participant, gate: Gate::Open });
        self.wants(room, Command::Offer { request, participant, sdp: offer.into(), sources: Vec::new() });
        let (answered, sdp) = self.answers.recv_timeout(PATIENCE).expect("an answer comes");
        assert_eq!(answered, participant);
        sdp
    }

    /// Lets somebody leave a room.
    pub(crate) fn leave(&self, room: usize, person: usize) {
        self.wants(room, Command::Leave { participant: ParticipantId(person as u64) });
    }

    fn wants(&self, room: usize, command: Command) {
        self.shards[room % self.shards.len()].send(command).expect("the shard keeps up");
    }
}
