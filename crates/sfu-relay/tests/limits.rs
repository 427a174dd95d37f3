//! Every limit is reached: one more is refused by name, before a byte is stored, and counted.

mod support;

use std::time::{Duration, Instant};

use sfu_relay::limits::{
    CHUNK_OVERHEAD_BYTES, CREDITS_PER_SECOND, FILE_BYTES_MAX, MANIFEST_BYTES_MAX, MEMORY_BYTES_MAX, PERSON_BYTES_MAX,
    PERSON_FILES_MAX, PERSON_TRANSFERS_MAX, RECEIVE_WINDOW_CHUNKS, REPEATS_BURST_CHUNKS, REPEATS_PER_SECOND,
    ROOM_BYTES_MAX, ROOM_FILES_MAX, ROOM_MANIFEST_BYTES_MAX, ROOM_PEOPLE_MAX, ROOM_TRANSFERS_MAX, ROOMS_MAX,
    SERVER_BYTES_MAX, SERVER_FILES_MAX, SERVER_TRANSFERS_MAX, SESSION_BYTES_MAX, SESSION_FILES_MAX,
    TRANSFER_OVERHEAD_BYTES,
};
use sfu_relay::{
    Error, Frame, Input, Keeping, Limits, Now, Output, PersonId, Quota, Reason, Relay, RoomId, Signer, Size,
    SpoolReport, Storage, TransferId,
};
use support::{ANA, BEN, CHUNK, Fate, MIB, ROOM, World, secs};

/// Quotas that no test reaches by accident.
const AMPLE: Quota = Quota { bytes: 100 * MIB, files: 50, transfers: 50 };

fn ample() -> Limits {
    Limits { person: AMPLE, room: AMPLE, server: AMPLE, ..Limits::default() }
}

/// Offers files of these sizes at once, of which all but the last are taken.
#[track_caller]
fn check(limits: Limits, bytes: &[u64], keeping: Keeping, reason: Reason) {
    let mut world = World::with(limits, &[ANA]);
    let files: Vec<_> = bytes.iter().map(|bytes| world.offer(ANA, *bytes, keeping)).collect();
    let offers = world.page(ANA).to_relay.len();
    for _ in 0..offers {
        world.deliver_to_relay(ANA);
    }
    let before = world.relay.stats();
    world.settle();
    let (last, others) = files.split_last().expect("some files");
    assert_eq!(world.page(ANA).refused, [(*last, reason)]);
    assert_eq!(world.page(ANA).uploads[last].fate, Some(Fate::Refused(reason)));
    assert_eq!(before.files, others.len() as u64, "one more is refused, before a byte is stored");
    assert_eq!((before.offered, before.refused(reason)), (others.len() as u64, 1));

    // What is freed can be used again.
    for file in others {
        world.page(ANA).cancel(*file);
    }
    world.settle();
    world.assert_empty();
    if !matches!(reason, Reason::FileTooLarge | Reason::TooLargeToStore | Reason::SessionFiles | Reason::SessionBytes) {
        let again = world.offer(ANA, bytes[bytes.len() - 1], keeping);
        world.settle();
        assert_eq!(world.page(ANA).refused.len(), 1, "there is room again");
        assert!(world.page(ANA).uploads[&again].is_known);
    }
}

#[test]
fn bytes_of_stored_files_are_limited_for_a_person_a_room_and_the_server() {
    let quota = Quota { bytes: 3 * MIB, ..AMPLE };
    let sizes = [2 * MIB, MIB, 1];
    check(Limits { person: quota, ..ample() }, &sizes, Keeping::Stored, Reason::PersonBytes);
    check(Limits { room: quota, ..ample() }, &sizes, Keeping::Stored, Reason::RoomBytes);
    check(Limits { server: quota, ..ample() }, &sizes, Keeping::Stored, Reason::ServerBytes);
}

#[test]
fn files_are_limited_for_a_person_a_room_and_the_server() {
    let quota = Quota { files: 2, ..AMPLE };
    for keeping in [Keeping::Stored, Keeping::Passed] {
        check(Limits { person: quota, ..ample() }, &[1, 1, 1], keeping, Reason::PersonFiles);
        check(Limits { room: quota, ..ample() }, &[1, 1, 1], keeping, Reason::RoomFiles);
        check(Limits { server: quota, ..ample() }, &[1, 1, 1], keeping, Reason::ServerFiles);
    }
}

#[test]
fn transfers_are_limited_for_a_person_a_room_and_the_server() {
    let quota = Quota { transfers: 2, ..AMPLE };
    for keeping in [Keeping::Stored, Keeping::Passed] {
        check(Limits { person: quota, ..ample() }, &[1, 1, 1], keeping, Reason::PersonTransfers);
        check(Limits { room: quota, ..ample() }, &[1, 1, 1], keeping, Reason::RoomTransfers);
        check(Limits { server: quota, ..ample() }, &[1, 1, 1], keeping, Reason::ServerTransfers);
    }
}

#[test]
fn a_file_that_came_whole_no_longer_counts_as_on_its_way() {
    let person = Quota { transfers: 1, ..AMPLE };
    let mut world = World::with(Limits { person, ..ample() }, &[ANA]);
    for _ in 0..5 {
        world.offer(ANA, 100, Keeping::Stored);
        world.settle();
    }
    assert_eq!((world.relay.stats().files, world.relay.stats().transfers), (5, 0));
    assert_eq!(world.page(ANA).refused, []);
}

#[test]
fn a_file_is_limited_and_so_is_what_can_be_stored() {
    let limits = Limits { file_bytes_max: 5 * MIB, person: Quota { bytes: 2 * MIB, ..AMPLE }, ..ample() };
    check(limits, &[5 * MIB + 1], Keeping::Passed, Reason::FileTooLarge);
    check(limits, &[2 * MIB + 1], Keeping::Stored, Reason::TooLargeToStore);
    check(Limits { memory_bytes_max: MIB, ..ample() }, &[MIB], Keeping::Stored, Reason::TooLargeToStore);
}

#[test]
fn a_session_is_limited_even_if_nothing_is_left_of_its_files() {
    let limits = Limits { session_files_max: 2, ..ample() };
    check(limits, &[1, 1, 1], Keeping::Stored, Reason::SessionFiles);
    let limits = Limits { session_bytes_max: 3 * MIB, ..ample() };
    check(limits, &[2 * MIB, MIB, 1], Keeping::Passed, Reason::SessionBytes);
}

#[test]
fn memory_is_reserved_for_what_is_stored_and_for_the_window_of_what_is_passed() {
    check(Limits { memory_bytes_max: 2 * MIB, ..ample() }, &[MIB, MIB], Keeping::Stored, Reason::ServerMemory);
    let window = 32 * (CHUNK + 22 + CHUNK_OVERHEAD_BYTES) + TRANSFER_OVERHEAD_BYTES + 31 + 15;
    let limits = Limits { memory_bytes_max: 3 * window, ..ample() };
    check(limits, &[MIB, 2000 * MIB, 2000 * MIB, 1], Keeping::Passed, Reason::ServerMemory);
    check(Limits { storage: Storage::Spool, ..limits }, &[MIB; 4], Keeping::Stored, Reason::ServerMemory);
}

#[test]
fn manifests_are_limited_because_whoever_joins_gets_them_at_once() {
    let mut world = World::with(ample(), &[ANA]);
    let manifest = [7; MANIFEST_BYTES_MAX];
    for _ in 0..ROOM_MANIFEST_BYTES_MAX / MANIFEST_BYTES_MAX {
        world.offer_with(ANA, 1, Keeping::Stored, &manifest);
    }
    world.settle();
    assert_eq!(world.page(ANA).refused, []);
    let file = world.offer(ANA, 1, Keeping::Stored);
    world.settle();
    assert_eq!(world.page(ANA).refused, [(file, Reason::RoomManifests)]);
    world.join(BEN);
    let unread = world.page(BEN).unread_bytes_max;
    assert!(unread < ROOM_MANIFEST_BYTES_MAX + 100 * 60, "{unread} bytes at once");
}

#[test]
fn ten_thousand_tiny_files_are_bounded() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    for _ in 0..10_000 {
        world.offer(ANA, 1, Keeping::Stored);
        world.run(Duration::from_millis(10));
    }
    let stats = world.relay.stats();
    assert_eq!((stats.files, stats.offered), (32, 32));
    assert_eq!(stats.refused(Reason::PersonFiles) + stats.refused(Reason::PersonTransfers), 10_000 - 32);
    assert!(stats.memory_bytes < 32 * 5000);
    world.run(secs(15 * 60));
    world.assert_empty();
}

#[test]
fn ten_thousand_tiny_files_arrive_where_they_are_allowed() {
    let quota = Quota { bytes: MIB, files: 10_000, transfers: 10_000 };
    let limits = Limits {
        person: quota,
        room: quota,
        server: quota,
        session_files_max: 10_000,
        credits_per_second: 1000,
        ..Limits::default()
    };
    let mut world = World::with(limits, &[ANA, BEN]);
    for _ in 0..10_000 {
        world.offer_with(ANA, 16, Keeping::Stored, b"");
    }
    world.run(secs(20));
    assert_eq!(world.relay.stats().delivered, 10_000);
    world.run(secs(15 * 60));
    assert_eq!(world.receipts.len(), 10_000);
    world.assert_empty();
}

#[test]
fn rooms_and_people_are_limited() {
    let (mut relay, now) = relay();
    for room in 0..ROOMS_MAX as u64 {
        let _nothing = relay.handle(Input::Joined { room: RoomId(room), person: PersonId(room) }, now).expect("room");
    }
    let one_more = Input::Joined { room: RoomId(u64::MAX), person: PersonId(u64::MAX) };
    assert_eq!(relay.handle(one_more, now).err(), Some(Error::RoomsFull));

    let (mut relay, now) = self::relay();
    for person in 0..ROOM_PEOPLE_MAX as u64 {
        let _nothing = relay.handle(Input::Joined { room: ROOM, person: PersonId(person) }, now).expect("room");
    }
    let again = Input::Joined { room: ROOM, person: PersonId(0) };
    assert!(relay.handle(again, now).is_ok(), "who is in may come again");
    let one_more = Input::Joined { room: ROOM, person: PersonId(u64::MAX) };
    assert_eq!(relay.handle(one_more, now).err(), Some(Error::RoomFull));
    assert_eq!(relay.stats().people, ROOM_PEOPLE_MAX as u64);
}

#[test]
fn receivers_of_one_file_are_limited() {
    let mut world = World::with(Limits::default(), &[ANA]);
    let file = world.offer(ANA, 10, Keeping::Stored);
    world.settle();
    for number in 0..=ROOM_PEOPLE_MAX as u64 {
        let person = PersonId(100 + number);
        world.join(person);
        let now = world.now;
        world.page(person).offers.insert(file, sfu_relay::Size::of(10).expect("a size"));
        world.page(person).accept(file, now);
        world.settle();
        world.cut(person);
    }
    let last = PersonId(100 + ROOM_PEOPLE_MAX as u64);
    assert_eq!(world.page(last).refused, [(file, Reason::ReceiversFull)]);
    assert_eq!(world.relay.stats().delivered, ROOM_PEOPLE_MAX as u64);
}

#[test]
fn whoever_asks_for_the_same_again_and_again_gets_it_for_a_while() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    world.page(BEN).accepts_all = false;
    let file = world.offer(ANA, 20 * CHUNK, Keeping::Stored);
    world.run(secs(5));
    world.page(BEN).is_asleep = true;
    for _ in 0..1000 {
        world.send(BEN, &Frame::Accept { transfer: file });
        world.run(Duration::from_millis(10));
    }
    let sent = world.page(BEN).to_page.iter().filter(|frame| CHUNK < frame.len() as u64).count();
    let allowed = (RECEIVE_WINDOW_CHUNKS + REPEATS_BURST_CHUNKS + 10 * REPEATS_PER_SECOND) as usize;
    assert!((allowed - 8..=allowed).contains(&sent), "{sent} chunks for ten seconds");
    let refused = world.relay.stats().refused(Reason::TooOften);
    assert_eq!(refused as usize, 1000 - sent / RECEIVE_WINDOW_CHUNKS as usize);
    world.page(BEN).is_asleep = false;
    world.page(BEN).to_page.clear();
    let now = world.now;
    world.page(BEN).accept(file, now);
    world.run(secs(20));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
}

#[test]
fn an_embedder_that_errs_is_told_and_nothing_changes() {
    let (mut relay, now) = relay();
    let cancel = Frame::Cancel { transfer: sfu_relay::TransferId([1; 16]) }.write();
    let unknown = relay.handle(Input::Received { person: ANA, frame: &cancel }, now);
    assert_eq!(unknown.err(), Some(Error::PersonUnknown));
    let _nothing = relay.handle(Input::Joined { room: ROOM, person: ANA }, now).expect("room");
    let elsewhere = relay.handle(Input::Joined { room: RoomId(2), person: ANA }, now);
    assert_eq!(elsewhere.err(), Some(Error::ElsewhereAlready));
    assert!(relay.handle(Input::Left { person: BEN }, now).is_ok_and(|outputs| outputs.is_empty()));
    assert!(relay.handle(Input::RoomEnded { room: RoomId(2) }, now).is_ok_and(|outputs| outputs.is_empty()));
    let report = SpoolReport::Deleted;
    assert!(relay.handle(Input::Spool { blob: sfu_relay::BlobId(1), report }, now).is_ok());
    assert_eq!((relay.stats().rooms, relay.stats().people, relay.stats().reports_late), (1, 1, 1));
}

#[test]
fn a_person_reaches_the_limits_that_are_the_default() {
    let mut server = Server::new();
    let ana = server.join(1);
    assert_eq!(server.offer(ana, FILE_BYTES_MAX + 1, Keeping::Passed), Err(Reason::FileTooLarge));
    assert_eq!(server.offer(ana, PERSON_BYTES_MAX + 1, Keeping::Stored), Err(Reason::TooLargeToStore));
    assert!(server.offer(ana, PERSON_BYTES_MAX, Keeping::Stored).is_ok());
    assert_eq!(server.offer(ana, 1, Keeping::Stored), Err(Reason::PersonBytes));
    for _ in 1..PERSON_TRANSFERS_MAX {
        assert!(server.offer(ana, 1, Keeping::Passed).is_ok());
    }
    assert_eq!(server.offer(ana, 1, Keeping::Passed), Err(Reason::PersonTransfers));

    let ben = server.join(1);
    for _ in 0..PERSON_FILES_MAX {
        server.send_whole(ben);
    }
    assert_eq!(server.offer(ben, 1, Keeping::Stored), Err(Reason::PersonFiles));
}

#[test]
fn a_session_reaches_the_limits_that_are_the_default() {
    let mut server = Server::new();
    let (ana, ben) = (server.join(1), server.join(1));
    for _ in 0..SESSION_BYTES_MAX / FILE_BYTES_MAX {
        let file = server.offer(ana, FILE_BYTES_MAX, Keeping::Passed).expect("it is the largest");
        server.cancel(ana, file);
    }
    assert_eq!(server.offer(ana, 1, Keeping::Stored), Err(Reason::SessionBytes));
    for _ in 0..SESSION_FILES_MAX {
        let file = server.offer(ben, 1, Keeping::Stored).expect("one after another");
        server.cancel(ben, file);
    }
    assert_eq!(server.offer(ben, 1, Keeping::Stored), Err(Reason::SessionFiles));
}

#[test]
fn a_room_reaches_the_limits_that_are_the_default() {
    let mut server = Server::new();
    let people = [(); 3].map(|()| server.join(1));
    for person in people.into_iter().cycle().take(ROOM_TRANSFERS_MAX as usize) {
        assert!(server.offer(person, 1, Keeping::Passed).is_ok());
    }
    assert_eq!(server.offer(people[2], 1, Keeping::Passed), Err(Reason::RoomTransfers));

    let people = [(); 3].map(|()| server.join(2));
    for person in &people[..2] {
        assert!(server.offer(*person, ROOM_BYTES_MAX / 2, Keeping::Stored).is_ok());
    }
    assert_eq!(server.offer(people[2], 1, Keeping::Stored), Err(Reason::RoomBytes));

    let people = [(); 3].map(|()| server.join(3));
    for person in people.into_iter().cycle().take(ROOM_FILES_MAX as usize) {
        server.send_whole(person);
    }
    assert_eq!(server.offer(people[2], 1, Keeping::Stored), Err(Reason::RoomFiles));
}

#[test]
fn a_server_reaches_the_limits_that_are_the_default() {
    let mut server = Server::new();
    for _ in 0..SERVER_TRANSFERS_MAX {
        let person = server.join_alone();
        assert!(server.offer(person, 1, Keeping::Passed).is_ok());
    }
    let person = server.join_alone();
    assert_eq!(server.offer(person, 1, Keeping::Passed), Err(Reason::ServerTransfers));

    let mut server = Server::new();
    let mut left = SERVER_BYTES_MAX;
    while 0 < left {
        let (person, bytes) = (server.join_alone(), left.min(PERSON_BYTES_MAX));
        assert!(server.offer(person, bytes, Keeping::Stored).is_ok());
        left -= bytes;
    }
    let person = server.join_alone();
    assert_eq!(server.offer(person, 1, Keeping::Stored), Err(Reason::ServerBytes));
    let full = (0..SERVER_TRANSFERS_MAX).find_map(|_| {
        let person = server.join_alone();
        server.offer(person, FILE_BYTES_MAX, Keeping::Passed).err()
    });
    assert_eq!(full, Some(Reason::ServerMemory));
    let reserved = server.relay.stats().memory_bytes;
    assert!((MEMORY_BYTES_MAX - MIB..=MEMORY_BYTES_MAX).contains(&reserved), "{reserved} bytes");

    let mut server = Server::new();
    let mut person = server.join_alone();
    for number in 0..SERVER_FILES_MAX {
        if number.is_multiple_of(PERSON_FILES_MAX) {
            person = server.join_alone();
        }
        server.send_whole(person);
    }
    let person = server.join_alone();
    assert_eq!(server.offer(person, 1, Keeping::Stored), Err(Reason::ServerFiles));
}

/// A relay with the limits that are the default, and no pages: what is offered is only ever reserved.
struct Server {
    relay: Relay,
    now: Now,
    people: u64,
    files: u64,
}

impl Server {
    fn new() -> Self {
        let (relay, now) = relay();
        Self { relay, now, people: 0, files: 0 }
    }

    fn join(&mut self, room: u64) -> PersonId {
        self.people += 1;
        let person = PersonId(self.people);
        let _nothing_new = self.relay.handle(Input::Joined { room: RoomId(room), person }, self.now).expect("room");
        person
    }

    /// Somebody in a room of their own.
    fn join_alone(&mut self) -> PersonId {
        self.join(1000 + self.people)
    }

    fn offer(&mut self, person: PersonId, bytes: u64, keeping: Keeping) -> Result<TransferId, Reason> {
        self.files += 1;
        let transfer = TransferId(u128::from(self.files).to_be_bytes());
        let size = Size::of(bytes).expect("a size");
        let refused = self.send(person, &Frame::Offer { transfer, keeping, size, manifest: &[] });
        refused.map_or(Ok(transfer), Err)
    }

    fn cancel(&mut self, person: PersonId, transfer: TransferId) {
        assert_eq!(self.send(person, &Frame::Cancel { transfer }), None);
    }

    /// A file of one byte, with that byte.
    fn send_whole(&mut self, person: PersonId) {
        self.now.at += Duration::from_secs(1) / CREDITS_PER_SECOND; // For its credit.
        let transfer = self.offer(person, 1, Keeping::Stored).expect("it is small");
        assert_eq!(self.send(person, &Frame::Chunk { transfer, index: 0, bytes: &[7] }), None);
    }

    /// What it was refused for, if it was.
    fn send(&mut self, person: PersonId, frame: &Frame<'_>) -> Option<Reason> {
        let frame = frame.write();
        let outputs = self.relay.handle(Input::Received { person, frame: &frame }, self.now).expect("somebody");
        outputs.into_iter().find_map(|output| {
            if let Output::Send { person: told, frame } = output
                && told == person
                && let Ok(Frame::Refused { reason, .. }) = Frame::parse(&frame)
            {
                Some(reason)
            } else {
                None
            }
        })
    }
}

fn relay() -> (Relay, Now) {
    #[expect(clippy::disallowed_methods, reason = "the virtual clock starts anywhere")]
    let at = Instant::now();
    (Relay::new(Limits::default(), [1; 32], Signer::new(&[2; 32], None)), Now { at, unix_s: 0 })
}
