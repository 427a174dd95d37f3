//! What somebody has signed, as `docs/e2ee.md` has it. Pages check it for themselves; the server does so to help: a client that errs is told,
//! and what is stored is worth storing.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sfu_signal::{Seal, SealedDevice};

/// Bytes of what is signed; as the pages have it.
const BODY_BYTES_MAX: usize = 4_096;

/// What a statement `area` says, as far as it concerns the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Counts up with each statement.
    pub(crate) serial: u64,
    /// Whether names in clear are welcome, and devices that send in clear.
    pub(crate) takes_clear: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    kind: String,
    body: String,
    signature: String,
}

#[derive(Deserialize)]
struct AreaBody {
    area: String,
    epoch: u64,
    serial: u64,
    from: u64,
    until: u64,
    desk: String,
    policy: Policy,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Policy {
    Require,
    Insist,
    Prefer,
}

#[derive(Deserialize)]
struct DeviceBody {
    area: String,
    epoch: u64,
    sign: String,
    kem: String,
}

#[derive(Deserialize)]
struct MovedBody {
    area: String,
    by: String,
    root: String,
}

/// The terms of an area's keys, if the root has signed them and all that is with them, and all of it is about this area.
pub(crate) fn terms(area: &str, seal: &Seal, devices: &[SealedDevice]) -> Result<Terms, &'static str> {
    let root = key(&seal.root).ok_or("`root` is 32 bytes in base64url")?;
    let state: AreaBody = said(&root, "area", &seal.state)
        .ok_or("`state` is a statement `area`, signed by the root, with all its fields")?;
    if state.area != area || state.until < state.from || key(&state.desk).is_none() {
        return Err("`state` is about another area, ends before it begins, or has no desk key");
    }
    for moved in &seal.moved {
        let by = body::<MovedBody>("moved", moved).and_then(|(body, _, _)| key(&body.by));
        let moved: Option<MovedBody> = by.and_then(|by| said(&by, "moved", moved));
        if moved.is_none_or(|moved| moved.area != area || key(&moved.root).is_none()) {
            return Err("`moved` has statements `moved` about this area, each signed by the root that it names");
        }
    }
    for device in devices {
        let body: Option<DeviceBody> = said(&root, "device", &device.certificate);
        let is_of_state = |body: &DeviceBody| body.area == area && body.epoch == state.epoch;
        let has_keys = |body: &DeviceBody| key(&body.sign).is_some() && key(&body.kem).is_some();
        if !body.is_some_and(|body| is_of_state(&body) && has_keys(&body)) {
            return Err("a certificate is a statement `device` of the root, about this area and the epoch of `state`");
        }
    }
    Ok(Terms { serial: state.serial, takes_clear: state.policy == Policy::Prefer })
}

/// Which key a certificate is for; whether it holds is another question.
pub(crate) fn key_certified(certificate: &str) -> Option<String> {
    body::<DeviceBody>("device", certificate).map(|(body, _, _)| body.sign)
}

/// A public key as it is written.
pub(crate) fn key(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// What `by` has said of this kind.
fn said<T: DeserializeOwned>(by: &[u8; 32], kind: &str, statement: &str) -> Option<T> {
    let (body, bytes, signature) = body(kind, statement)?;
    let signed = [b"anteroom/1/statement/", kind.as_bytes(), b"\0", &bytes].concat();
    UnparsedPublicKey::new(&ED25519, by).verify(&signed, &signature).ok()?;
    Some(body)
}

/// What a statement of this kind says, the bytes that were signed, and the signature, which nobody has checked.
fn body<T: DeserializeOwned>(kind: &str, statement: &str) -> Option<(T, Vec<u8>, Vec<u8>)> {
    let statement: Statement = serde_json::from_str(statement).ok()?;
    let bytes = URL_SAFE_NO_PAD.decode(&statement.body).ok()?;
    let signature = URL_SAFE_NO_PAD.decode(&statement.signature).ok()?;
    let is_fit = statement.kind == kind && bytes.len() <= BODY_BYTES_MAX;
    Some((serde_json::from_slice(&bytes).ok().filter(|_| is_fit)?, bytes, signature))
}

/// An area's root in tests: what a key holder's browser says.
#[cfg(test)]
pub(crate) mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use serde_json::{Value, json};

    use super::*;

    pub(crate) struct Root(Ed25519KeyPair);

    impl Root {
        pub(crate) fn new(seed: u8) -> Self {
            Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
        }

        pub(crate) fn public(&self) -> String {
            URL_SAFE_NO_PAD.encode(self.0.public_key())
        }

        pub(crate) fn state(&self, kind: &str, body: &Value) -> String {
            let bytes = body.to_string().into_bytes();
            let signed = [b"anteroom/1/statement/", kind.as_bytes(), b"\0", &bytes].concat();
            let [body, signature] =
                [&bytes[..], self.0.sign(&signed).as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
            json!({"kind": kind, "body": body, "signature": signature}).to_string()
        }

        pub(crate) fn seal(&self, area: &str, serial: u64, policy: &str) -> Seal {
            let body = json!({"area": area, "epoch": 3, "serial": serial, "from": 0, "until": 9, "desk": self.public(), "policy": policy});
            Seal { root: self.public(), state: self.state("area", &body), moved: Vec::new() }
        }

        pub(crate) fn device(&self, area: &str, epoch: u64, sign: &str) -> SealedDevice {
            let body = json!({"area": area, "epoch": epoch, "sign": sign, "kem": self.public(), "name": "Dr. L", "call": true});
            SealedDevice { certificate: self.state("device", &body), blobs: vec!["r2D2".to_owned()] }
        }
    }

    #[test]
    fn what_the_root_has_signed_about_this_area_is_taken() {
        let (root, old) = (Root::new(1), Root::new(2));
        let device = root.device("reception", 3, &old.public());
        let mut seal = root.seal("reception", 7, "require");
        let moved = json!({"area": "reception", "by": old.public(), "root": root.public()});
        seal.moved = vec![old.state("moved", &moved)];
        assert_eq!(
            terms("reception", &seal, std::slice::from_ref(&device)),
            Ok(Terms { serial: 7, takes_clear: false })
        );
        assert!(terms("reception", &root.seal("reception", 7, "prefer"), &[]).unwrap().takes_clear);
        assert_eq!(key_certified(&device.certificate), Some(old.public()));
    }

    #[test]
    fn what_the_root_has_not_signed_is_refused_and_says_why() {
        let (root, other) = (Root::new(1), Root::new(2));
        let seal = || root.seal("reception", 7, "require");
        let refused = |seal: &Seal, devices: &[SealedDevice]| terms("reception", seal, devices).unwrap_err();
        assert!(refused(&Seal { root: "AAAA".to_owned(), ..seal() }, &[]).starts_with("`root`"));
        assert!(refused(&Seal { root: other.public(), ..seal() }, &[]).starts_with("`state` is a statement"));
        assert!(refused(&root.seal("reception", 7, "whatever"), &[]).starts_with("`state` is a statement"));
        assert!(refused(&root.seal("annex", 7, "require"), &[]).starts_with("`state` is about another"));
        for state in ["", "null", "[]", r#"{"kind":"area"}"#, &root.state("device", &json!({}))] {
            assert!(refused(&Seal { state: state.to_owned(), ..seal() }, &[]).starts_with("`state`"), "{state}");
        }
        let sign = other.public();
        for device in [
            other.device("reception", 3, &sign),
            root.device("annex", 3, &sign),
            root.device("reception", 2, &sign),
            root.device("reception", 3, "short"),
        ] {
            assert!(refused(&seal(), &[device]).starts_with("a certificate"));
        }
        let moved = root.state("moved", &json!({"area": "reception", "by": other.public(), "root": root.public()}));
        assert!(refused(&Seal { moved: vec![moved], ..seal() }, &[]).starts_with("`moved`"), "not by whom it names");
    }
}
