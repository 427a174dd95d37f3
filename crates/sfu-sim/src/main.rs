//! `sfu-sim sweep <from> <count>` plays that many random scenarios; `sfu-sim replay <seed>` plays one and shows it.

use std::process::ExitCode;

use sfu_sim::{Moment, random};

const USAGE: &str = "usage: sfu-sim sweep <from> <count> | sfu-sim replay <seed>";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let numbers = |words: &[&str]| words.iter().map(|word| word.parse().ok()).collect::<Option<Vec<u64>>>();
    match (words.first(), words.get(1..).and_then(numbers).as_deref()) {
        (Some(&"sweep"), Some([from, count])) => sweep(*from, *count),
        (Some(&"replay"), Some([seed])) => replay(*seed),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn sweep(from: u64, count: u64) -> ExitCode {
    let mut broken = 0;
    for seed in from..from.saturating_add(count) {
        let (scenario, lasting) = random(seed);
        if let Err(violation) = scenario.play(lasting) {
            println!("{violation}");
            broken += 1;
        }
    }
    println!("{count} scenarios from seed {from}: {broken} broken");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn replay(seed: u64) -> ExitCode {
    let (scenario, lasting) = random(seed);
    println!("{scenario}");
    let mut second = 0;
    let watch = |moment: &Moment<'_>| {
        if second <= moment.at().as_secs() {
            second = moment.at().as_secs() + 1;
            println!("{moment}");
        }
        Ok(())
    };
    match scenario.play_under(lasting, watch) {
        Ok(outcome) => {
            println!("{outcome}\nhash {:016x}", outcome.hash());
            ExitCode::SUCCESS
        }
        Err(violation) => {
            println!("{violation}");
            ExitCode::FAILURE
        }
    }
}
