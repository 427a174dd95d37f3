//! Offers of a page that means harm.

use std::time::Duration;

use sfu_core::{
    Certificate, Command, Config, Event, Gate, Input, Output, ParticipantId, RequestId, RoomId, Sfu, Source, Transport,
};

const ROOM: RoomId = RoomId(1);
const WHO: ParticipantId = ParticipantId(1);
/// Offers of one input.
const OFFERS_MAX: usize = 4;

/// Gives the text to the core as an offer; NUL bytes part it into several, one after the other. Each gets exactly one answer or refusal, nothing is
/// sent to anybody, and all of it is gone when the participant leaves.
pub fn sdp(input: &[u8]) {
    let mut now = sfu_sim::beginning();
    let config = Config {
        candidates: vec![(Transport::Udp, ([192, 0, 2, 1], 3478).into())],
        certificate: certificate(),
        disconnected_max: Duration::from_secs(15),
    };
    let mut sfu = Sfu::new(config, [7; 32], now);
    let command = |sfu: &mut Sfu, command| sfu.handle(Input::Command(command), now).collect::<Vec<Output>>();
    command(&mut sfu, Command::OpenRoom { room: ROOM });
    command(&mut sfu, Command::Join { request: RequestId(0), room: ROOM, participant: WHO, gate: Gate::Open });
    for (number, offer) in input.split(|byte| *byte == 0).take(OFFERS_MAX).enumerate() {
        let request = RequestId(number as u64 + 1);
        let sdp = String::from_utf8_lossy(offer).into_owned();
        let sources = vec![("0".into(), Source::Microphone), ("2".into(), Source::Screen)];
        let outputs =
            sfu.handle(Input::Command(Command::Offer { request, participant: WHO, sdp: sdp.into(), sources }), now);
        let mut replies = 0;
        for output in outputs {
            match output {
                Output::Transmit(run) => panic!("a datagram to {}, which is only claimed", run.remote),
                Output::Event(Event::Answer { request: to, .. } | Event::Refused { request: to, .. }) => {
                    assert_eq!(to, request);
                    replies += 1;
                }
                Output::Event(_) => {}
            }
        }
        assert_eq!(replies, 1, "one reply to one offer");
        for _ in 0..4 {
            let Some(wake) = sfu.next_wake() else { break };
            now = now.max(wake.at);
            assert!(
                !sfu.handle(Input::Timeout, now).any(|output| matches!(output, Output::Transmit(_))),
                "nobody is there"
            );
            assert!(sfu.next_wake().is_none_or(|wake| now < wake.at), "a deadline stands still");
        }
    }
    let _ = sfu.handle(Input::Command(Command::Leave { participant: WHO }), now).count();
    let _ = sfu.handle(Input::Command(Command::CloseRoom { room: ROOM }), now).count();
    let stats = sfu.stats();
    assert_eq!((stats.rooms, stats.participants, stats.addresses, stats.queued_bytes), (0, 0, 0, 0), "all is freed");
}

/// One for the whole process: making it costs more than all the rest.
pub(crate) fn certificate() -> Certificate {
    static CERTIFICATE: std::sync::LazyLock<Certificate> = std::sync::LazyLock::new(Certificate::generate);
    CERTIFICATE.clone()
}
