//! The passkeys of accounts.

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};

use super::people::end_sessions;
use super::sealed::Place;
use super::{Deed, Means, Store, StoreError};
use crate::auth::{TokenHash, hex};
use crate::limits::PASSKEYS_MAX;
use crate::passkey::Key;
use crate::retention::Class;
use crate::telemetry;

/// One passkey of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passkey {
    /// As the device calls it.
    pub(crate) id: Vec<u8>,
    pub(crate) key: Key,
    /// What its owner calls it.
    pub(crate) label: String,
    pub(crate) made_ms: i64,
}

/// A passkey that was found by what a device calls it.
pub(crate) struct Found {
    pub(crate) staff: u32,
    pub(crate) passkey: Passkey,
    hash: [u8; 32],
    /// As it was read: what was changed meanwhile is not overwritten.
    sealed: Vec<u8>,
}

/// Why a passkey is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAdded {
    /// The account has as many as it may.
    Full,
    /// It is there already.
    Known,
}

impl Store {
    /// The passkeys of an account, the oldest first, each with the name that it has in lists.
    pub(crate) fn passkeys(&self, staff: u32) -> Result<Vec<(String, Passkey)>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare("SELECT hash, sealed FROM passkeys WHERE staff = ?1")?;
        let rows = rows.query_map([staff], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<([u8; 32], Vec<u8>)> = rows.collect::<Result<_, _>>()?;
        let open = |(hash, sealed): ([u8; 32], Vec<u8>)| {
            Ok((listed(&hash), self.at_rest.open_at(Place::Passkey(&hash), &sealed)?))
        };
        let mut passkeys: Vec<(String, Passkey)> = rows.into_iter().map(open).collect::<Result<_, StoreError>>()?;
        passkeys.sort_by_key(|(_, passkey)| passkey.made_ms);
        Ok(passkeys)
    }

    /// The passkey that a device calls so, if its account is active.
    pub(crate) fn find_passkey(&self, id: &[u8]) -> Result<Option<Found>, StoreError> {
        let TokenHash(hash) = TokenHash::of_bytes(id);
        let found: Option<(u32, Vec<u8>)> = self
            .read()
            .query_row(
                "SELECT staff, passkeys.sealed FROM passkeys JOIN staff ON staff.id = staff WHERE active = 1 AND hash = ?1",
                [hash],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((staff, sealed)) = found else { return Ok(None) };
        let passkey = self.at_rest.open_at(Place::Passkey(&hash), &sealed)?;
        Ok(Some(Found { staff, passkey, hash, sealed }))
    }

    pub(crate) fn add_passkey(
        &self,
        staff: u32,
        passkey: &Passkey,
        now_ms: i64,
    ) -> Result<Result<(), NotAdded>, StoreError> {
        let TokenHash(hash) = TokenHash::of_bytes(&passkey.id);
        let sealed = self.at_rest.seal_at(Place::Passkey(&hash), passkey)?;
        self.write(&[Class::Accounts, Class::Audit], |transaction| {
            let count: u32 =
                transaction.query_row("SELECT count(*) FROM passkeys WHERE staff = ?1", [staff], |row| row.get(0))?;
            if PASSKEYS_MAX <= count {
                telemetry::limit_reached("passkeys");
                return Ok(Err(NotAdded::Full));
            }
            let added = transaction.execute(
                "INSERT INTO passkeys (hash, staff, sealed) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                params![hash, staff, sealed],
            )?;
            if added == 0 {
                return Ok(Err(NotAdded::Known));
            }
            self.note_with(transaction, now_ms, Some(staff), &Deed::PasskeyAdded)?;
            Ok(Ok(()))
        })
    }

    /// Takes one passkey of an account away. All other sessions of the account end, since whoever has the device may have opened them.
    /// `false` if there is no such passkey.
    pub(crate) fn remove_passkey(
        &self,
        staff: u32,
        listed_as: &str,
        but: TokenHash,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        self.write(&[Class::Audit], |transaction| {
            let removed = transaction.execute(
                "DELETE FROM passkeys WHERE staff = ?1 AND substr(lower(hex(hash)), 1, 16) = ?2",
                params![staff, listed_as],
            )?;
            if removed == 0 {
                return Ok(false);
            }
            end_sessions(transaction, staff, Some(but))?;
            self.note_with(transaction, now_ms, Some(staff), &Deed::PasskeyRemoved)?;
            Ok(true)
        })
    }

    /// Takes all passkeys of an account away, and ends its sessions; says how many there were.
    pub(crate) fn forget_passkeys(&self, staff: u32) -> Result<usize, StoreError> {
        self.write(&[], |transaction| {
            end_sessions(transaction, staff, None)?;
            Ok(transaction.execute("DELETE FROM passkeys WHERE staff = ?1", [staff])?)
        })
    }

    /// Begins a session with a passkey, whose counter is at this now. `false` if it was used or removed meanwhile.
    pub(crate) fn sign_in_with_passkey(
        &self,
        found: Found,
        counter: u32,
        session: TokenHash,
        label: &str,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let Found { staff, mut passkey, hash, sealed } = found;
        passkey.key.counter = counter;
        let counted = self.at_rest.seal_at(Place::Passkey(&hash), &passkey)?;
        self.write(&[Class::Accounts, Class::Sessions, Class::Audit], |transaction| {
            let is_as_read = is_active(transaction, staff)?
                && transaction.execute(
                    "UPDATE passkeys SET sealed = ?3 WHERE hash = ?1 AND sealed = ?2",
                    params![hash, sealed, counted],
                )? == 1;
            if is_as_read {
                self.begin_session(transaction, session, staff, Means::Passkey, label, now_ms)?;
                self.note_with(transaction, now_ms, Some(staff), &Deed::SignedIn(Means::Passkey))?;
            }
            Ok(is_as_read)
        })
    }
}

pub(super) fn is_active(transaction: &Transaction, staff: u32) -> Result<bool, StoreError> {
    Ok(transaction.prepare("SELECT 1 FROM staff WHERE id = ?1 AND active = 1")?.exists([staff])?)
}

/// By which a passkey is called in lists.
fn listed(hash: &[u8; 32]) -> String {
    hex(&hash[..8])
}

#[cfg(test)]
mod tests {
    use super::super::people::{Account, Standing};
    use super::super::tests::{LIMITS, fresh};
    use super::*;
    use crate::passkey::Algorithm;

    fn passkey(id: u8) -> Passkey {
        let key = Key { algorithm: Algorithm::Es256, public: vec![id; 91], counter: 3, is_shareable: false };
        Passkey { id: vec![id; 16], key, label: format!("Number {id}"), made_ms: i64::from(id) }
    }

    #[test]
    fn an_account_has_so_many_passkeys_each_once_and_none_of_another_account() {
        let (path, store) = fresh("passkeys-full");
        for id in 0..u8::try_from(PASSKEYS_MAX).unwrap() {
            assert_eq!(store.add_passkey(1, &passkey(id), 0).unwrap(), Ok(()));
        }
        assert_eq!(store.add_passkey(1, &passkey(100), 0).unwrap(), Err(NotAdded::Full));
        let listed = store.passkeys(1).unwrap();
        assert_eq!(listed.len(), PASSKEYS_MAX as usize);
        assert!(store.remove_passkey(1, &listed[3].0, TokenHash([0; 32]), 0).unwrap());
        assert!(!store.remove_passkey(1, &listed[3].0, TokenHash([0; 32]), 0).unwrap());
        assert!(!store.remove_passkey(2, &listed[4].0, TokenHash([0; 32]), 0).unwrap(), "of another account");
        assert_eq!(store.add_passkey(1, &passkey(4), 0).unwrap(), Err(NotAdded::Known));
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_passkey_counts_on_and_is_not_taken_back_to_an_older_count() {
        let (path, store) = fresh("passkeys-counter");
        store.add_passkey(1, &passkey(7), 0).unwrap().unwrap();
        let find = || store.find_passkey(&[7; 16]).unwrap().unwrap();
        let (one, at_the_same_time) = (find(), find());
        assert_eq!((one.staff, &one.passkey), (1, &passkey(7)));
        assert!(store.sign_in_with_passkey(one, 5, TokenHash([1; 32]), "", 10).unwrap());
        assert!(!store.sign_in_with_passkey(at_the_same_time, 5, TokenHash([2; 32]), "", 10).unwrap());
        assert_eq!(find().passkey.key.counter, 5);
        assert_eq!(store.open_sessions(10, LIMITS, Some(1)).unwrap().len(), 1);
        let own = TokenHash([9; 32]);
        assert!(store.sign_in_with_passkey(find(), 6, own, "", 10).unwrap());
        assert!(store.remove_passkey(1, &store.passkeys(1).unwrap()[0].0, own, 10).unwrap());
        assert_eq!(store.open_sessions(10, LIMITS, Some(1)).unwrap().len(), 1, "the other browser is signed out");
        assert!(store.find_passkey(&[7; 16]).unwrap().is_none());
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_disabled_account_has_no_passkeys_that_work_and_an_erased_one_none() {
        let (path, store) = fresh("passkeys-disabled");
        let account = |standing| Account {
            id: 2,
            login: "ada".to_owned(),
            name: String::new(),
            role: sfu_signal::StaffRole::Provider,
            standing,
            areas: vec![],
        };
        assert_eq!(store.add_account(&account(Standing::Active)).unwrap(), 2);
        store.add_passkey(2, &passkey(1), 0).unwrap().unwrap();
        let found = store.find_passkey(&[1; 16]).unwrap().unwrap();
        store.set_account(&account(Standing::Disabled)).unwrap();
        assert!(store.find_passkey(&[1; 16]).unwrap().is_none());
        assert!(!store.sign_in_with_passkey(found, 4, TokenHash([1; 32]), "", 10).unwrap(), "disabled meanwhile");
        store.erase_account(2).unwrap();
        assert_eq!(store.passkeys(2).unwrap(), []);
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
