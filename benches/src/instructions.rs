//! Counts the instructions of one function by running this very program once more under callgrind.
//!
//! Instructions repeat to within a percent on a machine where nanoseconds do not. Valgrind hides the newest vector instructions
//! from the program, so what the cryptographic library costs is too high; compare like with like.

use std::io;
use std::process::Command;
use std::{env, fs, process};

/// The flag by which a bench knows that it is the run under callgrind; its case follows.
pub const FLAG: &str = "--under-callgrind";

/// Runs the current program with [`FLAG`] and `case`, and counts what `function` and its callees execute.
///
/// # Errors
/// If valgrind is not installed, or did not produce a count.
pub fn count(function: &str, case: &str) -> io::Result<u64> {
    let profile = env::temp_dir().join(format!("callgrind-{}-{}", process::id(), case.replace(' ', "-")));
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--toggle-collect=*{function}*"))
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .args([FLAG, case])
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = fs::read_to_string(&profile)?;
    fs::remove_file(&profile)?;
    let totals =
        text.lines().find_map(|line| line.strip_prefix("totals: ")).and_then(|count| count.trim().parse().ok());
    totals.filter(|count| *count != 0).ok_or_else(|| io::Error::other(format!("callgrind never saw {function}")))
}

/// The case that this run is asked for, if it is the one under callgrind.
#[must_use]
pub fn case() -> Option<String> {
    let mut arguments = env::args().skip_while(|argument| argument != FLAG);
    arguments.next()?;
    arguments.next()
}
