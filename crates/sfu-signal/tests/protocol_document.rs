//! `docs/protocol.md` tells the truth: every example is a message, and every word of the vocabulary is told.

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use sfu_signal::{
    ClientMessage, MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX, PROTOCOL_VERSION, SUBPROTOCOL, ServerMessage, StaffCommand,
    decode, export_typescript,
};

use support::{kinds_of, words_of};

#[test]
fn every_example_is_a_message() {
    let mut seen = 0;
    for (who, text) in examples() {
        match who.as_str() {
            "page" => drop(decode(&text).unwrap_or_else(|error| panic!("{error}: {text}"))),
            "daemon" => drop(parse_server_message(&text)),
            "room" => {
                let message: Value = serde_json::from_str(&text).unwrap();
                assert!(message["sealed"].is_string(), "{text}");
            }
            who => panic!("an example is of a page, the daemon or a room, not of {who}"),
        }
        seen += 1;
    }
    assert!(20 < seen, "the examples were found");
}

#[test]
fn every_kind_has_an_example() {
    let mut shown = BTreeSet::new();
    for (who, text) in examples() {
        match who.as_str() {
            "page" => {
                let message = decode(&text).unwrap();
                shown.insert(message.kind());
                if let ClientMessage::Staff { command } = &message {
                    shown.insert(StaffCommand::action(command));
                }
            }
            "daemon" => drop(shown.insert(parse_server_message(&text).kind())),
            _ => {}
        }
    }
    let types = export_typescript();
    let kinds = [("ClientMessage", "kind"), ("StaffCommand", "action"), ("ServerMessage", "kind")];
    for kind in kinds.iter().flat_map(|(name, tag)| kinds_of(&types, name, tag)) {
        assert!(shown.contains(kind.as_str()), "no example of {kind}");
    }
}

#[test]
fn every_word_is_told() {
    let (document, types) = (document(), export_typescript());
    for name in ["ErrorCode", "EndReason", "TicketState", "Presence", "DeviceState"] {
        let words = words_of(&types, name);
        assert!(2 < words.len(), "the words of {name} were found");
        for word in words {
            let told = [format!("`{word}`"), format!("{word} "), format!("\"{word}\"")];
            assert!(told.iter().any(|told| document.contains(told)), "{name}: {word} is not told");
        }
    }
}

#[test]
fn the_numbers_are_those_of_the_code() {
    let document = document();
    let grouped = format!("{},{:03}", MESSAGE_BYTES_MAX / 1000, MESSAGE_BYTES_MAX % 1000);
    for told in [
        format!("`{SUBPROTOCOL}`"),
        format!("\"protocol\": {PROTOCOL_VERSION}"),
        format!("at most {grouped} bytes"),
        format!("at most {MESSAGE_DEPTH_MAX} levels"),
    ] {
        assert!(document.contains(&told), "{told}");
    }
}

fn parse_server_message(text: &str) -> ServerMessage {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Each line of each block that begins with "```json", and the word after it: who says it.
fn examples() -> Vec<(String, String)> {
    let mut examples = Vec::new();
    let mut speaker = None;
    for line in document().lines() {
        match (line.strip_prefix("```"), &speaker) {
            (Some(opening), None) => speaker = Some(opening.strip_prefix("json ").unwrap_or_default().to_owned()),
            (Some(_), Some(_)) => speaker = None,
            (None, Some(who)) if !who.is_empty() => examples.push((who.clone(), line.to_owned())),
            (None, _) => {}
        }
    }
    examples
}

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol.md");
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
