//! Bandwidth: what each viewer gets of which picture, and which layers their publishers need to send at all.

use std::time::{Duration, Instant};

use super::Sfu;
use crate::allocate::{Allocator, Budget, Choice, Decision, Demand, Rank};
use crate::layers::{Ranking, Target};
use crate::limits::{
    ALLOCATE_INTERVAL, CLIMB_HOLD, DESIRED_MIN_BITS_PER_SECOND, ESTIMATE_TRUSTED_AFTER, LAYERS_MAX, PAUSE_HOLD,
    RETRANSMISSION_SHARE, SOUND_BITS_PER_SECOND, UNMEASURED_BITS_PER_SECOND,
};
use crate::participant::{Link, Live, Participant, Unit};
use crate::subscription::Feed;
use crate::track::{Track, Viewing};
use crate::{Event, Output, RoomId, View, WantedLayer};

/// A picture that a viewer could get.
struct Picture {
    line: usize,
    feed: Feed,
    ranking: Ranking,
    is_muted: bool,
}

impl Sfu {
    /// What the network carries to a viewer, as just measured, in bits per second.
    pub(super) fn estimated(&mut self, index: usize, estimate: u64) {
        let Some(participant) = self.participants.get_mut(index).and_then(Option::as_mut) else { return };
        participant.stats.estimate = estimate;
        let Some(live) = participant.live.as_deref_mut() else { return };
        live.bandwidth.estimated(estimate, self.now);
        // Less than is being sent is acted on at once, more when it is time.
        if estimate < live.bandwidth.committed {
            self.allocate(index);
        } else {
            self.allocate_soon(index);
        }
    }

    /// While media flows, the viewer's bandwidth is divided anew from time to time, also while a climb waits because of
    /// earlier ones that failed. When none flows, nothing wakes up.
    pub(super) fn allocate_soon(&mut self, index: usize) {
        let now = self.now;
        let Some(live) = self.live_mut(index).filter(|live| !live.bandwidth.allocates_soon(now)) else { return };
        live.bandwidth.allocate_at = Some(now + ALLOCATE_INTERVAL);
        self.update_wake(index);
    }

    /// Divides a viewer's bandwidth anew.
    pub(super) fn allocate(&mut self, index: usize) {
        let now = self.now;
        let (pictures, mut demands): (Vec<Picture>, Vec<Demand>) = self.pictures(index).into_iter().unzip();
        let Some(live) = self.live_mut(index) else { return };
        let loss = live.bandwidth.loss_lately(live.session.plane.loss(), now);
        demands.iter_mut().for_each(|demand| demand.renounce(loss));
        live.bandwidth.allocate_at = None;
        let sees = pictures
            .iter()
            .zip(&demands)
            .any(|(picture, demand)| !picture.is_muted && demand.view != View::Hidden && !demand.ladder.is_empty());
        let decision = live.decide(&demands, sees, now);
        let mut paused = 0;
        let mut changed = Vec::new();
        for (n, Picture { line, feed, ranking, .. }) in pictures.iter().enumerate() {
            let (demand, choice, soon) = (&demands[n], decision.choices[n], decision.soon[n]);
            paused += u64::from(choice.is_none() && demand.view != View::Hidden && !demand.ladder.is_empty());
            if live.give(*line, ranking, demand, (choice, soon), now) {
                changed.push(*feed);
            }
        }
        if (live.bandwidth.paused == 0) != (paused == 0) {
            live.session.plane.starve(paused != 0, now);
            live.wake_for_media(now);
        }
        live.bandwidth.paused = paused;
        self.update_wake(index);
        for feed in changed {
            self.update_needed(feed.publisher, feed.track);
        }
    }

    /// What a viewer's lines could get and what they ask for, in the order of their slots.
    fn pictures(&self, index: usize) -> Vec<(Picture, Demand)> {
        let Some(viewer) = self.participants.get(index).and_then(Option::as_ref) else { return Vec::new() };
        let Some(live) = viewer.admitted().filter(|live| live.link == Link::Up) else { return Vec::new() };
        let Some(room) = self.rooms.get(&viewer.room) else { return Vec::new() };
        let (dominant, most) = (room.speakers.dominant(), self.shed.most(room));
        let mut pictures = Vec::new();
        for (slot, of) in live.slots.iter().enumerate() {
            let Some((line, occupant)) = of.video.zip(of.occupant) else { continue };
            let Some(feed) = live.lines[line].feed else { continue };
            let Some(track) = self.track(feed) else { continue };
            let is_speaker = dominant == Some(feed.publisher) || viewer.pinned.contains(&occupant.id);
            let rank = match occupant.unit {
                Unit::Screen => Rank::Screen,
                Unit::Person if is_speaker => Rank::Speaker,
                Unit::Person => Rank::Other,
            };
            let demand = Demand {
                rank,
                view: viewer.view(slot).min(most),
                ladder: track.full_ladder(self.now),
                current: live.lines[line].target(),
                is_fresh: live.lines[line].is_fresh,
                resumes: live.lines[line].paused_since.is_some_and(|since| since + PAUSE_HOLD <= self.now),
            };
            pictures.push((Picture { line, feed, ranking: track.ranking, is_muted: track.muted }, demand));
        }
        pictures
    }

    fn track(&self, feed: Feed) -> Option<&Track> {
        self.participants.get(feed.publisher)?.as_ref()?.admitted()?.tracks.get(feed.track)
    }

    /// After people were arranged anew: who watches whom has changed.
    pub(super) fn allocate_room(&mut self, room: RoomId) {
        let members = self.rooms.get(&room).map(|room| room.members.clone()).unwrap_or_default();
        for &member in &members {
            self.allocate(member);
        }
        for &member in &members {
            let tracks = self.live_mut(member).map_or(0, |live| live.tracks.len());
            (0..tracks).for_each(|track| self.update_needed(member, track));
        }
    }

    /// Works out which layers of a track anybody needs. What is needed again is told at once.
    pub(super) fn update_needed(&mut self, publisher: usize, track: usize) {
        let Some(participant) = self.participants.get(publisher).and_then(Option::as_ref) else { return };
        let Some(found) = participant.admitted().and_then(|live| live.tracks.get(track)) else { return };
        if !found.is_video {
            return;
        }
        let needs = |viewing: &Viewing| {
            let viewer = self.participants.get(viewing.viewer)?.as_ref()?.admitted()?;
            Some(viewer.lines.get(viewing.line)?.needs)
        };
        let viewers = found.viewers.iter().filter(|_| !found.muted);
        let needed = viewers.filter_map(needs).fold(0, |all, needed| all | needed);
        // The least is cheap, and there at once when a network becomes worse.
        let least = found.ranking.ascending().next().filter(|_| needed != 0);
        let needed = least.map_or(needed, |least| needed | 1 << least);
        let now = self.now;
        let Some(live) = self.live_mut(publisher) else { return };
        if live.tracks[track].dynacast.need(needed, now) {
            self.tell_wanted(publisher, track);
        }
        self.update_wake(publisher);
    }

    /// Layers that nobody has needed for a while are switched off.
    pub(super) fn expire_layers(&mut self, publisher: usize) {
        let now = self.now;
        let Some(participant) = self.participants.get_mut(publisher).and_then(Option::as_mut) else { return };
        let Some(live) = participant.admitted_mut() else { return };
        let tracks = live.tracks.iter_mut().enumerate().filter(|(_, track)| track.is_video);
        let changed: Vec<usize> = tracks.filter_map(|(n, track)| track.dynacast.expire(now).then_some(n)).collect();
        for track in changed {
            self.tell_wanted(publisher, track);
        }
    }

    pub(super) fn tell_wanted(&mut self, publisher: usize, track: usize) {
        let Some(participant) = self.participants.get(publisher).and_then(Option::as_ref) else { return };
        let Some(track) = participant.live.as_deref().and_then(|live| live.tracks.get(track)) else { return };
        let layers = track.layers.iter().enumerate();
        let layers =
            layers.map(|(n, layer)| WantedLayer { rid: layer.name.clone(), wanted: !track.dynacast.is_off(n) });
        self.outputs.push_back(Output::Event(Event::LayersWanted {
            participant: participant.id,
            mid: track.mid.to_string(),
            source: track.source,
            layers: layers.collect(),
        }));
    }
}

impl Participant {
    fn view(&self, slot: usize) -> View {
        self.views.get(slot).copied().unwrap_or(View::Full)
    }
}

impl Live {
    /// `sees`: whether any of it can be shown at all.
    fn decide(&mut self, demands: &[Demand], sees: bool, now: Instant) -> Decision {
        let sounds = self.lines.iter().filter(|line| !line.is_video && line.feed.is_some());
        let heard = sounds.map(|line| line.sent.bits_per_second(now)).reduce(|all, one| all + one);
        // What is heard, and somebody who may begin to speak.
        let reserved = heard.map_or(0, |heard| on_wire(heard) + SOUND_BITS_PER_SECOND);
        self.bandwidth.loss = self.session.plane.loss().clamp(0.0, RETRANSMISSION_SHARE);
        let bandwidth = &mut self.bandwidth;
        bandwidth.is_scarce = bandwidth.estimate.is_some_and(|(estimate, _)| 3 * estimate < 2 * bandwidth.committed);
        let budget = bandwidth.budget(reserved, now);
        bandwidth.is_settled = budget.measured;
        let decision = bandwidth.allocator.decide(budget, demands, now);
        bandwidth.committed = on_wire(decision.spent) + reserved;
        if let Some(again_at) = decision.again_at {
            bandwidth.allocate_at = Some(again_at.max(now + ALLOCATE_INTERVAL));
        }
        // Half as much again as all of it costs: prices move, and what gets lost is sent again.
        let all = on_wire(decision.desired) + reserved;
        // And never less than what a picture may take of a sudden, such as a slide: it should be known whether that fits.
        let desired = if sees { steps_of(all + all / 2).max(DESIRED_MIN_BITS_PER_SECOND) } else { 0 };
        if bandwidth.desired.replace(desired) != Some(desired) {
            self.session.plane.aim(desired, now);
            self.wake_for_media(now);
        }
        decision
    }

    /// Gives a line its choice. Returns whether what it needs of its publisher has changed.
    fn give(
        &mut self,
        line: usize,
        ranking: &Ranking,
        demand: &Demand,
        (choice, soon): (Choice, Choice),
        now: Instant,
    ) -> bool {
        let Bandwidth { is_scarce, is_settled, .. } = self.bandwidth;
        let line = &mut self.lines[line];
        // A keyframe that has left in part is shown to its end: given up for its price, it would be again and again.
        let ends = |_: &Target| demand.view != View::Hidden && line.queue.is_within_keyframe();
        let choice = choice.or_else(|| line.target().filter(ends));
        let is_unknown = demand.ladder.is_empty() && demand.view != View::Hidden;
        let is_paused = choice.is_none() && !is_unknown && demand.view != View::Hidden;
        line.paused_since = line.paused_since.or(Some(now)).filter(|_| is_paused);
        let restarts = match choice {
            Some(_) if is_scarce => line.cut(choice),
            Some(_) => line.aim(choice),
            None if is_unknown => line.aim_first(),
            None => line.aim(None),
        };
        if restarts {
            self.session.plane.forget(line.ssrc);
        }
        self.session.plane.show(line.ssrc, line.target());
        line.is_fresh &= demand.ladder.is_empty() || !is_settled; // The first probes may show at once that there is more.
        // What is chosen may never come: what serves meanwhile has to stay.
        let serving = choice.map(|target| line.showing().into_iter().chain([ranking.choose(target)]));
        let layers = [choice, soon].into_iter().flatten().map(|target| target.layer);
        let layers = layers.chain(serving.into_iter().flatten()).filter(|&layer| layer < LAYERS_MAX);
        let needs = if is_unknown { u8::MAX } else { layers.fold(0, |all, layer| all | 1 << layer) };
        std::mem::replace(&mut line.needs, needs) != needs
    }
}

/// In what time half of a loss is forgotten.
const LOSS_HALVED_AFTER: Duration = Duration::from_secs(10);

/// What is known of the way to one viewer, and what is made of it.
#[derive(Debug)]
pub(crate) struct Bandwidth {
    allocator: Allocator,
    /// Bits a second, and since when there has been an estimate.
    estimate: Option<(u64, Instant)>,
    /// Bits a second that are sent by the last decision, sound included.
    committed: u64,
    /// So much more was sent than the network carries that a standing picture is better than to wait for a keyframe.
    is_scarce: bool,
    /// The network has been measured for a while.
    is_settled: bool,
    loss: f32,
    /// The most of late, and as of when.
    worst_loss: (f32, Instant),
    /// What the session was told that would be sent at best.
    desired: Option<u64>,
    pub(crate) allocate_at: Option<Instant>,
    /// Pictures that are not sent for want of bandwidth.
    pub(crate) paused: u64,
}

impl Bandwidth {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            allocator: Allocator::default(),
            estimate: None,
            committed: 0,
            is_scarce: false,
            is_settled: false,
            loss: 0.0,
            worst_loss: (0.0, now),
            desired: None,
            allocate_at: None,
            paused: 0,
        }
    }

    /// What is known may not hold any more.
    pub(crate) fn refresh(&mut self, estimate: Option<u64>, now: Instant) {
        self.estimate = estimate.map(|estimate| (estimate, now));
    }

    /// Whether no packet need ask for it: it happens when a climb has been held for long enough, at the latest. What is
    /// paused waits for less.
    pub(super) fn allocates_soon(&self, now: Instant) -> bool {
        let soon = if self.paused == 0 { CLIMB_HOLD } else { ALLOCATE_INTERVAL };
        self.allocate_at.is_some_and(|at| at <= now + soon)
    }

    fn estimated(&mut self, estimate: u64, now: Instant) {
        let since = self.estimate.map_or(now, |(_, since)| since);
        self.estimate = Some((estimate, since));
    }

    /// What gets lost, and for a while what did: a second of luck is no reason to show more.
    fn loss_lately(&mut self, loss: f32, now: Instant) -> f32 {
        let (worst, at) = self.worst_loss;
        let halvings = now.saturating_duration_since(at).as_secs_f32() / LOSS_HALVED_AFTER.as_secs_f32();
        let most = loss.max(worst * (-halvings).exp2());
        self.worst_loss = (most, now);
        most
    }

    /// What is left for pictures.
    fn budget(&self, reserved: u64, now: Instant) -> Budget {
        let Some((estimate, since)) = self.estimate else {
            return Budget { bits_per_second: UNMEASURED_BITS_PER_SECOND, measured: false };
        };
        let sum = estimate.saturating_sub(reserved);
        let wire = sum - (sum as f32 * self.loss) as u64; // What gets lost is sent again.
        Budget { bits_per_second: wire - wire / 16, measured: since + ESTIMATE_TRUSTED_AFTER <= now }
    }
}

/// With headers: a sixteenth of packets as large as browsers make them.
fn on_wire(payload_bits: u64) -> u64 {
    payload_bits + payload_bits / 15
}

/// Prices move a little all the time, and each new aim is probed for.
fn steps_of(bits: u64) -> u64 {
    const STEP: u64 = 100_000;
    bits.div_ceil(STEP) * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn a_second_without_loss_is_no_reason_to_show_more() {
        let now = Instant::now();
        let mut bandwidth = Bandwidth::new(now);
        let mut lately = |loss, seconds| bandwidth.loss_lately(loss, now + Duration::from_secs(seconds));
        assert_eq!(lately(0.2, 0), 0.2);
        assert!((0.18..0.2).contains(&lately(0.0, 1)));
        assert!((0.09..0.11).contains(&lately(0.0, 10)));
        assert_eq!(lately(0.3, 11), 0.3, "more is believed at once");
    }
}
