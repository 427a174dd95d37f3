//! How each connection of a consultation went, for who has to find out why somebody was not heard: when it began, for how long, how often it was lost,
//! how it ended. It names nobody, and has no address.

use std::borrow::Cow;

use rusqlite::params;

use super::{Store, StoreError};
use crate::retention::Class;

/// One connection that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Connection {
    /// The number of its consultation's record.
    pub(crate) consultation: [u8; 8],
    pub(crate) area: u32,
    /// `staff`, or `visitor`: a patient or a guest.
    pub(crate) side: Cow<'static, str>,
    /// When the page asked for it, in milliseconds since the Unix epoch.
    pub(crate) began_ms: i64,
    pub(crate) seconds: u32,
    /// Whether anything ever passed.
    pub(crate) came_up: bool,
    /// How often it was lost and came back.
    pub(crate) outages: u32,
    /// How it ended, in a word.
    pub(crate) ending: Cow<'static, str>,
}

impl Store {
    pub(crate) fn save_connection(&self, connection: &Connection) -> Result<(), StoreError> {
        let Connection { consultation, area, side, began_ms, seconds, came_up, outages, ending } = connection;
        self.execute(
            Class::Connections,
            "INSERT INTO connections (consultation, area, side, began_ms, seconds, came_up, outages, ending)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![consultation, area, side, began_ms, seconds, came_up, outages, ending],
        )
    }

    /// All that are kept, the oldest first.
    pub(crate) fn connections(&self) -> Result<Vec<Connection>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare(
            "SELECT consultation, area, side, began_ms, seconds, came_up, outages, ending FROM connections ORDER BY began_ms",
        )?;
        let connections = rows.query_map([], |row| {
            Ok(Connection {
                consultation: row.get(0)?,
                area: row.get(1)?,
                side: Cow::Owned(row.get(2)?),
                began_ms: row.get(3)?,
                seconds: row.get(4)?,
                came_up: row.get(5)?,
                outages: row.get(6)?,
                ending: Cow::Owned(row.get(7)?),
            })
        })?;
        Ok(connections.collect::<Result<_, _>>()?)
    }
}
