//! The header extensions that this end takes part in.
//!
//! Few, because each is bytes in every packet and code that reads what strangers send: loudness for speaker detection,
//! BUNDLE, simulcast, scalability, a phone's rotation, and transport feedback.

use super::LineKind;
use crate::descriptor;

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

/// What each of them is called, which m-lines it is for (`None`: all), and where its id is kept.
type Known = (&'static str, Option<LineKind>, fn(&mut ExtensionIds) -> &mut Option<u8>);

static KNOWN: [Known; 7] = [
    ("urn:ietf:params:rtp-hdrext:ssrc-audio-level", Some(LineKind::Audio), |ids| &mut ids.audio_level),
    ("urn:ietf:params:rtp-hdrext:sdes:mid", None, |ids| &mut ids.mid),
    ("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", None, |ids| &mut ids.rid),
    ("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", None, |ids| &mut ids.repaired_rid),
    ("urn:3gpp:video-orientation", Some(LineKind::Video), |ids| &mut ids.orientation),
    (descriptor::URI, Some(LineKind::Video), |ids| &mut ids.descriptor),
    (TRANSPORT_SEQUENCE, None, |ids| &mut ids.transport_sequence),
];

const TRANSPORT_SEQUENCE: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

impl ExtensionIds {
    /// Agrees to an extension that an m-line of that kind offers, if this end takes part in it there.
    pub(super) fn agree(&mut self, id: u8, uri: &str, kind: LineKind) {
        // Transport-wide numbers are in each packet, and so in the short form of header extensions (RFC 8285, section 4.2).
        let ids = if uri == TRANSPORT_SEQUENCE { 1..=14 } else { 1..=16 };
        let known = KNOWN.iter().find(|(name, only, _)| *name == uri && only.is_none_or(|only| only == kind));
        if let Some((_, _, place)) = known.filter(|_| ids.contains(&id)) {
            *place(self) = Some(id);
        }
    }

    /// Adds those of another m-line.
    pub(crate) fn add(&mut self, mut other: Self) {
        for (_, _, place) in &KNOWN {
            let id = *place(&mut other);
            if id.is_some() {
                *place(self) = id;
            }
        }
    }

    /// Ids and what they stand for, in the order of the ids.
    pub(super) fn named(mut self) -> impl Iterator<Item = (u8, &'static str)> {
        let mut named = KNOWN.each_ref().map(|(uri, _, place)| place(&mut self).map(|id| (id, *uri)));
        named.sort_unstable();
        named.into_iter().flatten()
    }
}
