//! Joining, growing, reloading, losing the network, leaving: what is told, what is kept, and what is freed.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use common::{Client, ROOM, Setup, World, is_stun, ms};
use sfu_core::{
    Command, Datagram, Error, Event, Gate, Input, LeftReason, Output, ParticipantId, RoomId, RoomPolicy, Source,
    Transport, limits,
};

#[test]
fn who_leaves_is_told_and_frees_everything() {
    let mut world = World::pair();
    world.play(0, 5);
    let ana = world.clients[0].id;
    world.command(Command::Leave { participant: ana });
    let ended = [
        Event::TrackUnpublished { participant: ana, source: Source::Microphone },
        Event::TrackUnpublished { participant: ana, source: Source::Camera },
        Event::Left { participant: ana, reason: LeftReason::Asked },
    ];
    for event in ended {
        assert!(world.events.contains(&event), "{event:?}");
    }
    world.run(ms(100));
    assert!(world.clients[0].is_closed, "the peer is told as well");
    let stats = world.sfu.stats();
    assert_eq!((stats.participants, stats.addresses, stats.queued_bytes), (1, 1, 0));
    let ben = world.clients[1].id;
    world.command(Command::Leave { participant: ben });
    world.command(Command::CloseRoom { room: ROOM });
    world.timeout();
    let stats = world.sfu.stats();
    assert_eq!((stats.rooms, stats.participants, stats.addresses), (0, 0, 0));
    assert_eq!(world.sfu.next_wake(), None, "nobody is left to care for");
}

#[test]
fn a_thousand_visits_leave_nothing_behind() {
    let mut world = World::new();
    let (_, offer) = ("", include_str!("fixtures/chromium156-av-data-sendrecv.sdp"));
    for n in 0..1000 {
        let id = ParticipantId(100 + n);
        world.join(id, ROOM, Gate::Open);
        world.offer_sdp(id, offer).unwrap();
        world.command(Command::Leave { participant: id });
    }
    world.timeout();
    let stats = world.sfu.stats();
    assert_eq!((stats.participants, stats.addresses, stats.queued_bytes), (0, 0, 0));
    assert_eq!(world.sfu.next_wake(), None);
}

#[test]
fn closing_a_room_ends_everybody_in_it() {
    let mut world = World::pair();
    world.command(Command::CloseRoom { room: ROOM });
    let left = world.events.iter().filter(|event| matches!(event, Event::Left { reason: LeftReason::Asked, .. }));
    assert_eq!(left.count(), 2);
    world.run(ms(100));
    assert_eq!(world.sfu.stats().rooms, 0);
    assert!(world.clients.iter().all(|client| client.is_closed));
}

#[test]
fn an_offer_of_somebody_unknown_is_refused_rather_than_ignored() {
    let mut world = World::new();
    let offer = include_str!("fixtures/chromium156-av-data-sendrecv.sdp");
    let refused = world.offer_sdp(ParticipantId(1), offer).unwrap_err();
    assert_eq!(refused, Error::Misuse("no such participant"));
    assert_eq!(world.sfu.stats().stale_commands, 1);
}

#[test]
fn what_is_published_is_told_with_its_source() {
    let mut world = World::new();
    let id = ParticipantId(1);
    world.join(id, ROOM, Gate::Open);
    let mut client = Client::new(id, 0, Setup::default(), world.now);
    let offer = client.make_offer();
    let screen = vec![(client.video.unwrap().to_string(), Source::Screen)];
    let answer = world.offer_sources(id, &offer, screen).unwrap();
    client.take_answer(&answer, world.now);
    world.clients.push(client);
    world.run(ms(600));
    world.play(0, 2);
    let published = world.events.iter().filter_map(|event| match event {
        Event::TrackPublished { source, .. } => Some(*source),
        _ => None,
    });
    let mut published: Vec<_> = published.collect();
    published.sort();
    assert_eq!(published, [Source::Microphone, Source::Screen]);
}

#[test]
fn a_new_offer_of_the_same_session_adds_slots() {
    let small = Setup { slots: 1, ..Setup::default() };
    let mut world = World::meeting(&[small, Setup::default(), Setup::default()]);
    assert_eq!(world.sfu.stats().unplaced, 1, "Cleo found no slot, and that is counted");
    world.play(1, 2);
    world.offer(0);
    world.run(ms(300));
    world.play(1, 3);
    world.play(2, 3);
    let counts = [0, 1].map(|slot| {
        let (audio, video) = world.clients[0].slots[slot];
        (world.clients[0].got_on(audio).len(), world.clients[0].got_on(video).len())
    });
    assert_eq!(counts, [(5, 5), (3, 3)], "who was there goes on, who waited comes");
    let connected = Event::Connected { participant: world.clients[0].id };
    assert_eq!(world.events.iter().filter(|event| **event == connected).count(), 1, "the same session");
}

#[test]
fn a_reload_is_a_new_session_in_the_same_place() {
    for says_goodbye in [false, true] {
        let mut world = World::pair();
        world.play(0, 5);
        if says_goodbye {
            let now = world.now;
            world.clients[0].close(now);
            world.run(ms(50));
            assert!(world.events.contains(&Event::Disconnected { participant: world.clients[0].id }));
        }
        let now = world.now;
        world.clients[0].reload(now);
        world.offer(0);
        world.run(ms(800));
        assert!(world.clients[0].is_connected, "at once, from the same address");
        world.play(0, 5);
        world.play(1, 5);
        assert_eq!((world.clients[0].got.len(), world.clients[1].got.len()), (10, 20));
        assert!(!world.events.iter().any(|event| matches!(event, Event::Left { .. })));
        assert_eq!(world.sfu.stats().participants, 2);
        assert_eq!(world.sfu.stats().addresses, 2);
    }
}

#[test]
fn who_closes_and_does_not_come_back_has_left() {
    let mut world = World::pair();
    let now = world.now;
    world.clients[0].close(now);
    world.run(limits::DISCONNECTED_MAX - ms(1000));
    assert_eq!(world.sfu.stats().participants, 2, "the place is kept");
    world.run(ms(2000));
    let left = Event::Left { participant: world.clients[0].id, reason: LeftReason::Closed };
    assert!(world.events.contains(&left));
}

#[test]
fn a_lost_network_is_noticed_in_time_and_forgiven() {
    let mut world = World::pair();
    world.play(0, 5);
    let (id, address) = (world.clients[0].id, world.clients[0].address);
    world.loses = Box::new(move |datagram| datagram.from == address);
    world.run(Duration::from_secs(16));
    assert!(world.events.contains(&Event::Disconnected { participant: id }), "RFC 7675: within thirty seconds");

    world.loses = Box::new(|_| false);
    world.run(Duration::from_secs(5));
    let connected = Event::Connected { participant: id };
    assert_eq!(world.events.iter().filter(|event| **event == connected).count(), 2);
    let got = world.clients[0].got.len();
    world.play(1, 5);
    assert_eq!(world.clients[0].got.len(), got + 10);
}

#[test]
fn nothing_goes_to_a_dead_address() {
    let mut world = World::pair();
    world.play(1, 5);
    let address = world.clients[0].address;
    world.loses = Box::new(move |datagram| datagram.from == address);
    world.run(Duration::from_secs(16));
    let before = world.bytes_sent_to(address);
    world.play(1, 25);
    world.run(Duration::from_secs(5)); // Reports would be due.
    assert_eq!(world.bytes_sent_to(address), before);
}

#[test]
fn who_comes_back_gets_media_with_the_first_check() {
    let mut world = World::new();
    for _ in 0..2 {
        world.add(Setup::default(), ROOM, Gate::Open);
    }
    let checks = world.tap(0, is_stun);
    world.run(ms(600));
    // A browser's first check after an outage nominates nothing, like its very first.
    const USE_CANDIDATE: [u8; 4] = [0, 0x25, 0, 0];
    let check = checks.borrow()[0].bytes.clone();
    assert!(!check.windows(4).any(|attribute| attribute == USE_CANDIDATE));
    let address = world.clients[0].address;
    world.loses = Box::new(move |datagram| datagram.from == address);
    world.run(limits::CONSENT_MAX + ms(1000));
    let id = world.clients[0].id;
    assert_eq!(world.events.last(), Some(&Event::Disconnected { participant: id }));

    world.inject(address, &check);
    assert_eq!(world.events.last(), Some(&Event::Connected { participant: id }));
    world.clients[0].got.clear();
    world.play(1, 5);
    assert_eq!(world.clients[0].got.len(), 10);
}

#[test]
fn consent_ends_in_the_middle_of_an_ice_restart_too() {
    let mut world = World::pair();
    world.play(1, 5);
    let (id, address) = (world.clients[0].id, world.clients[0].address);
    let offer = world.clients[0].make_restart_offer();
    world.offer_sdp(id, &offer).unwrap(); // The answer never arrives, and nothing comes any more.
    world.loses = Box::new(move |datagram| datagram.from == address || datagram.to == address);
    world.run(limits::CONSENT_MAX);
    assert!(world.events.contains(&Event::Disconnected { participant: id }));
    let before = world.bytes_sent_to(address);
    world.play(1, 25);
    world.run(Duration::from_secs(5)); // Reports would be due.
    assert_eq!(world.bytes_sent_to(address), before);
}

#[test]
fn a_restart_whose_answer_is_lost_costs_nothing() {
    let mut world = World::pair();
    let id = world.clients[0].id;
    let offers = [0, 1].map(|_| world.clients[0].make_restart_offer());
    for offer in &offers {
        world.offer_sdp(id, offer).unwrap();
    }
    for _ in 0..20 {
        world.play(0, 5);
        world.play(1, 5);
        world.run(Duration::from_secs(1)); // Longer than consent lasts, all in all.
    }
    let got = [0, 1].map(|client| world.clients[client].got.len());
    assert_eq!(got, [200, 200], "by the old path");
    assert!(!world.events.contains(&Event::Disconnected { participant: id }));
}

#[test]
fn a_network_that_stays_lost_ends_the_session() {
    let mut world = World::pair();
    let (id, address) = (world.clients[0].id, world.clients[0].address);
    world.loses = Box::new(move |datagram| datagram.from == address || datagram.to == address);
    world.run(Duration::from_secs(20) + limits::DISCONNECTED_MAX);
    assert!(world.events.contains(&Event::Left { participant: id, reason: LeftReason::Timeout }));
    assert_eq!((world.sfu.stats().participants, world.sfu.stats().addresses), (1, 1));
}

#[test]
fn a_peer_whose_nat_changes_is_followed_within_three_seconds() {
    let mut world = World::pair();
    for _ in 0..100 {
        world.clients[0].send_audio(-30, world.now);
        world.clients[1].send_audio(-30, world.now);
        world.run(ms(20));
    }
    // A NAT gives the client another port; the client does not know.
    let (old, new) = (world.clients[0].address, "198.51.100.1:6000".parse().unwrap());
    let changed_at = world.now;
    world.translates = Some((old, new));
    world.clients[0].got.clear();
    let before = world.bytes_sent_to(old);
    for _ in 0..150 {
        world.clients[0].send_audio(-30, world.now);
        world.clients[1].send_audio(-30, world.now);
        world.run(ms(20));
    }
    let first = world.clients[0].got.first().expect("media comes back").at;
    assert!(first - changed_at < ms(3000), "after {:?}", first - changed_at);
    let wasted = world.bytes_sent_to(old) - before;
    world.clients[0].got.clear();
    for _ in 0..10 {
        world.clients[1].send_audio(-30, world.now);
        world.run(ms(20));
    }
    assert_eq!(world.clients[0].got.len(), 10);
    assert_eq!(world.bytes_sent_to(old) - before, wasted, "nothing more goes to the old address");
}

#[test]
fn an_ice_restart_keeps_the_session_and_gets_credentials_of_ours() {
    let mut world = World::pair();
    world.play(0, 5);
    let id = world.clients[0].id;
    let offer = world.clients[0].make_restart_offer();
    let answer = world.offer_sdp(id, &offer).unwrap();
    let ufrag = answer.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).unwrap().to_owned();
    assert!(ufrag.starts_with("000000"), "it names Ana's place, so her checks find her: {ufrag}");
    let now = world.now;
    world.clients[0].take_answer(&answer, now);
    let roamed = "198.51.100.77:7000".parse().unwrap();
    world.translates = Some((world.clients[0].address, roamed));
    world.run(ms(1500));
    world.clients[0].got.clear();
    world.clients[1].got.clear();
    world.play(0, 5);
    world.play(1, 5);
    assert_eq!((world.clients[0].got.len(), world.clients[1].got.len()), (10, 10));
    assert!(0 < world.bytes_sent_to(roamed));
    assert_eq!(world.sfu.stats().participants, 2);
}

#[test]
fn a_simple_client_sends_and_receives_on_the_same_lines() {
    let simple = Setup { two_way_lines: true, slots: 0, ..Setup::default() };
    let mut world = World::meeting(&[simple.clone(), simple]);
    world.play(0, 5);
    world.play(1, 5);
    for client in &world.clients {
        let (audio, video) = client.slots[0];
        assert_eq!((client.got_on(audio).len(), client.got_on(video).len()), (5, 5));
    }
}

#[test]
fn a_closing_room_is_closed_although_one_step_in_it_panics() {
    let mut world = World::meeting(&[Setup::default(), Setup::default(), Setup::default()]);
    let id = world.clients[1].id;
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    world.sfu.on_step(move |step| assert_ne!(step, id, "a bug"));
    let (sfu, now) = (&mut world.sfu, world.now);
    let command = Command::CloseRoom { room: ROOM };
    let caught = catch_unwind(AssertUnwindSafe(|| sfu.handle(Input::Command(command), now).count()));
    std::panic::set_hook(hook);
    assert!(caught.is_err());
    assert_eq!(world.sfu.blame(), Some(id));
    world.command(Command::Evict { participant: id });
    let stats = world.sfu.stats();
    assert_eq!((stats.rooms, stats.participants, stats.addresses), (0, 0, 0));
}

#[test]
fn a_large_room_stays_whole_while_everybody_sends() {
    let people = limits::SLOTS_MAX;
    let setup = Setup { slots: people - 1, ..Setup::default() };
    let mut world = World::meeting(&vec![setup; people]);
    let policy = RoomPolicy { audio_max: people, ..RoomPolicy::default() };
    world.command(Command::SetRoomPolicy { room: ROOM, policy });
    for _ in 0..25 {
        for person in 0..people {
            world.clients[person].send_audio(-30, world.now);
            world.clients[person].send_video(true, world.now);
        }
        world.run(ms(200)); // Long enough for several reports of all thirty streams of each.
    }
    assert_eq!(world.sfu.stats().participants, people as u64);
    for client in &world.clients {
        assert_eq!(client.got.len(), 25 * 2 * (people - 1));
    }
    assert!(world.runs.iter().all(|run| run.segment_size <= limits::DATAGRAM_BYTES_MAX));
}

#[test]
fn a_full_room_refuses_and_counts() {
    let mut world = World::new();
    for n in 0..=limits::ROOM_PARTICIPANTS_MAX as u64 {
        world.join(ParticipantId(n), ROOM, Gate::Open);
    }
    let refused = world.events.iter().filter_map(|event| match event {
        Event::Refused { error, .. } => Some(error.clone()),
        _ => None,
    });
    assert_eq!(refused.collect::<Vec<_>>(), [Error::Full("participants of a room")]);
    world.join(ParticipantId(0), ROOM, Gate::Open);
    world.join(ParticipantId(99), RoomId(99), Gate::Open);
    assert!(matches!(world.events.last(), Some(Event::Refused { error: Error::Misuse("no such room"), .. })));
    assert_eq!(world.sfu.stats().limited, 1);
}

#[test]
fn a_full_shard_refuses_and_counts() {
    let mut world = World::new();
    let mut id = 0;
    for room in 0..limits::PARTICIPANTS_MAX as u64 / 16 + 1 {
        world.command(Command::OpenRoom { room: RoomId(10 + room) });
        for _ in 0..16 {
            id += 1;
            world.join(ParticipantId(id), RoomId(10 + room), Gate::Shut);
        }
    }
    assert_eq!(world.sfu.stats().participants, limits::PARTICIPANTS_MAX as u64);
    assert_eq!(world.sfu.stats().limited, 16);
    for room in 0..limits::ROOMS_MAX as u64 {
        world.command(Command::OpenRoom { room: RoomId(10 + room) });
    }
    assert_eq!(world.sfu.stats().rooms, limits::ROOMS_MAX as u64);
}

#[test]
fn a_panic_in_one_participants_step_ends_that_participant_alone() {
    let mut world = World::meeting(&[Setup::default(), Setup::default(), Setup::default()]);
    world.play(0, 3);
    let (victim, address) = (world.clients[0].id, world.clients[0].address);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    world.sfu.on_step(move |id| assert_ne!(id, victim, "a bug in the step of {id:?}"));
    let (sfu, now) = (&mut world.sfu, world.now);
    let bytes = &[22, 254, 253, 0, 0][..];
    let datagram = Datagram { transport: Transport::Udp, local: common::server(), remote: address, bytes };
    let caught = catch_unwind(AssertUnwindSafe(|| sfu.handle(Input::Datagram(datagram), now).count()));
    std::panic::set_hook(hook);
    assert!(caught.is_err());
    assert_eq!(world.sfu.blame(), Some(victim));
    world.command(Command::Evict { participant: victim });
    assert!(world.events.contains(&Event::Left { participant: victim, reason: LeftReason::Evicted }));
    let stats = world.sfu.stats();
    assert_eq!((stats.participants, stats.addresses), (2, 2));
    let before = world.clients[2].got.len();
    world.play(1, 10);
    assert_eq!(world.clients[2].got.len(), before + 20, "no gap for the others");
    world.inject(address, &[22, 254, 253, 0, 0]);
    assert_eq!(world.sfu.stats().unknown_datagrams, 1);
}

#[test]
fn no_datagram_is_larger_than_its_limit_and_runs_are_whole() {
    let mut world = World::pair();
    world.play(0, 50); // The network shows what it carries; until then, pictures are spread.
    let before = (world.clients[1].got.len(), world.runs.len());
    for frame in 0..10 {
        for _ in 0..12 {
            let payload = world.clients[0].vp8(frame == 0, 1150);
            world.clients[0].send_video_payload(str0m::format::Codec::Vp8, payload, world.now);
        }
        world.run(ms(33));
    }
    world.run(ms(3000));
    let participant = world.clients[1].id;
    let message = sfu_core::Message::Binary(vec![1; limits::MESSAGE_BYTES_MAX].into());
    world.command(Command::Send { participant, message });
    world.run(ms(500));
    assert_eq!(world.clients[1].got.len() - before.0, 120);
    assert_eq!(world.clients[1].messages.len(), 1);
    for run in &world.runs {
        assert!(0 < run.segment_size && run.segment_size <= limits::DATAGRAM_BYTES_MAX, "{}", run.segment_size);
        assert!(run.bytes.len().div_ceil(run.segment_size) <= limits::RUN_DATAGRAMS_MAX);
    }
    let video =
        world.runs[before.1..].iter().filter(|run| run.remote == world.clients[1].address && 10_000 < run.bytes.len());
    assert_eq!(video.count(), 10, "a frame's packets leave as one run");
}

#[test]
fn statistics_are_reported_when_asked_for() {
    let mut world = World::pair();
    world.play(0, 5);
    let ids: Vec<_> = world.clients.iter().map(|client| client.id).collect();
    for participant in ids {
        world.command(Command::ReportStats { participant });
    }
    let stats = world.events.iter().filter_map(|event| match event {
        Event::Stats { stats, .. } => Some((stats.received_packets, stats.forwarded_packets)),
        _ => None,
    });
    assert_eq!(stats.collect::<Vec<_>>(), [(10, 0), (0, 10)]);
}

#[test]
fn an_sfu_moves_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&World::new().sfu);
    is_send(&Vec::<Output>::new());
}
