//! Every limit of this crate, with its reason. What is dropped at one of them is counted in [`crate::SfuStats`].

use std::time::Duration;

/// Rooms of one [`crate::Sfu`]: a room has at least one participant.
pub const ROOMS_MAX: usize = PARTICIPANTS_MAX;

/// Participants of one [`crate::Sfu`]. One core forwards for some hundred who all speak, but ten thousand who are silent do not hinder
/// them; the number bounds memory (about 65 KiB for each who is connected, next to nothing for others).
pub const PARTICIPANTS_MAX: usize = 16_384;

/// Participants of one room. A visit is two to six people, a teaching round fifty, and some more may only watch (WHEP).
pub const ROOM_PARTICIPANTS_MAX: usize = 64;

/// Microphones that one viewer receives at a time unless the room's policy says otherwise: more voices at once than
/// anybody can follow.
pub const LOUDEST_MAX: usize = 5;

/// Bytes of an embedder's metadata for a room or a participant.
pub const METADATA_BYTES_MAX: usize = 4096;

/// Sending m-lines of one participant: microphone, camera, screen with its sound, and room to replace each once.
pub const TRACKS_MAX: usize = 8;

/// Simulcast layers of one m-line: browsers send three, and nobody can use more than that by much.
pub const LAYERS_MAX: usize = 4;

/// Characters of a rid that the session engine keeps; browsers use what the page chose, such as `q`, `h` and `f`.
pub const RID_CHARS_MAX: usize = 8;

/// How long a layer must have been silent before it no longer counts as arriving: longer than the pause between two
/// pictures of a shared screen at one picture a second, short enough that nobody looks at a still picture for long.
pub const LAYER_SILENT: Duration = Duration::from_millis(1200);

/// Receive slots of one participant. More faces than that are stamps on a screen and more than a laptop decodes, and what
/// a session costs grows with its m-lines. In a larger room the slots follow who speaks.
pub const SLOTS_MAX: usize = 16;

/// Bytes of an offer. A browser's offer with all slots has about 45 KiB.
pub const SDP_BYTES_MAX: usize = 64 * 1024;

/// m-lines of an offer, stopped ones included.
pub const SDP_MEDIA_MAX: usize = 64;

/// m-lines that one session was ever sent to on. A stopped one may make room for another (RFC 8829, section 5.2.2), but its SSRC is never used
/// again.
pub const SESSION_LINES_MAX: usize = 1024;

/// Candidates of one m-line of an offer: browsers repeat a bundle's in each. They are ignored, but a browser has no use
/// for more, so more is a sign of abuse.
pub const SDP_CANDIDATES_MAX: usize = 40;

/// Characters of a mid that the session engine keeps; browsers use one or two.
pub const MID_CHARS_MAX: usize = 16;

/// Validated addresses of one participant at a time: a phone that changes networks leaves a few behind.
pub const ADDRESSES_MAX: usize = 16;

/// Validated addresses over the whole life of one session. The ICE agent keeps each it saw, so this bounds its memory.
pub const SESSION_ADDRESSES_MAX: usize = 512;

/// How long an address stays its owner's without a valid check of theirs. Browsers check every 2.5 s (Chromium) to 6 s
/// (Firefox, RFC 7675 section 5.1), so a silent owner is gone.
pub const ADDRESS_IDLE: Duration = Duration::from_secs(8);

/// How long media goes to somebody without a valid check of theirs (RFC 7675 allows 30 s): six lost checks of Chromium's,
/// two of Firefox's.
pub const CONSENT_MAX: Duration = Duration::from_secs(15);

/// How long a path must have been silent before media follows the peer to another on which authentic packets come.
/// Browsers send media or feedback several times in this.
pub const ROUTE_SILENT: Duration = Duration::from_millis(500);

/// How long a path must have been silent before a mere check on another moves media there: more than the 2.5 s between
/// two checks.
pub const ROUTE_UNCHECKED: Duration = Duration::from_secs(3);

/// A good value for [`crate::Config::disconnected_max`]: a lift, a tunnel, a change from Wi-Fi to mobile.
pub const DISCONNECTED_MAX: Duration = Duration::from_secs(30);

/// SSRCs of one session that may be received: each track has one for media and one for repair, camera and screen have
/// them for each layer, and all may change once.
pub const SSRCS_MAX: usize = 4 * (TRACKS_MAX + 2 * (LAYERS_MAX - 1));

/// What a viewer's network is believed to carry before anything is known of it, in bits per second: as libwebrtc does.
/// A probe finds out more within a second.
pub const ESTIMATE_INITIAL: u64 = 300_000;

/// Datagrams a second that one participant may send: twice what a 10 Mbit/s screen share with voice needs.
pub const INGRESS_DATAGRAMS_PER_SECOND: u32 = 3_000;

/// Bytes a second that one participant may send: 24 Mbit/s.
pub const INGRESS_BYTES_PER_SECOND: u32 = 3_000_000;

/// Feedback (RTCP) datagrams a second that one participant may send. Browsers send about 50: transport feedback every
/// 50 to 100 ms, reports and negative acknowledgements.
pub const FEEDBACK_PER_SECOND: u32 = 250;

/// Bytes of one feedback (RTCP) datagram: what an Ethernet carries. UDP alone would let one name millions of packets.
pub const FEEDBACK_BYTES_MAX: usize = 1500;

/// Arrivals that wait for the next transport-wide feedback, which comes every 50 to 100 ms: what
/// [`INGRESS_DATAGRAMS_PER_SECOND`] allow in more than half a second. The oldest are left out of the feedback.
pub const FEEDBACK_PENDING_MAX: usize = 2048;

/// Missing packets in a row that transport-wide feedback lists: a burst of loss of two thirds of a second at
/// [`INGRESS_DATAGRAMS_PER_SECOND`]. What skips more has begun anew, and feedback does as well. Nor is anything reported
/// that comes so many packets too late.
pub const FEEDBACK_SKIPPED_MAX: u64 = 2000;

/// Missing packets of one stream that are remembered, to be asked for again. More are an outage, after which a keyframe
/// serves better.
pub const MISSING_PACKETS_MAX: usize = 256;

/// How often a missing packet is asked for.
pub const REPAIR_TRIES_MAX: u8 = 8;

/// How long a missing packet is of use: after that, the picture has gone on with a keyframe.
pub const REPAIR_AGE_MAX: Duration = Duration::from_secs(1);

/// Packets kept to be sent again, by stream of a viewer: two seconds of video at 4 Mbit/s. They share their payload with
/// all viewers.
pub const KEPT_PACKETS_MAX: usize = 1024;

/// Packets whose memory may serve again, of sound and of pictures each, in all rooms of a shard: as many as a full shard's viewers keep. Beyond it the
/// oldest is freed by its last viewer.
pub const SHELVED_PACKETS_MAX: usize = 1 << 17;

/// How long the memory of a packet waits for another one: longer than viewers keep a packet, so that a steady flow always finds some.
pub const SHELVED_AGE_MAX: Duration = Duration::from_secs(5);

/// Bytes of an arena, in which runs of datagrams are put together: a full run has room, and several usual ones.
pub const ARENA_BYTES: usize = 128 * 1024;

/// Arenas that are kept for the next runs: what a full shard sends in one turn. What comes beyond is freed when it has been sent.
pub const ARENAS_KEPT_MAX: usize = 64;

/// How long a packet is kept to be sent again.
pub const KEPT_AGE_MAX: Duration = Duration::from_secs(3);

/// Bytes of retransmission that a viewer's own media earns: one third, so that 20 % loss, with the repairs that get
/// lost as well, is still repaired in full.
pub const RETRANSMISSION_SHARE: f32 = 1.0 / 3.0;

/// Bytes of retransmission that may be saved up: one large keyframe.
pub const RETRANSMISSION_BURST_BYTES: usize = 128 * 1024;

/// Bytes that may wait for a viewer's network, by line: two large keyframes, or a second at 4 Mbit/s. They are shared by
/// all viewers of a track.
pub const QUEUED_BYTES_MAX: usize = 512 * 1024;

/// Packets that may wait for a viewer's network, by line.
pub const QUEUED_PACKETS_MAX: usize = 1024;

/// How long a picture may wait while a viewer's network takes nothing. Then it is given up, and the line goes on with a
/// keyframe when the network takes something again: who talks with somebody wants to see what is, not what was.
pub const QUEUED_AGE_MAX: Duration = Duration::from_secs(1);

/// How long a picture may wait in any case, unless it is the rest of a keyframe: behind one that takes long.
pub const QUEUED_BEHIND_MAX: Duration = Duration::from_secs(4);

/// UDP payload of whatever this crate makes itself: passes every network that passes WebRTC at all.
pub const DATAGRAM_BYTES_MAX: usize = 1200;

/// UDP payload of a forwarded packet: the smallest IPv6 path (1280) less its headers. Browsers fill RTP packets up to
/// 1200 bytes and add the authentication tag on top; this end cannot cut their packets, only drop what would not pass.
pub const FORWARDED_BYTES_MAX: usize = 1232;

/// Bytes of a forwarded payload: what is left of [`FORWARDED_BYTES_MAX`] beside the shortest header and the longest tag.
pub const PAYLOAD_BYTES_MAX: usize = FORWARDED_BYTES_MAX - 12 - 16;

/// Datagrams in one [`crate::Transmit`]: Linux segments at most 64 and others fewer.
pub const RUN_DATAGRAMS_MAX: usize = 32;

/// Datagrams of a handshake that may wait for one that is missing, each of which costs up to 6.6 KB: three times a browser's longest flight.
pub const HANDSHAKE_DATAGRAMS_MAX: usize = 9;

/// The label of the data channel for messages.
pub const MESSAGE_CHANNEL: &str = "room";

/// Bytes of one message: a page of text, or one chunk of a file.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024;

/// Messages a second that one participant may send: pieces of a file, 2 MiB a second, and half as many that say what came of
/// those of others. Who says more is slowed down: datagrams are dropped before SCTP acknowledges what is in them.
pub const MESSAGES_PER_SECOND: u32 = 200;

/// Messages beyond [`MESSAGES_PER_SECOND`] that one datagram may bring, because those before it were lost and it was missing: five seconds' worth.
/// SCTP holds a MiB back at most, which is seventy pieces of files. Who brings thousands is ended.
pub const MESSAGES_OVERDRAWN_MAX: u32 = 1_000;

/// Bytes of messages that may wait for a participant's network.
pub const MESSAGE_BUFFER_BYTES_MAX: usize = 256 * 1024;

/// How long [`MESSAGE_BUFFER_BYTES_MAX`] may be used up before a peer who takes nothing is ended: longer than any network
/// that is of use for a call.
pub const MESSAGES_STUCK_MAX: Duration = Duration::from_secs(10);

/// The least time between a keyframe request that was answered and the next, for one layer: a keyframe is ten ordinary
/// frames large.
pub const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);

/// How long a sender may take to make a keyframe, beside the round trip, before it is asked again.
pub const KEYFRAME_MADE_WITHIN: Duration = Duration::from_millis(300);

/// How often a request is repeated when no keyframe is seen. Encrypted payloads hide theirs, and a viewer that still
/// misses one asks again, so there is no need to go on for ever.
pub const KEYFRAME_TRIES_MAX: u8 = 8;

/// When a viewer who waits for another layer asks again, while that layer comes without a keyframe: after all tries of the
/// last request. The viewer itself may see no reason to ask, because it gets the layer before.
pub const KEYFRAME_OVERDUE: Duration = Duration::from_secs(5);

/// How long a viewer whose slot changed waits for a keyframe before it gets whatever comes: payloads that are encrypted
/// end to end hide theirs.
pub const KEYFRAME_WAIT_MAX: Duration = Duration::from_millis(800);

/// How long a picture must stand still for want of a keyframe to be counted as frozen: shorter is hardly seen.
pub const FREEZE_VISIBLE: Duration = Duration::from_millis(200);

/// How long there must have been room for more before a viewer gets it: estimates overshoot for about a second.
pub const CLIMB_HOLD: Duration = Duration::from_secs(2);

/// How long a picture stays paused at least: what is paused and shown in turn is a nuisance, and what is not shown longer
/// than need be as well.
pub const PAUSE_HOLD: Duration = Duration::from_millis(500);

/// A fall so soon after a climb means that the network did not carry it.
pub const CLIMB_FAILED_WITHIN: Duration = Duration::from_secs(5);

/// How long after such a fall the next climb waits. Twice as long after each further one.
pub const CLIMB_BACKOFF: Duration = Duration::from_secs(5);

/// The longest that a climb waits for earlier failures. A network that has become better should be used within a minute.
pub const CLIMB_BACKOFF_MAX: Duration = Duration::from_secs(40);

/// How long failures are remembered.
pub const CLIMB_FORGOTTEN: Duration = Duration::from_secs(90);

/// How often a viewer's bandwidth is divided anew while media flows. A fall of the estimate does not wait for it.
pub const ALLOCATE_INTERVAL: Duration = Duration::from_millis(250);

/// Bits a second that are kept free beside the sound that a viewer hears now, for somebody who begins to speak: Opus as
/// browsers send it, with its headers and some redundancy.
pub const SOUND_BITS_PER_SECOND: u64 = 48_000;

/// Bits a second that a viewer's network is probed for while there is anything to see, also if less is sent: a keyframe or
/// a slide is spread over as much time as the network is known to need for it.
pub const DESIRED_MIN_BITS_PER_SECOND: u64 = 2_500_000;

/// Bits a second of pictures for a viewer whose network cannot be measured (no transport-wide feedback): what nearly
/// every network carries. The first layer of everybody is sent all the same.
pub const UNMEASURED_BITS_PER_SECOND: u64 = 1_500_000;

/// How long an estimate must exist before it is a reason to show nothing, or to wait with more: a first probe that failed
/// has been repeated by then.
pub const ESTIMATE_TRUSTED_AFTER: Duration = Duration::from_secs(5);

/// How long nobody must have needed a layer before its sender is told to stop it: longer than it takes to turn a page or
/// to find a slot for somebody else.
pub const UNNEEDED_HOLD: Duration = Duration::from_secs(2);

/// How long it may take for a layer that is wanted back to come. After that, bandwidth is not kept free for it.
pub const LAYER_COMES_WITHIN: Duration = Duration::from_secs(5);

/// How often it is decided who the dominant speaker is: the shortest time in which a syllable shows.
pub const DECISION_INTERVAL: Duration = Duration::from_millis(100);

/// How long a microphone that is passed on keeps its place after its last speech: longer than between two words.
pub const HEARD_HOLD: Duration = Duration::from_millis(800);

/// The least time between two timer steps of one participant, whatever the session engine asks for.
pub const DEADLINE_FLOOR: Duration = Duration::from_micros(250);

/// How long nothing must have passed either way before a participant counts as quiet.
pub const QUIET_AFTER: Duration = Duration::from_secs(1);

/// As [`DEADLINE_FLOOR`], for quiet participants. Nothing that the session engine waits for then is urgent.
pub const QUIET_DEADLINE_FLOOR: Duration = Duration::from_millis(250);

/// Bytes of one dependency descriptor: what fits into a two-byte header extension (RFC 8285, section 4.3).
pub const DESCRIPTOR_BYTES_MAX: usize = 255;

/// Bits of the structure in a dependency descriptor: the rest of the descriptor must fit beside it when it is passed on
/// with a frame that differs from its template in everything. Three spatial and three temporal layers take about 800.
pub const DESCRIPTOR_STRUCTURE_BITS_MAX: usize = 192 * 8;

/// Templates of a dependency descriptor's structure: their ids have six bits.
pub const DESCRIPTOR_TEMPLATES_MAX: usize = 64;

/// Decode targets of a dependency descriptor: the field has five bits.
pub const DESCRIPTOR_TARGETS_MAX: usize = 32;

/// Chains of a dependency descriptor: one for each decode target at most.
pub const DESCRIPTOR_CHAINS_MAX: usize = DESCRIPTOR_TARGETS_MAX;

/// Frames that one frame refers to: AV1 has seven references.
pub const DESCRIPTOR_REFERENCES_MAX: usize = 8;

// Header and flags, active targets, indications, references and chains, each at its longest.
const _: () = assert!(
    DESCRIPTOR_STRUCTURE_BITS_MAX
        + (24 + 5)
        + DESCRIPTOR_TARGETS_MAX
        + 2 * DESCRIPTOR_TARGETS_MAX
        + (14 * DESCRIPTOR_REFERENCES_MAX + 2)
        + 8 * DESCRIPTOR_CHAINS_MAX
        <= 8 * DESCRIPTOR_BYTES_MAX
);

/// Spatial layers of one stream: AV1 has no more (its operating points have four bits for them).
pub const SPATIAL_LAYERS_MAX: usize = 4;

/// Temporal layers of one stream: AV1 has no more.
pub const TEMPORAL_LAYERS_MAX: usize = 8;

/// Packets of one viewer that are remembered until feedback on them comes: five seconds at 16 Mbit/s.
pub const SENT_PACKETS_MAX: usize = 8192;

/// How long a sent packet is remembered: feedback comes every tenth of a second or not at all.
pub const SENT_AGE_MAX: Duration = Duration::from_secs(10);

/// Arrivals of one viewer's packets over which rates and delays are taken: half a second at 20 Mbit/s.
pub const ARRIVALS_MAX: usize = 1024;
