//! RTP and RTCP as far as a [`crate::caller::Caller`] needs them (RFC 3550, RFC 8285, and the draft of transport-wide
//! feedback).

/// What a caller reads of a packet's header.
pub(crate) struct Header {
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) ssrc: u32,
    /// Of the header, its extension included.
    pub(crate) bytes: usize,
    /// The transport-wide number, if it is there.
    pub(crate) number: Option<u16>,
}

impl Header {
    /// `number_id`: which extension the transport-wide number is. `None` if it is no RTP.
    pub(crate) fn parse(packet: &[u8], number_id: Option<u8>) -> Option<Self> {
        let (fixed, _) = packet.split_first_chunk::<12>()?;
        let mut header = Self {
            payload_type: fixed[1] & 0x7f,
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
            bytes: 12 + 4 * usize::from(fixed[0] & 0x0f),
            number: None,
        };
        if fixed[0] & 0x10 != 0 {
            let extension = packet.get(header.bytes..)?;
            let words = u16::from_be_bytes(*extension.get(2..)?.first_chunk()?);
            let mut elements = extension.get(4..4 + 4 * usize::from(words))?;
            header.bytes += 4 + 4 * usize::from(words);
            // Elements of the one-byte form (RFC 8285, section 4.2).
            while let [head, rest @ ..] = elements {
                let length = if *head == 0 { 0 } else { usize::from(head & 0x0f) + 1 };
                let (value, behind) = rest.split_at_checked(length)?;
                if number_id == Some(head >> 4) && *head != 0 {
                    header.number = value.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
                }
                elements = behind;
            }
        }
        Some(header)
    }
}

/// Appends a header with these elements in the one-byte form. Returns its length.
pub(crate) fn header(
    out: &mut Vec<u8>,
    (payload_type, marker): (u8, bool),
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    elements: &[(u8, &[u8])],
) -> usize {
    let start = out.len();
    out.extend([if elements.is_empty() { 0x80 } else { 0x90 }, payload_type | u8::from(marker) << 7]);
    out.extend(sequence.to_be_bytes());
    append(out, [timestamp, ssrc]);
    if !elements.is_empty() {
        let bytes: usize = elements.iter().map(|(_, value)| 1 + value.len()).sum();
        append(out, [0xbede << 16 | bytes.div_ceil(4) as u32]);
        for (id, value) in elements {
            out.push(id << 4 | (value.len() as u8 - 1));
            out.extend_from_slice(value);
        }
        out.resize(out.len() + bytes.next_multiple_of(4) - bytes, 0);
    }
    out.len() - start
}

/// What a caller heeds of a compound RTCP packet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A keyframe is wanted (RFC 4585, section 6.3.1; RFC 5104, section 4.3.1).
    KeyframeWanted,
    /// A sender report, and the middle of its time.
    SenderReport { ssrc: u32, time: u32 },
}

/// Reads a compound RTCP packet as far as it is well formed.
pub(crate) fn heard(compound: &[u8]) -> impl Iterator<Item = Heard> + '_ {
    let mut rest = compound;
    let packets = std::iter::from_fn(move || {
        let [first, kind, l0, l1] = *rest.first_chunk()?;
        let (packet, behind) = rest.split_at_checked(4 + 4 * usize::from(u16::from_be_bytes([l0, l1])))?;
        rest = behind;
        Some((first & 0x1f, kind, packet))
    });
    packets.filter_map(|(format, kind, packet)| match (kind, format) {
        (206, 1 | 4) => Some(Heard::KeyframeWanted),
        (200, _) => {
            let word = |at: usize| Some(u32::from_be_bytes(*packet.get(at..)?.first_chunk()?));
            Some(Heard::SenderReport { ssrc: word(4)?, time: word(8)? << 16 | word(12)? >> 16 })
        }
        _ => None,
    })
}

/// How one stream arrives (RFC 3550, section 6.4.1).
pub(crate) struct Block {
    pub(crate) ssrc: u32,
    /// In parts of 256.
    pub(crate) fraction_lost: u8,
    pub(crate) lost: u32,
    pub(crate) highest_sequence: u32,
    /// The middle of the last sender report's time.
    pub(crate) last_report: u32,
    /// Since that report, in parts of a second, 65,536 to one.
    pub(crate) delay: u32,
}

fn append_blocks(out: &mut Vec<u8>, blocks: &[Block]) {
    for block in blocks {
        let lost = u32::from(block.fraction_lost) << 24 | block.lost & 0xff_ffff;
        append(out, [block.ssrc, lost, block.highest_sequence, 0, block.last_report, block.delay]);
    }
}

/// Appends a sender report with at most 31 blocks. `ntp`: seconds since 1900 and their 2^-32nd parts.
pub(crate) fn sender_report(
    out: &mut Vec<u8>,
    ssrc: u32,
    ntp: u64,
    timestamp: u32,
    (packets, octets): (u32, u32),
    blocks: &[Block],
) {
    append_packet(out, 200, blocks.len() as u8, |out| {
        append(out, [ssrc, (ntp >> 32) as u32, ntp as u32, timestamp, packets, octets]);
        append_blocks(out, blocks);
    });
}

/// Appends a receiver report with at most 31 blocks.
pub(crate) fn receiver_report(out: &mut Vec<u8>, ssrc: u32, blocks: &[Block]) {
    append_packet(out, 201, blocks.len() as u8, |out| {
        append(out, [ssrc]);
        append_blocks(out, blocks);
    });
}

/// What has arrived and is not reported yet.
#[derive(Default)]
pub(crate) struct Arrivals {
    /// Number, counted on beyond 16 bits, and time in units of 250 µs.
    pending: Vec<(u64, i64)>,
    highest: Option<u64>,
    /// Behind all that was reported.
    next: Option<u64>,
    count: u8,
}

impl Arrivals {
    /// A packet of this number has come, so many microseconds after something.
    pub(crate) fn arrived(&mut self, number: u16, micros: i64) {
        let highest = self.highest.unwrap_or(1 << 16 | u64::from(number));
        let number = highest.saturating_add_signed(i64::from(number.wrapping_sub(highest as u16) as i16));
        self.highest = Some(highest.max(number));
        self.pending.push((number, micros / 250));
    }

    /// Appends a report about all of it (section 3.1 of draft-holmer-rmcat-transport-wide-cc-extensions-01).
    pub(crate) fn report(&mut self, out: &mut Vec<u8>, sender_ssrc: u32, media_ssrc: u32) {
        self.pending.sort_unstable();
        self.pending.dedup_by_key(|(number, _)| *number);
        self.pending.retain(|(number, _)| self.next.is_none_or(|next| next <= *number));
        let (Some((first, at)), Some((last, _))) = (self.pending.first().copied(), self.pending.last().copied()) else {
            return;
        };
        /// More than this is missing after an outage only.
        const MISSING_MAX: u64 = 1_000;
        let base = self.next.filter(|next| first - next < MISSING_MAX).unwrap_or(first);
        let reference = at / 256;
        let (mut ticks, mut statuses, mut deltas) = (reference * 256, Vec::new(), Vec::new());
        for (number, at) in self.pending.drain(..) {
            statuses.resize((number - base) as usize, MISSING);
            let delta = at - ticks;
            if let Ok(delta) = u8::try_from(delta) {
                statuses.push(SMALL);
                deltas.push(delta);
            } else {
                statuses.push(LARGE);
                deltas.extend((delta.clamp(i16::MIN.into(), i16::MAX.into()) as i16).to_be_bytes());
            }
            ticks = at;
        }
        let count = self.count;
        (self.next, self.count) = (Some(last + 1), count.wrapping_add(1));
        append_packet(out, 205, 15, |out| {
            append(out, [sender_ssrc, media_ssrc, (base as u32) << 16 | statuses.len() as u32]);
            append(out, [(reference as u32) << 8 | u32::from(count)]);
            for run in statuses.chunk_by(|one, other| one == other) {
                out.extend((u16::from(run[0]) << 13 | run.len() as u16).to_be_bytes());
            }
            out.append(&mut deltas);
        });
    }
}

// What became of a packet (section 3.1.1 of the draft).
const MISSING: u8 = 0;
const SMALL: u8 = 1;
const LARGE: u8 = 2;

/// Appends a packet and fills it up to whole words.
fn append_packet(out: &mut Vec<u8>, kind: u8, count: u8, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0x80 | count, kind, 0, 0]);
    body(out);
    out.resize(start + (out.len() - start).next_multiple_of(4), 0);
    let words = (out.len() - start) / 4 - 1;
    out[start + 2..start + 4].copy_from_slice(&(words as u16).to_be_bytes());
}

fn append<const N: usize>(out: &mut Vec<u8>, words: [u32; N]) {
    out.extend_from_slice(words.map(u32::to_be_bytes).as_flattened());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_it_was_written() {
        for elements in [&[][..], &[(3, &[1, 2][..])], &[(1, &[5]), (3, &[1, 2])]] {
            let mut packet = Vec::new();
            let bytes = header(&mut packet, (96, true), 700, 9, 11, elements);
            packet.push(0xff);
            let read = Header::parse(&packet, Some(3)).unwrap();
            assert_eq!((read.payload_type, read.sequence, read.ssrc, read.bytes), (96, 700, 11, bytes));
            assert_eq!(read.number, (!elements.is_empty()).then_some(0x0102));
        }
    }

    #[test]
    fn a_report_says_what_came_and_what_did_not() {
        let mut arrivals = Arrivals::default();
        for (number, micros) in [(65_535, 64_000), (0, 64_500), (3, 200_000)] {
            arrivals.arrived(number, micros);
        }
        let mut out = Vec::new();
        arrivals.report(&mut out, 1, 2);
        let body = [
            [0xff, 0xff, 0, 5], // Five packets from number 65,535 on.
            [0, 0, 1, 0],       // From 64 ms on.
            [0x20, 2, 0, 2],    // Two came, two did not,
            [0x40, 1, 0, 2],    // one came late. The first came at once, the second after 0.5 ms,
            [2, 30, 0, 0],      // the third after 542 units of 250 µs.
        ];
        assert_eq!(out[..4], [0x8f, 205, 0, 7]);
        assert_eq!(out[12..], *body.as_flattened());
        arrivals.arrived(4, 201_000);
        let mut next = Vec::new();
        arrivals.report(&mut next, 1, 2);
        assert_eq!((&next[12..16], next[19]), (&[0, 4, 0, 1][..], 1));
    }

    #[test]
    fn requests_and_reports_are_found_in_a_compound_packet() {
        let mut out = Vec::new();
        sender_report(&mut out, 5, 0x0102_0304_0506_0708, 0, (0, 0), &[]);
        receiver_report(&mut out, 5, &[]);
        append_packet(&mut out, 206, 1, |out| append(out, [5, 6]));
        let all: Vec<_> = heard(&out).collect();
        assert_eq!(all, [Heard::SenderReport { ssrc: 5, time: 0x0304_0506 }, Heard::KeyframeWanted]);
    }
}
