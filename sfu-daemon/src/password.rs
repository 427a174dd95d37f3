//! Passwords of staff: which are fit, and how one is kept and compared. OWASP ASVS 5.0, section 6.2: length counts, no rule of composition, no
//! expiry, and nothing that is in lists of common ones.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::auth::{NoRandom, random};
use crate::limits::{HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX, PASSWORD_CHARS_MAX};
use crate::telemetry;

/// Characters of a password at least; the page recommends more.
const CHARS_MIN: usize = 8;
/// As long as a memory cell takes: 32 MiB, three passes (RFC 9106 has 64 MiB for three; OWASP asks for 19 MiB and two).
const MEMORY_KIB: u32 = 32 * 1024;
const PASSES: u32 = 3;

/// Why a password cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unfit {
    TooShort,
    TooLong,
    /// It is in a list of common passwords, or made of such words, names, dates or rows of keys; or of what is known of the person.
    Common,
}

impl Unfit {
    /// For the operator; pages have words of their own.
    pub(crate) fn say(self) -> &'static str {
        match self {
            Self::TooShort => "the password is too short: at least 8 characters, better 12 or more",
            Self::TooLong => "the password is too long: at most 128 characters",
            Self::Common => "the password is easy to guess; several words in a row are good",
        }
    }
}

/// Judges a new password. `about`: words that stand for the person, which others try first.
pub(crate) fn judge(password: &str, about: &[&str]) -> Result<(), Unfit> {
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        return Err(Unfit::TooShort);
    }
    if PASSWORD_CHARS_MAX < chars {
        return Err(Unfit::TooLong);
    }
    // A million guesses are what somebody makes who goes through every list.
    match zxcvbn::zxcvbn(password, about).score() < zxcvbn::Score::Two {
        true => Err(Unfit::Common),
        false => Ok(()),
    }
}

/// How it is stored: with its own salt and parameters. Takes a tenth of a second of a processor.
pub(crate) fn hash(password: &str) -> Result<String, NoRandom> {
    let salt = random::<16>()?;
    let hash: Result<PasswordHash, _> = argon2id().hash_password_with_salt(password.as_bytes(), &salt);
    // Fails for inputs that are too long for it, which are gigabytes.
    Ok(hash.map_err(|_| NoRandom)?.to_string())
}

/// Whether it is the one that is stored. Where nothing is stored the work is the same, so that nobody learns by the clock who has an account.
pub(crate) fn is_right(password: &str, stored: Option<&str>) -> bool {
    match stored.map(PasswordHash::new) {
        Some(Ok(stored)) => argon2id().verify_password(password.as_bytes(), &stored).is_ok(),
        Some(Err(_)) | None => {
            let mut hash = [0; 32];
            let _as_long = argon2id().hash_password_into(password.as_bytes(), b"nobody's own salt", &mut hash);
            std::hint::black_box(hash);
            false
        }
    }
}

fn argon2id() -> Argon2<'static> {
    const { assert!(Params::MIN_M_COST <= MEMORY_KIB) };
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Where passwords are hashed and compared: off the async threads, few at a time, so that a flood of log-ins costs neither memory nor all of the
/// processor.
#[derive(Clone)]
pub(crate) struct Hashing {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Hashing {
    pub(crate) fn new() -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(HASHES_AT_ONCE_MAX)),
            waiting: Arc::new(Semaphore::new(HASHES_AT_ONCE_MAX + HASHES_WAITING_MAX)),
        }
    }

    /// `None` if too many wait already.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let Ok(_in_line) = Arc::clone(&self.waiting).try_acquire_owned() else {
            telemetry::limit_reached("password_hashes");
            return None;
        };
        let at_once = Arc::clone(&self.at_once).acquire_owned().await.ok()?;
        // The place is given back when the work is done, also if nobody waits for it any more.
        tokio::task::spawn_blocking(move || {
            let _at_once = at_once;
            work()
        })
        .await
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_argon2id_with_a_salt_of_its_own() {
        let (one, other) = (hash("correct horse battery").unwrap(), hash("correct horse battery").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=32768,t=3,p=1$"), "{one}");
        assert_ne!(one, other);
        assert!(is_right("correct horse battery", Some(&one)));
        assert!(!is_right("Correct horse battery", Some(&one)));
        assert!(!is_right("", None) && !is_right("x", Some("nonsense")));
    }

    /// RFC 9106, section 5.3, has vectors with a secret, which this program does not use; these are of the reference implementation
    /// (`argon2 somesalt -id -t 2 -m 16 -p 1`).
    #[test]
    fn a_hash_of_the_reference_implementation_is_understood() {
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(is_right("password", Some(stored)));
        assert!(!is_right("Password", Some(stored)));
    }

    #[test]
    fn length_counts_and_common_words_do_not() {
        for (password, unfit) in [
            ("", Unfit::TooShort),
            ("k7#pQ2x", Unfit::TooShort),
            ("password", Unfit::Common),
            ("12345678", Unfit::Common),
            ("qwertyuiop", Unfit::Common),
            ("iloveyou", Unfit::Common),
            ("sunshine", Unfit::Common),
            ("P@ssw0rd", Unfit::Common),
            ("Password1", Unfit::Common),
            ("lindenhof", Unfit::Common),
            ("hoffmann1", Unfit::Common),
        ] {
            assert_eq!(judge(password, &["lindenhof", "hoffmann"]), Err(unfit), "{password}");
        }
        assert_eq!(judge(&"x".repeat(PASSWORD_CHARS_MAX + 1), &[]), Err(Unfit::TooLong));
        for password in
            ["grüne Teekanne am Fenster", "tr7xqpwmz", "水の流れは絶えずして", "correct horse battery staple"]
        {
            assert_eq!(judge(password, &[]), Ok(()), "{password}: no digit, sign or capital is asked for");
        }
    }

    #[tokio::test]
    async fn a_flood_of_log_ins_hashes_few_at_a_time_and_refuses_the_rest() {
        let hashing = Hashing::new();
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(std::sync::Mutex::new(gate));
        let (began, mut begun) = tokio::sync::mpsc::unbounded_channel();
        let tasks: Vec<_> = (0..HASHES_AT_ONCE_MAX + HASHES_WAITING_MAX)
            .map(|_| {
                let (hashing, gate, began) = (hashing.clone(), Arc::clone(&gate), began.clone());
                tokio::spawn(async move {
                    let work = move || {
                        let _nobody_listens = began.send(());
                        let _released = gate.lock().unwrap().recv();
                    };
                    hashing.run(work).await
                })
            })
            .collect();
        for _ in 0..HASHES_AT_ONCE_MAX {
            begun.recv().await.unwrap();
        }
        while hashing.waiting.available_permits() != 0 {
            tokio::task::yield_now().await;
        }
        assert!(begun.try_recv().is_err(), "no more at once");
        assert_eq!(hashing.run(|| ()).await, None, "and no more in line");
        drop(release);
        for task in tasks {
            assert_eq!(task.await.unwrap(), Some(()));
        }
        assert_eq!(hashing.run(|| 1).await, Some(1));
    }
}
