//! Packs datagrams for one destination into runs that one system call can send.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use crate::demux::Path;
use crate::limits::{ARENA_BYTES, ARENAS_KEPT_MAX, DATAGRAM_BYTES_MAX, RUN_DATAGRAMS_MAX};
use crate::{Output, Transmit};

/// Memory for runs. What has been sent serves again, so that none is asked for while no more is sent at once than before.
#[derive(Debug, Default)]
pub(crate) struct Arenas {
    /// First those with room left, then those used longest ago.
    free: VecDeque<BytesMut>,
    /// Everything leaves now, one participant after the other, so that one run grows at a time. Else many may, each for an answer or two.
    pub(crate) is_flushing: bool,
}

impl Arenas {
    const RUN_BYTES: usize = RUN_DATAGRAMS_MAX * DATAGRAM_BYTES_MAX;

    /// Memory for a run, and whether it is an arena's: room behind others, or an arena of which all has been sent.
    fn take(&mut self) -> (BytesMut, bool) {
        if !self.is_flushing {
            return (BytesMut::new(), false);
        }
        // All of it or nothing: asked for less, it would forget what room is left behind.
        let is_fit = |arena: &mut BytesMut| Self::RUN_BYTES <= arena.capacity() || arena.try_reclaim(ARENA_BYTES);
        let is_fit = self.free.front_mut().is_some_and(is_fit);
        (self.free.pop_front_if(|_| is_fit).unwrap_or_else(|| BytesMut::with_capacity(ARENA_BYTES)), true)
    }

    /// Ends a run in an arena.
    fn give(&mut self, mut arena: BytesMut) -> Bytes {
        let run = arena.split().freeze();
        if arena.capacity() < Self::RUN_BYTES {
            self.free.push_back(arena);
        } else {
            self.free.push_front(arena);
        }
        self.free.truncate(ARENAS_KEPT_MAX);
        run
    }
}

/// Grows while one participant's step runs; [`Run::flush`] ends it.
#[derive(Debug, Default)]
pub(crate) struct Run {
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    path: Path,
    segment_size: usize,
    datagrams: usize,
    /// A shorter datagram ends a run: only the last may be short.
    complete: bool,
    bytes: BytesMut,
    is_in_arena: bool,
}

impl Run {
    pub(crate) fn push(&mut self, path: Path, datagram: &[u8], arenas: &mut Arenas, outputs: &mut impl Extend<Output>) {
        let fits = self.current.as_ref().is_some_and(|run| {
            !run.complete && run.path == path && datagram.len() <= run.segment_size && run.datagrams < RUN_DATAGRAMS_MAX
        });
        if !fits {
            self.flush(arenas, outputs);
        }
        let run = self.current.get_or_insert_with(|| {
            let (bytes, is_in_arena) = arenas.take();
            Current { path, segment_size: datagram.len(), datagrams: 0, complete: false, bytes, is_in_arena }
        });
        run.bytes.extend_from_slice(datagram);
        run.datagrams += 1;
        run.complete = datagram.len() < run.segment_size;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_none()
    }

    pub(crate) fn flush(&mut self, arenas: &mut Arenas, outputs: &mut impl Extend<Output>) {
        outputs.extend(self.current.take().map(|run| {
            let Current { path: Path { transport, local, remote }, segment_size, bytes, is_in_arena, .. } = run;
            let bytes = if is_in_arena { arenas.give(bytes) } else { bytes.freeze() };
            Output::Transmit(Transmit { transport, local, remote, segment_size, bytes })
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transport;

    fn to(port: u16) -> Path {
        Path { transport: Transport::Udp, local: ([1, 1, 1, 1], 1).into(), remote: ([2, 2, 2, 2], port).into() }
    }

    #[test]
    fn a_run_has_equal_datagrams_but_the_last() {
        let (mut run, mut arenas, mut outputs) = (Run::default(), Arenas::default(), Vec::new());
        for (port, size) in [(1, 10), (1, 10), (1, 4), (1, 10), (1, 12), (2, 12), (2, 12)] {
            run.push(to(port), &vec![7; size], &mut arenas, &mut outputs);
        }
        run.flush(&mut arenas, &mut outputs);
        let shapes: Vec<_> = outputs
            .iter()
            .map(|output| match output {
                Output::Transmit(run) => (run.remote.port(), run.segment_size, run.bytes.len()),
                Output::Event(event) => panic!("{event:?}"),
            })
            .collect();
        assert_eq!(shapes, [(1, 10, 24), (1, 10, 10), (1, 12, 12), (2, 12, 24)]);
    }

    #[test]
    fn runs_share_an_arena_and_what_has_been_sent_serves_again() {
        let (mut run, mut arenas, mut outputs) = (Run::default(), Arenas::default(), Vec::new());
        arenas.is_flushing = true;
        for _ in 0..1_000 {
            for port in 1..=50 {
                run.push(to(port), &[0; 200], &mut arenas, &mut outputs);
                run.flush(&mut arenas, &mut outputs);
            }
            assert_eq!(outputs.len(), 50);
            outputs.clear();
        }
        assert!(arenas.free.len() <= 2, "{} arenas for 10 kB at a time", arenas.free.len());
        for _ in 0..2 * ARENAS_KEPT_MAX {
            run.push(to(1), &[0; ARENA_BYTES / 2], &mut arenas, &mut outputs);
            run.flush(&mut arenas, &mut outputs);
        }
        assert_eq!(arenas.free.len(), ARENAS_KEPT_MAX, "as many as are kept");
    }

    #[test]
    fn a_run_has_no_more_datagrams_than_a_kernel_segments() {
        let (mut run, mut arenas, mut outputs) = (Run::default(), Arenas::default(), Vec::new());
        for _ in 0..RUN_DATAGRAMS_MAX + 1 {
            run.push(to(2), &[0; 100], &mut arenas, &mut outputs);
        }
        run.flush(&mut arenas, &mut outputs);
        assert_eq!(outputs.len(), 2);
    }
}
