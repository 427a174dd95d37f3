//! What is asked for and not reached yet: the only place where anything is excused. No check is weakened for it.
//!
//! A promise or a seed that is named here must fail. When it no longer does, its test says so, and its line goes.

use sfu_sim::Law;

/// Laws that the scenarios of `stock` may break. Each breach is counted in the scoreboard.
pub(crate) const LAWS: &[(Law, &str)] = &[(
    Law::WithinBudget,
    "repairs and keyframes are not paced: up to 115 kB of repairs leave at once, and all pictures for 5 s before the estimate is trusted",
)];

/// Seeds of `random` whose scenarios break a law.
pub(crate) const SEEDS: &[(u64, &str)] =
    &[(483, "AllSee: nothing is sent, so nothing is probed, and an estimate of 69 kbit/s stays for ever")];

/// Tests of `rooms` and `calls`.
pub(crate) const PROMISES: &[(&str, &str)] = &[
    (
        "a_new_nat_binding_is_followed_within_3_seconds",
        "4.3 s: with sound alone nothing is probed, so the estimate is slow to come back",
    ),
    (
        "a_screen_stays_sharp_and_the_camera_pays_for_it",
        "never shown: its keyframe of 160 kB is not paced, and does not fit into the queue",
    ),
    ("layers_follow_the_capacity", "down after 3.7 s, where 2 s are asked; up after 5.7 s"),
    ("outages_of_up_to_15_seconds_end_in_the_same_session_within_2_seconds", "2.3 s after 15 s"),
    ("queues_stay_below_half_a_second", "1.8 s, later than two seconds after the capacity fell"),
    ("sound_is_never_starved_when_the_capacity_falls", "48 of 1000 are concealed, where 20 are asked"),
];
