//! A gateway of the practice: an address that takes signed JSON by POST. Its receiver knows by the signature that it comes from here.

use std::path::{Path, PathBuf};

use aws_lc_rs::hmac;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode, Uri};
use zeroize::Zeroizing;

use crate::alerts::AlertError;
use crate::auth::hex;
use crate::client::Server;
use crate::outbound::Outcome;

/// A secret that is shorter could be guessed from a message.
const SECRET_BYTES_MIN: usize = 32;
/// What is read of an answer, which says nothing to us.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const SIGNATURE: &str = "anteroom-signature";

pub(crate) struct Gateway {
    /// What is asked for there.
    path: String,
    server: Server,
    secret: hmac::Key,
}

impl Gateway {
    /// As the settings say; `None` if they name no address. `setting`: the one that does, for errors.
    pub(crate) fn new(
        setting: &'static str,
        url: &str,
        secret_file: &Path,
        roots: &Path,
    ) -> Result<Option<Self>, AlertError> {
        if url.is_empty() {
            return Ok(None);
        }
        let wrong = |error: String| AlertError::Address(setting, error);
        let url: Uri = url.parse().map_err(|_| wrong("it is no address".to_owned()))?;
        let path = url.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let roots = Some(roots).filter(|path| !path.as_os_str().is_empty());
        // Made now, so that a mistake is found at the start and not when somebody waits, and certificates are read once.
        let server = Server::new(&url, roots).map_err(|error| wrong(error.to_string()))?;
        Ok(Some(Self { path, server, secret: secret(secret_file)? }))
    }

    /// Tries once.
    pub(crate) async fn post(&self, body: &str) -> Outcome {
        let signature = sign(&self.secret, crate::now_ms() / 1_000, body);
        let request = Request::post(&self.path)
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE, signature)
            .body(Body::from(body.to_owned()));
        let Ok(request) = request else { return Outcome::Refused };
        match self.server.another().ask(request, ANSWER_BYTES_MAX).await {
            Ok(answer) if answer.status.is_success() => Outcome::Taken,
            Ok(answer) if answer.status.is_client_error() && !is_for_later(answer.status) => Outcome::Refused,
            // Its text may name an address.
            Ok(_) | Err(_) => Outcome::Later,
        }
    }
}

/// The time is signed as well, so that a message that somebody has recorded is worth nothing later.
fn sign(secret: &hmac::Key, at_s: i64, body: &str) -> String {
    let tag = hmac::sign(secret, format!("{at_s}.{body}").as_bytes());
    format!("t={at_s},v1={}", hex(tag.as_ref()))
}

fn is_for_later(status: StatusCode) -> bool {
    matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT)
}

fn secret(path: &Path) -> Result<hmac::Key, AlertError> {
    let wrong = |error: String| AlertError::Secret(PathBuf::from(path), error);
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
