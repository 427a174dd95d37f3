//! The waiting room as a value: who waits, who is admitted, held, transferred, away.
//!
//! An **area** is a place with a link; a **ticket** is one patient's visit; admission makes a **room**. [`Lobby::handle`] takes what happened and
//! the time, and returns what follows from it; [`Lobby::next_wake`] says when to come back. No sockets, no clock, no threads, nothing stored.
//!
//! ```
//! # use std::time::Instant;
//! # use sfu_lobby::*;
//! let mut lobby = Lobby::new(Limits::default());
//! let (area, now) = (AreaId(1), Instant::now());
//! let _nobody_watches_yet = lobby.handle(Input::OpenArea { area }, now)?;
//! let changes = lobby.handle(Input::CheckIn { area, name: Private::from("Ana"), language: "de".to_owned() }, now)?;
//! for change in changes {
//!     match change {
//!         Change::CheckedIn { ticket } => assert_eq!(lobby.position(ticket), Some(1)),
//!         other => println!("tell a page, or open a room: {other:?}"),
//!     }
//! }
//! # Ok::<(), Refused>(())
//! ```

mod api;
mod audit;
mod lobby;
mod private;

pub use api::*;
pub use audit::{Auditor, Broken};
pub use lobby::Lobby;
pub use private::Private;
