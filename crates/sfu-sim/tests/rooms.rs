//! What rooms with layered pictures may count on over bad networks, in figures. Each test is a scenario of `stock`, most of them rows of the scoreboard. What is
//! not reached yet is ignored with the figure that is.

mod stock;

use sfu_sim::{Act, Outcome, Sight, link, millis, room, secs, simulcast};
use stock::{
    FALLS, MANY, NAMES, RETURNS, SETTLED, after, ana_loses_down, ana_loses_up, capacity_steps, coming_and_going,
    concealed_permille, everybody_loses, everybody_loses_bursts, good, late_joiner, outage, resumed_after,
    screen_and_camera, screen_in_layers, small_views, tcp_only, teaching_round,
};

#[test]
#[ignore = "not reached: 720 lines, but 4 of 1000 sounds concealed"]
fn people_on_good_networks_see_each_other_in_full() {
    let outcome = room(1).member("ana", link()).member("ben", link()).member("cleo", link()).run(secs(15));
    for (viewer, publisher, sight) in outcome.pairs() {
        assert_eq!(sight.height_at(secs(15)), 720, "{viewer} of {publisher}: {:?}", sight.heights);
        assert_eq!(sight.concealed_permille(), 0, "{viewer} of {publisher}");
    }
    assert_eq!(outcome.gaps, 0);
}

#[test]
#[ignore = "not reached: 72 % of the pictures, since temporal layers are left out while the estimate grows"]
fn sealed_pictures_pass_as_well() {
    let sealed = || Some(simulcast().sealed());
    let outcome = room(1).member("ana", link()).camera(sealed()).member("ben", link()).camera(sealed()).run(secs(12));
    for (viewer, publisher, sight) in outcome.pairs() {
        assert!(90 <= sight.picture_percent(), "{viewer} of {publisher}: {sight:?}");
    }
}

#[test]
#[ignore = "not reached: another viewer once stood still for 5 s"]
fn a_lossy_uplink_costs_only_its_owner() {
    costs_only_ana(&ana_loses_up());
}

#[test]
#[ignore = "not reached: 360 of 720 lines between the others after 20 s"]
fn a_lossy_downlink_costs_only_its_owner() {
    costs_only_ana(&ana_loses_down());
}

fn costs_only_ana(outcome: &Outcome) {
    for (viewer, publisher) in [("ben", "cleo"), ("cleo", "ben")] {
        let sight = outcome.sees(viewer, publisher);
        assert!(99 <= sight.sound_percent() && sight.freezes == 0, "{viewer} of {publisher}: {sight:?}");
        assert_eq!(sight.height_at(secs(20)), 720, "{viewer} of {publisher}: {:?}", sight.heights);
    }
}

#[test]
fn everybody_joins_up_to_20_percent_loss_and_nearly_everybody_at_30() {
    for (percent, least) in [(0, 100), (1, 100), (3, 100), (5, 100), (10, 100), (20, 100), (30, 95)] {
        let outcomes: Vec<Outcome> = (0..8).map(|seed| everybody_loses(percent, seed)).collect();
        let all: Vec<u32> = outcomes.iter().flat_map(|outcome| outcome.connections.values().copied()).collect();
        let joined = all.iter().filter(|times| **times > 0).count() * 100 / all.len();
        assert!(least <= joined, "{percent} % loss: {joined} % joined");
    }
}

#[test]
fn sound_is_whole_at_5_percent_loss_and_intelligible_at_20() {
    for (percent, most) in [(0, 10), (5, 20), (10, 50), (20, 100)] {
        let outcomes: Vec<Outcome> = (0..8).map(|seed| everybody_loses(percent, seed)).collect();
        let sights: Vec<&Sight> = outcomes.iter().flat_map(Outcome::pairs).map(|(.., sight)| sight).collect();
        let concealed = concealed_permille(&sights);
        assert!(concealed < most, "{percent} % loss: {concealed} of 1000 concealed");
    }
    let bursts = everybody_loses_bursts(10, 1);
    assert!(bursts.pairs().all(|(.., sight)| 70 <= sight.sound_percent()), "{bursts}");
}

#[test]
#[ignore = "not reached: down after 7.6 s where 2 s are asked, up after 8.0 s where 10 s are"]
fn layers_follow_the_capacity_and_sound_is_never_starved() {
    let outcome = capacity_steps();
    let sight = outcome.sees("ben", "ana");
    let down = sight.time_to(FALLS, |height| height <= 180);
    let up = sight.time_to(RETURNS, |height| 720 <= height);
    assert!(down.is_some_and(|after| after <= secs(2)), "down after {down:?}: {:?}", sight.heights);
    assert!(up.is_some_and(|after| after <= secs(10)), "up after {up:?}: {:?}", sight.heights);
    let queue = outcome.traffic["ben"].1.queue_max;
    assert!(queue < millis(500), "{queue:?} in the queue");
    assert!(sight.concealed_permille() < 20, "{} of 1000 concealed", sight.concealed_permille());
}

#[test]
#[ignore = "not reached: 2.3 s after 15 s"]
fn outages_of_up_to_15_seconds_end_in_the_same_session_within_2_seconds() {
    for seconds in [1, 5, 15] {
        let outcome = outage(secs(seconds));
        let resumed = resumed_after(&outcome, secs(seconds));
        assert!(resumed <= secs(2), "after {seconds} s: {resumed:?}");
        assert_eq!(outcome.connections["ana"], 1, "after {seconds} s");
    }
}

#[test]
fn an_outage_of_40_seconds_ends_in_a_new_session() {
    let outcome = outage(secs(40));
    assert_eq!(outcome.connections["ana"], 2);
    let sight = outcome.sees("ben", "ana");
    assert!(sight.moved_since(secs(8 + 40 + 14)), "{sight:?}");
}

#[test]
fn a_new_binding_a_reload_and_a_jump_of_the_clock_cost_little() {
    for (act, most) in [(Act::Rebind("ana"), secs(3)), (Act::Reload("ana"), secs(1)), (Act::Stall(secs(3)), secs(5))] {
        let outcome = after(act.clone());
        for (viewer, publisher, sight) in outcome.pairs() {
            assert!(sight.freeze_max < most, "{act:?}: {viewer} of {publisher}: {:?}", sight.freeze_max);
        }
    }
}

#[test]
fn where_udp_is_blocked_a_call_goes_by_tcp() {
    let outcome = tcp_only();
    assert_eq!(outcome.connections["ana"], 1);
    for (viewer, publisher) in [("ana", "ben"), ("ben", "ana")] {
        let sight = outcome.sees(viewer, publisher);
        assert!(90 <= sight.sound_percent() && sight.moved_since(secs(18)), "{viewer} of {publisher}: {sight:?}");
    }
}

#[test]
#[ignore = "not reached: 0.42 s where 0.15 s are asked"]
fn a_late_joiner_gets_a_picture_within_a_round_trip_and_a_keyframe() {
    let outcome = late_joiner();
    // There and back between server and publisher, to the viewer once, the next picture of the camera, and two steps of the network.
    let most = millis(50 + 25 + 63 + 10);
    for publisher in ["ana", "ben"] {
        let first = outcome.sees("cleo", publisher).first_picture;
        assert!(first.is_some_and(|after| after <= most), "{publisher}: {first:?}");
    }
}

#[test]
fn a_room_of_fifty_sees_and_hears_who_speaks() {
    let outcome = teaching_round(MANY);
    let second = NAMES[MANY.min(41) - 1];
    let found = outcome.speakers.iter().find(|(at, who)| SETTLED <= *at && *who == Some(second));
    assert!(found.is_some_and(|(at, _)| *at - SETTLED < secs(2)), "{:?}", outcome.speakers);
    for viewer in NAMES[..MANY].iter().filter(|name| **name != second) {
        let sight = outcome.sees(viewer, second);
        assert!(90 <= sight.sound_percent(), "{viewer} hears {second}: {sight:?}");
        assert!(sight.moved_since(secs(13)), "{viewer} sees {second}: {sight:?}");
    }
}

#[test]
#[ignore = "not reached: a screen of one layer at 600 kbit/s is never shown over 1.5 Mbit/s"]
fn a_screen_stays_sharp_and_the_camera_pays_for_it() {
    for outcome in [screen_and_camera(), screen_in_layers()] {
        let screen = outcome.sees_screen("ben", "ana");
        let camera = outcome.sees("ben", "ana");
        assert!(80 <= screen.picture_percent(), "{screen:?}");
        assert!(camera.concealed_permille() < 20, "{camera:?}");
        assert!(outcome.traffic["ben"].1.queue_max < millis(500));
    }
    assert_eq!(screen_and_camera().sees_screen("ben", "ana").height_at(secs(25)), 1_080);
}

#[test]
fn layers_that_nobody_needs_are_not_sent() {
    let (small, full) = (small_views(), after(Act::Talk("ana")));
    assert!(small.layer_orders > 0);
    let sent = |outcome: &Outcome| outcome.traffic["ana"].0.offered_bytes;
    assert!(sent(&small) * 2 < sent(&full), "{} of {}", sent(&small), sent(&full));
    assert_eq!(small.sees("ben", "ana").height_at(secs(20)), 180);
}

#[test]
#[ignore = "not reached: 3.3 s without a new picture where 2 s are asked"]
fn people_come_and_go_and_nobody_else_notices() {
    for seed in 0..6 {
        let outcome = coming_and_going(seed);
        assert!(outcome.connections.values().all(|times| *times > 0));
        for (viewer, publisher, sight) in outcome.pairs().filter(|(.., sight)| sight.moved_since(secs(12))) {
            assert!(sight.freeze_max < secs(2), "seed {seed}: {viewer} of {publisher}: {:?}", sight.freeze_max);
        }
    }
}

#[test]
#[ignore = "not reached: with several pictures for one viewer the engine's pacer breaks ties by the order of its hash tables"]
fn the_same_scenario_comes_to_the_same() {
    let play = || everybody_loses(10, 3);
    assert_eq!(play(), play());
    let play = || room(4).member("ana", good().rate(2_000_000)).member("ben", good().loss(5)).run(secs(8));
    assert_eq!(play().hash(), play().hash());
}
