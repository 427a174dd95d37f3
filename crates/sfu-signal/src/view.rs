//! What each side is shown: the area to anyone, the own ticket to a patient, the queue to staff.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::client::{By, SourceName};

/// Where a visit stands. The patient's page shows this state or says that it is not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Checked in, still setting up camera and microphone. The place is already taken.
    Arriving,
    /// Ready, in line.
    Waiting,
    /// The connection is gone; the place is kept for the grace period.
    Away,
    /// A clinician has admitted; the patient has yet to go in.
    Called,
    /// In the consultation. The only state in which media or data is forwarded.
    InCall,
    /// In the consultation, but nobody sees or hears the patient, nor the patient them.
    Held,
    /// The consultation is over.
    Ended,
    /// Taken out of the line by staff.
    Removed,
    /// Away for longer than the grace period.
    Expired,
}

/// What an account of staff may do. Each may do what those below it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Sees the line, writes to those who wait, and says whether the door is open. Takes part in no consultation.
    Assistant,
    /// Sees patients.
    Provider,
    /// Says how the practice is shown to patients.
    Admin,
}

/// What patients see of the clinician.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Patients may check in and are called.
    Open,
    /// With another patient.
    Busy,
    /// Away for a while; the text for patients says so.
    Away,
    /// No new check-ins. Those inside are still served.
    Closed,
}

/// What became of one device during the patient's set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// Not tried yet.
    Unknown,
    /// Real frames or a real level were seen.
    Works,
    /// The person or the system refused.
    Denied,
    /// The device has no such part.
    Absent,
    /// Another program uses it.
    Busy,
    /// The microphone is open but nothing is heard.
    Silent,
    /// The person chose to go on without.
    Skipped,
}

/// What a page found out about its way to the server, by an `echo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NetworkCheck {
    /// How media passes.
    pub way: NetworkWay,
    /// Packets that did not come back, in percent.
    pub loss_percent: u8,
    /// A round trip, in milliseconds.
    pub round_trip_ms: u16,
    /// What came back, in kbit/s.
    pub kbit_s: u32,
}

/// How media passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NetworkWay {
    /// By UDP, as it should.
    Udp,
    /// By TCP, since UDP does not pass.
    Tcp,
    /// Not at all.
    Blocked,
}

/// Whether the patient's page is reachable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionView {
    /// The page is connected.
    Alive,
    /// The page has been unreachable for three seconds or more.
    Lost,
}

/// What anyone who has the link may see. Never a name of somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AreaView {
    /// The readable part of the link.
    pub slug: String,
    /// The practice, such as "Praxis am Lindenhof". Empty if not set.
    pub practice: String,
    /// The clinician or the waiting room, such as "Dr. Lena Hoffmann".
    pub title: String,
    /// The number on every screen, as people write it. Empty if not set.
    pub help_phone: String,
    /// What patients see of the clinician now.
    pub presence: Presence,
    /// The clinic's own words for `away` and `closed`. Empty: the page has a default.
    pub presence_text: String,
    /// How many people wait now.
    pub waiting: u32,
    /// Whether a new check-in would be refused because the waiting room is full.
    pub full: bool,
    /// When new check-ins are taken; absent: whenever `presence` says so. Outside the hours, `presence` is `closed`.
    pub hours: Option<OpeningHours>,
    /// Closed by the hours now, whatever staff have set.
    pub out_of_hours: bool,
    /// If so: when the hours go on, in milliseconds since the Unix epoch. Absent if they never do.
    pub opens_ms: Option<u64>,
    /// What patients read outside the hours. Empty: the page has a default.
    pub closed_text: String,
    /// Who may check in.
    pub entry: Entry,
    /// What its admins have made of the look of it.
    pub look: Box<AreaLook>,
    /// The area's keys; absent until staff have made some.
    pub seal: Option<Seal>,
}

/// What an area looks like to patients, beside what the page looks like by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AreaLook {
    /// A colour on which white text can be read, such as "#0b5a4c". Empty: the page's own.
    pub accent: String,
    /// Words for who comes in, in the Markdown of consent forms: no links, no pictures, no HTML. At most 600 characters. Empty if there are none.
    pub welcome: String,
    /// A picture; absent if there is none.
    pub logo: Option<LookFile>,
    /// What people may look at while they wait; absent if there is nothing.
    pub show: Option<LookFile>,
}

/// A file of an area's look, to be had at `/look/` and its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LookFile {
    /// SHA-256, in hexadecimal digits.
    pub hash: String,
    /// What it is.
    pub kind: LookKind,
}

/// What a file of a look is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LookKind {
    /// PNG, JPEG or WebP.
    Image,
    /// MP4 or WebM.
    Video,
    /// PDF.
    Pdf,
}

/// The week of an area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// On whose clock, by its name in the IANA database, such as "Europe/Berlin".
    pub zone: String,
    /// When it is open; at most 28.
    pub spans: Vec<OpenSpan>,
}

/// A time of one day of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OpenSpan {
    /// 1 is Monday, 7 is Sunday.
    pub day: u8,
    /// Minutes since midnight.
    pub from: u16,
    /// Likewise, after `from`; 1,440 is midnight.
    pub to: u16,
}

/// Who may check in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Everybody who has the area's link.
    #[default]
    Anyone,
    /// Who knows the passcode as well, or has a link for one visit.
    Passcode,
    /// Who has a link for one visit.
    Invited,
}

/// What staff set about who may come into an area, and when.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AreaRules {
    /// As in `AreaView`.
    pub hours: Option<OpeningHours>,
    /// As in `AreaView`; at most 200 characters.
    pub closed_text: String,
    /// How many visits the area takes that are not over; absent: as many as the server allows. At least 1.
    pub waiting_max: Option<u32>,
    /// As in `AreaView`.
    pub entry: Entry,
    /// Letters and digits, at least 6 where `entry` asks for it; case does not count. Staff of the area are told it, so that they can tell patients.
    pub passcode: String,
}

/// An area's keys. Nobody need believe the server: the root signs the rest, and links tell the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The Ed25519 key of the area: 32 bytes in base64url.
    pub root: String,
    /// The statement `area` of the root, as JSON; at most 1,200 characters.
    pub state: String,
    /// How links that name an earlier root lead to this one: at most 4 statements `moved`, oldest first, likewise.
    pub moved: Vec<String>,
}

/// A browser of staff that takes part in an area's keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SealedDevice {
    /// The statement `device` of the root, as JSON.
    pub certificate: String,
    /// What only this device can open: the desk key, and for key holders the root. With the certificate at most 1,200 characters.
    pub blobs: Vec<String>,
}

/// A browser of staff that wants to take part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct KeyOffer {
    /// As in `offer_key`.
    pub sign: String,
    /// As in `offer_key`.
    pub kem: String,
    /// As in `offer_key`.
    pub label: String,
}

/// A patient's own visit, as the patient's page shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PatientView {
    /// Counts up with every change of this view; a page ignores what is older than what it shows.
    pub version: u64,
    /// Where the visit stands.
    pub state: TicketState,
    /// 1 is next. Absent unless in line.
    pub position: Option<u32>,
    /// How long the patient has waited since the first check-in, in milliseconds, when this was sent.
    pub waited_ms: u64,
    /// In `ended`, `removed` and `expired`: for how much longer a rejoin takes the old place, in milliseconds.
    pub rejoin_ms: Option<u64>,
    /// Who admitted, such as "Dr. Lena Hoffmann"; set from `called` on.
    pub clinician: Option<String>,
    /// Why staff took the patient out, in their words. Only in `removed`.
    pub reason: Option<String>,
    /// Whether this is somebody's guest, who came by a guest link.
    pub guest: bool,
    /// By which ways the server writes to who asks for it by `tell_me`. Empty: by none.
    pub tell_by: Vec<By>,
    /// What became of that.
    pub turn_message: TurnMessage,
}

/// Whether somebody who waits is written to when staff call them in. It happens once in a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TurnMessage {
    /// They have not asked for it.
    NotAsked,
    /// They are going to be.
    Asked,
    /// They have been.
    Sent,
}

/// One visit as staff of its area see it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct QueueTicket {
    /// Names the visit in staff commands. Random; says nothing about the person.
    pub ticket: String,
    /// The name as the patient's page has sealed it for the staff of the area.
    pub sealed: Option<String>,
    /// Or as it was said in clear. Only staff of the area receive it.
    pub name: Option<String>,
    /// The language the patient reads, a BCP 47 tag such as "de".
    pub language: String,
    /// Where the visit stands.
    pub state: TicketState,
    /// 1 is next. Absent unless in line.
    pub position: Option<u32>,
    /// How long the patient has waited since the first check-in, in milliseconds, when this was sent.
    pub waited_ms: u64,
    /// Whether the page is reachable.
    pub connection: ConnectionView,
    /// In `away`: for how much longer the place is kept, in milliseconds.
    pub place_kept_ms: Option<u64>,
    /// The result of the set-up.
    pub camera: DeviceState,
    /// The result of the set-up.
    pub microphone: DeviceState,
    /// Likewise: whether the person hears the test sound; absent until they say so.
    pub hears: Option<bool>,
    /// Likewise: what the network carries; absent until that was tried.
    pub network: Option<NetworkCheck>,
    /// Called, and the patient asked for a minute.
    pub needs_a_minute: bool,
    /// Which staff member admitted; set from `called` on.
    pub clinician: Option<String>,
    /// Whether the receiver of this message takes part in the consultation.
    pub mine: bool,
    /// ... which is a colleague's: only who has admitted may hold, let go and end.
    pub joined: bool,
    /// Whose guest this is: the host's `ticket`. Absent for patients.
    pub guest_of: Option<String>,
    /// Whether they are written to when they are called in; never where.
    pub turn_message: TurnMessage,
}

/// One of a viewer's receive slots: which remote participant its m-lines carry now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SlotView {
    /// The slot's index, in the order of the offer's receiving m-lines.
    pub slot: u32,
    /// The m-line that carries the microphone.
    pub audio_mid: Option<String>,
    /// The m-line that carries the picture.
    pub video_mid: Option<String>,
    /// Who is in the slot; absent while it is free.
    pub peer: Option<u32>,
    /// What its picture is, the camera or a screen; absent while it is free.
    pub source: Option<SourceName>,
}

/// Who somebody in the same consultation says that they are, for keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SealHelloView {
    /// Their number.
    pub peer: u32,
    /// As it came.
    pub hello: String,
}

/// A message between the line and the desk, for the receiver.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteView {
    /// Staff: of which visit. Patients: absent.
    pub ticket: Option<String>,
    /// As it came: `sealed` of the other side, or `copy` of the own.
    pub sealed: String,
    /// Whether the own side has written it.
    pub own: bool,
}

/// The note of an area's staff on a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MemoView {
    /// Which visit.
    pub ticket: String,
    /// As it came; null: there is none any more.
    pub sealed: Option<String>,
}

/// One layer of what a page sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WantedLayer {
    /// As in the offer; absent for a line without simulcast.
    pub rid: Option<String>,
    /// Whether anybody needs it.
    pub wanted: bool,
}

/// Someone in the same consultation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomPeer {
    /// A small number, valid within this consultation.
    pub peer: u32,
    /// What to call them. The display name of staff, or what a patient or guest has said in clear; absent if that is sealed.
    pub name: Option<String>,
    /// Staff: which visit this is. Absent for staff and devices, and in what patients get.
    pub ticket: Option<String>,
    /// Whether they are staff.
    pub staff: bool,
    /// Whether they are a guest.
    pub guest: bool,
    /// Whether it is a device, such as an ultrasound, whose picture must not be cut off.
    pub device: bool,
    /// Their microphone is off.
    pub muted: bool,
    /// Their camera is off.
    pub camera_off: bool,
    /// Their media path is up.
    pub connected: bool,
    /// Their page has been unreachable for three seconds or more. The consultation waits for them for a while.
    pub page_lost: bool,
}

// What names a person does not show itself in logs.

impl fmt::Debug for PatientView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatientView")
            .field("version", &self.version)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AreaRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AreaRules").field("entry", &self.entry).finish_non_exhaustive()
    }
}

impl fmt::Debug for QueueTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueTicket").field("ticket", &self.ticket).field("state", &self.state).finish_non_exhaustive()
    }
}

impl fmt::Debug for SealHelloView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealHelloView").field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl fmt::Debug for NoteView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteView").field("ticket", &self.ticket).finish_non_exhaustive()
    }
}

impl fmt::Debug for MemoView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoView").field("ticket", &self.ticket).finish_non_exhaustive()
    }
}

impl fmt::Debug for RoomPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomPeer").field("peer", &self.peer).field("staff", &self.staff).finish_non_exhaustive()
    }
}
