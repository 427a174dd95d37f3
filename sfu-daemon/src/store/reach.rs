//! Where staff want to be told that somebody waits. It is part of their account: sealed as their name is, and erased with it.

use serde::{Deserialize, Serialize};

use super::sealed::{Person, Place};
use super::{Deed, Store, StoreError};
use crate::retention::Class;

/// Where to write to somebody of staff, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AlertMail {
    pub(crate) address: String,
    /// In which language, such as `de`.
    pub(crate) language: String,
    /// The end of the link that switches the mails off.
    pub(crate) off: String,
}

impl Store {
    /// Has somebody written to from now on, or no more.
    pub(crate) fn set_alert_mail(&self, staff: u32, mail: Option<AlertMail>, now_ms: i64) -> Result<(), StoreError> {
        self.write(&[Class::Accounts, Class::Audit], |transaction| {
            let deed = Deed::AlertMailSet(mail.is_some());
            self.change_person(transaction, staff, |person| person.mail = mail)?;
            self.note_with(transaction, now_ms, Some(staff), &deed)
        })
    }

    /// Switches the mails off that have this link. `false` if there are none.
    pub(crate) fn end_alert_mail(&self, off: &str, now_ms: i64) -> Result<bool, StoreError> {
        let all = self.alert_mails_where("1")?;
        let Some((staff, _)) = all.into_iter().find(|(_, mail)| mail.off == off) else { return Ok(false) };
        self.set_alert_mail(staff, None, now_ms).map(|()| true)
    }

    /// Who of those who work in an area is written to.
    pub(crate) fn alert_mails(&self, area: u32) -> Result<Vec<(u32, AlertMail)>, StoreError> {
        self.alert_mails_where(&format!("active = 1 AND id IN (SELECT staff FROM staff_areas WHERE area = {area})"))
    }

    fn alert_mails_where(&self, which: &str) -> Result<Vec<(u32, AlertMail)>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare(&format!("SELECT id, sealed FROM staff WHERE {which} ORDER BY id"))?;
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(u32, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
        let opened = rows.into_iter().map(|(id, sealed)| {
            let person: Person = self.at_rest.open_at(Place::Person(id), &sealed)?;
            Ok(person.mail.map(|mail| (id, mail)))
        });
        opened.filter_map(Result::transpose).collect()
    }
}
