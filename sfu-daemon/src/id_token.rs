//! What a provider says of who has signed in there: an ID token, and what is checked of it (OpenID Connect Core 1.0, section 3.1.3.7).
//!
//! A token is read only after its signature holds, and its algorithm must be one of four that sign with a key pair, and that of the key: neither
//! "none" nor a secret that both sides have (HS256) is in the list, so that none of the known confusions has a branch to go wrong in.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How far clocks may be apart.
const CLOCKS_APART_S: i64 = 120;
/// A token is made while we wait for it.
const AGE_MAX_S: i64 = 300;
/// OpenID Connect Core 1.0, section 2: of `sub`.
const SUBJECT_CHARS_MAX: usize = 255;

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no such token.
    Malformed,
    /// It is signed in a way that is not taken, or not signed.
    Algorithm,
    /// By a key that the provider has not published.
    Key,
    Signature,
    /// By another provider.
    Issuer,
    /// For another program.
    Audience,
    /// It is over, or was made too long ago or in the future.
    Time,
    /// It answers another question.
    Nonce,
    /// Not as the operator demands that people sign in there.
    Manner,
}

/// What a token must say.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client: &'a str,
    pub(crate) nonce: &'a str,
    /// How people must have signed in (`acr`); empty: in any way.
    pub(crate) manner: &'a str,
    pub(crate) now_s: i64,
}

/// The keys that a provider publishes (RFC 7517). Those that we do not know are left out.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Keys {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Published {
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    #[serde(flatten)]
    key: Key,
}

#[derive(Deserialize)]
#[serde(tag = "kty")]
enum Key {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec { crv: String, x: String, y: String },
    #[serde(rename = "OKP")]
    Okp { crv: String, x: String },
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What must be understood, and is not (RFC 7515, section 4.1.11).
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    acr: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Some(Vec<String>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// Checks a token, and returns whom the provider means.
pub(crate) fn check(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<String, Fault> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Fault::Malformed)?;
    let header: Header = read(header)?;
    if header.crit.is_some() {
        return Err(Fault::Malformed);
    }
    let algorithm = Algorithm::of(&header.alg).ok_or(Fault::Algorithm)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| Fault::Malformed)?;
    let candidates: Vec<Published> = keys.candidates(&header).collect();
    if candidates.is_empty() {
        return Err(Fault::Key);
    }
    if !candidates.iter().any(|one| one.key.verify(algorithm, signed.as_bytes(), &signature).is_some()) {
        return Err(Fault::Signature);
    }
    read::<Claims>(claims)?.check(expected)
}

fn read<T: DeserializeOwned>(part: &str) -> Result<T, Fault> {
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Fault::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Fault::Malformed)
}

impl Keys {
    /// Those by which a token with this header may be signed.
    fn candidates(&self, header: &Header) -> impl Iterator<Item = Published> {
        let published = self.keys.iter().filter_map(|key| Published::deserialize(key).ok());
        published.filter(|one| {
            one.r#use.as_deref().is_none_or(|purpose| purpose == "sig")
                && one.alg.as_ref().is_none_or(|alg| *alg == header.alg)
                && (header.kid.is_none() || one.kid == header.kid)
        })
    }
}

impl Key {
    /// `None` if the key is of another kind, or the signature is not its own.
    fn verify(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> Option<()> {
        let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let rsa = |parameters: &RsaParameters, n: &str, e: &str| {
            RsaPublicKeyComponents { n: bytes(n)?, e: bytes(e)? }.verify(parameters, signed, signature).ok()
        };
        match (self, algorithm) {
            (Self::Rsa { n, e }, Algorithm::Rs256) => rsa(&RSA_PKCS1_2048_8192_SHA256, n, e),
            (Self::Rsa { n, e }, Algorithm::Ps256) => rsa(&RSA_PSS_2048_8192_SHA256, n, e),
            (Self::Ec { crv, x, y }, Algorithm::Es256) if crv == "P-256" => {
                // Uncompressed (SEC 1, section 2.3.3).
                let point = [&[4][..], &bytes(x)?, &bytes(y)?].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).ok()
            }
            (Self::Okp { crv, x }, Algorithm::EdDsa) if crv == "Ed25519" => {
                UnparsedPublicKey::new(&ED25519, bytes(x)?).verify(signed, signature).ok()
            }
            (Self::Rsa { .. } | Self::Ec { .. } | Self::Okp { .. }, _) => None,
        }
    }
}

impl Claims {
    fn check(self, expected: &Expected<'_>) -> Result<String, Fault> {
        let Expected { issuer, client, nonce, manner, now_s } = *expected;
        if self.iss != issuer {
            return Err(Fault::Issuer);
        }
        let (is_meant, is_alone) = match &self.aud {
            Audience::One(one) => (one == client, true),
            Audience::Some(all) => (all.iter().any(|one| one == client), all.len() == 1),
        };
        let is_for_us = self.azp.as_ref().map_or(is_alone, |party| party == client);
        if !is_meant || !is_for_us {
            return Err(Fault::Audience);
        }
        // Seconds since 1970, which are exact as floating numbers for far longer than anybody signs in.
        let (now, apart) = (now_s as f64, CLOCKS_APART_S as f64);
        let is_current = now < self.exp + apart
            && self.iat <= now + apart
            && now <= self.iat + AGE_MAX_S as f64
            && self.nbf.is_none_or(|begins| begins <= now + apart);
        if !is_current {
            return Err(Fault::Time);
        }
        if self.nonce.as_deref() != Some(nonce) {
            return Err(Fault::Nonce);
        }
        if !manner.is_empty() && self.acr.as_deref() != Some(manner) {
            return Err(Fault::Manner);
        }
        if self.sub.is_empty() || SUBJECT_CHARS_MAX < self.sub.chars().count() {
            return Err(Fault::Malformed);
        }
        Ok(self.sub)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaEncoding, RsaKeyPair,
    };
    use serde_json::{Value, json};

    use super::*;

    const NOW_S: i64 = 1_800_000_000;

    fn text(bytes: &[u8]) -> String {
        BASE64URL_NOPAD.encode(bytes)
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "sub": "248289761001", "aud": "anteroom", "nonce": "n-0S6_WzA2Mj",
            "exp": NOW_S + 600, "iat": NOW_S, "acr": "mfa", "email": "not looked at",
        })
    }

    fn expected() -> Expected<'static> {
        Expected { issuer: "https://id.example", client: "anteroom", nonce: "n-0S6_WzA2Mj", manner: "", now_s: NOW_S }
    }

    /// A provider with a key of Ed25519.
    struct Provider(Ed25519KeyPair);

    impl Provider {
        fn new() -> Self {
            Self(Ed25519KeyPair::generate().unwrap())
        }

        fn keys(&self) -> Keys {
            let x = text(self.0.public_key().as_ref());
            keys(json!([{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "1", "use": "sig", "alg": "EdDSA"}]))
        }

        fn token(&self, header: &Value, claims: &Value) -> String {
            signed(header, claims, |data| self.0.sign(data).as_ref().to_vec())
        }

        /// What comes of a token after one change.
        fn check(&self, change: impl FnOnce(&mut Value, &mut Value)) -> Result<String, Fault> {
            let (mut header, mut claims) = (json!({"alg": "EdDSA", "kid": "1"}), claims());
            change(&mut header, &mut claims);
            check(&self.token(&header, &claims), &self.keys(), &expected())
        }
    }

    fn keys(keys: Value) -> Keys {
        serde_json::from_value(json!({ "keys": keys })).unwrap()
    }

    fn signed(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let signed = format!("{}.{}", text(header.to_string().as_bytes()), text(claims.to_string().as_bytes()));
        let signature = text(&sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    #[test]
    fn a_token_is_taken_after_every_step_and_refused_where_one_fails() {
        let provider = Provider::new();
        assert_eq!(provider.check(|_, _| {}).as_deref(), Ok("248289761001"));
        let refused = |field: &str, value: Value, fault: Fault| {
            assert_eq!(provider.check(|_, claims| claims[field] = value.clone()), Err(fault), "{field}: {value}");
        };
        refused("iss", json!("https://evil.example"), Fault::Issuer);
        refused("iss", json!("https://id.example/"), Fault::Issuer);
        refused("aud", json!("another program"), Fault::Audience);
        refused("aud", json!([]), Fault::Audience);
        refused("aud", json!(["anteroom", "another"]), Fault::Audience);
        refused("azp", json!("another program"), Fault::Audience);
        refused("exp", json!(NOW_S - CLOCKS_APART_S), Fault::Time);
        refused("iat", json!(NOW_S + CLOCKS_APART_S + 1), Fault::Time);
        refused("iat", json!(NOW_S - AGE_MAX_S - 1), Fault::Time);
        refused("nbf", json!(NOW_S + CLOCKS_APART_S + 1), Fault::Time);
        refused("nonce", json!("another"), Fault::Nonce);
        refused("nonce", Value::Null, Fault::Nonce);
        refused("sub", json!(""), Fault::Malformed);
        refused("sub", json!("s".repeat(256)), Fault::Malformed);
        refused("sub", json!(7), Fault::Malformed);
        for field in ["iss", "sub", "aud", "exp", "iat"] {
            let without = provider.check(|_, claims| {
                claims.as_object_mut().unwrap().remove(field);
            });
            assert_eq!(without, Err(Fault::Malformed), "without {field}");
        }
        let both = |_: &mut Value, claims: &mut Value| {
            (claims["aud"], claims["azp"]) = (json!(["anteroom", "another"]), json!("anteroom"));
        };
        assert!(provider.check(both).is_ok());
        let mut strict = Expected { manner: "mfa", ..expected() };
        let token = provider.token(&json!({"alg": "EdDSA"}), &claims());
        assert!(check(&token, &provider.keys(), &strict).is_ok());
        strict.manner = "phr";
        assert_eq!(check(&token, &provider.keys(), &strict), Err(Fault::Manner));
    }

    #[test]
    fn nothing_but_a_signature_by_a_published_key_of_its_own_kind_counts() {
        let provider = Provider::new();
        let (keys, header) = (provider.keys(), json!({"alg": "EdDSA", "kid": "1"}));
        for alg in ["none", "None", "", "HS256", "HS512", "RS384", "RS1", "ES512"] {
            assert_eq!(provider.check(|header, _| header["alg"] = json!(alg)), Err(Fault::Algorithm), "{alg}");
        }
        let public = provider.0.public_key().as_ref().to_vec();
        let by_secret = signed(&json!({"alg": "HS256", "kid": "1"}), &claims(), |data| {
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &public);
            aws_lc_rs::hmac::sign(&key, data).as_ref().to_vec()
        });
        assert_eq!(check(&by_secret, &keys, &expected()), Err(Fault::Algorithm), "with the public key as the secret");
        assert_eq!(provider.check(|header, _| header["alg"] = json!("RS256")), Err(Fault::Key));
        assert_eq!(provider.check(|header, _| header["kid"] = json!("2")), Err(Fault::Key));
        assert_eq!(provider.check(|header, _| header["crit"] = json!(["exp"])), Err(Fault::Malformed));
        let stranger = Provider::new().token(&header, &claims());
        assert_eq!(check(&stranger, &keys, &expected()), Err(Fault::Signature));
        let token = provider.token(&header, &claims());
        let (rest, signature) = token.rsplit_once('.').unwrap();
        let richer = text(json!({"sub": "admin"}).to_string().as_bytes());
        let exchanged = format!("{}.{richer}.{signature}", rest.split_once('.').unwrap().0);
        assert_eq!(check(&exchanged, &keys, &expected()), Err(Fault::Signature));
        assert_eq!(check(&format!("{rest}."), &keys, &expected()), Err(Fault::Signature));
        for garbage in ["", ".", "..", "a.b.c", "ä.ä.ä", rest, &format!("{token}=")] {
            assert_eq!(check(garbage, &keys, &expected()), Err(Fault::Malformed), "{garbage}");
        }
        let unfit = super::tests::keys(
            json!([{"kty": "OKP", "crv": "Ed25519", "x": "", "kid": "1", "use": "enc"}, 7, {"kty": "oct", "k": "AA"}]),
        );
        assert_eq!(check(&token, &unfit, &expected()), Err(Fault::Key));
    }

    #[test]
    fn every_algorithm_of_the_list_is_taken_with_its_own_key_only() {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        // RFC 8017, appendix A.1.1, of 2048 bits: a number of 257 bytes, the first of them 0, and one of three.
        let public = rsa.public_key().as_ref();
        let (n, e) = (text(&public[9..265]), text(&public[267..]));
        let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = ec.public_key().as_ref();
        let published = keys(json!([
            {"kty": "RSA", "n": n, "e": e},
            {"kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])},
        ]));
        let by_rsa = |padding: &'static dyn RsaEncoding, data: &[u8]| {
            let mut signature = vec![0; rsa.public_modulus_len()];
            rsa.sign(padding, &SystemRandom::new(), data, &mut signature).unwrap();
            signature
        };
        let by_ec = |data: &[u8]| ec.sign(&SystemRandom::new(), data).unwrap().as_ref().to_vec();
        let outcome = |alg: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
            check(&signed(&json!({ "alg": alg }), &claims(), sign), &published, &expected()).err()
        };
        assert_eq!(outcome("RS256", &|data| by_rsa(&RSA_PKCS1_SHA256, data)), None);
        assert_eq!(outcome("PS256", &|data| by_rsa(&RSA_PSS_SHA256, data)), None);
        assert_eq!(outcome("ES256", &by_ec), None);
        assert_eq!(outcome("ES256", &|data| by_rsa(&RSA_PKCS1_SHA256, data)), Some(Fault::Signature));
        assert_eq!(outcome("RS256", &by_ec), Some(Fault::Signature));
        assert_eq!(outcome("PS256", &|data| by_rsa(&RSA_PKCS1_SHA256, data)), Some(Fault::Signature));
    }
}
