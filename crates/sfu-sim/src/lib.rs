//! A clinic in a box: one [`sfu_core::Sfu`], one [`sfu_lobby::Lobby`], people with real WebRTC stacks, links that lose, delay, repeat and choke,
//! and a clock that only moves when everybody has had their say.
//!
//! A scenario is a value, [`clinic`] or [`room`] begins one; [`Scenario::run`] plays it and checks the [laws](Law) at every step. All dice come from one seed, so
//! that a failure is a number: the same seed gives the same [`Outcome`], down to its [`Outcome::hash`].
//!
//! ```
//! use sfu_sim::{clinic, link, secs};
//!
//! let outcome = clinic(1).patient("ana", link().loss(10)).clinician("hoffmann", link()).consultation(secs(0), "ana", "hoffmann").run(secs(10));
//! assert!(outcome.sees("hoffmann", "ana").picture_percent() > 80);
//! ```
//!
//! What stays outside the seed is key material, which the cryptographic libraries draw for themselves. Nothing that is counted here depends on it:
//! links charge a nominal size for handshakes, whose signatures vary by a few bytes.

mod client;
mod dice;
mod law;
mod link;
mod media;
mod outcome;
mod random;
mod scenario;
mod time;
mod world;

pub use client::{Client, ClientEvent, Feedback, Packet};
pub use dice::Dice;
pub use law::{BUDGET_WINDOW, DATAGRAM_BYTES_MAX, Law, Violation};
pub use link::{Link, Net, QUEUE_MAX, Traffic, link};
pub use media::{Video, detail_simulcast, simulcast, slides, small_simulcast, thumbnail};
pub use outcome::{FREEZE, Outcome, Sight};
pub use random::random;
pub use scenario::{Act, Scenario, clinic, room};
pub use time::{TICK, beginning, kbps, millis, secs};
pub use world::{MakeServer, Moment, Server};
