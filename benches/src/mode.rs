//! How much of a bench to run.

use std::env;

/// What was asked for, in the words that cargo passes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `cargo bench`: measure.
    Measure,
    /// `cargo bench -- --test` or `cargo test --benches`: only see that everything runs.
    Check,
    /// A test runner asks for names; these benches have none for it.
    List,
}

impl Mode {
    /// As criterion reads it: to measure takes `--bench`, which cargo adds, and no `--test`.
    #[must_use]
    pub fn from_args() -> Self {
        let given = |flag: &str| env::args().any(|argument| argument == flag);
        match (given("--list"), given("--bench") && !given("--test")) {
            (true, _) => Self::List,
            (false, true) => Self::Measure,
            (false, false) => Self::Check,
        }
    }
}
