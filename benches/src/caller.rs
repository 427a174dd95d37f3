//! Somebody who really joins and really sends, and costs little: what a server does for them is what it does for a
//! browser, what they do for themselves is a fraction of it.
//!
//! SDP, ICE, DTLS and SCTP are a session engine's (`line`). Packets are written and sealed with the keys of
//! that handshake; of what comes, every eighth packet is opened, and all of it is reported: transport-wide feedback
//! every 50 ms, receiver or sender reports every second. Keyframes are sent when asked for. Nothing is asked for again,
//! and nothing sent again: where a bench loses packets, it counts them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::crowd::Guest;
use crate::line::{Agreed, Line};
use crate::media::{self, AUDIO_BYTES};
use crate::outbox::{Arrived, Outbox};
use crate::rtp::{self, Arrivals, Block, Header, Heard};
use crate::srtp::{Keys, TAG_BYTES};

/// As often as browsers at 1.2 Mbit/s, and as the core itself.
const FEEDBACK_EVERY: Duration = Duration::from_millis(50);
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// Of so many media packets, one is opened: proof that they are genuine, and how long they took.
const OPENED_EVERY: u64 = 8;
/// Ticks of RTP timestamps in a second.
const SOUND_RATE: u128 = 48_000;
const PICTURE_RATE: u128 = 90_000;
/// The SSRC of somebody who sends nothing.
const LISTENER: u32 = 1;

/// One person's connection.
pub struct Caller {
    line: Line,
    agreed: Agreed,
    keys: Option<Keys>,
    server: SocketAddr,
    began: Instant,
    /// The same moment by the kernel's clock.
    began_at: Duration,
    sound: Sent,
    picture: Sent,
    /// The transport-wide number of the next packet.
    number: u16,
    keyframe_wanted: bool,
    /// Whether anybody is to see the pictures, as the server says.
    pictures_wanted: Arc<AtomicBool>,
    /// The first packet of a frame, and of a keyframe.
    frame: [Vec<u8>; 2],
    heard: Vec<Stream>,
    arrivals: Arrivals,
    feedback_due: Option<Instant>,
    report_due: Option<Instant>,
    received: Counts,
    /// The first media packet since [`Caller::listen`].
    first: Option<First>,
    /// When the keys were there, since 1970, and how long this end has worked on that.
    keyed: Option<Duration>,
    worked: Duration,
    scratch: Vec<u8>,
    out: Outbox,
}

/// Media packets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Of sound.
    pub sounds: u64,
    /// Of pictures.
    pub pictures: u64,
}

impl Counts {
    fn all(self) -> u64 {
        self.sounds + self.pictures
    }
}

/// When a packet was sent, and when the kernel had it at its receiver, since 1970.
#[derive(Clone, Copy, Debug, Default)]
pub struct First {
    /// Sent.
    pub sent: Duration,
    /// Arrived.
    pub arrived: Duration,
}

/// A stream that is sent.
#[derive(Default)]
struct Sent {
    sequence: u64,
    packets: u32,
    octets: u32,
}

/// A stream that is received.
struct Stream {
    ssrc: u32,
    first: u64,
    highest: u64,
    count: u64,
    /// Expected and received at the last report.
    reported: (u64, u64),
    /// The middle of the last sender report's time, and when it came.
    last_report: Option<(u32, Instant)>,
}

impl Caller {
    /// Somebody who sends a voice and a camera, or nothing, and receives so many of each; and their offer.
    ///
    /// # Panics
    /// If the clock says that it is before 1970.
    #[must_use]
    pub fn offer(local: SocketAddr, sends: bool, slots: usize, now: Instant) -> (Self, String) {
        let (line, offer) = Line::offer(local, sends, slots, now);
        (Self::new(line, Agreed::default(), local, now), offer)
    }

    /// Takes the server's answer.
    ///
    /// # Panics
    /// If it does not fit the offer.
    pub fn accept(&mut self, answer: &str) {
        let began = Instant::now();
        self.agreed = self.line.accept(answer);
        self.worked += began.elapsed();
    }

    /// Sends pictures from now on only while that says so.
    pub fn show_while(&mut self, pictures_wanted: Arc<AtomicBool>) {
        self.pictures_wanted = pictures_wanted;
    }

    /// What was received.
    #[must_use]
    pub fn received(&self) -> Counts {
        self.received
    }

    /// What was sent.
    #[must_use]
    pub fn sent(&self) -> Counts {
        Counts { sounds: self.sound.packets.into(), pictures: self.picture.packets.into() }
    }

    /// Waits for a packet anew.
    pub fn listen(&mut self) {
        self.first = None;
    }

    /// The first media packet since [`Caller::listen`], or at all.
    #[must_use]
    pub fn first(&self) -> Option<First> {
        self.first
    }

    /// When the handshake was over, since 1970, and the time that this end has worked on it, from the answer on.
    #[must_use]
    pub fn keyed(&self) -> Option<(Duration, Duration)> {
        self.keyed.map(|at| (at, self.worked))
    }

    /// Somebody who receives what a server offers; and their answer.
    ///
    /// # Panics
    /// If the offer cannot be answered, or the clock says that it is before 1970.
    #[must_use]
    pub fn answer(local: SocketAddr, offer: &str, now: Instant) -> (Self, String) {
        let (line, agreed, answer) = Line::answer(local, offer, now);
        (Self::new(line, agreed, local, now), answer)
    }

    fn new(line: Line, agreed: Agreed, server: SocketAddr, now: Instant) -> Self {
        // In the lower half, as browsers do: nobody can know of a wrap whose packets all got lost (RFC 3711, section
        // 3.3.1).
        let starting = |sequence| Sent { sequence, ..Sent::default() };
        Self {
            line,
            agreed,
            keys: None,
            server,
            began: now,
            began_at: media::unix_now(),
            sound: starting(1_000),
            picture: starting(2_000),
            number: 0,
            keyframe_wanted: true,
            pictures_wanted: Arc::new(AtomicBool::new(true)),
            frame: [false, true].map(|is_keyframe| media::frame(1, is_keyframe).swap_remove(0)),
            heard: Vec::new(),
            arrivals: Arrivals::default(),
            feedback_due: None,
            report_due: None,
            received: Counts::default(),
            first: None,
            keyed: None,
            worked: Duration::ZERO,
            scratch: Vec::new(),
            out: Outbox::default(),
        }
    }

    fn step(&mut self, datagram: Option<(SocketAddr, &[u8])>, now: Instant) {
        let began = self.keys.is_none().then(Instant::now);
        if let Some(keys) = self.line.step(datagram, now, &mut self.out) {
            self.keys = Some(keys);
            self.keyed = Some(media::unix_now());
            self.report_due = Some(now + REPORT_EVERY);
        }
        self.worked += began.map_or(Duration::ZERO, |began| began.elapsed());
    }

    fn hear(&mut self, arrived: &Arrived<'_>, now: Instant) -> Option<Duration> {
        let (keys, header) = (self.keys.as_ref()?, Header::parse(arrived.bytes, self.agreed.number)?);
        if let Some(number) = header.number {
            let micros = arrived.at.saturating_sub(self.began_at).as_micros() as i64;
            self.arrivals.arrived(number, micros);
            self.feedback_due.get_or_insert(now + FEEDBACK_EVERY);
        }
        let at = self.heard.iter().position(|stream| stream.ssrc == header.ssrc).unwrap_or_else(|| {
            self.heard.push(Stream::new(header.ssrc, header.sequence));
            self.heard.len() - 1
        });
        let index = self.heard[at].arrives(header.sequence);
        let is_media = [self.agreed.sound, self.agreed.picture].contains(&header.payload_type);
        if !is_media || arrived.bytes.len() <= header.bytes + TAG_BYTES {
            return None; // Repairs and padding: probes of what the network carries.
        }
        let is_picture = header.payload_type == self.agreed.picture;
        *(if is_picture { &mut self.received.pictures } else { &mut self.received.sounds }) += 1;
        if self.first.is_some() && !self.received.all().is_multiple_of(OPENED_EVERY) {
            return None;
        }
        self.scratch.clear();
        self.scratch.extend_from_slice(arrived.bytes);
        let payload = keys.open_rtp(&mut self.scratch, header.bytes, header.ssrc, index);
        let payload = payload.expect("what the server sends is genuine");
        let sent = media::stamp_of(payload)?;
        self.first.get_or_insert(First { sent, arrived: arrived.at });
        Some(arrived.at.saturating_sub(sent))
    }

    fn heed(&mut self, bytes: &[u8], now: Instant) {
        let Some(keys) = &self.keys else { return };
        self.scratch.clear();
        self.scratch.extend_from_slice(bytes);
        let length = keys.open_rtcp(&mut self.scratch).expect("what the server sends is genuine");
        for heard in rtp::heard(&self.scratch[..length]) {
            match heard {
                Heard::KeyframeWanted => self.keyframe_wanted = true,
                Heard::SenderReport { ssrc, time } => {
                    if let Some(stream) = self.heard.iter_mut().find(|stream| stream.ssrc == ssrc) {
                        stream.last_report = Some((time, now));
                    }
                }
            }
        }
    }

    /// Sends `count` packets as one run: their payload is `payload`, but for the time in it.
    fn send(&mut self, is_picture: bool, count: usize, payload: &[u8], now: Instant) {
        let (Some(keys), Some((sound, picture))) = (&self.keys, self.agreed.ssrcs) else { return };
        let (sent, payload_type, ssrc, clock_rate) = if is_picture {
            (&mut self.picture, self.agreed.picture, picture, PICTURE_RATE)
        } else {
            (&mut self.sound, self.agreed.sound, sound, SOUND_RATE)
        };
        let level = self.agreed.audio_level.filter(|_| !is_picture);
        let timestamp = ticks(now - self.began, clock_rate);
        self.out.run(self.server, |out| {
            let start = out.len();
            for packet in 0..count {
                let (number, packet_start) = (self.number.to_be_bytes(), out.len());
                self.number = self.number.wrapping_add(1);
                const LOUD: u8 = 0x80 | 30; // It is a voice, at -30 dBov (RFC 6464).
                let elements: [(Option<u8>, &[u8]); 2] = [(level, &[LOUD]), (self.agreed.number, &number)];
                let elements = elements.into_iter().filter_map(|(id, value)| Some((id?, value))).collect::<Vec<_>>();
                let kind = (payload_type, is_picture && packet + 1 == count);
                let header_bytes = rtp::header(out, kind, sent.sequence as u16, timestamp, ssrc, &elements);
                out.extend_from_slice(payload);
                if is_picture && packet != 0 {
                    out[packet_start + header_bytes] = 0; // Does not begin the frame (RFC 7741, section 4.2).
                }
                media::stamp(&mut out[packet_start + header_bytes..]);
                keys.seal_rtp(out, packet_start, header_bytes, ssrc, sent.sequence);
                sent.sequence += 1;
                sent.packets += 1;
                sent.octets += payload.len() as u32;
            }
            (out.len() - start) / count
        });
    }

    fn tell_arrivals(&mut self) {
        let Some(keys) = &mut self.keys else { return };
        let media_ssrc = self.heard.first().map_or(0, |stream| stream.ssrc);
        let ssrc = self.agreed.ssrcs.map_or(LISTENER, |(_, picture)| picture);
        self.out.run(self.server, |out| {
            let start = out.len();
            self.arrivals.report(out, ssrc, media_ssrc);
            if start < out.len() {
                keys.seal_rtcp(out, start);
            }
            out.len() - start
        });
    }

    fn report(&mut self, now: Instant) {
        let Some(keys) = &mut self.keys else { return };
        const BLOCKS_MAX: usize = 31;
        /// From the years that NTP counts to those of Unix.
        const NTP_EPOCH: u64 = 2_208_988_800;
        let blocks: Vec<Block> = self.heard.iter_mut().take(BLOCKS_MAX).map(|stream| stream.block(now)).collect();
        let at = media::unix_now();
        let fraction = (u64::from(at.subsec_nanos()) << 32) / 1_000_000_000;
        let ntp = ((at.as_secs() + NTP_EPOCH) << 32) | fraction;
        let elapsed = now - self.began;
        self.out.run(self.server, |out| {
            let start = out.len();
            if let Some((sound, picture)) = self.agreed.ssrcs {
                for (ssrc, sent, rate, blocks) in
                    [(sound, &self.sound, SOUND_RATE, &blocks[..]), (picture, &self.picture, PICTURE_RATE, &[])]
                {
                    let timestamp = ticks(elapsed, rate);
                    rtp::sender_report(out, ssrc, ntp, timestamp, (sent.packets, sent.octets), blocks);
                }
            } else {
                rtp::receiver_report(out, LISTENER, &blocks);
            }
            keys.seal_rtcp(out, start);
            out.len() - start
        });
    }
}

impl Guest for Caller {
    fn receive(&mut self, arrived: &Arrived<'_>, now: Instant) -> Option<Duration> {
        match arrived.bytes {
            // RFC 7983, and RFC 5761 for what lies within.
            [128..192, second, ..] if (64..96).contains(&(second & 0x7f)) => self.heed(arrived.bytes, now),
            [128..192, ..] => return self.hear(arrived, now),
            _ => {
                self.server = arrived.from;
                self.step(Some((arrived.from, arrived.bytes)), now);
            }
        }
        None
    }

    fn show(&mut self, packets: usize, now: Instant) {
        if !self.pictures_wanted.load(Ordering::Relaxed) {
            return;
        }
        let is_keyframe = std::mem::take(&mut self.keyframe_wanted);
        let frame = std::mem::take(&mut self.frame[usize::from(is_keyframe)]);
        self.send(true, packets, &frame, now);
        self.frame[usize::from(is_keyframe)] = frame;
    }

    fn speak(&mut self, now: Instant) {
        self.send(false, 1, &[0; AUDIO_BYTES], now);
    }

    fn go_on(&mut self, now: Instant) -> &mut Outbox {
        if self.line.due() <= now {
            self.step(None, now);
        }
        if self.feedback_due.take_if(|due| *due <= now).is_some() {
            self.tell_arrivals();
        }
        if let Some(due) = self.report_due.as_mut().filter(|due| **due <= now) {
            *due = now + REPORT_EVERY;
            self.report(now);
        }
        &mut self.out
    }

    fn due(&self) -> Option<Instant> {
        [Some(self.line.due()), self.feedback_due, self.report_due].into_iter().flatten().min()
    }

    fn is_connected(&self) -> bool {
        self.keys.is_some()
    }

    fn counts(&self) -> (u64, u64) {
        (self.sent().all(), self.received.all())
    }
}

impl Stream {
    fn new(ssrc: u32, sequence: u16) -> Self {
        let first = u64::from(sequence);
        Self { ssrc, first, highest: first, count: 0, reported: (0, 0), last_report: None }
    }

    /// The packet's number beyond 16 bits.
    fn arrives(&mut self, sequence: u16) -> u64 {
        let ahead = sequence.wrapping_sub(self.highest as u16) as i16;
        let index = self.highest.saturating_add_signed(ahead.into());
        self.highest = self.highest.max(index);
        self.count += 1;
        index
    }

    fn block(&mut self, now: Instant) -> Block {
        let expected = self.highest - self.first + 1;
        let (expected_before, count_before) = std::mem::replace(&mut self.reported, (expected, self.count));
        let interval = expected - expected_before;
        let lost = interval.saturating_sub(self.count - count_before);
        let (last_report, delay) = self.last_report.map_or((0, 0), |(time, at)| (time, ticks(now - at, 65_536)));
        Block {
            ssrc: self.ssrc,
            fraction_lost: (256 * lost).checked_div(interval).unwrap_or(0).min(255) as u8,
            lost: expected.saturating_sub(self.count) as u32,
            highest_sequence: self.highest as u32,
            last_report,
            delay,
        }
    }
}

/// A duration in units of a clock, around its wrap.
fn ticks(duration: Duration, per_second: u128) -> u32 {
    (duration.as_micros() * per_second / 1_000_000) as u32
}
