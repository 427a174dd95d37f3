//! Bytes to messages and back, refusing what no honest page sends.

use crate::shape::{Flaw, Shape};
use crate::{ClientMessage, ServerMessage};

/// The largest message either side accepts, in bytes. Chromium's offer of three sizes, five slots and a screen is below 40 KiB.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// How deep objects may nest. The deepest message has two levels; a hostile one must not cost stack.
pub const MESSAGE_DEPTH_MAX: usize = 8;

/// Why a message was refused. The text names the rule and the position, never the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than [`MESSAGE_BYTES_MAX`].
    #[error("message is longer than {MESSAGE_BYTES_MAX} bytes")]
    TooLong,
    /// Not one JSON text (RFC 8259).
    #[error("message is not JSON at line {line}, column {column}")]
    NotJson {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// An object has a key twice. RFC 8259, section 4 leaves open which one counts, so that two readers may see two messages.
    #[error("message has a key twice at line {line}, column {column}")]
    KeyTwice {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// Nested deeper than [`MESSAGE_DEPTH_MAX`].
    #[error("message is nested deeper than {MESSAGE_DEPTH_MAX} levels at line {line}, column {column}")]
    TooDeep {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// Not an object of a known kind with exactly its fields.
    #[error("message is of no known kind, or has not exactly the fields of its kind, at line {line}, column {column}")]
    Malformed {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes: where reading gave up, which for a wrong field is the end of the message.
        column: usize,
    },
}

/// Reads one message of a page.
///
/// # Errors
/// If it is too long, not JSON, of an unknown kind, has an unknown field or a key twice, or is nested too deeply.
pub fn decode(text: &str) -> Result<ClientMessage, DecodeError> {
    if MESSAGE_BYTES_MAX < text.len() {
        return Err(DecodeError::TooLong);
    }
    let sent = Shape::read(text)?;
    let message = serde_json::from_str(text).map_err(|error| match (error.line(), error.column()) {
        (0, _) => at_end(text), // Serde has read the whole message before it looks at a kind's fields.
        (line, column) => DecodeError::Malformed { line, column },
    })?;
    // Serde takes more than our grammar: it ignores surplus fields of kinds without fields, and reads arrays as objects and objects as words.
    // So what was understood, written back, must have the shape of what was sent.
    let understood = serde_json::to_string(&message).ok().and_then(|text| Shape::read(&text).ok());
    if understood.is_some_and(|understood| understood.is_said_by(&sent)) { Ok(message) } else { Err(at_end(text)) }
}

/// Writes one message of the daemon.
#[must_use]
pub fn encode(message: &ServerMessage) -> String {
    // Cannot fail: no map with keys other than strings, no custom serializer.
    serde_json::to_string(message).unwrap_or_default()
}

impl DecodeError {
    /// The rule as a metric label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotJson { .. } => "not_json",
            Self::KeyTwice { .. } => "key_twice",
            Self::TooDeep { .. } => "too_deep",
            Self::Malformed { .. } => "malformed",
        }
    }
}

impl From<(Option<Flaw>, serde_json::Error)> for DecodeError {
    fn from((flaw, error): (Option<Flaw>, serde_json::Error)) -> Self {
        let (line, column) = (error.line(), error.column());
        match flaw {
            Some(Flaw::KeyTwice) => Self::KeyTwice { line, column },
            Some(Flaw::TooDeep) => Self::TooDeep { line, column },
            None => Self::NotJson { line, column },
        }
    }
}

fn at_end(text: &str) -> DecodeError {
    let column = text.len() - text.rfind('\n').map_or(0, |newline| newline + 1);
    DecodeError::Malformed { line: 1 + text.matches('\n').count(), column }
}
