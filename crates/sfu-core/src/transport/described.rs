//! Dependency descriptors on their way through the session engine, which knows nothing of them.

use str0m::rtp::{ExtensionSerializer, ExtensionValues};

use crate::limits::DESCRIPTOR_BYTES_MAX;

/// The extension's bytes, as they came or as they shall go.
#[derive(Clone, Copy)]
pub(super) struct DescriptorBytes {
    bytes: [u8; DESCRIPTOR_BYTES_MAX],
    length: u8,
}

impl DescriptorBytes {
    /// `None` if there are none, or more than an extension can have.
    pub(super) fn new(from: &[u8]) -> Option<Self> {
        let length = u8::try_from(from.len()).ok().filter(|length| *length != 0)?;
        let mut bytes = [0; DESCRIPTOR_BYTES_MAX];
        bytes.get_mut(..from.len())?.copy_from_slice(from);
        Some(Self { bytes, length })
    }

    pub(super) fn get(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// What the engine calls.
#[derive(Debug)]
pub(super) struct Serializer;

impl Serializer {
    /// What a one-byte header extension holds (RFC 8285, section 4.2).
    const SHORT_MAX: usize = 16;
}

impl ExtensionSerializer for Serializer {
    fn write_to(&self, buf: &mut [u8], values: &ExtensionValues) -> usize {
        let bytes = values.user_values.get::<DescriptorBytes>().map(DescriptorBytes::get).unwrap_or_default();
        match buf.get_mut(..bytes.len()) {
            Some(out) => {
                out.copy_from_slice(bytes);
                bytes.len()
            }
            None => 0,
        }
    }

    fn parse_value(&self, buf: &[u8], values: &mut ExtensionValues) -> bool {
        let bytes = DescriptorBytes::new(buf);
        let is_some = bytes.is_some();
        if let Some(bytes) = bytes {
            values.user_values.set(bytes);
        }
        is_some
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, values: &ExtensionValues) -> bool {
        values.user_values.get::<DescriptorBytes>().is_some_and(|bytes| Self::SHORT_MAX < bytes.get().len())
    }
}
