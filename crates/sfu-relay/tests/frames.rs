//! Frames: what is written is read again, and nothing else is.

use proptest::prelude::*;
use sfu_relay::limits::{CHUNK_BYTES, FRAME_BYTES_MAX, MANIFEST_BYTES_MAX};
use sfu_relay::{Frame, Keeping, Malformed, Method, Reason, Receipt, Size, Statement, TransferId, VERSION};

const ID: TransferId = TransferId([7; 16]);

#[test]
fn frames_look_as_they_are_documented() {
    let id = [7; 16];
    let offer = Frame::Offer { transfer: ID, keeping: Keeping::Passed, size: size(20_000), manifest: b"sealed" };
    let expected = [&[VERSION, 1][..], &id, &[2], &20_000_u64.to_be_bytes(), &2_u32.to_be_bytes(), b"sealed"].concat();
    assert_eq!(offer.write(), expected);
    let chunk = Frame::Chunk { transfer: ID, index: 258, bytes: b"ciphertext" };
    assert_eq!(chunk.write(), [&[VERSION, 4][..], &id, &[0, 0, 1, 2], b"ciphertext"].concat());
    assert_eq!(Frame::Accept { transfer: ID }.write(), [&[VERSION, 2][..], &id].concat());
    assert_eq!(Frame::Credit { transfer: ID, until: 1 }.write(), [&[VERSION, 3][..], &id, &[0, 0, 0, 1]].concat());
    assert_eq!(
        Frame::Refused { transfer: ID, reason: Reason::Unknown }.write(),
        [&[VERSION, 9][..], &id, &[2]].concat()
    );
}

#[test]
fn every_frame_fits_into_one_message() {
    let bytes = vec![0; CHUNK_BYTES];
    let chunk = Frame::Chunk { transfer: ID, index: u32::MAX, bytes: &bytes }.write();
    assert!(chunk.len() <= FRAME_BYTES_MAX && Frame::parse(&chunk).is_ok());
    let manifest = vec![0; MANIFEST_BYTES_MAX];
    let offer = Frame::Offer { transfer: ID, keeping: Keeping::Stored, size: size(1), manifest: &manifest }.write();
    assert!(offer.len() <= FRAME_BYTES_MAX && Frame::parse(&offer).is_ok());
}

#[test]
fn one_byte_beyond_a_limit_is_no_frame() {
    let bytes = vec![0; CHUNK_BYTES + 1];
    assert_eq!(Frame::parse(&Frame::Chunk { transfer: ID, index: 0, bytes: &bytes }.write()), Err(Malformed));
    assert_eq!(Frame::parse(&Frame::Chunk { transfer: ID, index: 0, bytes: &[] }.write()), Err(Malformed));
    let manifest = vec![0; MANIFEST_BYTES_MAX + 1];
    let offer = Frame::Offer { transfer: ID, keeping: Keeping::Stored, size: size(1), manifest: &manifest };
    assert_eq!(Frame::parse(&offer.write()), Err(Malformed));
    assert_eq!(Frame::parse(&vec![VERSION; FRAME_BYTES_MAX + 1]), Err(Malformed));
    assert_eq!(Frame::parse(&[&Frame::Cancel { transfer: ID }.write()[..], &[0]].concat()), Err(Malformed));
}

#[test]
fn an_offer_whose_chunks_do_not_make_its_bytes_is_no_frame() {
    let mut offer = Frame::Offer { transfer: ID, keeping: Keeping::Stored, size: size(20_000), manifest: &[] }.write();
    *offer.last_mut().expect("the count of chunks") += 1;
    assert_eq!(Frame::parse(&offer), Err(Malformed));
    let no_bytes = [&[VERSION, 1][..], &[7; 16], &[1], &[0; 8], &[0; 4]].concat();
    assert_eq!(Frame::parse(&no_bytes), Err(Malformed));
}

#[test]
fn sizes_add_up() {
    let chunk = CHUNK_BYTES as u64;
    assert_eq!(Size::of(0), None);
    assert_eq!(Size::of(u64::MAX), None);
    for (bytes, chunks, last, class) in
        [(1, 1, 1, 0), (2, 1, 2, 1), (chunk, 1, chunk, 14), (chunk + 1, 2, 1, 14), (3 * chunk, 3, chunk, 16)]
    {
        let size = size(bytes);
        assert_eq!((size.chunks(), size.class()), (chunks, class), "{bytes}");
        assert_eq!(size.chunk_bytes(chunks - 1), usize::try_from(last).ok());
        assert_eq!(size.chunk_bytes(chunks), None);
    }
    assert_eq!((size(1024).class(), size(1025).class()), (10, 11));
}

#[test]
fn frames_show_lengths_instead_of_what_people_send() {
    let offer = Frame::Offer { transfer: ID, keeping: Keeping::Stored, size: size(20), manifest: b"canary" };
    let chunk = Frame::Chunk { transfer: ID, index: 0, bytes: b"canary" };
    let canary = format!("{:?}", b"canary");
    let shown = format!("{offer:?} {chunk:?}");
    assert!(!shown.contains("canary") && !shown.contains(&canary[1..canary.len() - 1]), "{shown}");
    assert!(shown.contains("6 bytes"), "{shown}");
}

#[test]
fn reasons_keep_their_numbers() {
    for (index, reason) in Reason::ALL.into_iter().enumerate() {
        assert_eq!((usize::from(reason.code()), Reason::of(reason.code())), (index + 1, Some(reason)));
    }
    assert_eq!((Reason::of(0), Reason::of(Reason::ALL.len() as u8 + 1)), (None, None));
    let mut labels = Reason::ALL.map(Reason::label);
    labels.sort_unstable();
    assert!(labels.windows(2).all(|pair| pair[0] != pair[1]));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn what_is_written_is_read_again(owned in frame()) {
        let frame = owned.frame();
        let message = frame.write();
        prop_assert_eq!(Frame::parse(&message), Ok(frame));
        for end in 0..message.len().min(64) {
            prop_assert!(Frame::parse(&message[..end]).map(|shorter| shorter.write()) != Ok(message.clone()));
        }
    }

    #[test]
    fn what_is_read_is_what_was_written(mut message in prop::collection::vec(any::<u8>(), 0..300), kind in 0_u8..12) {
        if 2 <= message.len() {
            message[..2].copy_from_slice(&[VERSION, kind]);
        }
        if let Ok(frame) = Frame::parse(&message) {
            prop_assert_eq!(frame.write(), message);
        }
    }
}

/// A frame with what it borrows.
#[derive(Clone, Debug)]
struct Owned {
    kind: u8,
    id: [u8; 16],
    number: u32,
    bytes: u64,
    payload: Vec<u8>,
    reason: Reason,
    receipt: Receipt,
}

impl Owned {
    fn frame(&self) -> Frame<'_> {
        let (transfer, number) = (TransferId(self.id), self.number);
        match self.kind {
            0 => Frame::Offer {
                transfer,
                keeping: if number.is_multiple_of(2) { Keeping::Stored } else { Keeping::Passed },
                size: size(self.bytes),
                manifest: &self.payload[1..],
            },
            1 => Frame::Accept { transfer },
            2 => Frame::Credit { transfer, until: number },
            3 => Frame::Chunk { transfer, index: number, bytes: &self.payload },
            4 => Frame::Have { transfer, next: number },
            5 => Frame::Ack { transfer, next: number },
            6 => Frame::Cancel { transfer },
            7 => Frame::Done { transfer, deleted_in_ms: number },
            8 => Frame::Refused { transfer, reason: self.reason },
            _ => Frame::Receipt { transfer, receipt: self.receipt },
        }
    }
}

fn frame() -> impl Strategy<Value = Owned> {
    let payload = prop::collection::vec(any::<u8>(), 1..200);
    let reason = prop::sample::select(Reason::ALL.to_vec());
    let bytes = 1..u64::from(u32::MAX) * CHUNK_BYTES as u64;
    (0_u8..10, any::<[u8; 16]>(), any::<u32>(), bytes, payload, reason, receipt()).prop_map(
        |(kind, id, number, bytes, payload, reason, receipt)| Owned {
            kind,
            id,
            number,
            bytes,
            payload,
            reason,
            receipt,
        },
    )
}

fn receipt() -> impl Strategy<Value = Receipt> {
    let methods = vec![
        Method::MemoryOverwritten,
        Method::PassedThrough,
        Method::KeyOverwrittenAndUnlinked,
        Method::KeyOverwritten,
    ];
    let completed = prop::option::of(0..u64::MAX);
    let hash = any::<[u8; 32]>();
    let fields = (any::<u64>(), hash, any::<u8>(), completed, any::<u64>(), prop::sample::select(methods), hash);
    (fields, any::<[u8; 32]>()).prop_map(
        |((number, blob, size_class, completed_unix_s, deleted_unix_s, method, previous), half)| {
            let statement = Statement { number, blob, size_class, completed_unix_s, deleted_unix_s, method, previous };
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&half);
            Receipt { statement, signature }
        },
    )
}

fn size(bytes: u64) -> Size {
    Size::of(bytes).expect("a size")
}
