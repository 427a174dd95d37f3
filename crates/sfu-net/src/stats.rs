//! What a shard counts.

use sfu_core::{SfuStats, WakeReason};

/// Counters of one shard since it started, at most [`crate::limits::COUNTERS_EVERY`] old, [`crate::limits::SLEEP_LATE`] more in a shard to which
/// nothing comes, and [`crate::limits::COUNTERS_EVERY_EACH`] more for each participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShardStats {
    /// Datagrams received.
    pub received_datagrams: u64,
    /// Their bytes, without IP and UDP headers.
    pub received_bytes: u64,
    /// System calls that received.
    pub receive_calls: u64,
    /// Receive calls that failed, other than for having nothing.
    pub receive_errors: u64,
    /// Received datagrams that were dropped because they came to an address that is not announced, or from port 0.
    pub misrouted_datagrams: u64,
    /// Datagrams handed to the kernel.
    pub sent_datagrams: u64,
    /// Their bytes, without IP and UDP headers.
    pub sent_bytes: u64,
    /// Runs that the core produced: each is for one destination.
    pub sent_runs: u64,
    /// System calls that sent.
    pub send_calls: u64,
    /// Datagrams that the kernel refused: no route, larger than the MTU, filtered.
    pub send_errors: u64,
    /// Times that the kernel's send buffer was full.
    pub send_blocked: u64,
    /// Datagrams dropped because [`crate::limits::BACKLOG_BYTES_MAX`] was reached.
    pub backlog_dropped_datagrams: u64,
    /// TCP connections.
    pub connections: ConnectionStats,
    /// Commands carried out.
    pub commands: u64,
    /// Steps that panicked.
    pub panics: u64,
    /// Participants evicted because their step panicked.
    pub evictions: u64,
    /// How busy the thread is, and what it gives up for that.
    pub load: LoadStats,
    /// Times that the thread woke up, by cause.
    pub wakes: WakeCounts,
    /// The core's own counters.
    pub sfu: SfuStats,
}

/// How busy a shard's thread is. How many rooms have small pictures or none because of it is in [`SfuStats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadStats {
    /// Thousandths of the last [`crate::limits::STRAIN_EVERY`] in which the thread did not wait. A shard at rest leaves it below
    /// [`crate::limits::QUIET_PER_MILLE`].
    pub busy_per_mille: u64,
    /// How much is given up now, in steps: from 1 on pictures of more and more rooms are small, from 9 on those of more and more rooms are not
    /// shown, and 16 is all. 0 while nothing is given up.
    pub level: u64,
    /// Times that more was given up ([`sfu_core::Command::ShedLoad`]).
    pub steps_up: u64,
    /// Times that some of it came back.
    pub steps_down: u64,
}

/// What became of a shard's TCP connections. Their frames count as datagrams elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionStats {
    /// Open now.
    pub open: u64,
    /// Accepted.
    pub accepted: u64,
    /// Refused because [`crate::limits::CONNECTIONS_MAX`] or [`crate::limits::CONNECTIONS_PER_SOURCE_MAX`] was reached.
    pub refused: u64,
    /// Accept calls that failed, mostly for want of file descriptors.
    pub accept_errors: u64,
    /// Ended because what came was no frame, or no check came first.
    pub malformed: u64,
    /// Ended because no valid check came within [`crate::limits::CONNECTION_UNPROVEN_MAX`].
    pub unproven: u64,
    /// Ended because the core sent nothing for [`crate::limits::CONNECTION_IDLE_MAX`].
    pub idle: u64,
    /// Datagrams dropped because the peer did not read fast enough ([`crate::limits::CONNECTION_BACKLOG_BYTES_MAX`]) or was gone.
    pub dropped_datagrams: u64,
}

/// How often a shard's thread woke up, by the first cause that applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WakeCounts {
    /// Datagrams arrived; or were looked for, because they would come too often ([`crate::Density`]).
    pub datagrams: u64,
    /// A command arrived, or the handle was dropped.
    pub commands: u64,
    /// The kernel's send buffer has room again.
    pub writable: u64,
    /// Somebody connected by TCP, or a connection's time was up.
    pub connections: u64,
    /// The core's [`WakeReason::Flush`] was due.
    pub flush: u64,
    /// The core's [`WakeReason::Session`] was due.
    pub session: u64,
    /// The core's [`WakeReason::Keyframe`] was due.
    pub keyframe: u64,
    /// The core's [`WakeReason::Allocate`] was due.
    pub allocate: u64,
    /// The core's [`WakeReason::Pace`] was due.
    pub pace: u64,
    /// The core's [`WakeReason::Layers`] was due.
    pub layers: u64,
    /// The core's [`WakeReason::Disconnected`] was due.
    pub disconnected: u64,
    /// The counters were to be published.
    pub counters: u64,
    /// It was to be looked at whether there is still as much to do.
    pub load: u64,
    /// None of these: a signal, say.
    pub unexplained: u64,
}

impl WakeCounts {
    /// All of them.
    pub fn total(&self) -> u64 {
        let Self {
            datagrams,
            commands,
            writable,
            connections,
            flush,
            session,
            keyframe,
            allocate,
            pace,
            layers,
            disconnected,
            counters,
            load,
            unexplained,
        } = self;
        datagrams
            + commands
            + writable
            + connections
            + flush
            + session
            + keyframe
            + allocate
            + pace
            + layers
            + disconnected
            + counters
            + load
            + unexplained
    }

    pub(crate) fn deadline(&mut self, why: WakeReason) -> &mut u64 {
        match why {
            WakeReason::Flush => &mut self.flush,
            WakeReason::Session => &mut self.session,
            WakeReason::Keyframe => &mut self.keyframe,
            WakeReason::Allocate => &mut self.allocate,
            WakeReason::Pace => &mut self.pace,
            WakeReason::Layers => &mut self.layers,
            WakeReason::Disconnected => &mut self.disconnected,
        }
    }
}
