//! "It is your turn": a message to somebody who has asked for it in the waiting room and put the phone away. The hub says when, and to whom; this is
//! what it says, and how it goes out.
//!
//! Whom it goes to is in memory only, and is forgotten when it is sent or given up. It goes by the ways of invitations and shares their bound on what
//! is under way, but waits for its place: nobody would ask for it again.

use std::sync::Arc;

use sfu_signal::By;
use tokio::sync::{Semaphore, mpsc};

use crate::invitations::{Recipient, Ways};
use crate::letters;

/// A turn that has come.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) to: Recipient,
    /// The patient's, a BCP 47 tag.
    pub(crate) language: String,
    /// The slug of the area where the visit is.
    pub(crate) area: String,
}

/// What the hub has of it.
pub(crate) struct Turns {
    /// By which ways patients may be written to; at least one.
    pub(crate) by: Vec<By>,
    pub(crate) send: mpsc::Sender<Turn>,
}

/// Sends what comes until nobody sends any more. `base`: where links to the page begin; `under_way`: room for what is being sent.
pub(crate) async fn run(ways: Ways, under_way: Arc<Semaphore>, base: String, mut turns: mpsc::Receiver<Turn>) {
    while let Some(Turn { to, language, area }) = turns.recv().await {
        let Ok(place) = Arc::clone(&under_way).acquire_owned().await else { return };
        let (ways, page) = (ways.clone(), format!("{base}/a/{area}"));
        tokio::spawn(async move {
            let (subject, text) = letters::to_patient(&language, &page);
            ways.send("anteroom_turn_messages_total", to, subject, &text).await;
            drop(place);
        });
    }
}
