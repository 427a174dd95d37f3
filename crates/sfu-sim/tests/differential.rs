//! Our plane against str0m's: the scenarios of `stock` are played on both, with the same seeds. Both keep the laws at every step, whoever joins, sees and
//! hears on str0m's does so on ours, and nobody notices which one it is, unless by what is better on ours.
//!
//! str0m's pacer breaks ties in the order of a hash table, so that no two runs of the oracle are alike. Hence its figures are means over all seeds and
//! people of a row, and ours (which are always the same) may be worse by [`SPARE_PERCENT`] of them and by what [`Figure::spare`] says.

mod oracle;
mod stock;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use sfu_core::{Source, View};
use sfu_sim::{Act, Law, Outcome, QUEUE_MAX, Sight, millis, secs, simulcast};
use stock::{
    Call, after, ana_loses_down, ana_loses_up, capacity_steps, coming_and_going, everybody_loses,
    everybody_loses_bursts, late_joiner, lossy_join, nobody_loses, outage, screen_and_camera, screen_in_layers, shaken,
    shown_as, tcp_only, undisturbed,
};

/// What of `stock` is not played here, because the oracle has nothing for it.
const LEFT_OUT: &[(&str, &str)] = &[
    ("teaching_round", "slots are for who came first: it does not listen for who speaks"),
    ("shown_as, a height", "everybody gets the best that the network carries, however small it is shown"),
    ("small_by_tcp", "the same"),
    ("undisturbed, sealed", "it finds keyframes by looking at them"),
    ("random", "gates and permissions: its pacer lets go after a gate was shut of what had waited before"),
];

/// Laws about how our plane decides, which the oracle may break.
const NOT_ITS_LAWS: &[(Law, &str)] = &[
    (Law::WithinBudget, "what has waited for two seconds leaves its pacer, whatever the estimate"),
    (Law::NoGaps, "once it has switched to another layer, it drops what is repaired of the one before"),
];

/// Where ours is known to be worse. When it no longer is, its line goes.
const WORSE: &[(&str, Figure, &str)] = &[(
    "ana's network lets no UDP through",
    Figure::Concealed,
    "over TCP, sound waits behind what has to be sent again of the picture, and ours sends ana twice the lines. Shown at 360 lines, nothing is concealed",
)];

/// What people notice, as a mean of those who might.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    /// Sound that had to be invented, in thousandths.
    Concealed,
    /// The longest time without a new picture, in milliseconds.
    Still,
    /// The time until the first picture, in milliseconds.
    First,
    /// The lines that are missing at the end to the best picture there is.
    Missing,
}

/// What ours may be worse by, beside [`Figure::spare`].
const SPARE_PERCENT: u64 = 25;

/// And of those who join: at 30 % loss, the oracle's luck is another in each run.
const JOINED_SPARE_PERCENT: usize = 5;

impl Figure {
    const ALL: [Self; 4] = [Self::Concealed, Self::Still, Self::First, Self::Missing];

    fn of(self, sights: &[Sight]) -> u64 {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let never = secs(60);
        let lines = |sight: &Sight| u64::from(sight.heights.last().map_or(0, |(_, lines)| *lines));
        let each = |figure: &dyn Fn(&Sight) -> u64| {
            sights.iter().map(figure).sum::<u64>().checked_div(sights.len() as u64).unwrap_or(0)
        };
        match self {
            Self::Concealed => stock::concealed_permille(&sights.iter().collect::<Vec<_>>()),
            Self::Still => each(&|sight| millis(sight.freeze_max)),
            Self::First => each(&|sight| millis(sight.first_picture.unwrap_or(never))),
            Self::Missing => each(&|sight| LINES_MAX - lines(sight)),
        }
    }

    /// What nobody notices: a packet of sound in two hundred, two pictures of a slow camera's, or a few lines.
    fn spare(self) -> u64 {
        match self {
            Self::Concealed => 5,
            Self::Still | Self::First => 250,
            Self::Missing => 20,
        }
    }
}

/// Of any camera or screen here.
const LINES_MAX: u64 = 1_080;

/// One scenario, played with some seeds.
struct Row {
    name: String,
    seeds: Range<u64>,
    /// Which pairs of viewer and publisher have the bad network. They are compared by themselves, and so are all others.
    concerns: fn(&str, &str) -> bool,
    call: Box<dyn Fn(u64) -> Call>,
}

fn row(
    name: impl Into<String>,
    seeds: Range<u64>,
    concerns: fn(&str, &str) -> bool,
    call: impl Fn(u64) -> Call + 'static,
) -> Row {
    Row { name: name.into(), seeds, concerns, call: Box::new(call) }
}

fn everybody(_: &str, _: &str) -> bool {
    true
}

fn with_ana(viewer: &str, publisher: &str) -> bool {
    viewer == "ana" || publisher == "ana"
}

fn for_ana(viewer: &str, _: &str) -> bool {
    viewer == "ana"
}

fn for_ben(viewer: &str, _: &str) -> bool {
    viewer == "ben"
}

/// Of a scenario that has a seed of its own.
const ONE: Range<u64> = 0..1;

fn losses() -> Vec<Row> {
    let mut rows = vec![row("10 % loss in bursts of 6", 0..8, everybody, |seed| everybody_loses_bursts(10, seed))];
    for percent in [0, 1, 3, 5, 10, 20, 30] {
        let seeds = match percent {
            0..3 => 0..4,
            3..30 => 0..8,
            // Luck decides who is connected before the call is over, on either plane: with these seeds all are.
            _ => 1..9,
        };
        let loses = move |seed| everybody_loses(percent, seed);
        rows.push(row(format!("{percent} % loss everywhere"), seeds.clone(), everybody, loses));
        let joins = move |seed| lossy_join(percent, seed);
        rows.push(row(format!("{percent} % loss everywhere, thumbnails"), seeds, everybody, joins));
    }
    rows
}

fn losses_of_one() -> Vec<Row> {
    vec![
        row("nobody loses", 0..2, everybody, nobody_loses),
        row("20 % loss on ana's uplink", 0..4, |_, publisher| publisher == "ana", ana_loses_up),
        row("20 % loss on ana's downlink", 0..8, for_ana, ana_loses_down),
    ]
}

fn networks() -> Vec<Row> {
    vec![
        row("good networks", ONE, everybody, |_| undisturbed(simulcast())),
        row("capacity falls and returns", ONE, for_ben, |_| capacity_steps(QUEUE_MAX)),
        row("capacity falls and returns, queue of 2 s", ONE, for_ben, |_| capacity_steps(secs(2))),
        row("ana's network lets no UDP through", ONE, with_ana, |_| tcp_only()),
        row("screen and camera over 1.5 Mbit/s", ONE, for_ben, |_| screen_and_camera()),
        row("screen and camera in layers over 800 kbit/s", ONE, for_ben, |_| screen_in_layers()),
        row("everybody shows ana in full", ONE, everybody, |_| shown_as(View::Full)),
    ]
}

fn interruptions() -> Vec<Row> {
    let mut rows = vec![row("new bindings and clock jumps at random", 0..8, everybody, shaken)];
    for seconds in [1, 5, 15, 40] {
        rows.push(row(format!("ana's network gone for {seconds} s"), ONE, with_ana, move |_| outage(secs(seconds))));
    }
    for act in [Act::Rebind("ana"), Act::Reload("ana"), Act::Stall(millis(500)), Act::Stall(secs(3))] {
        rows.push(row(format!("{act:?}"), ONE, with_ana, move |_| after(act.clone())));
    }
    rows
}

fn comings_and_goings() -> Vec<Row> {
    vec![
        row("cleo joins late", ONE, |viewer, _| viewer == "cleo", |_| late_joiner()),
        row("eight people come and go", 0..4, everybody, coming_and_going),
    ]
}

#[test]
fn loss_costs_no_more_than_on_str0ms_plane() {
    compare(losses());
}

#[test]
fn the_loss_of_one_costs_no_more_than_on_str0ms_plane() {
    compare(losses_of_one());
}

#[test]
fn networks_of_all_kinds_carry_no_less_than_on_str0ms_plane() {
    compare(networks());
}

#[test]
fn interruptions_cost_no_more_than_on_str0ms_plane() {
    compare(interruptions());
}

#[test]
fn coming_and_going_costs_no_more_than_on_str0ms_plane() {
    compare(comings_and_goings());
}

/// `cargo nextest run -E 'test(forty_seeds)' --run-ignored only --no-capture` shows all figures.
#[test]
#[ignore = "for minutes: a sweep, wherever a row has more than one seed"]
fn forty_seeds_cost_no_more_than_on_str0ms_plane() {
    let mut rows: Vec<Row> =
        [losses(), losses_of_one(), networks(), interruptions(), comings_and_goings()].into_iter().flatten().collect();
    rows.iter_mut().filter(|row| row.seeds != ONE).for_each(|row| row.seeds = 0..40);
    compare(rows);
}

/// On the wrong side of the comparison, str0m's plane is found out.
#[test]
fn a_worse_plane_is_found_out() {
    for (row, figures) in [
        (row("capacity", ONE, for_ben, |_| capacity_steps(secs(2))), vec![Figure::Concealed, Figure::Still]),
        (row("binding", ONE, with_ana, |_| after(Act::Rebind("ana"))), vec![Figure::Concealed, Figure::Still]),
    ] {
        let (ours, theirs) = row.play();
        let worse = row.worse(&theirs, &ours);
        let found = |figure: &Figure| worse.iter().any(|text| text.contains(&format!("{figure:?}")));
        assert!(figures.iter().all(found), "{worse:?}");
    }
}

#[test]
fn every_stock_scenario_is_played_or_left_out_for_a_reason() {
    let (stock, here) = (include_str!("stock/mod.rs"), include_str!("differential.rs"));
    let played = here.split("const ONE").nth(1).expect("rows come after it");
    let scenarios = stock.lines().filter(|line| line.ends_with("-> Call {"));
    for name in scenarios.filter_map(|line| line.strip_prefix("pub(crate) fn ")?.split('(').next()) {
        let is_left_out = LEFT_OUT.iter().any(|(left_out, _)| *left_out == name);
        assert!(is_left_out || played.contains(name), "{name} is neither played nor left out");
    }
}

fn compare(rows: Vec<Row>) {
    let mut worse = Vec::new();
    for row in rows {
        let (ours, theirs) = row.play();
        worse.extend(row.worse(&ours, &theirs));
    }
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}

impl Row {
    /// Ours and theirs. On neither, a law breaks.
    fn play(&self) -> (Vec<Outcome>, Vec<Outcome>) {
        let seeds = || self.seeds.clone();
        let ours = seeds().map(|seed| (self.call)(seed).run()).collect();
        let theirs = seeds().map(|seed| {
            let Call { scenario, lasting } = (self.call)(seed);
            let scenario = NOT_ITS_LAWS.iter().fold(scenario, |scenario, (law, _)| scenario.known_weak(*law));
            let played = scenario.play_on(&oracle::oracle, lasting);
            played.unwrap_or_else(|violation| panic!("{}, on the oracle: {violation}", self.name))
        });
        (ours, theirs.collect())
    }

    /// What is worse on ours.
    fn worse(&self, ours: &[Outcome], theirs: &[Outcome]) -> Vec<String> {
        let mut worse = Vec::new();
        let [joined, joined_there] = [ours, theirs].map(stock::joined_percent);
        if joined + JOINED_SPARE_PERCENT < joined_there {
            worse.push(format!("{}: {joined} % joined, on the oracle {joined_there} %", self.name));
        }
        for (ours, theirs) in ours.iter().zip(theirs) {
            let missing: Vec<String> = perceived(theirs).difference(&perceived(ours)).cloned().collect();
            if !missing.is_empty() {
                worse.push(format!("{}, seed {}: nothing of {}", self.name, ours.seed, missing.join(", ")));
            }
        }
        for is_concerned in [true, false] {
            let [ours, theirs] = [ours, theirs].map(|outcomes| self.sights(outcomes, is_concerned));
            if ours.is_empty() {
                continue;
            }
            for figure in Figure::ALL {
                let [us, them] = [&ours, &theirs].map(|sights| figure.of(sights));
                let name = if is_concerned { self.name.clone() } else { format!("{}, the others", self.name) };
                println!("{name}: {figure:?} {us}, on the oracle {them}");
                let most = them + them * SPARE_PERCENT / 100 + figure.spare();
                match WORSE.iter().find(|(row, known, _)| *row == name && *known == figure) {
                    Some((.., why)) if us < them => {
                        worse.push(format!(
                            "{name}: {figure:?} {us} is no longer worse: delete its line, which says: {why}"
                        ));
                    }
                    None if most < us => worse.push(format!("{name}: {figure:?} {us}, on the oracle {them}")),
                    Some(_) | None => {}
                }
            }
        }
        worse
    }

    /// Every pair's sight of a camera with the sound, and of a screen.
    fn sights(&self, outcomes: &[Outcome], is_concerned: bool) -> Vec<Sight> {
        let pairs = outcomes.iter().flat_map(|outcome| outcome.pairs().map(move |pair| (outcome, pair)));
        let chosen = pairs.filter(|(_, (viewer, publisher, _))| (self.concerns)(viewer, publisher) == is_concerned);
        let sights = chosen.flat_map(|(outcome, (viewer, publisher, camera))| {
            let screen = outcome.sees_screen(viewer, publisher);
            [Some(camera.clone()), Some(screen).filter(|screen| 0 < screen.frames_due)]
        });
        sights.flatten().collect()
    }
}

/// Who saw or heard what of whom.
fn perceived(outcome: &Outcome) -> BTreeSet<String> {
    let pairs = outcome.pairs().flat_map(|(viewer, publisher, camera)| {
        let screen = outcome.sees_screen(viewer, publisher);
        let each =
            [(Source::Microphone, camera.sounds), (Source::Camera, camera.frames), (Source::Screen, screen.frames)];
        let there = each.into_iter().filter(|(_, count)| 0 < *count);
        there.map(move |(source, _)| format!("{viewer}'s {source:?} of {publisher}")).collect::<Vec<_>>()
    });
    pairs.collect()
}
