//! An ephemeral file relay as a value: files that pages have sealed go from one page to others, stay for fifteen minutes at most, and end with a
//! signed receipt.
//!
//! [`Relay::handle`] takes what happened and the time, and returns what follows from it; [`Relay::next_wake`] says when to come back. No sockets,
//! no clock, no threads, no files. What it holds is ciphertext: of a file it knows an id, a size and who in which room sends it, but neither its
//! name, nor its type, nor a key. Those are in the manifest, which is sealed as well.
//!
//! ```
//! # use std::time::Instant;
//! # use sfu_relay::*;
//! let mut relay = Relay::new(Limits::default(), [7; 32], Signer::new(&[8; 32], None)); // Random bytes, of course.
//! let now = Now { at: Instant::now(), unix_s: 1_800_000_000 };
//! let (room, ana, ben) = (RoomId(1), PersonId(1), PersonId(2));
//! let _nothing_there_yet = relay.handle(Input::Joined { room, person: ana }, now)?;
//! let _nothing_there_yet = relay.handle(Input::Joined { room, person: ben }, now)?;
//!
//! let (transfer, size) = (TransferId([3; 16]), Size::of(40_000).expect("more than nothing"));
//! let offer = Frame::Offer { transfer, keeping: Keeping::Stored, size, manifest: b"sealed" }.write();
//! for output in relay.handle(Input::Received { person: ana, frame: &offer }, now)? {
//!     match output {
//!         Output::Send { person, frame } if person == ben => assert_eq!(frame, offer), // Ben hears of it.
//!         Output::Send { person, frame } => {
//!             let frame = Frame::parse(&frame)?;
//!             assert!(matches!(frame, Frame::Have { next: 0, .. } | Frame::Credit { until: 3, .. })); // Ana may send all of it.
//!             assert_eq!(person, ana);
//!         }
//!         other => println!("for a spool, or for the books: {other:?}"),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a page does
//!
//! One frame is one binary message on a reliable, ordered channel; [`frame`] has the bytes. A file is sealed in pieces that make chunks of
//! [`limits::CHUNK_BYTES`] each, the last one shorter: 15 KiB and the tag of an AEAD. The manifest has what only people may know: name, type,
//! key, SHA-256 of the whole file. A page that pads the file before sealing hides its size up to what it pads to.
//!
//! **Sending.** `Offer`; the relay answers with `Have` and `Credit`, or `Refused`. Chunks go out in order, and only those before the end of the
//! credit. `Have` says where to go on, at any time: after a reconnect, or because a chunk got lost. `Done` says that all is stored, and for how
//! long; then the sender may go. `Ack` says what all those have who take the file and are there (or have it all). Without any answer for some
//! seconds, ask with `Have`; the answer is `Have`, or `Refused` if the file is not here any more. An `Offer` that was never answered is sent again
//! as it was.
//!
//! **Receiving.** `Offer` tells of a file, again after each reconnect. `Accept` asks for it; chunks come in order, and `Ack` makes room for more,
//! so it is sent after every third or fourth chunk and after the last. After a reconnect, a gap or some seconds of silence, `Have` says where to go
//! on. When the last chunk is there, the page compares the hash, which no server can do for it.
//!
//! **Either.** `Cancel` from the sender takes the file back, from anybody else it declines. `Refused` answers what cannot be done, and tells that a
//! transfer is over before its time; [`Reason`] has which is which. `Receipt` ends what ever had a byte here.
//!
//! # Memory
//!
//! A file that is [`Keeping::Stored`] reserves all of its size when it is offered, and is refused if there is no place: two half files that wait
//! for each other's place would wait for ever. A file that is larger than the memory is offered as [`Keeping::Passed`] and reserves a window of
//! [`limits::CREDIT_WINDOW_CHUNKS`], whatever its size: credit goes as far as the window beyond what *all* who take it have acknowledged, and what
//! they have acknowledged is overwritten. So the slowest sets the pace; whoever acknowledges nothing for [`limits::STALLED_MAX`] is left behind.
//! Nothing comes before somebody accepts, and when the first chunk is gone, nobody else can.
//!
//! With [`Storage::Spool`], stored files reserve bytes of the spool and the same window of memory. The relay seals each chunk with AES-256-GCM
//! under a key that the blob does not share and that never leaves this value; to delete is to overwrite the key, then to unlink. An embedder that
//! crashes leaves noise. Nothing of it is read again: what a spool holds when the process starts can be deleted unseen.
//!
//! # Time
//!
//! A file goes [`Limits::retention`] after its last byte was stored (by a spool, if there is one). The end of the session ends its uploads, so no
//! file stays longer than that after it either. An upload that stands still goes by the same clock, and none lasts longer than
//! [`limits::UNFINISHED_MAX`]. Then there is a [`Receipt`], for the pages and for the embedder. [`verify`] checks a list of them.

mod api;
pub mod frame;
pub mod limits;
mod person;
mod quota;
mod receipt;
mod relay;
mod seal;
mod timers;
mod transfer;

pub use api::*;
pub use frame::{Frame, Keeping, Malformed, Size, TransferId, VERSION};
pub use receipt::{Fault, Hash, Method, PublicKey, Receipt, Signer, Statement, WrongReceipt, blob_hash, verify};
pub use relay::Relay;
