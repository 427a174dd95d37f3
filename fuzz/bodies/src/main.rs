//! `fuzz-bodies <target> <seed> <seconds>`: mutates the target's corpus without sanitizers or coverage, by dice that fall the same way each time.
//! An input that breaks something is written to `fuzz/artifacts/<target>/` first, so that it is there after the crash.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use fuzz_bodies::{TARGETS, mutate};
use sfu_sim::Dice;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name, seed, seconds] = words.as_slice() else { return usage() };
    let (Ok(seed), Ok(seconds)) = (seed.parse(), seconds.parse()) else { return usage() };
    let Some((name, body)) = TARGETS.iter().find(|(target, _)| target == name) else { return usage() };
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = read(&fuzz.join("corpus").join(name));
    let artifact = fuzz.join("artifacts").join(name).join(format!("seed-{seed}"));
    if corpus.is_empty() || std::fs::create_dir_all(artifact.parent().unwrap_or(&fuzz)).is_err() {
        eprintln!("no corpus, or no place for artifacts, below {}", fuzz.display());
        return ExitCode::FAILURE;
    }
    let mut dice = Dice::new(seed, 0);
    let (began, mut played) = (Instant::now(), 0u64);
    while began.elapsed() < Duration::from_secs(seconds) {
        let input = mutate(&corpus, &mut dice);
        // Written before it is played: a hang or an abort leaves it behind as well.
        if std::fs::write(&artifact, &input).is_err() || std::panic::catch_unwind(|| body(&input)).is_err() {
            println!("{name}: broken by {}", artifact.display());
            return ExitCode::FAILURE;
        }
        played += 1;
    }
    let _ = std::fs::remove_file(&artifact);
    println!("{name}: {played} inputs from seed {seed}, none broke anything");
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    eprintln!("usage: fuzz-bodies {} <seed> <seconds>", names.join("|"));
    ExitCode::from(2)
}

fn read(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}
