//! Cameras send layers, viewers get one stream: the largest layer that arrives, from a keyframe on, with numbers that go
//! on; and of a scalable stream what they can decode, also when nobody but the two ends can read the payload.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;
mod scalable;

use common::{Client, Described, Got, ROOM, Setup, World, ms};
use scalable::{Encoder, Mode};
use sfu_core::descriptor::Stream;
use sfu_core::{Gate, limits};
use str0m::format::Codec;
use str0m::media::Rid;

/// A camera with layers: each makes a picture every 33 ms, and a keyframe when it is asked for one.
struct Camera {
    pictures: [u16; 3],
    answered: usize,
    sends: [bool; 3],
}

impl Camera {
    fn new() -> Self {
        Self { pictures: [100, 9000, 32_760], answered: 0, sends: [true; 3] }
    }

    fn tick(&mut self, client: &mut Client, now: std::time::Instant) {
        let asked = client.layers_asked.split_off(self.answered.min(client.layers_asked.len()));
        self.answered = 0;
        client.layers_asked.clear();
        for layer in 0..3 {
            let rid = Rid::from(client.setup.rids[layer]);
            self.pictures[layer] = (self.pictures[layer] + 1) & 0x7fff;
            if self.sends[layer] {
                let is_keyframe = asked.contains(&Some(rid));
                let payload = vp8(self.pictures[layer], is_keyframe, 100 * (layer + 1), layer as u8);
                client.send_layer(layer, payload, now);
            }
        }
    }

    fn play(&mut self, world: &mut World, client: usize, pictures: usize) {
        for _ in 0..pictures {
            self.tick(&mut world.clients[client], world.now);
            world.run(ms(33));
        }
    }
}

/// The last byte tells the layer.
fn vp8(picture: u16, is_keyframe: bool, size: usize, layer: u8) -> Vec<u8> {
    let [high, low] = picture.to_be_bytes();
    let mut payload = vec![0x90, 0x80, 0x80 | high, low];
    payload.extend(if is_keyframe { [0x10, 0, 0, 0x9d, 0x01, 0x2a] } else { [0x11, 0, 0, 0, 0, 0] });
    payload.resize(size, layer);
    payload
}

fn layers(got: &[&Got]) -> Vec<u8> {
    let mut layers: Vec<u8> = got.iter().map(|got| *got.payload.last().unwrap()).collect();
    layers.dedup();
    layers
}

fn picture(got: &Got) -> u16 {
    u16::from_be_bytes([got.payload[2] & 0x7f, got.payload[3]])
}

fn is_keyframe(got: &Got) -> bool {
    got.payload[4] & 1 == 0
}

fn assert_continuous(got: &[&Got]) {
    for pair in got.windows(2) {
        assert_eq!(pair[0].sequence + 1, pair[1].sequence);
        assert_eq!((picture(pair[0]) + 1) & 0x7fff, picture(pair[1]));
        let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert!(0 < ticks && ticks < 90_000 * 3, "{ticks}");
        let changes = pair[0].payload.last() != pair[1].payload.last();
        assert!(!changes || is_keyframe(pair[1]), "a layer begins with a keyframe");
    }
}

fn three_layers() -> Setup {
    Setup { rids: vec!["q", "h", "f"], ..Setup::default() }
}

#[test]
fn the_largest_layer_that_arrives_is_shown_and_all_of_it_is_one_stream() {
    let mut world = World::meeting(&[three_layers(), Setup::default()]);
    let mut camera = Camera::new();
    camera.sends = [true, false, false]; // Browsers start with the smallest.
    camera.play(&mut world, 0, 30);
    camera.sends = [true, true, true];
    camera.play(&mut world, 0, 60);
    camera.sends = [true, true, false];
    camera.play(&mut world, 0, 90);
    camera.sends = [true, true, true];
    camera.play(&mut world, 0, 60);
    world.run(ms(100));
    let (_, video) = world.clients[1].slots[0];
    let got = world.clients[1].got_on(video);
    assert_eq!(layers(&got), [0, 2, 1, 2]);
    assert_continuous(&got);
    // Still while the largest had gone, and not for long.
    let longest = got.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap();
    assert!(longest < limits::LAYER_SILENT + ms(500), "{longest:?}");
}

#[test]
fn a_layer_is_asked_for_its_keyframe_and_no_other_is() {
    let mut world = World::meeting(&[three_layers(), Setup::default()]);
    let mut camera = Camera::new();
    camera.play(&mut world, 0, 30);
    world.clients[0].layers_asked.clear();
    let (_, video) = world.clients[1].slots[0];
    let now = world.now;
    world.clients[1].ask_keyframe(video, now);
    world.run(ms(30));
    assert_eq!(world.clients[0].layers_asked, [Some(Rid::from("f"))]);
}

#[test]
fn who_waits_for_another_layer_asks_for_its_keyframe_until_it_comes() {
    let mut world = World::meeting(&[three_layers(), Setup::default()]);
    let mut camera = Camera::new();
    camera.play(&mut world, 0, 60);
    let half = Some(Rid::from("h"));
    let asked = |world: &World| world.clients[0].layers_asked.iter().filter(|rid| **rid == half).count();
    let play = |world: &mut World, camera: &mut Camera, pictures: usize| {
        for _ in 0..pictures {
            for layer in [0, 1] {
                camera.pictures[layer] = (camera.pictures[layer] + 1) & 0x7fff;
                let (payload, now) = (vp8(camera.pictures[layer], false, 100, layer as u8), world.now);
                world.clients[0].send_layer(layer, payload, now);
            }
            world.run(ms(33));
        }
    };
    // The largest has ended, and each keyframe of the next gets lost, more often than a request is repeated.
    let tries = usize::from(limits::KEYFRAME_TRIES_MAX);
    while asked(&world) < tries {
        play(&mut world, &mut camera, 1);
    }
    play(&mut world, &mut camera, 20);
    assert_eq!(asked(&world), tries, "a pause");
    let (_, video) = world.clients[1].slots[0];
    let now = world.now;
    world.clients[1].ask_keyframe(video, now);
    play(&mut world, &mut camera, 2);
    assert_eq!(asked(&world), tries + 1, "the viewer asks");
    play(&mut world, &mut camera, 600);
    assert!(3 * tries <= asked(&world), "{}", asked(&world));
    camera.sends = [true, true, false];
    camera.play(&mut world, 0, 30);
    let got = world.clients[1].got_on(video);
    assert_eq!(got.last().unwrap().payload.last(), Some(&1));
}

#[test]
fn layers_of_lossy_publishers_stay_one_stream() {
    let mut world = World::meeting(&[three_layers(), Setup::default()]);
    let publisher = world.clients[0].address;
    let mut count = 0;
    world.loses = Box::new(move |datagram| {
        count += usize::from(datagram.from == publisher && common::is_rtp(&datagram.bytes));
        datagram.from == publisher && common::is_rtp(&datagram.bytes) && count % 13 == 0
    });
    let mut camera = Camera::new();
    for round in 0..6 {
        camera.sends = [true, round % 3 != 0, round % 2 != 0];
        camera.play(&mut world, 0, 60);
    }
    world.run(ms(500));
    let (_, video) = world.clients[1].slots[0];
    let mut got = world.clients[1].got_on(video);
    got.sort_by_key(|got| got.sequence);
    assert!(got.windows(2).all(|pair| pair[0].sequence < pair[1].sequence), "none twice");
    let span = got.last().unwrap().sequence - got[0].sequence + 1;
    assert!(span - got.len() as u64 <= 8, "{} of {span}", got.len());
    assert!(2 < layers(&got).len());
}

fn scalable() -> Setup {
    Setup { video: vec![Codec::Av1], describes: true, ..Setup::default() }
}

/// Plays sealed pictures: nothing of the payload tells anything.
fn play_scalable(world: &mut World, encoder: &mut Encoder, pictures: usize) {
    for _ in 0..pictures {
        let now = world.now;
        if !world.clients[0].layers_asked.is_empty() {
            world.clients[0].layers_asked.clear();
            encoder.key();
        }
        let frames = encoder.picture();
        let last = frames.len() - 1;
        for (n, descriptor) in frames.iter().enumerate() {
            let bytes = descriptor.write(descriptor.number as u16, false).unwrap().to_vec();
            let payload = vec![0xa5 ^ n as u8; 300];
            world.clients[0].send_described(Codec::Av1, payload, Described(bytes), n == last, now);
        }
        world.run(ms(33));
    }
}

#[test]
fn who_joins_late_gets_a_scalable_stream_from_a_keyframe_on() {
    let mut world = World::new();
    let ana = world.add(scalable(), ROOM, Gate::Open);
    world.run(ms(600));
    let mut encoder = Encoder::new(Mode::Full, 3, 3);
    play_scalable(&mut world, &mut encoder, 40);
    let ben = world.add(scalable(), ROOM, Gate::Open);
    let plain = world.add(Setup { video: vec![Codec::Av1], ..Setup::default() }, ROOM, Gate::Open);
    play_scalable(&mut world, &mut encoder, 40);
    assert_eq!(ana, 0);
    for viewer in [ben, plain] {
        let (_, video) = world.clients[viewer].slots[0];
        let got = world.clients[viewer].got_on(video);
        assert!(60 < got.len(), "{}", got.len());
        assert!(got.windows(2).all(|pair| pair[0].sequence + 1 == pair[1].sequence));
        let mut stream = Stream::new();
        for (n, got) in got.iter().enumerate() {
            let Some(bytes) = &got.descriptor else {
                assert_eq!(viewer, plain, "negotiated");
                continue;
            };
            let descriptor = stream.read(bytes).expect("in order from a keyframe on");
            assert!(0 < n || descriptor.is_keyframe());
        }
    }
}

#[test]
fn a_stream_whose_structure_got_lost_is_asked_for_it() {
    let mut world = World::meeting(&[scalable(), scalable()]);
    let mut encoder = Encoder::new(Mode::Full, 1, 3);
    encoder.picture();
    play_scalable(&mut world, &mut encoder, 40);
    let (_, video) = world.clients[1].slots[0];
    let got = world.clients[1].got_on(video).len();
    assert!(30 < got, "{got}");
}

#[test]
fn a_stream_that_takes_the_place_of_another_is_asked_for_its_structure() {
    let mut world = World::meeting(&[Setup { hides_ssrcs: true, ..scalable() }, scalable()]);
    let mut encoder = Encoder::new(Mode::Full, 1, 3);
    play_scalable(&mut world, &mut encoder, 20);
    let (_, video) = world.clients[1].slots[0];
    let before = world.clients[1].got_on(video).len();
    let mid = world.clients[0].video.unwrap();
    let mut api = world.clients[0].rtc.direct_api();
    let former = api.stream_tx_by_mid(mid, None).unwrap().ssrc();
    api.remove_stream_tx(former);
    api.declare_stream_tx(7777.into(), None, mid, None);
    let mut encoder = Encoder::new(Mode::Full, 1, 2);
    encoder.picture();
    play_scalable(&mut world, &mut encoder, 40);
    let got = world.clients[1].got_on(video).len() - before;
    assert!(30 < got, "{got}");
}

#[test]
fn who_joins_late_sees_within_a_round_trip_and_one_keyframe() {
    let mut world = World::meeting(&[three_layers(), Setup::default()]);
    let mut camera = Camera::new();
    camera.play(&mut world, 0, 90);
    let cleo = world.add(Setup::default(), ROOM, Gate::Open);
    while !world.clients[cleo].is_connected {
        camera.play(&mut world, 0, 1);
    }
    let connected_at = world.now;
    while world.clients[cleo].got.is_empty() {
        camera.play(&mut world, 0, 1);
    }
    let (_, video) = world.clients[cleo].slots[0];
    let shows = |world: &World| world.clients[cleo].got_on(video).iter().find(|got| is_keyframe(got)).map(|got| got.at);
    while shows(&world).is_none() {
        camera.play(&mut world, 0, 1);
    }
    let waited = shows(&world).unwrap() - connected_at;
    assert!(waited < limits::KEYFRAME_INTERVAL + ms(100), "{waited:?}");
}

#[test]
fn a_way_back_beside_layers_is_served() {
    let two_way = Setup { two_way_lines: true, slots: 0, ..three_layers() };
    let mut world = World::meeting(&[two_way, Setup::default()]);
    for frame in 0..10 {
        world.clients[1].send_video(frame == 0, world.now);
        world.run(ms(20));
    }
    // The engine in the client's role takes nothing without a rid on such a line; browsers do.
    assert!(10 <= world.media_sent_to(0), "{}", world.media_sent_to(0));
}

#[test]
fn a_payload_that_nobody_could_be_sent_goes_no_further() {
    let mut world = World::pair();
    let before = world.sfu.stats().limited;
    let now = world.now;
    for size in [limits::PAYLOAD_BYTES_MAX, limits::PAYLOAD_BYTES_MAX + 1, 1700] {
        let payload = world.clients[0].vp8(true, size);
        world.clients[0].send_video_payload(Codec::Vp8, payload, now);
    }
    world.run(ms(100));
    assert!(world.sfu.stats().limited - before >= 2);
    for run in &world.runs {
        assert!(run.segment_size <= limits::FORWARDED_BYTES_MAX);
    }
}
