//! The dependency descriptor: an RTP header extension that tells which frame a packet belongs to, which frames that one
//! needs, and who needs it.
//!
//! Defined in appendix A of the RTP payload format for AV1, and used by browsers with every codec that they send
//! scalably. Being a header extension it stays readable when the payload is encrypted end to end.
//!
//! A [`Stream`] reads what arrives, once for all viewers. For each viewer a [`Selector`] decides which frames to pass on
//! for the layers that viewer is to have, and a [`Rewriter`] makes the chosen frames of whatever streams one continuous
//! stream again. Nothing is allocated for a packet; only for a new [`Structure`], which comes with keyframes.

mod bits;
mod rewrite;
mod select;
mod structure;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use self::bits::{BitReader, BitWriter};
pub use self::rewrite::Rewriter;
pub use self::select::{Selected, Selector};
pub use self::structure::{Differences, Frame, Indication, Indications, Structure};
use crate::limits::{DESCRIPTOR_BYTES_MAX, DESCRIPTOR_CHAINS_MAX, DESCRIPTOR_TEMPLATES_MAX};

/// What the extension is called in SDP.
pub const URI: &str = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// Why a descriptor cannot be used. The packet that carries it is of no use to a viewer either: drop it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It ends too early.
    #[error("the descriptor ends too early")]
    Truncated,
    /// It is longer than [`DESCRIPTOR_BYTES_MAX`], or its structure is longer than leaves room for the rest.
    #[error("the descriptor is too long")]
    TooLong,
    /// It counts on a structure that has not come yet.
    #[error("no structure has come yet")]
    NoStructure,
    /// The structure has no such template: it belongs to another one, which is late or lost.
    #[error("the structure has no such template")]
    UnknownTemplate,
    /// The structure breaks a rule of the format or a limit of ours.
    #[error("the structure breaks a rule or a limit")]
    Structure,
    /// A frame refers to more others than [`crate::limits::DESCRIPTOR_REFERENCES_MAX`].
    #[error("a frame refers to too many others")]
    References,
}

/// What the descriptor of one packet says, with whatever earlier ones of its stream said that it counts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The packet is the first of its frame.
    pub is_start: bool,
    /// The packet is the last of its frame. More frames of the same picture may follow.
    pub is_end: bool,
    /// The frame's number in decoding order. Extended: never wraps; its lowest 16 bits are what is sent.
    pub number: u64,
    /// The place in the structure's templates of the one that the frame resembles most.
    pub template: u8,
    /// The frame: its template with whatever the descriptor says otherwise.
    pub frame: Frame,
    /// The structure that counts for this frame.
    pub structure: Arc<Structure>,
    /// The packet carries the structure: with this frame begins a new coded video sequence.
    pub is_attached: bool,
    /// The decode targets that the sender produces now, as bits; the lowest is target 0.
    pub active: u32,
}

impl Descriptor {
    /// A frame from which decoding can begin.
    pub fn is_keyframe(&self) -> bool {
        self.is_attached && self.frame.references.is_empty()
    }

    /// The height in pixels of the frame's spatial layer, if the structure tells.
    pub fn height(&self) -> Option<u16> {
        self.structure.resolution(self.frame.spatial).map(|(_, height)| height)
    }

    /// The extension's bytes with this frame number, the structure if it is attached, and the active decode targets if
    /// they are told. `None` if they would not fit, or if the descriptor does not agree with its own structure.
    pub fn write(&self, number: u16, tell_active: bool) -> Option<Written> {
        self.encode(
            Head { number, offset: self.structure.offset(), is_attached: self.is_attached, tell_active },
            self.active,
        )
    }

    fn encode(&self, head: Head, active: u32) -> Option<Written> {
        let template = self.structure.templates().get(usize::from(self.template))?;
        let frame = &self.frame;
        let has_indications = frame.indications != template.indications;
        let has_references = frame.references != template.references;
        let has_chains = frame.chains != template.chains;
        let mut writer = BitWriter::new();
        writer.flag(self.is_start);
        writer.flag(self.is_end);
        writer.write(6, (u32::from(head.offset) + u32::from(self.template)) % TEMPLATE_IDS);
        writer.write(16, u32::from(head.number));
        if !(head.is_attached || head.tell_active || has_indications || has_references || has_chains) {
            return writer.finish();
        }
        writer.flag(head.is_attached);
        writer.flag(head.tell_active);
        writer.flag(has_indications);
        writer.flag(has_references);
        writer.flag(has_chains);
        if head.is_attached {
            self.structure.write(head.offset, &mut writer);
        }
        if head.tell_active {
            writer.write(u32::from(self.structure.targets()), active);
        }
        if has_indications {
            frame.indications.write(self.structure.targets(), &mut writer);
        }
        if has_references {
            frame.references.write_custom(&mut writer);
        }
        if has_chains {
            frame
                .chains
                .iter()
                .take(usize::from(self.structure.chains()))
                .for_each(|diff| writer.write(8, u32::from(*diff)));
        }
        writer.finish()
    }
}

/// What a rewriter changes.
struct Head {
    number: u16,
    offset: u8,
    is_attached: bool,
    tell_active: bool,
}

/// Template ids have six bits.
const TEMPLATE_IDS: u32 = DESCRIPTOR_TEMPLATES_MAX as u32;

/// The bytes of one descriptor.
#[derive(Clone, Copy)]
pub struct Written {
    bytes: [u8; DESCRIPTOR_BYTES_MAX],
    length: u8,
}

impl Deref for Written {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Reads the descriptors of one RTP stream.
#[derive(Debug, Default)]
pub struct Stream {
    newest: Option<u64>,
    /// The structure that counts, and the frame with which it came.
    kept: Option<(Arc<Structure>, u64)>,
    /// The active decode targets, and the frame that told them.
    active: (u32, u64),
}

impl Stream {
    /// A stream of which nothing has come.
    pub fn new() -> Self {
        Self::default()
    }

    /// The structure that counts now, for the layers that there are.
    pub fn structure(&self) -> Option<&Arc<Structure>> {
        self.kept.as_ref().map(|(structure, _)| structure)
    }

    /// Reads the extension of one packet. Packets may come late; then they change nothing of what counts for newer ones.
    ///
    /// # Errors
    /// See [`Malformed`]. Nothing of a malformed descriptor counts.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Descriptor, Malformed> {
        if DESCRIPTOR_BYTES_MAX < bytes.len() {
            return Err(Malformed::TooLong);
        }
        let mut reader = BitReader::new(bytes);
        let is_start = reader.flag()?;
        let is_end = reader.flag()?;
        let id = reader.read(6)?;
        let number = self.extend(reader.read(16)? as u16);
        let mut flags = [false; 5];
        if reader.position() < bytes.len() * 8 {
            for flag in &mut flags {
                *flag = reader.flag()?;
            }
        }
        let [is_attached, tells_active, has_indications, has_references, has_chains] = flags;

        let structure = match &self.kept {
            _ if is_attached => {
                let structure = Structure::read(&mut reader)?;
                // Most keyframes bring the same again.
                let kept = self.structure().filter(|kept| ***kept == structure);
                kept.map_or_else(|| Arc::new(structure), Arc::clone)
            }
            Some((structure, _)) => Arc::clone(structure),
            None => return Err(Malformed::NoStructure),
        };
        let told = match (tells_active, is_attached) {
            (true, _) => Some(reader.read(u32::from(structure.targets()))?),
            (false, true) => Some(structure.all_targets()),
            (false, false) => None,
        };
        let template = (id + TEMPLATE_IDS - u32::from(structure.offset())) % TEMPLATE_IDS;
        let mut frame = *structure.templates().get(template as usize).ok_or(Malformed::UnknownTemplate)?;
        if has_indications {
            frame.indications = Indications::read(structure.targets(), &mut reader)?;
        }
        if has_references {
            frame.references = Differences::read_custom(&mut reader)?;
        }
        if has_chains {
            frame.chains = [0; DESCRIPTOR_CHAINS_MAX];
            for diff in frame.chains.iter_mut().take(usize::from(structure.chains())) {
                *diff = reader.small(8)?;
            }
        }

        self.newest = self.newest.max(Some(number));
        if is_attached && self.kept.as_ref().is_none_or(|(_, since)| *since <= number) {
            self.kept = Some((Arc::clone(&structure), number));
        }
        if let Some(active) = told
            && self.active.1 <= number
        {
            self.active = (active, number);
        }
        // A packet that comes late may be of an earlier structure, with fewer decode targets.
        let active = told.unwrap_or(self.active.0) & structure.all_targets();
        Ok(Descriptor { is_start, is_end, number, template: template as u8, frame, structure, is_attached, active })
    }

    /// The number nearest to the newest that has these lowest bits.
    fn extend(&self, number: u16) -> u64 {
        // One turn ahead of zero, so that whatever came before the first has a number as well.
        let newest = self.newest.unwrap_or(u64::from(number) + (1 << 16));
        newest.saturating_add_signed(i64::from(number.wrapping_sub(newest as u16) as i16))
    }
}
