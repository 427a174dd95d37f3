//! Single bits, most significant first, as the descriptor packs them.

use super::{Malformed, Written};
use crate::limits::DESCRIPTOR_BYTES_MAX;

/// Reads; the end is an error.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bits have been read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// An unsigned number of at most 32 bits: `f(n)`.
    pub(super) fn read(&mut self, bits: u32) -> Result<u32, Malformed> {
        let mut value = 0;
        let mut left = bits;
        while left > 0 {
            let byte = *self.bytes.get(self.at / 8).ok_or(Malformed::Truncated)?;
            let room = 8 - (self.at % 8) as u32;
            let taken = room.min(left);
            let piece = (u32::from(byte) >> (room - taken)) & ((1 << taken) - 1);
            value = (value << taken) | piece;
            self.at += taken as usize;
            left -= taken;
        }
        Ok(value)
    }

    /// As [`BitReader::read`], of at most 8 bits.
    pub(super) fn small(&mut self, bits: u32) -> Result<u8, Malformed> {
        self.read(bits).map(|value| value as u8)
    }

    pub(super) fn flag(&mut self) -> Result<bool, Malformed> {
        self.read(1).map(|bit| bit == 1)
    }

    /// A number below `end`, where the smaller ones take one bit less: `ns(n)`.
    pub(super) fn non_symmetric(&mut self, end: u32) -> Result<u32, Malformed> {
        let (width, short) = widths(end);
        let value = self.read(width - 1)?;
        if value < short {
            return Ok(value);
        }
        Ok((value << 1) - short + self.read(1)?)
    }
}

/// Writes into a fixed array. What does not fit makes the whole void.
pub(super) struct BitWriter {
    bytes: [u8; DESCRIPTOR_BYTES_MAX],
    at: usize,
}

impl BitWriter {
    pub(super) fn new() -> Self {
        Self { bytes: [0; DESCRIPTOR_BYTES_MAX], at: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn write(&mut self, bits: u32, value: u32) {
        let mut left = bits;
        while left > 0 {
            let room = 8 - (self.at % 8) as u32;
            let taken = room.min(left);
            let piece = (value >> (left - taken)) & ((1 << taken) - 1);
            if let Some(byte) = self.bytes.get_mut(self.at / 8) {
                *byte |= (piece << (room - taken)) as u8;
            }
            self.at += taken as usize;
            left -= taken;
        }
    }

    pub(super) fn flag(&mut self, value: bool) {
        self.write(1, u32::from(value));
    }

    pub(super) fn non_symmetric(&mut self, end: u32, value: u32) {
        let (width, short) = widths(end);
        if value < short {
            self.write(width - 1, value);
        } else {
            self.write(width, value + short);
        }
    }

    /// `None` if it did not fit.
    pub(super) fn finish(self) -> Option<Written> {
        let length = self.at.div_ceil(8);
        (length <= DESCRIPTOR_BYTES_MAX).then_some(Written { bytes: self.bytes, length: length as u8 })
    }
}

/// The bits of the longer numbers below `end`, and how many numbers take one less. `end` is at least 1.
fn widths(end: u32) -> (u32, u32) {
    let width = u32::BITS - end.leading_zeros();
    (width, (1 << width) - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_five_take_two_or_three_bits() {
        let expected = ["00", "01", "10", "110", "111"];
        for (value, expected) in (0..).zip(expected) {
            let mut writer = BitWriter::new();
            writer.non_symmetric(5, value);
            let length = writer.position();
            let written = writer.finish().expect("it fits");
            assert_eq!(format!("{:08b}", written[0])[..length], *expected);
            assert_eq!(BitReader::new(&written).non_symmetric(5), Ok(value));
        }
    }

    #[test]
    fn a_number_may_lie_across_bytes() {
        let mut writer = BitWriter::new();
        writer.write(5, 0b10101);
        writer.write(32, 0xdead_beef);
        let written = writer.finish().expect("it fits");
        let mut reader = BitReader::new(&written);
        assert_eq!((reader.read(5), reader.read(32)), (Ok(0b10101), Ok(0xdead_beef)));
        assert_eq!(reader.read(4), Err(Malformed::Truncated));
    }

    #[test]
    fn what_does_not_fit_is_void() {
        let mut writer = BitWriter::new();
        for _ in 0..DESCRIPTOR_BYTES_MAX {
            writer.write(8, 1);
        }
        writer.flag(true);
        assert!(writer.finish().is_none());
    }
}
