//! Changes of the statement on privacy that were announced, and who of staff has read of them.

use rusqlite::params;

use super::{Deed, Store, StoreError};
use crate::limits::ANNOUNCEMENTS_MAX;
use crate::retention::Class;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announcement {
    pub(crate) number: u32,
    /// In milliseconds since the Unix epoch.
    pub(crate) announced_ms: i64,
    pub(crate) effective_ms: i64,
    /// As the operator has written it.
    pub(crate) text: String,
    /// How many of staff have read it.
    pub(crate) readers: u32,
}

impl Store {
    /// Announces a change, and says its number.
    pub(crate) fn announce(&self, now_ms: i64, effective_ms: i64, text: &str) -> Result<u32, StoreError> {
        self.write(&[Class::Announcements, Class::Audit], |transaction| {
            let there: u32 = transaction.query_row("SELECT count(*) FROM announcements", [], |row| row.get(0))?;
            if ANNOUNCEMENTS_MAX <= there {
                return Err(StoreError::Refused(
                    "there are as many announcements as can be; they go a year after they took effect",
                ));
            }
            let number = transaction.query_row(
                "INSERT INTO announcements (announced_ms, effective_ms, text) VALUES (?1, ?2, ?3) RETURNING id",
                params![now_ms, effective_ms, text],
                |row| row.get(0),
            )?;
            self.note_with(transaction, now_ms, None, &Deed::ChangeAnnounced(number))?;
            Ok(number)
        })
    }

    /// All that are kept, the next to take effect last; with `unread_by`, those that this account has not read.
    pub(crate) fn announcements(&self, unread_by: Option<u32>) -> Result<Vec<Announcement>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare(
            "SELECT id, announced_ms, effective_ms, text, (SELECT count(*) FROM announcements_read WHERE announcement = id)
             FROM announcements
             WHERE ?1 IS NULL OR NOT EXISTS (SELECT 1 FROM announcements_read WHERE announcement = id AND staff = ?1)
             ORDER BY effective_ms, id",
        )?;
        let found = rows.query_map([unread_by], |row| {
            Ok(Announcement {
                number: row.get(0)?,
                announced_ms: row.get(1)?,
                effective_ms: row.get(2)?,
                text: row.get(3)?,
                readers: row.get(4)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The numbers of those that an account has read.
    pub(crate) fn announcements_read_by(&self, staff: u32) -> Result<Vec<u32>, StoreError> {
        let connection = self.read();
        let mut rows =
            connection.prepare("SELECT announcement FROM announcements_read WHERE staff = ?1 ORDER BY announcement")?;
        let numbers = rows.query_map([staff], |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    /// Notes that somebody of staff has read one. Nothing happens if there is none, or they had.
    pub(crate) fn read_announcement(&self, now_ms: i64, number: u32, staff: u32) -> Result<(), StoreError> {
        self.write(&[Class::Announcements, Class::Audit], |transaction| {
            let is_new = transaction.execute(
                "INSERT INTO announcements_read (announcement, staff) SELECT id, ?2 FROM announcements WHERE id = ?1
                 ON CONFLICT DO NOTHING",
                params![number, staff],
            )?;
            if 0 < is_new {
                self.note_with(transaction, now_ms, Some(staff), &Deed::ChangeRead(number))?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fresh;
    use super::*;

    #[test]
    fn so_many_announcements_are_kept_and_each_is_read_once() {
        let (path, store) = fresh("announcements");
        for number in 1..=ANNOUNCEMENTS_MAX {
            assert_eq!(store.announce(10, i64::from(number), "text").unwrap(), number);
        }
        assert!(matches!(store.announce(10, 99, "one more"), Err(StoreError::Refused(_))));
        for number in [1, 1, ANNOUNCEMENTS_MAX + 1] {
            store.read_announcement(20, number, 1).unwrap();
        }
        assert_eq!(store.announcements_read_by(1).unwrap(), [1]);
        assert_eq!(store.announcements(Some(1)).unwrap()[0].number, 2, "the first is read");
        assert_eq!(store.audit().unwrap().iter().filter(|entry| entry.event == "change_read").count(), 1);
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
