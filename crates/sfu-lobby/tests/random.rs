//! Any order of events keeps the promises, and the lobby agrees with a model of it that is too slow to be wrong.

mod support;

use std::collections::BTreeSet;

use expect_test::expect;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sfu_lobby::Refused;

use support::{Step, run};

/// `LOBBY_SEED=<n>` repeats one run.
#[test]
fn a_hundred_thousand_random_events_keep_all_promises() {
    let chosen = std::env::var("LOBBY_SEED").ok().map(|seed| seed.parse().expect("LOBBY_SEED is a number"));
    let seeds = chosen.map_or(1..=250, |seed: u64| seed..=seed);
    let mut moves = BTreeSet::new();
    let mut limits_reached = [0; Refused::ALL.len() + 1];
    for seed in seeds {
        let outcome = std::panic::catch_unwind(|| run(random_steps(seed).take(400)));
        let Ok((moved, stats)) = outcome else { panic!("repeat with LOBBY_SEED={seed}") };
        moves.extend(moved);
        let reached = Refused::ALL.map(|refused| stats.refused(refused)).into_iter().chain([stats.forgotten_early]);
        limits_reached.iter_mut().zip(reached).for_each(|(sum, reached)| *sum += reached);
    }
    if chosen.is_none() {
        // The events are as random as hoped for: they reach every limit, and visits go all these ways.
        assert!(limits_reached.iter().all(|reached| 0 < *reached), "{limits_reached:?}");
        let moves: Vec<String> = moves.iter().map(|(from, to)| format!("{} -> {}", from.label(), to.label())).collect();
        expect![[r#"
            arriving -> waiting
            arriving -> away
            arriving -> called
            arriving -> ended
            arriving -> removed
            waiting -> away
            waiting -> called
            waiting -> ended
            waiting -> removed
            away -> arriving
            away -> waiting
            away -> ended
            away -> removed
            away -> expired
            called -> arriving
            called -> waiting
            called -> away
            called -> in_call
            called -> ended
            called -> removed
            called -> expired
            in_call -> arriving
            in_call -> waiting
            in_call -> away
            in_call -> held
            in_call -> ended
            in_call -> removed
            held -> arriving
            held -> waiting
            held -> in_call
            held -> ended
            held -> removed
            ended -> arriving
            ended -> waiting
            removed -> arriving
            removed -> waiting
            expired -> arriving
            expired -> waiting"#]]
        .assert_eq(&moves.join("\n"));
    }
}

/// Steps drawn from a seed (SplitMix64). Mostly seconds pass between them, sometimes a minute.
fn random_steps(seed: u64) -> impl Iterator<Item = Step> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let [after, what, ticket, choice, ..] = (mixed ^ (mixed >> 31)).to_le_bytes();
        Step { after_s: if after < 200 { after / 50 } else { after - 190 }, what, ticket, choice }
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(20_260_824),
        failure_persistence: None,
        max_shrink_iters: 1_000, // Each prints a backtrace where those are on.
        cases: 300,
        ..ProptestConfig::default()
    })]

    /// The same, but a failure shrinks to the shortest story that shows it.
    #[test]
    fn any_short_story_keeps_all_promises(
        steps in prop::collection::vec((0..40_u8, any::<u8>(), any::<u8>(), any::<u8>()), 0..80),
    ) {
        let _ = run(steps.into_iter().map(|(after_s, what, ticket, choice)| Step { after_s, what, ticket, choice }));
    }
}
