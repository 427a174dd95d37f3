//! Files over bad networks: two pages that exchange files over SCTP, DTLS and links that lose what they like, with the core and the relay between
//! them as a daemon ties them together; all on the virtual clock.

#[path = "../../../sfu-relay/tests/support/mod.rs"]
pub(crate) mod support;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};

use sfu_core::{
    Certificate, Command, Config, Datagram, Event, Gate, Message, Output, ParticipantId, RequestId, RoomId, Sfu,
    Transport,
};
use sfu_relay::{Input, Keeping, Limits, PersonId, TransferId};
use sfu_sim::{Client, ClientEvent, Dice, TICK, beginning, millis, secs};

use self::support::{CHUNK, Fate, World};

pub(crate) use self::support::{ANA, BEN};

const SERVER: ([u8; 4], u16) = ([192, 0, 2, 1], 3478);
/// One way.
const DELAY: Duration = millis(40);

/// Ana and Ben in one room of the core, and a relay beside it, tied together as a daemon would.
pub(crate) struct Visit {
    pub(crate) world: World,
    pub(crate) sfu: Sfu,
    now: Instant,
    lines: BTreeMap<PersonId, Line>,
    /// To whom, and which.
    files: Vec<(PersonId, TransferId)>,
    /// Of each.
    chunks: u32,
    dice: Dice,
    loss_percent: u8,
    outages: Vec<Range<Duration>>,
}

struct Line {
    client: Client,
    /// What the page knows of itself, and as what the server sees it.
    local: SocketAddr,
    public: SocketAddr,
    repeats_at: Instant,
    up: VecDeque<(Instant, Vec<u8>)>,
    down: VecDeque<(Instant, Vec<u8>)>,
}

impl Visit {
    pub(crate) fn begin(seed: u64, loss_percent: u8, outages: Vec<Range<Duration>>) -> Self {
        fastrand::seed(seed);
        sfu_core::seed_handshakes_for_simulation(Some(seed));
        let config = Config {
            candidates: vec![(Transport::Udp, SERVER.into())],
            certificate: Certificate::generate(),
            disconnected_max: secs(30),
        };
        let mut world = World::new(Limits { credits_per_second: 128, ..Limits::default() });
        world.now = beginning();
        for person in [ANA, BEN] {
            world.page(person).accepts_all = true;
        }
        let mut visit = Self {
            world,
            sfu: Sfu::new(config, [7; 32], beginning()),
            now: beginning(),
            lines: BTreeMap::new(),
            files: Vec::new(),
            chunks: 0,
            dice: Dice::new(seed, 1),
            loss_percent,
            outages,
        };
        visit.tell_core(sfu_core::Input::Command(Command::OpenRoom { room: RoomId(1) }));
        visit.connect(ANA, 10_001);
        visit.connect(BEN, 10_002);
        while [ANA, BEN].iter().any(|person| !visit.world.page(*person).is_connected) {
            assert!(visit.passed() < secs(20), "both channels open");
            visit.tick();
        }
        visit
    }

    fn connect(&mut self, person: PersonId, port: u16) {
        let (participant, request) = (ParticipantId(person.0), RequestId(person.0));
        let local = SocketAddr::from(([10, 0, 0, 1], port));
        let (client, offer) = Client::new(local, 1, self.now);
        let sources = client.sources();
        let (up, down) = (VecDeque::new(), VecDeque::new());
        let line = Line { client, local, public: local, repeats_at: self.now, up, down };
        self.lines.insert(person, line);
        let join = Command::Join { request, room: RoomId(1), participant, gate: Gate::Open };
        self.tell_core(sfu_core::Input::Command(join));
        let offer = Command::Offer { request, participant, sdp: offer.into(), sources };
        self.tell_core(sfu_core::Input::Command(offer));
    }

    /// The page's router gives it another port.
    pub(crate) fn rebind(&mut self, person: PersonId) {
        if let Some(line) = self.lines.get_mut(&person) {
            line.public.set_port(line.public.port() + 1_000);
        }
    }

    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.tick();
        }
    }

    pub(crate) fn passed(&self) -> Duration {
        self.now - beginning()
    }

    /// Each offers two files of so many chunks to the other, one to be stored and one to be passed through.
    pub(crate) fn exchange_four_files(&mut self, chunks: u64) {
        self.chunks = u32::try_from(chunks).expect("a small file");
        for (sender, receiver) in [(ANA, BEN), (BEN, ANA)] {
            for keeping in [Keeping::Stored, Keeping::Passed] {
                let file = self.world.offer(sender, chunks * CHUNK, keeping);
                self.files.push((receiver, file));
            }
        }
    }

    /// Chunks that receivers have of each file.
    pub(crate) fn progress(&mut self) -> Vec<u32> {
        let next = |(person, file): &(PersonId, TransferId)| {
            self.world.pages.get(person)?.downloads.get(file).map(|it| it.next)
        };
        self.files.iter().map(|file| next(file).unwrap_or(0)).collect()
    }

    pub(crate) fn assert_is_in_the_middle(&mut self) {
        let progress = self.progress();
        assert!(progress.iter().all(|chunks| *chunks < self.chunks), "not over yet: {progress:?}");
        assert_ne!(progress.iter().sum::<u32>(), 0, "something has come");
    }

    /// Goes on until all files have arrived with the hash that they left with.
    pub(crate) fn run_until_all_is_whole(&mut self, patience: Duration) {
        let (began, files) = (self.now, self.files.clone());
        let fate = |visit: &mut Self, (person, file): &(PersonId, TransferId)| {
            visit.world.page(*person).downloads.get(file).and_then(|download| download.fate)
        };
        while let Some(file) = files.iter().find(|file| fate(self, file) != Some(Fate::Done)) {
            assert_eq!(fate(self, file), None, "it is over, and not whole");
            assert!(self.now < began + patience, "has stalled: {:?} at {:?}", self.progress(), self.passed());
            self.run(millis(100));
        }
    }

    fn tick(&mut self) {
        self.now += TICK;
        self.world.now = self.now;
        for person in [ANA, BEN] {
            self.page_turn(person);
            let Some(line) = self.lines.get_mut(&person) else { continue };
            let public = line.public;
            for bytes in arrived(&mut line.up, self.now) {
                let datagram =
                    Datagram { transport: Transport::Udp, local: SERVER.into(), remote: public, bytes: &bytes };
                self.tell_core(sfu_core::Input::Datagram(datagram));
            }
        }
        while self.sfu.next_wake().is_some_and(|wake| wake.at <= self.now) {
            self.tell_core(sfu_core::Input::Timeout);
        }
        self.world.tick();
        self.carry_frames();
    }

    /// What a page says and hears in this step.
    fn page_turn(&mut self, person: PersonId) {
        let is_out = self.is_out();
        let now = self.now;
        let Some(line) = self.lines.get_mut(&person) else { return };
        let page = self.world.pages.entry(person).or_default();
        let (mut sent, mut heard) = (Vec::new(), Vec::new());
        for bytes in arrived(&mut line.down, now) {
            line.client.receive(SERVER.into(), line.local, &bytes, now);
            line.client.drain(|packet| sent.push(packet.bytes), |event| heard.push(event));
        }
        if line.repeats_at <= now {
            line.repeats_at = now + secs(3);
            line.client.repeat_messages(now);
            line.client.drain(|packet| sent.push(packet.bytes), |event| heard.push(event));
        }
        if line.client.next_wake() <= now {
            line.client.timeout(now);
            line.client.drain(|packet| sent.push(packet.bytes), |event| heard.push(event));
        }
        for event in heard.drain(..) {
            if let ClientEvent::Message(message) = event {
                page.read(&message, now);
            }
        }
        if line.client.channel_is_open() {
            // A page holds chunks back while anything waits in the channel; what it has to say goes before them.
            page.to_relay.make_contiguous().sort_by_key(|frame| CHUNK < frame.len() as u64);
            while let Some(frame) = page.to_relay.front()
                && line.client.send_message(true, frame, now)
            {
                page.to_relay.pop_front();
                line.client.drain(|packet| sent.push(packet.bytes), |event| heard.push(event));
            }
        }
        assert!(heard.is_empty(), "sending makes no news");
        for bytes in sent {
            if !is_out && !self.dice.percent(self.loss_percent) {
                line.up.push_back((now + DELAY, bytes));
            }
        }
    }

    fn is_out(&self) -> bool {
        self.outages.iter().any(|outage| outage.contains(&self.passed()))
    }

    fn tell_core(&mut self, input: sfu_core::Input<'_>) {
        let outputs: Vec<Output> = self.sfu.handle(input, self.now).collect();
        let is_out = self.is_out();
        for output in outputs {
            match output {
                Output::Transmit(run) => {
                    let Some(line) = self.lines.values_mut().find(|line| line.public == run.remote) else { continue };
                    for bytes in run.bytes.chunks(run.segment_size.max(1)) {
                        if !is_out && !self.dice.percent(self.loss_percent) {
                            line.down.push_back((self.now + DELAY, bytes.to_vec()));
                        }
                    }
                }
                Output::Event(Event::Answer { participant, sdp, .. }) => {
                    let line = self.lines.get_mut(&PersonId(participant.0));
                    line.expect("who asked").client.accept(&sdp.0, self.now).expect("an answer that fits");
                }
                Output::Event(Event::ChannelOpened { participant }) => self.world.join(PersonId(participant.0)),
                Output::Event(Event::Message { participant, message: Message::Binary(frame) }) => {
                    self.world.input(Input::Received { person: PersonId(participant.0), frame: &frame });
                }
                Output::Event(_) => {}
            }
        }
    }

    /// Hands the core what the relay has for pages.
    fn carry_frames(&mut self) {
        for person in [ANA, BEN] {
            while let Some(frame) = self.world.page(person).to_page.pop_front() {
                let (participant, message) = (ParticipantId(person.0), Message::Binary(frame.into()));
                self.tell_core(sfu_core::Input::Command(Command::Send { participant, message }));
            }
        }
    }
}

fn arrived(wire: &mut VecDeque<(Instant, Vec<u8>)>, now: Instant) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| wire.pop_front_if(|(at, _)| *at <= now)).map(|(_, bytes)| bytes).collect()
}
