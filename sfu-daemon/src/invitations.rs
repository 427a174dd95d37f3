//! Invitations that the server sends for staff, and how it writes to a patient at all, where the operator has made that possible: as mails, or as text messages by a gateway.
//!
//! Whom they go to is in memory for one and a half minutes at most, and is overwritten as soon as it is sent or given up: it is in no file, no log and no
//! metric, and the audit log knows by which way one was sent. The page's own ways, by which the server learns nothing at all, come first.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sfu_signal::By;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::alerts::AlertError;
use crate::auth::{hex, random};
use crate::config::Settings;
use crate::gateway::Gateway;
use crate::http::{origin_is_allowed, session_of};
use crate::limits::{INVITATION_CHARS_MAX, INVITATION_MAX, TEXT_CHARS_MAX};
use crate::outbound::retry;
use crate::smtp::{Letter, Smtp};
use crate::store::Deed;
use crate::{App, now_ms, smtp, telemetry};

/// Where the page asks for it.
pub(crate) const SEND: &str = "/staff/invite";
/// How long to wait before each further try: somebody looks at the page meanwhile.
const AGAIN_AFTER: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20)];
/// Digits of a telephone number: at most those of ITU-T E.164, at least those of a short national one.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// What staff want sent. The page has written it, in the patient's language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invitation {
    by: By,
    area: String,
    to: String,
    subject: String,
    text: String,
    /// The patient wants to be written to in this way.
    agreed: bool,
}

/// What the gateway for text messages is sent.
#[derive(Serialize)]
struct TextMessage<'a> {
    event: &'static str,
    /// The same when it is tried again.
    id: &'a str,
    to: &'a str,
    text: &'a str,
}

/// The ways that the operator has made possible.
#[derive(Clone)]
pub(crate) struct Ways {
    pub(crate) mail: Option<Arc<Smtp>>,
    pub(crate) sms: Option<Arc<Gateway>>,
}

impl Ways {
    pub(crate) fn new(settings: &Settings, mail: Option<Arc<Smtp>>) -> Result<Self, AlertError> {
        let sms = Gateway::new("sms_url", &settings.sms_url, &settings.sms_secret_file, &settings.sms_roots)?;
        Ok(Self { mail: mail.filter(|_| settings.invite_by_mail), sms: sms.map(Arc::new) })
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<By> {
        let mail = self.mail.is_some().then_some(By::Mail);
        mail.into_iter().chain(self.sms.is_some().then_some(By::Sms)).collect()
    }

    fn by(&self, by: By) -> Option<Way> {
        match by {
            By::Mail => self.mail.clone().map(Way::Mail),
            By::Sms => self.sms.clone().map(Way::Sms),
        }
    }

    /// Tries for [`INVITATION_MAX`] at most, counts what became of it, and has forgotten by then whom it went to.
    pub(crate) async fn send(&self, metric: &'static str, to: Recipient, subject: &str, text: &str) -> &'static str {
        let Recipient { by, to } = to;
        let Some(way) = self.by(by) else { return "failed" };
        let outcome = timeout(INVITATION_MAX, way.send(to, subject, text)).await.unwrap_or("failed");
        metrics::counter!(metric, "channel" => by.word(), "outcome" => outcome).increment(1);
        outcome
    }
}

/// Whom something goes to. It is overwritten when dropped, and does not show itself.
pub(crate) struct Recipient {
    by: By,
    to: Zeroizing<String>,
}

impl Recipient {
    /// What somebody has typed, if something can go there.
    pub(crate) fn read(by: By, typed: &str) -> Option<Self> {
        let to = match by {
            By::Mail => smtp::address(typed.trim()).map(|_| Zeroizing::new(typed.trim().to_owned())),
            By::Sms => number(typed),
        };
        Some(Self { by, to: to? })
    }

    /// How long it is.
    pub(crate) fn len(&self) -> usize {
        self.to.len()
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient").field("by", &self.by).finish_non_exhaustive()
    }
}

/// `POST /staff/invite`. The answer comes when it is sent (204) or given up (502).
pub(crate) async fn send(State(app): State<Arc<App>>, headers: HeaderMap, Json(said): Json<Invitation>) -> StatusCode {
    let Invitation { by, area, to, subject, text, agreed } = said;
    let to = Zeroizing::new(to);
    if !origin_is_allowed(&app, &headers) {
        return StatusCode::FORBIDDEN;
    }
    let Some(session) = session_of(&app, &headers).await else { return StatusCode::UNAUTHORIZED };
    let staff = session.staff;
    let Some(slugs) = app.with_store(move |store| store.slugs_of(staff)).await else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    if !slugs.contains(&area) {
        return StatusCode::FORBIDDEN;
    }
    let link = format!("{}/a/{area}", app.settings.base_url());
    if !is_invitation(&subject, &text, &link) || (by == By::Sms && !agreed) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    let Some(to) = Recipient::read(by, &to) else { return StatusCode::UNPROCESSABLE_ENTITY };
    if app.invitations.by(by).is_none() {
        return StatusCode::NOT_FOUND;
    }
    if !app.invited.lock().unwrap_or_else(PoisonError::into_inner).take(staff) {
        telemetry::limit_reached("invitations_per_minute");
        return StatusCode::TOO_MANY_REQUESTS;
    }
    let Ok(place) = Arc::clone(&app.inviting).try_acquire_owned() else {
        telemetry::limit_reached("invitations");
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    // Goes on if the page is closed meanwhile.
    let sending = tokio::spawn(async move {
        let outcome = app.invitations.send("anteroom_invitations_total", to, &subject, &text).await;
        if outcome == "taken" {
            let _logged =
                app.with_store(move |store| store.note(now_ms(), Some(staff), &Deed::InvitationSent(by))).await;
        }
        drop(place);
        outcome
    });
    match sending.await {
        Ok("taken") => StatusCode::NO_CONTENT,
        Ok(_) | Err(_) => StatusCode::BAD_GATEWAY,
    }
}

enum Way {
    Mail(Arc<Smtp>),
    Sms(Arc<Gateway>),
}

impl Way {
    /// Whom it goes to is overwritten at the end, whichever it is.
    async fn send(self, to: Zeroizing<String>, subject: &str, text: &str) -> &'static str {
        match self {
            Self::Mail(smtp) => {
                let letter = Letter { subject, text, unsubscribe: None };
                retry(&AGAIN_AFTER, || smtp.send(&to, &letter)).await
            }
            Self::Sms(gateway) => {
                let Ok(id) = random::<16>().map(|id| hex(&id)) else { return "failed" };
                let message = TextMessage { event: "text_message", id: &id, to: &to, text };
                let Ok(body) = serde_json::to_string(&message).map(Zeroizing::new) else { return "failed" };
                retry(&AGAIN_AFTER, || gateway.post(&body)).await
            }
        }
    }
}

/// Whether it is what an invitation is: short, with the link of the area and no other. A stolen sign-in must not make a post office of this server.
fn is_invitation(subject: &str, text: &str, link: &str) -> bool {
    let is_line = |text: &str| !text.chars().any(char::is_control);
    subject.chars().count() <= TEXT_CHARS_MAX
        && is_line(subject)
        && text.chars().count() <= INVITATION_CHARS_MAX
        && text.lines().all(is_line)
        && text.matches("://").count() == 1
        && text.lines().any(|line| line.strip_prefix(link).is_some_and(|rest| rest.is_empty() || rest.starts_with('#')))
}

/// A telephone number as gateways take it: digits, with a `+` before them if it is international.
fn number(typed: &str) -> Option<Zeroizing<String>> {
    let typed = typed.trim();
    let digits: Zeroizing<String> = Zeroizing::new(typed.chars().filter(char::is_ascii_digit).collect());
    let is_number = typed.chars().enumerate().all(|(at, sign)| {
        sign.is_ascii_digit() || matches!(sign, ' ' | '-' | '.' | '(' | ')' | '/') || (at == 0 && sign == '+')
    });
    (is_number && DIGITS.contains(&digits.len()))
        .then(|| Zeroizing::new(format!("{}{}", if typed.starts_with('+') { "+" } else { "" }, *digits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_an_invitation_with_the_own_link_is_sent() {
        let link = "https://video.clinic.example/a/reception";
        let text =
            |link: &str| format!("Your video consultation\n\nOpen this link:\n{link}\n\nCall +49 30 1234 if it fails.");
        for good in [link.to_owned(), format!("{link}#k=abc&v=def")] {
            assert!(is_invitation("Your video consultation", &text(&good), link), "{good}");
        }
        for bad in [
            String::new(),
            "https://elsewhere.example/a/reception".to_owned(),
            format!("{link}.evil.example/"),
            format!("{link}\nhttps://elsewhere.example"),
            format!("{link}\u{7}"),
            format!("{link}\n{}", "x".repeat(INVITATION_CHARS_MAX)),
        ] {
            assert!(!is_invitation("Your video consultation", &text(&bad), link), "{bad}");
        }
        assert!(!is_invitation("two\r\nlines", &text(link), link));
    }

    #[test]
    fn a_telephone_number_is_digits_whatever_is_between_them() {
        let read = |typed| number(typed).map(|number| number.to_string());
        assert_eq!(read(" +49 (30) 123-45.67/8 "), Some("+493012345678".to_owned()));
        assert_eq!(read("030 1234567"), Some("0301234567".to_owned()));
        for bad in ["", "1234", "+49 30 12345678901234", "49+30123", "0301234567;rm", "lena@clinic.example"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
