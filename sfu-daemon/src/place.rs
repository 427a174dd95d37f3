//! The token of a place in line. To the process that gave it, it proves whose place it is; to the process after a restart, which remembers
//! nobody, it also proves since when its owner has waited, and where. Nothing of it is stored but the key that signs it, and it says nothing
//! about the person.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::auth::{NoRandom, TokenHash, random};

/// What is signed begins with this, so that the key's signatures mean nothing else.
const PURPOSE: &[u8] = b"anteroom place 1\0";
const ID_BYTES: usize = 16;
const BODY_BYTES: usize = ID_BYTES + 4 + 8;

/// A place, as its token says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// 128 random bits: nobody can guess another's.
    id: [u8; ID_BYTES],
    /// Where the visit is.
    pub(crate) area: u32,
    /// When it first checked in, in nanoseconds since the Unix epoch: fine enough that no two places of a line are the same.
    pub(crate) since_ns: u64,
}

impl Place {
    pub(crate) fn new(area: u32, since_ns: u64) -> Result<Self, NoRandom> {
        Ok(Self { id: random()?, area, since_ns })
    }

    /// By which the hub finds the visit. The same in every token of the place.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of_bytes(&self.id)
    }

    fn body(&self) -> [u8; BODY_BYTES] {
        let mut body = [0; BODY_BYTES];
        body[..ID_BYTES].copy_from_slice(&self.id);
        body[ID_BYTES..ID_BYTES + 4].copy_from_slice(&self.area.to_be_bytes());
        body[ID_BYTES + 4..].copy_from_slice(&self.since_ns.to_be_bytes());
        body
    }
}

/// Signs tokens of places, over restarts.
pub(crate) struct PlaceKey(hmac::Key);

impl PlaceKey {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    pub(crate) fn token(&self, place: &Place) -> String {
        let body = place.body();
        URL_SAFE_NO_PAD.encode([&body, self.signed(&body).as_ref()].concat())
    }

    /// The place of a token; `None` if this server has not made it.
    pub(crate) fn open(&self, token: &str) -> Option<Place> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (body, tag) = bytes.split_first_chunk::<BODY_BYTES>()?;
        hmac::verify(&self.0, &[PURPOSE, body].concat(), tag).ok()?;
        let (id, rest) = body.split_first_chunk::<ID_BYTES>()?;
        let (area, since_ns) = rest.split_first_chunk::<4>()?;
        let since_ns = since_ns.first_chunk::<8>()?;
        Some(Place { id: *id, area: u32::from_be_bytes(*area), since_ns: u64::from_be_bytes(*since_ns) })
    }

    fn signed(&self, body: &[u8; BODY_BYTES]) -> hmac::Tag {
        hmac::sign(&self.0, &[PURPOSE, body].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_its_place_and_nobody_else_can_make_or_change_one() {
        let key = PlaceKey::new(&[7; 32]);
        let place = Place::new(3, 1_800_000_000_123_456_789).unwrap();
        let token = key.token(&place);
        assert_eq!(key.open(&token), Some(place.clone()));
        assert_eq!(PlaceKey::new(&[8; 32]).open(&token), None, "another server's");
        let moved = key.token(&Place { area: 4, ..place.clone() });
        assert_eq!(key.open(&moved).unwrap().hash(), place.hash(), "the same place elsewhere");
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.open(&String::from_utf8(changed).unwrap()), None, "letter {at}");
        }
        for nothing in ["", "A", "b1f6c3", &token[..token.len() - 2], &format!("{token}AA"), "ümlaut"] {
            assert_eq!(key.open(nothing), None, "{nothing}");
        }
    }
}
