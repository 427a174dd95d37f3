//! Cameras and screens: what they are encoded to, and the encoder that does it.

use sfu_core::{ParticipantId, Source};

use super::label::{Label, PART_BYTES_MAX, Picture, Vp8};

/// What a camera or a screen is encoded to. One of [`thumbnail`], [`simulcast`], [`small_simulcast`], [`slides`] and [`detail_simulcast`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    pub(crate) layers: Vec<Layer>,
    /// Looks at every so many 1/16 s.
    every: u32,
    /// A keyframe is so many times as large as another frame.
    keyframe_times: usize,
    /// Every second frame is needed by no other (VP8's L1T2).
    temporal: bool,
    /// Encrypted end to end.
    sealed: bool,
}

/// One encoding of the same picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) rid: Option<&'static str>,
    pub(crate) height: u16,
    bits_per_second: u64,
}

/// A small picture eight times a second in 80 kbit/s, as cheap to simulate as a picture can be.
#[must_use]
pub fn thumbnail() -> Video {
    Video { layers: vec![Layer::new(None, 180, 80_000)], every: 2, keyframe_times: 3, temporal: false, sealed: false }
}

/// What a browser makes of a camera: 180, 360 and 720 lines in 150, 500 and 1,700 kbit/s, sixteen times a second, with two temporal layers each.
#[must_use]
pub fn simulcast() -> Video {
    let layers = vec![
        Layer::new(Some("q"), 180, 150_000),
        Layer::new(Some("h"), 360, 500_000),
        Layer::new(Some("f"), 720, 1_700_000),
    ];
    Video { layers, every: 1, keyframe_times: 5, temporal: true, sealed: false }
}

/// The same three layers at eight pictures a second and a tenth of the rate: cheap enough to search thousands of seeds with.
#[must_use]
pub fn small_simulcast() -> Video {
    let layers = vec![
        Layer::new(Some("q"), 180, 30_000),
        Layer::new(Some("h"), 360, 60_000),
        Layer::new(Some("f"), 720, 120_000),
    ];
    Video { layers, every: 2, keyframe_times: 3, temporal: true, sealed: false }
}

/// A shared screen in one layer: 1,080 lines, four times a second in 600 kbit/s, and keyframes that weigh.
#[must_use]
pub fn slides() -> Video {
    Video {
        layers: vec![Layer::new(None, 1_080, 600_000)],
        every: 4,
        keyframe_times: 8,
        temporal: false,
        sealed: false,
    }
}

/// A shared screen in two layers: 540 and 1,080 lines in 200 and 1,000 kbit/s, four times a second.
#[must_use]
pub fn detail_simulcast() -> Video {
    let layers = vec![Layer::new(Some("h"), 540, 200_000), Layer::new(Some("f"), 1_080, 1_000_000)];
    Video { layers, every: 4, keyframe_times: 4, temporal: false, sealed: false }
}

impl Layer {
    fn new(rid: Option<&'static str>, height: u16, bits_per_second: u64) -> Self {
        Self { rid, height, bits_per_second }
    }
}

/// Steps of 1/16 s in a second.
const STEPS_PER_SECOND: usize = 16;

impl Video {
    /// The layers' rids (RFC 8852), lowest first; none for a single layer.
    pub(crate) fn rids(&self) -> Vec<&'static str> {
        self.layers.iter().filter_map(|layer| layer.rid).collect()
    }

    /// Encrypts it end to end: the server sees payload descriptors (RFC 7741) and nothing of the frames.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.sealed = true;
        self
    }

    /// The lines of the best layer.
    #[must_use]
    pub fn height(&self) -> u16 {
        self.layers.iter().map(|layer| layer.height).max().unwrap_or(0)
    }
}

/// A camera or a screen at work.
#[derive(Debug)]
pub(crate) struct Encoder {
    video: Video,
    source: Source,
    streams: Vec<Stream>,
}

/// One layer at work.
#[derive(Debug)]
struct Stream {
    wanted: bool,
    keyframe_due: bool,
    number: u32,
    /// The last frame that others may need, and how many such there were.
    base: u32,
    bases: u8,
    since_keyframe: u32,
}

/// One layer's frame, as payloads.
pub(crate) struct Frame {
    pub(crate) rid: Option<&'static str>,
    pub(crate) payloads: Vec<Vec<u8>>,
}

impl Encoder {
    pub(crate) fn new(video: Video, source: Source) -> Self {
        let stream =
            |_: &Layer| Stream { wanted: true, keyframe_due: true, number: 0, base: 0, bases: 0, since_keyframe: 0 };
        Self { streams: video.layers.iter().map(stream).collect(), video, source }
    }

    pub(crate) fn source(&self) -> Source {
        self.source
    }

    /// Whether it looks at this 1/16 s.
    pub(crate) fn looks(&self, step: u64) -> bool {
        step.is_multiple_of(u64::from(self.video.every))
    }

    /// So many 1/16 s lie between two pictures.
    pub(crate) fn every(&self) -> u32 {
        self.video.every
    }

    /// Somebody needs a keyframe: of that layer, or of all.
    pub(crate) fn refresh(&mut self, rid: Option<&str>) {
        for (layer, stream) in self.video.layers.iter().zip(&mut self.streams) {
            stream.keyframe_due |= rid.is_none() || layer.rid == rid;
        }
    }

    /// Encodes a layer from now on, or no longer. One that begins again begins with a keyframe.
    pub(crate) fn want(&mut self, rid: Option<&str>, wanted: bool) {
        for (layer, stream) in self.video.layers.iter().zip(&mut self.streams) {
            if layer.rid == rid {
                stream.keyframe_due |= wanted && !stream.wanted;
                stream.wanted = wanted;
            }
        }
    }

    /// Takes one picture in all layers that are wanted.
    pub(crate) fn take(&mut self, publisher: ParticipantId, room: u64, at: u32) -> Vec<Frame> {
        let Self { video, source, streams } = self;
        let wanted = video.layers.iter().zip(streams).filter(|(_, stream)| stream.wanted);
        let frames = wanted.map(|(layer, stream)| {
            let label = Label { publisher, room, source: *source, number: stream.number, at };
            let payloads = stream.take(video, layer, label);
            Frame { rid: layer.rid, payloads }
        });
        frames.collect()
    }
}

impl Stream {
    fn take(&mut self, video: &Video, layer: &Layer, label: Label) -> Vec<Vec<u8>> {
        let is_keyframe = std::mem::take(&mut self.keyframe_due);
        self.since_keyframe = if is_keyframe { 0 } else { self.since_keyframe + 1 };
        let enhances = video.temporal && self.since_keyframe % 2 == 1;
        let reference = if is_keyframe { self.number } else { self.base };
        if !enhances {
            self.base = self.number;
            self.bases = self.bases.wrapping_add(1);
        }
        #[expect(clippy::cast_possible_truncation, reason = "picture ids wrap around (RFC 7741, section 4.2)")]
        let picture_id = self.number as u16;
        let vp8 = Vp8 { picture_id, temporal: video.temporal.then_some((self.bases, u8::from(enhances))) };
        self.number += 1;
        let frame_bits = usize::try_from(layer.bits_per_second).unwrap_or(0) * video.every as usize / STEPS_PER_SECOND;
        let bytes = frame_bits / 8 * if is_keyframe { video.keyframe_times } else { 1 };
        let parts = u8::try_from(bytes.div_ceil(PART_BYTES_MAX).max(1)).unwrap_or(u8::MAX);
        let fill = bytes / usize::from(parts);
        let picture = |part| Picture { height: layer.height, reference, part, parts };
        (0..parts).map(|part| label.picture(vp8, picture(part), fill, video.sealed)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_that_nobody_wants_is_not_encoded_and_begins_again_with_a_keyframe() {
        let mut encoder = Encoder::new(simulcast(), Source::Camera);
        let take = |encoder: &mut Encoder| {
            let frames = encoder.take(ParticipantId(1), 1, 0);
            let keyframe = |frame: &Frame| {
                let (label, _, picture) = Label::of_picture(&frame.payloads[0]).expect("it is ours");
                label.number == picture.reference
            };
            frames.iter().map(|frame| (frame.rid.unwrap_or("-"), keyframe(frame))).collect::<Vec<_>>()
        };
        assert_eq!(take(&mut encoder), [("q", true), ("h", true), ("f", true)]);
        encoder.want(Some("f"), false);
        assert_eq!(take(&mut encoder), [("q", false), ("h", false)]);
        encoder.refresh(Some("h"));
        encoder.want(Some("f"), true);
        assert_eq!(take(&mut encoder), [("q", false), ("h", true), ("f", true)]);
    }

    #[test]
    fn rates_are_what_was_asked_for() {
        let mut encoder = Encoder::new(simulcast(), Source::Camera);
        encoder.take(ParticipantId(1), 1, 0); // Keyframes.
        let mut bytes = [0; 3];
        for frame in (0..16).flat_map(|_| encoder.take(ParticipantId(1), 1, 0)) {
            let layer = ["q", "h", "f"].iter().position(|rid| Some(*rid) == frame.rid).expect("one of them");
            bytes[layer] += frame.payloads.iter().map(Vec::len).sum::<usize>();
        }
        for (bytes, bits_per_second) in bytes.into_iter().zip([150_000, 500_000, 1_700_000]) {
            assert!((bits_per_second..bits_per_second * 6 / 5).contains(&(bytes * 8)), "{bytes} of {bits_per_second}");
        }
    }

    #[test]
    fn every_second_frame_of_two_temporal_layers_is_needed_by_none() {
        let mut encoder = Encoder::new(small_simulcast(), Source::Camera);
        let references: Vec<u32> = (0..5)
            .map(|_| {
                let frames = encoder.take(ParticipantId(1), 1, 0);
                Label::of_picture(&frames[0].payloads[0]).expect("it is ours").2.reference
            })
            .collect();
        assert_eq!(references, [0, 0, 0, 2, 2]);
    }
}
