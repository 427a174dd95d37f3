//! What the RFCs and other implementations say of SRTP, and what must not be true of it.

use proptest::prelude::*;

use super::replay::STREAMS_MAX;
use super::*;
use crate::seen::WINDOW;

const PROFILES: [Profile; 3] = [Profile::Aes128CmSha1_80, Profile::AeadAes128Gcm, Profile::AeadAes256Gcm];

/// RFC 3711, appendix B.3; the driver of libsrtp uses it as well.
const MASTER_KEY: &str = "e1f97a0d3e018be0d64fa32c06de4139";
const MASTER_SALT: &str = "0ec675ad498afeebb6960b3aabe6";

/// RFC 7714, sections 16 and 17: session keys, the longer of which begins with the shorter.
const GCM_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const GCM_SALT: &str = "517569642070726f2071756f";

#[test]
fn keys_are_derived_as_in_rfc_3711_appendix_b_3() {
    let prf = Prf::new(&bytes(MASTER_KEY), &bytes(MASTER_SALT)).unwrap();
    for (label, expected) in [
        (0, "c61e7a93744f39ee10734afe3ff7a087"),
        (2, "30cbbc08863d8c85d49db34a9ae1"),
        (
            1,
            "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef72270986371c10c9a369ac2\
             f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2",
        ),
    ] {
        let mut derived = vec![0; expected.len() / 2];
        prf.fill(label, &mut derived).unwrap();
        assert_eq!(hex(&derived), expected, "label {label}");
    }
}

#[test]
fn keys_of_256_bits_are_derived_as_in_rfc_6188_section_7_2() {
    let master = bytes("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6");
    let prf = Prf::new(&master, &bytes("3b04803de51ee7c96423ab5b78d2")).unwrap();
    for (label, expected) in [
        (0, "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"),
        (1, "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"),
        (2, "fa31791685ca444a9e07c6c64e93"),
    ] {
        let mut derived = vec![0; expected.len() / 2];
        prf.fill(label, &mut derived).unwrap();
        assert_eq!(hex(&derived), expected, "label {label}");
    }
}

#[test]
fn the_key_stream_is_that_of_rfc_3711_appendix_b_2() {
    let cm = CounterMode::new(&bytes("2b7e151628aed2a6abf7158809cf4f3c"), &[0; CM_AUTHENTICATION_BYTES]).unwrap();
    let key = Key { cipher: Cipher::Cm(Box::new(cm)), salt: number(&bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfd")) };
    let mut packet = vec![0; 1_044_512];
    key.seal_rtp(&mut packet, 0, 0, 0, 0).unwrap();
    assert_eq!(
        hex(&packet[..48]),
        "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0"
    );
    assert_eq!(
        hex(&packet[1_044_512 - 48..1_044_512]),
        "ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae6a2cc3787889374fbeb4c81b17ba6c44"
    );
}

#[test]
fn counter_mode_packets_are_those_of_libsrtp() {
    let (server_key, server_salt) = ("00".repeat(16), "00".repeat(14));
    let keying = bytes(&[MASTER_KEY, &server_key, MASTER_SALT, &server_salt].concat());
    let (mut sealer, _) = pair(Profile::Aes128CmSha1_80, &keying, true).unwrap();
    let (_, mut opener) = pair(Profile::Aes128CmSha1_80, &keying, false).unwrap();
    let clear = "800f1234decafbadcafebabeabababababababababababababababab";
    let sealed = "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb";
    let mut packet = bytes(clear);
    sealer.seal_rtp(&mut packet, 0, 12, 0xcafe_babe, 0x1234).unwrap();
    assert_eq!(hex(&packet), sealed);
    let mut payload = Vec::new();
    assert_eq!(opener.open_rtp(&packet, &mut payload, 12, 0xcafe_babe, 0x1234), Ok(0x1234));
    assert_eq!(hex(&payload), clear[24..]);

    let clear = "81c8000bcafebabeabababababababababababababababab";
    let sealed = "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798";
    sealer.next_rtcp = 1; // Where libsrtp begins.
    let mut packet = bytes(clear);
    sealer.seal_rtcp(&mut packet, 0).unwrap();
    assert_eq!(hex(&packet), sealed);
    assert_eq!(opener.open_rtcp(&mut packet), Ok(24));
    assert_eq!(hex(&packet[..24]), clear);
}

#[test]
fn gcm_packets_are_those_of_rfc_7714_section_16() {
    let clear = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    for (key, sealed) in [
        (
            gcm_key(16),
            "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb1\
             6a9152cf765ee4390cce",
        ),
        (
            gcm_key(32),
            "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfff\
             d6b0f9bb7878d7a76c13",
        ),
    ] {
        let mut packet = bytes(clear);
        key.seal_rtp(&mut packet, 0, 12, 0x5501_a0b2, 0xf17b).unwrap();
        assert_eq!(hex(&packet), sealed);
        let mut payload = vec![7; 1_000];
        assert_eq!(key.open_rtp(&packet, &mut payload, 12, 0x5501_a0b2, 0xf17b), Ok(()));
        assert_eq!(hex(&payload), clear[24..]);
    }
}

#[test]
fn gcm_rtcp_packets_are_those_of_rfc_7714_section_17() {
    let clear =
        "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    for (key, sealed) in [
        (
            gcm_key(16),
            "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa458\
             96cf4d2fc5abf87245d9eade800005d4",
        ),
        (
            gcm_key(32),
            "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c\
             4446839f57ff6f6cb26ac3be800005d4",
        ),
    ] {
        let mut packet = bytes(clear);
        key.seal_rtcp(&mut packet, 0, 0x5d4).unwrap();
        assert_eq!(hex(&packet), sealed);
        let parts = key.split_rtcp(&mut packet).unwrap();
        assert_eq!((parts.ssrc(), parts.index()), (0x4d61_7273, Some(0x5d4)));
        assert_eq!(key.open_rtcp(parts), Some(52));
        assert_eq!(hex(&packet[..52]), clear);
    }
}

#[test]
fn rtcp_that_is_not_encrypted_is_refused() {
    // RFC 7714, section 17.3: authentic, and legible to everybody.
    let tagged = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef\
                  841dd9683dd78ec92ae58790125f62b3000005d4";
    let keys = Keys { rtp: gcm_key(16), rtcp: gcm_key(16) };
    let mut opener = Opener { keys, rtp: Streams::new(), rtcp: Streams::new() };
    assert_eq!(opener.open_rtcp(&mut bytes(tagged)), Err(Refused::Malformed));
}

#[test]
fn each_end_opens_what_the_other_seals_and_not_its_own() {
    for profile in PROFILES {
        for is_client in [true, false] {
            let (sealer, mut own) = session(profile, is_client);
            let (_, mut theirs) = session(profile, !is_client);
            assert_eq!(own.open_rtp(&sealed(&sealer, 5), &mut Vec::new(), 12, SSRC, 5), Err(Refused::Forged));
            assert_eq!(theirs.open_rtp(&sealed(&sealer, 5), &mut Vec::new(), 12, SSRC, 5), Ok(5));
        }
        let keying = vec![0; profile.keying_bytes() - 1];
        assert!(pair(profile, &keying, true).is_none(), "too short");
    }
}

#[test]
fn replays_are_refused_and_reordering_is_not() {
    for profile in PROFILES {
        let (sealer, mut opener) = talk(profile);
        let mut open = |index: u64| opener.open_rtp(&sealed(&sealer, index), &mut Vec::new(), 12, SSRC, index as u16);
        let is = Ok::<u64, Refused>;
        assert_eq!(open(10), is(10));
        assert_eq!(open(10), Err(Refused::Replayed));
        assert_eq!(open(5), is(5), "from before the first");
        assert_eq!(open(5), Err(Refused::Replayed));
        assert_eq!(open(9 + WINDOW), is(9 + WINDOW));
        assert_eq!(open(10), Err(Refused::Replayed), "at the edge");
        assert_eq!(open(9), Err(Refused::Replayed), "beyond the edge, though it never came");
        assert_eq!(open(11), is(11));
        assert_eq!(open(11), Err(Refused::Replayed));
    }
}

#[test]
fn rtcp_has_its_own_count_for_each_sender() {
    for profile in PROFILES {
        let (mut sealer, mut opener) = talk(profile);
        let mut packets: Vec<_> = (0..WINDOW + 2).map(|_| sealed_rtcp(&mut sealer, SSRC)).collect();
        let mut open = |index: usize| opener.open_rtcp(&mut packets[index].clone());
        let last = WINDOW as usize + 1;
        assert_eq!(open(1), Ok(28));
        assert_eq!(open(1), Err(Refused::Replayed));
        assert_eq!(open(last), Ok(28));
        assert_eq!(open(1), Err(Refused::Replayed), "beyond the edge");
        assert_eq!(open(0), Err(Refused::Replayed), "beyond the edge, though it never came");
        assert_eq!(open(2), Ok(28));
        packets.push(sealed_rtcp(&mut sealer, SSRC + 1));
        assert_eq!(opener.open_rtcp(&mut packets[last + 1].clone()), Ok(28), "somebody else");
        for (index, packet) in packets.iter().enumerate() {
            let at = packet.len() - if profile == Profile::Aes128CmSha1_80 { 14 } else { 4 };
            assert_eq!(number(&packet[at..at + 4]), u128::from(ENCRYPTED) + index as u128);
        }
    }
}

#[test]
fn a_stream_counts_on_through_every_wrap() {
    for profile in PROFILES {
        let (sealer, mut opener) = talk(profile);
        let steps = (65_530..65_540).chain((80_000..400_000).step_by(20_000));
        for index in steps {
            let opened = opener.open_rtp(&sealed(&sealer, index), &mut Vec::new(), 12, SSRC, index as u16);
            assert_eq!(opened, Ok(index));
        }
        // From before a wrap, and the wrong side of one.
        assert!(
            opener
                .open_rtp(&sealed(&sealer, 380_000 - 1000), &mut Vec::new(), 12, SSRC, (380_000u64 - 1000) as u16)
                .is_ok()
        );
        let elsewhere = sealed(&sealer, 380_001 - 65_536);
        assert_eq!(opener.open_rtp(&elsewhere, &mut Vec::new(), 12, SSRC, 380_001u64 as u16), Err(Refused::Forged));
    }
}

#[test]
fn what_is_from_before_the_count_began_is_refused() {
    for profile in PROFILES {
        let (sealer, mut opener) = talk(profile);
        assert!(opener.open_rtp(&sealed(&sealer, 2), &mut Vec::new(), 12, SSRC, 2).is_ok());
        assert_eq!(
            opener.open_rtp(&sealed(&sealer, 65_535), &mut Vec::new(), 12, SSRC, 65_535),
            Err(Refused::Replayed)
        );
        assert!(opener.open_rtp(&sealed(&sealer, 3), &mut Vec::new(), 12, SSRC, 3).is_ok());
    }
}

#[test]
fn nothing_is_learned_from_what_is_not_authentic() {
    for profile in PROFILES {
        let (mut sealer, mut opener) = talk(profile);
        for ssrc in 0..2 * STREAMS_MAX as u32 {
            let mut packet = sealed(&sealer, 40_000);
            packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
            assert_eq!(opener.open_rtp(&packet, &mut Vec::new(), 12, ssrc, 40_000), Err(Refused::Forged));
            let mut packet = sealed_rtcp(&mut sealer, ssrc);
            packet[7] ^= 0x80;
            assert_eq!(opener.open_rtcp(&mut packet), Err(Refused::Forged));
        }
        assert!(opener.open_rtp(&sealed(&sealer, 1), &mut Vec::new(), 12, SSRC, 1).is_ok());
        // Neither the counter nor the window follow a forgery, and the real one may still come.
        let mut packet = sealed(&sealer, 30_000);
        packet[20] ^= 1;
        assert_eq!(opener.open_rtp(&packet, &mut Vec::new(), 12, SSRC, 30_000), Err(Refused::Forged));
        assert!(opener.open_rtp(&sealed(&sealer, 2), &mut Vec::new(), 12, SSRC, 2).is_ok());
        assert!(opener.open_rtp(&sealed(&sealer, 30_000), &mut Vec::new(), 12, SSRC, 30_000).is_ok());
    }
}

#[test]
fn more_streams_than_a_session_may_have_are_refused() {
    let (mut sealer, mut opener) = talk(Profile::AeadAes128Gcm);
    for ssrc in 0..=STREAMS_MAX as u32 {
        let fits = ssrc < STREAMS_MAX as u32;
        let mut packet = rtp(1, &[0; 100]);
        sealer.seal_rtp(&mut packet, 0, 12, ssrc, 1).unwrap();
        let expected = if fits { Ok(1) } else { Err(Refused::TooManyStreams) };
        assert_eq!(opener.open_rtp(&packet, &mut Vec::new(), 12, ssrc, 1), expected);
        let expected = if fits { Ok(28) } else { Err(Refused::TooManyStreams) };
        assert_eq!(opener.open_rtcp(&mut sealed_rtcp(&mut sealer, ssrc)), expected);
    }
    let mut packet = rtp(2, &[0; 100]);
    sealer.seal_rtp(&mut packet, 0, 12, 0, 2).unwrap();
    assert!(opener.open_rtp(&packet, &mut Vec::new(), 12, 0, 2).is_ok(), "those before go on");
}

#[test]
fn a_key_that_is_used_up_seals_no_more_and_leaves_nothing_in_clear() {
    for profile in PROFILES {
        let (mut sealer, _) = talk(profile);
        let packet = [b"before".to_vec(), rtp(0, &[7; 50])].concat();
        let mut buffer = packet.clone();
        assert!(sealer.seal_rtp(&mut buffer, 6, 12, SSRC, INDEX_MAX).is_ok());
        for (header_bytes, index, is_full) in [(12, INDEX_MAX + 1, true), (63, 1, false)] {
            let mut buffer = packet.clone();
            let error = sealer.seal_rtp(&mut buffer, 6, header_bytes, SSRC, index).unwrap_err();
            assert_eq!((matches!(error, Error::Full(_)), buffer.as_slice()), (is_full, &b"before"[..]));
        }
        sealer.next_rtcp = ENCRYPTED - 1;
        let mut buffer = rtcp(SSRC);
        assert_eq!(sealer.seal_rtcp(&mut buffer, 0), Ok(()), "the last");
        let mut buffer = [b"before".to_vec(), rtcp(SSRC)].concat();
        assert!(matches!(sealer.seal_rtcp(&mut buffer, 6), Err(Error::Full(_))));
        assert_eq!(buffer, b"before");
        let mut buffer = vec![0; 7];
        assert!(matches!(session(profile, true).0.seal_rtcp(&mut buffer, 0), Err(Error::Misuse(_))));
        assert_eq!(buffer, []);
    }
}

proptest! {
    #[test]
    fn whatever_is_sealed_is_opened_and_any_flipped_bit_is_a_forgery(
        profile in proptest::sample::select(&PROFILES[..]),
        before in proptest::collection::vec(any::<u8>(), 0..40),
        header in proptest::collection::vec(any::<u8>(), 0..90),
        payload in proptest::collection::vec(any::<u8>(), 0..1300),
        ssrc: u32, sequence: u16, flip: proptest::sample::Index,
    ) {
        let (sealer, mut opener) = talk(profile);
        let clear = [header.clone(), payload.clone()].concat();
        let mut buffer = [before.clone(), clear.clone()].concat();
        sealer.seal_rtp(&mut buffer, before.len(), header.len(), ssrc, sequence.into()).unwrap();
        prop_assert_eq!(buffer.len(), before.len() + clear.len() + profile.tag_bytes());
        prop_assert!(buffer.starts_with(&[before.clone(), header.clone()].concat()), "legible");
        let packet = buffer.split_off(before.len());

        let mut flipped = packet.clone();
        let bit = flip.index(flipped.len() * 8);
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(opener.open_rtp(&flipped, &mut Vec::new(), header.len(), ssrc, sequence), Err(Refused::Forged));
        let mut opened = Vec::new();
        prop_assert_eq!(opener.open_rtp(&packet, &mut opened, header.len(), ssrc, sequence), Ok(sequence.into()));
        prop_assert_eq!(opened, payload);
    }

    #[test]
    fn whatever_rtcp_is_sealed_is_opened_and_any_flipped_bit_is_refused(
        profile in proptest::sample::select(&PROFILES[..]),
        before in proptest::collection::vec(any::<u8>(), 0..40),
        clear in proptest::collection::vec(any::<u8>(), 8..1300),
        flip: proptest::sample::Index,
    ) {
        let (mut sealer, mut opener) = talk(profile);
        let mut buffer = [before.clone(), clear.clone()].concat();
        sealer.seal_rtcp(&mut buffer, before.len()).unwrap();
        prop_assert_eq!(buffer.len(), before.len() + clear.len() + profile.tag_bytes() + SRTCP_INDEX_BYTES);
        let mut packet = buffer.split_off(before.len());
        let mut flipped = packet.clone();
        let bit = flip.index(flipped.len() * 8);
        flipped[bit / 8] ^= 1 << (bit % 8);
        let word = packet.len() - if profile == Profile::Aes128CmSha1_80 { 14 } else { 4 };
        let is_e_bit = bit == 8 * word + 7;
        let expected = if is_e_bit { Refused::Malformed } else { Refused::Forged };
        prop_assert_eq!(opener.open_rtcp(&mut flipped), Err(expected));
        prop_assert_eq!(opener.open_rtcp(&mut packet), Ok(clear.len()));
        prop_assert_eq!(&packet[..clear.len()], clear);
        prop_assert_eq!(opener.open_rtcp(&mut packet.clone()).is_err(), true);
    }

    #[test]
    fn no_bytes_of_a_stranger_do_harm(
        profile in proptest::sample::select(&PROFILES[..]),
        packet in proptest::collection::vec(any::<u8>(), 0..200),
        header_bytes in 0usize..220, ssrc: u32, sequence: u16,
    ) {
        let (_, mut opener) = talk(profile);
        let opened = opener.open_rtp(&packet, &mut Vec::new(), header_bytes, ssrc, sequence);
        let is_short = packet.len() < header_bytes + profile.tag_bytes();
        prop_assert_eq!(opened, Err(if is_short { Refused::Malformed } else { Refused::Forged }));
        let is_short = packet.len() < RTCP_CLEAR_BYTES + profile.tag_bytes() + SRTCP_INDEX_BYTES;
        let refused = opener.open_rtcp(&mut packet.clone()).unwrap_err();
        prop_assert!(refused == Refused::Malformed || (refused == Refused::Forged && !is_short));
    }
}

const SSRC: u32 = 0x1234_5678;

/// What one end seals and the other opens.
fn talk(profile: Profile) -> (Sealer, Opener) {
    (session(profile, true).0, session(profile, false).1)
}

fn session(profile: Profile, is_client: bool) -> (Sealer, Opener) {
    let keying: Vec<u8> = (0..profile.keying_bytes() as u8).collect();
    pair(profile, &keying, is_client).unwrap()
}

fn sealed(sealer: &Sealer, index: u64) -> Vec<u8> {
    let mut packet = rtp(index as u16, &[index as u8; 100]);
    sealer.seal_rtp(&mut packet, 0, 12, SSRC, index).unwrap();
    packet
}

fn rtp(sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, 96];
    packet.extend(sequence.to_be_bytes());
    packet.extend([0; 4]);
    packet.extend(SSRC.to_be_bytes());
    packet.extend(payload);
    packet
}

fn sealed_rtcp(sealer: &mut Sealer, ssrc: u32) -> Vec<u8> {
    let mut packet = rtcp(ssrc);
    sealer.seal_rtcp(&mut packet, 0).unwrap();
    packet
}

/// A sender report.
fn rtcp(ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x80, 200, 0, 6];
    packet.extend(ssrc.to_be_bytes());
    packet.extend([9; 20]);
    packet
}

fn gcm_key(key_bytes: usize) -> Key {
    let algorithm = if key_bytes == 16 { &AES_128_GCM } else { &AES_256_GCM };
    let key = UnboundKey::new(algorithm, &bytes(GCM_KEY)[..key_bytes]).unwrap();
    Key { cipher: Cipher::Gcm(LessSafeKey::new(key)), salt: number(&bytes(GCM_SALT)) }
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap();
    (0..hexadecimal.len()).step_by(2).map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
