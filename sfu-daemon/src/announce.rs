//! Changes of the statement on privacy, told ahead: the operator announces one, patients read it at `/privacy`, and staff until they have said so.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::config::{Flags, Settings};
use crate::http::{origin_is_allowed, session_of};
use crate::limits::ANNOUNCEMENT_CHARS_MAX;
use crate::retention::days_ms;
use crate::store::Announcement;
use crate::{AdminError, App, now_ms, open_store, utc};

/// How long before it takes effect a change is announced.
const DAYS_AHEAD_MIN: u32 = 30;

/// One change, as pages show it.
#[derive(Serialize)]
pub(crate) struct Change {
    number: u32,
    /// In milliseconds since the Unix epoch.
    announced_ms: i64,
    effective_ms: i64,
    /// In the practice's own words.
    text: String,
}

impl From<Announcement> for Change {
    fn from(Announcement { number, announced_ms, effective_ms, text, readers: _ }: Announcement) -> Self {
        Self { number, announced_ms, effective_ms, text }
    }
}

/// Announces a change from a day on.
///
/// # Errors
/// If the day is too near, or the text too long; nothing is announced then.
pub fn announce(from: Date, is_urgent: bool, text: &str, flags: Flags) -> Result<String, AdminError> {
    let store = open_store(&Settings::load(flags)?)?;
    let text = text.trim();
    if text.is_empty() || ANNOUNCEMENT_CHARS_MAX < text.chars().count() || text.chars().any(char::is_control) {
        return Err(AdminError::Unfit("the text has between 1 and 1000 characters, on one line"));
    }
    let now_ms = now_ms();
    let effective_ms = effective(from, is_urgent, now_ms)?;
    let number = store.announce(now_ms, effective_ms, text)?;
    Ok(format!("announcement {number}: from {from} on; patients read it at /privacy, and staff when they come\n"))
}

/// When a change takes effect, if that is not too soon.
fn effective(from: Date, is_urgent: bool, now_ms: i64) -> Result<i64, AdminError> {
    let effective = from.to_zoned(TimeZone::UTC).map_err(|_| AdminError::Unfit("--from: this day cannot be"))?;
    let effective_ms = effective.timestamp().as_millisecond();
    // Days are counted whole: what is announced in the evening has the day itself.
    let earliest_ms = now_ms - now_ms.rem_euclid(days_ms(1)) + days_ms(DAYS_AHEAD_MIN);
    if effective_ms < earliest_ms && !is_urgent {
        return Err(AdminError::Unfit(
            "--from must be 30 days ahead, so that people can object; --urgent is for what law or safety does not let wait",
        ));
    }
    Ok(effective_ms)
}

/// All announcements, and how many of staff have read each.
///
/// # Errors
/// If the database cannot be used.
pub fn announced(flags: Flags) -> Result<String, AdminError> {
    let store = open_store(&Settings::load(flags)?)?;
    let line = |one: &Announcement| {
        let Announcement { number, effective_ms, announced_ms, text, readers } = one;
        format!("{number}  from {}, announced {}, read by {readers}  {text}\n", utc(*effective_ms), utc(*announced_ms))
    };
    Ok(store.announcements(None)?.iter().map(line).collect())
}

/// `GET /staff/announcements`: what whoever is signed in has not read.
pub(crate) async fn unread(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED.into_response() };
    match app.with_store(move |store| store.announcements(Some(session.staff))).await {
        Some(found) => Json(found.into_iter().map(Change::from).collect::<Vec<_>>()).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    number: u32,
}

/// `POST /staff/announcements`: it was read.
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Json(Read { number }): Json<Read>,
) -> Response {
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED.into_response() };
    match app.with_store(move |store| store.read_announcement(now_ms(), number, session.staff)).await {
        Some(()) => StatusCode::NO_CONTENT.into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_announced_thirty_days_ahead_or_said_to_be_urgent() {
        let (day, now_ms) = (|text: &str| text.parse::<Date>().unwrap(), 20 * 3_600_000);
        let refused = |from: &str| effective(day(from), false, now_ms).is_err();
        assert!(refused("1970-01-01") && refused("1970-01-30") && refused("1969-06-01"));
        assert_eq!(effective(day("1970-01-31"), false, now_ms).unwrap(), days_ms(30));
        assert_eq!(effective(day("1970-01-02"), true, now_ms).unwrap(), days_ms(1));
    }
}
