//! One UDP port: batches in, runs out.

use std::array;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Buf;
use mio::{Interest, Registry, Token};
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use sfu_core::{Datagram, Transmit, Transport};
use socket2::{Domain, Protocol, Type};

use crate::address::{Address, Routes, canonical};
use crate::limits::{BACKLOG_BYTES_MAX, RECEIVE_BUFFER_BYTES, RUN_BYTES_MAX, SEGMENT_BYTES_MAX, SOCKET_BUFFER_BYTES};
use crate::stats::ShardStats;

/// Whether a receive call left something behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// There may be more.
    More,
    /// The socket was empty; the poll tells of the next arrival.
    Drained,
}

pub(crate) struct Socket {
    io: mio::net::UdpSocket,
    state: UdpSocketState,
    is_v6: bool,
    routes: Routes,
    buffers: Box<[u8]>,
    metas: [RecvMeta; BATCH_SIZE],
    /// Runs that found the kernel's buffer full, oldest first; what was sent of the first is cut off.
    backlog: VecDeque<Transmit>,
    backlog_bytes: usize,
    watches_room: bool,
}

impl Socket {
    /// Opens `bind`. The unspecified IPv6 address serves both families, and falls back to IPv4 where the host has no IPv6.
    pub(crate) fn bind(bind: SocketAddr, addresses: &[Address]) -> io::Result<Self> {
        let io = match open(bind) {
            Err(error) if bind.is_ipv6() && bind.ip().is_unspecified() && lacks_ipv6(&error) => {
                open(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), bind.port()))?
            }
            opened => opened?,
        };
        let bound = io.local_addr()?;
        let state = UdpSocketState::new(UdpSockRef::from(&io))?;
        tracing::info!(
            port = bound.port(),
            receive_buffer = state.recv_buffer_size(UdpSockRef::from(&io))?,
            send_buffer = state.send_buffer_size(UdpSockRef::from(&io))?,
            segments = state.max_gso_segments(),
            "media port open"
        );
        Ok(Self {
            io: mio::net::UdpSocket::from_std(io),
            state,
            is_v6: bound.is_ipv6(),
            routes: Routes::new(bound, addresses),
            buffers: vec![0; BATCH_SIZE * RECEIVE_BUFFER_BYTES].into(),
            metas: [RecvMeta::default(); BATCH_SIZE],
            backlog: VecDeque::new(),
            backlog_bytes: 0,
            watches_room: false,
        })
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.routes
    }

    /// What answers announce.
    pub(crate) fn candidates(&self) -> Vec<(Transport, SocketAddr)> {
        self.routes.candidates(Transport::Udp)
    }

    pub(crate) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(&mut self.io, token, Interest::READABLE)
    }

    /// Asks for word of room in the send buffer only while something waits for it: the kernel reports room after every packet that leaves,
    /// and each report would be a wake-up.
    pub(crate) fn watch_room(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        let waits = !self.backlog.is_empty();
        if waits == self.watches_room {
            return Ok(());
        }
        self.watches_room = waits;
        let interest = if waits { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
        registry.reregister(&mut self.io, token, interest)
    }

    /// Receives one batch.
    pub(crate) fn receive(&mut self, stats: &mut ShardStats, mut take: impl FnMut(Datagram<'_>)) -> Readiness {
        let mut buffers = self.buffers.chunks_exact_mut(RECEIVE_BUFFER_BYTES);
        let mut slots: [IoSliceMut<'_>; BATCH_SIZE] =
            array::from_fn(|_| IoSliceMut::new(buffers.next().expect("there is a buffer for each slot")));
        stats.receive_calls += 1;
        let received = match self.state.recv(UdpSockRef::from(&self.io), &mut slots, &mut self.metas) {
            Ok(received) => received,
            Err(error) => {
                stats.receive_errors += u64::from(error.kind() != ErrorKind::WouldBlock);
                return Readiness::Drained;
            }
        };
        for (slot, meta) in slots.iter().zip(&self.metas).take(received) {
            let remote = canonical(meta.addr);
            let local = meta.dst_ip.and_then(|ip| self.routes.announced(ip));
            // An empty datagram has a stride of zero, and nothing that the core would need to see.
            stats.received_datagrams += datagrams(meta.len, meta.stride).max(1);
            stats.received_bytes += meta.len as u64;
            for bytes in slot[..meta.len].chunks(meta.stride.max(1)) {
                match local {
                    // An answer to port 0 would fail in a way that looks like missing support for segmentation.
                    Some(local) if remote.port() != 0 => {
                        take(Datagram { transport: Transport::Udp, local, remote, bytes });
                    }
                    Some(_) | None => stats.misrouted_datagrams += 1,
                }
            }
        }
        // A batch with room left has emptied the socket, so that asking once more would only cost a call.
        if received < BATCH_SIZE { Readiness::Drained } else { Readiness::More }
    }

    /// Sends a run, or keeps what the kernel has no room for.
    pub(crate) fn send(&mut self, mut run: Transmit, stats: &mut ShardStats) {
        stats.sent_runs += 1;
        if !self.backlog.is_empty() || !self.pass_on(&mut run, stats) {
            self.keep(run, stats);
        }
    }

    fn keep(&mut self, run: Transmit, stats: &mut ShardStats) {
        if self.backlog_bytes + run.bytes.len() <= BACKLOG_BYTES_MAX {
            self.backlog_bytes += run.bytes.len();
            self.backlog.push_back(run);
        } else {
            stats.backlog_dropped_datagrams += datagrams(run.bytes.len(), run.segment_size);
        }
    }

    /// Sends what waited for room.
    pub(crate) fn flush(&mut self, stats: &mut ShardStats) {
        while let Some(mut run) = self.backlog.pop_front() {
            self.backlog_bytes -= run.bytes.len();
            if !self.pass_on(&mut run, stats) {
                self.backlog_bytes += run.bytes.len();
                self.backlog.push_front(run);
                return;
            }
        }
    }

    /// Hands `run` to the kernel, cutting off what it takes. False if it has no room for the rest.
    fn pass_on(&self, run: &mut Transmit, stats: &mut ShardStats) -> bool {
        let Some(src_ip) = self.routes.local(run.local) else {
            stats.send_errors += datagrams(run.bytes.len(), run.segment_size);
            return true;
        };
        while !run.bytes.is_empty() {
            let piece = piece(run.bytes.len(), run.segment_size, self.state.max_gso_segments());
            let transmit = quinn_udp::Transmit {
                destination: self.wire_address(run.remote),
                ecn: None,
                contents: &run.bytes[..piece],
                segment_size: Some(run.segment_size),
                src_ip: Some(src_ip),
            };
            stats.send_calls += 1;
            match self.state.try_send(UdpSockRef::from(&self.io), &transmit) {
                Ok(()) => {
                    stats.sent_datagrams += datagrams(piece, run.segment_size);
                    stats.sent_bytes += piece as u64;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    stats.send_blocked += 1;
                    return false;
                }
                // The network card cannot segment: quinn-udp has taken note, and the same bytes go again one by one.
                Err(_) if run.segment_size < piece && self.state.max_gso_segments() == 1 => continue,
                Err(_) => stats.send_errors += datagrams(piece, run.segment_size),
            }
            run.bytes.advance(piece);
        }
        true
    }

    /// An IPv6 socket reaches IPv4 by mapped addresses (RFC 4291, section 2.5.5.2).
    fn wire_address(&self, remote: SocketAddr) -> SocketAddr {
        match remote.ip() {
            IpAddr::V4(ip) if self.is_v6 => SocketAddr::new(ip.to_ipv6_mapped().into(), remote.port()),
            IpAddr::V4(_) | IpAddr::V6(_) => remote,
        }
    }
}

fn open(bind: SocketAddr) -> io::Result<std::net::UdpSocket> {
    let socket = socket2::Socket::new(Domain::for_address(bind), Type::DGRAM, Some(Protocol::UDP))?;
    if bind.is_ipv6() {
        socket.set_only_v6(!bind.ip().is_unspecified())?;
    }
    socket.set_recv_buffer_size(SOCKET_BUFFER_BYTES)?;
    socket.set_send_buffer_size(SOCKET_BUFFER_BYTES)?;
    socket.set_nonblocking(true)?;
    socket.bind(&bind.into())?;
    Ok(socket.into())
}

fn lacks_ipv6(error: &io::Error) -> bool {
    /// `EAFNOSUPPORT` on Linux: there is no IPv6 in the kernel. The standard library has no kind for it.
    const ADDRESS_FAMILY_UNSUPPORTED: i32 = 97;
    error.kind() == ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(ADDRESS_FAMILY_UNSUPPORTED)
}

/// How many of `len` bytes one call may send: whole segments, the last may be short.
fn piece(len: usize, segment_size: usize, segments_max: usize) -> usize {
    let segments =
        if SEGMENT_BYTES_MAX < segment_size { 1 } else { segments_max.min(RUN_BYTES_MAX / segment_size.max(1)) };
    len.min(segment_size * segments.max(1))
}

fn datagrams(len: usize, segment_size: usize) -> u64 {
    len.div_ceil(segment_size.max(1)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_cut_at_segment_boundaries_and_every_limit() {
        assert_eq!(piece(5_000, 1_200, 64), 5_000, "one call where it fits");
        assert_eq!(piece(5_000, 1_200, 2), 2_400, "the kernel's number of segments");
        assert_eq!(piece(5_000, 1_200, 1), 1_200, "one by one without segmentation");
        assert_eq!(piece(200_000, 1_200, 128), 54 * 1_200, "the length field of UDP");
        assert_eq!(piece(5_000, 2_000, 64), 2_000, "larger than an MTU goes alone");
        assert_eq!(piece(700, 1_200, 64), 700, "a short last one");
    }

    #[test]
    fn what_the_kernel_has_no_room_for_waits_in_order_and_within_its_limit() {
        let viewer = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        viewer.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        let mut socket =
            Socket::bind("127.0.0.1:0".parse().unwrap(), &[Address::direct(Ipv4Addr::LOCALHOST.into())]).unwrap();
        let (local, remote) = (socket.candidates()[0].1, viewer.local_addr().unwrap());
        let run = |byte: u8, len: usize| Transmit {
            transport: Transport::Udp,
            local,
            remote,
            segment_size: 1_000,
            bytes: vec![byte; len].into(),
        };
        let mut stats = ShardStats::default();
        socket.keep(run(1, 1_000), &mut stats); // Loopback never lacks room, so the first is put there by hand.
        socket.send(run(2, 1_500), &mut stats);
        while stats.backlog_dropped_datagrams == 0 {
            socket.send(run(3, 10_000), &mut stats);
        }
        assert_eq!((stats.send_calls, stats.backlog_dropped_datagrams), (0, 10));
        assert!(BACKLOG_BYTES_MAX - 10_000 < socket.backlog_bytes && socket.backlog_bytes <= BACKLOG_BYTES_MAX);
        socket.flush(&mut stats);
        assert_eq!((socket.backlog.len(), socket.backlog_bytes), (0, 0));
        let mut buffer = [0; 2_000];
        let mut next = || viewer.recv(&mut buffer).map(|len| (buffer[0], len)).unwrap();
        assert_eq!([next(), next(), next()], [(1, 1_000), (2, 1_000), (2, 500)]);
        socket.send(run(4, 100), &mut stats);
        assert_eq!(stats.sent_runs as usize, 1 + (BACKLOG_BYTES_MAX - 2_500) / 10_000 + 1 + 1);
    }

    #[test]
    fn a_burst_in_one_piece_is_received_in_fewer_calls_than_datagrams() {
        let address = [Address::direct(Ipv4Addr::LOCALHOST.into())];
        let open = || Socket::bind("127.0.0.1:0".parse().unwrap(), &address).unwrap();
        let (sender, mut receiver) = (open(), open());
        let mut run = Transmit {
            transport: Transport::Udp,
            local: sender.candidates()[0].1,
            remote: receiver.candidates()[0].1,
            segment_size: 1_000,
            bytes: vec![1; 10_000].into(),
        };
        let (mut stats, mut taken) = (ShardStats::default(), Vec::new());
        assert!(sender.pass_on(&mut run, &mut stats));
        while stats.received_datagrams < 10 {
            receiver.receive(&mut stats, |datagram| taken.push(datagram.bytes.len()));
        }
        assert_eq!(taken, [1_000; 10]);
        assert!(stats.receive_calls < stats.received_datagrams, "{} calls", stats.receive_calls);
    }
}
