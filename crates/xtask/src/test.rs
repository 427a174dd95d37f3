//! All checks, quick ones first. Each is a step with a name, a heading and a time; a red step does not hide the next.
//!
//! Everything is built in the `dev` profile and as `--workspace`: another selection would have other features, and build everything again.

use std::time::{Duration, Instant};

use duct::cmd;

use crate::{Outcome, cargo, install, libraries, root, run, web};

/// A name to type, and what it stands for.
type Step = (&'static str, fn() -> Outcome);

const STEPS: &[Step] = &[
    ("format", format),
    ("spelling", spelling),
    ("licences", licences),
    ("lint", lint),
    ("build", build),
    ("rust", rust),
    ("docs", docs),
    ("packages", packages),
    ("benches", benches),
    ("page", page),
    ("browsers", browsers),
];

/// Runs the named steps, or all. The last line says how many passed.
pub(crate) fn steps(names: &[&str]) -> Outcome {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|(step, _)| step != *name)) {
        let known: Vec<_> = STEPS.iter().map(|(step, _)| *step).collect();
        return Err(format!("no step is called `{unknown}`; there are: {}", known.join(" ")).into());
    }
    let mut report = Vec::new();
    for (name, step) in STEPS.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        println!("\n══ {name}");
        let start = Instant::now();
        let outcome = step();
        if let Err(error) = &outcome {
            println!("{error}");
        }
        report.push((*name, start.elapsed(), outcome.is_ok()));
    }
    summary(&report)
}

fn summary(report: &[(&str, Duration, bool)]) -> Outcome {
    println!("\n══ summary");
    for (name, took, passed) in report {
        println!("{} {name:<10}{:>7.1} s", if *passed { "passed" } else { "FAILED" }, took.as_secs_f32());
    }
    let passed = report.iter().filter(|(.., passed)| *passed).count();
    let failed = report.len() - passed;
    let count = format!("{passed} passed, {failed} failed");
    if failed == 0 {
        println!("{count}");
        Ok(())
    } else {
        Err(count.into())
    }
}

fn format() -> Outcome {
    run(&cargo(["fmt", "--all", "--check"]))?;
    run(&cargo(["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]))
}

fn spelling() -> Outcome {
    run(&cmd!(install::typos()?).dir(root()))
}

/// Advisories change without us: who releases runs `cargo deny check advisories`, which needs the network.
fn licences() -> Outcome {
    run(&cmd!(install::deny()?, "check", "bans", "licenses", "sources").dir(root()))
}

fn lint() -> Outcome {
    run(&cargo(["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]))
}

/// Everything that the later steps start: for the browsers the daemon, and the example that WHIP and WHEP clients use.
pub(crate) fn build() -> Outcome {
    run(&cargo(["build", "--workspace", "--all-targets", "--locked"]))
}

/// Also the tidy tests of this crate, the simulator's scenarios and the fuzz corpora.
fn rust() -> Outcome {
    install::nextest()?;
    run(&cargo(["nextest", "run", "--workspace", "--locked"]))
}

fn docs() -> Outcome {
    run(&cargo(["test", "--doc", "--workspace", "--locked"]))?;
    run(&cargo(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "--deny warnings"))
}

/// The libraries as a registry would get them. That they compile is known; that nothing they need lies outside of their folders is not.
fn packages() -> Outcome {
    let libraries = libraries()?;
    let libraries = libraries.iter().flat_map(|library| ["--package", library.name.as_str()]);
    run(&cargo(["package", "--quiet", "--no-verify", "--allow-dirty", "--offline"].into_iter().chain(libraries)))
}

/// Each benchmark once, to see that it still runs; `cargo bench` measures.
fn benches() -> Outcome {
    run(&cargo(["test", "--workspace", "--bench", "*", "--locked"]))
}

fn page() -> Outcome {
    web::check()?; // Installs the folder's packages as well.
    let page = root().join("sfu-daemon/web");
    run(&cmd!("npm", "run", "--silent", "check").dir(&page))?;
    run(&cmd!("npm", "run", "--silent", "test").dir(&page))
}

/// What is built already costs a second; a daemon from before the last change would be tested in silence.
fn browsers() -> Outcome {
    build()?;
    install::browsers()?;
    install::node_modules("sfu-daemon/e2e")?;
    run(&cmd!("npm", "run", "--silent", "test").dir(root().join("sfu-daemon/e2e")))
}
