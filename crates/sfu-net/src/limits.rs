//! What bounds a shard's memory and each turn of its loop.

use std::time::Duration;

/// Commands that wait for a shard's thread; one more is refused with [`crate::SendError::Full`]. A clinic's busiest second has a few dozen,
/// so a full queue means that the thread is stuck, and waiting longer would not help.
pub const COMMANDS_QUEUED_MAX: usize = 1024;

/// Commands carried out before the thread turns to its socket again: an offer costs up to a few hundred microseconds, and media must not
/// wait for more than a few milliseconds of them.
pub const COMMANDS_PER_TURN_MAX: usize = 16;

/// Receive calls before what came in is forwarded. One call takes up to 32 messages; four cover a burst of a full house without adding a
/// noticeable delay for the first packet of the burst.
pub const RECEIVE_CALLS_PER_TURN_MAX: usize = 4;

/// One receive buffer: the largest message that the kernel coalesces (GRO), which is also the largest datagram there is.
pub const RECEIVE_BUFFER_BYTES: usize = 64 * 1024;

/// What is asked of the kernel for each direction's socket buffer: 150 ms of sixty rooms of two. The kernel may grant less
/// (`net.core.rmem_max`, `wmem_max`).
pub const SOCKET_BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// Bytes that wait here while the kernel's send buffer is full; what does not fit is dropped and counted, as a router would. Media that
/// waited for longer than this takes to leave would be late anyway.
pub const BACKLOG_BYTES_MAX: usize = 256 * 1024;

/// The largest run that one send call carries: a UDP datagram's length field is 16 bits, and the kernel checks it before it segments.
pub const RUN_BYTES_MAX: usize = 65_000;

/// Larger datagrams are never left to segmentation: one that exceeds the path's MTU would make the kernel refuse the call in a way that
/// looks like missing support. 1,500 bytes of Ethernet less the IPv6 and UDP headers.
pub const SEGMENT_BYTES_MAX: usize = 1452;

/// The shortest sleep when nothing is left to do. A deadline that is still due after its turn (a bug in the core, or a rounding) then
/// costs a thousand turns a second, not a whole core.
pub const SLEEP_MIN: Duration = Duration::from_millis(1);
