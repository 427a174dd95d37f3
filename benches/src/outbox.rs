//! What somebody has to send, and how it comes through a socket: in runs of equal sizes, and in batches.

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::UdpSocket;
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};

use crate::media::unix_now;

/// Runs of datagrams to send.
#[derive(Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    runs: Vec<Run>,
}

struct Run {
    to: SocketAddr,
    end: usize,
    /// Of each datagram but the last.
    segment: usize,
}

impl Outbox {
    /// Adds a datagram as a run of its own.
    pub fn push(&mut self, to: SocketAddr, datagram: &[u8]) {
        self.run(to, |bytes| {
            bytes.extend_from_slice(datagram);
            datagram.len()
        });
    }

    /// Adds what `write` appends, if it appends anything. It returns how large each of its datagrams is.
    pub(crate) fn run(&mut self, to: SocketAddr, write: impl FnOnce(&mut Vec<u8>) -> usize) {
        let start = self.bytes.len();
        let segment = write(&mut self.bytes);
        if start < self.bytes.len() {
            self.runs.push(Run { to, end: self.bytes.len(), segment });
        }
    }

    /// Sends everything, each run by one call; what finds no room is lost.
    pub(crate) fn send(&mut self, socket: &UdpSocket, state: &UdpSocketState) {
        let mut start = 0;
        for Run { to, end, segment } in self.runs.drain(..) {
            let contents = &self.bytes[start..end];
            let run = Transmit { destination: to, ecn: None, contents, segment_size: Some(segment), src_ip: None };
            let _lost_if_full = state.try_send(UdpSockRef::from(socket), &run);
            start = end;
        }
        self.bytes.clear();
    }
}

/// Memory for batches that are received.
pub(crate) struct Inbox {
    buffers: Vec<u8>,
    metas: [RecvMeta; BATCH_SIZE],
}

/// A datagram that came.
pub struct Arrived<'a> {
    /// Whose.
    pub from: SocketAddr,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// When the kernel had it, since 1970.
    pub at: Duration,
}

/// The largest message that the kernel coalesces.
const BUFFER_BYTES: usize = 64 * 1024;

impl Inbox {
    pub(crate) fn new() -> Self {
        Self { buffers: vec![0; BATCH_SIZE * BUFFER_BYTES], metas: [RecvMeta::default(); BATCH_SIZE] }
    }

    /// Receives one batch. False if there was nothing, or there is nothing more.
    pub(crate) fn receive(
        &mut self,
        socket: &UdpSocket,
        state: &UdpSocketState,
        mut take: impl FnMut(Arrived<'_>),
    ) -> bool {
        let mut free = self.buffers.chunks_exact_mut(BUFFER_BYTES);
        let mut slots: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(free.next().expect("there is a buffer for each slot")));
        let Ok(received) = state.recv(UdpSockRef::from(socket), &mut slots, &mut self.metas) else { return false };
        for (slot, meta) in slots.iter().zip(&self.metas).take(received) {
            for bytes in slot[..meta.len].chunks(meta.stride.max(1)) {
                take(Arrived { from: meta.addr, bytes, at: meta.timestamp.unwrap_or_else(unix_now) });
            }
        }
        received == BATCH_SIZE
    }
}

/// A socket's state, with room for what comes while its owner has others to serve.
pub(crate) fn roomy(socket: &UdpSocket) -> io::Result<UdpSocketState> {
    const BYTES: usize = 4 * 1024 * 1024;
    let state = UdpSocketState::new(UdpSockRef::from(socket))?;
    state.set_recv_buffer_size(UdpSockRef::from(socket), BYTES)?; // The kernel gives what it allows.
    Ok(state)
}
