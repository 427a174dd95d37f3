//! Faults of libraries, told from our own.
//!
//! An embedder survives a panic in one participant's step by ending that participant. So a panic in a library is no
//! broken promise as long as the others notice nothing; one in our own code is. Known faults of the session engine, all
//! in builds that check for overflows: `Twcc::into_iter` adds past the end of `u64` when a report of somebody with real
//! keys begins before the first packet sent (str0m 0.25.0).

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;

/// What `step` gives; `None` if a library panicked in it. Our own panics go on.
pub(crate) fn guard<T>(step: impl FnOnce() -> T) -> Option<T> {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let report = take_hook();
        set_hook(Box::new(move |panic| {
            // Packages of the workspace are compiled by relative paths, all others by absolute ones.
            let is_foreign = panic.location().is_some_and(|at| Path::new(at.file()).is_absolute());
            IS_FOREIGN.set(is_foreign);
            if !(is_foreign && IS_GUARDED.get()) {
                report(panic);
            }
        }));
    });
    IS_GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(step));
    IS_GUARDED.set(false);
    match result {
        Ok(value) => Some(value),
        Err(_) if IS_FOREIGN.get() => None,
        Err(panic) => resume_unwind(panic),
    }
}

thread_local! {
    static IS_FOREIGN: Cell<bool> = const { Cell::new(false) };
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}
