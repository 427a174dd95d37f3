//! Bytes to messages and back, refusing what no honest page sends.

use crate::{ClientMessage, ServerMessage};

/// The largest message either side accepts, in bytes. A browser's offer with eight slots is about 20 KiB.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Why a message was refused. The text names the rule and the position, never the content.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// Longer than [`MESSAGE_BYTES_MAX`].
    #[error("message is longer than {MESSAGE_BYTES_MAX} bytes")]
    TooLong,
    /// Not one JSON object of a known kind with exactly its fields, each once.
    #[error("message is not understood at line {line}, column {column}")]
    Malformed {
        /// 1-based.
        line: usize,
        /// 1-based.
        column: usize,
    },
}

/// Reads one message of a page.
///
/// # Errors
/// If it is too long, not JSON, of an unknown kind, has an unknown field or a key twice.
pub fn decode(text: &str) -> Result<ClientMessage, DecodeError> {
    if text.len() > MESSAGE_BYTES_MAX {
        return Err(DecodeError::TooLong);
    }
    serde_json::from_str(text).map_err(|error| DecodeError::Malformed { line: error.line(), column: error.column() })
}

/// Writes one message of the daemon.
#[must_use]
pub fn encode(message: &ServerMessage) -> String {
    // Cannot fail: no map with keys other than strings, no custom serializer.
    serde_json::to_string(message).unwrap_or_default()
}
