//! What must outlast a restart: areas and the keys that staff have made for them, the staff account, hashes of what lets staff in, and where the chain of deletion receipts goes on.
//! Nothing about patients: there is no table for it.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use sfu_relay::{Receipt, Signer};
use sfu_signal::{Presence, Seal, SealedDevice};
use zeroize::Zeroizing;

use crate::auth::TokenHash;

/// "Ante" in ASCII: marks the file as ours, in SQLite's header.
const APPLICATION_ID: i64 = 0x416e_7465;
/// Counts up with every change of the tables.
const SCHEMA_VERSION: i64 = 5;
/// What makes each version of the one before.
const SCHEMAS: [(i64, &str); 5] = [
    (1, include_str!("schema.sql")),
    (2, include_str!("schema_receipts.sql")),
    (3, include_str!("schema_receipt_numbers.sql")),
    (4, include_str!("schema_seals.sql")),
    (5, include_str!("schema_places.sql")),
];

/// Why the database cannot be used. The file has not been touched.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is some other program's database.
    #[error("{0} is a database of another program; name another data_dir")]
    Foreign(String),
    /// It was written by a newer version.
    #[error("{0} was written by a newer version of anteroom (schema {1}); run that version, or name another data_dir")]
    Newer(String, i64),
    /// It is not a database, or damaged.
    #[error("{path} cannot be used as the database: {error}; restore it from a backup, or move it away to begin anew")]
    Broken {
        /// The file.
        path: String,
        /// What SQLite says.
        error: rusqlite::Error,
    },
    /// The file cannot be made or opened for writing.
    #[error("cannot open the database {path}: {error}")]
    Unwritable {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A statement failed later on.
    #[error("database: {0}")]
    Failed(#[from] rusqlite::Error),
}

/// An area as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) id: u32,
    pub(crate) slug: String,
    pub(crate) practice: String,
    pub(crate) title: String,
    pub(crate) help_phone: String,
    pub(crate) presence: Presence,
    pub(crate) presence_text: String,
}

/// The keys of an area, as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AreaSeal {
    pub(crate) seal: Seal,
    pub(crate) devices: Vec<SealedDevice>,
}

/// A valid staff session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) hash: TokenHash,
    pub(crate) staff: u32,
    /// When it ends whatever happens, in milliseconds since the Unix epoch.
    pub(crate) ends_ms: i64,
}

/// How long staff sessions last, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionLimits {
    pub(crate) idle_ms: i64,
    pub(crate) absolute_ms: i64,
}

pub(crate) struct Store(Mutex<Connection>);

impl Store {
    /// Opens the database, or creates it with one area and one staff account.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let name = path.display().to_string();
        let broken = |error| StoreError::Broken { path: name.clone(), error };
        check_untouched(path, &name)?;
        // Made by hand if it is not there, so that nobody else may read it; SQLite gives its companion files the same mode.
        let made = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        made.map_err(|error| StoreError::Unwritable { path: name.clone(), error })?;
        let connection = Connection::open(path).map_err(broken)?;
        // First of all the mark, so that a crash from here on leaves a file that is known as ours.
        connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID};")).map_err(broken)?;
        // WAL lets `anteroom staff-link` write while the daemon runs; FULL keeps what was promised through a power cut.
        connection
            .execute_batch(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA secure_delete = ON;",
            )
            .map_err(broken)?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(broken)?;
        for (to, schema) in SCHEMAS.into_iter().filter(|(to, _)| version < *to) {
            connection
                .execute_batch(&format!("BEGIN IMMEDIATE; {schema} PRAGMA user_version = {to}; COMMIT;"))
                .map_err(broken)?;
        }
        Ok(Self(Mutex::new(connection)))
    }

    /// All areas, by id.
    pub(crate) fn areas(&self) -> Result<Vec<Area>, StoreError> {
        let connection = self.connection();
        let mut rows = connection
            .prepare("SELECT id, slug, practice, title, help_phone, presence, presence_text FROM areas ORDER BY id")?;
        let areas = rows.query_map([], |row| {
            Ok(Area {
                id: row.get(0)?,
                slug: row.get(1)?,
                practice: row.get(2)?,
                title: row.get(3)?,
                help_phone: row.get(4)?,
                presence: presence_from(&row.get::<_, String>(5)?),
                presence_text: row.get(6)?,
            })
        })?;
        Ok(areas.collect::<Result<_, _>>()?)
    }

    /// The keys of areas, by id.
    pub(crate) fn seals(&self) -> Result<Vec<(u32, AreaSeal)>, StoreError> {
        let connection = self.connection();
        let mut rows = connection.prepare("SELECT area, seal, devices FROM seals ORDER BY area")?;
        let texts = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let texts: Vec<(u32, String, String)> = texts.collect::<Result<_, _>>()?;
        let read = |(area, seal, devices): (u32, String, String)| {
            let (seal, devices) = (serde_json::from_str(&seal).ok()?, serde_json::from_str(&devices).ok()?);
            Some((area, AreaSeal { seal, devices }))
        };
        Ok(texts.into_iter().filter_map(read).collect())
    }

    pub(crate) fn save_seal(&self, area: u32, AreaSeal { seal, devices }: &AreaSeal) -> Result<(), StoreError> {
        let [seal, devices] =
            [serde_json::to_string(seal), serde_json::to_string(devices)].map(Result::unwrap_or_default);
        self.connection().execute(
            "INSERT INTO seals (area, seal, devices) VALUES (?1, ?2, ?3)
             ON CONFLICT (area) DO UPDATE SET seal = ?2, devices = ?3",
            params![area, seal, devices],
        )?;
        Ok(())
    }

    /// Which staff member works in which area.
    pub(crate) fn staff_areas(&self) -> Result<Vec<(u32, u32)>, StoreError> {
        let connection = self.connection();
        let mut rows = connection.prepare("SELECT staff, area FROM staff_areas ORDER BY staff, area")?;
        let pairs = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(pairs.collect::<Result<_, _>>()?)
    }

    pub(crate) fn save_area(&self, area: &Area) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE areas SET practice = ?2, title = ?3, help_phone = ?4, presence = ?5, presence_text = ?6 WHERE id = ?1",
            params![area.id, area.practice, area.title, area.help_phone, presence_text(area.presence), area.presence_text],
        )?;
        Ok(())
    }

    /// Keeps the hash of a one-time link for the first staff account, and forgets links that are past their time.
    pub(crate) fn add_enrolment(&self, hash: TokenHash, now_ms: i64, ends_ms: i64) -> Result<(), StoreError> {
        let connection = self.connection();
        connection.execute("DELETE FROM enrolments WHERE ends_ms <= ?1", [now_ms])?;
        connection.execute(
            "INSERT INTO enrolments (hash, staff, ends_ms) SELECT ?1, min(id), ?2 FROM staff",
            params![hash.0, ends_ms],
        )?;
        Ok(())
    }

    /// Turns a one-time link into a session. `false` if the link is unknown, used or past its time.
    pub(crate) fn enrol(&self, link: TokenHash, session: TokenHash, now_ms: i64) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let staff: Option<u32> = transaction
            .query_row(
                "DELETE FROM enrolments WHERE hash = ?1 AND ?2 < ends_ms RETURNING staff",
                params![link.0, now_ms],
                |row| row.get(0),
            )
            .optional()?;
        let Some(staff) = staff else { return Ok(false) };
        transaction.execute(
            "INSERT INTO sessions (hash, staff, began_ms, seen_ms) VALUES (?1, ?2, ?3, ?3)",
            params![session.0, staff, now_ms],
        )?;
        transaction.commit()?;
        Ok(true)
    }

    /// The session of this hash if it is still valid; its use is noted.
    pub(crate) fn session(
        &self,
        hash: TokenHash,
        now_ms: i64,
        limits: SessionLimits,
    ) -> Result<Option<Session>, StoreError> {
        let connection = self.connection();
        connection.execute(
            "DELETE FROM sessions WHERE began_ms + ?2 <= ?1 OR seen_ms + ?3 <= ?1",
            params![now_ms, limits.absolute_ms, limits.idle_ms],
        )?;
        let session = connection
            .query_row(
                "UPDATE sessions SET seen_ms = max(seen_ms, ?2) WHERE hash = ?1 RETURNING staff, began_ms",
                params![hash.0, now_ms],
                |row| {
                    Ok(Session {
                        hash,
                        staff: row.get(0)?,
                        ends_ms: row.get::<_, i64>(1)?.saturating_add(limits.absolute_ms),
                    })
                },
            )
            .optional()?;
        Ok(session)
    }

    /// The signer of deletion receipts, which goes on after the last one. Its seed is made at the first time.
    pub(crate) fn signer(&self, new_seed: &[u8; 32]) -> Result<Signer, StoreError> {
        let connection = self.connection();
        connection.execute("INSERT INTO receipts (id, seed) VALUES (1, ?1) ON CONFLICT DO NOTHING", [new_seed])?;
        let (seed, last): ([u8; 32], Option<[u8; Receipt::BYTES]>) =
            connection.query_row("SELECT seed, last FROM receipts", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let seed = Zeroizing::new(seed);
        Ok(Signer::new(&seed, last.and_then(|last| Receipt::from_bytes(&last)).as_ref()))
    }

    /// As [`Self::signer`], with so many numbers of its own that nobody has used. What was reserved before and has no receipt here may have been
    /// used by a process that was killed, and is left out.
    pub(crate) fn signer_with_numbers(&self, new_seed: &[u8; 32], count: u64) -> Result<Signer, StoreError> {
        let signer = self.signer(new_seed)?;
        let unused: i64 = self.connection().query_row("SELECT unused FROM receipts", [], |row| row.get(0))?;
        let first = signer.next_number().max(unused.unsigned_abs());
        let until = first.saturating_add(count);
        self.reserve_numbers(until)?;
        Ok(signer.with_numbers(first..until))
    }

    /// Notes that numbers of receipts before this one may have been used, and no others.
    pub(crate) fn reserve_numbers(&self, until: u64) -> Result<(), StoreError> {
        let until = i64::try_from(until).unwrap_or(i64::MAX);
        self.connection().execute("UPDATE receipts SET unused = ?1", [until])?;
        Ok(())
    }

    /// Keeps the last receipt, in the place of the one before.
    pub(crate) fn save_receipt(&self, receipt: &Receipt) -> Result<(), StoreError> {
        self.connection().execute("UPDATE receipts SET last = ?1", [receipt.to_bytes()])?;
        Ok(())
    }

    /// The key that signs tokens of places. Made at the first time.
    pub(crate) fn place_key(&self, new: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let connection = self.connection();
        connection.execute("INSERT INTO places (id, key) VALUES (1, ?1) ON CONFLICT DO NOTHING", [new])?;
        Ok(Zeroizing::new(connection.query_row("SELECT key FROM places", [], |row| row.get(0))?))
    }

    pub(crate) fn end_session(&self, hash: TokenHash) -> Result<(), StoreError> {
        self.connection().execute("DELETE FROM sessions WHERE hash = ?1", [hash.0])?;
        Ok(())
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic between two statements leaves no half transaction: SQLite rolls back.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at an existing file without a single write, so that what is not ours stays as it is.
fn check_untouched(path: &Path, name: &str) -> Result<(), StoreError> {
    if std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Ok(());
    }
    let broken = |error| StoreError::Broken { path: name.to_owned(), error };
    let look = || -> rusqlite::Result<(i64, i64, String)> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get(0));
        let intact = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok((number("PRAGMA application_id")?, number("PRAGMA user_version")?, intact))
    };
    let (application, version, intact) = look().map_err(broken)?;
    if application != APPLICATION_ID {
        return Err(StoreError::Foreign(name.to_owned()));
    }
    if SCHEMA_VERSION < version {
        return Err(StoreError::Newer(name.to_owned(), version));
    }
    if intact != "ok" {
        return Err(broken(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
            None,
        )));
    }
    Ok(())
}

fn presence_text(presence: Presence) -> &'static str {
    match presence {
        Presence::Open => "open",
        Presence::Busy => "busy",
        Presence::Away => "away",
        Presence::Closed => "closed",
    }
}

/// The table's own check allows no other word; should one appear, patients are rather let in than shut out.
fn presence_from(text: &str) -> Presence {
    match text {
        "busy" => Presence::Busy,
        "away" => Presence::Away,
        "closed" => Presence::Closed,
        _ => Presence::Open,
    }
}

#[cfg(test)]
mod tests {
    use sfu_relay::{Frame, Input, Keeping, Limits, Now, Output, PersonId, Relay, RoomId, Size, TransferId};

    use super::*;

    /// What a relay signs when a file is taken back.
    fn receipt(signer: Signer) -> Receipt {
        let mut relay = Relay::new(Limits::default(), [7; 32], signer);
        let now = Now { at: std::time::Instant::now(), unix_s: 1_800_000_000 };
        let (person, transfer) = (PersonId(1), TransferId([3; 16]));
        let offer = Frame::Offer { transfer, keeping: Keeping::Stored, size: Size::of(1).unwrap(), manifest: b"" };
        let chunk = Frame::Chunk { transfer, index: 0, bytes: &[1] };
        let _nothing_there_yet = relay.handle(Input::Joined { room: RoomId(1), person }, now).unwrap();
        let mut receipts = Vec::new();
        for frame in [offer, chunk, Frame::Cancel { transfer }] {
            let outputs = relay.handle(Input::Received { person, frame: &frame.write() }, now).unwrap();
            receipts.extend(outputs.into_iter().filter_map(|output| match output {
                Output::Deleted { receipt, .. } => Some(receipt),
                Output::Send { .. } | Output::Store { .. } | Output::Load { .. } | Output::Delete { .. } => None,
            }));
        }
        receipts.remove(0)
    }

    #[test]
    fn keys_of_areas_outlast_a_restart_and_a_database_of_before_is_brought_along() {
        let path = std::env::temp_dir().join(format!("anteroom-store-seals-{}.db", std::process::id()));
        let _is_new = std::fs::remove_file(&path);
        let before: String = SCHEMAS[..3].iter().map(|(_, schema)| *schema).collect();
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; {before} PRAGMA user_version = 3;"))
            .unwrap();
        drop(old);
        let store = Store::open(&path).unwrap();
        assert_eq!((store.areas().unwrap().len(), store.seals().unwrap()), (1, Vec::new()), "what was there is there");
        let root = crate::statement::tests::Root::new(1);
        let kept = |serial| AreaSeal {
            seal: root.seal("reception", serial, "require"),
            devices: vec![root.device("reception", 3, &root.public())],
        };
        store.save_seal(1, &kept(1)).unwrap();
        store.save_seal(1, &kept(2)).unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        assert_eq!(store.seals().unwrap(), [(1, kept(2))]);
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn receipts_go_on_after_a_restart_and_an_upgrade() {
        let path = std::env::temp_dir().join(format!("anteroom-store-{}.db", std::process::id()));
        let _is_new = std::fs::remove_file(&path);
        let (_, first_schema) = SCHEMAS[0];
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; {first_schema} PRAGMA user_version = 1;"
        ))
        .unwrap();
        drop(old);
        let store = Store::open(&path).unwrap();
        assert_eq!(store.areas().unwrap().len(), 1, "what was there is there");
        let first = receipt(store.signer(&[1; 32]).unwrap());
        store.save_receipt(&first).unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        let signer = store.signer(&[2; 32]).unwrap();
        let key = signer.public_key();
        sfu_relay::verify(&[first, receipt(signer)], &key).unwrap();
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_crash_between_signing_and_saving_repeats_no_number() {
        let path = std::env::temp_dir().join(format!("anteroom-numbers-{}.db", std::process::id()));
        let _is_new = std::fs::remove_file(&path);
        let open = || Store::open(&path).unwrap().signer_with_numbers(&[1; 32], 10).unwrap();
        let number = |signer| receipt(signer).statement.number;
        let lost = open();
        assert_eq!(number(lost), 0, "signed, sent to the pages, and never saved");
        let mut next = open();
        assert_eq!(next.next_number(), 10, "it may have signed up to 9");
        let saved = receipt(next);
        Store::open(&path).unwrap().save_receipt(&saved).unwrap();
        next = open();
        let after = receipt(next);
        assert_eq!((after.statement.number, after.statement.previous), (20, saved.hash()));
        let store = Store::open(&path).unwrap();
        store.save_receipt(&after).unwrap();
        store.reserve_numbers(21).unwrap();
        assert_eq!(number(open()), 21, "an orderly end leaves no gap");
        assert_eq!(number(store.signer(&[2; 32]).unwrap()), 21, "whoever only asks for the key reserves nothing");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
