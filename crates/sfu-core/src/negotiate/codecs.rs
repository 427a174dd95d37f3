//! Codecs: which of an offer's formats this end agrees to, and in what form one participant's media goes to another.
//!
//! Nothing is encoded or decoded here, so that a format matters by what makes it another: the codec, and the parameters that a
//! receiver cannot do without (a profile). All else is between the browsers.

use std::time::Duration;

use super::LineKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// RFC 7587.
    Opus,
    /// RFC 7741.
    Vp8,
    /// RFC 9628.
    Vp9,
    /// RFC 6184.
    H264,
    /// RTP Payload Format For AV1.
    Av1,
}

impl Codec {
    pub(crate) fn is_video(self) -> bool {
        self != Self::Opus
    }

    /// Ticks of the RTP timestamp in a second.
    fn clock_rate(self) -> u32 {
        if self.is_video() { 90_000 } else { 48_000 }
    }

    fn kind(self) -> LineKind {
        if self.is_video() { LineKind::Video } else { LineKind::Audio }
    }
}

/// A format that this end forwards.
struct Known {
    codec: Codec,
    /// As in `a=rtpmap` (RFC 8866, section 6.6).
    encoding: &'static str,
    /// What answers say in `a=fmtp`.
    parameters: &'static str,
    /// Whether an offer's parameters mean this format.
    is_meant: fn(Parameters<'_>) -> bool,
}

/// This end sends whatever level comes, and says the one that all browsers decode.
macro_rules! asymmetric {
    ($mode:literal, $level:literal) => {
        concat!("level-asymmetry-allowed=1;packetization-mode=", $mode, ";profile-level-id=", $level)
    };
}

/// In the order in which answers prefer them.
static KNOWN: [Known; 12] = [
    known(Codec::Opus, "opus/48000/2", "minptime=10;useinbandfec=1", |_| true),
    known(Codec::Vp8, "VP8/90000", "", |_| true),
    known(Codec::Vp9, "VP9/90000", "profile-id=0", |of| of.number("profile-id", 0) == Some(0)),
    known(Codec::Vp9, "VP9/90000", "profile-id=2", |of| of.number("profile-id", 0) == Some(2)),
    h264(asymmetric!(1, "42001f"), |of| of.is_h264(Profile::Baseline, 1)),
    h264(asymmetric!(0, "42001f"), |of| of.is_h264(Profile::Baseline, 0)),
    h264(asymmetric!(1, "42e01f"), |of| of.is_h264(Profile::ConstrainedBaseline, 1)),
    h264(asymmetric!(0, "42e01f"), |of| of.is_h264(Profile::ConstrainedBaseline, 0)),
    h264(asymmetric!(1, "4d001f"), |of| of.is_h264(Profile::Main, 1)),
    h264(asymmetric!(0, "4d001f"), |of| of.is_h264(Profile::Main, 0)),
    h264(asymmetric!(1, "64001f"), |of| of.is_h264(Profile::High, 1)),
    // Defaults: section 7.2 of the AV1 payload format.
    known(Codec::Av1, "AV1/90000", "", |of| {
        [("profile", 0), ("level-idx", 5), ("tier", 0)].iter().all(|(name, is)| of.number(name, *is) == Some(*is))
    }),
];

const fn known(
    codec: Codec,
    encoding: &'static str,
    parameters: &'static str,
    is_meant: fn(Parameters<'_>) -> bool,
) -> Known {
    Known { codec, encoding, parameters, is_meant }
}

const fn h264(parameters: &'static str, is_meant: fn(Parameters<'_>) -> bool) -> Known {
    known(Codec::H264, "H264/90000", parameters, is_meant)
}

/// A format of an m-line, as far as has been read.
pub(super) struct Offered<'a> {
    pub(super) payload_type: u8,
    /// Of `a=rtpmap`.
    pub(super) encoding: Option<&'a str>,
    /// Of `a=fmtp`.
    pub(super) parameters: Option<&'a str>,
    /// `a=rtcp-fb` names transport-wide feedback.
    pub(super) has_feedback: bool,
}

impl<'a> Offered<'a> {
    pub(super) fn new(payload_type: u8) -> Self {
        Self { payload_type, encoding: None, parameters: None, has_feedback: false }
    }

    fn parameters(&self) -> Parameters<'a> {
        Parameters(self.parameters.unwrap_or(""))
    }

    fn is(&self, known: &Known) -> bool {
        let is_named = self.encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case(known.encoding));
        is_named && (known.is_meant)(self.parameters())
    }

    /// Whether it repairs that format (RFC 4588, section 8.1).
    fn repairs(&self, payload_type: u8) -> bool {
        self.is_called("rtx") && self.parameters().number("apt", u32::MAX) == Some(payload_type.into())
    }

    /// Whether it is that format with redundancy (RFC 2198, section 5).
    fn repeats(&self, payload_type: u8) -> bool {
        let mut blocks = self.parameters.unwrap_or("").trim().split('/');
        self.is_called("red") && blocks.all(|block| block.parse() == Ok(payload_type))
    }

    fn is_called(&self, name: &str) -> bool {
        let called = self.encoding.and_then(|encoding| encoding.split('/').next());
        called.is_some_and(|called| called.eq_ignore_ascii_case(name))
    }
}

/// Of a format: `name=value`, between semicolons.
#[derive(Clone, Copy)]
struct Parameters<'a>(&'a str);

impl Parameters<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.split(';').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// `None` if it is given and no number.
    fn number(&self, name: &str, otherwise: u32) -> Option<u32> {
        self.get(name).map_or(Some(otherwise), |value| value.parse().ok())
    }

    fn is_h264(&self, profile: Profile, packetization_mode: u32) -> bool {
        self.number("packetization-mode", 0) == Some(packetization_mode) && self.h264_profile() == Some(profile)
    }

    /// RFC 6184, section 8.1, table 5. The level is what an end can decode, which is for the ends to keep to.
    fn h264_profile(&self) -> Option<Profile> {
        let Some(named) = self.get("profile-level-id") else { return Some(Profile::Baseline) };
        let [_, idc, iop, _] = u32::from_str_radix(named, 16).ok()?.to_be_bytes();
        match (idc, iop) {
            (0x42, iop) if iop & 0x4f == 0x40 => Some(Profile::ConstrainedBaseline),
            (0x4d, iop) if iop & 0x8f == 0x80 => Some(Profile::ConstrainedBaseline),
            (0x58, iop) if iop & 0xcf == 0xc0 => Some(Profile::ConstrainedBaseline),
            (0x42, iop) if iop & 0x4f == 0 => Some(Profile::Baseline),
            (0x58, iop) if iop & 0xcf == 0x80 => Some(Profile::Baseline),
            (0x4d, iop) if iop & 0xaf == 0 => Some(Profile::Main),
            (0x64, 0) => Some(Profile::High),
            _ => None,
        }
    }
}

/// Of H.264.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    ConstrainedBaseline,
    Baseline,
    Main,
    High,
}

/// A format that both ends of an m-line have agreed on; of a packet, that in which its sender negotiated it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// Its place in [`KNOWN`].
    known: u8,
    /// Without redundancy.
    main: u8,
    redundant: Option<u8>,
    repair: Option<u8>,
    payload_type: u8,
    has_feedback: bool,
}

impl Format {
    /// What this end agrees to of what an m-line of that kind offers. Of two offered formats that come to the same, the first is meant.
    pub(super) fn agreed(kind: LineKind, offered: &[Offered<'_>]) -> Vec<Self> {
        let known = (0u8..).zip(&KNOWN).filter(|(_, known)| known.codec.kind() == kind);
        let agreed = known.filter_map(|(place, known)| {
            let Offered { payload_type, has_feedback, .. } = *offered.iter().find(|offered| offered.is(known))?;
            let which = |matches: &dyn Fn(&Offered<'_>) -> bool| {
                offered.iter().find(|offered| matches(offered)).map(|offered| offered.payload_type)
            };
            Some(Self {
                known: place,
                main: payload_type,
                redundant: which(&|offered| kind == LineKind::Audio && offered.repeats(payload_type)),
                repair: which(&|offered| offered.repairs(payload_type)),
                payload_type,
                has_feedback,
            })
        });
        agreed.collect()
    }

    fn known(&self) -> &'static Known {
        &KNOWN[usize::from(self.known)]
    }

    pub(crate) fn codec(&self) -> Codec {
        self.known().codec
    }

    /// The payload type on the sender's side; names the format within the sender's session.
    pub(crate) fn payload_type(&self) -> u8 {
        self.payload_type
    }

    /// The payload type of its repairs (RFC 4588).
    pub(crate) fn repair_payload_type(&self) -> Option<u8> {
        self.repair
    }

    /// This format as it comes with `payload_type`, with redundancy or without; `None` if it never does.
    pub(crate) fn of(&self, payload_type: u8) -> Option<Self> {
        let is_mine = self.main == payload_type || self.redundant == Some(payload_type);
        is_mine.then_some(Self { payload_type, ..*self })
    }

    /// Ticks of the RTP timestamp in `duration`.
    pub(crate) fn ticks(&self, duration: Duration) -> u32 {
        let rate = u128::from(self.codec().clock_rate());
        u32::try_from(duration.as_micros() * rate / 1_000_000 % (1 << 32)).unwrap_or(0)
    }

    pub(crate) fn nanoseconds_per_tick(&self) -> f64 {
        1e9 / f64::from(self.codec().clock_rate())
    }

    /// Its payload types, in an m-line's order, and what each of them means: the same in all m-lines of a bundle (RFC 8843, section 9.1).
    /// Redundancy goes first, because libwebrtc takes what is first.
    pub(super) fn meanings(&self) -> impl Iterator<Item = (u8, (u8, Role))> {
        let all = [(self.redundant, Role::Redundant), (Some(self.main), Role::Main), (self.repair, Role::Repair)];
        let known = self.known;
        all.into_iter().filter_map(move |(payload_type, role)| Some((payload_type?, (known, role))))
    }

    /// In what form it goes to a viewer who has agreed on `theirs`; `None` if it cannot.
    pub(super) fn delivery(&self, theirs: &[Self], ids: super::ExtensionIds) -> Option<Delivery> {
        let theirs = theirs.iter().find(|theirs| theirs.known == self.known)?;
        let is_redundant = self.redundant == Some(self.payload_type);
        let (payload_type, redundancy) = match theirs.redundant.filter(|_| is_redundant) {
            Some(red) if theirs.main == self.main => (red, Redundancy::Pass),
            Some(red) => (red, Redundancy::Retag { from: self.main, to: theirs.main }),
            None if is_redundant => (theirs.main, Redundancy::Strip),
            None => (theirs.main, Redundancy::Pass),
        };
        Some(Delivery { payload_type, repair_payload_type: theirs.repair, redundancy, ids })
    }

    /// What an answer says of it.
    pub(super) fn describe(&self, mut line: impl FnMut(std::fmt::Arguments<'_>)) {
        let Self { main, .. } = *self;
        let Known { codec, encoding, parameters, .. } = self.known();
        line(format_args!("a=rtpmap:{main} {encoding}"));
        if self.has_feedback {
            line(format_args!("a=rtcp-fb:{main} transport-cc"));
        }
        if codec.is_video() {
            for feedback in ["goog-remb", "ccm fir", "nack", "nack pli"] {
                line(format_args!("a=rtcp-fb:{main} {feedback}"));
            }
        }
        if !parameters.is_empty() {
            line(format_args!("a=fmtp:{main} {parameters}"));
        }
        if let Some(repair) = self.repair {
            line(format_args!("a=rtpmap:{repair} rtx/{}", codec.clock_rate()));
            line(format_args!("a=fmtp:{repair} apt={main}"));
        }
        if let Some(redundant) = self.redundant {
            line(format_args!("a=rtpmap:{redundant} red/48000/2"));
            line(format_args!("a=fmtp:{redundant} {main}/{main}"));
        }
    }

    #[cfg(test)]
    pub(crate) fn vp8() -> Self {
        Self { known: 1, main: 96, redundant: None, repair: Some(97), payload_type: 96, has_feedback: true }
    }
}

/// What a payload type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Main,
    Redundant,
    Repair,
}

/// How a viewer takes a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) payload_type: u8,
    /// Of repairs.
    pub(crate) repair_payload_type: Option<u8>,
    pub(crate) redundancy: Redundancy,
    /// The header extensions of the m-line.
    pub(crate) ids: super::ExtensionIds,
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
