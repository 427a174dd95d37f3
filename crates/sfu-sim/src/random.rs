//! Scenarios out of a number: people, networks and acts as the dice fall, and quiet at the end.

use std::time::Duration;

use sfu_core::{Source, View};

use crate::dice::Dice;
use crate::link::{Link, Net, link};
use crate::media::{small_simulcast, thumbnail};
use crate::scenario::{Act, Scenario, clinic};
use crate::time::{kbps, millis, secs};

/// How long a random scenario lasts.
pub(crate) const LASTING: Duration = secs(18);
/// When the dice stop falling: from then on all networks are good and everybody is at their page.
const CALM: Duration = secs(9);

/// How many of 100 couples have cameras with layers.
const SIMULCAST_PERCENT: u8 = 30;

const PATIENTS: [&str; 3] = ["ana", "ben", "cleo"];
const CLINICIANS: [&str; 3] = ["hoffmann", "iyer", "jensen"];
const GUESTS: [&str; 2] = ["guest-1", "guest-2"];

/// The scenario of a seed, and how long to play it: two to eight people in up to three rooms, who join, leave, come back, are put on hold, taken
/// out and lost as the dice fall, over networks of every kind. It ends quietly, so that it can be asked whether everybody sees everybody.
#[must_use]
pub fn random(seed: u64) -> (Scenario, Duration) {
    let dice = &mut Dice::new(seed, 0);
    let pairs = 1 + usize::try_from(dice.below(3)).unwrap_or(0);
    let mut scenario = clinic(seed).calm();
    for (patient, clinician) in PATIENTS.iter().zip(CLINICIANS).take(pairs) {
        scenario = scenario.cameras(if dice.percent(SIMULCAST_PERCENT) { small_simulcast() } else { thumbnail() });
        scenario = scenario.patient(patient, net(dice)).clinician(clinician, net(dice));
    }
    let mut people: Vec<&'static str> = PATIENTS[..pairs].iter().chain(&CLINICIANS[..pairs]).copied().collect();
    for guest in GUESTS.iter().take(usize::try_from(dice.below(3)).unwrap_or(0)) {
        scenario = scenario.guest(guest, dice.pick(&PATIENTS[..pairs]), net(dice));
        people.push(guest);
    }
    if dice.percent(20) {
        scenario = scenario.ipv6();
    }
    for (patient, clinician) in PATIENTS.iter().zip(CLINICIANS).take(pairs) {
        scenario = scenario.consultation(within(dice, secs(3)), patient, clinician);
    }
    let mut shown = Vec::new();
    for _ in 0..dice.below(14) {
        let at = secs(1) + within(dice, CALM - secs(2));
        let act = act(dice, &PATIENTS[..pairs], &CLINICIANS[..pairs], &people);
        if let Act::Show { viewer, publisher, .. } = act {
            shown.push(Act::Show { viewer, publisher, view: View::Full });
        }
        scenario = scenario.at(at, act);
    }
    for name in people {
        let camera = Act::Mute { who: name, source: Source::Camera, muted: false };
        scenario = scenario.at(CALM, Act::Network(name, link().into())).at(CALM, Act::Return(name)).at(CALM, camera);
    }
    for act in shown {
        scenario = scenario.at(CALM + secs(1), act);
    }
    (scenario, LASTING)
}

fn act(dice: &mut Dice, patients: &[&'static str], clinicians: &[&'static str], people: &[&'static str]) -> Act {
    let patient = dice.pick(patients);
    let who = dice.pick(people);
    match dice.below(22) {
        0 => Act::CheckIn(patient),
        1 | 2 => Act::Admit { patient, by: dice.pick(clinicians) },
        3 | 4 => Act::GoIn(patient),
        5 => Act::Hold(patient),
        6 => Act::Unhold(patient),
        7 => Act::Transfer(patient),
        8 => Act::Leave(patient),
        9 => Act::End(patient),
        10 => Act::Remove(patient),
        11 => Act::Rejoin(patient),
        12 => Act::Reload(who),
        13 => Act::Vanish(who),
        14 => Act::Return(who),
        15 => Act::Rebind(who),
        16 => Act::Say(who),
        17 => Act::Mute { who, source: dice.pick(&[Source::Microphone, Source::Camera]), muted: dice.percent(50) },
        18 => Act::Network(who, net(dice)),
        19 => [Act::Talk(who), Act::Hush(who)][usize::from(dice.percent(50))].clone(),
        20 => {
            let view = dice.pick(&[View::Hidden, View::Height(180), View::Height(360), View::Full]);
            Act::Show { viewer: who, publisher: dice.pick(people), view }
        }
        _ => Act::Stall(within(dice, secs(3))),
    }
}

fn net(dice: &mut Dice) -> Net {
    Net { up: one_way(dice), down: one_way(dice) }
}

fn one_way(dice: &mut Dice) -> Link {
    let mut one_way = link().delay(millis(2) + within(dice, millis(120)));
    if dice.percent(40) {
        let percent = dice.pick(&[1, 5, 10, 20]);
        let burst = dice.percent(30);
        one_way = if burst { one_way.burst_loss(percent, 6) } else { one_way.loss(percent) };
    }
    if dice.percent(10) {
        one_way = one_way.reorder(10, within(dice, millis(50)));
    }
    if dice.percent(30) {
        one_way = one_way.jitter(within(dice, millis(60)));
    }
    if dice.percent(20) {
        one_way = one_way.duplicate(dice.pick(&[1, 10, 50]));
    }
    if dice.percent(15) {
        let rates = [100, 300, 1_000, 3_000];
        one_way = one_way.rate(kbps(dice.pick(&rates))).rate_from(within(dice, CALM), kbps(dice.pick(&rates)));
    }
    if dice.percent(25) {
        let from = within(dice, CALM);
        let until = (from + within(dice, secs(8))).min(CALM);
        one_way = one_way.outage(from..until);
    }
    one_way
}

fn within(dice: &mut Dice, duration: Duration) -> Duration {
    Duration::from_millis(dice.below(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
}
