//! The boundary: what goes in, what comes out, and the names both use.

use std::time::{Duration, Instant};

use crate::Private;

/// Names an area. Chosen by the embedder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaId(pub u64);

/// Names a visit. Made by the lobby, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId(pub u64);

/// Names a consultation, of one patient or of several. Made by the lobby at admission, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub u64);

/// Names a member of staff. Chosen by the embedder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(pub u64);

/// Where a visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Checked in, still setting up. The place is already taken.
    Arriving,
    /// Ready, in line.
    Waiting,
    /// Unreachable; the place is kept for [`Limits::away_grace`], or [`Limits::away_grace_reached`].
    Away,
    /// Admitted; has yet to go in.
    Called,
    /// In the consultation. The only state in which media or data is forwarded.
    InCall,
    /// In the consultation, but nothing is forwarded either way.
    Held,
    /// The consultation is over.
    Ended,
    /// Taken out of the line by staff.
    Removed,
    /// Away for longer than the grace period.
    Expired,
}

impl State {
    /// All of them, in the order of a visit.
    pub const ALL: [Self; 9] = [
        Self::Arriving,
        Self::Waiting,
        Self::Away,
        Self::Called,
        Self::InCall,
        Self::Held,
        Self::Ended,
        Self::Removed,
        Self::Expired,
    ];

    /// Whether the visit has a position: it waits to be called.
    #[must_use]
    pub const fn is_in_line(self) -> bool {
        matches!(self, Self::Arriving | Self::Waiting | Self::Away)
    }

    /// Whether the visit has a room.
    #[must_use]
    pub const fn is_consultation(self) -> bool {
        matches!(self, Self::Called | Self::InCall | Self::Held)
    }

    /// Whether the visit is over: the name is erased, and only a rejoin leads out.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Removed | Self::Expired)
    }

    /// The state as a metric label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Waiting => "waiting",
            Self::Away => "away",
            Self::Called => "called",
            Self::InCall => "in_call",
            Self::Held => "held",
            Self::Ended => "ended",
            Self::Removed => "removed",
            Self::Expired => "expired",
        }
    }
}

/// What patients see of the clinician.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Patients may check in.
    Open,
    /// With another patient.
    Busy,
    /// Away for a while. Patients may check in.
    Away,
    /// No new check-ins; those inside are still served.
    Closed,
}

/// What became of one device during set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// Not tried yet.
    Unknown,
    /// Real frames or a real level were seen.
    Works,
    /// Refused by the person or the system.
    Denied,
    /// There is none.
    Absent,
    /// Another program uses it.
    Busy,
    /// Open, but nothing is heard.
    Silent,
    /// The person goes on without.
    Skipped,
}

/// The result of the set-up, as far as it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Devices {
    /// The camera.
    pub camera: DeviceState,
    /// The microphone.
    pub microphone: DeviceState,
    /// Whether the person hears the test sound, if they have said so.
    pub hears: Option<bool>,
    /// What the network carries, if that was tried.
    pub network: Option<Network>,
}

impl Devices {
    /// Nothing has been tried.
    pub const UNKNOWN: Self =
        Self { camera: DeviceState::Unknown, microphone: DeviceState::Unknown, hears: None, network: None };
}

/// What a page found out about its way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// How media passes.
    pub way: Way,
    /// Packets that did not come back, in percent.
    pub loss_percent: u8,
    /// A round trip, in milliseconds.
    pub round_trip_ms: u16,
    /// What came back, in kbit/s.
    pub kbit_s: u32,
}

/// How media passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By UDP, as it should.
    Udp,
    /// By TCP, since UDP does not pass.
    Tcp,
    /// Not at all.
    Blocked,
}

/// Everything that can happen to a [`crate::Lobby`], and the states in which it may. In any other state it is refused as [`Refused::WrongState`].
#[derive(Debug)]
pub enum Input {
    /// Opens an area, or changes nothing if it is open.
    OpenArea {
        /// Which.
        area: AreaId,
    },
    /// What patients of an area see.
    SetPresence {
        /// Which area.
        area: AreaId,
        /// The new presence.
        presence: Presence,
    },
    /// How many visits of an area may be not over, if fewer than [`Limits::area_tickets_max`]. Who is inside stays.
    SetTicketsMax {
        /// Which area.
        area: AreaId,
        /// `None`: as many as the limit.
        tickets_max: Option<usize>,
    },
    /// Somebody checks in, by a page that is reachable. [`Change::CheckedIn`] names the ticket.
    CheckIn {
        /// Where.
        area: AreaId,
        /// The name as typed, or sealed: the lobby never looks into it.
        name: Private,
        /// A BCP 47 tag.
        language: String,
    },
    /// Somebody comes to be with a patient, by a page that is reachable: an interpreter, a relative. They wait in the host's area, also where that is
    /// closed, are admitted like anybody, into the host's room only, and end with the host's visit. [`Change::CheckedIn`] names the ticket.
    CheckInGuest {
        /// Whose guest: a visit that is not over, and is no guest's.
        host: TicketId,
        /// As in `CheckIn`.
        name: Private,
        /// A BCP 47 tag.
        language: String,
    },
    /// Somebody comes back to a place that an earlier lobby gave, by a page that is reachable. As `CheckIn`, but allowed where the area is closed,
    /// since it is no new check-in. [`Change::CheckedIn`] names the ticket.
    Restore {
        /// Where.
        area: AreaId,
        /// The name again: nothing was kept of it.
        name: Private,
        /// A BCP 47 tag.
        language: String,
        /// When the patient first checked in; not later than now.
        checked_in_at: Instant,
    },
    /// The patient's page is reachable again: `Away` becomes what it was before. In any state; nothing happens if it was reachable all along.
    Connected {
        /// Which visit.
        ticket: TicketId,
    },
    /// The patient's page is unreachable. `Arriving` and `Waiting` become `Away`; a consultation stays as it is for [`Limits::call_lost_max`].
    /// In any state; nothing happens if it was unreachable already. A lost clinician is the embedder's business: `Hold`, `CancelCall` or
    /// `Transfer` to the same area keep the patient's place.
    Disconnected {
        /// Which visit.
        ticket: TicketId,
    },
    /// Whether the patient can be told by another way than the page that it is their turn: then the place is kept for longer while the page is
    /// unreachable. When that changes while `Away`, the time begins anew. In any state that is not over, and forgotten with the end.
    ReachElsewhere {
        /// Which visit.
        ticket: TicketId,
        /// Whether it is so.
        is_possible: bool,
    },
    /// How the set-up goes, or what became of a device later. In any state of a reachable patient whose visit is not over.
    SetUp {
        /// Which visit.
        ticket: TicketId,
        /// The devices so far.
        devices: Devices,
        /// The set-up is over: `Arriving` becomes `Waiting`. Cannot be taken back.
        done: bool,
    },
    /// Staff call the patient in: `Arriving` or `Waiting` becomes `Called`. Not `Away`: nobody would come. Not a guest: see `AddToCall`.
    Admit {
        /// Which visit.
        ticket: TicketId,
        /// Who.
        staff: StaffId,
    },
    /// Staff call somebody into the room of somebody else: as `Admit`, but no room is opened. A guest can be called into the room of the host only.
    AddToCall {
        /// Who.
        ticket: TicketId,
        /// Somebody in that room.
        with: TicketId,
    },
    /// Staff take the call back: `Called` goes back in line, in the old place.
    CancelCall {
        /// Which visit.
        ticket: TicketId,
    },
    /// The patient needs a minute; stays `Called`. From a reachable patient.
    NotYet {
        /// Which visit.
        ticket: TicketId,
    },
    /// The patient goes in: `Called` becomes `InCall`. From a reachable patient.
    GoIn {
        /// Which visit.
        ticket: TicketId,
    },
    /// `InCall` becomes `Held`.
    Hold {
        /// Which visit.
        ticket: TicketId,
    },
    /// `Held` becomes `InCall`.
    Unhold {
        /// Which visit.
        ticket: TicketId,
    },
    /// Back in line, in another area or the same one, with the place of the first check-in. In any state that is not over. Refused, and the
    /// ticket stays, if the other area is unknown, closed or full. Guests stay where they were invited to: they end when their host goes to another
    /// area, and cannot go there themselves.
    Transfer {
        /// Which visit.
        ticket: TicketId,
        /// Where to.
        to: AreaId,
        /// The name, sealed anew for the staff there. Without it, it stays as it is.
        name: Option<Private>,
    },
    /// The patient's page has sealed the name anew. In any state that is not over.
    Rename {
        /// Which visit.
        ticket: TicketId,
        /// In the place of the one before.
        name: Private,
    },
    /// The visit is over. By `Patient` or `Server` in any state that is not over yet, by `Staff` or `Lost` in a consultation only: in line,
    /// staff say why ([`Input::Remove`]), and who is lost keeps the place for [`Limits::away_grace`].
    End {
        /// Which visit.
        ticket: TicketId,
        /// By whom or what.
        by: EndedBy,
    },
    /// Staff take the patient out of the line or the consultation. In any state that is not over.
    Remove {
        /// Which visit.
        ticket: TicketId,
        /// For the patient's eyes.
        reason: Private,
    },
    /// The patient comes back within [`Limits::rejoin_within`] of the end, in the old place, by a page that is reachable: a visit that is over
    /// becomes `Waiting`, or `Arriving` if the set-up was never finished. Allowed where the area is closed, since it is no new check-in; refused
    /// where it is full, and to a guest whose host's visit is over.
    Rejoin {
        /// Which visit.
        ticket: TicketId,
        /// The name again: it was erased.
        name: Private,
    },
    /// The patient wants nothing kept: a consultation ends as by `End`, and the ticket is forgotten at once, without the time for a rejoin. In any
    /// state.
    Erase {
        /// Which visit.
        ticket: TicketId,
    },
    /// Time has passed. Deadlines take effect here and nowhere else: an embedder that is late is late in the patient's favour.
    Timeout,
}

/// Who ended a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// The patient left.
    Patient,
    /// The clinician ended it.
    Staff,
    /// The connection was gone for too long.
    Lost,
    /// The server stops.
    Server,
}

/// What follows from an input: first rooms and gates, then visits, then queues, then what is forgotten. The embedder carries out each, in order.
#[must_use = "a change that nobody carries out is a page that lies"]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes(pub(crate) Vec<Change>);

impl std::ops::Deref for Changes {
    type Target = [Change];

    fn deref(&self) -> &[Change] {
        &self.0
    }
}

impl IntoIterator for Changes {
    type Item = Change;
    type IntoIter = std::vec::IntoIter<Change>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One thing that follows from an input.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// A new visit.
    CheckedIn {
        /// Its name.
        ticket: TicketId,
    },
    /// A visit's view changed: tell the patient's page.
    Ticket {
        /// Which.
        ticket: TicketId,
    },
    /// A queue changed: tell the staff who watch it. At most once per area and input.
    Queue {
        /// Which area.
        area: AreaId,
        /// The version after the change: one more than before.
        version: u64,
        /// Visits that are new or changed, positions included, by [`TicketId`].
        upserted: Vec<TicketId>,
        /// Visits that are no longer in this queue.
        removed: Vec<TicketId>,
    },
    /// Somebody was admitted: a room for the ticket and the staff member may exist now, the ticket's gate shut.
    RoomOpened {
        /// Its name.
        room: RoomId,
        /// For whom; in it from now on.
        ticket: TicketId,
        /// Who admitted.
        staff: StaffId,
    },
    /// Somebody else was admitted into a room that is there, gate shut.
    Joined {
        /// Where.
        room: RoomId,
        /// Who.
        ticket: TicketId,
    },
    /// From now on media and data may pass between this ticket and those of the room whose gates are open, staff among them.
    GateOpened {
        /// Where.
        room: RoomId,
        /// Whose gate.
        ticket: TicketId,
    },
    /// From now on nothing may pass to or from this ticket.
    GateShut {
        /// Where.
        room: RoomId,
        /// Whose gate.
        ticket: TicketId,
    },
    /// Somebody is no longer in the room; what was theirs there is freed.
    Left {
        /// Which room.
        room: RoomId,
        /// Who.
        ticket: TicketId,
        /// Who ended it for them.
        by: EndedBy,
        /// How long ago they went in, holds included. Zero if they never did.
        lasted: Duration,
    },
    /// The last one has left; everything of the room is freed.
    RoomClosed {
        /// Its name.
        room: RoomId,
        /// For whom it was opened; may have left long ago.
        ticket: TicketId,
        /// Who ended it.
        by: EndedBy,
        /// How long ago the first went in, holds included. Zero if nobody did.
        lasted: Duration,
    },
    /// The ticket is gone for good: forget its token.
    Forgotten {
        /// Which.
        ticket: TicketId,
    },
}

/// One visit, as the embedder may read it.
#[derive(Debug)]
pub struct Ticket {
    /// Its name.
    pub id: TicketId,
    /// Where it waits.
    pub area: AreaId,
    /// Where it stands.
    pub state: State,
    /// As typed; empty in every terminal state.
    pub name: Private,
    /// A BCP 47 tag.
    pub language: String,
    /// When the patient first checked in: the order of the line.
    pub checked_in_at: Instant,
    /// The set-up's result.
    pub devices: Devices,
    /// Whether the page is reachable.
    pub connected: bool,
    /// Called, and asked for a minute.
    pub needs_a_minute: bool,
    /// From `Called` to the end: the consultation.
    pub room: Option<RoomId>,
    /// From `Called` to the end: who admitted.
    pub staff: Option<StaffId>,
    /// Whose guest this is.
    pub guest_of: Option<TicketId>,
    /// In `Away`: until when the place is kept. In a consultation with an unreachable patient: until when it goes on. In a terminal state: until
    /// when a rejoin is possible. `None` otherwise, and where a limit lies beyond what an [`Instant`] can say.
    pub deadline: Option<Instant>,
    /// In `Removed`: for the patient's eyes.
    pub reason: Private,
    /// Counts up with every change of what the patient sees.
    pub version: u64,
}

/// Everything that the lobby holds of one visit, for a patient who asks. Made by taking the visit apart without a rest, so that a new field
/// is here or nothing compiles.
#[derive(Debug)]
pub struct Held<'a> {
    /// What the embedder works with.
    pub ticket: &'a Ticket,
    /// As [`crate::Lobby::position`].
    pub position: Option<u32>,
    /// Whether the set-up was finished once.
    pub set_up_done: bool,
    /// Since when the page is unreachable.
    pub unreachable_since: Option<Instant>,
    /// When the gate opened first in the present consultation.
    pub went_in_at: Option<Instant>,
    /// Whether they can be told elsewhere that it is their turn.
    pub reached_elsewhere: bool,
    /// Guests of this visit that are not forgotten.
    pub guests: usize,
}

/// A queue as staff see it.
#[derive(Debug)]
pub struct Snapshot {
    /// Counts up with every change.
    pub version: u64,
    /// All visits of the area but `Ended`, `Removed` and `Expired` ones, by first check-in.
    pub tickets: Vec<TicketId>,
}

/// Why an input was refused; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such area.
    #[error("no such area")]
    AreaUnknown,
    /// The area takes no new check-ins.
    #[error("area is closed")]
    AreaClosed,
    /// The area has as many visits as it may: [`Limits::area_tickets_max`], or what was set.
    #[error("area is full")]
    AreaFull,
    /// The lobby has [`Limits::areas_max`] areas.
    #[error("too many areas")]
    AreasFull,
    /// There is no such visit.
    #[error("no such ticket")]
    TicketUnknown,
    /// The visit's state does not allow this.
    #[error("wrong state")]
    WrongState,
    /// Empty, or longer than [`Limits::name_bytes_max`].
    #[error("bad name")]
    BadName,
    /// A reason or a language beyond [`Limits::reason_bytes_max`] or [`Limits::language_bytes_max`].
    #[error("text is too long")]
    TooLong,
    /// The room has [`Limits::room_people_max`] people, or the visit as many guests as could be in it.
    #[error("room is full")]
    RoomFull,
    /// The visit to which a guest wants to come does not take any: it is over, or a guest's.
    #[error("the host's visit is over")]
    HostOver,
}

impl Refused {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::AreaUnknown,
        Self::AreaClosed,
        Self::AreaFull,
        Self::AreasFull,
        Self::TicketUnknown,
        Self::WrongState,
        Self::BadName,
        Self::TooLong,
        Self::RoomFull,
        Self::HostOver,
    ];

    /// The refusal as a metric label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AreaUnknown => "area_unknown",
            Self::AreaClosed => "area_closed",
            Self::AreaFull => "area_full",
            Self::AreasFull => "areas_full",
            Self::TicketUnknown => "ticket_unknown",
            Self::WrongState => "wrong_state",
            Self::BadName => "bad_name",
            Self::TooLong => "too_long",
            Self::RoomFull => "room_full",
            Self::HostOver => "host_over",
        }
    }
}

/// Counters of the whole lobby, for metrics. Nothing in them names anybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Check-ins since the start.
    pub checked_in: u64,
    /// Places of an earlier lobby that were given again since the start.
    pub restored: u64,
    /// Visits that expired in line since the start.
    pub expired: u64,
    /// Visits forgotten before their time because of [`Limits::area_finished_max`].
    pub forgotten_early: u64,
    pub(crate) in_state: [u64; State::ALL.len()],
    pub(crate) refused: [u64; Refused::ALL.len()],
}

impl Stats {
    /// How many visits are in this state now.
    #[must_use]
    pub const fn in_state(&self, state: State) -> u64 {
        self.in_state[state as usize]
    }

    /// How many inputs were refused for this since the start. `AreaFull`, `AreasFull`, `RoomFull`, `BadName` and `TooLong` are limits that were reached.
    #[must_use]
    pub const fn refused(&self, refused: Refused) -> u64 {
        self.refused[refused as usize]
    }
}

/// When to call again, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// No later than this.
    pub at: Instant,
    /// The cause.
    pub why: WakeReason,
}

/// Why a wake-up is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WakeReason {
    /// Somebody's grace period ends.
    Grace,
    /// A consultation whose patient is lost ends, or a call that nobody answers is taken back.
    Lost,
    /// A finished visit is forgotten.
    Forget,
}

/// The named limits, each with a reason.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long an unreachable patient keeps the place.
    pub away_grace: Duration,
    /// The same of who can be told elsewhere that it is their turn.
    pub away_grace_reached: Duration,
    /// How long an unreachable patient keeps the consultation open. After it, `Called` goes back in line as `Away`, for what is left of
    /// `away_grace`; `InCall` and `Held` become `Ended`.
    pub call_lost_max: Duration,
    /// How long after the end a patient may come back to the old place.
    pub rejoin_within: Duration,
    /// Visits in one area that are not over.
    pub area_tickets_max: usize,
    /// Visits in one area that are over and may rejoin; beyond it the oldest is forgotten.
    pub area_finished_max: usize,
    /// People in one room, staff included.
    pub room_people_max: usize,
    /// Areas.
    pub areas_max: usize,
    /// Bytes of a name, sealed or not.
    pub name_bytes_max: usize,
    /// Bytes of the reason of a removal.
    pub reason_bytes_max: usize,
    /// Bytes of a language tag.
    pub language_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            away_grace: Duration::from_secs(10 * 60), // A locked phone or a lift; longer waits are no waits.
            away_grace_reached: Duration::from_secs(60 * 60), // The phone is in the pocket. A line that is longer is a day's.
            call_lost_max: Duration::from_secs(2 * 60),       // A reload or a change of network takes seconds.
            rejoin_within: Duration::from_secs(20 * 60),      // "I forgot to ask": the clinician is still at the desk.
            area_tickets_max: 200,                            // A large walk-in clinic's morning.
            area_finished_max: 200,                           // As many as may have been inside.
            room_people_max: 9,                               // A group, and a grid of faces that are still faces.
            areas_max: 1_000,                                 // A hospital with all its departments.
            name_bytes_max: 1_400, // 200 characters of any script, sealed with the keys of who bears it.
            reason_bytes_max: 1_024, // 200 characters of any script.
            language_bytes_max: 35, // RFC 5646, section 4.4.1: room for every registered combination.
        }
    }
}
