//! Memory that forwarding asks for, counted by the allocator.

use std::alloc::System;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use benches::hall::Hall;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The count is the process's: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Packets of a burst.
const BURST: usize = 8;
/// Bursts until all that is kept for a while has been kept once: ten seconds of pictures.
const WARM_UP: usize = 300;
const MEASURED: usize = 300;

#[test]
fn a_forwarded_packet_asks_for_no_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for viewers in [1, 8] {
        let mut hall = Hall::with_viewers(viewers);
        let mut forwarded = 0;
        let mut asked = Vec::new();
        for at in 0..WARM_UP + MEASURED {
            let burst = hall.burst(BURST);
            let region = Region::new(COUNTED);
            hall.forward(&burst);
            let change = region.change();
            let packets = hall.deliver();
            if WARM_UP <= at {
                forwarded += packets;
                let count = change.allocations + change.reallocations;
                asked.extend((0 < count).then_some((at, count, change.bytes_allocated)));
            }
        }
        let all = (MEASURED * BURST * viewers) as u64;
        assert!(all <= forwarded, "{forwarded} of {all} packets reached {viewers} viewers");
        assert!(asked.is_empty(), "{viewers} viewers: {} bursts asked for memory: {asked:?}", asked.len());
    }
}

#[test]
fn an_idle_participant_holds_40_kib_at_most() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    const PEOPLE: isize = 60;
    let mut hall = Hall::new();
    hall.join(1); // What is made once for all is not one participant's.
    hall.count(|| {
        let stats = COUNTED.stats();
        stats.bytes_allocated as isize - stats.bytes_deallocated as isize
    });
    for _ in 0..PEOPLE {
        hall.join(1);
    }
    let joined = hall.held() / PEOPLE;
    hall.idle(Duration::from_secs(30));
    let held = hall.held() / PEOPLE;
    println!("a participant holds {joined} bytes after joining, and {held} after half a minute");
    assert!(held <= 40 * 1024, "{held}");
}
