//! What may be said is understood in full, and what may not be said is refused with a rule and a position, never with its content.

mod support;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sfu_signal::{
    ClientMessage, DecodeError, MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX, ServerMessage, SourceName, StaffCommand, decode,
    encode, export_shapes, export_typescript,
};

use support::{client_examples, kinds_of, server_examples};

#[test]
fn every_message_of_a_page_is_understood() {
    for message in client_examples() {
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(decode(&text).as_ref(), Ok(&message), "{text}");
    }
}

#[test]
fn every_message_of_the_daemon_is_understood() {
    for message in server_examples() {
        let text = encode(&message);
        assert!(serde_json::from_str::<ServerMessage>(&text).unwrap() == message, "{text}");
    }
}

/// Without this, the tests above would pass over a message that somebody adds.
#[test]
fn the_examples_hold_every_kind_of_the_vocabulary() {
    let types = export_typescript();
    let client: Vec<_> = client_examples().iter().map(ClientMessage::kind).collect();
    let server: Vec<_> = server_examples().iter().map(ServerMessage::kind).collect();
    let actions: Vec<_> = client_examples()
        .into_iter()
        .filter_map(|message| if let ClientMessage::Staff { command } = message { Some(command) } else { None })
        .map(|command| StaffCommand::action(&command))
        .collect();
    assert_holds_all(&client, &kinds_of(&types, "ClientMessage", "kind"));
    assert_holds_all(&server, &kinds_of(&types, "ServerMessage", "kind"));
    assert_holds_all(&actions, &kinds_of(&types, "StaffCommand", "action"));
}

fn assert_holds_all(examples: &[&str], kinds: &[String]) {
    assert!(5 < kinds.len(), "the declarations were read");
    for kind in kinds {
        assert!(examples.contains(&kind.as_str()), "no example of {kind}");
    }
}

#[test]
fn what_the_page_has_of_the_vocabulary_is_fresh() {
    for (file, text) in [("types.d.ts", export_typescript()), ("shapes.js", export_shapes())] {
        let path = format!("{}/../../sfu-daemon/web/js/{file}", env!("CARGO_MANIFEST_DIR"));
        assert!(std::fs::read_to_string(path).unwrap() == text, "{file} is stale: run `cargo xtask web`");
    }
}

#[test]
fn an_absent_optional_field_is_null() {
    let absent = decode(r#"{"kind":"hello","protocol":1,"role":"staff"}"#).unwrap();
    let null = decode(r#"{"kind":"hello","protocol":1,"role":"staff","area":null}"#).unwrap();
    assert_eq!(absent, null);
}

#[test]
fn the_order_of_fields_and_white_space_do_not_matter() {
    let text = "\n{ \"command\": { \"ticket\": \"t\", \"action\": \"admit\" },\n\t\"kind\": \"staff\" }\n";
    assert_eq!(decode(text), Ok(ClientMessage::Staff { command: StaffCommand::Admit { ticket: "t".to_owned() } }));
}

#[test]
fn what_is_no_message_is_refused_with_rule_and_position() {
    let not_json = |column| DecodeError::NotJson { line: 1, column };
    let twice = |column| DecodeError::KeyTwice { line: 1, column };
    let malformed = |column| DecodeError::Malformed { line: 1, column };
    for (text, refused) in [
        // Not JSON.
        ("", DecodeError::NotJson { line: 1, column: 0 }),
        ("ping", not_json(1)),
        (r#"{"kind":"ping""#, not_json(14)),
        (r#"{"kind":"ping"} {"kind":"ping"}"#, not_json(17)),
        (r#"{"kind":"ping",}"#, not_json(16)),
        (r#"{'kind':'ping'}"#, not_json(2)),
        (r#"{"kind":"check_in","name":"\ud800","language":"en"}"#, not_json(34)),
        ("{\n\"kind\":ping}", DecodeError::NotJson { line: 2, column: 8 }),
        // A key twice, at every depth, whether the values agree or not.
        (r#"{"kind":"ping","kind":"ping"}"#, twice(21)),
        (r#"{"kind":"go_in","kind":"leave"}"#, twice(22)),
        (r#"{"kind":"rejoin","name":"a","name":"b"}"#, twice(34)),
        (r#"{"kind":"rejoin","name":"a","\u006eame":"b"}"#, twice(39)),
        (r#"{"kind":"staff","command":{"action":"admit","ticket":"a","ticket":"b"}}"#, twice(65)),
        (r#"{"kind":"offer","request":1,"sdp":"","sources":{"0":"camera","0":"screen"}}"#, twice(64)),
        // No known kind.
        ("{}", malformed(2)),
        ("null", malformed(4)),
        ("17", malformed(2)),
        (r#""ping""#, malformed(6)),
        (r#"{"kind":"dance"}"#, malformed(15)),
        (r#"{"kind":"Ping"}"#, malformed(14)),
        (r#"{"kind":"ping "}"#, malformed(15)),
        (r#"{"kind":1}"#, malformed(9)),
        (r#"{"kind":["ping"]}"#, malformed(8)),
        (r#"{"kind":"staff","command":{"action":"dance"}}"#, malformed(45)),
        // Fields that are unknown, missing or of the wrong type. Kinds without fields have none.
        (r#"{"kind":"rejoin","name":"a","age":7}"#, malformed(36)),
        (r#"{"kind":"seal_hello"}"#, malformed(21)),
        (r#"{"kind":"rejoin","name":7}"#, malformed(26)),
        (r#"{"kind":"seal_hello","hello":null}"#, malformed(34)),
        (r#"{"kind":"ping","payload":"x"}"#, malformed(29)),
        (r#"{"kind":"go_in","ticket":"x"}"#, malformed(29)),
        (r#"{"kind":"staff","command":{"action":"admit","ticket":"a","staff":"b"}}"#, malformed(70)),
        (
            r#"{"kind":"set_up","devices":{"camera":"works","microphone":"works","speaker":"works"},"done":true}"#,
            malformed(97),
        ),
        (r#"{"kind":"hello","protocol":-1,"role":"staff"}"#, malformed(45)),
        (r#"{"kind":"hello","protocol":1.0,"role":"staff"}"#, malformed(46)),
        (r#"{"kind":"hello","protocol":4294967296,"role":"staff"}"#, malformed(53)),
        // What serde would take for the same, but nobody writes.
        (r#"["ping"]"#, malformed(8)),
        (r#"["rejoin","a"]"#, malformed(14)),
        (r#"{"kind":"set_up","devices":["works","works"],"done":true}"#, malformed(57)),
        (r#"{"kind":"staff","command":["admit","a"]}"#, malformed(40)),
        (r#"{"kind":"hello","protocol":1,"role":{"staff":null}}"#, malformed(51)),
    ] {
        assert_eq!(decode(text), Err(refused), "{text}");
    }
}

#[test]
fn a_message_may_be_as_long_as_the_limit_and_no_longer() {
    let frame = r#"{"kind":"rejoin","name":""}"#.len();
    let message = |length: usize| format!(r#"{{"kind":"rejoin","name":"{}"}}"#, "a".repeat(length - frame));
    assert!(decode(&message(MESSAGE_BYTES_MAX)).is_ok());
    assert_eq!(decode(&message(MESSAGE_BYTES_MAX + 1)), Err(DecodeError::TooLong));
}

#[test]
fn a_message_may_nest_as_deep_as_the_limit_and_no_deeper() {
    let nested = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    assert!(matches!(decode(&nested(MESSAGE_DEPTH_MAX)), Err(DecodeError::Malformed { .. })));
    let column = MESSAGE_DEPTH_MAX * 5 + 1;
    assert_eq!(decode(&nested(MESSAGE_DEPTH_MAX + 1)), Err(DecodeError::TooDeep { line: 1, column }));
    // Deep enough to end a reader that recurses without a limit.
    for opening in ["[", r#"{"a":"#] {
        let hostile = opening.repeat(MESSAGE_BYTES_MAX / opening.len());
        assert!(matches!(decode(&hostile), Err(DecodeError::TooDeep { .. })));
    }
}

#[test]
fn what_a_message_says_shows_neither_in_its_debug_text_nor_in_an_error() {
    const CANARY: &str = "Canary Kowalski";
    for message in client_examples() {
        let text = serde_json::to_string(&message).unwrap().replace("Maria", CANARY);
        let message = decode(&text).unwrap();
        assert!(!format!("{message:?}").contains("Canary"), "{message:?}");
        // Cut anywhere, or with a field too many: refused, without a word of it.
        for end in 0..text.len() {
            let error = decode(&text[..end]).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("Canary"));
        }
        let surplus = text.replacen('{', &format!(r#"{{"{CANARY}":1,"#), 1);
        let error = decode(&surplus).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("Canary"));
    }
    for message in server_examples() {
        let text = encode(&message).replace("Maria", CANARY);
        let message: ServerMessage = serde_json::from_str(&text).unwrap();
        assert!(!format!("{message:?}").contains("Canary"), "{message:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(20_260_824),
        failure_persistence: None,
        max_shrink_iters: 1_000, // Each prints a backtrace where those are on.
        cases: 2_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_is_answered_by_a_message_or_an_error(text in "\\PC{0,200}") {
        let _ = decode(&text);
    }

    #[test]
    fn any_json_like_text_is_answered_by_a_message_or_an_error(text in r#"[\[\]{}:,"\\kindpg0-9.eE+\-u \n]{0,60}"#) {
        let _ = decode(&text);
    }

    /// Bytes of honest messages changed, lost and doubled: what is still understood says the same when it is written back.
    #[test]
    fn a_damaged_message_is_refused_or_understood_in_full(
        example in 0..client_examples().len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..4),
    ) {
        let mut bytes = serde_json::to_vec(&client_examples()[example]).unwrap();
        for (at, kind, byte) in damage {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, bytes[at]),
            }
        }
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        if let Ok(message) = decode(&text) {
            let written = serde_json::to_value(&message).unwrap();
            let sent: serde_json::Value = serde_json::from_str(&text).unwrap();
            for (key, value) in sent.as_object().unwrap() {
                prop_assert_eq!(value, &written[key]);
            }
        }
    }

    #[test]
    fn text_of_any_script_survives(name in "\\PC{0,200}", mid in "\\PC{0,16}") {
        let rejoin = ClientMessage::Rejoin { sealed: None, name: Some(name) };
        prop_assert!(decode(&serde_json::to_string(&rejoin).unwrap()) == Ok(rejoin));
        let offer = ClientMessage::Offer { request: 1, sdp: "v=0\r\n".to_owned(), sources: [(mid, SourceName::Screen)].into() };
        prop_assert!(decode(&serde_json::to_string(&offer).unwrap()) == Ok(offer));
    }
}
