//! Passkeys: what a relying party checks when a browser has made one, and when it shows one (WebAuthn Level 3, sections 7.1 and 7.2).
//!
//! We ask for no attestation, so that it does not matter which make of device somebody has. The browser itself hands the public key over in the form
//! that aws-lc-rs reads (SubjectPublicKeyInfo), so that nothing of CBOR is read here; a page that lies about its key has locked out nobody but itself.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};
use serde::{Deserialize, Serialize};

/// WebAuthn, section 7.1, step 25.
const ID_BYTES_MAX: usize = 1_023;
/// Of an SPKI: RSA with 8192 bits is the longest that can be checked.
const KEY_BYTES_MAX: usize = 1_100;

/// Where a passkey is good: the name for which it is made, and the page that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// A host name, such as `visit.example.org`.
    pub(crate) name: String,
    /// Such as `https://visit.example.org:8443`.
    pub(crate) origin: String,
}

/// How a passkey signs; the numbers are those of COSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Algorithm {
    Es256,
    EdDsa,
    Rs256,
}

impl Algorithm {
    /// Best first, as the browser is asked.
    pub(crate) const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    pub(crate) fn number(self) -> i32 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::EdDsa => &ED25519,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// What is kept of a passkey to check it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) algorithm: Algorithm,
    /// SubjectPublicKeyInfo, in DER.
    pub(crate) public: Vec<u8>,
    /// How often it has signed, as the device counts; 0 if it does not.
    pub(crate) counter: u32,
    /// Whether its owner's other devices may get it as well. It never changes.
    pub(crate) is_shareable: bool,
}

/// What the browser hands over after it has made a passkey.
pub(crate) struct Made<'a> {
    pub(crate) id: &'a [u8],
    pub(crate) client_data: &'a [u8],
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) public_key: &'a [u8],
    pub(crate) algorithm: i32,
}

/// What it hands over when somebody shows theirs.
pub(crate) struct Shown<'a> {
    pub(crate) client_data: &'a [u8],
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// At which step it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not what browsers say.
    Malformed,
    /// It was made where one is to be shown, or the other way round.
    Kind,
    /// It answers no question of ours, or one of long ago.
    Challenge,
    /// Another page has asked.
    Origin,
    /// Our page was inside of another one.
    Framed,
    /// It is for another name.
    Site,
    /// Nobody has touched the device.
    Absent,
    /// The device does not know who has: no finger, face or PIN.
    Unverified,
    /// It says that it is copied to other devices, and cannot be; or it has changed whether it can.
    Backup,
    Algorithm,
    Key,
    Id,
    Signature,
    /// It has counted back: there may be a copy of it.
    Copied,
}

/// Checks a new passkey, by the steps of section 7.1. `is_ours`: whether that is a challenge of ours that is still good.
pub(crate) fn check_made(site: &Site, made: &Made<'_>, is_ours: impl FnOnce(&[u8]) -> bool) -> Result<Key, Fault> {
    check_client("webauthn.create", site, made.client_data, is_ours)?;
    let said = Said::read(made.authenticator_data)?;
    said.check(site)?;
    if said.id() != Some(made.id) || made.id.is_empty() || ID_BYTES_MAX < made.id.len() {
        return Err(Fault::Id);
    }
    let algorithm = Algorithm::ALL.into_iter().find(|one| one.number() == made.algorithm).ok_or(Fault::Algorithm)?;
    if KEY_BYTES_MAX < made.public_key.len() || ParsedPublicKey::new(algorithm.verification(), made.public_key).is_err()
    {
        return Err(Fault::Key);
    }
    let is_shareable = said.has(SHAREABLE);
    Ok(Key { algorithm, public: made.public_key.to_vec(), counter: said.counter, is_shareable })
}

/// Checks a passkey that somebody shows, by the steps of section 7.2, and returns what its counter stands at.
pub(crate) fn check_shown(
    site: &Site,
    key: &Key,
    shown: &Shown<'_>,
    is_ours: impl FnOnce(&[u8]) -> bool,
) -> Result<u32, Fault> {
    check_client("webauthn.get", site, shown.client_data, is_ours)?;
    let said = Said::read(shown.authenticator_data)?;
    said.check(site)?;
    if said.has(SHAREABLE) != key.is_shareable {
        return Err(Fault::Backup);
    }
    let signed = [shown.authenticator_data, digest(&SHA256, shown.client_data).as_ref()].concat();
    ParsedPublicKey::new(key.algorithm.verification(), &key.public)
        .map_err(|_| Fault::Key)?
        .verify_sig(&signed, shown.signature)
        .map_err(|_| Fault::Signature)?;
    let counts = said.counter != 0 || key.counter != 0;
    if counts && said.counter <= key.counter { Err(Fault::Copied) } else { Ok(said.counter) }
}

/// What the browser itself says, and the device has signed with the rest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

fn check_client(kind: &str, site: &Site, said: &[u8], is_ours: impl FnOnce(&[u8]) -> bool) -> Result<(), Fault> {
    let said: ClientData = serde_json::from_slice(said).map_err(|_| Fault::Malformed)?;
    if said.r#type != kind {
        return Err(Fault::Kind);
    }
    let challenge = data_encoding::BASE64URL_NOPAD.decode(said.challenge.as_bytes());
    if !challenge.is_ok_and(|challenge| is_ours(&challenge)) {
        return Err(Fault::Challenge);
    }
    if said.origin != site.origin {
        return Err(Fault::Origin);
    }
    if said.cross_origin || said.top_origin.is_some() {
        return Err(Fault::Framed);
    }
    Ok(())
}

/// Bits of the flags (section 6.1).
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const SHAREABLE: u8 = 1 << 3;
const SHARED: u8 = 1 << 4;
const HAS_ID: u8 = 1 << 6;

/// What the device says (section 6.1): the hash of the site's name, flags, its counter, and for a new passkey which one it is. What follows is the key
/// in the device's own form, and extensions, of which we have asked for none.
struct Said<'a> {
    site: &'a [u8; 32],
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

impl<'a> Said<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let (site, bytes) = bytes.split_first_chunk().ok_or(Fault::Malformed)?;
        let (flags, bytes) = bytes.split_first().ok_or(Fault::Malformed)?;
        let (counter, rest) = bytes.split_first_chunk().ok_or(Fault::Malformed)?;
        Ok(Self { site, flags: *flags, counter: u32::from_be_bytes(*counter), rest })
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn check(&self, site: &Site) -> Result<(), Fault> {
        if self.site != digest(&SHA256, site.name.as_bytes()).as_ref() {
            return Err(Fault::Site);
        }
        if !self.has(PRESENT) {
            return Err(Fault::Absent);
        }
        if !self.has(VERIFIED) {
            return Err(Fault::Unverified);
        }
        if self.has(SHARED) && !self.has(SHAREABLE) { Err(Fault::Backup) } else { Ok(()) }
    }

    /// Of a new passkey (section 6.5.1): after the 16 bytes of its make.
    fn id(&self) -> Option<&'a [u8]> {
        let (_make, rest) = self.rest.split_first_chunk::<16>().filter(|_| self.has(HAS_ID))?;
        let (length, rest) = rest.split_first_chunk()?;
        rest.get(..usize::from(u16::from_be_bytes(*length)))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    };
    use serde_json::{Value, json};

    use super::*;

    const ID: &[u8] = b"which passkey";
    const CHALLENGE: &[u8] = b"a question of ours";
    const GOOD: u8 = PRESENT | VERIFIED | SHAREABLE | SHARED | HAS_ID;

    fn site() -> Site {
        Site { name: "visit.example.org".to_owned(), origin: "https://visit.example.org".to_owned() }
    }

    fn is_ours(challenge: &[u8]) -> bool {
        challenge == CHALLENGE
    }

    fn client(kind: &str) -> Value {
        let challenge = data_encoding::BASE64URL_NOPAD.encode(CHALLENGE);
        json!({"type": kind, "challenge": challenge, "origin": "https://visit.example.org", "crossOrigin": false, "other": 1})
    }

    /// As a device writes it, with what it says of a new passkey.
    fn device(name: &str, flags: u8, counter: u32, id: &[u8]) -> Vec<u8> {
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        let head = [digest(&SHA256, name.as_bytes()).as_ref(), &[flags], &counter.to_be_bytes()].concat();
        [&head, &[9; 16][..], &length, id, b"its key, in COSE"].concat()
    }

    /// A signer, as a device is one, and the public key that the browser tells.
    type Signer = (Vec<u8>, Box<dyn Fn(&[u8]) -> Vec<u8>>);

    fn es256() -> Signer {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
        (
            public.as_ref().to_vec(),
            Box::new(move |data| key.sign(&SystemRandom::new(), data).unwrap().as_ref().to_vec()),
        )
    }

    fn eddsa() -> Signer {
        let key = Ed25519KeyPair::generate().unwrap();
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
        (public.as_ref().to_vec(), Box::new(move |data| key.sign(data).as_ref().to_vec()))
    }

    fn rs256() -> Signer {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
        let sign = move |data: &[u8]| {
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature).unwrap();
            signature
        };
        (public.as_ref().to_vec(), Box::new(sign))
    }

    /// What comes of a new passkey after one change.
    fn made(change: impl FnOnce(&mut Value, &mut Vec<u8>, &mut Vec<u8>, &mut i32)) -> Result<Key, Fault> {
        let (mut said, mut data) = (client("webauthn.create"), device("visit.example.org", GOOD, 0, ID));
        let (mut public, mut algorithm) = (es256().0, -7);
        change(&mut said, &mut data, &mut public, &mut algorithm);
        let client_data = said.to_string();
        let made = Made {
            id: ID,
            client_data: client_data.as_bytes(),
            authenticator_data: &data,
            public_key: &public,
            algorithm,
        };
        check_made(&site(), &made, is_ours)
    }

    /// What comes of a passkey that is shown, whose counter stood at 5, after one change of what is said before it is signed.
    fn shown(change: impl FnOnce(&mut Value, &mut Vec<u8>)) -> Result<u32, Fault> {
        let (mut said, mut data) =
            (client("webauthn.get"), device("visit.example.org", GOOD & !HAS_ID, 6, ID)[..37].to_vec());
        change(&mut said, &mut data);
        let (public, sign) = es256();
        let key = Key { algorithm: Algorithm::Es256, public, counter: 5, is_shareable: true };
        let client_data = said.to_string();
        let signature = sign(&[&data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat());
        let shown = Shown { client_data: client_data.as_bytes(), authenticator_data: &data, signature: &signature };
        check_shown(&site(), &key, &shown, is_ours)
    }

    #[test]
    fn a_new_passkey_is_taken_after_every_step_and_refused_where_one_fails() {
        let key = made(|_, _, _, _| {}).unwrap();
        assert_eq!((key.algorithm, key.counter, key.is_shareable), (Algorithm::Es256, 0, true));
        assert_eq!(made(|said, _, _, _| said["type"] = json!("webauthn.get")), Err(Fault::Kind));
        assert_eq!(made(|said, _, _, _| said["challenge"] = json!("YW5vdGhlcg")), Err(Fault::Challenge));
        assert_eq!(made(|said, _, _, _| said["challenge"] = json!("no base64!")), Err(Fault::Challenge));
        for origin in ["https://evil.example", "https://visit.example.org.evil.example", "http://visit.example.org"] {
            assert_eq!(made(|said, _, _, _| said["origin"] = json!(origin)), Err(Fault::Origin), "{origin}");
        }
        assert_eq!(made(|said, _, _, _| said["crossOrigin"] = json!(true)), Err(Fault::Framed));
        assert_eq!(made(|said, _, _, _| said["topOrigin"] = json!("https://evil.example")), Err(Fault::Framed));
        assert_eq!(made(|said, _, _, _| *said = json!([])), Err(Fault::Malformed));
        assert_eq!(made(|_, data, _, _| data.truncate(36)), Err(Fault::Malformed));
        assert_eq!(made(|_, data, _, _| *data = device("evil.example", GOOD, 0, ID)), Err(Fault::Site));
        for (flags, fault) in [
            (GOOD & !PRESENT, Fault::Absent),
            (GOOD & !VERIFIED, Fault::Unverified),
            (GOOD & !SHAREABLE, Fault::Backup),
            (GOOD & !HAS_ID, Fault::Id),
        ] {
            assert_eq!(made(|_, data, _, _| data[32] = flags), Err(fault), "{flags:08b}");
        }
        let other = device("visit.example.org", GOOD, 0, b"another passkey");
        assert_eq!(made(|_, data, _, _| *data = other), Err(Fault::Id));
        assert_eq!(made(|_, data, _, _| data.truncate(37 + 18 + 3)), Err(Fault::Id), "cut short");
        assert_eq!(made(|_, _, _, algorithm| *algorithm = -35), Err(Fault::Algorithm), "not asked for");
        assert_eq!(made(|_, _, _, algorithm| *algorithm = -257), Err(Fault::Key), "of another kind");
        assert_eq!(made(|_, _, public, _| public.truncate(40)), Err(Fault::Key));
        assert_eq!(made(|_, _, public, _| public.resize(5_000, 0)), Err(Fault::Key));
    }

    #[test]
    fn an_id_is_not_longer_than_the_standard_has_it() {
        for (length, expected) in [(ID_BYTES_MAX, true), (ID_BYTES_MAX + 1, false), (0, false)] {
            let id = vec![7; length];
            let (client_data, data) =
                (client("webauthn.create").to_string(), device("visit.example.org", GOOD, 0, &id));
            let made = Made {
                id: &id,
                client_data: client_data.as_bytes(),
                authenticator_data: &data,
                public_key: &es256().0,
                algorithm: -7,
            };
            assert_eq!(check_made(&site(), &made, is_ours).is_ok(), expected, "{length}");
        }
    }

    #[test]
    fn a_passkey_that_is_shown_is_taken_after_every_step_and_refused_where_one_fails() {
        assert_eq!(shown(|_, _| {}), Ok(6));
        assert_eq!(shown(|said, _| said["type"] = json!("webauthn.create")), Err(Fault::Kind));
        assert_eq!(shown(|said, _| said["challenge"] = json!("YW5vdGhlcg")), Err(Fault::Challenge));
        assert_eq!(shown(|said, _| said["origin"] = json!("https://evil.example")), Err(Fault::Origin));
        assert_eq!(shown(|said, _| said["crossOrigin"] = json!(true)), Err(Fault::Framed));
        assert_eq!(shown(|said, _| *said = json!("x")), Err(Fault::Malformed));
        assert_eq!(shown(|_, data| data.truncate(36)), Err(Fault::Malformed));
        assert_eq!(shown(|_, data| data[0] ^= 1), Err(Fault::Site));
        for (flags, fault) in [
            (GOOD & !PRESENT, Fault::Absent),
            (GOOD & !VERIFIED, Fault::Unverified),
            (GOOD & !SHAREABLE, Fault::Backup),
            (GOOD & !SHAREABLE & !SHARED, Fault::Backup),
        ] {
            assert_eq!(shown(|_, data| data[32] = flags), Err(fault), "{flags:08b}");
        }
        assert_eq!(shown(|_, data| data[36] = 5), Err(Fault::Copied), "the same count again");
        assert_eq!(shown(|_, data| data[36] = 0), Err(Fault::Copied), "it has counted before");
    }

    #[test]
    fn every_algorithm_is_checked_over_both_parts_and_by_its_own_key() {
        for (algorithm, (public, sign)) in
            [(Algorithm::Es256, es256()), (Algorithm::EdDsa, eddsa()), (Algorithm::Rs256, rs256())]
        {
            let key = Key { algorithm, public, counter: 0, is_shareable: true };
            let client_data = client("webauthn.get").to_string();
            let data = device("visit.example.org", GOOD & !HAS_ID, 0, ID)[..37].to_vec();
            let signature = sign(&[&data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat());
            let check = |client_data: &str, data: &[u8], signature: &[u8]| {
                let shown = Shown { client_data: client_data.as_bytes(), authenticator_data: data, signature };
                check_shown(&site(), &key, &shown, is_ours)
            };
            assert_eq!(check(&client_data, &data, &signature), Ok(0), "{algorithm:?}");
            assert_eq!(check(&client_data, &data, b""), Err(Fault::Signature));
            let spaced = format!(" {client_data}");
            assert_eq!(check(&spaced, &data, &signature), Err(Fault::Signature), "the browser's part");
            let mut counted = data.clone();
            counted[36] = 9;
            assert_eq!(check(&client_data, &counted, &signature), Err(Fault::Signature), "the device's part");
            let mut changed = signature.clone();
            changed[20] ^= 1;
            assert_eq!(check(&client_data, &data, &changed), Err(Fault::Signature));
            let other = sign(&[&data[..], client_data.as_bytes()].concat());
            assert_eq!(check(&client_data, &data, &other), Err(Fault::Signature), "not of the hash");
        }
    }
}
