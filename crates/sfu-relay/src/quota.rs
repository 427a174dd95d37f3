//! Who uses how much of what is limited. Everything is reserved when a file is offered, so that whatever was begun can be finished: two files
//! that wait for each other's memory would stand still for ever.

use std::collections::BTreeMap;

use crate::frame::{CHUNK_HEADER_BYTES, OFFER_HEADER_BYTES};
use crate::limits::{
    CHUNK_BYTES, CHUNK_OVERHEAD_BYTES, CREDIT_WINDOW_CHUNKS, ROOM_MANIFEST_BYTES_MAX, TRANSFER_OVERHEAD_BYTES,
};
use crate::{Keeping, Limits, PersonId, Quota, Reason, Size, Storage};

/// What one transfer takes from its offer on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// Of stored files: all of it.
    pub(crate) bytes: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) manifest_bytes: usize,
    /// Whatever becomes of it: what is counted for the session.
    file_bytes: u64,
}

impl Need {
    pub(crate) fn of(size: Size, keeping: Keeping, storage: Storage, manifest_bytes: usize) -> Self {
        let chunks = u64::from(size.chunks());
        let in_memory = match (keeping, storage) {
            (Keeping::Stored, Storage::Memory) => size.bytes() + chunks * CHUNK_FRAME_BYTES,
            (Keeping::Stored, Storage::Spool) | (Keeping::Passed, _) => {
                chunks.min(u64::from(CREDIT_WINDOW_CHUNKS)) * (CHUNK_BYTES as u64 + CHUNK_FRAME_BYTES)
            }
        };
        let offer = (OFFER_HEADER_BYTES + manifest_bytes) as u64;
        Self {
            bytes: if keeping == Keeping::Stored { size.bytes() } else { 0 },
            memory_bytes: TRANSFER_OVERHEAD_BYTES + offer + in_memory,
            manifest_bytes,
            file_bytes: size.bytes(),
        }
    }
}

/// What a chunk takes beside its bytes.
const CHUNK_FRAME_BYTES: u64 = CHUNK_HEADER_BYTES as u64 + CHUNK_OVERHEAD_BYTES;

/// What somebody uses now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) bytes: u64,
    pub(crate) files: u32,
    pub(crate) transfers: u32,
}

/// The reasons why a quota is used up, for one scope.
struct Full {
    bytes: Reason,
    files: Reason,
    transfers: Reason,
}

impl Usage {
    fn check(&self, need: &Need, quota: &Quota, full: &Full) -> Result<(), Reason> {
        if quota.transfers <= self.transfers {
            Err(full.transfers)
        } else if quota.files <= self.files {
            Err(full.files)
        } else if quota.bytes < self.bytes.saturating_add(need.bytes) {
            Err(full.bytes)
        } else {
            Ok(())
        }
    }

    fn begin(&mut self, need: &Need) {
        self.bytes += need.bytes;
        self.files += 1;
        self.transfers += 1;
    }

    fn finish(&mut self) {
        self.transfers -= 1;
    }

    fn free(&mut self, need: &Need) {
        self.bytes -= need.bytes;
        self.files -= 1;
    }
}

/// What one room and those who send there use.
#[derive(Debug, Default)]
pub(crate) struct RoomUsage {
    all: Usage,
    manifest_bytes: usize,
    senders: BTreeMap<PersonId, SenderUsage>,
}

/// What one person uses, and has used in this session.
#[derive(Debug, Default)]
struct SenderUsage {
    now: Usage,
    session_files: u32,
    session_bytes: u64,
}

impl RoomUsage {
    pub(crate) fn is_none(&self) -> bool {
        self.all.files == 0
    }
}

/// What all rooms use.
#[derive(Debug, Default)]
pub(crate) struct ServerUsage {
    pub(crate) all: Usage,
    pub(crate) memory_bytes: u64,
}

impl ServerUsage {
    /// Reserves all of `need`, or nothing.
    pub(crate) fn begin(
        &mut self,
        room: &mut RoomUsage,
        sender: PersonId,
        need: &Need,
        limits: &Limits,
    ) -> Result<(), Reason> {
        let person = room.senders.entry(sender).or_default();
        if limits.session_files_max <= person.session_files {
            return Err(Reason::SessionFiles);
        }
        if limits.session_bytes_max < person.session_bytes.saturating_add(need.file_bytes) {
            return Err(Reason::SessionBytes);
        }
        person.now.check(need, &limits.person, &PERSON)?;
        room.all.check(need, &limits.room, &ROOM)?;
        if ROOM_MANIFEST_BYTES_MAX < room.manifest_bytes + need.manifest_bytes {
            return Err(Reason::RoomManifests);
        }
        self.all.check(need, &limits.server, &SERVER)?;
        if limits.memory_bytes_max < self.memory_bytes.saturating_add(need.memory_bytes) {
            return Err(Reason::ServerMemory);
        }
        person.session_files += 1;
        person.session_bytes += need.file_bytes;
        person.now.begin(need);
        room.all.begin(need);
        room.manifest_bytes += need.manifest_bytes;
        self.all.begin(need);
        self.memory_bytes += need.memory_bytes;
        Ok(())
    }

    /// It is no longer on its way.
    pub(crate) fn finish(&mut self, room: &mut RoomUsage, sender: PersonId) {
        for usage in [&mut self.all, &mut room.all]
            .into_iter()
            .chain(room.senders.get_mut(&sender).map(|person| &mut person.now))
        {
            usage.finish();
        }
    }

    /// It is gone.
    pub(crate) fn free(&mut self, room: &mut RoomUsage, sender: PersonId, need: &Need) {
        for usage in [&mut self.all, &mut room.all]
            .into_iter()
            .chain(room.senders.get_mut(&sender).map(|person| &mut person.now))
        {
            usage.free(need);
        }
        room.manifest_bytes -= need.manifest_bytes;
        self.memory_bytes -= need.memory_bytes;
    }
}

const PERSON: Full =
    Full { bytes: Reason::PersonBytes, files: Reason::PersonFiles, transfers: Reason::PersonTransfers };
const ROOM: Full = Full { bytes: Reason::RoomBytes, files: Reason::RoomFiles, transfers: Reason::RoomTransfers };
const SERVER: Full =
    Full { bytes: Reason::ServerBytes, files: Reason::ServerFiles, transfers: Reason::ServerTransfers };
