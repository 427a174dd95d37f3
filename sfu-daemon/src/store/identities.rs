//! Who somebody is at the practice's provider of identities: the provider and its own word for them, and nothing else of what it tells.

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};
use sfu_signal::StaffRole;

use super::passkeys::is_active;
use super::people::{end_sessions, role_text};
use super::sealed::Place;
use super::{Deed, Means, Store, StoreError};
use crate::auth::TokenHash;
use crate::retention::Class;

/// Somebody, as a provider names them. The same word of another provider means somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) issuer: String,
    pub(crate) subject: String,
}

/// Why somebody whom the provider knows is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotIn {
    /// It is nobody's account, or a disabled one.
    Stranger,
    /// An admin needs a second factor, and nobody has said how the provider proves one.
    Admin,
}

/// It is another account's already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken;

impl Store {
    pub(crate) fn identity_of(&self, staff: u32) -> Result<Option<Identity>, StoreError> {
        let found: Option<Vec<u8>> = self
            .read()
            .query_row("SELECT sealed FROM identities WHERE staff = ?1", [staff], |row| row.get(0))
            .optional()?;
        found.map(|sealed| self.at_rest.open_at(Place::Identity(staff), &sealed)).transpose()
    }

    /// Lets somebody sign in at the provider from now on, in place of any other identity of the account.
    pub(crate) fn link_identity(
        &self,
        staff: u32,
        identity: &Identity,
        now_ms: i64,
    ) -> Result<Result<(), Taken>, StoreError> {
        let sealed = self.at_rest.seal_at(Place::Identity(staff), identity)?;
        self.write(&[Class::Accounts, Class::Audit], |transaction| {
            if self.whose(transaction, identity)?.is_some_and(|other| other != staff) {
                return Ok(Err(Taken));
            }
            transaction.execute(
                "INSERT INTO identities (staff, sealed) VALUES (?1, ?2) ON CONFLICT (staff) DO UPDATE SET sealed = ?2",
                params![staff, sealed],
            )?;
            self.note_with(transaction, now_ms, Some(staff), &Deed::IdentityLinked)?;
            Ok(Ok(()))
        })
    }

    /// Lets somebody sign in at the provider no more. All sessions of the account end, but the one at hand: others may have been opened there.
    pub(crate) fn unlink_identity(&self, staff: u32, but: Option<TokenHash>) -> Result<(), StoreError> {
        self.write(&[], |transaction| {
            transaction.execute("DELETE FROM identities WHERE staff = ?1", [staff])?;
            end_sessions(transaction, staff, but)
        })
    }

    /// Begins a session for whom the provider means, and says which account that is, or why not.
    pub(crate) fn sign_in_with_identity(
        &self,
        identity: &Identity,
        session: TokenHash,
        label: &str,
        takes_admins: bool,
        now_ms: i64,
    ) -> Result<Result<u32, NotIn>, StoreError> {
        self.write(&[Class::Sessions, Class::Audit], |transaction| {
            let Some(staff) = self.whose(transaction, identity)? else { return Ok(Err(NotIn::Stranger)) };
            if !is_active(transaction, staff)? {
                return Ok(Err(NotIn::Stranger));
            }
            let role: String =
                transaction.query_row("SELECT role FROM staff WHERE id = ?1", [staff], |row| row.get(0))?;
            if role == role_text(StaffRole::Admin) && !takes_admins {
                return Ok(Err(NotIn::Admin));
            }
            self.begin_session(transaction, session, staff, Means::Provider, label, now_ms)?;
            self.note_with(transaction, now_ms, Some(staff), &Deed::SignedIn(Means::Provider))?;
            Ok(Ok(staff))
        })
    }

    /// Which account is linked with an identity.
    fn whose(&self, transaction: &Transaction, identity: &Identity) -> Result<Option<u32>, StoreError> {
        let mut rows = transaction.prepare("SELECT staff, sealed FROM identities")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let staff = row.get(0)?;
            let linked: Identity = self.at_rest.open_at(Place::Identity(staff), &row.get::<_, Vec<u8>>(1)?)?;
            if linked == *identity {
                return Ok(Some(staff));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::{Account, Standing};
    use super::super::tests::{LIMITS, fresh};
    use super::*;

    fn identity(issuer: &str, subject: &str) -> Identity {
        Identity { issuer: issuer.to_owned(), subject: subject.to_owned() }
    }

    #[test]
    fn an_identity_is_one_accounts_and_a_word_of_another_provider_is_another_identity() {
        let (path, store) = fresh("identities");
        let account = |standing| Account {
            id: 2,
            login: "ada".to_owned(),
            name: String::new(),
            role: sfu_signal::StaffRole::Provider,
            standing,
            areas: vec![],
        };
        store.add_account(&account(Standing::Active)).unwrap();
        let (ada, elsewhere) = (identity("https://id.example", "7"), identity("https://other.example", "7"));
        let sign_in =
            |who: &Identity, hash| store.sign_in_with_identity(who, TokenHash([hash; 32]), "", false, 10).unwrap().ok();
        assert_eq!(sign_in(&ada, 1), None, "nobody is let in who was not linked");
        store.link_identity(2, &ada, 10).unwrap().unwrap();
        store.link_identity(2, &ada, 10).unwrap().unwrap();
        assert_eq!(store.link_identity(1, &ada, 10).unwrap(), Err(Taken));
        assert_eq!(store.identity_of(2).unwrap().as_ref(), Some(&ada));
        assert_eq!((sign_in(&ada, 1), sign_in(&elsewhere, 2)), (Some(2), None));
        assert_eq!(sign_in(&ada, 3), Some(2));
        store.unlink_identity(2, Some(TokenHash([3; 32]))).unwrap();
        assert_eq!(sign_in(&ada, 4), None);
        assert_eq!(store.open_sessions(10, LIMITS, Some(2)).unwrap().len(), 1, "the one at hand");
        store.link_identity(2, &ada, 10).unwrap().unwrap();
        store.set_account(&account(Standing::Disabled)).unwrap();
        assert_eq!(sign_in(&ada, 5), None, "disabled");
        store.erase_account(2).unwrap();
        assert_eq!(store.identity_of(2).unwrap(), None);
        store.link_identity(1, &ada, 10).unwrap().unwrap();
        let as_admin = |takes_admins, hash| {
            store.sign_in_with_identity(&ada, TokenHash([hash; 32]), "", takes_admins, 10).unwrap()
        };
        assert_eq!((as_admin(false, 6), as_admin(true, 7)), (Err(NotIn::Admin), Ok(1)), "an admin has a second factor");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
