//! Each viewer gets as much of each picture as their own network carries and their page shows, sound always; and what
//! nobody gets is not sent.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use std::time::Duration;

use common::{Setup, World, ms};
use sfu_core::{Command, Event, ParticipantId, Source, View, WantedLayer, limits};

const LAYERS: [(&str, u64); 3] = [("q", 150_000), ("h", 500_000), ("f", 1_500_000)];
const FRAME: u64 = 50;

fn camera() -> Setup {
    Setup { rids: LAYERS.map(|(rid, _)| rid).to_vec(), slots: 0, ..Setup::default() }
}

fn viewer() -> Setup {
    Setup { sends_audio: false, sends_video: false, slots: 2, ..Setup::default() }
}

/// For so long, client 0 sends its camera in all layers, or in those that it was told to send, and a voice.
fn film(world: &mut World, duration: Duration, obeys: bool) {
    film_layers(world, duration, obeys, LAYERS.len());
}

/// As [`film`], with the first so many layers at most.
fn film_layers(world: &mut World, duration: Duration, obeys: bool, layers: usize) {
    for _ in 0..duration.as_millis() as u64 / FRAME {
        let wanted = wanted(world);
        let is_keyframe = world.clients[0].owes_keyframe();
        for (n, (rid, rate)) in LAYERS.into_iter().enumerate().take(layers) {
            if !obeys || wanted.as_ref().is_none_or(|wanted| wanted[n]) {
                let (mid, bytes) = (world.clients[0].video.unwrap(), (rate * FRAME / 8000) as usize);
                let now = world.now;
                world.clients[0].send_frame(mid, rid, bytes, is_keyframe, n as u8, now);
            }
        }
        for _ in 0..2 {
            world.clients[0].send_audio(-70, world.now);
            world.run(ms(FRAME / 2));
        }
    }
}

/// Which layers client 0 was told to send, if it was told anything.
fn wanted(world: &World) -> Option<Vec<bool>> {
    world.events.iter().rev().find_map(|event| match event {
        Event::LayersWanted { layers, .. } => Some(layers.iter().map(|layer| layer.wanted).collect()),
        _ => None,
    })
}

/// The layer whose packets a viewer got last in slot 0.
fn layer(world: &World, viewer: usize) -> Option<u8> {
    let (_, video) = world.clients[viewer].slots[0];
    let got = world.clients[viewer].got_on(video);
    let recent = got.last().filter(|got| world.now - got.at < ms(250));
    recent.map(|got| *got.payload.last().unwrap())
}

/// The layer that leaves for a viewer's slot 0.
fn sent_layer(world: &mut World, viewer: usize) -> Option<usize> {
    let participant = world.clients[viewer].id;
    let Event::Stats { subscriptions, .. } = report(world, participant) else { panic!("no stats") };
    subscriptions[1].layer
}

fn sounds(world: &World, viewer: usize) -> usize {
    world.clients[viewer].got_on(world.clients[viewer].slots[0].0).len()
}

/// How long it takes until the viewer gets `expected`.
fn until(world: &mut World, viewer: usize, expected: u8, at_most: Duration) {
    run_until(world, viewer, expected, at_most, false);
}

/// As [`until`], of a publisher who sends what it is told to send.
fn until_told(world: &mut World, viewer: usize, expected: u8, at_most: Duration) {
    run_until(world, viewer, expected, at_most, true);
}

fn run_until(world: &mut World, viewer: usize, expected: u8, at_most: Duration, obeys: bool) {
    let began = world.now;
    while layer(world, viewer) != Some(expected) {
        film(world, ms(100), obeys);
        assert!(world.now - began <= at_most, "{:?} instead of {expected} after {at_most:?}", layer(world, viewer));
    }
}

fn set_view(world: &mut World, viewer: usize, view: View) {
    let participant = world.clients[viewer].id;
    world.command(Command::SetView { participant, slot: 0, view });
}

fn report(world: &mut World, participant: ParticipantId) -> Event {
    world.command(Command::ReportStats { participant });
    world.events.pop().unwrap()
}

/// Packets of padding that a client was sent.
fn padding(world: &mut World, client: usize) -> u64 {
    let participant = world.clients[client].id;
    let Event::Stats { stats, .. } = report(world, participant) else { panic!("no stats") };
    stats.padding_packets
}

#[test]
fn a_narrow_network_gets_less_within_two_seconds_and_more_within_ten() {
    let mut world = World::meeting(&[camera(), viewer(), viewer()]);
    world.narrow(1, 3_000_000);
    until(&mut world, 1, 2, Duration::from_secs(10));
    until(&mut world, 2, 2, Duration::from_secs(10));
    film(&mut world, Duration::from_secs(3), false);

    world.narrow(1, 300_000);
    let began = world.now;
    // Looked at after each frame: the switch waits for a keyframe, and that comes with the next.
    while sent_layer(&mut world, 1) != Some(0) {
        film(&mut world, ms(FRAME), false);
        assert!(world.now - began <= Duration::from_secs(2), "{:?}", sent_layer(&mut world, 1));
    }
    until(&mut world, 1, 0, Duration::from_secs(1));
    film(&mut world, Duration::from_secs(2), false);
    let (before, at) = (sounds(&world, 1), world.now);
    film(&mut world, Duration::from_secs(10), false);
    assert_eq!(layer(&world, 2), Some(2), "the other viewer's network is their own");
    assert!(395 <= sounds(&world, 1) - before, "sound is not starved: {} of 400", sounds(&world, 1) - before);
    let late = world.clients[1].got.iter().filter(|got| at < got.at);
    assert!(late.filter(|got| got.payload.last() == Some(&2)).count() == 0, "nothing of the large layer");

    world.narrow(1, 3_000_000);
    until(&mut world, 1, 2, Duration::from_secs(10));
    let (_, video) = world.clients[1].slots[0];
    let got = world.clients[1].got_on(video);
    assert!(got.windows(2).all(|two| two[0].sequence != two[1].sequence));
}

#[test]
fn nothing_larger_than_the_page_shows_is_sent() {
    let mut world = World::meeting(&[camera(), viewer()]);
    until(&mut world, 1, 2, Duration::from_secs(10));
    set_view(&mut world, 1, View::Height(180));
    until(&mut world, 1, 0, Duration::from_secs(1));
    set_view(&mut world, 1, View::Height(200));
    until(&mut world, 1, 1, Duration::from_secs(1));
    set_view(&mut world, 1, View::Hidden);
    film(&mut world, ms(400), false);
    assert_eq!(layer(&world, 1), None);
    let before = sounds(&world, 1);
    film(&mut world, ms(1000), false);
    assert_eq!(sounds(&world, 1), before + 40, "what is not seen is heard");
    set_view(&mut world, 1, View::Full);
    until(&mut world, 1, 2, Duration::from_secs(1));
}

#[test]
fn layers_that_nobody_needs_are_not_asked_of_their_publisher() {
    let mut world = World::meeting(&[camera(), viewer()]);
    until(&mut world, 1, 2, Duration::from_secs(10));
    set_view(&mut world, 1, View::Height(180));
    film(&mut world, limits::UNNEEDED_HOLD + ms(1000), true);
    assert_eq!(wanted(&world), Some(vec![true, false, false]));
    assert_eq!(world.sfu.stats().layers_off, 2);
    let told = world.events.iter().rev().find_map(|event| match event {
        Event::LayersWanted { participant, mid, source, layers } => Some((*participant, mid, *source, layers.clone())),
        _ => None,
    });
    let (participant, mid, source, layers) = told.unwrap();
    assert_eq!((participant, source), (world.clients[0].id, Source::Camera));
    assert_eq!(*mid, world.clients[0].video.unwrap().to_string());
    assert_eq!(layers[0], WantedLayer { rid: Some("q".to_owned()), wanted: true });

    set_view(&mut world, 1, View::Height(360));
    until_told(&mut world, 1, 1, Duration::from_secs(8));
    let began = world.now;
    while wanted(&world) != Some(vec![true, true, false]) {
        film(&mut world, ms(500), true);
        assert!(
            world.now - began < Duration::from_secs(10),
            "{:?} {:?}",
            wanted(&world),
            report(&mut world, ParticipantId(2))
        );
    }
    assert_eq!(layer(&world, 1), Some(1));

    let id = world.clients[1].id;
    world.command(Command::Leave { participant: id });
    film(&mut world, limits::UNNEEDED_HOLD + ms(100), true);
    assert_eq!(wanted(&world), Some(vec![false; 3]), "nobody is there");
    let late = world.add(viewer(), common::ROOM, sfu_core::Gate::Open);
    world.run(ms(300));
    assert!(wanted(&world).unwrap().contains(&true), "somebody is, and is served at once");
    until_told(&mut world, late, 2, Duration::from_secs(10));
}

#[test]
fn a_muted_picture_is_not_asked_of_its_publisher() {
    let mut world = World::meeting(&[camera(), viewer()]);
    film(&mut world, ms(500), true);
    let participant = world.clients[0].id;
    let mute = |muted| Command::SetMuted { participant, source: Source::Camera, muted };
    world.command(mute(true));
    world.run(limits::UNNEEDED_HOLD + ms(100));
    assert_eq!(wanted(&world), Some(vec![false; 3]));
    world.command(mute(false));
    assert!(wanted(&world).unwrap().contains(&true));
}

#[test]
fn an_m_line_that_was_off_is_asked_for_when_it_begins_to_carry_something_else() {
    let mut world = World::meeting(&[camera(), viewer()]);
    let participant = world.clients[0].id;
    world.command(Command::SetMuted { participant, source: Source::Camera, muted: true });
    world.run(limits::UNNEEDED_HOLD + ms(100));
    assert_eq!(wanted(&world), Some(vec![false; 3]));
    let (sdp, mid) = (world.clients[0].make_offer(), world.clients[0].video.unwrap().to_string());
    world.offer_sources(participant, &sdp, vec![(mid, Source::Screen)]).unwrap();
    assert_eq!(wanted(&world), Some(vec![true; 3]));
}

#[test]
fn who_has_nothing_to_see_is_not_probed_and_hardly_ever_woken() {
    let mut world = World::meeting(&[viewer()]);
    world.run(Duration::from_secs(600));
    assert_eq!(padding(&mut world, 0), 0);
    assert!(world.wakes <= 6_000, "{} in ten minutes", world.wakes);

    // A narrow network, and more desired than it carries, until it is muted.
    let mut world = World::meeting(&[camera(), viewer()]);
    world.narrow(1, 300_000);
    film(&mut world, Duration::from_secs(5), false);
    let participant = world.clients[0].id;
    world.command(Command::SetMuted { participant, source: Source::Camera, muted: true });
    world.run(Duration::from_secs(2));
    let (before, wakes) = (padding(&mut world, 1), world.wakes);
    assert!(0 < before);
    world.run(Duration::from_secs(600));
    assert_eq!(padding(&mut world, 1), before);
    assert!(world.wakes - wakes <= 12_000, "{} in ten minutes", world.wakes - wakes);
}

#[test]
fn a_fast_network_is_found_out_soon_after_the_first_picture() {
    let mut world = World::meeting(&[camera(), viewer()]);
    let (began, viewer) = (world.now, world.clients[1].id);
    loop {
        film(&mut world, ms(FRAME), false);
        let Event::Stats { stats, .. } = report(&mut world, viewer) else { panic!("no stats") };
        if 2 * limits::ESTIMATE_INITIAL < stats.estimate {
            break;
        }
    }
    assert!(world.now - began <= ms(250), "{:?}", world.now - began);
}

#[test]
fn layers_that_never_come_are_not_probed_for_without_end() {
    let mut world = World::meeting(&[camera(), viewer()]);
    world.narrow(1, 300_000);
    film_layers(&mut world, Duration::from_secs(600), true, 1);
    assert!(padding(&mut world, 1) <= 1_000, "{} packets", padding(&mut world, 1));
}

#[test]
fn somebody_who_looks_again_after_a_pause_is_probed_for_at_once() {
    let mut world = World::meeting(&[camera(), viewer()]);
    film(&mut world, ms(2 * FRAME), true);
    set_view(&mut world, 1, View::Hidden);
    film(&mut world, Duration::from_secs(5), true);
    world.run(Duration::from_secs(5));
    let before = padding(&mut world, 1);
    set_view(&mut world, 1, View::Full);
    world.run(ms(20));
    assert!(before < padding(&mut world, 1));
}

#[test]
fn without_transport_feedback_a_viewer_gets_a_cautious_share() {
    let mut world = World::meeting(&[camera(), Setup { no_feedback: true, ..viewer() }]);
    film(&mut world, Duration::from_secs(5), false);
    assert_eq!(layer(&world, 1), Some(1), "of {} bit/s", limits::UNMEASURED_BITS_PER_SECOND);
    let viewer = world.clients[1].id;
    let Event::Stats { stats, .. } = report(&mut world, viewer) else { panic!("no stats") };
    assert!((ms(9)..ms(60)).contains(&stats.round_trip), "{:?} by reports", stats.round_trip);
}

#[test]
fn loss_on_a_publishers_way_in_is_not_a_viewers_congestion() {
    let mut world = World::meeting(&[camera(), viewer()]);
    until(&mut world, 1, 2, Duration::from_secs(10));
    let (from, mut count) = (world.clients[0].address, 0u32);
    world.loses = Box::new(move |datagram| {
        count += u32::from(datagram.from == from);
        datagram.from == from && common::is_rtp(&datagram.bytes) && count.is_multiple_of(10)
    });
    for _ in 0..10 {
        film(&mut world, Duration::from_secs(1), false);
        assert_eq!(layer(&world, 1), Some(2));
    }
}

#[test]
fn camera_and_screen_of_one_person_come_at_once_in_slots_of_their_own() {
    let mut world = World::meeting(&[Setup { sends_screen: true, ..camera() }, viewer()]);
    let assigned = world.events.iter().filter_map(|event| match event {
        Event::SlotAssigned { slot, source: Some(source), .. } => Some((*slot, *source)),
        _ => None,
    });
    let mut assigned: Vec<_> = assigned.collect();
    assigned.sort();
    assert_eq!(assigned, [(0, Source::Camera), (1, Source::Screen)]);
    world.narrow(1, 700_000);
    let screen = world.clients[0].screen.unwrap();
    for frame in 0..300 {
        let now = world.now;
        world.clients[0].send_frame(screen, "", 2000, frame % 20 == 0, 9, now);
        film(&mut world, ms(100), false); // 160 kbit/s of text.
    }
    let (_, shown) = world.clients[1].slots[1];
    let got = world.clients[1].got_on(shown);
    assert!(got.iter().all(|got| got.payload.last() == Some(&9)));
    let recent = got.iter().filter(|got| world.now - got.at < ms(5000)).count();
    assert!(90 <= recent, "the screen is whole: {recent} of 100 packets");
    assert_eq!(layer(&world, 1), Some(0), "the face makes room");
}

/// Lets time pass in which a publisher sends a small picture ten times a second.
fn talk(world: &mut World, publisher: usize, mark: u8, duration: Duration) {
    for _ in 0..duration.as_millis() / 100 {
        let (mid, now) = (world.clients[publisher].video.unwrap(), world.now);
        let is_keyframe = world.clients[publisher].owes_keyframe();
        world.clients[publisher].send_frame(mid, "", 1000, is_keyframe, mark, now);
        world.run(ms(100));
    }
}

#[test]
fn keyframes_of_several_people_leave_in_turns() {
    const PACKETS: usize = 80;
    let publisher = || Setup { slots: 0, ..Setup::default() };
    let mut world = World::meeting(&[publisher(), publisher(), publisher(), Setup { slots: 3, ..viewer() }]);
    world.narrow(3, 1_000_000);
    for publisher in 0..3 {
        talk(&mut world, publisher, 0, ms(1000));
    }
    for publisher in 0..3 {
        let (mid, now) = (world.clients[publisher].video.unwrap(), world.now);
        world.clients[publisher].send_frame(mid, "", 1100 * PACKETS, true, 1 + publisher as u8, now);
    }
    world.run(Duration::from_secs(5));
    let mut got = [0; 3];
    for mark in world.clients[3].got.iter().filter_map(|got| got.payload.last()) {
        if let Some(count) = mark.checked_sub(1).and_then(|mark| got.get_mut(usize::from(mark))) {
            *count += 1;
        }
        let (least, most) = (got.iter().min().unwrap(), got.iter().max().unwrap());
        // Sixteen are one turn; and what was lost comes again when it may.
        assert!(most - least <= 40, "{got:?}");
    }
    assert_eq!(got, [PACKETS; 3]);
}

#[test]
fn a_keyframe_that_takes_longer_than_pictures_may_wait_arrives_in_full_and_lets_others_pass() {
    // Whether or not the network has been measured for a while, so that a price is a reason to show nothing.
    for measured in [0, 6] {
        long_keyframe(Duration::from_secs(measured));
    }
}

fn long_keyframe(measured: Duration) {
    const PACKETS: usize = 300;
    let publisher = || Setup { slots: 0, ..Setup::default() };
    let mut world =
        World::meeting(&[Setup { sends_screen: true, ..publisher() }, publisher(), Setup { slots: 3, ..viewer() }]);
    world.narrow(2, 500_000);
    talk(&mut world, 1, 0, measured);
    let (screen, began) = (world.clients[0].screen.unwrap(), world.now);
    world.clients[0].send_frame(screen, "", 1100 * PACKETS, true, 9, began);
    for _ in 0..120 {
        talk(&mut world, 1, 1, ms(100));
        let now = world.now;
        world.clients[0].send_frame(screen, "", 200, false, 8, now);
    }
    let of = |mark| world.clients[2].got.iter().filter(move |got| got.payload.last() == Some(&mark));
    let took = of(9).next_back().unwrap().at - began;
    assert!(limits::QUEUED_BEHIND_MAX < took, "{took:?}, which shows nothing");
    assert_eq!(of(9).count(), PACKETS, "the last after {took:?}");
    let passed: Vec<_> = of(1).map(|got| got.at).take_while(|at| *at - began <= took).collect();
    let longest = passed.windows(2).map(|two| two[1] - two[0]).max();
    assert!(longest.is_some_and(|longest| longest <= ms(1000)), "{longest:?} between pictures of somebody else");
}

#[test]
fn numbers_of_tracks_and_subscriptions_are_reported() {
    let mut world = World::meeting(&[camera(), viewer()]);
    until(&mut world, 1, 2, Duration::from_secs(10));
    film(&mut world, Duration::from_secs(5), false);
    let (publisher, viewer) = (world.clients[0].id, world.clients[1].id);
    let Event::Stats { tracks, subscriptions, .. } = report(&mut world, publisher) else { panic!("no stats") };
    assert!(subscriptions.is_empty());
    let camera = tracks.iter().find(|track| track.source == Source::Camera).unwrap();
    for (layer, (rid, rate)) in camera.layers.iter().zip(LAYERS) {
        assert_eq!(layer.rid.as_deref(), Some(rid));
        assert!(layer.bits_per_second.abs_diff(rate) < rate / 5, "{rid}: {}", layer.bits_per_second);
        assert_eq!(layer.lost, 0);
        assert!(0 < layer.packets);
    }
    let Event::Stats { stats, tracks, subscriptions, .. } = report(&mut world, viewer) else { panic!("no stats") };
    assert!(tracks.is_empty());
    assert!(1_500_000 < stats.estimate, "{}", stats.estimate);
    assert!((ms(9)..ms(60)).contains(&stats.round_trip), "{:?}", stats.round_trip);
    let picture = &subscriptions[1];
    assert_eq!((picture.slot, picture.publisher, picture.layer), (0, Some(publisher), Some(2)));
    assert!(1_300_000 < picture.bits_per_second && 0 < picture.packets);
}

#[test]
fn a_picture_that_stands_still_for_want_of_a_keyframe_is_counted_as_frozen() {
    let mut world = World::pair();
    world.play(0, 10);
    let (participant, viewer) = (world.clients[0].id, world.clients[1].id);
    let mute = |muted| Command::SetMuted { participant, source: Source::Camera, muted };
    world.command(mute(true));
    world.command(mute(false));
    for _ in 0..20 {
        world.clients[0].send_video(false, world.now);
        world.run(ms(20));
    }
    world.clients[0].send_video(true, world.now);
    world.run(ms(20));
    let Event::Stats { subscriptions, .. } = report(&mut world, viewer) else { panic!("no stats") };
    assert_eq!(subscriptions.iter().map(|line| line.freezes).sum::<u64>(), 1);
}

#[test]
fn layers_that_come_stay_while_the_one_that_is_wanted_never_comes() {
    let mut world = World::meeting(&[camera(), viewer()]);
    until(&mut world, 1, 2, Duration::from_secs(10));
    set_view(&mut world, 1, View::Height(180));
    film(&mut world, limits::UNNEEDED_HOLD + ms(1000), true);
    assert_eq!(wanted(&world), Some(vec![true, false, false]));
    set_view(&mut world, 1, View::Height(360));
    for _ in 0..12 {
        // The encoder has no layer 1 any more, but it heeds what it is told of layer 0.
        film_layers(&mut world, ms(1000), true, 1);
        assert_eq!(layer(&world, 1), Some(0), "{:?}", wanted(&world));
    }
    assert_eq!(wanted(&world).map(|wanted| (wanted[0], wanted[1])), Some((true, true)));
}
