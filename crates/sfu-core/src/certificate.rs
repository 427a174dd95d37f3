//! The certificate that this end shows in DTLS.

use std::fmt;

use crate::transport;

/// A self-signed ECDSA certificate with its key, for [`crate::Config::certificate`]. Cheap to clone; make one per process.
#[derive(Clone)]
pub struct Certificate(pub(crate) transport::Credentials);

impl Certificate {
    /// Makes a new key and a certificate for it (P-256, one year).
    ///
    /// # Panics
    ///
    /// If the operating system gives no randomness.
    #[must_use]
    pub fn generate() -> Self {
        Self(transport::Credentials::generate())
    }

    /// The SHA-256 fingerprint as an answer names it: upper-case hexadecimal bytes with colons (RFC 8122, section 5).
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint().to_owned()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").finish_non_exhaustive()
    }
}
