//! Questions that a browser answers once, within some minutes. The server keeps none of them: each carries its end, and a seal over that and over what
//! it is for. What was answered is remembered until its end, so that no answer is good twice.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::hmac;
use tokio::time::Instant;

use crate::auth::{NoRandom, random};
use crate::limits::{CHALLENGE_LASTS, CHALLENGES_ANSWERED_MAX};
use crate::telemetry;

const END_BYTES: usize = 8;
const NUMBER_BYTES: usize = 16;

/// The key of questions, random and in memory only, and those that were answered.
pub(crate) struct Challenges {
    key: hmac::Key,
    began: Instant,
    /// By their random number, with their end.
    answered: Mutex<BTreeMap<[u8; NUMBER_BYTES], u64>>,
}

/// How it is with a question whose answer is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    First,
    Again,
    /// More are answered than can be remembered.
    Full,
}

impl Challenges {
    pub(crate) fn random() -> Result<Self, NoRandom> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &random::<32>()?);
        Ok(Self { key, began: Instant::now(), answered: Mutex::default() })
    }

    /// A new question. `purpose`: what an answer is good for, and for whom.
    pub(crate) fn ask(&self, purpose: &str) -> Result<Vec<u8>, NoRandom> {
        let end = self.now_ms() + u64::try_from(CHALLENGE_LASTS.as_millis()).unwrap_or(u64::MAX);
        let asked = [&end.to_be_bytes()[..], &random::<NUMBER_BYTES>()?].concat();
        let seal = hmac::sign(&self.key, &[&asked, purpose.as_bytes()].concat());
        Ok([&asked, seal.as_ref()].concat())
    }

    /// Whether it is ours, for this, and not over.
    pub(crate) fn is_ours(&self, challenge: &[u8], purpose: &str) -> bool {
        let Some((asked, seal)) = challenge.split_at_checked(END_BYTES + NUMBER_BYTES) else { return false };
        hmac::verify(&self.key, &[asked, purpose.as_bytes()].concat(), seal).is_ok()
            && parts(challenge).is_some_and(|(end, _)| self.now_ms() < end)
    }

    /// Uses one up. Only for what [`Self::is_ours`] and was answered rightly: strangers have no part in what is remembered.
    pub(crate) fn spend(&self, challenge: &[u8]) -> Spent {
        let Some((end, number)) = parts(challenge) else { return Spent::Again };
        let now = self.now_ms();
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.retain(|_, end| now < *end);
        if answered.contains_key(&number) {
            return Spent::Again;
        }
        if CHALLENGES_ANSWERED_MAX <= answered.len() {
            telemetry::limit_reached("challenges_answered");
            return Spent::Full;
        }
        answered.insert(number, end);
        Spent::First
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn parts(challenge: &[u8]) -> Option<(u64, [u8; NUMBER_BYTES])> {
    let (end, rest) = challenge.split_first_chunk()?;
    Some((u64::from_be_bytes(*end), *rest.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_question_is_good_for_its_purpose_for_some_minutes_and_once() {
        let challenges = Challenges::random().unwrap();
        let one = challenges.ask("sign in").unwrap();
        assert_ne!(one, challenges.ask("sign in").unwrap());
        assert!(challenges.is_ours(&one, "sign in"));
        assert!(!challenges.is_ours(&one, "sign in "), "for something else");
        assert!(!Challenges::random().unwrap().is_ours(&one, "sign in"), "of another process");
        for at in 0..one.len() {
            let mut changed = one.clone();
            changed[at] ^= 1;
            assert!(!challenges.is_ours(&changed, "sign in"), "byte {at}");
        }
        for length in 0..one.len() {
            assert!(!challenges.is_ours(&one[..length], "sign in"), "{length} bytes");
        }
        assert_eq!((challenges.spend(&one), challenges.spend(&one)), (Spent::First, Spent::Again));
        tokio::time::advance(CHALLENGE_LASTS - Duration::from_millis(1)).await;
        assert!(challenges.is_ours(&one, "sign in"));
        assert_eq!(challenges.spend(&one), Spent::Again, "remembered until its end");
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!challenges.is_ours(&one, "sign in"));
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_answers_are_remembered_and_then_none_is_taken_until_some_are_over() {
        let challenges = Challenges::random().unwrap();
        let ask = || challenges.ask("").unwrap();
        for _ in 0..CHALLENGES_ANSWERED_MAX {
            assert_eq!(challenges.spend(&ask()), Spent::First);
        }
        let one_more = ask();
        assert_eq!(challenges.spend(&one_more), Spent::Full);
        tokio::time::advance(CHALLENGE_LASTS).await;
        assert_eq!(challenges.spend(&ask()), Spent::First);
        assert_eq!(challenges.answered.lock().unwrap().len(), 1);
    }
}
