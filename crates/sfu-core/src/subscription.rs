//! One receiving m-line of a viewer: whose track it carries, how much of it, and where its layers change.

use std::time::{Duration, Instant};

use crate::keyframe::Start;
use crate::layers::{Meter, Ranking, Target};
use crate::limits::{FREEZE_VISIBLE, KEYFRAME_OVERDUE, KEYFRAME_WAIT_MAX, QUEUED_AGE_MAX, QUEUED_BEHIND_MAX};
use crate::negotiate::Delivery;
use crate::plane::MediaPacket;
use crate::queue::Queue;
use crate::rewriter::Rewriter;
use crate::transport::Mid;

/// One receiving m-line.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) mid: Mid,
    pub(crate) name: String,
    pub(crate) is_video: bool,
    /// What this end sends on.
    pub(crate) ssrc: u32,
    /// Whose track it carries.
    pub(crate) feed: Option<Feed>,
    /// It carries something new, or at another size: it need not wait to get more.
    pub(crate) is_fresh: bool,
    /// Since when it has been given nothing for want of bandwidth.
    pub(crate) paused_since: Option<Instant>,
    /// Which layers of its publisher's it needs: one bit for each.
    pub(crate) needs: u8,
    /// How much of it the viewer is to be given at most: see [`Line::aim`].
    target: Option<Target>,
    /// The layer of the track that the viewer gets now.
    layer: Option<usize>,
    /// The one that takes its place at its next keyframe.
    next: Option<Next>,
    /// Which layer serves the target, as long as the ranking stays.
    chosen: Option<(u32, usize)>,
    /// What waits to be sent.
    pub(crate) queue: Queue,
    /// When a packet of a keyframe left last.
    keyframe_left: Option<Instant>,
    /// When a packet left last while the network took what was sent.
    left_at: Option<Instant>,
    pub(crate) rewriter: Rewriter,
    pub(crate) sent: Sent,
    /// How the last format seen is delivered here: asked once, not for each packet.
    pub(crate) delivery: Option<(u8, Option<Delivery>)>,
}

/// How long a picture must have been waiting for the network to be left out when a keyframe comes.
const CATCH_UP_AFTER: Duration = Duration::from_millis(100);

/// A layer whose keyframe is awaited.
#[derive(Clone, Copy, Debug)]
struct Next {
    layer: usize,
    since: Instant,
    asked_at: Instant,
}

/// What becomes of a packet on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Selected {
    pub(crate) goes: bool,
    /// A layer whose keyframe is needed.
    pub(crate) asks: Option<usize>,
}

impl Selected {
    pub(crate) const DROPPED: Self = Self { goes: false, asks: None };
}

impl Line {
    pub(crate) fn new(mid: Mid, name: String, is_video: bool, ssrc: u32, start: u16) -> Self {
        Self {
            mid,
            name,
            is_video,
            ssrc,
            feed: None,
            is_fresh: true,
            paused_since: None,
            needs: u8::MAX,
            target: Some(Target::HIGHEST),
            layer: None,
            next: None,
            chosen: None,
            queue: Queue::default(),
            keyframe_left: None,
            left_at: None,
            rewriter: Rewriter::new(start),
            sent: Sent::default(),
            delivery: None,
        }
    }

    /// A keyframe of a layer came: pictures before it that have been waiting are not worth their time on the network.
    pub(crate) fn catch_up(&mut self, layer: usize, timestamp: u32, now: Instant) {
        let goes_on = self.queue.is_within_keyframe() || self.queue.ends_with_keyframe(timestamp);
        let waits = self.queue.since().is_some_and(|since| CATCH_UP_AFTER <= now.saturating_duration_since(since));
        if waits && self.layer == Some(layer) && !goes_on {
            self.skip_queued();
        }
    }

    /// What waits is left out without a gap.
    fn skip_queued(&mut self) {
        if !self.queue.is_empty() {
            self.queue.clear();
            self.rewriter.skip();
        }
    }

    /// Notes that a packet leaves, and whether the network takes what is sent.
    pub(crate) fn leaves(&mut self, packet: &MediaPacket, is_flowing: bool, now: Instant) {
        if self.queue.is_leaving(packet.timestamp) {
            self.keyframe_left = Some(now);
        }
        if is_flowing {
            self.left_at = Some(now);
        }
    }

    /// Whether a keyframe has left in the last `within`, or is about to.
    pub(crate) fn sends_keyframe(&self, within: Duration, now: Instant) -> bool {
        let left = |at: Instant| now.saturating_duration_since(at) < within;
        self.queue.has_keyframe() || self.queue.is_opaque() || self.keyframe_left.is_some_and(left)
    }

    /// Whether what waits has been waiting for too long.
    pub(crate) fn is_overdue(&self, now: Instant) -> bool {
        let Some(since) = self.queue.since() else { return false };
        let (age, rest) =
            (now.saturating_duration_since(since), self.left_at.map(|at| now.saturating_duration_since(at)));
        // A large keyframe takes its time, and what follows stands behind it: as long as something leaves, it goes on.
        QUEUED_AGE_MAX <= age && rest.is_none_or(|rest| QUEUED_AGE_MAX <= rest)
            || QUEUED_BEHIND_MAX <= age && !self.queue.is_within_keyframe()
    }

    /// Says how much of the track to give from now on: at most the target, or nothing. More comes with the next keyframe
    /// of another layer, less inside a layer at once. Of a higher simulcast layer the viewer gets more until the lower
    /// one's keyframe comes; when there is no room for that, [`Line::cut`] it. Returns whether it starts anew.
    pub(crate) fn aim(&mut self, target: Option<Target>) -> bool {
        let changes = self.target != target;
        if changes {
            self.target = target;
            self.chosen = None;
        }
        let restarts = changes && target.is_none();
        if restarts {
            self.restart();
        }
        restarts
    }

    /// The first layer of the offer, before anything is known of them: it is the smallest with all browsers.
    pub(crate) fn aim_first(&mut self) -> bool {
        self.aim(Some(Target { layer: 0, ..Target::HIGHEST }))
    }

    /// As [`Line::aim`], but a layer that is not the target's stops now. The picture stands until the keyframe.
    pub(crate) fn cut(&mut self, target: Option<Target>) -> bool {
        let restarts = self.aim(target) || self.layer != target.map(|target| target.layer);
        if restarts {
            self.restart();
        }
        restarts
    }

    /// Another track, or the same after a pause: its next packet goes on where the viewer's stream stopped, and what waits
    /// is not sent any more.
    pub(crate) fn restart(&mut self) {
        self.queue.clear();
        (self.keyframe_left, self.left_at) = (None, None);
        self.layer = None;
        self.next = None;
        self.chosen = None;
        self.rewriter.restart();
    }

    pub(crate) fn target(&self) -> Option<Target> {
        self.target
    }

    /// The layer that the viewer gets now; `None` while nothing comes or is wanted.
    pub(crate) fn showing(&self) -> Option<usize> {
        self.layer
    }

    /// The layer whose keyframe it waits for to go on with that one.
    pub(crate) fn awaits(&self) -> Option<usize> {
        self.next.map(|next| next.layer)
    }

    /// The layer that the viewer gets now or next; `None` while it is paused.
    pub(crate) fn chooses(&mut self, ranking: &Ranking) -> Option<usize> {
        let target = self.target?;
        Some(match self.chosen {
            Some((version, layer)) if version == ranking.version => layer,
            Some(_) | None => self.chosen.insert((ranking.version, ranking.choose(target))).1,
        })
    }

    /// Whether a packet of `layer` goes to the viewer. This is where layers change.
    pub(crate) fn select(&mut self, ranking: &Ranking, layer: usize, arrived: &Arrived, now: Instant) -> Selected {
        let Some(chosen) = self.chooses(ranking) else { return Selected::DROPPED };
        let is_keyframe = arrived.start == Start::Keyframe;
        let Some(current) = self.layer else {
            if layer != chosen {
                return Selected::DROPPED;
            }
            self.layer = Some(layer);
            return Selected { goes: true, asks: (!is_keyframe && self.is_video).then_some(layer) };
        };
        if current == chosen {
            self.next = None;
            return Selected { goes: layer == current, asks: None };
        }
        let awaited = self.next.filter(|next| next.layer == chosen);
        let is_first = awaited.is_none();
        let next = self.next.insert(awaited.unwrap_or(Next { layer: chosen, since: now, asked_at: now }));
        // A keyframe whose first packet comes late has had packets dropped already: wait for another.
        let shows_keyframe = is_keyframe && arrived.is_newest;
        let hides_keyframe = arrived.opaque && KEYFRAME_WAIT_MAX <= now.saturating_duration_since(next.since);
        if layer == chosen && (shows_keyframe || hides_keyframe) {
            self.layer = Some(chosen);
            self.next = None;
            self.skip_queued(); // It takes the place of what waits.
            return Selected { goes: true, asks: None };
        }
        // It comes, but what was asked for does not: the requests may have got lost, or been given up.
        let is_overdue = KEYFRAME_OVERDUE <= now.saturating_duration_since(next.asked_at);
        let asks = is_first || layer == chosen && (is_keyframe || is_overdue);
        if asks {
            next.asked_at = now;
        }
        Selected { goes: layer == current, asks: asks.then_some(chosen) }
    }
}

/// What went to the viewer on one line.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) packets: u64,
    pub(crate) freezes: u64,
    is_frozen: bool,
    meter: Option<Meter>,
}

impl Sent {
    pub(crate) fn add(&mut self, bytes: usize, now: Instant) {
        self.packets += 1;
        self.is_frozen = false;
        self.meter.get_or_insert_with(|| Meter::new(now)).add(bytes, now);
    }

    /// A packet was held back because a keyframe must come first, for which has been waited so long.
    pub(crate) fn held_back(&mut self, waiting: Duration) {
        if FREEZE_VISIBLE <= waiting && !std::mem::replace(&mut self.is_frozen, true) {
            self.freezes += 1;
        }
    }

    pub(crate) fn bits_per_second(&self, now: Instant) -> u64 {
        self.meter.as_ref().map_or(0, |meter| meter.bits_per_second(Meter::SECOND, now))
    }
}

/// What must be known of a packet to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) start: Start,
    pub(crate) is_newest: bool,
    /// Its layer hides its keyframes.
    pub(crate) opaque: bool,
}

/// A publisher's track. Sessions are counted, so that the track of a new session is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    pub(crate) publisher: usize,
    pub(crate) session: u64,
    pub(crate) track: usize,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::queue::Queued;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    /// A line on which a keyframe of so many packets waits, and a picture behind it.
    fn waiting(keyframe: usize, now: Instant) -> Line {
        let mut line = Line::new(Mid::from("0"), "0".into(), true, 7, 0);
        for number in 0..=keyframe {
            let mut packet = MediaPacket::vp8(number as u64, now);
            packet.timestamp = u32::from(number == keyframe);
            packet.frame.start = if number == 0 { Start::Keyframe } else { Start::Other };
            let queued = Queued { packet: Arc::new(packet), layer: 0, opaque: false, is_newest: true, since: now };
            assert!(line.queue.push(queued));
        }
        line
    }

    fn leaves(line: &mut Line, is_flowing: bool, now: Instant) {
        let queued = line.queue.pop().unwrap();
        line.leaves(&queued.packet, is_flowing, now);
    }

    #[test]
    fn what_the_network_does_not_take_for_a_second_is_given_up() {
        let began = start();
        let mut line = waiting(9, began);
        assert!(!line.is_overdue(began + QUEUED_AGE_MAX - Duration::from_millis(1)));
        assert!(line.is_overdue(began + QUEUED_AGE_MAX));
        leaves(&mut line, false, began + QUEUED_AGE_MAX);
        assert!(line.is_overdue(began + QUEUED_AGE_MAX), "one that finds out whether the network is back");
        leaves(&mut line, true, began + QUEUED_AGE_MAX);
        assert!(!line.is_overdue(began + QUEUED_AGE_MAX), "something leaves");
        assert!(line.is_overdue(began + 2 * QUEUED_AGE_MAX));
    }

    #[test]
    fn a_keyframe_that_leaves_may_take_its_time_and_nothing_else() {
        let began = start();
        let mut line = waiting(9, began);
        let late = began + QUEUED_BEHIND_MAX;
        for left in 0..9 {
            leaves(&mut line, true, late);
            assert_eq!(line.is_overdue(late), left == 8, "after {left}");
        }
    }
}
