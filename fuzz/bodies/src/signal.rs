//! The words of a page that means harm.

/// Reads a message. What is understood means the same after writing and reading it again; what is not gets an error that quotes nothing.
pub fn signal(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return }; // A WebSocket refuses it before (RFC 6455, section 8.1).
    match sfu_signal::decode(text) {
        Ok(message) => {
            let written = serde_json::to_string(&message).expect("what was read can be written");
            assert_eq!(sfu_signal::decode(&written).as_ref(), Ok(&message), "read, written and read again");
        }
        Err(error) => {
            let said = error.to_string();
            assert!(said.len() < 120 && said.is_ascii(), "an error names the rule and the place: {said}");
        }
    }
}
