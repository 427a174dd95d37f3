//! Tells others that somebody waits: the practice's own systems (a gateway for text messages, a pager, its software), and staff by mail or by their
//! browsers' push services. Nothing is sent unless the operator names a server for it, to staff only if they ask for it, and never a name, a number of a visit or anything else of a person.
//!
//! What is not taken is tried again for some minutes.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;

use crate::auth::{hex, random};
use crate::config::Settings;
use crate::gateway::Gateway;
use crate::letters::{self, Why};
use crate::limits::{ALERT_MAILS_PER_MINUTE, ALERTS_UNDER_WAY_MAX, PerMinute};
use crate::outbound::{Outcome, Way, retry};
use crate::push::Push;
use crate::smtp::{Letter, Smtp};
use crate::store::{AlertMail, Store, StoreError};
use crate::{telemetry, utc};

/// How long to wait before each further try.
const AGAIN_AFTER: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
];

/// Why alerts cannot be sent. The server does not start.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The address is none. Which setting, and what is wrong.
    #[error("{0}: {1}")]
    Address(&'static str, String),
    /// A secret cannot be read, or is too short.
    #[error("the secret {path}: {error}", path = .0.display(), error = .1)]
    Secret(std::path::PathBuf, String),
    /// Nobody could write such a sender.
    #[error("smtp_from: an address such as `Practice <video@clinic.example>`")]
    From,
    /// The certificates to trust cannot be read.
    #[error("smtp_roots {path}: {error}", path = .0.display(), error = .1)]
    Roots(std::path::PathBuf, String),
}

/// Somebody has checked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The slug of the area.
    pub(crate) area: String,
    pub(crate) area_id: u32,
    /// How many wait there now.
    pub(crate) waiting: usize,
    /// Who of staff is in a consultation, and not to be disturbed.
    pub(crate) busy: Vec<u32>,
    /// When, in milliseconds since the Unix epoch.
    pub(crate) at_ms: i64,
}

/// What a gateway is sent.
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
pub(crate) struct Alerts {
    webhook: Option<Arc<Gateway>>,
    mail: Option<Arc<Smtp>>,
    push: Option<Arc<Push>>,
    store: Arc<Store>,
    /// Where links to the page begin.
    base: String,
}

impl Alerts {
    /// As the settings say; `None` if they name no server to send anything to.
    pub(crate) fn new(
        settings: &Settings,
        mail: Option<Arc<Smtp>>,
        push: Option<Arc<Push>>,
        store: Arc<Store>,
    ) -> Result<Option<Self>, AlertError> {
        let webhook =
            Gateway::new("webhook_url", &settings.webhook_url, &settings.webhook_secret_file, &settings.webhook_roots)?;
        let is_silent = webhook.is_none() && mail.is_none() && push.is_none();
        let webhook = webhook.map(Arc::new);
        Ok((!is_silent).then(|| Self { webhook, mail, push, store, base: settings.base_url() }))
    }

    /// Sends what comes until nobody sends any more.
    pub(crate) async fn run(self, mut alerts: mpsc::Receiver<Waiting>) {
        let by_webhook = Way::new("webhook", ALERTS_UNDER_WAY_MAX);
        let by_mail = Way::new("mail", ALERTS_UNDER_WAY_MAX);
        let by_push = Way::new("push", ALERTS_UNDER_WAY_MAX);
        let mut mails = PerMinute::new(ALERT_MAILS_PER_MINUTE);
        while let Some(waiting) = alerts.recv().await {
            if let Some(smtp) = &self.mail {
                for (staff, mail) in self.asked(&waiting, Store::alert_mails).await {
                    match mails.take(staff) {
                        true => by_mail.spawn(write_to(Arc::clone(smtp), Why::Waiting, mail, self.base.clone())),
                        // The one before has said it.
                        false => telemetry::limit_reached("alert_mails"),
                    }
                }
            }
            if let Some(push) = &self.push {
                for (_, endpoint) in self.asked(&waiting, Store::pushes).await {
                    by_push.spawn(show(Arc::clone(push), endpoint, Arc::clone(&self.store)));
                }
            }
            if let Some(webhook) = &self.webhook {
                by_webhook.spawn(tell(Arc::clone(webhook), waiting));
            }
        }
    }

    /// Who asks for it, works there, and is free; and where.
    async fn asked<T: Send + 'static>(
        &self,
        waiting: &Waiting,
        ask: impl FnOnce(&Store, u32) -> Result<Vec<(u32, T)>, StoreError> + Send + 'static,
    ) -> Vec<(u32, T)> {
        let (store, area) = (Arc::clone(&self.store), waiting.area_id);
        let asked = tokio::task::spawn_blocking(move || ask(&store, area)).await;
        let all = asked.unwrap_or_else(|_| Ok(Vec::new())).unwrap_or_else(|error| {
            tracing::error!(%error, "database");
            Vec::new()
        });
        all.into_iter().filter(|(staff, _)| !waiting.busy.contains(staff)).collect()
    }
}

async fn tell(webhook: Arc<Gateway>, waiting: Waiting) -> &'static str {
    let Ok(id) = random::<16>().map(|id| hex(&id)) else { return "failed" };
    let Waiting { area, waiting, at_ms, .. } = &waiting;
    let body = Alert { event: "patient_waiting", id: &id, area, waiting: *waiting, at: utc(*at_ms) };
    let Ok(body) = serde_json::to_string(&body) else { return "failed" };
    retry(&AGAIN_AFTER, || webhook.post(&body)).await
}

async fn show(push: Arc<Push>, endpoint: String, store: Arc<Store>) -> &'static str {
    let (outcome, is_gone) = push.send(&AGAIN_AFTER, &endpoint).await;
    if is_gone {
        let ended = tokio::task::spawn_blocking(move || store.end_push(&endpoint)).await;
        if let Ok(Err(error)) = ended {
            tracing::error!(%error, "database");
        }
    }
    outcome
}

async fn write_to(smtp: Arc<Smtp>, why: Why, mail: AlertMail, base: String) -> &'static str {
    retry(&AGAIN_AFTER, || write_once(&smtp, why, &mail, &base)).await
}

/// Writes to somebody of staff, and tries once.
pub(crate) async fn write_once(smtp: &Smtp, why: Why, mail: &AlertMail, base: &str) -> Outcome {
    let off = format!("{base}/staff/mail-off/{}", mail.off);
    let (subject, text) = letters::to_staff(why, &mail.language, &format!("{base}/staff"), &off);
    smtp.send(&mail.address, &Letter { subject, text: &text, unsubscribe: Some(&off) }).await
}
