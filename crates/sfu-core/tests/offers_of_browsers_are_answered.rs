//! Real offers of Chromium and Firefox get answers that they can take; giant and hostile ones get a reason.

#![expect(clippy::disallowed_methods, reason = "time starts somewhere")]

mod common;

use common::{ROOM, World};
use sfu_core::{
    Command, Config, Error, Event, Gate, Input, Output, ParticipantId, RequestId, Sfu, Source, Transport, limits,
};
use str0m::change::SdpAnswer;

macro_rules! fixture {
    ($name:literal) => {
        ($name, include_str!(concat!("fixtures/", $name, ".sdp")))
    };
}

const OFFERS: [(&str, &str); 17] = [
    fixture!("chromium156-av-data-sendrecv"),
    fixture!("chromium156-av-data-sendonly"),
    fixture!("chromium156-av-recvonly"),
    fixture!("chromium156-simulcast-sendonly"),
    fixture!("chromium156-data-only"),
    fixture!("firefox153-av-data-sendrecv"),
    fixture!("firefox153-av-data-sendonly"),
    fixture!("firefox153-av-recvonly"),
    fixture!("firefox153-simulcast-sendonly"),
    fixture!("firefox153-data-only"),
    fixture!("chromium156-simulcast-VP8"),
    fixture!("chromium156-simulcast-VP9"),
    fixture!("chromium156-simulcast-H264"),
    fixture!("chromium156-simulcast-AV1"),
    fixture!("chromium156-svc-AV1-L3T3"),
    fixture!("chromium156-svc-VP9-L3T3_KEY"),
    fixture!("firefox153-simulcast-VP8"),
];

fn answer(offer: &str) -> Result<String, Error> {
    let mut world = World::new();
    world.join(ParticipantId(1), ROOM, Gate::Open);
    world.offer_sdp(ParticipantId(1), offer)
}

/// The attributes of one m-line, without the line itself.
fn sections(sdp: &str) -> Vec<Vec<&str>> {
    let mut sections = vec![Vec::new()];
    for line in sdp.lines() {
        if line.starts_with("m=") {
            sections.push(Vec::new());
        }
        sections.last_mut().expect("there is one").push(line.trim_end());
    }
    sections
}

fn direction<'a>(section: &[&'a str]) -> Option<&'a str> {
    let is_direction = |line: &&&str| ["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"].contains(*line);
    section.iter().find(is_direction).copied()
}

#[test]
fn each_line_is_answered_in_its_place_and_the_other_way_round() {
    for (name, offer) in OFFERS {
        let answer = answer(offer).unwrap_or_else(|error| panic!("{name}: {error}"));
        SdpAnswer::from_sdp_string(&answer).unwrap();
        let (offered, answered) = (sections(offer), sections(&answer));
        assert_eq!(offered.len(), answered.len(), "{name}");
        assert!(answered[0].contains(&"a=ice-lite"), "{name}");
        for (offered, answered) in offered.iter().zip(&answered).skip(1) {
            let mid = offered.iter().find(|line| line.starts_with("a=mid:")).unwrap();
            assert!(answered.contains(mid), "{name} {mid}");
            let expected = match direction(offered) {
                Some("a=sendonly") => Some("a=recvonly"),
                Some("a=recvonly") => Some("a=sendonly"),
                other => other,
            };
            if !offered[0].starts_with("m=application") {
                assert_eq!(direction(answered), expected, "{name} {mid}");
                assert_eq!(offered[0].split(' ').next(), answered[0].split(' ').next(), "{name}");
            }
            assert!(answered.contains(&"a=setup:passive"), "{name} {mid}: they are DTLS client");
            assert!(answered.iter().any(|line| line.starts_with("a=fingerprint:sha-256 ")), "{name} {mid}");
        }
        let candidates: Vec<_> = answer.lines().filter(|line| line.starts_with("a=candidate")).collect();
        assert_eq!(candidates.len(), 2, "{name}: the server's two, once: {candidates:?}");
        assert!(answer.contains("192.0.2.1 3478 typ host") && answer.contains("2001:db8::1 3478 typ host"), "{name}");
    }
}

#[test]
fn the_payload_types_in_an_answer_are_the_offers() {
    for (name, vp8, opus) in [("chromium156-av-data-sendrecv", 96, 111), ("firefox153-av-data-sendrecv", 120, 109)] {
        let offer = OFFERS.iter().find(|(of, _)| *of == name).unwrap().1;
        let answer = answer(offer).unwrap();
        assert!(answer.contains(&format!("a=rtpmap:{vp8} VP8/90000")), "{name}");
        assert!(answer.contains(&format!("a=rtpmap:{opus} opus/48000/2")), "{name}");
        assert!(answer.contains(&format!("a=rtcp-fb:{vp8} nack pli")), "{name}");
        assert!(answer.contains("transport-wide-cc-extensions-01"), "{name}");
    }
}

#[test]
fn a_slots_sound_and_picture_are_one_stream_for_lip_sync() {
    let (_, offer) = fixture!("chromium156-av-recvonly");
    let answer = answer(offer).unwrap();
    let streams = answer.lines().filter_map(|line| line.strip_prefix("a=msid:")?.split(' ').next());
    assert_eq!(streams.collect::<Vec<_>>(), ["slot0", "slot0"]);
}

#[test]
fn a_tcp_address_is_announced_as_passive() {
    let now = std::time::Instant::now();
    let candidates = vec![(Transport::Udp, common::server()), (Transport::Tcp, common::server())];
    let disconnected_max = limits::DISCONNECTED_MAX;
    let mut sfu = Sfu::new(Config { candidates, certificate: common::certificate(), disconnected_max }, [0; 32], now);
    let (_, offer) = fixture!("chromium156-data-only");
    let (room, participant, request) = (ROOM, ParticipantId(1), RequestId(1));
    let sdp = offer.to_owned();
    let commands = [
        Command::OpenRoom { room },
        Command::Join { request, room, participant, gate: Gate::Open },
        Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() },
    ];
    let answers = commands.into_iter().flat_map(|command| {
        let outputs = sfu.handle(Input::Command(command), now);
        outputs
            .filter_map(|output| if let Output::Event(Event::Answer { sdp, .. }) = output { Some(sdp.0) } else { None })
            .collect::<Vec<_>>()
    });
    let answer: String = answers.collect();
    let tcp =
        answer.lines().find(|line| line.starts_with("a=candidate") && line.to_lowercase().contains(" tcp ")).unwrap();
    assert!(tcp.contains("tcptype passive"), "{tcp}");
}

#[test]
fn the_same_seed_gives_the_same_credentials_and_streams() {
    let (_, offer) = fixture!("chromium156-av-recvonly");
    let facts = |answer: String| {
        let keep = |line: &&str| line.starts_with("a=ice-") || (line.starts_with("a=ssrc:") && line.contains("cname"));
        answer.lines().filter(keep).map(|line| line.split(" cname").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (first, second) = (facts(answer(offer).unwrap()), facts(answer(offer).unwrap()));
    assert_eq!(first, second);
    assert!(
        first.iter().any(|line| line.starts_with("a=ssrc:")) && first.iter().any(|line| line.starts_with("a=ice-pwd:"))
    );
}

#[test]
fn a_giant_offer_is_refused_unread() {
    let (_, offer) = fixture!("chromium156-av-data-sendrecv");
    let giant = format!("{offer}{}", "a=x:y\r\n".repeat(limits::SDP_BYTES_MAX / 7));
    assert_eq!(answer(&giant).err(), Some(Error::Full("bytes of an offer")));
    let many = format!("{offer}{}", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:z\r\n".repeat(limits::SDP_MEDIA_MAX));
    assert_eq!(answer(&many).err(), Some(Error::Full("m-lines of an offer")));
}

#[test]
fn nonsense_is_the_peers_fault_and_changes_nothing() {
    let (_, good) = fixture!("chromium156-av-data-sendrecv");
    let mut world = World::new();
    let id = ParticipantId(1);
    world.join(id, ROOM, Gate::Open);
    let mut refused = 0;
    // Each line left out, doubled, cut short, or made strange.
    for (n, _) in good.lines().enumerate() {
        for change in 0..4 {
            let lines = good.lines().enumerate().map(|(m, line)| match (m == n, change) {
                (false, _) => format!("{line}\r\n"),
                (true, 0) => String::new(),
                (true, 1) => format!("{line}\r\n{line}\r\n"),
                (true, 2) => format!("{}\r\n", &line[..line.len() / 2]),
                (true, _) => format!("{line}\u{7f}\u{1f480} 99999999999999999999\r\n"),
            });
            let sdp: String = lines.collect();
            match world.offer_sdp(id, &sdp) {
                Ok(_) => {}
                Err(Error::Peer(_) | Error::Full(_)) => refused += 1,
                Err(Error::Misuse(why)) => panic!("{why}"),
            }
        }
    }
    assert!(10 < refused, "{refused}");
    for sdp in ["", "v=0", "\0", "m=", "a=", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"] {
        assert!(matches!(world.offer_sdp(id, sdp), Err(Error::Peer(_))), "{sdp:?}");
    }
    world.offer_sdp(id, good).unwrap();
    assert_eq!(world.sfu.stats().participants, 1);
}

#[test]
fn payload_types_that_contradict_each_other_are_refused_and_stop_nothing() {
    let (_, good) = fixture!("chromium156-av-data-sendrecv");
    let mut world = World::new();
    let id = ParticipantId(1);
    world.join(id, ROOM, Gate::Open);
    let refused = Err(Error::Peer("m-lines differ in what a payload type means"));
    // Sound and its redundancy, by the numbers of a picture's codec and of its repairs.
    for (sound, picture) in [(111, 96), (111, 97), (63, 96), (63, 97)] {
        let renamed = [(":", " "), ("SAVPF ", " "), ("111 ", " "), ("", "/")];
        let contradictory = renamed.iter().fold(good.to_owned(), |sdp, (before, after)| {
            sdp.replace(&format!("{before}{sound}{after}"), &format!("{before}{picture}{after}"))
        });
        let contradictory = contradictory.replace(&format!("/{sound}\r"), &format!("/{picture}\r"));
        assert_eq!(world.offer_sdp(id, &contradictory).map(|_| ()), refused, "{sound} is {picture}");
    }
    world.offer_sdp(id, good).unwrap();
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// Lines of browsers, each where it never was: what is refused has a reason, and what is answered can be read.
    #[test]
    fn lines_of_browsers_in_each_others_places_stop_nothing(
        offer in 0..OFFERS.len(),
        moves in proptest::collection::vec((0..OFFERS.len(), proptest::prelude::any::<[u16; 2]>(), 0..3_u8), 1..6),
    ) {
        let mut lines: Vec<&str> = OFFERS[offer].1.lines().collect();
        for (from, [line, to], how) in moves {
            let others: Vec<&str> = OFFERS[from].1.lines().collect();
            let (line, to) = (others[usize::from(line) % others.len()], usize::from(to) % lines.len());
            match how {
                0 => lines[to] = line,
                1 => lines.insert(to, line),
                _ => lines.extend(sections(OFFERS[from].1).into_iter().skip(1).take(1).flatten()),
            }
        }
        match answer(&(lines.join("\r\n") + "\r\n")) {
            Ok(answer) => {
                SdpAnswer::from_sdp_string(&answer).unwrap();
            }
            Err(error) => assert!(matches!(error, Error::Peer(_) | Error::Full(_)), "{error:?}"),
        }
    }
}

#[test]
fn m_lines_that_come_and_go_are_counted_over_a_session() {
    let (_, good) = fixture!("chromium156-av-data-sendrecv");
    let about: Vec<_> = ["o=", "a=fingerprint", "a=ice-ufrag", "a=ice-pwd", "a=setup"]
        .map(|name| good.lines().find(|line| line.starts_with(name)).unwrap())
        .into();
    let offer = |round: usize, is_stopped: bool| {
        let mids: Vec<_> = (0..limits::SLOTS_MAX).map(|line| format!("{round}.{line}")).collect();
        let bundle = if is_stopped { String::new() } else { mids.join(" ") };
        let port = if is_stopped { 0 } else { 9 };
        let line = |mid: &String| {
            format!(
                "m=audio {port} UDP/TLS/RTP/SAVPF 111\r\na=mid:{mid}\r\na=recvonly\r\na=rtpmap:111 opus/48000/2\r\n"
            )
        };
        let lines: String = mids.iter().map(line).collect();
        format!("v=0\r\n{}\r\na=group:BUNDLE {bundle}\r\n{lines}", about.join("\r\n")).replace("BUNDLE \r", "LS x\r")
    };
    let mut world = World::new();
    let id = ParticipantId(1);
    world.join(id, ROOM, Gate::Open);
    for round in 0..limits::SESSION_LINES_MAX / limits::SLOTS_MAX {
        world.offer_sdp(id, &offer(round, false)).unwrap();
        world.offer_sdp(id, &offer(round, true)).unwrap();
    }
    let refused = world.offer_sdp(id, &offer(limits::SESSION_LINES_MAX, false));
    assert_eq!(refused, Err(Error::Full("receiving m-lines of a session")));
    assert_eq!(world.sfu.stats().limited, 1);
}

#[test]
fn a_source_must_fit_its_line() {
    let (_, offer) = fixture!("chromium156-av-data-sendrecv");
    let mut world = World::new();
    let id = ParticipantId(1);
    world.join(id, ROOM, Gate::Open);
    for (mid, source) in
        [("0", Source::Camera), ("1", Source::Microphone), ("2", Source::Screen), ("9", Source::Screen)]
    {
        let refused = world.offer_sources(id, offer, vec![(mid.to_owned(), source)]);
        assert!(matches!(refused, Err(Error::Misuse(_))), "{mid}");
    }
    world.offer_sources(id, offer, vec![("1".to_owned(), Source::Screen)]).unwrap();
}

#[test]
fn layers_are_taken_in_every_answer_with_the_extensions_that_tell_them_apart() {
    let mut taken = 0;
    for (name, offer) in OFFERS.into_iter().filter(|(_, offer)| offer.contains("a=simulcast:send q;h;f")) {
        let mut world = World::new();
        world.join(ParticipantId(1), ROOM, Gate::Open);
        for _ in 0..2 {
            let answer = world.offer_sdp(ParticipantId(1), offer).unwrap_or_else(|error| panic!("{name}: {error}"));
            SdpAnswer::from_sdp_string(&answer).unwrap();
            let answered = sections(&answer);
            let video = answered.iter().find(|section| section[0].starts_with("m=video")).unwrap();
            for expected in ["a=simulcast:recv q;h;f", "a=rid:q recv", "a=rid:h recv", "a=rid:f recv"] {
                assert!(video.contains(&expected), "{name}: {expected} in {video:#?}");
            }
            let offered = |uri: &str| {
                let line = offer.lines().find(|line| line.contains(uri)).unwrap_or_else(|| panic!("{name} {uri}"));
                line.split(['/', ' ']).next().unwrap()
            };
            for uri in ["sdes:rtp-stream-id", "sdes:repaired-rtp-stream-id", "#dependency-descriptor"] {
                let line = video.iter().find(|line| line.contains(uri)).unwrap_or_else(|| panic!("{name} {uri}"));
                assert!(line.starts_with(offered(uri)), "{name}: {line}");
            }
        }
        taken += 1;
    }
    assert_eq!(taken, 7, "all kinds of offers with layers");
}
