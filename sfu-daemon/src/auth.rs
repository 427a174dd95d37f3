//! Secrets that prove something: a patient's place, a staff session, a one-time staff link.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::{digest, hmac, rand};
use tokio::time::Instant;

use crate::limits::SOURCE_KEY_MAX;

/// The cookie of a staff session. The `__Host-` prefix makes the browser insist on `Secure`, `Path=/` and no `Domain`.
pub(crate) const COOKIE: &str = "__Host-anteroom";

/// The system's random source failed; nothing secret can be made.
#[derive(Debug, thiserror::Error)]
#[error("the system's random source failed")]
pub(crate) struct NoRandom;

pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandom> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(bytes)
}

/// 128 random bits as 32 hexadecimal digits. Shown once to whom it belongs; the daemon keeps the [`TokenHash`] only.
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn random() -> Result<Self, NoRandom> {
        Ok(Self(hex(&random::<16>()?)))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a token. Looking one up by its hash tells nothing by its timing: what is compared cannot be chosen without knowing the token.
/// Tokens have full entropy, so that a slow password hash would add nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TokenHash(pub(crate) [u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self::of_bytes(token.as_bytes())
    }

    pub(crate) fn of_bytes(token: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, token).as_ref());
        Self(hash)
    }
}

/// Where a connection comes from, for limits: a keyed hash whose key lives in this process only, and for a day, so that no address can be read back from it.
/// Addresses of one IPv6 /64 belong to one household or device, and count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Source([u8; 16]);

impl Source {
    /// For the one person whose address it is.
    pub(crate) fn hex(self) -> String {
        hex(&self.0)
    }
}

/// The key of sources: random, in memory only, and another one every day.
pub(crate) struct SourceKey(Mutex<(Instant, hmac::Key)>);

impl SourceKey {
    pub(crate) fn random() -> Result<Self, NoRandom> {
        Ok(Self(Mutex::new((Instant::now(), source_key()?))))
    }

    pub(crate) fn source(&self, address: IpAddr) -> Source {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if SOURCE_KEY_MAX <= current.0.elapsed()
            // Without random bytes the old one is better than none.
            && let Ok(next) = source_key()
        {
            *current = (Instant::now(), next);
        }
        let tag = match address.to_canonical() {
            IpAddr::V4(v4) => hmac::sign(&current.1, &v4.octets()),
            IpAddr::V6(v6) => hmac::sign(&current.1, &v6.octets()[..8]),
        };
        let mut source = [0; 16];
        source.copy_from_slice(&tag.as_ref()[..16]);
        Source(source)
    }
}

fn source_key() -> Result<hmac::Key, NoRandom> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &random::<32>()?))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_random_and_hashed() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.expose().len(), 32);
        assert_ne!(one.expose(), other.expose());
        assert_eq!(hex(&TokenHash::of("abc").0), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_known_again_by_an_address_after_a_day() {
        let key = SourceKey::random().unwrap();
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        let first = key.source(address);
        tokio::time::advance(SOURCE_KEY_MAX - std::time::Duration::from_secs(1)).await;
        assert_eq!(key.source(address), first);
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        assert_ne!(key.source(address), first);
        assert_eq!(key.source(address), key.source(address));
    }

    #[test]
    fn a_source_is_an_address_or_a_household_and_cannot_be_compared_across_processes() {
        let (key, other) = (SourceKey::random().unwrap(), SourceKey::random().unwrap());
        let of = |key: &SourceKey, address: &str| key.source(address.parse().unwrap());
        assert_eq!(of(&key, "192.0.2.1"), of(&key, "::ffff:192.0.2.1"));
        assert_ne!(of(&key, "192.0.2.1"), of(&key, "192.0.2.2"));
        assert_eq!(of(&key, "2001:db8::1"), of(&key, "2001:db8::2"));
        assert_ne!(of(&key, "2001:db8::1"), of(&key, "2001:db8:0:1::1"));
        assert_ne!(of(&key, "192.0.2.1"), of(&other, "192.0.2.1"));
    }
}
