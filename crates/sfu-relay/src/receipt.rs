//! Deletion receipts: what the relay signs when a file is gone, each bound to the one before.
//!
//! A receipt proves that this server stated, in this order, that it had deleted. It does not prove what became of magnetic traces on a disk;
//! where chunks were spooled, the key that they were sealed with was only ever in memory, and is overwritten.

use std::ops::Range;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::TransferId;

/// SHA-256.
pub type Hash = [u8; 32];

/// How a file was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// It was in memory only, which was overwritten.
    MemoryOverwritten,
    /// It was handed on in pieces and never whole in memory, which was overwritten.
    PassedThrough,
    /// It was spooled, sealed; the key was overwritten and the spool has deleted the bytes.
    KeyOverwrittenAndUnlinked,
    /// It was spooled, sealed; the key was overwritten, but the spool could not delete the bytes, which nobody can read any more.
    KeyOverwritten,
}

impl Method {
    const ALL: [Self; 4] =
        [Self::MemoryOverwritten, Self::PassedThrough, Self::KeyOverwrittenAndUnlinked, Self::KeyOverwritten];

    const fn code(self) -> u8 {
        self as u8 + 1
    }
}

/// What a receipt says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Counts up by one from 0, so that a missing receipt shows.
    pub number: u64,
    /// SHA-256 of the transfer id, which only the pages know.
    pub blob: Hash,
    /// The file had at most two to the power of this many bytes.
    pub size_class: u8,
    /// When the last byte was stored, in seconds since 1970. `None` if it never was.
    pub completed_unix_s: Option<u64>,
    /// When it was deleted, in seconds since 1970.
    pub deleted_unix_s: u64,
    /// How.
    pub method: Method,
    /// SHA-256 of the receipt before; zeros in the first.
    pub previous: Hash,
}

/// A signed statement that a file was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What it says.
    pub statement: Statement,
    /// Ed25519, over [`Receipt::signed`].
    pub signature: [u8; 64],
}

/// The other half of a [`Signer`], for whoever checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

/// What is wrong with a list of receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("receipt {index}: {fault}")]
pub struct WrongReceipt {
    /// The place in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It was changed, or signed with another key.
    #[error("the signature does not fit")]
    Signature,
    /// Its number is not the next: one is missing, or the order is wrong.
    #[error("it is not the next one")]
    Number,
    /// It was signed after another receipt than the one before it in the list.
    #[error("it follows another receipt")]
    Chain,
}

/// Checks that all receipts are signed with `key` and that nothing is missing between the first and the last. A list that begins with number 0
/// is complete from the beginning; that nothing is missing at its end only the server's next receipt shows.
///
/// # Errors
/// Names the first receipt that is wrong.
pub fn verify(receipts: &[Receipt], key: &PublicKey) -> Result<(), WrongReceipt> {
    let mut expected = receipts.first().filter(|first| first.statement.number == 0).map(|_| (0, [0; 32]));
    for (index, receipt) in receipts.iter().enumerate() {
        let statement = &receipt.statement;
        let fault = if !receipt.is_signed_with(key) {
            Some(Fault::Signature)
        } else if expected.is_some_and(|(number, _)| number != statement.number) {
            Some(Fault::Number)
        } else if expected.is_some_and(|(_, previous)| previous != statement.previous) {
            Some(Fault::Chain)
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(WrongReceipt { index, fault });
        }
        expected = Some((statement.number.wrapping_add(1), receipt.hash()));
    }
    Ok(())
}

impl Receipt {
    /// Bytes of a receipt in [`Receipt::to_bytes`].
    pub const BYTES: usize = STATEMENT_BYTES + 64;

    /// What goes over a wire or into a file: number (8), blob (32), size class (1), completed (8; all ones if never), deleted (8), method (1),
    /// previous (32), signature (64); numbers big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (statement, signature) = bytes.split_at_mut(STATEMENT_BYTES);
        statement.copy_from_slice(&self.statement.to_bytes());
        signature.copy_from_slice(&self.signature);
        bytes
    }

    /// The reverse. `None` if the method is unknown. Says nothing about the signature.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let (statement, signature) = bytes.split_at(STATEMENT_BYTES);
        Some(Self { statement: Statement::from_bytes(statement)?, signature: signature.try_into().ok()? })
    }

    /// The bytes that are signed: what they are, then the statement.
    #[must_use]
    pub fn signed(&self) -> Vec<u8> {
        self.statement.signed()
    }

    /// Whether this receipt, taken alone, is genuine.
    #[must_use]
    pub fn is_signed_with(&self, key: &PublicKey) -> bool {
        UnparsedPublicKey::new(&ED25519, key.0).verify(&self.signed(), &self.signature).is_ok()
    }

    /// What the next receipt has in [`Statement::previous`].
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(&self.to_bytes())
    }
}

/// Signs receipts, one after another.
#[derive(Debug)]
pub struct Signer {
    keys: Ed25519KeyPair,
    next: u64,
    /// Numbers from here on are not its own yet.
    until: u64,
    previous: Hash,
}

impl Signer {
    /// A signer with a key made of 32 secret random bytes, which goes on after the `last` receipt that was signed with it.
    #[must_use]
    pub fn new(seed: &[u8; 32], last: Option<&Receipt>) -> Self {
        let keys = Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed");
        let next = last.map_or(0, |receipt| receipt.statement.number.wrapping_add(1));
        Self { keys, next, until: u64::MAX, previous: last.map_or([0; 32], Receipt::hash) }
    }

    /// With these numbers only, of which the embedder has noted that they may be used: then one that ends between signing and saving skips what
    /// it may have signed, and never uses a number twice. [`crate::Input::NumbersReserved`] adds more.
    #[must_use]
    pub fn with_numbers(self, numbers: Range<u64>) -> Self {
        Self { next: self.next.max(numbers.start), until: numbers.end, ..self }
    }

    /// The number of the next receipt.
    #[must_use]
    pub const fn next_number(&self) -> u64 {
        self.next
    }

    /// How many numbers are left.
    pub(crate) const fn numbers_left(&self) -> u64 {
        self.until.saturating_sub(self.next)
    }

    pub(crate) fn add_numbers(&mut self, until: u64) {
        self.until = self.until.max(until);
    }

    /// What receipts are checked with.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.keys.public_key().as_ref().try_into().expect("an Ed25519 key has 32 bytes"))
    }

    pub(crate) fn sign(&mut self, deleted: Deleted, deleted_unix_s: u64) -> Receipt {
        let statement = Statement {
            number: self.next,
            blob: blob_hash(deleted.transfer),
            size_class: deleted.size_class,
            completed_unix_s: deleted.completed_unix_s,
            deleted_unix_s,
            method: deleted.method,
            previous: self.previous,
        };
        let signature = self.keys.sign(&statement.signed());
        let signature = signature.as_ref().try_into().expect("an Ed25519 signature has 64 bytes");
        let receipt = Receipt { statement, signature };
        self.next = self.next.wrapping_add(1);
        self.previous = receipt.hash();
        receipt
    }
}

/// What the relay knows of a file that is gone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deleted {
    pub(crate) transfer: TransferId,
    pub(crate) size_class: u8,
    pub(crate) completed_unix_s: Option<u64>,
    pub(crate) method: Method,
}

/// What stands for a transfer in [`Statement::blob`].
#[must_use]
pub fn blob_hash(transfer: TransferId) -> Hash {
    sha256(&transfer.0)
}

/// So that a signature can be taken for nothing else.
const PURPOSE: &[u8] = b"sfu-relay deletion receipt 1\0";
const STATEMENT_BYTES: usize = 8 + 32 + 1 + 8 + 8 + 1 + 32;
/// Stands for "never": the year 584,942,417,355 will have another format.
const NEVER: u64 = u64::MAX;

impl Statement {
    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(STATEMENT_BYTES);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.blob);
        bytes.push(self.size_class);
        bytes.extend(self.completed_unix_s.unwrap_or(NEVER).to_be_bytes());
        bytes.extend(self.deleted_unix_s.to_be_bytes());
        bytes.push(self.method.code());
        bytes.extend(self.previous);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (number, bytes) = bytes.split_first_chunk()?;
        let (blob, bytes) = bytes.split_first_chunk()?;
        let (&size_class, bytes) = bytes.split_first()?;
        let (completed, bytes) = bytes.split_first_chunk()?;
        let (deleted, bytes) = bytes.split_first_chunk()?;
        let (&method, bytes) = bytes.split_first()?;
        Some(Self {
            number: u64::from_be_bytes(*number),
            blob: *blob,
            size_class,
            completed_unix_s: Some(u64::from_be_bytes(*completed)).filter(|completed| *completed != NEVER),
            deleted_unix_s: u64::from_be_bytes(*deleted),
            method: Method::ALL.into_iter().find(|known| known.code() == method)?,
            previous: bytes.try_into().ok()?,
        })
    }

    fn signed(self) -> Vec<u8> {
        [PURPOSE, &self.to_bytes()].concat()
    }
}

fn sha256(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}
