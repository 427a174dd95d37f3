//! The relay itself: one function for each thing that can happen, and beneath them the few steps that they are made of.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::limits::{
    CREDIT_BATCH_CHUNKS, DELIVERED_REMEMBERED_MAX, RECEIVE_WINDOW_CHUNKS, ROOM_PEOPLE_MAX, ROOMS_MAX, STALLED_MAX,
    UNFINISHED_MAX,
};
use crate::person::Person;
use crate::quota::{Need, RoomUsage, ServerUsage};
use crate::receipt::Deleted;
use crate::seal::Ratchet;
use crate::timers::{Timer, Timers};
use crate::transfer::{Held, Next, Place, Reception, Transfer, overwritten_when_dropped};
use crate::{
    BlobId, Error, FileHeld, Frame, Input, Keeping, Limits, Method, Now, Output, Outputs, PersonId, PublicKey, Reason,
    RoomId, Signer, Size, SpoolReport, Stats, Storage, TransferId, Wake,
};

/// All files of one server. Its `Debug` tells numbers only.
pub struct Relay {
    limits: Limits,
    ratchet: Ratchet,
    signer: Signer,
    rooms: BTreeMap<RoomId, Room>,
    /// Those who are connected.
    people: BTreeMap<PersonId, Person>,
    transfers: BTreeMap<BlobId, Transfer>,
    /// Blobs that the spool has yet to delete; they count as there until it has.
    unlinking: BTreeMap<BlobId, Unlinking>,
    timers: Timers,
    usage: ServerUsage,
    blobs_made: u64,
    stats: Stats,
    /// What the input at hand has led to so far; empty between inputs.
    out: Vec<Output>,
}

#[derive(Default)]
struct Room {
    is_over: bool,
    people: BTreeSet<PersonId>,
    transfers: BTreeMap<TransferId, BlobId>,
    /// Files that were passed through to everybody, the newest last, with those who sent them: they may have been away when that was said.
    delivered: VecDeque<(TransferId, PersonId)>,
    usage: RoomUsage,
}

struct Unlinking {
    room: RoomId,
    sender: PersonId,
    need: Need,
    deleted: Deleted,
}

/// Why a transfer ends.
#[derive(Clone, Copy)]
enum End {
    Cancelled,
    Delivered,
    Over(Reason),
}

impl Relay {
    /// A relay without files. `seed` is 32 secret random bytes, from which the keys of spooled files are made; it is not kept.
    #[must_use]
    pub fn new(limits: Limits, seed: [u8; 32], signer: Signer) -> Self {
        Self {
            limits,
            ratchet: Ratchet::new(seed),
            signer,
            rooms: BTreeMap::new(),
            people: BTreeMap::new(),
            transfers: BTreeMap::new(),
            unlinking: BTreeMap::new(),
            timers: Timers::default(),
            usage: ServerUsage::default(),
            blobs_made: 0,
            stats: Stats::default(),
            out: Vec::new(),
        }
    }

    /// Takes in what happened, and returns what follows from it. Whatever a page sends is answered to that page; it is no error.
    ///
    /// # Errors
    /// If the embedder has made a mistake, or a limit of rooms or people is reached: then nothing has changed.
    pub fn handle(&mut self, input: Input<'_>, now: Now) -> Result<Outputs, Error> {
        match input {
            Input::Joined { room, person } => self.joined(room, person, now)?,
            Input::Left { person } => self.left(person),
            Input::Received { person, frame } => self.received(person, frame, now)?,
            Input::RoomEnded { room } => self.room_ended(room, now),
            Input::RoomErased { room } => self.room_erased(room, now),
            Input::PersonErased { room, person } => self.person_erased(room, person, now),
            Input::Spool { blob, report } => self.spooled(blob, report, now)?,
            Input::NumbersReserved { until } => self.signer.add_numbers(until),
            Input::Timeout => self.timeout(now),
        }
        Ok(Outputs(std::mem::take(&mut self.out)))
    }

    /// When to call [`Relay::handle`] with [`Input::Timeout`], and why.
    #[must_use]
    pub fn next_wake(&self) -> Option<Wake> {
        self.timers.next_wake()
    }

    /// Counters, for metrics.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats {
            rooms: self.rooms.len() as u64,
            people: self.people.len() as u64,
            files: u64::from(self.usage.all.files),
            transfers: u64::from(self.usage.all.transfers),
            bytes: self.usage.all.bytes,
            memory_bytes: self.usage.memory_bytes,
            unlinking: self.unlinking.len() as u64,
            ..self.stats
        }
    }

    /// The number of the next receipt, and how many are left for others ([`Input::NumbersReserved`]).
    #[must_use]
    pub fn receipt_numbers(&self) -> (u64, u64) {
        (self.signer.next_number(), self.signer.numbers_left())
    }

    /// The files of one session that are here or on their way.
    pub fn files(&self, room: RoomId) -> impl Iterator<Item = FileHeld> {
        let blobs = self.rooms.get(&room).into_iter().flat_map(|room| room.transfers.values());
        blobs.filter_map(|blob| Some(self.transfers.get(blob)?.told(self.timers.get(Timer::Delete(*blob)))))
    }

    /// What receipts are checked with.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.signer.public_key()
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

/// The inputs of the embedder.
impl Relay {
    fn joined(&mut self, id: RoomId, person: PersonId, now: Now) -> Result<(), Error> {
        let is_again = match self.people.get(&person) {
            Some(already) if already.room != id => return Err(Error::ElsewhereAlready),
            already => already.is_some(),
        };
        match self.rooms.get(&id) {
            Some(room) if !is_again && ROOM_PEOPLE_MAX <= room.people.len() => return Err(Error::RoomFull),
            None if ROOMS_MAX <= self.rooms.len() => return Err(Error::RoomsFull),
            Some(_) | None => {}
        }
        if is_again {
            self.disconnect(person);
        }
        self.rooms.entry(id).or_default().people.insert(person);
        let mut entry = Person::new(id, self.limits.credits_per_second, now.at);
        let (mut frames, mut own) = (Vec::new(), Vec::new());
        for blob in self.rooms.get(&id).into_iter().flat_map(|room| room.transfers.values()) {
            let Some(transfer) = self.transfers.get(blob) else { continue };
            if transfer.sender == person {
                own.push(Frame::Have { transfer: transfer.id, next: transfer.received }.write().into());
                entry.sending.insert(*blob);
            } else if transfer.first() == 0 || transfer.receptions.contains_key(&person) {
                frames.push(transfer.offer.clone());
            }
            if transfer.keeping == Keeping::Stored && transfer.is_complete() {
                frames.push(self.done(*blob, now).write().into());
            }
        }
        self.people.insert(person, entry);
        for frame in own.into_iter().chain(frames) {
            self.out.push(Output::Send { person, frame });
        }
        self.grant(person, now);
        Ok(())
    }

    fn left(&mut self, person: PersonId) {
        if let Some(room) = self.disconnect(person) {
            self.forget_room_if_done(room);
        }
    }

    fn room_ended(&mut self, id: RoomId, now: Now) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        room.is_over = true;
        for blob in room.transfers.values().copied().collect::<Vec<_>>() {
            let Some(transfer) = self.transfers.get(&blob) else { continue };
            if !transfer.is_complete() {
                self.end(blob, End::Over(Reason::RoomOver), now);
            }
        }
        self.forget_room_if_done(id);
    }

    fn room_erased(&mut self, id: RoomId, now: Now) {
        self.room_ended(id, now);
        let files = self.rooms.get_mut(&id).map(|room| {
            room.delivered.clear();
            room.transfers.values().copied().collect::<Vec<_>>()
        });
        for blob in files.unwrap_or_default() {
            self.end(blob, End::Over(Reason::RoomOver), now);
        }
    }

    fn person_erased(&mut self, room: RoomId, person: PersonId, now: Now) {
        let all = self.rooms.get(&room).into_iter().flat_map(|room| room.transfers.values().copied());
        let own = all.filter(|blob| self.transfers.get(blob).is_some_and(|transfer| transfer.sender == person));
        let own: Vec<BlobId> = own.collect();
        if let Some(room) = self.rooms.get_mut(&room) {
            room.delivered.retain(|(_, sender)| *sender != person);
        }
        for blob in own {
            self.end(blob, End::Over(Reason::RoomOver), now);
        }
    }

    fn timeout(&mut self, now: Now) {
        while let Some(timer) = self.timers.take_due(now.at) {
            match timer {
                Timer::Delete(blob) => self.end(blob, End::Over(Reason::Expired), now),
                Timer::Stalled(blob) => self.drop_stalled(blob, now),
                Timer::Credit(person) => self.grant(person, now),
            }
        }
    }

    fn spooled(&mut self, blob: BlobId, report: SpoolReport<'_>, now: Now) -> Result<(), Error> {
        let Some(transfer) = self.transfers.get_mut(&blob) else {
            match report {
                SpoolReport::Deleted => self.unlinked(blob, Method::KeyOverwrittenAndUnlinked, now),
                SpoolReport::DeleteFailed => self.unlinked(blob, Method::KeyOverwritten, now),
                SpoolReport::Stored { .. }
                | SpoolReport::StoreFailed
                | SpoolReport::Loaded { .. }
                | SpoolReport::LoadFailed { .. } => self.stats.reports_late += 1,
            }
            return Ok(());
        };
        let Place::Spool(key) = &transfer.place else { return Err(Error::SpoolOutOfOrder) };
        match report {
            SpoolReport::Stored { index } => {
                if index != transfer.stored || transfer.stored == transfer.received {
                    return Err(Error::SpoolOutOfOrder);
                }
                transfer.stored += 1;
                self.grown(blob, now);
            }
            SpoolReport::StoreFailed => self.end(blob, End::Over(Reason::SpoolFailed), now),
            SpoolReport::Loaded { index, bytes } => match key.open(blob, index, bytes) {
                Some(frame) => {
                    let (waited, frame) = (transfer.loaded(index), overwritten_when_dropped(frame));
                    for person in waited {
                        self.out.push(Output::Send { person, frame: frame.clone() });
                        self.more_for(person, blob);
                    }
                }
                None => self.load_failed(blob, index),
            },
            SpoolReport::LoadFailed { index } => self.load_failed(blob, index),
            SpoolReport::Deleted | SpoolReport::DeleteFailed => return Err(Error::SpoolOutOfOrder),
        }
        Ok(())
    }

    fn received(&mut self, person: PersonId, message: &[u8], now: Now) -> Result<(), Error> {
        let room = self.people.get(&person).ok_or(Error::PersonUnknown)?.room;
        let Ok(frame) = Frame::parse(message) else {
            self.refuse(person, TransferId([0; 16]), Reason::Malformed);
            return Ok(());
        };
        let id = frame.transfer();
        if matches!(frame, Frame::Have { .. } | Frame::Offer { .. })
            && self.rooms.get(&room).is_some_and(|room| room.delivered.contains(&(id, person)))
        {
            self.send(person, &Frame::Done { transfer: id, deleted_in_ms: 0 });
            return Ok(());
        }
        let result = if let Frame::Offer { keeping, size, manifest, .. } = frame {
            self.offer(room, person, id, keeping, size, manifest.len(), message, now)
        } else {
            let blob = self.rooms.get(&room).and_then(|room| room.transfers.get(&id).copied());
            blob.ok_or(Reason::Unknown).and_then(|blob| self.framed(blob, person, &frame, message, now))
        };
        if let Err(reason) = result {
            self.refuse(person, id, reason);
        }
        Ok(())
    }
}

/// The inputs of pages. Each checks first and changes afterwards, so that a refusal leaves no trace.
impl Relay {
    fn framed(
        &mut self,
        blob: BlobId,
        person: PersonId,
        frame: &Frame<'_>,
        message: &[u8],
        now: Now,
    ) -> Result<(), Reason> {
        let is_sender = self.transfers.get(&blob).is_some_and(|transfer| transfer.sender == person);
        match (frame, is_sender) {
            (Frame::Chunk { index, bytes, .. }, true) => self.chunk(blob, *index, bytes.len(), message, now),
            (Frame::Have { .. }, true) => {
                self.tell_sender_where(blob);
                Ok(())
            }
            (Frame::Cancel { .. }, true) => {
                self.end(blob, End::Cancelled, now);
                Ok(())
            }
            (Frame::Accept { .. }, false) => self.resume(blob, person, 0, now),
            (Frame::Have { next, .. }, false) => self.resume(blob, person, *next, now),
            (Frame::Ack { next, .. }, false) => self.ack(blob, person, *next, now),
            (Frame::Cancel { .. }, false) => {
                self.decline(blob, person, now);
                Ok(())
            }
            (
                Frame::Offer { .. }
                | Frame::Chunk { .. }
                | Frame::Accept { .. }
                | Frame::Ack { .. }
                | Frame::Credit { .. }
                | Frame::Done { .. }
                | Frame::Refused { .. }
                | Frame::Receipt { .. },
                _,
            ) => Err(Reason::WrongRole),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one frame")]
    fn offer(
        &mut self,
        room_id: RoomId,
        sender: PersonId,
        id: TransferId,
        keeping: Keeping,
        size: Size,
        manifest_bytes: usize,
        message: &[u8],
        now: Now,
    ) -> Result<(), Reason> {
        let limits = self.limits;
        let Some(room) = self.rooms.get_mut(&room_id) else { return Err(Reason::Unknown) };
        if let Some(blob) = room.transfers.get(&id).copied() {
            let is_same = |transfer: &Transfer| transfer.sender == sender && transfer.offer == message;
            if !self.transfers.get(&blob).is_some_and(is_same) {
                return Err(Reason::IdTaken);
            }
            self.tell_sender_where(blob);
            return Ok(());
        }
        if room.is_over {
            return Err(Reason::RoomOver);
        }
        if limits.file_bytes_max < size.bytes() {
            return Err(Reason::FileTooLarge);
        }
        let need = Need::of(size, keeping, limits.storage, manifest_bytes);
        let storable = limits.person.bytes.min(limits.room.bytes).min(limits.server.bytes);
        if storable < need.bytes || limits.memory_bytes_max < need.memory_bytes && keeping == Keeping::Stored {
            return Err(Reason::TooLargeToStore);
        }
        if self.signer.numbers_left() <= u64::from(self.usage.all.files) {
            return Err(Reason::ServerFiles); // Each file that is here ends with a receipt.
        }
        self.usage.begin(&mut room.usage, sender, &need, &limits)?;

        self.blobs_made += 1;
        let blob = BlobId(self.blobs_made);
        let place = match (keeping, limits.storage) {
            (Keeping::Stored, Storage::Spool) => Place::Spool(self.ratchet.next_key()),
            (Keeping::Stored, Storage::Memory) | (Keeping::Passed, _) => Place::Memory(Held::default()),
        };
        let transfer = Transfer {
            blob,
            room: room_id,
            sender,
            id,
            keeping,
            size,
            need,
            offer: Bytes::copy_from_slice(message),
            place,
            received: 0,
            stored: 0,
            credited: 0,
            gap_told: None,
            acked_told: 0,
            receptions: BTreeMap::new(),
            offered_at: now.at,
            touched_at: now.at,
            completed_unix_s: None,
            is_finished: false,
        };
        room.transfers.insert(id, blob);
        let others = room.people.iter().filter(|person| **person != sender);
        self.out.extend(others.map(|person| Output::Send { person: *person, frame: transfer.offer.clone() }));
        self.transfers.insert(blob, transfer);
        self.stats.offered += 1;
        self.schedule_deletion(blob);
        if let Some(person) = self.people.get_mut(&sender) {
            person.sending.insert(blob);
        }
        self.send(sender, &Frame::Have { transfer: id, next: 0 });
        self.grant(sender, now);
        Ok(())
    }

    fn chunk(&mut self, blob: BlobId, index: u32, bytes: usize, message: &[u8], now: Now) -> Result<(), Reason> {
        let transfer = self.transfers.get_mut(&blob).ok_or(Reason::Unknown)?;
        match transfer.size.chunk_bytes(index) {
            None => return Err(Reason::OutOfRange),
            Some(expected) if expected != bytes => return Err(Reason::WrongLength),
            Some(_) => {}
        }
        if index < transfer.received {
            self.stats.chunks_repeated += 1; // After a reconnect the sender cannot know better.
            return Ok(());
        }
        if transfer.credited <= index {
            return Err(Reason::BeyondCredit);
        }
        if transfer.received < index {
            self.stats.chunks_early += 1;
            if transfer.gap_told != Some(transfer.received) {
                transfer.gap_told = Some(transfer.received);
                let frame = Frame::Have { transfer: transfer.id, next: transfer.received };
                let sender = transfer.sender;
                self.send(sender, &frame);
            }
            return Ok(());
        }
        transfer.received += 1;
        match &mut transfer.place {
            Place::Memory(held) => {
                self.stats.held_bytes += held.push(message);
                transfer.stored += 1;
                self.grown(blob, now);
            }
            Place::Spool(key) => {
                let bytes = key.seal(blob, index, message);
                self.out.push(Output::Store { blob, index, bytes });
            }
        }
        Ok(())
    }

    /// Somebody wants it, from this chunk on.
    fn resume(&mut self, blob: BlobId, person: PersonId, next: u32, now: Now) -> Result<(), Reason> {
        let transfer = self.transfers.get_mut(&blob).ok_or(Reason::Unknown)?;
        match transfer.receptions.get(&person) {
            None if ROOM_PEOPLE_MAX <= transfer.receptions.len() => return Err(Reason::ReceiversFull),
            None if 0 < next => return Err(Reason::OutOfRange),
            Some(reception) if !reception.has_reached(next) => return Err(Reason::OutOfRange),
            Some(_) | None if next < transfer.first() => return Err(Reason::TooLate),
            Some(_) | None => {}
        }
        let lost = transfer.receptions.get(&person).map_or(0, Reception::in_flight);
        if let Some(receiver) = self.people.get_mut(&person)
            && 0 < lost
            && !receiver.repeats.take(lost, now.at)
        {
            return Err(Reason::TooOften);
        }
        transfer.receptions.entry(person).or_default().resume(next);
        self.release(person, lost);
        self.moved(blob, person, now);
        Ok(())
    }

    fn ack(&mut self, blob: BlobId, person: PersonId, next: u32, now: Now) -> Result<(), Reason> {
        let transfer = self.transfers.get_mut(&blob).ok_or(Reason::Unknown)?;
        let reception = transfer.receptions.get_mut(&person).filter(|reception| reception.is_live);
        let reception = reception.ok_or(Reason::WrongRole)?;
        if !reception.has_reached(next) {
            return Err(Reason::OutOfRange);
        }
        if reception.acked < next {
            let before = reception.in_flight();
            reception.acknowledge(next);
            let after = reception.in_flight();
            self.release(person, before - after);
            self.moved(blob, person, now);
        }
        Ok(())
    }

    fn decline(&mut self, blob: BlobId, person: PersonId, now: Now) {
        let Some(transfer) = self.transfers.get(&blob) else { return };
        let (sender, id) = (transfer.sender, transfer.id);
        self.refuse(sender, id, Reason::Declined);
        self.drop_reception(blob, person, Reason::Abandoned, now);
    }
}

/// The steps that inputs are made of.
impl Relay {
    /// One more chunk is stored.
    fn grown(&mut self, blob: BlobId, now: Now) {
        let Some(transfer) = self.transfers.get_mut(&blob) else { return };
        transfer.touched_at = now.at;
        for reception in transfer.receptions.values_mut() {
            reception.watch(transfer.received, false, now.at);
        }
        let (sender, room, keeping) = (transfer.sender, transfer.room, transfer.keeping);
        let receivers: Vec<PersonId> = transfer.receptions.keys().copied().collect();
        let is_complete = transfer.is_complete();
        if is_complete {
            transfer.completed_unix_s = Some(now.unix_s);
        }
        self.schedule_deletion(blob);
        self.watch_stalled(blob);
        if is_complete && keeping == Keeping::Stored {
            self.finish(blob);
            self.stats.completed += 1;
            let frame = self.done(blob, now);
            self.tell_room(room, None, &frame);
        }
        for receiver in receivers {
            self.more_for(receiver, blob);
        }
        self.more_credit(sender, blob, now);
    }

    /// A receiver has more than before, or goes on from somewhere.
    fn moved(&mut self, blob: BlobId, person: PersonId, now: Now) {
        let Some(transfer) = self.transfers.get_mut(&blob) else { return };
        let Some(reception) = transfer.receptions.get_mut(&person) else { return };
        reception.watch(transfer.received, true, now.at);
        if reception.acked == transfer.size.chunks() && !reception.is_delivered {
            reception.is_delivered = true;
            self.stats.delivered += 1;
        }
        self.settle(blob, now);
        self.more_for(person, blob);
    }

    /// Draws the consequences of who has what: what may be dropped, what the sender is told, whether it is over.
    fn settle(&mut self, blob: BlobId, now: Now) {
        let Some(transfer) = self.transfers.get_mut(&blob) else { return };
        self.stats.held_bytes -= transfer.drop_acknowledged();
        let (id, sender) = (transfer.id, transfer.sender);
        if let Some(next) = transfer.acked().filter(|next| transfer.acked_told < *next) {
            transfer.acked_told = next;
            self.send(sender, &Frame::Ack { transfer: id, next });
        }
        let is_over = self
            .transfers
            .get(&blob)
            .is_some_and(|transfer| transfer.keeping == Keeping::Passed && transfer.is_delivered());
        if is_over {
            self.stats.completed += 1;
            self.end(blob, End::Delivered, now);
        } else {
            self.watch_stalled(blob);
            self.more_credit(sender, blob, now);
        }
    }

    /// Somebody no longer takes it; if that leaves nobody who could have all of it, it is over for this reason.
    fn drop_reception(&mut self, blob: BlobId, person: PersonId, reason: Reason, now: Now) {
        let Some(transfer) = self.transfers.get_mut(&blob) else { return };
        let Some(reception) = transfer.receptions.remove(&person) else { return };
        let is_over = transfer.receptions.is_empty() && 0 < transfer.first();
        self.release(person, reception.in_flight());
        if is_over {
            self.end(blob, End::Over(reason), now);
        } else {
            self.settle(blob, now);
        }
        self.serve(person);
    }

    fn drop_stalled(&mut self, blob: BlobId, now: Now) {
        let Some(transfer) = self.transfers.get(&blob) else { return };
        let id = transfer.id;
        let is_late = |since: Instant| since.checked_add(STALLED_MAX).is_some_and(|end| end <= now.at);
        for person in transfer.stalled(is_late) {
            self.refuse(person, id, Reason::Stalled);
            self.drop_reception(blob, person, Reason::Stalled, now);
        }
        self.watch_stalled(blob);
    }

    fn load_failed(&mut self, blob: BlobId, index: u32) {
        let Some(transfer) = self.transfers.get_mut(&blob) else { return };
        let id = transfer.id;
        let waiting = |reception: &Reception| reception.is_loading && reception.sent == index;
        let mut failed = Vec::new();
        for (person, reception) in transfer.receptions.iter_mut().filter(|(_, reception)| waiting(reception)) {
            failed.push((*person, reception.in_flight()));
            reception.pause();
        }
        for (person, lost) in failed {
            self.release(person, lost);
            self.refuse(person, id, Reason::SpoolFailed);
            self.serve(person);
        }
    }

    /// There may be more credit for this one.
    fn more_credit(&mut self, sender: PersonId, blob: BlobId, now: Now) {
        if let Some(person) = self.people.get_mut(&sender) {
            person.sending.insert(blob);
            self.grant(sender, now);
        }
    }

    /// Gives a sender what credit there is, chunk by chunk in turns, and comes back when there is more.
    fn grant(&mut self, id: PersonId, now: Now) {
        let Some(person) = self.people.get_mut(&id) else { return };
        let mut raised = BTreeSet::new();
        let wants = |transfer: &Transfer| transfer.credited < transfer.credit_end();
        let again_at = loop {
            let next = person.sending.next(|blob| self.transfers.get(&blob).is_some_and(wants));
            let Some(transfer) = next.and_then(|blob| self.transfers.get_mut(&blob)) else { break None };
            if !person.credits.take(1, now.at) {
                break Some(person.credits.ready_at(CREDIT_BATCH_CHUNKS));
            }
            transfer.credited += 1;
            person.sending.took(transfer.blob);
            raised.insert(transfer.blob);
        };
        self.timers.set(Timer::Credit(id), again_at);
        for blob in raised {
            if let Some(transfer) = self.transfers.get(&blob) {
                let frame = Frame::Credit { transfer: transfer.id, until: transfer.credited }.write().into();
                self.out.push(Output::Send { person: id, frame });
            }
        }
    }

    /// There may be more of this one to send.
    fn more_for(&mut self, receiver: PersonId, blob: BlobId) {
        if let Some(person) = self.people.get_mut(&receiver) {
            person.receiving.insert(blob);
            self.serve(receiver);
        }
    }

    /// Sends a receiver what there is and fits into the window, chunk by chunk in turns.
    fn serve(&mut self, id: PersonId) {
        let Some(person) = self.people.get_mut(&id) else { return };
        while person.in_flight < RECEIVE_WINDOW_CHUNKS {
            let ready = |blob| self.transfers.get(&blob).is_some_and(|transfer: &Transfer| transfer.can_serve(id));
            let Some(blob) = person.receiving.next(ready) else { return };
            match self.transfers.get_mut(&blob).and_then(|transfer| transfer.serve(id)) {
                Some(Next::Chunk(frame)) => self.out.push(Output::Send { person: id, frame }),
                Some(Next::Load(index)) => self.out.push(Output::Load { blob, index }),
                None => return,
            }
            person.in_flight += 1;
            person.receiving.took(blob);
        }
    }

    /// So many chunks no longer take a place in somebody's window.
    fn release(&mut self, person: PersonId, chunks: u32) {
        if let Some(person) = self.people.get_mut(&person) {
            debug_assert!(chunks <= person.in_flight, "a window is released once");
            person.in_flight = person.in_flight.saturating_sub(chunks);
        }
    }

    /// Takes a transfer away, and everything of it.
    fn end(&mut self, blob: BlobId, end: End, now: Now) {
        let Some(transfer) = self.transfers.get(&blob) else { return };
        let (room_id, id, sender) = (transfer.room, transfer.id, transfer.sender);
        match end {
            End::Cancelled => self.tell_room(room_id, Some(sender), &Frame::Cancel { transfer: id }),
            End::Delivered => self.tell_room(room_id, None, &Frame::Done { transfer: id, deleted_in_ms: 0 }),
            End::Over(reason) => {
                let room = self.rooms.get(&room_id);
                for person in room.map(|room| room.people.clone()).unwrap_or_default() {
                    self.refuse(person, id, reason);
                }
            }
        }
        self.finish(blob);
        self.timers.set(Timer::Delete(blob), None);
        self.timers.set(Timer::Stalled(blob), None);
        let Some(transfer) = self.transfers.remove(&blob) else { return };
        self.stats.held_bytes -= transfer.held_bytes();
        for (receiver, reception) in &transfer.receptions {
            self.release(*receiver, reception.in_flight());
        }
        if let Some(room) = self.rooms.get_mut(&room_id) {
            room.transfers.remove(&id);
            if matches!(end, End::Delivered) {
                if room.delivered.len() == DELIVERED_REMEMBERED_MAX {
                    room.delivered.pop_front();
                    self.stats.deliveries_forgotten += 1;
                }
                room.delivered.push_back((id, sender));
            }
        }
        let gone = Unlinking {
            room: room_id,
            sender,
            need: transfer.need,
            deleted: Deleted {
                transfer: id,
                size_class: transfer.size.class(),
                completed_unix_s: transfer.completed_unix_s,
                method: transfer.method(),
            },
        };
        let (was_there, is_spooled) = (0 < transfer.received, matches!(transfer.place, Place::Spool(_)));
        let receivers: Vec<PersonId> = transfer.receptions.keys().copied().collect();
        drop(transfer); // And with it the memory, or the key.
        if was_there && is_spooled {
            self.out.push(Output::Delete { blob });
            self.unlinking.insert(blob, gone);
        } else {
            self.gone(&gone, was_there, now);
        }
        for receiver in receivers {
            self.serve(receiver);
        }
        self.grant(sender, now);
    }

    fn unlinked(&mut self, blob: BlobId, method: Method, now: Now) {
        let Some(mut gone) = self.unlinking.remove(&blob) else {
            self.stats.reports_late += 1;
            return;
        };
        gone.deleted.method = method;
        self.gone(&gone, true, now);
    }

    /// Nothing of it is left: its place is free, and there is a receipt if there ever was a byte.
    fn gone(&mut self, gone: &Unlinking, was_there: bool, now: Now) {
        if was_there {
            let receipt = self.signer.sign(gone.deleted, now.unix_s);
            self.stats.receipts += 1;
            self.tell_room(gone.room, None, &Frame::Receipt { transfer: gone.deleted.transfer, receipt });
            self.out.push(Output::Deleted { room: gone.room, receipt });
        }
        if let Some(room) = self.rooms.get_mut(&gone.room) {
            self.usage.free(&mut room.usage, gone.sender, &gone.need);
        }
        self.forget_room_if_done(gone.room);
    }

    fn finish(&mut self, blob: BlobId) {
        let Some(transfer) = self.transfers.get_mut(&blob) else { return };
        if !std::mem::replace(&mut transfer.is_finished, true)
            && let Some(room) = self.rooms.get_mut(&transfer.room)
        {
            self.usage.finish(&mut room.usage, transfer.sender);
        }
    }

    /// Forgets a connection, and what was on its way over it. Returns the room.
    fn disconnect(&mut self, id: PersonId) -> Option<RoomId> {
        let person = self.people.remove(&id)?;
        self.timers.set(Timer::Credit(id), None);
        let room = self.rooms.get_mut(&person.room)?;
        room.people.remove(&id);
        for blob in room.transfers.values() {
            let Some(transfer) = self.transfers.get_mut(blob) else { continue };
            if transfer.sender == id {
                transfer.credited = transfer.received;
                transfer.gap_told = None;
            } else if let Some(reception) = transfer.receptions.get_mut(&id) {
                reception.pause();
            }
        }
        Some(person.room)
    }

    fn forget_room_if_done(&mut self, id: RoomId) {
        let is_done = |room: &Room| room.is_over && room.people.is_empty() && room.usage.is_none();
        if self.rooms.get(&id).is_some_and(is_done) {
            self.rooms.remove(&id);
        }
    }

    /// The end of the session plus as much need not be looked at: nothing is stored after it, so it is never the earlier one.
    fn schedule_deletion(&mut self, blob: BlobId) {
        let Some(transfer) = self.transfers.get(&blob) else { return };
        let retention = self.limits.retention.get();
        let touched = transfer.touched_at.checked_add(retention);
        let unfinished = if transfer.is_complete() { None } else { transfer.offered_at.checked_add(UNFINISHED_MAX) };
        let first = [touched, unfinished].into_iter().flatten().min();
        self.timers.set(Timer::Delete(blob), first);
    }

    fn watch_stalled(&mut self, blob: BlobId) {
        let since = self.transfers.get(&blob).and_then(Transfer::waiting_since);
        self.timers.set(Timer::Stalled(blob), since.and_then(|since| since.checked_add(STALLED_MAX)));
    }

    fn done(&self, blob: BlobId, now: Now) -> Frame<'static> {
        let left = self.timers.get(Timer::Delete(blob)).map_or(Duration::ZERO, |at| at.duration_since(now.at));
        let transfer = self.transfers.get(&blob).map_or(TransferId([0; 16]), |transfer| transfer.id);
        Frame::Done { transfer, deleted_in_ms: u32::try_from(left.as_millis()).unwrap_or(u32::MAX) }
    }

    /// What came, and how far the sender may go.
    fn tell_sender_where(&mut self, blob: BlobId) {
        let Some(transfer) = self.transfers.get_mut(&blob) else { return };
        transfer.gap_told = None;
        let (id, sender, next, until) = (transfer.id, transfer.sender, transfer.received, transfer.credited);
        self.send(sender, &Frame::Have { transfer: id, next });
        if next < until {
            self.send(sender, &Frame::Credit { transfer: id, until });
        }
    }

    fn tell_room(&mut self, room: RoomId, but: Option<PersonId>, frame: &Frame<'_>) {
        let Some(room) = self.rooms.get(&room) else { return };
        let frame = Bytes::from(frame.write());
        let people = room.people.iter().filter(|person| Some(**person) != but);
        self.out.extend(people.map(|person| Output::Send { person: *person, frame: frame.clone() }));
    }

    fn refuse(&mut self, person: PersonId, transfer: TransferId, reason: Reason) {
        self.stats.refused[reason as usize] += 1;
        self.send(person, &Frame::Refused { transfer, reason });
    }

    /// Whoever is not connected is told when they come back.
    fn send(&mut self, person: PersonId, frame: &Frame<'_>) {
        if self.people.contains_key(&person) {
            self.out.push(Output::Send { person, frame: frame.write().into() });
        }
    }
}
