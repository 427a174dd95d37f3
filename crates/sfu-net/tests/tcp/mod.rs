//! What a shard promises to people whose network blocks UDP.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream};

use sfu_core::Transport;
use sfu_net::limits::{CONNECTION_BACKLOG_BYTES_MAX, FRAME_BYTES_MAX};
use sfu_net::{Address, Shard, ShardConfig};

use crate::call::{Call, House};

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

#[test]
fn who_cannot_use_udp_is_in_the_call_by_tcp() {
    let nat = Address { local: V4, announced: "203.0.113.5".parse().unwrap() };
    let direct = Address::direct;
    for (bind, address) in
        [("127.0.0.1:0", direct(V4)), ("[::]:0", direct(V6)), ("[::]:0", direct(V4)), ("[::]:0", nat)]
    {
        let mut call = Call::new(House::open(bind, address));
        call.join(&address.local.to_string());
        call.join_by_tcp();
        call.join_by_tcp();
        call.flows(100);
        let stats = call.house.shard.stats();
        assert_eq!((stats.panics, stats.send_errors, stats.connections.malformed), (0, 0, 0), "{bind}: {stats:?}");
        assert_eq!((stats.connections.open, stats.connections.accepted), (2, 2));
    }
}

#[test]
fn udp_and_tcp_share_one_port_number_and_both_are_announced() {
    let config = ShardConfig { bind: "[::]:0".parse().unwrap(), addresses: vec![Address::direct(V4)], tcp: true };
    let shard = Shard::bind(&config).unwrap();
    let candidate = (V4, shard.port()).into();
    assert_eq!(shard.candidates(), [(Transport::Udp, candidate), (Transport::Tcp, candidate)]);
    drop(shard);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap();
    let refused = Shard::bind(&ShardConfig { bind, ..config.clone() }).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::AddrInUse);
    assert!(Shard::bind(&ShardConfig { bind, tcp: false, ..config }).is_ok());
}

#[test]
fn a_peer_that_does_not_read_loses_its_own_media_only() {
    let mut call = Call::new(House::open("127.0.0.1:0", Address::direct(V4)));
    call.join("127.0.0.1");
    call.join_by_tcp();
    call.join_by_tcp();
    call.flows(20);
    call.callers[2].set_reads(false);
    let before: Vec<_> = call.callers.iter().map(|caller| caller.peer.received_video).collect();
    let limited = call.house.shard.stats().sfu.limited;
    call.run("media that one peer does not take", |call| {
        // Most is not even sealed: the core gives up what waits, as it hears nothing of what it sends.
        let is_given_up = limited < call.house.shard.stats().sfu.limited;
        is_given_up && (0..2).all(|other| before[other] + 500 < call.callers[other].peer.received_video)
    });
    // All that the server holds for it fits the backlog and the kernel's buffers, so it is soon up to date again.
    call.callers[2].set_reads(true);
    call.flows(2 * (CONNECTION_BACKLOG_BYTES_MAX / FRAME_BYTES_MAX) as u64);
    let stats = call.house.shard.stats();
    assert_eq!((stats.connections.open, stats.connections.malformed), (2, 0), "and every frame was whole");
}

#[test]
fn a_connection_that_ends_frees_its_address_at_once() {
    let mut call = Call::new(House::open("127.0.0.1:0", Address::direct(V4)));
    call.join("127.0.0.1");
    call.join_by_tcp();
    call.flows(20);
    assert_eq!(call.house.shard.stats().sfu.addresses, 2);
    call.callers.pop();
    call.house.until(|stats| stats.connections.open == 0 && stats.sfu.addresses == 1);
}

#[test]
fn a_shard_without_tcp_does_not_listen() {
    let config = ShardConfig { bind: "127.0.0.1:0".parse().unwrap(), addresses: vec![Address::direct(V4)], tcp: false };
    let shard = Shard::bind(&config).unwrap();
    assert_eq!(shard.candidates().len(), 1);
    assert!(TcpStream::connect((V4, shard.port())).is_err());
}
