//! What the daemon may say.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::known::KnownItem;
use crate::view::{
    AreaRules, AreaView, KeyOffer, MemoView, NoteView, PatientView, QueueTicket, RoomPeer, SealHelloView, SealedDevice,
    SlotView, StaffRole, WantedLayer,
};

/// Why a request was refused. The page has the words for people; this is for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The message was not understood: too large, not JSON, an unknown kind or field, a key twice.
    BadMessage,
    /// Another protocol version; reload the page.
    UnsupportedProtocol,
    /// There is no such area.
    AreaUnknown,
    /// The area takes no new check-ins now.
    AreaClosed,
    /// The waiting room is full.
    AreaFull,
    /// The place token is not, or no longer, known. Check in again.
    PlaceUnknown,
    /// The area wants a passcode or a link for one visit, and this is none, or not any more.
    PassWrong,
    /// This guest link has been used, or the visit to which it led is over.
    GuestLinkOver,
    /// The name is empty or too long.
    BadName,
    /// This is no e-mail address, or no telephone number.
    BadAddress,
    /// There is no such visit in the areas of this person.
    TicketUnknown,
    /// The visit is not in a state that allows this.
    WrongState,
    /// The sender's role does not allow this.
    NotAllowed,
    /// The offer was refused; the text says which rule it broke.
    BadOffer,
    /// The consultation has as many people as it may, or the visit as many guests.
    RoomFull,
    /// Too many messages, or too many from this source. Try again later.
    TooMany,
    /// The server is about to stop and takes no new check-ins.
    Draining,
    /// Another page has taken this place.
    Replaced,
}

/// Why a consultation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The patient left.
    PatientLeft,
    /// The clinician ended it.
    ClinicianEnded,
    /// Somebody's connection was gone for too long.
    ConnectionLost,
    /// Guests: the visit to which they came is over.
    VisitOver,
    /// The server stops.
    ServerStopped,
}

/// Everything that the daemon may say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServerMessage {
    /// The answer to `hello`.
    Welcome {
        /// The version both speak.
        protocol: u32,
        /// The server's wall clock, milliseconds since the Unix epoch, for clock times on the page.
        now_ms: u64,
        /// How long the countdown before going in lasts, in milliseconds.
        countdown_ms: u64,
        /// Staff: the own display name. Patients: absent.
        me: Option<String>,
        /// Staff: what the own account may do. Patients: absent.
        role: Option<StaffRole>,
    },
    /// The area of a patient's page, now and after each change. To staff: each of their areas.
    Area {
        /// What anyone may see.
        area: AreaView,
    },
    /// The check-in worked.
    CheckedIn {
        /// Proves the place after a reload. Opaque, kept by the page in `sessionStorage` only.
        token: String,
        /// The visit.
        patient: PatientView,
    },
    /// The visit is now in another area: its token from now on, which says so after a restart. The one before proves the place as well.
    Place {
        /// As in `checked_in`.
        token: String,
    },
    /// The place was found again.
    Resumed {
        /// The visit.
        patient: PatientView,
    },
    /// The visit changed.
    Patient {
        /// The visit.
        patient: PatientView,
    },
    /// The answer to `what_you_know`: everything that the server holds of the visit, read from its memory at this moment.
    Known {
        /// The server's wall clock, milliseconds since the Unix epoch.
        now_ms: u64,
        /// One for each thing that is held.
        items: Vec<KnownItem>,
    },
    /// The answer to `erase`: nothing of the visit is left, and the place token is worthless.
    Erased,
    /// Staff: the whole queue of an area, with its version.
    Queue {
        /// The area's slug.
        area: String,
        /// Counts up with each change of this queue.
        version: u64,
        /// In the order of their places.
        tickets: Vec<QueueTicket>,
    },
    /// Staff: what changed since `version - 1`. A page that misses one sends `watch` again.
    QueueDelta {
        /// The area's slug.
        area: String,
        /// The version after this change.
        version: u64,
        /// New or changed visits.
        upserted: Vec<QueueTicket>,
        /// Visits that left the queue.
        removed: Vec<String>,
    },
    /// Staff: which browsers take part in the keys of an area, and which want to. After `watch`, and whole on each change.
    SealDevices {
        /// The area's slug.
        area: String,
        /// They want to.
        offers: Vec<KeyOffer>,
        /// They do.
        devices: Vec<SealedDevice>,
    },
    /// Staff: who may come into an area, and when. After `watch`, and whole on each change.
    Rules {
        /// The area's slug.
        area: String,
        /// As they are now.
        rules: AreaRules,
    },
    /// Staff: the answer to `make_visit_link`. Said once, to the page that asked; the server keeps a hash of the token only.
    VisitLink {
        /// The area's slug.
        area: String,
        /// For the link: behind the `#`, as `v=`.
        token: String,
        /// Until when it works, in milliseconds since the Unix epoch.
        ends_ms: u64,
    },
    /// Staff: so many people check in from one internet address that some of them have to wait a minute.
    CheckInsHeld {
        /// The area's slug.
        area: String,
        /// For how long to show it, in milliseconds; it is said again while it goes on.
        shown_ms: u64,
    },
    /// Messages between the line and the desk, of both sides, for the receiver: a new one; after `resume` or `watch` all that are kept, oldest first of each visit.
    Notes {
        /// Them.
        notes: Vec<NoteView>,
    },
    /// Staff: notes for colleagues, as they are now: one that was changed; after `watch` all that there are in the area.
    Memos {
        /// Them.
        memos: Vec<MemoView>,
    },
    /// The visit was transferred: why its page may trust the other area's keys. Before that area's `area`, and again after `resume`.
    Referral {
        /// As in `transfer`.
        referral: String,
    },
    /// The answer to an offer.
    Answer {
        /// As in the offer.
        request: u32,
        /// The answer.
        sdp: String,
    },
    /// The answer to an echo's offer. Without `sdp`: there is none, for want of room or because the offer was refused, or not any more, since its
    /// time is over.
    Echo {
        /// As in the offer.
        request: u32,
        /// The answer.
        sdp: Option<String>,
    },
    /// Who is in the consultation, and in which slot each of them is. Sent whole on each change.
    Room {
        /// Staff: which visit. Patients: absent.
        ticket: Option<String>,
        /// The receiver's own number.
        me: u32,
        /// The receiver's own microphone was last switched off: after a reload, a page that keeps nothing must not switch it on by itself.
        muted: bool,
        /// The receiver's own camera was last switched off.
        camera_off: bool,
        /// The others.
        peers: Vec<RoomPeer>,
        /// The receiver's slots.
        slots: Vec<SlotView>,
    },
    /// Who speaks. Sent whole on each change.
    Speaking {
        /// All who speak now, the receiver included.
        peers: Vec<u32>,
        /// Whom the room listens to: the one who speaks, or spoke last.
        dominant: Option<u32>,
    },
    /// Which layers of what the receiver sends anybody needs now. The page stops encoding the others (`RTCRtpSender.setParameters`, `active`)
    /// until it is told that they are wanted again.
    LayersWanted {
        /// Which sending m-line.
        mid: String,
        /// All of its layers: one for each rid, or a single one without.
        layers: Vec<WantedLayer>,
    },
    /// Who the others of the consultation say that they are, for keys. Sent whole on each change, and whenever somebody has said it again.
    SealHellos {
        /// One for each of the others who has said it.
        hellos: Vec<SealHelloView>,
    },
    /// Somebody in the consultation has sealed this for the receiver.
    SealBox {
        /// Who: the number of the session that it came from.
        from: u32,
        /// As it came.
        #[serde(rename = "box")]
        sealed: String,
    },
    /// Somebody in the consultation holds the receiver's sender key.
    KeyTaken {
        /// Who.
        by: u32,
        /// Which of the receiver's keys.
        generation: u32,
    },
    /// Staff: the answer to `add_device`. Said once, to the page that asked; the server keeps a hash of the token only.
    DeviceAdded {
        /// Which visit.
        ticket: String,
        /// The number by which `room` and `remove_device` name it.
        device: u32,
        /// Where it publishes by WHIP (RFC 9725), relative to the page's address.
        publish: String,
        /// Where it plays by WHEP instead, likewise.
        play: String,
        /// The bearer token, for one session at a time, until the consultation is over.
        token: String,
    },
    /// Staff: the answer to `make_guest_link`. Said once, to the page that asked; the server keeps a hash of the token only.
    GuestLink {
        /// Which visit.
        ticket: String,
        /// What the guest's page says as `guest_link`.
        token: String,
    },
    /// The consultation is over for the receiver.
    CallEnded {
        /// Staff: which visit. Patients: absent.
        ticket: Option<String>,
        /// Why.
        reason: EndReason,
        /// How long it lasted, in milliseconds.
        lasted_ms: u64,
    },
    /// The server will stop. Calls go on for at most this long.
    Draining {
        /// Milliseconds.
        within_ms: u64,
    },
    /// A request was refused. Nothing changed.
    Error {
        /// For programs.
        code: ErrorCode,
        /// For developers; never contains what the sender sent.
        text: String,
        /// The `request` of a refused offer.
        request: Option<u32>,
    },
    /// The answer to `ping`.
    Pong,
}

impl ServerMessage {
    /// The kind, as in the message: for logs and metrics, which must not hold the rest.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::Area { .. } => "area",
            Self::CheckedIn { .. } => "checked_in",
            Self::Place { .. } => "place",
            Self::Resumed { .. } => "resumed",
            Self::Patient { .. } => "patient",
            Self::Known { .. } => "known",
            Self::Erased => "erased",
            Self::Queue { .. } => "queue",
            Self::QueueDelta { .. } => "queue_delta",
            Self::SealDevices { .. } => "seal_devices",
            Self::Rules { .. } => "rules",
            Self::VisitLink { .. } => "visit_link",
            Self::CheckInsHeld { .. } => "check_ins_held",
            Self::Notes { .. } => "notes",
            Self::Memos { .. } => "memos",
            Self::Referral { .. } => "referral",
            Self::Answer { .. } => "answer",
            Self::Echo { .. } => "echo",
            Self::Room { .. } => "room",
            Self::Speaking { .. } => "speaking",
            Self::LayersWanted { .. } => "layers_wanted",
            Self::SealHellos { .. } => "seal_hellos",
            Self::SealBox { .. } => "seal_box",
            Self::KeyTaken { .. } => "key_taken",
            Self::DeviceAdded { .. } => "device_added",
            Self::GuestLink { .. } => "guest_link",
            Self::CallEnded { .. } => "call_ended",
            Self::Draining { .. } => "draining",
            Self::Error { .. } => "error",
            Self::Pong => "pong",
        }
    }
}

impl fmt::Debug for ServerMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}
