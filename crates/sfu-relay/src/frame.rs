//! The words on the data channel. One frame is one binary message; numbers are big-endian.
//!
//! ```text
//! byte  0       1       2 ..= 17          18 ..
//!       VERSION kind    transfer id       by kind:
//!               1 Offer                   keeping u8 (1 stored, 2 passed through) · bytes u64 · chunks u32 · sealed manifest
//!               2 Accept                  -
//!               3 Credit                  up to, but not including, chunk u32
//!               4 Chunk                   index u32 · ciphertext
//!               5 Have                    next missing chunk u32
//!               6 Ack                     next missing chunk u32
//!               7 Cancel                  -
//!               8 Done                    milliseconds until it is deleted u32
//!               9 Refused                 reason u8
//!              10 Receipt                 a receipt
//! ```
//!
//! A reader refuses what it does not know, and every byte too many: a new word is a new [`VERSION`].

use std::fmt;

use crate::limits::{CHUNK_BYTES, FRAME_BYTES_MAX, MANIFEST_BYTES_MAX};
use crate::{Reason, Receipt};

/// The first byte of every frame of this version. No UTF-8 text begins with it.
pub const VERSION: u8 = 0xF9;

/// Bytes of a [`Frame::Chunk`] before its ciphertext.
pub(crate) const CHUNK_HEADER_BYTES: usize = HEADER_BYTES + 4;

/// Bytes of a [`Frame::Offer`] before its manifest.
pub(crate) const OFFER_HEADER_BYTES: usize = HEADER_BYTES + 1 + 8 + 4;

const HEADER_BYTES: usize = 2 + 16;

/// Names a transfer: 128 random bits, chosen by the sender's page. Only the pages and the relay know it; a receipt has its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub [u8; 16]);

/// What becomes of a file at the relay. The sender's page says it with the offer, because people have to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keeping {
    /// Kept until its deadline, whoever has taken it; the sender may leave once all is stored.
    Stored,
    /// Handed on as it comes: a chunk stays until all who take the file have acknowledged it. Nothing comes before somebody accepts, and
    /// whoever accepts after the first chunk is gone is too late. Files of any size, a fixed amount of memory.
    Passed,
}

/// How large a file is, sealed. The page may pad it to hide more; [`Size::class`] is all that outlasts the transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    bytes: u64,
    chunks: u32,
}

impl Size {
    /// A file of so many bytes, all chunks together. `None` for no bytes at all (a sealed file has a tag at least), and for more chunks than
    /// can be counted.
    #[must_use]
    pub fn of(bytes: u64) -> Option<Self> {
        let chunks = u32::try_from(bytes.div_ceil(CHUNK_BYTES as u64)).ok()?;
        (0 < chunks).then_some(Self { bytes, chunks })
    }

    /// Bytes of ciphertext.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.bytes
    }

    /// Chunks: as few as possible, so all but the last have [`CHUNK_BYTES`].
    #[must_use]
    pub const fn chunks(self) -> u32 {
        self.chunks
    }

    /// Bytes of one chunk. `None` if there is no such chunk.
    #[must_use]
    pub fn chunk_bytes(self, index: u32) -> Option<usize> {
        if self.chunks <= index {
            return None;
        }
        let rest = self.bytes - u64::from(index) * CHUNK_BYTES as u64;
        usize::try_from(rest.min(CHUNK_BYTES as u64)).ok()
    }

    /// The exponent of the smallest power of two that is not less than the size.
    #[must_use]
    pub fn class(self) -> u8 {
        u8::try_from(u64::BITS - (self.bytes - 1).leading_zeros()).expect("at most 64")
    }
}

/// One message between a page and the relay. Its `Debug` tells the length of what people send, and nothing else of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Frame<'a> {
    /// Page to relay: here is a file. Relay to pages: there is one. Again, with the same words: where were we?
    Offer {
        /// Which.
        transfer: TransferId,
        /// What becomes of it.
        keeping: Keeping,
        /// How large it is.
        size: Size,
        /// Name, type, hash and key, sealed for the other pages. At most [`MANIFEST_BYTES_MAX`].
        manifest: &'a [u8],
    },
    /// Page to relay: send it to me, from the beginning.
    Accept {
        /// Which.
        transfer: TransferId,
    },
    /// Relay to sender: you may send the chunks before this one.
    Credit {
        /// Which.
        transfer: TransferId,
        /// The first chunk that may not be sent.
        until: u32,
    },
    /// Sender to relay to receivers, unchanged.
    Chunk {
        /// Of which.
        transfer: TransferId,
        /// Its place, from 0.
        index: u32,
        /// Ciphertext; [`CHUNK_BYTES`] unless it is the last.
        bytes: &'a [u8],
    },
    /// Relay to sender: go on with this chunk. Receiver to relay, after a reconnect or a gap: go on with this chunk. Sender to relay: what
    /// do you have?
    Have {
        /// Of which.
        transfer: TransferId,
        /// The first chunk that is missing.
        next: u32,
    },
    /// Receiver to relay: I have all before this chunk; at least after every [`crate::limits::CREDIT_BATCH_CHUNKS`] and after the last.
    /// Relay to sender: all who take the file have.
    Ack {
        /// Of which.
        transfer: TransferId,
        /// The first chunk that is not acknowledged.
        next: u32,
    },
    /// Sender to relay to receivers: take it back. Receiver to relay: not for me.
    Cancel {
        /// Which.
        transfer: TransferId,
    },
    /// Relay to pages: all of it is stored, and will be deleted so soon. At once, if it was passed through and everybody has it.
    Done {
        /// Which.
        transfer: TransferId,
        /// Milliseconds from now.
        deleted_in_ms: u32,
    },
    /// Relay to page: no, or no more.
    Refused {
        /// Which; all zeros if it cannot be known.
        transfer: TransferId,
        /// Why.
        reason: Reason,
    },
    /// Relay to pages: it is deleted.
    Receipt {
        /// Which.
        transfer: TransferId,
        /// The proof.
        receipt: Receipt,
    },
}

/// Bytes that are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no frame of this version")]
pub struct Malformed;

impl<'a> Frame<'a> {
    /// Reads one message.
    ///
    /// # Errors
    /// If it is anything but what [`Frame::write`] makes.
    pub fn parse(message: &'a [u8]) -> Result<Self, Malformed> {
        if FRAME_BYTES_MAX < message.len() {
            return Err(Malformed);
        }
        let mut reader = Reader(message);
        if reader.byte()? != VERSION {
            return Err(Malformed);
        }
        let kind = reader.byte()?;
        let transfer = TransferId(reader.array()?);
        let frame = match kind {
            1 => {
                let keeping = reader.keeping()?;
                let size = Size::of(reader.u64()?).ok_or(Malformed)?;
                if reader.u32()? != size.chunks {
                    return Err(Malformed);
                }
                Self::Offer { transfer, keeping, size, manifest: reader.rest(0..=MANIFEST_BYTES_MAX)? }
            }
            2 => Self::Accept { transfer },
            3 => Self::Credit { transfer, until: reader.u32()? },
            4 => Self::Chunk { transfer, index: reader.u32()?, bytes: reader.rest(1..=CHUNK_BYTES)? },
            5 => Self::Have { transfer, next: reader.u32()? },
            6 => Self::Ack { transfer, next: reader.u32()? },
            7 => Self::Cancel { transfer },
            8 => Self::Done { transfer, deleted_in_ms: reader.u32()? },
            9 => Self::Refused { transfer, reason: Reason::of(reader.byte()?).ok_or(Malformed)? },
            10 => Self::Receipt { transfer, receipt: Receipt::from_bytes(&reader.array()?).ok_or(Malformed)? },
            _ => return Err(Malformed),
        };
        if reader.0.is_empty() { Ok(frame) } else { Err(Malformed) }
    }

    /// Makes one message. Manifests and chunks beyond their limits make messages that nobody reads.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut message = Vec::with_capacity(OFFER_HEADER_BYTES + self.body_bytes());
        message.extend([VERSION, self.kind()]);
        message.extend(self.transfer().0);
        match self {
            Self::Offer { keeping, size, manifest, .. } => {
                message.push(keeping.code());
                message.extend(size.bytes.to_be_bytes());
                message.extend(size.chunks.to_be_bytes());
                message.extend(*manifest);
            }
            Self::Chunk { index, bytes, .. } => {
                message.extend(index.to_be_bytes());
                message.extend(*bytes);
            }
            Self::Credit { until: number, .. }
            | Self::Have { next: number, .. }
            | Self::Ack { next: number, .. }
            | Self::Done { deleted_in_ms: number, .. } => message.extend(number.to_be_bytes()),
            Self::Accept { .. } | Self::Cancel { .. } => {}
            Self::Refused { reason, .. } => message.push(reason.code()),
            Self::Receipt { receipt, .. } => message.extend(receipt.to_bytes()),
        }
        message
    }

    /// Which transfer it is about.
    #[must_use]
    pub const fn transfer(&self) -> TransferId {
        match self {
            Self::Offer { transfer, .. }
            | Self::Accept { transfer }
            | Self::Credit { transfer, .. }
            | Self::Chunk { transfer, .. }
            | Self::Have { transfer, .. }
            | Self::Ack { transfer, .. }
            | Self::Cancel { transfer }
            | Self::Done { transfer, .. }
            | Self::Refused { transfer, .. }
            | Self::Receipt { transfer, .. } => *transfer,
        }
    }

    const fn kind(&self) -> u8 {
        match self {
            Self::Offer { .. } => 1,
            Self::Accept { .. } => 2,
            Self::Credit { .. } => 3,
            Self::Chunk { .. } => 4,
            Self::Have { .. } => 5,
            Self::Ack { .. } => 6,
            Self::Cancel { .. } => 7,
            Self::Done { .. } => 8,
            Self::Refused { .. } => 9,
            Self::Receipt { .. } => 10,
        }
    }

    const fn body_bytes(&self) -> usize {
        match self {
            Self::Offer { manifest: bytes, .. } | Self::Chunk { bytes, .. } => bytes.len(),
            Self::Receipt { .. } => Receipt::BYTES,
            Self::Accept { .. }
            | Self::Credit { .. }
            | Self::Have { .. }
            | Self::Ack { .. }
            | Self::Cancel { .. }
            | Self::Done { .. }
            | Self::Refused { .. } => 0,
        }
    }
}

impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transfer = self.transfer();
        match self {
            Self::Offer { keeping, size, manifest, .. } => {
                write!(f, "Offer({transfer:?}, {keeping:?}, {size:?}, manifest of {} bytes)", manifest.len())
            }
            Self::Accept { .. } => write!(f, "Accept({transfer:?})"),
            Self::Credit { until, .. } => write!(f, "Credit({transfer:?}, until {until})"),
            Self::Chunk { index, bytes, .. } => write!(f, "Chunk({transfer:?}, {index}, {} bytes)", bytes.len()),
            Self::Have { next, .. } => write!(f, "Have({transfer:?}, next {next})"),
            Self::Ack { next, .. } => write!(f, "Ack({transfer:?}, next {next})"),
            Self::Cancel { .. } => write!(f, "Cancel({transfer:?})"),
            Self::Done { deleted_in_ms, .. } => write!(f, "Done({transfer:?}, deleted in {deleted_in_ms} ms)"),
            Self::Refused { reason, .. } => write!(f, "Refused({transfer:?}, {reason:?})"),
            Self::Receipt { receipt, .. } => write!(f, "Receipt({transfer:?}, {})", receipt.statement.number),
        }
    }
}

impl Keeping {
    const fn code(self) -> u8 {
        match self {
            Self::Stored => 1,
            Self::Passed => 2,
        }
    }
}

/// The rest of a message.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (first, rest) = self.0.split_first_chunk().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*first)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    fn keeping(&mut self) -> Result<Keeping, Malformed> {
        let code = self.byte()?;
        [Keeping::Stored, Keeping::Passed].into_iter().find(|keeping| keeping.code() == code).ok_or(Malformed)
    }

    fn rest(&mut self, bytes: std::ops::RangeInclusive<usize>) -> Result<&'a [u8], Malformed> {
        let rest = std::mem::take(&mut self.0);
        if bytes.contains(&rest.len()) { Ok(rest) } else { Err(Malformed) }
    }
}
