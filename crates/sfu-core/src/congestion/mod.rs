//! How much one viewer's network carries, from transport-wide feedback on what is sent to it.
//!
//! An allocator above chooses by the estimate what a viewer gets, and what can wait is paced ([`pace`]). Three things are
//! measured: how long packets wait on the way ([`delay`]), what gets lost ([`loss`]), and whether a short burst of more
//! comes through ([`probe`]). The rules that make an estimate of it are few ([`rules`]):
//!
//! 1. While packets wait, what comes out of the queue is what the network carries: the estimate is that, less what
//!    empties the queue. It is also the ceiling for a while. A queue that does not answer when less is sent is somebody
//!    else's, and tolerated.
//! 2. Loss by itself proves nothing. When more gets lost than usual, a burst shows whether more arrives when more is
//!    sent. If so, such a loss is usual here; if not, the estimate is what arrives.
//! 3. More is believed when it was seen: a probe came through, or media arrived without waiting. What was not tried is
//!    believed only up to half as much again as what arrives.
//! 4. Without any feedback the estimate falls step by step, and what it was is tried first when feedback is back.
//!
//! See `docs/decisions/0015-own-congestion-control.md`.

mod delay;
mod history;
#[cfg(test)]
mod link;
mod loss;
mod pace;
mod probe;
mod rules;
#[cfg(test)]
mod scenarios;
mod search;

use std::time::{Duration, Instant};

use delay::Delay;
use history::History;
use loss::Loss;
use pace::Pace;
use probe::Probe;
use rules::{Outage, Queueing, Trials};
use search::Search;

/// IPv4 and UDP headers of one datagram: bottlenecks count them.
const HEADER_BYTES: usize = 20 + 8;

/// A packet of padding with its headers, about.
const PACKET_BYTES: usize = 1100 + HEADER_BYTES;

/// The estimate never falls below: a voice.
const ESTIMATE_MIN: f64 = 30e3;

/// Nor does it grow beyond: no viewer is sent that much.
const ESTIMATE_MAX: f64 = 100e6;

/// The send side of one viewer's path.
#[derive(Debug)]
pub(crate) struct Controller {
    history: History,
    delay: Delay,
    loss: Loss,
    /// Bits per second.
    estimate: f64,
    initial: f64,
    /// A bottleneck, when it was seen.
    ceiling: Option<(f64, Instant)>,
    queueing: Option<Queueing>,
    outage: Option<Outage>,
    /// An outage has ended since that was asked.
    is_back: bool,
    search: Search,
    trials: Trials,
    probe: Option<Probe>,
    pace: Pace,
    /// Smoothed.
    round_trip: Option<Duration>,
    fed_at: Option<Instant>,
    has_sent: bool,
    /// Bits per second.
    desired: f64,
}

impl Controller {
    /// `initial` is in bits per second.
    pub(crate) fn new(now: Instant, initial: u64) -> Self {
        let initial = (initial as f64).clamp(ESTIMATE_MIN, ESTIMATE_MAX);
        Self {
            history: History::default(),
            delay: Delay::new(now),
            loss: Loss::new(now),
            estimate: initial,
            initial,
            ceiling: None,
            queueing: None,
            outage: None,
            is_back: false,
            search: Search::new(now),
            trials: Trials::new(now),
            probe: None,
            pace: Pace::new(now),
            round_trip: None,
            fed_at: None,
            has_sent: false,
            desired: 0.0,
        }
    }

    /// A datagram leaves. `number` is its transport-wide sequence number, extended, and grows; `bytes` are the datagram's:
    /// [`HEADER_BYTES`] are added here.
    pub(crate) fn sent(&mut self, number: u64, bytes: usize, now: Instant) {
        let bytes = (bytes + HEADER_BYTES) as u32;
        self.has_sent = true;
        self.history.sent(number, bytes, now);
        self.pace.sent(bytes);
        if let Some(probe) = &mut self.probe {
            probe.sent(number, bytes, now);
        }
    }

    /// Feedback came: for each number on the wire, when it arrived on the receiver's clock (microseconds), or that it did not.
    pub(crate) fn feedback(&mut self, packets: impl Iterator<Item = (u16, Option<i64>)>, now: Instant) {
        let mut newest: Option<Instant> = None;
        for (wire, at) in packets {
            let Some(news) = self.history.reported(wire, at.is_some()) else { continue };
            let packet = news.packet;
            let (number, bytes, sent) = (packet.number, packet.bytes, packet.sent);
            self.loss.skipped(sent, news.skipped);
            // What a probe loses is its own.
            if let Some(probe) = self.probe.as_mut().filter(|probe| probe.includes(number)) {
                probe.reported(bytes, sent, at, news.was_lost);
            } else if news.was_lost {
                self.loss.found(sent, bytes);
            } else {
                self.loss.reported(sent, bytes, at.is_none());
            }
            let Some(at) = at else { continue };
            // Of what nothing was said as much has come through as of the rest.
            let skipped = news.skipped as f64 * (1.0 - self.loss.smoothed());
            self.delay.arrived(sent, at, bytes + skipped as u32);
            newest = newest.max(Some(packet.sent));
        }
        let Some(newest) = newest else { return };
        let round_trip = now.saturating_duration_since(newest);
        self.round_trip = Some(self.round_trip.map_or(round_trip, |smoothed| (7 * smoothed + round_trip) / 8));
        let since = self.fed_at.replace(now).map_or(Duration::ZERO, |before| now.saturating_duration_since(before));
        self.pace.heard(round_trip, since, now);
        self.end_outage(newest, now);
        let view = self.delay.view();
        self.loss.settle();
        self.judge_queue(view, newest, now);
        self.judge_loss(now);
        self.judge_probe(now);
        self.grow(view, since, now);
    }

    /// Time passes: feedback that is missing, probes that begin or end.
    pub(crate) fn tick(&mut self, now: Instant) {
        self.history.forget(now);
        self.notice_outage(now);
        if self.emptied_at().is_some_and(|at| at <= now) {
            self.queueing = None;
        }
        if let Some(probe) = &mut self.probe {
            probe.advance(now);
        }
        self.judge_probe(now);
        self.begin_probe(now);
    }

    /// When [`Controller::tick`] and [`Controller::padding`] should be called next. None if nothing is to be done until
    /// something is sent.
    pub(crate) fn due(&self) -> Option<Instant> {
        let patience = self.patience();
        let probe = self.probe.as_ref().map(|probe| probe.due(patience));
        let search = self.search_at();
        let outage = self.outage_at();
        let emptied = self.emptied_at();
        [probe, search, outage, emptied].into_iter().flatten().min()
    }

    /// Bits per second that may be sent, headers included.
    pub(crate) fn estimate(&self) -> u64 {
        self.estimate as u64
    }

    /// Smoothed, with the time that the receiver takes to send its feedback.
    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// Whether an outage has ended since the last call.
    pub(crate) fn take_back(&mut self) -> bool {
        std::mem::take(&mut self.is_back)
    }

    /// The share of packets that got lost lately.
    pub(crate) fn loss(&self) -> f32 {
        self.loss.smoothed() as f32
    }

    /// `desired` would be sent if the network carried it, in bits per second.
    pub(crate) fn aim(&mut self, desired: u64, now: Instant) {
        let before = std::mem::replace(&mut self.desired, (desired as f64).min(ESTIMATE_MAX));
        self.search.aimed(before, self.desired, now);
    }

    /// Whether something is not shown at all for want of bandwidth.
    pub(crate) fn starve(&mut self, is_starved: bool, now: Instant) {
        self.search.starve(is_starved, now);
    }

    /// Bytes of padding to send now, as whole datagrams of about that. Each is to be told to [`Controller::sent`].
    pub(crate) fn padding(&mut self, now: Instant) -> usize {
        self.probe.as_mut().map_or(0, |probe| probe.padding(now))
    }

    /// Another network, of which nothing is known.
    pub(crate) fn reset(&mut self, now: Instant) {
        // That there was feedback says that it may be missed.
        let Self { desired, has_sent, fed_at, .. } = *self;
        *self = Self { desired, has_sent, fed_at, ..Self::new(now, self.initial as u64) };
    }

    /// Another path, likely through the same network (a NAT binding anew): what is known of it holds until it shows
    /// otherwise, and is tried at once.
    pub(crate) fn moved(&mut self, now: Instant) {
        let (estimate, round_trip) = (self.estimate, self.round_trip);
        let before = self.outage.map_or(estimate, |outage| outage.before);
        self.reset(now);
        (self.estimate, self.round_trip) = (estimate, round_trip);
        self.search.recover(before, now);
    }
}
