//! A selective forwarding unit as a value: no sockets, no clock, no threads inside.
//!
//! [`Sfu`] owns one shard's rooms. Whoever embeds it feeds datagrams, commands and the passing of time into
//! [`Sfu::handle`], sends what comes out, and calls again no later than [`Sfu::next_wake`]. See `docs/embedding.md`.

#[cfg_attr(not(test), expect(dead_code, reason = "its first caller follows"))]
mod allocate;
mod api;
mod certificate;
mod demux;
pub mod descriptor;
mod fragment;
mod guard;
mod keyframe;
mod layers;
pub mod limits;
mod negotiate;
mod outbox;
mod participant;
mod room;
mod sfu;
#[cfg_attr(not(test), expect(dead_code, reason = "its first caller follows"))]
mod speaker;
mod subscription;
mod track;
mod transport;

pub use api::*;
pub use certificate::Certificate;
pub use fragment::{FRAGMENT_BYTES_MAX, IceFragment};
pub use sfu::{Outputs, Sfu};
pub use transport::{dtls_for_simulation, seed_handshakes_for_simulation};

/// The guide's code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
struct EmbeddingGuide;
