//! What the server holds of one visit, as its patient is told.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{DeviceState, TicketState};

/// Which thing is held. The page has the words for it: what it is, and why the server needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KnownField {
    /// The name that was typed at check-in.
    Name,
    /// Whether this is somebody's guest.
    Guest,
    /// Guests of this visit.
    Guests,
    /// Links for guests of this visit that nobody has used.
    GuestLinks,
    /// Whether that name is sealed, so that the server cannot read it.
    NameSealed,
    /// Where the visit stands.
    State,
    /// The place in line.
    Position,
    /// When the first check-in was.
    CheckedInAt,
    /// The waiting room.
    Area,
    /// The language of the page.
    Language,
    /// The result of the set-up.
    Camera,
    /// The result of the set-up.
    Microphone,
    /// Whether the test sound was heard.
    Hears,
    /// What the network carries.
    Network,
    /// Whether the network is being tried.
    Echo,
    /// Whether the set-up was finished.
    SetUpDone,
    /// Whether the page is reachable.
    Connected,
    /// Since when it is not, or until when that goes unnoticed.
    LostAt,
    /// Called, and asked for a minute.
    NeedsAMinute,
    /// Who admitted.
    Staff,
    /// When the consultation began.
    WentInAt,
    /// When something happens by itself: the place is given up, or the visit forgotten.
    Deadline,
    /// Why staff took the patient out.
    Reason,
    /// A file of the visit.
    File,
    /// Messages that were written: they are handed on, not kept.
    Messages,
    /// Messages between the line and the desk, which are sealed: how many are kept.
    Notes,
    /// The note of staff on the visit, which is sealed.
    Memo,
    /// What staff who transferred the visit say for the keys of the area where it is now.
    Referral,
    /// The hash of the place token.
    Place,
    /// The keyed hash of the network address.
    Source,
    /// How often that address checked in during the present minute.
    CheckIns,
    /// The number of the visit.
    Number,
    /// The random name of the visit that staff's pages use.
    Handle,
    /// The number of the page's connection.
    Page,
    /// What waits to be sent to the page.
    Outbox,
    /// How often the visit has changed.
    Version,
    /// The number of the consultation.
    Room,
    /// The consultations of the visit whose files are still here.
    Rooms,
    /// Whether sound and picture pass.
    Gate,
    /// Sound and picture: the number of the media session. Its network addresses and transport keys are held while it lasts.
    Media,
    /// By what the media session is recognised when the page comes back.
    MediaSession,
    /// Whether the media path is up.
    MediaConnected,
    /// Whether the way for messages and files is open.
    Channel,
    /// Whether staff have asked to see the patient's screen.
    ScreenAsked,
    /// The microphone is off.
    Muted,
    /// The camera is off.
    CameraOff,
    /// Whether the patient speaks now.
    Speaking,
    /// Where the patient wants to be written to.
    TellTo,
    /// Whether that was done.
    Told,
    /// Which pictures the page shows, and how large.
    Layout,
    /// What the page said of itself for keys.
    SealHello,
    /// Counters that bound how often the page may ask for something.
    Rates,
}

/// What is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum KnownValue {
    /// Nothing at this moment.
    Nothing,
    /// Yes or no.
    Flag {
        /// Which.
        yes: bool,
    },
    /// A number.
    Count {
        /// Which.
        count: u64,
    },
    /// Something that is not repeated here: so many bytes of it.
    Bytes {
        /// How many.
        bytes: u64,
    },
    /// A word, such as the language or the name of the waiting room.
    Text {
        /// Which.
        text: String,
    },
    /// A moment.
    Time {
        /// The server's wall clock, milliseconds since the Unix epoch.
        at_ms: u64,
    },
    /// Where the visit stands.
    State {
        /// There.
        state: TicketState,
    },
    /// What became of a device.
    Device {
        /// That.
        device: DeviceState,
    },
    /// A file.
    File {
        /// Whether the patient sends it.
        mine: bool,
        /// Bytes of ciphertext, all together.
        bytes: u64,
        /// The size class that its receipt will show: the exponent of a power of two.
        size_class: u8,
        /// Bytes of what it is called, sealed, with the rest of its offer.
        offer_bytes: u64,
    },
}

/// When it is deleted, at the latest. `erase` deletes everything at once but what the log has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum KnownUntil {
    /// With the end of the visit.
    End,
    /// With the end of the consultation.
    Call,
    /// When the visit is forgotten: after the time for a rejoin.
    Forgotten,
    /// When the page is closed.
    Page,
    /// At this time.
    At {
        /// The server's wall clock, milliseconds since the Unix epoch.
        at_ms: u64,
    },
    /// The number stands in the server's log, with times and without a name, for as long as the operator keeps logs.
    Log,
}

/// One thing that the server holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct KnownItem {
    /// What it is.
    pub what: KnownField,
    /// What is held.
    pub value: KnownValue,
    /// Since when, where the server knows: milliseconds since the Unix epoch.
    pub since_ms: Option<u64>,
    /// Until when.
    pub until: KnownUntil,
}

// What is known of a person does not show itself in logs.
impl fmt::Debug for KnownItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownItem").field("what", &self.what).finish_non_exhaustive()
    }
}
