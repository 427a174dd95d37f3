//! The least that any forwarder of encrypted media must do for a packet: open it once, and copy and seal it for each viewer.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::media::VIDEO_BYTES;

/// An RTP header with the extensions that browsers send.
pub const HEADER_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// AES-256-GCM as SRTP uses it, without anything around it.
pub struct Floor {
    key: LessSafeKey,
    counter: u64,
    received: Vec<u8>,
    plain: Vec<u8>,
    sent: Vec<u8>,
}

impl Floor {
    /// For packets of [`VIDEO_BYTES`].
    ///
    /// # Panics
    /// If the cryptographic library does not know AES-256-GCM.
    #[must_use]
    pub fn new() -> Self {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("a key of 32 bytes"));
        let mut floor = Self {
            key,
            counter: 0,
            received: vec![0; HEADER_BYTES + VIDEO_BYTES],
            plain: Vec::new(),
            sent: Vec::new(),
        };
        let mut received = std::mem::take(&mut floor.received);
        floor.seal(&mut received, 0);
        floor.received = received;
        floor
    }

    /// Seals what lies in `packet` after its header, and appends the tag.
    ///
    /// # Panics
    /// If it is shorter than a header.
    pub fn seal(&self, packet: &mut Vec<u8>, counter: u64) {
        let (header, payload) = packet.split_at_mut(HEADER_BYTES);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce(counter), Aad::from(header), payload)
            .expect("payloads are short");
        packet.extend_from_slice(tag.as_ref());
    }

    /// Opens a sealed packet in place, and cuts the tag off. False if it is not genuine.
    ///
    /// # Panics
    /// If it is shorter than a header.
    pub fn open(&self, packet: &mut Vec<u8>, counter: u64) -> bool {
        let (header, payload) = packet.split_at_mut(HEADER_BYTES);
        let genuine = self.key.open_in_place(nonce(counter), Aad::from(header), payload).is_ok();
        packet.truncate(packet.len().saturating_sub(TAG_BYTES));
        genuine
    }

    /// Opens `packets` packets and seals each for that many viewers.
    #[inline(never)] // `instructions` finds it by name.
    pub fn forward_at_the_floor(&mut self, packets: usize, viewers: usize) {
        let mut plain = std::mem::take(&mut self.plain);
        let mut sent = std::mem::take(&mut self.sent);
        for _ in 0..packets {
            plain.clear();
            plain.extend_from_slice(&self.received);
            assert!(self.open(&mut plain, 0), "the floor opens what it sealed");
            for _ in 0..viewers {
                self.counter += 1;
                sent.clear();
                sent.extend_from_slice(&plain);
                self.seal(&mut sent, self.counter);
            }
        }
        self.plain = plain;
        self.sent = sent;
    }
}

impl Default for Floor {
    fn default() -> Self {
        Self::new()
    }
}

fn nonce(counter: u64) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[NONCE_LEN - 8..].copy_from_slice(&counter.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_does_real_work() {
        let floor = Floor::new();
        let mut packet = vec![5; 100];
        floor.seal(&mut packet, 3);
        assert_eq!(packet.len(), 100 + TAG_BYTES);
        assert_ne!(packet[HEADER_BYTES..100], [5; 68]);
        assert!(!floor.open(&mut packet.clone(), 4));
        assert!(floor.open(&mut packet, 3));
        assert_eq!(packet, [5; 100]);
    }
}
