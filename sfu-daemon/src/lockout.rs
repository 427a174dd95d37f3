//! Who fails to sign in too often waits. What is counted is the source, never the account: nobody can lock somebody else out.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::auth::Source;
use crate::limits::{LOCKOUT_FIRST, LOCKOUT_KEPT, LOCKOUT_MAX, LOCKOUT_SOURCES_MAX, SIGN_INS_FAILED_MAX};
use crate::telemetry;

/// What sources have failed at.
#[derive(Debug, Default)]
pub(crate) struct Lockout(BTreeMap<Source, Failures>);

#[derive(Debug)]
struct Failures {
    /// In a row.
    count: u32,
    /// Under way; each may be one more.
    trying: u32,
    /// How often it was blocked since it last succeeded.
    blocks: u32,
    blocked_until: Option<Instant>,
    at: Instant,
}

/// How an attempt went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    Failed,
    /// Something right was said, and more is asked for.
    Halfway,
}

impl Lockout {
    /// Begins an attempt, or says how long the source must wait. Each attempt that has begun is to be ended by [`Self::end`].
    pub(crate) fn begin(&mut self, source: Source) -> Result<(), Duration> {
        let now = Instant::now();
        self.make_room(source, now);
        let failures =
            self.0.entry(source).or_insert(Failures { count: 0, trying: 0, blocks: 0, blocked_until: None, at: now });
        if let Some(left) = failures.blocked_until.map(|until| until.saturating_duration_since(now)) {
            if !left.is_zero() {
                telemetry::limit_reached("sign_in_blocked");
                return Err(left);
            }
            failures.blocked_until = None;
        }
        // Attempts at the same time do not get more tries than one after the other.
        if SIGN_INS_FAILED_MAX <= failures.count + failures.trying {
            telemetry::limit_reached("sign_in_blocked");
            return Err(Duration::from_secs(1));
        }
        failures.trying += 1;
        failures.at = now;
        Ok(())
    }

    /// Ends an attempt. Returns how long the source must wait from now on, if it was one failure too many.
    pub(crate) fn end(&mut self, source: Source, outcome: Outcome) -> Option<Duration> {
        let failures = self.0.get_mut(&source)?;
        failures.trying = failures.trying.saturating_sub(1);
        match outcome {
            Outcome::Halfway => None,
            Outcome::Succeeded => {
                (failures.count, failures.blocks) = (0, 0);
                if failures.trying == 0 {
                    self.0.remove(&source);
                }
                None
            }
            Outcome::Failed => {
                failures.count += 1;
                if failures.count < SIGN_INS_FAILED_MAX {
                    return None;
                }
                let block = LOCKOUT_MAX.min(LOCKOUT_FIRST * 2_u32.saturating_pow(failures.blocks));
                failures.blocks += 1;
                failures.count = 0;
                failures.blocked_until = Some(Instant::now() + block);
                Some(block)
            }
        }
    }

    /// Forgets who has been quiet for long. If that is not enough, who failed longest ago makes room: a flood of sources finds no memory to fill.
    fn make_room(&mut self, source: Source, now: Instant) {
        if self.0.len() < LOCKOUT_SOURCES_MAX || self.0.contains_key(&source) {
            return;
        }
        let is_kept = |failures: &Failures| {
            0 < failures.trying || now < failures.blocked_until.unwrap_or(failures.at).max(failures.at) + LOCKOUT_KEPT
        };
        self.0.retain(|_, failures| is_kept(failures));
        if self.0.len() < LOCKOUT_SOURCES_MAX {
            return;
        }
        telemetry::limit_reached("lockout_sources");
        let oldest = self.0.iter().min_by_key(|(_, failures)| (failures.blocked_until.is_some(), failures.at));
        if let Some(oldest) = oldest.map(|(source, _)| *source) {
            self.0.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::SourceKey;

    fn sources() -> impl Iterator<Item = Source> {
        let key = SourceKey::random().unwrap();
        (0_u32..).map(move |number| key.source(std::net::Ipv4Addr::from(number).into()))
    }

    impl Lockout {
        fn attempt(&mut self, source: Source, outcome: Outcome) -> Result<Option<Duration>, Duration> {
            self.begin(source)?;
            Ok(self.end(source, outcome))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_twentieth_failure_in_a_row_blocks_for_an_hour_and_the_next_ones_for_longer() {
        let (mut lockout, source) = (Lockout::default(), sources().next().unwrap());
        for block in [LOCKOUT_FIRST, LOCKOUT_FIRST * 2, LOCKOUT_FIRST * 4] {
            for _ in 1..SIGN_INS_FAILED_MAX {
                assert_eq!(lockout.attempt(source, Outcome::Failed), Ok(None));
            }
            assert_eq!(lockout.attempt(source, Outcome::Failed), Ok(Some(block)));
            tokio::time::advance(block - Duration::from_secs(1)).await;
            assert_eq!(lockout.begin(source), Err(Duration::from_secs(1)), "whatever it knows");
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(lockout.attempt(source, Outcome::Succeeded), Ok(None));
        for _ in 1..SIGN_INS_FAILED_MAX {
            assert_eq!(lockout.attempt(source, Outcome::Failed), Ok(None));
        }
        assert_eq!(lockout.attempt(source, Outcome::Failed), Ok(Some(LOCKOUT_FIRST)), "a success makes it as before");
    }

    #[tokio::test(start_paused = true)]
    async fn nineteen_failures_and_a_success_are_forgotten_and_others_are_not_affected() {
        let mut lockout = Lockout::default();
        let [one, other] = [0, 1].map(|n| sources().nth(n).unwrap());
        for _ in 0..3 {
            for _ in 1..SIGN_INS_FAILED_MAX {
                lockout.attempt(one, Outcome::Failed).unwrap();
            }
            assert_eq!(lockout.attempt(one, Outcome::Succeeded), Ok(None));
        }
        for _ in 0..SIGN_INS_FAILED_MAX {
            lockout.attempt(one, Outcome::Failed).unwrap();
        }
        assert!(lockout.begin(one).is_err());
        assert_eq!(lockout.attempt(other, Outcome::Halfway), Ok(None));
        assert_eq!(lockout.attempt(other, Outcome::Succeeded), Ok(None));
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_at_the_same_time_are_no_more_than_one_after_the_other() {
        let (mut lockout, source) = (Lockout::default(), sources().next().unwrap());
        let begun = (0..100).filter(|_| lockout.begin(source).is_ok()).count();
        assert_eq!(begun, SIGN_INS_FAILED_MAX as usize);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_sources_is_bounded_and_does_not_free_who_is_blocked() {
        let (mut lockout, mut sources) = (Lockout::default(), sources());
        let blocked = sources.next().unwrap();
        for _ in 0..SIGN_INS_FAILED_MAX {
            lockout.attempt(blocked, Outcome::Failed).unwrap();
        }
        for source in sources.by_ref().take(LOCKOUT_SOURCES_MAX + 100) {
            lockout.attempt(source, Outcome::Failed).unwrap();
        }
        assert_eq!(lockout.0.len(), LOCKOUT_SOURCES_MAX);
        assert!(lockout.begin(blocked).is_err());
        tokio::time::advance(LOCKOUT_FIRST + LOCKOUT_KEPT).await;
        lockout.attempt(sources.next().unwrap(), Outcome::Failed).unwrap();
        assert_eq!(lockout.0.len(), 1, "who has been quiet is forgotten");
    }
}
