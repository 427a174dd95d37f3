//! One file that is here or on its way: which chunks came, where they are, and how far each receiver is.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::limits::CREDIT_WINDOW_CHUNKS;
use crate::quota::Need;
use crate::seal::BlobKey;
use crate::{BlobId, FileHeld, Keeping, Method, PersonId, RoomId, Size, TransferId};

pub(crate) struct Transfer {
    pub(crate) blob: BlobId,
    pub(crate) room: RoomId,
    pub(crate) sender: PersonId,
    pub(crate) id: TransferId,
    pub(crate) keeping: Keeping,
    pub(crate) size: Size,
    pub(crate) need: Need,
    /// The frame that tells others of it.
    pub(crate) offer: Bytes,
    pub(crate) place: Place,
    /// Chunks that came: all before this one.
    pub(crate) received: u32,
    /// Chunks that are stored: all before this one.
    pub(crate) stored: u32,
    /// The sender may send all before this one.
    pub(crate) credited: u32,
    /// The sender was told of a gap before which `received` stood here; once is enough.
    pub(crate) gap_told: Option<u32>,
    /// The sender was told that receivers have all before this one.
    pub(crate) acked_told: u32,
    pub(crate) receptions: BTreeMap<PersonId, Reception>,
    pub(crate) offered_at: Instant,
    /// When the last chunk so far was stored; until there is one, when it was offered.
    pub(crate) touched_at: Instant,
    /// When the last chunk of all was stored, for the receipt.
    pub(crate) completed_unix_s: Option<u64>,
    /// Whether it no longer counts as on its way.
    pub(crate) is_finished: bool,
}

/// Where the chunks are.
pub(crate) enum Place {
    Memory(Held),
    Spool(BlobKey),
}

/// Chunks in memory, as the frames that they came in, which is how they go out.
#[derive(Default)]
pub(crate) struct Held {
    /// The index of the first one.
    first: u32,
    chunks: VecDeque<Bytes>,
}

impl Held {
    /// Takes the next chunk. Returns how many bytes it takes.
    pub(crate) fn push(&mut self, frame: &[u8]) -> u64 {
        self.chunks.push_back(overwritten_when_dropped(frame.to_vec()));
        frame.len() as u64
    }

    /// Drops all before `first`. Returns how many bytes that frees.
    fn drop_before(&mut self, first: u32) -> u64 {
        let mut freed = 0;
        while self.first < first
            && let Some(chunk) = self.chunks.pop_front()
        {
            self.first += 1;
            freed += chunk.len() as u64;
        }
        freed
    }

    fn get(&self, index: u32) -> Option<Bytes> {
        self.chunks.get(index.checked_sub(self.first)? as usize).cloned()
    }

    fn bytes(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.len() as u64).sum()
    }
}

/// Ciphertext whose last owner overwrites it.
pub(crate) fn overwritten_when_dropped(frame: Vec<u8>) -> Bytes {
    Bytes::from_owner(Zeroizing::new(frame))
}

/// How far one receiver is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reception {
    /// Connected, and has said where to go on.
    pub(crate) is_live: bool,
    /// Chunks sent: all before this one.
    pub(crate) sent: u32,
    /// Chunks acknowledged: all before this one.
    pub(crate) acked: u32,
    /// The most that was ever sent: nobody has more.
    reached: u32,
    /// The spool was asked for the chunk after those sent.
    pub(crate) is_loading: bool,
    /// Since when there is something to acknowledge.
    waiting_since: Option<Instant>,
    /// Has acknowledged everything at least once.
    pub(crate) is_delivered: bool,
}

impl Reception {
    /// Chunks that take a place in the receiver's window.
    pub(crate) fn in_flight(&self) -> u32 {
        self.sent - self.acked + u32::from(self.is_loading)
    }

    /// The connection is gone, and what was on its way with it.
    pub(crate) fn pause(&mut self) {
        self.is_live = false;
        self.is_loading = false;
        self.sent = self.acked;
    }

    /// Goes on at `next`, which is not beyond what was ever sent.
    pub(crate) fn resume(&mut self, next: u32) {
        self.is_live = true;
        self.is_loading = false;
        (self.sent, self.acked) = (next, next);
    }

    /// All before `next` is there, which was not the case before. It may be ahead of `sent`: who asked for the same again because nothing came
    /// for long may still get, and acknowledge, what was on its way by then.
    pub(crate) fn acknowledge(&mut self, next: u32) {
        self.acked = next;
        if self.sent < next {
            self.sent = next;
            self.is_loading = false; // Of a chunk that is there.
        }
    }

    pub(crate) fn has_reached(&self, next: u32) -> bool {
        next <= self.reached
    }

    /// Starts, goes on with or stops the clock of those who wait for an acknowledgement.
    pub(crate) fn watch(&mut self, received: u32, has_moved: bool, now: Instant) {
        if self.acked == received {
            self.waiting_since = None;
        } else if has_moved || self.waiting_since.is_none() {
            self.waiting_since = Some(now);
        }
    }
}

/// What a receiver gets next.
pub(crate) enum Next {
    Chunk(Bytes),
    Load(u32),
}

impl Transfer {
    /// What is held of it, for somebody who asks.
    pub(crate) fn told(&self, deleted_at: Option<Instant>) -> FileHeld {
        let Self {
            sender,
            keeping,
            size,
            offer,
            received,
            offered_at,
            // Names and numbers of the relay's own, which say nothing of the file or of people.
            blob: _,
            room: _,
            id: _,
            need: _,
            place: _,
            stored: _,
            credited: _,
            gap_told: _,
            acked_told: _,
            receptions: _,
            touched_at: _,
            completed_unix_s: _,
            is_finished: _,
        } = self;
        FileHeld {
            sender: *sender,
            keeping: *keeping,
            size: *size,
            offer_bytes: offer.len() as u64,
            received: *received,
            offered_at: *offered_at,
            deleted_at,
        }
    }

    /// The first chunk that can still be had.
    pub(crate) fn first(&self) -> u32 {
        match &self.place {
            Place::Memory(held) => held.first,
            Place::Spool(_) => 0,
        }
    }

    /// Whether the last byte is stored, or was.
    pub(crate) fn is_complete(&self) -> bool {
        self.stored == self.size.chunks()
    }

    /// How far the sender may go: as far as there is memory.
    pub(crate) fn credit_end(&self) -> u32 {
        let from = match self.keeping {
            Keeping::Stored => self.stored,
            Keeping::Passed if self.receptions.is_empty() => return self.credited,
            Keeping::Passed => self.first(),
        };
        from.saturating_add(CREDIT_WINDOW_CHUNKS).min(self.size.chunks())
    }

    /// Whether there is something to send to this receiver now.
    pub(crate) fn can_serve(&self, person: PersonId) -> bool {
        self.receptions
            .get(&person)
            .is_some_and(|reception| reception.is_live && !reception.is_loading && reception.sent < self.stored)
    }

    /// Takes what this receiver gets next, if there is something.
    pub(crate) fn serve(&mut self, person: PersonId) -> Option<Next> {
        if !self.can_serve(person) {
            return None;
        }
        let reception = self.receptions.get_mut(&person)?;
        match &self.place {
            Place::Memory(held) => {
                let chunk = held.get(reception.sent)?;
                reception.sent += 1;
                reception.reached = reception.reached.max(reception.sent);
                Some(Next::Chunk(chunk))
            }
            Place::Spool(_) => {
                reception.is_loading = true;
                Some(Next::Load(reception.sent))
            }
        }
    }

    /// Those who have waited for this chunk; it counts as sent to them.
    pub(crate) fn loaded(&mut self, index: u32) -> Vec<PersonId> {
        let mut waited = Vec::new();
        for (person, reception) in &mut self.receptions {
            if reception.is_loading && reception.sent == index {
                reception.is_loading = false;
                reception.sent += 1;
                reception.reached = reception.reached.max(reception.sent);
                waited.push(*person);
            }
        }
        waited
    }

    /// Takes what everybody who takes a passed file has acknowledged out of memory. Returns how many bytes that frees.
    pub(crate) fn drop_acknowledged(&mut self) -> u64 {
        let Some(everybody) = self.receptions.values().map(|reception| reception.acked).min() else { return 0 };
        match &mut self.place {
            Place::Memory(held) if self.keeping == Keeping::Passed => held.drop_before(everybody),
            Place::Memory(_) | Place::Spool(_) => 0,
        }
    }

    /// How far all are who are there or have it all. `None` if nobody is.
    pub(crate) fn acked(&self) -> Option<u32> {
        let has_all = |reception: &&Reception| reception.is_live || reception.is_delivered;
        self.receptions
            .values()
            .filter(has_all)
            .map(|reception| if reception.is_delivered { self.size.chunks() } else { reception.acked })
            .min()
    }

    /// Whether all who take it have it all.
    pub(crate) fn is_delivered(&self) -> bool {
        !self.receptions.is_empty() && self.receptions.values().all(|reception| reception.is_delivered)
    }

    /// Since when the receiver who has waited longest has acknowledged nothing. Of a passed file only: with others, nobody waits for them.
    pub(crate) fn waiting_since(&self) -> Option<Instant> {
        match self.keeping {
            Keeping::Stored => None,
            Keeping::Passed => self.receptions.values().filter_map(|reception| reception.waiting_since).min(),
        }
    }

    /// Those who have acknowledged nothing since `then`.
    pub(crate) fn stalled(&self, then: impl Fn(Instant) -> bool) -> Vec<PersonId> {
        let stalled = |reception: &Reception| reception.waiting_since.is_some_and(&then);
        self.receptions.iter().filter(|(_, reception)| stalled(reception)).map(|(person, _)| *person).collect()
    }

    /// Chunks in memory now.
    pub(crate) fn held_bytes(&self) -> u64 {
        match &self.place {
            Place::Memory(held) => held.bytes(),
            Place::Spool(_) => 0,
        }
    }

    /// How it will have been deleted, if all goes well.
    pub(crate) fn method(&self) -> Method {
        match (&self.place, self.keeping) {
            (Place::Spool(_), _) => Method::KeyOverwrittenAndUnlinked,
            (Place::Memory(_), Keeping::Stored) => Method::MemoryOverwritten,
            (Place::Memory(_), Keeping::Passed) => Method::PassedThrough,
        }
    }
}
