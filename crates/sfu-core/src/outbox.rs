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
}

impl Arenas {
    const RUN_BYTES: usize = RUN_DATAGRAMS_MAX * DATAGRAM_BYTES_MAX;

    /// Memory for a run: room behind others, or an arena of which all has been sent.
    fn take(&mut self) -> BytesMut {
        let is_fit = self.free.front_mut().is_some_and(|arena| arena.try_reclaim(Self::RUN_BYTES));
        self.free.pop_front_if(|_| is_fit).unwrap_or_else(|| BytesMut::with_capacity(ARENA_BYTES))
    }

    /// Ends a run.
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
}

impl Run {
    pub(crate) fn push(&mut self, path: Path, datagram: &[u8], arenas: &mut Arenas, outputs: &mut impl Extend<Output>) {
        let fits = self.current.as_ref().is_some_and(|run| {
            !run.complete && run.path == path && datagram.len() <= run.segment_size && run.datagrams < RUN_DATAGRAMS_MAX
        });
        if !fits {
            self.flush(arenas, outputs);
        }
        let run = self.current.get_or_insert_with(|| Current {
            path,
            segment_size: datagram.len(),
            datagrams: 0,
            complete: false,
            bytes: arenas.take(),
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
            let Current { path: Path { transport, local, remote }, segment_size, bytes, .. } = run;
            Output::Transmit(Transmit { transport, local, remote, segment_size, bytes: arenas.give(bytes) })
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
    fn a_run_has_no_more_datagrams_than_a_kernel_segments() {
        let (mut run, mut arenas, mut outputs) = (Run::default(), Arenas::default(), Vec::new());
        for _ in 0..RUN_DATAGRAMS_MAX + 1 {
            run.push(to(2), &[0; 100], &mut arenas, &mut outputs);
        }
        run.flush(&mut arenas, &mut outputs);
        assert_eq!(outputs.len(), 2);
    }
}
