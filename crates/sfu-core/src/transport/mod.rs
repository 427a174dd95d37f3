//! The only module that names the session engine (str0m): ICE-lite, DTLS and data channels of one participant, and the media
//! plane ([`crate::plane`]) that its handshake gives keys to. The engine sees no media, and of offers only who offers.

mod dtls;
pub(crate) mod red;
mod session;
mod stun;

pub use self::dtls::{dtls_for_simulation, repeat_unacknowledged, seed_handshakes_for_simulation};
pub(crate) use self::session::{Credentials, Identity, Polled, Received, Session, SessionEvent};
pub(crate) use self::stun::BindingRequest;

pub(crate) use str0m::media::{Mid, Rid};
