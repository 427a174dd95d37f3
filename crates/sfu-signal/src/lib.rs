//! The words that page and daemon exchange over one WebSocket: `docs/protocol.md` in types.
//!
//! A client sends [`ClientMessage`]s, the daemon answers with [`ServerMessage`]s; one JSON object per text frame. [`decode`] refuses what a
//! hostile or outdated page could send: more than [`MESSAGE_BYTES_MAX`] bytes, unknown kinds, unknown fields, duplicate keys. The page's
//! `js/types.d.ts` and `js/shapes.js` are generated from these types, so that both sides cannot drift apart. `Debug` shows kinds and states only: messages carry
//! names, tokens and addresses.
//!
//! ```
//! use sfu_signal::{ClientMessage, decode};
//!
//! let message = decode(r#"{"kind": "check_in", "name": "Ana", "language": "de"}"#)?;
//! assert!(matches!(&message, ClientMessage::CheckIn { name: Some(name), .. } if name == "Ana"));
//! assert!(!format!("{message:?}").contains("Ana"), "logs learn no names");
//! assert!(decode(r#"{"kind": "check_in", "name": "Ana", "language": "de", "age": 7}"#).is_err());
//! # Ok::<(), sfu_signal::DecodeError>(())
//! ```

mod client;
mod decode;
mod known;
mod server;
mod shape;
mod shapes;
mod typescript;
mod view;

pub use client::{By, ClientMessage, DeviceCheck, SealedBox, SessionRole, SourceName, StaffCommand};
pub use decode::{DecodeError, MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX, decode, encode};
pub use known::{KnownField, KnownItem, KnownUntil, KnownValue};
pub use server::{EndReason, ErrorCode, ServerMessage};
pub use shapes::export_shapes;
pub use typescript::export_typescript;
pub use view::{
    AreaLook, AreaRules, AreaView, ConnectionView, DeviceState, Entry, KeyOffer, LookFile, LookKind, MemoView,
    NetworkCheck, NetworkWay, NoteView, OpenSpan, OpeningHours, PatientView, Presence, QueueTicket, RoomPeer, Seal,
    SealHelloView, SealedDevice, SlotView, StaffRole, TicketState, TurnMessage, WantedLayer,
};

/// The version of this vocabulary. The first message of a connection names it; the daemon refuses
/// any other with [`ErrorCode::UnsupportedProtocol`], and the page then asks for a reload.
pub const PROTOCOL_VERSION: u32 = 1;
/// The WebSocket subprotocol (RFC 6455, section 1.9) that page and daemon agree on.
pub const SUBPROTOCOL: &str = "anteroom.v1";
