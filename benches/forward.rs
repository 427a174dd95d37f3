//! What it costs to forward a packet in memory, beside the least that it could cost.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::floor::Floor;
use benches::hall::Hall;
use benches::instructions;
use benches::mode::Mode;
use criterion::{BenchmarkId, Criterion, Throughput};

/// One other, a large consultation, and a room whose every page shows everybody.
const VIEWERS: [usize; 3] = [1, 8, sfu_core::limits::SLOTS_MAX - 1];
/// A frame of 1.2 Mbit/s has four or five packets, a keyframe dozens.
const BURST: usize = 8;
const BURSTS_UNDER_CALLGRIND: usize = 64;

fn main() {
    if let Some(case) = instructions::case() {
        return under_callgrind(&case);
    }
    let mut criterion = Criterion::default().configure_from_args();
    let times = Times::default();
    wall_time(&mut criterion, &times);
    criterion.final_summary();
    match Mode::from_args() {
        Mode::Measure => report(&times),
        Mode::Check => under_callgrind("1"),
        Mode::List => {}
    }
}

fn wall_time(criterion: &mut Criterion, times: &Times) {
    let mut group = criterion.benchmark_group("forward");
    for viewers in VIEWERS {
        group.throughput(Throughput::Elements((BURST * viewers) as u64));
        let mut hall = None;
        group.bench_function(BenchmarkId::new("sfu", viewers), |bencher| {
            let hall = hall.get_or_insert_with(|| Hall::with_viewers(viewers));
            bencher.iter_custom(|rounds| {
                let mut elapsed = Duration::ZERO;
                for _ in 0..rounds {
                    let burst = hall.burst(BURST);
                    elapsed += hall.forward(&burst);
                    assert_eq!(hall.deliver(), (BURST * viewers) as u64, "every packet reaches every viewer");
                }
                times.note("sfu", viewers, elapsed, rounds)
            });
        });
        let mut floor = Floor::new();
        group.bench_function(BenchmarkId::new("floor", viewers), |bencher| {
            bencher.iter_custom(|rounds| {
                let started = Instant::now();
                for _ in 0..rounds {
                    black_box(&mut floor).forward_at_the_floor(BURST, viewers);
                }
                times.note("floor", viewers, started.elapsed(), rounds)
            });
        });
    }
}

/// Nanoseconds per forwarded packet of each sample.
#[derive(Default)]
struct Times(RefCell<BTreeMap<(&'static str, usize), Vec<f64>>>);

impl Times {
    fn note(&self, what: &'static str, viewers: usize, elapsed: Duration, rounds: u64) -> Duration {
        let packets = rounds as f64 * (BURST * viewers) as f64;
        self.0.borrow_mut().entry((what, viewers)).or_default().push(elapsed.as_nanos() as f64 / packets);
        elapsed
    }

    fn median(&self, what: &'static str, viewers: usize) -> Option<f64> {
        let mut times = self.0.borrow().get(&(what, viewers))?.clone();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    }
}

fn report(times: &Times) {
    println!("| viewers | ns per packet | floor | ratio | instructions per packet | floor | ratio |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for viewers in VIEWERS {
        let ns = (times.median("sfu", viewers), times.median("floor", viewers));
        let ns =
            ns.0.zip(ns.1)
                .map_or("– | – | –".into(), |(sfu, floor)| format!("{sfu:.0} | {floor:.0} | {:.1}", sfu / floor));
        println!("| {viewers} | {ns} | {} |", instruction_columns(viewers));
    }
}

fn instruction_columns(viewers: usize) -> String {
    let packets = (BURSTS_UNDER_CALLGRIND * BURST * viewers) as f64;
    let sfu = instructions::count("forward_a_burst", &viewers.to_string());
    let floor = instructions::count("forward_at_the_floor", &viewers.to_string());
    match (sfu, floor) {
        (Ok(sfu), Ok(floor)) => {
            let (sfu, floor) = (sfu as f64 / packets, floor as f64 / packets);
            format!("{sfu:.0} | {floor:.0} | {:.1}", sfu / floor)
        }
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("no instruction counts: {error}");
            "– | – | –".into()
        }
    }
}

fn under_callgrind(case: &str) {
    let viewers = case.parse().expect("the case is a number of viewers");
    let mut hall = Hall::with_viewers(viewers);
    let mut floor = Floor::new();
    let mut forwarded = 0;
    for _ in 0..BURSTS_UNDER_CALLGRIND {
        let burst = hall.burst(BURST);
        hall.forward(&burst);
        forwarded += hall.deliver();
        floor.forward_at_the_floor(BURST, viewers);
    }
    // Probes of what the viewers' networks carry come on top.
    assert!((BURSTS_UNDER_CALLGRIND * BURST * viewers) as u64 <= forwarded, "{forwarded}");
}
