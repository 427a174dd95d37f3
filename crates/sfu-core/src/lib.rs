//! A selective forwarding unit as a value: no sockets, no clock, no threads inside.
//!
//! [`Sfu`] owns one shard's rooms. Whoever embeds it feeds datagrams, commands and the passing of time into
//! [`Sfu::handle`], sends what comes out, and calls again no later than [`Sfu::next_wake`]. See `docs/embedding.md`.

mod api;
mod sfu;

pub use api::*;
pub use sfu::{Outputs, Sfu};
