//! What must outlast a restart: areas and the keys that staff have made for them, accounts of staff and hashes of what lets them in, and where the
//! chain of deletion receipts goes on.
//! Nothing about patients: there is no table for it.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags, Params, Transaction, TransactionBehavior, params};
use sfu_relay::{Receipt, Signer};
use sfu_signal::{AreaRules, Presence, Seal, SealedDevice};
use zeroize::Zeroizing;

use crate::at_rest::AtRest;
use crate::auth::TokenHash;
use crate::retention::{Class, Classes};

mod announcements;
mod audit;
mod connections;
mod consultations;
mod credentials;
mod identities;
mod looks;
mod passkeys;
mod people;
mod pushes;
mod reach;
mod rekey;
mod sealed;
mod sweep;

pub(crate) use announcements::Announcement;
pub(crate) use audit::{Checked, Deed, Entry, Visit};
pub(crate) use connections::Connection as MediaConnection;
pub(crate) use consultations::{Consultation, Quality};
pub(crate) use credentials::{Credentials, Means, NewFactor, SignedIn, Used};
pub(crate) use identities::{Identity, NotIn, Taken};
pub(crate) use passkeys::{NotAdded, Passkey};
pub(crate) use people::{Account, Lifetime, OpenSession, Session, SessionLimits, Standing, role_text};
pub(crate) use reach::AlertMail;
pub(crate) use sweep::Keep;

use sealed::Place;

/// "Ante" in ASCII: marks the file as ours, in SQLite's header.
const APPLICATION_ID: i64 = 0x416e_7465;
/// Counts up with every change of the tables.
const SCHEMA_VERSION: i64 = SCHEMAS[SCHEMAS.len() - 1].0;
/// What makes each version of the one before.
const SCHEMAS: [(i64, &str); 18] = [
    (1, include_str!("schema.sql")),
    (2, include_str!("schema_receipts.sql")),
    (3, include_str!("schema_receipt_numbers.sql")),
    (4, include_str!("schema_seals.sql")),
    (5, include_str!("schema_places.sql")),
    (6, include_str!("schema_accounts.sql")),
    (7, include_str!("schema_rules.sql")),
    (8, include_str!("schema_passwords.sql")),
    (9, include_str!("schema_looks.sql")),
    (SEALED, include_str!("schema_sealed.sql")),
    (11, include_str!("schema_cleared.sql")),
    (12, include_str!("schema_records.sql")),
    (13, include_str!("schema_announcements.sql")),
    (14, include_str!("schema_pushes.sql")),
    (15, include_str!("schema_passkeys.sql")),
    (16, include_str!("schema_identities.sql")),
    (17, include_str!("schema_restricted.sql")),
    (18, include_str!("schema_connections.sql")),
];
/// The version in which what is about staff is sealed.
const SEALED: i64 = 10;

/// Why the database cannot be used, or a change must not be made. Nothing has been changed.
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
    /// It is sealed with another key.
    #[error("{0} is sealed with another key; name its own as key_file, or have key_command print it")]
    OtherKey(String),
    /// What is sealed was changed by somebody without the key, or is not where it was.
    #[error(
        "a sealed record of the database cannot be opened: it was changed outside of anteroom; restore the database from a backup"
    )]
    Altered,
    /// The system gives no random bytes.
    #[error("the system's random source failed, and nothing can be sealed")]
    Unsealable,
    /// The change would break a rule.
    #[error("{0}")]
    Refused(&'static str),
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

impl Area {
    /// One that has no number yet, and of which nothing is said yet.
    pub(crate) fn new(slug: String) -> Self {
        let [practice, title, help_phone, presence_text] = [const { String::new() }; 4];
        Self { id: 0, slug, practice, title, help_phone, presence: Presence::Open, presence_text }
    }
}

/// The keys of an area, as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AreaSeal {
    pub(crate) seal: Seal,
    pub(crate) devices: Vec<SealedDevice>,
}

/// Pages that a backup copies before others may write: all of it, which is small.
const BACKUP_PAGES: i32 = 1_000_000;

pub(crate) struct Store {
    connection: Mutex<Connection>,
    gate: Gate,
    at_rest: AtRest,
}

impl Store {
    /// Opens the database with the key that it is sealed with, or creates it with one area and one account, that of an admin.
    pub(crate) fn open(path: &Path, at_rest: AtRest) -> Result<Self, StoreError> {
        let name = path.display().to_string();
        let broken = |error| StoreError::Broken { path: name.clone(), error };
        check_untouched(path, &name, &at_rest)?;
        // Made by hand if it is not there, so that nobody else may read it; SQLite gives its companion files the same mode.
        let made = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path);
        made.map_err(|error| StoreError::Unwritable { path: name.clone(), error })?;
        let mut connection = Connection::open(path).map_err(broken)?;
        // First of all the mark, so that a crash from here on leaves a file that is known as ours.
        connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID};")).map_err(broken)?;
        // WAL lets `anteroom staff-link` write while the daemon runs; FULL keeps what was promised through a power cut.
        connection
            .execute_batch(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA secure_delete = ON;",
            )
            .map_err(broken)?;
        bring_along(&mut connection, &at_rest)
            .map_err(|error| if let StoreError::Failed(error) = error { broken(error) } else { error })?;
        let gate = Gate::default();
        gate.guard(&mut connection).map_err(broken)?;
        Ok(Self { connection: Mutex::new(connection), gate, at_rest })
    }

    /// Whether there is a database in this file that is sealed with a key already.
    pub(crate) fn is_sealed(path: &Path) -> bool {
        let look = || -> rusqlite::Result<(i64, i64)> {
            let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get(0));
            Ok((number("PRAGMA application_id")?, number("PRAGMA user_version")?))
        };
        look().is_ok_and(|(application, version)| application == APPLICATION_ID && SEALED <= version)
    }

    /// Copies all of it into a file that is not there yet, as it is at one moment.
    pub(crate) fn backup(&self, path: &Path) -> Result<(), StoreError> {
        let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        made.map_err(|error| StoreError::Unwritable { path: path.display().to_string(), error })?;
        let mut copy = Connection::open(path)?;
        Backup::new(&self.read(), &mut copy)?.run_to_completion(BACKUP_PAGES, Duration::ZERO, None)?;
        // One file, without companions.
        copy.execute_batch("PRAGMA journal_mode = DELETE;")?;
        Ok(())
    }

    /// Whether a backup is one of ours, whole, and sealed with this key.
    pub(crate) fn check_backup(path: &Path, at_rest: &AtRest) -> Result<(), StoreError> {
        let name = path.display().to_string();
        std::fs::metadata(path).map_err(|error| StoreError::Unwritable { path: name.clone(), error })?;
        match check_untouched(path, &name, at_rest)? {
            SEALED.. => Ok(()),
            _ => Err(StoreError::Refused("this is no backup that `anteroom backup` has written")),
        }
    }

    /// Another number as soon as another process has changed something.
    pub(crate) fn version(&self) -> Result<i64, StoreError> {
        Ok(self.read().query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// All areas, by id.
    pub(crate) fn areas(&self) -> Result<Vec<Area>, StoreError> {
        let connection = self.read();
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
        let connection = self.read();
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
        self.execute(
            Class::AreaKeys,
            "INSERT INTO seals (area, seal, devices) VALUES (?1, ?2, ?3)
             ON CONFLICT (area) DO UPDATE SET seal = ?2, devices = ?3",
            params![area, seal, devices],
        )
    }

    pub(crate) fn save_area(&self, area: &Area) -> Result<(), StoreError> {
        self.execute(
            Class::Areas,
            "UPDATE areas SET practice = ?2, title = ?3, help_phone = ?4, presence = ?5, presence_text = ?6 WHERE id = ?1",
            params![area.id, area.practice, area.title, area.help_phone, presence_text(area.presence), area.presence_text],
        )
    }

    /// The signer of deletion receipts, which goes on after the last one. Its seed is made at the first time.
    pub(crate) fn signer(&self, new_seed: &[u8; 32]) -> Result<Signer, StoreError> {
        let sealed = self.at_rest.seal_at(Place::ReceiptSeed, new_seed)?;
        self.execute(
            Class::ServerKeys,
            "INSERT INTO receipts (id, sealed_seed) VALUES (1, ?1) ON CONFLICT DO NOTHING",
            [sealed],
        )?;
        let (sealed, last): (Vec<u8>, Option<[u8; Receipt::BYTES]>) =
            self.read()
                .query_row("SELECT sealed_seed, last FROM receipts", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let seed: Zeroizing<[u8; 32]> = Zeroizing::new(self.at_rest.open_at(Place::ReceiptSeed, &sealed)?);
        Ok(Signer::new(&seed, last.and_then(|last| Receipt::from_bytes(&last)).as_ref()))
    }

    /// As [`Self::signer`], with so many numbers of its own that nobody has used. What was reserved before and has no receipt here may have been
    /// used by a process that was killed, and is left out.
    pub(crate) fn signer_with_numbers(&self, new_seed: &[u8; 32], count: u64) -> Result<Signer, StoreError> {
        let signer = self.signer(new_seed)?;
        let unused: i64 = self.read().query_row("SELECT unused FROM receipts", [], |row| row.get(0))?;
        let first = signer.next_number().max(unused.unsigned_abs());
        let until = first.saturating_add(count);
        self.reserve_numbers(until)?;
        Ok(signer.with_numbers(first..until))
    }

    /// Notes that numbers of receipts before this one may have been used, and no others.
    pub(crate) fn reserve_numbers(&self, until: u64) -> Result<(), StoreError> {
        let until = i64::try_from(until).unwrap_or(i64::MAX);
        self.execute(Class::ServerKeys, "UPDATE receipts SET unused = ?1", [until])
    }

    /// Keeps the last receipt, in the place of the one before.
    pub(crate) fn save_receipt(&self, receipt: &Receipt) -> Result<(), StoreError> {
        self.execute(Class::ServerKeys, "UPDATE receipts SET last = ?1", [receipt.to_bytes()])
    }

    /// Who may come into areas, by id.
    pub(crate) fn rules(&self) -> Result<Vec<(u32, AreaRules)>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare("SELECT area, sealed FROM rules ORDER BY area")?;
        let sealed = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sealed: Vec<(u32, Vec<u8>)> = sealed.collect::<Result<_, _>>()?;
        sealed.into_iter().map(|(area, rules)| Ok((area, self.at_rest.open_at(Place::Rules(area), &rules)?))).collect()
    }

    pub(crate) fn save_rules(&self, area: u32, rules: &AreaRules) -> Result<(), StoreError> {
        self.execute(
            Class::Areas,
            "INSERT INTO rules (area, sealed) VALUES (?1, ?2) ON CONFLICT (area) DO UPDATE SET sealed = ?2",
            params![area, self.at_rest.seal_at(Place::Rules(area), rules)?],
        )
    }

    /// Links for one visit that may still be used: hash, area, end. Older ones are forgotten.
    pub(crate) fn visit_links(&self, now_ms: i64) -> Result<Vec<(TokenHash, u32, i64)>, StoreError> {
        self.execute(Class::VisitLinks, "DELETE FROM visit_links WHERE ends_ms <= ?1", [now_ms])?;
        let connection = self.read();
        let mut rows = connection.prepare("SELECT hash, area, ends_ms FROM visit_links")?;
        let links = rows.query_map([], |row| Ok((TokenHash(row.get(0)?), row.get(1)?, row.get(2)?)))?;
        Ok(links.collect::<Result<_, _>>()?)
    }

    pub(crate) fn save_visit_link(&self, hash: TokenHash, area: u32, ends_ms: i64) -> Result<(), StoreError> {
        self.execute(
            Class::VisitLinks,
            "INSERT INTO visit_links (hash, area, ends_ms) VALUES (?1, ?2, ?3)",
            params![hash.0, area, ends_ms],
        )
    }

    pub(crate) fn use_visit_link(&self, hash: TokenHash) -> Result<(), StoreError> {
        self.execute(Class::VisitLinks, "DELETE FROM visit_links WHERE hash = ?1", [hash.0])
    }

    /// The key that signs tokens of places. It follows from the clinic's key.
    pub(crate) fn place_key(&self) -> &[u8; 32] {
        self.at_rest.place_key()
    }

    /// For looking only: what is written has a class.
    fn read(&self) -> MutexGuard<'_, Connection> {
        // A panic between two statements leaves no half transaction: SQLite rolls back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes all of a change or nothing, and only what these classes cover.
    fn write<T>(
        &self,
        classes: &[Class],
        change: impl FnOnce(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.read();
        // Locked before it is read, so that two processes do not both find a login free.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.gate.open(classes);
        let changed = change(&transaction);
        self.gate.open(&[]);
        let changed = changed?;
        transaction.commit()?;
        Ok(changed)
    }

    fn execute(&self, class: Class, statement: &str, params: impl Params) -> Result<(), StoreError> {
        self.write(&[class], |transaction| {
            transaction.execute(statement, params)?;
            Ok(())
        })
    }
}

/// What may be written now.
#[derive(Clone, Default)]
struct Gate(Arc<AtomicU32>);

impl Gate {
    fn open(&self, classes: &[Class]) {
        self.0.store(Classes::of(classes).bits(), Ordering::Relaxed);
    }

    /// Has SQLite ask for every statement, from now on, whether the classes at hand cover what it writes. To delete is allowed always; tables are as
    /// they are.
    fn guard(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let open = self.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            let cover = |table, column| Classes::from_bits(open.0.load(Ordering::Relaxed)).cover(table, column);
            let is_allowed = if let AuthAction::Insert { table_name } = context.action {
                cover(table_name, None)
            } else if let AuthAction::Update { table_name, column_name } = context.action {
                cover(table_name, Some(column_name))
            } else if let AuthAction::Pragma { pragma_name, pragma_value } = context.action {
                pragma_value.is_none() || pragma_name == "table_info"
            } else {
                matches!(
                    context.action,
                    AuthAction::Select
                        | AuthAction::Read { .. }
                        | AuthAction::Delete { .. }
                        | AuthAction::Function { .. }
                        | AuthAction::Transaction { .. }
                        | AuthAction::Savepoint { .. }
                )
            };
            if is_allowed { Authorization::Allow } else { Authorization::Deny }
        }))
    }
}

/// Makes the tables what they are in this version.
fn bring_along(connection: &mut Connection, at_rest: &AtRest) -> Result<(), StoreError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (to, schema) in SCHEMAS.into_iter().filter(|(to, _)| version < *to) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(schema)?;
        if to == SEALED {
            sealed::bring_along(&transaction, at_rest)?;
        }
        transaction.execute_batch(&format!("PRAGMA user_version = {to};"))?;
        transaction.commit()?;
    }
    if (1..SEALED).contains(&version) {
        // What was in clear is in no page and no log of the database any more.
        connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
    }
    Ok(())
}

/// Looks at an existing file without a single write, so that what is not ours, or is sealed with another key, stays as it is. Says which version of
/// the tables it has; 0 if there is none.
fn check_untouched(path: &Path, name: &str, at_rest: &AtRest) -> Result<i64, StoreError> {
    if std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Ok(0);
    }
    let broken = |error| StoreError::Broken { path: name.to_owned(), error };
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(broken)?;
    let look = || -> rusqlite::Result<(i64, i64, String)> {
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
    if SEALED <= version {
        sealed::check_key(&connection, at_rest, name)?;
    }
    Ok(version)
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
pub(crate) mod tests {
    use std::path::PathBuf;

    use sfu_relay::{Frame, Input, Keeping, Limits, Now, Output, PersonId, Relay, RoomId, Size, TransferId};

    use sfu_signal::StaffRole;

    use super::*;
    use crate::auth::TokenHash;

    fn open(path: &Path) -> Result<Store, StoreError> {
        Store::open(path, AtRest::new(&[7; 32]))
    }

    /// A file of this test's own, which is not there yet.
    fn unused(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("anteroom-store-{name}-{}.db", std::process::id()));
        let _is_new = std::fs::remove_file(&path);
        path
    }

    /// A new database of this test's own.
    pub(crate) fn fresh(name: &str) -> (PathBuf, Store) {
        let path = unused(name);
        let store = open(&path).unwrap();
        (path, store)
    }

    const LIFETIME: Lifetime = Lifetime { idle_ms: 1_000, absolute_ms: 10_000 };
    pub(super) const LIMITS: SessionLimits =
        SessionLimits { link: LIFETIME, password: Lifetime { idle_ms: 100, absolute_ms: 500 } };

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
        let path = unused("seals");
        let before: String = SCHEMAS[..3].iter().map(|(_, schema)| *schema).collect();
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; {before} PRAGMA user_version = 3;"))
            .unwrap();
        drop(old);
        let store = open(&path).unwrap();
        assert_eq!((store.areas().unwrap().len(), store.seals().unwrap()), (1, Vec::new()), "what was there is there");
        let root = crate::statement::tests::Root::new(1);
        let kept = |serial| AreaSeal {
            seal: root.seal("reception", serial, "require"),
            devices: vec![root.device("reception", 3, &root.public())],
        };
        store.save_seal(1, &kept(1)).unwrap();
        store.save_seal(1, &kept(2)).unwrap();
        drop(store);
        let store = open(&path).unwrap();
        assert_eq!(store.seals().unwrap(), [(1, kept(2))]);
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn who_was_staff_before_there_were_accounts_is_the_first_admin_and_stays_signed_in() {
        let path = unused("accounts");
        let before: String = SCHEMAS[..5].iter().map(|(_, schema)| *schema).collect();
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; {before} PRAGMA user_version = 5;"))
            .unwrap();
        let (session, link) = (TokenHash::of("session"), TokenHash::of("link"));
        old.execute("INSERT INTO sessions (hash, staff, began_ms, seen_ms) VALUES (?1, 1, 10, 10)", [session.0])
            .unwrap();
        old.execute("INSERT INTO enrolments (hash, staff, ends_ms) VALUES (?1, 1, 1000)", [link.0]).unwrap();
        drop(old);
        let store = open(&path).unwrap();
        let [first] = &store.accounts().unwrap()[..] else { panic!("one account") };
        assert_eq!((first.login.as_str(), first.name.as_str(), first.role), ("admin", "", StaffRole::Admin));
        assert_eq!((first.standing, &first.areas[..]), (Standing::Active, &[1][..]));
        assert_eq!(store.session(session, 20, LIMITS).unwrap().map(|session| session.staff), Some(1));
        assert!(store.enrol(link, TokenHash::of("another"), 20).unwrap(), "a link of before still works");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_stood_in_clear_before_is_sealed_and_in_no_byte_of_the_folder_any_more() {
        let folder = std::env::temp_dir().join(format!("anteroom-store-sealed-{}", std::process::id()));
        let _is_new = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("anteroom.db");
        let before: String = SCHEMAS[..8].iter().map(|(_, schema)| *schema).collect();
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = WAL; {before} PRAGMA user_version = 8;
             UPDATE staff SET login = 'ada@example.org', name = 'Dr. Ada', password = '$argon2id$secret', totp = CAST('twenty-bytes-of-code' AS BLOB);
             INSERT INTO sessions (hash, staff, began_ms, seen_ms, label) VALUES (zeroblob(32), 1, 10, 10, 'Firefox on Linux');
             INSERT INTO receipts (id, seed) VALUES (1, CAST('thirty-two-bytes-of-a-secret-key' AS BLOB));"
        ))
        .unwrap();
        let rules = AreaRules { passcode: "Linden2026".to_owned(), ..AreaRules::default() };
        let rules = serde_json::to_string(&rules).unwrap();
        old.execute("INSERT INTO rules (area, rules) VALUES (1, ?1)", [rules]).unwrap();
        drop(old);
        let clear = [
            "ada@example.org",
            "Dr. Ada",
            "argon2id",
            "twenty-bytes",
            "Firefox on Linux",
            "Linden2026",
            "bytes-of-a-secret",
        ];
        let disk = || -> Vec<u8> {
            let files = std::fs::read_dir(&folder).unwrap().flatten();
            files.flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
        };
        let found = |disk: &[u8]| clear.map(|text| disk.windows(text.len()).any(|bytes| bytes == text.as_bytes()));
        assert_eq!(found(&disk()), [true; 7], "it was there");
        let store = open(&path).unwrap();
        assert_eq!(found(&disk()), [false; 7], "while it is open");
        let who = store.credentials("ada@example.org").unwrap().unwrap();
        assert_eq!((who.name.as_str(), who.password.as_deref()), ("Dr. Ada", Some("$argon2id$secret")));
        assert_eq!(who.totp.as_deref(), Some(&b"twenty-bytes-of-code"[..]));
        assert_eq!(store.open_sessions(11, LIMITS, None).unwrap()[0].label, "Firefox on Linux");
        assert_eq!(store.rules().unwrap()[0].1.passcode, "Linden2026");
        let key = Signer::new(b"thirty-two-bytes-of-a-secret-key", None).public_key();
        assert_eq!(store.signer(&[9; 32]).unwrap().public_key(), key, "receipts of before can still be checked");
        drop(store);
        assert_eq!(found(&disk()), [false; 7]);
        assert!(matches!(Store::open(&path, AtRest::new(&[8; 32])), Err(StoreError::OtherKey(_))));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_sealed_record_that_was_moved_or_changed_is_not_believed() {
        let (path, store) = fresh("moved");
        let account = |login: &str, role| Account {
            id: 0,
            login: login.to_owned(),
            name: login.to_owned(),
            role,
            standing: Standing::Active,
            areas: vec![1],
        };
        store.add_account(&account("ada", StaffRole::Provider)).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("UPDATE staff SET sealed = (SELECT sealed FROM staff WHERE id = 1) WHERE id = 2").unwrap();
        assert!(matches!(store.accounts(), Err(StoreError::Altered)), "the record of another");
        assert!(matches!(store.credentials("ada"), Err(StoreError::Altered)));
        drop((store, other));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn nothing_is_written_that_its_class_does_not_cover() {
        let (path, store) = fresh("classes");
        let role = "UPDATE staff SET role = 'provider' WHERE id = 0";
        store.execute(Class::Accounts, role, []).unwrap();
        for (class, statement) in [
            (Class::Areas, role),
            (Class::Areas, "INSERT INTO staff (role) VALUES ('admin')"),
            (Class::Accounts, "UPDATE areas SET title = ''"),
            (Class::Accounts, "CREATE TABLE visits (name TEXT)"),
            (Class::Accounts, "CREATE TEMP TABLE visits (name TEXT)"),
            (Class::Accounts, "ALTER TABLE staff ADD COLUMN phone TEXT"),
            (Class::Accounts, "ATTACH 'elsewhere.db' AS elsewhere"),
        ] {
            let refused = store.execute(class, statement, []);
            assert!(matches!(refused, Err(StoreError::Failed(_))), "{class:?}: {statement}");
        }
        assert!(store.read().execute(role, []).is_err(), "without a class nothing is written at all");
        let columns = store.columns().unwrap();
        for (table, column) in &columns {
            let classes = Class::ALL.iter().filter(|class| class.covers(table, Some(column))).count();
            assert_eq!(classes, 1, "{table}.{column} belongs to one class");
        }
        let named = Class::ALL.iter().flat_map(|class| class.entry().tables).flat_map(|(_, columns)| *columns).count();
        assert_eq!(named, columns.len(), "the schedule names nothing that is not there");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_stored_is_there_until_its_time_and_gone_after_it() {
        let (path, store) = fresh("sweep");
        let day = crate::retention::days_ms(1);
        let keep =
            Keep { sessions: LIMITS, disabled_accounts: 90, audit: 2_000, consultations: 1_000, connections: 30 };
        let swept = |now_ms: i64| -> Vec<(Class, usize)> {
            store.sweep(now_ms, keep).unwrap().into_iter().filter(|(_, count)| *count != 0).collect()
        };
        let ada = Account {
            id: 0,
            login: "ada".to_owned(),
            name: "Dr. Ada".to_owned(),
            role: StaffRole::Provider,
            standing: Standing::Active,
            areas: vec![1],
        };
        let id = store.add_account(&ada).unwrap();
        let [link, used, session] = ["link", "used", "session"].map(TokenHash::of);
        store.save_visit_link(link, 1, 100).unwrap();
        store.add_enrolment(Some(id), link, 0, 200).unwrap();
        store.add_enrolment(Some(id), used, 0, 200).unwrap();
        assert!(store.enrol(used, session, 0).unwrap());
        assert_eq!(swept(99), []);
        assert_eq!(swept(100), [(Class::VisitLinks, 1)]);
        assert_eq!(swept(199), []);
        assert_eq!(swept(200), [(Class::StaffLinks, 1)]);
        assert_eq!(swept(999), []);
        assert_eq!(swept(1_000), [(Class::Sessions, 1)], "not used for so long");
        store.set_account(&Account { id, standing: Standing::Disabled, ..ada.clone() }).unwrap();
        assert_eq!(swept(2_000), [], "from now on");
        assert_eq!(swept(2_000 + 90 * day - 1), []);
        assert_eq!(store.accounts().unwrap().len(), 2);
        assert_eq!(swept(2_000 + 90 * day), [(Class::Accounts, 1)]);
        assert_eq!(store.accounts().unwrap().len(), 1);
        let again = store.add_account(&ada).unwrap();
        store.set_account(&Account { id: again, standing: Standing::Disabled, ..ada.clone() }).unwrap();
        assert_eq!(swept(0), []);
        store.set_account(&Account { id: again, ..ada.clone() }).unwrap();
        assert_eq!(swept(365 * day), [], "enabled again in time");
        store.set_account(&Account { id: again, standing: Standing::Restricted, ..ada }).unwrap();
        assert_eq!((swept(366 * day), swept(999 * day)), (vec![], vec![]), "restricted: kept as long as it takes");
        let number = [1; 8];
        let quality = Quality { lost_per_mille: Some(3), ..Quality::default() };
        let consultation =
            Consultation { number, area: 1, began_ms: 5, seconds: 60, held_seconds: 6, people: 2, quality };
        store.save_consultation(&consultation).unwrap();
        assert_eq!(store.consultations().unwrap(), [consultation]);
        let connection = MediaConnection {
            consultation: number,
            area: 1,
            side: "staff".into(),
            began_ms: 5,
            seconds: 60,
            came_up: true,
            outages: 0,
            ending: "asked".into(),
        };
        store.save_connection(&connection).unwrap();
        assert_eq!(store.connections().unwrap(), [connection]);
        assert_eq!(swept(30 * day + 4), []);
        assert_eq!(swept(30 * day + 5), [(Class::Connections, 1)]);
        let browser = Session { hash: session, staff: 1, means: Means::Link, began_ms: 0 };
        store.add_push(&browser, "https://push.example/1", 1_000 * day).unwrap();
        store.note(5, Some(1), &Deed::SignedOut).unwrap();
        assert_eq!(swept(1_000 * day + 4), []);
        assert_eq!(swept(1_000 * day + 5), [(Class::Consultations, 1)]);
        assert_eq!(swept(1_030 * day - 1), [], "used within a month");
        assert_eq!(swept(1_030 * day), [(Class::Pushes, 1)]);
        assert_eq!(swept(2_000 * day + 4), [(Class::Audit, 1)], "of the sign-in at the very beginning");
        assert_eq!(swept(2_000 * day + 5), [(Class::Audit, 1)]);
        assert!(matches!(store.erase_account(1), Err(StoreError::Refused(_))), "the last admin");
        store.erase_account(again).unwrap();
        assert_eq!(store.accounts().unwrap().len(), 1);
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_disabled_account_has_no_session_and_no_link_and_there_is_always_an_admin() {
        let (path, store) = fresh("disabled");
        let ada = Account {
            id: 0,
            login: "ada".to_owned(),
            name: "Dr. Ada".to_owned(),
            role: StaffRole::Provider,
            standing: Standing::Active,
            areas: vec![1],
        };
        let id = store.add_account(&ada).unwrap();
        assert!(matches!(store.add_account(&ada), Err(StoreError::Refused(_))), "the login is taken");
        let ada = Account { id, ..ada };
        let hashes = ["one", "two", "three", "four"].map(TokenHash::of);
        let [link, session, unused, late] = hashes;
        store.add_enrolment(Some(id), link, 0, 1000).unwrap();
        store.add_enrolment(Some(id), unused, 0, 1000).unwrap();
        assert!(store.enrol(link, session, 1).unwrap());
        assert_eq!(store.still_open([session, late], 1, LIMITS).unwrap(), [session]);
        store.set_account(&Account { standing: Standing::Disabled, ..ada.clone() }).unwrap();
        assert_eq!(store.session(session, 2, LIMITS).unwrap(), None);
        assert!(!store.enrol(unused, late, 2).unwrap());
        assert!(store.add_enrolment(Some(id), late, 2, 1000).is_err(), "no link for a disabled account");

        let admin = store.accounts().unwrap().remove(0);
        for without in [
            Account { standing: Standing::Disabled, ..admin.clone() },
            Account { role: StaffRole::Provider, ..admin.clone() },
        ] {
            assert!(matches!(store.set_account(&without), Err(StoreError::Refused(_))));
            assert_eq!(store.accounts().unwrap()[0], admin, "nothing has changed");
        }
        store.set_account(&Account { role: StaffRole::Admin, ..ada }).unwrap();
        store.set_account(&Account { standing: Standing::Disabled, ..admin }).unwrap();
        store.add_enrolment(None, late, 2, 1000).unwrap();
        assert!(store.enrol(late, session, 3).unwrap());
        assert_eq!(
            store.session(session, 3, LIMITS).unwrap().map(|session| session.staff),
            Some(id),
            "the first admin now"
        );
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_session_does_not_end_in_a_consultation_and_soon_after_it() {
        let (path, store) = fresh("consulting");
        let minute = 60_000;
        let lifetime = Lifetime { idle_ms: 10 * minute, absolute_ms: 100 * minute };
        let limits = SessionLimits { link: lifetime, password: lifetime };
        let [link, session] = ["link", "session"].map(TokenHash::of);
        store.add_enrolment(Some(1), link, 0, minute).unwrap();
        assert!(store.enrol(link, session, 0).unwrap());
        let is_open = |now_ms| !store.still_open([session], now_ms, limits).unwrap().is_empty();
        for past in 0..300 {
            store.consulting([session], past * minute, limits).unwrap();
            assert!(is_open((past + 1) * minute), "after {past} minutes in a consultation");
        }
        assert!(is_open(302 * minute - 1), "three minutes from the last");
        assert!(!is_open(302 * minute));
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn rules_and_links_outlast_a_restart() {
        let (path, store) = fresh("rules");
        let rules = |passcode: &str| AreaRules { passcode: passcode.to_owned(), ..AreaRules::default() };
        store.save_rules(1, &rules("Before2026")).unwrap();
        store.save_rules(1, &rules("Linden2026")).unwrap();
        let [good, old] = [1, 2].map(|byte| TokenHash([byte; 32]));
        store.save_visit_link(good, 1, 2_000).unwrap();
        store.save_visit_link(old, 1, 1_000).unwrap();
        drop(store);
        let store = open(&path).unwrap();
        assert_eq!(store.rules().unwrap(), [(1, rules("Linden2026"))]);
        assert_eq!(store.visit_links(1_000).unwrap(), [(good, 1, 2_000)], "the other one is past its time");
        store.use_visit_link(good).unwrap();
        assert_eq!(store.visit_links(1_000).unwrap(), []);
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn an_area_is_removed_with_all_that_was_kept_of_it() {
        let (path, store) = fresh("area");
        let id = store.add_area(&Area::new("annex".to_owned())).unwrap();
        store.save_rules(id, &AreaRules::default()).unwrap();
        store.save_visit_link(TokenHash([1; 32]), id, 2_000).unwrap();
        store.remove_area(id).unwrap();
        assert_eq!(store.areas().unwrap().len(), 1);
        assert_eq!((store.rules().unwrap(), store.visit_links(1_000).unwrap()), (vec![], vec![]));
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn receipts_go_on_after_a_restart_and_an_upgrade() {
        let path = unused("store");
        let (_, first_schema) = SCHEMAS[0];
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; {first_schema} PRAGMA user_version = 1;"
        ))
        .unwrap();
        drop(old);
        let store = open(&path).unwrap();
        assert_eq!(store.areas().unwrap().len(), 1, "what was there is there");
        let first = receipt(store.signer(&[1; 32]).unwrap());
        store.save_receipt(&first).unwrap();
        drop(store);
        let store = open(&path).unwrap();
        let signer = store.signer(&[2; 32]).unwrap();
        let key = signer.public_key();
        sfu_relay::verify(&[first, receipt(signer)], &key).unwrap();
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_crash_between_signing_and_saving_repeats_no_number() {
        let path = unused("numbers");
        let next_signer = || open(&path).unwrap().signer_with_numbers(&[1; 32], 10).unwrap();
        let number = |signer| receipt(signer).statement.number;
        let lost = next_signer();
        assert_eq!(number(lost), 0, "signed, sent to the pages, and never saved");
        let mut next = next_signer();
        assert_eq!(next.next_number(), 10, "it may have signed up to 9");
        let saved = receipt(next);
        open(&path).unwrap().save_receipt(&saved).unwrap();
        next = next_signer();
        let after = receipt(next);
        assert_eq!((after.statement.number, after.statement.previous), (20, saved.hash()));
        let store = open(&path).unwrap();
        store.save_receipt(&after).unwrap();
        store.reserve_numbers(21).unwrap();
        assert_eq!(number(next_signer()), 21, "an orderly end leaves no gap");
        assert_eq!(number(store.signer(&[2; 32]).unwrap()), 21, "whoever only asks for the key reserves nothing");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
