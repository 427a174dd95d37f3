//! A record of each consultation that has taken place, as a practice needs it to show that and how it was held: when, for how long, how many people,
//! and how good the connection was. It has a random number of its own and names nobody.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError};
use crate::retention::Class;

/// One consultation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consultation {
    pub(crate) number: [u8; 8],
    pub(crate) area: u32,
    /// When sound and picture could pass first, in milliseconds since the Unix epoch.
    pub(crate) began_ms: i64,
    /// From then to the end.
    pub(crate) seconds: u32,
    /// For how long of that it was on hold.
    pub(crate) held_seconds: u32,
    /// How many people took part, at most at a time.
    pub(crate) people: u32,
    pub(crate) quality: Quality,
}

/// How good the connection was, at its worst. What was never measured is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quality {
    /// Of a thousand packets that people sent, how many never came, over a whole stream.
    pub(crate) lost_per_mille: Option<u32>,
    /// Between the server and whoever was furthest, in milliseconds.
    pub(crate) round_trip_ms: Option<u32>,
    /// RFC 3550, section 6.4.1, in milliseconds.
    pub(crate) jitter_ms: Option<u32>,
    /// What the way to somebody carried by estimate, in kbit/s.
    pub(crate) kbit_per_second: Option<u32>,
    /// How often a picture stood still for want of a keyframe.
    pub(crate) freezes: u32,
}

impl Store {
    pub(crate) fn save_consultation(&self, consultation: &Consultation) -> Result<(), StoreError> {
        let Consultation { number, area, began_ms, seconds, held_seconds, people, quality } = consultation;
        self.execute(
            Class::Consultations,
            "INSERT INTO consultations (id, area, began_ms, seconds, held_seconds, people, quality)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                number,
                area,
                began_ms,
                seconds,
                held_seconds,
                people,
                serde_json::to_string(quality).unwrap_or_default()
            ],
        )
    }

    /// All that are kept, the oldest first.
    pub(crate) fn consultations(&self) -> Result<Vec<Consultation>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare(
            "SELECT id, area, began_ms, seconds, held_seconds, people, quality FROM consultations ORDER BY began_ms",
        )?;
        let consultations = rows.query_map([], |row| {
            Ok(Consultation {
                number: row.get(0)?,
                area: row.get(1)?,
                began_ms: row.get(2)?,
                seconds: row.get(3)?,
                held_seconds: row.get(4)?,
                people: row.get(5)?,
                quality: serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default(),
            })
        })?;
        Ok(consultations.collect::<Result<_, _>>()?)
    }
}
