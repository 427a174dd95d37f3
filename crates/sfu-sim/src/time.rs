//! The virtual clock's unit and its beginning.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The clock's step: 1/512 s. It is a whole number of nanoseconds and of the 1/65,536 s in which RTCP measures round trips (RFC 3550, section 4),
/// so that no rounding of one library's clock to another's can turn out one way today and another tomorrow.
pub const TICK: Duration = Duration::from_nanos(1_953_125);

/// The instant at which every simulation in this process begins.
///
/// An `Instant` cannot be made from a number, so one is read; all else is added to it. Where it lies matters twice. str0m ties it to the wall
/// clock once per process to stamp sender reports, hence half an RTCP unit behind a whole second: fractions then round alike in every process. And
/// sctp-proto reads the real clock for a client's first timer, hence a day ahead: for it, that timer is always over already.
#[must_use]
pub fn beginning() -> Instant {
    *BEGINNING
}

static BEGINNING: LazyLock<Instant> = LazyLock::new(|| {
    let (now, wall) = read_clocks();
    let past_second = Duration::from_nanos(u64::from(wall.subsec_nanos()));
    now + A_DAY - past_second + HALF_RTCP_UNIT
});

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HALF_RTCP_UNIT: Duration = Duration::from_nanos(1_000_000_000 / 65_536 / 2);

#[expect(clippy::disallowed_methods, reason = "the one reading that all virtual time is counted from")]
fn read_clocks() -> (Instant, Duration) {
    (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// That many seconds.
#[must_use]
pub const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// That many milliseconds.
#[must_use]
pub const fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// That many thousand bits a second, in bits a second.
#[must_use]
pub const fn kbps(kilobits: u64) -> u64 {
    kilobits * 1_000
}

/// `at` rounded up to the clock's step.
pub(crate) fn ceil(at: Duration) -> Duration {
    let tick = TICK.as_nanos();
    let ticks = at.as_nanos().div_ceil(tick);
    Duration::from_nanos(u64::try_from(ticks * tick).unwrap_or(u64::MAX))
}
