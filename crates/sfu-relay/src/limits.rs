//! Every limit of this crate, with its reason. What is refused at one of them is counted in [`crate::Stats::refused`].

use std::time::Duration;

/// The longest that a file is kept after its last byte was stored, which is never after the end of the session: what patients are promised. It can be made shorter ([`crate::Retention`]), never longer.
pub const RETENTION_MAX: Duration = Duration::from_secs(15 * 60);

/// How long an upload may take: the largest file of a clinic over a poor line. Without it, a byte now and then would keep a file for ever.
pub const UNFINISHED_MAX: Duration = Duration::from_secs(2 * 60 * 60);

/// How long somebody who takes a file that is passed through may leave chunks unacknowledged, connected or not, before the others no longer
/// wait: a reload or a change of network takes less.
pub const STALLED_MAX: Duration = Duration::from_secs(2 * 60);

/// Bytes of one frame: what the core takes as one message (`sfu-core`, `MESSAGE_BYTES_MAX`).
pub const FRAME_BYTES_MAX: usize = 16 * 1024;

/// Bytes of a chunk, but for the last of a file: 15 KiB of the file and the 16 bytes of an AEAD's tag. With its header it leaves almost a
/// thousand bytes of [`FRAME_BYTES_MAX`] for what a later version has to add.
pub const CHUNK_BYTES: usize = 15 * 1024 + 16;

/// Bytes of a sealed manifest: a name, a type, a hash and a key, and room for a small preview.
pub const MANIFEST_BYTES_MAX: usize = 4096;

/// Bytes of all manifests of a room, because whoever joins gets them at once: a quarter of what the core buffers for one participant.
pub const ROOM_MANIFEST_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one file, however it is sent: more than any scan that is sent during a consultation.
pub const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Chunks that a sender may be ahead of what was stored, or, of a file that is passed through, of what was acknowledged. It is also the
/// memory that such a file takes: 480 KiB fill a path of half a second at the rate of [`CREDITS_PER_SECOND`].
pub const CREDIT_WINDOW_CHUNKS: u32 = 32;

/// Chunks a second for which one sender gets credit, unless the embedder says otherwise: a megabyte, which leaves an ordinary line room for a call.
pub const CREDITS_PER_SECOND: u32 = 64;

/// Chunks for which a sender gets credit at once after a pause: a small file in one go.
pub const CREDIT_BURST_CHUNKS: u32 = 16;

/// Chunks for which a sender who has used all credit waits, so that a wake-up is worth its while.
pub const CREDIT_BATCH_CHUNKS: u32 = 4;

/// Chunks on their way to one receiver, of all files together: half of what the core buffers for one participant.
pub const RECEIVE_WINDOW_CHUNKS: u32 = 8;

/// Chunks a second that are sent to one receiver once more, because they say that they missed them. A page asks after a gap or after seconds of
/// silence; without the limit, 22 bytes that ask would be answered by the whole window. The channel loses nothing by itself, so that who asks has
/// mostly a slow line: no more than such a line carries.
pub const REPEATS_PER_SECOND: u32 = 2;

/// Chunks that are sent to one receiver once more after a long time without: the whole window. Twice as much as that is all that the core buffers
/// for one participant; what does not fit is lost, and only asked for again.
pub const REPEATS_BURST_CHUNKS: u32 = RECEIVE_WINDOW_CHUNKS;

/// Memory of all chunks, manifests and bookkeeping, reserved when a file is offered.
pub const MEMORY_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// What one transfer takes beside its chunks: its entry, its timers, and those who receive it.
pub const TRANSFER_OVERHEAD_BYTES: u64 = 4096;

/// What one chunk takes in memory beside its bytes: its header and the two allocations that hold it.
pub const CHUNK_OVERHEAD_BYTES: u64 = 128;

/// Bytes that one person's files may take at a time: a batch of photographs.
pub const PERSON_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Files that one person may have here at a time.
pub const PERSON_FILES_MAX: u32 = 32;

/// Files that one person may send at a time. Each takes [`CREDIT_WINDOW_CHUNKS`] of memory and a share of one upload.
pub const PERSON_TRANSFERS_MAX: u32 = 8;

/// Files that one person may offer in one session: an archive of slices in pieces. Each offer goes to everybody in the room, so they are not
/// for ever.
pub const SESSION_FILES_MAX: u32 = 1024;

/// Bytes that one person may offer in one session: four of the largest files, or what the rate of [`CREDITS_PER_SECOND`] carries in five hours.
pub const SESSION_BYTES_MAX: u64 = 4 * FILE_BYTES_MAX;

/// Bytes that a room's files may take at a time: two who send what they may.
pub const ROOM_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Files that a room may have here at a time: more than a list on a phone is good for.
pub const ROOM_FILES_MAX: u32 = 64;

/// Files of a room that were passed through and of which their senders can still hear so: as many as may be here at a time. Of an older one they
/// hear that it is unknown.
pub const DELIVERED_REMEMBERED_MAX: usize = ROOM_FILES_MAX as usize;

/// Files that may be on their way in a room at a time.
pub const ROOM_TRANSFERS_MAX: u32 = 16;

/// Bytes that all files may take at a time: what [`MEMORY_BYTES_MAX`] has room for.
pub const SERVER_BYTES_MAX: u64 = 240 * 1024 * 1024;

/// Files that may be here at a time. Empty ones would otherwise be limited by memory only.
pub const SERVER_FILES_MAX: u32 = 8192;

/// Files that may be on their way at a time: each is work at every chunk, and 256 of them fill a gigabit.
pub const SERVER_TRANSFERS_MAX: u32 = 256;

/// Rooms. As the core's.
pub const ROOMS_MAX: usize = 16_384;

/// People of one room who are connected, and of one transfer who have asked for it. As the core's.
pub const ROOM_PEOPLE_MAX: usize = 64;

const _: () = assert!(crate::frame::CHUNK_HEADER_BYTES + CHUNK_BYTES <= FRAME_BYTES_MAX);
const _: () = assert!(crate::frame::OFFER_HEADER_BYTES + MANIFEST_BYTES_MAX <= FRAME_BYTES_MAX);
const _: () = assert!(RECEIVE_WINDOW_CHUNKS <= REPEATS_BURST_CHUNKS);
const _: () = assert!(CREDIT_BATCH_CHUNKS <= CREDIT_BURST_CHUNKS);
