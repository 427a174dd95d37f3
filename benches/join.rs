//! What it costs to join: offer, answer, ICE and DTLS, in memory; both ends, and the server's part of it.

use std::time::{Duration, Instant};

use benches::hall::Hall;
use benches::instructions;
use benches::mode::Mode;
use criterion::Criterion;

/// A visit of two has one slot; a teaching round takes more.
const SLOTS: [usize; 2] = [1, 6];
const JOINS_UNDER_CALLGRIND: u64 = 32;

fn main() {
    if let Some(case) = instructions::case() {
        return under_callgrind(&case);
    }
    let mut criterion = Criterion::default().configure_from_args();
    wall_time(&mut criterion);
    criterion.final_summary();
    match Mode::from_args() {
        Mode::Measure => report(),
        Mode::Check => under_callgrind("1x1"),
        Mode::List => {}
    }
}

fn wall_time(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("join");
    for slots in SLOTS {
        let mut hall = Hall::new();
        group.bench_function(format!("both_ends/{slots}"), |bencher| {
            bencher.iter_custom(|rounds| joins(&mut hall, slots, rounds).0);
        });
        group.bench_function(format!("server/{slots}"), |bencher| {
            bencher.iter_custom(|rounds| joins(&mut hall, slots, rounds).1);
        });
    }
}

fn joins(hall: &mut Hall, slots: usize, rounds: u64) -> (Duration, Duration) {
    let (mut both, mut server) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds {
        hall.served();
        let started = Instant::now();
        hall.join(slots);
        both += started.elapsed();
        server += hall.served();
        hall.leave();
    }
    (both, server)
}

fn report() {
    println!("| room for | server's instructions per join |");
    println!("| ---: | ---: |");
    for slots in SLOTS {
        let count = |joins: u64| instructions::count("serve_an_input", &format!("{slots}x{joins}"));
        // What is made once for all is nobody's: it is in both.
        let counts = count(1).and_then(|one| Ok((one, count(1 + JOINS_UNDER_CALLGRIND)?)));
        let each = counts.map(|(one, more)| more.saturating_sub(one) / JOINS_UNDER_CALLGRIND);
        println!("| {slots} | {} |", each.map_or_else(|error| format!("– ({error})"), |each| each.to_string()));
    }
}

/// The case: slots, and how many join.
fn under_callgrind(case: &str) {
    let (slots, rounds) = case.split_once('x').expect("the case is two numbers");
    let [slots, rounds] = [slots, rounds].map(|number| number.parse().expect("the case is two numbers"));
    joins(&mut Hall::new(), slots, rounds as u64);
}
