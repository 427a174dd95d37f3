//! The audit log: who of staff did what, and when. Each entry is chained to the one before with the clinic's key, and the two ends of the chain are
//! signed: who has the database without the key cannot change, add or take out an entry unseen. Patients are not in it: a visit appears as the random
//! number of its consultation.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use sfu_signal::By;

use super::{Means, Store, StoreError};
use crate::at_rest::AtRest;
use crate::auth::hex;
use crate::retention::Class;

/// What somebody did. The names of the variants, in words, are what the log has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    SignedIn(Means),
    SignedOut,
    /// A source that failed too often was blocked; it is not said which.
    SignInsBlocked,
    PasswordSet(u32),
    FactorSet,
    FactorTakenAway(u32),
    /// What is sealed is sealed with another key since.
    KeyChanged,
    /// Mails that somebody waits were switched on, or off.
    AlertMailSet(bool),
    IdentityLinked,
    IdentityRemoved,
    /// By the operator.
    IdentityTakenAway(u32),
    PasskeyAdded,
    PasskeyRemoved,
    /// All of an account.
    PasskeysTakenAway(u32),
    AccountAdded(u32),
    AccountChanged(u32),
    AccountExported(u32),
    AccountErased(u32),
    /// For an account, or for the first admin.
    LinkMade(Option<u32>),
    SessionsEnded(usize),
    AreaAdded(u32),
    AreaChanged(u32),
    AreaRemoved(u32),
    RulesSet(u32),
    PresenceSet(u32),
    KeysSet(u32),
    VisitLinkMade(u32),
    /// By the server; neither to whom nor where it leads.
    InvitationSent(By),
    Admitted(Visit),
    CalledBack(Visit),
    Held(Visit),
    Resumed(Visit),
    Transferred(Visit),
    Ended(Visit),
    /// Took part in a colleague's consultation, and does so no more.
    Joined(Visit),
    Left(Visit),
    GuestInvited(Visit),
    ScreenAsked(Visit),
    Removed(Visit),
    DevicesChanged(Visit),
    /// A change of the statement on privacy.
    ChangeAnnounced(u32),
    ChangeRead(u32),
}

/// A visit as the log has it: where it was, and the number of its consultation, if there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) area: u32,
    pub(crate) consultation: Option<[u8; 8]>,
}

/// One entry, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) number: i64,
    pub(crate) at_ms: i64,
    /// Which account; `None`: the operator at the command line, or the server itself.
    pub(crate) staff: Option<u32>,
    pub(crate) event: String,
    pub(crate) target: String,
}

/// What a check of the whole chain has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// All of it is as it was written. The last value is worth noting elsewhere: it stands for everything before.
    Whole { entries: usize, last: [u8; 32] },
    /// This entry is not what was written, or is not there.
    Broken { number: i64 },
    /// It was cut short, or its ends were exchanged.
    Ends,
}

impl Deed {
    fn words(&self) -> (&'static str, String) {
        let account = |number: &u32| format!("account {number}");
        let area = |number: &u32| format!("area {number}");
        match self {
            Self::SignedIn(means) => ("signed_in", means.word().to_owned()),
            Self::SignedOut => ("signed_out", String::new()),
            Self::SignInsBlocked => ("sign_ins_blocked", String::new()),
            Self::PasswordSet(of) => ("password_set", account(of)),
            Self::FactorSet => ("second_factor_set", String::new()),
            Self::FactorTakenAway(of) => ("second_factor_taken_away", account(of)),
            Self::KeyChanged => ("key_changed", String::new()),
            Self::AlertMailSet(is_on) => ("alert_mail_set", if *is_on { "on" } else { "off" }.to_owned()),
            Self::IdentityLinked => ("identity_linked", String::new()),
            Self::IdentityRemoved => ("identity_removed", String::new()),
            Self::IdentityTakenAway(of) => ("identity_taken_away", account(of)),
            Self::PasskeyAdded => ("passkey_added", String::new()),
            Self::PasskeyRemoved => ("passkey_removed", String::new()),
            Self::PasskeysTakenAway(of) => ("passkeys_taken_away", account(of)),
            Self::AccountAdded(of) => ("account_added", account(of)),
            Self::AccountChanged(of) => ("account_changed", account(of)),
            Self::AccountExported(of) => ("account_exported", account(of)),
            Self::AccountErased(of) => ("account_erased", account(of)),
            Self::LinkMade(of) => ("staff_link_made", of.as_ref().map_or_else(|| "first admin".to_owned(), account)),
            Self::SessionsEnded(count) => ("sessions_ended", count.to_string()),
            Self::ChangeAnnounced(of) => ("change_announced", format!("announcement {of}")),
            Self::ChangeRead(of) => ("change_read", format!("announcement {of}")),
            Self::AreaAdded(of) => ("area_added", area(of)),
            Self::AreaChanged(of) => ("area_changed", area(of)),
            Self::AreaRemoved(of) => ("area_removed", area(of)),
            Self::RulesSet(of) => ("rules_set", area(of)),
            Self::PresenceSet(of) => ("presence_set", area(of)),
            Self::KeysSet(of) => ("keys_set", area(of)),
            Self::VisitLinkMade(of) => ("visit_link_made", area(of)),
            Self::InvitationSent(by) => ("invitation_sent", by.word().to_owned()),
            Self::Admitted(visit) => ("admitted", visit.words()),
            Self::CalledBack(visit) => ("called_back", visit.words()),
            Self::Held(visit) => ("held", visit.words()),
            Self::Resumed(visit) => ("resumed", visit.words()),
            Self::Transferred(visit) => ("transferred", visit.words()),
            Self::Ended(visit) => ("ended", visit.words()),
            Self::Joined(visit) => ("joined", visit.words()),
            Self::Left(visit) => ("left", visit.words()),
            Self::GuestInvited(visit) => ("guest_invited", visit.words()),
            Self::ScreenAsked(visit) => ("screen_asked", visit.words()),
            Self::Removed(visit) => ("removed", visit.words()),
            Self::DevicesChanged(visit) => ("devices_changed", visit.words()),
        }
    }
}

impl Visit {
    fn words(&self) -> String {
        let Self { area, consultation } = self;
        consultation.map_or(format!("area {area}"), |number| format!("area {area} consultation {}", hex(&number)))
    }
}

impl Entry {
    /// Of a row that begins with its columns, in their order.
    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            at_ms: row.get(1)?,
            staff: row.get(2)?,
            event: row.get(3)?,
            target: row.get(4)?,
        })
    }

    /// What is chained: all of it, each part where no other can begin.
    fn bytes(&self) -> Vec<u8> {
        let staff = self.staff.map_or(0, i64::from);
        let numbers = [self.number, self.at_ms, staff].map(i64::to_be_bytes).concat();
        [&numbers, self.event.as_bytes(), b"\0", self.target.as_bytes()].concat()
    }
}

/// Where the chain begins or ends.
#[derive(Clone, Copy)]
struct End {
    number: i64,
    chained: [u8; 32],
    signed: [u8; 32],
}

impl End {
    fn new(at_rest: &AtRest, which: &str, number: i64, chained: [u8; 32]) -> Self {
        let signed = at_rest.link(&chained, &[which.as_bytes(), b"\0", &number.to_be_bytes()].concat());
        Self { number, chained, signed }
    }

    fn is_genuine(self, at_rest: &AtRest, which: &str) -> bool {
        self.signed == Self::new(at_rest, which, self.number, self.chained).signed
    }
}

const BASE: &str = "base";
const LAST: &str = "last";

impl Store {
    /// Writes down what somebody has done.
    pub(crate) fn note(&self, at_ms: i64, staff: Option<u32>, deed: &Deed) -> Result<(), StoreError> {
        self.write(&[Class::Audit], |transaction| self.note_with(transaction, at_ms, staff, deed))
    }

    /// The same, together with the deed itself or not at all.
    pub(super) fn note_with(
        &self,
        transaction: &Transaction,
        at_ms: i64,
        staff: Option<u32>,
        deed: &Deed,
    ) -> Result<(), StoreError> {
        let (_, last) = self.ends(transaction)?;
        let (event, target) = deed.words();
        let number = last.number + 1;
        let entry = Entry { number, at_ms, staff, event: event.to_owned(), target };
        let last = End::new(&self.at_rest, LAST, number, self.at_rest.link(&last.chained, &entry.bytes()));
        transaction.execute(
            "INSERT INTO audit (id, at_ms, staff, event, target, chained) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![number, at_ms, staff, event, entry.target, last.chained],
        )?;
        transaction.execute(
            "UPDATE audit_chain SET last = ?1, last_chained = ?2, last_signed = ?3",
            params![last.number, last.chained, last.signed],
        )?;
        Ok(())
    }

    /// All entries, the oldest first.
    pub(crate) fn audit(&self) -> Result<Vec<Entry>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare("SELECT id, at_ms, staff, event, target FROM audit ORDER BY id")?;
        let entries = rows.query_map([], Entry::read)?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// Goes through the whole chain.
    pub(crate) fn check_audit(&self) -> Result<Checked, StoreError> {
        // Locked, so that nothing is added between the entries and the end.
        self.write(&[Class::Audit], |transaction| {
            let (base, last) = self.ends(transaction)?;
            if !base.is_genuine(&self.at_rest, BASE) || !last.is_genuine(&self.at_rest, LAST) {
                return Ok(Checked::Ends);
            }
            let mut rows =
                transaction.prepare("SELECT id, at_ms, staff, event, target, chained FROM audit ORDER BY id")?;
            let mut rows = rows.query([])?;
            let (mut number, mut chained) = (base.number, base.chained);
            while let Some(row) = rows.next()? {
                let entry = Entry::read(row)?;
                number += 1;
                chained = self.at_rest.link(&chained, &entry.bytes());
                if entry.number != number || chained != row.get::<_, [u8; 32]>(5)? {
                    return Ok(Checked::Broken { number });
                }
            }
            let entries = usize::try_from(number - base.number).unwrap_or_default();
            let is_whole = (number, chained) == (last.number, last.chained);
            Ok(if is_whole {
                Checked::Whole { entries, last: chained }
            } else {
                Checked::Broken { number: number + 1 }
            })
        })
    }

    /// Where the chain begins and ends; with the first look it is made.
    fn ends(&self, transaction: &Transaction) -> Result<(End, End), StoreError> {
        let ends = transaction
            .query_row(
                "SELECT base, base_chained, base_signed, last, last_chained, last_signed FROM audit_chain",
                [],
                |row| {
                    let end = |at: usize| {
                        Ok::<_, rusqlite::Error>(End {
                            number: row.get(at)?,
                            chained: row.get(at + 1)?,
                            signed: row.get(at + 2)?,
                        })
                    };
                    Ok((end(0)?, end(3)?))
                },
            )
            .optional()?;
        if let Some(ends) = ends {
            return Ok(ends);
        }
        let [base, last] = [BASE, LAST].map(|which| End::new(&self.at_rest, which, 0, [0; 32]));
        transaction.execute(
            "INSERT INTO audit_chain (id, base, base_chained, base_signed, last, last_chained, last_signed)
             VALUES (1, 0, ?1, ?2, 0, ?1, ?3)",
            params![base.chained, base.signed, last.signed],
        )?;
        Ok((base, last))
    }

    /// Chains all entries, which are whole, with another key, from where they begin.
    pub(super) fn chain_anew(transaction: &Transaction, at_rest: &AtRest) -> Result<(), StoreError> {
        let (number, mut chained) = transaction
            .query_row("SELECT base, base_chained FROM audit_chain", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let base = End::new(at_rest, BASE, number, chained);
        let mut rows = transaction.prepare("SELECT id, at_ms, staff, event, target FROM audit ORDER BY id")?;
        let entries = rows.query_map([], Entry::read)?.collect::<Result<Vec<_>, _>>()?;
        for entry in &entries {
            chained = at_rest.link(&chained, &entry.bytes());
            transaction.execute("UPDATE audit SET chained = ?2 WHERE id = ?1", params![entry.number, chained])?;
        }
        let last = End::new(at_rest, LAST, entries.last().map_or(number, |entry| entry.number), chained);
        transaction.execute(
            "UPDATE audit_chain SET base_signed = ?1, last_chained = ?2, last_signed = ?3",
            params![base.signed, last.chained, last.signed],
        )?;
        Ok(())
    }

    /// Deletes the entries before this moment, as far as nothing younger stands before them, and says how many.
    pub(super) fn sweep_audit(&self, transaction: &Transaction, until_ms: i64) -> Result<usize, StoreError> {
        let newest: Option<i64> = transaction.query_row(
            "SELECT max(id) FROM audit WHERE id < ifnull((SELECT min(id) FROM audit WHERE ?1 < at_ms), id + 1)",
            [until_ms],
            |row| row.get(0),
        )?;
        let Some(newest) = newest else { return Ok(0) };
        let chained = transaction.query_row("SELECT chained FROM audit WHERE id = ?1", [newest], |row| row.get(0))?;
        let base = End::new(&self.at_rest, BASE, newest, chained);
        transaction.execute(
            "UPDATE audit_chain SET base = ?1, base_chained = ?2, base_signed = ?3",
            params![base.number, base.chained, base.signed],
        )?;
        Ok(transaction.execute("DELETE FROM audit WHERE id <= ?1", [newest])?)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::tests::fresh;
    use super::*;

    fn deeds(store: &Store) {
        let visit = Visit { area: 1, consultation: Some([10; 8]) };
        for (at_ms, deed) in
            [Deed::SignedIn(Means::Link), Deed::Admitted(visit), Deed::Ended(visit), Deed::SignedOut].iter().enumerate()
        {
            store.note(i64::try_from(at_ms).unwrap(), Some(1), deed).unwrap();
        }
    }

    #[test]
    fn whoever_changes_adds_or_takes_out_an_entry_is_found_out() {
        let (path, store) = fresh("audit-changed");
        deeds(&store);
        let Checked::Whole { entries: 4, last } = store.check_audit().unwrap() else { panic!("it is whole") };
        let others = Connection::open(&path).unwrap();
        let change = |statement: &str| {
            others.execute_batch(&format!("SAVEPOINT before; {statement};")).unwrap();
            others.execute_batch("RELEASE before").unwrap();
            store.check_audit().unwrap()
        };
        others
            .execute_batch("CREATE TABLE kept AS SELECT * FROM audit; CREATE TABLE ends AS SELECT * FROM audit_chain")
            .unwrap();
        let restore = || {
            others
                .execute_batch(
                    "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept;
                     DELETE FROM audit_chain; INSERT INTO audit_chain SELECT * FROM ends;",
                )
                .unwrap();
            assert_eq!(store.check_audit().unwrap(), Checked::Whole { entries: 4, last });
        };
        for (statement, broken) in [
            ("UPDATE audit SET staff = 2 WHERE id = 2", 2),
            ("UPDATE audit SET staff = NULL WHERE id = 2", 2),
            ("UPDATE audit SET at_ms = at_ms + 1 WHERE id = 3", 3),
            ("UPDATE audit SET event = 'end', target = 'ed' || target WHERE id = 3", 3),
            ("UPDATE audit SET chained = zeroblob(32) WHERE id = 1", 1),
            ("DELETE FROM audit WHERE id = 2", 2),
            ("DELETE FROM audit WHERE id = 4", 4),
            ("INSERT INTO audit SELECT 5, at_ms, staff, event, target, chained FROM audit WHERE id = 4", 5),
        ] {
            assert_eq!(change(statement), Checked::Broken { number: broken }, "{statement}");
            restore();
        }
        let cut = "DELETE FROM audit WHERE id = 4;
             UPDATE audit_chain SET last = 3, last_chained = (SELECT chained FROM audit WHERE id = 3)";
        assert_eq!(change(cut), Checked::Ends, "cut short");
        restore();
        let begun = "UPDATE audit_chain SET base = 1, base_chained = (SELECT chained FROM audit WHERE id = 1);
             DELETE FROM audit WHERE id = 1";
        assert_eq!(change(begun), Checked::Ends, "begun later");
        restore();
        drop((store, others));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn entries_go_when_their_time_is_over_and_the_rest_stays_whole() {
        let (path, store) = fresh("audit-swept");
        deeds(&store);
        let sweep =
            |until_ms| store.write(&[Class::Audit], |transaction| store.sweep_audit(transaction, until_ms)).unwrap();
        assert_eq!((sweep(-1), store.audit().unwrap().len()), (0, 4));
        assert_eq!((sweep(1), store.audit().unwrap().len()), (2, 2));
        assert_eq!(store.audit().unwrap()[0].event, "ended");
        assert!(matches!(store.check_audit().unwrap(), Checked::Whole { entries: 2, .. }));
        assert_eq!(sweep(9), 2);
        store.note(20, None, &Deed::AreaAdded(2)).unwrap();
        let [entry] = &store.audit().unwrap()[..] else { panic!("one entry") };
        assert_eq!((entry.number, entry.staff, entry.target.as_str()), (5, None, "area 2"), "numbers go on");
        assert!(matches!(store.check_audit().unwrap(), Checked::Whole { entries: 1, .. }));
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
