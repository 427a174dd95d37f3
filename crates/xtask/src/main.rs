//! `cargo xtask …`: everything that a person or CI types, once. Without arguments it prints what it can do.

mod api;
mod bench_report;
mod install;
mod limits;
mod test;
mod web;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cargo_metadata::{MetadataCommand, Package};
use duct::{Expression, cmd};

const HELP: &str = "\
cargo xtask test [STEP...]       install what the checks need, then run all of them, or only the named steps
cargo xtask api [--check]        list what the libraries let out, and every limit; --check only compares
cargo xtask web [--check]        vendor the page's libraries and generate its message types; --check only compares
cargo xtask sweep FROM COUNT     play simulated clinics, to find a seed that breaks an invariant
cargo xtask replay SEED          play one of them and show it
cargo xtask scoreboard           write what the simulated scenarios come to into crates/sfu-sim/scoreboard.md
cargo xtask bench-report         measure and write what forwarding costs into docs/performance.md
cargo xtask screenshots          draw every screen of the page into target/screenshots";

/// What went wrong, in words for whoever typed the command.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", steps @ ..] => test::steps(steps),
        ["api"] => api::write(),
        ["api", "--check"] => api::check(),
        ["web"] => web::write(),
        ["web", "--check"] => web::check(),
        ["sweep" | "replay", ..] => simulate(&words),
        ["scoreboard"] => scoreboard(),
        ["bench-report"] => bench_report::write(),
        ["screenshots"] => screenshots(),
        _ => Err(HELP.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Optimised: a search is as good as the number of seeds that it reaches.
fn simulate(words: &[&str]) -> Outcome {
    let arguments = ["run", "--release", "--locked", "--package", "sfu-sim", "--"];
    run(&cargo(arguments.into_iter().chain(words.iter().copied())))
}

/// The test that compares writes instead.
fn scoreboard() -> Outcome {
    run(&cargo(["test", "--workspace", "--locked", "--test", "scoreboard"]).env("UPDATE_EXPECT", "1"))
}

fn screenshots() -> Outcome {
    install::browsers()?;
    install::node_modules("sfu-daemon/e2e")?;
    test::build()?;
    run(&cmd!("npm", "run", "screenshots").dir(root().join("sfu-daemon/e2e")))
}

/// The repository's top folder; every command of this crate means its paths from there.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate lives in crates/xtask")
}

/// Where cargo puts what it builds, and where the tools of these checks are kept.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The packages that others may build on: whatever is published.
fn libraries() -> Outcome<Vec<Package>> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    Ok(metadata.packages.into_iter().filter(|package| package.publish.is_none()).collect())
}

/// The cargo that started us, so that a toolchain chosen on the command line stays chosen.
fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Expression {
    cmd(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), arguments).dir(root())
}

/// Runs `command` with its output on ours.
fn run(command: &Expression) -> Outcome {
    let output = command.unchecked().run()?;
    if output.status.success() { Ok(()) } else { Err(output.status.to_string().into()) }
}
