//! Offers and answers (RFC 8829, RFC 8843): what an offer says and what is refused, what this end agrees to, and the answer.
//!
//! The session engine sees none of it. It would read the same lines a second time at ten times the price, keep a copy of all that is
//! agreed for media that it never sees, and panic at payload types that contradict each other.

mod answer;
mod codecs;
mod extensions;
mod reader;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::Error;
use crate::limits::SDP_BYTES_MAX;
use crate::transport::{Identity, Mid};

pub(crate) use self::answer::{Answer, AnswerLine, CNAME};
pub(crate) use self::codecs::{Codec, Delivery, Format, Redundancy};
pub(crate) use self::extensions::ExtensionIds;

/// An offer within all limits, and what this end agrees to of it.
#[derive(Debug)]
pub(crate) struct Offer {
    /// From `o=`: the same as long as it is the same PeerConnection.
    pub(crate) origin: String,
    /// SHA-256, as pairs of upper-case digits between colons.
    pub(crate) fingerprint: String,
    pub(crate) ice: Identity,
    /// Shared by whom they concern: they stay as they are until the next offer.
    pub(crate) lines: Arc<[Line]>,
    /// Ids of RTP header extensions and what they stand for, alike in all m-lines.
    pub(crate) extensions: Vec<(u8, String)>,
    /// The longest message that its data channels take (RFC 8841, section 6), if there are any.
    pub(crate) message_bytes_max: Option<usize>,
}

/// One m-line of an offer, seen from its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) mid: Mid,
    pub(crate) name: String,
    pub(crate) kind: LineKind,
    /// Such as `UDP/TLS/RTP/SAVPF`.
    pub(crate) protocol: &'static str,
    /// It is stopped (port 0, and not in the bundle), or nothing of it can be agreed to (RFC 3264, section 6).
    pub(crate) is_rejected: bool,
    pub(crate) sends: bool,
    pub(crate) receives: bool,
    pub(crate) ssrcs: Vec<u32>,
    /// SSRCs of media, and of what repairs it (RFC 4588, section 8.8; RFC 5576).
    pub(crate) repairs: Vec<(u32, u32)>,
    /// The layers that it sends, in the order of its `a=simulcast`; none without.
    pub(crate) rids: Vec<String>,
    /// What both ends have agreed on.
    pub(crate) formats: Vec<Format>,
    pub(crate) ids: ExtensionIds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    Audio,
    Video,
    Data,
}

impl Offer {
    pub(crate) fn parse(sdp: &str) -> Result<Self, Error> {
        if SDP_BYTES_MAX < sdp.len() {
            return Err(Error::Full("bytes of an offer"));
        }
        reader::read(sdp)
    }

    /// The SSRCs it names, if it names some for each sending m-line: then no other is to be expected.
    pub(crate) fn declared_ssrcs(&self) -> Option<Vec<u32>> {
        let complete = self.lines.iter().all(|line| !line.sends || !line.ssrcs.is_empty());
        complete.then(|| self.lines.iter().flat_map(|line| line.ssrcs.iter().copied()).collect())
    }

    /// Whether it can follow an earlier offer of the same session: m-lines keep their places, where another may only take that of a stopped
    /// one (RFC 8829, section 5.2.2), and header extensions their ids (RFC 8285, section 6).
    pub(crate) fn check_follows(&self, lines: &[Line], extensions: &[(u8, String)]) -> Result<(), Error> {
        let is_kept = |(line, now): (&Line, &Line)| line.is_rejected || (line.mid, line.kind) == (now.mid, now.kind);
        if self.lines.len() < lines.len() || !lines.iter().zip(self.lines.iter()).all(is_kept) {
            return Err(Error::Peer("the m-lines have other places than in an earlier offer"));
        }
        let is_kept = |(id, uri): &(u8, String)| self.extensions.iter().all(|(i, u)| (i == id) == (u == uri));
        if !extensions.iter().all(is_kept) {
            return Err(Error::Peer("the header extensions differ from an earlier offer's"));
        }
        Ok(())
    }
}

impl Line {
    /// The form in which it takes what arrived as `format`; `None` if that was not negotiated on it.
    pub(crate) fn delivery(&self, format: &Format) -> Option<Delivery> {
        format.delivery(&self.formats, self.ids)
    }

    /// A payload type of repairs: what is sent on it can be sent again, and padded.
    pub(crate) fn repair_payload_type(&self) -> Option<u8> {
        self.formats.iter().find_map(Format::repair_payload_type)
    }
}
