//! However many viewers ask however often: a publisher who answers is asked for a keyframe at most twice a second, and one
//! who does not a little more often, until one comes.

mod common;

use common::{ROOM, Setup, World, ms};
use sfu_core::{Gate, limits};

#[test]
fn a_flood_of_requests_becomes_one_in_half_a_second() {
    let mut world = World::meeting(&[Setup::default(), Setup::default(), Setup::default()]);
    world.play(0, 5);
    world.run(ms(1000));
    let before = world.clients[0].keyframes_asked.len();
    let mut answered = before;
    for _ in 0..200 {
        for viewer in [1, 2] {
            let (_, video) = world.clients[viewer].slots[0];
            world.clients[viewer].ask_keyframe(video, world.now);
        }
        if answered < world.clients[0].keyframes_asked.len() {
            answered = world.clients[0].keyframes_asked.len();
            world.clients[0].send_video(true, world.now);
        }
        world.run(ms(10));
    }
    let asked = &world.clients[0].keyframes_asked[before..];
    assert!((4..=5).contains(&asked.len()), "{} in two seconds", asked.len());
    for pair in asked.windows(2) {
        assert!(limits::KEYFRAME_INTERVAL <= pair[1] - pair[0] + ms(1));
    }
}

#[test]
fn a_request_that_got_lost_is_repeated_until_a_keyframe_comes() {
    let mut world = World::pair();
    for _ in 0..100 {
        world.clients[0].send_video(false, world.now); // No keyframe at all.
        world.run(ms(20));
    }
    let asked = world.clients[0].keyframes_asked.len();
    assert!((6..=7).contains(&asked), "{asked} in two seconds");
    world.clients[0].send_video(true, world.now);
    world.run(ms(20));
    let asked = world.clients[0].keyframes_asked.len();
    world.play(0, 100);
    assert_eq!(world.clients[0].keyframes_asked.len(), asked, "it came");
}

#[test]
fn nobody_is_asked_for_ever() {
    let mut world = World::pair();
    for _ in 0..500 {
        world.clients[0].send_video(false, world.now);
        world.run(ms(20));
    }
    let asked = world.clients[0].keyframes_asked.len();
    assert_eq!(asked, usize::from(limits::KEYFRAME_TRIES_MAX));
}

#[test]
fn a_new_viewer_gets_a_keyframe_soon() {
    let mut world = World::new();
    let ana = world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(600));
    world.play(ana, 50);
    assert_eq!(world.clients[ana].keyframes_asked.len(), 0, "nobody watches");
    world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(600));
    assert!(!world.clients[ana].keyframes_asked.is_empty());
}
