//! What it costs to join: offer, answer, ICE and DTLS, in memory; both ends, and the server's part of it.

use std::time::{Duration, Instant};

use benches::hall::Hall;
use criterion::{Criterion, criterion_group, criterion_main};

criterion_group!(benches, join);
criterion_main!(benches);

/// A visit of two has one slot; a teaching round takes more.
const SLOTS: [usize; 2] = [1, 6];

fn join(criterion: &mut Criterion) {
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
