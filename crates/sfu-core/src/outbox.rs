//! Packs datagrams for one destination into runs that one system call can send.

use bytes::{Bytes, BytesMut};

use crate::demux::Path;
use crate::limits::RUN_DATAGRAMS_MAX;
use crate::{Output, Transmit};

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
    pub(crate) fn push(&mut self, path: Path, datagram: &[u8], outputs: &mut impl Extend<Output>) {
        let fits = self.current.as_ref().is_some_and(|run| {
            !run.complete && run.path == path && datagram.len() <= run.segment_size && run.datagrams < RUN_DATAGRAMS_MAX
        });
        if !fits {
            self.flush(outputs);
        }
        let run = self.current.get_or_insert_with(|| Current {
            path,
            segment_size: datagram.len(),
            datagrams: 0,
            complete: false,
            bytes: BytesMut::new(),
        });
        run.bytes.extend_from_slice(datagram);
        run.datagrams += 1;
        run.complete = datagram.len() < run.segment_size;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_none()
    }

    pub(crate) fn flush(&mut self, outputs: &mut impl Extend<Output>) {
        outputs.extend(self.current.take().map(|run| {
            let Current { path: Path { transport, local, remote }, segment_size, bytes, .. } = run;
            Output::Transmit(Transmit { transport, local, remote, segment_size, bytes: Bytes::from(bytes) })
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
        let (mut run, mut outputs) = (Run::default(), Vec::new());
        for (port, size) in [(1, 10), (1, 10), (1, 4), (1, 10), (1, 12), (2, 12), (2, 12)] {
            run.push(to(port), &vec![7; size], &mut outputs);
        }
        run.flush(&mut outputs);
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
        let (mut run, mut outputs) = (Run::default(), Vec::new());
        for _ in 0..RUN_DATAGRAMS_MAX + 1 {
            run.push(to(2), &[0; 100], &mut outputs);
        }
        run.flush(&mut outputs);
        assert_eq!(outputs.len(), 2);
    }
}
