//! The waiting room as a value: who waits, who is admitted, held, transferred, away.
//!
//! An **area** is a place with a link; a **ticket** is one patient's visit; admission makes a **room**. [`Lobby::handle`] takes what happened and
//! the time, and returns what follows from it; [`Lobby::next_wake`] says when to come back. No sockets, no clock, no threads, nothing stored.

mod api;
mod audit;
mod lobby;
mod private;

pub use api::*;
pub use audit::{Auditor, Broken};
pub use lobby::Lobby;
pub use private::Private;
