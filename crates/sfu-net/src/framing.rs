//! RFC 4571: datagrams on a stream, each behind its length in two bytes. Pure: bytes in, frames out, and the other way round.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};

use crate::limits::{CONNECTION_BACKLOG_BYTES_MAX, FRAME_BYTES_MAX};

const LENGTH_BYTES: usize = 2;

/// A frame beyond [`FRAME_BYTES_MAX`]: what follows cannot be trusted to be frames.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

/// Cuts a stream into frames (RFC 4571, section 2). Keeps less than one frame.
#[derive(Debug, Default)]
pub struct Reader {
    partial: Vec<u8>,
}

impl Reader {
    /// Hands each frame that is complete now to `take`.
    ///
    /// # Errors
    /// [`TooLong`] at the first frame that is; give up the connection then.
    pub fn feed(&mut self, mut bytes: &[u8], mut take: impl FnMut(&[u8])) -> Result<(), TooLong> {
        while !self.partial.is_empty() {
            let missing = match self.partial[..] {
                [high, low, ..] => LENGTH_BYTES + length([high, low])? - self.partial.len(),
                _ => LENGTH_BYTES - self.partial.len(),
            };
            if missing == 0 {
                take(&self.partial[LENGTH_BYTES..]);
                self.partial.clear();
            } else if bytes.is_empty() {
                return Ok(());
            } else {
                let (piece, rest) = bytes.split_at(missing.min(bytes.len()));
                self.partial.extend_from_slice(piece);
                bytes = rest;
            }
        }
        while let [high, low, rest @ ..] = bytes {
            let Some((frame, rest)) = rest.split_at_checked(length([*high, *low])?) else { break };
            take(frame);
            bytes = rest;
        }
        self.partial.extend_from_slice(bytes);
        Ok(())
    }
}

fn length(prefix: [u8; LENGTH_BYTES]) -> Result<usize, TooLong> {
    let length = usize::from(u16::from_be_bytes(prefix));
    if FRAME_BYTES_MAX < length { Err(TooLong) } else { Ok(length) }
}

/// Puts frames on a stream, and keeps some while it has no room: at most [`CONNECTION_BACKLOG_BYTES_MAX`], the newest. A frame that has begun
/// to leave is always finished.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// Whole frames with their lengths, oldest first.
    frames: VecDeque<Box<[u8]>>,
    bytes: usize,
    /// How much of the first has left.
    begun: usize,
}

/// What became of frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
    pub(crate) dropped: u64,
}

impl Writer {
    /// Sends datagrams, `run` cut into pieces of `segment_size`, after what waits already.
    pub(crate) fn send(&mut self, run: &[u8], segment_size: usize, stream: &mut impl Write) -> io::Result<Written> {
        let mut written = Written::default();
        let mut pieces = run.chunks(segment_size.max(1));
        if self.frames.is_empty() {
            // Mostly all of it goes in one call.
            let framed: Vec<u8> =
                pieces.clone().flat_map(|piece| prefix(piece).into_iter().chain(piece.iter().copied())).collect();
            let mut taken = write(stream, &framed)?;
            while let Some(piece) = pieces.clone().next() {
                let framed = LENGTH_BYTES + piece.len();
                if taken < framed {
                    break;
                }
                written.sent(piece.len());
                taken -= framed;
                pieces.next();
            }
            if 0 < taken
                && let Some(piece) = pieces.next()
            {
                self.push(piece);
                self.begun = taken;
            }
        }
        for piece in pieces {
            written.dropped += self.keep(piece);
        }
        Ok(written)
    }

    /// Sends what waits, as far as there is room.
    pub(crate) fn flush(&mut self, stream: &mut impl Write) -> io::Result<Written> {
        let mut written = Written::default();
        while let Some(frame) = self.frames.front() {
            self.begun += write(stream, &frame[self.begun..])?;
            if self.begun < frame.len() {
                break;
            }
            written.sent(frame.len() - LENGTH_BYTES);
            self.begun = 0;
            self.remove(0);
        }
        Ok(written)
    }

    /// Makes room by giving up media first, the oldest first: late media is useless, while checks and handshakes carry the session. Returns how
    /// many frames were given up.
    fn keep(&mut self, datagram: &[u8]) -> u64 {
        let mut dropped = 0;
        while CONNECTION_BACKLOG_BYTES_MAX < self.bytes + LENGTH_BYTES + datagram.len() {
            let first = usize::from(0 < self.begun);
            let oldest_media = (first..self.frames.len()).find(|&at| is_media(&self.frames[at][LENGTH_BYTES..]));
            let victim = oldest_media.or((first < self.frames.len()).then_some(first).filter(|_| !is_media(datagram)));
            dropped += 1;
            match victim {
                Some(at) => self.remove(at),
                None => return dropped, // It gives way itself.
            }
        }
        self.push(datagram);
        dropped
    }

    fn push(&mut self, datagram: &[u8]) {
        let frame = [&prefix(datagram), datagram].concat().into_boxed_slice();
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    fn remove(&mut self, at: usize) {
        self.bytes -= self.frames.remove(at).map_or(0, |frame| frame.len());
    }
}

impl Written {
    fn sent(&mut self, bytes: usize) {
        self.frames += 1;
        self.bytes += bytes as u64;
    }
}

/// Datagrams are below 64 KiB by the protocol they were made for.
fn prefix(datagram: &[u8]) -> [u8; LENGTH_BYTES] {
    u16::try_from(datagram.len()).unwrap_or(u16::MAX).to_be_bytes()
}

/// RTP and RTCP, by their first byte (RFC 7983).
fn is_media(datagram: &[u8]) -> bool {
    matches!(datagram, [128..=191, ..])
}

/// How much the stream takes now.
fn write(stream: &mut impl Write, bytes: &[u8]) -> io::Result<usize> {
    loop {
        return match stream.write(bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Ok(0) if !bytes.is_empty() => Err(ErrorKind::WriteZero.into()),
            taken => taken,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then is full.
    #[derive(Default)]
    struct Pipe {
        room: usize,
        taken: Vec<u8>,
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.room);
            if taken == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.room -= taken;
            self.taken.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Pipe {
        /// The frames that came through, by first byte and length; the stream must end with a whole one.
        fn frames(&self) -> Vec<(u8, usize)> {
            let (mut reader, mut frames) = (Reader::default(), Vec::new());
            reader.feed(&self.taken, |frame| frames.push((frame[0], frame.len()))).unwrap();
            assert!(reader.partial.is_empty(), "no frame was left in the middle");
            frames
        }
    }

    fn media(number: u8, len: usize) -> Vec<u8> {
        vec![128 + number, 0].into_iter().chain(std::iter::repeat(7)).take(len).collect()
    }

    #[test]
    fn frames_come_out_alike_however_the_stream_is_cut() {
        let frames: [&[u8]; 5] = [b"first", b"", b"x", &[9; FRAME_BYTES_MAX], b"last"];
        let stream: Vec<u8> = frames.iter().flat_map(|frame| [&prefix(frame), *frame].concat()).collect();
        for piece in 1..=stream.len() {
            let (mut reader, mut seen) = (Reader::default(), Vec::new());
            for piece in stream.chunks(piece) {
                reader.feed(piece, |frame| seen.push(frame.to_vec())).unwrap();
            }
            assert_eq!(seen, frames, "pieces of {piece}");
            assert!(reader.partial.is_empty());
        }
    }

    #[test]
    fn a_frame_beyond_the_limit_is_refused_before_its_bytes_are_kept() {
        let too_long = (FRAME_BYTES_MAX as u16 + 1).to_be_bytes();
        let mut reader = Reader::default();
        assert_eq!(reader.feed(&too_long, |_| panic!("no frame")), Err(TooLong));
        let mut reader = Reader::default();
        reader.feed(&too_long[..1], |_| panic!("no frame")).unwrap();
        assert_eq!(reader.feed(&[too_long[1], 1, 2], |_| panic!("no frame")), Err(TooLong));
        for protocol in [&b"GET / HTTP/1.1\r\n"[..], b"\x16\x03\x01\x02\x00\x01", b"SSH-2.0-x"] {
            assert_eq!(Reader::default().feed(protocol, |_| panic!("no frame")), Err(TooLong));
        }
    }

    #[test]
    fn what_a_stream_takes_in_pieces_arrives_whole_and_in_order() {
        let run: Vec<u8> = (0..5).flat_map(|number| media(number, 1_000)).collect();
        for room in [0, 1, 2, 3, 1_001, 1_002, 1_003, 2_500, 5_009] {
            let (mut writer, mut pipe) = (Writer::default(), Pipe { room, ..Pipe::default() });
            let mut frames = writer.send(&run, 1_000, &mut pipe).unwrap().frames;
            assert_eq!(frames, (room / 1_002) as u64);
            while !writer.frames.is_empty() {
                pipe.room = 700;
                frames += writer.flush(&mut pipe).unwrap().frames;
            }
            assert_eq!((frames, writer.bytes), (5, 0));
            assert_eq!(pipe.frames(), (0..5).map(|number| (128 + number, 1_000)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn while_a_stream_stands_still_the_oldest_media_gives_way_and_nothing_grows() {
        let (mut writer, mut pipe) = (Writer::default(), Pipe { room: 500, ..Pipe::default() });
        writer.send(&media(1, 1_000), 1_000, &mut pipe).unwrap(); // Begun.
        let handshake = [22; 900];
        writer.send(&handshake, 900, &mut pipe).unwrap();
        let mut dropped = 0;
        for _ in 0..10_000 {
            dropped += writer.send(&media(2, 1_000), 1_000, &mut pipe).unwrap().dropped;
            assert!(writer.bytes <= CONNECTION_BACKLOG_BYTES_MAX);
        }
        dropped += writer.send(&media(3, 900), 900, &mut pipe).unwrap().dropped;
        pipe.room = usize::MAX;
        writer.flush(&mut pipe).unwrap();
        let frames = pipe.frames();
        assert_eq!(frames[..2], [(129, 1_000), (22, 900)], "what had begun, and what is no media");
        assert_eq!(frames.last(), Some(&(131, 900)), "the newest media");
        assert_eq!(frames.len() as u64 + dropped, 10_003);
    }

    #[test]
    fn media_gives_way_to_a_handshake_and_a_handshake_to_none_but_a_newer_one() {
        let (mut writer, mut pipe) = (Writer::default(), Pipe::default());
        let full = CONNECTION_BACKLOG_BYTES_MAX / 1_002;
        for _ in 0..full {
            assert_eq!(writer.send(&[22; 1_000], 1_000, &mut pipe).unwrap().dropped, 0);
        }
        assert_eq!(writer.send(&media(1, 1_000), 1_000, &mut pipe).unwrap().dropped, 1);
        assert_eq!(writer.send(&[23; 1_000], 1_000, &mut pipe).unwrap().dropped, 1);
        pipe.room = usize::MAX;
        writer.flush(&mut pipe).unwrap();
        let frames = pipe.frames();
        assert_eq!((frames.len(), frames[0].0, frames[full - 1].0), (full, 22, 23));
    }

    #[test]
    fn a_stream_that_is_gone_is_an_error() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(ErrorKind::ConnectionReset.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = Writer::default().send(&[1, 2], 2, &mut Gone).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
}
