//! The scenarios that promises are tested with and the scoreboard is made of. Each is a value; what differs is said in its arguments.
#![allow(dead_code, reason = "each test binary uses its share")]

pub(crate) mod known_weak;

use std::panic::UnwindSafe;
use std::time::Duration;

use sfu_core::{RoomPolicy, View};
use sfu_sim::{
    Act, Dice, Link, Net, Outcome, Scenario, Sight, Video, detail_simulcast, kbps, link, millis, secs, slides,
    small_simulcast, thumbnail,
};

/// Runs a test named after what it promises. One that is known to be weak must fail.
pub(crate) fn promise<F: FnOnce() + UnwindSafe>(kept: F) {
    let name = std::any::type_name::<F>().split("::").nth(1).expect("a test is a function");
    match known_weak::PROMISES.iter().find(|(weak, _)| *weak == name) {
        None => kept(),
        Some((_, why)) => {
            let broken = std::panic::catch_unwind(kept).is_err();
            assert!(broken, "{name} is kept now: delete its line in known_weak.rs, which says: {why}");
        }
    }
}

/// A scenario, and how long it lasts.
pub(crate) struct Call {
    pub(crate) scenario: Scenario,
    pub(crate) lasting: Duration,
}

impl Call {
    /// Plays it; no law may break.
    pub(crate) fn run(self) -> Outcome {
        self.scenario.run(self.lasting)
    }
}

fn call(scenario: Scenario, lasting: Duration) -> Call {
    Call { scenario, lasting }
}

/// An empty room.
fn room(seed: u64) -> Scenario {
    known_weak(sfu_sim::room(seed))
}

/// The scenario of a seed, and how long it lasts.
pub(crate) fn random(seed: u64) -> (Scenario, Duration) {
    let (scenario, lasting) = sfu_sim::random(seed);
    (known_weak(scenario), lasting)
}

/// [`known_weak::LAWS`] may break in it.
fn known_weak(scenario: Scenario) -> Scenario {
    known_weak::LAWS.iter().fold(scenario, |scenario, (law, _)| scenario.known_weak(*law))
}

/// A good network, 25 ms away.
pub(crate) fn good() -> Link {
    link().delay(millis(25))
}

/// Three people, everybody's network losing both ways.
pub(crate) fn everybody_loses(percent: u8, seed: u64) -> Call {
    let lossy = || good().loss(percent);
    let people = room(seed).cameras(small_simulcast());
    call(people.member("ana", lossy()).member("ben", lossy()).member("cleo", lossy()), LOSSY)
}

/// How long everybody's network loses.
const LOSSY: Duration = secs(15);

/// What a figure is measured with where one run would be luck.
pub(crate) const SEEDS: [u64; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

/// Three people who join over such networks.
pub(crate) fn lossy_join(percent: u8, seed: u64) -> Call {
    let lossy = || good().loss(percent);
    let people = room(seed).cameras(thumbnail());
    call(people.member("ana", lossy()).member("ben", lossy()).member("cleo", lossy()), JOINS_WITHIN)
}

/// Many, three by three.
pub(crate) fn lossy_joins(percent: u8) -> Vec<Outcome> {
    (0..20).map(|seed| lossy_join(percent, seed).run()).collect()
}

/// How long anybody may take to join.
const JOINS_WITHIN: Duration = secs(15);

/// How many of 100 people had a connection.
pub(crate) fn joined_percent(outcomes: &[Outcome]) -> usize {
    let people: Vec<u32> = outcomes.iter().flat_map(|outcome| outcome.connections.values().copied()).collect();
    people.iter().filter(|times| **times > 0).count() * 100 / people.len().max(1)
}

/// The share of sound that was concealed, in thousandths, over all of these.
pub(crate) fn concealed_permille<'a>(sights: impl IntoIterator<Item = &'a &'a Sight>) -> u64 {
    let (due, heard) =
        sights.into_iter().fold((0, 0), |(due, heard), sight| (due + sight.sounds_due, heard + sight.sounds));
    (due.saturating_sub(heard) * 1_000).checked_div(due).unwrap_or(0)
}

/// The same, in bursts of six datagrams.
pub(crate) fn everybody_loses_bursts(percent: u8, seed: u64) -> Call {
    let lossy = || good().burst_loss(percent, 6);
    let people = room(seed).cameras(small_simulcast());
    call(people.member("ana", lossy()).member("ben", lossy()).member("cleo", lossy()), LOSSY)
}

/// Three people, of whom ana has such a network.
fn with_ana(seed: u64, net: impl Into<Net>, lasting: Duration) -> Call {
    call(room(seed).member("ana", net).member("ben", good()).member("cleo", good()), lasting)
}

/// Three people on good networks, whose pictures may be encrypted end to end.
pub(crate) fn undisturbed(camera: Video) -> Call {
    let people = room(1).cameras(camera);
    call(people.member("ana", link()).member("ben", link()).member("cleo", link()), secs(15))
}

/// As [`ana_loses_up`] and [`ana_loses_down`], but nothing gets lost.
pub(crate) fn nobody_loses(seed: u64) -> Call {
    with_ana(seed, good(), secs(20))
}

/// When something happens in [`after`]: layers have found their place.
pub(crate) const SETTLED: Duration = secs(8);

/// Ana's uplink loses a fifth.
pub(crate) fn ana_loses_up(seed: u64) -> Call {
    with_ana(seed, Net { up: good().loss(20), down: good() }, secs(20))
}

/// Ana's downlink loses a fifth.
pub(crate) fn ana_loses_down(seed: u64) -> Call {
    with_ana(seed, Net { up: good(), down: good().loss(20) }, secs(20))
}

/// When the capacity of [`capacity_steps`] falls, and when it is back.
pub(crate) const FALLS: Duration = secs(20);
/// See [`FALLS`].
pub(crate) const RETURNS: Duration = secs(40);

/// Two people; ben's downlink carries 3 Mbit/s, then 300 kbit/s, then 3 Mbit/s again. The bottleneck would queue for as long as `queue`.
pub(crate) fn capacity_steps(queue: Duration) -> Call {
    let down = good().queue(queue).rate(kbps(3_000)).rate_from(FALLS, kbps(300)).rate_from(RETURNS, kbps(3_000));
    call(room(1).member("ana", good()).member("ben", Net { up: good(), down }), secs(60))
}

/// When the network of [`outage`] is gone.
pub(crate) const GONE: Duration = secs(8);

/// Ana's network carries nothing for so long.
pub(crate) fn outage(lasting: Duration) -> Call {
    with_ana(1, good().outage(GONE..GONE + lasting), GONE + lasting + secs(15))
}

/// How long after the outage there was a new picture: the longer of both ways; `None` if there was none.
pub(crate) fn resumed_after(outcome: &Outcome, lasting: Duration) -> Option<Duration> {
    let again = |viewer, publisher| outcome.sees(viewer, publisher).resumed_after(GONE + lasting);
    Some(again("ben", "ana")?.max(again("ana", "ben")?))
}

/// Something happens to ana at 8 s.
pub(crate) fn after(act: Act) -> Call {
    call(room(1).member("ana", good()).member("ben", good()).member("cleo", good()).at(SETTLED, act), secs(20))
}

/// Ana's network lets no UDP through and loses a little.
pub(crate) fn tcp_only() -> Call {
    with_ana(1, good().without_udp().loss(1), secs(20))
}

/// Nobody's network lets UDP through, each loses a little, and everybody shows the others in 180 lines.
pub(crate) fn small_by_tcp(seed: u64) -> Call {
    let people = ["ana", "ben", "cleo"];
    let mut scenario =
        people.into_iter().fold(room(seed), |room, name| room.member(name, good().without_udp().loss(1)));
    for viewer in people {
        for publisher in people.into_iter().filter(|publisher| *publisher != viewer) {
            scenario = scenario.at(secs(2), Act::Show { viewer, publisher, view: View::Height(180) });
        }
    }
    call(scenario, secs(30))
}

/// A member of a room with many.
pub(crate) const NAMES: [&str; 50] = [
    "p00", "p01", "p02", "p03", "p04", "p05", "p06", "p07", "p08", "p09", "p10", "p11", "p12", "p13", "p14", "p15",
    "p16", "p17", "p18", "p19", "p20", "p21", "p22", "p23", "p24", "p25", "p26", "p27", "p28", "p29", "p30", "p31",
    "p32", "p33", "p34", "p35", "p36", "p37", "p38", "p39", "p40", "p41", "p42", "p43", "p44", "p45", "p46", "p47",
    "p48", "p49",
];

/// Who speaks in [`teaching_round`] at first, and who from [`SETTLED`] on.
pub(crate) const SPEAKERS: [&str; 2] = ["p00", "p40"];

/// How many a room may hold.
pub(crate) const MANY: usize =
    if 50 < sfu_core::limits::ROOM_PARTICIPANTS_MAX { 50 } else { sfu_core::limits::ROOM_PARTICIPANTS_MAX };

/// So many people of whom everybody sees six; one speaks, then another.
pub(crate) fn teaching_round(people: usize) -> Call {
    let mut scenario = room(1).cameras(thumbnail()).slots(6).policy(RoomPolicy { video_max: 6, audio_max: 3 });
    let last = NAMES[..people].iter().copied().filter(|name| *name != SPEAKERS[0]);
    scenario = scenario.member(SPEAKERS[0], good());
    for name in last {
        scenario = scenario.member(name, good()).at(Duration::ZERO, Act::Hush(name));
    }
    call(scenario.at(SETTLED, Act::Hush(SPEAKERS[0])).at(SETTLED, Act::Talk(NAMES[people.min(41) - 1])), secs(14))
}

/// Everybody's network changes its address, and the server's clock jumps, again and again.
pub(crate) fn shaken(seed: u64) -> Call {
    let dice = &mut Dice::new(seed, 98);
    let mut scenario = room(seed).cameras(small_simulcast());
    for name in ["ana", "ben", "cleo"] {
        scenario = scenario.member(name, good().loss(2));
        for _ in 0..2 {
            scenario = scenario.at(secs(4) + millis(dice.below(8_000)), Act::Rebind(name));
        }
    }
    let jump = millis(200 + dice.below(1_800));
    call(scenario.at(secs(4) + millis(dice.below(8_000)), Act::Stall(jump)), secs(20))
}

/// Camera and screen of ana at once, seen over 1.5 Mbit/s.
pub(crate) fn screen_and_camera() -> Call {
    let down = good().rate(kbps(1_500));
    call(room(1).member("ana", good()).screen(slides()).member("ben", Net { up: good(), down }), secs(25))
}

/// The same, with a screen in two layers and over 800 kbit/s.
pub(crate) fn screen_in_layers() -> Call {
    let down = good().rate(kbps(800));
    call(room(1).member("ana", good()).screen(detail_simulcast()).member("ben", Net { up: good(), down }), secs(25))
}

/// A round trip and a keyframe in [`late_joiner`], from when the browser is connected: it tells the server (25 ms), the server asks (25 ms), the camera's
/// next picture comes (63 ms) and passes both networks (50 ms), and each of four ways is rounded up to a step of the clock.
pub(crate) const LATE: Duration = millis(25 + 25 + 63 + 50 + 4 * 2);

/// Cleo joins when the others have been talking for ten seconds.
pub(crate) fn late_joiner() -> Call {
    call(room(1).member("ana", good()).member("ben", good()).joins(secs(10), "cleo", good()), secs(14))
}

/// Everybody shows ana in such a size from 8 s on, and ana learns which of her layers that leaves useless.
pub(crate) fn shown_as(view: View) -> Call {
    let mut scenario = room(1).member("ana", good()).member("ben", good()).member("cleo", good());
    for viewer in ["ben", "cleo"] {
        scenario = scenario.at(SETTLED, Act::Show { viewer, publisher: "ana", view });
    }
    call(scenario, secs(30))
}

/// Eight people who come and go.
pub(crate) fn coming_and_going(seed: u64) -> Call {
    let dice = &mut Dice::new(seed, 99);
    let mut scenario: Scenario = room(seed).cameras(small_simulcast()).slots(7);
    for (index, name) in NAMES[..8].iter().enumerate() {
        let at = millis(dice.below(5_000));
        scenario = scenario.joins(at, name, good().loss(dice.pick(&[0, 2, 5])));
        if 4 <= index {
            scenario = scenario.at(Duration::ZERO, Act::Hush(name)); // More than five at once cannot be heard anyway.
        }
        if dice.percent(50) {
            let exit = at + millis(dice.below(4_000));
            scenario = scenario.at(exit, Act::Exit(name)).at(exit + millis(dice.below(3_000)), Act::Join(name));
        }
    }
    call(scenario, secs(16))
}
