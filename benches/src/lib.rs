//! What the benches share: a room in memory, rooms on real sockets, and the least that any forwarder must do.

pub mod browser;
pub mod caller;
pub mod cores;
pub mod crowd;
pub mod door;
pub mod floor;
pub mod hall;
pub mod instructions;
pub mod janus;
mod line;
pub mod media;
pub mod mode;
mod outbox;
mod page;
pub mod plain;
mod rtp;
pub mod server;
mod srtp;
