//! How somebody of staff wants to be told that somebody waits, as they set it themselves. All of it is off until they do.

use std::sync::{Arc, PoisonError};

use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sfu_signal::By;
use tokio::time::timeout;

use crate::auth::Token;
use crate::http::{Peer, origin_is_allowed, session_of, source_of};
use crate::letters::{self, Why};
use crate::limits::FIRST_MAIL_MAX;
use crate::outbound::Outcome;
use crate::store::AlertMail;
use crate::{App, alerts, now_ms, smtp, telemetry};

/// What the operator has made possible.
#[derive(Serialize)]
pub(crate) struct Ways {
    mail: bool,
    /// With which key browsers subscribe, if their push services may be asked (RFC 8292).
    push: Option<String>,
    /// By which ways the server sends invitations.
    invite: Vec<By>,
}

impl Ways {
    pub(crate) fn of(app: &App) -> Self {
        Self {
            mail: app.mail.is_some(),
            push: app.push.as_ref().map(|push| push.public_key()),
            invite: app.invitations.names(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnMail {
    /// Empty: no more mails.
    address: String,
    language: String,
}

/// `POST /staff/account/mail`. Who asks for mails is sent one at once, and sees that they come.
pub(crate) async fn set_mail(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Json(OwnMail { address, language }): Json<OwnMail>,
) -> StatusCode {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN;
    }
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED };
    let Some(smtp) = &app.mail else { return StatusCode::NOT_FOUND };
    let address = address.trim().to_owned();
    if !address.is_empty() && (smtp::address(&address).is_none() || !letters::speaks(&language)) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    let staff = session.staff;
    if !app.mails_set.lock().unwrap_or_else(PoisonError::into_inner).take(staff) {
        telemetry::limit_reached("mails_set");
        return StatusCode::TOO_MANY_REQUESTS;
    }
    let Ok(off) = Token::random() else { return StatusCode::SERVICE_UNAVAILABLE };
    let mail = (!address.is_empty()).then(|| AlertMail { address, language, off: off.expose().to_owned() });
    let set = match &mail {
        None => StatusCode::NO_CONTENT,
        Some(mail) => {
            let base = app.settings.base_url();
            let first = alerts::write_once(smtp, Why::Set, mail, &base);
            match timeout(FIRST_MAIL_MAX, first).await.unwrap_or(Outcome::Later) {
                Outcome::Taken => StatusCode::NO_CONTENT,
                // Many mail servers take no first mail from who they do not know yet.
                Outcome::Later => StatusCode::ACCEPTED,
                Outcome::Refused => return StatusCode::BAD_GATEWAY,
            }
        }
    };
    let saved = app.with_store(move |store| store.set_alert_mail(staff, mail, now_ms()));
    if saved.await.is_some() { set } else { StatusCode::SERVICE_UNAVAILABLE }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnPush {
    /// Where the browser is told.
    endpoint: String,
    /// Whether it is to be.
    on: bool,
}

/// `POST /staff/account/push`, whenever the page opens and when somebody switches it.
pub(crate) async fn set_push(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Json(OwnPush { endpoint, on }): Json<OwnPush>,
) -> StatusCode {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN;
    }
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED };
    let Some(push) = &app.push else { return StatusCode::NOT_FOUND };
    if push.endpoint(&endpoint).is_none() {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    let set = app.with_store(move |store| match on {
        true => store.add_push(&session, &endpoint, now_ms()),
        false => store.end_push(&endpoint),
    });
    if set.await.is_some() { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// `POST /staff/mail-off/{token}`: what the link in a mail does, also if a mail program follows it by itself (RFC 8058). It needs no sign-in, and can
/// do nothing else.
pub(crate) async fn mail_off(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> StatusCode {
    match app.with_store(move |store| store.end_alert_mail(&token, now_ms())).await {
        Some(true) => StatusCode::NO_CONTENT,
        Some(false) => {
            telemetry::limit_reached("staff_link_refused");
            let source = source_of(&app, &peer, &headers);
            match app.links_refused.lock().unwrap_or_else(PoisonError::into_inner).take(source) {
                true => StatusCode::NOT_FOUND,
                false => StatusCode::TOO_MANY_REQUESTS,
            }
        }
        None => StatusCode::SERVICE_UNAVAILABLE,
    }
}
