//! What the server sends to others by itself: how often it is tried, and how much of it is under way.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::telemetry;

/// What became of one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Taken,
    /// For good: to try again would change nothing.
    Refused,
    Later,
}

/// Tries until it is taken, refused for good, or all pauses are over; says which, for a metric.
pub(crate) async fn retry<Attempt>(pauses: &[Duration], attempt: impl Fn() -> Attempt) -> &'static str
where
    Attempt: Future<Output = Outcome>,
{
    for pause in std::iter::once(&Duration::ZERO).chain(pauses) {
        sleep(*pause).await;
        match attempt().await {
            Outcome::Taken => return "taken",
            Outcome::Refused => return "refused",
            Outcome::Later => tracing::warn!("a message was not taken; it is tried again"),
        }
    }
    "failed"
}

/// One way out, with a bound on what is under way.
#[derive(Clone)]
pub(crate) struct Way {
    name: &'static str,
    places: Arc<Semaphore>,
}

impl Way {
    pub(crate) fn new(name: &'static str, under_way_max: usize) -> Self {
        Self { name, places: Arc::new(Semaphore::new(under_way_max)) }
    }

    /// Sends beside everything else, and counts what became of it. Beyond the bound it is dropped, and that is counted.
    pub(crate) fn spawn(&self, send: impl Future<Output = &'static str> + Send + 'static) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return telemetry::limit_reached("alerts");
        };
        let name = self.name;
        tokio::spawn(async move {
            let outcome = send.await;
            metrics::counter!("anteroom_alerts_total", "channel" => name, "outcome" => outcome).increment(1);
            drop(place);
        });
    }
}
