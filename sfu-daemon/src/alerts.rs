//! Tells the practice's own systems that somebody waits: a gateway for text messages, a pager, the practice's software. Nothing is sent unless the
//! operator names an address, and never a name, a number of a visit or anything else of a person: which waiting room, and how many wait.
//!
//! Each alert is signed, so that its receiver knows that it comes from here, and is tried again for some minutes if it is not taken.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode, Uri};
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::sleep;
use zeroize::Zeroizing;

use crate::auth::{hex, random};
use crate::client::Server;
use crate::config::Settings;
use crate::limits::ALERTS_UNDER_WAY_MAX;
use crate::{telemetry, utc};

/// A secret that is shorter could be guessed from an alert.
const SECRET_BYTES_MIN: usize = 32;
/// How long to wait before each further try.
const AGAIN_AFTER: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
];
/// What is read of an answer, which says nothing to us.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const SIGNATURE: &str = "anteroom-signature";

/// Why alerts cannot be sent. The server does not start.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The address is none.
    #[error("webhook_url: {0}")]
    Address(String),
    /// The secret cannot be read, or is too short.
    #[error("webhook_secret_file {path}: {error}", path = .0.display(), error = .1)]
    Secret(std::path::PathBuf, String),
}

/// Somebody has checked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The slug of the area.
    pub(crate) area: String,
    /// How many wait there now.
    pub(crate) waiting: usize,
    /// When, in milliseconds since the Unix epoch.
    pub(crate) at_ms: i64,
}

/// What is sent.
#[derive(Serialize)]
struct Alert<'a> {
    event: &'static str,
    /// The same when it is tried again.
    id: &'a str,
    area: &'a str,
    waiting: usize,
    at: String,
}

/// Where alerts go.
pub(crate) struct Webhook {
    /// What is asked for there.
    path: String,
    server: Server,
    secret: hmac::Key,
}

impl Webhook {
    /// As the settings say; `None` if they name no address.
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>, AlertError> {
        if settings.webhook_url.is_empty() {
            return Ok(None);
        }
        let url: Uri = settings.webhook_url.parse().map_err(|_| AlertError::Address("it is no address".to_owned()))?;
        let path = url.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let roots = Some(settings.webhook_roots.as_path()).filter(|path| !path.as_os_str().is_empty());
        // Made now, so that a mistake is found at the start and not when somebody waits, and certificates are read once.
        let server = Server::new(&url, roots).map_err(|error| AlertError::Address(error.to_string()))?;
        Ok(Some(Self { path, server, secret: secret(&settings.webhook_secret_file)? }))
    }

    /// Sends what comes until nobody sends any more.
    pub(crate) async fn run(self, mut alerts: mpsc::Receiver<Waiting>) {
        let webhook = Arc::new(self);
        let under_way = Arc::new(Semaphore::new(ALERTS_UNDER_WAY_MAX));
        while let Some(waiting) = alerts.recv().await {
            // The receiver does not take them: the next one says how many wait as well.
            let Ok(permit) = Arc::clone(&under_way).try_acquire_owned() else {
                telemetry::limit_reached("alerts");
                continue;
            };
            let webhook = Arc::clone(&webhook);
            tokio::spawn(async move {
                let outcome = webhook.send(&waiting).await;
                metrics::counter!("anteroom_alerts_total", "channel" => "webhook", "outcome" => outcome).increment(1);
                drop(permit);
            });
        }
    }

    /// Tries until it is taken, refused for good, or too late.
    async fn send(&self, waiting: &Waiting) -> &'static str {
        let Ok(id) = random::<16>().map(|id| hex(&id)) else { return "failed" };
        let at = utc(waiting.at_ms);
        let Waiting { area, waiting, .. } = waiting;
        let body = Alert { event: "patient_waiting", id: &id, area, waiting: *waiting, at };
        let Ok(body) = serde_json::to_string(&body) else { return "failed" };
        for wait in std::iter::once(None).chain(AGAIN_AFTER.map(Some)) {
            if let Some(wait) = wait {
                sleep(wait).await;
            }
            match self.post(&body).await {
                Some(status) if status.is_success() => return "taken",
                Some(status) if status.is_client_error() && !is_for_later(status) => return "refused",
                Some(_) | None => {}
            }
        }
        "failed"
    }

    async fn post(&self, body: &str) -> Option<StatusCode> {
        let signature = sign(&self.secret, crate::now_ms() / 1_000, body);
        let request = Request::post(&self.path)
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE, signature)
            .body(Body::from(body.to_owned()))
            .ok()?;
        let answer = self.server.another().ask(request, ANSWER_BYTES_MAX).await;
        // Its text may name an address.
        answer
            .inspect_err(|_| tracing::warn!("an alert was not taken; it is tried again"))
            .ok()
            .map(|answer| answer.status)
    }
}

/// The time is signed as well, so that an alert that somebody has recorded is worth nothing later.
fn sign(secret: &hmac::Key, at_s: i64, body: &str) -> String {
    let tag = hmac::sign(secret, format!("{at_s}.{body}").as_bytes());
    format!("t={at_s},v1={}", hex(tag.as_ref()))
}

fn is_for_later(status: StatusCode) -> bool {
    matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT)
}

fn secret(path: &Path) -> Result<hmac::Key, AlertError> {
    let wrong = |error: String| AlertError::Secret(path.to_owned(), error);
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?);
    let text = text.trim();
    if text.len() < SECRET_BYTES_MIN {
        return Err(wrong("must hold at least 32 characters; `openssl rand -hex 32` makes some".to_owned()));
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_any_receiver_computes_from_time_body_and_secret() {
        // Compared with: printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
        let signed = sign(&key, 1_700_000_000, "{}");
        assert_eq!(signed, "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163");
        assert_ne!(sign(&key, 1_700_000_001, "{}"), signed);
    }
}
