//! Packs datagrams for one destination into runs that one system call can send.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use crate::demux::Path;
use crate::limits::{ARENA_BYTES, ARENAS_KEPT_MAX, FORWARDED_BYTES_MAX, RUN_DATAGRAMS_MAX};
use crate::{Output, Transmit};

/// Memory that a participant's media is sealed in, straight into the runs that it leaves in. What has been sent serves again, so that none is asked
/// for while no more is sent at once than before, and what was used last, which is near, is used next.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// It begins with the run that grows.
    arena: BytesMut,
    run: Shape,
    /// Runs that are complete, with their segment sizes.
    done: Vec<(usize, Bytes)>,
    /// Arenas that are full, of which the first was sent the longest ago.
    full: VecDeque<BytesMut>,
    /// For reports, whose writers want a vector.
    report: Vec<u8>,
}

/// What may still follow in a run: all datagrams but the last have one size.
#[derive(Debug, Default)]
struct Shape {
    segment_size: usize,
    datagrams: usize,
    /// A shorter datagram ends a run: only the last may be short.
    is_complete: bool,
}

impl Shape {
    /// Takes a datagram if it fits.
    fn takes(&mut self, len: usize) -> bool {
        let fits = !self.is_complete && len <= self.segment_size && self.datagrams < RUN_DATAGRAMS_MAX;
        if fits {
            self.datagrams += 1;
            self.is_complete = len < self.segment_size;
        }
        fits
    }

    fn begin(len: usize) -> Self {
        Self { segment_size: len, datagrams: 1, is_complete: false }
    }
}

/// A run that begins in an arena has room in it.
const RUN_BYTES: usize = RUN_DATAGRAMS_MAX * FORWARDED_BYTES_MAX;

impl Outbox {
    /// To be called before much is written: if all has been sent, its memory is used from the beginning.
    pub(crate) fn rewind(&mut self) {
        if self.arena.is_empty() && self.arena.capacity() != 0 {
            let _is_sent = self.arena.try_reclaim(ARENA_BYTES); // If not, there is the rest.
        }
    }

    /// Memory to write a datagram in, behind what is in it. Then call [`Outbox::push`].
    pub(crate) fn room(&mut self) -> &mut BytesMut {
        let needed = if self.arena.is_empty() { RUN_BYTES } else { FORWARDED_BYTES_MAX };
        if self.arena.capacity() - self.arena.len() < needed {
            self.end_run(self.arena.len());
            let is_sent = self.full.front_mut().is_some_and(|arena| arena.try_reclaim(ARENA_BYTES));
            let next = self.full.pop_front_if(|_| is_sent).unwrap_or_else(|| BytesMut::with_capacity(ARENA_BYTES));
            let full = std::mem::replace(&mut self.arena, next);
            if full.capacity() != 0 && self.full.len() < ARENAS_KEPT_MAX {
                self.full.push_back(full);
            }
        }
        &mut self.arena
    }

    /// What begins at `start` and is all the rest of [`Outbox::room`] is a datagram to send.
    pub(crate) fn push(&mut self, start: usize) {
        let len = self.arena.len() - start;
        if !self.run.takes(len) {
            self.end_run(start);
            self.run = Shape::begin(len);
        }
    }

    /// A datagram that `write` makes in a vector, and says whether it is to be sent.
    pub(crate) fn push_report(&mut self, write: impl FnOnce(&mut Vec<u8>) -> bool) {
        let mut report = std::mem::take(&mut self.report);
        report.clear();
        if write(&mut report) {
            let room = self.room();
            let start = room.len();
            room.extend_from_slice(&report);
            self.push(start);
        }
        self.report = report;
    }

    fn end_run(&mut self, end: usize) {
        if end != 0 {
            self.done.push((self.run.segment_size, self.arena.split_to(end).freeze()));
        }
        self.run = Shape::default();
    }

    /// All of it leaves to where `path` leads, or nowhere.
    pub(crate) fn leave(&mut self, path: Option<Path>, outputs: &mut impl Extend<Output>) {
        self.end_run(self.arena.len());
        let runs = self.done.drain(..).zip(std::iter::repeat(path));
        outputs.extend(runs.filter_map(|((segment_size, bytes), path)| Some(transmit(path?, segment_size, bytes))));
    }

    /// What is to be sent.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let growing = (self.run.segment_size, &self.arena[..]);
        let runs = self.done.iter().map(|(size, bytes)| (*size, &bytes[..])).chain([growing]);
        runs.flat_map(|(size, bytes)| bytes.chunks(size.max(1)))
    }
}

/// What the session engine sends: some answers and, now and then, much of a file. [`Run::flush`] ends it.
#[derive(Debug, Default)]
pub(crate) struct Run {
    current: Option<(Path, Shape, BytesMut)>,
}

impl Run {
    pub(crate) fn push(&mut self, path: Path, datagram: &[u8], outputs: &mut impl Extend<Output>) {
        let fits = self.current.as_mut().is_some_and(|(to, shape, _)| *to == path && shape.takes(datagram.len()));
        if !fits {
            self.flush(outputs);
            self.current = Some((path, Shape::begin(datagram.len()), BytesMut::new()));
        }
        self.current.iter_mut().for_each(|(_, _, bytes)| bytes.extend_from_slice(datagram));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_none()
    }

    pub(crate) fn flush(&mut self, outputs: &mut impl Extend<Output>) {
        let run = self.current.take();
        outputs.extend(run.map(|(path, shape, bytes)| transmit(path, shape.segment_size, bytes.freeze())));
    }
}

fn transmit(Path { transport, local, remote }: Path, segment_size: usize, bytes: Bytes) -> Output {
    Output::Transmit(Transmit { transport, local, remote, segment_size, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transport;

    fn to(port: u16) -> Path {
        Path { transport: Transport::Udp, local: ([1, 1, 1, 1], 1).into(), remote: ([2, 2, 2, 2], port).into() }
    }

    fn shapes(outputs: &[Output]) -> Vec<(u16, usize, usize)> {
        let shape = |output: &Output| match output {
            Output::Transmit(run) => (run.remote.port(), run.segment_size, run.bytes.len()),
            Output::Event(event) => panic!("{event:?}"),
        };
        outputs.iter().map(shape).collect()
    }

    fn put(outbox: &mut Outbox, len: usize) {
        let room = outbox.room();
        let start = room.len();
        room.resize(start + len, 7);
        outbox.push(start);
    }

    #[test]
    fn a_run_has_equal_datagrams_but_the_last() {
        let (mut run, mut outbox, mut outputs, mut sealed) = (Run::default(), Outbox::default(), vec![], vec![]);
        for (port, size) in [(1, 10), (1, 10), (1, 4), (1, 10), (1, 12), (2, 12), (2, 12)] {
            run.push(to(port), &vec![7; size], &mut outputs);
        }
        run.flush(&mut outputs);
        assert_eq!(shapes(&outputs), [(1, 10, 24), (1, 10, 10), (1, 12, 12), (2, 12, 24)]);
        for size in [10, 10, 4, 10, 12] {
            put(&mut outbox, size);
        }
        assert_eq!(outbox.iter().map(<[u8]>::len).collect::<Vec<_>>(), [10, 10, 4, 10, 12]);
        outbox.leave(Some(to(1)), &mut sealed);
        put(&mut outbox, 12);
        outbox.leave(None, &mut sealed);
        put(&mut outbox, 12);
        outbox.leave(Some(to(2)), &mut sealed);
        assert_eq!(shapes(&sealed), [(1, 10, 24), (1, 10, 10), (1, 12, 12), (2, 12, 12)]);
    }

    #[test]
    fn runs_share_an_arena_and_what_has_been_sent_serves_again() {
        let (mut outbox, mut outputs) = (Outbox::default(), Vec::new());
        let mut places = std::collections::BTreeSet::new();
        for _ in 0..1_000 {
            outbox.rewind();
            for port in 1..=50 {
                put(&mut outbox, 200);
                outbox.leave(Some(to(port)), &mut outputs);
            }
            assert_eq!(outputs.len(), 50);
            places.extend(outputs.iter().map(|output| match output {
                Output::Transmit(run) => run.bytes.as_ptr(),
                Output::Event(event) => panic!("{event:?}"),
            }));
            outputs.clear();
        }
        assert_eq!((places.len(), outbox.full.len()), (50, 0), "always the same memory");
        for _ in 0..2 * ARENAS_KEPT_MAX * ARENA_BYTES / 1_000 {
            put(&mut outbox, 1_000);
        }
        assert_eq!(outbox.full.len(), ARENAS_KEPT_MAX, "as many as are kept");
    }

    #[test]
    fn a_run_has_no_more_datagrams_than_a_kernel_segments() {
        let (mut run, mut outbox, mut outputs) = (Run::default(), Outbox::default(), Vec::new());
        for _ in 0..RUN_DATAGRAMS_MAX + 1 {
            run.push(to(2), &[0; 100], &mut outputs);
            put(&mut outbox, 100);
        }
        run.flush(&mut outputs);
        assert_eq!(outputs.len(), 2);
        outbox.leave(Some(to(2)), &mut outputs);
        assert_eq!(outputs.len(), 4);
    }
}
