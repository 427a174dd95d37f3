//! Commands on their way to the shards. A shard that does not keep up gets them later, in their order: an end or a shut gate is never lost.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use sfu_core::Command;
use tokio::time::Instant;

use crate::limits::{MEDIA_RETRY_EVERY, MEDIA_WAITING_MAX};
use crate::media::{Media, ShardIndex};
use crate::telemetry;

pub(super) struct Commands {
    media: Arc<Media>,
    /// What a shard's own queue had no room for. While something is here, everything for that shard queues up behind it.
    waiting: BTreeMap<ShardIndex, VecDeque<Command>>,
    retry_at: Option<Instant>,
    #[cfg(test)]
    pub(super) is_stuck: bool,
}

impl Commands {
    pub(super) fn new(media: Arc<Media>) -> Self {
        Self {
            media,
            waiting: BTreeMap::new(),
            retry_at: None,
            #[cfg(test)]
            is_stuck: false,
        }
    }

    pub(super) fn send(&mut self, shard: ShardIndex, command: Command) {
        if !self.waiting.contains_key(&shard) && self.pass_on(shard, &command) {
            return;
        }
        metrics::counter!("anteroom_media_commands_delayed_total").increment(1);
        self.retry_at.get_or_insert_with(|| Instant::now() + MEDIA_RETRY_EVERY);
        keep(self.waiting.entry(shard).or_default(), command);
    }

    /// Whether a shard is so far behind that it must not be given new work.
    pub(super) fn is_full(&self, shard: ShardIndex) -> bool {
        let is_full = self.waiting.get(&shard).is_some_and(|waiting| MEDIA_WAITING_MAX <= waiting.len());
        if is_full {
            telemetry::limit_reached("media_waiting");
        }
        is_full
    }

    /// Whether no shard can be given new work.
    pub(super) fn are_all_full(&self) -> bool {
        (0..self.shards()).all(|shard| self.is_full(shard))
    }

    /// The shard for the next room: in turn, but past those that are full.
    pub(super) fn next_shard(&self) -> ShardIndex {
        let mut in_turn = (0..self.shards()).map(|_| self.media.next_shard());
        in_turn.find(|shard| !self.is_full(*shard)).unwrap_or_else(|| self.media.next_shard())
    }

    pub(super) fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    /// Passes on what waits and is due.
    pub(super) fn retry(&mut self, now: Instant) {
        if self.retry_at.is_none_or(|at| now < at) {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        for (shard, commands) in &mut waiting {
            while commands.front().is_some_and(|command| self.pass_on(*shard, command)) {
                commands.pop_front();
            }
        }
        waiting.retain(|_, commands| !commands.is_empty());
        self.retry_at = (!waiting.is_empty()).then(|| now + MEDIA_RETRY_EVERY);
        self.waiting = waiting;
    }

    fn shards(&self) -> usize {
        self.media.ports().len().max(1)
    }

    fn pass_on(&self, shard: ShardIndex, command: &Command) -> bool {
        #[cfg(test)]
        if self.is_stuck {
            return false;
        }
        self.media.send(shard, command.clone())
    }
}

/// Keeps a command, or the newer of two that say what the same thing shall be. Beyond the limit nobody is admitted and no offer is taken, so
/// that what still comes is a gate, a permission, two mutes and a view of each slot for each participant, and an end for each room.
fn keep(waiting: &mut VecDeque<Command>, command: Command) {
    let older = waiting.iter_mut().find(|older| is_same_setting(older, &command));
    if let Some(older) = older {
        *older = command;
    } else if MEDIA_WAITING_MAX <= waiting.len() && matches!(command, Command::Send { .. }) {
        telemetry::limit_reached("media_waiting");
    } else {
        waiting.push_back(command);
    }
}

fn is_same_setting(one: &Command, other: &Command) -> bool {
    match (one, other) {
        (Command::SetGate { participant: one, .. }, Command::SetGate { participant: other, .. }) => one == other,
        (Command::SetPermissions { participant: one, .. }, Command::SetPermissions { participant: other, .. }) => {
            one == other
        }
        (
            Command::SetMuted { participant: one, source: of_one, .. },
            Command::SetMuted { participant: other, source: of_other, .. },
        ) => (one, of_one) == (other, of_other),
        (
            Command::SetView { participant: one, slot: of_one, .. },
            Command::SetView { participant: other, slot: of_other, .. },
        ) => (one, of_one) == (other, of_other),
        _ => false,
    }
}
