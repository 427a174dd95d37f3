//! All that is kept about somebody of staff, for themselves (GDPR, Art. 15 and 20): as a file from their own page, or by the operator's command.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::http::session_of;
use crate::store::{Account, Deed, Entry, SessionLimits, Store, StoreError, role_text};
use crate::{App, now_ms};

/// What it looks like, as JSON Schema (draft 2020-12), for programs that read it.
pub(crate) const SCHEMA: &str = include_str!("account-export.schema.json");
/// Where one's own page asks for it.
pub(crate) const EXPORT: &str = "/staff/account/export";

/// What proves that they are who they are is named, not shown: it would let others in.
pub(crate) fn export(store: &Store, limits: SessionLimits, account: &Account) -> Result<Value, StoreError> {
    let Account { id, login, name, role, standing, areas: _ } = account;
    let credentials = store.kept_credentials(*id)?;
    let sessions = store.open_sessions(now_ms(), limits, Some(*id))?;
    let sessions = sessions.iter().map(|session| {
        json!({
            "id": session.id,
            "browser": session.label,
            "means": session.means.word(),
            "began_ms": session.began_ms,
            "seen_ms": session.seen_ms,
        })
    });
    let passkeys = store.passkeys(*id)?;
    let passkeys = passkeys.iter().map(|(_, passkey)| json!({"label": passkey.label, "made_ms": passkey.made_ms}));
    let identity = store.identity_of(*id)?;
    let own = format!("account {id}");
    let entries = store.audit()?;
    let entries = entries.iter().filter(|entry| entry.staff == Some(*id) || entry.target == own).map(
        |Entry { number, at_ms, staff, event, target }| {
            json!({"number": number, "at_ms": at_ms, "by_account": staff, "event": event, "target": target})
        },
    );
    Ok(json!({
        "version": 2,
        "account": {
            "number": id,
            "login": login,
            "name": name,
            "role": role_text(*role),
            "standing": standing.word(),
            "areas": store.slugs_of(*id)?,
            "has_password": credentials.as_ref().is_some_and(|own| own.password.is_some()),
            "has_second_factor": credentials.as_ref().is_some_and(|own| own.totp.is_some()),
            "recovery_words_left": store.recovery_words_left(*id)?,
            "browsers_told": store.pushes_of(*id)?,
            "alert_mail": credentials.as_ref().and_then(|own| Some(own.mail.as_ref()?.address.as_str())),
        },
        "passkeys": passkeys.collect::<Vec<_>>(),
        "identity": identity,
        "sessions": sessions.collect::<Vec<_>>(),
        "links_end_ms": store.links_of(*id)?,
        "read_announcements": store.announcements_read_by(*id)?,
        "audit": entries.collect::<Vec<_>>(),
    }))
}

/// `GET /staff/account/export`: one's own, as a file to save.
pub(crate) async fn own(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED.into_response() };
    let limits = app.session_limits();
    let found = app.with_store(move |store| {
        let Some(account) = store.accounts()?.into_iter().find(|account| account.id == session.staff) else {
            return Ok(None);
        };
        store.note(now_ms(), Some(account.id), &Deed::AccountExported(account.id))?;
        Ok(Some(export(store, limits, &account)?))
    });
    let Some(Some(export)) = found.await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let headers =
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"anteroom-account.json\"")];
    (headers, format!("{export:#}\n")).into_response()
}
