//! Every example does what its first lines say: the servers are called by whole WebRTC stacks on real sockets, the others are read.

#![expect(clippy::unwrap_used, reason = "an error here is the test's failure")]

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sfu_sim::{Client, ClientEvent};

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
const BEAT: Duration = Duration::from_millis(20);

#[test]
fn the_smallest_sfu_shows_two_tabs_to_each_other() {
    let server = Server::start("smallest_sfu");
    let mut tabs = [(); 2].map(|()| {
        let (tab, mut answer) = Tab::open(server.address, "/join");
        let mut sdp = String::new();
        answer.read_to_string(&mut sdp).unwrap();
        tab.answered(&sdp)
    });
    talk(&mut tabs, |tabs| tabs.iter().all(|tab| 20 <= tab.pictures && 20 <= tab.sounds));
}

#[test]
fn an_axum_server_embeds_rooms_that_name_who_is_in_them_and_end_with_their_tabs() {
    let server = Server::start("embed_in_axum");
    let enter = |room: &str, name: &str| {
        let (tab, body) = Tab::open(server.address, &format!("/rooms/{room}?name={name}"));
        let mut lines = body.lines();
        let answer: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        (tab.answered(answer["answer"].as_str().unwrap()), lines)
    };
    let (ana, mut ana_hears) = enter("one", "ana");
    let (ben, mut ben_hears) = enter("one", "ben");
    let (stranger, _) = enter("two", "stranger");
    let mut tabs = [ana, ben, stranger];
    talk(&mut tabs, |tabs| tabs[..2].iter().all(|tab| 20 <= tab.pictures && 20 <= tab.sounds));
    assert_eq!((tabs[2].pictures, tabs[2].sounds), (0, 0), "rooms are apart");
    assert!(slot(&mut ana_hears).contains("ben"));
    assert!(slot(&mut ben_hears).contains("ana"));
    drop(ben_hears); // Ben closes his tab.
    assert!(slot(&mut ana_hears).contains("null"), "ben's slot is free again");
}

#[test]
fn an_offer_that_is_none_is_refused_in_words() {
    for (example, path) in [("smallest_sfu", "/join"), ("embed_in_axum", "/rooms/one")] {
        let server = Server::start(example);
        let (status, mut body) = post(server.address, path, "this is no offer");
        let mut words = String::new();
        body.read_to_string(&mut words).unwrap();
        assert!(status.contains("400") && words.contains("peer fault"), "{example}: {status} {words}");
    }
}

#[test]
fn the_statistics_show_what_each_command_did() {
    let text = output_of("stats_tap");
    let parts: Vec<&str> = text.split("\n\n").collect();
    assert_eq!(parts.len(), 4, "{text}");
    for name in ["ana", "ben", "cleo"] {
        assert!(parts.iter().all(|part| part.contains(&format!("\n{name}"))), "{text}");
    }
    let gated = |part: &str, name: &str| -> u64 {
        let line = part.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split("gated").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap()
    };
    assert_eq!(gated(parts[0], "ben"), 0, "{text}");
    assert!(100 < gated(parts[1], "ben"), "{text}");
}

#[test]
fn a_simulated_clinic_is_told_in_a_few_lines() {
    let text = output_of("simulated_clinic");
    assert!(text.contains("hoffmann saw") && text.contains("seed 1 always comes to"), "{text}");
}

#[test]
fn a_simulated_room_keeps_a_promise_of_its_embedder() {
    let text = output_of("simulated_room");
    assert!(text.contains("ben saw ana in") && text.contains("seed 1 always comes to"), "{text}");
}

/// What the server says of a slot next.
fn slot(lines: &mut Lines<BufReader<TcpStream>>) -> String {
    lines.map(|line| line.unwrap()).find(|line| line.contains("\"slot\"")).unwrap()
}

fn example(name: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let target: PathBuf = tests.ancestors().nth(2).unwrap().into();
    Command::new(target.join("examples").join(name))
}

fn output_of(name: &str) -> String {
    let output = example(name).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// An example that serves until it is dropped, on a port of the system's choice.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(name: &str) -> Self {
        let mut child = example(name).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
        let mut invitation = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut invitation).unwrap();
        let address = invitation.split("http://").nth(1).unwrap().split(['/', ' ']).next().unwrap().parse().unwrap();
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The status line, and the body as it comes: to HTTP/1.0 it is sent without chunks.
fn post(server: SocketAddr, path: &str, body: &str) -> (String, BufReader<TcpStream>) {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "POST {path} HTTP/1.0\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .unwrap();
    let mut reader = BufReader::new(stream);
    let mut head: Vec<String> = Vec::new();
    while head.last().is_none_or(|line| line != "\r\n") {
        head.push(String::new());
        assert_ne!(reader.read_line(head.last_mut().unwrap()).unwrap(), 0, "the head ends: {head:?}");
    }
    (head.swap_remove(0), reader)
}

/// A page: it sends a voice and a picture, and counts what comes.
struct Tab {
    socket: UdpSocket,
    client: Client,
    connected: bool,
    keyframe_wanted: bool,
    sounds: usize,
    pictures: usize,
}

impl Tab {
    fn open(server: SocketAddr, path: &str) -> (Self, BufReader<TcpStream>) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let (client, sdp) = Client::new(socket.local_addr().unwrap(), 3, Instant::now());
        let (status, body) = post(server, path, &sdp);
        assert!(status.contains("200"), "{status}");
        (Self { socket, client, connected: false, keyframe_wanted: true, sounds: 0, pictures: 0 }, body)
    }

    fn answered(mut self, sdp: &str) -> Self {
        self.client.accept(sdp, Instant::now()).unwrap();
        self
    }

    fn say(&mut self, now: Instant) {
        self.client.send_sound(vec![0; 80], now);
        let mut picture = vec![0; 1150];
        // RFC 7741: a frame begins, and is a keyframe or none.
        picture[..7].copy_from_slice(&[
            0x10,
            u8::from(!std::mem::take(&mut self.keyframe_wanted)),
            0,
            0,
            0x9d,
            0x01,
            0x2a,
        ]);
        self.client.send_picture(vec![picture], now);
    }

    fn go_on(&mut self, now: Instant) {
        if self.connected {
            self.say(now);
        }
        if self.client.next_wake() <= now {
            self.client.timeout(now);
        }
        self.drain();
        let mut buffer = [0; 2048];
        let local = self.socket.local_addr().unwrap();
        while let Ok((len, from)) = self.socket.recv_from(&mut buffer) {
            self.client.receive(from, local, &buffer[..len], now);
            self.drain(); // A WebRTC stack wants its outputs taken before the next input.
        }
    }

    fn drain(&mut self) {
        let Self { socket, client, connected, keyframe_wanted, sounds, pictures } = self;
        let send = |packet: sfu_sim::Packet| {
            socket.send_to(&packet.bytes, packet.to).unwrap();
        };
        client.drain(send, |event| match event {
            ClientEvent::Media { payload, .. } if payload.len() < 1000 => *sounds += 1,
            ClientEvent::Media { .. } => *pictures += 1,
            ClientEvent::KeyframeWanted { .. } => *keyframe_wanted = true,
            ClientEvent::Connected => *connected = true,
            ClientEvent::Reachable
            | ClientEvent::Unreachable
            | ClientEvent::ChannelOpen
            | ClientEvent::Message(_)
            | ClientEvent::Closed => {}
        });
    }
}

/// Lets everybody speak and listen until `enough`.
fn talk(tabs: &mut [Tab], enough: impl Fn(&[Tab]) -> bool) {
    let began = Instant::now();
    while !enough(tabs) {
        assert!(
            began.elapsed() < PATIENCE,
            "{:?}",
            tabs.iter().map(|tab| (tab.pictures, tab.sounds)).collect::<Vec<_>>()
        );
        let now = Instant::now();
        for tab in &mut *tabs {
            tab.go_on(now);
        }
        std::thread::park_timeout(BEAT); // The pace of the media.
    }
}
