//! Whatever is cut, lost or cancelled, and in whatever order: every file arrives as it was, or those who wait for it are told that it will not.

mod support;

use std::time::Duration;

use fastrand::Rng;
use sfu_relay::{Frame, Keeping, Limits, PersonId, Reason, Storage};
use support::{ANA, BEN, CHUNK, CLEO, Fate, MIB, World, secs};

const PEOPLE: [PersonId; 3] = [ANA, BEN, CLEO];

#[test]
fn a_hundred_transfers_cut_at_random_points_arrive_or_fail_clearly() {
    let mut tally = Tally::default();
    for seed in 0..25 {
        for storage in [Storage::Memory, Storage::Spool] {
            tally.add(run(seed, storage, Trouble { cuts: true, losses: false, cancels: false }));
        }
    }
    assert!(100 <= tally.transfers, "{tally:?}");
    assert!(tally.transfers * 8 / 10 <= tally.uploaded, "most survive their cuts: {tally:?}");
    assert!(tally.accepted * 7 / 10 <= tally.received, "most survive their cuts: {tally:?}");
    assert!(tally.transfers < tally.cuts, "there were cuts: {tally:?}");
}

#[test]
fn a_hundred_transfers_cut_at_random_points_all_end_with_equal_hashes() {
    let cuts: u32 = (0..100).map(cut_at_random_points).sum();
    assert!(200 <= cuts, "{cuts} cuts");
}

/// One file from Ana to Ben. At random points one of them or both lose their channel for some seconds, or come back over a new one.
fn cut_at_random_points(seed: u64) -> u32 {
    let mut dice = Rng::with_seed(seed);
    let storage = [Storage::Memory, Storage::Spool][dice.usize(..2)];
    let keeping = [Keeping::Stored, Keeping::Passed][dice.usize(..2)];
    let mut world = World::with(Limits { storage, ..Limits::default() }, &PEOPLE[..2]);
    let file = world.offer(ANA, dice.u64(1..200 * CHUNK), keeping);
    let cuts = dice.u32(1..=4);
    for _ in 0..cuts {
        for _ in 0..dice.u32(..500) {
            let moved = match dice.u32(..5) {
                0 => world.spool(),
                1 => world.deliver_to_relay(ANA),
                2 => world.deliver_to_page(ANA),
                3 => world.deliver_to_relay(BEN),
                _ => world.deliver_to_page(BEN),
            };
            if !moved {
                world.now += Duration::from_millis(dice.u64(..20));
                world.tick();
            }
        }
        let who = [&PEOPLE[..1], &PEOPLE[1..2], &PEOPLE[..2]][dice.usize(..3)];
        if dice.bool() {
            who.iter().for_each(|person| world.replace(*person));
        } else {
            who.iter().for_each(|person| world.cut(*person));
            world.run(Duration::from_millis(dice.u64(..10_000)));
            who.iter().for_each(|person| world.join(*person));
        }
    }
    world.run(secs(60));
    let what = format!("seed {seed}, {storage:?}, {keeping:?}");
    let download = &world.page(BEN).downloads[&file];
    assert_eq!(download.fate, Some(Fate::Done), "{what}: the hashes are equal");
    // Whoever was away when the last piece of a passed file was acknowledged finds that it is gone, with all that was known of it.
    let told = world.page(ANA).uploads[&file].fate;
    let was_away = keeping == Keeping::Passed && told == Some(Fate::Refused(Reason::Unknown));
    assert!(told == Some(Fate::Done) || was_away, "{what}: {told:?}");
    world.run(secs(20 * 60));
    world.assert_empty();
    cuts
}

#[test]
fn a_flipped_byte_is_refused_by_whoever_gets_it() {
    for seed in 0..50 {
        let mut dice = Rng::with_seed(seed);
        let mut world = World::with(Limits::default(), &PEOPLE[..2]);
        let file = world.offer(ANA, dice.u64(1..40 * CHUNK), Keeping::Stored);
        let chunks = world.page(ANA).uploads[&file].size.chunks();
        let flipped = dice.u32(..chunks);
        while world.page(BEN).downloads.get(&file).is_none_or(|download| download.fate.is_none()) {
            world.deliver_to_relay(ANA);
            world.deliver_to_relay(BEN);
            world.deliver_to_page(ANA);
            // The relay itself is the one who changes it: nobody else could, below DTLS.
            if let Some(message) = world.page(BEN).to_page.front_mut()
                && let Ok(Frame::Chunk { index, bytes, .. }) = Frame::parse(message)
                && index == flipped
            {
                let at = message.len() - 1 - dice.usize(..bytes.len());
                message[at] ^= 1 << dice.u32(..8);
            }
            if !world.deliver_to_page(BEN) {
                world.now += Duration::from_millis(5);
                world.tick();
            }
        }
        assert_eq!(world.page(BEN).downloads[&file].fate, Some(Fate::WrongHash), "seed {seed}, chunk {flipped}");
    }
}

#[test]
fn messages_that_a_full_channel_drops_are_made_up_for() {
    let mut tally = Tally::default();
    for seed in 100..115 {
        tally.add(run(seed, Storage::Memory, Trouble { cuts: false, losses: true, cancels: false }));
    }
    assert!(tally.accepted * 7 / 10 <= tally.received, "{tally:?}");
}

#[test]
fn cuts_losses_and_cancellations_together_leave_nothing_behind() {
    for seed in 200..230 {
        let storage = [Storage::Memory, Storage::Spool][seed as usize % 2];
        run(seed, storage, Trouble { cuts: true, losses: true, cancels: true });
    }
}

#[derive(Clone, Copy)]
struct Trouble {
    cuts: bool,
    losses: bool,
    cancels: bool,
}

#[derive(Debug, Default)]
struct Tally {
    transfers: usize,
    uploaded: usize,
    accepted: usize,
    received: usize,
    cuts: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.transfers += other.transfers;
        self.uploaded += other.uploaded;
        self.accepted += other.accepted;
        self.received += other.received;
        self.cuts += other.cuts;
    }
}

/// One room with several files in all directions, and the trouble that the seed makes. Then everybody comes back, and time passes until nothing
/// is left.
fn run(seed: u64, storage: Storage, trouble: Trouble) -> Tally {
    let mut dice = Rng::with_seed(seed);
    let mut world = World::with(Limits { storage, memory_bytes_max: 8 * MIB, ..Limits::default() }, &PEOPLE);
    let mut tally = Tally::default();
    for _ in 0..4000 {
        let person = PEOPLE[dice.usize(..PEOPLE.len())];
        match dice.u32(..1000) {
            0..=1 if tally.transfers < 4 => {
                let bytes = [1 + dice.u64(..CHUNK), dice.u64(CHUNK..20 * CHUNK), dice.u64(CHUNK..60 * CHUNK)];
                let keeping = [Keeping::Stored, Keeping::Stored, Keeping::Passed][dice.usize(..3)];
                world.offer(person, bytes[dice.usize(..3)], keeping);
                tally.transfers += 1;
            }
            2..=5 if trouble.cuts => {
                world.cut(person);
                tally.cuts += 1;
            }
            6..=30 => {
                if !world.page(person).is_connected {
                    world.join(person);
                }
            }
            31..=33 if trouble.losses => {
                world.page(person).to_page.pop_front();
            }
            34..=36 if trouble.losses => {
                world.page(person).to_relay.pop_front();
            }
            37 if trouble.cancels => {
                let page = world.page(person);
                let ids: Vec<_> = page.uploads.keys().chain(page.downloads.keys()).copied().collect();
                if let Some(id) = dice.choice(&ids) {
                    page.cancel(*id);
                }
            }
            38..=60 => {
                world.now += Duration::from_millis(dice.u64(..400));
                world.tick();
            }
            61..=200 => {
                world.spool();
            }
            201..=600 => {
                world.deliver_to_relay(person);
            }
            _ => {
                world.deliver_to_page(person);
            }
        }
    }
    for person in PEOPLE {
        if !world.page(person).is_connected {
            world.join(person);
        }
    }
    world.run(secs(3 * 60 * 60));
    for (person, page) in &world.pages {
        for (id, upload) in &page.uploads {
            assert!(upload.fate.is_some(), "seed {seed}: {person:?} never hears of {id:?}: {upload:?}");
            tally.uploaded += usize::from(upload.fate == Some(Fate::Done));
        }
        for (id, download) in &page.downloads {
            let whole = download.next == download.size.chunks();
            assert!(download.fate.is_some(), "seed {seed}: {person:?} never hears of {id:?}: {download:?}");
            assert!(whole || download.fate != Some(Fate::Done), "seed {seed}: half a file is no file");
            assert_ne!(download.fate, Some(Fate::WrongHash), "seed {seed}: the bytes are the sender's");
            tally.accepted += 1;
            tally.received += usize::from(whole);
        }
    }
    world.assert_empty();
    tally
}
