//! Offers and answers as text: what is refused before anything is parsed in depth, what is left out, and what an offer
//! says about the participant's m-lines (RFC 8829, RFC 8843).

use std::fmt::Write as _;

use crate::Error;
use crate::limits::{
    LAYERS_MAX, MID_CHARS_MAX, RID_CHARS_MAX, SDP_BYTES_MAX, SDP_CANDIDATES_MAX, SDP_MEDIA_MAX, SLOTS_MAX, SSRCS_MAX,
    TRACKS_MAX,
};
use crate::transport::{Identity, Mid, Rid, is_agreeable, is_agreeable_codec};

/// An offer within all limits.
#[derive(Debug)]
pub(crate) struct Offer {
    /// What the session engine is given: without candidates, weak fingerprints, what it would not agree to and what is said
    /// twice, and with the plainest form of simulcast.
    pub(crate) sdp: String,
    /// From `o=`: the same as long as it is the same PeerConnection.
    pub(crate) origin: String,
    pub(crate) fingerprint: String,
    pub(crate) ice: Identity,
    pub(crate) lines: Vec<Line>,
    /// Ids of RTP header extensions and what they stand for, alike in all m-lines.
    pub(crate) extensions: Vec<(u8, String)>,
}

/// One m-line of an offer, seen from its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) mid: Mid,
    pub(crate) name: String,
    pub(crate) kind: LineKind,
    pub(crate) sends: bool,
    pub(crate) receives: bool,
    pub(crate) ssrcs: Vec<u32>,
    /// SSRCs of media, and of what repairs it (RFC 4588, section 8.8; RFC 5576).
    pub(crate) repairs: Vec<(u32, u32)>,
    /// The layers that it sends, in the order of its `a=simulcast`; none without.
    pub(crate) rids: Vec<String>,
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
        let mut reader = Reader::default();
        for line in sdp.lines().map(|line| line.trim_end_matches('\r')) {
            reader.read(line)?;
        }
        reader.finish()
    }

    /// The SSRCs it names, if it names some for each sending m-line: then no other is to be expected.
    pub(crate) fn declared_ssrcs(&self) -> Option<Vec<u32>> {
        let complete = self.lines.iter().all(|line| !line.sends || !line.ssrcs.is_empty());
        complete.then(|| self.lines.iter().flat_map(|line| line.ssrcs.iter().copied()).collect())
    }

    /// Which id the transport-wide sequence number has, if it is used and fits the short form of header extensions (RFC
    /// 8285, section 4.2): it is in each packet.
    pub(crate) fn transport_sequence_id(&self) -> Option<u8> {
        let found = self.extensions.iter().find(|(_, uri)| uri == TRANSPORT_SEQUENCE);
        found.map(|(id, _)| *id).filter(|id| (1..=14).contains(id))
    }

    /// Whether its header extensions agree with those of an earlier offer.
    pub(crate) fn agrees(&self, earlier: &[(u8, String)]) -> bool {
        earlier.iter().all(|(id, uri)| self.extensions.iter().all(|(i, u)| (i == id) == (u == uri)))
    }
}

#[derive(Default)]
struct Reader<'a> {
    sdp: String,
    /// Of the section that is being read, what the engine is to see as far as is known yet.
    held: Vec<&'a str>,
    origin: Option<String>,
    fingerprint: Option<String>,
    ufrag: Option<String>,
    password: Option<String>,
    /// What a section without its own direction has.
    session_direction: Option<Direction>,
    /// DTLS has one role for all sections.
    has_setup: bool,
    sections: Vec<Section>,
    bundled: Vec<String>,
    /// Since the section began: browsers repeat a bundle's candidates in each.
    candidates: usize,
    extensions: Vec<(u8, String)>,
}

struct Section {
    kind: LineKind,
    mid: Option<String>,
    direction: Option<Direction>,
    port_is_zero: bool,
    ssrcs: Vec<u32>,
    /// Of `a=ssrc-group:FID`.
    repairs: Vec<(u32, u32)>,
    /// Of `a=rid` to send.
    rids: Vec<String>,
    /// Of `a=simulcast` to send.
    simulcast: Vec<String>,
    formats: Formats,
}

/// Payload types of a section, as bits.
#[derive(Default)]
struct Formats {
    named: u128,
    named_twice: u128,
    /// With codecs that are never agreed to.
    foreign: u128,
    /// Of repairs (RFC 4588).
    repairs: u128,
    /// Of repairs, and what they repair.
    apts: Vec<(u8, u8)>,
}

#[derive(Clone, Copy)]
struct Direction {
    sends: bool,
    receives: bool,
}

/// Browsers offer about a dozen.
const EXTENSIONS_MAX: usize = 64;

const TRANSPORT_SEQUENCE: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

impl<'a> Reader<'a> {
    fn read(&mut self, line: &'a str) -> Result<(), Error> {
        if let Some(media) = line.strip_prefix("m=") {
            self.open_section(media)?;
        } else if let Some(origin) = line.strip_prefix("o=") {
            self.origin = origin.split(' ').nth(1).map(str::to_owned);
        } else if let Some(attribute) = line.strip_prefix("a=") {
            let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
            if !self.read_attribute(name, value)? {
                return Ok(()); // Left out.
            }
        }
        self.held.push(line);
        Ok(())
    }

    fn open_section(&mut self, media: &str) -> Result<(), Error> {
        if self.sections.len() == SDP_MEDIA_MAX {
            return Err(Error::Full("m-lines of an offer"));
        }
        let mut words = media.split(' ');
        let kind = match words.next() {
            Some("audio") => LineKind::Audio,
            Some("video") => LineKind::Video,
            Some("application") => LineKind::Data,
            _ => return Err(Error::Peer("an m-line is neither audio, video nor application")),
        };
        let port_is_zero = words.next() == Some("0");
        self.close_section();
        self.sections.push(Section {
            kind,
            mid: None,
            direction: None,
            port_is_zero,
            ssrcs: Vec::new(),
            repairs: Vec::new(),
            rids: Vec::new(),
            simulcast: Vec::new(),
            formats: Formats::default(),
        });
        self.candidates = 0;
        Ok(())
    }

    /// Whether the engine shall see the line.
    fn read_attribute(&mut self, name: &str, value: &str) -> Result<bool, Error> {
        match name {
            // This end is ICE-lite and learns addresses from checks: a claimed one is never sent to.
            "candidate" => {
                self.candidates += 1;
                if SDP_CANDIDATES_MAX < self.candidates {
                    return Err(Error::Full("candidates of an m-line"));
                }
                return Ok(false);
            }
            "rtpmap" | "fmtp" | "rtcp-fb" => return Ok(self.read_format(name, value)),
            "rid" => return self.read_rid(value),
            "simulcast" => return self.read_simulcast(value),
            "fingerprint" => return self.read_fingerprint(value),
            "setup" if value == "passive" => return Err(Error::Peer("the offerer must be able to be DTLS client")),
            "setup" => return Ok(!std::mem::replace(&mut self.has_setup, true)),
            "ice-lite" => return Err(Error::Peer("both ends are ICE-lite")),
            "ice-ufrag" => return only(&mut self.ufrag, value, "m-lines differ in ICE credentials"),
            "ice-pwd" => return only(&mut self.password, value, "m-lines differ in ICE credentials"),
            "group" => {
                if let Some(mids) = value.strip_prefix("BUNDLE ") {
                    self.bundled = mids.split(' ').map(str::to_owned).collect();
                }
            }
            "extmap" => return self.read_extension(value),
            // To parse a line takes the engine some ten thousand instructions, and these change nothing: addresses come from
            // checks, media and its reports share one port (RFC 5761), and extended reports are not answered.
            "end-of-candidates" | "remote-candidates" | "ice-options" | "rtcp" | "rtcp-xr" => return Ok(false),
            "sendrecv" => self.set_direction(true, true),
            "sendonly" => self.set_direction(true, false),
            "recvonly" => self.set_direction(false, true),
            "inactive" => self.set_direction(false, false),
            _ => {
                if let Some(section) = self.sections.last_mut() {
                    match name {
                        "mid" => section.mid = Some(value.to_owned()),
                        "ssrc" => {
                            let ssrc = value.split(' ').next().and_then(|word| word.parse().ok());
                            let ssrc = ssrc.ok_or(Error::Peer("an SSRC is not a number"))?;
                            if section.ssrcs.contains(&ssrc) {
                                return Ok(false); // The engine only wants to know that there is one.
                            }
                            section.ssrcs.push(ssrc);
                        }
                        "ssrc-group" => {
                            let pair = value.strip_prefix("FID ").and_then(|pair| pair.split_once(' '));
                            let pair =
                                pair.and_then(|(media, repair)| media.parse().ok().zip(repair.trim().parse().ok()));
                            if let Some(pair) = pair.filter(|_| section.repairs.len() < SSRCS_MAX) {
                                section.repairs.push(pair);
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(true)
    }

    /// RFC 8851, section 10. Layers that somebody would like to receive are not for us: a viewer gets one stream.
    fn read_rid(&mut self, value: &str) -> Result<bool, Error> {
        let mut words = value.split(' ');
        let (rid, direction) = (words.next().unwrap_or(""), words.next());
        let Some(section) = self.sections.last_mut().filter(|_| direction == Some("send")) else { return Ok(false) };
        let is_plain = rid.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if rid.is_empty() || RID_CHARS_MAX < rid.len() || !is_plain {
            return Err(Error::Peer("a rid is empty, too long, or not plain text"));
        }
        if section.rids.iter().any(|known| Rid::from(known.as_str()) == Rid::from(rid)) {
            return Err(Error::Peer("two layers have one rid"));
        }
        if section.rids.len() == LAYERS_MAX {
            return Err(Error::Full("layers of an m-line"));
        }
        section.rids.push(rid.to_owned());
        Ok(false)
    }

    /// RFC 8853, section 5.1. Of alternatives the first is meant, and a layer that begins paused (`~`) is one.
    fn read_simulcast(&mut self, value: &str) -> Result<bool, Error> {
        let Some(section) = self.sections.last_mut() else { return Ok(false) };
        let mut words = value.split(' ');
        while let (Some(direction), Some(layers)) = (words.next(), words.next()) {
            if direction == "send" {
                let first = |alternatives: &str| {
                    alternatives.split(',').next().map(|rid| rid.trim_start_matches('~').to_owned())
                };
                section.simulcast = layers.split(';').filter_map(first).collect();
            }
        }
        Ok(false)
    }

    /// Remembers what a payload type is for. Of feedback the engine asks for transport-wide alone; for the rest, its
    /// answers say what this end does.
    fn read_format(&mut self, name: &str, value: &str) -> bool {
        let (payload_type, value) = value.split_once(' ').unwrap_or((value, ""));
        if name == "rtcp-fb" {
            return value == "transport-cc";
        }
        if let Some((section, payload_type)) = self.sections.last_mut().zip(payload_type_of(payload_type)) {
            match name {
                "rtpmap" => section.formats.name(payload_type, value.split('/').next().unwrap_or(""), section.kind),
                _ => section.formats.describe(payload_type, value),
            }
        }
        true
    }

    /// Writes what a section says in the form that the engine reads: without formats that it would not agree to, and with
    /// layers in a line each.
    fn close_section(&mut self) {
        let section = self.sections.last_mut();
        let media = self.held.first().copied().unwrap_or("");
        let hidden = section.as_ref().map_or(0, |section| section.formats.hidden(media));
        let is_shown = |word: &str| payload_type_of(word).is_none_or(|number| hidden & bit(number) == 0);
        for line in self.held.drain(..) {
            match line.strip_prefix("a=").and_then(|attribute| attribute.split_once(':')) {
                Some(("rtpmap" | "fmtp" | "rtcp-fb", value)) if !is_shown(value.split(' ').next().unwrap_or("")) => {
                    continue;
                }
                None if hidden != 0 && line.starts_with("m=") => {
                    let (head, formats) = split_formats(line);
                    self.sdp.push_str(head);
                    let shown = formats.split(' ').filter(|word| is_shown(word));
                    self.sdp.extend(shown.flat_map(|word| [" ", word]));
                }
                Some(_) | None => self.sdp.push_str(line),
            }
            self.sdp.push_str("\r\n");
        }
        let Some(section) = section else { return };
        let rids = std::mem::take(&mut section.rids);
        section.simulcast.retain(|rid| section.kind == LineKind::Video && rids.contains(rid));
        if section.simulcast.is_empty() {
            return;
        }
        for rid in &section.simulcast {
            self.sdp.push_str(&format!("a=rid:{rid} send\r\n"));
        }
        self.sdp.push_str(&format!("a=simulcast:send {}\r\n", section.simulcast.join(";")));
    }

    /// SHA-256 is what the engine can compare that nobody can forge; weaker ones are not even shown to it.
    fn read_fingerprint(&mut self, value: &str) -> Result<bool, Error> {
        let (hash, digest) = value.split_once(' ').ok_or(Error::Peer("a fingerprint has no digest"))?;
        if !hash.eq_ignore_ascii_case("sha-256") {
            return Ok(false);
        }
        only(&mut self.fingerprint, &digest.to_ascii_uppercase(), "m-lines differ in their fingerprint")
    }

    /// RFC 8843, section 9.2. Ids are alike in all m-lines, because they are read before it is known whose a packet is.
    /// What this end never agrees to is remembered, since its id is taken, and not shown to the engine.
    fn read_extension(&mut self, value: &str) -> Result<bool, Error> {
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
        Ok(is_agreeable(uri))
    }

    fn set_direction(&mut self, sends: bool, receives: bool) {
        let direction = Some(Direction { sends, receives });
        match self.sections.last_mut() {
            Some(section) => section.direction = direction,
            None => self.session_direction = direction,
        }
    }

    fn finish(mut self) -> Result<Offer, Error> {
        self.close_section();
        let inherited = self.session_direction.unwrap_or(Direction { sends: true, receives: true });
        let finished = self.sections.into_iter().map(|section| section.finish(inherited, &self.bundled));
        let lines = finished.collect::<Result<Vec<_>, _>>()?;
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
            sdp: self.sdp,
            origin: self.origin.ok_or(Error::Peer("no o= line"))?,
            fingerprint: self.fingerprint.ok_or(Error::Peer("no SHA-256 fingerprint"))?,
            ice: Identity {
                ufrag: self.ufrag.ok_or(Error::Peer("no ICE ufrag"))?,
                password: self.password.ok_or(Error::Peer("no ICE password"))?,
            },
            lines,
            extensions: self.extensions,
        })
    }
}

/// Remembers a value that all sections must share. Whether it is new.
fn only(known: &mut Option<String>, value: &str, otherwise: &'static str) -> Result<bool, Error> {
    match known {
        Some(known) if known != value => Err(Error::Peer(otherwise)),
        Some(_) => Ok(false),
        None => {
            *known = Some(value.to_owned());
            Ok(true)
        }
    }
}

impl Formats {
    fn name(&mut self, payload_type: u8, codec: &str, kind: LineKind) {
        let bit = bit(payload_type);
        if codec.eq_ignore_ascii_case("rtx") {
            self.repairs |= bit;
        } else if !is_agreeable_codec(codec, kind) {
            self.foreign |= bit;
        }
        self.named_twice |= self.named & bit;
        self.named |= bit;
    }

    fn describe(&mut self, payload_type: u8, parameters: &str) {
        let mut parameters = parameters.split(';').map(str::trim);
        let repaired = parameters.find_map(|parameter| payload_type_of(parameter.strip_prefix("apt=")?));
        self.apts.extend(repaired.map(|repaired| (payload_type, repaired)));
    }

    /// Those that the engine is not shown: what it would not agree to, and what repairs only that. Nothing of a section that
    /// would have nothing left, or that contradicts itself: to refuse is the engine's.
    fn hidden(&self, media: &str) -> u128 {
        let (mut vain, mut useful) = (0, 0);
        for (repair, repaired) in &self.apts {
            let set = if self.foreign & bit(*repaired) == 0 { &mut useful } else { &mut vain };
            *set |= bit(*repair);
        }
        let hidden = (self.foreign | self.repairs & vain & !useful) & !self.named_twice;
        let mut formats = split_formats(media).1.split(' ');
        let has_others = formats.any(|word| payload_type_of(word).is_some_and(|number| hidden & bit(number) == 0));
        if has_others { hidden } else { 0 }
    }
}

/// Seven bits (RFC 3550, section 5.1).
fn payload_type_of(word: &str) -> Option<u8> {
    word.parse().ok().filter(|number| *number < 128)
}

fn bit(payload_type: u8) -> u128 {
    1 << payload_type
}

/// The first three words of a line such as `m=audio 9 UDP/TLS/RTP/SAVPF 111 63`, and what follows.
fn split_formats(media: &str) -> (&str, &str) {
    let third = media.match_indices(' ').nth(2).map_or(media.len(), |(at, _)| at);
    (&media[..third], media[third..].trim_start_matches(' '))
}

impl Section {
    fn finish(self, inherited: Direction, bundled: &[String]) -> Result<Line, Error> {
        let name = self.mid.ok_or(Error::Peer("an m-line has no mid"))?;
        if name.is_empty() || MID_CHARS_MAX < name.len() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Peer("a mid is empty, too long, or not plain text"));
        }
        // Port 0 means stopped, unless the line lives by another's transport (RFC 8843, section 7.2.1).
        let live = self.kind != LineKind::Data && (!self.port_is_zero || bundled.contains(&name));
        let direction = self.direction.unwrap_or(inherited);
        Ok(Line {
            mid: Mid::from(name.as_str()),
            name,
            kind: self.kind,
            sends: live && direction.sends,
            receives: live && direction.receives,
            ssrcs: self.ssrcs,
            repairs: self.repairs,
            rids: self.simulcast,
        })
    }
}

/// What the engine could not know when it wrote an answer.
pub(crate) struct AnswerEdits<'a> {
    /// By mid: the stream under which a slot's sound and picture belong together, for lip sync.
    pub(crate) streams: &'a [(Mid, String)],
    /// SSRCs that were renamed.
    pub(crate) ssrcs: &'a [(u32, u32)],
    /// New ICE credentials, after a restart.
    pub(crate) ice: Option<(&'a str, &'a str)>,
}

impl AnswerEdits<'_> {
    pub(crate) fn apply(&self, answer: &str) -> String {
        let mut out = String::with_capacity(answer.len());
        for section in split_sections(answer) {
            let mid = section.lines().find_map(|line| line.strip_prefix("a=mid:")).map(|mid| Mid::from(mid.trim()));
            let stream = self.streams.iter().find(|(of, _)| Some(*of) == mid).map(|(_, stream)| stream.as_str());
            for line in section.lines() {
                self.edit(line.trim_end(), stream, &mut out);
                out.push_str("\r\n");
            }
        }
        out
    }

    fn edit(&self, line: &str, stream: Option<&str>, out: &mut String) {
        let written = if let Some(value) = line.strip_prefix("a=msid:") {
            let track = value.split(' ').nth(1).unwrap_or("-");
            stream.map(|stream| write!(out, "a=msid:{stream} {track}"))
        } else if let Some((ssrc, value)) = line.strip_prefix("a=ssrc:").and_then(|rest| rest.split_once(' ')) {
            let ssrc = self.renamed(ssrc);
            Some(match (value.strip_prefix("msid:"), stream) {
                (Some(msid), Some(stream)) => {
                    write!(out, "a=ssrc:{ssrc} msid:{stream} {}", msid.split(' ').nth(1).unwrap_or("-"))
                }
                _ => write!(out, "a=ssrc:{ssrc} {value}"),
            })
        } else if let Some(group) = line.strip_prefix("a=ssrc-group:") {
            let words: Vec<String> = group.split(' ').map(|word| self.renamed(word)).collect();
            Some(write!(out, "a=ssrc-group:{}", words.join(" ")))
        } else if let (Some((ufrag, _)), true) = (self.ice, line.starts_with("a=ice-ufrag:")) {
            Some(write!(out, "a=ice-ufrag:{ufrag}"))
        } else if let (Some((_, password)), true) = (self.ice, line.starts_with("a=ice-pwd:")) {
            Some(write!(out, "a=ice-pwd:{password}"))
        } else if let Some((ufrag, _)) = self.ice
            && let Some((head, _)) = line.split_once(" ufrag ")
        {
            Some(write!(out, "{head} ufrag {ufrag}"))
        } else {
            None
        };
        match written {
            Some(result) => result.expect("a String takes everything"),
            None => out.push_str(line),
        }
    }

    fn renamed(&self, ssrc: &str) -> String {
        let new = ssrc.parse().ok().and_then(|old: u32| self.ssrcs.iter().find(|(from, _)| *from == old));
        new.map_or_else(|| ssrc.to_owned(), |(_, to)| to.to_string())
    }
}

fn split_sections(sdp: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = std::iter::once(0).chain(sdp.match_indices("\nm=").map(|(at, _)| at + 1)).collect();
    starts.push(sdp.len());
    starts.into_iter().scan(None, move |from, at| Some(from.replace(at).map(|from| &sdp[from..at]))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "v=0\r\no=- 42 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 AA\r\na=ice-ufrag:x\r\na=ice-pwd:y\r\n";

    fn with(body: &str) -> Result<Offer, Error> {
        Offer::parse(&format!("{HEAD}{body}"))
    }

    #[test]
    fn an_offer_shows_its_lines() {
        let offer = with(
            "a=group:BUNDLE 0 2 3\r\nm=audio 9 X 1\r\na=mid:0\r\na=sendonly\r\na=ssrc:7 cname:x\r\na=ssrc:7 msid:a b\r\nm=video 0 X 1\r\n\
             a=mid:1\r\nm=video 0 X 1\r\na=mid:2\r\na=recvonly\r\nm=application 9 X 1\r\na=mid:3\r\n",
        );
        let offer = offer.unwrap();
        let shape: Vec<_> = offer.lines.iter().map(|l| (l.name.as_str(), l.kind, l.sends, l.receives)).collect();
        let expected = [
            ("0", LineKind::Audio, true, false),
            ("1", LineKind::Video, false, false),
            ("2", LineKind::Video, false, true),
            ("3", LineKind::Data, false, false),
        ];
        assert_eq!(shape, expected);
        assert_eq!(offer.declared_ssrcs(), Some(vec![7]));
        assert_eq!((offer.origin.as_str(), offer.ice.ufrag.as_str()), ("42", "x"));
    }

    #[test]
    fn claimed_addresses_and_weak_fingerprints_never_reach_the_engine() {
        let offer =
            with("m=audio 9 X 1\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=fingerprint:sha-1 BB\r\n");
        let sdp = offer.unwrap().sdp;
        assert!(!sdp.contains("candidate") && !sdp.contains("sha-1") && sdp.contains("sha-256 AA"), "{sdp}");
    }

    #[test]
    fn what_is_not_agreed_to_never_reaches_the_engine_and_keeps_its_id() {
        let level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
        let offset = "urn:ietf:params:rtp-hdrext:toffset";
        let offer = with(&format!(
            "m=audio 9 X 1\r\na=mid:0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=rtcp-mux\r\na=rtcp-xr:rcvr-rtt=all\r\n\
             a=extmap:1 {level}\r\na=extmap:14 {offset}\r\na=extmap:3 {TRANSPORT_SEQUENCE}\r\n"
        ));
        let offer = offer.unwrap();
        let shown: Vec<_> = offer.sdp.lines().filter(|l| l.contains("rtcp") || l.contains("extmap")).collect();
        let expected =
            ["a=rtcp-mux".to_owned(), format!("a=extmap:1 {level}"), format!("a=extmap:3 {TRANSPORT_SEQUENCE}")];
        assert_eq!(shown, expected);
        assert!(offer.extensions.contains(&(14, offset.to_owned())));
    }

    #[test]
    fn formats_that_are_not_agreed_to_are_left_out_with_what_repairs_them() {
        let offer = with(
            "m=video 9 X 96 97 98 99 100 101 9\r\na=mid:0\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n\
             a=rtcp-fb:96 transport-cc\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:98 H265/90000\r\n\
             a=fmtp:98 level-id=93\r\na=rtcp-fb:98 transport-cc\r\na=fmtp:99 rtx-time=200;apt=98\r\na=rtpmap:99 rtx/90000\r\n\
             a=rtpmap:100 red/90000\r\na=rtpmap:101 rtx/90000\r\na=fmtp:101 apt=96\r\na=fmtp:101 apt=98\r\n\
             a=rtpmap:9 ulpfec/90000\r\nm=audio 9 X 0 8\r\na=mid:1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
             m=audio 9 X 63 98 63\r\na=mid:2\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:98 CN/8000\r\na=rtpmap:98 opus/48000/2\r\n",
        );
        let sdp = offer.unwrap().sdp;
        let shown: Vec<_> = sdp[HEAD.len()..].lines().filter(|line| !line.starts_with("a=mid")).collect();
        let expected = [
            "m=video 9 X 96 97 101",
            "a=rtpmap:96 VP8/90000",
            "a=rtcp-fb:96 transport-cc",
            "a=rtpmap:97 rtx/90000",
            "a=fmtp:97 apt=96",
            "a=rtpmap:101 rtx/90000",
            "a=fmtp:101 apt=96",
            "a=fmtp:101 apt=98",
            "m=audio 9 X 0 8", // Nothing would be left of it.
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:8 PCMA/8000",
            "m=audio 9 X 63 98 63",
            "a=rtpmap:63 red/48000/2",
            "a=rtpmap:98 CN/8000",
            "a=rtpmap:98 opus/48000/2",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_all_sections_share_is_shown_once() {
        let shared = "a=ice-ufrag:x\r\na=ice-pwd:y\r\na=fingerprint:sha-256 AA\r\na=setup:actpass\r\na=ssrc:7 cname:c\r\na=ssrc:7 msid:a b\r\n";
        let sdp =
            with(&format!("m=audio 9 X 1\r\na=mid:0\r\n{shared}m=video 9 X 1\r\na=mid:1\r\n{shared}")).unwrap().sdp;
        let shown: Vec<_> = sdp[HEAD.len()..].lines().filter(|line| line.starts_with("a=")).collect();
        assert_eq!(shown, ["a=mid:0", "a=setup:actpass", "a=ssrc:7 cname:c", "a=mid:1", "a=ssrc:7 cname:c"]);
    }

    #[test]
    fn layers_are_those_of_the_simulcast_line_in_its_order() {
        let offer = with(
            "m=video 9 X 1\r\na=mid:0\r\na=sendonly\r\na=rid:h send pt=96;max-width=640\r\na=rid:q send\r\na=rid:x send\r\n\
             a=rid:y recv\r\na=simulcast:recv y send ~q;h,x\r\nm=video 9 X 1\r\na=mid:1\r\na=rid:q send\r\n",
        );
        let offer = offer.unwrap();
        let rids: Vec<_> = offer.lines.iter().map(|line| line.rids.clone()).collect();
        assert_eq!(rids, [vec!["q".to_owned(), "h".to_owned()], Vec::new()]);
        let shown: Vec<_> = offer.sdp.lines().filter(|l| l.contains("rid") || l.contains("simulcast")).collect();
        assert_eq!(shown, ["a=rid:q send", "a=rid:h send", "a=simulcast:send q;h"]);
    }

    #[test]
    fn each_limit_is_refused_by_its_name() {
        let lines = |count: usize, body: &str| {
            (0..count).map(|n| format!("m=video 9 X 1\r\na=mid:{n}\r\n{body}")).collect::<String>()
        };
        let candidates = "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n".repeat(SDP_CANDIDATES_MAX + 1);
        let rid_too_long = format!("a=rid:{} send\r\n", "r".repeat(RID_CHARS_MAX + 1));
        let mid_too_long = format!("m=video 9 X 1\r\na=mid:{}\r\n", "m".repeat(MID_CHARS_MAX + 1));
        let rids: String = (0..=LAYERS_MAX).map(|n| format!("a=rid:{n} send\r\n")).collect();
        let cases = [
            (lines(1, &rids), Error::Full("layers of an m-line")),
            (mid_too_long, Error::Peer("a mid is empty, too long, or not plain text")),
            (lines(1, &rid_too_long), Error::Peer("a rid is empty, too long, or not plain text")),
            (lines(1, "a=rid:a-b send\r\na=rid:a_b send\r\n"), Error::Peer("two layers have one rid")),
            ("x".repeat(SDP_BYTES_MAX), Error::Full("bytes of an offer")),
            (lines(SDP_MEDIA_MAX + 1, "a=inactive\r\n"), Error::Full("m-lines of an offer")),
            (lines(TRACKS_MAX + 1, "a=sendonly\r\n"), Error::Full("sending m-lines of a participant")),
            (lines(SLOTS_MAX + 1, "a=recvonly\r\n"), Error::Full("receiving m-lines of a participant")),
            (lines(1, &candidates), Error::Full("candidates of an m-line")),
            (lines(1, "a=setup:passive\r\n"), Error::Peer("the offerer must be able to be DTLS client")),
            (
                lines(2, "a=extmap:3 a\r\na=extmap:4/recvonly a\r\n"),
                Error::Peer("m-lines differ in their header extensions"),
            ),
            (lines(1, "a=fingerprint:sha-256 BB\r\n"), Error::Peer("m-lines differ in their fingerprint")),
            ("m=image 9 X 1\r\n".to_owned(), Error::Peer("an m-line is neither audio, video nor application")),
            ("m=video 9 X 1\r\n".to_owned(), Error::Peer("an m-line has no mid")),
        ];
        for (body, error) in cases {
            assert_eq!(with(&body).err(), Some(error));
        }
    }

    #[test]
    fn an_answer_gets_our_names() {
        let answer = "v=0\r\na=ice-ufrag:old\r\nm=audio 9 X 1\r\na=mid:0\r\na=msid:s t\r\na=ssrc:1 cname:c\r\n\
                      a=ssrc:1 msid:s t\r\na=ssrc-group:FID 1 2\r\nm=video 9 X 1\r\na=mid:1\r\na=msid:s t\r\n";
        let edits = AnswerEdits {
            streams: &[(Mid::from("0"), "slot0".to_owned())],
            ssrcs: &[(1, 11), (2, 12)],
            ice: Some(("new", "pwd")),
        };
        let expected = "v=0\r\na=ice-ufrag:new\r\nm=audio 9 X 1\r\na=mid:0\r\na=msid:slot0 t\r\na=ssrc:11 cname:c\r\n\
                        a=ssrc:11 msid:slot0 t\r\na=ssrc-group:FID 11 12\r\nm=video 9 X 1\r\na=mid:1\r\na=msid:s t\r\n";
        assert_eq!(edits.apply(answer), expected);
    }
}
