//! Whose datagram is this? Answered without a scan, and without believing a word of it.
//!
//! A check (STUN) names our ufrag, which encodes the slot of its participant. Everything else belongs to whoever has
//! *validated* the address it came from: by a check whose integrity was verified. Nothing else is ever answered or read.

use std::net::SocketAddr;
use std::time::Instant;

use rand_core::Rng;
use rustc_hash::FxHashMap;

use crate::Transport;
use crate::limits::ADDRESS_IDLE;

/// What a datagram is, by its first bytes (RFC 7983).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Stun,
    Dtls,
    Rtp,
    Rtcp,
}

impl Kind {
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [0..=3, ..] if 20 <= bytes.len() => Some(Self::Stun),
            [20..=63, ..] => Some(Self::Dtls),
            // RFC 5761, section 4.
            [128..=191, second, ..] if 64 <= second & 0x7f && second & 0x7f < 96 => Some(Self::Rtcp),
            [128..=191, _, _, ..] => Some(Self::Rtp),
            _ => None,
        }
    }
}

/// An ICE ufrag of ours: the index of a participant, then enough randomness that a later one in the same place never
/// has the same.
pub(crate) struct Ufrag;

impl Ufrag {
    const INDEX_DIGITS: usize = 6;

    pub(crate) fn encode(index: u32, rng: &mut impl Rng) -> String {
        format!("{index:06x}{}", random_token(10, rng))
    }

    pub(crate) fn index(ufrag: &str) -> Option<usize> {
        let digits = ufrag.get(..Self::INDEX_DIGITS)?;
        let hexadecimal = digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        hexadecimal.then(|| usize::from_str_radix(digits, 16).ok())?
    }
}

/// `length` characters that ICE allows (RFC 8445, section 5.3), six bits of randomness each.
pub(crate) fn random_token(length: usize, rng: &mut impl Rng) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (0..length).map(|_| char::from(ALPHABET[(rng.next_u32() % 64) as usize])).collect()
}

/// Both ends of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    pub(crate) transport: Transport,
    pub(crate) local: SocketAddr,
    pub(crate) remote: SocketAddr,
}

/// The validated addresses of everybody.
#[derive(Debug, Default)]
pub(crate) struct Addresses(FxHashMap<Path, Owner>);

#[derive(Debug)]
struct Owner {
    index: usize,
    checked_at: Instant,
}

/// What a verified check means for its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It was this participant's already.
    Known,
    /// Nobody has it, or its owner has been silent: see [`Addresses::insert`].
    Free,
    /// It is somebody else's, who still checks it.
    Taken,
}

impl Addresses {
    pub(crate) fn owner(&self, path: &Path) -> Option<usize> {
        self.0.get(path).map(|owner| owner.index)
    }

    pub(crate) fn claim(&mut self, path: &Path, index: usize, now: Instant) -> Claim {
        match self.0.get_mut(path) {
            Some(owner) if owner.index == index => {
                owner.checked_at = now;
                Claim::Known
            }
            Some(owner) if now.saturating_duration_since(owner.checked_at) < ADDRESS_IDLE => Claim::Taken,
            Some(_) | None => Claim::Free,
        }
    }

    /// Returns the former owner.
    pub(crate) fn insert(&mut self, path: Path, index: usize, now: Instant) -> Option<usize> {
        self.0.insert(path, Owner { index, checked_at: now }).map(|owner| owner.index)
    }

    /// Frees an address, if it is still `index`'s.
    pub(crate) fn remove(&mut self, path: &Path, index: usize) {
        if self.owner(path) == Some(index) {
            self.0.remove(path);
        }
    }

    /// Since when its owner has been silent.
    pub(crate) fn checked_at(&self, path: &Path) -> Option<Instant> {
        self.0.get(path).map(|owner| owner.checked_at)
    }

    /// Frees all of a participant whose own list cannot be trusted: their step panicked.
    pub(crate) fn purge(&mut self, index: usize) {
        self.0.retain(|_, owner| owner.index != index);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_ufrag_leads_to_its_participant_and_never_repeats() {
        let mut rng = rand_chacha::ChaCha12Rng::from_seed([1; 32]);
        let first = Ufrag::encode(4095, &mut rng);
        assert_eq!(Ufrag::index(&first), Some(4095));
        assert_ne!(first, Ufrag::encode(4095, &mut rng));
        for strange in ["", "fff", "00000G12", "+00001aa", "äöüäöü", "00000\u{e4}"] {
            assert_eq!(Ufrag::index(strange), None, "{strange}");
        }
    }

    #[test]
    fn datagrams_are_told_apart_by_their_first_bytes() {
        assert_eq!(Kind::of(&[]), None);
        assert_eq!(Kind::of(&[0; 19]), None);
        assert_eq!(Kind::of(&[0; 20]), Some(Kind::Stun));
        assert_eq!(Kind::of(&[22, 254, 253]), Some(Kind::Dtls));
        assert_eq!(Kind::of(&[0x80, 96, 0]), Some(Kind::Rtp));
        assert_eq!(Kind::of(&[0x80, 0x80 | 111, 0]), Some(Kind::Rtp));
        assert_eq!(Kind::of(&[0x80, 200, 0]), Some(Kind::Rtcp));
        assert_eq!(Kind::of(&[0x80]), None);
        assert_eq!(Kind::of(&[64, 0, 0]), None, "TURN channels are not for us");
    }
}
