//! SRTP and SRTCP (RFC 3711, RFC 7714) with the keys of a DTLS-SRTP handshake (RFC 5764).
//!
//! The ciphers are aws-lc's. What is here is what the RFCs put around them: keys from keys, the nonce of each packet, what is
//! authenticated beside what is encrypted, and which packets have been seen before.
//!
//! Absent on purpose: re-keying and key derivation rates (WebRTC has neither), master key identifiers (RFC 5764 allows
//! them, no browser asks for them), and the null cipher (RFC 8827, section 6.5 forbids it).
//!
//! Each key is set up once and zeroed by aws-lc when it is dropped. Protecting and opening allocate nothing, as long as
//! whoever seals has reserved [`Profile::tag_bytes`] more (for SRTCP, [`SRTCP_INDEX_BYTES`] more as well).

mod replay;

use std::ops::DerefMut;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use bytes::{BufMut, BytesMut};
use zeroize::Zeroizing;

use crate::Error;
use replay::Streams;

/// Both directions of one session, from the keying material of its handshake (RFC 5764, section 4.2). `None` if that is
/// shorter than their keys and salts.
pub(crate) fn pair(profile: Profile, keying_material: &[u8], is_client: bool) -> Option<(Sealer, Opener)> {
    let (key_bytes, salt_bytes) = (profile.key_bytes(), profile.salt_bytes());
    let (client_key, rest) = keying_material.split_at_checked(key_bytes)?;
    let (server_key, rest) = rest.split_at_checked(key_bytes)?;
    let (client_salt, rest) = rest.split_at_checked(salt_bytes)?;
    let (server_salt, _) = rest.split_at_checked(salt_bytes)?;
    let (client, server) =
        (Keys::derive(profile, client_key, client_salt)?, Keys::derive(profile, server_key, server_salt)?);
    let (ours, theirs) = if is_client { (client, server) } else { (server, client) };
    Some((Sealer { keys: ours, next_rtcp: 0 }, Opener { keys: theirs, rtp: Streams::new(), rtcp: Streams::new() }))
}

/// How packets are protected: what DTLS-SRTP has negotiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// `SRTP_AES128_CM_HMAC_SHA1_80` (RFC 5764, section 4.1.2).
    Aes128CmSha1_80,
    /// `SRTP_AEAD_AES_128_GCM` (RFC 7714, section 14.2).
    AeadAes128Gcm,
    /// `SRTP_AEAD_AES_256_GCM` (RFC 7714, section 14.2).
    AeadAes256Gcm,
}

impl Profile {
    /// What protection adds to an RTP packet. An RTCP packet grows by [`SRTCP_INDEX_BYTES`] as well.
    pub(crate) const fn tag_bytes(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 => CM_TAG_BYTES,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => GCM_TAG_BYTES,
        }
    }

    /// Keying material for both directions, to be exported from the handshake.
    #[cfg(test)]
    pub(crate) const fn keying_bytes(self) -> usize {
        2 * (self.key_bytes() + self.salt_bytes())
    }

    const fn key_bytes(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 | Self::AeadAes128Gcm => 16,
            Self::AeadAes256Gcm => KEY_BYTES_MAX,
        }
    }

    const fn salt_bytes(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 => CM_SALT_BYTES,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
        }
    }
}

/// The E bit and the index at the end of an SRTCP packet.
pub(crate) const SRTCP_INDEX_BYTES: usize = 4;

/// The last packet of one ssrc that a key may protect (RFC 3711, section 9.2).
pub(crate) const INDEX_MAX: u64 = (1 << 48) - 1;

/// Memory in which packets are put together, one behind the other.
pub(crate) trait Buffer: BufMut + DerefMut<Target = [u8]> {
    fn truncate(&mut self, len: usize);
}

impl Buffer for Vec<u8> {
    fn truncate(&mut self, len: usize) {
        Self::truncate(self, len);
    }
}

impl Buffer for BytesMut {
    fn truncate(&mut self, len: usize) {
        Self::truncate(self, len);
    }
}

/// Protects what this end sends.
pub(crate) struct Sealer {
    keys: Keys,
    /// One count for all ssrcs, so that no index is used twice. Ends at [`ENCRYPTED`].
    next_rtcp: u32,
}

impl Sealer {
    /// Protects the RTP packet that begins at `start` and is all the rest of `buffer`, and appends its tag. Its first
    /// `header_bytes`, extensions included, stay legible.
    ///
    /// `index` is the roll-over counter and the sequence number (RFC 3711, section 3.3.1), which the caller counts for
    /// each ssrc. **No index of an ssrc may be used twice**, not even for a packet that differs in its header only: two
    /// packets with one nonce show the sum of their payloads, and with GCM they betray the key that authenticates.
    ///
    /// # Errors
    /// [`Error::Full`] beyond [`INDEX_MAX`], [`Error::Misuse`] if the packet is shorter than its header. Nothing of the
    /// packet is left in `buffer` then, so that it cannot be sent in clear.
    pub(crate) fn seal_rtp(
        &self,
        buffer: &mut impl Buffer,
        start: usize,
        header_bytes: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<(), Error> {
        let sealed = if INDEX_MAX < index {
            Err(Error::Full("packets of one SRTP key"))
        } else {
            self.keys
                .rtp
                .seal_rtp(buffer, start, header_bytes, ssrc, index)
                .ok_or(Error::Misuse("an RTP packet cut short"))
        };
        sealed.inspect_err(|_| buffer.truncate(start))
    }

    /// Protects the compound RTCP packet that begins at `start` and is all the rest of `buffer`, and appends tag and index.
    ///
    /// # Errors
    /// [`Error::Full`] after 2^31 packets, [`Error::Misuse`] if the packet is shorter than its header and ssrc. Nothing of
    /// the packet is left in `buffer` then.
    pub(crate) fn seal_rtcp(&mut self, buffer: &mut Vec<u8>, start: usize) -> Result<(), Error> {
        let sealed = if self.next_rtcp == ENCRYPTED {
            Err(Error::Full("RTCP packets of one SRTP key"))
        } else {
            self.next_rtcp += 1; // Whatever becomes of this one.
            let sealed = self.keys.rtcp.seal_rtcp(buffer, start, self.next_rtcp - 1);
            sealed.ok_or(Error::Misuse("an RTCP packet cut short"))
        };
        sealed.inspect_err(|_| buffer.truncate(start))
    }
}

/// Opens what the peer sends, each packet once.
pub(crate) struct Opener {
    keys: Keys,
    rtp: Streams,
    rtcp: Streams,
}

/// Why a packet of the peer's, or of somebody who would like to be the peer, is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Too short, or SRTCP that is not encrypted.
    Malformed,
    /// Seen before, or so old that nobody knows any more.
    Replayed,
    /// Not authentic.
    Forged,
    /// One more ssrc than are remembered.
    TooManyStreams,
}

impl Opener {
    /// Opens an SRTP packet into `payload`, which it replaces. Nothing is learned from a packet that is refused, and `payload` is rubbish afterwards.
    ///
    /// Returns the packet's index: roll-over counter and sequence number, which count on for ever.
    ///
    /// `header_bytes`, `ssrc` and `sequence` are what the packet itself says, and only as such authentic. The roll-over counter is estimated as in
    /// RFC 3711, appendix A: a stream's first packet is taken to be the sender's before any wrap.
    pub(crate) fn open_rtp(
        &mut self,
        packet: &[u8],
        payload: &mut Vec<u8>,
        header_bytes: usize,
        ssrc: u32,
        sequence: u16,
    ) -> Result<u64, Refused> {
        let index = self.rtp.estimate(ssrc, sequence)?;
        self.keys.rtp.open_rtp(packet, payload, header_bytes, ssrc, index)?;
        self.rtp.record(ssrc, index);
        Ok(index)
    }

    /// Opens an SRTCP packet in place and returns the length of the compound packet in it. As to refusals, see
    /// [`Self::open_rtp`].
    pub(crate) fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, Refused> {
        let parts = self.keys.rtcp.split_rtcp(packet).ok_or(Refused::Malformed)?;
        let (ssrc, index) = (parts.ssrc(), parts.index().ok_or(Refused::Malformed)?);
        self.rtcp.check(ssrc, u64::from(index))?;
        let bytes = self.keys.rtcp.open_rtcp(parts).ok_or(Refused::Forged)?;
        self.rtcp.record(ssrc, u64::from(index));
        Ok(bytes)
    }
}

const KEY_BYTES_MAX: usize = 32;
const CM_SALT_BYTES: usize = 14;
const CM_TAG_BYTES: usize = 10;
const CM_AUTHENTICATION_BYTES: usize = 20;
const GCM_TAG_BYTES: usize = 16;

/// The header of the first RTCP packet and its sender's ssrc, which stay legible (RFC 3711, section 3.4).
const RTCP_CLEAR_BYTES: usize = 8;

/// The E bit of an SRTCP packet, above the 31 bits of its index.
const ENCRYPTED: u32 = 1 << 31;

/// The session keys of one direction.
struct Keys {
    rtp: Key,
    rtcp: Key,
}

impl Keys {
    fn derive(profile: Profile, master_key: &[u8], master_salt: &[u8]) -> Option<Self> {
        let prf = Prf::new(master_key, master_salt)?;
        // The labels of RFC 3711, section 4.3.2.
        Some(Self { rtp: prf.key(profile, [0, 1, 2])?, rtcp: prf.key(profile, [3, 4, 5])? })
    }
}

/// Session keys from a master key: AES in counter mode (RFC 3711, section 4.3.3), whatever the profile (RFC 7714,
/// section 11), with a key derivation rate of 0.
struct Prf {
    master: EncryptingKey,
    /// 112 bits. A shorter salt is followed by zeros, as in libsrtp and everybody's since.
    salt: u128,
}

impl Prf {
    fn new(master_key: &[u8], master_salt: &[u8]) -> Option<Self> {
        let algorithm = if master_key.len() == KEY_BYTES_MAX { &AES_256 } else { &AES_128 };
        let mut salt = [0; CM_SALT_BYTES];
        salt.get_mut(..master_salt.len())?.copy_from_slice(master_salt);
        Some(Self { master: counter_mode(algorithm, master_key)?, salt: number(&salt) })
    }

    fn key(&self, profile: Profile, [encryption, authentication, salting]: [u8; 3]) -> Option<Key> {
        let mut key = Zeroizing::new([0; KEY_BYTES_MAX]);
        let key = key.get_mut(..profile.key_bytes())?;
        self.fill(encryption, key)?;
        let mut salt = [0; CM_SALT_BYTES];
        let salt = salt.get_mut(..profile.salt_bytes())?;
        self.fill(salting, salt)?;
        let cipher = match profile {
            Profile::Aes128CmSha1_80 => {
                let mut authentication_key = Zeroizing::new([0; CM_AUTHENTICATION_BYTES]);
                self.fill(authentication, &mut *authentication_key)?;
                Cipher::Cm(Box::new(CounterMode::new(key, &*authentication_key)?))
            }
            Profile::AeadAes128Gcm => Cipher::Gcm(LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).ok()?)),
            Profile::AeadAes256Gcm => Cipher::Gcm(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?)),
        };
        Some(Key { cipher, salt: number(salt) })
    }

    /// The first bytes of the key stream for `label`, into `out`, which is all zeros.
    fn fill(&self, label: u8, out: &mut [u8]) -> Option<()> {
        apply_counter_mode(&self.master, self.salt ^ (u128::from(label) << 48), out)
    }
}

/// A session key, its salt, and how packets are laid out with it.
struct Key {
    cipher: Cipher,
    salt: u128,
}

enum Cipher {
    Cm(Box<CounterMode>), // Boxed because it is large and nearly nobody negotiates it.
    Gcm(LessSafeKey),
}

impl Key {
    /// What no other packet of this key has: RFC 3711, section 4.1.1 before its shift, and RFC 7714, sections 8.1 and 9.1.
    /// They agree, because the index of an SRTCP packet has fewer bits than there is room for.
    fn nonce(&self, ssrc: u32, index: u64) -> u128 {
        self.salt ^ (u128::from(ssrc) << 48) ^ u128::from(index)
    }

    fn seal_rtp(
        &self,
        buffer: &mut impl Buffer,
        start: usize,
        header_bytes: usize,
        ssrc: u32,
        index: u64,
    ) -> Option<()> {
        let (header, payload) = buffer.get_mut(start..)?.split_at_mut_checked(header_bytes)?;
        let nonce = self.nonce(ssrc, index);
        match &self.cipher {
            Cipher::Cm(cm) => {
                cm.apply(nonce, payload)?;
                let tag = cm.tag(header, payload, roll_over_counter(index));
                buffer.put_slice(&tag);
            }
            Cipher::Gcm(key) => {
                let tag = key.seal_in_place_separate_tag(gcm_nonce(nonce), Aad::from(&*header), payload).ok()?;
                buffer.put_slice(tag.as_ref());
            }
        }
        Some(())
    }

    fn open_rtp(
        &self,
        packet: &[u8],
        payload: &mut Vec<u8>,
        header_bytes: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<(), Refused> {
        let (header, rest) = packet.split_at_checked(header_bytes).ok_or(Refused::Malformed)?;
        let nonce = self.nonce(ssrc, index);
        match &self.cipher {
            Cipher::Cm(cm) => {
                let (sealed, tag) = rest.split_last_chunk::<CM_TAG_BYTES>().ok_or(Refused::Malformed)?;
                let expected = cm.tag(header, sealed, roll_over_counter(index));
                verify_slices_are_equal(&expected, tag).map_err(|_| Refused::Forged)?;
                payload.clear();
                payload.extend_from_slice(sealed);
                cm.apply(nonce, payload).ok_or(Refused::Malformed)
            }
            Cipher::Gcm(key) => {
                let (sealed, tag) = rest.split_last_chunk::<GCM_TAG_BYTES>().ok_or(Refused::Malformed)?;
                payload.resize(sealed.len(), 0);
                key.open_separate_gather(gcm_nonce(nonce), Aad::from(header), sealed, tag, payload)
                    .map_err(|_| Refused::Forged)
            }
        }
    }

    fn seal_rtcp(&self, buffer: &mut Vec<u8>, start: usize, index: u32) -> Option<()> {
        let (header, body) = buffer.get_mut(start..)?.split_first_chunk_mut::<RTCP_CLEAR_BYTES>()?;
        let nonce = self.nonce(sender(header), u64::from(index));
        let word = (ENCRYPTED | index).to_be_bytes();
        match &self.cipher {
            Cipher::Cm(cm) => {
                cm.apply(nonce, body)?;
                let tag = cm.tag(header, body, word);
                buffer.extend_from_slice(&word);
                buffer.extend_from_slice(&tag);
            }
            Cipher::Gcm(key) => {
                let tag = key.seal_in_place_separate_tag(gcm_nonce(nonce), rtcp_aad(header, word), body).ok()?;
                buffer.extend_from_slice(tag.as_ref());
                buffer.extend_from_slice(&word);
            }
        }
        Some(())
    }

    /// The tag comes last in RFC 3711, section 3.4, and before the index in RFC 7714, section 9.2.
    fn split_rtcp<'a>(&self, packet: &'a mut [u8]) -> Option<SplitRtcp<'a>> {
        let (header, rest) = packet.split_first_chunk_mut()?;
        match &self.cipher {
            Cipher::Cm(_) => {
                let (rest, tag) = rest.split_last_chunk_mut::<CM_TAG_BYTES>()?;
                let (body, word) = rest.split_last_chunk_mut()?;
                Some(SplitRtcp { header, body, tag, word: *word })
            }
            Cipher::Gcm(_) => {
                let (rest, word) = rest.split_last_chunk_mut()?;
                let (body, tag) = rest.split_last_chunk_mut::<GCM_TAG_BYTES>()?;
                Some(SplitRtcp { header, body, tag, word: *word })
            }
        }
    }

    /// Returns the length of the compound packet, if it is authentic.
    fn open_rtcp(&self, packet: SplitRtcp<'_>) -> Option<usize> {
        let nonce = self.nonce(packet.ssrc(), u64::from(packet.index()?));
        let SplitRtcp { header, body, tag, word } = packet;
        match &self.cipher {
            Cipher::Cm(cm) => {
                verify_slices_are_equal(&cm.tag(header, body, word), tag).ok()?;
                cm.apply(nonce, body)?;
            }
            Cipher::Gcm(key) => {
                key.open_in_place_separate_tag(gcm_nonce(nonce), rtcp_aad(header, word), tag, body).ok()?;
            }
        }
        Some(header.len() + body.len())
    }
}

/// An SRTCP packet in its parts, none of them believed yet.
struct SplitRtcp<'a> {
    header: &'a [u8; RTCP_CLEAR_BYTES],
    body: &'a mut [u8],
    tag: &'a [u8],
    /// The E bit and the index.
    word: [u8; SRTCP_INDEX_BYTES],
}

impl SplitRtcp<'_> {
    fn ssrc(&self) -> u32 {
        sender(self.header)
    }

    /// `None` if the packet is not encrypted.
    fn index(&self) -> Option<u32> {
        let word = u32::from_be_bytes(self.word);
        (word & ENCRYPTED != 0).then_some(word & !ENCRYPTED)
    }
}

/// AES in counter mode, and HMAC-SHA1 cut to 80 bits (RFC 3711, sections 4.1.1 and 4.2.1).
struct CounterMode {
    encryption: EncryptingKey,
    authentication: hmac::Key,
}

impl CounterMode {
    fn new(encryption: &[u8], authentication: &[u8]) -> Option<Self> {
        Some(Self {
            encryption: counter_mode(&AES_128, encryption)?,
            authentication: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, authentication),
        })
    }

    /// Encrypts what is clear and decrypts what is not.
    fn apply(&self, nonce: u128, in_out: &mut [u8]) -> Option<()> {
        apply_counter_mode(&self.encryption, nonce, in_out)
    }

    /// `suffix` is the roll-over counter of an RTP packet, or the last word of an RTCP packet.
    fn tag(&self, header: &[u8], body: &[u8], suffix: [u8; 4]) -> [u8; CM_TAG_BYTES] {
        let mut context = hmac::Context::with_key(&self.authentication);
        for part in [header, body, &suffix] {
            context.update(part);
        }
        *context.sign().as_ref().first_chunk().expect("an HMAC-SHA1 has 20 bytes")
    }
}

fn counter_mode(algorithm: &'static aws_lc_rs::cipher::Algorithm, key: &[u8]) -> Option<EncryptingKey> {
    EncryptingKey::ctr(UnboundCipherKey::new(algorithm, key).ok()?).ok()
}

/// The lowest 16 bits of the block are the counter, so `nonce` is above them.
fn apply_counter_mode(key: &EncryptingKey, nonce: u128, in_out: &mut [u8]) -> Option<()> {
    let block = EncryptionContext::Iv128(FixedLength::from((nonce << 16).to_be_bytes()));
    key.less_safe_encrypt(in_out, block).ok().map(|_| ())
}

fn gcm_nonce(nonce: u128) -> Nonce {
    let [_, _, _, _, bytes @ ..] = nonce.to_be_bytes();
    Nonce::assume_unique_for_key(bytes)
}

/// RFC 7714, section 9.2: what stays legible of an SRTCP packet, though its parts are not neighbours.
fn rtcp_aad(
    header: &[u8; RTCP_CLEAR_BYTES],
    word: [u8; SRTCP_INDEX_BYTES],
) -> Aad<[u8; RTCP_CLEAR_BYTES + SRTCP_INDEX_BYTES]> {
    let ([a, b, c, d, e, f, g, h], [i, j, k, l]) = (*header, word);
    Aad::from([a, b, c, d, e, f, g, h, i, j, k, l])
}

fn sender(header: &[u8; RTCP_CLEAR_BYTES]) -> u32 {
    let [_, _, _, _, ssrc @ ..] = *header;
    u32::from_be_bytes(ssrc)
}

/// Authenticated beside a packet that does not carry it (RFC 3711, section 4.2).
fn roll_over_counter(index: u64) -> [u8; 4] {
    let [_, _, counter @ .., _, _] = index.to_be_bytes();
    counter
}

/// Big-endian, of at most 16 bytes.
fn number(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests;
