//! Logs and metrics: ids and numbers, never names, addresses or content.

use std::sync::{Arc, OnceLock};

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sfu_lobby::State;
use sfu_signal::ErrorCode;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::hub::Event;
use crate::limits::COUNT_MAX;
use crate::media::Media;

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting. Once per process; later calls find the first one's recorder.
pub(crate) fn install() {
    RECORDER.get_or_init(|| {
        let handle = PrometheusBuilder::new().install_recorder().ok();
        describe_counter!("anteroom_check_ins_total", "Check-ins");
        describe_counter!("anteroom_admissions_total", "Visits called in by staff");
        describe_counter!(
            "anteroom_consultations_total",
            "Consultations that took place and are over, by who ended them"
        );
        describe_counter!("anteroom_turn_messages_total", "Patients written to that it is their turn");
        describe_counter!("anteroom_refused_total", "Requests refused, by the code the page was told");
        describe_counter!("anteroom_limit_reached_total", "Times that a named limit was reached");
        describe_counter!("anteroom_media_commands_delayed_total", "Commands that a busy media shard got later");
        describe_counter!("anteroom_sockets_closed_total", "WebSockets closed, by cause");
        describe_counter!("anteroom_files_total", "Files between pages, by what became of them");
        describe_counter!("anteroom_files_refused_total", "What pages were told about files, but for limits");
        describe_counter!("anteroom_files_chunks_dropped_total", "Pieces of files that came again or too early");
        describe_counter!("anteroom_spool_failed_total", "What the disk for files could not do");
        describe_gauge!("anteroom_spool_waiting", "What the disk for files was asked for and has not done");
        describe_gauge!(
            "anteroom_files",
            "Files that are here, those that are not whole, and those that the disk has yet to delete"
        );
        describe_gauge!("anteroom_files_bytes", "Memory reserved for files, and bytes of files that are held");
        describe_gauge!("anteroom_tickets", "Visits, by state");
        describe_gauge!("anteroom_sockets", "Open WebSockets, by role");
        handle
    });
}

pub(crate) fn limit_reached(limit: &'static str) {
    counter!("anteroom_limit_reached_total", "limit" => limit).increment(1);
}

pub(crate) fn refused(code: ErrorCode) {
    counter!("anteroom_refused_total", "code" => code_label(code)).increment(1);
}

pub(crate) fn lobby(stats: &sfu_lobby::Stats) {
    for state in State::ALL {
        gauge!("anteroom_tickets", "state" => state.label()).set(float(stats.in_state(state)));
    }
    counter!("anteroom_check_ins_total").absolute(stats.checked_in);
    counter!("anteroom_places_restored_total").absolute(stats.restored);
    counter!("anteroom_expired_total").absolute(stats.expired);
    counter!("anteroom_limit_reached_total", "limit" => "area_finished").absolute(stats.forgotten_early);
}

/// `/metrics`, `/healthz` (the process answers) and `/readyz` (new visitors may come).
pub(crate) fn router(
    media: Arc<Media>,
    hub: mpsc::Sender<Event>,
    is_ready: impl Fn() -> bool + Clone + Send + Sync + 'static,
) -> axum::Router {
    let ready = Arc::clone(&media);
    axum::Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route(
            "/readyz",
            get(move || async move {
                if is_ready() && ready.is_running() {
                    (StatusCode::OK, "ready\n")
                } else {
                    (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
                }
            }),
        )
        .route("/metrics", get(move || async move { render(&media, &hub).await }))
}

async fn render(media: &Media, hub: &mpsc::Sender<Event>) -> impl IntoResponse + use<> {
    media.count();
    let (counted, done) = oneshot::channel();
    if hub.try_send(Event::Count { counted }).is_ok() {
        // A hub that is busy or stops leaves its numbers as they were; the rest is worth reading then more than ever.
        let _counted = timeout(COUNT_MAX, done).await;
    }
    let text = RECORDER.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; nobody counts to 2^53")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}

fn code_label(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadMessage => "bad_message",
        ErrorCode::UnsupportedProtocol => "unsupported_protocol",
        ErrorCode::AreaUnknown => "area_unknown",
        ErrorCode::AreaClosed => "area_closed",
        ErrorCode::AreaFull => "area_full",
        ErrorCode::PlaceUnknown => "place_unknown",
        ErrorCode::PassWrong => "pass_wrong",
        ErrorCode::GuestLinkOver => "guest_link_over",
        ErrorCode::RoomFull => "room_full",
        ErrorCode::BadName => "bad_name",
        ErrorCode::BadAddress => "bad_address",
        ErrorCode::TicketUnknown => "ticket_unknown",
        ErrorCode::WrongState => "wrong_state",
        ErrorCode::NotAllowed => "not_allowed",
        ErrorCode::BadOffer => "bad_offer",
        ErrorCode::TooMany => "too_many",
        ErrorCode::Draining => "draining",
        ErrorCode::Replaced => "replaced",
    }
}
