//! Sockets for `sfu-core`: one thread is one shard is one port, UDP and, if wanted, TCP.
//!
//! [`Shard::bind`] opens the port and says which [candidates](Shard::candidates) answers must announce; with these the embedder builds
//! an [`sfu_core::Sfu`] and hands it to [`Shard::spawn`]. From then on the thread receives batches, lets the core forward them, sends
//! what comes out as segmented runs, and sleeps until something arrives or the core's next wake is due. Commands go in by
//! [`ShardHandle::send`], events come out by a callback, counters by [`ShardHandle::stats`].
//!
//! A panic in one participant's step ends that participant; the others do not notice.

mod address;
mod framing;
pub mod limits;
mod shard;
mod socket;
mod stats;
mod tcp;

pub use address::Address;
pub use shard::{SendError, Shard, ShardConfig, ShardHandle};
pub use stats::{ConnectionStats, ShardStats, WakeCounts};
