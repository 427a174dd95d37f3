//! A selective forwarding unit as a value: no sockets, no clock, no threads inside.
//!
//! [`Sfu`] owns one shard's rooms. Whoever embeds it feeds datagrams, commands and the passing of time into
//! [`Sfu::handle`], sends what comes out, and calls again by [`Sfu::next_wake`]. See `docs/embedding.md`.
//!
//! ```
//! use std::time::{Duration, Instant};
//!
//! use sfu_core::{Certificate, Command, Config, Gate, Input, Output, ParticipantId, RequestId, RoomId, Sfu, Transport};
//!
//! let now = Instant::now();
//! let config = Config {
//!     candidates: vec![(Transport::Udp, "192.0.2.10:3478".parse()?)],
//!     certificate: Certificate::generate(),
//!     disconnected_max: Duration::from_secs(30),
//! };
//! let mut sfu = Sfu::new(config, [7; 32], now); // In earnest the seed is fresh and secret.
//! let (room, participant, request) = (RoomId(1), ParticipantId(1), RequestId(1));
//! let join = Command::Join { request, room, participant, gate: Gate::Open };
//! for command in [Command::OpenRoom { room }, join] {
//!     for output in sfu.handle(Input::Command(command), now) {
//!         match output {
//!             Output::Transmit(run) => println!("{} bytes for {}", run.bytes.len(), run.remote),
//!             Output::Event(event) => println!("{event:?}"),
//!         }
//!     }
//! }
//! assert_eq!(sfu.stats().participants, 1);
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod allocate;
mod api;
mod certificate;
mod congestion;
mod deadlines;
mod demux;
pub mod descriptor;
mod dynacast;
mod fragment;
mod guard;
mod keyframe;
mod layers;
pub mod limits;
mod negotiate;
mod numbers;
mod outbox;
mod participant;
mod plane;
mod queue;
mod rewriter;
mod room;
mod rtcp;
mod rtp;
mod seen;
mod sfu;
mod shelf;
mod speaker;
mod srtp;
mod subscription;
mod track;
mod transport;
mod vp8;

pub use api::*;
pub use certificate::Certificate;
pub use fragment::{FRAGMENT_BYTES_MAX, IceFragment};
pub use sfu::{Outputs, Sfu};
pub use transport::{dtls_for_simulation, repeat_unacknowledged, seed_handshakes_for_simulation};
