//! Writes an answer (RFC 8829, section 5.3.1).

use std::fmt::{Arguments, Write as _};

use super::{Format, Line, LineKind};
use crate::limits::MESSAGE_BYTES_MAX;
use crate::transport::Identity;

/// Under which this end sends, in answers and in reports (RFC 3550, section 6.5.1): all streams of a session belong together, and the
/// name tells nothing (RFC 7022).
pub(crate) const CNAME: &str = "sfu";

pub(crate) struct Answer<'a> {
    /// Who answers, the same for all of a session, and how often they have (RFC 8866, section 5.2).
    pub(crate) origin: (u64, u64),
    pub(crate) ice: &'a Identity,
    pub(crate) fingerprint: &'a str,
    /// This end's addresses, as `a=candidate` has them.
    pub(crate) candidates: &'a [String],
    pub(crate) lines: &'a [AnswerLine<'a>],
}

/// An m-line of the offer, and what this end does on it.
pub(crate) struct AnswerLine<'a> {
    pub(crate) offered: &'a Line,
    /// The slot to which it belongs, whose sound and picture are one stream, for lip sync.
    pub(crate) slot: Option<usize>,
    /// The SSRCs of what is sent on it and of its repairs.
    pub(crate) ssrcs: Option<(u32, Option<u32>)>,
}

impl Answer<'_> {
    pub(crate) fn write(&self) -> String {
        let mut sdp = String::with_capacity(512 + 1_024 * self.lines.len());
        let mut line = |text: Arguments<'_>| {
            sdp.write_fmt(text).expect("a String takes everything");
            sdp.push_str("\r\n");
        };
        let (session, version) = self.origin;
        line(format_args!("v=0"));
        line(format_args!("o=- {session} {version} IN IP4 0.0.0.0"));
        line(format_args!("s=-"));
        line(format_args!("t=0 0"));
        let accepted = self.lines.iter().filter(|line| !line.offered.is_rejected);
        line(format_args!("a=group:BUNDLE{}", joined(accepted.map(|line| &line.offered.name))));
        line(format_args!("a=extmap-allow-mixed"));
        line(format_args!("a=msid-semantic:WMS *"));
        line(format_args!("a=ice-lite"));
        let mut candidates = self.candidates; // Of the bundle: with its first m-line.
        for answered in self.lines {
            if answered.offered.is_rejected {
                answered.reject(&mut line);
            } else {
                self.accept(answered, std::mem::take(&mut candidates), &mut line);
            }
        }
        sdp
    }

    fn accept(&self, answered: &AnswerLine<'_>, candidates: &[String], line: &mut impl FnMut(Arguments<'_>)) {
        let Line { kind, protocol, name, formats, .. } = answered.offered;
        let formats = match kind {
            LineKind::Data => " webrtc-datachannel".to_owned(),
            LineKind::Audio | LineKind::Video => {
                joined(formats.iter().flat_map(Format::meanings).map(|(payload_type, _)| payload_type))
            }
        };
        line(format_args!("m={} 9 {protocol}{formats}", kind.name()));
        line(format_args!("c=IN IP4 0.0.0.0"));
        candidates.iter().for_each(|candidate| line(format_args!("a={candidate}")));
        line(format_args!("a=ice-ufrag:{}", self.ice.ufrag));
        line(format_args!("a=ice-pwd:{}", self.ice.password));
        line(format_args!("a=ice-options:trickle"));
        line(format_args!("a=fingerprint:sha-256 {}", self.fingerprint));
        line(format_args!("a=setup:passive"));
        line(format_args!("a=mid:{name}"));
        if *kind == LineKind::Data {
            line(format_args!("a=sctp-port:5000"));
            line(format_args!("a=max-message-size:{MESSAGE_BYTES_MAX}"));
        } else {
            answered.describe_media(line);
        }
    }
}

impl AnswerLine<'_> {
    fn reject(&self, line: &mut impl FnMut(Arguments<'_>)) {
        let Line { kind, protocol, name, .. } = self.offered;
        let format = if *kind == LineKind::Data { "webrtc-datachannel" } else { "0" };
        line(format_args!("m={} 0 {protocol} {format}", kind.name()));
        line(format_args!("c=IN IP4 0.0.0.0"));
        line(format_args!("a=mid:{name}"));
        line(format_args!("a=inactive"));
    }

    fn describe_media(&self, line: &mut impl FnMut(Arguments<'_>)) {
        let Line { kind, sends, receives, formats, ids, rids, .. } = self.offered;
        for (id, uri) in ids.named() {
            line(format_args!("a=extmap:{id} {uri}"));
        }
        let direction = match (sends, receives) {
            (true, true) => "sendrecv",
            (true, false) => "recvonly",
            (false, true) => "sendonly",
            (false, false) => "inactive",
        };
        line(format_args!("a={direction}"));
        let sent = self.ssrcs.filter(|_| *receives);
        let slot = self.slot.map_or_else(|| "-".to_owned(), |slot| format!("slot{slot}"));
        let track = format!("{slot} {slot}-{}", kind.name());
        if sent.is_some() {
            line(format_args!("a=msid:{track}"));
        }
        line(format_args!("a=rtcp-mux"));
        formats.iter().for_each(|format| format.describe(&mut *line));
        for rid in rids {
            line(format_args!("a=rid:{rid} recv"));
        }
        if !rids.is_empty() {
            line(format_args!("a=simulcast:recv {}", rids.join(";")));
        }
        let Some((ssrc, repair)) = sent else { return };
        for ssrc in [Some(ssrc), repair].into_iter().flatten() {
            line(format_args!("a=ssrc:{ssrc} cname:{CNAME}"));
            line(format_args!("a=ssrc:{ssrc} msid:{track}"));
        }
        if let Some(repair) = repair {
            line(format_args!("a=ssrc-group:FID {ssrc} {repair}"));
        }
    }
}

impl LineKind {
    fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Data => "application",
        }
    }
}

/// Each with a space before it.
fn joined(words: impl Iterator<Item = impl std::fmt::Display>) -> String {
    words.fold(String::new(), |mut all, word| {
        write!(all, " {word}").expect("a String takes everything");
        all
    })
}
