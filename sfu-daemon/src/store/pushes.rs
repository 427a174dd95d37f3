//! Browsers of staff that their push service tells that somebody waits.

use rusqlite::params;
use zeroize::Zeroizing;

use super::sealed::Place;
use super::{Session, Store, StoreError};
use crate::limits::PUSHES_PER_ACCOUNT_MAX;
use crate::retention::Class;

impl Store {
    /// The key by which push services know this server again; the new one at the first time.
    pub(crate) fn push_key(&self, new_key: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let sealed = self.at_rest.seal_at(Place::PushKey, &new_key)?;
        let keep = "INSERT INTO push_key (id, sealed) VALUES (1, ?1) ON CONFLICT DO NOTHING";
        self.execute(Class::ServerKeys, keep, [sealed])?;
        let sealed: Vec<u8> = self.read().query_row("SELECT sealed FROM push_key", [], |row| row.get(0))?;
        self.at_rest.open_at(Place::PushKey, &sealed).map(Zeroizing::new)
    }

    /// Keeps a browser's address, in the place of the oldest ones of the account if there are too many.
    pub(crate) fn add_push(&self, of: &Session, endpoint: &str, now_ms: i64) -> Result<(), StoreError> {
        self.write(&[Class::Pushes], |transaction| {
            let id = self.at_rest.index(endpoint);
            transaction.execute("DELETE FROM pushes WHERE id = ?1", [id])?;
            transaction.execute(
                "INSERT INTO pushes (id, staff, session, seen_ms, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![id, of.staff, of.hash.0, now_ms, self.at_rest.seal_at(Place::Push(&id), &endpoint)?],
            )?;
            transaction.execute(
                "DELETE FROM pushes WHERE staff = ?1 AND id NOT IN
                 (SELECT id FROM pushes WHERE staff = ?1 ORDER BY seen_ms DESC LIMIT ?2)",
                params![of.staff, PUSHES_PER_ACCOUNT_MAX],
            )?;
            Ok(())
        })
    }

    pub(crate) fn end_push(&self, endpoint: &str) -> Result<(), StoreError> {
        self.execute(Class::Pushes, "DELETE FROM pushes WHERE id = ?1", [self.at_rest.index(endpoint)])
    }

    /// The browsers of those who work in an area: whose, and their addresses.
    pub(crate) fn pushes(&self, area: u32) -> Result<Vec<(u32, String)>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare(
            "SELECT pushes.staff, pushes.id, pushes.sealed FROM pushes
             JOIN staff ON staff.id = pushes.staff JOIN staff_areas ON staff_areas.staff = pushes.staff
             WHERE active = 1 AND area = ?1 ORDER BY seen_ms",
        )?;
        let rows = rows.query_map([area], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows: Vec<(u32, [u8; 32], Vec<u8>)> = rows.collect::<Result<_, _>>()?;
        rows.into_iter()
            .map(|(staff, id, sealed)| Ok((staff, self.at_rest.open_at(Place::Push(&id), &sealed)?)))
            .collect()
    }

    /// How many browsers of an account there are.
    pub(crate) fn pushes_of(&self, staff: u32) -> Result<u32, StoreError> {
        Ok(self.read().query_row("SELECT count(*) FROM pushes WHERE staff = ?1", [staff], |row| row.get(0))?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{LIMITS, fresh};
    use super::*;
    use crate::auth::TokenHash;

    #[test]
    fn an_account_has_so_many_browsers_and_the_oldest_makes_room() {
        let (path, store) = fresh("pushes");
        let (link, session) = (TokenHash::of("link"), TokenHash::of("session"));
        store.add_enrolment(None, link, 0, 1_000).unwrap();
        assert!(store.enrol(link, session, 10).unwrap());
        let session = store.session(session, 10, LIMITS).unwrap().unwrap();
        let endpoint = |number| format!("https://push.example/{number}");
        for number in 0..=PUSHES_PER_ACCOUNT_MAX {
            store.add_push(&session, &endpoint(number), 10 + i64::from(number)).unwrap();
        }
        let kept: Vec<String> = store.pushes(1).unwrap().into_iter().map(|(_, endpoint)| endpoint).collect();
        assert_eq!(kept, (1..=PUSHES_PER_ACCOUNT_MAX).map(endpoint).collect::<Vec<_>>());
        store.add_push(&session, &endpoint(1), 99).unwrap();
        assert_eq!(store.pushes_of(1).unwrap(), PUSHES_PER_ACCOUNT_MAX, "the same one again is no more");
        store.end_push(&endpoint(2)).unwrap();
        assert_eq!(store.pushes_of(1).unwrap(), PUSHES_PER_ACCOUNT_MAX - 1);
        drop(store);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_browser_that_is_signed_out_with_its_account_is_told_nothing_any_more() {
        let (path, store) = fresh("pushes-ended");
        let (here, gone) = (TokenHash::of("here"), TokenHash::of("gone"));
        let tell_both = || {
            for hash in [here, gone] {
                let session = super::super::Session { hash, staff: 1, began_ms: 10, means: super::super::Means::Link };
                store.add_push(&session, &format!("https://push.example/{}", session.id()), 10).unwrap();
            }
        };
        for (what, end) in [
            ("password", &(|| store.set_password(1, None, false, Some(here)).unwrap()) as &dyn Fn()),
            ("provider", &|| store.unlink_identity(1, Some(here)).unwrap()),
        ] {
            tell_both();
            end();
            assert_eq!(store.pushes_of(1).unwrap(), 1, "{what}: the one at hand");
        }
        tell_both();
        store.forget_passkeys(1).unwrap();
        assert_eq!(store.pushes_of(1).unwrap(), 0, "all of the account");
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
