//! Headers of media packets (RFC 3550, section 5.1) and their extensions (RFC 8285), read and written.

use std::ops::Deref;

use bytes::BufMut;

/// What stands before the payload of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    pub(crate) payload_type: u8,
    pub(crate) marker: bool,
    /// The last byte of the payload, once it is open, says how much of it is padding: see [`unpadded`].
    pub(crate) has_padding: bool,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    /// Bytes of the whole header, contributing sources and extensions included: where the payload begins.
    pub(crate) bytes: usize,
    elements: Elements<'a>,
}

impl<'a> Header<'a> {
    /// `None` if it is no RTP of version 2, is cut off, or is extended in another way than RFC 8285 says: nobody here
    /// negotiates one. Contributing sources are skipped.
    pub(crate) fn parse(packet: &'a [u8]) -> Option<Self> {
        let (fixed, rest) = packet.split_first_chunk::<12>()?;
        let [first, second, s0, s1, t0, t1, t2, t3, ssrc @ ..] = *fixed;
        if first >> 6 != 2 {
            return None;
        }
        let mut rest = rest.get(4 * usize::from(first & 0x0f)..)?;
        let mut elements = Elements { rest: &[], form: Form::OneByte };
        if first & EXTENSION != 0 {
            let (prefix, behind) = rest.split_first_chunk::<4>()?;
            let [p0, p1, w0, w1] = *prefix;
            let form = match u16::from_be_bytes([p0, p1]) {
                ONE_BYTE => Form::OneByte,
                profile if profile & !APPLICATION_BITS == TWO_BYTE => Form::TwoByte,
                _ => return None,
            };
            let block;
            (block, rest) = behind.split_at_checked(4 * usize::from(u16::from_be_bytes([w0, w1])))?;
            elements = Elements { rest: block, form };
        }
        Some(Self {
            payload_type: second & 0x7f,
            marker: second & MARKER != 0,
            has_padding: first & PADDING != 0,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes(ssrc),
            bytes: packet.len() - rest.len(),
            elements,
        })
    }

    /// The ids and values of the extension's elements, as far as they can be read. An id may come twice.
    pub(crate) fn extensions(&self) -> Elements<'a> {
        self.elements
    }
}

/// The payload without its padding; `None` if the count of padding is impossible.
pub(crate) fn unpadded(payload: &[u8], has_padding: bool) -> Option<&[u8]> {
    if !has_padding {
        return Some(payload);
    }
    let count = usize::from(*payload.last()?);
    if count == 0 { None } else { payload.get(..payload.len().checked_sub(count)?) }
}

/// The elements of a header extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elements<'a> {
    rest: &'a [u8],
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// RFC 8285, section 4.2: ids 1 to 14, values of 1 to 16 bytes.
    OneByte,
    /// RFC 8285, section 4.3: ids 1 to 255, values of 0 to 255 bytes.
    TwoByte,
}

impl<'a> Elements<'a> {
    /// The first element and what is behind it.
    fn split(&self) -> Option<(<Self as Iterator>::Item, &'a [u8])> {
        let padding = self.rest.iter().position(|byte| *byte != 0)?;
        let (head, rest) = self.rest.get(padding..)?.split_first()?;
        let (id, length, rest) = match self.form {
            Form::OneByte => (head >> 4, usize::from(head & 0x0f) + 1, rest),
            Form::TwoByte => rest.split_first().map(|(length, rest)| (*head, usize::from(*length), rest))?,
        };
        if self.form == Form::OneByte && matches!(id, 0 | 15) {
            return None; // Both end the extension: 0 is padding and has no length, 15 is kept for later (RFC 8285, section 4.2).
        }
        let (value, rest) = rest.split_at_checked(length)?;
        Some(((id, value), rest))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (element, rest) = self.split().unzip();
        self.rest = rest.unwrap_or_default();
        element
    }
}

/// What [`write()`] says in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    /// 7 bits.
    pub(crate) payload_type: u8,
    pub(crate) marker: bool,
    pub(crate) has_padding: bool,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
}

/// Appends a header and returns its length. Its extension has the one-byte form if all elements fit there, else the
/// two-byte form, which the other end must have agreed to (`extmap-allow-mixed`); without elements there is none. What
/// fits neither form (id 0, more than 255 bytes) is left out.
pub(crate) fn write<'e>(
    out: &mut (impl BufMut + Deref<Target = [u8]>),
    fields: &Fields,
    elements: impl Iterator<Item = (u8, &'e [u8])> + Clone,
) -> usize {
    let start = out.len();
    // There are 255 ids, so the length in words fits its 16 bits.
    let elements = elements.filter(|(id, value)| *id != 0 && value.len() <= 255).take(255);
    let is_short = |(id, value): (u8, &[u8])| id < 15 && (1..=16).contains(&value.len());
    let (form, head_bytes) = if elements.clone().all(is_short) { (Form::OneByte, 1) } else { (Form::TwoByte, 2) };
    let bytes: usize = elements.clone().map(|(_, value)| head_bytes + value.len()).sum();
    let [s0, s1] = fields.sequence.to_be_bytes();
    let [t0, t1, t2, t3] = fields.timestamp.to_be_bytes();
    let [r0, r1, r2, r3] = fields.ssrc.to_be_bytes();
    let padding = if fields.has_padding { PADDING } else { 0 };
    let extension = if bytes == 0 { 0 } else { EXTENSION };
    let marker = if fields.marker { MARKER } else { 0 };
    let (first, second) = (2 << 6 | padding | extension, fields.payload_type & 0x7f | marker);
    out.put_slice(&[first, second, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3]);
    if bytes == 0 {
        return out.len() - start;
    }
    let profile = match form {
        Form::OneByte => ONE_BYTE,
        Form::TwoByte => TWO_BYTE,
    };
    let words = bytes.div_ceil(4);
    out.put_u16(profile);
    out.put_u16(words as u16);
    for (id, value) in elements {
        match form {
            Form::OneByte => out.put_u8(id << 4 | (value.len() - 1) as u8),
            Form::TwoByte => out.put_slice(&[id, value.len() as u8]),
        }
        out.put_slice(value);
    }
    out.put_bytes(0, 4 * words - bytes);
    out.len() - start
}

const PADDING: u8 = 0x20;
const EXTENSION: u8 = 0x10;
const MARKER: u8 = 0x80;
/// What an extension in the one-byte form begins with.
const ONE_BYTE: u16 = 0xbede;
/// And in the two-byte form, beside four bits that mean nothing here.
const TWO_BYTE: u16 = 0x1000;
const APPLICATION_BITS: u16 = 0x000f;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const FIELDS: Fields =
        Fields { payload_type: 96, marker: true, has_padding: false, sequence: 77, timestamp: 1_000, ssrc: 9 };

    fn written(fields: &Fields, elements: &[(u8, Vec<u8>)]) -> (Vec<u8>, usize) {
        let mut out = Vec::new();
        let length = write(&mut out, fields, elements.iter().map(|(id, value)| (*id, value.as_slice())));
        (out, length)
    }

    /// A header whose extension has these bytes.
    fn extended(profile: u16, block: &[u8]) -> Vec<u8> {
        assert_eq!(block.len() % 4, 0);
        let mut bytes = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9];
        bytes.extend(profile.to_be_bytes());
        bytes.extend(((block.len() / 4) as u16).to_be_bytes());
        bytes.extend(block);
        bytes
    }

    fn elements(bytes: &[u8]) -> Vec<(u8, &[u8])> {
        Header::parse(bytes).unwrap().extensions().collect()
    }

    #[test]
    fn a_header_without_extensions_has_twelve_bytes() {
        let (bytes, length) = written(&FIELDS, &[]);
        assert_eq!(bytes, [0x80, 0xe0, 0, 77, 0, 0, 3, 232, 0, 0, 0, 9]);
        assert_eq!(length, 12);
    }

    #[test]
    fn the_example_of_the_one_byte_form_is_read() {
        // RFC 8285, section 4.2, figure 2, with ids 1 to 3: lengths 1, 2 and 4, padding between and at the end.
        let block = [0x10, 0xaa, 0x21, 0xbb, 0xcc, 0, 0, 0x33, 1, 2, 3, 4];
        assert_eq!(elements(&extended(0xbede, &block)), [(1, &[0xaa][..]), (2, &[0xbb, 0xcc]), (3, &[1, 2, 3, 4])]);
    }

    #[test]
    fn the_example_of_the_two_byte_form_is_read() {
        // RFC 8285, section 4.3, figure 4: lengths 0, 1 and 4.
        let block = [1, 0, 2, 1, 0xbb, 0, 3, 4, 1, 2, 3, 4];
        for profile in [0x1000, 0x100f] {
            assert_eq!(elements(&extended(profile, &block)), [(1, &[][..]), (2, &[0xbb]), (3, &[1, 2, 3, 4])]);
        }
    }

    #[test]
    fn ids_0_and_15_end_the_one_byte_form() {
        for head in [0x02, 0xf0, 0xf3] {
            assert_eq!(elements(&extended(0xbede, &[0x10, 7, head, 1, 2, 3, 0x10, 7])), [(1, &[7][..])]);
        }
        assert_eq!(elements(&extended(0x1000, &[15, 1, 7, 0])), [(15, &[7][..])], "and is one more in the other");
    }

    #[test]
    fn a_value_that_overruns_ends_the_extension() {
        assert_eq!(elements(&extended(0xbede, &[0x10, 7, 0x22, 1])), [(1, &[7][..])]);
        assert_eq!(elements(&extended(0x1000, &[1, 1, 7, 2])), [(1, &[7][..])]);
        assert_eq!(elements(&extended(0x1000, &[1, 1, 7, 2, 9, 9, 9, 9])), [(1, &[7][..])]);
    }

    #[test]
    fn what_cannot_be_a_header_is_refused() {
        let whole = extended(0xbede, &[0x10, 7, 0, 0]);
        assert_eq!(Header::parse(&whole).unwrap().bytes, whole.len());
        for length in 0..whole.len() {
            assert_eq!(Header::parse(&whole[..length]), None, "cut off at {length}");
        }
        assert_eq!(Header::parse(&extended(0xabcd, &[0; 4])), None, "another profile");
        let mut sources = whole.clone();
        sources[0] |= 2;
        assert_eq!(Header::parse(&sources), None, "contributing sources that are not there");
        for version in [0, 1, 3] {
            let mut other = whole.clone();
            other[0] = other[0] & 0x3f | version << 6;
            assert_eq!(Header::parse(&other), None, "version {version}");
        }
    }

    #[test]
    fn contributing_sources_are_skipped() {
        let mut bytes = extended(0xbede, &[0x10, 7, 0, 0]);
        bytes[0] |= 2;
        bytes.splice(12..12, [0xff; 8]);
        bytes.push(42);
        let header = Header::parse(&bytes).unwrap();
        assert_eq!(header.bytes, bytes.len() - 1);
        assert_eq!(header.extensions().collect::<Vec<_>>(), [(1, &[7][..])]);
    }

    #[test]
    fn one_large_element_puts_all_into_the_two_byte_form() {
        for odd in [(15, vec![1]), (1, vec![]), (1, vec![1; 17]), (255, vec![1; 255])] {
            let given = [(3, vec![9, 9]), odd];
            let (bytes, length) = written(&FIELDS, &given);
            assert_eq!(bytes[12..14], [0x10, 0]);
            assert_eq!((length, length % 4), (bytes.len(), 0));
            assert!(elements(&bytes).into_iter().eq(given.iter().map(|(id, value)| (*id, value.as_slice()))));
        }
        let (bytes, _) = written(&FIELDS, &[(1, vec![1; 16]), (14, vec![1])]);
        assert_eq!(bytes[12..14], [0xbe, 0xde]);
    }

    #[test]
    fn what_fits_no_form_is_left_out() {
        let (bytes, _) = written(&FIELDS, &[(0, vec![1]), (1, vec![1; 256]), (2, vec![5])]);
        assert_eq!(elements(&bytes), [(2, &[5][..])]);
        assert_eq!(written(&FIELDS, &[(0, vec![1])]), written(&FIELDS, &[]));
        let (bytes, length) = written(&FIELDS, &vec![(200, vec![1; 255]); 1000]);
        assert_eq!(Header::parse(&bytes).unwrap().bytes, length);
    }

    #[test]
    fn padding_is_taken_off_if_its_count_is_possible() {
        assert_eq!(unpadded(&[1, 2, 0, 2], true), Some(&[1, 2][..]));
        assert_eq!(unpadded(&[1, 2, 0, 2], false), Some(&[1, 2, 0, 2][..]));
        assert_eq!(unpadded(&[0, 0, 3], true), Some(&[][..]), "nothing but padding");
        assert_eq!(unpadded(&[1, 2, 0], true), None, "the count counts itself");
        assert_eq!(unpadded(&[1, 2, 4], true), None);
        assert_eq!(unpadded(&[], true), None);
    }

    fn any_fields() -> impl Strategy<Value = Fields> {
        (0..128u8, any::<[bool; 2]>(), any::<u16>(), any::<[u32; 2]>()).prop_map(
            |(payload_type, [marker, has_padding], sequence, [timestamp, ssrc])| Fields {
                payload_type,
                marker,
                has_padding,
                sequence,
                timestamp,
                ssrc,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            fields in any_fields(),
            short in vec((1..15u8, vec(any::<u8>(), 1..=16)), 0..6),
            long in vec((1..=255u8, vec(any::<u8>(), 0..=255)), 0..3),
            before in vec(any::<u8>(), 0..9),
        ) {
            let given = [short, long].concat();
            let mut out = before.clone();
            let length = write(&mut out, &fields, given.iter().map(|(id, value)| (*id, value.as_slice())));
            out.push(1); // The payload.
            prop_assert_eq!(&out[..before.len()], before.as_slice());
            let header = Header::parse(&out[before.len()..]).unwrap();
            prop_assert_eq!(header.bytes, length);
            prop_assert_eq!(header.bytes, out.len() - before.len() - 1);
            let Header { payload_type, marker, has_padding, sequence, timestamp, ssrc, .. } = header;
            prop_assert_eq!(Fields { payload_type, marker, has_padding, sequence, timestamp, ssrc }, fields);
            prop_assert!(header.extensions().eq(given.iter().map(|(id, value)| (*id, value.as_slice()))));
        }

        #[test]
        fn any_bytes_are_read_without_harm(
            mut bytes in vec(any::<u8>(), 0..200),
            profile in prop_oneof![Just(0xbede), Just(0x1000), any::<u16>()],
            words in 0..50u8,
        ) {
            if let Some(bytes) = bytes.first_chunk_mut::<16>() {
                bytes[0] = 0x90 | bytes[0] & 0x2f;
                if bytes[0] & 0x0f < 8 {
                    bytes[0] &= 0xf0; // Often enough the extension stands where it is expected.
                }
                bytes[12..14].copy_from_slice(&u16::to_be_bytes(profile));
                bytes[14..].copy_from_slice(&[0, words]);
            }
            if let Some(header) = Header::parse(&bytes) {
                prop_assert!(header.bytes <= bytes.len());
                prop_assert!(header.extensions().count() <= bytes.len());
                unpadded(&bytes[header.bytes..], header.has_padding);
            }
        }
    }
}
