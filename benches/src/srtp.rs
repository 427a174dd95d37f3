//! SRTP and SRTCP of a [`crate::caller::Caller`] (RFC 3711, RFC 7714): AES-GCM with the keys of a real handshake, in
//! place.
//!
//! Not the core's, which is private and the thing that is measured: who opens with this what the core has sealed has
//! proved that both agree.

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

/// What sealing adds to an RTP packet.
pub(crate) const TAG_BYTES: usize = 16;

const SALT_BYTES: usize = 12;
/// What stays legible of an SRTCP packet: the first header, and whose it is.
const RTCP_CLEAR_BYTES: usize = 8;
/// The E bit of an SRTCP packet, above the 31 bits of its index.
const ENCRYPTED: u32 = 1 << 31;

/// The keys of both directions.
pub(crate) struct Keys {
    ours: Direction,
    theirs: Direction,
    next_rtcp: u32,
}

struct Direction {
    rtp: Key,
    rtcp: Key,
}

struct Key {
    cipher: LessSafeKey,
    salt: u128,
}

impl Keys {
    /// From what a handshake exports for AES-GCM with keys of `key_bytes` (RFC 5764, section 4.2). `None` if that is
    /// too short.
    pub(crate) fn derive(material: &[u8], key_bytes: usize, is_client: bool) -> Option<Self> {
        let (client_key, rest) = material.split_at_checked(key_bytes)?;
        let (server_key, rest) = rest.split_at_checked(key_bytes)?;
        let (client_salt, rest) = rest.split_at_checked(SALT_BYTES)?;
        let server_salt = rest.get(..SALT_BYTES)?;
        let client = Direction::derive(client_key, client_salt)?;
        let server = Direction::derive(server_key, server_salt)?;
        let (ours, theirs) = if is_client { (client, server) } else { (server, client) };
        Some(Self { ours, theirs, next_rtcp: 0 })
    }

    /// Seals the RTP packet that begins at `start` and is all the rest of `out`. `index` is its sequence number,
    /// counted on beyond 16 bits.
    pub(crate) fn seal_rtp(&self, out: &mut Vec<u8>, start: usize, header_bytes: usize, ssrc: u32, index: u64) {
        let key = &self.ours.rtp;
        let (header, payload) = out[start..].split_at_mut(header_bytes);
        let tag = key.cipher.seal_in_place_separate_tag(key.nonce(ssrc, index), Aad::from(header), payload);
        out.extend_from_slice(tag.expect("packets are short").as_ref());
    }

    /// Opens an RTP packet in place, and returns its payload. `None` if it is not authentic.
    pub(crate) fn open_rtp<'a>(
        &self,
        packet: &'a mut [u8],
        header_bytes: usize,
        ssrc: u32,
        index: u64,
    ) -> Option<&'a [u8]> {
        let key = &self.theirs.rtp;
        let (header, payload) = packet.split_at_mut_checked(header_bytes)?;
        key.cipher.open_in_place(key.nonce(ssrc, index), Aad::from(header), payload).ok().map(|payload| &*payload)
    }

    /// Seals the compound RTCP packet that begins at `start` and is all the rest of `out`.
    pub(crate) fn seal_rtcp(&mut self, out: &mut Vec<u8>, start: usize) {
        let (key, index) = (&self.ours.rtcp, self.next_rtcp);
        self.next_rtcp += 1;
        let word = (ENCRYPTED | index).to_be_bytes();
        let (header, body) = out[start..].split_at_mut(RTCP_CLEAR_BYTES);
        let nonce = key.nonce(ssrc_of_report(header), index.into());
        let tag = key.cipher.seal_in_place_separate_tag(nonce, report_aad(header, word), body);
        out.extend_from_slice(tag.expect("reports are short").as_ref());
        out.extend_from_slice(&word);
    }

    /// Opens an SRTCP packet in place, and returns how long the compound packet in it is. `None` if it is not
    /// authentic.
    pub(crate) fn open_rtcp(&self, packet: &mut [u8]) -> Option<usize> {
        let key = &self.theirs.rtcp;
        let (rest, word) = packet.split_last_chunk_mut::<4>()?;
        let (header, body) = rest.split_at_mut_checked(RTCP_CLEAR_BYTES)?;
        let nonce = key.nonce(ssrc_of_report(header), (u32::from_be_bytes(*word) & !ENCRYPTED).into());
        let aad = report_aad(header, *word);
        let body = key.cipher.open_in_place(nonce, aad, body).ok()?;
        Some(RTCP_CLEAR_BYTES + body.len())
    }
}

impl Direction {
    /// The labels of RFC 3711, section 4.3.2, without those of authentication keys, which GCM has none of.
    fn derive(master_key: &[u8], master_salt: &[u8]) -> Option<Self> {
        let key = |encryption, salting| Key::derive(master_key, master_salt, encryption, salting);
        Some(Self { rtp: key(0, 2)?, rtcp: key(3, 5)? })
    }
}

impl Key {
    /// AES in counter mode makes keys from keys (RFC 3711, section 4.3.3; RFC 7714, section 11).
    fn derive(master_key: &[u8], master_salt: &[u8], encryption: u8, salting: u8) -> Option<Self> {
        let is_long = master_key.len() == 32;
        let (aes, gcm) = if is_long { (&AES_256, &AES_256_GCM) } else { (&AES_128, &AES_128_GCM) };
        let master = EncryptingKey::ctr(UnboundCipherKey::new(aes, master_key).ok()?).ok()?;
        let fill = |label: u8, bytes: &mut [u8]| {
            // The salt of GCM is two bytes shorter than that of the derivation, and followed by zeros.
            let block = (number(master_salt) << 16 ^ u128::from(label) << 48) << 16;
            let block = EncryptionContext::Iv128(FixedLength::from(block.to_be_bytes()));
            master.less_safe_encrypt(bytes, block).ok().map(|_| ())
        };
        let (mut key, mut salt) = (vec![0; master_key.len()], [0; SALT_BYTES]);
        fill(encryption, &mut key)?;
        fill(salting, &mut salt)?;
        Some(Self { cipher: LessSafeKey::new(UnboundKey::new(gcm, &key).ok()?), salt: number(&salt) })
    }

    /// RFC 7714, sections 8.1 and 9.1.
    fn nonce(&self, ssrc: u32, index: u64) -> Nonce {
        let nonce = self.salt ^ u128::from(ssrc) << 48 ^ u128::from(index);
        let [_, _, _, _, bytes @ ..] = nonce.to_be_bytes();
        Nonce::assume_unique_for_key(bytes)
    }
}

/// RFC 7714, section 9.2: what stays legible of an SRTCP packet, though its parts are not neighbours.
fn report_aad(header: &[u8], word: [u8; 4]) -> Aad<[u8; RTCP_CLEAR_BYTES + 4]> {
    let mut aad = [0; RTCP_CLEAR_BYTES + 4];
    aad[..RTCP_CLEAR_BYTES].copy_from_slice(header);
    aad[RTCP_CLEAR_BYTES..].copy_from_slice(&word);
    Aad::from(aad)
}

fn ssrc_of_report(header: &[u8]) -> u32 {
    header[4..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn number(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_opens_what_the_other_has_sealed_and_nothing_else() {
        for key_bytes in [16, 32] {
            let material: Vec<u8> = (0..2 * (key_bytes + SALT_BYTES)).map(|byte| byte as u8).collect();
            let keys = |is_client| Keys::derive(&material, key_bytes, is_client).unwrap();
            let (mut client, server) = (keys(true), keys(false));
            let mut packet = vec![7; 40];
            client.seal_rtp(&mut packet, 0, 12, 5, 70_000);
            assert_eq!(packet.len(), 40 + TAG_BYTES);
            assert_eq!(server.open_rtp(&mut packet.clone(), 12, 5, 70_000), Some(&[7; 28][..]));
            assert_eq!(server.open_rtp(&mut packet.clone(), 12, 5, 4_464), None, "another turn of the numbers");
            assert_eq!(client.open_rtp(&mut packet, 12, 5, 70_000), None, "its own");
            let mut report = vec![9; 20];
            client.seal_rtcp(&mut report, 0);
            assert_eq!(server.open_rtcp(&mut report.clone()), Some(20));
            report[10] ^= 1;
            assert_eq!(server.open_rtcp(&mut report), None);
        }
    }
}
