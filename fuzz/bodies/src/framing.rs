//! A TCP stream of somebody who means harm.

use sfu_net::FrameReader;

/// The first byte chooses how the rest is cut into reads. Frames come out alike however it is cut, none of them is longer than its two
/// bytes of length say, and after a frame beyond the limit nothing more comes.
pub fn framing(input: &[u8]) {
    let Some((size, bytes)) = input.split_first() else { return };
    let read = |size: usize| {
        let mut reader = FrameReader::default();
        let mut frames: Vec<Vec<u8>> = Vec::new();
        let mut pieces = bytes.chunks(size.max(1));
        let is_sound = pieces.all(|piece| reader.feed(piece, |frame| frames.push(frame.to_vec())).is_ok());
        (frames, is_sound)
    };
    let whole = read(bytes.len());
    assert_eq!(whole, read(usize::from(*size)));
    let framed: usize = whole.0.iter().map(|frame| 2 + frame.len()).sum();
    assert!(framed <= bytes.len());
    let again: Vec<u8> = whole
        .0
        .iter()
        .flat_map(|frame| (frame.len() as u16).to_be_bytes().into_iter().chain(frame.iter().copied()))
        .collect();
    assert!(bytes.starts_with(&again), "every byte comes out once, in order");
}
