//! What it costs to join: offer, answer, ICE and DTLS, in memory; both ends, and the server's part of it.

use std::time::{Duration, Instant};

use benches::hall::Hall;
use benches::instructions;
use benches::mode::Mode;
use criterion::Criterion;

/// A visit of two has one slot; a teaching round takes more.
const SLOTS: [usize; 2] = [1, 6];
const JOINS_UNDER_CALLGRIND: usize = 32;
/// What browsers offer: they know many more codecs than the guests here do.
const OFFERS: [(&str, &str); 2] = [
    ("Chromium", include_str!("../crates/sfu-core/tests/fixtures/chromium156-av-data-sendrecv.sdp")),
    ("Firefox", include_str!("../crates/sfu-core/tests/fixtures/firefox153-av-data-sendrecv.sdp")),
];

fn main() {
    if let Some(case) = instructions::case() {
        return under_callgrind(&case);
    }
    let mut criterion = Criterion::default().configure_from_args();
    wall_time(&mut criterion);
    criterion.final_summary();
    match Mode::from_args() {
        Mode::Measure => report(),
        Mode::Check => ["join 1 1", "answer 0 1", "answer 1 1"].into_iter().for_each(under_callgrind),
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
    println!("| what | server's instructions |");
    println!("| --- | ---: |");
    for slots in SLOTS {
        row(&format!("a join with room for {slots}"), &format!("join {slots}"));
    }
    for (index, (browser, _)) in OFFERS.iter().enumerate() {
        row(&format!("the answer to {browser}'s offer alone"), &format!("answer {index}"));
    }
}

/// What one costs. What is made once for all is nobody's: it is in both counts.
fn row(name: &str, case: &str) {
    let count = |times: usize| instructions::count("serve_an_input", &format!("{case} {times}"));
    let counts = count(1).and_then(|one| Ok((one, count(1 + JOINS_UNDER_CALLGRIND)?)));
    let each = counts.map(|(one, more)| more.saturating_sub(one) / JOINS_UNDER_CALLGRIND as u64);
    println!("| {name} | {} |", each.map_or_else(|error| format!("– ({error})"), |each| each.to_string()));
}

/// The case: of what, which, and how often.
fn under_callgrind(case: &str) {
    let mut words = case.split(' ');
    let mut next = || words.next().expect("the case has three words");
    let (what, which, times) = (next(), next(), next());
    let [which, times] = [which, times].map(|number| number.parse::<usize>().expect("two of them are numbers"));
    let mut hall = Hall::new();
    if what == "join" {
        joins(&mut hall, which, times as u64);
    } else {
        (0..times).for_each(|_| hall.answer(OFFERS[which].1));
    }
}
