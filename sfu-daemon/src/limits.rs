//! What bounds the daemon's memory and patience, each with its reason. Reaching one is counted as `anteroom_limit_reached_total{limit=...}`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sfu_relay::limits::{CHUNK_BYTES, CREDIT_WINDOW_CHUNKS, SERVER_FILES_MAX, SERVER_TRANSFERS_MAX};
use tokio::time::Instant;

use crate::auth::Source;
use crate::telemetry;

/// How long a client may take for a request's head, and a kept-alive connection to begin the next request.
pub(crate) const HEAD_MAX: Duration = Duration::from_secs(10);
/// How long a client may take for a TLS handshake, or a request from head to answer, body included.
pub(crate) const REQUEST_MAX: Duration = Duration::from_secs(10);
/// A head of a browser is below 2 KiB; hyper refuses to work with less than 8 KiB.
pub(crate) const HEAD_BYTES_MAX: usize = 16 * 1024;
/// The largest body says login, password, a new password and a second factor.
pub(crate) const BODY_BYTES_MAX: usize = 2 * 1024;
/// A peer must take [`STALL_BYTES_MIN`] within this time while something waits to be sent to it.
pub(crate) const STALL_MAX: Duration = Duration::from_secs(10);
/// A modem's pace: 1 KiB a second. A call needs fifty times more.
pub(crate) const STALL_BYTES_MIN: usize = 10 * 1024;
/// How long an upload of an area's look may take instead of [`REQUEST_MAX`]: the largest, on a line of 3 Mbit/s.
pub(crate) const UPLOAD_MAX: Duration = Duration::from_secs(60);
/// Bytes of a logo: it is on every screen that a patient waits at.
pub(crate) const LOGO_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a picture for those who wait: a second on a phone's network.
pub(crate) const LOOK_IMAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Characters of an announcement of a change: a paragraph.
pub(crate) const ANNOUNCEMENT_CHARS_MAX: usize = 1_000;
/// Announcements that are kept: the operator writes them, and the page of everybody shows them.
pub(crate) const ANNOUNCEMENTS_MAX: u32 = 32;
/// Bytes of a PDF for those who wait; as of a form.
pub(crate) const LOOK_PDF_BYTES_MAX: usize = 5_000_000;
/// Bytes of a video for those who wait: two minutes for a phone.
pub(crate) const LOOK_VIDEO_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of the files of all areas, which are in memory.
pub(crate) const LOOKS_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Pixels of a picture on each side: more than any screen, and what every phone can unfold.
pub(crate) const LOOK_PIXELS_MAX: usize = 4_096;
/// Characters of an area's welcome: a screen of a phone.
pub(crate) const WELCOME_CHARS_MAX: usize = 600;
/// Bytes of the body that sets welcome and colour: each character escaped.
pub(crate) const LOOK_TEXTS_BYTES_MAX: usize = 8 * 1024;
/// Staff links from one source that do not work, each minute; who tries more is told to wait, and no longer fills the log.
pub(crate) const STAFF_LINKS_REFUSED_MAX: u32 = 9;
/// Characters of a password: longer than anybody types, and four bytes each still fit a body twice.
pub(crate) const PASSWORD_CHARS_MAX: usize = 128;
/// Passwords that are hashed at the same time: 64 MiB together, and a core is left for calls.
pub(crate) const HASHES_AT_ONCE_MAX: usize = 2;
/// Passwords that wait to be hashed: a few seconds' work. Whoever comes then is told to try again.
pub(crate) const HASHES_WAITING_MAX: usize = 16;
/// The body with a passkey (a number and a signature as long as they may be, and what browser and device say), or with what a provider gives.
pub(crate) const PROOF_BODY_BYTES_MAX: usize = 8 * 1024;
/// What is asked of the provider of identities at the same time. Whoever comes then is told to try again.
pub(crate) const PROVIDER_ASKED_AT_ONCE_MAX: usize = 8;
/// How long what a provider says of itself counts; keys that are not among its own are looked for again before.
pub(crate) const PROVIDER_KNOWN_FOR: Duration = Duration::from_secs(3_600);
/// How soon a provider that did not answer, or whose keys are not known, is asked again: strangers cannot make this server ask more often.
pub(crate) const PROVIDER_ASKED_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// Passkeys of one account: a computer, a phone and a spare key in the safe, three times over.
pub(crate) const PASSKEYS_MAX: u32 = 10;
/// How long a question to a passkey may be answered: a phone is found, unlocked and held to the computer.
pub(crate) const CHALLENGE_LASTS: Duration = Duration::from_secs(300);
/// Answered questions that are remembered until their end: only who has a passkey of an account answers one.
pub(crate) const CHALLENGES_ANSWERED_MAX: usize = 1_024;
/// For how long a sign-in counts as a proof of who it is, where there is no password to ask for.
pub(crate) const PROOF_LASTS: Duration = Duration::from_secs(600);
/// Sign-ins of one source that fail in a row before it has to wait.
pub(crate) const SIGN_INS_FAILED_MAX: u32 = 20;
/// How long a source waits the first time; twice as long each time after, until a sign-in succeeds.
pub(crate) const LOCKOUT_FIRST: Duration = Duration::from_secs(3_600);
/// How long a source waits at most.
pub(crate) const LOCKOUT_MAX: Duration = Duration::from_secs(24 * 3_600);
/// How long failures are remembered after the last one, if memory is short.
pub(crate) const LOCKOUT_KEPT: Duration = Duration::from_secs(24 * 3_600);
/// Sources whose failures are remembered: half a megabyte. Beyond it the quietest makes room.
pub(crate) const LOCKOUT_SOURCES_MAX: usize = 4_096;
/// Device tokens from one source that do not work, each minute. A consultation that has just ended leaves clients behind that try a few times.
pub(crate) const DEVICE_TOKENS_REFUSED_MAX: u32 = 30;
/// Devices of one consultation: an examination has an ultrasound, a document camera, a screen on the wall, and one more.
pub(crate) const DEVICES_MAX: usize = 4;
/// How long accepting pauses when the process has no more file descriptors.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A page says hello as soon as it is connected.
pub(crate) const HELLO_MAX: Duration = Duration::from_secs(10);
/// How often a page is asked for a sign of life.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(10);
/// Two missed signs of life and some network: then the connection is dead.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(25);
/// How long a closing handshake may take, and how much of what was under way is read meanwhile.
pub(crate) const CLOSE_MAX: Duration = Duration::from_secs(2);
/// See [`CLOSE_MAX`]: what a kernel has buffered at most.
pub(crate) const CLOSE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Messages at once: a page that opens sends five or six, a re-offer with trickled changes a dozen.
pub(crate) const MESSAGES_BURST: u32 = 60;
/// Messages per second in the long run: mute, pings and set-up are far below.
pub(crate) const MESSAGES_PER_SECOND: u32 = 20;
/// Messages that wait for one page. A page behind by so many has stalled; it reconnects and gets the whole state.
pub(crate) const OUTBOX_MAX: usize = 256;

/// Messages of all pages that wait for the hub; a socket whose message does not fit waits with reading.
pub(crate) const HUB_QUEUE_MAX: usize = 1_024;
/// Events of all media shards that wait for the hub: some for each person in a full house. A piece of a file is the largest: 64 MiB together.
pub(crate) const MEDIA_QUEUE_MAX: usize = 4_096;
/// How long a reader of the metrics waits for the hub to count, which takes it microseconds.
pub(crate) const COUNT_MAX: Duration = Duration::from_secs(1);
/// The audit log is told at most this often that a source was blocked: strangers must not be able to fill a disk.
pub(crate) const BLOCK_NOTED_EVERY: Duration = Duration::from_secs(60);
/// Alerts that nobody has begun to send; beyond it they are dropped and counted: the next one says how many wait as well.
pub(crate) const ALERTS_QUEUE_MAX: usize = 64;
/// Alerts that are being sent, or wait to be tried again.
pub(crate) const ALERTS_UNDER_WAY_MAX: usize = 64;
/// Mails that one person is sent in a minute, that somebody waits: what a crowded morning needs. The next one says no less.
pub(crate) const ALERT_MAILS_PER_MINUTE: u32 = 6;
/// How often an account may set where mail goes, each minute: each time a mail goes there.
pub(crate) const MAILS_SET_MAX: u32 = 5;
/// How long somebody who asks for mails waits for the first one to be taken.
pub(crate) const FIRST_MAIL_MAX: Duration = Duration::from_secs(8);
/// Invitations that one account has the server send in a minute: as fast as anybody types addresses.
pub(crate) const INVITATIONS_PER_MINUTE: u32 = 10;
/// Invitations of all that are under way: each is here for [`INVITATION_MAX`] at most.
pub(crate) const INVITATIONS_MAX: usize = 16;
/// How long it is tried to send an invitation; then its address is forgotten. Somebody looks at the page meanwhile.
pub(crate) const INVITATION_MAX: Duration = Duration::from_secs(90);
/// How long a page waits for that, instead of [`REQUEST_MAX`].
pub(crate) const INVITATION_ANSWER_MAX: Duration = Duration::from_secs(100);
/// How many of those who wait may ask in a minute to be written to when it is their turn, on the whole server: several times what check in then.
/// Anybody can wait, and each message costs the practice something.
pub(crate) const TURNS_ASKED_PER_MINUTE: u32 = 60;
/// Such messages that wait for a place among [`INVITATIONS_MAX`]. Beyond it the next call of the same person tries again.
pub(crate) const TURNS_QUEUE_MAX: usize = 64;
/// Characters of an invitation: twice the longest that the page writes.
pub(crate) const INVITATION_CHARS_MAX: usize = 1_500;
/// Bytes of the body with an invitation: each of its characters escaped.
pub(crate) const INVITATION_BYTES_MAX: usize = 12 * 1024;
/// Browsers of one account that are told that somebody waits: those of a person with a desk, a laptop and a phone, and some that were forgotten.
pub(crate) const PUSHES_PER_ACCOUNT_MAX: u32 = 8;
/// Characters of where a browser is told: services make some hundred.
pub(crate) const PUSH_CHARS_MAX: usize = 1_000;
/// Characters of an address that mail goes to (RFC 5321, section 4.5.3.1.3).
pub(crate) const ADDRESS_CHARS_MAX: usize = 254;
/// Entries of the audit log and records of consultations on their way to the database; beyond it they are not written, and counted.
pub(crate) const NOTES_QUEUE_MAX: usize = 1_024;
/// Changed areas that wait for the disk.
pub(crate) const SAVE_QUEUE_MAX: usize = 64;
/// How soon the receipt of a deleted file that the disk had no time for is offered to it again.
pub(crate) const SAVE_AGAIN: Duration = Duration::from_secs(1);
/// Pieces of files a second that one person may send: 1.9 MiB. What the shard takes ([`sfu_core::limits::MESSAGES_PER_SECOND`],
/// [`sfu_core::limits::INGRESS_BYTES_PER_SECOND`]) has room for them, for what the same person says of files that they get, for a chat, and for
/// sound and picture of 7 Mbit/s: a piece too many would be repeated, and push those away.
pub(crate) const FILE_CHUNKS_PER_SECOND: u32 = 128;
/// Numbers of deletion receipts that are noted as used before they are: for every file that can be here, and as many while the disk notes more. A
/// crash leaves so many out.
pub(crate) const RECEIPTS_AHEAD: u64 = 2 * SERVER_FILES_MAX as u64;
/// Pieces of files that wait for the disk: the window of every file that is on its way, whose memory is reserved, and what receivers wait for.
pub(crate) const SPOOL_CHUNKS_MAX: usize = (SERVER_TRANSFERS_MAX * CREDIT_WINDOW_CHUNKS) as usize;
/// Deletions that wait for the disk: every file can have its own.
pub(crate) const SPOOL_FILES_MAX: usize = SERVER_FILES_MAX as usize;
/// Reports of the disk that wait for the hub. A piece of a file is the largest: 1 MiB together.
pub(crate) const SPOOL_REPORTS_MAX: usize = 64;

/// Commands that wait for a shard that does not keep up. Some for each person of a full shard; one that is behind by so many takes nobody new.
pub(crate) const MEDIA_WAITING_MAX: usize = 1_024;
/// How soon a shard is offered again what it had no room for: it turns many times meanwhile, and nobody notices a gate that is this late.
pub(crate) const MEDIA_RETRY_EVERY: Duration = Duration::from_millis(50);
/// How often sessions with an open page are noted as used: small against any sensible idle limit, and one small write.
pub(crate) const SESSIONS_USED_EVERY: Duration = Duration::from_secs(60);
/// How soon the daemon follows what the operator says at the command line: people call this at once, and it costs a look at a counter.
pub(crate) const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// How often what is past its time is deleted: what is kept for days may well go an hour late.
pub(crate) const SWEEP_EVERY: Duration = Duration::from_secs(3_600);
/// How long internet addresses are hashed with one key. With the next one nobody can be known again, and counts of the source begin anew.
pub(crate) const SOURCE_KEY_MAX: Duration = Duration::from_secs(24 * 3_600);
/// How often the connections of consultations are looked at for their record: seldom enough to cost nothing, often enough to meet what people noticed.
pub(crate) const MEASURE_EVERY: Duration = Duration::from_secs(10);
/// How long a signed-out session is remembered: a handshake that has read it as valid is over by then ([`REQUEST_MAX`], [`STALL_MAX`]).
pub(crate) const SIGNED_OUT_KEPT: Duration = Duration::from_secs(60);
/// Signed-out sessions that are remembered, the newest of them: far more than there are staff.
pub(crate) const SIGNED_OUT_MAX: usize = 1_024;

/// A page that is gone for less is not shown as lost: reloads and changes of network are quicker.
pub(crate) const LOST_AFTER: Duration = Duration::from_secs(3);
/// How long a consultation waits for a clinician whose page is gone; as long as for a patient.
pub(crate) const STAFF_LOST_MAX: Duration = Duration::from_secs(120);
/// For how long after its start a server gives places again that it gave before a restart: as long as the lobby keeps one for a page that is away.
pub(crate) const PLACES_RESTORED_FOR: Duration = Duration::from_secs(10 * 60);
/// No visit waits for longer than a day's work; an older token is left over from another one.
pub(crate) const PLACE_AGE_MAX: Duration = Duration::from_secs(12 * 3_600);
/// Places that ended during [`PLACES_RESTORED_FOR`] and must not come again; beyond it none does any more. A full house, ten times over.
pub(crate) const SPENT_PLACES_MAX: usize = 2_000;
/// How often the clock is looked at, where an area has hours: it may be set, and nobody minds a minute.
pub(crate) const CLOCK_LOOKED_AT_EVERY: Duration = Duration::from_secs(60);
/// Opening times of an area's week: four a day.
pub(crate) const OPEN_SPANS_MAX: usize = 28;
/// Characters of a passcode at least: letters and digits of them are too many to try at the rate of [`PASSCODE_WRONG_COSTS`].
pub(crate) const PASSCODE_CHARS_MIN: usize = 6;
/// What a wrong passcode counts for among the check-ins of its source: a handful a minute by default, which is enough for typing errors.
pub(crate) const PASSCODE_WRONG_COSTS: u32 = 5;
/// How long a link for one visit lasts at most: appointments are made for the quarter.
pub(crate) const VISIT_LINK_DAYS_MAX: u32 = 90;
/// Links of an area that nobody has used yet: twenty appointments a day for as long.
pub(crate) const VISIT_LINKS_MAX: usize = 2_000;
/// Links for guests of one visit that nobody has used yet: as many as there are other seats.
pub(crate) const GUEST_LINKS_MAX: usize = 7;
/// People in one consultation, staff included: as `Limits::room_people_max` of the lobby, which does not know of colleagues who join.
pub(crate) const PEOPLE_MAX: usize = 9;
/// Numbers of people and devices in one consultation, over its whole life; docs/e2ee.md has room for no more in a KID. A power of two.
pub(crate) const MEMBERS_MAX: u32 = 1_024;
/// How long staff are shown that check-ins of a source are held back, after the last time it was so.
pub(crate) const CHECK_INS_HELD_SHOWN: Duration = Duration::from_secs(120);
/// The countdown of a called patient before the page goes in by itself.
pub(crate) const COUNTDOWN: Duration = Duration::from_secs(3);

/// Characters of a name; as the protocol says.
pub(crate) const NAME_CHARS_MAX: usize = 200;
/// Characters of a sealed name; as the protocol says.
pub(crate) const SEALED_CHARS_MAX: usize = 1_400;
/// HPKE alone makes 48 bytes of nothing, and 65 letters hold one more.
pub(crate) const SEALED_CHARS_MIN: usize = 65;
/// Notes of a visit: more than anybody types while waiting, and all of a full waiting room still fit one message.
pub(crate) const NOTES_MAX: usize = 30;
/// Characters of a note: 140 of any script, sealed with the certificate of who writes.
pub(crate) const NOTE_CHARS_MAX: usize = 2_000;
/// Notes at once of each side of a visit, and per second in the long run: faster than anybody types.
pub(crate) const NOTES_BURST: u32 = 10;
/// See [`NOTES_BURST`].
pub(crate) const NOTES_PER_SECOND: u32 = 2;
/// Browsers that want to take part in an area's keys: a practice that sets all of its rooms up in one morning.
pub(crate) const KEY_OFFERS_MAX: usize = 16;
/// How long one waits to be accepted: the key holder is called, and comes.
pub(crate) const KEY_OFFER_KEPT: Duration = Duration::from_secs(3_600);
/// Browsers that take part: so many of the largest fit one message.
pub(crate) const SEAL_DEVICES_MAX: usize = 48;
/// Characters of a certificate with what is sealed to its device: 900 for a key holder with a long name.
pub(crate) const SEAL_DEVICE_CHARS_MAX: usize = 1_200;
/// What is sealed to a device: two seeds, and as many again while keys change.
pub(crate) const SEAL_DEVICE_BLOBS_MAX: usize = 4;
/// Characters of what a root signs about its area: 500 for one with a long name.
pub(crate) const SEAL_STATEMENT_CHARS_MAX: usize = 1_200;
/// Planned changes of the root that old links follow, as pages do.
pub(crate) const SEAL_MOVED_MAX: usize = 4;
/// Characters of presence texts and of reasons of a removal; as the protocol says.
pub(crate) const TEXT_CHARS_MAX: usize = 200;
/// Characters of each of an area's texts; as the protocol says.
pub(crate) const AREA_TEXT_CHARS_MAX: usize = 100;
/// Characters of one message that pages have sealed for each other: 4,000 letters of any script, in base64, still fit what the core takes as one message.
pub(crate) const CHAT_CHARS_MAX: usize = 16_200;
/// Messages of pages at once, and per second in the long run: live text says three or four, and a form in pieces as many beside it.
pub(crate) const CHAT_BURST: u32 = 40;
/// See [`CHAT_BURST`].
pub(crate) const CHAT_PER_SECOND: u32 = 8;
/// Characters of what a page says of itself for keys: that of staff, with a certificate, is the longest.
pub(crate) const SEAL_HELLO_CHARS_MAX: usize = 6_000;
/// Hellos at once, and per second in the long run: a page says one for each of its connections.
pub(crate) const SEAL_HELLOS_BURST: u32 = 6;
/// See [`SEAL_HELLOS_BURST`].
pub(crate) const SEAL_HELLOS_PER_SECOND: u32 = 1;
/// Boxes of one message: so many of the longest fit one message.
pub(crate) const SEAL_BOXES_MAX: usize = 32;
/// Characters of one box: a referral, the longest that a box may hold.
pub(crate) const SEAL_BOX_CHARS_MAX: usize = 1_900;
/// Messages with boxes at once: a new key for each who comes or leaves, with their reloads.
pub(crate) const SEAL_BOXES_BURST: u32 = 16;
/// See [`SEAL_BOXES_BURST`], per second in the long run.
pub(crate) const SEAL_BOXES_PER_SECOND: u32 = 4;
/// Messages at once that say that a key was taken: eight others load their pages anew, and each draws a key for each of these loads.
pub(crate) const KEYS_TAKEN_BURST: u32 = 64;
/// ... and per second in the long run: each of eight others draws one in a second.
pub(crate) const KEYS_TAKEN_PER_SECOND: u32 = 8;
/// Questions of a patient what is known, at once, and per second in the long run: the page asks when the list opens, and every few seconds
/// while somebody reads it.
pub(crate) const KNOWN_BURST: u32 = 10;
/// See [`KNOWN_BURST`].
pub(crate) const KNOWN_PER_SECOND: u32 = 1;
/// Echoes at once, over all visits: each costs what one person in a consultation costs, for some seconds.
pub(crate) const ECHOES_MAX: usize = 24;
/// ... of one address: a family, or a house whose patients share one. Nobody else's check waits for a source that asks for more.
pub(crate) const ECHOES_PER_SOURCE_MAX: usize = 6;
/// Echoes of a visit at once, and per second in the long run: a page asks for one when its set-up begins, and when the person wants it again.
pub(crate) const ECHO_BURST: u32 = 6;
/// See [`ECHO_BURST`].
pub(crate) const ECHO_PER_SECOND: u32 = 1;
/// How long an echo lasts: a page needs some seconds to connect where UDP is blocked, as many to measure, and as many for each smaller picture.
pub(crate) const ECHO_LASTS: Duration = Duration::from_secs(36);
/// Bytes of media a second that an echo takes: what a camera sends at most, with room for its start.
pub(crate) const ECHO_BYTES_PER_SECOND: u32 = 2_500_000 / 8;
/// ... of staff, whose line is to carry 2 Mbit/s.
pub(crate) const STAFF_ECHO_BYTES_PER_SECOND: u32 = 4_000_000 / 8;
/// Offers at once: what a page needs when it opens, switches the screen on and off, and reloads. Each costs the shard a parse and maybe keys.
pub(crate) const OFFERS_BURST: u32 = 6;
/// Offers per second in the long run.
pub(crate) const OFFERS_PER_SECOND: u32 = 1;

/// Lets `burst` through at once and `per_second` in the long run.
#[derive(Debug)]
pub(crate) struct Bucket {
    left: f64,
    burst: f64,
    per_second: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn new(burst: u32, per_second: u32) -> Self {
        let burst = f64::from(burst);
        Self { left: burst, burst, per_second: f64::from(per_second), at: Instant::now() }
    }

    /// Whether one more may pass now.
    pub(crate) fn take(&mut self) -> bool {
        let now = Instant::now();
        self.left = self.burst.min(self.left + now.duration_since(self.at).as_secs_f64() * self.per_second);
        self.at = now;
        let passes = 1.0 <= self.left;
        if passes {
            self.left -= 1.0;
        }
        passes
    }
}

const MINUTE: Duration = Duration::from_secs(60);

/// What sources, or others, did in the current minute, such as check-ins. It is forgotten when the minute is over.
#[derive(Debug)]
pub(crate) struct PerMinute<K = Source> {
    max: u32,
    since: Instant,
    counts: BTreeMap<K, u32>,
}

impl<K: Ord> PerMinute<K> {
    pub(crate) fn new(max: u32) -> Self {
        Self { max, since: Instant::now(), counts: BTreeMap::new() }
    }

    /// When there is something to forget.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        (!self.counts.is_empty()).then(|| self.since + MINUTE)
    }

    /// Forgets a minute that is over.
    pub(crate) fn forget(&mut self) {
        if MINUTE <= self.since.elapsed() {
            *self = Self::new(self.max);
        }
    }

    /// What a source did, and until when that is known.
    pub(crate) fn of(&self, source: K) -> Option<(u32, Instant)> {
        Some((*self.counts.get(&source)?, self.since + MINUTE))
    }

    pub(crate) fn take(&mut self, source: K) -> bool {
        self.charge(source, 1) <= self.max
    }

    /// Counts something that costs as much as so many, and returns how many there are now.
    pub(crate) fn charge(&mut self, source: K, cost: u32) -> u32 {
        self.forget();
        let count = self.counts.entry(source).or_insert(0);
        *count = count.saturating_add(cost);
        *count
    }
}

/// Open connections by source.
#[derive(Clone, Debug)]
pub(crate) struct PerSource {
    max: usize,
    counts: Arc<Mutex<BTreeMap<Source, usize>>>,
}

impl PerSource {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, counts: Arc::default() }
    }

    /// A place for one connection, given back when dropped. `None` if the source has all of its places taken.
    pub(crate) fn take(&self, source: Source) -> Option<SourcePlace> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(source).or_insert(0);
        if self.max <= *count {
            telemetry::limit_reached("connections_per_source");
            return None;
        }
        *count += 1;
        Some(SourcePlace { source, counts: Arc::clone(&self.counts) })
    }
}

#[derive(Debug)]
pub(crate) struct SourcePlace {
    source: Source,
    counts: Arc<Mutex<BTreeMap<Source, usize>>>,
}

impl Drop for SourcePlace {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.source);
            }
        }
    }
}

const _: () = assert!(FILE_CHUNKS_PER_SECOND + FILE_CHUNKS_PER_SECOND / 3 < sfu_core::limits::MESSAGES_PER_SECOND);
const _: () = assert!(
    FILE_CHUNKS_PER_SECOND as usize * CHUNK_BYTES * 4 / 3 < sfu_core::limits::INGRESS_BYTES_PER_SECOND as usize
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::SourceKey;

    #[tokio::test(start_paused = true)]
    async fn a_bucket_lets_a_burst_through_and_then_its_rate() {
        let mut bucket = Bucket::new(3, 2);
        assert_eq!((0..5).filter(|_| bucket.take()).count(), 3);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..5).filter(|_| bucket.take()).count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_may_check_in_again_in_the_next_minute() {
        let source = SourceKey::random().unwrap().source("192.0.2.1".parse().unwrap());
        let mut check_ins = PerMinute::new(2);
        assert_eq!((0..5).filter(|_| check_ins.take(source)).count(), 2);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(check_ins.take(source));
    }

    #[test]
    fn a_source_has_so_many_places_and_gets_them_back() {
        let source = SourceKey::random().unwrap().source("192.0.2.1".parse().unwrap());
        let places = PerSource::new(2);
        let (one, _two) = (places.take(source).unwrap(), places.take(source).unwrap());
        assert!(places.take(source).is_none());
        drop(one);
        assert!(places.take(source).is_some());
    }
}
