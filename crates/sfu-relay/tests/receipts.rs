//! Receipts: whoever changes, leaves out or reorders one is found out.

mod support;

use sfu_relay::{
    Fault, Input, Keeping, Limits, Method, PublicKey, Reason, Receipt, Relay, Signer, WrongReceipt, blob_hash, verify,
};
use support::{ANA, BEGINNING_UNIX_S, BEN, Fate, MIB, ROOM, World, secs};

#[test]
fn receipts_of_a_day_form_a_chain() {
    let (receipts, key) = some();
    assert_eq!(verify(&receipts, &key), Ok(()));
    assert_eq!(verify(&receipts[2..], &key), Ok(()), "a part without gaps is sound");
    assert_eq!(verify(&[], &key), Ok(()));
    for (number, receipt) in receipts.iter().enumerate() {
        assert_eq!(receipt.statement.number, number as u64);
        assert!(receipt.is_signed_with(&key));
        assert_eq!(Receipt::from_bytes(&receipt.to_bytes()), Some(*receipt));
    }
}

#[test]
fn a_receipt_says_what_was_deleted_and_when() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    world.run(secs(100));
    let file = world.offer(ANA, MIB + 1, Keeping::Stored);
    world.run(secs(30));
    let completed = world.page(ANA).deleted_in_ms[&file];
    assert!(completed <= 15 * 60 * 1000);
    world.run(secs(20 * 60));
    let receipt = world.receipts[0];
    let statement = receipt.statement;
    assert_eq!((statement.blob, statement.size_class), (blob_hash(file), 21));
    assert_eq!(statement.method, Method::MemoryOverwritten);
    let completed_unix_s = statement.completed_unix_s.expect("it was stored whole");
    assert!((BEGINNING_UNIX_S + 100..BEGINNING_UNIX_S + 110).contains(&completed_unix_s));
    assert_eq!(statement.deleted_unix_s, completed_unix_s + 15 * 60);
    for person in [ANA, BEN] {
        assert_eq!(world.page(person).receipts[&file], receipt, "both pages can keep it");
    }
}

#[test]
fn no_number_is_used_before_it_is_reserved_and_each_file_has_one() {
    let mut world = World::new(Limits::default());
    let signer = || Signer::new(&[2; 32], None).with_numbers(5..7);
    world.relay = Relay::new(Limits::default(), [1; 32], signer());
    for person in [ANA, BEN] {
        world.join(person);
    }
    let files = [0; 3].map(|_| world.offer(ANA, 1000, Keeping::Stored));
    world.run(secs(5));
    assert_eq!(world.page(ANA).refused, [(files[2], Reason::ServerFiles)], "two numbers, two files");
    assert_eq!(world.relay.receipt_numbers(), (5, 2));
    world.input(Input::NumbersReserved { until: 8 });
    let third = world.offer(ANA, 1000, Keeping::Stored);
    world.run(secs(5));
    assert_eq!(world.page(ANA).uploads[&third].fate, Some(Fate::Done));
    world.run(secs(20 * 60));
    let numbers: Vec<u64> = world.receipts.iter().map(|receipt| receipt.statement.number).collect();
    assert_eq!(numbers, [5, 6, 7]);
    assert_eq!(world.relay.receipt_numbers(), (8, 0));
    world.offer(ANA, 1000, Keeping::Stored);
    world.run(secs(5));
    assert_eq!(world.relay.stats().files, 0, "none is left");
    world.input(Input::NumbersReserved { until: 1 });
    assert_eq!(world.relay.receipt_numbers(), (8, 0), "what was given is not taken back");
    assert_eq!(signer().next_number(), 5);
}

#[test]
fn a_file_that_never_came_whole_says_so_and_one_that_never_came_has_no_receipt() {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    let half = world.offer(ANA, MIB, Keeping::Stored);
    let none = world.offer(ANA, MIB, Keeping::Passed);
    world.page(BEN).accepts_all = false;
    while world.relay.stats().held_bytes == 0 {
        world.deliver_to_relay(ANA);
        world.deliver_to_page(ANA);
    }
    world.cut(ANA);
    world.run(secs(20 * 60));
    assert_eq!(world.receipts.len(), 1);
    assert_eq!(world.receipts[0].statement.blob, blob_hash(half));
    assert_eq!(world.receipts[0].statement.completed_unix_s, None);
    assert!(!world.page(BEN).receipts.contains_key(&none));
    world.assert_empty();
}

#[test]
fn a_changed_receipt_is_named() {
    let (receipts, key) = some();
    let fields = Receipt::BYTES - 64;
    for bit in 0..Receipt::BYTES * 8 {
        let mut bytes = receipts[1].to_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let Some(changed) = Receipt::from_bytes(&bytes) else {
            assert_eq!(bit / 8, fields - 32 - 1, "only the method may be unreadable");
            continue;
        };
        let list = [receipts[0], changed, receipts[2]];
        assert_eq!(verify(&list, &key), Err(WrongReceipt { index: 1, fault: Fault::Signature }));
    }
}

#[test]
fn a_missing_or_moved_receipt_is_named() {
    let (receipts, key) = some();
    let without_second = [receipts[0], receipts[2]];
    assert_eq!(verify(&without_second, &key), Err(WrongReceipt { index: 1, fault: Fault::Number }));
    let swapped = [receipts[0], receipts[2], receipts[1]];
    assert_eq!(verify(&swapped, &key), Err(WrongReceipt { index: 1, fault: Fault::Number }));
    let twice = [receipts[0], receipts[0]];
    assert_eq!(verify(&twice, &key), Err(WrongReceipt { index: 1, fault: Fault::Number }));
}

#[test]
fn a_second_history_of_the_same_server_does_not_fit_the_first() {
    let (one, key) = some();
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    for _ in 0..3 {
        world.offer(BEN, 2 * MIB, Keeping::Stored); // The same signer from the beginning, but other files.
        world.run(secs(20 * 60));
    }
    let other = &world.receipts;
    assert_eq!(verify(&[one[0], other[1]], &key), Err(WrongReceipt { index: 1, fault: Fault::Chain }));
    let mut first = one[0];
    first.statement.previous = [1; 32];
    assert_eq!(verify(&[first], &key), Err(WrongReceipt { index: 0, fault: Fault::Signature }));
}

#[test]
fn another_key_is_no_key() {
    let (receipts, _) = some();
    let other = Signer::new(&[3; 32], None).public_key();
    assert_eq!(verify(&receipts, &other), Err(WrongReceipt { index: 0, fault: Fault::Signature }));
    assert_eq!(verify(&receipts, &PublicKey([0; 32])), Err(WrongReceipt { index: 0, fault: Fault::Signature }));
}

#[test]
fn the_chain_goes_on_after_a_restart() {
    let (mut receipts, key) = some();
    let mut world = World::with(Limits::default(), &[]);
    let signer = Signer::new(&[2; 32], receipts.last());
    world.relay = Relay::new(Limits::default(), [9; 32], signer);
    world.join(ANA);
    world.offer(ANA, 10, Keeping::Stored);
    world.run(secs(20 * 60));
    receipts.append(&mut world.receipts);
    assert_eq!(verify(&receipts, &key), Ok(()));
    let now = world.now();
    let _nothing = world.relay.handle(Input::RoomEnded { room: ROOM }, now);
}

#[test]
fn the_key_is_the_one_that_everybody_else_computes() {
    // RFC 8032, section 7.1, test 1.
    let seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let key = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_eq!(Signer::new(&seed, None).public_key(), PublicKey(key));
}

fn hex(text: &str) -> [u8; 32] {
    std::array::from_fn(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).expect("hex"))
}

/// A few receipts of one relay.
fn some() -> (Vec<Receipt>, PublicKey) {
    let mut world = World::with(Limits::default(), &[ANA, BEN]);
    for bytes in [1, MIB, 100, 5 * MIB] {
        world.offer(ANA, bytes, Keeping::Stored);
        world.run(secs(20 * 60));
    }
    assert_eq!(world.receipts.len(), 4);
    (world.receipts, world.relay.public_key())
}
