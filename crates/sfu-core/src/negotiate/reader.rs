//! Reads an offer, line by line.

use std::sync::Arc;

use super::codecs::{Format, Offered};
use super::extensions::ExtensionIds;
use super::{Line, LineKind, Offer};
use crate::Error;
use crate::limits::{
    LAYERS_MAX, MID_CHARS_MAX, RID_CHARS_MAX, SDP_CANDIDATES_MAX, SDP_MEDIA_MAX, SLOTS_MAX, SSRCS_MAX, TRACKS_MAX,
};
use crate::transport::{Identity, Mid, Rid};

pub(super) fn read(sdp: &str) -> Result<Offer, Error> {
    let mut reader = Reader::default();
    for line in sdp.lines() {
        reader.read(line.trim_end_matches('\r'))?;
    }
    reader.finish()
}

#[derive(Default)]
struct Reader<'a> {
    origin: Option<&'a str>,
    fingerprint: Option<String>,
    ufrag: Option<&'a str>,
    password: Option<&'a str>,
    /// What a section without its own direction has.
    direction: Option<Direction>,
    sections: Vec<Section<'a>>,
    bundled: Vec<&'a str>,
    extensions: Vec<(u8, String)>,
}

struct Section<'a> {
    kind: LineKind,
    protocol: &'static str,
    port_is_zero: bool,
    mid: Option<&'a str>,
    direction: Option<Direction>,
    ssrcs: Vec<u32>,
    /// Of `a=ssrc-group:FID`.
    repairs: Vec<(u32, u32)>,
    /// Of `a=rid` to send.
    rids: Vec<&'a str>,
    /// Of `a=simulcast` to send.
    simulcast: Vec<&'a str>,
    /// In the order of the m-line.
    formats: Vec<Offered<'a>>,
    ids: ExtensionIds,
    /// Browsers repeat a bundle's in each section.
    candidates: usize,
    message_bytes_max: Option<usize>,
}

#[derive(Clone, Copy)]
struct Direction {
    sends: bool,
    receives: bool,
}

/// Browsers offer about a dozen.
const EXTENSIONS_MAX: usize = 64;

/// What DTLS-SRTP and data channels are called (RFC 8829, section 5.1.2; RFC 8841, section 4).
const RTP: [&str; 2] = ["UDP/TLS/RTP/SAVPF", "TCP/TLS/RTP/SAVPF"];
const SCTP: [&str; 3] = ["UDP/DTLS/SCTP", "TCP/DTLS/SCTP", "DTLS/SCTP"];

/// RFC 8841, section 6.1, where an offer does not say.
const MESSAGE_BYTES_DEFAULT: usize = 64 * 1024;

impl<'a> Reader<'a> {
    fn read(&mut self, line: &'a str) -> Result<(), Error> {
        if let Some(attribute) = line.strip_prefix("a=") {
            let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
            self.read_attribute(name, value)
        } else if let Some(media) = line.strip_prefix("m=") {
            self.open_section(media)
        } else {
            if let Some(origin) = line.strip_prefix("o=") {
                self.origin = origin.split(' ').nth(1);
            }
            Ok(())
        }
    }

    fn open_section(&mut self, media: &'a str) -> Result<(), Error> {
        if self.sections.len() == SDP_MEDIA_MAX {
            return Err(Error::Full("m-lines of an offer"));
        }
        let mut words = media.split(' ');
        let (kind, protocols) = match words.next() {
            Some("audio") => (LineKind::Audio, &RTP[..]),
            Some("video") => (LineKind::Video, &RTP[..]),
            Some("application") => (LineKind::Data, &SCTP[..]),
            _ => return Err(Error::Peer("an m-line is neither audio, video nor application")),
        };
        let port_is_zero = words.next() == Some("0");
        let protocol = words.next().and_then(|word| protocols.iter().find(|protocol| **protocol == word));
        let mut formats = Vec::new();
        if kind != LineKind::Data {
            let mut listed = 0_u128;
            for payload_type in words.filter_map(payload_type_of) {
                if listed & 1 << payload_type == 0 {
                    listed |= 1 << payload_type;
                    formats.push(Offered::new(payload_type));
                }
            }
        }
        self.sections.push(Section {
            kind,
            protocol: protocol.ok_or(Error::Peer("an m-line has a transport that is not WebRTC's"))?,
            port_is_zero,
            mid: None,
            direction: None,
            ssrcs: Vec::new(),
            repairs: Vec::new(),
            rids: Vec::new(),
            simulcast: Vec::new(),
            formats,
            ids: ExtensionIds::default(),
            candidates: 0,
            message_bytes_max: None,
        });
        Ok(())
    }

    fn read_attribute(&mut self, name: &str, value: &'a str) -> Result<(), Error> {
        match name {
            "fingerprint" => self.read_fingerprint(value),
            "setup" if !["actpass", "active"].contains(&value) => {
                Err(Error::Peer("the offerer must be able to be DTLS client"))
            }
            "ice-lite" => Err(Error::Peer("both ends are ICE-lite")),
            "ice-ufrag" => only(&mut self.ufrag, value, "m-lines differ in ICE credentials"),
            "ice-pwd" => only(&mut self.password, value, "m-lines differ in ICE credentials"),
            "group" => {
                if let Some(mids) = value.strip_prefix("BUNDLE ") {
                    self.bundled = mids.split(' ').take(SDP_MEDIA_MAX + 1).collect();
                }
                if SDP_MEDIA_MAX < self.bundled.len() { Err(Error::Full("m-lines of an offer")) } else { Ok(()) }
            }
            "extmap" => self.read_extension(value),
            "sendrecv" => self.set_direction(true, true),
            "sendonly" => self.set_direction(true, false),
            "recvonly" => self.set_direction(false, true),
            "inactive" => self.set_direction(false, false),
            _ => self.sections.last_mut().map_or(Ok(()), |section| section.read(name, value)),
        }
    }

    /// SHA-256 is what can be compared and what nobody can forge.
    fn read_fingerprint(&mut self, value: &str) -> Result<(), Error> {
        let (hash, digest) = value.split_once(' ').ok_or(Error::Peer("a fingerprint has no digest"))?;
        if !hash.eq_ignore_ascii_case("sha-256") {
            return Ok(());
        }
        match &self.fingerprint {
            Some(known) if !known.eq_ignore_ascii_case(digest) => {
                Err(Error::Peer("m-lines differ in their fingerprint"))
            }
            Some(_) => Ok(()),
            None => {
                self.fingerprint = Some(digest.to_ascii_uppercase());
                Ok(())
            }
        }
    }

    /// RFC 8843, section 9.2. Ids are alike in all m-lines, because they are read before it is known whose a packet is.
    /// What this end never agrees to is remembered as well, since its id is taken.
    fn read_extension(&mut self, value: &str) -> Result<(), Error> {
        let mut words = value.split(' ');
        let id = words.next().and_then(|word| word.split('/').next()?.parse::<u8>().ok());
        let (id, uri) = id.zip(words.next()).ok_or(Error::Peer("a header extension has no id or no name"))?;
        match self.extensions.iter().find(|(known, name)| *known == id || name == uri) {
            Some((known, name)) if *known == id && name == uri => {}
            Some(_) => return Err(Error::Peer("m-lines differ in their header extensions")),
            None if self.extensions.len() == EXTENSIONS_MAX => {
                return Err(Error::Full("header extensions of an offer"));
            }
            None => self.extensions.push((id, uri.to_owned())),
        }
        if let Some(section) = self.sections.last_mut() {
            section.ids.agree(id, uri, section.kind);
        }
        Ok(())
    }

    fn set_direction(&mut self, sends: bool, receives: bool) -> Result<(), Error> {
        let direction = self.sections.last_mut().map_or(&mut self.direction, |section| &mut section.direction);
        match direction.replace(Direction { sends, receives }) {
            Some(_) => Err(Error::Peer("an m-line has two directions")),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<Offer, Error> {
        let message_bytes_max = self.sections.iter().find(|section| section.kind == LineKind::Data);
        let message_bytes_max =
            message_bytes_max.map(|section| section.message_bytes_max.unwrap_or(MESSAGE_BYTES_DEFAULT));
        let inherited = self.direction.unwrap_or(Direction { sends: true, receives: true });
        let finished = self.sections.into_iter().map(|section| section.finish(inherited, &self.bundled));
        let lines = finished.collect::<Result<Arc<[_]>, _>>()?;
        check_mids(&lines, &self.bundled)?;
        check_meanings(&lines)?;
        let count = |matches: &dyn Fn(&&Line) -> bool| lines.iter().filter(matches).count();
        if TRACKS_MAX < count(&|line| line.sends) {
            return Err(Error::Full("sending m-lines of a participant"));
        }
        for kind in [LineKind::Audio, LineKind::Video] {
            if SLOTS_MAX < count(&|line| line.receives && line.kind == kind) {
                return Err(Error::Full("receiving m-lines of a participant"));
            }
        }
        Ok(Offer {
            origin: self.origin.ok_or(Error::Peer("no o= line"))?.to_owned(),
            fingerprint: self.fingerprint.ok_or(Error::Peer("no SHA-256 fingerprint"))?,
            ice: Identity {
                ufrag: self.ufrag.ok_or(Error::Peer("no ICE ufrag"))?.to_owned(),
                password: self.password.ok_or(Error::Peer("no ICE password"))?.to_owned(),
            },
            lines,
            extensions: self.extensions,
            message_bytes_max,
        })
    }
}

/// Remembers a value that all sections must share.
fn only<'a>(known: &mut Option<&'a str>, value: &'a str, otherwise: &'static str) -> Result<(), Error> {
    if *known.get_or_insert(value) == value { Ok(()) } else { Err(Error::Peer(otherwise)) }
}

/// Each m-line has a mid of its own, and the bundle is of these.
fn check_mids(lines: &[Line], bundled: &[&str]) -> Result<(), Error> {
    if lines.is_empty() {
        return Err(Error::Peer("no m-line"));
    }
    for (at, line) in lines.iter().enumerate() {
        if lines[..at].iter().any(|other| other.mid == line.mid) {
            return Err(Error::Peer("two m-lines have one mid"));
        }
    }
    if bundled.iter().any(|name| lines.iter().all(|line| line.name != *name)) {
        return Err(Error::Peer("the bundle names an m-line that there is not"));
    }
    Ok(())
}

/// RFC 8843, section 9.1: a packet's payload type alone tells what it is.
fn check_meanings(lines: &[Line]) -> Result<(), Error> {
    let mut meanings = [None; 128];
    for (payload_type, meaning) in lines.iter().flat_map(|line| &line.formats).flat_map(Format::meanings) {
        if *meanings[usize::from(payload_type)].get_or_insert(meaning) != meaning {
            return Err(Error::Peer("m-lines differ in what a payload type means"));
        }
    }
    Ok(())
}

/// Seven bits (RFC 3550, section 5.1).
fn payload_type_of(word: &str) -> Option<u8> {
    word.parse().ok().filter(|number| *number < 128)
}

impl<'a> Section<'a> {
    fn read(&mut self, name: &str, value: &'a str) -> Result<(), Error> {
        match name {
            "mid" if self.mid.replace(value).is_some() => return Err(Error::Peer("an m-line has two mids")),
            "rtpmap" | "fmtp" | "rtcp-fb" => return self.read_format(name, value),
            "rid" => return self.read_rid(value),
            "simulcast" => self.read_simulcast(value),
            "max-message-size" => {
                let most = value.parse().map_err(|_| Error::Peer("the size of a message is not a number"))?;
                self.message_bytes_max = Some(if most == 0 { usize::MAX } else { most });
            }
            // This end is ICE-lite and learns addresses from checks: a claimed one is never sent to.
            "candidate" => {
                self.candidates += 1;
                if SDP_CANDIDATES_MAX < self.candidates {
                    return Err(Error::Full("candidates of an m-line"));
                }
            }
            "ssrc" => {
                let ssrc = value.split(' ').next().and_then(|word| word.parse().ok());
                let ssrc = ssrc.ok_or(Error::Peer("an SSRC is not a number"))?;
                if !self.ssrcs.contains(&ssrc) && self.ssrcs.len() < SSRCS_MAX {
                    self.ssrcs.push(ssrc);
                }
            }
            "ssrc-group" => {
                let pair = value.strip_prefix("FID ").and_then(|pair| pair.split_once(' '));
                let pair = pair.and_then(|(media, repair)| media.parse().ok().zip(repair.trim().parse().ok()));
                if let Some(pair) = pair.filter(|_| self.repairs.len() < SSRCS_MAX) {
                    self.repairs.push(pair);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What a payload type is for, if the m-line lists it.
    fn read_format(&mut self, name: &str, value: &'a str) -> Result<(), Error> {
        let (payload_type, value) = value.split_once(' ').unwrap_or((value, ""));
        if name == "rtcp-fb" {
            if value == "transport-cc" {
                let is_meant = |format: &&mut Offered<'_>| {
                    payload_type == "*" || payload_type_of(payload_type) == Some(format.payload_type)
                };
                self.formats.iter_mut().filter(is_meant).for_each(|format| format.has_feedback = true);
            }
            return Ok(());
        }
        let payload_type = payload_type_of(payload_type);
        let format = self.formats.iter_mut().find(|format| Some(format.payload_type) == payload_type);
        let Some(format) = format else { return Ok(()) };
        let said = if name == "rtpmap" { &mut format.encoding } else { &mut format.parameters };
        match said.replace(value.trim()) {
            Some(_) => Err(Error::Peer("a payload type is described twice")),
            None => Ok(()),
        }
    }

    /// RFC 8851, section 10. Layers that somebody would like to receive are not for us: a viewer gets one stream.
    fn read_rid(&mut self, value: &'a str) -> Result<(), Error> {
        let mut words = value.split(' ');
        let (rid, direction) = (words.next().unwrap_or(""), words.next());
        if direction != Some("send") {
            return Ok(());
        }
        let is_plain = rid.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if rid.is_empty() || RID_CHARS_MAX < rid.len() || !is_plain {
            return Err(Error::Peer("a rid is empty, too long, or not plain text"));
        }
        if self.rids.iter().any(|known| Rid::from(*known) == Rid::from(rid)) {
            return Err(Error::Peer("two layers have one rid"));
        }
        if self.rids.len() == LAYERS_MAX {
            return Err(Error::Full("layers of an m-line"));
        }
        self.rids.push(rid);
        Ok(())
    }

    /// RFC 8853, section 5.1. Of alternatives the first is meant, and a layer that begins paused (`~`) is one.
    fn read_simulcast(&mut self, value: &'a str) {
        let mut words = value.split(' ');
        while let (Some(direction), Some(layers)) = (words.next(), words.next()) {
            if direction == "send" {
                let first =
                    |alternatives: &'a str| alternatives.split(',').next().map(|rid| rid.trim_start_matches('~'));
                self.simulcast = layers.split(';').filter_map(first).collect();
            }
        }
    }

    fn finish(self, inherited: Direction, bundled: &[&str]) -> Result<Line, Error> {
        let name = self.mid.ok_or(Error::Peer("an m-line has no mid"))?;
        if name.is_empty() || MID_CHARS_MAX < name.len() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Peer("a mid is empty, too long, or not plain text"));
        }
        // All that lives goes by one transport, the bundle's; of what does not, port 0 means that it is stopped (RFC 8843, sections 7.2 and 7.2.1).
        let is_bundled = bundled.contains(&name);
        if !is_bundled && !self.port_is_zero {
            return Err(Error::Peer("an m-line is outside of the bundle"));
        }
        let formats = Format::agreed(self.kind, &self.formats);
        let is_rejected = !is_bundled || self.kind != LineKind::Data && formats.is_empty();
        let carries_media = self.kind != LineKind::Data && !is_rejected;
        let direction = self.direction.unwrap_or(inherited);
        let mut rids: Vec<String> = Vec::new();
        for rid in self.simulcast.into_iter().filter(|rid| self.kind == LineKind::Video && self.rids.contains(rid)) {
            if rids.iter().all(|known| known != rid) {
                rids.push(rid.to_owned());
            }
        }
        Ok(Line {
            mid: Mid::from(name),
            name: name.to_owned(),
            kind: self.kind,
            protocol: self.protocol,
            is_rejected,
            sends: carries_media && direction.sends,
            receives: carries_media && direction.receives,
            ssrcs: self.ssrcs,
            repairs: self.repairs,
            rids,
            formats,
            ids: self.ids,
        })
    }
}
