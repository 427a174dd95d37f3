//! The boundary: what goes in, what comes out, and the names both use.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;

/// Names a room. Chosen by the embedder, never reused while the room exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub u64);

/// Names a participant, unique within one [`crate::Sfu`]. Chosen by the embedder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParticipantId(pub u64);

/// Names one request of the embedder, so that its answer can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What a sending m-line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A person's voice.
    Microphone,
    /// A person's picture.
    Camera,
    /// A shared screen.
    Screen,
}

/// The transport a datagram came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP with RFC 4571 framing; one frame is one datagram here.
    Tcp,
}

/// One received datagram.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// How it came.
    pub transport: Transport,
    /// The local address it was sent to: one of [`Config::candidates`].
    pub local: SocketAddr,
    /// Where it came from.
    pub remote: SocketAddr,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// Everything that can happen to an [`crate::Sfu`].
#[derive(Debug)]
pub enum Input<'a> {
    /// A datagram arrived. Forwarding work is only queued: feed all datagrams that are ready, then one [`Input::Timeout`],
    /// and each destination's packets leave as one run.
    Datagram(Datagram<'a>),
    /// A TCP connection is over: nothing more comes or goes by it. Its owner is followed to another path without delay.
    Closed {
        /// How.
        transport: Transport,
        /// As in [`Datagram::local`].
        local: SocketAddr,
        /// As in [`Datagram::remote`].
        remote: SocketAddr,
    },
    /// Time has passed, or a batch of datagrams is complete: everything that is due leaves now.
    Timeout,
    /// The embedder wants something.
    Command(Command),
}

/// A session description (RFC 8866). It holds ICE passwords, so it is shown by [`std::fmt::Display`] and never by
/// [`std::fmt::Debug`]: what is logged for looking into is not a place for them.
#[derive(Clone, PartialEq, Eq)]
pub struct Sdp(pub String);

impl std::fmt::Debug for Sdp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sdp({} bytes)", self.0.len())
    }
}

impl std::fmt::Display for Sdp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::ops::Deref for Sdp {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Sdp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// What the embedder may ask for. A command about somebody unknown does nothing but count, since a peer may leave while one is on its way.
#[derive(Clone, Debug)]
pub enum Command {
    /// Opens a room.
    OpenRoom {
        /// Its name.
        room: RoomId,
    },
    /// Ends a room and everybody's session in it.
    CloseRoom {
        /// Its name.
        room: RoomId,
    },
    /// Admits somebody to a room. Only now do ICE credentials exist for them. Answered by nothing or [`Event::Refused`].
    Join {
        /// The request's name, for [`Event::Refused`].
        request: RequestId,
        /// Where.
        room: RoomId,
        /// Who.
        participant: ParticipantId,
        /// What may pass from the start.
        gate: Gate,
    },
    /// An offer of the participant's browser. Answered by [`Event::Answer`] or [`Event::Refused`].
    Offer {
        /// The request's name.
        request: RequestId,
        /// Who offers.
        participant: ParticipantId,
        /// RFC 8829. Candidates in it are ignored: this end is ICE-lite and learns addresses from checks alone.
        sdp: Sdp,
        /// What each sending m-line carries, by mid. A line not named here is a microphone or a camera by its media type.
        sources: Vec<(String, Source)>,
    },
    /// Opens or shuts a participant's gate: before going in, and on hold, it is shut. Media and messages both ways obey at once.
    SetGate {
        /// Whose.
        participant: ParticipantId,
        /// The new state.
        gate: Gate,
    },
    /// Says how many of a room's people are seen and heard at a time.
    SetRoomPolicy {
        /// Which room.
        room: RoomId,
        /// From now on.
        policy: RoomPolicy,
    },
    /// Says what a participant may do, whatever their offers say. Obeyed at once.
    SetPermissions {
        /// Whose.
        participant: ParticipantId,
        /// All of them: what is not allowed here is forbidden.
        permissions: Permissions,
    },
    /// Says how large a viewer shows a slot, so that nothing larger is sent. A slot nobody spoke of is shown in full.
    SetView {
        /// Whose.
        participant: ParticipantId,
        /// As in [`Event::SlotAssigned`]. It may name a slot that a later offer brings.
        slot: usize,
        /// From now on.
        view: View,
    },
    /// Caps the media that one participant may send, below [`crate::limits::INGRESS_BYTES_PER_SECOND`]. Checks, handshakes
    /// and feedback are not media: a low cap does not cut the connection.
    SetIngressLimit {
        /// Whose.
        participant: ParticipantId,
        /// Of SRTP, with a second's worth saved up. What comes beyond is dropped before it is decrypted, and counted.
        bytes_per_second: u32,
    },
    /// Says whom a viewer wants in sight where slots or [`RoomPolicy::video_max`] are short: they come right after shared
    /// screens, and before those who speak.
    SetPinned {
        /// Who watches.
        participant: ParticipantId,
        /// All of them, at most [`crate::limits::SLOTS_MAX`]; more is cut off and counted. Also somebody who joins later.
        pinned: Vec<ParticipantId>,
    },
    /// Keeps a few bytes of the embedder's with a room, for [`crate::Sfu::room_metadata`]. At most
    /// [`crate::limits::METADATA_BYTES_MAX`]; more is dropped and counted. Freed with the room.
    SetRoomMetadata {
        /// Which room.
        room: RoomId,
        /// Never read here.
        metadata: Metadata,
    },
    /// Keeps a few bytes of the embedder's with a participant, for [`crate::Sfu::metadata`]. As [`Command::SetRoomMetadata`].
    SetMetadata {
        /// Whose.
        participant: ParticipantId,
        /// Never read here.
        metadata: Metadata,
    },
    /// Stops or resumes forwarding of one of a participant's sources, whatever the participant sends.
    SetMuted {
        /// Whose.
        participant: ParticipantId,
        /// Which source.
        source: Source,
        /// Whether it is muted.
        muted: bool,
    },
    /// Sends a message to one participant by data channel. Dropped and counted if they have none or their buffer is full.
    Send {
        /// To whom.
        participant: ParticipantId,
        /// At most [`crate::limits::MESSAGE_BYTES_MAX`].
        message: Message,
    },
    /// Reports counters as [`Event::Stats`].
    ReportStats {
        /// Whose.
        participant: ParticipantId,
    },
    /// Says how much of the shard's load is given up from now on, because there is too much to do: pictures, never sound.
    /// `sfu-net` decides and sends this by itself.
    ShedLoad(Shedding),
    /// Whether packets of pictures are dropped unread from now on, of everybody: for a driver that is so late with what waits
    /// for it that sound would be lost. To leave them out for more than some tenths of a second is for
    /// [`Command::ShedLoad`]. `sfu-net` sends both by itself.
    SkipPictures(bool),
    /// Ends a participant's session and frees everything of theirs.
    Leave {
        /// Who.
        participant: ParticipantId,
    },
    /// As [`Command::Leave`], for a participant whose step panicked: their state is dropped without being asked anything.
    Evict {
        /// Who.
        participant: ParticipantId,
    },
}

/// How much of its load a shard gives up, by room, so that all sides of a conversation are treated alike. The rooms that
/// were opened last give first: those counted when the command comes, and all that are opened after it. The default gives up
/// nothing, and pictures come back.
///
/// What is not shown is not asked of its publisher either ([`Event::LayersWanted`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shedding {
    /// Rooms whose pictures are shown in their smallest size only, in thousandths of all rooms, rounded up to whole rooms.
    /// More than 1000 is 1000. A picture that comes in one size stays as it is.
    pub small_per_mille: u16,
    /// Rooms whose pictures are not shown at all, also those that are counted as small. As above.
    pub hidden_per_mille: u16,
}

/// Whether media and messages may pass to and from a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing passes, either way. The transport may connect meanwhile.
    Shut,
    /// Media and messages pass.
    Open,
}

/// How many of a room's people are seen and heard at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomPolicy {
    /// Cameras that one viewer receives at most ("last N"): those who spoke last, without any renegotiation. Shared screens
    /// are not counted. Whoever finds no slot is neither seen nor heard until they speak.
    pub video_max: usize,
    /// Microphones that one viewer receives at most at any moment: the loudest of the room. The sound of shared screens
    /// is not counted.
    pub audio_max: usize,
}

impl Default for RoomPolicy {
    fn default() -> Self {
        Self { video_max: crate::limits::SLOTS_MAX, audio_max: crate::limits::LOUDEST_MAX }
    }
}

/// What a participant may do. The default allows everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Which sources of theirs are forwarded.
    pub publish: Vec<Source>,
    /// Whom they receive.
    pub receive: Audience,
    /// Whether their messages become [`Event::Message`].
    pub send_messages: bool,
}

impl Default for Permissions {
    fn default() -> Self {
        let publish = vec![Source::Microphone, Source::Camera, Source::Screen];
        Self { publish, receive: Audience::Everyone, send_messages: true }
    }
}

/// Whom a participant receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody else in the room.
    Everyone,
    /// These, when they are in the room. Who is named among their own audience gets back what they send: an echo, by which a page learns what
    /// its network carries.
    Only(Vec<ParticipantId>),
}

/// How large a viewer shows a slot. Ordered by how much it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Not at all: its video is not sent, its audio is.
    Hidden,
    /// Not higher than so many pixels: the smallest layer that fills them is enough.
    Height(u16),
    /// As large as there is.
    Full,
}

/// A few bytes of the embedder's, never read here. Their `Debug` tells the length only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Metadata(pub Bytes);

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metadata({} bytes)", self.0.len())
    }
}

/// A message on the data channel labelled [`crate::limits::MESSAGE_CHANNEL`]. Its `Debug` tells the length only: what
/// people write has no place in a log.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// UTF-8.
    Text(String),
    /// Anything.
    Binary(Bytes),
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
        }
    }
}

/// What an [`crate::Sfu`] wants done or known.
#[derive(Debug)]
pub enum Output {
    /// Datagrams to send to one destination.
    Transmit(Transmit),
    /// Something happened.
    Event(Event),
}

/// A run of datagrams for one destination: `bytes` is cut into pieces of `segment_size`, the last may be shorter. One system call sends a run
/// where the kernel segments (GSO).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// How.
    pub transport: Transport,
    /// From which of [`Config::candidates`].
    pub local: SocketAddr,
    /// To whom. Always an address that has passed an ICE check.
    pub remote: SocketAddr,
    /// The size of each datagram but the last.
    pub segment_size: usize,
    /// The datagrams, one after the other.
    pub bytes: Bytes,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The answer to an offer.
    Answer {
        /// As in the offer.
        request: RequestId,
        /// Who offered.
        participant: ParticipantId,
        /// RFC 8829.
        sdp: Sdp,
    },
    /// A request was refused; nothing changed.
    Refused {
        /// Which.
        request: RequestId,
        /// Who asked.
        participant: ParticipantId,
        /// Why.
        error: Error,
    },
    /// ICE and DTLS are up.
    Connected {
        /// Whose.
        participant: ParticipantId,
    },
    /// The message channel is open: from now on [`Command::Send`] reaches the page while its gate is open. Again if the page opens it anew; it
    /// outlasts [`Event::Disconnected`].
    ChannelOpened {
        /// Whose.
        participant: ParticipantId,
    },
    /// No valid packet has come for a while (ICE consent is lost), or the peer closed the session, as a reload does. The
    /// place is kept until [`Event::Left`]: valid packets or a new offer bring [`Event::Connected`] again.
    Disconnected {
        /// Whose.
        participant: ParticipantId,
    },
    /// The first packet of a source arrived.
    TrackPublished {
        /// Who sends.
        participant: ParticipantId,
        /// What.
        source: Source,
    },
    /// A source is gone.
    TrackUnpublished {
        /// Who sent.
        participant: ParticipantId,
        /// What.
        source: Source,
    },
    /// Which remote participant a viewer's slot carries now. Sent for each slot that changes.
    SlotAssigned {
        /// Whose slot.
        viewer: ParticipantId,
        /// Which: counts up in the order of the offer's receiving m-lines.
        slot: usize,
        /// The mid of its audio m-line, if it has one.
        audio_mid: Option<String>,
        /// The mid of its video m-line, if it has one.
        video_mid: Option<String>,
        /// Who is in it; `None` when it is free.
        publisher: Option<ParticipantId>,
        /// What its video line carries: [`Source::Camera`] or [`Source::Screen`]. `None` when the slot is free, or when its
        /// occupant is only heard for now ([`RoomPolicy::video_max`]).
        source: Option<Source>,
    },
    /// Which of a publisher's layers anybody needs now. The publisher should stop encoding the others
    /// (`RTCRtpSender.setParameters`, `active`), and resume them when told so. Sent when it changes, and
    /// for each m-line that begins to send, also again: then all are wanted. The lowest is wanted as long as anybody watches:
    /// who falls to it should not have to wait.
    LayersWanted {
        /// Who publishes.
        participant: ParticipantId,
        /// The mid of the sending m-line.
        mid: String,
        /// What it carries.
        source: Source,
        /// Every layer of the offer: one for each rid, or a single one without.
        layers: Vec<WantedLayer>,
    },
    /// Whom the room listens to now. Sent when it changes.
    DominantSpeaker {
        /// Where.
        room: RoomId,
        /// Who; `None` when the last one has left.
        participant: Option<ParticipantId>,
    },
    /// Somebody speaks, or stopped (RFC 6464 level with hysteresis).
    Speaking {
        /// Who.
        participant: ParticipantId,
        /// Whether they speak.
        speaking: bool,
    },
    /// A data-channel message of a participant whose gate is open. The embedder decides who receives it, by [`Command::Send`].
    Message {
        /// From whom.
        participant: ParticipantId,
        /// What.
        message: Message,
    },
    /// Counters, as asked for.
    Stats {
        /// Whose.
        participant: ParticipantId,
        /// The participant's own numbers.
        stats: ParticipantStats,
        /// What they publish.
        tracks: Vec<TrackStats>,
        /// What they receive.
        subscriptions: Vec<SubscriptionStats>,
    },
    /// A participant's session is over and freed.
    Left {
        /// Whose.
        participant: ParticipantId,
        /// Why.
        reason: LeftReason,
    },
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftReason {
    /// The embedder asked for it, or closed the room.
    Asked,
    /// The transport was gone for [`crate::limits::DISCONNECTED_MAX`].
    Timeout,
    /// The peer closed DTLS, and no new offer of theirs came for [`Config::disconnected_max`].
    Closed,
    /// The peer has no ECDSA certificate (an RSA one is all that GStreamer before 1.24 has), so no handshake can succeed.
    Certificate,
    /// The peer broke the protocol: wrong certificate, DTLS failure, or an abuse limit.
    Fault,
    /// A bug of ours: the participant's step panicked.
    Evicted,
}

/// Counters of one participant since they joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParticipantStats {
    /// Media packets received and authenticated.
    pub received_packets: u64,
    /// Their bytes.
    pub received_bytes: u64,
    /// Media packets forwarded to this participant.
    pub forwarded_packets: u64,
    /// Their bytes.
    pub forwarded_bytes: u64,
    /// Media packets dropped because a gate was shut or a source muted.
    pub gated_packets: u64,
    /// Keyframe requests that this participant's viewers caused.
    pub keyframe_requests: u64,
    /// Packets sent to this participant again because they were asked for.
    pub retransmitted_packets: u64,
    /// Packets sent to this participant only to measure what the network carries.
    pub padding_packets: u64,
    /// Datagrams dropped for a limit or for being malformed.
    pub dropped_datagrams: u64,
    /// What congestion control believes the way to this participant carries now, in bits per second. Zero while unknown.
    pub estimate: u64,
    /// The last round trip measured to this participant, also to one who only publishes. Zero while unknown.
    pub round_trip: Duration,
}

/// One layer of a publisher's m-line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedLayer {
    /// RFC 8852; `None` without simulcast.
    pub rid: Option<String>,
    /// Whether anybody needs it.
    pub wanted: bool,
}

/// Numbers of one published track since its first packet.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackStats {
    /// The mid of the sending m-line.
    pub mid: String,
    /// What it carries.
    pub source: Source,
    /// By rid, in the offer's order; one entry without simulcast.
    pub layers: Vec<LayerStats>,
}

/// Numbers of one layer of a published track.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerStats {
    /// RFC 8852; `None` without simulcast.
    pub rid: Option<String>,
    /// Packets received and authenticated.
    pub packets: u64,
    /// Packets that never came, by sequence number (RFC 3550, appendix A.3).
    pub lost: u64,
    /// Interarrival jitter (RFC 3550, section 6.4.1).
    pub jitter: Duration,
    /// Of the last second.
    pub bits_per_second: u64,
    /// Keyframes seen. Payloads that are encrypted end to end hide theirs, unless a dependency descriptor shows them.
    pub keyframes: u64,
}

/// Numbers of what one viewer receives on one m-line.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriptionStats {
    /// The slot that the line belongs to.
    pub slot: usize,
    /// The mid of the receiving m-line.
    pub mid: String,
    /// Whose track it is.
    pub publisher: Option<ParticipantId>,
    /// Which of the track's layers is forwarded, by its place in [`TrackStats::layers`]; `None` while it is paused.
    pub layer: Option<usize>,
    /// Packets forwarded.
    pub packets: u64,
    /// Of the last second.
    pub bits_per_second: u64,
    /// How often the picture stood still because a keyframe was missing.
    pub freezes: u64,
}

/// What went wrong, by whose fault it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The peer broke the protocol. The text names the rule, never the content.
    #[error("peer fault: {0}")]
    Peer(&'static str),
    /// A named limit was reached.
    #[error("limit reached: {0}")]
    Full(&'static str),
    /// The embedder used the interface wrongly.
    #[error("misuse: {0}")]
    Misuse(&'static str),
}

/// When to call again, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// No later than this, but for a few milliseconds that only [`WakeReason::Flush`] and [`WakeReason::Pace`] do not have.
    pub at: Instant,
    /// The cause, for metrics: a loop that spins names its culprit.
    pub why: WakeReason,
}

/// Why a wake-up is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WakeReason {
    /// Packets are queued: call with [`Input::Timeout`] as soon as the batch is complete.
    Flush,
    /// A session's own timer (ICE, DTLS, RTCP, SCTP).
    Session,
    /// A keyframe request is due again.
    Keyframe,
    /// A viewer's bandwidth is divided anew, while media flows to them or they wait for more of it.
    Allocate,
    /// There is room for more of what waits for a viewer's network.
    Pace,
    /// A layer has been needed by nobody for [`crate::limits::UNNEEDED_HOLD`].
    Layers,
    /// Somebody has been unreachable for too long.
    Disconnected,
}

/// How an [`crate::Sfu`] is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The addresses that answers announce as host candidates: where browsers reach this shard. The embedder's sockets receive on them,
    /// directly or behind a static NAT, and name them as [`Datagram::local`].
    pub candidates: Vec<(Transport, SocketAddr)>,
    /// The DTLS certificate that answers name by its SHA-256 fingerprint. One per process is enough; it never reaches a disk.
    pub certificate: crate::Certificate,
    /// How long a lost transport may stay lost before its session ends.
    pub disconnected_max: Duration,
}

/// Counters of the whole [`crate::Sfu`], for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SfuStats {
    /// Datagrams that belong to nobody.
    pub unknown_datagrams: u64,
    /// STUN messages with a wrong integrity.
    pub bad_stun: u64,
    /// Commands about somebody unknown.
    pub stale_commands: u64,
    /// Rooms now.
    pub rooms: u64,
    /// Participants now.
    pub participants: u64,
    /// Validated addresses of all participants now.
    pub addresses: u64,
    /// Bytes of media that wait for the next [`Input::Timeout`], or for their viewers' networks, now.
    pub queued_bytes: u64,
    /// Media packets received.
    pub received_packets: u64,
    /// Media packets forwarded.
    pub forwarded_packets: u64,
    /// Packets of pictures that were dropped unread ([`Command::SkipPictures`]).
    pub skipped_packets: u64,
    /// Media packets dropped by a gate or mute.
    pub gated_packets: u64,
    /// Media packets that a viewer had not negotiated the codec for.
    pub not_negotiated: u64,
    /// Media packets and messages that their sender or receiver has no permission for.
    pub forbidden: u64,
    /// Microphone packets that were not among the loudest few of their room.
    pub unheard_packets: u64,
    /// Datagrams beyond a participant's [`Command::SetIngressLimit`]. Also in `limited`.
    pub ingress_limited: u64,
    /// People and screens that some viewer has no slot for now, and cameras beyond [`RoomPolicy::video_max`]; each counts
    /// for each viewer.
    pub unplaced: u64,
    /// Video lines of viewers that carry nothing now for want of bandwidth.
    pub paused: u64,
    /// Layers that their publishers have been told to stop, as nobody needs them now.
    pub layers_off: u64,
    /// Rooms whose pictures are shown in their smallest size only now ([`Command::ShedLoad`]).
    pub rooms_small: u64,
    /// Rooms whose pictures are not shown now, as above.
    pub rooms_hidden: u64,
    /// Anything dropped at a named limit.
    pub limited: u64,
}
