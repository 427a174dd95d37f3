//! What areas look like to patients.

use rusqlite::params;

use super::{Store, StoreError};
use crate::limits::LOOKS_BYTES_MAX;
use crate::look::{Kind, Part, Stored};
use crate::retention::Class;

impl Store {
    /// Of all areas that have one; the files without their bytes.
    pub(crate) fn looks(&self) -> Result<Vec<Stored>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare("SELECT area, accent, welcome FROM looks ORDER BY area")?;
        let looks = rows.query_map([], |row| {
            Ok(Stored { area: row.get(0)?, accent: row.get(1)?, welcome: row.get(2)?, files: Vec::new() })
        })?;
        let mut looks: Vec<Stored> = looks.collect::<Result<_, _>>()?;
        let mut rows = connection.prepare("SELECT part, mime, hash FROM look_files WHERE area = ?1")?;
        for look in &mut looks {
            let files = rows.query_map([look.area], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            })?;
            for file in files {
                let (part, mime, hash) = file?;
                look.files
                    .extend(Part::from_word(&part).zip(Kind::from_mime(&mime)).map(|(part, kind)| (part, kind, hash)));
            }
        }
        Ok(looks)
    }

    pub(crate) fn look_bytes(&self, hash: &str) -> Result<Vec<u8>, StoreError> {
        let read = "SELECT bytes FROM look_files WHERE hash = ?1 LIMIT 1";
        Ok(self.read().query_row(read, [hash], |row| row.get(0))?)
    }

    pub(crate) fn set_look_texts(&self, area: u32, accent: &str, welcome: &str) -> Result<(), StoreError> {
        self.execute(
            Class::Looks,
            "INSERT INTO looks (area, accent, welcome) VALUES (?1, ?2, ?3)
             ON CONFLICT (area) DO UPDATE SET accent = ?2, welcome = ?3",
            params![area, accent, welcome],
        )
    }

    /// Sets or takes away a file. False if all areas together would have too much; nothing is changed then.
    pub(crate) fn set_look_file(
        &self,
        area: u32,
        part: Part,
        file: Option<&(Kind, String)>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        self.write(&[Class::Looks], |transaction| {
            let others: i64 = transaction.query_row(
                "SELECT coalesce(sum(length(bytes)), 0) FROM look_files WHERE area != ?1 OR part != ?2",
                params![area, part.word()],
                |row| row.get(0),
            )?;
            if LOOKS_BYTES_MAX < usize::try_from(others).unwrap_or(usize::MAX).saturating_add(bytes.len()) {
                return Ok(false);
            }
            transaction.execute(
                "INSERT INTO looks (area, accent, welcome) VALUES (?1, '', '') ON CONFLICT DO NOTHING",
                [area],
            )?;
            transaction.execute("DELETE FROM look_files WHERE area = ?1 AND part = ?2", params![area, part.word()])?;
            if let Some((kind, hash)) = file {
                transaction.execute(
                    "INSERT INTO look_files (area, part, mime, hash, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![area, part.word(), kind.mime(), hash, bytes],
                )?;
            }
            Ok(true)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fresh;
    use super::*;

    #[test]
    fn all_areas_together_have_so_many_bytes_and_a_look_goes_with_its_area() {
        let (path, store) = fresh("looks");
        store.add_area(&super::super::Area::new("annex".to_owned())).unwrap();
        let annex = store.areas().unwrap()[1].id;
        let file = (Kind::Png, "hash".to_owned());
        assert!(store.set_look_file(annex, Part::Logo, Some(&file), b"a").unwrap());
        let all = vec![0; LOOKS_BYTES_MAX];
        assert!(!store.set_look_file(1, Part::Show, Some(&file), &all).unwrap(), "with the other it is too much");
        assert!(!store.set_look_file(annex, Part::Show, Some(&file), &all).unwrap());
        assert!(store.set_look_file(annex, Part::Logo, Some(&file), &all[1..]).unwrap(), "in the place of itself");
        store.set_look_texts(annex, "#000000", "Hello").unwrap();
        assert_eq!(store.looks().unwrap().len(), 1);
        store.remove_area(annex).unwrap();
        assert_eq!(store.looks().unwrap(), []);
        assert!(store.look_bytes("hash").is_err());
        drop(store);
        std::fs::remove_file(path).unwrap();
    }
}
