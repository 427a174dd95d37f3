//! Sockets for `sfu-core`: one thread is one shard is one port, UDP and, if wanted, TCP.
//!
//! [`Shard::bind`] opens the port and says which [candidates](Shard::candidates) answers must announce; with these the embedder builds
//! an [`sfu_core::Sfu`] and hands it to [`Shard::spawn`]. From then on the thread receives batches, lets the core forward them, sends
//! what comes out as segmented runs, and sleeps until something arrives or the core's next wake is due. Commands go in by
//! [`ShardHandle::send`], events come out by a callback, counters by [`ShardHandle::stats`].
//!
//! A panic in one participant's step ends that participant; the others do not notice.
//!
//! ```
//! use std::time::Instant;
//!
//! use sfu_core::{Certificate, Command, Config, RoomId, Sfu, limits};
//! use sfu_net::{Address, Shard, ShardConfig};
//!
//! let address = Address::direct("127.0.0.1".parse()?);
//! let shard = Shard::bind(&ShardConfig { bind: "127.0.0.1:0".parse()?, addresses: vec![address], tcp: true })?;
//! let config = Config {
//!     candidates: shard.candidates(),
//!     certificate: Certificate::generate(),
//!     disconnected_max: limits::DISCONNECTED_MAX,
//! };
//! let seed = [7; 32]; // In earnest fresh and secret.
//! let shard = shard.spawn(Sfu::new(config, seed, Instant::now()), |event| println!("{event:?}"))?;
//! shard.send(Command::OpenRoom { room: RoomId(1) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod density;
mod framing;
pub mod limits;
mod shard;
mod socket;
mod stats;
mod strain;
mod tcp;

pub use address::Address;
pub use density::Density;
pub use framing::{Reader as FrameReader, TooLong};
pub use shard::{SendError, Shard, ShardConfig, ShardHandle};
pub use stats::{ConnectionStats, LoadStats, ShardStats, WakeCounts};
