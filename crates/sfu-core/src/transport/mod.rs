//! The only module that names the session engine (str0m): SDP, ICE-lite, DTLS and data channels of one participant, and
//! the media plane ([`crate::plane`]) that its handshake gives keys to. The engine itself sees no media.

mod dtls;
mod extensions;
pub(crate) mod red;
mod session;
mod stun;

use std::time::Duration;

use str0m::format::{Codec, PayloadParams};

pub use self::dtls::{dtls_for_simulation, repeat_unacknowledged, seed_handshakes_for_simulation};
pub(crate) use self::extensions::{ExtensionIds, is_agreeable};
pub(crate) use self::session::{Credentials, Identity, Polled, Received, Session, SessionEvent, is_agreeable_codec};
pub(crate) use self::stun::BindingRequest;

pub(crate) use str0m::format::Codec as CodecKind;
pub(crate) use str0m::media::{Mid, Rid};

/// The codec of a packet, as its sender negotiated it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    params: PayloadParams,
    payload_type: u8,
}

impl Format {
    pub(crate) fn codec(&self) -> Codec {
        self.params.spec().codec
    }

    /// The payload type on the sender's side; names the format within the sender's session.
    pub(crate) fn payload_type(&self) -> u8 {
        self.payload_type
    }

    /// The payload type of its repairs (RFC 4588).
    pub(crate) fn repair_payload_type(&self) -> Option<u8> {
        self.params.resend().map(|payload_type| *payload_type)
    }

    /// This format as it comes with `payload_type`, with redundancy or without; `None` if it never does.
    pub(crate) fn of(&self, payload_type: u8) -> Option<Self> {
        let is_mine = *self.params.pt() == payload_type || self.params.red().is_some_and(|red| *red == payload_type);
        is_mine.then_some(Self { payload_type, ..*self })
    }

    /// Ticks of the RTP timestamp in `duration`.
    pub(crate) fn ticks(&self, duration: Duration) -> u32 {
        let rate = u128::from(self.params.spec().clock_rate.get());
        u32::try_from(duration.as_micros() * rate / 1_000_000 % (1 << 32)).unwrap_or(0)
    }

    pub(crate) fn nanoseconds_per_tick(&self) -> f64 {
        1e9 / f64::from(self.params.spec().clock_rate.get())
    }

    fn is_redundant(&self) -> bool {
        self.params.red().is_some_and(|red| *red == self.payload_type)
    }

    #[cfg(test)]
    pub(crate) fn vp8() -> Self {
        use str0m::format::{CodecSpec, FormatParams};
        use str0m::media::Frequency;

        let spec = CodecSpec {
            codec: Codec::Vp8,
            clock_rate: Frequency::NINETY_KHZ,
            channels: None,
            format: FormatParams::default(),
        };
        Self { params: PayloadParams::new(96.into(), Some(97.into()), spec), payload_type: 96 }
    }
}

/// How a viewer takes a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) payload_type: u8,
    /// Of repairs.
    pub(crate) repair_payload_type: Option<u8>,
    pub(crate) redundancy: Redundancy,
    /// The header extensions of the m-line.
    pub(crate) ids: ExtensionIds,
}

/// What becomes of RFC 2198 redundancy on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redundancy {
    /// There is none, or it passes untouched.
    Pass,
    /// It passes; the payload types of the blocks inside change.
    Retag { from: u8, to: u8 },
    /// The viewer does not know it: only the primary block goes.
    Strip,
}
