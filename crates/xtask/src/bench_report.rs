//! The tables of the benches, written into `docs/performance.md` with what they were measured on.

use std::fs;

use duct::cmd;

use crate::{Outcome, cargo, install, root};

const PATH: &str = "docs/performance.md";
const BEGIN: &str = "<!-- What is below is written by `cargo xtask bench-report`. -->\n";
const END: &str = "<!-- What is above is written by `cargo xtask bench-report`. -->\n";
/// Those that print a table. The others print what criterion makes of them.
const BENCHES: [&str; 4] = ["loopback", "forward", "idle", "join"];

/// Runs the benches, some minutes, and writes their tables between the markers.
pub(crate) fn write() -> Outcome {
    install::janus();
    let path = root().join(PATH);
    let text = fs::read_to_string(&path)?;
    replaced(&text, "")?; // Before minutes are spent in vain.
    let mut report = format!("\n{}\n", measured_on()?);
    for bench in BENCHES {
        println!("══ {bench}");
        let printed = cargo(["bench", "--package", "benches", "--locked", "--bench", bench]).read()?;
        let tables = tables(&printed);
        println!("{tables}");
        report += &format!("\n`{bench}`:\n\n{tables}");
    }
    report.push('\n');
    Ok(fs::write(&path, replaced(&text, &report)?)?)
}

/// What a reader needs to measure it again, and to know how far to believe it.
fn measured_on() -> Outcome<String> {
    let git = |arguments: &[&str]| cmd("git", arguments).dir(root()).read();
    let commit = git(&["log", "-1", "--format=%h of %cs"])?;
    let changes = git(&["status", "--porcelain", "--", ".", &format!(":!{PATH}")])?;
    let changed = if changes.is_empty() { "" } else { ", with changes that are not committed" };
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown CPU", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let kernel = kernel.trim();
    Ok(format!("By `cargo xtask bench-report` at commit {commit}{changed}, on {model}, {cores} cores, Linux {kernel}."))
}

/// The rows of tables among what a bench prints, each table behind an empty line; and what it says of rows that are
/// left out.
fn tables(printed: &str) -> String {
    let is_part = |line: &&str| line.starts_with("| ") || line.starts_with("There is no ");
    let mut tables = String::new();
    let mut follows = true;
    for line in printed.lines() {
        let is_row = is_part(&line);
        if is_row {
            let gap = if follows || tables.is_empty() { "" } else { "\n" };
            tables += &format!("{gap}{line}\n");
        }
        follows = is_row;
    }
    tables
}

/// `text` with `report` in place of what stands between the markers.
fn replaced(text: &str, report: &str) -> Outcome<String> {
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or(format!("{PATH} has not both markers, one below the other"))?;
    Ok([before, BEGIN, report, END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_markers_is_replaced_and_nothing_else() {
        let text = |report: &str| format!("# Above\n\n{BEGIN}{report}{END}\nBelow\n");
        assert_eq!(replaced(&text(""), "new\n").unwrap(), text("new\n"));
        assert_eq!(replaced(&text("| old |\n"), "new\n").unwrap(), text("new\n"));
    }

    #[test]
    fn a_text_without_both_markers_in_their_order_is_left_alone() {
        for text in ["", BEGIN, END, &[END, BEGIN].concat()] {
            assert!(replaced(text, "new").is_err(), "{text}");
        }
    }

    #[test]
    fn the_document_has_the_markers() {
        let text = fs::read_to_string(root().join(PATH)).unwrap();
        assert!(replaced(&text, "").is_ok());
    }

    #[test]
    fn of_what_a_bench_prints_its_tables_are_taken() {
        let printed =
            "Gnuplot not found\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nThere is no Janus.\nbench time: 3\n| c |\n";
        assert_eq!(tables(printed), "| a | b |\n| --- | --- |\n| 1 | 2 |\n\nThere is no Janus.\n\n| c |\n");
    }
}
