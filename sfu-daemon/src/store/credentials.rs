//! With what staff sign in: passwords, second factors, and the sessions that follow.

use rusqlite::{OptionalExtension as _, ToSql, Transaction, params};
use sfu_signal::StaffRole;

use super::passkeys::is_active;
use super::people::{end_sessions, role_from};
use super::sealed::{Person, Place};
use super::{AlertMail, Deed, Store, StoreError};
use crate::auth::TokenHash;
use crate::retention::Class;

/// What an active account has to sign in with.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) staff: u32,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) role: StaffRole,
    /// Its hash.
    pub(crate) password: Option<String>,
    /// Somebody else has chosen it.
    pub(crate) is_temporary: bool,
    /// The secret of the second factor.
    pub(crate) totp: Option<Vec<u8>>,
    /// Where to write that somebody waits.
    pub(crate) mail: Option<AlertMail>,
}

/// By which means a session begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    Link,
    Password,
    Passkey,
    /// At the practice's provider of identities.
    Provider,
}

impl Means {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
        }
    }

    /// The table's own check allows no other word; should one appear, it is the one that lasts less long.
    pub(super) fn from(word: &str) -> Self {
        match word {
            "link" => Self::Link,
            "passkey" => Self::Passkey,
            "provider" => Self::Provider,
            _ => Self::Password,
        }
    }
}

/// What of the second factor is used up by a sign-in.
pub(crate) enum Used {
    /// There is no second factor.
    Nothing,
    /// A code of this time step.
    Step(i64),
    /// A word of those for the day when the app is lost.
    Recovery(TokenHash),
}

/// A new second factor: its secret, the step of the code that has shown that the app has it, and words for the day when the app is lost.
pub(crate) struct NewFactor {
    pub(crate) secret: Vec<u8>,
    pub(crate) step: i64,
    pub(crate) recovery: Vec<TokenHash>,
}

/// What changes with a sign-in, all of it or nothing.
pub(crate) struct SignedIn {
    pub(crate) staff: u32,
    pub(crate) used: Used,
    pub(crate) new_password: Option<String>,
    pub(crate) new_factor: Option<NewFactor>,
    pub(crate) session: TokenHash,
    /// What the browser says that it is.
    pub(crate) label: String,
    pub(crate) now_ms: i64,
}

impl Store {
    pub(crate) fn credentials(&self, login: &str) -> Result<Option<Credentials>, StoreError> {
        self.credentials_where("active = 1 AND login_index = ?1", self.at_rest.index(login))
    }

    pub(crate) fn credentials_of(&self, staff: u32) -> Result<Option<Credentials>, StoreError> {
        self.credentials_where("active = 1 AND id = ?1", staff)
    }

    /// The same of an account that may be active or not: what there is of it, not what lets anybody in.
    pub(crate) fn kept_credentials(&self, staff: u32) -> Result<Option<Credentials>, StoreError> {
        self.credentials_where("id = ?1", staff)
    }

    /// How many words for a lost phone have not been used.
    pub(crate) fn recovery_words_left(&self, staff: u32) -> Result<u32, StoreError> {
        let count = "SELECT count(*) FROM recovery_codes WHERE staff = ?1";
        Ok(self.read().query_row(count, [staff], |row| row.get(0))?)
    }

    fn credentials_where(&self, condition: &str, is: impl ToSql) -> Result<Option<Credentials>, StoreError> {
        let found: Option<(u32, String, Vec<u8>)> = self
            .read()
            .query_row(&format!("SELECT id, role, sealed FROM staff WHERE {condition}"), [is], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((staff, role, sealed)) = found else { return Ok(None) };
        let Person { login, name, password, is_temporary, totp, mail } =
            self.at_rest.open_at(Place::Person(staff), &sealed)?;
        Ok(Some(Credentials { staff, login, name, role: role_from(&role), password, is_temporary, totp, mail }))
    }

    /// Begins a session. `false` if the account is not active any more, or what proves the second factor has been used already.
    pub(crate) fn sign_in(&self, signed_in: SignedIn) -> Result<bool, StoreError> {
        self.write(&[Class::Accounts, Class::Sessions, Class::Audit], |transaction| {
            let SignedIn { staff, used, new_password, new_factor, session, label, now_ms } = signed_in;
            let is_active = is_active(transaction, staff)?;
            let is_fresh = match used {
                Used::Nothing => true,
                Used::Step(step) => use_step(transaction, staff, step)?,
                Used::Recovery(hash) => {
                    let words = "DELETE FROM recovery_codes WHERE staff = ?1 AND hash = ?2";
                    transaction.execute(words, params![staff, hash.0])? == 1
                }
            };
            if !is_active || !is_fresh {
                return Ok(false);
            }
            if let Some(password) = new_password {
                self.change_person(transaction, staff, |person| {
                    (person.password, person.is_temporary) = (Some(password), false);
                })?;
            }
            if let Some(factor) = new_factor {
                self.put_factor(transaction, staff, factor)?;
            }
            self.begin_session(transaction, session, staff, Means::Password, &label, now_ms)?;
            self.note_with(transaction, now_ms, Some(staff), &Deed::SignedIn(Means::Password))?;
            Ok(true)
        })
    }

    /// Sets the hash of a password, or takes it away. All other sessions of the account end, since whoever had the old one may have opened them.
    pub(crate) fn set_password(
        &self,
        staff: u32,
        password: Option<&str>,
        is_temporary: bool,
        but: Option<TokenHash>,
    ) -> Result<(), StoreError> {
        self.write(&[Class::Accounts], |transaction| {
            self.change_person(transaction, staff, |person| {
                (person.password, person.is_temporary) = (password.map(str::to_owned), is_temporary);
            })?;
            end_sessions(transaction, staff, but)
        })
    }

    /// Sets the second factor, with new words for the day when it is lost.
    pub(crate) fn set_factor(&self, staff: u32, factor: NewFactor) -> Result<(), StoreError> {
        self.write(&[Class::Accounts], |transaction| self.put_factor(transaction, staff, factor))
    }

    fn put_factor(&self, transaction: &Transaction, staff: u32, factor: NewFactor) -> Result<(), StoreError> {
        let NewFactor { secret, step, recovery } = factor;
        self.change_person(transaction, staff, |person| person.totp = Some(secret))?;
        transaction.execute("UPDATE staff SET totp_step = ?2 WHERE id = ?1", params![staff, step])?;
        transaction.execute("DELETE FROM recovery_codes WHERE staff = ?1", [staff])?;
        for hash in recovery {
            transaction.execute("INSERT INTO recovery_codes (hash, staff) VALUES (?1, ?2)", params![hash.0, staff])?;
        }
        Ok(())
    }

    /// Takes the second factor away: the next sign-in asks for a new one.
    pub(crate) fn forget_factor(&self, staff: u32) -> Result<(), StoreError> {
        self.write(&[Class::Accounts], |transaction| {
            self.change_person(transaction, staff, |person| person.totp = None)?;
            transaction.execute("UPDATE staff SET totp_step = 0 WHERE id = ?1", [staff])?;
            transaction.execute("DELETE FROM recovery_codes WHERE staff = ?1", [staff])?;
            Ok(())
        })
    }
}

/// Notes a time step as used; `false` if it or a later one has been used before.
fn use_step(transaction: &Transaction, staff: u32, step: i64) -> Result<bool, StoreError> {
    let used = "UPDATE staff SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2";
    Ok(transaction.execute(used, params![staff, step])? == 1)
}
