//! Scenario by outcome, committed: every change of behaviour shows in a diff. `cargo xtask scoreboard` rewrites it.

mod stock;

use std::time::Duration;

use expect_test::expect_file;
use sfu_core::View;
use sfu_sim::{Act, Outcome, QUEUE_MAX, Sight, millis, secs, simulcast};

use stock::{
    Call, FALLS, MANY, NAMES, RETURNS, SEEDS, SETTLED, after, ana_loses_down, ana_loses_up, capacity_steps,
    coming_and_going, concealed_permille, everybody_loses, everybody_loses_bursts, joined_percent, known_weak,
    late_joiner, lossy_joins, outage, resumed_after, screen_and_camera, screen_in_layers, shaken, shown_as,
    small_by_tcp, tcp_only, teaching_round, undisturbed,
};

const HEAD: &str = "\
# Scoreboard

What the simulated scenarios of [tests/stock](tests/stock/mod.rs) come to, in virtual time and with real WebRTC stacks. `cargo xtask scoreboard` writes them
anew. Each cell has the worst pair of viewer and publisher over all seeds of the row, but for sound: what share of it all ears of the row had to conceal.
The queue is that in front of the narrowest network: 95 of 100 datagrams waited no longer, and none waited longer. What breaks a law is named with how often.

| scenario | joined | picture | lines at the end | longest freeze | concealed | queue | laws | besides |
| --- | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |
";

const WEAK: &str = "
## Known to be weak

What is asked for and not reached yet, from [known_weak.rs](tests/stock/known_weak.rs).

";

#[test]
fn nothing_behaves_otherwise_than_the_scoreboard_says() {
    let mut text = HEAD.to_owned();
    text.extend(side_by_side(&rows()));
    for (law, _) in known_weak::LAWS {
        assert!(text.contains(&format!("{law:?}")), "no row breaks {law:?} now: delete its line in known_weak.rs");
    }
    text += WEAK;
    text.extend(known_weak::LAWS.iter().map(|(law, why)| format!("- {law:?}: {why}\n")));
    text.extend(known_weak::PROMISES.iter().map(|(promise, why)| format!("- `{promise}`: {why}\n")));
    expect_file!["../scoreboard.md"].assert_eq(&text);
}

type Job = Box<dyn Fn() -> String + Sync>;

fn rows() -> Vec<Job> {
    // The longest first, so that no core waits for another at the end.
    let mut rows: Vec<Job> = vec![
        Box::new(|| people_in_a_room(MANY)),
        Box::new(|| two_rows("20 % loss on ana's uplink", &SEEDS.map(|seed| ana_loses_up(seed).run()))),
        Box::new(|| two_rows("20 % loss on ana's downlink", &SEEDS.map(|seed| ana_loses_down(seed).run()))),
        Box::new(|| steps(QUEUE_MAX)),
        Box::new(|| steps(secs(2))),
    ];
    for percent in [0, 1, 3, 5, 10, 20, 30] {
        rows.push(Box::new(move || {
            let besides = format!("{} % join within 15 s", joined_percent(&lossy_joins(percent)));
            let outcomes = SEEDS.map(|seed| everybody_loses(percent, seed).run());
            row(&format!("{percent} % loss everywhere"), &outcomes, everybody, &besides)
        }));
    }
    rows.push(Box::new(|| {
        let outcomes = SEEDS.map(|seed| everybody_loses_bursts(10, seed).run());
        row("10 % loss in bursts of 6", &outcomes, everybody, "")
    }));
    rows.push(Box::new(|| row("good networks", &[undisturbed(simulcast()).run()], everybody, "")));
    rows.push(Box::new(|| row("good networks, sealed", &[undisturbed(simulcast().sealed()).run()], everybody, "")));
    for seconds in [1, 5, 15, 40] {
        rows.push(Box::new(move || {
            let outcome = outage(secs(seconds)).run();
            let resumed = time(resumed_after(&outcome, secs(seconds)));
            let sessions = outcome.connections["ana"];
            let besides = format!("resumed after {resumed}, in session {sessions}");
            row(&format!("ana's network gone for {seconds} s"), &[outcome], with_ana_only, &besides)
        }));
    }
    for (name, act) in [
        ("ana behind another NAT binding", Act::Rebind("ana")),
        ("ana reloads", Act::Reload("ana")),
        ("the server stands still for 0.5 s", Act::Stall(millis(500))),
        ("the server stands still for 3 s", Act::Stall(secs(3))),
    ] {
        rows.push(Box::new(move || row(name, &[after(act.clone()).run()], with_ana_only, "")));
    }
    rows.push(Box::new(|| {
        row("new bindings and clock jumps at random", &SEEDS.map(|seed| shaken(seed).run()), everybody, "")
    }));
    rows.push(Box::new(|| row("ana's network lets no UDP through", &[tcp_only().run()], with_ana_only, "")));
    rows.push(Box::new(|| {
        let outcomes = SEEDS.map(|seed| small_by_tcp(seed).run());
        row("no network lets UDP through, everybody shown in 180 lines", &outcomes, everybody, "")
    }));
    rows.push(Box::new(|| {
        let outcome = late_joiner().run();
        let first = |publisher| outcome.sees("cleo", publisher).first_picture.map(|first| first.as_millis());
        let besides = format!("first picture after {:?} ms", first("ana").max(first("ben")).unwrap_or(u128::MAX));
        row("cleo joins late", &[outcome], |viewer, _| viewer == "cleo", &besides)
    }));
    for (name, call) in [
        ("screen and camera over 1.5 Mbit/s", screen_and_camera as fn() -> Call),
        ("screen and camera in layers over 800 kbit/s", screen_in_layers),
    ] {
        rows.push(Box::new(move || {
            let outcome = call().run();
            let besides = screen(&outcome);
            row(name, &[outcome], |viewer, _| viewer == "ben", &besides)
        }));
    }
    rows.push(Box::new(|| {
        let outcome = shown_as(View::Height(180)).run();
        let sent = |name| outcome.traffic[name].0.offered_bytes / 1_000;
        let besides = format!("ana sent {} kB, ben {} kB", sent("ana"), sent("ben"));
        row("everybody shows ana in 180 lines", &[outcome], |_, publisher| publisher == "ana", &besides)
    }));
    rows.push(Box::new(|| people_in_a_room(8)));
    rows.push(Box::new(|| {
        row("eight people come and go", &SEEDS.map(|seed| coming_and_going(seed).run()), everybody, "")
    }));
    rows
}

fn steps(queue: Duration) -> String {
    let outcome = capacity_steps(queue).run();
    let sight = outcome.sees("ben", "ana");
    let down = sight.time_to(FALLS, |height| height <= 180);
    let up = sight.time_to(RETURNS, |height| 720 <= height);
    let late = outcome.traffic["ben"].1.queue_percentile(100, FALLS + secs(2)..secs(60)).as_millis();
    let besides = format!("layer down after {}, up after {}; from 2 s on {late} ms of queue", time(down), time(up));
    let name = format!("3 Mbit/s, 300 kbit/s, 3 Mbit/s down to ben, queue of {}", time(Some(queue)));
    row(&name, &[outcome], |viewer, _| viewer == "ben", &besides)
}

fn people_in_a_room(people: usize) -> String {
    let outcome = teaching_round(people).run();
    let second = NAMES[people.min(41) - 1];
    let heard = outcome.speakers.iter().find(|(at, who)| SETTLED <= *at && *who == Some(second));
    let besides = format!("the next speaker is found after {}", time(heard.map(|(at, _)| *at - SETTLED)));
    row(&format!("{people} people, six seen"), &[outcome], move |_, publisher| publisher == second, &besides)
}

fn everybody(_: &str, _: &str) -> bool {
    true
}

fn with_ana_only(viewer: &str, publisher: &str) -> bool {
    viewer == "ana" || publisher == "ana"
}

/// One row for whoever has the bad network, one for all others.
fn two_rows(name: &str, outcomes: &[Outcome]) -> String {
    let owner = row(&format!("{name}: with ana"), outcomes, with_ana_only, "");
    owner + &row(&format!("{name}: the others"), outcomes, |viewer, publisher| !with_ana_only(viewer, publisher), "")
}

fn screen(outcome: &Outcome) -> String {
    let sight = outcome.sees_screen("ben", "ana");
    let lines = sight.heights.last().map_or(0, |(_, lines)| *lines);
    format!("screen in {lines} lines, longest freeze {}", time(Some(sight.freeze_max)))
}

fn row(name: &str, outcomes: &[Outcome], pairs: impl Fn(&str, &str) -> bool, besides: &str) -> String {
    let joined = joined_percent(outcomes);
    let chosen = outcomes.iter().flat_map(Outcome::pairs).filter(|(viewer, publisher, _)| pairs(viewer, publisher));
    let sights: Vec<&Sight> = chosen.map(|(.., sight)| sight).collect();
    let picture = sights.iter().map(|sight| sight.picture_percent()).min().unwrap_or(0);
    let lines = |sight: &&Sight| sight.heights.last().map_or(0, |(_, lines)| *lines);
    let lines = sights.iter().map(lines).min().unwrap_or(0);
    let longest = time(sights.iter().map(|sight| sight.freeze_max).max());
    let concealed = concealed_permille(&sights);
    let links = || outcomes.iter().flat_map(|outcome| outcome.traffic.values()).flat_map(|(up, down)| [up, down]);
    let all = Duration::ZERO..Duration::MAX;
    let waited = |percent| links().map(|link| link.queue_percentile(percent, all.clone())).max().unwrap_or_default();
    let queue = match [95, 100].map(|percent| waited(percent).as_millis()) {
        [0, 0] => String::new(),
        [most, longest] => format!("{most} ms, {longest} ms"),
    };
    let mut laws = std::collections::BTreeMap::new();
    for (law, times) in outcomes.iter().flat_map(|outcome| &outcome.breaches) {
        *laws.entry(*law).or_insert(0) += times;
    }
    let laws: Vec<String> = laws.iter().map(|(law, times)| format!("{law:?} {times}")).collect();
    let (sound, laws) = (format!("{}.{} %", concealed / 10, concealed % 10), laws.join(", "));
    format!("| {name} | {joined} % | {picture} % | {lines} | {longest} | {sound} | {queue} | {laws} | {besides} |\n")
}

fn time(time: Option<Duration>) -> String {
    time.map_or("never".into(), |time| format!("{}.{} s", time.as_secs(), time.subsec_millis() / 100))
}

/// Plays all jobs, as many at a time as there are cores: each is a world of its own.
#[expect(clippy::disallowed_methods, reason = "scenarios share nothing; threads only make them faster")]
fn side_by_side(jobs: &[Job]) -> Vec<String> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { return done };
            done.push((index, job()));
        }
    };
    let mut rows: Vec<(usize, String)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a scenario kept the laws")).collect()
    });
    rows.sort_unstable();
    rows.into_iter().map(|(_, row)| row).collect()
}
