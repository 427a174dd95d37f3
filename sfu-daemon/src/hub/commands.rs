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
    #[cfg(test)]
    pub(super) is_strained: bool,
}

impl Commands {
    pub(super) fn new(media: Arc<Media>) -> Self {
        Self {
            media,
            waiting: BTreeMap::new(),
            retry_at: None,
            #[cfg(test)]
            is_stuck: false,
            #[cfg(test)]
            is_strained: false,
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

    /// The shard for the next room, if so many people are on each.
    pub(super) fn next_shard(&self, people: impl Fn(ShardIndex) -> usize) -> ShardIndex {
        let load = |shard| Load { is_full: self.is_full(shard), sheds: self.sheds(shard), people: people(shard) };
        least(self.media.next_in_turn(), &(0..self.shards()).map(load).collect::<Vec<_>>())
    }

    /// Whether a shard has so much to do that it gives up pictures.
    pub(super) fn sheds(&self, shard: ShardIndex) -> bool {
        #[cfg(test)]
        if self.is_strained {
            return true;
        }
        self.media.sheds(shard)
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

/// What speaks against a shard, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Load {
    is_full: bool,
    sheds: bool,
    people: usize,
}

/// The shard with the least load. Equals have their turns: the first of them from `turn` on, counted round.
fn least(turn: usize, loads: &[Load]) -> ShardIndex {
    let shards = (0..loads.len()).map(|n| (turn + n) % loads.len());
    shards.min_by_key(|&shard| loads[shard]).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_room_goes_where_the_fewest_people_are_and_not_where_load_is_shed() {
        let of = |people| Load { is_full: false, sheds: false, people };
        assert_eq!(least(0, &[of(4), of(2), of(3)]), 1);
        let in_turn: Vec<_> = (0..6).map(|turn| least(turn, &[of(2), of(4), of(2)])).collect();
        assert_eq!(in_turn, [0, 2, 2, 0, 2, 2], "equals in turn");
        let sheds = Load { sheds: true, ..of(0) };
        assert_eq!(least(0, &[sheds, of(9)]), 1);
        assert_eq!(least(0, &[sheds, Load { people: 2, ..sheds }]), 0, "unless all do");
        assert_eq!(least(0, &[Load { is_full: true, ..of(0) }, sheds]), 1, "smaller pictures are better than none");
    }
}
