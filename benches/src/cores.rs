//! Who runs where: those who call on the first core that this process may use, what is measured on the next.
//!
//! Left to the scheduler, a server that has little to do is now beside its callers, where to wake it costs a few
//! microseconds, and now on a core that sleeps, where it may cost ten times that: at low load this decides the figures.

use std::io;
use std::sync::OnceLock;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The calling thread calls from now on.
///
/// # Errors
/// What the system says.
pub fn call() -> io::Result<()> {
    stay_on(0)
}

/// Starts the server number `n`: the threads and processes that `start` makes stay on its core. With too few cores the
/// last servers share those of the first, and of who calls.
///
/// # Errors
/// What the system or `start` says.
pub fn serve<T>(n: usize, start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let own = sched_getaffinity(None)?;
    stay_on(n + 1)?;
    let started = start();
    sched_setaffinity(None, &own)?;
    started
}

fn stay_on(n: usize) -> io::Result<()> {
    let cores = cores()?;
    let mut only = CpuSet::new();
    only.set(cores[n % cores.len()]);
    Ok(sched_setaffinity(None, &only)?)
}

/// Those that this process may use: asked before anybody stays on one.
fn cores() -> io::Result<&'static [usize]> {
    static CORES: OnceLock<Vec<usize>> = OnceLock::new();
    if let Some(cores) = CORES.get() {
        return Ok(cores);
    }
    let may = sched_getaffinity(None)?;
    Ok(CORES.get_or_init(|| (0..CpuSet::MAX_CPU).filter(|core| may.is_set(*core)).collect()))
}
