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

/// So much longer a thread sleeps than to the next deadline, unless packets are to be sent or paced then. While many datagrams come, the next of
/// them ends the sleep meanwhile, which costs a third of what a timer does, and nothing else that is due (feedback, reports, repairs) notices.
pub const SLEEP_LATE: Duration = Duration::from_millis(2);

/// The largest frame of a TCP connection (RFC 4571), which has room for every datagram that peers send: they expect an Ethernet's 1,500 bytes
/// below. A longer one ends the connection, before its bytes are kept.
pub const FRAME_BYTES_MAX: usize = 1500;

/// TCP connections of one shard. They are for people whose network blocks UDP, a few of some hundred; the others' browsers open one to try
/// and close it soon. Beyond it a new one takes the place of the oldest that has not passed a check, or is refused.
pub const CONNECTIONS_MAX: usize = 512;

/// TCP connections from one source, an IPv4 address or an IPv6 /64: a whole practice may share one, and a browser opens one for each address
/// that it is offered.
pub const CONNECTIONS_PER_SOURCE_MAX: usize = 128;

/// How long a TCP connection may exist without a valid check (STUN). Browsers send the first at once.
pub const CONNECTION_UNPROVEN_MAX: Duration = Duration::from_secs(5);

/// How long a TCP connection may be without anything from the core, which sends nothing once a session is over, whatever its peer sends. Browsers
/// check a path in use every 2.5 s to 6 s, and a spare one every 25 s, and each check is answered.
pub const CONNECTION_IDLE_MAX: Duration = Duration::from_secs(40);

/// Bytes that wait here while a connection's kernel buffer is full; media beyond it is dropped, the oldest first. Half a second at 1 Mbit/s:
/// what waited longer would be late anyway.
pub const CONNECTION_BACKLOG_BYTES_MAX: usize = 64 * 1024;

/// What is asked of the kernel for a connection's send buffer. Left alone the kernel grows it to megabytes, seconds of late media; this one
/// still carries 5 Mbit/s over a round trip of 200 ms.
pub const CONNECTION_SEND_BUFFER_BYTES: usize = 128 * 1024;

/// Bytes of one read from a connection. Each connection in turn gets one, so that a fast sender does not hold up the others.
pub const CONNECTION_READ_BYTES: usize = 16 * 1024;

/// Reads from connections before what came in is forwarded: as much as [`RECEIVE_CALLS_PER_TURN_MAX`] brings at most in practice.
pub const CONNECTION_READS_PER_TURN_MAX: usize = 64;

/// Connections that are accepted in one turn.
pub const ACCEPTS_PER_TURN_MAX: usize = 32;

/// How long accepting pauses when the process has no more file descriptors: they come back when somebody leaves.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

/// Connections that the kernel holds ready to be accepted.
pub const LISTEN_BACKLOG: i32 = 128;

/// How often another port is tried when the system chose one for UDP whose number TCP cannot have.
pub const PORT_TRIES_MAX: usize = 16;

/// How often counters are published while the shard works: who reads them does not need them newer.
pub const COUNTERS_EVERY: Duration = Duration::from_millis(50);

/// So much rarer they are for each participant. To count takes a look at everybody, which shall take no larger share of the time of a shard
/// with ten thousand than of one with a hundred.
pub const COUNTERS_EVERY_EACH: Duration = Duration::from_micros(50);

/// How often in a second arrivals may wake a thread. From there on it looks for what has come every [`LOOK_EVERY`], which costs less, until
/// fewer datagrams come ([`DENSITY_LASTS_PER_CENT`]).
pub const WAKES_PER_SECOND_MAX: u64 = 1_800;

/// The most that forwarding waits for more to come; only while arrivals would wake the thread more than [`WAKES_PER_SECOND_MAX`] times a
/// second. A timer of the kernel may be 50 µs late.
pub const LOOK_EVERY: Duration = Duration::from_micros(900);

/// How soon it looks instead when it has just had its part in somebody's joining: joining has four steps, each of which the next one waits for.
pub const LOOK_SOON: Duration = Duration::from_micros(200);

/// How often it is decided anew how to wait.
pub const DENSITY_EVERY: Duration = Duration::from_millis(100);

/// Looking goes on while so many datagrams come, in hundredths of those that came when it began.
pub const DENSITY_LASTS_PER_CENT: u8 = 75;

/// How often it is looked at how busy the thread was: long enough that one keyframe of a large room or one handshake does not fill it.
pub const STRAIN_EVERY: Duration = Duration::from_millis(250);

/// From this share of a window on, in thousandths, a shard has too much to do: what comes in the rest of it waits long enough to be heard.
pub const STRAINED_PER_MILLE: u16 = 920;

/// How long the socket may go without being found empty before packets of pictures are dropped unread until it is. Sound that waits twice as
/// long is missed, and the kernel holds three times as much of a full house ([`SOCKET_BUFFER_BYTES`]).
pub const LATE_AFTER: Duration = Duration::from_millis(50);

/// From this share on there is no time left: datagrams queue up in the kernel and get lost there, sound among them.
pub const SATURATED_PER_MILLE: u16 = 985;

/// So many windows in a row make too much: somebody's joining, or a step of the embedder's that takes long, is over before.
pub const STRAINED_WINDOWS: u32 = 2;

/// Up to this share, in thousandths, there is room for an eighth of the rooms to have their pictures back without being too much again.
pub const CALM_PER_MILLE: u16 = 750;

/// How long it takes until a step of shedding shows: pages are told to stop a layer after [`sfu_core::limits::UNNEEDED_HOLD`], and have done so
/// within a second.
pub const SHED_EFFECT_AFTER: Duration = sfu_core::limits::UNNEEDED_HOLD.saturating_add(Duration::from_secs(1));

/// How long a saturated shard waits for a step to show: what is not sent to viewers any more is felt at once, and sound cannot wait for the rest.
pub const SATURATED_EFFECT_AFTER: Duration = Duration::from_secs(1);

/// How long it has to be calm before some pictures come back: a room that empties and fills again should not switch those of others.
pub const CALM_FOR: Duration = Duration::from_secs(5);

/// The longest that pictures wait because earlier ones had to be taken back. What has become less should be noticed within a minute.
pub const CALM_FOR_MAX: Duration = Duration::from_secs(60);

/// Too much to do so soon after pictures came back means that they were the reason: senders take some seconds to reach their full size.
pub const RELAPSE_WITHIN: Duration = Duration::from_secs(15);

/// A share of a window, in thousandths, below which a shard that falls asleep leaves the number as it stands.
pub const QUIET_PER_MILLE: u16 = 100;
