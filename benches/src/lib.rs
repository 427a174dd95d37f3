//! What the benches share: a room in memory, a room on real sockets, and the least that any forwarder must do.

pub mod crowd;
pub mod floor;
pub mod hall;
pub mod instructions;
pub mod media;
pub mod mode;
mod page;
