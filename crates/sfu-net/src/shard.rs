//! One thread that owns one `Sfu` and one port.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token, Waker};
use sfu_core::{Command, Event, Input, Output, Sfu, Shedding, Transmit, Transport, Wake, WakeReason};

use crate::address::Address;
use crate::density::Density;
use crate::limits::{
    COMMANDS_PER_TURN_MAX, COMMANDS_QUEUED_MAX, COUNTERS_EVERY, COUNTERS_EVERY_EACH, LATE_AFTER, PORT_TRIES_MAX,
    RECEIVE_CALLS_PER_TURN_MAX, SLEEP_LATE, SLEEP_MIN,
};
use crate::socket::{Readiness, Socket};
use crate::stats::ShardStats;
use crate::strain::{Step, Strain};
use crate::tcp::{Connections, Woken};

const SOCKET: Token = Token(0);
const WAKER: Token = Token(1);
/// The listener's; those after it are its connections'.
const CONNECTIONS: Token = Token(2);
/// Reports of the poll taken at once; what does not fit comes with the next turn.
const EVENTS_MAX: usize = 128;

/// Where a shard listens.
#[derive(Clone, Debug)]
pub struct ShardConfig {
    /// The port to open. `[::]` serves IPv6 and IPv4 (and IPv4 alone where the host has no IPv6); port 0 lets the system choose.
    pub bind: SocketAddr,
    /// The addresses that browsers reach it by, most preferred first. A datagram to any other address of the host is dropped and counted.
    /// When two share their local address, what comes to it counts as sent to the first.
    pub addresses: Vec<Address>,
    /// Whether to listen by TCP as well, on the same port number, for people whose network blocks UDP (RFC 6544).
    pub tcp: bool,
}

/// A shard with its port open and its thread not yet started.
pub struct Shard {
    socket: Socket,
    connections: Option<Connections>,
    port: u16,
}

impl Shard {
    /// Opens the port.
    ///
    /// # Errors
    /// What the system says: the port is taken, the address is not of this host, and so on; [`io::ErrorKind::InvalidInput`] if
    /// no address could ever be announced.
    pub fn bind(config: &ShardConfig) -> io::Result<Self> {
        let (socket, connections) = open(config)?;
        if socket.candidates().is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no address of the bound family to announce"));
        }
        let port = socket.local_addr()?.port();
        Ok(Self { socket, connections, port })
    }

    /// The port that was opened.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What [`sfu_core::Config::candidates`] must be for this shard.
    pub fn candidates(&self) -> Vec<(Transport, SocketAddr)> {
        let tcp = self.connections.iter().flat_map(Connections::candidates);
        self.socket.candidates().into_iter().chain(tcp).collect()
    }

    /// Starts the thread, named `media-<port>`. `on_event` runs on it: it must be quick and must not block, since media waits for it.
    ///
    /// # Errors
    /// What the system says: no more threads or file descriptors.
    pub fn spawn(mut self, sfu: Sfu, on_event: impl FnMut(Event) + Send + 'static) -> io::Result<ShardHandle> {
        let poll = Poll::new()?;
        self.socket.register(poll.registry(), SOCKET)?;
        if let Some(connections) = &mut self.connections {
            connections.register(poll.registry(), CONNECTIONS)?;
        }
        let waker = Waker::new(poll.registry(), WAKER)?;
        let (sender, commands) = sync_channel(COMMANDS_QUEUED_MAX);
        let shared = Arc::new(Shared { stopping: AtomicBool::new(false), stats: Mutex::default() });
        let driver = Driver {
            poll,
            socket: self.socket,
            connections: self.connections,
            core: Core { sfu, outputs: Vec::new(), panics: 0, evictions: 0 },
            on_event,
            commands,
            shared: Arc::clone(&shared),
            stats: ShardStats::default(),
            counters_at: Instant::now(),
            is_counted: true,
            density: Density::new(Instant::now()),
            strain: Strain::new(Instant::now()),
            drained_at: Instant::now(),
            is_late: false,
            port: self.port,
            commands_left: false,
            datagrams_left: false,
        };
        let thread = thread::Builder::new().name(format!("media-{}", self.port)).spawn(move || driver.run())?;
        Ok(ShardHandle { sender, waker, shared, thread: Some(thread) })
    }
}

/// Opens both sockets on one port number. One that the system chose for UDP may be another's for TCP; then it is asked again.
fn open(config: &ShardConfig) -> io::Result<(Socket, Option<Connections>)> {
    let mut tries = PORT_TRIES_MAX;
    loop {
        let socket = Socket::bind(config.bind, &config.addresses)?;
        if !config.tcp {
            return Ok((socket, None));
        }
        tries -= 1;
        match Connections::bind(socket.local_addr()?, socket.routes().clone()) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && config.bind.port() == 0 && 0 < tries => {}
            connections => return Ok((socket, Some(connections?))),
        }
    }
}

impl fmt::Debug for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard").field("port", &self.port).finish_non_exhaustive()
    }
}

/// A running shard. Dropping it carries out the commands that were accepted, stops the thread and waits for it.
#[derive(Debug)]
pub struct ShardHandle {
    sender: SyncSender<Command>,
    waker: Waker,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Why a command was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// [`COMMANDS_QUEUED_MAX`] commands wait already. Nothing was queued; never blocks.
    #[error("the shard's command queue is full")]
    Full,
    /// The shard's thread has ended, by a panic of the embedder's callback or a failure of the poll.
    #[error("the shard has stopped")]
    Stopped,
}

impl ShardHandle {
    /// Queues a command and wakes the thread. Never blocks.
    ///
    /// # Errors
    /// [`SendError`]; the command is lost then, and the caller decides what that means to whom it was for.
    pub fn send(&self, command: Command) -> Result<(), SendError> {
        self.sender.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => SendError::Full,
            TrySendError::Disconnected(_) => SendError::Stopped,
        })?;
        // An eventfd's counter cannot overflow here, and a closed one means that the thread is gone.
        self.wake().map_err(|_| SendError::Stopped)
    }

    /// Ends what the thread sleeps in: the poll, or a nap, in which the poll is not asked.
    fn wake(&self) -> io::Result<()> {
        self.waker.wake()?;
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
        Ok(())
    }

    /// The counters, at most [`COUNTERS_EVERY`] old, and [`COUNTERS_EVERY_EACH`] more for each participant.
    pub fn stats(&self) -> ShardStats {
        *self.shared.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the thread runs: false is a reason to report the server as not ready.
    pub fn is_running(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }
}

impl Drop for ShardHandle {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        let woken = self.wake();
        // A thread that cannot be woken is not waited for; one that panicked has said so already.
        if let (Some(thread), Ok(())) = (self.thread.take(), woken) {
            let _ended = thread.join();
        }
    }
}

#[derive(Debug)]
struct Shared {
    stopping: AtomicBool,
    /// Locked now and then by the thread and by readers, each for the time of a copy.
    stats: Mutex<ShardStats>,
}

struct Driver<F> {
    poll: Poll,
    socket: Socket,
    connections: Option<Connections>,
    core: Core,
    on_event: F,
    commands: Receiver<Command>,
    shared: Arc<Shared>,
    stats: ShardStats,
    /// When the counters may be published next.
    counters_at: Instant,
    /// Nothing has happened since the counters were published.
    is_counted: bool,
    density: Density,
    strain: Strain,
    /// When the socket was last known to be empty: whatever waits in it is younger.
    drained_at: Instant,
    /// Pictures are skipped, for it has been too long.
    is_late: bool,
    port: u16,
    /// The last turn stopped at a limit; the next does not sleep.
    commands_left: bool,
    datagrams_left: bool,
}

impl<F: FnMut(Event)> Driver<F> {
    fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS_MAX);
        loop {
            let slept = self.sleep(&mut events);
            // Asked before the queue is emptied: what was accepted before the handle was dropped is in it, whatever ended the sleep.
            let stopping = self.shared.stopping.load(Ordering::Acquire);
            self.commands_left |= stopping;
            if let Err(error) = slept.and_then(|()| self.turn()) {
                tracing::error!(%error, "media shard stopped: its poll failed");
                return;
            }
            if stopping && !self.commands_left {
                return;
            }
        }
    }

    /// Waits for datagrams, commands, or the core's next deadline, and counts what ended the wait.
    fn sleep(&mut self, events: &mut Events) -> io::Result<()> {
        let wake = self.core.sfu.next_wake();
        let mut busy =
            self.commands_left || self.datagrams_left || self.connections.as_ref().is_some_and(Connections::has_more);
        let began = Instant::now();
        if let Some(nap) = self.density.nap(began).filter(|_| !busy) {
            thread::park_timeout(nap); // `ShardHandle::wake` ends it.
            self.drained_at = Instant::now();
            self.strain.waited(self.drained_at - began);
            (busy, self.datagrams_left) = (true, true);
            self.stats.wakes.datagrams += 1;
        }
        let connections_due = self.connections.as_ref().and_then(Connections::due);
        let counters_due = (!self.is_counted).then_some(self.counters_at);
        let load_due = self.strain.due();
        // The poll's clock has milliseconds and rounds up, so that a wait never ends before its deadline to begin anew.
        let sleep = if busy {
            Some(Duration::ZERO)
        } else {
            let due = sleeps_until(wake, [connections_due, counters_due, load_due]);
            due.map(|due| due.saturating_duration_since(began).max(SLEEP_MIN))
        };
        match self.poll.poll(events, sleep) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => events.clear(),
            polled => polled?,
        }
        let (mut readable, mut writable, mut commanded, mut connected) = (false, false, false, false);
        for event in events.iter() {
            match (event.token(), &mut self.connections) {
                (SOCKET, _) => {
                    self.datagrams_left |= event.is_readable() || event.is_error();
                    writable |= event.is_writable();
                }
                (WAKER, _) => commanded = true,
                (_, Some(connections)) => match connections.on_event(event, &mut self.stats) {
                    Woken::Connection => connected = true,
                    Woken::Readable => readable = true,
                    Woken::Writable => writable = true,
                },
                (_, None) => {}
            }
        }
        readable |= self.datagrams_left;
        self.commands_left |= commanded;
        if !busy {
            let (now, wakes) = (Instant::now(), &mut self.stats.wakes);
            self.strain.waited(now - began);
            self.drained_at = now;
            *match wake {
                _ if readable => &mut wakes.datagrams,
                _ if commanded => &mut wakes.commands,
                _ if writable => &mut wakes.writable,
                _ if connected || connections_due.is_some_and(|due| due <= now) => &mut wakes.connections,
                Some(wake) if wake.at <= now => wakes.deadline(wake.why),
                _ if counters_due.is_some_and(|due| due <= now) => &mut wakes.counters,
                _ if load_due.is_some_and(|due| due <= now) => &mut wakes.load,
                Some(_) | None => &mut wakes.unexplained,
            } += 1;
        }
        Ok(())
    }

    /// Carries out commands, receives what has come, lets the core's time pass, and sends what comes out.
    fn turn(&mut self) -> io::Result<()> {
        let mut joins = self.commands_left; // Nearly all of what is commanded has to do with that.
        if self.commands_left {
            self.carry_out_commands();
        }
        for _ in 0..RECEIVE_CALLS_PER_TURN_MAX {
            if !self.datagrams_left {
                break;
            }
            let now = Instant::now();
            self.skip_pictures(self.drained_at + LATE_AFTER <= now, now);
            let core = &mut self.core;
            let readiness = self.socket.receive(&mut self.stats, |datagram| core.step(Input::Datagram(datagram), now));
            self.datagrams_left = readiness == Readiness::More;
            if !self.datagrams_left {
                self.drained_at = now;
                self.skip_pictures(false, now); // Not only when the next comes: connections' frames are never late.
            }
        }
        if let Some(connections) = &mut self.connections {
            let (core, now) = (&mut self.core, Instant::now());
            connections.turn(self.poll.registry(), now, &mut self.stats, |input| core.step(input, now));
        }
        let now = Instant::now();
        let did_shed = self.strain.sheds();
        if let Some(step) = self.strain.look(now) {
            self.shed(step, did_shed, now);
        }
        self.core.step(Input::Timeout, now);
        self.socket.flush(&mut self.stats);
        for output in self.core.outputs.drain(..) {
            match output {
                Output::Event(event) => (self.on_event)(event),
                Output::Transmit(run) => {
                    joins |= is_of_joining(&run);
                    match (run.transport, &mut self.connections) {
                        (Transport::Udp, _) => self.socket.send(run, &mut self.stats),
                        (Transport::Tcp, Some(connections)) => connections.send(&run, now, &mut self.stats),
                        (Transport::Tcp, None) => self.stats.send_errors += 1, // Only candidates of ours are ever sent from.
                    }
                }
            }
        }
        self.socket.watch_room(self.poll.registry(), SOCKET)?;
        self.density.turned(self.stats.received_datagrams, self.stats.wakes.datagrams, now);
        if joins {
            self.density.hurry();
        }
        self.is_counted = self.counters_at <= now;
        if self.is_counted {
            self.publish();
            self.counters_at = now + COUNTERS_EVERY + COUNTERS_EVERY_EACH * self.stats.sfu.participants as u32;
        }
        Ok(())
    }

    fn carry_out_commands(&mut self) {
        for _ in 0..COMMANDS_PER_TURN_MAX {
            let Ok(command) = self.commands.try_recv() else {
                self.commands_left = false;
                return;
            };
            self.stats.commands += 1;
            self.core.step(Input::Command(command), Instant::now());
        }
    }

    /// What waits is late, or not any more. To leave out pictures costs nothing but receiving them, so that sound is soon in time again.
    fn skip_pictures(&mut self, is_late: bool, now: Instant) {
        if is_late {
            self.strain.came_late();
        }
        if is_late != self.is_late {
            self.is_late = is_late;
            self.core.step(Input::Command(Command::SkipPictures(is_late)), now);
        }
    }

    /// More is given up than before, or less.
    fn shed(&mut self, step: Step, did_shed: bool, now: Instant) {
        let (port, shedding, busy_per_mille) = (self.port, self.strain.shedding(), self.strain.busy_per_mille());
        let Shedding { small_per_mille, hidden_per_mille } = shedding;
        match step {
            Step::Up => self.stats.load.steps_up += 1,
            Step::Down => self.stats.load.steps_down += 1,
        }
        match (did_shed, self.strain.sheds()) {
            (false, _) => {
                tracing::warn!(port, busy_per_mille, "media shard has too much to do: pictures become smaller")
            }
            (true, false) => tracing::warn!(port, busy_per_mille, "media shard has less to do: all pictures are back"),
            (true, true) => tracing::debug!(port, busy_per_mille, small_per_mille, hidden_per_mille, "media shard"),
        }
        self.core.step(Input::Command(Command::ShedLoad(shedding)), now);
    }

    fn publish(&mut self) {
        self.stats.load.busy_per_mille = self.strain.busy_per_mille().into();
        self.stats.load.level = self.strain.level().into();
        self.stats.panics = self.core.panics;
        self.stats.evictions = self.core.evictions;
        self.stats.sfu = self.core.sfu.stats();
        *self.shared.stats.lock().unwrap_or_else(PoisonError::into_inner) = self.stats;
    }
}

/// When to wake up if nothing comes before: for packets that wait to be sent at once, for the rest a little after it is due.
fn sleeps_until(core: Option<Wake>, others: [Option<Instant>; 3]) -> Option<Instant> {
    let core = core.map(|wake| match wake.why {
        WakeReason::Flush | WakeReason::Pace => wake.at,
        WakeReason::Session
        | WakeReason::Keyframe
        | WakeReason::Allocate
        | WakeReason::Layers
        | WakeReason::Disconnected => wake.at + SLEEP_LATE,
    });
    others.into_iter().flatten().map(|due| due + SLEEP_LATE).chain(core).min()
}

/// Whether it begins with a check's answer or a flight of a handshake, by the first byte (RFC 7983, section 7; RFC 6347, section 4.1).
fn is_of_joining(run: &Transmit) -> bool {
    const DTLS_HANDSHAKE: u8 = 22;
    matches!(run.bytes[..], [0..=3 | DTLS_HANDSHAKE, ..])
}

/// The core, and what keeps a panic in one participant's step from the others.
struct Core {
    sfu: Sfu,
    /// Taken out of the core at once, so that nothing of ours runs inside the boundary that catches panics.
    outputs: Vec<Output>,
    panics: u64,
    evictions: u64,
}

impl Core {
    fn step(&mut self, input: Input<'_>, now: Instant) {
        if self.survives(input, now) {
            return;
        }
        // Without anybody to blame, the input is all that is given up: to stop would end everybody's call.
        if let Some(participant) = self.sfu.blame() {
            tracing::error!(participant = participant.0, "a participant's step panicked: evicted");
            self.evictions += 1;
            self.survives(Input::Command(Command::Evict { participant }), now);
        }
    }

    fn survives(&mut self, input: Input<'_>, now: Instant) -> bool {
        let Self { sfu, outputs, .. } = self;
        // Unwind safety: whoever was being stepped is evicted next, and the core keeps what all share consistent between steps.
        let survived = catch_unwind(AssertUnwindSafe(|| outputs.extend(sfu.handle(input, now)))).is_ok();
        self.panics += u64::from(!survived);
        survived
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_waits_for_an_arrival_and_packets_that_are_paced_do_not() {
        let now = Instant::now();
        let ms = |ms| now + Duration::from_millis(ms);
        let core = |at, why| Some(Wake { at: ms(at), why });
        assert_eq!(sleeps_until(None, [None; 3]), None);
        assert_eq!(sleeps_until(core(7, WakeReason::Session), [Some(ms(9)), None, None]), Some(ms(7) + SLEEP_LATE));
        assert_eq!(sleeps_until(core(9, WakeReason::Session), [None, Some(ms(7)), None]), Some(ms(7) + SLEEP_LATE));
        for why in [WakeReason::Flush, WakeReason::Pace] {
            assert_eq!(sleeps_until(core(7, why), [Some(ms(7)), None, None]), Some(ms(7)));
        }
    }
}
