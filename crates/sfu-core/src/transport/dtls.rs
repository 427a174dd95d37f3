//! DTLS for all sessions of a process: one configuration, checked once.
//!
//! The session engine's own provider builds a configuration per session, and each build tests every cipher suite
//! (0.9 ms). Ours is built once. The certificate's key is loaded once, too: to load one checks that it fits its public
//! half, as dear as a signature.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Instant;

use dimpl::CryptoError as DimplError;
use dimpl::crypto::{Buf, HashAlgorithm, KeyProvider, SignatureAlgorithm, SigningKey};
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, KeyingMaterial, ProtocolVersion,
    SrtpProfile,
};
use str0m::crypto::{CryptoError, CryptoProvider};

use crate::limits::{DATAGRAM_BYTES_MAX, HANDSHAKE_DATAGRAMS_MAX};
use crate::srtp::Profile;

/// The crypto of all sessions: the engine's, but for DTLS.
pub(super) static CRYPTO: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| {
    let mut provider = str0m::crypto::from_feature_flags();
    provider.dtls_provider = &CachedDtls;
    Arc::new(provider)
});

/// Makes the DTLS handshakes of the calling thread repeatable, for simulators: with a seed, handshake randomness and
/// timer jitter come from it. **Never outside of simulations**: keys become guessable.
pub fn seed_handshakes_for_simulation(seed: Option<u64>) {
    SIMULATED.set(seed.map(|seed| build_config(Some(seed))));
}

thread_local! {
    static SIMULATED: RefCell<Option<Arc<dimpl::Config>>> = const { RefCell::new(None) };
}

static CONFIG: LazyLock<Arc<dimpl::Config>> = LazyLock::new(|| build_config(None));

fn build_config(seed: Option<u64>) -> Arc<dimpl::Config> {
    // No cookie: a ClientHello is only read from an address that has passed an ICE check (`crate::demux`).
    let mut provider = dimpl::crypto::aws_lc_rs::default_provider();
    provider.key_provider = &LoadedOnce;
    let mut builder = dimpl::Config::builder()
        .with_crypto_provider(provider)
        .use_server_cookie(false)
        .mtu(DATAGRAM_BYTES_MAX)
        .max_queue_rx(HANDSHAKE_DATAGRAMS_MAX);
    if let Some(seed) = seed {
        builder = builder.dangerously_set_rng_seed(seed);
    }
    Arc::new(builder.build().expect("the built-in cipher suites pass their own tests"))
}

thread_local! {
    /// The key that a shard asked for last, and what it was loaded from: a server has one certificate from its start on.
    static LOADED: RefCell<Option<(Vec<u8>, SharedKey)>> = const { RefCell::new(None) };
}

#[derive(Debug)]
struct LoadedOnce;

impl KeyProvider for LoadedOnce {
    fn load_private_key(&self, der: &[u8]) -> Result<Box<dyn SigningKey>, DimplError> {
        LOADED.with_borrow_mut(|loaded| {
            if let Some((_, key)) = loaded.as_ref().filter(|(known, _)| known == der) {
                return Ok(Box::new(key.clone()) as Box<dyn SigningKey>);
            }
            let key = dimpl::crypto::aws_lc_rs::default_provider().key_provider.load_private_key(der)?;
            let hashes = key.supported_hash_algorithms().to_vec();
            let key = SharedKey { hashes, key: Arc::new(Mutex::new(key)) };
            *loaded = Some((der.to_vec(), key.clone()));
            Ok(Box::new(key))
        })
    }
}

/// A key that the sessions of a shard share: nobody ever waits for it, but the engine wants what could be sent to other threads.
#[derive(Clone, Debug)]
struct SharedKey {
    hashes: Vec<HashAlgorithm>,
    key: Arc<Mutex<Box<dyn SigningKey>>>,
}

impl SharedKey {
    fn with<T>(&self, run: impl FnOnce(&mut dyn SigningKey) -> T) -> T {
        run(self.key.lock().unwrap_or_else(PoisonError::into_inner).as_mut())
    }
}

impl SigningKey for SharedKey {
    fn sign(&mut self, data: &[u8], hash: HashAlgorithm, out: &mut Buf) -> Result<(), DimplError> {
        self.with(|key| key.sign(data, hash, out))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.with(|key| key.algorithm())
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        self.with(|key| key.hash_algorithm())
    }

    fn supported_hash_algorithms(&self) -> &[HashAlgorithm] {
        &self.hashes
    }
}

#[derive(Debug)]
struct CachedDtls;

impl DtlsProvider for CachedDtls {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        str0m::crypto::from_feature_flags().dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        _mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        // As a DTLS 1.2 server we choose the cipher, and choose AES-GCM; in 1.3 Chromium's preference for AES-CM would
        // win, which costs more than twice as much per packet.
        if version != DtlsVersion::Dtls12 {
            return Err(CryptoError::Other(format!("{version} is not used here")));
        }
        KEYS.take(); // Of a handshake that came to nothing.
        let config = SIMULATED.with_borrow(|simulated| simulated.clone()).unwrap_or_else(|| CONFIG.clone());
        Ok(Box::new(Handshake::new(config, cert, now, true)))
    }
}

/// A DTLS 1.2 session of the engine's, with a configuration of the caller's. Public for `sfu-sim` alone, whose clients
/// need it too: it names types of libraries, which this crate promises nothing about.
#[doc(hidden)]
pub fn dtls_for_simulation(config: Arc<dimpl::Config>, cert: &DtlsCert, now: Instant) -> Box<dyn DtlsInstance> {
    Box::new(Handshake::new(config, cert, now, false))
}

thread_local! {
    static PEER_LACKED_CERTIFICATE: Cell<bool> = const { Cell::new(false) };
    static KEYS: RefCell<Option<SrtpKeys>> = const { RefCell::new(None) };
    static REPEAT: Cell<bool> = const { Cell::new(false) };
}

/// What a handshake has agreed on for SRTP.
pub(super) struct SrtpKeys {
    pub(super) profile: Profile,
    pub(super) material: KeyingMaterial,
    pub(super) is_client: bool,
}

/// The keys of the handshake that the engine has just driven to its end. They are kept from the engine: who owns SRTP owns
/// all of it, because two that seal with one key use a nonce twice.
pub(super) fn take_keys() -> Option<SrtpKeys> {
    KEYS.take()
}

/// Whether the error that the engine has just returned means that the peer has an RSA certificate only: asked for ECDSA, such
/// a peer sends none (RFC 5246, section 7.4.6). The engine makes a text of it, so this is noted where it happens.
pub(super) fn peer_lacked_certificate() -> bool {
    PEER_LACKED_CERTIFICATE.take()
}

/// Has the session that is polled next send once more what its peer should acknowledge first, if there is anything. Public for `sfu-sim` alone,
/// whose clients need it too.
///
/// The engine's SCTP doubles its wait with each try, up to a minute, and nothing but an acknowledgement makes it shorter: after an outage of fifteen
/// seconds all messages stood still for as long again. Browsers wait three seconds at most, for that reason. The engine has no setting for
/// it, but what it sends passes here: once the peer has acknowledged what is repeated, SCTP goes on by itself.
#[doc(hidden)]
pub fn repeat_unacknowledged() {
    REPEAT.set(true);
}

/// It was for the session that has been polled.
pub(super) fn forget_to_repeat() {
    REPEAT.set(false);
}

struct Handshake {
    dtls: dimpl::Dtls,
    /// See [`take_keys`].
    keeps_keys: bool,
    /// The SCTP packet with the first data that was sent, or sent again, since all was acknowledged; empty if there is none.
    unacknowledged: Vec<u8>,
}

impl Handshake {
    fn new(config: Arc<dimpl::Config>, cert: &DtlsCert, now: Instant, keeps_keys: bool) -> Self {
        Self { dtls: dimpl::Dtls::new_12(config, cert.clone(), now), keeps_keys, unacknowledged: Vec::new() }
    }
}

/// Where the first chunk of an SCTP packet is data, or an acknowledgement: its transmission sequence number, or the last of those that it
/// acknowledges together (RFC 9260, sections 3.3.1 and 3.3.4). Acknowledgements go before data.
fn sequence_number(packet: &[u8], chunk_type: u8) -> Option<u32> {
    const COMMON_HEADER: usize = 12;
    let chunk = packet.get(COMMON_HEADER..)?;
    let number = chunk.get(4..8)?.first_chunk()?;
    (chunk[0] == chunk_type).then(|| u32::from_be_bytes(*number))
}

const DATA: u8 = 0;
const SACK: u8 = 3;

/// Serial number arithmetic (RFC 1982).
fn is_before(one: u32, other: u32) -> bool {
    one != other && other.wrapping_sub(one) < 1 << 31
}

impl std::fmt::Debug for Handshake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Handshake").finish_non_exhaustive()
    }
}

impl DtlsInstance for Handshake {
    fn set_active(&mut self, active: bool) {
        self.dtls.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        let taken = self.dtls.handle_packet(packet);
        if let Err(DtlsImplError::CertificateError(dimpl::CertificateError::NoClientCertificateReceived)) = taken {
            PEER_LACKED_CERTIFICATE.set(true);
        }
        taken
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        if REPEAT.take() && !self.unacknowledged.is_empty() {
            // If it cannot be sent, it is lost as on any network.
            let _sent = self.dtls.send_application_data(&self.unacknowledged);
        }
        let output = self.dtls.poll_output(buf);
        if let DtlsOutput::ApplicationData(packet) = &output
            && let Some(acknowledged) = sequence_number(packet, SACK)
            && sequence_number(&self.unacknowledged, DATA).is_some_and(|first| !is_before(acknowledged, first))
        {
            self.unacknowledged.clear();
        }
        let DtlsOutput::KeyingMaterial(material, profile) = output else { return output };
        if !self.keeps_keys {
            return DtlsOutput::KeyingMaterial(material, profile);
        }
        let profile = match profile {
            SrtpProfile::AES128_CM_SHA1_80 => Some(Profile::Aes128CmSha1_80),
            SrtpProfile::AEAD_AES_128_GCM => Some(Profile::AeadAes128Gcm),
            SrtpProfile::AEAD_AES_256_GCM => Some(Profile::AeadAes256Gcm),
            _ => None, // Not offered: without keys nothing passes.
        };
        KEYS.set(profile.map(|profile| SrtpKeys { profile, material, is_client: self.dtls.is_active() }));
        DtlsOutput::Connected // It knows that already, and takes it for nothing.
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.dtls.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        if let Some(number) = sequence_number(data, DATA)
            && sequence_number(&self.unacknowledged, DATA).is_none_or(|first| is_before(number, first))
        {
            self.unacknowledged.clear();
            self.unacknowledged.extend_from_slice(data);
        }
        self.dtls.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.dtls.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.dtls.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.dtls.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.dtls.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.dtls.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_certificate_signs_with_its_own_key_whichever_was_loaded_before() {
        let verifier = dimpl::crypto::aws_lc_rs::default_provider().signature_verification;
        let certificates = [(); 2].map(|()| CachedDtls.generate_certificate().unwrap());
        for index in [0, 0, 1, 0] {
            let mut key = LoadedOnce.load_private_key(&certificates[index].private_key).unwrap();
            let (hash, algorithm, mut signature) = (key.hash_algorithm(), key.algorithm(), Buf::new());
            assert_eq!(key.supported_hash_algorithms(), [hash]);
            key.sign(b"said", hash, &mut signature).unwrap();
            let fits = certificates.each_ref().map(|certificate| {
                verifier.verify_signature(&certificate.certificate, b"said", &signature, hash, algorithm).is_ok()
            });
            assert_eq!(fits, [index == 0, index == 1]);
        }
    }

    #[test]
    fn data_and_acknowledgements_are_told_apart_and_compared_around_the_wrap() {
        let packet = |chunk_type: u8| [&[0; 12][..], &[chunk_type, 3, 0, 16], &u32::MAX.to_be_bytes()].concat();
        assert_eq!(sequence_number(&packet(DATA), DATA), Some(u32::MAX));
        assert_eq!(sequence_number(&packet(SACK), DATA), None);
        assert_eq!(sequence_number(&packet(DATA)[..19], DATA), None);
        assert!(is_before(u32::MAX, 0) && is_before(1, 2) && !is_before(2, 2) && !is_before(0, u32::MAX));
    }
}
