//! What a shard promises to people on real sockets.

#[path = "call/mod.rs"]
mod call;
#[path = "peer/mod.rs"]
mod peer;
#[path = "tcp/mod.rs"]
mod tcp;

use std::net::{IpAddr, Ipv6Addr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use call::{Call, House, PATIENCE};
use sfu_core::{Command, Event, Gate, LeftReason, ParticipantId, RequestId, RoomId};
use sfu_net::limits::COMMANDS_QUEUED_MAX;
use sfu_net::{Address, SendError, Shard, ShardConfig};

const V4: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

#[test]
fn two_people_see_and_hear_each_other_over_ipv4_and_ipv6() {
    for (bind, ip) in [("127.0.0.1:0", V4), ("[::1]:0", V6), ("[::]:0", V4), ("[::]:0", V6), ("0.0.0.0:0", V4)] {
        let mut call = Call::new(House::open(bind, Address::direct(ip)));
        call.join(&ip.to_string());
        call.join(&ip.to_string());
        call.flows(100);
        let stats = call.house.shard.stats();
        assert_eq!((stats.panics, stats.misrouted_datagrams, stats.send_errors), (0, 0, 0), "{bind}: {stats:?}");
    }
}

#[test]
fn a_server_behind_a_static_nat_is_reached_by_the_address_that_it_announces() {
    let outside = "203.0.113.5".parse().unwrap();
    let mut call = Call::new(House::open("[::]:0", Address { local: V4, announced: outside }));
    assert_eq!(call.house.candidate.ip(), outside);
    call.join("127.0.0.1");
    call.join("127.0.0.1");
    call.flows(50);
}

#[test]
fn the_answer_leaves_from_the_address_that_was_asked() {
    // All of 127/8 is this host: without care the kernel would answer from 127.0.0.1.
    let second = "127.0.0.2".parse().unwrap();
    for bind in ["[::]:0", "0.0.0.0:0"] {
        let mut call = Call::new(House::open(bind, Address::direct(second)));
        call.join("127.0.0.1");
        call.join("127.0.0.1");
        call.flows(20);
    }
}

#[test]
fn what_comes_to_an_address_that_is_not_announced_is_dropped_and_counted() {
    let house = House::open("[::]:0", Address::direct(V4));
    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    stranger.send_to(b"hello", ("127.0.0.2", house.candidate.port())).unwrap();
    house.until(|stats| stats.misrouted_datagrams == 1);
}

#[test]
fn an_address_nobody_could_reach_is_an_error() {
    let config = ShardConfig { bind: "127.0.0.1:0".parse().unwrap(), addresses: vec![Address::direct(V6)], tcp: false };
    assert_eq!(Shard::bind(&config).unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let config = ShardConfig { bind: taken.local_addr().unwrap(), addresses: vec![Address::direct(V4)], tcp: false };
    assert_eq!(Shard::bind(&config).unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn an_idle_shard_never_wakes() {
    let house = House::open("[::]:0", Address::direct(V4));
    house.until(|stats| stats.sfu.rooms == 1);
    let before = house.shard.stats().wakes;
    // Real time must pass for a timer that should not exist to show itself.
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(house.shard.stats().wakes, before);
}

#[test]
fn a_burst_costs_few_wakes_and_few_calls() {
    let mut call = Call::new(House::open("127.0.0.1:0", Address::direct(V4)));
    call.join("127.0.0.1");
    call.join("127.0.0.1");
    call.flows(20);
    let before = call.house.shard.stats();
    call.flows(400);
    let after = call.house.shard.stats();
    let sent = after.sent_datagrams - before.sent_datagrams;
    let calls = after.send_calls - before.send_calls;
    let received = after.received_datagrams - before.received_datagrams;
    let receive_calls = after.receive_calls - before.receive_calls;
    // Four video packets and one of sound a frame: two runs where each packet alone would be five calls. Whatever else the machine does
    // tears some bursts apart.
    assert!(calls * 3 < sent * 2, "{calls} calls sent {sent} datagrams");
    assert!(receive_calls <= received, "{receive_calls} calls received {received} datagrams");
    assert_eq!(after.wakes.unexplained, before.wakes.unexplained);
    assert_eq!(after.wakes.flush, before.wakes.flush, "a batch leaves in the turn that received it");
}

#[test]
fn a_panic_in_one_participants_step_ends_only_them() {
    let victim = ParticipantId(3);
    let cursed = Arc::new(AtomicBool::new(false));
    let curse = Arc::clone(&cursed);
    let house = House::open_with("127.0.0.1:0", Address::direct(V4), move |participant| {
        assert!(participant != victim || !curse.load(Ordering::Acquire), "a bug of ours in {participant:?}'s step");
    });
    let mut call = Call::new(house);
    for _ in 0..3 {
        call.join("127.0.0.1");
    }
    call.flows(20);
    cursed.store(true, Ordering::Release);
    call.run("the victim's end", |call| call.house.shard.stats().evictions == 1);
    let reason = call.house.expect(|event| {
        if let Event::Left { participant, reason } = event
            && *participant == victim
        {
            Some(*reason)
        } else {
            None
        }
    });
    assert_eq!(reason, LeftReason::Evicted);
    call.callers.pop();
    call.flows(100);
    let stats = call.house.shard.stats();
    assert_eq!((stats.panics, stats.evictions, stats.sfu.participants), (1, 1, 2));
    assert!(call.house.shard.is_running());
}

#[test]
fn nobody_outside_an_overloaded_shard_notices() {
    /// A few hundred steps a second are then more than there is time for.
    const STEP: Duration = Duration::from_millis(3);
    let slow = Arc::new(AtomicBool::new(false));
    let is_slow = Arc::clone(&slow);
    let house = House::open_with("127.0.0.1:0", Address::direct(V4), move |_| {
        let began = Instant::now();
        while is_slow.load(Ordering::Acquire) && began.elapsed() < STEP {
            std::hint::spin_loop();
        }
    });
    let mut call = Call::new(house);
    let mut other = Call::new(House::open("127.0.0.1:0", Address::direct(V4)));
    for call in [&mut call, &mut other] {
        call.join("127.0.0.1");
        call.join("127.0.0.1");
        call.flows(20);
    }
    slow.store(true, Ordering::Release);
    // What waits for longer than `LATE_AFTER` is left out at once, if it is of a picture; steps take their time.
    call.run("pictures are skipped", |call| 0 < call.house.shard.stats().sfu.skipped_packets);
    call.run("load is shed", |call| 0 < call.house.shard.stats().load.steps_up);
    for _ in 0..5 {
        call.hears(5);
        other.flows(10);
    }
    let (busy, calm) = (call.house.shard.stats(), other.house.shard.stats());
    assert!(0 < busy.load.level && busy.sfu.rooms_small == 1 && busy.sfu.participants == 2, "{busy:?}");
    assert_eq!((calm.load.steps_up, calm.sfu.rooms_small, calm.sfu.rooms_hidden), (0, 0, 0), "{calm:?}");
    assert_eq!(calm.backlog_dropped_datagrams, 0);

    slow.store(false, Ordering::Release);
    call.run("some of it comes back", |call| 0 < call.house.shard.stats().load.steps_down);
    call.flows(20);
}

#[test]
fn garbage_is_not_answered_and_the_call_goes_on() {
    let mut call = Call::new(House::open("127.0.0.1:0", Address::direct(V4)));
    call.join("127.0.0.1");
    call.join("127.0.0.1");
    call.flows(20);
    let attacker = UdpSocket::bind("127.0.0.1:0").unwrap();
    attacker.set_nonblocking(true).unwrap();
    let flood = garbage();
    for _ in 0..20 {
        for datagram in &flood {
            attacker.send_to(datagram, call.house.candidate).unwrap();
        }
        call.flows(5);
    }
    let (sent, empty) =
        (20 * flood.len() as u64, 20 * flood.iter().filter(|datagram| datagram.is_empty()).count() as u64);
    call.run("the end of the flood", |call| {
        let stats = call.house.shard.stats();
        sent <= stats.received_datagrams && sent - empty <= stats.sfu.unknown_datagrams + stats.sfu.bad_stun
    });
    assert_eq!(call.house.shard.stats().panics, 0);
    assert_eq!(
        attacker.recv_from(&mut [0; 2048]).unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock,
        "0 bytes answered"
    );
}

/// One of each kind that a demultiplexer tells apart, whole and cut short.
fn garbage() -> Vec<Vec<u8>> {
    let mut kinds: Vec<Vec<u8>> = Vec::new();
    let mut stun = vec![0, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    stun.extend_from_slice(b"\x00\x06\x00\x07abcd:ef\x00");
    kinds.push(stun);
    let mut client_hello = vec![22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60];
    client_hello.resize(73, 1);
    kinds.push(client_hello);
    let mut rtp = vec![0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9];
    rtp.resize(1200, 3);
    kinds.push(rtp);
    kinds.push(vec![0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
    kinds.push((0..=255).collect());
    let cut: Vec<_> = kinds.iter().flat_map(|kind| [0, 1, 3, kind.len() / 2].map(|len| kind[..len].to_vec())).collect();
    kinds.extend(cut);
    kinds
}

#[test]
fn a_full_command_queue_is_an_error_and_never_blocks() {
    let shard = Shard::bind(&ShardConfig {
        bind: "127.0.0.1:0".parse().unwrap(),
        addresses: vec![Address::direct(V4)],
        tcp: false,
    });
    let shard = shard.unwrap();
    let sfu = call::sfu(&shard);
    let (entered, stuck) = channel();
    let (release, released) = channel::<()>();
    let shard = shard
        .spawn(sfu, move |event| {
            if matches!(event, Event::Refused { .. }) {
                let _ = entered.send(());
                let _ = released.recv();
            }
        })
        .unwrap();
    // A refusal, so that there is an event in whose callback the thread gets stuck.
    shard
        .send(Command::Join {
            request: RequestId(1),
            room: RoomId(99),
            participant: ParticipantId(1),
            gate: Gate::Shut,
        })
        .unwrap();
    stuck.recv_timeout(PATIENCE).unwrap();
    for _ in 0..COMMANDS_QUEUED_MAX {
        shard.send(Command::CloseRoom { room: RoomId(99) }).unwrap();
    }
    assert_eq!(shard.send(Command::CloseRoom { room: RoomId(99) }), Err(SendError::Full));
    drop(release);
    while shard.stats().commands < COMMANDS_QUEUED_MAX as u64 + 1 {
        std::thread::yield_now();
    }
    shard.send(Command::CloseRoom { room: RoomId(99) }).unwrap();
}

#[test]
fn accepted_commands_are_carried_out_before_a_dropped_shard_stops() {
    let shard = Shard::bind(&ShardConfig {
        bind: "127.0.0.1:0".parse().unwrap(),
        addresses: vec![Address::direct(V4)],
        tcp: false,
    });
    let shard = shard.unwrap();
    let (sfu, port) = (call::sfu(&shard), shard.port());
    let (sender, refusals) = channel();
    let shard = shard.spawn(sfu, move |event| drop(sender.send(event))).unwrap();
    for number in 0..300 {
        let (request, participant) = (RequestId(number), ParticipantId(number));
        shard.send(Command::Join { request, room: RoomId(99), participant, gate: Gate::Shut }).unwrap();
    }
    drop(shard);
    assert_eq!(refusals.iter().count(), 300);
    UdpSocket::bind((V4, port)).expect("the port is free again");
}

#[test]
fn a_shard_whose_callback_panics_says_that_it_stopped() {
    let shard = Shard::bind(&ShardConfig {
        bind: "127.0.0.1:0".parse().unwrap(),
        addresses: vec![Address::direct(V4)],
        tcp: false,
    });
    let shard = shard.unwrap();
    let sfu = call::sfu(&shard);
    let shard = shard.spawn(sfu, |_| panic!("the embedder's own")).unwrap();
    assert!(shard.is_running());
    let refused =
        Command::Join { request: RequestId(1), room: RoomId(99), participant: ParticipantId(1), gate: Gate::Shut };
    shard.send(refused).unwrap();
    while shard.is_running() {
        std::thread::yield_now();
    }
    assert_eq!(shard.send(Command::CloseRoom { room: RoomId(99) }), Err(SendError::Stopped));
}
