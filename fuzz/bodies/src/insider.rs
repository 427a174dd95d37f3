//! Somebody who was admitted, has real keys, and seals with them whatever they like.
//!
//! The ciphers and the DTLS of such a client are the usual ones, watched: what they are asked to seal shows the keys and
//! salts, and with these any header, any feedback and any SCTP chunk gets sealed as well. One insider for a thread.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::Instant;

use sfu_sim::Client;
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion};
use str0m::crypto::dtls::{DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion};
use str0m::crypto::{
    AeadAes256GcmCipher, CryptoError, SrtpProvider, SupportedAeadAes128Gcm, SupportedAeadAes256Gcm,
    SupportedAes128CmSha1_80,
};

/// The cryptography of an insider. Forgets an earlier one's keys.
pub(crate) fn crypto() -> CryptoProvider {
    PEN.replace(Pen::default());
    CryptoProvider { srtp_provider: &Watched, dtls_provider: &Watched, ..Client::crypto() }
}

/// A media packet with any header. `None` before the client has sent one itself.
pub(crate) fn seal_rtp(header: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
    let ssrc = header.get(8..12)?;
    let mut nonce = [0; 12]; // RFC 7714, section 8.1; nobody here sends long enough for a rollover.
    nonce[2..6].copy_from_slice(ssrc);
    nonce[10..12].copy_from_slice(&header[2..4]);
    let sealed = seal(Stream::Rtp, nonce, header, payload)?;
    Some([header, &sealed].concat())
}

/// Feedback of any content, from 8 bytes.
pub(crate) fn seal_rtcp(feedback: &[u8]) -> Option<Vec<u8>> {
    let (header, body) = feedback.split_at_checked(8)?;
    let index = PEN.with_borrow_mut(|pen| {
        pen.reports += 1;
        FIRST_REPORT + pen.reports
    });
    let mut nonce = [0; 12]; // RFC 7714, section 9.1.
    nonce[2..6].copy_from_slice(&header[4..8]);
    nonce[8..12].copy_from_slice(&index.to_be_bytes());
    let index = (ENCRYPTED | index).to_be_bytes();
    let sealed = seal(Stream::Rtcp, nonce, &[header, &index].concat(), body)?;
    Some([header, &sealed, &index].concat())
}

/// The header of a media packet that the client sent, the newest of its streams first.
pub(crate) fn sent_header(number: usize) -> Option<Vec<u8>> {
    PEN.with_borrow(|pen| pen.headers.get(number % pen.headers.len().max(1)).cloned())
}

/// The client's next step sends these chunks in an SCTP packet of its association.
pub(crate) fn queue_chunks(chunks: Vec<u8>) {
    PEN.with_borrow_mut(|pen| pen.chunks.push(chunks));
}

const ENCRYPTED: u32 = 1 << 31;
/// Beyond what the client counts itself.
const FIRST_REPORT: u32 = 1 << 20;
const HEADERS_MAX: usize = 4;
const SCTP_HEADER_BYTES: usize = 12;

thread_local! {
    static PEN: RefCell<Pen> = RefCell::default();
}

/// What an insider knows.
#[derive(Default)]
struct Pen {
    keys: [Option<Key>; 2],
    headers: Vec<Vec<u8>>,
    reports: u32,
    association: Option<[u8; SCTP_HEADER_BYTES]>,
    chunks: Vec<Vec<u8>>,
}

#[derive(Clone, Copy)]
struct Key {
    key: [u8; 32],
    salt: [u8; 12],
}

#[derive(Clone, Copy)]
enum Stream {
    Rtp,
    Rtcp,
}

fn seal(stream: Stream, nonce: [u8; 12], associated: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let Key { key, salt } = PEN.with_borrow(|pen| pen.keys[stream as usize])?;
    let nonce = std::array::from_fn(|at| nonce[at] ^ salt[at]);
    let mut sealed = vec![0; body.len() + 16];
    let mut cipher = ENGINE.srtp_provider.aead_aes_256_gcm().create_cipher(key, true);
    cipher.encrypt(&nonce, associated, body, &mut sealed).ok()?;
    Some(sealed)
}

static ENGINE: LazyLock<CryptoProvider> = LazyLock::new(Client::crypto);

#[derive(Debug)]
struct Watched;

impl SrtpProvider for Watched {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        ENGINE.srtp_provider.aes_128_cm_sha1_80()
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        ENGINE.srtp_provider.aead_aes_128_gcm()
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Watched
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        ENGINE.srtp_provider.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        ENGINE.srtp_provider.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAeadAes256Gcm for Watched {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(WatchedCipher { key, cipher: ENGINE.srtp_provider.aead_aes_256_gcm().create_cipher(key, encrypt) })
    }
}

struct WatchedCipher {
    key: [u8; 32],
    cipher: Box<dyn AeadAes256GcmCipher>,
}

impl std::fmt::Debug for WatchedCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchedCipher").finish_non_exhaustive()
    }
}

impl AeadAes256GcmCipher for WatchedCipher {
    fn encrypt(&mut self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        let is_feedback = (64..96).contains(&(aad[1] & 0x7f)); // RFC 5761, section 4.
        let mut salt = *iv;
        let mut differ =
            |at: usize, bytes: &[u8]| salt[at..].iter_mut().zip(bytes).for_each(|(salt, byte)| *salt ^= byte);
        if is_feedback {
            differ(2, &aad[4..8]);
            differ(8, &[aad[8] & 0x7f, aad[9], aad[10], aad[11]]);
        } else {
            differ(2, &aad[8..12]);
            differ(10, &aad[2..4]);
        }
        PEN.with_borrow_mut(|pen| {
            let stream = if is_feedback { Stream::Rtcp } else { Stream::Rtp };
            pen.keys[stream as usize].get_or_insert(Key { key: self.key, salt });
            if !is_feedback {
                pen.headers.retain(|header| header[8..12] != aad[8..12]);
                pen.headers.insert(0, aad.to_vec());
                pen.headers.truncate(HEADERS_MAX);
            }
        });
        self.cipher.encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.cipher.decrypt(iv, aads, input, output)
    }
}

impl DtlsProvider for Watched {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        ENGINE.dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        Ok(Box::new(WatchedDtls(ENGINE.dtls_provider.new_dtls(cert, now, version, mtu)?)))
    }
}

#[derive(Debug)]
struct WatchedDtls(Box<dyn DtlsInstance>);

impl DtlsInstance for WatchedDtls {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buf)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        let (association, chunks) = PEN.with_borrow_mut(|pen| (pen.association, std::mem::take(&mut pen.chunks)));
        for chunks in chunks {
            let Some(header) = association else { break };
            let mut packet = [&header, &chunks[..]].concat();
            packet[8..12].fill(0);
            let sum = castagnoli(&packet);
            packet[8..12].copy_from_slice(&sum.to_le_bytes());
            self.0.send_application_data(&packet)?;
        }
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        if let Some(header) = data.first_chunk() {
            PEN.with_borrow_mut(|pen| pen.association = Some(*header));
        }
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}

/// The checksum of SCTP (RFC 9260, appendix A).
fn castagnoli(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0x82f6_3b78 & 0u32.wrapping_sub(sum & 1)))
    })
}
