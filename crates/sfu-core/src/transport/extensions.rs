//! The header extensions that this end takes part in.
//!
//! Few, because each is bytes in every packet and code that reads what strangers send: loudness for speaker detection,
//! BUNDLE, simulcast, scalability, a phone's rotation, and transport feedback if the offer has it.

use str0m::rtp::{Extension, ExtensionMap, ExtensionSerializer, ExtensionValues};

use crate::descriptor;
use crate::negotiate::Offer;

/// Their ids; `None` for what was not negotiated. A byte each, because every packet that is kept has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExtensionIds {
    /// RFC 6464.
    pub(crate) audio_level: Option<u8>,
    /// RFC 8843, section 15.
    pub(crate) mid: Option<u8>,
    /// RFC 8852.
    pub(crate) rid: Option<u8>,
    /// RFC 8852, of repairs.
    pub(crate) repaired_rid: Option<u8>,
    /// 3GPP TS 26.114, section 7.4.5.
    pub(crate) orientation: Option<u8>,
    /// Dependency descriptors (AV1 RTP, appendix A).
    pub(crate) descriptor: Option<u8>,
    /// Transport-wide sequence numbers (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    pub(crate) transport_sequence: Option<u8>,
}

impl ExtensionIds {
    /// Those of one m-line.
    pub(super) fn of(map: &ExtensionMap) -> Self {
        let mut ids = Self::default();
        ids.add(map);
        ids
    }

    /// Adds those of one m-line.
    pub(super) fn add(&mut self, map: &ExtensionMap) {
        for (id, extension) in map.iter() {
            let place = match extension.as_uri() {
                uri if uri == Extension::AudioLevel.as_uri() => &mut self.audio_level,
                uri if uri == Extension::RtpMid.as_uri() => &mut self.mid,
                uri if uri == Extension::RtpStreamId.as_uri() => &mut self.rid,
                uri if uri == Extension::RepairedRtpStreamId.as_uri() => &mut self.repaired_rid,
                uri if uri == Extension::VideoOrientation.as_uri() => &mut self.orientation,
                uri if uri == Extension::TransportSequenceNumber.as_uri() => &mut self.transport_sequence,
                uri if uri == descriptor::URI => &mut self.descriptor,
                _ => continue,
            };
            *place = Some(id);
        }
    }
}

/// Whether the engine may agree to it.
pub(crate) fn is_agreeable(uri: &str) -> bool {
    let feedback = Extension::TransportSequenceNumber;
    uri == descriptor::URI || STANDARD.iter().chain([&feedback]).any(|extension| extension.as_uri() == uri)
}

/// Those that the engine knows by itself, and that no offer needs to have.
static STANDARD: [Extension; 5] = [
    Extension::AudioLevel,
    Extension::RtpMid,
    Extension::RtpStreamId,
    Extension::RepairedRtpStreamId,
    Extension::VideoOrientation,
];

/// What the engine shall agree to. Each has the offer's id. What may come with a later offer has one that this offer does
/// not use, lest something else be read in its place.
pub(super) fn agreeable(offer: &Offer) -> ExtensionMap {
    const IDS: std::ops::RangeInclusive<u8> = 1..=16; // What the engine keeps.
    let described = Extension::with_serializer(descriptor::URI, Unread);
    let feedback = offer.transport_sequence_id().map(|_| Extension::TransportSequenceNumber);
    let mut free: Vec<u8> = IDS.filter(|id| offer.extensions.iter().all(|(used, _)| used != id)).collect();
    let mut map = ExtensionMap::empty();
    for extension in STANDARD.iter().cloned().chain([described]).chain(feedback) {
        let offered = offer.extensions.iter().find(|(_, uri)| uri == extension.as_uri()).map(|(id, _)| *id);
        if let Some(id) = offered.filter(|id| IDS.contains(id)).or_else(|| free.pop()) {
            map.set(id, extension);
        }
    }
    map
}

/// An extension that the engine only negotiates: no packet ever reaches it.
#[derive(Debug)]
struct Unread;

impl ExtensionSerializer for Unread {
    fn write_to(&self, _buf: &mut [u8], _values: &ExtensionValues) -> usize {
        0
    }

    fn parse_value(&self, _buf: &[u8], _values: &mut ExtensionValues) -> bool {
        false
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, _values: &ExtensionValues) -> bool {
        false
    }
}
