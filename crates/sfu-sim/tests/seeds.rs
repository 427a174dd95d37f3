//! Random scenarios with committed seeds: every law holds at every step. `cargo xtask sweep` searches further; what it finds is added to `FOUND`.

use sfu_sim::random;

/// Seeds that once broke a law.
const FOUND: [u64; 0] = [];

#[test]
fn seeds_0_to_124_keep_every_law() {
    sweep(0..125);
}

#[test]
fn seeds_125_to_249_keep_every_law() {
    sweep(125..250);
}

#[test]
fn seeds_that_once_broke_a_law_keep_it() {
    sweep(FOUND);
}

fn sweep(seeds: impl IntoIterator<Item = u64>) {
    for seed in seeds {
        let (scenario, lasting) = random(seed);
        let _ = scenario.run(lasting);
    }
}
