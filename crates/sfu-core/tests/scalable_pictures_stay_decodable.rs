//! Whoever gets a part of a scalable stream can decode each picture of it, whatever layers were wanted when, and knows
//! when it is whole.

mod scalable;

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use sfu_core::descriptor::{Descriptor, Malformed, Rewriter, Selector, Stream, Structure};
use sfu_core::limits::{DESCRIPTOR_BYTES_MAX, DESCRIPTOR_TEMPLATES_MAX, SPATIAL_LAYERS_MAX, TEMPORAL_LAYERS_MAX};

use self::scalable::{Encoder, Mode, structure, table};

/// The examples of the specification's section A.10.2, with letters as there.
const L1T3: &str = "0 0 / 0 SSS; 0 0 4/4 SSS; 0 1 2/2 SD-; 0 2 1/1 D--; 0 2 1/3 D--";
const L3T3: &str = "0 0 /0,0,0 SSSSSSSSS; 0 0 12/12,11,10 RRRRRRSSS; 0 1 6/6,5,4 RR-RR-SD-; 0 2 3/3,2,1 R--R--D--; \
    0 2 3/9,8,7 R--R--D--; 1 0 1/1,1,1 SSSSSS---; 1 0 12,1/1,1,1 RRRSSS---; 1 1 6,1/7,6,5 RR-SD----; \
    1 2 3,1/4,3,2 R--D-----; 1 2 3,1/10,9,8 R--D-----; 2 0 1/2,1,1 SSS------; 2 0 12,1/2,1,1 SSS------; \
    2 1 6,1/8,7,6 SD-------; 2 2 3,1/5,4,3 D--------; 2 2 3,1/11,10,9 D--------";

#[test]
fn the_examples_of_the_specification_are_read_as_they_were_written() {
    for (templates, protected_by) in [(L1T3, &[0u8, 0, 0][..]), (L3T3, &[2, 2, 2, 1, 1, 1, 0, 0, 0])] {
        let structure = structure(7, templates, protected_by, &[]);
        let mut stream = Stream::new();
        let read = stream.read(&first(&structure)).expect("what was written can be read");
        assert_eq!(*read.structure, *structure);
        assert!(read.is_keyframe());
    }
    let l3t3 = structure(0, L3T3, &[2, 2, 2, 1, 1, 1, 0, 0, 0], &[]);
    assert_eq!((0..9).map(|target| l3t3.layers(target)).collect::<Vec<_>>(), {
        vec![(2, 2), (2, 1), (2, 0), (1, 2), (1, 1), (1, 0), (0, 2), (0, 1), (0, 0)]
    });
    assert_eq!(l3t3.covered_by(4), 0b1_1011_0000, "the targets of at most that size and frame rate");
}

#[test]
fn what_browsers_send_is_read_and_written_again_bit_by_bit() {
    for (name, highest, heights) in [
        ("av1-l3t3", (2, 2), [180, 360, 720].as_slice()),
        ("av1-s3t3", (2, 2), &[180, 360, 720]),
        ("vp9-l3t3-key", (2, 2), &[180, 360, 720]),
        ("vp8-l1t3", (0, 2), &[180]),
    ] {
        let mut stream = Stream::new();
        for (number, packet) in capture(name).iter().enumerate() {
            let read = stream.read(&packet.bytes).unwrap_or_else(|error| panic!("{name} {number}: {error}"));
            let tells_active = 3 < packet.bytes.len() && packet.bytes[3] & 0x40 != 0;
            let written = read.write(read.number as u16, tells_active).expect("it fits");
            assert_eq!(*written, *packet.bytes, "{name} {number}");
        }
        let structure = stream.structure().expect("there is one");
        assert_eq!(structure.highest(), highest, "{name}");
        let told = (0..=highest.0).map(|spatial| structure.resolution(spatial).expect("told").1);
        assert_eq!(told.collect::<Vec<_>>(), heights, "{name}");
    }
}

#[test]
fn each_viewer_of_a_browsers_stream_gets_decodable_pictures_that_end_with_a_marker() {
    for name in ["av1-l3t3", "av1-s3t3", "vp9-l3t3-key"] {
        for (spatial, temporal) in [(0, 0), (0, 2), (1, 1), (2, 0), (2, 2)] {
            let mut viewer = Viewer::new(60_000);
            viewer.selector.aim(spatial, temporal);
            let mut stream = Stream::new();
            for packet in capture(name) {
                viewer.get(&stream.read(&packet.bytes).expect("readable"), packet.timestamp, packet.marker);
            }
            let shown = viewer.selector.showing().expect("something");
            assert!(shown <= (spatial, temporal), "{name}: {shown:?}");
            assert!(viewer.frames > 1, "{name} {spatial} {temporal}: {} frames", viewer.frames);
            viewer.check_markers();
        }
    }
}

#[test]
fn fewer_frames_and_pixels_come_at_once_and_more_pixels_with_a_keyframe() {
    let mut encoder = Encoder::new(Mode::Full, 3, 3);
    let mut viewer = Viewer::new(0);
    viewer.play(&mut encoder, 8);
    assert_eq!(viewer.selector.showing(), Some((2, 2)));
    viewer.selector.aim(2, 0);
    viewer.play(&mut encoder, 1);
    assert_eq!(viewer.selector.showing(), Some((2, 0)), "fewer frames at once");
    viewer.selector.aim(0, 0);
    viewer.play(&mut encoder, 1);
    assert_eq!(viewer.selector.showing(), Some((0, 0)), "fewer pixels at once");
    viewer.selector.aim(0, 2);
    viewer.play(&mut encoder, 4);
    assert_eq!(viewer.selector.showing(), Some((0, 2)), "more frames with the next base picture");
    assert!(!viewer.selector.needs_keyframe());
    viewer.selector.aim(1, 1);
    viewer.play(&mut encoder, 8);
    assert_eq!(viewer.selector.showing(), Some((0, 1)), "no more pixels before a keyframe");
    assert!(viewer.selector.needs_keyframe());
    encoder.key();
    viewer.play(&mut encoder, 1);
    assert_eq!(viewer.selector.showing(), Some((1, 1)));
    assert!(!viewer.selector.needs_keyframe());
    viewer.check_markers();
}

#[test]
fn a_picture_that_has_begun_large_is_not_cut_in_the_middle() {
    let mut encoder = Encoder::new(Mode::Full, 3, 1);
    let mut viewer = Viewer::new(0);
    viewer.play(&mut encoder, 2);
    let picture = encoder.picture();
    viewer.get(&picture[0], 90_000, false);
    viewer.selector.aim(0, 0);
    let before = viewer.frames;
    viewer.get(&picture[1], 90_000, false);
    viewer.get(&picture[2], 90_000, true);
    assert_eq!(viewer.frames, before + 2, "its end has the marker");
    viewer.play(&mut encoder, 1);
    assert_eq!(viewer.frames, before + 3, "the next one is small");
    viewer.check_markers();
}

#[test]
fn layers_that_are_only_linked_in_keyframes_change_only_there() {
    let mut encoder = Encoder::new(Mode::Key, 3, 3);
    let mut viewer = Viewer::new(0);
    viewer.play(&mut encoder, 9);
    let before = viewer.frames;
    viewer.play(&mut encoder, 4);
    assert_eq!(viewer.frames, before + 4, "one frame for each picture: lower layers are of no use");
    viewer.selector.aim(0, 1);
    viewer.play(&mut encoder, 4);
    assert_eq!(viewer.selector.showing(), Some((2, 2)), "the lower layer cannot be decoded yet");
    assert!(viewer.selector.needs_keyframe());
    viewer.selector.aim(2, 0);
    viewer.play(&mut encoder, 4);
    assert_eq!(viewer.selector.showing(), Some((2, 0)), "its frame rate can fall at once");
    viewer.selector.aim(0, 1);
    encoder.key();
    viewer.play(&mut encoder, 1);
    assert_eq!(viewer.selector.showing(), Some((0, 1)));
    viewer.check_markers();
}

#[test]
fn a_viewer_is_told_to_wait_for_no_layer_that_was_left_out_until_a_keyframe_tells_anew() {
    let mut encoder = Encoder::new(Mode::Full, 2, 2);
    let mut viewer = Viewer::new(0);
    viewer.play(&mut encoder, 1);
    assert_eq!(viewer.told, Some(0b1111), "all: the structure says so");
    viewer.selector.aim(0, 1);
    viewer.play(&mut encoder, 1);
    let small = viewer.told.expect("told");
    assert!(small != 0b1111 && viewer.bytes.len() > 3, "each packet tells: any may be lost");
    viewer.selector.aim(1, 1);
    encoder.key();
    viewer.play(&mut encoder, 2);
    assert_eq!((viewer.told, viewer.bytes.len()), (Some(0b1111), 3), "all again, without a word");
    // What the sender itself switches off stays off.
    encoder.active = 0b1100;
    viewer.play(&mut encoder, 1);
    assert_eq!(viewer.told, Some(0b1100));
}

#[test]
fn a_structure_that_did_not_come_with_the_first_frame_forwarded_is_added() {
    // Without links between layers the viewer's first frame is not the first of the picture, which has the structure.
    let mut encoder = Encoder::new(Mode::Apart, 3, 2);
    let mut viewer = Viewer::new(0);
    viewer.play(&mut encoder, 6);
    assert_eq!(viewer.frames, 6);
    assert!(viewer.stream.structure().is_some());
}

#[test]
fn template_ids_of_another_structure_begin_where_the_old_ones_end() {
    let mut viewer = Viewer::new(9);
    viewer.play(&mut Encoder::new(Mode::Full, 3, 3), 3);
    let old = Arc::clone(viewer.stream.structure().expect("there is one"));
    for _ in 0..3 {
        viewer.restart();
        viewer.play(&mut Encoder::new(Mode::Full, 3, 3), 3);
        assert_eq!(viewer.stream.structure().expect("one").offset(), old.offset(), "the same again");
    }
    viewer.restart();
    viewer.play(&mut Encoder::new(Mode::Full, 1, 3), 3);
    let new = viewer.stream.structure().expect("there is one");
    assert_eq!(usize::from(new.offset()), usize::from(old.offset()) + old.templates().len());
}

#[test]
fn what_is_older_than_the_viewers_stream_does_not_go() {
    let mut encoder = Encoder::new(Mode::Full, 1, 1);
    let frames: Vec<Descriptor> = (0..4).flat_map(|_| encoder.picture()).collect();
    let mut rewriter = Rewriter::new(5);
    assert!(rewriter.rewrite(&frames[0], 1).is_some());
    rewriter.restart();
    assert!(rewriter.rewrite(&frames[2], 1).is_some());
    assert!(rewriter.rewrite(&frames[1], 1).is_none(), "its number would be one that the old stream used");
    assert!(rewriter.rewrite(&frames[3], 1).is_some());
}

#[test]
fn lost_frames_of_a_publisher_are_not_taken_for_left_out_ones() {
    let mut encoder = Encoder::new(Mode::Full, 2, 2);
    let mut selector = Selector::new();
    let pictures: Vec<Vec<Descriptor>> = (0..8).map(|_| encoder.picture()).collect();
    let late = &pictures[2][0];
    for (time, picture) in (0..).zip(&pictures) {
        for frame in picture.iter().filter(|frame| frame.number != late.number) {
            assert!(selector.select(frame, time).goes, "a repair may still come");
        }
    }
    assert!(selector.select(late, 2).goes, "and here it is");
}

/// `DESCRIPTOR_STRUCTURE_BITS_MAX` by one that is too wide, `DESCRIPTOR_REFERENCES_MAX` by nine; of decode targets
/// and chains (`DESCRIPTOR_TARGETS_MAX`, `DESCRIPTOR_CHAINS_MAX`) their fields cannot count more.
#[test]
fn limits_of_a_structure_are_kept() {
    let too_many = vec!["0 0 1/0 S"; DESCRIPTOR_TEMPLATES_MAX + 1].join("; ");
    assert_eq!(Structure::new(0, 1, table(&too_many), &[0], &[]), Err(Malformed::Structure));
    let most = vec!["0 0 1/0 S"; DESCRIPTOR_TEMPLATES_MAX].join("; ");
    let most = structure(0, &most, &[0], &[]);
    assert!(Stream::new().read(&first(&most)).is_ok());
    let layers = |count: u8| (0..count).map(|layer| format!("{layer} 0 /0 S")).collect::<Vec<_>>().join("; ");
    let most = SPATIAL_LAYERS_MAX as u8;
    assert!(Structure::new(0, 1, table(&layers(most)), &[0], &[]).is_ok());
    assert_eq!(Structure::new(0, 1, table(&layers(most + 1)), &[0], &[]), Err(Malformed::Structure));
    let rates = |count: u8| (0..count).map(|layer| format!("0 {layer} /0 S")).collect::<Vec<_>>().join("; ");
    let most = TEMPORAL_LAYERS_MAX as u8;
    assert!(Structure::new(0, 1, table(&rates(most)), &[0], &[]).is_ok());
    assert_eq!(Structure::new(0, 1, table(&rates(most + 1)), &[0], &[]), Err(Malformed::Structure));
    // 64 templates for 32 targets have more bits than a header extension.
    let wide = vec![format!("0 0 1/0 {}", "S".repeat(32)); 64].join("; ");
    assert_eq!(Structure::new(0, 32, table(&wide), &[0; 32], &[]), Err(Malformed::Structure));
    assert_eq!(Stream::new().read(&[0xff; DESCRIPTOR_BYTES_MAX + 1]), Err(Malformed::TooLong));
    assert_eq!(Stream::new().read(&[0xc0, 0, 1]), Err(Malformed::NoStructure));
    assert_eq!(Stream::new().read(&[0xc0, 0]), Err(Malformed::Truncated));
    let mut stream = Stream::new();
    stream.read(&first(&structure(7, L1T3, &[0, 0, 0], &[]))).expect("readable");
    assert_eq!(stream.read(&[0xc0 | 6, 0, 2]), Err(Malformed::UnknownTemplate));
    assert_eq!(stream.read(&[0xc0 | 12, 0, 2]), Err(Malformed::UnknownTemplate));
    assert!(stream.read(&[0xc0 | 11, 0, 2]).is_ok());
    // Custom references, nine of them.
    let mut nine = vec![0xc0 | 8, 0, 3, 0b0001_0010];
    nine.extend([0b0000_1000, 0b0100_0010].repeat(8));
    assert_eq!(stream.read(&nine), Err(Malformed::References));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn whatever_is_wanted_when_each_picture_can_be_decoded(
        mode in prop::sample::select(vec![Mode::Full, Mode::Key, Mode::Apart]),
        (spatial, temporal) in (1u8..4, 1u8..4),
        wishes in prop::collection::vec((0u8..4, 0u8..4, 0u8..12, 1usize..9), 1..24),
    ) {
        let mut encoder = Encoder::new(mode, spatial, temporal);
        let mut viewer = Viewer::new(65_500);
        for (spatial, temporal, event, pictures) in wishes {
            viewer.selector.aim(spatial, temporal);
            match event {
                0 => encoder.key(),
                1 => {
                    encoder.key();
                    viewer.restart();
                }
                2 => encoder = Encoder::new(mode, (spatial % 3) + 1, (temporal % 3) + 1),
                _ => {}
            }
            if event == 2 {
                viewer.restart();
            }
            viewer.play(&mut encoder, pictures);
            if viewer.selector.needs_keyframe() {
                encoder.key();
            }
        }
        viewer.check_markers();
        prop_assert!(viewer.frames > 0);
    }

    #[test]
    fn no_bytes_break_anything(packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 1..12)) {
        let mut stream = Stream::new();
        let mut viewer = (Selector::new(), Rewriter::new(0));
        for (time, packet) in (0..).zip(&packets) {
            if let Ok(read) = stream.read(packet) {
                let selected = viewer.0.select(&read, time);
                if let Some(written) = viewer.1.rewrite(&read, selected.active) {
                    prop_assert!(written.len() <= DESCRIPTOR_BYTES_MAX);
                }
            }
        }
    }
}

/// A viewer's side: everything that goes is read again as a browser does, and must be decodable there.
struct Viewer {
    selector: Selector,
    rewriter: Rewriter,
    stream: Stream,
    decoded: BTreeSet<u64>,
    frames: usize,
    /// The timestamps of pictures of which something came, and of those that ended.
    pictures: (BTreeSet<u32>, BTreeSet<u32>),
    clock: u32,
    told: Option<u32>,
    bytes: Vec<u8>,
}

impl Viewer {
    fn new(start: u16) -> Self {
        Self {
            selector: Selector::new(),
            rewriter: Rewriter::new(start),
            stream: Stream::new(),
            decoded: BTreeSet::new(),
            frames: 0,
            pictures: Default::default(),
            clock: 0,
            told: None,
            bytes: Vec::new(),
        }
    }

    fn restart(&mut self) {
        self.selector.restart();
        self.rewriter.restart();
    }

    fn play(&mut self, encoder: &mut Encoder, pictures: usize) {
        for _ in 0..pictures {
            self.clock += 3_000;
            let picture = encoder.picture();
            for (index, frame) in picture.iter().enumerate() {
                self.get(frame, self.clock, index + 1 == picture.len());
            }
        }
    }

    fn get(&mut self, descriptor: &Descriptor, timestamp: u32, marker: bool) {
        let selected = self.selector.select(descriptor, timestamp);
        if !selected.goes {
            return;
        }
        let written = self.rewriter.rewrite(descriptor, selected.active).expect("a frame that goes can be written");
        let read = self.stream.read(&written).expect("what goes can be read");
        self.bytes = written.to_vec();
        self.told = Some(read.active);
        assert_eq!(read.frame, descriptor.frame, "nothing but numbers changes");
        if read.is_start {
            self.frames += 1;
            if let Some(newest) = self.decoded.last() {
                assert!(*newest < read.number, "numbers go on");
                assert!(read.number - newest < 256, "without a leap");
            }
            for diff in read.frame.references.iter() {
                let needed = read.number - u64::from(*diff);
                assert!(self.decoded.contains(&needed), "frame {} needs {needed}", read.number);
            }
            self.decoded.insert(read.number);
        }
        self.pictures.0.insert(timestamp);
        if marker || selected.ends_picture {
            self.pictures.1.insert(timestamp);
        }
    }

    /// All but the last picture of a capture, which may have been cut, have ended.
    fn check_markers(&self) {
        let open: Vec<&u32> = self.pictures.0.difference(&self.pictures.1).collect();
        assert!(
            open.iter().all(|timestamp| Some(*timestamp) == self.pictures.0.last()),
            "pictures without an end: {open:?}"
        );
    }
}

/// The first packet of a stream with this structure.
fn first(structure: &Arc<Structure>) -> Vec<u8> {
    let descriptor = Descriptor {
        is_start: true,
        is_end: true,
        number: 1,
        template: 0,
        frame: structure.templates()[0],
        structure: Arc::clone(structure),
        is_attached: true,
        active: structure.all_targets(),
    };
    descriptor.write(1, false).expect("it fits").to_vec()
}

struct Captured {
    timestamp: u32,
    marker: bool,
    bytes: Vec<u8>,
}

/// What Chromium 156 sent: timestamp, marker and extension of each packet.
fn capture(name: &str) -> Vec<Captured> {
    let path = format!("{}/tests/fixtures/chromium156-descriptors-{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the capture is there");
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let hex = words[2].as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("hex"));
        Captured {
            timestamp: words[0].parse().expect("a number"),
            marker: words[1] == "1",
            bytes: hex.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect(),
        }
    });
    lines.collect()
}
