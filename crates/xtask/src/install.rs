//! Installs what the checks need and the machine lacks. What is there already is left as it is.

use std::path::{Path, PathBuf};

use duct::cmd;

use crate::{Outcome, cargo, root, run, target};

/// Programs that Debian ships, and the package of each.
const NODE: [(&str, &str); 2] = [("node", "nodejs"), ("npm", "npm")];
const BROWSERS: [(&str, &str); 2] = [("chromium", "chromium"), ("firefox-esr", "firefox-esr")];
/// Makes bad networks to order; what is missing is left out.
const NETWORKS: [(&str, &str); 2] = [("nft", "nftables"), ("ip", "iproute2")];
/// Another server, to measure beside ours; without it, its rows are left out.
const JANUS: [(&str, &str); 1] = [("janus", "janus")];
const PYTHON: [(&str, &str); 1] = [("pip", "python3-pip")];
/// Rates the service unit.
const SYSTEMD: [(&str, &str); 1] = [("systemd-analyze", "systemd")];

/// Versions are exact, so that a check does not turn red because a tool has learnt something.
const NEXTEST: &str = "0.9.143";
const DENY: &str = "0.20.2";
const TYPOS: &str = "1.52.0";

pub(crate) fn node() -> Outcome {
    debian(&NODE, &[])
}

/// Browsers, and a font, without which a headless browser measures text of no width.
pub(crate) fn browsers() -> Outcome {
    node()?;
    if let Err(error) = debian(&NETWORKS, &[]) {
        println!("tests on bad networks will be left out: {error}");
    }
    debian(&BROWSERS, &["fonts-liberation"])
}

/// The exact packages of a folder's `package-lock.json`.
pub(crate) fn node_modules(folder: &str) -> Outcome {
    node()?;
    run(&cmd!("npm", "ci", "--no-audit", "--no-fund").dir(root().join(folder)))
}

pub(crate) fn nextest() -> Outcome {
    debian(&SYSTEMD, &[])?;
    if on_path("cargo-nextest") {
        return Ok(());
    }
    run(&cargo(["install", "--locked", "cargo-nextest", "--version", NEXTEST]))
}

/// Built without optimisation: it runs for a second and would take minutes more to build.
pub(crate) fn deny() -> Outcome<PathBuf> {
    let tools = target().join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() {
        let tools = tools.to_str().ok_or("the path of the target folder is not UTF-8")?;
        run(&cargo(["install", "--debug", "--locked", "--root", tools, "cargo-deny", "--version", DENY]))?;
    }
    Ok(program)
}

/// The Python package carries the program, so that nothing needs to be compiled.
pub(crate) fn typos() -> Outcome<PathBuf> {
    let folder = target().join("tools/typos");
    let program = folder.join("bin/typos");
    if !program.exists() {
        debian(&PYTHON, &[])?;
        let package = format!("typos=={TYPOS}");
        run(&cmd!("pip", "install", "--quiet", "--no-deps", "--root-user-action=ignore", "--target", folder, package))?;
    }
    Ok(program)
}

pub(crate) fn janus() {
    if let Err(error) = debian(&JANUS, &[]) {
        println!("the rows of Janus will be left out: {error}");
    }
}

fn debian(programs: &[(&str, &str)], also: &[&str]) -> Outcome {
    let missing: Vec<&str> =
        programs.iter().filter(|(program, _)| !on_path(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.into_iter().chain(also.iter().copied()).collect();
    let install = ["install", "--yes", "--no-install-recommends"].into_iter().chain(packages.iter().copied());
    let apt = |arguments: Vec<&str>| cmd("apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive");
    run(&apt(vec!["update", "--quiet"]))
        .and_then(|()| run(&apt(install.collect())))
        .map_err(|error| format!("please install: {} ({error})", packages.join(" ")).into())
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| is_file(&folder.join(program)))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}
