//! What the fuzz targets do: each takes any bytes and panics if something breaks a promise.
//!
//! libFuzzer drives them from `fuzz/targets`; the committed inputs of `fuzz/corpus` replay as a plain test; and this crate's binary mutates them
//! without any sanitizer, wherever a stable compiler runs.

mod datagram;
mod descriptor;
mod engine;
mod framing;
mod insider;
mod insiders;
mod lobby;
mod mutate;
mod relay;
mod room;
mod sdp;
mod signal;
mod table;

pub use datagram::datagram;
pub use descriptor::descriptor;
pub use framing::framing;
pub use insiders::{data, rtcp, rtp, twcc, vp8};
pub use lobby::lobby;
pub use mutate::mutate;
pub use relay::relay;
pub use room::room;
pub use sdp::sdp;
pub use signal::signal;

/// A target's name, which is also its folder in `fuzz/corpus`, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, in the order of their names.
pub const TARGETS: [Target; 13] = [
    ("data", data),
    ("datagram", datagram),
    ("descriptor", descriptor),
    ("framing", framing),
    ("lobby", lobby),
    ("relay", relay),
    ("room", room),
    ("rtcp", rtcp),
    ("rtp", rtp),
    ("sdp", sdp),
    ("signal", signal),
    ("twcc", twcc),
    ("vp8", vp8),
];

/// Bytes as a supply of choices, which ends.
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A piece whose length the input chooses, and whose end may be cut off.
    pub(crate) fn piece(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.byte()?) * 6; // Up to 1,530: more than any datagram.
        self.take(length)
    }

    /// The next bytes, fewer at the end.
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        Some(piece)
    }
}
