//! What those cost who are there and say nothing: to themselves, and to the one call beside them.

use std::alloc::System;
use std::time::Duration;

use benches::hall::Hall;
use benches::instructions;
use benches::mode::Mode;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const OTHERS: [usize; 3] = [0, 2_000, 10_000];
const BURST: usize = 8;
const BURSTS: usize = 64;
/// How long is looked at what they cost by themselves.
const SILENCE: Duration = Duration::from_secs(10);

fn main() {
    if let Some(case) = instructions::case() {
        return beside(case.parse().expect("the case is a number of others"));
    }
    match Mode::from_args() {
        Mode::List => {}
        Mode::Check => {
            let _cost = alone(2);
            beside(2);
        }
        Mode::Measure => {
            println!(
                "| others | instructions per forwarded packet beside them | bytes held by each | µs of CPU a second for each |"
            );
            println!("| ---: | ---: | ---: | ---: |");
            for others in OTHERS {
                let count = instructions::count("forward_a_burst", &others.to_string());
                let count = count.map_or("–".to_owned(), |count| (count / (BURST * BURSTS) as u64).to_string());
                let cost = if others == 0 { "– | –".to_owned() } else { alone(others) };
                println!("| {others} | {count} | {cost} |");
            }
        }
    }
}

/// One call of two beside so many others.
fn beside(others: usize) {
    let mut hall = Hall::with_viewers(1);
    hall.surround(others);
    for _ in 0..BURSTS {
        let burst = hall.burst(BURST);
        hall.forward(&burst);
        hall.deliver();
    }
}

/// What each of so many holds and takes.
fn alone(others: usize) -> String {
    let mut hall = Hall::new();
    hall.join(1); // What is made once for all is nobody's.
    hall.count(|| {
        let stats = COUNTED.stats();
        stats.bytes_allocated as isize - stats.bytes_deallocated as isize
    });
    hall.surround(others);
    hall.idle(SILENCE);
    let micros = hall.served().as_micros() as f64 / SILENCE.as_secs_f64() / others as f64;
    format!("{} | {micros:.1}", hall.held() / others as isize)
}
