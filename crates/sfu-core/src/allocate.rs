//! How a viewer's bandwidth is divided among the pictures they watch.
//!
//! [`allocate`] is a pure function of a budget and of what is asked for; sound does not take part, it is paid before
//! (see [`Budget`]). Everybody gets the least that can be shown before anybody gets more; then screens rise as far as
//! they can, then who speaks, then the others in turn. [`Allocator`] adds time: down at once, up only after a while of
//! plenty, and more slowly after it went wrong. The rules and their price are told in `docs/decisions/0011`.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use crate::View;
use crate::layers::{Rung, Target};
use crate::limits::{CLIMB_BACKOFF, CLIMB_BACKOFF_MAX, CLIMB_FAILED_WITHIN, CLIMB_FORGOTTEN, CLIMB_HOLD};

/// What may be spent on pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) bits_per_second: u64,
    /// The number comes from the network. A guess is good enough not to climb, but no reason to show nothing.
    pub(crate) measured: bool,
}

impl Budget {
    /// What a climb may use: one eighth stays free, so that a keyframe or a gesture is not a fall.
    fn cautious(self) -> u64 {
        self.bits_per_second - self.bits_per_second / 8
    }
}

/// The budget that makes a cautious one of `bits`.
pub(crate) fn with_headroom(bits: u64) -> u64 {
    bits + bits.div_ceil(7)
}

/// Whose step comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A shared screen. Text wants detail: it loses pictures before it loses pixels.
    Screen,
    /// Whom the room listens to.
    Speaker,
    /// Everybody else.
    Other,
}

/// What one line asks for.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) rank: Rank,
    pub(crate) view: View,
    /// All that may be had, in any order.
    pub(crate) ladder: Vec<Rung>,
    /// What it has; `None` while it is paused.
    pub(crate) current: Option<Target>,
    /// It is new, or the viewer has just changed its size: it need not wait to climb.
    pub(crate) is_fresh: bool,
    /// It has been paused for [`crate::limits::PAUSE_HOLD`]: it need not wait for its first step.
    pub(crate) resumes: bool,
}

/// Of frames so many may still miss a packet after two repairs. Each that does holds up all that are built on it.
const UNREPAIRED_MAX: f64 = 1.0 / 30.0;

/// Frames of a camera in a second, and bits of a packet: what is paid for shows neither.
const FRAMES_PER_SECOND: f64 = 25.0;
const PACKET_BITS: f64 = 1200.0 * 8.0;

/// What a line has may be so much larger than what it could get: loss is never measured twice alike.
const HAS_MORE: f64 = 1.5;

impl Demand {
    /// Gives up layers of a camera whose frames are too large for such a loss, the share of packets that get lost. Of a
    /// screen text is wanted, and it may stand. The smallest picture always stays.
    pub(crate) fn renounce(&mut self, loss: f32) {
        if self.rank == Rank::Screen {
            return;
        }
        // A packet is missing after two repairs if it got lost three times; and of a frame, any of its packets.
        let packets_max = UNREPAIRED_MAX / f64::from(loss).powi(3);
        let bits_max = packets_max * PACKET_BITS * FRAMES_PER_SECOND;
        let ladder = std::mem::take(&mut self.ladder);
        let smallest = ladder.iter().map(|rung| rung.height).min();
        let layer = |target: Target| (target.layer, target.spatial);
        // Fewer pictures are no smaller ones: all temporal layers of a layer go together.
        let price_of_all = |of: &Rung| {
            let same = ladder.iter().filter(|rung| layer(rung.target) == layer(of.target));
            same.map(|rung| rung.bits_per_second).max().unwrap_or(0) as f64
        };
        let stays = |rung: &&Rung| {
            let has = self.current.is_some_and(|current| layer(current) == layer(rung.target));
            let most = if has { HAS_MORE * bits_max } else { bits_max };
            Some(rung.height) == smallest || price_of_all(rung) <= most
        };
        self.ladder = ladder.iter().filter(stays).copied().collect();
    }
}

/// What one line gets: `None` is a pause.
pub(crate) type Choice = Option<Target>;

/// Divides the budget. The order of equals is that of `demands`.
///
/// More than the budget is never spent, except that a guessed budget still gives everybody their first step. A line may
/// keep what it has at the full price; what it has not must leave some headroom, and needs `may_climb` unless it is
/// fresh. So the same call with its own result as what is there changes nothing.
pub(crate) fn allocate(budget: Budget, demands: &[Demand], may_climb: bool) -> Vec<Choice> {
    let mut purse = Purse { budget, may_climb, spent: 0 };
    let mut climbers: Vec<Climber<'_>> = demands.iter().map(Climber::new).collect();
    let mut order: Vec<usize> = (0..demands.len()).collect();
    order.sort_by_key(|&n| demands[n].rank);
    for &n in &order {
        climbers[n].step(&mut purse);
    }
    for equals in order.chunk_by(|&a, &b| demands[a].rank == demands[b].rank) {
        let mut rising: Vec<usize> = equals.to_vec();
        while !rising.is_empty() {
            rising.retain(|&n| climbers[n].at.is_some() && climbers[n].step(&mut purse));
        }
    }
    climbers.iter().map(|climber| climber.at.map(|at| climber.steps[at].target)).collect()
}

struct Purse {
    budget: Budget,
    may_climb: bool,
    spent: u64,
}

impl Purse {
    /// Whether `more` bits a second could be paid.
    fn pay(&mut self, more: u64, step: Step) -> bool {
        let sum = self.spent.saturating_add(more);
        let pays = match step {
            Step::Guessed => true,
            Step::Kept => sum <= self.budget.bits_per_second,
            Step::Fresh => sum <= self.budget.cautious(),
            Step::Climb => self.may_climb && sum <= self.budget.cautious(),
        };
        if pays {
            self.spent = sum;
        }
        pays
    }
}

#[derive(Clone, Copy)]
enum Step {
    /// The first, when nobody knows what the network carries.
    Guessed,
    /// Up to what the line has already.
    Kept,
    /// Beyond, by a line that need not wait.
    Fresh,
    /// Beyond.
    Climb,
}

/// A line on its way up.
struct Climber<'a> {
    demand: &'a Demand,
    steps: Vec<Rung>,
    /// What it has now shows as much as so many steps; `None` if that is no longer to be had.
    kept: Option<usize>,
    at: Option<usize>,
}

impl<'a> Climber<'a> {
    fn new(demand: &'a Demand) -> Self {
        let steps = steps(demand);
        let taste = Taste::of(demand);
        let kept = match demand.current {
            None => (!demand.is_fresh).then_some(0),
            Some(current) => demand
                .ladder
                .iter()
                .find(|rung| rung.target == current)
                .map(|rung| steps.iter().filter(|step| taste.compare(step, rung) != Ordering::Greater).count()),
        };
        Self { demand, steps, kept, at: None }
    }

    /// Takes one more step if there is one and the purse allows.
    fn step(&mut self, purse: &mut Purse) -> bool {
        let next = self.at.map_or(0, |at| at + 1);
        let Some(rung) = self.steps.get(next) else { return false };
        let paid = self.at.map_or(0, |at| self.steps[at].bits_per_second);
        let more = rung.bits_per_second.saturating_sub(paid);
        let kind = match self.kept {
            Some(_) | None if next == 0 && !purse.budget.measured => Step::Guessed,
            Some(kept) if next < kept => Step::Kept,
            Some(_) if next == 0 && self.demand.resumes => Step::Fresh,
            Some(_) if !self.demand.is_fresh => Step::Climb,
            Some(_) | None => Step::Fresh,
        };
        let climbs = purse.pay(more, kind);
        if climbs {
            self.at = Some(next);
        }
        climbs
    }
}

/// The rungs worth having, each dearer and better than the one before, up to what the view can show.
fn steps(demand: &Demand) -> Vec<Rung> {
    let enough = match demand.view {
        View::Hidden => return Vec::new(),
        View::Full => u16::MAX,
        View::Height(height) => {
            let filling = demand.ladder.iter().map(|rung| rung.height).filter(|&rung| height <= rung);
            filling.min().unwrap_or(u16::MAX)
        }
    };
    let taste = Taste::of(demand);
    let mut rungs: Vec<Rung> = demand.ladder.iter().copied().filter(|rung| rung.height <= enough).collect();
    rungs.sort_by(|a, b| a.bits_per_second.cmp(&b.bits_per_second).then_with(|| taste.compare(b, a)));
    let mut steps: Vec<Rung> = Vec::new();
    for rung in rungs {
        if steps.last().is_none_or(|last| taste.compare(last, &rung) == Ordering::Less) {
            steps.push(rung);
        }
    }
    steps
}

/// Which of two rungs shows more.
#[derive(Clone, Copy)]
struct Taste {
    /// From this temporal layer on movement is fluent: half of all pictures.
    fluent: u8,
}

impl Taste {
    fn of(demand: &Demand) -> Self {
        // A layer that does not come now has no temporal layers to count.
        let known = demand.ladder.iter().map(|rung| rung.target.temporal).filter(|&temporal| temporal != u8::MAX);
        let all = known.max().unwrap_or(0);
        Self { fluent: if demand.rank == Rank::Screen { 0 } else { all.saturating_sub(1) } }
    }

    fn compare(self, a: &Rung, b: &Rung) -> Ordering {
        let shows = |rung: &Rung| (self.fluent <= rung.target.temporal, rung.height, rung.target);
        shows(a).cmp(&shows(b))
    }
}

/// One viewer's decisions over time.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    /// Since when there has been room to climb.
    room_since: Option<Instant>,
    /// When the last climb was, and with which budget.
    climbed: Option<(Instant, u64)>,
    failed_at: Option<Instant>,
    backoff: Duration,
}

/// What a viewer gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) choices: Vec<Choice>,
    /// What the viewer would get if there were no need to wait. These layers should be there when the wait is over.
    pub(crate) soon: Vec<Choice>,
    /// Bits a second of the choices.
    pub(crate) spent: u64,
    /// Bits a second that all of it would cost.
    pub(crate) desired: u64,
    /// When to decide again although nothing changed.
    pub(crate) again_at: Option<Instant>,
}

impl Allocator {
    pub(crate) fn decide(&mut self, budget: Budget, demands: &[Demand], now: Instant) -> Decision {
        let held = allocate(budget, demands, false);
        let soon = allocate(budget, demands, true);
        if demands.iter().zip(&held).any(|(demand, choice)| falls(demand, *choice)) {
            self.fell(budget, now);
        }
        let due = self.climb_due(held != soon, now);
        let climbs = due.is_some_and(|due| due <= now);
        if climbs {
            self.climbed = Some((now, budget.bits_per_second));
            self.room_since = None;
        }
        let choices = if climbs { soon.clone() } else { held };
        let prices = demands.iter().zip(&choices).map(|(demand, choice)| Prices::of(demand, *choice));
        let prices: Vec<Prices> = prices.collect();
        let spent = prices.iter().map(|price| price.now).sum();
        Decision {
            choices,
            soon,
            spent,
            desired: with_headroom(prices.iter().map(|price| price.most).sum()),
            again_at: due.filter(|_| !climbs),
        }
    }

    /// When the climb that there is room for may happen.
    fn climb_due(&mut self, has_room: bool, now: Instant) -> Option<Instant> {
        if !has_room {
            self.room_since = None;
            return None;
        }
        let due = *self.room_since.get_or_insert(now) + CLIMB_HOLD;
        let allowed = self.failed_at.map(|failed_at| failed_at + self.backoff);
        Some(allowed.map_or(due, |allowed| allowed.max(due)))
    }

    /// Somebody lost what they had. If that is because the network does not carry a climb, the next one waits longer.
    fn fell(&mut self, budget: Budget, now: Instant) {
        let within = |at: Instant, time| now.saturating_duration_since(at) < time;
        self.room_since = None;
        let Some((at, had)) = self.climbed.take() else { return };
        if !within(at, CLIMB_FAILED_WITHIN) || had <= budget.bits_per_second {
            return;
        }
        let remembers = self.failed_at.is_some_and(|at| within(at, CLIMB_FORGOTTEN));
        self.backoff = if remembers { (self.backoff * 2).min(CLIMB_BACKOFF_MAX) } else { CLIMB_BACKOFF };
        self.failed_at = Some(now);
    }
}

/// Whether the choice is less than what the line has, for want of bandwidth.
fn falls(demand: &Demand, choice: Choice) -> bool {
    let steps = steps(demand);
    let place = |target: Target| steps.iter().position(|step| step.target == target);
    let Some(current) = demand.current.and_then(place) else { return false };
    choice.and_then(place).is_none_or(|chosen| chosen < current)
}

/// What steps of one line cost.
struct Prices {
    now: u64,
    most: u64,
}

impl Prices {
    fn of(demand: &Demand, choice: Choice) -> Self {
        let steps = steps(demand);
        let at = choice.and_then(|target| steps.iter().position(|step| step.target == target));
        let now = at.map_or(0, |at| steps[at].bits_per_second);
        Self { now, most: steps.last().map_or(0, |step| step.bits_per_second) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MEASURED: bool = true;

    fn budget(bits_per_second: u64) -> Budget {
        Budget { bits_per_second, measured: MEASURED }
    }

    fn rung(layer: usize, temporal: u8, kilobits: u64, height: u16) -> Rung {
        let target = Target { layer, spatial: 0, temporal };
        Rung { target, bits_per_second: kilobits * 1000, height }
    }

    /// Three layers of one browser, each with three temporal ones.
    fn simulcast() -> Vec<Rung> {
        [(0, 180, 150), (1, 360, 500), (2, 720, 1700)]
            .into_iter()
            .flat_map(|(layer, height, all)| {
                [(0, all / 2), (1, all * 3 / 4), (2, all)].map(|(temporal, price)| rung(layer, temporal, price, height))
            })
            .collect()
    }

    fn camera() -> Demand {
        Demand {
            rank: Rank::Other,
            view: View::Full,
            ladder: simulcast(),
            current: None,
            is_fresh: true,
            resumes: false,
        }
    }

    fn heights(demands: &[Demand], choices: &[Choice]) -> Vec<u16> {
        let height =
            |demand: &Demand, target: Target| demand.ladder.iter().find(|r| r.target == target).unwrap().height;
        demands.iter().zip(choices).map(|(d, choice)| choice.map_or(0, |target| height(d, target))).collect()
    }

    fn cost(demands: &[Demand], choices: &[Choice]) -> u64 {
        demands.iter().zip(choices).map(|(demand, choice)| Prices::of(demand, *choice).now).sum()
    }

    fn keep(demands: &[Demand], choices: &[Choice]) -> Vec<Demand> {
        let kept = demands.iter().zip(choices);
        kept.map(|(demand, &current)| Demand { current, is_fresh: false, ..demand.clone() }).collect()
    }

    #[test]
    fn everybody_gets_a_picture_before_anybody_gets_a_better_one() {
        let speaker = Demand { rank: Rank::Speaker, ..camera() };
        let demands = [camera(), speaker, camera(), camera()];
        assert_eq!(heights(&demands, &allocate(budget(500_000), &demands, true)), [180; 4]);
        assert_eq!(heights(&demands, &allocate(budget(1_200_000), &demands, true)), [180, 360, 180, 180]);
        assert_eq!(heights(&demands, &allocate(budget(250_000), &demands, true)), [180, 180, 0, 0], "speaker first");
    }

    #[test]
    fn where_much_gets_lost_a_camera_is_shown_in_fewer_packets() {
        let renounced = |demand: Demand, loss: f32| {
            let demands = [demand].map(|mut demand| {
                demand.renounce(loss);
                demand
            });
            heights(&demands, &allocate(budget(5_000_000), &demands, true))[0]
        };
        let shown = |loss| renounced(camera(), loss);
        assert_eq!([0.0, 0.1, 0.2, 0.3, 0.5, 1.0].map(shown), [720, 720, 360, 180, 180, 180]);
        let screen = Demand { rank: Rank::Screen, ..camera() };
        assert_eq!(renounced(screen, 0.3), 720, "text wants detail");
        let one_layer = Demand { ladder: vec![rung(0, 0, 2_000, 720)], ..camera() };
        assert_eq!(renounced(one_layer, 0.3), 720, "there is nothing smaller");
    }

    #[test]
    fn a_loss_that_wavers_does_not_change_a_picture_to_and_fro() {
        let shows = |has: Option<Target>, loss: f32| {
            let mut demand = Demand { current: has, ..camera() };
            demand.renounce(loss);
            demand.ladder.iter().any(|rung| rung.target.layer == 2)
        };
        let [of_360, of_720] = [1, 2].map(|layer| Some(Target { layer, spatial: 0, temporal: 2 }));
        assert_eq!([0.16, 0.18, 0.20].map(|loss| shows(of_720, loss)), [true, true, false]);
        assert_eq!([0.16, 0.18, 0.20].map(|loss| shows(of_360, loss)), [true, false, false]);
    }

    #[test]
    fn a_screen_rises_before_the_speaker_and_keeps_its_pixels() {
        let screen = Demand { rank: Rank::Screen, ..camera() };
        let demands = [Demand { rank: Rank::Speaker, ..camera() }, screen];
        let choices = allocate(budget(1_300_000), &demands, true);
        assert_eq!(heights(&demands, &choices), [180, 720]);
        assert_eq!(choices[1].unwrap().temporal, 0, "with fewer pictures");
        let faces = [camera()];
        let choices = allocate(budget(1_100_000), &faces, true);
        assert_eq!((heights(&faces, &choices)[0], choices[0].unwrap().temporal), (360, 2), "a face moves first");
    }

    #[test]
    fn a_face_moves_first_also_while_a_layer_is_off() {
        let mut face = camera();
        face.ladder.retain(|rung| rung.target.layer < 2);
        let target = Target { layer: 2, spatial: u8::MAX, temporal: u8::MAX };
        face.ladder.push(Rung { target, bits_per_second: 1_700_000, height: 720 });
        let faces = [face];
        let choices = allocate(budget(320_000), &faces, true);
        assert_eq!((heights(&faces, &choices)[0], choices[0].unwrap().temporal), (180, 2));
        assert_eq!(heights(&faces, &allocate(budget(2_000_000), &faces, true)), [720]);
    }

    #[test]
    fn nothing_larger_than_the_view_is_sent() {
        let plenty = budget(100_000_000);
        for (view, height) in [
            (View::Hidden, 0),
            (View::Height(90), 180),
            (View::Height(180), 180),
            (View::Height(181), 360),
            (View::Height(1080), 720),
            (View::Full, 720),
        ] {
            let demands = [Demand { view, ..camera() }];
            assert_eq!(heights(&demands, &allocate(plenty, &demands, true)), [height], "{view:?}");
        }
    }

    #[test]
    fn a_guess_is_no_reason_to_show_nothing() {
        let demands = [camera(), camera()];
        let guessed = Budget { bits_per_second: 0, measured: false };
        assert_eq!(heights(&demands, &allocate(guessed, &demands, true)), [180, 180]);
        assert_eq!(heights(&demands, &allocate(budget(0), &demands, true)), [0, 0]);
    }

    #[test]
    fn a_layer_that_is_gone_is_replaced_at_once() {
        let mut lost =
            Demand { current: Some(Target { layer: 2, spatial: 0, temporal: 2 }), is_fresh: false, ..camera() };
        lost.ladder.retain(|rung| rung.target.layer < 2);
        assert_eq!(heights(&[lost.clone()], &allocate(budget(5_000_000), &[lost], false)), [360]);
    }

    /// Decides twice a second for so long, with what it has and what it can have; returns what changed when.
    fn play(allocator: &mut Allocator, now: &mut Instant, had: &mut Demand, bits: u64, seconds: u64) -> Vec<u16> {
        let mut seen = Vec::new();
        for _ in 0..2 * seconds {
            *now += Duration::from_millis(500);
            let demands = [had.clone()];
            let choices = allocator.decide(budget(bits), &demands, *now).choices;
            seen.push(heights(&demands, &choices)[0]);
            *had = keep(&demands, &choices).remove(0);
        }
        seen
    }

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn down_at_once_and_up_after_a_while() {
        let (mut allocator, mut now, mut had) = (Allocator::default(), start(), camera());
        assert_eq!(play(&mut allocator, &mut now, &mut had, 3_000_000, 1), [720, 720], "a new one does not wait");
        now += CLIMB_FORGOTTEN;
        assert_eq!(play(&mut allocator, &mut now, &mut had, 300_000, 1), [180, 180], "no wait at all");
        let back = play(&mut allocator, &mut now, &mut had, 3_000_000, 4);
        assert_eq!(back.iter().position(|&height| height == 720), Some(4), "{CLIMB_HOLD:?} of plenty: {back:?}");
    }

    #[test]
    fn a_climb_that_fails_is_tried_less_and_less_often() {
        let (mut allocator, mut now, mut had) = (Allocator::default(), start(), camera());
        play(&mut allocator, &mut now, &mut had, 300_000, 2);
        let mut waits = Vec::new();
        for _ in 0..6 {
            let began = now;
            while play(&mut allocator, &mut now, &mut had, 3_000_000, 1).last() == Some(&180) {}
            waits.push((now - began).as_secs());
            play(&mut allocator, &mut now, &mut had, 300_000, 1); // It was too much.
        }
        assert!(waits.is_sorted() && waits[0] < 4 && 2 * waits[1] < waits[4], "{waits:?}");
        assert!(waits.iter().all(|&wait| wait <= CLIMB_BACKOFF_MAX.as_secs() + 2), "{waits:?}");
        now += CLIMB_FORGOTTEN;
        play(&mut allocator, &mut now, &mut had, 3_000_000, 3);
        assert_eq!(had.current.map(|target| target.layer), Some(2), "and forgiven one day");
    }

    #[test]
    fn a_smaller_view_is_no_failure() {
        let (mut allocator, mut now, mut had) = (Allocator::default(), start(), camera());
        play(&mut allocator, &mut now, &mut had, 3_000_000, 3);
        had.view = View::Height(180);
        play(&mut allocator, &mut now, &mut had, 3_000_000, 1);
        assert_eq!((had.current.map(|target| target.layer), allocator.failed_at), (Some(0), None));
    }

    fn demand() -> impl Strategy<Value = Demand> {
        let rank = prop_oneof![Just(Rank::Screen), Just(Rank::Speaker), Just(Rank::Other)];
        let view = prop_oneof![Just(View::Full), Just(View::Hidden), (1u16..1200).prop_map(View::Height)];
        let rung = (0usize..3, 0u8..3, 0u8..3, 0u64..3_000_000, 1u16..1100).prop_map(
            |(layer, spatial, temporal, bits_per_second, height)| Rung {
                target: Target { layer, spatial, temporal },
                bits_per_second,
                height,
            },
        );
        let ladder = proptest::collection::vec(rung, 0..9).prop_map(|mut ladder| {
            ladder.sort_by_key(|rung| rung.target);
            ladder.dedup_by_key(|rung| rung.target);
            ladder
        });
        (rank, view, ladder, any::<Option<prop::sample::Index>>(), any::<bool>()).prop_map(
            |(rank, view, ladder, current, is_fresh)| {
                let current = current.filter(|_| !ladder.is_empty()).map(|at| ladder[at.index(ladder.len())].target);
                Demand { rank, view, ladder, current, is_fresh, resumes: false }
            },
        )
    }

    fn demands() -> impl Strategy<Value = Vec<Demand>> {
        proptest::collection::vec(demand(), 0..8)
    }

    proptest! {
        #[test]
        fn never_above_the_budget(demands in demands(), bits in 0u64..8_000_000, may_climb: bool) {
            let choices = allocate(budget(bits), &demands, may_climb);
            prop_assert!(cost(&demands, &choices) <= bits);
        }

        #[test]
        fn the_same_again_changes_nothing(
            demands in demands(), bits in 0u64..8_000_000, measured: bool, may_climb: bool,
        ) {
            let budget = Budget { bits_per_second: bits, measured };
            let choices = allocate(budget, &demands, may_climb);
            prop_assert_eq!(&allocate(budget, &keep(&demands, &choices), may_climb), &choices);
        }

        /// Whoever is the first to get something else gets more.
        #[test]
        fn more_money_takes_nothing_from_the_first(demands in demands(), bits in 0u64..8_000_000, more in 0u64..8_000_000) {
            let bases = |bits| {
                let choices = allocate(budget(bits), &demands, true);
                let mut order: Vec<usize> = (0..demands.len()).collect();
                order.sort_by_key(|&n| demands[n].rank);
                order.into_iter().map(|n| choices[n].is_some()).collect::<Vec<_>>()
            };
            prop_assert!(bases(bits) <= bases(bits + more));
        }

        #[test]
        fn alone_more_money_is_never_less(demand in demand(), bits in 0u64..8_000_000, more in 0u64..8_000_000) {
            let place = |bits| Prices::of(&demand, allocate(budget(bits), std::slice::from_ref(&demand), true)[0]).now;
            prop_assert!(place(bits) <= place(bits + more));
        }

        #[test]
        fn what_is_hidden_is_paused_and_nothing_is_larger_than_its_view(demands in demands(), bits in 0u64..8_000_000) {
            for (demand, choice) in demands.iter().zip(allocate(budget(bits), &demands, true)) {
                let height = |target| demand.ladder.iter().find(|rung| rung.target == target).unwrap().height;
                match demand.view {
                    View::Hidden => prop_assert_eq!(choice, None),
                    View::Full => {}
                    View::Height(view) => {
                        let fills = demand.ladder.iter().map(|rung| rung.height).filter(|&rung| view <= rung).min();
                        prop_assert!(choice.map(height) <= Some(fills.unwrap_or(u16::MAX)));
                    }
                }
            }
        }
    }
}
