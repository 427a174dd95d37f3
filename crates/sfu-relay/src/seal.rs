//! Seals what goes to a spool: each blob has a key of its own, which only this memory ever holds and which is overwritten when the blob goes.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::BlobId;

/// Bytes that sealing adds.
pub(crate) const SEAL_BYTES: usize = 16;

/// Makes keys one after another and cannot go back: after a key was given away and dropped, nothing here can make it again. It is the chain of
/// Signal's symmetric ratchet: HMAC with one constant for what is given away and another for what goes on.
pub(crate) struct Ratchet(Zeroizing<[u8; 32]>);

impl Ratchet {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(Zeroizing::new(seed))
    }

    pub(crate) fn next_key(&mut self) -> BlobKey {
        let key = BlobKey(self.derive(b"blob key"));
        self.0 = self.derive(b"next");
        key
    }

    fn derive(&self, what: &[u8]) -> Zeroizing<[u8; 32]> {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice()), what);
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(tag.as_ref());
        key
    }
}

/// The key of one blob. Overwritten when dropped.
pub(crate) struct BlobKey(Zeroizing<[u8; 32]>);

impl BlobKey {
    /// Seals one chunk. Each index may be sealed once: it is the nonce.
    pub(crate) fn seal(&self, blob: BlobId, index: u32, frame: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(frame.len() + SEAL_BYTES);
        sealed.extend_from_slice(frame);
        let result = self.cipher().seal_in_place_append_tag(nonce(index), name(blob), &mut sealed);
        result.expect("a chunk is shorter than AES-GCM allows");
        sealed
    }

    /// Opens one chunk. `None` if it is not what was sealed.
    pub(crate) fn open(&self, blob: BlobId, index: u32, sealed: &[u8]) -> Option<Vec<u8>> {
        let mut frame = sealed.to_vec();
        let bytes = self.cipher().open_in_place(nonce(index), name(blob), &mut frame).ok()?.len();
        frame.truncate(bytes);
        Some(frame)
    }

    /// Made for each use, so that there is one place to overwrite; the library overwrites its own copy.
    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.0.as_slice()).expect("the key has 256 bits"))
    }
}

fn nonce(index: u32) -> Nonce {
    let mut nonce = [0; 12];
    nonce[8..].copy_from_slice(&index.to_be_bytes());
    Nonce::assume_unique_for_key(nonce)
}

fn name(blob: BlobId) -> Aad<[u8; 8]> {
    Aad::from(blob.0.to_be_bytes())
}

impl fmt::Debug for Ratchet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ratchet(<secret>)")
    }
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlobKey(<secret>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_own_key_name_and_place_only() {
        let mut ratchet = Ratchet::new([7; 32]);
        let (key, other) = (ratchet.next_key(), ratchet.next_key());
        let sealed = key.seal(BlobId(1), 0, b"ciphertext of a page");
        assert_eq!(key.open(BlobId(1), 0, &sealed).as_deref(), Some(&b"ciphertext of a page"[..]));
        assert_eq!(other.open(BlobId(1), 0, &sealed), None);
        assert_eq!(key.open(BlobId(2), 0, &sealed), None);
        assert_eq!(key.open(BlobId(1), 1, &sealed), None);
        for bit in 0..sealed.len() * 8 {
            let mut torn = sealed.clone();
            torn[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(BlobId(1), 0, &torn), None);
        }
        assert_eq!(key.open(BlobId(1), 0, &[]), None);
    }

    #[test]
    fn equal_chunks_of_different_places_look_unlike() {
        let key = Ratchet::new([7; 32]).next_key();
        let (one, two) = (key.seal(BlobId(1), 0, &[0; 64]), key.seal(BlobId(1), 1, &[0; 64]));
        assert!(one.iter().zip(&two).filter(|(one, two)| one == two).count() < 8);
    }

    #[test]
    fn a_ratchet_that_went_on_cannot_make_old_keys() {
        let mut ratchet = Ratchet::new([7; 32]);
        let sealed = ratchet.next_key().seal(BlobId(1), 0, b"gone");
        for _ in 0..100 {
            assert_eq!(ratchet.next_key().open(BlobId(1), 0, &sealed), None);
        }
    }

    #[test]
    fn keys_hide_themselves() {
        let mut ratchet = Ratchet::new([7; 32]);
        assert_eq!(format!("{ratchet:?} {:?}", ratchet.next_key()), "Ratchet(<secret>) BlobKey(<secret>)");
    }
}
