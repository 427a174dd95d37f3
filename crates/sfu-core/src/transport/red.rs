//! RFC 2198 redundancy, for viewers whose payload types differ from the sender's or who know none.

use str0m::rtp::RedDecoder;

/// The newest block alone. `None` if the payload is malformed (or encrypted end to end).
pub(crate) fn primary(payload: &[u8]) -> Option<Vec<u8>> {
    let blocks = RedDecoder::decode(payload).ok()?;
    blocks.into_iter().find(|block| block.is_primary).map(|block| block.payload.to_vec())
}

/// The same blocks with their payload type changed. `None` if the payload is malformed.
pub(crate) fn retag(payload: &[u8], from: u8, to: u8) -> Option<Vec<u8>> {
    const MORE: u8 = 0x80; // A four-byte header with another after it; the last header has one byte.
    let mut bytes = payload.to_vec();
    let mut at = 0;
    loop {
        let header = bytes.get_mut(at)?;
        let more = *header & MORE;
        if *header & !MORE == from {
            *header = more | to;
        }
        if more == 0 {
            return Some(bytes);
        }
        at += 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // One redundant block (offset 960, two bytes) and the primary.
    const PAYLOAD: [u8; 10] = [0x80 | 111, 0x0f, 0x00, 0x02, 111, 1, 2, 3, 4, 5];

    #[test]
    fn the_primary_block_alone_goes_to_a_viewer_without_redundancy() {
        assert_eq!(primary(&PAYLOAD).as_deref(), Some(&[3, 4, 5][..]));
        assert_eq!(primary(&[0x80 | 111]), None);
    }

    #[test]
    fn blocks_get_the_viewers_payload_type() {
        let retagged = retag(&PAYLOAD, 111, 109).unwrap();
        assert_eq!(retagged[..5], [0x80 | 109, 0x0f, 0x00, 0x02, 109]);
        assert_eq!(retagged[5..], PAYLOAD[5..]);
        assert_eq!(retag(&[0x80 | 111, 0, 0], 111, 109), None);
        assert_eq!(retag(&[], 111, 109), None);
    }
}
