//! Files between the pages of a consultation: what comes and goes on its data channels, handed to the relay and back.
//!
//! The relay decides everything about files; this side tells it who takes part. That is whoever sits in a consultation whose gate is open, with
//! a connection and an open channel: nobody who waits, nobody on hold, no device.

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;
use sfu_core::{Command, Message, ParticipantId};
use sfu_lobby::RoomId;
use sfu_relay::{Error, Input, Now, Output, Outputs, PersonId, Reason, Receipt, Relay};
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::time::Instant;

use super::call::Chair;
use super::{Hub, Save};
use crate::limits::{MEMBERS_MAX, RECEIPTS_AHEAD, SAVE_AGAIN};
use crate::spool::{self, Spool};
use crate::telemetry::{self, float};

pub(super) struct Files {
    relay: Relay,
    /// Where stored files are, if not in memory.
    spool: Option<Spool>,
    /// Whom the relay counts as connected.
    present: BTreeSet<PersonId>,
    /// Numbers of receipts that the disk notes as used, up to this one.
    reserving: Option<(u64, oneshot::Receiver<()>)>,
    /// The newest receipt, while it is not on its way to the disk, and when to try again.
    unsaved: Option<(Instant, Receipt)>,
}

impl Files {
    pub(super) fn new(relay: Relay, spool: Option<Spool>) -> Self {
        Self { relay, spool, present: BTreeSet::new(), reserving: None, unsaved: None }
    }

    /// What the spool has done. Never, if there is none.
    pub(super) async fn spool_report(&mut self) -> Option<spool::Report> {
        self.spool.as_mut()?.report().await
    }

    pub(super) fn next_wake(&self) -> Option<Instant> {
        let relay = self.relay.next_wake().map(|wake| Instant::from_std(wake.at));
        let save = self.unsaved.as_ref().map(|(at, _)| *at);
        [relay, save].into_iter().flatten().min()
    }

    /// What is here of a consultation, or on its way.
    pub(super) fn of_room(&self, room: RoomId) -> impl Iterator<Item = sfu_relay::FileHeld> {
        self.relay.files(sfu_relay::RoomId(room.0))
    }

    #[cfg(test)]
    pub(super) fn spool_waiting(&self) -> usize {
        self.spool.as_ref().map_or(0, Spool::waiting)
    }

    #[cfg(test)]
    pub(super) fn relay(&self) -> &Relay {
        &self.relay
    }

    /// Publishes the relay's counters.
    pub(super) fn count(&self) {
        let stats = self.relay.stats();
        for (what, number) in [("here", stats.files), ("coming", stats.transfers), ("unlinking", stats.unlinking)] {
            metrics::gauge!("anteroom_files", "what" => what).set(float(number));
        }
        if let Some(spool) = &self.spool {
            metrics::gauge!("anteroom_spool_waiting").set(float(spool.waiting() as u64));
        }
        for (what, bytes) in [("reserved", stats.memory_bytes), ("held", stats.held_bytes)] {
            metrics::gauge!("anteroom_files_bytes", "what" => what).set(float(bytes));
        }
        for (what, count) in [
            ("offered", stats.offered),
            ("completed", stats.completed),
            ("delivered", stats.delivered),
            ("receipt", stats.receipts),
        ] {
            metrics::counter!("anteroom_files_total", "what" => what).absolute(count);
        }
        for (what, count) in [("repeated", stats.chunks_repeated), ("early", stats.chunks_early)] {
            metrics::counter!("anteroom_files_chunks_dropped_total", "what" => what).absolute(count);
        }
        metrics::counter!("anteroom_limit_reached_total", "limit" => "deliveries_remembered")
            .absolute(stats.deliveries_forgotten);
        for reason in Reason::ALL {
            let count = stats.refused(reason);
            match limit(reason) {
                Some(limit) => metrics::counter!("anteroom_limit_reached_total", "limit" => limit).absolute(count),
                None => {
                    metrics::counter!("anteroom_files_refused_total", "reason" => reason.label()).absolute(count);
                }
            }
        }
    }
}

/// What the consultations tell.
impl Hub {
    /// A frame came from somebody who takes part. Others are not answered: the gate was shut while it was on its way.
    pub(super) fn file_frame(&mut self, from: ParticipantId, frame: &Bytes) {
        let Some((room, chair)) = self.calls.seat_of(from) else { return };
        if self.calls.reach(room, chair).is_none() {
            return;
        }
        if !self.files.present.contains(&person(room, chair)) {
            // What comes through a channel says that it is open, should the shard's own word have been lost.
            self.calls.set_channel(room, chair);
            self.join_files(room, chair);
        }
        self.tell_relay(Input::Received { person: person(room, chair), frame });
    }

    /// Lets somebody take part if they may and can, or once more if their channel is new.
    pub(super) fn enter_files(&mut self, room: RoomId, chair: Chair) {
        if self.calls.may_take_files(room, chair) {
            self.join_files(room, chair);
        }
    }

    fn join_files(&mut self, room: RoomId, chair: Chair) {
        self.files.present.insert(person(room, chair));
        self.tell_relay(Input::Joined { room: sfu_relay::RoomId(room.0), person: person(room, chair) });
    }

    /// Somebody is gone, or on hold. Their files, and their places in those of others, wait for them.
    pub(super) fn leave_files(&mut self, room: RoomId, chair: Chair) {
        if self.files.present.remove(&person(room, chair)) {
            self.tell_relay(Input::Left { person: person(room, chair) });
        }
    }

    /// The consultation is over: nobody can fetch anything any more, and what is stored goes when its time has come.
    pub(super) fn end_files<'a>(&mut self, room: RoomId, still_there: impl Iterator<Item = &'a Chair>) {
        for chair in still_there {
            self.leave_files(room, *chair);
        }
        self.tell_relay(Input::RoomEnded { room: sfu_relay::RoomId(room.0) });
    }

    /// The patient wants nothing kept: all files of the consultation go now, or, where others go on with it, all that are the patient's own.
    pub(super) fn erase_files(&mut self, id: RoomId, chair: Chair) {
        let (room, person) = (sfu_relay::RoomId(id.0), person(id, chair));
        let is_group = 1 < self.calls.patients(id).len();
        self.tell_relay(if is_group { Input::PersonErased { room, person } } else { Input::RoomErased { room } });
    }

    pub(super) fn files_timeout(&mut self, now: Instant) {
        if self.files.relay.next_wake().is_some_and(|wake| wake.at <= now.into_std()) {
            self.tell_relay(Input::Timeout);
        }
        if let Some((at, receipt)) = self.files.unsaved.take() {
            if at <= now {
                self.save_receipt(receipt);
            } else {
                self.files.unsaved = Some((at, receipt));
            }
        }
    }

    /// Hands the relay an input and carries out what follows.
    fn tell_relay(&mut self, input: Input<'_>) {
        let unix_s = u64::try_from(crate::now_ms() / 1_000).unwrap_or_default();
        let now = Now { at: super::now(), unix_s };
        let mut newest = None;
        self.reserve_numbers(now);
        let outputs = self.files.relay.handle(input, now);
        let mut failed = self.carry_out_files(outputs, &mut newest);
        // What the spool has no place for is told to the relay, from which more may follow; a transfer that has failed asks for no more than
        // its deletion.
        while let Some(report) = failed.pop_front() {
            let outputs =
                self.files.relay.handle(Input::Spool { blob: report.blob, report: report.done.report() }, now);
            failed.extend(self.carry_out_files(outputs, &mut newest));
        }
        if let Some(newest) = newest {
            self.save_receipt(newest);
        }
    }

    /// Returns what the spool could not even begin.
    fn carry_out_files(
        &mut self,
        outputs: Result<Outputs, Error>,
        newest: &mut Option<Receipt>,
    ) -> VecDeque<spool::Report> {
        let mut failed = VecDeque::new();
        match outputs {
            Ok(outputs) => {
                for output in outputs {
                    match output {
                        Output::Send { person, frame } => self.send_file_frame(person, frame),
                        Output::Deleted { room, receipt } => {
                            tracing::info!(room = room.0, receipt = receipt.statement.number, "file deleted");
                            *newest = Some(receipt);
                        }
                        Output::Store { .. } | Output::Load { .. } | Output::Delete { .. } => {
                            failed.extend(self.files.spool.as_mut().and_then(|spool| spool.work(output)));
                        }
                    }
                }
            }
            Err(Error::RoomsFull) => telemetry::limit_reached("files_rooms"),
            Err(Error::RoomFull) => telemetry::limit_reached("files_people"),
            // Somebody whom the relay had no room for goes on talking.
            Err(Error::PersonUnknown | Error::ElsewhereAlready | Error::SpoolOutOfOrder) => {}
        }
        failed
    }

    /// The spool has done something.
    pub(super) fn spool_did(&mut self, report: &spool::Report) {
        self.tell_relay(Input::Spool { blob: report.blob, report: report.done.report() });
    }

    /// Has more numbers of receipts noted as used when half of them are, and takes them once they are noted.
    fn reserve_numbers(&mut self, now: Now) {
        if let Some((until, saved)) = &mut self.files.reserving {
            let until = *until;
            match saved.try_recv() {
                Ok(()) => drop(self.files.relay.handle(Input::NumbersReserved { until }, now)),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Closed) => {} // It could not be saved: asked for again.
            }
            self.files.reserving = None;
        }
        let (next, left) = self.files.relay.receipt_numbers();
        if left < RECEIPTS_AHEAD / 2 {
            let (saved, reserved) = oneshot::channel();
            let until = next.saturating_add(RECEIPTS_AHEAD);
            match self.save.try_send(Save::ReceiptNumbers { until, saved }) {
                Ok(()) => self.files.reserving = Some((until, reserved)),
                Err(_) => telemetry::limit_reached("save_queue"),
            }
        }
    }

    /// The process ends in order: what was not used can be used by the next, and no number is left out.
    pub(super) fn give_numbers_back(&mut self) {
        let (until, _) = self.files.relay.receipt_numbers();
        if self.files.unsaved.is_none() {
            let _they_are_left_out = self.save.try_send(Save::ReceiptNumbers { until, saved: oneshot::channel().0 });
        }
    }

    fn send_file_frame(&mut self, to: PersonId, frame: Bytes) {
        let (room, chair) = seat(to);
        if let Some((shard, participant)) = self.calls.reach(room, chair) {
            self.calls.commands.send(shard, Command::Send { participant, message: Message::Binary(frame) });
        }
    }

    /// Has the newest receipt written behind: the next one is chained to it, also after a restart.
    fn save_receipt(&mut self, receipt: Receipt) {
        self.files.unsaved = None;
        if self.save.try_send(Save::Receipt(Box::new(receipt))).is_err() {
            telemetry::limit_reached("save_queue");
            self.files.unsaved = Some((Instant::now() + SAVE_AGAIN, receipt));
        }
    }
}

/// Who sits there, whatever their connection: the relay knows them by this through all reconnects.
pub(super) fn person(room: RoomId, chair: Chair) -> PersonId {
    PersonId(room.0 << MEMBER_BITS | u64::from(chair.0))
}

/// The reverse of [`person`].
fn seat(person: PersonId) -> (RoomId, Chair) {
    let chair = person.0 & u64::from(MEMBERS_MAX - 1);
    (RoomId(person.0 >> MEMBER_BITS), Chair(u32::try_from(chair).unwrap_or_default()))
}

/// Of [`MEMBERS_MAX`].
const MEMBER_BITS: u32 = MEMBERS_MAX.trailing_zeros();

/// The limit that a refusal was about, as a metric label. `None` if it was about something else.
fn limit(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::FileTooLarge => "files_file_bytes",
        Reason::TooLargeToStore => "files_storage",
        Reason::PersonBytes => "files_person_bytes",
        Reason::PersonFiles => "files_person",
        Reason::PersonTransfers => "files_person_transfers",
        Reason::SessionFiles => "files_session",
        Reason::SessionBytes => "files_session_bytes",
        Reason::RoomBytes => "files_room_bytes",
        Reason::RoomFiles => "files_room",
        Reason::RoomTransfers => "files_room_transfers",
        Reason::RoomManifests => "files_room_manifests",
        Reason::ServerBytes => "files_server_bytes",
        Reason::ServerFiles => "files_server",
        Reason::ServerTransfers => "files_server_transfers",
        Reason::ServerMemory => "files_memory",
        Reason::ReceiversFull => "files_receivers",
        Reason::BeyondCredit => "files_credit",
        Reason::Stalled => "files_stalled",
        Reason::TooOften => "files_repeats",
        Reason::Malformed
        | Reason::Unknown
        | Reason::IdTaken
        | Reason::WrongRole
        | Reason::RoomOver
        | Reason::OutOfRange
        | Reason::WrongLength
        | Reason::TooLate
        | Reason::Abandoned
        | Reason::Expired
        | Reason::SpoolFailed
        | Reason::Declined => return None,
    })
}
