//! Deletes what is past its time.

use rusqlite::{Transaction, params};

use super::people::end_old_sessions;
use super::{SessionLimits, Store, StoreError};
use crate::retention::{ANNOUNCEMENT_DAYS, Class, PUSHES_KEPT_DAYS, days_ms};

/// For how long what is stored is kept, as the operator has set it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    pub(crate) sessions: SessionLimits,
    /// After they were disabled, in days.
    pub(crate) disabled_accounts: u32,
    /// In days.
    pub(crate) audit: u32,
    /// In days.
    pub(crate) consultations: u32,
    /// In days.
    pub(crate) connections: u32,
}

impl Store {
    /// Deletes what is past its time, and says how much of each class.
    pub(crate) fn sweep(&self, now_ms: i64, keep: Keep) -> Result<Vec<(Class, usize)>, StoreError> {
        Class::ALL.into_iter().map(|class| Ok((class, self.sweep_class(class, now_ms, keep)?))).collect()
    }

    fn sweep_class(&self, class: Class, now_ms: i64, keep: Keep) -> Result<usize, StoreError> {
        self.write(&[class], |transaction| match class {
            // These go when somebody removes or replaces them; files are the relay's.
            Class::Areas | Class::Looks | Class::AreaKeys | Class::ServerKeys | Class::Certificate | Class::Files => {
                Ok(0)
            }
            Class::VisitLinks => Ok(transaction.execute("DELETE FROM visit_links WHERE ends_ms <= ?1", [now_ms])?),
            Class::StaffLinks => Ok(transaction.execute("DELETE FROM enrolments WHERE ends_ms <= ?1", [now_ms])?),
            Class::Sessions => end_old_sessions(transaction, now_ms, keep.sessions),
            Class::Pushes => {
                let until = now_ms.saturating_sub(days_ms(PUSHES_KEPT_DAYS));
                Ok(transaction.execute("DELETE FROM pushes WHERE seen_ms <= ?1", [until])?)
            }
            Class::Audit => self.sweep_audit(transaction, now_ms.saturating_sub(days_ms(keep.audit))),
            Class::Announcements => {
                let until = now_ms.saturating_sub(days_ms(ANNOUNCEMENT_DAYS));
                Ok(transaction.execute("DELETE FROM announcements WHERE effective_ms <= ?1", [until])?)
            }
            Class::Consultations => {
                let until = now_ms.saturating_sub(days_ms(keep.consultations));
                Ok(transaction.execute("DELETE FROM consultations WHERE began_ms <= ?1", [until])?)
            }
            Class::Connections => {
                let until = now_ms.saturating_sub(days_ms(keep.connections));
                Ok(transaction.execute("DELETE FROM connections WHERE began_ms <= ?1", [until])?)
            }
            Class::Accounts => {
                // Disabled by another process, which does not know for how long they are kept.
                transaction.execute(
                    "UPDATE staff SET disabled_ms = ?1 WHERE active = 0 AND restricted = 0 AND disabled_ms IS NULL",
                    [now_ms],
                )?;
                let until = now_ms.saturating_sub(days_ms(keep.disabled_accounts));
                let mut rows = transaction.prepare("SELECT id FROM staff WHERE active = 0 AND disabled_ms <= ?1")?;
                let over: Vec<u32> = rows.query_map([until], |row| row.get(0))?.collect::<Result<_, _>>()?;
                over.iter().try_for_each(|staff| erase(transaction, *staff))?;
                Ok(over.len())
            }
        })
    }

    /// Every column of every table, as the database itself says.
    pub(crate) fn columns(&self) -> Result<Vec<(String, String)>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare(
            "SELECT tables.name, columns.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' ORDER BY tables.name, columns.cid",
        )?;
        let columns = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(columns.collect::<Result<_, _>>()?)
    }

    /// Erases an account with all that is kept of it. The last admin is not erased.
    pub(crate) fn erase_account(&self, staff: u32) -> Result<(), StoreError> {
        self.write(&[Class::Accounts], |transaction| {
            erase(transaction, staff)?;
            super::people::check_admins(transaction)
        })
    }
}

fn erase(transaction: &Transaction, staff: u32) -> Result<(), StoreError> {
    for table in [
        "pushes",
        "sessions",
        "enrolments",
        "recovery_codes",
        "passkeys",
        "identities",
        "staff_areas",
        "announcements_read",
    ] {
        transaction.execute(&format!("DELETE FROM {table} WHERE staff = ?1"), [staff])?;
    }
    transaction.execute("DELETE FROM staff WHERE id = ?1", params![staff])?;
    Ok(())
}
