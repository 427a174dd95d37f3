//! Deletion receipts as files: JSON lines, as a page saves them, and the check of such a list.
//!
//! The relay makes receipts; here is how people read them. Numbers are decimal, bytes hexadecimal, times in seconds since 1970.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use sfu_relay::{Fault, Method, PublicKey, Receipt, Statement, WrongReceipt};

use crate::auth::hex;

/// Why a list of receipts proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The file cannot be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A line is no receipt.
    #[error("line {line} is not a receipt: {error}")]
    Malformed {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        error: String,
    },
    /// The list is empty.
    #[error("there is no receipt in it")]
    Empty,
    /// The key is not one.
    #[error("the key is not 64 hexadecimal digits, as `anteroom receipt key` prints them")]
    BadKey,
    /// A receipt is not genuine, or not in its place.
    #[error("line {line}, receipt number {number}: {what}")]
    Wrong {
        /// Which, from 1.
        line: usize,
        /// What it says it is.
        number: u64,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// What a good list shows.
#[derive(Debug)]
pub struct Checked {
    /// How many receipts there are.
    pub receipts: usize,
    /// The first and the last number.
    pub numbers: (u64, u64),
    /// How often numbers are left out between two of them.
    pub gaps: usize,
}

/// One line of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    number: u64,
    blob: String,
    size_class: u8,
    completed_unix_s: Option<u64>,
    deleted_unix_s: u64,
    method: MethodName,
    previous: String,
    signature: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MethodName {
    MemoryOverwritten,
    PassedThrough,
    KeyOverwrittenAndUnlinked,
    KeyOverwritten,
}

/// A key as people copy it.
pub(crate) fn key_to_text(key: &PublicKey) -> String {
    hex(&key.0)
}

/// Checks that every receipt of the file is signed with the key, and that they are in order. Where the numbers of two neighbours follow each
/// other, so must their hashes; other numbers may be left out between them only if `gaps` are allowed, as in what one page has saved.
///
/// # Errors
/// Names the first line that is wrong.
pub fn verify_receipts(path: &Path, key: &str, gaps: bool) -> Result<Checked, ReceiptError> {
    let key = PublicKey(bytes(key.trim()).ok_or(ReceiptError::BadKey)?);
    let text =
        std::fs::read_to_string(path).map_err(|error| ReceiptError::Unreadable { path: path.to_owned(), error })?;
    let lines: Vec<(usize, Receipt)> = text
        .lines()
        .enumerate()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(index, text)| {
            let receipt = from_line(text).map_err(|error| ReceiptError::Malformed { line: index + 1, error })?;
            Ok((index + 1, receipt))
        })
        .collect::<Result<_, _>>()?;
    let (Some((_, first)), Some((_, last))) = (lines.first(), lines.last()) else { return Err(ReceiptError::Empty) };
    let is_next = |one: &Receipt, next: &Receipt| one.statement.number.checked_add(1) == Some(next.statement.number);
    let is_later = |one: &Receipt, next: &Receipt| one.statement.number < next.statement.number;
    // Runs without a gap, each of which is a chain. Without leave for gaps everything is one run.
    let runs: Vec<&[(usize, Receipt)]> =
        lines.chunk_by(|(_, one), (_, next)| !gaps || is_next(one, next) || !is_later(one, next)).collect();
    for run in &runs {
        let receipts: Vec<Receipt> = run.iter().map(|(_, receipt)| *receipt).collect();
        sfu_relay::verify(&receipts, &key).map_err(|WrongReceipt { index, fault }| {
            let (line, number) = run.get(index).map_or((0, 0), |(line, receipt)| (*line, receipt.statement.number));
            let what = match fault {
                Fault::Signature => "the signature does not fit: it was changed, or another server signed it",
                Fault::Number => "it is not the next one: a receipt before it is missing, or the order is wrong",
                Fault::Chain => "it follows another receipt than the one before it",
            };
            ReceiptError::Wrong { line, number, what }
        })?;
    }
    Ok(Checked {
        receipts: lines.len(),
        numbers: (first.statement.number, last.statement.number),
        gaps: runs.len() - 1,
    })
}

fn from_line(text: &str) -> Result<Receipt, String> {
    let line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let hash = |text: &str, key| bytes::<32>(text).ok_or_else(|| format!("`{key}` is not 64 hexadecimal digits"));
    let statement = Statement {
        number: line.number,
        blob: hash(&line.blob, "blob")?,
        size_class: line.size_class,
        completed_unix_s: line.completed_unix_s,
        deleted_unix_s: line.deleted_unix_s,
        method: match line.method {
            MethodName::MemoryOverwritten => Method::MemoryOverwritten,
            MethodName::PassedThrough => Method::PassedThrough,
            MethodName::KeyOverwrittenAndUnlinked => Method::KeyOverwrittenAndUnlinked,
            MethodName::KeyOverwritten => Method::KeyOverwritten,
        },
        previous: hash(&line.previous, "previous")?,
    };
    let signature = bytes(&line.signature).ok_or("`signature` is not 128 hexadecimal digits")?;
    Ok(Receipt { statement, signature })
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_hex = text.len() == 2 * N && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let bytes: Vec<u8> = text.as_bytes().chunks(2).filter(|_| is_hex).filter_map(digits).collect();
    bytes.try_into().ok()
}
