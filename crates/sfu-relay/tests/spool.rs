//! Files in a spool: unreadable for whoever has the spool alone, and gone when they should be, whatever the spool does.

mod support;

use sfu_relay::limits::{CREDIT_WINDOW_CHUNKS, RETENTION_MAX};
use sfu_relay::{Error, Frame, Input, Keeping, Limits, Method, Reason, SpoolReport, Storage, TransferId};
use support::{ANA, BEN, CHUNK, CLEO, Fate, MIB, World, content, secs};

fn spooled() -> Limits {
    Limits { storage: Storage::Spool, ..Limits::default() }
}

#[test]
fn a_spooled_file_arrives_and_takes_no_memory() {
    let mut world = World::with(spooled(), &[ANA, BEN, CLEO]);
    let file = world.offer(ANA, 20 * MIB, Keeping::Stored);
    world.run(secs(30));
    for person in [BEN, CLEO] {
        assert_eq!(world.page(person).downloads[&file].fate, Some(Fate::Done));
    }
    assert_eq!(world.held_bytes_max, 0);
    assert!(world.memory_bytes_max < MIB);
    world.run(RETENTION_MAX);
    assert_eq!(world.receipts[0].statement.method, Method::KeyOverwrittenAndUnlinked);
    world.assert_empty();
}

#[test]
fn a_spool_looks_like_noise() {
    let mut world = World::with(spooled(), &[ANA]);
    world.offer(ANA, 2 * MIB, Keeping::Stored); // Nearly all bytes of a chunk are equal.
    world.run(secs(10));
    let bytes: Vec<u8> = world.spool.blobs.values().flatten().flatten().copied().collect();
    assert!(2 * MIB < bytes.len() as u64);
    let mut counts = [0_u32; 256];
    for byte in &bytes {
        counts[usize::from(*byte)] += 1;
    }
    let expected = bytes.len() as f64 / 256.0;
    let chi_squared: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    assert!((170.0..360.0).contains(&chi_squared), "255 degrees of freedom: {chi_squared}");
}

#[test]
fn equal_files_have_unequal_blobs() {
    let mut world = World::with(spooled(), &[ANA]);
    world.offer(ANA, 100, Keeping::Stored);
    world.offer(ANA, 100, Keeping::Stored);
    world.settle();
    let blobs: Vec<&Vec<Vec<u8>>> = world.spool.blobs.values().collect();
    let same = blobs[0][0].iter().zip(&blobs[1][0]).filter(|(one, two)| one == two).count();
    assert!(same < 10, "{same} bytes are the same");
}

#[test]
fn nothing_counts_as_stored_before_the_spool_says_so() {
    let mut world = World::with(spooled(), &[ANA, BEN]);
    world.spool.is_stuck = true;
    let file = world.offer(ANA, 100 * CHUNK, Keeping::Stored);
    world.run(secs(20));
    assert_eq!(world.spool.work.len(), CREDIT_WINDOW_CHUNKS as usize, "credit waits for the spool");
    assert_eq!(world.page(BEN).downloads[&file].next, 0);
    world.spool.is_stuck = false;
    world.run(secs(10));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
    let wake = world.relay.next_wake().expect("it will be deleted");
    assert!(RETENTION_MAX - secs(10) < wake.at - world.now, "the clock starts when the last byte is stored");
}

#[test]
fn a_full_spool_ends_the_transfer() {
    let mut world = World::with(spooled(), &[ANA, BEN]);
    let file = world.offer(ANA, 100 * CHUNK, Keeping::Stored);
    world.run(secs(1));
    world.spool.is_stuck = true;
    world.run(secs(1));
    (world.spool.is_stuck, world.spool.is_full) = (false, true);
    world.settle();
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Refused(Reason::SpoolFailed)));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Refused(Reason::SpoolFailed)));
    assert!(0 < world.relay.stats().reports_late, "the rest of the window fails as well");
    world.assert_empty();
}

#[test]
fn whoever_meets_a_broken_or_changed_chunk_may_ask_again() {
    let mut world = World::with(spooled(), &[ANA, BEN]);
    world.page(BEN).accepts_all = false;
    let file = world.offer(ANA, 100 * CHUNK, Keeping::Stored);
    world.run(secs(5));
    world.spool.is_broken = true;
    let now = world.now;
    world.page(BEN).accept(file, now);
    world.settle();
    assert_eq!(world.page(BEN).refused, [(file, Reason::SpoolFailed)]);
    world.spool.is_broken = false;

    for chunks in world.spool.blobs.values_mut() {
        chunks[1][99] ^= 1;
    }
    world.page(BEN).accept(file, now);
    world.settle();
    assert_eq!(world.page(BEN).refused.len(), 2, "a changed chunk is not passed on");
    assert_eq!(world.page(BEN).downloads[&file].next, 1);
    for chunks in world.spool.blobs.values_mut() {
        chunks[1][99] ^= 1;
    }
    world.page(BEN).accept(file, now);
    world.run(secs(5));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
}

#[test]
fn a_file_counts_until_the_spool_has_deleted_it() {
    let mut world = World::with(spooled(), &[ANA, BEN]);
    let file = world.offer(ANA, MIB, Keeping::Stored);
    world.run(secs(5));
    world.spool.is_stuck = true;
    world.run(RETENTION_MAX);
    let stats = world.relay.stats();
    assert_eq!((stats.files, stats.bytes, stats.unlinking, stats.receipts), (1, MIB, 1, 0));
    world.send(BEN, &Frame::Accept { transfer: file });
    world.settle();
    assert_eq!(world.page(BEN).refused.last(), Some(&(file, Reason::Unknown)), "unreadable at once");
    world.spool.is_stuck = false;
    world.spool.cannot_delete = true;
    world.settle();
    assert_eq!(world.receipts[0].statement.method, Method::KeyOverwritten);
    assert_eq!(world.page(ANA).receipts[&file].statement.method, Method::KeyOverwritten);
    assert_eq!(world.relay.stats().files, 0);
}

#[test]
fn a_passed_file_does_not_touch_the_spool() {
    let mut world = World::with(spooled(), &[ANA, BEN]);
    world.spool.is_stuck = true;
    let file = world.offer(ANA, 100 * CHUNK, Keeping::Passed);
    world.run(secs(5));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
    assert_eq!(world.receipts[0].statement.method, Method::PassedThrough);
    assert!(world.spool.work.is_empty());
}

#[test]
fn a_spool_that_reports_what_it_was_not_asked_for_is_told() {
    let mut world = World::with(spooled(), &[ANA]);
    world.spool.is_stuck = true;
    let file = world.offer(ANA, 10 * CHUNK, Keeping::Stored);
    let passed = world.offer(ANA, 10 * CHUNK, Keeping::Passed);
    world.settle();
    let size = world.page(ANA).uploads[&file].size;
    assert_ne!(content(file, size, 0), content(passed, size, 0));
    let (blob, now) = (sfu_relay::BlobId(1), world.now());
    for (blob, report) in [
        (blob, SpoolReport::Stored { index: 1 }),
        (blob, SpoolReport::Deleted),
        (sfu_relay::BlobId(2), SpoolReport::Stored { index: 0 }),
    ] {
        assert_eq!(world.relay.handle(Input::Spool { blob, report }, now).err(), Some(Error::SpoolOutOfOrder));
    }
    for index in 0..10 {
        let report = SpoolReport::Stored { index };
        assert!(world.relay.handle(Input::Spool { blob, report }, now).is_ok());
    }
    let report = SpoolReport::Stored { index: 10 };
    assert_eq!(world.relay.handle(Input::Spool { blob, report }, now).err(), Some(Error::SpoolOutOfOrder));
    let report = SpoolReport::Loaded { index: 3, bytes: b"nobody asked" };
    assert!(world.relay.handle(Input::Spool { blob, report }, now).is_ok_and(|outputs| outputs.is_empty()));
}

#[test]
fn an_offer_without_a_byte_leaves_the_spool_alone() {
    let mut world = World::with(spooled(), &[ANA]);
    let file: TransferId = world.offer(ANA, MIB, Keeping::Stored);
    world.deliver_to_relay(ANA);
    world.send(ANA, &Frame::Cancel { transfer: file });
    world.deliver_to_relay(ANA);
    assert!(world.spool.work.is_empty() && world.receipts.is_empty());
    assert_eq!(world.relay.stats().files, 0);
}
