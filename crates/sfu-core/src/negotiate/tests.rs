//! What is read, agreed to and answered, beside what the session engine would.

use str0m::change::SdpOffer;
use str0m::rtp::{Extension, ExtensionMap, ExtensionSerializer, ExtensionValues};
use str0m::{Candidate, IceCreds, Rtc};

use super::*;
use crate::descriptor;
use crate::limits::{
    LAYERS_MAX, MESSAGE_BYTES_MAX, MID_CHARS_MAX, RID_CHARS_MAX, SDP_CANDIDATES_MAX, SDP_MEDIA_MAX, SLOTS_MAX,
    SSRCS_MAX, TRACKS_MAX,
};

const HEAD: &str =
    "v=0\r\no=- 42 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 AA\r\na=ice-ufrag:x\r\na=ice-pwd:y\r\n";

/// An m-line, with the rest of its section.
fn line(kind: &str, mid: &str, rest: &str) -> String {
    let (payload_type, encoding) = if kind == "audio" { (9, "opus/48000/2") } else { (1, "VP8/90000") };
    let format = format(payload_type, encoding, "");
    format!("m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}\r\na=mid:{mid}\r\n{format}{rest}")
}

fn video(mid: &str, rest: &str) -> String {
    line("video", mid, rest)
}

fn format(payload_type: u8, encoding: &str, parameters: &str) -> String {
    let parameters =
        if parameters.is_empty() { String::new() } else { format!("a=fmtp:{payload_type} {parameters}\r\n") };
    format!("a=rtpmap:{payload_type} {encoding}\r\n{parameters}")
}

/// All m-lines are in the bundle.
fn with(body: &str) -> Result<Offer, Error> {
    let mids: Vec<_> = body.lines().filter_map(|line| line.strip_prefix("a=mid:")).collect();
    bundled(&mids.join(" "), body)
}

fn bundled(mids: &str, body: &str) -> Result<Offer, Error> {
    Offer::parse(&format!("{HEAD}a=group:BUNDLE {mids}\r\n{body}"))
}

/// What a browser's offer is, and what is agreed to of it.
macro_rules! offers {
    ($($name:literal)*) => { [$(($name, include_str!(concat!("../../tests/fixtures/", $name, ".sdp")))),*] };
}

const OFFERS: [(&str, &str); 17] = offers! {
    "chromium156-av-data-sendrecv" "chromium156-av-data-sendonly" "chromium156-av-recvonly" "chromium156-simulcast-sendonly"
    "chromium156-data-only" "firefox153-av-data-sendrecv" "firefox153-av-data-sendonly" "firefox153-av-recvonly"
    "firefox153-simulcast-sendonly" "firefox153-data-only" "chromium156-simulcast-VP8" "chromium156-simulcast-VP9"
    "chromium156-simulcast-H264" "chromium156-simulcast-AV1" "chromium156-svc-AV1-L3T3" "chromium156-svc-VP9-L3T3_KEY"
    "firefox153-simulcast-VP8"
};

/// The engine as it would answer for itself: what it may agree to is what this end takes part in.
fn engine(offer: &Offer) -> Rtc {
    let mut map = ExtensionMap::empty();
    for (id, uri) in &offer.extensions {
        let known = [
            Extension::AudioLevel,
            Extension::RtpMid,
            Extension::RtpStreamId,
            Extension::RepairedRtpStreamId,
            Extension::VideoOrientation,
            Extension::TransportSequenceNumber,
            Extension::with_serializer(descriptor::URI, Unread),
        ];
        if let Some(extension) = known.into_iter().find(|extension| extension.as_uri() == uri) {
            map.set(*id, extension);
        }
    }
    let codecs = Rtc::builder().set_ice_lite(true).set_extension_map(map).clear_codecs();
    let codecs = codecs.set_sctp_max_message_size(MESSAGE_BYTES_MAX as u32);
    let codecs = codecs.enable_opus(true, true).enable_vp8(true).enable_vp9(true).enable_h264(true).enable_av1(true);
    let credentials = IceCreds { ufrag: "ours".to_owned(), pass: "secret".to_owned() };
    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    let mut rtc = codecs.set_local_ice_credentials(credentials).build(std::time::Instant::now());
    rtc.add_local_candidate(Candidate::host("192.0.2.1:3478".parse().unwrap(), "udp").unwrap()).unwrap();
    rtc
}

#[derive(Debug)]
struct Unread;

impl ExtensionSerializer for Unread {
    fn write_to(&self, _buf: &mut [u8], _values: &ExtensionValues) -> usize {
        0
    }

    fn parse_value(&self, _buf: &[u8], _values: &mut ExtensionValues) -> bool {
        false
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, _values: &ExtensionValues) -> bool {
        false
    }
}

/// Without what is drawn at random or only tells who speaks. Lines of the session, then of each section.
fn comparable(answer: &str) -> Vec<String> {
    let is_compared =
        |line: &&str| !["o=", "a=msid", "a=ssrc", "a=fingerprint"].iter().any(|name| line.starts_with(name));
    answer.lines().filter(is_compared).map(|line| line.split(" ufrag ").next().unwrap().to_owned()).collect()
}

#[test]
fn an_answer_is_the_engines_to_the_letter() {
    for (name, sdp) in OFFERS {
        let offer = Offer::parse(sdp).unwrap();
        let mut rtc = engine(&offer);
        let theirs = rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(sdp).unwrap()).unwrap().to_sdp_string();
        let ice = Identity { ufrag: "ours".to_owned(), password: "secret".to_owned() };
        let candidate = theirs.lines().find_map(|line| line.strip_prefix("a=")?.strip_prefix("candidate:"));
        let candidate = candidate.unwrap().split(" ufrag ").next().unwrap();
        let lines: Vec<_> = offer.lines.iter().map(|offered| AnswerLine { offered, slot: None, ssrcs: None }).collect();
        let answer = Answer {
            origin: (1, 1),
            ice: &ice,
            fingerprint: "",
            candidates: &[format!("candidate:{candidate}")],
            lines: &lines,
        };
        assert_eq!(comparable(&answer.write()), comparable(&theirs), "{name}");
    }
}

#[test]
fn what_passes_between_two_who_have_agreed_is_what_the_engine_would_match() {
    let agreed = |sdp: &str| {
        let offer = Offer::parse(sdp).unwrap();
        let mut rtc = engine(&offer);
        rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(sdp).unwrap()).unwrap();
        (offer, rtc)
    };
    let sides: Vec<_> = OFFERS.iter().map(|(name, sdp)| (name, agreed(sdp))).collect();
    let mut passed = 0;
    for (from, (publisher, sender)) in &sides {
        for (to, (viewer, receiver)) in &sides {
            for (theirs, ours) in
                publisher.lines.iter().flat_map(|line| viewer.lines.iter().map(move |ours| (line, ours)))
            {
                let (Some(sending), Some(media)) = (sender.media(theirs.mid), receiver.media(ours.mid)) else {
                    continue;
                };
                let params = sender.codec_config().params().iter();
                for params in params.filter(|params| sending.remote_pts().contains(&params.pt())) {
                    let taken: Vec<_> = receiver.codec_config().params().to_vec();
                    let taken = taken.into_iter().filter(|params| media.remote_pts().contains(&params.pt())).collect();
                    let taken = str0m::format::CodecConfig::new_from_payload_params(taken);
                    let expected =
                        taken.match_params(*params).map(|params| (*params.pt(), params.resend().map(|pt| *pt)));
                    let format = theirs.formats.iter().find(|format| format.payload_type() == *params.pt()).unwrap();
                    let delivery = ours.delivery(format);
                    let found = delivery.map(|delivery| (delivery.payload_type, delivery.repair_payload_type));
                    assert_eq!(found, expected, "{from} {params:?} {to}");
                    passed += usize::from(found.is_some());
                }
            }
        }
    }
    assert!(300 < passed, "{passed}");
}

#[test]
fn an_offer_shows_its_lines() {
    let offer = bundled(
        "0 2 3",
        &[
            line("audio", "0", "a=sendonly\r\na=ssrc:7 cname:x\r\na=ssrc:7 msid:a b\r\n"),
            video("1", "").replace("video 9", "video 0"),
            video("2", "a=recvonly\r\n").replace("video 9", "video 0"),
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:3\r\n".to_owned(),
        ]
        .concat(),
    );
    let offer = offer.unwrap();
    let shape: Vec<_> =
        offer.lines.iter().map(|l| (l.name.as_str(), l.kind, l.sends, l.receives, l.is_rejected)).collect();
    let expected = [
        ("0", LineKind::Audio, true, false, false),
        ("1", LineKind::Video, false, false, true),
        ("2", LineKind::Video, false, true, false),
        ("3", LineKind::Data, false, false, false),
    ];
    assert_eq!(shape, expected);
    assert_eq!(offer.declared_ssrcs(), Some(vec![7]));
    assert_eq!((offer.origin.as_str(), offer.ice.ufrag.as_str()), ("42", "x"));
    assert_eq!(offer.message_bytes_max, Some(65_536));
}

#[test]
fn a_line_of_which_nothing_can_be_agreed_to_is_rejected_in_its_place() {
    let silent = "m=audio 9 UDP/TLS/RTP/SAVPF 0 8\r\na=mid:0\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n";
    let offer = with(&[silent.to_owned(), video("1", "")].concat()).unwrap();
    let lines: Vec<_> = offer.lines.iter().map(|offered| AnswerLine { offered, slot: None, ssrcs: None }).collect();
    let answer = Answer {
        origin: (1, 1),
        ice: &offer.ice,
        fingerprint: "AA",
        candidates: &["candidate:1".to_owned()],
        lines: &lines,
    }
    .write();
    let rejected = "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=inactive\r\nm=video 9 ";
    let bundle = "SAVPF 1\r\nc=IN IP4 0.0.0.0\r\na=candidate:1\r\na=ice-ufrag:";
    assert!(
        answer.contains(rejected) && answer.contains(bundle) && answer.contains("a=group:BUNDLE 1\r\n"),
        "{answer}"
    );
}

#[test]
fn extensions_that_this_end_takes_no_part_in_keep_their_ids() {
    let offset = "urn:ietf:params:rtp-hdrext:toffset";
    let level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    let offer = with(&line("audio", "0", &format!("a=extmap:1 {level}\r\na=extmap:14 {offset}\r\n"))).unwrap();
    assert_eq!(offer.lines[0].ids, ExtensionIds { audio_level: Some(1), ..ExtensionIds::default() });
    assert_eq!(offer.check_follows(&[], &[(14, offset.to_owned())]), Ok(()));
    let refused = Err(Error::Peer("the header extensions differ from an earlier offer's"));
    assert_eq!(offer.check_follows(&[], &[(14, level.to_owned())]), refused);
}

#[test]
fn an_m_line_keeps_its_place_until_it_is_stopped() {
    let stopped = |mid: &str| video(mid, "").replace("video 9", "video 0");
    let offer = |live: &str, lines: &[String]| bundled(live, &lines.concat()).unwrap();
    let before = offer("0 2", &[video("0", ""), stopped("1"), line("audio", "2", "")]).lines;
    let check = |live: &str, lines: &[String]| offer(live, lines).check_follows(&before, &[]);
    let refused = Err(Error::Peer("the m-lines have other places than in an earlier offer"));
    assert_eq!(check("0 1 2", &[video("0", ""), video("1", ""), line("audio", "2", "")]), Ok(()));
    assert_eq!(
        check("0 3 2 4", &[video("0", ""), line("audio", "3", ""), line("audio", "2", ""), video("4", "")]),
        Ok(())
    );
    assert_eq!(check("0 2 1", &[video("0", ""), line("audio", "2", ""), video("1", "")]), refused);
    assert_eq!(check("0 2", &[video("0", ""), stopped("1"), video("2", "")]), refused);
    assert_eq!(check("0", &[video("0", ""), stopped("1")]), refused);
}

#[test]
fn of_formats_that_come_to_the_same_the_first_is_meant_with_what_repairs_it() {
    let offer = with(
        &[
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 102\r\na=mid:0\r\n".to_owned(),
            format(98, "h264/90000", "profile-level-id=42e034;packetization-mode=1"),
            format(96, "H264/90000", " Packetization-Mode = 1 ;profile-level-id=42E01F"),
            format(97, "rtx/90000", "rtx-time=200;apt=96"),
            format(99, "H264/90000", "profile-level-id=640c1f;packetization-mode=1"), // Constrained High: nobody here has it.
            format(100, "red/90000", "96/96"),                                        // Of video.
            format(101, "VP8/90000", ""),                                             // Not listed.
            "a=rtcp-fb:* transport-cc\r\n".to_owned(),
        ]
        .concat(),
    );
    let [line] = &offer.unwrap().lines[..] else { panic!("one line") };
    let mut described = Vec::new();
    line.formats.iter().for_each(|format| format.describe(|line| described.push(line.to_string())));
    let expected = [
        "a=rtpmap:96 H264/90000",
        "a=rtcp-fb:96 transport-cc",
        "a=rtcp-fb:96 goog-remb",
        "a=rtcp-fb:96 ccm fir",
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=rtpmap:97 rtx/90000",
        "a=fmtp:97 apt=96",
    ];
    assert_eq!(described, expected);
    assert_eq!(line.repair_payload_type(), Some(97));
}

#[test]
fn redundant_sound_goes_as_the_viewer_takes_it() {
    let sound = |rest: &str, payload_types: &str| {
        let body = format!("m=audio 9 UDP/TLS/RTP/SAVPF {payload_types}\r\na=mid:0\r\n{rest}");
        with(&body).unwrap().lines[0].clone()
    };
    let both = |opus: u8, red: u8| {
        let parameters = format!("{opus}/{opus}");
        let formats = [format(opus, "opus/48000/2", ""), format(red, "red/48000/2", &parameters)].concat();
        sound(&formats, &format!("{opus} {red}"))
    };
    let from = both(111, 63).formats[0].of(63).unwrap();
    let plain = sound(&format(109, "OPUS/48000/2", ""), "109");
    let delivered = |line: &Line| line.delivery(&from).map(|delivery| (delivery.payload_type, delivery.redundancy));
    assert_eq!(delivered(&both(111, 64)), Some((64, Redundancy::Pass)));
    assert_eq!(delivered(&both(96, 97)), Some((97, Redundancy::Retag { from: 111, to: 96 })));
    assert_eq!(delivered(&plain), Some((109, Redundancy::Strip)));
    assert_eq!(delivered(&with(&video("0", "")).unwrap().lines[0]), None);
}

#[test]
fn layers_are_those_of_the_simulcast_line_in_its_order() {
    let layered = "a=rid:h send pt=96;max-width=640\r\na=rid:q send\r\na=rid:x send\r\na=rid:y recv\r\na=simulcast:recv y send ~q;h,x;q\r\n";
    let offer = with(&[video("0", layered), video("1", "a=rid:q send\r\n")].concat()).unwrap();
    let rids: Vec<_> = offer.lines.iter().map(|line| line.rids.clone()).collect();
    assert_eq!(rids, [vec!["q".to_owned(), "h".to_owned()], Vec::new()]);
}

#[test]
fn each_limit_is_refused_by_its_name() {
    let lines = |count: usize, rest: &str| (0..count).map(|n| video(&n.to_string(), rest)).collect::<String>();
    let candidates = "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n".repeat(SDP_CANDIDATES_MAX + 1);
    let rid_too_long = format!("a=rid:{} send\r\n", "r".repeat(RID_CHARS_MAX + 1));
    let mid_too_long = video(&"m".repeat(MID_CHARS_MAX + 1), "");
    let rids: String = (0..=LAYERS_MAX).map(|n| format!("a=rid:{n} send\r\n")).collect();
    let twice = format(1, "VP9/90000", "");
    let other = "m=video 9 UDP/TLS/RTP/SAVPF 1\r\na=mid:z\r\na=rtpmap:1 VP9/90000\r\n";
    let repair = "m=video 9 UDP/TLS/RTP/SAVPF 2 1\r\na=mid:z\r\na=rtpmap:2 VP8/90000\r\na=rtpmap:1 rtx/90000\r\na=fmtp:1 apt=2\r\n";
    let meaning = Error::Peer("m-lines differ in what a payload type means");
    let cases = [
        (lines(1, &rids), Error::Full("layers of an m-line")),
        (mid_too_long, Error::Peer("a mid is empty, too long, or not plain text")),
        (lines(1, &rid_too_long), Error::Peer("a rid is empty, too long, or not plain text")),
        (lines(1, "a=rid:a-b send\r\na=rid:a_b send\r\n"), Error::Peer("two layers have one rid")),
        ("x".repeat(SDP_BYTES_MAX), Error::Full("bytes of an offer")),
        (lines(SDP_MEDIA_MAX + 1, "a=inactive\r\n"), Error::Full("m-lines of an offer")),
        (
            format!("a=group:BUNDLE 0{}\r\n{}", " 0".repeat(SDP_MEDIA_MAX), lines(1, "")),
            Error::Full("m-lines of an offer"),
        ),
        (lines(TRACKS_MAX + 1, "a=sendonly\r\n"), Error::Full("sending m-lines of a participant")),
        (lines(SLOTS_MAX + 1, "a=recvonly\r\n"), Error::Full("receiving m-lines of a participant")),
        (lines(1, &candidates), Error::Full("candidates of an m-line")),
        (lines(1, "a=setup:passive\r\n"), Error::Peer("the offerer must be able to be DTLS client")),
        (lines(1, "a=setup:holdconn\r\n"), Error::Peer("the offerer must be able to be DTLS client")),
        (
            lines(2, "a=extmap:3 a\r\na=extmap:4/recvonly a\r\n"),
            Error::Peer("m-lines differ in their header extensions"),
        ),
        (lines(1, "a=fingerprint:sha-256 BB\r\n"), Error::Peer("m-lines differ in their fingerprint")),
        (lines(1, "a=sendonly\r\na=recvonly\r\n"), Error::Peer("an m-line has two directions")),
        (lines(1, "a=mid:0\r\n"), Error::Peer("an m-line has two mids")),
        (lines(1, &twice), Error::Peer("a payload type is described twice")),
        (lines(1, "a=fmtp:1 a=b\r\na=fmtp:1 a=b\r\n"), Error::Peer("a payload type is described twice")),
        ([lines(1, ""), lines(1, "")].concat(), Error::Peer("two m-lines have one mid")),
        ([lines(1, ""), other.to_owned()].concat(), meaning.clone()),
        ([lines(1, ""), repair.to_owned()].concat(), meaning.clone()),
        (
            "m=image 9 UDP/TLS/RTP/SAVPF 1\r\n".to_owned(),
            Error::Peer("an m-line is neither audio, video nor application"),
        ),
        ("m=video 9 RTP/AVP 1\r\n".to_owned(), Error::Peer("an m-line has a transport that is not WebRTC's")),
        ("m=video 9 UDP/TLS/RTP/SAVPF 1\r\n".to_owned(), Error::Peer("an m-line has no mid")),
        (String::new(), Error::Peer("no m-line")),
    ];
    for (body, error) in cases {
        assert_eq!(with(&body).err(), Some(error), "{body}");
    }
    assert_eq!(bundled("0", &lines(2, "")).err(), Some(Error::Peer("an m-line is outside of the bundle")));
    let unknown = Error::Peer("the bundle names an m-line that there is not");
    assert_eq!(bundled("0 1", &lines(1, "")).err(), Some(unknown));
}

#[test]
fn ssrcs_are_kept_up_to_their_limit() {
    let many: String =
        (0..2 * SSRCS_MAX).map(|n| format!("a=ssrc:{n} cname:x\r\na=ssrc-group:FID {n} {n}\r\n")).collect();
    let [line] = &with(&video("0", &many)).unwrap().lines[..] else { panic!("one line") };
    assert_eq!((line.ssrcs.len(), line.repairs.len()), (SSRCS_MAX, SSRCS_MAX));
}
