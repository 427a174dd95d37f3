//! What the program says of itself about data: the schedule of what is stored and what is in memory, as a list for people, as
//! `/.well-known/privacy.json` for programs, and as a check of whether a data folder holds what the schedule says and nothing else.
//!
//! The purposes are written for data protection officers; the page has them in the patients' words and languages.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::announce::Change;
use crate::config::{Flags, Settings, Subprocessor};
use crate::limits::SWEEP_EVERY;
use crate::retention::{About, Class, Lifetime};
use crate::store::Store;
use crate::{AdminError, App, DATABASE, StartError, open_store};

/// Counts up when the meaning of a field changes.
const REPORT_VERSION: u32 = 1;

/// What is in memory only: its name for programs, whom it is about, what for, on which ground (GDPR), and when it is erased.
pub(crate) const IN_MEMORY: [InMemory; 11] = [
    InMemory {
        name: "name",
        purpose: "let staff know who waits, and the people in a call know whom they talk to",
        legal_basis: "Art. 6(1)(b), Art. 9(2)(h)",
        kept: Erased::EndOfVisit,
    },
    InMemory {
        name: "visit",
        purpose: "keep the place in line: times, language, whether camera and microphone work",
        legal_basis: "Art. 6(1)(b)",
        kept: Erased::MinutesAfterVisit { minutes: 20 },
    },
    InMemory {
        name: "notes",
        purpose: "notes of staff on a visit, and messages between the line and the desk, sealed by the pages",
        legal_basis: "Art. 6(1)(b)",
        kept: Erased::EndOfVisit,
    },
    InMemory {
        name: "media",
        purpose: "forward pictures and sound; a few hundred packets are held for seconds to repair losses",
        legal_basis: "Art. 6(1)(b), Art. 9(2)(h)",
        kept: Erased::AtOnce,
    },
    InMemory {
        name: "chat",
        purpose: "hand messages, live text and forms on, sealed by the pages",
        legal_basis: "Art. 6(1)(b), Art. 9(2)(h)",
        kept: Erased::AtOnce,
    },
    InMemory {
        name: "files",
        purpose: "hand files over, sealed by the pages",
        legal_basis: "Art. 6(1)(b), Art. 9(2)(h)",
        kept: Erased::MinutesAfterLastByte { minutes: 15 },
    },
    InMemory {
        name: "place_token",
        purpose: "give the place in line back after a lost connection or a restart",
        legal_basis: "Art. 6(1)(b)",
        kept: Erased::EndOfVisit,
    },
    InMemory {
        name: "invitation",
        purpose: "send an invitation for staff who ask for it; only if there is an invite_by_mail or an sms_url",
        legal_basis: "Art. 6(1)(b)",
        kept: Erased::MinutesAtMost { minutes: 2 },
    },
    InMemory {
        name: "turn",
        purpose: "write to a patient who asks for it that it is their turn, once; only with tell_patients",
        legal_basis: "Art. 6(1)(b)",
        kept: Erased::EndOfVisit,
    },
    InMemory {
        name: "address",
        purpose: "answer the browser; bound what one source can do, by a keyed hash whose key is never stored and changes daily",
        legal_basis: "Art. 6(1)(f), Art. 32",
        kept: Erased::WithConnection,
    },
    InMemory {
        name: "failed_sign_ins",
        purpose: "block a source that guesses passwords, by the same keyed hash",
        legal_basis: "Art. 6(1)(f), Art. 32",
        kept: Erased::WithinADay,
    },
];

#[derive(Clone, Copy, Serialize)]
pub(crate) struct InMemory {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    legal_basis: &'static str,
    kept: Erased,
}

#[derive(Clone, Copy, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Erased {
    AtOnce,
    WithConnection,
    EndOfVisit,
    MinutesAfterVisit { minutes: u32 },
    MinutesAfterLastByte { minutes: u32 },
    MinutesAtMost { minutes: u32 },
    WithinADay,
}

/// `/.well-known/privacy.json`.
#[derive(Serialize)]
pub(crate) struct Report {
    version: u32,
    /// What is written to the disk.
    stored: Vec<Stored>,
    /// What is in memory only.
    in_memory: [InMemory; 11],
    cookies: [Cookie; 1],
    /// To whom the server itself connects.
    outbound: Vec<Subprocessor>,
    /// What of this was announced to change, or has changed.
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct Stored {
    name: &'static str,
    about: About,
    purpose: &'static str,
    legal_basis: Option<&'static str>,
    /// Columns of the database as `table.column`, and files.
    fields: Vec<String>,
    /// Whether it takes the key that lies elsewhere to read it.
    sealed: bool,
    kept: Lifetime,
}

#[derive(Serialize)]
struct Cookie {
    name: &'static str,
    set: &'static str,
    purpose: &'static str,
    seconds_max: u64,
}

impl Report {
    fn of(settings: &Settings, changes: Vec<Change>) -> Self {
        let stored = Class::ALL.into_iter().map(|class| {
            let entry = class.entry();
            let columns = entry
                .tables
                .iter()
                .flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}")));
            Stored {
                name: entry.name,
                about: entry.about,
                purpose: entry.purpose,
                legal_basis: entry.basis,
                fields: columns.chain(entry.files.iter().map(|file| (*file).to_owned())).collect(),
                sealed: entry.is_sealed,
                kept: class.lifetime(settings),
            }
        });
        let cookie = Cookie {
            name: crate::auth::COOKIE,
            set: "when somebody of staff has signed in; patients have none",
            purpose: "stay signed in",
            seconds_max: settings.staff_session_max.max(settings.staff_password_session_max),
        };
        Self {
            version: REPORT_VERSION,
            stored: stored.collect(),
            in_memory: IN_MEMORY,
            cookies: [cookie],
            outbound: settings.subprocessors.clone(),
            changes,
        }
    }
}

/// `GET /.well-known/privacy.json`, without a name: it is about the program, its settings, and what the practice has announced.
pub(crate) async fn report(State(app): State<Arc<App>>) -> Response {
    match app.with_store(|store| store.announcements(None)).await {
        Some(found) => Json(Report::of(&app.settings, found.into_iter().map(Change::from).collect())).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The schedule of what is stored, as it is in effect.
///
/// # Errors
/// If the settings cannot be used.
pub fn retention(flags: Flags) -> Result<String, AdminError> {
    let settings = Settings::load(flags)?;
    let mut text = String::new();
    for class in Class::ALL {
        let entry = class.entry();
        let kept = match class.lifetime(&settings) {
            Lifetime::UntilRemoved => "until somebody changes or removes it".to_owned(),
            Lifetime::UntilItsEnd => "until it is used, or its end has come".to_owned(),
            Lifetime::Session => "until its owner signs out, or by the settings staff_*_max".to_owned(),
            Lifetime::DaysAfterDisabled { days } => format!("{days} days after the account was disabled"),
            Lifetime::DaysAfterEffect { days } => format!("{days} days after it took effect"),
            Lifetime::Days { days } => format!("{days} days"),
            Lifetime::Seconds { seconds } => format!("{seconds} seconds after the last byte"),
        };
        let _infallible = writeln!(text, "{}\n  for: {}\n  kept: {kept}", entry.name, entry.purpose);
    }
    Ok(text)
}

/// Compares a data folder with the schedule: nothing may be in it that the schedule does not name, and nothing may be past its time.
///
/// # Errors
/// If the settings or the database cannot be used, or with all that is wrong.
pub fn privacy_check(flags: Flags) -> Result<String, AdminError> {
    let settings = Settings::load(flags)?;
    if !settings.data_dir.join(DATABASE).exists() {
        return Err(AdminError::Unfit("there is no database in this data_dir; name the server's"));
    }
    let store = open_store(&settings)?;
    let mut wrong = unnamed_columns(&store)?;
    wrong.push_str(&unnamed_files(&settings)?);
    // A running server sweeps every hour; what is over for longer than two has been forgotten.
    let overdue_ms = crate::now_ms() - 2 * i64::try_from(SWEEP_EVERY.as_millis()).unwrap_or(0);
    for (class, count) in store.sweep(overdue_ms, crate::keep(&settings))? {
        if 0 < count {
            let _infallible =
                writeln!(wrong, "{}: {count} were past their time for hours, and are deleted now", class.entry().name);
        }
    }
    match wrong.is_empty() {
        true => Ok("the data folder holds what the schedule names, and nothing else\n".to_owned()),
        false => Err(AdminError::NotPrivate(wrong)),
    }
}

fn unnamed_columns(store: &Store) -> Result<String, AdminError> {
    let there: BTreeSet<(String, String)> = store.columns()?.into_iter().collect();
    let mut wrong = String::new();
    for (table, column) in &there {
        if !Class::ALL.iter().any(|class| class.covers(table, Some(column))) {
            let _infallible = writeln!(wrong, "the database has {table}.{column}, which the schedule does not name");
        }
    }
    Ok(wrong)
}

fn unnamed_files(settings: &Settings) -> Result<String, AdminError> {
    let named = Class::ALL.into_iter().flat_map(|class| class.entry().files.iter().copied());
    // SQLite's companions of the database, which go with it.
    let named: BTreeSet<&str> = named.chain([DATABASE, "anteroom.db-wal", "anteroom.db-shm"]).collect();
    let error = |error| StartError::DataDir { path: settings.data_dir.clone(), error };
    let mut wrong = String::new();
    for file in std::fs::read_dir(&settings.data_dir).map_err(error)? {
        let name = file.map_err(error)?.file_name();
        if !name.to_str().is_some_and(|name| named.contains(name)) {
            let _infallible =
                writeln!(wrong, "the data folder has {}, which the schedule does not name", name.display());
        }
    }
    Ok(wrong)
}
