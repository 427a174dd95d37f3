//! What the database holds sealed, and how a database of before is brought along.

use rusqlite::{Connection, Transaction, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{AlertMail, Store, StoreError};
use crate::at_rest::AtRest;

/// What of an account only the program itself can read.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) login: String,
    /// As colleagues and patients read it. Empty: as the area is called.
    pub(super) name: String,
    /// Its hash.
    pub(super) password: Option<String>,
    /// Somebody else has chosen it.
    pub(super) is_temporary: bool,
    /// The secret of the second factor.
    pub(super) totp: Option<Vec<u8>>,
    /// Where to write that somebody waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mail: Option<AlertMail>,
}

/// Where a value is: sealed for one place, it cannot be opened at another.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Person(u32),
    Browser(&'a [u8; 32]),
    Rules(u32),
    Passkey(&'a [u8; 32]),
    Identity(u32),
    ReceiptSeed,
    PushKey,
    Push(&'a [u8; 32]),
}

impl Place<'_> {
    pub(super) fn name(self) -> String {
        match self {
            Self::Person(id) => format!("person {id}"),
            Self::Browser(session) => format!("browser {}", crate::auth::hex(session)),
            Self::Passkey(hash) => format!("passkey {}", crate::auth::hex(hash)),
            Self::Identity(staff) => format!("identity {staff}"),
            Self::Rules(area) => format!("rules {area}"),
            Self::ReceiptSeed => "receipt seed".to_owned(),
            Self::PushKey => "push key".to_owned(),
            Self::Push(id) => format!("push {}", crate::auth::hex(id)),
        }
    }
}

impl AtRest {
    pub(super) fn seal_at<T: Serialize>(&self, place: Place, value: &T) -> Result<Vec<u8>, StoreError> {
        let clear = Zeroizing::new(serde_json::to_vec(value).map_err(|_| StoreError::Unsealable)?);
        self.seal(&place.name(), &clear).map_err(|_| StoreError::Unsealable)
    }

    pub(super) fn open_at<T: DeserializeOwned>(&self, place: Place, sealed: &[u8]) -> Result<T, StoreError> {
        let clear = self.open(&place.name(), sealed).ok_or(StoreError::Altered)?;
        serde_json::from_slice(&clear).map_err(|_| StoreError::Altered)
    }
}

impl Store {
    /// Changes what is sealed of an account. Nothing happens if there is no such account.
    pub(super) fn change_person(
        &self,
        transaction: &Transaction,
        staff: u32,
        change: impl FnOnce(&mut Person),
    ) -> Result<(), StoreError> {
        let mut rows = transaction.prepare("SELECT sealed FROM staff WHERE id = ?1")?;
        let Some(sealed) = rows.query_map([staff], |row| row.get::<_, Vec<u8>>(0))?.next().transpose()? else {
            return Ok(());
        };
        let mut person: Person = self.at_rest.open_at(Place::Person(staff), &sealed)?;
        change(&mut person);
        put_person(transaction, &self.at_rest, staff, &person)
    }
}

pub(super) fn put_person(
    transaction: &Transaction,
    at_rest: &AtRest,
    staff: u32,
    person: &Person,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE staff SET login_index = ?2, sealed = ?3 WHERE id = ?1",
        params![staff, at_rest.index(&person.login), at_rest.seal_at(Place::Person(staff), person)?],
    )?;
    Ok(())
}

/// Whether the key is the one of this database. The first one is.
pub(super) fn check_key(connection: &Connection, at_rest: &AtRest, path: &str) -> Result<(), StoreError> {
    let check: [u8; 32] = connection.query_row("SELECT key_check FROM sealed_with", [], |row| row.get(0))?;
    if check == *at_rest.check() { Ok(()) } else { Err(StoreError::OtherKey(path.to_owned())) }
}

/// Seals what a database of before has in clear, which is deleted after that.
pub(super) fn bring_along(transaction: &Transaction, at_rest: &AtRest) -> Result<(), StoreError> {
    transaction.execute("INSERT INTO sealed_with (id, key_check) VALUES (1, ?1)", [at_rest.check()])?;
    let mut staff = transaction.prepare("SELECT id, login, name, password, password_is_temporary, totp FROM staff")?;
    let people = staff.query_map([], |row| {
        let person = Person {
            login: row.get(1)?,
            name: row.get(2)?,
            password: row.get(3)?,
            is_temporary: row.get(4)?,
            totp: row.get(5)?,
            mail: None,
        };
        Ok((row.get(0)?, person))
    })?;
    for (id, person) in people.collect::<Result<Vec<(u32, Person)>, _>>()? {
        put_person(transaction, at_rest, id, &person)?;
    }
    let mut sessions = transaction.prepare("SELECT hash, label FROM sessions")?;
    let sessions = sessions.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (hash, label) in sessions.collect::<Result<Vec<([u8; 32], String)>, _>>()? {
        let browser = at_rest.seal_at(Place::Browser(&hash), &label)?;
        transaction.execute("UPDATE sessions SET browser = ?2 WHERE hash = ?1", params![hash, browser])?;
    }
    let mut rules = transaction.prepare("SELECT area, rules FROM rules")?;
    let rules = rules.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (area, text) in rules.collect::<Result<Vec<(u32, String)>, _>>()? {
        // What cannot be read counted as not said before, and still does.
        let rules: sfu_signal::AreaRules = serde_json::from_str(&text).unwrap_or_default();
        let sealed = at_rest.seal_at(Place::Rules(area), &rules)?;
        transaction.execute("UPDATE rules SET sealed = ?2 WHERE area = ?1", params![area, sealed])?;
    }
    let mut seeds = transaction.prepare("SELECT seed FROM receipts")?;
    for seed in seeds.query_map([], |row| row.get(0))?.collect::<Result<Vec<[u8; 32]>, _>>()? {
        let sealed = at_rest.seal_at(Place::ReceiptSeed, &seed)?;
        transaction.execute("UPDATE receipts SET sealed_seed = ?1", [sealed])?;
    }
    Ok(())
}
