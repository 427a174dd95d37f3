//! A morning at a clinic without a network: people, links and a clock as values. `cargo run -p examples --example simulated_clinic [SEED]`
//!
//! Real WebRTC stacks call through the real core and the real waiting room; minutes pass in seconds, and one seed always gives one outcome.

use std::env;

use sfu_sim::{Net, clinic, kbps, link, millis, secs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seed = env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let train = Net {
        up: link().loss(5).delay(millis(60)).jitter(millis(30)),
        down: link().rate(kbps(2_000)).delay(millis(60)),
    };
    let outcome = clinic(seed)
        .patient("ana", train)
        .patient("ben", link().outage(secs(8)..secs(10)))
        .clinician("hoffmann", link().delay(millis(10)))
        .clinician("silva", link())
        .consultation(secs(0), "ana", "hoffmann")
        .consultation(secs(2), "ben", "silva")
        .run(secs(20));
    print!("{outcome}");
    for (viewer, publisher) in [("hoffmann", "ana"), ("silva", "ben")] {
        let sight = outcome.sees(viewer, publisher);
        let (picture, sound) = (sight.picture_percent(), sight.sound_percent());
        println!(
            "{viewer} saw {picture} % of {publisher}'s pictures and heard {sound} %; longest freeze {:?}",
            sight.freeze_max
        );
    }
    println!("seed {seed} always comes to {:016x}", outcome.hash());
    Ok(())
}
