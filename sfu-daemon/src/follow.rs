//! Follows what the operator says at the command line, in another process (accounts, areas and sessions; the database is where both meet), and the
//! clock: what is past its time is deleted.

use std::sync::{Arc, PoisonError};

use tokio::sync::{Mutex, oneshot};
use tokio::time::{MissedTickBehavior, interval};

use crate::App;
use crate::hub::{Event, hand_over};
use crate::limits::{FOLLOW_EVERY, SWEEP_EVERY};
use crate::store::Area;

/// What of the database has been handed to the hub.
pub(crate) struct Followed {
    version: i64,
    areas: Vec<Area>,
}

impl Followed {
    /// What the hub begins with. `version` was read first.
    pub(crate) fn new(version: i64, areas: Vec<Area>) -> Mutex<Self> {
        Mutex::new(Self { version, areas })
    }
}

/// Runs until the process ends.
pub(crate) async fn follow(app: Arc<App>) {
    let mut tick = interval(FOLLOW_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        catch_up(&app).await;
        end_closed_sessions(&app).await;
    }
}

/// Deletes what is past its time, now and again, until the process ends.
pub(crate) async fn sweep(app: Arc<App>) {
    let mut tick = interval(SWEEP_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let keep = crate::keep(&app.settings);
        let swept = app.with_store(move |store| store.sweep(crate::now_ms(), keep)).await;
        for (class, count) in swept.unwrap_or_default() {
            metrics::counter!("anteroom_swept_total", "what" => class.entry().name).increment(count as u64);
        }
    }
}

/// Hands the hub what has changed. Whoever lets somebody in who may be new waits for this, so that the hub knows them.
pub(crate) async fn catch_up(app: &App) {
    let mut followed = app.followed.lock().await;
    let version = followed.version;
    let changed = app.with_store(move |store| {
        let now = store.version()?;
        Ok(if now == version { None } else { Some((now, store.accounts()?, store.areas()?)) })
    });
    let Some(Some((now, accounts, now_areas))) = changed.await else { return };
    // Only what differs from what was read before: of the rest the hub may know more than it has written down.
    let areas = now_areas.iter().filter(|area| !followed.areas.contains(area)).cloned().collect();
    let is_gone = |id: &u32| now_areas.iter().all(|area| area.id != *id);
    let gone = followed.areas.iter().map(|area| area.id).filter(is_gone).collect();
    let slugs = now_areas.iter().map(|area| area.slug.clone()).collect();
    *followed = Followed { version: now, areas: now_areas };
    let _hub_is_gone = hand_over(&app.hub, Event::Practice { accounts, areas, gone }).await;
    crate::look::reload(app).await;
    *app.slugs.write().unwrap_or_else(PoisonError::into_inner) = slugs;
}

/// Closes the pages of sessions that are over: by time, revoked, or of a disabled account. This is looked at each time, since a page may have been on its
/// way when its session was ended.
async fn end_closed_sessions(app: &App) {
    let (reply, open) = oneshot::channel();
    if !hand_over(&app.hub, Event::Sessions { reply }).await {
        return;
    }
    let Ok(open) = open.await else { return };
    if open.is_empty() {
        return;
    }
    let (asked, limits) = (open.clone(), app.session_limits());
    let still = app.with_store(move |store| store.still_open(asked, crate::now_ms(), limits)).await;
    let Some(still) = still else { return };
    for session in open.into_iter().filter(|session| !still.contains(session)) {
        let _hub_is_gone = hand_over(&app.hub, Event::SignedOut { session }).await;
    }
}
