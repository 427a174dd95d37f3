//! A room of your own, its networks and a law of your own, in virtual time. `cargo run -p examples --example simulated_room [SEED]`
//!
//! Three people meet; ben's network carries less and less and then enough again. The law says what your product promises beyond what the simulator
//! checks by itself: here, that nobody who is connected is without a moving picture of ana for more than five seconds.

use std::env;

use sfu_sim::{Law, Moment, Net, kbps, link, millis, room, secs, simulcast, slides};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seed = env::args().nth(1).map_or(Ok(1), |seed| seed.parse())?;
    let good = || link().delay(millis(20));
    let shrinking = good().rate(kbps(4_000)).rate_from(secs(10), kbps(600)).rate_from(secs(20), kbps(4_000));
    let scenario = room(seed)
        .member("ana", good())
        .camera(Some(simulcast()))
        .screen(slides())
        .member("ben", Net { up: good(), down: shrinking })
        .joins(secs(5), "cleo", good().burst_loss(3, 4).jitter(millis(10)))
        .known_weak(Law::WithinBudget); // The keyframes of a shared screen leave at once, however large.

    let promise = |moment: &Moment<'_>| {
        let frozen = |viewer: &&str| moment.is_connected(viewer) && secs(5) < moment.sees(viewer, "ana").freeze_max;
        match ["ben", "cleo"].into_iter().find(|viewer| frozen(viewer)) {
            Some(viewer) => Err(format!("{viewer} has not seen ana move for five seconds")),
            None => Ok(()),
        }
    };
    match scenario.play_under(secs(30), promise) {
        Ok(outcome) => {
            print!("{outcome}");
            for (viewer, publisher, sight) in outcome.pairs().filter(|(_, publisher, _)| *publisher == "ana") {
                println!("{viewer} saw {publisher} in {:?}", sight.heights);
            }
            println!("seed {seed} always comes to {:016x}", outcome.hash());
            Ok(())
        }
        Err(broken) if broken.law == Law::Yours => Err(format!("the promise is broken: {broken}").into()),
        Err(broken) => Err(broken.into()),
    }
}
