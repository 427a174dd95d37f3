//! Web Push (RFC 8030): tells browsers of staff, by the service that each browser has for it, that somebody waits. There is no payload at all, so that
//! nothing could be read on the way: the text is the browser's own. Only services that the operator names are asked, and patients can read of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use axum::http::{Request, StatusCode, Uri};
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;

use crate::alerts::AlertError;
use crate::client::Server;
use crate::config::Settings;
use crate::limits::PUSH_CHARS_MAX;
use crate::outbound::{Outcome, retry};
use crate::store::Store;

/// For how long a service keeps the message for a browser that is off: later, it would be news of yesterday.
const TTL_S: u32 = 300;
/// A later message takes the place of one that is still there (RFC 8030, section 5.4).
const TOPIC: &str = "anteroom-waiting";
/// For how long one signature is good (RFC 8292, section 2: a day at most).
const SIGNED_FOR_S: i64 = 3_600;
const ANSWER_BYTES_MAX: usize = 64 * 1024;

pub(crate) struct Push {
    key: EcdsaKeyPair,
    /// Who sends: services may complain there (RFC 8292, section 2.1).
    subject: String,
    services: Vec<String>,
    /// Whose certificates are trusted.
    trust: Server,
}

impl Push {
    /// As the settings say; `None` if they name no service. The key is made at the first time.
    pub(crate) fn new(settings: &Settings, store: &Store) -> Result<Option<Self>, crate::StartError> {
        if settings.push_services.is_empty() {
            return Ok(None);
        }
        let new = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let key = store.push_key(new.map_err(|_| crate::StartError::Random)?.as_ref())?;
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key).map_err(|_| crate::StoreError::Altered)?;
        let roots = Some(settings.push_roots.as_path()).filter(|path| !path.as_os_str().is_empty());
        let trust = Server::new(&Uri::from_static("https://localhost"), roots)
            .map_err(|error| AlertError::Address("push_roots", error.to_string()))?;
        Ok(Some(Self { key, subject: settings.base_url(), services: settings.push_services.clone(), trust }))
    }

    /// What a browser needs to subscribe.
    pub(crate) fn public_key(&self) -> String {
        BASE64URL_NOPAD.encode(self.key.public_key().as_ref())
    }

    /// Where a browser says that it is reached, if that is at a service that the operator names: this server asks no other on anybody's word.
    pub(crate) fn endpoint(&self, said: &str) -> Option<Uri> {
        let uri: Uri = said.parse().ok().filter(|_| said.len() <= PUSH_CHARS_MAX)?;
        let authority = uri.authority()?.as_str();
        let is_service = |service: &String| match service.strip_prefix('.') {
            Some(_) => authority.ends_with(service.as_str()) && !authority.contains([':', '@', '[']),
            None => authority == service,
        };
        (uri.scheme_str() == Some("https") && self.services.iter().any(is_service)).then_some(uri)
    }

    /// Tries until it is taken, refused for good, or too late. The flag: the browser is not there any more.
    pub(crate) async fn send(&self, pauses: &[Duration], endpoint: &str) -> (&'static str, bool) {
        let Some(uri) = self.endpoint(endpoint) else { return ("refused", true) };
        let is_gone = AtomicBool::new(false);
        let outcome = retry(pauses, || async {
            let status = self.post(&uri).await;
            is_gone.store(matches!(status, Some(StatusCode::NOT_FOUND | StatusCode::GONE)), Ordering::Relaxed);
            match status {
                Some(status) if status.is_success() => Outcome::Taken,
                Some(StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) | None => Outcome::Later,
                Some(status) if status.is_client_error() => Outcome::Refused,
                Some(_) => Outcome::Later,
            }
        });
        (outcome.await, is_gone.into_inner())
    }

    async fn post(&self, uri: &Uri) -> Option<StatusCode> {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::post(path)
            .header(AUTHORIZATION, self.authorization(uri, crate::now_ms() / 1_000)?)
            .header(CONTENT_LENGTH, 0)
            .header("ttl", TTL_S)
            .header("urgency", "high")
            .header("topic", TOPIC)
            .body(Body::empty())
            .ok()?;
        let mut server = self.trust.at(uri).ok()?;
        server.ask(request, ANSWER_BYTES_MAX).await.ok().map(|answer| answer.status)
    }

    /// RFC 8292, section 3.
    fn authorization(&self, uri: &Uri, now_s: i64) -> Option<String> {
        let audience = format!("https://{}", uri.authority()?);
        let encode = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let header = encode(json!({"typ": "JWT", "alg": "ES256"}));
        let claims = encode(json!({"aud": audience, "exp": now_s + SIGNED_FOR_S, "sub": self.subject}));
        let signed = format!("{header}.{claims}");
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        let token = format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()));
        Some(format!("vapid t={token}, k={}", self.public_key()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    fn push(services: &[&str]) -> Push {
        let (path, store) = crate::store::tests::fresh(&format!("push-{}", services.len()));
        let mut settings = Settings::load(Flags::default()).unwrap();
        settings.push_services = services.iter().map(|service| (*service).to_owned()).collect();
        let push = Push::new(&settings, &store).unwrap().unwrap();
        let again = Push::new(&settings, &store).unwrap().unwrap();
        assert_eq!(push.public_key(), again.public_key(), "the key stays");
        drop(store);
        std::fs::remove_file(path).unwrap();
        push
    }

    #[test]
    fn nothing_is_asked_but_the_services_that_the_operator_names() {
        let push = push(&["fcm.googleapis.com", ".notify.windows.com"]);
        for good in ["https://fcm.googleapis.com/fcm/send/abc", "https://wns2-par02p.notify.windows.com/w/?token=abc"] {
            assert!(push.endpoint(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "https://127.0.0.1/",
            "https://localhost:25/",
            "http://fcm.googleapis.com/",
            "https://fcm.googleapis.com:8443/",
            "https://fcm.googleapis.com.evil.example/",
            "https://fcm.googleapis.com@evil.example/",
            "https://user@wns2.notify.windows.com/",
            "https://notify.windows.com/",
            "https://evilnotify.windows.com/",
            "https://wns2.notify.windows.com:22/",
            "https://[::1]/.notify.windows.com",
        ] {
            assert_eq!(push.endpoint(bad), None, "{bad}");
        }
    }
}
