//! Tells which SRTP packets were authentic.
//!
//! The session engine says nothing about packets that it authenticates and then swallows: padding, probes, repair
//! that came too late. The guards of this crate must know of those too (`crate::guard`), so the ciphers are watched
//! where they open a packet. No cipher is written here: all work is the engine's own provider's.

use std::cell::Cell;
use std::sync::LazyLock;

use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, CryptoProvider, SrtpProvider,
    SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

thread_local! {
    static OPENED: Cell<u64> = const { Cell::new(0) };
}

/// How many packets this thread's ciphers have opened, ever. Compare before and after a step.
pub(super) fn opened() -> u64 {
    OPENED.get()
}

fn count_opened() {
    OPENED.set(OPENED.get().wrapping_add(1));
}

static ENGINE: LazyLock<CryptoProvider> = LazyLock::new(str0m::crypto::from_feature_flags);

#[derive(Debug)]
pub(super) struct WatchedSrtp;

impl SrtpProvider for WatchedSrtp {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &WatchedSrtp
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &WatchedSrtp
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &WatchedSrtp
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        ENGINE.srtp_provider.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        ENGINE.srtp_provider.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAes128CmSha1_80 for WatchedSrtp {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(Watched(ENGINE.srtp_provider.aes_128_cm_sha1_80().create_cipher(key, encrypt)))
    }
}

impl SupportedAeadAes128Gcm for WatchedSrtp {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Watched(ENGINE.srtp_provider.aead_aes_128_gcm().create_cipher(key, encrypt)))
    }
}

impl SupportedAeadAes256Gcm for WatchedSrtp {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Watched(ENGINE.srtp_provider.aead_aes_256_gcm().create_cipher(key, encrypt)))
    }
}

#[derive(Debug)]
struct Watched<C>(C);

impl Aes128CmSha1_80Cipher for Watched<Box<dyn Aes128CmSha1_80Cipher>> {
    fn encrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.encrypt(iv, input, output)
    }

    fn decrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        // The engine compares the tag first and only opens authentic packets.
        self.0.decrypt(iv, input, output).inspect(|()| count_opened())
    }
}

impl AeadAes128GcmCipher for Watched<Box<dyn AeadAes128GcmCipher>> {
    fn encrypt(&mut self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.0.decrypt(iv, aads, input, output).inspect(|_| count_opened())
    }
}

impl AeadAes256GcmCipher for Watched<Box<dyn AeadAes256GcmCipher>> {
    fn encrypt(&mut self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.0.decrypt(iv, aads, input, output).inspect(|_| count_opened())
    }
}
