//! Random scenarios with committed seeds: every law holds at every step. `cargo xtask sweep` searches further; what it finds is added
//! here as a seed of its own.

use sfu_sim::random;

#[test]
fn seeds_0_to_124_keep_every_law() {
    sweep(0..125);
}

#[test]
fn seeds_125_to_249_keep_every_law() {
    sweep(125..250);
}

fn sweep(seeds: impl IntoIterator<Item = u64>) {
    for seed in seeds {
        let (scenario, lasting) = random(seed);
        let _ = scenario.run(lasting);
    }
}
