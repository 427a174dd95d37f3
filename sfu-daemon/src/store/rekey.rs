//! Another key: all that is sealed is opened with the old one and sealed with the new one, and the audit log is chained anew, all of it or nothing.

use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, ErrorCode, Row, Transaction, params};

use super::audit::Checked;
use super::sealed::{Person, Place, put_person};
use super::{Deed, Gate, SCHEMA_VERSION, Store, StoreError, check_untouched};
use crate::at_rest::AtRest;

/// A column of sealed values: its table, the column, what tells one row from another, and the place that a value is sealed for.
struct Sealed {
    table: &'static str,
    column: &'static str,
    id: &'static str,
    place: fn(&Row) -> rusqlite::Result<String>,
}

/// All of them but those of accounts, which are found by the key as well.
const SEALED: [Sealed; 6] = [
    Sealed { table: "sessions", column: "browser", id: "hash", place: |row| Ok(Place::Browser(&row.get(0)?).name()) },
    Sealed { table: "passkeys", column: "sealed", id: "hash", place: |row| Ok(Place::Passkey(&row.get(0)?).name()) },
    Sealed { table: "identities", column: "sealed", id: "staff", place: |row| Ok(Place::Identity(row.get(0)?).name()) },
    Sealed { table: "rules", column: "sealed", id: "area", place: |row| Ok(Place::Rules(row.get(0)?).name()) },
    Sealed { table: "push_key", column: "sealed", id: "id", place: |_| Ok(Place::PushKey.name()) },
    Sealed { table: "receipts", column: "sealed_seed", id: "id", place: |_| Ok(Place::ReceiptSeed.name()) },
];

impl Store {
    /// Has a database that nobody has open sealed with another key.
    pub(crate) fn change_key(path: &Path, old: AtRest, new: &AtRest, now_ms: i64) -> Result<(), StoreError> {
        let name = path.display().to_string();
        if check_untouched(path, &name, &old)? != SCHEMA_VERSION {
            return Err(StoreError::Refused(
                "start this version of anteroom once first: the database is of an older one",
            ));
        }
        let connection = Connection::open(path)?;
        // A server that runs would go on with the old key, and could not read its own database any more.
        connection
            .execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;")?;
        connection.execute_batch("BEGIN IMMEDIATE; COMMIT").map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy) => StoreError::Refused("a server has the database open; stop it first"),
            _ => StoreError::Failed(error),
        })?;
        let store = Self { connection: Mutex::new(connection), gate: Gate::default(), at_rest: old };
        if !matches!(store.check_audit()?, Checked::Whole { .. }) {
            return Err(StoreError::Refused(
                "the audit log was changed, see `anteroom audit verify`; under another key that could not be found out",
            ));
        }
        store.write(&[], |transaction| {
            store.note_with(transaction, now_ms, None, &Deed::KeyChanged)?;
            people(transaction, &store.at_rest, new)?;
            // They are found by the key as well; pages that are open say them again.
            transaction.execute("DELETE FROM pushes", [])?;
            for sealed in &SEALED {
                sealed.change(transaction, &store.at_rest, new)?;
            }
            Self::chain_anew(transaction, new)?;
            transaction.execute("UPDATE sealed_with SET key_check = ?1", [new.check()])?;
            Ok(())
        })?;
        // What was sealed with the old key is in no page and no log of the database any more.
        store.read().execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
        Ok(())
    }
}

fn people(transaction: &Transaction, old: &AtRest, new: &AtRest) -> Result<(), StoreError> {
    let mut rows = transaction.prepare("SELECT id, sealed FROM staff")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (id, sealed) in rows.collect::<Result<Vec<(u32, Vec<u8>)>, _>>()? {
        let person: Person = old.open_at(Place::Person(id), &sealed)?;
        put_person(transaction, new, id, &person)?;
    }
    Ok(())
}

impl Sealed {
    fn change(&self, transaction: &Transaction, old: &AtRest, new: &AtRest) -> Result<(), StoreError> {
        let Self { table, column, id, place } = self;
        let mut rows = transaction.prepare(&format!("SELECT {id}, {column}, rowid FROM {table}"))?;
        let rows = rows.query_map([], |row| Ok((place(row)?, row.get(1)?, row.get(2)?)))?;
        for (place, sealed, row) in rows.collect::<Result<Vec<(String, Vec<u8>, i64)>, _>>()? {
            let clear = old.open(&place, &sealed).ok_or(StoreError::Altered)?;
            let sealed = new.seal(&place, &clear).map_err(|_| StoreError::Unsealable)?;
            transaction.execute(&format!("UPDATE {table} SET {column} = ?2 WHERE rowid = ?1"), params![row, sealed])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::types::Value;
    use sfu_signal::AreaRules;

    use super::super::tests::fresh;
    use super::super::{Identity, Lifetime, Means, Passkey, SessionLimits};
    use super::*;
    use crate::auth::TokenHash;
    use crate::passkey::{Algorithm, Key};

    const LIFETIME: Lifetime = Lifetime { idle_ms: 1_000, absolute_ms: 10_000 };
    const LIMITS: SessionLimits = SessionLimits { link: LIFETIME, password: LIFETIME };

    /// Every blob of the database, by its column, except hashes of what is random and what is in clear by design.
    fn sealed_values(path: &Path) -> BTreeSet<(String, Vec<u8>)> {
        const CLEAR: [&str; 6] = ["areas", "looks", "look_files", "enrolments", "visit_links", "consultations"];
        let connection = Connection::open(path).unwrap();
        let tables =
            connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
        let tables: Vec<String> =
            tables.unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut values = BTreeSet::new();
        for table in tables.iter().filter(|table| !CLEAR.contains(&table.as_str())) {
            let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let names: Vec<String> = rows.column_names().map(str::to_owned).collect();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                for (at, name) in names.iter().enumerate() {
                    if let Value::Blob(value) = row.get(at).unwrap()
                        && name != "hash"
                        && name != "base_chained"
                        && name != "last"
                    {
                        values.insert((format!("{table}.{name}"), value));
                    }
                }
            }
        }
        values
    }

    #[test]
    fn after_a_change_of_the_key_all_opens_with_the_new_one_and_nothing_with_the_old() {
        let (path, store) = fresh("rekeyed");
        let session = TokenHash::of("session");
        store.add_enrolment(None, TokenHash::of("link"), 0, 1_000).unwrap();
        assert!(store.enrol(TokenHash::of("link"), session, 10).unwrap());
        store.save_rules(1, &AreaRules { passcode: "Linden2026".to_owned(), ..AreaRules::default() }).unwrap();
        let key = Key { algorithm: Algorithm::Es256, public: vec![1; 91], counter: 0, is_shareable: true };
        let passkey = Passkey { id: vec![3; 16], key, label: "My phone".to_owned(), made_ms: 10 };
        store.add_passkey(1, &passkey, 10).unwrap().unwrap();
        let identity = Identity { issuer: "https://id.example".to_owned(), subject: "7".to_owned() };
        store.link_identity(1, &identity, 10).unwrap().unwrap();
        let push_key = store.push_key(&[4; 48]).unwrap();
        let receipts = store.signer(&[9; 32]).unwrap().public_key();
        store.note(10, Some(1), &Deed::SignedIn(Means::Link)).unwrap();
        let accounts = store.accounts().unwrap();
        let (old, new) = (|| AtRest::new(&[7; 32]), || AtRest::new(&[8; 32]));

        let refused = Store::change_key(&path, old(), &new(), 20).unwrap_err();
        assert!(refused.to_string().contains("stop it first"), "{refused}");
        drop(store);
        assert!(matches!(Store::change_key(&path, new(), &old(), 20), Err(StoreError::OtherKey(_))));
        let before = sealed_values(&path);
        Store::change_key(&path, old(), &new(), 20).unwrap();
        let after = sealed_values(&path);
        let columns = |values: &BTreeSet<(String, Vec<u8>)>| {
            values.iter().map(|(column, _)| column.clone()).collect::<BTreeSet<_>>()
        };
        assert_eq!(columns(&before), columns(&after));
        assert!(before.is_disjoint(&after), "each value is another: {:?}", columns(&before));

        assert!(matches!(Store::open(&path, old()), Err(StoreError::OtherKey(_))));
        let store = Store::open(&path, new()).unwrap();
        assert_eq!(store.accounts().unwrap(), accounts);
        assert_eq!(store.credentials(&accounts[0].login).unwrap().map(|who| who.staff), Some(1), "found by its login");
        assert_eq!(store.open_sessions(20, LIMITS, None).unwrap().len(), 1);
        assert_eq!(store.find_passkey(&[3; 16]).unwrap().unwrap().passkey, passkey);
        assert_eq!(store.identity_of(1).unwrap(), Some(identity));
        assert_eq!(store.push_key(&[5; 48]).unwrap(), push_key);
        assert_eq!(store.rules().unwrap()[0].1.passcode, "Linden2026");
        assert_eq!(store.signer(&[5; 32]).unwrap().public_key(), receipts);
        assert!(matches!(store.check_audit().unwrap(), Checked::Whole { .. }));
        assert_eq!(store.audit().unwrap().last().unwrap().event, "key_changed");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_changed_audit_log_is_not_made_whole_by_another_key() {
        let (path, store) = fresh("rekeyed-changed");
        store.note(10, Some(1), &Deed::SignedOut).unwrap();
        drop(store);
        Connection::open(&path).unwrap().execute("UPDATE audit SET staff = 2", []).unwrap();
        let (old, new) = (AtRest::new(&[7; 32]), AtRest::new(&[8; 32]));
        assert!(matches!(Store::change_key(&path, old, &new, 20), Err(StoreError::Refused(_))));
        let store = Store::open(&path, AtRest::new(&[7; 32])).unwrap();
        assert_eq!(store.check_audit().unwrap(), Checked::Broken { number: 1 }, "as it was, under the key of before");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
