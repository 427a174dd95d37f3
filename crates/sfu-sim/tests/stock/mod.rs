//! The scenarios that promises are tested with and the scoreboard is made of. Each is a value; what differs is said in its arguments.
#![allow(dead_code, reason = "each test binary uses its share")]

use std::time::Duration;

use sfu_core::RoomPolicy;
use sfu_sim::{
    Act, Net, Outcome, Scenario, Sight, detail_simulcast, kbps, link, millis, room, secs, slides, small_simulcast,
    thumbnail,
};

/// A good network, 25 ms away.
pub(crate) fn good() -> sfu_sim::Link {
    link().delay(millis(25))
}

/// Three people, everybody's network losing both ways.
pub(crate) fn everybody_loses(percent: u8, seed: u64) -> Outcome {
    let lossy = || good().loss(percent);
    let people = room(seed).cameras(small_simulcast());
    people.member("ana", lossy()).member("ben", lossy()).member("cleo", lossy()).run(LOSSY)
}

/// How long everybody's network loses.
const LOSSY: Duration = secs(15);

/// The share of sound that was concealed, in thousandths, over all of these.
pub(crate) fn concealed_permille<'a>(sights: impl IntoIterator<Item = &'a &'a Sight>) -> u64 {
    let (due, heard) =
        sights.into_iter().fold((0, 0), |(due, heard), sight| (due + sight.sounds_due, heard + sight.sounds));
    (due.saturating_sub(heard) * 1_000).checked_div(due).unwrap_or(0)
}

/// The same, in bursts of six datagrams.
pub(crate) fn everybody_loses_bursts(percent: u8, seed: u64) -> Outcome {
    let lossy = || good().burst_loss(percent, 6);
    let people = room(seed).cameras(small_simulcast());
    people.member("ana", lossy()).member("ben", lossy()).member("cleo", lossy()).run(LOSSY)
}

/// Three people, of whom ana has such a network.
pub(crate) fn with_ana(net: impl Into<Net>, lasting: Duration) -> Outcome {
    room(1).member("ana", net).member("ben", good()).member("cleo", good()).run(lasting)
}

/// When ana's network begins to lose in [`ana_loses_up`] and [`ana_loses_down`]: after layers have found their place.
pub(crate) const SETTLED: Duration = secs(8);

/// Ana's uplink loses a fifth.
pub(crate) fn ana_loses_up() -> Outcome {
    with_ana(Net { up: good().loss(20), down: good() }, secs(20))
}

/// Ana's downlink loses a fifth.
pub(crate) fn ana_loses_down() -> Outcome {
    with_ana(Net { up: good(), down: good().loss(20) }, secs(20))
}

/// When the capacity of [`capacity_steps`] falls, and when it is back.
pub(crate) const FALLS: Duration = secs(20);
/// See [`FALLS`].
pub(crate) const RETURNS: Duration = secs(40);

/// Two people; ben's downlink carries 3 Mbit/s, then 300 kbit/s, then 3 Mbit/s again. The bottleneck would queue for two seconds.
pub(crate) fn capacity_steps() -> Outcome {
    let down = good().queue(secs(2)).rate(kbps(3_000)).rate_from(FALLS, kbps(300)).rate_from(RETURNS, kbps(3_000));
    room(1).member("ana", good()).member("ben", Net { up: good(), down }).run(secs(60))
}

/// When the network of [`outage`] is gone.
pub(crate) const GONE: Duration = secs(8);

/// Ana's network carries nothing for so long.
pub(crate) fn outage(lasting: Duration) -> Outcome {
    with_ana(good().outage(GONE..GONE + lasting), GONE + lasting + secs(15))
}

/// How long after the outage the picture moved again: the longer of both ways.
pub(crate) fn resumed_after(outcome: &Outcome, lasting: Duration) -> Duration {
    let still = |sight: &Sight| sight.freeze_max.saturating_sub(lasting);
    still(&outcome.sees("ben", "ana")).max(still(&outcome.sees("ana", "ben")))
}

/// Something happens to ana at 8 s.
pub(crate) fn after(act: Act) -> Outcome {
    room(1).member("ana", good()).member("ben", good()).member("cleo", good()).at(SETTLED, act).run(secs(20))
}

/// Ana's network lets no UDP through and loses a little.
pub(crate) fn tcp_only() -> Outcome {
    with_ana(good().without_udp().loss(1), secs(20))
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
pub(crate) fn teaching_round(people: usize) -> Outcome {
    let mut scenario = room(1).cameras(thumbnail()).slots(6).policy(RoomPolicy { video_max: 6, audio_max: 3 });
    let last = NAMES[..people].iter().copied().filter(|name| *name != SPEAKERS[0]);
    scenario = scenario.member(SPEAKERS[0], good());
    for name in last {
        scenario = scenario.member(name, good()).at(Duration::ZERO, Act::Hush(name));
    }
    scenario.at(SETTLED, Act::Hush(SPEAKERS[0])).at(SETTLED, Act::Talk(NAMES[people.min(41) - 1])).run(secs(14))
}

/// Camera and screen of ana at once, seen over 1.5 Mbit/s.
pub(crate) fn screen_and_camera() -> Outcome {
    let down = good().rate(kbps(1_500));
    room(1).member("ana", good()).screen(slides()).member("ben", Net { up: good(), down }).run(secs(25))
}

/// The same, with a screen in two layers and over 800 kbit/s.
pub(crate) fn screen_in_layers() -> Outcome {
    let down = good().rate(kbps(800));
    room(1).member("ana", good()).screen(detail_simulcast()).member("ben", Net { up: good(), down }).run(secs(25))
}

/// Cleo joins when the others have been talking for ten seconds.
pub(crate) fn late_joiner() -> Outcome {
    room(1).member("ana", good()).member("ben", good()).joins(secs(10), "cleo", good()).run(secs(14))
}

/// Everybody shows ana in a thumbnail from 8 s on, and ana learns which of her layers that leaves useless.
pub(crate) fn small_views() -> Outcome {
    let view = sfu_core::View::Height(180);
    let mut scenario = room(1).member("ana", good()).member("ben", good()).member("cleo", good());
    for viewer in ["ben", "cleo"] {
        scenario = scenario.at(SETTLED, Act::Show { viewer, publisher: "ana", view });
    }
    scenario.run(secs(20))
}

/// Eight people who come and go.
pub(crate) fn coming_and_going(seed: u64) -> Outcome {
    let dice = &mut sfu_sim::Dice::new(seed, 99);
    let mut scenario: Scenario = room(seed).cameras(small_simulcast()).slots(7);
    for name in &NAMES[..8] {
        let at = millis(dice.below(5_000));
        scenario = scenario.joins(at, name, good().loss(dice.pick(&[0, 2, 5])));
        if dice.percent(50) {
            let exit = at + millis(dice.below(4_000));
            scenario = scenario.at(exit, Act::Exit(name)).at(exit + millis(dice.below(3_000)), Act::Join(name));
        }
    }
    scenario.run(secs(16))
}
