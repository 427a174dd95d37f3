//! What the relay promises, as scenarios.

mod support;

use sfu_relay::limits::{
    CREDIT_BATCH_CHUNKS, CREDIT_BURST_CHUNKS, CREDIT_WINDOW_CHUNKS, CREDITS_PER_SECOND, DELIVERED_REMEMBERED_MAX,
    RECEIVE_WINDOW_CHUNKS, RETENTION_MAX, STALLED_MAX, UNFINISHED_MAX,
};
use sfu_relay::{Frame, Input, Keeping, Limits, Output, Reason, Retention, TransferId, WakeReason};
use support::{ANA, BEN, CHUNK, CLEO, DAN, Fate, KIB, MIB, ROOM, World, content, secs};

#[test]
fn a_file_arrives_either_way_as_it_was() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let there = world.offer(ANA, 3 * MIB, Keeping::Stored);
    let back = world.offer(BEN, 100, Keeping::Stored);
    world.run(secs(10));
    assert_eq!(world.page(BEN).downloads[&there].fate, Some(Fate::Done));
    assert_eq!(world.page(ANA).downloads[&back].fate, Some(Fate::Done));
    assert_eq!(world.relay.stats().delivered, 2);
}

#[test]
fn a_file_is_there_for_fifteen_minutes_after_its_last_byte_and_not_a_moment_longer() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    world.page(BEN).accepts_all = false;
    let file = world.offer(ANA, 2 * MIB, Keeping::Stored);
    world.run(secs(1)); // 137 chunks at 64 a second: not yet.
    assert!(!world.page(ANA).deleted_in_ms.contains_key(&file));
    while !world.page(BEN).deleted_in_ms.contains_key(&file) {
        world.run(secs(1));
    }
    let left = u64::from(world.page(BEN).deleted_in_ms[&file]);
    assert!(RETENTION_MAX.as_millis() as u64 - 1000 <= left, "{left} ms are left");
    let wake = world.relay.next_wake().expect("it will be deleted");
    assert_eq!(wake.why, WakeReason::Delete);

    world.run(wake.at - world.now - secs(1));
    let now = world.now;
    world.page(BEN).accept(file, now);
    world.deliver_to_relay(BEN);
    world.deliver_to_page(BEN);
    assert_eq!(world.page(BEN).downloads[&file].next, 1, "at 14:59 it is there");
    world.page(BEN).is_asleep = true;
    world.run(secs(1));
    world.page(BEN).is_asleep = false;
    world.settle();
    assert_eq!(world.relay.stats().held_bytes, 0, "at 15:00 it is gone");
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Refused(Reason::Expired)));
    assert!(world.page(BEN).receipts.contains_key(&file));
    world.send(BEN, &Frame::Accept { transfer: file });
    world.settle();
    assert_eq!(world.page(BEN).refused.last(), Some(&(file, Reason::Unknown)));
    world.assert_empty();
}

#[test]
fn the_time_can_be_made_shorter_and_never_longer() {
    assert_eq!(Retention::at_most(secs(60 * 60)), Retention::default());
    assert_eq!(Retention::default().get(), RETENTION_MAX);
    let retention = Retention::at_most(secs(60));
    let mut world = World::with(Limits { retention, ..Limits::default() }, &[ANA, BEN]);
    world.offer(ANA, 10, Keeping::Stored);
    world.run(secs(59));
    assert_eq!(world.relay.stats().files, 1);
    world.run(secs(1));
    world.assert_empty();
}

#[test]
fn the_end_of_the_session_never_prolongs_the_time() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let early = world.offer(ANA, 10, Keeping::Stored);
    world.run(secs(10 * 60));
    world.end_room(ROOM);
    world.settle();
    world.cut(BEN);
    world.join(BEN);
    world.settle();
    assert_eq!(world.page(BEN).deleted_in_ms[&early], 5 * 60 * 1000, "the earlier of the two counts");
    world.run(secs(5 * 60));
    world.assert_empty();
}

#[test]
fn after_the_session_what_is_there_can_be_fetched_and_nothing_new_is_taken() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    world.page(BEN).accepts_all = false;
    let whole = world.offer(ANA, MIB, Keeping::Stored);
    world.run(secs(5));
    let half = world.offer(ANA, 8 * MIB, Keeping::Stored);
    world.run(secs(1));
    world.end_room(ROOM);
    world.settle();
    assert_eq!(world.page(ANA).uploads[&half].fate, Some(Fate::Refused(Reason::RoomOver)));
    let late = world.offer(ANA, 10, Keeping::Stored);
    world.run(secs(1));
    assert_eq!(world.page(ANA).uploads[&late].fate, Some(Fate::Refused(Reason::RoomOver)));
    world.cut(BEN);
    world.run(secs(60));
    world.page(BEN).accepts_all = true;
    world.join(BEN);
    world.run(secs(5));
    assert_eq!(world.page(BEN).downloads[&whole].fate, Some(Fate::Done));
    world.cut(ANA);
    world.cut(BEN);
    assert_eq!(world.relay.stats().rooms, 1, "it lasts as long as its files");
    world.run(RETENTION_MAX);
    assert_eq!(world.relay.stats().rooms, 0);
}

#[test]
fn a_sender_who_comes_back_sends_only_what_is_missing() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 4 * MIB, Keeping::Stored);
    world.run(secs(2));
    let before = world.relay.stats();
    let sent = world.page(ANA).uploads[&file].next;
    assert!(64 < sent && sent < 280, "{sent} of 273 chunks");
    world.cut(ANA);
    world.run(secs(60));
    world.join(ANA);
    world.settle();
    assert_eq!(world.relay.stats().held_bytes, before.held_bytes + u64::from(CREDIT_BURST_CHUNKS) * (CHUNK + 22));
    world.run(secs(10));
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Done));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
    assert_eq!(world.relay.stats().chunks_repeated, 0);
}

#[test]
fn credit_that_was_lost_with_the_connection_is_given_again_at_once() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 100 * CHUNK, Keeping::Stored);
    world.run(secs(1));
    world.page(ANA).is_asleep = true;
    world.run(secs(1)); // Credit is on its way, and will not arrive.
    world.page(ANA).is_asleep = false;
    world.cut(ANA);
    world.join(ANA);
    world.run(secs(1));
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Done));
}

#[test]
fn what_is_taken_back_or_declined_makes_room_for_the_next_file() {
    for declined in [true, false] {
        let mut world = World::with(Limits::default(), &[ANA, BEN]);
        let file = world.offer(ANA, 100 * CHUNK, Keeping::Stored);
        world.run(secs(5));
        world.send(BEN, &Frame::Accept { transfer: file });
        world.deliver_to_relay(BEN); // The window is full of it, and nothing of it will be acknowledged.
        world.page(BEN).to_page.clear();
        world.page(BEN).downloads.clear();
        if declined {
            world.page(BEN).cancel(file);
        } else {
            world.page(ANA).cancel(file);
        }
        world.settle();
        let next = world.offer(ANA, 10 * CHUNK, Keeping::Stored);
        world.run(secs(1));
        assert_eq!(world.page(BEN).downloads[&next].fate, Some(Fate::Done));
    }
}

#[test]
fn a_small_file_overtakes_a_large_one_on_the_way_out_as_well() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    world.page(BEN).accepts_all = false;
    let files = [100, 20].map(|chunks| world.offer(ANA, chunks * CHUNK, Keeping::Stored));
    world.run(secs(5));
    let now = world.now;
    for file in files {
        world.page(BEN).accept(file, now);
    }
    while world.page(BEN).downloads[&files[1]].fate.is_none() {
        world.deliver_to_relay(BEN);
        world.deliver_to_page(BEN);
    }
    let large = world.page(BEN).downloads[&files[0]].next;
    assert!((20..40).contains(&large), "they take turns: {large}");
}

#[test]
fn whoever_is_slow_is_not_stalled() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 20 * CHUNK, Keeping::Passed);
    while !world.page(BEN).downloads.contains_key(&file) {
        world.deliver_to_relay(ANA);
        world.deliver_to_page(BEN);
    }
    world.page(BEN).is_asleep = true;
    for next in 1..=6 {
        world.run(STALLED_MAX - secs(1));
        world.send(BEN, &Frame::Ack { transfer: file, next });
        world.settle();
        assert_eq!(world.relay.stats().files, 1, "{next} chunks");
    }
    world.run(STALLED_MAX);
    world.assert_empty();
}

#[test]
fn a_receiver_who_comes_back_gets_only_what_is_missing() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 4 * MIB, Keeping::Stored);
    world.run(secs(2));
    let had = world.page(BEN).downloads[&file].next;
    assert!(0 < had);
    world.cut(BEN);
    world.run(secs(10));
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Done), "the sender need not wait, and may go");
    world.cut(ANA);
    world.join(BEN);
    let chunks = |message: &Vec<u8>| matches!(Frame::parse(message), Ok(Frame::Chunk { .. }));
    world.deliver_to_relay(BEN);
    let first = world.page(BEN).to_page.iter().find(|message| chunks(message)).cloned().expect("it goes on");
    assert!(matches!(Frame::parse(&first), Ok(Frame::Chunk { index, .. }) if index == had));
    world.run(secs(5));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
}

#[test]
fn the_sender_sees_progress_and_everybody_the_countdown() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 137 * CHUNK, Keeping::Stored);
    world.run(secs(1));
    let acked = world.page(ANA).uploads[&file].acked;
    assert!(0 < acked && acked < 137, "{acked}");
    world.run(secs(1));
    assert_eq!(world.page(ANA).uploads[&file].acked, 137, "received");
    assert_eq!(world.pages[&ANA].deleted_in_ms, world.pages[&BEN].deleted_in_ms);
    world.run(secs(60));
    world.cut(BEN);
    world.join(BEN);
    world.settle();
    let left = world.relay.next_wake().expect("it will be deleted").at - world.now;
    assert_eq!(u128::from(world.page(BEN).deleted_in_ms[&file]), left.as_millis(), "told again to who comes back");
}

#[test]
fn received_means_by_all_who_take_it_and_are_there() {
    let mut world = World::with(Limits::default(), &[ANA, BEN, CLEO]);
    world.page(BEN).accepts_all = false;
    world.page(CLEO).is_asleep = true;
    let file = world.offer(ANA, 30 * CHUNK, Keeping::Stored);
    world.settle();
    world.send(CLEO, &Frame::Accept { transfer: file });
    world.settle();
    let now = world.now;
    world.page(BEN).accept(file, now);
    world.run(secs(1));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
    assert_eq!(world.page(ANA).uploads[&file].acked, 0);
    world.cut(CLEO);
    world.send(BEN, &Frame::Have { transfer: file, next: 30 });
    world.settle();
    assert_eq!(world.page(ANA).uploads[&file].acked, 30);
}

#[test]
fn a_small_file_overtakes_a_large_one() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let large = world.offer(ANA, 32 * MIB, Keeping::Stored);
    world.run(secs(1));
    let small = world.offer(ANA, 10 * CHUNK, Keeping::Stored);
    world.run(secs(1));
    assert_eq!(world.page(BEN).downloads[&small].fate, Some(Fate::Done));
    assert_eq!(world.page(BEN).downloads[&large].fate, None);
}

#[test]
fn a_sender_may_take_a_file_back_at_any_time() {
    for after in [0, 1, 60] {
        let mut world = World::with(Limits::default(), &[ANA, BEN]);
        let other = world.offer(ANA, 2 * MIB, Keeping::Stored);
        let file = world.offer(ANA, 2 * MIB, Keeping::Stored);
        world.run(secs(after));
        world.page(ANA).cancel(file);
        world.settle();
        assert_eq!(world.page(BEN).cancelled, [file]);
        assert_eq!(world.relay.stats().files, 1);
        world.run(secs(60));
        assert_eq!(world.page(BEN).downloads[&other].fate, Some(Fate::Done), "the other goes on");
        world.run(RETENTION_MAX);
        world.assert_empty();
    }
}

#[test]
fn a_receiver_may_stop_at_any_time_and_the_sender_is_told() {
    let mut world = World::with(Limits::default(), &[ANA, BEN, CLEO]);
    let file = world.offer(ANA, 3 * MIB, Keeping::Stored);
    world.run(secs(1));
    world.page(BEN).cancel(file);
    world.run(secs(10));
    assert_eq!(world.page(ANA).refused, [(file, Reason::Declined)]);
    assert_eq!(world.page(CLEO).downloads[&file].fate, Some(Fate::Done));
    assert_eq!(world.page(BEN).to_page.len(), 0);
    let now = world.now;
    world.page(BEN).accept(file, now); // On second thoughts.
    world.run(secs(10));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
}

#[test]
fn a_passed_file_waits_for_somebody_and_is_gone_when_all_have_it() {
    let mut world = World::with(Limits::default(), &[ANA, BEN, CLEO]);
    world.page(BEN).accepts_all = false;
    world.page(CLEO).accepts_all = false;
    let file = world.offer(ANA, 200 * CHUNK, Keeping::Passed);
    world.run(secs(10));
    assert_eq!(world.relay.stats().held_bytes, 0, "nothing comes that nobody takes");
    let now = world.now;
    world.page(BEN).accept(file, now);
    world.page(CLEO).accept(file, now);
    world.page(CLEO).is_asleep = true;
    world.settle();
    world.run(secs(2));
    let next = world.page(BEN).downloads[&file].next;
    assert_eq!(next, CREDIT_WINDOW_CHUNKS, "as fast as the slowest");
    world.page(CLEO).is_asleep = false;
    world.run(secs(10));
    for person in [BEN, CLEO] {
        assert_eq!(world.page(person).downloads[&file].fate, Some(Fate::Done));
    }
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Done));
    assert_eq!(world.page(ANA).uploads[&file].acked, 200);
    assert!(world.held_bytes_max <= u64::from(CREDIT_WINDOW_CHUNKS) * (CHUNK + 22));
    world.assert_empty();
}

#[test]
fn whoever_comes_too_late_for_a_passed_file_is_told_so() {
    let mut world = World::with(Limits::default(), &[ANA, BEN, CLEO]);
    world.page(CLEO).accepts_all = false;
    let file = world.offer(ANA, 200 * CHUNK, Keeping::Passed);
    world.run(secs(1));
    let now = world.now;
    world.page(CLEO).accept(file, now);
    world.settle();
    assert_eq!(world.page(CLEO).refused, [(file, Reason::TooLate)]);
    world.join(DAN);
    world.settle();
    assert!(world.page(DAN).offers.is_empty(), "nor is it offered any more");
    world.run(secs(10));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
}

#[test]
fn a_gigabyte_passes_through_64_megabytes() {
    let limits = Limits { memory_bytes_max: 64_000_000, ..Limits::default() };
    let mut world = World::with(limits, &[ANA, BEN]);
    let stored = world.offer(ANA, 1_000_000_000, Keeping::Stored);
    world.run(secs(1));
    assert_eq!(world.page(ANA).uploads[&stored].fate, Some(Fate::Refused(Reason::TooLargeToStore)));
    let file = world.offer(ANA, 1_000_000_000, Keeping::Passed);
    world.run(secs(20 * 60));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
    assert_eq!(world.page(BEN).downloads[&file].size.bytes(), 1_000_000_000);
    assert!(world.memory_bytes_max < 64_000_000);
    world.assert_empty();
}

#[test]
fn a_passed_file_survives_cuts_on_both_sides() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 500 * CHUNK, Keeping::Passed);
    for person in [BEN, ANA, BEN, BEN, ANA] {
        world.run(secs(1));
        world.cut(person);
        world.run(secs(20));
        world.join(person);
    }
    world.run(secs(10));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Done));
}

#[test]
fn whoever_stops_a_passed_file_is_left_behind_and_the_others_go_on() {
    let mut world = World::with(Limits::default(), &[ANA, BEN, CLEO]);
    let file = world.offer(ANA, 200 * CHUNK, Keeping::Passed);
    world.settle();
    world.cut(CLEO);
    world.run(STALLED_MAX - secs(1));
    assert!(world.page(BEN).downloads[&file].fate.is_none());
    assert_eq!(world.relay.next_wake().map(|wake| wake.why), Some(WakeReason::Stalled));
    world.run(secs(10));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
    world.join(CLEO);
    world.settle();
    assert!(matches!(world.page(CLEO).downloads[&file].fate, Some(Fate::Refused(Reason::Unknown))));
    world.assert_empty();
}

#[test]
fn a_passed_file_that_nobody_takes_any_more_is_over() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 200 * CHUNK, Keeping::Passed);
    world.run(secs(1));
    world.page(BEN).cancel(file);
    world.settle();
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Refused(Reason::Abandoned)));
    world.assert_empty();

    let file = world.offer(ANA, 200 * CHUNK, Keeping::Passed);
    world.run(secs(1));
    world.page(BEN).is_asleep = true;
    world.run(STALLED_MAX + secs(1));
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Refused(Reason::Stalled)));
    world.assert_empty();
}

#[test]
fn a_sender_who_vanishes_leaves_nothing_behind() {
    for keeping in [Keeping::Stored, Keeping::Passed] {
        let mut world = World::with(Limits::default(), &[ANA, BEN]);
        let file = world.offer(ANA, 8 * MIB, keeping);
        world.run(secs(1));
        world.cut(ANA);
        world.run(RETENTION_MAX + secs(1));
        assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Refused(Reason::Expired)));
        world.assert_empty();
    }
}

#[test]
fn a_sender_who_trickles_does_not_keep_a_file_for_ever() {
    let mut world = World::with(Limits::default(), &[ANA]);
    let file = world.offer(ANA, 200 * CHUNK, Keeping::Stored);
    while world.deliver_to_relay(ANA) {}
    world.page(ANA).is_asleep = true;
    world.page(ANA).to_page.clear();
    let size = world.page(ANA).uploads[&file].size;
    for index in 0..20 {
        let bytes = content(file, size, index);
        world.send(ANA, &Frame::Chunk { transfer: file, index, bytes: &bytes });
        world.run(RETENTION_MAX - secs(1));
        if world.relay.stats().files == 0 {
            let took = u32::try_from((RETENTION_MAX * (index + 1)).as_secs()).expect("hours");
            assert!(UNFINISHED_MAX.as_secs() <= u64::from(took), "not before its time");
            return world.assert_empty();
        }
    }
    panic!("it is still there");
}

#[test]
fn a_receiver_who_never_reads_costs_a_few_chunks() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    world.page(BEN).is_asleep = true;
    let files: Vec<TransferId> = (0..8).map(|_| world.offer(ANA, 7 * MIB, Keeping::Stored)).collect();
    world.settle();
    for file in &files {
        world.send(BEN, &Frame::Accept { transfer: *file });
    }
    world.run(secs(120));
    assert!(
        files.iter().all(|file| world.page(ANA).uploads[file].fate == Some(Fate::Done)),
        "the sender is not held up"
    );
    let window = RECEIVE_WINDOW_CHUNKS as usize * (CHUNK as usize + 22);
    let unread = world.page(BEN).unread_bytes_max;
    assert!(window <= unread && unread < window + 4 * KIB as usize, "{unread} bytes wait");
    world.run(RETENTION_MAX);
    world.assert_empty();
}

#[test]
fn credit_comes_at_a_pace_that_the_core_takes() {
    let mut world = World::with(Limits::default(), &[ANA]);
    world.offer(ANA, 30 * MIB, Keeping::Stored);
    world.offer(ANA, 30 * MIB, Keeping::Stored);
    world.settle();
    let chunks = |world: &World| world.relay.stats().held_bytes / (CHUNK + 22);
    assert_eq!(chunks(&world), u64::from(CREDIT_BURST_CHUNKS));
    world.run(secs(10));
    let paced = u64::from(CREDIT_BURST_CHUNKS + 10 * CREDITS_PER_SECOND);
    assert!((paced - 4..=paced).contains(&chunks(&world)), "{} chunks in 10 s", chunks(&world));
    assert_eq!(world.relay.next_wake().map(|wake| wake.why), Some(WakeReason::Credit));
    world.cut(ANA);
    assert_eq!(world.relay.next_wake().map(|wake| wake.why), Some(WakeReason::Delete), "nobody is there to get any");
    assert!(world.wakes <= 10 * u64::from(CREDITS_PER_SECOND / CREDIT_BATCH_CHUNKS) + 1, "{} wake-ups", world.wakes);
}

#[test]
fn chunks_that_do_not_fit_are_refused_and_harm_nobody() {
    let mut world = World::with(Limits::default(), &[ANA, BEN, CLEO]);
    let file = world.offer(ANA, 100 * CHUNK + 5, Keeping::Stored);
    let other = world.offer(BEN, 100 * CHUNK, Keeping::Stored);
    world.settle();
    let size = world.page(ANA).uploads[&file].size;
    let next = world.page(ANA).uploads[&file].next;
    let held = world.relay.stats().held_bytes;
    let bytes = content(file, size, next);
    for (person, index, bytes, reason) in [
        (ANA, next, &bytes[1..], Some(Reason::WrongLength)),
        (ANA, 100, &bytes[..], Some(Reason::WrongLength)), // The last one is short.
        (ANA, 100, &bytes[..5], Some(Reason::BeyondCredit)),
        (ANA, 101, &bytes[..5], Some(Reason::OutOfRange)),
        (ANA, u32::MAX, &bytes[..], Some(Reason::OutOfRange)),
        (ANA, next, &bytes[..], Some(Reason::BeyondCredit)),
        (BEN, next, &bytes[..], Some(Reason::WrongRole)),
        (ANA, 0, &bytes[..], None), // A repetition.
    ] {
        let before = world.page(person).refused.len();
        world.send(person, &Frame::Chunk { transfer: file, index, bytes });
        world.settle();
        let told = world.page(person).refused[before..].to_vec();
        assert_eq!(told, reason.map(|reason| (file, reason)).into_iter().collect::<Vec<_>>(), "chunk {index}");
        assert_eq!(world.relay.stats().held_bytes, held, "nothing is stored");
    }
    assert_eq!(world.relay.stats().chunks_repeated, 1);
    for upload in world.page(ANA).uploads.values_mut() {
        upload.fate = None; // The page would have given up; its owner has not.
    }
    world.run(secs(10));
    for (person, file) in [(BEN, file), (CLEO, file), (ANA, other), (CLEO, other)] {
        assert_eq!(world.page(person).downloads[&file].fate, Some(Fate::Done), "{person:?}");
    }
}

#[test]
fn a_gap_is_told_once_and_filled() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 100 * CHUNK, Keeping::Stored);
    while world.page(ANA).to_relay.len() < 10 {
        world.deliver_to_relay(ANA);
        world.deliver_to_page(ANA);
    }
    world.page(ANA).to_relay.remove(3);
    while world.deliver_to_relay(ANA) {}
    let haves = world.page(ANA).to_page.iter().filter(|it| matches!(Frame::parse(it), Ok(Frame::Have { .. }))).count();
    assert_eq!(haves, 1);
    assert!(1 < world.relay.stats().chunks_early);
    world.run(secs(10));
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
}

#[test]
fn who_has_asked_again_may_acknowledge_what_was_on_its_way() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let files = [40, 40].map(|chunks| world.offer(ANA, chunks * CHUNK, Keeping::Stored));
    for _ in files {
        world.deliver_to_relay(ANA);
        world.deliver_to_page(BEN);
    }
    world.page(BEN).is_asleep = true;
    world.run(secs(1));
    // A slow line: of the first file nothing has come for long. Places in the window that it gives back go to both files in turns.
    world.send(BEN, &Frame::Have { transfer: files[0], next: 0 });
    world.settle();
    world.page(BEN).is_asleep = false;
    world.run(secs(20));
    assert_eq!(files.map(|file| world.page(BEN).downloads[&file].fate), [Some(Fate::Done); 2]);
    assert_eq!(world.page(BEN).refused, []);
}

#[test]
fn a_sender_who_was_away_when_all_had_come_hears_so_afterwards() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 5 * CHUNK, Keeping::Passed);
    while world.page(BEN).downloads.get(&file).is_none_or(|download| download.fate.is_none()) {
        for person in [ANA, BEN] {
            world.deliver_to_relay(person);
            world.deliver_to_page(person);
        }
    }
    world.cut(ANA);
    world.run(secs(1));
    assert_eq!(world.relay.stats().files, 0, "over while Ana was away");
    world.join(ANA);
    world.run(secs(10));
    assert_eq!(world.page(ANA).uploads[&file].fate, Some(Fate::Done));
    // To offer it once more leads to the same, and nobody else is told.
    world.page(ANA).uploads.get_mut(&file).expect("it was offered").fate = None;
    world.page(ANA).uploads.get_mut(&file).expect("it was offered").is_known = false;
    world.run(secs(10));
    assert_eq!((world.page(ANA).uploads[&file].fate, world.relay.stats().files), (Some(Fate::Done), 0));
    world.send(BEN, &Frame::Have { transfer: file, next: 0 });
    world.settle();
    assert_eq!(world.page(BEN).refused, [(file, Reason::Unknown)]);
}

#[test]
fn so_many_files_that_were_passed_through_are_remembered_and_no_more() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let files: Vec<_> = (0..=DELIVERED_REMEMBERED_MAX)
        .map(|_| {
            let file = world.offer(ANA, 1, Keeping::Passed);
            world.run(secs(1));
            file
        })
        .collect();
    for (file, refused) in [(files[0], 1), (files[1], 0)] {
        let before = world.page(ANA).refused.len();
        world.send(ANA, &Frame::Have { transfer: file, next: 0 });
        world.settle();
        assert_eq!(world.page(ANA).refused.len() - before, refused);
    }
    assert_eq!(world.relay.stats().deliveries_forgotten, 1);
}

#[test]
fn nobody_acknowledges_or_resumes_what_was_never_sent() {
    let mut world = World::with(Limits::default(), &[ANA, BEN, CLEO]);
    world.page(CLEO).accepts_all = false;
    let file = world.offer(ANA, 100 * CHUNK, Keeping::Stored);
    world.run(secs(1));
    for (person, frame, reason) in [
        (BEN, Frame::Ack { transfer: file, next: 99 }, Reason::OutOfRange),
        (BEN, Frame::Have { transfer: file, next: 100 }, Reason::OutOfRange),
        (CLEO, Frame::Have { transfer: file, next: 1 }, Reason::OutOfRange),
        (CLEO, Frame::Ack { transfer: file, next: 0 }, Reason::WrongRole),
        (ANA, Frame::Accept { transfer: file }, Reason::WrongRole),
        (ANA, Frame::Ack { transfer: file, next: 1 }, Reason::WrongRole),
        (BEN, Frame::Credit { transfer: file, until: 100 }, Reason::WrongRole),
        (CLEO, Frame::Done { transfer: file, deleted_in_ms: 0 }, Reason::WrongRole),
        (CLEO, Frame::Cancel { transfer: TransferId([0; 16]) }, Reason::Unknown),
    ] {
        let before = world.page(person).refused.len();
        let id = frame.transfer();
        world.send(person, &frame);
        world.settle();
        assert_eq!(world.page(person).refused[before..], [(id, reason)], "{frame:?}");
    }
}

#[test]
fn rooms_know_nothing_of_each_other() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    world.join_room(sfu_relay::RoomId(2), CLEO);
    let file = world.offer(ANA, 10, Keeping::Stored);
    world.send(CLEO, &Frame::Accept { transfer: file });
    world.send(CLEO, &Frame::Cancel { transfer: file });
    world.run(secs(1));
    assert!(world.page(CLEO).offers.is_empty());
    assert_eq!(world.page(CLEO).refused, [(file, Reason::Unknown), (file, Reason::Unknown)]);
    assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::Done));
}

#[test]
fn an_offer_that_is_repeated_is_the_same_and_an_id_is_used_once() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let file = world.offer(ANA, 50 * CHUNK, Keeping::Stored);
    world.run(secs(1));
    let frame = {
        let upload = &world.page(ANA).uploads[&file];
        let (keeping, size) = (upload.keeping, upload.size);
        Frame::Offer { transfer: file, keeping, size, manifest: b"sealed manifest" }.write()
    };
    for (person, refused) in [(ANA, 0), (BEN, 1)] {
        world.page(person).to_relay.push_back(frame.clone());
        world.settle();
        assert_eq!(world.page(person).refused.len(), refused, "{person:?}");
    }
    assert_eq!(world.page(BEN).refused, [(file, Reason::IdTaken)]);
    assert_eq!(world.relay.stats().files, 1);
}

#[test]
fn what_is_no_frame_is_refused() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    for message in [&b""[..], b"hello", &[0xF9], &[0xF9; 18], &vec![0xF9; 20_000]] {
        world.page(ANA).to_relay.push_back(message.to_vec());
    }
    world.settle();
    assert_eq!(world.page(ANA).refused, [(TransferId([0; 16]), Reason::Malformed); 5]);
    assert_eq!(world.page(BEN).to_page.len(), 0);
    assert_eq!(world.relay.stats().refused(Reason::Malformed), 5);
}

#[test]
fn nothing_that_is_shown_contains_what_people_send() {
    let mut world = World::with(Limits::default(), &[ANA]);
    world.offer_with(ANA, 100, Keeping::Stored, b"canary");
    let offer = world.page(ANA).to_relay.pop_front().expect("it was offered");
    world.join(BEN);
    let now = world.now();
    let outputs: Vec<Output> =
        world.relay.handle(Input::Received { person: ANA, frame: &offer }, now).expect("a frame").into_iter().collect();
    let shown = format!("{outputs:?} {:?}", world.relay);
    let canary = format!("{:?}", b"canary");
    assert!(!shown.contains("canary") && !shown.contains(canary.trim_matches(['[', ']'])), "{shown}");
    assert!(shown.contains("Send(PersonId(2), "), "{shown}");
}
