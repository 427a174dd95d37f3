//! The boundary: what goes in, what comes out, and the names both use.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::{Keeping, Receipt, Size, limits};

/// Names a room. Chosen by the embedder, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub u64);

/// Names somebody in a room, through all their reconnects. Chosen by the embedder, who knows who they are; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub u64);

/// Names what a spool holds of one file. Made by the relay, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub u64);

/// The time: one reading of the embedder's clocks.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// For deadlines. Never goes back.
    pub at: Instant,
    /// For receipts: seconds since 1970.
    pub unix_s: u64,
}

/// Everything that can happen to a [`crate::Relay`].
pub enum Input<'a> {
    /// Somebody's channel is open, for the first time or again. They are told of every file that is there. If it was open already, what was on
    /// its way over the old one is taken for lost.
    Joined {
        /// Where. Exists from now on.
        room: RoomId,
        /// Who.
        person: PersonId,
    },
    /// Somebody's channel is gone, maybe for a moment. Their files stay, and so do their places in those of others.
    Left {
        /// Who.
        person: PersonId,
    },
    /// A binary message that begins with [`crate::VERSION`] came from a page.
    Received {
        /// From whom.
        person: PersonId,
        /// As it came.
        frame: &'a [u8],
    },
    /// The session is over. Uploads end here; what is stored can still be fetched until its time has come, by whoever is there or comes back.
    RoomEnded {
        /// Which.
        room: RoomId,
    },
    /// As `RoomEnded`, and nothing waits for its time: all files of the session are deleted now, each with its receipt.
    RoomErased {
        /// Which.
        room: RoomId,
    },
    /// One of several in a session wants nothing kept: the files that they have sent are deleted now, each with its receipt. The session goes on.
    PersonErased {
        /// Where.
        room: RoomId,
        /// Who.
        person: PersonId,
    },
    /// The spool reports. It works in order: one blob's reports come in the order of what was asked of it.
    Spool {
        /// About which blob. Nothing happens if it is not there any more.
        blob: BlobId,
        /// What it has done.
        report: SpoolReport<'a>,
    },
    /// Receipts may have all numbers before this one. Only for a relay whose signer was made by [`crate::Signer::with_numbers`]; it takes no more
    /// files than it has numbers for.
    NumbersReserved {
        /// The first number that may not be used.
        until: u64,
    },
    /// Time has passed. Deadlines take effect here and nowhere else.
    Timeout,
}

/// What a spool has done.
pub enum SpoolReport<'a> {
    /// [`Output::Store`] is carried out.
    Stored {
        /// Which chunk.
        index: u32,
    },
    /// [`Output::Store`] cannot be carried out.
    StoreFailed,
    /// [`Output::Load`] is carried out.
    Loaded {
        /// Which chunk.
        index: u32,
        /// As it was stored.
        bytes: &'a [u8],
    },
    /// [`Output::Load`] cannot be carried out.
    LoadFailed {
        /// Which chunk.
        index: u32,
    },
    /// [`Output::Delete`] is carried out.
    Deleted,
    /// [`Output::Delete`] cannot be carried out. The bytes are unreadable all the same; the receipt says so.
    DeleteFailed,
}

/// What follows from an input. The embedder carries out each, in order.
#[must_use = "an output that nobody carries out is a file that never arrives"]
#[derive(Debug, Default)]
pub struct Outputs(pub(crate) Vec<Output>);

impl std::ops::Deref for Outputs {
    type Target = [Output];

    fn deref(&self) -> &[Output] {
        &self.0
    }
}

impl IntoIterator for Outputs {
    type Item = Output;
    type IntoIter = std::vec::IntoIter<Output>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One thing that follows from an input. Its `Debug` tells the length of what people send, and nothing else of it.
pub enum Output {
    /// Send a binary message to somebody, reliably and in order. May be dropped if the channel is gone or full: pages ask again.
    Send {
        /// To whom.
        person: PersonId,
        /// A [`crate::Frame`]. A chunk is overwritten when the last copy of this is dropped.
        frame: Bytes,
    },
    /// Append a sealed chunk to a blob.
    Store {
        /// Which.
        blob: BlobId,
        /// Which chunk: one more than the last.
        index: u32,
        /// Indistinguishable from random bytes for whoever has not this relay's memory.
        bytes: Vec<u8>,
    },
    /// Read a chunk of a blob again.
    Load {
        /// Which.
        blob: BlobId,
        /// Which chunk.
        index: u32,
    },
    /// Delete a blob, as far as it was stored.
    Delete {
        /// Which.
        blob: BlobId,
    },
    /// A file is gone. The pages of the room have been sent the same receipt; the embedder may keep it, it names nobody.
    Deleted {
        /// Where it was.
        room: RoomId,
        /// The proof.
        receipt: Receipt,
    },
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { person, frame } => write!(f, "Send({person:?}, {} bytes)", frame.len()),
            Self::Store { blob, index, bytes } => write!(f, "Store({blob:?}, chunk {index}, {} bytes)", bytes.len()),
            Self::Load { blob, index } => write!(f, "Load({blob:?}, chunk {index})"),
            Self::Delete { blob } => write!(f, "Delete({blob:?})"),
            Self::Deleted { room, receipt } => write!(f, "Deleted({room:?}, receipt {})", receipt.statement.number),
        }
    }
}

/// Why an input was refused; nothing changed. The embedder's doing: what pages do wrong is answered by [`crate::Frame::Refused`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nobody of that name has joined.
    #[error("no such person")]
    PersonUnknown,
    /// The person is in another room.
    #[error("is in another room")]
    ElsewhereAlready,
    /// There are [`limits::ROOMS_MAX`] rooms.
    #[error("too many rooms")]
    RoomsFull,
    /// The room has [`limits::ROOM_PEOPLE_MAX`] people.
    #[error("room is full")]
    RoomFull,
    /// The spool reports what it was not asked for.
    #[error("the spool reports out of order")]
    SpoolOutOfOrder,
}

/// Why a page is told no, or no more. The number of each is part of the protocol: its place in [`Reason::ALL`], counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The message was no frame.
    Malformed,
    /// There is no such transfer, or not any more.
    Unknown,
    /// Another transfer has this id.
    IdTaken,
    /// Not from you: chunks and credit are the sender's, acknowledgements a receiver's.
    WrongRole,
    /// The session is over; nothing new is taken.
    RoomOver,
    /// Larger than [`Limits::file_bytes_max`].
    FileTooLarge,
    /// So large that it could never be stored here: [`crate::Keeping::Passed`] might do.
    TooLargeToStore,
    /// The sender's [`Quota::bytes`] is used up.
    PersonBytes,
    /// The sender's [`Quota::files`] is used up.
    PersonFiles,
    /// The sender's [`Quota::transfers`] is used up.
    PersonTransfers,
    /// The sender's [`Limits::session_files_max`] are used up.
    SessionFiles,
    /// The sender's [`Limits::session_bytes_max`] are used up.
    SessionBytes,
    /// The room's [`Quota::bytes`] is used up.
    RoomBytes,
    /// The room's [`Quota::files`] is used up.
    RoomFiles,
    /// The room's [`Quota::transfers`] is used up.
    RoomTransfers,
    /// The room's [`limits::ROOM_MANIFEST_BYTES_MAX`] are used up.
    RoomManifests,
    /// The server's [`Quota::bytes`] is used up.
    ServerBytes,
    /// The server's [`Quota::files`] is used up, or the numbers of receipts ([`Input::NumbersReserved`]).
    ServerFiles,
    /// The server's [`Quota::transfers`] is used up.
    ServerTransfers,
    /// [`Limits::memory_bytes_max`] is used up.
    ServerMemory,
    /// The transfer has been asked for by [`limits::ROOM_PEOPLE_MAX`] people.
    ReceiversFull,
    /// A chunk, or a place to go on from, beyond the end or beyond what was ever sent.
    OutOfRange,
    /// A chunk for which there was no credit; it was not stored.
    BeyondCredit,
    /// A chunk of another length than the offer makes it; it was not stored.
    WrongLength,
    /// The file is passed through, and its beginning is gone.
    TooLate,
    /// Over: nothing was acknowledged for too long ([`limits::STALLED_MAX`]).
    Stalled,
    /// Over: passed through, and nobody takes it any more.
    Abandoned,
    /// Over: the deadline came.
    Expired,
    /// The spool has failed. For the sender it is over; a receiver may ask again.
    SpoolFailed,
    /// You ask for the same again too often ([`limits::REPEATS_PER_SECOND`]): wait a second, what is on its way may come.
    TooOften,
    /// Somebody does not want it. For the sender's information.
    Declined,
}

impl Reason {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 31] = [
        Self::Malformed,
        Self::Unknown,
        Self::IdTaken,
        Self::WrongRole,
        Self::RoomOver,
        Self::FileTooLarge,
        Self::TooLargeToStore,
        Self::PersonBytes,
        Self::PersonFiles,
        Self::PersonTransfers,
        Self::SessionFiles,
        Self::SessionBytes,
        Self::RoomBytes,
        Self::RoomFiles,
        Self::RoomTransfers,
        Self::RoomManifests,
        Self::ServerBytes,
        Self::ServerFiles,
        Self::ServerTransfers,
        Self::ServerMemory,
        Self::ReceiversFull,
        Self::OutOfRange,
        Self::BeyondCredit,
        Self::WrongLength,
        Self::TooLate,
        Self::Stalled,
        Self::Abandoned,
        Self::Expired,
        Self::SpoolFailed,
        Self::TooOften,
        Self::Declined,
    ];

    /// Its number in the protocol.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8 + 1
    }

    /// The reason with this number.
    #[must_use]
    pub fn of(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    /// The reason as a metric label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::IdTaken => "id_taken",
            Self::WrongRole => "wrong_role",
            Self::RoomOver => "room_over",
            Self::FileTooLarge => "file_too_large",
            Self::TooLargeToStore => "too_large_to_store",
            Self::PersonBytes => "person_bytes",
            Self::PersonFiles => "person_files",
            Self::PersonTransfers => "person_transfers",
            Self::SessionFiles => "session_files",
            Self::SessionBytes => "session_bytes",
            Self::RoomBytes => "room_bytes",
            Self::RoomFiles => "room_files",
            Self::RoomTransfers => "room_transfers",
            Self::RoomManifests => "room_manifests",
            Self::ServerBytes => "server_bytes",
            Self::ServerFiles => "server_files",
            Self::ServerTransfers => "server_transfers",
            Self::ServerMemory => "server_memory",
            Self::ReceiversFull => "receivers_full",
            Self::OutOfRange => "out_of_range",
            Self::BeyondCredit => "beyond_credit",
            Self::WrongLength => "wrong_length",
            Self::TooLate => "too_late",
            Self::Stalled => "stalled",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::SpoolFailed => "spool_failed",
            Self::TooOften => "too_often",
            Self::Declined => "declined",
        }
    }
}

/// What the relay holds of one file, for somebody who asks what is kept. Made by taking the transfer apart without a rest, so that a new field is
/// here, or left out by name, or nothing compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHeld {
    /// Who sends it.
    pub sender: PersonId,
    /// Whether it stays for a while or is handed on as it comes.
    pub keeping: Keeping,
    /// How large it is, sealed.
    pub size: Size,
    /// Bytes of the offer with its manifest: the sealed name.
    pub offer_bytes: u64,
    /// Chunks that came.
    pub received: u32,
    /// When it was offered.
    pub offered_at: Instant,
    /// When it will be deleted, if nothing comes any more.
    pub deleted_at: Option<Instant>,
}

/// Counters of the whole relay, for metrics. Nothing in them names anybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Rooms now.
    pub rooms: u64,
    /// People who are connected now.
    pub people: u64,
    /// Files that are here now, whole or not.
    pub files: u64,
    /// Files that are on their way in now.
    pub transfers: u64,
    /// Bytes for which stored files have a place now.
    pub bytes: u64,
    /// Memory that is reserved now.
    pub memory_bytes: u64,
    /// Chunks in memory now, in bytes. A part of what is reserved.
    pub held_bytes: u64,
    /// Blobs that the spool has yet to delete now. Their keys are gone. A blob that stays here has no receipt: worth an alarm.
    pub unlinking: u64,
    /// Offers taken since the start.
    pub offered: u64,
    /// Files that were stored whole, or passed through to everybody who took them, since the start.
    pub completed: u64,
    /// Receivers who have acknowledged all of a file, since the start.
    pub delivered: u64,
    /// Receipts signed since the start.
    pub receipts: u64,
    /// Deliveries of which a sender who comes back late will not hear, because newer ones took their place, since the start.
    pub deliveries_forgotten: u64,
    /// Chunks that came again and were dropped, since the start.
    pub chunks_repeated: u64,
    /// Chunks that came after a gap and were dropped, since the start.
    pub chunks_early: u64,
    /// Reports of the spool about what is gone, since the start.
    pub reports_late: u64,
    pub(crate) refused: [u64; Reason::ALL.len()],
}

impl Stats {
    /// How often a page was told this since the start. Each limit has a reason of its own.
    #[must_use]
    pub const fn refused(&self, reason: Reason) -> u64 {
        self.refused[reason as usize]
    }
}

/// When to call again, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// No later than this.
    pub at: Instant,
    /// The cause.
    pub why: WakeReason,
}

/// Why a wake-up is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WakeReason {
    /// A file's deadline.
    Delete,
    /// Somebody stops the others who take a file that is passed through.
    Stalled,
    /// A sender may go on.
    Credit,
}

/// How long files are kept: [`limits::RETENTION_MAX`] or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Retention(Duration);

impl Retention {
    /// So long, or [`limits::RETENTION_MAX`] if that is less: it is what people were promised.
    #[must_use]
    pub fn at_most(time: Duration) -> Self {
        Self(time.min(limits::RETENTION_MAX))
    }

    /// How long it is.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self(limits::RETENTION_MAX)
    }
}

/// Where stored files are. Files that are passed through are in memory always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In this value.
    Memory,
    /// Where the embedder puts what it is told to store; sealed, the keys in this value.
    Spool,
}

/// What may be used up at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Bytes of stored files, counted in full from the offer to the deletion. Files that are passed through take none.
    pub bytes: u64,
    /// Files, from the offer to the deletion.
    pub files: u32,
    /// Files that are on their way: from the offer until the last byte is stored or, of those that are passed through, delivered.
    pub transfers: u32,
}

/// The limits that an embedder may choose. Their reasons are beside the constants in [`limits`], which are the default.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a file is kept.
    pub retention: Retention,
    /// Where stored files are.
    pub storage: Storage,
    /// Bytes of a file.
    pub file_bytes_max: u64,
    /// Memory of everything that stays here. What is on its way to receivers is the embedder's: at most [`limits::RECEIVE_WINDOW_CHUNKS`] for
    /// each, which share the memory here unless they come from a spool.
    pub memory_bytes_max: u64,
    /// What one person's files may take.
    pub person: Quota,
    /// What one room's files may take.
    pub room: Quota,
    /// What all files may take. Its bytes are memory, or the spool's disk.
    pub server: Quota,
    /// Files that one person may offer in one session, one after another.
    pub session_files_max: u32,
    /// Bytes that one person may offer in one session, one after another.
    pub session_bytes_max: u64,
    /// Chunks a second for which one sender gets credit. A thousand at most.
    pub credits_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            retention: Retention::default(),
            storage: Storage::Memory,
            file_bytes_max: limits::FILE_BYTES_MAX,
            memory_bytes_max: limits::MEMORY_BYTES_MAX,
            person: Quota {
                bytes: limits::PERSON_BYTES_MAX,
                files: limits::PERSON_FILES_MAX,
                transfers: limits::PERSON_TRANSFERS_MAX,
            },
            room: Quota {
                bytes: limits::ROOM_BYTES_MAX,
                files: limits::ROOM_FILES_MAX,
                transfers: limits::ROOM_TRANSFERS_MAX,
            },
            server: Quota {
                bytes: limits::SERVER_BYTES_MAX,
                files: limits::SERVER_FILES_MAX,
                transfers: limits::SERVER_TRANSFERS_MAX,
            },
            session_files_max: limits::SESSION_FILES_MAX,
            session_bytes_max: limits::SESSION_BYTES_MAX,
            credits_per_second: limits::CREDITS_PER_SECOND,
        }
    }
}
