//! Our plane against str0m's: every scenario of `stock` is played on both, with the same seeds. Both keep all laws at every step, and nobody notices that
//! they are on ours, unless by what is better there.
//!
//! str0m's pacer breaks ties in the order of a hash table, so that the oracle's runs differ a little from one time to the next. Hence nothing is compared
//! to the datagram: the oracle's figures are taken over all seeds of a row, and ours may be worse by no more than [`SOUND`], [`STILL`] and [`LINES`] say.

mod oracle;
mod stock;

use std::collections::BTreeSet;
use std::time::Duration;

use sfu_core::{Source, View};
use sfu_sim::{Act, Law, Outcome, QUEUE_MAX, Sight, Violation, millis, secs, simulcast};
use stock::{
    Call, SEEDS, after, ana_loses_down, ana_loses_up, capacity_steps, coming_and_going, everybody_loses,
    everybody_loses_bursts, late_joiner, lossy_join, nobody_loses, outage, screen_and_camera, screen_in_layers, shaken,
    shown_as, tcp_only, undisturbed,
};

/// What of `stock` is not played here.
const LEFT_OUT: &[(&str, &str)] = &[
    ("teaching_round", "the oracle does not listen for who speaks: it gives slots to who came first"),
    ("shown_as a height", "the oracle gives everybody the best that the network carries, however small it is shown"),
    ("undisturbed, sealed", "the oracle finds keyframes by looking at them"),
    ("random", "permissions and hidden views are not obeyed by the oracle"),
];

type Make = Box<dyn Fn(u64) -> Call>;

#[test]
fn explore() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let count: usize = std::env::var("COUNT").map_or(8, |n| n.parse().unwrap());
    for (name, make, seeds) in rows() {
        if !name.contains(&only) {
            continue;
        }
        let began = std::time::Instant::now();
        let seeds: Vec<u64> = if seeds.len() == 1 { seeds } else { (0..count as u64).collect() };
        let seeds = &seeds;
        let ours: Vec<Outcome> = seeds.iter().map(|seed| make(*seed).run()).collect();
        let took = began.elapsed();
        let theirs: Vec<Result<Outcome, Violation>> = seeds
            .iter()
            .map(|seed| {
                let Call { scenario, lasting } = make(*seed);
                scenario.known_weak(Law::WithinBudget).play_on(&oracle::oracle, lasting)
            })
            .collect();
        println!("{name} {took:?} {:?}", began.elapsed() - took);
        let good: Vec<Outcome> = theirs.iter().filter_map(|t| t.clone().ok()).collect();
        theirs.iter().filter_map(|t| t.as_ref().err()).for_each(|e| println!("    {e}"));
        for (who, outcomes) in [("ours", &ours), ("theirs", &good)] {
            let sights: Vec<&Sight> = outcomes.iter().flat_map(|o| o.pairs()).map(|p| p.2).collect();
            let n = sights.len().max(1) as u64;
            let mut freeze: Vec<u64> = sights.iter().map(|s| s.freeze_max.as_millis() as u64).collect();
            freeze.sort();
            let h: u64 = sights.iter().map(|s| s.heights.last().map_or(0, |h| u64::from(h.1))).sum();
            let pic: u64 = sights.iter().map(|s| s.picture_percent()).sum();
            let first: u128 = sights.iter().map(|s| s.first_picture.map_or(9_999, |f| f.as_millis())).sum();
            let joined = stock::joined_percent(outcomes);
            println!(
                "   {who:7} joined {joined} concealed {} freeze mean {} median {} max {} height {} picture {} first {} breaches {:?}",
                stock::concealed_permille(&sights),
                freeze.iter().sum::<u64>() / n,
                freeze[freeze.len() / 2],
                freeze.last().unwrap(),
                h / n,
                pic / n,
                first / u128::from(n),
                outcomes.iter().map(|o| o.breaches.clone()).collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn random() {
    for seed in 0..60 {
        let (scenario, lasting) = stock::random(seed);
        if let Err(e) = scenario.known_weak(Law::WithinBudget).play_on(&oracle::oracle, lasting) {
            println!("{e}");
        }
    }
}

fn rows() -> Vec<(String, Make, Vec<u64>)> {
    fn row(name: impl Into<String>, seeds: &[u64], make: impl Fn(u64) -> Call + 'static) -> (String, Make, Vec<u64>) {
        (name.into(), Box::new(make), seeds.to_vec())
    }
    const ONE: &[u64] = &[1];
    let mut rows = vec![
        row("good networks", ONE, |_| undisturbed(simulcast())),
        row("nobody loses", &SEEDS[..2], nobody_loses),
        row("20 % loss on ana's uplink", &SEEDS, ana_loses_up),
        row("20 % loss on ana's downlink", &SEEDS, ana_loses_down),
        row("capacity steps", ONE, |_| capacity_steps(QUEUE_MAX)),
        row("capacity steps, queue of 2 s", ONE, |_| capacity_steps(secs(2))),
        row("10 % loss in bursts of 6", &SEEDS, |seed| everybody_loses_bursts(10, seed)),
        row("new bindings and clock jumps at random", &SEEDS, shaken),
        row("ana's network lets no UDP through", ONE, |_| tcp_only()),
        row("cleo joins late", ONE, |_| late_joiner()),
        row("screen and camera over 1.5 Mbit/s", ONE, |_| screen_and_camera()),
        row("screen and camera in layers over 800 kbit/s", ONE, |_| screen_in_layers()),
        row("everybody shows ana in full", ONE, |_| shown_as(View::Full)),
        row("eight people come and go", &SEEDS, coming_and_going),
    ];
    for percent in [0, 1, 3, 5, 10, 20, 30] {
        rows.push(row(format!("{percent} % loss everywhere"), &SEEDS, move |seed| everybody_loses(percent, seed)));
        rows.push(row(format!("{percent} % loss for who joins"), &SEEDS, move |seed| lossy_join(percent, seed)));
    }
    for seconds in [1, 5, 15, 40] {
        rows.push(row(format!("ana's network gone for {seconds} s"), ONE, move |_| outage(secs(seconds))));
    }
    for act in [Act::Rebind("ana"), Act::Reload("ana"), Act::Stall(millis(500)), Act::Stall(secs(3))] {
        rows.push(row(format!("{act:?}"), ONE, move |_| after(act.clone())));
    }
    rows
}
