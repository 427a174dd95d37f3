//! Files between the pages of a consultation, as frames on its data channels.

use std::io::Write;
use std::sync::Mutex;

use sfu_relay::{Frame, Keeping, Reason, Receipt, Size, TransferId};

use super::*;
use crate::limits::{RECEIPTS_AHEAD, SAVE_AGAIN};
use crate::spool::{self, Spool};

pub(super) const ANA: u64 = 1;
const STAFF: u64 = 2;
const MINUTE: Duration = Duration::from_secs(60);
const CANARY: &[u8] = b"Canary Wren scan.pdf";

#[tokio::test(start_paused = true)]
async fn a_file_goes_both_ways_and_is_gone_after_fifteen_minutes() {
    let (mut clinic, _staff, _ana) = in_call_with_channels();
    for (from, to) in [(ANA, STAFF), (STAFF, ANA)] {
        let mut file = Transfer::of(from, to, 100_000);
        file.finish(&mut clinic);
        assert!(file.got == file.bytes, "the same bytes");
        clinic.pass(15 * MINUTE - Duration::from_secs(1));
        assert_eq!(clinic.hub.files.relay().stats().files, 1, "14:59");
        file.turn(&mut clinic);
        assert!(file.receipts.is_empty());
        clinic.pass(Duration::from_secs(6));
        assert_eq!(clinic.hub.files.relay().stats().files, 0, "15:05");
        file.turn(&mut clinic);
        let to: Vec<u64> = file.receipts.iter().map(|(to, _)| *to).collect();
        assert_eq!(to, [ANA, STAFF], "both pages get the receipt");
        let receipt = file.receipts[0].1;
        assert_eq!(receipt.statement.blob, sfu_relay::blob_hash(file.id));
        assert!(receipt.is_signed_with(&clinic.hub.files.relay().public_key()));
    }
    let saved = std::iter::from_fn(|| clinic.saved.try_recv().ok()).filter_map(|save| match save {
        Save::Receipt(receipt) => Some(*receipt),
        Save::Area(_) | Save::Seal(..) | Save::Rules(..) | Save::VisitLink(..) | Save::VisitLinkUsed(_) => None,
        Save::Used(_) | Save::Consulting(_) | Save::ReceiptNumbers { .. } => None,
    });
    let saved: Vec<Receipt> = saved.collect();
    assert_eq!(saved.len(), 2);
    sfu_relay::verify(&saved, &clinic.hub.files.relay().public_key()).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_reload_on_either_side_goes_on_where_it_was() {
    let (mut clinic, mut staff, mut ana) = in_call_with_channels();
    ana.say(&mut clinic, offer(1, "100"));
    staff.say(&mut clinic, offer(1, "100"));
    let mut file = Transfer::of(ANA, STAFF, 1_000_000);
    file.begin(&mut clinic);
    while file.got.len() < 200_000 {
        file.turn(&mut clinic);
        clinic.pass(Duration::from_millis(50));
    }
    // Ana's page makes a new connection: another participant, the same person.
    ana.say(&mut clinic, offer(2, "200"));
    assert!(clinic.commands().contains(&"join 3 Open".to_owned()));
    file.send(&mut clinic, ANA, &Frame::Have { transfer: file.id, next: 0 });
    assert!(frames(&mut clinic).is_empty(), "the old connection is nobody's");
    connect(&mut clinic, 3);
    file.from = 3;
    let before = file.next;
    file.turn(&mut clinic);
    assert!(0 < file.next && before <= file.next + 32, "not from the beginning");
    // The clinician's network is away for a while; what was on its way is lost.
    while file.got.len() < 500_000 {
        file.turn(&mut clinic);
        clinic.pass(Duration::from_millis(50));
    }
    clinic.hub.media_event(Media_::Disconnected { participant: ParticipantId(STAFF) });
    frames(&mut clinic);
    clinic.pass(MINUTE / 2);
    assert!(frames(&mut clinic).iter().all(|(to, _)| *to != STAFF), "nothing is sent to nobody");
    clinic.hub.media_event(Media_::Connected { participant: ParticipantId(STAFF) });
    file.send(&mut clinic, file.from, &Frame::Have { transfer: file.id, next: 0 }); // This page heard nothing either.
    file.finish(&mut clinic);
    assert!(file.got == file.bytes, "the same bytes");
}

#[tokio::test(start_paused = true)]
async fn nothing_passes_before_going_in_nor_on_hold() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana");
    ana.say(
        &mut clinic,
        json!({"kind": "set_up", "devices": {"camera": "works", "microphone": "works"}, "done": true}),
    );
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    for participant in [ANA, STAFF] {
        connect(&mut clinic, participant);
    }
    let mut file = Transfer::of(STAFF, ANA, 300_000);
    file.begin(&mut clinic);
    assert!(frames(&mut clinic).is_empty(), "called, not in");
    ana.say(&mut clinic, json!({"kind": "go_in"}));
    file.begin(&mut clinic);
    file.turn(&mut clinic);
    assert!(!file.got.is_empty());

    staff.command(&mut clinic, json!({"action": "hold", "ticket": ticket}));
    frames(&mut clinic);
    let had = file.got.len();
    for from in [ANA, STAFF] {
        file.send(&mut clinic, from, &Frame::Have { transfer: file.id, next: 0 });
    }
    clinic.pass(MINUTE);
    assert!(frames(&mut clinic).is_empty(), "on hold");
    assert_eq!(clinic.hub.files.relay().stats().people, 0);
    staff.command(&mut clinic, json!({"action": "unhold", "ticket": ticket}));
    file.finish(&mut clinic);
    assert!(had < file.got.len() && file.got == file.bytes, "it goes on");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_visit_ends_uploads_and_nothing_outlasts_the_quarter_of_an_hour() {
    let (mut clinic, mut staff, _ana) = in_call_with_channels();
    let mut whole = Transfer::of(ANA, STAFF, 50_000);
    whole.finish(&mut clinic);
    let mut half = Transfer::of(STAFF, ANA, 1_000_000);
    half.begin(&mut clinic);
    half.turn(&mut clinic);
    assert_eq!(clinic.hub.files.relay().stats().files, 2);
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    assert_eq!(clinic.hub.files.relay().stats().files, 1, "what was not whole is gone");
    frames(&mut clinic);
    whole.send(&mut clinic, STAFF, &Frame::Accept { transfer: whole.id });
    assert!(frames(&mut clinic).is_empty(), "nobody can fetch it");
    clinic.pass(15 * MINUTE);
    let stats = clinic.hub.files.relay().stats();
    assert_eq!((stats.files, stats.memory_bytes, stats.receipts), (0, 0, 2));
    assert_eq!((stats.rooms, stats.people), (0, 0));
    assert!(frames(&mut clinic).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_flood_costs_what_the_limits_say_and_is_counted() {
    let (mut clinic, _staff, _ana) = in_call_with_channels();
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let many = 2_000_u32;
    for n in 0..many {
        let mut file = Transfer::of(ANA, STAFF, 1_000_000);
        file.id.0[..4].copy_from_slice(&n.to_be_bytes());
        file.begin(&mut clinic);
        let nonsense = vec![sfu_relay::VERSION; 16 * 1024];
        let message = Message::Binary(nonsense.into());
        clinic.hub.media_event(Media_::Message { participant: ParticipantId(ANA), message });
    }
    let limits = sfu_relay::Limits::default();
    let stats = clinic.hub.files.relay().stats();
    assert_eq!(stats.files, u64::from(limits.person.transfers));
    assert!(stats.memory_bytes <= u64::from(limits.person.transfers) * 1_200_000);
    let answers = frames(&mut clinic);
    assert!(answers.len() <= 2 * many as usize + 100, "one answer each: {}", answers.len());
    assert!(answers.iter().map(|(_, frame)| frame.len()).sum::<usize>() < 200_000);
    metrics::with_local_recorder(&recorder, || clinic.hub.files.count());
    let counted = recorder.handle().render();
    for line in [
        r#"anteroom_limit_reached_total{limit="files_person_transfers"} 1992"#,
        r#"anteroom_files_refused_total{reason="malformed"} 2000"#,
        r#"anteroom_files{what="coming"} 8"#,
    ] {
        assert!(counted.contains(line), "{line}: {counted}");
    }
}

#[tokio::test(start_paused = true)]
async fn numbers_of_receipts_are_noted_before_they_are_used_and_given_back_at_the_end() {
    let (mut clinic, _staff, _ana) = in_call_with_channels();
    let used_up = sfu_relay::Signer::new(&[2; 32], None).with_numbers(100..100);
    clinic.hub.files = Files::new(sfu_relay::Relay::new(sfu_relay::Limits::default(), [1; 32], used_up), None);
    for participant in [ANA, STAFF] {
        connect(&mut clinic, participant);
    }
    let asked = |clinic: &mut Clinic| match clinic.saved.try_recv() {
        Ok(Save::ReceiptNumbers { until, saved }) => (until, saved),
        other => panic!("no numbers are asked for: {other:?}"),
    };
    let mut file = Transfer::of(ANA, STAFF, 1_000);
    file.begin(&mut clinic);
    assert!(clinic.hub.files.relay().stats().refused(Reason::ServerFiles) == 1, "not before they are noted");
    let (until, failed) = asked(&mut clinic);
    assert_eq!(until, 100 + RECEIPTS_AHEAD);
    drop(failed);
    file.begin(&mut clinic);
    let (_, saved) = asked(&mut clinic);
    saved.send(()).unwrap();
    frames(&mut clinic);
    file.finish(&mut clinic);
    file.send(&mut clinic, ANA, &Frame::Cancel { transfer: file.id });
    clinic.hub.stop();
    let mut left = std::iter::from_fn(|| clinic.saved.try_recv().ok()).filter_map(|save| match save {
        Save::ReceiptNumbers { until, .. } => Some(until),
        Save::Area(_) | Save::Seal(..) | Save::Rules(..) | Save::VisitLink(..) | Save::VisitLinkUsed(_) => None,
        Save::Receipt(_) | Save::Used(_) | Save::Consulting(_) => None,
    });
    assert_eq!(left.next(), Some(101), "the end gives back what it has not used");
}

#[tokio::test(start_paused = true)]
async fn a_receipt_waits_for_a_disk_that_is_behind() {
    let (mut clinic, _staff, _ana) = in_call_with_channels();
    while clinic.hub.save.try_send(Save::Used(BTreeSet::new())).is_ok() {}
    for from in [ANA, STAFF] {
        let mut file = Transfer::of(from, STAFF + ANA - from, 1_000);
        file.finish(&mut clinic);
        file.send(&mut clinic, from, &Frame::Cancel { transfer: file.id });
    }
    let saved = |clinic: &mut Clinic| {
        let receipt = |save| if let Save::Receipt(receipt) = save { Some(receipt.statement.number) } else { None };
        std::iter::from_fn(|| clinic.saved.try_recv().ok()).filter_map(receipt).collect::<Vec<u64>>()
    };
    assert!(saved(&mut clinic).is_empty());
    clinic.pass(SAVE_AGAIN);
    assert_eq!(saved(&mut clinic), [1], "the last one is enough");
    clinic.pass(SAVE_AGAIN);
    assert!(saved(&mut clinic).is_empty());
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_no_frame_go_where_they_always_went() {
    let (mut clinic, _staff, _ana) = in_call_with_channels();
    for message in [Message::Binary(vec![1, 2, 3].into()), Message::Binary(Vec::new().into())] {
        clinic.hub.media_event(Media_::Message { participant: ParticipantId(ANA), message });
    }
    let chat = Message::Text(r#"{"sealed":"q83v"}"#.to_owned());
    clinic.hub.media_event(Media_::Message { participant: ParticipantId(ANA), message: chat });
    assert_eq!(clinic.commands(), [r#"send 2 {"peer":1,"sealed":"q83v"}"#]);
}

#[tokio::test(start_paused = true)]
async fn a_device_takes_no_part() {
    let (mut clinic, mut staff, _ana) = in_call_with_channels();
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "add_device", "ticket": ticket, "name": "Ultrasound"}));
    let token = TokenHash::of(staff.heard("device_added").pop().unwrap()["token"].as_str().unwrap());
    let (reply, _answer) = oneshot::channel();
    let sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n".to_owned();
    let request = DeviceRequest::Open { direction: Direction::Publish, sdp };
    clinic.hub.handle(Event::Device { token, request, reply });
    assert!(clinic.commands().contains(&"join 3 Open".to_owned()));
    connect(&mut clinic, 3);
    let mut file = Transfer::of(3, ANA, 1_000);
    file.begin(&mut clinic);
    assert!(frames(&mut clinic).is_empty());
    assert_eq!(clinic.hub.files.relay().stats().people, 2);
}

#[tokio::test(start_paused = true)]
async fn neither_name_nor_content_of_a_file_shows_anywhere() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let shown = tracing::subscriber::with_default(subscriber, || {
        let (mut clinic, staff, ana) = in_call_with_channels();
        let mut file = Transfer::of(ANA, STAFF, 40_000);
        file.bytes = CANARY.iter().copied().cycle().take(40_000).collect();
        file.begin(&mut clinic);
        let mut shown = String::new();
        for _ in 0..20 {
            let commands = clinic.media.take_written();
            shown.push_str(&format!("{commands:?}"));
            file.read_all(&mut clinic, &commands);
        }
        assert!(file.got == file.bytes, "it went through");
        let message = Message::Binary(file.offer().into());
        shown.push_str(&format!("{:?}", Event::Count { counted: oneshot::channel().0 }));
        shown.push_str(&format!("{:?}", Media_::Message { participant: ParticipantId(ANA), message }));
        clinic.pass(16 * MINUTE);
        shown.push_str(&format!("{:?}{}{}", clinic.hub.files.relay(), staff.everything(), ana.everything()));
        shown
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("file deleted"), "{log}");
    let bytes = format!("{CANARY:?}");
    for text in [&log, &shown] {
        for word in ["Canary", "Wren", "scan.pdf", bytes.trim_matches(['[', ']'])] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_spooled_file_is_noise_on_the_disk_and_gone_after_fifteen_minutes() {
    let folder = spool::tests::folder("hub");
    let (spool, _thread) = Spool::open(&folder).unwrap();
    let (mut clinic, _staff, _ana) = in_call_with_spool(spool);
    let mut file = Transfer::of(ANA, STAFF, 1_000_000);
    file.bytes = CANARY.iter().copied().cycle().take(1_000_000).collect();
    file.finish_spooled(&mut clinic).await;
    assert!(file.got == file.bytes, "the same bytes");
    let [path] = &spool::tests::files(&folder)[..] else { panic!("one file") };
    let stored = std::fs::read(path).unwrap();
    assert!(file.bytes.len() < stored.len());
    assert!(!stored.windows(8).any(|window| window == &CANARY[..8]), "what pages sent is readable on the disk");
    assert!(spool::tests::looks_like_noise(&stored));
    clinic.pass(15 * MINUTE - Duration::from_secs(6));
    spool_settles(&mut clinic).await;
    assert_eq!(spool::tests::files(&folder).len(), 1, "before its time");
    clinic.pass(Duration::from_secs(6));
    spool_settles(&mut clinic).await;
    assert!(spool::tests::files(&folder).is_empty(), "15:00 after the last byte");
    file.turn(&mut clinic);
    let methods: Vec<_> = file.receipts.iter().map(|(_, receipt)| receipt.statement.method).collect();
    assert_eq!(methods, [sfu_relay::Method::KeyOverwrittenAndUnlinked; 2]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_refuses_the_file_and_nothing_else() {
    let folder = spool::tests::folder("full");
    let (spool, is_full) = spool::tests::filling(&folder);
    let (mut clinic, staff, mut ana) = in_call_with_spool(spool);
    let mut first = Transfer::of(STAFF, ANA, 50_000);
    first.finish_spooled(&mut clinic).await;
    let mut file = Transfer::of(ANA, STAFF, 1_000_000);
    file.begin(&mut clinic);
    file.turn(&mut clinic);
    spool_settles(&mut clinic).await;
    is_full.store(true, std::sync::atomic::Ordering::SeqCst);
    clinic.pass(Duration::from_secs(1));
    file.turn(&mut clinic);
    spool_settles(&mut clinic).await;
    file.turn(&mut clinic);
    assert!(file.refused.contains(&Reason::SpoolFailed), "{:?}", file.refused);
    spool_settles(&mut clinic).await;
    let stats = clinic.hub.files.relay().stats();
    assert_eq!((stats.files, stats.unlinking, stats.refused(Reason::SpoolFailed)), (1, 0, 2), "both pages were told");
    assert_eq!(spool::tests::files(&folder).len(), 1, "what was stored before stays");
    ana.say(&mut clinic, offer(1, "100"));
    assert!(staff.heard("error").is_empty() && ana.heard("error").is_empty(), "the visit goes on");
    is_full.store(false, std::sync::atomic::Ordering::SeqCst);
    let mut again = Transfer::of(ANA, STAFF, 40_000);
    again.id.0[0] ^= 1;
    again.finish_spooled(&mut clinic).await;
    assert!(again.got == again.bytes, "as soon as there is room");
    drop(clinic);
    std::fs::remove_dir_all(folder).unwrap();
}

/// As [`in_call_with_channels`], with files on a disk.
fn in_call_with_spool(spool: Spool) -> (Clinic, Page, Page) {
    let limits = sfu_relay::Limits { storage: sfu_relay::Storage::Spool, ..sfu_relay::Limits::default() };
    let (mut clinic, staff, ana) = Clinic::open_with(limits, Some(spool)).with_call();
    for participant in [ANA, STAFF] {
        connect(&mut clinic, participant);
    }
    (clinic, staff, ana)
}

/// Lets the disk do what it was asked for.
async fn spool_settles(clinic: &mut Clinic) {
    while 0 < clinic.hub.files.spool_waiting() {
        let report = clinic.hub.files.spool_report().await.unwrap();
        clinic.hub.spool_did(&report);
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// In the consultation, both pages' channels open.
pub(super) fn in_call_with_channels() -> (Clinic, Page, Page) {
    let (mut clinic, staff, ana) = Clinic::in_call();
    for participant in [ANA, STAFF] {
        connect(&mut clinic, participant);
    }
    (clinic, staff, ana)
}

fn connect(clinic: &mut Clinic, participant: u64) {
    let participant = ParticipantId(participant);
    clinic.hub.media_event(Media_::Connected { participant });
    clinic.hub.media_event(Media_::ChannelOpened { participant });
}

/// The frames that participants were sent since the last look.
fn frames(clinic: &mut Clinic) -> Vec<(u64, Vec<u8>)> {
    frames_of(&clinic.media.take_written())
}

fn frames_of(commands: &[Command]) -> Vec<(u64, Vec<u8>)> {
    let frame = |command: &Command| {
        let Command::Send { participant, message: Message::Binary(frame) } = command else { return None };
        Some((participant.0, frame.to_vec()))
    };
    commands.iter().filter_map(frame).collect()
}

/// One file and the two pages that send and take it.
pub(super) struct Transfer {
    id: TransferId,
    from: u64,
    to: u64,
    bytes: Vec<u8>,
    next: u32,
    until: u32,
    got: Vec<u8>,
    has: u32,
    is_accepted: bool,
    is_stored: bool,
    receipts: Vec<(u64, Receipt)>,
    refused: Vec<Reason>,
}

impl Transfer {
    pub(super) fn of(from: u64, to: u64, bytes: usize) -> Self {
        let id = TransferId([u8::try_from(16 * from + to).unwrap(); 16]);
        Self {
            id,
            from,
            to,
            bytes: (0..bytes).map(|n| u8::try_from(n % 251).unwrap()).collect(),
            next: 0,
            until: 0,
            got: Vec::new(),
            has: 0,
            is_accepted: false,
            is_stored: false,
            receipts: Vec::new(),
            refused: Vec::new(),
        }
    }

    fn size(&self) -> Size {
        Size::of(self.bytes.len() as u64).unwrap()
    }

    fn offer(&self) -> Vec<u8> {
        Frame::Offer { transfer: self.id, keeping: Keeping::Stored, size: self.size(), manifest: CANARY }.write()
    }

    fn begin(&mut self, clinic: &mut Clinic) {
        let message = Message::Binary(self.offer().into());
        clinic.hub.media_event(Media_::Message { participant: ParticipantId(self.from), message });
    }

    fn send(&self, clinic: &mut Clinic, from: u64, frame: &Frame<'_>) {
        let message = Message::Binary(frame.write().into());
        clinic.hub.media_event(Media_::Message { participant: ParticipantId(from), message });
    }

    /// Offers it unless it is there, and goes on until the other page has all of it.
    pub(super) fn finish(&mut self, clinic: &mut Clinic) {
        if !self.is_accepted {
            self.begin(clinic);
        }
        for _ in 0..1_000 {
            self.turn(clinic);
            if self.is_stored && self.has == self.size().chunks() {
                return;
            }
            clinic.pass(Duration::from_millis(50));
        }
        panic!("{} of {} chunks came; refused: {:?}", self.has, self.size().chunks(), self.refused);
    }

    /// As [`Self::finish`], by way of the disk.
    async fn finish_spooled(&mut self, clinic: &mut Clinic) {
        self.begin(clinic);
        for _ in 0..1_000 {
            self.turn(clinic);
            spool_settles(clinic).await;
            if self.is_stored && self.has == self.size().chunks() {
                return;
            }
            clinic.pass(Duration::from_millis(50));
        }
        panic!("{} of {} chunks came; refused: {:?}", self.has, self.size().chunks(), self.refused);
    }

    /// Lets both pages read and answer until nothing is left to say.
    fn turn(&mut self, clinic: &mut Clinic) {
        loop {
            let commands = clinic.media.take_written();
            if frames_of(&commands).is_empty() {
                return;
            }
            self.read_all(clinic, &commands);
        }
    }

    fn read_all(&mut self, clinic: &mut Clinic, commands: &[Command]) {
        for (to, message) in frames_of(commands) {
            let frame = Frame::parse(&message).unwrap();
            if frame.transfer() == self.id {
                self.read(clinic, to, &frame);
            }
        }
    }

    fn read(&mut self, clinic: &mut Clinic, to: u64, frame: &Frame<'_>) {
        let transfer = self.id;
        match *frame {
            Frame::Offer { .. } if self.is_accepted => {
                self.send(clinic, self.to, &Frame::Have { transfer, next: self.has });
            }
            Frame::Offer { manifest, .. } => {
                assert_eq!((to, manifest), (self.to, CANARY));
                self.is_accepted = true;
                self.send(clinic, self.to, &Frame::Accept { transfer });
            }
            Frame::Have { next, .. } => {
                (self.next, self.until) = (next, self.until.max(next));
                self.send_chunks(clinic);
            }
            Frame::Credit { until, .. } => {
                self.until = until;
                self.send_chunks(clinic);
            }
            Frame::Chunk { index, bytes, .. } if index == self.has => {
                assert_eq!(to, self.to);
                self.got.extend_from_slice(bytes);
                self.has += 1;
                if self.has.is_multiple_of(3) || self.has == self.size().chunks() {
                    self.send(clinic, self.to, &Frame::Ack { transfer, next: self.has });
                }
            }
            Frame::Done { .. } => self.is_stored = true,
            Frame::Receipt { receipt, .. } => self.receipts.push((to, receipt)),
            Frame::Refused { reason, .. } => self.refused.push(reason),
            Frame::Chunk { .. } | Frame::Ack { .. } | Frame::Cancel { .. } | Frame::Accept { .. } => {}
        }
    }

    fn send_chunks(&mut self, clinic: &mut Clinic) {
        while self.next < self.until {
            let from = self.next as usize * sfu_relay::limits::CHUNK_BYTES;
            let length = self.size().chunk_bytes(self.next).unwrap();
            let chunk = Frame::Chunk { transfer: self.id, index: self.next, bytes: &self.bytes[from..from + length] };
            self.send(clinic, self.from, &chunk);
            self.next += 1;
        }
    }
}
