//! Joins beside a house: its rooms talk, and one after another somebody comes to one of those who wait alone, hears and
//! is heard, and leaves again.

use std::io;
use std::iter::once;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use sfu_core::limits::KEYFRAME_INTERVAL;

use crate::caller::Caller;
use crate::crowd::{Crowd, House, Role};
use crate::media::unix_now;
use crate::server::Server;

/// Who wait alone, and send as everybody does, whether somebody is there or not. They are visited in turn, none more often
/// than the server may ask them for a keyframe.
pub const HOSTS: usize = 20;
const BEAT: Duration = Duration::from_nanos(KEYFRAME_INTERVAL.as_nanos() as u64 / HOSTS as u64);
const PAIR: usize = 2;

/// A house with a room more for each host.
#[must_use]
pub fn with_hosts(house: House) -> House {
    House { rooms: house.rooms + HOSTS, ..house }
}

/// Where people come in.
pub struct Door<'a> {
    server: &'a Server,
    at: IpAddr,
    /// Rooms in which everybody is already.
    rooms: usize,
    crowd: Crowd<Caller>,
    visits: usize,
    next: Instant,
}

/// How long after their offer was handed to the server.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    /// The answer was there.
    pub answered: Duration,
    /// The visitor had the keys: ICE and DTLS were through.
    pub keyed: Duration,
    /// The first packet that the visitor got of the host was sent by the host; before the keys, if it was on its way.
    pub said: Duration,
    /// The kernel had it for the visitor.
    pub heard: Duration,
    /// The kernel had the first packet of the visitor for the host.
    pub noticed: Duration,
    /// The visitor's own work on answer, ICE and DTLS, which is in `keyed`.
    pub worked: Duration,
}

impl<'a> Door<'a> {
    /// Seats a house with rooms of two, and the hosts.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(server: &'a Server, at: IpAddr, house: House) -> io::Result<Self> {
        let mut crowd = Crowd::seat(at, house.roles(), |person, address| Ok(server.caller(person, address)))?;
        let hosts = (0..HOSTS).map(|_| Role { speaks: true, listens: false });
        let person = |host| house.everybody() + PAIR * host;
        crowd.add(at, hosts, |host, address| {
            let mut host = server.caller(person(host), address);
            // Also while nobody is there, or else a span without visits has less to receive, and those of the next one pay for it.
            host.show_while(Arc::new(AtomicBool::new(true)));
            Ok(host)
        })?;
        Ok(Self { server, at, rooms: house.rooms, crowd, visits: 0, next: Instant::now() })
    }

    /// Everybody who is there.
    pub fn crowd(&mut self) -> &mut Crowd<Caller> {
        &mut self.crowd
    }

    /// The next visit, when it is time for it.
    ///
    /// # Errors
    /// What the system says.
    pub fn visit(&mut self) -> io::Result<Visit> {
        let next = self.next;
        self.crowd.run(|_| next <= Instant::now())?;
        self.next = next.max(Instant::now()) + BEAT;
        let host = self.visits % HOSTS;
        let (room, host) = (self.rooms + host, PAIR * self.rooms + host);
        let number = PAIR * (self.rooms + HOSTS) + self.visits;
        self.visits += 1;
        self.crowd.guest(host).listen();
        let (mut asked, mut answered) = (Duration::ZERO, Duration::ZERO);
        self.crowd.add(self.at, once(Role { speaks: true, listens: true }), |_, address| {
            let (mut caller, offer) = Caller::offer(address, true, 1, Instant::now());
            asked = unix_now();
            // Everybody else waits for the answer as well: a millisecond, in which one thread could not send much.
            let answer = self.server.enter(room, number, offer);
            answered = unix_now();
            caller.accept(&answer);
            Ok(caller)
        })?;
        let visitor = PAIR * self.rooms + HOSTS;
        self.crowd.run(|crowd| [visitor, host].iter().all(|seat| crowd.seated(*seat).first().is_some()))?;
        let (visitor, host) = (self.crowd.seated(visitor), self.crowd.seated(host));
        let (heard, noticed) = (visitor.first().unwrap_or_default(), host.first().unwrap_or_default());
        let (keyed, worked) = visitor.keyed().unwrap_or_default();
        let since = |moment: Duration| moment.saturating_sub(asked);
        let visit = Visit {
            answered: since(answered),
            keyed: since(keyed),
            said: since(heard.sent),
            heard: since(heard.arrived),
            noticed: since(noticed.arrived),
            worked,
        };
        self.server.leave(room, number);
        self.crowd.leave();
        Ok(visit)
    }
}
