//! Rooms of people on real sockets, who speak at a browser's pace and count what they receive.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use quinn_udp::UdpSocketState;
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::outbox::{Arrived, Inbox, Outbox, roomy};

/// 30 frames a second.
const FRAME: Duration = Duration::from_micros(33_333);
/// Packets of successive frames: with 1150 bytes each, 1.2 Mbit/s.
const FRAME_PACKETS: [usize; 3] = [4, 4, 5];
const SOUND: Duration = Duration::from_millis(20);
/// Packets of pictures that one person sends in a second.
pub const PICTURES_PER_SECOND: f64 = 130.0;
/// With 50 of sound, what one person sends in a second.
pub const PACKETS_PER_SECOND: f64 = PICTURES_PER_SECOND + 50.0;
/// Far more than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// How many rooms, how many people in each, and how many of those send anything.
#[derive(Clone, Copy, Debug)]
pub struct House {
    /// Rooms.
    pub rooms: usize,
    /// People in each.
    pub people: usize,
    /// The first so many of each room send, the others only watch.
    pub speakers: usize,
}

impl House {
    /// Rooms in which everybody sends.
    #[must_use]
    pub fn of(rooms: usize, people: usize) -> Self {
        Self { rooms, people, speakers: people }
    }

    /// One who sends, and so many who watch.
    #[must_use]
    pub fn audience(viewers: usize) -> Self {
        Self { rooms: 1, people: viewers + 1, speakers: 1 }
    }

    /// How many are in all rooms together.
    #[must_use]
    pub fn everybody(self) -> usize {
        self.rooms * self.people
    }

    /// Which room somebody is in.
    #[must_use]
    pub fn room(self, person: usize) -> usize {
        person / self.people
    }

    /// Whether they send.
    #[must_use]
    pub fn speaks(self, person: usize) -> bool {
        person % self.people < self.speakers
    }

    /// What everybody is there for.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        let role = move |person| Role { speaks: self.speaks(person), listens: 0 < self.slots(person) };
        (0..self.everybody()).map(role)
    }

    /// How many others they receive.
    #[must_use]
    pub fn slots(self, person: usize) -> usize {
        self.speakers - usize::from(self.speaks(person))
    }
}

/// What a seat in a crowd is for.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// Whoever sits there sends.
    pub speaks: bool,
    /// And receives.
    pub listens: bool,
}

impl fmt::Display for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rooms, people, speakers } = self;
        if speakers == people {
            write!(f, "{rooms} × {people}")
        } else {
            write!(f, "{speakers} → {}", people - speakers)
        }
    }
}

/// What one person is made of.
pub trait Guest {
    /// A datagram came. Returns how old it is, if it says so.
    fn receive(&mut self, arrived: &Arrived<'_>, now: Instant) -> Option<Duration>;
    /// It is time for a frame.
    fn show(&mut self, packets: usize, now: Instant);
    /// It is time for 20 ms of sound.
    fn speak(&mut self, now: Instant);
    /// Lets time pass, and gives out what is to be sent.
    fn go_on(&mut self, now: Instant) -> &mut Outbox;
    /// When it wants to go on at the latest.
    fn due(&self) -> Option<Instant>;
    /// Whether it may speak.
    fn is_connected(&self) -> bool;
    /// Media packets sent and received.
    fn counts(&self) -> (u64, u64);
}

/// Everybody, driven by one thread.
pub struct Crowd<G> {
    seats: Vec<Seat<G>>,
    poll: Poll,
    inbox: Inbox,
    /// Who is to go on when. What is out of date names another time than the seat.
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    ages: Vec<Duration>,
}

struct Seat<G> {
    guest: G,
    socket: UdpSocket,
    state: UdpSocketState,
    role: Role,
    frames: usize,
    next_frame: Instant,
    next_sound: Instant,
    /// When it goes on, as the crowd knows.
    due: Option<Instant>,
}

impl<G: Guest> Crowd<G> {
    /// Seats everybody, each with a socket of their own at `address`. `enter` makes a guest of a number and an address.
    ///
    /// # Errors
    /// What the system says, or `enter`.
    pub fn seat(
        address: IpAddr,
        roles: impl Iterator<Item = Role>,
        enter: impl FnMut(usize, SocketAddr) -> io::Result<G>,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let mut crowd = Self { seats: Vec::new(), poll, inbox: Inbox::new(), due: BinaryHeap::new(), ages: Vec::new() };
        crowd.add(address, roles, enter)?;
        Ok(crowd)
    }

    /// Seats some more.
    ///
    /// # Errors
    /// What the system says, or `enter`.
    pub fn add(
        &mut self,
        address: IpAddr,
        roles: impl Iterator<Item = Role>,
        mut enter: impl FnMut(usize, SocketAddr) -> io::Result<G>,
    ) -> io::Result<()> {
        let (began, first) = (Instant::now(), self.seats.len());
        for (index, role) in roles.enumerate() {
            let mut socket = UdpSocket::bind((address, 0).into())?;
            let state = roomy(&socket)?;
            self.poll.registry().register(&mut socket, Token(first + index), Interest::READABLE)?;
            let guest = enter(index, socket.local_addr()?)?;
            self.seats.push(Seat {
                guest,
                socket,
                state,
                role,
                frames: index,
                next_frame: began,
                next_sound: began,
                due: None,
            });
        }
        let count = self.seats.len() - first;
        for (index, seat) in self.seats[first..].iter_mut().enumerate() {
            // People do not start together: their frames are spread evenly.
            seat.next_frame += FRAME.mul_f64(index as f64 / count as f64);
            seat.next_sound = seat.next_frame;
        }
        (first..first + count).for_each(|index| self.schedule(index));
        Ok(())
    }

    /// The one who was seated last leaves, without a word.
    pub fn leave(&mut self) {
        if let Some(mut seat) = self.seats.pop() {
            let _closed_anyway = self.poll.registry().deregister(&mut seat.socket);
        }
    }

    /// Who sits there, by the order in which they were seated.
    #[must_use]
    pub fn seated(&self, seat: usize) -> &G {
        &self.seats[seat].guest
    }

    /// As [`Crowd::seated`], to change something about them.
    pub fn guest(&mut self, seat: usize) -> &mut G {
        &mut self.seats[seat].guest
    }

    /// Where everybody sits.
    ///
    /// # Errors
    /// What the system says.
    pub fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        self.seats.iter().map(|seat| seat.socket.local_addr()).collect()
    }

    /// Media packets sent and received by all.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let add = |sum: (u64, u64), seat: &Seat<G>| {
            let (sent, received) = seat.guest.counts();
            (sum.0 + sent, sum.1 + received)
        };
        self.seats.iter().fold((0, 0), add)
    }

    /// Whether everybody is connected.
    #[must_use]
    pub fn all_connected(&self) -> bool {
        self.seats.iter().all(|seat| seat.guest.is_connected())
    }

    /// Whether everybody who should has received something.
    #[must_use]
    pub fn all_receive(&self) -> bool {
        self.seats.iter().all(|seat| !seat.role.listens || 0 < seat.guest.counts().1)
    }

    /// How old packets were when the kernel handed them to their receivers, as far as they said so, since this was last
    /// asked.
    pub fn take_ages(&mut self) -> Vec<Duration> {
        std::mem::take(&mut self.ages)
    }

    /// Lets everybody go on until `enough`.
    ///
    /// # Panics
    /// If that takes longer than anything here should.
    ///
    /// # Errors
    /// What the system says.
    pub fn run(&mut self, mut enough: impl FnMut(&Self) -> bool) -> io::Result<()> {
        let mut events = Events::with_capacity(self.seats.len().max(1));
        let began = Instant::now();
        while !enough(self) {
            assert!(began.elapsed() < PATIENCE, "the crowd waits for ever");
            let now = Instant::now();
            let due = self.due.peek().map_or(now + FRAME, |Reverse((due, _))| *due);
            // mio's clock has milliseconds, which would put together what real people say at different times.
            let wait = due.saturating_duration_since(now);
            let wait = Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: wait.subsec_nanos().into() };
            rustix::event::poll(&mut [PollFd::new(self.poll.registry(), PollFlags::IN)], Some(&wait))?;
            self.poll.poll(&mut events, Some(Duration::ZERO))?;
            for event in &events {
                let Token(index) = event.token();
                self.seats[index].read(&mut self.inbox, &mut self.ages);
                self.schedule(index);
            }
            let now = Instant::now();
            while let Some(Reverse((due, index))) = self.due.peek().copied().filter(|Reverse((due, _))| *due <= now) {
                self.due.pop();
                // Whoever was meant may have left.
                if let Some(seat) = self.seats.get_mut(index).filter(|seat| seat.due == Some(due)) {
                    seat.go_on(now);
                    seat.due = None;
                    self.schedule(index);
                }
            }
        }
        Ok(())
    }

    /// Lets everybody go on for so long.
    ///
    /// # Panics
    /// As [`Crowd::run`].
    ///
    /// # Errors
    /// What the system says.
    pub fn run_for(&mut self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        self.run(|_| end <= Instant::now())
    }

    /// Notes when a seat goes on, if that is earlier than is known.
    fn schedule(&mut self, index: usize) {
        let seat = &mut self.seats[index];
        let due = seat.wants();
        if let Some(due) = due.filter(|due| seat.due.is_none_or(|known| *due < known)) {
            seat.due = Some(due);
            self.due.push(Reverse((due, index)));
        }
    }
}

impl<G: Guest> Seat<G> {
    fn is_on_air(&self) -> bool {
        self.role.speaks && self.guest.is_connected()
    }

    fn wants(&self) -> Option<Instant> {
        let paced = self.is_on_air().then_some(self.next_frame.min(self.next_sound));
        [paced, self.guest.due()].into_iter().flatten().min()
    }

    fn read(&mut self, inbox: &mut Inbox, ages: &mut Vec<Duration>) {
        let now = Instant::now();
        while inbox.receive(&self.socket, &self.state, |arrived| ages.extend(self.guest.receive(&arrived, now))) {}
        self.guest.go_on(now).send(&self.socket, &self.state);
    }

    fn go_on(&mut self, now: Instant) {
        if self.is_on_air() {
            if self.next_frame <= now {
                self.next_frame = after(self.next_frame, FRAME, now);
                self.frames += 1;
                self.guest.show(FRAME_PACKETS[self.frames % FRAME_PACKETS.len()], now);
            }
            if self.next_sound <= now {
                self.next_sound = after(self.next_sound, SOUND, now);
                self.guest.speak(now);
            }
        }
        self.guest.go_on(now).send(&self.socket, &self.state);
    }
}

/// The next beat after `now`: what was missed is skipped, so that people who were late do not speak all at once.
fn after(mut beat: Instant, interval: Duration, now: Instant) -> Instant {
    while beat <= now {
        beat += interval;
    }
    beat
}
