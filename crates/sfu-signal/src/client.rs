//! What a page may say.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{AreaRules, DeviceState, NetworkCheck, Presence, SealedDevice};

/// Who opens the connection. Staff are known by their cookie, patients by nothing until they check in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionRole {
    /// A patient's page.
    Patient,
    /// A staff page; the upgrade request must carry a valid staff cookie.
    Staff,
}

/// The result of the patient's set-up, as far as it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DeviceCheck {
    /// What became of the camera.
    pub camera: DeviceState,
    /// What became of the microphone.
    pub microphone: DeviceState,
    /// Whether the person hears the test sound; absent until they say so.
    #[ts(optional = nullable)]
    pub hears: Option<bool>,
    /// What an `echo` found out; absent until there was one.
    #[ts(optional = nullable)]
    pub network: Option<NetworkCheck>,
}

/// What a sending m-line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceName {
    /// A person's voice.
    Microphone,
    /// A person's picture.
    Camera,
    /// A shared screen.
    Screen,
}

/// By which way somebody is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By e-mail.
    Mail,
    /// By text message.
    Sms,
}

impl By {
    /// As in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }
}

/// Something for one other person in the consultation, which the server can hand on and no more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SealedBox {
    /// For whom: a number of the consultation.
    pub to: u32,
    /// Opaque to the server; at most 1,900 characters.
    #[serde(rename = "box")]
    pub sealed: String,
}

impl fmt::Debug for SealedBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedBox").field("to", &self.to).finish_non_exhaustive()
    }
}

/// Everything that a page may say. The first message of a connection is `hello`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// Opens the conversation. Answered by `welcome`, or by an error and a close.
    Hello {
        /// Must equal `PROTOCOL_VERSION`.
        protocol: u32,
        /// Who speaks.
        role: SessionRole,
        /// A patient's page: the slug of its link, so that `area` can follow. Staff: absent.
        area: Option<String>,
    },
    /// Takes a place in line, under `sealed` or under `name`, not both. Answered by `checked_in`.
    CheckIn {
        /// The name, sealed to the area's desk key; opaque to the server, at most 1,400 characters.
        #[ts(optional = nullable)]
        sealed: Option<String>,
        /// Or in clear: any non-empty name, at most 200 characters; never verified, never stored. Only where the area has no `seal`, or one that
        /// says `prefer`.
        #[ts(optional = nullable)]
        name: Option<String>,
        /// A BCP 47 tag of the page's language.
        language: String,
        /// A place token that the server does not know any more (`place_unknown`). Soon after a restart the visit gets its place and area again,
        /// also where the area is closed; at any other time this is a check-in like any other.
        #[ts(optional = nullable)]
        place: Option<String>,
        /// Where the area asks for it: its passcode, as typed.
        #[ts(optional = nullable)]
        passcode: Option<String>,
        /// Or the token of a link for one visit, which works once.
        #[ts(optional = nullable)]
        visit_link: Option<String>,
        /// Or the token of a guest link, which works once: whoever checks in by it waits to be admitted into the call of the visit whose guest they
        /// are, also where the area is closed. `place` is ignored.
        #[ts(optional = nullable)]
        guest_link: Option<String>,
    },
    /// Comes back to a place with the token of `checked_in`, after a reload or an outage. Answered by `resumed` or `place_unknown`.
    Resume {
        /// The place token.
        token: String,
        /// The name sealed anew, for a visit that is not over: to the desk key of the area where the visit is now.
        #[ts(optional = nullable)]
        sealed: Option<String>,
    },
    /// Back in line within the rejoin period after `ended`, `removed` or `expired`, with the name again: the server has forgotten it. Answered by
    /// `patient`.
    Rejoin {
        /// As in `check_in`.
        #[ts(optional = nullable)]
        sealed: Option<String>,
        /// As in `check_in`.
        #[ts(optional = nullable)]
        name: Option<String>,
    },
    /// How the set-up goes; `done` moves the patient from `arriving` to `waiting`.
    SetUp {
        /// The devices so far.
        devices: DeviceCheck,
        /// The set-up is over.
        done: bool,
    },
    /// Who sets up: an offer (RFC 8829) for a room with nobody else in it, which gives back what the page sends, for some seconds. Answered by `echo`
    /// with the same `request`. Without `sdp`: it is not needed any more.
    Echo {
        /// Chosen by the page.
        request: u32,
        /// One line for sound and one for a picture, each way.
        #[ts(optional = nullable)]
        sdp: Option<String>,
    },
    /// Called: the patient goes in. From here on media flows.
    GoIn,
    /// Called: the patient needs a minute. The call stays open.
    NotYet,
    /// Somebody in `waiting` wants to be written to, once, when staff call them in: `by` one of the ways in `tell_by`, and where `to`. Both absent: not
    /// any more. Answered by `patient`. The server forgets the address when that is sent, and with the visit.
    TellMe {
        /// By which way.
        #[ts(optional = nullable)]
        by: Option<By>,
        /// An e-mail address or a telephone number, as typed.
        #[ts(optional = nullable)]
        to: Option<String>,
    },
    /// A patient leaves the waiting room or the consultation, which goes on if others are in it; staff leave the consultation and end it, unless they
    /// had joined a colleague's.
    Leave,
    /// A patient's page: what does the server hold of this visit now? Answered by `known`.
    WhatYouKnow,
    /// A patient's page: ends the visit and has everything of it deleted now, without the time for a rejoin. Answered by `erased`.
    Erase,
    /// Staff only.
    Staff {
        /// What to do.
        command: StaffCommand,
    },
    /// An SDP offer (RFC 8829) for the own media path. Allowed for a patient in `called`, `in_call` and `held`, and for the clinician of such a
    /// visit. Answered by `answer` with the same `request`.
    Offer {
        /// Chosen by the page, echoed in the answer.
        request: u32,
        /// The offer.
        sdp: String,
        /// What each sending m-line carries, by its mid. A line that is missing here is a microphone or a camera by its media type.
        sources: BTreeMap<String, SourceName>,
    },
    /// The own microphone or camera was switched. The server stops forwarding it too.
    Mute {
        /// The microphone is off.
        muted: bool,
        /// The camera is off.
        camera_off: bool,
    },
    /// How large the page shows a slot, so that nothing larger is sent. A slot that it never spoke of is sent as large as there is.
    View {
        /// As in `SlotView`; below the number of slots of an offer.
        slot: u32,
        /// The height of the whole picture in device pixels, rounded up. 0: it cannot be seen, and is not sent.
        height: u16,
    },
    /// Who this page is to the others of the consultation, signed by itself. Kept with the seat, and told to the others by `seal_hellos`.
    SealHello {
        /// Opaque to the server; at most 6,000 characters. `docs/e2ee.md` says what pages write there.
        hello: String,
    },
    /// What others of the consultation shall get, each for one of them: sealed, and handed on at once or dropped.
    SealBoxes {
        /// At most 32.
        boxes: Vec<SealedBox>,
    },
    /// This page holds a sender key of somebody else, who may use it.
    KeyTaken {
        /// Whose key: their number in the consultation.
        of: u32,
        /// Which of their keys.
        generation: u32,
    },
    /// A message between the line and the desk, handed on and kept until the visit is over: from a patient to the staff of the area, from staff
    /// to a patient.
    Note {
        /// Staff: which visit. Patients: absent.
        #[ts(optional = nullable)]
        ticket: Option<String>,
        /// Opaque to the server; at most 2,000 characters.
        sealed: String,
        /// The same for the own side, which could not open the other: the page after a reload, and colleagues. Likewise.
        #[ts(optional = nullable)]
        copy: Option<String>,
    },
    /// A sign of life; answered by `pong`. Pages send one every 10 s and when they become visible.
    Ping,
}

impl ClientMessage {
    /// The kind, as in the message: for logs and metrics, which must not hold the rest.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "hello",
            Self::CheckIn { .. } => "check_in",
            Self::Resume { .. } => "resume",
            Self::Rejoin { .. } => "rejoin",
            Self::SetUp { .. } => "set_up",
            Self::Echo { .. } => "echo",
            Self::GoIn => "go_in",
            Self::NotYet => "not_yet",
            Self::TellMe { .. } => "tell_me",
            Self::Leave => "leave",
            Self::WhatYouKnow => "what_you_know",
            Self::Erase => "erase",
            Self::Staff { .. } => "staff",
            Self::Offer { .. } => "offer",
            Self::Mute { .. } => "mute",
            Self::View { .. } => "view",
            Self::SealHello { .. } => "seal_hello",
            Self::SealBoxes { .. } => "seal_boxes",
            Self::KeyTaken { .. } => "key_taken",
            Self::Note { .. } => "note",
            Self::Ping => "ping",
        }
    }
}

impl fmt::Debug for ClientMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// What staff may ask for. Every command is answered by the change it makes to the queue, or by an error.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum StaffCommand {
    /// Shows one area's queue from now on. Answered by `queue`.
    Watch {
        /// The area's slug.
        area: String,
    },
    /// Somebody is at the page: has moved, typed or touched something since it was last said, which a page says once a minute at most. A session
    /// that began with a password ends when it is not said for long.
    Touched,
    /// What patients see.
    SetPresence {
        /// The area's slug.
        area: String,
        /// The new presence.
        presence: Presence,
        /// The clinic's words for `away` and `closed`; at most 200 characters.
        text: String,
    },
    /// What patients read about an area: who, where, whom to call. Each at most 100 characters.
    SetArea {
        /// The area's slug.
        area: String,
        /// As in `AreaView`.
        practice: String,
        /// As in `AreaView`; also the clinician's display name.
        title: String,
        /// As in `AreaView`.
        help_phone: String,
    },
    /// Who may come into an area, and when; whole. Answered by `rules`.
    SetRules {
        /// The area's slug.
        area: String,
        /// From now on.
        rules: AreaRules,
    },
    /// A link by which one person checks in once, whatever `entry` says. Answered by `visit_link`.
    MakeVisitLink {
        /// The area's slug.
        area: String,
        /// How long it lasts, from 1 to 90.
        days: u32,
    },
    /// Calls the patient in: `waiting` or `arriving` becomes `called`. Who is `away` and has `asked` for a message gets it, and stays away until
    /// their page is back.
    Admit {
        /// Which visit.
        ticket: String,
    },
    /// Calls somebody into the own consultation that goes on, so that there are more in it; nine at most, staff included.
    AddToCall {
        /// Who: a visit that waits.
        ticket: String,
    },
    /// A link by which one more person may come to a visit that is not over, once: an interpreter, a relative. Answered by `guest_link`. It is void
    /// when the visit is over, or goes to another area.
    MakeGuestLink {
        /// Which visit; not a guest's.
        ticket: String,
    },
    /// Takes part in a colleague's consultation that goes on. `leave` ends only the own part.
    JoinCall {
        /// Somebody who is in it.
        ticket: String,
    },
    /// Ends the consultation for one of those who are in the own one. The others go on.
    LetGo {
        /// Who.
        ticket: String,
    },
    /// Somebody in the own consultation is asked to show their screen: until then the server takes none from patients and guests.
    AskScreen {
        /// Who.
        ticket: String,
    },
    /// Takes the call back before the patient went in.
    CancelCall {
        /// Which visit.
        ticket: String,
    },
    /// Stops media both ways, keeps the consultation.
    Hold {
        /// Which visit.
        ticket: String,
    },
    /// Lets media flow again.
    Unhold {
        /// Which visit.
        ticket: String,
    },
    /// Back in line in another area, with the same place in time and no new check-in.
    Transfer {
        /// Which visit.
        ticket: String,
        /// The other area's slug.
        to: String,
        /// The name, sealed anew to the other area's desk key; at most 1,400 characters. Without it staff there get what there is.
        #[ts(optional = nullable)]
        sealed: Option<String>,
        /// Handed to the patient's page, so that it knows the other area's keys; opaque to the server, at most 6,000 characters.
        #[ts(optional = nullable)]
        referral: Option<String>,
    },
    /// Ends the consultation, for all who are in it.
    End {
        /// Which visit.
        ticket: String,
    },
    /// Takes a patient out of the line.
    Remove {
        /// Which visit.
        ticket: String,
        /// Shown to the patient; may be empty; at most 200 characters.
        reason: String,
    },
    /// A note for the colleagues of the area, in place of the one that there is. Patients' pages never get it.
    SetMemo {
        /// Which visit.
        ticket: String,
        /// Sealed to the area's desk key, at most 1,400 characters of base64url; null deletes what there is.
        #[ts(optional = nullable)]
        sealed: Option<String>,
    },
    /// Lets a device take part in the own consultation: an ultrasound that publishes by WHIP, a screen that plays by WHEP. Answered by
    /// `device_added`.
    AddDevice {
        /// Which visit.
        ticket: String,
        /// How it is shown to both sides; 1 to 100 characters.
        name: String,
    },
    /// Takes a device out, and makes its token worthless.
    RemoveDevice {
        /// Which visit.
        ticket: String,
        /// As in `device_added`.
        device: u32,
    },
    /// This browser wants to take part in an area's keys. Shown to staff of the area by `seal_devices`, for an hour.
    OfferKey {
        /// The area's slug.
        area: String,
        /// Its Ed25519 key: 32 bytes in base64url.
        sign: String,
        /// Its X25519 key, likewise.
        kem: String,
        /// For those who choose; 1 to 100 characters.
        label: String,
    },
    /// The area's keys from now on, whole. Taken if nothing is stored yet, or if the state's `serial` is higher than the stored one's.
    SetSeal {
        /// The area's slug.
        area: String,
        /// As in `Seal`.
        root: String,
        /// As in `Seal`.
        state: String,
        /// As in `Seal`.
        moved: Vec<String>,
        /// All that take part; at most 48.
        devices: Vec<SealedDevice>,
    },
}

impl StaffCommand {
    /// The action, as in the message.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Watch { .. } => "watch",
            Self::Touched => "touched",
            Self::SetPresence { .. } => "set_presence",
            Self::SetArea { .. } => "set_area",
            Self::SetRules { .. } => "set_rules",
            Self::MakeVisitLink { .. } => "make_visit_link",
            Self::Admit { .. } => "admit",
            Self::AddToCall { .. } => "add_to_call",
            Self::MakeGuestLink { .. } => "make_guest_link",
            Self::JoinCall { .. } => "join_call",
            Self::LetGo { .. } => "let_go",
            Self::AskScreen { .. } => "ask_screen",
            Self::CancelCall { .. } => "cancel_call",
            Self::Hold { .. } => "hold",
            Self::Unhold { .. } => "unhold",
            Self::Transfer { .. } => "transfer",
            Self::End { .. } => "end",
            Self::Remove { .. } => "remove",
            Self::SetMemo { .. } => "set_memo",
            Self::AddDevice { .. } => "add_device",
            Self::RemoveDevice { .. } => "remove_device",
            Self::OfferKey { .. } => "offer_key",
            Self::SetSeal { .. } => "set_seal",
        }
    }
}

impl fmt::Debug for StaffCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.action())
    }
}
