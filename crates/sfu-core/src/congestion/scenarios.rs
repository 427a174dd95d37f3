//! What the controller promises, each on a [`Link`] that would break it.

use std::time::Duration;

use super::Controller;
use super::history::History;
use super::link::{Adapts, Dice, Link, Run, Sender, run, run_with, start};
use super::probe::{Probe, Purpose};
use crate::limits::{SENT_AGE_MAX, SENT_PACKETS_MAX};

const DROP: u64 = 12_000;

fn falls() -> Link {
    Link { rate: vec![(0, 3_000_000), (DROP, 300_000)], ..Link::default() }
}

fn wants(bits: u64) -> Sender {
    Sender { content: vec![(0, bits)], desired: vec![(0, bits)], ..Sender::default() }
}

fn seeds() -> std::ops::Range<u64> {
    1..6
}

#[test]
fn a_network_that_falls_to_a_tenth_is_believed_within_a_second() {
    for seed in seeds() {
        for feedback_ms in [50, 100] {
            let link = Link { feedback_ms, seed, ..falls() };
            let run = run(&link, &wants(1_700_000), 40);
            let took = run.first(DROP, |estimate| estimate <= 300_000).unwrap();
            assert!(took <= 800, "{took} ms");
            assert!(run.most(DROP + 1_000, 40_000) <= 315_000, "{}", run.most(DROP + 1_000, 40_000));
            assert!(150_000 <= run.least(DROP, 40_000), "{}", run.least(DROP, 40_000));
            assert!(run.queued_over(150.0, DROP + 6_000, 40_000) < 200);
        }
    }
}

#[test]
fn a_network_that_is_back_is_found_by_probing_within_five_seconds() {
    for seed in seeds() {
        let rate = vec![(0, 3_000_000), (DROP, 300_000), (30_000, 3_000_000)];
        let link = Link { rate, seed, ..Link::default() };
        let content = vec![(0, 1_700_000), (DROP + 2_000, 250_000)];
        let sender = Sender { content, desired: vec![(0, 2_000_000)], ..Sender::default() };
        let run = run(&link, &sender, 50);
        let took = run.first(30_000, |estimate| 2_000_000 <= estimate).unwrap();
        assert!(took <= 5_000, "{took} ms");
        assert!(run.queued_over(300.0, DROP + 5_000, 50_000) < 100);
        assert!(run.probing_share(DROP + 5_000, 30_000) < 0.05, "{}", run.probing_share(DROP + 5_000, 30_000));
        assert_eq!(run.probing_share(36_000, 50_000), 0.0, "enough is known");
        assert!(2_000_000 <= run.least(36_000, 50_000), "little is sent, and that is no reason to fall");
    }
}

#[test]
fn a_fast_network_is_found_within_two_seconds() {
    for seed in seeds() {
        for delay in [10, 50, 100] {
            let link = Link { seed, delay_ms: vec![(0, delay)], ..Link::default() };
            let sender = Sender { desired: vec![(0, 2_500_000)], ..Sender::default() };
            let run = run(&link, &sender, 10);
            let took = run.first(0, |estimate| 2_500_000 <= estimate).unwrap();
            assert!(took <= 2_000, "{took} ms");
            assert!(2_500_000 <= run.least(2_000, 10_000));
        }
    }
}

#[test]
fn a_slow_network_is_not_taken_for_a_fast_one_at_the_start() {
    for seed in seeds() {
        let link = Link { seed, rate: vec![(0, 500_000)], ..Link::default() };
        let run = run(&link, &wants(2_500_000), 20);
        assert!(run.most(1_500, 20_000) <= 550_000, "{}", run.most(1_500, 20_000));
        assert!(250_000 <= run.least(1_500, 20_000), "{}", run.least(1_500, 20_000));
        assert!(run.queued_over(500.0, 0, 20_000) < 100);
        assert!(400_000 < run.mean(5_000, 20_000));
    }
}

#[test]
fn loss_that_has_nothing_to_do_with_the_rate_takes_nothing() {
    for seed in seeds() {
        for (loss, least) in [(0.01, 1_700_000), (0.03, 1_700_000), (0.05, 1_700_000), (0.1, 1_700_000), (0.2, 850_000)]
        {
            let link = Link { seed, loss: vec![(0, 0.0), (5_000, loss)], ..Link::default() };
            let run = run(&link, &wants(1_700_000), 40);
            assert!(least <= run.least(4_000, 40_000), "{loss}: {}", run.least(4_000, 40_000));
            let told = run.controller.loss() as f64;
            assert!((told - loss).abs() < 0.3 * loss + 0.015, "{told} of {loss}");
        }
    }
}

#[test]
fn loss_from_the_start_does_not_keep_the_estimate_low() {
    for seed in seeds() {
        for (loss, least) in [(0.05, 1_700_000), (0.1, 1_700_000), (0.2, 850_000)] {
            let link = Link { seed, loss: vec![(0, loss)], ..Link::default() };
            let run = run(&link, &wants(1_700_000), 30);
            assert!(least <= run.least(8_000, 30_000), "{loss}: {}", run.least(8_000, 30_000));
        }
    }
}

#[test]
fn loss_that_comes_from_the_rate_lowers_it_within_a_second() {
    for seed in seeds() {
        let rate = vec![(0, 3_000_000), (DROP, 1_000_000)];
        let shallow = Link { seed, rate: rate.clone(), queue_ms: 50, ..Link::default() };
        let policed = Link { seed, rate, policer_ms: Some(60), ..Link::default() };
        let generous = Link { policer_ms: Some(250), ..policed.clone() };
        for link in [shallow, policed, generous] {
            let run = run(&link, &wants(1_700_000), 40);
            let took = run.first(DROP, |estimate| estimate <= 1_080_000).unwrap();
            assert!(took <= 1_000, "{took} ms");
            assert!(500_000 <= run.least(DROP, 40_000), "{}", run.least(DROP, 40_000));
            let later = run.span(DROP + 5_000, 40_000).iter();
            let (lost, of) = later.fold((0, 0), |(lost, of), sample| (lost + sample.lost, of + sample.media_packets));
            assert!(lost < of / 20, "{lost} of {of}");
        }
    }
}

#[test]
fn feedback_that_gets_lost_is_no_loss() {
    for seed in seeds() {
        let link = Link { seed, feedback_loss: 0.2, ..Link::default() };
        let run = run(&link, &wants(1_700_000), 30);
        assert_eq!(run.controller.loss(), 0.0);
        assert!(1_700_000 <= run.mean(4_000, 30_000));
        assert!(900_000 <= run.least(4_000, 30_000), "{}", run.least(4_000, 30_000));
    }
}

#[test]
fn an_outage_takes_all_and_the_end_of_it_gives_all_back() {
    for seed in seeds() {
        for lasts in [1_000, 5_000, 15_000] {
            let back = DROP + lasts;
            let link = Link { seed, rate: vec![(0, 3_000_000), (DROP, 0), (back, 3_000_000)], ..Link::default() };
            let run = run(&link, &wants(1_700_000), 40);
            let before = run.samples[DROP as usize].estimate;
            assert!(run.samples[(DROP + 950) as usize].estimate < before);
            if lasts == 5_000 {
                assert!(run.samples[back as usize].estimate <= 60_000);
            }
            let took = run.first(back, |estimate| before * 8 / 10 <= estimate).unwrap();
            assert!(took <= 2_000, "{took} ms after {lasts}");
            assert!(before * 8 / 10 <= run.least(back + 2_000, 40_000), "after {lasts}");
        }
    }
}

#[test]
fn who_stops_sending_in_an_outage_keeps_most_of_the_estimate() {
    for seed in seeds() {
        let rate = vec![(0, 3_000_000), (DROP, 0), (22_000, 3_000_000)];
        let link = Link { seed, rate, ..Link::default() };
        let sender = Sender { content: vec![(0, 1_700_000), (DROP + 100, 0)], ..wants(1_700_000) };
        let run = run(&link, &sender, 40);
        let before = run.samples[DROP as usize].estimate;
        assert!(run.most(DROP, 40_000) <= before, "{} of {before}", run.most(DROP, 40_000));
        assert!(before / 3 <= run.least(DROP, 40_000), "{} of {before}", run.least(DROP, 40_000));
    }
}

#[test]
fn after_an_outage_nothing_is_probed_that_nobody_desires() {
    for seed in seeds() {
        let rate = vec![(0, 3_000_000), (DROP, 0), (DROP + 1_000, 3_000_000)];
        let link = Link { seed, rate, ..Link::default() };
        let sender = Sender { desired: vec![(0, 1_700_000), (DROP, 100_000)], ..wants(1_700_000) };
        let sender = Sender { content: vec![(0, 1_700_000), (DROP, 90_000)], ..sender };
        let run = run(&link, &sender, 40);
        assert!(100_000 < run.least(DROP, 40_000), "{}", run.least(DROP, 40_000));
        assert_eq!(run.rate(|sample| sample.padding_bytes, DROP, 40_000), 0);
    }
}

#[test]
fn feedback_that_is_held_up_for_a_moment_is_forgotten_within_two_seconds() {
    for seed in seeds() {
        let link = Link { seed, feedback_held: Some((DROP, DROP + 400)), ..Link::default() };
        let run = run(&link, &wants(1_700_000), 40);
        let before = run.samples[DROP as usize].estimate;
        assert!(before * 9 / 10 <= run.least(DROP + 2_000, 40_000), "{}", run.least(DROP + 2_000, 40_000));
    }
}

#[test]
fn an_outage_right_after_a_move_is_noticed() {
    for seed in seeds() {
        let link = Link { seed, rate: vec![(0, 3_000_000), (DROP, 0)], ..Link::default() };
        let run = run_with(&link, &wants(1_700_000), 20, |controller, ms, now| {
            if ms == DROP {
                controller.moved(now);
            }
        });
        assert!(
            run.samples[DROP as usize + 2_000].estimate <= 300_000,
            "{}",
            run.samples[DROP as usize + 2_000].estimate
        );
    }
}

#[test]
fn what_is_desired_after_a_long_pause_is_searched_for() {
    for seed in seeds() {
        let content = vec![(0, 250_000), (5_000, 0)];
        let desired = vec![(0, 250_000), (25_000, 1_000_000)];
        let run = run(&Link { seed, ..Link::default() }, &Sender { content, desired, ..Sender::default() }, 30);
        let took = run.first(25_000, |estimate| 1_000_000 <= estimate).unwrap();
        assert!(took <= 2_000, "{took} ms");
    }
}

#[test]
fn what_cannot_be_had_is_asked_of_the_network_ever_less_often() {
    for (content, feedback_loss) in [(200_000, 0.0), (200_000, 1.0), (0, 0.0)] {
        let link = Link { rate: vec![(0, 400_000)], feedback_loss, ..Link::default() };
        let sender = Sender { content: vec![(0, 200_000), (5_000, content)], ..Sender::default() };
        let run = run(&link, &Sender { desired: vec![(0, 2_500_000)], ..sender }, 600);
        let padding: u64 = run.span(60_000, 600_000).iter().map(|sample| sample.padding_bytes).sum();
        assert!(padding <= 500_000, "{padding}");
        assert!(run.wakes_after(60_000) <= 1_500, "{}", run.wakes_after(60_000));
    }
}

#[test]
fn after_an_outage_a_slower_network_is_not_flooded() {
    for seed in seeds() {
        let link = Link { seed, rate: vec![(0, 3_000_000), (DROP, 0), (17_000, 300_000)], ..Link::default() };
        let run = run(&link, &wants(1_700_000), 40);
        assert!(run.most(18_500, 40_000) <= 315_000, "{}", run.most(18_500, 40_000));
        assert!(run.queued_over(500.0, 17_000, 40_000) < 300);
    }
}

#[test]
fn jitter_reordering_and_spikes_take_nothing() {
    for seed in seeds() {
        let jitter = Link { seed, jitter_ms: 15.0, reorders: true, ..Link::default() };
        let spikes = Link { seed, jitter_ms: 5.0, spikes: Some((2_000, 100, 60)), ..Link::default() };
        for link in [jitter, spikes] {
            for content in [250_000, 1_000_000] {
                let sender = Sender { desired: vec![(0, 2_000_000)], ..wants(content) };
                let run = run(&link, &sender, 40);
                let sent = run.rate(|sample| sample.media_bytes, 5_000, 40_000);
                assert!(3 * sent / 2 <= run.mean(5_000, 40_000), "{} of {sent}", run.mean(5_000, 40_000));
            }
        }
    }
}

#[test]
fn beside_others_the_room_that_is_left_is_used() {
    for seed in seeds() {
        let link =
            Link { seed, rate: vec![(0, 3_000_000)], cross: vec![(0, 0), (10_000, 2_000_000)], ..Link::default() };
        let run = run(&link, &wants(1_700_000), 60);
        let mean = run.mean(20_000, 60_000);
        assert!((650_000..=1_050_000).contains(&mean), "{mean}");
        assert!(run.queue_quantile(0.9, 20_000, 60_000) < 150.0, "{}", run.queue_quantile(0.9, 20_000, 60_000));
    }
}

#[test]
fn beside_a_download_a_fair_share_is_kept() {
    for seed in seeds() {
        let rate = vec![(0, 3_000_000)];
        let link = Link { seed, rate, queue_ms: 300, download: Some(DROP), ..Link::default() };
        let run = run(&link, &wants(1_700_000), 60);
        assert!(1_000_000 <= run.mean(20_000, 60_000), "{}", run.mean(20_000, 60_000));
    }
}

#[test]
fn keyframes_are_no_congestion() {
    for seed in seeds() {
        let link = Link { seed, ..Link::default() };
        let run = run(&link, &Sender { keyframes_ms: Some(3_000), ..wants(1_700_000) }, 30);
        assert!(1_700_000 <= run.least(4_000, 30_000), "{}", run.least(4_000, 30_000));
    }
}

#[test]
fn what_was_never_tried_is_not_believed() {
    for seed in seeds() {
        let link = Link { seed, ..Link::default() };
        let sender = Sender { content: vec![(0, 250_000)], desired: vec![(0, 250_000)], ..Sender::default() };
        let run = run(&link, &sender, 60);
        assert!(run.most(0, 60_000) <= 450_000, "{}", run.most(0, 60_000));
        assert!(300_000 <= run.least(0, 60_000), "{}", run.least(0, 60_000));
        assert_eq!(run.rate(|sample| sample.padding_bytes, 0, 60_000), 0, "nobody wants to know");
    }
}

#[test]
fn a_longer_path_is_no_queue_for_ever() {
    for seed in seeds() {
        let link = Link { seed, delay_ms: vec![(0, 20), (10_000, 80)], ..Link::default() };
        let run = run(&link, &wants(1_700_000), 40);
        assert!(1_700_000 <= run.least(18_000, 40_000), "{}", run.least(18_000, 40_000));
    }
}

#[test]
fn one_seed_is_one_run() {
    let link = Link { jitter_ms: 15.0, loss: vec![(0, 0.05)], feedback_loss: 0.1, ..falls() };
    let one: Vec<u64> = run(&link, &wants(1_700_000), 20).estimates(0, 20_000).collect();
    let other: Vec<u64> = run(&link, &wants(1_700_000), 20).estimates(0, 20_000).collect();
    assert!(one == other);
}

#[test]
fn a_path_that_moved_keeps_its_estimate() {
    let run = run_with(&Link::default(), &wants(1_700_000), 20, |controller, ms, now| {
        if ms == 10_000 {
            controller.moved(now);
        }
    });
    assert!(1_600_000 <= run.least(9_000, 20_000), "{}", run.least(9_000, 20_000));
}

#[test]
fn a_jump_of_the_clock_costs_nothing() {
    let run = run(&Link::default(), &wants(1_700_000), 10);
    let (mut controller, before) = (run.controller, run.samples[9_999].estimate);
    let mut now = run.end + Duration::from_secs(5 * 3_600);
    controller.tick(now);
    assert!(controller.due().is_none_or(|due| now < due), "woken for nothing");
    assert_eq!(controller.estimate(), before);
    controller.sent(1_000_000, 1_000, now);
    now += Duration::from_millis(50);
    controller.feedback([(1_000_000u64 as u16, Some(77))].into_iter(), now);
    controller.tick(now);
    assert!(before * 9 / 10 <= controller.estimate());
}

#[test]
fn who_gets_nothing_wakes_nobody() {
    let sender = Sender { content: vec![(0, 1_700_000), (5_000, 0)], ..Sender::default() };
    let run = run(&Link::default(), &sender, 12);
    assert_eq!(run.controller.due(), None);
    assert_eq!(run.wakes_after(8_000), 0);
}

#[test]
fn feedback_of_nonsense_costs_nothing() {
    let meddled = run_with(&Link::default(), &wants(1_700_000), 20, |controller, ms, now| {
        // Never sent, long forgotten, and told before.
        let newest = controller.history.newest().unwrap_or(0) as u16;
        let numbers =
            (1..300u16).flat_map(|n| [(newest.wrapping_add(n), None), (newest.wrapping_sub(9_000 + n), Some(3))]);
        controller.feedback(numbers, now);
        let told = (0..50u16).map(|n| (newest.wrapping_sub(600 + n), None));
        controller.feedback(told, now + Duration::from_millis(ms % 2));
    });
    let plain = run(&Link::default(), &wants(1_700_000), 20);
    assert!(meddled.estimates(0, 20_000).eq(plain.estimates(0, 20_000)));
}

#[test]
fn times_of_arrival_that_go_wild_are_survived() {
    let now = start();
    let mut controller = Controller::new(now, 300_000);
    for (number, wild) in (0..2_000u64).zip([0, i64::MAX, i64::MIN, -1, 1 << 40, 5_000_000].into_iter().cycle()) {
        let now = now + Duration::from_millis(number);
        controller.sent(number, 1_000, now);
        controller.feedback([(number as u16, Some(wild)), (number as u16, None)].into_iter(), now);
        controller.tick(now);
        assert!((30_000..=100_000_000).contains(&controller.estimate()));
    }
}

#[test]
fn a_stalled_embedder_makes_up_for_a_probe_in_no_burst() {
    let now = start();
    let mut probe = Probe::new(Purpose::Search { lasts: Duration::from_millis(80) }, 50e6, now);
    let first = probe.padding(now);
    probe.sent(1, first as u32, now);
    let burst = probe.padding(now + Duration::from_millis(75));
    assert!(first < burst && burst <= 4 * first, "{burst} after {first}");
}

/// Thousands of packets of which feedback says nothing make the rate before a loss look like any.
#[test]
fn a_test_of_loss_sends_no_more_than_a_few_times_the_estimate() {
    let begin = start();
    let mut controller = Controller::new(begin, 300_000);
    controller.aim(1_000_000, begin);
    let mut now = begin;
    for number in 0..6_000u64 {
        controller.sent(number, 1_100, now);
        if number == 20 {
            controller.feedback((0..20).map(|number| (number, Some(i64::from(number)))), now);
        }
        if number % 30 == 0 {
            now += Duration::from_millis(1);
        }
    }
    let lines = (5_900..6_000u16).map(|number| (number, (number % 2 == 0).then_some(i64::from(number) * 30)));
    controller.feedback(lines, now + Duration::from_millis(30));
    let probe = controller.probe.as_ref().expect("a loss to find out about");
    assert!(probe.target <= 3.0 * controller.estimate, "{}", probe.target);
}

#[test]
fn what_is_remembered_is_bounded() {
    let now = start();
    let mut controller = Controller::new(now, 300_000);
    for number in 0..3 * SENT_PACKETS_MAX as u64 {
        controller.sent(number, 1_000, now);
    }
    assert_eq!(controller.history.len(), SENT_PACKETS_MAX);
    controller.tick(now + SENT_AGE_MAX + Duration::from_millis(1));
    assert_eq!((controller.history.len(), controller.history.in_flight()), (0, 0));
}

#[test]
fn a_reset_forgets_the_network_and_nothing_else() {
    let sender = wants(1_700_000);
    let run = run_with(&Link::default(), &sender, 20, |controller, ms, now| {
        if ms == 10_000 {
            controller.reset(now);
        }
    });
    assert_eq!(run.samples[10_000].estimate, sender.initial);
    let took = run.first(10_000, |estimate| 1_700_000 <= estimate).unwrap();
    assert!(took <= 2_000, "{took} ms");
}

#[test]
fn what_feedback_passes_over_is_neither_lost_nor_in_flight() {
    let now = start();
    let mut history = History::default();
    (70_000..70_010).for_each(|number| history.sent(number, 1_000, now));
    assert!(history.reported(70_020u64 as u16, true).is_none(), "never sent");
    let news = history.reported(70_004u64 as u16, true).unwrap();
    assert_eq!((news.packet.number, news.skipped, news.was_lost), (70_004, 4_000, false));
    assert_eq!(history.in_flight(), 5_000);
    assert!(history.reported(70_004u64 as u16, false).is_none(), "it has arrived");
    assert!(history.reported(70_005u64 as u16, false).is_some());
    let news = history.reported(70_005u64 as u16, true).unwrap();
    assert!(news.was_lost, "it came late");
    assert_eq!(history.reported(70_002u64 as u16, true).unwrap().skipped, 0, "its feedback came late");
    assert_eq!(history.in_flight(), 4_000);
}

/// `cargo test -p sfu-core scoreboard -- --ignored --nocapture`
#[test]
#[ignore = "a table to look at while tuning"]
fn scoreboard() {
    let layers: &[u64] = &[150_000, 500_000, 1_700_000];
    let drop = |to: u64| Link { rate: vec![(0, 3_000_000), (DROP, to)], ..Link::default() };
    let layered = Sender { adapts: Adapts::Layers(layers), ..wants(1_700_000) };
    let base = wants(1_700_000);
    let rows: Vec<(&str, Link, Sender, u64)> = vec![
        ("3 M to 300 k", drop(300_000), base.clone(), 300_000),
        ("3 M to 300 k, layers", drop(300_000), layered.clone(), 300_000),
        ("3 M to 600 k", drop(600_000), base.clone(), 600_000),
        ("3 M to 600 k, layers", drop(600_000), layered.clone(), 600_000),
        ("3 M to 1 M", drop(1_000_000), base.clone(), 1_000_000),
        ("3 M to 1.5 M", drop(1_500_000), base.clone(), 1_500_000),
        ("3 M to 1 M, jitter 15", Link { jitter_ms: 15.0, reorders: true, ..drop(1_000_000) }, base.clone(), 1_000_000),
        ("3 M to 1 M, queue 50", Link { queue_ms: 50, ..drop(1_000_000) }, base.clone(), 1_000_000),
        ("3 M to 1 M, policer", Link { policer_ms: Some(30), ..drop(1_000_000) }, base.clone(), 1_000_000),
        ("3 M to 1 M, loss 5 %", Link { loss: vec![(0, 0.05)], ..drop(1_000_000) }, base.clone(), 1_000_000),
        ("3 M to 1 M, no padding", drop(1_000_000), Sender { pads: false, ..base.clone() }, 1_000_000),
        ("3 M, cross 2 M", Link { cross: vec![(0, 0), (DROP, 2_000_000)], ..drop(3_000_000) }, base.clone(), 1_000_000),
        ("3 M, download", Link { download: Some(DROP), queue_ms: 300, ..drop(3_000_000) }, base.clone(), 1_500_000),
        (
            "3 M to 1 M, download",
            Link { download: Some(DROP), queue_ms: 300, ..drop(1_000_000) },
            base.clone(),
            500_000,
        ),
        ("3 M to 1 M, keyframes", drop(1_000_000), Sender { keyframes_ms: Some(3_000), ..base.clone() }, 1_000_000),
        (
            "3 M to 1 M, keyf. layers",
            drop(1_000_000),
            Sender { keyframes_ms: Some(3_000), ..layered.clone() },
            1_000_000,
        ),
        ("5 M, keyframes", Link::default(), Sender { keyframes_ms: Some(3_000), ..base.clone() }, 1_700_000),
        ("500 k from start", Link { rate: vec![(0, 500_000)], ..Link::default() }, base.clone(), 500_000),
        ("150 k from start", Link { rate: vec![(0, 150_000)], ..Link::default() }, base.clone(), 150_000),
        ("150 k, layers", Link { rate: vec![(0, 150_000)], ..Link::default() }, layered.clone(), 150_000),
        ("3 M to 1 M, 150 ms", Link { delay_ms: vec![(0, 150)], ..drop(1_000_000) }, base.clone(), 1_000_000),
        ("3 M, spikes", Link { spikes: Some((2_000, 100, 60)), ..drop(3_000_000) }, base.clone(), 1_700_000),
        ("5 M, loss 20 %", Link { loss: vec![(0, 0.0), (DROP, 0.2)], ..Link::default() }, base.clone(), 1_700_000),
        ("5 M", Link::default(), base, 1_700_000),
    ];
    println!(
        "{:24} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6} {:>6}",
        "", "2 s at", "reacts", "least", "mean", "most", "queue", "p95", "used", "probes", "wakes"
    );
    for (name, link, sender, room) in rows {
        let run = run(&link, &sender, 60);
        let (from, to) = (DROP + 10_000, 60_000);
        let reacts = run.first(DROP, |estimate| estimate <= room).map_or("-".into(), |took| took.to_string());
        let queue = run.span(from, to).iter().map(|sample| sample.queue_ms).sum::<f64>() / (to - from) as f64;
        let used = run.rate(|sample| sample.media_bytes, from, to) as f64 / room as f64;
        println!(
            "{name:24} {:>8} {reacts:>8} {:>8} {:>8} {:>8} {queue:>8.0} {:>8.0} {used:>6.2} {:>6.3} {:>6}",
            run.samples[2_000].estimate,
            run.least(DROP, to),
            run.mean(from, to),
            run.most(from, to),
            run.queue_quantile(0.95, from, to),
            run.probing_share(from, to),
            run.wakes.len() / 60,
        );
    }
}

/// `cargo test -p sfu-core sweep -- --ignored --nocapture`: the worst of many networks.
#[test]
#[ignore = "to look for networks that are served badly"]
fn sweep() {
    let mut rows: Vec<(f64, f64, u64, String, f64)> = (0..600u64).map(|seed| {
        let mut dice = Dice::new(seed + 77);
        let mut pick = |of: &[f64]| of[(dice.unit() * of.len() as f64) as usize];
        let before = pick(&[0.5, 1.0, 2.0, 4.0, 8.0]);
        let after = pick(&[0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 3.0]);
        let link = Link {
            seed,
            rate: vec![(0, (before * 1e6) as u64), (DROP, (after * 1e6) as u64)],
            queue_ms: pick(&[60.0, 150.0, 300.0, 1_000.0, 2_000.0]) as u64,
            loss: vec![(0, pick(&[0.0, 0.0, 0.01, 0.05, 0.1]))],
            delay_ms: vec![(0, pick(&[5.0, 20.0, 50.0, 120.0]) as u64)],
            jitter_ms: pick(&[0.5, 2.0, 8.0, 15.0]),
            reorders: pick(&[0.0, 1.0]) == 1.0,
            feedback_ms: pick(&[50.0, 75.0, 100.0, 200.0]) as u64,
            feedback_loss: pick(&[0.0, 0.0, 0.05, 0.2]),
            spikes: [None, None, Some((2_000, 100, 60))][pick(&[0.0, 1.0, 2.0]) as usize],
            ..Link::default()
        };
        let adapts = [Adapts::Smoothly, Adapts::Layers(&[80_000, 150_000, 500_000, 1_700_000])][pick(&[0.0, 1.0]) as usize].clone();
        let layered = matches!(adapts, Adapts::Layers(_));
        let keyframes_ms = [None, Some(4_000)][pick(&[0.0, 1.0]) as usize];
        let sender = Sender { adapts, keyframes_ms, ..wants(1_700_000) };
        let run = run(&link, &sender, 60);
        if is_wanted(seed) {
            print(&run, 0, 60_000);
        }
        let room = (after * 1e6).min(1_700_000.0);
        let (from, to) = (DROP + 8_000, 60_000);
        let share = run.mean(from, to) as f64 / room;
        let queue = run.queue_quantile(0.95, from, to);
        let reacts = run.first(DROP, |estimate| estimate as f64 <= after * 1e6).unwrap_or(99_999);
        let start = run.mean(2_500, 3_500) as f64 / (before * 1e6).min(1_700_000.0);
        let reacts = if layered || before <= after || 1.7 < after { 99_999 } else { reacts };
        let text = format!(
            "{seed:4} {before} M to {after} M, queue {}, loss {:.2}, delay {}, jitter {}{}, feedback {} {:.2}, spikes {}, {} key {}: reacts {reacts}, share {share:.2}, queue {queue:.0}, used {:.2}, least {:.2}, 3 s {:.2}",
            link.queue_ms, link.loss[0].1, link.delay_ms[0].1, link.jitter_ms, if link.reorders { " reorders" } else { "" },
            link.feedback_ms, link.feedback_loss, link.spikes.is_some(), if layered { "layers" } else { "smooth" }, keyframes_ms.is_some(),
            run.rate(|sample| sample.media_bytes, from, to) as f64 / room,
            run.least(from, to) as f64 / room,
            start,
        );
        (share, queue, reacts, text, start)
    }).collect();
    let n = rows.len();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    println!("2 s at\nshares: 5 % {:.2} 25 % {:.2} median {:.2}", rows[n / 20].0, rows[n / 4].0, rows[n / 2].0);
    rows.iter().take(12).for_each(|row| println!("{}", row.3));
    rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    println!("queues: 5 % {:.0} 25 % {:.0} median {:.0}", rows[n / 20].1, rows[n / 4].1, rows[n / 2].1);
    rows.iter().take(12).for_each(|row| println!("{}", row.3));
    rows.sort_by(|a, b| a.4.total_cmp(&b.4));
    println!("starts: 5 % {:.2} 25 % {:.2} median {:.2}", rows[n / 20].4, rows[n / 4].4, rows[n / 2].4);
    rows.iter().take(12).for_each(|row| println!("{}", row.3));
    rows.retain(|row| row.2 < 90_000);
    rows.sort_by_key(|row| std::cmp::Reverse(row.2));
    println!(
        "reactions of {}: 5 % {} 25 % {} median {}",
        rows.len(),
        rows[rows.len() / 20].2,
        rows[rows.len() / 4].2,
        rows[rows.len() / 2].2
    );
    rows.iter().take(12).for_each(|row| println!("{}", row.3));
}

/// `SEED=7` prints that one.
fn is_wanted(seed: u64) -> bool {
    std::env::var("SEED").is_ok_and(|wanted| wanted == seed.to_string())
}

/// For looking at one run.
fn print(run: &Run, from: u64, to: u64) {
    for sample in run.span(from, to).iter().step_by(50) {
        println!(
            "{:6} {:8} {:5.0} {} {}",
            sample.ms, sample.estimate, sample.queue_ms, sample.is_probing, sample.state
        );
    }
}
